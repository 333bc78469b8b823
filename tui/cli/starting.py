"""Commands that begin a project: `init` and `demo`."""

from tui.cli.group import main, run_app
from tui.cli.output import say, warn_of_risk
from tui.cli.parameters import pass_place
from tui.project.place import Place
from tui.project.project import write_starter


@main.command()
@pass_place
def init(place: Place) -> None:
    """Write a commented labels.yaml and the annotations folder here."""
    written = write_starter(place)
    warn_of_risk(place)
    for path in written:
        say(f"wrote {path}", err=True)
    if not written:
        say(f"{place.labels} is there already; nothing was changed", err=True)
    say(
        f"next: say in {place.labels} what is to be tagged, then: spantag FILES"
        " (or spantag, to look at the articles and try a sample)",
        err=True,
    )


@main.command()
@pass_place
def demo(place: Place) -> None:
    """Try it: a sample article in a throw-away project."""
    from tui.project.demo import make_demo

    demo_place, article = make_demo(place.annotator)
    run_app(demo_place, (article,))
    say(f"The demo project is in {demo_place.folder}; delete it whenever you like.", err=True)
