"""The article, paragraph by paragraph: drawn line by line, and only where something changed.

Which rows stand on the screen is arranged by the viewport; here they get their text, colours and boxes.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final, TypeAlias, TypeVar

from msgspec import Struct, structs
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.model.article import ParagraphState
from tui.model.span import Span
from tui.suggest.suggestion import is_suggestion
from tui.text.display import display_text
from tui.ui.asked import AskedPart
from tui.ui.layout import Box, Line, draw_box, draw_hint_row, stack_spans
from tui.ui.palette import blend, contrast_text, readable
from tui.ui.scene import ChunkScene, Scene, ShownHint, find_overlapping
from tui.ui.viewport import ScreenRow, ViewSize
from tui.ui.widgets.asked_row import draw_asked, find_asked_key, fit_asked, place_asked
from tui.ui.widgets.styled import StyledWidget

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

_MISSING: Final = "_"
"""What a span is marked with that lacks an answer."""

_FEWEST_BESIDE_HINT: Final = 4
"""Cells of a box from which on a hint may stand in front of it, where the two share a row."""

_Said = TypeVar("_Said")

_Pieces: TypeAlias = tuple[tuple[str, Style], ...]


class _DrawnRow(Struct):
    """A row as it was drawn."""

    chunk: ChunkScene
    """What its whole chunk was drawn from."""
    own: ChunkScene
    """The same without what belongs to other rows."""
    pieces: _Pieces


_LabelStyles: TypeAlias = tuple[Style, Style, Style, Style]
"""What is written in a label's colour: its text, its text dimmed, its name, its text in focus."""

_ASKED: Final[Mapping[AskedPart, tuple[str, ...]]] = {
    "question": ("asked", "chosen"),
    "key": ("asked", "hint"),
    "choice": ("asked",),
    "given": ("asked", "chosen"),
    "typed": ("asked",),
}
"""The inks of the parts of a question."""


class ArticleView(StyledWidget):
    """One article under the annotator's hands; the screen takes the keys."""

    ALLOW_SELECT = False

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

    class Answered(Message):
        """An answer to what is asked was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key
            """The key that it stands for; empty for none."""

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
        """A paragraph that is folded away was clicked."""

        def __init__(self, chunk: int) -> None:
            super().__init__()
            self.chunk = chunk
            """Its first chunk."""

    class Resized(Message):
        """There is more or less room: the article is to be arranged anew."""

    class Scrolled(Message):
        """The wheel was turned."""

        def __init__(self, rows: int) -> None:
            super().__init__()
            self.rows = rows
            """How many rows further down the annotator looks, until the next key."""

    def __init__(
        self,
        text: str,
        colors: Mapping[str, str],
        keys: Mapping[str, str],
        *,
        has_color: bool,
        on_folded: str,
    ) -> None:
        """Draw an article of `text`, as it may be drawn; `colors` and `keys` are of the labels, by name.

        Without colour a hint says by its key which label is likely. `on_folded` says what can be done with
        paragraphs that are folded away.
        """
        super().__init__()
        self._text = text
        self._colors = colors
        self._keys = keys
        self._has_color = has_color
        self._on_folded = on_folded
        self._scene: Scene | None = None
        self._chunks: dict[int, ChunkScene] = {}
        self._drawn: list[_Pieces] = []
        self._drawn_rows: dict[ScreenRow, _DrawnRow] = {}
        self._strips: dict[_Pieces, Strip] = {}
        self._drag_from: int | None = None
        self._dragged = False
        self._of_labels: dict[str, _LabelStyles] = {}

    def render_line(self, y: int) -> Strip:
        """Draw one row; rows are made in `show`."""
        if y >= len(self._drawn):
            return Strip.blank(self.size.width, self._ink())
        pieces = self._drawn[y]
        strip = self._strips.get(pieces)
        if strip is None:
            if len(self._strips) > 512:
                self._strips.clear()
            strip = Strip([Segment(text, style) for text, style in pieces]).adjust_cell_length(
                self.size.width, self._ink()
            )
            self._strips[pieces] = strip
        return strip

    def notify_style_update(self) -> None:
        """Forget everything drawn in the old theme."""
        super().notify_style_update()
        self._of_labels.clear()
        self._forget_drawn()
        if self._scene is not None:
            self.draw(self._scene)

    def on_resize(self) -> None:
        """Ask for an arrangement in the new room."""
        self._forget_drawn()
        self.post_message(self.Resized())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Look further down, until the next key."""
        event.stop()
        self.post_message(self.Scrolled(3))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Look further up, until the next key."""
        event.stop()
        self.post_message(self.Scrolled(-3))

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
        rows = self._rows
        if self._dragged or not 0 <= event.y < len(rows):
            return
        row = rows[event.y]
        key = self._asked_key_at(event.x, event.y)
        if key is not None:
            self.post_message(self.Answered(key))
            return
        if row.kind == "folded":
            self.post_message(self.Opened(row.chunk))
            return
        offset = self._offset_at(event.x, event.y)
        if offset is not None:
            self.post_message(self.Clicked(offset, event.chain, on_labels=row.kind == "labels"))

    # Public

    @property
    def room(self) -> ViewSize:
        """The room for the article: cells of a line of text, and rows."""
        return ViewSize(self.size.width - _GUTTER - 1, self.size.height)

    def draw(self, scene: Scene) -> None:
        """Draw a scene; only rows that differ from the one before are sent to the terminal."""
        self._scene = scene
        before = self._chunks
        # What has not changed is the same object again, and found to be so at once.
        self._chunks = {
            chunk: before[chunk] if before.get(chunk) == now else now for chunk, now in scene.chunks.items()
        }
        drawn = [self._draw(row) for row in scene.frame.rows]
        if scene.asked is not None:
            y, asked = scene.asked[0], fit_asked(scene.asked[1], self._cells)
            x = place_asked(asked, scene.frame.rows[y].line, self._cells)
            begun = (("  ▎ ", self._ink("mark")), (" " * x, self._ink()))
            inks = {part: self._ink(*names) for part, names in _ASKED.items()}
            drawn[y] = (*begun, *draw_asked(asked, x, self._cells, inks))
        old, self._drawn = self._drawn, drawn
        if len(old) != len(drawn):
            self.refresh()
            return
        changed = [y for y, (before, now) in enumerate(zip(old, drawn, strict=True)) if before != now]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    @property
    def _rows(self) -> tuple[ScreenRow, ...]:
        return () if self._scene is None else self._scene.frame.rows

    @property
    def _cells(self) -> int:
        return 0 if self._scene is None else self._scene.frame.layout.cells

    def _forget_drawn(self) -> None:
        self._drawn_rows.clear()
        self._strips.clear()

    # Drawing

    def _draw(self, row: ScreenRow) -> _Pieces:
        """Draw a row, or give it as it was drawn before where nothing has changed in it."""
        if row.line is None:
            return self._draw_between(row)
        state = self._chunks[row.chunk]
        known = self._drawn_rows.get(row)
        if known is not None and known.chunk is state:
            return known.pieces
        own = _narrow(state, row, row.line)
        if known is not None and known.own == own:
            known.chunk = state
            return known.pieces
        draw = self._draw_labels if row.kind == "labels" else self._draw_text
        pieces = draw(row, row.line, own)
        if len(self._drawn_rows) > 512:
            self._drawn_rows.clear()
        self._drawn_rows[row] = _DrawnRow(state, own, pieces)
        return pieces

    def _asked_key_at(self, x: int, y: int) -> str | None:
        """Find the key that a click on a question stands for: empty beside its choices, None elsewhere."""
        if self._scene is None or self._scene.asked is None or self._scene.asked[0] != y:
            return None
        asked = fit_asked(self._scene.asked[1], self._cells)
        line = self._scene.frame.rows[y].line
        return find_asked_key(asked, x - _GUTTER - place_asked(asked, line, self._cells))

    def _draw_between(self, row: ScreenRow) -> _Pieces:
        if row.kind == "gap":
            return ()
        if row.kind == "rule":
            return ((" " * _GUTTER + "─" * _RULE, self._ink("rule")),)
        noun = "paragraph looks" if row.folded == 1 else "paragraphs look"
        return (
            (f"{_MARKS['boilerplate']:<{_GUTTER}}", self._ink("mark")),
            (f"{row.folded} {noun} like boilerplate ({self._on_folded})", self._ink("dim")),
        )

    def _draw_text(self, row: ScreenRow, line: Line, state: ChunkScene) -> _Pieces:
        mark = _MARKS[state.state] if row.is_first else " "
        mark += _FLAG if row.is_first and state.is_flagged else " "
        mark += "▎" if state.is_at_work else " "
        mark += _NOTE if row.is_first and state.has_note else " "
        pieces: list[tuple[str, Style]] = [(mark, self._ink("mark"))]
        for start, end in _cut(line, state):
            pieces.append((self._text[start:end], self._style_at(start, state)))
        return tuple(pieces)

    def _style_at(self, offset: int, state: ChunkScene) -> Style:
        covering = [span for span in state.marks if _covers(span, offset)]
        style = self._ink() if state.is_bright else self._ink("dim")
        if covering:
            inner = min(covering, key=lambda span: (span.id != state.focus, span.end - span.start))
            plain, dimmed, name, focused = self._label_styles(inner.label)
            if inner.id == state.focus:
                style = focused
            elif is_suggestion(inner):
                style = name + Style(italic=True)
            else:
                style = plain if state.is_bright else dimmed
            if len(covering) > 1:
                style += Style(underline2=True)
        if any(start <= offset < end for start, end in state.found):
            style += self._ink("found")
        if state.selection is not None and state.selection[0] <= offset < state.selection[1]:
            style += Style(reverse=True)
        return style

    def _draw_labels(self, row: ScreenRow, line: Line, state: ChunkScene) -> _Pieces:
        stacked = stack_spans(state.marks, line, self._cells)
        boxes = [box for box in stacked if box.row == row.box_row]
        hints = self._draw_hints(state, line) if state.hints else []
        if state.are_asked and hints:
            boxes = []
        pieces = list(self._join(boxes, hints, state))
        bar = "  ▎ " if state.is_at_work else " " * _GUTTER
        drawn: list[tuple[str, Style]] = [(bar, self._ink("mark"))]
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

    def _draw_hints(self, state: ChunkScene, line: Line) -> list[tuple[int, str, Style]]:
        """Draw the hints of a line: its letters have the colour of the label that is likely, or its key."""
        # Where a key asked for hints, all of them stand for its label, and the focus line names it.
        has_keys = not self._has_color and not state.are_asked
        told = [
            (offset, letters, self._key_behind(label) if has_keys else "")
            for offset, letters, label in state.hints
        ]
        by_offset = {hint[0]: hint for hint in state.hints}
        drawn: list[tuple[int, str, Style]] = []
        for x, text, offset in draw_hint_row(told, line, self._cells):
            _, letters, label = by_offset[offset]
            style = self._ink("hint") if len(letters) == 1 else self._ink("faint")
            if label is not None:
                style += self._label_styles(label)[2]
            drawn.append((x, text, style))
        return drawn

    def _key_behind(self, label: str | None) -> str:
        key = "" if label is None else self._keys.get(label, "")
        return f":{key}" if key else ""

    def _join(
        self,
        boxes: list[Box],
        hints: list[tuple[int, str, Style]],
        state: ChunkScene,
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
                box = structs.replace(box, x=x + 1)
            while waiting and waiting[-1][0] < box.end:
                waiting.pop()
            letters = self._letters_of(box, state)
            if letters:
                yield box.x, letters, self._ink("hint")
                box = structs.replace(box, x=box.x + len(letters))
            if box.x < box.end:
                yield box.x, self._draw_box(box, state), self._box_style(box, state)
        yield from reversed(waiting)

    def _draw_box(self, box: Box, state: ChunkScene) -> str:
        span = box.span
        mark = next((mark for span_id, mark in state.details if span_id == span.id), None)
        is_missing, more = (mark.is_missing, display_text(mark.text)) if mark is not None else (False, "")
        name = f"{span.label}{_NOTE if span.note else ''}{_MISSING if is_missing else ''}"
        key = self._keys.get(span.label, "")
        return draw_box(box, name, key, more=more, is_suggestion=is_suggestion(span))

    def _letters_of(self, box: Box, state: ChunkScene) -> str:
        """Give the letters that choose a span as a partner, as many as its box has cells for."""
        if not state.partners or not box.begins:
            return ""
        letters = next((letters for span_id, letters in state.partners if span_id == box.span.id), "")
        return letters[: box.end - box.x]

    def _box_style(self, box: Box, state: ChunkScene) -> Style:
        style = self._label_styles(box.span.label)[2]
        if box.span.id == state.focus:
            return style + Style(bold=True, reverse=False)
        return style if state.is_bright else style + Style(dim=True)

    def _label_styles(self, label: str) -> _LabelStyles:
        """Give a label's styles, worked out once a theme."""
        known = self._of_labels.get(label)
        if known is None:
            color, ground = self._colors.get(label, _UNKNOWN_COLOR), self.background_colors[1].hex6
            bright = blend(color, ground, 0.62)
            known = (
                self._ink() + Style(bgcolor=blend(color, ground, 0.36)),
                self._ink("dim") + Style(bgcolor=blend(color, ground, 0.2), underline=True),
                self._ink() + Style(color=readable(color, ground)),
                self._ink() + Style(bgcolor=bright, color=contrast_text(bright), bold=True),
            )
            self._of_labels[label] = known
        return known

    # Mouse

    def _offset_at(self, x: int, y: int) -> int | None:
        rows = self._rows
        if not rows:
            return None
        row = rows[max(0, min(y, len(rows) - 1))]
        return None if row.line is None else row.line.offset_at(x - _GUTTER)


def _narrow(state: ChunkScene, row: ScreenRow, line: Line) -> ChunkScene:
    """Leave out of a chunk's state what does not show in one of its rows."""
    start, end = line.start, line.drawn_end
    marks = tuple([span for span in state.marks if span.start < end and start < span.end])
    selection = state.selection
    if row.kind == "labels" or selection is None or not (selection[0] < end and start < selection[1]):
        selection = None
    hints: tuple[ShownHint, ...] = ()
    if row.kind == "labels" and row.depth == 0:
        hints = tuple([hint for hint in state.hints if start <= hint[0] < end])
    return structs.replace(
        state,
        marks=marks,
        focus=state.focus if any(span.id == state.focus for span in marks) else None,
        selection=selection,
        found=find_overlapping(state.found, start, end) if row.kind == "text" else (),
        hints=hints,
        are_asked=state.are_asked and bool(hints),
        details=_pick(state.details, marks) if row.kind == "labels" else (),
        partners=_pick(state.partners, marks) if row.kind == "labels" else (),
    )


def _pick(said: tuple[tuple[str, _Said], ...], marks: Iterable[Span]) -> tuple[tuple[str, _Said], ...]:
    """Leave out what is said of other spans."""
    ids = {span.id for span in marks}
    return tuple([pair for pair in said if pair[0] in ids])


def _covers(span: Span, offset: int) -> bool:
    """Tell whether a span has a code point in one of its pieces."""
    if not span.fragments:
        return span.start <= offset < span.end
    return any(start <= offset < end for start, end in span.fragments)


def _cut(line: Line, state: ChunkScene) -> Iterator[tuple[int, int]]:
    """Cut a line where the style changes, never inside a grapheme."""
    edges = {line.start, line.drawn_end}
    stretches = [piece for span in state.marks for piece in span.pieces]
    stretches += [*state.found, *([] if state.selection is None else [state.selection])]
    for stretch in stretches:
        for edge in stretch:
            if line.start < edge < line.drawn_end:
                edges.add(line.offset_at(line.x_of(edge)))
    yield from pairwise(sorted(edges))
