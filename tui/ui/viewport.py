"""What of an article stands on the screen: its rows from top to bottom, with the current chunk among them.

A chunk at work has rows under every line, for hints and for the boxes of its spans, that are reserved when it
is opened: tagging does not move the text. The others stand around it, with a row of boxes only under a line
with spans. The current chunk begins at the same height of the screen wherever the article allows, so that the
eye stays where it is. Only the chunks that are on the screen are ever wrapped. Nothing here draws or decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from tui.model.span import Span
from tui.session import Seen, Session
from tui.suggest import Suggestion
from tui.text.chunks import Chunk
from tui.ui.layout import Line, stack_spans, wrap

_WIDEST_TEXT: Final = 100
"""Cells: a line longer than this is hard to read."""

_MOST_RESERVED: Final = 3
"""Rows under a line that are reserved because other lines of the article need as many."""

_SUGGESTED: Final = "\0?"
"""What the id of a span begins with that stands for a suggestion; no id of a real one does."""

RowKind: TypeAlias = Literal["text", "labels", "gap", "rule", "collapsed"]
"""A line of text, a row under it, what parts two chunks, and paragraphs that are folded away."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the screen."""

    kind: RowKind
    """What it is."""
    chunk: int
    """The index of the chunk it belongs to; where it is collapsed, of the first of several."""
    line: Line | None = None
    """The line of text that it is, or stands under."""
    is_first: bool = False
    """Whether its paragraph begins with it."""
    depth: int = 0
    """How many rows of hints and boxes stand between it and its line."""


_NOTHING: Final = Seen()


@dataclass(frozen=True, slots=True)
class Frame:
    """All rows of the screen at a time, and what follows from them."""

    rows: tuple[Row, ...] = ()
    """From top to bottom."""
    seen: Seen = _NOTHING
    """What the session is told of it."""
    scrolled: int = 0
    """How many rows the article was scrolled down from where it would stand by itself."""


class Viewport:
    """The article as rows of one width."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cells = 2
        self._reserved: dict[int, list[int]] = {}
        self._reserved_for: tuple[str, bool] = ("", False)
        self._depths: dict[int, tuple[tuple[Span, ...], tuple[int, ...]]] = {}
        self._deepest = 1
        self._wrap = lru_cache(maxsize=256)(self._wrap_chunk)
        self.is_reviewing = False
        """Whether every paragraph is drawn with its boxes, and none is folded away."""

    @property
    def cells(self) -> int:
        """The width of the text, in cells."""
        return self._cells

    def resize(self, cells: int) -> None:
        """Wrap the text to so many cells from now on."""
        self._cells = max(min(cells, _WIDEST_TEXT), 2)
        self._wrap.cache_clear()
        self._reserved.clear()
        self._depths.clear()

    def lines_of(self, chunk: int) -> list[Line]:
        """Give the lines of a chunk; there is at least one."""
        return self._wrap(chunk)

    def line_of(self, chunk: int, offset: int) -> Line:
        """Give the line of a chunk that holds a code point, else its last one."""
        lines = self._wrap(chunk)
        return next((line for line in lines if offset < line.end), lines[-1])

    def marks_of(self, chunk: int) -> tuple[Span, ...]:
        """List what has a box in a chunk at work: its spans, and what is suggested as if it were spans."""
        suggestions = self._session.suggestions.in_chunk(chunk)
        return (*self._session.annotations.spans_in_chunk(chunk), *map(mark_suggestion, suggestions))

    @property
    def focused_mark(self) -> str | None:
        """The id of the span in focus, or of the suggestion as if it were one."""
        if self._session.focus.suggestion is not None:
            return mark_suggestion(self._session.focus.suggestion).id
        return self._session.focus.span_id

    def box_rows(self, chunk: int, line: Line) -> list[int]:
        """Say in which row under a line at work the boxes of each depth stand, the shortest spans first.

        Where hints stand unasked the first row is theirs, and the last that boxes are put into.
        """
        count = self._reserved[chunk][self._wrap(chunk).index(line)]
        rows = list(range(count))
        return [*rows[1:], 0] if self._has_hint_row else rows

    def arrange(self, height: int, *, scroll: int = 0) -> Frame:
        """Arrange the article in so many rows, `scroll` of them further down than it stands by itself."""
        session = self._session
        if not session.chunks or height < 1:
            return Frame()
        self._forget_other_modes()
        current = self._rows_at_work(session.reading.current)
        still = self._place_of(current, height)
        place = still - scroll
        above: list[Row] = []
        chunk = session.reading.current
        while len(above) < place and chunk > 0:
            chunk, rows = self._rows_before(chunk)
            above = rows + above
        place = min(place, len(above))
        rows = above[len(above) - place :] + current if place > 0 else list(current)
        # Rows that were scrolled away at the top.
        gone = max(-place, 0)
        at_work = self._add_below(rows, height + gone, session.reading.at_work if scroll else None)
        if scroll > 0:
            gone = min(gone, max(len(rows) - height, -still, 0))
        # The wheel turns no further than the article goes.
        scrolled = still - (place if place > 0 else -gone)
        rows = rows[gone : gone + height]
        drawn = [row.line for row in rows if row.line is not None and row.chunk == session.reading.current]
        stretch = (drawn[0].start, drawn[-1].end) if drawn else None
        self._reserved = {chunk: kept for chunk, kept in self._reserved.items() if chunk in at_work}
        return Frame(tuple(rows), Seen(tuple(at_work), stretch, is_scrolled=scroll != 0), scrolled)

    @property
    def _has_hint_row(self) -> bool:
        return self._session.mode != "hints" and not self.is_reviewing

    def _add_below(self, rows: list[Row], height: int, at_work_already: Sequence[int] | None) -> list[int]:
        """Add what comes after the current chunk until there are `height` rows; give the chunks at work.

        They are those that fit, or where `at_work_already` is given, the ones that are already.
        """
        session = self._session
        chunk = session.reading.current
        at_work = [chunk]
        is_joining = self._has_hint_row
        while len(rows) < height and chunk < len(session.chunks) - 1:
            chunk, after = self._rows_after(chunk)
            if is_joining and after[-1].kind != "collapsed" and session.annotations.is_to_do(chunk):
                gap = after[: after[0].kind in ("gap", "rule")]
                as_work = self._rows_at_work(chunk)
                # Behind one that has no room nothing is at work: nobody may have read that far.
                is_fitting = len(rows) + len(gap) + len(as_work) <= height
                if at_work_already is not None:
                    is_joining = chunk in at_work_already
                else:
                    is_joining = is_fitting and session.reading.may_join(at_work, chunk)
                if is_joining:
                    after = [*gap, *as_work]
                    at_work.append(chunk)
            rows += after
        return at_work

    def _forget_other_modes(self) -> None:
        """Reserve anew where spans are made in another way than before."""
        wanted = self._session.mode, self.is_reviewing
        if wanted != self._reserved_for:
            self._reserved_for = wanted
            self._reserved.clear()

    def _place_of(self, current: list[Row], height: int) -> int:
        """Say at which row of the screen the current chunk begins."""
        place = 1 if self._session.mode == "screen" else max(height // 5, 1)
        if len(current) + place <= height:
            return place
        place = 1 if len(current) < height else 0
        if self._session.reading.read_from is not None:
            # What Enter went on to begins at the top, below two rows that were read already.
            place = 2 - _row_of(self._session.reading.read_from, current)
        # A cursor far down keeps two rows with what comes after it on the screen.
        row = _row_of(self._session.offset, current)
        return max(min(place, height - 4 - row), -row)

    def _rows_at_work(self, index: int) -> list[Row]:
        """Give the rows of a chunk at work; what was reserved grows where it has to, and never shrinks."""
        depths = self._measure(index, self.marks_of(index))
        self._deepest = max(self._deepest, min(max(depths), _MOST_RESERVED))
        reserved = self._reserved.get(index)
        if reserved is None:
            hint_rows = 1 if self._has_hint_row else 0
            reserved = [max(depth + hint_rows if depth else 1, self._deepest) for depth in depths]
        self._reserved[index] = [max(pair) for pair in zip(reserved, depths, strict=True)]
        return self._rows(index, self._reserved[index])

    def _rows_of(self, index: int) -> list[Row]:
        """Give the rows of a chunk that is not at work."""
        return self._rows(index, self._measure(index, self._session.annotations.spans_in_chunk(index)))

    def _rows(self, index: int, counts: Sequence[int]) -> list[Row]:
        chunk = self._session.chunks[index]
        is_first = index == 0 or self._session.chunks[index - 1].paragraph != chunk.paragraph
        rows: list[Row] = []
        for place, (line, count) in enumerate(zip(self._wrap(index), counts, strict=True)):
            rows.append(Row("text", index, line, is_first=is_first and place == 0))
            rows += [Row("labels", index, line, depth=depth) for depth in range(count)]
        return rows

    def _measure(self, index: int, marks: tuple[Span, ...]) -> tuple[int, ...]:
        """Count for each line of a chunk how many rows of boxes it needs."""
        known = self._depths.get(index)
        if known is None or known[0] != marks:
            known = marks, tuple([self._depth_of(line, marks) for line in self._wrap(index)])
            if len(self._depths) > 256:
                self._depths.clear()
            self._depths[index] = known
        return known[1]

    def _depth_of(self, line: Line, marks: Sequence[Span]) -> int:
        here = [span for span in marks if span.start < line.drawn_end and line.start < span.end]
        return max([box.row for box in stack_spans(here, line, self._cells)], default=-1) + 1

    def _rows_before(self, index: int) -> tuple[int, list[Row]]:
        """Give the rows before a chunk, with the gap between, and the first chunk they are of."""
        chunks = self._session.chunks
        before = index - 1
        gap = self._gap_between(before, index)
        if not self.is_collapsed(chunks[before]):
            return before, [*self._rows_of(before), *gap]
        while before > 0 and self.is_collapsed(chunks[before - 1]):
            before -= 1
        return before, [Row("collapsed", before), *gap]

    def _rows_after(self, index: int) -> tuple[int, list[Row]]:
        """Give the rows after a chunk, with the gap between, and the last chunk they are of."""
        chunks = self._session.chunks
        after = index + 1
        gap = self._gap_between(index, after)
        if not self.is_collapsed(chunks[after]):
            return after, [*gap, *self._rows_of(after)]
        first = after
        while after < len(chunks) - 1 and self.is_collapsed(chunks[after + 1]):
            after += 1
        return after, [*gap, Row("collapsed", first)]

    def _gap_between(self, before: int, after: int) -> list[Row]:
        """Give what stands between two chunks: nothing in a paragraph, a rule before another article."""
        chunks = self._session.chunks
        if chunks[before].paragraph == chunks[after].paragraph:
            return []
        is_other = self._session.batch.begins_article(chunks[after].paragraph)
        return [Row("rule" if is_other else "gap", after)]

    def is_collapsed(self, chunk: Chunk) -> bool:
        """Tell whether a chunk is folded away: its paragraph is boilerplate and not the current one."""
        is_current = chunk.paragraph == self._session.reading.chunk.paragraph
        is_folded = not is_current and not self.is_reviewing
        return is_folded and self._session.annotations.state_of(chunk.paragraph) == "boilerplate"

    def _wrap_chunk(self, index: int) -> list[Line]:
        chunk = self._session.chunks[index]
        return wrap(self._session.tokens.display, chunk.start, chunk.end, self._cells)


def mark_suggestion(suggestion: Suggestion) -> Span:
    """Give a span that stands for a suggestion on the screen, and nowhere else."""
    start, end, label = suggestion.start, suggestion.end, suggestion.label
    return Span(f"{_SUGGESTED}{start}-{end}-{label}", start, end, label)


def is_suggestion(mark: Span) -> bool:
    """Tell whether a span stands for a suggestion."""
    return mark.id.startswith(_SUGGESTED)


def _row_of(offset: int, rows: list[Row]) -> int:
    """Find the row that a code point of a chunk is drawn in, else the last one."""
    found = (at for at, row in enumerate(rows) if row.line is not None and offset < row.line.end)
    return next(found, len(rows) - 1)
