"""Krippendorff's α of nominal values: any number of annotators, of whom some may not have said anything.

A unit of which `m` annotators say something (two or more) brings each ordered pair of their values 1 / (m -
1) times. With `n` the values in all, `A` the pairs so weighed that agree, and `n_c` the values of each
category: α = 1 - (n - 1) · (n - A) / (n² - Σ n_c²). Krippendorff (2011), Computing Krippendorff's Alpha-
Reliability.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from tui.project.agreement.counts import Category, Counts


def count_unit(counts: Counts, values: Iterable[Category], *, times: int = 1) -> None:
    """Count the values that annotators give a unit, `times` such units; one of fewer than two counts not."""
    by_category = Counter(values)
    coders = by_category.total()
    if coders < 2:
        return
    counts["units",] += times
    for category, number in by_category.items():
        counts["values", *category] += number * times
    counts["agreeing", str(coders)] += times * sum(number * (number - 1) for number in by_category.values())


def krippendorff_alpha(counts: Mapping[Category, int]) -> float | None:
    """Give α; None where there is nothing, or all say one and the same of everything."""
    values = [number for (name, *_), number in counts.items() if name == "values"]
    agreeing = sum(
        number / (int(rest[0]) - 1) for (name, *rest), number in counts.items() if name == "agreeing"
    )
    total = sum(values)
    by_chance = total * total - sum(number * number for number in values)
    if not by_chance:
        return None
    return 1 - (total - 1) * (total - agreeing) / by_chance
