"""The command `adjudicate`: decide between annotators, and make a gold layer."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.group import main, run_app
from tui.cli.parameters import pass_place
from tui.project.place import Place
from tui.project.project import Project

if TYPE_CHECKING:
    from tui.ui.keys import Keymap
    from tui.ui.screens.adjudicate import AdjudicateScreen


@main.command()
@click.option("--annotators", metavar="A,B,…", help="Between whom to decide; all but gold unless told.")
@click.option("--gold", default="gold", show_default=True, help="The annotator whose layer is the gold one.")
@click.option("--blind", is_flag=True, help="Do not show who says what.")
@pass_place
def adjudicate(place: Place, annotators: str | None, gold: str, blind: bool) -> None:
    """Go from disagreement to disagreement, and take what is right with one key.

    Paragraphs that at least two annotators finished are compared. What all say goes into the gold layer at
    once; spans that differ and touch each other are one decision. Export the layer with
    spantag export --annotator gold.
    """
    names = [each.strip() for each in (annotators or "").split(",") if each.strip()]
    with closing(Project.open(place, create=False)) as project:
        project.adjudicate(names, gold=gold)

    def begin(project: Project, keymap: "Keymap", cache: Path | None) -> "AdjudicateScreen":
        from tui.ui.screens.adjudicate import AdjudicateScreen

        chosen = project.adjudicate(names, gold=gold)
        del cache
        return AdjudicateScreen(project, chosen, keymap, is_blind=blind)

    run_app(place, (), begin=begin)
