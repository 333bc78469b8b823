"""How many a phrase says.

A phrase is a sum of parts ("two soldiers and a nurse"), each of which begins with what says how many, perhaps
behind other words ("the bodies of 12 men"). What is read under which rule stands in `docs/counts.md`.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Final

from msgspec import Struct, field, structs

from tui.text.counting import english
from tui.text.counting.count import Count, CountRule
from tui.text.counting.language import Language
from tui.text.counting.numbers import NUMBER_WORDS, PhraseToken, fold_digits, read_words, split_phrase

LONGEST_PHRASE: Final = 400
"""Code points: how many a longer phrase says is not read."""

_ONLY_DIGITS: Final = re.compile(r"\d{1,12}")
_AGE_NUMBER: Final = rf"(?:\d{{1,3}}|(?:{'|'.join(NUMBER_WORDS)})(?:-\w+)?)"
_AGE: Final = (
    rf"\b(?:aged?|ages)\s+(?:between\s+)?{_AGE_NUMBER}(?:\s*(?:to|and|or|-|–)\s*{_AGE_NUMBER})?\b"
    r"|(?<=[^\W\d]),\s+\d{1,3}(?:,?\s+and\s+\d{1,3})*\s*(?=,|$)|(?<=[^\W\d])\s*\(\d{1,2}\)"
    r"|\b[\w-]+?[\s-]+(?:year|month|week|day)s?[\s-]+olds?\b"
)
_SECOND_THOUGHTS: Final = tuple(
    (re.compile(words, re.IGNORECASE), plain)
    for words, plain in (
        (r"-and-a-half\b", " and a half"),
        (r"(?<=\d)\s?½", ".5"),
        (r"½", "half "),
        (r"(?<=\d)\s?¼", ".25"),
        (r"(?<=\d)\s?¾", ".75"),
        (r",? (?:if not|perhaps|maybe|possibly) more\b,?", " or more"),
        (rf",? (?:and )?not (?:\d[\d.,]*|{'|'.join(NUMBER_WORDS)})\b,?", ""),
        (r"\band (?:possibly|perhaps|maybe) (?=as many as|up to)", "and "),
    )
)
"""What is said behind a number to make it right or greater, and how the same is said plainly."""

_ASIDE: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_RANGES: Final = frozenset(("-", "–", "—", "to", "or"))
_LEAD_WORD: Final = re.compile(r"[^\s,;:.!?()\"“”]+(?:[.,]\d+)*")
_LONGEST_LEAD: Final = 60
_GROUPS: Final = (1_000_000, 1_000)
"""What the groups of digits of a number stand for."""

_SMALLEST_GROUP: Final = 1_000
_HUNDRED: Final = 100
_NEAR: Final = 10
"""How many times as much the end of a range is at most whose beginning leaves out the unit."""

_LAST_YEAR: Final = 2100
_FIRST_YEAR: Final = 1800


def read_count(phrase: str, rule: CountRule = "literal", *, language: Language | None = "en") -> Count | None:
    """Read how many a phrase says; None where it does not say it, or no rule is known for it.

    In a language without rules (None) only a phrase that is nothing but digits is read.
    """
    if len(phrase) > LONGEST_PHRASE:
        return None
    if language is None:
        digits = fold_digits(phrase.strip())
        return Count.of(int(digits)) if _ONLY_DIGITS.fullmatch(digits) else None
    return _Reader(_prepare(phrase), rule).read()


def read_answer(value: object, rule: CountRule) -> Count | None:
    """Read the answer to a question for a count: a whole number, words or an object; else None."""
    return read_count(value, rule) if isinstance(value, str) else Count.read(value)


def find_lead(text: str, start: int) -> int:
    """Find where the words right before a code point begin that say how many: "at least two [soldiers]".

    An annotator who leaves out articles and numbers leaves these out. Gives `start` where there are none.
    """
    lead = start
    for match in reversed(list(_LEAD_WORD.finditer(text, max(start - _LONGEST_LEAD, 0), start))):
        is_right_before = not text[match.end() : lead].strip(" \u00a0")
        if not is_right_before or not says_how_many(match[0].casefold()):
            break
        lead = match.start()
    return lead


def says_how_many(word: str) -> bool:
    """Tell whether a word of English, casefolded, says how many or is part of what does."""
    return word[0].isdecimal() or word in english.LEADING or read_words(word) is not None


def _prepare(phrase: str) -> list[PhraseToken]:
    """Give the tokens of a phrase without ages and asides, several words that say one thing as one."""
    text = re.sub(_AGE, _name_age, phrase.replace("’", "'"), flags=re.IGNORECASE)
    text = _ASIDE.sub("", text).strip() or text
    for pattern, sign in (*_SECOND_THOUGHTS, *english.compile_phrases()):
        text = pattern.sub(sign, text)
    return split_phrase(text)


def _name_age(age: re.Match[str]) -> str:
    """Give what stands for an age: of one, or of several."""
    return " ageds " if age[0].lower().endswith("olds") else " aged "


class _Number(Struct, frozen=True):
    """A number in a phrase, and what follows from its unit."""

    value: int | Fraction
    """A whole number, but for one that gets its unit from the number behind it: "1.5 to 2 million"."""
    unit: int = 1
    """What it was multiplied with."""
    is_vague: bool = False
    """Whether it stands for "dozens", "several hundred" and the like."""


class _Part(Struct):
    """A part of a phrase."""

    count: Count | None = None
    """How many it says; None where it does not."""
    words: list[str] = field(default_factory=list)
    """Its other words."""
    joint: str = ""
    """What joins it to the one before."""


class _Reader:
    """Reads the tokens of one phrase."""

    def __init__(self, tokens: Sequence[PhraseToken], rule: CountRule) -> None:
        self._tokens = tokens
        self._rule = rule
        self._at = 0
        self._behind = 0
        """Where what is no number of anything ends."""

    def read(self) -> Count | None:
        """Read the whole phrase."""
        parts = self._read_parts()
        counted = [part.count for part in parts if part.count is not None]
        if not counted:
            return None
        first, *rest = counted
        if len(rest) > 1 and first.exact is not None and reduce(add, rest).exact == first.exact:
            # "three children, two boys and a girl": the others are the same again.
            return first
        is_one = sum(bool(part.words) for part in parts if part.count is not None) < 2
        if len(rest) == 1 and is_one and (merged := _merge(first, rest[0])) is not None:
            return merged
        return _add_uncounted(reduce(add, counted), parts) or None

    # Tokens

    def _peek(self, ahead: int = 0) -> PhraseToken:
        place = self._at + ahead
        return self._tokens[place] if 0 <= place < len(self._tokens) else PhraseToken("")

    def _text(self, ahead: int = 0) -> str:
        return self._peek(ahead).text

    # Parts

    def _read_parts(self) -> list[_Part]:
        """Read the parts that are counted by themselves, from left to right."""
        parts = [_Part()]
        is_cut = False
        while self._at < len(self._tokens):
            here = parts[-1]
            text = self._text()
            if text in english.ENDS and any(part.count is not None for part in parts):
                is_share = here.count is not None and not here.words and here.joint != "and"
                if (self._text(1) == "them" or is_share) and len(parts) > 1:
                    # "five people, two of them children", "… and among them two children"
                    parts.pop()
                break
            if text in english.COORDINATORS:
                self._at += 1
                parts.append(_Part(joint=text))
                is_cut = False
                continue
            if here.count is None and not is_cut and (count := self._read_quantity()) is not None:
                here.count = count
                continue
            if here.count is not None:
                here.count = self._read_behind(here.count)
            is_share = text in english.PARTS_OF and self._text(1) == "of"
            is_cut = is_cut or is_share or (text in english.CUTS and text != "of" and _has_begun(here))
            if not is_cut:
                here.words.append(text)
            self._at = max(self._at + 1, self._behind)
        return parts

    def _read_behind(self, count: Count) -> Count:
        """Read what may stand behind a number and its noun: "five people at least", "ten men or more"."""
        match self._text():
            case english.AT_LEAST | "+" if self._peek(1).value is None:
                return Count(count.min if count.min is not None else count.exact)
            case english.AT_MOST | "↓" if self._peek(1).value is None:
                return Count(None, count.max if count.max is not None else count.exact)
            case english.ABOUT if self._peek(1).value is None:
                return Count(None, None, count.exact, approximate=True)
        return count

    # What says how many

    def _read_quantity(self) -> Count | None:
        """Read what says how many right here, and go behind it; None where nothing does."""
        begun = self._at
        signs: list[str] = []
        while (sign := english.MODIFIERS.get(self._text())) is not None:
            signs.append(sign)
            self._at += 1
        count = self._read_core(is_modified=bool(signs))
        if count is None and english.PLAIN_MODIFIERS.issuperset(signs):
            count = self._read_plain()
        if count is None:
            self._at = begun
            return self._read_plain() if signs else None
        for sign in reversed(signs):
            count = _modify(count, sign)
        return self._read_after(count)

    def _read_after(self, count: Count) -> Count:
        """Read what may stand right behind a number."""
        if self._text() == "-" and self._text(1) in english.SOME_MORE:
            is_more = self._text(1) == "plus"
            self._at += 2
            return (
                Count(count.min) if is_more else structs.replace(count, min=None, max=None, approximate=True)
            )
        if self._text() == "odd":
            self._at += 1
            return structs.replace(count, min=None, max=None, approximate=True)
        behind = self._read_behind(count)
        if behind is not count or self._text() in ("+", english.AT_LEAST):
            self._at += 1
        return behind

    def _read_core(self, *, is_modified: bool) -> Count | None:
        """Read a number, or two as the ends of a range."""
        begun = self._at
        count = self._read_pair() or self._read_range() or self._read_rest()
        if count is None and self._behind <= begun:
            count = self._read_single(is_modified=is_modified)
        if count is None:
            self._behind = max(self._behind, self._at)
            self._at = begun
        return count

    def _read_pair(self) -> Count | None:
        """Read "between 20 and 30"."""
        begun = self._at
        if self._text() in ("between", "from"):
            self._at += 1
            low = self._read_number()
            if low is not None and self._text() in ("and", "to", "-", "–"):
                self._at += 1
                high = self._read_number()
                if high is not None and self._is_of_something(begun):
                    return _range(low, high)
                self._behind = max(self._behind, self._at if high is not None else 0)
        self._at = begun
        return None

    def _read_range(self) -> Count | None:
        """Read "6-8", "20 to 30", "five or six"."""
        begun = self._at
        low = self._read_number()
        if low is not None and self._text() in _RANGES:
            self._at += 1
            high = self._read_number()
            if high is not None:
                if self._is_of_something(begun) and (span := _range(low, high)) is not None:
                    return span
                # "five to ten percent", "10-5": neither of the two counts anything.
                self._behind = max(self._behind, self._at)
        self._at = begun
        return None

    def _read_rest(self) -> Count | None:
        """Read "all but two of the 20 hostages"."""
        begun = self._at
        if self._text() != "all" or self._text(1) not in ("but", "except"):
            return None
        self._at += 2
        few = self._read_number()
        while self._text() in ("of", "the", "its", "their", "those", "these"):
            self._at += 1
        all_ = self._read_number()
        if few is not None and all_ is not None and few.value < all_.value and self._is_of_something(begun):
            return Count.of(int(all_.value - few.value))
        self._behind, self._at = max(self._behind, self._at), begun
        return None

    def _read_single(self, *, is_modified: bool) -> Count | None:
        """Read one number, and go behind it even where it counts nothing."""
        begun = self._at
        number = self._read_number()
        if number is None:
            return None
        if self._text() in ("-", "–") and self._text(1) not in english.SOME_MORE and not self._skip_unit():
            # What is 3-storey, two-thirds, 10-5 or 2023-24 says nothing.
            self._at += 1 + (self._peek(1).value is not None)
            return None
        is_right = self._is_of_something(begun) and (is_modified or not self._is_year(begun))
        return self._count(number.value, number) if is_right and isinstance(number.value, int) else None

    def _skip_unit(self) -> bool:
        """Go behind "-strong" and the like, which say what a group counts; say whether one stands here."""
        if self._text(1) in english.PEOPLE_UNITS:
            self._at += 2
            return True
        return False

    def _is_of_something(self, begun: int) -> bool:
        """Tell whether the number that was just read counts something, and does not measure or name it."""
        is_name = begun > 0 and self._tokens[begun - 1].text in english.BEFORE_NAMES
        before = [token.text for token in self._tokens[max(begun - 2, 0) : begun]]
        is_of_parent = before[1:] == ["of"] and before[0] in english.PARENTS
        is_ratio = self._text() == "in" and self._peek(1).value is not None
        return not is_name and not is_of_parent and not is_ratio and self._text() not in english.NOT_OF

    def _is_year(self, begun: int) -> bool:
        """Tell whether the number that was just read is a year: 2014, but not 2,014 nor 2014 refugees."""
        token = self._tokens[begun]
        if not token.is_bare or token.value is None or not _FIRST_YEAR <= token.value < _LAST_YEAR:
            return False
        behind = self._text()
        before = self._text(begun - self._at - 1) if begun else ""
        return before in ("the", "in", "since", "of", "by", "until") or not english.is_plural(behind)

    def _count(self, value: int, number: _Number) -> Count:
        return Count(value, approximate=True) if number.is_vague else Count.of(value)

    def _read_number(self) -> _Number | None:
        """Read one number, in digits or words, with its unit."""
        token = self._peek()
        if token.value is not None:
            self._at += 1
            value, unit = token.value + self._read_and_half(), english.UNITS.get(token.text.split()[-1], 1)
            while (factor := english.UNITS.get(self._text())) is not None:
                self._at += 1
                value, unit = value * factor, unit * factor
            value += self._read_and_half() * unit
            return _Number(int(value) if value.denominator == 1 else value, unit)
        return (
            self._read_half() or self._read_some_units() or self._read_one_unit() or self._read_vague_unit()
        )

    def _read_and_half(self) -> Fraction:
        """Read "and a half" behind a number; zero where it does not stand here."""
        if [self._text(ahead) for ahead in range(3)] != ["and", "a", "half"]:
            return Fraction(0)
        self._at += 3
        return Fraction(1, 2)

    def _read_half(self) -> _Number | None:
        """Read "half a dozen" and "a quarter of a million"."""
        words = [self._text(ahead) for ahead in range(5)]
        match words:
            case ["half", "a" | "an", unit, *_] if unit in english.UNITS:
                skipped, divisor = 3, 2
            case ["a", "half", unit, *_] if unit in english.UNITS:
                skipped, divisor = 3, 2
            case ["half", unit, *_] if unit in english.UNITS:
                skipped, divisor = 2, 2
            case ["a", "quarter", "of", "a", unit] if unit in english.UNITS:
                skipped, divisor = 5, 4
            case _:
                return None
        self._at += skipped
        return _Number(english.UNITS[unit] // divisor, english.UNITS[unit])

    def _read_some_units(self) -> _Number | None:
        """Read "dozens", "tens of thousands", "dozens and dozens"."""
        unit = english.MANY_UNITS.get(self._text())
        if unit is None:
            return None
        self._at += 1
        while self._text() in ("of", "and", "upon", "or") and self._text(1) in english.MANY_UNITS:
            factor = english.MANY_UNITS[self._text(1)]
            unit = unit * factor if self._text() == "of" else min(unit, factor)
            self._at += 2
        return _Number(unit if self._rule == "acled" else 2 * unit, unit, is_vague=True)

    def _read_one_unit(self) -> _Number | None:
        """Read "a dozen", "a hundred", "one thousand", "dozen"."""
        skipped = 1 if self._text() in english.ONE else 0
        unit = 1
        while (factor := english.UNITS.get(self._text(skipped))) is not None:
            unit *= factor
            skipped += 1
        if unit == 1:
            return None
        self._at += skipped
        return _Number(int(unit + self._read_and_half() * unit), unit)

    def _read_vague_unit(self) -> _Number | None:
        """Read "several hundred", "a few dozen", "many thousands"."""
        skipped = 1 if self._text() in english.ONE else 0
        times = english.VAGUE.get(self._text(skipped))
        if times is None:
            return None
        skipped += 1 + (self._text(skipped + 1) == "of")
        unit = english.UNITS.get(self._text(skipped)) or english.MANY_UNITS.get(self._text(skipped))
        if unit is None:
            return None
        self._at += skipped + 1
        return _Number(unit if self._rule == "acled" else times * unit, unit, is_vague=True)

    def _read_plain(self) -> Count | None:
        """Read what says how many without a number: "several", "both", "no", "a" with a noun."""
        text = self._text()
        times = english.VAGUE.get(text)
        if times is not None:
            self._at += 1
            return Count(times, approximate=True)
        if text == "both" and not any(token.text == "and" for token in self._tokens[self._at :]):
            self._at += 1
            return Count.of(2)
        if text == "the" and self._text(1) in english.ORDINALS:
            return self._read_one_in_order()
        if text in ("no", "nobody", "neither", "nil") and self._is_none():
            self._at += 1
            return Count.of(0)
        if text in english.ONE or text in ("single", "lone", "sole", "aged"):
            return self._read_one()
        return None

    def _is_none(self) -> bool:
        """Tell whether "no" and the like say that there are none."""
        return self._text() != "no" or (self._peek(1).text.isalpha() and self._text(1) != "longer")

    def _read_one(self) -> Count | None:
        """Read "a nurse", "another young man": one, where the noun is no group and no share."""
        if self._text(-1) == "of":
            return None
        ahead, noun = 1, ""
        while (token := self._peek(ahead)).text:
            if token.value is not None and self._text(ahead + 1) == "-" and self._is_adjective(ahead + 2):
                # "a five-storey building"
                ahead += 2
                continue
            is_number = token.value is not None or token.text in english.MANY_UNITS
            if is_number or token.text in english.VAGUE or token.is_name:
                return None
            if token.text in english.CUTS | english.COORDINATORS | english.ENDS:
                break
            noun = token.text
            ahead += 1
        if self._text() == "aged" and not self._is_of_one(noun):
            return None
        if noun not in english.PARENTS and self._text(ahead) == "of" and self._has_number(ahead + 1):
            # "a battalion of 600"
            return None
        if noun in english.NOT_OF | english.GROUPS or not (noun or self._text() == "aged"):
            return None
        self._at += ahead
        return Count.of(1)

    def _read_one_in_order(self) -> Count | None:
        """Read "the first victim": one, where the noun is no plural and is not named so."""
        begun = self._at
        self._at += 1
        count = self._read_one()
        if count is None or english.is_plural(self._text(-1)) or self._text(-1) in english.BEFORE_NAMES:
            self._at = begun
            return None
        return count

    def _is_adjective(self, ahead: int) -> bool:
        """Tell whether what stands behind a number and a hyphen makes an adjective, and no group."""
        return self._peek(ahead).value is None and self._text(ahead) not in (
            english.PEOPLE_UNITS | english.SOME_MORE
        )

    def _is_of_one(self, noun: str) -> bool:
        """Tell whether an age is that of one person, who is named behind it or right before it."""
        before = self._text(-1)
        return not english.is_plural(noun or before) and (bool(noun) or before not in english.COORDINATORS)

    def _has_number(self, ahead: int) -> bool:
        """Tell whether a number stands there, or behind what modifies it."""
        while self._text(ahead) in english.MODIFIERS:
            ahead += 1
        token = self._peek(ahead)
        return token.value is not None and self._text(ahead + 1) not in english.NOT_OF


def _has_begun(part: _Part) -> bool:
    return bool(part.words) or part.count is not None


def _range(low: _Number, high: _Number) -> Count | None:
    """Give a range; in "2 or 3 hundred" and "5-7,000" both numbers are hundreds or thousands."""
    least, most = low.value * _find_unit(low, high), high.value
    if least >= most or not isinstance(most, int) or least.denominator != 1:
        return None
    return Count(int(least), most, approximate=low.is_vague or high.is_vague)


def _find_unit(low: _Number, high: _Number) -> int:
    """Find the unit that a number shares with the one behind it; 1 for none.

    Where it is no word the two are near each other with it: "5-7,000" are thousands, "20-1,000" are not;
    "3-400" are hundreds, "1-500" are not.
    """
    if low.unit > 1:
        return 1
    if high.unit > 1:
        return high.unit if low.value * high.unit < high.value else 1
    hundreds = low.value * _HUNDRED
    if high.value < _SMALLEST_GROUP and high.value % _HUNDRED == 0 and hundreds < high.value <= 2 * hundreds:
        return _HUNDRED
    return next(
        (
            unit
            for unit in _GROUPS
            if low.value < _SMALLEST_GROUP and low.value * unit < high.value <= low.value * unit * _NEAR
        ),
        1,
    )


def _modify(count: Count, sign: str) -> Count:
    """Give what a count is behind a modifier."""
    low = count.min if count.min is not None else count.exact
    high = count.max if count.max is not None else count.exact
    is_one = count.exact is not None
    match sign:
        case english.AT_LEAST:
            return Count(low, None if is_one else count.max, None, count.approximate and not is_one)
        case english.MORE_THAN:
            return Count(low if low is None or not is_one else low + 1, approximate=count.approximate)
        case english.AT_MOST:
            return Count(None, high, approximate=count.approximate)
        case english.FEWER_THAN:
            return Count(None, max(high - 1, 0) if high is not None else None, approximate=count.approximate)
        case english.NEARLY if is_one:
            return Count(None, high, count.exact, approximate=True)
        case english.ABOUT | english.NEARLY:
            return (
                structs.replace(count, approximate=True)
                if not is_one
                else Count(exact=count.exact, approximate=True)
            )
    return count


def _merge(one: Count, other: Count) -> Count | None:
    """Give the range of two limits, as "more than 30 but fewer than 50" says it; None where it is none."""
    for low, high in ((one, other), (other, one)):
        has_limits = low.min is not None and high.max is not None
        is_open = low.max is low.exact is high.min is high.exact is None
        if has_limits and is_open and low.min is not None and high.max is not None and low.min <= high.max:
            return Count(low.min, high.max, None, one.approximate or other.approximate)
    return None


def _add_uncounted(count: Count, parts: Sequence[_Part]) -> Count:
    """Add those that no number was said of: "a mother and her son", "two soldiers and others"."""
    before: Count | None = None
    for part in parts:
        if part.count is not None:
            before = part.count
        elif words := [word for word in part.words if word.isalpha()]:
            count += _count_uncounted(words, part.joint, before)
    return count


def _count_uncounted(words: Sequence[str], joint: str, before: Count | None) -> Count:
    """Count what no number was said of, behind what counts `before`; "15 women and children" are 15."""
    noun = words[-1]
    if words[0] in english.OWN and not english.is_plural(noun) and len(words) > 1:
        return Count.of(1)
    if words[0] in english.OTHERS or words[0] == english.UNKNOWN or before is None:
        return Count(1)
    is_other = joint == "and" and before.exact == 1 and noun not in english.STATES and not noun.endswith("ed")
    if not is_other:
        return Count.of(0)
    return Count(2) if english.is_plural(noun) else Count.of(1)
