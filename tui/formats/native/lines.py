r"""Native JSONL: the same for import, export and gold data; an article or paragraph a line, UTF-8, `\n`.

Offsets are code points of `text`, end exclusive, and `text[start:end] == span.text` on every line::

    {"id":"…","text":"…",
     "spans":[{"id":"s1","start":0,"end":6,"label":"actor","text":"Russia","attributes":{}}],
     "relations":[{"label":"targets","head":"s1","tail":"s2","attributes":{"certain":true}}],
     "entities":[{"id":"e1","name":"Russia","spans":["s1"]}],
     "article_labels":{"event_type":"attack"},"paragraph_labels":{"1":{"tone":"report"}},
     "meta":{"title":"…","source":"…","annotator":"ana","paragraph":3,"offset":412,"state":"finished"}}

Only `text` must be there. A record with `spans` comes in as finished paragraphs of `meta.annotator`, unless
`meta.state` (one state) or `meta.states` (one a paragraph) says otherwise; `meta.flags` are the numbers, from
1, of paragraphs marked for a second look; the keys of `paragraph_labels` are such numbers, too. An attribute
that is `null` says that the text does not tell it; so does one with the name of a role that nobody fills.
`meta.article` and `meta.offset` say of which article a record is a piece, and where it starts.
Keys that spantag does not know are kept: a record's in its metadata, those of a span or relation in its
attributes. A span that cannot be right refuses its record, because its offsets cannot be trusted; anything
else is left out where it cannot be right, with its line.
"""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import count
from typing import Final, TypeAlias, TypeVar

from msgspec import Struct, structs
from msgspec.json import Decoder

from tui.errors import Refusal
from tui.formats.native.schema import EFFORT, META, OBJECTS, RECORD, SPAN
from tui.formats.shared.json_values import parse, read_records
from tui.formats.shared.reading import Tally, WrongError, is_quoted, keep_meta, short, summarise
from tui.formats.shared.source import Source
from tui.formats.shared.writing import (
    FEATURES,
    Feature,
    LineWriter,
    Target,
    WriteOptions,
    describe_piece,
    dump_raw,
    encode_line,
)
from tui.model.article import PARAGRAPH_STATES, ParagraphState
from tui.model.record import NUL_REMARK, Record, Remark
from tui.model.span import HAND, NO_ATTRIBUTES, Entity, Fragment, Json, Origin, Relation, Span
from tui.text.paragraphs import find_paragraphs

CARRIES: Final[frozenset[Feature]] = frozenset(FEATURES)
"""What the writer carries: everything."""

_TRIPLE: Final = ("start", "end", "label")
_LABEL_KEYS: Final = ("label", "type", "tag", "entity_group", "entity")
"""What other programs call the label of a span."""
_OFTEN_BESIDE: Final = ("title", "annotator")
"""What counts as metadata where it stands beside the text."""

_PLACE_KEYS: Final = frozenset({"article", "paragraph", "offset"})
_FLAGGED: Final = "flagged"
"""What version 0.1 wrote for the state of a paragraph with a flag."""

_LeaveOut: TypeAlias = Callable[[WrongError, str], None]
"""Takes why a part of a record cannot be right, and what kind of part it is."""

_Value = TypeVar("_Value")

_NOUNS: Final = {
    '"id"': "id",
    "article_labels": "article label",
    "attributes": "attribute",
    "meta.notes": "note",
    "paragraph_labels": "paragraph label",
}
"""What is left out, where its key is no word for it."""

_DEEPEST: Final = 100
_EXAMPLE: Final = '{"text": "…"}'


class _SpanEntry(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A span as all are written, and as most are read."""

    id: str
    start: int
    end: int
    label: str
    text: str | None = None
    attributes: object = None
    fragments: object = None
    note: str | None = None
    origin: object = None
    votes: object = None


class _RelationEntry(Struct, gc=False):
    """A relation of which more is said, as it is written."""

    id: str
    label: str
    head: str
    tail: str
    attributes: object


class _Line(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False, kw_only=True):
    """A line as all are written, and as most are read."""

    id: str | None = None
    text: str
    spans: list[_SpanEntry] | None = None
    relations: object = None
    entities: object = None
    article_labels: object = None
    paragraph_labels: object = None
    meta: object = None


_decode: Final = Decoder(_Line).decode


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read a file line by line, blank lines counting for nothing; also a list of objects, or one laid out."""
    tally = Tally()
    first_line = source.read_head().lstrip().split(b"\n", 1)[0].strip()
    if first_line.startswith(b"[") or first_line == b"{":
        found = read_records(source, lambda value, line: [_take_entry(value, line, tally)])
    else:
        found = _read_by_line(source, tally)
    return summarise(found, tally)


def _read_by_line(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    for number, content in source.read_byte_lines():
        if isinstance(content, Refusal):
            yield content
            continue
        record = _read_common(content, number)
        if record is not None:
            yield record
            continue
        line = source.decode_line(content, number)
        if isinstance(line, Refusal):
            yield line
        elif line.strip():
            yield _read_line(line, source.name, number, tally)


def open_native(target: Target, options: WriteOptions) -> LineWriter:
    """Open a writer of spantag's own format."""
    del options
    return LineWriter(target, format_line)


def format_line(record: Record) -> bytes:
    """Format one record as one line, without the line end."""
    text = record.text
    return encode_line(
        _Line(
            id=record.id,
            text=text,
            spans=None if record.spans is None else _write_spans(record, record.spans),
            relations=_write_relations(record.relations) or None,
            entities=record.entities or None,
            article_labels=dump_raw(dict(record.article_labels)) if record.article_labels else None,
            paragraph_labels=_write_paragraph_labels(record.paragraph_labels),
            meta=dump_raw(_meta_as_json(record)),
        )
    )


def _read_common(content: bytes, number: int) -> Record | None:
    """Read a line of which nothing is odd, in half the time; None where it must be read with care."""
    try:
        return _take_line(_decode(content), number)
    except (ValueError, RecursionError):
        return None


def _take_line(line: _Line, number: int) -> Record:
    """Make a record of a line; raises `ValueError` where it must be read with care."""
    if "\0" in line.text:
        raise ValueError(line.text)
    meta = _mapping(line.meta, "meta")
    return _make_record(
        line.text,
        None if line.spans is None else _take_spans(line.spans, line.text),
        meta,
        _own_meta(meta),
        record_id=line.id,
        relations=line.relations,
        entities=line.entities,
        article_labels=line.article_labels,
        paragraph_labels=line.paragraph_labels,
        number=number,
    )


def _take_spans(entries: Sequence[_SpanEntry], text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    length = len(text)
    for entry in entries:
        start, end, label = entry.start, entry.end, entry.label
        if not (0 <= start < end <= length and entry.id and label.strip()):
            raise ValueError(entry)
        if entry.votes is not None or (entry.text is not None and entry.text != text[start:end]):
            raise ValueError(entry)
        spans.append(
            Span(
                entry.id,
                start,
                end,
                label,
                NO_ATTRIBUTES if entry.attributes is None else _read_attributes(entry.attributes),
                () if entry.fragments is None else _read_fragments(entry.fragments, start, end),
                entry.note or "",
                HAND if entry.origin is None else _read_origin(entry.origin, "origin"),
            )
        )
    if len({span.id for span in spans}) < len(spans):
        raise ValueError(entries)
    return tuple(spans)


def _make_record(
    text: str,
    spans: tuple[Span, ...] | None,
    meta: Mapping[str, Json],
    kept: Mapping[str, Json],
    *,
    record_id: object,
    relations: object,
    entities: object,
    article_labels: object,
    paragraph_labels: object,
    number: int,
    votes: Mapping[str, Mapping[str, bool]] | None = None,
    remarks: tuple[Remark, ...] = (),
    leave_out: _LeaveOut | None = None,
) -> Record:
    """Make a record; without `leave_out` any part that cannot be right is an error."""
    leave_out = leave_out or _insist
    states = _sequence(meta.get("states"), "meta.states")
    article, offset = _read_place(meta)
    return Record(
        text=text,
        title=_text_or_none(meta.get("title"), "meta.title") or "",
        id=_read_id(record_id, '"id"'),
        meta=kept,
        annotator=_text_or_none(meta.get("annotator"), "meta.annotator"),
        spans=spans,
        relations=_read_relations(relations, spans or (), leave_out),
        entities=_read_entities(entities, spans or (), leave_out),
        article_labels=_mapping(article_labels, "article_labels"),
        paragraph_labels=_read_paragraph_labels(paragraph_labels, leave_out),
        state=None if meta.get("state") is None else _state(meta["state"], "meta.state"),
        states=tuple([_state(state, "meta.states") for state in states]),
        notes=_read_notes(meta.get("notes"), leave_out),
        flags=_read_flags(meta, text, states, leave_out),
        offset=offset,
        article=article,
        votes=votes or {},
        line=number,
        remarks=remarks,
    )


def _own_meta(meta: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out of the metadata what has a place of its own in a record."""
    own = META.names if _read_place(meta)[0] is not None else META.names - _PLACE_KEYS
    if not _is_effort(meta.get("effort")):
        own -= {"effort"}
    return {key: value for key, value in meta.items() if key not in own}


def _is_effort(value: Json) -> bool:
    """Tell whether something is the effort that an export wrote: it stays in the log that it is told from."""
    return isinstance(value, dict) and EFFORT.needed <= value.keys() <= EFFORT.names


def _read_place(meta: Mapping[str, Json]) -> tuple[str | None, int]:
    """Read of which article a record is a piece, and where it starts; None where it is none."""
    article, offset = meta.get("article"), meta.get("offset")
    if isinstance(article, str) and article and type(offset) is int and offset >= 0:
        return article, offset
    return None, 0


def _insist(error: WrongError, noun: str) -> None:
    """Leave nothing out: what cannot be right is an error."""
    del noun
    raise error


def _read_line(line: str, file: str, number: int, tally: Tally) -> Record | Refusal:
    try:
        return _read_record(line, number, tally)
    except json.JSONDecodeError as error:
        reason = f"this line is not JSON ({error.msg.lower()}); write one object such as {_EXAMPLE} a line"
        return Refusal(file, reason, number, error.colno)
    except RecursionError:
        return Refusal(file, f"this JSON is nested too deeply; {_DEEPEST} levels are read", number)
    except WrongError as error:
        return Refusal(file, str(error), number)
    except ValueError:
        # Python reads no integer of more digits (sys.set_int_max_str_digits).
        return Refusal(file, "a number has more than 4,300 digits; write it as a string", number)


def _read_record(line: str, number: int, tally: Tally) -> Record:
    return _take_entry(parse(line), number, tally, nul_column=line.find("\\u0000") + 1)


def _take_entry(entry: Json, number: int, tally: Tally, *, nul_column: int | None = None) -> Record:
    """Make a record of a parsed object; of what cannot be right only spans and the text refuse it."""
    if not isinstance(entry, dict):
        raise WrongError(f"a line must be a JSON object such as {_EXAMPLE}")
    text = entry.get("text")
    if not isinstance(text, str):
        raise WrongError('the key "text" is missing' if text is None else '"text" must be a string')
    leave_out: _LeaveOut = partial(tally.leave_out, line=number)
    meta = _mend_meta(entry.get("meta"), leave_out)
    more = {key: value for key, value in entry.items() if key not in RECORD.names}
    for key in _OFTEN_BESIDE:
        # Files of other tools have these beside the text.
        if meta.get(key) is None and isinstance(more.get(key), str):
            meta[key] = more.pop(key)
    kept = _own_meta(meta)
    for key, value in more.items():
        count_of_spans = sum(map(_looks_like_span, value)) if isinstance(value, list) else 0
        said = "{} under another key than spans {stay} in the metadata"
        tally.add(said, "span", line=number, number=count_of_spans, name=key)
    for key, value in _keep_plain(more, leave_out).items():
        keep_meta(kept, key, value)
    raw_spans, labels = entry.get("spans"), entry.get("article_labels")
    votes: dict[str, Mapping[str, bool]] = {}
    return _make_record(
        text,
        None if raw_spans is None else _read_spans(raw_spans, text, votes, leave_out),
        meta,
        kept,
        record_id=_keep(_read_id, entry.get("id"), '"id"', leave_out),
        relations=entry.get("relations"),
        entities=entry.get("entities"),
        paragraph_labels=entry.get("paragraph_labels"),
        article_labels=None if labels is None else _keep(_mapping, labels, "article_labels", leave_out),
        number=number,
        votes=votes,
        remarks=(Remark(NUL_REMARK, number, nul_column),) if "\0" in text else (),
        leave_out=leave_out,
    )


def _keep(
    read: Callable[[object, str], _Value | None], value: object, where: str, leave_out: _LeaveOut
) -> _Value | None:
    """Read a part of a record, or leave it out."""
    try:
        return read(value, where)
    except WrongError as error:
        leave_out(error, _NOUNS.get(where, where.removeprefix("meta.")))
        return None


def _looks_like_span(value: Json) -> bool:
    """Tell what has a start, an end and a word for what it is."""
    return (
        isinstance(value, dict)
        and all(type(value.get(key)) is int for key in _TRIPLE[:2])
        and any(isinstance(each, str) for each in value.values())
    )


def _keep_plain(values: Mapping[str, Json], leave_out: _LeaveOut) -> dict[str, Json]:
    """Keep what is not nested so deeply that it could not be written again."""
    kept: dict[str, Json] = {}
    for key, value in values.items():
        try:
            kept[key] = _plain(value, key)
        except WrongError as error:
            leave_out(error, "value")
    return kept


def _mend_meta(value: Json, leave_out: _LeaveOut) -> dict[str, Json]:
    """Leave out of the metadata what cannot be right; an unknown state makes it unfinished."""
    if value is not None and not isinstance(value, dict):
        leave_out(WrongError("meta must be an object"), "value")
    meta = _keep_plain(value, leave_out) if isinstance(value, dict) else {}
    for key in _OFTEN_BESIDE:
        meta[key] = _keep(_text_or_none, meta.get(key), f"meta.{key}", leave_out)
    try:
        for state in (meta.get("state"), *_sequence(meta.get("states"), "meta.states")):
            _state("unfinished" if state is None else state, "meta.state")
    except WrongError as error:
        leave_out(error, "state")
        meta |= {"state": "unfinished", "states": None}
    return meta


def _read_id(value: object, where: str) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise WrongError(f"{where} must be a string that is not empty, or a whole number")


def _read_spans(
    value: object, text: str, votes: dict[str, Mapping[str, bool]], leave_out: _LeaveOut
) -> tuple[Span, ...]:
    """Read spans, and into `votes` who voted for each of them."""
    spans: list[Span] = []
    cast: list[Mapping[str, bool]] = []
    known: set[str] = set()
    for position, entry in enumerate(_sequence(value, "spans")):
        where = f"spans[{position}]"
        try:
            span = _read_span(entry, text, _under(where, leave_out))
        except WrongError as error:
            raise WrongError(f"{where}: {error}") from error
        if span is None:
            continue
        if span.id in known:
            said = f"{where}: another span of this record has the id {span.id!r} too"
            leave_out(WrongError(said), "id")
            span = structs.replace(span, id="")
        spans.append(span)
        own = entry.get("votes") if isinstance(entry, dict) else None
        cast.append(_keep(_read_votes, own, "votes", _under(where, leave_out)) or {})
        if span.id:
            known.add(span.id)
    named = _give_ids(spans)
    votes.update({span.id: each for span, each in zip(named, cast, strict=True) if each})
    return tuple(named)


def _read_votes(value: object, where: str) -> Mapping[str, bool]:
    votes: dict[str, bool] = {}
    for name, vote in _mapping(value, where).items():
        if not isinstance(vote, bool):
            raise WrongError(f"{where} must map the names of annotators to true or false")
        votes[name] = vote
    return votes


def _give_ids(spans: Sequence[Span]) -> list[Span]:
    """Give the spans that came without an id the free ones of s1, s2 and so on."""
    taken = {span.id for span in spans}
    free = (name for number in count(1) if (name := f"s{number}") not in taken)
    return [span if span.id else structs.replace(span, id=next(free)) for span in spans]


def _under(where: str, leave_out: _LeaveOut) -> _LeaveOut:
    """Say of what is left out that it stands under a key."""

    def leave_out_there(error: WrongError, noun: str) -> None:
        leave_out(WrongError(f"{where}: {error}"), noun)

    return leave_out_there


def _read_span(entry: object, text: str, leave_out: _LeaveOut) -> Span | None:
    if isinstance(entry, list) and len(entry) == len(_TRIPLE):
        entry = dict(zip(_TRIPLE, entry, strict=True))
    if not isinstance(entry, dict):
        raise WrongError("a span must be an object with start, end and label")
    named = next((key for key in _LABEL_KEYS if entry.get(key)), "label")
    start, end, label, quoted = entry.get("start"), entry.get("end"), entry.get(named), entry.get("text")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise WrongError(_explain_range(start, end, text))
    if quoted is not None and not (isinstance(quoted, str) and is_quoted(text, start, end, (), quoted)):
        raise WrongError(
            f"its text is {short(quoted)}, but the article has {short(text[start:end])} at {start}–{end}"
        )
    if not isinstance(label, str) or not label.strip():
        leave_out(WrongError("the label must be a string that is not empty"), "span")
        return None
    return Span(
        _keep(_read_id, entry.get("id"), '"id"', leave_out) or "",
        start,
        end,
        label,
        _read_more(entry, {*SPAN.names, named}, leave_out),
        _read_fragments(entry.get("fragments"), start, end),
        _keep(_text_or_none, entry.get("note"), "note", leave_out) or "",
        _keep(_read_origin, entry.get("origin"), "origin", leave_out) or HAND,
    )


def _read_more(entry: Mapping[str, Json], own: AbstractSet[str], leave_out: _LeaveOut) -> Mapping[str, Json]:
    """Read the attributes of a span or relation; what stands under keys other than its `own` is one, too."""
    unknown = {key: value for key, value in entry.items() if key not in own}
    attributes = _keep(_mapping, entry.get("attributes"), "attributes", leave_out) or NO_ATTRIBUTES
    return {**attributes, **_keep_plain(unknown, leave_out)} or NO_ATTRIBUTES


def _read_attributes(value: object) -> Mapping[str, Json]:
    return _mapping(value, "attributes") or NO_ATTRIBUTES


def _explain_range(start: object, end: object, text: str) -> str:
    for name, edge in (("start", start), ("end", end)):
        if type(edge) is not int:
            return f"{name} must be a whole number of code points, not {short(edge)}"
    return (
        f"{start}–{end} is not a stretch of the text; 0 <= start < end <= {len(text)} (code points) must hold"
    )


def _read_fragments(value: object, start: int, end: int) -> tuple[Fragment, ...]:
    fragments: list[Fragment] = []
    for entry in _sequence(value, "fragments"):
        if not isinstance(entry, list) or len(entry) != 2:
            raise WrongError("a fragment must be a pair [start, end]")
        first, last = entry
        if type(first) is not int or type(last) is not int or not start <= first < last <= end:
            raise WrongError(f"its fragment {short(entry)} must lie inside {start}–{end}")
        fragments.append((first, last))
    fragments.sort()
    if fragments and (fragments[0][0] != start or max(last for _, last in fragments) != end):
        raise WrongError(f"its fragments must begin at {start} and finish at {end}")
    return tuple(fragments) if len(fragments) > 1 else ()


def _read_origin(value: object, where: str) -> Origin:
    origin = _mapping(value, where)
    if not origin:
        return HAND
    confidence = origin.get("confidence")
    if confidence is not None and (isinstance(confidence, bool) or not isinstance(confidence, int | float)):
        raise WrongError(f"{where}.confidence must be a number")
    source = _text_or_none(origin.get("source"), f"{where}.source") or HAND.source
    model = _text_or_none(origin.get("model"), f"{where}.model")
    is_plain = source == HAND.source and confidence is None and model is None
    return HAND if is_plain else Origin(source, None if confidence is None else float(confidence), model)


def _read_relations(value: object, spans: tuple[Span, ...], leave_out: _LeaveOut) -> tuple[Relation, ...]:
    if value is None:
        return ()
    span_ids = {span.id for span in spans}
    relations: dict[str, Relation] = {}
    for position, entry in enumerate(_entries(value, "relations", "relation", leave_out)):
        try:
            relation = _read_relation(entry, position, span_ids, relations, leave_out)
        except WrongError as error:
            leave_out(error, "relation")
        else:
            relations[relation.id] = relation
    return tuple(relations.values())


def _read_relation(
    entry: object,
    position: int,
    span_ids: AbstractSet[str],
    known: Container[str],
    leave_out: _LeaveOut,
) -> Relation:
    where = f"relations[{position}]"
    fields = _mapping(entry, where)
    label, head, tail = fields.get("label"), fields.get("head"), fields.get("tail")
    if not isinstance(label, str) or not label.strip():
        raise WrongError(f"{where}: the label must be a string that is not empty")
    for name, end in (("head", head), ("tail", tail)):
        if str(end) not in span_ids:
            raise WrongError(f"{where}: {name} {short(end)} is no span of this record")
    relation_id = _read_id(fields.get("id"), f'{where}: "id"') or f"r{position + 1}"
    if relation_id in known:
        raise WrongError(f"{where}: another relation of this record has the id {relation_id!r} too")
    attributes = _read_more(fields, OBJECTS["relation"].names, _under(where, leave_out))
    return Relation(relation_id, label, str(head), str(tail), attributes)


def _read_entities(value: object, spans: tuple[Span, ...], leave_out: _LeaveOut) -> tuple[Entity, ...]:
    if value is None:
        return ()
    free = {span.id for span in spans}
    entities: dict[str, Entity] = {}
    for position, entry in enumerate(_entries(value, "entities", "entity", leave_out)):
        try:
            entity = _read_entity(entry, position, free, entities)
        except WrongError as error:
            leave_out(error, "entity")
        else:
            free.difference_update(entity.spans)
            entities[entity.id] = entity
    return tuple(entities.values())


def _read_entity(entry: object, position: int, free: AbstractSet[str], known: Container[str]) -> Entity:
    """Read an entity of spans that are `free`: no other one has them."""
    where = f"entities[{position}]"
    fields = _mapping(entry, where)
    spans = [str(each) for each in _sequence(fields.get("spans"), f"{where}.spans")]
    if not spans:
        raise WrongError(f"{where}: spans must be the ids of its mentions, one at least")
    for span_id in spans:
        if span_id not in free:
            raise WrongError(f"{where}: {short(span_id)} is no span of this record, or in another entity too")
    entity_id = _read_id(fields.get("id"), f'{where}: "id"') or f"e{position + 1}"
    if entity_id in known:
        raise WrongError(f"{where}: another entity of this record has the id {entity_id!r} too")
    name = _text_or_none(fields.get("name"), f"{where}: name") or ""
    return Entity(entity_id, name, tuple(dict.fromkeys(spans)))


def _read_paragraph_labels(value: object, leave_out: _LeaveOut) -> dict[int, Mapping[str, Json]]:
    labels: dict[int, Mapping[str, Json]] = {}
    for key, own in (_keep(_mapping, value, "paragraph_labels", leave_out) or {}).items():
        if key.isdecimal() and int(key) > 0 and isinstance(own, dict):
            labels[int(key) - 1] = own
        else:
            said = "paragraph_labels must map a paragraph's number, from 1, to an object of labels"
            leave_out(WrongError(said), "paragraph label")
    return {index: own for index, own in labels.items() if own}


def _write_paragraph_labels(labels: Mapping[int, Mapping[str, Json]]) -> object:
    return dump_raw({str(index + 1): dict(own) for index, own in labels.items()}) if labels else None


def _entries(value: object, where: str, noun: str, leave_out: _LeaveOut) -> list[object]:
    """Give the entries of a list, none where it cannot be right."""
    try:
        return _sequence(value, where)
    except WrongError as error:
        leave_out(error, noun)
        return []


def _read_notes(value: object, leave_out: _LeaveOut) -> dict[int, str]:
    notes: dict[int, str] = {}
    for key, text in (_keep(_mapping, value, "meta.notes", leave_out) or {}).items():
        if key.isdecimal() and isinstance(text, str):
            notes[int(key) - 1] = text
        else:
            leave_out(WrongError("meta.notes must map a paragraph's number, from 1, to a text"), "note")
    return notes


def _read_flags(
    meta: Mapping[str, Json], text: str, states: Sequence[object], leave_out: _LeaveOut
) -> frozenset[int]:
    flags: set[int] = set()
    for number in _entries(meta.get("flags"), "meta.flags", "flag", leave_out):
        if type(number) is int and number > 0:
            flags.add(number - 1)
        else:
            leave_out(WrongError("meta.flags must be a list of paragraphs' numbers, from 1"), "flag")
    flags.update(index for index, state in enumerate(states) if state == _FLAGGED)
    if meta.get("state") == _FLAGGED:
        flags.update(range(len(find_paragraphs(text))))
    return frozenset(flags)


def _state(value: object, where: str) -> ParagraphState:
    if value == _FLAGGED:
        return "unfinished"
    for state in PARAGRAPH_STATES:
        if value == state:
            return state
    raise WrongError(f"{where}: {short(value)} is not one of {', '.join(PARAGRAPH_STATES)}")


def _text_or_none(value: object, where: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise WrongError(f"{where} must be a string")


def _mapping(value: object, where: str) -> Mapping[str, Json]:
    if value is None or value is NO_ATTRIBUTES:
        return NO_ATTRIBUTES
    if isinstance(value, dict):
        for part in value.values():
            _plain(part, where)
        return value
    raise WrongError(f"{where} must be an object")


def _plain(value: Json, where: str, depth: int = 1) -> Json:
    """Refuse what is nested so deeply that it could be read but not written again."""
    if isinstance(value, dict | list):
        if depth == _DEEPEST:
            raise WrongError(f"{where} is nested too deeply; {_DEEPEST} levels are read")
        for part in value.values() if isinstance(value, dict) else value:
            _plain(part, where, depth + 1)
    return value


def _sequence(value: object, where: str) -> list[object]:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise WrongError(f"{where} must be a list")


def _meta_as_json(record: Record) -> dict[str, Json]:
    meta = dict(record.meta)
    if record.title:
        meta["title"] = record.title
    if record.annotator is not None:
        meta["annotator"] = record.annotator
    meta |= describe_piece(record)
    if record.state is not None:
        meta["state"] = record.state
    if record.states:
        meta["states"] = list(record.states)
    if record.notes:
        meta["notes"] = {str(index + 1): text for index, text in record.notes.items()}
    if record.flags:
        meta["flags"] = [index + 1 for index in sorted(record.flags)]
    if record.effort:
        meta["effort"] = dict(record.effort)
    return meta


def _write_spans(record: Record, spans: Iterable[Span]) -> list[_SpanEntry]:
    text, votes = record.text, record.votes
    entries: list[_SpanEntry] = []
    for span in spans:
        start, end = span.start, span.end
        quoted = text[start:end]
        if len(quoted) != end - start or not quoted:
            raise ValueError(f"span {span.id} [{start}, {end}) is not inside its text of {len(text)}")
        entry = _SpanEntry(span.id, start, end, span.label, quoted)
        if not span.is_plain:
            _write_more(entry, span)
        if votes:
            entry.votes = votes.get(span.id)
        entries.append(entry)
    return entries


def _write_relations(relations: Iterable[Relation]) -> list[Relation | _RelationEntry]:
    return [
        _RelationEntry(each.id, each.label, each.head, each.tail, dump_raw(dict(each.attributes)))
        if each.attributes
        else each
        for each in relations
    ]


def _write_more(entry: _SpanEntry, span: Span) -> None:
    """Write what a span says beside its label."""
    entry.attributes = dump_raw(dict(span.attributes)) if span.attributes else None
    entry.fragments = span.fragments or None
    entry.note = span.note or None
    if span.origin != HAND:
        said = structs.asdict(span.origin)
        entry.origin = dump_raw({name: value for name, value in said.items() if value is not None})
