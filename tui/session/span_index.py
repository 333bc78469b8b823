"""The spans of one article, found by where they stand; a key costs the same however many there are."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from tui.model.record import sort_spans
from tui.model.span import Span

_Key: TypeAlias = tuple[int, int, str, str]


class SpanIndex:
    """Spans by the chunks of the article they stand in, in reading order, and counted by label."""

    def __init__(self, starts: Sequence[int], spans: Iterable[Span] = ()) -> None:
        """Index `spans`; `starts` are the first code points of the chunks."""
        self._starts = starts
        self._by_id: dict[str, Span] = {}
        self._by_chunk: dict[int, dict[str, Span]] = {}
        self._listed: dict[int, tuple[Span, ...]] = {}
        self.counts: Counter[str] = Counter()
        """How many spans each label has."""
        self.changed: set[int] = set()
        """The chunks of which a span was put or dropped, since somebody emptied this."""
        for span in spans:
            self._add(span)
        self.changed.clear()
        self._order = sorted(map(_key_of, self._by_id.values()))

    def put(self, span: Span) -> None:
        """Add a span, or take it in place of the one with its id."""
        self.drop(span.id)
        self._add(span)
        insort(self._order, _key_of(span))

    def drop(self, span_id: str) -> None:
        """Take a span out, if it is there."""
        span = self._by_id.pop(span_id, None)
        if span is None:
            return
        for chunk in self._chunks_of(span.start, span.end):
            del self._by_chunk[chunk][span_id]
            self._listed.pop(chunk, None)
            self.changed.add(chunk)
        self.counts[span.label] -= 1
        del self._order[bisect_left(self._order, _key_of(span))]

    def overlapping(self, start: int, end: int) -> list[Span]:
        """List the spans that share a code point with `[start, end)`, in reading order."""
        found = {
            span.id: span
            for chunk in self._chunks_of(start, end)
            for span in self._by_chunk.get(chunk, {}).values()
            if span.overlaps(start, end)
        }
        return list(sort_spans(list(found.values())))

    def in_chunk(self, chunk: int) -> tuple[Span, ...]:
        """List the spans that reach into a chunk, in reading order; one tuple until one of them changes."""
        listed = self._listed.get(chunk)
        if listed is None:
            listed = tuple(sort_spans(list(self._by_chunk.get(chunk, {}).values())))
            self._listed[chunk] = listed
        return listed

    def beside(self, place: Span | int, step: int) -> str | None:
        """Find the id of the next or previous span from a span or a code point, round the article."""
        if not self._order:
            return None
        if isinstance(place, Span):
            at = bisect_left(self._order, _key_of(place)) + step
        else:
            at = bisect_left(self._order, (place,)) - (step == -1)
        return self._order[at % len(self._order)][-1]

    def _add(self, span: Span) -> None:
        self._by_id[span.id] = span
        self.counts[span.label] += 1
        for chunk in self._chunks_of(span.start, span.end):
            self._by_chunk.setdefault(chunk, {})[span.id] = span
            self._listed.pop(chunk, None)
            self.changed.add(chunk)

    def _chunks_of(self, start: int, end: int) -> range:
        first = max(bisect_right(self._starts, start) - 1, 0)
        return range(first, max(bisect_left(self._starts, end), first + 1))


def _key_of(span: Span) -> _Key:
    """Give what a span is ordered by: its start, the longer first, then label and id."""
    return span.start, -span.end, span.label, span.id
