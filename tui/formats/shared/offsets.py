"""Ways to count the characters of a text, and code points: each turned into the other."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import product
from typing import Final, Literal, TypeAlias

from msgspec import Struct

OffsetUnit: TypeAlias = Literal["code points", "UTF-16 units", "bytes"]
"""What one step of an offset is."""

_WIDTHS: Final[dict[OffsetUnit, Callable[[str], int]]] = {
    "code points": len,
    "UTF-16 units": lambda text: utf16_length(text),
    "bytes": lambda text: len(text.encode("utf-8", "surrogatepass")),
}
_MARK: Final = "\ufeff"


class Counting(Struct, frozen=True):
    """One way in which a tool may count a text."""

    unit: OffsetUnit = "code points"
    """What it counts."""
    joins_line_ends: bool = False
    """Whether CR LF is one character to it, as it is where a text was read with its line ends translated."""
    takes_mark: bool = False
    """Whether it counts the byte order mark before the text, which is no part of it."""

    @property
    def oddness(self) -> int:
        """How far it is from what spantag counts."""
        return (self.unit != "code points") + self.joins_line_ends + self.takes_mark

    def describe(self) -> str:
        """Say how it counts: `UTF-16 units, CR LF as one`."""
        said = [self.unit, "CR LF as one" * self.joins_line_ends, "the byte order mark too" * self.takes_mark]
        return ", ".join(filter(None, said))


class OffsetMap:
    """Turns offsets of one way of counting into code points of one text."""

    def __init__(self, text: str, counting: Counting) -> None:
        self.counting = counting
        """How the offsets count."""
        width = _WIDTHS[counting.unit]
        place = width(_MARK) if counting.takes_mark else 0
        self._places = [place]
        for index, each in enumerate(text):
            is_joined = counting.joins_line_ends and each == "\n" and text[index - 1 : index] == "\r"
            place += 0 if is_joined else width(each)
            self._places.append(place)

    @property
    def length(self) -> int:
        """The length of the text, counted so, with a mark before it that counts."""
        return self._places[-1]

    def to_code_points(self, offset: int) -> int | None:
        """Give an offset in code points; None where it is outside the text or inside a character."""
        index = bisect_left(self._places, offset)
        if index == len(self._places) or self._places[index] != offset:
            return None
        # Behind CR LF that counts as one, and not between the two.
        is_between = self._places[index + 1 : index + 2] == [offset]
        return index + is_between

    def from_code_points(self, index: int) -> int:
        """Give the offset of a code point."""
        return self._places[index]


def list_countings(text: str, *, has_mark: bool = False) -> list[Counting]:
    """List the ways to count a text that differ, the plainest first; with `has_mark` a mark precedes it."""
    units: list[OffsetUnit] = ["code points"]
    if any(each > "\uffff" for each in text):
        units.append("UTF-16 units")
    if not text.isascii():
        units.append("bytes")
    joins, marks = [False] + [True] * ("\r\n" in text), [False] + [True] * has_mark
    found = [Counting(*each) for each in product(units, joins, marks)]
    return sorted(found, key=lambda counting: counting.oddness)


def find_counting(
    text: str, agrees: Callable[[OffsetMap], bool], *, has_mark: bool = False
) -> OffsetMap | None:
    """Find the plainest way of counting, other than spantag's own, with which all that is quoted agrees."""
    maps = (OffsetMap(text, counting) for counting in list_countings(text, has_mark=has_mark)[1:])
    return next((each for each in maps if agrees(each)), None)


class Utf16Map:
    """Turns offsets in UTF-16 units into code points of one text."""

    def __init__(self, text: str) -> None:
        self._wide = (
            [] if text.isascii() else [index for index, each in enumerate(text) if ord(each) > 0xFFFF]
        )
        # Where in UTF-16 each wide character begins.
        self._units: Sequence[int] = [index + before for before, index in enumerate(self._wide)]
        self.length = len(text) + len(self._wide)
        """The length of the text in UTF-16 units."""

    def to_code_points(self, offset: int) -> int | None:
        """Give an offset in code points; None where it is outside the text or inside a character."""
        if not 0 <= offset <= self.length:
            return None
        before = bisect_left(self._units, offset)
        if before and self._units[before - 1] + 1 == offset:
            return None
        return offset - before

    def from_code_points(self, index: int) -> int:
        """Give the offset of a code point."""
        return index + bisect_left(self._wide, index)


def utf16_length(text: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(text) if text.isascii() else len(text) + sum(each > "\uffff" for each in text)
