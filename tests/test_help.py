"""Help, the command palette, and finding a label by its name: what they show, and what is found."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.at_work import STORY, make_project
from tests.piloted import SIZES, Size, annotating, browsing, make_app, press, screen_of, wait_for
from tui.ui.app import SpantagApp
from tui.ui.keys import ACTIONS, Keymap, key_name
from tui.ui.screens.base import ActionScreen
from tui.ui.screens.commands import Command, find_commands
from tui.ui.screens.help import HelpDialog

GUIDED = """\
guidelines: |
  Tag what is there, not what is meant.
labels:
  - {name: actor, key: a, description: Who acts., examples: [rebels, the army], guidelines: Also groups.}
  - {name: weapon, key: w}
"""
MANY = "labels:\n" + "".join(f"  - {{name: label{number}}}\n" for number in range(10_000))


def lines_of(pilot: Pilot[None]) -> list[str]:
    """Give the lines of a dialog without their frame."""
    return [line.strip(" │") for line in screen_of(pilot).splitlines() if "│" in line]


# Help


async def test_help_begins_with_what_is_useful_as_things_stand(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, _):
        await press(pilot, "?")
        assert "suggested, mark the paragraph" in " ".join(lines_of(pilot)[:8])
        await press(pilot, "escape right a ?")
        shown = " ".join(lines_of(pilot)[:8])
        assert "so many words long" in shown
        assert "suggested, mark the paragraph" not in shown


@pytest.mark.parametrize("size", [(40, 20), *SIZES], ids=str)
async def test_what_is_wrapped_in_help_hangs_under_its_beginning(tmp_path: Path, size: Size) -> None:
    async with annotating(tmp_path, size=size, labels=GUIDED) as (pilot, _):
        await press(pilot, "? s o space l o n g")
        rows = [row for row in screen_of(pilot).splitlines() if row.strip(" │")]
        first = next(at for at, row in enumerate(rows) if "Make the" in row)
        column = rows[first].index("Make the")
        assert column < size[0] * 2 // 3
        if "is ten." not in rows[first]:
            assert rows[first + 1][:column].strip(" │") == ""
            assert rows[first + 1][column] != " "


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("mention", "annotate.mentions"),
        ("occurrence", "annotate.tag_equal"),
        ("delete", "annotate.remove"),
        ("comment", "annotate.note"),
        ("resize", "annotate.length"),
        ("exit", "app.quit"),
    ],
)
async def test_help_finds_what_people_call_otherwise(tmp_path: Path, typed: str, wanted: str) -> None:
    async with annotating(tmp_path) as (pilot, _):
        await press(pilot, " ".join(["?", *typed]))
        (description,) = (action.description for action in ACTIONS if action.id == wanted)
        assert description.split(",")[0][:28] in " ".join(lines_of(pilot))


async def test_help_has_the_labels_with_their_guidelines_where_labels_are_used(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=GUIDED, size=(100, 60)) as (pilot, _):
        await press(pilot, "?")
        for shown in ("Tag what is there", "a  actor", "e.g. rebels; the army", "Also groups."):
            assert shown in screen_of(pilot)
        await press(pilot, "g r o u p s")
        assert "a  actor" in screen_of(pilot)
        assert "w  weapon" not in screen_of(pilot)
    async with browsing(make_project(tmp_path, labels=GUIDED)) as pilot:
        await press(pilot, "? a c t o r")
        assert "Nothing here has “actor”." in screen_of(pilot)


async def test_help_is_filtered_by_keys_and_words_in_any_order(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, _):
        await press(pilot, "? l i b r a r y space b a c k")
        shown = [line for line in lines_of(pilot) if line][2:]
        assert shown[0] == "Undo and back"
        assert shown[1].startswith("Esc")
        assert len([line for line in shown if "library" in line]) == 1
        await press(pilot, "q")
        assert "Nothing here has “library backq”." in screen_of(pilot)
        pilot.app.screen.query_one(Input).value = "x" * 4000
        await wait_for(pilot, "…”.")
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, HelpDialog)


async def test_of_ten_thousand_labels_some_are_listed_and_all_are_found(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=MANY) as (pilot, session):
        await press(pilot, "? l a b e l 9 8 7 6")
        assert "label9876" in screen_of(pilot)
        assert "label0 " not in screen_of(pilot)
        await press(pilot, "escape ;")
        options = pilot.app.screen.query_one(OptionList)
        assert options.option_count == 101
        assert options.get_option_at_index(100).prompt == "   … and 9,900 more; type more of the name"
        await press(pilot, "l a b e l 9 8 7 6 enter")
        assert session.hints.asked is not None
        assert session.hints.asked.label == "label9876"


# A label by its name


async def test_labels_are_listed_with_their_keys_and_what_they_mean(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=GUIDED) as (pilot, _):
        await press(pilot, ";")
        assert "a  actor  Who acts." in screen_of(pilot)
        await press(pilot, "x x")
        assert "no label has that in its name" in screen_of(pilot)
        await press(pilot, "enter backspace backspace w e enter")
        await wait_for(pilot, "weapon: type the letters")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("paragraph", [0, 3])
async def test_finding_a_label_leaves_what_is_at_work_in_sight(
    tmp_path: Path, size: Size, paragraph: int
) -> None:
    async with annotating(tmp_path, size=size) as (pilot, session):
        session.moves.go_to_chunk(paragraph)
        await press(pilot, "right ;")
        wanted = ("Rebels attack", "", "", "An army spokesman")[paragraph]
        assert wanted in screen_of(pilot)


# Commands


def commands_of(app: SpantagApp) -> list[Command]:
    assert isinstance(app.screen, ActionScreen)
    return list(app.screen.list_commands())


@pytest.mark.parametrize("article", [None, 1], ids=["library", "annotate"])
async def test_every_action_is_found_from_every_screen(tmp_path: Path, article: int | None) -> None:
    project = make_project(tmp_path, STORY)
    app = make_app(project, article=article)
    async with app.run_test() as pilot:
        await pilot.pause()
        commands = commands_of(app)
        for action in ACTIONS:
            if action.id != "annotate.length" and action.scope not in ("dialog", "search", "details"):
                titles = [command.title for command in find_commands(commands, action.name)]
                key = key_name(Keymap().keys(action.id)[0])
                assert any(title.startswith(f"{action.name}  ({key}") for title in titles), action.id
    project.close()


async def test_what_another_screen_does_is_named_with_the_way_there(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    app = make_app(project, article=1)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.pause()
        commands = commands_of(app)
        best = find_commands(commands, "Export")[0]
        assert best.title == "Export  (e in the library)"
        best.run()
        await wait_for(pilot, "Export works in the library, where its key is e; Esc goes back there.")
    project.close()


async def test_spantags_themes_come_first(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    app = make_app(project, article=1)
    async with app.run_test() as pilot:
        await pilot.pause()
        found = [command.title for command in find_commands(commands_of(app), "")]
        themes = [title for title in found if title.startswith("Theme")]
        assert themes[:2] == ["Theme: spantag-dark", "Theme: spantag-light"]
        assert len(themes) > 5
    project.close()


@pytest.mark.parametrize(("typed", "wanted"), [("mention", "Same everywhere"), ("delete", "Remove")])
async def test_commands_are_found_by_what_people_call_them(tmp_path: Path, typed: str, wanted: str) -> None:
    async with annotating(tmp_path) as (pilot, _):
        await press(pilot, " ".join([":", *typed]))
        assert wanted in screen_of(pilot)
