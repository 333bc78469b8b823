"""Sentences with a number in them are right of one and of many."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tui
from tui.formats.shared.reading import Tally
from tui.text.messages import count_noun

SOURCES = Path(tui.__file__).parent
OF_MANY = re.compile(r"(?<!\{)\b(are|have|were|stay|they|their|them)\b(?!\})")
OF_ONE = re.compile(r"\{\} (is|has|was|stays|counts|overlaps|parts)\b")


def sentences_in(path: Path) -> Iterator[str]:
    """Give the sentences of a module that begin with the place for a number and its noun."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(
            str(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else "x"
            for part in parts
        )
        if text.startswith("{} "):
            yield text


def test_what_is_said_of_a_number_of_things_goes_with_their_number() -> None:
    found = [sentence for path in SOURCES.rglob("*.py") for sentence in sentences_in(path)]
    assert len(found) > 30
    assert [each for each in found if OF_MANY.search(each) or OF_ONE.match(each)] == []


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 span is left out: it has no place"), (2, "2 spans are left out: they have no place")],
)
def test_a_tally_says_it_of_one_and_of_many(number: int, said: str) -> None:
    tally = Tally()
    tally.add("{} {are} left out: {they} {have} no place", number=number)
    assert [remark.sentence for remark in tally.remarks()] == [said]


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [(1, "entity", "1 entity"), (2, "entity", "2 entities"), (2, "key", "2 keys"), (0, "span", "0 spans")],
)
def test_a_noun_goes_with_its_number(number: int, noun: str, said: str) -> None:
    assert count_noun(number, noun) == said
