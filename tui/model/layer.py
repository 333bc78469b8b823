"""What is: the pure fold of one annotator's events on one article.

Events are folded in the order of their ids, whatever order they arrived in, so that the union of two logs has
one meaning. An action that was undone counts as if it had never happened, until it is redone.
"""

from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, fields
from itertools import groupby
from typing import Final

from msgspec import UNSET, structs

from tui.model.annotation import NOTHING_TOUCHED, Annotation, Touched
from tui.model.article import Article, ParagraphState
from tui.model.events import Act, Add, Change, Event, Redo, Remove, Undo, write_act

_KEPT_ACTIONS: Final = 8
"""The newest actions that are undone without a fold of all events."""


@dataclass(slots=True)
class _Found:
    """What one of the newest actions found, where it changed anything."""

    action: str
    """The action's id."""
    touched: Touched = NOTHING_TOUCHED
    """What it touched."""
    parts: dict[str, object] = field(default_factory=dict)
    """The parts of the annotation as they were before it, by name."""


@dataclass(slots=True)
class Layer(Annotation):
    """Everything one annotator has said of one article: the fold of their events."""

    events: list[Event] = field(default_factory=list)
    """The events folded so far, by id."""
    done: list[str] = field(default_factory=list)
    """Actions that undo would take back, the last one last."""
    undone: list[str] = field(default_factory=list)
    """Actions that redo would bring back, the next one last."""
    taken_back: set[str] = field(default_factory=set)
    """Actions that count as if they had never happened."""
    _known: set[str] = field(default_factory=set)
    """Actions that undo could take back, whatever became of them."""
    _imported: set[tuple[str, str, str]] = field(default_factory=set)
    """What came with an import and counts: the digest of its record, and what of that."""
    _found: list[_Found] = field(default_factory=list, compare=False, repr=False)
    """What the newest actions that count found, the last one last."""

    @property
    def last_event(self) -> str:
        """The id of the newest event; empty before the first."""
        return self.events[-1].id if self.events else ""

    def apply(self, event: Event) -> Touched:
        """Fold in one more event, newer than all before; say what it touched."""
        self.events.append(event)
        match event.act:
            case Undo(action):
                self._note(event)
                return self._take_back(action)
            case Redo(action):
                newest = self._find_newest(action)
                self._note(event)
                return self._bring_back(action, newest)
        self._note(event)
        if event.action not in self.taken_back:
            self._change(event)
        return event.act.touched()

    def events_of(self, action: str) -> list[Event]:
        """List what an action did; what undid or redid it is an action of its own."""
        return [event for event in self.events if event.action == action and not event.is_step]

    def touched_by(self, action: str) -> Touched:
        """Say what an action touched."""
        touched = NOTHING_TOUCHED
        for event in self.events_of(action):
            touched |= event.act.touched()
        return touched

    def rewind(self, count: int) -> None:
        """Forget every event after the first `count`: the database would not take them."""
        self.replace_events(self.events[:count])

    def replace_events(self, events: Iterable[Event]) -> None:
        """Become what these events, in any order, say."""
        self.become(fold(events))

    def become(self, other: "Layer") -> None:
        """Become what another layer is, which is used no more."""
        for part in fields(self):
            setattr(self, part.name, getattr(other, part.name))

    def fold_own(self) -> None:
        """Say what the events say, of which nothing was folded yet."""
        for event in self.events:
            self._note(event)
        counting = [each for each in self.events if not each.is_step and each.action not in self.taken_back]
        runs = [list(some) for _, some in groupby(counting, lambda event: event.action)]
        newest = sum(map(len, runs[-_KEPT_ACTIONS:]))
        for event in counting[: len(counting) - newest]:
            self._apply(event.act)
        for event in counting[len(counting) - newest :]:
            self._change(event)

    def _note(self, event: Event) -> None:
        """Take note of what can be undone and redone after an event."""
        match event.act:
            case Undo(action):
                _move(action, self.done, self.undone)
                self.taken_back.add(action)
            case Redo(action):
                # What was done meanwhile made redo forget it here, but not in the action's other articles.
                was_known = action in self.taken_back and action in self._known
                if was_known and action not in self.undone and action not in self.done:
                    self.undone.append(action)
                _move(action, self.undone, self.done)
                self.taken_back.discard(action)
            case act if isinstance(act.digest, str):
                # What was imported is taken back with its import.
                return
            case _:
                self._known.add(event.action)
                self.undone.clear()
                is_last = bool(self.done) and self.done[-1] == event.action
                if not is_last and (event.id == event.action or event.action not in self.done):
                    self.done.append(event.action)

    def _change(self, event: Event) -> None:
        """Make the change of an event that counts, and keep what it found."""
        touched = event.act.touched()
        if event.id == event.action:
            self._found.append(_Found(event.action))
            del self._found[:-_KEPT_ACTIONS]
        elif not self._found or self._found[-1].action != event.action:
            # It belongs to an action before, or to one that began in another article.
            self._found.clear()
        if self._found:
            found = self._found[-1]
            found.touched |= touched
            imported = () if event.act.digest is UNSET else ("_imported",)
            for name in (*_parts_of(touched), *imported):
                if name not in found.parts:
                    found.parts[name] = copy(getattr(self, name))
        self._apply(event.act)

    def _apply(self, act: Act) -> None:
        """Make the change of an act that counts.

        Of a record that came in twice, in two copies of a project, what is there already is left out: else
        the second time would overwrite what was done since the first one. A record changes and removes
        nothing: what does so was said of a label, and may be said again.
        """
        if isinstance(act, Add) and isinstance(act.digest, str):
            names = {(act.digest, act.kind, span.id): span for span in act.spans}
            spans = [span for name, span in names.items() if name not in self._imported]
            self._imported.update(names)
            act = structs.replace(act, spans=tuple(spans))
        elif isinstance(act.digest, str) and not isinstance(act, Change | Remove):
            name = (act.digest, act.kind, write_act(act))
            if name in self._imported:
                return
            self._imported.add(name)
        act.apply(self)

    def _take_back(self, action: str) -> Touched:
        """Undo an action: put back what it found, where it is the newest one that counts; else fold anew."""
        if not self._found or self._found[-1].action != action:
            touched = self.touched_by(action)
            self.replace_events(self.events)
            return touched
        found = self._found.pop()
        for name, part in found.parts.items():
            setattr(self, name, part)
        return found.touched

    def _find_newest(self, action: str) -> list[Event] | None:
        """Find the events of an action that was undone, where every one that counts is before it."""
        if action not in self.taken_back:
            return None
        newest: list[Event] = []
        for event in reversed(self.events):
            if event.action == action and not event.is_step:
                newest.append(event)
            elif not event.is_step and event.action not in self.taken_back:
                return newest[::-1] if event.id < action else None
        return newest[::-1]

    def _bring_back(self, action: str, newest: list[Event] | None) -> Touched:
        """Redo an action: make its changes, where it is newer than all that counts; else fold anew."""
        if newest is None:
            touched = self.touched_by(action)
            self.replace_events(self.events)
            return touched
        touched = NOTHING_TOUCHED
        for event in newest:
            touched |= event.act.touched()
            self._change(event)
        return touched


def count_states(article: Article, annotation: Annotation) -> Counter[ParagraphState]:
    """Count an article's paragraphs by what an annotator made of them, or what they look like."""
    counts = Counter(annotation.states.values())
    counts["boilerplate"] += sum(index not in annotation.states for index in article.boilerplate)
    counts["unfinished"] = len(article.paragraphs) - counts.total() + counts["unfinished"]
    return counts


def fold(events: Iterable[Event]) -> Layer:
    """Turn one annotator's events on one article, in any order, into what is."""
    layer = Layer(events=sorted(events, key=lambda event: event.id))
    layer.fold_own()
    return layer


def paragraph_state(article: Article, layer: Layer, index: int) -> ParagraphState:
    """Say in which state a paragraph is: what was said of it, else what it looks like."""
    return layer.states.get(index, "boilerplate" if index in article.boilerplate else "unfinished")


def _parts_of(touched: Touched) -> Iterable[str]:
    """Name the parts of an annotation that an event which touches this may change."""
    if touched.spans:
        yield "spans"
    if touched.spans or touched.relations:
        yield "relations"
    if touched.spans or touched.entities:
        yield "entities"
    if touched.paragraphs:
        yield from ("states", "flags", "notes", "paragraph_labels")
    if touched.article_labels:
        yield "article_labels"
    if touched.rejected:
        yield "rejected"


def _move(action: str, source: list[str], target: list[str]) -> None:
    if source and source[-1] == action:
        target.append(source.pop())
    elif action in source:
        source.remove(action)
        target.append(action)
