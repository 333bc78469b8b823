"""No byte of an article, of labels.yaml or of a file's name reaches the terminal."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.hostile import HOSTILE, PARAGRAPHS, leaks_in, shapes_of, write_jsonl
from tests.end_to_end.terminal import Terminal

LABELS = r"""
title: "title \e[31;5;7m"
guidelines: "guide \e]0;owned\a \x9b31m \u202e"
labels:
  - name: actor
    description: "who \e[31;5;7m \x9b31m \u202e \e]0;owned\a"
    guidelines: "guide \e]0;owned\a \x9b31m\nand \u202e"
    examples: ["example \e[31;5;7m \x9b31m \u202e"]
  - {name: weapon}
"""

NAME = "evil\x1b[31;5;7m\x9b31m\u202e"
"""A name that a file system allows."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project with a hostile name and hostile labels.yaml."""
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / "labels.yaml").write_text(LABELS, encoding="utf-8")
    return folder


def look(terminal: Terminal) -> str:
    """Read the screen, having looked at every byte that came so far."""
    assert sorted(set(leaks_in(terminal.output))) == []
    return terminal.text()


def run(folder: Path, *arguments: str) -> str:
    """Run a command without a screen; give what it wrote, having looked at every byte."""
    done = subprocess.run(
        [sys.executable, "-m", "tui", *arguments], cwd=folder, capture_output=True, check=False
    )
    written = done.stdout + done.stderr
    assert sorted(set(leaks_in(written))) == []
    assert b"Traceback" not in written
    return written.decode("utf-8")


def test_an_article_that_would_drive_the_terminal_is_walked_tagged_and_searched(folder: Path) -> None:
    write_jsonl(folder / "hostile.jsonl")
    with Terminal(["hostile.jsonl"], cwd=folder) as terminal:
        terminal.wait_for("refused")
        terminal.press("pagedown", "pagedown", "end")
        look(terminal)
        terminal.press("escape")
        terminal.wait_for("Word0")
        for _ in PARAGRAPHS:
            terminal.press("right", "shift+right", "shift+right", "shift+right", "a", "pagedown")
            look(terminal)
        terminal.wait_for("Last words")
        terminal.press("tab", "tab", "#")
        terminal.wait_for("Note on")
        look(terminal)
        terminal.press("escape")
        terminal.wait_without("Note on")
        terminal.press("/")
        terminal.wait_for("Search the")
        terminal.press("\x1b[200~", "nowhere \x1b[31;5;7m \x9b31m \u202e", "\x1b[201~", "enter")
        terminal.wait_for("is not in this article")
        look(terminal)
        terminal.press("/")
        terminal.wait_for("Search the")
        terminal.press("\x7f" * 40, "[31;5;7m", "enter")
        terminal.wait_for("“")
        look(terminal)
        terminal.press("?")
        terminal.wait_for("Help")
        terminal.press("pagedown", "pagedown", "pagedown", "escape")
        terminal.wait_without("Help   (")
        look(terminal)
        terminal.press(";")
        terminal.wait_for("nothing is asked of it")
        look(terminal)
        terminal.press(";")
        terminal.wait_for("who ")
        look(terminal)
        terminal.press("escape")
        terminal.wait_without("who ")
        terminal.press("escape", "escape")
        terminal.wait_for("Export")
        terminal.press("/", "Title")
        terminal.wait_for("“Title”")
        look(terminal)
        terminal.press("escape")
        terminal.wait_without("“Title”")
        terminal.press("i")
        terminal.wait_for("Import files")
        terminal.press(f"\x1b[200~missing {NAME}.txt\x1b[201~", "enter")
        terminal.wait_for("there is no such file")
        look(terminal)
        terminal.press("escape")
        terminal.wait_without("no such file")
        terminal.press("e", "q")
        terminal.wait_for_end()
        look(terminal)
        hostile_shapes = shapes_of(terminal.output.decode("utf-8"))
    with Terminal(["--db", "other.db"], cwd=folder) as terminal:
        terminal.wait_for("no articles here")
        terminal.press("q")
        terminal.wait_for_end()
        assert hostile_shapes - shapes_of(terminal.output.decode("utf-8")) <= {"\x1b[nA", "\x1b[nB"}


def test_the_first_screen_of_a_folder_with_a_hostile_name_is_clean(tmp_path: Path) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    with Terminal([], cwd=folder) as terminal:
        terminal.wait_for("There is no labels.yaml")
        look(terminal)
        terminal.press("q")
        terminal.wait_for_end()


def test_the_commands_write_no_byte_of_it_either(folder: Path) -> None:
    write_jsonl(folder / f"{NAME}.jsonl")
    (folder / f"{NAME}.txt").write_bytes(b"abc\xff")
    assert "refused" in run(folder, "import", f"{NAME}.jsonl")
    assert "refused" in run(folder, "import", f"{NAME}.txt", f"missing {NAME}")
    run(folder, "import", "--add-labels", f"{NAME}.jsonl")
    for command in (["status"], ["verify"], ["labels", "check"], ["--project", f"no {NAME}", "status"]):
        run(folder, *command)
    run(folder, "--db", f"no {NAME}.db", "status")
    run(folder, "--db", f"{NAME}.txt", "status")
    run(folder, "--labels", f"no {NAME}.yaml", "status")
    run(folder, "export", "--as-of", HOSTILE.replace("\x00", ""))
    (folder / "labels.yaml").write_text(r'labels: ["a\e[31;5;7m", {"\x9b31m": 1}]', encoding="utf-8")
    assert "labels.yaml:1:" in run(folder, "labels", "check")
