"""The command `labels`: what labels.yaml holds, and how a set of labels changes with all that has them."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.group import main, run_app
from tui.cli.output import say, write_json
from tui.cli.parameters import pass_place, quiet_option
from tui.model.labels.read import read_labels
from tui.model.labels.schema import labels_schema
from tui.project.place import Place
from tui.project.project import Project
from tui.project.relabelling import Relabelled

if TYPE_CHECKING:
    from tui.ui.keys import Keymap
    from tui.ui.screens.audit import AuditScreen

dry_run_option = click.option("--dry-run", is_flag=True, help="Only say what would happen.")
"""Do nothing, and say what would be done."""

json_option = click.option(
    "--json", "as_json", is_flag=True, help="What was done, as one JSON object on stdout."
)
"""Say it to a program."""


@main.group()
def labels() -> None:
    """Look at labels.yaml, and change labels with the spans that have them."""


@labels.command("check")
@pass_place
def labels_check(place: Place) -> None:
    """Say what labels.yaml holds, or everything that is wrong with it, line by line.

    Patterns that take too long for a paragraph are named; while tagging, such a pattern is switched off.
    """
    from tui.suggest.sources.patterns import find_slow

    found = read_labels(place.labels)
    width = max([len(label.name) for label in found.labels], default=0)
    for label in found.labels:
        say(f"{label.key or ' '}  {label.name:<{width}}  {label.description}".rstrip())
    if slow := find_slow(found):
        for sentence in slow:
            say(sentence, err=True)
        sys.exit(1)


@labels.command("schema")
def labels_schema_command() -> None:
    """Print the JSON Schema of labels.yaml, for editors."""
    click.echo(json.dumps(labels_schema(), ensure_ascii=False, indent=2))


@labels.command("rename")
@click.argument("old")
@click.argument("new")
@dry_run_option
@json_option
@quiet_option
@pass_place
def labels_rename(place: Place, old: str, new: str, dry_run: bool, as_json: bool, quiet: bool) -> None:
    """Give the label OLD the name NEW, in labels.yaml and on the spans of every annotator.

    labels.yaml keeps its comments and order. The same with NEW and OLD exchanged takes it back.
    """
    with closing(Project.open(place, create=False)) as project:
        done = project.change_labels().rename(old, new, dry_run=dry_run)
    _say_done(done, f"{old} is {new}", dry_run=dry_run, as_json=as_json, quiet=quiet)


@labels.command("merge")
@click.argument("old", nargs=-1, required=True)
@click.argument("into")
@dry_run_option
@json_option
@quiet_option
@pass_place
def labels_merge(
    place: Place, old: tuple[str, ...], into: str, dry_run: bool, as_json: bool, quiet: bool
) -> None:
    """Give the spans of the labels OLD… the label INTO, and take OLD… out of labels.yaml.

    Of two spans that are equal then one stays. What the entries of OLD… said (patterns, attributes) goes with
    them; --dry-run says how many spans it is about.
    """
    with closing(Project.open(place, create=False)) as project:
        done = project.change_labels().merge(old, into, dry_run=dry_run)
    _say_done(done, f"{', '.join(old)} became {into}", dry_run=dry_run, as_json=as_json, quiet=quiet)


@labels.command("delete")
@click.argument("label")
@click.option("--with-spans", is_flag=True, help="Remove its spans, too.")
@dry_run_option
@json_option
@quiet_option
@pass_place
def labels_delete(
    place: Place, label: str, with_spans: bool, dry_run: bool, as_json: bool, quiet: bool
) -> None:
    """Take LABEL out of labels.yaml; where spans have it, only with --with-spans, which removes them.

    The log keeps them: export --as-of still knows what was tagged.
    """
    with closing(Project.open(place, create=False)) as project:
        done = project.change_labels().delete(label, with_spans=with_spans, dry_run=dry_run)
    _say_done(done, f"{label} is deleted", dry_run=dry_run, as_json=as_json, quiet=quiet)


@labels.command("split")
@click.argument("label")
@pass_place
def labels_split(place: Place, label: str) -> None:
    """Walk the spans of LABEL in all articles, the most doubtful first, and give each its label with one key.

    The same audit is reached in the library. Where a label is to become two, add the new ones to labels.yaml
    first.
    """
    with closing(Project.open(place, create=False)) as project:
        project.change_labels().check(label)

    def begin(project: Project, keymap: "Keymap", cache: Path | None) -> "AuditScreen":
        from tui.ui.screens.audit import AuditScreen

        return AuditScreen(project, label, keymap, cache=cache)

    run_app(place, (), begin=begin)


def _say_done(done: Relabelled, what: str, *, dry_run: bool, as_json: bool, quiet: bool) -> None:
    if as_json:
        write_json({**done.as_json(), "dry_run": dry_run})
    if not quiet:
        say(f"{what}: {done.describe()}", err=True)
        if dry_run:
            say("nothing was changed (--dry-run)", err=True)
