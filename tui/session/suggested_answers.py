"""What is suggested as answers to what is asked of an article's spans, until that can differ."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tui.model.labels import LabelSet
from tui.model.span import Json, Span
from tui.session.annotations import Annotations
from tui.suggest.answers import SuggestedAnswer
from tui.suggest.assistant import Assistant

NO_ANSWERS: Final[Mapping[str, SuggestedAnswer]] = {}
"""What is suggested where nothing is."""

_Asked = tuple[int, int, str]
"""The edges and label of a span."""

_Told = tuple[Mapping[str, Json], Mapping[str, SuggestedAnswer]]
"""What was answered already, and what is suggested beside it."""


class _Known(Struct, frozen=True):
    """What is known of a chunk: its spans, those that have answers, and what is suggested for all."""

    spans: tuple[Span, ...]
    answered: tuple[Span, ...]
    suggested: dict[_Asked, _Told]

    def list_before(self, span: Span) -> list[Span]:
        """List the spans that have answers and begin before a span."""
        return [each for each in self.answered if each.start < span.start]


class SuggestedAnswers:
    """The suggested answers of the spans of an article."""

    def __init__(self, assistant: Assistant | None, annotations: Annotations, labels: LabelSet) -> None:
        """Ask `assistant`, or suggest nothing where it is None."""
        self._assistant = assistant
        self._annotations = annotations
        self._text = annotations.article.text
        self._asking: Final = frozenset([label.name for label in labels.labels if label.attributes])
        self._known: dict[int, _Known] = {}
        self._known_of: tuple[int, bool] | None = None

    @property
    def revision(self) -> tuple[int, bool] | None:
        """What changes with everything that they hang on beside the spans themselves."""
        return None if self._assistant is None else self._assistant.answers_revision

    def of(self, span: Span) -> Mapping[str, SuggestedAnswer]:
        """Give what is suggested for a span, by attribute; nothing for what was answered."""
        if self._assistant is None or span.label not in self._asking:
            return NO_ANSWERS
        if self._known_of != self.revision:
            self._known_of = self.revision
            self._known.clear()
        chunk = self._open_chunk(self._annotations.tokens.chunk_at(span.start))
        asked = span.start, span.end, span.label
        told = chunk.suggested.get(asked)
        if told is None or told[0] != span.attributes:
            found = self._assistant.suggest_answers(self._text, span, chunk.list_before(span))
            told = chunk.suggested[asked] = span.attributes, {each.attribute: each for each in found}
        return told[1]

    def of_open(self, span: Span) -> Mapping[str, SuggestedAnswer]:
        """Give what Enter takes with a span: what is suggested where its paragraph is not decided yet."""
        place = self._annotations.tokens.chunk_at(span.start)
        return self.of(span) if self._annotations.is_to_do(place) else NO_ANSWERS

    def list_unlikely(self, span: Span) -> frozenset[str]:
        """Name the attributes that have most likely no answer; they are asked last, and not by themselves."""
        if self._assistant is None or span.label not in self._asking:
            return frozenset()
        chunk = self._open_chunk(self._annotations.tokens.chunk_at(span.start))
        return self._assistant.list_unlikely_answers(self._text, span, chunk.list_before(span))

    def fill(self, span: Span) -> dict[str, Json]:
        """Give the answers of a span together with those that are suggested."""
        suggested = {name: each.value for name, each in self.of(span).items()}
        return {**span.attributes, **suggested}

    def has_no_rules(self) -> bool:
        """Tell whether the article is in a language of which no counts are read."""
        return self._assistant is not None and self._assistant.answers.tell_language(self._text) is None

    def _open_chunk(self, chunk: int) -> _Known:
        """Give what is known of a chunk; of a decided one nothing is told by the spans there."""
        spans = self._annotations.spans_in_chunk(chunk) if self._annotations.is_to_do(chunk) else ()
        before = self._known.get(chunk)
        if before is not None and before.spans is spans:
            return before
        answered = tuple([span for span in spans if span.attributes])
        suggested = before.suggested if before is not None and before.answered == answered else {}
        known = self._known[chunk] = _Known(spans, answered, suggested)
        return known
