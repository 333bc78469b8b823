"""What suggestions may cost, in keys: a budget for every source, and one that all that learn here share.

What a source's candidates would have saved and cost so far is its budget, with a little to begin with. It
may lose no more, so that a source that is no good here, or no longer, costs a few keys and is silent then;
what it would have suggested goes on being counted.

The shared budget is of what was shown and really saved or cost: together these sources may not lose more than
a key or two, and one more for every hundred spans. A source's own budget knows what would have been saved
where nothing was shown, too; the shared one holds when another kind of text belies that.
"""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from typing import Final

from msgspec import Struct, field

from tui.model.span import Json, Span
from tui.suggest.suggestion import LEARNER, PATTERN, REPEAT

Edges = tuple[int, int, str]
"""A span as start, end and label."""

PUT_TOGETHER: Final = "guess"
"""The evidence for spans put together from start, extent and label."""

LIVE: Final = "live"
"""The evidence for repeats of what was just tagged."""

WRONG_COSTS = 2.0
"""Keys that a suggestion costs where no span is, its hint and Backspace; a right one saves about one."""

MOST_SAVED = 12.0
"""The most that stands in a budget: what was saved long ago says nothing of another kind of text."""

MOST_LOST = -6.0
"""The least that stands in a budget, so that a source can come back."""

FREE_LOSS = 1.5
"""What suggestions may cost in all before any was right, in the same units."""

LOSS_A_SPAN = 0.01
"""What they may cost besides for every span that was annotated."""

COMEBACK = 8.0
"""What would have been saved while the shared budget was spent, before it is filled for another try."""

_SHARING: Final = {REPEAT, LEARNER, PUT_TOGETHER, LIVE}
"""What shares a budget; what somebody wrote or brought in on purpose answers for itself."""

_AT_FIRST: Final[Mapping[str, float]] = {
    REPEAT: 2.0,
    LEARNER: 1.0,
    PUT_TOGETHER: 0.0,
    LIVE: 2.0,
    PATTERN: 6.0,
}
"""Keys that may be lost before any were saved; what comes from outside has those of patterns."""

_OF_SOURCE: Final[Mapping[str, set[str]]] = {REPEAT: {REPEAT, LIVE}, LEARNER: {LEARNER, PUT_TOGETHER}}
"""Whose budgets are those of the sources that have more than one kind of evidence."""

_SHARED: Final = "purse"
"""What is counted of the shared budget, as it is called in files: what was saved, and the number of spans."""

_MISSED: Final = "hope"
"""What would have been saved since the shared budget was spent, as it is called in files."""


def name_budget(evidence: str) -> str:
    """Name the budget that evidence for a candidate is about: `repeat` for "repeat here+"."""
    return evidence if evidence.startswith("from ") else evidence.split(" ")[0].rstrip("+-")


def list_budgets(source: str) -> Set[str]:
    """List the budgets of a source."""
    return _OF_SOURCE.get(source, {source, f"from {source}"})


def is_sharing(budget: str) -> bool:
    """Tell whether what is lost from a budget is lost from the shared one, too."""
    return budget in _SHARING


class Budget:
    """What may be lost from each budget, and from the shared one."""

    def __init__(self) -> None:
        self._counts: dict[str, list[float]] = {}

    def remember(self) -> Callable[[], None]:
        """Give what puts everything back as it is now."""
        counts = {key: list(pair) for key, pair in self._counts.items()}

        def put_back() -> None:
            self._counts = counts

        return put_back

    def settle(self, budget: str, *, saved: float) -> None:
        """Enter into a budget what a candidate would have saved, or cost where that is negative."""
        counts = self._counts.setdefault(f"keys\t{budget}", [0.0, 0.0])
        counts[0] = min(max(counts[0] + saved, MOST_LOST), MOST_SAVED)
        counts[1] += 1.0

    def balance(self, budget: str) -> float:
        """Return what stands in a budget, in keys."""
        return self._counts.get(f"keys\t{budget}", (0.0, 0.0))[0]

    def left(self, budget: str) -> float:
        """Return what may be lost from a budget, in keys."""
        return self.balance(budget) + _AT_FIRST.get(budget, _AT_FIRST[PATTERN])

    def pay(self, *, saved: float, would_save: float, spans: int) -> None:
        """Enter into the shared budget what was saved by what was shown in a paragraph of so many spans.

        `would_save` is what everything that could have been shown would have saved.
        """
        shared = self._counts.setdefault(_SHARED, [0.0, 0.0])
        shared[0] += saved
        shared[1] += spans
        missed = self._counts.setdefault(_MISSED, [0.0, 0.0])
        missed[0] = max(missed[0] + would_save, 0.0) if self.shared < FREE_LOSS else 0.0
        if missed[0] >= COMEBACK:
            shared[0] += FREE_LOSS - self.shared

    @property
    def shared(self) -> float:
        """What may be lost by what is shown, in keys."""
        saved, spans = self._counts.get(_SHARED, (0.0, 0.0))
        return saved + FREE_LOSS + LOSS_A_SPAN * spans

    def dump(self) -> dict[str, Json]:
        """Write what is counted as JSON."""
        return {key: list[Json](counts) for key, counts in self._counts.items()}

    def load(self, counts: Mapping[str, Json]) -> None:
        """Take over from counts what `dump` wrote among them."""
        for key, pair in counts.items():
            if key not in (_SHARED, _MISSED) and not key.startswith("keys\t"):
                continue
            if isinstance(pair, list) and len(pair) == 2:
                keys, times = pair
                if isinstance(keys, int | float) and isinstance(times, int | float):
                    self._counts[key] = [float(keys), float(times)]


class Spending:
    """What is left while suggestions for one paragraph are chosen, the most probable first."""

    def __init__(self, budget: Budget, *, turned_down: int) -> None:
        """Begin with what is left after `turned_down` suggestions of paragraphs that are not finished."""
        self._budget = budget
        self._left: dict[str, float] = {}
        self._shared = budget.shared - WRONG_COSTS * turned_down

    def lose(self, budget: str) -> None:
        """Take away what a suggestion cost that was turned down here."""
        self._left[budget] = self._left_of(budget) - WRONG_COSTS

    def affords(self, budget: str, probability: float) -> bool:
        """Spend what a suggestion may cost, if that much is left; say whether it was."""
        cost = WRONG_COSTS * (1.0 - probability)
        self._left[budget] = self._left_of(budget) - cost
        if self._left[budget] < 0.0:
            return False
        if is_sharing(budget):
            if self._shared < cost:
                return False
            self._shared -= cost
        return True

    def _left_of(self, budget: str) -> float:
        return self._left[budget] if budget in self._left else self._budget.left(budget)


class _Shown(Struct):
    """What was suggested in a paragraph from the shared budget."""

    now: set[Edges] = field(default_factory=set)
    """What is suggested now."""
    ever: set[Edges] = field(default_factory=set)
    """What was suggested since the paragraph came up."""
    turned_down: set[Edges] = field(default_factory=set)
    """What of it was turned down."""

    def settle(self, gold: Set[Edges]) -> float:
        """Say how many keys it saved in a paragraph finished with these spans.

        One that was withdrawn and tagged by hand then counts as right: it was wrong to withdraw it.
        """
        right = len(self.ever & gold)
        wrong = sum(not any(_share(each, other) for other in gold) for each in self.now | self.turned_down)
        return right - WRONG_COSTS * wrong


class ShownHere:
    """What was suggested from the shared budget in the paragraphs of one article, by their edges."""

    def __init__(self) -> None:
        self._paragraphs: dict[tuple[int, int], _Shown] = {}

    def turn_down(self, paragraph: tuple[int, int], rejected: Collection[Edges]) -> None:
        """Take in what was turned down in the article."""
        shown = self._paragraphs.setdefault(paragraph, _Shown())
        shown.turned_down = shown.ever.intersection(rejected)

    def note(self, paragraph: tuple[int, int], spans: set[Edges]) -> None:
        """Take in what is suggested in a paragraph now."""
        shown = self._paragraphs.setdefault(paragraph, _Shown())
        shown.now = spans
        shown.ever |= spans

    def remember(self, paragraph: tuple[int, int]) -> Callable[[], None]:
        """Give what puts a paragraph back as it is now, unless another article was begun meanwhile."""
        paragraphs, shown = self._paragraphs, self._paragraphs.get(paragraph, _Shown())

        def put_back() -> None:
            paragraphs[paragraph] = shown

        return put_back

    def settle(self, paragraph: tuple[int, int], gold: Set[Edges]) -> float:
        """Say how many keys it saved in a paragraph finished with these spans, and forget that one."""
        return self._paragraphs.pop(paragraph, _Shown()).settle(gold)

    def count_turned_down(self, existing: Sequence[Span]) -> int:
        """Count what was turned down where no span is, in paragraphs that are not finished."""
        return sum(
            not any(span.overlaps(start, end) for span in existing)
            for shown in self._paragraphs.values()
            for start, end, _ in shown.turned_down
        )

    def clear(self) -> None:
        """Begin another article."""
        self._paragraphs = {}


def _share(span: Edges, other: Edges) -> bool:
    """Tell whether two stretches of a text share a code point."""
    return span[0] < other[1] and other[0] < span[1]
