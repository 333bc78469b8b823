"""Entries to look up: a key or a name, and beside it, in a column of its own, what it means."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tui.text.display import display_lines, display_text

_NAMES = 14
"""Cells that there are for names, unless that is more than a quarter; a longer one has a line of its own."""

_NARROWEST_BODY = 20
"""Cells that what it means has at least, where that is possible."""


class Entry(Struct, frozen=True):
    """One entry, or a heading, which has no name."""

    name: str
    """What is looked up; empty in a heading."""
    lines: tuple[tuple[str, str], ...]
    """What it means: texts, each with its style; each begins a line."""
    words: str = ""
    """Other words by which people look for it; they are not shown."""

    def has_words(self, words: Sequence[str]) -> bool:
        """Tell whether all of these, case folded, stand in it."""
        text = " ".join([self.name, *(text for text, _ in self.lines), self.words]).casefold()
        return all(word in text for word in words)


class EntryList(Widget):
    """Entries below each other, as wide as there is room; what is wrapped hangs under its beginning."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[Entry] = ()
        self._drawn: tuple[int, list[Content]] | None = None

    def show(self, entries: Sequence[Entry]) -> None:
        """Draw these."""
        self._entries = entries
        self._drawn = None
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Say how many rows there are in `width` cells."""
        del container, viewport
        return len(self._lay_out(width))

    def render(self) -> Content:
        """Draw the entries."""
        return Content("\n").join(self._lay_out(self.content_size.width))

    def _lay_out(self, width: int) -> list[Content]:
        if self._drawn is None or self._drawn[0] != width:
            names = max([cell_len(entry.name) for entry in self._entries], default=0) + 4
            indent = max(min(names, max(width // 4, _NAMES), width - _NARROWEST_BODY), 3)
            self._drawn = (
                width,
                [line for entry in self._entries for line in _draw(entry, indent, max(width, indent + 2))],
            )
        return self._drawn[1]


def _draw(entry: Entry, indent: int, width: int) -> Iterator[Content]:
    if not entry.name:
        for text, style in entry.lines:
            yield from Content.styled(display_lines(text), style).wrap(width)
        return
    begun = Content.styled(f"  {display_text(entry.name)}", "bold")
    if cell_len(entry.name) + 2 >= indent:
        yield from begun.wrap(width)
        begun = Content("")
    margin = Content(" " * indent)
    for text, style in entry.lines:
        for line in Content.styled(display_lines(text), style).wrap(width - indent):
            yield (
                Content.assemble(begun, set_cell_size("", indent - begun.cell_length), line)
                if begun
                else (Content.assemble(margin, line))
            )
            begun = Content("")
