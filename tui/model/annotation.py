"""What is said of an article, and which part of it an event is about."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from tui.model.article import ParagraphState
from tui.model.span import Json, Relation, Span

Rejected: TypeAlias = tuple[int, int, str]
"""A suggestion that was turned down: its start, end and label."""


@dataclass(slots=True)
class Annotation:
    """Everything that is said of one article."""

    spans: dict[str, Span] = field(default_factory=dict)
    """Spans by id."""
    relations: dict[str, Relation] = field(default_factory=dict)
    """Relations by id; both their spans exist."""
    states: dict[int, ParagraphState] = field(default_factory=dict)
    """What was said of paragraphs, by index; a paragraph of which nothing was said is absent."""
    flags: set[int] = field(default_factory=set)
    """The paragraphs that are marked for a second look, by index."""
    notes: dict[int, str] = field(default_factory=dict)
    """Notes on paragraphs, by index."""
    article_labels: dict[str, Json] = field(default_factory=dict)
    """Labels of the whole article, by name."""
    rejected: set[Rejected] = field(default_factory=set)
    """Suggestions that were turned down."""

    def drop_loose_relations(self) -> None:
        """Take out the relations of spans that are no longer there."""
        for relation in list(self.relations.values()):
            if relation.head not in self.spans or relation.tail not in self.spans:
                del self.relations[relation.id]


@dataclass(frozen=True, slots=True)
class Touched:
    """What an event names, and what may therefore differ after it."""

    spans: frozenset[str] = frozenset()
    """Span ids; relations of these spans may differ, too."""
    relations: frozenset[str] = frozenset()
    """Relation ids."""
    paragraphs: frozenset[int] = frozenset()
    """Paragraph indices."""
    article_labels: frozenset[str] = frozenset()
    """Names of article labels."""
    rejected: frozenset[Rejected] = frozenset()
    """Suggestions."""

    def __or__(self, other: "Touched") -> "Touched":
        """Join two."""
        return Touched(
            self.spans | other.spans,
            self.relations | other.relations,
            self.paragraphs | other.paragraphs,
            self.article_labels | other.article_labels,
            self.rejected | other.rejected,
        )


NOTHING_TOUCHED: Final = Touched()
"""What an event touches that names nothing."""
