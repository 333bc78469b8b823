"""The app at work without a terminal: started in a project, looked at as text."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from textual import events
from textual.message import Message
from textual.pilot import Pilot
from textual.worker import WorkerFailed

from tests.at_work import STORY, make_project
from tui.model.layer import Layer
from tui.project.project import Project
from tui.session import Session
from tui.ui.app import SpantagApp
from tui.ui.driver import EventStream
from tui.ui.keys import Keymap
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.settings import Settings
from tui.ui.widgets.lines import MessageLine

Size = tuple[int, int]

_HOPS = 4
"""Messages that come of each other, at most, before a key has its answer."""

_CHARACTERS = {"enter": "\r", "escape": "\x1b", "tab": "\t", "backspace": "\x7f", "space": " "}
"""What a terminal writes for keys that have a name and a character."""

SIZES: tuple[Size, ...] = ((60, 20), (80, 24), (120, 40))
"""The terminals that everything has to work in."""


def make_app(
    project: Project,
    *,
    article: int | None = None,
    keymap: Keymap | None = None,
    settings: Settings | None = None,
) -> SpantagApp:
    """Make the app of a project, to open on its library or on an article."""
    return SpantagApp(
        project.place,
        project,
        keymap=keymap or Keymap(),
        settings=settings or Settings(),
        settings_folder=project.place.folder / "config",
        first_article=article,
    )


@asynccontextmanager
async def annotating(
    folder: Path, text: str = STORY, *, size: Size = (80, 24), labels: str | None = None
) -> AsyncIterator[tuple[Pilot[None], Session]]:
    """Open an article of its own project; give the hands, and what they work on."""
    project = make_project(folder, text) if labels is None else make_project(folder, text, labels=labels)
    try:
        app = make_app(project, article=1)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot, session_of(app)
    finally:
        project.close()


@asynccontextmanager
async def browsing(project: Project, *, size: Size = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """Open the library of a project, and close both."""
    try:
        async with make_app(project).run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot
    finally:
        project.close()


def session_of(app: SpantagApp) -> Session:
    """Give the session of the annotate screen, wherever it lies."""
    (screen,) = [screen for screen in app.screen_stack if isinstance(screen, AnnotateScreen)]
    return screen.session


def layer_of(pilot: Pilot[None]) -> Layer:
    """Give what was decided on the first article."""
    assert isinstance(pilot.app, SpantagApp)
    assert pilot.app.project is not None
    return pilot.app.project.store.log.load_layer(1, "ana")


def screen_of(pilot: Pilot[None]) -> str:
    """Read the screen, line by line."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def place_of(pilot: Pilot[None], phrase: str) -> tuple[int, int]:
    """Find the cell where a phrase is drawn first."""
    for y, line in enumerate(screen_of(pilot).splitlines()):
        if phrase in line:
            return line.index(phrase), y
    raise AssertionError(f"{phrase!r} is not on the screen:\n{screen_of(pilot)}")


def words_of(pilot: Pilot[None]) -> str:
    """Read the screen without blanks, line ends and frames, so that no wrapped line hides a phrase."""
    return re.sub(r"[\s│▌]", "", screen_of(pilot))


async def wait_for(pilot: Pilot[None], phrase: str) -> None:
    """Let the app work until a phrase is on the screen."""
    wanted = re.sub(r"\s", "", phrase)
    for _ in range(400):
        # What fails in the background is said on the screen, and may be what is waited for.
        with suppress(WorkerFailed):
            await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.01)
        if wanted in words_of(pilot):
            return
    raise AssertionError(f"waited for {phrase!r}; the screen is:\n{screen_of(pilot)}")


async def wait_without(pilot: Pilot[None], phrase: str) -> None:
    """Let the app work until a phrase is no longer on the screen."""
    for _ in range(400):
        await pilot.pause(0.01)
        if phrase not in screen_of(pilot):
            return
    raise AssertionError(f"waited for {phrase!r} to go; the screen is:\n{screen_of(pilot)}")


async def press_at_once(pilot: Pilot[None], keys: str) -> None:
    """Press keys, written with blanks between them, so fast that none is answered before the last comes."""
    await give(pilot, [event for key in keys.split() for event in await read_key(key)])


async def send(pilot: Pilot[None], written: str) -> None:
    """Write to the app in one go, as a terminal does, and let it answer all of it."""
    await give(pilot, await read(written))


async def read(written: str) -> Sequence[Message]:
    """Read the events in what is written in one go."""
    stream = EventStream()
    burst = [*stream.feed(written), *stream.flush()]
    while stream.is_waiting:
        await asyncio.sleep(0.02)
        burst += stream.flush()
    return burst


async def read_key(key: str) -> Sequence[Message]:
    """Read a key that is named, or written as its character."""
    return await read(key) if len(key) == 1 else [events.Key(key, _CHARACTERS.get(key))]


async def give(pilot: Pilot[None], burst: Sequence[Message]) -> None:
    """Give the app events in one go, and let it answer all of them."""
    assert isinstance(pilot.app, SpantagApp)
    driver = pilot.app._driver
    assert driver is not None
    for event in burst:
        driver.process_message(event)
    # What is given is taken by the app's own task, at its next turn.
    await pilot.pause(0)
    while pilot.app.is_running and not pilot.app.input.is_answered:
        await pilot.pause(0)
    await settle(pilot)


async def press(pilot: Pilot[None], keys: str) -> None:
    """Press keys, written with blanks between them, each when the one before is answered.

    Unlike the pilot's own way this waits for the answer, not for the processor to have nothing to do.
    """
    for key in keys.split():
        await give(pilot, await read_key(key))


async def settle(pilot: Pilot[None]) -> None:
    """Let a message and what comes of it be answered, from the widget over the screen to the app, and back.

    Textual takes an app that gets no time from the processor for one that has nothing left to do.
    """
    for _ in range(_HOPS):
        await pilot.pause(0)


def said(pilot: Pilot[None]) -> str:
    """Give what the line for messages says; empty where it says nothing."""
    return pilot.app.screen.query_one(MessageLine).text
