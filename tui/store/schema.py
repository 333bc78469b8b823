"""The schema of the database, as the steps that lead to it.

Each step is one function `mNNN_…` registered with sqlite-utils' `Migrations`; a released step never changes.
The tables and views are for people too: `sqlite-utils` and Datasette show something sensible at once.
Importing sqlite-utils takes longer than opening the database (90 ms against 2 ms), so the store imports this
module only when a database is not at `VERSION` yet.
"""

import sqlite3
from datetime import datetime
from hashlib import blake2b

from sqlite_utils import Database, Migrations

from tui.model.event_ids import next_event_ids

migrations = Migrations("spantag")
"""Every step, in order."""

VERSION = 12
"""How many steps there are; `PRAGMA user_version` of a database says how many it has taken."""

APPLICATION_ID = 0x7370616E
"""`PRAGMA application_id` of a spantag database: the letters "span"."""


def migrate(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Take the steps that the database lacks; the caller holds the write transaction.

    Gives the layers, as article and annotator, whose derived rows have to be made anew from the log.
    """
    database = Database(connection, execute_plugins=False)
    before = connection.execute("PRAGMA user_version").fetchone()[0]
    migrations.apply(database)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {VERSION}")
    return [] if before == 0 else _list_stale(connection, before)


@migrations()
def m001_initial(db: Database) -> None:
    """Articles, the log, and the tables derived from it."""
    for statement in (*_ARTICLES, *_LOG, *_DERIVED, *_SUGGESTED, *_VIEWS):
        db.execute(statement)


@migrations()
def m002_flags(db: Database) -> None:
    """Make the flag a mark beside a paragraph's state, and no state itself."""
    db.execute("ALTER TABLE paragraph_states ADD COLUMN flagged INTEGER")


@migrations()
def m003_identity(db: Database) -> None:
    """Articles with equal texts, what each import brought, and articles taken out of the project.

    `merged` says of an article from before that records with its text were brought together in it. A key
    still names a text; that of another article with the same text says which one it is.
    """
    for statement in (*_IDENTITY, *_PROJECT_LOG):
        db.execute(statement)


@migrations()
def m004_checksums(db: Database) -> None:
    """Checksums of articles, events and layers, which the store writes for what is there.

    SQLite does not notice where a disk or another program changed a byte of a text or a number.
    """
    for table in ("articles", "events", "progress"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN checksum INTEGER")
    db.execute("DROP TRIGGER events_are_never_changed")
    db.execute(
        """CREATE TRIGGER events_are_never_changed
        BEFORE UPDATE OF id, "action", at, annotator, article, kind, payload ON events
        BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"""
    )


@migrations()
def m005_boilerplate(db: Database) -> None:
    """Keep which paragraphs look like boilerplate, and by which version of the rule.

    The store looks for it in what is there. What is derived from the log then stays what it is when the rule
    becomes a better one. The guess is a list of indices in JSON, and NULL where no paragraph looks so.
    """
    db.execute("ALTER TABLE articles ADD COLUMN boilerplate_guess TEXT")
    db.execute("ALTER TABLE articles ADD COLUMN boilerplate_rule INTEGER NOT NULL DEFAULT 0")


@migrations()
def m006_more_than_spans(db: Database) -> None:
    """Keep entities, and labels of paragraphs."""
    for statement in _MORE_THAN_SPANS:
        db.execute(statement)


@migrations()
def m007_search_without_accents(db: Database) -> None:
    """Look for titles and ids without their accents; the store writes anew what they are searched by."""


@migrations()
def m008_sync(db: Database) -> None:
    """Let copies of a project take in what others have.

    What was done to the project gets ids that say its order in every copy. A layer is known by how many
    events it has, because one that comes in may be older than the newest. Articles that turn out to be one
    are joined: the events of one become those of the other. Names say what it is called in other copies.
    """
    for statement in _SYNC:
        db.execute(statement)
    last = ""
    for number, at, *rest in db.execute(
        "SELECT number, at, annotator, kind, payload FROM project_events ORDER BY number"
    ).fetchall():
        last = _name_project_event(last, number, at, *rest)
        db.execute("UPDATE project_events SET id = ? WHERE number = ?", (last, number))
    db.execute("CREATE UNIQUE INDEX project_events_id ON project_events (id)")
    db.execute(
        """CREATE TRIGGER project_events_are_never_changed BEFORE UPDATE ON project_events
        BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"""
    )


@migrations()
def m009_article_changes(db: Database) -> None:
    """Keep which articles changed after they came, so that a sync with a server looks at these only."""
    for statement in _ARTICLE_CHANGES:
        db.execute(statement)


@migrations()
def m010_finding(db: Database) -> None:
    """Find articles by their metadata, by labels and by notes, and order them by title.

    The store writes the keys and values by which articles are found, folded as titles are.
    """
    for statement in _FINDING:
        db.execute(statement)


@migrations()
def m011_awaited_articles(db: Database) -> None:
    """Let a copy have a part of the articles, and know what was decided about the others."""
    for statement in _AWAITED_ARTICLES:
        db.execute(statement)


@migrations()
def m012_relation_attributes(db: Database) -> None:
    """Let relations have attributes."""
    db.execute("ALTER TABLE relations ADD COLUMN attributes TEXT")


def _name_project_event(last: str, number: int, at: str, *rest: str) -> str:
    """Give an event of the project the id that it gets in every copy of the database."""
    try:
        clock = int(datetime.fromisoformat(at).timestamp() * 1000)
    except ValueError:
        clock = 0
    digest = blake2b("\n".join([str(number), at, *rest]).encode("utf-8"), digest_size=9).digest()
    (event_id,) = next_event_ids(last, 1, clock=max(clock, 0), tail=int.from_bytes(digest, "big"))
    return event_id


def _list_stale(connection: sqlite3.Connection, before: int) -> list[tuple[int, str]]:
    """List the layers whose rows are other ones now, or whose checksum counts what rows were before."""
    # A row of a relation has one value more.
    stale = ["SELECT article, annotator FROM relations"] if before < 12 else []
    if before < 2:
        stale.append("SELECT article, annotator FROM events WHERE kind = 'flag'")
    return connection.execute(f"{' UNION '.join(stale)} ORDER BY 1, 2").fetchall() if stale else []


_ARTICLES = (
    """CREATE TABLE articles (
        number INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        id TEXT,
        title TEXT NOT NULL,
        search TEXT NOT NULL,
        length INTEGER NOT NULL,
        paragraphs INTEGER NOT NULL,
        added_at TEXT NOT NULL,
        meta TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX articles_id ON articles (id) WHERE id IS NOT NULL",
    """CREATE TABLE texts (
        article INTEGER PRIMARY KEY REFERENCES articles (number),
        text TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE paragraphs (
        article INTEGER NOT NULL REFERENCES articles (number),
        position INTEGER NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        PRIMARY KEY (article, position)
    ) STRICT, WITHOUT ROWID""",
)

_LOG = (
    """CREATE TABLE events (
        id TEXT PRIMARY KEY,
        "action" TEXT NOT NULL,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX events_layer ON events (article, annotator, id)",
    'CREATE INDEX events_action ON events ("action") WHERE "action" <> id',
    """CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
    """CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END""",
)

_DERIVED = (
    """CREATE TABLE spans (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        id TEXT NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        label TEXT NOT NULL,
        attributes TEXT,
        fragments TEXT,
        note TEXT,
        source TEXT NOT NULL,
        confidence REAL,
        model TEXT,
        PRIMARY KEY (article, annotator, id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE relations (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        id TEXT NOT NULL,
        label TEXT NOT NULL,
        head TEXT NOT NULL,
        tail TEXT NOT NULL,
        PRIMARY KEY (article, annotator, id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE paragraph_states (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        position INTEGER NOT NULL,
        state TEXT,
        note TEXT,
        PRIMARY KEY (article, annotator, position)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE article_labels (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (article, annotator, name)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE progress (
        annotator TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        finished INTEGER NOT NULL,
        skipped INTEGER NOT NULL,
        flagged INTEGER NOT NULL,
        boilerplate INTEGER NOT NULL,
        unfinished INTEGER NOT NULL,
        spans INTEGER NOT NULL,
        touched_at TEXT NOT NULL,
        last_event TEXT NOT NULL,
        PRIMARY KEY (annotator, article)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX progress_touched ON progress (annotator, touched_at)",
    "CREATE TABLE imports (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    """CREATE TABLE positions (
        annotator TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        "offset" INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (annotator, article)
    ) STRICT, WITHOUT ROWID""",
)

_SUGGESTED = (
    """CREATE TABLE suggestions (
        article INTEGER NOT NULL REFERENCES articles (number),
        source TEXT NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        label TEXT NOT NULL,
        confidence REAL,
        model TEXT,
        PRIMARY KEY (article, source, "start", "end", label)
    ) STRICT, WITHOUT ROWID""",
)

_VIEWS = (
    """CREATE VIEW span_texts AS
    SELECT articles.title, spans.annotator, spans.label,
        substr(texts.text, spans."start" + 1, spans."end" - spans."start") AS text,
        spans."start", spans."end", spans.note, spans.source, spans.article, spans.id
    FROM spans JOIN articles ON articles.number = spans.article
    JOIN texts ON texts.article = spans.article""",
    """CREATE VIEW article_progress AS
    SELECT articles.number, articles.title, progress.annotator, progress.finished, articles.paragraphs,
        progress.unfinished, progress.flagged, progress.spans, progress.touched_at
    FROM articles LEFT JOIN progress ON progress.article = articles.number""",
    """CREATE VIEW label_counts AS
    SELECT annotator, label, count(*) AS spans FROM spans GROUP BY annotator, label""",
)

_IDENTITY = (
    "ALTER TABLE articles ADD COLUMN merged INTEGER NOT NULL DEFAULT 1",
    # A row of a text that is there once is not in this index.
    """CREATE INDEX articles_copies ON articles (substr(key, 1, 32), CAST(substr(key, 34) AS INTEGER))
        WHERE length(key) > 32""",
    "CREATE INDEX articles_title ON articles (title)",
)

_PROJECT_LOG = (
    """CREATE TABLE project_events (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    ) STRICT""",
    """CREATE TRIGGER project_events_are_never_changed BEFORE UPDATE ON project_events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
    """CREATE TRIGGER project_events_are_never_deleted BEFORE DELETE ON project_events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END""",
    # What came with which import: the number of its event; NULL where it came with a version before.
    "ALTER TABLE articles ADD COLUMN import INTEGER REFERENCES project_events (number)",
    "ALTER TABLE imports ADD COLUMN import INTEGER REFERENCES project_events (number)",
    "ALTER TABLE suggestions ADD COLUMN import INTEGER REFERENCES project_events (number)",
    """CREATE TABLE completions (
        import INTEGER NOT NULL REFERENCES project_events (number),
        article INTEGER NOT NULL REFERENCES articles (number),
        was TEXT NOT NULL,
        became TEXT NOT NULL,
        PRIMARY KEY (import, article)
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE articles ADD COLUMN removed INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX articles_removed ON articles (number) WHERE removed",
)

_MORE_THAN_SPANS = (
    """CREATE TABLE entities (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        spans TEXT NOT NULL,
        PRIMARY KEY (article, annotator, id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE paragraph_labels (
        article INTEGER NOT NULL REFERENCES articles (number),
        annotator TEXT NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (article, annotator, position, name)
    ) STRICT, WITHOUT ROWID""",
)

_SYNC = (
    # How many events a layer has: any that comes in is seen, also where it is not the newest.
    "ALTER TABLE progress ADD COLUMN events INTEGER NOT NULL DEFAULT 0",
    """UPDATE progress SET events = (SELECT count(*) FROM events
        WHERE events.article = progress.article AND events.annotator = progress.annotator)""",
    "DROP TRIGGER events_are_never_changed",
    """CREATE TRIGGER events_are_never_changed
    BEFORE UPDATE OF id, "action", at, annotator, kind, payload ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
    "DROP TRIGGER project_events_are_never_changed",
    "ALTER TABLE project_events ADD COLUMN id TEXT",
    # What articles are called in other copies: by their ids, and those without one by their keys.
    """CREATE TABLE article_names (
        name TEXT PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles (number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX article_names_article ON article_names (article)",
    # Articles that turned out to be others; what was said of them is said of those.
    """CREATE TABLE joined_articles (
        article INTEGER PRIMARY KEY REFERENCES articles (number),
        same_as INTEGER NOT NULL REFERENCES articles (number)
    ) STRICT""",
    # How far a server's log was read, and how much of this one it has: `pulled` is the server's number of the
    # last thing that was read, `pulled_id` what that is; `pushed` are rows of the log that the server has.
    """CREATE TABLE servers (
        name TEXT PRIMARY KEY,
        pulled INTEGER NOT NULL,
        pulled_id TEXT NOT NULL,
        pushed INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # What a server knows of the articles: the digest of what was sent or read last.
    """CREATE TABLE server_articles (
        server TEXT NOT NULL REFERENCES servers (name),
        article INTEGER NOT NULL REFERENCES articles (number),
        digest TEXT NOT NULL,
        PRIMARY KEY (server, article)
    ) STRICT, WITHOUT ROWID""",
)

_ARTICLE_CHANGES = (
    # Numbers are never given twice, also where the newest change is replaced by another of the same article.
    """CREATE TABLE article_changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        article INTEGER NOT NULL UNIQUE REFERENCES articles (number)
    ) STRICT""",
    """CREATE TRIGGER article_changes AFTER UPDATE OF key, id, title, meta, added_at ON articles
    BEGIN
        DELETE FROM article_changes WHERE article = NEW.number;
        INSERT INTO article_changes (article) VALUES (NEW.number);
    END""",
    """CREATE TRIGGER article_is_named AFTER INSERT ON article_names
    BEGIN
        DELETE FROM article_changes WHERE article = NEW.article;
        INSERT INTO article_changes (article) VALUES (NEW.article);
    END""",
    """CREATE TRIGGER article_is_named_anew AFTER UPDATE ON article_names
    BEGIN
        DELETE FROM article_changes WHERE article = NEW.article;
        INSERT INTO article_changes (article) VALUES (NEW.article);
    END""",
    "ALTER TABLE servers ADD COLUMN sent_article INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE servers ADD COLUMN sent_change INTEGER NOT NULL DEFAULT 0",
)

_FINDING = (
    """CREATE TABLE article_values (
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles (number),
        PRIMARY KEY (key, value, article)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX articles_search ON articles (search) WHERE NOT removed",
    "CREATE INDEX spans_label ON spans (label, annotator)",
    "CREATE INDEX spans_noted ON spans (annotator) WHERE note IS NOT NULL",
    "CREATE INDEX paragraphs_noted ON paragraph_states (annotator) WHERE note IS NOT NULL",
    "CREATE INDEX article_labels_name ON article_labels (name, value, annotator)",
)

_AWAITED_ARTICLES = (
    # Articles that were not here when something was decided about them; `article` is NULL until they are.
    """CREATE TABLE awaited_articles (
        name TEXT NOT NULL,
        step INTEGER NOT NULL REFERENCES project_events (number),
        article INTEGER REFERENCES articles (number),
        PRIMARY KEY (name, step)
    ) STRICT, WITHOUT ROWID""",
    # How far a server's log was read of what is an annotator's work: as in `servers`.
    """CREATE TABLE assigned_pulls (
        server TEXT NOT NULL REFERENCES servers (name),
        annotator TEXT NOT NULL,
        pulled INTEGER NOT NULL,
        pulled_id TEXT NOT NULL,
        PRIMARY KEY (server, annotator)
    ) STRICT, WITHOUT ROWID""",
)
