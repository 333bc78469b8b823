"""Commands that look at a project: `status` and `verify`."""

import json
import sys
from contextlib import closing

import click

from tui.cli.group import main
from tui.cli.output import say, write_json
from tui.cli.parameters import pass_place, quiet_option
from tui.formats.shared.writing import (
    escape_json,
)
from tui.model.span import Json
from tui.project.place import Place
from tui.project.project import Project
from tui.text.messages import count_noun


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@pass_place
def status(place: Place, as_json: bool) -> None:
    """Count articles, paragraphs, spans, relations and entities, per label and annotator."""
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
                        "relations": counts.relations.get(each.annotator, {}),
                        "entities": counts.entities.get(each.annotator, 0),
                    }
                    for each in counts.annotators
                },
                "labels_not_in_labels_yaml": counts.unknown_labels,
            },
            ensure_ascii=False,
        )
        click.echo(escape_json(content))
        return
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
