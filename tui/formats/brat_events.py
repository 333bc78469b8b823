"""brat's events: as the reader keeps them in the metadata, and as they stand after the spans have changed.

    {"E1":{"type":"Attack","trigger":"T2","arguments":[["Agent","T1"]],"attributes":["Negation"],"is_noted":true}}

The arguments are relations from the trigger, too; one whose relation is gone is no argument any more.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from tui.records import Record
from tui.spans import Json, Relation


class Event(msgspec.Struct, omit_defaults=True):
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


def write_events(events: Mapping[str, Event]) -> dict[str, Json]:
    """Give events as metadata."""
    written: dict[str, Json] = msgspec.to_builtins(events)
    return written


@dataclass(frozen=True, slots=True)
class Events:
    """The events of a record whose triggers are still there."""

    by_name: Mapping[str, Event] = field(default_factory=dict)
    """Each by its name."""
    arguments: frozenset[str] = frozenset()
    """The ids of the relations that are arguments of them."""

    @classmethod
    def of(cls, record: Record) -> "Events":
        """Find them, each with the arguments whose relations are still there."""
        try:
            kept = msgspec.convert(record.meta.get("events"), dict[str, Event])
        except msgspec.ValidationError:
            return cls()
        spans = {span.id for span in record.spans or ()}
        there = {name: event for name, event in kept.items() if event.trigger in spans}
        used: set[str] = set()
        for event in there.values():
            arguments = []
            for role, target in event.arguments:
                tail = there[target].trigger if target in there else target
                found = _find(record.relations, used, (role, event.trigger, tail))
                if found is not None:
                    used.add(found)
                    arguments.append((role, target))
            event.arguments = arguments
        return cls(there, frozenset(used))

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
        names = [name for name, event in self.by_name.items() if event.trigger == span]
        return attribute == "events" and bool(names) and value == names

    def _find(self, span: str, fits: Callable[[Event], bool]) -> str | None:
        return next(
            (name for name, event in self.by_name.items() if event.trigger == span and fits(event)), None
        )


def _find(relations: Sequence[Relation], used: Collection[str], ends: tuple[str, str, str]) -> str | None:
    """Find a relation by its label, head and tail."""
    return next(
        (each.id for each in relations if each.id not in used and (each.label, each.head, each.tail) == ends),
        None,
    )
