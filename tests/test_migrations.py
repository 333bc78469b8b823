"""Databases of every earlier version open, agree with their log, and mean what they meant."""

import sqlite3
from pathlib import Path

import pytest

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
    assert list(store.verify()) == []
    assert store.count_articles() == 3
    store.close()
    reopened = Store.open(store.path)
    assert list(reopened.verify()) == []
    reopened.close()


def test_flags_of_schema_1_become_marks_beside_the_state(tmp_path: Path) -> None:
    store = open_old(tmp_path, 1)
    layer = store.load_layer(1, "ana")
    # Flagged when it was finished, finished when it was flagged, reopened, and a flag that was undone.
    assert layer.states == {0: "finished", 1: "finished", 2: "unfinished", 3: "skipped"}
    assert layer.flags == {0, 1}
    (derived,) = store.read_layers(1, 1)[1].values()
    assert (derived.states, derived.flags) == (layer.states, layer.flags)
    assert store.load_layer(2, "bea").flags == {1}
    assert [row.flagged for row in store.read_rows([1], "ana")] == [2]
    store.close()
