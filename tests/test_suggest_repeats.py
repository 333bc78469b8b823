"""Exact repeats of what was tagged before, and the patterns of labels.yaml."""

import pytest

from tui.model.labels import Label, LabelSet, Pattern
from tui.suggest.learning.features import Passage, read_passage
from tui.suggest.sources.patterns import PatternFinder
from tui.suggest.sources.repeats import RepeatModel
from tui.text.tokens import tokenize


def passage(text: str) -> Passage:
    return read_passage(text, tokenize(text))


def find_patterns(text: str, *patterns: Pattern) -> list[str]:
    finder = PatternFinder(LabelSet(labels=(Label("weapon", patterns=patterns),)))
    found = passage(text)
    return [found.phrase(match.first, match.last) for match in finder.find(found)]


def test_what_was_tagged_is_found_again_with_the_label_it_usually_got() -> None:
    model = RepeatModel()
    for label in ("actor", "actor", "location"):
        model.observe(passage("the Islamic State said"), [(1, 2, label)])
    (repeat,) = model.find(passage("near Islamic State lines"))
    assert (repeat.first, repeat.last, repeat.label, repeat.tagged, repeat.seen) == (1, 2, "actor", 2, 3)


def test_precision_falls_with_every_occurrence_that_stays_untagged() -> None:
    model = RepeatModel()
    model.observe(passage("a Reuters report"), [(1, 1, "source")])
    before = model.find(passage("Reuters"))[0].precision
    model.observe(passage("Reuters and Reuters"), [])
    assert model.find(passage("Reuters"))[0].precision < before


def test_a_word_that_stood_untagged_before_it_was_tagged_counts_as_seen() -> None:
    model = RepeatModel()
    model.observe(passage("man and man and man"), [])
    model.observe(passage("a man"), [(1, 1, "casualty")])
    assert model.find(passage("man"))[0].seen == 4


def test_a_part_of_a_word_is_no_repeat() -> None:
    model = RepeatModel()
    model.observe(passage("Oman"), [(0, 0, "location")])
    assert model.find(passage("Romania and Omani")) == []


def test_the_article_in_hand_outweighs_the_corpus() -> None:
    model = RepeatModel()
    for _ in range(3):
        model.observe(passage("Washington said"), [(0, 0, "actor")])
    model.open_article()
    model.observe(passage("in Washington"), [(1, 1, "location")])
    assert model.find(passage("Washington"))[0].label == "location"


def test_what_stands_untagged_again_is_remembered() -> None:
    model = RepeatModel()
    model.observe(passage("May"), [(0, 0, "date")])
    before = model.find(passage("May"))[0].precision
    for _ in range(3):
        model.observe(passage("May"), [])
    assert model.find(passage("May"))[0].precision < before / 2


def test_another_article_in_between_leaves_what_is_known_of_this_one() -> None:
    model = RepeatModel()
    model.observe(passage("in Washington"), [(1, 1, "location")])
    with model.aside():
        model.observe(passage("Washington said"), [(0, 0, "actor")])
        model.observe(passage("Washington said"), [(0, 0, "actor")])
        assert model.find(passage("Washington"))[0].label == "actor"
    (repeat,) = model.find(passage("Washington"))
    assert (repeat.label, repeat.is_here) == ("location", True)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (Pattern("car bomb"), "a car bomb and car bombs", ["car bomb"]),
        (Pattern("AK-47"), "AK-47, AK-470, ak-47", ["AK - 47"]),
        (Pattern("бомба"), "бомба и бомбами", ["бомба"]),
        (Pattern("炸弹"), "汽车炸弹袭击", ["炸 弹"]),
        (Pattern(r"\d+ mm", is_regex=True), "122 mm and 80 mm", ["122 mm", "80 mm"]),
        (Pattern(r"(?i)rocket", is_regex=True), "Rocket and rockets", ["Rocket"]),
        (Pattern(r"\d", is_regex=True), "12", []),
    ],
    ids=["words", "signs", "Cyrillic", "Han", "regex", "flag", "part of a token"],
)
def test_a_pattern_finds_whole_words_in_the_case_they_are_written(
    pattern: Pattern, text: str, found: list[str]
) -> None:
    assert find_patterns(text, pattern) == found


def test_two_regular_expressions_with_groups_do_not_disturb_each_other() -> None:
    first = Pattern(r"(\w)\1", is_regex=True)
    second = Pattern(r"(?:b)(c)", is_regex=True)
    assert find_patterns("aa bc", first, second) == ["aa", "bc"]


def test_patterns_that_overlap_are_all_found() -> None:
    assert find_patterns("hand grenade", Pattern("grenade"), Pattern("hand grenade")) == [
        "hand grenade",
        "grenade",
    ]
