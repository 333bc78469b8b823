"""The command line: stdout is data, stderr is narration.

Exit codes: 0 done; 1 something was refused, the rest was done; 2 wrong usage or configuration. Only the
commands that open a screen import textual.
"""

import gc
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO, get_args

import click
from click.shell_completion import CompletionItem
from click_default_group import DefaultGroup

from tui.errors import ConfigurationError, OutputError, Refusal, SpantagError
from tui.formats import FORMATS, list_readable, list_writable
from tui.formats.format import Option
from tui.formats.shared.limits import LONGEST_TEXT, Limits, format_size, parse_size
from tui.formats.shared.source import ReadOptions
from tui.formats.shared.tokens import Join
from tui.formats.shared.writing import (
    FOR_PEOPLE,
    Losses,
    OnLoss,
    WriteOptions,
    escape_json,
)
from tui.model.labels import labels_schema, read_labels
from tui.model.record import Unit
from tui.model.span import Json
from tui.project.exporting import ExportOptions, ExportReport
from tui.project.importing import ImportReport, size_of
from tui.project.project import Place, Project, explain_name, is_number, write_starter
from tui.store import TakenBack
from tui.store.volumes import explain_risk
from tui.text.display import display_lines
from tui.text.messages import count_noun

if TYPE_CHECKING:
    from tui.project.datasets import Job
    from tui.project.splits import Parts

_PATH: Final = click.Path(path_type=Path)
_MOST_CELLS: Final = 2_000
"""Columns or rows of the largest terminal that is believed."""
_PROGRESS_STEPS: Final = 200
"""How often a progress bar is drawn: for every small record it would take longer than to import it."""


class _Commands(DefaultGroup):
    """Commands whose errors are sentences on stderr; what is no command's name is a file to open."""

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
            _say(str(_output_error(error)), err=True)
            sys.exit(1)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:  # click's own signature
        """Find the command; raises `ConfigurationError` for a word that names neither one nor a file."""
        word = args[0]
        if word not in self.commands and not word.startswith("-") and not _is_there(word):
            similar = get_close_matches(word, self.commands, n=1)
            hint = f"did you mean spantag {similar[0]}?" if similar else "spantag --help lists the commands"
            raise ConfigurationError(f"{word}: there is no such file or command; {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # click's own signature
        """Run the command; turn spantag's errors into a sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except SpantagError as error:
            _say(str(error), err=True)
            ctx.exit(2 if isinstance(error, ConfigurationError) else 1)


class _FormatName(click.ParamType[str]):
    """The name of a format that can be read, or written; only the format that is named is loaded."""

    name = "format"

    def __init__(self, *, is_written: bool) -> None:
        self._is_written = is_written

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """List the formats."""
        del param, ctx
        return f"[{'|'.join(self._list_names())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no such format."""
        known = FORMATS.get(value)
        if known is None or (known.writing if self._is_written else known.reading) is None:
            self.fail(f"{value!r} is not one of {', '.join(map(repr, self._list_names()))}.", param, ctx)
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete the name of a format."""
        del ctx, param
        return [CompletionItem(name) for name in self._list_names() if name.startswith(incomplete)]

    def _list_names(self) -> list[str]:
        return list(list_writable() if self._is_written else list_readable())


class _ExportCommand(click.Command):
    """The command that writes formats, with the options of the one that is written."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the options of the format that is named; say whose another one's are."""
        named = [value for word, value in pairwise([*args, ""]) if word == "--format"]
        named += [word.partition("=")[2] for word in args if word.startswith("--format=")]
        wanted = FORMATS.get(named[-1]) if named else FORMATS["jsonl"]
        if wanted is not None and "--help" not in args:
            ctx.meta[_WANTED] = wanted.name
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            owners = [
                name
                for name, writing in list_writable().items()
                if any(option.flag == error.option_name for option in writing.options)
            ]
            if not owners:
                raise
            raise click.UsageError(f"{error.option_name} goes with --format {', '.join(owners)}.") from error

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Give the options of every export, and those of the format, or of all where none is named."""
        *own, last = super().get_params(ctx)
        wanted = ctx.meta.get(_WANTED)
        formats = [FORMATS[wanted].writing] if wanted is not None else list_writable().values()
        for writing in formats:
            own += [_make_option(option) for option in (writing.options if writing is not None else ())]
        return [*own, last]


_WANTED: Final = "tui.cli.format"
"""Under which key a context keeps the format whose options are taken."""


def _make_option(option: Option[str] | Option[int] | Option[bool]) -> click.Option:
    kinds: dict[type, click.ParamType[Any]] = {
        int: click.IntRange(min=1),
        bool: click.BOOL,
        str: click.STRING,
    }
    return click.Option(
        [option.flag],
        type=click.Choice(option.choices) if option.choices else kinds[type(option.default)],
        is_flag=isinstance(option.default, bool),
        default=option.default or None,
        show_default=bool(option.default),
        metavar=option.metavar or None,
        help=option.help,
    )


def _is_there(word: str) -> bool:
    """Tell whether a word names a file; a program's text, or another, may be too long for the system."""
    return os.path.exists(word)  # noqa: PTH110 - pathlib raises where no file can have this name


def _parse_size(context: click.Context, option: click.Parameter, written: str | None) -> int | None:
    """Read a size; raises `click.BadParameter`."""
    del context
    try:
        return None if written is None else parse_size(written)
    except ValueError as error:
        raise click.BadParameter(
            f"{written!r} is no size; write for example 200MB or 2GB", param_hint=option.opts[0]
        ) from error


def _check_seconds(context: click.Context, option: click.Parameter, seconds: float) -> float:
    """Take a time that can be waited for; raises `click.BadParameter`."""
    from tui.suggest.sources.external import LONGEST_WAIT

    del context
    # Not a number is not less than anything.
    if not 0 < seconds <= LONGEST_WAIT:
        raise click.BadParameter(
            f"{seconds} is no time to wait; write more than 0 seconds and at most {LONGEST_WAIT:.0f}, a week",
            param_hint=option.opts[0],
        )
    return seconds


_quiet = click.option(
    "-q", "--quiet", is_flag=True, help="Say only what was refused or lost, and what went wrong."
)
_pass_place = click.make_pass_decorator(Place)


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
    type=_PATH,
    default=Path(),
    envvar="SPANTAG_PROJECT",
    help="The project's folder; the current one unless told. [SPANTAG_PROJECT]",
)
@click.option(
    "--db",
    "database",
    metavar="FILE",
    type=_PATH,
    envvar="SPANTAG_DB",
    help="The database; annotations/annotations.db in the project unless told. [SPANTAG_DB]",
)
@click.option(
    "--labels",
    metavar="FILE",
    type=_PATH,
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
@click.argument("paths", metavar="[FILES]...", nargs=-1, type=_PATH)
@_pass_place
def open_app(place: Place, paths: tuple[Path, ...]) -> None:
    """Open the app; FILES are imported first, and the first of them opens."""
    _run_app(place, paths)


@main.command()
@_pass_place
def init(place: Place) -> None:
    """Write a commented labels.yaml and the annotations folder here."""
    written = write_starter(place)
    _warn_of_risk(place)
    for path in written:
        _say(f"wrote {path}", err=True)
    if not written:
        _say(f"{place.labels} is there already; nothing was changed", err=True)
    _say(
        f"next: say in {place.labels} what is to be tagged, then: spantag FILES"
        " (or spantag, to look at the articles and try a sample)",
        err=True,
    )


@main.command()
@_pass_place
def demo(place: Place) -> None:
    """Try it: a sample article in a throw-away project."""
    from tui.project.demo import make_demo

    demo_place, article = make_demo(place.annotator)
    _run_app(demo_place, (article,))
    _say(f"The demo project is in {demo_place.folder}; delete it whenever you like.", err=True)


@main.command(name="import")
@click.argument("paths", metavar="FILES...", nargs=-1, type=_PATH)
@click.option(
    "--undo",
    is_flag=True,
    help="Take back the last import, or the one whose number in spantag imports stands in place of FILES.",
)
@click.option(
    "--format",
    "format_name",
    type=_FormatName(is_written=False),
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
@_quiet
@_pass_place
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
            with _progress("Importing", size, quiet=quiet) as advance:
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
                _say(str(refusal), err=True)
    if as_json:
        said = [dict[str, Json](each.as_json()) for each in refusals]
        _write_json({**report.as_json(), "dry_run": dry_run, "messages": list[Json](said)})
    if not quiet:
        _warn_of_risk(place)
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
        _write_json({**taken.as_json(), "import": chosen.number, "dry_run": dry_run})
    if quiet:
        return
    would = "would be " * dry_run
    _say(
        f"import {chosen.number} of {', '.join(chosen.files)}: {would}taken back {taken.describe()}", err=True
    )
    if taken.worked_on:
        _say(
            f"of {count_noun(taken.worked_on, 'article')} something else was said, too; it comes back when"
            " the same is imported again",
            err=True,
        )
    if dry_run:
        _say("nothing was changed (--dry-run)", err=True)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object on stdout.")
@_pass_place
def imports(place: Place, as_json: bool) -> None:
    """List the imports, with the numbers by which spantag import --undo takes them back."""
    with closing(Project.open(place, create=False, is_without_labels=True)) as project:
        rows = project.list_imports()
    if as_json:
        _write_json({"imports": [dict[str, Json](row.as_json()) for row in rows]})
        return
    for row in rows:
        undone = ", taken back" * row.is_undone
        articles = count_noun(row.articles, "new article")
        _say(f"{row.number:>5}  {row.at[:16]}  {row.annotator}: {', '.join(row.files)} ({articles}{undone})")
    if not rows:
        _say("nothing has been imported yet", err=True)


@main.command()
@click.argument("names", metavar="ARTICLE...", nargs=-1)
@click.option("--undo", is_flag=True, help="Put back what the last removal took out.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "as_json", is_flag=True, help="What was done, as one JSON object on stdout.")
@_quiet
@_pass_place
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
        _say(each, err=True)
    if as_json:
        _write_json({**said, "dry_run": dry_run, "messages": list[Json](refused)})
    if not quiet:
        _say(sentence, err=True)
        if dry_run:
            _say("nothing was changed (--dry-run)", err=True)
    if refused:
        sys.exit(1)


def _say_import(report: ImportReport, place: Place, *, dry_run: bool) -> None:
    """Say what was imported, or would be."""
    _say(report.describe(), err=True)
    if report.new_labels:
        added = "would be added" if dry_run else "added"
        _say(f"{added} to {place.labels}: {', '.join(report.new_labels)}", err=True)
    if dry_run:
        _say("nothing was changed (--dry-run)", err=True)


@main.command(name="export", cls=_ExportCommand)
@click.option(
    "-o", "--output", metavar="FILE", type=_PATH, help="Where to, a file or folder; stdout unless told."
)
@click.option(
    "--format", "format_name", type=_FormatName(is_written=True), default="jsonl", show_default=True
)
@click.option(
    "--unit",
    type=click.Choice(get_args(Unit)),
    default="paragraph",
    show_default=True,
    help="What one record covers: a finished paragraph, or an unbroken run of them.",
)
@click.option("--annotator", "only", metavar="NAME", help="Only this annotator's work.")
@click.option("--all", "everything", is_flag=True, help="Unfinished paragraphs and untouched articles too.")
@click.option(
    "--as-of", metavar="TIME", help="As it was at this time: 2026-11-22, or 2026-11-22T10:42 in UTC."
)
@click.option(
    "--on-loss",
    type=click.Choice(get_args(OnLoss)),
    default="error",
    show_default=True,
    help="What the format cannot carry: write nothing, leave it out, or move spans to whole tokens;"
    " notes and flags are left out in any case.",
)
@click.option("--report", metavar="FILE", type=_PATH, help="Write everything that was lost there, as JSONL.")
@click.option(
    "--split",
    "shares",
    metavar="80/10/10",
    help="Write train, dev and test into the folder of -o, with a datacard and a manifest.",
)
@click.option(
    "--max-tokens",
    metavar="NUMBER",
    type=click.IntRange(min=1),
    help="Cut longer texts where sentences and paragraphs end, never in a span; not for every format.",
)
@_quiet
@_pass_place
def export(
    place: Place,
    /,
    output: Path | None,
    format_name: str,
    unit: Unit,
    only: str | None,
    everything: bool,
    as_of: str | None,
    on_loss: OnLoss,
    report: Path | None,
    shares: str | None,
    max_tokens: int | None,
    quiet: bool,
    **own: Json,
) -> None:
    """Write finished paragraphs as training data.

    What a format cannot carry is counted and named; docs/formats.md says what each carries, and how its tool
    loads it.
    """
    writing = FORMATS[format_name].writing
    if writing is not None and output is not None:
        own |= writing.read_name(output)
    options = ExportOptions(unit, only, everything, None if as_of is None else _parse_time(as_of))
    told = WriteOptions(
        on_loss=on_loss,
        max_tokens=max_tokens,
        own=own,
    )
    try:
        with closing(Project.open(place, create=False)) as project:
            done = _export(project, options, format_name, told, output, report, shares, quiet=quiet)
            nothing = "" if done.records else _explain_nothing(project, options, format_name)
    finally:
        _say_losses(told.losses, on_loss)
    if not quiet:
        if lengths := done.describe_lengths(max_tokens):
            _say(lengths, err=True)
        _say_export(done, told.losses)
    if nothing:
        _say(nothing, err=True)


def _export(
    project: Project,
    options: ExportOptions,
    format_name: str,
    told: WriteOptions,
    output: Path | None,
    report: Path | None,
    shares: str | None,
    *,
    quiet: bool,
) -> ExportReport:
    """Export as the command says."""
    from tui.project.datasets import export_files, export_stream, report_losses

    to_stdout = output is None or str(output) == "-"
    if shares is not None and to_stdout:
        raise ConfigurationError("--split writes a folder; name it with -o FOLDER")
    with _progress("Exporting", project.count_articles(), quiet=quiet) as advance:
        job = project.plan_export(options, format_name, told, progress=None if to_stdout else advance)
        if output is None or to_stdout:
            with report_losses(report, job.losses), _open_stdout() as out:
                export_stream(job, out.buffer)
            return job.report
        with report_losses(report, job.losses):
            if shares is not None:
                _export_split(project, job, _parse_shares(shares), output, quiet=quiet)
            else:
                export_files(job, output)
    return job.report


def _export_split(project: Project, job: "Job", parts: "Parts", folder: Path, *, quiet: bool) -> None:
    """Export a split, and say which articles are in none of its parts."""
    from importlib.metadata import version

    from tui.project.datasets import export_split

    split = export_split(
        job, parts, folder, command=_command_again(project, job, parts, folder), version=version("spantag")
    )
    if not quiet:
        copies = count_noun(len(split.copies), "near-duplicate")
        _say(f"{copies} kept with the article each resembles", err=True)
    if split.left_out:
        articles = count_noun(len(split.left_out), "article")
        _say(
            f"left out, because of near-duplicates in several parts: {articles}; manifest.json names them",
            err=True,
        )


def _command_again(project: Project, job: "Job", parts: "Parts", folder: Path) -> str:
    """Give the command that writes the same bytes later."""
    options, told = job.options, job.told
    _, last = project.read_time_span(as_of=options.as_of)
    words = ["spantag", "export", "--format", job.format_name, "--split", "/".join(map(str, parts.shares))]
    words += ["--unit", options.unit, "--on-loss", told.on_loss]
    words += ["--annotator", options.annotator] if options.annotator is not None else []
    until = options.as_of or last
    words += ["--as-of", until] if until else []
    words += ["--max-tokens", str(told.max_tokens)] if told.max_tokens is not None else []
    for option in job.format.options:
        words += option.words(told)
    return shlex.join([*words, "-o", folder.name])


def _parse_shares(text: str) -> "Parts":
    from tui.project.splits import Parts

    try:
        return Parts.parse(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no split; write 80/10/10 for train, dev and test, or 80/20 for train and test:"
            " shares in per cent, 100 in all",
            param_hint="--split",
        ) from error


def _say_losses(losses: Losses, on_loss: OnLoss) -> None:
    """Say what the format could not carry: how many of each kind, and why the first of them."""
    for what, count in losses.counts.most_common():
        example = losses.examples[what]
        policy = "" if what in FOR_PEOPLE else f" (--on-loss {on_loss})"
        _say(
            f"{count_noun(count, what)} not carried{policy}, the first in {example.article}"
            f" {example.start}–{example.end}: {example.why}",
            err=True,
        )


def _say_export(report: ExportReport, losses: Losses) -> None:
    """Say what was exported, and what was not settled yet."""
    spans = count_noun(report.spans, "span")
    if losses.spans_gone:
        spans = f"{report.spans - losses.spans_gone:,} of {spans}"
    _say(f"{count_noun(report.records, 'record')}, {spans}", err=True)
    if report.withheld.paragraphs:
        _say(
            f"left out {count_noun(report.withheld.paragraphs, 'finished paragraph')}:"
            " a span reaches from there into an unfinished one",
            err=True,
        )
    if report.withheld.skipped:
        _say(f"left out {count_noun(report.withheld.skipped, 'skipped paragraph')}", err=True)
    if report.withheld.relations:
        _say(
            f"left out {count_noun(report.withheld.relations, 'relation')}:"
            " the other span is in a paragraph that is not finished",
            err=True,
        )


def _explain_nothing(project: Project, options: ExportOptions, format_name: str) -> str:
    """Say why an export holds nothing, and what would be right."""
    if options.as_of is not None:
        first, _ = project.read_time_span()
        began = "nothing was annotated at all" if first is None else f"the first annotation is from {first}"
        return f"nothing was finished at {options.as_of}: {began}"
    annotators = [each.annotator for each in project.read_status().annotators]
    if options.annotator is not None and options.annotator not in annotators:
        named = ", ".join(annotators) or "nobody"
        return f"there is nothing by {options.annotator!r}; annotators so far: {named}"
    writing = FORMATS[format_name].writing
    more = "; --all writes everything" if writing is not None and writing.carries_all else ""
    return f"nothing is finished yet: Enter finishes a paragraph{more}"


@main.command()
@click.option("--command", metavar="PROGRAM", required=True, help="The program, with its arguments.")
@click.option(
    "--source",
    metavar="NAME",
    help="What its suggestions are called; the program's or script's name unless told.",
)
@click.option(
    "--seconds",
    type=float,
    callback=_check_seconds,
    default=600.0,
    show_default=True,
    help="How long it may take.",
)
@_quiet
@_pass_place
def suggest(place: Place, command: str, source: str | None, seconds: float, quiet: bool) -> None:
    """Let a program suggest spans for every article.

    It reads articles as JSONL on stdin and writes spans as JSONL on stdout. docs/examples/suggest_capitals.py
    is one.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ConfigurationError(f"--command cannot be read: {str(error).lower()}") from error
    if not words:
        raise ConfigurationError(
            "--command names no program; write for example: --command 'python3 tagger.py'"
        )
    # The first file among the arguments is the script where the program is an interpreter.
    scripts = [word for word in words[1:] if _is_there(word) and Path(word).is_file()]
    name = source or Path((scripts or words)[0]).stem
    if (reason := explain_name(name)) is not None:
        raise ConfigurationError(f"the source's name {reason}; give another with --source")
    with closing(Project.open(place, create=False)) as project:
        outcome = project.suggest_with(words, source=name, seconds=seconds)
    for refusal in outcome.refusals:
        _say(str(refusal), err=True)
    if not quiet:
        _warn_of_risk(place)
        count = sum(len(found) for found in outcome.suggestions.values())
        articles = count_noun(len(outcome.suggestions), "article")
        _say(f"{count_noun(count, 'suggestion')} for {articles}", err=True)
    if outcome.refusals:
        sys.exit(1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@_pass_place
def status(place: Place, as_json: bool) -> None:
    """Count articles, paragraphs and spans, per label and annotator."""
    with closing(Project.open(place, create=False)) as project:
        counts = project.read_status()
    if as_json:
        content = json.dumps(
            {
                "articles": counts.articles,
                "paragraphs": counts.paragraphs,
                "annotators": {
                    each.annotator: {
                        "articles_finished": each.articles,
                        "paragraphs": each.paragraphs,
                        "flagged": each.flagged,
                        "spans": counts.spans.get(each.annotator, {}),
                    }
                    for each in counts.annotators
                },
                "labels_not_in_labels_yaml": counts.unknown_labels,
            },
            ensure_ascii=False,
        )
        click.echo(escape_json(content))
        return
    _say(f"{count_noun(counts.articles, 'article')}, {count_noun(counts.paragraphs, 'paragraph')}")
    for each in counts.annotators:
        marks = [*each.paragraphs.items(), ("flagged", each.flagged)]
        shown = ", ".join(f"{count} {mark}" for mark, count in marks if count)
        finished = count_noun(each.articles, "article")
        _say(f"\n{each.annotator}: {finished} finished; paragraphs: {shown}")
        for label, count in sorted(counts.spans.get(each.annotator, {}).items(), key=lambda pair: -pair[1]):
            _say(f"  {label:<24} {count:>8}")
    if counts.unknown_labels:
        _say(f"\nnot in {place.labels}: {', '.join(counts.unknown_labels)}")


@main.group()
def labels() -> None:
    """Look at labels.yaml."""


@labels.command("check")
@_pass_place
def labels_check(place: Place) -> None:
    """Say what labels.yaml holds, or everything that is wrong with it, line by line.

    Patterns that take too long for a paragraph are named; while tagging, such a pattern is switched off.
    """
    from tui.suggest.sources.patterns import find_slow

    found = read_labels(place.labels)
    width = max([len(label.name) for label in found.labels], default=0)
    for label in found.labels:
        _say(f"{label.key or ' '}  {label.name:<{width}}  {label.description}".rstrip())
    if slow := find_slow(found):
        for sentence in slow:
            _say(sentence, err=True)
        sys.exit(1)


@labels.command("schema")
def labels_schema_command() -> None:
    """Print the JSON Schema of labels.yaml, for editors."""
    click.echo(json.dumps(labels_schema(), ensure_ascii=False, indent=2))


@main.command()
@click.option(
    "--rebuild",
    is_flag=True,
    help="First make anew what is derived from the log, and what looks like boilerplate.",
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@_quiet
@_pass_place
def verify(place: Place, rebuild: bool, as_json: bool, quiet: bool) -> None:
    """Check that offsets, derived tables and log agree; exit 1 where they do not."""
    found: list[Json] = []
    rebuilt: int | None = None
    with closing(Project.open(place, create=False)) as project:
        if rebuild:
            rebuilt = project.rebuild()
        for sentence in project.verify():
            found.append(sentence)
            if not as_json:
                _say(sentence)
    if as_json:
        _write_json({"agrees": not found, "disagreements": found, "rebuilt_layers": rebuilt})
    if not quiet:
        if rebuilt is not None:
            _say(f"rebuilt {count_noun(rebuilt, 'layer')}", err=True)
        _say(count_noun(len(found), "disagreement") if found else "everything agrees", err=True)
    if found:
        sys.exit(1)


def _warn_of_risk(place: Place) -> None:
    """Say where the database is not safe."""
    if risk := explain_risk(place.database):
        _say(risk, err=True)


def _write_json(value: dict[str, Json]) -> None:
    """Write for a program: one object in UTF-8, with no character that a terminal would obey."""
    written = escape_json(json.dumps(value, ensure_ascii=False))
    # A byte of a file's name that is no UTF-8 is half of a surrogate pair here, which JSON can escape.
    click.echo(written.encode("utf-8", "backslashreplace"))


def _say(sentence: str, *, err: bool = False) -> None:
    """Write for a person; no character of a file, name or label that a terminal would obey."""
    click.echo(display_lines(sentence), err=err)


def _run_app(place: Place, paths: tuple[Path, ...]) -> None:
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

    run(place, paths)


def _is_size(text: str) -> bool:
    """Tell whether an environment's number of columns or rows may be one."""
    return is_number(text) and 0 < int(text) <= _MOST_CELLS


def _parse_time(text: str) -> str:
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{text!r} is not a time; write 2026-11-22 or 2026-11-22T10:42", param_hint="--as-of"
        ) from error
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def _open_stdout() -> Iterator[TextIO]:
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
        raise _output_error(error) from error


def _output_error(error: OSError) -> OutputError:
    return OutputError(f"standard output cannot be written: {error.strerror}")


@contextmanager
def _progress(label: str, length: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr where that is a terminal."""
    with click.progressbar(
        length=max(length, 1),
        label=label,
        file=sys.stderr,
        hidden=quiet or not sys.stderr.isatty(),
        update_min_steps=max(1, length // _PROGRESS_STEPS),
    ) as bar:
        yield bar.update
