"""The forms in which texts are compared and looked for."""

import unicodedata
from typing import Final

_MARKS: Final = dict.fromkeys(range(0x300, 0x370))
"""Combining diacritical marks: accents and the like of Latin, Greek and Cyrillic letters."""


def fold_text(text: str) -> str:
    """Give the form in which texts are compared: without case, each letter with marks written one way."""
    if text.isascii():
        return text.casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def fold_wanted(text: str) -> str:
    """Give the form in which a title is looked for: without case and accents, as `café` is typed `CAFE`."""
    if text.isascii():
        return text.casefold()
    # What is folded may have marks that were not there before (U+0390).
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFC", folded.translate(_MARKS))
