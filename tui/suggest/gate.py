"""Which suggestions are shown: each source answers, per label, for what it was right and wrong about before.

Every candidate is counted when its paragraph is finished, whether it was shown or not: a source that is
gated away can come back. A candidate's probability is its source's own confidence, corrected by how often
the source was right at that confidence, corrected by how often it was right at that with the label.
"""

from collections.abc import Callable, Mapping

from tui.model.span import Json

BINS = 10
"""Confidence is told apart in tenths."""


_COUNTED = ("step", "label step", "label", "bets")
"""What is counted; it comes first in a key, so that no label is taken for something else."""


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
        self._counts: dict[str, tuple[float, float]] = {}

    def probability(self, source: str, label: str, confidence: float) -> float:
        """Return how probable it is that a candidate is right."""
        step = min(int(confidence * BINS), BINS - 1)
        probability = confidence
        for key in (f"step\t{source}\t{step}", f"label step\t{source}\t{label}\t{step}"):
            right, asked = self._counts.get(key, (0.0, 0.0))
            probability = (right + self._prior * probability) / (asked + self._prior)
        return probability

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

    def remember(self) -> Callable[[], None]:
        """Give what puts everything back as it is now."""
        counts = dict(self._counts)

        def put_back() -> None:
            self._counts = counts

        return put_back

    def dump(self) -> dict[str, Json]:
        """Write the counts as JSON."""
        return {key: list[Json](counts) for key, counts in self._counts.items()}

    def load(self, counts: Mapping[str, Json]) -> None:
        """Take over from counts what `dump` wrote among them."""
        for key, pair in counts.items():
            if key.partition("\t")[0] not in _COUNTED:
                continue
            if isinstance(pair, list) and len(pair) == 2:
                right, asked = pair
                if isinstance(right, int | float) and isinstance(asked, int | float):
                    self._counts[key] = (float(right), float(asked))

    def _add(self, key: str, right: bool) -> None:
        happened, asked = self._counts.get(key, (0.0, 0.0))
        if asked >= self._memory:
            # What happened long ago counts less.
            happened, asked = happened * 0.5, asked * 0.5
        self._counts[key] = happened + right, asked + 1.0
