"""Which suggestions are shown: each source answers, per label, for what it was right and wrong about before.

Every candidate is counted when its paragraph is finished, whether it was shown or not: a source that is
gated away can come back. A candidate's probability is its source's own confidence, corrected by how often
the source was right at that confidence, corrected by how often it was right at that with the label.

Besides, every source has an account in keys: what its candidates would have saved and cost so far. It may
lose no more than what it has there and a small credit, so that a source that is no good here, or no longer,
costs a few keys and is silent then; what it would have suggested goes on being counted.

And all of them share one purse, of what was shown and really saved or cost: together they may not lose more
than a key or two, and one more for every hundred spans. An account knows what would have been saved where
nothing was shown, too; the purse holds when another kind of text belies that.
"""

from collections.abc import Mapping

from tui.model.span import Json

BINS = 10
"""Confidence is told apart in tenths."""

WRONG_COSTS = 2.0
"""Keys that a suggestion costs where no span is, its hint and Backspace; a right one saves about one."""

MOST_SAVED = 12.0
"""The most that stands in an account: what was saved long ago says nothing of another kind of text."""

MOST_LOST = -6.0
"""The least that stands in an account, so that a source can come back."""

FREE_LOSS = 1.5
"""What suggestions may cost in all before any was right, in the same units."""

LOSS_A_SPAN = 0.01
"""What they may cost besides for every span that was annotated."""

COMEBACK = 8.0
"""What would have been saved while the purse was spent, before it is filled for another try."""

Counts = dict[str, list[float]]
"""What is counted, of what, to how often it was right and how often it was asked, or a sum and a number.

What is counted comes first in a key, so that no label is taken for something else.
"""


_PURSE = "purse"
"""The key of what was saved in earnest, and the number of spans."""

_HOPE = "hope"
"""The key of what would have been saved since the purse was spent."""


class Gate:
    """Observed acceptance per source, label and confidence."""

    def __init__(
        self, *, threshold: float = 0.45, prior: float = 6.0, floor: float = 0.4, memory: float = 400.0
    ) -> None:
        self.threshold = threshold
        """A candidate at least this probable is shown."""
        self._prior = prior
        self._floor = floor
        self._memory = memory
        self._counts: Counts = {}

    def probability(self, source: str, label: str, confidence: float) -> float:
        """Return how probable it is that a candidate is right."""
        step = min(int(confidence * BINS), BINS - 1)
        guess = confidence
        for key in (f"step\t{source}\t{step}", f"label step\t{source}\t{label}\t{step}"):
            right, asked = self._counts.get(key, (0.0, 0.0))
            guess = (right + self._prior * guess) / (asked + self._prior)
        return guess

    def is_open(self, source: str, label: str) -> bool:
        """Tell whether a source may show a label at all."""
        right, asked = self._counts.get(f"label\t{source}\t{label}", (0.0, 0.0))
        return right + self._prior >= self._floor * (asked + self._prior)

    def passes(self, source: str, label: str, probability: float) -> bool:
        """Tell whether a candidate is shown."""
        return probability >= self.threshold and self.is_open(source, label)

    def pays(self, source: str) -> bool:
        """Tell whether what a source suggests below the threshold saves more keys than it costs."""
        right, asked = self._counts.get(f"bets\t{source}", (0.0, 0.0))
        return right + self._prior >= 0.5 * (asked + self._prior)

    def count_bet(self, source: str, *, right: bool) -> None:
        """Count a candidate below the threshold that was right, or stood where no span starts."""
        self._add(f"bets\t{source}", right)

    def count(self, source: str, label: str, confidence: float, *, right: bool) -> None:
        """Count a candidate of a finished paragraph."""
        step = min(int(confidence * BINS), BINS - 1)
        for key in (f"step\t{source}\t{step}", f"label step\t{source}\t{label}\t{step}"):
            self._add(key, right)
        if confidence >= self.threshold:
            self._add(f"label\t{source}\t{label}", right)

    def settle(self, source: str, *, saved: float) -> None:
        """Enter into a source's account what a candidate would have saved, or cost where that is negative."""
        account = self._counts.setdefault(f"keys\t{source}", [0.0, 0.0])
        account[0] = min(max(account[0] + saved, MOST_LOST), MOST_SAVED)
        account[1] += 1.0

    def balance(self, source: str) -> float:
        """Return what stands in a source's account, in keys."""
        return self._counts.get(f"keys\t{source}", (0.0, 0.0))[0]

    def pay(self, *, saved: float, would_save: float, spans: int) -> None:
        """Put into the purse what was saved by what was shown in a paragraph of so many spans, or cost.

        `would_save` is what everything that could have been shown would have saved.
        """
        purse = self._counts.setdefault(_PURSE, [0.0, 0.0])
        purse[0] += saved
        purse[1] += spans
        hope = self._counts.setdefault(_HOPE, [0.0, 0.0])
        hope[0] = max(hope[0] + would_save, 0.0) if self.purse < FREE_LOSS else 0.0
        if hope[0] >= COMEBACK:
            purse[0] += FREE_LOSS - self.purse

    @property
    def purse(self) -> float:
        """What may be lost by what is shown, in keys."""
        saved, spans = self._counts.get(_PURSE, (0.0, 0.0))
        return saved + FREE_LOSS + LOSS_A_SPAN * spans

    def record(self, source: str, label: str) -> tuple[int, int]:
        """Return how often a source's confident candidates of a label were right, and how many there were."""
        right, asked = self._counts.get(f"label\t{source}\t{label}", (0.0, 0.0))
        return round(right), round(asked)

    def list_sources(self, label: str) -> list[str]:
        """List the sources whose confident candidates of a label were counted."""
        start, end = "label\t", f"\t{label}"
        return [
            key[len(start) : -len(end)] for key in self._counts if key.startswith(start) and key.endswith(end)
        ]

    def dump(self) -> dict[str, Json]:
        """Write the counts as JSON."""
        return {key: list[Json](counts) for key, counts in self._counts.items()}

    def load(self, counts: Mapping[str, Json]) -> None:
        """Take over counts that `dump` wrote."""
        for key, pair in counts.items():
            if isinstance(pair, list) and len(pair) == 2:
                right, asked = pair
                if isinstance(right, int | float) and isinstance(asked, int | float):
                    self._counts[key] = [float(right), float(asked)]

    def _add(self, key: str, right: bool) -> None:
        counts = self._counts.setdefault(key, [0.0, 0.0])
        if counts[1] >= self._memory:
            # What happened long ago counts less.
            counts[0] *= 0.5
            counts[1] *= 0.5
        counts[0] += right
        counts[1] += 1.0
