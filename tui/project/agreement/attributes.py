"""What is said of spans beside their labels, where annotators made the very same span.

To leave an attribute open that may be left open is an answer, too. What has to be answered, or is no
attribute of the label, is looked at only where anybody answers it.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from tui.model.span import Json, Span
from tui.project.agreement.cohen_kappa import count_sayings
from tui.project.agreement.counts import Category, Counts
from tui.project.agreement.krippendorff_alpha import count_unit
from tui.project.agreement.matching import Pair, labelled_extent_of

Optional: TypeAlias = Mapping[str, frozenset[str]]
"""The attributes that may be left open, by label."""

_NO_ANSWER: Final[Category] = ()


def count_pair(pairs: Iterable[Pair], *, optional: Optional) -> dict[str, Counts]:
    """Count what two answer to each attribute of the same spans, for κ."""
    said: defaultdict[str, Counter[tuple[Category, Category]]] = defaultdict(Counter)
    for left, right in pairs:
        for name in {*left.attributes, *right.attributes, *optional.get(left.label, ())}:
            said[f"{left.label}.{name}"][_answer_of(left, name), _answer_of(right, name)] += 1
    found = {name: count_sayings(own) for name, own in said.items()}
    for name, own in said.items():
        found[name]["answered",] = own.total() - own[_NO_ANSWER, _NO_ANSWER]
    return found


def count_all(versions: Iterable[Sequence[Span]], *, optional: Optional) -> dict[str, Counts]:
    """Count what all answer to each attribute of the spans that two or more made, for α."""
    makers: defaultdict[object, list[Span]] = defaultdict(list)
    for spans in versions:
        for span in {labelled_extent_of(span): span for span in spans}.values():
            makers[labelled_extent_of(span)].append(span)
    found: defaultdict[str, Counts] = defaultdict(Counter)
    for own in makers.values():
        if len(own) > 1:
            answered = {name for span in own for name in span.attributes}
            for name in answered.union(optional.get(own[0].label, ())):
                counts = found[f"{own[0].label}.{name}"]
                count_unit(counts, [_answer_of(span, name) for span in own])
                counts["answered",] += name in answered
    return found


def find_differences(left: Span, right: Span) -> Iterator[tuple[str, Json, Json]]:
    """Find the attributes that two spans answer differently, by name; None where one has no answer."""
    for name in sorted({*left.attributes, *right.attributes}):
        if _answer_of(left, name) != _answer_of(right, name):
            yield name, left.attributes.get(name), right.attributes.get(name)


def _answer_of(span: Span, name: str) -> Category:
    attributes: Mapping[str, Json] = span.attributes
    return (_write(attributes[name]),) if name in attributes else _NO_ANSWER


def _write(value: Json) -> str:
    """Write an answer so that equal ones are equal: several values in any order are."""
    if isinstance(value, list):
        return json.dumps(sorted(map(_write, value)))
    return json.dumps(value, sort_keys=True)
