"""The modes `express` and `screen` under keys: hints that are always there, labels and lengths predicted."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.at_work import LABELS, STORY, make_project, spans_of
from tests.piloted import make_app, press, screen_of, session_of, wait_for
from tui.model.span import Origin, Span
from tui.project.project import Project
from tui.session import Mode, Session
from tui.session.batch import open_batch
from tui.text.paragraphs import find_paragraphs
from tui.ui.settings import Settings, load_settings

A_SCREENFUL = "Nothing more was heard of it that day by anybody. " * 13
"""A paragraph beside which nothing else has room."""


@asynccontextmanager
async def in_mode(
    folder: Path, mode: Mode, *texts: str, labels: str = LABELS
) -> AsyncIterator[tuple[Pilot[None], Session, Project]]:
    """Open an article in a mode."""
    project = make_project(folder, *(texts or (STORY,)), labels=labels)
    try:
        app = make_app(project, article=1, settings=Settings(mode=mode))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            yield pilot, session_of(app), project
    finally:
        project.close()


def code_of(session: Session, word: str) -> str:
    """Give the letters of a word's hint, with blanks between."""
    start = session.article.text.index(word)
    return hint_at(session, start)


def hint_at(session: Session, start: int) -> str:
    """Give the letters of the hint of the token that begins at a code point, with blanks between."""
    codes = session.hints.assign_codes()
    starts = {session.tokens.of(chunk)[token][0]: code for code, (chunk, token) in codes.items()}
    return " ".join(starts[start])


async def test_one_hint_makes_a_span_and_one_key_makes_it_right(tmp_path: Path) -> None:
    async with in_mode(tmp_path, "express") as (pilot, session, _):
        await press(pilot, code_of(session, "Moru"))
        assert [text for text, _ in spans_of(session)] == ["Moru"]
        await press(pilot, "L")
        assert spans_of(session) == [("Moru", "location")]
        await press(pilot, ", ,")
        assert spans_of(session) == []


async def test_the_key_of_the_label_in_focus_asks_for_hints_of_one_more(tmp_path: Path) -> None:
    async with in_mode(tmp_path, "express") as (pilot, session, _):
        await press(pilot, f"{code_of(session, 'Moru')} L")
        await press(pilot, f"L {code_of(session, 'Rebels')}")
        assert spans_of(session) == [("Rebels", "location"), ("Moru", "location")]


async def test_what_was_tagged_before_is_suggested_and_enter_takes_it(tmp_path: Path) -> None:
    text = "Moru fell.\n\nMoru burns.\n\nThey left Moru.\n\nNobody is in Moru.\n"
    async with in_mode(tmp_path, "express", text) as (pilot, session, project):
        await press(pilot, f"{code_of(session, 'Moru')} L enter")
        assert "3 suggestions accepted" in screen_of(pilot)
        assert session.annotations.count_of_state("finished") == 4
        assert spans_of(session) == [("Moru", "location")] * 4
        origins = [span.origin.source for span in session.annotations.spans_in(0, len(session.article.text))]
        assert origins == ["hand", "repeat", "repeat", "repeat"]
        assert list(project.verify()) == []


async def test_a_suggestion_is_turned_down_by_its_hint_and_backspace(tmp_path: Path) -> None:
    text = f"Moru fell.\n\n{A_SCREENFUL}\n\nMoru burns.\n"
    async with in_mode(tmp_path, "express", text) as (pilot, session, _):
        await press(pilot, f"{code_of(session, 'Moru')} L")
        await press(pilot, "enter enter")
        assert session.reading.chunk.paragraph == 2
        assert [each.label for each in session.suggestions.in_chunk(session.reading.current)] == ["location"]
        start = session.article.text.rindex("Moru")
        chunk = session.reading.current
        await press(pilot, f"{hint_at(session, start)} backspace")
        assert session.suggestions.in_chunk(chunk) == []
        await press(pilot, "enter")
        assert spans_of(session) == [("Moru", "location")]


async def test_the_most_doubtful_suggestion_is_in_focus_by_itself(tmp_path: Path) -> None:
    text = f"Moru fell.\n\n{A_SCREENFUL}\n\nYes.\n\nMoru burns.\n"
    async with in_mode(tmp_path, "express", text) as (pilot, session, _):
        await press(pilot, f"{code_of(session, 'Moru')} L enter enter")
        assert session.reading.chunk.paragraph == 2
        assert session.focus.suggestion == session.suggestions.in_chunk(3)[0]
        assert "location? “Moru”" in screen_of(pilot)
        # It was not gone to: the annotator is where the first paragraph at work is.
        assert session.paragraph == 2
        await press(pilot, "escape tab backspace enter")
        assert spans_of(session) == [("Moru", "location")]


async def test_what_is_next_in_doubt_comes_into_focus_when_one_is_turned_down(tmp_path: Path) -> None:
    labels = "labels:\n  - {name: location, patterns: [Moru, Ilm, Sarn]}\n"
    text = "Moru burns, so does Ilm, and so does Sarn.\n"
    async with in_mode(tmp_path, "express", text, labels=labels) as (pilot, session, _):
        for left in (2, 1, 0):
            await press(pilot, "backspace")
            assert len(session.suggestions.in_chunk(0)) == left
            assert (session.focus.suggestion is None) == (left == 0)


async def test_what_came_into_focus_by_itself_goes_with_the_paragraphs_at_work(tmp_path: Path) -> None:
    labels = "labels:\n  - {name: location, patterns: [Sarn]}\n"
    text = "Nobody came.\n\nAll went home.\n\nSarn burns.\n"
    async with in_mode(tmp_path, "express", text, labels=labels) as (pilot, session, _):
        assert "location? “Sarn”" in screen_of(pilot)
        await press(pilot, "~ ~")
        assert (session.mode, session.reading.at_work) == ("hints", (0,))
        assert "location?" not in screen_of(pilot)
        await press(pilot, "enter ~ enter")
        assert session.annotations.count_of_state("finished") == 3
        await press(pilot, ", ~ ~")
        assert "location?" not in screen_of(pilot)


async def test_the_focus_line_counts_what_enter_finishes(tmp_path: Path) -> None:
    labels = "labels:\n  - {name: location, patterns: [Sarn]}\n"
    text = "Nobody came.\n\nAll went home.\n\nSarn burns.\n"
    async with in_mode(tmp_path, "express", text, labels=labels) as (pilot, session, _):
        assert "⌫ reject  Enter 3 ¶" in screen_of(pilot)
        await press(pilot, "-")
        assert session.annotations.count_of_state("skipped") == 1
        assert "Enter finishes 2 ¶" in screen_of(pilot)


async def test_enter_finishes_the_whole_screen(tmp_path: Path) -> None:
    async with in_mode(tmp_path, "screen") as (pilot, session, _):
        assert len(session.reading.at_work) == 4
        await press(pilot, "enter")
        assert session.annotations.count_of_state("finished") == 4
        await press(pilot, ",")
        assert session.annotations.count_of_state("finished") == 0


@pytest.mark.parametrize("annotator", ["ana", "bea"])
async def test_the_mode_is_remembered_of_each_annotator(tmp_path: Path, annotator: str) -> None:
    async with in_mode(tmp_path, "hints") as (pilot, session, _):
        await press(pilot, "~")
        assert session.mode == "express"
        assert session.hints.list_shown()
    settings = load_settings(tmp_path / "config", annotator)
    assert settings.mode == ("express" if annotator == "ana" else "hints")


def test_what_was_learnt_in_one_project_says_nothing_in_another(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for name in ("demo", "own"):
        folder = tmp_path / name
        folder.mkdir()
        project = make_project(folder, STORY)
        try:
            assistant = project.open_assistant(cache=cache)
            assert assistant.learner.model is None
            for start, end in find_paragraphs(STORY):
                assistant.observe_paragraph(STORY, start, end, [])
            assert assistant.train_now()
        finally:
            project.close()
    assert len(list(cache.glob("*/*.model"))) == 2


async def test_a_source_outside_is_listed_with_its_record_and_can_be_switched_off(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    suggested = Span("o1", 7, 13, "actor", origin=Origin("my model", 0.9))
    project.store.suggestions.save(1, "my model", [suggested])
    try:
        app = make_app(project, article=1)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            session = session_of(app)
            assert [each.source for each in session.suggestions.in_chunk(0)] == ["my model"]
            await press(pilot, "$ end")
            assert "what was learnt from your finished paragraphs" in screen_of(pilot)
            assert "learner" not in screen_of(pilot)
            assert "on   my model: a file or program outside" in screen_of(pilot)
            await press(pilot, "enter escape")
            assert session.suggestions.in_chunk(0) == []
            assert load_settings(tmp_path / "config", "ana").sources_off == "my model"
            await press(pilot, "$ end enter escape enter")
            await press(pilot, "$")
            assert "actor: right 1 of 1 times" in screen_of(pilot)
    finally:
        project.close()


def test_a_model_that_is_ready_speaks_when_the_next_article_opens(tmp_path: Path) -> None:
    project = make_project(tmp_path, "They fled Moru.", "Near Moru.")
    try:
        assistant = project.open_assistant(cache=tmp_path / "cache")
        for _ in range(4):
            assistant.observe_paragraph("They fled Moru.", 0, 15, [Span("s", 10, 14, "location")])
        assistant.train_if_due()
        for _ in range(3000):
            if assistant.learner.model is not None:
                break
            time.sleep(0.01)
            Session(open_batch(project, 2, with_others=False), assistant=assistant)
        assert assistant.learner.model is not None
    finally:
        project.close()


async def test_skipping_is_about_the_paragraph_that_the_cursor_is_in(tmp_path: Path) -> None:
    async with in_mode(tmp_path, "screen") as (pilot, session, _):
        await press(pilot, "down down down down")
        session.moves.move_to(session.article.text.index("Lake"))
        await press(pilot, "-")
        assert session.layer.states == {2: "skipped"}
        assert session.reading.current == 0
        await press(pilot, "-")
        assert session.layer.states == {0: "skipped", 2: "skipped"}


async def test_where_all_is_decided_enter_is_not_said_to_finish_anything(tmp_path: Path) -> None:
    async with in_mode(tmp_path, "screen") as (pilot, session, _):
        await press(pilot, "- enter")
        assert session.annotations.count_of_state("unfinished") == 0
        await wait_for(pilot, "Enter goes on")
        assert "Enter finishes" not in screen_of(pilot)


async def test_the_screen_says_how_many_paragraphs_enter_finishes(tmp_path: Path) -> None:
    async with in_mode(tmp_path, "screen") as (pilot, session, _):
        await wait_for(pilot, f"Enter finishes {len(session.reading.at_work)} ¶")
