"""Adjudication: from disagreement to disagreement, with one key for each."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.errors import SpantagError
from tui.model.span import Span
from tui.project.adjudication import AdjudicatedArticle, Adjudication, Dispute, Opinion, shuffle_opinions
from tui.project.project import Project
from tui.text.display import display_text
from tui.text.messages import count_noun, quote
from tui.ui.keys import Keymap
from tui.ui.palette import label_color
from tui.ui.screens.base import ActionScreen
from tui.ui.screens.pressed import key_of
from tui.ui.widgets.lines import HeaderLine, KeyLine, MessageLine
from tui.ui.widgets.opinions_view import OpinionsView, ShownOpinion

_KEYS: Final = "abcdefgh"
"""The keys of the opinions, in their order."""


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
    ) -> None:
        super().__init__(keymap, project.labels)
        self._project = project
        self._adjudication = adjudication
        self._is_blind = is_blind
        self._numbers = adjudication.list_articles()
        self._at = -1
        self._article: AdjudicatedArticle | None = None
        self._open: list[Dispute] = []
        self._place = 0
        self._done: list[tuple[int, str]] = []

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
        number, action = self._done.pop()
        self._load(self._numbers.index(number))
        if self._article is not None:
            before = self._article.list_open()
            self._article.undo(action)
            self._open = self._article.list_open()
            self._place = next((at for at, each in enumerate(self._open) if each not in before), 0)

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
        """Say what the same words were called before, and by whom."""
        dispute, article = self.dispute, self._article
        if dispute is None or article is None:
            return
        words = article.article.text[dispute.start : dispute.end]
        counts = self._project.count_labels_of(words)
        told = "; ".join(
            f"{label} {sum(own.values())}" + ("" if self._is_blind else f" ({', '.join(own)})")
            for label, own in counts.items()
        )
        shown = quote(words, 0, len(words), limit=40)
        self.tell(f"“{shown}”: {told}" if told else f"“{shown}” has no label anywhere.")

    def do_back(self) -> None:
        """Go to the library."""
        self.dismiss(None)

    # Inside

    @property
    def dispute(self) -> Dispute | None:
        """The disagreement that is to be decided; None where none is left."""
        return self._open[self._place] if self._place < len(self._open) else None

    @property
    def _opinions(self) -> Sequence[Opinion]:
        """What is said of the place, in the order in which it stands there."""
        if self.dispute is None:
            return ()
        return shuffle_opinions(self.dispute) if self._is_blind else self.dispute.opinions

    def _take(self, opinion: Opinion | None) -> None:
        dispute, article = self.dispute, self._article
        if dispute is None or article is None:
            return
        try:
            action = article.take(dispute, opinion)
            self._done.append((article.article.number, action))
            self._open = article.list_open()
            article.accept_agreed()
        except SpantagError as error:
            self.refuse(error)
            return
        self._place = min(self._place, max(len(self._open) - 1, 0))
        if not self._open:
            self._go_on()
        self._show()

    def _go_on(self) -> None:
        """Go to the next article with a disagreement, round the project; stay where none is left."""
        count = len(self._numbers)
        for step in range(1, count + 1):
            self._load((self._at + step) % count)
            if self._open:
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
            done = [("nothing is open ", "line--good")]
            self.query_one(HeaderLine).show([(" adjudication", "line--strong")], done)
            back = self.keymap.shown("adjudicate.back")
            opinions.update(
                Content(f"Every span is decided. {self._say_left()}{back} goes back."), layout=False
            )
            self.query_one(OpinionsView).show("", (0, 0), (0, 0), ())
            return
        left = f"{self._place + 1}/{len(self._open)} here, article {self._at + 1}/{len(self._numbers)} "
        self.query_one(HeaderLine).show(
            [(" adjudication  ", "line--strong"), (display_text(article.article.title), "")],
            [(left, "line--muted"), (f"{self._adjudication.gold} ", "line--muted")],
        )
        paragraph = article.article.paragraphs[dispute.paragraph]
        shown = [ShownOpinion(_KEYS[at], each.spans) for at, each in enumerate(self._opinions[: len(_KEYS)])]
        gold = ShownOpinion("", tuple(article.layer.spans.values()))
        self.query_one(OpinionsView).show(
            display_text(article.article.text),
            (paragraph.start, max(paragraph.end, dispute.end)),
            (dispute.start, dispute.end),
            [gold, *shown],
        )
        lines = [self._describe(at, each) for at, each in enumerate(self._opinions)]
        opinions.update(Content("\n".join(lines)), layout=False)

    def _say_left(self) -> str:
        """Say what is left open beside the spans, with a blank behind; nothing where nothing is."""
        answers = relations = 0
        for number in self._numbers:
            more = self._adjudication.open_article(number).count_left()
            answers, relations = answers + more[0], relations + more[1]
        if not answers and not relations:
            return ""
        what = f"{count_noun(answers, 'answer')} and {count_noun(relations, 'relation')}"
        return f"On {what} not more than half agree: the gold layer leaves them open. "

    def _describe(self, at: int, opinion: Opinion) -> str:
        names = ", ".join(opinion.annotators)
        who = count_noun(len(opinion.annotators), "annotator") if self._is_blind else names
        what = "; ".join(map(self._quote, opinion.spans)) or "nothing"
        return f"{_KEYS[at] if at < len(_KEYS) else ' '}  {what}   {display_text(who)}"

    def _quote(self, span: Span) -> str:
        text = self._article.article.text if self._article is not None else ""
        return f"{display_text(span.label)} “{quote(text, span.start, span.end, limit=40)}”"
