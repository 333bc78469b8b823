"""Time and actions by the log, and the page that shows them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tests.at_work import make_project
from tests.piloted import annotating, make_app, place_of, press, screen_of, send
from tests.test_agreeing import LABELS, record, run
from tui.errors import StoreError
from tui.formats.native.schema import record_schema
from tui.model.events import Act, Add, Change, Event, Finish, Flag, Note, Undo
from tui.model.span import Span
from tui.project.effort import LONGEST_PAUSE, Effort, Work, measure_layer, time_actions
from tui.project.place import Place
from tui.project.project import Project
from tui.ui.overview_page import OverviewPage
from tui.ui.screens.library import LibraryScreen

ACTOR, PLACE = Span("s1", 0, 6, "actor"), Span("s2", 30, 34, "location")
STARTS = (0, 25)
"""Where two paragraphs start; the second span is in the second."""


def events_of(*acts: Act | tuple[Act, ...]) -> list[Event]:
    """Give one action after the other, whose id is its number."""
    events: list[Event] = []
    for number, each in enumerate(acts):
        for place, one in enumerate(each if isinstance(each, tuple) else (each,)):
            event_id = f"{number}.{place}"
            events.append(Event(event_id, f"{number}.0", "2026-11-22T10:00:00.000Z", "ana", 1, one))
    return events


def times(*seconds: float) -> dict[str, float]:
    return {f"{number}.0": each for number, each in enumerate(seconds)}


def test_an_action_took_the_time_since_the_one_before_of_the_same_annotator() -> None:
    starts = [
        ("ana", "a", "2026-11-22T10:00:00.000Z"),
        ("bea", "b", "2026-11-22T10:00:01.000Z"),
        ("ana", "c", "2026-11-22T10:00:07.500Z"),
    ]
    assert time_actions(starts) == {"a": 0.0, "b": 0.0, "c": 7.5}


@pytest.mark.parametrize(
    ("then", "took"),
    [("2026-11-23T10:00:00.000Z", LONGEST_PAUSE), ("2026-11-21T10:00:00.000Z", 0.0)],
    ids=["a night between", "a clock that was put back"],
)
def test_a_pause_that_cannot_be_work_is_cut(then: str, took: float) -> None:
    starts = [("ana", "a", "2026-11-22T10:00:00.000Z"), ("ana", "b", then)]
    assert time_actions(starts)["b"] == took


def test_time_is_that_of_the_paragraph_and_of_the_span_and_its_label() -> None:
    found = measure_layer(
        events_of(Add(spans=(ACTOR,)), Finish(paragraphs=(0,)), Add(spans=(PLACE,))), times(4, 2, 8), STARTS
    )
    assert found.paragraphs == {0: Effort(6, 2), 1: Effort(8, 1)}
    assert found.spans == {"s1": Effort(4, 1), "s2": Effort(8, 1)}
    assert found.labels == {"actor": Work(Effort(4, 1), spans=1), "location": Work(Effort(8, 1), spans=1)}


def test_what_one_key_did_at_several_places_shares_its_time() -> None:
    both = (Add(spans=(ACTOR, PLACE)), Finish(paragraphs=(0, 1)))
    found = measure_layer(events_of(both), times(10), STARTS)
    assert found.paragraphs == {0: Effort(5, 1), 1: Effort(5, 1)}
    assert found.spans == {"s1": Effort(5, 1), "s2": Effort(5, 1)}


def test_a_change_counts_for_the_new_label_and_a_note_for_the_span() -> None:
    changed = Change(span="s1", label="location"), Note(span="s1", text="?")
    found = measure_layer(events_of(Add(spans=(ACTOR,)), *changed), times(1, 2, 4))
    assert found.spans == {"s1": Effort(7, 3)}
    assert found.labels["location"].effort == Effort(6, 2)


def test_undoing_takes_time_where_that_was_and_takes_away_what_came_of_it() -> None:
    acts = events_of(Flag(paragraphs=(0,)), Add(spans=(PLACE,)), Undo("1.0"))
    found = measure_layer(acts, times(1, 2, 4), STARTS)
    assert found.paragraphs[1] == Effort(6, 2)
    assert found.days == {"2026-11-22": Work(Effort(7, 3), paragraphs=0, spans=0)}


def test_what_was_imported_took_nobody_any_time() -> None:
    found = measure_layer(events_of(Add(spans=(ACTOR,), digest="d"), Finish(paragraphs=(0,))), times(0, 3))
    assert found.days == {"2026-11-22": Work(Effort(3, 1), paragraphs=1)}
    assert found.spans == {}


def test_keys_go_where_the_time_goes_and_unknown_ones_are_not_none() -> None:
    acts = events_of(
        Add(spans=(ACTOR, PLACE), keys=8),
        Finish(paragraphs=(0,)),
        (Finish(paragraphs=(1,), keys=3), Flag(paragraphs=(1,))),
    )
    found = measure_layer(acts, times(0, 0, 0), STARTS)
    assert found.spans == {"s1": Effort(0, 1, 4, 1), "s2": Effort(0, 1, 4, 1)}
    assert found.paragraphs == {0: Effort(0, 2, 4, 1), 1: Effort(0, 2, 7, 2)}
    (work,) = found.days.values()
    assert work == Work(Effort(0, 3, 11, 2), paragraphs=2, spans=2)
    # Three actions at eleven keys for two, in two paragraphs.
    assert work.keys_per_paragraph == 11 / 2 * 3 / 2
    assert "keys" not in Effort(1, 1).as_json()


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=12))
def test_an_undo_keeps_what_was_spent(done: list[tuple[int, bool]]) -> None:
    acts: list[Act] = []
    for number, (keys, is_undone) in enumerate(done):
        added = len(acts)
        acts.append(Add(spans=(Span(f"s{number}", 0, 4, "actor"),), keys=keys))
        acts += [Undo(f"{added}.0", keys=2)] if is_undone else []
    found = measure_layer(events_of(*acts), times(*[1.0] * len(acts)))
    spent = sum(keys + 2 * is_undone for keys, is_undone in done)
    assert found.paragraphs[0].keys == spent
    assert sum(each.effort.keys for each in found.days.values()) == spent
    assert sum(each.keys for each in found.spans.values()) == spent


async def test_an_action_keeps_how_many_keys_led_to_it(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown right right a")
        await press(pilot, "left right ,")
        await press(pilot, "right a")
        keys = [event.act.keys for event in session.annotations.layer.events]
        assert keys == [4, 3, 2]
        logged = session.batch.project.store.log.read_events(1, session.batch.project.annotator)
        assert [event.act.keys for event in logged] == keys


async def test_clicks_and_pastes_are_no_keys_and_an_undo_has_its_own(tmp_path: Path) -> None:
    labels = "labels: [{name: actor, key: a, attributes: [{name: side, values: [unheard]}, note]}]\n"
    async with annotating(tmp_path, labels=labels) as (pilot, session):
        await press(pilot, "pagedown right right a ;")
        await pilot.click(offset=place_of(pilot, "unheard"))
        await send(pilot, "\x1b[200~a long note\x1b[201~")
        await press(pilot, "enter ,")
        acts = [event.act for event in session.annotations.layer.events]
        assert [(act.kind, act.keys) for act in acts] == [
            ("add", 4),
            ("change", 1),
            ("change", 1),
            ("undo", 1),
        ]


async def test_keys_count_again_where_the_database_refused_what_they_did(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, "Rebels fled.")) as project:
        article, layer = project.open_article(1)
        project.begin_counting_keys()
        project.count_key()
        with sqlite3.connect(project.place.database) as other:
            other.execute("CREATE TRIGGER no BEFORE INSERT ON spans BEGIN SELECT RAISE(ABORT, 'no'); END")
        with pytest.raises(StoreError):
            project.act(article, layer, [Add(spans=(ACTOR,))])
        with sqlite3.connect(project.place.database) as other:
            other.execute("DROP TRIGGER no")
        project.count_key()
        assert [event.act.keys for event in project.act(article, layer, [Add(spans=(ACTOR,))])] == [2]


def test_what_a_command_did_has_no_keys(folder: Path) -> None:
    found = read_status(folder)["annotators"]["ana"]
    assert "keys" not in found["work"]
    entries = [json.loads(line) for line in run(folder, "log", "--json").stdout.splitlines()]
    assert not any("keys" in each for each in entries)


def test_the_log_of_the_version_before_stays_as_it_is_and_its_keys_are_unknown(folder: Path) -> None:
    database = Place.of(folder).database
    query = "SELECT id, payload, checksum FROM events ORDER BY id"
    with closing(sqlite3.connect(database)) as connection:
        before = connection.execute(query).fetchall()
    with closing(Project.open(Place.of(folder, annotator="ana"))) as project:
        article, layer = project.open_article(2)
        project.begin_counting_keys()
        for _ in range(5):
            project.count_key()
        project.act(article, layer, [Add(spans=(Span("s3", 7, 11, "actor"),)), Flag(paragraphs=(1,))])
    with closing(sqlite3.connect(database)) as connection:
        after = connection.execute(query).fetchall()
    assert after[: len(before)] == before
    assert [json.loads(payload).get("keys") for _, payload, _ in after[len(before) :]] == [5, None]
    work = read_status(folder)["annotators"]["ana"]["work"]
    assert (work["actions"], work["keyed_actions"], work["keys"]) == (3, 1, 5.0)
    assert work["keys_per_span"] == 7.5
    out = folder / "out.jsonl"
    assert run(folder, "export", "--with-effort", "--annotator", "ana", "-o", str(out)).exit_code == 0
    own = json.loads(out.read_text("utf-8").splitlines()[-1])
    jsonschema.validate(own, record_schema())
    assert own["meta"]["effort"]["spans"]["s3"] | {"seconds": 0} == {
        "seconds": 0,
        "actions": 1,
        "keys": 5.0,
        "keyed_actions": 1,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project that two annotators imported something into, and one worked in."""
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    lines = [
        *[record(0, name, {"Rebels": "actor"}) for name in ("ana", "bea")],
        json.dumps({"id": "new", "text": "Rebels fled.\nNobody died.\n"}),
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        article, layer = project.open_article(2)
        project.act(article, layer, [Add(spans=(ACTOR,)), Note(span="s1", text="who?")])
        project.act(article, layer, [Finish(paragraphs=(0,)), Flag(paragraphs=(0,))])
    return tmp_path


def read_status(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(folder, "status", "--json").stdout)
    return found


def test_status_has_work_notes_days_and_agreement_for_programs(folder: Path) -> None:
    found = read_status(folder)
    ana = found["annotators"]["ana"]
    assert (ana["notes"], ana["flagged"], ana["paragraphs_left"]) == (1, 1, 1)
    assert {name: ana["work"][name] for name in ("actions", "paragraphs", "spans")} == {
        "actions": 2,
        "paragraphs": 1,
        "spans": 1,
    }
    assert list(ana["days"].values()) == [ana["work"]]
    assert ana["effort_by_label"]["actor"]["spans"] == 1
    assert found["agreement"][0]["between"] == ["ana", "bea"]
    assert found["agreement"][0]["f1_exact"] == 1.0


def test_the_page_fits_into_eighty_cells_and_names_everything(folder: Path) -> None:
    console = Console(width=80, color_system=None)
    with closing(Project.open(Place.of(folder))) as project, console.capture() as shown:
        console.print(OverviewPage(project.read_overview()))
    page = shown.get()
    assert max(map(len, page.splitlines())) <= 80
    for words in ("2 articles, 6 paragraphs", "ana  ", "actor", "F1 exact", "ana – bea", "█ finished"):
        assert words in page


def test_the_page_of_an_empty_project_says_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    console = Console(width=80, color_system=None)
    with closing(Project.open(Place.of(tmp_path))) as project, console.capture() as shown:
        console.print(OverviewPage(project.read_overview()))
    page = shown.get()
    assert "Nothing was done by hand yet." in page
    assert "No paragraph was finished by two annotators" in page


def test_an_export_says_how_long_each_record_and_span_took(folder: Path) -> None:
    out = folder / "out.jsonl"
    assert run(folder, "export", "--with-effort", "--annotator", "ana", "-o", str(out)).exit_code == 0
    records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    for each in records:
        jsonschema.validate(each, record_schema())
    *imported, own = records
    assert all(each["meta"]["effort"] == {"seconds": 0.0, "actions": 0, "spans": {}} for each in imported)
    assert own["meta"]["effort"]["actions"] == 2
    assert own["meta"]["effort"]["spans"].keys() == {"s1"}


def test_an_effort_is_not_read_back_but_other_metadata_of_this_name_is(folder: Path) -> None:
    for name, effort in (("x", {"seconds": 2.5, "actions": 1, "spans": {}}), ("y", {"seconds": 9})):
        line = {"id": name, "text": f"Text {name}.", "spans": [], "meta": {"effort": effort}}
        (folder / f"{name}.jsonl").write_text(json.dumps(line), encoding="utf-8")
        assert run(folder, "import", str(folder / f"{name}.jsonl")).exit_code == 0
    with closing(Project.open(Place.of(folder))) as project:
        assert dict(project.open_article(3)[0].meta).get("effort") is None
        assert project.open_article(4)[0].meta["effort"] == {"seconds": 9}


@pytest.mark.parametrize(
    "words", [("--format", "conll"), ("--consensus", "union")], ids=["another format", "a vote"]
)
def test_what_has_no_effort_is_refused(folder: Path, words: tuple[str, ...]) -> None:
    refused = run(folder, "export", "--with-effort", *words)
    assert refused.exit_code == 2
    assert "--with-effort" in refused.output


async def test_the_library_leads_to_the_page_by_one_key(folder: Path) -> None:
    with closing(Project.open(Place.of(folder, annotator="ana"))) as project:
        async with make_app(project).run_test(size=(80, 24)) as pilot:
            await press(pilot, "p")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            assert "2 articles, 6 paragraphs" in screen_of(pilot)
            assert "paragraphs by day" in screen_of(pilot)
            await press(pilot, "pagedown")
            assert "ana – bea" in screen_of(pilot)
            await press(pilot, "escape")
            assert isinstance(pilot.app.screen, LibraryScreen)
