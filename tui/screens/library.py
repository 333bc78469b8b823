"""The library: the project's articles, how far each is, and the way into them."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final, get_args

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.errors import Refusal, SpantagError
from tui.exporting import ExportOptions
from tui.importing import ImportReport
from tui.keys import Keymap
from tui.project import DATABASE_FILE, Project
from tui.screens.base import ActionScreen
from tui.screens.dialogs import MessageDialog, PromptDialog
from tui.store import ArticleFilter
from tui.widgets.article_list import ArticleList
from tui.widgets.line_input import LineInput
from tui.widgets.lines import HeaderLine, KeyLine

EXPORT_FILE: Final = DATABASE_FILE.with_name("annotations.jsonl")
"""Where the library's export goes, in the project's folder."""

_FILTERS: Final[tuple[ArticleFilter, ...]] = get_args(ArticleFilter)
_FILTER_NAMES: Final[dict[ArticleFilter, str]] = {
    "all": "",
    "new": " not begun",
    "started": " begun",
    "finished": " finished",
    "flagged": " flagged",
}
_WELCOME: Final = """\
There are no articles here yet.

[$primary b]i[/]  import text, Markdown or JSONL files
[$primary b]d[/]  put in a sample article and try it
[$primary b]?[/]  every key

Or leave with [$primary b]q[/] and run:  spantag import FILES"""


class LibraryScreen(ActionScreen):
    """The project's articles."""

    SCOPE: ClassVar[str] = "library"

    class ArticleChosen(Message):
        """An article is to be opened."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number
            """The article's number."""

    def __init__(self, project: Project, keymap: Keymap, *, files: Sequence[Path] = ()) -> None:
        super().__init__(keymap, project.labels)
        self._project = project
        self._files = files
        self._filter: ArticleFilter = "all"
        self._text = ""

    def compose(self) -> ComposeResult:
        """Lay out the list between the lines."""
        yield HeaderLine()
        yield LineInput(placeholder="part of a title or id", id="filter")
        yield ArticleList(self._project.read_rows)
        yield Static(Content.from_markup(_WELCOME), id="welcome")
        yield KeyLine()

    def on_mount(self) -> None:
        """Bring in what was named."""
        self.query_one("#filter", Input).display = False
        if self._files:
            self._import(self._files, open_first=True)

    def on_screen_resume(self) -> None:
        """Show the articles as they are now, the one the annotator was last at under the cursor."""
        if self.is_current:
            number = self.query_one(ArticleList).number
            self._list(at=number or self._project.store.last_touched(self._project.annotator))
            self.query_one(ArticleList).focus()

    # Actions

    def do_open(self) -> None:
        """Open the article under the cursor."""
        number = self.query_one(ArticleList).number
        if number is not None:
            self.post_message(self.ArticleChosen(number))

    def do_filter(self) -> None:
        """Ask for a part of the title."""
        filter_input = self.query_one("#filter", Input)
        filter_input.display = True
        filter_input.focus()

    def do_state(self) -> None:
        """Show only articles in the next state."""
        self._filter = _FILTERS[(_FILTERS.index(self._filter) + 1) % len(_FILTERS)]
        self._list(at=None)

    def do_import(self) -> None:
        """Ask for files to import."""
        self.app.push_screen(
            PromptDialog("Import files", placeholder="article.txt  folder/*.md  gold.jsonl"),
            self._on_files_named,
        )

    def do_export(self) -> None:
        """Write every finished paragraph to the project's export file."""
        path = self._project.place.folder / EXPORT_FILE
        report = self._project.export_file(path, ExportOptions())
        if report.records:
            self.notify(
                f"Wrote to {path}: finished paragraphs {report.records}, spans {report.spans}.", timeout=10
            )
        else:
            self.notify(
                "Nothing is finished yet: open an article, tag it, and press Enter on each paragraph.",
                severity="warning",
            )

    def do_demo(self) -> None:
        """Put the sample article into the project."""
        from tui.demo import DEMO_FILE

        self._import((DEMO_FILE,), open_first=True)

    def do_back(self) -> None:
        """Take the filters away."""
        self._text = ""
        self._filter = "all"
        self.query_one("#filter", Input).value = ""
        self._close_filter()

    def do_up(self) -> None:
        """Go one article up."""
        self.query_one(ArticleList).move(-1)

    def do_down(self) -> None:
        """Go one article down."""
        self.query_one(ArticleList).move(1)

    def do_page_up(self) -> None:
        """Go one screen up."""
        self.query_one(ArticleList).move(-self._page)

    def do_page_down(self) -> None:
        """Go one screen down."""
        self.query_one(ArticleList).move(self._page)

    def do_first(self) -> None:
        """Go to the first article."""
        self.query_one(ArticleList).move(-(10**9))

    def do_last(self) -> None:
        """Go to the last article."""
        self.query_one(ArticleList).move(10**9)

    # Events

    @on(ArticleList.Opened)
    def _on_opened(self, message: ArticleList.Opened) -> None:
        self.post_message(self.ArticleChosen(message.number))

    @on(Input.Changed, "#filter")
    def _on_filter_changed(self, message: Input.Changed) -> None:
        self._text = message.value.strip()
        self._list(at=None)

    @on(Input.Submitted, "#filter")
    def _on_filter_submitted(self) -> None:
        self._close_filter()

    def _on_files_named(self, names: str | None) -> None:
        if not names:
            return
        paths = _expand(names, self._project.place.folder)
        self._import(paths, open_first=False)

    # Inside

    @property
    def _page(self) -> int:
        return max(self.query_one(ArticleList).size.height - 1, 1)

    def _close_filter(self) -> None:
        self.query_one("#filter", Input).display = bool(self._text)
        self.query_one(ArticleList).focus()
        self._list(at=self.query_one(ArticleList).number)

    def _list(self, *, at: int | None) -> None:
        numbers = self._project.list_articles(text=self._text, state=self._filter)
        articles = self.query_one(ArticleList)
        articles.show(numbers, at=at)
        is_empty = not numbers and not self._text and self._filter == "all"
        articles.display = not is_empty
        self.query_one("#welcome", Static).display = is_empty
        noun = "article" if len(numbers) == 1 else "articles"
        shown = f"{len(numbers):,} {noun}{_FILTER_NAMES[self._filter]}"
        if self._text:
            shown += f" with “{self._text}”"
        self.query_one(HeaderLine).show(
            [(" spantag ", "line--strong"), (f"  {shown}", "")],
            [(f"{self._project.annotator} ", "line--muted")],
        )
        self.query_one(KeyLine).show_keys(self.keymap.key_line(self.SCOPE))

    def _import(self, paths: Sequence[Path], *, open_first: bool) -> None:
        self.query_one(HeaderLine).show([(" importing …", "line--strong")])
        self._run_import(tuple(paths), open_first)

    @work(thread=True, exit_on_error=False)
    def _run_import(self, paths: tuple[Path, ...], open_first: bool) -> None:
        """Import in a thread of its own with a connection of its own, so that the screen stays alive."""
        refusals: list[Refusal] = []
        try:
            project = Project.open(self._project.place)
            try:
                report = project.import_files(paths, tell=refusals.append)
            finally:
                project.close()
        except SpantagError as error:
            refusals.append(Refusal("import", str(error)))
            report = ImportReport()
        self.app.call_from_thread(self._finish_import, report, refusals, open_first)

    def _finish_import(self, report: ImportReport, refusals: list[Refusal], open_first: bool) -> None:
        first = report.numbers[0] if report.numbers else None
        self._list(at=first)
        if open_first and first is not None:
            self.post_message(self.ArticleChosen(first))
        elif report.numbers:
            self.notify(_describe(report))
        if refusals:
            self.app.push_screen(MessageDialog("What was refused", [str(refusal) for refusal in refusals]))


def _describe(report: ImportReport) -> str:
    known = f", {report.known} already there" if report.known else ""
    return f"{report.articles} new articles, {report.spans} spans{known}."


def _expand(names: str, folder: Path) -> list[Path]:
    """Turn what a person typed into paths: the whole line where it is a file, else words and patterns."""
    whole = folder / Path(names).expanduser()
    if whole.exists():
        return [whole]
    paths: list[Path] = []
    for name in names.split():
        base = folder / Path(name).expanduser()
        found = sorted(base.parent.glob(base.name)) if any(mark in base.name for mark in "*?[") else []
        paths += found or [base]
    return paths
