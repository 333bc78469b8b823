"""What was learnt of where, so that it can be unlearnt: the finished paragraphs, in the order of learning."""

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from tui.suggest.budget import Edges
from tui.suggest.suggestion import Suggestion

ParagraphPlace: TypeAlias = tuple[int, int]
"""An article's number, and the index of a paragraph in it."""


class Lesson(Struct, frozen=True):
    """One finished paragraph, or a part of a long one, as it was when it was learnt from."""

    place: ParagraphPlace | None
    """Where it is; None where that is not known, so that it stays learnt."""
    text: str
    """The text it stands in."""
    start: int
    """Its first code point there."""
    end: int
    """One past its last."""
    edges: frozenset[Edges]
    """Its spans."""
    part: int | None = None
    """The code point of the paragraph at which this part of it begins; None for the whole of it."""
    from_outside: tuple[Suggestion, ...] = ()
    """What came from outside for it."""
    is_new: bool = True
    """Whether it was finished in this session."""
    saved: float = 0.0
    """The keys that were saved by what was shown in it."""
    number: int = 0
    """Its number in the journal."""


class Lessons:
    """All lessons that stand."""

    def __init__(self) -> None:
        self._by_number: dict[int, Lesson] = {}
        self._numbers: dict[ParagraphPlace, list[int]] = {}

    def has(self, place: ParagraphPlace, part: int | None = None) -> bool:
        """Tell whether there is a lesson of a place; with `part`, whether that is in it."""
        lessons = [self._by_number[number] for number in self._numbers.get(place, ())]
        return any(part is None or lesson.part in (None, part) for lesson in lessons)

    def places(self) -> list[ParagraphPlace]:
        """List the places of which there are lessons."""
        return list(self._numbers)

    def put(self, lesson: Lesson) -> None:
        """Take in the newest lesson."""
        if lesson.place is not None:
            self._numbers.setdefault(lesson.place, []).append(lesson.number)
        self._by_number[lesson.number] = lesson

    def take_out(self, places: Iterable[ParagraphPlace]) -> list[Lesson]:
        """Take out the lessons of some places."""
        numbers = [number for place in places for number in self._numbers.pop(place, ())]
        return [self._by_number.pop(number) for number in numbers]

    def take_out_from(self, first: int) -> list[Lesson]:
        """Take out a lesson and all that were learnt behind it, in their order."""
        found: list[Lesson] = []
        for number in reversed(self._by_number):
            if number < first:
                break
            found.insert(0, self._by_number[number])
        for lesson in found:
            del self._by_number[lesson.number]
            if lesson.place is not None:
                self._numbers[lesson.place].remove(lesson.number)
                if not self._numbers[lesson.place]:
                    del self._numbers[lesson.place]
        return found
