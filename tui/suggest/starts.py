"""Where spans start: P(start | word, shape, neighbours), learnt from every finished paragraph at once."""

from collections.abc import Collection, Sequence

from tui.suggest.features import OUTSIDE, Passage, Word
from tui.suggest.weights import Weights, sigmoid

PRIOR = {
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


class StartModel:
    """How likely each token is the first of a span."""

    def __init__(self) -> None:
        self._weights = Weights(PRIOR)

    def score(self, passage: Passage) -> list[float]:
        """Return P(start) of every token."""
        return [sigmoid(self._weights.score(features)) for features in _read(passage)]

    def observe(self, passage: Passage, starts: Collection[int]) -> None:
        """Learn from a finished paragraph, in which spans start at the tokens `starts`."""
        weights = self._weights
        for index, features in enumerate(_read(passage)):
            weights.learn(features, yes=index in starts)


def _read(passage: Passage) -> list[list[str]]:
    """Read the features of every token."""
    words: Sequence[Word] = passage.words
    padded = [OUTSIDE, OUTSIDE, *words, OUTSIDE, OUTSIDE]
    rows: list[list[str]] = []
    for index in range(2, len(padded) - 2):
        before2, before, word, after = padded[index - 2 : index + 2]
        row = [
            "b",
            "w=" + word.lower,
            "s=" + word.shape,
            "3=" + word.suffix,
            "<=" + before.lower,
            ">=" + after.lower,
            "ss=" + before.shape + " " + word.shape,
            "st=" + word.shape + " " + after.shape,
            "<s=" + before.lower + " " + word.shape,
            "<w=" + before.lower + " " + word.lower,
            "w>=" + word.lower + " " + after.lower,
            "<<=" + before2.lower + " " + before.lower,
        ]
        if not word.text.isalnum():
            row.append("p.")
        rows.append(row)
    return rows
