"""The tolls of an article side by side, and which contradict each other."""

from pathlib import Path

import pytest
from msgspec import structs

from tests.at_work import make_project
from tests.piloted import SIZES, Size, annotating, make_app, press, screen_of, session_of
from tui.model.labels.read import parse_labels
from tui.model.span import Json, Relation, Span
from tui.session import Toll, list_tolls
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.settings import Settings

LABELS = """\
labels:
  - name: casualty
    key: c
    attributes:
      - {name: group, values: [civilians, fighters]}
      - name: outcome
        values: [{name: killed, signs: [killed, dead]}, {name: injured, signs: [hurt]}]
        multiple: true
      - {name: count, type: count, rule: acled}
  - {name: source, key: s}
"""

STORY = """\
Strike on Moru

The army said that three soldiers were killed. Ten villagers were hurt.

At least five soldiers were killed, a doctor said.
"""

TEXT = "A doctor: 3 soldiers, at least 5 soldiers, 4 soldiers, dozens of people, two villagers, about 40 men."


def toll_of(phrase: str, count: Json, *outcomes: str) -> Span:
    start = TEXT.index(phrase)
    answers: dict[str, Json] = {"count": count, "outcome": [*(outcomes or ("killed",))]}
    return Span(phrase, start, start + len(phrase), "casualty", answers)


def list_all(*spans: Span, relations: tuple[Relation, ...] = ()) -> list[Toll]:
    return list_tolls(spans, TEXT, parse_labels(LABELS, file="labels.yaml"), relations=relations)


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        (toll_of("3 soldiers", 3), toll_of("at least 5 soldiers", {"min": 5}), True),
        (toll_of("4 soldiers", 4), toll_of("at least 5 soldiers", {"min": 3}), False),
        (toll_of("3 soldiers", 3), toll_of("4 soldiers", 4), True),
        (toll_of("3 soldiers", 3), toll_of("4 soldiers", 4, "injured"), False),
        (toll_of("3 soldiers", 3, "killed", "injured"), toll_of("4 soldiers", 4), True),
        (toll_of("3 soldiers", 3), toll_of("two villagers", 2), False),
        (toll_of("3 soldiers", 3), toll_of("dozens of people", "dozens"), True),
        (toll_of("about 40 men", {"exact": 40, "approximate": True}), toll_of("dozens of people", 42), False),
        (toll_of("about 40 men", {"exact": 40, "approximate": True}), toll_of("dozens of people", 50), True),
    ],
)
def test_tolls_contradict_where_the_same_people_are_another_number(
    one: Span, other: Span, *, contradict: bool
) -> None:
    assert [each.contradicts for each in list_all(one, other)] == [contradict, contradict]


def test_a_toll_says_how_many_what_became_of_whom_and_who_says_so() -> None:
    doctor = Span("d", 2, 8, "source")
    (toll,) = list_all(
        doctor,
        toll_of("at least 5 soldiers", {"min": 5}),
        relations=(Relation("r", "reports", "d", "at least 5 soldiers"),),
    )
    assert (toll.number, toll.outcome, toll.who, toll.by) == (
        "5+",
        "killed",
        "at least 5 soldiers",
        "reports “doctor”",
    )


def test_a_toll_in_pieces_is_quoted_without_what_stands_between_them() -> None:
    whole = toll_of("3 soldiers, at least 5 soldiers", 5)
    (toll,) = list_all(structs.replace(whole, fragments=((10, 20), (31, 41))))
    assert toll.who == "3 soldiers … 5 soldiers"


def test_what_says_no_number_is_no_toll() -> None:
    assert list_all(toll_of("3 soldiers", None), toll_of("4 soldiers", "as they say")) == []


@pytest.mark.parametrize("size", SIZES)
async def test_tolls_are_shown_side_by_side_and_lead_to_their_spans(tmp_path: Path, size: Size) -> None:
    async with annotating(tmp_path, STORY, size=size, labels=LABELS) as (pilot, session):
        for phrase in ("three soldiers", "Ten villagers", "At least five soldiers"):
            start = STORY.index(phrase)
            session.spans.add(start, start + len(phrase), "casualty")
        await press(pilot, "ctrl+o")
        screen = screen_of(pilot)
        assert "2 marked ≠ contradict each other" in screen
        assert "≠ 3?   killed?" in screen
        assert "≠ 5+?  killed?" in screen
        assert "  10?  injured?" in screen
        await press(pilot, "down down enter")
        assert isinstance(pilot.app.screen, AnnotateScreen)
        span = session.focus.span
        assert span is not None
        assert STORY[span.start : span.end] == "At least five soldiers"


async def test_a_span_made_in_a_finished_paragraph_is_among_the_tolls(tmp_path: Path) -> None:
    async with annotating(tmp_path, STORY, labels=LABELS) as (pilot, session):
        session.paragraphs.finish()
        start = STORY.index("three soldiers")
        session.spans.add(start, start + len("three soldiers"), "casualty")
        await press(pilot, "ctrl+o")
        assert "3?  killed?" in screen_of(pilot)


async def test_an_article_without_tolls_says_so(tmp_path: Path) -> None:
    async with annotating(tmp_path, STORY, labels=LABELS) as (pilot, _):
        await press(pilot, "ctrl+o")
        assert "no span here says how many" in screen_of(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, AnnotateScreen)


async def test_tolls_of_other_short_articles_at_work_are_not_compared(tmp_path: Path) -> None:
    texts = ("One\n\nThree soldiers were killed.", "Two\n\nFive soldiers were killed.")
    project = make_project(tmp_path, *texts, labels=LABELS)
    app = make_app(project, article=1, settings=Settings(mode="screen"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        session = session_of(app)
        for phrase in ("Three soldiers", "Five soldiers"):
            start = session.article.text.index(phrase)
            session.spans.add(start, start + len(phrase), "casualty")
        await press(pilot, "ctrl+o")
        screen = screen_of(pilot)
        assert ("Five soldiers" in screen, "Three soldiers  ¶" in screen, "¶2" in screen) == (
            True,
            False,
            True,
        )
        assert "contradict" not in screen
    project.close()
