"""How far the project is: the page that `spantag status` draws, in the app."""

from contextlib import closing, suppress
from typing import ClassVar, Final

from rich.console import RenderableType
from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from tui.errors import SpantagError
from tui.project.project import Project
from tui.ui.keys import Keymap
from tui.ui.screens.base import ActionScreen
from tui.ui.widgets.lines import HeaderLine, KeyLine, MessageLine

_LOOKED_EVERY: Final = 2.0
"""Seconds after which it is looked whether anything was done meanwhile."""


class OverviewScreen(ActionScreen):
    """What each annotator did and has left, by label and by day, and how far they agree."""

    SCOPE: ClassVar[str] = "overview"

    class Counted(Message):
        """All is counted."""

        def __init__(self, page: RenderableType) -> None:
            super().__init__()
            self.page = page
            """What it says."""

    def __init__(self, project: Project, keymap: Keymap) -> None:
        super().__init__(keymap, project.labels)
        self._project = project
        self._seen_version = 0
        self._is_counting = False

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield HeaderLine()
        with VerticalScroll(can_focus=False):
            yield Static("Counting …", id="page", markup=False)
        yield MessageLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to count."""
        self.query_one(HeaderLine).show([(" how far the project is", "strong")], [])
        self.query_one(KeyLine).show_keys(self.keymap, self.SCOPE)
        self.set_interval(_LOOKED_EVERY, self._on_look)
        self._begin()

    @on(Counted)
    def _on_counted(self, message: Counted) -> None:
        self._is_counting = False
        self.query_one("#page", Static).update(message.page)

    @on(ActionScreen.Refused)
    def _on_refused(self, message: ActionScreen.Refused) -> None:
        self._is_counting = False
        self.query_one("#page", Static).update("")
        self.tell(message.reason, "error")

    def _on_look(self) -> None:
        """Count again where somebody did anything since."""
        # Where the database cannot be read, counting again says so.
        with suppress(SpantagError):
            if not self._is_counting and self._project.read_version() != self._seen_version:
                self._begin()

    # Actions

    def do_disagreements(self) -> None:
        """Show where annotators disagree."""
        from tui.ui.screens.disagreements import DisagreementsScreen

        self.app.push_screen(DisagreementsScreen(self._project, self.keymap))

    def do_again(self) -> None:
        """Count again."""
        self._begin()

    def do_down(self) -> None:
        """Look further down."""
        self._scroll.scroll_down(animate=False)

    def do_up(self) -> None:
        """Look further up."""
        self._scroll.scroll_up(animate=False)

    def do_page_down(self) -> None:
        """Look a page further down."""
        self._scroll.scroll_page_down(animate=False)

    def do_page_up(self) -> None:
        """Look a page further up."""
        self._scroll.scroll_page_up(animate=False)

    def do_back(self) -> None:
        """Go back to the library."""
        self.dismiss(None)

    # Inside

    def _begin(self) -> None:
        """Begin to count what is there by now."""
        with suppress(SpantagError):
            self._seen_version = self._project.read_version()
        self._is_counting = True
        self._count()

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    @work(name="count", thread=True, exclusive=True, exit_on_error=False)
    def _count(self) -> None:
        """Count in a thread of its own with a connection of its own, so that the screen stays alive."""
        # Only this draws plots, and what they are drawn with takes its time to load.
        from tui.ui.overview_page import OverviewPage

        try:
            with closing(self._project.open_again()) as project:
                page = OverviewPage(project.read_overview())
        except SpantagError as error:
            self.post_message(self.Refused(str(error)))
        else:
            self.post_message(self.Counted(page))
