"""A connection to a server: opening it, what stands there, and its errors put into sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, LiteralString, TypeAlias
from urllib.parse import unquote, urlsplit

import psycopg
from msgspec import Struct
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tui.errors import ConfigurationError, ServerError
from tui.sync.address import hide_password
from tui.text.messages import list_some

ServerConnection: TypeAlias = psycopg.Connection[tuple[Any, ...]]
"""A connection to a server; each statement is a transaction, unless a block is."""

LAYOUT: Final = 1
"""The layout of the tables that this program knows."""

_PATIENCE: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""How long a server that does not answer is waited for, unless the address says otherwise."""

_STAYS: Final = "what was exchanged before stays"


class ServerAddress(Struct, frozen=True):
    """Which server, and which of its projects."""

    address: str
    """The server's address, as libpq takes it."""
    project: str | None = None
    """The project's name there; None for the only one."""

    @property
    def shown(self) -> str:
        """The address without a password."""
        return hide_password(self.address)


@contextmanager
def connect(target: ServerAddress) -> Iterator[ServerConnection]:
    """Connect to a server; raises `ServerError` where it refuses anything in the block."""
    shown = target.shown
    try:
        told = conninfo_to_dict(target.address)
        patience = {key: value for key, value in _PATIENCE.items() if key not in told}
        address = make_conninfo(target.address, **patience)
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection
    except errors.InsufficientPrivilege as error:
        raise ServerError(
            f"{shown}: the server does not allow this login that ({_explain(error, target)}); a lead grants"
            " it the role spantag_annotator, or spantag_lead"
        ) from error
    except errors.UndefinedTable as error:
        raise ServerError(
            f"{shown}: an older spantag made this log ({_explain(error, target)}); its owner adds what is"
            f" missing, and changes nothing else, with: spantag sync --init {shown}"
        ) from error
    except errors.DiskFull as error:
        raise ServerError(
            f"{shown}: the server's disk is full; {_STAYS}, make room there and sync again"
        ) from error
    except psycopg.Error as error:
        raise ServerError(
            f"{shown}: {_explain(error, target)}; {_STAYS}, sync again when that is mended"
        ) from error


def ask(connection: ServerConnection, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
    """Ask for rows."""
    return connection.execute(query, parameters).fetchall()


def check_layout(connection: ServerConnection, target: ServerAddress) -> str:
    """Give what tells the server's log from every other; raises `ConfigurationError` where there is none."""
    if not ask(connection, "SELECT to_regclass('spantag.layout') IS NOT NULL")[0][0]:
        raise ConfigurationError(
            f"{target.shown}: there is no shared log in this database; its owner makes one with:"
            f" spantag sync --init {target.shown}"
        )
    ((version, log_id),) = ask(connection, "SELECT version, id::text FROM spantag.layout")
    if version > LAYOUT:
        raise ConfigurationError(
            f"{target.shown}: a newer spantag made this log (layout {version}, this one knows {LAYOUT});"
            " upgrade with: pip install --upgrade spantag"
        )
    return str(log_id)


def find_project(connection: ServerConnection, target: ServerAddress) -> tuple[int, str]:
    """Find a project's number and name; raises `ConfigurationError` where it is not clear which is meant."""
    projects = {name: number for number, name in ask(connection, "SELECT number, name FROM spantag.projects")}
    name = target.project
    if name is None and len(projects) == 1:
        name = next(iter(projects))
    if name is None or name not in projects:
        raise ConfigurationError(
            f"{target.shown}: name a project that is there with --as: {list_some(sorted(projects))}; a lead"
            " makes a new one with --init --as NAME"
        )
    return projects[name], name


def _explain(error: psycopg.Error, target: ServerAddress) -> str:
    """Give what a server says in one line; a password in the address is not in it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    secret = urlsplit(target.address).netloc.rpartition("@")[0].partition(":")[2]
    for each in filter(None, (secret, unquote(secret))):
        said = said.replace(each, "…")
    return said
