"""How sure figures are: intervals by drawing articles again.

Efron and Tibshirani (1993), An Introduction to the Bootstrap: the percentile method. An article, not a span,
is drawn: what one annotator overlooks in a text is not independent. The counts of an article stand side by
side in one large integer, 64 bits each, so that a draw is one sum.
"""

import random
import struct
from collections.abc import Mapping, Sequence
from typing import Final

from tui.project.agreement.counts import Category, FigureKey, FigureTally, Formula, Measure

_BYTES: Final = 8
_OUTSIDE: Final = 0.025
"""The share of draws on each side of an interval of 95 %."""


def find_intervals(
    tallies: Sequence[FigureTally], formulas: Mapping[Measure, Formula], *, rounds: int, seed: int
) -> dict[FigureKey, tuple[float, float]]:
    """Give the interval of 95 % of every figure, from the counts of each article.

    A figure that can be computed in fewer than half of the draws has none, nor has any of one article.
    """
    if len(tallies) < 2 or rounds < 1:
        return {}
    lanes = _lay_lanes(tallies)
    total = sum(map(len, lanes.values()))
    packed = [_pack(tally, lanes) for tally in tallies]
    drawer = random.Random(seed)
    drawn: dict[FigureKey, list[float]] = {key: [] for key in lanes}
    for _ in range(rounds):
        whole = sum(drawer.choices(packed, k=len(packed)))
        numbers = struct.unpack(f"<{total}Q", whole.to_bytes(total * _BYTES, "little"))
        first = 0
        for key, names in lanes.items():
            counts = _Drawn(zip(names, numbers[first : first + len(names)], strict=True))
            first += len(names)
            value = formulas[key.measure](counts)
            if value is not None:
                drawn[key].append(value)
    return {key: _cut(sorted(values)) for key, values in drawn.items() if 2 * len(values) >= rounds}


class _Drawn(dict[Category, int]):
    """Counts of a draw; what was never counted is none."""

    def __missing__(self, count: Category) -> int:
        return 0


def _lay_lanes(tallies: Sequence[FigureTally]) -> dict[FigureKey, list[Category]]:
    """Give each count of each figure its place, in an order that does not depend on chance."""
    found: dict[FigureKey, set[Category]] = {}
    for tally in tallies:
        for key, counts in tally.items():
            found.setdefault(key, set()).update(counts)
    return {key: sorted(found[key]) for key in sorted(found)}


def _pack(tally: FigureTally, lanes: Mapping[FigureKey, Sequence[Category]]) -> int:
    numbers = [tally[key][name] if key in tally else 0 for key, names in lanes.items() for name in names]
    return int.from_bytes(struct.pack(f"<{len(numbers)}Q", *numbers), "little")


def _cut(values: Sequence[float]) -> tuple[float, float]:
    """Leave out the lowest and the highest of sorted values; between two, interpolate."""
    return _quantile(values, _OUTSIDE), _quantile(values, 1 - _OUTSIDE)


def _quantile(values: Sequence[float], share: float) -> float:
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])
