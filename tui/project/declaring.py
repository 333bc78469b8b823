"""What other tools ask of spans and relations, gathered from their files for labels.yaml."""

import dataclasses
import re
from collections.abc import Container, Iterable, Sequence
from typing import Final

from msgspec import Struct, field

from tui.model.labels import Attribute, Label, LabelSet, RelationType
from tui.model.labels.schema import NAME
from tui.model.record import Record

_MOST_CHOICES: Final = 60
"""Values of a choice; where more are given, it is a text."""


class Declarations(Struct):
    """The labels and relations of records, with what is asked of each."""

    _labels: dict[str, dict[str, Attribute]] = field(default_factory=dict)
    _roles: dict[str, dict[str, None]] = field(default_factory=dict)
    _relations: dict[str, dict[str, Attribute]] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        """Take in what a record tells."""
        for known, asked in ((self._labels, record.asked), (self._relations, record.asked_of_relations)):
            for name, attributes in asked.items():
                _join(known.setdefault(name, {}), attributes)
        for name, roles in record.asked_roles.items():
            self._labels.setdefault(name, {})
            self._roles.setdefault(name, {}).update(dict.fromkeys(roles))

    def as_labels(self) -> LabelSet:
        """Give what labels.yaml can name; labels of which nothing is asked are left out."""
        labels = [
            Label(name, attributes=_list_named(asked.values()), roles=self._list_roles(name, asked))
            for name, asked in self._labels.items()
            if _is_name(name)
        ]
        return LabelSet(
            labels=tuple([label for label in labels if label.attributes or label.roles]),
            relations=tuple(
                [
                    RelationType(name, attributes=_list_named(asked.values()))
                    for name, asked in self._relations.items()
                    if _is_name(name)
                ]
            ),
        )

    def _list_roles(self, label: str, asked: Container[str]) -> tuple[RelationType, ...]:
        """Give the roles of a label; one that is called as an attribute of it stays a relation."""
        names = [name for name in self._roles.get(label, ()) if _is_name(name) and name not in asked]
        return tuple([RelationType(name, (label,), many=True) for name in names])


def _join(known: dict[str, Attribute], attributes: Iterable[Attribute]) -> None:
    """Add attributes to those of one label; of two with one name, either's values can be given."""
    for each in attributes:
        before = known.setdefault(each.name, each)
        if before is not each:
            values = tuple(dict.fromkeys((*before.values, *each.values)))
            kind = before.type if before.type == each.type else "text"
            is_multiple = (before.multiple or each.multiple) and kind in ("choice", "text")
            known[each.name] = Attribute(
                each.name, kind, values if kind == "choice" else (), multiple=is_multiple
            )


def _list_named(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    return tuple([_close(each) for each in attributes if _is_name(each.name)])


def _close(attribute: Attribute) -> Attribute:
    """Let a choice be a text where its values are too many, or cannot stand in labels.yaml."""
    if attribute.type != "choice" or _can_be_chosen(attribute.values):
        return attribute
    return dataclasses.replace(attribute, type="text", values=(), keys=())


def _can_be_chosen(values: Sequence[str]) -> bool:
    return 0 < len(values) <= _MOST_CHOICES and all(map(_is_name, values))


def _is_name(word: str) -> bool:
    return re.fullmatch(NAME.pattern or "", word) is not None
