"""Which article comes first: how doubtful articles are, and the library's order by it."""

from itertools import pairwise
from math import isclose
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from textual.pilot import Pilot

from tests.at_work import STORY, enter, make_project, work_on
from tests.piloted import SIZES, Size, browsing, press, said, screen_of
from tui.project.project import Project
from tui.suggest.order import Doubt, entropy, put_first, rank_least_sure

PLAIN = "Nothing of note\n\nthe weather was dull and the day was long and the road was wet.\n"
NAMES = "Karsin Doran Ulmet\n\nTeshgar met Mirava in Orlen; Saban, Keldi and Praxos 52 left Velmora.\n"
chances = st.lists(st.floats(0, 1), max_size=30)

# The formula


@pytest.mark.parametrize(
    ("chance", "bits"), [(0.0, 0.0), (1.0, 0.0), (0.5, 1.0), (0.25, 0.811278), (0.75, 0.811278)]
)
def test_a_token_is_most_doubtful_where_its_chance_is_even(chance: float, bits: float) -> None:
    assert isclose(entropy(chance), bits, abs_tol=1e-6)


@given(chances, chances)
def test_doubts_add_up_in_any_parts(some: list[float], more: list[float]) -> None:
    parts, whole = Doubt().add(some).add(more), Doubt().add(some + more)
    assert (parts.tokens, parts.doubtful) == (whole.tokens, whole.doubtful)
    assert isclose(parts.bits, whole.bits, abs_tol=1e-9)
    assert 0.0 <= whole.mean <= 1.0


def test_a_long_article_is_not_more_doubtful_for_being_long() -> None:
    assert isclose(Doubt().add([0.3] * 10).mean, Doubt().add([0.3] * 1000).mean)


def test_the_most_doubtful_article_is_first_and_ties_stay_in_order_of_arrival() -> None:
    doubts = {
        1: Doubt().add([0.1]),
        2: Doubt().add([0.5]),
        3: Doubt(),
        5: Doubt().add([0.1]),
        4: Doubt().add([0.1]),
    }
    assert rank_least_sure(doubts) == [2, 1, 4, 5]


@given(st.lists(st.integers(1, 30), unique=True), st.integers(0, 30))
def test_ordering_keeps_every_article_once(ranked: list[int], count: int) -> None:
    numbers = range(1, count + 1)
    ordered = put_first(ranked, numbers)
    assert sorted(ordered) == list(numbers)
    assert put_first(ranked, list(numbers)) == ordered
    first = [number for number in ranked if number <= count]
    assert ordered[: len(first)] == first


def test_the_reason_counts_the_doubtful_words() -> None:
    assert Doubt().add([0.5, 0.5, 0.0, 1.0]).describe() == "50% unsure, 2 doubtful words"
    assert Doubt().add([0.5, 0.0]).describe() == "50% unsure, 1 doubtful word"


# The articles of a project


def test_only_unfinished_paragraphs_are_weighed(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY, PLAIN)
    session = work_on(project, 2)
    enter(session)
    doubts = dict(project.weigh_articles([1, 2]))
    enter(session)
    assert 0 < doubts[2].tokens < doubts[1].tokens
    assert dict(project.weigh_articles([2])) == {2: Doubt()}
    project.close()


def test_a_huge_paragraph_is_weighed_in_small_steps(tmp_path: Path) -> None:
    project = make_project(tmp_path, "word " * 50_000)
    steps = [doubt.tokens for _, doubt in project.weigh_articles([1])]
    assert max(after - before for before, after in pairwise(steps)) <= 80
    assert steps[-1] == 2_000
    project.close()


# The library


def make_library(folder: Path) -> Project:
    project = make_project(folder, STORY, PLAIN, NAMES)
    session = work_on(project, 1)
    while enter(session):
        pass
    return project


async def wait_for_order(pilot: Pilot[None]) -> None:
    for _ in range(400):
        await pilot.pause(0.02)
        if "least sure first" in screen_of(pilot):
            return
    raise AssertionError(screen_of(pilot))


def titles(pilot: Pilot[None]) -> list[str]:
    names = ("Rebels", "Nothing of note", "Karsin")
    return [name for line in screen_of(pilot).splitlines() for name in names if name in line]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_least_sure_article_comes_first_with_its_reason_and_goes_again(
    tmp_path: Path, size: Size
) -> None:
    async with browsing(make_library(tmp_path), size=size) as pilot:
        before = titles(pilot)
        assert before == ["Rebels", "Nothing of note", "Karsin"]
        await press(pilot, "o")
        await wait_for_order(pilot)
        assert titles(pilot) == ["Karsin", "Nothing of note", "Rebels"]
        assert "doubtful words" in screen_of(pilot)
        await press(pilot, "enter")
        assert "Karsin" in screen_of(pilot).splitlines()[0]
        await press(pilot, "escape")
        assert titles(pilot) == ["Karsin", "Nothing of note", "Rebels"]
        await press(pilot, "o o o o")
        assert titles(pilot) == before
        assert "least sure" not in screen_of(pilot)


async def test_the_cursor_stays_with_an_annotator_who_moved_it(tmp_path: Path) -> None:
    async with browsing(make_library(tmp_path)) as pilot:
        await press(pilot, "home o down")
        await wait_for_order(pilot)
        (line,) = [line for line in screen_of(pilot).splitlines() if "▸" in line]
        assert "Nothing of note" in line


async def test_the_order_can_be_called_off_while_it_is_worked_out(tmp_path: Path) -> None:
    async with browsing(make_library(tmp_path)) as pilot:
        await press(pilot, "o o")
        await pilot.pause(0.4)
        assert titles(pilot) == ["Karsin", "Nothing of note", "Rebels"]
        assert "by title" in screen_of(pilot)
        assert "least sure" not in screen_of(pilot)


async def test_the_order_goes_with_the_filters(tmp_path: Path) -> None:
    async with browsing(make_library(tmp_path)) as pilot:
        await press(pilot, "o")
        await wait_for_order(pilot)
        await press(pilot, "s")
        assert titles(pilot) == ["Karsin", "Nothing of note"]


async def test_without_anything_learnt_the_order_goes_on_to_the_titles(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, STORY, NAMES)) as pilot:
        await press(pilot, "o")
        assert said(pilot).startswith("Nothing is learnt yet")
        assert titles(pilot) == ["Karsin", "Rebels"]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_order_goes_from_arrival_by_title_date_and_progress_and_back(
    tmp_path: Path, size: Size
) -> None:
    project = make_project(tmp_path, STORY, PLAIN, NAMES)
    for number, date in ((1, "2024-01-05"), (2, "2024-03-01")):
        about = project.store.imports.read_about(number)
        project.store.imports.write_about(number, structs.replace(about, meta={"date": date}))
    enter(work_on(project, 2))
    shown = []
    async with browsing(project, size=size) as pilot:
        await press(pilot, "o")
        for _ in range(4):
            await press(pilot, "o")
            shown.append(titles(pilot))
            if len(shown) == 2:
                assert "2024-03-01" in screen_of(pilot)
    came, begun = ["Rebels", "Nothing of note", "Karsin"], ["Nothing of note", "Rebels", "Karsin"]
    assert shown == [["Karsin", "Nothing of note", "Rebels"], begun, begun, came]
