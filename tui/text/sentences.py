"""Where the sentence around a stretch of a text begins and ends: near enough to look for words in it."""

import re
from typing import Final

_END: Final = re.compile(r"[.!?…。！？؟।]+[\"'”’»)\]]*(?=\s)|\n")

MOST_AROUND: Final = 400
"""Code points of a sentence before and behind the stretch that are looked at."""


def find_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Give the sentence around `[start, end)`; the full stop of an initial ends it, too."""
    first, last = max(start - MOST_AROUND, 0), min(end + MOST_AROUND, len(text))
    for match in _END.finditer(text, first, start):
        first = match.end()
    after = _END.search(text, end, last)
    return first, last if after is None else after.start()
