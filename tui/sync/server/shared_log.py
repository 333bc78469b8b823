"""The log of a project on a server: what is new in it, and appending to it."""

from collections.abc import Collection, Sequence
from typing import Any, Final, LiteralString

from msgspec import Struct

from tui.model.json_text import parse_json, parse_object, to_json
from tui.model.labels.shape import LabelShape, read_shape, write_shape
from tui.model.parcel import SharedArticle, SharedEvent, SharedStep, SharedText
from tui.sync.server.connection import ServerConnection, ask

_ENTRIES: Final = """
    SELECT seq, 'article' AS kind, digest AS id FROM spantag.articles
        WHERE project = %(project)s AND seq > %(seq)s
    UNION ALL
    SELECT seq, 'event', id FROM spantag.events WHERE project = %(project)s AND seq > %(seq)s
    UNION ALL
    SELECT seq, 'step', id FROM spantag.steps WHERE project = %(project)s AND seq > %(seq)s
    ORDER BY seq LIMIT %(most)s
"""

_LAST: Final = """
    SELECT * FROM (
        (SELECT seq, 'article', digest FROM spantag.articles WHERE project = %(project)s
            ORDER BY seq DESC LIMIT 1)
        UNION ALL
        (SELECT seq, 'event', id FROM spantag.events WHERE project = %(project)s ORDER BY seq DESC LIMIT 1)
        UNION ALL
        (SELECT seq, 'step', id FROM spantag.steps WHERE project = %(project)s ORDER BY seq DESC LIMIT 1)
    ) AS last ORDER BY seq DESC LIMIT 1
"""

_ENTRIES_OF: Final = """
    WITH own AS (
        SELECT articles.seq, digest, names,
            CASE WHEN assigned.seq > %(after)s THEN 0 ELSE %(after)s END AS since
        FROM spantag.assigned JOIN spantag.articles USING (project, key)
        WHERE project = %(project)s AND annotator = %(annotator)s AND key BETWEEN %(first)s AND %(last)s
            AND assigned.seq <= %(until)s AND articles.seq <= %(until)s
    )
    SELECT seq, 'article' AS kind, digest AS id FROM own WHERE seq > since
    UNION ALL
    SELECT events.seq, 'event', id FROM (SELECT DISTINCT unnest(names) AS name, since FROM own) AS called
        JOIN spantag.events ON project = %(project)s AND article = name AND events.seq > since
            AND events.seq <= %(until)s
    ORDER BY seq
"""


class SharedEntry(Struct, frozen=True):
    """Something in the log, as far as must be known to tell whether it is missing elsewhere."""

    seq: int
    """Its number there; they grow in the order in which entries can be read."""
    kind: str
    """What it is: `article`, `event` or `step`."""
    id: str
    """Its id; of what is known of an article, its digest."""


class SharedLog:
    """The log of one project."""

    def __init__(self, connection: ServerConnection, project: int) -> None:
        self._connection = connection
        self._project = project

    def list_entries(self, *, after: int, most: int) -> list[SharedEntry]:
        """List the entries after a number, in their order, at most so many."""
        parameters = {"project": self._project, "seq": after, "most": most}
        return [SharedEntry(*row) for row in self._connection.execute(_ENTRIES, parameters).fetchall()]

    def find_last(self) -> SharedEntry | None:
        """Find the newest entry; None where there is none."""
        rows = self._connection.execute(_LAST, {"project": self._project}).fetchall()
        return SharedEntry(*rows[0]) if rows else None

    def list_assigned(self, annotator: str, *, until: int, after: str, most: int) -> list[str]:
        """List the keys of an annotator's articles, after one in their order, at most so many.

        What became theirs by an entry after `until` is not listed.
        """
        rows = ask(
            self._connection,
            "SELECT key FROM spantag.assigned WHERE project = %s AND annotator = %s AND seq <= %s"
            " AND key > %s ORDER BY key LIMIT %s",
            self._project,
            annotator,
            until,
            after,
            most,
        )
        return [key for (key,) in rows]

    def list_entries_of(
        self, annotator: str, first: str, last: str, *, after: int, until: int
    ) -> list[SharedEntry]:
        """List what is said of an annotator's articles from a key to a key, after a number, up to another.

        Of an article that became theirs after the first one all is listed.
        """
        parameters = {
            "project": self._project,
            "annotator": annotator,
            "first": first,
            "last": last,
            "after": after,
            "until": until,
        }
        return [SharedEntry(*row) for row in self._connection.execute(_ENTRIES_OF, parameters).fetchall()]

    def list_steps(self, *, after: int, until: int) -> list[str]:
        """List the ids of what was done to the project after a number, up to another."""
        rows = ask(
            self._connection,
            "SELECT id FROM spantag.steps WHERE project = %s AND seq > %s AND seq <= %s ORDER BY seq",
            self._project,
            after,
            until,
        )
        return [step_id for (step_id,) in rows]

    def list_digests(self, names: Collection[str]) -> list[str]:
        """List the digests of what is known of articles with some names."""
        rows = self._ask("SELECT digest FROM spantag.articles WHERE project = %s AND names && %s", names)
        return [digest for (digest,) in rows]

    def read_articles(self, digests: Collection[str]) -> list[SharedArticle]:
        """Read what is known of articles, by its digests."""
        rows = self._ask(
            "SELECT names, key, title, meta, added_at FROM spantag.articles"
            " WHERE project = %s AND digest = ANY(%s) ORDER BY seq",
            digests,
        )
        return [
            SharedArticle(tuple(names), key, title, parse_object(meta), added_at)
            for names, key, title, meta, added_at in rows
        ]

    def read_texts(self, keys: Collection[str]) -> dict[str, SharedText]:
        """Read texts by their keys."""
        query: LiteralString = (
            "SELECT key, text, paragraphs FROM spantag.texts WHERE project = %s AND key = ANY(%s)"
        )
        return {
            key: SharedText(text, tuple([(start, end) for start, end in parse_json(paragraphs)]))
            for key, text, paragraphs in self._ask(query, keys)
        }

    def read_events(self, ids: Collection[str]) -> list[SharedEvent]:
        """Read events by their ids."""
        rows = self._ask(
            "SELECT id, action, at, annotator, article, kind, payload FROM spantag.events"
            " WHERE project = %s AND id = ANY(%s) ORDER BY id",
            ids,
        )
        return [SharedEvent(*row) for row in rows]

    def read_steps(self, ids: Collection[str]) -> list[SharedStep]:
        """Read what was done to the project, by ids."""
        rows = self._ask(
            "SELECT id, at, annotator, kind, articles, more FROM spantag.steps"
            " WHERE project = %s AND id = ANY(%s) ORDER BY id",
            ids,
        )
        return [
            SharedStep(step, at, who, kind, tuple(names), parse_object(more))
            for step, at, who, kind, names, more in rows
        ]

    def find_keys(self, names: Collection[str]) -> dict[str, str]:
        """Find the keys of the texts that articles with some names have."""
        rows = self._ask("SELECT names, key FROM spantag.articles WHERE project = %s AND names && %s", names)
        return {name: key for known, key in rows for name in known}

    def list_known_events(self, ids: Collection[str]) -> set[str]:
        """List which of some events are there."""
        rows = self._ask("SELECT id FROM spantag.events WHERE project = %s AND id = ANY(%s)", ids)
        return {event_id for (event_id,) in rows}

    def list_known_steps(self) -> set[str]:
        """List what was done to the project, by ids."""
        rows = ask(self._connection, "SELECT id FROM spantag.steps WHERE project = %s", self._project)
        return {step_id for (step_id,) in rows}

    def may_send(self, annotator: str) -> bool:
        """Tell whether this login may append what an annotator did."""
        return bool(ask(self._connection, "SELECT spantag.may_send(%s)", annotator)[0][0])

    def has_labels(self) -> bool:
        """Tell whether there is room for what labels.yaml asks for; an older spantag made none."""
        return bool(ask(self._connection, "SELECT to_regclass('spantag.labels') IS NOT NULL")[0][0])

    def read_shape(self) -> LabelShape:
        """Read what labels.yaml asks for, as a lead declared it last; nothing where none did.

        Raises `ValueError` where that cannot be read.
        """
        rows = ask(
            self._connection,
            "SELECT shape FROM spantag.labels WHERE project = %s ORDER BY number DESC LIMIT 1",
            self._project,
        )
        return read_shape(rows[0][0]) if rows else {}

    def append_shape(self, shape: LabelShape) -> None:
        """Declare what labels.yaml asks for."""
        self._connection.execute(
            "INSERT INTO spantag.labels (project, shape) VALUES (%s, %s)", [self._project, write_shape(shape)]
        )

    def may_remove(self) -> bool:
        """Tell whether this login may take articles out and put them back."""
        rows = ask(self._connection, "SELECT pg_has_role(session_user, 'spantag_lead', 'MEMBER')")
        return bool(rows[0][0])

    def append_articles(self, articles: Sequence[tuple[SharedArticle, SharedText]]) -> None:
        """Append what is known of articles, and their texts; what is there already stays as it is."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO spantag.texts (project, key, text, paragraphs) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                [(self._project, about.key, each.text, to_json(each.paragraphs)) for about, each in articles],
            )
            cursor.executemany(
                "INSERT INTO spantag.articles (project, digest, names, key, title, meta, added_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [_article_row(self._project, about) for about, _ in articles],
            )

    def append_events(self, events: Sequence[SharedEvent]) -> None:
        """Append events; those that are there already stay as they are."""
        if not events:
            return
        rows = [(e.id, e.action, e.at, e.annotator, e.article, e.kind, e.payload) for e in events]
        self._connection.execute(
            "INSERT INTO spantag.events (project, id, action, at, annotator, article, kind, payload)"
            " SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
            " %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
            [self._project, *map(list, zip(*rows, strict=True))],
        )

    def append_steps(self, steps: Sequence[SharedStep]) -> None:
        """Append what was done to the project."""
        rows = [(s.id, s.at, s.annotator, s.kind, to_json(s.articles), to_json(s.more)) for s in steps]
        # All at once: what they assign is worked out once.
        self._connection.execute(
            "INSERT INTO spantag.steps (project, id, at, annotator, kind, articles, more)"
            " SELECT %s, id, at, annotator, kind, ARRAY(SELECT jsonb_array_elements_text(names::jsonb)), more"
            " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])"
            " AS step(id, at, annotator, kind, names, more) ON CONFLICT DO NOTHING",
            [self._project, *map(list, zip(*rows, strict=True))],
        )

    def _ask(self, query: LiteralString, names: Collection[str]) -> list[tuple[Any, ...]]:
        return ask(self._connection, query, self._project, list(names)) if names else []


def _article_row(project: int, about: SharedArticle) -> tuple[object, ...]:
    meta = to_json(about.meta)
    return (project, about.digest, list(about.names), about.key, about.title, meta, about.added_at)
