"""What the adjudication screen says of a disagreement."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from tui.model.labels import LabelSet
from tui.project.adjudication import Dispute, Opinion
from tui.text.display import display_text
from tui.text.messages import count_noun, quote

_LONGEST_GUIDELINE: Final = 240
_LONGEST_WORDS: Final = 40
"""Code points of what a label stands for, and of a span, that are shown."""


def describe_opinion(opinion: Opinion, text: str, *, is_blind: bool) -> str:
    """Say what some annotators say of a place, and who they are, or only how many."""
    who = count_noun(len(opinion.annotators), "annotator") if is_blind else ", ".join(opinion.annotators)
    spans = [f"{display_text(each.label)} “{_cut(text, each.start, each.end)}”" for each in opinion.spans]
    return f"{'; '.join(spans) or 'nothing'}   {display_text(who)}"


def describe_labels(
    dispute: Dispute, labels: LabelSet, list_reasons: Callable[[str], Iterable[tuple[str, str]]]
) -> str:
    """Say what the labels of a place stand for, and why others of them were decided as they are.

    `list_reasons` gives the words and the reasons of a label.
    """
    names = dict.fromkeys(span.label for opinion in dispute.opinions for span in opinion.spans)
    lines: list[str] = []
    for name in names:
        label = labels.label(name)
        means = f"{label.description} {label.guidelines}" if label is not None else ""
        said = " ".join(means.split()) or "labels.yaml does not say what it stands for"
        lines.append(f"{name}: {quote(said, 0, len(said), limit=_LONGEST_GUIDELINE)}")
        lines += [f"   “{_cut(words, 0, len(words))}”: {reason}" for words, reason in list_reasons(name)]
    return "\n".join(lines)


def describe_left(counts: Iterable[tuple[int, int]]) -> str:
    """Say what is left open beside the spans, with a blank behind; nothing where nothing is.

    `counts` are the answers and the relations that are open, of each article.
    """
    each = list(counts)
    answers, relations = sum(own[0] for own in each), sum(own[1] for own in each)
    if not answers and not relations:
        return ""
    what = f"{count_noun(answers, 'answer')} and {count_noun(relations, 'relation')}"
    return f"On {what} not more than half agree: the gold layer leaves them open. "


def describe_end(left: str | None, back: str) -> str:
    """Say that all is decided, what is left beside the spans, None while it is counted, and the way back."""
    counted = "What else is open is being counted. " if left is None else left
    return f"Every span is decided. {counted}{back} goes back."


def describe_past(words: str, counts: Mapping[str, Mapping[str, int]], *, is_blind: bool) -> str:
    """Say how often words have which label, by whom where that is shown.

    `counts` are of each label, by annotator.
    """
    told = [
        f"{label} {sum(own.values())}" + ("" if is_blind else f" ({', '.join(own)})")
        for label, own in counts.items()
    ]
    return f"“{_cut(words, 0, len(words))}”: {', '.join(told)}"


def _cut(text: str, start: int, end: int) -> str:
    return quote(text, start, end, limit=_LONGEST_WORDS)
