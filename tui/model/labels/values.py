"""The labels of a project: frozen values, and what they allow a span, a relation or an article to carry."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Literal, TypeAlias, get_args

AttributeType: TypeAlias = Literal["choice", "text", "count", "flag"]
"""What the value of an attribute may be."""

ATTRIBUTE_TYPES: tuple[AttributeType, ...] = get_args(AttributeType)
"""Every attribute type."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that are suggested as a span of a label wherever they stand."""

    text: str
    """The words themselves, or a regular expression of Python's `re`."""
    is_regex: bool = False
    """Whether `text` is a regular expression; it compiles and matches no empty string."""
    place: str = field(default="", compare=False)
    """Where it stands, as `file:line:column`; no part of what it is."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something more that is asked about a span, or about an article."""

    name: str
    """Unique among the attributes of its label."""
    type: AttributeType = "text"
    """`choice`: one of `values`; `text`: anything; `count`: how many, as written; `flag`: true or false."""
    values: tuple[str, ...] = ()
    """What can be chosen; empty unless `type` is `choice`."""
    multiple: bool = False
    """Whether it takes a list of values."""
    description: str = ""
    """What is asked, for the annotator."""

    def check(self, value: object) -> str | None:
        """Say in one sentence why `value` (JSON) is not allowed, or None where it is.

        A count is a whole number or the words of the text ("7", "at least a dozen").
        """
        if not self.multiple:
            return self._check_one(value)
        if not isinstance(value, list | tuple):
            return f"{self.name!r} takes a list of values, not {_shorten(value)}"
        return next((reason for each in value if (reason := self._check_one(each))), None)

    def _check_one(self, value: object) -> str | None:
        """Check one value, whether it stands alone or in a list."""
        is_text = isinstance(value, str)
        match self.type:
            case "choice":
                wanted = None if is_text and value in self.values else f"one of {', '.join(self.values)}"
            case "flag":
                wanted = None if isinstance(value, bool) else "true or false"
            case "count":
                is_number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
                is_words = isinstance(value, str) and bool(value.strip())
                wanted = None if is_number or is_words else "a whole number or how many as written"
            case "text":
                wanted = None if is_text else "text"
        return wanted and f"{self.name!r} is {wanted}, not {_shorten(value)}"


ArticleLabel: TypeAlias = Attribute
"""What is asked about an article as a whole."""


@dataclass(frozen=True, slots=True)
class Label:
    """A kind of span."""

    name: str
    """What is stored and exported; unique."""
    key: str | None = None
    """The one lower-case letter that tags with it; None where all letters are taken."""
    color: str | None = None
    """`#RRGGBB`, or None for a colour of the palette."""
    description: str = ""
    """What it is for, in one sentence."""
    examples: tuple[str, ...] = ()
    """Phrases that are such spans."""
    patterns: tuple[Pattern, ...] = ()
    """What is suggested from the first minute."""
    attributes: tuple[Attribute, ...] = ()
    """What more is asked about each span."""
    guidelines: str = ""
    """When to use it and where a span starts and ends, at any length."""

    def attribute(self, name: str) -> Attribute | None:
        """Find a declared attribute."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)


@dataclass(frozen=True, slots=True)
class RelationType:
    """A kind of directed link between two spans."""

    name: str
    """What is stored and exported; unique."""
    heads: tuple[str, ...] = ()
    """The labels it can start from; empty for any."""
    tails: tuple[str, ...] = ()
    """The labels it can point to; empty for any."""
    description: str = ""
    """What it is for."""


@dataclass(frozen=True, slots=True)
class LabelSet:
    """Everything that labels.yaml says."""

    title: str = ""
    """The project's title."""
    guidelines: str = ""
    """The guidelines that hold for every label."""
    labels: tuple[Label, ...] = ()
    """The labels, in the order of the file."""
    relations: tuple[RelationType, ...] = ()
    """The relations, in the order of the file."""
    article_labels: tuple[ArticleLabel, ...] = ()
    """What is asked about each article, in the order of the file."""
    _by_name: Mapping[str, Label] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the labels: every imported span looks one up."""
        object.__setattr__(self, "_by_name", {label.name: label for label in self.labels})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the labels, in the order of the file."""
        return tuple(self._by_name)

    @property
    def hash(self) -> str:
        """Name the content: 32 hexadecimal digits that comments and layout do not change."""
        groups: tuple[tuple[Label | RelationType | Attribute, ...], ...]
        groups = (self.labels, self.relations, self.article_labels)
        content = [
            self.title,
            self.guidelines,
            *(
                [dataclasses.asdict(each, dict_factory=_leave_out_place) for each in group]
                for group in groups
            ),
        ]
        canonical = json.dumps(content, sort_keys=True).encode("ascii")
        return hashlib.blake2b(canonical, digest_size=16).hexdigest()

    def label(self, name: str) -> Label | None:
        """Find a label."""
        return self._by_name.get(name)

    def relation(self, name: str) -> RelationType | None:
        """Find a relation."""
        return next((relation for relation in self.relations if relation.name == name), None)

    def article_label(self, name: str) -> ArticleLabel | None:
        """Find a label of the article as a whole."""
        return next((label for label in self.article_labels if label.name == name), None)

    def check_attributes(self, label_name: str, attributes: Mapping[str, object]) -> dict[str, str]:
        """Say of each attribute of a span that it cannot be so, and why; what is not declared is allowed."""
        label = self.label(label_name)
        return _check(label.attributes if label else (), attributes)

    def check_article_labels(self, article_labels: Mapping[str, object]) -> dict[str, str]:
        """Say of each label of an article that it cannot be so, and why; what is not declared is allowed."""
        return _check(self.article_labels, article_labels)

    def check_relation(self, name: str, head_label: str, tail_label: str) -> list[str]:
        """Say why a relation cannot link two labels; a relation that is not declared is allowed."""
        relation = self.relation(name)
        if relation is None:
            return []
        ends = (("starts from", relation.heads, head_label), ("points to", relation.tails, tail_label))
        return [
            f"{name!r} {verb} {' or '.join(allowed)}, not {label!r}"
            for verb, allowed, label in ends
            if allowed and label not in allowed
        ]


def assign_keys(labels: Iterable[tuple[str, str | None]]) -> list[str | None]:
    """Give every label a key, from pairs of its name and its own key.

    A label's own key is kept. The others get, in order, the first free letter of their name that has an
    upper case (the same letter in upper case relabels), else any free letter a-z, else None.
    """
    pairs = list(labels)
    taken = {key for _, key in pairs if key}
    keys: list[str | None] = []
    for name, own_key in pairs:
        letters = [letter for letter in name.lower() if letter.islower() and len(letter.upper()) == 1]
        key = own_key or next(
            (letter for letter in [*letters, *ascii_lowercase] if letter not in taken), None
        )
        if key is not None:
            taken.add(key)
        keys.append(key)
    return keys


def _leave_out_place(fields: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Make a mapping of fields, but for where in the file a value stands."""
    return {name: value for name, value in fields if name != "place"}


def _check(declared: Sequence[Attribute], values: Mapping[str, object]) -> dict[str, str]:
    """Check every declared attribute that has a value; give the reasons by name."""
    checks = {each.name: each.check(values[each.name]) for each in declared if each.name in values}
    return {name: reason for name, reason in checks.items() if reason}


def _shorten(value: object) -> str:
    """Write a value as JSON, cut to a length that fits into a sentence."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:39]}…"
