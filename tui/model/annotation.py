"""What is said of an article, and which part of it an event is about."""

from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct, structs

from tui.model.article import ParagraphState
from tui.model.span import Entity, Json, Relation, Span, SpanPlace


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
    paragraph_labels: dict[int, dict[str, Json]] = field(default_factory=dict)
    """Labels of paragraphs by index, each by name; a paragraph without any is absent."""
    entities: dict[str, Entity] = field(default_factory=dict)
    """Entities by id; all their spans exist, and a span is in one at most."""
    rejected: set[SpanPlace] = field(default_factory=set)
    """Suggestions that were turned down, by where they are."""

    def drop_loose_ends(self) -> None:
        """Take out the relations and mentions of spans that are no longer there."""
        for relation in list(self.relations.values()):
            if relation.head not in self.spans or relation.tail not in self.spans:
                del self.relations[relation.id]
        for entity in list(self.entities.values()):
            if any(span_id not in self.spans for span_id in entity.spans):
                self.put_entity(structs.replace(entity, spans=self._list_there(entity)))

    def put_entity(self, entity: Entity) -> None:
        """Make an entity of those of its spans that are there, which leave the entities they were in."""
        spans = self._list_there(entity)
        for other in [each for each in self.entities.values() if not set(spans).isdisjoint(each.spans)]:
            if other.id != entity.id:
                self._keep_entity(
                    structs.replace(other, spans=tuple([each for each in other.spans if each not in spans]))
                )
        self._keep_entity(structs.replace(entity, spans=spans))

    def _keep_entity(self, entity: Entity) -> None:
        if entity.spans:
            self.entities[entity.id] = entity
        else:
            self.entities.pop(entity.id, None)

    def _list_there(self, entity: Entity) -> tuple[str, ...]:
        return tuple([each for each in dict.fromkeys(entity.spans) if each in self.spans])


class Touched(Struct, frozen=True):
    """What an event names, and what may therefore differ after it."""

    spans: frozenset[str] = frozenset()
    """Span ids; relations and entities of these spans may differ, too."""
    relations: frozenset[str] = frozenset()
    """Relation ids."""
    entities: frozenset[str] = frozenset()
    """Entity ids."""
    paragraphs: frozenset[int] = frozenset()
    """Paragraph indices."""
    article_labels: frozenset[str] = frozenset()
    """Names of article labels."""
    rejected: frozenset[SpanPlace] = frozenset()
    """Suggestions."""

    def __or__(self, other: "Touched") -> "Touched":
        """Join two."""
        return Touched(
            self.spans | other.spans,
            self.relations | other.relations,
            self.entities | other.entities,
            self.paragraphs | other.paragraphs,
            self.article_labels | other.article_labels,
            self.rejected | other.rejected,
        )


NOTHING_TOUCHED: Final = Touched()
"""What an event touches that names nothing."""
