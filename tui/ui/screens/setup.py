"""The first screen in a folder without labels.yaml: it writes one."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.errors import SpantagError
from tui.project.place import LABELS_FILE, Place
from tui.project.project import Project, write_starter
from tui.text.display import display_text
from tui.ui.keys import Keymap
from tui.ui.screens.left_once import LeftOnce
from tui.ui.screens.pressed import key_of


class SetupScreen(LeftOnce[Project | None], inherit_bindings=False):
    """Asks whether to begin a project here; ends with the project, or None."""

    def __init__(self, place: Place, keymap: Keymap) -> None:
        super().__init__()
        self._place = place
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """Show the question."""
        folder = display_text(str(self._place.folder.resolve()))
        with Vertical(id="setup"):
            yield Static(Content("spantag"), id="setup-title")
            yield Static(
                Content(
                    f"There is no {LABELS_FILE} in {folder} yet.\n\n"
                    "It says what can be tagged: actor, weapon, casualty, location and so on."
                ),
                markup=False,
            )
            yield Static()
            yield Static(
                self._write_answer("dialog.accept", "write a starter file for conflict news, and begin"),
                id="setup-begin",
            )
            yield Static(self._write_answer("library.quit", "leave; nothing is written"), id="setup-leave")

    def on_click(self, event: events.Click) -> None:
        """Take the answer that was clicked."""
        widget, _ = self.get_widget_at(event.screen_x, event.screen_y)
        if widget.id == "setup-begin":
            self._begin()
        elif widget.id == "setup-leave":
            self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        """Take the answer."""
        event.stop()
        event.prevent_default()
        key = key_of(event)
        if self._keymap.action("dialog", key) == "dialog.accept":
            self._begin()
        elif self._keymap.action("dialog", key) == "dialog.back" or self._keymap.action("library", key) in (
            "library.quit",
            "app.quit",
        ):
            self.dismiss(None)

    def _write_answer(self, action_id: str, what: str) -> Content:
        return Content.assemble((f"{self._keymap.shown(action_id):<7}", "bold $primary"), f"  {what}")

    def _begin(self) -> None:
        try:
            write_starter(self._place)
            project = Project.open(self._place)
        except SpantagError as error:
            self.notify(str(error), severity="error", timeout=12)
            return
        self.dismiss(project)
