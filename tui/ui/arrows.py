"""What an arrow does to a session: it moves the cursor by words and by lines, or the edge that is held."""

from typing import Literal

from tui.session import Direction, Outcome, Session
from tui.ui.presenter import Presenter


class Arrows:
    """Arrows that were pressed; up and down keep to the cell where they began."""

    def __init__(self, session: Session, presenter: Presenter) -> None:
        self._session = session
        self._presenter = presenter
        self._goal_x: int | None = None

    def forget_cell(self) -> None:
        """Begin anew at the cell where the cursor is by then: another key came."""
        self._goal_x = None

    def step(self, direction: Direction) -> Outcome:
        """Move the edge that is held, else the cursor, by a word."""
        held = self._session.focus.held
        if held is not None:
            return self._session.edges.move(held, direction)
        self._session.moves.move_word(direction)
        return "done"

    def extend(self, direction: Direction) -> None:
        """Extend the selection by a word, or end what is in focus a word earlier or later."""
        if self._session.cursor.word is None and self._session.focus.stop is not None:
            self._session.edges.move("end", direction)
        else:
            self._session.moves.move_word(direction, extend=True)

    def move_line(self, direction: Direction, *, extend: bool) -> Outcome:
        """Move the cursor by a line, or the edge that is held by parts of words."""
        session = self._session
        if session.focus.held is not None and not extend:
            return session.edges.nudge(session.focus.held, direction)
        if session.cursor.word is None and session.focus.span is None:
            session.moves.move_word(1)
            return "done"
        offset = session.offset
        if self._goal_x is None:
            self._goal_x = self._presenter.x_of(offset)
        there = self._presenter.offset_beside(offset, direction, self._goal_x)
        session.moves.move_to(there, extend=extend)
        return "done"

    def go_to_line_edge(self, side: Literal[0, 1]) -> bool:
        """Go to the start or the end of the line; say whether that is elsewhere, or extends a selection."""
        before = self._session.cursor.word
        self._session.moves.move_to(self._presenter.line_edges(self._session.offset)[side])
        return self._session.cursor.word != before or self._session.cursor.is_pinned
