"""How far a span reaches: predicted from what was tagged before."""

from collections.abc import Callable, Sequence

from tui.suggest.journal import Journal
from tui.suggest.learning.features import OUTSIDE, Passage
from tui.suggest.learning.replay import Replay
from tui.suggest.learning.weights import Weights, sigmoid

LONGEST_SPAN = 24
"""Tokens: the longest span that is predicted."""

EXTENT_PRIOR = {
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


_DECAY = 0.03
"""How fast what is learnt of extents fades."""

_TIMES = 2
"""Examples learnt again with every new one."""

_OPENING = frozenset("([{«“„")
_CLOSING = frozenset(")]}»”")


class ExtentModel:
    """How likely a span goes on behind each of its tokens."""

    def __init__(self, weights: Weights | None = None, *, journal: Journal | None = None) -> None:
        self._weights = weights or Weights(EXTENT_PRIOR, decay=_DECAY, journal=journal)
        self._replay: Replay[tuple[list[str], bool]] = Replay(times=_TIMES if weights is None else 0)

    def fork(self) -> "ExtentModel":
        """Give a model that goes on from this one and leaves this as it is; it learns nothing again."""
        return ExtentModel(self._weights.fork())

    def remember(self) -> Callable[[], None]:
        """Give what puts back the examples that are learnt again, as they are now."""
        return self._replay.remember()

    def observe(self, passage: Passage, first: int, last: int, label: str) -> None:
        """Learn from the span of the tokens `first` to `last`."""
        stop = min(last, first + LONGEST_SPAN - 1)
        for index in range(first, stop + 1):
            if index + 1 < len(passage.words):
                example = _read(passage, first, index, label), index < last
                for row, yes in self._replay.take(example):
                    self._weights.learn(row, yes=yes)

    def go_on(self, passage: Passage, first: int, index: int, label: str) -> float:
        """Return P(the span that starts at `first` and reaches `index` reaches the next token too)."""
        if index + 1 >= len(passage.words):
            return 0.0
        return sigmoid(self._weights.score(_read(passage, first, index, label)))


def _read(passage: Passage, first: int, index: int, label: str) -> list[str]:
    words = passage.words
    word, after = words[index], words[index + 1]
    after2 = words[index + 2] if index + 2 < len(words) else OUTSIDE
    length = index - first + 1
    pair = word.shape + " " + after.shape
    open_marks = _count_open(passage.texts[first : index + 1])
    glue = "+" if passage.tokens[index][1] == passage.tokens[index + 1][0] else " "
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
        "3=" + word.suffix,
        "33=" + word.suffix + after.suffix,
        "g=" + glue,
        "gs=" + glue + pair,
        "2>=" + after2.lower,
        ">>2=" + after.lower + " " + after2.lower,
        "sss=" + pair + " " + after2.shape,
        "o=" + open_marks,
        "o>=" + open_marks + after.prefix,
    ]


def _count_open(texts: Sequence[str]) -> str:
    """Say whether a bracket is open behind some tokens, and whether a quotation is."""
    brackets = sum((text in _OPENING) - (text in _CLOSING) for text in texts)
    return f"{min(brackets, 1)}{texts.count(chr(34)) % 2}"
