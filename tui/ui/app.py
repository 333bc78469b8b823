"""The app: themes, the keymap, and the way between the screens; no domain logic."""

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from textual import events, on
from textual.app import App
from textual.driver import Driver
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen, Screen
from textual.theme import Theme
from textual.widgets import Input

from tui.errors import Refusal, SpantagError
from tui.folders import cache_folder, config_folder
from tui.project.place import Place
from tui.project.project import Project
from tui.store.volumes import explain_risk
from tui.text.display import display_lines
from tui.ui.keys import Keymap, load_keymap
from tui.ui.screens.base import ActionScreen
from tui.ui.screens.dialogs import MessageDialog, NoteDialog
from tui.ui.screens.input_queue import InputQueue
from tui.ui.screens.library import LibraryScreen
from tui.ui.screens.pressed import key_of, translate_key
from tui.ui.settings import KEYMAP_FILE, Settings, load_settings, save_settings

if TYPE_CHECKING:
    from tui.ui.screens.annotate import AnnotateScreen

_BREATH: Final = 0.3
"""Seconds after the first screen when what the next one needs is loaded."""

THEMES = (
    Theme(
        name="spantag-dark",
        primary="#7FB4E6",
        secondary="#9AA5B1",
        accent="#E6B450",
        foreground="#DCE1E6",
        background="#14171A",
        surface="#1B1F23",
        panel="#22272C",
        success="#7FC8A0",
        warning="#E6B450",
        error="#E58080",
        dark=True,
    ),
    Theme(
        name="spantag-light",
        primary="#1F5F99",
        secondary="#5B6670",
        accent="#8A5A00",
        foreground="#1D2226",
        background="#FAFAF7",
        surface="#F1F1EC",
        panel="#E6E6E0",
        success="#1F7A4D",
        warning="#8A5A00",
        error="#A83232",
        dark=False,
    ),
)
"""spantag's own themes; Textual's stand beside them."""


_STYLED: Final = ("adjudicate", "annotate", "dialogs", "library", "mentions", "setup")
"""The screens that have a file of styles."""

Begin: TypeAlias = Callable[[Project, Keymap, Path | None], Screen[Any]]
"""Makes the screen that stands over the library first; gets the folder of the cache, too."""


class SpantagApp(App[None], inherit_bindings=False):
    """The app of one project."""

    TITLE = "spantag"
    # A screen that had its own would make Textual work out every style anew when it opens.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", *[f"screens/{name}.tcss" for name in _STYLED]]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        place: Place,
        project: Project | None,
        *,
        keymap: Keymap,
        settings: Settings,
        settings_folder: Path,
        cache: Path | None = None,
        files: Sequence[Path] = (),
        first_article: int | None = None,
        begin: "Begin | None" = None,
        refusals: Sequence[Refusal] = (),
    ) -> None:
        super().__init__()
        self.place = place
        """Where the project is."""
        self.project = project
        """The project; None until it has labels."""
        self.user_keymap = keymap
        """Which key does what."""
        self.bugs: list[str] = []
        """What to report of bugs that ended no more than work in the background, to be drawn as it is."""
        self._settings = settings
        self._settings_folder = settings_folder
        self._cache = cache
        self._files = files
        self._first_article = first_article
        self._begin_with = begin
        self._refusals = refusals
        self.input = InputQueue(self, self._give, count_key=self._count_key)
        """What was typed and pasted, and is not answered yet."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme if settings.theme in self.available_themes else Settings().theme
        if project is not None:
            project.begin_counting_keys()

    def get_default_screen(self) -> Screen[Any]:  # Textual's own signature
        """Begin with the library, so that no empty screen is drawn before it."""
        if self.project is None:
            return super().get_default_screen()
        return LibraryScreen(self.project, self.user_keymap, files=self._files, cache=self._cache)

    def get_driver_class(self) -> type[Driver]:
        """Give the driver that ends the app with its terminal, in place of Textual's own for POSIX."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from tui.ui.driver import TerminalDriver

        return TerminalDriver

    def on_mount(self) -> None:
        """Open the first screen."""
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        if self.project is None:
            from tui.ui.screens.setup import SetupScreen

            self.push_screen(SetupScreen(self.place, self.user_keymap), self._on_set_up)
        else:
            self._open_over_library()
        self._show_refusals(
            "Mistakes in your keymap; everything else in it counts", self.user_keymap.mistakes
        )
        self.call_after_refresh(_collect_garbage_again)
        self.set_timer(_BREATH, _load_next)
        if risk := explain_risk(self.place.database):
            self.call_after_refresh(self.notify, f"{risk}.", severity="warning")

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pastes wait for their turn."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.input.take(event)
        else:
            await super().on_event(event)

    def _count_key(self) -> None:
        """Count a key for the effort of what is done with it."""
        if self.project is not None:
            self.project.count_key()

    async def _give(self, event: events.Key | events.Paste) -> None:
        """Leave from everywhere, and give dialogs the keys that Textual's own widgets know."""
        if isinstance(event, events.Key):
            key = key_of(event)
            is_typed = isinstance(self.focused, Input) and len(key) == 1
            if self.user_keymap.action("app", key) == "app.quit" and not is_typed:
                if isinstance(self.screen, NoteDialog):
                    self.screen.take_leave()
                self.exit()
                return
            if isinstance(self.screen, ModalScreen):
                known = translate_key(self.user_keymap, event.key)
                if known is None:
                    return
                event = event if known == event.key else events.Key(known, None)
        await super().on_event(event)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say a sentence on the screen, in its line for messages; text from articles is never markup."""
        screen = next((each for each in reversed(self.screen_stack) if isinstance(each, ActionScreen)), None)
        if screen is None:
            message = display_lines(message)
            super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)
            return
        screen.tell(message, severity)
        if screen is not self.screen:
            # What lies under a dialog is drawn with it.
            self.screen.refresh()

    @on(ActionScreen.BugMet)
    def _on_bug_met(self, message: ActionScreen.BugMet) -> None:
        self.bugs.append(display_lines(message.report))

    @on(LibraryScreen.ArticleChosen)
    def _on_article_chosen(self, message: LibraryScreen.ArticleChosen) -> None:
        self._open_article(message.number)

    def _open_article(self, number: int) -> None:
        screen = self._make_annotate_screen(number)
        if screen is not None:
            self.push_screen(screen)

    def _libraries(self) -> Iterator[LibraryScreen]:
        """Give the library, if it is there."""
        return (screen for screen in self.screen_stack if isinstance(screen, LibraryScreen))

    def _make_annotate_screen(
        self, number: int, *, done: str = "", accepted: int = 0, takes_back: str = ""
    ) -> "AnnotateScreen | None":
        """Make the screen of an article; where the database refuses, say so."""
        from tui.ui.screens.annotate import AnnotateScreen

        if self.project is None:
            return None
        try:
            return AnnotateScreen(
                self.project,
                number,
                self.user_keymap,
                self._settings,
                cache=self._cache,
                done=done,
                accepted=accepted,
                takes_back=takes_back,
            )
        except SpantagError as error:
            self.notify(str(error), severity="error", timeout=12)
            return None

    def on_annotate_screen_left(self, message: "AnnotateScreen.Left") -> None:
        """Show in the library which article was left."""
        for library in self._libraries():
            library.return_to(message.number)

    def on_annotate_screen_article_wanted(self, message: "AnnotateScreen.ArticleWanted") -> None:
        """Put another article in the place of the one at work."""
        screen = self._make_annotate_screen(
            message.number, done=message.done, accepted=message.accepted, takes_back=message.takes_back
        )
        if screen is not None:
            self.switch_screen(screen)
        else:
            self._stay()

    def _on_set_up(self, project: Project | None) -> None:
        self.project = project
        if project is None:
            self.exit()
        else:
            project.begin_counting_keys()
            self.push_screen(LibraryScreen(project, self.user_keymap, files=self._files, cache=self._cache))
            self._open_over_library()

    def _open_over_library(self) -> None:
        if self._first_article is not None:
            self._open_article(self._first_article)
        if self._begin_with is not None and self.project is not None:
            self.push_screen(self._begin_with(self.project, self.user_keymap, self._cache))
        self._show_refusals("What was refused", self._refusals)

    def _show_refusals(self, title: str, refusals: Sequence[Refusal]) -> None:
        if refusals:
            self.push_screen(MessageDialog(title, [str(refusal) for refusal in refusals]))

    def _remember_theme(self, theme: Theme) -> None:
        if theme.name != self._settings.theme:
            self._settings.theme = theme.name
            self._save_settings()

    def _stay(self) -> None:
        from tui.ui.screens.annotate import AnnotateScreen

        if isinstance(self.screen, AnnotateScreen):
            self.screen.stay()

    def on_annotate_screen_settings_changed(self) -> None:
        """Remember how the annotator works."""
        self._save_settings()

    def _save_settings(self) -> None:
        try:
            save_settings(self._settings_folder, self.place.annotator, self._settings)
        except OSError as error:
            self.notify(f"Your settings could not be saved: {error.strerror}.", severity="warning")


def _load_next() -> None:
    """Load what opens next while the first screen is looked at, so that its key need not wait."""
    for name in ("annotate", "commands", "help"):
        import_module(f"tui.ui.screens.{name}")


def _collect_garbage_again() -> None:
    """Collect garbage from now on, but never look at what the start has made: it stays."""
    gc.freeze()
    gc.enable()


def _ask_annotator(project: Project) -> Project:
    """Ask who is at work where several people are, and the login name is none of theirs."""
    names = project.list_annotators()
    login = project.place.annotator
    if len(names) < 2 or login in names:
        return project
    listed = "  ".join(f"{number} {display_lines(name)}" for number, name in enumerate(names, start=1))
    sys.stderr.write(f"Several people work here. Who are you?\n  {listed}\n")
    sys.stderr.write(f"A number, a new name, or Enter for {display_lines(login)}: ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    is_number = answer.isdecimal() and 0 < int(answer) <= len(names)
    chosen = names[int(answer) - 1] if is_number else answer or login
    if chosen == login:
        return project
    place = project.place
    project.close()
    return Project.open(
        Place.of(place.folder, labels=place.labels, database=place.database, annotator=chosen)
    )


def run(place: Place, files: Sequence[Path] = (), *, begin: "Begin | None" = None) -> None:
    """Import `files` and run the app until the annotator leaves, from the screen that `begin` makes if given.

    Where the project has no labels yet, the app asks for them first and imports then. Raises
    `SpantagError` where the project is not usable.
    """
    folder = config_folder()
    keymap = load_keymap(folder / KEYMAP_FILE)
    cache = cache_folder()
    project = Project.open(place, cache=cache) if place.labels.exists() else None
    if project is not None and not place.is_annotator_told:
        project = _ask_annotator(project)
        place = project.place
    refusals: list[Refusal] = []
    numbers: list[int] = []
    if project is not None and files:
        numbers = project.import_files(files, tell=refusals.append).numbers
        files = ()
    app = SpantagApp(
        place,
        project,
        keymap=keymap,
        settings=load_settings(folder, place.annotator),
        settings_folder=folder,
        cache=cache,
        files=files,
        first_article=numbers[0] if numbers else None,
        begin=begin,
        refusals=refusals,
    )
    try:
        app.run()
    finally:
        if app.project is not None:
            app.project.close()
        sys.stderr.writelines(app.bugs)
    if app.return_code:
        raise SpantagError("the app ended because of a bug; everything you did is saved")
