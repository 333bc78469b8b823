"""What became of a span: who made it, changed it, took it away, brought it back, and what was decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from msgspec import UNSET, Struct

from tui.model.annotation import Annotation
from tui.model.events import Accept, Act, Add, Change, Event, Note, Redo, Reject, Remove, Undo
from tui.model.labels import write_answer
from tui.model.span import HAND, NO_ATTRIBUTES, Json, Span, SpanPlace
from tui.text.messages import quote

_LONGEST_QUOTE: Final = 40
"""Code points of a text that are quoted."""

_SOURCES: Final[Mapping[str, str]] = {
    "pattern": "a pattern of labels.yaml",
    "repeat": "what was tagged before",
    "learner": "what was learnt",
}
"""What spantag's own sources of suggestions are called for a person; others have their own names."""


class SpanStep(Struct, frozen=True):
    """One thing that was done to a span."""

    at: str
    """When, in UTC."""
    annotator: str
    """Who."""
    did: str
    """What, in a few words."""


def list_steps(events: Iterable[Event], span_id: str, text: str) -> list[SpanStep]:
    """List what was done to a span of an article of this text by one annotator, the newest first."""
    return _list_newest_first(events, _Story(span_id, text))


def list_decisions(events: Iterable[Event], place: SpanPlace) -> list[SpanStep]:
    """List what an adjudicator decided of a place, the newest first."""
    return _list_newest_first(events, _Verdicts(place))


class _Story:
    """A span, followed from one action to the next."""

    def __init__(self, span_id: str, text: str) -> None:
        self._span_id = span_id
        self._text = text
        self._acts: dict[str, list[Act]] = {}
        self._taken_back: set[str] = set()

    def tell(self, action: str, acts: Sequence[Act]) -> str:
        """Say what an action did to the span; nothing where it did nothing."""
        own = [act for act in acts if self._span_id in act.touched().spans]
        said: list[str] = []
        for act in own:
            before = self._find_span()
            self._acts.setdefault(action, []).append(act)
            said += self._describe(act, before)
        return "; ".join(said)

    def take_back(self, action: str, *, again: bool) -> None:
        """Count an action no more, or again."""
        if again:
            self._taken_back.discard(action)
        else:
            self._taken_back.add(action)

    def _find_span(self) -> Span | None:
        """Find what the span is by now."""
        annotation = Annotation()
        for action, acts in self._acts.items():
            for act in acts:
                if action not in self._taken_back:
                    act.apply(annotation)
        return annotation.spans.get(self._span_id)

    def _describe(self, act: Act, before: Span | None) -> Iterator[str]:
        match act:
            case Add(spans) | Accept(spans):
                span = next(each for each in spans if each.id == self._span_id)
                yield f"{_describe_source(act, span)}: {span.label} {self._quote(span.start, span.end)}"
            case Change() if before is not None:
                yield from self._describe_change(act, before)
            case Note():
                said = "" if act.text is UNSET else act.text
                yield f"noted: “{said}”" if said else "took the note away"
            case Remove():
                yield "removed"

    def _describe_change(self, change: Change, before: Span) -> Iterator[str]:
        if change.label is not UNSET and change.label != before.label:
            yield f"relabelled: {before.label} → {change.label}"
        start = before.start if change.start is UNSET else change.start
        end = before.end if change.end is UNSET else change.end
        if (start, end) != (before.start, before.end):
            yield f"moved: {self._quote(before.start, before.end)} → {self._quote(start, end)}"
        elif change.fragments is not UNSET and change.fragments != before.fragments:
            yield "changed its pieces"
        if change.attributes is not UNSET:
            yield from _describe_answers(before, change.attributes or NO_ATTRIBUTES)

    def _quote(self, start: int, end: int) -> str:
        return f"“{quote(self._text, start, end, limit=_LONGEST_QUOTE)}”"


class _Verdicts:
    """What is decided of a place."""

    def __init__(self, place: SpanPlace) -> None:
        self._place = place
        self._ids: set[str] = set()

    def tell(self, action: str, acts: Sequence[Act]) -> str:
        """Say what an action decided of the place; nothing where it decided nothing."""
        del action
        said: list[str] = []
        for act in acts:
            match act:
                case Add(spans) | Accept(spans) if ids := [each.id for each in spans if self._is_there(each)]:
                    self._ids.update(ids)
                    said.append("adjudicated: taken")
                case Reject(spans) if any(map(self._is_there, spans)):
                    said.append("adjudicated: turned down")
                case Note() if act.span in self._ids and act.text:
                    said.append(f"reason: “{act.text}”")
                case Remove(spans=removed) if self._ids & set(removed):
                    said.append("adjudicated: removed")
        return "; ".join(said)

    def take_back(self, action: str, *, again: bool) -> None:
        """Do nothing: what was decided is told by each action alone."""

    def _is_there(self, span: Span) -> bool:
        return span.place == self._place


def _list_newest_first(events: Iterable[Event], teller: _Story | _Verdicts) -> list[SpanStep]:
    steps: list[SpanStep] = []
    did: dict[str, str] = {}
    for action, some in groupby(events, key=lambda event: event.action):
        own = list(some)
        match own[0].act:
            case Undo(undone) if undone in did:
                teller.take_back(undone, again=False)
                said = f"took back: {did[undone]}"
            case Redo(redone) if redone in did:
                teller.take_back(redone, again=True)
                said = f"brought back: {did[redone]}"
            case _:
                said = teller.tell(action, [event.act for event in own])
                did |= {action: said} if said else {}
        if said:
            who = f"{own[0].annotator} by {own[0].by}" if own[0].by else own[0].annotator
            steps.append(SpanStep(own[0].at, who, said))
    return steps[::-1]


def _describe_source(act: Act, span: Span) -> str:
    """Say how a span came to be."""
    if isinstance(act.digest, str):
        return "imported"
    source = _SOURCES.get(span.origin.source, span.origin.source)
    if isinstance(act, Accept):
        sure = "" if span.origin.confidence is None else f", {span.origin.confidence:.0%} sure"
        return f"accepted from {source}{sure}"
    return "made" if source == HAND.source else f"made, as {source} said"


def _describe_answers(before: Span, answers: Mapping[str, Json]) -> Iterator[str]:
    for name, value in answers.items():
        if before.attributes.get(name) != value:
            yield f"answered: {name} = {write_answer(value)}"
    for name in before.attributes:
        if name not in answers:
            yield f"took an answer back: {name}"
