"""History: what was done to the project as a whole: imports, articles taken out and put back, assignments.

Events about it stand in a log of their own, which is only ever appended to. What an import brought is known
by its event's number, so that it can be taken back; an article that was taken out keeps its rows and its log,
and loses what is derived from that, so that nothing finds it and everything can come back.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from tui.errors import StoreError
from tui.model.assignment import Assignment, fold_assignment
from tui.model.events import Undo, write_act
from tui.model.json_text import parse_object, to_json
from tui.model.span import Json
from tui.store import clock
from tui.store.articles import Articles
from tui.store.connection import Connection
from tui.store.imports import About, Imports
from tui.store.log import Log
from tui.store.rows import DERIVED_TABLES, sign_event
from tui.text.messages import count_noun

_ASSIGN: Final = "assign"
"""The kind of event that says whose work articles are."""

_LISTED: Final = "(SELECT value FROM json_each(?))"
"""The numbers in a parameter that is a list in JSON."""


class ImportRow(Struct, frozen=True):
    """An import, as it stands in the log."""

    number: int
    """Its number."""
    at: str
    """When, in UTC."""
    annotator: str
    """Who."""
    files: tuple[str, ...]
    """What was imported, as it was named."""
    articles: int
    """Articles that came with it."""
    is_undone: bool
    """Was it taken back?"""

    def as_json(self) -> dict[str, Json]:
        """Give it for a program."""
        return {
            "number": self.number,
            "at": self.at,
            "annotator": self.annotator,
            "files": list[Json](self.files),
            "articles": self.articles,
            "taken_back": self.is_undone,
        }


class TakenBack(Struct, frozen=True):
    """What was taken out of a project."""

    articles: int = 0
    """Articles."""
    spans: int = 0
    """Spans in them, and other spans that an import had brought."""
    annotators: int = 0
    """How many have made spans in these articles."""
    worked_on: int = 0
    """Of an import's articles those of which something else was said, too."""
    restored: int = 0
    """Articles that were there before, which lose what the import had added to them."""

    def as_json(self) -> dict[str, Json]:
        """Give the counts for a program."""
        return {
            "articles": self.articles,
            "spans": self.spans,
            "annotators": self.annotators,
            "worked_on_since": self.worked_on,
            "articles_without_what_was_added": self.restored,
        }

    def describe(self) -> str:
        """Say it in one line."""
        parts = [count_noun(self.articles, "article"), count_noun(self.spans, "span")]
        if self.annotators > 1:
            parts[1] += f" of {self.annotators} annotators"
        if self.restored:
            parts.append(f"what was added to {count_noun(self.restored, 'other article')}")
        return ", ".join(parts)


class Step(Struct, frozen=True):
    """Articles were taken out, put back, or assigned."""

    id: str
    """Its id, the same in every copy of the project."""
    at: str
    """When, in UTC."""
    annotator: str
    """Who."""
    kind: str
    """What was done."""
    articles: tuple[int, ...]
    """The numbers here of those articles that are here."""
    awaited: tuple[str, ...] = ()
    """Names of the other articles."""
    more: Mapping[str, Json] = field(default_factory=dict)
    """What else was said; nothing in it is a number of this copy."""


class _ProjectEvent(Struct, frozen=True):
    """One thing that was done to the project."""

    number: int
    """Its number."""
    at: str
    """When, in UTC."""
    annotator: str
    """Who."""
    payload: Mapping[str, Json]
    """What, beside its kind."""


class History:
    """The log of the project, and what it says of articles."""

    def __init__(self, connection: Connection, articles: Articles, log: Log, imports: Imports) -> None:
        self._db = connection
        self._articles = articles
        self._log = log
        self._imports = imports

    def begin_import(self, annotator: str, files: Sequence[str]) -> int:
        """Note that an import brings something; give the number that all it brings is known by."""
        last = self._db.text("SELECT max(id) FROM events")
        return self._note(annotator, "import", {"files": list[Json](files), "after": last})

    def list_imports(self) -> list[ImportRow]:
        """List the imports, the first first."""
        counts = dict(self._db.rows("SELECT import, count(*) FROM articles GROUP BY import"))
        undone = {each.payload.get("import") for each in self._read_events("undo import")}
        return [
            ImportRow(
                each.number,
                each.at,
                each.annotator,
                _files_of(each.payload),
                counts.get(each.number, 0),
                each.number in undone,
            )
            for each in self._read_events("import")
        ]

    def remove_articles(self, annotator: str, numbers: Sequence[int]) -> TakenBack:
        """Take articles out of the project."""
        with self._db.transaction():
            taken = self._count_taken(numbers)
            self._note(annotator, "remove", {"articles": list[Json](numbers)})
            self._hide(numbers)
        return taken

    def restore_articles(self, annotator: str, numbers: Sequence[int], *, brought: int | None = None) -> None:
        """Put articles back, with all that was said of them; `brought` is the import that did."""
        with self._db.transaction():
            self._note(annotator, "restore", {"articles": list[Json](numbers), "import": brought})
            self._show(numbers)

    def assign(self, annotator: str, payload: Mapping[str, Json]) -> None:
        """Note whose work articles are, as `tui.model.assignment` reads it."""
        self._note(annotator, _ASSIGN, payload)

    def read_assignment(self, *, as_of: str | None = None) -> Assignment:
        """Read whose work articles are, or were at the UTC time `as_of`."""
        events = self._read_events(_ASSIGN)
        if as_of is not None:
            # What stands before the last one in the log counts even where the clock was ahead.
            last = max([index for index, event in enumerate(events) if event.at <= as_of], default=-1)
            del events[last + 1 :]
        return fold_assignment([event.payload for event in events])

    def read_steps(self) -> list[Step]:
        """Read what was done to articles, in the order in which it counts; what imports brought is none."""
        rows = self._db.named(
            "SELECT number, id, at, annotator, kind, payload FROM project_events WHERE kind <> 'import'"
            " ORDER BY id"
        )
        come = self._list_come()
        awaited: defaultdict[int, list[str]] = defaultdict(list)
        for number, name in self._db.rows("SELECT step, name FROM awaited_articles WHERE article IS NULL"):
            awaited[number].append(name)
        return [
            Step(
                row["id"],
                row["at"],
                row["annotator"],
                row["kind"],
                (*_articles_of(parse_object(row["payload"])), *come[row["number"]]),
                tuple(awaited[row["number"]]),
                _more_of(parse_object(row["payload"])) if row["kind"] == _ASSIGN else {},
            )
            for row in rows
        ]

    def take_step(self, step: Step) -> None:
        """Take in what was done in another copy of the project; `refresh` does it to the articles."""
        cursor = self._db.execute(
            "INSERT INTO project_events (at, annotator, kind, payload, id) VALUES (?, ?, ?, ?, ?)",
            (step.at, step.annotator, step.kind, to_json({**step.more, "articles": step.articles}), step.id),
        )
        self._db.executemany(
            "INSERT INTO awaited_articles (name, step) VALUES (?, ?)",
            [(name, cursor.lastrowid) for name in step.awaited],
        )

    def list_awaited(self, names: Iterable[str]) -> list[str]:
        """List those of some names that articles have which something was decided about and are not here."""
        return self._db.texts(
            f"SELECT DISTINCT name FROM awaited_articles WHERE article IS NULL AND name IN {_LISTED}",
            to_json(list(names)),
        )

    def meet_awaited(self, numbers: Mapping[str, int]) -> None:
        """Do to articles, by their names, what was decided about them before they were here."""
        self._db.executemany(
            "UPDATE awaited_articles SET article = ? WHERE name = ? AND article IS NULL",
            [(number, name) for name, number in numbers.items()],
        )
        self.refresh()

    def refresh(self) -> None:
        """Take articles out and put them back, as the log says."""
        wanted, there = self._articles.fold_removed(), self._articles.find_removed()
        self._hide(sorted(wanted - there))
        self._show(sorted(there - wanted))

    def find_last_removed(self) -> list[int]:
        """List the articles that the last removal took out and that are out still."""
        removed, come = self._articles.find_removed(), self._list_come()
        for each in reversed(self._read_events("remove")):
            own = [*_articles_of(each.payload), *come[each.number]]
            numbers = [number for number in own if number in removed]
            if numbers:
                return numbers
        return []

    def count_import(self, number: int) -> TakenBack:
        """Count the articles that an import brought, with all that was said of them."""
        return self._count_taken(self._articles_of_import(number))

    def undo_import(self, annotator: str, number: int) -> TakenBack:
        """Take back what an import brought: its articles, and what it added to those that were there."""
        with self._db.transaction():
            numbers = self._articles_of_import(number)
            actions = self._actions_of_import(number)
            gone = set(numbers)
            staying = [each for each in actions if each[0] not in gone]
            taken = self._count_taken(numbers)
            spans = taken.spans + self._undo_actions(staying)
            self._append_undone([each for each in actions if each[0] in gone])
            worked_on = self._count_worked_on(numbers, {action for _, _, action in actions})
            completed = self._undo_completions(number, gone)
            self._db.execute("DELETE FROM imports WHERE import = ?", (number,))
            self._db.execute("DELETE FROM suggestions WHERE import = ?", (number,))
            self._note(annotator, "undo import", {"import": number, "articles": list[Json](numbers)})
            self._hide(numbers)
        touched = {article for article, _, _ in staying} | completed
        return TakenBack(len(numbers), spans, taken.annotators, worked_on, len(touched))

    def _note(self, annotator: str, kind: str, payload: Mapping[str, Json]) -> int:
        with self._db.transaction():
            last = self._db.text("SELECT max(id) FROM project_events")
            cursor = self._db.execute(
                "INSERT INTO project_events (at, annotator, kind, payload, id) VALUES (?, ?, ?, ?, ?)",
                (clock.utc_now(), annotator, kind, to_json(payload), *clock.make_ids(last, 1)),
            )
        if cursor.lastrowid is None:
            raise StoreError(f"{self._db.path}: the log of the project took no event")
        return cursor.lastrowid

    def _hide(self, numbers: Sequence[int]) -> None:
        listed = (to_json(list(numbers)),)
        self._db.execute(f"UPDATE articles SET removed = 1 WHERE number IN {_LISTED}", listed)
        for table in DERIVED_TABLES:
            self._db.execute(f"DELETE FROM {table} WHERE article IN {_LISTED}", listed)

    def _show(self, numbers: Sequence[int]) -> None:
        self._db.execute(
            f"UPDATE articles SET removed = 0 WHERE number IN {_LISTED}", (to_json(list(numbers)),)
        )
        self._log.derive_again(
            [(number, each) for number in numbers for each in self._log.list_annotators(number)]
        )

    def _count_taken(self, numbers: Sequence[int]) -> TakenBack:
        ((spans, annotators),) = self._db.rows(
            f"SELECT count(*), count(DISTINCT annotator) FROM spans WHERE article IN {_LISTED}",
            to_json(list(numbers)),
        )
        return TakenBack(len(numbers), spans, annotators)

    def _articles_of_import(self, number: int) -> list[int]:
        """List the articles that an import brought, or brought back, and that are there."""
        brought_back = {
            article
            for each in self._read_events("restore")
            if each.payload.get("import") == number
            for article in _articles_of(each.payload)
        }
        own = self._db.numbers("SELECT number FROM articles WHERE import = ? AND NOT removed", number)
        return sorted({*own, *(brought_back - self._articles.find_removed())})

    def _actions_of_import(self, number: int) -> list[tuple[int, str, str]]:
        """List the actions, as article, annotator and action, that an import brought."""
        rows = self._db.rows(
            'SELECT DISTINCT article, annotator, "action" FROM events JOIN imports'
            " ON digest = json_extract(events.payload, '$.import') AND imports.import = ?"
            " WHERE events.id >"
            " (SELECT json_extract(payload, '$.after') FROM project_events WHERE number = ?)"
            " ORDER BY article, annotator",
            number,
            number,
        )
        return [(article, annotator, action) for article, annotator, action in rows]

    def _undo_actions(self, actions: Sequence[tuple[int, str, str]]) -> int:
        """Undo actions in articles that stay; count the spans that go."""
        gone = 0
        for number, each, action in actions:
            layer = self._log.load_layer(number, each)
            before = len(layer.spans)
            self._log.append(self._articles.load_article(number), each, layer, [Undo(action)])
            gone += before - len(layer.spans)
        return gone

    def _append_undone(self, actions: Sequence[tuple[int, str, str]]) -> None:
        """Undo actions in articles that go, of which nothing is derived."""
        if not actions:
            return
        at = clock.utc_now()
        ids = clock.make_ids(self._db.text("SELECT max(id) FROM events"), len(actions))
        self._db.insert(
            {
                "events": [
                    sign_event(event_id, ids[0], at, annotator, article, Undo.kind, write_act(Undo(action)))
                    for event_id, (article, annotator, action) in zip(ids, actions, strict=True)
                ]
            }
        )

    def _count_worked_on(self, numbers: Sequence[int], actions: set[str]) -> int:
        rows = self._db.rows(
            f"SELECT DISTINCT article, \"action\" FROM events WHERE kind <> 'undo' AND article IN {_LISTED}",
            to_json(list(numbers)),
        )
        return len({article for article, action in rows if action not in actions})

    def _undo_completions(self, number: int, gone: set[int]) -> set[int]:
        """Take back what an import filled in, where it still stands; give the articles it is about."""
        touched: set[int] = set()
        for article, was, became in self._db.rows(
            "SELECT article, was, became FROM completions WHERE import = ?", number
        ):
            if article not in gone:
                before, after = _read_about(was), _read_about(became)
                self._imports.write_about(
                    article, _take_back(self._imports.read_about(article), before, after)
                )
                touched.add(article)
        return touched

    def _list_come(self) -> defaultdict[int, list[int]]:
        """List the articles that came after something was decided about them, by the number of that."""
        come: defaultdict[int, list[int]] = defaultdict(list)
        for number, article in self._db.rows(
            "SELECT step, article FROM awaited_articles WHERE article IS NOT NULL"
        ):
            come[number].append(article)
        return come

    def _read_events(self, *kinds: str) -> list[_ProjectEvent]:
        rows = self._db.named(
            f"SELECT number, at, annotator, payload FROM project_events WHERE kind IN {_LISTED} ORDER BY id",
            to_json(kinds),
        )
        return [
            _ProjectEvent(row["number"], row["at"], row["annotator"], parse_object(row["payload"]))
            for row in rows
        ]


def _articles_of(payload: Mapping[str, Json]) -> list[int]:
    articles = payload.get("articles")
    return [each for each in articles if isinstance(each, int)] if isinstance(articles, list) else []


def _more_of(payload: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in payload.items() if key != "articles"}


def _files_of(payload: Mapping[str, Json]) -> tuple[str, ...]:
    files = payload.get("files")
    return tuple([each for each in files if isinstance(each, str)]) if isinstance(files, list) else ()


def _read_about(text: str) -> About:
    article_id, title, meta = json.loads(text)
    return About(article_id, title, meta)


def _take_back(about: About, before: About, after: About) -> About:
    """Give what an article has without what was filled in, where nobody has changed that since."""
    meta = {
        key: value
        for key, value in about.meta.items()
        if key in before.meta or after.meta.get(key) != value or key not in after.meta
    }
    return About(
        before.id if about.id == after.id else about.id,
        before.title if about.title == after.title else about.title,
        meta,
    )
