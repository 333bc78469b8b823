"""The project's database: an append-only log of events, and tables derived from it in the same transaction.

Nothing else in spantag knows SQLite. One `Store` is one connection and stays in its thread. Every method that
writes is one transaction, and on disk when it returns: in WAL mode with `synchronous=NORMAL` a killed process
loses nothing, and a power cut at most what came after the last `checkpoint`.

A store holds parts, each a class in a file of its own that is given the connection, and the parts below it:
`connection` ← `articles`, `imports`, `suggestions`, `progress`, `chronicle` ← `finding`, `log` ← `history`,
`verify` ← `exchange`.
Those that a start does not need are loaded when they are asked for. `file` watches the database file,
`rows` says how everything stands in the tables, `clock` when it happened.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui.store.articles import ArticleRow, Articles
from tui.store.connection import BUSY_TIMEOUT, SCHEMA_VERSION, Connection
from tui.store.finding import ORDERS, ArticleFilter, ArticleOrder, Finding
from tui.store.log import Log
from tui.store.progress import AnnotatorCounts, Progress
from tui.store.rows import DERIVED_TABLES
from tui.store.suggestions import Suggestions

if TYPE_CHECKING:
    from tui.store.chronicle import Chronicle
    from tui.store.exchange import Exchange
    from tui.store.history import History
    from tui.store.imports import Imports
    from tui.store.verify import Verification

__all__ = [
    "BUSY_TIMEOUT",
    "DERIVED_TABLES",
    "ORDERS",
    "SCHEMA_VERSION",
    "AnnotatorCounts",
    "ArticleFilter",
    "ArticleOrder",
    "ArticleRow",
    "Store",
]

_FIRST_WITH_CHECKSUMS = 4
_FIRST_WITH_BOILERPLATE = 5
"""The first schemas that kept them."""

_FIRST_WITHOUT_ACCENTS = 7
"""The first schema in which titles are looked for without accents."""

_FIRST_WITH_VALUES = 10
"""The first schema in which articles are found by their metadata."""


class Store:
    """The database of a project, over one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        """The connection itself."""
        self.articles = Articles(connection)
        """Reading and finding articles, and where an annotator is in them."""
        self.finding = Finding(connection, self.articles)
        """Articles that fit what is looked for."""
        self.suggestions = Suggestions(connection)
        """What sources outside suggest."""
        self.progress = Progress(connection)
        """How much there is."""
        self.log = Log(connection, self.articles)
        """What annotators did, and the layers it folds to."""

    @classmethod
    def open(cls, path: Path, *, create: bool = True, timeout: float = BUSY_TIMEOUT) -> "Store":
        """Open the database at `path`, making it where it is missing and `create` allows.

        Waits `timeout` seconds for another program's transaction, here and later. Where nothing can be
        written, it can still be read. Raises `ConfigurationError` for a file that is not spantag's or a newer
        version's, and `StoreError` for one that cannot be opened.
        """
        return cls(Connection.open(path, upgrade=_upgrade, create=create, timeout=timeout))

    @cached_property
    def imports(self) -> "Imports":
        """What comes in, and what came with it."""
        from tui.store.imports import Imports

        return Imports(self.connection)

    @cached_property
    def chronicle(self) -> "Chronicle":
        """What all annotators did, action by action."""
        from tui.store.chronicle import Chronicle

        return Chronicle(self.connection)

    @cached_property
    def history(self) -> "History":
        """What was done to the project as a whole."""
        from tui.store.history import History

        return History(self.connection, self.articles, self.log, self.imports)

    @cached_property
    def exchange(self) -> "Exchange":
        """What goes out to other copies of the project, and comes in from them."""
        from tui.store.exchange import Exchange

        return Exchange(self.connection, self.articles, self.log, self.imports, self.history)

    @cached_property
    def verify(self) -> "Verification":
        """Whether all of it agrees, and making anew what is derived."""
        from tui.store.verify import Verification

        return Verification(self.connection, self.articles, self.log, self.imports)

    @property
    def path(self) -> Path:
        """The database file."""
        return self.connection.path

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Do everything in the block or nothing; inside another transaction, as a part of that one."""
        return self.connection.transaction()

    def snapshot(self) -> AbstractContextManager[None]:
        """Let everything that is read in the block be from one moment, whatever others write meanwhile."""
        return self.connection.snapshot()


def _upgrade(connection: Connection, before: int, stale: Sequence[tuple[int, str]]) -> None:
    """Bring what stands in a database of an earlier schema up to date.

    `stale` are the layers, as article and annotator, whose derived rows are to be made anew from the log.
    """
    store = Store(connection)
    if before < _FIRST_WITH_CHECKSUMS:
        store.verify.sign_all()
    if before < _FIRST_WITH_BOILERPLATE:
        store.verify.guess_all()
    if before < _FIRST_WITHOUT_ACCENTS:
        store.verify.fold_all()
    if before < _FIRST_WITH_VALUES:
        store.verify.find_all()
    store.log.derive_again(stale)
