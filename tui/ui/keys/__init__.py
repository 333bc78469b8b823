"""The keys: every action, what its keys are called, a person's own keymap, and the keyboards there are."""

from pathlib import Path

from tui.ui.keys.keymap import Keymap
from tui.ui.keys.names import key_name
from tui.ui.keys.registry import ACTIONS, BY_ID, SCOPES, Action, Scope
from tui.ui.keys.scripts import KeyPlace

__all__ = ["ACTIONS", "BY_ID", "SCOPES", "Action", "KeyPlace", "Keymap", "Scope", "key_name", "load_keymap"]


def load_keymap(path: Path) -> Keymap:
    """Read a person's own keymap, or give the default one where there is no file.

    What is wrong in it counts for nothing and stands in `Keymap.mistakes`, in the order of the file.
    """
    if not path.exists():
        return Keymap()
    from tui.ui.keys.keymap_file import read_keymap

    return read_keymap(path)
