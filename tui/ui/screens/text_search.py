"""What is known of the texts that are looked through, while it goes on."""

from collections.abc import Iterable, Sequence


class TextSearch:
    """Which articles have in their texts what is looked for, as far as they were looked through."""

    def __init__(self) -> None:
        self.wanted: tuple[str, ...] = ()
        """What is looked for; nothing where texts count for nothing."""
        self._looked: set[int] = set()
        self._found: set[int] = set()
        self._has_ended = False

    def want(self, wanted: tuple[str, ...]) -> None:
        """Look for something else; what is known of the same stays."""
        if wanted != self.wanted:
            self.wanted = wanted
            self._looked, self._found = set(), set()
            self._has_ended = False

    def end(self) -> None:
        """Look through no more texts for the same: it could not go on."""
        self._has_ended = True

    def take(self, wanted: tuple[str, ...], looked: Iterable[int], found: Iterable[int]) -> bool:
        """Take in which articles were looked through, and which have it; say whether that is still wanted."""
        if wanted != self.wanted:
            return False
        self._looked.update(looked)
        self._found.update(found)
        return True

    def narrow(self, numbers: Sequence[int]) -> Sequence[int]:
        """Give those of some articles that have it, as far as is known."""
        return [number for number in numbers if number in self._found] if self.wanted else numbers

    def list_left(self, numbers: Sequence[int]) -> list[int]:
        """List those that were not looked through yet."""
        is_wanted = bool(self.wanted) and not self._has_ended
        return [number for number in numbers if number not in self._looked] if is_wanted else []
