"""Every screen and dialog there is, found in the code, and the keys that lead to each."""

import pkgutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from textual.pilot import Pilot
from textual.screen import Screen

import tui.ui.screens
from tests.adjudicated import say
from tests.at_work import LABELS as BARE_LABELS
from tests.at_work import STORY, make_project
from tests.piloted import Size, make_app, press
from tui.project.place import Place
from tui.ui.app import SpantagApp
from tui.ui.keys import Keymap
from tui.ui.screens.adjudicate import AdjudicateScreen
from tui.ui.screens.afresh import AfreshScreen
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.screens.article_labels import ArticleLabelsDialog
from tui.ui.screens.audit import AuditScreen
from tui.ui.screens.choices import ChoicesDialog
from tui.ui.screens.commands import CommandDialog
from tui.ui.screens.dialogs import (
    ConfirmDialog,
    LabelDialog,
    MessageDialog,
    NoteDialog,
    PickDialog,
    PromptDialog,
    SearchDialog,
    SourcesDialog,
)
from tui.ui.screens.disagreements import DisagreementsScreen, PairDialog
from tui.ui.screens.help import HelpDialog
from tui.ui.screens.layer import LayerScreen
from tui.ui.screens.library import LibraryScreen
from tui.ui.screens.links import CastDialog, RelationsDialog
from tui.ui.screens.mentions import MentionsScreen
from tui.ui.screens.overview import OverviewScreen
from tui.ui.screens.setup import SetupScreen
from tui.ui.screens.tolls import TollsDialog
from tui.ui.settings import Settings

_MANY: Final = ", ".join([f"one of very many kinds of battles {number}" for number in range(40)])
LABELS: Final = (
    f"{BARE_LABELS}article_labels: [{{name: kind, values: [battle]}}]\n"
    f"paragraph_labels: [{{name: battle, values: [{_MANY}]}}]\n"
)
"""Labels with something to ask about an article, and with choices that have room on no screen."""

AnyScreen = type[Screen[Any]]

WAYS: Final[Mapping[AnyScreen, str]] = {
    SetupScreen: "",
    LibraryScreen: "",
    AnnotateScreen: "enter",
    MentionsScreen: "enter right a @",
    PromptDialog: "i",
    NoteDialog: "enter #",
    SearchDialog: "enter /",
    ConfirmDialog: "delete",
    MessageDialog: "i x enter",
    LabelDialog: 'enter "',
    SourcesDialog: "enter $",
    HelpDialog: "enter ?",
    CommandDialog: "enter :",
    CastDialog: "enter right a ctrl+t",
    TollsDialog: "enter ctrl+o",
    ChoicesDialog: "enter ; /",
    ArticleLabelsDialog: "l",
    AdjudicateScreen: "g",
    AfreshScreen: "g +",
    LayerScreen: "enter f8 f8",
    OverviewScreen: "p",
    DisagreementsScreen: "p d",
    PairDialog: "p d w",
    AuditScreen: "enter right a escape escape a enter",
    RelationsDialog: "enter right a %",
}
"""The keys that lead to each from where the app begins: the library, with an article."""

_OF_SEVERAL: Final = (AdjudicateScreen, AfreshScreen, LayerScreen, DisagreementsScreen, PairDialog)
"""What is about the work of several annotators."""


def list_screens() -> list[AnyScreen]:
    """List every screen and dialog."""
    found: set[AnyScreen] = set()
    for module in pkgutil.iter_modules(tui.ui.screens.__path__, "tui.ui.screens."):
        for each in vars(import_module(module.name)).values():
            # What composes nothing is only there to be built upon.
            is_screen = isinstance(each, type) and issubclass(each, Screen)
            is_whole = is_screen and each.compose is not Screen.compose and each is not PickDialog
            if is_whole and each.__module__ == module.name:
                found.add(each)
    return sorted(found, key=lambda each: each.__name__)


SCREENS: Final = list_screens()
"""Every screen and dialog."""


@asynccontextmanager
async def at_screen(screen: AnyScreen, folder: Path, *, size: Size = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """Give the hands of an app that stands at a screen."""
    if screen is SetupScreen:
        app = SpantagApp(
            Place.of(folder, annotator="ana"),
            None,
            keymap=Keymap(),
            settings=Settings(),
            settings_folder=folder / "config",
        )
    else:
        project = make_project(folder, STORY, labels=LABELS)
        if screen in _OF_SEVERAL:
            for annotator, label in (("bea", "actor"), ("cat", "weapon")):
                say(project, annotator, [("army", label)])
        app = make_app(project)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await lead_to(screen, pilot)
            yield pilot
    finally:
        if app.project is not None:
            app.project.close()


async def lead_to(screen: AnyScreen, pilot: Pilot[None]) -> None:
    """Press the keys that lead to a screen, from where the app begins."""
    for key in WAYS[screen].split():
        await press(pilot, key)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    assert type(pilot.app.screen) is screen
