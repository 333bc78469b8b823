"""Counts of what a project holds."""

from collections.abc import Collection

from msgspec import Struct

from tui.model.article import PARAGRAPH_STATES, ParagraphState
from tui.store.connection import Connection


class AnnotatorCounts(Struct, frozen=True):
    """What one annotator has decided."""

    annotator: str
    """Who."""
    articles: int
    """Articles of which every paragraph is decided, and none skipped."""
    flagged: int
    """Flagged paragraphs, of any state."""
    paragraphs: dict[ParagraphState, int]
    """Paragraphs by state, in the articles that the annotator has begun."""


class Progress:
    """How much there is, by annotator."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def count_spans(self) -> list[tuple[str, str, int]]:
        """Count spans as annotator, label, number."""
        return self._db.rows(
            "SELECT annotator, label, count(*) FROM spans GROUP BY annotator, label ORDER BY annotator, label"
        )

    def count_relations(self) -> list[tuple[str, str, int]]:
        """Count relations as annotator, label, number."""
        return self._db.rows(
            "SELECT annotator, label, count(*) FROM relations"
            " GROUP BY annotator, label ORDER BY annotator, label"
        )

    def count_entities(self) -> dict[str, int]:
        """Count each annotator's entities."""
        return dict(
            self._db.rows("SELECT annotator, count(*) FROM entities GROUP BY annotator ORDER BY annotator")
        )

    def count_states(self) -> list[AnnotatorCounts]:
        """Count each annotator's paragraphs by state, and the articles that are done."""
        sums = ", ".join(f"sum({state}) AS {state}" for state in PARAGRAPH_STATES)
        rows = self._db.named(
            f"SELECT annotator, sum(unfinished = 0 AND skipped = 0) AS done, sum(flagged) AS flagged, {sums}"
            " FROM progress GROUP BY annotator ORDER BY annotator"
        )
        return [
            AnnotatorCounts(
                row["annotator"],
                row["done"],
                row["flagged"],
                {state: row[state] for state in PARAGRAPH_STATES},
            )
            for row in rows
        ]

    def read_left(self, annotator: str) -> dict[int, int]:
        """Read how many paragraphs an annotator has left of each article that he has begun, by number."""
        return dict(self._db.rows("SELECT article, unfinished FROM progress WHERE annotator = ?", annotator))

    def count_notes(self) -> dict[str, int]:
        """Count each annotator's notes, on spans and on paragraphs."""
        return dict(
            self._db.rows(
                "SELECT annotator, sum(notes) FROM ("
                "SELECT annotator, count(*) AS notes FROM spans WHERE note IS NOT NULL GROUP BY annotator"
                " UNION ALL SELECT annotator, count(*) FROM paragraph_states WHERE note IS NOT NULL"
                " GROUP BY annotator) GROUP BY annotator"
            )
        )

    def used_labels(self) -> list[str]:
        """List the labels that any span has."""
        return [row[0] for row in self._db.rows("SELECT DISTINCT label FROM spans ORDER BY label")]

    def list_layers_with(self, labels: Collection[str]) -> list[tuple[int, str]]:
        """List the layers with spans of some labels, each as its article and annotator."""
        marks = ", ".join("?" * len(labels))
        return self._db.rows(
            f"SELECT DISTINCT article, annotator FROM spans WHERE label IN ({marks})"
            " ORDER BY article, annotator",
            *labels,
        )

    def count_unknown(self, labels: Collection[str]) -> dict[str, int]:
        """Count the spans of every label that is not among these."""
        marks = ", ".join("?" * len(labels))
        rows = self._db.rows(
            f"SELECT label, count(*) FROM spans WHERE label NOT IN ({marks}) GROUP BY label ORDER BY label",
            *labels,
        )
        return dict(rows)

    def count_labels_of(self, words: str) -> dict[str, dict[str, int]]:
        """Count which labels just these words have, by label and annotator, the commonest label first."""
        rows = self._db.rows(
            "SELECT label, annotator, count(*) FROM span_texts WHERE text = ? GROUP BY label, annotator"
            " ORDER BY label, annotator",
            words,
        )
        counts: dict[str, dict[str, int]] = {}
        for label, annotator, count in rows:
            counts.setdefault(label, {})[annotator] = count
        return dict(sorted(counts.items(), key=lambda pair: -sum(pair[1].values())))

    def list_noted(self, annotator: str, label: str, *, most: int) -> list[tuple[str, str]]:
        """List spans of a label on which an annotator wrote a note, as text and note, the newest first."""
        return self._db.rows(
            'SELECT substr(texts.text, spans."start" + 1, spans."end" - spans."start"), note FROM spans'
            " JOIN texts ON texts.article = spans.article"
            " WHERE annotator = ? AND label = ? AND note IS NOT NULL"
            ' ORDER BY spans.article DESC, spans."start" DESC LIMIT ?',
            annotator,
            label,
            most,
        )

    def has_relations(self) -> bool:
        """Tell whether any two spans are related."""
        return bool(self._db.rows("SELECT 1 FROM relations LIMIT 1"))
