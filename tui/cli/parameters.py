"""Parameters that several commands take."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tui.project.place import Place

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PATH: Final = click.Path(path_type=Path)


class FormatName(click.ParamType[str]):
    """The name of a format that can be read, or written; only the format that is named is loaded."""

    name = "format"

    def __init__(self, *, is_written: bool) -> None:
        self._is_written = is_written

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """List the formats."""
        del param, ctx
        return f"[{'|'.join(self._list_names())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no such format."""
        from tui.formats import FORMATS

        known = FORMATS.get(value)
        if known is None or (known.writing if self._is_written else known.reading) is None:
            self.fail(f"{value!r} is not one of {', '.join(map(repr, self._list_names()))}.", param, ctx)
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        """Complete the name of a format."""
        from click.shell_completion import CompletionItem

        del ctx, param
        return [CompletionItem(name) for name in self._list_names() if name.startswith(incomplete)]

    def _list_names(self) -> list[str]:
        from tui.formats import list_readable, list_writable

        return list(list_writable() if self._is_written else list_readable())


class Time(click.ParamType[str]):
    """A time, as the log writes times."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no time."""
        try:
            return read_time(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


TIME: Final = Time()

quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Say only what was refused or lost, and what went wrong."
)

pass_place = click.make_pass_decorator(Place)


def parse_time(text: str) -> str:
    """Read a time of `--as-of`, as the log writes times; raises `click.BadParameter`."""
    try:
        return read_time(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--as-of") from error


def read_time(text: str) -> str:
    """Read a time, as the log writes times; raises `ValueError` with a sentence."""
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a time; write 2026-11-22 or 2026-11-22T10:42") from error
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def split_names(text: str | None) -> tuple[str, ...]:
    """Read the names of an option such as `--annotators ana,bea`."""
    return tuple([name.strip() for name in (text or "").split(",") if name.strip()])
