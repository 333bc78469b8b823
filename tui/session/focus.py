"""What is in focus: the span or suggestion that keys change, and the edge of it that arrows move."""

from collections.abc import Mapping
from typing import Final

from tui.model.span import Span
from tui.session.annotations import Annotations
from tui.session.suggestions import ArticleSuggestions
from tui.session.tokens import Edge
from tui.suggest.suggestion import Suggestion

_NEXT_HELD: Final[Mapping[Edge | None, Edge | None]] = {None: "end", "end": "start", "start": None}
"""Which edge of a span is held next."""


class Focus:
    """At most one span or suggestion; which one is changed through methods alone."""

    def __init__(self, annotations: Annotations) -> None:
        self._annotations = annotations
        self._span_id: str | None = None
        self._last_id = ""
        self._suggestion: Suggestion | None = None
        self._held: Edge | None = None
        self._is_by_itself = False

    @property
    def span_id(self) -> str | None:
        """Id of the span in focus; it may be gone by now."""
        return self._span_id

    @property
    def span(self) -> Span | None:
        """The span in focus."""
        return None if self._span_id is None else self._annotations.layer.spans.get(self._span_id)

    @property
    def last_span(self) -> Span | None:
        """The span that is in focus, or was so last."""
        return self._annotations.layer.spans.get(self._last_id)

    @property
    def suggestion(self) -> Suggestion | None:
        """The suggestion in focus: one that was gone to, else the most doubtful one at work."""
        return self._suggestion

    @property
    def stop(self) -> Span | Suggestion | None:
        """What is in focus."""
        return self.span or self._suggestion

    @property
    def held(self) -> Edge | None:
        """The edge of the span in focus that plain arrows move."""
        return self._held

    @property
    def is_by_itself(self) -> bool:
        """Whether the suggestion came into focus by itself: the annotator has not gone there."""
        return self._is_by_itself

    def put_on_span(self, span_id: str) -> None:
        """Put a span into focus."""
        self._suggestion = None
        self._held = self._held if self._span_id == span_id else None
        self._span_id = self._last_id = span_id

    def put_on_suggestion(self, suggestion: Suggestion, *, by_itself: bool = False) -> None:
        """Put a suggestion into focus, where the annotator went, or where they did not."""
        self._span_id = None
        self._suggestion = suggestion
        self._is_by_itself = by_itself

    def hold_next(self) -> None:
        """Let plain arrows move the end of the span in focus, then its start, then neither."""
        self._held = _NEXT_HELD[self._held]

    def drop_suggestion(self) -> None:
        """Put no suggestion into focus; a span in focus stays there."""
        self._suggestion = None
        self._is_by_itself = False

    def clear(self) -> None:
        """Put nothing into focus."""
        self._span_id = self._held = None
        self.drop_suggestion()


def list_stops(
    annotations: Annotations, suggestions: ArticleSuggestions, start: int
) -> list[Span | Suggestion]:
    """List the suggestions and spans that start at a code point: its hint goes to one after the other."""
    return [
        *[each for each in suggestions.in_chunk(annotations.tokens.chunk_at(start)) if each.start == start],
        *[span for span in annotations.spans_in(start, start + 1) if span.start == start],
    ]
