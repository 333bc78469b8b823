"""The benchmark of keys per span: it ends with exactly the gold spans, and counts alike every time."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from tests.at_work import at_work

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from keystrokes import (  # noqa: E402 - a script, found by its folder
    EDGES,
    FIRST_LETTER,
    FURTHER_LETTERS,
    LABEL,
    OTHER,
    explain,
    run,
    sort_keys,
)
from oracle import Oracle, Plan, Way  # noqa: E402 - the same

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
    (3, "กบฏ", "actor"),
    (3, "東京", "place"),
    (3, "大阪", "place"),
)
"""The text's number, the span's text, its label: nested, crossing, inside tokens and graphemes."""


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
    figures, again = run(gold, way), run(gold, way)
    assert (figures["spans"], figures["articles"]) == (len(GOLD), len(TEXTS))
    assert {**figures, "waited_for_training": 0.0} == {**again, "waited_for_training": 0.0}


def test_only_the_first_articles_with_spans_are_annotated(gold: Path) -> None:
    figures = run(gold, "express", articles=1)
    assert figures["articles"] == 1
    assert figures["spans"] == sum(number == 0 for number, _, _ in GOLD)


def test_suggestions_can_be_switched_off(gold: Path) -> None:
    assert run(gold, "express", is_helped=False)["suggestions"] == 0


def test_a_span_of_white_space_alone_is_named_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gold.jsonl"
    spans = [{"start": 0, "end": 4, "label": "place"}, {"start": 4, "end": 5, "label": "odd"}]
    path.write_text(json.dumps({"text": "Moru fell.", "spans": spans}), encoding="utf-8")
    assert run(path, "express")["spans"] == 1
    assert "article 1: 4-5 odd is white space alone; it is left out" in capsys.readouterr().err


def test_articles_without_spans_count_where_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    spans = [{"start": 0, "end": 4, "label": "place"}]
    lines = [{"text": "Nothing happened.", "spans": []}, {"text": "Moru fell.", "spans": spans}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert run(path, "express")["articles"] == 1
    figures = run(path, "express", with_empty=True)
    assert (figures["articles"], figures["spans"]) == (2, 1)


def write_gold(path: Path, text: str, parts: Iterable[tuple[str, str]]) -> Path:
    spans = [
        {"start": text.index(part), "end": text.index(part) + len(part), "label": label}
        for part, label in parts
    ]
    path.write_text(json.dumps({"text": text, "spans": spans}) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("label", "keys"),
    [("weapon", ("1", "]")), ("actor", ("2", "[", "["))],
    ids=["no equal span", "an equal span on the way"],
)
def test_no_key_is_pressed_that_would_make_a_span_equal_to_another(
    tmp_path: Path, label: str, keys: tuple[str, ...]
) -> None:
    with at_work(tmp_path, "TORVAL KARSIN'S MURDER CONDEMNED TODAY") as session:
        session.cursor.set_edges(0, 6)
        session.spans.tag("actor")
        oracle = Oracle(session, session.annotations.batch.project.labels, (), way="express")
        assert oracle.move_edges((0, 38, label), (0, 13)) == keys


def test_a_span_gets_a_label_that_has_no_key(tmp_path: Path) -> None:
    words = [f"{first}{second}rin" for first in "ABDEFGHKLM" for second in "aeio"]
    parts = [(word, f"{word} {number}") for number, word in enumerate(words)]
    figures = run(write_gold(tmp_path / "gold.jsonl", " met ".join(words), parts), "express")
    assert figures["spans"] == len(words)


AIM = (0, 4, "place")


@pytest.mark.parametrize(
    ("plan", "kinds"),
    [
        (Plan(("f",), AIM, ((0, 0), 1)), [FIRST_LETTER]),
        (Plan(("x", "f", "L", "2"), AIM, ((0, 0), 2)), [FIRST_LETTER, FURTHER_LETTERS, LABEL, EDGES]),
        (Plan(("escape", "L", "f"), AIM, ((0, 0), 1)), [FURTHER_LETTERS, LABEL, FIRST_LETTER]),
        (Plan(("l", "x", "f"), AIM, ((0, 0), 2)), [LABEL, FIRST_LETTER, FURTHER_LETTERS]),
        (Plan((";", "p", "l", "enter", "f"), AIM, ((0, 0), 1)), [*[LABEL] * 4, FIRST_LETTER]),
        (Plan(("tab", "L"), AIM), [OTHER, LABEL]),
        (Plan(("f", "backspace")), [OTHER, OTHER]),
    ],
    ids=["hint", "corrected", "asked", "label first", "picked", "reached", "rejected"],
)
def test_every_key_is_booked_for_what_it_is_for(plan: Plan, kinds: list[str]) -> None:
    assert sort_keys(plan) == kinds


def test_keys_are_explained_by_span(gold: Path) -> None:
    figures = run(gold, "express", articles=1)
    explained = list(explain(figures))
    assert len(explained) == 6
    assert sum(float(line.split()[0]) for line in explained) == pytest.approx(
        figures["keys_per_span"], abs=0.03
    )
