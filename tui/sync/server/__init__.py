"""Sync with a PostgreSQL server, which holds a log that many copies of a project share.

This room is the only one that knows PostgreSQL: `connection` opens it and puts what it refuses into
sentences, `schema.sql` and `assigned.sql` are what stands there and who may do what, `begin` makes it,
`shared_log` asks and appends, `exchange` brings a copy and the log together. Passwords are libpq's
matter: `PGPASSWORD`, `~/.pgpass`, a service file.
"""

from tui.sync.server.begin import begin_on_server
from tui.sync.server.connection import ServerAddress
from tui.sync.server.exchange import sync_with_server

__all__ = ["ServerAddress", "begin_on_server", "sync_with_server"]
