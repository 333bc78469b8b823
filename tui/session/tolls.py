"""The tolls of an article: how many, who, what became of them, who says so, and which disagree."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct, structs

from tui.model.labels import Label, LabelSet, write_answer
from tui.model.record import sort_spans
from tui.model.span import Json, Relation, Span
from tui.text.counting.count import Count
from tui.text.counting.phrase import read_answer, says_how_many
from tui.text.folding import fold_text
from tui.text.messages import quote_pieces
from tui.text.tokens import tokenize

_LEEWAY: Final = 10
"""What is said to be about so many may be off by one in as many."""

_ANYONE: Final = frozenset(
    (
        "",
        "people",
        "persons",
        "person",
        "others",
        "dead",
        "killed",
        "wounded",
        "injured",
        "victims",
        "casualties",
    )
)
"""What a toll may count that is of any group."""

_LONGEST: Final = 40
"""Code points of words that are quoted."""


class Toll(Struct, frozen=True):
    """How many of whom, as one span says it."""

    span: Span
    """The span."""
    count: Count
    """How many."""
    number: str
    """How many, as short as it can be read; `?` behind it where it is only suggested."""
    outcome: str
    """What became of them; empty where that is not known."""
    who: str
    """The words of the span, on one line."""
    by: str
    """Who says so or did it: what links to the span, and its words; empty for nobody."""
    contradicts: bool = False
    """Whether another toll says another number of what may be the same people."""


class _Claim(Struct, frozen=True):
    """What a toll is compared by."""

    label: str
    """The label of its span."""
    outcomes: frozenset[str]
    """What became of them."""
    group: str
    """Who they are; empty for anyone."""
    least: int
    """The least that it can be."""
    most: int | None
    """The most; None where there is no bound."""


def list_tolls(
    spans: Iterable[Span],
    text: str,
    labels: LabelSet,
    *,
    relations: Iterable[Relation] = (),
    answers: Mapping[str, Mapping[str, Json]] | None = None,
) -> list[Toll]:
    """List the tolls among some spans of a text, in reading order.

    A toll is a span whose label asks how many, where that is answered. `answers` are those that are
    suggested, by the id of the span; what an annotator answered goes before.
    """
    known = {span.id: span for span in spans}
    speakers = _list_speakers(known, text, relations)
    tolls: list[Toll] = []
    for span in sort_spans(known.values()):
        label = labels.label(span.label)
        suggested = (answers or {}).get(span.id, {})
        toll = None if label is None else _read_toll(span, text, label, suggested)
        if toll is not None:
            tolls.append(structs.replace(toll, by=", ".join(speakers.get(span.id, ()))))
    claims = [_read_claim(each, text) for each in tolls]
    return [
        structs.replace(
            toll, contradicts=any(_contradict(claim, other) for other in claims if other is not claim)
        )
        for toll, claim in zip(tolls, claims, strict=True)
    ]


def _read_toll(span: Span, text: str, label: Label, suggested: Mapping[str, Json]) -> Toll | None:
    """Read what a span says; None where its label asks for no number, or none is known."""
    asked = next((each for each in label.attributes if each.type == "count"), None)
    if asked is None:
        return None
    value = span.attributes.get(asked.name, suggested.get(asked.name))
    count = read_answer(value, asked.rule)
    if count is None:
        return None
    number = f"{write_answer({**count.write()})}{'' if asked.name in span.attributes else '?'}"
    who = quote_pieces(text, span.pieces, limit=_LONGEST)
    return Toll(span, count, number, _find_outcome(span, label, suggested), who, "")


def _find_outcome(span: Span, label: Label, suggested: Mapping[str, Json]) -> str:
    """Give the answer to what became of them: to the choice that signs tell, else to the first one."""
    choices = [each for each in label.attributes if each.type == "choice"]
    asked = next((each for each in choices if any(each.signs)), choices[0] if choices else None)
    value = None if asked is None else span.attributes.get(asked.name, suggested.get(asked.name))
    if asked is None or value is None or value == []:
        return ""
    return f"{write_answer(value)}{'' if asked.name in span.attributes else '?'}"


def _list_speakers(
    spans: Mapping[str, Span], text: str, relations: Iterable[Relation]
) -> dict[str, list[str]]:
    """List what links to each span: the relation, and the words it starts from."""
    speakers: dict[str, list[str]] = {}
    for relation in relations:
        head = spans.get(relation.head)
        if head is not None:
            words = quote_pieces(text, head.pieces, limit=_LONGEST)
            speakers.setdefault(relation.tail, []).append(f"{relation.label} “{words}”")
    return speakers


def _read_claim(toll: Toll, text: str) -> _Claim:
    outcomes = frozenset(toll.outcome.rstrip("?").split("+"))
    return _Claim(toll.span.label, outcomes, _name_group(text, toll.span), *_bounds(toll.count))


def _contradict(one: _Claim, other: _Claim) -> bool:
    """Tell whether two tolls say different numbers of what may be the same people."""
    are_apart = (one.most is not None and one.most < other.least) or (
        other.most is not None and other.most < one.least
    )
    if not are_apart or one.label != other.label or one.outcomes.isdisjoint(other.outcomes):
        return False
    return one.group == other.group or one.group in _ANYONE or other.group in _ANYONE


def _name_group(text: str, span: Span) -> str:
    """Give the last word of a span that does not say how many; empty where there is none."""
    words: Sequence[str] = [fold_text(text[start:end]) for start, end in tokenize(text, span.start, span.end)]
    return next((word for word in reversed(words) if word.isalpha() and not says_how_many(word)), "")


def _bounds(count: Count) -> tuple[int, int | None]:
    """Give the least and the most that it can be, a little more or less where it is about so many."""
    low, high = count.bounds()
    if not count.approximate:
        return low, high
    return low - low // _LEEWAY, None if high is None else high + high // _LEEWAY
