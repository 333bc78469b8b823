"""Plots for a terminal: what is drawn stands for the numbers, in the width that is given."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.ui.plots import SIGNS, draw_bars, draw_trend


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), max_size=20),
    st.integers(10, 200),
)
def test_each_bar_has_a_line_of_its_own_and_parts_as_long_as_their_share(
    bars: list[tuple[int, int, int]], width: int
) -> None:
    whole = 150
    lines = draw_bars(bars, whole, width=width)
    assert [len(line) for line in lines] == [width] * len(bars)
    for bar, line in zip(bars, lines, strict=True):
        for part, sign in zip(bar, SIGNS, strict=True):
            assert abs(line.count(sign) - width * part / whole) <= 2
        assert line.rstrip() == line.replace(" ", "")


def test_a_whole_of_nothing_has_empty_bars() -> None:
    assert draw_bars([(0,), (0,)], 0, width=12) == [" " * 12] * 2
    assert draw_bars([], 0, width=12) == []


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=14), st.integers(76, 200))
def test_a_trend_is_as_wide_as_it_may_be_and_names_the_least_the_half_and_the_most(
    counts: list[int], width: int
) -> None:
    lines = draw_trend([(f"{day:02}", count) for day, count in enumerate(counts)], width=width, height=9)
    assert len(lines) == 9
    assert max(map(len, lines)) <= width
    assert f"{max(*counts, 1):,}┤" in "\n".join(lines)
    assert any("█" in line for line in lines) == (max(counts) > 0)
    assert "13" in lines[-1] or len(counts) < 14
