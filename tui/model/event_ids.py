"""The ids of events: UUIDv7s that grow, whatever the clock does."""

from typing import Final

_ID_TAIL_BITS: Final = 74
_UUID_NODE_BITS: Final = 62
_ID_TAIL: Final = (1 << _ID_TAIL_BITS) - 1
_UUID_NODE: Final = (1 << _UUID_NODE_BITS) - 1
"""Of the random bits those behind the version; as a step, too: ten thousand of them last a millisecond."""


def next_event_ids(last: str, count: int, *, clock: int, tail: int) -> list[str]:
    """Make the UUIDv7s of the next events: each greater than `last` and the one before, whatever the clock.

    `clock` is milliseconds since 1970, `tail` 74 random bits. Where they would not be greater than `last`
    (empty before the first event), the first id is greater by a random number, because another copy of the
    same log may have a clock that is late, too; each that follows another is the smallest greater one
    (RFC 9562, section 6.2, method 2).
    """
    first = (clock << _ID_TAIL_BITS) | tail
    if last and first <= (least := _id_value(last)):
        first = least + 1 + (tail & _UUID_NODE)
    return [_write_id(value) for value in range(first, first + count)]


def _write_id(value: int) -> str:
    clock, tail = value >> _ID_TAIL_BITS, value & _ID_TAIL
    high, low = tail >> _UUID_NODE_BITS, tail & _UUID_NODE
    digits = f"{(clock << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _id_value(event_id: str) -> int:
    number = int(event_id.replace("-", ""), 16)
    low = number & _UUID_NODE
    high = (number >> 64) & 0xFFF
    return (number >> 80) << _ID_TAIL_BITS | high << _UUID_NODE_BITS | low
