"""Suggestions: what sources outside suggest."""

from collections.abc import Iterable

from tui.model.span import Origin, Span
from tui.store.connection import Connection


class Suggestions:
    """The suggestions that wait in a project."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def save(self, article: int, source: str, spans: Iterable[Span], *, brought: int | None = None) -> None:
        """Keep what a source outside suggests for an article, instead of what it suggested before.

        `brought` is the number of the import that it comes with.
        """
        rows = [
            (
                *(article, source, span.start, span.end, span.label),
                *(span.origin.confidence, span.origin.model, brought),
            )
            for span in spans
        ]
        with self._db.transaction():
            self._db.execute("DELETE FROM suggestions WHERE article = ? AND source = ?", (article, source))
            self._db.executemany(
                'INSERT OR REPLACE INTO suggestions (article, source, "start", "end", label, confidence,'
                " model, import) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )

    def load(self, article: int) -> list[Span]:
        """Read what sources outside suggest for an article, as spans that are none yet."""
        rows = self._db.named(
            'SELECT source, "start", "end", label, confidence, model FROM suggestions WHERE article = ?'
            ' ORDER BY "start", "end", label, source',
            article,
        )
        return [
            Span(
                "",
                row["start"],
                row["end"],
                row["label"],
                origin=Origin(row["source"], row["confidence"], row["model"]),
            )
            for row in rows
        ]
