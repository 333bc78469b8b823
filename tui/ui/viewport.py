"""What of an article stands on the screen: its rows from top to bottom, with the current chunk among them.

A chunk at work has rows under every line, for hints and for the boxes of its spans, that are reserved when it
is opened: tagging does not move the text. The others stand around it, with a row of boxes only under a line
with spans. The current chunk begins at the same height of the screen wherever the article allows, so that the
eye stays where it is. Only the chunks that are on the screen are ever wrapped.

`arrange` is a pure function: it draws nothing, decides nothing and changes nothing. What was reserved it
reads from the frame before.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.span import Span
from tui.session import Direction, Mode, Seen, Session
from tui.suggest.suggestion import mark_suggestion
from tui.text.chunks import Chunk
from tui.ui.layout import Line, stack_spans, wrap

_WIDEST_TEXT: Final = 100
"""Cells: a line longer than this is hard to read."""

_MOST_RESERVED: Final = 3
"""Rows under a line that are reserved because other lines of the article need as many."""

RowKind: TypeAlias = Literal["text", "labels", "gap", "rule", "folded"]
"""A line of text, a row under it, what parts two chunks, and paragraphs that are folded away."""


class ViewSize(Struct, frozen=True):
    """The room that an article has."""

    cells: int
    """The width of its text."""
    rows: int
    """The height."""


class ScreenRow(Struct, frozen=True):
    """One row of the screen."""

    kind: RowKind
    """What it is."""
    chunk: int
    """The index of the chunk it belongs to; where it is folded, of the first of several."""
    line: Line | None = None
    """The line of text that it is, or stands under."""
    is_first: bool = False
    """Whether its paragraph begins with it."""
    depth: int = 0
    """How many rows of hints and boxes stand between it and its line."""
    box_row: int = 0
    """Which of the rows of stacked boxes it is; the shortest spans are in row 0."""
    folded: int = 0
    """How many paragraphs are folded away in it."""


class TextLayout:
    """The lines of an article at one width, made chunk by chunk as they are asked for, and remembered."""

    def __init__(self, text: str, chunks: Sequence[Chunk], cells: int) -> None:
        """Wrap `text`, as it may be drawn, to lines of `cells`."""
        self._text = text
        self._chunks = chunks
        self._cells = max(min(cells, _WIDEST_TEXT), 2)
        self._depths: dict[int, tuple[tuple[Span, ...], tuple[int, ...]]] = {}
        self._lines = lru_cache(maxsize=256)(self._wrap)

    @property
    def cells(self) -> int:
        """The width of a line."""
        return self._cells

    def lines_of(self, chunk: int) -> list[Line]:
        """Give the lines of a chunk; there is at least one."""
        return self._lines(chunk)

    def line_of(self, chunk: int, offset: int) -> Line:
        """Give the line of a chunk that holds a code point, else its last one."""
        lines = self._lines(chunk)
        return next((line for line in lines if offset < line.end), lines[-1])

    def offset_beside(self, chunk: int, offset: int, direction: Direction, x: int) -> int:
        """Find the code point at cell `x` of the line after or before the one that holds `offset`."""
        lines = self._lines(chunk)
        place = next((at for at, line in enumerate(lines) if offset < line.end), len(lines) - 1) + direction
        if 0 <= place < len(lines):
            return lines[place].offset_at(x)
        if not 0 <= chunk + direction < len(self._chunks):
            return offset
        return self._lines(chunk + direction)[0 if direction == 1 else -1].offset_at(x)

    def measure(self, chunk: int, marks: tuple[Span, ...]) -> tuple[int, ...]:
        """Count for each line of a chunk how many rows of boxes it needs."""
        known = self._depths.get(chunk)
        if known is None or known[0] != marks:
            known = marks, tuple([self._depth_of(line, marks) for line in self._lines(chunk)])
            if len(self._depths) > 256:
                self._depths.clear()
            self._depths[chunk] = known
        return known[1]

    def _depth_of(self, line: Line, marks: Sequence[Span]) -> int:
        here = [span for span in marks if span.start < line.drawn_end and line.start < span.end]
        return max([box.row for box in stack_spans(here, line, self._cells)], default=-1) + 1

    def _wrap(self, index: int) -> list[Line]:
        chunk = self._chunks[index]
        return wrap(self._text, chunk.start, chunk.end, self._cells)


class Frame(Struct, frozen=True):
    """All rows of the screen at a time, and what follows from them."""

    size: ViewSize
    """The room it was arranged for."""
    layout: TextLayout
    """The lines of the article at this width."""
    rows: tuple[ScreenRow, ...]
    """From top to bottom."""
    seen: Seen
    """What the session is told of it."""
    scrolled: int
    """How many rows the article was scrolled down from where it would stand by itself."""
    is_reviewing: bool
    """Whether every paragraph is drawn with its boxes, and none is folded away."""
    mode: Mode
    """How spans are made."""
    reserved: Mapping[int, tuple[int, ...]]
    """Rows under each line of the chunks at work; in the next frame there are as many or more."""
    deepest: int
    """Rows under a line that any line has needed so far."""

    def row_of(self, line: Line) -> int | None:
        """Find the row in which a line of text is drawn; None where it is not."""
        return next((y for y, row in enumerate(self.rows) if row.line == line), None)


def arrange(
    session: Session,
    size: ViewSize,
    *,
    before: Frame | None = None,
    scroll: int = 0,
    is_reviewing: bool = False,
) -> Frame:
    """Arrange an article in some room, `scroll` rows further down than it stands by itself.

    What was reserved in the frame `before` stays so while neither the room nor the way of working changes.
    """
    arranging = _Arranging(session, _layout_for(session, size, before), is_reviewing=is_reviewing)
    if before is not None:
        was, now = (before.size, before.mode, before.is_reviewing), (size, session.mode, is_reviewing)
        arranging.keep(before.reserved if was == now else {}, before.deepest)
    return arranging.arrange(size, scroll)


def _layout_for(session: Session, size: ViewSize, before: Frame | None) -> TextLayout:
    """Give the lines of the article at a width, those of the frame before where it has the same."""
    if before is not None and before.size.cells == size.cells:
        return before.layout
    return TextLayout(session.tokens.display, session.chunks, size.cells)


class _Arranging:
    """Makes one frame."""

    def __init__(self, session: Session, layout: TextLayout, *, is_reviewing: bool) -> None:
        self._session = session
        self._reading = session.reading
        self._annotations = session.annotations
        self._chunks = session.chunks
        self._layout = layout
        self._is_reviewing = is_reviewing
        self._has_hint_row = session.mode != "hints" and not is_reviewing
        self._reserved: dict[int, tuple[int, ...]] = {}
        self._deepest = 1

    def keep(self, reserved: Mapping[int, tuple[int, ...]], deepest: int) -> None:
        """Begin with what was reserved before."""
        self._reserved.update(reserved)
        self._deepest = deepest

    def arrange(self, size: ViewSize, scroll: int) -> Frame:
        """Arrange the rows."""
        rows: list[ScreenRow] = []
        at_work: list[int] = []
        scrolled = 0
        if self._chunks and size.rows > 0:
            rows, at_work, scrolled = self._place(size.rows, scroll)
        drawn = [row.line for row in rows if row.line is not None and row.chunk == self._reading.current]
        stretch = (drawn[0].start, drawn[-1].end) if drawn else None
        return Frame(
            size,
            self._layout,
            tuple(rows),
            Seen(
                tuple(at_work),
                stretch,
                tuple(dict.fromkeys([row.chunk for row in rows if row.line is not None])),
                is_scrolled=scroll != 0,
            ),
            scrolled,
            self._is_reviewing,
            self._session.mode,
            {chunk: kept for chunk, kept in self._reserved.items() if chunk in at_work},
            self._deepest,
        )

    def _place(self, height: int, scroll: int) -> tuple[list[ScreenRow], list[int], int]:
        """Place rows around the current chunk's; say which chunks are at work, and how far it is scrolled."""
        current = self._rows_at_work(self._reading.current)
        still = self._top_of(current, height)
        top = still - scroll
        above: list[ScreenRow] = []
        chunk = self._reading.current
        while len(above) < top and chunk > 0:
            chunk, rows = self._rows_before(chunk)
            above = rows + above
        top = min(top, len(above))
        rows = above[len(above) - top :] + current if top > 0 else list(current)
        # Rows that were scrolled away at the top.
        gone = max(-top, 0)
        at_work = self._add_below(rows, height + gone, self._reading.at_work if scroll else None)
        if scroll > 0:
            gone = min(gone, max(len(rows) - height, -still, 0))
        # The wheel turns no further than the article goes.
        scrolled = still - (top if top > 0 else -gone)
        return rows[gone : gone + height], at_work, scrolled

    def _top_of(self, current: list[ScreenRow], height: int) -> int:
        """Say at which row of the screen the current chunk begins."""
        # What was read already takes no room from what can be at work.
        top = max(height // 5, 1) if self._session.mode == "hints" else 1
        if len(current) + top <= height:
            return top
        top = 1 if len(current) < height else 0
        if self._reading.read_from is not None:
            # What Enter went on to begins at the top, below two rows that were read already.
            top = 2 - _row_of(self._reading.read_from, current)
        # A cursor far down keeps two rows with what comes after it on the screen.
        row = _row_of(self._session.offset, current)
        return max(min(top, height - 4 - row), -row)

    def _add_below(
        self, rows: list[ScreenRow], height: int, at_work_already: Sequence[int] | None
    ) -> list[int]:
        """Add what comes after the current chunk until there are `height` rows; give the chunks at work.

        They are those that fit, or where `at_work_already` is given, the ones that are already.
        """
        chunk = self._reading.current
        at_work = [chunk]
        is_joining = self._has_hint_row
        while len(rows) < height and chunk < len(self._chunks) - 1:
            chunk, after = self._rows_after(chunk)
            if is_joining and after[-1].kind != "folded" and self._annotations.is_to_do(chunk):
                gap = after[: after[0].kind in ("gap", "rule")]
                as_work = self._rows_at_work(chunk)
                # Behind one that has no room nothing is at work: nobody may have read that far.
                is_fitting = len(rows) + len(gap) + len(as_work) <= height
                if at_work_already is not None:
                    is_joining = chunk in at_work_already
                else:
                    is_joining = is_fitting and self._reading.may_join(at_work, chunk)
                if is_joining:
                    after = [*gap, *as_work]
                    at_work.append(chunk)
            rows += after
        return at_work

    def _rows_at_work(self, index: int) -> list[ScreenRow]:
        """Give the rows of a chunk at work; what was reserved grows where it has to, and never shrinks."""
        depths = self._layout.measure(index, list_marks(self._session, index))
        self._deepest = max(self._deepest, min(max(depths), _MOST_RESERVED))
        reserved = self._reserved.get(index)
        if reserved is None:
            hint_rows = 1 if self._has_hint_row else 0
            reserved = tuple([max(depth + hint_rows if depth else 1, self._deepest) for depth in depths])
        self._reserved[index] = tuple(map(max, reserved, depths))
        return self._rows(index, self._reserved[index], first_box=1 if self._has_hint_row else 0)

    def _rows_of(self, index: int) -> list[ScreenRow]:
        """Give the rows of a chunk that is not at work."""
        marks = self._annotations.spans_in_chunk(index)
        return self._rows(index, self._layout.measure(index, marks), first_box=0)

    def _rows(self, index: int, counts: Sequence[int], *, first_box: int) -> list[ScreenRow]:
        """Give the rows of a chunk, so many under each line.

        The shortest spans have their boxes in row `first_box`. Where hints stand unasked, the row above that
        is theirs, and the last that boxes are put into.
        """
        is_first = index == 0 or self._chunks[index - 1].paragraph != self._chunks[index].paragraph
        rows: list[ScreenRow] = []
        for place, (line, count) in enumerate(zip(self._layout.lines_of(index), counts, strict=True)):
            rows.append(ScreenRow("text", index, line, is_first=is_first and place == 0))
            rows += [
                ScreenRow("labels", index, line, depth=depth, box_row=(depth - first_box) % count)
                for depth in range(count)
            ]
        return rows

    def _rows_before(self, index: int) -> tuple[int, list[ScreenRow]]:
        """Give the rows before a chunk, with the gap between, and the first chunk they are of."""
        before = index - 1
        gap = self._gap_between(before, index)
        if not self._is_folded(before):
            return before, [*self._rows_of(before), *gap]
        while before > 0 and self._is_folded(before - 1):
            before -= 1
        return before, [self._fold(before, index - 1), *gap]

    def _rows_after(self, index: int) -> tuple[int, list[ScreenRow]]:
        """Give the rows after a chunk, with the gap between, and the last chunk they are of."""
        after = index + 1
        gap = self._gap_between(index, after)
        if not self._is_folded(after):
            return after, [*gap, *self._rows_of(after)]
        while after < len(self._chunks) - 1 and self._is_folded(after + 1):
            after += 1
        return after, [*gap, self._fold(index + 1, after)]

    def _fold(self, first: int, last: int) -> ScreenRow:
        count = self._chunks[last].paragraph - self._chunks[first].paragraph + 1
        return ScreenRow("folded", first, folded=count)

    def _gap_between(self, before: int, after: int) -> list[ScreenRow]:
        """Give what stands between two chunks: nothing in a paragraph, a rule before another article."""
        if self._chunks[before].paragraph == self._chunks[after].paragraph:
            return []
        is_other = self._session.batch.begins_article(self._chunks[after].paragraph)
        return [ScreenRow("rule" if is_other else "gap", after)]

    def _is_folded(self, index: int) -> bool:
        """Tell whether a chunk is folded away: its paragraph is boilerplate and not the current one."""
        paragraph = self._chunks[index].paragraph
        may_fold = not self._is_reviewing and paragraph != self._reading.chunk.paragraph
        return may_fold and self._annotations.state_of(paragraph) == "boilerplate"


def list_marks(session: Session, chunk: int) -> tuple[Span, ...]:
    """List what has a box in a chunk at work: its spans, and what is suggested as if it were spans."""
    suggestions = session.suggestions.in_chunk(chunk)
    return (*session.annotations.spans_in_chunk(chunk), *map(mark_suggestion, suggestions))


def _row_of(offset: int, rows: list[ScreenRow]) -> int:
    """Find the row that a code point of a chunk is drawn in, else the last one."""
    found = (at for at, row in enumerate(rows) if row.line is not None and offset < row.line.end)
    return next(found, len(rows) - 1)
