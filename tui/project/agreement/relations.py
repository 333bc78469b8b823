"""Relations, where both annotators made both their ends.

F1 as of spans: 2 · same / (left + right), over the relations of which both ends are spans that the other
annotator made, too, with the same edges and label.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TypeAlias

from tui.model.span import Relation, Span
from tui.project.agreement.counts import Counts
from tui.project.agreement.matching import Extent, Pair, labelled_extent_of

End: TypeAlias = tuple[Extent, str]
Ends: TypeAlias = tuple[End, End]
"""The two spans of a relation, by what they cover and their labels."""

Links: TypeAlias = Mapping[tuple[Ends, str], tuple[Span, Span]]
"""The spans of relations, by their ends and labels."""


def find_links(
    relations: Iterable[Relation], spans: Sequence[Span], pairs: Iterable[Pair], *, symmetric: Set[str]
) -> Links:
    """Find the relations whose ends the other annotator made, too; `symmetric` ones may be turned round."""
    shared = {labelled_extent_of(left) for left, _ in pairs}
    there = {span.id: span for span in spans if labelled_extent_of(span) in shared}
    found: dict[tuple[Ends, str], tuple[Span, Span]] = {}
    for relation in relations:
        head, tail = there.get(relation.head), there.get(relation.tail)
        if head is None or tail is None:
            continue
        ends = labelled_extent_of(head), labelled_extent_of(tail)
        if relation.label in symmetric and ends[1] < ends[0]:
            ends = ends[1], ends[0]
        found[ends, relation.label] = head, tail
    return found


def count_links(left: Links, right: Links) -> dict[str, Counts]:
    """Count relations by label; under the empty label all of them, where there are any."""
    found: dict[str, Counts] = {}
    total: Counts = Counter()
    for label in sorted({label for _, label in (*left, *right)}):
        own = [{ends for ends, other in links if other == label} for links in (left, right)]
        found[label] = Counter(
            {("same",): len(own[0] & own[1]), ("left",): len(own[0]), ("right",): len(own[1])}
        )
        total.update(found[label])
    return {"": total, **found} if found else {}
