"""The edges of the selection, else of what is in focus, moved by words, parts of words and code points."""

from collections.abc import Callable

from tui.session.commands.spans import Outcome, SpanCommands
from tui.session.state import State
from tui.session.tokens import Direction, Edge


class EdgeCommands:
    """What moves an edge; an empty stretch is not taken, and one that is taken already is stepped over."""

    def __init__(self, state: State, spans: SpanCommands) -> None:
        self._state = state
        self._tokens = state.annotations.tokens
        self._spans = spans
        self._is_fine = False

    @property
    def is_fine(self) -> bool:
        """Whether edges are nudged by code points instead of characters as seen."""
        return self._is_fine

    def toggle_fine(self) -> None:
        """Nudge edges by code points from now on, or by characters as seen again."""
        self._is_fine = not self._is_fine

    def set_length(self, count: int) -> Outcome:
        """Make the span in focus, or the selection, `count` words long."""
        here = self._state.stretch
        return "no span" if here is None else self._set(here[0], self._tokens.end_after(here[0], count))

    def move(self, edge: Edge, direction: Direction) -> Outcome:
        """Move an edge by a word."""
        return self._step(lambda start, end: self._tokens.step_edge(start, end, edge, direction))

    def nudge(self, edge: Edge, direction: Direction) -> Outcome:
        """Move an edge to the next finer edge than that of a word."""

        def step(start: int, end: int) -> tuple[int, int]:
            if edge == "start":
                return self._tokens.step_finer(start, edge, direction, fine=self._is_fine), end
            return start, self._tokens.step_finer(end, edge, direction, fine=self._is_fine)

        return self._step(step)

    def _step(self, step: Callable[[int, int], tuple[int, int]]) -> Outcome:
        """Move an edge by a step, by more of them where an equal span is there already."""
        here = self._state.stretch
        if here is None:
            return "no span"
        there = step(*here)
        while (outcome := self._set(*there)) == "equal" and (further := step(*there)) != there:
            there = further
        return outcome

    def _set(self, start: int, end: int) -> Outcome:
        """Move both edges of the selection, else of the span in focus."""
        if not 0 <= start < end <= len(self._state.annotations.article.text):
            return "done"
        if self._state.cursor.selection is not None:
            self._state.cursor.set_edges(start, end)
            return "done"
        span, acts = self._spans.grasp()
        if span is None:
            return "no span"
        return self._spans.change(span, acts, span.with_edges(start, end))
