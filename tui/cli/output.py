"""What commands say: sentences, JSON and progress; data goes to stdout, narration to stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

import click

from tui.errors import OutputError
from tui.model.span import Json
from tui.project.place import Place
from tui.store.volumes import explain_risk
from tui.text.display import display_lines

_PROGRESS_STEPS: Final = 200
"""How often a progress bar is drawn: for every small record it would take longer than to import it."""


def warn_of_risk(place: Place) -> None:
    """Say where the database is not safe."""
    if risk := explain_risk(place.database):
        say(risk, err=True)


def write_json(value: dict[str, Json]) -> None:
    """Write for a program: one object in UTF-8, with no character that a terminal would obey."""
    from tui.formats.shared.writing import escape_json

    written = escape_json(json.dumps(value, ensure_ascii=False))
    # A byte of a file's name that is no UTF-8 is half of a surrogate pair here, which JSON can escape.
    click.echo(written.encode("utf-8", "backslashreplace"))


def say(sentence: str, *, err: bool = False) -> None:
    """Write for a person; no character of a file, name or label that a terminal would obey."""
    click.echo(display_lines(sentence), err=err)


@contextmanager
def open_stdout() -> Iterator[TextIO]:
    r"""Open stdout as UTF-8 with `\n` on every system; raises `OutputError`.

    A reader that wants no more, such as `head`, is no error: click ends the program without a word.
    """
    if sys.__stdout__ is None:
        raise OutputError("standard output is closed; name a file with -o")
    try:
        with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as out:
            yield out
    except BrokenPipeError:
        raise
    except OSError as error:
        raise explain_output_error(error) from error


def explain_output_error(error: OSError) -> OutputError:
    """Say that standard output cannot be written, and why."""
    return OutputError(f"standard output cannot be written: {error.strerror}")


@contextmanager
def show_progress(label: str, length: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr where that is a terminal."""
    with click.progressbar(
        length=max(length, 1),
        label=label,
        file=sys.stderr,
        hidden=quiet or not sys.stderr.isatty(),
        update_min_steps=max(1, length // _PROGRESS_STEPS),
    ) as bar:
        yield bar.update
