"""A shortcut does what the actions do that it stands for, one after the other."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.at_work import STORY, spans_of
from tests.piloted import annotating, press, screen_of
from tui.session import Session
from tui.ui.keys import ACTIONS, Action, Keymap
from tui.ui.keys.reference import find_alone
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.screens.mentions import MentionsScreen

AtWork: TypeAlias = tuple[object, ...]

SHORTCUTS = [
    action
    for action in ACTIONS
    if action.is_shortcut and action.group != "Attributes and relations" and action.id != "annotate.mentions"
]

TO_DIALOGS = [
    action for action in ACTIONS if action.is_shortcut and action.group == "Attributes and relations"
]
"""What opens a dialog, or looks for another span."""

ON_A_SPAN = [
    action for action in SHORTCUTS if not action.id.endswith(("_up", "_down")) and "article" not in action.id
]
"""What moves an edge of the span in focus."""

ON_A_SELECTION = [action for action in SHORTCUTS if "nudge" not in action.id]
"""What moves the cursor, or an edge of the selection."""


def names(actions: Iterable[Action]) -> list[str]:
    return [action.id for action in actions]


def do(pilot: Pilot[None], *actions: str) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, AnnotateScreen)
    for action in actions:
        screen.do(action)


def select_words(session: Session, phrase: str) -> None:
    start = STORY.index(phrase)
    session.moves.select(start, start + len(phrase))


def what_is_at_work(session: Session) -> AtWork:
    return (
        session.cursor.selection,
        session.reading.current,
        spans_of(session),
        session.focus.span and session.focus.span.label,
    )


async def try_both(folder: Path, action: Action, *, tags: bool) -> tuple[AtWork, AtWork]:
    """Do a shortcut, and what it stands for, on the same words, tagged or only selected."""
    seen: list[AtWork] = []
    for name, ids in (("key", [action.id]), ("steps", action.steps)):
        (folder / name).mkdir()
        async with annotating(folder / name) as (pilot, session):
            await press(pilot, "pagedown")
            select_words(session, "army convoy near")
            if tags:
                session.spans.tag("location")
            do(pilot, *ids)
            seen.append(what_is_at_work(session))
    return seen[0], seen[1]


@pytest.mark.parametrize("action", ON_A_SPAN, ids=names(ON_A_SPAN))
async def test_the_steps_do_to_a_span_what_the_shortcut_does(tmp_path: Path, action: Action) -> None:
    by_key, by_steps = await try_both(tmp_path, action, tags=True)
    assert by_key == by_steps
    assert by_key[2] != [("army convoy near", "location")]


@pytest.mark.parametrize("action", ON_A_SELECTION, ids=names(ON_A_SELECTION))
async def test_the_steps_do_to_a_selection_what_the_shortcut_does(tmp_path: Path, action: Action) -> None:
    by_key, by_steps = await try_both(tmp_path, action, tags=False)
    assert by_key == by_steps
    assert by_key[0] != (STORY.index("army"), STORY.index(" Moru on"))


@pytest.mark.parametrize("at_work", ["a span", "a selection", "nothing"])
@pytest.mark.parametrize("action", TO_DIALOGS, ids=names(TO_DIALOGS))
async def test_the_steps_lead_where_the_shortcut_does(tmp_path: Path, action: Action, at_work: str) -> None:
    seen: list[tuple[object, ...]] = []
    by_steps = [find_alone(Keymap(), step, "US") for step in action.steps]
    for name, keys in (("shortcut", [action.keys[0]]), ("steps", by_steps)):
        (tmp_path / name).mkdir()
        async with annotating(tmp_path / name) as (pilot, session):
            await press(pilot, "pagedown")
            if at_work != "nothing":
                select_words(session, "army convoy near")
            if at_work == "a span":
                session.spans.tag("location")
            await press(pilot, " ".join(keys))
            await pilot.pause()
            screen = pilot.app.screen
            typed = [each.value for each in screen.query(Input)]
            seen.append((type(screen), session.partners.is_joining, typed, what_is_at_work(session)))
    assert seen[0] == seen[1]
    assert at_work != "a span" or seen[0][:2] != (AnnotateScreen, False)


async def test_a_label_is_looked_for_by_the_key_pressed_once_or_twice(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown")
        select_words(session, "army convoy near")
        await press(pilot, "; ;")
        assert "= same thing  ' relations  / list  F4 tolls  F6 history" in screen_of(pilot)
        await press(pilot, "l o c = backspace enter")
        assert spans_of(session) == [("army convoy near", "location")]


async def test_the_key_that_tags_equal_mentions_goes_on_to_all_articles(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown")
        select_words(session, "Moru")
        session.spans.tag("location")
        await press(pilot, "f5")
        assert len(spans_of(session)) == 4
        assert isinstance(pilot.app.screen, AnnotateScreen)
        await press(pilot, "f5")
        assert isinstance(pilot.app.screen, MentionsScreen)


async def test_which_edge_of_a_span_is_held_is_seen(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown")
        select_words(session, "army convoy")
        session.spans.tag("location")
        await press(pilot, "space right")
        assert "←→ end by words  ↑↓ by parts  Space its start" in screen_of(pilot)
        await press(pilot, "space left")
        assert "←→ start by words  ↑↓ by parts  Space let go" in screen_of(pilot)
        assert spans_of(session) == [("an army convoy near", "location")]
        await press(pilot, "space left")
        assert session.cursor.selection is not None
