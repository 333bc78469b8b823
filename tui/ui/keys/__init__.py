"""The keys: every action, what its keys are called, a person's own keymap, and the keyboards there are."""

from tui.ui.keys.keymap import Keymap
from tui.ui.keys.keymap_file import load_keymap
from tui.ui.keys.names import key_name
from tui.ui.keys.registry import ACTIONS, BY_ID, SCOPES, Action, Scope
from tui.ui.keys.scripts import KeyPlace

__all__ = ["ACTIONS", "BY_ID", "SCOPES", "Action", "KeyPlace", "Keymap", "Scope", "key_name", "load_keymap"]
