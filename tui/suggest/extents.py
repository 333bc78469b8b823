"""How far a span reaches and what it is: predicted from what was tagged before."""

from collections.abc import Mapping, Sequence
from math import exp

from tui.suggest.features import OUTSIDE, Passage
from tui.suggest.weights import Weights, sigmoid

LONGEST = 24
"""Tokens: the longest span that is predicted."""

PRIOR = {
    "b": -1.2,
    "st=Xx Xx": 2.6,
    "st=XX Xx": 1.2,
    "st=Xx XX": 1.2,
    "st=XX XX": 1.8,
    "st=XxXx Xx": 1.8,
    "st=X .": 2.5,
    "st=c c": 1.8,
    "s>=x": -0.3,
}
"""What is believed before anything is learnt: a run of capitalised words is one name."""


class ExtentModel:
    """How likely a span goes on behind each of its tokens."""

    def __init__(self) -> None:
        self._weights = Weights(PRIOR)

    def observe(self, passage: Passage, first: int, last: int, label: str) -> None:
        """Learn from the span of the tokens `first` to `last`."""
        stop = min(last, first + LONGEST - 1)
        for index in range(first, stop + 1):
            if index + 1 < len(passage.words):
                self._weights.learn(_read(passage, first, index, label), yes=index < last)

    def go_on(self, passage: Passage, first: int, index: int, label: str) -> float:
        """Return P(the span that starts at `first` and reaches `index` reaches the next token too)."""
        if index + 1 >= len(passage.words):
            return 0.0
        return sigmoid(self._weights.score(_read(passage, first, index, label)))


class LabelModel:
    """Which label a stretch gets: multinomial logistic regression, one example at a time."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._models = {label: Weights({"b": -1.0}) for label in labels}

    def rank(self, passage: Passage, first: int, last: int) -> dict[str, float]:
        """Return P(label) of every label, the likeliest first."""
        features = _read_span(passage, first, last)
        scores = {label: model.score(features) for label, model in self._models.items()}
        return normalise({label: exp(max(min(score, 30.0), -30.0)) for label, score in scores.items()})

    def observe(self, passage: Passage, first: int, last: int, label: str) -> None:
        """Learn from a span."""
        self._models.setdefault(label, Weights({"b": -1.0}))
        features = _read_span(passage, first, last)
        for name, model in self._models.items():
            model.learn(features, yes=name == label)


def normalise(scores: Mapping[str, float]) -> dict[str, float]:
    """Scale scores to a sum of 1, the greatest first."""
    total = sum(scores.values()) or 1.0
    return {
        name: score / total for name, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    }


def _read(passage: Passage, first: int, index: int, label: str) -> list[str]:
    words = passage.words
    word, after = words[index], words[index + 1]
    after2 = words[index + 2] if index + 2 < len(words) else OUTSIDE
    length = index - first + 1
    pair = word.shape + " " + after.shape
    return [
        "b",
        "l=" + label,
        "n=" + str(min(length, 6)),
        "ln=" + label + str(min(length, 6)),
        "w=" + word.lower,
        "w>=" + after.lower,
        "s>=" + after.shape,
        "3>=" + after.suffix,
        "lw>=" + label + after.lower,
        "st=" + pair,
        "lst=" + label + pair,
        "ww=" + word.lower + " " + after.lower,
        "sw=" + word.shape + " " + after.lower,
        "ws=" + word.lower + " " + after.shape,
        ">>=" + after.lower + " " + after2.shape,
        "f>=" + words[first].lower + " " + after.shape,
        "ls>>=" + label + after.shape + " " + after2.shape,
        "lw=" + label + word.lower,
    ]


def _read_span(passage: Passage, first: int, last: int) -> list[str]:
    words = passage.words
    head, tail = words[first], words[last]
    before = words[first - 1] if first else OUTSIDE
    before2 = words[first - 2] if first > 1 else OUTSIDE
    after = words[last + 1] if last + 1 < len(words) else OUTSIDE
    length = last - first + 1
    row = [
        "b",
        "t=" + passage.phrase(first, last).lower(),
        "f=" + head.lower,
        "fs=" + head.shape,
        "e=" + tail.lower,
        "es=" + tail.shape,
        "f3=" + head.suffix,
        "e3=" + tail.suffix,
        "fp=" + head.prefix,
        "<=" + before.lower,
        "<<=" + before2.lower + " " + before.lower,
        ">=" + after.lower,
        "<s=" + before.lower + head.shape,
        "n=" + str(min(length, 5)),
    ]
    row.extend("w=" + word.lower for word in words[first : min(last + 1, first + 8)])
    return row
