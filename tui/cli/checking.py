"""Commands that look at a project: `status` and `verify`."""

import sys
from contextlib import closing

import click

from tui.cli.group import main
from tui.cli.output import say, show_progress, write_json
from tui.cli.parameters import parse_time, pass_place, quiet_option
from tui.model.span import Json
from tui.project.overview import UNTOLD, Status, overview_as_json
from tui.project.place import Place
from tui.project.project import Project
from tui.text.messages import count_noun


@main.command()
@click.option(
    "--as-of", metavar="TIME", help="As it was at this time: 2026-11-22, or 2026-11-22T10:42 in UTC."
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@pass_place
def status(place: Place, as_of: str | None, as_json: bool) -> None:
    """Say how far the project is: what there is per label and annotator, what went into it, and by day.

    On a terminal it is a page with bars. Seconds are told from the log (docs/team.md).
    """
    time = None if as_of is None else parse_time(as_of)
    is_plain = not as_json and not sys.stdout.isatty()
    with closing(Project.open(place, create=False)) as project:
        if is_plain and time is None:
            _say_status(project.read_status(), place)
            return
        with show_progress("Counting", project.count_articles()) as advance:
            found = project.read_overview(as_of=time, progress=advance)
    if is_plain:
        _say_status(found.status, place)
        say(f"\n{UNTOLD}")
        return
    if as_json:
        write_json(overview_as_json(found))
        return
    from rich.console import Console

    from tui.ui.overview_page import OverviewPage

    Console().print(OverviewPage(found))


def _say_status(counts: Status, place: Place) -> None:
    say(f"{count_noun(counts.articles, 'article')}, {count_noun(counts.paragraphs, 'paragraph')}")
    for each in counts.annotators:
        marks = [*each.paragraphs.items(), ("flagged", each.flagged)]
        shown = ", ".join(f"{count} {mark}" for mark, count in marks if count)
        finished = count_noun(each.articles, "article")
        say(f"\n{each.annotator}: {finished} finished; paragraphs: {shown}")
        _say_counts("", counts.spans.get(each.annotator, {}))
        _say_counts("relations", counts.relations.get(each.annotator, {}))
        if entities := counts.entities.get(each.annotator):
            say(f"  {count_noun(entities, 'entity')}")
    if counts.unknown_labels:
        say(f"\nnot in {place.labels}: {', '.join(counts.unknown_labels)}")


def _say_counts(title: str, counts: dict[str, int]) -> None:
    if title and counts:
        say(f"  {title}:")
    for label, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        say(f"  {label:<24} {count:>8}")


@main.command()
@click.option(
    "--rebuild",
    is_flag=True,
    help="First make anew what is derived from the log, and what looks like boilerplate.",
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@quiet_option
@pass_place
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
                say(sentence)
        unknown = project.count_unknown_labels()
    if as_json:
        write_json(
            {
                "agrees": not found,
                "disagreements": found,
                "rebuilt_layers": rebuilt,
                "spans_not_in_labels_yaml": dict[str, Json](unknown),
            }
        )
    if not quiet:
        if rebuilt is not None:
            say(f"rebuilt {count_noun(rebuilt, 'layer')}", err=True)
        say(count_noun(len(found), "disagreement") if found else "everything agrees", err=True)
        if unknown:
            listed = ", ".join(f"{label} ({count:,})" for label, count in unknown.items())
            say(f"spans with a label that {place.labels} lacks: {listed}", err=True)
    if found:
        sys.exit(1)
