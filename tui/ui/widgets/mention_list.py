"""The list of equal mentions: one a line, all in one column, each with what was decided on it."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.project.mentions import Decision, Mention
from tui.text.display import display_text
from tui.ui.widgets.styled import StyledWidget

_SIGNS: Final[dict[Decision, str]] = {"open": " ", "accepted": "✓", "rejected": "✗", "skipped": "–"}
_BEFORE_SHARE: Final = 0.4
"""The part of the line before the mentions."""


class MentionList(ScrollView, StyledWidget, can_focus=True):
    """Mentions between what stands before and after them, with a cursor."""

    ALLOW_SELECT = False

    cursor: var[int] = var(0)
    """The position of the cursor in the list."""

    class Moved(Message):
        """The cursor went to another mention."""

    class Decided(Message):
        """A mention was clicked twice: it is to be tagged."""

    def __init__(self, mentions: Sequence[Mention], decisions: Sequence[Decision]) -> None:
        super().__init__()
        self._mentions = mentions
        self._decisions = decisions
        self._heads: Sequence[str] = ()

    def show(
        self, mentions: Sequence[Mention], decisions: Sequence[Decision], heads: Sequence[str] = ()
    ) -> None:
        """Draw these mentions and what was decided on them, each behind its head; the cursor stays."""
        self._mentions, self._decisions, self._heads = mentions, decisions, heads
        if self.virtual_size.height != len(mentions):
            self.virtual_size = Size(self.size.width, len(mentions))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one mention."""
        index = y + self.scroll_offset.y
        width = self.size.width
        if index >= len(self._mentions):
            return Strip.blank(width, self._ink())
        mention, decision = self._mentions[index], self._decisions[index]
        inks = ["row"] if index == self.cursor else []
        if decision != "open":
            inks.append("good" if decision == "accepted" else "muted")
        base, strong = self._ink(*inks), self._ink(*inks, "strong")
        mark = "▸" if index == self.cursor else " "
        context = display_text(mention.context)
        end = mention.offset + mention.end - mention.start
        head = self._heads[index] if self._heads else ""
        room = max(int(width * _BEFORE_SHARE) - 3 - cell_len(head), 0)
        before = _fit_end(context[: mention.offset], room)
        segments = [
            Segment(f"{mark}{_SIGNS[decision]} {head}", base),
            Segment(before, base),
            Segment(context[mention.offset : end], strong),
            Segment(context[end:], base),
        ]
        return Strip(segments).adjust_cell_length(width, base)

    def move(self, by: int) -> None:
        """Move the cursor by so many mentions."""
        self.go_to(self.cursor + by)

    def go_to(self, index: int) -> None:
        """Put the cursor on a mention."""
        if self._mentions:
            self.cursor = max(0, min(index, len(self._mentions) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw the old and the new line again, and keep the new one on the screen."""
        self.refresh_lines(old)
        self.refresh_lines(new)
        self.scroll_to_region(Region(0, new, 1, 1), animate=False, force=True)
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a mention; tag it on the second click."""
        offset = event.get_content_offset(self)
        index = None if offset is None else offset.y + self.scroll_offset.y
        if index is None or index >= len(self._mentions):
            return
        self.cursor = index
        if event.chain == 2:
            self.post_message(self.Decided())


def _fit_end(text: str, room: int) -> str:
    """Fit a text into so many cells; what is too much is left out at its beginning."""
    kept = text[-room:] if room else ""
    while cell_len(kept) > room:
        kept = kept[1:]
    return set_cell_size("", room - cell_len(kept)) + kept
