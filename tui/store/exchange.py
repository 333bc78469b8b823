"""Exchange: what other copies of a project lack and have, given out and taken in.

An article is found by its names (`tui.model.parcel`), an event by its id. What comes in is put to what is
there so that the order in which copies meet does not matter; every call that writes is one transaction.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import Final

from msgspec import Struct, structs

from tui.errors import StoreError
from tui.model.article import copy_key
from tui.model.events import Unread, read_act
from tui.model.json_text import to_json
from tui.model.layer import Layer
from tui.model.parcel import (
    SharedArticle,
    SharedEvent,
    SharedStep,
    SharedText,
    group_articles,
    merge_about,
    name_article,
    quote_article,
    text_key,
)
from tui.store.articles import Articles
from tui.store.connection import Connection, NamedRow
from tui.store.history import History, Step
from tui.store.imports import About, Imports, NewArticle
from tui.store.log import Log
from tui.store.rows import DERIVED_TABLES, checksum, read_event, read_meta, sign_event

_ARTICLES: Final = "SELECT number, key, id, title, meta, added_at FROM articles"
_LISTED: Final = "(SELECT value FROM json_each(?))"

_NUMBERS: Final = """
    SELECT name, coalesce((SELECT same_as FROM joined_articles WHERE article = number), number) FROM (
        SELECT value AS name, coalesce(
            (SELECT article FROM article_names WHERE article_names.name = value),
            CASE WHEN substr(value, 1, 3) = 'id:'
                THEN (SELECT number FROM articles WHERE articles.id = substr(value, 4))
                ELSE (SELECT number FROM articles
                    WHERE articles.key = substr(value, 5) AND articles.id IS NULL) END) AS number
        FROM json_each(?))
    WHERE number IS NOT NULL"""
"""The articles with names in a list in JSON: as it was told, else by their ids, else by their keys."""


class UnfitError(Exception):
    """An article cannot be taken in; its message is the reason, and what would be right."""


class NewerError(StoreError):
    """Another copy was made by a newer version, and has something this one does not know."""


class Listed(Struct, frozen=True):
    """An article of this copy."""

    number: int
    """Its number here."""
    about: SharedArticle
    """What is known of it."""


class Server(Struct, frozen=True):
    """How far this copy and a server have come together."""

    pulled: int = 0
    """The server's number of the last thing that was read of its log."""
    pulled_id: str = ""
    """What that was, by which a server that was put back to an earlier day is known."""
    pushed: int = 0
    """The last row of the log here that the server has."""
    sent_article: int = 0
    """The last article that came here and that the server knows."""
    sent_change: int = 0
    """The last change of an article here that the server knows."""


class Exchange:
    """What goes out to other copies, and comes in from them.

    It has more methods than a class should, because each kind of what is shared is listed, read and taken in.
    """

    def __init__(
        self, connection: Connection, articles: Articles, log: Log, imports: Imports, history: History
    ) -> None:
        self._db = connection
        self._articles = articles
        self._log = log
        self._imports = imports
        self._history = history

    # What is here

    def list_articles(self, *, after: int, most: int) -> list[Listed]:
        """List the articles after a number, in their order, at most so many."""
        return self._list(
            f"{_ARTICLES} WHERE number > ? AND number NOT IN (SELECT article FROM joined_articles)"
            " ORDER BY number LIMIT ?",
            after,
            most,
        )

    def list_keys(self, *, after: int, most: int) -> list[tuple[int, str]]:
        """List the keys of the articles after a number, with their numbers, at most so many."""
        return self._db.rows(
            "SELECT number, key FROM articles WHERE number > ?"
            " AND number NOT IN (SELECT article FROM joined_articles) ORDER BY number LIMIT ?",
            after,
            most,
        )

    def list_numbered(self, numbers: Collection[int]) -> list[Listed]:
        """List articles by their numbers."""
        return self._list(f"{_ARTICLES} WHERE number IN {_LISTED} ORDER BY number", to_json(sorted(numbers)))

    def list_changed(self, *, after: int, most: int) -> tuple[list[Listed], int]:
        """List the articles that changed, after they came, after a change; give the last change of these.

        At most so many changes are looked at.
        """
        rows = self._db.rows(
            "SELECT number, article FROM article_changes WHERE number > ? ORDER BY number LIMIT ?",
            after,
            most,
        )
        joined = self._articles.find_joined() if rows else {}
        listed = self.list_numbered({article for _, article in rows if article not in joined})
        return listed, rows[-1][0] if rows else after

    def load_text(self, number: int) -> SharedText:
        """Read the text of an article; raises `StoreError` where it is not what was written."""
        with self._naming():
            article = self._articles.load_article(number)
        return SharedText(article.text, tuple([(each.start, each.end) for each in article.paragraphs]))

    def find_articles(self, names: Iterable[str]) -> dict[str, Listed]:
        """Find the articles that are here under some names."""
        numbers = self._find_numbers(names)
        listed = {each.number: each for each in self.list_numbered(set(numbers.values()))}
        return {name: listed[number] for name, number in numbers.items()}

    def find_number(self, name: str) -> int | None:
        """Find the number of the article with a name."""
        return self._find_numbers([name]).get(name)

    def list_event_ids(self, *, after: str, most: int) -> list[str]:
        """List the ids of events after one, in their order, at most so many."""
        return self._db.texts("SELECT id FROM events WHERE id > ? ORDER BY id LIMIT ?", after, most)

    def join_ids(self, *, after: str, most: int) -> tuple[str, str]:
        """Give the ids of at most so many events after one, with commas between them, and the last of them.

        To compare them like this takes a fifth of the time that a list takes.
        """
        return self._join_ids("WHERE id > ? ORDER BY id LIMIT ?", after, most)

    def join_ids_up_to(self, last: str, *, after: str) -> str:
        """Give the ids of the events after one, up to another, with commas between them."""
        ids, _ = self._join_ids("WHERE id > ? AND id <= ? ORDER BY id", after, last)
        return ids

    def list_event_ids_of(self, numbers: Collection[int]) -> list[str]:
        """List the ids of the events of some articles."""
        return self._db.texts(
            "SELECT id FROM events WHERE article IN (SELECT value FROM json_each(?1) UNION"
            " SELECT article FROM joined_articles WHERE same_as IN (SELECT value FROM json_each(?1)))",
            to_json(list(numbers)),
        )

    def list_known(self, ids: Collection[str]) -> set[str]:
        """List which of some events are here, by their ids."""
        return set(self._db.texts(f"SELECT id FROM events WHERE id IN {_LISTED}", to_json(list(ids))))

    def list_rows(self, *, after: int, most: int) -> list[tuple[int, str]]:
        """List the events that came in after a row of the log: their rows and ids, at most so many."""
        return self._db.rows(
            "SELECT rowid, id FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?", after, most
        )

    def last_row(self) -> int:
        """Give the row of the log that came in last; 0 for none."""
        return self._db.number("SELECT max(rowid) FROM events") or 0

    def read_events(self, ids: Collection[str]) -> list[SharedEvent]:
        """Read events by their ids; raises `StoreError` for one that is not what was written."""
        rows = self._db.rows(
            f'SELECT id, "action", at, annotator, article, kind, payload, checksum FROM events'
            f" WHERE id IN {_LISTED} ORDER BY id",
            to_json(list(ids)),
        )
        names = self._names_of({row[4] for row in rows})
        events: list[SharedEvent] = []
        for row in rows:
            with self._naming():
                read_event(row)
            event_id, action, at, annotator, number, kind, payload, _ = row
            events.append(SharedEvent(event_id, action, at, annotator, names[number], kind, payload))
        return events

    def list_steps(self) -> list[SharedStep]:
        """List what was done to the project: articles that were taken out and put back."""
        steps = self._history.read_steps()
        names = self._names_of({number for step in steps for number in step.articles})
        return [
            SharedStep(
                step.id,
                step.at,
                step.annotator,
                step.kind,
                tuple(sorted({*[names[number] for number in step.articles], *step.awaited})),
                step.more,
            )
            for step in steps
        ]

    # What comes in

    def tidy(self) -> None:
        """Forget names that went to other articles, and move what was said of joined ones meanwhile."""
        with self._db.transaction():
            self._db.execute(
                "DELETE FROM article_names WHERE name LIKE 'id:%' AND EXISTS (SELECT 1 FROM articles"
                " WHERE articles.id = substr(name, 4) AND articles.number <> article_names.article)"
            )
            for number, same_as in self._db.rows(
                "SELECT article, same_as FROM joined_articles"
                " WHERE EXISTS (SELECT 1 FROM events WHERE events.article = joined_articles.article)"
            ):
                self._move_events(number, same_as)
            for each in self._list(
                f"{_ARTICLES} WHERE id IS NULL AND number IN"
                " (SELECT article FROM article_names WHERE name LIKE 'id:%')"
            ):
                # Its id was taken back with an import, but other copies know it by that.
                self._write_about(each.number, each.about)

    def take_articles(self, articles: Sequence[tuple[SharedArticle, SharedText]]) -> list[tuple[str, str]]:
        """Take articles in, or what others know of those that are here.

        Gives those that cannot be taken in: their names, and why.
        """
        refused: list[tuple[str, str]] = []
        new: list[tuple[SharedArticle, SharedText]] = []
        with self._db.transaction():
            keys: set[str] = set()
            for about, shared in articles:
                if about.key not in keys and self._is_new(about):
                    new.append((about, shared))
                    keys.add(about.key)
                    continue
                self._add(new)
                new, keys = [], set()
                try:
                    self._take_article(about, shared)
                except UnfitError as error:
                    refused.append((about.name, str(error)))
            self._add(new)
        return refused

    def take_events(self, events: Sequence[SharedEvent]) -> list[SharedEvent]:
        """Take in those events that are not here, and give them; their articles must be.

        Raises `NewerError` where one is of a kind that nobody here knows.
        """
        with self._db.transaction():
            known = self.list_known([event.id for event in events])
            fresh = [event for event in events if event.id not in known]
            numbers = {name: self.find_number(name) for name in {event.article for event in fresh}}
            places: dict[tuple[int, str], None] = {}
            rows = []
            for event in fresh:
                number = numbers[event.article]
                if number is None:
                    raise StoreError(
                        f"{self._db.path}: event {event.id} is about {quote_article(event.article)!r}, which"
                        " is not here"
                    )
                _check_kind(event)
                rows.append(
                    sign_event(
                        event.id, event.action, event.at, event.annotator, number, event.kind, event.payload
                    )
                )
                places[number, event.annotator] = None
            self._db.insert({"events": rows})
            self._derive(places)
        return fresh

    def take_steps(self, steps: Sequence[SharedStep]) -> int:
        """Take in what was done to the project, as far as it is not here; count it."""
        with self._db.transaction():
            known = set(self._db.texts("SELECT id FROM project_events"))
            fresh = [step for step in steps if step.id not in known]
            for step in fresh:
                numbers = self._find_numbers(step.articles)
                awaited = tuple([name for name in step.articles if name not in numbers])
                self._history.take_step(
                    Step(
                        step.id,
                        step.at,
                        step.annotator,
                        step.kind,
                        tuple(numbers.values()),
                        awaited,
                        step.more,
                    )
                )
            if fresh:
                self._history.refresh()
        return len(fresh)

    def meet_awaited(self, names: Iterable[str]) -> None:
        """Do to articles that are here now what was decided about them before, by their names."""
        awaited = self._history.list_awaited(names)
        if not awaited:
            return
        with self._db.transaction():
            self._history.meet_awaited(self._find_numbers(awaited))

    # What servers know

    def read_server(self, name: str) -> Server:
        """Read how far this copy and a server have come together."""
        for row in self._db.rows(
            "SELECT pulled, pulled_id, pushed, sent_article, sent_change FROM servers WHERE name = ?", name
        ):
            return Server(*row)
        return Server()

    def write_server(self, name: str, state: Server) -> None:
        """Remember how far this copy and a server have come together."""
        with self._db.transaction():
            self._db.execute(
                "INSERT INTO servers VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " pulled = excluded.pulled, pulled_id = excluded.pulled_id, pushed = excluded.pushed,"
                " sent_article = excluded.sent_article, sent_change = excluded.sent_change",
                (
                    name,
                    state.pulled,
                    state.pulled_id,
                    state.pushed,
                    state.sent_article,
                    state.sent_change,
                ),
            )

    def forget_server(self, name: str) -> None:
        """Forget what a server has, which is not what it was."""
        with self._db.transaction():
            self._db.execute("DELETE FROM server_articles WHERE server = ?", (name,))
            self._db.execute("DELETE FROM assigned_pulls WHERE server = ?", (name,))
            self._db.execute("DELETE FROM servers WHERE name = ?", (name,))

    def read_assigned_pull(self, server: str, annotator: str) -> tuple[int, str]:
        """Read how far a server's log was read of an annotator's work: its number, and what that is."""
        rows: list[tuple[int, str]] = self._db.rows(
            "SELECT pulled, pulled_id FROM assigned_pulls WHERE server = ? AND annotator = ?",
            server,
            annotator,
        )
        return rows[0] if rows else (0, "")

    def write_assigned_pull(self, server: str, annotator: str, pulled: int, pulled_id: str) -> None:
        """Remember how far a server's log was read of an annotator's work."""
        with self._db.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO assigned_pulls VALUES (?, ?, ?, ?)",
                (server, annotator, pulled, pulled_id),
            )

    def list_unsent(self, server: str, articles: Sequence[Listed]) -> list[Listed]:
        """List those of some articles of which a server does not know what is known here."""
        numbers = to_json([each.number for each in articles])
        known = dict(
            self._db.rows(
                f"SELECT article, digest FROM server_articles WHERE server = ? AND article IN {_LISTED}",
                server,
                numbers,
            )
        )
        return [each for each in articles if known.get(each.number) != each.about.digest]

    def note_sent(self, server: str, articles: Collection[Listed]) -> None:
        """Remember what a server knows of some articles, and by what names, which they keep for good."""
        with self._db.transaction():
            self._write_names([(name, each.number) for each in articles for name in each.about.names])
            self._db.executemany(
                "INSERT OR REPLACE INTO server_articles VALUES (?, ?, ?)",
                [(server, each.number, each.about.digest) for each in articles],
            )
            self.meet_awaited([name for each in articles for name in each.about.names])

    # Parts

    def _find_numbers(self, names: Iterable[str]) -> dict[str, int]:
        return dict(self._db.rows(_NUMBERS, to_json(list(names))))

    @contextmanager
    def _naming(self) -> Iterator[None]:
        """Say in which of several databases something is not what was written."""
        try:
            yield
        except StoreError as error:
            raise StoreError(f"{self._db.path}: {error.what}", error.advice) from error

    def _join_ids(self, which: str, *parameters: str | int) -> tuple[str, str]:
        ((ids, last),) = self._db.rows(
            f"SELECT coalesce(group_concat(id), ''), coalesce(max(id), '') FROM"
            f" (SELECT id FROM events {which})",
            *parameters,
        )
        return ids, last

    def _list(self, query: str, *parameters: str | int) -> list[Listed]:
        rows = self._db.named(query, *parameters)
        names: defaultdict[int, set[str]] = defaultdict(set)
        for name, number in self._db.rows(
            f"SELECT name, article FROM article_names WHERE article IN {_LISTED}",
            to_json([row["number"] for row in rows]),
        ):
            names[number].add(name)
        return [_read_listed(row, names[row["number"]]) for row in rows]

    def _names_of(self, numbers: Collection[int]) -> dict[int, str]:
        """Give a name of each of some articles; of one that was joined, that of the other."""
        joined = self._articles.find_joined()
        meant = {number: joined.get(number, number) for number in numbers}
        names = {each.number: each.about.name for each in self.list_numbered(set(meant.values()))}
        return {number: names[other] for number, other in meant.items()}

    def _list_with_text(self, key: str) -> list[Listed]:
        """List the articles that have the text of a key."""
        return self._list(
            f"{_ARTICLES} WHERE (key = ? OR (length(key) > 32 AND substr(key, 1, 32) = ?))"
            " AND number NOT IN (SELECT article FROM joined_articles) ORDER BY number",
            key,
            key,
        )

    def _is_new(self, about: SharedArticle) -> bool:
        return all(self.find_number(name) is None for name in about.names) and not self._imports.count_copies(
            about.key
        )

    def _add(self, new: Sequence[tuple[SharedArticle, SharedText]]) -> None:
        """Add articles whose names and texts are new."""
        added = self._imports.add_articles(
            [
                NewArticle(
                    shared.text,
                    about.title,
                    shared.paragraphs,
                    about.key if about.own_key is None or about.id is not None else about.own_key,
                    about.id,
                    about.meta,
                    added_at=about.added_at,
                )
                for about, shared in new
            ]
        )
        named = zip(added, new, strict=True)
        self._write_names([(name, number) for number, (about, _) in named for name in about.names])

    def _take_article(self, about: SharedArticle, shared: SharedText) -> None:
        """Take in what another copy knows of an article of which something is here; or raise `UnfitError`."""
        for name in about.names:
            number = self.find_number(name)
            if number is not None:
                self._check_fit(name, number, about, shared)
        there = self._list_with_text(about.key)
        for each in there[:1]:
            self._check_fit(about.name, each.number, about, shared)
        incoming = len(there)
        for group in group_articles([*(each.about for each in there), about]):
            rows = [there[place] for place in group if place != incoming]
            parts = [*(row.about for row in rows), *([about] if incoming in group else [])]
            merged = reduce(lambda one, other: merge_about(one, other, shared.text), parts)
            if not rows:
                self._add_beside(merged, shared)
            elif len(rows) > 1 or incoming in group:
                for other in rows[1:]:
                    self._join(other.number, rows[0].number)
                self._write_about(rows[0].number, merged)

    def _check_fit(self, name: str, number: int, about: SharedArticle, shared: SharedText) -> None:
        """Raise `UnfitError` where an article that is here has another text, or other paragraphs."""
        (key,) = self._db.texts("SELECT key FROM articles WHERE number = ?", number)
        if text_key(key) != about.key:
            if self._articles.is_removed(number):
                self._free_id(number, name)
                return
            called = quote_article(name)
            raise UnfitError(
                f"{called}: this id is that of another text in the other copy (here it is article {number}),"
                " so nothing of it was exchanged; take out the one with the wrong id"
                f" (spantag remove {called}), import it anew under another id, and sync again"
            )
        if self.load_text(number).paragraphs != shared.paragraphs:
            raise UnfitError(
                f"{quote_article(name)}: another version of spantag cut this article (here {number}) into"
                " other paragraphs, so nothing of it was exchanged; import it anew under another id in one of"
                " the copies"
            )

    def _free_id(self, number: int, name: str) -> None:
        """Take an id from an article that was taken out, because it is that of another one.

        It gets one that every copy makes of its text; one without an id would be that of any with its text.
        """
        self._db.execute("DELETE FROM article_names WHERE name = ?", (name,))
        (key,) = self._db.texts("SELECT key FROM articles WHERE number = ?", number)
        about = self._imports.read_about(number)
        self._imports.write_about(number, structs.replace(about, id=f"{quote_article(name)}~{key[:8]}"))

    def _add_beside(self, about: SharedArticle, shared: SharedText) -> None:
        """Add an article that has the text of others."""
        key = copy_key(about.key, self._imports.count_copies(about.key) + 1)
        (number,) = self._imports.add_articles(
            [
                NewArticle(
                    shared.text,
                    about.title,
                    shared.paragraphs,
                    key,
                    about.id,
                    about.meta,
                    added_at=about.added_at,
                )
            ]
        )
        self._write_about(number, about)

    def _write_about(self, number: int, about: SharedArticle) -> None:
        """Write what is known of an article."""
        if about.id is None and about.own_key is not None:
            self._give_key(number, about.own_key)
        self._db.execute("UPDATE articles SET added_at = ? WHERE number = ?", (about.added_at, number))
        self._imports.write_about(number, About(about.id, about.title, about.meta))
        self._write_names([(name, number) for name in about.names])

    def _give_key(self, number: int, key: str) -> None:
        """Give an article without an id the key that it has everywhere; who has it gets a free one."""
        holder = self._db.number("SELECT number FROM articles WHERE key = ?", key)
        if holder == number:
            return
        if holder is not None:
            free = copy_key(key, self._imports.count_copies(key) + 1)
            self._db.execute("UPDATE articles SET key = ? WHERE number = ?", (free, holder))
            self._imports.sign_article(holder)
        self._db.execute("UPDATE articles SET key = ? WHERE number = ?", (key, number))

    def _write_names(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Remember names of articles, each with the number of its article."""
        self._db.executemany(
            "INSERT INTO article_names VALUES (?, ?) ON CONFLICT DO UPDATE SET article = excluded.article"
            " WHERE article <> excluded.article",
            numbers,
        )

    def _join(self, number: int, same_as: int) -> None:
        """Make an article one with another: what was said of it is said of that."""
        for table in ("positions", "suggestions"):
            self._db.execute(f"UPDATE OR IGNORE {table} SET article = ? WHERE article = ?", (same_as, number))
            self._db.execute(f"DELETE FROM {table} WHERE article = ?", (number,))
        self._db.execute("UPDATE articles SET id = NULL, removed = 1 WHERE number = ?", (number,))
        about = self._imports.read_about(number)
        self._imports.write_about(number, about)
        self._db.execute("UPDATE article_names SET article = ? WHERE article = ?", (same_as, number))
        self._db.execute("UPDATE joined_articles SET same_as = ? WHERE same_as = ?", (same_as, number))
        self._db.execute("INSERT INTO joined_articles VALUES (?, ?)", (number, same_as))
        self._move_events(number, same_as)
        self._history.refresh()

    def _move_events(self, number: int, same_as: int) -> None:
        rows = self._db.rows(
            'SELECT id, "action", at, annotator, kind, payload FROM events WHERE article = ?', number
        )
        self._db.executemany(
            "UPDATE events SET article = ?, checksum = ? WHERE id = ?",
            [
                (same_as, checksum(event_id, action, at, annotator, same_as, kind, payload), event_id)
                for event_id, action, at, annotator, kind, payload in rows
            ],
        )
        for table in DERIVED_TABLES:
            self._db.execute(f"DELETE FROM {table} WHERE article = ?", (number,))
        self._derive({(same_as, row[3]) for row in rows})

    def _derive(self, places: Iterable[tuple[int, str]]) -> None:
        """Make the derived rows of layers anew, and what is known of the records that they came with."""
        for number, annotator in places:
            if not self._articles.is_removed(number):
                self._note_imports(self._log.derive_layer(number, annotator))

    def _note_imports(self, layer: Layer) -> None:
        """Remember which records are in: those that came with an import which was not taken back."""
        there: dict[str, bool] = {}
        for event in layer.events:
            if isinstance(event.act.digest, str):
                there[event.act.digest] = there.get(event.act.digest, False) or (
                    event.action not in layer.taken_back
                )
        for digest, is_there in there.items():
            if is_there:
                self._db.execute("INSERT OR IGNORE INTO imports (digest) VALUES (?)", (digest,))
            else:
                self._db.execute("DELETE FROM imports WHERE digest = ? AND import IS NULL", (digest,))


def _read_listed(row: NamedRow, names: Collection[str]) -> Listed:
    about = SharedArticle(
        tuple(sorted({*names, name_article(row["id"], row["key"])})),
        text_key(row["key"]),
        row["title"],
        read_meta(row["number"], row["meta"]),
        row["added_at"],
    )
    return Listed(row["number"], about)


def _check_kind(event: SharedEvent) -> None:
    """Raise `NewerError` where an event is of a kind that nobody here knows, `StoreError` for no event."""
    try:
        act, _ = read_act(event.kind, event.payload)
    except (ValueError, TypeError) as error:
        raise StoreError(
            f"what event {event.id} did is no JSON object: {error}", "it was not taken in"
        ) from error
    if isinstance(act, Unread):
        raise NewerError(
            f"the other copy has events of the kind {event.kind!r}, which a newer spantag writes",
            "what was exchanged before stays, upgrade with: pip install --upgrade spantag",
        )
