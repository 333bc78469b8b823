"""Storms: closed terminals, kills, bursts of keys, resizes and two writers, as many as are asked for.

    python -m tests.end_to_end.storms --closings 200 --kills 1000 --bursts 10000 --resizes 200 --writers 600

`--seed` makes another storm. The number of rounds is printed, and in how many of them something was lost
(it was painted and is not in the database, or the database does not agree with itself), hung (still there
three seconds after its terminal was gone), or ended with a traceback. The exit code is 1 where there is
one.
"""

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.at_work import STORY, make_project
from tests.end_to_end.terminal import Terminal
from tests.every_screen import SCREENS, at_screen
from tests.piloted import screen_of, send

GONE: Final = 3.0
"""Seconds after its terminal in which the app is gone."""

KEYS: Final = (
    *("\r", "\x1b", "\x1b[27u", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[6~", "\x1b[5~", "\t", "\x7f"),
    *("\x1b[1;2C", "\x1b[1;2D", "\x11", "\x1bOP", "\x1b[<0;9;9M\x1b[<0;9;9m", "\x1b[200~a\x1b[Cb\r\x1b[201~"),
    *map(chr, range(32, 127)),
)
"""What is written in bursts: every key, clicks and a paste."""

_KINDS: Final = ("lost", "hung", "tracebacks")

Storm = Callable[[random.Random], "Counter[str]"]


def close_terminals(chance: random.Random) -> Counter[str]:
    """Close the other end of the terminal of an app at work, at any time."""
    with _folder() as folder, Terminal(["--annotator", "ana"], cwd=folder) as terminal:
        painted = _work(terminal, chance)
        is_gone = terminal.vanish(seconds=GONE)
        return Counter(
            hung=not is_gone, lost=_lost(folder, painted), tracebacks=b"Traceback" in terminal.output
        )


def kill(chance: random.Random) -> Counter[str]:
    """Kill an app at work, at any time."""
    with _folder() as folder, Terminal(["--annotator", "ana"], cwd=folder) as terminal:
        _work(terminal, chance)
        terminal.kill()
        # What came out before counts as painted.
        terminal.wait_for_end()
        return Counter(
            lost=_lost(folder, _count_painted(terminal)), tracebacks=b"Traceback" in terminal.output
        )


def burst(chance: random.Random) -> Counter[str]:
    """Write random keys at once to every screen, a hundred times each at most."""

    async def storm(folder: Path) -> int:
        count = 0
        screen = chance.choice(SCREENS)
        async with at_screen(screen, folder) as pilot:
            while count < 100 and pilot.app.is_running and not pilot.app._exit:
                await send(pilot, "".join(chance.choices(KEYS, k=chance.randint(1, 12))))
                count += 1
        return count

    return _run(storm)


def resize(chance: random.Random) -> Counter[str]:
    """Give the window of every screen ten other sizes."""

    async def storm(folder: Path) -> int:
        for number, screen in enumerate(SCREENS):
            (folder / str(number)).mkdir()
            async with at_screen(screen, folder / str(number)) as pilot:
                for _ in range(10):
                    columns, rows = (chance.choice((chance.randint(1, 12), top)) for top in (500, 200))
                    await pilot.resize_terminal(columns, rows)
                    await pilot.pause()
                    screen_of(pilot)
        return 10

    return _run(storm)


def write_together(chance: random.Random, seconds: float) -> Counter[str]:
    """Let two apps tag the same article of the same database."""
    found: Counter[str] = Counter()
    with _folder() as folder:
        with (
            Terminal(["--annotator", "ana"], cwd=folder) as one,
            Terminal(["--annotator", "ana"], cwd=folder) as other,
        ):
            for terminal in (one, other):
                terminal.wait_for("Rebels attack")
                terminal.press("enter")
                terminal.wait_for("¶ ")
            limit = time.monotonic() + seconds
            while time.monotonic() < limit:
                for terminal in (one, other):
                    keys = chance.choices(
                        ["right", "left", "a", "w", "l", ",", "pagedown", "pageup", "tab"], k=4
                    )
                    terminal.press(*keys)
                    found["rounds"] += 1
                    if "NOT SAVED" in terminal.text():
                        found["lost"] += 1
            for terminal in (one, other):
                terminal.press("escape")
            limit = time.monotonic() + 10
            while _count_painted(one) != _count_painted(other) and time.monotonic() < limit:
                one.look()
                other.look()
            found["lost"] += _count_painted(one) != _count_painted(other)
            for terminal in (one, other):
                found["hung"] += not terminal.process.isalive()
                found["tracebacks"] += b"Traceback" in terminal.output
            painted = _count_painted(one)
        found["lost"] += _lost(folder, painted, exactly=True)
    return found


def _run(storm: Callable[[Path], Awaitable[int]]) -> Counter[str]:
    with tempfile.TemporaryDirectory() as folder:

        async def go() -> int:
            return await storm(Path(folder))

        try:
            rounds = asyncio.run(go())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return Counter(rounds=1, tracebacks=1)
        return Counter(rounds=rounds)


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a project with one article."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_project(folder, STORY).close()
        yield folder


def _work(terminal: Terminal, chance: random.Random) -> int:
    """Open the article and tag some words; give how many were painted."""
    terminal.wait_for("Rebels attack")
    terminal.press("enter")
    terminal.wait_for("¶ ")
    for _ in range(chance.randint(0, 6)):
        terminal.process.send(chance.choice(["\x1b[C", "\x1b[C\x1b[C", "\x1b[6~\x1b[C"]) + "w")
        if chance.random() < 0.5:
            terminal.look()
    terminal.process.send(chance.choice(["", "#a note", "?", "\x1b[B\x1b[Bw", "/Moru\r", "\x1b[6~" * 40]))
    time.sleep(chance.random() / 5)
    return _count_painted(terminal)


def _count_painted(terminal: Terminal) -> int:
    """Read how many weapons the screen says there are."""
    found = re.search(r"w weapon (\d+)", terminal.text())
    return int(found[1]) if found else 0


def _lost(folder: Path, painted: int, *, exactly: bool = False) -> bool:
    """Tell whether the database does not agree with itself or lacks what was painted."""
    project = make_project(folder)
    try:
        there = sum(span.label == "weapon" for span in project.open_article(1)[1].spans.values())
        is_kept = there == painted if exactly else there >= painted
        return bool(list(project.verify())) or not is_kept
    finally:
        project.close()


def weather(storm: Storm, rounds: int, chance: random.Random) -> Counter[str]:
    """Let one kind of storm go on for so many rounds, or until Ctrl+C; give what was found, counted."""
    found: Counter[str] = Counter()
    while found["rounds"] < rounds:
        try:
            came = storm(chance)
        except KeyboardInterrupt:
            break
        found.update(came if "rounds" in came else {**came, "rounds": 1})
        if not is_calm(came):
            print(f"after {found['rounds']} rounds: {dict(found)}", file=sys.stderr, flush=True)
    return found


def is_calm(found: Counter[str]) -> bool:
    """Tell whether nothing was lost, hung, or ended with a traceback."""
    return not any(found[kind] for kind in _KINDS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the storms that are asked for, and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    storms: dict[str, Storm] = {
        "closings": close_terminals,
        "kills": kill,
        "bursts": burst,
        "resizes": resize,
    }
    for name in storms:
        parser.add_argument(f"--{name}", type=int, default=0)
    parser.add_argument("--writers", type=float, default=0, help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    calm = True
    for name, storm in storms.items():
        if rounds := getattr(asked, name):
            calm &= _report(name, weather(storm, rounds, random.Random(asked.seed)))
    if asked.writers:
        calm &= _report("writers", write_together(random.Random(asked.seed), asked.writers))
    return 0 if calm else 1


def _report(name: str, found: Counter[str]) -> bool:
    counts = ", ".join(f"{found[kind]} {kind}" for kind in _KINDS)
    print(f"{name}: {found['rounds']} rounds, {counts}", flush=True)
    return is_calm(found)


if __name__ == "__main__":
    sys.exit(main())
