"""Reading a few lines of any format: for tests of readers."""

from pathlib import Path

from msgspec import structs

from tui.errors import Refusal
from tui.formats import FORMATS, open_source, recognise
from tui.formats.format import Reading, Writing
from tui.formats.shared.source import ReadOptions
from tui.model.record import Record
from tui.model.span import Span


def read_all(path: Path, options: ReadOptions | None = None) -> list[Record | Refusal]:
    """Read a file as an import does: by its content."""
    source = structs.replace(open_source(path), options=options or ReadOptions())
    known = recognise(source)
    assert known is not None, path
    return list(reading_of(known.name).records(source))


def read_text(
    folder: Path, content: str, name: str, options: ReadOptions | None = None
) -> list[Record | Refusal]:
    """Write a text into a file, as it is, and read it."""
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    return read_all(path, options)


def only_record(found: list[Record | Refusal]) -> Record:
    """Give the one record there is."""
    (record,) = found
    assert isinstance(record, Record), record
    return record


def only_refusal(found: list[Record | Refusal]) -> Refusal:
    """Give the one refusal there is."""
    (refusal,) = found
    assert isinstance(refusal, Refusal), refusal
    return refusal


def quote_spans(record: Record) -> list[tuple[str, str]]:
    """Give what each span covers, and its label."""
    return [(record.text[span.start : span.end], span.label) for span in record.spans or ()]


def edges(record: Record) -> list[tuple[int, int, str]]:
    """Give each span's edges and label."""
    return [(span.start, span.end, span.label) for span in record.spans or ()]


def link_texts(record: Record) -> list[tuple[str, str, str]]:
    """Give each relation as what its head covers, its label, and what its tail covers."""
    by_id: dict[str, Span] = {span.id: span for span in record.spans or ()}

    def covered(name: str) -> str:
        return record.text[by_id[name].start : by_id[name].end]

    return [(covered(link.head), link.label, covered(link.tail)) for link in record.relations]


def sentences(found: list[Record | Refusal]) -> list[str]:
    """Give everything that was remarked on."""
    return [remark.sentence for each in found if isinstance(each, Record) for remark in each.remarks]


def reading_of(name: str) -> Reading:
    """Say how a format is read."""
    reading = FORMATS[name].reading
    assert reading is not None
    return reading


def writing_of(name: str) -> Writing:
    """Say how a format is written."""
    writing = FORMATS[name].writing
    assert writing is not None
    return writing
