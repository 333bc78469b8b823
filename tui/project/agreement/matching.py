"""Which span of one annotator is which of the other's."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from tui.model.span import Fragment, Span

Extent: TypeAlias = tuple[int, int, tuple[Fragment, ...]]
"""What a span covers: its start, its end, and its pieces where it has several."""

Pair: TypeAlias = tuple[Span, Span]
"""A span of the one and a span of the other."""


class Matched(Struct, frozen=True):
    """Pairs of spans, and what is left."""

    pairs: list[Pair]
    """Spans that belong together; none is in two pairs."""
    left: list[Span]
    """The others of the one annotator, in reading order."""
    right: list[Span]
    """The others of the other annotator, in reading order."""


def extent_of(span: Span) -> Extent:
    """Say what a span covers."""
    return span.start, span.end, span.fragments


def labelled_extent_of(span: Span) -> tuple[Extent, str]:
    """Say what a span covers, and its label."""
    return extent_of(span), span.label


def match_equal(left: Sequence[Span], right: Sequence[Span], key: Callable[[Span], Hashable]) -> Matched:
    """Pair the spans that have the same key, the first with the first."""
    waiting: defaultdict[Hashable, list[Span]] = defaultdict(list)
    for span in reversed(right):
        waiting[key(span)].append(span)
    pairs: list[Pair] = []
    rest: list[Span] = []
    for span in left:
        same = waiting.get(key(span))
        if same:
            pairs.append((span, same.pop()))
        else:
            rest.append(span)
    taken = {span.id for _, span in pairs}
    return Matched(pairs, rest, [span for span in right if span.id not in taken])


def match_overlapping(left: Sequence[Span], right: Sequence[Span]) -> Matched:
    """Pair spans that share a code point: those with the same label first, then those that share most."""
    found = [
        (left[first].label != right[second].label, -shared, first, second)
        for first, second, shared in _find_overlaps(left, right)
    ]
    pairs: list[Pair] = []
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for _, _, first, second in sorted(found):
        if first not in taken_left and second not in taken_right:
            taken_left.add(first)
            taken_right.add(second)
            pairs.append((left[first], right[second]))
    return Matched(
        pairs,
        [span for index, span in enumerate(left) if index not in taken_left],
        [span for index, span in enumerate(right) if index not in taken_right],
    )


def align(same: Matched) -> Matched:
    """Pair, after those with the same edges and label, spans with the same edges, then those that overlap."""
    other = match_equal(same.left, same.right, extent_of)
    overlapping = match_overlapping(other.left, other.right)
    return Matched(same.pairs + other.pairs + overlapping.pairs, overlapping.left, overlapping.right)


def _find_overlaps(left: Sequence[Span], right: Sequence[Span]) -> Iterator[tuple[int, int, int]]:
    """Find the spans that overlap, both in reading order, by their places, and how much they share."""
    open_: list[int] = []
    following = 0
    for first, one in enumerate(left):
        while following < len(right) and right[following].start < one.end:
            open_.append(following)
            following += 1
        open_ = [second for second in open_ if right[second].end > one.start]
        for second in open_:
            shared = _count_shared(one, right[second])
            if shared:
                yield first, second, shared


def _count_shared(one: Span, other: Span) -> int:
    """Count the code points that two spans share."""
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in one.pieces
        for other_start, other_end in other.pieces
    )
