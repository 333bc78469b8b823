"""The project's database: an append-only log of events, and tables derived from it in the same transaction.

Nothing else in spantag knows SQLite. One `Store` is one connection and stays in its thread. Every method that
writes is one transaction, and on disk when it returns: in WAL mode with `synchronous=NORMAL` a killed process
loses nothing, and a power cut at most what came after the last `checkpoint`.
"""

import json
import secrets
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tui.articles import PARAGRAPH_STATES, Article, Paragraph, ParagraphState, article_key
from tui.boilerplate import find_boilerplate
from tui.errors import (
    ConfigurationError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
)
from tui.events import EVENT_KINDS, Event, EventKind, Layer, Payload, Touched, fold, next_event_id
from tui.spans import Json, Relation, Span

SCHEMA_VERSION: Final = 1
"""The schema this program speaks; equals `tui.migrations.VERSION`, which is slow to import."""

BUSY_TIMEOUT: Final = 5.0
"""Seconds to wait for another program's transaction."""

ArticleFilter: TypeAlias = Literal["all", "new", "started", "finished", "flagged"]
"""Which articles the library shows, by what the annotator did to them."""

_APPLICATION_ID: Final = 0x7370616E
_TRANSACTION: Final = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
_SAVEPOINT: Final = ("SAVEPOINT part", "RELEASE part", "ROLLBACK TO part")

_FILTERS: Final[Mapping[ArticleFilter, str]] = {
    "all": "1",
    "new": "progress.article IS NULL OR (progress.finished = 0 AND progress.spans = 0)",
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
class NewArticle:
    """An article on its way into the database."""

    text: str
    """Its text."""
    title: str
    """Its title."""
    paragraphs: Sequence[tuple[int, int]]
    """`[start, end)` of each paragraph."""
    id: str | None = None
    """The id it comes with."""
    meta: Mapping[str, Json] | None = None
    """Its metadata."""


Act: TypeAlias = tuple[EventKind, Payload]
"""One event before it has an id: its kind and payload."""


class Store:
    """One connection to the database of a project."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path
        """The database file."""

    @classmethod
    def open(cls, path: Path, *, create: bool = True, timeout: float = BUSY_TIMEOUT) -> "Store":
        """Open the database at `path`, making it and its folder where they are missing and `create` allows.

        Raises `ConfigurationError` for a file that is not spantag's or a newer version's, and `StoreError`
        for one that cannot be opened.
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
            connection = sqlite3.connect(path, timeout=timeout, isolation_level=None, cached_statements=256)
        try:
            with _translated(path):
                _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do everything in the block or nothing; inside another transaction, as a part of that one."""
        nested = self._connection.in_transaction
        begin, commit, rollback = _SAVEPOINT if nested else _TRANSACTION
        with _translated(self.path):
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute(commit)
            except BaseException:
                # A full disk makes SQLite roll back by itself.
                with suppress(sqlite3.OperationalError):
                    self._connection.execute(rollback)
                raise

    @contextmanager
    def batch(self, *, seconds: float = 0.1) -> Iterator[Callable[[], None]]:
        """Write many things at a time; the block calls what it is given after each whole one.

        The call commits and begins anew once the transaction has gone on for `seconds`, so that an annotator
        at work in another process never waits for longer.
        """
        started = time.monotonic()

        def breathe() -> None:
            nonlocal started
            if time.monotonic() - started > seconds:
                self._connection.execute("COMMIT")
                self._connection.execute("BEGIN IMMEDIATE")
                started = time.monotonic()

        with self.transaction():
            yield breathe

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database and sync it, as far as readers allow."""
        with _translated(self.path):
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    # Articles

    def find_article(self, key: str) -> int | None:
        """Find the number of the article with this key."""
        return self._number("SELECT number FROM articles WHERE key = ?", key)

    def find_article_id(self, article_id: str) -> int | None:
        """Find the number of the article that came with this id."""
        return self._number("SELECT number FROM articles WHERE id = ?", article_id)

    def add_article(self, new: NewArticle, *, key: str | None = None) -> Article:
        """Add an article whose key and id are not in the database yet."""
        key = key or article_key(new.text)
        search = f"{new.title}\n{new.id or ''}".casefold()
        meta = dict(new.meta or {})
        with self.transaction():
            cursor = self._connection.execute(
                "INSERT INTO articles (key, id, title, search, length, paragraphs, added_at, meta)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    new.id,
                    new.title,
                    search,
                    len(new.text),
                    len(new.paragraphs),
                    utc_now(),
                    json.dumps(meta, ensure_ascii=False) if meta else "{}",
                ),
            )
            number = cursor.lastrowid or 0
            self._connection.execute("INSERT INTO texts VALUES (?, ?)", (number, new.text))
            self._connection.executemany(
                "INSERT INTO paragraphs VALUES (?, ?, ?, ?)",
                [(number, position, start, end) for position, (start, end) in enumerate(new.paragraphs)],
            )
        paragraphs = tuple(Paragraph(index, start, end) for index, (start, end) in enumerate(new.paragraphs))
        return Article(number, key, new.id, new.title, new.text, meta, paragraphs)

    def load_article(self, number: int) -> Article:
        """Read an article with its text and paragraphs."""
        with _translated(self.path):
            row = self._connection.execute(
                "SELECT key, id, title, meta, text FROM articles JOIN texts ON texts.article = number"
                " WHERE number = ?",
                (number,),
            ).fetchone()
            if row is None:
                raise StoreError(f"{self.path}: there is no article number {number}")
            key, article_id, title, meta, text = row
            paragraphs = self._connection.execute(
                'SELECT position, "start", "end" FROM paragraphs WHERE article = ? ORDER BY position',
                (number,),
            ).fetchall()
        return Article(
            number,
            key,
            article_id,
            title,
            text,
            json.loads(meta),
            tuple(Paragraph(*paragraph) for paragraph in paragraphs),
            find_boilerplate(text, [(start, end) for _, start, end in paragraphs]),
        )

    def list_articles(self, annotator: str, *, text: str = "", state: ArticleFilter = "all") -> list[int]:
        """List the numbers of the articles whose title or id holds `text`, in order of arrival."""
        if not text and state == "all":
            return self._numbers("SELECT number FROM articles ORDER BY number")
        query = (
            "SELECT number FROM articles LEFT JOIN progress"
            " ON progress.annotator = ? AND progress.article = number"
            f" WHERE ({_FILTERS[state]}) AND (? = '' OR instr(search, ?) > 0) ORDER BY number"
        )
        folded = text.casefold()
        return self._numbers(query, annotator, folded, folded)

    def read_rows(self, numbers: Sequence[int], annotator: str) -> list[ArticleRow]:
        """Read what the library shows of these articles, in their order of arrival."""
        marks = ", ".join("?" * len(numbers))
        with _translated(self.path):
            rows = self._connection.execute(
                "SELECT number, title, paragraphs, coalesce(finished, 0), coalesce(unfinished, paragraphs),"
                " coalesce(flagged, 0), coalesce(spans, 0), coalesce(touched_at, '')"
                " FROM articles LEFT JOIN progress ON progress.annotator = ? AND progress.article = number"
                f" WHERE number IN ({marks}) ORDER BY number",
                (annotator, *numbers),
            ).fetchall()
        return [ArticleRow(*row) for row in rows]

    def last_touched(self, annotator: str) -> int | None:
        """Find the article the annotator was last at."""
        return self._number(
            "SELECT article FROM positions WHERE annotator = ? ORDER BY at DESC LIMIT 1", annotator
        )

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
        """Fold the annotator's events on an article, up to the UTC time `as_of` where it is given."""
        with _translated(self.path):
            rows = self._connection.execute(
                'SELECT id, "action", at, annotator, article, kind, payload FROM events'
                " WHERE article = ? AND annotator = ? AND (? IS NULL OR at <= ?) ORDER BY id",
                (article, annotator, as_of, as_of),
            ).fetchall()
        return fold(_read_event(row) for row in rows)

    def list_annotators(self, article: int) -> list[str]:
        """List who has said anything of an article."""
        with _translated(self.path):
            return [
                row[0]
                for row in self._connection.execute(
                    "SELECT DISTINCT annotator FROM events WHERE article = ? ORDER BY annotator", (article,)
                )
            ]

    def append(self, article: Article, annotator: str, layer: Layer, acts: Iterable[Act]) -> list[Event]:
        """Append one action to the log, fold it into `layer`, and write the derived rows, in one transaction.

        `layer` is brought up to date first when another process has written to it. When the database refuses,
        `layer` is as before and `StoreError` is raised.
        """
        events: list[Event] = []
        count = len(layer.events)
        try:
            with self.transaction():
                if self._stored_last_event(article.number, annotator) != layer.last_event:
                    fresh = self.load_layer(article.number, annotator)
                    for part in Layer.__slots__:
                        setattr(layer, part, getattr(fresh, part))
                count = len(layer.events)
                touched = Touched()
                for kind, payload in acts:
                    event = self._make_event(article.number, annotator, kind, payload, events)
                    events.append(event)
                    self._insert_event(event)
                    touched |= layer.apply(event)
                if events:
                    self._write_derived(article, annotator, layer, touched)
        except BaseException:
            layer.rewind(count)
            raise
        return events

    def is_imported(self, digest: str) -> bool:
        """Tell whether a record with this digest has been imported before."""
        return self._number("SELECT 1 FROM imports WHERE digest = ?", digest) is not None

    def note_import(self, digest: str) -> None:
        """Remember that a record with this digest is in."""
        with self.transaction():
            self._connection.execute("INSERT OR IGNORE INTO imports VALUES (?)", (digest,))

    def count_articles(self) -> int:
        """Count the articles."""
        return self._number("SELECT count(*) FROM articles") or 0

    def count_paragraphs(self) -> int:
        """Count the paragraphs of all articles."""
        return self._number("SELECT sum(paragraphs) FROM articles") or 0

    def count_spans(self) -> list[tuple[str, str, int]]:
        """Count spans as annotator, label, number."""
        with _translated(self.path):
            return self._connection.execute(
                "SELECT annotator, label, count(*) FROM spans"
                " GROUP BY annotator, label ORDER BY annotator, label"
            ).fetchall()

    def count_states(self) -> list[tuple[str, dict[ParagraphState, int], int]]:
        """Count each annotator's paragraphs by state, and the articles left with nothing unfinished."""
        sums = ", ".join(f"sum({state})" for state in PARAGRAPH_STATES)
        with _translated(self.path):
            rows = self._connection.execute(
                f"SELECT annotator, sum(unfinished = 0), {sums} FROM progress"
                " GROUP BY annotator ORDER BY annotator"
            ).fetchall()
        return [(row[0], dict(zip(PARAGRAPH_STATES, row[2:], strict=True)), row[1]) for row in rows]

    def used_labels(self) -> list[str]:
        """List the labels that any span has."""
        with _translated(self.path):
            return [
                row[0] for row in self._connection.execute("SELECT DISTINCT label FROM spans ORDER BY label")
            ]

    # Truth

    def rebuild(self) -> int:
        """Make the derived tables anew from the log; return how many layers there are."""
        with self.transaction():
            for table in ("spans", "relations", "paragraph_states", "article_labels", "progress", "imports"):
                self._connection.execute(f"DELETE FROM {table}")
            layers = self._layers()
            for number, annotator in layers:
                article = self.load_article(number)
                layer = self.load_layer(number, annotator)
                self._write_derived(article, annotator, layer, _everything(layer))
            for row in self._connection.execute(
                "SELECT payload FROM events WHERE payload LIKE '%\"import\"%'"
            ):
                digest = json.loads(row[0]).get("import")
                if isinstance(digest, str):
                    self.note_import(digest)
        return len(layers)

    def verify(self) -> Iterator[str]:
        """Check file, articles, log and derived tables; yield a sentence for each disagreement."""
        with _translated(self.path):
            for (answer,) in self._connection.execute("PRAGMA quick_check"):
                if answer != "ok":
                    yield f"{self.path}: SQLite reports: {answer}"
            yield from self._verify_articles()
            for number, annotator in self._layers():
                yield from self._verify_layer(number, annotator)

    def _verify_articles(self) -> Iterator[str]:
        for number in self.list_articles(""):
            article = self.load_article(number)
            where = f"article {number} ({article.title!r})"
            if article_key(article.text) != article.key:
                yield f"{where}: its text is not the text that was imported"
            last = 0
            for paragraph in article.paragraphs:
                if not last <= paragraph.start < paragraph.end <= len(article.text):
                    yield f"{where}: paragraph {paragraph.index + 1} lies outside the text or over another"
                last = paragraph.end

    def _verify_layer(self, number: int, annotator: str) -> Iterator[str]:
        article, layer = self.load_article(number), self.load_layer(number, annotator)
        where = f"article {number} ({article.title!r}), annotator {annotator}"
        for event in layer.events:
            if event.kind not in EVENT_KINDS:
                yield f"{where}: event {event.id} is of the unknown kind {event.kind!r}"
        for span in layer.spans.values():
            if span.end > len(article.text):
                yield f"{where}: span {span.id} ends at {span.end}, past the text's {len(article.text)}"
        expected = _derived_rows(article, annotator, layer, _everything(layer))
        for table, rows in expected.items():
            stored = self._connection.execute(
                f"SELECT * FROM {table} WHERE article = ? AND annotator = ?", (number, annotator)
            ).fetchall()
            if sorted(map(repr, stored)) != sorted(map(repr, rows)):
                yield f"{where}: the table {table} disagrees with the log; spantag verify --rebuild mends it"

    def _layers(self) -> list[tuple[int, str]]:
        return self._connection.execute(
            "SELECT DISTINCT article, annotator FROM events ORDER BY article, annotator"
        ).fetchall()

    # Inside

    def _make_event(
        self, article: int, annotator: str, kind: EventKind, payload: Payload, before: Sequence[Event]
    ) -> Event:
        last = self._number_text("SELECT max(id) FROM events")
        event_id = next_event_id(last, clock=time.time_ns() // 1_000_000, tail=secrets.randbits(74))
        action = before[0].action if before else event_id
        return Event(event_id, action, utc_now(), annotator, article, kind, payload)

    def _insert_event(self, event: Event) -> None:
        self._connection.execute(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                event.id,
                event.action,
                event.at,
                event.annotator,
                event.article,
                event.kind,
                json.dumps(event.payload, ensure_ascii=False, separators=(",", ":")),
            ),
        )

    def _stored_last_event(self, article: int, annotator: str) -> str:
        return self._number_text(
            "SELECT last_event FROM progress WHERE annotator = ? AND article = ?", annotator, article
        )

    def _write_derived(self, article: Article, annotator: str, layer: Layer, touched: Touched) -> None:
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
        for table, rows in _derived_rows(article, annotator, layer, touched).items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self._connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)

    def _number(self, query: str, *parameters: str | int) -> int | None:
        with _translated(self.path):
            row = self._connection.execute(query, parameters).fetchone()
        return None if row is None else row[0]

    def _number_text(self, query: str, *parameters: str | int) -> str:
        row = self._connection.execute(query, parameters).fetchone()
        return "" if row is None or row[0] is None else str(row[0])

    def _numbers(self, query: str, *parameters: str | int) -> list[int]:
        with _translated(self.path):
            return [row[0] for row in self._connection.execute(query, parameters)]


def paragraph_state(article: Article, layer: Layer, index: int) -> ParagraphState:
    """Say in which state a paragraph is: what was said of it, else what it looks like."""
    return layer.states.get(index, "boilerplate" if index in article.boilerplate else "unfinished")


def utc_now() -> str:
    """Tell the time in UTC to the millisecond: `2026-11-22T10:42:07.123Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_Row: TypeAlias = tuple[str | int | float | None, ...]


def _derived_rows(article: Article, annotator: str, layer: Layer, touched: Touched) -> dict[str, list[_Row]]:
    place = (article.number, annotator)
    spans = [layer.spans[span_id] for span_id in sorted(touched.spans) if span_id in layer.spans]
    relations = [layer.relations[key] for key in sorted(touched.relations) if key in layer.relations]
    paragraphs = [
        index for index in sorted(touched.paragraphs) if index in layer.states or index in layer.notes
    ]
    labels = [name for name in sorted(touched.article_labels) if name in layer.article_labels]
    return {
        "spans": [(*place, *_span_columns(span)) for span in spans],
        "relations": [(*place, *_relation_columns(relation)) for relation in relations],
        "paragraph_states": [
            (*place, index, layer.states.get(index), layer.notes.get(index)) for index in paragraphs
        ],
        "article_labels": [(*place, name, _to_json(layer.article_labels[name])) for name in labels],
        "progress": [_progress_row(article, annotator, layer)] if layer.events else [],
    }


def _progress_row(article: Article, annotator: str, layer: Layer) -> _Row:
    counts = Counter(layer.states.values())
    counts["boilerplate"] += sum(index not in layer.states for index in article.boilerplate)
    unfinished = len(article.paragraphs) - counts.total() + counts["unfinished"]
    newest = layer.events[-1]
    return (
        annotator,
        article.number,
        counts["finished"],
        counts["skipped"],
        counts["flagged"],
        counts["boilerplate"],
        unfinished,
        len(layer.spans),
        newest.at,
        newest.id,
    )


def _span_columns(span: Span) -> _Row:
    return (
        span.id,
        span.start,
        span.end,
        span.label,
        _to_json(dict(span.attributes)) if span.attributes else None,
        _to_json([list(fragment) for fragment in span.fragments]) if span.fragments else None,
        span.note or None,
        span.origin.source,
        span.origin.confidence,
        span.origin.model,
    )


def _relation_columns(relation: Relation) -> _Row:
    return (relation.id, relation.label, relation.head, relation.tail)


def _everything(layer: Layer) -> Touched:
    return Touched(
        frozenset(layer.spans),
        frozenset(layer.relations),
        frozenset(layer.states) | frozenset(layer.notes),
        frozenset(layer.article_labels),
    )


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read_event(row: tuple[str, str, str, str, int, EventKind, str]) -> Event:
    event_id, action, at, annotator, article, kind, payload = row
    return Event(event_id, action, at, annotator, article, kind, json.loads(payload))


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
    """Turn SQLite's errors into sentences."""
    try:
        yield
    except sqlite3.Error as error:
        raise _store_error(error, path) from error


def _store_error(error: sqlite3.Error, path: Path) -> StoreError | ConfigurationError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
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
    if code == sqlite3.SQLITE_CORRUPT:
        return StoreError(f"{path}: the database is damaged; restore a copy, or try sqlite3's .recover")
    return StoreError(f"{path}: the database refused: {error}")
