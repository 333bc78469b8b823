"""A server with a log of 30 million events in 1,000,000 articles, and how long an annotator waits there.

The rows are put in by COPY, with the server's triggers off; texts are of about 180 code points. Then fifty
annotators are assigned two copies of every article, one of them fetches hers into a new copy, does a day's
work, and a second copy of hers takes it. Times are in seconds.

    python benchmarks/scale.py postgresql://… [--articles N] [--per-article N] [--day N]

The server needs a database that is thrown away: `POSTGRES=$(.ci/postgres start DIR)` makes one.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
from corpus import make_project
from msgspec import structs
from sync import DAY_ARTICLES, ROUNDS, RUSH, make_events, rush, take_time

from tui.model.article import KEY_LENGTH, article_key
from tui.model.assignment import AssignmentRule
from tui.model.events import Act, Add, Finish, write_act
from tui.model.json_text import to_json
from tui.model.parcel import SharedArticle
from tui.model.span import Span
from tui.project.assigning import plan_rule
from tui.store import Store
from tui.sync.report import SyncReport
from tui.sync.server import ServerAddress, begin_on_server, sync_with_server
from tui.sync.ways import Ways
from tui.text.paragraphs import find_paragraphs

AT = "2026-11-27T10:00:00.000Z"
_FIRST = 1_790_000_000_000
"""Milliseconds of the first event's id."""


def main() -> None:
    """Fill the server, measure, and print one object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--per-article", type=int, default=30)
    parser.add_argument("--day", type=int, default=1_000)
    told = parser.parse_args()
    name = f"scale {time.time_ns()}"
    target = ServerAddress(told.server, name)
    begin_on_server(target, name)
    measured = {"articles": told.articles, "events": told.articles * told.per_article}
    measured["fill"] = round(take_time(lambda: fill(told.server, name, told.articles, told.per_article)))
    with tempfile.TemporaryDirectory(prefix="spantag-scale-") as folder:
        print(json.dumps(measured | measure(Path(folder), target, told.day)))


def measure(folder: Path, target: ServerAddress, day: int) -> dict[str, float]:
    """Measure what a lead waits for who assigns, and an annotator who works on what is assigned."""

    def sync(store: Store, ways: Ways) -> float:
        return take_time(lambda: sync_with_server(store, target, ways, SyncReport()))

    rule = AssignmentRule({f"annotator{number}": 1.0 for number in range(RUSH)}, overlap=2)
    with closing(Store.open(make_project(folder / "lead", articles=1).database)) as lead:
        lead.history.assign("lead", plan_rule(lead, rule, calibration=0))
        found = {"assign": sync(lead, Ways(pull=False))}
    only = Ways(only="annotator0")
    with closing(Store.open(folder / "one.db")) as one, closing(Store.open(folder / "other.db")) as other:
        found |= {"first": sync(one, only), "mine": float(len(one.articles.list_articles()))}
        sync(other, only)
        sends, takes = [], []
        for seed in range(ROUNDS):
            work(one, day, seed)
            sends.append(sync(one, only))
            takes.append(sync(other, only))
        nothing = [sync(one, only) for _ in range(ROUNDS)]
    medians = {"send": sends, "take": takes, "nothing": nothing}
    found |= {name: statistics.median(each) for name, each in medians.items()}
    return {name: round(each, 2) for name, each in (found | {"rush": rush(target, day)}).items()}


def work(store: Store, day: int, seed: int) -> None:
    """Do a day's work in some articles of a copy."""
    numbers = random.Random(seed).sample(store.articles.list_articles(), DAY_ARTICLES)
    names = {f"id:n{number - 1}": f"id:{store.articles.load_article(number).id}" for number in numbers}
    made = make_events(store, 0, day, by=["annotator0"], seed=seed, numbers=numbers)
    store.exchange.take_events([structs.replace(each, article=names[each.article]) for each in made])


def fill(address: str, name: str, articles: int, per_article: int) -> None:
    """Put the rows in."""
    with closing(psycopg.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT number FROM spantag.projects WHERE name = %s", [name])
        (project,) = cursor.fetchone() or (0,)
        cursor.execute("SET session_replication_role = replica")
        for columns, rows in (
            ("texts (project, key, text, paragraphs, sent_by)", write_texts(project, articles)),
            (
                "articles (seq, project, digest, names, key, title, meta, added_at, sent_by)",
                write_articles(project, articles),
            ),
            (
                "events (seq, project, id, action, at, annotator, article, kind, payload, sent_by)",
                write_events(project, articles, per_article),
            ),
        ):
            with cursor.copy(f"COPY spantag.{columns} FROM STDIN") as copy:
                for some in rows:
                    copy.write(some)
        cursor.execute("SELECT setval('spantag.log', %s)", [articles * (per_article + 1)])
        connection.commit()
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute("ANALYZE")


def text_of(number: int) -> str:
    """Write the text of an article."""
    fled = f"Two men fled Moru on Monday after the raid on depot {number}."
    hit = f"A shell hit the market of district {number % 997} at noon; {number} sacks of grain burned."
    return f"Report {number} from Moru\n\n{fled}\n\n{hit}\n"


def write_texts(project: int, articles: int) -> Iterator[str]:
    """Write the rows of texts, as COPY wants them."""
    for number in range(articles):
        text = text_of(number)
        edges = to_json(find_paragraphs(text))
        shown = text.replace("\n", "\\n")
        yield f"{project}\t{article_key(text)[:KEY_LENGTH]}\t{shown}\t{edges}\tlead\n"


def write_articles(project: int, articles: int) -> Iterator[str]:
    """Write the rows of articles."""
    for number in range(articles):
        key, title = article_key(text_of(number))[:KEY_LENGTH], f"Report {number} from Moru"
        about = SharedArticle((f"id:n{number:07}",), key, title, {}, AT)
        row = (
            str(number + 1),
            str(project),
            about.digest,
            f"{{{about.names[0]}}}",
            key,
            title,
            "{}",
            AT,
            "lead",
        )
        yield "\t".join(row) + "\n"


def write_events(project: int, articles: int, per_article: int) -> Iterator[str]:
    """Write the rows of events: spans, and at the end a finished paragraph, of one annotator an article."""
    acts: list[Act] = [
        Add((Span(f"s{at}", 10 + 2 * at, 16 + 2 * at, "actor"),)) for at in range(per_article - 1)
    ]
    kinds = [(act.kind, write_act(act)) for act in [*acts, Finish((1,))]]
    for number in range(articles):
        time_part = f"{_FIRST + number:012x}"
        begin, article = f"{time_part[:8]}-{time_part[8:]}", f"id:n{number:07}"
        seq, who = articles + number * per_article, f"annotator{number % RUSH}"
        rows = []
        for at, (kind, payload) in enumerate(kinds):
            event = f"{begin}-7{at:03x}-8000-{number:012x}"
            row = (seq + at + 1, project, event, event, AT, who, article, kind, payload, who)
            rows.append("\t".join(map(str, row)) + "\n")
        yield "".join(rows)


if __name__ == "__main__":
    main()
