"""An annotator who knows the gold spans: reads what the app shows, decides what is cheapest, gives keys.

It reads the session, which is all that the screen draws from, and acts by keys alone.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from tui.model.labels import LabelSet
from tui.model.span import Span
from tui.session import Direction, Edge, Session, TokenPlace
from tui.suggest.suggestion import Suggestion

Gold: TypeAlias = tuple[int, int, str]
"""A gold span as start, end and label."""

Way: TypeAlias = Literal["cursor", "hints", "express", "screen"]
"""How the annotator works: by arrows alone, or in one of the app's modes."""

_FARTHEST: Final = 48
"""Code points beyond both ends that an edge may be moved on its way."""

_MOST_TABS: Final = 40
"""Tabs pressed at most to reach a span or suggestion."""

_FEW_TABS: Final = 3
"""Tabs that are pressed before another way is looked for."""

_EDGE_KEYS: Final[Mapping[Edge, tuple[tuple[str, Direction], ...]]] = {
    "start": (("(", -1), (")", 1)),
    "end": (("<", -1), (">", 1)),
}
_NUDGE_KEYS: Final[Mapping[Edge, tuple[tuple[str, Direction], ...]]] = {
    "start": (("{", -1), ("}", 1)),
    "end": (("[", -1), ("]", 1)),
}
_FINE_KEY: Final = "\\"
_DETAILS_KEY: Final = ";"


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys to press for one thing that is to be put right."""

    keys: tuple[str, ...]
    """The keys."""
    target: Gold | None = None
    """The gold span that they make; None where something is taken away."""
    hint: tuple[TokenPlace, int] | None = None
    """The token whose hint makes a new span, and the hint's letters, where that is how."""


class Oracle:
    """Decides what to press on one article."""

    def __init__(
        self, session: Session, labels: LabelSet, gold: Iterable[Gold], *, way: Way, with_digits: bool = True
    ) -> None:
        self.session = session
        """The state of the app; read, never changed."""
        self.gold = sorted(set(gold))
        """The article's gold spans."""
        self._known = set(self.gold)
        self._labels = labels
        self._way = way
        self._with_digits = with_digits
        self._chunk_starts = [chunk.start for chunk in session.chunks]
        self._target: Gold | None = None

    # What is

    def chunk_of(self, gold: Gold) -> int:
        """Say in which chunk a gold span begins."""
        return max(bisect_right(self._chunk_starts, gold[0]) - 1, 0)

    def standing(self) -> set[Gold]:
        """Give the spans that are there."""
        return {_edges(span) for span in self.session.layer.spans.values()}

    def shown(self) -> list[tuple[int, Suggestion]]:
        """List the suggestions at work, each with its chunk."""
        if self._way == "cursor":
            return []
        session = self.session
        return [
            (chunk, each) for chunk in session.reading.at_work for each in session.suggestions.in_chunk(chunk)
        ]

    def missing(self, chunks: Iterable[int]) -> list[Gold]:
        """List the gold spans of some chunks that are not there, suggested or not."""
        here, standing = set(chunks), self.standing()
        return [each for each in self.gold if each not in standing and self.chunk_of(each) in here]

    # What to do

    def decide(self) -> Plan | None:
        """Give the keys for what is to be put right first in the chunks at work; None where all is right."""
        session = self.session
        suggested = [each for _, each in self.shown()]
        suggested_edges = {_edges(each) for each in suggested}
        todo = [each for each in self.missing(session.reading.at_work) if each not in suggested_edges]
        focus = session.focus.span
        if focus is not None and _edges(focus) not in self._known:
            return self._correct_focus(focus, todo)
        doubted = session.focus.suggestion
        if doubted in suggested and _edges(doubted) not in self._known:
            aims = [each for each in todo if doubted.start < each[1] and each[0] < doubted.end]
            if not aims:
                return Plan(("backspace",))
            plan = min(self._ways_to(aims[0], suggested), key=lambda plan: len(plan.keys), default=None)
            if plan is not None:
                self._target = plan.target
                return plan
        stray = [span for span in session.layer.spans.values() if _edges(span) not in self._known]
        if stray:
            tabs = self._tabs_to(stray[0])
            return Plan((*(tabs or ("tab",)), "backspace"))
        if todo:
            plan = min(self._ways_to(todo[0], suggested), key=lambda plan: len(plan.keys), default=None)
            if plan is not None:
                self._target = plan.target
            return plan
        wrong = [each for each in suggested if _edges(each) not in self._known]
        if wrong:
            return min(self._ways_against(wrong[0], suggested), key=lambda plan: len(plan.keys), default=None)
        return None

    def accept_one(self, chunks: Iterable[int]) -> Plan | None:
        """Give the keys that accept the first right suggestion of some chunks by itself, if there is any."""
        here = set(chunks)
        for chunk, each in self.shown():
            if chunk in here and _edges(each) in self._known:
                return Plan((*(self._tabs_to(each) or ("tab",)), "space"), _edges(each))
        return None

    def _correct_focus(self, focus: Span, todo: Sequence[Gold]) -> Plan:
        """Make what is in focus a gold span, or take it away."""
        aims = [self._target] if self._target in todo else list(todo[:3])
        plans = [
            Plan(keys, aim)
            for aim in aims
            if aim is not None and (keys := self._change(_edges(focus), aim)) is not None
        ]
        return min(plans, key=lambda plan: len(plan.keys), default=Plan(("backspace",)))

    def _ways_to(self, aim: Gold, suggested: Sequence[Suggestion]) -> Iterator[Plan]:
        """Give ways to make a gold span that is not there."""
        session = self.session
        start = session.tokens.at(aim[0])[0]
        place = self._place_of(start)
        for wrong in suggested:
            if wrong.start < aim[1] and aim[0] < wrong.end and _edges(wrong) not in self._known:
                for reach in self._reach(wrong, suggested):
                    keys = self._change(_edges(wrong), aim)
                    if keys is not None:
                        yield Plan((*reach, *keys), aim)
        label_key = next((each.key for each in self._labels.labels if each.name == aim[2]), None)
        if self._way == "hints":
            open_keys = (label_key,) if label_key else (*self._leave_focus(), *self.pick(aim[2]))
            yield from self._by_asked_hint(aim, place, open_keys, aim[2])
            return
        code = self._code_of(place)
        if code is not None and not self._stops_at(start, suggested):
            keys = self._change(session.suggestions.predict_span(place, None), aim)
            if keys is not None:
                yield Plan((*code, *keys), aim, (place, len(code)))
        stop = session.focus.stop
        if label_key and stop is not None and stop.label == aim[2]:
            open_keys = (label_key.upper(),)
        elif label_key:
            open_keys = (*self._leave_focus(), label_key.upper())
        else:
            open_keys = (*self._leave_focus(), *self.pick(aim[2]))
        yield from self._by_asked_hint(aim, place, open_keys, aim[2])

    def _by_asked_hint(
        self, aim: Gold, place: TokenPlace, open_keys: Sequence[str], label: str
    ) -> Iterator[Plan]:
        """Ask for all hints with a label, then type that of the token."""
        code = self._all_codes()[place]
        keys = self._change(self.session.suggestions.predict_span(place, label), aim)
        if keys is not None:
            yield Plan((*open_keys, *code, *keys), aim, (place, len(code)))

    def _ways_against(self, wrong: Suggestion, suggested: Sequence[Suggestion]) -> Iterator[Plan]:
        """Give ways to turn a suggestion down."""
        for reach in self._reach(wrong, suggested):
            yield Plan((*reach, "backspace"))

    def _reach(self, wrong: Suggestion, suggested: Sequence[Suggestion]) -> Iterator[tuple[str, ...]]:
        """Give ways to bring a suggestion into focus: by Tab, or by its hint once or more."""
        if wrong == self.session.focus.suggestion:
            yield ()
            return
        tabs = self._tabs_to(wrong)
        if tabs is not None:
            yield tabs
        if self._way == "hints":
            if tabs is None or len(tabs) > _FEW_TABS:
                yield self._jump_to(wrong)
            return
        stops = self._stops_at(wrong.start, suggested)
        focus = self.session.focus.span or self.session.focus.suggestion
        before = stops.index(focus) + 1 if focus in stops else 0
        code = self._code_of(self._place_of(wrong.start))
        if code is not None:
            yield (*code,) * ((stops.index(wrong) - before) % len(stops) + 1)

    def _stops_at(self, start: int, suggested: Sequence[Suggestion]) -> list[Span | Suggestion]:
        """List what the hint at a code point goes to, in its order."""
        spans = [span for span in self.session.annotations.spans_in(start, start + 1) if span.start == start]
        return [*[each for each in suggested if each.start == start], *spans]

    def _place_of(self, start: int) -> TokenPlace:
        """Give the chunk and the token that start at a code point."""
        chunk = max(bisect_right(self._chunk_starts, start) - 1, 0)
        return chunk, bisect_left(self.session.tokens.of(chunk), (start, 0))

    def _jump_to(self, stop: Suggestion) -> tuple[str, ...]:
        """Put the cursor where a suggestion starts by a hint, and go on by Tab."""
        there: list[Span | Suggestion] = [
            *(each for each in self.session.layer.spans.values() if each.start == stop.start),
            *(each for _, each in self.shown() if each.start == stop.start),
        ]
        there.sort(key=lambda each: (-each.end, each.label))
        code = self._all_codes()[self._place_of(stop.start)]
        return ("'", *code, *["tab"] * (there.index(stop) + 1))

    def _tabs_to(self, stop: Span | Suggestion) -> tuple[str, ...] | None:
        directions: tuple[tuple[str, Direction], ...] = (("tab", 1), ("shift+tab", -1))
        found: list[tuple[str, ...]] = []
        for key, direction in directions:
            here: Span | Suggestion | None = self.session.focus.span or self.session.focus.suggestion
            for count in range(1, _MOST_TABS):
                here = self.session.moves.find_stop(here, direction)
                if here is None:
                    break
                if here == stop:
                    found.append((key,) * count)
                    break
        return min(found, key=len, default=None)

    def _leave_focus(self) -> tuple[str, ...]:
        return ("escape",) if self.session.focus.span or self.session.focus.suggestion else ()

    def _code_of(self, place: TokenPlace) -> str | None:
        """Give the letters of a token's hint where they are on the screen unasked."""
        start = self.session.tokens.of(place[0])[place[1]][0]
        hints = self.session.hints.list_shown()
        at = bisect_left(hints, (start, ""))
        return hints[at][1] if at < len(hints) and hints[at][0] == start else None

    def _all_codes(self) -> Mapping[TokenPlace, str]:
        return {token: code for code, token in self.session.hints.assign_codes().items()}

    def _change(self, here: Gold, aim: Gold) -> tuple[str, ...] | None:
        """Give the keys that make one span of another that is in focus."""
        if here[2] == aim[2]:
            return self.move_edges(here, aim[:2])
        relabel = self._relabel(aim[2])
        if self.session.annotations.find_equal(*here[:2], aim[2]) is None:
            keys = self.move_edges((*here[:2], aim[2]), aim[:2])
            return None if keys is None else (*relabel, *keys)
        keys = self.move_edges(here, aim[:2])
        return None if keys is None else (*keys, *relabel)

    def _relabel(self, label: str) -> tuple[str, ...]:
        """Give another label to what is in focus; before one is found by its name, `;` asks for details."""
        key = next((each.key for each in self._labels.labels if each.name == label), None)
        return (key.upper(),) if key else (_DETAILS_KEY, *self.pick(label))

    def pick(self, label: str) -> tuple[str, ...]:
        """Find a label by the fewest letters of its name."""
        name = label.casefold()
        parts = sorted(
            {name[start:end] for start in range(len(name)) for end in range(start + 1, len(name) + 1)},
            key=lambda part: (len(part), part),
        )
        for part in ("", *parts):
            found = [each.name.casefold() for each in self._labels.labels if part in each.name.casefold()]
            found.sort(key=lambda each: not each.startswith(part))
            if part.strip() == part and found[0] == name:
                return (_DETAILS_KEY, *part, "enter")
        raise ValueError(f"the label {label!r} cannot be told from others by its name")

    # Edges

    def move_edges(self, here: Gold, aim: tuple[int, int]) -> tuple[str, ...] | None:
        """Give the fewest keys found that move both edges of what is in focus; None where none do."""
        start, end, label = here
        if here[:2] == aim:
            return ()
        spans = self.session.layer.spans.values()
        taken = {(span.start, span.end) for span in spans if span.label == label} - {here[:2]}
        found: list[tuple[str, ...]] = []
        fine = self.session.edges.is_fine
        if aim[0] < end:
            first = self._move("start", [(start, fine, ())], aim[0], end, taken)
            if first is not None:
                second = self._move("end", self._ends(aim[0], end, first[1], taken), aim[1], aim[0], taken)
                found += [] if second is None else [(*first[0], *second[0])]
        if start < aim[1] and start != aim[0]:
            first = self._move("end", self._ends(start, end, fine, taken), aim[1], start, taken)
            if first is not None:
                second = self._move("start", [(start, first[1], ())], aim[0], aim[1], taken)
                found += [] if second is None else [(*first[0], *second[0])]
        return min(found, key=len, default=None)

    def _ends(
        self, start: int, end: int, fine: bool, taken: Set[tuple[int, int]]
    ) -> list[tuple[int, bool, tuple[str, ...]]]:
        """List where an end can be at once: where it is, or at so many tokens where no equal span is."""
        ends: list[tuple[int, bool, tuple[str, ...]]] = [(end, fine, ())]
        if self._with_digits:
            lengths = [(self.session.tokens.end_after(start, count), count) for count in range(1, 11)]
            ends += [
                (offset, fine, (str(count % 10),))
                for offset, count in lengths
                if (start, offset) not in taken
            ]
        return ends

    def _move(
        self,
        edge: Edge,
        sources: Sequence[tuple[int, bool, tuple[str, ...]]],
        aim: int,
        other: int,
        taken: Set[tuple[int, int]],
    ) -> tuple[tuple[str, ...], bool] | None:
        """Find the fewest keys from any source to `aim`, and whether steps are fine then.

        The app steps over what is `taken`.
        """
        tokens = self.session.tokens
        is_edge = tokens.at(aim)[0] == aim if edge == "start" else tokens.at(aim - 1)[1] == aim
        low = min(aim, *(offset for offset, _, _ in sources[:1])) - _FARTHEST
        high = max(aim, *(offset for offset, _, _ in sources[:1])) + _FARTHEST

        def span_to(offset: int) -> tuple[int, int]:
            return (offset, other) if edge == "start" else (other, offset)

        def step(offset: int, direction: Direction) -> int:
            return tokens.step_edge(*span_to(offset), edge, direction)[edge == "end"]

        def step_finer(offset: int, direction: Direction) -> int:
            return tokens.step_finer(offset, edge, direction, fine=fine)

        def pass_taken(step: Callable[[int, Direction], int], offset: int, direction: Direction) -> int:
            there = step(offset, direction)
            while span_to(there) in taken and (further := step(there, direction)) != there:
                there = further
            return offset if span_to(there) in taken else there

        queue = deque(sorted(sources, key=lambda source: len(source[2])))
        seen: set[tuple[int, bool]] = set()
        while queue:
            offset, fine, keys = queue.popleft()
            if offset == aim:
                return keys, fine
            if (offset, fine) in seen:
                continue
            seen.add((offset, fine))
            after = [(pass_taken(step, offset, direction), fine, key) for key, direction in _EDGE_KEYS[edge]]
            if not is_edge:
                after += [
                    (pass_taken(step_finer, offset, direction), fine, key)
                    for key, direction in _NUDGE_KEYS[edge]
                ]
                after.append((offset, not fine, _FINE_KEY))
            for place, is_fine, key in after:
                is_span = place < other if edge == "start" else place > other
                if is_span and low <= place <= high:
                    queue.append((place, is_fine, (*keys, key)))
        return None


class CursorOracle:
    """Works by arrows, shift with arrows and label keys alone; one key at a time."""

    def __init__(
        self,
        oracle: Oracle,
        labels: LabelSet,
        line_of: Callable[[int], tuple[int, int]],
    ) -> None:
        self._oracle = oracle
        self._labels = labels
        self._line_of = line_of

    def decide(self, chunks: Iterable[int]) -> tuple[str, ...] | None:
        """Give the next keys; None where all is right in these chunks."""
        oracle, session = self._oracle, self._oracle.session
        todo = oracle.missing(chunks)
        focus = session.focus.span
        if focus is not None and _edges(focus) not in set(oracle.gold):
            made = [each for each in todo[:1] if each[2] == focus.label]
            keys = oracle.move_edges(_edges(focus), made[0][:2]) if made else None
            return keys or ("backspace",)
        if not todo:
            return None
        aim = todo[0]
        first, last = session.tokens.at(aim[0]), session.tokens.at(max(aim[1] - 1, aim[0]))
        cursor, anchor = session.cursor.word, session.cursor.anchor
        if cursor is None or anchor is None:
            return ("right",)
        if anchor != cursor or cursor == first:
            if anchor != first:
                return ("left",)
            if cursor == last:
                key = next((each.key for each in self._labels.labels if each.name == aim[2]), None)
                return (key,) if key else oracle.pick(aim[2])
            return (f"shift+{self._towards(cursor, last)}",)
        return (self._towards(cursor, first),)

    def _towards(self, here: tuple[int, int], there: tuple[int, int]) -> str:
        """Give the arrow that brings the cursor nearer."""
        is_before = there < here
        here_line, there_line = self._line_of(here[0]), self._line_of(there[0])
        words = self._oracle.session.tokens.words_of(self._oracle.session.reading.current)
        apart = abs(bisect_left(words, there) - bisect_left(words, here))
        if here_line != there_line and apart > 6:
            return "up" if is_before else "down"
        return "left" if is_before else "right"


def _edges(each: Span | Suggestion) -> Gold:
    return each.start, each.end, each.label
