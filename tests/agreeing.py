"""Articles that annotators disagree on at random, and what is measured of them."""

import random
from collections.abc import Iterable, Mapping
from typing import Any

from tui.model.annotation import Annotation
from tui.model.article import Article, Paragraph, article_key
from tui.model.span import Span
from tui.project.agreement.comparison import Agreement, Comparison, Terms
from tui.text.paragraphs import find_paragraphs
from tui.text.tokens import tokenize

NAMES = ("ana", "bea", "cem")
LABELS = ("actor", "location", "weapon")
WORDS = ("Rebels", "fired", "rockets", "at", "Moru", "on", "Friday", ",", "killing", "three", "soldiers", ".")

Said = Mapping[str, Annotation]
"""What each annotator said of an article."""


def article_of(text: str, number: int = 1) -> Article:
    edges = enumerate(find_paragraphs(text))
    paragraphs = tuple([Paragraph(index, start, end) for index, (start, end) in edges])
    return Article(number, article_key(text), f"a{number}", "A title", text, {}, paragraphs)


def finished(article: Article, spans: Iterable[Span], *, but: Iterable[int] = ()) -> Annotation:
    """Give spans in paragraphs that are finished, all `but` some."""
    done = {each.index for each in article.paragraphs} - {*but}
    return Annotation(spans={span.id: span for span in spans}, states=dict.fromkeys(sorted(done), "finished"))


def make_corpus(
    seed: int, *, articles: int = 12, nested: bool = False, skip: float = 0.0
) -> list[tuple[Article, Said]]:
    """Make articles that three annotators disagree on at random; each may `skip` a share of paragraphs."""
    chance = random.Random(seed)
    corpus: list[tuple[Article, Said]] = []
    for number in range(1, articles + 1):
        lines = [" ".join(chance.choices(WORDS, k=chance.randint(6, 20))) for _ in range(4)]
        article = article_of("\n".join(lines) + f"\n{number}.\n", number)
        said: dict[str, Annotation] = {}
        for name in NAMES:
            spans = _make_spans(article, chance, nested=nested)
            skipped = [each.index for each in article.paragraphs if chance.random() < skip]
            said[name] = finished(article, spans, but=skipped)
        corpus.append((article, said))
    return corpus


def _make_spans(article: Article, chance: random.Random, *, nested: bool) -> list[Span]:
    """Make spans of one to three words at places that all annotators look at, so that some are the same."""
    spans: list[Span] = []
    for paragraph in article.paragraphs:
        tokens = tokenize(article.text, paragraph.start, paragraph.end)
        for first in range(0, len(tokens) - 4, 5):
            if chance.random() < 0.7:
                start = first + (chance.random() < 0.2)
                end = start + chance.choice((1, 2, 2, 3)) - 1
                label = chance.choices(LABELS, (6, 2, 1))[0]
                spans.append(Span(f"s{len(spans)}", tokens[start][0], tokens[end][1], label))
            if nested and chance.random() < 0.3:
                spans.append(
                    Span(f"s{len(spans)}", tokens[first][0], tokens[first + 3][1], chance.choice(LABELS))
                )
    return spans


def measure(corpus: Iterable[tuple[Article, Said]], **terms: Any) -> Agreement:
    comparison = Comparison(Terms(**{"annotators": NAMES, "rounds": 0, **terms}))
    for article, said in corpus:
        comparison.add(article, said)
    return comparison.finish()


def token_labels(corpus: Iterable[tuple[Article, Said]], name: str) -> list[str | None]:
    """Say by brute force what an annotator says of every token; None where its paragraph is not finished."""
    labels: list[str | None] = []
    for article, said in corpus:
        for paragraph in article.paragraphs:
            is_there = said[name].states.get(paragraph.index) == "finished"
            for start, end in tokenize(article.text, paragraph.start, paragraph.end):
                own = sorted({each.label for each in said[name].spans.values() if each.overlaps(start, end)})
                labels.append("+".join(own) if is_there else None)
    return labels
