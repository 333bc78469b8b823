r"""PubTator: texts of a title and an abstract, each followed by its annotations, a blank line between them.

    1|t|Two men fled.
    1|a|A rocket hit Kharsa.
    1	0	7	Two men	actor	Q1
    1	34	40	Kharsa	place	Q2
    1	CID	Q1	Q2

Offsets are code points, end exclusive, of title and abstract with one character between them, which is a
line end here; files that count UTF-16 units or bytes are known by the quoted text. The sixth column, an
identifier, is an attribute, and so is the seventh, the parts of a composite mention. Relations link
identifiers, not mentions, so that they have no place among relations of spans: they are metadata. A variant
begins its rows with ids and types; rows of one id are pieces of one span::

    1	T1	actor	0	7	Two men
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, field, structs

from tui.errors import Refusal
from tui.formats.format import CODE_POINTS, Format, Reading
from tui.formats.shared.offsets import OffsetMap, find_counting
from tui.formats.shared.reading import SpanList, Tally, WrongError, is_whole, short, summarise
from tui.formats.shared.source import Source
from tui.model.record import Record
from tui.model.span import NO_ATTRIBUTES, Fragment, Json

_PART: Final = re.compile(r"([^|\t\n]+)\|([a-zA-Z])\|(.*)", re.DOTALL)
_START: Final = re.compile(rb"\s*([^|\t\n]+)\|[ta]\|[^\n]*\n\s*?\1[|\t]")
_ATTRIBUTES: Final = ("identifier", "individual_mentions")


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by the lines of its first title and abstract."""
    del path
    return _START.match(head) is not None


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every text."""
    tally = Tally()
    return summarise(_read_documents(source, tally), tally)


class _Mention(Struct, frozen=True):
    pieces: tuple[tuple[Fragment, str], ...]
    """Where each piece of it stands, as the file counts, and what it quotes."""
    label: str
    line: int
    name: str = ""
    attributes: Mapping[str, Json] = field(default_factory=lambda: NO_ATTRIBUTES)


class _Document(Struct):
    """What the lines of one text say."""

    name: str
    line: int
    parts: list[str] = field(default_factory=list)
    mentions: list[_Mention] = field(default_factory=list)
    relations: list[list[str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its title and abstract."""
        return "\n".join(self.parts)


def _read_documents(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    document: _Document | None = None
    for number, line in source.read_lines():
        if isinstance(line, Refusal):
            yield line
            continue
        row = line.removesuffix("\r")
        part = _PART.fullmatch(row)
        if part is not None and (document is None or part[2] == "t" or part[1] != document.name):
            if document is not None:
                yield _make_record(document, source, tally)
            document = _Document(part[1], number)
        if part is not None and document is not None:
            document.parts.append(part[3])
        elif row.strip() and (document is None or not _take_row(document, row.split("\t"), number)):
            sentence = "left out, being neither mention nor relation: {}"
            tally.add(sentence, "line", line=number, name=f"line {number}")
    if document is not None:
        yield _make_record(document, source, tally)


def _take_row(document: _Document, cells: list[str], line: int) -> bool:
    """Take in a mention or relation; tell whether it was one."""
    if cells[0] != document.name or len(cells) < 4:
        return False
    if is_whole(cells[1]) and is_whole(cells[2]) and len(cells) > 4:
        values = zip(_ATTRIBUTES, cells[5:], strict=False)
        attributes: dict[str, Json] = {key: value for key, value in values if value}
        place = int(cells[1]), int(cells[2])
        document.mentions.append(_Mention(((place, cells[3]),), cells[4], line, attributes=attributes))
        return True
    if len(cells) > 5 and is_whole(cells[3]) and is_whole(cells[4]):
        _take_named(document, cells, line)
        return True
    if cells[1].isdecimal():
        return False
    document.relations.append([cell for cell in cells[1:] if cell])
    return True


def _take_named(document: _Document, cells: list[str], line: int) -> None:
    """Take in a mention that has an id, or one more piece of it."""
    piece = (int(cells[3]), int(cells[4])), cells[5]
    for index, each in enumerate(document.mentions):
        if (each.name, each.label) == (cells[1], cells[2]):
            document.mentions[index] = structs.replace(each, pieces=(*each.pieces, piece))
            return
    document.mentions.append(_Mention((piece,), cells[2], line, cells[1]))


def _make_record(document: _Document, source: Source, tally: Tally) -> Record | Refusal:
    text = document.text
    counted = None if _agree(document, None) else find_counting(text, lambda each: _agree(document, each))
    if counted is not None:
        sentence = f"{{}} {{count}} {counted.counting.describe()}: turned into code points"
        tally.add(sentence, "text", line=document.line)
    spans = SpanList(text, tally, line=document.line)
    for mention in document.mentions:
        try:
            _add_mention(spans, mention, text, counted)
        except WrongError as error:
            return Refusal(source.name, f"text {document.name}: {error}", mention.line)
    meta: dict[str, Json] = {"id": document.name}
    if document.relations:
        meta["relations"] = [list[Json](each) for each in document.relations]
        number = len(document.relations)
        sentence = "kept in the metadata, because it is identifiers they link and no spans: {}"
        tally.add(sentence, "relation", line=document.line, number=number)
    return Record(text, meta=meta, spans=spans.as_tuple(), line=document.line)


def _add_mention(spans: SpanList, mention: _Mention, text: str, counted: OffsetMap | None) -> None:
    where = f"mention {short(mention.pieces[0][1])}"
    placed = sorted((_place(place, counted), quoted) for place, quoted in mention.pieces)
    fragments = tuple([place for place, _ in placed])
    for (start, end), quoted in placed if len(placed) > 1 else ():
        if text[start:end] != quoted:
            found = short(text[start:end])
            raise WrongError(f"{where}: a piece of it is {short(quoted)}, but {start}–{end} is {found}")
    spans.add(
        fragments[0][0],
        fragments[-1][1],
        mention.label,
        where=where,
        quoted=placed[0][1] if len(placed) == 1 else None,
        name=mention.name,
        attributes=mention.attributes,
        fragments=fragments if len(placed) > 1 else (),
    )


def _agree(document: _Document, counted: OffsetMap | None) -> bool:
    """Tell whether every piece stands where it is quoted."""
    text = document.text
    pieces = [piece for mention in document.mentions for piece in mention.pieces]
    return all(text[slice(*_place(place, counted))] == quoted for place, quoted in pieces)


def _place(place: Fragment, counted: OffsetMap | None) -> Fragment:
    """Give a place in code points; an empty one where it would cut a character."""
    if counted is None:
        return place
    start, end = (counted.to_code_points(edge) for edge in place)
    return (0, 0) if start is None or end is None else (start, end)


FORMAT: Final = Format(
    "pubtator",
    reading=Reading(
        title="PubTator",
        suffixes=(".pubtator", ".txt"),
        offsets=f"{CODE_POINTS}; UTF-16 units, bytes where only that agrees with the quoted text",
        brings="title and abstract as one text, spans with their identifiers; relations as metadata",
        lacks="relations, which link identifiers and no spans",
        read=read,
        recognises=recognises,
    ),
)
"""How it is read and written."""
