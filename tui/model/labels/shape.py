"""The shape of a label set: what its names are, so that two sets can be told to fit or not.

Two sets fit where each can have what is said by the other: what one has more than the other fits, and so does
all that only a person reads. They do not fit where one name asks for different things: `count` a number here
and a choice there, an attribute that is a role there, choices of which each lacks some of the other's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final, TypeAlias

from msgspec import Meta
from msgspec.json import Decoder

from tui.model.labels.attributes import Attribute
from tui.model.labels.values import LabelSet

LabelShape: TypeAlias = Mapping[str, Sequence[str]]
"""What each name asks for, in words; behind that what can be chosen."""

_KINDS: Final[Mapping[str, str]] = {
    "choice": "a choice",
    "text": "a text",
    "number": "a number",
    "date": "a date",
    "count": "a count",
    "flag": "yes or no",
}


_Asked: TypeAlias = Annotated[list[str], Meta(min_length=1)]

_decode: Final = Decoder(dict[str, _Asked]).decode


def shape_of(labels: LabelSet) -> LabelShape:
    """Give the shape of a label set."""
    found: dict[str, Sequence[str]] = {}
    for label in labels.labels:
        found |= _list_asked(label.attributes, f"the label {label.name!r}")
        found.update({f"{role.name!r} of the label {label.name!r}": ["a role"] for role in label.roles})
    for relation in labels.relations:
        kind = "the same from either end" if relation.symmetric else "directed"
        found[f"the relation {relation.name!r}"] = [kind]
        found |= _list_asked(relation.attributes, f"the relation {relation.name!r}")
    return (
        found
        | _list_asked(labels.article_labels, "articles")
        | _list_asked(labels.paragraph_labels, "paragraphs")
    )


def find_misfits(own: LabelShape, other: LabelShape) -> list[str]:
    """Say of each name how two shapes differ in it, where they do not fit."""
    return [
        f"{name} is {_write(own[name], other[name])} here and {_write(other[name], own[name])} there"
        for name in own
        if name in other and not _fit(own[name], other[name])
    ]


def join_shapes(one: LabelShape, other: LabelShape) -> LabelShape:
    """Give the shape of two that fit together: of each name what has more choices."""
    return {name: max(one.get(name, ()), other.get(name, ()), key=len) for name in {**one, **other}}


def write_shape(shape: LabelShape) -> str:
    """Write a shape as JSON, the same for equal ones."""
    return json.dumps({name: list(shape[name]) for name in sorted(shape)}, ensure_ascii=False)


def read_shape(text: str) -> LabelShape:
    """Read a shape from JSON; raises `ValueError` where it is none."""
    return _decode(text)


def _list_asked(attributes: Sequence[Attribute], owner: str) -> dict[str, Sequence[str]]:
    return {f"{each.name!r} of {owner}": list(_describe(each)) for each in attributes}


def _describe(attribute: Attribute) -> Iterator[str]:
    kind = _KINDS[attribute.type]
    yield f"{kind} of several" if attribute.multiple else kind
    yield from attribute.values


def _fit(one: Sequence[str], other: Sequence[str]) -> bool:
    values = {*one[1:]}, {*other[1:]}
    return one[0] == other[0] and (values[0] <= values[1] or values[1] <= values[0])


def _write(one: Sequence[str], other: Sequence[str]) -> str:
    """Say what a name is; where only the choices differ, which of them the other lacks."""
    lacking = [each for each in one[1:] if each not in other[1:]]
    return f"{one[0]} with {', '.join(lacking)}" if one[0] == other[0] and lacking else one[0]
