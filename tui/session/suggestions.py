"""What is suggested in one article: asked of the assistant chunk by chunk, until something changes."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from tui.model.span import HAND, Span
from tui.session.annotations import Annotations
from tui.session.tokens import TokenPlace
from tui.suggest.assistant import Assistant
from tui.suggest.prior import predict_extent, rank_starts
from tui.suggest.suggestion import Suggestion

_NEAR_CHUNKS: Final = 20
"""Chunks before and after one whose spans are looked for in it as soon as they are tagged."""

_INSIDE_SUGGESTION: Final = 0.3
"""How much less probable a start is inside a suggestion."""

_MANY_WRONG: Final = 3
"""Suggestions turned down near each other before any are held back."""

_FAIR_SHARE: Final = 0.4
"""The share of suggestions that has to be right where some were turned down."""

_SURE: Final = 0.75
"""How sure a suggestion must be where most were turned down."""


class ArticleSuggestions:
    """The suggestions in one article, and what else the assistant says of it."""

    def __init__(self, assistant: Assistant | None, annotations: Annotations) -> None:
        """Ask `assistant`, or suggest nothing where it is None."""
        self._assistant = assistant
        self._annotations = annotations
        self._text = annotations.article.text
        self._tokens = annotations.tokens
        self._labels = annotations.batch.project.labels.names
        self._from_outside = [] if assistant is None else annotations.batch.load_suggestions()
        self._known: dict[int, tuple[tuple[int, int], list[Suggestion]]] = {}
        self._open_at = -1
        self._open: dict[int, list[Span]] = {}
        self._asked_anew = 0
        self._changed: set[int] = set()

    @property
    def revision(self) -> tuple[int, int]:
        """What changes with everything that suggestions hang on."""
        return self._annotations.revision, self._asked_anew

    def forget(self) -> None:
        """Ask for all suggestions anew."""
        self._asked_anew += 1

    def poll(self) -> None:
        """Let a newly learnt model speak from now on."""
        self.forget()
        if self._assistant is not None:
            self._assistant.poll()

    def in_chunk(self, chunk: int) -> list[Suggestion]:
        """List what is suggested in a chunk, in reading order; none where its paragraph is decided."""
        paragraph = self._tokens.chunks[chunk].paragraph
        if self._assistant is None or self._annotations.state_of(paragraph) != "unfinished":
            return []
        known = self._known.get(chunk)
        if known is None or known[0] != self.revision:
            start, end = self._tokens.edges_of(chunk)
            first, last = self._near(chunk)
            found = self._assistant.suggest(
                self._text,
                start,
                end,
                self._open_spans(chunk),
                self._rejected_for(start, end),
                self._from_outside_in(start, end),
            )
            known = (self.revision, self._hold_back(found, first, last))
            self._known[chunk] = known
        return known[1]

    def list_sources_outside(self) -> list[str]:
        """List the sources outside that suggest anything in the article."""
        return sorted({each.source for each in self._from_outside})

    def observe_part(self, chunk: int) -> None:
        """Let the assistant learn from a part of a long paragraph that was gone through to its end."""
        paragraph = self._tokens.chunks[chunk].paragraph
        place = self._annotations.batch.place_of(paragraph)
        start, end = self._tokens.edges_of(chunk)
        part = start - self._annotations.article.paragraphs[paragraph].start
        if self._assistant is not None and not self._assistant.has_learnt(place, part):
            self._assistant.observe_paragraph(
                self._text,
                start,
                end,
                self._annotations.spans_in(start, end),
                self._from_outside_in(start, end),
                place=place,
                part=part,
            )
        self.forget()

    def follow(self, paragraphs: Sequence[int]) -> None:
        """Let the assistant learn from those of some paragraphs that are finished, and unlearn the others."""
        if self._assistant is None:
            return
        finished = [each for each in paragraphs if self._annotations.state_of(each) == "finished"]
        others = [self._annotations.batch.place_of(each) for each in paragraphs if each not in finished]
        gone = [place for place in others if self._assistant.has_learnt(place)]
        if gone:
            self._assistant.unlearn(gone)
            self.forget()
        for paragraph in finished:
            self._observe(paragraph)
        self._changed.update(self._annotations.take_changed())
        self._changed.difference_update(paragraphs)

    def learn_edits(self) -> bool:
        """Let the assistant learn anew from paragraphs that were changed after they were finished.

        Says whether there were any.
        """
        self._changed.update(self._annotations.take_changed())
        changed = [each for each in self._changed if self._annotations.state_of(each) == "finished"]
        self._changed.clear()
        if self._assistant is None or not changed:
            return False
        self._assistant.unlearn([self._annotations.batch.place_of(each) for each in changed])
        for paragraph in changed:
            self._observe(paragraph)
        return True

    def unlearn_unfinished(self) -> None:
        """Let the assistant unlearn what was finished, and is no more since something else wrote to it."""
        count = len(self._annotations.article.paragraphs)
        self.follow([each for each in range(count) if self._annotations.state_of(each) != "finished"])

    def _observe(self, paragraph: int) -> None:
        """Let the assistant learn from a paragraph that was finished, but for what it has learnt already."""
        for chunk in self._tokens.chunks[self._tokens.first_chunk_of(paragraph) :]:
            if chunk.paragraph != paragraph:
                break
            self.observe_part(chunk.index)

    def rate_hints(self, chunk: int) -> list[float]:
        """Say how probable it is that each token's hint is needed: less where a span is suggested already."""
        chances = self._rate_starts(chunk)
        starts = [start for start, _ in self._tokens.of(chunk)]
        for suggestion in self.in_chunk(chunk):
            first, behind = bisect_left(starts, suggestion.start), bisect_left(starts, suggestion.end)
            if first < behind:
                chances[first] = 1.0 - (suggestion.confidence or 0.0)
            for token in range(first + 1, behind):
                chances[token] *= _INSIDE_SUGGESTION
        return chances

    def predict_span(self, place: TokenPlace, label: str | None) -> tuple[int, int, str]:
        """Say which span a hint makes at a token: as long as predicted, of the label or the predicted one."""
        chunk, token = place
        tokens, text = self._tokens.of(chunk), self._text
        if self._assistant is None:
            length = predict_extent(text, tokens, token)
        else:
            start = tokens[token][0]
            taken = [
                bisect_left(tokens, (span.end, 0)) - token
                for span in self._annotations.spans_in(start, start + 1)
                if span.start == start and label in (None, span.label)
            ]
            existing = self._open_spans(chunk)
            length = self._assistant.predict_extent(text, tokens, token, label, taken, existing)
            if label is None:
                label = self._assistant.predict_label(text, tokens, token, length, existing)[0][0]
        last = min(token + max(length, 1), len(tokens)) - 1
        return tokens[token][0], tokens[last][1], label or self._labels[0]

    def _from_outside_in(self, start: int, end: int) -> list[Suggestion]:
        """List what came from outside for a stretch of the article."""
        return [each for each in self._from_outside if start <= each.start and each.end <= end]

    def _near(self, chunk: int) -> tuple[int, int]:
        """Say from where to where what is tagged counts in a chunk before it is finished."""
        chunks = self._tokens.chunks
        first, last = max(chunk - _NEAR_CHUNKS, 0), min(chunk + _NEAR_CHUNKS, len(chunks) - 1)
        return chunks[first].start, chunks[last].end

    def _open_spans(self, chunk: int) -> list[Span]:
        """List the spans near a chunk that stand in it or in paragraphs that are not finished.

        It is one list until anything changes: every hint asks for it.
        """
        revision = self._annotations.revision
        if self._open_at != revision:
            self._open_at, self._open = revision, {}
        known = self._open.get(chunk)
        if known is None:
            paragraph = self._tokens.chunks[chunk].paragraph
            near = self._annotations.spans_in(*self._near(chunk))
            known = self._open[chunk] = [span for span in near if self._is_open(span, paragraph)]
        return known

    def _is_open(self, span: Span, paragraph: int) -> bool:
        """Tell whether a span stands in this or another paragraph that is not finished."""
        its_own = self._tokens.chunks[self._tokens.chunk_at(span.start)].paragraph
        return its_own == paragraph or self._annotations.state_of(its_own) != "finished"

    def _rate_starts(self, chunk: int) -> list[float]:
        tokens = self._tokens.of(chunk)
        if self._assistant is not None:
            return self._assistant.rank_starts(self._text, tokens)
        return [1 / (2 + rank) for rank in rank_starts(self._text, tokens)]

    def _rejected_for(self, start: int, end: int) -> list[tuple[int, int, str]]:
        """List what was turned down, for suggestions in `[start, end)`.

        What was made right elsewhere says nothing about other places.
        """
        return [
            (first, behind, label)
            for first, behind, label, pieces in self._annotations.layer.rejected
            if not pieces
            if start <= first < end or not self._annotations.spans_in(first, behind)
        ]

    def _hold_back(self, found: list[Suggestion], start: int, end: int) -> list[Suggestion]:
        """Keep only sure suggestions where most of those in `[start, end)` were turned down."""
        wrong = [
            first
            for first, behind, _, _ in self._annotations.layer.rejected
            if start <= first < end and not self._annotations.spans_in(first, behind)
        ]
        if len(wrong) < _MANY_WRONG:
            return found
        right = sum(span.origin.source != HAND.source for span in self._annotations.spans_in(start, end))
        right += sum(each.start < max(wrong) for each in found)
        if right >= _FAIR_SHARE * (right + len(wrong)):
            return found
        return [each for each in found if (each.confidence or 0.0) >= _SURE]
