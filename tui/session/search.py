"""Where a text stands that was searched for, as long as the search goes on."""

from bisect import bisect_left

from tui.session.tokens import Direction
from tui.text.finding import FoldedText


class Search:
    """Finds every place of a text, however its case and marks are written."""

    def __init__(self, text: str) -> None:
        """Search in `text`."""
        self._searched = text
        self._folded: FoldedText | None = None
        self._wanted = ""
        self._places: tuple[tuple[int, int], ...] = ()

    @property
    def wanted(self) -> str:
        """What was searched for last."""
        return self._wanted

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Where it stands: `[start, end)` in order; empty when the search has ended."""
        return self._places

    def find(self, wanted: str) -> int:
        """Find every place of a text; say how many there are."""
        self._wanted = wanted
        if self._folded is None:
            self._folded = FoldedText(self._searched)
        self._places = tuple(self._folded.find(wanted))
        return len(self._places)

    def find_beside(self, start: int, end: int, direction: Direction) -> int:
        """Find the index of the next or previous place from `[start, end)`, round the article."""
        if direction == 1:
            return bisect_left(self._places, (end,)) % len(self._places)
        return (bisect_left(self._places, (start,)) - 1) % len(self._places)

    def end(self) -> bool:
        """Forget the places; say whether there were any."""
        was_there = bool(self._places)
        self._places = ()
        return was_there
