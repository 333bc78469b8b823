"""A terminal that vanishes, stalls, or sends a flood: the command ends, or takes it for what it is."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.terminal import Terminal
from tui.project.place import Place
from tui.project.project import Project

TEXT = "Ferry crews on strike\n\nPort guards stopped a truck in Lomar.\n\nNobody was hurt.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a project with one article."""
    (tmp_path / "labels.yaml").write_text("labels: [actor, location]\n", encoding="utf-8")
    (tmp_path / "story.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@contextmanager
def without_controlling_terminal(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the app on a pseudo-terminal whose end sends no signal; give the process and the other end."""
    other, own = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "--annotator", "ana", "story.txt"],
        cwd=folder,
        stdin=own,
        stdout=own,
        stderr=own,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(own)
    try:
        yield process, other
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def read_until(other: int, text: bytes, *, seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    seen = b""
    while text not in seen:
        assert time.monotonic() < limit, seen[-500:]
        seen += os.read(other, 65536)


def test_a_terminal_that_vanishes_without_a_signal_ends_the_app_and_all_is_saved(folder: Path) -> None:
    with without_controlling_terminal(folder) as (process, other):
        read_until(other, b"Finish")
        os.write(other, b"\x1b[Ca")
        read_until(other, "╰".encode())
        os.close(other)
        assert process.wait(timeout=5) is not None
    project = Project.open(Place.of(folder, annotator="ana"))
    assert [span.label for span in project.open_article(1)[1].spans.values()] == ["actor"]
    assert list(project.verify()) == []
    project.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminal_that_reads_nothing_does_not_keep_the_app(folder: Path, number: signal.Signals) -> None:
    with without_controlling_terminal(folder) as (process, other):
        read_until(other, b"Finish")
        for _ in range(200):
            os.write(other, b"\x1b[6~\x1b[5~\x1b[C")
            time.sleep(0.005)
        process.send_signal(number)
        assert process.wait(timeout=6) is not None
        os.close(other)


def test_text_pasted_without_brackets_tags_nothing_and_is_named(folder: Path) -> None:
    with Terminal(["story.txt"], cwd=folder) as terminal:
        terminal.wait_for("Finish")
        before = terminal.wait_for("to do")
        terminal.press("an old rifle was found at the pass near Lomar, said -the guard.\r" * 3)
        shown = terminal.wait_for("Pasted text is no keys")
        assert "3 to do" in before
        assert "3 to do" in shown
        assert "╰" not in shown


def test_a_megabyte_typed_into_a_prompt_is_cut_to_a_line_in_no_time(folder: Path) -> None:
    with Terminal(["story.txt"], cwd=folder) as terminal:
        terminal.wait_for("Finish")
        terminal.press("#")
        terminal.wait_for("Note on")
        terminal.process.setecho(False)
        begun = time.monotonic()
        terminal.process.send("word " * 200_000)
        terminal.wait_for("4,000 characters")
        terminal.press("enter")
        terminal.wait_for("note: word")
        assert time.monotonic() - begun < 15


def test_an_escape_inside_a_paste_is_no_key(folder: Path) -> None:
    with Terminal(["story.txt"], cwd=folder) as terminal:
        terminal.wait_for("Finish")
        terminal.press("#")
        terminal.wait_for("Note on")
        terminal.process.send("\x1b[200~red \x1b[31mtext\x1b\x1b[A\r\x1b[201~")
        terminal.wait_for("red ␛[31mtext␛␛[A")
        terminal.press("enter")
        terminal.wait_for("note: red ␛[31mtext")


def test_a_signal_ends_the_app_in_the_middle_of_a_paste(folder: Path) -> None:
    with Terminal(["story.txt"], cwd=folder) as terminal:
        terminal.wait_for("Finish")
        terminal.press("#")
        terminal.wait_for("Note on")
        for _ in range(50):
            terminal.process.send("\x1b[200~" + "red \x1b[31m text\x1b\x1b[A" * 50 + "\x1b[201~")
        terminal.kill(signal.SIGTERM)
        begun = time.monotonic()
        terminal.wait_for_end(seconds=6)
        assert time.monotonic() - begun < 5


def test_an_absurd_number_of_columns_in_the_environment_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text("labels: [actor]\n", encoding="utf-8")
    environment = {"COLUMNS": "99999999", "LINES": "-3"}
    with Terminal([], cwd=tmp_path, environment=environment) as terminal:
        terminal.wait_for("no articles here")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
