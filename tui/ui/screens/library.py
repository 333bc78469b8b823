"""The library: the project's articles, how far each is, and the way into them."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias, get_args

from rich.cells import cell_len, set_cell_size
from textual import events, on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from tui.errors import Refusal, SpantagError
from tui.model.article_query import read_query
from tui.model.labels import Label
from tui.project.place import DATABASE_FILE
from tui.project.project import Project
from tui.store import ORDERS, ArticleFilter, ArticleOrder, ArticleRow
from tui.suggest.order import Doubt, put_first, rank_least_sure
from tui.text.display import display_text
from tui.text.messages import count_noun, quote_name
from tui.ui.keys import Action, Keymap
from tui.ui.screens.dialogs import ConfirmDialog, MessageDialog, PromptDialog
from tui.ui.screens.list_screen import ListScreen
from tui.ui.screens.pressed import key_of
from tui.ui.screens.text_search import TextSearch
from tui.ui.widgets.article_list import DATED_HEADINGS, HEADINGS, ArticleList
from tui.ui.widgets.filter_line import FilterLine
from tui.ui.widgets.lines import HeaderLine, KeyLine, MessageLine

if TYPE_CHECKING:
    from tui.project.exporting import ExportReport
    from tui.project.importing import ImportReport

EXPORT_FILE: Final = DATABASE_FILE.with_name("annotations.jsonl")
"""Where the library's export goes, in the project's folder."""

_MOST_WEIGHED: Final = 300
"""Articles of which it is worked out how sure the learner is."""

_BREATH: Final = 0.1
"""Seconds without a key after which there is time for that."""

_SLICE: Final = 0.004
"""Seconds of it at a time, less than anybody feels."""

_SLICE_EVERY: Final = 0.012
"""Seconds from one slice to the next."""

_PAUSE_IN_TYPING: Final = 0.15
"""Seconds after the last letter when texts are looked through."""

_SHOWN_EVERY: Final = 0.25
"""Seconds after which what was found in texts is shown."""

_LOOKED_EVERY: Final = 1.0
"""Seconds after which it is looked whether others did anything."""

_DONE: Final = (0, Doubt())
"""What stands for the end of weighing."""

_WHILE_TYPING: Final = frozenset(
    f"library.{verb}" for verb in ("open", "back", "up", "down", "page_up", "page_down", "complete")
)
"""What can be done while the filter is typed; all other keys are the line's own."""

_FILTERS: Final[tuple[ArticleFilter, ...]] = get_args(ArticleFilter)
_FILTER_NAMES: Final[dict[ArticleFilter, str]] = {
    "all": "",
    "new": " not begun",
    "started": " begun",
    "finished": " finished",
    "skipped": " with skipped paragraphs",
    "flagged": " flagged",
    "noted": " with notes",
    "review": " to review",
}
_Order: TypeAlias = ArticleOrder | Literal["least sure"]
_ORDERS: Final[tuple[_Order, ...]] = (ORDERS[0], "least sure", *ORDERS[1:])
"""The orders, as the key goes through them."""

_ORDER_NAMES: Final[dict[_Order, str]] = {
    "arrival": "",
    "least sure": "",
    "title": ", by title",
    "date": ", newest first",
    "progress": ", begun first",
}
_WELCOME: Final = (
    ("library.import", "import text, Markdown, JSONL or other files"),
    ("library.demo", "put in a sample article and try it"),
    ("app.help", "every key"),
    ("library.quit", "leave, and run:  spantag import FILES"),
)
"""What can be done where there are no articles."""


_Work: TypeAlias = Literal["import", "export"]
"""What goes on in the background."""


class _StoppedError(Exception):
    """The annotator stopped the work."""


class LibraryScreen(ListScreen):
    """The project's articles.

    It has more methods than a class should, because every action of the registry has one here, named like it.
    """

    SCOPE: ClassVar[str] = "library"

    class Progressed(Message):
        """An import or export got further."""

        def __init__(self, name: _Work, share: int) -> None:
            super().__init__()
            self.name: _Work = name
            """Which of them."""
            self.share = share
            """How much is done, of 100."""

    class ExportEnded(Message):
        """The export is over."""

        def __init__(self, report: "ExportReport | None" = None, *, error: str = "") -> None:
            super().__init__()
            self.report = report
            """What it did; None where it was stopped or refused."""
            self.error = error
            """Why it was refused; empty where it was not."""

    class ImportEnded(Message):
        """An import is over."""

        def __init__(
            self, report: "ImportReport | None", refusals: Sequence[Refusal], *, opens_first: bool
        ) -> None:
            super().__init__()
            self.report = report
            """What it did; None where it was stopped."""
            self.refusals = refusals
            """What was refused."""
            self.opens_first = opens_first
            """Is the first of its articles to be opened?"""

    class ImportUndone(Message):
        """An import was taken back."""

        def __init__(self, sentence: str, *, is_error: bool = False) -> None:
            super().__init__()
            self.sentence = sentence
            """What it was, or why it could not be."""
            self.is_error = is_error
            """Could it not be?"""

    class TextsSearched(Message):
        """Some texts were looked through."""

        def __init__(
            self, wanted: tuple[str, ...], looked: Sequence[int], found: Sequence[int], *, error: str = ""
        ) -> None:
            super().__init__()
            self.wanted = wanted
            """For what."""
            self.looked = looked
            """The numbers of their articles."""
            self.found = found
            """Those that have it."""
            self.error = error
            """Why it could not go on; empty where it could."""

    class ArticleChosen(Message):
        """An article is to be opened."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number
            """The article's number."""

    def __init__(
        self,
        project: Project,
        keymap: Keymap,
        *,
        files: Sequence[Path] = (),
        cache: Path | None = None,
    ) -> None:
        super().__init__(keymap, project.labels)
        self._project = project
        self._files = files
        self._cache = cache
        self._filter: ArticleFilter = "all"
        self._text = ""
        self._is_own = False
        self._order: _Order = "arrival"
        self._fitting: Sequence[int] = ()
        self._refusal = ""
        self._texts = TextSearch()
        self._search_timer: Timer | None = None
        self._weighing: Iterator[tuple[int, Doubt] | None] | None = None
        self._doubts: dict[int, Doubt] = {}
        self._ranked: list[int] = []
        self._to_weigh = 0
        self._cursor_then: int | None = None
        self._reasons: dict[int, str] = {}
        self._count = 0
        self._last_key = 0.0
        self._seen_version = 0
        self._left: int | None = None
        self._imported_at: int | None = None
        self._unfiltered_at: int | None = None
        self._filtered_at: int | None = None
        self._shares: dict[_Work, int] = {}
        self._stopped: set[_Work] = set()

    def compose(self) -> ComposeResult:
        """Lay out the list between the lines."""
        filter_line = FilterLine(key=self.keymap.shown("library.complete"), id="filter")
        filter_line.display = False
        yield HeaderLine()
        yield filter_line
        yield ArticleList(self._read_rows)
        yield Static(id="welcome")
        yield MessageLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Bring in what was named."""
        self._slices = self.set_interval(_SLICE_EVERY, self._on_slice, pause=True)
        self.set_interval(_LOOKED_EVERY, self._on_look)
        if self._files:
            self._import(self._files, open_first=True)

    def on_screen_resume(self) -> None:
        """Show the articles as they are now, the one the annotator was last at under the cursor."""
        if self.is_current:
            here, self._left = self._left or self.walked.number, None
            self._list(at=here or self._project.last_touched())
            self.set_focus(self.walked)

    def on_key(self, event: events.Key) -> None:
        """Let other work wait."""
        del event
        self._last_key = time.perf_counter()

    def leaves(self, event: events.Key) -> bool:
        """Tell whether a key is the filter line's own."""
        if self.focused is not self.query_one("#filter", FilterLine):
            return False
        action = self.keymap.action(self.SCOPE, key_of(event))
        return action is not None and action.startswith("library.") and action not in _WHILE_TYPING

    def return_to(self, number: int) -> None:
        """Put the cursor on the article that the annotator comes back from."""
        if self.is_current:
            self._list(at=number)
        else:
            self._left = number

    # Actions

    def do_open(self) -> None:
        """Open the article under the cursor, of those that fit what is typed by now."""
        self._take_text(self.query_one("#filter", FilterLine).value)
        number = self.walked.number
        if number is not None:
            self._open(number)

    def do_complete(self) -> None:
        """Go on in the filter with what is offered there."""
        filter_line = self.query_one("#filter", FilterLine)
        if self.focused is filter_line:
            filter_line.complete()
        else:
            self.do_filter()

    def do_filter(self) -> None:
        """Ask which articles are looked for."""
        filter_input = self.query_one("#filter", FilterLine)
        filter_input.display = True
        filter_input.show_completions(*self._project.complete_query(filter_input.value))
        # At once, so that what is typed next goes there.
        self.set_focus(filter_input)
        if not self._text:
            self._filtered_at = self._unfiltered_at = self.walked.number

    def do_state(self) -> None:
        """Show only articles in the next state."""
        self._filter = _FILTERS[(_FILTERS.index(self._filter) + 1) % len(_FILTERS)]
        self._list(at=self.walked.number)

    def do_order(self) -> None:
        """Show the articles in the next order: what the learner is least sure of, by title, and so on."""
        here = self.walked.number
        self._stop_weighing()
        self._ranked = []
        self._order = _ORDERS[(_ORDERS.index(self._order) + 1) % len(_ORDERS)]
        if self._order == "least sure":
            if self._project.has_learnt():
                self._begin_weighing(here)
                return
            self._order = "title"
            self.notify("Nothing is learnt yet, so that spantag is unsure of all: they stand by title.")
        self._list(at=here)

    def do_import(self) -> None:
        """Ask for files to import."""
        self.app.push_screen(
            PromptDialog("Import files", placeholder="article.txt  folder/*.md  gold.jsonl"),
            self._on_files_named,
        )

    def do_export(self) -> None:
        """Write every finished paragraph to the project's export file."""
        if self._begin("export"):
            self._run_export()

    def do_labels(self) -> None:
        """Ask about the article under the cursor."""
        number = self.walked.number
        if number is None:
            return
        if not self.labels.article_labels:
            self.notify("labels.yaml asks nothing about articles: it has no article_labels.")
            return
        from tui.session.session import open_session
        from tui.ui.screens.article_labels import ArticleLabelsDialog

        session = open_session(self._project, number)
        self.app.push_screen(ArticleLabelsDialog(session, self.labels), lambda _: self._list(at=number))

    def do_overview(self) -> None:
        """Show how far the project is."""
        from tui.ui.screens.overview import OverviewScreen

        screen = OverviewScreen(self._project, self.keymap)
        self.app.push_screen(screen, lambda _: self._list(at=self.walked.number))

    def do_own(self) -> None:
        """Show only what is the annotator's work, or all again."""
        if not self._is_own and self._project.list_own_articles() is None:
            self.notify("Nothing is assigned to you: spantag assign gives articles to annotators.")
            return
        self._is_own = not self._is_own
        self._list(at=self.walked.number)

    def do_adjudicate(self) -> None:
        """Decide between the annotators of this project."""
        from tui.ui.screens.adjudicate import AdjudicateScreen

        number = self.walked.number
        screen = AdjudicateScreen(self._project, self._project.adjudicate(), self.keymap, first=number)
        self.app.push_screen(screen, lambda _: self._list(at=self.walked.number))

    def do_audit(self) -> None:
        """Ask for a label, and look through its spans."""
        from tui.ui.screens.audit import AuditScreen
        from tui.ui.screens.dialogs import LabelDialog

        def look(picked: Label | Action | None) -> None:
            if isinstance(picked, Label):
                screen = AuditScreen(self._project, picked.name, self.keymap, cache=self._cache)
                self.app.push_screen(screen, lambda _: self._list(at=self.walked.number))

        self.app.push_screen(LabelDialog(self.labels, "Audit which label?"), look)

    def do_remove(self) -> None:
        """Ask whether to take the article under the cursor out of the project."""
        number = self.walked.number
        if number is None:
            return
        (row,) = self._project.read_rows([number])
        taken = self._project.remove_articles([number], dry_run=True)

        def take_answer(is_meant: bool | None) -> None:
            if is_meant:
                self._remove(number)

        lines = [
            row.title,
            *filter(None, [row.told_apart]),
            f"{taken.describe()}; the log keeps everything, {self._undo} puts it back",
        ]
        self.app.push_screen(ConfirmDialog("Remove this article from the project?", lines), take_answer)

    def do_undo(self) -> None:
        """Put back what was taken out last."""
        numbers = self._project.restore_removed()
        if not numbers:
            self.notify("There is nothing to put back.", severity="warning")
            return
        self._list(at=numbers[0])
        self.notify(f"Put back: {count_noun(len(numbers), 'article')}.")

    def do_undo_import(self) -> None:
        """Ask whether to take back what the last import brought."""
        if self._shares:
            self.notify(f"An import or export is under way; {self._back} stops it.", severity="warning")
            return
        chosen = self._project.find_import()

        def take_answer(is_meant: bool | None) -> None:
            if is_meant:
                self._run_undo_import(chosen.number)

        taken = self._project.count_import(chosen.number)
        lines = [
            ", ".join(chosen.files),
            f"{taken.describe()}, and what it added to other articles",
            "Importing the same again brings it back.",
        ]
        self.app.push_screen(ConfirmDialog("Take back the last import?", lines), take_answer)

    def do_demo(self) -> None:
        """Put the sample article into the project."""
        from tui.project.demo import DEMO_FILE

        self._import((DEMO_FILE,), open_first=True)

    def do_back(self) -> None:
        """Stop the import or export under way; else take the filters away."""
        if self._shares:
            self._stopped.update(self._shares)
            return
        here = self._find_unfiltered()
        self._text = ""
        self._filter = "all"
        self._is_own = False
        filter_input = self.query_one("#filter", Input)
        with filter_input.prevent(Input.Changed):
            filter_input.value = ""
        filter_input.display = False
        self.set_focus(self.walked)
        self._list(at=here)

    # Events

    @on(ArticleList.Opened)
    def _on_opened(self, message: ArticleList.Opened) -> None:
        self._open(message.number)

    @on(Input.Changed, "#filter")
    def _on_filter_changed(self, message: Input.Changed) -> None:
        self._take_text(message.value)
        self.query_one("#filter", FilterLine).show_completions(*self._project.complete_query(message.value))

    @on(TextsSearched)
    def _on_texts_searched(self, message: TextsSearched) -> None:
        if message.error:
            self.notify(message.error, severity="error", timeout=12)
            if message.wanted == self._texts.wanted:
                self.end_work("search")
        elif self._texts.take(message.wanted, message.looked, message.found):
            here = self.walked.number
            self._show_fitting(at=here)
            if here == self._filtered_at:
                self._filtered_at = self.walked.number

    def _on_files_named(self, names: str | None) -> None:
        if not names:
            return
        paths = _expand(names, self._project.place.folder)
        from tui.project.importing import refuse_missing

        refusals = refuse_missing(paths)
        if refusals and len(refusals) == len(paths):
            # At once: a dialog that came a moment later would take keys that were meant for the list.
            self._show_refusals(refusals)
        else:
            self._import(paths, open_first=False)

    @on(Progressed)
    def _on_progressed(self, message: Progressed) -> None:
        if message.name in self._shares:
            self._shares[message.name] = message.share
            self._show_header()

    @on(ExportEnded)
    def _on_export_ended(self, message: ExportEnded) -> None:
        self.end_work("export")
        report = message.report
        if message.error:
            self.notify(message.error, severity="error", timeout=12)
        elif report is None:
            self.notify("The export was stopped; nothing was written.")
        elif report.records:
            records = count_noun(report.records, "finished paragraph")
            spans = count_noun(report.spans, "span")
            lost = (
                f" Left out: {count_noun(report.lost, 'relation')} between paragraphs;"
                " spantag export --unit article keeps them."
                if report.lost
                else ""
            )
            if report.withheld.paragraphs:
                held = count_noun(report.withheld.paragraphs, "finished paragraph")
                lost += f" Left out: {held} with a span that reaches into an unfinished one."
            self.notify(f"Wrote {records} with {spans} to {self._export_path}.{lost}", timeout=10)
        else:
            self.notify(
                "Nothing is finished yet: open an article, tag it, and press"
                f" {self.keymap.shown('annotate.finish')} on each paragraph.",
                severity="warning",
            )

    @on(ImportUndone)
    def _on_import_undone(self, message: ImportUndone) -> None:
        self._list(at=self.walked.number)
        if message.is_error:
            self.notify(message.sentence, severity="error", timeout=12)
        else:
            self.notify(message.sentence)

    @on(ImportEnded)
    def _on_import_ended(self, message: ImportEnded) -> None:
        report = message.report
        first = report.numbers[0] if report is not None and report.numbers else None
        here = self.walked.number
        is_left_alone = self.is_active and here == self._imported_at
        self._list(at=first if first is not None and is_left_alone else here)
        self.end_work("import")
        if report is None:
            self.notify(
                "The import was stopped; what was read until then is in. Import the same again to go on."
            )
        elif report.numbers and not (message.opens_first and is_left_alone):
            self.notify(f"{report.describe()}.")
        opened = first if message.opens_first and is_left_alone else None

        def go_on(_: None = None) -> None:
            if opened is not None:
                self._open(opened)

        if message.refusals:
            self._show_refusals(message.refusals, go_on)
        else:
            go_on()

    def end_work(self, name: str) -> None:
        """Show no longer that the import, the export or the search goes on."""
        self._shares = {each: share for each, share in self._shares.items() if each != name}
        if name == "search":
            self._texts.end()
            self._show_fitting(at=self.walked.number)
        else:
            self._show_header()

    def _on_slice(self) -> None:
        """Weigh a little, while no key comes and nothing lies over the list."""
        now = time.perf_counter()
        if self._weighing is None or not self.is_current or now - self._last_key < _BREATH:
            return
        weighed = len(self._doubts)
        try:
            while time.perf_counter() < now + _SLICE:
                step = next(self._weighing, _DONE)
                if step is _DONE:
                    self._rank()
                    return
                if isinstance(step, tuple):
                    self._doubts[step[0]] = step[1]
        except SpantagError as error:
            self._stop_weighing()
            self.notify(str(error), severity="error", timeout=12)
        if len(self._doubts) != weighed or self._weighing is None:
            self._show_header()

    def _on_look(self) -> None:
        """Show what others did meanwhile in the articles on the screen."""
        if not self.is_current:
            return
        # Where the database cannot be read, the next key that needs it says so.
        with suppress(SpantagError):
            version = self._project.read_version()
            if version != self._seen_version:
                self._seen_version = version
                self.walked.read_again()

    # Inside

    @property
    def walked(self) -> ArticleList:
        """The list."""
        return self.query_one(ArticleList)

    def _remove(self, number: int) -> None:
        articles = self.walked
        articles.move(1)
        after = articles.number
        taken = self._project.remove_articles([number])
        self._list(at=after)
        self.notify(f"Removed: {taken.describe()}; {self._undo} puts it back.")

    def _begin_weighing(self, here: int | None) -> None:
        """Begin to work out which of the articles shown the learner is least sure of."""
        undecided = self._project.list_undecided(text=self._text, state=self._filter)
        among = frozenset(self._texts.narrow(self._fitting))
        numbers = [number for number in undecided if number in among][:_MOST_WEIGHED]
        self._to_weigh = len(numbers)
        self._cursor_then = here
        self._project.open_assistant(cache=self._cache)
        self._weighing = chain(self._project.recall(), self._project.weigh_articles(numbers))
        self._slices.resume()
        self._list(at=here)

    def _rank(self) -> None:
        """Order the list, now that every article is weighed; the cursor stays with whoever moved it."""
        ranked = rank_least_sure(self._doubts)
        reasons = {number: self._doubts[number].describe() for number in ranked}
        self._stop_weighing()
        self._ranked, self._reasons = ranked, reasons
        here = self.walked.number
        self._list(at=here if here != self._cursor_then else None)
        if not ranked:
            self.notify("There is nothing left to do in these articles.")

    def _stop_weighing(self) -> None:
        self._weighing = None
        self._slices.pause()
        self._doubts = {}
        self._reasons = {}

    def _take_text(self, typed: str) -> None:
        """List the articles that have a text in their title or id."""
        text = typed.strip()
        if text != self._text:
            here = None if text else self._find_unfiltered()
            self._text = text
            self._list(at=here)
            self._filtered_at = self.walked.number

    def _find_unfiltered(self) -> int | None:
        """Find the article to be at when all are listed: the one that was gone to, else the one before."""
        here = self.walked.number
        return self._unfiltered_at if here is None or (self._text and here == self._filtered_at) else here

    def _open(self, number: int) -> None:
        self.set_focus(self.walked)
        self.post_message(self.ArticleChosen(number))

    def _list(self, *, at: int | None) -> None:
        """List the articles that fit; what is looked for in texts is shown as it is found."""
        self._refusal = self._project.explain_text(self._text)
        order: ArticleOrder = "arrival" if self._order == "least sure" else self._order
        self._fitting = (
            ()
            if self._refusal
            else self._project.list_articles(
                text=self._text, state=self._filter, order=order, own=self._is_own
            )
        )
        if self._ranked:
            self._fitting = put_first(self._ranked, self._fitting)
        if order == "date":
            self._reasons = self._project.read_dates()
        elif not self._ranked:
            self._reasons = {}
        self._texts.want(read_query(self._text).texts)
        if self._search_timer is not None:
            self._search_timer.stop()
        if self._texts.list_left(self._fitting):
            self._search_timer = self.set_timer(_PAUSE_IN_TYPING, self._search_texts)
        else:
            self.workers.cancel_group(self, "search")
        self._show_fitting(at=at)

    def _search_texts(self) -> None:
        self._run_search(self._texts.wanted, self._texts.list_left(self._fitting))

    def _read_rows(self, numbers: Sequence[int]) -> list[ArticleRow]:
        """Read what is shown of articles: what the one did whom the filter names, else who is at work."""
        return self._project.read_rows(numbers, self._project.find_annotator(self._text))

    def _show_fitting(self, *, at: int | None) -> None:
        numbers = self._texts.narrow(self._fitting)
        articles = self.walked
        articles.show(numbers, at=at, reasons=self._reasons)
        articles.display = bool(numbers)
        welcome = self.query_one("#welcome", Static)
        welcome.display = not numbers
        if not numbers:
            welcome.update(self._say_what_to_do())
        self._count = len(numbers)
        self._show_header()
        self.query_one(KeyLine).show_keys(self.keymap, self.SCOPE)

    def _say_what_to_do(self) -> Content:
        """Say why the list is empty, and which keys help."""
        if not self._text and self._filter == "all" and not self._is_own:
            return self._list_keys("There are no articles here yet.", _WELCOME)
        keys = [("library.back", "show all articles")]
        if self._refusal:
            return self._list_keys(self._refusal, keys)
        left = len(self._texts.list_left(self._fitting))
        if left:
            return self._list_keys(f"Looking through the texts of {left:,} articles.", keys)
        is_typing = self.focused is self.query_one("#filter", FilterLine)
        if self._filter != "all" and not is_typing:
            keys.append(("library.state", "show the next kind of articles"))
        what = f"There is no article{self._of_yours}{_FILTER_NAMES[self._filter]}"
        if self._text:
            query = read_query(self._text)
            has_terms = query.terms or query.texts
            what += f" with “{quote_name(self._text)}”{'' if has_terms else ' in its title, id or labels'}"
            if not is_typing:
                keys.append(("library.filter", "look for something else"))
        return self._list_keys(f"{what}.", keys)

    def _list_keys(self, sentence: str, keys: Sequence[tuple[str, str]]) -> Content:
        shown = [(self.keymap.shown(action), what) for action, what in keys]
        width = max(cell_len(key) for key, _ in shown)
        lines = [Content(f"{display_text(sentence)}\n")]
        lines += [
            Content.assemble("\n", (set_cell_size(key, width), "$primary bold"), f"  {what}")
            for key, what in shown
        ]
        return Content("").join(lines)

    def _show_header(self) -> None:
        noun = "article" if self._count == 1 else "articles"
        shown = f"{self._count:,} {noun}{self._of_yours}{_FILTER_NAMES[self._filter]}"
        if self._text:
            shown += f" with “{self._text}”"
        shown += _ORDER_NAMES[self._order]
        order = ""
        left = len(self._texts.list_left(self._fitting))
        headings = DATED_HEADINGS if self._order == "date" else HEADINGS
        if self._shares:
            shares = " ".join(f"{name}ing {share} %" for name, share in self._shares.items())
            order = f"{shares}, {self._back} stops it "
        elif self._weighing is not None:
            order = f"looking for the least sure {len(self._doubts)}/{self._to_weigh} "
        elif left:
            order = f"looking through {left:,} texts "
        elif self._ranked:
            order = "least sure first "
        self.query_one(HeaderLine).show(
            [
                (" spantag", "strong"),
                (f"  {self._project.annotator}", "muted"),
                (f"  {shown}", ""),
            ],
            [(order, "good") if order or not self._count else (headings, "muted")],
        )

    def _show_refusals(self, refusals: Sequence[Refusal], then: Callable[[None], None] | None = None) -> None:
        lines = [str(refusal) for refusal in refusals]
        self.app.push_screen(MessageDialog("What was refused", lines), then)

    def _import(self, paths: Sequence[Path], *, open_first: bool) -> None:
        if self._begin("import"):
            self._imported_at = self.walked.number
            self._run_import(tuple(paths), open_first)

    def _begin(self, name: _Work) -> bool:
        """Begin work in the background, where it is not under way already."""
        if name in self._shares:
            self.notify(f"An {name} is under way; {self._back} stops it.", severity="warning")
            return False
        self._stopped.discard(name)
        self._shares[name] = 0
        self._show_header()
        return True

    def _progress_of(self, name: _Work, size: int) -> Callable[[int], None]:
        """Give what work in the background calls with what it did of `size`; raises `_StoppedError`."""
        worker = get_current_worker()
        done = shown = 0

        def tell_progress(more: int) -> None:
            nonlocal done, shown
            if name in self._stopped or worker.is_cancelled:
                raise _StoppedError
            done += more
            share = min(100 * done // max(size, 1), 100)
            if share != shown:
                shown = share
                self.post_message(self.Progressed(name, share))

        return tell_progress

    @work(name="import", thread=True, exit_on_error=False)
    def _run_import(self, paths: tuple[Path, ...], open_first: bool) -> None:
        """Import in a thread of its own with a connection of its own, so that the screen stays alive."""
        from tui.project.importing import ImportReport, size_of

        refusals: list[Refusal] = []
        report: ImportReport | None = None
        try:
            self._project.check_place()
            progress = self._progress_of("import", sum(map(size_of, paths)))
            # What is in labels.yaml by now decides.
            with closing(Project.open(self._project.place, create=False)) as project:
                report = project.import_files(paths, tell=refusals.append, progress=progress)
        except _StoppedError:
            pass
        except SpantagError as error:
            refusals.append(Refusal("import", str(error)))
            report = ImportReport()
        self.post_message(self.ImportEnded(report, refusals, opens_first=open_first))

    @work(name="search", group="search", thread=True, exclusive=True, exit_on_error=False)
    def _run_search(self, wanted: tuple[str, ...], numbers: Sequence[int]) -> None:
        """Look through texts in a thread of its own with a connection of its own."""
        worker = get_current_worker()
        looked, found = list[int](), list[int]()
        shown_at = time.monotonic()
        try:
            with closing(self._project.search_texts(numbers, wanted)) as searched:
                for some, fitting in searched:
                    if worker.is_cancelled:
                        return
                    looked += some
                    found += fitting
                    if time.monotonic() - shown_at > _SHOWN_EVERY:
                        self.post_message(self.TextsSearched(wanted, looked, found))
                        looked, found, shown_at = [], [], time.monotonic()
        except SpantagError as error:
            self.post_message(self.TextsSearched(wanted, (), (), error=str(error)))
        else:
            self.post_message(self.TextsSearched(wanted, looked, found))

    @work(name="undo", group="undo", thread=True, exit_on_error=False)
    def _run_undo_import(self, number: int) -> None:
        """Take an import back in a thread of its own with a connection of its own."""
        try:
            with closing(self._project.open_again()) as project:
                _, taken = project.undo_import(number)
        except SpantagError as error:
            self.post_message(self.ImportUndone(str(error), is_error=True))
        else:
            self.post_message(self.ImportUndone(f"Taken back: {taken.describe()}."))

    @work(name="export", thread=True, exit_on_error=False)
    def _run_export(self) -> None:
        """Export in a thread of its own with a connection of its own, so that the screen stays alive."""
        from tui.project.exporting import ExportOptions

        try:
            with closing(self._project.open_again()) as project:
                progress = self._progress_of("export", project.count_articles())
                report = project.export_file(self._export_path, ExportOptions(), progress=progress)
        except _StoppedError:
            ended = self.ExportEnded()
        except SpantagError as error:
            ended = self.ExportEnded(error=str(error))
        else:
            ended = self.ExportEnded(report)
        self.post_message(ended)

    @property
    def _export_path(self) -> Path:
        return self._project.place.folder / EXPORT_FILE

    @property
    def _of_yours(self) -> str:
        return " of yours" if self._is_own else ""

    @property
    def _undo(self) -> str:
        return self.keymap.shown("library.undo")

    @property
    def _back(self) -> str:
        return self.keymap.shown("library.back")


def _home(name: str) -> Path:
    """Put a person's own folder for `~`; a name of nobody stays as it is."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)


def _expand(names: str, folder: Path) -> list[Path]:
    """Turn what a person typed into paths: the whole line where it is a file, else words and patterns."""
    whole = folder / _home(names)
    with suppress(OSError):
        if whole.exists():
            return [whole]
    paths: list[Path] = []
    for name in names.split():
        base = folder / _home(name)
        found: list[Path] = []
        # What is no pattern is a name, which the import refuses where nothing is called so.
        with suppress(ValueError, OSError):
            found = sorted(base.parent.glob(base.name)) if any(mark in base.name for mark in "*?[") else []
        paths += found or [base]
    return paths
