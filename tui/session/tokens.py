"""Where the chunks, words and tokens of an article stand, and how to step from one to the next.

A person counts and moves by words; tokens are the finest split, and what the learner sees. All offsets are
code points of the article's text; a word or token is `[start, end)`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from tui.model.article import Article
from tui.text.chunks import cut_chunks
from tui.text.display import display_text
from tui.text.graphemes import find_edges
from tui.text.tokens import tokenize
from tui.text.words import find_words

Direction: TypeAlias = Literal[-1, 1]
"""Backward or forward in the text."""

TokenPlace: TypeAlias = tuple[int, int]
"""The index of a chunk, and of a token in it."""

Edge: TypeAlias = Literal["start", "end"]
"""One edge of a span or selection."""

_FARTHEST_EDGE: Final = 64
"""Code points before and after an edge in which the characters next to it are looked for."""


class Tokens:
    """The words and tokens of one article, made chunk by chunk as they are asked for."""

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
        self.words_of: Callable[[int], list[tuple[int, int]]] = lru_cache(maxsize=64)(self._find_words)
        """The words of a chunk, by its index; at least one."""

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
        """Find the word at a code point, else the nearest one before it in its chunk, else the first one."""
        return _at(self.words_of(self.chunk_at(offset)), offset)

    def token_at(self, offset: int) -> tuple[int, int]:
        """Find the token at a code point, else the nearest one before it in its chunk, else the first one."""
        return _at(self.of(self.chunk_at(offset)), offset)

    def are_whole(self, start: int, end: int) -> bool:
        """Tell whether `[start, end)` is whole tokens of one or more chunks."""
        chunk = self.chunks[self.chunk_at(start)]
        first, last = self.token_at(start), self.token_at(end - 1)
        return chunk.start <= start < chunk.end and first[0] == start and last[1] == end

    def beside(self, word: tuple[int, int], direction: Direction) -> tuple[int, int]:
        """Give the next or previous word, across chunks; the same one at either end of the article."""
        chunk = self.chunk_at(word[0])
        words = self.words_of(chunk)
        # What was selected with the mouse may begin or end between two words.
        if direction == 1:
            place = bisect_left(words, (word[1], 0))
        else:
            place = bisect_right(words, word[0], key=lambda each: each[1]) - 1
        if 0 <= place < len(words):
            return words[place]
        if not 0 <= chunk + direction < len(self.chunks):
            return word
        return self.words_of(chunk + direction)[0 if direction == 1 else -1]

    def end_after(self, start: int, count: int) -> int:
        """Say where `count` words end of which the first holds `start`, or is the first one behind it."""
        word = self.at(start)
        if word[1] <= start:
            word = self.beside(word, 1)
        for _ in range(count - 1):
            word = self.beside(word, 1)
        return word[1]

    def step_edge(self, start: int, end: int, edge: Edge, direction: Direction) -> tuple[int, int]:
        """Say what `[start, end)` is when an edge is moved to the next edge of a word."""
        if edge == "start":
            word = self.at(start)
            if direction == 1:
                return (word[0] if word[0] > start else self.beside(word, 1)[0]), end
            return (word[0] if word[0] < start else self.beside(word, -1)[0]), end
        word = self.at(end - 1)
        if direction == -1:
            return start, (word[1] if word[1] < end else self.beside(word, -1)[1])
        return start, (word[1] if word[1] > end else self.beside(word, 1)[1])

    def step_finer(self, offset: int, edge: Edge, direction: Direction, *, fine: bool) -> int:
        """Move an edge of a span to the next finer edge than that of a word.

        That is the edge of a token, and inside a word of one token that of a character as seen, which may be
        several code points; in fine steps it is the next code point.
        """
        if fine:
            return max(0, min(offset + direction, len(self.display)))
        token = self._token_inside(offset, direction)
        if token is not None and token in self.words_of(self.chunk_at(token[0])):
            stepped = self._step_character(offset, direction)
            # Beyond the word, the next edge is that of a word too: no span ends in white space.
            if stepped != token[edge == "start"]:
                return stepped
        chunk = self.chunk_at(offset)
        around = range(max(chunk - 1, 0), min(chunk + 2, len(self.chunks)))
        edges = [each[edge == "end"] for near in around for each in self.of(near)]
        place = bisect_right(edges, offset) if direction == 1 else bisect_left(edges, offset) - 1
        return edges[place] if 0 <= place < len(edges) else offset

    def _token_inside(self, offset: int, direction: Direction) -> tuple[int, int] | None:
        """Find the token that a step from a code point goes through."""
        place = offset if direction == 1 else offset - 1
        start, end = self.token_at(max(place, 0))
        return (start, end) if start <= place < end else None

    def _step_character(self, offset: int, direction: Direction) -> int:
        start = max(offset - _FARTHEST_EDGE, 0)
        end = min(offset + _FARTHEST_EDGE, len(self.display))
        edges = [start + edge for edge in find_edges(self.display[start:end])]
        place = bisect_right(edges, offset) if direction == 1 else bisect_left(edges, offset) - 1
        return edges[max(0, min(place, len(edges) - 1))]

    def _tokenize_chunk(self, index: int) -> list[tuple[int, int]]:
        chunk = self.chunks[index]
        return tokenize(self.text, chunk.start, chunk.end) or [(chunk.start, chunk.end)]

    def _find_words(self, index: int) -> list[tuple[int, int]]:
        return find_words(self.text, self.of(index))


def _at(stretches: list[tuple[int, int]], offset: int) -> tuple[int, int]:
    """Find the stretch at a code point, else the nearest one before it, else the first one."""
    return stretches[max(bisect_right(stretches, offset, key=lambda stretch: stretch[0]) - 1, 0)]
