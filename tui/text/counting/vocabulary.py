"""Sets of words, as they are written in these modules."""


def list_words(words: str) -> frozenset[str]:
    """Give the words of a text that has blanks between them."""
    return frozenset(words.split())
