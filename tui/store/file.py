"""The database's file as the system sees it: whether it is there, whole, and the one that was opened."""

import os
import sys
from pathlib import Path
from threading import Lock
from typing import Final

from tui.errors import StoreMovedError

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER: Final = 100
"""Bytes of the header: https://sqlite.org/fileformat.html#the_database_header."""

_LARGEST_PAGE: Final = 65_536

Identity = tuple[int, int]
"""What tells a file from every other: its device and its number there."""

_descriptors: Final[dict[Identity, tuple[int, int]]] = {}
"""The descriptors of the files that are open, each with how many watch it."""

_lock: Final = Lock()


class DatabaseFile:
    """Watches the file of one connection; it has to be made before that, and closed after it.

    A process that closes any descriptor of a file loses its locks on it, SQLite's too. So the connections of
    this process share one, which is closed with the last of them.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity: Identity | None = None
        self._descriptor: int | None = None
        self._largest = 0
        self._log: Identity | None = None

    def open(self) -> None:
        """Begin to watch the file, if it is there and not watched yet."""
        if self._identity is not None:
            return
        with _lock:
            self._identity = _identify(self._path)
            if self._identity is None or sys.platform == "win32":
                return
            descriptor, count = _descriptors.get(self._identity, (-1, 0))
            if not count:
                descriptor = os.open(self._path, os.O_RDONLY)
            _descriptors[self._identity] = descriptor, count + 1
            self._descriptor = descriptor

    def close(self) -> None:
        """Watch it no more."""
        with _lock:
            if self._identity is None or self._descriptor is None:
                return
            descriptor, count = _descriptors.pop(self._identity)
            self._descriptor = None
            if count > 1:
                _descriptors[self._identity] = descriptor, count - 1
            else:
                os.close(descriptor)

    def check(self) -> None:
        """Raise `StoreMovedError` where the file is gone, is another one, or was cut short or overwritten.

        SQLite would go on writing into what nobody finds any more. This may be asked in any thread.
        """
        there = _identify(self._path)
        if there is None:
            raise StoreMovedError(
                f"{self._path}: the database was moved or deleted",
                "nothing was changed, put it back and try again",
            )
        if there != self._identity:
            raise StoreMovedError(
                f"{self._path}: another file is here now in place of the database",
                "nothing was changed, put the database back, or start spantag again to work on this file",
            )
        self._check_content()
        log = self._path.with_name(f"{self._path.name}-wal")
        there = _identify(log)
        if self._log not in (None, there):
            raise StoreMovedError(
                f"{log}: this part of the database was moved or deleted",
                "nothing was changed, put it back or leave spantag, which writes what it still has into the"
                " database",
            )
        self._log = there

    def _check_content(self) -> None:
        """Look at size and header: a file only grows, but where another program packs it (`VACUUM`)."""
        if self._descriptor is None:
            return
        size = os.fstat(self._descriptor).st_size
        header = os.pread(self._descriptor, _HEADER, 0)
        pages = int.from_bytes(header[28:32], "big")
        page = int.from_bytes(header[16:18], "big")
        needed = pages * (_LARGEST_PAGE if page == 1 else page)
        is_ours = header.startswith(_MAGIC) if header else not self._largest
        # While another program's changes go from the log into the file, it grows to what the header says.
        if not is_ours or size < min(self._largest, needed):
            raise StoreMovedError(
                f"{self._path}: the database was cut short or overwritten by another program",
                "nothing was changed, restore a copy of it and start spantag again",
            )
        self._largest = size


def _identify(path: Path) -> Identity | None:
    """Give what tells a file from every other; None where there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
