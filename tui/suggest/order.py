"""Which article to annotate next: the one in which the learner is least sure where spans start.

A token's doubt is the entropy of P(start) in bits: 0 where the learner is sure, 1 where it could as well toss
a coin. An article's doubt is the mean over the tokens of its unfinished paragraphs, so that a long article is
not more doubtful for being long ("token entropy" in Settles and Craven, An Analysis of Active Learning
Strategies for Sequence Labeling Tasks, 2008).
"""

from collections.abc import Iterable, Mapping, Sequence
from math import log2
from typing import Final

from msgspec import Struct

DOUBTFUL: Final = 0.25
"""A token is doubtful where P(start) is at least this, and at most one less this."""


class Doubt(Struct, frozen=True):
    """How unsure the learner is of some tokens."""

    tokens: int = 0
    """How many there are."""
    bits: float = 0.0
    """The sum of their doubts, in bits."""
    doubtful: int = 0
    """How many are doubtful."""

    @property
    def mean(self) -> float:
        """The mean doubt, 0 to 1 bit; 0 where there are no tokens."""
        return self.bits / self.tokens if self.tokens else 0.0

    def add(self, chances: Iterable[float]) -> "Doubt":
        """Take in more tokens, by their P(start)."""
        some = list(chances)
        return Doubt(
            self.tokens + len(some),
            self.bits + sum(map(entropy, some)),
            self.doubtful + sum(DOUBTFUL <= chance <= 1.0 - DOUBTFUL for chance in some),
        )

    def describe(self) -> str:
        """Say it in a few words."""
        return f"{self.mean:.0%} unsure, {self.doubtful} doubtful word{'' if self.doubtful == 1 else 's'}"


def entropy(chance: float) -> float:
    """Return the entropy of a yes or no with this probability, in bits."""
    if not 0.0 < chance < 1.0:
        return 0.0
    return -chance * log2(chance) - (1.0 - chance) * log2(1.0 - chance)


def rank_least_sure(doubts: Mapping[int, Doubt]) -> list[int]:
    """Rank articles by number, the most doubtful first; those with nothing to doubt are left out."""
    numbers = [number for number, doubt in doubts.items() if doubt.tokens]
    return sorted(numbers, key=lambda number: (-doubts[number].mean, number))


def put_first(ranked: Sequence[int], numbers: Sequence[int]) -> list[int]:
    """Put those of `numbers` that are ranked before the others, which stay in their order."""
    among = numbers if isinstance(numbers, range) else frozenset(numbers)
    first = [number for number in ranked if number in among]
    taken = frozenset(first)
    return first + [number for number in numbers if number not in taken]
