"""What was answered for spans that are alike: in their words, and in those beside them.

A naive Bayes classifier over a few signs of each span, one for each question. It is made of counts alone, so
that what one span added can be taken away exactly.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from functools import lru_cache
from math import exp, log
from typing import Final, TypeAlias, TypeVar

from tui.text.folding import fold_text
from tui.text.tokens import tokenize

AskedOf: TypeAlias = tuple[str, str]
"""A label and an attribute."""

_Key = TypeVar("_Key", bound=Hashable)

_AROUND: Final = 40
"""Code points before and behind a span in which the words beside it are looked for."""

_PRIOR: Final = 3.0
"""Spans that what holds of all answers counts as much as, before what holds of one of them."""


class AlikeAnswers:
    """How often each answer was given, and to spans with which signs."""

    def __init__(self) -> None:
        self._answers: dict[AskedOf, Counter[str]] = {}
        self._signs: dict[tuple[AskedOf, str], Counter[str]] = {}
        self._seen: dict[AskedOf, Counter[str]] = {}

    def add(self, question: AskedOf, answer: str, signs: Sequence[str], times: int) -> None:
        """Count an answer so many times more, or fewer."""
        _add(self._answers, question, (answer,), times)
        _add(self._signs, (question, answer), signs, times)
        _add(self._seen, question, signs, times)

    def propose(self, question: AskedOf, signs: Sequence[str]) -> tuple[str, float] | None:
        """Give the likeliest answer and its probability."""
        chances = self.rate(question, signs)
        return max(chances.items(), key=lambda each: (each[1], each[0]), default=None)

    def rate(self, question: AskedOf, signs: Sequence[str]) -> dict[str, float]:
        """Give the probability of every answer; one that was never given may be right, too."""
        answers = self._answers.get(question)
        if not answers:
            return {}
        scores = {answer: self._score(question, answer, count, signs) for answer, count in answers.items()}
        best, count = max(scores.values()), answers.total()
        odds = {answer: exp(score - best) for answer, score in scores.items()}
        share = count / (count + 1) / sum(odds.values())
        return {answer: each * share for answer, each in odds.items()}

    def _score(self, question: AskedOf, answer: str, count: int, signs: Sequence[str]) -> float:
        """Give the odds of an answer; signs that no span has had yet say nothing."""
        known, seen = self._signs[question, answer], self._seen[question]
        total = self._answers[question].total()
        return log(count) + sum(
            log((known[sign] + _PRIOR * seen[sign] / total) / (count + _PRIOR))
            for sign in signs
            if seen[sign]
        )


@lru_cache(maxsize=64)
def list_signs(text: str, start: int, end: int) -> tuple[str, ...]:
    """List what tells a span from others: its words at both ends, their ends, and the words beside it."""
    words = [fold_text(text[slice(*token)]) for token in tokenize(text, start, end)]
    before = [text[slice(*token)] for token in tokenize(text, max(start - _AROUND, 0), start)]
    behind = [text[slice(*token)] for token in tokenize(text, end, min(end + _AROUND, len(text)))]
    first, last = (words[0], words[-1]) if words else ("", "")
    return (
        f"whole {' '.join(words)}",
        f"first {first}",
        f"last {last}",
        *[f"ending {last[-size:]}" for size in (2, 4)],
        f"before {fold_text(before[-1]) if before else ''}",
        f"behind {fold_text(behind[0]) if behind else ''}",
        f"upper {text[start : start + 1].isupper()}",
        f"words {min(len(words), 4)}",
    )


def _add(counts: dict[_Key, Counter[str]], key: _Key, names: Sequence[str], times: int) -> None:
    counter = counts.setdefault(key, Counter())
    for name in names:
        counter[name] += times
        if not counter[name]:
            del counter[name]
    if not counter:
        del counts[key]
