"""Examples that are learnt again: a model that takes each in once alone has forgotten half of the first ones.

Which ones hangs on their order alone, so that the same paragraphs give the same answers.
"""

from collections.abc import Callable
from random import Random
from typing import Final, Generic, TypeVar

_MOST_KEPT: Final = 500
"""Examples kept; each newer one takes the place of the oldest."""

_Lesson = TypeVar("_Lesson")
"""What a model learns from."""


class Replay(Generic[_Lesson]):
    """The newest examples, some of which come back with every new one."""

    def __init__(self, *, times: int, most: int = _MOST_KEPT) -> None:
        """Give back `times` examples for each new one."""
        self._times = times
        self._most = most
        self._kept: list[_Lesson] = []
        self._taken = 0
        self._random = Random(0)

    def remember(self) -> Callable[[], None]:
        """Give what puts everything back as it is now."""
        kept, taken, state = list(self._kept), self._taken, self._random.getstate()

        def put_back() -> None:
            self._kept, self._taken = kept, taken
            self._random.setstate(state)

        return put_back

    def take(self, example: _Lesson) -> list[_Lesson]:
        """Keep an example; give those that are to be learnt with it, itself first."""
        again = self._random.choices(self._kept, k=self._times) if self._kept else []
        if len(self._kept) < self._most:
            self._kept.append(example)
        else:
            self._kept[self._taken % self._most] = example
        self._taken += 1
        return [example, *again]
