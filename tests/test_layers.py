"""What importing a module brings along: the commands and the core stay quick and need no terminal."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

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


ROOT = Path(__file__).parents[1]

MODULES = {
    path.stem
    for path in (ROOT / "tui").iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.name != "__init__.py"
}
"""Every module and package of spantag, by name."""

CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}


@pytest.mark.parametrize(
    ("contract", "exempt"),
    [
        (
            "The domain knows no terminal",
            {"__main__", "app", "cli", "driver", "layout", "screens", "widgets"},
        ),
        ("Only the store and its migrations know SQLite", {"migrations", "store"}),
    ],
)
def test_no_module_is_forgotten_by_a_contract(contract: str, exempt: set[str]) -> None:
    assert set(CONTRACTS[contract]["source_modules"]) == {f"tui.{name}" for name in MODULES - exempt}


def test_the_map_of_the_house_shows_every_module() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    house = text.split("```")[1].replace(".py", "")
    assert set(re.findall(r"\w+", house)) >= MODULES
