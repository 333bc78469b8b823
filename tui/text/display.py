"""What of a text may reach a terminal: as long as the text, without what drives it."""

import re
from functools import cache

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

_PLAIN = re.compile("[ -~\n\xa0-\xac\xae-\u02ff\u2010-\u2027\u2070-\u2e7f]*")
"""A text of Latin letters, punctuation and signs, of which only the line feeds cannot be drawn."""


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
