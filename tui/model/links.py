"""Which relations cannot be: one that is there already, one that labels.yaml forbids, a circle of events.

And what is asked of those that are there.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from tui.model.labels import Attribute, LabelSet, RelationType
from tui.model.span import Relation, Span

TWICE = "another relation says the same"
"""Said of the second of two that are equal; with other attributes it says something else."""

_Link: TypeAlias = tuple[str, str, str, str]
"""The label, head and tail of a relation, and its attributes."""

CIRCLE = "an event cannot take part in itself, nor in what takes part in it"
"""Said of the role that closes a circle of events."""


def find_wrong(
    relations: Iterable[Relation], label_of: Mapping[str, str], labels: LabelSet
) -> dict[str, str]:
    """Say why relations cannot be, by their ids; of two that cannot both be, the first can.

    `label_of` has the label of every span. Relations may go round in a circle (two sides attack each other),
    and from a span to itself ("the leaders met"); roles may not.
    """
    wrong: dict[str, str] = {}
    there: set[_Link] = set()
    filled: set[tuple[str, str]] = set()
    parts: dict[str, list[str]] = {}
    for each in relations:
        head_label = label_of[each.head]
        declared = labels.find_link(each.label, head_label)
        is_role = _is_role(each, head_label, labels)
        reason = _explain(each, declared, label_of, labels, there, filled)
        if not reason and is_role and _reaches(each.tail, each.head, parts):
            reason = CIRCLE
        if reason:
            wrong[each.id] = reason
            continue
        there.add((each.label, each.head, each.tail, each.answers))
        if declared is not None and declared.symmetric:
            there.add((each.label, each.tail, each.head, each.answers))
        filled.add((each.label, each.head))
        if is_role:
            parts.setdefault(each.head, []).append(each.tail)
    return wrong


def list_asked(
    relations: Iterable[Relation], spans: Mapping[str, Span], labels: LabelSet, span_id: str
) -> list[tuple[Relation, Sequence[Attribute]]]:
    """List the relations at a span of which anything is asked, in the order of their tails, and what is.

    `spans` has every span by its id.
    """
    if not any(each.attributes for each in labels.relations):
        return []
    found: list[tuple[Relation, Sequence[Attribute]]] = []
    for relation in relations:
        if span_id in (relation.head, relation.tail):
            declared = labels.find_link(relation.label, spans[relation.head].label)
            if declared is not None and declared.attributes:
                found.append((relation, declared.attributes))
    return sorted(found, key=lambda pair: (spans[pair[0].tail].start, pair[0].id))


def _explain(
    relation: Relation,
    declared: RelationType | None,
    label_of: Mapping[str, str],
    labels: LabelSet,
    there: set[_Link],
    filled: set[tuple[str, str]],
) -> str:
    if (relation.label, relation.head, relation.tail, relation.answers) in there:
        return TWICE
    reasons = labels.check_relation(relation.label, label_of[relation.head], label_of[relation.tail])
    if reasons:
        return reasons[0]
    if declared is not None and not declared.many and (relation.label, relation.head) in filled:
        return f"{relation.label!r} points to one span, and there is one already"
    return ""


def _is_role(relation: Relation, head_label: str, labels: LabelSet) -> bool:
    label = labels.label(head_label)
    return label is not None and label.role(relation.label) is not None


def _reaches(start: str, goal: str, parts: Mapping[str, list[str]]) -> bool:
    """Tell whether a span takes part in another one, be it through others."""
    seen: set[str] = set()
    left = [start]
    while left:
        place = left.pop()
        if place == goal:
            return True
        if place not in seen:
            seen.add(place)
            left += parts.get(place, ())
    return False
