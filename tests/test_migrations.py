"""Databases of every earlier version open, agree with their log, and mean what they meant."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from tests.test_identity import export
from tui.errors import Refusal
from tui.model.article_query import read_query
from tui.model.record import Unit
from tui.project.importing import ImportReport
from tui.project.place import DATABASE_FILE, Place
from tui.project.project import Project
from tui.store import SCHEMA_VERSION, Store

OLD = Path(__file__).parent / "data" / "old"
"""A dump of a database of every earlier schema."""


def open_old(tmp_path: Path, schema: int) -> Store:
    """Make the database of a dump and open it."""
    path = tmp_path / "annotations.db"
    connection = sqlite3.connect(path)
    connection.executescript((OLD / f"schema{schema}.sql").read_text("utf-8"))
    connection.close()
    return Store.open(path)


@pytest.mark.parametrize("schema", range(1, SCHEMA_VERSION))
def test_an_old_database_opens_and_agrees_with_its_log(tmp_path: Path, schema: int) -> None:
    store = open_old(tmp_path, schema)
    assert list(store.verify.check()) == []
    assert store.articles.count_articles() == 3
    store.close()
    reopened = Store.open(store.path)
    assert list(reopened.verify.check()) == []
    reopened.close()


def test_flags_of_schema_1_become_marks_beside_the_state(tmp_path: Path) -> None:
    store = open_old(tmp_path, 1)
    layer = store.log.load_layer(1, "ana")
    # Flagged when it was finished, finished when it was flagged, reopened, and a flag that was undone.
    assert layer.states == {0: "finished", 1: "finished", 2: "unfinished", 3: "skipped"}
    assert layer.flags == {0, 1}
    (derived,) = store.log.read_layers(1, 1)[1].values()
    assert (derived.states, derived.flags) == (layer.states, layer.flags)
    assert store.log.load_layer(2, "bea").flags == {1}
    assert [row.flagged for row in store.articles.read_rows([1], "ana")] == [2]
    store.close()


def test_what_looked_like_boilerplate_in_schema_4_is_kept(tmp_path: Path) -> None:
    with closing(open_old(tmp_path, 4)) as store:
        looks = {number: store.articles.load_article(number).boilerplate for number in (1, 2, 3)}
        assert looks == {1: {2}, 2: set(), 3: {2}}
        (row,) = store.articles.read_rows([3], "ana")
        assert (row.finished, row.unfinished, row.boilerplate, row.spans) == (1, 1, 1, 2)


def test_titles_of_schema_6_are_found_without_accents_and_case(tmp_path: Path) -> None:
    with closing(open_old(tmp_path, 6)) as store:
        found = {wanted: list(store.finding.find("ana", read_query(wanted))) for wanted in _WANTED}
        assert found == {"CAFE": [1], "café": [1], "STRASSE": [1], "οδος": [2], "B2": [2], "kharsa": [3]}


_WANTED = ("CAFE", "café", "STRASSE", "οδος", "B2", "kharsa")


def test_a_text_that_cannot_be_read_does_not_keep_an_old_database_from_opening(tmp_path: Path) -> None:
    path = tmp_path / "annotations.db"
    with closing(sqlite3.connect(path)) as made:
        made.executescript((OLD / "schema4.sql").read_text("utf-8"))
        made.execute("UPDATE texts SET text = CAST(x'7bff7d' AS TEXT) WHERE article = 2")
        made.commit()
    with closing(Store.open(path)) as store:
        (sentence,) = store.verify.check()
        assert sentence.startswith("article 2 cannot be read")


# What came in with a version before

BEFORE = Path(__file__).parent / "data" / "schema_1"
"""A database of the first schema as SQL, the files that were imported into it, and what it exported."""


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Project]:
    """Give a project whose database a version before made."""
    (tmp_path / "labels.yaml").write_text("labels: [actor, weapon, casualty, location]\n", encoding="utf-8")
    database = tmp_path / DATABASE_FILE
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as made:
        made.executescript((BEFORE / "annotations.sql").read_text(encoding="utf-8"))
    opened = Project.open(Place.of(tmp_path, annotator="ana"))
    yield opened
    opened.close()


def bring(project: Project, name: str) -> tuple[ImportReport, list[str]]:
    path = project.place.folder / name
    shutil.copy(BEFORE / name, path)
    said: list[Refusal] = []
    report = project.import_files([path], tell=said.append)
    return report, [refusal.reason for refusal in said]


def expected() -> list[object]:
    return [json.loads(line) for line in (BEFORE / "expected.jsonl").read_text(encoding="utf-8").splitlines()]


def version_of(project: Project) -> int:
    with closing(sqlite3.connect(project.place.database)) as database:
        ((version,),) = database.execute("PRAGMA user_version")
    return int(version)


def test_a_database_of_the_first_schema_opens_and_says_what_it_said(before: Project) -> None:
    assert version_of(before) == SCHEMA_VERSION
    assert list(before.verify()) == []
    assert export(before) == expected()
    before.store.verify.rebuild()
    assert list(before.verify()) == []
    assert export(before) == expected()


@pytest.mark.parametrize("name", ["articles.jsonl", "report.txt", "more.jsonl", "pieces.jsonl"])
def test_what_came_in_with_a_version_before_changes_nothing_now(before: Project, name: str) -> None:
    for _ in range(2):
        report, said = bring(before, name)
        assert (report.articles, report.updated, report.spans, report.refused) == (0, 0, 0, 0)
        assert [sentence for sentence in said if "other values: id" not in sentence] == []
    assert export(before) == expected()
    assert list(before.verify()) == []


def test_what_such_a_database_exports_changes_nothing_in_it(before: Project) -> None:
    for everything in (True, False):
        for unit in get_args(Unit):
            lines = export(before, unit=unit, everything=everything)
            path = before.place.folder / "again.jsonl"
            path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
            said: list[Refusal] = []
            report = before.import_files([path], tell=said.append)
            assert (report.articles, report.updated, report.refused, said) == (0, 0, 0, [])
    assert export(before) == expected()


def test_a_new_file_of_a_text_that_was_there_before_keeps_its_own_id(before: Project) -> None:
    text = "Harbour officials said no."
    path = before.place.folder / "new.jsonl"
    span = {"start": 8, "end": 17, "label": "casualty"}
    path.write_text(json.dumps({"id": "r3", "text": text, "spans": [span]}), encoding="utf-8")
    report = before.import_files([path], tell=lambda _: None)
    assert (report.articles, report.spans) == (1, 1)
    assert list(before.verify()) == []
