"""What importing a module brings along: the commands and the core stay quick and need no terminal."""

import subprocess
import sys

import pytest

SLOW = ("textual", "rich", "sqlite_utils", "pycrfsuite", "multiprocessing")


def loaded_by(statement: str) -> set[str]:
    program = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("module", ["tui", "tui.project", "tui.cli", "tui.formats", "tui.store"])
def test_the_core_and_the_commands_load_no_terminal_and_nothing_slow(module: str) -> None:
    assert loaded_by(f"import {module}").isdisjoint(SLOW)


@pytest.mark.parametrize("module", ["tui.project", "tui.store", "tui.formats", "tui.records", "tui.events"])
def test_the_core_loads_no_command_line_either(module: str) -> None:
    assert "click" not in loaded_by(f"import {module}")


@pytest.mark.parametrize("module", ["tui.formats", "tui.events", "tui.records", "tui.labels", "tui.text"])
def test_only_the_store_loads_sqlite(module: str) -> None:
    assert "sqlite3" not in loaded_by(f"import {module}")


def test_opening_a_database_that_is_up_to_date_does_not_load_the_migrations(tmp_path: object) -> None:
    opening = f"from pathlib import Path; from tui.store import Store; Store.open(Path('{tmp_path}/a.db'))"
    assert "sqlite_utils" in loaded_by(opening)
    assert "sqlite_utils" not in loaded_by(opening)
