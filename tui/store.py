"""The project's database: an append-only log of events, and tables derived from it in the same transaction.

Nothing else in spantag knows SQLite. One `Store` is one connection and stays in its thread. Every method that
writes is one transaction, and on disk when it returns: in WAL mode with `synchronous=NORMAL` a killed process
loses nothing, and a power cut at most what came after the last `checkpoint`.
"""

import secrets
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, TypeVar

from msgspec.json import Decoder

from tui.articles import PARAGRAPH_STATES, Article, Paragraph, ParagraphState, article_key
from tui.boilerplate import find_boilerplate
from tui.errors import (
    ConfigurationError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreMovedError,
    StoreReadOnlyError,
)
from tui.events import (
    EVENT_KINDS,
    Event,
    EventKind,
    Layer,
    Payload,
    Touched,
    find_faults,
    fold,
    is_taken_back,
    names,
    next_event_ids,
    parse_object,
    to_json,
)
from tui.spans import HAND, NO_ATTRIBUTES, Json, Origin, Relation, Span
from tui.text import fold_text

SCHEMA_VERSION: Final = 1
"""The schema this program speaks; equals `tui.migrations.VERSION`, which is slow to import."""

BUSY_TIMEOUT: Final = 5.0
"""Seconds to wait for another program's transaction."""

ArticleFilter: TypeAlias = Literal["all", "new", "started", "finished", "flagged"]
"""Which articles the library shows, by what the annotator did to them."""

_APPLICATION_ID: Final = 0x7370616E

_POLL: Final = 0.005
"""Seconds that SQLite waits by itself. It looks again at 1, 3 and 5 ms, but only every 100 ms after a second,
and would miss the moments between the transactions of an import for long."""

_CHUNK_ARTICLES: Final = 10
_CHUNK_LENGTH: Final = 1_000_000
"""The most articles, and about the most code points of text, that are read at a time. More articles take more
time each, because their rows no longer fit into the processor's cache."""

_FILTERS: Final[Mapping[ArticleFilter, str]] = {
    "all": "1",
    "new": "progress.article IS NULL"
    " OR (progress.finished = 0 AND progress.spans = 0 AND progress.unfinished > 0)",
    "started": "progress.unfinished > 0 AND (progress.finished > 0 OR progress.spans > 0)",
    "finished": "progress.unfinished = 0",
    "flagged": "progress.flagged > 0",
}


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """What the library shows of an article."""

    number: int
    """The article's number."""
    title: str
    """Its title."""
    paragraphs: int
    """How many paragraphs it has."""
    finished: int
    """How many of them the annotator has finished."""
    unfinished: int
    """How many still wait for the annotator."""
    flagged: int
    """How many are flagged."""
    spans: int
    """How many spans the annotator made."""
    touched_at: str
    """When the annotator last did something to it, in UTC; empty when never."""


@dataclass(frozen=True, slots=True)
class FirstLayer:
    """What an annotator says of an article on its way into the database."""

    annotator: str
    """Who says it."""
    layer: Layer
    """What is said: exactly what `acts` fold to. It states every paragraph, and has no events."""
    acts: Sequence[tuple[EventKind, str]]
    """The events that say it: their kinds, and their payloads as JSON; at least one."""
    digest: str
    """The digest of the record it comes with."""


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article on its way into the database."""

    text: str
    """Its text."""
    title: str
    """Its title."""
    paragraphs: Sequence[tuple[int, int]]
    """`[start, end)` of each paragraph."""
    key: str
    """`article_key(text)`."""
    id: str | None = None
    """The id it comes with."""
    meta: Mapping[str, Json] = field(default_factory=lambda: NO_ATTRIBUTES)
    """Its metadata."""
    said: FirstLayer | None = None
    """What is said of it, where anything is."""


@dataclass(frozen=True, slots=True)
class About:
    """What an article came with beside its text."""

    id: str | None
    """Its id; None where it came without one."""
    title: str
    """Its title."""
    meta: Mapping[str, Json]
    """Its metadata."""


Act: TypeAlias = tuple[EventKind, Payload]
"""One event before it has an id: its kind and payload."""

DERIVED_TABLES: Final = ("spans", "relations", "paragraph_states", "article_labels", "progress")
"""The tables that the log alone decides."""

_parse: Final = Decoder().decode
"""Reads the JSON of derived rows."""

_Row: TypeAlias = tuple[str | int | float | None, ...]
_Answer = TypeVar("_Answer")


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

    def run(self, connection: sqlite3.Connection, rows: Sequence[_Row]) -> None:
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
        self, connection: sqlite3.Connection, rows: Sequence[_Row], *, nulls: Sequence[int] = ()
    ) -> None:
        if rows:
            marks = ", ".join(["NULL" if index in nulls else "?" for index in range(self.columns)])
            connection.executemany(f"{self.verb} INTO {self.table} VALUES ({marks})", rows)


_INSERTS: Final = {
    each.table: each
    for each in (
        _Insert("articles", 9),
        _Insert("texts", 2),
        _Insert("paragraphs", 4),
        _Insert("events", 7),
        _Insert("imports", 1, verb="INSERT OR IGNORE"),
        _Insert("spans", 12, rare=(6, 7, 8, 10, 11)),
        _Insert("relations", 6),
        _Insert("paragraph_states", 5, rare=(4,)),
        _Insert("article_labels", 4),
        _Insert("progress", 10),
    )
}
"""The tables that are written row by row."""

_MENDS: Final = "spantag verify --rebuild mends it"
_RESTORE: Final = "restore a copy of the database"
_BUSY_CODES: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Store:
    """One connection to the database of a project."""

    def __init__(self, connection: sqlite3.Connection, path: Path, *, timeout: float = BUSY_TIMEOUT) -> None:
        self._connection = connection
        self._timeout = timeout
        self._file = _identify(path)
        self.path = path
        """The database file."""

    @classmethod
    def open(cls, path: Path, *, create: bool = True, timeout: float = BUSY_TIMEOUT) -> "Store":
        """Open the database at `path`, making it and its folder where they are missing and `create` allows.

        Waits `timeout` seconds for another program's transaction, here and later. Raises `ConfigurationError`
        for a file that is not spantag's or a newer version's, and `StoreError` for one that cannot be opened.
        """
        if path.is_dir():
            raise ConfigurationError(f"{path}: this is a folder; name a database file")
        if not create and not path.exists():
            raise ConfigurationError(f"{path}: there is no database here yet; import an article first")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreReadOnlyError(
                f"{path.parent}: the folder cannot be made: {error.strerror}; choose another with --project"
            ) from error
        with _translated(path):
            connection = sqlite3.connect(path, timeout=_POLL, isolation_level=None, cached_statements=256)
        store = cls(connection, path, timeout=timeout)
        try:
            store._ask(lambda: _prepare(connection, path))
        except BaseException:
            connection.close()
            raise
        return store

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do everything in the block or nothing; inside another transaction, as a part of that one."""
        is_part = self._connection.in_transaction
        if is_part:
            yield
            return
        self._ask(lambda: self._connection.execute("BEGIN IMMEDIATE"))
        with _translated(self.path):
            try:
                yield
                self.check_place()
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk makes SQLite roll back by itself.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let everything that is read in the block be from one moment, whatever others write meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        self._ask(lambda: self._connection.execute("BEGIN"))
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def check_place(self) -> None:
        """Raise `StoreMovedError` where the file at `path` is no longer the one that was opened.

        SQLite would go on writing into a file that nobody finds any more. This may be asked in any thread.
        """
        there = _identify(self.path)
        if there is None:
            raise StoreMovedError(
                f"{self.path}: the database was moved or deleted; nothing was changed, put it back and try"
                " again"
            )
        if there != self._file:
            raise StoreMovedError(
                f"{self.path}: another file is here now in place of the database; nothing was changed, put"
                " the database back, or start spantag again to work on this file"
            )

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database and sync it, as far as readers allow."""
        self._rows("PRAGMA wal_checkpoint(PASSIVE)")

    # Articles

    def find_article(self, key: str) -> int | None:
        """Find the number of the article with this key."""
        return self._number("SELECT number FROM articles WHERE key = ?", key)

    def find_article_id(self, article_id: str) -> int | None:
        """Find the number of the article that came with this id."""
        return self._number("SELECT number FROM articles WHERE id = ?", article_id)

    def find_taken(self, keys: Sequence[str], ids: Sequence[str]) -> tuple[set[str], set[str]]:
        """Find which of some keys, and which of some ids, articles have already."""
        taken: list[set[str]] = []
        for column, texts in (("key", keys), ("id", ids)):
            marks = ", ".join("?" * len(texts))
            rows = self._rows(f"SELECT {column} FROM articles WHERE {column} IN ({marks})", *texts)
            taken.append({text for (text,) in rows})
        return taken[0], taken[1]

    def add_articles(self, articles: Sequence[NewArticle]) -> list[int]:
        """Add articles whose keys and ids are new, with what is said of them; give their numbers."""
        at = utc_now()
        rows: dict[str, list[_Row]] = {table: [] for table in _INSERTS}
        with self.transaction():
            first = (self._number("SELECT max(number) FROM articles") or 0) + 1
            count = sum(len(new.said.acts) for new in articles if new.said is not None)
            ids = iter(_make_ids(self._text("SELECT max(id) FROM events"), count))
            for number, new in enumerate(articles, start=first):
                rows["articles"].append(
                    (
                        number,
                        new.key,
                        new.id,
                        new.title,
                        _searched(new.title, new.id),
                        len(new.text),
                        len(new.paragraphs),
                        at,
                        to_json(new.meta),
                    )
                )
                rows["texts"].append((number, new.text))
                rows["paragraphs"] += [
                    (number, position, start, end) for position, (start, end) in enumerate(new.paragraphs)
                ]
                if new.said is not None:
                    _add_first_layer(rows, number, new.said, ids, at)
            self._insert(rows)
        return list(range(first, first + len(articles)))

    def read_about(self, number: int) -> About:
        """Read what an article came with beside its text."""
        for article_id, title, meta in self._rows(
            "SELECT id, title, meta FROM articles WHERE number = ?", number
        ):
            return About(article_id, title, _read_meta(number, meta))
        raise StoreError(f"{self.path}: there is no article number {number}")

    def write_about(self, number: int, about: About) -> None:
        """Write what an article came with beside its text, in place of what was there; its id must be new."""
        with self.transaction():
            self._connection.execute(
                "UPDATE articles SET id = ?, title = ?, search = ?, meta = ? WHERE number = ?",
                (about.id, about.title, _searched(about.title, about.id), to_json(about.meta), number),
            )

    def load_article(self, number: int) -> Article:
        """Read an article with its text and paragraphs."""
        for article in self._read_articles(number, number):
            return article
        raise StoreError(f"{self.path}: there is no article number {number}")

    def read_articles(self, *, as_of: str | None = None, boilerplate: bool = True) -> Iterator[list[Article]]:
        """Read all articles, or those added up to the UTC time `as_of`, in order of arrival, some at a time.

        Looking for boilerplate takes longer than reading; it is left out where `boilerplate` is false.
        """
        last = 0
        while True:
            lengths = self._rows(
                "SELECT number, length FROM articles WHERE number > ? ORDER BY number LIMIT ?",
                last,
                _CHUNK_ARTICLES,
            )
            if not lengths:
                return
            sums = accumulate(length for _, length in lengths)
            fitting = [
                number for (number, _), total in zip(lengths, sums, strict=True) if total < _CHUNK_LENGTH
            ]
            first, last = lengths[0][0], fitting[-1] if fitting else lengths[0][0]
            yield self._read_articles(first, last, as_of=as_of, boilerplate=boilerplate)

    def _read_articles(
        self, first: int, last: int, *, as_of: str | None = None, boilerplate: bool = True
    ) -> list[Article]:
        paragraphs: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, start, end in self._rows(
            'SELECT article, "start", "end" FROM paragraphs WHERE article BETWEEN ? AND ?'
            " ORDER BY article, position",
            first,
            last,
        ):
            paragraphs[number].append((start, end))
        rows = self._rows(
            "SELECT number, key, id, title, text, meta FROM articles JOIN texts ON texts.article = number"
            " WHERE number BETWEEN ? AND ? AND (? IS NULL OR added_at <= ?) ORDER BY number",
            first,
            last,
            as_of,
            as_of,
        )
        return [
            Article(
                number,
                key,
                article_id,
                title,
                text,
                _read_meta(number, meta),
                tuple(
                    [Paragraph(index, start, end) for index, (start, end) in enumerate(paragraphs[number])]
                ),
                find_boilerplate(text, paragraphs[number]) if boilerplate else frozenset(),
            )
            for number, key, article_id, title, text, meta in rows
        ]

    def list_articles(self, annotator: str, *, text: str = "", state: ArticleFilter = "all") -> Sequence[int]:
        """List the numbers of the articles whose title or id holds `text`, in order of arrival."""
        if not text and state == "all":
            # Nothing is ever deleted, so the numbers have no gaps; to read them all takes 50 times longer.
            last = self._number("SELECT max(number) FROM articles") or 0
            if last == self.count_articles():
                return range(1, last + 1)
            return self._numbers("SELECT number FROM articles ORDER BY number")
        query = (
            "SELECT number FROM articles LEFT JOIN progress"
            " ON progress.annotator = ? AND progress.article = number"
            f" WHERE ({_FILTERS[state]}) AND (? = '' OR instr(search, ?) > 0) ORDER BY number"
        )
        folded = fold_text(text)
        return self._numbers(query, annotator, folded, folded)

    def read_rows(self, numbers: Sequence[int], annotator: str) -> list[ArticleRow]:
        """Read what the library shows of these articles, in their order of arrival."""
        marks = ", ".join("?" * len(numbers))
        rows = self._rows(
            "SELECT number, title, paragraphs, coalesce(finished, 0), coalesce(unfinished, paragraphs),"
            " coalesce(flagged, 0), coalesce(spans, 0), coalesce(touched_at, '')"
            " FROM articles LEFT JOIN progress ON progress.annotator = ? AND progress.article = number"
            f" WHERE number IN ({marks}) ORDER BY number",
            annotator,
            *numbers,
        )
        return [ArticleRow(*row) for row in rows]

    def find_unfinished(self, annotator: str, *, after: int) -> int | None:
        """Find the next article with something left to do, in order of arrival, round the project."""
        query = (
            "SELECT number FROM articles LEFT JOIN progress"
            " ON progress.annotator = ? AND progress.article = number"
            " WHERE coalesce(unfinished, paragraphs) > 0 AND number > ? ORDER BY number LIMIT 1"
        )
        return self._number(query, annotator, after) or self._number(query, annotator, 0)

    def last_touched(self, annotator: str) -> int | None:
        """Find the article the annotator was last at."""
        return self._number(
            "SELECT article FROM positions WHERE annotator = ? ORDER BY at DESC LIMIT 1", annotator
        )

    def list_recent(self, annotator: str, *, count: int) -> list[int]:
        """List the annotator's newest articles with finished paragraphs, the one touched last at the end."""
        numbers = self._numbers(
            "SELECT article FROM progress WHERE annotator = ? AND finished > 0"
            " ORDER BY touched_at DESC, article DESC LIMIT ?",
            annotator,
            count,
        )
        return numbers[::-1]

    def load_position(self, annotator: str, article: int) -> int | None:
        """Find the code point the annotator's cursor was last at."""
        return self._number(
            'SELECT "offset" FROM positions WHERE annotator = ? AND article = ?', annotator, article
        )

    def save_position(self, annotator: str, article: int, offset: int) -> None:
        """Remember the code point of the annotator's cursor."""
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)",
                (annotator, article, offset, utc_now()),
            )

    # The log

    def load_layer(self, article: int, annotator: str, *, as_of: str | None = None) -> Layer:
        """Fold the annotator's events on an article, up to the last one of the UTC time `as_of` or before.

        What stands before that one in the log counts even where the clock was ahead: it happened before.
        Raises `StoreError` for an event that cannot be read.
        """
        return fold(
            self._read_events(
                "article = ? AND annotator = ? AND (? IS NULL OR id <= (SELECT max(id) FROM events"
                " WHERE article = ? AND annotator = ? AND at <= ?)) ORDER BY id",
                *(article, annotator, as_of, article, annotator, as_of),
            )
        )

    def list_annotators(self, article: int) -> list[str]:
        """List who has said anything of an article."""
        rows = self._rows(
            "SELECT DISTINCT annotator FROM events WHERE article = ? ORDER BY annotator", article
        )
        return [row[0] for row in rows]

    def read_layers(self, first: int, last: int) -> Mapping[int, Mapping[str, Layer]]:
        """Read everything said of the articles from `first` to `last` out of the derived tables.

        Gives the layers by article and annotator; they have no events, so nothing can be appended to them.
        """
        place = "WHERE article BETWEEN ? AND ? ORDER BY article, annotator"
        layers: defaultdict[int, defaultdict[str, Layer]] = defaultdict(lambda: defaultdict(Layer))
        for article, annotator in self._rows(f"SELECT article, annotator FROM progress {place}", first, last):
            layers[article][annotator] = Layer()
        rows = self._rows(f"SELECT * FROM spans {place}", first, last)
        # Each column into a name of its own: a list of the last ones takes half as long again.
        for article, annotator, name, start, end, label, values, pieces, note, source, sure, model in rows:
            layers[article][annotator].spans[name] = Span(
                name,
                start,
                end,
                label,
                _parse(values) if values else NO_ATTRIBUTES,
                tuple((first, last) for first, last in _parse(pieces)) if pieces else (),
                note or "",
                HAND if source == "hand" and sure is None and model is None else Origin(source, sure, model),
            )
        for article, annotator, *texts in self._rows(f"SELECT * FROM relations {place}", first, last):
            layers[article][annotator].relations[texts[0]] = Relation(*texts)
        for article, annotator, position, state, note in self._rows(
            f"SELECT article, annotator, position, state, note FROM paragraph_states {place}", first, last
        ):
            layer = layers[article][annotator]
            if state is not None:
                layer.states[position] = state
            if note is not None:
                layer.notes[position] = note
        for article, annotator, name, value in self._rows(
            f"SELECT article, annotator, name, value FROM article_labels {place}", first, last
        ):
            layers[article][annotator].article_labels[name] = _parse(value)
        return layers

    def append(
        self,
        article: Article,
        annotator: str,
        layer: Layer,
        acts: Iterable[Act],
        *,
        action: str | None = None,
    ) -> list[Event]:
        """Append one action to the log, fold it into `layer`, and write the derived rows, in one transaction.

        The events belong to `action` where one is given that was not taken back meanwhile; else to a new one.
        `layer` is brought up to date first when another process has written to it. When the database refuses,
        `layer` is as before and `StoreError` is raised.
        """
        events: list[Event] = []
        count = len(layer.events)
        try:
            with self.transaction():
                if self._last_event_of(article.number, annotator) != layer.last_event:
                    self._refresh(article.number, annotator, layer)
                count = len(layer.events)
                touched = Touched()
                last = self._text("SELECT max(id) FROM events")
                if action is not None and is_taken_back(layer, action):
                    action = None
                events = _make_events(last, utc_now(), article.number, annotator, acts, action)
                for event in events:
                    touched |= layer.apply(event)
                if events:
                    self._insert({"events": [_event_row(event, to_json(event.payload)) for event in events]})
                    self._write_derived(article, annotator, layer, touched)
        except BaseException:
            layer.rewind(count)
            raise
        return events

    def append_together(
        self, annotator: str, works: Iterable[tuple[Article, Layer, Sequence[Act]]]
    ) -> list[Event]:
        """Append one action that is about several articles, in one transaction, as `append` does."""
        events: list[Event] = []
        done: list[tuple[Layer, str]] = []
        try:
            with self.transaction():
                for article, layer, acts in works:
                    action = events[0].action if events else None
                    own = self.append(article, annotator, layer, acts, action=action)
                    done += [(layer, own[0].id)] if own else []
                    events += own
        except BaseException:
            for layer, first in done:
                layer.rewind(sum(event.id < first for event in layer.events))
            raise
        return events

    def reload(self, article: int, annotator: str, layer: Layer) -> None:
        """Bring a layer up to date where another connection or layer wrote to it."""
        if self._last_event_of(article, annotator) != layer.last_event:
            self._refresh(article, annotator, layer)

    def articles_of_action(self, action: str) -> list[int]:
        """List the numbers of the articles that an action touched."""
        return self._numbers(
            "SELECT article FROM events WHERE id = ?"
            ' UNION SELECT article FROM events WHERE "action" = ? AND "action" <> id ORDER BY article',
            action,
            action,
        )

    def step(
        self, article: Article, annotator: str, layer: Layer, kind: Literal["undo", "redo"], action: str
    ) -> list[Event]:
        """Undo or redo an action in all articles it touched, in one transaction; the event here is first.

        When the database refuses, nothing was changed, `layer` is as before, and `StoreError` is raised.
        """
        act: Act = (kind, {"action": action})
        events: list[Event] = []
        try:
            with self.transaction():
                events = self.append(article, annotator, layer, [act])
                for number in self.articles_of_action(action):
                    if number != article.number:
                        other, other_layer = self.load_article(number), self.load_layer(number, annotator)
                        events += self.append(other, annotator, other_layer, [act], action=events[0].id)
        except BaseException:
            if events:
                layer.rewind(sum(event.id < events[0].id for event in layer.events))
            raise
        return events

    def find_text(self, text: str, *, first: int, last: int) -> list[int]:
        """List the numbers from `first` to `last` of the articles whose text holds `text` as it is."""
        return self._numbers(
            "SELECT article FROM texts WHERE article BETWEEN ? AND ? AND instr(text, ?) > 0 ORDER BY article",
            first,
            last,
            text,
        )

    def claim_import(self, digest: str) -> bool:
        """Remember that a record with this digest is in; tell whether it was not before."""
        with self.transaction():
            cursor = self._connection.execute("INSERT OR IGNORE INTO imports VALUES (?)", (digest,))
        return cursor.rowcount == 1

    def offer_spans(self, article: int, source: str, spans: Iterable[Span]) -> None:
        """Keep what a source outside suggests for an article, instead of what it suggested before."""
        rows = [
            (article, source, span.start, span.end, span.label, span.origin.confidence, span.origin.model)
            for span in spans
        ]
        with self.transaction():
            self._connection.execute(
                "DELETE FROM suggestions WHERE article = ? AND source = ?", (article, source)
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO suggestions VALUES (?, ?, ?, ?, ?, ?, ?)", rows
            )

    def load_offers(self, article: int) -> list[Span]:
        """Read what sources outside suggest for an article, as spans that are none yet."""
        rows = self._rows(
            'SELECT source, "start", "end", label, confidence, model FROM suggestions WHERE article = ?'
            ' ORDER BY "start", "end", label, source',
            article,
        )
        return [
            Span("", start, end, label, origin=Origin(source, confidence, model))
            for source, start, end, label, confidence, model in rows
        ]

    def count_articles(self) -> int:
        """Count the articles."""
        return self._number("SELECT count(*) FROM articles") or 0

    def last_number(self) -> int:
        """Give the number of the newest article; 0 where there is none."""
        return self._number("SELECT max(number) FROM articles") or 0

    def count_paragraphs(self) -> int:
        """Count the paragraphs of all articles."""
        return self._number("SELECT sum(paragraphs) FROM articles") or 0

    def count_spans(self) -> list[tuple[str, str, int]]:
        """Count spans as annotator, label, number."""
        return self._rows(
            "SELECT annotator, label, count(*) FROM spans GROUP BY annotator, label ORDER BY annotator, label"
        )

    def count_states(self) -> list[tuple[str, dict[ParagraphState, int], int]]:
        """Count each annotator's paragraphs by state, and the articles left with nothing unfinished."""
        sums = ", ".join(f"sum({state})" for state in PARAGRAPH_STATES)
        rows = self._rows(
            f"SELECT annotator, sum(unfinished = 0), {sums} FROM progress"
            " GROUP BY annotator ORDER BY annotator"
        )
        return [(row[0], dict(zip(PARAGRAPH_STATES, row[2:], strict=True)), row[1]) for row in rows]

    def read_time_span(self, *, as_of: str | None = None) -> tuple[str | None, str | None]:
        """Read when the first and the last event happened, up to the UTC time `as_of`."""
        ((first, last),) = self._rows(
            "SELECT min(at), max(at) FROM events WHERE ? IS NULL OR at <= ?", as_of, as_of
        )
        return first, last

    def list_imported(self, article: int, annotator: str) -> set[str]:
        """List the ids of the annotator's spans in an article that came with an import."""
        rows = self._rows(
            "SELECT json_extract(span.value, '$.id') FROM events, json_each(payload, '$.spans') AS span"
            " WHERE article = ? AND annotator = ? AND kind = 'add'"
            " AND json_extract(payload, '$.import') IS NOT NULL",
            article,
            annotator,
        )
        return {row[0] for row in rows}

    def used_labels(self) -> list[str]:
        """List the labels that any span has."""
        return [row[0] for row in self._rows("SELECT DISTINCT label FROM spans ORDER BY label")]

    # Truth

    def rebuild(self) -> int:
        """Make the derived tables anew from the log; return how many layers there are.

        The digests of imports stay: a record that brought nothing new has left no event.
        """
        with self.transaction():
            for number, _, searched in self._searches():
                self._connection.execute(
                    "UPDATE articles SET search = ? WHERE number = ?", (searched, number)
                )
            for table in DERIVED_TABLES:
                self._connection.execute(f"DELETE FROM {table}")
            layers = self._layers()
            for number, annotator in layers:
                layer = self.load_layer(number, annotator)
                self._insert(_derive(self.load_article(number), annotator, layer))
            self._connection.execute(
                "INSERT OR IGNORE INTO imports SELECT json_extract(payload, '$.import') FROM events"
                " WHERE json_extract(payload, '$.import') IS NOT NULL"
            )
        return len(layers)

    def verify(self) -> Iterator[str]:
        """Check file, articles, log and derived tables; yield a sentence for each disagreement."""
        with self.snapshot():
            for (answer,) in self._rows("PRAGMA quick_check"):
                if answer != "ok":
                    yield f"{self.path}: SQLite reports: {answer}"
            for table, parent in self._rows('SELECT DISTINCT "table", parent FROM pragma_foreign_key_check'):
                yield f"{self.path}: the table {table} names rows that {parent} does not have"
            for (number,) in self._rows("SELECT number FROM articles EXCEPT SELECT article FROM texts"):
                yield f"article {number}: its text is gone; {_RESTORE}"
            for number, stored, searched in self._searches():
                if stored != searched:
                    yield f"article {number} is searched by another text than its title and id; {_MENDS}"
            for number in self._numbers("SELECT number FROM articles JOIN texts ON article = number"):
                try:
                    article = self.load_article(number)
                except StoreError as error:
                    yield f"article {number} cannot be read: {error}"
                    continue
                yield from _verify_article(article)
                for annotator in self.list_annotators(number):
                    yield from self._verify_layer(article, annotator)
            for table in DERIVED_TABLES:
                for number, annotator in self._rows(
                    f"SELECT article, annotator FROM {table} EXCEPT SELECT article, annotator FROM events"
                ):
                    where = f"article {number}, annotator {annotator}"
                    yield f"{where}: the table {table} has rows but the log has no event; {_MENDS}"

    def _verify_layer(self, article: Article, annotator: str) -> Iterator[str]:
        where = f"{_name(article)}, annotator {annotator}"
        place = (article.number, annotator)
        unread: list[str] = []
        try:
            events = self._read_events("article = ? AND annotator = ? ORDER BY id", *place)
        except StoreError:
            events = []
            unread = self._texts(
                "SELECT id FROM events WHERE article = ? AND annotator = ? ORDER BY id", *place
            )
        is_whole = not unread
        for event_id in unread:
            try:
                events += self._read_events("id = ?", event_id)
            except StoreError as error:
                yield f"{where}: event {event_id} cannot be read: {error}"
        for event in events:
            yield from _verify_event(event, article, where)
        if not is_whole:
            return
        layer = fold(events)
        for span in layer.spans.values():
            if span.end > len(article.text):
                yield f"{where}: span {span.id} ends at {span.end}, past the text's {len(article.text)}"
        for table, rows in _derive(article, annotator, layer).items():
            stored = self._rows(f"SELECT * FROM {table} WHERE article = ? AND annotator = ?", *place)
            if sorted(map(repr, stored)) != sorted(map(repr, rows)):
                yield f"{where}: the table {table} disagrees with the log; {_MENDS}"

    def _searches(self) -> Iterator[tuple[int, str, str]]:
        """Give each article's number, the text that it is searched by, and the one that it should be."""
        for number, title, article_id, stored in self._rows("SELECT number, title, id, search FROM articles"):
            yield number, stored, _searched(title, article_id)

    def _layers(self) -> list[tuple[int, str]]:
        return self._rows("SELECT DISTINCT article, annotator FROM events ORDER BY article, annotator")

    # Inside

    def _refresh(self, article: int, annotator: str, layer: Layer) -> None:
        fresh = self.load_layer(article, annotator)
        for part in Layer.__slots__:
            setattr(layer, part, getattr(fresh, part))

    def _read_events(self, condition: str, *parameters: str | int | None) -> list[Event]:
        return [
            _read_event(row)
            for row in self._rows(
                'SELECT id, "action", at, annotator, article, kind, payload FROM events WHERE ' + condition,
                *parameters,
            )
        ]

    def _last_event_of(self, article: int, annotator: str) -> str:
        return self._text(
            "SELECT max(id) FROM events WHERE article = ? AND annotator = ?", article, annotator
        )

    def _write_derived(self, article: Article, annotator: str, layer: Layer, touched: Touched) -> None:
        """Write the rows of what was touched in place of those that were there."""
        place = (article.number, annotator)
        if touched.spans or touched.relations:
            # Relations go and come back with the spans they link: a layer's are written together.
            self._connection.execute("DELETE FROM relations WHERE article = ? AND annotator = ?", place)
            touched |= Touched(relations=frozenset(layer.relations))
        for table, column, keys in (
            ("spans", "id", touched.spans),
            ("paragraph_states", "position", touched.paragraphs),
            ("article_labels", "name", touched.article_labels),
        ):
            if keys:
                self._connection.executemany(
                    f"DELETE FROM {table} WHERE article = ? AND annotator = ? AND {column} = ?",
                    [(*place, key) for key in keys],
                )
        self._connection.execute("DELETE FROM progress WHERE article = ? AND annotator = ?", place)
        self._insert(_derive(article, annotator, layer, touched))

    def _insert(self, rows: Mapping[str, Sequence[_Row]]) -> None:
        for table, some in rows.items():
            _INSERTS[table].run(self._connection, some)

    def _ask(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask the database, again while another program holds it, and put its errors into sentences."""
        deadline = time.monotonic() + self._timeout
        with _translated(self.path):
            while True:
                try:
                    return ask()
                except sqlite3.OperationalError as error:
                    if _code_of(error) not in _BUSY_CODES or time.monotonic() > deadline:
                        raise

    def _rows(self, query: str, *parameters: str | int | None) -> list[Any]:
        return self._ask(lambda: self._connection.execute(query, parameters).fetchall())

    def _number(self, query: str, *parameters: str | int) -> int | None:
        return next((number for (number,) in self._rows(query, *parameters)), None)

    def _numbers(self, query: str, *parameters: str | int) -> list[int]:
        return [number for (number,) in self._rows(query, *parameters)]

    def _texts(self, query: str, *parameters: str | int) -> list[str]:
        return [text for (text,) in self._rows(query, *parameters)]

    def _text(self, query: str, *parameters: str | int) -> str:
        return next((text for (text,) in self._rows(query, *parameters) if text is not None), "")


def paragraph_state(article: Article, layer: Layer, index: int) -> ParagraphState:
    """Say in which state a paragraph is: what was said of it, else what it looks like."""
    return layer.states.get(index, "boilerplate" if index in article.boilerplate else "unfinished")


def utc_now() -> str:
    """Tell the time in UTC to the millisecond: `2026-11-22T10:42:07.123Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _verify_article(article: Article) -> Iterator[str]:
    if article_key(article.text) != article.key:
        yield f"{_name(article)}: its text is not the text that was imported"
    last = 0
    for paragraph in article.paragraphs:
        if not last <= paragraph.start < paragraph.end <= len(article.text):
            yield f"{_name(article)}: paragraph {paragraph.index + 1} lies outside the text or over another"
        last = paragraph.end


def _searched(title: str, article_id: str | None) -> str:
    """Give the text in which the library's search looks for an article."""
    return fold_text(f"{title}\n{article_id or ''}")


def _verify_event(event: Event, article: Article, where: str) -> Iterator[str]:
    if event.kind not in EVENT_KINDS:
        yield f"{where}: event {event.id} is of the unknown kind {event.kind!r}"
    for fault in find_faults(event):
        yield f"{where}: event {event.id} ({event.kind}) is not whole: {fault}; {_RESTORE}"
    for index in names(event).paragraphs:
        if index >= len(article.paragraphs):
            yield (
                f"{where}: event {event.id} ({event.kind}) names paragraph {index + 1} of"
                f" {len(article.paragraphs)}; {_RESTORE}"
            )


def _name(article: Article) -> str:
    return f"article {article.number} ({article.title!r})"


def _make_events(
    last: str,
    at: str,
    article: int,
    annotator: str,
    acts: Iterable[tuple[EventKind, Payload]],
    action: str | None = None,
) -> list[Event]:
    """Make the events of an action, else of a new one, newer than the event `last` of the database."""
    acts = list(acts)
    ids = _make_ids(last, len(acts))
    return [
        Event(event_id, action or ids[0], at, annotator, article, kind, payload)
        for event_id, (kind, payload) in zip(ids, acts, strict=True)
    ]


def _make_ids(last: str, count: int) -> list[str]:
    """Make the ids of new events, newer than the event `last` of the database."""
    try:
        return next_event_ids(last, count, clock=time.time_ns() // 1_000_000, tail=secrets.randbits(74))
    except ValueError as error:
        raise StoreError(
            f"nothing can follow the last event of the log, {last!r}: that is no UUID; {_RESTORE}"
        ) from error


def _event_row(event: Event, payload: str) -> _Row:
    return (event.id, event.action, event.at, event.annotator, event.article, event.kind, payload)


def _add_first_layer(
    rows: Mapping[str, list[_Row]], number: int, said: FirstLayer, ids: Iterator[str], at: str
) -> None:
    """Add the rows of an article's first layer, its events with the next of the ids."""
    layer, annotator = said.layer, said.annotator
    place = (number, annotator)
    own = list(islice(ids, len(said.acts)))
    rows["events"] += [
        (event_id, own[0], at, annotator, number, kind, payload)
        for event_id, (kind, payload) in zip(own, said.acts, strict=True)
    ]
    rows["imports"].append((said.digest,))
    rows["spans"] += _span_rows(place, layer.spans.values())
    rows["relations"] += _relation_rows(place, layer.relations.values())
    rows["paragraph_states"] += _state_rows(place, layer, layer.states)
    rows["article_labels"] += _article_label_rows(place, layer.article_labels.items())
    rows["progress"].append(_progress_row(place, layer, Counter(layer.states.values()), at, own[-1]))


def _derive(
    article: Article, annotator: str, layer: Layer, touched: Touched | None = None
) -> dict[str, list[_Row]]:
    """Derive the rows of what was touched in a layer, or of all of it, by table."""
    place = (article.number, annotator)
    spans, relations = layer.spans, layer.relations
    indices = layer.states.keys() | layer.notes.keys() if touched is None else touched.paragraphs
    labels = layer.article_labels
    if touched is not None:
        spans = {key: spans[key] for key in touched.spans if key in spans}
        relations = {key: relations[key] for key in touched.relations if key in relations}
        indices = frozenset(index for index in indices if index in layer.states or index in layer.notes)
        labels = {name: labels[name] for name in touched.article_labels if name in labels}
    counts = Counter(layer.states.values())
    counts["boilerplate"] += sum(index not in layer.states for index in article.boilerplate)
    counts["unfinished"] = len(article.paragraphs) - counts.total() + counts["unfinished"]
    newest = layer.events[-1]
    return {
        "spans": _span_rows(place, spans.values()),
        "relations": _relation_rows(place, relations.values()),
        "paragraph_states": _state_rows(place, layer, indices),
        "article_labels": _article_label_rows(place, labels.items()),
        "progress": [_progress_row(place, layer, counts, newest.at, newest.id)],
    }


def _span_rows(place: tuple[int, str], spans: Iterable[Span]) -> list[_Row]:
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


def _relation_rows(place: tuple[int, str], relations: Iterable[Relation]) -> list[_Row]:
    return [(*place, relation.id, relation.label, relation.head, relation.tail) for relation in relations]


def _state_rows(place: tuple[int, str], layer: Layer, indices: Iterable[int]) -> list[_Row]:
    return [(*place, index, layer.states.get(index), layer.notes.get(index)) for index in indices]


def _article_label_rows(place: tuple[int, str], labels: Iterable[tuple[str, Json]]) -> list[_Row]:
    return [(*place, name, to_json(value)) for name, value in labels]


def _progress_row(
    place: tuple[int, str], layer: Layer, counts: Mapping[ParagraphState, int], touched_at: str, newest: str
) -> _Row:
    number, annotator = place
    return (
        annotator,
        number,
        counts["finished"],
        counts["skipped"],
        counts["flagged"],
        counts["boilerplate"],
        counts["unfinished"],
        len(layer.spans),
        touched_at,
        newest,
    )


def _read_event(row: tuple[str, str, str, str, int, EventKind, str]) -> Event:
    event_id, action, at, annotator, article, kind, payload = row
    try:
        parsed = parse_object(payload)
    except ValueError as error:
        raise StoreError(
            f"what event {event_id} of article {article} did is no JSON object: {error}; {_RESTORE}"
        ) from error
    return Event(event_id, action, at, annotator, article, kind, parsed)


def _read_meta(article: int, meta: str) -> Mapping[str, Json]:
    try:
        return parse_object(meta)
    except ValueError as error:
        raise StoreError(
            f"the metadata of article {article} is no JSON object: {error}; {_RESTORE}"
        ) from error


def _identify(path: Path) -> tuple[int, int] | None:
    """Give what tells a file from every other; None where there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    version, application = _schema_of(connection)
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and application != _APPLICATION_ID:
        raise ConfigurationError(
            f"{path}: this SQLite database is not one of spantag's; name another with --db"
        )
    if version > SCHEMA_VERSION:
        raise ConfigurationError(
            f"{path}: a newer spantag made this database (schema {version}, this one knows {SCHEMA_VERSION});"
            " upgrade with: pip install --upgrade spantag"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if version < SCHEMA_VERSION:
        _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    from tui.migrations import migrate

    connection.execute("BEGIN IMMEDIATE")
    try:
        if _schema_of(connection)[0] < SCHEMA_VERSION:
            migrate(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _schema_of(connection: sqlite3.Connection) -> tuple[int, int]:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    return version, application


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Put SQLite's errors into sentences."""
    try:
        yield
    except sqlite3.Error as error:
        raise _store_error(error, path) from error


def _code_of(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code of an error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _store_error(error: sqlite3.Error, path: Path) -> StoreError | ConfigurationError:
    code = _code_of(error)
    if code in _BUSY_CODES:
        return StoreBusyError(
            f"{path}: another program holds the database and did not let go; nothing was changed, try again"
        )
    if code == sqlite3.SQLITE_FULL:
        return StoreFullError(f"{path}: the disk is full; nothing was changed, make room and try again")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return StoreReadOnlyError(
            f"{path}: the database or its folder cannot be written; nothing was changed"
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreReadOnlyError(
            f"{path}: the database cannot be opened or made here; check the folder's rights"
        )
    if code == sqlite3.SQLITE_NOTADB:
        return ConfigurationError(f"{path}: this file is no SQLite database; name another with --db")
    if code == sqlite3.SQLITE_OK and "decode" in str(error):
        return StoreError(f"{path}: a text in it is not UTF-8; {_RESTORE}")
    if code == sqlite3.SQLITE_CORRUPT:
        return StoreError(f"{path}: the database is damaged; restore a copy, or try sqlite3's .recover")
    return StoreError(f"{path}: the database refused: {error}")
