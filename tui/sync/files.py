"""Sync with another database file: on a stick, in a folder, of the same person or another."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tui.errors import ConfigurationError, InputError
from tui.store import SCHEMA_VERSION, Store
from tui.store.copying import copy_database, read_schema
from tui.sync.carry import carry, carry_assigned
from tui.sync.report import SyncReport
from tui.sync.ways import UndoneError, Ways


def sync_with_file(here: Store, path: Path, ways: Ways, report: SyncReport) -> None:
    """Bring the project's database and another together, both ways unless told; `report` hears as it goes.

    Raises `ConfigurationError` for what is no other database of spantag's, `InputError` for an export.
    """
    _check_other(here, path, ways)
    with _open_other(path, ways, report) as there:
        if not ways.dry_run:
            _exchange(here, there, ways, report)
            return
        with suppress(UndoneError), here.transaction(), there.transaction():
            _exchange(here, there, ways, report)
            raise UndoneError


def _exchange(here: Store, there: Store, ways: Ways, report: SyncReport) -> None:
    here.exchange.tidy()
    if ways.pull and ways.only is None:
        carry(there, here, report.pulled, report)
    elif ways.pull and ways.only is not None:
        carry_assigned(there, here, ways.only, report.pulled, report)
    if ways.push and not report.held_back:
        there.exchange.tidy()
        carry(here, there, report.pushed, report, is_part=ways.only is not None)


def _check_other(here: Store, path: Path, ways: Ways) -> None:
    if not path.exists():
        if not ways.push:
            raise ConfigurationError(f"{path}: there is no such file to take anything from")
        return
    if path.samefile(here.path):
        raise ConfigurationError(f"{path}: this is the project's own database; name another copy")
    if path.is_file() and read_schema(path) is None:
        raise InputError(
            f"{path}: this is no database, and only databases are synced; an export, of a colleague or"
            f" another tool, comes in with: spantag import {path}"
        )


@contextmanager
def _open_other(path: Path, ways: Ways, report: SyncReport) -> Iterator[Store]:
    """Open the other database; one of an earlier version only as a copy, which is brought up to date."""
    schema = read_schema(path) if path.is_file() else None
    is_old = schema is not None and 0 < schema < SCHEMA_VERSION
    if not is_old and not (ways.dry_run and schema is None):
        with closing(Store.open(path)) as there:
            yield there
        return
    if is_old and ways.push:
        report.held_back = (
            f"{path}: an older spantag made this database (schema {schema}, this one writes"
            f" {SCHEMA_VERSION}); nothing was written to it, so that the older one can still open it: upgrade"
            " spantag there, open it once, and sync again"
        )
    with TemporaryDirectory(prefix="spantag-") as folder:
        copy = Path(folder) / "copy.db"
        if is_old:
            copy_database(path, copy)
        with closing(Store.open(copy)) as there:
            yield there
