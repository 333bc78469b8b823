"""Where the tokens of a text stand, the finest split of it, as `[start, end)` in its code points."""

import re
import unicodedata
from functools import cache
from itertools import pairwise

_PLAIN_TOKEN = re.compile(r"\w+|[^\w\s]")
"""A token of a text in which every character stands alone."""

_INTRICATE = re.compile(
    "[^\x00-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u05c0\u05c3\u05d0-\u05ff\u0606-\u060f\u061b-\u064a"
    "\u0660-\u066f\u0671-\u06d5\u06fa-\u070d\u10a0-\u135c\u1e00-\u200b\u200e-\u20cf\u20f1-\u2cee\u2e00-\u2e7f"
    "\u3000-\u3004\u3008-\u3020\uac00-\ud7a3\uff01-\uff65\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa"
    "\U0001f400-\U0001faff]"
)
"""A character that may join its neighbours, or be a token in the middle of a word; not those that cannot."""

_SPLIT_RANGES = (
    "\u0e00-\u0e4f\u0e5a-\u0ecf\u0eda-\u0eff"  # Thai, Lao; digits make numbers, so they are left out
    "\u1000-\u103f\u104a-\u108f\u109a-\u109f\ua9e0-\ua9ef\ua9fa-\ua9ff\uaa60-\uaa7f"  # Myanmar
    "\u1780-\u17df\u17ea-\u17ff"  # Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u303f\u3041-\u312f\u31a0-\u31bf\u31f0-\u31ff"  # Kana, Bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U0001aff0-\U0001b16f\U00020000-\U000323af"  # Han
)
"""Character class ranges of the scripts in which a word boundary can stand between any two characters."""

_PREPENDED = "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Character class ranges of the number signs that enclose what follows (UAX #29, Prepend)."""

_JOINING = (
    "\u200c\u200d"  # zero width non-joiner and joiner
    "\u0e33\u0eb3"  # Thai and Lao SARA AM
    "\uff9e\uff9f"  # half-width voicing marks
    "\U0001f3fb-\U0001f3ff"  # skin tones
    "\U000e0020-\U000e007f"  # tags, as in the flag of Wales
)
"""Character class ranges of what stays with its base without being a mark (UAX #29, Extend, SpacingMark)."""

_MARK_BLOCKS = (
    *(range(0x300, 0x3100), range(0xA660, 0xAC00), range(0xFB00, 0xFF00)),
    *(range(0x10000, 0x12000), range(0x13400, 0x13500), range(0x16A00, 0x17000), range(0x1B000, 0x1F000)),
    range(0xE0100, 0xE01F0),
)
"""The code points among which every combining mark is found."""


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Split `[start, end)` into tokens, as `[start, end)` in code points of the whole text.

    A token is a run of word characters or one other character, with the marks that belong to it; Han, Kana,
    Thai, Lao, Khmer and Myanmar split per character. Every code point that is not white space is in exactly
    one token, and no token cuts a grapheme cluster (UAX #29). Where `start` and `end` are edges of tokens,
    the tokens are those of the whole text.
    """
    stop = len(text) if end is None else end
    plain = text.isascii() or _INTRICATE.search(text, start, stop) is None
    pattern = _PLAIN_TOKEN if plain else _compile_token()
    return [match.span() for match in pattern.finditer(text, start, stop)]


def count_unspaced(text: str) -> int:
    """Count the characters of scripts that are written without spaces."""
    return len(_compile_split().findall(text))


@cache
def _compile_token() -> re.Pattern[str]:
    """Compile the pattern of a token in any script; late, because it needs every combining mark (20 ms)."""
    marks = [code for block in _MARK_BLOCKS for code in block if unicodedata.category(chr(code))[0] == "M"]
    edges = [index for index, (code, following) in enumerate(pairwise(marks), 1) if following != code + 1]
    runs = (
        f"{chr(marks[first])}-{chr(marks[last - 1])}" for first, last in pairwise([0, *edges, len(marks)])
    )
    mark = f"[{''.join(runs)}{_JOINING}]"
    letter = rf"[^\W{_SPLIT_RANGES}]"
    return re.compile(
        f"[{_PREPENDED}]*"
        "(?:"
        "[\U0001f1e6-\U0001f1ff]{2}"  # two regional indicators are a flag
        f"|[{_SPLIT_RANGES}]{mark}*(?:(?<=[\u1039\u17d2])[{_SPLIT_RANGES}]{mark}*)*"  # a stacked consonant
        rf"|{letter}+(?:{mark}+{letter}*|\xad++{letter}+)*"  # a soft hyphen may stand in a word
        rf"|[^\S\n\r\x0b\x0c\x85\u2028\u2029](?={mark})"  # a space can be the base of a mark
        r"|[^\w\s]"
        ")"
        rf"{mark}*(?:(?<=\u200d)\S{mark}*)*"  # a joiner joins
    )


@cache
def _compile_split() -> re.Pattern[str]:
    """Compile what matches a letter of a script without spaces between words; late, as above."""
    return re.compile(f"[{_SPLIT_RANGES}]")
