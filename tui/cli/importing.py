"""Commands that bring articles in and take them out: `import`, `imports` and `remove`."""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import get_args

import click

from tui.cli.group import main
from tui.cli.output import say, show_progress, warn_of_risk, write_json
from tui.cli.parameters import PATH, FormatName, pass_place, quiet_option
from tui.errors import Refusal
from tui.formats.shared.limits import LONGEST_TEXT, Limits, format_size, parse_size
from tui.formats.shared.source import ReadOptions
from tui.formats.shared.tokens import Join
from tui.model.span import Json
from tui.project.importing import ImportReport, size_of
from tui.project.place import Place
from tui.project.project import Project, is_number
from tui.store.history import TakenBack
from tui.text.messages import count_noun


def _parse_size(context: click.Context, option: click.Parameter, written: str | None) -> int | None:
    """Read a size; raises `click.BadParameter`."""
    del context
    try:
        return None if written is None else parse_size(written)
    except ValueError as error:
        raise click.BadParameter(
            f"{written!r} is no size; write for example 200MB or 2GB", param_hint=option.opts[0]
        ) from error


@main.command(name="import")
@click.argument("paths", metavar="FILES...", nargs=-1, type=PATH)
@click.option(
    "--undo",
    is_flag=True,
    help="Take back the last import, or the one whose number in spantag imports stands in place of FILES.",
)
@click.option(
    "--format",
    "format_name",
    type=FormatName(is_written=False),
    help="The files' format; found out unless told.",
)
@click.option(
    "--add-labels", is_flag=True, help="Add labels that labels.yaml lacks to it, instead of refusing them."
)
@click.option(
    "--as",
    "kind",
    type=click.Choice(["annotations", "suggestions"]),
    default="annotations",
    show_default=True,
    help="What the spans of the files are.",
)
@click.option(
    "--column",
    "columns",
    metavar="NAME",
    multiple=True,
    help="A column of tags to read, by its name, number or key; may be given several times.",
)
@click.option(
    "--join",
    type=click.Choice(get_args(Join)),
    default="auto",
    show_default=True,
    help="What stands between tokens where a file has no text; auto goes by the file and the script.",
)
@click.option(
    "--max-text",
    metavar="NUMBER",
    type=click.IntRange(1, LONGEST_TEXT),
    default=Limits().text,
    show_default=True,
    help="The most characters of one text.",
)
@click.option(
    "--max-record",
    metavar="SIZE",
    callback=_parse_size,
    default=format_size(Limits().record),
    show_default=True,
    help="The most that is read at once: a line, or a file that is no list of records.",
)
@click.option(
    "--max-archive",
    metavar="SIZE",
    callback=_parse_size,
    help="The most that a compressed file may unfold to; unless told 50 MB, or 50 times its size.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "as_json", is_flag=True, help="What was done, as one JSON object on stdout.")
@quiet_option
@pass_place
def import_files(
    place: Place,
    paths: tuple[Path, ...],
    undo: bool,
    format_name: str | None,
    add_labels: bool,
    kind: str,
    columns: tuple[str, ...],
    join: Join,
    max_text: int,
    max_record: int,
    max_archive: int | None,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Import articles; importing the same again changes nothing.

    FILES are files of any format that docs/formats.md names, compressed or not, folders and zip archives of
    them, or - for standard input. What is larger than the limits is refused by name while it is read, and the
    rest comes in.
    """
    if undo:
        _undo_import(place, paths, dry_run=dry_run, as_json=as_json, quiet=quiet)
        return
    if not paths:
        raise click.UsageError("Missing argument 'FILES...'.")
    size = sum(map(size_of, paths))
    refusals: list[Refusal] = []
    with closing(Project.open(place, is_without_labels=add_labels)) as project:
        try:
            with show_progress("Importing", size, quiet=quiet) as advance:
                report = project.import_files(
                    paths,
                    format_name=format_name,
                    add_labels=add_labels,
                    as_suggestions=kind == "suggestions",
                    limits=Limits(max_text, max_record, max_archive),
                    options=ReadOptions(columns, join),
                    dry_run=dry_run,
                    tell=refusals.append,
                    progress=advance,
                )
        finally:
            # They would tear the progress bar, and must be seen even where the import cannot go on.
            for refusal in refusals:
                say(str(refusal), err=True)
    if as_json:
        said = [dict[str, Json](each.as_json()) for each in refusals]
        write_json({**report.as_json(), "dry_run": dry_run, "messages": list[Json](said)})
    if not quiet:
        warn_of_risk(place)
        _say_import(report, place, dry_run=dry_run)
    if report.refused:
        sys.exit(1)


def _undo_import(place: Place, paths: Sequence[Path], *, dry_run: bool, as_json: bool, quiet: bool) -> None:
    """Take back the last import, or the one that is named by its number."""
    names = [str(path) for path in paths]
    if len(names) > 1 or not all(map(is_number, names)):
        raise click.BadParameter(
            "name one import by its number, as spantag imports lists them, or none for the last one",
            param_hint="--undo",
        )
    with closing(Project.open(place, create=False, is_without_labels=True)) as project:
        chosen, taken = project.undo_import(int(names[0]) if names else None, dry_run=dry_run)
    if as_json:
        write_json({**taken.as_json(), "import": chosen.number, "dry_run": dry_run})
    if quiet:
        return
    would = "would be " * dry_run
    say(
        f"import {chosen.number} of {', '.join(chosen.files)}: {would}taken back {taken.describe()}", err=True
    )
    if taken.worked_on:
        say(
            f"of {count_noun(taken.worked_on, 'article')} something else was said, too; it comes back when"
            " the same is imported again",
            err=True,
        )
    if dry_run:
        say("nothing was changed (--dry-run)", err=True)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object on stdout.")
@pass_place
def imports(place: Place, as_json: bool) -> None:
    """List the imports, with the numbers by which spantag import --undo takes them back."""
    with closing(Project.open(place, create=False, is_without_labels=True)) as project:
        rows = project.list_imports()
    if as_json:
        write_json({"imports": [dict[str, Json](row.as_json()) for row in rows]})
        return
    for row in rows:
        undone = ", taken back" * row.is_undone
        articles = count_noun(row.articles, "new article")
        say(f"{row.number:>5}  {row.at[:16]}  {row.annotator}: {', '.join(row.files)} ({articles}{undone})")
    if not rows:
        say("nothing has been imported yet", err=True)


@main.command()
@click.argument("names", metavar="ARTICLE...", nargs=-1)
@click.option("--undo", is_flag=True, help="Put back what the last removal took out.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "as_json", is_flag=True, help="What was done, as one JSON object on stdout.")
@quiet_option
@pass_place
def remove(
    place: Place, names: tuple[str, ...], undo: bool, dry_run: bool, as_json: bool, quiet: bool
) -> None:
    """Take articles out of the project: out of the library, exports, counts and what is learnt from.

    ARTICLE is an id, the number of an article, or the name of the file it came from. Nothing is lost: the log
    keeps everything, --undo or importing the article again brings it back, and export --as-of still knows it.
    """
    if undo == bool(names):
        raise click.UsageError("Name the articles to take out, or --undo to put back the last ones.")
    with closing(Project.open(place, create=False, is_without_labels=True)) as project:
        refused: list[str] = []
        said: dict[str, Json]
        if undo:
            numbers = project.restore_removed(dry_run=dry_run)
            said = {"brought_back": len(numbers)}
            sentence = f"{count_noun(len(numbers), 'article')} {'would be ' * dry_run}put back"
        else:
            numbers, refused = project.find_articles(names)
            taken = project.remove_articles(numbers, dry_run=dry_run) if numbers else TakenBack()
            said = taken.as_json()
            sentence = f"{'would be ' * dry_run}taken out: {taken.describe()}"
    for each in refused:
        say(each, err=True)
    if as_json:
        write_json({**said, "dry_run": dry_run, "messages": list[Json](refused)})
    if not quiet:
        say(sentence, err=True)
        if dry_run:
            say("nothing was changed (--dry-run)", err=True)
    if refused:
        sys.exit(1)


def _say_import(report: ImportReport, place: Place, *, dry_run: bool) -> None:
    """Say what was imported, or would be."""
    say(report.describe(), err=True)
    if report.new_labels:
        added = "would be added" if dry_run else "added"
        say(f"{added} to {place.labels}: {', '.join(report.new_labels)}", err=True)
    if dry_run:
        say("nothing was changed (--dry-run)", err=True)
