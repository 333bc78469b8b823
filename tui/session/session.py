"""An annotator at work on an article, or several short ones: what is so, and everything that keys do to it.

No terminal and no clock. The screen calls a command, arranges what it shows, and says what of it can be seen
(`Session.note_seen`); what Enter finishes hangs on that, and on nothing that is drawn.
"""

from typing import Final

from tui.project.project import Project
from tui.session.annotations import Annotations
from tui.session.attention import Attention
from tui.session.batch import Batch, open_batch
from tui.session.commands import (
    AnswerCommands,
    EdgeCommands,
    HistoryCommands,
    LinkCommands,
    ParagraphCommands,
    SpanCommands,
)
from tui.session.cursor import Cursor
from tui.session.focus import Focus
from tui.session.hint_codes import LETTERS
from tui.session.hints import HintBoard
from tui.session.inquiry import Inquiry
from tui.session.marks import Marks
from tui.session.moves import Moves
from tui.session.partners import PartnerBoard
from tui.session.reading import Mode, ReadingProgress, Seen
from tui.session.search import Search
from tui.session.state import State
from tui.session.suggested_answers import SuggestedAnswers
from tui.session.suggestions import ArticleSuggestions
from tui.suggest.assistant import Assistant


class Session:
    """The parts of a session; whatever changes is changed by a method of one of them."""

    def __init__(
        self,
        batch: Batch,
        *,
        offset: int | None = None,
        assistant: Assistant | None = None,
        mode: Mode = "hints",
        hint_letters: str = "",
    ) -> None:
        """Begin at a code point, or where something is left; nothing is suggested without `assistant`."""
        annotations, labels = Annotations(batch), batch.project.labels
        suggestions = ArticleSuggestions(assistant, annotations)
        suggested_answers = SuggestedAnswers(assistant, annotations, labels)
        reading = ReadingProgress(
            annotations,
            rate=suggestions.rate_hints,
            letters=len(hint_letters or LETTERS),
            offset=offset,
            mode=mode,
        )
        state = State(
            annotations,
            suggestions,
            suggested_answers,
            reading,
            Cursor(annotations.tokens),
            Focus(annotations),
            HintBoard(annotations, suggestions, reading, letters=hint_letters),
            Search(annotations.article.text if annotations.chunks else ""),
            Inquiry(annotations, labels),
            PartnerBoard(annotations, reading, suggestions, labels, letters=hint_letters),
        )
        self._state = state
        self._attention = Attention(state)
        self.batch: Final = batch
        """What is worked on."""
        self.article: Final = annotations.article
        """The article, or several short ones as one."""
        self.layer: Final = annotations.layer
        """What the annotator has said of it."""
        self.tokens: Final = annotations.tokens
        """Where things stand in its text."""
        self.chunks: Final = annotations.chunks
        """What is drawn and walked as one: a paragraph, or a part of a very long one."""
        self.annotations: Final = annotations
        """The same, found by where it stands."""
        self.suggestions: Final = suggestions
        """What is suggested."""
        self.suggested_answers: Final = suggested_answers
        """What is suggested as answers to what is asked of spans."""
        self.reading: Final = reading
        """The chunks at work, and what of them was seen."""
        self.cursor: Final = state.cursor
        """The cursor, and what is selected."""
        self.focus: Final = state.focus
        """The span or suggestion in focus."""
        self.hints: Final = state.hints
        """The letters under the words at work."""
        self.search: Final = state.search
        """Where a text stands that was searched for."""
        self.inquiry: Final = state.inquiry
        """What is asked about the span in focus, or the paragraph and its article."""
        self.partners: Final = state.partners
        """The spans that the one in focus can be linked to or joined with."""
        self.marks: Final = Marks(annotations, labels, suggested_answers)
        """What stands behind the labels of spans."""
        self.moves: Final = Moves(state)
        """Going about."""
        self.spans: Final = SpanCommands(state, self.moves, self._attention)
        """Making and changing spans."""
        self.edges: Final = EdgeCommands(state, self.spans)
        """Moving their edges."""
        self.paragraphs: Final = ParagraphCommands(state, self.moves, self.spans, self.marks)
        """Finishing, skipping, flagging and noting paragraphs."""
        self.answers: Final = AnswerCommands(state, self.spans, labels)
        """Answering what is asked."""
        self.links: Final = LinkCommands(state, self.spans, labels)
        """Linking spans, and joining those that mention one thing."""
        self.history: Final = HistoryCommands(state, self.moves)
        """Taking back and bringing back."""
        if self.chunks:
            suggestions.poll()

    @property
    def mode(self) -> Mode:
        """How spans are made."""
        return self.reading.mode

    @property
    def offset(self) -> int:
        """The code point where the annotator is."""
        return self._state.offset

    @property
    def paragraph(self) -> int:
        """The index of the paragraph where the annotator is."""
        return self._state.paragraph

    def note_seen(self, seen: Seen) -> None:
        """Take note of what stands on the screen: what is at work, and what Enter may finish."""
        if self.reading.note_seen(seen):
            self._attention.follow()

    def set_mode(self, mode: Mode) -> None:
        """Make spans in another way from now on."""
        self.hints.close()
        self.reading.set_mode(mode)
        self._attention.forget()

    def forget_suggestions(self) -> None:
        """Ask for all suggestions anew."""
        self.suggestions.forget()
        self.focus.drop_suggestion()

    def catch_up(self) -> bool:
        """Take in what another window on the same project did to the article; say whether it did anything."""
        is_changed = self.annotations.catch_up()
        if is_changed:
            self.suggestions.unlearn_unfinished()
            self.focus.drop_suggestion()
        return is_changed

    def reload(self, *, saved_at: str = "") -> None:
        """Take in what another screen did to the article, and saved at the UTC time `saved_at`."""
        if self.annotations.reload(saved_at=saved_at):
            self.suggestions.unlearn_unfinished()
            self.focus.drop_suggestion()


def open_session(
    project: Project,
    number: int,
    *,
    mode: Mode = "hints",
    assistant: Assistant | None = None,
    hint_letters: str = "",
) -> Session:
    """Open an article where the annotator stopped, in other modes than `hints` with short ones behind it."""
    return Session(
        open_batch(project, number, with_others=mode != "hints"),
        offset=project.load_position(number),
        assistant=assistant,
        mode=mode,
        hint_letters=hint_letters,
    )
