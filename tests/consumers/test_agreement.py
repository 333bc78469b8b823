"""Agreement beside scikit-learn, on random annotations."""

from itertools import combinations

import pytest

from tests.agreeing import NAMES, make_corpus, measure, token_labels

pytestmark = pytest.mark.consumers


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_that_of_scikit_learn(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="needs the group test-consumers")
    corpus = make_corpus(seed, nested=True, skip=0.3)
    found = measure(corpus)
    for pair in combinations(NAMES, 2):
        rows = zip(*[token_labels(corpus, name) for name in pair], strict=True)
        left, right = zip(*[each for each in rows if None not in each], strict=True)
        kappa = found.find("kappa_tokens", pair)
        assert kappa is not None
        assert kappa.value == pytest.approx(metrics.cohen_kappa_score(left, right))


@pytest.mark.parametrize("seed", range(5))
def test_f1_of_spans_is_that_of_scikit_learn(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="needs the group test-consumers")
    corpus = make_corpus(seed, nested=False)
    sides = [
        {
            (article.number, span.start, span.end, span.label)
            for article, said in corpus
            for span in said[name].spans.values()
        }
        for name in NAMES[:2]
    ]
    every = sorted(sides[0] | sides[1])
    expected = metrics.f1_score(*[[each in side for each in every] for side in sides])
    exact = measure(corpus).find("f1_exact", NAMES[:2])
    assert exact is not None
    assert exact.value == pytest.approx(expected)
