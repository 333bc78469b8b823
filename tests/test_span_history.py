"""The history of a span: what was done to it, by whom, and what was decided of it."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.adjudicated import say
from tests.at_work import STORY, make_project
from tests.piloted import SIZES, Size, annotating, press, said, screen_of
from tui.model.events import Accept, Act, Add, Change, Event, Note, Redo, Remove, Undo
from tui.model.span import Origin, Span
from tui.model.span_history import list_steps
from tui.session import Session
from tui.session.batch import open_batch
from tui.ui.screens.dialogs import MessageDialog

SPAN = Span("s", 0, 6, "actor")
TEXT = "Rebels attack a convoy."


def tell(*actions: Act | list[Act]) -> list[str]:
    """Tell what became of the span after these actions, the first of which is done first."""
    events: list[Event] = []
    for number, acts in enumerate(actions):
        for place, act in enumerate(acts if isinstance(acts, list) else [acts]):
            events.append(Event(f"{number}.{place}", f"{number}.0", f"2026-11-0{number + 1}", "ana", 1, act))
    return [step.did for step in list_steps(events, "s", TEXT)][::-1]


def test_everything_that_is_done_to_a_span_is_told() -> None:
    assert tell(
        Add((SPAN, Span("other", 7, 13, "weapon"))),
        Change("s", label="weapon"),
        Change("s", start=0, end=13),
        Change("s", attributes={"sure": True}),
        Change("s", attributes={}),
        Change("other", label="actor"),
        Note(span="s", text="who?"),
        Note(span="s", text=""),
        Remove(("s",)),
    ) == [
        "made: actor “Rebels”",
        "relabelled: actor → weapon",
        "moved: “Rebels” → “Rebels attack”",
        "answered: sure = yes",
        "took an answer back: sure",
        "noted: “who?”",
        "took the note away",
        "removed",
    ]


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (
            Accept((Span("s", 0, 6, "actor", origin=Origin("learner", 0.83)),)),
            "accepted from what was learnt, 83% sure",
        ),
        (
            Accept((Span("s", 0, 6, "actor", origin=Origin("pattern")),)),
            "accepted from a pattern of labels.yaml",
        ),
        (Accept((Span("s", 0, 6, "actor", origin=Origin("gazetteer")),)), "accepted from gazetteer"),
        (Add((Span("s", 0, 6, "actor", origin=Origin("ana+bea")),)), "made, as ana+bea said"),
        (Add((SPAN,), digest="d"), "imported"),
    ],
    ids=["sure", "pattern", "source", "gold", "import"],
)
def test_it_is_told_where_a_span_came_from(act: Act, told: str) -> None:
    assert tell(act) == [f"{told}: actor “Rebels”"]


def test_what_is_taken_back_is_counted_no_more_until_it_is_brought_back() -> None:
    assert tell(
        Add((SPAN,)),
        Change("s", label="weapon"),
        Undo("1.0"),
        Change("s", label="casualty"),
        Redo("1.0"),
        Undo("9.0"),
    ) == [
        "made: actor “Rebels”",
        "relabelled: actor → weapon",
        "took back: relabelled: actor → weapon",
        "relabelled: actor → casualty",
        "brought back: relabelled: actor → weapon",
    ]


def test_what_one_key_did_is_one_step() -> None:
    relabelled: list[Act] = [Change("s", label="weapon"), Change("s", end=13)]
    assert tell(Add((SPAN,)), relabelled)[1:] == [
        "relabelled: actor → weapon; moved: “Rebels” → “Rebels attack”"
    ]


def test_what_was_decided_of_a_span_is_told_with_it(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, STORY)) as project:
        for annotator, label in (("ana", "actor"), ("bea", "actor"), ("cat", "weapon")):
            say(project, annotator, [("army", label)])
        opened = project.adjudicate().open_article(1)
        (place,) = opened.list_open()
        action = opened.take(place, place.opinions[0])
        own = next(iter(project.open_article(1)[1].spans))
        assert [step.did for step in project.read_span_history(1, own)] == [
            "adjudicated: taken",
            "made: actor “army”",
        ]
        opened.undo(action)
        opened.take(place, None)
        (newest, *_) = project.read_span_history(1, own)
        assert (newest.did, newest.annotator) == ("adjudicated: turned down", "gold by ana")


# On the screen


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_history_of_the_span_in_focus_is_one_key_away(tmp_path: Path, size: Size) -> None:
    async with annotating(tmp_path, size=size) as (pilot, _):
        await press(pilot, "ctrl+g")
        assert "no span" in said(pilot).casefold() or "focus" in said(pilot)
        await press(pilot, "right a W 2 ctrl+g")
        assert isinstance(pilot.app.screen, MessageDialog)
        moved, relabelled, made = (told_by(pilot).find(word) for word in ("moved:", "relabelled:", "made:"))
        assert 0 < moved < relabelled < made
        await press(pilot, "escape , ctrl+g")
        assert "ana took back: moved: “Rebels” →" in told_by(pilot)


ASKING = """\
labels:
  - {name: actor, key: a, attributes: [{name: side, values: [ours, theirs]}]}
"""


async def test_the_history_is_reached_from_the_details_by_keys_pressed_alone(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=ASKING) as (pilot, _):
        await press(pilot, "right a ; f6")
        assert "ana made: actor “Rebels”" in told_by(pilot)


async def test_where_there_is_room_the_last_two_steps_stand_beside_the_text(tmp_path: Path) -> None:
    async with annotating(tmp_path, size=(200, 50)) as (pilot, _):
        await press(pilot, "right a W 2")
        shown = screen_of(pilot)
        assert "relabelled: actor → weapon" in shown
        assert "moved: “Rebels”" in shown
        assert "made:" not in shown


async def test_where_there_is_less_the_text_has_it(tmp_path: Path) -> None:
    async with annotating(tmp_path, size=(120, 40)) as (pilot, _):
        await press(pilot, "right a W")
        assert "relabelled:" not in screen_of(pilot)


def test_the_history_of_a_span_in_one_of_several_short_articles_is_its_own(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, "Rebels came.", "The army left.")) as project:
        session = Session(open_batch(project, 1, with_others=True))
        start = session.article.text.index("army")
        session.spans.add(start, start + 4, "actor")
        (span,) = session.layer.spans.values()
        article, _ = session.batch.locate(span.start)
        assert article.number == 2
        assert [step.did for step in project.read_span_history(2, span.id)] == ["made: actor “army”"]


def told_by(pilot: Pilot[None]) -> str:
    """Read what a dialog shows, without what breaks its lines."""
    return " ".join(re.sub(r"[│▌▎▊▐█╭╮╰╯─]", " ", screen_of(pilot)).split())
