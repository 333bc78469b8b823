"""Where the chunks and the tokens of an article stand, and how to step from one to the next.

All offsets are code points of the article's text; a token is `[start, end)`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from tui.articles import Article
from tui.layout import cut_chunks, wrap
from tui.text import display_text, tokenize

Direction: TypeAlias = Literal[-1, 1]
"""Backward or forward in the text."""

_FARTHEST_EDGE: Final = 64
"""Code points before and after an edge in which the characters next to it are looked for."""


class Tokens:
    """The tokens of one article, made chunk by chunk as they are asked for."""

    def __init__(self, article: Article) -> None:
        self.text = article.text
        """The article's text."""
        self.display = display_text(article.text)
        """The same as it may be drawn; equal in length."""
        self.chunks = cut_chunks(self.display, [(part.start, part.end) for part in article.paragraphs])
        """What is drawn and walked as one: a paragraph, or a part of a very long one."""
        self.starts = [chunk.start for chunk in self.chunks]
        """The first code point of each chunk."""
        self.of: Callable[[int], list[tuple[int, int]]] = lru_cache(maxsize=64)(self._tokenize_chunk)
        """The tokens of a chunk, by its index; at least one."""

    def chunk_at(self, offset: int) -> int:
        """Find the chunk at a code point, else the nearest one before it."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def first_chunk_of(self, paragraph: int) -> int:
        """Find the first chunk of a paragraph."""
        return bisect_left(self.chunks, paragraph, key=lambda chunk: chunk.paragraph)

    def is_last_of_paragraph(self, chunk: int) -> bool:
        """Tell whether a paragraph ends with a chunk."""
        behind = self.chunks[chunk + 1 : chunk + 2]
        return not behind or behind[0].paragraph != self.chunks[chunk].paragraph

    def edges_of(self, chunk: int) -> tuple[int, int]:
        """Give the start of a chunk's first token and the end of its last one."""
        tokens = self.of(chunk)
        return tokens[0][0], tokens[-1][1]

    def at(self, offset: int) -> tuple[int, int]:
        """Find the token at a code point, else the nearest one before it in its chunk."""
        tokens = self.of(self.chunk_at(offset))
        return tokens[max(bisect_right(tokens, (offset, len(self.text) + 1)) - 1, 0)]

    def are_whole(self, start: int, end: int) -> bool:
        """Tell whether `[start, end)` is whole tokens of one or more chunks."""
        chunk = self.chunks[self.chunk_at(start)]
        return chunk.start <= start < chunk.end and self.at(start)[0] == start and self.at(end - 1)[1] == end

    def beside(self, token: tuple[int, int], direction: Direction) -> tuple[int, int]:
        """Give the next or previous token, across chunks; the same one at either end of the article."""
        chunk = self.chunk_at(token[0])
        tokens = self.of(chunk)
        place = bisect_left(tokens, token) + direction
        if 0 <= place < len(tokens):
            return tokens[place]
        if not 0 <= chunk + direction < len(self.chunks):
            return token
        return self.of(chunk + direction)[0 if direction == 1 else -1]

    def end_after(self, start: int, count: int) -> int:
        """Say where `count` tokens end of which the first holds `start`."""
        end = self.at(start)
        for _ in range(count - 1):
            end = self.beside(end, 1)
        return end[1]

    def step_edge(
        self, start: int, end: int, edge: Literal["start", "end"], direction: Direction
    ) -> tuple[int, int]:
        """Say what `[start, end)` is when an edge is moved by a token."""
        if edge == "start":
            token = self.at(start)
            if direction == 1:
                return self.beside(token, 1)[0], end
            return (token[0] if token[0] < start else self.beside(token, -1)[0]), end
        token = self.at(end - 1)
        if direction == -1:
            return start, self.beside(token, -1)[1]
        return start, (token[1] if token[1] > end else self.beside(token, 1)[1])

    def step_character(self, offset: int, direction: Direction, *, fine: bool) -> int:
        """Move by one character as seen, which may be several code points; by one of those in fine steps."""
        length = len(self.display)
        if fine:
            return max(0, min(offset + direction, length))
        start = max(offset - _FARTHEST_EDGE, 0)
        (line,) = wrap(self.display, start, min(offset + _FARTHEST_EDGE, length), 4 * _FARTHEST_EDGE)
        # A line without offsets has a character at every code point.
        edges = line.offsets or range(line.start, line.drawn_end + 1)
        place = bisect_right(edges, offset) if direction == 1 else bisect_left(edges, offset) - 1
        return edges[max(0, min(place, len(edges) - 1))]

    def _tokenize_chunk(self, index: int) -> list[tuple[int, int]]:
        chunk = self.chunks[index]
        return tokenize(self.text, chunk.start, chunk.end) or [(chunk.start, chunk.end)]
