"""Actions taken back and brought back, in every article that they touched."""

from collections.abc import Mapping, Sequence
from typing import Literal

from tui.model.article import ParagraphState
from tui.model.describe import describe_action
from tui.model.record import sort_spans
from tui.model.span import Span
from tui.session.moves import Moves
from tui.session.state import State


class HistoryCommands:
    """Undo and redo; each goes to what it changed."""

    def __init__(self, state: State, moves: Moves) -> None:
        self._state = state
        self._annotations = state.annotations
        self._moves = moves
        self._stepped = ""

    @property
    def stepped(self) -> str:
        """What was taken back or brought back last, in words."""
        return self._stepped

    def undo(self, action: str = "") -> int:
        """Take back an action, else the last one, in every article it touched.

        Says in how many articles it was, 0 where there is no such action to take back.
        """
        done = self._annotations.layer.done
        return self._step("undo", [action] if action in done else [] if action else done)

    def redo(self) -> int:
        """Bring back what was taken back last, wherever it was; say in how many articles, 0 for none."""
        return self._step("redo", self._annotations.layer.undone)

    def _step(self, kind: Literal["undo", "redo"], actions: Sequence[str]) -> int:
        if not actions:
            return 0
        action, layer = actions[-1], self._annotations.layer
        self._stepped = describe_action(layer.events_of(action), self._annotations.article.text)
        touched = layer.touched_by(action)
        spans = {span_id: layer.spans.get(span_id) for span_id in touched.spans}
        states = {index: self._marks_of(index) for index in touched.paragraphs}
        articles = self._annotations.step(kind, action)
        self._state.suggestions.follow(
            [index for index, (before, _) in states.items() if before != self._marks_of(index)[0]]
        )
        self._state.hints.close()
        self._state.cursor.clear()
        self._go_to_difference(spans, states)
        return articles

    def _go_to_difference(
        self, spans: Mapping[str, Span | None], states: Mapping[int, tuple[ParagraphState | None, bool]]
    ) -> None:
        """Go to the first span or paragraph that is not what it was."""
        now = self._annotations.layer.spans
        changed = sort_spans([now[key] for key, before in spans.items() if key in now and now[key] != before])
        if changed:
            self._moves.set_focus(changed[0].id)
            return
        self._state.focus.clear()
        gone = [before.start for key, before in spans.items() if before is not None and key not in now]
        paragraphs = [index for index, before in states.items() if before != self._marks_of(index)]
        starts = gone or [self._annotations.article.paragraphs[index].start for index in paragraphs]
        if starts:
            self._moves.enter(self._annotations.tokens.chunk_at(min(starts)))

    def _marks_of(self, paragraph: int) -> tuple[ParagraphState | None, bool]:
        """Give what was said of a paragraph as a whole: its state, and whether it is flagged."""
        return self._annotations.layer.states.get(paragraph), self._annotations.is_flagged(paragraph)
