"""What key was pressed, in the words of the keymap, and in those of Textual's own widgets."""

from typing import Final

from textual import events

from tui.ui.keys import BY_ID, Keymap

_OWN_KEYS: Final = {id_: action.keys[0] for id_, action in BY_ID.items() if action.scope == "dialog"}
"""What Textual's own widgets call the keys of dialogs: the default ones."""


def key_of(event: events.Key) -> str:
    """Name a key as the keymap does: a printable character by itself, all others by Textual's name."""
    character = event.character
    if character is not None and character.isprintable() and character != " ":
        return character
    return event.key


def translate_key(keymap: Keymap, key: str) -> str | None:
    """Say what Textual's widgets in a dialog call a key of the keymap; None where it is nothing there."""
    action = keymap.action("dialog", key)
    if action in _OWN_KEYS:
        return _OWN_KEYS[action]
    return None if key in _OWN_KEYS.values() else key
