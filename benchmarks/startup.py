"""How long it takes from exec to the first usable screen, against a bare Textual app.

spantag and the floor (`floor.py`) start in turn, so that what else the machine does meets both. The screen
counts as painted when the first words of the text or list have come out, and as usable when its last part has
and the keys at its bottom are there. Processor time, up to
the last byte, tells the two apart where the machine is too busy for the clock.

    python benchmarks/startup.py [--articles N] [--runs N] [--keep DIR] [--json]
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus import ANNOTATOR, make_project, write_text
from terminal import Terminal

GOAL = 1.4
"""Times the floor's time it may take until the screen is usable."""

PAINTED = 1.2
"""Times the floor's time it may take until the first paint."""

_FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Case:
    """One way to start."""

    arguments: Sequence[str]
    """The command."""
    folder: Path
    """Where it starts."""
    first: str
    """What the first paint of the text or list has."""
    markers: Sequence[str]
    """What the first usable screen has."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way to start, beside the floor."""

    case: str
    """The screen and the project."""
    painted: float
    """Median milliseconds until the first paint."""
    usable: float
    """Median milliseconds until the first usable screen."""
    settled: float
    """Median milliseconds until the last byte of the start."""
    cpu: float
    """Median milliseconds of processor time until then."""
    floor_painted: float
    """The same of the floor."""
    floor_usable: float
    """The same of the floor."""
    floor_settled: float
    """The same of the floor."""
    floor_cpu: float
    """The same of the floor."""

    @property
    def paint_ratio(self) -> float:
        """The time to the first paint as a multiple of the floor's."""
        return self.painted / self.floor_painted

    @property
    def ratio(self) -> float:
        """The time to the usable screen as a multiple of the floor's."""
        return self.usable / self.floor_usable

    @property
    def cpu_ratio(self) -> float:
        """The processor time as a multiple of the floor's."""
        return self.cpu / self.floor_cpu


def make_cases(folder: Path, articles: int) -> dict[str, Case]:
    """Make the projects and name the ways to start."""
    small, large = folder / "small.txt", folder / "large.txt"
    small.write_text(write_text(3_000), encoding="utf-8")
    large.write_text(write_text(1_000_000), encoding="utf-8")
    spantag = [sys.executable, "-m", "tui", "--annotator", ANNOTATOR, "open"]
    floor = [sys.executable, "-m", "floor", str(small)]
    word = small.read_text(encoding="utf-8").split()[0]
    cases = {_FLOOR: Case(floor, Path(__file__).parent, word, ["weapon", "floor"])}
    for name, count in {"empty": 0, f"{articles:,}": articles}.items():
        library = make_project(folder / f"library-{count}", articles=count).folder
        opened = make_project(folder / f"with-{count}", articles=count).folder
        listed = "report" if count else "sample"
        cases[f"library, {name}"] = Case(spantag, library, listed, [listed, "Quit"])
        cases[f"annotate 3 KB, {name}"] = Case(
            [*spantag, str(small)], opened, word, ["weapon", "to do", "Back"]
        )
    word = large.read_text(encoding="utf-8").split()[0]
    cases["annotate 1 MB, empty"] = Case(
        [*spantag, str(large)], folder / "with-0", word, ["weapon", "to do", "Back"]
    )
    return cases


def measure(
    cases: Mapping[str, Case], runs: int, environment: Mapping[str, str]
) -> dict[str, list[list[float]]]:
    """Start every case in turn, once uncounted; give milliseconds: painted, usable, settled, processor."""
    times: dict[str, list[list[float]]] = {name: [[], [], [], []] for name in cases}
    for number in range(runs + 1):
        for name, case in cases.items():
            terminal = Terminal(case.arguments, cwd=case.folder, environment=environment)
            try:
                painted = terminal.wait_for(case.first)
                usable = terminal.wait_for(*case.markers)
                settled = terminal.settle() or usable
            finally:
                spent = terminal.close()
            if number:
                for kind, seconds in zip(times[name], (painted, usable, settled, spent), strict=True):
                    kind.append(seconds * 1000)
    return times


def compare(times: Mapping[str, Sequence[Sequence[float]]]) -> list[Row]:
    """Put every case beside the floor."""
    medians = {name: [round(statistics.median(kind)) for kind in kinds] for name, kinds in times.items()}
    return [Row(name, *own, *medians[_FLOOR]) for name, own in medians.items() if name != _FLOOR]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--articles", type=int, default=100_000, help="of the large project (default: 100,000)"
    )
    parser.add_argument("--runs", type=int, default=10, help="how often each start (default: 10)")
    parser.add_argument("--keep", type=Path, help="keep the projects in this folder for the next run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.keep or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        environment = {
            "XDG_CONFIG_HOME": str(folder / "config"),
            "TEXTUAL_ANIMATIONS": "none",
            # Byte code is kept, as it is where pip has installed both.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        }
        rows = compare(measure(make_cases(folder, arguments.articles), arguments.runs, environment))
    if arguments.json:
        print(
            json.dumps(
                [
                    {
                        **asdict(row),
                        "paint_ratio": round(row.paint_ratio, 2),
                        "ratio": round(row.ratio, 2),
                        "cpu_ratio": round(row.cpu_ratio, 2),
                    }
                    for row in rows
                ]
            )
        )
        return
    print(
        f"{'case':<28}"
        + "".join(f"{name:>9}{'floor':>7}{'ratio':>7} " for name in ("painted", "usable", "cpu"))
    )
    for row in rows:
        cells = [
            (row.painted, row.floor_painted, row.paint_ratio, row.paint_ratio > PAINTED),
            (row.usable, row.floor_usable, row.ratio, row.ratio > GOAL),
            (row.cpu, row.floor_cpu, row.cpu_ratio, False),
        ]
        print(
            f"{row.case:<28}"
            + "".join(
                f"{own:>9.0f}{floor:>7.0f}{ratio:>7.2f}{'*' if misses else ' '}"
                for own, floor, ratio, misses in cells
            )
        )
    print(f"times in ms; goals: painted {PAINTED}, usable {GOAL}; * misses one")


if __name__ == "__main__":
    main()
