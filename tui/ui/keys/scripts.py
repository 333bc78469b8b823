"""Keyboards of other scripts: which key stands in the place of a letter that is not Latin.

The facts are those of xkeyboard-config. Keyboards of one script do not agree on every letter; which one it is
shows in letters that others do not have, and a keymap can say it (`keyboard: serbian`).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

_US: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`\\"
_US_SHIFTED: Final = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?~|'
_SERBIAN_LATIN: Final = "qwertzuiop[]asdfghjkl;'yxcvbnm,./`\\"

_KEYBOARDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "russian": "йцукенгшщзхъфывапролджэячсмитьбю.ё\\",
        "ukrainian": "йцукенгшщзхїфівапролджєячсмитьбю.'ґ",
        "belarusian": "йцукенгшўзх'фывапролджэячсмітьбю.ё\\",
        "bulgarian": ",уеишщксдзц;ьяаожгтнвмчюйъэфхпрлб(„",
        "bulgarian-phonetic": "чшертъуиопящасдфгхйкл;'зжцвбнм,./юь",
        "bulgarian-phonetic-traditional": "явертъуиопшщасдфгхйкл;'зьцжбнм,./чю",
        "serbian": "љњертзуиопшђасдфгхјклчћѕџцвбнм,.-`ж",
        "macedonian": "љњертѕуиопшѓасдфгхјклчќзџцвбнм,./`ж",
        "greek": ";ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,./`\\",
        "arabic": "ضصثقفغعهخحجدشسيبلاتنمكطئءؤر ىةوزظذ\\",
        "persian": "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو./`\\",
        "hebrew": "/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ.;\\",
        "georgian": "ქწერტყუიოპ[]ასდფგჰჯკლ;'ზხცვბნმ,./„\\",
    }
)
"""What the keys of every keyboard type, in the order of `_US`; the first is the most common of its script."""

KEYBOARDS: Final = tuple(_KEYBOARDS)
"""The names of the keyboards of other scripts."""


class KeyPlace(Struct, frozen=True):
    """The key that a letter of another script stands for."""

    key: str
    """The character that a Latin keyboard types there."""
    keyboard: str
    """The keyboard that was taken for granted."""
    others: tuple[str, ...] = ()
    """The keyboards on which the letter would be another key, where it is not known which one it is."""

    def explain(self, letter: str) -> str:
        """Say in a sentence what a letter was taken for, and how to set what it is."""
        keyboard = self.keyboard.capitalize()
        return (
            f"{letter} counts as {self.key} ({keyboard} keyboard); `keyboard:` in keymap.yaml sets another."
        )


class Keyboard:
    """A person's keyboard, as far as it is known from what was typed."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._seen: set[str] = set()
        self._likely: set[str] = set(_PLACES)
        self._guess = ""

    def find_place(self, letter: str, takes: Callable[[str], bool] = lambda _: True) -> KeyPlace | None:
        """Find the key in whose place a letter stands, or None for a letter of no keyboard known.

        Where keyboards do not agree, what was typed before decides, then which of the keys does anything
        now, as `takes` tells, then what was taken before; all that is remembered.
        """
        if self._name and (key := _PLACES[self._name].get(letter)):
            return KeyPlace(key, self._name)
        having = [name for name, places in _PLACES.items() if letter in places]
        if not having:
            return None
        self._note(letter.lower(), having)
        fitting = [name for name in having if self._fits(name)] or having
        likely = [name for name in fitting if name in self._likely] or fitting
        useful = [name for name in likely if takes(_PLACES[name][letter])] or likely
        useful.sort(key=lambda name: name != self._guess)
        self._guess = useful[0]
        key = _PLACES[useful[0]][letter]
        others = tuple(name for name in useful if _PLACES[name][letter] != key)
        if not others:
            self._likely = set(useful)
        return KeyPlace(key, useful[0], others)

    def _note(self, letter: str, having: list[str]) -> None:
        """Remember a letter; those that no keyboard has together with it were typed on another one."""
        self._seen.add(letter)
        if not any(self._fits(name) for name in having):
            self._seen = {letter}

    def _fits(self, name: str) -> bool:
        return self._seen <= _PLACES[name].keys()


def _place_letters(name: str) -> dict[str, str]:
    """Say which key each letter of a keyboard stands for, in lower and upper case."""
    keys = _SERBIAN_LATIN if name == "serbian" else _US
    typed = zip(_KEYBOARDS[name], keys, _US_SHIFTED, strict=True)
    letters = [(letter, key, shifted) for letter, key, shifted in typed if letter.isalpha()]
    upper = {letter.upper(): key.upper() if key.isalpha() else shifted for letter, key, shifted in letters}
    return upper | {letter: key for letter, key, _ in letters}


_PLACES: Final = {name: _place_letters(name) for name in _KEYBOARDS}
