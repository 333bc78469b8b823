"""When things happen in the log: the time, and ids of events that grow with it."""

import os
import time
from datetime import UTC, datetime

from tui.errors import StoreError
from tui.model.event_ids import next_event_ids
from tui.store.rows import RESTORE


def utc_now() -> str:
    """Tell the time in UTC to the millisecond: `2026-11-22T10:42:07.123Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _draw_tail() -> int:
    """Draw 74 bits."""
    return int.from_bytes(os.urandom(10)) >> 6


def make_ids(last: str, count: int) -> list[str]:
    """Make the ids of new events, newer than the event `last` of the database."""
    try:
        return next_event_ids(last, count, clock=time.time_ns() // 1_000_000, tail=_draw_tail())
    except ValueError as error:
        raise StoreError(
            f"nothing can follow the last event of the log, {last!r}: that is no UUID; {RESTORE}"
        ) from error
