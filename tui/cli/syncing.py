"""The command that brings copies of a project together: `sync`."""

import sys
from contextlib import closing, suppress
from pathlib import Path
from types import ModuleType

import click

from tui.cli.group import main
from tui.cli.output import say, warn_of_risk, write_json
from tui.cli.parameters import pass_place, quiet_option
from tui.errors import ConfigurationError, LabelsError, SpantagError
from tui.model.labels.edit import add_labels
from tui.model.labels.read import read_labels
from tui.model.labels.shape import shape_of
from tui.model.span import Json
from tui.project.place import LABELS_FILE, Place
from tui.project.project import Project
from tui.store.volumes import explain_risk
from tui.sync.address import hide_password, is_address, is_unknown
from tui.sync.files import sync_with_file
from tui.sync.own_labels import OwnLabels
from tui.sync.report import SyncReport
from tui.sync.ways import Ways


@main.command()
@click.argument("other", metavar="OTHER")
@click.option("--pull", is_flag=True, help="Only take what OTHER has.")
@click.option("--push", is_flag=True, help="Only give what is here.")
@click.option(
    "--only",
    type=click.Choice(["assigned"]),
    help="Of the articles of OTHER take only those that are assigned to you, and what is said of these.",
)
@click.option(
    "--add-labels",
    "adds",
    is_flag=True,
    help="Add labels that OTHER uses and labels.yaml lacks to labels.yaml.",
)
@click.option(
    "--as",
    "name",
    metavar="NAME",
    help="The project's name on the server, where there are several; with --init the first has the folder's.",
)
@click.option(
    "--init",
    "begins",
    is_flag=True,
    help="Only make the shared log on the server, its roles, and a project in it.",
)
@click.option(
    "--set-labels",
    "sets",
    is_flag=True,
    help="Let labels.yaml here be what counts on the server, where it does not fit; for leads.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "as_json", is_flag=True, help="What was done, as one JSON object on stdout.")
@quiet_option
@pass_place
def sync(
    place: Place,
    other: str,
    pull: bool,
    push: bool,
    only: str | None,
    adds: bool,
    name: str | None,
    begins: bool,
    sets: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Bring this project and another copy of it together, both ways unless told.

    OTHER is another database file, one that is not there is made; or a PostgreSQL server that holds a log for
    all, postgresql://host/database (docs/sync.md). Articles, the work of all annotators, and what was taken
    out or put back go over, as far as they are missing. It may be stopped at any time, and done in any order
    among any copies: all end up with the same. labels.yaml stays yours.

    With --only assigned a copy gets no more than the work of one annotator, the one of --annotator; all that
    was done in it is given as ever.
    """
    _check_options(other, pull=pull, push=push, only=only, sets=sets)
    if begins:
        _begin(place, other, name)
        return
    if is_unknown(other):
        raise ConfigurationError(
            f"{hide_password(other)}: synced is with a database file, or with postgresql://host/database"
        )
    shown = hide_password(other) if is_address(other) else other
    report = SyncReport()
    ways = Ways(pull=not push, push=not pull, only=place.annotator if only else None, dry_run=dry_run)
    with closing(Project.open(place, is_without_labels=True)) as project:
        before = project.count_unknown_labels()
        labels = OwnLabels(place.labels, shape_of(project.labels), sets)
        try:
            _exchange(project, other, name, ways, report, labels)
        except SpantagError:
            if report.has_done and not dry_run:
                _say_report(report, shown, ways)
            raise
        missing = [name for name in project.count_unknown_labels() if adds or name not in before]
        has_work = place.annotator in project.read_assignment().names()
    if only and not has_work and not dry_run:
        say(
            f"nothing is assigned to {place.annotator!r} there, so no article was taken: --annotator says who"
            " you are, spantag assign gives articles to annotators",
            err=True,
        )
    for reason in filter(None, [*report.refused.values(), report.held_back]):
        say(reason, err=True)
    if not quiet:
        _say_report(report, shown, ways)
    _settle_labels(place, missing, shown, adds=adds and not dry_run)
    if as_json:
        write_json({**report.as_json(), "new_labels": list[Json](missing), "dry_run": dry_run})
    if not quiet:
        warn_of_risk(place)
        if not is_address(other) and (risk := explain_risk(Path(other))):
            say(risk, err=True)
    if report.refused or report.held_back:
        sys.exit(1)


def _check_options(other: str, *, pull: bool, push: bool, only: str | None, sets: bool) -> None:
    """Refuse options that make no sense together."""
    if pull and push:
        raise click.UsageError("--pull and --push leave nothing out together; leave both out for both ways.")
    if push and only:
        raise click.UsageError("--push takes nothing from OTHER, so --only has nothing to choose from.")
    if sets and not is_address(other):
        raise click.BadParameter(
            "only on a server, postgresql://…, labels are set for all", param_hint="--set-labels"
        )
    if sets and pull:
        raise click.UsageError("--pull gives nothing to OTHER, so --set-labels has no effect with it.")


def _exchange(
    project: Project, other: str, name: str | None, ways: Ways, report: SyncReport, labels: OwnLabels
) -> None:
    """Bring a project together with a database file or a server."""
    if is_address(other):
        there = _load_server()
        there.sync_with_server(project.store, there.ServerAddress(other, name), ways, report, labels)
    else:
        _check_labels_of(Path(other), labels)
        sync_with_file(project.store, Path(other), ways, report)


def _check_labels_of(database: Path, own: OwnLabels) -> None:
    """Check that the labels beside another database fit, where there are any that can be read."""
    for folder in database.absolute().parents[:2]:
        there = folder / LABELS_FILE
        if there.is_file() and own.file.exists() and not there.samefile(own.file):
            with suppress(LabelsError):
                own.check(shape_of(read_labels(there)), str(there))
            return


def _load_server() -> ModuleType:
    """Load what speaks with servers; raises `ConfigurationError` where a package for it is missing."""
    try:
        from tui.sync import server
    except ImportError as error:
        raise ConfigurationError(
            f"a server needs the package psycopg ({error}); install it with: pip install 'spantag[postgres]'"
        ) from error
    return server


def _begin(place: Place, other: str, name: str | None) -> None:
    """Make the shared log on a server."""
    if not is_address(other):
        raise click.BadParameter("only a server, postgresql://…, is made ready", param_hint="--init")
    there = _load_server()
    made = there.begin_on_server(there.ServerAddress(other, name), place.folder.resolve().name)
    for each in made or ["everything is there already; nothing was changed"]:
        say(each, err=True)
    say(f"next: spantag sync {hide_password(other)}", err=True)


def _settle_labels(place: Place, missing: list[str], other: str, *, adds: bool) -> None:
    """Add labels that came in and are unknown here, or say how."""
    if not missing:
        return
    listed = ", ".join(missing)
    if adds:
        add_labels(place.labels, missing)
        say(f"added to {place.labels}: {listed}", err=True)
    else:
        say(
            f"{place.labels} lacks labels that came in: {listed}; nothing is lost, and they are added with:"
            f" spantag sync --add-labels {other}",
            err=True,
        )


def _say_report(report: SyncReport, other: str, ways: Ways) -> None:
    """Say what was exchanged, or would be."""
    if ways.pull:
        say(f"from {other}: {report.pulled.describe()}", err=True)
    if report.pushed.has_any or (ways.push and not report.held_back):
        say(f"to {other}: {report.pushed.describe()}", err=True)
    if report.shared_names:
        say(
            f"both sides had new work by {', '.join(report.shared_names)}: it was put together, in the order"
            " in which it was done; two people need two names (--annotator)",
            err=True,
        )
    if ways.dry_run:
        say("nothing was changed (--dry-run)", err=True)
