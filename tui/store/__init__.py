"""The project's database: an append-only log of events, and tables derived from it in the same transaction.

Nothing else in spantag knows SQLite. One `Store` is one connection and stays in its thread. Every method that
writes is one transaction, and on disk when it returns: in WAL mode with `synchronous=NORMAL` a killed process
loses nothing, and a power cut at most what came after the last `checkpoint`.

`Store` is the face; each part of it is a class in a file of its own, over the same connection:
`connection` ← `articles` ← `log` ← `history` ← `truth`, and `imports`, `offers` and `counts` beside them.
`file` watches the database file, `rows` says how everything stands in the tables, `clock` when it happened.
"""

from tui.store.articles import ArticleFilter, ArticleRow
from tui.store.connection import BUSY_TIMEOUT, SCHEMA_VERSION
from tui.store.history import ImportRow, TakenBack
from tui.store.imports import About, FirstLayer, Known, NewArticle
from tui.store.log import paragraph_state
from tui.store.progress import AnnotatorCounts, Counts
from tui.store.rows import DERIVED_TABLES
from tui.store.suggestions import Offers
from tui.store.verify import Truth

__all__ = [
    "BUSY_TIMEOUT",
    "DERIVED_TABLES",
    "SCHEMA_VERSION",
    "About",
    "AnnotatorCounts",
    "ArticleFilter",
    "ArticleRow",
    "FirstLayer",
    "ImportRow",
    "Known",
    "NewArticle",
    "Store",
    "TakenBack",
    "paragraph_state",
]


class Store(Truth, Offers, Counts):
    """One connection to the database of a project."""
