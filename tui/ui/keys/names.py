"""Keys by their names: how they are written in a keymap, shown to people, and what is wrong with one."""

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

SHOWN_NAMES: Final = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "space": "Space",
    "backspace": "⌫",
    "delete": "Del",
    "insert": "Ins",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    **{f"f{number}": f"F{number}" for number in range(1, 25)},
}
"""The keys that have names, as people know them."""

_SHOWN_MODIFIERS: Final = {"alt": "Alt+", "ctrl": "Ctrl+", "shift": "⇧"}
"""The modifiers, in the order in which Textual writes them."""

_SAME_KEYS: Final = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+space": "space",
}
"""Keys that most terminals cannot tell from another one."""

_CHARACTER_NAMES: Final = {
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "underscore": "_",
}
"""Textual's names of characters where they are not Unicode's."""


def key_name(key: str) -> str:
    """Write a key as people know it: `⇧→` for `shift+right`, `*` for `asterisk`."""
    modifiers, base = _split_key(key)
    shown = SHOWN_NAMES.get(base) or (base if len(base) == 1 else _find_character(base) or base)
    if modifiers and len(shown) == 1:
        shown = shown.upper()
    return "".join(_SHOWN_MODIFIERS.get(modifier, f"{modifier}+") for modifier in modifiers) + shown


def normalize_key(key: str) -> str:
    """Put modifiers into the order in which Textual writes them; a space is called so."""
    if key == " ":
        return "space"
    order = list(_SHOWN_MODIFIERS)
    modifiers, base = _split_key(key)
    if not all(modifier in order for modifier in modifiers):
        return unicodedata.normalize("NFC", key)
    return "+".join([*sorted(set(modifiers), key=order.index), base])


def find_mistake(key: str, scope: str) -> str | None:
    """Say in one sentence why a key cannot be that of an action of a scope, or None where it can."""
    modifiers, base = _split_key(key)
    if not modifiers and len(base) == 1:
        return _find_mistake_of_character(base, scope)
    if not set(modifiers) <= _SHOWN_MODIFIERS.keys():
        return f"{quote_key(key)} is not a key; what can be held with one is shift, ctrl and alt"
    if key in _SAME_KEYS:
        return f"most terminals send {quote_key(_SAME_KEYS[key])} for {quote_key(key)}; take another one"
    if base == "space" and scope == "dialog":
        return "the space is typed in dialogs; take a key that is no character"
    if base in SHOWN_NAMES:
        return None
    if len(base) == 1 and base.isalnum() and modifiers:
        if modifiers == ["shift"]:
            return f"write {quote_key(base.upper())} for {quote_key(key)}" if base.isalpha() else _no_key(key)
        return None if base == base.lower() else f"write {quote_key(key.lower())} for {quote_key(key)}"
    character = _find_character(base)
    if character is not None and not modifiers:
        return f"write {quote_key(character)} for {quote_key(key)}"
    return _no_key(key)


def quote_key(text: str) -> str:
    """Quote a text for a sentence, short and without control characters."""
    cut = text if len(text) <= 40 else f"{text[:39]}…"
    shown = "".join(each if each.isprintable() else repr(each)[1:-1] for each in cut)
    return f"'{shown}'"


def suggest_word(word: str, known: Iterable[str]) -> str:
    """Name the nearest known word for the end of a sentence, if one is near."""
    return _did_you_mean(get_close_matches(word[:60], known, n=1))


def _find_mistake_of_character(character: str, scope: str) -> str | None:
    if not character.isprintable():
        return f"{quote_key(character)} is not a key"
    if scope == "dialog":
        return f"the character {quote_key(character)} is typed in dialogs; take a key that is none"
    if character.isascii() and character.isalpha() and scope in ("annotate", "app"):
        return (
            f"the key {quote_key(character)} is a letter, and letters belong to labels on the annotate screen"
        )
    return None


def _split_key(key: str) -> tuple[list[str], str]:
    """Split a key into its modifiers and what is pressed with them."""
    if len(key) == 1:
        return [], key
    *modifiers, base = key.split("+")
    return modifiers, base


def _no_key(key: str) -> str:
    """Say that there is no such key."""
    modifiers, base = _split_key(key)
    near = get_close_matches(base.lower(), SHOWN_NAMES, n=1)
    return f"{quote_key(key)} is not a key{_did_you_mean(['+'.join([*modifiers, *near])] if near else [])}"


def _find_character(name: str) -> str | None:
    """Find the character that Textual gives a name, such as `question_mark`."""
    if name in _CHARACTER_NAMES:
        return _CHARACTER_NAMES[name]
    try:
        character = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return None
    return character if len(character) == 1 and character.isprintable() else None


def _did_you_mean(near: Sequence[str]) -> str:
    return f"; did you mean {near[0]!r}?" if near else ""
