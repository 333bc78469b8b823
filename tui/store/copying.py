"""Looking at database files without changing them: their schema, and whole copies."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tui.errors import StoreError

_MAGIC = b"SQLite format 3\x00"


def read_schema(path: Path) -> int | None:
    """Read which schema a database has; None where the file is none. Raises `StoreError`."""
    try:
        with path.open("rb") as file:
            header = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(f"{path}: the file cannot be read: {error.strerror}") from error
    if header != _MAGIC:
        return None
    with closing(_open(path)) as connection:
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error as error:
            raise StoreError(f"{path}: the database cannot be read: {error}") from error
    return int(version)


def copy_database(path: Path, copy: Path) -> None:
    """Copy a database, whoever writes to it meanwhile; raises `StoreError`."""
    try:
        with closing(_open(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: the database cannot be copied to {copy.parent}: {error}") from error


def _open(path: Path) -> sqlite3.Connection:
    log = path.with_name(f"{path.name}-wal")
    # What lies on a medium that cannot be written has no room for what SQLite needs to share it.
    mode = "mode=ro" if log.exists() else "immutable=1"
    return sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)
