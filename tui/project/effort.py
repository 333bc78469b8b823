"""Effort: the time, the actions and the keys that went into paragraphs, spans and labels, told from the log.

An action took as long as has passed since the one before it of the same annotator, wherever that was; of a
longer pause only the first `LONGEST_PAUSE` seconds count, for nobody knows who was at work then. The first
action of an annotator took no time, and what was imported is no action. Where an action was about several
paragraphs or spans, each has an equal share of its time; where it was about several articles, the first one
has all. The time before a span was made is that of its paragraph, too: seconds of spans are a part of those
of paragraphs. What was undone took its time all the same.

Keys are those that were pressed since the action before in the same app. What was written without counting
them (by an earlier version, say) has unknown ones, not none; they are shared as time is.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from msgspec import Struct, field

from tui.model.events import Accept, Add, Change, Event, Finish, Redo, Undo
from tui.model.layer import fold
from tui.model.span import Json, Span

LONGEST_PAUSE: Final = 120.0
"""The most seconds that count as work between two actions."""


class Effort(Struct, frozen=True):
    """What went into something."""

    seconds: float = 0.0
    """Time, in seconds."""
    actions: int = 0
    """Actions that touched it."""
    keys: float = 0.0
    """Keys that were pressed for those actions of which that is known."""
    keyed_actions: int = 0
    """How many of the actions these are."""

    def __add__(self, other: "Effort") -> "Effort":
        """Add up two efforts."""
        return Effort(
            self.seconds + other.seconds,
            self.actions + other.actions,
            self.keys + other.keys,
            self.keyed_actions + other.keyed_actions,
        )

    def share(self, count: int) -> "Effort":
        """Give the share of each of so many things: an action of all is one of each."""
        return Effort(self.seconds / count, self.actions, self.keys / count, self.keyed_actions)

    def estimate_keys(self) -> float | None:
        """Estimate the keys of all actions by those of which they are known; None where of none."""
        return self.keys / self.keyed_actions * self.actions if self.keyed_actions else None

    def as_json(self) -> dict[str, Json]:
        """Give it for a program."""
        found: dict[str, Json] = {"seconds": round(self.seconds, 1), "actions": self.actions}
        if self.keyed_actions:
            found |= {"keys": round(self.keys, 1), "keyed_actions": self.keyed_actions}
        return found


class Work(Struct, frozen=True):
    """What went into the work of some time, and what came of it."""

    effort: Effort = Effort()
    """What went into it."""
    paragraphs: int = 0
    """Paragraphs that were finished for the first time, and not by an import."""
    spans: int = 0
    """Spans that were made and not undone; of a label, those that any action touched."""

    @property
    def keys_per_paragraph(self) -> float | None:
        """How many keys went into a paragraph; None where none was finished, or no keys are known."""
        return _divide(self.effort.estimate_keys(), self.paragraphs)

    @property
    def keys_per_span(self) -> float | None:
        """How many keys went into a span; None where there is none, or no keys are known."""
        return _divide(self.effort.estimate_keys(), self.spans)

    def __add__(self, other: "Work") -> "Work":
        """Add up two works."""
        return Work(self.effort + other.effort, self.paragraphs + other.paragraphs, self.spans + other.spans)


class LayerEffort(Struct):
    """What went into what one annotator said of one article."""

    paragraphs: defaultdict[int, Effort] = field(default_factory=lambda: defaultdict(Effort))
    """What went into each paragraph, by index."""
    spans: defaultdict[str, Effort] = field(default_factory=lambda: defaultdict(Effort))
    """What went into each span, by id; also into one that is there no more."""
    labels: defaultdict[str, Work] = field(default_factory=lambda: defaultdict(Work))
    """What went into the spans of each label, and how many they are."""
    days: defaultdict[str, Work] = field(default_factory=lambda: defaultdict(Work))
    """What was done on each day in UTC, such as `2026-11-22`."""


def time_actions(starts: Iterable[tuple[str, str, str]]) -> dict[str, float]:
    """Give the seconds that each action took; they come as annotator, action and UTC time, in order."""
    seconds: dict[str, float] = {}
    last: dict[str, datetime] = {}
    for annotator, action, at in starts:
        now = datetime.fromisoformat(at)
        passed = (now - last.get(annotator, now)).total_seconds()
        # A clock that was put back says nothing.
        seconds[action] = min(max(passed, 0.0), LONGEST_PAUSE)
        last[annotator] = now
    return seconds


def measure_layer(
    events: Sequence[Event], seconds: Mapping[str, float], starts: Sequence[int] = (0,)
) -> LayerEffort:
    """Measure what went into a layer by its events, the seconds of actions, and where paragraphs start."""
    meter = _Meter(seconds, starts)
    for _, some in groupby(events, key=lambda event: event.action):
        meter.add(list(some))
    meter.count_results(events)
    return meter.found


class _Meter:
    """Adds up the actions of a layer."""

    def __init__(self, seconds: Mapping[str, float], starts: Sequence[int]) -> None:
        self.found = LayerEffort()
        self._seconds = seconds
        self._starts = starts
        self._spans: dict[str, tuple[int, str]] = {}
        """Where each span starts, and its label."""
        self._touched: dict[str, tuple[list[str], list[int]]] = {}
        """The spans and paragraphs that each action touched."""
        self._last: list[int] = []
        """The paragraphs that were touched last."""

    def add(self, events: Sequence[Event]) -> None:
        """Add what an action did."""
        first = events[0]
        for event in events:
            self._learn(event)
        if isinstance(first.act.digest, str):
            return
        spans, paragraphs = self._find_touched(events)
        self._touched[first.action] = spans, paragraphs
        self._last = paragraphs
        took = self._seconds.get(first.action, 0.0) if first.id == first.action else 0.0
        keys = [event.act.keys for event in events if isinstance(event.act.keys, int)]
        effort = Effort(took, 1, sum(keys), int(bool(keys)))
        self.found.days[first.at[:10]] += Work(effort)
        for index in paragraphs:
            self.found.paragraphs[index] += effort.share(len(paragraphs))
        for span in spans:
            share = effort.share(len(spans))
            if span in self._spans:
                label = self._spans[span][1]
                self.found.labels[label] += Work(share, spans=int(span not in self.found.spans))
            self.found.spans[span] += share

    def count_results(self, events: Sequence[Event]) -> None:
        """Count what came of it, on its days."""
        taken_back = fold(events).taken_back
        finished: set[int] = set()
        for event in events:
            if event.action in taken_back or isinstance(event.act.digest, str):
                continue
            match event.act:
                case Add(spans) | Accept(spans):
                    self.found.days[event.at[:10]] += Work(spans=len(spans))
                case Finish(paragraphs):
                    new = {*paragraphs} - finished
                    finished |= new
                    self.found.days[event.at[:10]] += Work(paragraphs=len(new))

    def _learn(self, event: Event) -> None:
        match event.act:
            case Add(spans) | Accept(spans):
                self._spans.update({span.id: _place_of(span) for span in spans})
            case Change(span) as change if span in self._spans:
                start, label = self._spans[span]
                self._spans[span] = (
                    change.start if isinstance(change.start, int) else start,
                    change.label if isinstance(change.label, str) else label,
                )

    def _find_touched(self, events: Sequence[Event]) -> tuple[list[str], list[int]]:
        """Find the spans and paragraphs of an action; where it names none it is where the one before was."""
        match events[0].act:
            case Undo(action) | Redo(action):
                return self._touched.get(action, ([], self._last))
        spans = sorted({span for event in events for span in event.act.touched().spans})
        paragraphs = {index for event in events for index in event.act.touched().paragraphs}
        paragraphs |= {self._paragraph_of(self._spans[span][0]) for span in spans if span in self._spans}
        return spans, sorted(paragraphs) or self._last

    def _paragraph_of(self, offset: int) -> int:
        return max(bisect_right(self._starts, offset) - 1, 0)


def _divide(keys: float | None, count: int) -> float | None:
    return None if keys is None or not count else keys / count


def _place_of(span: Span) -> tuple[int, str]:
    return span.start, span.label
