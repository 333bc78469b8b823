"""The command that writes training data: `export`."""

import json
import shlex
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from tui.cli.group import main
from tui.cli.output import open_stdout, say, show_progress
from tui.cli.parameters import PATH, FormatName, parse_time, pass_place, quiet_option, split_names
from tui.errors import ConfigurationError
from tui.formats import FORMATS, list_writable
from tui.formats.format import Option
from tui.formats.shared.writing import (
    FOR_PEOPLE,
    Losses,
    OnLoss,
    WriteOptions,
)
from tui.model.record import Unit
from tui.model.span import Json
from tui.project.consensus import Rule
from tui.project.exporting import ExportOptions, ExportReport
from tui.project.place import Place
from tui.project.project import Project
from tui.text.messages import count_noun, quote, quote_name

if TYPE_CHECKING:
    from tui.project.datasets import Job
    from tui.project.splits import Parts


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

_LONGEST_TITLE: Final = 40
"""Code points of an article's title that are shown beside its id."""


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


def _print_schema(context: click.Context, parameter: click.Parameter, is_asked: bool) -> None:
    del parameter
    if is_asked:
        from tui.formats.native.schema import record_schema

        click.echo(json.dumps(record_schema(), ensure_ascii=False, indent=2))
        context.exit()


@main.command(name="export", cls=_ExportCommand)
@click.option(
    "-o", "--output", metavar="FILE", type=PATH, help="Where to, a file or folder; stdout unless told."
)
@click.option("--format", "format_name", type=FormatName(is_written=True), default="jsonl", show_default=True)
@click.option(
    "--unit",
    type=click.Choice(get_args(Unit)),
    default="paragraph",
    show_default=True,
    help="What one record covers: a finished paragraph, or an unbroken run of them.",
)
@click.option("--annotator", "only", metavar="NAME", help="Only this annotator's work.")
@click.option(
    "--consensus",
    type=click.Choice(get_args(Rule)),
    help="What annotators say together, where two or more finished: what more than half of them tagged, what"
    " any did, or what all did; or spans that are likely right by weights of the annotators, learnt with"
    " crowd-kit (spantag[crowd]). Who voted for a span stands in the JSONL.",
)
@click.option("--annotators", metavar="A,B", help="Who votes on the consensus; all but gold unless told.")
@click.option("--all", "everything", is_flag=True, help="Unfinished paragraphs and untouched articles too.")
@click.option(
    "--as-of", metavar="TIME", help="As it was at this time: 2026-11-22, or 2026-11-22T10:42 in UTC."
)
@click.option(
    "--with-effort",
    is_flag=True,
    help="Say in the JSONL's meta.effort how long each record and span took, how many actions and keys.",
)
@click.option(
    "--on-loss",
    type=click.Choice(get_args(OnLoss)),
    default="error",
    show_default=True,
    help="What the format cannot carry: write nothing, leave it out, or move spans to whole tokens;"
    " notes and flags are left out in any case.",
)
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of a line of spantag's JSONL, and write nothing.",
)
@click.option("--report", metavar="FILE", type=PATH, help="Write everything that was lost there, as JSONL.")
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
@quiet_option
@pass_place
def export(
    place: Place,
    /,
    output: Path | None,
    format_name: str,
    unit: Unit,
    only: str | None,
    consensus: Rule | None,
    annotators: str | None,
    everything: bool,
    as_of: str | None,
    with_effort: bool,
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
    options = ExportOptions(
        unit,
        only,
        everything,
        None if as_of is None else parse_time(as_of),
        consensus,
        split_names(annotators),
        with_effort=with_effort,
    )
    _check_consensus(options)
    _check_effort(options, format_name)
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
            say(lengths, err=True)
        _say_export(done, told.losses)
    if nothing:
        say(nothing, err=True)


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
    with show_progress("Exporting", project.count_articles(), quiet=quiet) as advance:
        job = project.plan_export(options, format_name, told, progress=None if to_stdout else advance)
        if output is None or to_stdout:
            with report_losses(report, job.losses), open_stdout() as out:
                export_stream(job, out.buffer)
            return job.report
        with report_losses(report, job.losses):
            if shares is not None:
                _export_split(project, job, _parse_shares(shares), output, quiet=quiet)
            else:
                export_files(job, output)
    return job.report


def _check_consensus(options: ExportOptions) -> None:
    """Raise `ConfigurationError` for what does not go with a consensus, or only with one."""
    if options.consensus is None:
        if options.voters:
            raise ConfigurationError("--annotators says who votes: give --consensus, or --annotator for one")
    elif options.everything:
        raise ConfigurationError("--consensus is of what was finished: leave out --all")
    elif options.annotator is not None:
        raise ConfigurationError("--consensus is of several: name them with --annotators, not --annotator")


def _check_effort(options: ExportOptions, format_name: str) -> None:
    """Raise `ConfigurationError` for what has no place for an effort."""
    if options.with_effort and format_name != "jsonl":
        raise ConfigurationError(f"{format_name} has no place for it; --with-effort goes with --format jsonl")
    if options.with_effort and options.consensus is not None:
        raise ConfigurationError("--with-effort is of one annotator's work: leave out --consensus")


def _export_split(project: Project, job: "Job", parts: "Parts", folder: Path, *, quiet: bool) -> None:
    """Export a split, and say which articles are in none of its parts."""
    from importlib.metadata import version

    from tui.project.datasets import export_split

    split = export_split(
        job, parts, folder, command=_command_again(project, job, parts, folder), version=version("spantag")
    )
    if not quiet:
        copies = count_noun(len(split.copies), "near-duplicate")
        say(f"{copies} kept with the article each resembles", err=True)
    if split.left_out:
        articles = count_noun(len(split.left_out), "article")
        say(
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
    words += ["--consensus", options.consensus] if options.consensus is not None else []
    words += ["--annotators", ",".join(options.voters)] if options.voters else []
    words += ["--with-effort"] if options.with_effort else []
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
        title = (
            f" “{quote(example.title, 0, len(example.title), limit=_LONGEST_TITLE)}”" if example.title else ""
        )
        policy = "" if what in FOR_PEOPLE else f" (--on-loss {on_loss})"
        say(
            f"{count_noun(count, what)} not carried{policy}, the first in {example.article}{title}"
            f" {example.start}–{example.end}: {example.why}",
            err=True,
        )


def _say_export(report: ExportReport, losses: Losses) -> None:
    """Say what was exported, and what was not settled yet."""
    spans = count_noun(report.spans, "span")
    if losses.spans_gone:
        spans = f"{report.spans - losses.spans_gone:,} of {spans}"
    say(f"{count_noun(report.records, 'record')}, {spans}", err=True)
    if report.withheld.paragraphs:
        say(
            f"left out {count_noun(report.withheld.paragraphs, 'finished paragraph')}:"
            " a span reaches from there into an unfinished one",
            err=True,
        )
    if report.alone:
        say(
            f"left out {count_noun(report.alone, 'paragraph')} that only one annotator finished",
            err=True,
        )
    if report.reliability:
        shares = ", ".join([f"{quote_name(name)} {share:.0%}" for name, share in report.reliability.items()])
        say(f"votes that are likely right: {shares}", err=True)
    if report.withheld.skipped:
        say(f"left out {count_noun(report.withheld.skipped, 'skipped paragraph')}", err=True)
    if report.withheld.relations:
        say(
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
    if options.consensus is not None:
        return f"no paragraph was finished by two of {', '.join(options.voters or annotators) or 'nobody'}"
    writing = FORMATS[format_name].writing
    more = "; --all writes everything" if writing is not None and writing.carries_all else ""
    return f"nothing is finished yet: Enter finishes a paragraph{more}"
