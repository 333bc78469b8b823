"""Finding a text in another, however the case and the marks of its letters are written."""

import unicodedata
from typing import Final

_FORM: Final = "NFD"


class FoldedText:
    """A text without case, each letter with its marks written one way, and where each part of it was.

    Offsets are code points. Folding follows Unicode's canonical caseless matching (section 3.13, D145).
    """

    def __init__(self, text: str) -> None:
        self._starts: list[int] | None = None
        if text.isascii():
            self._folded = text.lower()
            return
        parts: list[str] = []
        starts: list[int] = []
        for offset, character in enumerate(text):
            folded = fold(character)
            parts.append(folded)
            starts += [offset] * len(folded)
        self._folded = "".join(parts)
        self._starts = [*starts, len(text)]

    def find(self, wanted: str) -> list[tuple[int, int]]:
        """List the places of a text, as `[start, end)`, none over another and none that cuts a letter."""
        folded = fold(wanted)
        places: list[tuple[int, int]] = []
        start = self._folded.find(folded) if folded else -1
        while start >= 0:
            end = start + len(folded)
            place = self._place_of(start, end)
            if place is not None:
                places.append(place)
            start = self._folded.find(folded, end if place is not None else start + 1)
        return places

    def _place_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Give where in the text a stretch of the folded one was; None where it cuts a character."""
        if end < len(self._folded) and unicodedata.combining(self._folded[end]):
            return None
        if self._starts is None:
            return start, end
        first, behind = self._starts[start], self._starts[end]
        is_cut = (start > 0 and self._starts[start - 1] == first) or self._starts[end - 1] == behind
        return None if is_cut else (first, behind)


def fold(text: str) -> str:
    """Give the form in which texts are compared."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize(_FORM, unicodedata.normalize(_FORM, text).casefold())
