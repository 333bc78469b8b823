"""Where paragraphs and tokens stand in a text, and what of it may reach a terminal.

Everything here is pure and counts in code points of the text as it is stored; edges are `[start, end)`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from itertools import islice, pairwise
from typing import Final

MOST_LISTED: Final = 10
"""The most names that one message lists."""

LONGEST_NAME: Final = 60
"""The most code points of a name that a message shows."""

TITLE_LENGTH: Final = 120
"""The most code points of a title that is taken from the text."""

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

_SIGNS = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {
    "\t": " ",
    "\n": "⏎",
    "\x7f": "␡",
    "\x85": "⏎",
    "\xad": "¬",
    "\u2028": "⏎",
    "\u2029": "¶",
}
"""The visible signs that tell one character from another; everything else unseen is a dot or `�`."""

_UNDECODABLE_SIGN = "�"
"""Stands for C1 controls and lone surrogates: what is left where a text was decoded wrongly."""

_UNSEEN_SIGN = "·"
"""Stands for a character without a shape of its own, such as a direction mark."""

_UNDECODABLE = re.compile("[\x80-\x9f\ud800-\udfff]")
"""A C1 control or a lone surrogate."""

_PLAIN = re.compile("[ -~\n\xa0-\xac\xae-\u02ff\u2010-\u2027]*")
"""A text of Latin letters and punctuation, of which only the line feeds cannot be drawn."""


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


def display_text(text: str) -> str:
    """Map every character that a terminal must not get to a visible sign of one cell; the length is kept.

    Joiners and variation selectors stay, because they are part of grapheme clusters.
    """
    if _PLAIN.fullmatch(text):
        return text.replace("\n", _SIGNS["\n"])
    return _compile_undrawable().sub(_sign, text)


def display_lines(text: str) -> str:
    """Map like `display_text`, but keep the line feeds: what a message of several lines may show."""
    return "\n".join(map(display_text, text.split("\n")))


def fold_text(text: str) -> str:
    """Give the form in which texts are compared: without case, each letter with marks written one way."""
    if text.isascii():
        return text.casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def quote(text: str, start: int, end: int, *, limit: int = 60) -> str:
    """Quote `[start, end)` for a message: one line of at most `limit` code points, shortened with `…`."""
    if end - start <= limit:
        return display_text(text[start:end])
    # One code point more than fits, so that a token which the limit cuts is seen to reach beyond it.
    room = start + max(limit - 1, 0)
    cut = max((edge for _, edge in tokenize(text, start, room + 1) if edge <= room), default=room)
    return display_text(text[start:cut]) + "…"


def is_text(text: str) -> bool:
    """Tell whether a text can be written as UTF-8: it has no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_text(name: str) -> str:
    """Give a file's name as text: its bytes that are no UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def list_some(names: Collection[str]) -> str:
    """List names for a message: the first ten in quotes, and how many more there are; none as `nothing`."""
    listed = ", ".join([repr(quote_name(name)) for name in islice(names, MOST_LISTED)])
    more = len(names) - MOST_LISTED
    return f"{listed} and {more:,} more" if more > 0 else listed or "nothing"


def quote_name(name: str) -> str:
    """Give a name for a message, as it is but for its end where that is far away."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def count_noun(number: int, noun: str) -> str:
    """Write a number with its noun: `1 span`, `2,000 spans`."""
    if number == 1:
        return f"1 {noun}"
    is_changed = noun.endswith("y") and noun[-2:-1] not in "aeiou"
    return f"{number:,} {noun[:-1]}ies" if is_changed else f"{number:,} {noun}s"


def count_unspaced(text: str) -> int:
    """Count the characters of scripts that are written without spaces."""
    return len(_compile_split().findall(text))


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


@cache
def _compile_unspaced() -> re.Pattern[str]:
    """Compile what matches a character of a script that is written without spaces; late, as above (3 ms)."""
    return re.compile(
        "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uabff\uf900-\ufaff\uff00-\uffef\U0001b000-\U0003ffff]"
    )


@cache
def _compile_undrawable() -> re.Pattern[str]:
    """Compile what matches a character that a terminal would obey, or of unknown width; late (5 ms)."""
    return re.compile(
        "[^ -~\xa0-\xac\xae-\u061b\u061d-\u180d\u180f-\u200a\u200c\u200d\u2010-\u2027\u202f-\u205f"
        "\u2070-\u3163"
        "\u3165-\ud7ff\ue000-\ufefe\uff00-\uff9f\uffa1-\uffef\ufffc-\uffff\U00010000-\U0001342f"
        "\U00013440-\U0001bc9f\U0001bca4-\U0001d172\U0001d17b-\U000dffff\U000e0100-\U000e01ef"
        "\U000e1000-\U0010ffff]"
    )


def _sign(match: re.Match[str]) -> str:
    """Return the sign that stands for the matched character."""
    character = match[0]
    sign = _UNDECODABLE_SIGN if _UNDECODABLE.match(character) else _UNSEEN_SIGN
    return _SIGNS.get(character, sign)


def title_of(text: str) -> str:
    """Take a title from a text: the beginning of its first paragraph."""
    stripped = text.lstrip()
    start = len(text) - len(stripped)
    return quote(text, start, start + len(stripped[:1000].splitlines()[0]), limit=TITLE_LENGTH)
