"""What one label means: its description, guideline, examples, and what was tagged with it before."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, TypeAlias

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from tui.model.labels import Label
from tui.text.display import display_lines, display_text
from tui.ui.layout import wrap
from tui.ui.widgets.styled import StyledWidget

_Line: TypeAlias = tuple[str, str]
"""A line of text, and what it is written in."""

_MOST_STRIPS: Final = 256
"""Lines that are kept as they were drawn."""


_Shown: TypeAlias = tuple[Label | None, tuple[tuple[str, int], ...], tuple[tuple[str, str], ...]]
"""A label, texts that have it, and what is said of the span in focus."""


class LabelPanel(StyledWidget):
    """The label at work, in the room that is left beside the text."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._shown: _Shown = (None, (), ())
        self._lines: list[_Line] = []
        self._strips: dict[_Line, Strip] = {}

    def notify_style_update(self) -> None:
        """Forget the styles of the old theme."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        line = self._lines[y] if y < len(self._lines) else ("", "")
        strip = self._strips.get(line)
        if strip is None:
            if len(self._strips) > _MOST_STRIPS:
                self._strips.clear()
            text, name = line
            segments = [Segment(text, self._ink(name))] if text else []
            strip = Strip(segments).adjust_cell_length(self.size.width, self._ink())
            self._strips[line] = strip
        return strip

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._strips.clear()
        self._draw()

    def show(
        self, label: Label | None, tagged: Sequence[tuple[str, int]], details: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Show a label, and texts that have it with how often each does; nothing where there is none.

        Above stand the `details` of the span in focus: what was asked or linked, and the answer.
        """
        shown = label, tuple(tagged), tuple(details)
        if shown != self._shown:
            self._shown = shown
            self._draw()

    def _draw(self) -> None:
        """Draw what has room, and only lines that differ; a sign at the end stands for more."""
        width, height = self.size
        before, self._lines = self._lines, list(self._break(max(width, 1)))
        if len(self._lines) > height:
            self._lines[max(height - 1, 0) :] = [("…", "muted")]
        differing = [
            y for y, (old, new) in enumerate(zip_longest(before, self._lines)) if old != new and y < height
        ]
        if differing:
            self.refresh(*(Region(0, y, width, 1) for y in differing))

    def _break(self, width: int) -> Iterator[_Line]:
        """Break what is said into lines, with a blank one between its parts."""
        label, tagged, details = self._shown
        if label is None:
            return
        examples = display_text("; ".join(label.examples))
        here = ", ".join(f"“{text}”" + (f" {count}" if count > 1 else "") for text, count in tagged)
        parts = [
            (display_text(label.description), ""),
            (display_lines(label.guidelines.strip()), ""),
            (f"e.g. {examples}" if examples else "", "muted"),
            (f"here: {here}" if here else "", ""),
        ]
        yield from _break_lines(display_text(label.name), "key", width)
        for name, answer in details:
            yield from _break_lines(f"{display_text(name)}: {display_text(answer)}", "", width)
        if details:
            yield "", ""
        for number, (text, name) in enumerate(part for part in parts if part[0]):
            if number:
                yield "", ""
            yield from _break_lines(text, name, width)


def _break_lines(text: str, name: str, width: int) -> Iterator[_Line]:
    for line in text.split("\n"):
        for part in wrap(line, 0, len(line), width):
            yield line[part.start : part.drawn_end].rstrip(), name
