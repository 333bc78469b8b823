"""Commands for who leads a project: `log`, `assign` and `report`."""

import math
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from tui.cli.group import main
from tui.cli.output import say, show_progress, write_json
from tui.cli.parameters import PATH, TIME, pass_place, quiet_option, split_names
from tui.errors import ConfigurationError, InputError
from tui.model.assignment import Assignment, AssignmentRule
from tui.model.span import Json
from tui.project.assigning import AssignedCounts
from tui.project.logbook import LogEntry
from tui.project.outputs import check_file, open_whole
from tui.project.place import Place
from tui.project.project import Project
from tui.project.report import write_report
from tui.store.chronicle import LogQuery
from tui.text.messages import count_noun, quote, quote_name

_LONGEST_TITLE = 30
"""Code points of an article's title that are shown."""


@main.command()
@click.argument("article", required=False)
@click.option("--annotator", "by", metavar="NAME", help="What this annotator did.")
@click.option("--span", metavar="ID", help="What became of the span with this id.")
@click.option("--since", type=TIME, help="What was done at this UTC time or later.")
@click.option("--until", type=TIME, help="What was done at this UTC time or before.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object a line.")
@pass_place
def log(
    place: Place,
    article: str | None,
    by: str | None,
    span: str | None,
    since: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    """Say who did what when, the newest last; ARTICLE is an id, a number or a file.

    Times are in UTC. What was undone is marked.
    """
    with closing(Project.open(place, create=False)) as project:
        number = None if article is None else _find_article(project, article)
        entries = project.read_log(LogQuery(number, by, span, since, until))
        _write_entries(entries, as_json=as_json)


@main.command()
@click.argument("articles", nargs=-1)
@click.option("--to", "names", metavar="A,B=2", help="To whom: names, each with its share if not 1.")
@click.option(
    "--overlap",
    metavar="NUMBER",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many annotators have each article.",
)
@click.option(
    "--calibration",
    metavar="NUMBER",
    type=click.IntRange(min=0),
    help="Give so many articles to all of them, drawn anew; those that are everybody's stay so without it.",
)
@click.option("--seed", metavar="NUMBER", type=int, default=0, show_default=True, help="Where chance begins.")
@click.option("--clear", is_flag=True, help="Let no article be anybody's in particular.")
@click.option("--dry-run", is_flag=True, help="Only say what would be assigned.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@pass_place
def assign(
    place: Place,
    articles: tuple[str, ...],
    names: str | None,
    overlap: int,
    calibration: int | None,
    seed: int,
    clear: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say whose work which articles are: all of them by shares, or those that are named; else say how it is.

    Articles that are added later are assigned by the same rule, and nobody loses any. ARTICLES are ids,
    numbers or files.
    """
    shares = _read_shares(names)
    gives = bool(articles or overlap > 1 or calibration is not None)
    _check_assignment(gives, shares, overlap, clear=clear)
    with closing(Project.open(place, create=False)) as project:
        before = project.read_assignment()
        if clear:
            assignment = project.clear_assignment(dry_run=dry_run)
        elif articles:
            numbers = [_find_article(project, name) for name in articles]
            assignment = project.assign_articles(numbers, list(shares), dry_run=dry_run)
        elif shares:
            rule = AssignmentRule(shares, overlap, seed)
            assignment = project.assign_by_rule(rule, calibration=calibration, dry_run=dry_run)
        else:
            assignment = project.read_assignment()
        counts = project.count_assigned(assignment)
    _say_dropped(before, assignment)
    _say_assignment(assignment, counts, as_json=as_json)


def _check_assignment(gives: bool, shares: Mapping[str, float], overlap: int, *, clear: bool) -> None:
    """Raise `ConfigurationError` for what does not go together."""
    if gives and not shares:
        raise ConfigurationError("to whom? name them: spantag assign --to ana,bea")
    if clear and shares:
        raise ConfigurationError("--clear takes every assignment away; leave it out: --to replaces them")
    if overlap > len(shares) > 0:
        raise ConfigurationError(f"--overlap {overlap} needs as many annotators; --to names {len(shares)}")


def _say_assignment(assignment: Assignment, counts: Mapping[str, AssignedCounts], *, as_json: bool) -> None:
    if as_json:
        rule = None if assignment.rule is None else assignment.rule.as_json()
        annotators = {name: each.as_json() for name, each in counts.items()}
        named = {"named": len(assignment.named), "calibration": len(assignment.calibration)}
        write_json({"rule": rule, **named, "annotators": dict[str, Json](annotators)})
        return
    if not assignment:
        say("no article is anybody's in particular; spantag assign --to ana,bea gives them out")
    for name, each in counts.items():
        paragraphs = f"{each.left:,} of {count_noun(each.paragraphs, 'paragraph')} left"
        say(f"{quote_name(name)}: {count_noun(each.articles, 'article')}, {paragraphs}")
    if assignment.calibration:
        say(f"everybody: {count_noun(len(assignment.calibration), 'article')} of these, to compare on")


def _say_dropped(before: Assignment, after: Assignment) -> None:
    """Say what was given beside the rule, and is no longer."""
    shared = len(before.calibration - after.calibration)
    named = len(before.named.keys() - before.calibration - after.named.keys())
    if shared:
        say(f"{count_noun(shared, 'article')} of before no longer everybody's", err=True)
    if named:
        say(f"{count_noun(named, 'article')} no longer given by name", err=True)


@main.command()
@click.option("-o", "--output", metavar="FILE", type=PATH, required=True, help="Where to: report.html.")
@quiet_option
@pass_place
def report(place: Place, output: Path, quiet: bool) -> None:
    """Write how far the project is as one page of HTML, which can be sent around: it needs nothing else."""
    check_file(output)
    with (
        closing(Project.open(place, create=False)) as project,
        show_progress("Counting", project.count_articles(), quiet=quiet) as advance,
    ):
        found = project.read_overview(progress=advance)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    page = write_report(found, title=place.folder.resolve().name or "spantag", at=now)
    with open_whole(output) as out:
        out.write(page)
    if not quiet:
        say(f"{output}: {count_noun(len(found.status.annotators), 'annotator')}", err=True)


def _read_shares(text: str | None) -> dict[str, float]:
    """Read `ana,bea=2`; raises `click.BadParameter` for a share that is none."""
    shares: dict[str, float] = {}
    for each in split_names(text):
        name, _, share = each.partition("=")
        try:
            shares[name.strip()] = float(share or 1)
        except ValueError as error:
            raise _explain_share(each) from error
        if not (name.strip() and 0 < shares[name.strip()] < math.inf):
            raise _explain_share(each)
    return shares


def _explain_share(text: str) -> click.BadParameter:
    return click.BadParameter(
        f"{text!r} is no annotator with a share; write ana, or ana=2 for twice as much", param_hint="--to"
    )


def _find_article(project: Project, name: str) -> int:
    """Find an article by its name; raises `InputError` where it is not one."""
    numbers, refused = project.find_articles([name])
    if refused:
        raise InputError(refused[0])
    return numbers[0]


def _write_entries(entries: Iterable[LogEntry], *, as_json: bool) -> None:
    for entry in entries:
        if as_json:
            write_json(entry.as_json())
        else:
            say(_describe(entry))


def _describe(entry: LogEntry) -> str:
    title = quote(entry.title, 0, len(entry.title), limit=_LONGEST_TITLE)
    at = entry.at[:19].replace("T", " ")
    undone = "  (undone)" if entry.is_undone else ""
    who = " by ".join(map(quote_name, filter(None, (entry.annotator, entry.by))))
    return f"{at}  {who}  {entry.article} “{title}”  {entry.did}{undone}"
