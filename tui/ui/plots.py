"""Plots for a terminal, drawn by plotext: plain characters, without colours and escape sequences.

plotext has one figure for the whole process, which belongs to the terminal; it is cleared before each plot.
"""

from collections.abc import Sequence
from typing import Final

import plotext
from plotext import figure

SIGNS: Final = ("█", "▓", "░")
"""What the parts of a bar are drawn with, the first ones first."""

_THIN: Final = 0.05
"""How much of its row a bar takes, which is drawn as all of it; one that takes more reaches into the next."""

_WIDE: Final = 0.7
"""How much of its place a bar takes that stands among others."""

_PLACE: Final = 9
"""The most cells that a bar among others has to stand in: wider ones look like one ground."""


def draw_bars(bars: Sequence[Sequence[float]], whole: float, *, width: int) -> list[str]:
    """Draw a bar in each line, of parts one behind the other; `whole` is as wide as all `width` cells."""
    if not bars:
        return []
    _begin(width, max(len(bars), 2))
    figure.axes(False)
    rows = range(max(len(bars), 2), 0, -1)[: len(bars)]
    parts = [[float(part) for part in some] for some in zip(*bars, strict=True)]
    signs = list(SIGNS[: len(parts)])
    drawn = figure.bar([*rows], parts, marker=signs, width=_THIN, orientation="h", stacked=True)
    figure.ruler("x").ticks([]).lim(0, max(whole, 1))
    # The limits are where the middles of the first and the last line are.
    figure.ruler("y").ticks([]).lim(1, max(len(bars), 2))
    figure.draw(drawn)
    return _end()[: len(bars)]


def draw_trend(values: Sequence[tuple[str, int]], *, width: int, height: int) -> list[str]:
    """Draw a column for each value with what it is called under it, in lines of at most `width` cells."""
    names, counts = [name for name, _ in values], [count for _, count in values]
    most = max([*counts, 1])
    marked = sorted({0, most // 2, most})
    _begin(min(width, _PLACE * (len(values) + 1)), height)
    drawn = figure.bar(names, counts, marker=SIGNS[0], width=_WIDE)
    figure.ruler("x").lim(0.5, len(values) + 0.5)
    figure.ruler("y").ticks(marked, labels=[f"{each:,}" for each in marked]).lim(0, most)
    figure.draw(drawn)
    return _end()


def _begin(width: int, height: int) -> None:
    # Else a plot is never larger than the terminal, which may be another than the one it is for.
    plotext.terminal.limit(False, False)
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, height)


def _end() -> list[str]:
    drawn: str = figure.build().string(colorless=True)
    return drawn.splitlines()
