"""A count: how many there are, as far as it was said."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

CountRule: TypeAlias = Literal["literal", "acled"]
"""How words of number are read: only what they say, or with the numbers that ACLED gives to vague ones."""


class Count(Struct, frozen=True):
    """How many, where `min <= exact <= max` holds of those that are known."""

    min: int | None = None
    """The fewest there can be; None where that was not said."""
    max: int | None = None
    """The most there can be; None where that was not said."""
    exact: int | None = None
    """The one number that was said; None where there is none, as in "dozens" and "6-8"."""
    approximate: bool = False
    """Whether it was said to be about so many."""

    @classmethod
    def of(cls, number: int) -> "Count":
        """Give the count of just so many."""
        return cls(number, number, number)

    @classmethod
    def read(cls, value: object) -> "Count | None":
        """Read the answer to a question for a count: a whole number, or an object; None for anything else."""
        if isinstance(value, int) and not isinstance(value, bool):
            return cls.of(value)
        if not isinstance(value, Mapping):
            return None
        low, high, exact = (_whole(value.get(part)) for part in ("min", "max", "exact"))
        is_approximate = value.get("approximate") is True
        if exact is not None and not is_approximate:
            return cls.of(exact)
        return cls(low, high, exact, is_approximate) or None

    def write(self) -> dict[str, int | bool | None]:
        """Give it as JSON."""
        return {"min": self.min, "max": self.max, "exact": self.exact, "approximate": self.approximate}

    def bounds(self) -> tuple[int, int | None]:
        """Give the fewest and the most that there can be, taken at its word; None for no limit."""
        low = self.min if self.min is not None else self.exact
        high = self.max if self.max is not None else self.exact
        return low or 0, high

    def __add__(self, other: "Count") -> "Count":
        """Give how many two groups are together."""
        low, exact = _sum(self.min, other.min), _sum(self.exact, other.exact)
        if low is None and exact is None:
            # Of one of them it is said how many there are at least: so many are there together.
            low = self.min if self.min is not None else other.min
        return Count(low, _sum(self.max, other.max), exact, self.approximate or other.approximate)

    def __bool__(self) -> bool:
        """Tell whether it says anything."""
        return not self.min is self.max is self.exact is None


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
