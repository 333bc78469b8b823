"""Paragraphs finished, put into a state, flagged and noted; and what Enter finishes."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import structs

from tui.model.article import ParagraphState
from tui.model.events import MARKS, Accept, Act, Change, Finish, Flag, Note, Unflag
from tui.model.span import Span
from tui.session.commands.spans import SpanCommands
from tui.session.marks import Marks
from tui.session.moves import Moves
from tui.session.state import State
from tui.suggest.suggestion import Suggestion

_STATE_WORDS: Final[Mapping[ParagraphState, str]] = {
    "finished": "finished",
    "unfinished": "open again",
    "skipped": "skipped",
    "boilerplate": "marked as boilerplate",
}


class ParagraphCommands:
    """What is done to the paragraphs at work, as a whole."""

    def __init__(self, state: State, moves: Moves, spans: SpanCommands, marks: Marks) -> None:
        self._state = state
        self._marks = marks
        self._annotations = state.annotations
        self._reading = state.reading
        self._suggestions = state.suggestions
        self._suggested_answers = state.suggested_answers
        self._moves = moves
        self._spans = spans
        self._accepted = 0
        self._missing = 0

    @property
    def missing(self) -> int:
        """How many required answers the paragraphs lack that the last `finish` finished."""
        return self._missing

    @property
    def accepted(self) -> int:
        """How many suggestions the last `finish` accepted: spans, and answers for those that were there."""
        return self._accepted

    def finish(self) -> bool:
        """Accept what is suggested in the current chunk, mark its paragraph finished and go on.

        The answers that are suggested for the spans that begin there are taken with it.
        In other modes than `hints` this holds for every chunk at work. A paragraph that was skipped or is
        boilerplate stays what it is. What was never seen is neither accepted nor finished: where the screen
        does not hold the whole paragraph, its next part comes first.
        Goes to the next unfinished paragraph; says whether there is one.
        """
        self._accepted = self._missing = 0
        if not self._annotations.chunks:
            return False
        if self._reading.go_on():
            self._moves.let_go()
            return True
        chunks = self._reading.chunks_to_finish
        ended = self._reading.list_ended(chunks)
        self._finish(chunks, [each for each in ended if self._annotations.state_of(each) == "unfinished"])
        last = chunks[-1]
        if self._annotations.chunks[last].paragraph in ended or not self._annotations.is_to_do(last):
            return self._moves.go_to_unfinished()
        self._suggestions.observe_part(last)
        self._moves.go_to_chunk(self._next_part(last))
        return True

    def toggle_state(self, state: ParagraphState) -> str:
        """Put the current paragraph into a state, or open it again where it is in it; say what it is now."""
        if not self._annotations.chunks:
            return "not there; the article is empty"
        paragraph = self._state.paragraph
        is_in_it = self._annotations.state_of(paragraph) == state
        new: ParagraphState = "unfinished" if is_in_it else state
        acts: list[Act] = [MARKS[new]((paragraph,))]
        if new == "unfinished" and self._annotations.is_flagged(paragraph):
            # To reopen it would take the flag away, too.
            acts.append(Flag((paragraph,)))
        self._annotations.act(acts)
        self._suggestions.follow([paragraph])
        return _STATE_WORDS[new]

    def toggle_flag(self) -> bool:
        """Flag the current paragraph, or take the flag away, whatever its state; say what it is now."""
        if not self._annotations.chunks:
            return False
        paragraph = self._state.paragraph
        is_flagged = self._annotations.is_flagged(paragraph)
        self._annotations.act([Unflag((paragraph,)) if is_flagged else Flag((paragraph,))])
        return self._annotations.is_flagged(paragraph)

    def note(self, text: str) -> None:
        """Write a note on the span in focus, else on the current paragraph; an empty one takes it away."""
        span = self._state.focus.span
        if text != self.read_note() and self._annotations.chunks:
            paragraph = self._state.paragraph
            act = Note(span=span.id, text=text) if span else Note(paragraph=paragraph, text=text)
            self._annotations.act([act])

    def read_note(self) -> str:
        """Read the note on the span in focus, else on the current paragraph."""
        span = self._state.focus.span
        if span is not None:
            return span.note
        notes = self._annotations.layer.notes
        return notes.get(self._state.paragraph, "") if self._annotations.chunks else ""

    def _finish(self, chunks: tuple[int, ...], paragraphs: list[int]) -> None:
        """Accept what is suggested in some chunks and finish some paragraphs, as one action."""
        suggested = [each for chunk in chunks for each in self._suggestions.in_chunk(chunk)]
        acts: list[Act] = []
        if suggested:
            acts.append(Accept(tuple(map(self._make_answered, suggested))))
        open_spans = self._list_answerable(chunks)
        acts += [Change(each.id, attributes=self._suggested_answers.fill(each)) for each in open_spans]
        answered = sum(len(self._suggested_answers.of_open(each)) for each in open_spans)
        if paragraphs:
            acts.append(Finish(tuple(paragraphs)))
        if acts:
            self._annotations.act(acts)
        self._accepted = len(suggested) + answered
        self._missing = sum(map(self._count_missing, paragraphs))
        self._state.focus.drop_suggestion()
        self._suggestions.follow(paragraphs)

    def _make_answered(self, suggestion: Suggestion) -> Span:
        """Make the span of a suggestion, with the answers that are suggested for it."""
        span = self._spans.make_span(suggestion)
        answers = self._suggested_answers.fill(span)
        return structs.replace(span, attributes=answers) if answers else span

    def _list_answerable(self, chunks: Sequence[int]) -> list[Span]:
        """List the spans that begin in some chunks, undecided, of which answers are suggested."""
        return [
            span
            for chunk in chunks
            for span in self._annotations.spans_in_chunk(chunk)
            if self._annotations.chunks[chunk].start <= span.start < self._annotations.chunks[chunk].end
            and self._suggested_answers.of_open(span)
        ]

    def _count_missing(self, index: int) -> int:
        """Count the required answers that the spans which begin in a paragraph lack."""
        paragraph = self._annotations.article.paragraphs[index]
        spans = self._annotations.spans_in(paragraph.start, paragraph.end)
        of_spans = sum(len(self._marks.list_missing(span)) for span in spans if span.start >= paragraph.start)
        return of_spans + self._marks.count_missing_of(index)

    def _next_part(self, last: int) -> int:
        """Say where a paragraph goes on behind a part of it; behind the last, where it was passed over."""
        unread = self._reading.find_unread(self._annotations.chunks[last].paragraph)
        is_end = self._annotations.tokens.is_last_of_paragraph(last)
        return unread if is_end and unread is not None else last + 1
