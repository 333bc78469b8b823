"""From text to drawn lines: chunks, wrapping, offset <-> cell, and the label row under a line.

Everything here is pure. Text is display text: as long as the stored one, and free of control characters.
Offsets are code points of the whole text, `[start, end)`; `x` and widths are cells of the terminal.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby, pairwise
from typing import TypeAlias

from rich.cells import cell_len, split_graphemes

from tui.spans import Span

LONGEST_PARAGRAPH = 2_000
"""Code points: a longer paragraph is cut into chunks."""

LONGEST_CHUNK = 1_600
"""Code points in a chunk of a paragraph that is cut."""

_SEARCHED = 400
"""Code points before the longest possible end of a chunk in which white space is looked for."""

_LONGEST_GRAPHEME = 64
"""Code points in which a grapheme starts somewhere, in any text that can be read."""

_NARROWEST = 2
"""Cells: the widest grapheme has to fit."""

_SIGNS = "?*"
"""What may stand at the end of a label's name: it is a suggestion's, or there is a note."""

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


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is drawn and walked as one: a paragraph, or a part of a very long one."""

    index: int
    """Its place among the chunks of the article, counted from 0."""
    paragraph: int
    """The index of its paragraph."""
    start: int
    """First code point."""
    end: int
    """One past the last code point."""


@dataclass(frozen=True, slots=True)
class Line:
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


@dataclass(frozen=True, slots=True)
class LabelPiece:
    """A stretch of the label row that belongs to one span."""

    x: int
    """Its first cell."""
    text: str
    """What is drawn."""
    span: str
    """The id of the span."""


def cut_chunks(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Chunk]:
    """Make a chunk of every paragraph, and several of one that is too long to draw at every key.

    A long paragraph is cut after white space, else between two graphemes.
    """
    chunks: list[Chunk] = []
    for paragraph, (start, end) in enumerate(paragraphs):
        here = start
        while here < end or here == start:
            cut = end if end - start <= LONGEST_PARAGRAPH else _find_cut(text, here, end)
            chunks.append(Chunk(len(chunks), paragraph, here, cut))
            here = max(cut, start + 1)
    return chunks


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


def draw_label_row(
    spans: Iterable[Span],
    line: Line,
    width: int,
    *,
    focus: str | None,
    name_of: Callable[[Span], str],
    dotted: Collection[str] = (),
) -> list[LabelPiece]:
    """Draw the row under a line that says which spans stand in it, as pieces from left to right.

    A span has `╰name──╯` under its cells; `─` instead of an end says that it goes on in the line before or
    after. Shorter spans lie over longer ones and the span in focus over all; a name stands in the first
    run that has room for it, may reach into free cells to its right, and is shortened where there is no
    other way. Of two spans with the same cells, the lower one gets what the upper one's name leaves.
    Pieces never overlap and end within `width`. `dotted` are ids of spans drawn with `┄`.
    """
    bars = [bar for span in spans if (bar := _measure_bar(span, line, width)) is not None]
    bars.sort(
        key=lambda bar: (bar.span.id == focus, bar.x - bar.end, bar.span.start, bar.span.label, bar.span.id)
    )
    runs = _find_runs(_stack_bars(bars, width, focus=focus, name_of=name_of))
    named = _place_names(bars, runs, width, name_of)
    pieces = []
    for place, (bar, x, end) in enumerate(runs):
        name, room = named.get(place, ("", end - x))
        pieces.append(_draw_run(bar, x, end, name=name, room=room, is_dotted=bar.span.id in dotted))
    return pieces


def draw_hint_row(hints: Iterable[tuple[int, str]], line: Line, width: int) -> list[tuple[int, str]]:
    """Draw hints, given as offset and letters, under a line as `(x, letters)` from left to right.

    Where the next hint begins too soon only the first letters are drawn, with a gap where one letter leaves
    room for it; typing one makes room.
    """
    places = sorted(
        (line.x_of(offset), letters) for offset, letters in hints if line.start <= offset < line.drawn_end
    )
    ends = [x for x, _ in places[1:]] + [width]
    return [
        (x, letters[: max(end - x - (end < width), 1)])
        for (x, letters), end in zip(places, ends, strict=False)
        if x < end
    ]


# Chunks


def _find_cut(text: str, start: int, end: int) -> int:
    """Find where the chunk that starts at `start` ends."""
    latest = start + LONGEST_CHUNK
    if latest >= end:
        return end
    words = text[latest - _SEARCHED : latest + 1].rsplit(maxsplit=1)
    # One code point more than fits is looked at, so that white space right at the end is seen.
    cut = latest + 1 - len(words[1]) if len(words) > 1 else latest
    if text[latest].isspace() or cut > latest:
        cut = latest
    # White space can be the base of a combining mark.
    return cut if _starts_grapheme(text, cut) else _find_grapheme(text, start, latest)


def _starts_grapheme(text: str, offset: int) -> bool:
    """Tell whether a grapheme surely starts at `offset`, from the characters before it."""
    first = max(offset - 2, 0)
    is_flag = _FLAG_LETTER.match(text, offset) is not None
    return not is_flag and any(first + start == offset for start, _, _ in _split(text[first : offset + 1]))


def _find_grapheme(text: str, start: int, latest: int) -> int:
    """Find the last start of a grapheme that is not behind `latest`, looking back as far as needed."""
    first = latest - _LONGEST_GRAPHEME
    # Which flag a letter belongs to is told only by the whole run of them.
    if _FLAG_LETTER.match(text, first):
        first = start
    starts = [first + at for at, _, _ in _split(text[first : latest + 1])]
    place = bisect_right(starts, latest) - 1
    return starts[place] if place > 0 else latest


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


@dataclass(frozen=True, slots=True)
class _Bar:
    """The cells of a span under one line."""

    span: Span
    x: int
    end: int
    begins: bool
    """Whether the span starts in this line."""
    finishes: bool
    """Whether the span ends in this line."""


_Run: TypeAlias = tuple[_Bar, int, int]
"""Neighbouring cells in which one bar can be seen: from, to (exclusive)."""


def _measure_bar(span: Span, line: Line, width: int) -> _Bar | None:
    """Measure where a span stands under a line; None where nothing of it is drawn there."""
    if not span.overlaps(line.start, line.end) or span.start >= line.drawn_end > line.start:
        return None
    x = line.x_of(span.start)
    # A span that ends inside a grapheme, or has no cell at all, is still one cell that can be seen.
    end = min(max(_right_edge(line, span.end), x + 1), width)
    if x >= end:
        return None
    return _Bar(span, x, end, begins=span.start >= line.start, finishes=span.end <= line.end)


def _right_edge(line: Line, end: int) -> int:
    """Find one past the last cell of what ends at a code point, rounded up to whole graphemes."""
    if end >= line.drawn_end or not line.offsets:
        return line.x_of(end)
    return line.xs[bisect_left(line.offsets, end)]


def _stack_bars(
    bars: Sequence[_Bar], width: int, *, focus: str | None, name_of: Callable[[Span], str]
) -> list[_Bar | None]:
    """Lay later bars over earlier ones; give for every cell the bar that is seen there."""
    cells: list[_Bar | None] = [None] * width
    for bar in bars:
        cells[bar.x : bar.end] = [bar] * (bar.end - bar.x)
    for bar in reversed(bars):
        if bar in cells[bar.x : bar.end]:
            continue
        # Hidden altogether: it gets the end of a run that covers it, behind the upper one's name.
        inside = [
            (upper, max(x, bar.x), min(end, bar.end))
            for upper, x, end in _find_runs(cells)
            if x < bar.end and bar.x < end and upper.span.id != focus
        ]
        upper, x, end = max(inside, key=lambda run: run[2] - run[1], default=(bar, 0, 0))
        if end - x > 1:
            split = max(x + 1, min(x + 1 + cell_len(name_of(upper.span)), end - 1))
            cells[split:end] = [bar] * (end - split)
    return cells


def _find_runs(cells: Sequence[_Bar | None]) -> list[_Run]:
    """Find the runs of cells in which one bar can be seen, left to right."""
    runs: list[_Run] = []
    x = 0
    for bar, group in groupby(cells):
        end = x + sum(1 for _ in group)
        if bar is not None:
            runs.append((bar, x, end))
        x = end
    return runs


def _place_names(
    bars: Iterable[_Bar], runs: Sequence[_Run], width: int, name_of: Callable[[Span], str]
) -> dict[int, tuple[str, int]]:
    """Say for the place of a run which name stands in it, and how many cells the run then has."""
    # A run may grow into the free cells behind it, but not up to the next run.
    limits = [
        max(end, next_x - 1 if next_x > end else end)
        for (_, _, end), (_, next_x, _) in pairwise([*runs, (None, width + 1, 0)])
    ]
    named: dict[int, tuple[str, int]] = {}
    for bar in bars:
        places = [place for place, run in enumerate(runs) if run[0] is bar]
        if not places:
            continue
        name = name_of(bar.span)
        needed = 1 + cell_len(name)
        fitting = [place for place in places if _room(runs[place]) >= needed]
        growing = [place for place in places if limits[place] - runs[place][1] >= needed]
        widest = max(places, key=lambda place: limits[place] - runs[place][1])
        place = next(iter(fitting + growing), widest)
        _, x, end = runs[place]
        room = max(end - x, min(needed, limits[place] - x))
        named[place] = (_crop(name, room - 1), room)
    return named


def _room(run: _Run) -> int:
    """Count the cells of a run that its name can have, with the sign before it."""
    bar, x, end = run
    return end - x - (bar.finishes and end == bar.end)


def _crop(name: str, cells: int) -> str:
    """Shorten a name to at most so many cells; a sign at its end stays."""
    if cell_len(name) <= cells:
        return name
    if name[-1] in _SIGNS and cells > 1:
        return _crop(name[:-1], cells - 1) + name[-1]
    kept = used = 0
    for _, end, size in split_graphemes(name)[0]:
        if used + size > cells:
            break
        kept, used = end, used + size
    return name[:kept]


def _draw_run(bar: _Bar, x: int, end: int, *, name: str, room: int, is_dotted: bool) -> LabelPiece:
    """Draw the cells of a run, and the name that may reach beyond it."""
    rule = "┄" if is_dotted else "─"
    first = "╰" if bar.begins and x == bar.x else rule
    used = 1 + cell_len(name)
    left = max(end - x - used, 0)
    is_closed = bar.finishes and end == bar.end and left > 0 and room == end - x
    tail = rule * (left - 1) + "╯" if is_closed else rule * left
    return LabelPiece(x, first + name + tail, bar.span.id)
