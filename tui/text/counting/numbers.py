"""The tokens of a phrase, its numbers among them, in digits of any script or in words.

Number words are read by text2num: small, without dependencies, maintained, as fast as a dictionary. It knows
seven more languages, for the day on which their phrases have rules.
"""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from msgspec import Struct

from tui.text.counting.vocabulary import list_words

MOST_DIGITS: Final = 12
"""Digits: longer numbers count nothing."""

_MOST_WORDS: Final = 12
"""Words of one number."""

_NUMBER: Final = (
    r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?"  # 1,200 and 1,00,000
    r"|\d{1,3}(?:\.\d{3})+(?![\d.])(?!\s+(?:million|billion|mn?|bn)\b)"  # 1.200
    r"|\d{1,3}(?:[ \u00a0\u2007\u2009\u202f'’]\d{3})+(?!\d)"  # 1 200
    r"|\d+(?:[.,]\d+)?"
)
_WORD: Final = r"[^\W\d_]+(?:['’][^\W\d_]+)*"
_TOKEN: Final = (
    rf"(?P<name>[^\W\d_][^\W_]*[-‐‑]?\d[\w-]*|\d\d?[./-]\d\d?[./-]\d{{2,4}}(?!\d)|\d{{4}}-\d\d-\d\d|\d+:\d\d|\d+/\d+)"
    rf"|(?P<ordinal>\d+(?:st|nd|rd|th)\b)"
    rf"|(?P<joined>(?:{_NUMBER})(?:[-‐‑]{_WORD})+)"
    rf"|(?P<number>{_NUMBER})(?P<letter>k|mn?|bn)?(?![^\W_])"
    rf"|(?P<other>\d[\w]*)"
    rf"|(?P<word>{_WORD}(?:[-‐‑]{_WORD})*)"
    r"|(?P<sign>\S)"
)
_HYPHENS: Final = re.compile("[-‐‑]")
_LETTERS: Final = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000}
NUMBER_WORDS: Final = list_words(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    thousand million billion
    """
)
"""What numbers in words are made of."""


class PhraseToken(Struct, frozen=True):
    """A word, a number or a sign."""

    text: str
    """What it is, casefolded; for a number what is written."""
    value: Fraction | None = None
    """The number that it is; None for anything else."""
    is_name: bool = False
    """Whether digits in it name or order something, or tell a day or time, and count nothing."""
    is_bare: bool = False
    """Whether it is a number in digits without any sign in it, as years are written."""


def split_phrase(phrase: str) -> list[PhraseToken]:
    """Split a phrase into tokens; numbers in words are one token each."""
    tokens: list[PhraseToken] = []
    for match in re.finditer(_TOKEN, fold_digits(phrase).casefold()):
        tokens += _read_token(match)
    return _join_number_words(tokens)


def fold_digits(text: str) -> str:
    """Write the digits of every script as 0-9, with the separators that Arabic has for them."""
    if text.isascii():
        return text
    return "".join(_fold_digit(character) for character in text)


def read_words(words: str) -> int | None:
    """Read a number that is written in English words; None where it is none."""
    if not NUMBER_WORDS.issuperset(re.split("[-‐‑ ]", words.replace(" and ", " "))):
        return None
    # Most articles are opened and left without a number in words.
    from text_to_num import text2num

    try:
        value: int = text2num(_HYPHENS.sub("-", words), "en")
    except ValueError:
        return None
    return value


def _fold_digit(character: str) -> str:
    if character == "٬":
        return ","
    if character == "٫":
        return "."
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _read_token(match: re.Match[str]) -> list[PhraseToken]:
    """Make tokens of what stands there."""
    text = match[0]
    match match.lastgroup:
        case "name" | "ordinal" | "other":
            return [PhraseToken(text, is_name=True)]
        case "joined":
            number, *rest = _HYPHENS.split(text)
            return [_read_number(number), PhraseToken("-"), *(PhraseToken(word) for word in rest)]
        case "number":
            return [_read_number(text)]
        case "letter":
            return [_read_number(match["number"], _LETTERS[match["letter"]])]
        case "word":
            return _split_word(text)
        case _:
            return [PhraseToken(text)]


def _read_number(text: str, factor: int = 1) -> PhraseToken:
    """Read digits; points and commas before three digits, or two and three, are no decimal points."""
    groups = re.split(r"\D", text)
    *_, last = groups
    is_whole = len(groups) == 1 or (len(last) == 3 and factor == 1)
    digits = "".join(groups) if is_whole else "".join(groups[:-1])
    if len(digits) > MOST_DIGITS:
        return PhraseToken(text, is_name=True)
    value = Fraction(int(digits))
    if not is_whole:
        value += Fraction(int(last[:MOST_DIGITS]), 10 ** len(last[:MOST_DIGITS]))
    return PhraseToken(text, value * factor, is_bare=len(groups) == 1 and factor == 1)


def _split_word(text: str) -> list[PhraseToken]:
    """Keep a word whole, but for one that begins with a number, as "three-year-old" does."""
    first, *rest = _HYPHENS.split(text)
    if not rest or read_words(text) is not None or (first not in NUMBER_WORDS and first != "half"):
        return [PhraseToken(text)]
    if first == "half":
        return [PhraseToken("half"), *(PhraseToken(word) for word in rest)]
    return [PhraseToken(first), PhraseToken("-"), *(PhraseToken(word) for word in rest)]


def _join_number_words(tokens: Sequence[PhraseToken]) -> list[PhraseToken]:
    """Make one token of the words of each number, as many as make one."""
    joined: list[PhraseToken] = []
    at = 0
    while at < len(tokens):
        is_pair = bool(joined) and joined[-1].text == "between"
        words, value = _read_longest(tokens[at : at + _MOST_WORDS], may_join=not is_pair)
        joined.append(tokens[at] if value is None else PhraseToken(" ".join(words), Fraction(value)))
        at += max(len(words), 1)
    return joined


def _read_longest(tokens: Sequence[PhraseToken], *, may_join: bool) -> tuple[list[str], int | None]:
    """Read the longest number in words that some tokens begin with, one with "and" in it where it may be."""
    words: list[str] = []
    for token in tokens:
        is_joint = may_join and token.text == "and"
        if token.value is not None or not (is_joint or _is_number_word(token.text)):
            break
        words.append(token.text)
    while words:
        if words[0] != "and" and words[-1] != "and" and (value := read_words(" ".join(words))) is not None:
            return words, value
        words.pop()
    return [], None


def _is_number_word(text: str) -> bool:
    return text in NUMBER_WORDS or read_words(text) is not None
