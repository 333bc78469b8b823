"""Going about: to another chunk, word, span, suggestion or place that was found.

Where the annotator goes, hints close, and what was selected or in focus before is so no more.
"""

from bisect import bisect_left
from collections.abc import Callable

from tui.model.span import Span
from tui.session.focus import list_stops
from tui.session.marks import Marks
from tui.session.state import State
from tui.session.tokens import Direction
from tui.suggest.suggestion import Suggestion


class Moves:
    """Everything that changes where the annotator is, and nothing else."""

    def __init__(self, state: State) -> None:
        self._annotations = state.annotations
        self._tokens = state.annotations.tokens
        self._suggestions = state.suggestions
        self._reading = state.reading
        self._cursor = state.cursor
        self._focus = state.focus
        self._hints = state.hints
        self._search = state.search
        self._state = state

    # Chunks

    def go_to_chunk(self, index: int) -> None:
        """Make a chunk the current one, with nothing selected."""
        chunks = self._annotations.chunks
        if chunks:
            self.enter(max(0, min(index, len(chunks) - 1)))
        self.let_go()

    def go_to_next_chunk(self) -> None:
        """Go to the next chunk that is not at work already."""
        reading = self._reading
        behind = range(reading.current + 1, len(self._annotations.chunks))
        self.go_to_chunk(next((chunk for chunk in behind if chunk not in reading.at_work), reading.current))

    def go_to_unfinished(self) -> bool:
        """Go to the next unfinished paragraph, round the article; say whether there is one."""
        if self._go_round(lambda paragraph: self._annotations.state_of(paragraph) == "unfinished"):
            return True
        self._hints.close()
        self._cursor.clear()
        return False

    def go_to_marked(self) -> bool:
        """Go to the next skipped or flagged paragraph, round the article; say whether there is one."""
        annotations = self._annotations
        return bool(annotations.chunks) and self._go_round(
            lambda paragraph: (
                annotations.is_flagged(paragraph) or annotations.state_of(paragraph) == "skipped"
            )
        )

    def go_to_incomplete(self, marks: Marks) -> bool:
        """Put the next span into focus that lacks an answer, round the article; say whether there is one."""
        incomplete = marks.list_incomplete()
        behind = [span for span in incomplete if span.start > self._state.offset]
        for span in [*behind, *incomplete][:1]:
            self.set_focus(span.id)
        if incomplete:
            return True
        unlabelled = marks.list_unlabelled()
        later = [index for index in unlabelled if index > self._state.paragraph]
        for index in [*later, *unlabelled][:1]:
            self.go_to_chunk(self._tokens.first_chunk_of(index))
        return bool(unlabelled)

    def enter(self, chunk: int) -> None:
        """Go to a chunk; where that is another one, a newly learnt model may speak from now on."""
        if self._reading.enter(chunk):
            self._suggestions.poll()

    def let_go(self) -> None:
        """Close the hints, and have nothing selected or in focus."""
        self._hints.close()
        self._focus.clear()
        self._cursor.clear()

    def step_back(self) -> bool:
        """Close the hints, else drop the selection, else the focus; say whether there was any."""
        if self._hints.close():
            pass
        elif self._cursor.selection is not None:
            self._cursor.clear()
        elif self._focus.span_id is not None or self._focus.suggestion is not None:
            self._focus.clear()
        else:
            return False
        return True

    # The cursor

    def move_word(self, direction: Direction, *, extend: bool = False) -> None:
        """Move the cursor by a word; across chunks where one ends."""
        if not self._annotations.chunks:
            return
        self._hints.close()
        here = self._cursor.word or self._word_of(self._focus.span, direction)
        if here is None:
            words = self._tokens.words_of(self._reading.current)
            self._put_cursor(words[0] if direction == 1 else words[-1], extend=False)
            return
        self._put_cursor(self._tokens.beside(here, direction), extend=extend)

    def move_to(self, offset: int, *, extend: bool = False) -> None:
        """Put the cursor on the word at or nearest to a code point."""
        if self._annotations.chunks:
            self._hints.close()
            self._put_cursor(self._tokens.at(offset), extend=extend)

    def jump_to(self, offset: int) -> None:
        """Put the cursor on the word at a code point; a selection that is pinned does not go on to there."""
        self._focus.clear()
        self._put_cursor(self._tokens.at(offset), extend=False)

    def select(self, start: int, end: int) -> None:
        """Select the tokens that `[start, end)` touches."""
        if self._annotations.chunks:
            self._hints.close()
            self._cursor.clear()
            self._put_cursor(self._tokens.token_at(start), extend=False)
            self._put_cursor(self._tokens.token_at(max(end - 1, start)), extend=True)

    def pin(self) -> None:
        """Let plain arrows extend the selection; again, at its other end; again, let it go.

        Where a span is in focus, let them move its end; again, its start; again, let it go.
        """
        if self._cursor.word is None and self._focus.span is not None:
            self._focus.hold_next()
            return
        if self._cursor.word is None:
            self.move_word(1)
        self._cursor.pin()

    def go_to_found(self, direction: Direction = 1) -> int:
        """Select the next or previous place that was found, round the article; say which one, from 1."""
        places = self._search.places
        if not places:
            return 0
        # What is selected is whole tokens, and may begin before what was found in it.
        start, end = self._state.stretch or (self._state.offset, self._state.offset)
        at = self._search.find_beside(start, end, direction)
        self._focus.clear()
        self.select(*places[at])
        return at + 1

    # The focus

    def set_focus(self, span_id: str) -> None:
        """Put a span into focus and go to it."""
        span = self._annotations.layer.spans[span_id]
        self._hints.close()
        self._cursor.clear()
        self._focus.put_on_span(span_id)
        # A span that starts before the chunks at work and reaches into one does not move the annotator.
        at_work = [self._annotations.chunks[chunk] for chunk in self._reading.at_work]
        if not any(span.overlaps(chunk.start, chunk.end) for chunk in at_work):
            self.enter(self._tokens.chunk_at(span.start))

    def focus_at(self, offset: int) -> bool:
        """Put the innermost span at a code point into focus, the next outer one when it is there already."""
        spans = self._annotations.spans_in(offset, offset + 1)
        ids = [span.id for span in sorted(spans, key=lambda span: span.end - span.start)]
        if ids:
            place = ids.index(self._focus.span_id) + 1 if self._focus.span_id in ids else 0
            self.set_focus(ids[place % len(ids)])
            return True
        suggestion = self._suggestion_at(offset)
        if suggestion is not None:
            self._focus_suggestion(suggestion)
        return suggestion is not None

    def focus_start(self, start: int) -> bool:
        """Put what starts at a code point into focus, the next such span or suggestion where one is already.

        Says whether anything starts there.
        """
        stops = list_stops(self._annotations, self._suggestions, start)
        if not stops:
            return False
        here = self._focus.stop
        self._focus_stop(stops[(stops.index(here) + 1) % len(stops) if here in stops else 0])
        return True

    def walk_spans(self, direction: Direction) -> bool:
        """Put the next or previous span, or suggestion at work, into focus; say whether there is one."""
        stop = self.find_stop(self._focus.stop, direction)
        if stop is not None:
            self._focus_stop(stop)
        return stop is not None

    def find_stop(self, here: Span | Suggestion | None, direction: Direction) -> Span | Suggestion | None:
        """Find the next or previous span, or suggestion at work, from one of them or where one is."""
        offset = self._state.offset
        stops: list[Span | Suggestion] = []
        for chunk in self._reading.at_work:
            spans = self._annotations.spans_in(*self._tokens.edges_of(chunk))
            stops += [span for span in spans if span not in stops]
            stops += self._suggestions.in_chunk(chunk)
        stops.sort(key=_place)
        keys = [_place(stop) for stop in stops]
        if here is not None and _place(here) in keys:
            place = keys.index(_place(here)) + direction
        else:
            place = bisect_left(keys, (offset, -len(self._tokens.display), "", "")) - (direction == -1)
        if 0 <= place < len(stops):
            return stops[place]
        beside = self._annotations.span_beside(here if isinstance(here, Span) else offset, direction)
        if beside is not None:
            return beside
        return stops[place % len(stops)] if stops else None

    def _focus_stop(self, stop: Span | Suggestion) -> None:
        if isinstance(stop, Span):
            self.set_focus(stop.id)
        else:
            self._focus_suggestion(stop)

    def _focus_suggestion(self, suggestion: Suggestion) -> None:
        self._hints.close()
        self._cursor.clear()
        self._focus.put_on_suggestion(suggestion)

    def _suggestion_at(self, offset: int) -> Suggestion | None:
        for chunk in self._reading.at_work:
            for suggestion in self._suggestions.in_chunk(chunk):
                if suggestion.start <= offset < suggestion.end:
                    return suggestion
        return None

    def _put_cursor(self, token: tuple[int, int], *, extend: bool) -> None:
        self._cursor.put(token, extend=extend)
        self._focus.clear()
        self.enter(self._tokens.chunk_at(token[0]))

    def _word_of(self, span: Span | None, direction: Direction) -> tuple[int, int] | None:
        if span is None:
            return None
        return self._tokens.at(span.end - 1 if direction == 1 else span.start)

    def _go_round(self, is_wanted: Callable[[int], bool]) -> bool:
        """Go to the next paragraph that is wanted, round the article; say whether there is another one."""
        count = len(self._annotations.article.paragraphs)
        behind = ((self._reading.chunk.paragraph + step) % count for step in range(1, count))
        wanted = next((paragraph for paragraph in behind if is_wanted(paragraph)), None)
        if wanted is not None:
            self.go_to_chunk(self._tokens.first_chunk_of(wanted))
        return wanted is not None


def _place(stop: Span | Suggestion) -> tuple[int, int, str, str]:
    """Give what spans and suggestions are walked by."""
    return stop.start, -stop.end, stop.label, stop.id if isinstance(stop, Span) else ""
