"""Splits: an article's side never changes, and near-duplicates share it."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from textwrap import fill as wrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.article import article_key
from tui.project.splits import Parts, Split, is_copy, shingle, split_articles

PARTS = Parts.parse("80/10/10")
EVEN = Parts.parse("50/50")

SUBJECTS = ["soldiers", "rebels", "villagers", "officials", "fighters", "rangers", "traders", "herders"]
VERBS = ["left", "reached", "searched", "guarded", "crossed", "watched", "closed", "rebuilt"]
PLACES = ["the bridge", "a market", "the northern road", "two farms", "the old port", "a school", "the well"]


def story(number: int, sentences: int = 12) -> str:
    """Tell a story that shares no five words in a row with that of another number."""
    parts = []
    for place in range(sentences):
        pick = number * 31 + place * 5
        parts.append(
            f"{SUBJECTS[pick % 8]} {number}a{place} {VERBS[pick % 7]} {PLACES[pick % 7]} {number}b{place}."
        )
    return "\n".join(" ".join(parts[place : place + 3]) for place in range(0, sentences, 3))


def split(texts: Sequence[str], parts: Parts = EVEN) -> Split:
    by_key = {article_key(text): text for text in texts}
    return split_articles(by_key.items(), parts, by_key.__getitem__)


@pytest.mark.parametrize("text", ["", "80", "80/20/0", "a/b", "50/30/10/10", "-10/110", "80/30", "8/1/1"])
def test_what_is_no_split_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Parts.parse(text)


def test_shares_are_kept_about() -> None:
    counts = Counter(PARTS.draw(article_key(str(number))) for number in range(4000))
    assert counts["train"] == pytest.approx(3200, rel=0.05)
    assert counts["dev"] == pytest.approx(400, rel=0.2)
    assert counts["test"] == pytest.approx(400, rel=0.2)


def test_what_is_drawn_stays_the_same_on_every_machine() -> None:
    drawn = [PARTS.draw(str(number)) for number in range(12)]
    assert drawn == [
        "train",
        "dev",
        "train",
        "train",
        "dev",
        "train",
        "train",
        "train",
        "train",
        "train",
        "train",
        "train",
    ]


def test_no_article_changes_its_side_when_others_come() -> None:
    texts = [story(number) for number in range(60)]
    before = split(texts[:30]).sides
    after = split(texts).sides
    assert {key: after[key] for key in before} == before
    assert len(after) == 60


@pytest.mark.parametrize(
    "change",
    [
        lambda text: f"Wire service\n{text}",
        lambda text: text.replace("the bridge", "that bridge"),
        lambda text: text.upper(),
        lambda text: "\n".join(text.split("\n")[:2]),
        lambda text: f"{text}\n{story(999)}",
    ],
    ids=["new head", "other words", "capitals", "cut short", "inside a longer one"],
)
def test_copies_are_on_one_side(change: Callable[[str], str]) -> None:
    for number in range(20):
        original = story(number)
        copy = change(original)
        done = split([original, copy])
        assert done.sides[article_key(original)] == done.sides[article_key(copy)]
        if copy != original:
            assert done.copies == {article_key(copy): article_key(original)}


def test_stories_of_their_own_are_no_copies() -> None:
    assert not split([story(number) for number in range(40)]).copies


def test_what_resembles_both_sides_is_left_out_and_moves_nobody() -> None:
    first = story(0)
    second = next(
        story(number)
        for number in range(1, 50)
        if EVEN.draw(article_key(story(number))) != EVEN.draw(article_key(first))
    )
    both = f"{first}\n{second}"
    done = split([first, second, both])
    assert done.sides[article_key(both)] is None
    assert done.left_out == {article_key(both): (article_key(first), article_key(second))}
    assert done.sides[article_key(first)] != done.sides[article_key(second)]


def test_boilerplate_alone_makes_no_copy() -> None:
    footer = "Reporting by our staff in the region, editing by the night desk, all rights are reserved."
    assert not split([f"{story(number)}\n{footer}" for number in range(30)]).copies


def test_texts_without_words_are_no_copies() -> None:
    assert not split(["…", "!!!", "", "one"]).copies


@given(st.text(), st.text())
def test_to_be_a_copy_goes_both_ways(first: str, second: str) -> None:
    one, other = shingle(first), shingle(second)
    assert is_copy(one, other) == is_copy(other, one)
    assert is_copy(one, one) == bool(one)


def test_a_copy_that_was_cut_short_is_found_however_its_lines_are_wrapped() -> None:
    chance = Random(3)
    words = [f"w{number}" for number in range(5000)]
    for _ in range(40):
        told = chance.choices(words, k=600)
        whole, part = (wrap(" ".join(told[:count]), width) for count, width in ((600, 80), (200, 70)))
        assert len(set(split([whole, part]).sides.values())) == 1


def test_equal_texts_are_on_one_side_whatever_their_ids() -> None:
    texts = {article_key("!?"): "!?", article_key("!?", 2): "!?", article_key(story(1)): story(1)}
    for copy in range(2, 40):
        texts[article_key(story(1), copy)] = story(1)
    done = split_articles(texts.items(), EVEN, texts.__getitem__)
    first = article_key(story(1))
    assert {done.sides[key] for key in texts if key.startswith(first)} == {done.sides[first]}
    assert done.sides[article_key("!?")] == done.sides[article_key("!?", 2)]
    assert len(done.copies) == 39
    assert done.copies[article_key(story(1), 39)] == first
