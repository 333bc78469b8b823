"""Counts in a few characters are read as what they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.labels import Attribute, Label, LabelSet
from tui.model.record import Record, fit_values
from tui.model.span import Json, Span
from tui.text.counting.count import Count
from tui.text.counting.notation import expand_count, shorten_count

numbers = st.none() | st.integers(0, 10**6)


@given(st.builds(Count, numbers, numbers, numbers, st.booleans()))
def test_what_is_written_is_read_as_the_same(count: Count) -> None:
    short = shorten_count(count)
    assert short is None or expand_count(short) == count


@pytest.mark.parametrize(
    ("count", "short"),
    [
        (Count.of(12), "=12"),
        (Count(6, 8), "6–8"),
        (Count(6), "6+"),
        (Count(None, 8), "≤8"),
        (Count(None, None, 10, approximate=True), "~10"),
        (Count(100, approximate=True), "~100+"),
        (Count(3, None, 5, approximate=True), None),
        (Count(), None),
    ],
    ids=str,
)
def test_a_count_is_written_short(count: Count, short: str | None) -> None:
    assert shorten_count(count) == short


@pytest.mark.parametrize("text", ["12", "at least six", "6-8", "", "=", "~", "-3", "٣+"])
def test_other_words_are_no_count(text: str) -> None:
    assert expand_count(text) is None


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("count", "12", 12),
        ("count", "6+", {"min": 6, "max": None, "exact": None, "approximate": False}),
        ("count", '{"min":6}', {"min": 6}),
        ("count", '{"least":6}', '{"least":6}'),
        ("count", "at least six", "at least six"),
        ("count", '"6"', '"6"'),
        ("number", "0.5", 0.5),
        ("number", "-3", -3),
        ("number", "true", "true"),
        ("number", "NaN", "NaN"),
        ("text", "6+", "6+"),
        ("flag", "False", False),
    ],
)
def test_a_text_is_read_as_the_type_of_its_attribute(kind: str, text: str, value: Json) -> None:
    labels = LabelSet(labels=(Label("toll", attributes=(Attribute("is", kind),)),))  # type: ignore[arg-type]
    record = Record("six", spans=(Span("s", 0, 3, "toll", {"is": text}),))
    (found,) = fit_values(record, labels).spans or ()
    assert found.attributes == {"is": value}
