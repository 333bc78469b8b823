"""What every screen shares: keys become actions by the registry, and errors become messages."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.worker import Worker, WorkerState

from tui.errors import SpantagError
from tui.model.labels import LabelSet
from tui.ui.keys import Keymap, key_name
from tui.ui.screens.left_once import LeftOnce
from tui.ui.screens.pressed import key_of
from tui.ui.widgets.lines import KeyLine, MessageLine

if TYPE_CHECKING:
    from tui.ui.screens.commands import Command


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

    class Refused(Message):
        """Work in the background could not be done."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason
            """Why."""

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
        from tui.ui.screens.help import HelpDialog

        self.app.push_screen(HelpDialog(self.keymap, self.SCOPE, self.labels, now=self.list_useful()))

    def list_useful(self) -> Sequence[str]:
        """List the actions that are useful as things stand."""
        return [action.id for action in self.keymap.actions(self.SCOPE) if action.is_in_line]

    def do_commands(self) -> None:
        """Find a command by its name."""
        from tui.ui.screens.commands import CommandDialog

        def run(command: "Command | None") -> None:
            if command is not None:
                command.run()

        self.app.push_screen(CommandDialog(list(self.list_commands())), run)

    def list_commands(self) -> "Iterator[Command]":
        """Give what can be done here, spantag's themes and others, and what the other screens do."""
        from tui.ui.screens.commands import Command

        for action in self.keymap.actions(self.SCOPE):
            # A command has no key that says how long.
            if action.id != "annotate.length":
                key = self.keymap.shown(action.id) if self.keymap.keys(action.id) else ""
                run = partial(self.do, action.id)
                yield Command(action.name, key, action.description, run, action.words)
        # spantag's own first.
        for name in sorted(
            self.app.available_themes, key=lambda name: (not name.startswith("spantag"), name)
        ):
            about = "Draw everything in other colours."
            yield Command(f"Theme: {name}", "", about, partial(setattr, self.app, "theme", name))
        yield from self._list_commands_elsewhere()

    def _list_commands_elsewhere(self) -> "Iterator[Command]":
        """Give what the other screens do; as a command, each says where it works and how to get there."""
        from tui.ui.screens.commands import Command

        for scope, (place, _, _) in _PLACES.items():
            if scope == self.SCOPE:
                continue
            way, leads = _find_way(self.SCOPE, scope)
            way = f"{self.keymap.shown(way)} {leads}"
            for action in self.keymap.actions(scope):
                if action.scope == scope and action.id != "annotate.length":
                    key = self.keymap.shown(action.id)
                    there = f"{action.name} works {place}, where its key is {key}; {way}."
                    say = partial(self.notify, there)
                    behind = f"{key} {place}"
                    yield Command(
                        action.name, behind, action.description, say, action.words, is_elsewhere=True
                    )

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


_PLACES: Final[Mapping[str, tuple[str, str, str]]] = {
    "annotate": ("in an article", "library.open", "opens one"),
    "library": ("in the library", "", ""),
    "mentions": (
        "in the list of the same words",
        "library.open",
        "opens an article, from whose spans it is reached",
    ),
    "audit": ("in the audit of a label", "library.audit", "goes there"),
    "adjudicate": ("in the adjudication", "library.adjudicate", "goes there"),
    "overview": ("where it stands how far the project is", "library.overview", "goes there"),
    "disagreements": (
        "where it stands what annotators do not say alike",
        "library.overview",
        "shows how far the project is, from which it is reached",
    ),
    "layer": (
        "where another annotator's layer is read",
        "library.open",
        "opens an article, from which it is reached",
    ),
}
"""Where the actions of each screen work, and which action of the library leads there."""

_BACK: Final = "goes back there"

_DIRECT: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("annotate", "library"): ("annotate.back", _BACK),
    ("annotate", "mentions"): ("annotate.mentions", "goes there from the span in focus"),
    ("annotate", "layer"): ("annotate.review", "goes there, pressed twice"),
    ("mentions", "annotate"): ("mentions.back", _BACK),
    ("layer", "annotate"): ("layer.back", _BACK),
    ("audit", "library"): ("audit.back", _BACK),
    ("adjudicate", "library"): ("adjudicate.back", _BACK),
    ("overview", "library"): ("overview.back", _BACK),
    ("overview", "disagreements"): ("overview.disagreements", "goes there"),
    ("disagreements", "overview"): ("disagreements.back", _BACK),
    ("disagreements", "layer"): ("disagreements.read", "goes there"),
}
"""Which action of a screen leads to another one at once."""


_BEFORE: Final[Mapping[str, str]] = {
    "mentions": "the article",
    "layer": "where it was reached from",
    "disagreements": "how far the project is",
}
"""What lies under the screens that do not lie on the library."""


def _find_way(here: str, there: str) -> tuple[str, str]:
    """Find the action of a screen that leads to another one, or towards it, and what it does."""
    if here == "library":
        return _PLACES[there][1:]
    library = "goes back to the library"
    towards = f"goes back to {_BEFORE[here]}, and {library}" if here in _BEFORE else library
    way = f"{here}.back", towards if there == "library" else f"{towards}, from which it is reached"
    return _DIRECT.get((here, there), way)
