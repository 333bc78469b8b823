"""Attributes: what more is asked about a span, a paragraph or an article, and which answers are allowed.

An answer is a JSON value. None is one, too: the text does not tell it.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from string import ascii_lowercase, ascii_uppercase
from typing import Final, Literal, TypeAlias, get_args

from tui.model.span import Json
from tui.text.counting.count import CountRule

AttributeType: TypeAlias = Literal["choice", "text", "number", "date", "count", "flag"]
"""What the value of an attribute may be."""

ATTRIBUTE_TYPES: tuple[AttributeType, ...] = get_args(AttributeType)
"""Every attribute type."""

COUNT_RULES: tuple[CountRule, ...] = get_args(CountRule)
"""Every rule."""

FLAG_KEYS: Final[Mapping[str, bool]] = {"y": True, "n": False}
"""The keys that answer a flag."""

_DATE: Final = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_COUNT_NUMBERS: Final = ("min", "max", "exact")
_COUNT_PARTS: Final = frozenset({*_COUNT_NUMBERS, "approximate"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something more that is asked about a span, a paragraph or an article."""

    name: str
    """Unique among the attributes of its label."""
    type: AttributeType = "text"
    """`choice`: one of `values`; `text`: anything; `number`; `date`: a day, month or year; `count`: how many;
    `flag`: true or false."""
    values: tuple[str, ...] = ()
    """What can be chosen; empty unless `type` is `choice`."""
    multiple: bool = False
    """Whether it takes a list of values."""
    description: str = ""
    """What is asked, for the annotator."""
    required: bool = False
    """Whether a span without an answer is not complete."""
    default: str = ""
    """The one of `values` that is suggested where nothing else is; empty for none."""
    rule: CountRule = "literal"
    """How words of number are read, where `type` is `count`."""
    signs: tuple[tuple[str, ...], ...] = ()
    """For each of `values` the words in or around a span that suggest it; empty where none has any."""
    keys: tuple[str | None, ...] = field(default=(), compare=False)
    """For each of `values` the character that picks it; None where all are taken."""

    def __post_init__(self) -> None:
        """Give every value a key."""
        if len(self.keys) < len(self.values):
            given = self.keys or (None,) * len(self.values)
            object.__setattr__(self, "keys", tuple(assign_value_keys(self.values, given)))

    def value_of(self, key: str) -> str | bool | None:
        """Find the value that a key picks; None where it picks none."""
        if self.type == "flag":
            return FLAG_KEYS.get(key)
        return next((value for value, own in zip(self.values, self.keys, strict=True) if own == key), None)

    def parse(self, typed: str) -> str | int | float:
        """Read an answer as it is typed; what is no number where one is wanted stays text."""
        if self.type not in ("count", "number"):
            return typed
        try:
            return int(typed) if self.type == "count" or re.fullmatch(r"[+-]?\d+", typed) else float(typed)
        except ValueError:
            return typed

    def check(self, value: object) -> str | None:
        """Say in one sentence why `value` (JSON) is not allowed, or None where it is.

        A count is a whole number, the words of the text ("at least a dozen"), or an object of `min`, `max`,
        `exact` and `approximate`.
        """
        if value is None:
            return None
        if not self.multiple:
            return self._check_one(value)
        if not isinstance(value, list | tuple):
            return f"{self.name!r} takes a list of values, not {_shorten(value)}"
        return next((reason for each in value if (reason := self._check_one(each))), None)

    def _check_one(self, value: object) -> str | None:
        """Check one value, whether it stands alone or in a list."""
        is_text = isinstance(value, str)
        match self.type:
            case "choice":
                wanted = None if is_text and value in self.values else f"one of {', '.join(self.values)}"
            case "flag":
                wanted = None if isinstance(value, bool) else "true or false"
            case "count":
                is_right = _is_whole(value) or (isinstance(value, str) and bool(value.strip()))
                wanted = None if is_right or _is_count(value) else "a whole number or how many as written"
            case "number":
                wanted = None if _is_number(value) else "a number"
            case "date":
                is_date = isinstance(value, str) and _is_date(value)
                wanted = None if is_date else "a date such as 2026-11-27, 2026-11 or 2026"
            case "text":
                wanted = None if is_text else "text"
        return wanted and f"{self.name!r} is {wanted}, not {_shorten(value)}"


ArticleLabel: TypeAlias = Attribute
"""What is asked about an article as a whole."""


def assign_keys(labels: Iterable[tuple[str, str | None]], *, taken: Iterable[str] = ()) -> list[str | None]:
    """Give every name a key, from pairs of it and its own key; those of `taken` are given to none.

    A name's own key is kept. The others get, in order, the first free letter of their name that has an
    upper case (the same letter in upper case relabels), else any free letter a-z, else None.
    """
    pairs = list(labels)
    used = {key for _, key in pairs if key}.union(taken)
    keys: list[str | None] = []
    for name, own_key in pairs:
        letters = [letter for letter in name.lower() if letter.islower() and len(letter.upper()) == 1]
        key = own_key or next((letter for letter in [*letters, *ascii_lowercase] if letter not in used), None)
        if key is not None:
            used.add(key)
        keys.append(key)
    return keys


def assign_value_keys(values: Sequence[str], given: Sequence[str | None]) -> list[str | None]:
    """Give every value a key: a letter as names get one, then a digit, then an upper-case letter."""
    keys = assign_keys(zip(values, given, strict=True))
    spare = iter("1234567890" + ascii_uppercase)
    return [key if key is not None else next(spare, None) for key in keys]


def check_all(declared: Sequence[Attribute], values: Mapping[str, object]) -> dict[str, str]:
    """Check every declared attribute that has a value; give the reasons by name."""
    checks = {each.name: each.check(values[each.name]) for each in declared if each.name in values}
    return {name: reason for name, reason in checks.items() if reason}


def find_missing(declared: Sequence[Attribute], values: Mapping[str, object]) -> list[Attribute]:
    """List the required attributes that have no answer; an empty list is none."""
    return [each for each in declared if each.required and values.get(each.name, ()) in ((), [])]


def write_answer(value: Json) -> str:
    """Write the answer to a question as short as it can be read: `killed+injured`, `yes`, `10–20`, `12+`."""
    match value:
        case None:
            return "not told"
        case bool():
            return "yes" if value else "no"
        case list():
            return "+".join(map(write_answer, value)) or "none"
        case dict():
            return _write_count(value)
        case _:
            return str(value)


def write_answers(values: Mapping[str, Json]) -> str:
    """Write the answers to several questions in one line: `certain yes, outcome killed`."""
    return ", ".join([f"{name} {write_answer(value)}" for name, value in values.items()])


def _is_date(text: str) -> bool:
    """Tell a day that the calendar has, a month or a year."""
    if re.fullmatch(_DATE, text) is None:
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(value: object) -> bool:
    """Tell whether a value is an object that says how many."""
    if not isinstance(value, Mapping) or not value or not value.keys() <= _COUNT_PARTS:
        return False
    numbers = [value[part] for part in _COUNT_NUMBERS if value.get(part) is not None]
    return all(map(_is_whole, numbers)) and isinstance(value.get("approximate", False), bool)


def _shorten(value: object) -> str:
    """Write a value as JSON, cut to a length that fits into a sentence."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _write_count(count: Mapping[str, Json]) -> str:
    """Write how many: the number, or the least and the most, behind a sign where it is about so many."""
    least, most, exact = (count.get(part) for part in ("min", "max", "exact"))
    about = "~" if count.get("approximate") else ""
    if exact is not None:
        return f"{about}{exact}"
    if least is not None and most is not None:
        return f"{about}{least}" if least == most else f"{about}{least}–{most}"
    if least is not None:
        return f"{about}{least}+"
    return f"{about}≤{most}" if most is not None else "unknown"
