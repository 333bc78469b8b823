"""UTF-16 units and code points: two ways to count the same text."""

from bisect import bisect_left
from collections.abc import Sequence


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


def utf16_length(text: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(text) if text.isascii() else len(text) + sum(each > "\uffff" for each in text)
