"""Equal mentions in all articles: a queue to walk with accept, reject and skip."""

import time
from collections import Counter
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from tui.errors import SpantagError
from tui.project.mentions import MOST_MENTIONS, FoundMentions, Sought, Walk
from tui.project.project import Project
from tui.text.display import display_text
from tui.text.messages import count_noun, quote
from tui.ui.keys import Keymap
from tui.ui.layout import cut_text
from tui.ui.screens.dialogs import ConfirmDialog
from tui.ui.screens.list_screen import ListScreen
from tui.ui.widgets.lines import HeaderLine, KeyLine, MessageLine
from tui.ui.widgets.mention_list import MentionList

_SLICE: Final = 0.008
"""Seconds of tagging all that are left at a time, so that keys are answered between."""

_REST: Final = 0.002
"""Seconds between two slices."""

_WORDS: Final = {
    "open": "open",
    "accepted": "tagged",
    "rejected": "rejected",
    "skipped": "skipped",
}


class MentionsScreen(ListScreen):
    """The equal mentions of one span, in all articles.

    It has more methods than a class should, because every action of the registry has one here, named like it.
    """

    SCOPE: ClassVar[str] = "mentions"

    class MentionsFound(Message):
        """The search got further."""

        def __init__(self, found: FoundMentions) -> None:
            super().__init__()
            self.found = found
            """What was found, and how far the search is."""

    class SearchEnded(Message):
        """The search is over."""

        def __init__(self, error: str = "") -> None:
            super().__init__()
            self.error = error
            """What went wrong with it; empty where nothing did."""

    def __init__(self, project: Project, sought: Sought, keymap: Keymap) -> None:
        super().__init__(keymap, project.labels)
        self._project = project
        self.walk: Walk = project.walk_mentions(sought)
        """The mentions found so far, and what was decided on them."""
        self._searched = ""
        self._told_apart: tuple[int, str] = (0, "")
        self._is_searching = True
        self._accepts_rest = False

    def compose(self) -> ComposeResult:
        """Lay out the list over the sentence."""
        yield HeaderLine()
        yield MentionList(self.walk.mentions, self.walk.decisions)
        yield Static(id="sentence")
        yield MessageLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to search."""
        self.query_one(KeyLine).show_keys(self.keymap, self.SCOPE)
        self.walked.focus()
        self._show()
        self._search()

    def do(self, action_id: str, key: str = "") -> None:
        """Do an action of the registry and show what came of it."""
        super().do(action_id, key)
        if self.is_attached and self.is_current:
            self._show()

    # Actions

    def do_accept(self) -> None:
        """Tag the mention under the cursor and go on."""
        if self.walk.mentions:
            self.walk.accept(self._cursor)
            self._go_on()

    def do_reject(self) -> None:
        """Turn the mention under the cursor down and go on."""
        if self.walk.mentions:
            self.walk.reject(self._cursor)
            self._go_on()

    def do_skip(self) -> None:
        """Leave the mention under the cursor and go on."""
        if self.walk.mentions:
            self.walk.skip(self._cursor)
            self._go_on()

    def do_accept_rest(self) -> None:
        """Tag every mention that is open, also those that the search is still to find."""
        if not self._accepts_rest:
            self._accepts_rest = True
            self._accept_some()

    def do_undo(self) -> None:
        """Take back the last decision, and go to where it was made."""
        self._accepts_rest = False
        index = self.walk.undo()
        if index is None:
            self.notify("There is nothing to take back.", severity="warning")
        else:
            self.walked.go_to(index)

    def do_undo_all(self) -> None:
        """Ask whether to take back everything that was decided here."""
        self._accepts_rest = False
        decided = self._count_decided(", ")
        if not decided:
            self.notify("There is nothing to take back.", severity="warning")
            return
        articles = count_noun(self.walk.count_articles(), "article")
        self.app.push_screen(
            ConfirmDialog("Take back everything decided here?", [f"{decided} in {articles}"]), self._undo_all
        )

    def do_back(self) -> None:
        """Stop tagging all that are left; else go back to the article."""
        if self._accepts_rest:
            self._accepts_rest = False
        else:
            self.dismiss(None)

    def end_work(self, name: str) -> None:
        """Show that the search is over."""
        if name == "search":
            self._is_searching = False
            self._show()

    # Events

    @on(MentionList.Moved)
    def _on_moved(self) -> None:
        self._show_sentence()

    @on(MentionList.Decided)
    def _on_decided(self) -> None:
        self.do("mentions.accept")

    @on(MentionsFound)
    def _on_mentions_found(self, message: MentionsFound) -> None:
        found = message.found
        self._searched = f"searching {100 * found.searched // max(found.articles, 1)} %"
        self.walk.add(found.mentions)
        self._show()

    @on(SearchEnded)
    def _on_search_ended(self, message: SearchEnded) -> None:
        if message.error:
            self.notify(message.error, severity="error", timeout=12)
        self.end_work("search")

    # Inside

    @property
    def walked(self) -> MentionList:
        """The list."""
        return self.query_one(MentionList)

    @property
    def _cursor(self) -> int:
        return self.walked.cursor

    @work(name="search", thread=True, exit_on_error=False)
    def _search(self) -> None:
        """Search in a thread of its own with a connection of its own."""
        worker = get_current_worker()
        error = ""
        try:
            for found in self._project.find_mentions(self.walk.sought):
                if worker.is_cancelled:
                    return
                self.post_message(self.MentionsFound(found))
        except SpantagError as refusal:
            error = str(refusal)
        self.post_message(self.SearchEnded(error))

    def _go_on(self) -> None:
        following = self.walk.next_open(self._cursor)
        if following is not None:
            self.walked.go_to(following)

    def _undo_all(self, is_meant: bool | None) -> None:
        if not is_meant:
            return
        try:
            self.walk.undo_all()
        except SpantagError as error:
            self.notify(str(error), severity="error", timeout=12)
        else:
            self.walked.go_to(0)
        self._show()

    def _count_decided(self, between: str) -> str:
        """Say how many mentions were decided on, and how."""
        counts = Counter(self.walk.decisions)
        return between.join(
            f"{counts[decision]:,} {_WORDS[decision]}"
            for decision in ("accepted", "rejected", "skipped")
            if counts[decision]
        )

    def _accept_some(self) -> None:
        """Tag what is left for some milliseconds, and go on after the keys that came meanwhile."""
        if not self._accepts_rest or not self.is_attached:
            return
        limit = time.perf_counter() + _SLICE
        following = self.walk.next_open(0)
        try:
            while following is not None and time.perf_counter() < limit:
                self.walk.accept(following)
                following = self.walk.next_open(following)
        except SpantagError as error:
            self._accepts_rest = False
            self.notify(str(error), severity="error", timeout=12)
        if following is None and not self._is_searching:
            self._accepts_rest = False
        self._show()
        if self._accepts_rest:
            self.set_timer(_REST, self._accept_some)

    def _show(self) -> None:
        walk = self.walk
        self.walked.show(walk.mentions, walk.decisions)
        sought = walk.sought
        quoted = display_text(quote(sought.text, 0, len(sought.text), limit=30))
        done = self._count_decided("  ")
        left = f"{walk.decisions.count('open'):,} left"
        if self._is_searching:
            left += f"  {self._searched or 'searching'} "
        elif len(walk.mentions) == MOST_MENTIONS:
            left += f" of the first {MOST_MENTIONS:,} "
        self.query_one(HeaderLine).show(
            [(f" “{quoted}”", "strong"), (f" as {sought.label}", "")],
            [(f"{done}  " if done else "", "good"), (f"{left} ", "muted")],
        )
        self._show_sentence()

    def _show_sentence(self) -> None:
        sentence = self.query_one("#sentence", Static)
        walk = self.walk
        if not walk.mentions:
            nothing = "Looking for the same words elsewhere …" if self._is_searching else self._say_nothing()
            sentence.update(Content(nothing), layout=False)
            return
        mention = walk.mentions[self._cursor]
        end = mention.offset + mention.end - mention.start
        context = display_text(mention.context)
        decision = walk.decisions[self._cursor]
        sentence.update(
            Content.assemble(
                (f"{self._cursor + 1:,}/{len(walk.mentions):,}  ", "$text-muted"),
                (cut_text(display_text(mention.title), 60), "bold $primary"),
                (cut_text(display_text(self._tell_apart(mention.article)), 60), "$text-muted"),
                (f"  {_WORDS[decision] if decision != 'open' else ''}\n", "$text-muted"),
                context[: mention.offset],
                (context[mention.offset : end], "bold reverse"),
                context[end:],
            ),
            layout=False,
        )

    def _tell_apart(self, number: int) -> str:
        """Say what tells an article from others with its title; empty where there are none."""
        if self._told_apart[0] != number:
            (row,) = self._project.read_rows([number])
            self._told_apart = number, f"  {row.told_apart}" if row.told_apart else ""
        return self._told_apart[1]

    def _say_nothing(self) -> str:
        back = self.keymap.shown("mentions.back")
        return f"There is no other place to decide on. {back} goes back to the article."
