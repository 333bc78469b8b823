"""One connection to the database: opening it, transactions, and SQLite's errors put into sentences."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self, TypeAlias, TypeVar

from tui.errors import ConfigurationError, StoreBusyError, StoreError, StoreFullError, StoreReadOnlyError
from tui.store.file import DatabaseFile
from tui.store.rows import INSERTS, RESTORE, Row

SCHEMA_VERSION: Final = 12
"""The schema this program speaks; equals `tui.store.schema.VERSION`, which is slow to import."""

_BLOCK: Final = 4096
"""Bytes that SQLite writes at least."""

BUSY_TIMEOUT: Final = 5.0
"""Seconds to wait for another program's transaction."""

_APPLICATION_ID: Final = 0x7370616E

_POLL: Final = 0.005
"""Seconds that SQLite waits by itself. It looks again at 1, 3 and 5 ms, but only every 100 ms after a second,
and would miss the moments between the transactions of an import for long."""

_BIRTH: Final = 0.5
"""Seconds in which a new database has its first page."""

_BUSY_CODES: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

_DAMAGED: Final = "the database is damaged; restore a copy, or try sqlite3's .recover"

NamedRow: TypeAlias = sqlite3.Row
"""A row whose columns are asked for by name."""

_Answer = TypeVar("_Answer")

Upgrade: TypeAlias = "Callable[[Connection, int, Sequence[tuple[int, str]]], None]"
"""Brings what stands in a database up to date: given the schema it had, and the layers, as article and
annotator, whose derived rows are to be made anew."""


class Connection:
    """One connection to the database of a project, and questions to it."""

    def __init__(
        self,
        sqlite: sqlite3.Connection,
        path: Path,
        file: DatabaseFile,
        *,
        upgrade: "Upgrade",
        timeout: float = BUSY_TIMEOUT,
    ) -> None:
        self.sqlite = sqlite
        """SQLite's own connection."""
        self._upgrade = upgrade
        self._timeout = timeout
        self._file = file
        self.path = path
        """The database file."""

    @classmethod
    def open(
        cls, path: Path, *, upgrade: "Upgrade", create: bool = True, timeout: float = BUSY_TIMEOUT
    ) -> Self:
        """Open the database at `path`, making it and its folder where they are missing and `create` allows.

        Waits `timeout` seconds for another program's transaction, here and later. Where nothing can be
        written, it can still be read. What stands in a database of an earlier schema is brought up to date by
        `upgrade`, after the schema. Raises `ConfigurationError` for a file that is not spantag's or a newer
        version's, and `StoreError` for one that cannot be opened.
        """
        if path.is_dir():
            raise ConfigurationError(f"{path}: this is a folder; name a database file")
        if path.exists() and not path.is_file():
            raise ConfigurationError(f"{path}: this is a pipe or a device; name a database file")
        if not create and not path.exists():
            raise ConfigurationError(f"{path}: there is no database here yet; import an article first")
        is_new = not path.exists()
        if not is_new and _stays_empty(path):
            raise ConfigurationError(
                f"{path}: this file is empty, which no database is; restore a copy of it, or delete the file"
                " to begin anew"
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreReadOnlyError(
                f"{path.parent}: the folder cannot be made: {error.strerror}; choose another with --project"
            ) from error
        try:
            return cls._connect(path, str(path), upgrade, timeout)
        except StoreBusyError:
            raise
        except StoreError:
            if is_new and _is_empty(path):
                # SQLite made it and could not go on.
                path.unlink()
            if not path.is_file():
                raise
        # On a medium that is full or read-only there is no room for what SQLite needs to share a database.
        if _is_at_rest(path):
            return cls._connect(path, f"{path.resolve().as_uri()}?immutable=1", upgrade, timeout)
        return cls._connect(path, str(path), upgrade, timeout, is_alone=True)

    @classmethod
    def _connect(
        cls, path: Path, address: str, upgrade: "Upgrade", timeout: float, *, is_alone: bool = False
    ) -> Self:
        file = DatabaseFile(path)
        try:
            file.open()
        except OSError as error:
            raise StoreReadOnlyError(f"{path}: the database cannot be read: {error.strerror}") from error
        try:
            with _translated(path):
                connection = sqlite3.connect(
                    address,
                    timeout=_POLL,
                    isolation_level=None,
                    cached_statements=256,
                    uri=address.startswith("file:"),
                )
        except BaseException:
            file.close()
            raise
        opened = cls(connection, path, file, upgrade=upgrade, timeout=timeout)
        try:
            # It was made just now.
            file.open()
            if is_alone:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            opened._ask(opened._prepare)
        except BaseException:
            opened.close()
            raise
        return opened

    def close(self) -> None:
        """Close the connection."""
        self.sqlite.close()
        self._file.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do everything in the block or nothing; inside another transaction, as a part of that one."""
        is_part = self.sqlite.in_transaction
        if is_part:
            yield
            return
        self.check_place()
        self._ask(lambda: self.sqlite.execute("BEGIN IMMEDIATE"))
        with _translated(self.path):
            try:
                yield
                self.check_place()
                self.sqlite.execute("COMMIT")
            except BaseException:
                # A full disk makes SQLite roll back by itself.
                if self.sqlite.in_transaction:
                    self.sqlite.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let everything that is read in the block be from one moment, whatever others write meanwhile."""
        if self.sqlite.in_transaction:
            yield
            return
        self._ask(lambda: self.sqlite.execute("BEGIN"))
        try:
            yield
        finally:
            self.sqlite.execute("ROLLBACK")

    def check_place(self) -> None:
        """Raise `StoreMovedError` where the file at `path` is no longer the one that was opened, or whole.

        This may be asked in any thread.
        """
        self._file.check()

    def read_version(self) -> int:
        """Read a number that changes when another connection writes to the database; takes microseconds.

        Raises `StoreMovedError` where the file is not what it was.
        """
        self.check_place()
        (version,) = self.numbers("PRAGMA data_version")
        return version

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database and sync it, as far as readers allow."""
        self.rows("PRAGMA wal_checkpoint(PASSIVE)")

    def insert(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Write rows of several tables, by table."""
        for table, some in rows.items():
            INSERTS[table].run(self.sqlite, some)

    def execute(self, statement: str, parameters: Sequence[str | int | None] = ()) -> sqlite3.Cursor:
        """Run a statement that writes, inside a transaction."""
        return self.sqlite.execute(statement, parameters)

    def executemany(self, statement: str, rows: Iterable[Row]) -> None:
        """Run a statement that writes for each of some rows, inside a transaction."""
        self.sqlite.executemany(statement, rows)

    def rows(self, query: str, *parameters: str | int | None) -> list[Any]:
        """Read rows as tuples: few columns, or very many rows."""
        return self._ask(lambda: self.sqlite.execute(query, parameters).fetchall())

    def named(self, query: str, *parameters: str | int | None) -> list[NamedRow]:
        """Read rows whose columns are asked for by name."""

        def read() -> list[NamedRow]:
            cursor = self.sqlite.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(query, parameters).fetchall()

        return self._ask(read)

    def number(self, query: str, *parameters: str | int) -> int | None:
        """Read the number in the first row; None where there is none."""
        return next((number for (number,) in self.rows(query, *parameters)), None)

    def numbers(self, query: str, *parameters: str | int) -> list[int]:
        """Read a column of numbers."""
        return [number for (number,) in self.rows(query, *parameters)]

    def texts(self, query: str, *parameters: str | int) -> list[str]:
        """Read a column of texts."""
        return [text for (text,) in self.rows(query, *parameters)]

    def text(self, query: str, *parameters: str | int) -> str:
        """Read the text in the first row; empty where there is none."""
        return next((text for (text,) in self.rows(query, *parameters) if text is not None), "")

    def _prepare(self) -> None:
        connection = self.sqlite
        connection.execute("PRAGMA foreign_keys = ON")
        # In this order: another program may be making the database, its tables and its id at once.
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        version, application = _schema_of(connection)
        if tables and application != _APPLICATION_ID:
            raise ConfigurationError(
                f"{self.path}: this SQLite database is not one of spantag's; name another with --db"
            )
        if version > SCHEMA_VERSION:
            raise ConfigurationError(
                f"{self.path}: a newer spantag made this database (schema {version}, this one knows"
                f" {SCHEMA_VERSION}); upgrade with: pip install --upgrade spantag"
            )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if version < SCHEMA_VERSION:
            self._migrate()

    def _migrate(self) -> None:
        """Bring the schema up to date, and what stands in it."""
        from tui.store.schema import migrate

        connection = self.sqlite
        connection.execute("BEGIN IMMEDIATE")
        try:
            version, _ = _schema_of(connection)
            if version < SCHEMA_VERSION:
                self._upgrade(self, version, migrate(connection))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    def _ask(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask the database, again while another program holds it, and put its errors into sentences."""
        deadline = time.monotonic() + self._timeout
        with _translated(self.path):
            while True:
                try:
                    return ask()
                except sqlite3.OperationalError as error:
                    if _code_of(error) not in _BUSY_CODES or time.monotonic() > deadline:
                        raise
                except UnicodeDecodeError as error:
                    # What SQLite says of a damaged schema quotes it.
                    raise StoreError(f"{self.path}: {_DAMAGED}") from error


def _is_at_rest(path: Path) -> bool:
    """Tell whether a database is there, and all of it is in its file: nothing waits in a log beside it."""
    log = path.with_name(f"{path.name}-wal")
    return path.is_file() and not (log.exists() and log.stat().st_size)


def _is_empty(path: Path) -> bool:
    return _is_at_rest(path) and not path.stat().st_size


def _stays_empty(path: Path) -> bool:
    """Tell whether a file is empty, and not only because another program is just making a database of it."""
    deadline = time.monotonic() + _BIRTH
    while is_empty := _is_empty(path):
        if time.monotonic() > deadline:
            break
        time.sleep(_POLL)
    return is_empty


def _schema_of(connection: sqlite3.Connection) -> tuple[int, int]:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    return version, application


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Put SQLite's errors into sentences."""
    try:
        yield
    except sqlite3.Error as error:
        raise _store_error(error, path) from error


def _code_of(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code of an error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _is_full(folder: Path) -> bool:
    """Tell whether a disk has no room for another block; where nothing can be said it has."""
    from shutil import disk_usage

    try:
        usage = disk_usage(folder)
    except OSError:
        return False
    # What has no size, as /proc, is no disk.
    return usage.total > 0 and usage.free < _BLOCK


def _store_error(error: sqlite3.Error, path: Path) -> StoreError | ConfigurationError:
    code = _code_of(error)
    if code in _BUSY_CODES:
        return StoreBusyError(
            f"{path}: another program holds the database and did not let go", "nothing was changed, try again"
        )
    if code == sqlite3.SQLITE_FULL or getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE:
        return StoreFullError(f"{path}: the disk is full", "nothing was changed, make room and try again")
    if code == sqlite3.SQLITE_IOERR:
        return StoreError(
            f"{path}: the database cannot be read or written ({error})",
            "nothing was changed, look whether its disk is full or failing, or a limit on files is reached"
            " (ulimit -f), and try again",
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN) and _is_full(path.parent):
        return StoreFullError(f"{path}: the disk is full", "nothing was changed, make room and try again")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return StoreReadOnlyError(
            f"{path}: the database or its folder cannot be written", "nothing was changed"
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreReadOnlyError(
            f"{path}: the database cannot be opened or made here; check the folder's rights"
        )
    if code == sqlite3.SQLITE_NOTADB:
        return ConfigurationError(f"{path}: this file is no SQLite database; name another with --db")
    if code == sqlite3.SQLITE_OK and "decode" in str(error):
        return StoreError(f"{path}: a text in it is not UTF-8; {RESTORE}")
    if code == sqlite3.SQLITE_CORRUPT:
        return StoreError(f"{path}: {_DAMAGED}")
    return StoreError(f"{path}: the database refused: {error}")
