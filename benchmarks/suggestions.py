"""How long suggestions take, and what a training beside the app does to its keys.

First the time of `Assistant.suggest` for paragraphs of several lengths that it has not seen, with a learnt
model, 50 spans in unfinished paragraphs and everything learnt from 300 paragraphs. Then the app in a
pseudo-terminal answers the same keys in turn without a training and beside as many of them as the machine has
cores, each the learner's own process at work on 60,000 tokens.

    python benchmarks/suggestions.py [--rounds N] [--json]
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from corpus import ANNOTATOR, make_project, write_text
from terminal import Terminal

from tui.model.labels import LabelSet
from tui.model.labels.read import parse_labels
from tui.model.span import Span
from tui.suggest.assistant import Assistant
from tui.text.paragraphs import find_paragraphs
from tui.text.tokens import tokenize

GOAL_MS = 5.0
"""Milliseconds in which the suggestions of a paragraph are there."""

GOAL_P99 = 1.2
"""Times its own 99th percentile a key may take beside a training."""

LENGTHS = (60, 120, 165, 300)
"""Tokens of the paragraphs that are measured."""

OPEN_SPANS = 50
"""Spans of unfinished paragraphs."""

_ROUNDS_IN_TURN = 10
"""Rounds of keys alone, then as many beside trainings, so that what else the machine does meets both."""

_LABELS = "labels: [actor, weapon, casualty, location]"
_KEYS = (b"\x1b[C", b"\x1b[C", b"a", b",", b"a", b"f", b",", b"\x1b[6~", b"\x1b[5~")
"""Move, tag, undo, hints, a hint, undo, next, back."""


def tag_text(text: str, labels: LabelSet, *, seed: int) -> list[Span]:
    """Tag the words of a text that begin with a capital, as an annotator would names."""
    chance = random.Random(seed)
    return [
        Span(f"s{start}", start, end, labels.names[chance.choice((0, 3))])
        for start, end in tokenize(text)
        if text[start].isupper() and chance.random() < 0.8
    ]


def teach(assistant: Assistant, labels: LabelSet, *, paragraphs: int, seed: int) -> None:
    """Let an assistant learn from so many paragraphs."""
    text = write_text(paragraphs * 420, seed=seed)
    spans = tag_text(text, labels, seed=seed)
    for start, end in find_paragraphs(text)[:paragraphs]:
        assistant.observe_paragraph(text, start, end, [span for span in spans if start <= span.start < end])


def time_suggestions(rounds: int) -> dict[int, float]:
    """Give the median milliseconds of the suggestions of a paragraph, by its tokens."""
    labels = parse_labels(_LABELS, file="labels.yaml")
    times: dict[int, float] = {}
    with closing(Assistant(labels, ANNOTATOR)) as assistant:
        teach(assistant, labels, paragraphs=300, seed=1)
        if not assistant.train_now():
            raise SystemExit(f"the learner gave no model: {assistant.learner.take_notices()}")
        for length in LENGTHS:
            taken: list[float] = []
            for number in range(rounds):
                text = write_text(length * 8 + 8_000, paragraph_length=10**9, seed=1000 + number)
                end = tokenize(text)[length - 1][1]
                existing = [span for span in tag_text(text, labels, seed=number) if span.start >= end][
                    :OPEN_SPANS
                ]
                began = time.perf_counter()
                assistant.suggest(text, 0, end, existing)
                taken.append((time.perf_counter() - began) * 1000)
            times[length] = statistics.median(taken)
    return times


def time_keys(folder: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Give the milliseconds of every key alone and beside a training on every core, in turn."""
    place = make_project(folder / "project", articles=0)
    article = folder / "article.txt"
    article.write_text(write_text(3_000), encoding="utf-8")
    labels = parse_labels(_LABELS, file="labels.yaml")
    command = [sys.executable, "-m", "tui", "--annotator", ANNOTATOR, "open", str(article)]
    environment = {"XDG_CONFIG_HOME": str(folder / "config"), "TEXTUAL_ANIMATIONS": "none"}
    alone: list[float] = []
    beside: list[float] = []
    with closing(Terminal(command, cwd=place.folder, environment=environment)) as terminal:
        terminal.wait_for("actor", ANNOTATOR, "to do")
        terminal.settle()
        _press_all(terminal)
        for first in range(0, rounds, _ROUNDS_IN_TURN):
            count = min(_ROUNDS_IN_TURN, rounds - first)
            for _ in range(count):
                alone += _press_all(terminal)
            with ExitStack() as trainings:
                assistants: list[Assistant] = []
                for core in range(os.cpu_count() or 1):
                    assistants.append(Assistant(labels, f"{ANNOTATOR}{core}"))
                    trainings.callback(assistants[-1].close)
                    teach(assistants[-1], labels, paragraphs=700, seed=core)
                for _ in range(count):
                    for assistant in assistants:
                        assistant.poll()
                        if not assistant.learner.is_training:
                            assistant.learner.start({})
                    beside += _press_all(terminal)
    return alone, beside


def _press_all(terminal: Terminal) -> list[float]:
    return [terminal.press(key) * 1000 for key in _KEYS]


def _at(times: Sequence[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=80, help="how often each key (default: 80)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    times = time_suggestions(arguments.rounds)
    with tempfile.TemporaryDirectory() as folder:
        alone, beside = time_keys(Path(folder), arguments.rounds)
    shares = (0.5, 0.95, 0.99)
    keys = {
        name: [round(_at(taken, share), 2) for share in shares]
        for name, taken in (("alone", alone), ("beside trainings", beside))
    }
    if arguments.json:
        print(
            json.dumps({"suggest": {str(length): round(each, 2) for length, each in times.items()}, **keys})
        )
        return
    for length, each in times.items():
        print(f"suggestions of {length:>3} tokens{each:>8.2f} ms{' *' if each > GOAL_MS else ''}")
    print(f"{'keys':<24}{'p50':>8}{'p95':>8}{'p99':>8}")
    for name, percentiles in keys.items():
        print(f"{name:<24}" + "".join(f"{each:>8.2f}" for each in percentiles))
    ratio = _at(beside, 0.99) / _at(alone, 0.99)
    print(f"p99 beside trainings: {ratio:.2f} times that alone{' *' if ratio > GOAL_P99 else ''}")
    print(f"times in ms; goals: {GOAL_MS} ms, {GOAL_P99} times; * misses one")


if __name__ == "__main__":
    main()
