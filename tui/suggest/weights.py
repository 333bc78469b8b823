"""Logistic regression that learns from one example at a time (AdaGrad: Duchi, Hazan and Singer 2011)."""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, sqrt


class Weights:
    """Binary logistic regression over features that are strings; bounded, so that it never grows for ever."""

    def __init__(
        self, prior: Mapping[str, float] | None = None, *, rate: float = 0.5, capacity: int = 400_000
    ) -> None:
        self._prior = dict(prior or {})
        self._weights: dict[str, float] = dict(self._prior)
        self._squares: dict[str, float] = {}
        self._rate = rate
        self._capacity = capacity

    def score(self, features: Iterable[str]) -> float:
        """Return the log-odds of yes."""
        get = self._weights.get
        return sum([get(feature, 0.0) for feature in features])

    def learn(self, features: Sequence[str], *, yes: bool, score: float | None = None) -> None:
        """Take in one example; `score` is what `score` said of it, where that is known already."""
        weights, squares = self._weights, self._squares
        gradient = (1.0 if yes else 0.0) - sigmoid(self.score(features) if score is None else score)
        square = gradient * gradient
        if square < 1e-6:
            return
        step = self._rate * gradient
        for feature in features:
            total = squares.get(feature, 1.0) + square
            squares[feature] = total
            weights[feature] = weights.get(feature, 0.0) + step / sqrt(total)
        if len(weights) > self._capacity:
            self._forget()

    def _forget(self) -> None:
        """Drop the half of the features that were changed least."""
        kept = sorted(self._squares, key=lambda feature: -self._squares[feature])[: self._capacity // 2]
        self._squares = {feature: self._squares[feature] for feature in kept}
        self._weights = self._prior | {feature: self._weights[feature] for feature in kept}


def sigmoid(score: float) -> float:
    """Turn log-odds into a probability."""
    if score < -30:
        return 0.0
    return 1.0 if score > 30 else 1.0 / (1.0 + exp(-score))
