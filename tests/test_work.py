"""Several short articles at work as one: each keeps a log of its own, as if it had lain there alone."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.at_work import enter, make_project, show, stored
from tests.piloted import make_app, press, screen_of, session_of, wait_for
from tests.steps import SUGGESTED_STEPS, SUGGESTIVE, Step, check_places, what_is
from tui.errors import SpantagError, StoreError
from tui.model.events import Flag
from tui.model.layer import Layer
from tui.project.project import Project
from tui.session import Mode, Session
from tui.session.batch import SHORT, Batch, OneArticle, ShortArticles, open_batch
from tui.ui.settings import Settings

POSTS = (
    "Rebels attacked Moru at dawn.\n",
    "The army fled\nfrom Moru. \U0001f468\u200d\U0001f469",
    "No news.",
    "반군이 모루를 공격했다. Moru\r\n\r\nfell.",
)
"""Articles as short as a message."""


@contextmanager
def several(folder: Path, *texts: str) -> Iterator[tuple[Project, Session]]:
    """Give a session on several short articles, with suggestions."""
    project = make_project(folder, *(texts or POSTS), labels=SUGGESTIVE)
    try:
        batch = open_batch(project, 1, with_others=True)
        yield project, Session(batch, assistant=project.open_assistant(), mode="express")
    finally:
        project.close()


def numbers_of(batch: Batch) -> list[int]:
    """List the numbers of the articles that lie together."""
    return [article.number for article, _ in batch.parts()]


def layers_of(project: Project, session: Session) -> list[Layer]:
    """Read what the database says of each article."""
    assert list(project.verify()) == []
    return [project.open_article(number)[1] for number in numbers_of(session.batch)]


def spans_by_article(project: Project, session: Session) -> list[list[tuple[str, str]]]:
    """Give the stored spans of each article, as text and label."""
    found = []
    for number in numbers_of(session.batch):
        article, layer = project.open_article(number)
        spans = sorted(layer.spans.values(), key=lambda span: span.start)
        found.append([(article.text[span.start : span.end], span.label) for span in spans])
    return found


# What lies together


def test_short_articles_lie_together_and_a_long_one_by_itself(tmp_path: Path) -> None:
    long = "Rebels attacked Moru. " * (SHORT // 20)
    project = make_project(tmp_path, POSTS[0], POSTS[1], long, POSTS[2])
    try:
        assert numbers_of(open_batch(project, 1, with_others=True)) == [1, 2]
        assert numbers_of(open_batch(project, 1, with_others=False)) == [1]
        assert numbers_of(open_batch(project, 3, with_others=True)) == [3]
        assert numbers_of(open_batch(project, 4, with_others=True)) == [4]
        assert isinstance(open_batch(project, 3, with_others=True), OneArticle)
        assert isinstance(open_batch(project, 1, with_others=True), ShortArticles)
    finally:
        project.close()


def test_what_is_finished_does_not_come_up_again_beside_others(tmp_path: Path) -> None:
    with several(tmp_path) as (project, _):
        alone = Session(open_batch(project, 2, with_others=False))
        while enter(alone):
            pass
        assert numbers_of(open_batch(project, 1, with_others=True)) == [1, 3, 4]


def test_articles_whose_spans_have_the_same_ids_do_not_lie_together(tmp_path: Path) -> None:
    project = make_project(tmp_path, "A.")
    lines = [
        {"text": text, "spans": [{"id": "s1", "start": 0, "end": 4, "label": "actor"}],
         "meta": {"state": "unfinished"}}
        for text in ("Anna left.", "Bert came.")
    ]  # fmt: skip
    path = tmp_path / "same.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    try:
        project.import_files([path], tell=lambda _: None)
        assert numbers_of(open_batch(project, 1, with_others=True)) == [1, 2]
        assert numbers_of(open_batch(project, 2, with_others=True)) == [2]
        batch = open_batch(project, 1, with_others=True)
        assert {batch.article.text[each.start : each.end] for each in batch.layer.spans.values()} == {"Anna"}
    finally:
        project.close()


def test_an_article_that_cannot_be_opened_does_not_lie_with_others(tmp_path: Path) -> None:
    project = make_project(tmp_path, *POSTS)
    try:
        article, layer = project.open_article(2)
        project.act(article, layer, [Flag((0,))])
        with closing(sqlite3.connect(project.place.database)) as connection:
            connection.execute("DROP TRIGGER events_are_never_changed")
            connection.execute("UPDATE events SET payload = '['")
            connection.commit()
        assert numbers_of(open_batch(project, 1, with_others=True)) == [1]
    finally:
        project.close()


def test_every_paragraph_is_there_and_reads_as_in_its_article(tmp_path: Path) -> None:
    with several(tmp_path) as (project, session):
        texts = [session.article.text[each.start : each.end] for each in session.article.paragraphs]
        own = []
        for number in numbers_of(session.batch):
            article = project.open_article(number)[0]
            own += [article.text[each.start : each.end] for each in article.paragraphs]
        assert texts == own
        for each in session.article.paragraphs:
            article, there = session.batch.locate(each.start)
            assert article.text[there : there + each.end - each.start] == texts[each.index]
        begins = [session.batch.begins_article(each.index) for each in session.article.paragraphs]
        assert begins.count(True) == len(POSTS) - 1


# What is done


def test_a_span_belongs_to_the_article_it_stands_in(tmp_path: Path) -> None:
    with several(tmp_path) as (project, session):
        for phrase, label in (("Rebels", "actor"), ("army", "weapon"), ("fell", "casualty")):
            start = session.article.text.index(phrase)
            session.moves.select(start, start + len(phrase))
            session.spans.tag(label)
        session.spans.relabel("location")
        assert spans_by_article(project, session) == [
            [("Rebels", "actor")],
            [("army", "weapon")],
            [],
            [("fell", "location")],
        ]


def test_no_span_reaches_from_one_article_into_another(tmp_path: Path) -> None:
    with several(tmp_path) as (project, session):
        end = session.article.text.index("army")
        session.moves.select(end - 10, end + 4)
        with pytest.raises(SpantagError, match="from one article into another"):
            session.spans.tag("actor")
        assert layers_of(project, session) == [Layer()] * 4
        session.moves.select(end, end + 4)
        session.spans.tag("actor")
        for _ in range(3):
            with suppress(SpantagError):
                session.edges.move("start", -1)
        assert spans_by_article(project, session)[1] == [("The army", "actor")]


def test_all_equal_mentions_are_those_of_the_article(tmp_path: Path) -> None:
    with several(tmp_path, "Moru fell. Moru!", "Moru held.") as (project, session):
        session.moves.select(0, 4)
        session.spans.tag("location")
        assert session.spans.tag_equal() == 1
        assert spans_by_article(project, session) == [[("Moru", "location")] * 2, []]


def test_enter_finishes_all_that_is_at_work_as_one_action(tmp_path: Path) -> None:
    with several(tmp_path) as (project, session):
        show(session)
        expected = sum(len(session.suggestions.in_chunk(chunk)) for chunk in session.reading.at_work)
        assert not enter(session)
        layers = layers_of(project, session)
        assert sum(len(layer.spans) for layer in layers) == expected > 3
        assert all("unfinished" not in layer.states.values() and layer.states for layer in layers)
        assert len({event.action for layer in layers for event in layer.events}) == 1
        assert session.history.undo() == 4
        assert [dict(layer.spans) for layer in layers_of(project, session)] == [{}] * 4
        assert session.history.redo() == 4
        assert [layer.spans for layer in layers_of(project, session)] == [layer.spans for layer in layers]


def test_what_another_session_did_to_one_of_them_is_seen(tmp_path: Path) -> None:
    with several(tmp_path) as (project, session):
        other = Session(open_batch(project, 2, with_others=False))
        other.moves.select(4, 8)
        other.spans.tag("weapon")
        start = session.article.text.index("fled")
        session.moves.select(start, start + 4)
        session.spans.tag("casualty")
        assert [span.label for span in session.layer.spans.values()] == ["weapon", "casualty"]
        assert [span.label for span in session.annotations.spans_in(0, start + 4)] == ["weapon", "casualty"]
        other.spans.remove()
        session.reload()
        assert [span.label for span in session.annotations.spans_in(0, start + 4)] == ["casualty"]


def test_where_the_database_refuses_one_article_all_of_them_are_unchanged(tmp_path: Path) -> None:
    with several(tmp_path) as (project, session):
        show(session)
        project.store.connection.sqlite.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.article = 3"
            " BEGIN SELECT raise(ABORT, 'no'); END"
        )
        with pytest.raises(StoreError):
            enter(session)
        assert what_is(session) == ({}, {}, {}, set())
        assert layers_of(project, session) == [Layer()] * 4
        project.store.connection.sqlite.execute("DROP TRIGGER refuse")
        assert not enter(session)
        assert all(layer.states for layer in layers_of(project, session))


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(steps=SUGGESTED_STEPS, together=st.booleans())
def test_any_keys_on_several_articles_keep_every_promise(steps: Sequence[Step], together: bool) -> None:
    with TemporaryDirectory() as folder, several(Path(folder)) as (project, session):
        if together:
            show(session)
        for do in steps:
            with suppress(SpantagError):
                do(session)
            check_places(session)
        for article, start in session.batch.parts():
            layer = project.open_article(article.number)[1]
            assert stored(project, article)[0] == layer.spans
            shown = {
                span.id: (span.start - start, span.end - start, span.label)
                for span in session.layer.spans.values()
                if start <= span.start < start + len(article.text)
            }
            assert shown == {span.id: (span.start, span.end, span.label) for span in layer.spans.values()}
        while session.history.undo():
            check_places(session)
        assert what_is(session) == ({}, {}, {}, set())
        assert [(layer.spans, layer.notes) for layer in layers_of(project, session)] == [({}, {})] * 4


# On the screen


@pytest.mark.parametrize("mode", ["express", "screen"])
async def test_short_articles_are_finished_with_one_key(tmp_path: Path, mode: Mode) -> None:
    project = make_project(tmp_path, *POSTS)
    try:
        app = make_app(project, article=1, settings=Settings(mode=mode))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert all(words in screen_of(pilot) for words in ("attacked Moru", "The army fled", "No news."))
            assert "article 1/4" in screen_of(pilot)
            await press(pilot, "enter")
            assert "Every paragraph is decided" in screen_of(pilot)
            assert session_of(app).annotations.count_of_state("unfinished") == 0
            assert project.find_unfinished(0) is None
            await press(pilot, ",")
            assert "Taken back in 4 articles: " in screen_of(pilot)
            assert project.find_unfinished(4) == 1
    finally:
        project.close()


async def test_with_hints_an_article_stands_by_itself(tmp_path: Path) -> None:
    project = make_project(tmp_path, *POSTS)
    try:
        async with make_app(project, article=1).run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert "attacked Moru" in screen_of(pilot)
            assert "The army fled" not in screen_of(pilot)
    finally:
        project.close()


async def test_undo_after_several_articles_takes_back_the_last_action(tmp_path: Path) -> None:
    short = [f"Title {number}\n\n" + " ".join(f"w{number}x{at}" for at in range(60)) for number in (1, 2)]
    project = make_project(tmp_path, *short, "Long one\n\n" + "Some words that go on and on. " * 90)
    try:
        app = make_app(project, article=1, settings=Settings(mode="express"))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            while 3 not in [article.number for article, _ in session_of(app).batch.parts()]:
                await press(pilot, "enter")
            states = [project.open_article(number)[1].states for number in (1, 2)]
            assert states == [{0: "finished", 1: "finished"}] * 2
            await press(pilot, ",")
            await wait_for(pilot, "Taken back")
            states = [project.open_article(number)[1].states for number in (1, 2)]
            assert states == [{0: "finished", 1: "finished"}, {0: "finished"}]
    finally:
        project.close()
