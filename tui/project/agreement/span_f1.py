"""F1 of spans between two annotators: exact, and partial as SemEval-2013 task 9 (and nervaluate) define it.

With `same` the spans that both made, `overlapping` the others that can be paired because they share a code
point, and `left` and `right` the spans of each::

    exact    2 · same / (left + right)                          the same edges and label
    partial  2 · (same + overlapping / 2) / (left + right)      the same edges; any label

Of one label both look only at the spans that have it. Precision is `same / right`, recall `same / left`,
where the left one is gold. Segura-Bedmar, Martínez and Herrero-Zazo (2013), SemEval-2013 Task 9.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from tui.model.span import Span
from tui.project.agreement.counts import Category, Counts, FigureKey, FigureTally, add_counts
from tui.project.agreement.matching import (
    Matched,
    extent_of,
    match_equal,
    match_overlapping,
)


def count_spans(
    tally: FigureTally,
    between: tuple[str, str],
    left: Sequence[Span],
    right: Sequence[Span],
    same: Matched,
    *,
    is_gold: bool,
) -> None:
    """Count the spans of two annotators, both in reading order, in all and by label.

    `same` are those with the same edges and label.
    """
    _add(tally, between, "", _count(same, left, right), is_gold=is_gold)
    edges = match_equal(left, right, extent_of)
    add_counts(tally, FigureKey("f1_partial", between), _count_partial(edges, left, right))
    for label in {span.label for side in (left, right) for span in side}:
        own_left, own_right = ([each for each in side if each.label == label] for side in (left, right))
        own = Matched(
            [each for each in same.pairs if each[0].label == label],
            [each for each in same.left if each.label == label],
            [each for each in same.right if each.label == label],
        )
        _add(tally, between, label, _count(own, own_left, own_right), is_gold=is_gold)
        add_counts(tally, FigureKey("f1_partial", between, label), _count_partial(own, own_left, own_right))


def exact_f1(counts: Mapping[Category, int]) -> float | None:
    """Give F1 of spans with the same edges and label."""
    total = counts["left",] + counts["right",]
    return 2 * counts["same",] / total if total else None


def partial_f1(counts: Mapping[Category, int]) -> float | None:
    """Give F1 where a span that overlaps counts half."""
    total = counts["left",] + counts["right",]
    return (2 * counts["same",] + counts["overlapping",]) / total if total else None


def precision(counts: Mapping[Category, int]) -> float | None:
    """Give the share of the right one's spans that are the left one's, too."""
    return counts["same",] / counts["right",] if counts["right",] else None


def recall(counts: Mapping[Category, int]) -> float | None:
    """Give the share of the left one's spans that are the right one's, too."""
    return counts["same",] / counts["left",] if counts["left",] else None


def _add(tally: FigureTally, between: tuple[str, str], label: str, counts: Counts, *, is_gold: bool) -> None:
    add_counts(tally, FigureKey("f1_exact", between, label), counts)
    if is_gold:
        add_counts(tally, FigureKey("precision_exact", between, label), counts)
        add_counts(tally, FigureKey("recall_exact", between, label), counts)


def _count(matched: Matched, left: Sequence[Span], right: Sequence[Span]) -> Counts:
    return Counter({("same",): len(matched.pairs), ("left",): len(left), ("right",): len(right)})


def _count_partial(matched: Matched, left: Sequence[Span], right: Sequence[Span]) -> Counts:
    overlapping = match_overlapping(matched.left, matched.right)
    return _count(matched, left, right) + Counter({("overlapping",): len(overlapping.pairs)})
