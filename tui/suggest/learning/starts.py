"""Where spans start: P(start | word, shape, neighbours), learnt from every finished paragraph at once."""

from collections.abc import Collection, Sequence

from tui.suggest.journal import Journal
from tui.suggest.learning.features import OUTSIDE, START_FEATURES, Passage
from tui.suggest.learning.weights import Weights

START_PRIOR = {
    "b": -2.2,
    "s=Xx": 1.5,
    "s=XxXx": 1.5,
    "s=XX": 1.2,
    "s=XXx": 1.2,
    "s=X": 0.6,
    "s=0": 0.2,
    "s=00": 0.4,
    "s=000": 0.4,
    "s=0000": 0.4,
    "s=x": -0.9,
    "p.": -2.5,
    "ss=Xx Xx": -1.6,
    "ss=XX XX": -0.6,
    "ss=^ Xx": -0.8,
    "ss=. Xx": -0.8,
}
"""What is believed before anything is learnt: capitals and numbers start spans, signs do not."""

_RATE = 0.35
"""How fast starts are learnt."""


class StartModel:
    """How likely each token is the first of a span."""

    def __init__(self, journal: Journal | None = None) -> None:
        self._weights = Weights(START_PRIOR, rate=_RATE, journal=journal)

    def score(self, passage: Passage, rows: Sequence[Sequence[str]]) -> list[float]:
        """Return the log-odds that a span starts at each token; `rows` are the passage's features."""
        return [self._weights.score(features) for features in _read(passage, rows)]

    def observe(self, passage: Passage, rows: Sequence[Sequence[str]], starts: Collection[int]) -> None:
        """Learn from a finished paragraph, in which spans start at the tokens `starts`."""
        weights = self._weights
        for index, features in enumerate(_read(passage, rows)):
            weights.learn(features, yes=index in starts)


def _read(passage: Passage, rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Choose and write the features of every token."""
    padded = [OUTSIDE, OUTSIDE, *passage.words, OUTSIDE]
    found: list[tuple[str, ...]] = []
    for index, row in enumerate(rows):
        before2, before, word, after = padded[index : index + 4]
        features = (
            *START_FEATURES(row),
            "ss=" + before.shape + " " + word.shape,
            "st=" + word.shape + " " + after.shape,
            "<<=" + before2.lower + " " + before.lower,
        )
        found.append(features if word.text.isalnum() else (*features, "p."))
    return found
