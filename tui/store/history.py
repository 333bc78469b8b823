"""History: what was done to the project as a whole: imports, and articles that were taken out and put back.

Events about it stand in a log of their own, which is only ever appended to. What an import brought is known
by its event's number, so that it can be taken back; an article that was taken out keeps its rows and its log,
and loses what is derived from that, so that nothing finds it and everything can come back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tui.errors import StoreError
from tui.model.events import Undo, write_act
from tui.model.json_text import parse_object, to_json
from tui.model.span import Json
from tui.store import clock
from tui.store.imports import About, Imports
from tui.store.log import Log
from tui.store.rows import DERIVED_TABLES, sign_event
from tui.text.messages import count_noun

_LISTED: Final = "(SELECT value FROM json_each(?))"
"""The numbers in a parameter that is a list in JSON."""


@dataclass(frozen=True, slots=True)
class ImportRow:
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


@dataclass(frozen=True, slots=True)
class TakenBack:
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


class History(Log, Imports):
    """The log of the project, and what it says of articles."""

    def begin_import(self, annotator: str, files: Sequence[str]) -> int:
        """Note that an import brings something; give the number that all it brings is known by."""
        last = self._text("SELECT max(id) FROM events")
        return self._note(annotator, "import", {"files": list[Json](files), "after": last})

    def list_imports(self) -> list[ImportRow]:
        """List the imports, the first first."""
        counts = dict(self._rows("SELECT import, count(*) FROM articles GROUP BY import"))
        undone = {payload.get("import") for _, _, _, payload in self._read_project_events("undo import")}
        return [
            ImportRow(number, at, annotator, _files_of(payload), counts.get(number, 0), number in undone)
            for number, at, annotator, payload in self._read_project_events("import")
        ]

    def remove_articles(self, annotator: str, numbers: Sequence[int]) -> TakenBack:
        """Take articles out of the project."""
        with self.transaction():
            taken = self._count_taken(numbers)
            self._note(annotator, "remove", {"articles": list[Json](numbers)})
            self._hide(numbers)
        return taken

    def restore_articles(self, annotator: str, numbers: Sequence[int], *, brought: int | None = None) -> None:
        """Put articles back, with all that was said of them; `brought` is the import that did."""
        with self.transaction():
            self._note(annotator, "restore", {"articles": list[Json](numbers), "import": brought})
            self._connection.execute(
                f"UPDATE articles SET removed = 0 WHERE number IN {_LISTED}", (to_json(list(numbers)),)
            )
            self._derive_again(
                [(number, each) for number in numbers for each in self.list_annotators(number)]
            )

    def find_last_removed(self) -> list[int]:
        """List the articles that the last removal took out and that are out still."""
        removed = self.find_removed()
        for _, _, _, payload in reversed(self._read_project_events("remove")):
            numbers = [number for number in _articles_of(payload) if number in removed]
            if numbers:
                return numbers
        return []

    def count_import(self, number: int) -> TakenBack:
        """Count the articles that an import brought, with all that was said of them."""
        return self._count_taken(self._articles_of_import(number))

    def undo_import(self, annotator: str, number: int) -> TakenBack:
        """Take back what an import brought: its articles, and what it added to those that were there."""
        with self.transaction():
            numbers = self._articles_of_import(number)
            actions = self._actions_of_import(number)
            gone = set(numbers)
            staying = [each for each in actions if each[0] not in gone]
            taken = self._count_taken(numbers)
            spans = taken.spans + self._undo_actions(staying)
            self._append_undone([each for each in actions if each[0] in gone])
            worked_on = self._count_worked_on(numbers, {action for _, _, action in actions})
            completed = self._undo_completions(number, gone)
            self._connection.execute("DELETE FROM imports WHERE import = ?", (number,))
            self._connection.execute("DELETE FROM suggestions WHERE import = ?", (number,))
            self._note(annotator, "undo import", {"import": number, "articles": list[Json](numbers)})
            self._hide(numbers)
        touched = {article for article, _, _ in staying} | completed
        return TakenBack(len(numbers), spans, taken.annotators, worked_on, len(touched))

    def _note(self, annotator: str, kind: str, payload: Mapping[str, Json]) -> int:
        with self.transaction():
            cursor = self._connection.execute(
                "INSERT INTO project_events (at, annotator, kind, payload) VALUES (?, ?, ?, ?)",
                (clock.utc_now(), annotator, kind, to_json(payload)),
            )
        if cursor.lastrowid is None:
            raise StoreError(f"{self.path}: the log of the project took no event")
        return cursor.lastrowid

    def _hide(self, numbers: Sequence[int]) -> None:
        listed = (to_json(list(numbers)),)
        self._connection.execute(f"UPDATE articles SET removed = 1 WHERE number IN {_LISTED}", listed)
        for table in DERIVED_TABLES:
            self._connection.execute(f"DELETE FROM {table} WHERE article IN {_LISTED}", listed)

    def _count_taken(self, numbers: Sequence[int]) -> TakenBack:
        ((spans, annotators),) = self._rows(
            f"SELECT count(*), count(DISTINCT annotator) FROM spans WHERE article IN {_LISTED}",
            to_json(list(numbers)),
        )
        return TakenBack(len(numbers), spans, annotators)

    def _articles_of_import(self, number: int) -> list[int]:
        """List the articles that an import brought, or brought back, and that are there."""
        brought_back = {
            article
            for _, _, _, payload in self._read_project_events("restore")
            if payload.get("import") == number
            for article in _articles_of(payload)
        }
        own = self._numbers("SELECT number FROM articles WHERE import = ? AND NOT removed", number)
        return sorted({*own, *(brought_back - self.find_removed())})

    def _actions_of_import(self, number: int) -> list[tuple[int, str, str]]:
        """List the actions, as article, annotator and action, that an import brought."""
        rows = self._rows(
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
            layer = self.load_layer(number, each)
            before = len(layer.spans)
            self.append(self.load_article(number), each, layer, [Undo(action)])
            gone += before - len(layer.spans)
        return gone

    def _append_undone(self, actions: Sequence[tuple[int, str, str]]) -> None:
        """Undo actions in articles that go, of which nothing is derived."""
        if not actions:
            return
        at = clock.utc_now()
        ids = clock.make_ids(self._text("SELECT max(id) FROM events"), len(actions))
        self._insert(
            {
                "events": [
                    sign_event(event_id, ids[0], at, annotator, article, Undo.kind, write_act(Undo(action)))
                    for event_id, (article, annotator, action) in zip(ids, actions, strict=True)
                ]
            }
        )

    def _count_worked_on(self, numbers: Sequence[int], actions: set[str]) -> int:
        rows = self._rows(
            f"SELECT DISTINCT article, \"action\" FROM events WHERE kind <> 'undo' AND article IN {_LISTED}",
            to_json(list(numbers)),
        )
        return len({article for article, action in rows if action not in actions})

    def _undo_completions(self, number: int, gone: set[int]) -> set[int]:
        """Take back what an import filled in, where it still stands; give the articles it is about."""
        touched: set[int] = set()
        for article, was, became in self._rows(
            "SELECT article, was, became FROM completions WHERE import = ?", number
        ):
            if article not in gone:
                before, after = _read_about(was), _read_about(became)
                self.write_about(article, _take_back(self.read_about(article), before, after))
                touched.add(article)
        return touched

    def _read_project_events(self, *kinds: str) -> list[tuple[int, str, str, Mapping[str, Json]]]:
        rows = self._rows(
            f"SELECT number, at, annotator, payload FROM project_events WHERE kind IN {_LISTED}"
            " ORDER BY number",
            to_json(kinds),
        )
        return [(number, at, annotator, parse_object(payload)) for number, at, annotator, payload in rows]


def _articles_of(payload: Mapping[str, Json]) -> list[int]:
    articles = payload.get("articles")
    return [each for each in articles if isinstance(each, int)] if isinstance(articles, list) else []


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
