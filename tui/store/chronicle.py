"""The chronicle: what annotators did, one action after the other, of all articles or of some."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from msgspec import Struct

from tui.model.events import Event, Redo, Undo
from tui.model.json_text import to_json
from tui.store.connection import Connection
from tui.store.rows import read_event

_EVENTS: Final = 'SELECT id, "action", at, annotator, article, kind, payload, checksum FROM events'

_AT_ONCE: Final = 2_000
"""How many events are read at once."""

_ARTICLES_AT_ONCE: Final = 20
"""Of how many articles the events are read at once."""


class LogQuery(Struct, frozen=True):
    """Which actions are looked for."""

    article: int | None = None
    """The number of their article; None for all."""
    annotator: str | None = None
    """Who did them; None for anybody."""
    span: str | None = None
    """The id of a span that they made or changed; None for all."""
    since: str | None = None
    """The UTC time they happened at or after."""
    until: str | None = None
    """The UTC time they happened at or before."""


class Chronicle:
    """The log of all annotators, read action by action."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def read_actions(self, sought: LogQuery) -> Iterator[list[Event]]:
        """Read the actions that are sought, the newest last: of one in several articles, each part by itself.

        Raises `StoreError` for an event that is not what was written.
        """
        events = self._read_events(sought)
        if sought.span is not None:
            events = _pick_span(events, sought.span)
        for _, some in groupby(events, key=lambda event: (event.action, event.article)):
            yield list(some)

    def read_action(self, article: int, action: str) -> list[Event]:
        """Read what one action did to an article."""
        query = f'{_EVENTS} WHERE article = ? AND (id = ? OR ("action" = ? AND "action" <> id)) ORDER BY id'
        return [read_event(row) for row in self._db.rows(query, article, action, action)]

    def find_taken_back(self, sought: LogQuery) -> set[tuple[int, str]]:
        """Find the actions, each with its article, that were undone and not redone, whenever that was."""
        where, values = _where(sought.article, sought.annotator, kinds=(Undo.kind, Redo.kind))
        taken_back: set[tuple[int, str]] = set()
        for article, kind, action in self._db.rows(
            f"SELECT article, kind, json_extract(payload, '$.action') FROM events WHERE {where} ORDER BY id",
            *values,
        ):
            if kind == Undo.kind:
                taken_back.add((article, action))
            else:
                taken_back.discard((article, action))
        return taken_back

    def read_starts(self) -> Iterator[tuple[str, str, str]]:
        """Read who began which action when, in order; what was imported is none."""
        last = ""
        while rows := self._db.rows(
            'SELECT annotator, id, at FROM events WHERE id = "action"'
            " AND json_extract(payload, '$.import') IS NULL AND id > ? ORDER BY id LIMIT ?",
            last,
            _AT_ONCE,
        ):
            yield from rows
            last = rows[-1][1]

    def list_annotators(self, until: str) -> list[str]:
        """List who had done anything at a UTC time."""
        return self._db.texts("SELECT DISTINCT annotator FROM events WHERE at <= ? ORDER BY annotator", until)

    def read_by_layer(self) -> Iterator[list[Event]]:
        """Read the events of each layer of the articles that are in the project, in order of arrival.

        Raises `StoreError` for an event that is not what was written.
        """
        newest = self._db.number("SELECT max(article) FROM events") or 0
        for first in range(1, newest + 1, _ARTICLES_AT_ONCE):
            rows = self._db.rows(
                f"{_EVENTS} WHERE article BETWEEN ? AND ?"
                " AND article NOT IN (SELECT number FROM articles WHERE removed)"
                " ORDER BY article, annotator, id",
                first,
                first + _ARTICLES_AT_ONCE - 1,
            )
            for _, some in groupby(map(read_event, rows), key=lambda event: (event.article, event.annotator)):
                yield list(some)

    def _read_events(self, sought: LogQuery) -> Iterator[Event]:
        where, values = _where(sought.article, sought.annotator, since=sought.since, until=sought.until)
        if sought.span is not None:
            where += f" AND (instr(payload, ?) > 0 OR kind IN ('{Undo.kind}', '{Redo.kind}'))"
            values.append(to_json(sought.span))
        last = ""
        while rows := self._db.rows(
            f"{_EVENTS} WHERE {where} AND id > ? ORDER BY id LIMIT {_AT_ONCE}", *values, last
        ):
            yield from map(read_event, rows)
            last = rows[-1][0]


def _where(
    article: int | None,
    annotator: str | None,
    *,
    since: str | None = None,
    until: str | None = None,
    kinds: tuple[str, ...] = (),
) -> tuple[str, list[str | int]]:
    """Write what events must fit; only what is asked for, so that an index is used where there is one."""
    asked: list[tuple[str, str | int | None]] = [
        ("article = ?", article),
        ("annotator = ?", annotator),
        ("at >= ?", since),
        ("at <= ?", until),
    ]
    terms = [term for term, value in asked if value is not None]
    if kinds:
        terms.append(f"kind IN ({', '.join(map(repr, kinds))})")
    return " AND ".join(["1", *terms]), [value for _, value in asked if value is not None]


def _pick_span(events: Iterable[Event], span: str) -> Iterator[Event]:
    """Pick what touched a span, and what undid or redid that."""
    actions: set[str] = set()
    for event in events:
        match event.act:
            case Undo(action) | Redo(action):
                if action in actions:
                    yield event
            case act if span in act.touched().spans:
                actions.add(event.action)
                yield event
