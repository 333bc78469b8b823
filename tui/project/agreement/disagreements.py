"""Where two annotators disagree, one by one, in the order of the text."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from tui.model.labels import write_answer
from tui.model.span import Json, Span
from tui.project.agreement.attributes import find_differences
from tui.project.agreement.matching import Matched, Pair, extent_of
from tui.project.agreement.relations import Links
from tui.text.messages import quote_name, quote_pieces

DisagreementKind: TypeAlias = Literal["boundary", "label", "missed", "attribute", "relation"]
"""`boundary`: one label, other edges; `label`: they overlap and have different labels; `missed`: only one
made it; `attribute`: the same span, another answer; `relation`: the same two spans, linked otherwise or by
one alone."""

DISAGREEMENT_KINDS: Final[tuple[DisagreementKind, ...]] = get_args(DisagreementKind)
"""Every kind, in the order in which they are listed."""

_LONGEST_QUOTE: Final = 40
"""Code points of a span that are quoted."""


class Side(Struct, frozen=True):
    """What one of two annotators says where they disagree."""

    spans: tuple[Span, ...]
    """The span; of a relation its head and its tail."""
    value: Json = None
    """Of an attribute the answer, None for none; of a relation its label."""
    told: str = ""
    """The same in words."""


class Disagreement(Struct, frozen=True):
    """One thing that two annotators say differently."""

    kind: DisagreementKind
    """What differs."""
    between: tuple[str, str]
    """Who they are."""
    article: int
    """The article's number."""
    start: int
    """Where it begins in the article, in code points: the first of what either made."""
    end: int
    """One past its last code point."""
    left: Side | None
    """What the one says; None where nothing."""
    right: Side | None
    """What the other says; None where nothing."""
    name: str = ""
    """The attribute's name."""


def find_disagreements(
    between: tuple[str, str], article: int, aligned: Matched, links: tuple[Links, Links]
) -> list[Disagreement]:
    """Find all disagreements of two annotators on an article, in the order of the text."""
    found = [
        *_compare_pairs(between, article, aligned.pairs),
        *[_make("missed", between, article, Side((span,)), None) for span in aligned.left],
        *[_make("missed", between, article, None, Side((span,))) for span in aligned.right],
        *_compare_links(between, article, *links),
    ]
    return sorted(found, key=_place)


def describe_side(side: Side | None, text: str) -> str:
    """Say in a line what one of two annotators says, in an article of this text."""
    if side is None:
        return "nothing"
    said = [
        f"{quote_name(span.label)} “{quote_pieces(text, span.pieces, limit=_LONGEST_QUOTE)}”"
        for span in side.spans
    ]
    return " → ".join(said) + (side.told and f": {side.told}")


def _compare_pairs(between: tuple[str, str], article: int, pairs: Sequence[Pair]) -> Iterator[Disagreement]:
    for left, right in pairs:
        sides = Side((left,)), Side((right,))
        if left.label != right.label:
            yield _make("label", between, article, *sides)
        elif extent_of(left) != extent_of(right):
            yield _make("boundary", between, article, *sides)
        else:
            for name, one, other in find_differences(left, right):
                sides = _answer(left, name, one), _answer(right, name, other)
                yield _make("attribute", between, article, *sides, name=name)


def _answer(span: Span, name: str, value: Json) -> Side:
    return Side((span,), value, write_answer(value) if name in span.attributes else "no answer")


def _compare_links(
    between: tuple[str, str], article: int, left: Links, right: Links
) -> Iterator[Disagreement]:
    """Compare relations: two of the same ends that only one made each are one disagreement."""
    only_left = [key for key in left if key not in right]
    only_right = [key for key in right if key not in left]
    for ends, label in only_left:
        answer = next((key for key in only_right if set(key[0]) == set(ends)), None)
        if answer is not None:
            only_right.remove(answer)
        other = None if answer is None else Side(right[answer], answer[1], answer[1])
        yield _make("relation", between, article, Side(left[ends, label], label, label), other)
    for key in only_right:
        yield _make("relation", between, article, None, Side(right[key], key[1], key[1]))


def _make(
    kind: DisagreementKind,
    between: tuple[str, str],
    article: int,
    left: Side | None,
    right: Side | None,
    *,
    name: str = "",
) -> Disagreement:
    spans = [span for side in (left, right) if side is not None for span in side.spans]
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    return Disagreement(kind, between, article, start, end, left, right, name)


def _place(each: Disagreement) -> tuple[int, int, int, str, str]:
    side = each.left or each.right
    label = side.spans[0].label if side is not None else ""
    return each.start, each.end, DISAGREEMENT_KINDS.index(each.kind), label, each.name
