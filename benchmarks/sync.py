"""How long a sync takes: a day's work into a log of many events, with a database file and with a server.

Two copies are equal. In one of them a day's work is done, `--day` events in fifty articles by one annotator,
and it is synced with the other: over a file, and over a server, there and back. Beside it stands a sync that
finds nothing new, and the first one, which brings everything. The floor of the day is to insert the same rows
with raw sqlite3 and, for the server, raw psycopg; nothing is compared, checked, folded or derived there.
Last every article is assigned to two of fifty annotators, and one of them syncs with `--only assigned`.

    python benchmarks/sync.py [--events N ...] [--day N] [--server postgresql://…] [--json]

The server needs a database that is thrown away: the benchmark makes a project of its own for each size in it.
`POSTGRES=$(.ci/postgres start DIR)` makes a server.
"""

import argparse
import json
import random
import shutil
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import make_project

from tui.model.assignment import AssignmentRule
from tui.model.event_ids import next_event_ids
from tui.model.events import Add, Finish, write_act
from tui.model.parcel import SharedEvent
from tui.model.span import Span
from tui.project.assigning import plan_rule
from tui.store import Store
from tui.sync.files import sync_with_file
from tui.sync.report import SyncReport
from tui.sync.ways import Ways

if TYPE_CHECKING:
    from tui.sync.server import ServerAddress

EVENTS_PER_ARTICLE = 30
ANNOTATORS = 5
DAY_ARTICLES = 50
RUSH = 50
"""Annotators who sync at one moment."""

ROUNDS = 5
"""Days that are measured for each size; medians are given."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured with one size of the log; in seconds."""

    events: int
    """Events that were there."""
    articles: int
    """Articles they were about."""
    file_first: float
    """Everything into a new file."""
    file_day: float
    """A day's work into a file."""
    file_nothing: float
    """Nothing new."""
    file_floor: float
    """Raw inserts of the day's rows into a file."""
    server_first: float | None = None
    """Everything onto a server."""
    server_fetch: float | None = None
    """Everything from the server into a new copy."""
    server_send: float | None = None
    """A day's work onto the server."""
    server_take: float | None = None
    """A day's work from the server."""
    server_nothing: float | None = None
    """Nothing new."""
    server_floor: float | None = None
    """Raw inserts of the day's rows onto the server."""
    server_rush: float | None = None
    """A day's work of fifty annotators onto the server at one moment, until the last one is through."""
    assign: float | None = None
    """Telling the server whose work all articles are."""
    assigned_first: float | None = None
    """One annotator's articles of the server into a new copy."""
    assigned_take: float | None = None
    """A day's work of the server into that copy, as far as it is about these."""
    assigned_nothing: float | None = None
    """Nothing new in that copy."""


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, nargs="+", default=[30_000, 100_000, 300_000])
    parser.add_argument("--day", type=int, default=1_000)
    parser.add_argument("--server", help="the address of a database that is thrown away")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="spantag-sync-") as folder:
        for events in told.events:
            rows.append(measure(Path(folder) / str(events), events, told.day, told.server))
            print(json.dumps({name: getattr(rows[-1], name) for name in Measured.__slots__}), flush=True)
    if not told.json:
        names = [name for name in Measured.__slots__ if name not in ("events", "articles")]
        for name in names:
            values = [getattr(row, name) for row in rows]
            print(f"{name:<16}" + "".join(f"{'' if v is None else f'{v:.2f} s':>12}" for v in values))


def measure(folder: Path, events: int, day: int, server: str | None) -> Measured:
    """Measure one size of the log."""
    articles = max(DAY_ARTICLES, events // EVENTS_PER_ARTICLE)
    place = make_project(folder, articles=articles)
    other = folder / "other.db"
    with closing(Store.open(place.database)) as here:
        fill(here, articles, events)
        here.connection.checkpoint()
        file_first = take_time(lambda: sync_files(here, other))
        clean = folder / "clean.db"
        days, floors = [], []
        for seed in range(ROUNDS):
            work(here, articles, day, seed)
            with closing(Store.open(other)) as there:
                there.connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(other, clean)
            days.append(take_time(lambda: sync_files(here, other)))
            floors.append(take_time(lambda: insert_floor(here, clean, day)))
        nothing = statistics.median([take_time(lambda: sync_files(here, other)) for _ in range(ROUNDS)])
        measured = Measured(
            events, articles, file_first, statistics.median(days), nothing, statistics.median(floors)
        )
        return measured if server is None else measure_server(folder, here, measured, day, server)


def measure_server(folder: Path, here: Store, measured: Measured, day: int, address: str) -> Measured:
    """Measure the same over a server."""
    from tui.sync.server import ServerAddress, begin_on_server, sync_with_server

    name = f"benchmark {time.time_ns()}"
    target = ServerAddress(address, name)
    begin_on_server(ServerAddress(address, name), name)

    def sync(store: Store) -> float:
        return take_time(lambda: sync_with_server(store, target, Ways(), SyncReport()))

    with closing(Store.open(folder / "fetched.db")) as other:
        first, fetch = sync(here), sync(other)
        sends, takes, floors = [], [], []
        for seed in range(ROUNDS):
            work(here, measured.articles, day, 100 + seed)
            sends.append(sync(here))
            takes.append(sync(other))
            floors.append(server_floor(here, address, day))
        nothing = statistics.median([sync(here) for _ in range(ROUNDS)])
    measured = replace(
        measured,
        server_first=first,
        server_fetch=fetch,
        server_send=statistics.median(sends),
        server_take=statistics.median(takes),
        server_nothing=nothing,
        server_floor=statistics.median(floors),
        server_rush=rush(target, day),
    )
    return measure_assigned(folder, here, measured, day, target)


def measure_assigned(
    folder: Path, here: Store, measured: Measured, day: int, target: "ServerAddress"
) -> Measured:
    """Measure what an annotator waits for who fetches only assigned articles."""
    from tui.sync.server import sync_with_server

    rule = AssignmentRule({f"annotator{number}": 1.0 for number in range(RUSH)}, overlap=2)
    here.history.assign("lead", plan_rule(here, rule, calibration=20))
    only = Ways(only="annotator0")

    def sync(store: Store, ways: Ways) -> float:
        return take_time(lambda: sync_with_server(store, target, ways, SyncReport()))

    assign = sync(here, Ways())
    with closing(Store.open(folder / "assigned.db")) as part:
        first, takes = sync(part, only), []
        for seed in range(ROUNDS):
            work(here, measured.articles, day, 200 + seed)
            sync(here, Ways())
            takes.append(sync(part, only))
        nothing = statistics.median([sync(part, only) for _ in range(ROUNDS)])
    return replace(
        measured,
        assign=assign,
        assigned_first=first,
        assigned_take=statistics.median(takes),
        assigned_nothing=nothing,
    )


def rush(target: "ServerAddress", day: int) -> float:
    """Let fifty annotators send a day's work at once; give the seconds until all of it is there."""
    from tui.sync.server.connection import connect, find_project
    from tui.sync.server.shared_log import SharedLog

    def send(number: int) -> None:
        (chance, payload) = random.Random(number), write_act(Finish((0,)))
        ids = next_event_ids("", day, clock=time.time_ns() // 1_000_000, tail=chance.randrange(2**74))
        at, who = "2026-11-27T10:00:00.000Z", f"rush{number}"
        events = [SharedEvent(each, each, at, who, "id:n0", Finish.kind, payload) for each in ids]
        with connect(target) as connection:
            SharedLog(connection, find_project(connection, target)[0]).append_events(events)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(RUSH)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def take_time(act: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def sync_files(here: Store, other: Path) -> None:
    """Sync with a file."""
    report = SyncReport()
    sync_with_file(here, other, Ways(), report)
    if report.refused or report.held_back:
        raise SystemExit(str(report))


def fill(store: Store, articles: int, events: int) -> None:
    """Put so many events of several annotators into a log, as an exchange would."""
    made = make_events(store, articles, events, by=[f"annotator{n}" for n in range(ANNOTATORS)], seed=0)
    for some in in_pieces(made, 3_000):
        store.exchange.take_events(some)


def work(store: Store, articles: int, day: int, seed: int) -> None:
    """Do a day's work of one annotator in some articles."""
    some = random.Random(seed).sample(range(1, articles + 1), DAY_ARTICLES)
    made = list(make_events(store, articles, day, by=["annotator0"], seed=seed, numbers=some))
    store.exchange.take_events(made)


def make_events(
    store: Store, articles: int, count: int, *, by: list[str], seed: int, numbers: list[int] | None = None
) -> Iterator[SharedEvent]:
    """Make events: spans, and now and then a finished paragraph; those of an article one after the other."""
    chance = random.Random(seed)
    numbers = numbers or list(range(1, articles + 1))
    last = store.connection.text("SELECT max(id) FROM events")
    for index in range(count):
        number = numbers[index * len(numbers) // count]
        (last,) = next_event_ids(last, 1, clock=time.time_ns() // 1_000_000, tail=chance.randrange(2**74))
        start = chance.randrange(400)
        span = Span(f"{seed}.{index}", start, start + 6, chance.choice(("actor", "weapon", "location")))
        act = Finish((chance.randrange(3),)) if index % 10 == 9 else Add((span,))
        annotator = by[number % len(by)]
        at = "2026-11-27T10:00:00.000Z"
        yield SharedEvent(last, last, at, annotator, f"id:n{number - 1}", act.kind, write_act(act))


def in_pieces(events: Iterator[SharedEvent], most: int) -> Iterator[list[SharedEvent]]:
    """Gather events."""
    piece: list[SharedEvent] = []
    for event in events:
        piece.append(event)
        if len(piece) == most:
            yield piece
            piece = []
    yield piece


def read_day(here: Store, day: int) -> list[tuple[object, ...]]:
    """Read the rows of the newest day."""
    return here.connection.rows(
        'SELECT id, "action", at, annotator, article, kind, payload, checksum FROM events'
        " ORDER BY id DESC LIMIT ?",
        day,
    )


def insert_floor(here: Store, path: Path, day: int) -> None:
    """Insert a day's rows into a file with nothing but sqlite3."""
    rows = read_day(here, day)
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()


def server_floor(here: Store, address: str, day: int) -> float:
    """Insert a day's rows into a table of a server with nothing but psycopg; give the seconds."""
    import psycopg

    rows = [(row[0], row[1], row[2], row[3], str(row[4]), row[5], row[6]) for row in read_day(here, day)]
    with closing(psycopg.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE floor (id text PRIMARY KEY, a text, b text, c text, d text, e text, f text)"
        )
        connection.commit()
        start = time.perf_counter()
        cursor.executemany("INSERT INTO floor VALUES (%s, %s, %s, %s, %s, %s, %s)", rows)
        connection.commit()
        return time.perf_counter() - start


if __name__ == "__main__":
    main()
