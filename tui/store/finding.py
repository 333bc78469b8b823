"""Articles that fit what is looked for, in the order that is asked for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

from tui.model.annotators import GOLD, OF_OTHERS
from tui.model.article_query import BY_KEY, HAS_KEY, LABEL_KEY, ArticleQuery, Term, find_text
from tui.model.json_text import parse_json, to_json
from tui.store.articles import Articles
from tui.store.connection import Connection
from tui.text.folding import fold_wanted

ArticleFilter: TypeAlias = Literal[
    "all", "new", "started", "finished", "skipped", "flagged", "noted", "review"
]
"""Which articles the library shows, by what an annotator did to them; `review`: of which several annotators
finished what is not decided in the gold layer."""

ArticleOrder: TypeAlias = Literal["arrival", "title", "date", "progress"]
"""In which order: as they came, by title, the newest first, or those that are begun first."""

ORDERS: Final[tuple[ArticleOrder, ...]] = get_args(ArticleOrder)
"""Every order."""

CONTENTS: Final[Mapping[str, ArticleFilter | None]] = {
    "notes": "noted",
    "flags": "flagged",
    "skips": "skipped",
    "spans": None,
}
"""What an article can have, and the state that this is."""

_LISTED: Final = "(SELECT value FROM json_each(?))"
_OWN: Final = f"annotator IN {_LISTED}"
_TEXTS_AT_ONCE: Final = 64
"""Texts that are looked through at a time."""

_LABELLED: Final = "SELECT article FROM article_labels WHERE"
_PROGRESS: Final = f"SELECT article FROM progress WHERE {_OWN} AND"
_BEGUN: Final = f"({_PROGRESS} NOT (finished = 0 AND skipped = 0 AND spans = 0 AND unfinished > 0))"
_OTHERS: Final = f"annotator NOT IN ({', '.join([repr(name) for name in sorted(OF_OTHERS)])})"
_DECIDED: Final = (
    "SELECT 1 FROM paragraph_states AS gold WHERE gold.article = said.article"
    f" AND gold.annotator = {GOLD!r} AND gold.position = said.position AND gold.state = 'finished'"
)
# Few are looked at one by one: articles that several annotators finished anything of.
_REVIEWED: Final = (
    f"number IN (SELECT article FROM progress WHERE finished > 0 AND {_OTHERS}"
    " GROUP BY article HAVING count(*) > 1)"
    " AND EXISTS (SELECT 1 FROM paragraph_states AS said WHERE said.article = number AND state = 'finished'"
    f" AND {_OTHERS} AND NOT EXISTS ({_DECIDED}) GROUP BY position HAVING count(*) > 1)"
)
_LEADS: Final = "count(DISTINCT coalesce(json_extract(payload, '$.by'), ''))"
_TOLD_SINCE: Final = f"""
    WITH gold AS MATERIALIZED (
        SELECT progress.article, progress.last_event, max(events.rowid) AS newest, {_LEADS} AS leads
        FROM progress JOIN events ON events.article = progress.article AND events.annotator = {GOLD!r}
        WHERE progress.annotator = {GOLD!r} AND progress.finished > 0 GROUP BY progress.article)
    SELECT gold.article,
        (SELECT group_concat(id) FROM (SELECT max(id) || ' ' || count(*) AS id FROM events
            WHERE events.article = gold.article GROUP BY annotator ORDER BY annotator))
    FROM gold WHERE leads > 1 OR EXISTS (
        SELECT 1 FROM events WHERE events.article = gold.article AND {_OTHERS}
        AND (events.id > gold.last_event OR events.rowid > gold.newest))"""
_STATES: Final[Mapping[ArticleFilter, str]] = {
    "all": "1",
    "new": f"number NOT IN {_BEGUN}",
    "started": f"number IN ({_PROGRESS} unfinished > 0 AND (finished > 0 OR skipped > 0 OR spans > 0))",
    "finished": f"number IN ({_PROGRESS} unfinished = 0 AND skipped = 0)",
    "skipped": f"number IN ({_PROGRESS} skipped > 0)",
    "flagged": f"number IN ({_PROGRESS} flagged > 0)",
    "noted": f"(number IN (SELECT article FROM spans WHERE note IS NOT NULL AND {_OWN})"
    f" OR number IN (SELECT article FROM paragraph_states WHERE note IS NOT NULL AND {_OWN}))",
    "review": _REVIEWED,
}
_ORDERED: Final[Mapping[ArticleOrder, str]] = {
    "arrival": "number",
    "date": "number",
    "title": "search, number",
    "progress": "coalesce(unfinished = 0 AND skipped = 0, 0), finished IS NULL,"
    " CAST(finished AS REAL) / paragraphs DESC, number",
}

_Condition: TypeAlias = tuple[str, list[str]]
"""What must be true of an article in SQL, and the parameters of it."""


class Finding:
    """Articles that fit what is looked for."""

    def __init__(self, connection: Connection, articles: Articles) -> None:
        self._db = connection
        self._articles = articles

    def find(
        self,
        annotator: str,
        query: ArticleQuery,
        *,
        state: ArticleFilter = "all",
        order: ArticleOrder = "arrival",
        reopened: Collection[int] = (),
    ) -> Sequence[int]:
        """List the numbers of the articles that fit, whatever stands in their texts.

        States, labels and notes are those of `annotator`, or of whom the query names. `reopened` are to be
        reviewed, too.
        """
        if query.is_empty and state == "all" and order == "arrival":
            return self._articles.list_articles()
        names_somebody = any(term.key == BY_KEY for term in query.terms)
        who = self.find_annotators(query) if names_somebody else [annotator]
        own = to_json(who)
        conditions = [
            ("NOT removed", []),
            _fit_state(state, own, reopened),
            *[self._fit_word(word, own) for word in query.words],
            *[self._fit_term(term, own) for term in query.terms],
        ]
        joined, first = "", list[str]()
        if order == "progress":
            joined = " LEFT JOIN progress ON progress.annotator = ? AND progress.article = number"
            first = [who[0] if len(who) == 1 else annotator]
        found = self._db.numbers(
            f"SELECT number FROM articles{joined}"
            f" WHERE {' AND '.join(where for where, _ in conditions)} ORDER BY {_ORDERED[order]}",
            *first,
            *[value for _, values in conditions for value in values],
        )
        return self._put_newest_first(found) if order == "date" else found

    def list_told_since(self) -> list[tuple[int, str]]:
        """List the articles of the gold layer of which anything was said, or came here, after the decisions.

        Those that several people decided are among them. Each comes with what tells any change of it.
        """
        return self._db.rows(_TOLD_SINCE)

    def read_dates(self) -> dict[int, str]:
        """Read the dates that articles have in their metadata, by number, the newest first."""
        dates: dict[int, str] = {}
        for number, date in self._db.rows(
            "SELECT article, value FROM article_values WHERE key = 'date' ORDER BY value DESC, article DESC"
        ):
            dates.setdefault(number, date)
        return dates

    def find_annotators(self, query: ArticleQuery) -> list[str]:
        """List the annotators whom a query names."""
        wanted = [term for term in query.terms if term.key == BY_KEY]
        names = self._list_distinct("progress", "annotator")
        return [name for name in names if any(term.fits(fold_wanted(name)) for term in wanted)]

    def list_keys(self) -> list[str]:
        """List the keys of metadata and the names of labels of articles, folded."""
        labels = [fold_wanted(name) for name in self._list_distinct("article_labels", "name")]
        return sorted({*self._list_distinct("article_values", "key"), *labels})

    def list_values(self, key: str, begun: str, *, most: int) -> list[str]:
        """List values that a key has and that begin so, at most so many; both are folded."""
        if key == LABEL_KEY:
            values = self._list_distinct("spans", "label")
        elif key == BY_KEY:
            values = self._list_distinct("progress", "annotator")
        elif key == HAS_KEY:
            values = list(CONTENTS)
        else:
            labels = self._db.rows("SELECT DISTINCT name, value FROM article_labels")
            own = {each for name, value in labels if fold_wanted(name) == key for each in _read_label(value)}
            return sorted({*self._walk_values(key, begun, most), *_list_begun(own, begun)})[:most]
        return _list_begun(values, begun)[:most]

    def search_texts(
        self, numbers: Sequence[int], wanted: Sequence[str]
    ) -> Iterator[tuple[Sequence[int], list[int]]]:
        """Look through texts, some at a time: give which articles' these were, and which have all of it.

        What is wanted is without case.
        """
        patterns = [find_text(each) for each in wanted]
        for first in range(0, len(numbers), _TEXTS_AT_ONCE):
            some = numbers[first : first + _TEXTS_AT_ONCE]
            rows = self._db.rows(
                f"SELECT article, text FROM texts WHERE article IN {_LISTED}", to_json(list(some))
            )
            folded = ((number, text.casefold()) for number, text in rows)
            yield (
                some,
                [number for number, text in folded if all(pattern.search(text) for pattern in patterns)],
            )

    def _put_newest_first(self, numbers: Sequence[int]) -> list[int]:
        dated, among = self.read_dates(), frozenset(numbers)
        first = [number for number in dated if number in among]
        return [*first, *(number for number in numbers if number not in dated)]

    def _fit_word(self, word: str, own: str) -> _Condition:
        # SQLite folds ASCII letters only.
        said = self._db.texts("SELECT DISTINCT value FROM article_labels")
        values = to_json([value for value in said if word in fold_wanted(value)])
        labelled = f"{_LABELLED} {_OWN} AND value IN {_LISTED}"
        return f"(instr(search, ?) > 0 OR number IN ({labelled}))", [word, own, values]

    def _fit_term(self, term: Term, own: str) -> _Condition:
        if term.key == BY_KEY:
            names = to_json(self._list_fitting("progress", "annotator", term))
            return f"number IN (SELECT article FROM progress WHERE {_OWN})", [names]
        if term.key == LABEL_KEY:
            labels = to_json(self._list_fitting("spans", "label", term))
            return f"number IN (SELECT article FROM spans WHERE label IN {_LISTED} AND {_OWN})", [labels, own]
        if term.key == HAS_KEY:
            return _fit_content(term, own)
        return self._fit_value(term, own)

    def _fit_value(self, term: Term, own: str) -> _Condition:
        """Fit the metadata, or a label of the article."""
        named = to_json(self._list_fitting("article_labels", "name", Term("", term.key, is_whole=True)))
        said = self._db.texts(f"SELECT DISTINCT value FROM article_labels WHERE name IN {_LISTED}", named)
        values = [value for value in said if any(map(term.fits, map(fold_wanted, _read_label(value))))]
        end = term.value if term.is_whole else f"{term.value}\U0010ffff"
        of_file = "SELECT article FROM article_values WHERE key = ? AND value BETWEEN ? AND ?"
        of_work = f"{_LABELLED} name IN {_LISTED} AND value IN {_LISTED} AND {_OWN}"
        parameters = [term.key, term.value, end, named, to_json(values), own]
        return f"(number IN ({of_file}) OR number IN ({of_work}))", parameters

    def _walk_values(self, key: str, begun: str, most: int) -> list[str]:
        """List values from one on, each found by the index from the one before it."""
        value = "SELECT min(value) FROM article_values WHERE key = ?"
        return self._db.texts(
            f"WITH RECURSIVE walk(value) AS (VALUES (({value} AND value >= ?)) UNION ALL"
            f" SELECT ({value} AND value > walk.value) FROM walk WHERE walk.value IS NOT NULL)"
            " SELECT value FROM walk WHERE value BETWEEN ? AND ? LIMIT ?",
            key,
            begun,
            key,
            begun,
            f"{begun}\U0010ffff",
            most,
        )

    def _list_distinct(self, table: str, column: str) -> list[str]:
        """List what stands in the first column of an index, each found from the one before it."""
        least = f"SELECT min({column}) FROM {table}"
        return self._db.texts(
            f"WITH RECURSIVE walk(name) AS (VALUES (({least})) UNION ALL"
            f" SELECT ({least} WHERE {column} > walk.name) FROM walk WHERE walk.name IS NOT NULL)"
            " SELECT name FROM walk WHERE name IS NOT NULL"
        )

    def _list_fitting(self, table: str, column: str, term: Term) -> list[str]:
        return [name for name in self._list_distinct(table, column) if term.fits(fold_wanted(name))]


def _fit_state(state: ArticleFilter, own: str, reopened: Collection[int]) -> _Condition:
    where = _STATES[state]
    if state == "review":
        return f"({where} OR number IN {_LISTED})", [to_json(sorted(reopened))]
    return where, [own] * where.count("?")


def _fit_content(term: Term, own: str) -> _Condition:
    """Fit what an article has; what begins like several of these may be any of them."""
    spans = f"number IN ({_PROGRESS} spans > 0)"
    some = [_STATES[state] if state else spans for name, state in CONTENTS.items() if term.fits(name)]
    where = f"({' OR '.join(some) or '0'})"
    return where, [own] * where.count("?")


def _read_label(value: str) -> list[str]:
    """Give the values of a label of an article, as the table has it: one, or several."""
    read = parse_json(value)
    return [str(each) for each in read] if isinstance(read, list) else [str(read)]


def _list_begun(values: Sequence[str] | set[str], begun: str) -> list[str]:
    return sorted({folded for value in values if (folded := fold_wanted(value)).startswith(begun)})
