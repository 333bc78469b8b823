"""How much the learner's word counts, by what it foretold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.suggest.mixing import SHARES, Mix

ODDS = st.floats(-9.3, 9.3)


@given(st.lists(st.tuples(ODDS, ODDS, st.booleans())), ODDS, ODDS)
def test_what_is_blended_lies_between_both_and_survives_being_written(
    seen: list[tuple[float, float, bool]], here: float, learnt: float
) -> None:
    mix, again = Mix(), Mix()
    for ours, theirs, happened in seen:
        mix.observe(ours, theirs, happened=happened)
    again.load(mix.dump())
    assert again.share == mix.share
    assert 0.0 <= mix.share <= max(SHARES)
    (blended,) = mix.blend([(here, learnt)])
    assert min(here, learnt) - 1e-9 <= blended <= max(here, learnt) + 1e-9


def test_a_learner_is_hardly_believed_before_it_foretold_anything() -> None:
    assert Mix().share < 0.05


@pytest.mark.parametrize("is_right", [True, False])
def test_a_learner_is_believed_when_it_foretold_better(is_right: bool) -> None:
    mix = Mix()
    for happened in [True, False] * 50:
        mix.observe(0.0, 3.0 if happened == is_right else -3.0, happened=happened)
    assert (mix.share > 0.6) == is_right
    if not is_right:
        assert mix.share < 0.01


def test_a_learner_that_gets_worse_is_believed_no_more() -> None:
    mix = Mix()
    for is_right in [True] * 500 + [False] * 500:
        mix.observe(-1.0, -3.0 if is_right else 3.0, happened=False)
    assert mix.share < 0.01


@pytest.mark.parametrize("losses", [{}, {"0.0": 1.0}, {str(share): "x" for share in SHARES}])
def test_what_is_not_its_own_is_not_taken_over(losses: dict[str, object]) -> None:
    mix = Mix()
    mix.load(losses)  # type: ignore[arg-type]
    assert mix.dump() == Mix().dump()
