"""The article, paragraph by paragraph: drawn line by line, and only where something changed.

Which rows stand on the screen is arranged by the viewport; here they get their text, colours and boxes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar, Final, Literal, TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.model.article import ParagraphState
from tui.model.span import Span
from tui.session import Hints, Session
from tui.ui.layout import Box, Line, draw_box, draw_hint_row, stack_spans
from tui.ui.palette import blend, contrast_text, readable
from tui.ui.viewport import Frame, Row, Viewport, is_suggestion

_GUTTER: Final = 4
"""Cells before the text: the mark of the paragraph's state."""

_RULE: Final = 3
"""Cells: the rule between two articles."""

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

_FEWEST_BESIDE_HINT: Final = 4
"""Cells of a box from which on a hint may stand in front of it, where the two share a row."""

_Pieces: TypeAlias = tuple[tuple[str, Style], ...]


@dataclass(frozen=True, slots=True)
class _ChunkState:
    """All that the rows of a chunk are drawn from; where it is the same, so are all of them."""

    is_at_work: bool
    is_bright: bool
    """Whether the text stands out."""
    state: ParagraphState
    is_flagged: bool
    has_note: bool
    marks: tuple[Span, ...]
    """Spans, and at work suggestions as if they were spans."""
    focus: str | None
    """The id of the one in focus."""
    selection: tuple[int, int] | None
    found: tuple[tuple[int, int], ...]
    """What a search found, while it goes on."""
    hints: Hints | None
    """Hints that a key asked for, else those that stand there unasked."""
    hint_revision: tuple[int, int]
    """What the labels of hints hang on."""


@dataclass(slots=True)
class _DrawnRow:
    """A row as it was drawn."""

    chunk: _ChunkState
    """What its whole chunk was drawn from."""
    row: _ChunkState
    """The same without what belongs to other rows."""
    pieces: _Pieces


@dataclass(slots=True)
class _Styles:
    """The styles of one theme."""

    text: Style
    dim: Style
    mark: Style
    rule: Style
    hint: Style
    hint_muted: Style
    found: Style
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
        "article--found",
    }
    DEFAULT_CSS = """
    ArticleView { height: 1fr; width: 1fr; background: $background; }
    ArticleView > .article--dim { color: $foreground 62%; }
    ArticleView > .article--mark { color: $primary; }
    ArticleView > .article--rule { color: $foreground 30%; }
    ArticleView > .article--hint { color: $accent; text-style: bold; }
    ArticleView > .article--hint-muted { color: $text-muted; }
    ArticleView > .article--found { color: $background; background: $accent; text-style: underline; }
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

    def __init__(
        self,
        session: Session,
        colors: Mapping[str, str],
        keys: Mapping[str, str],
        *,
        has_color: bool,
        on_folded: str,
    ) -> None:
        """Draw the article of `session`; `colors` and `keys` are those of the labels, by name.

        Without colour a hint says by its key which label is likely. `on_folded` says what can be done with
        paragraphs that are folded away.
        """
        super().__init__()
        self._session = session
        self._colors = colors
        self._keys = keys
        self._has_color = has_color
        self._on_folded = on_folded
        self._viewport = Viewport(session)
        self._frame = Frame()
        self._drawn: list[_Pieces] = []
        self._states: dict[int, _ChunkState] = {}
        self._drawn_rows: dict[Row, _DrawnRow] = {}
        self._strips: dict[_Pieces, Strip] = {}
        self._scroll = 0
        self._drag_from: int | None = None
        self._dragged = False
        self._theme_styles: _Styles | None = None

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
        self._theme_styles = None
        self._forget_drawn()
        if self.is_mounted and self.size:
            self.show()

    def on_resize(self) -> None:
        """Wrap again at the new width."""
        self._viewport.resize(self.size.width - _GUTTER - 1)
        self._forget_drawn()
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
        if self._dragged or not 0 <= event.y < len(self._frame.rows):
            return
        row = self._frame.rows[event.y]
        if row.kind == "collapsed":
            self.post_message(self.Opened(row.chunk))
            return
        offset = self._offset_at(event.x, event.y)
        if offset is not None:
            self.post_message(self.Clicked(offset, event.chain, on_labels=row.kind == "labels"))

    # Public

    @property
    def is_reviewing(self) -> bool:
        """Whether every paragraph is drawn as the current one is, to be read once more."""
        return self._viewport.is_reviewing

    @is_reviewing.setter
    def is_reviewing(self, value: bool) -> None:
        self._viewport.is_reviewing = value

    def show(self, *, keep_scroll: bool = False) -> None:
        """Draw what the session says now; only rows that differ are sent to the terminal."""
        if not self.size.width or not self.size.height:
            return
        if not keep_scroll:
            self._scroll = 0
        frame = self._frame = self._viewport.arrange(self.size.height, scroll=self._scroll)
        self._session.note_seen(frame.seen)
        self._states.clear()
        drawn = [self._draw(row) for row in frame.rows]
        old, self._drawn = self._drawn, drawn
        if len(old) != len(drawn):
            self.refresh()
            return
        changed = [y for y, (before, now) in enumerate(zip(old, drawn, strict=True)) if before != now]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def offset_beside(self, offset: int, direction: Literal[-1, 1], x: int) -> int:
        """Find the code point at cell `x` of the drawn line after or before the one that holds `offset`."""
        session = self._session
        lines = self._viewport.lines_of(session.reading.current)
        place = next((at for at, line in enumerate(lines) if offset < line.end), len(lines) - 1) + direction
        if 0 <= place < len(lines):
            return lines[place].offset_at(x)
        beside = session.reading.current + direction
        if not 0 <= beside < len(session.chunks):
            return offset
        return self._viewport.lines_of(beside)[0 if direction == 1 else -1].offset_at(x)

    def x_of(self, offset: int) -> int:
        """Find the cell at which a code point of the current chunk is drawn, from the text's left edge."""
        return self._line_of(offset).x_of(offset)

    def is_low(self, offset: int, *, rows: int) -> bool:
        """Tell whether a code point of the current chunk is drawn in the lowest `rows` rows of the view."""
        line = self._line_of(offset)
        y = next((y for y, row in enumerate(self._frame.rows) if row.line == line), 0)
        return y >= self.size.height - rows

    def line_edges(self, offset: int) -> tuple[int, int]:
        """Find the first and last code point of the drawn line that holds `offset`."""
        line = self._line_of(offset)
        return line.start, max(line.drawn_end - 1, line.start)

    def _line_of(self, offset: int) -> Line:
        return self._viewport.line_of(self._session.reading.current, offset)

    def _forget_drawn(self) -> None:
        self._drawn_rows.clear()
        self._strips.clear()

    # Drawing

    def _draw(self, row: Row) -> _Pieces:
        """Draw a row, or give it as it was drawn before where nothing has changed in it."""
        if row.line is None:
            return self._draw_between(row, self._styles())
        state = self._states.get(row.chunk)
        if state is None:
            state = self._states[row.chunk] = self._chunk_state(row.chunk)
        known = self._drawn_rows.get(row)
        if known is not None and known.chunk == state:
            return known.pieces
        own = _narrow(state, row, row.line)
        if known is not None and known.row == own:
            known.chunk = state
            return known.pieces
        draw = self._draw_labels if row.kind == "labels" else self._draw_text
        pieces = draw(row, row.line, own, self._styles())
        if len(self._drawn_rows) > 512:
            self._drawn_rows.clear()
        self._drawn_rows[row] = _DrawnRow(state, own, pieces)
        return pieces

    def _chunk_state(self, chunk: int) -> _ChunkState:
        """Gather all that any row of a chunk is drawn from."""
        session = self._session
        is_at_work = chunk in self._frame.seen.at_work
        start, end = session.chunks[chunk].start, session.chunks[chunk].end
        paragraph = session.chunks[chunk].paragraph
        marks = self._viewport.marks_of(chunk) if is_at_work else session.annotations.spans_in_chunk(chunk)
        focus, selection = self._viewport.focused_mark, session.cursor.selection
        hints = (
            (session.hints.asked or session.hints.standing) if is_at_work and not self.is_reviewing else None
        )
        return _ChunkState(
            is_at_work,
            is_at_work or self.is_reviewing,
            session.annotations.state_of(paragraph),
            session.annotations.is_flagged(paragraph),
            paragraph in session.layer.notes,
            marks,
            focus if any(span.id == focus for span in marks) else None,
            selection if selection is not None and selection[0] < end and start < selection[1] else None,
            _overlapping(session.search.places, start, end),
            hints,
            (0, 0) if hints is None else session.suggestions.revision,
        )

    def _draw_between(self, row: Row, styles: _Styles) -> _Pieces:
        if row.kind == "gap":
            return ()
        if row.kind == "rule":
            return ((" " * _GUTTER + "─" * _RULE, styles.rule),)
        chunks = self._session.chunks
        last = row.chunk
        while last < len(chunks) - 1 and self._viewport.is_collapsed(chunks[last + 1]):
            last += 1
        count = chunks[last].paragraph - chunks[row.chunk].paragraph + 1
        noun = "paragraph looks" if count == 1 else "paragraphs look"
        return (
            (f"{_MARKS['boilerplate']:<{_GUTTER}}", styles.mark),
            (f"{count} {noun} like boilerplate ({self._on_folded})", styles.dim),
        )

    def _draw_text(self, row: Row, line: Line, state: _ChunkState, styles: _Styles) -> _Pieces:
        mark = _MARKS[state.state] if row.is_first else " "
        mark += _FLAG if row.is_first and state.is_flagged else " "
        mark += "▎" if state.is_at_work else " "
        mark += _NOTE if row.is_first and state.has_note else " "
        pieces: list[tuple[str, Style]] = [(mark, styles.mark)]
        for start, end in _cut(line, state):
            pieces.append((self._session.tokens.display[start:end], self._style_at(start, state, styles)))
        return tuple(pieces)

    def _style_at(self, offset: int, state: _ChunkState, styles: _Styles) -> Style:
        covering = [span for span in state.marks if span.start <= offset < span.end]
        style = styles.text if state.is_bright else styles.dim
        if covering:
            inner = min(covering, key=lambda span: (span.id != state.focus, span.end - span.start))
            plain, dimmed, name, focused = self._label_styles(inner.label, styles)
            if inner.id == state.focus:
                style = focused
            elif is_suggestion(inner):
                style = name + Style(italic=True)
            else:
                style = plain if state.is_bright else dimmed
            if len(covering) > 1:
                style += Style(underline2=True)
        if any(start <= offset < end for start, end in state.found):
            style += styles.found
        if state.selection is not None and state.selection[0] <= offset < state.selection[1]:
            style += Style(reverse=True)
        return style

    def _draw_labels(self, row: Row, line: Line, state: _ChunkState, styles: _Styles) -> _Pieces:
        boxes = self._boxes_in(row, line, state)
        hints = self._hints_in(line, styles) if row.depth == 0 and state.hints is not None else []
        if self._session.hints.asked is not None and hints:
            boxes = []
        pieces = list(self._join(boxes, hints, state, styles))
        bar = "  ▎ " if state.is_at_work else " " * _GUTTER
        drawn: list[tuple[str, Style]] = [(bar, styles.mark)]
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

    def _boxes_in(self, row: Row, line: Line, state: _ChunkState) -> list[Box]:
        """List the boxes that stand in a row, from left to right."""
        boxes = stack_spans(state.marks, line, self._viewport.cells)
        if not state.is_at_work:
            return [box for box in boxes if box.row == row.depth]
        rows = self._viewport.box_rows(row.chunk, line)
        return [box for box in boxes if rows[box.row] == row.depth]

    def _hints_in(self, line: Line, styles: _Styles) -> list[tuple[int, str, Style]]:
        """Draw the hints of a line: its letters have the colour of the label that is likely, or its key."""
        waiting = self._session.hints.list_shown()
        here = waiting[bisect_left(waiting, (line.start,)) : bisect_left(waiting, (line.drawn_end,))]
        labels = {offset: self._session.hints.label_of(offset) for offset, _ in here}
        # Where a key asked for hints, all of them stand for its label, and the focus line names it.
        has_keys = not self._has_color and self._session.hints.asked is None
        told = [
            (offset, letters, self._key_behind(labels[offset]) if has_keys else "")
            for offset, letters in here
        ]
        lengths = {offset: len(letters) for offset, letters in here}
        drawn: list[tuple[int, str, Style]] = []
        for x, text, offset in draw_hint_row(told, line, self._viewport.cells):
            style = styles.hint if lengths[offset] == 1 else styles.hint_muted
            label = labels[offset]
            if label is not None:
                style += self._label_styles(label, styles)[2]
            drawn.append((x, text, style))
        return drawn

    def _key_behind(self, label: str | None) -> str:
        key = "" if label is None else self._keys.get(label, "")
        return f":{key}" if key else ""

    def _join(
        self,
        boxes: list[Box],
        hints: list[tuple[int, str, Style]],
        state: _ChunkState,
        styles: _Styles,
    ) -> Iterator[tuple[int, str, Style]]:
        """Draw boxes and hints of one row from left to right; no cell belongs to two of them."""
        waiting = hints[::-1]
        for box in boxes:
            while waiting and waiting[-1][0] < box.x:
                x, text, style = waiting.pop()
                if x + cell_len(text) <= box.x:
                    yield x, text, style
            if waiting and waiting[-1][0] == box.x and box.end - box.x >= _FEWEST_BESIDE_HINT:
                # Its own hint stands at its true start, and the box right behind it.
                x, text, style = waiting[-1]
                yield x, text[:1], style
                box = replace(box, x=x + 1)
            while waiting and waiting[-1][0] < box.end:
                waiting.pop()
            yield box.x, self._draw_box(box), self._box_style(box, state, styles)
        yield from reversed(waiting)

    def _draw_box(self, box: Box) -> str:
        span = box.span
        name = f"{span.label}{_NOTE}" if span.note else span.label
        return draw_box(box, name, self._keys.get(span.label, ""), is_suggestion=is_suggestion(span))

    def _box_style(self, box: Box, state: _ChunkState, styles: _Styles) -> Style:
        style = self._label_styles(box.span.label, styles)[2]
        if box.span.id == state.focus:
            return style + Style(bold=True, reverse=False)
        return style if state.is_bright else style + Style(dim=True)

    def _styles(self) -> _Styles:
        if self._theme_styles is None:
            self._theme_styles = _Styles(
                text=self.rich_style,
                dim=self.get_component_rich_style("article--dim"),
                mark=self.get_component_rich_style("article--mark"),
                rule=self.get_component_rich_style("article--rule"),
                hint=self.get_component_rich_style("article--hint"),
                hint_muted=self.get_component_rich_style("article--hint-muted"),
                found=self.get_component_rich_style("article--found", partial=True),
            )
        return self._theme_styles

    def _label_styles(self, label: str, styles: _Styles) -> tuple[Style, Style, Style, Style]:
        """Give a label's styles: its text, its text dimmed, its name, its text in focus."""
        known = styles.labels.get(label)
        if known is None:
            color, ground = self._colors.get(label, _UNKNOWN_COLOR), self.background_colors[1].hex6
            bright = blend(color, ground, 0.62)
            known = (
                styles.text + Style(bgcolor=blend(color, ground, 0.36)),
                styles.dim + Style(bgcolor=blend(color, ground, 0.2), underline=True),
                styles.text + Style(color=readable(color, ground)),
                styles.text + Style(bgcolor=bright, color=contrast_text(bright), bold=True),
            )
            styles.labels[label] = known
        return known

    # Mouse

    def _scroll_by(self, rows: int) -> None:
        self._scroll = self._frame.scrolled + rows
        self.show(keep_scroll=True)

    def _offset_at(self, x: int, y: int) -> int | None:
        rows = self._frame.rows
        if not rows:
            return None
        row = rows[max(0, min(y, len(rows) - 1))]
        return None if row.line is None else row.line.offset_at(x - _GUTTER)


def _narrow(state: _ChunkState, row: Row, line: Line) -> _ChunkState:
    """Leave out of a chunk's state what does not show in one of its rows."""
    start, end = line.start, line.drawn_end
    marks = tuple([span for span in state.marks if span.start < end and start < span.end])
    selection = state.selection
    if row.kind == "labels" or selection is None or not (selection[0] < end and start < selection[1]):
        selection = None
    has_hints = row.kind == "labels" and row.depth == 0
    return replace(
        state,
        marks=marks,
        focus=state.focus if any(span.id == state.focus for span in marks) else None,
        selection=selection,
        found=_overlapping(state.found, start, end) if row.kind == "text" else (),
        hints=state.hints if has_hints else None,
        hint_revision=state.hint_revision if has_hints else (0, 0),
    )


def _overlapping(places: tuple[tuple[int, int], ...], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Give those of some places in order, none over another, that share a code point with `[start, end)`."""
    first = bisect_left(places, start, key=lambda place: place[1] - 1)
    return places[first : bisect_left(places, (end,))]


def _cut(line: Line, state: _ChunkState) -> Iterator[tuple[int, int]]:
    """Cut a line where the style changes, never inside a grapheme."""
    edges = {line.start, line.drawn_end}
    stretches = [(span.start, span.end) for span in state.marks]
    stretches += [*state.found, *([] if state.selection is None else [state.selection])]
    for stretch in stretches:
        for edge in stretch:
            if line.start < edge < line.drawn_end:
                edges.add(line.offset_at(line.x_of(edge)))
    yield from pairwise(sorted(edges))
