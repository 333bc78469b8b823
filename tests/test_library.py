"""The library, the first screen of a folder, and the dialogs over them."""

import asyncio
import json
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest
from msgspec import structs
from textual.pilot import Pilot
from textual.widgets import Input

from tests.adjudicated import say
from tests.at_work import STORY, enter, make_project, work_on
from tests.piloted import (
    SIZES,
    Size,
    browsing,
    make_app,
    place_of,
    press,
    press_at_once,
    said,
    screen_of,
    send,
    session_of,
    settle,
    wait_for,
)
from tests.stored import forge_event
from tui.errors import StoreError
from tui.model.events import Act, Finish, Flag, Note, Tag
from tui.model.span import Json
from tui.project.importing import ImportReport
from tui.project.place import Place
from tui.project.project import Project
from tui.ui.app import SpantagApp
from tui.ui.keys import Keymap
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.screens.help import HelpDialog
from tui.ui.screens.library import LibraryScreen, _expand
from tui.ui.settings import Settings, load_settings
from tui.ui.widgets.article_list import ArticleList

TEXTS = (STORY, "Floods in the north\n\nThe river rose.", "A third article\n\nNothing happened.")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_an_empty_project_says_what_to_do_and_puts_in_the_sample(tmp_path: Path, size: Size) -> None:
    project = make_project(tmp_path)
    async with browsing(project, size=size) as pilot:
        assert "no articles here yet" in screen_of(pilot)
        await pilot.press("d")
        await wait_for(pilot, "¶ 1/")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_folder_without_labels_offers_to_begin(tmp_path: Path, size: Size) -> None:
    app = SpantagApp(
        Place.of(tmp_path, annotator="ana"),
        None,
        keymap=Keymap(),
        settings=Settings(),
        settings_folder=tmp_path / "config",
    )
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "There is no labels.yaml" in screen_of(pilot)
        await press(pilot, "x")
        assert not (tmp_path / "labels.yaml").exists()
        await press(pilot, "enter")
        assert (tmp_path / "labels.yaml").exists()
        assert "no articles here yet" in screen_of(pilot)
        assert app.project is not None
        app.project.close()


async def test_leaving_the_first_screen_writes_nothing(tmp_path: Path) -> None:
    app = SpantagApp(
        Place.of(tmp_path, annotator="ana"),
        None,
        keymap=Keymap(),
        settings=Settings(),
        settings_folder=tmp_path / "config",
    )
    async with app.run_test() as pilot:
        await press(pilot, "q")
    assert list(tmp_path.iterdir()) == []


async def test_typing_filters_by_title_and_escape_shows_all_again(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    async with browsing(project) as pilot:
        await press(pilot, "/ f l O O d")
        assert "Floods" in screen_of(pilot)
        assert "Rebels" not in screen_of(pilot)
        assert "1 article" in screen_of(pilot)
        await press(pilot, "x x x")
        assert "0 articles" in screen_of(pilot)
        assert "no articles here yet" not in screen_of(pilot)
        await press(pilot, "escape")
        assert "Rebels" in screen_of(pilot)
        assert "3 articles" in screen_of(pilot)


async def test_articles_are_shown_by_state(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    first, second = work_on(project, 1), work_on(project, 2)
    enter(first)
    enter(second)
    enter(second)
    async with browsing(project) as pilot:
        titles = []
        for _ in range(4):
            await press(pilot, "s")
            shown = screen_of(pilot)
            titles.append([name for name in ("Rebels", "Floods", "third") if name in shown])
        assert titles == [["third"], ["Rebels"], ["Floods"], []]


async def test_the_sign_of_an_article_says_the_same_as_its_state(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    undone, skipped = work_on(project, 1), work_on(project, 2)
    undone.moves.select(0, 6)
    undone.spans.tag("actor")
    undone.history.undo()
    skipped.paragraphs.toggle_state("skipped")
    async with browsing(project) as pilot:
        shown = screen_of(pilot)
        assert "◐ Floods" in shown
        assert "◐ Rebels" not in shown
        await press(pilot, "s")
        assert "Floods" not in screen_of(pilot)
        assert "Rebels" in screen_of(pilot)
        await press(pilot, "s")
        assert "Floods" in screen_of(pilot)
        assert "Rebels" not in screen_of(pilot)


@pytest.mark.parametrize(
    ("keys", "sentence", "hints"),
    [
        ("/ x y z", "There is no article with “xyz” in its title, id or labels.", ["Esc  show all"]),
        ("s s s", "There is no article finished.", ["Esc  show all", "s    show the next"]),
        (
            "s s s s s / x",
            "There is no article flagged with “x” in its title, id or labels.",
            ["Esc  show all"],
        ),
    ],
    ids=["text", "state", "both"],
)
async def test_an_empty_result_says_what_to_do(
    tmp_path: Path, keys: str, sentence: str, hints: list[str]
) -> None:
    async with browsing(make_project(tmp_path, *TEXTS)) as pilot:
        await press(pilot, keys)
        for shown in (sentence, *hints):
            assert shown in screen_of(pilot)
        # What is typed into the filter is no key.
        assert "/    look for" not in screen_of(pilot)
        await press(pilot, "escape")
        assert "Rebels" in screen_of(pilot)


# What is looked for


def make_newsroom(folder: Path) -> Project:
    """Make a project with metadata, in which two annotators worked."""
    project = make_project(folder, *TEXTS)
    for number, source in ((1, "Reuters"), (2, "AFP Wien"), (3, "Reuters")):
        about = project.store.imports.read_about(number)
        project.store.imports.write_about(number, structs.replace(about, meta={"source": source}))
    say(project, "bea", [("army", "actor")])
    return project


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_can_be_typed_stands_on_the_edge_and_tab_takes_it(tmp_path: Path, size: Size) -> None:
    async with browsing(make_newsroom(tmp_path), size=size) as pilot:
        await press(pilot, "/")
        before = screen_of(pilot)
        assert "Tab  label:  by:  has:  text:  date:" in before
        await press(pilot, "s")
        assert "Tab  source:" in screen_of(pilot)
        await press(pilot, "tab r tab")
        assert pilot.app.screen.query_one("#filter", Input).value == "source:reuters"
        assert "2 articles" in screen_of(pilot)
        # Nothing has moved.
        assert place_of(pilot, "Rebels")[1] == next(
            y for y, line in enumerate(before.splitlines()) if "Rebels" in line
        )
        await press(pilot, "tab")
        assert pilot.app.screen.query_one("#filter", Input).value == "source:reuters "
        await press(pilot, "l tab b")
        assert "nothing there begins so" in screen_of(pilot)


async def test_by_shows_what_another_annotator_did(tmp_path: Path) -> None:
    async with browsing(make_newsroom(tmp_path)) as pilot:
        await press(pilot, "/ b y : b")
        (line,) = [line for line in screen_of(pilot).splitlines() if "Rebels" in line]
        assert "✓ Rebels" in line
        assert "4/4" in line
        assert "1 article " in screen_of(pilot)


async def test_a_key_that_there_is_none_of_says_which_there_are(tmp_path: Path) -> None:
    async with browsing(make_newsroom(tmp_path)) as pilot:
        await press(pilot, "/ r : x")
        shown = " ".join(screen_of(pilot).split())
        assert "“r” is no key: there are label, by, has, text, date, source." in shown
        await press(pilot, "escape")
        assert "3 articles" in screen_of(pilot)


async def see(pilot: Pilot[None], phrase: str) -> None:
    """Look at the screen all the time until a phrase is on it, which may be there for a moment only."""
    async with asyncio.timeout(20):
        while phrase not in screen_of(pilot):
            await asyncio.sleep(0.03)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_texts_are_looked_through_behind_the_keys(tmp_path: Path, size: Size) -> None:
    async with browsing(make_newsroom(tmp_path), size=size) as pilot:
        async with asyncio.TaskGroup() as at_once:
            at_once.create_task(see(pilot, "Looking through the texts of 3 articles."))
            at_once.create_task(press(pilot, "/ t e x t : R O S E"))
        await wait_for(pilot, "Floods")
        assert "1 article " in screen_of(pilot)
        assert "Rebels" not in screen_of(pilot)
        await press(pilot, "x")
        await wait_for(pilot, "There is no article with “text:ROSEx”.")
        await press(pilot, "backspace")
        await wait_for(pilot, "Floods")
        await press(pilot, "enter")
        assert "¶ 1/2" in screen_of(pilot)


# Back where one was


def cursor_of(pilot: Pilot[None]) -> int | None:
    """Give the number of the article under the cursor."""
    return pilot.app.screen.query_one(ArticleList).number


async def test_the_cursor_comes_back_to_the_article_that_was_left(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    async with browsing(project) as pilot:
        await press(pilot, "home enter")
        for _ in range(6):
            await press(pilot, "enter")
        await wait_for(pilot, "A third article")
        assert isinstance(pilot.app.screen, AnnotateScreen)
        await press(pilot, "escape")
        assert cursor_of(pilot) == 3
        await press(pilot, "home ? escape")
        assert cursor_of(pilot) == 1
    async with browsing(make_project(tmp_path)) as pilot:
        assert cursor_of(pilot) == 3


async def test_the_cursor_stays_where_the_article_that_was_left_is_filtered_away(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, *TEXTS)) as pilot:
        await press(pilot, "s home down enter enter escape")
        assert "2 articles not begun" in screen_of(pilot)
        assert cursor_of(pilot) == 3


async def test_a_finished_article_opens_at_its_beginning(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, STORY)) as pilot:
        await press(pilot, "enter enter")
        await press(pilot, "escape enter")
        await wait_for(pilot, "¶ 2/4")
        await press(pilot, "enter enter enter escape enter")
        await wait_for(pilot, "¶ 1/4")


async def test_the_filter_leads_back_to_where_one_was_unless_one_went_elsewhere(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, *TEXTS)) as pilot:
        await press(pilot, "end / e")
        assert cursor_of(pilot) == 1
        await press(pilot, "escape")
        assert cursor_of(pilot) == 3
        await press(pilot, "/ n e home delete")
        assert pilot.app.screen.query_one("#filter", Input).value == "e"
        await press(pilot, "down escape")
        assert cursor_of(pilot) == 2
        await press(pilot, "/ x x escape")
        assert cursor_of(pilot) == 2


async def test_a_filter_that_is_erased_keeps_the_article_that_was_gone_to(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, *TEXTS)) as pilot:
        await press(pilot, "end / e backspace")
        assert cursor_of(pilot) == 3
        await press(pilot, "e down backspace")
        assert cursor_of(pilot) == 2


async def test_accents_and_case_count_for_nothing_in_the_filter(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, "Café in Moru", "Rebels left Łódź")) as pilot:
        await press(pilot, "/ C A F E")
        assert "Café" in screen_of(pilot)
        assert "Rebels" not in screen_of(pilot)


async def test_an_import_puts_the_cursor_on_what_it_brought_unless_one_went_elsewhere(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    (tmp_path / "new.txt").write_text("New.", encoding="utf-8")
    async with browsing(project) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, LibraryScreen)
        await press(pilot, "home")
        report = ImportReport(numbers=[3])
        screen._imported_at = 1
        screen.post_message(LibraryScreen.ImportEnded(report, (), opens_first=False))
        await pilot.pause()
        assert cursor_of(pilot) == 3
        await press(pilot, "up")
        screen.post_message(LibraryScreen.ImportEnded(report, (), opens_first=True))
        await pilot.pause()
        assert (pilot.app.screen, cursor_of(pilot)) == (screen, 2)


@pytest.mark.parametrize("keys", ["enter ?", "/ f l o o d enter ?", "enter enter ?"])
async def test_keys_that_come_before_an_article_does_are_for_it(tmp_path: Path, keys: str) -> None:
    project = make_project(tmp_path, *TEXTS)
    async with browsing(project) as pilot:
        await press_at_once(pilot, keys)
        await wait_for(pilot, "mark the paragraph")
        assert not project.store.log.load_layer(2, "ana").events
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, AnnotateScreen)
        await press(pilot, "escape")
        assert pilot.app.screen.query_one("#filter", Input).value == "flood" * ("/" in keys)


async def test_keys_behind_the_enter_of_a_prompt_are_not_typed_into_it(tmp_path: Path) -> None:
    (tmp_path / "n.md").write_text("New.", encoding="utf-8")
    async with browsing(make_project(tmp_path, *TEXTS)) as pilot:
        await press_at_once(pilot, "i n . m d enter ?")
        await wait_for(pilot, "4 articles")


async def test_keys_that_come_while_a_dialog_opens_are_for_it(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, *TEXTS)) as pilot:
        await press_at_once(pilot, "? q")
        assert isinstance(pilot.app.screen, HelpDialog)
        assert pilot.app.screen.query_one(Input).value == "q"


# How far an article is


async def test_boilerplate_is_neither_done_nor_left(tmp_path: Path) -> None:
    project = make_project(tmp_path, "A title\n\nThe river rose again.\n\nAdvertisement\n\nRead more: Ferry")
    async with browsing(project) as pilot:
        assert "4 ¶" in screen_of(pilot)
        await press(pilot, "enter enter escape")
        assert "◐" in screen_of(pilot)
        assert " 1/2 " in screen_of(pilot)
        await press(pilot, "enter enter")
        assert "done" in screen_of(pilot)
        await press(pilot, "escape")
        assert "✓" in screen_of(pilot)
        assert " 2/2 " in screen_of(pilot)


async def test_a_title_that_has_no_room_is_cut_with_a_sign(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, "long " * 40 + "title\n\nText.")) as pilot:
        assert re.search("long l?o?n?g?…", screen_of(pilot))


async def test_enter_opens_the_article_under_the_cursor(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    async with browsing(project) as pilot:
        await press(pilot, "end up down home down enter")
        assert "Floods in the north" in screen_of(pilot)
        assert "¶ 1/2" in screen_of(pilot)


async def test_a_double_click_opens_an_article(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    async with browsing(project) as pilot:
        await pilot.click(offset=place_of(pilot, "third"), times=2)
        await pilot.pause()
        assert "¶ 1/2" in screen_of(pilot)


async def test_exporting_writes_what_is_finished_and_says_how_much(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    async with make_app(project, article=1).run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "escape e")
        await wait_for(pilot, "Nothing is finished yet")
        await press(pilot, "enter right a enter escape e")
        await wait_for(pilot, "Wrote 1 finished paragraph with 1 span")
        (record,) = [
            json.loads(line)
            for line in (tmp_path / "annotations" / "annotations.jsonl")
            .read_text(encoding="utf-8")
            .splitlines()
        ]
        assert [(span["text"], span["label"]) for span in record["spans"]] == [("Rebels", "actor")]
    project.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
async def test_the_library_answers_keys_while_it_exports(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    enter(work_on(project, 1))
    pipe = tmp_path / "annotations" / "annotations.jsonl"
    os.mkfifo(pipe)
    async with browsing(project) as pilot:
        # Nobody reads the pipe yet, so that the export waits.
        await press(pilot, "home e down enter")
        assert "Floods in the north" in screen_of(pilot)
        await press(pilot, "escape e")
        assert "exporting" in screen_of(pilot)
        assert said(pilot) == "An export is under way; Esc stops it."
        (line,) = (await asyncio.to_thread(pipe.read_text, encoding="utf-8")).splitlines()
        assert json.loads(line)["text"] in STORY
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "exporting" not in screen_of(pilot)


async def test_an_export_that_is_stopped_leaves_what_was_there(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    enter(work_on(project, 1))
    folder = tmp_path / "annotations"
    (folder / "annotations.jsonl").write_text("before", encoding="utf-8")
    files = set(folder.iterdir())
    async with make_app(project).run_test(size=(80, 24), notifications=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, LibraryScreen)
        # Nothing is awaited in between, so that the export cannot be done before it is stopped.
        screen.do("library.export")
        screen.do("library.back")
        await wait_for(pilot, "The export was stopped; nothing was written.")
        assert (folder / "annotations.jsonl").read_text(encoding="utf-8") == "before"
        assert set(folder.iterdir()) == files
        assert "exporting" not in screen_of(pilot)
        await press(pilot, "e")
        await wait_for(pilot, "Wrote 1 finished paragraph")
    project.close()


async def test_an_export_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    (tmp_path / "annotations" / "annotations.jsonl").mkdir()
    async with make_app(project).run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "e")
        await wait_for(pilot, "this is a folder; name a file")
        assert "exporting" not in screen_of(pilot)
    project.close()


@pytest.mark.parametrize("keys", ["e", "i l a b e l s . y a m l enter"], ids=["export", "import"])
async def test_neither_export_nor_import_makes_a_new_database_where_it_was_moved_away(
    tmp_path: Path, keys: str
) -> None:
    project = make_project(tmp_path, STORY)
    async with make_app(project).run_test(size=(80, 24), notifications=True) as pilot:
        project.place.database.rename(tmp_path / "away.db")
        await press(pilot, keys)
        await wait_for(pilot, "the database was moved or deleted")
        assert not project.place.database.exists()
    project.close()


@pytest.mark.parametrize(
    ("method", "keys"),
    [("import_files", "i . enter"), ("export_file", "e"), ("find_mentions", "enter tab @")],
    ids=["import", "export", "search"],
)
async def test_a_bug_of_work_in_the_background_is_a_sentence_and_the_work_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, keys: str
) -> None:
    project = make_project(tmp_path, *TEXTS)
    session = work_on(project, 1)
    session.spans.add(0, 6, "actor")

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("seven by\x1b[31m nothing")

    monkeypatch.setattr(Project, method, fail)
    app = make_app(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, f"home {keys}")
        await wait_for(pilot, "ended because of a bug")
        assert "ended because of a bug (ZeroDivisionError: seven by" in said(pilot)
        assert "\x1b" not in said(pilot)
        (report,) = app.bugs
        assert "Traceback" in report
        assert "in fail" in report
        for word in ("importing", "exporting", "searching"):
            assert word not in screen_of(pilot)
    project.close()


@pytest.mark.parametrize("error", [StoreError("the disk is gone"), ZeroDivisionError("the disk is gone")])
async def test_a_search_of_texts_that_cannot_go_on_is_said_and_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    project = make_project(tmp_path, *TEXTS)

    def fail(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(Project, "search_texts", fail)
    async with make_app(project).run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "/ t e x t : a")
        await wait_for(pilot, "the disk is gone")
        assert "looking through" not in screen_of(pilot)
    project.close()


async def test_importing_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    async with browsing(project) as pilot:
        await press(pilot, "i n o n e . t x t enter")
        await wait_for(pilot, "none.txt: there is no such file")
        await press(pilot, "escape")
        assert "1 article" in screen_of(pilot)


async def test_good_lines_come_in_beside_refused_ones(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    lines = [
        '{"text": "A good line."}',
        "{broken",
        '{"text": "x", "spans": [{"start": 2, "end": 9, "label": "actor"}]}',
    ]
    (tmp_path / "gold.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    async with browsing(project) as pilot:
        await press(pilot, "i g o l d . j s o n l enter")
        await wait_for(pilot, "gold.jsonl:2")
        await wait_for(pilot, "gold.jsonl:3")
        await press(pilot, "enter")
        assert "A good line." in screen_of(pilot)
        assert "1 article" in screen_of(pilot)


async def test_the_import_line_takes_patterns_and_names_with_blanks(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (tmp_path / "two words.txt").write_text("First.", encoding="utf-8")
    async with browsing(project) as pilot:
        await press(pilot, "i * . t x t enter")
        await wait_for(pilot, "1 article")
        (tmp_path / "one more.txt").write_text("Second.", encoding="utf-8")
        await press(pilot, "i o n e space m o r e . t x t enter")
        await wait_for(pilot, "2 articles")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("article", [None, 1], ids=["library", "annotate"])
async def test_help_shows_the_keys_and_closes(tmp_path: Path, size: Size, article: int | None) -> None:
    project = make_project(tmp_path, STORY)
    async with make_app(project, article=article).run_test(size=size) as pilot:
        await press(pilot, "?")
        assert "Help" in screen_of(pilot)
        await press(pilot, "w h o")
        assert ("Who acts." in screen_of(pilot)) == (article == 1)
        await press(pilot, "backspace backspace backspace end")
        assert "Ctrl+Q" in screen_of(pilot)
        await press(pilot, "?")
        assert "Ctrl+Q" not in screen_of(pilot)
    project.close()


async def test_a_command_is_found_by_its_name(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    app = make_app(project, article=1)
    async with app.run_test() as pilot:
        await press(pilot, ":")
        await press(pilot, "f l a g")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.3)
        await press(pilot, "enter")
        await press(pilot, "enter")
        assert session_of(app).annotations.is_flagged(0)
    project.close()


async def test_a_persons_own_keys_work_and_are_the_ones_that_are_shown(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    keymap = Keymap({"annotate.undo": ["f4"]})
    app = make_app(project, article=1, keymap=keymap)
    async with app.run_test() as pilot:
        await press(pilot, "right a ,")
        assert "╰a" in screen_of(pilot)
        assert "F4" in screen_of(pilot)
        await press(pilot, "f4")
        assert "╰a" not in screen_of(pilot)
    project.close()


async def test_a_theme_is_remembered(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    app = make_app(project, article=1)
    async with app.run_test() as pilot:
        app.theme = "spantag-light"
        await pilot.pause()
        assert load_settings(tmp_path / "config", "ana").theme == "spantag-light"
    project.close()


@pytest.mark.parametrize("name", ["~nosuch/x", "x" * 300], ids=["no such person", "too long"])
async def test_a_name_that_cannot_be_a_file_gets_a_sentence(tmp_path: Path, name: str) -> None:
    async with browsing(make_project(tmp_path, STORY)) as pilot:
        await press(pilot, "i")
        pilot.app.screen.query_one(Input).value = name
        await press(pilot, "enter")
        await wait_for(pilot, "What was refused")


async def test_the_key_behind_a_name_of_nothing_closes_what_says_so(tmp_path: Path) -> None:
    async with browsing(make_project(tmp_path, STORY)) as pilot:
        await press(pilot, "i")
        await send(pilot, "nosuch.txt also.txt\r\x1b")
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        assert isinstance(pilot.app.screen, LibraryScreen)


async def test_of_files_to_import_those_that_are_there_come_in(tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text("Rain fell.")
    async with browsing(make_project(tmp_path, STORY)) as pilot:
        await press(pilot, "i")
        await send(pilot, "nosuch.txt there.txt\r")
        await wait_for(pilot, "nosuch.txt: there is no such file")
        await press(pilot, "escape")
        assert "2 articles" in screen_of(pilot)


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ('{"spans": [', "is no JSON object"),
        ("[1]", "it is no object"),
        ('{"spans": [{"id": "s", "start": 0, "end": 9000, "label": "actor"}]}', "is not what was written"),
    ],
    ids=["broken", "list", "past the text"],
)
async def test_an_article_whose_log_was_tampered_with_is_not_opened_but_said(
    tmp_path: Path, payload: str, sentence: str
) -> None:
    project = make_project(tmp_path, "First one.", "Second one.")
    article, layer = project.open_article(1)
    project.act(article, layer, [Finish((0,))])
    with closing(sqlite3.connect(project.place.database)) as connection:
        connection.execute("DROP TRIGGER events_are_never_changed")
        connection.execute("UPDATE events SET kind = 'add', payload = ?", (payload,))
        connection.commit()
    async with browsing(project) as pilot:
        await press(pilot, "home enter")
        assert sentence in said(pilot)
        assert "article" in said(pilot)
        await press(pilot, "o")
        await wait_for(pilot, "least sure first")
        await press(pilot, "home enter")
        await wait_for(pilot, "¶ 1/1")
        await press(pilot, "right a")
        await wait_for(pilot, "╰a")


async def test_an_article_opens_without_what_the_log_says_of_places_that_are_not_there(
    tmp_path: Path,
) -> None:
    project = make_project(tmp_path, STORY)
    article, layer = project.open_article(1)
    odd: list[Act] = [
        Flag((99,)),
        Note(paragraph=99, text="lost"),
        Tag("event_type", [{"deep": [1.5, None]}]),
    ]
    project.act(article, layer, odd)
    strange: Json = {"id": "s", "start": 0, "end": 6, "label": "a\x1b\nb"}
    forge_event(project.store, 1, "ana", "add", {"spans": [5, strange]})
    forge_event(project.store, 1, "ana", "undo", {"action": 7})
    async with browsing(project) as pilot:
        await press(pilot, "enter tab end enter enter enter enter")
        assert "✗" not in screen_of(pilot)
    assert len(list(make_project(tmp_path).verify())) == 4


async def test_an_import_that_is_stopped_keeps_what_was_read_and_can_go_on(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    path = tmp_path / "many.jsonl"
    lines = [json.dumps({"text": f"Number {number}."}) + "\n" for number in range(350)]
    path.write_text("".join(lines), encoding="utf-8")
    async with make_app(project).run_test(size=(80, 24), notifications=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, LibraryScreen)
        # Nothing is awaited in between, so that the import cannot be done before it is stopped.
        screen._on_files_named("many.jsonl")
        screen._on_files_named("many.jsonl")
        screen.do("library.back")
        await wait_for(pilot, "The import was stopped")
        assert project.store.articles.count_articles() < len(TEXTS) + 350
        assert list(project.verify()) == []
        screen._on_files_named("many.jsonl")
        await wait_for(pilot, f"{len(TEXTS) + 350} articles")
    project.close()


def test_what_is_no_pattern_is_a_name(tmp_path: Path) -> None:
    assert _expand("**.md ???[", tmp_path) == [tmp_path / "**.md", tmp_path / "???["]


async def test_an_article_is_taken_out_after_a_question_and_put_back(tmp_path: Path) -> None:
    project = make_project(tmp_path, *TEXTS)
    async with browsing(project) as pilot:
        await press(pilot, "home x")
        await wait_for(pilot, "Remove this article from the project?")
        await press(pilot, "escape")
        assert "3 articles" in screen_of(pilot)
        await press(pilot, "x enter")
        await wait_for(pilot, "2 articles")
        assert project.store.articles.find_removed() == {1}
        assert pilot.app.screen.query_one(ArticleList).number == 2
        await press(pilot, "u")
        await wait_for(pilot, "3 articles")
        assert pilot.app.screen.query_one(ArticleList).number == 1
        await press(pilot, "u")
        assert said(pilot) == "There is nothing to put back."
    assert list(make_project(tmp_path).verify()) == []


async def test_the_last_import_is_taken_back_after_a_question(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(f"Text {name}.", encoding="utf-8")
        project.import_files([tmp_path / f"{name}.txt"], tell=lambda _: None)
    async with browsing(project) as pilot:
        await press(pilot, "t")
        await wait_for(pilot, "two.txt")
        await press(pilot, "enter")
        await wait_for(pilot, "1 article ")
        await press(pilot, "t")
        await wait_for(pilot, "one.txt")
        await press(pilot, "enter")
        await wait_for(pilot, "There are no articles here yet.")
        await press(pilot, "t")
        assert "no import to take back" in said(pilot)
        assert "✗" in screen_of(pilot)


async def test_a_key_that_is_none_says_so(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, STORY)) as project:
        async with make_app(project).run_test(size=(80, 24)) as pilot:
            await press(pilot, "z")
            assert said(pilot) == "z is no key here; ? shows every key."
            await press(pilot, "down")
            assert said(pilot) == ""


async def test_an_export_says_which_relations_it_leaves_out(tmp_path: Path) -> None:
    spans = [
        {"id": "a", "start": 0, "end": 3, "label": "actor"},
        {"id": "b", "start": 14, "end": 18, "label": "location"},
    ]
    record = {
        "text": "Two men fled.\nMoru burns.",
        "spans": spans,
        "relations": [{"id": "r", "label": "in", "head": "a", "tail": "b"}],
        "meta": {"annotator": "ana", "states": ["finished", "finished"]},
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    with closing(make_project(tmp_path)) as project:
        project.import_files([tmp_path / "a.jsonl"], tell=print)
        async with make_app(project).run_test(size=(120, 24)) as pilot:
            await press(pilot, "e")
            await wait_for(pilot, "Left out: 1 relation between paragraphs")
            await wait_for(pilot, "Wrote 2 finished paragraphs with 2 spans")


async def test_what_others_do_meanwhile_is_shown_without_a_key(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    say(project, "bea", [("army", "actor")])
    async with browsing(project) as pilot:
        await press(pilot, "/ b y : b e a")
        assert "4/4       1" in screen_of(pilot)
        with closing(project.open_again()) as other:
            say(other, "bea", [("Moru", "location"), ("rebels", "actor")])
        await wait_for(pilot, "4/4       3")


async def test_an_article_that_is_taken_out_meanwhile_stands_there_until_the_list_is_made_anew(
    tmp_path: Path,
) -> None:
    project = make_project(tmp_path, *TEXTS)
    async with browsing(project) as pilot:
        with closing(project.open_again()) as other:
            other.remove_articles([2])
        await pilot.pause(1.2)
        await press(pilot, "s escape")
        assert "2 articles" in screen_of(pilot)


async def test_the_overview_counts_again_when_others_did_anything(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    async with browsing(project) as pilot:
        await press(pilot, "p")
        with closing(project.open_again()) as other:
            say(other, "bea", [("army", "actor")])
        await wait_for(pilot, "bea")
