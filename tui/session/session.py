"""One article at work: where the annotator is, what is selected, what is in focus, and every change to it.

Pure view logic: no terminal, no clock. Every change goes through the project, and is on disk before it
shows; a change that the database refuses raises `StoreError` and leaves everything as it was. Offsets are
code points of the article's text.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Final, Literal, TypeAlias, get_args

from msgspec import structs

from tui.model.annotation import Touched
from tui.model.article import ParagraphState
from tui.model.events import (
    MARKS,
    Accept,
    Act,
    Add,
    Change,
    Event,
    Finish,
    Flag,
    Note,
    Redo,
    Reject,
    Remove,
    Undo,
    Unflag,
)
from tui.model.record import sort_spans
from tui.model.span import Span
from tui.session.batch import Work
from tui.session.describe import describe_action
from tui.session.hints import HintBoard, Hints, Token
from tui.session.span_index import SpanIndex
from tui.session.suggestions import Offers
from tui.session.tokens import Direction, Edge, Tokens
from tui.store import paragraph_state
from tui.suggest import Assistant, Suggestion
from tui.text.chunks import Chunk
from tui.text.finding import FoldedText
from tui.text.messages import quote

Mode: TypeAlias = Literal["hints", "express", "screen"]
"""How spans are made: by label key and hint, by hints that are always there, by those on the whole screen."""

MODES: Final[tuple[Mode, ...]] = get_args(Mode)
"""Every mode."""

Outcome: TypeAlias = Literal["done", "no span", "equal"]
"""What came of a change: it was made, there was nothing to change, or an equal span is there already."""

_NEXT_HELD: Final[Mapping[Edge | None, Edge | None]] = {None: "end", "end": "start", "start": None}
"""Which edge of a span is held next."""

_MOST_LOOKED_AT: Final = 500
"""Spans that are looked at for what was tagged last."""

_EXPRESS_TOKENS: Final = 80
"""Tokens that are at work at a time in the mode `express`, where they are of several paragraphs."""

_STATE_WORDS: Final[dict[ParagraphState, str]] = {
    "finished": "finished",
    "unfinished": "open again",
    "skipped": "skipped",
    "boilerplate": "marked as boilerplate",
}


class Editor:
    """The state of the annotate screen, and what its keys do."""

    def __init__(
        self,
        work: Work,
        *,
        offset: int | None = None,
        assistant: Assistant | None = None,
        mode: Mode = "hints",
        hint_letters: str = "",
    ) -> None:
        self.work = work
        """What lies on the desk."""
        self.article = article = work.article
        """The article, or several short ones as one."""
        self.layer = layer = work.layer
        """What the annotator has said of it."""
        self.tokens = Tokens(article)
        """Where things stand in its text."""
        self.chunks = self.tokens.chunks
        """What is drawn and walked as one: a paragraph, or a part of a very long one."""
        self._index = SpanIndex(self.tokens.starts, layer.spans.values())
        self._offers = Offers(
            assistant,
            article,
            layer,
            self.tokens,
            work.load_offers() if assistant is not None else [],
            labels=work.project.labels.names,
            spans_in=self.spans_in,
            state_of=self.state_of,
        )
        self._board = HintBoard(self.tokens, self._offers, letters=hint_letters)
        self._hint_labels: tuple[int, dict[int, str]] = (-1, {})
        self._state_counts: Counter[ParagraphState] | None = None
        self._taken_in = layer.last_event
        self._seen_version = 0
        self.current = 0
        """The index of the current chunk."""
        self.cursor: tuple[int, int] | None = None
        """The word the cursor is on; None while nothing is selected."""
        self.anchor: tuple[int, int] | None = None
        """The word where the selection began."""
        self.is_pinned = False
        """Whether plain arrows extend the selection."""
        self._is_turned = False
        self.held: Edge | None = None
        """The edge of the span in focus that plain arrows move."""
        self._edges: tuple[int, int] | None = None
        self.focus: str | None = None
        """Id of the span in focus."""
        self.suggested: Suggestion | None = None
        """The suggestion in focus: one that was gone to, else the most doubtful one at work."""
        self.mode: Mode = mode
        """How spans are made."""
        self.is_fine = False
        """Whether edges are nudged by code points instead of characters as seen."""
        self._attended: tuple[tuple[int, ...], int | None] = ((), None)
        self._is_attending = False
        self.desk: tuple[int, ...] = ()
        """The chunks at work: the current one, and in other modes than `hints` more that are drawn whole."""
        self.read_from: int | None = None
        """Where the part of the current chunk begins that Enter went on to; None at its beginning."""
        self._read: dict[int, int] | None = None
        self.accepted = 0
        """How many suggestions the last Enter accepted."""
        self.stepped = ""
        """What was taken back or brought back last, in words."""
        self.last_action = ""
        """Id of the last action of this sitting; empty before the first."""
        self.saved_at = ""
        """When the last change was saved, in UTC; empty before the first of this sitting."""
        self.search_text = ""
        """What was searched for last."""
        self.found: tuple[tuple[int, int], ...] = ()
        """Where it stands, as long as the search goes on: `[start, end)` in order."""
        self._folded: FoldedText | None = None
        if self.chunks:
            self.current = self._first_chunk(offset)
            self.desk = (self.current,)
            self._offers.poll()

    # What is

    @property
    def chunk(self) -> Chunk:
        """The current chunk."""
        return self.chunks[self.current]

    @property
    def paragraph(self) -> int:
        """The index of the paragraph that the cursor or the focus is in, else of the current chunk's."""
        here = self.tokens.chunk_at(self.offset)
        return self.chunks[here if here in self.desk else self.current].paragraph

    @property
    def selection(self) -> tuple[int, int] | None:
        """What is selected, as `[start, end)`."""
        if self._edges is not None:
            return self._edges
        if self.cursor is None or self.anchor is None:
            return None
        return min(self.cursor[0], self.anchor[0]), max(self.cursor[1], self.anchor[1])

    @property
    def focused(self) -> Span | None:
        """The span in focus."""
        return self.layer.spans.get(self.focus) if self.focus is not None else None

    @property
    def offset(self) -> int:
        """Where the annotator is: the cursor, else what they put in focus, else where the part begins."""
        if self.cursor is not None:
            return self.cursor[0]
        focused = self.focused or (None if self._is_attending else self.suggested)
        if focused is not None:
            return focused.start
        return self.read_from or (self.chunk.start if self.chunks else 0)

    def state_of(self, paragraph: int) -> ParagraphState:
        """Say in which state a paragraph is."""
        return paragraph_state(self.article, self.layer, paragraph)

    def is_flagged(self, paragraph: int) -> bool:
        """Tell whether a paragraph is marked for a second look."""
        return paragraph in self.layer.flags

    def spans_in(self, start: int, end: int) -> list[Span]:
        """List the spans that share a code point with `[start, end)`, in reading order."""
        return self._index.overlapping(start, end)

    def spans_in_chunk(self, chunk: int) -> tuple[Span, ...]:
        """List the spans that reach into a chunk, in reading order; one tuple until one of them changes."""
        return self._index.in_chunk(chunk)

    def count_labels(self) -> Mapping[str, int]:
        """Count the spans of each label."""
        return self._index.counts

    def list_tagged(self, label: str, *, most: int) -> list[tuple[str, int]]:
        """List texts that have a label in the article, the newest first, with how often each has it."""
        counts: Counter[str] = Counter()
        for span in islice(reversed(self.layer.spans.values()), _MOST_LOOKED_AT):
            if span.label == label:
                counts[self.quoted(span.start, span.end)] += 1
        return list(counts.items())[:most]

    def quoted(self, start: int, end: int, *, limit: int = 40) -> str:
        """Quote a stretch of the article on one line."""
        return quote(self.article.text, start, end, limit=limit)

    def count_of_state(self, state: ParagraphState) -> int:
        """Count the paragraphs in a state."""
        if self._state_counts is None:
            self._state_counts = Counter(map(self.state_of, range(len(self.article.paragraphs))))
        return self._state_counts[state]

    # Where the annotator is

    def release(self) -> bool:
        """Step back: close the hints, else drop the selection, else the focus; say whether there was any."""
        if self._board.close():
            pass
        elif self.selection is not None:
            self._unselect()
        elif self.focus is not None or self.suggested is not None:
            self._unfocus()
        else:
            return False
        return True

    def go_to_chunk(self, index: int) -> None:
        """Make a chunk the current one, with nothing selected."""
        if self.chunks:
            self._enter(max(0, min(index, len(self.chunks) - 1)))
        self._board.close()
        self._unfocus()
        self._unselect()

    def go_to_next_chunk(self) -> None:
        """Go to the next chunk that is not at work already."""
        behind = range(self.current + 1, len(self.chunks))
        self.go_to_chunk(next((chunk for chunk in behind if chunk not in self.desk), self.current))

    def move_token(self, direction: Direction, *, extend: bool = False) -> None:
        """Move the cursor by a word; across chunks where one ends."""
        if not self.chunks:
            return
        self._board.close()
        here = self.cursor or self._token_by(self.focused, direction)
        if here is None:
            words = self.tokens.words_of(self.current)
            self._put_cursor(words[0] if direction == 1 else words[-1], extend=False)
            return
        self._put_cursor(self.tokens.beside(here, direction), extend=extend)

    def move_to(self, offset: int, *, extend: bool = False) -> None:
        """Put the cursor on the word at or nearest to a code point."""
        if not self.chunks:
            return
        self._board.close()
        self._put_cursor(self.tokens.at(offset), extend=extend)

    def select(self, start: int, end: int) -> None:
        """Select the tokens that `[start, end)` touches."""
        if self.chunks:
            self._board.close()
            self._unselect()
            self._put_cursor(self.tokens.token_at(start), extend=False)
            self._put_cursor(self.tokens.token_at(max(end - 1, start)), extend=True)

    def pin(self) -> None:
        """Let plain arrows extend the selection; again, at its other end; again, let it go.

        Where a span is in focus, let them move its end; again, its start; again, let it go.
        """
        if self.cursor is None and self.focused is not None:
            self.held = _NEXT_HELD[self.held]
            return
        if self.cursor is None:
            self.move_token(1)
        if self.is_pinned and not self._is_turned:
            self.cursor, self.anchor = self.anchor, self.cursor
            self._is_turned = True
        else:
            self.is_pinned, self._is_turned = not self.is_pinned, False

    def walk_spans(self, direction: Direction) -> bool:
        """Put the next or previous span, or suggestion at work, into focus; say whether there is one."""
        stop = self.find_stop(self.focused or self.suggested, direction)
        if isinstance(stop, Span):
            self.set_focus(stop.id)
        elif stop is not None:
            self._focus_suggestion(stop)
        return stop is not None

    def find_stop(self, here: Span | Suggestion | None, direction: Direction) -> Span | Suggestion | None:
        """Find the next or previous span, or suggestion at work, from one of them or where one is."""
        stops: list[Span | Suggestion] = []
        for chunk in self.desk:
            stops += [span for span in self.spans_in(*self.tokens.edges_of(chunk)) if span not in stops]
            stops += self.suggestions_in(chunk)
        stops.sort(key=_place)
        keys = [_place(stop) for stop in stops]
        if here is not None and _place(here) in keys:
            place = keys.index(_place(here)) + direction
        else:
            place = bisect_left(keys, (self.offset, -len(self.tokens.display), "", "")) - (direction == -1)
        if 0 <= place < len(stops):
            return stops[place]
        beside = self._index.beside(here if isinstance(here, Span) else self.offset, direction)
        if beside is not None:
            return self.layer.spans[beside]
        return stops[place % len(stops)] if stops else None

    def set_focus(self, span_id: str) -> None:
        """Put a span into focus and go to it."""
        span = self.layer.spans[span_id]
        self._board.close()
        self._unselect()
        self.suggested = None
        self.held = self.held if self.focus == span_id else None
        self.focus = span_id
        # A span that starts before the chunks at work and reaches into one does not move the annotator.
        if not any(span.overlaps(self.chunks[chunk].start, self.chunks[chunk].end) for chunk in self.desk):
            self._enter(self.tokens.chunk_at(span.start))

    def focus_at(self, offset: int) -> bool:
        """Put the innermost span at a code point into focus, the next outer one when it is there already."""
        spans = sorted(self.spans_in(offset, offset + 1), key=lambda span: span.end - span.start)
        suggestion = self._suggestion_at(offset)
        if not spans:
            if suggestion is not None:
                self._focus_suggestion(suggestion)
            return suggestion is not None
        ids = [span.id for span in spans]
        place = ids.index(self.focus) + 1 if self.focus in ids else 0
        self.set_focus(ids[place % len(ids)])
        return True

    def find(self, text: str) -> int:
        """Find every place of a text, however its case and marks are written; say how many there are."""
        self.search_text = text
        if self._folded is None:
            self._folded = FoldedText(self.article.text)
        self.found = tuple(self._folded.find(text)) if self.chunks else ()
        return len(self.found)

    def go_to_found(self, direction: Direction = 1) -> int:
        """Select the next or previous place that was found, round the article; say which one, from 1."""
        if not self.found:
            return 0
        # What is selected is whole tokens, and may begin before what was found in it.
        start, end = self.selection or self._range() or (self.offset, self.offset)
        if direction == 1:
            place = bisect_left(self.found, (end,)) % len(self.found)
        else:
            place = (bisect_left(self.found, (start,)) - 1) % len(self.found)
        self._unfocus()
        self.select(*self.found[place])
        return place + 1

    def end_search(self) -> bool:
        """Forget what was found; say whether anything was."""
        was_there = bool(self.found)
        self.found = ()
        return was_there

    # Suggestions

    def suggestions_in(self, chunk: int) -> list[Suggestion]:
        """List what is suggested in a chunk at work, in reading order; none where all is decided."""
        return self._offers.in_chunk(chunk)

    def list_sources_outside(self) -> list[str]:
        """List the files and programs that suggest anything in the article."""
        return self._offers.list_sources_outside()

    def forget_suggestions(self) -> None:
        """Ask for all suggestions anew."""
        self._offers.forget()
        self.suggested = None

    def accept(self) -> bool:
        """Make the suggestion in focus a span; say whether there is one."""
        span, acts = self._grasp()
        if span is None or not acts:
            return False
        self._act(acts)
        self.set_focus(span.id)
        return True

    def reject(self) -> bool:
        """Turn the suggestion in focus down, for good; say whether there is one."""
        suggested = self.suggested
        if suggested is None:
            return False
        self._act([Reject((self._span_of(suggested),))])
        self.suggested = None
        if self.mode != "hints":
            self._attend()
        return True

    # Hints

    @property
    def hints(self) -> Hints | None:
        """The hints that a key asked for."""
        return self._board.asked

    @property
    def standing(self) -> Hints | None:
        """The hints that stand there unasked, also those that are too improbable to be drawn."""
        return None if self.mode == "hints" or not self.chunks else self._board.standing(self.desk)

    @property
    def is_typing(self) -> bool:
        """Whether hints were asked for, or one that stands there unasked was begun."""
        return self._board.asked is not None or self._board.typed != ""

    def assign_codes(self) -> Mapping[str, Token]:
        """Give the hint of every word at work."""
        return self._board.assign_codes(self.desk)

    def list_hints(self) -> list[tuple[int, str]]:
        """List the hints that are drawn, as the token's first code point and the letters left to type."""
        hints = self.hints or self.standing
        return [] if hints is None else self._board.list_shown(hints, self.desk)

    @property
    def hint_revision(self) -> int:
        """A number that changes when hints may stand for other labels."""
        return self._offers.revision

    def label_of_hint(self, offset: int) -> str | None:
        """Say which label the hint at a code point is about: that of what stands there, else the likely one.

        None where the hint only moves the cursor.
        """
        hints = self.hints
        if hints is not None:
            return hints.label
        if self._hint_labels[0] != self._offers.revision:
            self._hint_labels = (self._offers.revision, {})
        known = self._hint_labels[1]
        if offset not in known:
            known[offset] = self._find_label(offset)
        return known[offset]

    def open_hints(self, label: str | None) -> None:
        """Show hints under the words at work; without a label they move the cursor only."""
        if self.chunks:
            self._board.open(self.desk, label)
            self.is_pinned = False

    def has_hint(self, letter: str) -> bool:
        """Tell whether a letter goes on with any hint that is there."""
        hints = self.hints or self.standing
        return hints is not None and any(left.startswith(letter) for left in hints.waiting().values())

    def type_hint(self, letter: str) -> bool:
        """Type a letter of a hint, and do what a whole one is for; say whether any hint has it."""
        hints = self.hints or self.standing
        left = None if hints is None else self._board.type(hints, letter)
        if left is None:
            return False
        waiting = left.waiting()
        if "" not in waiting.values():
            return True
        ((chunk, token),) = waiting
        self._board.close()
        if left.is_jump:
            self._unfocus()
            self._put_cursor(self.tokens.at(self.tokens.of(chunk)[token][0]), extend=False)
        elif left.label is not None or not self._focus_start(self.tokens.of(chunk)[token][0]):
            self.add_span(*self.predict_span(chunk, token, left.label))
        return True

    def untype_hint(self) -> None:
        """Take back the last letter of a hint, or close the hints."""
        self._board.untype()

    def predict_span(self, chunk: int, token: int, label: str | None) -> tuple[int, int, str]:
        """Say which span a hint makes at a token: as long as predicted, of the label or the predicted one."""
        return self._offers.predict_span(chunk, token, label)

    def set_mode(self, mode: Mode) -> None:
        """Make spans in another way from now on."""
        self.mode = mode
        self._board.close()
        if self._is_attending:
            self.suggested = None
        self.desk = (self.current,) if self.chunks else ()
        self._attended = ((), None)

    def is_to_do(self, chunk: int) -> bool:
        """Tell whether nothing was decided about a chunk's paragraph yet."""
        return self.state_of(self.chunks[chunk].paragraph) == "unfinished"

    def may_join(self, desk: Sequence[int], chunk: int) -> bool:
        """Tell whether a chunk that is to do may be at work together with those before it.

        In the mode `express` short paragraphs are, as long as nearly every token has a hint of one letter.
        """
        tokens = sum(len(self.tokens.of(each)) for each in (*desk, chunk))
        return self.mode == "screen" or tokens <= _EXPRESS_TOKENS

    def note_frame(
        self, at_work: Sequence[int], seen: tuple[int, int] | None, *, is_scrolled: bool = False
    ) -> None:
        """Take note of what stands on the screen: the chunks drawn as at work, and how much of this one.

        `seen` is in code points. What was scrolled to can be read, but is not at work for that.
        """
        if seen is not None:
            self.note_shown(*seen)
        if self.mode != "hints" and not is_scrolled and at_work:
            self.set_desk(at_work)
            if self._attended != (self.desk, self.read_from) or self._has_gone():
                self._attend()

    def set_desk(self, chunks: Sequence[int]) -> None:
        """Say which chunks are at work: those that are drawn whole with their labels."""
        self.desk = tuple(chunks)
        if self._read is not None:
            self._read.update((chunk, self.chunks[chunk].end) for chunk in chunks if chunk != self.current)

    def note_shown(self, start: int, end: int) -> None:
        """Take note that `[start, end)` of the current chunk was drawn.

        Until this is called first, nothing draws the article, and all of it counts as read. What is before
        the place where the annotator began was read in an earlier sitting.
        """
        if self._read is None:
            first = self.tokens.first_chunk_of(self.chunk.paragraph)
            self._read = {chunk: self.chunks[chunk].end for chunk in range(first, self.current)}
        read = self._read.get(self.current, self.chunk.start)
        # What was passed over is not read, wherever the annotator has been behind it.
        if start <= read:
            self._read[self.current] = max(read, end)

    def _has_gone(self) -> bool:
        """Let the suggestion that came into focus by itself go where it is at work no more; say whether."""
        doubted = self.suggested
        if not self._is_attending or doubted is None:
            return False
        if any(doubted in self.suggestions_in(chunk) for chunk in self.desk):
            return False
        self.suggested = None
        return True

    def _attend(self) -> None:
        """Put the most doubtful suggestion that was drawn into focus, where nothing else is."""
        self._attended = (self.desk, self.read_from)
        if self._range() is None and not self.is_typing:
            drawn = [
                each
                for chunk in self.desk
                for each in self.suggestions_in(chunk)
                if each.end <= self._read_to(chunk)
            ]
            self.suggested = min(drawn, key=lambda each: each.confidence or 0.0, default=None)
            self._is_attending = self.suggested is not None

    # Spans

    def tag(self, label: str) -> bool:
        """Tag the selection, or show hints where nothing is selected; say whether a span was made."""
        selection = self.selection
        if selection is None:
            self.open_hints(label)
            return False
        self.add_span(*selection, label)
        return True

    def add_span(self, start: int, end: int, label: str) -> None:
        """Make a span and put it into focus; one that is there already only comes into focus."""
        same = self._find_equal(start, end, label)
        if same is None:
            same = Span(self.work.project.new_id(), start, end, label)
            self._act([Add((same,))])
        self.set_focus(same.id)

    def relabel(self, label: str) -> Outcome:
        """Give the span in focus another label."""
        span, acts = self._grasp()
        return "no span" if span is None else self._change(span, acts, structs.replace(span, label=label))

    def remove(self) -> Span | None:
        """Remove the span in focus; give what it was."""
        span = self.focused
        if span is not None:
            self._act([Remove((span.id,))])
            self._unfocus()
        return span

    def set_length(self, count: int) -> Outcome:
        """Make the span in focus, or the selection, `count` words long."""
        here = self._range()
        return "no span" if here is None else self._set_edges(here[0], self.tokens.end_after(here[0], count))

    def move_edge(self, edge: Edge, direction: Direction) -> Outcome:
        """Move an edge of the selection, else of the span in focus, by a word."""
        return self._step_edges(lambda start, end: self.tokens.step_edge(start, end, edge, direction))

    def nudge_edge(self, edge: Edge, direction: Direction) -> Outcome:
        """Move an edge of the selection, else of the focus, to the next finer edge than that of a word."""

        def step(start: int, end: int) -> tuple[int, int]:
            if edge == "start":
                return self.tokens.step_finer(start, edge, direction, fine=self.is_fine), end
            return start, self.tokens.step_finer(end, edge, direction, fine=self.is_fine)

        return self._step_edges(step)

    def tag_equal(self) -> int | None:
        """Tag every other equal mention of the span in focus in the article, as one action.

        A mention is equal where the same text stands as whole tokens. Mentions that carry the label already,
        or stand in boilerplate, are left alone. Returns how many were tagged; None without a focus.
        """
        focused, acts = self._grasp()
        if focused is None:
            return None
        text = self.article.text
        pattern = re.compile(re.escape(text[focused.start : focused.end]))
        spans: list[Span] = []
        article, place = self.work.locate(focused.start)
        first = focused.start - place
        for match in pattern.finditer(text, first, first + len(article.text)):
            start, end = match.span()
            is_tagged = any(
                span.label == focused.label
                for span in (focused, *self.spans_in(start, end))
                if span.overlaps(start, end)
            )
            if is_tagged or not self._is_whole(start, end):
                continue
            spans.append(Span(self.work.project.new_id(), start, end, focused.label))
        if spans:
            acts.append(Add(tuple(spans)))
        if acts:
            self._act(acts)
            self.set_focus(focused.id)
        return len(spans)

    # Paragraphs

    def finish(self) -> bool:
        """Accept what is suggested in the current chunk, mark its paragraph finished and go on.

        In other modes than `hints` this holds for every chunk at work. A paragraph that was skipped or is
        boilerplate stays what it is. What was never drawn is neither accepted nor finished: where the screen
        does not hold the whole paragraph, its next part comes first.
        Goes to the next unfinished paragraph; says whether there is one.
        """
        self.accepted = 0
        if not self.chunks:
            return False
        if self._read_on():
            return True
        chunks = self.desk if self.mode != "hints" else (self.current,)
        ended = [
            self.chunks[chunk].paragraph
            for chunk in chunks
            if self.tokens.is_last_of_paragraph(chunk)
            and self._find_unread(self.chunks[chunk].paragraph) is None
        ]
        paragraphs = [paragraph for paragraph in ended if self.state_of(paragraph) == "unfinished"]
        accepted = [self._span_of(each) for chunk in chunks for each in self.suggestions_in(chunk)]
        acts: list[Act] = []
        if accepted:
            acts.append(Accept(tuple(accepted)))
        if paragraphs:
            acts.append(Finish(tuple(paragraphs)))
        if acts:
            self._act(acts)
        self.accepted = len(accepted)
        self.suggested = None
        for paragraph in paragraphs:
            if self.work.note_observed(paragraph):
                self._offers.observe(paragraph)
        last = chunks[-1]
        if (
            self.chunks[last].paragraph not in ended
            and self.state_of(self.chunks[last].paragraph) == "unfinished"
        ):
            self._offers.observe_part(last)
            unread = self._find_unread(self.chunks[last].paragraph)
            is_last = self.tokens.is_last_of_paragraph(last)
            self.go_to_chunk(unread if is_last and unread is not None else last + 1)
            return True
        return self.go_to_unfinished()

    def go_to_unfinished(self) -> bool:
        """Go to the next unfinished paragraph, round the article; say whether there is one."""
        if self._go_round(lambda paragraph: self.state_of(paragraph) == "unfinished"):
            return True
        self._board.close()
        self._unselect()
        return False

    def go_to_marked(self) -> bool:
        """Go to the next skipped or flagged paragraph, round the article; say whether there is one."""
        return bool(self.chunks) and self._go_round(
            lambda paragraph: self.is_flagged(paragraph) or self.state_of(paragraph) == "skipped"
        )

    def toggle_state(self, state: ParagraphState) -> str:
        """Put the current paragraph into a state, or open it again where it is in it; say what it is now."""
        if not self.chunks:
            return "not there; the article is empty"
        paragraph = self.paragraph
        new: ParagraphState = "unfinished" if self.state_of(paragraph) == state else state
        acts: list[Act] = [MARKS[new]((paragraph,))]
        if new == "unfinished" and self.is_flagged(paragraph):
            # To reopen it would take the flag away, too.
            acts.append(Flag((paragraph,)))
        self._act(acts)
        return _STATE_WORDS[new]

    def toggle_flag(self) -> bool:
        """Flag the current paragraph, or take the flag away, whatever its state; say what it is now."""
        if not self.chunks:
            return False
        paragraph = self.paragraph
        self._act([Unflag((paragraph,)) if self.is_flagged(paragraph) else Flag((paragraph,))])
        return self.is_flagged(paragraph)

    def note(self, text: str) -> None:
        """Write a note on the span in focus, else on the current paragraph; an empty one takes it away."""
        span = self.focused
        if text != self.read_note() and self.chunks:
            self._act([Note(span=span.id, text=text) if span else Note(paragraph=self.paragraph, text=text)])

    def read_note(self) -> str:
        """Read the note on the span in focus, else on the current paragraph."""
        span = self.focused
        if span is not None:
            return span.note
        return self.layer.notes.get(self.paragraph, "") if self.chunks else ""

    # Time

    def undo(self, action: str = "") -> int:
        """Take back an action, else the last one, in every article it touched.

        Says in how many articles it was, 0 where there is no such action to take back.
        """
        done = self.layer.done
        return self._step_in_time("undo", [action] if action in done else [] if action else done)

    def redo(self) -> int:
        """Bring back what was taken back last, wherever it was; say in how many articles, 0 for none."""
        return self._step_in_time("redo", self.layer.undone)

    def catch_up(self) -> bool:
        """Take in what another window on the same project did to the article; say whether it did anything."""
        version = self.work.project.store.read_version()
        if version == self._seen_version and self.layer.last_event == self._taken_in:
            return False
        is_changed = self.reload()
        self._seen_version = version
        return is_changed

    def reload(self, *, saved_at: str = "") -> bool:
        """Take in what was done to the article's layer elsewhere, and saved at the UTC time `saved_at`.

        Says whether anything was.
        """
        self.saved_at = saved_at or self.saved_at
        if not self.work.reload() and self.layer.last_event == self._taken_in:
            return False
        self._take_in_all()
        self.forget_suggestions()
        return True

    # Inside

    def _step_in_time(self, kind: Literal["undo", "redo"], actions: Sequence[str]) -> int:
        if not actions:
            return 0
        action = actions[-1]
        self.stepped = describe_action(self.layer.events_of(action), self.article.text)
        touched = self.layer.touched_by(action)
        spans = {span_id: self.layer.spans.get(span_id) for span_id in touched.spans}
        states = {index: self._marks_of(index) for index in touched.paragraphs}
        events, articles = self.work.step(kind, action)
        self._take_in(events)
        self._board.close()
        self._unselect()
        self._go_to_difference(spans, states)
        return articles

    def _go_to_difference(
        self, spans: Mapping[str, Span | None], states: Mapping[int, tuple[ParagraphState | None, bool]]
    ) -> None:
        """Go to the first span or paragraph that is not what it was."""
        now = self.layer.spans
        changed = sort_spans([now[key] for key, before in spans.items() if key in now and now[key] != before])
        if changed:
            self.set_focus(changed[0].id)
            return
        self._unfocus()
        gone = [before.start for key, before in spans.items() if before is not None and key not in now]
        paragraphs = [index for index, before in states.items() if before != self._marks_of(index)]
        starts = gone or [self.article.paragraphs[index].start for index in paragraphs]
        if starts:
            self._enter(self.tokens.chunk_at(min(starts)))

    def _marks_of(self, paragraph: int) -> tuple[ParagraphState | None, bool]:
        """Give what was said of a paragraph as a whole: its state, and whether it is flagged."""
        return self.layer.states.get(paragraph), self.is_flagged(paragraph)

    def _go_round(self, is_wanted: Callable[[int], bool]) -> bool:
        """Go to the next paragraph that is wanted, round the article; say whether there is another one."""
        count = len(self.article.paragraphs)
        behind = ((self.chunk.paragraph + step) % count for step in range(1, count))
        wanted = next((paragraph for paragraph in behind if is_wanted(paragraph)), None)
        if wanted is not None:
            self.go_to_chunk(self.tokens.first_chunk_of(wanted))
        return wanted is not None

    def _act(self, acts: Sequence[Act]) -> None:
        self._take_in(self.work.act(acts))

    def _take_in(self, events: Sequence[Event]) -> None:
        """Show the events that came to the layer last."""
        self.saved_at = events[-1].at
        self.last_action = events[-1].action
        self._offers.forget()
        place = len(self.layer.events) - len(events)
        if (self.layer.events[place - 1].id if place else "") != self._taken_in:
            # Another process had written to the layer.
            self._take_in_all()
            return
        self._taken_in = self.layer.last_event
        for event in events:
            match event.act:
                case Undo(action) | Redo(action):
                    self._follow(self.layer.touched_by(action))
                case act:
                    self._follow(act.touched())

    def _take_in_all(self) -> None:
        """Count and index everything anew."""
        self._taken_in = self.layer.last_event
        self._index = SpanIndex(self.tokens.starts, self.layer.spans.values())
        self._state_counts = None

    def _follow(self, touched: Touched) -> None:
        """Bring what was counted and indexed up to date."""
        for span_id in touched.spans:
            if span_id in self.layer.spans:
                self._index.put(self.layer.spans[span_id])
            else:
                self._index.drop(span_id)
        if touched.paragraphs:
            self._state_counts = None

    def _enter(self, chunk: int) -> None:
        """Go to a chunk; where that is another one, a newly learnt model may speak from now on."""
        if chunk in self.desk:
            self.current = chunk if self.mode == "hints" else self.current
            return
        self.current = chunk
        self.desk = (chunk,)
        self.read_from = None
        self._offers.poll()

    def _span_of(self, suggestion: Suggestion) -> Span:
        return Span(
            self.work.project.new_id(),
            suggestion.start,
            suggestion.end,
            suggestion.label,
            origin=suggestion.origin,
        )

    def _suggestion_at(self, offset: int) -> Suggestion | None:
        for chunk in self.desk:
            for suggestion in self.suggestions_in(chunk):
                if suggestion.start <= offset < suggestion.end:
                    return suggestion
        return None

    def _focus_suggestion(self, suggestion: Suggestion) -> None:
        self._board.close()
        self._unselect()
        self.focus = None
        self.suggested = suggestion
        self._is_attending = False

    def _unfocus(self) -> None:
        self.focus = None
        self.suggested = None
        self.held = None

    def _focus_start(self, start: int) -> bool:
        """Put what starts at a code point into focus, the next such span or suggestion where one is already.

        Says whether anything starts there.
        """
        stops = self._stops_at(start)
        if not stops:
            return False
        here = self.focused or self.suggested
        stop = stops[(stops.index(here) + 1) % len(stops) if here in stops else 0]
        if isinstance(stop, Span):
            self.set_focus(stop.id)
        else:
            self._focus_suggestion(stop)
        return True

    def _stops_at(self, start: int) -> list[Span | Suggestion]:
        """List the suggestions and spans that start at a code point."""
        suggestions = self.suggestions_in(self.tokens.chunk_at(start))
        return [
            *[each for each in suggestions if each.start == start],
            *[span for span in self.spans_in(start, start + 1) if span.start == start],
        ]

    def _find_label(self, offset: int) -> str:
        """Find the label that a hint at a code point stands for."""
        stops = self._stops_at(offset)
        if stops:
            return stops[0].label
        chunk = self.tokens.chunk_at(offset)
        return self.predict_span(chunk, bisect_left(self.tokens.of(chunk), (offset, 0)), None)[2]

    def _first_chunk(self, offset: int | None) -> int:
        """Find where to begin: where one was, else at what is left; at the start where nothing is left."""
        unfinished = (chunk.index for chunk in self.chunks if self.state_of(chunk.paragraph) == "unfinished")
        first = next(unfinished, None)
        if first is None:
            return 0
        return first if offset is None else self.tokens.chunk_at(offset)

    def _unselect(self) -> None:
        self.cursor = self.anchor = self._edges = None
        self.is_pinned = self._is_turned = False

    def _put_cursor(self, token: tuple[int, int], *, extend: bool) -> None:
        self._edges = None
        if not (extend or self.is_pinned) or self.anchor is None:
            self.anchor = token
        self.cursor = token
        self._unfocus()
        self._enter(self.tokens.chunk_at(token[0]))

    def _token_by(self, span: Span | None, direction: Direction) -> tuple[int, int] | None:
        if span is None:
            return None
        return self.tokens.at(span.end - 1 if direction == 1 else span.start)

    def _range(self) -> tuple[int, int] | None:
        here = self.focused or self.suggested
        return self.selection or ((here.start, here.end) if here is not None else None)

    def _grasp(self) -> tuple[Span | None, list[Act]]:
        """Give the span in focus, or the one that the suggestion in focus becomes and what makes it one.

        A change of it follows in the same action, so that one undo takes both back.
        """
        if self.suggested is None:
            return self.focused, []
        span = self._span_of(self.suggested)
        return span, [Accept((span,))]

    def _find_equal(self, start: int, end: int, label: str) -> Span | None:
        wanted = start, end, label
        return next(
            (span for span in self.spans_in(start, end) if (span.start, span.end, span.label) == wanted), None
        )

    def _change(self, span: Span, acts: list[Act], new: Span) -> Outcome:
        """Change the label or the edges of a span, which `acts` make where it is none yet."""
        same = self._find_equal(new.start, new.end, new.label)
        if same is not None and same.id != span.id:
            return "equal"
        if new.label != span.label:
            acts = [*acts, Change(span.id, label=new.label)]
        if (new.start, new.end) != (span.start, span.end):
            acts = [*acts, Change(span.id, start=new.start, end=new.end, fragments=())]
        if acts:
            self._act(acts)
        if span.id in self.layer.spans:
            self.set_focus(span.id)
        return "done"

    def _step_edges(self, step: Callable[[int, int], tuple[int, int]]) -> Outcome:
        """Move an edge by a step, by more of them where an equal span is there already."""
        here = self._range()
        if here is None:
            return "no span"
        there = step(*here)
        while (outcome := self._set_edges(*there)) == "equal" and (further := step(*there)) != there:
            there = further
        return outcome

    def _set_edges(self, start: int, end: int) -> Outcome:
        """Move both edges of the selection, else of the span in focus; an empty stretch is not taken."""
        if not 0 <= start < end <= len(self.article.text):
            return "done"
        if self.selection is not None:
            self._edges = (start, end)
            self.cursor, self.anchor = self.tokens.at(end - 1), self.tokens.at(start)
            return "done"
        span, acts = self._grasp()
        if span is None:
            return "no span"
        return self._change(span, acts, structs.replace(span, start=start, end=end))

    def _read_on(self) -> bool:
        """Go to what was not drawn yet of the current chunk, if there is any."""
        if self._read is None or self._is_read(self.current):
            return False
        self._board.close()
        self._unfocus()
        self._unselect()
        self.read_from = self._read.get(self.current, self.chunk.start)
        return True

    def _find_unread(self, paragraph: int) -> int | None:
        """Find the first chunk of a paragraph that was not drawn to its end."""
        chunk = self.tokens.first_chunk_of(paragraph)
        while chunk < len(self.chunks) and self.chunks[chunk].paragraph == paragraph:
            if not self._is_read(chunk):
                return chunk
            chunk += 1
        return None

    def _is_read(self, chunk: int) -> bool:
        return self._read_to(chunk) >= self.tokens.edges_of(chunk)[1]

    def _read_to(self, chunk: int) -> int:
        return self.chunks[chunk].end if self._read is None else self._read.get(chunk, 0)

    def _is_whole(self, start: int, end: int) -> bool:
        state = self.state_of(self.chunks[self.tokens.chunk_at(start)].paragraph)
        return state != "boilerplate" and self.tokens.are_whole(start, end)


def _place(stop: Span | Suggestion) -> tuple[int, int, str, str]:
    """Give what spans and suggestions are walked by."""
    return stop.start, -stop.end, stop.label, stop.id if isinstance(stop, Span) else ""
