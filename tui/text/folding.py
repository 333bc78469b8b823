"""The form in which texts are compared."""

import unicodedata


def fold_text(text: str) -> str:
    """Give the form in which texts are compared: without case, each letter with marks written one way."""
    if text.isascii():
        return text.casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
