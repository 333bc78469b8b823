"""Every key that is shown is the one that works: all of them are changed here, and everything is read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import ascii_lowercase, digits

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from tests.at_work import STORY, make_project
from tests.piloted import Size, make_app, press, screen_of, session_of, wait_without
from tui.errors import Refusal
from tui.project.place import Place
from tui.session import MODES, Mode, Session
from tui.ui.app import SpantagApp
from tui.ui.keys import ACTIONS, SCOPES, Keymap, key_name
from tui.ui.keys.sentences import write_keys
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.screens.base import ActionScreen
from tui.ui.screens.library import LibraryScreen
from tui.ui.screens.mentions import MentionsScreen
from tui.ui.settings import Settings

SUGGESTIVE = """\
labels:
  - {name: actor, key: a, patterns: [rebels, army]}
  - {name: location, key: l, patterns: [Moru]}
"""

SPARE = [f"alt+ctrl+{key}" for key in ascii_lowercase + digits] + [f"alt+ctrl+f{n}" for n in range(1, 25)]
"""Keys that are nobody's."""

NAMES = {
    key_name(key) for action in ACTIONS for key in action.keys if len(key_name(key)) > 1 or not key.isalnum()
}
"""The default keys as they are shown; letters and digits stand in any sentence."""


SIGNS = {name for name in NAMES if len(name) == 1}


def change_every_key() -> Keymap:
    """Give every action of every scope another key."""
    used: dict[str, Iterator[str]] = {scope: iter(SPARE) for scope in SCOPES}
    taken = {action.id: next(used[action.scope]) for action in ACTIONS if action.scope != "app"}
    of_all = [action.id for action in ACTIONS if action.scope == "app"]
    numbered = {id_: f"ctrl+f{number}" for number, id_ in enumerate(of_all, 1)}
    lengths = [f"alt+f{n}" for n in range(1, 11)]
    keys = {id_: [key] for id_, key in (taken | numbered).items()}
    return Keymap(keys | {"annotate.length": lengths}, mistakes=[Refusal("keymap.yaml", "a mistake", 1, 1)])


def find_default_keys(text: str) -> list[str]:
    """Find the default keys that stand in a text as words of their own, or in brackets."""
    for action in ACTIONS:
        text = text.replace(action.name, "…")
    words = re.split(r"[\s│▌▎]+", text)
    return [word for word in words if word and is_default_key(word)]


def is_default_key(word: str) -> bool:
    """Tell whether a word is a default key, with marks of the sentence around it, or several of them."""
    bare = word.strip("()").rstrip(",.:;")
    return word in NAMES or bare in NAMES or any(sign in word for sign in "←→↑↓⇧⌫") or set(word) <= SIGNS


def check_screen(pilot: Pilot[None]) -> None:
    # In the margin stand the marks of paragraphs, which are no keys.
    text = re.sub("(?m)^ ?[-!=]", "", screen_of(pilot))
    # Beside a dialog stands what it covers in part.
    found = find_default_keys(re.sub("(?m)^[^│\n]*│(.*)│[^│\n]*$", r"\1", text))
    assert found == [], screen_of(pilot)


@contextmanager
def changed_app(
    folder: Path, *texts: str, article: int | None = None, mode: Mode = "hints"
) -> Iterator[SpantagApp]:
    project = make_project(folder, *texts, labels=SUGGESTIVE)
    try:
        yield make_app(project, article=article, keymap=change_every_key(), settings=Settings(mode=mode))
    finally:
        project.close()


async def leave_dialogs(pilot: Pilot[None], keymap: Keymap) -> None:
    """Go back from dialogs, with the changed key for that."""
    for _ in range(3):
        if isinstance(pilot.app.screen, ModalScreen):
            check_screen(pilot)
            await press(pilot, keymap.keys("dialog.back")[0])
    assert not isinstance(pilot.app.screen, ModalScreen)


def test_default_keys_are_found_in_a_text() -> None:
    text = "Search (Enter: take it, Esc: back)  ⌫ remove  , undo () start ⇧←→ end); and so on"
    assert find_default_keys(text) == ["(Enter:", "Esc:", "⌫", ",", "()", "⇧←→"]


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        (("shift+left", "shift+right"), "⇧←→"),
        (("(", ")"), "()"),
        (("left", "f4"), "← F4"),
        (("ctrl+a", "ctrl+b"), "Ctrl+A Ctrl+B"),
        (("shift+left", "ctrl+right"), "⇧← Ctrl+→"),
    ],
)
def test_keys_stand_next_to_each_other_as_short_as_they_can_be_told_apart(
    keys: tuple[str, str], written: str
) -> None:
    keymap = Keymap({"annotate.left": [keys[0]], "annotate.right": [keys[1]]})
    assert write_keys(keymap, ("annotate.left", "annotate.right")) == written


async def press_all(pilot: Pilot[None], app: SpantagApp, what: str, *ids: str) -> None:
    """Press the changed key of every action of a screen; read what is there after each."""
    screen = app.screen
    assert isinstance(screen, ActionScreen)
    keymap = app.user_keymap
    for action in keymap.actions(screen.SCOPE):
        if action.id in ids:
            continue
        if isinstance(app.screen, AnnotateScreen):
            put(session_of(app), what)
        await press(pilot, keymap.keys(action.id)[0])
        await leave_dialogs(pilot, keymap)
        check_screen(pilot)
        while app.screen is not screen:
            await press(pilot, keymap.keys("mentions.back")[0])


def put(session: Session, what: str) -> None:
    """Put something to work on the annotate screen."""
    session.moves.go_to_chunk(1)
    if what == "selection":
        session.moves.select(STORY.index("army"), STORY.index("army") + 4)
    elif what == "span":
        start = STORY.index("convoy", session.reading.chunk.start)
        session.spans.add(start, start + 6, "location")
    elif what == "suggestion":
        session.moves.walk_spans(1)
    elif what == "hints":
        session.spans.open_hints("actor")


LEAVE = ("app.quit", "annotate.back", "library.quit")


@pytest.mark.parametrize("size", [(80, 24), (130, 30)], ids=["narrow", "wide"])
@pytest.mark.parametrize("what", ["nothing", "selection", "span", "suggestion", "hints"])
async def test_the_annotate_screen_shows_no_default_key(tmp_path: Path, size: Size, what: str) -> None:
    with changed_app(tmp_path, STORY, article=1) as app:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await leave_dialogs(pilot, app.user_keymap)
            check_screen(pilot)
            await press_all(pilot, app, what, *LEAVE)


@pytest.mark.parametrize("mode", MODES)
async def test_no_mode_shows_a_default_key(tmp_path: Path, mode: Mode) -> None:
    with changed_app(tmp_path, STORY, article=1, mode=mode) as app:
        async with app.run_test() as pilot:
            await pilot.pause()
            await leave_dialogs(pilot, app.user_keymap)
            check_screen(pilot)
            for _ in range(5):
                await press(pilot, app.user_keymap.keys("annotate.finish")[0])
                check_screen(pilot)
            for key in ("z", "Q", "漢"):
                await press(pilot, key)
                check_screen(pilot)


async def test_the_library_shows_no_default_key(tmp_path: Path) -> None:
    with changed_app(tmp_path, STORY, "Floods\n\nThe river rose.") as app:
        async with app.run_test() as pilot:
            await pilot.pause()
            await leave_dialogs(pilot, app.user_keymap)
            await press_all(pilot, app, "", *LEAVE, "library.open", "library.demo")


async def test_an_empty_library_shows_no_default_key(tmp_path: Path) -> None:
    with changed_app(tmp_path) as app:
        async with app.run_test() as pilot:
            await pilot.pause()
            await leave_dialogs(pilot, app.user_keymap)
            assert isinstance(app.screen, LibraryScreen)
            assert "no articles" in screen_of(pilot)
            check_screen(pilot)
            await press(pilot, app.user_keymap.keys("library.export")[0])
            await wait_without(pilot, "exporting")
            check_screen(pilot)


async def test_the_walk_of_mentions_shows_no_default_key(tmp_path: Path) -> None:
    with changed_app(tmp_path, STORY, article=1) as app:
        async with app.run_test() as pilot:
            await pilot.pause()
            await leave_dialogs(pilot, app.user_keymap)
            session = session_of(app)
            start = STORY.index("Moru")
            session.spans.add(start, start + 4, "location")
            await press(pilot, app.user_keymap.keys("annotate.mentions")[0])
            assert isinstance(app.screen, MentionsScreen)
            await press_all(pilot, app, "", *LEAVE, "mentions.back")


async def test_the_first_screen_shows_no_default_key_and_takes_the_changed_ones(tmp_path: Path) -> None:
    keymap = change_every_key()
    app = SpantagApp(
        Place.of(tmp_path, annotator="ana"),
        None,
        keymap=keymap,
        settings=Settings(),
        settings_folder=tmp_path / "config",
    )
    async with app.run_test() as pilot:
        await pilot.pause()
        await leave_dialogs(pilot, keymap)
        check_screen(pilot)
        await press(pilot, "q enter escape")
        assert app.is_running
        await press(pilot, keymap.keys("dialog.accept")[0])
        assert isinstance(app.screen, LibraryScreen)
    assert app.project is not None
    app.project.close()


# Keys that work in dialogs


OPENERS = [
    "annotate.search",
    "annotate.note",
    "annotate.pick_label",
    "annotate.sources",
    "app.help",
    "app.commands",
]


@pytest.mark.parametrize("opener", OPENERS)
async def test_the_default_keys_of_dialogs_do_nothing_where_others_are_given(
    tmp_path: Path, opener: str
) -> None:
    with changed_app(tmp_path, STORY, article=1) as app:
        async with app.run_test() as pilot:
            await pilot.pause()
            await leave_dialogs(pilot, app.user_keymap)
            await press(pilot, app.user_keymap.keys(opener)[0])
            opened = app.screen
            assert isinstance(opened, ModalScreen)
            await press(pilot, "escape enter down")
            assert app.screen is opened


@pytest.mark.parametrize("key", ["ctrl+q", "f10"])
@pytest.mark.parametrize(
    "opener", [*OPENERS, "library.import", "library.remove", "library.filter", "library.undo_import"]
)
async def test_the_app_is_left_from_every_dialog(tmp_path: Path, opener: str, key: str) -> None:
    project = make_project(tmp_path, STORY)
    app = make_app(project, article=None if opener.startswith("library") else 1)
    try:
        async with app.run_test() as pilot:
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, ActionScreen)
            screen.do(opener)
            await pilot.pause()
            assert isinstance(app.screen, ModalScreen) or opener == "library.filter"
            await pilot.press(key)
            await pilot.pause()
            assert not app.is_running
    finally:
        project.close()


async def test_every_mistake_of_a_keymap_is_named_and_the_app_goes_on(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    mistakes = [Refusal("keymap.yaml", f"mistake {number}", number, 1) for number in (1, 2)]
    app = make_app(project, article=1, keymap=Keymap({"annotate.undo": ["f4"]}, mistakes=mistakes))
    try:
        async with app.run_test() as pilot:
            await pilot.pause()
            assert "keymap.yaml:1:1: mistake 1" in screen_of(pilot)
            assert "keymap.yaml:2:1: mistake 2" in screen_of(pilot)
            await press(pilot, "enter")
            assert isinstance(app.screen, AnnotateScreen)
            assert "F4 Undo" in screen_of(pilot)
    finally:
        project.close()
