"""Articles: reading them, finding them, and where an annotator is in them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from msgspec import Struct, field

from tui.errors import StoreError
from tui.model.article import Article, Paragraph
from tui.model.json_text import parse_json
from tui.model.span import NO_ATTRIBUTES, Json
from tui.store import clock
from tui.store.connection import Connection, NamedRow
from tui.store.rows import DAMAGED, RESTORE, checksum_article, read_boilerplate, read_meta

_CHUNK_ARTICLES: Final = 10
_CHUNK_LENGTH: Final = 1_000_000
"""The most articles, and about the most code points of text, that are read at a time. More articles take more
time each, because their rows no longer fit into the processor's cache."""

_LABELS: Final = (
    "SELECT json_group_object(name, json(value)) FROM article_labels"
    " WHERE article_labels.article = number AND article_labels.annotator = ?"
)
"""The labels that the annotator gave an article, as one JSON object."""

_SOURCE: Final = (
    "CASE WHEN json_valid(meta) AND json_type(meta, '$.source') = 'text'"
    " THEN json_extract(meta, '$.source') END"
)
_OTHER: Final = "FROM articles AS other WHERE other.number <> articles.number AND NOT other.removed AND"
_HAS_TWIN: Final = f"EXISTS (SELECT 1 {_OTHER} other.title = articles.title)"
_SAME_TEXT: Final = f"""coalesce(
    (SELECT coalesce({_SOURCE}, id, 'article ' || number) {_OTHER} other.key = substr(articles.key, 1, 32)),
    (SELECT coalesce({_SOURCE}, id, 'article ' || number) {_OTHER}
        length(other.key) > 32 AND substr(other.key, 1, 32) = substr(articles.key, 1, 32)
        ORDER BY CAST(substr(other.key, 34) AS INTEGER) LIMIT 1))"""
"""What tells an article from others with its title."""


class ArticleRow(Struct, frozen=True):
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
    skipped: int
    """How many were skipped, and are not done."""
    boilerplate: int
    """How many are boilerplate, which is neither done nor left; 0 before the annotator has begun."""
    flagged: int
    """How many are flagged."""
    spans: int
    """How many spans the annotator made."""
    touched_at: str
    """When the annotator last did something to it, in UTC; empty when never."""
    name: str | None = None
    """Where other articles have its title: its source, else its id."""
    labels: Mapping[str, Json] = field(default_factory=lambda: NO_ATTRIBUTES)
    """The labels that the annotator gave it, by name."""
    same_text: str | None = None
    """Where other articles have its title: what one of them is called that has the same text."""

    @property
    def left(self) -> int:
        """How many paragraphs are not done: those that wait, and those that were skipped."""
        return self.unfinished + self.skipped

    @property
    def is_begun(self) -> bool:
        """Whether anything that the annotator did to it stands."""
        is_whole = not self.unfinished and bool(self.touched_at)
        return is_whole or self.finished > 0 or self.skipped > 0 or self.spans > 0

    @property
    def told_apart(self) -> str:
        """What tells it from other articles with its title; empty where there are none."""
        return ", ".join(filter(None, [self.name, self.same_text and f"same text as {self.same_text}"]))


class Articles:
    """The articles of a project."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def find_article(self, key: str) -> int | None:
        """Find the number of the article with this key."""
        return self._db.number("SELECT number FROM articles WHERE key = ?", key)

    def find_text(self, text: str, *, first: int, last: int) -> list[int]:
        """List the numbers from `first` to `last` of the articles whose text holds `text` as it is."""
        return self._db.numbers(
            "SELECT article FROM texts WHERE article BETWEEN ? AND ? AND instr(text, ?) > 0"
            " AND article NOT IN (SELECT number FROM articles WHERE removed) ORDER BY article",
            first,
            last,
            text,
        )

    def load_article(self, number: int, *, checks: bool = True) -> Article:
        """Read an article with its text and paragraphs.

        Where it `checks`, raises `StoreError` for one that is not what was written.
        """
        for article in self._read_articles(number, number, checks=checks):
            return article
        raise StoreError(f"{self._db.path}: there is no article number {number}")

    def find_removed(self, *, as_of: str | None = None) -> set[int]:
        """List the articles that are taken out of the project, or were at the UTC time `as_of`."""
        if as_of is None:
            return set(self._db.numbers("SELECT number FROM articles WHERE removed"))
        return self.fold_removed(as_of)

    def fold_removed(self, as_of: str | None = None) -> set[int]:
        """Say by the log which articles are taken out, up to the last event of `as_of` or before."""
        joined = self.find_joined()
        removed: set[int] = set()
        for kind, number in self._db.rows(
            "SELECT kind, article FROM ("
            " SELECT project_events.id, kind, each.value AS article"
            " FROM project_events, json_each(payload, '$.articles') AS each"
            " UNION ALL SELECT project_events.id, kind, article"
            " FROM awaited_articles JOIN project_events ON number = step WHERE article IS NOT NULL)"
            " WHERE ? IS NULL OR id <= (SELECT max(id) FROM project_events WHERE at <= ?) ORDER BY id",
            as_of,
            as_of,
        ):
            meant = joined.get(number, number)
            if kind == "restore":
                removed.discard(meant)
            else:
                removed.add(meant)
        return removed | joined.keys()

    def find_joined(self) -> dict[int, int]:
        """List the articles that turned out to be others, and which."""
        return dict(self._db.rows("SELECT article, same_as FROM joined_articles"))

    def is_removed(self, number: int) -> bool:
        """Tell whether an article is taken out of the project."""
        return bool(self._db.number("SELECT removed FROM articles WHERE number = ?", number))

    def find_by_source(self, source: str) -> list[int]:
        """List the articles that came from a file, by its name; reads the metadata of all."""
        return self._db.numbers(
            f"SELECT number FROM articles WHERE NOT removed AND {_SOURCE} = ? ORDER BY number", source
        )

    def read_articles(self, *, as_of: str | None = None) -> Iterator[list[Article]]:
        """Read all articles, or those added up to the UTC time `as_of`, in order of arrival, some at a time.

        Raises `StoreError` where one is not what was written, or gone.
        """
        last = 0
        self._check_articles()
        removed = self.find_removed(as_of=as_of)
        while True:
            lengths = self._db.rows(
                "SELECT number, coalesce(CAST(length AS INTEGER), 0) FROM articles"
                " WHERE number > ? ORDER BY number LIMIT ?",
                last,
                _CHUNK_ARTICLES,
            )
            if not lengths:
                return
            sums = accumulate(length for _, length in lengths)
            fitting = [
                number for (number, _), total in zip(lengths, sums, strict=True) if total < _CHUNK_LENGTH
            ]
            expected = last + 1
            first, last = lengths[0][0], fitting[-1] if fitting else lengths[0][0]
            numbers = [number for number, _ in lengths if number <= last]
            if numbers != list(range(expected, last + 1)):
                raise StoreError(f"an article after number {expected - 1} is gone; {RESTORE}")
            articles = self._read_articles(first, last, as_of=as_of)
            yield [article for article in articles if article.number not in removed]

    def _check_articles(self) -> None:
        """Raise `StoreError` where the newest articles are gone, or it is not clear which are taken out."""
        last = self.last_number()
        for table in ("texts", "paragraphs", "events"):
            if self._db.number(f"SELECT max(article) > ? FROM {table}", last):
                raise StoreError(f"articles after number {last} are gone; {RESTORE}")
        if self.find_removed() != self.fold_removed():
            raise StoreError(f"which articles are taken out is not what the log says: {DAMAGED}")

    def list_articles(self) -> Sequence[int]:
        """List the numbers of all articles, in order of arrival."""
        # Rows are never deleted, so the numbers have no gaps; to read them all takes 50 times longer.
        numbers, removed = range(1, self.last_number() + 1), self.find_removed()
        return [number for number in numbers if number not in removed] if removed else numbers

    def read_rows(self, numbers: Sequence[int], annotator: str) -> list[ArticleRow]:
        """Read what the library shows of these articles, in their order of arrival."""
        marks = ", ".join("?" * len(numbers))
        rows = self._db.named(
            "SELECT number, title, paragraphs, coalesce(finished, 0) AS finished,"
            " coalesce(unfinished, paragraphs) AS unfinished, coalesce(skipped, 0) AS skipped,"
            " coalesce(boilerplate, 0) AS boilerplate, coalesce(flagged, 0) AS flagged,"
            " coalesce(spans, 0) AS spans, coalesce(touched_at, '') AS touched_at,"
            f" CASE WHEN {_HAS_TWIN} THEN coalesce({_SOURCE}, id) END AS name,"
            f" CASE WHEN {_HAS_TWIN} THEN {_SAME_TEXT} END AS same_text,"
            f" ({_LABELS}) AS labels"
            " FROM articles LEFT JOIN progress ON progress.annotator = ? AND progress.article = number"
            f" WHERE number IN ({marks}) ORDER BY number",
            annotator,
            annotator,
            *numbers,
        )
        return [ArticleRow(**{**dict(row), "labels": parse_json(row["labels"])}) for row in rows]

    def read_key(self, number: int) -> str:
        """Read the key of an article."""
        return self._db.text("SELECT key FROM articles WHERE number = ?", number)

    def read_keys(self) -> list[tuple[int, str, int]]:
        """Read number, key and count of paragraphs of every article in the project, in order of arrival."""
        return self._db.rows("SELECT number, key, paragraphs FROM articles WHERE NOT removed ORDER BY number")

    def find_unfinished(self, annotator: str, *, after: int) -> int | None:
        """Find the next article with something left to do, in order of arrival, round the project."""
        query = (
            "SELECT number FROM articles LEFT JOIN progress"
            " ON progress.annotator = ? AND progress.article = number"
            " WHERE coalesce(unfinished, paragraphs) > 0 AND NOT removed AND number > ?"
            " ORDER BY number LIMIT 1"
        )
        return self._db.number(query, annotator, after) or self._db.number(query, annotator, 0)

    def last_touched(self, annotator: str) -> int | None:
        """Find the article the annotator was last at."""
        return self._db.number(
            "SELECT article FROM positions WHERE annotator = ?"
            " AND article NOT IN (SELECT number FROM articles WHERE removed) ORDER BY at DESC LIMIT 1",
            annotator,
        )

    def list_recent(self, annotator: str, *, count: int) -> list[int]:
        """List the annotator's newest articles with finished paragraphs, the one touched last at the end."""
        numbers = self._db.numbers(
            "SELECT article FROM progress WHERE annotator = ? AND finished > 0"
            " ORDER BY touched_at DESC, article DESC LIMIT ?",
            annotator,
            count,
        )
        return numbers[::-1]

    def load_position(self, annotator: str, article: int) -> int | None:
        """Find the code point the annotator's cursor was last at."""
        return self._db.number(
            'SELECT "offset" FROM positions WHERE annotator = ? AND article = ?', annotator, article
        )

    def save_position(self, annotator: str, article: int, offset: int) -> None:
        """Remember the code point of the annotator's cursor."""
        with self._db.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)",
                (annotator, article, offset, clock.utc_now()),
            )

    def count_articles(self) -> int:
        """Count the articles."""
        return (
            self._db.number(
                "SELECT (SELECT count(*) FROM articles) - (SELECT count(*) FROM articles WHERE removed)"
            )
            or 0
        )

    def last_number(self) -> int:
        """Give the number of the newest article; 0 where there is none."""
        return self._db.number("SELECT max(number) FROM articles") or 0

    def count_paragraphs(self) -> int:
        """Count the paragraphs of all articles."""
        return self._db.number("SELECT sum(paragraphs) FROM articles WHERE NOT removed") or 0

    def _read_articles(
        self,
        first: int,
        last: int,
        *,
        as_of: str | None = None,
        checks: bool = True,
    ) -> list[Article]:
        """Read some articles; where it `checks`, raises `StoreError` for one that was damaged."""
        paragraphs: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, start, end in self._db.rows(
            'SELECT article, "start", "end" FROM paragraphs WHERE article BETWEEN ? AND ?'
            " ORDER BY article, position",
            first,
            last,
        ):
            paragraphs[number].append((start, end))
        rows = self._db.named(
            "SELECT number, key, id, title, text, meta, added_at, checksum, boilerplate_guess"
            " FROM articles LEFT JOIN texts ON texts.article = number"
            " WHERE number BETWEEN ? AND ? ORDER BY number",
            first,
            last,
        )
        read = [
            (_read_article(row, paragraphs[row["number"]], checks=checks), row["added_at"]) for row in rows
        ]
        return [article for article, added_at in read if as_of is None or added_at <= as_of]


def _read_article(row: NamedRow, edges: Sequence[tuple[int, int]], *, checks: bool) -> Article:
    """Make an article of its row and the edges of its paragraphs."""
    number, text = row["number"], row["text"]
    if text is None:
        raise StoreError(f"the text of article {number} is gone; {RESTORE}")
    about = (number, row["key"], row["id"], row["title"], row["added_at"], row["meta"], text)
    if checks and checksum_article(about, edges) != row["checksum"]:
        raise StoreError(f"article {number} is not what was written: the checksum differs; {RESTORE}")
    return Article(
        number,
        row["key"],
        row["id"],
        row["title"],
        text,
        read_meta(number, row["meta"]),
        tuple([Paragraph(index, start, end) for index, (start, end) in enumerate(edges)]),
        read_boilerplate(number, row["boilerplate_guess"]),
    )
