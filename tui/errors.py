"""What can go wrong, as one tree of exceptions and one value.

Every message is one sentence that says what is wrong, where, and what would be right::

    SpantagError               anything a person can be told in one sentence
    ├── ConfigurationError     the project or the command line is not usable as it is (exit 2)
    │   └── LabelsError        labels.yaml has mistakes; carries every one of them
    ├── InputError             a file could not be read at all (exit 1)
    ├── OutputError            an export could not be written (exit 1)
    ├── ServerError            a server refused, or went away (exit 1)
    ├── NothingSharedError     there is nothing that two annotators both finished (exit 1)
    └── StoreError             the database refused (exit 1)
        ├── StoreBusyError     another program kept it locked for too long
        ├── StoreFullError     the disk is full
        ├── StoreMovedError    the file is no longer where it was opened
        └── StoreReadOnlyError the file or its folder cannot be written

`Refusal` is the value for one thing that was refused while the rest went on.
"""

from collections.abc import Iterable

from msgspec import Struct


class Refusal(Struct, frozen=True):
    """One thing that was refused: where it stands and why."""

    file: str
    """The file as the person named it."""
    reason: str
    """One sentence: what is wrong, and what would be right."""
    line: int | None = None
    """The line, counted from 1; None where the whole file is meant."""
    column: int | None = None
    """The column in code points, counted from 1; None where the whole line is meant."""

    def as_json(self) -> dict[str, str | int | None]:
        """Give it for a program."""
        return {"file": self.file, "line": self.line, "column": self.column, "reason": self.reason}

    def __str__(self) -> str:
        """Write it as `file:line:column: reason`."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.reason}"


class SpantagError(Exception):
    """Anything a person can be told in one sentence."""


class ConfigurationError(SpantagError):
    """The project or the command line is not usable as it is."""


class LabelsError(ConfigurationError):
    """labels.yaml has mistakes, all of them at once."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        """Every mistake, in the order of the file."""
        super().__init__("\n".join(str(refusal) for refusal in self.refusals))


class InputError(SpantagError):
    """A file could not be read at all."""


class OutputError(SpantagError):
    """An export could not be written."""


class NothingSharedError(SpantagError):
    """There is nothing that two annotators both finished."""


class ServerError(SpantagError):
    """A server refused, or went away; what was exchanged with it before stays."""


class StoreError(SpantagError):
    """The database refused, and what was under way in it was not done."""

    def __init__(self, what: str, advice: str = "") -> None:
        self.what = what
        """What is wrong, and where."""
        self.advice = advice
        """What became of what was under way, and what would be right; empty where the rest says so."""
        super().__init__(f"{what}; {advice}" if advice else what)


class StoreBusyError(StoreError):
    """Another program kept the database locked for too long."""


class StoreFullError(StoreError):
    """The disk is full."""


class StoreMovedError(StoreError):
    """The database's file is no longer where it was opened."""


class StoreReadOnlyError(StoreError):
    """The database or its folder cannot be written."""
