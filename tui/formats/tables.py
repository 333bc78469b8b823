"""CSV and TSV: one text a row, the other columns as metadata.

    id,title,text
    a1,Shelling,"Two men fled.
    Nobody was hurt."

The column of the text is called `text`, `content`, `body`, `article`, `document` or `sentence`, or is the
only one; `title` or `headline` gives the title. A table in UTF-16, as Excel writes it, is read too. Spans
are not read from tables.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.errors import Refusal
from tui.formats.format import Format, Reading
from tui.formats.shared.delimited import DelimitedRow, decode_head, read_rows
from tui.formats.shared.reading import Tally, keep_meta, short, summarise
from tui.formats.shared.source import Source
from tui.model.record import Record, remark_on_nul
from tui.model.span import Json
from tui.text.messages import list_some

TEXT_COLUMNS: Final = ("text", "content", "body", "article", "document", "sentence", "paragraph")
"""What the column of the text may be called, in any case."""

_TITLE_COLUMNS: Final = ("title", "headline")


_SPANS: Final = re.compile(r"\[\s*\{[^{}]*[\"'](?:start|begin)\w*[\"']\s*:\s*\d")
"""A cell that lists spans."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by its ending, or by a first line with several columns, one of them the text's."""
    if path.suffix.lower() in (".csv", ".tsv"):
        return True
    first = decode_head(head).split("\n", 1)[0]
    names = [name.strip().strip('"').lower() for name in re.split(r"[,\t;|]", first)]
    return (
        len(names) > 1
        and any(name in TEXT_COLUMNS for name in names)
        and all(name.isprintable() and len(name) < 40 for name in names)
    )


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every row."""
    rows = read_rows(source)
    first = next(rows, DelimitedRow([], 1))
    if isinstance(first, Refusal):
        yield first
        return
    header = first.cells
    column = _find_column(header)
    if column is None:
        wanted = ", ".join(TEXT_COLUMNS)
        yield Refusal(
            source.name,
            f"no column is called {wanted}; there are {list_some(header)}: name the one with the text so",
            1,
        )
        return
    tally = Tally()
    yield from summarise(_read_rows(rows, header, column, source, tally), tally)


def _read_rows(
    rows: Iterator[DelimitedRow | Refusal], header: list[str], column: int, source: Source, tally: Tally
) -> Iterator[Record | Refusal]:
    has_edges = {"start", "end"} <= {name.strip().lower() for name in header}
    for row in rows:
        if isinstance(row, Refusal):
            yield row
        elif not row.is_blank:
            if has_edges or any(map(_SPANS.match, row.cells)):
                said = "the spans of {} stay in the metadata: of tables the texts are read"
                tally.add(said, "row", line=row.line)
            yield _read_row(header, column, row.cells, source, row.line)


def _read_row(header: list[str], column: int, row: list[str], source: Source, line: int) -> Record | Refusal:
    if len(row) != len(header):
        return Refusal(
            source.name,
            f"this row has {len(row)} fields, and the header {len(header)}: {short(row[0])}",
            line,
        )
    text = row[column]
    if not text.strip():
        return Refusal(source.name, f"the column {header[column]!r} is empty in this row", line)
    meta: dict[str, Json] = {}
    title = ""
    for index, (name, value) in enumerate(zip(header, row, strict=True)):
        if index == column:
            continue
        if name.strip().lower() in _TITLE_COLUMNS and not title:
            title = value
        elif value:
            keep_meta(meta, name, value)
    return Record(text, title=title, meta=meta, line=line, remarks=remark_on_nul(text))


def _find_column(header: list[str]) -> int | None:
    names = [name.strip().lower() for name in header]
    found = next((names.index(name) for name in TEXT_COLUMNS if name in names), None)
    return 0 if found is None and len(names) == 1 and names[0] else found


FORMAT: Final = Format(
    "table",
    reading=Reading(
        title="CSV, TSV",
        suffixes=(".csv", ".tsv"),
        offsets="none",
        brings="a text a row, other columns as metadata; UTF-16 too",
        lacks="spans",
        read=read,
        recognises=recognises,
    ),
)
"""How it is read and written."""
