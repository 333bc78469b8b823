"""Every action and its keys: the one registry from which key line, help, palette and documentation come.

Printable characters are keys by themselves (`*`); all others have Textual's names (`enter`, `shift+left`).
A person's own keymap is a YAML file of action ids, each with a key or a list of keys instead of the default::

    annotate.undo: ["f4", "ctrl+z"]
    library.quit: Q
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tui.errors import KeymapError, LabelsError, Refusal
from tui.labels.source import compose, is_left_empty, read_source

Scope: TypeAlias = Literal["annotate", "library", "mentions", "app"]
"""Where an action's keys work: on one screen, or everywhere."""

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""Every scope."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does."""

    id: str
    """`scope.verb`; what keymaps and screens call it."""
    keys: tuple[str, ...]
    """The default keys, the one to show first."""
    name: str
    """A word or three for the key line."""
    description: str
    """One sentence for help and documentation."""
    group: str
    """The heading it stands under; actions of one group follow each other."""
    is_in_line: bool = False
    """Whether the key line shows it."""
    is_in_long_line: bool = False
    """Whether the key line shows it where there is room for all of these."""
    is_fixed: bool = False
    """Whether its keys mean something by themselves, so that no keymap can change them."""

    @property
    def scope(self) -> str:
        """Where its keys work."""
        return self.id.partition(".")[0]


ACTIONS: Final = (
    Action(
        "annotate.finish",
        ("enter",),
        "Finish",
        "Accept what is suggested, mark the paragraph finished, and go to the next unfinished one, "
        "in the next article where none is left.",
        "Paragraphs",
        is_in_line=True,
    ),
    Action("annotate.skip", ("-",), "Skip", "Skip the paragraph, or take that back.", "Paragraphs"),
    Action(
        "annotate.flag",
        ("!",),
        "Flag",
        "Flag the paragraph for a second look, or take that back.",
        "Paragraphs",
    ),
    Action(
        "annotate.boilerplate",
        ("=",),
        "Boilerplate",
        "Mark the paragraph as boilerplate, or take that back.",
        "Paragraphs",
    ),
    Action(
        "annotate.next_marked",
        ("f6",),
        "Next marked",
        "Go to the next paragraph that was skipped or flagged.",
        "Paragraphs",
    ),
    Action(
        "annotate.review",
        ("f8",),
        "Review",
        "Show all paragraphs with their labels, to read the article once more; again: back to work.",
        "Paragraphs",
        is_in_long_line=True,
    ),
    Action("annotate.reopen", ("+",), "Reopen", "Make the paragraph unfinished again.", "Paragraphs"),
    Action("annotate.next_paragraph", ("pagedown",), "Next", "Go to the next paragraph.", "Paragraphs"),
    Action(
        "annotate.previous_paragraph", ("pageup",), "Previous", "Go to the previous paragraph.", "Paragraphs"
    ),
    Action(
        "annotate.left", ("left",), "Left", "Move the cursor one word to the left.", "Cursor and selection"
    ),
    Action(
        "annotate.right",
        ("right",),
        "Right",
        "Move the cursor one word to the right.",
        "Cursor and selection",
    ),
    Action("annotate.up", ("up",), "Up", "Move the cursor one line up.", "Cursor and selection"),
    Action("annotate.down", ("down",), "Down", "Move the cursor one line down.", "Cursor and selection"),
    Action(
        "annotate.line_start", ("home",), "Line start", "Go to the start of the line.", "Cursor and selection"
    ),
    Action("annotate.line_end", ("end",), "Line end", "Go to the end of the line.", "Cursor and selection"),
    Action(
        "annotate.article_start",
        ("ctrl+home",),
        "Article start",
        "Go to the start of the article.",
        "Cursor and selection",
    ),
    Action(
        "annotate.article_end",
        ("ctrl+end",),
        "Article end",
        "Go to the end of the article.",
        "Cursor and selection",
    ),
    Action(
        "annotate.extend_left",
        ("shift+left",),
        "Extend left",
        "Extend the selection to the left, or end the span in focus one word earlier.",
        "Cursor and selection",
    ),
    Action(
        "annotate.extend_right",
        ("shift+right",),
        "Extend right",
        "Extend the selection to the right, or end the span in focus one word later.",
        "Cursor and selection",
    ),
    Action(
        "annotate.extend_up",
        ("shift+up",),
        "Extend up",
        "Extend the selection, or the span in focus, to the line above.",
        "Cursor and selection",
    ),
    Action(
        "annotate.extend_down",
        ("shift+down",),
        "Extend down",
        "Extend the selection, or the span in focus, to the line below.",
        "Cursor and selection",
    ),
    Action(
        "annotate.pin",
        ("space",),
        "Pin",
        "Accept the suggestion in focus, else pin the selection so that plain arrows extend it.",
        "Cursor and selection",
    ),
    Action(
        "annotate.hints",
        ("'",),
        "Jump",
        "Show hints that move the cursor and tag nothing.",
        "Cursor and selection",
    ),
    Action(
        "annotate.search",
        ("/",),
        "Search",
        "Search the article for a text.",
        "Cursor and selection",
        is_in_long_line=True,
    ),
    Action(
        "annotate.next_span",
        ("tab",),
        "Next span",
        "Put the next span or suggestion into focus.",
        "Spans",
        is_in_line=True,
    ),
    Action(
        "annotate.previous_span",
        ("shift+tab",),
        "Previous span",
        "Put the previous span or suggestion into focus.",
        "Spans",
    ),
    Action(
        "annotate.length",
        ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0"),
        "Length",
        "Make the span in focus so many words long; 0 is ten.",
        "Spans",
        is_fixed=True,
    ),
    Action(
        "annotate.end_shorter",
        ("<",),
        "End earlier",
        "End the span in focus, or the selection, one word earlier.",
        "Spans",
    ),
    Action(
        "annotate.end_longer",
        (">",),
        "End later",
        "End the span in focus, or the selection, one word later.",
        "Spans",
    ),
    Action(
        "annotate.start_earlier",
        ("(", "ctrl+left"),
        "Start earlier",
        "Start the span in focus, or the selection, one word earlier.",
        "Spans",
    ),
    Action(
        "annotate.start_later",
        (")", "ctrl+right"),
        "Start later",
        "Start the span in focus, or the selection, one word later.",
        "Spans",
    ),
    Action(
        "annotate.nudge_end_left",
        ("[",),
        "End −1",
        "End the span in focus, or the selection, a part of a word or a character earlier.",
        "Spans",
    ),
    Action(
        "annotate.nudge_end_right",
        ("]",),
        "End +1",
        "End the span in focus, or the selection, a part of a word or a character later.",
        "Spans",
    ),
    Action(
        "annotate.nudge_start_left",
        ("{",),
        "Start −1",
        "Start the span in focus, or the selection, a part of a word or a character earlier.",
        "Spans",
    ),
    Action(
        "annotate.nudge_start_right",
        ("}",),
        "Start +1",
        "Start the span in focus, or the selection, a part of a word or a character later.",
        "Spans",
    ),
    Action(
        "annotate.mode",
        ("~",),
        "Mode",
        "Go from hints to express (hints always there, labels predicted) to the whole screen, and back.",
        "Spans",
        is_in_line=True,
    ),
    Action(
        "annotate.sources",
        ("$",),
        "Sources",
        "See which sources of suggestions there are and how often they were right; switch them on or off.",
        "Spans",
        is_in_long_line=True,
    ),
    Action(
        "annotate.fine",
        ("\\",),
        "Fine steps",
        "Let the keys for parts of words go to every place inside a character, or not any more.",
        "Spans",
    ),
    Action(
        "annotate.pick_label",
        (";",),
        "Label by name",
        "Find a label by its name, for the selection or the span in focus.",
        "Spans",
    ),
    Action(
        "annotate.tag_equal",
        ("*",),
        "Tag equal",
        "Tag every other equal mention of the span in focus.",
        "Spans",
    ),
    Action(
        "annotate.mentions",
        ("@",),
        "Everywhere",
        "Walk the equal mentions of the span in focus in all articles, and tag them one by one.",
        "Spans",
        is_in_long_line=True,
    ),
    Action(
        "annotate.remove",
        ("backspace", "delete"),
        "Remove",
        "Remove the span in focus, or reject the suggestion.",
        "Spans",
    ),
    Action(
        "annotate.note",
        ("#",),
        "Note",
        "Write a note on the span in focus, else on the paragraph; * marks where one is.",
        "Spans",
        is_in_long_line=True,
    ),
    Action(
        "annotate.undo",
        (",", "ctrl+z"),
        "Undo",
        "Take back the last change.",
        "Undo and back",
        is_in_line=True,
    ),
    Action(
        "annotate.redo",
        (".", "ctrl+y"),
        "Redo",
        "Bring back the change that was taken back last.",
        "Undo and back",
    ),
    Action(
        "annotate.back",
        ("escape",),
        "Back",
        "Close the hints, drop the selection, leave the span; then, go back to the library.",
        "Undo and back",
        is_in_line=True,
    ),
    Action(
        "library.open", ("enter",), "Open", "Open the article under the cursor.", "Articles", is_in_line=True
    ),
    Action(
        "library.filter",
        ("/",),
        "Filter",
        "Show articles by a part of the title.",
        "Articles",
        is_in_line=True,
    ),
    Action(
        "library.state", ("s",), "State", "Show only articles in the next state.", "Articles", is_in_line=True
    ),
    Action(
        "library.order",
        ("o",),
        "Order",
        "Show first what the learner is least sure of, or take the articles in order of arrival again.",
        "Articles",
        is_in_long_line=True,
    ),
    Action("library.import", ("i",), "Import", "Import files.", "Articles", is_in_line=True),
    Action("library.export", ("e",), "Export", "Export what is finished.", "Articles", is_in_line=True),
    Action("library.remove", ("x", "delete"), "Take out", "Take the article out of the project.", "Articles"),
    Action("library.undo", ("u",), "Put back", "Put back what was taken out last.", "Articles"),
    Action(
        "library.undo_import", ("t",), "Undo import", "Take back what the last import brought.", "Articles"
    ),
    Action(
        "library.demo", ("d",), "Sample", "Put a sample article into the project and open it.", "Articles"
    ),
    Action(
        "library.back",
        ("escape",),
        "Show all",
        "Stop the import or export; else take the filters away.",
        "Articles",
    ),
    Action("library.up", ("up",), "Up", "Go one article up.", "Moving"),
    Action("library.down", ("down",), "Down", "Go one article down.", "Moving"),
    Action("library.page_up", ("pageup",), "Page up", "Go one page up.", "Moving"),
    Action("library.page_down", ("pagedown",), "Page down", "Go one page down.", "Moving"),
    Action("library.first", ("home",), "First", "Go to the first article.", "Moving"),
    Action("library.last", ("end",), "Last", "Go to the last article.", "Moving"),
    Action("library.quit", ("q",), "Quit", "Leave spantag; everything is saved.", "Moving", is_in_line=True),
    Action(
        "mentions.accept",
        ("enter",),
        "Tag",
        "Tag the mention and go to the next one that is open.",
        "Deciding",
        is_in_line=True,
    ),
    Action(
        "mentions.reject",
        ("backspace", "delete"),
        "Reject",
        "Turn the mention down for good and go to the next one that is open.",
        "Deciding",
        is_in_line=True,
    ),
    Action(
        "mentions.skip",
        ("space",),
        "Skip",
        "Leave the mention as it is and go to the next one that is open.",
        "Deciding",
        is_in_line=True,
    ),
    Action(
        "mentions.accept_rest",
        ("*",),
        "Tag all left",
        "Tag every mention that is open.",
        "Deciding",
        is_in_line=True,
    ),
    Action(
        "mentions.undo",
        (",", "ctrl+z"),
        "Undo",
        "Take back the last decision.",
        "Deciding",
        is_in_line=True,
    ),
    Action(
        "mentions.undo_all",
        ("u",),
        "Undo all",
        "Take back everything that was decided here, in all articles.",
        "Deciding",
        is_in_long_line=True,
    ),
    Action("mentions.up", ("up",), "Up", "Go one mention up.", "Looking around"),
    Action("mentions.down", ("down",), "Down", "Go one mention down.", "Looking around"),
    Action("mentions.page_up", ("pageup",), "Page up", "Go one page up.", "Looking around"),
    Action("mentions.page_down", ("pagedown",), "Page down", "Go one page down.", "Looking around"),
    Action("mentions.first", ("home",), "First", "Go to the first mention.", "Looking around"),
    Action("mentions.last", ("end",), "Last", "Go to the last mention.", "Looking around"),
    Action(
        "mentions.back",
        ("escape",),
        "Back",
        "Stop tagging all that are left; then, go back to the article.",
        "Looking around",
        is_in_line=True,
    ),
    Action(
        "app.help", ("?", "f1"), "Help", "Show every key and the guidelines.", "Everywhere", is_in_line=True
    ),
    Action(
        "app.commands",
        (":", "ctrl+p"),
        "Commands",
        "Find a command by its name.",
        "Everywhere",
        is_in_line=True,
    ),
    Action("app.quit", ("ctrl+q",), "Quit", "Leave spantag; everything is saved.", "Everywhere"),
)
"""Every action, in the order in which help shows them."""

_BY_ID: Final = {action.id: action for action in ACTIONS}

_TITLES: Final = {
    "annotate": "The annotate screen",
    "library": "The library",
    "mentions": "Equal mentions",
    "app": "Everywhere",
}
"""The headings of the documentation."""

_SHOWN_NAMES: Final = {
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


_INTRODUCTION: Final = """\
# Keys

This page is written from the registry of actions in `tui/keys.py`. Inside spantag, `?` shows the same.

To change a key, write the action and its new key, or several, into `keymap.yaml` in your own configuration
folder (`~/.config/spantag` on Linux); they stand instead of the default ones:

```yaml
annotate.undo: ["f4", "ctrl+z"]
library.quit: Q
```

Printable characters are written as themselves, and need quotes where YAML has a use for them. The other keys
are `enter`, `escape`, `tab`, `space`, `backspace`, `delete`, `insert`, `home`, `end`, `pageup`, `pagedown`,
`left`, `right`, `up`, `down` and `f1` to `f24`, and may have `shift+`, `ctrl+` or `alt+` before them. On the
annotate screen letters belong to labels and cannot be keys of actions.
"""
_LETTERS: Final = """\
Letters are the keys of the labels (`labels.yaml` says which). With something selected, a lower-case letter
tags it. With nothing selected, it shows hints under the words, and the letters of a hint tag the span that
starts there. An upper-case letter gives the span in focus another label.

In the modes `express` and `screen` hints stand there unasked: on words at which a span may well start,
and on every suggestion. The letters of a hint tag the span that starts there, with the length and label
that are likely; they have the colour of that label, or without colour its key behind them. Where
something is suggested or tagged already, the hint brings it into focus: a digit, an edge key or an upper-
case letter makes it right, `⌫` turns it down, and the same hint again goes to the next one there. With
nothing in focus, an upper-case letter shows the hints of all words for its label. Short articles, such as
messages, stand on the screen together, and Enter finishes all that are marked at the left edge.
"""


class Keymap:
    """Which key does what: the default keys, and a person's own instead of some of them."""

    def __init__(self, changes: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
        self._keys = {action.id: tuple(changes.get(action.id, action.keys)) for action in ACTIONS}
        self._actions = {(_BY_ID[id_].scope, key): id_ for id_, keys in self._keys.items() for key in keys}

    def action(self, scope: str, key: str) -> str | None:
        """Give the id of the action that a key stands for on a screen, if any."""
        return self._actions.get((scope, key)) or self._actions.get(("app", key))

    def actions(self, scope: str) -> list[Action]:
        """List the actions that can be called on a screen: its own, then those that work everywhere."""
        return [action for wanted in (scope, "app") for action in ACTIONS if action.scope == wanted]

    def keys(self, action_id: str) -> tuple[str, ...]:
        """Give the keys of an action, the one to show first; there is always one."""
        return self._keys[action_id]

    def name(self, action_id: str) -> str:
        """Give the short name of an action."""
        return _BY_ID[action_id].name

    def key_line(self, scope: str, *, is_long: bool = False) -> list[tuple[str, str, str]]:
        """Give the id, the key and the name of every action that the key line of a screen shows."""
        return [
            (action.id, key_name(self._keys[action.id][0]), action.name)
            for action in self.actions(scope)
            if action.is_in_line or (is_long and action.is_in_long_line)
        ]


def key_name(key: str) -> str:
    """Write a key as people know it: `⇧→` for `shift+right`, `*` for `asterisk`."""
    modifiers, base = _split_key(key)
    shown = _SHOWN_NAMES.get(base) or (base if len(base) == 1 else _find_character(base) or base)
    if modifiers and len(shown) == 1:
        shown = shown.upper()
    return "".join(_SHOWN_MODIFIERS.get(modifier, f"{modifier}+") for modifier in modifiers) + shown


def load_keymap(path: Path) -> Keymap:
    """Read a person's own keymap, or give the default one where there is no file.

    Raises `KeymapError` with every mistake.
    """
    if not path.exists():
        return Keymap()
    try:
        root = compose(read_source(path), file=str(path))
    except LabelsError as error:
        raise KeymapError(error.refusals) from error
    reader = _Reader(str(path))
    changes = reader.read(root)
    if reader.refusals:
        raise KeymapError(sorted(reader.refusals, key=lambda each: (each.line or 0, each.column or 0)))
    return Keymap(changes)


def keys_markdown() -> str:
    """Write the documentation of every key, `docs/keys.md`."""
    lines = [_INTRODUCTION]
    for scope in SCOPES:
        lines.append(f"## {_TITLES[scope]}\n")
        if scope == "annotate":
            lines.append(_LETTERS)
        own = [action for action in ACTIONS if action.scope == scope]
        for group, actions in groupby(own, key=lambda action: action.group):
            if group != _TITLES[scope]:
                lines.append(f"### {group}\n")
            lines += ["| Key | What it does | Action |", "|---|---|---|"]
            lines += [
                f"| {_write_keys(action)} | {action.description} | `{action.id}` |" for action in actions
            ]
            lines.append("")
    return "\n".join(lines)


class _Reader:
    """Collects the changes and the mistakes of one keymap file."""

    def __init__(self, file: str) -> None:
        self.refusals: list[Refusal] = []
        self._file = file

    def read(self, root: Node | None) -> dict[str, list[str]]:
        """Read the whole file."""
        if root is None:
            return {}
        if not isinstance(root, MappingNode):
            self._refuse(
                root, "a keymap is a mapping of actions to keys; write for example `annotate.undo: f4`"
            )
            return {}
        entries: dict[str, list[tuple[str, Node]]] = {}
        for key_node, value_node in root.value:
            action_id = self._read_action(key_node, entries)
            if action_id is not None:
                entries[action_id] = list(self._read_keys(action_id, value_node))
        self._refuse_clashes(entries)
        return {action_id: [key for key, _ in keys] for action_id, keys in entries.items()}

    def _refuse(self, node: Node, reason: str) -> None:
        mark = node.start_mark
        self.refusals.append(Refusal(self._file, reason, mark.line + 1, mark.column + 1))

    def _read_action(self, node: Node, entries: Mapping[str, object]) -> str | None:
        name = node.value if isinstance(node, ScalarNode) else ""
        action = _BY_ID.get(name)
        if action is None:
            self._refuse(node, f"{_quote(name)} is not an action{_suggest(name, _BY_ID)}")
        elif action.is_fixed:
            self._refuse(node, f"the keys of {name!r} cannot be changed; take the line out")
        elif name in entries:
            self._refuse(node, f"{name!r} is given twice; keep one of the two")
        else:
            return action.id
        return None

    def _read_keys(self, action_id: str, node: Node) -> Iterator[tuple[str, Node]]:
        nodes = node.value if isinstance(node, SequenceNode) else [node]
        if not nodes:
            self._refuse(node, f"{action_id!r} has no key; give it one, or take the line out")
        for each in nodes:
            if not isinstance(each, ScalarNode) or is_left_empty(each):
                self._refuse(
                    each, f"the key of {action_id!r} is a text such as `f4`, or a list of such texts"
                )
                continue
            key = _normalize(each.value)
            reason = _find_mistake(key, _BY_ID[action_id])
            if reason is None:
                yield key, each
            else:
                self._refuse(each, reason)

    def _refuse_clashes(self, entries: Mapping[str, Sequence[tuple[str, Node]]]) -> None:
        """Refuse a key that stands for two actions at a time; the file's own line is to blame."""
        kept = {action.id: action.keys for action in ACTIONS if action.id not in entries}
        taken: dict[str, list[str]] = {}
        for action_id, keys in kept.items():
            for key in keys:
                taken.setdefault(key, []).append(action_id)
        for action_id, pairs in entries.items():
            for key, node in pairs:
                other = next((id_ for id_ in taken.get(key, []) if _meet(id_, action_id)), None)
                if other == action_id:
                    self._refuse(node, f"the key {_quote(key)} is given twice to {action_id!r}")
                elif other is not None:
                    more = "" if _BY_ID[other].is_fixed else f", or give {other!r} another key as well"
                    self._refuse(node, f"the key {_quote(key)} is that of {other!r}; take another one{more}")
                taken.setdefault(key, []).append(action_id)


def _meet(one: str, other: str) -> bool:
    """Tell whether two actions can be called on the same screen."""
    scopes = {_BY_ID[one].scope, _BY_ID[other].scope}
    return len(scopes) == 1 or "app" in scopes


def _split_key(key: str) -> tuple[list[str], str]:
    """Split a key into its modifiers and what is pressed with them."""
    if len(key) == 1:
        return [], key
    *modifiers, base = key.split("+")
    return modifiers, base


def _normalize(key: str) -> str:
    """Put modifiers into the order in which Textual writes them; a space is called so."""
    if key == " ":
        return "space"
    order = list(_SHOWN_MODIFIERS)
    modifiers, base = _split_key(key)
    if not all(modifier in order for modifier in modifiers):
        return key
    return "+".join([*sorted(set(modifiers), key=order.index), base])


def _find_mistake(key: str, action: Action) -> str | None:
    """Say in one sentence why a key cannot be that of an action, or None where it can."""
    modifiers, base = _split_key(key)
    if not modifiers and len(base) == 1:
        if not base.isprintable():
            return f"{_quote(key)} is not a key"
        if base.isalpha() and action.scope in ("annotate", "app"):
            return f"the key {_quote(key)} is a letter, and letters belong to labels on the annotate screen"
        return None
    if not set(modifiers) <= _SHOWN_MODIFIERS.keys():
        return f"{_quote(key)} is not a key; what can be held with one is shift, ctrl and alt"
    if key in _SAME_KEYS:
        return f"most terminals send {_quote(_SAME_KEYS[key])} for {_quote(key)}; take another one"
    if base in _SHOWN_NAMES:
        return None
    if len(base) == 1 and base.isalnum() and modifiers:
        if modifiers == ["shift"]:
            return f"write {_quote(base.upper())} for {_quote(key)}" if base.isalpha() else _no_key(key)
        return None if base == base.lower() else f"write {_quote(key.lower())} for {_quote(key)}"
    character = _find_character(base)
    if character is not None and not modifiers:
        return f"write {_quote(character)} for {_quote(key)}"
    return _no_key(key)


def _no_key(key: str) -> str:
    """Say that there is no such key."""
    modifiers, base = _split_key(key)
    near = get_close_matches(base.lower(), _SHOWN_NAMES, n=1)
    return f"{_quote(key)} is not a key{_did_you_mean(['+'.join([*modifiers, *near])] if near else [])}"


def _find_character(name: str) -> str | None:
    """Find the character that Textual gives a name, such as `question_mark`."""
    if name in _CHARACTER_NAMES:
        return _CHARACTER_NAMES[name]
    try:
        character = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return None
    return character if len(character) == 1 and character.isprintable() else None


def _write_keys(action: Action) -> str:
    """Write the keys of an action for a table."""
    if action.is_fixed:
        return f"`{key_name(action.keys[0])}` … `{key_name(action.keys[-1])}`"
    return " ".join(f"`{key_name(key)}`" for key in action.keys)


def _quote(text: str) -> str:
    """Quote a text for a sentence, short and without control characters."""
    cut = text if len(text) <= 40 else f"{text[:39]}…"
    shown = "".join(each if each.isprintable() else repr(each)[1:-1] for each in cut)
    return f"'{shown}'"


def _suggest(word: str, known: Iterable[str]) -> str:
    """Name the nearest known word, if one is near."""
    return _did_you_mean(get_close_matches(word[:60], known, n=1))


def _did_you_mean(near: Sequence[str]) -> str:
    return f"; did you mean {near[0]!r}?" if near else ""
