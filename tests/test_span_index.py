"""The index of an article's spans agrees with looking at all of them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tui.model.record import sort_spans
from tui.model.span import Span
from tui.session.span_index import SpanIndex

_STARTS = (0, 10, 20, 30)
_SPANS = st.builds(
    lambda span_id, start, length, label: Span(span_id, start, start + length, label),
    st.sampled_from("abcdef"),
    st.integers(0, 39),
    st.integers(1, 25),
    st.sampled_from(["actor", "weapon"]),
)
_CHANGES = st.lists(_SPANS | st.sampled_from("abcdef"))


@given(_CHANGES, st.integers(0, 39), st.integers(1, 30))
def test_what_is_found_and_counted_is_what_is_there(
    changes: list[Span | str], start: int, length: int
) -> None:
    index, there = SpanIndex(_STARTS), dict[str, Span]()
    for change in changes:
        if isinstance(change, Span):
            index.put(change)
            there[change.id] = change
        else:
            index.drop(change)
            there.pop(change, None)
        assert index.in_chunk(0) == tuple(index.overlapping(0, _STARTS[1]))
    found = [span for span in there.values() if span.overlaps(start, start + length)]
    assert index.overlapping(start, start + length) == list(sort_spans(found))
    assert index.overlapping(start, start + length) == SpanIndex(_STARTS, there.values()).overlapping(
        start, start + length
    )
    for chunk, (first, end) in enumerate(pairwise((*_STARTS, 1000))):
        assert list(index.in_chunk(chunk)) == index.overlapping(first, end)
        assert index.in_chunk(chunk) is index.in_chunk(chunk)
    for label in ("actor", "weapon"):
        assert index.counts[label] == sum(span.label == label for span in there.values())


@given(st.lists(_SPANS, unique_by=lambda span: span.id, min_size=1))
def test_walking_goes_round_all_spans_in_reading_order(spans: list[Span]) -> None:
    index = SpanIndex(_STARTS, spans)
    by_id = {span.id: span for span in spans}
    ids = [span.id for span in sort_spans(spans)]
    assert index.beside(0, 1) == ids[0]
    assert [index.beside(by_id[span_id], 1) for span_id in ids] == [*ids[1:], ids[0]]
    assert [index.beside(by_id[span_id], -1) for span_id in ids] == [ids[-1], *ids[:-1]]


def test_without_spans_there_is_none_to_walk_to() -> None:
    assert SpanIndex(_STARTS).beside(5, 1) is None
