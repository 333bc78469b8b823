"""Patterns of labels.yaml that take too long: they are switched off and named, and nothing waits for them."""

import re
import time
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.piloted import annotating, press, said
from tui.model.labels import LabelSet
from tui.model.labels.read import parse_labels
from tui.model.labels.regexes import compile_regex, explain_regex, find_matches
from tui.suggest.learning.features import read_passage
from tui.suggest.sources.patterns import MOST_TOGETHER, PatternFinder, find_slow
from tui.text.tokens import tokenize

SLOW = "(.*?,){20}P"
PARAGRAPH = "On Tuesday at least 52 people were killed in Aleppo, officials of the town said, again. " * 50


def read_patterns(*expressions: str) -> LabelSet:
    lines = [f"  - regex: '{expression}'" for expression in expressions]
    return parse_labels("\n".join(["labels:", "- name: a", "  patterns:", *lines]), file="labels.yaml")


def find(finder: PatternFinder, text: str = PARAGRAPH) -> list[str]:
    passage = read_passage(text, tokenize(text))
    return [passage.phrase(match.first, match.last) for match in finder.find(passage)]


def test_a_slow_pattern_is_switched_off_and_named_and_the_others_go_on() -> None:
    finder = PatternFinder(read_patterns(r"\d+ people", SLOW, "Aleppo"))
    before = time.process_time()
    assert find(finder)[:2] == ["52 people", "Aleppo"]
    assert time.process_time() - before < 5.0
    (notice,) = finder.take_notices()
    assert notice.startswith(
        f"labels.yaml:5:12: the pattern {SLOW} is switched off: it takes more than 0.1 seconds"
    )
    assert finder.take_notices() == []
    assert find(finder)[:2] == ["52 people", "Aleppo"]
    assert finder.take_notices() == []


@pytest.mark.parametrize(
    "expression",
    [
        r"(?:[A-Za-z]+\s?)+\d",
        r"(?:(?:\w+ ?)+, )+:",
        r"(?=(.*)(.*)(.*)(.*)x:)",
        SLOW,
        r"((((.*)*)*)*)*z",
        r"(\w+\s*)+\1:",
    ],
)
def test_no_pattern_keeps_anybody_waiting(expression: str) -> None:
    finder = PatternFinder(read_patterns(expression))
    before = time.process_time()
    for _ in range(20):
        find(finder)
    assert time.process_time() - before < 10.0


def test_of_many_patterns_that_are_slow_together_the_slowest_goes() -> None:
    seconds = iter(
        [
            moment
            for start, end in ((0.0, 0.01), (1.0, 1.02 + MOST_TOGETHER), (3.0, 3.01))
            for moment in (start, end)
        ]
    )
    finder = PatternFinder(read_patterns("Tuesday", "Aleppo", "town"), clock=lambda: next(seconds))
    find(finder)
    (notice,) = finder.take_notices()
    assert notice.startswith(
        "labels.yaml:5:12: the pattern Aleppo is switched off: all take more than 0.3 seconds"
    )


def test_however_many_patterns_are_slow_a_paragraph_takes_no_longer() -> None:
    finder = PatternFinder(read_patterns(*[f"{SLOW}{number}" for number in range(40)]))
    before = time.process_time()
    find(finder)
    assert time.process_time() - before < 2.0
    assert len(finder.take_notices()) < 10


async def test_the_screen_says_what_is_switched_off_and_tagging_goes_on(tmp_path: Path) -> None:
    labels = f"labels:\n- name: actor\n  patterns:\n  - regex: '{SLOW}'\n- location\n"
    async with annotating(tmp_path, PARAGRAPH, labels=labels, size=(120, 40)) as (pilot, session):
        for _ in range(400):
            await pilot.pause(0.02)
            if said(pilot):
                break
        assert f"labels.yaml:4:12: the pattern {SLOW} is switched off" in said(pilot)
        await press(pilot, "right a")
        assert [span.label for span in session.layer.spans.values()] == ["actor"]


def test_slow_patterns_are_found_before_anybody_tags() -> None:
    (sentence,) = find_slow(read_patterns("Aleppo", SLOW))
    assert sentence.startswith("labels.yaml:5:12: ")


@pytest.mark.parametrize("expression", [r"\p{Lu}", r"\m\w", "(?e)a", "(?|a|b)", "[[:alpha:]]"])
def test_what_is_no_expression_of_python_is_refused(expression: str) -> None:
    assert "is not a regular expression" in (explain_regex(expression) or "")


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "b+",
                r"\d+",
                r"\b",
                "(?:a|b)",
                "(a)?",
                "[a-c]",
                "[^a]",
                "{e<=1}",
                "{}",
                "[{]",
                r"\{",
                r"\w+?",
                " ",
                ".",
                "(?=b)",
                "(?<!a)",
                "a{2}",
            ]
        ),
        min_size=1,
        max_size=6,
    ).map("".join),
    st.text("ab1 ,é{}e", max_size=12),
)
def test_both_engines_find_the_same(expression: str, text: str) -> None:
    found = find_matches(compile_regex(expression), text, 0, len(text), seconds=10.0)
    assert found == [match.span() for match in re.finditer(expression, text)]
