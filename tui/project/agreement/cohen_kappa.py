"""Cohen's κ: how far two agree on what each of some things is, beyond what chance would bring.

With `p` the share of things of which both say the same, and `e` the share that they would agree on if each
said what it says as often, but at random: κ = (p - e) / (1 - e). Cohen (1960), Educational and Psychological
Measurement 20, 37–46.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from tui.project.agreement.counts import Category, Counts


def count_sayings(said: Mapping[tuple[Category, Category], int]) -> Counts:
    """Count how often each category was said by the one, by the other, and by both of the same thing."""
    counts: Counts = Counter()
    for (left, right), number in said.items():
        counts["things",] += number
        counts["left", *left] += number
        counts["right", *right] += number
        counts["same",] += number if left == right else 0
    return counts


def cohen_kappa(counts: Mapping[Category, int]) -> float | None:
    """Give κ; None where there is nothing, or both say one and the same of everything."""
    total = counts["things",]
    sides: dict[str, defaultdict[Category, int]] = {"left": defaultdict(int), "right": defaultdict(int)}
    for (name, *category), number in counts.items():
        if name in sides:
            sides[name][tuple(category)] = number
    by_chance = sum(number * sides["right"][category] for category, number in sides["left"].items())
    if total * total == by_chance:
        return None
    return (counts["same",] * total - by_chance) / (total * total - by_chance)
