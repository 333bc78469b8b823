"""Rows of CSV and TSV: their cells, where each begins, and what is wrong with the first that cannot be read.

Fields stand between commas, tabs, semicolons or bars, whichever the first line has most of; quoted ones may
hold line ends. UTF-16, as Excel writes it, is read too.
"""

import csv
import io
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tui.errors import Refusal
from tui.formats.shared.source import Source

DELIMITERS: Final = ",\t;|"
"""What may stand between fields."""

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class DelimitedRow(Struct, frozen=True):
    """One row of a table."""

    cells: list[str]
    """Its fields, as they are."""
    line: int
    """The line it begins on, from 1."""

    @property
    def is_blank(self) -> bool:
        """Tell whether there is nothing in it."""
        return not any(cell.strip() for cell in self.cells)


def decode_head(head: bytes) -> str:
    """Decode the first bytes of a table."""
    return head.decode("utf-16", "ignore") if head.startswith(_UTF16) else head.decode("utf-8", "ignore")


def read_header(head: bytes) -> list[str]:
    """Give the names of the columns, by the first bytes of a file; of what is no table, anything."""
    first = decode_head(head).split("\n", 1)[0]
    try:
        return next(csv.reader([first.removesuffix("\r")], delimiter=_find_delimiter(first)), [])
    except csv.Error:
        return []


def read_rows(source: Source) -> Iterator[DelimitedRow | Refusal]:
    """Read every row, the header first; where one cannot be read, it is refused and the file ends."""
    csv.field_size_limit(min(source.limits.record, 2**31 - 1))
    delimiter = _find_delimiter(decode_head(source.read_head()).split("\n", 1)[0])
    lines = _Lines(source)
    rows = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    first = 1
    try:
        for cells in rows:
            if lines.wrong is not None:
                break
            yield DelimitedRow(cells, first)
            first = rows.line_num + 1
    except csv.Error as error:
        reason = f"this is not CSV ({error}); quote fields with line ends or quotes in them"
        if "larger than field limit" in str(error):
            reason = source.limits.explain_record()
        yield Refusal(source.name, reason, first)
    if lines.wrong is not None:
        yield lines.wrong


def read_named(source: Source) -> Iterator[tuple[int, dict[str, str]] | Refusal]:
    """Read every row behind the header that holds anything: its line, and its cells by their columns' names.

    A row with another number of fields is refused.
    """
    names: list[str] | None = None
    for row in read_rows(source):
        if isinstance(row, Refusal):
            yield row
        elif names is None:
            names = row.cells
        elif not row.is_blank:
            if len(row.cells) == len(names):
                yield row.line, dict(zip(names, row.cells, strict=True))
            else:
                reason = f"this row has {len(row.cells)} fields, and the header {len(names)}"
                yield Refusal(source.name, reason, row.line)


def _find_delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count) if any(map(header.count, DELIMITERS)) else ","


class _Lines:
    """The lines of a file for the csv module, and the first that is wrong."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.wrong: Refusal | None = None

    def __iter__(self) -> Iterator[str]:
        """Give line after line with its line end."""
        if self._source.read_head().startswith(_UTF16):
            yield from self._read_utf16()
            return
        for _, line in self._source.read_lines():
            if isinstance(line, Refusal):
                self.wrong = self.wrong or line
                return
            yield f"{line}\n"

    def _read_utf16(self) -> Iterator[str]:
        try:
            text = self._source.read_bytes().decode("utf-16")
        except UnicodeDecodeError as error:
            self.wrong = Refusal(self._source.name, f"this is damaged UTF-16 ({error.reason})")
            return
        yield from io.StringIO(text, newline="")
