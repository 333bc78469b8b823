"""Commands for who leads a project: `log`."""

from collections.abc import Iterable
from contextlib import closing

import click

from tui.cli.group import main
from tui.cli.output import say, write_json
from tui.cli.parameters import TIME, pass_place
from tui.errors import InputError
from tui.project.logbook import LogEntry
from tui.project.place import Place
from tui.project.project import Project
from tui.store import LogQuery
from tui.text.messages import quote, quote_name

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
    return f"{at}  {quote_name(entry.annotator)}  {entry.article} “{title}”  {entry.did}{undone}"
