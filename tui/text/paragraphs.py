"""Where the paragraphs of a text stand, as `[start, end)` in its code points."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

_WIDEST_WRAP = 120
"""Code points: a text whose lines are longer than this was not wrapped by hand or by a mail program."""

_NARROWEST_WRAP = 30
"""Code points: newspaper columns are wider; lists and verse are often narrower."""

_FEWEST_WRAPPED_PAIRS = 3
"""Fewer pairs of neighbouring lines than this say nothing about how the text was wrapped."""

_LONGEST_WORD = 24
"""Code points: what is longer is an address or a text without spaces, and says nothing about the width."""

_UNSPACED_WORD = 4
"""Code points that may move to the next line together in a script that is written without spaces."""

_RARE_LINE_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"
"""Every line break of one code point besides the line feed."""

_LINE = re.compile(r"\S(?:.*\S)?")
"""A line without the white space around it."""

_SENTENCE_END = re.compile(r"[.!?…。\uff01\uff1f؟۔।][\"'”’»)\]」』]*\Z")
"""The end of a line that ends a sentence."""


def find_paragraphs(text: str) -> list[tuple[int, int]]:
    r"""Find the paragraphs, as `[start, end)` in code points, without the white space around them.

    A paragraph is a line, or a block of lines between blank ones where the text is hard-wrapped. A line ends
    at `\r\n`, `\n`, `\r`, `\x0b`, `\x0c`, `\x85`, U+2028 or U+2029.
    """
    # Every replacement keeps the length, so that offsets hold; a space before a line feed is trimmed away.
    # To look for one character first takes a tenth of the time.
    unified = text.replace("\r\n", " \n") if "\r" in text else text
    for line_break in _RARE_LINE_BREAKS:
        unified = unified.replace(line_break, "\n")
    lines = [match.span() for match in _LINE.finditer(unified)]
    return _join_blocks(unified, lines) if _is_hard_wrapped(unified, lines) else lines


def _is_hard_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Tell whether lines end because the next word would not have fit, rather than where a paragraph ends."""
    if len(lines) <= _FEWEST_WRAPPED_PAIRS:
        return False
    lengths = sorted(end - start for start, end in lines)
    # One line in twenty may be longer: an address cannot be wrapped.
    width = lengths[-1 - len(lengths) // 20]
    if not _NARROWEST_WRAP <= width <= _WIDEST_WRAP:
        return False
    pairs = full = ended = titled = 0
    for (start, end), (next_start, next_end) in pairwise(lines):
        if text.count("\n", end, next_start) > 1:
            continue
        word = text[next_start : min(next_end, next_start + _LONGEST_WORD)].split(maxsplit=1)[0]
        longest = _UNSPACED_WORD if _compile_unspaced().match(word) else _LONGEST_WORD
        pairs += 1
        full += end - start + 1 + min(len(word), longest) > width
        ended += _SENTENCE_END.search(text, max(start, end - 4), end) is not None
        titled += word[0].isupper() and not word.isupper()
    if pairs < _FEWEST_WRAPPED_PAIRS:
        return False
    # Sentences, verses and headlines of nearly equal length fill their lines too, but they end sentences
    # or begin with a capital at nearly every break; wrapped prose does so at some (German nouns: a third).
    return full >= 0.85 * pairs and ended <= 0.5 * pairs and titled <= 0.8 * pairs


def _join_blocks(text: str, lines: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the lines that no blank line parts."""
    blocks: list[tuple[int, int]] = []
    for start, end in lines:
        if blocks and text.count("\n", blocks[-1][1], start) == 1:
            blocks[-1] = (blocks[-1][0], end)
        else:
            blocks.append((start, end))
    return blocks


@cache
def _compile_unspaced() -> re.Pattern[str]:
    """Compile what matches a character of a script that is written without spaces; late, as above (3 ms)."""
    return re.compile(
        "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uabff\uf900-\ufaff\uff00-\uffef\U0001b000-\U0003ffff]"
    )
