"""How much is read at once: of a text, of a record, and of what a compressed file unfolds to."""

import io
from gzip import GzipFile
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tui.errors import InputError
from tui.model.record import Record

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LONGEST_TEXT: Final = 200_000_000
"""Code points: what SQLite takes as one value, whatever they are; no limit can be set above it."""

MOST_SPANS: Final = 500_000
"""Spans of one text."""

_LEAST_ARCHIVE: Final = 50_000_000
_MOST_FOLDS: Final = 50
_UNITS: Final = {"GB": 10**9, "MB": 10**6, "KB": 10**3, "B": 1}


class Limits(Struct, frozen=True):
    """The most that is taken in; what is more is refused by name while it is read, and the rest comes in."""

    text: int = 10_000_000
    """Code points of one text."""
    record: int = 100_000_000
    """Bytes of one record: of a line, or of a file that is read as a whole."""
    archive: int | None = None
    """Bytes that a compressed file may unfold to; None: 50 MB, or 50 times its size where that is more."""

    def explain(self, record: Record) -> str | None:
        """Say why a record is too much, or None where it is not."""
        if len(record.text) > self.text:
            return self.explain_text()
        if len(record.spans or ()) > MOST_SPANS:
            return f"the text has more than {MOST_SPANS:,} spans; part it"
        return None

    def explain_record(self, records: int = 1) -> str:
        """Say that a record, or so many together, is larger."""
        size = format_size(records * self.record)
        return f"this is more than {size}, too much to read at once; part it, or allow more with --max-record"

    def explain_text(self) -> str:
        """Say that a text is longer."""
        return f"the text has more than {self.text:,} characters; part it, or allow more with --max-text"

    def may_unfold(self, stored: int) -> int:
        """Say how many bytes may come out of as many that are stored."""
        return max(_LEAST_ARCHIVE, _MOST_FOLDS * stored) if self.archive is None else self.archive


class Allowance:
    """What one archive may still unfold to, whatever is in it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        """All it may unfold to, in bytes."""
        self._left = limit

    def take(self, count: int, name: str) -> None:
        """Count bytes that came out of the file of this name; raises `InputError` for too many."""
        self._left -= count
        if self._left < 0:
            raise InputError(explain_swelling(name, self.limit))


class CountedStream(io.RawIOBase):
    """Unfolds a compressed stream as far as it is allowed."""

    def __init__(self, stream: GzipFile, allowance: Allowance, name: str) -> None:
        self._stream = stream
        self._allowance = allowance
        self._name = name

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read the next bytes; raises `InputError` where they are too many."""
        room = memoryview(buffer)
        # As much as is there: what stands before damage comes in.
        content = self._stream.read1(len(room))
        self._allowance.take(len(content), self._name)
        room[: len(content)] = content
        return len(content)


def explain_swelling(name: str, limit: int) -> str:
    """Say that a compressed file is not read."""
    return (
        f"{name}: it unfolds to more than {format_size(limit)}; unpack it yourself, or allow more with"
        " --max-archive"
    )


def format_size(count: int) -> str:
    """Write a number of bytes: `50 MB`."""
    unit = next((unit for unit, size in _UNITS.items() if count >= size), "B")
    return f"{round(count / _UNITS[unit], 1):g} {unit}"


def parse_size(written: str) -> int:
    """Read a number of bytes: `200MB`, `1.5 GB`, `1000`; raises `ValueError`."""
    number = written.strip().upper()
    unit = next((unit for unit in _UNITS if number.endswith(unit)), "")
    size = float(number.removesuffix(unit)) * _UNITS.get(unit, 1)
    if not 1 <= size < 2**62:
        raise ValueError(f"{written!r} is no size")
    return int(size)
