"""The fair minimum: a Textual app that shows the same text wrapped and answers the same keys, and no more.

One widget, one screen, no database. An arrow moves a cursor by a word, a label key tags the word or opens
hints under the words of the paragraph, a hint letter tags its word, comma takes back, Enter and PageDown go
to the next paragraph. Each answer redraws as many rows as spantag's does: text, label row, and the header,
label and status rows at the edges.

    python benchmarks/floor.py FILE
"""

import re
import sys
import textwrap
from pathlib import Path

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

WIDTH = 96
"""Cells of a line of text."""

LABELS = "awcld"
"""Keys of labels."""

LETTERS = "fjdksghreuiovmnbtyqpxz"
"""Letters of hints."""

_WORD = re.compile(r"\w+|[^\w\s]")
_DIM = Style(dim=True)
_CURSOR = Style(reverse=True)
_SPAN = Style(bgcolor="blue")
_BOLD = Style(bold=True)


class Sheet(Widget, can_focus=True):
    """A text, a cursor and spans."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._firsts: list[int] = []
        for paragraph in text.split("\n\n"):
            self._firsts.append(len(self._lines))
            self._lines += textwrap.wrap(paragraph, WIDTH) or [""]
        self._paragraph = 0
        self._cursor: tuple[int, int] | None = None
        self._spans: list[tuple[int, int, int]] = []
        self._has_hints = False
        self._said = "ready"

    def render_line(self, y: int) -> Strip:
        """Draw a row of the screen."""
        width, height = self.size
        if y in (0, height - 2, height - 1):
            status = [
                f" {len(self._spans)} spans {self._said}",
                " a actor  w weapon ",
                f" floor {self._said}",
            ]
            return Strip([Segment(status[(0, height - 2, height - 1).index(y)], _BOLD)]).adjust_cell_length(
                width
            )
        line, is_labels, is_current = self._place(y)
        if line is None:
            return Strip.blank(width)
        drawn = self._draw_labels(line) if is_labels else self._draw_text(line, is_current=is_current)
        return Strip(drawn).adjust_cell_length(width)

    def on_key(self, event: events.Key) -> None:
        """Answer a key."""
        key = event.character if event.is_printable and event.character else event.key
        event.stop()
        if key == "right":
            self._move()
        elif key in ("pagedown", "pageup", "enter"):
            step = -1 if key == "pageup" else 1
            self._paragraph = max(0, min(self._paragraph + step, len(self._firsts) - 1))
            self._cursor = None
            self._said = key
            self.refresh()
        elif key == ",":
            line = self._spans.pop()[0] if self._spans else self._firsts[self._paragraph]
            self._say("taken back", line, edges=True)
        elif self._has_hints and key in LETTERS:
            words = self._words()
            line, number = words[LETTERS.index(key) % len(words)]
            start, end = self._edges(line, number)
            self._has_hints = False
            self._spans.append((line, start, end))
            self._say("tagged", line, edges=True, whole=True)
        elif key in LABELS and self._cursor is not None:
            line, number = self._cursor
            self._spans.append((line, *self._edges(line, number)))
            self._cursor = None
            self._say("tagged", line, edges=True)
        elif key in LABELS:
            self._has_hints = True
            self._say("hints", self._firsts[self._paragraph], edges=True, whole=True)

    def _end(self) -> int:
        after = self._paragraph + 1
        return self._firsts[after] if after < len(self._firsts) else len(self._lines)

    def _current(self) -> range:
        first = self._firsts[self._paragraph]
        return range(first, min(self._end(), first + 20))

    def _place(self, y: int) -> tuple[int | None, bool, bool]:
        """Say which line stands in a row, whether as its label row, and whether its paragraph is current."""
        current = self._current()
        row = y - 8
        if 0 <= row < 2 * len(current):
            return current[row // 2], row % 2 == 1, True
        line = current.start + row if row < 0 else current.stop + row - 2 * len(current)
        return (line if 0 <= line < len(self._lines) else None), False, False

    def _words(self) -> list[tuple[int, int]]:
        return [(line, number) for line in self._current() for number in range(len(self._starts(line)))]

    def _starts(self, line: int) -> list[tuple[int, int]]:
        return [match.span() for match in _WORD.finditer(self._lines[line])]

    def _edges(self, line: int, number: int) -> tuple[int, int]:
        return self._starts(line)[number]

    def _move(self) -> None:
        before = self._cursor
        line, number = before or (self._firsts[self._paragraph], -1)
        if number + 1 < len(self._starts(line)):
            self._cursor = line, number + 1
        else:
            self._cursor = min(line + 1, len(self._lines) - 1), 0
        self._said = f"at {self._lines[line][:40]} {number}"
        self._say(self._said, *{line, self._cursor[0]})

    def _say(self, what: str, *lines: int, edges: bool = False, whole: bool = False) -> None:
        """Draw lines with their label rows again, and the status; the header and labels, the paragraph."""
        self._said = what
        rows = {self.size.height - 1}
        first = self._firsts[self._paragraph]
        wanted = self._current() if whole else lines
        for line in wanted:
            rows |= {8 + 2 * (line - first), 9 + 2 * (line - first)} if edges else {8 + 2 * (line - first)}
        if edges:
            rows |= {0, self.size.height - 2}
        self.refresh(*(Region(0, row, self.size.width, 1) for row in sorted(rows)))

    def _draw_text(self, line: int, *, is_current: bool) -> list[Segment]:
        text = self._lines[line]
        marks = [(start, end, _SPAN) for where, start, end in self._spans[-50:] if where == line]
        if self._cursor is not None and self._cursor[0] == line:
            marks.append((*self._edges(*self._cursor), _CURSOR))
        base = Style.null() if is_current else _DIM
        drawn = [Segment("   ", base)]
        here = 0
        for start, end, style in sorted(marks, key=lambda mark: mark[0]):
            if start >= here:
                drawn += [Segment(text[here:start], base), Segment(text[start:end], style)]
                here = end
        return [*drawn, Segment(text[here:], base)]

    def _draw_labels(self, line: int) -> list[Segment]:
        if self._has_hints:
            hints = [" "] * WIDTH
            for number, (start, _) in enumerate(self._starts(line)):
                hints[start] = LETTERS[number % len(LETTERS)]
            return [Segment("   "), Segment("".join(hints), _BOLD)]
        row = [" "] * WIDTH
        for where, start, _ in self._spans[-50:]:
            if where == line:
                row[start : start + 6] = "╰actor"
        return [Segment("   "), Segment("".join(row), _BOLD)]


class Floor(App[None]):
    """The bare app."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Show the text."""
        yield Sheet(self._text)


if __name__ == "__main__":
    Floor(Path(sys.argv[1]).read_text(encoding="utf-8")).run()
