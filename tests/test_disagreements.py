"""The list of disagreements in the app: kind by kind, of all or of two, and each read in its article."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.adjudicated import say
from tests.at_work import STORY, make_project
from tests.every_screen import AnyScreen
from tests.piloted import SIZES, Size, browsing, place_of, press, screen_of, wait_for
from tui.project.project import Project
from tui.ui.screens.disagreements import DisagreementsScreen
from tui.ui.screens.layer import LayerScreen
from tui.ui.screens.overview import OverviewScreen
from tui.ui.widgets.mention_list import MentionList


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project of two articles in which two annotators differ in three ways, and a third from both."""
    made = make_project(tmp_path, STORY, f"{STORY}Once more.\n")
    for number in (1, 2):
        say(made, "bea", [("army", "actor"), ("Moru", "location")], number=number)
        say(made, "cat", [("an army", "actor")], number=number)
    say(made, "dan", [("army", "weapon"), ("Moru", "location")])
    return made


def screen_type(pilot: Pilot[None]) -> AnyScreen:
    return type(pilot.app.screen)


async def walk(pilot: Pilot[None]) -> MentionList:
    await press(pilot, "p d")
    await wait_for(pilot, "boundary  ")
    assert screen_type(pilot) is DisagreementsScreen
    return pilot.app.screen.query_one(MentionList)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_kinds_are_counted_chosen_and_walked(project: Project, size: Size) -> None:
    async with browsing(project, size=size) as pilot:
        walked = await walk(pilot)
        await press(pilot, "right")
        assert "[boundary 2]" in screen_of(pilot)
        shown = screen_of(pilot)
        assert "bea: actor “army”" in shown
        assert "cat: actor “an army”" in shown
        assert "1/2" in shown
        await press(pilot, "down")
        assert walked.cursor == 1
        assert "2/2" in screen_of(pilot)
        await press(pilot, "right right")
        assert "[missed 3]" in screen_of(pilot)
        assert walked.cursor == 0
        await press(pilot, "left left left left")
        assert "[relation 0]" in screen_of(pilot)
        assert "They disagree nowhere here." in screen_of(pilot)


async def test_enter_reads_both_at_the_place_and_esc_comes_back_to_the_line(project: Project) -> None:
    async with browsing(project) as pilot:
        walked = await walk(pilot)
        await press(pilot, "right right down enter")
        assert screen_type(pilot) is LayerScreen
        assert "cat  read only" in screen_of(pilot)
        await press(pilot, "tab")
        assert "dan  read only" in screen_of(pilot)
        await press(pilot, "escape")
        assert screen_type(pilot) is DisagreementsScreen
        assert "[label 2]" in screen_of(pilot)
        assert walked.cursor == 1
        await press(pilot, "escape")
        assert screen_type(pilot) is OverviewScreen


async def test_two_annotators_can_be_chosen_by_name_and_all_again(project: Project) -> None:
    async with browsing(project) as pilot:
        await walk(pilot)
        await press(pilot, "w")
        await wait_for(pilot, "bea – cat  4 disagreements")
        await press(pilot, "d a n enter")
        await wait_for(pilot, "cat – dan")
        assert "[all 2]" in screen_of(pilot)
        await press(pilot, "w enter")
        await wait_for(pilot, "[all 7]")


async def test_everybody_is_compared_with_gold_where_there_is_one(project: Project) -> None:
    say(project, "gold", [("army", "actor")])
    async with browsing(project) as pilot:
        await walk(pilot)
        await press(pilot, "w g o l d space")
        await wait_for(pilot, "gold – cat")
        await press(pilot, "down enter")
        await wait_for(pilot, "[all 1]")
        assert "gold: actor “army”" in screen_of(pilot)


async def test_a_click_chooses_a_kind_and_two_clicks_open_the_place(project: Project) -> None:
    async with browsing(project) as pilot:
        walked = await walk(pilot)
        await pilot.click(offset=place_of(pilot, "missed 3"))
        await pilot.pause()
        assert "[missed 3]" in screen_of(pilot)
        await pilot.click(walked, offset=(20, 1), times=2)
        await pilot.pause()
        assert screen_type(pilot) is LayerScreen


async def test_where_nobody_finished_the_same_it_says_so(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, STORY)) as pilot:
        await press(pilot, "p d")
        await wait_for(pilot, "agreement needs two annotators")
        await press(pilot, "enter w escape")
        assert screen_type(pilot) is OverviewScreen


async def test_the_page_says_how_many_of_each_kind_there_are(project: Project) -> None:
    async with browsing(project, size=(120, 50)) as pilot:
        await press(pilot, "p")
        await wait_for(pilot, "they disagree on: boundary 2, label 2, missed 3")
