"""What a session knows: its parts, each of which keeps one thing, and where the annotator is."""

from msgspec import Struct

from tui.session.annotations import Annotations
from tui.session.cursor import Cursor
from tui.session.focus import Focus
from tui.session.hints import HintBoard
from tui.session.inquiry import Inquiry
from tui.session.partners import PartnerBoard
from tui.session.reading import ReadingProgress
from tui.session.search import Search
from tui.session.suggested_answers import SuggestedAnswers
from tui.session.suggestions import ArticleSuggestions


class State(Struct, frozen=True):
    """The parts; each is changed by its own methods alone."""

    annotations: Annotations
    """What was said of the articles, and the door to the log."""
    suggestions: ArticleSuggestions
    """What is suggested in them."""
    suggested_answers: SuggestedAnswers
    """What is suggested as answers to what is asked of spans."""
    reading: ReadingProgress
    """The chunks at work, and what of them was seen."""
    cursor: Cursor
    """The cursor, and what is selected."""
    focus: Focus
    """The span or suggestion in focus."""
    hints: HintBoard
    """The letters under the words at work."""
    search: Search
    """Where a text stands that was searched for."""
    inquiry: Inquiry
    """What is asked about the span in focus, or the paragraph and its article."""
    partners: PartnerBoard
    """The spans that the one in focus can be linked to or joined with."""

    @property
    def offset(self) -> int:
        """Where the annotator is: the cursor, else what they put in focus, else where the part begins."""
        if self.cursor.word is not None:
            return self.cursor.word[0]
        stop = self.focus.span or (None if self.focus.is_by_itself else self.focus.suggestion)
        if stop is not None:
            return stop.start
        return self.reading.read_from or (self.reading.chunk.start if self.annotations.chunks else 0)

    @property
    def paragraph(self) -> int:
        """The index of the paragraph that the cursor or the focus is in, else of the current chunk's."""
        here = self.annotations.tokens.chunk_at(self.offset)
        if here not in self.reading.at_work:
            here = self.reading.current
        return self.annotations.chunks[here].paragraph

    @property
    def stretch(self) -> tuple[int, int] | None:
        """What keys are about: the selection, else the span or suggestion in focus, as `[start, end)`."""
        stop = self.focus.stop
        return self.cursor.selection or (None if stop is None else (stop.start, stop.end))
