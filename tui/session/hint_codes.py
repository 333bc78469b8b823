"""Which letters stand as a hint under which token: the likelier, the shorter."""

from collections import deque
from collections.abc import Iterable, Sequence

LETTERS = "fjdkslaghrueiwovmcnbtyqpxz"
"""The letters of hints, the easiest to reach first."""


def assign_codes(ranks: Sequence[int], letters: str = LETTERS) -> list[str]:
    """Give every token a code, in the order of the tokens; the lower its rank, the shorter its code.

    No code begins another one. As many as possible are one letter; at least half of the letters are.
    """
    codes = list(letters)
    # The last letters are lengthened first; the first half never is, because most spans start there.
    lengthened = deque(reversed(letters[len(letters) // 2 :]))
    while len(codes) < len(ranks):
        stem = lengthened.popleft()
        codes.remove(stem)
        longer = [stem + letter for letter in letters]
        codes += longer
        lengthened += reversed(longer)
    codes.sort(key=lambda code: (len(code), [letters.index(letter) for letter in code]))
    order = sorted(range(len(ranks)), key=lambda token: (ranks[token], token))
    assigned = dict(zip(order, codes, strict=False))
    return [assigned[token] for token in range(len(ranks))]


def expect_beyond(chances: Iterable[float], letters: int) -> float:
    """Say how many spans are expected at tokens that get no code of one letter, of so many letters.

    `chances` are the probabilities that a span starts at each token; the likeliest get the shortest codes.
    """
    ranked = sorted(chances, reverse=True)
    return sum(ranked[count_short(len(ranked), letters) :])


def count_short(tokens: int, letters: int) -> int:
    """Count the codes of one letter when `assign_codes` gives codes to so many tokens."""
    lengthened = -(-max(tokens - letters, 0) // max(letters - 1, 1))
    return max(letters - lengthened, letters - len(range(letters // 2, letters)))
