"""Logistic regression that learns from one example at a time (AdaGrad: Duchi, Hazan and Singer 2011)."""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, sqrt

from tui.suggest.journal import Journal, Kept

CAPACITY = 400_000
"""Features kept; beyond that, those changed least are forgotten first."""


class Weights:
    """Binary logistic regression over features that are strings; bounded, so that it never grows for ever."""

    def __init__(
        self,
        prior: Mapping[str, float] | None = None,
        *,
        rate: float = 0.5,
        decay: float = 0.0,
        capacity: int = CAPACITY,
        journal: Journal | None = None,
    ) -> None:
        """Let the weights of an example's features fade by `decay` of each step (an L2 penalty)."""
        self._journal = journal or Journal()
        self._kept_weights: Kept[str, float] = Kept(self._journal)
        self._kept_squares: Kept[str, float] = Kept(self._journal)
        self._prior = dict(prior or {})
        self._weights: dict[str, float] = dict(self._prior)
        self._squares: dict[str, float] = {}
        self._rate = rate
        self._decay = decay
        self._capacity = capacity
        self._behind: tuple[Mapping[str, float], Mapping[str, float]] | None = None

    def fork(self) -> "Weights":
        """Give weights that go on from these and leave these as they are; these must not learn meanwhile."""
        child = Weights(rate=self._rate, decay=self._decay, capacity=self._capacity)
        child._behind = (self._weights, self._squares)
        return child

    def score(self, features: Iterable[str]) -> float:
        """Return the log-odds of yes."""
        get = self._weights.get
        if self._behind is None:
            return sum([get(feature, 0.0) for feature in features])
        behind = self._behind[0].get
        return sum([get(feature, behind(feature, 0.0)) for feature in features])

    def learn(self, features: Sequence[str], *, yes: bool, score: float | None = None) -> None:
        """Take in one example; `score` is what `score` said of it, where that is known already."""
        weights, squares = self._weights, self._squares
        gradient = (1.0 if yes else 0.0) - sigmoid(self.score(features) if score is None else score)
        square = gradient * gradient
        if square < 1e-6:
            return
        self._kept_weights.note(weights, features)
        self._kept_squares.note(squares, features)
        for feature in features:
            if self._behind is not None and feature not in squares:
                weights[feature] = self._behind[0].get(feature, 0.0)
                squares[feature] = self._behind[1].get(feature, 1.0)
            total = squares.get(feature, 1.0) + square
            squares[feature] = total
            step = self._rate / sqrt(total)
            weights[feature] = weights.get(feature, 0.0) * (1.0 - self._decay * step) + step * gradient
        if len(weights) > self._capacity:
            self._forget()

    def _forget(self) -> None:
        """Drop the half of the features that were changed least."""
        self._journal.clear()
        kept = sorted(self._squares, key=lambda feature: -self._squares[feature])[: self._capacity // 2]
        self._squares = {feature: self._squares[feature] for feature in kept}
        self._weights = self._prior | {feature: self._weights[feature] for feature in kept}


class Choice:
    """Multinomial logistic regression over features that are strings, bounded like `Weights`."""

    def __init__(
        self,
        names: Iterable[str],
        *,
        rate: float = 0.5,
        decay: float = 0.0,
        capacity: int = CAPACITY,
        journal: Journal | None = None,
    ) -> None:
        """Let the weights of an example's features fade by `decay` of each step (an L2 penalty)."""
        self._journal = journal or Journal()
        self._kept_rows: Kept[str, dict[str, float]] = Kept(self._journal)
        self._kept_squares: Kept[str, float] = Kept(self._journal)
        self._names = dict.fromkeys(names)
        self._rows: dict[str, dict[str, float]] = {}
        self._squares: dict[str, float] = {}
        self._rate = rate
        self._decay = decay
        self._capacity = capacity
        self._behind: tuple[Mapping[str, Mapping[str, float]], Mapping[str, float]] = ({}, {})

    def fork(self) -> "Choice":
        """Give one that goes on from this and leaves this as it is; this must not learn meanwhile."""
        child = Choice(self._names, rate=self._rate, decay=self._decay, capacity=self._capacity)
        child._behind = (self._rows, self._squares)
        return child

    def weigh(self, features: Iterable[str]) -> dict[str, float]:
        """Return the probability of every name."""
        scores = dict.fromkeys(self._names, 0.0)
        behind = self._behind[0].get
        for feature in features:
            row = self._rows.get(feature, behind(feature))
            if row is not None:
                for name, weight in row.items():
                    scores[name] += weight
        highest = max(scores.values(), default=0.0)
        odds = {name: exp(max(score - highest, -40.0)) for name, score in scores.items()}
        total = sum(odds.values())
        return {name: each / total for name, each in odds.items()}

    def learn(self, features: Sequence[str], name: str) -> None:
        """Take in one example of a name, which may be a new one."""
        self._names[name] = None
        gradients = {
            each: (each == name) - chance
            for each, chance in self.weigh(features).items()
            if each == name or chance > 1e-3
        }
        square = sum(gradient * gradient for gradient in gradients.values())
        if square < 1e-6:
            return
        self._kept_rows.note(self._rows, features)
        self._kept_squares.note(self._squares, features)
        rows, squares = self._behind
        for feature in features:
            if feature not in self._squares:
                self._rows[feature] = dict(rows.get(feature, ()))
                self._squares[feature] = squares.get(feature, 1.0)
            total = self._squares[feature] + square
            self._squares[feature] = total
            step = self._rate / sqrt(total)
            # What the journal kept is left as it was.
            left = 1.0 - self._decay * step
            row = self._rows[feature] = {each: left * weight for each, weight in self._rows[feature].items()}
            for each, gradient in gradients.items():
                row[each] = row.get(each, 0.0) + step * gradient
        if len(self._rows) > self._capacity:
            self._forget()

    def _forget(self) -> None:
        """Drop the half of the features that were changed least."""
        self._journal.clear()
        kept = sorted(self._squares, key=lambda feature: -self._squares[feature])[: self._capacity // 2]
        self._squares = {feature: self._squares[feature] for feature in kept}
        self._rows = {feature: self._rows[feature] for feature in kept}


def sigmoid(score: float) -> float:
    """Turn log-odds into a probability."""
    if score < -30:
        return 0.0
    return 1.0 if score > 30 else 1.0 / (1.0 + exp(-score))
