"""Commands by their names, and the list that they stand in."""

from pathlib import Path

from textual.app import App, ComposeResult

from tests.every_screen import at_screen
from tests.piloted import layer_of, send
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.screens.commands import CommandDialog
from tui.ui.widgets.choice_list import ChoiceList


async def test_a_command_is_found_and_done_by_one_burst_of_keys(tmp_path: Path) -> None:
    async with at_screen(AnnotateScreen, tmp_path) as pilot:
        await send(pilot, ":flag\r")
        assert layer_of(pilot).flags == {0}


class _Flat(App[None]):
    CSS = "ChoiceList { height: 0; border: none; }"

    def compose(self) -> ComposeResult:
        yield ChoiceList("one", "two", "three")


async def test_a_list_that_has_no_height_yet_can_be_paged() -> None:
    async with _Flat().run_test() as pilot:
        choices = pilot.app.query_one(ChoiceList)
        await pilot.press("pagedown", "pagedown", "pageup")
        assert choices.highlighted in (0, 1, 2)


async def test_what_is_clicked_is_done_though_the_list_shows_other_things_by_then(tmp_path: Path) -> None:
    async with at_screen(CommandDialog, tmp_path) as pilot:
        choices = pilot.app.screen.query_one(ChoiceList)
        choices.highlighted = 2
        chosen = choices.highlighted_option
        assert chosen is not None
        choices.action_select()
        await send(pilot, "zzz")
        assert "Flag" in str(chosen.prompt)
        assert layer_of(pilot).flags == {0}
