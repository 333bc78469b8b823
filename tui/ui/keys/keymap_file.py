"""A person's own keymap: a YAML file in which every mistake is named and everything else counts.

A sample::

    keymap: azerty                      # a preset
    annotate.undo: ["f4", "ctrl+z"]     # an action and its keys
    library.quit: Q
    labels: {weapon: x}                 # a label and its key
    hint_letters: fjdkslaghrueiwovmcn   # the easiest to reach first
    keyboard: serbian                   # where letters of another script are typed
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tui.errors import LabelsError, Refusal
from tui.model.labels.source import compose, is_left_empty, read_source
from tui.ui.keys.keymap import Keymap, do_meet
from tui.ui.keys.names import find_mistake, normalize_key, quote_key, suggest_word
from tui.ui.keys.presets import PRESETS, Preset
from tui.ui.keys.registry import BY_ID
from tui.ui.keys.scripts import KEYBOARDS

FEWEST_HINT_LETTERS: Final = 8
"""Letters that hints need at least, to stay short."""

_SETTINGS: Final = ("keymap", "hint_letters", "labels", "keyboard")
"""What a keymap may say besides the keys of actions."""

_FORMER: Final = {
    "annotate.end_shorter": "annotate.extend_left",
    "annotate.end_longer": "annotate.extend_right",
}
"""Actions that former keymaps name, and those that do the same now: the keys of both count."""


def read_keymap(path: Path) -> Keymap:
    """Read a keymap; what is wrong in it counts for nothing and stands in `Keymap.mistakes`."""
    try:
        root = compose(read_source(path), file=str(path))
    except LabelsError as error:
        return Keymap(mistakes=error.refusals)
    return _Reader(str(path)).read(root)


class _Reader:
    """Collects the changes and the mistakes of one keymap file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._refusals: list[Refusal] = []
        self._entries: dict[str, list[tuple[str, Node]]] = {}
        self._label_keys: dict[str, str] = {}
        self._preset = Preset("")
        self._hint_letters = ""
        self._keyboard = ""
        self._settings: dict[str, Callable[[Node], None]] = {
            "keymap": self._read_preset,
            "hint_letters": self._read_hint_letters,
            "labels": self._read_labels,
            "keyboard": self._read_keyboard,
        }

    def read(self, root: Node | None) -> Keymap:
        """Read the whole file."""
        if isinstance(root, MappingNode):
            self._read_entries(root)
        elif root is not None:
            self._refuse(
                root, "a keymap is a mapping of actions to keys; write for example `annotate.undo: f4`"
            )
        changes = {id_: [key for key, _ in keys] for id_, keys in self._entries.items() if keys}
        self._name_lost(Keymap(changes, preset=self._preset))
        return Keymap(
            changes,
            preset=self._preset,
            hint_letters=self._hint_letters,
            label_keys=self._label_keys,
            keyboard=self._keyboard,
            mistakes=sorted(self._refusals, key=lambda each: (each.line or 0, each.column or 0)),
        )

    def _refuse(self, node: Node, reason: str) -> None:
        mark = node.start_mark
        self._refusals.append(Refusal(self._file, reason, mark.line + 1, mark.column + 1))

    def _read_entries(self, root: MappingNode) -> None:
        seen: set[str] = set()
        for key_node, value_node in root.value:
            name = key_node.value if isinstance(key_node, ScalarNode) else ""
            if name in _FORMER:
                self._read_former(name, key_node, value_node)
            elif name not in BY_ID and name not in _SETTINGS:
                self._refuse(
                    key_node, f"{quote_key(name)} is not an action{suggest_word(name, [*BY_ID, *_SETTINGS])}"
                )
            elif name in seen:
                self._refuse(key_node, f"{name!r} is given twice; keep one of the two")
            elif name in _SETTINGS:
                self._settings[name](value_node)
            else:
                self._entries.setdefault(name, [])
                self._entries[name] += self._read_keys(name, value_node)
            seen.add(name)

    def _read_former(self, name: str, name_node: Node, node: Node) -> None:
        """Read the keys of an action that is another one now, which keeps its own."""
        now = _FORMER[name]
        if now not in self._entries:
            own = [key for key in BY_ID[now].keys if len(key) > 1]
            self._entries[now] = [(key, name_node) for key in own]
        self._entries[now] += self._read_keys(now, node)

    def _read_keys(self, action_id: str, node: Node) -> Iterator[tuple[str, Node]]:
        nodes = node.value if isinstance(node, SequenceNode) else [node]
        if not nodes:
            self._refuse(node, f"{action_id!r} has no key; give it one, or take the line out")
        taken: set[str] = set()
        for each in nodes:
            if not isinstance(each, ScalarNode) or is_left_empty(each):
                self._refuse(
                    each, f"the key of {action_id!r} is a text such as `f4`, or a list of such texts"
                )
                continue
            key = normalize_key(each.value)
            reason = find_mistake(key, BY_ID[action_id].scope) or self._find_clash(action_id, key, taken)
            taken.add(key)
            if reason is None:
                yield key, each
            else:
                self._refuse(each, reason)

    def _find_clash(self, action_id: str, key: str, taken: set[str]) -> str | None:
        """Say which action the file gave the key to before; default keys give way."""
        if key in taken:
            return f"the key {quote_key(key)} is given twice to {action_id!r}"
        other = next(
            (
                id_
                for id_, keys in self._entries.items()
                if id_ != action_id and do_meet(id_, action_id) and any(key == each for each, _ in keys)
            ),
            None,
        )
        return other and f"the key {quote_key(key)} is that of {other!r} already; take another one"

    def _name_lost(self, keymap: Keymap) -> None:
        """Name the actions that have no key any more, because the file gave them all to others."""
        before = Keymap(preset=self._preset)
        for id_ in BY_ID:
            if keymap.keys(id_):
                continue
            node, taker = next(
                (node, taker)
                for taker, keys in self._entries.items()
                for key, node in keys
                if key in before.keys(id_) and do_meet(id_, taker)
            )
            self._refuse(
                node,
                f"{id_!r} has no key any more, as its own is that of {taker!r} now;"
                f" give it one (it can be found among the commands)",
            )

    def _read_text(self, node: Node, known: Mapping[str, object], what: str) -> str:
        value = node.value if isinstance(node, ScalarNode) else ""
        if value in known:
            return value
        self._refuse(node, f"{quote_key(value)} is not {what}; take one of {', '.join(known)}")
        return ""

    def _read_preset(self, node: Node) -> None:
        self._preset = PRESETS.get(self._read_text(node, PRESETS, "a keymap of spantag's"), self._preset)

    def _read_keyboard(self, node: Node) -> None:
        self._keyboard = self._read_text(node, dict.fromkeys(KEYBOARDS), "a keyboard that spantag knows")

    def _read_hint_letters(self, node: Node) -> None:
        letters = node.value if isinstance(node, ScalarNode) else ""
        if (
            len(set(letters)) != len(letters)
            or len(letters) < FEWEST_HINT_LETTERS
            or not all(map(_is_small_letter, letters))
        ):
            self._refuse(
                node,
                f"the letters of hints are at least {FEWEST_HINT_LETTERS} different lower-case ones;"
                " write for example `hint_letters: fjdkslagh`",
            )
        else:
            self._hint_letters = letters

    def _read_labels(self, node: Node) -> None:
        if not isinstance(node, MappingNode):
            self._refuse(node, "the keys of labels are a mapping; write for example `labels: {weapon: x}`")
            return
        for name_node, key_node in node.value:
            name = name_node.value if isinstance(name_node, ScalarNode) else ""
            key = key_node.value if isinstance(key_node, ScalarNode) else ""
            if len(key) != 1 or not _is_small_letter(key):
                self._refuse(key_node, f"the key of the label {quote_key(name)} is one lower-case letter")
            elif name in self._label_keys:
                self._refuse(name_node, f"{quote_key(name)} is given twice; keep one of the two")
            elif key in self._label_keys.values():
                self._refuse(key_node, f"the key {quote_key(key)} is given to two labels")
            else:
                self._label_keys[name] = key


def _is_small_letter(text: str) -> bool:
    return text.isalpha() and text == text.lower()
