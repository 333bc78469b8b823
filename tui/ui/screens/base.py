"""What every screen shares: keys become actions by the registry, and errors become messages."""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar, Final

from textual import events, on
from textual._types import CallbackType
from textual.app import ComposeResult
from textual.command import (
    CommandInput,
    CommandList,
    CommandPalette,
    DiscoveryHit,
    Hit,
    Hits,
    Provider,
    SearchIcon,
)
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.widgets import LoadingIndicator
from textual.worker import Worker, WorkerState

from tui.errors import SpantagError
from tui.model.labels import LabelSet
from tui.ui.keys import Action, Keymap, key_name
from tui.ui.screens.help import HelpDialog
from tui.ui.screens.left_once import LeftOnce
from tui.ui.screens.pressed import key_of
from tui.ui.widgets.line_input import LineInput
from tui.ui.widgets.lines import KeyLine, MessageLine


class ActionScreen(LeftOnce[None], inherit_bindings=False):
    """A screen whose keys are actions of the registry."""

    SCOPE: ClassVar[str] = ""
    """Which of the registry's actions are this screen's: the part of their ids before the dot."""

    class BugMet(Message):
        """Work in the background ended because of a bug."""

        def __init__(self, report: str) -> None:
            super().__init__()
            self.report = report
            """Where in the program it happened, for those who mend it."""

    def __init__(self, keymap: Keymap, labels: LabelSet) -> None:
        super().__init__()
        self.keymap = keymap
        """Which key does what."""
        self.labels = labels
        """The project's labels."""

    def on_key(self, event: events.Key) -> None:
        """Do what the key stands for."""
        if self.leaves(event):
            return
        self.query_one(MessageLine).clear()
        action, key = self.keymap.find_action(self.SCOPE, key_of(event))
        if action is not None:
            event.stop()
            event.prevent_default()
            self.do(action, key)
        elif event.is_printable:
            shown = key_name(key_of(event))
            self.tell(f"{shown} is no key here; {self.keymap.shown('app.help')} shows every key.")

    def leaves(self, event: events.Key) -> bool:
        """Tell whether a key is no action here, whatever it stands for, but for what has the focus."""
        del event
        return False

    def tell(self, message: str, severity: SeverityLevel = "information") -> None:
        """Say a sentence in the line for messages."""
        self.query_one(MessageLine).say(message, severity)

    def refuse(self, error: SpantagError) -> None:
        """Say why something was not done."""
        self.tell(str(error), "error")

    def on_paste(self, event: events.Paste) -> None:
        """Say that a pasted text went nowhere: it is no keys."""
        event.stop()
        self.tell("Pasted text is no keys: nothing was done with it. Paste it where you type a line.")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say it where work in the background ended because of a bug; whatever else ends it is a message."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            name = event.worker.name
            self.end_work(name)
            self.notify(
                f"The {name} ended because of a bug ({type(error).__name__}: {error}); everything you did is"
                " saved, and what to report is written when you leave spantag.",
                severity="error",
                timeout=12,
            )
            self.post_message(self.BugMet("".join(traceback.format_exception(error))))

    @on(KeyLine.Clicked)
    def _on_key_line_clicked(self, message: KeyLine.Clicked) -> None:
        self.do(message.action_id)

    def do_help(self) -> None:
        """Show every key, the ones that are useful as things stand first."""
        self.app.push_screen(HelpDialog(self.keymap, self.SCOPE, self.labels, now=self.list_useful()))

    def list_useful(self) -> Sequence[str]:
        """List the actions that are useful as things stand."""
        return [action.id for action in self.keymap.actions(self.SCOPE) if action.is_in_line]

    def do_commands(self) -> None:
        """Find a command by its name."""
        self.app.push_screen(CommandDialog(providers=[ActionProvider]))

    def do_quit(self) -> None:
        """Leave."""
        self.app.exit()

    def end_work(self, name: str) -> None:
        """Show no longer that the work in the background of this name goes on."""

    def do(self, action_id: str, key: str = "") -> None:
        """Do an action of the registry; what the project refuses becomes a message and changes nothing."""
        verb = action_id.partition(".")[2]
        method = getattr(self, f"do_{verb}")
        try:
            if verb == "length":
                method(self.keymap.length(key))
            else:
                method()
        except SpantagError as error:
            self.refuse(error)


_PLACES: Final[Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]]] = {
    "annotate": (
        "in an article",
        {"library": ("library.open", "opens one"), "mentions": ("mentions.back", "goes back there")},
    ),
    "library": (
        "in the library",
        {
            "annotate": ("annotate.back", "goes back there"),
            "mentions": ("mentions.back", "goes back to the article, and from there to the library"),
        },
    ),
    "mentions": (
        "in the list of the same words",
        {
            "annotate": ("annotate.mentions", "goes there from the span in focus"),
            "library": ("library.open", "opens an article, from whose spans it is reached"),
        },
    ),
}
"""Where the actions of each screen work, and which action of each other screen leads there."""

_ELSEWHERE: Final = 0.9
"""What is done on another screen stands below what is done here."""

_BY_NAME: Final = 3.0
_BY_HELP: Final = 2.0
_ROUGHLY: Final = 1.0
"""How far up in the command palette stands what fits in these ways."""


class CommandLine(CommandInput, LineInput):
    """The line of the command palette, which draws nothing that a terminal would obey."""


class CommandDialog(CommandPalette, LeftOnce[CallbackType]):
    """Finds a command by its name, and does it."""

    def compose(self) -> ComposeResult:
        """Put spantag's own line in the place of Textual's."""
        with Vertical(id="--container"):
            with Horizontal(id="--input"):
                yield SearchIcon()
                yield CommandLine(placeholder=self._placeholder)
            with Vertical(id="--results"):
                yield CommandList()
                yield LoadingIndicator()

    def _watch__list_visible(self) -> None:
        """Show or hide the list, unless it has gone: the search may end behind the dialog that began it."""
        if self.query(CommandList):
            super()._watch__list_visible()

    async def _watch__show_busy(self) -> None:
        """Show or hide that the search goes on, unless the list has gone."""
        if self.query(CommandList):
            await super()._watch__show_busy()


class ActionProvider(Provider):
    """Gives the command palette the actions of the screen it stands over, the themes, and other actions."""

    async def discover(self) -> Hits:
        """Give every command."""
        for title, help_text, command in self._commands():
            yield DiscoveryHit(title, command, help=help_text)

    async def search(self, query: str) -> Hits:
        """Give the commands that fit what was typed: by their names, then by what they do, then roughly."""
        matcher = self.matcher(query)
        typed = query.casefold()
        here = [(1.0, *each) for each in self._commands()]
        for weight, title, help_text, command in (
            *here,
            *[(_ELSEWHERE, *each) for each in self._commands_elsewhere()],
        ):
            # Not by the key or the place behind it.
            if typed in title.partition("  (")[0].casefold():
                score = _BY_NAME * weight
            elif typed in help_text.casefold():
                score = _BY_HELP * weight
            else:
                score = min(matcher.match(title.partition("  (")[0]), _ROUGHLY) * weight
            if score > 0:
                yield Hit(score, matcher.highlight(title), command, help=help_text)

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        screen = self.screen
        if not isinstance(screen, ActionScreen):
            return
        for action in screen.keymap.actions(screen.SCOPE):
            # A command has no key that says how long.
            if action.id != "annotate.length":
                yield self._title(screen, action), action.description, partial(screen.do, action.id)
        # spantag's own first.
        for name in sorted(
            self.app.available_themes, key=lambda name: (not name.startswith("spantag"), name)
        ):
            yield f"Theme: {name}", "Draw everything in other colours.", partial(self._use_theme, name)

    def _commands_elsewhere(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        """Give what other screens can do; as a command, each says where it works and how to get there."""
        screen = self.screen
        if not isinstance(screen, ActionScreen):
            return
        for scope, (place, ways) in _PLACES.items():
            if scope == screen.SCOPE:
                continue
            way, leads = ways[screen.SCOPE]
            way = f"{screen.keymap.shown(way)} {leads}"
            for action in screen.keymap.actions(scope):
                if action.scope == scope and action.id != "annotate.length":
                    key = screen.keymap.shown(action.id)
                    there = f"{action.name} works {place}, where its key is {key}; {way}."
                    title = f"{action.name}  ({key} {place})"
                    yield title, action.description, partial(screen.notify, there)

    def _title(self, screen: ActionScreen, action: Action) -> str:
        keys = screen.keymap.keys(action.id)
        return f"{action.name}  ({screen.keymap.shown(action.id)})" if keys else action.name

    def _use_theme(self, name: str) -> None:
        self.app.theme = name
