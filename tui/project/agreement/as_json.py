"""Agreement for programs: everything, with the names and sources of the formulas."""

from collections.abc import Mapping
from typing import Final

from tui.model.span import Json, Span
from tui.project.agreement.comparison import Agreement, DisagreementExample, Figure
from tui.project.agreement.counts import Measure
from tui.project.agreement.disagreements import DISAGREEMENT_KINDS, Side

MEASURES: Final[Mapping[Measure, str]] = {
    "f1_exact": "F1 of spans with the same edges and label: 2*same / (left + right)",
    "f1_partial": "F1 of spans with the same edges, where one that overlaps counts half, whatever its"
    " label (SemEval-2013 task 9, partial): (2*same + overlapping) / (left + right)",
    "precision_exact": "same / right, where left is gold",
    "recall_exact": "same / left, where left is gold",
    "kappa_tokens": "Cohen's kappa (1960) of the labels of tokens, nothing being one",
    "alpha_tokens": "Krippendorff's alpha (2011), nominal, of the labels of tokens, nothing being one",
    "alpha_units": "Krippendorff's alpha for unitizing (2004) on the code points of all paragraphs",
    "gamma": "Gamma of Mathet, Widlöcher and Métivier (2015), by pygamma-agreement: of units and labels"
    " at once",
    "kappa_attribute": "Cohen's kappa (1960) of the answers on spans with the same edges and label, no answer"
    " being one; where an answer is required, only of the spans that either answers",
    "alpha_attribute": "Krippendorff's alpha (2011), nominal, of the same, of all annotators",
    "f1_relations": "F1 of relations between spans that both made: 2*same / (left + right)",
}
"""What each measure is."""


def agreement_as_json(found: Agreement) -> dict[str, Json]:
    """Give everything that was measured."""
    terms = found.terms
    return {
        "annotators": [*terms.annotators],
        "gold": terms.gold,
        "labels": [*sorted(terms.labels)] or None,
        "articles": found.articles,
        "paragraphs": found.paragraphs,
        "measures": {str(name): words for name, words in MEASURES.items()},
        "intervals": {"share": 0.95, "drawn": "articles", "rounds": terms.rounds, "seed": terms.seed},
        "figures": [_figure_as_json(each) for each in found.figures],
        "pairs": [
            {
                "between": [*between],
                "paragraphs": paragraphs,
                "disagreements": {kind: found.disagreements[between][kind] for kind in DISAGREEMENT_KINDS},
                "labels": [
                    {"left": left or None, "right": right or None, "spans": number}
                    for (left, right), number in sorted(found.confusion[between].items())
                ],
            }
            for between, paragraphs in found.shared.items()
            if paragraphs
        ],
        "examples": [_example_as_json(each) for each in found.examples],
    }


def _figure_as_json(figure: Figure) -> dict[str, Json]:
    low, high = figure.interval or (None, None)
    return {
        "measure": figure.key.measure,
        "between": [*figure.key.between] or None,
        "of": figure.key.of or None,
        "value": figure.value,
        "low": low,
        "high": high,
        "articles": figure.articles,
        "counts": dict[str, Json](figure.counts),
    }


def _example_as_json(example: DisagreementExample) -> dict[str, Json]:
    article, each = example.article, example.disagreement
    before, words, after = example.context
    return {
        "kind": each.kind,
        "between": [*each.between],
        "article": article.id or article.key,
        "title": article.title,
        "paragraph": example.paragraph + 1,
        "start": each.start,
        "end": each.end,
        "name": each.name or None,
        "before": before,
        "text": words,
        "after": after,
        "left": _side_as_json(each.left, article.text),
        "right": _side_as_json(each.right, article.text),
    }


def _side_as_json(side: Side | None, text: str) -> Json:
    if side is None:
        return None
    return {"spans": [_span_as_json(span, text) for span in side.spans], "value": side.value}


def _span_as_json(span: Span, text: str) -> Json:
    return {
        "id": span.id,
        "start": span.start,
        "end": span.end,
        "label": span.label,
        "text": text[span.start : span.end],
    }
