"""Adjudication: from disagreement to disagreement, with one key for each."""

import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final, TypeAlias

from msgspec import Struct
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from tui.errors import SpantagError
from tui.project.adjudication import (
    AdjudicatedArticle,
    Adjudication,
    AnyDispute,
    AnyOpinion,
    shuffle_opinions,
)
from tui.project.detail_disputes import DetailDispute
from tui.project.project import Project
from tui.project.span_disputes import Opinion
from tui.text.display import display_text
from tui.ui.adjudication_text import (
    describe_labels,
    describe_opinion,
    describe_past,
    describe_question,
    list_spans,
)
from tui.ui.keys import Keymap
from tui.ui.palette import label_color
from tui.ui.screens.base import ActionScreen
from tui.ui.screens.dialogs import NoteDialog
from tui.ui.screens.pressed import key_of
from tui.ui.widgets.lines import HeaderLine, KeyLine, MessageLine
from tui.ui.widgets.opinions_view import OpinionsView, ShownOpinion

_KEYS: Final = "abcdefgh"
"""The keys of the opinions, in their order."""

_LOOKED: Final = 0.2
_BREATH: Final = 0.02
"""Seconds for which the next disagreement is looked for, and after which that goes on."""


_Asked: TypeAlias = tuple[int, int, int, str]
"""The number of a disagreement's article, where it begins and ends, and which detail it is about, if one."""


class _Decision(Struct, frozen=True):
    """What undo takes back."""

    article: int
    """The article's number."""
    actions: Sequence[str]
    """Ids of its actions in the gold layer, the newest last."""


class AdjudicateScreen(ActionScreen):
    """What annotators do not say alike, place by place; a key takes what is right into the gold layer."""

    SCOPE: ClassVar[str] = "adjudicate"

    def __init__(
        self,
        project: Project,
        adjudication: Adjudication,
        keymap: Keymap,
        *,
        is_blind: bool = False,
        first: int | None = None,
    ) -> None:
        """Begin with the article of a number, or with those behind it."""
        super().__init__(keymap, project.labels)
        self._project = project
        self._adjudication = adjudication
        self._is_blind = is_blind
        self._numbers = adjudication.list_articles()
        self._at = bisect_left(self._numbers, first or 0) - 1
        self._article: AdjudicatedArticle | None = None
        self._open: list[AnyDispute] = []
        self._place = 0
        self._seeking: Timer | None = None
        self._done: list[_Decision] = []
        self._drafts: dict[_Asked, str] = {}
        self._gold_project = project.work_as(adjudication.gold)

    def compose(self) -> ComposeResult:
        """Lay out the paragraph over what is said of the place."""
        colors = {
            label.name: label_color(index, label.color) for index, label in enumerate(self.labels.labels)
        }
        yield HeaderLine()
        yield OpinionsView(colors, {label.name: label.key for label in self.labels.labels if label.key})
        yield Static(id="opinions")
        yield MessageLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Go to the first disagreement."""
        self.query_one(KeyLine).show_keys(self.keymap, self.SCOPE)
        self._go_on()
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.call_after_refresh(self._show)

    def on_unmount(self) -> None:
        """Let the gold layer's assistant end."""
        self._gold_project.end_training()

    def leaves(self, event: events.Key) -> bool:
        """Take an opinion where a key is that of one."""
        key = key_of(event)
        opinions = self._opinions
        if key not in _KEYS[: len(opinions)]:
            return False
        event.stop()
        event.prevent_default()
        self._take(opinions[_KEYS.index(key)])
        return True

    def do(self, action_id: str, key: str = "") -> None:
        """Do an action of the registry and show what came of it."""
        super().do(action_id, key)
        if self.is_attached and self.is_current:
            self._show()

    # Actions

    def do_take(self) -> None:
        """Take what most say."""
        if self.dispute is not None:
            self._take(self.dispute.opinions[0])

    def do_nothing(self) -> None:
        """Decide that nothing is there."""
        self._take(None)

    def do_undo(self) -> None:
        """Take back the last decision, and go there."""
        if not self._done:
            self.tell("There is nothing to take back.")
            return
        decision = self._done.pop()
        if self._seeking is not None:
            self._seeking.stop()
            self._seeking = None
        self._load(self._numbers.index(decision.article))
        if self._article is not None:
            before = self._article.list_open()
            for action in reversed(decision.actions):
                self._article.undo(action)
            self._article.accept_agreed()
            self._open = self._article.list_open()
            self._place = next((at for at, each in enumerate(self._open) if each not in before), 0)

    def do_afresh(self) -> None:
        """Tag the place afresh, in the gold layer."""
        from tui.ui.screens.afresh import AfreshScreen

        dispute, article = self.dispute, self._article
        if dispute is None or article is None:
            return
        before = {event.action for event in article.layer.events}
        screen = AfreshScreen(self._gold_project, dispute, self.keymap)
        self.app.push_screen(screen, lambda _: self._guard(lambda: self._settle(dispute, before)))

    def do_reason(self) -> None:
        """Ask why, under what the labels of the place stand for."""
        dispute, article = self.dispute, self._article
        if dispute is None or article is None:
            return
        place = _place_of(dispute)

        def keep(draft: str) -> None:
            self._drafts[place] = draft
            self.tell(f"Not taken; {self.keymap.shown('adjudicate.reason')} brings back what you typed.")

        def take(text: str | None) -> None:
            if text is not None:
                self._drafts.pop(place, None)
                self._guard(lambda: article.note(dispute, text.strip()))

        value = self._drafts.get(place) or article.read_reason(dispute)
        about = describe_labels(dispute, self.labels, self._list_reasons)
        self.app.push_screen(NoteDialog("Why?", value=value, take=take, keep=keep, about=about), take)

    def do_next(self) -> None:
        """Go to the next disagreement; this one stays open."""
        if self._place + 1 < len(self._open):
            self._place += 1
        else:
            self._go_on()

    def do_previous(self) -> None:
        """Go to the disagreement before."""
        self._place = max(self._place - 1, 0)

    def do_blind(self) -> None:
        """Show who says what no more, or again."""
        self._is_blind = not self._is_blind

    def do_past(self) -> None:
        """Say what the words of each version were called before, and by whom."""
        dispute, article = self.dispute, self._article
        if dispute is None or article is None:
            return
        text = article.article.text
        spans = list_spans(dispute)
        words = {text[span.start : span.end] for span in spans}
        past = [
            describe_past(each, self._project.count_labels_of(each), is_blind=self._is_blind)
            for each in sorted(words, key=lambda each: (-len(each), each))
        ]
        self.tell("; ".join(past))

    def do_back(self) -> None:
        """Go to the library."""
        self.dismiss(None)

    # Inside

    @property
    def dispute(self) -> AnyDispute | None:
        """The disagreement that is to be decided; None where none is left."""
        return self._open[self._place] if self._place < len(self._open) else None

    @property
    def _opinions(self) -> Sequence[AnyOpinion]:
        """What is said of the place, in the order in which it stands there."""
        if self.dispute is None:
            return ()
        return shuffle_opinions(self.dispute) if self._is_blind else self.dispute.opinions

    def _take(self, opinion: AnyOpinion | None) -> None:
        dispute, article = self.dispute, self._article
        if dispute is not None and article is not None:
            self._guard(lambda: self._note_done(article, [article.take(dispute, opinion)]))

    def _settle(self, dispute: AnyDispute, before: set[str]) -> None:
        """Take what was tagged afresh as what is right."""
        article = self._article
        if article is None:
            return
        actions = article.settle(dispute, since=before)
        if actions:
            self._note_done(article, actions)
        if dispute in self._open:
            self.tell("Nothing was tagged there: the disagreement stays open.")

    def _note_done(self, article: AdjudicatedArticle, actions: Sequence[str]) -> None:
        """Remember what was decided of the place, and go on."""
        self._done.append(_Decision(article.article.number, actions))
        article.accept_agreed()
        self._open = article.list_open()
        self._place = min(self._place, max(len(self._open) - 1, 0))
        if not self._open:
            self._go_on()

    def _guard(self, change: Callable[[], object]) -> None:
        """Make a change and show it; what the project refuses becomes a message."""
        try:
            change()
        except SpantagError as error:
            self.refuse(error)
            return
        if self.is_attached:
            self._show()

    def _go_on(self) -> None:
        """Go to the next article with a disagreement, round the project; stay where none is left."""
        if self._seeking is None:
            self._seek(self._at, 1)

    def _seek(self, begun: int, step: int) -> None:
        """Look so many articles behind the one where it was begun, and further; after a while, later."""
        self._seeking = None
        until = time.monotonic() + _LOOKED
        count = len(self._numbers)
        for further in range(step, count + 1):
            self._load((begun + further) % count)
            if self._open:
                return
            if time.monotonic() > until and further < count:
                self._seeking = self.set_timer(
                    _BREATH, partial(self._guard, partial(self._seek, begun, further + 1))
                )
                return

    def _load(self, at: int) -> None:
        self._at = at
        self._article = self._adjudication.open_article(self._numbers[at])
        try:
            self._article.accept_agreed()
        except SpantagError as error:
            self.refuse(error)
        self._open = self._article.list_open()
        self._place = 0

    def _show(self) -> None:
        dispute, article = self.dispute, self._article
        opinions = self.query_one("#opinions", Static)
        if dispute is None or article is None:
            is_done = self._seeking is None
            looked = f"article {self._at + 1:,} of {len(self._numbers):,} "
            far = ("nothing is open ", "good") if is_done else (looked, "muted")
            self.query_one(HeaderLine).show([(" adjudication", "strong")], [far])
            back = self.keymap.shown("adjudicate.back")
            opinions.update(
                Content(f"Everything is decided. {back} goes back." if is_done else "Looking …"), layout=False
            )
            self.query_one(OpinionsView).show("", (0, 0), (0, 0), ())
            return
        left = f"{self._place + 1}/{len(self._open)} here, article {self._at + 1}/{len(self._numbers)} "
        self.query_one(HeaderLine).show(
            [(" adjudication  ", "strong"), (display_text(article.article.title), "")],
            [(left, "muted"), (f"{self._adjudication.gold} ", "muted")],
        )
        paragraph = article.article.paragraphs[dispute.paragraph]
        told = list(zip((*_KEYS, *" " * len(self._opinions)), self._opinions, strict=False))
        gold = ShownOpinion("", tuple(article.layer.spans.values()))
        shown = [ShownOpinion(key, each.spans) for key, each in told if isinstance(each, Opinion)]
        self.query_one(OpinionsView).show(
            display_text(article.article.text),
            (paragraph.start, max(paragraph.end, dispute.end)),
            (dispute.start, dispute.end),
            [gold, *shown[: len(_KEYS)]],
        )
        text = article.article.text
        about = [describe_question(dispute, text)] if isinstance(dispute, DetailDispute) else []
        said = [f"{key}  {describe_opinion(each, text, is_blind=self._is_blind)}" for key, each in told]
        reason = article.read_reason(dispute)
        lines = [*about, *said]
        lines += [f"   because {display_text(reason)}"] if reason else []
        opinions.update(Content("\n".join(lines)), layout=False)

    def _list_reasons(self, label: str) -> Sequence[tuple[str, str]]:
        """List why spans of a label were decided as they are."""
        return self._project.list_reasons(self._adjudication.gold, label)


def _place_of(dispute: AnyDispute) -> _Asked:
    """Give what a disagreement is known by."""
    question = dispute.question if isinstance(dispute, DetailDispute) else ""
    return dispute.article, dispute.start, dispute.end, question
