"""A real PostgreSQL server for tests, where there is one: `.ci/postgres start DIR` makes one.

The address of a superuser on it stands in `POSTGRES_FOR_TESTS`; `.ci/run` sets that, so that no test is
skipped there.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Final, LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tui.sync.server import ServerAddress, begin_on_server

ADDRESS: Final = os.environ.get("POSTGRES_FOR_TESTS")
"""The address of a superuser; None where there is no server."""

needs_server: Final = pytest.mark.skipif(
    ADDRESS is None, reason="there is no PostgreSQL server: POSTGRES_FOR_TESTS=$(.ci/postgres start DIR)"
)


@dataclass(slots=True)
class TeamServer:
    """A database with a shared log, and people who may use it; all is gone after the test."""

    owner: str
    """The address of who owns it."""
    suffix: str
    """What tells the logins of this test from those of others: all databases share them."""
    logins: list[str] = field(default_factory=list)
    """Those that were made."""

    def add_login(self, name: str, role: LiteralString | None = "spantag_annotator") -> str:
        """Make a login, which is an annotator's name, too; give its address."""
        login = self.name_of(name)
        with closing(psycopg.connect(self.owner, autocommit=True)) as connection:
            statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'se:cret'").format(sql.Identifier(login))
            connection.execute(statement)
            if role is not None:
                connection.execute(
                    sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(login))
                )
        self.logins.append(login)
        parts = urlsplit(self.owner)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{login}:se%3Acret@{host}"))

    def name_of(self, name: str) -> str:
        """Give the login of a person in this test."""
        return f"{name}_{self.suffix}"

    def ask(self, query: LiteralString, *parameters: object) -> list[tuple[object, ...]]:
        """Ask the database, as its owner."""
        with closing(psycopg.connect(self.owner, autocommit=True)) as connection:
            return connection.execute(query, parameters).fetchall()

    def run(self, statement: LiteralString) -> None:
        """Run a statement, as the owner."""
        with closing(psycopg.connect(self.owner, autocommit=True)) as connection:
            connection.execute(statement)


@contextmanager
def open_server(*, begins: bool = True) -> Iterator[TeamServer]:
    """Make a database with a shared log and the project `news` for a test."""
    assert ADDRESS is not None
    suffix = secrets.token_hex(4)
    database = sql.Identifier(f"spantag_{suffix}")
    team = TeamServer(urlunsplit(urlsplit(ADDRESS)._replace(path=f"/spantag_{suffix}")), suffix)
    with closing(psycopg.connect(ADDRESS, autocommit=True)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        try:
            if begins:
                begin_on_server(ServerAddress(team.owner), "news")
            yield team
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
            for login in team.logins:
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))
