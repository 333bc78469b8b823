"""Which ways things go in a sync."""

from msgspec import Struct


class Ways(Struct, frozen=True):
    """Which ways things go, and whether they do."""

    pull: bool = True
    """Does what is there come here?"""
    push: bool = True
    """Does what is here go there?"""
    only: str | None = None
    """Whose articles alone come here; None: all do."""
    dry_run: bool = False
    """Is all of it undone again?"""


class UndoneError(Exception):
    """A rehearsal is over; nothing of it stays."""
