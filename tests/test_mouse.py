"""Everything but writing, with the mouse alone."""

from pathlib import Path

import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.at_work import STORY, make_project, spans_of, work_on
from tests.piloted import SIZES, annotating, make_app, place_of, screen_of, session_of
from tui.project.place import Place
from tui.ui.app import SpantagApp
from tui.ui.keys import Keymap
from tui.ui.screens.commands import CommandDialog
from tui.ui.screens.dialogs import MessageDialog, PromptDialog, SourcesDialog
from tui.ui.screens.help import HelpDialog
from tui.ui.settings import Settings

SUGGESTED = """\
labels:
  - {name: actor, key: a, patterns: [army]}
  - {name: location, key: l, patterns: [Moru]}
"""


async def click(pilot: Pilot[None], phrase: str, *, times: int = 1) -> None:
    await pilot.click(offset=place_of(pilot, phrase), times=times)
    await pilot.pause()


async def choose(pilot: Pilot[None], name: str) -> None:
    """Choose a command: click `Commands`, turn the wheel until it is seen, and click it."""
    await click(pilot, "Commands")
    dialog = pilot.app.screen
    assert isinstance(dialog, CommandDialog)
    commands = dialog.query_one(OptionList)
    for _ in range(60):
        if f" {name}  (" in screen_of(pilot):
            await click(pilot, f"{name}  (")
            return
        commands.post_message(MouseScrollDown(commands, 10, 5, 0, 1, 0, False, False, False))
        await pilot.pause()
    raise AssertionError(f"there is no command {name!r}")


async def test_spans_are_made_changed_and_taken_back_with_the_mouse(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await click(pilot, "Masked rebels", times=2)
        await click(pilot, "actor")
        assert spans_of(session) == [("Masked", "actor")]
        await choose(pilot, "Extend right")
        assert spans_of(session) == [("Masked rebels", "actor")]
        await click(pilot, "weapon")
        assert spans_of(session) == [("Masked rebels", "weapon")]
        await choose(pilot, "Remove")
        assert spans_of(session) == []
        await click(pilot, "Undo")
        assert spans_of(session) == [("Masked rebels", "weapon")]
        await choose(pilot, "Redo")
        assert spans_of(session) == []
        await click(pilot, "Finish")
        assert session.annotations.state_of(1) == "finished"
        await choose(pilot, "Mode")
        assert session.mode == "express"


async def test_suggestions_are_accepted_and_rejected_with_the_mouse(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY, labels=SUGGESTED)
    app = make_app(project, article=1)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        session = session_of(app)
        # At first the first paragraph is at work.
        await click(pilot, "Masked rebels")
        first, second, *_ = session.suggestions.in_chunk(1)
        await click(pilot, "army convoy")
        assert session.focus.suggestion == first
        await choose(pilot, "Pin")
        assert spans_of(session) == [("army", "actor")]
        await click(pilot, "Moru on Friday")
        assert session.focus.suggestion == second
        await choose(pilot, "Remove")
        assert (second.start, second.end, second.label, ()) in session.layer.rejected
        assert spans_of(work_on(project)) == [("army", "actor")]
    project.close()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_click_beside_a_dialog_or_on_its_title_closes_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with annotating(tmp_path, size=size) as (pilot, session):
        screen = pilot.app.screen
        for dialog in (
            HelpDialog(Keymap(), "annotate", session.batch.project.labels),
            MessageDialog("What was refused", ["a line"]),
            PromptDialog("Search the article"),
            SourcesDialog(session.batch.project.open_assistant(), session.batch.project.labels),
        ):
            for is_beside in (True, False):
                await pilot.app.push_screen(dialog)
                await pilot.pause()
                title = pilot.app.screen.query_one(".dialog-title").region
                line = pilot.app.screen.query_one(".dialog").region.bottom_right
                # A click into the dialog leaves it open.
                await pilot.click(offset=(line[0] - 3, line[1] - 2))
                assert pilot.app.screen is dialog
                await pilot.click(offset=(0, 0) if is_beside else (title.x + 1, title.y))
                await pilot.pause()
                assert pilot.app.screen is screen


@pytest.mark.parametrize(("phrase", "begins"), [("write a starter", True), ("leave; nothing", False)])
async def test_the_first_screen_is_answered_with_the_mouse(tmp_path: Path, phrase: str, begins: bool) -> None:
    app = SpantagApp(
        Place.of(tmp_path, annotator="ana"),
        None,
        keymap=Keymap(),
        settings=Settings(),
        settings_folder=tmp_path / "config",
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await click(pilot, phrase)
        assert (tmp_path / "labels.yaml").exists() == begins
        if begins:
            assert "no articles here yet" in screen_of(pilot)
    assert (app.return_code is None) == begins
    if app.project is not None:
        app.project.close()
