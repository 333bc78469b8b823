r"""CSV of spans for a spreadsheet: one line a span, with where it stands and what it says.

    article,record,annotator,span,label,start,end,text,before,after,attributes,pieces,note,source
    a1,a1#1,ana,s1,actor,0,7,Two men,, fled.,,,,hand

`start` and `end` are code points of the article's text, `end` exclusive; `pieces` are those of a
discontinuous span, as `0-3;8-12`; `attributes` is JSON. A cell that a spreadsheet would run as a formula (it
begins with `=`, `+`, `-`, `@`, a tab or a carriage return; the list is OWASP's) is given an apostrophe before
it, and so is one that begins with an apostrophe itself: to read a cell, take one apostrophe away. The file
begins with a byte order mark, without which Excel takes UTF-8 for another encoding.

It is read for articles that are there: the file holds of their texts only what stands at its spans and around
them, which must be what the article has there. The rows of an annotator on an article are a record.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from tui.errors import Refusal
from tui.formats.format import Format, Reading, Writing
from tui.formats.shared.delimited import read_header, read_named
from tui.formats.shared.fitting import Fitter
from tui.formats.shared.json_values import parse
from tui.formats.shared.reading import SpanList, Tally, WrongError, is_whole, short, summarise
from tui.formats.shared.source import Source
from tui.formats.shared.writing import Feature, Target, WriteOptions, dump_line
from tui.model.record import UNKNOWN_CHARACTER, Record
from tui.model.span import HAND, NO_ATTRIBUTES, Fragment, Json, Origin, Span

CARRIES: Final[frozenset[Feature]] = frozenset({"overlaps", "any edge", "fragments", "attributes"})
"""What the format carries beside spans, and notes on them."""

COLUMNS: Final = (
    *("article", "record", "annotator", "span", "label", "start", "end", "text", "before", "after"),
    *("attributes", "pieces", "note", "source"),
)
"""The columns, in order."""

_CONTEXT: Final = 40
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_TELLING: Final = frozenset(COLUMNS[:9])
"""The columns by which the table is known."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by the names of its columns."""
    del path
    return _TELLING.issubset(read_header(head))


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the spans of each annotator on each article."""
    tally = Tally()
    return summarise(_read_table(source, tally), tally)


class _Rows(Struct):
    """The rows of an annotator on an article."""

    line: int
    known: list[str] = field(default_factory=list)
    """The characters of the text that the rows hold, and `UNKNOWN_CHARACTER` for each other."""
    rows: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)

    def learn(self, start: int, text: str) -> None:
        """Take in what stands in the text from a place on; raises `WrongError` where it is something else."""
        end = start + len(text)
        there = "".join(self.known[start:end])
        if any(known not in (UNKNOWN_CHARACTER, each) for known, each in zip(there, text, strict=False)):
            known = short(there.replace(UNKNOWN_CHARACTER, "…"))
            raise WrongError(f"{short(text)} does not stand at {start}; by the rows before it is {known}")
        self.known += [UNKNOWN_CHARACTER] * (start - len(self.known))
        self.known[start:end] = text


def _read_table(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    found: dict[tuple[str, str], _Rows] = {}
    for row in read_named(source):
        if isinstance(row, Refusal):
            yield row
            continue
        line, written = row
        # A cell that begins with an apostrophe was given another one.
        cells = {name: cell.removeprefix("'") for name, cell in written.items()}
        try:
            _take_row(found, cells, line, source)
        except WrongError as error:
            yield Refusal(source.name, str(error), line)
    for (article, annotator), rows in found.items():
        yield from _make_record(article, annotator, rows, source, tally)


def _take_row(
    found: dict[tuple[str, str], _Rows], cells: Mapping[str, str], line: int, source: Source
) -> None:
    """Take in a row, with what it quotes of the text."""
    start, end = _number(cells, "start"), _number(cells, "end")
    if not start < end <= source.limits.text or end - start != len(cells["text"]):
        raise WrongError(f"{start}–{end} is not where a text of {len(cells['text'])} characters stands")
    before = cells["before"]
    if len(before) > start:
        raise WrongError(f"there is no room for {short(before)} before {start}")
    if not cells["article"]:
        raise WrongError("the column article must say which article it is")
    rows = found.setdefault((cells["article"], cells["annotator"]), _Rows(line))
    rows.learn(start - len(before), f"{before}{cells['text']}{cells.get('after', '')}")
    rows.rows.append((line, cells))


def _make_record(
    article: str, annotator: str, rows: _Rows, source: Source, tally: Tally
) -> Iterator[Record | Refusal]:
    text = "".join(rows.known)
    spans = SpanList(text, tally, line=rows.line)
    lines: dict[str, int] = {}
    for line, cells in rows.rows:
        try:
            fragments = _read_pieces(cells.get("pieces", ""))
            attributes: Mapping[str, Json] = NO_ATTRIBUTES
            with tally.leaving_out("attribute", line=line):
                attributes = _read_attributes(cells.get("attributes", ""))
            added = spans.add(
                int(cells["start"]),
                int(cells["end"]),
                cells["label"],
                where=f"span {cells['span']}",
                name=cells["span"],
                attributes=attributes,
                fragments=fragments,
                note=cells.get("note", ""),
                origin=_read_origin(cells.get("source", "")),
            )
        except WrongError as error:
            yield Refusal(source.name, str(error), line)
            continue
        if added is not None:
            lines[added] = line
    if len(spans):
        yield Record(
            text,
            article=article,
            annotator=annotator or None,
            spans=spans.as_tuple(),
            state="unfinished",
            is_partial=True,
            line=rows.line,
            lines=lines,
        )


def _number(cells: Mapping[str, str], name: str) -> int:
    if not is_whole(cells[name]):
        raise WrongError(f"{name} must be a whole number, not {short(cells[name])}")
    return int(cells[name])


def _read_attributes(cell: str) -> Mapping[str, Json]:
    if not cell:
        return NO_ATTRIBUTES
    try:
        value = parse(cell)
    except ValueError as error:
        raise WrongError(f"attributes must be JSON, not {short(cell)}") from error
    if not isinstance(value, dict):
        raise WrongError(f"attributes must be an object of JSON, not {short(cell)}")
    return value


def _read_pieces(cell: str) -> tuple[Fragment, ...]:
    """Read `0-3;8-12`."""
    pieces: list[Fragment] = []
    for piece in filter(None, cell.split(";")):
        first, _, last = piece.partition("-")
        if not (is_whole(first) and is_whole(last)):
            raise WrongError(f"pieces must be such as 0-3;8-12, not {short(cell)}")
        pieces.append((int(first), int(last)))
    return tuple(pieces)


def _read_origin(cell: str) -> Origin:
    return HAND if cell in ("", HAND.source) else Origin(cell)


class CsvWriter:
    """Writes a table of spans."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._out = target.open_text()
        self._fitter = Fitter.of(CARRIES | {"notes"}, options, keeps_null=True)
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


FORMAT: Final = Format(
    "csv",
    reading=Reading(
        title="spantag's CSV of spans",
        suffixes=(".csv",),
        offsets="code points of the article, end exclusive",
        brings="spans of articles that are there, with pieces, attributes, notes, annotators",
        lacks="spans where the article has another text",
        read=read,
        recognises=recognises,
    ),
    writing=Writing(
        title="CSV of spans",
        suffix=".csv",
        offsets="code points of the article, end exclusive",
        load='open it in a spreadsheet, or pandas.read_csv("FILE.csv")',
        open=CsvWriter,
        carries=CARRIES,
    ),
)
"""How it is read and written."""
