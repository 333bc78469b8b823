"""How long it takes from a key to the last byte of the answer, in a pseudo-terminal.

spantag and the floor (`floor.py`) are open at the same time and answer the same keys in turn, so that what
else the machine does meets both. Articles of 3 KB and 1 MB, one paragraph of 1 MB, and 1 MB with 20,000
spans; each in a project with nothing else and in one with 100,000 more articles. Then the library's keys.

    python benchmarks/latency.py [--articles N] [--rounds N] [--keep DIR] [--json]
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus import ANNOTATOR, make_project, write_dense, write_text
from terminal import Terminal

GOAL = 1.5
"""Times the floor's time a key may take."""

FLAT = 1.2
"""Times the time of the smallest case any larger case may take."""

WARM_UP = 3
"""Rounds that are not counted."""

_FLOOR = "floor"
_UP, _DOWN, _RIGHT = b"\x1b[A", b"\x1b[B", b"\x1b[C"
_PAGE_UP, _PAGE_DOWN = b"\x1b[5~", b"\x1b[6~"

_ROUND = (
    ("move", _RIGHT, _RIGHT),
    ("move", _RIGHT, _RIGHT),
    ("move", _RIGHT, _RIGHT),
    ("tag", b"a", b"a"),
    ("undo", b",", b","),
    ("hints", b"a", b"a"),
    ("hint tag", b"f", b"f"),
    ("undo", b",", b","),
    ("next", _PAGE_DOWN, _PAGE_DOWN),
    ("", _PAGE_UP, _PAGE_UP),
    ("finish", b"\r", b"\r"),
    ("undo finish", b",", _PAGE_UP),
)
"""What each key of a round is counted as, the key, and the one that makes the floor draw as much."""

_LIBRARY_ROUND = (
    ("down", _DOWN, _RIGHT),
    ("", _UP, _RIGHT),
    ("page down", _PAGE_DOWN, _PAGE_DOWN),
    ("", _PAGE_UP, _PAGE_UP),
    ("filter", b"r", _PAGE_DOWN),
    ("filter", b"\x7f", _PAGE_UP),
)
"""The same for the library; the filter is open."""


@dataclass(frozen=True, slots=True)
class Row:
    """One key in one case."""

    case: str
    """The article and the project."""
    key: str
    """What the key does."""
    p50: float
    """The median, in milliseconds."""
    p95: float
    """The 95th percentile, in milliseconds."""
    floor_p50: float
    """The floor's median."""
    floor_p95: float
    """The floor's 95th percentile."""

    @property
    def ratio(self) -> float:
        """The median as a multiple of the floor's."""
        return self.p50 / self.floor_p50


def open_all(
    folder: Path, articles: int, only: Sequence[str]
) -> tuple[dict[str, Terminal], dict[str, Terminal]]:
    """Open the floor and every case; give the terminals on an article and those on a library, by name."""
    cases = {
        "3 KB": ("small.txt", write_text(3_000)),
        "1 MB": ("large.txt", write_text(1_000_000)),
        "1 MB, one paragraph": ("paragraph.txt", write_text(1_000_000, paragraph_length=10**9)),
        "1 MB, 20,000 spans": ("dense.jsonl", write_dense(1_000_000, 20_000)),
    }
    projects = {"empty": make_project(folder / "with-0", articles=0)}
    if articles:
        projects[f"{articles:,}"] = make_project(folder / f"with-{articles}", articles=articles)
    environment = {"XDG_CONFIG_HOME": str(folder / "config"), "TEXTUAL_ANIMATIONS": "none"}
    terminals: dict[str, Terminal] = {}
    small = folder / cases["3 KB"][0]
    floor = [sys.executable, str(Path(__file__).with_name("floor.py"))]
    spantag = [sys.executable, "-m", "tui", "--annotator", ANNOTATOR, "open"]
    for size, (name, text) in cases.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        for project, place in projects.items():
            case = f"{size}, {project}"
            if only and not any(part in case for part in only):
                continue
            terminals[case] = Terminal([*spantag, str(path)], cwd=place.folder, environment=environment)
            terminals[case].wait_for("actor", ANNOTATOR, "to do")
    terminals[_FLOOR] = Terminal([*floor, str(small)], cwd=folder, environment=environment)
    terminals[_FLOOR].wait_for("actor")
    libraries: dict[str, Terminal] = {}
    for project, place in projects.items():
        libraries[f"library, {project}"] = Terminal(spantag, cwd=place.folder, environment=environment)
        libraries[f"library, {project}"].wait_for("Quit")
    for terminal in (*terminals.values(), *libraries.values()):
        terminal.settle()
    return terminals, libraries


def measure(
    terminals: Mapping[str, Terminal], keys: Sequence[tuple[str, bytes, bytes]], rounds: int
) -> dict[tuple[str, str], list[float]]:
    """Press the keys of so many rounds, each key in every terminal in turn; give milliseconds."""
    times: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for number in range(WARM_UP + rounds):
        for name, key, floor_key in keys:
            for case, terminal in terminals.items():
                try:
                    seconds = terminal.press(floor_key if case == _FLOOR else key)
                except TimeoutError as error:
                    raise SystemExit(f"{case}: {error}") from error
                if name and number >= WARM_UP:
                    times[case, name].append(seconds * 1000)
    return times


def compare(times: Mapping[tuple[str, str], Sequence[float]]) -> list[Row]:
    """Put every key of every case beside the floor's."""
    return [
        Row(case, key, *_percentiles(own), *_percentiles(times[_FLOOR, key]))
        for (case, key), own in times.items()
        if case != _FLOOR
    ]


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return round(statistics.median(ordered), 2), round(ordered[int(0.95 * (len(ordered) - 1))], 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--articles", type=int, default=100_000, help="of the large project (default: 100,000)"
    )
    parser.add_argument("--rounds", type=int, default=30, help="how often each key (default: 30)")
    parser.add_argument("--only", action="append", default=[], help="only cases with this in their name")
    parser.add_argument("--keep", type=Path, help="keep the projects in this folder for the next run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.keep or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        terminals, libraries = open_all(folder, arguments.articles, arguments.only)
        try:
            times = measure(terminals, _ROUND, arguments.rounds)
            for library in libraries.values():
                library.press(b"/")
            library_times = measure(
                {**libraries, _FLOOR: terminals[_FLOOR]}, _LIBRARY_ROUND, arguments.rounds
            )
        finally:
            for terminal in (*terminals.values(), *libraries.values()):
                terminal.close()
    rows = compare(times) + compare(library_times)
    if arguments.json:
        print(json.dumps([{**asdict(row), "ratio": round(row.ratio, 2)} for row in rows]))
        return
    print_table(rows)


def print_table(rows: Sequence[Row]) -> None:
    """Print a line for each case and key, with the ratio to the floor and to the first case."""
    first = {row.key: row.p50 for row in reversed(rows)}
    print(f"{'case':<30}{'key':<12}{'p50':>7}{'p95':>8}{'floor':>8}{'p95':>8}{'ratio':>7}{'flat':>7}")
    for row in rows:
        flat = row.p50 / first[row.key]
        missed = " *" if row.ratio > GOAL or flat > FLAT else ""
        print(
            f"{row.case:<30}{row.key:<12}{row.p50:>7.1f}{row.p95:>8.1f}{row.floor_p50:>8.1f}"
            f"{row.floor_p95:>8.1f}{row.ratio:>7.2f}{flat:>7.2f}{missed}"
        )
    print(f"times in ms; goals: ratio {GOAL}, flat {FLAT}; * misses one")


if __name__ == "__main__":
    main()
