"""The labels of a project: frozen values, and what they allow a span, a relation or an article to carry."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tui.model.labels.attributes import ArticleLabel, Attribute, check_all


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
class RelationType:
    """A kind of directed link between two spans; of a label that is an event, a role in it."""

    name: str
    """What is stored and exported; unique among the relations, or the roles of its label."""
    heads: tuple[str, ...] = ()
    """The labels it can start from; empty for any."""
    tails: tuple[str, ...] = ()
    """The labels it can point to; empty for any."""
    description: str = ""
    """What it is for."""
    symmetric: bool = False
    """Whether it means the same from either end."""
    many: bool = True
    """Whether a span can have several of it."""
    required: bool = False
    """Whether an event without it is not complete; roles only."""
    attributes: tuple[Attribute, ...] = ()
    """What more is asked about each; roles have none."""
    key: str | None = field(default=None, compare=False)
    """The lower-case letter of the key that makes it; None where all letters are taken."""

    def allows(self, head_label: str, tail_label: str) -> bool:
        """Tell whether it can link two labels in this direction."""
        return (not self.heads or head_label in self.heads) and (not self.tails or tail_label in self.tails)


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
    roles: tuple[RelationType, ...] = ()
    """Where its spans are events, who and what can take part, each a relation from the span."""

    def attribute(self, name: str) -> Attribute | None:
        """Find a declared attribute."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

    def role(self, name: str) -> RelationType | None:
        """Find a role."""
        return next((role for role in self.roles if role.name == name), None)


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
    paragraph_labels: tuple[Attribute, ...] = ()
    """What is asked about each paragraph, in the order of the file."""
    _by_name: Mapping[str, Label] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the labels: every imported span looks one up."""
        object.__setattr__(self, "_by_name", {label.name: label for label in self.labels})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the labels, in the order of the file."""
        return tuple(self._by_name)

    @property
    def symmetric(self) -> frozenset[str]:
        """The names of the relations that mean the same from either end."""
        return frozenset([each.name for each in self.relations if each.symmetric])

    @property
    def hash(self) -> str:
        """Name the content: 32 hexadecimal digits that comments and layout do not change."""
        from hashlib import blake2b

        groups: list[tuple[Label | RelationType | Attribute, ...]]
        groups = [self.labels, self.relations, self.article_labels]
        if self.paragraph_labels:
            groups.append(self.paragraph_labels)
        content = [
            self.title,
            self.guidelines,
            *([dataclasses.asdict(each, dict_factory=_pick_content) for each in group] for group in groups),
        ]
        canonical = json.dumps(content, sort_keys=True).encode("ascii")
        return blake2b(canonical, digest_size=16).hexdigest()

    def label(self, name: str) -> Label | None:
        """Find a label."""
        return self._by_name.get(name)

    def relation(self, name: str) -> RelationType | None:
        """Find a relation."""
        return next((relation for relation in self.relations if relation.name == name), None)

    def has_all(self, wanted: "LabelSet") -> bool:
        """Tell whether all labels, relations, article labels and patterns of a list are here already."""
        return (
            all(self.label(label.name) is not None for label in wanted.labels)
            and all(self.relation(relation.name) is not None for relation in wanted.relations)
            and all(self.article_label(each.name) is not None for each in wanted.article_labels)
            and not self.find_new_patterns(wanted)
        )

    def find_new_patterns(self, wanted: "LabelSet") -> dict[str, list[Pattern]]:
        """Find the patterns of a list whose labels are here without them, by label."""
        return {
            label.name: fresh
            for label in wanted.labels
            if (there := self.label(label.name)) is not None
            and (fresh := [pattern for pattern in label.patterns if pattern not in there.patterns])
        }

    def article_label(self, name: str) -> ArticleLabel | None:
        """Find a label of the article as a whole."""
        return next((label for label in self.article_labels if label.name == name), None)

    def check_attributes(self, label_name: str, attributes: Mapping[str, object]) -> dict[str, str]:
        """Say of each attribute of a span that it cannot be so, and why; what is not declared is allowed."""
        label = self.label(label_name)
        if label is None:
            return {}
        reasons = check_all(label.attributes, attributes)
        for role in label.roles:
            if role.name in attributes and attributes[role.name] is not None:
                reasons[role.name] = (
                    f"{role.name!r} is a role: it is filled by a relation, or null for nobody"
                )
        return reasons

    def check_relation_attributes(
        self, name: str, head_label: str, attributes: Mapping[str, object]
    ) -> dict[str, str]:
        """Say of each attribute of a relation that it cannot be so; what is not declared is allowed."""
        link = self.find_link(name, head_label)
        return check_all(link.attributes, attributes) if link is not None else {}

    def check_article_labels(self, article_labels: Mapping[str, object]) -> dict[str, str]:
        """Say of each label of an article that it cannot be so, and why; what is not declared is allowed."""
        return check_all(self.article_labels, article_labels)

    def check_paragraph_labels(self, paragraph_labels: Mapping[str, object]) -> dict[str, str]:
        """Say of each label of a paragraph that it cannot be so, and why; what is not declared is allowed."""
        return check_all(self.paragraph_labels, paragraph_labels)

    def list_links(self, head_label: str) -> tuple[RelationType, ...]:
        """List the roles of a label and the relations that can start from it."""
        label = self.label(head_label)
        roles = label.roles if label else ()
        names = {role.name for role in roles}
        others = [
            each
            for each in self.relations
            if each.name not in names
            and (not each.heads or head_label in each.heads or (each.symmetric and head_label in each.tails))
        ]
        return (*roles, *others)

    def find_link(self, name: str, head_label: str) -> RelationType | None:
        """Find what a link of this name from a label is: a role of the label, else a relation."""
        label = self.label(head_label)
        return (label.role(name) if label else None) or self.relation(name)

    def check_relation(self, name: str, head_label: str, tail_label: str) -> list[str]:
        """Say why a relation cannot link two labels; a relation that is not declared is allowed."""
        relation = self.find_link(name, head_label)
        if relation is None or (relation.symmetric and relation.allows(tail_label, head_label)):
            return []
        ends = (("starts from", relation.heads, head_label), ("points to", relation.tails, tail_label))
        return [
            f"{name!r} {verb} {' or '.join(allowed)}, not {label!r}"
            for verb, allowed, label in ends
            if allowed and label not in allowed
        ]


_LATER: Final[Mapping[str, object]] = {
    "required": False,
    "default": "",
    "rule": "literal",
    "signs": (),
    "roles": (),
    "symmetric": False,
    "many": True,
}
"""What version 0.2 did not know, and means the same where it is left out."""


def _pick_content(fields: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Make a mapping of what counts: not where a value stands, nor the keys of what is no label."""
    content = {
        name: value
        for name, value in fields
        if name not in ("place", "keys") and not (name in _LATER and value == _LATER[name])
    }
    if "heads" in content:
        del content["key"]
        if not content["attributes"]:
            del content["attributes"]
    return content
