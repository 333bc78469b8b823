"""The assistant as the app sees it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.model.labels import Label, LabelSet, Pattern
from tui.model.span import Span
from tui.suggest.analysis import place_spans
from tui.suggest.assistant import Assistant
from tui.suggest.budget import COMEBACK, FREE_LOSS, LOSS_A_SPAN, WRONG_COSTS
from tui.suggest.suggestion import REPEAT, Suggestion
from tui.text.tokens import tokenize

LABELS = LabelSet(
    labels=(Label("actor"), Label("location"), Label("weapon", patterns=(Pattern("car bomb"),)))
)


_TWO_TRIES = int(2 * COMEBACK) - 1
"""Spans that are too few for a third try after all was lost twice."""


def span(text: str, phrase: str, label: str) -> Span:
    start = text.index(phrase)
    return Span(f"{start}", start, start + len(phrase), label)


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    assistant = Assistant(LABELS, "ana")
    yield assistant
    assistant.close()


def observe(assistant: Assistant, text: str, *spans: tuple[str, str]) -> None:
    assistant.observe_paragraph(text, 0, len(text), [span(text, *each) for each in spans])


def suggest(
    assistant: Assistant,
    text: str,
    *,
    existing: Sequence[Span] = (),
    rejected: Collection[tuple[int, int, str]] = (),
) -> list[tuple[str, str]]:
    found = assistant.suggest(text, 0, len(text), existing, rejected)
    return [(text[each.start : each.end], each.label) for each in found]


def test_a_pattern_is_suggested_from_the_first_minute(assistant: Assistant) -> None:
    assert suggest(assistant, "A car bomb exploded.") == [("car bomb", "weapon")]


def test_what_was_tagged_is_suggested_again_with_its_reason(assistant: Assistant) -> None:
    for _ in range(4):
        observe(assistant, "They fled Aleppo.", ("Aleppo", "location"))
    text = "Near Aleppo."
    (found,) = assistant.suggest(text, 0, len(text))
    assert (found.source, found.label) == (REPEAT, "location")
    assert found.why == "tagged location 4 of 4 times"
    assert found.origin.source == REPEAT


def test_what_was_tagged_a_moment_ago_is_suggested_in_the_same_paragraph(assistant: Assistant) -> None:
    text = "Daesh left. Then Daesh came back."
    assert suggest(assistant, text, existing=[span(text, "Daesh", "actor")]) == [("Daesh", "actor")]


def test_a_relabelled_mention_relabels_the_suggestions_of_its_equals(assistant: Assistant) -> None:
    for _ in range(4):
        observe(assistant, "They fled Washington.", ("Washington", "location"))
    text = "Washington said that Washington is calm."
    assert suggest(assistant, text, existing=[span(text, "Washington", "actor")]) == [("Washington", "actor")]


def test_a_rejected_suggestion_does_not_come_back_in_its_article(assistant: Assistant) -> None:
    for _ in range(4):
        observe(assistant, "They fled Aleppo.", ("Aleppo", "location"))
    text = "Aleppo and Aleppo."
    assert len(suggest(assistant, text)) == 2
    assert suggest(assistant, text, rejected=[(0, 6, "location")]) == []


def test_nothing_is_suggested_over_a_span_where_nesting_is_not_usual(assistant: Assistant) -> None:
    text = "A car bomb exploded."
    assert suggest(assistant, text, existing=[span(text, "car bomb exploded", "actor")]) == []


def test_nested_spans_are_suggested_where_they_are_usual(assistant: Assistant) -> None:
    for _ in range(6):
        observe(assistant, "The Aleppo police said", ("Aleppo police", "actor"), ("Aleppo", "location"))
    assert suggest(assistant, "Later Aleppo police came") == [
        ("Aleppo", "location"),
        ("Aleppo police", "actor"),
    ]


def test_a_source_that_is_mostly_wrong_falls_silent(assistant: Assistant) -> None:
    for _ in range(30):
        observe(assistant, "A car bomb exploded.")
    assert suggest(assistant, "A car bomb exploded.") == []


@settings(max_examples=15)
@given(st.randoms(use_true_random=False), st.integers(2, 12))
def test_suggestions_cost_no_more_than_they_saved_and_a_few_keys(random: Random, words: int) -> None:
    vocabulary = [f"{'Kk'[index % 2]}ar{index}" for index in range(60)]
    right = wrong = 0
    with closing(Assistant(LABELS, "ana")) as assistant:
        for _ in range(_TWO_TRIES):
            text = " ".join(random.choice(vocabulary) for _ in range(words)) + "."
            tagged = random.sample(tokenize(text)[:-1], k=random.randrange(2))
            spans = [Span("x", *edges, random.choice(LABELS.names)) for edges in tagged]
            rejected: list[tuple[int, int, str]] = []
            shown: set[tuple[int, int, str]] = set()
            while found := assistant.suggest(text, 0, len(text), (), rejected):
                shown |= {(each.start, each.end, each.label) for each in found}
                out = [
                    each
                    for each in found
                    if not any(each.start < end and start < each.end for start, end in tagged)
                ]
                if not out:
                    break
                rejected.append((out[0].start, out[0].end, out[0].label))
            wrong += len(rejected)
            right += len(shown & {(each.start, each.end, each.label) for each in spans})
            assistant.observe_paragraph(text, 0, len(text), spans)
    assert WRONG_COSTS * wrong <= right + 2 * (FREE_LOSS + WRONG_COSTS) + LOSS_A_SPAN * _TWO_TRIES


def test_what_is_turned_down_in_a_paragraph_silences_its_source_there(assistant: Assistant) -> None:
    places = [f"Kar{number}" for number in range(30)]
    for place in places:
        observe(assistant, f"They fled {place}.", (place, "location"))
        suggest(assistant, f"Near {place}.")
        observe(assistant, f"Near {place}.", (place, "location"))
    text = " and ".join(places) + " were words."
    rejected: list[tuple[int, int, str]] = []
    shown = assistant.suggest(text, 0, len(text))
    assert len(shown) == len(places)
    while shown:
        rejected.append((shown[0].start, shown[0].end, shown[0].label))
        shown = assistant.suggest(text, 0, len(text), (), rejected)
    assert len(rejected) < len(places) / 2


def test_before_any_suggestion_was_right_two_wrong_ones_silence_all(assistant: Assistant) -> None:
    places = [f"Kar{number}" for number in range(30)]
    for place in places:
        observe(assistant, f"They fled {place}.", (place, "location"))
        observe(assistant, f"Near {place}.", (place, "location"))
    text = " and ".join(places) + " were words."
    rejected: list[tuple[int, int, str]] = []
    while shown := assistant.suggest(text, 0, len(text), (), rejected):
        rejected.append((shown[0].start, shown[0].end, shown[0].label))
    assert 1 <= len(rejected) <= 2
    assistant.observe_paragraph(text, 0, len(text), [])
    assert suggest(assistant, "They fled Kar3.") == []


def test_what_was_shown_for_a_moment_and_not_turned_down_costs_nothing(assistant: Assistant) -> None:
    text = "The army and the police met the mayor and the press."
    before = assistant.budget.shared
    assert (
        len(suggest(assistant, text, existing=[span(text, "The", "actor"), span(text, "the", "actor")])) > 1
    )
    suggest(assistant, text, existing=[span(text, "The army", "actor")])
    observe(assistant, text, ("The army", "actor"))
    assert assistant.budget.shared > before


def test_a_source_that_was_silenced_comes_back_when_it_is_right_again(assistant: Assistant) -> None:
    words = [f"Kar{number}" for number in range(40)]
    for word in words:
        observe(assistant, f"They fled {word}.", (word, "location"))
    for word in words:
        observe(assistant, f"Near {word} it snowed.")
    assert suggest(assistant, "In Homs and Homs.", existing=[span("In Homs and Homs.", "Homs", "actor")])
    for _ in range(20):
        for word in ("Homs", "Hama"):
            observe(assistant, f"They fled {word}.", (word, "location"))
    assert suggest(assistant, "They fled Homs.") == [("Homs", "location")]


def test_a_source_that_is_switched_off_is_silent(assistant: Assistant) -> None:
    assistant.switch("pattern")
    assert suggest(assistant, "A car bomb exploded.") == []


def test_what_comes_from_outside_is_gated_like_the_rest(assistant: Assistant) -> None:
    text = "Rebels came."
    sure = Suggestion(0, 6, "actor", "gliner", 0.9, "v2")
    unsure = Suggestion(7, 11, "actor", "gliner", 0.1)
    cut = Suggestion(1, 6, "actor", "gliner", 0.9)
    (found,) = assistant.suggest(text, 0, len(text), from_outside=[sure, unsure, cut])
    assert (found.start, found.end, found.source, found.model) == (0, 6, "gliner", "v2")


def test_extent_and_label_follow_what_was_tagged(assistant: Assistant) -> None:
    for _ in range(4):
        observe(assistant, "the Islamic State of Iraq said", ("Islamic State of Iraq", "actor"))
        observe(assistant, "in Aleppo today", ("Aleppo", "location"))
    text = "by Islamic State of Iraq again"
    tokens = tokenize(text)
    assert assistant.predict_extent(text, tokens, 1) == 4
    assert assistant.predict_label(text, tokens, 1)[0][0] == "actor"
    assert assistant.predict_extent(text, tokens, 1, "actor", taken=[4]) != 4


@pytest.mark.parametrize(("words", "length"), [("Orlin.", 1), ("U.S.", 4), ("Acme Inc.", 3)])
def test_no_mark_behind_a_word_is_taken_for_a_part_of_it(
    assistant: Assistant, words: str, length: int
) -> None:
    for name in ("Baraka.", "Rastan.", "Kharsa.", "Moru."):
        observe(assistant, f"They live in {name}", (name, "location"))
    text = f"They live in {words}"
    tokens = tokenize(text)
    assert assistant.predict_extent(text, tokens, 3, "location") <= length
    assert assistant.predict_extent(text, tokens, 3, "location") != 2 or words != "Orlin."


def test_label_and_extent_follow_what_was_tagged_in_a_paragraph_that_is_not_finished(
    assistant: Assistant,
) -> None:
    text = "Troops of brigade Falcon met troops of brigade Eagle."
    tokens = tokenize(text)
    tagged = [span(text, "brigade Falcon", "weapon")]
    second = next(index for index, (start, _) in enumerate(tokens) if start == text.rindex("brigade"))
    assert assistant.predict_extent(text, tokens, second) == 1
    assert assistant.predict_extent(text, tokens, second, existing=tagged) == 2
    assert assistant.predict_label(text, tokens, second, existing=tagged)[0][0] == "weapon"
    relabelled = [span(text, "brigade Falcon", "location")]
    assert assistant.predict_label(text, tokens, second, existing=relabelled)[0][0] == "location"
    assert assistant.predict_extent(text, tokens, second) == 1


def test_what_is_learnt_for_the_time_being_is_not_learnt_for_good(assistant: Assistant) -> None:
    text = "Troops of brigade Falcon met troops of brigade Eagle."
    tokens = tokenize(text)
    before = assistant.predict_label(text, tokens, 0)
    assistant.predict_label(text, tokens, 0, existing=[span(text, "brigade Falcon", "weapon")])
    assert assistant.predict_label(text, tokens, 0) == before


def test_starts_are_ranked_for_every_token(assistant: Assistant) -> None:
    text = "x " * 2000
    tokens = tokenize(text)
    assert len(assistant.rank_starts(text, tokens)) == len(tokens)
    assert assistant.rank_starts("", []) == []


def test_another_annotator_gets_another_model(tmp_path: Path) -> None:
    ana, ben = Assistant(LABELS, "ana", cache=tmp_path), Assistant(LABELS, "ben", cache=tmp_path)
    for _ in range(4):
        observe(ana, "They fled Aleppo.", ("Aleppo", "location"))
    assert ana.train_now()
    assert suggest(ben, "Near Aleppo.") == []
    later = Assistant(LABELS, "ben", cache=tmp_path)
    assert later.learner.model is None
    again = Assistant(LABELS, "ana", cache=tmp_path)
    assert again.learner.wait()
    assert again.learner.model is not None
    for each in (ana, ben, later, again):
        each.close()


def test_what_an_earlier_session_left_is_not_judged_by_what_it_has_learnt_from(tmp_path: Path) -> None:
    texts = [f"They fled {place} today." for place in ("Aleppo", "Homs", "Idlib", "Daraa", "Raqqa") * 4]
    before = Assistant(LABELS, "ana", cache=tmp_path)
    for text in texts:
        observe(before, text, (text.split()[2], "location"))
    assert before.train_now()
    again = Assistant(LABELS, "ana", cache=tmp_path)
    for text in texts:
        again.recall_paragraph(text, 0, len(text), [span(text, text.split()[2], "location")])
    assert again.gate.dump() == before.gate.dump()
    assert not again.learner.is_due
    assert suggest(again, "Near Homs.") == suggest(before, "Near Homs.") == [("Homs", "location")]
    new = Assistant(LABELS, "ana", cache=tmp_path / "none")
    for text in texts:
        new.recall_paragraph(text, 0, len(text), [span(text, text.split()[2], "location")])
    assert new.learner.is_due
    assert new.count_right(REPEAT, "location")[1] > 0
    for each in (before, again, new):
        each.close()


def test_the_same_paragraphs_give_the_same_answers() -> None:
    answers = []
    for _ in range(2):
        assistant = Assistant(LABELS, "ana")
        for place in ("Aleppo", "Homs", "Idlib", "Daraa"):
            observe(assistant, f"Rebels fled {place}.", (place, "location"), ("Rebels", "actor"))
        assistant.train_now()
        text = "Rebels fled Raqqa."
        answers.append((assistant.suggest(text, 0, len(text)), assistant.rank_starts(text, tokenize(text))))
        assistant.close()
    assert answers[0] == answers[1]


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.text("aB1. 市\n", max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)))
        )
    )
)
def test_any_paragraph_with_any_spans_can_be_observed(
    paragraphs: list[tuple[str, list[tuple[int, int]]]],
) -> None:
    assistant = Assistant(LABELS, "ana")
    for text, edges in paragraphs:
        spans = [
            Span(f"{number}", start, start + length, "actor") for number, (start, length) in enumerate(edges)
        ]
        assistant.observe_paragraph(text, 0, len(text), spans)
        for each in assistant.suggest(text, 0, len(text), spans):
            assert 0 <= each.start < each.end <= len(text)
    assistant.close()


@given(st.text("ab .", max_size=20), st.integers(0, 20), st.integers(1, 5))
def test_a_span_is_placed_on_the_tokens_that_it_touches(text: str, start: int, length: int) -> None:
    tokens = tokenize(text)
    touched = [index for index, (first, last) in enumerate(tokens) if first < start + length and start < last]
    placed = place_spans(tokens, [(start, start + length, "a")])
    assert placed == ([(touched[0], touched[-1], "a")] if touched else [])


def test_labels_that_are_gone_are_neither_learnt_nor_suggested(assistant: Assistant) -> None:
    text = "Rebels fled Aleppo."
    for _ in range(5):
        observe(assistant, text, ("Rebels", "fighter"), ("Aleppo", "location"))
    from_outside = [Suggestion(0, 6, "fighter", "ner", 0.9)]
    found = assistant.suggest(text, 0, len(text), [span(text, "fled", "fighter")], (), from_outside)
    assert {each.label for each in found} == {"location"}
    ranked = assistant.predict_label(text, tokenize(text), 0, existing=[span(text, "fled", "fighter")])
    assert {label for label, _ in ranked} == set(LABELS.names)


def test_what_is_recalled_meanwhile_does_not_touch_what_is_at_work(assistant: Assistant) -> None:
    for _ in range(4):
        observe(assistant, "They fled Aleppo.", ("Aleppo", "location"))
    shared = []
    for is_recalling in (False, True):
        text = f"Near Aleppo {is_recalling}."
        assert suggest(assistant, text) == [("Aleppo", "location")]
        if is_recalling:
            other = "Old news from Homs."
            assistant.recall_paragraph(other, 0, len(other), [])
        before = assistant.budget.shared
        observe(assistant, text, ("Aleppo", "location"))
        shared.append(assistant.budget.shared - before)
    assert shared[0] == pytest.approx(shared[1])
    assert shared[0] > 1.0
