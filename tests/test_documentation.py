"""The documentation says what is so."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_the_generated_pages_are_as_the_code_would_write_them() -> None:
    checked = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "make.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_the_check_runs_the_tests_with_the_command_of_the_readme() -> None:
    (command,) = [
        line.partition("#")[0].strip()
        for line in (ROOT / "README.md").read_text("utf-8").splitlines()
        if "&& pytest" in line
    ]
    assert command in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_the_version_is_that_of_the_newest_dated_section_of_the_changelog() -> None:
    dated = re.search(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", read("CHANGELOG.md"), re.MULTILINE)
    assert dated is not None
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == dated[1]


def test_the_version_is_said() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tui", "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout == f"spantag, version {version('spantag')}\n"


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md", "docs/suggestions.md"])
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = re.findall(r"`((?:tui|tests|docs|benchmarks)/[\w./]+)`", read(page))
    named += [f"{(ROOT / page).parent}/{link}" for link in re.findall(r"\]\(([\w./]+)\)", read(page))]
    assert [name for name in named if not (ROOT / name).exists() and not name.endswith("_.py")] == []
