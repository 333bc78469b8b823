"""Help: what can be done here now, the labels with their guidelines, and every key; typing filters it."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from tui.model.labels import Label, LabelSet
from tui.text.messages import quote_name
from tui.ui.keys import Action, Keymap
from tui.ui.screens.dialogs import Dialog
from tui.ui.screens.pressed import key_of
from tui.ui.widgets.entry_list import Entry, EntryList
from tui.ui.widgets.line_input import LineInput

_MOST_LABELS: Final = 60
"""Labels that are shown at once; typing finds the others."""

_HEADING: Final = "bold $primary"
_WITH_LABELS: Final = ("annotate", "mentions")
"""The screens on which labels are used."""


class HelpDialog(Dialog[None]):
    """Shows what can be done now, the labels with their guidelines, and every key of the screen."""

    def __init__(self, keymap: Keymap, scope: str, labels: LabelSet, *, now: Sequence[str] = ()) -> None:
        """`now` names the actions that are useful as things stand."""
        super().__init__()
        self._keymap = keymap
        self._scope = scope
        self._labels = labels if scope in _WITH_LABELS else LabelSet()
        self._now = now

    def compose(self) -> ComposeResult:
        """Show the line to type in over what there is."""
        with Vertical(classes="dialog -wide -tall"):
            yield self._title_of("Help, type to filter", ("up", "up"), ("down", "down"), ("back", "back"))
            yield LineInput(placeholder="a part of what you look for")
            with VerticalScroll(can_focus=False):
                yield EntryList()

    def on_mount(self) -> None:
        """Show everything first."""
        self._show("")

    @on(Input.Changed)
    def _on_changed(self, message: Input.Changed) -> None:
        if self._is_help(message.value):
            self.dismiss(None)
        else:
            self._show(message.value)

    def on_key(self, event: events.Key) -> None:
        """Close, or scroll."""
        scroll = self.query_one(VerticalScroll)
        scrolls = {
            "up": scroll.scroll_up,
            "down": scroll.scroll_down,
            "pageup": scroll.scroll_page_up,
            "pagedown": scroll.scroll_page_down,
            "home": scroll.scroll_home,
            "end": scroll.scroll_end,
        }
        key = key_of(event)
        if key in ("escape", "enter") or self._is_help(key):
            event.stop()
            self.dismiss(None)
        elif key in scrolls:
            event.stop()
            scrolls[key](animate=False)

    def _is_help(self, key: str) -> bool:
        return bool(key) and self._keymap.action(self._scope, key) == "app.help"

    def _show(self, typed: str) -> None:
        words = typed.casefold().split()
        entries = [*self._list_entries(words)]
        if not entries:
            entries = [Entry("", ((f"Nothing here has “{quote_name(typed.strip())}”.", "$text-muted"),))]
        self.query_one(EntryList).show(entries)
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def _list_entries(self, words: Sequence[str]) -> Iterator[Entry]:
        actions = self._keymap.actions(self._scope)
        if not words:
            now = [action for wanted in self._now for action in actions if action.id == wanted]
            yield from _list_under("Now", map(self._describe, now))
        yield from self._list_labels(words)
        groups = dict.fromkeys(action.group for action in actions)
        for group in groups:
            own = [self._describe(action) for action in actions if action.group == group]
            is_meant = all(word in group.casefold() for word in words)
            yield from _list_under(group, [each for each in own if is_meant or each.has_words(words)])

    def _list_labels(self, words: Sequence[str]) -> Iterator[Entry]:
        if self._labels.guidelines and not words:
            yield from _list_under("Guidelines", [Entry("", ((self._labels.guidelines.strip(), ""),))])
        found = (each for each in map(_describe_label, self._labels.labels) if each.has_words(words))
        shown = list(islice(found, _MOST_LABELS))
        left = sum(1 for _ in found)
        if left:
            shown.append(
                Entry("", ((f"  … and {left:,} more labels; type a part of a name", "$text-muted"),))
            )
        yield from _list_under("Labels", shown)

    def _describe(self, action: Action) -> Entry:
        keys = self._keymap.shown_all(action.id) or "·"
        return Entry(keys, ((action.description, ""),), f"{action.name} {action.words}")


def _list_under(heading: str, entries: "Sequence[Entry] | Iterator[Entry]") -> Iterator[Entry]:
    """Give entries under their heading, and an empty line behind; nothing where there are none."""
    listed = list(entries)
    if listed:
        yield Entry("", ((heading, _HEADING),))
        yield from listed
        yield Entry("", (("", ""),))


def _describe_label(label: Label) -> Entry:
    lines = [(label.description, "")]
    if label.examples:
        lines.append((f"e.g. {'; '.join(label.examples)}", "$text-muted"))
    if label.guidelines:
        lines.append((label.guidelines.strip(), "$text-muted"))
    return Entry(f"{label.key or ' '}  {label.name}", tuple(lines))
