"""What an import brings: new articles with what is said of them, many in one transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from msgspec import Struct, field

from tui.errors import StoreError
from tui.model.article import KEY_LENGTH
from tui.model.json_text import to_json
from tui.model.layer import Layer
from tui.model.parcel import name_article
from tui.model.span import NO_ATTRIBUTES, Json
from tui.store import clock
from tui.store.connection import Connection
from tui.store.rows import (
    INSERTS,
    LastEvent,
    Row,
    checksum_article,
    layer_rows,
    progress_row,
    read_meta,
    searched_text,
    sign_event,
    sum_rows,
    value_rows,
    write_boilerplate,
)


class FirstLayer(Struct, frozen=True):
    """What an annotator says of an article on its way into the database."""

    annotator: str
    """Who says it."""
    layer: Layer
    """What is said: exactly what `acts` fold to. It states every paragraph, and has no events."""
    acts: Sequence[tuple[str, str]]
    """The events that say it: their kinds, and their payloads as JSON; at least one."""
    digest: str
    """The digest of the record it comes with."""


class NewArticle(Struct, frozen=True):
    """An article on its way into the database."""

    text: str
    """Its text."""
    title: str
    """Its title."""
    paragraphs: Sequence[tuple[int, int]]
    """`[start, end)` of each paragraph."""
    key: str
    """`article_key(text)`, or that of another article with the same text."""
    id: str | None = None
    """The id it comes with."""
    meta: Mapping[str, Json] = field(default_factory=lambda: NO_ATTRIBUTES)
    """Its metadata."""
    said: FirstLayer | None = None
    """What is said of it, where anything is."""
    added_at: str | None = None
    """When it came into another copy of the project, in UTC; None where it is new."""


class About(Struct, frozen=True):
    """What an article came with beside its text."""

    id: str | None
    """Its id; None where it came without one."""
    title: str
    """Its title."""
    meta: Mapping[str, Json]
    """Its metadata."""


class Known(Struct, frozen=True):
    """An article that is there already, as far as an import must know it."""

    number: int
    """Its number."""
    key: str
    """Its key."""
    id: str | None
    """Its id; None where it came without one."""
    is_removed: bool
    """Was it taken out of the project?"""
    is_merged: bool
    """Did a version before bring the records with its text together in it, whatever their ids?"""


class Imports:
    """What comes into a project, and what came with it."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def find_taken(self, keys: Sequence[str], ids: Sequence[str]) -> set[str]:
        """Find which of some keys and ids articles have already; an id may be the key of one without."""
        taken: set[str] = set()
        for column, names in (("key", [*keys, *ids]), ("id", ids)):
            marks = ", ".join("?" * len(names))
            rows = self._db.rows(f"SELECT {column} FROM articles WHERE {column} IN ({marks})", *names)
            taken.update([name for (name,) in rows])
        called = {name_article(each, ""): each for each in ids}
        marks = ", ".join("?" * len(called))
        rows = self._db.rows(f"SELECT name FROM article_names WHERE name IN ({marks})", *called)
        return taken | {called[name] for (name,) in rows}

    def add_articles(self, articles: Sequence[NewArticle], *, brought: int | None = None) -> list[int]:
        """Add articles whose keys and ids are new, with what is said of them; give their numbers.

        `brought` is the number of the import that they come with.
        """
        at = clock.utc_now()
        rows: dict[str, list[Row]] = {table: [] for table in INSERTS}
        with self._db.transaction():
            first = (self._db.number("SELECT max(number) FROM articles") or 0) + 1
            count = sum(len(new.said.acts) for new in articles if new.said is not None)
            ids = iter(clock.make_ids(self._db.text("SELECT max(id) FROM events"), count))
            for number, new in enumerate(articles, start=first):
                meta = to_json(new.meta)
                rows["articles"].append(
                    (
                        number,
                        new.key,
                        new.id,
                        new.title,
                        searched_text(new.title, new.id),
                        len(new.text),
                        len(new.paragraphs),
                        new.added_at or at,
                        meta,
                        0,
                        brought,
                        0,
                        checksum_article(
                            (number, new.key, new.id, new.title, new.added_at or at, meta, new.text),
                            new.paragraphs,
                        ),
                        *write_boilerplate(new.text, new.paragraphs),
                    )
                )
                rows["texts"].append((number, new.text))
                rows["article_values"] += value_rows(number, new.meta)
                rows["paragraphs"] += [
                    (number, position, start, end) for position, (start, end) in enumerate(new.paragraphs)
                ]
                if new.said is not None:
                    _add_first_layer(rows, number, new.said, ids, at, brought)
            self._db.insert(rows)
        return list(range(first, first + len(articles)))

    def read_about(self, number: int) -> About:
        """Read what an article came with beside its text."""
        for article_id, title, meta in self._db.rows(
            "SELECT id, title, meta FROM articles WHERE number = ?", number
        ):
            return About(article_id, title, read_meta(number, meta))
        raise StoreError(f"{self._db.path}: there is no article number {number}")

    def complete_about(self, number: int, was: About, became: About, brought: int) -> None:
        """Write what an import filled in, and remember what was there before."""
        with self._db.transaction():
            self._db.execute(
                "INSERT INTO completions VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET became = excluded.became",
                (brought, number, _write_about(was), _write_about(became)),
            )
            if was.id is None and became.id is not None:
                # Another copy may have heard of it under the name that it had.
                (key,) = self._db.texts("SELECT key FROM articles WHERE number = ?", number)
                name = name_article(None, key)
                self._db.execute("INSERT OR IGNORE INTO article_names VALUES (?, ?)", (name, number))
            self.write_about(number, became)

    def write_about(self, number: int, about: About) -> None:
        """Write what an article came with beside its text, in place of what was there; its id must be new."""
        with self._db.transaction():
            for (meta,) in self._db.rows("SELECT meta FROM articles WHERE number = ?", number):
                self._db.executemany(
                    "DELETE FROM article_values WHERE key = ? AND value = ? AND article = ?",
                    value_rows(number, read_meta(number, meta)),
                )
            self._db.insert({"article_values": value_rows(number, about.meta)})
            self._db.execute(
                "UPDATE articles SET id = ?, title = ?, search = ?, meta = ? WHERE number = ?",
                (about.id, about.title, searched_text(about.title, about.id), to_json(about.meta), number),
            )
            self.sign_article(number)

    def sign_article(self, number: int) -> None:
        """Write the checksum of what stands in the rows of an article."""
        self._db.execute(
            "UPDATE articles SET checksum = ? WHERE number = ?", (self.checksum_article(number), number)
        )

    def checksum_article(self, number: int) -> int:
        """Give the checksum of what stands in the rows of an article."""
        paragraphs = self._db.rows(
            'SELECT "start", "end" FROM paragraphs WHERE article = ? ORDER BY position', number
        )
        (row,) = self._db.rows(
            "SELECT number, key, id, title, added_at, meta, text"
            " FROM articles LEFT JOIN texts ON article = number WHERE number = ?",
            number,
        )
        return checksum_article(row, paragraphs)

    def find_known(self, *, key: str | None = None, article_id: str | None = None) -> Known | None:
        """Find the article with this key, or else this id, which may be one that it has in another copy."""
        column, name = ("key", key) if key is not None else ("id", article_id)
        called = None if article_id is None else name_article(article_id, "")
        for row in self._db.named(
            "SELECT number, key, id, removed, merged FROM articles WHERE number ="
            f" (SELECT coalesce((SELECT same_as FROM joined_articles WHERE article = number), number) FROM"
            f" (SELECT number FROM articles WHERE {column} = ?"
            " UNION ALL SELECT article FROM article_names WHERE name = ?) LIMIT 1)",
            name,
            called,
        ):
            return Known(row["number"], row["key"], row["id"], bool(row["removed"]), bool(row["merged"]))
        return None

    def count_copies(self, key: str) -> int:
        """Give the greatest number that an article with the text of this key has among those; 0 for none."""
        (last,) = self._db.numbers(
            "SELECT coalesce(max(CAST(substr(key, 34) AS INTEGER)),"
            " EXISTS (SELECT 1 FROM articles WHERE key = ?)) FROM articles"
            " WHERE length(key) > 32 AND substr(key, 1, 32) = ?",
            key[:KEY_LENGTH],
            key[:KEY_LENGTH],
        )
        return last

    def forget_claims(self) -> None:
        """Begin a file, none of whose records speaks of any article yet."""
        self._db.rows(
            "CREATE TEMP TABLE IF NOT EXISTS claims (key TEXT, claimant TEXT, copy INTEGER,"
            " PRIMARY KEY (key, claimant)) WITHOUT ROWID"
        )
        self._db.rows("DELETE FROM temp.claims")

    def claim_copies(self, claims: Iterable[tuple[str, str, int]]) -> None:
        """Remember which article with a text, by its first key and number, is the last a claimant spoke of.

        The claims stand in a table that SQLite takes out of memory where there are many.
        """
        self._db.executemany(
            "INSERT INTO temp.claims VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET copy = max(copy, excluded.copy)",
            claims,
        )

    def last_claim(self, key: str, claimant: str | None = None) -> int:
        """Say which article with a text a claimant, or anybody, claimed last; 0 for none."""
        return (
            self._db.number(
                "SELECT coalesce(max(copy), 0) FROM temp.claims WHERE key = ? AND ? IN (claimant, '')",
                key,
                claimant or "",
            )
            or 0
        )

    def has_import(self, digest: str) -> bool:
        """Tell whether a record with this digest is in."""
        return self._db.number("SELECT 1 FROM imports WHERE digest = ?", digest) is not None

    def claim_import(self, digest: str, *, brought: int | None = None) -> bool:
        """Remember that a record with this digest is in; tell whether it was not before."""
        with self._db.transaction():
            cursor = self._db.execute("INSERT OR IGNORE INTO imports VALUES (?, ?)", (digest, brought))
        return cursor.rowcount == 1

    def list_imported(self, article: int, annotator: str) -> set[str]:
        """List the ids of the annotator's spans in an article that came with an import."""
        rows = self._db.rows(
            "SELECT json_extract(span.value, '$.id') FROM events, json_each(payload, '$.spans') AS span"
            " WHERE article = ? AND annotator = ? AND kind = 'add'"
            " AND json_extract(payload, '$.import') IS NOT NULL",
            article,
            annotator,
        )
        return {row[0] for row in rows}


def _write_about(about: About) -> str:
    return to_json([about.id, about.title, about.meta])


def _add_first_layer(
    rows: Mapping[str, list[Row]],
    number: int,
    said: FirstLayer,
    ids: Iterator[str],
    at: str,
    brought: int | None,
) -> None:
    """Add the rows of an article's first layer, its events with the next of the ids."""
    layer, annotator = said.layer, said.annotator
    place = (number, annotator)
    own = list(islice(ids, len(said.acts)))
    rows["events"] += [
        sign_event(event_id, own[0], at, annotator, number, kind, payload)
        for event_id, (kind, payload) in zip(own, said.acts, strict=True)
    ]
    rows["imports"].append((said.digest, brought))
    said_rows = layer_rows(place, layer)
    for table, some in said_rows.items():
        rows[table] += some
    counts = Counter(layer.states.values())
    rows["progress"].append(
        progress_row(
            place, layer, counts, LastEvent(at, own[-1], len(own)), sum_rows(chain(*said_rows.values()))
        )
    )
