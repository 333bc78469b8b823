"""One-line widgets around the article: where one is, what is in focus, and which keys do what."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.strip import Strip

from tui.text.display import display_lines, display_text
from tui.ui.keys import Keymap
from tui.ui.layout import cut_text, wrap
from tui.ui.widgets.styled import StyledWidget

_WARNING_SECONDS: Final = 3.0
"""Seconds that it takes to see that something went wrong."""

_MOST_LINES: Final = 4
"""Lines of a message."""

_SEVERITIES: Final[Mapping[SeverityLevel, tuple[str, str]]] = {
    "information": ("", "strong"),
    "warning": ("! ", "warning"),
    "error": ("✗ ", "error"),
}
"""The sign of a message, and what it is written in."""


class LineWidget(StyledWidget):
    """A widget of one line, drawn without layout."""

    def __init__(self) -> None:
        super().__init__()
        self._left: tuple[tuple[str, str], ...] = ()
        self._right: tuple[tuple[str, str], ...] = ()

    def show(self, left: Sequence[tuple[str, str]], right: Sequence[tuple[str, str]] = ()) -> None:
        """Draw pieces of text, each with its ink, from the left and at the right edge.

        No character of theirs can drive the terminal.
        """
        shown = [tuple((display_text(text), name) for text, name in side) for side in (left, right)]
        if shown != [self._left, self._right]:
            self._left, self._right = shown
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line; the right part stays whole, the left part is cut."""
        width = self.size.width
        if y:
            return Strip.blank(width, self._ink())
        right_width = sum(cell_len(text) for text, _ in self._right)
        room = max(width - right_width - (1 if self._right else 0), 0)
        pieces: list[tuple[str, str]] = []
        for text, name in self._left:
            cells = cell_len(text)
            if cells > room:
                pieces.append((set_cell_size(text, room - 1) + "…" if room > 1 else " " * room, name))
                room = 0
                break
            pieces.append((text, name))
            room -= cells
        gap = [(" " * (room + (1 if self._right else 0)), "")]
        segments = [Segment(text, self._ink(name)) for text, name in (*pieces, *gap, *self._right)]
        return Strip(segments).adjust_cell_length(width, self._ink())


class HeaderLine(LineWidget):
    """What is open, how far it is, how spans are made, who is at work, and whether all is saved."""


class FocusLine(LineWidget):
    """What is in focus or selected, and behind it what can be done with it."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: Sequence[str] = ()
        self._said: Sequence[tuple[str, str]] = ()

    def describe(self, said: Sequence[tuple[str, str]], keys: Sequence[str] = ()) -> None:
        """Say what is in focus; behind it stand the first of the `keys` for which there is room."""
        self._said, self._keys = said, keys
        used = sum(cell_len(display_text(text)) for text, _ in said)
        fitting = (each for each in keys if used + 2 + cell_len(each) <= self.size.width)
        shown = next(fitting, "")
        self.show(said, [(shown, "muted")] if shown else ())

    def on_resize(self) -> None:
        """Show as many keys as there is room for now."""
        self.describe(self._said, self._keys)


class MessageLine(LineWidget):
    """What came of the last key: one sentence, which stays until there is another or the next key.

    What went wrong stays for some seconds at least. A long sentence has some lines more.
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        """What is said, without its sign."""
        self._severity: SeverityLevel = "information"
        self._until = 0.0

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Say a sentence; no character of it can drive the terminal."""
        self.text = " ".join(display_lines(text).split())
        self._severity = severity
        self._until = time.monotonic() + _WARNING_SECONDS if severity != "information" else 0.0
        self._draw()

    def clear(self) -> None:
        """Say nothing, unless what went wrong was said only just now."""
        if self.text and time.monotonic() > self._until:
            self.text = ""
            self._draw()

    def on_resize(self) -> None:
        """Break the sentence anew."""
        self._draw()

    def render_line(self, y: int) -> Strip:
        """Draw a line of the sentence."""
        lines = self._break()
        _, name = _SEVERITIES[self._severity]
        shown = lines[y] if y < len(lines) else ""
        segments = [Segment(shown, self._ink(name if self.text else ""))]
        return Strip(segments).adjust_cell_length(self.size.width, self._ink())

    def _draw(self) -> None:
        height = len(self._break())
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
        self.refresh()

    def _break(self) -> list[str]:
        """Break the sentence into lines, the last one cut where there would be too many."""
        width = max(self.size.width, 1)
        sign, _ = _SEVERITIES[self._severity]
        text = f"{sign}{self.text}" if self.text else ""
        lines = [text[line.start : line.drawn_end] for line in wrap(text, 0, len(text), width)]
        if len(lines) > _MOST_LINES:
            rest = " ".join(lines[_MOST_LINES - 1 :])
            lines[_MOST_LINES - 1 :] = [cut_text(rest, width)]
        return lines


class KeyLine(LineWidget):
    """The keys that matter now; a click on one does what it does."""

    class Clicked(Message):
        """A key was clicked."""

        def __init__(self, action_id: str) -> None:
            super().__init__()
            self.action_id = action_id
            """The action it stands for."""

    def __init__(self) -> None:
        super().__init__()
        self._keymap: Keymap | None = None
        self._scope = ""
        self._places: list[tuple[range, str]] = []

    def show_keys(self, keymap: Keymap, scope: str) -> None:
        """Draw the keys of a screen: those that matter most, and more of them where there is room."""
        if (self._keymap, self._scope) != (keymap, scope):
            self._keymap, self._scope = keymap, scope
            self._draw_keys()

    def on_resize(self) -> None:
        """Draw as many as there is room for now."""
        self._draw_keys()

    def on_click(self, event: events.Click) -> None:
        """Say which key was clicked."""
        event.stop()
        for cells, action_id in self._places:
            if event.x in cells:
                self.post_message(self.Clicked(action_id))

    def _draw_keys(self) -> None:
        if self._keymap is None:
            return
        for is_long in (True, False):
            if self._place_keys(self._keymap.key_line(self._scope, is_long=is_long)):
                break

    def _place_keys(self, keys: Sequence[tuple[str, str, str]]) -> bool:
        """Draw as many of the keys as there is room for, none of them cut; say whether that is all."""
        left: list[tuple[str, str]] = []
        self._places = []
        x = 0
        for action_id, key, name in keys:
            gap = "  " if left else ""
            start = x + len(gap)
            x = start + cell_len(f"{key} {name}")
            if x > self.size.width:
                break
            self._places.append((range(start, x), action_id))
            left += [(gap + key, "key"), (f" {name}", "muted")]
        self.show(left)
        return x <= self.size.width
