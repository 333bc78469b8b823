"""brat's events: as the reader keeps them in the metadata, and as they stand after the spans have changed.

    {"E1":{"type":"Attack","trigger":"T2","arguments":[["Agent","T1"]],"attributes":["Negation"],"is_noted":true}}

The arguments are relations from the trigger, too; one whose relation is gone is no argument any more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from tui.model.record import Record
from tui.model.span import Json


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


def write_events(events: Mapping[str, BratEvent]) -> dict[str, Json]:
    """Give events as metadata."""
    written: dict[str, Json] = msgspec.to_builtins(events)
    return written


@dataclass(frozen=True, slots=True)
class Events:
    """The events of a record whose triggers are still there."""

    by_name: Mapping[str, BratEvent] = field(default_factory=dict)
    """Each by its name."""
    arguments: frozenset[str] = frozenset()
    """The ids of the relations that are arguments of them."""
    of_trigger: Mapping[str, list[str]] = field(default_factory=dict)
    """The names of the events of each trigger."""

    @classmethod
    def of(cls, record: Record) -> "Events":
        """Find them, each with the arguments whose relations are still there."""
        try:
            kept = msgspec.convert(record.meta.get("events"), dict[str, BratEvent])
        except msgspec.ValidationError:
            return cls()
        spans = {span.id for span in record.spans or ()}
        there = {name: event for name, event in kept.items() if event.trigger in spans}
        used: set[str] = set()
        # Events of one trigger share a relation where they have the same argument.
        by_ends = {(each.label, each.head, each.tail): each.id for each in record.relations}
        for event in there.values():
            arguments = []
            for role, target in event.arguments:
                tail = there[target].trigger if target in there else target
                found = by_ends.get((role, event.trigger, tail))
                if found is not None:
                    used.add(found)
                    arguments.append((role, target))
            event.arguments = arguments
        of_trigger: dict[str, list[str]] = {}
        for name, event in there.items():
            of_trigger.setdefault(event.trigger, []).append(name)
        return cls(there, frozenset(used), of_trigger)

    def find_noted(self, span: str) -> str | None:
        """Find the event that a note on its trigger is on."""
        return self._find(span, lambda event: event.is_noted)

    def find_target(self, span: str, attribute: str) -> tuple[str, str]:
        """Say of what an attribute of a span is said, and how it is called there."""
        name, dot, rest = attribute.partition(".")
        if dot and rest and name in self.by_name and self.by_name[name].trigger == span:
            return name, rest
        return self._find(span, lambda event: attribute in event.attributes) or span, attribute

    def is_list(self, span: str, attribute: str, value: Json) -> bool:
        """Tell whether an attribute of a trigger only lists its events."""
        return attribute == "events" and value is not None and value == self.of_trigger.get(span)

    def _find(self, span: str, fits: Callable[[BratEvent], bool]) -> str | None:
        return next((name for name in self.of_trigger.get(span, ()) if fits(self.by_name[name])), None)
