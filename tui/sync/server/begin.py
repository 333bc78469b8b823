"""Making the log that copies share on a server, with the roles of those who use it."""

from contextlib import suppress
from importlib.resources import files
from typing import Final, LiteralString

from psycopg import errors

from tui.sync.server.connection import ServerAddress, ServerConnection, ask, check_layout, connect

_ROLES: Final[tuple[tuple[str, LiteralString], ...]] = (
    ("spantag_annotator", "CREATE ROLE spantag_annotator NOLOGIN"),
    ("spantag_lead", "CREATE ROLE spantag_lead NOLOGIN"),
)


def begin_on_server(target: ServerAddress, first: str) -> list[str]:
    """Make the shared log, its roles and a project in it, as far as they are not there; say what was made.

    The project is the one that `target` names, else the `first` one. Raises `ServerError`.
    """
    said: list[str] = []
    with connect(target) as connection, connection.transaction():
        # Nobody else begins meanwhile.
        connection.execute("SELECT pg_advisory_xact_lock(x'7370616e'::int)")
        said += _make_roles(connection)
        is_new = not ask(connection, "SELECT FROM pg_namespace WHERE nspname = 'spantag'")
        if is_new:
            _run(connection, "schema.sql")
            said.append("made the shared log: the schema spantag")
        check_layout(connection, target)
        if not ask(connection, "SELECT to_regclass('spantag.assigned') IS NOT NULL")[0][0]:
            _run(connection, "assigned.sql")
            said += [] if is_new else ["added whose work every article is, which an older spantag left out"]
        if not ask(connection, "SELECT to_regclass('spantag.labels') IS NOT NULL")[0][0]:
            _run(connection, "labels.sql")
            said += [] if is_new else ["added what labels.yaml asks for, which an older spantag left out"]
        projects = {name for (name,) in ask(connection, "SELECT name FROM spantag.projects")}
        name = target.project or (first if not projects else None)
        if name is not None and name not in projects:
            connection.execute("INSERT INTO spantag.projects (name) VALUES (%s)", [name])
            said.append(f"made the project {name!r} in it")
    return said


def _run(connection: ServerConnection, name: str) -> None:
    """Run a file of statements that stands beside this one."""
    connection.execute((files("tui.sync.server") / name).read_bytes())


def _make_roles(connection: ServerConnection) -> list[str]:
    said: list[str] = []
    for role, statement in _ROLES:
        if not ask(connection, "SELECT FROM pg_roles WHERE rolname = %s", role):
            # Roles are those of all databases of a server: another one may get them at the same time.
            with suppress(errors.DuplicateObject, errors.UniqueViolation), connection.transaction():
                connection.execute(statement)
                said.append(f"made the role {role}")
    if not ask(connection, "SELECT pg_has_role(session_user, 'spantag_lead', 'MEMBER')")[0][0]:
        connection.execute("GRANT spantag_lead TO CURRENT_USER")
    return said
