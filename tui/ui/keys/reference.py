"""The documentation of every key, `docs/keys.md`."""

from itertools import groupby
from typing import Final

from tui.ui.keys.keymap import Keymap
from tui.ui.keys.layouts import UNSHIFTED, is_unshifted
from tui.ui.keys.names import key_name
from tui.ui.keys.presets import PRESETS
from tui.ui.keys.registry import ACTIONS, SCOPES, Action
from tui.ui.keys.scripts import KEYBOARDS

_TITLES: Final = {
    "annotate": "The annotate screen",
    "search": "While a search goes on",
    "details": "While details are asked",
    "library": "The library",
    "mentions": "The same words everywhere",
    "audit": "The audit of a label",
    "adjudicate": "Adjudication",
    "layer": "What another annotator says",
    "overview": "How far the project is",
    "disagreements": "Where annotators disagree",
    "dialog": "Dialogs",
    "app": "Everywhere",
}
"""The headings of the documentation."""

_INTRODUCTION: Final = """\
# Keys

This page is written from the registry of actions in `tui/ui/keys/registry.py`. Inside spantag, `?` shows the
same.

To change a key, write the action and its new key, or several, into `keymap.yaml` in your own configuration
folder (`~/.config/spantag` on Linux). They stand instead of the default ones; where another action had the
key by default, it has it no longer:

```yaml
annotate.undo: ["f4", "ctrl+z"]
library.quit: Q
labels: {weapon: x}                  # a label's key, instead of that of labels.yaml
hint_letters: fjdkslaghrueiwovmcn    # the letters of hints, the easiest to reach first
```

Printable characters are written as themselves, and need quotes where YAML has a use for them. The other keys
are `enter`, `escape`, `tab`, `space`, `backspace`, `delete`, `insert`, `home`, `end`, `pageup`, `pagedown`,
`left`, `right`, `up`, `down` and `f1` to `f24`, and may have `shift+`, `ctrl+` or `alt+` before them. On the
annotate screen the letters a to z belong to labels and cannot be keys of actions. A mistake in the file is
named when spantag starts, and all the rest of the file counts.

## Your keyboard

On each of the keyboards of the table below every action has a key that is pressed alone: no dead key, and
nothing held with it. A letter with a mark, such as `ö`, is such a key unless it is the key of a label.

A keymap that comes with spantag is taken by a line in `keymap.yaml`, such as `keymap: azerty`; your own lines
stand above it:
"""

_SCRIPTS: Final = f"""\
Where the keyboard is set to another script, a letter counts as the key in whose place it stands, for label
keys, hints and actions alike, unless a label has that letter as its key: `ф` is `a` on a Russian keyboard.
Keyboards of one script do not agree on every letter. What you typed before tells which one is yours; where
nothing tells it, the most common one is taken, and the focus line says so. `keyboard: serbian` in
`keymap.yaml` says it once and for all. There are {", ".join(f"`{name}`" for name in KEYBOARDS)}.
"""

_TABLE: Final = """\
These are the keys that are pressed alone. The column for French is that of `keymap: azerty`.
"""

_SHORTCUTS: Final = """\
### Shortcuts

A shortcut does in one press what two or three of these actions do one after the other: `Space` and then an
arrow moves an edge, `⇧→` does both. Nothing needs a shortcut, so its keys need not be pressed alone; those
with Ctrl or Alt are on every keyboard. All of them can be changed like the keys of actions.
"""

_LETTERS: Final = """\
Letters are the keys of the labels (`labels.yaml` says which). With something selected, a lower-case letter
tags it. With nothing selected, it shows hints under the words, and the letters of a hint tag the span that
starts there. An upper-case letter gives the span in focus another label, or the one on which the selection
lies exactly.

In the modes `express` and `screen` hints stand there unasked: on all words that get one letter, on others
where a span may start, and on every suggestion. The letters of a hint tag the span that starts there, with
the length and label that are likely; those of one letter have the colour of that label, or without colour
its key behind them, and those of two are muted. Where something is suggested or tagged already, the hint
brings it into focus: a digit, an edge key or an upper-case letter makes it right, `⌫` turns it down, and
the same hint again goes to the next one there. What is most doubtful of what is suggested is in focus by
itself: `⌫` turns it down at once. With nothing in focus, an upper-case letter shows the hints of all words
for its label; so does that of the label which the span in focus has already. Paragraphs, also
those of several articles of up to a screen, stand at work together: as many as fit where few spans are
expected, few where hints of one letter are needed for more. Enter finishes all
that are marked at the left edge.
"""


def keys_markdown() -> str:
    """Write the documentation of every key, `docs/keys.md`."""
    lines = [_INTRODUCTION, *_write_presets(), _SCRIPTS, _TABLE, *_write_keyboards(), *_write_shortcuts()]
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


def _write_presets() -> list[str]:
    return [*(f"- `{name}`: {preset.why}" for name, preset in PRESETS.items()), ""]


def keymap_for(layout: str) -> Keymap:
    """Give the keymap that the documentation takes for a keyboard."""
    return Keymap(preset=PRESETS["azerty"]) if layout == "French" else Keymap()


def _write_keyboards() -> list[str]:
    """Write which keys that are pressed alone do what, on every keyboard: a row for those that differ."""
    keymaps = {name: keymap_for(name) for name in UNSHIFTED}
    rows = {
        action: [_write_alone(action, keymap, name) for name, keymap in keymaps.items()]
        for action in ACTIONS
        if not action.is_shortcut
    }
    equal = {action: cells[0] for action, cells in rows.items() if len(set(cells)) == 1}
    return [
        _row(["Action", *UNSHIFTED]),
        _row(["---"] * (len(UNSHIFTED) + 1)),
        *(_row([f"`{action.id}`", *cells]) for action, cells in rows.items() if action not in equal),
        "",
        "The same on all of them:",
        "",
        _row(["Key", "Actions"]),
        _row(["---"] * 2),
        *(
            _row([cell, ", ".join(f"`{action.id}`" for action, each in equal.items() if each == cell)])
            for cell in dict.fromkeys(equal.values())
        ),
        "",
    ]


def _write_alone(action: Action, keymap: Keymap, layout: str) -> str:
    """Write the key of an action that is pressed alone on a keyboard."""
    if action.id == "annotate.length":
        return _write_lengths(keymap, layout)
    return _code(key_name(find_alone(keymap, action.id, layout)))


def _write_shortcuts() -> list[str]:
    """Write what every shortcut stands for."""
    return [
        _SHORTCUTS,
        _row(["Shortcut", "Its keys", "Stands for", "On a US keyboard"]),
        _row(["---"] * 4),
        *(
            _row(
                [
                    f"`{action.id}`",
                    _write_keys(action),
                    ", ".join(f"`{step}`" for step in action.steps),
                    " ".join(
                        _code(key_name(find_alone(keymap_for("US"), step, "US"))) for step in action.steps
                    ),
                ]
            )
            for action in ACTIONS
            if action.is_shortcut
        ),
        "",
    ]


def find_alone(keymap: Keymap, action_id: str, layout: str) -> str:
    """Find the first key of an action that is pressed alone on a keyboard; empty where none is."""
    return next((key for key in keymap.keys(action_id) if is_unshifted(key, layout)), "")


def _write_lengths(keymap: Keymap, layout: str) -> str:
    """Write the keys that set the length: the first ten of those pressed alone."""
    alone = [key for key in keymap.keys("annotate.length") if is_unshifted(key, layout)]
    return f"{_code(alone[0])} … {_code(alone[9])}"


def _write_keys(action: Action) -> str:
    """Write the keys of an action for a table."""
    return " ".join(_code(key_name(key)) for key in action.keys)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """Write a key as code, so that Markdown takes no character of it for its own."""
    if text == "`":
        return "`` ` ``"
    return f"`{text}`".replace("|", "\\|")
