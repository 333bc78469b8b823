"""Reviews: decided articles that are to be decided again, as something was said or came in since."""

from collections.abc import Set

from tui.model.annotators import OF_OTHERS
from tui.project.adjudication import Adjudication
from tui.store import Store


class Reviews:
    """Finds the articles of the gold layer of which something is open again."""

    def __init__(self, store: Store, *, symmetric: Set[str]) -> None:
        """Look in `store`; `symmetric` relations mean the same from either end."""
        self._store = store
        self._symmetric = symmetric
        self._known: dict[int, tuple[str, bool]] = {}
        """What was found of each article, with what tells whether it is as it was then."""

    def list_reopened(self) -> list[int]:
        """List their numbers; only what changed since it was asked last is looked at."""
        found: list[int] = []
        names = [each.annotator for each in self._store.progress.count_states()]
        annotators = [each for each in names if each not in OF_OTHERS]
        adjudication = Adjudication(self._store, annotators, symmetric=self._symmetric)
        for number, state in self._store.finding.list_told_since():
            known, is_open = self._known.get(number, ("", False))
            if known != state:
                is_open = adjudication.open_article(number).is_to_review
                self._known[number] = state, is_open
            if is_open:
                found.append(number)
        return found
