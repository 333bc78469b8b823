"""Latin keyboards: what their keys type when nothing is held with them.

The facts are those of xkeyboard-config, with dead keys left out. Every keyboard has besides: Enter, Esc, Tab,
Space, ⌫, Del, Ins, Home, End, PgUp, PgDn, the arrows, and F1 to F12.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tui.ui.keys.names import SHOWN_NAMES

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_DIGITS: Final = "1234567890"

UNSHIFTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "US": f"{_LETTERS}{_DIGITS}`-=[]\\;',./",
        "UK": f"{_LETTERS}{_DIGITS}`-=[]#;',./\\",
        "German": f"{_LETTERS}{_DIGITS}ßü+öä#<,.-",
        "French": f"{_LETTERS}²&é\"'(-è_çà)=$ù*<,;:!",
        "Spanish": f"{_LETTERS}{_DIGITS}º'¡+ñç<,.-",
        "Italian": f"{_LETTERS}{_DIGITS}\\'ìè+òàù<,.-",
        "Swedish": f"{_LETTERS}{_DIGITS}§+åöä'<,.-",
        "Danish": f"{_LETTERS}{_DIGITS}½+åæø'<,.-",
        "Norwegian": f"{_LETTERS}{_DIGITS}|+\\åøæ'<,.-",
        "Polish": f"{_LETTERS}{_DIGITS}`-=[]\\;',./",
    }
)
"""The characters of every keyboard that need no other key: shift, AltGr, or one more after them."""

ON_EVERY_KEYBOARD: Final = frozenset(
    name for name in SHOWN_NAMES if not name.startswith("f") or int(name[1:]) <= 12
)
"""The keys that are no characters and that every keyboard has."""


def is_unshifted(key: str, layout: str) -> bool:
    """Tell whether a key is one key on a keyboard, with nothing held or pressed before it."""
    return key in ON_EVERY_KEYBOARD or (len(key) == 1 and key in UNSHIFTED[layout])
