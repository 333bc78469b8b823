"""Rows: how articles, events and what is derived from them stand in the tables."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, TypeAlias

from tui.articles import Article, ParagraphState
from tui.errors import StoreError
from tui.events import Event, EventKind, Layer, Touched, parse_object, to_json
from tui.spans import Json, Relation, Span
from tui.text import fold_text

DERIVED_TABLES: Final = ("spans", "relations", "paragraph_states", "article_labels", "progress")
"""The tables that the log alone decides."""

RESTORE: Final = "restore a copy of the database"
"""What helps where the log itself is damaged."""

Row: TypeAlias = tuple[str | int | float | None, ...]
"""A row of any table, its values in the order of the columns."""


@dataclass(frozen=True, slots=True)
class _Insert:
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


INSERTS: Final = {
    each.table: each
    for each in (
        _Insert("articles", 12),
        _Insert("texts", 2),
        _Insert("paragraphs", 4),
        _Insert("events", 7),
        _Insert("imports", 2, verb="INSERT OR IGNORE"),
        _Insert("spans", 12, rare=(6, 7, 8, 10, 11)),
        _Insert("relations", 6),
        _Insert("paragraph_states", 6, rare=(4, 5)),
        _Insert("article_labels", 4),
        _Insert("progress", 10),
    )
}
"""The tables that are written row by row."""


def searched_text(title: str, article_id: str | None) -> str:
    """Give the text in which the library's search looks for an article."""
    return fold_text(f"{title}\n{article_id or ''}")


def event_row(event: Event, payload: str) -> Row:
    """Give an event's row, with its payload as JSON."""
    return (event.id, event.action, event.at, event.annotator, event.article, event.kind, payload)


def derive(
    article: Article, annotator: str, layer: Layer, touched: Touched | None = None
) -> dict[str, list[Row]]:
    """Derive the rows of what was touched in a layer, or of all of it, by table."""
    place = (article.number, annotator)
    spans, relations = layer.spans, layer.relations
    marked = layer.states.keys() | layer.notes.keys() | layer.flags
    indices = marked if touched is None else touched.paragraphs & marked
    labels = layer.article_labels
    if touched is not None:
        spans = {key: spans[key] for key in touched.spans if key in spans}
        relations = {key: relations[key] for key in touched.relations if key in relations}
        labels = {name: labels[name] for name in touched.article_labels if name in labels}
    counts = Counter(layer.states.values())
    counts["boilerplate"] += sum(index not in layer.states for index in article.boilerplate)
    counts["unfinished"] = len(article.paragraphs) - counts.total() + counts["unfinished"]
    newest = layer.events[-1]
    return {
        "spans": span_rows(place, spans.values()),
        "relations": relation_rows(place, relations.values()),
        "paragraph_states": state_rows(place, layer, indices),
        "article_labels": article_label_rows(place, labels.items()),
        "progress": [progress_row(place, layer, counts, newest.at, newest.id)],
    }


def span_rows(place: tuple[int, str], spans: Iterable[Span]) -> list[Row]:
    """Give the rows of spans."""
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
            span.origin.confidence,
            span.origin.model,
        )
        for span in spans
    ]


def relation_rows(place: tuple[int, str], relations: Iterable[Relation]) -> list[Row]:
    """Give the rows of relations."""
    return [(*place, relation.id, relation.label, relation.head, relation.tail) for relation in relations]


def state_rows(place: tuple[int, str], layer: Layer, indices: Iterable[int]) -> list[Row]:
    """Give the rows of paragraphs, by their indices, that have a state, a note or a flag."""
    states, notes, flags = layer.states, layer.notes, layer.flags
    return [
        (*place, index, states.get(index), notes.get(index), int(index in flags) or None) for index in indices
    ]


def article_label_rows(place: tuple[int, str], labels: Iterable[tuple[str, Json]]) -> list[Row]:
    """Give the rows of article labels."""
    return [(*place, name, to_json(value)) for name, value in labels]


def progress_row(
    place: tuple[int, str], layer: Layer, counts: Mapping[ParagraphState, int], touched_at: str, newest: str
) -> Row:
    """Give the row that counts a layer's paragraphs by state, with the time and id of its newest event."""
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
        touched_at,
        newest,
    )


def read_event(row: tuple[str, str, str, str, int, EventKind, str]) -> Event:
    """Read an event's row; raises `StoreError` where its payload is no JSON object."""
    event_id, action, at, annotator, article, kind, payload = row
    try:
        parsed = parse_object(payload)
    except ValueError as error:
        raise StoreError(
            f"what event {event_id} of article {article} did is no JSON object: {error}; {RESTORE}"
        ) from error
    return Event(event_id, action, at, annotator, article, kind, parsed)


def read_meta(article: int, meta: str) -> Mapping[str, Json]:
    """Read an article's metadata; raises `StoreError` where it is no JSON object."""
    try:
        return parse_object(meta)
    except ValueError as error:
        raise StoreError(
            f"the metadata of article {article} is no JSON object: {error}; {RESTORE}"
        ) from error
