"""How far annotators agree: each measure beside an independent one, or a published example."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import Any

import krippendorff
import numpy
import pytest
from nervaluate.evaluator import Evaluator
from nltk.metrics.agreement import AnnotationTask

from tests.agreeing import LABELS, NAMES, Said, article_of, finished, make_corpus, measure, token_labels
from tui.model.annotation import Annotation
from tui.model.article import Article
from tui.model.span import Json, Relation, Span
from tui.project.agreement.comparison import Agreement
from tui.project.agreement.counts import Measure
from tui.project.agreement.unitizing_alpha import disagree, unitizing_alpha


def figure(found: Agreement, name: Measure, between: tuple[str, ...] = (), of: str = "") -> float:
    wanted = found.find(name, between, of)
    assert wanted is not None
    assert wanted.value is not None
    return wanted.value


@pytest.mark.parametrize("nested", [False, True], ids=["flat", "nested"])
@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_that_of_nltk(seed: int, nested: bool) -> None:
    corpus = make_corpus(seed, nested=nested, skip=0.3)
    found = measure(corpus)
    for pair in combinations(NAMES, 2):
        both = [
            each
            for each in zip(*[token_labels(corpus, name) for name in pair], strict=True)
            if None not in each
        ]
        task = AnnotationTask([
            (coder, str(item), labels[place])
            for item, labels in enumerate(both)
            for place, coder in enumerate(pair)
        ])  # fmt: skip
        assert figure(found, "kappa_tokens", pair) == pytest.approx(task.kappa())
        kappa = found.find("kappa_tokens", pair)
        assert kappa is not None
        assert kappa.counts["things"] == len(both)


@pytest.mark.parametrize("nested", [False, True], ids=["flat", "nested"])
@pytest.mark.parametrize("seed", range(5))
def test_alpha_of_tokens_is_that_of_krippendorff_where_some_said_nothing(seed: int, nested: bool) -> None:
    corpus = make_corpus(seed, nested=nested, skip=0.4)
    rows = [token_labels(corpus, name) for name in NAMES]
    categories = sorted({label for row in rows for label in row if label is not None})
    matrix = [[float("nan") if each is None else categories.index(each) for each in row] for row in rows]
    expected = krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal")
    assert figure(measure(corpus), "alpha_tokens") == pytest.approx(expected)


def test_alpha_of_tokens_is_that_of_nltk_where_all_said_something() -> None:
    corpus = make_corpus(7)
    task = AnnotationTask([
        (name, str(item), label)
        for name in NAMES
        for item, label in enumerate(token_labels(corpus, name))
    ])  # fmt: skip
    assert figure(measure(corpus), "alpha_tokens") == pytest.approx(task.alpha())


@pytest.mark.parametrize("seed", range(8))
def test_f1_of_spans_is_that_of_nervaluate(seed: int) -> None:
    corpus = make_corpus(seed)
    found = measure(corpus, annotators=("bea", "cem"), gold="ana")
    gold, said = (_as_entities(corpus, name) for name in ("ana", "bea"))
    result = Evaluator(gold, said, tags=list(LABELS), loader="dict").evaluate()
    pair = ("ana", "bea")
    for of, results in (("", result["overall"]), *result["entities"].items()):
        assert figure(found, "f1_exact", pair, of) == pytest.approx(results["strict"].f1)
        assert figure(found, "precision_exact", pair, of) == pytest.approx(results["strict"].precision)
        assert figure(found, "recall_exact", pair, of) == pytest.approx(results["strict"].recall)
        assert figure(found, "f1_partial", pair, of) == pytest.approx(results["partial"].f1)


def _as_entities(corpus: Iterable[tuple[Article, Said]], name: str) -> list[list[dict[str, Json]]]:
    """Give spans as nervaluate takes them: a paragraph a list, ends inclusive."""
    return [
        [
            {"label": span.label, "start": span.start, "end": span.end - 1}
            for span in said[name].spans.values()
            if span.overlaps(paragraph.start, paragraph.end)
        ]
        for article, said in corpus
        for paragraph in article.paragraphs
    ]


def units(*edges: tuple[int, int]) -> list[tuple[int, int]]:
    """Give units of their starts and lengths, as the books print them."""
    return [(start, start + length) for start, length in edges]


def test_alpha_of_units_is_that_of_krippendorffs_book() -> None:
    # Content Analysis (2004), p. 254: a continuum of 300 that begins at 150, two observers.
    first = disagree([units((75, 70), (220, 30)), units((70, 80), (205, 20), (250, 20))], 300)
    second = disagree([units((30, 60), (150, 50)), units((30, 60), (150, 50))], 300)
    assert (round(first.observed, 4), round(first.expected, 4)) == (0.0144, 0.0532)
    assert (round(second.observed, 4), round(second.expected, 4)) == (0.0, 0.0490)
    assert unitizing_alpha([first]) == pytest.approx(0.7286, abs=0.0002)
    assert unitizing_alpha([second]) == 1
    assert unitizing_alpha([first, second]) == pytest.approx(0.8591, abs=0.0005)


EXAMPLES_OF_1995 = {
    "A": ([(2, 8), (14, 6)], [(4, 4), (15, 2)], 0.03125, 0.06990, 0.553),
    "B": (
        [(0, 18)],
        [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 3), (9, 1)],
        2.26736, 1.17731, -0.926,
    ),
    "C": (
        [(2, 6), (10, 2), (14, 4), (20, 2)],
        [(0, 2), (4, 4), (10, 4), (16, 2), (20, 2)],
        0.02777, 0.08642, 0.679,
    ),
    "D": (
        [(0, 2), (2, 8), (10, 4), (14, 6), (20, 4)],
        [(0, 4), (4, 4), (8, 7), (15, 2), (17, 7)],
        0.38715, 0.41445, 0.066,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES_OF_1995)
def test_alpha_of_units_is_that_of_krippendorffs_article(name: str) -> None:
    # Sociological Methodology 25 (1995), p. 57: 24 places, and each cut so finely that it is a line.
    one, other, observed, expected, alpha = EXAMPLES_OF_1995[name]
    fine = 50_000
    found = disagree(
        [units(*[(start * fine, length * fine) for start, length in own]) for own in (one, other)], 24 * fine
    )
    assert found.observed == pytest.approx(observed, abs=0.00001)
    assert found.expected == pytest.approx(expected, abs=0.005)
    assert unitizing_alpha([found]) == pytest.approx(alpha, abs=0.02)


def differ_slowly(own: Sequence[Sequence[tuple[int, int]]], length: int) -> float:
    """Give the observed disagreement by its definition, comparing every section with every other."""
    sections = []
    for units_of_one in own:
        edges = sorted({0, length, *[edge for unit in units_of_one for edge in unit]})
        parts = list(pairwise(edges))
        sections.append([(start, end - start, (start, end) in units_of_one) for start, end in parts])
    total = 0.0
    for i, j in ((i, j) for i in range(len(own)) for j in range(len(own)) if i != j):
        for b, ell, v in sections[i]:
            for c, k, w in sections[j]:
                if v and w and -ell < b - c < k:
                    total += (b - c) ** 2 + (b + ell - c - k) ** 2
                elif v and not w and k - ell >= b - c >= 0:
                    total += ell**2
                elif w and not v and k - ell <= b - c <= 0:
                    total += k**2
    return total / (len(own) * (len(own) - 1) * length**2)


@pytest.mark.parametrize("seed", range(10))
def test_observed_disagreement_on_units_is_that_of_its_definition(seed: int) -> None:
    chance = random.Random(seed)
    own = []
    for _ in range(3):
        edges = sorted(chance.sample(range(1, 200), 12))
        own.append([(edges[place], edges[place + 1]) for place in range(0, 12, chance.choice((2, 3)))][:4])
    assert disagree(own, 200).observed == pytest.approx(differ_slowly(own, 200))


TEXT = "Rebels attacked a convoy near Moru.\nThree soldiers were killed there.\nNobody else was hurt.\n"


def span(words: str, label: str = "actor", *, text: str = TEXT, **more: Any) -> Span:
    """Make a span of the first place of some words."""
    start = text.index(words)
    return Span(f"{start}-{words}-{label}", start, start + len(words), label, **more)


def differences(one: Annotation, other: Annotation, **terms: Any) -> list[tuple[Any, ...]]:
    """List the disagreements of two annotators on `TEXT`."""
    found = measure([(article_of(TEXT), {"ana": one, "bea": other})], annotators=("ana", "bea"), **terms)
    return [
        (
            each.disagreement.kind,
            TEXT[each.disagreement.start : each.disagreement.end],
            *[
                side and (" > ".join([own.label for own in side.spans]), side.value)
                for side in (each.disagreement.left, each.disagreement.right)
            ],
            each.disagreement.name,
            each.paragraph,
        )
        for each in found.examples
    ]


def test_disagreements_are_told_apart_in_the_order_of_the_text() -> None:
    article = article_of(TEXT)
    one = finished(
        article,
        [
            span("Rebels"),
            span("convoy", "weapon"),
            span("Moru", "location"),
            span("Three soldiers", "casualty"),
        ],
    )
    other = finished(
        article,
        [
            span("Rebels"), span("a convoy", "weapon"), span("near Moru"),
            span("Three soldiers", "casualty"), span("Nobody", "casualty"),
        ],
    )  # fmt: skip
    assert differences(one, other) == [
        ("boundary", "a convoy", ("weapon", None), ("weapon", None), "", 0),
        ("label", "near Moru", ("location", None), ("actor", None), "", 0),
        ("missed", "Nobody", None, ("casualty", None), "", 2),
    ]


def test_other_answers_and_links_are_disagreements_where_the_spans_are_the_same() -> None:
    article = article_of(TEXT)
    spans = [span("Rebels"), span("Three soldiers", "casualty", attributes={"outcome": "killed"})]
    other_spans = [spans[0], span("Three soldiers", "casualty", attributes={"outcome": "hurt", "count": 3})]
    one, other = finished(article, spans), finished(article, other_spans)
    one.relations["r"] = Relation("r", "killed", spans[0].id, spans[1].id)
    other.relations["q"] = Relation("q", "hurt", spans[0].id, spans[1].id)
    assert differences(one, other) == [
        (
            "relation", TEXT[: TEXT.index(" were")],
            ("actor > casualty", "killed"), ("actor > casualty", "hurt"), "", 0,
        ),
        ("attribute", "Three soldiers", ("casualty", None), ("casualty", 3), "count", 1),
        ("attribute", "Three soldiers", ("casualty", "killed"), ("casualty", "hurt"), "outcome", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("symmetric", [False, True])
def test_a_symmetric_relation_is_the_same_from_either_end(symmetric: bool) -> None:
    article, spans = article_of(TEXT), [span("Rebels"), span("Three soldiers")]
    one, other = finished(article, spans), finished(article, spans)
    one.relations["r"] = Relation("r", "knows", spans[0].id, spans[1].id)
    other.relations["r"] = Relation("r", "knows", spans[1].id, spans[0].id)
    found = measure(
        [(article, {"ana": one, "bea": other})],
        annotators=("ana", "bea"),
        symmetric=frozenset(["knows"] * symmetric),
    )
    assert figure(found, "f1_relations", ("ana", "bea"), "knows") == float(symmetric)


def test_relations_are_measured_where_both_made_their_ends() -> None:
    article = article_of(TEXT)
    spans = [span("Rebels"), span("Three soldiers"), span("Moru"), span("Nobody")]
    one, other = finished(article, spans), finished(article, spans[:3])
    for number, (head, tail) in enumerate([(0, 1), (1, 2), (0, 3)]):
        one.relations[f"r{number}"] = Relation(f"r{number}", "knows", spans[head].id, spans[tail].id)
    other.relations["r"] = Relation("r", "knows", spans[0].id, spans[1].id)
    found = measure([(article, {"ana": one, "bea": other})], annotators=("ana", "bea"))
    shown = found.find("f1_relations", ("ana", "bea"))
    assert shown is not None
    assert (shown.value, shown.counts) == (2 / 3, {"same": 1, "left": 2, "right": 1})


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("open_word", ["fled", "killed", ""], ids=["few open", "many open", "none open"])
def test_answers_are_measured_as_by_nltk_and_krippendorff(seed: int, open_word: str) -> None:
    # One of the words stands for an attribute that was left open.
    chance = random.Random(seed)
    corpus = []
    rows: list[list[str]] = [[] for _ in NAMES]
    for article, said in make_corpus(seed, articles=5):
        spans = list(said["ana"].spans.values())
        everybody = {}
        answers = [[chance.choice(("killed", "hurt", "fled", "killed")) for _ in NAMES] for _ in spans]
        for place, name in enumerate(NAMES):
            rows[place] += [each[place] for each in answers]
            everybody[name] = finished(
                article,
                [
                    Span(
                        own.id,
                        own.start,
                        own.end,
                        "casualty",
                        {"outcome": each[place]} if each[place] != open_word else {},
                    )
                    for own, each in zip(spans, answers, strict=True)
                ],
            )
        corpus.append((article, everybody))
    found = measure(corpus, optional={"casualty": frozenset({"outcome", "never_answered"})})
    data = [
        (name, str(item), value)
        for name, row in zip(NAMES, rows, strict=True)
        for item, value in enumerate(row)
    ]
    kappa = AnnotationTask([each for each in data if each[0] != "cem"]).kappa()
    assert figure(found, "kappa_attribute", ("ana", "bea"), "casualty.outcome") == pytest.approx(kappa)
    categories = sorted({*rows[0], *rows[1], *rows[2]})
    alpha = krippendorff.alpha(
        reliability_data=[[categories.index(each) for each in row] for row in rows],
        level_of_measurement="nominal",
    )
    assert figure(found, "alpha_attribute", (), "casualty.outcome") == pytest.approx(alpha)


def test_what_has_to_be_answered_is_measured_where_anybody_does_and_what_nobody_answers_is_not() -> None:
    article = article_of(TEXT)
    one = finished(article, [span("Rebels", attributes={"side": "left"}), span("Nobody")])
    other = finished(article, [span("Rebels"), span("Nobody")])
    between = ("ana", "bea")
    corpus = [(article, {"ana": one, "bea": other})]
    for optional, things in (({}, 1), ({"actor": frozenset({"side", "size"})}, 2)):
        found = measure(corpus, annotators=between, optional=optional)
        (kappa,) = [each for each in found.figures if each.key.measure == "kappa_attribute"]
        assert (kappa.key.of, kappa.counts["things"], kappa.counts["answered"]) == ("actor.side", things, 1)
        (alpha,) = [each for each in found.figures if each.key.measure == "alpha_attribute"]
        assert (alpha.counts["units"], alpha.counts["answered"]) == (things, 1)


def test_several_answers_are_the_same_in_any_order() -> None:
    article = article_of(TEXT)
    one, other = (
        finished(article, [span("Rebels", attributes={"ways": ways})]) for ways in (["a", "b"], ["b", "a"])
    )
    assert differences(one, other) == []


def test_the_table_of_labels_has_nothing_on_both_sides() -> None:
    article = article_of(TEXT)
    one = finished(article, [span("Rebels"), span("convoy", "weapon"), span("Moru", "location")])
    other = finished(article, [span("Rebels"), span("a convoy", "actor"), span("Nobody")])
    found = measure([(article, {"ana": one, "bea": other})], annotators=("ana", "bea"))
    assert found.confusion == {
        ("ana", "bea"): Counter({
            ("actor", "actor"): 1, ("weapon", "actor"): 1, ("location", ""): 1, ("", "actor"): 1,
        })
    }  # fmt: skip


def test_only_what_both_finished_is_compared() -> None:
    article = article_of(TEXT)
    one = finished(article, [span("Rebels"), span("Nobody")])
    other = finished(article, [span("Rebels"), span("soldiers")], but=[1, 2])
    found = measure([(article, {"ana": one, "bea": other})], annotators=("ana", "bea"))
    assert (found.articles, found.paragraphs, found.shared) == (1, 1, {("ana", "bea"): 1})
    assert figure(found, "f1_exact", ("ana", "bea")) == 1


def test_a_span_across_paragraphs_keeps_them_together() -> None:
    article = article_of(TEXT)
    across = Span("x", TEXT.index("Moru"), TEXT.index(" soldiers"), "actor")
    one = finished(article, [span("Rebels"), across])
    other = finished(article, [span("Rebels"), span("Nobody")], but=[1])
    found = measure([(article, {"ana": one, "bea": other})], annotators=("ana", "bea"))
    assert found.shared == {("ana", "bea"): 1}
    assert figure(found, "f1_exact", ("ana", "bea")) == 0


def test_only_some_labels_can_be_looked_at() -> None:
    article = article_of(TEXT)
    one = finished(article, [span("Rebels"), span("Moru", "location")])
    other = finished(article, [span("Rebels")])
    both = [(article, {"ana": one, "bea": other})]
    pair = ("ana", "bea")
    assert figure(measure(both, annotators=pair), "f1_exact", pair) < 1
    assert figure(measure(both, annotators=pair, labels=frozenset(["actor"])), "f1_exact", pair) == 1


def test_where_nobody_tagged_anything_there_is_no_figure() -> None:
    article = article_of(TEXT)
    nothing = finished(article, [])
    found = measure([(article, {"ana": nothing, "bea": nothing})], annotators=("ana", "bea"), rounds=10)
    assert {each.value for each in found.figures} == {None}


@pytest.mark.parametrize("name", ["f1_exact", "f1_partial", "kappa_tokens", "alpha_tokens"])
def test_an_interval_is_that_of_figures_of_drawn_articles(name: Measure) -> None:
    corpus = make_corpus(3, articles=9, skip=0.2)
    between = () if name == "alpha_tokens" else ("ana", "cem")
    drawer = random.Random(11)
    draws = [figure(measure(drawer.choices(corpus, k=len(corpus))), name, between) for _ in range(60)]
    shown = measure(corpus, rounds=60, seed=11).find(name, between)
    assert shown is not None
    assert shown.interval == pytest.approx(numpy.quantile(draws, [0.025, 0.975]))


def test_the_same_seed_gives_the_same_intervals_and_one_article_none() -> None:
    corpus = make_corpus(3)
    assert measure(corpus, rounds=50, seed=1) == measure(corpus, rounds=50, seed=1)
    assert measure(corpus, rounds=50, seed=1).figures != measure(corpus, rounds=50, seed=2).figures
    assert {each.interval for each in measure(corpus[:1], rounds=50).figures} == {None}


def test_gold_is_compared_with_each_and_is_none_of_them() -> None:
    corpus = make_corpus(5)
    found = measure(corpus, annotators=("bea", "cem"), gold="ana")
    assert list(found.shared) == [("ana", "bea"), ("ana", "cem"), ("bea", "cem")]
    without = measure(corpus, annotators=("bea", "cem"))
    for each in without.figures:
        assert found.find(*each.key) == each


def test_the_pieces_of_a_span_are_units_of_their_own() -> None:
    article = article_of(TEXT)
    pieces = Span("p", 0, TEXT.index(" near"), "actor", fragments=((0, 6), (16, 24)))
    one, other = finished(article, [pieces]), finished(article, [span("Rebels"), span("a convoy")])
    found = measure([(article, {"ana": one, "bea": other})], annotators=("ana", "bea"))
    assert figure(found, "alpha_units", ("ana", "bea")) == 1
    assert figure(found, "f1_exact", ("ana", "bea")) == 0


@pytest.mark.parametrize("seed", range(3))
def test_who_says_the_same_agrees_wholly(seed: int) -> None:
    corpus = [
        (article, dict.fromkeys(NAMES, said["ana"])) for article, said in make_corpus(seed, nested=True)
    ]
    found = measure(corpus, rounds=20)
    assert {each.value for each in found.figures} == {1}
    assert {each.interval for each in found.figures} <= {(1, 1), None}
    assert not found.examples


@pytest.mark.parametrize("seed", range(3))
def test_it_does_not_matter_who_is_named_first(seed: int) -> None:
    corpus = make_corpus(seed, nested=True, skip=0.2)
    pair = ("ana", "bea")
    there, back = (measure(corpus, annotators=names) for names in (pair, pair[::-1]))
    assert len(there.figures) == len(back.figures)
    for each in there.figures:
        turned = each.key.between[::-1]
        assert each.value == pytest.approx(figure(back, each.key.measure, turned, each.key.of))
    turned_table = {(right, left): number for (left, right), number in there.confusion[pair].items()}
    assert turned_table == back.confusion[pair[::-1]]
    assert there.disagreements[pair] == back.disagreements[pair[::-1]]


def test_a_span_that_overlaps_several_is_paired_with_the_one_it_shares_most_with() -> None:
    article = article_of(TEXT)
    one = finished(article, [span("attacked a convoy near")])
    other = finished(article, [span("attacked"), span("a convoy near Moru")])
    found = measure([(article, {"ana": one, "bea": other})], annotators=("ana", "bea"))
    assert figure(found, "f1_partial", ("ana", "bea")) == 1 / 3
    kinds = [(each.disagreement.kind, each.disagreement.left is None) for each in found.examples]
    assert kinds == [("missed", True), ("boundary", False)]
