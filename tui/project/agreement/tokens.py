"""What annotators say of each token: the labels of the spans that touch it, or nothing.

Where spans nest or overlap, all their labels together are the token's category: `actor + location` is neither
`actor` nor `location`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import chain
from typing import Final

from msgspec import Struct

from tui.model.article import Article
from tui.model.span import Span
from tui.project.agreement.cohen_kappa import count_sayings
from tui.project.agreement.counts import Category, Counts
from tui.project.agreement.krippendorff_alpha import count_unit
from tui.project.agreement.versions import OwnVersion
from tui.text.tokens import tokenize

NOTHING: Final[Category] = ()
"""The category of a token that no span touches."""


class TokenLabels(Struct, frozen=True):
    """The tokens of some paragraphs of an article."""

    edges: Sequence[tuple[int, int]]
    """Where they stand, in order."""
    homes: Sequence[int]
    """The paragraph that each of them is in, by index."""
    numbers: Mapping[int, int]
    """How many each paragraph has, by index."""

    @classmethod
    def of(cls, article: Article, paragraphs: Iterable[int]) -> "TokenLabels":
        """Find the tokens of some paragraphs."""
        found = {
            index: tokenize(article.text, article.paragraphs[index].start, article.paragraphs[index].end)
            for index in sorted(paragraphs)
        }
        return cls(
            list(chain.from_iterable(found.values())),
            [index for index, tokens in found.items() for _ in tokens],
            {index: len(tokens) for index, tokens in found.items()},
        )

    def label(self, spans: Iterable[Span]) -> dict[int, Category]:
        """Give the category of every token that a span touches, by its place."""
        labels: dict[int, set[str]] = {}
        ends = [end for _, end in self.edges]
        for span in spans:
            for start, end in span.pieces:
                token = bisect_right(ends, start)
                while token < len(ends) and self.edges[token][0] < end:
                    labels.setdefault(token, set()).add(span.label)
                    token += 1
        return {token: tuple(sorted(own)) for token, own in labels.items()}


def count_pair(
    tokens: TokenLabels, left: Mapping[int, Category], right: Mapping[int, Category], paragraphs: Set[int]
) -> Counts:
    """Count what two say of the tokens of some paragraphs, for κ."""
    said = Counter(
        (left.get(token, NOTHING), right.get(token, NOTHING))
        for token in left.keys() | right.keys()
        if tokens.homes[token] in paragraphs
    )
    said[NOTHING, NOTHING] += sum(tokens.numbers[index] for index in paragraphs) - said.total()
    return count_sayings(said)


def count_all(tokens: TokenLabels, versions: Sequence[tuple[OwnVersion, Mapping[int, Category]]]) -> Counts:
    """Count what all say of the tokens of the paragraphs that two or more have settled, for α."""
    counts: Counts = Counter()
    coders = {
        index: [said for version, said in versions if index in version.paragraphs] for index in tokens.numbers
    }
    silent = dict(tokens.numbers)
    for token in set().union(*[said for _, said in versions]):
        index = tokens.homes[token]
        silent[index] -= 1
        count_unit(counts, [said.get(token, NOTHING) for said in coders[index]])
    for index, number in silent.items():
        count_unit(counts, [NOTHING] * len(coders[index]), times=number)
    return counts
