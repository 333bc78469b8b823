"""Whole sessions: what a person sees, and what is there afterwards, however the session ended."""

import json
import re
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.at_work import STORY, make_project, spans_of, work_on
from tests.end_to_end.terminal import Terminal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project with one article, whose title is the beginning of its first paragraph."""
    make_project(tmp_path, STORY).close()
    return tmp_path


def read_spans(folder: Path) -> list[tuple[str, str]]:
    """Read what the database says, having checked that it agrees with itself."""
    project = make_project(folder)
    assert list(project.verify()) == []
    spans = spans_of(work_on(project))
    project.close()
    return spans


def open_article(folder: Path, *, columns: int = 80, rows: int = 24, **environment: str) -> Terminal:
    """Start the app in a project and open its article."""
    terminal = Terminal(
        ["--annotator", "ana"], cwd=folder, columns=columns, rows=rows, environment=environment
    )
    terminal.wait_for("Rebels attack")
    terminal.press("enter")
    terminal.wait_for("¶ ")
    return terminal


def test_the_demo_is_tagged_finished_and_exported(tmp_path: Path) -> None:
    with Terminal(["demo"], cwd=tmp_path, environment={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.wait_for("¶ 1/")
        terminal.press("right", "right", "right", "right", "l")
        terminal.wait_for("╰l──")
        terminal.press("enter")
        terminal.wait_for("¶ 2/")
        terminal.press("escape")
        terminal.wait_for("Export")
        terminal.press("e")
        terminal.wait_for("Wrote 1 ")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        last_words = terminal.output.decode().rsplit("\x1b", 1)[1]
    assert "The demo project is in" in last_words
    (exported,) = tmp_path.glob("spantag-demo-*/annotations/annotations.jsonl")
    (record,) = map(json.loads, exported.read_text(encoding="utf-8").splitlines())
    (span,) = record["spans"]
    assert (span["label"], span["text"]) == ("location", "Varenna")
    assert record["text"][span["start"] : span["end"]] == "Varenna"


def test_who_is_at_work_is_asked_where_several_people_are(folder: Path) -> None:
    for annotator in ("ana", "bea"):
        project = make_project(folder, annotator=annotator)
        work_on(project).spans.add(0, 6, "actor")
        project.close()
    with Terminal([], cwd=folder) as terminal:
        terminal.wait_for("1 ana  2 bea")
        terminal.press("2", "enter")
        terminal.wait_for("bea")
        terminal.wait_for("Rebels attack")
        terminal.press("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_painted_span_outlives_a_signal(folder: Path, number: signal.Signals) -> None:
    words = ["Rebels", "attack", "a"]
    for count, word in enumerate(words, start=1):
        with open_article(folder) as terminal:
            terminal.press("home", *["right"] * (count - 1))
            terminal.wait_for(f"“{word}”")
            terminal.press("w")
            terminal.wait_for(f"w weapon {count} ")
            terminal.kill(number)
            terminal.wait_for_end()
        assert read_spans(folder) == [(each, "weapon") for each in words[:count]]


def test_reopening_shows_the_spans_where_the_annotator_stopped(folder: Path) -> None:
    with open_article(folder) as terminal:
        terminal.press("pagedown", "pagedown", "right", "a")
        terminal.wait_for("╰a")
        terminal.press("escape", "escape")
        terminal.wait_for("Export")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    with open_article(folder) as terminal:
        assert "¶ 3/4" in terminal.wait_for("╰a")


def look_alike(terminals: Sequence[Terminal]) -> bool:
    """Wait until all show the same: what was waited for may be the first line drawn of a whole screen."""
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        if len({re.sub(r"saved [0-9:]+", "saved", terminal.look()) for terminal in terminals}) == 1:
            return True
    return False


@pytest.mark.parametrize("columns", [80, 120])
def test_without_colour_the_same_words_and_labels_are_shown(tmp_path: Path, columns: int) -> None:
    with ExitStack() as opened:
        terminals = []
        for name, environment in (("coloured", {}), ("plain", {"NO_COLOR": "1"})):
            folder = tmp_path / name
            folder.mkdir()
            make_project(folder, STORY).close()
            terminal = open_article(folder, columns=columns, rows=columns // 3, **environment)
            terminals.append(opened.enter_context(terminal))
        for terminal in terminals:
            terminal.press("pageup", "pageup", "pagedown", "right", "shift+right")
            terminal.wait_for("“Masked rebels”")
            terminal.press("a")
            terminal.wait_for("╰a")
            terminal.press("escape")
            terminal.wait_without("“Masked rebels”")
        assert look_alike(terminals), [terminal.text() for terminal in terminals]
        for terminal in terminals:
            terminal.press("l")
            terminal.wait_for("location: ")
        assert look_alike(terminals), [terminal.text() for terminal in terminals]


def test_the_app_works_on_while_the_window_changes_its_size(folder: Path) -> None:
    with open_article(folder) as terminal:
        terminal.press("pagedown", "right", "a")
        terminal.wait_for("╰a")
        for columns, rows in ((20, 6), (120, 40), (10, 3), (5, 1), (40, 10), (80, 24)):
            terminal.resize(columns, rows)
            terminal.press("right", "left", "tab", "escape")
        terminal.wait_for("╰a")
        terminal.press("tab", "W")
        terminal.wait_for("╰w──")
    assert read_spans(folder) == [("Masked", "weapon")]


def test_two_apps_at_work_on_one_article_keep_everything(folder: Path) -> None:
    with open_article(folder) as one, open_article(folder) as other:
        one.press("right", "a")
        one.wait_for("╰a")
        other.press("right", "right", "w")
        shown = other.wait_for("╰w──")
        assert "╰a" in shown
        one.press("escape", "right", "right", "c")
        one.wait_for("c casualty 1")
        one.press(",")
        one.wait_without("c casualty 1")
    assert sorted(label for _, label in read_spans(folder)) == ["actor", "weapon"]
