"""Verification: whether file, articles, log and derived tables agree, and making anew what is derived."""

from collections import defaultdict
from collections.abc import Iterator

from tui.errors import StoreError
from tui.model.article import KEY_LENGTH, Article, article_key
from tui.model.events import Event
from tui.model.json_text import to_json
from tui.model.layer import fold
from tui.store.articles import Articles
from tui.store.connection import Connection
from tui.store.imports import Imports
from tui.store.log import Log
from tui.store.rows import (
    DERIVED_TABLES,
    LAYER_TABLES,
    MENDS,
    RESTORE,
    Row,
    checksum,
    derive,
    searched_text,
    sum_rows,
    value_rows,
    write_boilerplate,
)
from tui.text.boilerplate import RULE, find_boilerplate


class Verification:
    """Verification and repair."""

    def __init__(self, connection: Connection, articles: Articles, log: Log, imports: Imports) -> None:
        self._db = connection
        self._articles = articles
        self._log = log
        self._imports = imports

    def rebuild(self) -> int:
        """Make the derived tables anew from the log, and the guess at boilerplate; count the layers.

        The digests of imports stay: a record that brought nothing new has left no event.
        """
        with self._db.transaction():
            self.fold_all()
            self.find_all()
            self.guess_all()
            for table in DERIVED_TABLES:
                self._db.execute(f"DELETE FROM {table}")
            removed = self._articles.fold_removed()
            self._db.execute(
                "UPDATE articles SET removed = (number IN (SELECT value FROM json_each(?)))",
                (to_json(sorted(removed)),),
            )
            layers = self._layers()
            self._log.derive_again([layer for layer in layers if layer[0] not in removed])
            # What came with an import that was taken back may come in again.
            self._db.execute(
                "INSERT OR IGNORE INTO imports (digest) SELECT json_extract(payload, '$.import') FROM events"
                " WHERE json_extract(payload, '$.import') IS NOT NULL AND NOT EXISTS ("
                "  SELECT 1 FROM events AS later WHERE later.article = events.article"
                "  AND later.annotator = events.annotator AND later.id > events.id AND later.kind = 'undo'"
                "  AND json_extract(later.payload, '$.action') = events.\"action\")"
            )
        return len(layers)

    def fold_all(self) -> None:
        """Write anew what articles are searched by."""
        for number in self._db.numbers("SELECT number FROM articles"):
            try:
                (row,) = self._db.named("SELECT title, id FROM articles WHERE number = ?", number)
            except StoreError:
                # `verify` names it.
                continue
            searched = searched_text(row["title"], row["id"])
            self._db.execute("UPDATE articles SET search = ? WHERE number = ?", (searched, number))

    def find_all(self) -> None:
        """Write anew by which keys and values of their metadata articles are found."""
        self._db.execute("DELETE FROM article_values")
        for number in self._db.numbers("SELECT number FROM articles"):
            self._db.insert({"article_values": self._make_values(number)})

    def check(self) -> Iterator[str]:
        """Check file, articles, log and derived tables; yield a sentence for each disagreement."""
        with self._db.snapshot():
            yield from self._verify_file()
            for number, stored, searched in self._searches():
                if stored != searched:
                    yield f"article {number} is searched by another text than its title and id; {MENDS}"
            yield from self._verify_values()
            removed = self._articles.fold_removed()
            for number in sorted(removed ^ self._articles.find_removed()):
                yield f"whether article {number} is taken out is not what the log says; {MENDS}"
            for number in self._db.numbers("SELECT number FROM articles JOIN texts ON article = number"):
                yield from self._verify_article(number)
            yield from self._verify_log()

    def guess_all(self) -> None:
        """Look for boilerplate in all that is there."""
        for number in self._db.numbers("SELECT article FROM texts"):
            edges = self._db.rows(
                'SELECT "start", "end" FROM paragraphs WHERE article = ? ORDER BY position', number
            )
            try:
                text = self._db.text("SELECT text FROM texts WHERE article = ?", number)
            except StoreError:
                # `verify` names it.
                continue
            self._db.execute(
                "UPDATE articles SET boilerplate_guess = ?, boilerplate_rule = ? WHERE number = ?",
                (*write_boilerplate(text, edges), number),
            )

    def sign_all(self) -> None:
        """Write the checksums of all that is there."""
        for number in self._db.numbers("SELECT number FROM articles"):
            self._imports.sign_article(number)
        events = self._db.rows('SELECT id, "action", at, annotator, article, kind, payload FROM events')
        self._db.executemany(
            "UPDATE events SET checksum = ? WHERE id = ?", ((checksum(*row), row[0]) for row in events)
        )
        for place in self._db.rows("SELECT article, annotator FROM progress"):
            rows = [
                row
                for table in LAYER_TABLES
                for row in self._db.rows(f"SELECT * FROM {table} WHERE article = ? AND annotator = ?", *place)
            ]
            self._db.execute(
                "UPDATE progress SET checksum = ? WHERE article = ? AND annotator = ?",
                (sum_rows(rows), *place),
            )

    def _verify_file(self) -> Iterator[str]:
        """Check that the file is whole, and no row names one that is not there."""
        for (answer,) in self._db.rows("PRAGMA quick_check"):
            if answer != "ok":
                yield f"{self._db.path}: SQLite reports: {answer}"
        for table, parent in self._db.rows('SELECT DISTINCT "table", parent FROM pragma_foreign_key_check'):
            yield f"{self._db.path}: the table {table} names rows that {parent} does not have"
        for (number,) in self._db.rows("SELECT number FROM articles EXCEPT SELECT article FROM texts"):
            yield f"article {number}: its text is gone; {RESTORE}"

    def _verify_article(self, number: int) -> Iterator[str]:
        """Check an article, and what every annotator said of it."""
        try:
            article = self._articles.load_article(number, checks=False)
        except StoreError as error:
            yield f"article {number} cannot be read: {error}"
            return
        yield from _verify_text(article)
        yield from self._verify_boilerplate(article)
        written = self._db.number("SELECT checksum FROM articles WHERE number = ?", number)
        if written != self._imports.checksum_article(number):
            yield f"{_name(article)} is not what was written: the checksum differs; {RESTORE}"
        for annotator in self._log.list_annotators(number):
            yield from self._verify_layer(article, annotator)

    def _verify_log(self) -> Iterator[str]:
        """Check that the log has an event for everything that is derived from it."""
        for table in DERIVED_TABLES:
            for number, annotator in self._db.rows(
                f"SELECT article, annotator FROM {table} EXCEPT SELECT article, annotator FROM events"
            ):
                where = f"article {number}, annotator {annotator}"
                yield f"{where}: the table {table} has rows but the log has no event; {MENDS}"

    def _verify_boilerplate(self, article: Article) -> Iterator[str]:
        """Check a guess; what an earlier version of the rule found stays until it is made anew."""
        rule = self._db.number("SELECT boilerplate_rule FROM articles WHERE number = ?", article.number)
        edges = [(each.start, each.end) for each in article.paragraphs]
        if rule == RULE and article.boilerplate != find_boilerplate(article.text, edges):
            yield f"{_name(article)}: what looks like boilerplate in it is not what is written; {MENDS}"

    def _verify_layer(self, article: Article, annotator: str) -> Iterator[str]:
        where = f"{_name(article)}, annotator {annotator}"
        place = (article.number, annotator)
        unread: list[str] = []
        try:
            events = self._log.read_events(*place)
        except StoreError:
            events = []
            unread = self._db.texts(
                "SELECT id FROM events WHERE article = ? AND annotator = ? ORDER BY id", *place
            )
        is_whole = not unread
        for event_id in unread:
            try:
                events.append(self._log.read_event(event_id))
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
        derived = derive(article, annotator, layer)
        is_removed = self._articles.is_removed(article.number)
        for table, rows in derived.items():
            rows = [] if is_removed else rows
            stored = self._db.rows(f"SELECT * FROM {table} WHERE article = ? AND annotator = ?", *place)
            if sorted(map(repr, stored)) != sorted(map(repr, rows)):
                yield f"{where}: the table {table} disagrees with the log; {MENDS}"

    def _searches(self) -> Iterator[tuple[int, str, str]]:
        """Give each article's number, the text that it is searched by, and the one that it should be."""
        for row in self._db.named("SELECT number, title, id, search FROM articles"):
            yield row["number"], row["search"], searched_text(row["title"], row["id"])

    def _make_values(self, number: int) -> list[Row]:
        """Give by what an article is found; nothing where its metadata cannot be read: `verify` names it."""
        try:
            return value_rows(number, self._imports.read_about(number).meta)
        except StoreError:
            return []

    def _verify_values(self) -> Iterator[str]:
        """Check that articles are found by all that is in their metadata, and by nothing else."""
        there: defaultdict[int, list[Row]] = defaultdict(list)
        for key, value, number in self._db.rows("SELECT key, value, article FROM article_values"):
            there[number].append((key, value, number))
        for number in self._db.numbers("SELECT number FROM articles"):
            if set(there[number]) != set(self._make_values(number)):
                yield f"article {number} is found by something else than its metadata; {MENDS}"

    def _layers(self) -> list[tuple[int, str]]:
        return self._db.rows("SELECT DISTINCT article, annotator FROM events ORDER BY article, annotator")


def _verify_text(article: Article) -> Iterator[str]:
    if article_key(article.text) != article.key[:KEY_LENGTH]:
        yield f"{_name(article)}: its text is not the text that was imported"
    last = 0
    for paragraph in article.paragraphs:
        if not last <= paragraph.start < paragraph.end <= len(article.text):
            yield f"{_name(article)}: paragraph {paragraph.index + 1} lies outside the text or over another"
        last = paragraph.end


def _verify_event(event: Event, article: Article, where: str) -> Iterator[str]:
    for fault in event.faults:
        yield f"{where}: event {event.id} is not whole: {fault}; {RESTORE}"
    for index in event.act.touched().paragraphs:
        if index >= len(article.paragraphs):
            yield (
                f"{where}: event {event.id} ({event.act.kind}) names paragraph {index + 1} of"
                f" {len(article.paragraphs)}; {RESTORE}"
            )


def _name(article: Article) -> str:
    return f"article {article.number} ({article.title!r})"
