"""What happened: the append-only log's events, and the pure fold that turns them into what is.

One event is one thing an annotator did to one article; one *action* is what one key press did, and may be
several events, also in several articles. Events are folded in the order of their ids, whatever order they
arrived in, so that the union of two logs has one meaning. An action that was undone counts as if it had never
happened, until it is redone.

========== ====================================================================================
kind       payload
========== ====================================================================================
add        `spans`: the spans made; `import`: digest of the record they came with, where they did
accept     `spans`: suggestions that became spans
reject     `spans`: suggestions turned down, each with `start`, `end`, `label`, `source`; so for `unreject`
remove     `spans`: ids
change     `span`: id, and what is new of `start`, `end`, `label`, `attributes`, `fragments`
relate     `relations`: the relations made
unrelate   `relations`: ids
tag        `name`, `value`: an article label; null takes it away
note       `text`, and `span` (an id) or `paragraph` (an index); an empty text takes it away
finish     `paragraphs`: indices; so for `reopen`, `skip`, `boilerplate`
flag       `paragraphs`: indices, marked for a second look; so for `unflag`; `reopen` takes the mark away, too
decide     `spans`: the spans an adjudicator settled on, like add
undo, redo `action`: the action's id
========== ====================================================================================
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from msgspec import structs
from msgspec.json import Decoder, Encoder

from tui.model.article import ParagraphState
from tui.model.span import HAND, NO_ATTRIBUTES, Fragment, Json, Origin, Relation, Span

EventKind: TypeAlias = Literal[
    "add",
    "accept",
    "reject",
    "unreject",
    "remove",
    "change",
    "relate",
    "unrelate",
    "tag",
    "note",
    "finish",
    "reopen",
    "skip",
    "boilerplate",
    "flag",
    "unflag",
    "decide",
    "undo",
    "redo",
]
"""What an event did."""

EVENT_KINDS: Final[frozenset[str]] = frozenset(get_args(EventKind))
"""Every kind."""

STATE_KINDS: Final[Mapping[ParagraphState, EventKind]] = {
    "finished": "finish",
    "unfinished": "reopen",
    "skipped": "skip",
    "boilerplate": "boilerplate",
}
"""The kind of event that puts a paragraph into a state."""

_LONGEST_TEXT: Final = 2**31
"""Code points: SQLite stores no longer text, and no offset or index of one is greater."""

_STATE_OF_KIND: Final[Mapping[str, ParagraphState]] = {kind: state for state, kind in STATE_KINDS.items()}

_PARAGRAPH_KINDS: Final = frozenset({*_STATE_OF_KIND, "flag", "unflag"})
"""The kinds of event that are about paragraphs."""

Payload: TypeAlias = Mapping[str, Json]
"""What an event carries beside its kind."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing an annotator did to one article."""

    id: str
    """A UUIDv7 greater than that of every event before it in the same database."""
    action: str
    """Id of the first event of the same action."""
    at: str
    """When, in UTC: `2026-11-22T10:42:07.123Z`."""
    annotator: str
    """Who."""
    article: int
    """The article's number in this database."""
    kind: EventKind
    """What."""
    payload: Payload
    """As the module's table says."""


@dataclass(frozen=True, slots=True)
class Touched:
    """The ids and indices that an event names, and which may therefore differ after it."""

    spans: frozenset[str] = frozenset()
    """Span ids."""
    relations: frozenset[str] = frozenset()
    """Relation ids."""
    paragraphs: frozenset[int] = frozenset()
    """Paragraph indices."""
    article_labels: frozenset[str] = frozenset()
    """Names of article labels."""

    def __or__(self, other: "Touched") -> "Touched":
        """Join two."""
        return Touched(
            self.spans | other.spans,
            self.relations | other.relations,
            self.paragraphs | other.paragraphs,
            self.article_labels | other.article_labels,
        )


NOTHING_TOUCHED: Final = Touched()
"""What an event touches that names nothing."""


@dataclass(slots=True)
class Layer:
    """Everything one annotator has said of one article: the fold of their events."""

    events: list[Event] = field(default_factory=list)
    """The events folded so far, by id."""
    spans: dict[str, Span] = field(default_factory=dict)
    """Spans by id."""
    relations: dict[str, Relation] = field(default_factory=dict)
    """Relations by id; both their spans exist."""
    states: dict[int, ParagraphState] = field(default_factory=dict)
    """What was said of paragraphs, by index; a paragraph of which nothing was said is absent."""
    flags: set[int] = field(default_factory=set)
    """The paragraphs that are marked for a second look, by index."""
    notes: dict[int, str] = field(default_factory=dict)
    """Notes on paragraphs, by index."""
    article_labels: dict[str, Json] = field(default_factory=dict)
    """Labels of the whole article, by name."""
    rejected: set[tuple[int, int, str]] = field(default_factory=set)
    """Suggestions that were turned down, as start, end and label."""
    done: list[str] = field(default_factory=list)
    """Actions that undo would take back, the last one last."""
    undone: list[str] = field(default_factory=list)
    """Actions that redo would bring back, the next one last."""

    @property
    def last_event(self) -> str:
        """The id of the newest event; empty before the first."""
        return self.events[-1].id if self.events else ""

    def apply(self, event: Event) -> Touched:
        """Fold in one more event, newer than all before; say what it touched."""
        self.events.append(event)
        if event.kind not in ("undo", "redo"):
            _note_action(event, self.done, self.undone)
            if not is_taken_back(self, event.action):
                _change(self, event)
            return names(event)
        action = event.payload.get("action")
        touched = NOTHING_TOUCHED
        for earlier in self.events:
            if earlier.action == action and earlier.kind not in ("undo", "redo"):
                touched |= names(earlier)
        self.replace_events(self.events)
        return touched

    def rewind(self, count: int) -> None:
        """Forget every event after the first `count`: the database would not take them."""
        self.replace_events(self.events[:count])

    def replace_events(self, events: Iterable[Event]) -> None:
        """Become what these events, in any order, say."""
        refolded = fold(events)
        for part in self.__slots__:
            setattr(self, part, getattr(refolded, part))


def fold(events: Iterable[Event]) -> Layer:
    """Turn one annotator's events on one article, in any order, into what is."""
    layer = Layer(events=sorted(events, key=lambda event: event.id))
    known: set[str] = set()
    taken_back: set[str] = set()
    for event in layer.events:
        if event.kind not in ("undo", "redo"):
            _note_action(event, layer.done, layer.undone)
            if "import" not in event.payload:
                known.add(event.action)
            continue
        action = event.payload.get("action")
        if not isinstance(action, str):
            continue
        if event.kind == "undo":
            _move_action(action, layer.done, layer.undone)
            taken_back.add(action)
        else:
            # What was done meanwhile has made redo forget it here, but not in the action's other articles.
            if action in taken_back & known and action not in (*layer.undone, *layer.done):
                layer.undone.append(action)
            _move_action(action, layer.undone, layer.done)
            taken_back.discard(action)
    for event in layer.events:
        if event.action not in taken_back and event.kind not in ("undo", "redo"):
            _change(layer, event)
    return layer


def is_taken_back(layer: Layer, action: str) -> bool:
    """Tell whether an action counts as if it had never happened, because it was undone last."""
    for event in reversed(layer.events):
        if event.kind in ("undo", "redo") and event.payload.get("action") == action:
            return event.kind == "undo"
        if event.id == action:
            return False
    return False


def names(event: Event) -> Touched:
    """Say which spans, relations, paragraphs and article labels an event names."""
    payload = event.payload
    spans: set[str] = set()
    relations: set[str] = set()
    paragraphs: set[int] = set()
    labels: set[str] = set()
    if event.kind in ("add", "accept", "decide", "remove"):
        spans.update(_ids(payload.get("spans")))
    elif event.kind in ("relate", "unrelate"):
        relations.update(_ids(payload.get("relations")))
    elif event.kind in _PARAGRAPH_KINDS:
        paragraphs.update(_indices(payload.get("paragraphs")))
    elif event.kind == "tag":
        labels.update(_texts([payload.get("name")]))
    spans.update(_texts([payload.get("span")]))
    paragraphs.update(_indices([payload.get("paragraph")]))
    return Touched(frozenset(spans), frozenset(relations), frozenset(paragraphs), frozenset(labels))


def parse_object(text: str) -> Payload:
    """Read a JSON object, as payloads and metadata are stored; raises `ValueError` where it is none."""
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        # The other parser, which takes three times as long, says what is wrong.
        value = _parse_with_care(text)
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return value


def _parse_with_care(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if "\\ud" in text.lower():
        # Half a surrogate pair can be written in JSON, but nowhere else.
        to_json(value).encode("utf-8")
    return value


def find_faults(event: Event) -> Iterator[str]:
    """Say what in an event's payload is not as the module's table says: a fold leaves it out."""
    payload, kind = event.payload, event.kind
    if kind in ("add", "accept", "decide", "reject", "unreject"):
        yield from _faulty_entries(
            payload, "spans", lambda entry: _is_whole_span(entry, needs_id="reject" not in kind)
        )
    elif kind == "relate":
        yield from _faulty_entries(payload, "relations", lambda entry: bool(_read_relations([entry])))
    elif kind in ("remove", "unrelate"):
        key = "spans" if kind == "remove" else "relations"
        yield from _faulty_entries(payload, key, lambda entry: bool(_ids([entry])))
    elif kind in _PARAGRAPH_KINDS:
        yield from _faulty_entries(payload, "paragraphs", lambda entry: bool(_indices([entry])))
    elif kind == "change":
        # Of the edges that are not changed it is not known here where they are.
        outermost: dict[str, Json] = {"id": "-", "start": 0, "end": _LONGEST_TEXT, "label": ""}
        if not isinstance(payload.get("span"), str):
            yield "span is no id"
        if not _is_whole_span({**outermost, **payload}, needs_id=True):
            yield "it makes no span"
    elif kind == "tag":
        if not isinstance(payload.get("name"), str) or "value" not in payload:
            yield "it needs a name and a value"
    elif kind == "note":
        if not (_texts([payload.get("span")]) or _indices([payload.get("paragraph")])):
            yield "it names no span and no paragraph"
        if not isinstance(payload.get("text"), str):
            yield "text is no text"
    elif kind in ("undo", "redo") and not isinstance(payload.get("action"), str):
        yield "action is no id"


def _faulty_entries(payload: Payload, key: str, is_right: Callable[[Json], bool]) -> Iterator[str]:
    entries = payload.get(key)
    if not isinstance(entries, list):
        yield f"{key} is no list"
        return
    for number, entry in enumerate(entries, start=1):
        if not is_right(entry):
            yield f"entry {number} of {key} is not what it should be"


def _is_whole_span(entry: Json, *, needs_id: bool) -> bool:
    """Tell whether a span is read with everything that is written of it."""
    span = _read_span(entry)
    if span is None or not isinstance(entry, dict) or (needs_id and not span.id):
        return False
    read = span_payload(span)
    more = ("attributes", "fragments", "note", "origin")
    return all(read.get(key) == entry[key] for key in more if entry.get(key))


def to_json(value: object) -> str:
    """Write a value as compact JSON, as it stands in payloads and derived rows."""
    return _encode(value).decode()


def _encode_mapping(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} is no JSON value")


_decode: Final = Decoder().decode
_encode: Final = Encoder(enc_hook=_encode_mapping).encode


def span_payload(span: Span) -> dict[str, Json]:
    """Write a span as it stands in a payload; what is default is left out."""
    payload: dict[str, Json] = {"id": span.id, "start": span.start, "end": span.end, "label": span.label}
    if span.attributes:
        payload["attributes"] = dict(span.attributes)
    if span.fragments:
        payload["fragments"] = [[start, end] for start, end in span.fragments]
    if span.note:
        payload["note"] = span.note
    if span.origin != HAND:
        origin: dict[str, Json] = {"source": span.origin.source}
        if span.origin.confidence is not None:
            origin["confidence"] = span.origin.confidence
        if span.origin.model is not None:
            origin["model"] = span.origin.model
        payload["origin"] = origin
    return payload


def write_spans(spans: Iterable[Span]) -> str:
    """Write spans as the payload of an `add`, which says the same as `span_payload` of each."""
    return to_json({"spans": list(spans)})


def relation_payload(relation: Relation) -> dict[str, Json]:
    """Write a relation as it stands in a payload."""
    return {"id": relation.id, "label": relation.label, "head": relation.head, "tail": relation.tail}


_ID_TAIL_BITS: Final = 74
_UUID_NODE_BITS: Final = 62
_ID_TAIL: Final = (1 << _ID_TAIL_BITS) - 1
_UUID_NODE: Final = (1 << _UUID_NODE_BITS) - 1


def next_event_ids(last: str, count: int, *, clock: int, tail: int) -> list[str]:
    """Make the UUIDv7s of the next events: each greater than `last` and the one before, whatever the clock.

    `clock` is milliseconds since 1970, `tail` 74 random bits. Where they would not be greater than `last`
    (empty before the first event), the first id is the smallest greater one; so is each that follows another
    (RFC 9562, section 6.2, method 2).
    """
    first = (clock << _ID_TAIL_BITS) | tail
    if last:
        first = max(first, _id_value(last) + 1)
    return [_write_id(value) for value in range(first, first + count)]


def _write_id(value: int) -> str:
    clock, tail = value >> _ID_TAIL_BITS, value & _ID_TAIL
    high, low = tail >> _UUID_NODE_BITS, tail & _UUID_NODE
    digits = f"{(clock << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _id_value(event_id: str) -> int:
    number = int(event_id.replace("-", ""), 16)
    low = number & _UUID_NODE
    high = (number >> 64) & 0xFFF
    return (number >> 80) << _ID_TAIL_BITS | high << _UUID_NODE_BITS | low


def _note_action(event: Event, done: list[str], undone: list[str]) -> None:
    if "import" in event.payload:
        return
    undone.clear()
    if done and done[-1] == event.action:
        return
    if event.id == event.action or event.action not in done:
        done.append(event.action)


def _move_action(action: str, source: list[str], target: list[str]) -> None:
    if action in source:
        source.remove(action)
        target.append(action)


def _change(layer: Layer, event: Event) -> None:
    payload = event.payload
    kind = event.kind
    if kind in ("add", "accept", "decide"):
        for span in _read_spans(payload.get("spans")):
            if span.id:
                layer.spans[span.id] = span
    elif kind == "remove":
        for span_id in _ids(payload.get("spans")):
            layer.spans.pop(span_id, None)
        _drop_loose_relations(layer)
    elif kind == "change":
        _change_span(layer, payload)
    elif kind == "relate":
        for relation in _read_relations(payload.get("relations")):
            if relation.head in layer.spans and relation.tail in layer.spans:
                layer.relations[relation.id] = relation
    elif kind == "unrelate":
        for relation_id in _ids(payload.get("relations")):
            layer.relations.pop(relation_id, None)
    elif kind == "tag":
        _tag_article(layer, payload)
    elif kind == "note":
        _take_note(layer, payload)
    elif kind in ("reject", "unreject"):
        places = {(span.start, span.end, span.label) for span in _read_spans(payload.get("spans"))}
        (layer.rejected.update if kind == "reject" else layer.rejected.difference_update)(places)
    elif kind in _PARAGRAPH_KINDS:
        _mark_paragraphs(layer, kind, _indices(payload.get("paragraphs")))


def _change_span(layer: Layer, payload: Payload) -> None:
    span = layer.spans.get(str(payload.get("span")))
    if span is None:
        return
    changed = _read_span({**span_payload(span), **{key: payload[key] for key in payload if key != "span"}})
    if changed is not None:
        layer.spans[span.id] = changed


def _mark_paragraphs(layer: Layer, kind: EventKind, indices: Sequence[int]) -> None:
    if kind == "flag":
        layer.flags.update(indices)
        return
    if kind in ("unflag", "reopen"):
        layer.flags.difference_update(indices)
    if kind in _STATE_OF_KIND:
        layer.states.update(dict.fromkeys(indices, _STATE_OF_KIND[kind]))


def _tag_article(layer: Layer, payload: Payload) -> None:
    name, value = payload.get("name"), payload.get("value")
    if not isinstance(name, str):
        return
    if value is None:
        layer.article_labels.pop(name, None)
    else:
        layer.article_labels[name] = value


def _take_note(layer: Layer, payload: Payload) -> None:
    text = payload.get("text")
    if not isinstance(text, str):
        return
    for span_id in _texts([payload.get("span")]):
        if span_id in layer.spans:
            layer.spans[span_id] = structs.replace(layer.spans[span_id], note=text)
    for index in _indices([payload.get("paragraph")]):
        if text:
            layer.notes[index] = text
        else:
            layer.notes.pop(index, None)


def _drop_loose_relations(layer: Layer) -> None:
    for relation in list(layer.relations.values()):
        if relation.head not in layer.spans or relation.tail not in layer.spans:
            del layer.relations[relation.id]


def _read_spans(value: Json) -> list[Span]:
    """Read the spans of a payload; an entry that is no span is left out, so that a fold never fails."""
    if not isinstance(value, list):
        return []
    spans = (_read_span(entry) for entry in value)
    return [span for span in spans if span is not None]


def _read_span(value: Json) -> Span | None:
    if not isinstance(value, dict):
        return None
    span_id, start, end, label = value.get("id", ""), value.get("start"), value.get("end"), value.get("label")
    # No bool, which is an int, too.
    if not (isinstance(span_id, str) and type(start) is int and type(end) is int):
        return None
    if not isinstance(label, str) or not 0 <= start < end <= _LONGEST_TEXT:
        return None
    attributes, note = value.get("attributes"), value.get("note")
    return Span(
        span_id,
        start,
        end,
        label,
        attributes if isinstance(attributes, dict) and attributes else NO_ATTRIBUTES,
        _read_fragments(value.get("fragments")),
        note if isinstance(note, str) else "",
        _read_origin(value.get("origin")),
    )


def _read_fragments(value: Json) -> tuple[Fragment, ...]:
    fragments: list[Fragment] = []
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, list) and len(entry) == 2:
            start, end = entry
            if type(start) is int and type(end) is int and 0 <= start <= end <= _LONGEST_TEXT:
                fragments.append((start, end))
    return tuple(fragments)


def _read_origin(value: Json) -> Origin:
    if not isinstance(value, dict):
        return HAND
    source, confidence, model = value.get("source"), value.get("confidence"), value.get("model")
    return Origin(
        source if isinstance(source, str) else HAND.source,
        float(confidence) if isinstance(confidence, int | float) and abs(confidence) <= 1e9 else None,
        model if isinstance(model, str) else None,
    )


def _read_relations(value: Json) -> list[Relation]:
    relations: list[Relation] = []
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, dict):
            parts = [entry.get(key) for key in ("id", "label", "head", "tail")]
            texts = _texts(parts)
            if len(texts) == len(parts):
                relations.append(Relation(*texts))
    return relations


def _ids(value: Json) -> list[str]:
    if not isinstance(value, list):
        return []
    return _texts([entry.get("id") if isinstance(entry, dict) else entry for entry in value])


def _texts(values: Sequence[Json]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _indices(value: Json) -> list[int]:
    if not isinstance(value, list):
        return []
    return [entry for entry in value if type(entry) is int and 0 <= entry < _LONGEST_TEXT]
