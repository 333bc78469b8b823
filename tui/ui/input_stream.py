r"""What a terminal sends, told apart: keys, and text that was pasted.

A paste stands between `\x1b[200~` and `\x1b[201~` where the terminal says so (bracketed paste, xterm); where
it does not, many characters come at once, faster than any hand. Whatever stands inside a paste is text, an
escape too. Nothing here reads or waits.
"""

import re
from collections.abc import Generator, Iterator
from typing import Final

from msgspec import Struct

LONGEST_PASTE: Final = 1_000_000
"""Characters of one paste that are kept; the rest of it is counted."""

FLOOD: Final = 32
"""Characters that no hand types between two looks at the keyboard."""

_BEGIN: Final = "\x1b[200~"
_END: Final = "\x1b[201~"

_SEQUENCE: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|.)?", re.DOTALL
)
"""A sequence that a key, the mouse or an answer of the terminal sends (ECMA-48), as far as it is there."""


class Keys(Struct, frozen=True):
    """What keys, the mouse and the terminal itself sent."""

    text: str
    """As it came."""


class Paste(Struct, frozen=True):
    """A text that was pasted."""

    text: str
    """Its first characters, at most `LONGEST_PASTE`."""
    dropped: int = 0
    """How many more there were."""


class InputStream:
    """Tells keys from pastes, read by read."""

    def __init__(self) -> None:
        self._rest = ""
        self._is_inside = False
        self._is_flooded = False
        self._parts: list[str] = []
        self._length = 0
        self._dropped = 0

    @property
    def is_flooded(self) -> bool:
        """Whether a flood has begun that may go on with the next read."""
        return self._is_flooded

    @property
    def is_held(self) -> bool:
        """Whether an escape came that may be a key by itself, or the beginning of something."""
        return bool(self._rest) and not self._is_inside

    def feed(self, text: str) -> Iterator[Keys | Paste]:
        """Take what one read brought; a flood is given by `flush`, when nothing more comes for a moment."""
        text = self._rest + text
        self._rest = ""
        while text:
            if self._is_inside:
                text = yield from self._take_inside(text)
            else:
                text = yield from self._take_outside(text)

    def flush(self) -> Iterator[Keys | Paste]:
        """Give what waited for more."""
        if self._is_flooded:
            self._is_flooded = False
            yield self._end_paste()
        if self._rest and not self._is_inside:
            rest, self._rest = self._rest, ""
            yield Keys(rest)

    def _take_inside(self, text: str) -> Generator[Keys | Paste, None, str]:
        end = text.find(_END)
        if end >= 0:
            self._keep(text[:end])
            self._is_inside = False
            yield self._end_paste()
            return text[end + len(_END) :]
        # The end may have come in part.
        held = _overlap(text, _END)
        self._keep(text[: len(text) - held])
        self._rest = text[len(text) - held :]
        return ""

    def _take_outside(self, text: str) -> Generator[Keys | Paste, None, str]:
        begin = text.find(_BEGIN)
        held = _overlap(text, _BEGIN) if begin < 0 else 0
        keys = text[:begin] if begin >= 0 else text[: len(text) - held]
        if keys:
            yield from self._take_keys(keys)
        if begin >= 0:
            if self._is_flooded:
                yield from self.flush()
            self._is_inside = True
            return text[begin + len(_BEGIN) :]
        self._rest = text[len(text) - held :] if held else ""
        return ""

    def _take_keys(self, text: str) -> Iterator[Keys | Paste]:
        if self._is_flooded or len(_SEQUENCE.sub("", text)) >= FLOOD:
            self._is_flooded = True
            self._keep(text)
        else:
            yield Keys(text)

    def _keep(self, text: str) -> None:
        room = max(LONGEST_PASTE - self._length, 0)
        self._parts.append(text[:room])
        self._length += len(text[:room])
        self._dropped += max(len(text) - room, 0)

    def _end_paste(self) -> Paste:
        paste = Paste("".join(self._parts), self._dropped)
        self._parts, self._length, self._dropped = [], 0, 0
        return paste


def _overlap(text: str, mark: str) -> int:
    """Say how many characters of a mark a text ends with."""
    most = min(len(text), len(mark) - 1)
    return next((count for count in range(most, 0, -1) if text.endswith(mark[:count])), 0)
