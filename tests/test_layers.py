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


ROOT = Path(__file__).parents[1]

ROOMS = {
    path.stem
    for path in (ROOT / "tui").iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.name != "__init__.py"
}
"""The rooms and files right under the package, by name."""

ABOVE_THE_DOMAIN = {"__main__", "cli", "ui"}

DOMAIN = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for room in ROOMS - ABOVE_THE_DOMAIN
    for path in [*(ROOT / "tui" / room).rglob("*.py"), ROOT / "tui" / f"{room}.py"]
    if path.exists()
)
"""Every module below the terminal."""

CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}


def test_no_module_of_the_domain_loads_a_terminal_or_the_command_line() -> None:
    # sqlite_utils, which only the schema needs, is a command line itself.
    domain = [module for module in DOMAIN if module != "tui.store.schema"]
    imports = "; ".join(f"import {module}" for module in domain)
    assert loaded_by(imports).isdisjoint({"textual", "rich", "click"})
    assert loaded_by("import tui.store.schema").isdisjoint({"textual", "rich"})


@pytest.mark.parametrize("module", ["tui", "tui.project.project", "tui.cli", "tui.formats", "tui.store"])
def test_the_core_and_the_commands_load_no_terminal_and_nothing_slow(module: str) -> None:
    assert loaded_by(f"import {module}").isdisjoint(SLOW)


def test_the_app_loads_plots_only_where_one_is_drawn() -> None:
    screens = ("library", "annotate", "adjudicate", "overview")
    imports = "; ".join(f"import tui.ui.screens.{name}" for name in screens)
    assert "plotext" not in loaded_by(f"import tui.ui.app; {imports}")
    assert "plotext" in loaded_by("import tui.ui.overview_page")


def test_only_the_store_loads_sqlite() -> None:
    rooms = ("tui.errors", "tui.folders", "tui.text", "tui.model", "tui.formats", "tui.suggest")
    imports = "; ".join(f"import {module}" for module in DOMAIN if module.startswith(rooms))
    assert "sqlite3" not in loaded_by(imports)


def test_opening_a_database_that_is_up_to_date_does_not_load_the_migrations(tmp_path: object) -> None:
    opening = f"from pathlib import Path; from tui.store import Store; Store.open(Path('{tmp_path}/a.db'))"
    assert "sqlite_utils" in loaded_by(opening)
    assert "sqlite_utils" not in loaded_by(opening)


@pytest.mark.parametrize(
    ("contract", "exempt"),
    [("The domain knows no terminal", ABOVE_THE_DOMAIN), ("Only the store knows SQLite", {"store"})],
)
def test_no_room_is_forgotten_by_a_contract(contract: str, exempt: set[str]) -> None:
    assert set(CONTRACTS[contract]["source_modules"]) == {f"tui.{name}" for name in ROOMS - exempt}


def test_the_map_of_the_house_shows_every_module() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    house = text.split("```")[1].replace(".py", "")
    assert set(re.findall(r"\w+", house)) >= ROOMS


def test_no_format_is_forgotten_by_a_contract() -> None:
    formats = {path.stem for path in (ROOT / "tui" / "formats").iterdir() if path.name[0] not in "_."}
    independent = CONTRACTS["Formats do not know each other"]["modules"]
    assert set(independent) == {f"tui.formats.{name}" for name in formats - {"format", "shared"}}
