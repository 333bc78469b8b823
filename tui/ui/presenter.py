"""From a session to what is drawn of it: the frame is arranged, the session told what can be seen of it.

That is the one way by which anything is seen, with a terminal or without one.
"""

from tui.session import Direction, Session
from tui.ui.scene import Scene, compose_scene
from tui.ui.viewport import Frame, ViewSize, arrange


class Presenter:
    """Shows a session, frame after frame."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._frame = arrange(session, ViewSize(0, 0))
        self._is_reviewing = False

    @property
    def frame(self) -> Frame:
        """What was shown last."""
        return self._frame

    @property
    def is_reviewing(self) -> bool:
        """Whether every paragraph is shown as the current one is, to be read once more."""
        return self._is_reviewing

    def toggle_review(self) -> None:
        """Show every paragraph as the current one from now on, or only the one at work again."""
        self._is_reviewing = not self._is_reviewing

    def present(self, size: ViewSize) -> Scene:
        """Show the session as it is now, in some room."""
        return self._present(size, 0)

    def scroll(self, rows: int) -> Scene:
        """Show what stands so many rows further down, until the session is shown again."""
        return self._present(self._frame.size, self._frame.scrolled + rows)

    # Lines of the current chunk

    def line_edges(self, offset: int) -> tuple[int, int]:
        """Find the first and last code point of the line that holds `offset`."""
        line = self._frame.layout.line_of(self._session.reading.current, offset)
        return line.start, max(line.drawn_end - 1, line.start)

    def x_of(self, offset: int) -> int:
        """Find the cell at which a code point is drawn, from the text's left edge."""
        return self._frame.layout.line_of(self._session.reading.current, offset).x_of(offset)

    def offset_beside(self, offset: int, direction: Direction, x: int) -> int:
        """Find the code point at cell `x` of the line after or before the one that holds `offset`."""
        current = self._session.reading.current
        return self._frame.layout.offset_beside(current, offset, direction, x)

    def is_low(self, offset: int, *, rows: int) -> bool:
        """Tell whether a code point is drawn in the lowest `rows` rows."""
        line = self._frame.layout.line_of(self._session.reading.current, offset)
        return (self._frame.row_of(line) or 0) >= self._frame.size.rows - rows

    def _present(self, size: ViewSize, scroll: int) -> Scene:
        self._frame = arrange(
            self._session, size, before=self._frame, scroll=scroll, is_reviewing=self._is_reviewing
        )
        self._session.note_seen(self._frame.seen)
        return compose_scene(self._session, self._frame)
