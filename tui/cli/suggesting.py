"""The command that lets a program suggest: `suggest`."""

import shlex
import sys
from contextlib import closing
from pathlib import Path

import click

from tui.cli.group import _is_there, main
from tui.cli.output import say, warn_of_risk
from tui.cli.parameters import pass_place, quiet_option
from tui.errors import ConfigurationError
from tui.project.place import Place, explain_name
from tui.project.project import Project
from tui.text.messages import count_noun


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
@quiet_option
@pass_place
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
        say(str(refusal), err=True)
    if not quiet:
        warn_of_risk(place)
        count = sum(len(found) for found in outcome.suggestions.values())
        articles = count_noun(len(outcome.suggestions), "article")
        say(f"{count_noun(count, 'suggestion')} for {articles}", err=True)
    if outcome.refusals:
        sys.exit(1)
