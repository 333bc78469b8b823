"""The group of all commands, and the one that opens the app."""

import gc
import os
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click_default_group import DefaultGroup

from tui.cli.output import explain_output_error, say
from tui.cli.parameters import PATH, pass_place
from tui.errors import ConfigurationError, SpantagError
from tui.project.place import Place

if TYPE_CHECKING:
    from tui.ui.app import Begin

_MOST_CELLS: Final = 2_000
"""Columns or rows of the largest terminal that is believed."""


_WHERE: Final[Mapping[str, str]] = {
    "init": "starting",
    "demo": "starting",
    "import": "importing",
    "imports": "importing",
    "remove": "importing",
    "export": "exporting",
    "suggest": "suggesting",
    "agreement": "agreeing",
    "assign": "overseeing",
    "log": "overseeing",
    "report": "overseeing",
    "status": "checking",
    "labels": "labelling",
    "adjudicate": "adjudicating",
    "sync": "syncing",
    "verify": "checking",
}
"""The file of each command but `open`."""


class _Commands(DefaultGroup):
    """Commands whose errors are sentences on stderr; what is no command's name is a file to open."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands by their names."""
        del ctx
        return sorted({*_WHERE, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the file that a command stands in, and give it; a file's name means `open`."""
        if cmd_name in _WHERE:
            import_module(f"tui.cli.{_WHERE[cmd_name]}")
        command: click.Command | None = super().get_command(ctx, cmd_name)
        return command

    def main(self, *args: Any, **more: Any) -> Any:  # click's own signature
        """Run the command line; turn what stdout refuses, help too, into a sentence and an exit code."""
        try:
            return super().main(*args, **more)
        except OSError as error:
            # What has no name was opened before: what is read and written elsewhere has its own sentences.
            if error.filename is not None or sys.__stdout__ is None:
                raise
            # Else the interpreter tries once more when it ends, and has the last word.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            say(str(explain_output_error(error)), err=True)
            sys.exit(1)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:  # click's own signature
        """Find the command; raises `ConfigurationError` for a word that names neither one nor a file."""
        word = args[0]
        if word not in self.list_commands(ctx) and not word.startswith("-") and not _is_there(word):
            similar = get_close_matches(word, self.list_commands(ctx), n=1)
            hint = f"did you mean spantag {similar[0]}?" if similar else "spantag --help lists the commands"
            raise ConfigurationError(f"{word}: there is no such file or command; {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # click's own signature
        """Run the command; turn spantag's errors into a sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except SpantagError as error:
            say(str(error), err=True)
            ctx.exit(2 if isinstance(error, ConfigurationError) else 1)


def _is_there(word: str) -> bool:
    """Tell whether a word names a file; a program's text, or another, may be too long for the system."""
    return os.path.exists(word)  # noqa: PTH110 - pathlib raises where no file can have this name


@click.group(
    cls=_Commands,
    default="open",
    default_if_no_args=True,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "SPANTAG"},
)
@click.option(
    "--project",
    "folder",
    metavar="DIR",
    type=PATH,
    default=Path(),
    envvar="SPANTAG_PROJECT",
    help="The project's folder; the current one unless told. [SPANTAG_PROJECT]",
)
@click.option(
    "--db",
    "database",
    metavar="FILE",
    type=PATH,
    envvar="SPANTAG_DB",
    help="The database; annotations/annotations.db in the project unless told. [SPANTAG_DB]",
)
@click.option(
    "--labels",
    metavar="FILE",
    type=PATH,
    envvar="SPANTAG_LABELS",
    help="The labels; labels.yaml in the project unless told. [SPANTAG_LABELS]",
)
@click.option(
    "--annotator",
    metavar="NAME",
    envvar="SPANTAG_ANNOTATOR",
    help="Who you are; your login name unless told. [SPANTAG_ANNOTATOR]",
)
@click.version_option(package_name="spantag", prog_name="spantag")
@click.pass_context
def main(
    ctx: click.Context, folder: Path, database: Path | None, labels: Path | None, annotator: str | None
) -> None:
    """Tag and annotate news articles in the terminal.

    spantag FILES… opens the app on these files; without FILES, on the library of the project.
    """
    ctx.obj = Place.of(folder, labels=labels, database=database, annotator=annotator)
    if ctx.invoked_subcommand is None:
        ctx.invoke(open_app, paths=())


@main.command(name="open")
@click.argument("paths", metavar="[FILES]...", nargs=-1, type=PATH)
@pass_place
def open_app(place: Place, paths: tuple[Path, ...]) -> None:
    """Open the app; FILES are imported first, and the first of them opens."""
    run_app(place, paths)


def run_app(place: Place, paths: tuple[Path, ...], *, begin: "Begin | None" = None) -> None:
    """Run the app on files, or first on the screen that `begin` makes."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigurationError(
            "the app needs a terminal; in a script use: spantag import, export, status, verify"
        )
    # They stand for the size of the terminal where they are set, and nobody has one of so many cells.
    for name in ("COLUMNS", "LINES"):
        if not _is_size(os.environ.get(name, "")):
            os.environ.pop(name, None)
    # Textual reads these when it is imported: no animation, and no mouse mode that multiplexers garble.
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    # There is no garbage before the first screen, and looking for it takes time; the app collects then.
    gc.disable()
    from tui.ui.app import run

    run(place, paths, begin=begin)


def _is_size(text: str) -> bool:
    """Tell whether an environment's number of columns or rows may be one."""
    return text.isascii() and text.isdigit() and 0 < int(text) <= _MOST_CELLS
