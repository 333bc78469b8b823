"""Keys that come in one write do what they do one by one, on every screen and dialog, and no more."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from textual import events
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from tests.every_screen import SCREENS, WAYS, AnyScreen, at_screen
from tests.piloted import give, layer_of, read, send
from tui.ui.app import SpantagApp
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.screens.commands import CommandDialog
from tui.ui.screens.dialogs import PromptDialog
from tui.ui.screens.library import LibraryScreen
from tui.ui.screens.setup import SetupScreen

KEYS: Final = (
    *("\r", "\x1b", "\x1b[27u", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[6~", "\t", " ", "\x7f", "\x11"),
    *"awlfjxq?#/;$-!,.+2",
    "\x1b[200~two \x1b[A words\r\x1b[201~",
)
"""What is written: keys that take, leave, move, type, open and decide, and a paste.

Not those that begin work in the background, which takes its own time.
"""

FOLDERS: Final = {"/", "."}
"""What names a folder that is there where files to import are asked for; to import it is such work."""

OPENED: Final = [screen for screen in SCREENS if screen not in (LibraryScreen, SetupScreen)]
"""What lies over another screen."""


def names(screens: Sequence[AnyScreen]) -> list[str]:
    return [screen.__name__ for screen in screens]


def stack_of(pilot: Pilot[None]) -> list[str]:
    return [type(screen).__name__ for screen in pilot.app.screen_stack]


def look(pilot: Pilot[None]) -> object:
    """Say what is up, what is typed in it, and what was decided."""
    if not pilot.app.is_running:
        return "left"
    assert isinstance(pilot.app, SpantagApp)
    lines = [line.value for line in pilot.app.screen.query(Input)]
    project = pilot.app.project
    if project is None or not project.list_articles():
        return stack_of(pilot), lines
    layer = layer_of(pilot)
    spans = sorted((span.start, span.end, span.label, span.note) for span in layer.spans.values())
    return stack_of(pilot), lines, spans, layer.states, layer.notes


async def give_one_by_one(pilot: Pilot[None], burst: Sequence[Message]) -> None:
    """Press keys slowly, but not again the one that opened or closed something last."""
    unseen = ""
    for event in burst:
        key = event.key if isinstance(event, events.Key) else ""
        if not pilot.app.is_running or (key and key == unseen):
            continue
        before = pilot.app.screen
        await give(pilot, [event])
        if pilot.app.is_running and pilot.app.screen is not before:
            unseen = key


@pytest.mark.parametrize("screen", SCREENS, ids=names(SCREENS))
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(burst=st.lists(st.sampled_from(KEYS), min_size=2, max_size=7))
def test_keys_at_once_do_what_they_do_one_by_one(screen: AnyScreen, burst: list[str]) -> None:
    assume(screen is not PromptDialog or FOLDERS.isdisjoint(burst))

    async def see(*, at_once: bool) -> object:
        with TemporaryDirectory() as folder:
            async with at_screen(screen, Path(folder)) as pilot:
                events_of_burst = await read("".join(burst))
                await (give if at_once else give_one_by_one)(pilot, events_of_burst)
                return look(pilot)

    assert asyncio.run(see(at_once=True)) == asyncio.run(see(at_once=False))


@pytest.mark.parametrize("key", ["\r", "\x1b", "q", "?"], ids=["enter", "escape", "q", "?"])
@pytest.mark.parametrize("screen", OPENED, ids=names(OPENED))
async def test_a_key_pressed_three_times_at_once_leaves_one_screen(
    tmp_path: Path, screen: AnyScreen, key: str
) -> None:
    async with at_screen(screen, tmp_path) as pilot:
        before = stack_of(pilot)
        states = layer_of(pilot).states
        await send(pilot, key * 3)
        assert stack_of(pilot)[: len(before) - 1] == before[:-1]
        if screen not in (AnnotateScreen, CommandDialog):
            assert layer_of(pilot).states == states


@pytest.mark.parametrize("returns", ["\r", "\r\r", "\r\r\r"])
async def test_a_note_and_enters_in_one_write_keep_the_note_and_the_article(
    tmp_path: Path, returns: str
) -> None:
    async with at_screen(AnnotateScreen, tmp_path) as pilot:
        await send(pilot, f"#worth a look{returns}")
        assert stack_of(pilot) == ["LibraryScreen", "AnnotateScreen"]
        assert list(layer_of(pilot).notes.values()) == ["worth a look"]
        assert not layer_of(pilot).states


async def test_keys_behind_a_dialog_go_on_below_it(tmp_path: Path) -> None:
    async with at_screen(AnnotateScreen, tmp_path) as pilot:
        await send(pilot, "#seen\r\x1b[C\x1b[C#also\r")
        assert list(layer_of(pilot).notes.values()) == ["seenalso"]


@pytest.mark.parametrize("key", ["\x11", "\x1b[21~"], ids=["ctrl+q", "f10"])
@pytest.mark.parametrize("screen", SCREENS, ids=names(SCREENS))
async def test_the_app_is_left_from_everywhere(tmp_path: Path, screen: AnyScreen, key: str) -> None:
    async with at_screen(screen, tmp_path) as pilot:
        await send(pilot, key)
        assert pilot.app._exit


@pytest.mark.parametrize("screen", OPENED, ids=names(OPENED))
async def test_two_clicks_at_once_leave_one_screen(tmp_path: Path, screen: AnyScreen) -> None:
    async with at_screen(screen, tmp_path) as pilot:
        before = stack_of(pilot)
        await send(pilot, "\x1b[<0;1;1M\x1b[<0;1;1m" * 3)
        assert stack_of(pilot)[: len(before) - 1] == before[:-1]


def test_the_list_of_screens_is_whole() -> None:
    assert sorted(names(list(WAYS))) == names(SCREENS)
