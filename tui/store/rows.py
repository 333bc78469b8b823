"""Rows: how articles, events and what is derived from them stand in the tables."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final, TypeAlias
from zlib import crc32

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder
from msgspec.msgpack import Encoder

from tui.errors import StoreError
from tui.model.annotation import Touched
from tui.model.article import Article, ParagraphState
from tui.model.article_query import list_values
from tui.model.events import Event, read_act, write_act
from tui.model.json_text import parse_json, parse_object, to_json
from tui.model.layer import Layer, count_states
from tui.model.span import HAND, NO_ATTRIBUTES, Json, Origin, Relation, Span
from tui.text.boilerplate import RULE, find_boilerplate
from tui.text.folding import fold_wanted

DERIVED_TABLES: Final = (
    "spans",
    "relations",
    "paragraph_states",
    "article_labels",
    "entities",
    "paragraph_labels",
    "progress",
)
"""The tables that the log alone decides."""

RESTORE: Final = "restore a copy of the database"
"""What helps where the log itself is damaged."""

MENDS: Final = "spantag verify --rebuild mends it"
"""What helps where anything is wrong that can be made anew."""

DAMAGED: Final = "spantag verify says more; verify --rebuild may mend it, else restore a copy of the database"
"""What helps where anything is damaged that may stand in the log, too."""

Row: TypeAlias = tuple[str | int | float | None, ...]
"""A row of any table, its values in the order of the columns."""

LAYER_TABLES: Final = DERIVED_TABLES[:-1]
"""Those that together say what a layer says."""

_SUM: Final = (1 << 63) - 1
"""SQLite's largest number."""

_encode: Final = Encoder().encode
_decode_indices: Final = Decoder(frozenset[int]).decode


class _Insert(Struct, frozen=True):
    """How rows of a table are written: those whose rare columns are all NULL without them.

    For every NULL that it is given as a parameter, sqlite3 looks for an adapter; for the five of a plain span
    that takes longer than to write the span.
    """

    table: str
    columns: int
    """How many there are."""
    rare: tuple[int, ...] = ()
    """Which of them are NULL in most rows."""
    verb: str = "INSERT"

    def run(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Write rows."""
        if self.rare:
            pick_rare = itemgetter(*self.rare)
            pick_others = itemgetter(*[index for index in range(self.columns) if index not in self.rare])
            nothing = pick_rare((None,) * self.columns)
            plain = [pick_others(row) for row in rows if pick_rare(row) == nothing]
            self._execute(connection, plain, nulls=self.rare)
            rows = [row for row in rows if pick_rare(row) != nothing]
        self._execute(connection, rows)

    def _execute(
        self, connection: sqlite3.Connection, rows: Sequence[Row], *, nulls: Sequence[int] = ()
    ) -> None:
        if rows:
            marks = ", ".join(["NULL" if index in nulls else "?" for index in range(self.columns)])
            connection.executemany(f"{self.verb} INTO {self.table} VALUES ({marks})", rows)


class LastEvent(Struct, frozen=True):
    """The newest event of a layer, and how many it has."""

    at: str
    """When it happened, in UTC."""
    id: str
    """Its id."""
    count: int
    """How many events the layer has."""


INSERTS: Final = {
    each.table: each
    for each in (
        _Insert("articles", 15, rare=(13,)),
        _Insert("texts", 2),
        _Insert("article_values", 3),
        _Insert("paragraphs", 4),
        _Insert("events", 8),
        _Insert("imports", 2, verb="INSERT OR IGNORE"),
        _Insert("spans", 12, rare=(6, 7, 8, 10, 11)),
        _Insert("relations", 7, rare=(6,)),
        _Insert("paragraph_states", 6, rare=(4, 5)),
        _Insert("article_labels", 4),
        _Insert("entities", 5),
        _Insert("paragraph_labels", 5),
        _Insert("progress", 12),
    )
}
"""The tables that are written row by row."""


def checksum(*values: object) -> int:
    """Give a number of 32 bits that other values have only by chance, one in four thousand million."""
    return crc32(_encode(values))


def checksum_article(
    about: tuple[int, str, str | None, str, str, str, str], paragraphs: Sequence[tuple[int, int]]
) -> int:
    """Give the checksum of an article.

    `about` is its number, key, id, title, the time when it came, its metadata as JSON, and its text.
    """
    return checksum(about, paragraphs)


def sum_rows(rows: Iterable[Row], *, start: int = 0) -> int:
    """Give the checksum of a layer's rows, in whatever order they come, on top of that of others of it.

    It is a sum, so that it follows a change of a few of them. Of squares: checksums of rows that have
    exchanged some of their bits would often make the same sum.
    """
    # What `checksum` gives, a third faster: an export does it for every span.
    return (start + sum([crc32(_encode(row)) ** 2 for row in rows])) & _SUM


def subtract_rows(total: int, rows: Iterable[Row]) -> int:
    """Give the checksum of a layer's rows that are left when some of them are gone."""
    return (total - sum_rows(rows)) & _SUM


def write_boilerplate(text: str, paragraphs: Sequence[tuple[int, int]]) -> tuple[str | None, int]:
    """Give which paragraphs of a text look like boilerplate, as JSON, and the version of the rule."""
    found = find_boilerplate(text, paragraphs)
    return to_json(sorted(found)) if found else None, RULE


def read_boilerplate(article: int, written: str | None) -> frozenset[int]:
    """Read which paragraphs look like boilerplate; raises `StoreError` where that cannot be read."""
    if written is None:
        return frozenset()
    try:
        return _decode_indices(written)
    except MsgspecError as error:
        raise StoreError(
            f"which paragraphs of article {article} look like boilerplate is no list: {error}; {MENDS}"
        ) from error


def searched_text(title: str, article_id: str | None) -> str:
    """Give the text in which the library's search looks for an article."""
    return fold_wanted(f"{title}\n{article_id or ''}")


def value_rows(number: int, meta: Mapping[str, Json]) -> list[Row]:
    """Give the rows by which an article is found by its metadata."""
    return [(key, value, number) for key, value in list_values(meta)]


def event_row(event: Event) -> Row:
    """Give an event's row."""
    act = event.act
    values = (event.id, event.action, event.at, event.annotator, event.article, act.kind, write_act(act))
    return sign_event(*values)


def sign_event(*values: str | int) -> Row:
    """Give an event's row: the values of its columns, and their checksum."""
    return (*values, checksum(*values))


def derive(
    article: Article, annotator: str, layer: Layer, touched: Touched | None = None, *, untouched: int = 0
) -> dict[str, list[Row]]:
    """Derive the rows of what was touched in a layer, or of all of it, by table.

    `untouched` is the checksum of the layer's other rows.
    """
    place = (article.number, annotator)
    rows = layer_rows(place, layer, touched)
    counts = count_states(article, layer)
    newest = layer.events[-1]
    total = sum_rows(chain(*rows.values()), start=untouched)
    last = LastEvent(newest.at, newest.id, len(layer.events))
    rows["progress"] = [progress_row(place, layer, counts, last, total)]
    return rows


def layer_rows(place: tuple[int, str], layer: Layer, touched: Touched | None = None) -> dict[str, list[Row]]:
    """Give the rows of what was touched in a layer, or of all that it says, by table."""
    spans, relations, labels = layer.spans, layer.relations, layer.article_labels
    entities, labelled = layer.entities, layer.paragraph_labels
    marked = layer.states.keys() | layer.notes.keys() | layer.flags
    indices = marked if touched is None else touched.paragraphs & marked
    if touched is not None:
        spans = {key: spans[key] for key in touched.spans if key in spans}
        relations = {key: relations[key] for key in touched.relations if key in relations}
        labels = {name: labels[name] for name in touched.article_labels if name in labels}
        entities = {key: entities[key] for key in touched.entities if key in entities}
        labelled = {index: labelled[index] for index in touched.paragraphs if index in labelled}
    return {
        "spans": _span_rows(place, spans.values()),
        "relations": [
            (
                *place,
                each.id,
                each.label,
                each.head,
                each.tail,
                to_json(each.attributes) if each.attributes else None,
            )
            for each in relations.values()
        ],
        "paragraph_states": [
            (
                *place,
                index,
                layer.states.get(index),
                layer.notes.get(index),
                int(index in layer.flags) or None,
            )
            for index in indices
        ],
        "article_labels": [(*place, name, to_json(value)) for name, value in labels.items()],
        "entities": [(*place, entity.id, entity.name, to_json(entity.spans)) for entity in entities.values()],
        "paragraph_labels": [
            (*place, index, name, to_json(value))
            for index, own in labelled.items()
            for name, value in own.items()
        ],
    }


def _span_rows(place: tuple[int, str], spans: Iterable[Span]) -> list[Row]:
    number, annotator = place
    return [
        (
            number,
            annotator,
            span.id,
            span.start,
            span.end,
            span.label,
            to_json(span.attributes) if span.attributes else None,
            to_json(span.fragments) if span.fragments else None,
            span.note or None,
            span.origin.source,
            # As it is read back: a whole number is one with a fraction then.
            None if span.origin.confidence is None else float(span.origin.confidence),
            span.origin.model,
        )
        for span in spans
    ]


def read_relations(rows: Iterable[Any]) -> Iterator[tuple[int, str, Relation]]:
    """Read the rows of relations, each with its article and annotator."""
    for article, annotator, name, label, head, tail, values in rows:
        attributes = parse_json(values) if values else NO_ATTRIBUTES
        yield article, annotator, Relation(name, label, head, tail, attributes)


def read_spans(rows: Iterable[Any]) -> Iterator[tuple[int, str, Span]]:
    """Read the rows of spans, each with its article and annotator."""
    # Each column into a name of its own: a list of the last ones takes half as long again.
    for article, annotator, name, start, end, label, values, pieces, note, source, sure, model in rows:
        span = Span(
            name,
            start,
            end,
            label,
            parse_json(values) if values else NO_ATTRIBUTES,
            tuple((first, last) for first, last in parse_json(pieces)) if pieces else (),
            note or "",
            HAND if source == "hand" and sure is None and model is None else Origin(source, sure, model),
        )
        yield article, annotator, span


def progress_row(
    place: tuple[int, str],
    layer: Layer,
    counts: Mapping[ParagraphState, int],
    last: LastEvent,
    total: int,
) -> Row:
    """Give the row that counts a layer's paragraphs by state, with its newest event.

    `total` is the checksum of all its rows.
    """
    number, annotator = place
    return (
        annotator,
        number,
        counts["finished"],
        counts["skipped"],
        len(layer.flags),
        counts["boilerplate"],
        counts["unfinished"],
        len(layer.spans),
        last.at,
        last.id,
        total,
        last.count,
    )


def read_event(row: tuple[str, str, str, str, int, str, str, int | None]) -> Event:
    """Read an event's row; raises `StoreError` where it is not what was written, or no JSON object."""
    *values, written = row
    event_id, action, at, annotator, article, kind, payload = row[:7]
    try:
        act, faults = read_act(kind, payload)
    except (ValueError, TypeError) as error:
        # A payload can be no text at all where a page of the database is that of another table.
        raise StoreError(
            f"what event {event_id} of article {article} did is no JSON object: {error}; {RESTORE}"
        ) from error
    if checksum(*values) != written:
        raise StoreError(
            f"event {event_id} of article {article} is not what was written: the checksum differs; {RESTORE}"
        )
    return Event(event_id, action, at, annotator, article, act, faults)


def read_meta(article: int, meta: str) -> Mapping[str, Json]:
    """Read an article's metadata; raises `StoreError` where it is no JSON object."""
    try:
        return parse_object(meta)
    except ValueError as error:
        raise StoreError(
            f"the metadata of article {article} is no JSON object: {error}; {RESTORE}"
        ) from error
