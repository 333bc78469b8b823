"""The benchmark of keys per span: it ends with exactly the gold spans, and counts alike every time."""

import json
import sys
from pathlib import Path
from typing import get_args

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from keystrokes import run  # noqa: E402 - a script, found by its folder
from oracle import Way  # noqa: E402 - the same

WAYS: tuple[Way, ...] = get_args(Way)

TEXTS = (
    "Rebels shelled the Karsin city hospital on Monday.\r\n\r\nThe Karsin police blamed the Doran Front.\r\n",
    "A flag 🇺🇦 and a 👩‍👩‍👧 family\n\nstood near Karsin. Anti-Karsin slogans were shouted.\n",
    "One line\nof it ends here\n\nand another begins. The Doran Front denied it.\n\nLeave a Reply Karsin\n",
    "ฝ่ายกบฏยิงโรงพยาบาล 東京の大阪で会談した。\n",
)

GOLD = (
    (0, "Rebels", "actor"),
    (0, "the Karsin city hospital", "place"),
    (0, "Karsin city", "place"),
    (0, "Karsin", "place"),
    (0, "Monday.\r\n\r\nThe", "odd"),
    (0, "Karsin police", "actor"),
    (0, "police blamed the Doran", "odd"),
    (0, "the Doran Front", "actor"),
    (0, "the Doran Front", "odd"),
    (1, "🇺🇦", "place"),
    (1, "👩‍👩", "actor"),
    (1, "Karsin", "place"),
    (1, "arsi", "odd"),
    (2, "line\nof it", "odd"),
    (2, "The Doran Front", "actor"),
    (2, "and another begins. The Doran Front denied it.\n\nLeave a", "odd"),
    (2, "Reply Karsin", "place"),
    (2, "\n\n", "odd"),
    (3, "กบฏ", "actor"),
    (3, "東京", "place"),
    (3, "大阪", "place"),
)
"""The text's number, the span's text, its label: nested, crossing, inside tokens and graphemes, in blanks."""


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number, text in enumerate(TEXTS):
            spans = [
                {"start": text.index(part), "end": text.index(part) + len(part), "label": label}
                for place, part, label in GOLD
                if place == number
            ]
            out.write(json.dumps({"text": text, "spans": [*spans, spans[0]]}) + "\n")
    return path


@pytest.mark.parametrize("way", WAYS)
def test_every_kind_of_span_can_be_made_by_keys_and_counts_alike_twice(gold: Path, way: Way) -> None:
    figures = run(gold, way)
    assert (figures["spans"], figures["articles"]) == (len(GOLD), len(TEXTS))
    assert figures == run(gold, way)


def test_only_the_first_articles_with_spans_are_annotated(gold: Path) -> None:
    figures = run(gold, "express", articles=1)
    assert figures["articles"] == 1
    assert figures["spans"] == sum(number == 0 for number, _, _ in GOLD)


def test_suggestions_can_be_switched_off(gold: Path) -> None:
    assert run(gold, "express", is_helped=False)["suggestions"] == 0
