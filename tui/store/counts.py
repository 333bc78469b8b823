"""Counts of what a project holds."""

from tui.articles import PARAGRAPH_STATES, ParagraphState
from tui.store.connection import Connection


class Counts(Connection):
    """How much there is, by annotator."""

    def count_spans(self) -> list[tuple[str, str, int]]:
        """Count spans as annotator, label, number."""
        return self._rows(
            "SELECT annotator, label, count(*) FROM spans GROUP BY annotator, label ORDER BY annotator, label"
        )

    def count_states(self) -> list[tuple[str, dict[ParagraphState, int], int]]:
        """Count each annotator's paragraphs by state, and the articles left with nothing unfinished."""
        sums = ", ".join(f"sum({state})" for state in PARAGRAPH_STATES)
        rows = self._rows(
            f"SELECT annotator, sum(unfinished = 0), {sums} FROM progress"
            " GROUP BY annotator ORDER BY annotator"
        )
        return [(row[0], dict(zip(PARAGRAPH_STATES, row[2:], strict=True)), row[1]) for row in rows]

    def used_labels(self) -> list[str]:
        """List the labels that any span has."""
        return [row[0] for row in self._rows("SELECT DISTINCT label FROM spans ORDER BY label")]
