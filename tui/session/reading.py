"""How far the annotator has read: the chunks at work, what of them was seen, and so what Enter may finish.

Only what was seen is finished. The screen says what it shows (`Reading.note_seen`); nothing here knows how.
"""

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from tui.session.annotations import Annotations
from tui.session.hint_codes import LETTERS, expect_beyond
from tui.text.chunks import Chunk

Mode: TypeAlias = Literal["hints", "express", "screen"]
"""How spans are made: by label key and hint, by hints that are always there, by those on the whole screen."""

MODES: Final[tuple[Mode, ...]] = get_args(Mode)
"""Every mode."""

MOST_BEYOND: Final = 0.4
"""Spans that may be expected to lose their hint of one letter where a paragraph joins others."""


class Seen(Struct, frozen=True):
    """What stands on the screen."""

    at_work: tuple[int, ...] = ()
    """The chunks that are drawn whole as the ones at work, the current one first."""
    stretch: tuple[int, int] | None = None
    """The stretch of the current chunk that is drawn, in code points; None where none of it is."""
    drawn: tuple[int, ...] = ()
    """The chunks of which any line is drawn."""
    is_scrolled: bool = False
    """Whether the annotator looks elsewhere: that can be read, but is not at work for that."""


class ReadingProgress:
    """The current chunk, those at work with it, and how much of each was seen."""

    def __init__(
        self,
        annotations: Annotations,
        *,
        rate: Callable[[int], Sequence[float]],
        letters: int = len(LETTERS),
        offset: int | None = None,
        mode: Mode = "hints",
    ) -> None:
        """Begin at a code point, or where something is left.

        `rate` says how probable it is that the hint of each token of a chunk is needed, for hints of so many
        letters.
        """
        self._rate = rate
        self._letters = letters
        self._rated: dict[int, Sequence[float]] = {}
        self._annotations = annotations
        self._chunks = annotations.chunks
        self._tokens = annotations.tokens
        self._mode: Mode = mode
        self._current = self._first_chunk(offset) if self._chunks else 0
        self._at_work: tuple[int, ...] = (self._current,) if self._chunks else ()
        self._read_from: int | None = None
        self._read: dict[int, int] | None = None
        self._drawn: tuple[int, ...] = ()

    @property
    def drawn(self) -> tuple[int, ...]:
        """The chunks of which any line is on the screen."""
        return self._drawn

    @property
    def mode(self) -> Mode:
        """How spans are made."""
        return self._mode

    @property
    def current(self) -> int:
        """The index of the current chunk."""
        return self._current

    @property
    def chunk(self) -> Chunk:
        """The current chunk."""
        return self._chunks[self._current]

    @property
    def at_work(self) -> tuple[int, ...]:
        """The chunks at work: the current one, and in other modes than `hints` more that are drawn whole."""
        return self._at_work

    @property
    def read_from(self) -> int | None:
        """Where the part of the current chunk begins that Enter went on to; None at its beginning."""
        return self._read_from

    @property
    def chunks_to_finish(self) -> tuple[int, ...]:
        """The chunks that Enter is about."""
        return self._at_work if self._mode != "hints" else (self._current,)

    def set_mode(self, mode: Mode) -> None:
        """Make spans in another way from now on."""
        self._mode = mode
        self._at_work = (self._current,) if self._chunks else ()
        self._rated = {}

    def may_join(self, at_work: Sequence[int], chunk: int) -> bool:
        """Tell whether a chunk that is to do may be at work together with those before it.

        In the mode `express` paragraphs are as long as that lets hardly any span lose its hint of one letter:
        many where few spans are expected. What was expected when they came up counts until others do, so that
        nothing comes or goes while they are worked on.
        """
        if self._mode == "screen":
            return True
        here = [chance for each in at_work for chance in self._rate_once(each)]
        there = self._rate_once(chunk)
        apart = expect_beyond(here, self._letters) + expect_beyond(there, self._letters)
        return expect_beyond([*here, *there], self._letters) - apart <= MOST_BEYOND

    def enter(self, chunk: int) -> bool:
        """Go to a chunk; say whether that is one that was not at work."""
        if chunk in self._at_work:
            self._current = chunk if self._mode == "hints" else self._current
            return False
        self._current = chunk
        self._at_work = (chunk,)
        self._read_from = None
        self._rated = {}
        return True

    def note_seen(self, seen: Seen) -> bool:
        """Take note of what stands on the screen; say whether it says which chunks are at work."""
        self._drawn = seen.drawn
        if seen.stretch is not None:
            self._note_stretch(*seen.stretch)
        if self._mode == "hints" or seen.is_scrolled or not seen.at_work:
            return False
        self._at_work = seen.at_work
        if self._read is not None:
            others = [chunk for chunk in seen.at_work if chunk != self._current]
            self._read.update((chunk, self._chunks[chunk].end) for chunk in others)
        return True

    def go_on(self) -> bool:
        """Go to what was not seen yet of the current chunk; say whether there is any."""
        if self._is_read(self._current):
            return False
        self._read_from = self.read_to(self._current) or self.chunk.start
        return True

    def read_to(self, chunk: int) -> int:
        """Say up to which code point a chunk was seen; 0 where none of it was."""
        return 0 if self._read is None else self._read.get(chunk, 0)

    def list_ended(self, chunks: Sequence[int]) -> list[int]:
        """List the paragraphs that end with one of these chunks and were seen whole."""
        ends = [self._chunks[chunk].paragraph for chunk in chunks if self._tokens.is_last_of_paragraph(chunk)]
        return [paragraph for paragraph in ends if self.find_unread(paragraph) is None]

    def find_unread(self, paragraph: int) -> int | None:
        """Find the first chunk of a paragraph that was not seen to its end."""
        chunk = self._tokens.first_chunk_of(paragraph)
        while chunk < len(self._chunks) and self._chunks[chunk].paragraph == paragraph:
            if not self._is_read(chunk):
                return chunk
            chunk += 1
        return None

    def _rate_once(self, chunk: int) -> Sequence[float]:
        if chunk not in self._rated:
            self._rated[chunk] = self._rate(chunk)
        return self._rated[chunk]

    def _note_stretch(self, start: int, end: int) -> None:
        """Take note that `[start, end)` of the current chunk was seen.

        What is before the place where the annotator began was read in an earlier session.
        """
        if self._read is None:
            first = self._tokens.first_chunk_of(self.chunk.paragraph)
            self._read = {chunk: self._chunks[chunk].end for chunk in range(first, self._current)}
        read = self._read.get(self._current, self.chunk.start)
        # What was passed over is not read, wherever the annotator has been behind it.
        if start <= read:
            self._read[self._current] = max(read, end)

    def _is_read(self, chunk: int) -> bool:
        return self.read_to(chunk) >= self._tokens.edges_of(chunk)[1]

    def _first_chunk(self, offset: int | None) -> int:
        """Find where to begin: where one was, else at what is left; at the start where nothing is left."""
        first = next((chunk.index for chunk in self._chunks if self._annotations.is_to_do(chunk.index)), None)
        if first is None:
            return 0
        return first if offset is None else self._tokens.chunk_at(offset)
