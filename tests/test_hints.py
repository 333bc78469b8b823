"""Hint codes, the rank of starts, and how far a span reaches."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.session.hint_codes import LETTERS, assign_codes, count_short, expect_beyond
from tui.suggest.prior import predict_extent, rank_starts
from tui.text.paragraphs import find_paragraphs
from tui.text.tokens import tokenize

# Codes


@given(st.lists(st.integers(0, 50), max_size=120), st.sampled_from([LETTERS, "abc", "ab", "fjdksl"]))
def test_no_code_begins_another_one(ranks: list[int], letters: str) -> None:
    codes = assign_codes(ranks, letters)
    assert len(codes) == len(ranks)
    assert all(code and set(code) <= set(letters) for code in codes)
    assert not any(one.startswith(other) or other.startswith(one) for one, other in combinations(codes, 2))


@given(st.permutations(range(60)))
def test_a_better_rank_never_has_a_longer_code(ranks: list[int]) -> None:
    codes = assign_codes(ranks)
    by_rank = [len(code) for _, code in sorted(zip(ranks, codes, strict=True))]
    assert by_rank == sorted(by_rank)


@pytest.mark.parametrize(
    ("count", "lengths"),
    [
        (0, {}),
        (1, {1: 1}),
        (26, {1: 26}),
        (27, {1: 25, 2: 2}),
        (100, {1: 23, 2: 77}),
        (351, {1: 13, 2: 338}),
        (352, {1: 13, 2: 337, 3: 2}),
        (1600, {1: 13, 2: 288, 3: 1299}),
    ],
)
def test_as_many_codes_as_possible_are_one_letter_and_always_half_of_the_letters(
    count: int, lengths: dict[int, int]
) -> None:
    assert Counter(map(len, assign_codes(range(count)))) == lengths


def test_every_letter_is_a_hint_letter_once() -> None:
    assert sorted(LETTERS) == list("abcdefghijklmnopqrstuvwxyz")


@given(st.integers(0, 400), st.sampled_from([LETTERS, "abcdefgh", "abcde", "ab"]))
def test_codes_of_one_letter_are_counted_without_giving_any(tokens: int, letters: str) -> None:
    lengths = Counter(map(len, assign_codes(range(tokens), letters)))
    assert lengths[1] == min(count_short(tokens, len(letters)), tokens)


def test_spans_are_expected_beyond_the_letters_only_where_many_are_likely() -> None:
    assert expect_beyond([0.9] * 26, 26) == 0.0
    assert expect_beyond([0.9] * 30 + [0.0] * 70, 26) == pytest.approx(7 * 0.9)
    assert expect_beyond([0.9] * 2 + [0.001] * 198, 26) == pytest.approx(181 * 0.001)


# Ranks


def ranked(text: str) -> list[str]:
    """List the tokens, the most probable start first."""
    tokens = tokenize(text)
    pairs = sorted(zip(rank_starts(text, tokens), tokens, strict=True))
    assert [rank for rank, _ in pairs] == list(range(len(tokens)))
    return [text[start:end] for _, (start, end) in pairs]


def test_names_and_numbers_come_before_words_and_marks() -> None:
    assert ranked("Police said the driver met Votel and 30 people near Mosul .") == [
        *("Votel", "Mosul", "30", "Police", "the"),
        *("driver", "met", "people"),
        *("said", "and", "near", "."),
    ]


def test_the_second_word_of_a_name_is_an_improbable_start() -> None:
    order = ranked("He met Gen. Joseph Votel there")
    assert order[0] == "Gen"
    assert order.index("Joseph") > order.index("Gen")
    assert order.index("Votel") > 1


def test_the_first_of_a_run_of_ideographs_is_the_probable_start() -> None:
    assert set(ranked("川に橋本市長が")[:2]) == {"川", "橋"}


# Extents


def predict(text: str, first: str) -> str:
    """Give the span predicted where the word `first` stands."""
    tokens = tokenize(text)
    place = [text[start:end] for start, end in tokens].index(first)
    count = predict_extent(text, tokens, place)
    assert 1 <= count <= len(tokens) - place
    return text[tokens[place][0] : tokens[place + count - 1][1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mosul fell", "Mosul"),
        ("Joseph Votel said", "Joseph Votel"),
        ("Gen. Joseph Votel said", "Gen. Joseph Votel"),
        ("U.S. Embassy of the Holy See opened", "U.S. Embassy of the Holy See"),
        ("Jean-Luc de la Tour spoke", "Jean-Luc de la Tour"),
        ("Occam's Razor is", "Occam's Razor"),
        ("Smith & Wesson makes", "Smith & Wesson"),
        ("Mosul. Police came", "Mosul"),
        ("Mosul, Iraq", "Mosul"),
        ("Apollo 11 landed", "Apollo 11"),
        ("9 November 2024 in", "9 November 2024"),
        ("November 9, 2024 in", "November 9, 2024"),
        ("Oct. 17 in", "Oct. 17"),
        ("52-year-old woman was", "52-year-old woman"),
        ("a 52-year-old woman was", "a 52-year-old woman"),
        ("the tall bridge over", "the tall bridge"),
        ("the Saudi Gazette said", "the Saudi Gazette"),
        ("at least a dozen soldiers were", "at least a dozen soldiers"),
        ("more than 18,000 were", "more than 18,000"),
        ("northern Syria was", "northern Syria"),
        ("$2.5 million was", "$2.5 million"),
        ("60% of", "60%"),
        ("three were", "three"),
        ("he said", "he"),
        ("#breaking news", "#breaking"),
        ("東京都が", "東京都"),
        ("トヨタは", "トヨタ"),
        (". Then", "."),
    ],
)
def test_a_span_probably_reaches_so_far(text: str, expected: str) -> None:
    assert predict(text, text[slice(*tokenize(text)[0])]) == expected


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["A", "of", "-", ".", "'", "s", "9", " ", "$", "a"])).map("".join)
)
def test_any_text_can_be_ranked_and_predicted(text: str) -> None:
    tokens = tokenize(text)
    assert sorted(rank_starts(text, tokens)) == list(range(len(tokens)))
    assert all(
        1 <= predict_extent(text, tokens, place) <= len(tokens) - place for place in range(len(tokens))
    )


def test_most_gold_spans_have_a_one_letter_hint_and_the_predicted_extent(shared: Path) -> None:
    spans = hinted = right = 0
    sample = (shared / "data" / "sample.jsonl").read_text(encoding="utf-8")
    for record in map(json.loads, sample.split("\n")[:-1]):
        if record["meta"]["dataset"] not in {"re3d", "gum_wikinews", "wikigold"}:
            continue
        text = record["text"]
        for first, last in find_paragraphs(text):
            tokens = tokenize(text, first, last)
            places = {start: place for place, (start, _) in enumerate(tokens)}
            codes = assign_codes(rank_starts(text, tokens))
            for span in record["spans"]:
                place = places.get(span["start"])
                if place is None:
                    continue
                spans += 1
                hinted += len(codes[place]) == 1
                right += tokens[place + predict_extent(text, tokens, place) - 1][1] == span["end"]
    assert spans > 2400
    assert hinted / spans > 0.92
    assert right / spans > 0.69
