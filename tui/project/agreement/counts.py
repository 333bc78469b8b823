"""Counts of articles, of which measures are made: they add up over articles, and over drawn ones."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, TypeAlias

Measure: TypeAlias = Literal[
    "f1_exact",
    "f1_partial",
    "precision_exact",
    "recall_exact",
    "kappa_tokens",
    "alpha_tokens",
    "alpha_units",
    "gamma",
    "kappa_attribute",
    "alpha_attribute",
    "f1_relations",
]
"""What a figure is, as it is called in JSON."""

Category: TypeAlias = tuple[str, ...]
"""What was counted; behind its name may stand which: `("left", "actor")`."""

Counts: TypeAlias = Counter[Category]
"""How many there are of each; never less than none."""

Formula: TypeAlias = Callable[[Mapping[Category, int]], float | None]
"""Makes a figure of counts; None where there is nothing to measure, or chance alone would agree."""


class FigureKey(NamedTuple):
    """Which figure it is."""

    measure: Measure
    """What is measured."""
    between: tuple[str, ...]
    """The two who are compared, the gold one first; empty for all."""
    of: str = ""
    """Of which label, attribute (`label.name`) or relation; empty for all."""


FigureTally: TypeAlias = dict[FigureKey, Counts]
"""What is counted for every figure."""


def add_counts(tally: FigureTally, key: FigureKey, counts: Counts) -> None:
    """Add counts to those of a figure."""
    own = tally.get(key)
    if own is None:
        tally[key] = Counter(counts)
    else:
        own.update(counts)
