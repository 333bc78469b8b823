"""Sync: copies of a project come together, whatever was done in each, in whatever order they meet."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.copies import DAY, bring, choose_ways, open_copy, shift_clock, state_of, sync, tag, work
from tests.stored import forge_event
from tests.test_identity import export
from tests.test_migrations import OLD
from tui.cli import main
from tui.errors import StoreFullError
from tui.model.events import Add, Change, Finish, Remove
from tui.model.span import Json, Span
from tui.project.place import DATABASE_FILE
from tui.project.project import Project
from tui.store import SCHEMA_VERSION, Store
from tui.sync.ways import Ways

Opener = Callable[[str, str], Project]


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Opener]:
    """Open copies by the names of their folders and of who works there."""
    with ExitStack() as stack:
        yield lambda name, annotator: stack.enter_context(closing(open_copy(tmp_path / name, annotator)))


def sync_all(copies: list[Project]) -> None:
    """Bring all copies together: one after the other with the first, and back."""
    for _ in range(2):
        for other in copies[1:]:
            sync(copies[0], other.place.database)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), count=st.integers(2, 4))
def test_copies_that_were_edited_and_synced_anyhow_end_up_equal(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
) -> None:
    chance = Random(seed)
    folder = tmp_path_factory.mktemp("copies")
    annotators = ["ana", "bea", "ana", "carl"]
    with pytest.MonkeyPatch.context() as monkeypatch, ExitStack() as stack:
        copies = [
            stack.enter_context(closing(open_copy(folder / f"copy{number}", annotators[number])))
            for number in range(count)
        ]
        clocks = [chance.randrange(-5, 6) * DAY for _ in copies]
        for _ in range(30):
            number = chance.randrange(count)
            shift_clock(monkeypatch, clocks[number])
            if chance.random() < 0.75:
                work(copies[number], chance)
                continue
            other = chance.choice([each for each in copies if each is not copies[number]])
            sync(copies[number], other.place.database, choose_ways(copies[number], chance))
        sync_all(copies)
        states = [state_of(each) for each in copies]
        for state in states[1:]:
            assert state == states[0]
        for each in copies:
            assert list(each.verify()) == []
            each.store.verify.rebuild()
            assert state_of(each) == states[0]
        report = sync(copies[0], copies[1].place.database)
        assert not report.has_done
        assert not report.refused


STORY = "Two men fled.\n\nA rocket hit Kharsa.\n"


def are_equal(*copies: Project) -> bool:
    states = [state_of(each) for each in copies]
    return all(state == states[0] for state in states) and all(not list(each.verify()) for each in copies)


def count_spans(project: Project) -> list[tuple[object, int]]:
    """Give the id of each exported article, and how many spans it has there."""
    lines = export(project)
    return [(line["id"], len(spans)) for line in lines if isinstance(spans := line["spans"], list)]


def run(project: Project, *words: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project.place.folder), *words])


def test_what_two_people_did_in_their_copies_is_in_both(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY})
    bring(bea, {"id": "n0", "text": "Washington said no."}, {"id": "n1", "text": STORY})
    tag(ana, 1, 0, 7)
    tag(bea, 2, 17, 23, "weapon")
    report = sync(ana, bea.place.database)
    assert (report.pulled.articles, report.pulled.events) == (1, {"bea": 1})
    assert (report.pushed.articles, report.pushed.events) == (0, {"ana": 1})
    assert are_equal(ana, bea)
    assert ana.store.log.list_annotators(1) == bea.store.log.list_annotators(2) == ["ana", "bea"]
    assert not sync(bea, ana.place.database).has_done


def test_another_text_under_one_id_is_refused_by_name_and_the_rest_goes_on(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY}, {"id": "n2", "text": "Washington said no."})
    bring(bea, {"id": "n1", "text": "Nobody was hurt."}, {"id": "n3", "text": "A drone fell."})
    for project in (ana, bea):
        tag(project, 1, 0, 3)
        tag(project, 2, 0, 3)
    result = run(ana, "sync", str(bea.place.database))
    assert result.exit_code == 1
    assert "n1: this id is that of another text in the other copy (here it is article 1)" in result.stderr
    for project in (ana, bea):
        assert sorted(str(line["id"]) for line in export(project)) == ["n1", "n2", "n3"]
        assert list(project.verify()) == []
    # What the sentence says to do, helps.
    bea.remove_articles([1])
    bring(bea, {"id": "n4", "text": "Nobody was hurt."})
    assert run(bea, "sync", str(ana.place.database)).exit_code == 0
    texts = {line["id"]: line["text"] for line in export(bea)}
    assert (texts["n1"], texts["n4"]) == (STORY, "Nobody was hurt.")
    assert sync(ana, bea.place.database).refused == {}
    assert are_equal(ana, bea)


@pytest.mark.parametrize("first", ["ana", "bea"])
def test_a_text_that_came_without_an_id_is_the_one_that_came_with_one(copy: Opener, first: str) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"text": STORY})
    bring(bea, {"id": "n1", "text": STORY, "meta": {"title": "Flight"}})
    tag(ana, 1, 0, 7)
    tag(bea, 1, 17, 23)
    one, other = (ana, bea) if first == "ana" else (bea, ana)
    sync(one, other.place.database)
    assert are_equal(ana, bea)
    assert count_spans(ana) == [("n1", 1), ("n1", 1)]
    assert ana.open_article(1)[0].title == "Flight"


def test_one_text_under_two_ids_stays_two_articles_as_an_import_makes_them(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n2", "text": STORY})
    bring(bea, {"id": "n1", "text": STORY})
    sync(ana, bea.place.database)
    assert sorted(str(line["id"]) for line in export(ana)) == ["n1", "n2"]
    assert are_equal(ana, bea)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_text_without_an_id_and_two_that_have_one_become_one_in_any_order(
    copy: Opener, order: tuple[int, ...]
) -> None:
    copies = [copy(name, name) for name in ("ana", "bea", "carl")]
    for project, record in zip(copies, ({}, {"id": "n2"}, {"id": "n1"}), strict=True):
        bring(project, {"text": STORY, **record})
        tag(project, 1, 0, 7)
    one, two, three = (copies[place] for place in order)
    sync(one, two.place.database)
    sync(two, three.place.database)
    sync(three, one.place.database)
    sync(two, one.place.database)
    assert are_equal(*copies)
    assert count_spans(one) == [("n1", 1)] * 3
    # What is imported under either id is there already.
    bring(one, {"id": "n2", "text": STORY})
    assert len(export(one)) == 3


def test_what_was_taken_out_in_one_copy_is_taken_out_in_the_other_and_comes_back(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY})
    sync(ana, bea.place.database)
    ana.remove_articles([1])
    tag(bea, 1, 0, 7)
    sync(ana, bea.place.database)
    assert (list(bea.list_articles()), export(bea)) == ([], [])
    assert are_equal(ana, bea)
    assert bea.restore_removed() == [1]
    sync(ana, bea.place.database)
    assert are_equal(ana, bea)
    assert count_spans(ana) == [("n1", 1)]


def test_what_was_taken_out_without_an_id_is_the_same_when_it_comes_back_with_one(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"text": "One."})
    ana.remove_articles([1])
    # Nothing is assigned, and so the article stays where it is.
    sync(bea, ana.place.database, Ways(only="bea"))
    bring(ana, {"id": "b1", "text": "One."})
    sync_all([ana, bea])
    assert are_equal(ana, bea)
    assert ana.store.exchange.list_steps() == bea.store.exchange.list_steps()


def test_an_action_is_undone_in_another_copy_than_it_was_done_in(copy: Opener) -> None:
    laptop, desk = copy("a", "ana"), copy("b", "ana")
    bring(laptop, {"id": "n1", "text": STORY})
    tag(laptop, 1, 0, 7)
    sync(laptop, desk.place.database)
    article, layer = desk.open_article(1)
    desk.step(article, layer, "undo", layer.done[-1])
    sync(laptop, desk.place.database)
    article, layer = laptop.open_article(1)
    assert (layer.spans, are_equal(laptop, desk)) == ({}, True)
    laptop.step(article, layer, "redo", layer.undone[-1])
    sync(desk, laptop.place.database)
    assert len(desk.open_article(1)[1].spans) == 1
    assert are_equal(laptop, desk)


def test_an_app_that_is_open_takes_in_what_is_older_than_its_own_newest_event(
    copy: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, desk = copy("a", "ana"), copy("b", "ana")
    bring(laptop, {"id": "n1", "text": STORY})
    sync(laptop, desk.place.database)
    tag(desk, 1, 0, 3)
    shift_clock(monkeypatch, 5 * DAY)
    article, layer = laptop.open_article(1)
    laptop.act(article, layer, [Add((Span("late", 17, 23, "weapon"),))])
    with closing(laptop.open_again()) as other_process:
        sync(other_process, desk.place.database)
    laptop.act(article, layer, [Finish((0,))])
    assert len(layer.spans) == 2
    assert list(laptop.verify()) == []


def test_ids_of_copies_whose_clocks_are_late_never_meet(
    copy: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY})
    shift_clock(monkeypatch, 5 * DAY)
    tag(ana, 1, 0, 3)
    sync(ana, bea.place.database)
    shift_clock(monkeypatch, -5 * DAY)
    for start in range(3):
        tag(ana, 1, start, 4)
        tag(bea, 1, start, 4)
    sync(ana, bea.place.database)
    assert len(ana.store.log.read_events(1, "ana")) == 4
    assert len(ana.store.log.read_events(1, "bea")) == 3
    assert are_equal(ana, bea)


def test_a_file_that_was_imported_in_two_copies_does_not_undo_what_was_done_since(copy: Opener) -> None:
    laptop, desk = copy("a", "ana"), copy("b", "ana")
    spans = [{"start": 0, "end": 7, "label": "actor"}, {"start": 17, "end": 23, "label": "weapon"}]
    bring(laptop, {"id": "n1", "text": STORY, "spans": spans})
    article, layer = laptop.open_article(1)
    laptop.act(article, layer, [Remove(("s1",)), Change(span="s2", label="casualty")])
    bring(desk, {"id": "n1", "text": STORY, "spans": spans})
    sync(laptop, desk.place.database)
    assert [span.label for span in desk.open_article(1)[1].spans.values()] == ["casualty"]
    assert are_equal(laptop, desk)
    bring(desk, {"id": "n1", "text": STORY, "spans": spans})
    assert not sync(laptop, desk.place.database).has_done


def test_only_one_way_is_gone_where_that_is_told(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY})
    bring(bea, {"id": "n2", "text": "Washington said no."})
    sync(ana, bea.place.database, Ways(push=False))
    assert (ana.count_articles(), bea.count_articles()) == (2, 1)
    sync(bea, ana.place.database, Ways(pull=False))
    assert (ana.count_articles(), bea.count_articles()) == (2, 1)
    sync(bea, ana.place.database)
    assert are_equal(ana, bea)


def test_a_rehearsal_counts_everything_and_changes_nothing(copy: Opener, tmp_path: Path) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY})
    bring(bea, {"id": "n2", "text": "Washington said no."})
    before = state_of(ana), state_of(bea)
    result = run(ana, "sync", "--dry-run", "--json", str(bea.place.database))
    said = json.loads(result.stdout)
    assert (said["pulled"]["articles"], said["pushed"]["articles"], said["dry_run"]) == (1, 1, True)
    assert (state_of(ana), state_of(bea)) == before
    assert run(ana, "sync", "--dry-run", str(tmp_path / "new.db")).exit_code == 0
    assert not (tmp_path / "new.db").exists()


def test_new_work_of_one_name_on_both_sides_is_said(copy: Opener) -> None:
    laptop, desk = copy("a", "ana"), copy("b", "ana")
    bring(laptop, {"id": "n1", "text": STORY})
    sync(laptop, desk.place.database)
    tag(laptop, 1, 0, 7)
    tag(desk, 1, 17, 23)
    said = run(laptop, "sync", str(desk.place.database)).stderr
    assert "both sides had new work by ana: it was put together" in said


def test_labels_that_came_in_and_are_unknown_here_are_named_and_can_be_added(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY})
    sync(ana, bea.place.database)
    tag(bea, 1, 0, 7, "fugitive")
    result = run(ana, "sync", str(bea.place.database))
    assert result.exit_code == 0
    assert "lacks labels that came in: fugitive; nothing is lost, and they are added with: spantag sync" in (
        result.stderr
    )
    assert run(ana, "sync", "--add-labels", str(bea.place.database)).exit_code == 0
    assert "fugitive" in ana.place.labels.read_text("utf-8")


MISFITS = {
    "another type": (
        "{name: count, type: number}",
        "{name: count, type: count}",
        "a number here and a count",
    ),
    "several": (
        "{name: kind, type: choice, values: [a, b]}",
        "{name: kind, type: choice, values: [a, b], multiple: true}",
        "a choice here and a choice of several there",
    ),
    "other choices": (
        "{name: kind, type: choice, values: [a, b]}",
        "{name: kind, type: choice, values: [a, c]}",
        "a choice with b here and a choice with c there",
    ),
}


@pytest.mark.parametrize(("own", "other", "told"), MISFITS.values(), ids=MISFITS)
def test_label_sets_that_do_not_fit_are_refused_before_anything_goes_over(
    copy: Opener, own: str, other: str, told: str
) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(bea, {"id": "n1", "text": STORY})
    for project, attribute in ((ana, own), (bea, other)):
        labels = f"labels:\n  - name: dead\n    attributes: [{attribute}]\n"
        project.place.labels.write_text(labels, encoding="utf-8")
    before = ana.place.labels.read_bytes()
    result = run(ana, "sync", str(bea.place.database))
    assert result.exit_code == 2
    assert f"of the label 'dead' is {told}" in result.stderr
    assert "take over the labels.yaml" in result.stderr
    assert ana.count_articles() == 0
    ana.place.labels.write_bytes(bea.place.labels.read_bytes())
    assert run(ana, "sync", str(bea.place.database)).exit_code == 0
    assert before != ana.place.labels.read_bytes()


def test_labels_in_the_folder_above_are_compared_with_from_wherever_it_is_synced(
    copy: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(bea, {"id": "n1", "text": STORY})
    for project, kind in ((ana, "number"), (bea, "count")):
        labels = f"labels:\n  - {{name: dead, attributes: [{{name: count, type: {kind}}}]}}\n"
        project.place.labels.write_text(labels, encoding="utf-8")
    below = bea.place.labels.parent / "below"
    below.mkdir()
    assert run(bea, "sync", str(below / "bea.db")).exit_code == 0
    monkeypatch.chdir(below)
    assert "is a number here and a count there" in run(ana, "sync", "bea.db").stderr


def test_labels_are_set_for_all_on_a_server_only(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    refused = run(ana, "sync", "--set-labels", str(bea.place.database))
    assert (refused.exit_code, "only on a server" in refused.stderr) == (2, True)


def test_label_sets_of_which_one_has_more_fit(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(bea, {"id": "n1", "text": STORY})
    few = "labels:\n  - {name: dead, attributes: [{name: kind, type: choice, values: [a]}]}\n"
    more = few.replace("[a]", "[b, a]").replace("attributes: [", "attributes: [{name: count, type: count}, ")
    ana.place.labels.write_text(few, encoding="utf-8")
    bea.place.labels.write_text(more + "  - {name: place}\nrelations: [{name: lost}]\n", encoding="utf-8")
    assert run(ana, "sync", str(bea.place.database)).exit_code == 0
    assert run(bea, "sync", str(ana.place.database)).exit_code == 0


@pytest.mark.parametrize("schema", range(1, SCHEMA_VERSION))
def test_what_an_older_version_has_is_taken_in_and_its_database_is_left_as_it_is(
    copy: Opener, tmp_path: Path, schema: int
) -> None:
    ana, old = copy("a", "ana"), tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as made:
        made.executescript((OLD / f"schema{schema}.sql").read_text("utf-8"))
    before = old.read_bytes()
    result = run(ana, "sync", str(old))
    assert result.exit_code == 1
    assert f"an older spantag made this database (schema {schema}" in result.stderr
    assert ana.count_articles() == 3
    assert list(ana.verify()) == []
    assert old.read_bytes() == before
    assert run(ana, "sync", "--pull", str(old)).exit_code == 0


def test_what_cannot_be_synced_with_is_refused_in_a_sentence(copy: Opener, tmp_path: Path) -> None:
    ana = copy("a", "ana")
    newer, lines, own = tmp_path / "newer.db", tmp_path / "out.jsonl", ana.place.database
    with closing(Store.open(newer)) as store:
        store.connection.sqlite.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    lines.write_text("{}\n", encoding="utf-8")
    for other, code, sentence in (
        (newer, 2, "a newer spantag made this database"),
        (lines, 1, f"comes in with: spantag import {lines}"),
        (own, 2, "this is the project's own database"),
        (tmp_path, 2, "this is a folder"),
        (
            "mysql://ana@db.example/news",
            2,
            "synced is with a database file, or with postgresql://host/database",
        ),
    ):
        result = run(ana, "sync", str(other))
        assert (result.exit_code, sentence in result.stderr) == (code, True), result.stderr
    assert "there is no such file" in run(ana, "sync", "--pull", str(tmp_path / "none.db")).stderr


def test_a_full_disk_is_said_and_the_next_sync_goes_on(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(bea, *({"id": f"n{number}", "text": f"{number} men fled. " * 200} for number in range(300)))
    sqlite = ana.store.connection.sqlite
    ((pages,),) = sqlite.execute("PRAGMA page_count")
    sqlite.execute(f"PRAGMA max_page_count = {pages + 200}")
    with pytest.raises(StoreFullError, match="the disk is full"):
        sync(ana, bea.place.database)
    assert 0 < ana.count_articles() < 300
    sqlite.execute("PRAGMA max_page_count = 1073741823")
    sync(ana, bea.place.database)
    assert are_equal(ana, bea)


def test_a_sync_that_is_killed_at_any_moment_is_gone_on_with(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    spans = [{"start": 0, "end": 3, "label": "actor"}]
    for project, name in ((ana, "a"), (bea, "b")):
        bring(
            project,
            *({"id": f"{name}{n}", "text": f"{n} men fled {name}.", "spans": spans} for n in range(1500)),
        )
    command = [sys.executable, "-m", "tui", "--project", str(ana.place.folder), "sync"]
    chance = Random()
    for database in (ana, bea) * 4:
        # Killed when this one has grown so often.
        versions = {database.read_version()}
        changes = chance.randrange(2, 6)
        process = subprocess.Popen([*command, str(bea.place.database)], stderr=subprocess.DEVNULL)
        while process.poll() is None and len(versions) < changes:
            versions.add(database.read_version())
            time.sleep(chance.random() / 100)
        process.kill()
        process.wait()
        assert list(ana.verify()) == list(bea.verify()) == []
    sync(ana, bea.place.database)
    assert ana.count_articles() == 3000
    assert are_equal(ana, bea)


@pytest.mark.parametrize("schema", [3, SCHEMA_VERSION - 1])
def test_a_database_of_an_older_version_that_was_copied_and_edited_on_both_sides_is_one_again(
    copy: Opener, tmp_path: Path, schema: int
) -> None:
    for name in ("a", "b"):
        database = tmp_path / name / DATABASE_FILE
        database.parent.mkdir(parents=True)
        with closing(sqlite3.connect(database)) as made:
            made.executescript((OLD / f"schema{schema}.sql").read_text("utf-8"))
    ana, bea = copy("a", "ana"), copy("b", "bea")
    before = len(ana.store.exchange.list_steps()), ana.count_articles()
    tag(ana, 1, 0, 3)
    tag(bea, 1, 4, 7)
    bea.remove_articles([2])
    report = sync(ana, bea.place.database)
    assert (report.pulled.articles, report.pulled.events, report.pulled.steps) == (0, {"bea": 1}, 1)
    assert (report.pushed.articles, report.pushed.events, report.pushed.steps) == (0, {"ana": 1}, 0)
    assert (len(ana.store.exchange.list_steps()), ana.count_articles()) == (before[0] + 1, before[1] - 1)
    assert are_equal(ana, bea)


def test_what_only_a_newer_version_knows_is_not_taken_in_and_a_sentence_says_what_to_do(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(bea, {"id": "n1", "text": STORY})
    forge_event(bea.store, 1, "bea", "teleport", {"to": 3})
    result = run(ana, "sync", str(bea.place.database))
    assert result.exit_code == 1
    assert "events of the kind 'teleport', which a newer spantag writes" in result.stderr
    assert "pip install --upgrade spantag" in result.stderr
    assert (ana.count_articles(), list(ana.verify())) == (1, [])
    assert ana.store.exchange.list_event_ids(after="", most=9) == []


def test_what_a_newer_version_says_beside_what_is_known_is_passed_over_and_handed_on(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(bea, {"id": "n1", "text": STORY})
    said: Json = {"paragraphs": [0], "keys": 4, "later": {"x": 1}}
    event = forge_event(bea.store, 1, "bea", "finish", said)
    sync(ana, bea.place.database)
    assert list(ana.verify()) == []
    (layer,) = ana.store.log.read_layers(1, 1)[1].values()
    assert layer.states == {0: "finished"}
    (handed_on,) = ana.store.exchange.read_events([event])
    assert json.loads(handed_on.payload) == said


def test_an_import_that_was_taken_back_is_taken_back_in_other_copies_and_can_come_in_again(
    copy: Opener,
) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(ana, {"id": "n1", "text": STORY, "spans": [{"start": 0, "end": 3, "label": "actor"}]})
    sync(ana, bea.place.database)
    ana.undo_import()
    sync(ana, bea.place.database)
    assert list(bea.list_articles()) == []
    assert bea.list_imports() == []
    assert are_equal(ana, bea)
    bring(bea, {"id": "n1", "text": STORY, "spans": [{"start": 0, "end": 3, "label": "actor"}]})
    assert count_spans(bea) == [("n1", 0), ("n1", 1)]
    sync(bea, ana.place.database)
    assert count_spans(ana) == [("n1", 0), ("n1", 1)]
    assert are_equal(ana, bea)


def test_a_damaged_event_is_not_taken_over_and_the_database_that_has_it_is_named(copy: Opener) -> None:
    ana, bea = copy("a", "ana"), copy("b", "bea")
    bring(bea, {"id": "n1", "text": STORY})
    tag(bea, 1, 0, 3)
    with closing(sqlite3.connect(bea.place.database)) as connection:
        connection.execute("DROP TRIGGER events_are_never_changed")
        connection.execute("UPDATE events SET at = '2020'")
        connection.commit()
    result = run(ana, "sync", str(bea.place.database))
    assert result.exit_code == 1
    assert f"{bea.place.database}: event " in result.stderr
    assert "is not what was written: the checksum differs" in result.stderr
    assert (ana.store.exchange.list_event_ids(after="", most=9), list(ana.verify())) == ([], [])
