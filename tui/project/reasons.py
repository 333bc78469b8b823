"""Reasons on a paragraph: each behind the words that it is about, `“the army”: why; “Moru” (2): why not`."""

import re
from collections.abc import Sequence
from typing import Final

from tui.model.article import Article
from tui.text.messages import quote

_BETWEEN: Final = "; "
"""What stands between two reasons."""

_BEGIN: Final = re.compile(r"; (?=“[^”]*”(?: \(\d+\))?: )")
"""Where a reason begins behind another: with the words that it is about."""

_LONGEST_WORDS: Final = 60
"""Code points of these words."""


def name_words(article: Article, paragraph: int, start: int, end: int) -> str:
    """Quote the words of `[start, end)`; where they are not the first such in the paragraph, say which."""
    words = quote(article.text, start, end, limit=_LONGEST_WORDS).replace("”", '"')
    before = article.text.count(article.text[start:end], article.paragraphs[paragraph].start, start)
    return f"“{words}” ({before + 1}): " if before else f"“{words}”: "


def part_reasons(note: str, head: str) -> tuple[str, list[str]]:
    """Part a note into the reason behind these words, empty where there is none, and all others."""
    written = _BEGIN.split(note) if note else []
    own = next((each for each in written if each.startswith(head)), "")
    return own.removeprefix(head), [each for each in written if each != own]


def join_reasons(written: Sequence[str]) -> str:
    """Write reasons behind each other."""
    return _BETWEEN.join(written)
