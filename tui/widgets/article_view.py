"""The article, paragraph by paragraph: drawn line by line, and only where something changed.

The current chunk has a label row under every line, so that tagging never moves the text; the others stand
dimmed around it. It begins at the same height of the screen wherever the article allows, so that the eye
stays where it is. Only the chunks that are on the screen are ever wrapped.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar, Final, Literal, TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.articles import ParagraphState
from tui.editor import Editor, Hints
from tui.layout import Chunk, Line, draw_hint_row, draw_label_row, wrap
from tui.palette import blend, contrast_text, readable
from tui.spans import Span
from tui.suggest import Suggestion

_GUTTER: Final = 4
"""Cells before the text: the mark of the paragraph's state."""

_RULE: Final = 3
"""Cells: the rule between two articles."""

_WIDEST_TEXT: Final = 100
"""Cells: a line longer than this is hard to read."""

_UNKNOWN_COLOR: Final = "#888888"
"""The colour of a label that labels.yaml does not have."""

_MARKS: Final[Mapping[ParagraphState, str]] = {
    "unfinished": " ",
    "finished": "✓",
    "skipped": "–",
    "boilerplate": "≡",
}

_FLAG: Final = "!"
"""What a paragraph that is flagged is marked with, beside the mark of its state."""

_NOTE: Final = "*"
"""What a span or paragraph with a note is marked with."""

_RULES: Final = "─┄"
"""What a hint may be drawn over."""

_DOTTED_START: Final = "╰┄"
"""How the label of a suggestion begins where hints stand unasked; its hint may be drawn over the sign."""

_RowKind: TypeAlias = Literal["text", "labels", "gap", "rule", "collapsed"]
_Pieces: TypeAlias = tuple[tuple[str, Style], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the screen."""

    kind: _RowKind
    chunk: int
    line: Line | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that a row of text or labels is drawn from beside its line; where it is the same, so is the row."""

    is_at_work: bool
    state: ParagraphState
    is_flagged: bool
    has_note: bool
    spans: tuple[Span, ...]
    """Spans, and suggestions as if they were spans."""
    suggested: frozenset[str]
    """The ids of the suggestions among them."""
    focus: str | None
    selection: tuple[int, int] | None
    struck: tuple[int, int] | None
    """The suggestion that was struck out and may be made right."""
    hints: Hints | None
    """Hints that a key asked for."""
    standing: Hints | None
    """Hints that stand there unasked."""


@dataclass(frozen=True, slots=True)
class _There:
    """All that the rows of a chunk are drawn from; where it is the same, so are all of them."""

    is_at_work: bool
    state: ParagraphState
    is_flagged: bool
    has_note: bool
    spans: tuple[Span, ...]
    suggestions: Sequence[Suggestion]
    focus: str | None
    suggested: Suggestion | None
    selection: tuple[int, int] | None
    struck: tuple[int, int] | None
    hints: Hints | None
    standing: Hints | None


@dataclass(slots=True)
class _Known:
    """A row as it was drawn."""

    there: _There
    seen: _Seen
    pieces: _Pieces


@dataclass(slots=True)
class _Look:
    """The styles of one theme."""

    text: Style
    dim: Style
    mark: Style
    rule: Style
    hint: Style
    hint_muted: Style
    labels: dict[str, tuple[Style, Style, Style, Style]] = field(default_factory=dict)


class ArticleView(Widget):
    """One article under the annotator's hands; the screen takes the keys."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "article--dim",
        "article--mark",
        "article--rule",
        "article--hint",
        "article--hint-muted",
    }
    DEFAULT_CSS = """
    ArticleView { height: 1fr; width: 1fr; background: $background; }
    ArticleView > .article--dim { color: $foreground 62%; }
    ArticleView > .article--mark { color: $primary; }
    ArticleView > .article--rule { color: $foreground 30%; }
    ArticleView > .article--hint { color: $accent; text-style: bold; }
    ArticleView > .article--hint-muted { color: $text-muted; }
    """

    class Clicked(Message):
        """A place of the text was clicked."""

        def __init__(self, offset: int, times: int, *, on_labels: bool) -> None:
            super().__init__()
            self.offset = offset
            """The code point."""
            self.times = times
            """1, or 2 for a double click."""
            self.on_labels = on_labels
            """Whether the label row was clicked."""

    class Dragged(Message):
        """The mouse was dragged over a stretch of the text."""

        def __init__(self, start: int, end: int) -> None:
            super().__init__()
            self.start = start
            """First code point."""
            self.end = end
            """One past the last."""

        def can_replace(self, message: Message) -> bool:
            """Only where the mouse is now matters."""
            return isinstance(message, ArticleView.Dragged)

    class Opened(Message):
        """A collapsed paragraph was clicked."""

        def __init__(self, chunk: int) -> None:
            super().__init__()
            self.chunk = chunk
            """Its first chunk."""

    def __init__(self, editor: Editor, colors: Mapping[str, str]) -> None:
        super().__init__()
        self._editor = editor
        self._colors = colors
        self._rows: list[_Row] = []
        self._drawn: list[_Pieces] = []
        self._there: dict[int, _There] = {}
        self._known: dict[_Row, _Known] = {}
        self._strips: dict[_Pieces, Strip] = {}
        self._scroll = 0
        self._passed = 0
        self._drag_from: int | None = None
        self._dragged = False
        self._look: _Look | None = None
        self._wrap = lru_cache(maxsize=256)(self._wrap_chunk)
        self._rows_of = lru_cache(maxsize=256)(self._make_rows)

    def render_line(self, y: int) -> Strip:
        """Draw one row; rows are made in `show`."""
        if y >= len(self._drawn):
            return Strip.blank(self.size.width, self.rich_style)
        pieces = self._drawn[y]
        strip = self._strips.get(pieces)
        if strip is None:
            if len(self._strips) > 512:
                self._strips.clear()
            strip = Strip([Segment(text, style) for text, style in pieces]).adjust_cell_length(
                self.size.width, self.rich_style
            )
            self._strips[pieces] = strip
        return strip

    def notify_style_update(self) -> None:
        """Forget everything drawn in the old theme."""
        super().notify_style_update()
        self._look = None
        self._known.clear()
        self._strips.clear()
        if self.is_mounted and self.size:
            self.show()

    def on_resize(self) -> None:
        """Wrap again at the new width."""
        self._wrap.cache_clear()
        self._rows_of.cache_clear()
        self._known.clear()
        self._strips.clear()
        self._drawn = []
        self.show()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Look further down, until the next key."""
        event.stop()
        self._scroll_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Look further up, until the next key."""
        event.stop()
        self._scroll_by(-3)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a drag."""
        self._drag_from = self._offset_at(event.x, event.y)
        self._dragged = False
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select from where the drag began to where the mouse is."""
        if self._drag_from is None:
            return
        here = self._offset_at(event.x, event.y)
        if here is not None and (self._dragged or here != self._drag_from):
            self._dragged = True
            start, last = sorted((self._drag_from, here))
            self.post_message(self.Dragged(start, last + 1))

    def on_mouse_up(self) -> None:
        """End a drag."""
        self.release_mouse()
        self._drag_from = None

    def on_click(self, event: events.Click) -> None:
        """Say which place was clicked."""
        if self._dragged or not 0 <= event.y < len(self._rows):
            return
        row = self._rows[event.y]
        if row.kind == "collapsed":
            self.post_message(self.Opened(row.chunk))
            return
        offset = self._offset_at(event.x, event.y)
        if offset is not None:
            self.post_message(self.Clicked(offset, event.chain, on_labels=row.kind == "labels"))

    # Public

    def show(self, *, keep_scroll: bool = False) -> None:
        """Draw what the editor says now; only rows that differ are sent to the terminal."""
        if not self.size.width or not self.size.height:
            return
        if not keep_scroll:
            self._scroll = 0
        self._rows = self._lay_out()
        self._there.clear()
        drawn = [self._draw(row) for row in self._rows]
        old, self._drawn = self._drawn, drawn
        if len(old) != len(drawn):
            self.refresh()
            return
        changed = [y for y, (before, now) in enumerate(zip(old, drawn, strict=True)) if before != now]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def offset_beside(self, offset: int, direction: Literal[-1, 1], x: int) -> int:
        """Find the code point at cell `x` of the drawn line after or before the one that holds `offset`."""
        editor = self._editor
        lines = self._wrap(editor.current)
        place = next((at for at, line in enumerate(lines) if offset < line.end), len(lines) - 1) + direction
        if 0 <= place < len(lines):
            return lines[place].offset_at(x)
        beside = editor.current + direction
        if not 0 <= beside < len(editor.chunks):
            return offset
        return self._wrap(beside)[0 if direction == 1 else -1].offset_at(x)

    def x_of(self, offset: int) -> int:
        """Find the cell at which a code point of the current chunk is drawn, from the text's left edge."""
        line = self._line_of(self._editor.current, offset)
        return line.x_of(offset)

    def line_edges(self, offset: int) -> tuple[int, int]:
        """Find the first and last code point of the drawn line that holds `offset`."""
        line = self._line_of(self._editor.current, offset)
        return line.start, max(line.drawn_end - 1, line.start)

    # Layout

    @property
    def _text_width(self) -> int:
        return max(min(self.size.width - _GUTTER - 1, _WIDEST_TEXT), 2)

    def _wrap_chunk(self, index: int) -> list[Line]:
        chunk = self._editor.chunks[index]
        return wrap(self._editor.tokens.display, chunk.start, chunk.end, self._text_width)

    def _line_of(self, chunk: int, offset: int) -> Line:
        lines = self._wrap(chunk)
        return next((line for line in lines if offset < line.end), lines[-1])

    def _lay_out(self) -> list[_Row]:
        editor, height = self._editor, self.size.height
        if not editor.chunks:
            return []
        current = self._rows_of(editor.current, is_current=True)
        still = self._place_of(current, height)
        place = still - self._scroll
        above: list[_Row] = []
        chunk = editor.current
        while len(above) < place and chunk > 0:
            chunk, rows = self._rows_before(chunk)
            above = rows + above
        place = min(place, len(above))
        rows = above[len(above) - place :] + current if place > 0 else list(current)
        # Rows that were scrolled away at the top.
        gone = max(-place, 0)
        chunk = editor.current
        desk = [chunk]
        is_joining = editor.mode != "hints"
        while len(rows) - gone < height and chunk < len(editor.chunks) - 1:
            chunk, after = self._rows_after(chunk)
            if is_joining and after[-1].kind != "collapsed" and editor.is_to_do(chunk):
                gap = after[: after[0].kind in ("gap", "rule")]
                with_labels = self._rows_of(chunk, is_current=True)
                # Behind one that has no room nothing is at work: nobody may have read that far.
                is_fitting = len(rows) - gone + len(gap) + len(with_labels) <= height
                is_joining = is_fitting and editor.may_join(desk, chunk)
                if is_joining:
                    after = [*gap, *with_labels]
                    desk.append(chunk)
            rows += after
        if self._scroll > 0:
            gone = min(gone, max(len(rows) - height, -still, 0))
        # The wheel turns no further than the article goes.
        self._passed = still - (place if place > 0 else -gone)
        rows = rows[gone : gone + height]
        drawn = [row.line for row in rows if row.line is not None and row.chunk == editor.current]
        if drawn:
            editor.note_shown(drawn[0].start, drawn[-1].end)
        if editor.mode != "hints" and not self._scroll:
            editor.set_desk(desk)
        return rows

    def _place_of(self, current: list[_Row], height: int) -> int:
        """Say at which row of the screen the current chunk begins."""
        place = 1 if self._editor.mode == "screen" else max(height // 5, 1)
        if len(current) + place <= height:
            return place
        place = 1 if len(current) < height else 0
        if self._editor.read_from is not None:
            # What Enter went on to begins at the top, below two rows that were read already.
            place = 2 - _row_of(self._editor.read_from, current)
        # A cursor far down keeps two rows with what comes after it on the screen.
        row = _row_of(self._editor.offset, current)
        return max(min(place, height - 4 - row), -row)

    def _make_rows(self, index: int, *, is_current: bool) -> list[_Row]:
        chunk = self._editor.chunks[index]
        is_first = index == 0 or self._editor.chunks[index - 1].paragraph != chunk.paragraph
        rows: list[_Row] = []
        for place, line in enumerate(self._wrap(index)):
            rows.append(_Row("text", index, line, is_first=is_first and place == 0))
            if is_current:
                rows.append(_Row("labels", index, line))
        return rows

    def _rows_before(self, index: int) -> tuple[int, list[_Row]]:
        """Give the rows before a chunk, with the gap between, and the first chunk they are of."""
        chunks = self._editor.chunks
        before = index - 1
        gap = self._gap_between(before, index)
        if not self._is_collapsed(chunks[before]):
            return before, [*self._rows_of(before, is_current=False), *gap]
        while before > 0 and self._is_collapsed(chunks[before - 1]):
            before -= 1
        return before, [_Row("collapsed", before), *gap]

    def _rows_after(self, index: int) -> tuple[int, list[_Row]]:
        """Give the rows after a chunk, with the gap between, and the last chunk they are of."""
        chunks = self._editor.chunks
        after = index + 1
        gap = self._gap_between(index, after)
        if not self._is_collapsed(chunks[after]):
            return after, [*gap, *self._rows_of(after, is_current=False)]
        first = after
        while after < len(chunks) - 1 and self._is_collapsed(chunks[after + 1]):
            after += 1
        return after, [*gap, _Row("collapsed", first)]

    def _gap_between(self, before: int, after: int) -> list[_Row]:
        """Give what stands between two chunks: nothing in a paragraph, a rule before another article."""
        chunks = self._editor.chunks
        if chunks[before].paragraph == chunks[after].paragraph:
            return []
        is_other = self._editor.work.begins_article(chunks[after].paragraph)
        return [_Row("rule" if is_other else "gap", after)]

    def _is_collapsed(self, chunk: Chunk) -> bool:
        is_current = chunk.paragraph == self._editor.chunk.paragraph
        return not is_current and self._editor.state_of(chunk.paragraph) == "boilerplate"

    # Drawing

    def _draw(self, row: _Row) -> _Pieces:
        """Draw a row, or give it as it was drawn before where nothing has changed in it."""
        if row.line is None:
            return self._draw_between(row, self._styles())
        there = self._there.get(row.chunk)
        if there is None:
            there = self._there[row.chunk] = self._look_at(row.chunk)
        known = self._known.get(row)
        if known is not None and known.there == there:
            return known.pieces
        seen = self._see(row, row.line, there)
        if known is not None and known.seen == seen:
            known.there = there
            return known.pieces
        draw = self._draw_labels if row.kind == "labels" else self._draw_text
        pieces = draw(row, row.line, seen, self._styles())
        if len(self._known) > 512:
            self._known.clear()
        self._known[row] = _Known(there, seen, pieces)
        return pieces

    def _look_at(self, chunk: int) -> _There:
        """Gather all that any row of a chunk is drawn from."""
        editor = self._editor
        is_at_work = chunk in editor.desk
        start, end = editor.chunks[chunk].start, editor.chunks[chunk].end
        paragraph = editor.chunks[chunk].paragraph
        focused, struck, selection = editor.focused, editor.struck, editor.selection
        return _There(
            is_at_work,
            editor.state_of(paragraph),
            editor.is_flagged(paragraph),
            paragraph in editor.layer.notes,
            editor.spans_in_chunk(chunk),
            editor.suggestions_in(chunk) if is_at_work else (),
            focused.id if focused is not None and focused.overlaps(start, end) else None,
            editor.suggested if is_at_work else None,
            selection if selection is not None and selection[0] < end and start < selection[1] else None,
            (struck.start, struck.end) if struck is not None and struck.start < end else None,
            editor.hints,
            editor.standing,
        )

    def _see(self, row: _Row, line: Line, there: _There) -> _Seen:
        start, end = line.start, line.drawn_end
        spans = [span for span in there.spans if span.start < end and start < span.end]
        focus = there.focus if any(span.id == there.focus for span in spans) else None
        suggested: set[str] = set()
        for each in there.suggestions:
            if each.start < end and start < each.end:
                spans.append(Span(f"?{each.start}-{each.end}-{each.label}", each.start, each.end, each.label))
                suggested.add(spans[-1].id)
                if each == there.suggested:
                    focus = spans[-1].id
        is_labels = row.kind == "labels"
        selection = None if is_labels else there.selection
        struck = None if is_labels else there.struck
        return _Seen(
            there.is_at_work,
            there.state,
            there.is_flagged,
            there.has_note,
            tuple(spans),
            frozenset(suggested),
            focus,
            selection if selection is not None and selection[0] < end and start < selection[1] else None,
            struck if struck is not None and struck[0] < end and start < struck[1] else None,
            there.hints if is_labels else None,
            there.standing if is_labels else None,
        )

    def _draw_between(self, row: _Row, look: _Look) -> _Pieces:
        if row.kind == "gap":
            return ()
        if row.kind == "rule":
            return ((" " * _GUTTER + "─" * _RULE, look.rule),)
        chunks = self._editor.chunks
        last = row.chunk
        while last < len(chunks) - 1 and self._is_collapsed(chunks[last + 1]):
            last += 1
        count = chunks[last].paragraph - chunks[row.chunk].paragraph + 1
        noun = "paragraph looks" if count == 1 else "paragraphs look"
        return (
            (f"{_MARKS['boilerplate']:<{_GUTTER}}", look.mark),
            (f"{count} {noun} like boilerplate (PgDn opens, = takes the mark away)", look.dim),
        )

    def _draw_text(self, row: _Row, line: Line, seen: _Seen, look: _Look) -> _Pieces:
        mark = _MARKS[seen.state] if row.is_first else " "
        bar = "▎" if seen.is_at_work else " "
        mark += _FLAG if row.is_first and seen.is_flagged else " "
        note = _NOTE if row.is_first and seen.has_note else " "
        pieces: list[tuple[str, Style]] = [(f"{mark}{bar}{note}", look.mark)]
        for start, end in self._cut(line, seen):
            pieces.append((self._editor.tokens.display[start:end], self._style_at(start, seen, look)))
        return tuple(pieces)

    def _cut(self, line: Line, seen: _Seen) -> Iterator[tuple[int, int]]:
        """Cut a line where the style changes, never inside a grapheme."""
        edges = {line.start, line.drawn_end}
        stretches = [(span.start, span.end) for span in seen.spans]
        stretches += [each for each in (seen.selection, seen.struck) if each is not None]
        for stretch in stretches:
            for edge in stretch:
                if line.start < edge < line.drawn_end:
                    edges.add(line.offset_at(line.x_of(edge)))
        yield from pairwise(sorted(edges))

    def _style_at(self, offset: int, seen: _Seen, look: _Look) -> Style:
        covering = [span for span in seen.spans if span.start <= offset < span.end]
        style = look.text if seen.is_at_work else look.dim
        if covering:
            inner = min(covering, key=lambda span: (span.id != seen.focus, span.end - span.start))
            plain, dimmed, name, focused = self._label_styles(inner.label, look)
            if inner.id == seen.focus:
                style = focused
            elif inner.id in seen.suggested:
                style = name + Style(italic=True)
            else:
                style = plain if seen.is_at_work else dimmed
            if len(covering) > 1:
                style += Style(underline2=True)
        if seen.struck is not None and seen.struck[0] <= offset < seen.struck[1]:
            style += Style(strike=True, bold=True)
        if seen.selection is not None and seen.selection[0] <= offset < seen.selection[1]:
            style += Style(reverse=True)
        return style

    def _draw_labels(self, _row: _Row, line: Line, seen: _Seen, look: _Look) -> _Pieces:
        pieces: list[tuple[int, str, Style]] = []
        if seen.hints is not None:
            pieces += self._draw_hints(line, look)
        else:
            labels = {span.id: span.label for span in seen.spans}
            for piece in draw_label_row(
                seen.spans,
                line,
                self._text_width,
                focus=seen.focus,
                name_of=lambda span: _name_of(span, seen),
                dotted=seen.suggested,
            ):
                _, _, style, _ = self._label_styles(labels[piece.span], look)
                if piece.span == seen.focus:
                    style += Style(bold=True, reverse=False)
                pieces.append((piece.x, piece.text, style))
            if seen.standing is not None:
                pieces = _fit_between(pieces, self._draw_hints(line, look))
        drawn: list[tuple[str, Style]] = [("  ▎ ", look.mark)]
        here = 0
        for x, text, style in pieces:
            # A blank looks the same in every style here, and a piece less is less to send.
            blank = " " * (x - here)
            if drawn[-1][1] is style:
                drawn[-1] = (drawn[-1][0] + blank + text, style)
            else:
                drawn.append((blank + text, style))
            here = x + cell_len(text)
        return tuple(drawn)

    def _draw_hints(self, line: Line, look: _Look) -> list[tuple[int, str, Style]]:
        waiting = self._waiting_in(line)
        short = {line.x_of(offset) for offset, left in waiting if len(left) == 1}
        return [
            (x, letters, look.hint if x in short else look.hint_muted)
            for x, letters in draw_hint_row(waiting, line, self._text_width)
        ]

    def _waiting_in(self, line: Line) -> list[tuple[int, str]]:
        """List the hints of a line, as offset and letters that are left to type."""
        waiting = self._editor.list_hints()
        return waiting[bisect_left(waiting, (line.start,)) : bisect_left(waiting, (line.drawn_end,))]

    def _styles(self) -> _Look:
        if self._look is None:
            self._look = _Look(
                text=self.rich_style,
                dim=self.get_component_rich_style("article--dim"),
                mark=self.get_component_rich_style("article--mark"),
                rule=self.get_component_rich_style("article--rule"),
                hint=self.get_component_rich_style("article--hint"),
                hint_muted=self.get_component_rich_style("article--hint-muted"),
            )
        return self._look

    def _label_styles(self, label: str, look: _Look) -> tuple[Style, Style, Style, Style]:
        """Give a label's styles: its text, its text dimmed, its name, its text in focus."""
        styles = look.labels.get(label)
        if styles is None:
            color, ground = self._colors.get(label, _UNKNOWN_COLOR), self.background_colors[1].hex6
            bright = blend(color, ground, 0.62)
            styles = (
                look.text + Style(bgcolor=blend(color, ground, 0.36)),
                look.dim + Style(bgcolor=blend(color, ground, 0.2), underline=True),
                look.text + Style(color=readable(color, ground)),
                look.text + Style(bgcolor=bright, color=contrast_text(bright), bold=True),
            )
            look.labels[label] = styles
        return styles

    # Mouse

    def _scroll_by(self, rows: int) -> None:
        self._scroll = self._passed + rows
        self.show(keep_scroll=True)

    def _offset_at(self, x: int, y: int) -> int | None:
        if not self._rows:
            return None
        row = self._rows[max(0, min(y, len(self._rows) - 1))]
        return None if row.line is None else row.line.offset_at(x - _GUTTER)


def _row_of(offset: int, rows: list[_Row]) -> int:
    """Find the row that a code point of a chunk is drawn in, else the last one."""
    found = (at for at, row in enumerate(rows) if row.line is not None and offset < row.line.end)
    return next(found, len(rows) - 1)


def _name_of(span: Span, seen: _Seen) -> str:
    """Write a label's name, with a mark where there is a note.

    That of a suggestion is in question, and leaves room for the hint before it.
    """
    if span.id not in seen.suggested:
        return f"{span.label}{_NOTE}" if span.note else span.label
    return f"{'' if seen.standing is None else '┄'}{span.label}?"


def _fit_between(
    pieces: list[tuple[int, str, Style]], more: list[tuple[int, str, Style]]
) -> list[tuple[int, str, Style]]:
    """Add hints to the pieces of a row: between them, on their rules, and where one that is dotted begins."""
    fitted: list[tuple[int, str, Style]] = []
    waiting = deque(more)
    for x, text, style in pieces:
        while waiting and waiting[0][0] < x:
            hint = waiting.popleft()
            if hint[0] + len(hint[1]) <= x:
                fitted.append(hint)
        here, end = x, x + cell_len(text)
        while waiting and waiting[0][0] < end:
            at, letters, hint_style = waiting.popleft()
            if at < here:
                continue
            before = set_cell_size(text, at - here)
            rest = text[len(before) :]
            room = len(rest) - len(rest.lstrip(_RULES)) or rest.startswith(_DOTTED_START)
            if room and cell_len(before) == at - here:
                shown = letters[:room]
                fitted += [(here, before, style)] if before else []
                fitted.append((at, shown, hint_style))
                here, text = at + len(shown), rest[len(shown) :]
        if text:
            fitted.append((here, text, style))
    here = max((x + cell_len(text) for x, text, _ in pieces), default=0)
    return [*fitted, *(hint for hint in waiting if hint[0] >= here)]
