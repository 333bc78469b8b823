"""GATE bdoc JSON (`.bdocjs`), as python-gatenlp and GATE's plugin Format_Bdoc write it: one document a file.

    {"text":"Two men fled.","offset_type":"p","name":"a1","features":{"lang":"en"},
     "annotation_sets":{"Key":{"name":"Key","next_annid":2,"annotations":[
      {"id":0,"type":"actor","start":0,"end":7,"features":{"side":"north"}}]}}}

Offsets are code points, end exclusive, where `offset_type` is `p` or is not there, and UTF-16 units where it
is `j` (https://gatenlp.github.io/python-gatenlp/format-bdocjs). A span is labelled by its type; its features
are its attributes, and so is the name of its set, `set`, where it has one. Tokens, sentences and what was
markup in the file that GATE read are counted and left out. Lists of documents, and one a line, are read too.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tui.errors import Refusal
from tui.formats.format import CODE_POINTS, LINES_OF_JSON, Format, Reading
from tui.formats.shared.json_values import outline, read_records, take_list
from tui.formats.shared.offsets import Utf16Map
from tui.formats.shared.reading import SpanList, Tally, WrongError, keep_meta, short, summarise
from tui.formats.shared.source import Source
from tui.model.record import Record
from tui.model.span import Json

_SEGMENTS: Final = frozenset({"Token", "SpaceToken", "Sentence", "Split", "Paragraph", "DocumentStructure"})
_MARKUP_SET: Final = "Original markups"
_KEYS: Final = frozenset({"text", "annotation_sets", "offset_type", "features"})
_UNITS: Final = ("p", "j")


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by its annotation sets, which a long text may push out of sight, or by its ending."""
    keys = {key.removeprefix("[]").removeprefix(".") for key in outline(head)}
    return "annotation_sets" in keys or ("text" in keys and path.suffix.lower() in (".bdocjs", ".bdocjson"))


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every document."""
    tally = Tally()
    return summarise(read_records(source, lambda value, line: [_read_document(value, line, tally)]), tally)


def _read_document(document: Json, line: int, tally: Tally) -> Record:
    if not isinstance(document, dict) or not isinstance(document.get("text"), str):
        raise WrongError(f'a document must be an object with a "text", not {short(document)}')
    text = str(document["text"])
    unit = document.get("offset_type") or "p"
    if unit not in _UNITS:
        raise WrongError(f'"offset_type" must be p (code points) or j (UTF-16 units), not {short(unit)}')
    spans = SpanList(text, tally, line=line)
    utf16 = Utf16Map(text) if unit == "j" else None
    sets = document.get("annotation_sets")
    for name, annotations in _take_sets(sets):
        for index, annotation in enumerate(annotations):
            _add_annotation(spans, annotation, name, f"{name or 'annotations'}[{index}]", utf16, tally)
    meta: dict[str, Json] = {}
    features = document.get("features")
    for key, value in {**(features if isinstance(features, dict) else {})}.items():
        keep_meta(meta, key, value)
    for key, value in document.items():
        if key not in _KEYS and value not in (None, ""):
            keep_meta(meta, key, value)
    return Record(text, meta=meta, spans=spans.as_tuple() if sets is not None else None, line=line)


def _take_sets(sets: Json) -> Iterator[tuple[str, list[Json]]]:
    """Give the name and the annotations of each set."""
    if sets is not None and not isinstance(sets, dict):
        raise WrongError(f'"annotation_sets" must be an object, not {short(sets)}')
    for name, each in (sets or {}).items():
        if not isinstance(each, dict):
            raise WrongError(f"the annotation set {short(name)} must be an object, not {short(each)}")
        yield name, take_list(each.get("annotations"), "annotations")


def _add_annotation(
    spans: SpanList, annotation: Json, set_name: str, where: str, utf16: Utf16Map | None, tally: Tally
) -> None:
    if not isinstance(annotation, dict):
        raise WrongError(f"{where} must be an object, not {short(annotation)}")
    kind = annotation.get("type")
    if kind in _SEGMENTS or set_name == _MARKUP_SET:
        tally.add("{} {are} left out, because {they} only {part} the text", "annotation")
        return
    start, end = (_turn(annotation.get(key), where, utf16) for key in ("start", "end"))
    features = annotation.get("features")
    attributes: Mapping[str, Json] = features if isinstance(features, dict) else {}
    if set_name:
        attributes = {**attributes, "set": set_name}
    spans.add(start, end, kind, where=where, name=annotation.get("id"), attributes=attributes)


def _turn(offset: Json, where: str, utf16: Utf16Map | None) -> Json:
    """Give an offset in code points; what is no number stays what it is, to be refused by name."""
    if utf16 is None or type(offset) is not int:
        return offset
    turned = utf16.to_code_points(offset)
    if turned is None:
        raise WrongError(
            f"{where}: {offset} is outside the text of {utf16.length} UTF-16 units, or inside a character"
        )
    return turned


FORMAT: Final = Format(
    "gate",
    reading=Reading(
        title="GATE bdoc JSON",
        suffixes=(".bdocjs", ".bdocjson", *LINES_OF_JSON),
        offsets=f"{CODE_POINTS}; UTF-16 units where its `offset_type` says so",
        brings="spans of every set with their features; features of the document as metadata",
        lacks="tokens, sentences, markup of the file it was made of",
        read=read,
        recognises=recognises,
    ),
)
"""How it is read and written."""
