"""A paragraph with what several annotators say of a place in it, one under the other as rows of boxes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.model.span import Span
from tui.ui.layout import Line, draw_box, stack_spans, wrap
from tui.ui.palette import readable
from tui.ui.widgets.styled import StyledWidget

_GUTTER: Final = 4
"""Cells before the text: the key of an opinion."""

_WIDEST: Final = 100
"""Cells of the text."""

_GRAY: Final = "#888888"
"""The colour of a label that labels.yaml does not have."""


class ShownOpinion(Struct, frozen=True):
    """What stands in one row."""

    key: str
    """The key that takes it; empty for what is in the gold layer already."""
    spans: tuple[Span, ...]
    """Its spans."""


class OpinionsView(ScrollView, StyledWidget):
    """A paragraph, and under each of its lines the spans of every opinion that stand there."""

    ALLOW_SELECT = False

    def __init__(self, colors: Mapping[str, str], keys: Mapping[str, str]) -> None:
        """`colors` and `keys` are of the labels, by name."""
        super().__init__()
        self._colors = colors
        self._keys = keys
        self._rows: list[list[Segment]] = []

    def show(
        self, display: str, edges: tuple[int, int], place: tuple[int, int], opinions: Sequence[ShownOpinion]
    ) -> None:
        """Show the paragraph with these edges of an article's text, and what is said of a place in it."""
        width = min(max(self.size.width - _GUTTER - 1, 10), _WIDEST)
        lines = wrap(display, *edges, width)
        self._rows = []
        at = 0
        for line in lines:
            if line.start <= place[0] < line.end:
                at = len(self._rows)
            self._rows += self._draw(display, line, width, place, opinions)
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.scroll_to(y=max(at - self.size.height // 3, 0), animate=False, force=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a row."""
        index = y + self.scroll_offset.y
        segments = self._rows[index] if index < len(self._rows) else []
        return Strip(segments).adjust_cell_length(self.size.width, self._ink())

    def _draw(
        self, display: str, line: Line, width: int, place: tuple[int, int], opinions: Sequence[ShownOpinion]
    ) -> Iterator[list[Segment]]:
        base = self._ink()
        mark = self._ink("chosen")
        muted = self._ink("dim")
        edges = [min(max(each, line.start), line.drawn_end) for each in place]
        cuts = sorted({line.start, line.drawn_end, *edges})
        yield [
            Segment(" " * _GUTTER, base),
            *[
                Segment(display[start:end], mark if place[0] <= start < place[1] else muted)
                for start, end in pairwise(cuts)
            ],
        ]
        is_here = line.start < place[1] and place[0] < line.end
        for opinion in opinions:
            here = [span for span in opinion.spans if span.overlaps(line.start, line.end)]
            if here or (is_here and opinion.key):
                yield from self._draw_boxes(opinion, here, line, width)

    def _draw_boxes(
        self, opinion: ShownOpinion, spans: Sequence[Span], line: Line, width: int
    ) -> Iterator[list[Segment]]:
        base, key = self._ink(), self._ink("hint")
        boxes = stack_spans(spans, line, width)
        for row in range(max([box.row for box in boxes], default=0) + 1):
            shown = f" {opinion.key:<{_GUTTER - 1}}" if row == 0 else " " * _GUTTER
            segments = [Segment(shown, key)]
            x = 0
            for box in [each for each in boxes if each.row == row]:
                color = self._colors.get(box.span.label, _GRAY)
                style = base + Style(color=readable(color, self.background_colors[1].hex6))
                segments.append(Segment(" " * (box.x - x), base))
                drawn = draw_box(box, box.span.label, self._keys.get(box.span.label, ""))
                segments.append(Segment(drawn, style))
                x = box.end
            if not boxes:
                segments.append(Segment("nothing here", self._ink("dim")))
            yield segments
