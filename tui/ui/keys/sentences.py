"""Keys in sentences: several of them, as short as they can be written, with what they do."""

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from tui.ui.keys.keymap import Keymap

LABEL_KEYS: Final = "A-Z"
"""What stands for the upper-case letters of all labels."""

_HELD: Final = re.compile("(.*[⇧+])(.+)")
"""What is held with a key, and the key."""

KeyUse: TypeAlias = tuple[str | Sequence[str], str]
"""An action, or several, or `LABEL_KEYS`; and what they are for, in a word or two."""


def write_uses(keymap: Keymap, *uses: KeyUse) -> str:
    """Write keys and what they do: `⇧←→ end  ⌫ remove`."""
    return "  ".join(f"{write_keys(keymap, ids)} {what}" for ids, what in uses)


def write_keys(keymap: Keymap, ids: str | Sequence[str]) -> str:
    """Write the keys of actions next to each other, where they are signs as one word: `⇧←→`."""
    if ids == LABEL_KEYS:
        return LABEL_KEYS
    if ids == "annotate.length":
        return keymap.shown_range(ids, 9)
    if isinstance(ids, str):
        return keymap.shown(ids)
    shown = [keymap.shown(each) for each in ids]
    parts = [_HELD.fullmatch(each) for each in shown]
    held = {part[1] if part else "" for part in parts}
    signs = [part[2] if part else each for part, each in zip(parts, shown, strict=True)]
    if len(held) == 1 and all(len(sign) == 1 and not sign.isalnum() for sign in signs):
        return held.pop() + "".join(signs)
    return " ".join(shown)
