"""What the adjudication screen says of a disagreement."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from tui.model.labels import LabelSet
from tui.model.span import Span
from tui.project.adjudication import AnyDispute, AnyOpinion
from tui.project.detail_disputes import DetailDispute, DetailOpinion
from tui.text.display import display_text
from tui.text.messages import count_noun, quote, quote_pieces

_LONGEST_GUIDELINE: Final = 240
_LONGEST_WORDS: Final = 40
"""Code points of what a label stands for, and of a span, that are shown."""


def describe_opinion(opinion: AnyOpinion, text: str, *, is_blind: bool) -> str:
    """Say what some annotators say of a place, and who they are, or only how many."""
    who = count_noun(len(opinion.annotators), "annotator") if is_blind else ", ".join(opinion.annotators)
    if isinstance(opinion, DetailOpinion):
        return f"{display_text(opinion.told)}   {display_text(who)}"
    spans = [_quote_span(each, text) for each in opinion.spans]
    return f"{'; '.join(spans) or 'nothing'}   {display_text(who)}"


def describe_question(dispute: DetailDispute, text: str) -> str:
    """Say of what a detail is to be decided, and which."""
    if dispute.text is not None:
        return f"the {dispute.text}: {display_text(dispute.question)}"
    spans = [_quote_span(each, text) for each in dispute.about]
    return f"{', '.join(spans)}: {display_text(dispute.question)}"


def list_spans(dispute: AnyDispute) -> Sequence[Span]:
    """List the spans that are said, or that a detail is about."""
    if isinstance(dispute, DetailDispute):
        return dispute.about
    return [span for opinion in dispute.opinions for span in opinion.spans]


def describe_labels(
    dispute: AnyDispute, labels: LabelSet, list_reasons: Callable[[str], Iterable[tuple[str, str]]]
) -> str:
    """Say what the labels of a place stand for, and why others of them were decided as they are.

    `list_reasons` gives the words and the reasons of a label.
    """
    names = dict.fromkeys(span.label for span in list_spans(dispute))
    lines: list[str] = []
    for name in names:
        label = labels.label(name)
        means = f"{label.description} {label.guidelines}" if label is not None else ""
        said = " ".join(means.split()) or "labels.yaml does not say what it stands for"
        lines.append(f"{name}: {quote(said, 0, len(said), limit=_LONGEST_GUIDELINE)}")
        lines += [f"   “{_cut(words, 0, len(words))}”: {reason}" for words, reason in list_reasons(name)]
    return "\n".join(lines)


def describe_past(words: str, counts: Mapping[str, Mapping[str, int]], *, is_blind: bool) -> str:
    """Say how often words have which label, by whom where that is shown.

    `counts` are of each label, by annotator.
    """
    told = [
        f"{label} {sum(own.values())}" + ("" if is_blind else f" ({', '.join(own)})")
        for label, own in counts.items()
    ]
    return f"“{_cut(words, 0, len(words))}”: {', '.join(told)}"


def _quote_span(span: Span, text: str) -> str:
    return f"{display_text(span.label)} “{quote_pieces(text, span.pieces, limit=_LONGEST_WORDS)}”"


def _cut(text: str, start: int, end: int) -> str:
    return quote(text, start, end, limit=_LONGEST_WORDS)
