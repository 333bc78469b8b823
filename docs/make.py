"""Write the generated pages, or check that they are as they would be written: `docs/make.py [--check]`."""

import sys
from pathlib import Path

import click

from tui.cli import main as command
from tui.formats import list_readable, list_writable
from tui.formats.native.schema import shapes_markdown
from tui.formats.shared.writing import FEATURES
from tui.ui.keys.reference import keys_markdown

DOCS = Path(__file__).parent
"""The folder of the documentation."""


def cli_markdown() -> str:
    """Write the documentation of every command from its own help."""
    lines = [
        "# Commands\n",
        "This page is written from the commands' own help (`python docs/make.py`).\n",
        "stdout is data, stderr is narration. Exit codes: 0 done; 1 something was refused, the rest was",
        "done; 2 wrong usage or configuration. What is refused is printed as `file:line:column: reason`.\n",
        'Tab completion: add `eval "$(_SPANTAG_COMPLETE=bash_source spantag)"` to `~/.bashrc`; other shells',
        "have `zsh_source` and `fish_source`.\n",
    ]
    for name, each in [("spantag", command), *_commands("spantag", command)]:
        context = click.Context(each, info_name=name, terminal_width=90)
        lines += [f"## {name}\n", "```", each.get_help(context), "```\n"]
    return "\n".join(lines)


def writers_markdown() -> str:
    """Write the table of formats that are written: what each carries, and how its tool loads it."""
    shown = [feature for feature in FEATURES if feature != "text"]
    lines = [_row(["`--format`", "offsets", "text", *shown]), _row(["---"] * (len(shown) + 3))]
    for name, known in list_writable().items():
        marks = ["yes" if feature in known.carries else "–" for feature in ("text", *shown)]
        lines.append(_row([f"`{name}`", known.offsets, *marks]))
    lines += ["", _row(["`--format`", "what it is", "how its tool loads it"]), _row(["---"] * 3)]
    lines += [_row([f"`{name}`", known.title, f"`{known.load}`"]) for name, known in list_writable().items()]
    return "\n".join(lines)


def readers_markdown() -> str:
    """Write the table of formats that are read: what each brings, and what it cannot."""
    lines = [
        _row(["`--format`", "what it is", "offsets", "comes in", "does not, and is counted"]),
        _row(["---"] * 5),
    ]
    lines += [
        _row([f"`{name}`", known.title, known.offsets, known.brings, known.lacks])
        for name, known in list_readable().items()
    ]
    return "\n".join(lines)


def formats_markdown() -> str:
    """Write the tables of `formats.md` into it; the rest of the page stays as it is."""
    page = (DOCS / "formats.md").read_text("utf-8")
    tables = {"readers": readers_markdown(), "writers": writers_markdown(), "record": shapes_markdown()}
    for name, table in tables.items():
        before, opening, rest = page.partition(f"<!-- {name}:")
        mark, _, rest = rest.partition("\n")
        _, closing, after = rest.partition(f"<!-- /{name} -->")
        page = f"{before}{opening}{mark}\n\n{table}\n\n{closing}{after}"
    return page


def pages() -> dict[Path, str]:
    """Give every generated page with its text."""
    return {
        DOCS / "keys.md": keys_markdown(),
        DOCS / "cli.md": cli_markdown(),
        DOCS / "formats.md": formats_markdown(),
    }


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _commands(prefix: str, group: click.Group) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        each = group.get_command(context, name)
        assert each is not None
        found.append((f"{prefix} {name}", each))
        if isinstance(each, click.Group):
            found += _commands(f"{prefix} {name}", each)
    return found


if __name__ == "__main__":
    stale = [page for page, text in pages().items() if not page.exists() or page.read_text("utf-8") != text]
    if "--check" in sys.argv:
        sys.exit("".join(f"{page} is stale; run: python docs/make.py\n" for page in stale) or 0)
    for page in stale:
        page.write_text(pages()[page], "utf-8")
        sys.stderr.write(f"wrote {page}\n")
