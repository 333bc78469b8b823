"""brat's events: as the reader keeps them in the metadata, and as they stand after the spans have changed.

    {"E1":{"type":"Attack","trigger":"T2","arguments":[["Agent","T1"]],"attributes":["Negation"],"is_noted":true}}

The arguments are relations from the trigger, too; one whose relation is gone is no argument any more. A span
whose label has roles in labels.yaml is an event, too, and a relation that is such a role an argument.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import count
from typing import Final

import msgspec
from msgspec import Struct, field

from tui.model.labels import LabelSet
from tui.model.record import Record
from tui.model.span import Json, Relation

EQUIVALENCE: Final = "Equiv"
"""The type of equivalences, where they have no other."""

_DIGITS: Final = "0123456789"


class BratEvent(msgspec.Struct, omit_defaults=True):
    """An event as it stands in the metadata."""

    type: str
    """Its type, which was the label of its trigger."""
    trigger: str
    """The id of its trigger's span."""
    arguments: list[tuple[str, str]] = []
    """Role, and the id of a span or an event."""
    attributes: list[str] = []
    """The attributes of its trigger that are said of the event."""
    is_noted: bool = False
    """Whether the note of its trigger is on the event."""

    def bare_role(self, role: str) -> str:
        """Give a role without its number, where others of the event have the same one."""
        bare = role.rstrip(_DIGITS)
        return bare if bare and any(bare == other for other, _ in self.arguments) else role

    def add(self, role: str, target: str) -> None:
        """Add an argument; a role that is taken gets a number."""
        taken = {other for other, _ in self.arguments}
        free = (name for number in count(2) if (name := f"{role}{number}") not in taken)
        self.arguments.append((next(free) if role in taken else role, target))


def write_events(events: Mapping[str, BratEvent]) -> dict[str, Json]:
    """Give events as metadata."""
    written: dict[str, Json] = msgspec.to_builtins(events)
    return written


class Events(Struct, frozen=True):
    """The events of a record whose triggers are still there."""

    by_name: Mapping[str, BratEvent] = field(default_factory=dict)
    """Each by its name."""
    arguments: frozenset[str] = frozenset()
    """The ids of the relations that are arguments of them."""
    of_trigger: Mapping[str, list[str]] = field(default_factory=dict)
    """The names of the events of each trigger."""
    of_spans: frozenset[str] = frozenset()
    """What brat's file says of spans, and so of no event: `Negation T2`, and `# T2` for a note."""

    @classmethod
    def of(cls, record: Record, labels: LabelSet) -> "Events":
        """Find those that came from brat, with the arguments whose relations are there, and new ones."""
        kept = _read_events(record.meta.get("events"))
        label_of = {span.id: span.label for span in record.spans or ()}
        there = {name: event for name, event in kept.items() if event.trigger in label_of}
        # Events of one trigger share a relation where they have the same argument.
        by_ends = {(each.label, each.head, each.tail): each.id for each in record.relations}
        used: set[str] = set()
        for event in there.values():
            event.arguments = list(_keep_arguments(event, there, by_ends, used))
        _add_events(record, labels, there, kept)
        of_trigger: dict[str, list[str]] = {}
        for name, event in there.items():
            of_trigger.setdefault(event.trigger, []).append(name)
        for relation in record.relations:
            if relation.id not in used and _is_role(relation, label_of, labels, of_trigger):
                used.add(relation.id)
                target = of_trigger.get(relation.tail, [relation.tail])[0]
                there[of_trigger[relation.head][0]].add(relation.label, target)
        return cls(there, frozenset(used), of_trigger, frozenset(_list_said(record.meta.get("numbers"))))

    def find_noted(self, span: str) -> str | None:
        """Find the event that a note on its trigger is on."""
        return self._find(span, lambda event: event.is_noted) or self._find_only(span, "#")

    def find_target(self, span: str, attribute: str) -> tuple[str, str]:
        """Say of what an attribute of a span is said, and how it is called there."""
        name, dot, rest = attribute.partition(".")
        if dot and rest and name in self.by_name and self.by_name[name].trigger == span:
            return name, rest
        event = self._find(span, lambda event: attribute in event.attributes)
        return event or self._find_only(span, attribute) or span, attribute

    def is_list(self, span: str, attribute: str, value: Json) -> bool:
        """Tell whether an attribute of a trigger only lists its events."""
        return attribute == "events" and value is not None and value == self.of_trigger.get(span)

    def _find_only(self, span: str, said: str) -> str | None:
        """Find the only event of a trigger, unless brat's file says that of the trigger itself."""
        names = self.of_trigger.get(span, ())
        return names[0] if len(names) == 1 and f"{said} {span}" not in self.of_spans else None

    def _find(self, span: str, fits: Callable[[BratEvent], bool]) -> str | None:
        return next((name for name in self.of_trigger.get(span, ()) if fits(self.by_name[name])), None)


def _list_said(numbers: Json) -> Iterator[str]:
    """Give what attributes and notes of a file are about, without their values: `Negation T2`, `# T2`."""
    for name, said in numbers.items() if isinstance(numbers, dict) else ():
        words = said.split() if isinstance(said, str) else []
        if len(words) > 1:
            yield f"{'#' if name.startswith('#') else words[0]} {words[1]}"


def _read_events(meta: Json) -> dict[str, BratEvent]:
    try:
        return msgspec.convert(meta, dict[str, BratEvent])
    except msgspec.ValidationError:
        return {}


def _keep_arguments(
    event: BratEvent,
    events: Mapping[str, BratEvent],
    by_ends: Mapping[tuple[str, str, str], str],
    used: set[str],
) -> Iterator[tuple[str, str]]:
    """Give the arguments of an event whose relations are there, and note which these are."""
    for role, target in event.arguments:
        tail = events[target].trigger if target in events else target
        found = by_ends.get((event.bare_role(role), event.trigger, tail))
        if found is not None:
            used.add(found)
            yield role, target


def _add_events(
    record: Record, labels: LabelSet, events: dict[str, BratEvent], known: Collection[str]
) -> None:
    """Make an event of every span whose label has roles, and that is the trigger of none."""
    triggers = {event.trigger for event in events.values()}
    numbers = [int(name[1:]) for name in known if name[:1] == "E" and name[1:].isdecimal()]
    free = count(max(numbers, default=0) + 1)
    for span in record.spans or ():
        label = labels.label(span.label)
        if label is not None and label.roles and span.id not in triggers:
            made = BratEvent(span.label, span.id, [], list(span.attributes), is_noted=True)
            events[f"E{next(free)}"] = made


def _is_role(
    relation: Relation, label_of: Mapping[str, str], labels: LabelSet, of_trigger: Collection[str]
) -> bool:
    label = labels.label(label_of[relation.head])
    return relation.head in of_trigger and label is not None and label.role(relation.label) is not None
