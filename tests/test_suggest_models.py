"""The models that learn from every paragraph at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.suggest.budget import COMEBACK, FREE_LOSS, MOST_LOST, MOST_SAVED, Budget
from tui.suggest.gate import Gate
from tui.suggest.learning.extents import ExtentModel
from tui.suggest.learning.features import (
    START_FEATURES,
    Passage,
    WordMemory,
    read_features,
    read_passage,
    read_word,
)
from tui.suggest.learning.labelling import LabelModel
from tui.suggest.learning.replay import Replay
from tui.suggest.learning.starts import StartModel
from tui.suggest.learning.weights import Choice, Weights
from tui.text.tokens import tokenize


def passage(text: str) -> Passage:
    return read_passage(text, tokenize(text))


def features(read: Passage) -> list[list[str]]:
    return read_features(read, WordMemory(), ["0"] * len(read.tokens))


def test_what_says_whether_a_span_starts_is_its_words_their_form_and_what_is_known_of_them() -> None:
    row = features(passage("President Paul 12"))[1]
    assert START_FEATURES(row) == (
        "b",
        "w=paul",
        "w-=president",
        "w+=00",
        "w-w=president paul",
        "ww+=paul 00",
        "s=Xx",
        "w-s=president Xx",
        "p3=pau",
        "s3=aul",
        "s4=paul",
        "k=new",
        "k+=new",
        "h=Xx",
        "kd=given",
        "kd-=title",
    )


def test_a_word_that_stood_in_the_article_before_is_known_as_such() -> None:
    text = "A mortar was found. The mortar was old."
    second = read_passage(text, tokenize(text, 20, len(text)))
    told = {row[1]: START_FEATURES(row)[13] for row in features(second)}
    assert (told["w=the"], told["w=mortar"], told["w=old"]) == ("h=Xx", "h=again x", "h=x")


@pytest.mark.parametrize(
    ("word", "shape"),
    [("Iraq", "Xx"), ("USA", "XX"), ("the", "x"), ("31", "00"), ("2017", "0000"), ("市", "c"), (".", ".")],
)
def test_a_shape_says_how_a_word_is_written(word: str, shape: str) -> None:
    assert read_word(word).shape == shape


@given(st.text(min_size=1))
def test_any_word_has_a_shape(word: str) -> None:
    assert 1 <= len(read_word(word).shape) <= 6


def test_before_anything_is_learnt_names_and_numbers_are_likelier_starts_than_other_words() -> None:
    sentence = passage("Fighters shelled Aleppo , killing 12 people .")
    scores = dict(zip(sentence.texts, StartModel().score(sentence, features(sentence)), strict=True))
    assert scores["Aleppo"] > scores["12"] > scores["shelled"] > scores["."]


def test_starts_are_learnt_from_one_paragraph() -> None:
    model = StartModel()
    learnt, asked = (
        passage("the rebels fired a mortar at the village"),
        passage("soldiers found a mortar there"),
    )
    model.observe(learnt, features(learnt), {4})
    scores = model.score(asked, features(asked))
    assert max(range(5), key=lambda index: scores[index]) == 3


def test_before_anything_is_learnt_a_run_of_names_is_one_span() -> None:
    model = ExtentModel()
    sentence = passage("said Bashar Assad yesterday")
    assert model.go_on(sentence, 1, 1, "actor") > 0.5 > model.go_on(sentence, 1, 2, "actor")


def test_no_span_goes_on_behind_the_last_token() -> None:
    assert ExtentModel().go_on(passage("Aleppo"), 0, 0, "location") == 0.0


def test_extents_are_learnt_per_label() -> None:
    model = ExtentModel()
    sentence = passage("12 people died")
    for _ in range(8):
        model.observe(sentence, 0, 1, "casualty")
        model.observe(sentence, 0, 0, "number")
    assert model.go_on(sentence, 0, 0, "casualty") > 0.5 > model.go_on(sentence, 0, 0, "number")


def test_the_label_that_a_text_got_before_comes_first() -> None:
    model = LabelModel(["actor", "location"])
    for _ in range(3):
        model.observe(passage("in Aleppo today"), 1, 1, "location")
        model.observe(passage("the rebels said"), 1, 1, "actor")
    ranks = model.rank(passage("near Aleppo"), 1, 1)
    assert next(iter(ranks)) == "location"
    assert sum(ranks.values()) == pytest.approx(1.0)


def test_a_label_that_labels_yaml_does_not_know_is_learnt_too() -> None:
    model = LabelModel([])
    model.observe(passage("Aleppo"), 0, 0, "place")
    assert model.rank(passage("Homs"), 0, 0) == {"place": pytest.approx(1.0)}


def test_weights_forget_what_changed_least_and_keep_the_prior() -> None:
    weights = Weights({"b": -1.0}, capacity=10)
    for number in range(100):
        weights.learn(["b", f"word {number}"], yes=number % 2 == 0)
    assert len(weights._weights) <= 12
    assert "b" in weights._weights


def test_a_gate_believes_a_source_until_it_knows_better() -> None:
    gate = Gate(threshold=0.5)
    assert gate.probability("learner", "weapon", 0.9) == pytest.approx(0.9)
    for _ in range(40):
        gate.count("learner", "weapon", 0.9, right=False)
    assert gate.probability("learner", "weapon", 0.9) < 0.2
    assert not gate.is_open("learner", "weapon")
    assert gate.is_open("learner", "actor")


def test_a_closed_gate_opens_again_when_its_source_gets_better() -> None:
    gate = Gate(threshold=0.5)
    for right in (*[False] * 40, *[True] * 400):
        gate.count("repeat", "actor", 0.9, right=right)
    assert gate.passes("repeat", "actor", gate.probability("repeat", "actor", 0.9))


def test_a_gate_can_say_how_often_a_source_was_right() -> None:
    gate = Gate(threshold=0.5)
    for right in (True, True, False):
        gate.count("repeat", "actor", 0.9, right=right)
    assert gate.record("repeat", "actor") == (2, 3)


@pytest.mark.parametrize("label", ["keys", "bets", "5", "9", "label", "step"])
def test_a_label_may_have_any_name(label: str) -> None:
    gate = Gate()
    for _ in range(40):
        gate.count("repeat", label, 0.9, right=False)
    gate.count("repeat", "actor", 0.9, right=True)
    assert gate.pays("repeat")
    assert gate.record("repeat", label) == (0, 40)
    gate.count_bet("guess", right=True)
    assert gate.list_sources(label) == ["repeat"]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_a_gate_says_probabilities_and_survives_being_written(counts: list[tuple[float, bool]]) -> None:
    gate = Gate()
    for confidence, right in counts:
        gate.count("learner", "actor", confidence, right=right)
    again = Gate()
    again.load(gate.dump())
    for confidence in (0.0, 0.35, 0.99, 1.0):
        probability = gate.probability("learner", "actor", confidence)
        assert 0.0 <= probability <= 1.0
        assert again.probability("learner", "actor", confidence) == probability


def test_a_source_whose_bets_cost_more_than_they_save_makes_none() -> None:
    gate = Gate()
    assert gate.pays("guess")
    for _ in range(20):
        gate.count_bet("guess", right=False)
    assert not gate.pays("guess")


def test_a_fork_goes_on_from_what_was_learnt_and_leaves_it_as_it_is() -> None:
    sentence = passage("the Doran Front denied it")
    labels, extents = LabelModel(["actor", "place"]), ExtentModel()
    labels.observe(sentence, 1, 2, "actor")
    before = labels.rank(sentence, 1, 2), extents.go_on(sentence, 1, 2, "actor")
    labels_fork, extents_fork = labels.fork(), extents.fork()
    assert (labels_fork.rank(sentence, 1, 2), extents_fork.go_on(sentence, 1, 2, "actor")) == before
    for _ in range(5):
        labels_fork.observe(sentence, 1, 2, "place")
        extents_fork.observe(sentence, 1, 3, "actor")
    assert next(iter(labels_fork.rank(sentence, 1, 2))) == "place"
    assert extents_fork.go_on(sentence, 1, 2, "actor") > before[1]
    assert (labels.rank(sentence, 1, 2), extents.go_on(sentence, 1, 2, "actor")) == before


@given(st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.sampled_from("xyz"), min_size=1)), max_size=20))
def test_a_choice_gives_probabilities_whatever_it_learnt_and_forgot(
    examples: list[tuple[str, list[str]]],
) -> None:
    choice = Choice("ab", capacity=2)
    for name, features in examples:
        choice.learn(features, name)
    chances = choice.weigh(["x", "unheard"])
    assert set("ab") <= set(chances) <= set("abc")
    assert sum(chances.values()) == pytest.approx(1.0)


def test_what_is_learnt_fades_where_it_is_to() -> None:
    fading, lasting = Choice("ab", decay=0.5), Choice("ab")
    fading_weights, lasting_weights = Weights(decay=0.5), Weights()
    for _ in range(20):
        fading.learn(["x"], "a")
        lasting.learn(["x"], "a")
        fading_weights.learn(["x"], yes=True)
        lasting_weights.learn(["x"], yes=True)
    assert 0.5 < fading.weigh(["x"])["a"] < lasting.weigh(["x"])["a"]
    assert 0.0 < fading_weights.score(["x"]) < lasting_weights.score(["x"])


def test_a_fork_fades_as_what_it_goes_on_from() -> None:
    fork, lasting = Choice("ab", decay=0.5).fork(), Choice("ab")
    weights, lasting_weights = Weights(decay=0.5).fork(), Weights()
    for _ in range(20):
        fork.learn(["x"], "a")
        lasting.learn(["x"], "a")
        weights.learn(["x"], yes=True)
        lasting_weights.learn(["x"], yes=True)
    assert fork.weigh(["x"])["a"] < lasting.weigh(["x"])["a"]
    assert weights.score(["x"]) < lasting_weights.score(["x"])


def test_a_kind_of_word_says_more_of_a_label_than_a_word_beside_it_does() -> None:
    model = LabelModel(["place", "person"])
    model.observe(passage("then Paul spoke"), 1, 1, "person")
    model.observe(passage("out of Karsin came"), 2, 2, "place")
    assert next(iter(model.rank(passage("out of Mary came"), 2, 2))) == "person"


def test_what_one_title_says_counts_for_all_titles() -> None:
    model = LabelModel(["place", "person"])
    model.observe(passage("Minister Doran left"), 1, 1, "person")
    model.observe(passage("beside Karsin stood"), 1, 1, "place")
    other = passage("Colonel Hama")
    assert model.rank(other, 1, 1)["person"] > model.rank(passage("Some Hama"), 1, 1)["person"]


def test_what_one_given_name_says_counts_for_all_given_names() -> None:
    model = LabelModel(["place", "person"])
    model.observe(passage("Paul Doran left"), 0, 1, "person")
    model.observe(passage("beside Lower Karsin"), 1, 2, "place")
    told, other = passage("Mary Hama"), passage("Some Hama")
    assert model.rank(told, 0, 1)["person"] > model.rank(other, 0, 1)["person"]


def test_starts_are_learnt_of_kinds_of_names() -> None:
    model = StartModel()
    learnt, asked = passage("i saw paul there"), passage("they left mary alone")
    model.observe(learnt, features(learnt), {2})
    scores = model.score(asked, features(asked))
    assert max(range(4), key=lambda index: scores[index]) == 2


def test_a_word_that_is_made_alike_gets_the_label_of_its_like() -> None:
    model = LabelModel(["place", "person"])
    model.observe(passage("Karsinograd"), 0, 0, "place")
    model.observe(passage("Doranovich"), 0, 0, "person")
    assert next(iter(model.rank(passage("Ilmsinogradov"), 0, 0))) == "place"


def test_a_quotation_that_was_opened_is_learnt_to_be_closed() -> None:
    model = ExtentModel()
    for title in ('" war songs "', '" bread "', '" the long winter "'):
        sung = passage(f"{title} was sung")
        model.observe(sung, 0, len(title.split()) - 1, "work")
    other = passage('" green " was sung')
    assert model.go_on(other, 0, 1, "work") > 0.5 > model.go_on(other, 0, 2, "work")


def test_the_same_examples_are_learnt_again_in_the_same_order() -> None:
    one, other = Replay[int](times=2, most=3), Replay[int](times=2, most=3)
    taken = [one.take(number) for number in range(20)]
    assert taken == [other.take(number) for number in range(20)]
    assert taken[0] == [0]
    assert all(len(each) == 3 and each[0] == number for number, each in enumerate(taken[1:], start=1))
    assert all(number - 3 <= again < number for number, each in enumerate(taken) for again in each[1:])


def test_the_label_of_the_span_before_counts() -> None:
    model = LabelModel(["place", "date"])
    listed = passage("Homs , Hama , Aleppo")
    for _ in range(3):
        model.observe(listed, 2, 2, "place", [(0, 0, "place")])
        model.observe(listed, 4, 4, "date", [(2, 2, "date")])
    near, far = passage("Karsin , Doran"), [(0, 0, "place")]
    assert model.rank(near, 2, 2, far)["place"] > model.rank(near, 2, 2, [(0, 0, "date")])["place"]


@given(st.lists(st.floats(-3.0, 3.0)))
def test_a_budget_keeps_between_what_can_be_lost_and_what_can_be_saved(entries: list[float]) -> None:
    budget = Budget()
    for saved in entries:
        budget.settle("repeat", saved=saved)
    assert MOST_LOST <= budget.balance("repeat") <= MOST_SAVED
    again = Budget()
    again.load(budget.dump())
    assert again.balance("repeat") == budget.balance("repeat")


def test_a_shared_budget_that_is_spent_is_filled_for_another_try_when_enough_would_have_been_saved() -> None:
    budget = Budget()
    budget.pay(saved=-5.0, would_save=-5.0, spans=1)
    budget.pay(saved=0.0, would_save=COMEBACK - 1, spans=1)
    assert budget.shared < 0
    budget.pay(saved=0.0, would_save=1.0, spans=1)
    assert budget.shared == pytest.approx(FREE_LOSS)


def test_a_shared_budget_that_is_not_spent_takes_no_notice_of_what_would_have_been_saved() -> None:
    budget = Budget()
    budget.pay(saved=3.0, would_save=100.0, spans=0)
    assert budget.shared == pytest.approx(FREE_LOSS + 3.0)
    budget.pay(saved=-4.0, would_save=0.0, spans=0)
    assert budget.shared == pytest.approx(FREE_LOSS - 1.0)


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9), st.integers(0, 9))))
def test_a_shared_budget_survives_being_written(entries: list[tuple[float, float, int]]) -> None:
    budget, again = Budget(), Budget()
    for saved, would_save, spans in entries:
        budget.pay(saved=saved, would_save=would_save, spans=spans)
    again.load(budget.dump())
    assert again.shared == budget.shared
