r"""Native JSONL: the same for import, export and gold data; an article or paragraph a line, UTF-8, `\n`.

Offsets are code points of `text`, end exclusive, and `text[start:end] == span.text` on every line::

    {"id":"…","text":"…",
     "spans":[{"id":"s1","start":0,"end":6,"label":"actor","text":"Russia","attributes":{}}],
     "relations":[{"label":"targets","head":"s1","tail":"s2"}],
     "article_labels":{"event_type":"attack"},
     "meta":{"title":"…","source":"…","annotator":"ana","paragraph":3,"offset":412,"state":"finished"}}

Only `text` must be there. A record with `spans` comes in as finished paragraphs of `meta.annotator`, unless
`meta.state` (one state) or `meta.states` (one a paragraph) says otherwise. Keys that spantag does not know
are kept: a record's in its metadata, a span's in its attributes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn, TextIO

from tui.articles import PARAGRAPH_STATES, ParagraphState
from tui.errors import Refusal
from tui.formats.source import Source
from tui.records import Record
from tui.spans import HAND, NO_ATTRIBUTES, Fragment, Json, Origin, Relation, Span

_RECORD_KEYS: Final = frozenset({"id", "text", "spans", "relations", "article_labels", "meta"})
_SPAN_KEYS: Final = frozenset(
    {"id", "start", "end", "label", "text", "attributes", "fragments", "note", "origin"}
)
_META_KEYS: Final = frozenset({"title", "annotator", "state", "states", "notes"})
_LINE_BREAKS: Final = re.compile("[\x85\u2028\u2029]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read a file line by line; blank lines count for nothing."""
    for number, line in source.read_lines():
        if isinstance(line, Refusal):
            yield line
        elif line.strip():
            yield _read_line(line, source.name, number)


def write(record: Record, out: TextIO) -> None:
    """Write one record as one line."""
    out.write(format_line(record) + "\n")


def format_line(record: Record) -> str:
    """Format one record as one line, without the line end.

    The line separators of Unicode are escaped, so that every reader's idea of a line agrees.
    """
    line = _dump(_as_json(record))
    return _LINE_BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", line) if not line.isascii() else line


_dump: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _as_json(record: Record) -> dict[str, Json]:
    line: dict[str, Json] = (
        {"id": record.id, "text": record.text} if record.id is not None else {"text": record.text}
    )
    if record.spans is not None:
        line["spans"] = [_span_as_json(span, record.text) for span in record.spans]
    if record.relations:
        line["relations"] = [
            {"id": relation.id, "label": relation.label, "head": relation.head, "tail": relation.tail}
            for relation in record.relations
        ]
    if record.article_labels:
        line["article_labels"] = dict(record.article_labels)
    line["meta"] = _meta_as_json(record)
    return line


def _meta_as_json(record: Record) -> dict[str, Json]:
    meta = dict(record.meta)
    if record.title:
        meta["title"] = record.title
    if record.annotator is not None:
        meta["annotator"] = record.annotator
    if record.paragraph is not None:
        meta["paragraph"] = record.paragraph + 1
        meta["offset"] = record.offset
    if record.state is not None:
        meta["state"] = record.state
    if record.states:
        meta["states"] = list(record.states)
    if record.notes:
        meta["notes"] = {str(index + 1): text for index, text in record.notes.items()}
    return meta


def _span_as_json(span: Span, text: str) -> dict[str, Json]:
    quoted = text[span.start : span.end]
    if len(quoted) != span.end - span.start:
        raise ValueError(f"span {span.id} [{span.start}, {span.end}) is not inside its text of {len(text)}")
    line: dict[str, Json] = {
        "id": span.id,
        "start": span.start,
        "end": span.end,
        "label": span.label,
        "text": quoted,
    }
    if span.attributes:
        line["attributes"] = dict(span.attributes)
    if span.fragments:
        line["fragments"] = [[start, end] for start, end in span.fragments]
    if span.note:
        line["note"] = span.note
    if span.origin != HAND:
        origin: dict[str, Json] = {"source": span.origin.source}
        if span.origin.confidence is not None:
            origin["confidence"] = span.origin.confidence
        if span.origin.model is not None:
            origin["model"] = span.origin.model
        line["origin"] = origin
    return line


class _WrongError(ValueError):
    """A value of a line that cannot be right; its message is the reason of the refusal."""


def _refuse_constant(name: str) -> NoReturn:
    raise _WrongError(f"{name} is not a JSON number; write null or a number")


_load: Final = json.JSONDecoder(parse_constant=_refuse_constant).decode


def _read_line(line: str, file: str, number: int) -> Record | Refusal:
    try:
        return _record_of(_load(line), number)
    except json.JSONDecodeError as error:
        return Refusal(file, f"this is not a JSON object: {error.msg.lower()}", number, error.colno)
    except RecursionError:
        return Refusal(file, "this JSON is nested too deeply", number)
    except _WrongError as error:
        return Refusal(file, str(error), number)


def _record_of(line: object, number: int) -> Record:
    if not isinstance(line, dict):
        raise _WrongError('a line must be a JSON object such as {"text": "…"}')
    text = line.get("text")
    if not isinstance(text, str):
        raise _WrongError('the key "text" is missing' if text is None else '"text" must be a string')
    _refuse_surrogates(line if not text.isascii() or "spans" in line else text)
    meta = _mapping(line.get("meta"), "meta")
    known = {key: meta[key] for key in meta if key in _META_KEYS}
    kept = {key: meta[key] for key in meta if key not in _META_KEYS}
    kept.update({key: line[key] for key in line if key not in _RECORD_KEYS})
    raw_spans = line.get("spans")
    spans = None if raw_spans is None else _read_spans(raw_spans, text)
    return Record(
        text=text,
        title=_text_or_none(known.get("title"), "meta.title") or "",
        id=_read_id(line.get("id")),
        meta=kept,
        annotator=_text_or_none(known.get("annotator"), "meta.annotator"),
        spans=spans,
        relations=_read_relations(line.get("relations"), spans or ()),
        article_labels=_mapping(line.get("article_labels"), "article_labels"),
        state=None if known.get("state") is None else _state(known["state"], "meta.state"),
        states=tuple(_state(state, "meta.states") for state in _sequence(known.get("states"), "meta.states")),
        notes=_read_notes(known.get("notes")),
        line=number,
    )


def _read_id(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _WrongError('"id" must be a string that is not empty, or a whole number')


def _read_spans(value: object, text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    ids: set[str] = set()
    for position, entry in enumerate(_sequence(value, "spans")):
        span = _read_span(entry, text, f"spans[{position}]", position)
        if span.id in ids:
            raise _WrongError(f"spans[{position}]: another span of this record has the id {span.id!r} too")
        ids.add(span.id)
        spans.append(span)
    return tuple(spans)


def _read_span(entry: object, text: str, where: str, position: int) -> Span:
    if not isinstance(entry, dict):
        raise _WrongError(f"{where}: a span must be an object with start, end and label")
    label = entry.get("label")
    start, end = _read_range(entry.get("start"), entry.get("end"), text, where)
    if not isinstance(label, str) or not label.strip():
        raise _WrongError(f"{where}: the label must be a string that is not empty")
    quoted = entry.get("text")
    if quoted is not None and quoted != text[start:end]:
        raise _WrongError(
            f"{where}: its text is {_short(quoted)}, but the article has {_short(text[start:end])}"
            f" at {start}–{end}"
        )
    attributes = _mapping(entry.get("attributes"), f"{where}.attributes")
    unknown = {key: entry[key] for key in entry if key not in _SPAN_KEYS}
    fragments = _read_fragments(entry.get("fragments"), start, end, text, where)
    span_id = entry.get("id")
    return Span(
        str(span_id) if isinstance(span_id, str | int) and span_id != "" else f"s{position + 1}",
        start,
        end,
        label,
        {**attributes, **unknown} if attributes or unknown else NO_ATTRIBUTES,
        fragments,
        _text_or_none(entry.get("note"), f"{where}.note") or "",
        _read_origin(entry.get("origin"), where),
    )


def _read_range(start: object, end: object, text: str, where: str) -> tuple[int, int]:
    if type(start) is not int or type(end) is not int:
        wrong = ("end", end) if type(start) is int else ("start", start)
        raise _WrongError(
            f"{where}: {wrong[0]} must be a whole number of code points, not {_short(wrong[1])}"
        )
    if start < 0 or end > len(text):
        raise _WrongError(f"{where}: {start}–{end} is outside the text, which has {len(text)} code points")
    if start >= end:
        raise _WrongError(f"{where}: start {start} must be less than end {end}")
    return start, end


def _read_fragments(value: object, start: int, end: int, text: str, where: str) -> tuple[Fragment, ...]:
    fragments: list[Fragment] = []
    for entry in _sequence(value, f"{where}.fragments"):
        if not isinstance(entry, list) or len(entry) != 2:
            raise _WrongError(f"{where}: a fragment must be a pair [start, end]")
        fragments.append(_read_range(entry[0], entry[1], text, f"{where}.fragments"))
    if fragments and (min(fragments)[0] != start or max(stop for _, stop in fragments) != end):
        raise _WrongError(f"{where}: its fragments must begin at {start} and finish at {end}")
    return tuple(sorted(fragments)) if len(fragments) > 1 else ()


def _read_origin(value: object, where: str) -> Origin:
    origin = _mapping(value, f"{where}.origin")
    if not origin:
        return HAND
    confidence = origin.get("confidence")
    if confidence is not None and (isinstance(confidence, bool) or not isinstance(confidence, int | float)):
        raise _WrongError(f"{where}.origin: confidence must be a number")
    source = _text_or_none(origin.get("source"), f"{where}.origin.source") or HAND.source
    return Origin(source, confidence, _text_or_none(origin.get("model"), f"{where}.origin.model"))


def _read_relations(value: object, spans: tuple[Span, ...]) -> tuple[Relation, ...]:
    ids = {span.id for span in spans}
    relations: list[Relation] = []
    for position, entry in enumerate(_sequence(value, "relations")):
        where = f"relations[{position}]"
        fields = _mapping(entry, where)
        label, head, tail = fields.get("label"), fields.get("head"), fields.get("tail")
        if not isinstance(label, str) or not label:
            raise _WrongError(f"{where}: the label must be a string that is not empty")
        for name, end in (("head", head), ("tail", tail)):
            if str(end) not in ids:
                raise _WrongError(f"{where}: {name} {_short(end)} is no span of this record")
        relations.append(Relation(str(fields.get("id") or f"r{position + 1}"), label, str(head), str(tail)))
    return tuple(relations)


def _read_notes(value: object) -> dict[int, str]:
    notes: dict[int, str] = {}
    for key, text in _mapping(value, "meta.notes").items():
        if not key.isdecimal() or not isinstance(text, str):
            raise _WrongError("meta.notes must map a paragraph's number, from 1, to a text")
        notes[int(key) - 1] = text
    return notes


def _state(value: object, where: str) -> ParagraphState:
    for state in PARAGRAPH_STATES:
        if value == state:
            return state
    raise _WrongError(f"{where}: {_short(value)} is not one of {', '.join(PARAGRAPH_STATES)}")


def _text_or_none(value: object, where: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise _WrongError(f"{where} must be a string")


def _mapping(value: object, where: str) -> Mapping[str, Json]:
    if value is None:
        return NO_ATTRIBUTES
    if isinstance(value, dict):
        return value
    raise _WrongError(f"{where} must be an object")


def _sequence(value: object, where: str) -> list[object]:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise _WrongError(f"{where} must be a list")


def _refuse_surrogates(value: object) -> None:
    if isinstance(value, str):
        found = None if value.isascii() else _SURROGATE.search(value)
        if found:
            raise _WrongError(
                f"code point {found.start()} is half of a surrogate pair (\\u{ord(found[0]):04x})"
            )
    elif isinstance(value, dict):
        for key, part in value.items():
            _refuse_surrogates(key)
            _refuse_surrogates(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_surrogates(part)


def _short(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
