r"""CSV of spans for a spreadsheet: one line a span, with where it stands and what it says.

    article,record,annotator,span,label,start,end,text,before,after,attributes,pieces,note,source
    a1,a1#1,ana,s1,actor,0,7,Two men,, fled.,,,,hand

`start` and `end` are code points of the article's text, `end` exclusive; `pieces` are those of a
discontinuous span, as `0-3;8-12`; `attributes` is JSON. A cell that a spreadsheet would run as a formula (it
begins with `=`, `+`, `-`, `@`, a tab or a carriage return; the list is OWASP's) is given an apostrophe before
it, and so is one that begins with an apostrophe itself: to read a cell, take one apostrophe away. The file
begins with a byte order mark, without which Excel takes UTF-8 for another encoding.
"""

import csv
from typing import Final

from tui.formats.fitting import Fitter
from tui.formats.writing import Feature, Target, WriteOptions, dump_line
from tui.records import Record
from tui.spans import Span

CARRIES: Final[frozenset[Feature]] = frozenset({"overlaps", "any edge", "fragments", "attributes"})
"""What the format carries beside spans, and notes on them."""

COLUMNS: Final = (
    *("article", "record", "annotator", "span", "label", "start", "end", "text", "before", "after"),
    *("attributes", "pieces", "note", "source"),
)
"""The columns, in order."""

_CONTEXT: Final = 40
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "'")


class CsvWriter:
    """Writes a table of spans."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._out = target.open_text()
        self._fitter = Fitter.of(CARRIES | {"notes"}, options)
        self._out.write("\ufeff")
        self._table = csv.writer(self._out, lineterminator="\r\n")
        self._table.writerow(COLUMNS)

    def write(self, record: Record) -> None:
        """Write a row for every span of a record."""
        self._fitter.lose_notes(record)
        fitted = self._fitter.fit(record)
        for span in fitted.spans or ():
            self._table.writerow([_defuse(cell) for cell in _cells(fitted, span)])

    def close(self) -> None:
        """Close the file."""
        self._out.close()


def _cells(record: Record, span: Span) -> list[str]:
    text, start, end = record.text, span.start, span.end
    return [
        record.article or record.id or "",
        record.id or "",
        record.annotator or "",
        span.id,
        span.label,
        str(record.offset + start),
        str(record.offset + end),
        text[start:end],
        text[max(start - _CONTEXT, 0) : start],
        text[end : end + _CONTEXT],
        dump_line(dict(span.attributes)) if span.attributes else "",
        ";".join(f"{record.offset + first}-{record.offset + last}" for first, last in span.fragments),
        span.note,
        span.origin.source,
    ]


def _defuse(cell: str) -> str:
    """Write a cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
