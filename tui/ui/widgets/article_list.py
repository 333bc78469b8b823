"""The list of articles: only the rows on the screen are ever read or drawn."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.model.labels import write_answer
from tui.store import ArticleRow
from tui.text.display import display_text
from tui.ui.layout import cut_text
from tui.ui.widgets.styled import StyledWidget

_PAGE: Final = 64


HEADINGS: Final = f"{'done':>9}  {'spans':>6}  {'changed':>10}"
"""What the columns at the right edge are, in the cells that they have."""

DATED_HEADINGS: Final = f"{'done':>9}  {'date':>28}"
"""What they are where the date of an article stands there."""


class ArticleList(ScrollView, StyledWidget, can_focus=True):
    """Articles by number, one a line, with a cursor."""

    ALLOW_SELECT = False

    cursor: var[int] = var(0)
    """The position of the cursor in the list."""

    class Opened(Message):
        """An article was chosen."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number
            """The article's number."""

    def __init__(self, read_rows: Callable[[Sequence[int]], list[ArticleRow]]) -> None:
        super().__init__()
        self._read_rows = read_rows
        self._numbers: Sequence[int] = ()
        self._pages: dict[int, list[ArticleRow]] = {}
        self._reasons: Mapping[int, str] = {}

    def show(
        self,
        numbers: Sequence[int],
        *,
        at: int | None = None,
        reasons: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        """List these articles, the cursor on the article number `at`; where it is gone, on what stands there.

        Without `at` the cursor is on the first. Where articles have a reason to stand where they do, it is
        shown instead of their spans and time.
        """
        here = 0 if at is None else self.cursor
        self._numbers = numbers
        self._reasons = reasons
        self._pages.clear()
        self.virtual_size = Size(self.size.width, len(numbers))
        self.set_reactive(ArticleList.cursor, -1)
        is_there = at is not None and at in numbers
        self.cursor = numbers.index(at) if is_there else max(min(here, len(numbers) - 1), 0)
        self.refresh()

    def read_again(self) -> None:
        """Show what was done meanwhile in the articles that are listed."""
        self._pages.clear()
        self.refresh()

    @property
    def number(self) -> int | None:
        """The number of the article under the cursor."""
        return self._numbers[self.cursor] if 0 <= self.cursor < len(self._numbers) else None

    def render_line(self, y: int) -> Strip:
        """Draw one article."""
        index = y + self.scroll_offset.y
        width = self.size.width
        if index >= len(self._numbers):
            return Strip.blank(width, self._ink())
        row = self._row(index)
        if index == self.cursor:
            style = self._ink("row", "strong")
        elif row.touched_at and not row.left:
            style = self._ink("good")
        else:
            style = self._ink()
        muted = style if index == self.cursor else self._ink("muted")
        reason = self._reasons.get(row.number)
        what = f"{row.spans or '·':>6}  {_when(row.touched_at):>10}" if reason is None else f"{reason:>28}"
        right = f"{_progress(row):>9}  {what} "
        mark = "▸" if index == self.cursor else " "
        room = max(width - len(right), 0)
        left = f"{mark}{_mark(row)} {display_text(row.title)}"
        beside = _beside(row, room)
        shown = room - cell_len(beside)
        return Strip(
            [
                Segment(set_cell_size(cut_text(left, shown), shown), style),
                Segment(beside, muted),
                Segment(right, muted),
            ],
            width,
        ).adjust_cell_length(width, style)

    def move(self, by: int) -> None:
        """Move the cursor by so many articles."""
        if self._numbers:
            self.cursor = max(0, min(self.cursor + by, len(self._numbers) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw the old and the new line again, and keep the new one on the screen."""
        self.refresh_lines(old)
        self.refresh_lines(new)
        self.scroll_to_region(Region(0, new, 1, 1), animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a line; open it on the second click."""
        offset = event.get_content_offset(self)
        index = None if offset is None else offset.y + self.scroll_offset.y
        if index is None or index >= len(self._numbers):
            return
        self.cursor = index
        if event.chain == 2 and self.number is not None:
            self.post_message(self.Opened(self.number))

    def _row(self, index: int) -> ArticleRow:
        page = index // _PAGE
        if page not in self._pages:
            if len(self._pages) > 16:
                self._pages.clear()
            numbers = self._numbers[page * _PAGE : (page + 1) * _PAGE]
            rows = {row.number: row for row in self._read_rows(numbers)}
            self._pages[page] = [rows[number] for number in numbers]
        return self._pages[page][index % _PAGE]


def _mark(row: ArticleRow) -> str:
    if row.flagged:
        return "!"
    if not row.is_begun:
        return " "
    return "◐" if row.unfinished else "–" if row.skipped else "✓"


def _beside(row: ArticleRow, room: int) -> str:
    """Give what tells articles with equal titles apart, and its labels, in at most half of the room."""
    said = ", ".join(filter(None, [row.told_apart, *map(write_answer, row.labels.values())]))
    return cut_text(f"  {display_text(said)}", room // 2) if said else ""


def _progress(row: ArticleRow) -> str:
    """Say how many paragraphs are finished, of those that are no boilerplate; or how many a new one has."""
    return f"{row.finished}/{row.paragraphs - row.boilerplate}" if row.touched_at else f"{row.paragraphs} ¶"


def _when(touched_at: str) -> str:
    if not touched_at:
        return "·"
    time = datetime.fromisoformat(touched_at).astimezone()
    return f"{time:%H:%M}" if time.date() == datetime.now(tz=time.tzinfo).date() else f"{time:%Y-%m-%d}"
