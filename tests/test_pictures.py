"""How the screens look: what is written where, and three pictures in colour.

`pytest --snapshot-update` takes them anew; look at the difference before it is committed.
"""

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.pilot import Pilot

from tests.at_work import STORY, enter, make_project, work_on
from tests.piloted import Size, annotating, browsing, press, screen_of


class PictureExtension(SingleFileSnapshotExtension):
    """Keeps each picture in a file of its own, so that a browser shows it."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


def still(text: str) -> str:
    """Stop the clock of a screen, and leave out what is counted from its content."""
    return re.sub(r"terminal-\d+", "terminal-0", re.sub(r"\d\d:\d\d:\d\d", "10:42:07", text))


async def tag_some(pilot: Pilot[None]) -> None:
    """Make a finished paragraph, and in the next one nested and overlapping spans with one in focus."""
    await press(pilot, "right a enter right right a 4 escape right right right l 2")


async def test_spans_that_nest_and_overlap(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with annotating(tmp_path) as (pilot, session):
        for phrase, label in (
            ("an army convoy near Moru", "actor"),
            ("army", "actor"),
            ("Moru", "location"),
            ("near Moru on Friday", "casualty"),
        ):
            start = STORY.index(phrase, session.article.paragraphs[1].start)
            session.spans.add(start, start + len(phrase), label)
        await press(pilot, "tab")
        assert still(screen_of(pilot)) == snapshot


async def test_hints(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with annotating(tmp_path) as (pilot, _):
        await press(pilot, "pagedown l")
        assert still(screen_of(pilot)) == snapshot


async def test_library(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    project = make_project(tmp_path, STORY, "Floods\n\nThe river rose.", "Not begun\n\nNothing.")
    first = work_on(project, 1)
    enter(first)
    second = work_on(project, 2)
    enter(second)
    enter(second)
    async with browsing(project) as pilot:
        assert re.sub(r"\d\d:\d\d", "10:42", screen_of(pilot)) == snapshot


@pytest.mark.parametrize(
    ("size", "theme", "no_color"),
    [((80, 24), "spantag-dark", ""), ((120, 40), "spantag-light", ""), ((80, 24), "spantag-dark", "1")],
    ids=["dark", "light", "no_color"],
)
async def test_annotate(
    tmp_path: Path,
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    size: Size,
    theme: str,
    no_color: str,
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("COLORTERM", "truecolor")
    async with annotating(tmp_path, size=size) as (pilot, _):
        pilot.app.theme = theme
        await tag_some(pilot)
        assert still(pilot.app.export_screenshot()) == snapshot(extension_class=PictureExtension)
