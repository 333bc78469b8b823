"""How fast JSONL, Prodigy's and folders of small files come in and go out, against the least possible.

The floor of an import is `json.loads` and raw sqlite3 inserts of the very same rows, which were made
beforehand, into the same schema, a thousand articles a transaction. The floor of an export is raw SELECTs of
the same rows, `json.dumps` and a write; it gives the same file, byte for byte. What Prodigy's lines have
beside the rows, nine tenths of them tokens, the floor is given ready as objects. Floors check nothing. Every
part runs in a process of its own, so that its peak memory is its own, and is compared with its floor of the
same round, which ran just after it. The floor of a folder of small files, an article each, reads every one of
them in place of the lines.

    python benchmarks/throughput.py [--articles N] [--repeat N] [--json]
"""

import argparse
import filecmp
import json
import multiprocessing
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from shutil import rmtree
from statistics import median
from typing import Any, Final, Literal, TypeAlias, get_args

from tui.errors import Refusal
from tui.formats.shared.writing import WriteOptions
from tui.project.datasets import export_files
from tui.project.exporting import ExportOptions
from tui.project.place import Place
from tui.project.project import Project
from tui.store.schema import migrate

LABELS = ("actor", "weapon", "casualty", "location", "date", "event")
SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "re",
    "stan",
    "dor",
    "vel",
    "a",
    "tu",
    "sho",
    "pen",
    "gar",
    "ix",
    "um",
    "é",
    "ši",
)
SMALL_FILE_WORDS = 60
FILES_OF_A_FOLDER = 100
PARAGRAPHS = 12
PARAGRAPH_LENGTH = 250
SPANS = 30
BATCH = 1_000
TABLES = ("articles", "texts", "paragraphs", "events", "spans", "paragraph_states", "progress", "imports")

Part: TypeAlias = Literal["import jsonl", "export jsonl", "import prodigy", "export prodigy", "import files"]
"""What is measured."""

PARTS: Final[tuple[Part, ...]] = get_args(Part)
"""All that is measured, in the order in which it is printed."""

Run: TypeAlias = Callable[[Path, Path], float]
"""Does one part in a project's folder, with the file it reads or writes; gives the seconds."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of one part."""

    seconds: float
    """How long it took."""
    peak_mb: float
    """The most memory its process had, in 10^6 bytes."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One part of spantag beside its floor."""

    part: Part
    """Which part."""
    articles: int
    """How many articles went through."""
    ours: float
    """spantag's articles a second, the median."""
    floor: float
    """The floor's articles a second, the median."""
    ratio: float
    """spantag's throughput as a share of the floor's of the same round, the median; the goal is 0.7."""
    lowest: float
    """The lowest ratio of a round."""
    highest: float
    """The highest ratio of a round."""
    peak_mb: float
    """spantag's peak memory at this size, in 10^6 bytes."""
    peak_mb_of_a_fifth: float
    """Its peak memory at a fifth of it; equal where memory is constant."""


def write_articles(path: Path, count: int) -> None:
    """Write `count` articles of about 3 KB with 30 spans each; the same for the same count."""
    chance = random.Random(7)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(5_000)]
    with path.open("w", encoding="utf-8", newline="") as out:
        for number in range(count):
            text, spans = _write_article(chance, words)
            meta = {"title": f"Article {number}", "source": "https://news.example/", "annotator": "ana"}
            line = {"id": f"a{number}", "text": text, "spans": spans, "meta": {**meta, "state": "finished"}}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_files(folder: Path, count: int) -> None:
    """Write `count` articles of about 400 bytes as a file each, a hundred a folder; the same for `count`."""
    chance = random.Random(7)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(5_000)]
    for number in range(count):
        path = folder / f"{number // FILES_OF_A_FOLDER:04}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"Article {number}\n\n{' '.join(chance.choices(words, k=SMALL_FILE_WORDS))}.\n"
        path.write_text(text, encoding="utf-8", newline="")


def _write_article(chance: random.Random, words: list[str]) -> tuple[str, list[dict[str, object]]]:
    parts: list[str] = []
    tokens: list[tuple[int, int]] = []
    place = 0
    for _ in range(PARAGRAPHS):
        end = place + PARAGRAPH_LENGTH
        while place < end:
            word = chance.choice(words)
            tokens.append((place, place + len(word)))
            parts.append(word)
            place += len(word) + 1
        parts[-1] += ".\n"
        place += 1
    text = " ".join(parts).replace("\n ", "\n")
    chosen = sorted(chance.sample(range(len(tokens) - 3), SPANS))
    spans: list[dict[str, object]] = []
    for position, first in enumerate(chosen):
        start, end = tokens[first][0], tokens[first + chance.randint(0, 2)][1]
        span: dict[str, object] = {"id": f"s{position}", "start": start, "end": end}
        span |= {"label": chance.choice(LABELS), "text": text[start:end]}
        if position % 10 == 0:
            span["attributes"] = {"count": position}
        spans.append(span)
    return text, spans


def import_ours(folder: Path, articles: Path) -> float:
    """Import with spantag; return the seconds."""
    (folder / "labels.yaml").write_text(f"labels: [{', '.join(LABELS)}]\n", encoding="utf-8")
    project = Project.open(Place.of(folder, annotator="ana"))
    said: list[Refusal] = []
    started = time.perf_counter()
    report = project.import_files([articles], tell=said.append)
    project.close()
    seconds = time.perf_counter() - started
    if report.refused:
        sys.exit(f"the import refused what it must take: {said[0]}")
    return seconds


def import_floor(folder: Path, articles: Path) -> float:
    """Parse the lines and insert the rows that spantag made of them; return the seconds."""
    with articles.open("rb") as lines:
        return _insert_floor(folder, map(json.loads, lines))


def import_files_floor(folder: Path, articles: Path) -> float:
    """Find and read the files, and insert the rows that spantag made of them; return the seconds."""
    started = time.perf_counter()
    paths = sorted(path for path in articles.rglob("*") if path.is_file())
    return time.perf_counter() - started + _insert_floor(folder, (path.read_bytes() for path in paths))


def _insert_floor(folder: Path, contents: Iterator[object]) -> float:
    """Read what is imported, and insert the rows that spantag made of it; return the seconds."""
    made = sqlite3.connect(folder / "annotations" / "annotations.db")
    floor = sqlite3.connect(folder / "floor.db", isolation_level=None)
    migrate(floor)
    floor.execute("PRAGMA journal_mode = WAL")
    floor.execute("PRAGMA synchronous = NORMAL")
    seconds = 0.0
    for first in range(1, 10**9, BATCH):
        rows = _read_rows(made, first, first + BATCH)
        if not rows["articles"]:
            return seconds
        started = time.perf_counter()
        deque(islice(contents, BATCH), maxlen=0)
        floor.execute("BEGIN IMMEDIATE")
        for table, some in rows.items():
            if some:
                marks = ", ".join("?" * len(some[0]))
                floor.executemany(f"INSERT INTO {table} VALUES ({marks})", some)
        floor.execute("COMMIT")
        seconds += time.perf_counter() - started
    raise AssertionError


def _read_rows(made: sqlite3.Connection, start: int, end: int) -> dict[str, list[tuple[object, ...]]]:
    """Read the rows of the articles `[start, end)`, by table."""
    rows: dict[str, list[tuple[object, ...]]] = {}
    for table in TABLES[:-1]:
        column = "number" if table == "articles" else "article"
        query = f"SELECT * FROM {table} WHERE {column} >= ? AND {column} < ?"
        rows[table] = made.execute(query, (start, end)).fetchall()
    payloads = [json.loads(str(row[6])) for row in rows["events"]]
    rows["imports"] = [(digest, 1) for digest in dict.fromkeys(payload["import"] for payload in payloads)]
    return rows


def export_ours(folder: Path, target: Path, *, format_name: str) -> float:
    """Export with spantag; return the seconds."""
    project = Project.open(Place.of(folder, annotator="ana"))
    started = time.perf_counter()
    export_files(project.plan_export(ExportOptions(unit="article"), format_name, WriteOptions()), target)
    seconds = time.perf_counter() - started
    project.close()
    return seconds


def export_jsonl_floor(folder: Path, target: Path) -> float:
    """Select the rows and write the lines; return the seconds."""
    made = sqlite3.connect(folder / "annotations" / "annotations.db")
    started = time.perf_counter()
    with target.open("w", encoding="utf-8", newline="") as out:
        for (number, article_id, title, meta, text), rows in _select_articles(made, 1, 10**9):
            del number
            spans = [
                {"id": span_id, "start": start, "end": end, "label": label, "text": text[start:end]}
                | ({"attributes": json.loads(attributes)} if attributes else {})
                for span_id, start, end, label, attributes in rows
            ]
            said = {**json.loads(meta), "title": title, "annotator": "ana", "state": "finished"}
            line = {"id": article_id, "text": text, "spans": spans, "meta": said}
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    seconds = time.perf_counter() - started
    made.close()
    return seconds


def export_prodigy_floor(folder: Path, target: Path) -> float:
    """Select the rows and write the tasks that spantag made of them; return the seconds."""
    made = sqlite3.connect(folder / "annotations" / "annotations.db")
    seconds = 0.0
    with (
        target.with_stem("ours").open(encoding="utf-8", newline="") as lines,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        for first in range(1, 10**9, BATCH):
            tasks = [json.loads(line) for line in islice(lines, BATCH)]
            if not tasks:
                break
            started = time.perf_counter()
            for task, _ in zip(tasks, _select_articles(made, first, first + BATCH), strict=True):
                out.write(json.dumps(task, ensure_ascii=False, separators=(",", ":")) + "\n")
            out.flush()
            seconds += time.perf_counter() - started
    made.close()
    return seconds


_Row: TypeAlias = tuple[Any, ...]


def _select_articles(made: sqlite3.Connection, start: int, end: int) -> Iterator[tuple[_Row, list[_Row]]]:
    """Select the rows of the articles `[start, end)`, each with those of its spans."""
    for row in made.execute(
        "SELECT number, id, title, meta, text FROM articles JOIN texts ON article = number"
        " WHERE number >= ? AND number < ? ORDER BY number",
        (start, end),
    ):
        yield (
            row,
            made.execute(
                'SELECT id, "start", "end", label, attributes FROM spans WHERE article = ?'
                ' AND annotator = \'ana\' ORDER BY "start", "end" DESC, label, id',
                (row[0],),
            ).fetchall(),
        )


def compare(count: int, repeat: int, folder: Path) -> list[Compared]:
    """Run every part once at a fifth of `count` articles and `repeat` times at `count`."""
    small = _run_all(count // 5, folder / "small")
    rounds = [_run_all(count, folder / str(number)) for number in range(repeat)]
    compared = []
    for part in PARTS:
        ratios = [floor.seconds / ours.seconds for ours, floor in (each[part] for each in rounds)]
        compared.append(
            Compared(
                part=part,
                articles=count,
                ours=round(count / median(each[part][0].seconds for each in rounds)),
                floor=round(count / median(each[part][1].seconds for each in rounds)),
                ratio=round(median(ratios), 3),
                lowest=round(min(ratios), 3),
                highest=round(max(ratios), 3),
                peak_mb=max(each[part][0].peak_mb for each in rounds),
                peak_mb_of_a_fifth=small[part][0].peak_mb,
            )
        )
    return compared


def _run_all(count: int, folder: Path) -> dict[Part, tuple[Measured, Measured]]:
    """Run every part and its floor once, and see that both wrote the same."""
    native, prodigy, again, small = (folder / name for name in ("native", "prodigy", "again", "small"))
    for each in (native, prodigy, again, small):
        each.mkdir(parents=True)
    write_articles(native / "articles.jsonl", count)
    write_files(small / "articles", count)
    measured: dict[Part, tuple[Measured, Measured]] = {
        "import jsonl": _run_both(import_ours, import_floor, native, native / "articles.jsonl"),
        "export jsonl": _run_both(
            partial(export_ours, format_name="jsonl"), export_jsonl_floor, native, native / "ours.jsonl"
        ),
        "export prodigy": _run_both(
            partial(export_ours, format_name="prodigy"), export_prodigy_floor, native, prodigy / "ours.jsonl"
        ),
    }
    # A process starts with the peak of the one that made it, so this one must stay small.
    for each in (native, prodigy):
        if not filecmp.cmp(each / "ours.jsonl", each / "floor.jsonl", shallow=False):
            sys.exit("spantag and the floor exported different files")
    measured["import prodigy"] = _run_both(import_ours, import_floor, again, prodigy / "ours.jsonl")
    measured["import files"] = _run_both(import_ours, import_files_floor, small, small / "articles")
    rmtree(folder)
    return measured


def _run_both(ours: Run, floor: Run, folder: Path, file: Path) -> tuple[Measured, Measured]:
    """Run a part and its floor, which writes a file of its own."""
    is_written = not file.exists()
    return _run(ours, folder, file), _run(floor, folder, file.with_stem("floor") if is_written else file)


def _run(part: Run, folder: Path, file: Path) -> Measured:
    """Run one part in a new process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, part, folder, file).result()


def _measure(part: Run, folder: Path, file: Path) -> Measured:
    seconds = part(folder, file)
    # Linux counts the peak in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(seconds, round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=5_000, help="how many articles (default: 5,000)")
    parser.add_argument("--repeat", type=int, default=3, help="how often (default: 3)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(arguments.articles, arguments.repeat, Path(folder))
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    for row in rows:
        print(
            f"{row.part}: {row.ours:,.0f} articles/s, floor {row.floor:,.0f},"
            f" ratio {row.ratio:.2f} ({row.lowest:.2f}-{row.highest:.2f});"
            f" peak {row.peak_mb} MB at {row.articles:,} articles, {row.peak_mb_of_a_fifth} MB at a fifth"
        )


if __name__ == "__main__":
    main()
