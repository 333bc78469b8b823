"""What is compared: what annotators settled of the same paragraphs of an article."""

from collections.abc import Mapping, Sequence, Set

from msgspec import Struct

from tui.model.annotation import Annotation
from tui.model.article import Article
from tui.model.record import find_reaches, sort_spans, without_half_spans
from tui.model.span import Relation, Span


class OwnVersion(Struct, frozen=True):
    """What one annotator settled of an article."""

    paragraphs: frozenset[int]
    """The paragraphs that are finished, and share no span with one that is not, by index."""
    spans: tuple[Span, ...]
    """Every span that is looked at, in reading order."""
    reaches: Mapping[str, range]
    """The paragraphs that each of them touches, by its id."""
    relations: tuple[Relation, ...]
    """The relations between them, by id."""

    def spans_in(self, paragraphs: Set[int]) -> list[Span]:
        """List the spans that touch only some paragraphs, in reading order."""
        reaches = self.reaches
        return [span for span in self.spans if all(index in paragraphs for index in reaches[span.id])]


def settle(
    article: Article, annotation: Annotation, *, labels: Set[str], only: Set[int] | None
) -> OwnVersion:
    """Take what is settled of an annotation.

    `labels` are those of the spans that are looked at (none: of all), `only` the paragraphs (None: all).
    """
    spans = sort_spans(span for span in annotation.spans.values() if not labels or span.label in labels)
    reaches = find_reaches(article, spans)
    finished = {index for index, state in annotation.states.items() if state == "finished"}
    if only is not None:
        finished &= only
    there = {span.id for span in spans}
    return OwnVersion(
        frozenset(without_half_spans(finished, _crossing(reaches))),
        spans,
        reaches,
        tuple([
            relation
            for _, relation in sorted(annotation.relations.items())
            if relation.head in there and relation.tail in there
        ]),
    )  # fmt: skip


def find_shared(versions: Sequence[OwnVersion]) -> Set[int]:
    """Find the paragraphs that all have settled, by index; a span keeps its paragraphs together."""
    common = frozenset.intersection(*[version.paragraphs for version in versions])
    if not common:
        return common
    return without_half_spans(common, [each for version in versions for each in _crossing(version.reaches)])


def _crossing(reaches: Mapping[str, range]) -> list[range]:
    return [reach for reach in reaches.values() if len(reach) > 1]
