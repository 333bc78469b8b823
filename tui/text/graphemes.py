"""Where characters as people see them begin and end: grapheme clusters (UAX #29)."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern


def find_edges(text: str) -> list[int]:
    """List where each grapheme of a text starts, and the end of the text, in code points."""
    if text.isascii() and "\r" not in text:
        return list(range(len(text) + 1))
    return [0, *(match.end() for match in _compile_grapheme().finditer(text))]


@cache
def _compile_grapheme() -> "Pattern[str]":
    """Compile what matches a grapheme; late, because only edges inside words need it (10 ms)."""
    import regex

    return regex.compile(r"\X")
