"""What stood in what was learnt before each lesson, so that the newest lessons can be taken back."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, Generic, TypeVar

from msgspec import Struct, field

MOST_LESSONS: Final = 24
"""Lessons that can be taken back; one of 150 tokens takes about half a megabyte."""

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class _Entry(Struct, frozen=True):
    """A lesson that can be taken back."""

    number: int
    """Which one it is, from 1."""
    put_back: list[Callable[[], None]] = field(default_factory=list)
    """What puts back what it changed, in the order in which it did."""


class Journal:
    """The newest lessons, each with what takes it back exactly."""

    def __init__(self, *, most: int = MOST_LESSONS) -> None:
        self._entries: deque[_Entry] = deque(maxlen=most)
        self._count = 0
        self._is_open = False

    @property
    def lesson(self) -> int:
        """The number of the lesson that is being learnt; 0 between two."""
        return self._count if self._is_open else 0

    @contextmanager
    def begin(self) -> Iterator[int]:
        """Learn a lesson in the block; gives its number."""
        self._count += 1
        self._entries.append(_Entry(self._count))
        self._is_open = True
        try:
            yield self._count
        finally:
            self._is_open = False

    def add(self, put_back: Callable[[], None]) -> None:
        """Take note of what puts back something that the lesson is about to change."""
        if self._is_open and self._entries:
            self._entries[-1].put_back.append(put_back)

    def reaches(self, lesson: int) -> bool:
        """Tell whether a lesson can be taken back."""
        return bool(self._entries) and self._entries[0].number <= lesson

    def take_back(self, lesson: int) -> None:
        """Take back a lesson and all that came after it, where it is reached."""
        while self._entries and self._entries[-1].number >= lesson:
            for put_back in reversed(self._entries.pop().put_back):
                put_back()

    def clear(self) -> None:
        """Let no lesson before this moment be taken back: something was forgotten for good."""
        self._entries.clear()


class Kept(Generic[_Key, _Value]):
    """Notes for a journal what entries of a mapping were; their values are replaced, never changed."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lesson = 0
        self._old: dict[_Key, _Value | None] = {}

    def note(self, mapping: dict[_Key, _Value], keys: Iterable[_Key]) -> None:
        """Take note that entries are about to change; it is always the same mapping."""
        lesson = self._journal.lesson
        if not lesson:
            return
        if lesson != self._lesson:
            self._lesson, self._old = lesson, {}
            self._journal.add(partial(_put_back, mapping, self._old))
        old = self._old
        for key in keys:
            if key not in old:
                old[key] = mapping.get(key)


def _put_back(mapping: dict[_Key, _Value], old: dict[_Key, _Value | None]) -> None:
    """Give entries their old values; those that were not there go."""
    for key, value in old.items():
        if value is None:
            mapping.pop(key, None)
        else:
            mapping[key] = value
