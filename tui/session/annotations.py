"""What the annotator has said of the articles at work, found by where it stands, and the one door to the log.

Every change goes through `act` or `step`, and is on disk before anything here changes; one that the database
refuses raises `SpantagError` and leaves everything as it was. Offsets are code points of the article's text.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final, Literal

from tui.model.annotation import Touched
from tui.model.article import ParagraphState
from tui.model.events import Act, Event, Redo, Undo
from tui.model.layer import paragraph_state
from tui.model.span import Span
from tui.session.batch import Batch
from tui.session.span_index import SpanIndex
from tui.session.tokens import Tokens
from tui.text.messages import quote, quote_pieces

_MOST_LOOKED_AT: Final = 500
"""Spans that are looked at for what was tagged last."""


class Annotations:
    """The spans, states and notes of the articles at work."""

    def __init__(self, batch: Batch) -> None:
        self.batch: Final = batch
        """What is worked on."""
        self.article: Final = batch.article
        """The article, or several short ones as one."""
        self.layer: Final = batch.layer
        """What the annotator has said of it."""
        self.tokens: Final = Tokens(batch.article)
        """Where things stand in its text."""
        self.chunks: Final = self.tokens.chunks
        """What is drawn and walked as one: a paragraph, or a part of a very long one."""
        self._index = SpanIndex(self.tokens.starts, self.layer.spans.values())
        self._state_counts: Counter[ParagraphState] | None = None
        self._taken_in = self.layer.last_event
        self._seen_version = 0
        self._revision = 0
        self._last_action = ""
        self._saved_at = ""

    @property
    def revision(self) -> int:
        """How often anything changed."""
        return self._revision

    @property
    def last_action(self) -> str:
        """Id of the last action of this session; empty before the first."""
        return self._last_action

    @property
    def saved_at(self) -> str:
        """When the last change was saved, in UTC; empty before the first of this session."""
        return self._saved_at

    # Paragraphs

    def state_of(self, paragraph: int) -> ParagraphState:
        """Say in which state a paragraph is."""
        return paragraph_state(self.article, self.layer, paragraph)

    def is_to_do(self, chunk: int) -> bool:
        """Tell whether nothing was decided about a chunk's paragraph yet."""
        return self.state_of(self.chunks[chunk].paragraph) == "unfinished"

    def is_flagged(self, paragraph: int) -> bool:
        """Tell whether a paragraph is marked for a second look."""
        return paragraph in self.layer.flags

    def count_of_state(self, state: ParagraphState) -> int:
        """Count the paragraphs in a state."""
        if self._state_counts is None:
            self._state_counts = Counter(map(self.state_of, range(len(self.article.paragraphs))))
        return self._state_counts[state]

    # Spans

    def spans_in(self, start: int, end: int) -> list[Span]:
        """List the spans that share a code point with `[start, end)`, in reading order."""
        return self._index.overlapping(start, end)

    def spans_in_chunk(self, chunk: int) -> tuple[Span, ...]:
        """List the spans that reach into a chunk, in reading order; one tuple until one of them changes."""
        return self._index.in_chunk(chunk)

    def take_changed(self) -> list[int]:
        """List the paragraphs whose spans changed since this was asked last."""
        paragraphs = sorted({self.chunks[chunk].paragraph for chunk in self._index.changed})
        self._index.changed.clear()
        return paragraphs

    def span_beside(self, place: Span | int, step: int) -> Span | None:
        """Find the next or previous span from a span or a code point, round the article."""
        beside = self._index.beside(place, step)
        return None if beside is None else self.layer.spans[beside]

    def find_equal(self, start: int, end: int, label: str) -> Span | None:
        """Find the span with just these edges and this label."""
        wanted = start, end, label
        spans = self.spans_in(start, end)
        return next((span for span in spans if (span.start, span.end, span.label) == wanted), None)

    def are_together(self, one: Span, other: Span) -> bool:
        """Tell whether two spans are in one article: only then they can be linked."""
        return self.batch.locate(one.start)[0] is self.batch.locate(other.start)[0]

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

    def quote_span(self, span: Span, *, limit: int = 40) -> str:
        """Quote a span on one line, its pieces apart."""
        return quote_pieces(self.article.text, span.pieces, limit=limit)

    # Changes

    def new_id(self) -> str:
        """Make an id for a span that is about to be made."""
        return self.batch.project.new_id()

    def act(self, acts: Sequence[Act], *, at: int = 0) -> None:
        """Do one action: it is on disk and in the layer on return.

        What is said of an article as a whole is said of the one at code point `at`.
        """
        self._take_in(self.batch.act(acts, at=at))

    def step(self, kind: Literal["undo", "redo"], action: str) -> int:
        """Undo or redo an action; say in how many articles it was."""
        events, articles = self.batch.step(kind, action)
        self._take_in(events)
        return articles

    def catch_up(self) -> bool:
        """Take in what another window on the same project did to the article; say whether it did anything."""
        version = self.batch.project.read_version()
        if version == self._seen_version and self.layer.last_event == self._taken_in:
            return False
        is_changed = self.reload()
        self._seen_version = version
        return is_changed

    def reload(self, *, saved_at: str = "") -> bool:
        """Take in what was done elsewhere, and saved at the UTC time `saved_at`; say whether anything was."""
        self._saved_at = saved_at or self._saved_at
        if not self.batch.reload() and self.layer.last_event == self._taken_in:
            return False
        self._take_in_all()
        return True

    def _take_in(self, events: Sequence[Event]) -> None:
        """Follow the events that came to the layer last."""
        self._saved_at = events[-1].at
        self._last_action = events[-1].action
        place = len(self.layer.events) - len(events)
        if (self.layer.events[place - 1].id if place else "") != self._taken_in:
            # Another process had written to the layer.
            self._take_in_all()
            return
        self._revision += 1
        self._taken_in = self.layer.last_event
        for event in events:
            match event.act:
                case Undo(action) | Redo(action):
                    self._follow(self.layer.touched_by(action))
                case act:
                    self._follow(act.touched())

    def _take_in_all(self) -> None:
        """Count and index everything anew."""
        self._revision += 1
        self._taken_in = self.layer.last_event
        changed = self._index.changed
        self._index = SpanIndex(self.tokens.starts, self.layer.spans.values())
        self._index.changed |= changed
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
