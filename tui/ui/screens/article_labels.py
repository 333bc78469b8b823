"""What is asked about an article as a whole, answered from the library."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.errors import SpantagError
from tui.model.labels import LabelSet, write_answer
from tui.session import Session
from tui.text.display import display_text
from tui.ui.asked import describe_asked
from tui.ui.detail_keys import DetailKeys
from tui.ui.details_text import say_no_answer
from tui.ui.screens.dialogs import Dialog
from tui.ui.screens.pressed import key_of


class ArticleLabelsDialog(Dialog[None]):
    """Asks about an article, one question after the other; closes behind the last one."""

    def __init__(self, session: Session, labels: LabelSet) -> None:
        """Ask what labels.yaml asks about the article of a session."""
        super().__init__()
        self._session = session
        self._labels = labels
        self._reason = ""

    def compose(self) -> ComposeResult:
        """Show the questions."""
        with Vertical(classes="dialog -low"):
            yield self._title_of("About the article", ("accept", "take it"), ("back", "close"))
            yield Static(id="asked")

    def on_mount(self) -> None:
        """Ask the first question that is open."""
        self._details = DetailKeys(self._session, self.keymap, self._labels)
        self._session.inquiry.open_on_article(0)
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Take an answer."""
        event.stop()
        self._reason = ""
        if event.key == "escape":
            self.dismiss(None)
            return
        try:
            self._do(event)
        except SpantagError as error:
            self._reason = str(error)
        if self._session.inquiry.is_open:
            self._show()
        else:
            self.dismiss(None)

    def _do(self, event: events.Key) -> None:
        key, character = key_of(event), event.character if event.is_printable and event.character else ""
        action, _ = self.keymap.find_action("details", key)
        answer = self._details.find_answer(key, character)
        if answer:
            self._details.type(answer)
        elif event.key == "enter":
            self._reason = self._details.take()
        elif action in ("details.next", "details.previous"):
            self._details.step(1 if action == "details.next" else -1)
        elif action == "details.clear":
            self._reason = self._details.clear()
        elif character:
            self._reason = say_no_answer(self._session, self.keymap, character)

    def _show(self) -> None:
        inquiry = self._session.inquiry
        asked = describe_asked(self._session)
        given = [
            (each.attribute.name, inquiry.list_answers(each))
            for each in inquiry.questions
            if each.attribute.name in inquiry.list_answers(each)
        ]
        lines = [
            f"{display_text(name)}: {display_text(write_answer(answers[name]))}" for name, answers in given
        ]
        question = inquiry.question
        about = question.attribute.description if question is not None else ""
        shown = [*lines, display_text(about), f"{asked.place}  {asked.text}" if asked else "", self._reason]
        self.query_one("#asked", Static).update(Content("\n".join(filter(None, shown))))
