"""From text to drawn lines: wrapping, offset <-> cell, and the label row under a line.

Everything here is pure. Text is display text: as long as the stored one, and free of control characters.
Offsets are code points of the whole text, `[start, end)`; `x` and widths are cells of the terminal.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate, pairwise

from msgspec import Struct, structs
from rich.cells import cell_len, set_cell_size, split_graphemes

from tui.model.span import Span

_NARROWEST = 2
"""Cells: the widest grapheme has to fit."""

_SIGNS = "?*_"
"""What may stand at the end of a label's name: it is a suggestion's, has a note, or lacks an answer."""

_LONG_WORD = re.compile(r"([^\W\d_]{3})[^\W\d_]{2,}")
"""Letters, of which the first three are told from others, most often."""

_INTRICATE = re.compile(
    "[^ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u2190-\u21ff\u2200-\u22ff\u23ce\u2400-\u2426\ufffd]"
)
"""A character that may not be one grapheme of one cell; where there is none, offsets are cells."""

_SPACES = " \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000⏎"
"""Character class ranges of the white space at which a line may end, without the no-break spaces."""

_UNSPACED = (
    "\u2e80-\u2fff\u3001-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff9f\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
"""Character class ranges of Han, Kana, their punctuation, and emoji: a line may end between any two."""

_NEVER_FIRST = (
    "、。，．・：；？！」』）】〕〉》］｝〟’”ー々ゝゞヽヾ｡､｣ｰ,.:;?!)\\]}%…"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
"""What a line does not begin with where it may end between two characters (kinsoku shori, JIS X 4051)."""

_NEVER_LAST = "「『（【〔〈《［｛〝‘“｢(\\[{"
"""What a line does not end with where it may end between two characters (kinsoku shori, JIS X 4051)."""

_SPACE = re.compile(f"[{_SPACES}]")
"""White space that need not be drawn at the end of a line."""

_SECOND_HALF = re.compile("[\u0e33\u0eb3\uff9e\uff9f]")
"""A character with a cell of its own that belongs to the one before: SARA AM, half-width voicing marks."""

_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
"""A regional indicator; two of them are a flag."""


class Line(Struct, frozen=True):
    """One drawn line of a chunk."""

    start: int
    """First code point."""
    end: int
    """One past the last code point; the next line starts here."""
    drawn_end: int
    """One past the last code point that is drawn; behind it is white space that did not fit."""
    cells: int
    """The width of what is drawn."""
    offsets: tuple[int, ...] = ()
    """Where each drawn grapheme starts, and `drawn_end`; empty where offsets are cells."""
    xs: tuple[int, ...] = ()
    """The cell at which each drawn grapheme starts, and `cells`; empty where offsets are cells."""

    def x_of(self, offset: int) -> int:
        """Find the first cell of the grapheme that a code point belongs to; beyond what is drawn, `cells`."""
        if offset >= self.drawn_end:
            return self.cells
        if offset <= self.start:
            return 0
        if not self.offsets:
            return offset - self.start
        return self.xs[bisect_right(self.offsets, offset) - 1]

    def offset_at(self, x: int) -> int:
        """Find the start of the grapheme under a cell; beyond either end, of the first or last one drawn."""
        if x <= 0 or self.cells == 0:
            return self.start
        if not self.offsets:
            return self.start + min(x, self.cells - 1)
        return self.offsets[bisect_right(self.xs, min(x, self.cells - 1)) - 1]


class Box(Struct, frozen=True):
    """What says under a line that a span stands there."""

    span: Span
    """The span."""
    row: int
    """Its row under the line, counted from 0."""
    x: int
    """Its first cell."""
    end: int
    """One past its last cell."""
    begins: bool
    """Whether the span starts in this line."""
    finishes: bool
    """Whether the span ends in this line."""
    gaps: tuple[tuple[int, int], ...] = ()
    """The cells between the pieces of the span, `[start, end)` from those of the box."""

    def meets(self, other: "Box") -> bool:
        """Tell whether the two cannot stand in one row."""
        # A box of one cell has no ends that keep it apart from its neighbour.
        apart = 1 if 1 in (self.end - self.x, other.end - other.x) else 0
        return self.x < other.end + apart and other.x < self.end + apart


def cut_text(text: str, room: int) -> str:
    """Cut a text to so many cells; `…` stands where something is missing."""
    if cell_len(text) <= room:
        return text
    return f"{set_cell_size(text, room - 1)}…" if room > 0 else ""


def wrap(display: str, start: int, end: int, width: int) -> list[Line]:
    """Break `[start, end)` into lines of at most `width` cells (taken as 2 where it is less).

    Every code point is on exactly one line. A line ends after white space, or between two characters of a
    script that is written without spaces; white space that does not fit is not drawn. A word wider than
    `width` is cut between graphemes. There is always at least one line.
    """
    width = max(width, _NARROWEST)
    text = display[start:end]
    if text.isascii() or _INTRICATE.search(text) is None:
        return list(_wrap_plain(text, start, width))
    return list(_wrap_graphemes(text, start, width))


def stack_spans(spans: Iterable[Span], line: Line, width: int) -> list[Box]:
    """Lay the spans that stand in a line under it, as boxes in rows: one row for each depth of overlap.

    Shorter spans stand nearer to the text. No two boxes of a row share a cell, and where one is a single cell
    wide there is a free one between them. The boxes come row by row, from left to right.
    """
    measured = [box for span in spans if (box := _measure_box(span, line, width)) is not None]
    measured.sort(
        key=lambda box: (box.span.end - box.span.start, box.span.start, box.span.label, box.span.id)
    )
    rows: list[list[Box]] = []
    for box in measured:
        place = next((place for place, row in enumerate(rows) if not any(map(box.meets, row))), len(rows))
        if place == len(rows):
            rows.append([])
        rows[place].append(structs.replace(box, row=place))
    return [box for row in rows for box in sorted(row, key=lambda box: box.x)]


def draw_box(box: Box, name: str, key: str, *, more: str = "", is_suggestion: bool = False) -> str:
    """Draw a box exactly as wide as its span: `╰actor──╯`, or `╰actor?┄╯` for a suggestion.

    Where there is room, `more` stands behind the name, or behind the key: with its long words cut, or without
    its last words, before it is left out itself.

    `─` instead of an end says that the span goes on in the line before or after. Where the name has no room
    the key stands for it, and where there is none the first character of the name. A sign at the end of the
    name, such as that of a note, stands behind the key too, where there is room; that of a suggestion always.
    """
    cells = box.end - box.x
    rule = "┄" if is_suggestion else "─"
    ends = ("╰" if box.begins else rule, "╯" if box.finishes else rule)
    bare = name.rstrip(_SIGNS)
    short = key or _first_character(bare)
    signs = name[len(bare) :]
    # The best comes first, each with how many of the two ends may be left out for it.
    if is_suggestion:
        wanted = [(f"{bare}?", 0), (f"{short}?", 2), ("?", 2)]
    else:
        wanted = [(name, 0), (f"{short}{signs}", 1), (short, 2), ("", 2)]
        if more:
            shorter = [(f"{short}{signs} {each}", 1) for each in _abridge(more)]
            wanted = [(f"{name} {more}", 0), *shorter, *wanted]
    for shown, most_left_out in wanted:
        for head, tail in (ends, ("", ends[1]), ("", ""))[: most_left_out + 1]:
            room = cells - cell_len(f"{head}{shown}{tail}")
            if room >= 0:
                return _open_gaps(f"{head}{shown}{rule * room}{tail}", box.gaps, rule)
    return rule * cells


def draw_hint_row(
    hints: Iterable[tuple[int, str, str]], line: Line, width: int
) -> list[tuple[int, str, int]]:
    """Draw hints under a line as `(x, text, offset)` from left to right.

    They are given as offset, letters, and what may stand behind the letters where there is room. Where the
    next hint begins too soon only the first letters are drawn, with a gap where one letter leaves room for
    it; typing one makes room.
    """
    places = sorted(
        (line.x_of(offset), letters, more, offset)
        for offset, letters, more in hints
        if line.start <= offset < line.drawn_end
    )
    ends = [place[0] for place in places[1:]] + [width]
    drawn: list[tuple[int, str, int]] = []
    for (x, letters, more, offset), end in zip(places, ends, strict=False):
        if x >= end:
            continue
        room = max(end - x - (end < width), 1)
        text = f"{letters}{more}"
        drawn.append((x, text if cell_len(text) <= room else letters[:room], offset))
    return drawn


# Lines


def _wrap_plain(text: str, start: int, width: int) -> Iterator[Line]:
    """Wrap a text in which every character is one grapheme of one cell."""
    spaced = text.replace("⏎", " ")
    length = len(spaced)
    here = 0
    while length - here > width:
        limit = here + width
        after = spaced.rfind(" ", here, limit + 1) + 1
        word_end = spaced.find(" ", limit)
        if after == 0 or (length if word_end < 0 else word_end) - after > width:
            after = limit
        while after < length and spaced[after] == " ":
            after += 1
        drawn = min(after, limit)
        yield Line(start + here, start + after, start + drawn, drawn - here)
        here = after
    if here < length or not text:
        yield Line(start + here, start + length, start + length, length - here)


def _wrap_graphemes(text: str, start: int, width: int) -> Iterator[Line]:
    """Wrap a text of any script."""
    graphemes = _split(text)
    count = len(graphemes)
    edges = [first for first, _, _ in graphemes] + [len(text)]
    xs = [0, *accumulate(cells for _, _, cells in graphemes)]
    places = {edge: place for place, edge in enumerate(edges)}
    breaks = [places[at] for match in _compile_break().finditer(text) if (at := match.start()) in places]
    spaces = {match.start() for match in _SPACE.finditer(text)}

    def is_space(place: int) -> bool:
        """Tell white space from white space that carries a mark."""
        return edges[place] in spaces and edges[place + 1] - edges[place] == 1

    def find_next(here: int, limit: int) -> int:
        """Find where the line after the one from `here` starts, where `limit` is what no longer fits."""
        after = limit
        while after < count and is_space(after):
            after += 1
        if after > limit or after == count:
            return after
        following = bisect_right(breaks, limit)
        word = breaks[following - 1] if following else 0
        word_end = breaks[following] if following < len(breaks) else count
        while word_end > limit and is_space(word_end - 1):
            word_end -= 1
        return word if word > here and xs[word_end] - xs[word] <= width else limit

    here = 0
    while here < count:
        limit = bisect_right(xs, xs[here] + width) - 1
        after = find_next(here, limit)
        drawn = min(after, limit)
        yield Line(
            start + edges[here],
            start + edges[after],
            start + edges[drawn],
            xs[drawn] - xs[here],
            tuple([start + edge for edge in edges[here : drawn + 1]]),
            tuple([x - xs[here] for x in xs[here : drawn + 1]]),
        )
        here = after


@cache
def _compile_break() -> re.Pattern[str]:
    """Compile what matches a place between two characters at which a line may end; late, as it takes 3 ms."""
    return re.compile(
        f"(?<=[{_SPACES}])(?![{_SPACES}])"
        f"|(?:(?<=[{_UNSPACED}])|(?=[{_UNSPACED}]))(?<![{_NEVER_LAST}{_SPACES}])(?![{_NEVER_FIRST}{_SPACES}])"
    )


def _split(text: str) -> list[tuple[int, int, int]]:
    """Split a text into graphemes (start, end, cells); rich cuts flags and spacing marks, this does not."""
    graphemes, _ = split_graphemes(text)
    if not (_SECOND_HALF.search(text) or _FLAG_LETTER.search(text)):
        return graphemes
    joined: list[tuple[int, int, int]] = []
    is_half_flag = False
    for start, end, cells in graphemes:
        is_flag_letter = _FLAG_LETTER.match(text, start) is not None
        belongs = (is_flag_letter and is_half_flag) or _SECOND_HALF.match(text, start) is not None
        if joined and belongs and joined[-1][2] + cells <= _NARROWEST:
            joined[-1] = (joined[-1][0], end, joined[-1][2] + cells)
            is_half_flag = False
        else:
            joined.append((start, end, cells))
            is_half_flag = is_flag_letter
    return joined


# Label rows


def _measure_box(span: Span, line: Line, width: int) -> Box | None:
    """Measure where a span stands under a line; None where nothing of it is drawn there."""
    if not span.overlaps(line.start, line.end) or span.start >= line.drawn_end > line.start:
        return None
    x = line.x_of(span.start)
    # A span that ends inside a grapheme, or has no cell at all, is still one cell that can be seen.
    end = min(max(_right_edge(line, span.end), x + 1), width)
    if x >= end:
        return None
    gaps = tuple(
        [
            (_right_edge(line, before) - x, line.x_of(after) - x)
            for (_, before), (after, _) in pairwise(span.fragments)
            if before < line.drawn_end and after > line.start
        ]
    )
    return Box(span, 0, x, end, span.start >= line.start, span.end <= line.end, gaps)


def _abridge(more: str) -> Iterator[str]:
    """Give words shorter and shorter: whole, their long ones cut, fewer of them."""
    words = more.split(" ")
    cut = [_LONG_WORD.sub(r"\1…", word) for word in words]
    yield more
    yield " ".join(cut)
    for count in range(len(words) - 1, 0, -1):
        yield f"{' '.join(words[:count])}…"
        shorter = " ".join(cut[:count])
        yield shorter if shorter.endswith(("…", "…?")) else f"{shorter}…"


def _open_gaps(drawn: str, gaps: Iterable[tuple[int, int]], rule: str) -> str:
    """Draw dots instead of the rule where the span has a gap; a name that reaches there stays whole."""
    for start, end in gaps:
        # A name of wide characters has less of them than cells: what follows it is a rule anyway.
        shift = cell_len(drawn) - len(drawn)
        first, last = max(start - shift, 0), max(end - shift, 0)
        drawn = drawn[:first] + drawn[first:last].replace(rule, "·") + drawn[last:]
    return drawn


def _right_edge(line: Line, end: int) -> int:
    """Find one past the last cell of what ends at a code point, rounded up to whole graphemes."""
    if end >= line.drawn_end or not line.offsets:
        return line.x_of(end)
    return line.xs[bisect_left(line.offsets, end)]


def _first_character(name: str) -> str:
    graphemes = split_graphemes(name)[0]
    return name[: graphemes[0][1]] if graphemes else ""
