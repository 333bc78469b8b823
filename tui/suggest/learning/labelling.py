"""What a span is: predicted from what was tagged before."""

from collections.abc import Callable, Mapping, Sequence

from tui.suggest.journal import Journal
from tui.suggest.learning.features import OUTSIDE, Passage, Word
from tui.suggest.learning.model import Tagged
from tui.suggest.learning.replay import Replay
from tui.suggest.learning.weights import Choice

_FARTHEST_NEIGHBOUR = 4
"""Tokens: what stands between a span and one further to its left says nothing of either."""


_RATE = 0.35
"""How fast labels are learnt."""

_DECAY = 0.05
"""How fast what is learnt of labels fades."""

_TIMES = 4
"""Spans learnt again with every new one."""

_KINDS_COUNT = 2
"""How much more the kind of a word counts than the word: it says more of a label than most words do."""

_MOST_WORDS = 4
"""Words of a span of which the parts are looked at."""


class LabelModel:
    """Which label a stretch gets, by its words, what stands around it, and what the span before it is."""

    def __init__(
        self, labels: Sequence[str], choice: Choice | None = None, *, journal: Journal | None = None
    ) -> None:
        self._labels = tuple(labels)
        self._choice = choice or Choice(labels, rate=_RATE, decay=_DECAY, journal=journal)
        self._replay: Replay[tuple[list[str], str]] = Replay(times=_TIMES if choice is None else 0)

    def fork(self) -> "LabelModel":
        """Give a model that goes on from this one and leaves this as it is; it learns nothing again."""
        return LabelModel(self._labels, self._choice.fork())

    def rank(
        self, passage: Passage, first: int, last: int, tagged: Sequence[Tagged] = ()
    ) -> dict[str, float]:
        """Return P(label) of every label, the likeliest first; `tagged` are other spans of the passage."""
        return normalise(self._choice.weigh(_read(passage, first, last, tagged)))

    def remember(self) -> Callable[[], None]:
        """Give what puts back the examples that are learnt again, as they are now."""
        return self._replay.remember()

    def observe(
        self, passage: Passage, first: int, last: int, label: str, tagged: Sequence[Tagged] = ()
    ) -> None:
        """Learn from a span."""
        for row, name in self._replay.take((_read(passage, first, last, tagged), label)):
            self._choice.learn(row, name)


def normalise(scores: Mapping[str, float]) -> dict[str, float]:
    """Scale scores to a sum of 1, the greatest first; equal ones stay in their order."""
    total = sum(scores.values()) or 1.0
    return {name: score / total for name, score in sorted(scores.items(), key=lambda pair: -pair[1])}


def _read(passage: Passage, first: int, last: int, tagged: Sequence[Tagged]) -> list[str]:
    words = passage.words
    head, tail = words[first], words[last]
    before, before2, before3 = (_word_at(words, first - step) for step in (1, 2, 3))
    after = _word_at(words, last + 1)
    stretch = words[first : last + 1]
    row = [
        "b",
        "t=" + passage.phrase(first, last).lower(),
        "f=" + head.lower,
        "fs=" + head.shape,
        "e=" + tail.lower,
        "es=" + tail.shape,
        "e4=" + tail.lower[-4:],
        "e3=" + tail.suffix,
        "e2=" + tail.suffix[-2:],
        "e1=" + tail.suffix[-1:],
        "ep=" + tail.prefix,
        "<=" + before.lower,
        "<<=" + before2.lower + " " + before.lower,
        ">=" + after.lower,
        "<s=" + before.lower + head.shape,
        "n=" + str(min(len(stretch), 5)),
        "s=" + " ".join(word.shape for word in stretch[:4]),
        "c=" + str(sum(word.is_name for word in stretch)),
    ]
    for word in stretch[:_MOST_WORDS]:
        row.extend(word.parts)
    row.extend(_read_kinds(stretch, (before, before2), after) * _KINDS_COUNT)
    row.extend("<~" + word.lower for word in (before, before2, before3))
    row.extend("w=" + word.lower for word in stretch[:8])
    row.extend("i=" + word.shape for word in stretch[1:-1][:3])
    neighbour = max((span for span in tagged if span[:2] < (first, last)), default=None)
    row.append("p=" + (neighbour[2] if neighbour else "^"))
    if neighbour and 0 < first - neighbour[1] <= _FARTHEST_NEIGHBOUR:
        row.append(
            "pg=" + neighbour[2] + " " + " ".join(word.lower for word in words[neighbour[1] + 1 : first])
        )
    return row


def _read_kinds(stretch: Sequence[Word], before: Sequence[Word], after: Word) -> list[str]:
    """Say which kinds of words a stretch holds, begins and ends with, and stands beside."""
    row = sorted({"k=" + word.kind for word in stretch if word.kind})
    row += ["kf=" + stretch[0].kind] if stretch[0].kind else []
    row += ["ke=" + stretch[-1].kind] if stretch[-1].kind else []
    row += [f"k<={word.kind}" for word in before if word.kind and (word.kind != "in" or word is before[0])]
    return row + (["k>=" + after.kind] if after.kind else [])


def _word_at(words: Sequence[Word], index: int) -> Word:
    return words[index] if 0 <= index < len(words) else OUTSIDE
