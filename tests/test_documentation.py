"""The documentation says what is so."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


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
