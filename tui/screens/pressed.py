"""What key was pressed, in the words of the keymap."""

from textual import events


def key_of(event: events.Key) -> str:
    """Name a key as the keymap does: a printable character by itself, all others by Textual's name."""
    character = event.character
    if character is not None and character.isprintable() and character != " ":
        return character
    return event.key
