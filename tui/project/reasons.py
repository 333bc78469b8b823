"""Reasons on a paragraph: each behind the words that it is about, `“the army”: why; “Moru” (2): why not`.

Behind the words stands what of them is decided, where it is a detail: `“three soldiers” count: because`. A
span has such reasons without the words: `count: because; outcome: why`.
"""

import re
from collections.abc import Sequence
from typing import Final

from tui.model.article import Article
from tui.text.messages import quote

_BETWEEN: Final = "; "
"""What stands between two reasons."""

_BEGIN: Final = re.compile(r"; (?=“[^”]*”(?: \(\d+\))?(?: [^“”:;]+)?: )")
"""Where a reason begins behind another: with the words that it is about."""

_LONGEST_WORDS: Final = 60
"""Code points of these words."""


_MARKS: Final = str.maketrans("", "", "“”:;?")
"""What tells where a reason begins, and is no part of a name."""


def name_topic(question: str) -> str:
    """Begin a reason on a detail with what is decided of it."""
    return f"{question.translate(_MARKS)}: "


def name_words(article: Article, paragraph: int, start: int, end: int, *, question: str = "") -> str:
    """Quote the words of `[start, end)`; where they are not the first such in the paragraph, say which.

    Behind them stands what is decided of them, where that is a detail.
    """
    words = quote(article.text, start, end, limit=_LONGEST_WORDS).replace("”", '"')
    before = article.text.count(article.text[start:end], article.paragraphs[paragraph].start, start)
    which = f" ({before + 1})" if before else ""
    return f"“{words}”{which} {name_topic(question)}" if question else f"“{words}”{which}: "


def part_reasons(note: str, head: str) -> tuple[str, list[str]]:
    """Part a note into the reason behind these words, empty where there is none, and all others."""
    written = _BEGIN.split(note) if note else []
    own = next((each for each in written if each.startswith(head)), "")
    return own.removeprefix(head), [each for each in written if each != own]


def put_reason(note: str, topic: str, reason: str) -> str:
    """Write the reason on a detail into the note of a span, behind those on others, in place of its own."""
    others = [each for each in note.split(_BETWEEN) if each and not each.startswith(topic)]
    return join_reasons([*others, f"{topic}{reason}"])


def join_reasons(written: Sequence[str]) -> str:
    """Write reasons behind each other."""
    return _BETWEEN.join(written)
