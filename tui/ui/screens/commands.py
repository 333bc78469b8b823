"""Commands by their names: what this screen does, what the others do, and the themes."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from textual.content import Content
from textual.fuzzy import Matcher

from tui.ui.screens.dialogs import PickDialog

_BY_NAME: Final = 3.0
_BY_HELP: Final = 2.0
_ROUGHLY: Final = 1.0
"""How far up stands what fits in these ways."""

_ELSEWHERE: Final = 0.9
"""What is done on another screen stands below what is done here."""


class Command(Struct, frozen=True):
    """Something that can be done, by its name."""

    name: str
    """Its name."""
    behind: str
    """What stands behind the name: its key, and where that works; empty where it has none."""
    description: str
    """What it does, in a sentence."""
    run: Callable[[], None]
    """Does it."""
    words: str = ""
    """Other words by which people look for it, in lower case."""
    is_elsewhere: bool = False
    """Whether another screen does it; this one can only say where."""

    @property
    def title(self) -> str:
        """The name, and what stands behind it."""
        return f"{self.name}  ({self.behind})" if self.behind else self.name


def find_commands(commands: Sequence[Command], typed: str) -> list[Command]:
    """Find the commands that fit what was typed: by their names, then by what they do, then roughly.

    Where nothing was typed, all that can be done here.
    """
    wanted = typed.strip().casefold()
    if not wanted:
        return [command for command in commands if not command.is_elsewhere]
    matcher = Matcher(wanted)
    scores = {command.title: _rate(command, wanted, matcher) for command in commands}
    found = [command for command in commands if scores[command.title] > 0]
    return sorted(found, key=lambda command: -scores[command.title])


def _rate(command: Command, wanted: str, matcher: Matcher) -> float:
    weight = _ELSEWHERE if command.is_elsewhere else 1.0
    if wanted in command.name.casefold():
        return _BY_NAME * weight
    if wanted in command.description.casefold() or wanted in command.words:
        return _BY_HELP * weight
    return min(matcher.match(command.name), _ROUGHLY) * weight


class CommandDialog(PickDialog[Command | None]):
    """Finds a command by its name; ends with it."""

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__("Commands", "part of a command's name")
        self._commands = commands

    def find(self, typed: str) -> list[tuple[Content, Command]]:
        """Find the commands that fit."""
        return [(_describe(command), command) for command in find_commands(self._commands, typed)]


def _describe(command: Command) -> Content:
    return Content.assemble((command.title, ""), "\n", (f"  {command.description}", "$text-muted"))
