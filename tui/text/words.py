"""Words as people count them: what stands between spaces, without the punctuation around it.

A word is made of the tokens of `tui.text.tokens`, which are finer: `52-year-old`, `Ukraine’s`, `U.S.`,
`$5.2`, `AT&T` and `#drone` are one word each, `(Kyiv)` is `Kyiv`, and `Kyiv/Moscow` and `Kyiv—Moscow` are
two. A sign for a word, as in `Smith & Sons`, is one by itself. In scripts that are written without spaces
each character is a word, as it is a token.
"""

import re
from collections.abc import Sequence
from typing import Final

_JOINERS: Final = frozenset("-‐‑'’&_.@+־״׳·")
"""What joins two parts to one word where it stands right between them."""

_NUMBER_JOINERS: Final = frozenset(",:/–٫٬")
"""What does so between two digits."""

_PREFIXES: Final = frozenset("$€£¥₹₽₩₪₴#@§+-−")
"""What belongs to the word right behind it, where nothing stands right before it."""

_SUFFIXES: Final = frozenset("%‰°$€£¥₹₽₩₪₴")
"""What belongs to the number right before it."""

_ALONE: Final = frozenset("@&#$€£¥%+=")
"""What is a word by itself where nothing stands right beside it."""

_INITIALS: Final = re.compile(r"(?:\w{1,2}\.)+\w{1,2}\Z")
"""A word whose full stop at the end belongs to it, such as `U.S.`, `a.m.` and `Ph.D.`"""


def find_words(text: str, tokens: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join tokens to words, as `[start, end)` in code points; every edge of a word is one of a token.

    Where there is no word at all, as in a line of asterisks, the tokens are the words.
    """
    words: list[tuple[int, int]] = []
    # Where a joiner ends and a prefix starts, if one was the token before.
    joiner = prefix = -1
    for start, end in tokens:
        is_alone = end - start == 1
        last = words[-1] if words else (-1, -1)
        if is_wordy(text[start]):
            if joiner == start and _may_join(text, joiner - 1, start):
                words[-1] = (last[0], end)
            else:
                words.append((prefix if prefix == start - 1 >= 0 else start, end))
            joiner = prefix = -1
            continue
        character = text[start]
        joiner = -1
        if character in _ALONE and not text[start - 1 : start].strip() and not text[end : end + 1].strip():
            words.append((start, end))
            prefix = -1
            continue
        if last[1] == start and is_alone:
            if character in _SUFFIXES and text[start - 1].isdigit():
                words[-1] = (last[0], end)
                joiner = end
                continue
            if character == "." and _INITIALS.search(text, last[0], start):
                words[-1] = (last[0], end)
            if character in _JOINERS or character in _NUMBER_JOINERS:
                joiner = end
        is_free = start == 0 or not (is_wordy(text[start - 1]) or text[start - 1] in _PREFIXES)
        prefix = start if is_alone and character in _PREFIXES and is_free else -1
    return words or list(tokens)


def is_wordy(character: str) -> bool:
    """Tell whether a word can begin with a character: a letter, a digit, or a picture."""
    return character.isalnum() or character == "_" or "\U0001f000" <= character <= "\U0001faff"


def _may_join(text: str, joiner: int, start: int) -> bool:
    """Tell whether the sign at `joiner` makes one word of what stands on its two sides."""
    if text[joiner] in _NUMBER_JOINERS:
        return text[joiner - 1].isdigit() and text[start].isdigit()
    return True
