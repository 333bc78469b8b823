"""How far a project was at a time: the same as was said then, whatever happened since."""

import json
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from tests.copies import bring, open_copy, tag, work
from tests.test_agreeing import run
from tui.model.events import Finish, Flag, Note
from tui.model.span import Json
from tui.project.overview import UNTOLD, overview_as_json
from tui.project.project import Project
from tui.store import clock
from tui.ui.overview_page import OverviewPage

UNKNOWN = "labels_not_in_labels_yaml"


def say_now(project: Project) -> dict[str, Json]:
    """Say all that an overview says now, but for what no log tells."""
    said = overview_as_json(project.read_overview())
    return {key: each for key, each in said.items() if key != UNKNOWN}


def say_then(project: Project, as_of: str) -> dict[str, Json]:
    said = overview_as_json(project.read_overview(as_of=as_of))
    assert said.pop("as_of") == as_of
    assert UNKNOWN not in said
    return said


def tick() -> str:
    """Give a time that lies between what was done and what will be."""
    time.sleep(0.002)
    now = clock.utc_now()
    time.sleep(0.002)
    return now


@settings(max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_what_is_said_of_a_time_is_what_was_said_then(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = Random(seed)
    folder = tmp_path_factory.mktemp("past")
    said: list[tuple[str, dict[str, Json]]] = []
    with closing(open_copy(folder, "ana")) as ana, closing(open_copy(folder, "bea")) as bea:
        for _ in range(12):
            for _ in range(3):
                finish(chance.choice((ana, bea)), chance)
            said.append((tick(), say_now(ana)))
        for as_of, then in said:
            assert say_then(bea, as_of) == then


def finish(project: Project, chance: Random) -> None:
    """Do anything, and finish something, so that annotators can be compared."""
    work(project, chance)
    for number in project.list_articles():
        article, layer = project.open_article(number)
        if chance.random() < 0.5:
            project.act(article, layer, [Finish((chance.randrange(len(article.paragraphs)),))])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project of which more was done after a time, which stands in a file."""
    with closing(open_copy(tmp_path, "ana")) as project:
        bring(project, {"id": "n1", "text": "Two men fled.\n\nA rocket hit.\n"})
        tag(project, 1, 0, 7)
        article, layer = project.open_article(1)
        project.act(article, layer, [Finish((0,)), Flag((0,)), Note(paragraph=0, text="n")])
        (tmp_path / "then").write_text(tick())
        tag(project, 1, 15, 23, "weapon")
        bring(project, {"id": "n2", "text": "Nobody was hurt."})
    return tmp_path


def test_the_command_says_it_plainly_and_for_programs(folder: Path) -> None:
    then = (folder / "then").read_text()
    plain = run(folder, "status", "--as-of", then)
    assert plain.exit_code == 0
    assert plain.stdout.startswith("1 article, 2 paragraphs\n\nana: 0 articles finished; paragraphs: 1 un")
    assert "weapon" not in plain.stdout
    assert plain.stdout.endswith(f"{UNTOLD}\n")
    found = json.loads(run(folder, "status", "--as-of", then, "--json").stdout)
    ana = found["annotators"]["ana"]
    assert (found["as_of"], found["articles"], ana["spans"]) == (then, 1, {"actor": 1})
    assert (ana["notes"], ana["flagged"], ana["paragraphs_left"], ana["work"]["spans"]) == (1, 1, 1, 1)
    assert run(folder, "status").stdout.startswith("2 articles, 3 paragraphs")


def test_before_anything_there_was_nothing(folder: Path) -> None:
    assert run(folder, "status", "--as-of", "2001-01-01").stdout == f"0 articles, 0 paragraphs\n\n{UNTOLD}\n"
    refused = run(folder, "status", "--as-of", "yesterday")
    assert (refused.exit_code, "is not a time" in refused.stderr) == (2, True)


def test_the_page_says_of_which_time_it_is(folder: Path) -> None:
    console = Console(width=80, color_system=None)
    then = (folder / "then").read_text()
    with closing(open_copy(folder, "ana")) as project, console.capture() as shown:
        console.print(OverviewPage(project.read_overview(as_of=then)))
    page = shown.get()
    assert page.startswith(f"at {then[:16].replace('T', ' ')} UTC: 1 article, 2 paragraphs, 1 span")
    assert page.rstrip().endswith(UNTOLD)


def test_what_was_taken_out_since_is_in_it(folder: Path) -> None:
    with closing(open_copy(folder, "ana")) as project:
        before = say_now(project)
        as_of = tick()
        project.remove_articles([1])
        assert say_then(project, as_of) == before
        assert say_now(project) != before
