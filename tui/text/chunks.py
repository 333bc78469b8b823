"""Chunks: what is drawn and walked as one, a paragraph or a part of a very long one.

Offsets are code points of the whole text, `[start, end)`. Text is display text, as long as the stored one.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from tui.text.graphemes import find_edges

LONGEST_PARAGRAPH: Final = 2_000
"""Code points: a longer paragraph is cut into chunks."""

LONGEST_CHUNK: Final = 1_600
"""Code points in a chunk of a paragraph that is cut."""

_SEARCHED: Final = 400
"""Code points before the longest possible end of a chunk in which white space is looked for."""

_FLAG_LETTER: Final = re.compile("[\U0001f1e6-\U0001f1ff]")
"""A regional indicator; two of them are a flag."""

_LONGEST_GRAPHEME: Final = 64
"""Code points in which a grapheme starts somewhere, in any text that can be read."""


class Chunk(Struct, frozen=True):
    """What is drawn and walked as one: a paragraph, or a part of a very long one."""

    index: int
    """Its place among the chunks of the article, counted from 0."""
    paragraph: int
    """The index of its paragraph."""
    start: int
    """First code point."""
    end: int
    """One past the last code point."""


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
    return not is_flag and offset - first in find_edges(text[first : offset + 1])[:-1]


def _find_grapheme(text: str, start: int, latest: int) -> int:
    """Find the last start of a grapheme that is not behind `latest`, looking back as far as needed."""
    first = latest - _LONGEST_GRAPHEME
    # Which flag a letter belongs to is told only by the whole run of them.
    if _FLAG_LETTER.match(text, first):
        first = start
    starts = [first + at for at in find_edges(text[first : latest + 1])[:-1]]
    place = bisect_right(starts, latest) - 1
    return starts[place] if place > 0 else latest
