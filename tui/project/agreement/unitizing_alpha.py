"""Krippendorff's α for unitizing: how far annotators agree on where the units of a label begin and end.

All paragraphs, one behind the other, are one continuum of `L` code points, which each of `m` annotators cuts
into units and gaps. Two units that overlap differ by the square of the distance of their beginnings and that
of their ends; a unit inside a gap differs by the square of its length ℓ. The observed disagreement is the
mean over pairs of annotators::

    D_o = Σ_i Σ_j≠i Σ_g Σ_h δ² / (m (m - 1) L²)

    D_e = 2/L · Σ_units [ (N - 1)/3 · (2ℓ³ - 3ℓ² + ℓ) + ℓ² · Σ_gaps≥ℓ (gap - ℓ + 1) ]
              / ( mL (mL - 1) - Σ_units ℓ (ℓ - 1) )

with `N` the units and all gaps of all annotators; α = 1 - D_o / D_e, and of several labels 1 - Σ D_o / Σ D_e.
Krippendorff (1995), Sociological Methodology 25, 47–76; (2004), Content Analysis, 2nd edition, 251–256, whose
worked examples are in the tests. Units of one label and annotator may not overlap there: spans that do are
one unit.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, combinations
from typing import NamedTuple, TypeAlias

from msgspec import Struct, field

from tui.model.article import Article
from tui.model.span import Span

LabelledUnit: TypeAlias = tuple[int, int]
"""`[start, end)` on a continuum."""


class UnitDisagreement(NamedTuple):
    """How far annotators disagree on the units of a label."""

    observed: float
    """How far they do."""
    expected: float
    """How far they would by chance."""
    units: int
    """How many units they made."""


class _Section(NamedTuple):
    start: int
    end: int
    is_unit: bool


class Continuum(Struct):
    """What some annotators cut, article by article."""

    annotators: int
    """How many they are."""
    length: int = 0
    """Code points so far."""
    _units: dict[str, list[list[LabelledUnit]]] = field(default_factory=dict)
    """The units of each label, by annotator."""

    def extend(self, article: Article, paragraphs: Sequence[int], spans: Sequence[Sequence[Span]]) -> None:
        """Put some paragraphs of an article behind the others, with each annotator's spans of them."""
        begins: list[int] = []
        for index in paragraphs:
            begins.append(self.length)
            self.length += article.paragraphs[index].end - article.paragraphs[index].start
        starts = [article.paragraphs[index].start for index in paragraphs]
        ends = [article.paragraphs[index].end for index in paragraphs]
        for annotator, own in enumerate(spans):
            for span in own:
                for start, end in span.pieces:
                    first = max(bisect_right(starts, start) - 1, 0)
                    last = max(bisect_right(starts, end - 1) - 1, 0)
                    # White space between paragraphs is no part of the continuum.
                    begin = begins[first] + min(max(start - starts[first], 0), ends[first] - starts[first])
                    stop = begins[last] + min(end, ends[last]) - starts[last]
                    if begin < stop:
                        units = self._units.setdefault(span.label, [[] for _ in range(self.annotators)])
                        units[annotator].append((begin, stop))

    def list_units(self) -> list[list[tuple[int, int, str]]]:
        """List each annotator's units, `[start, end)` and label, in order."""
        return [
            sorted(
                (start, end, label) for label, units in self._units.items() for start, end in units[annotator]
            )
            for annotator in range(self.annotators)
        ]

    def disagreements(self) -> dict[str, UnitDisagreement]:
        """Say how far the annotators disagree, by label."""
        return {
            label: disagree([join_units(own) for own in units], self.length)
            for label, units in sorted(self._units.items())
        }


def unitizing_alpha(disagreements: Sequence[UnitDisagreement]) -> float | None:
    """Give α of some labels; None where there is nothing to disagree on."""
    expected = sum(each.expected for each in disagreements)
    return 1 - sum(each.observed for each in disagreements) / expected if expected else None


def join_units(units: Sequence[LabelledUnit]) -> list[LabelledUnit]:
    """Put units into order; those that overlap become one."""
    joined: list[LabelledUnit] = []
    for start, end in sorted(units):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def disagree(units: Sequence[Sequence[LabelledUnit]], length: int) -> UnitDisagreement:
    """Say how far annotators disagree, by their units of one label, in order, on a continuum of a length."""
    number = sum(map(len, units))
    coders = len(units)
    if not number or coders < 2:
        return UnitDisagreement(0, 0, number)
    sections = [_cut(own, length) for own in units]
    observed = sum(_compare(one, other) for one, other in combinations(sections, 2))
    return UnitDisagreement(
        2 * observed / (coders * (coders - 1) * length**2), _expect(sections, length), number
    )


def _cut(units: Sequence[LabelledUnit], length: int) -> list[_Section]:
    """Give units with the gaps before, between and behind them."""
    sections: list[_Section] = []
    last = 0
    for start, end in units:
        if last < start:
            sections.append(_Section(last, start, is_unit=False))
        sections.append(_Section(start, end, is_unit=True))
        last = end
    if last < length:
        sections.append(_Section(last, length, is_unit=False))
    return sections


def _compare(one: Sequence[_Section], other: Sequence[_Section]) -> int:
    """Add up the differences of the sections of two annotators."""
    return sum(_differ(first, second) for first, second in _meet(one, other))


def _meet(one: Sequence[_Section], other: Sequence[_Section]) -> Iterator[tuple[_Section, _Section]]:
    """Give the sections that share a place."""
    first = second = 0
    while first < len(one) and second < len(other):
        yield one[first], other[second]
        end, other_end = one[first].end, other[second].end
        first += end <= other_end
        second += other_end <= end


def _differ(one: _Section, other: _Section) -> int:
    """Give the difference of two sections that share a place."""
    if one.is_unit and other.is_unit:
        return (one.start - other.start) ** 2 + (one.end - other.end) ** 2
    if one.is_unit == other.is_unit:
        return 0
    unit, gap = (one, other) if one.is_unit else (other, one)
    return (unit.end - unit.start) ** 2 if gap.start <= unit.start and unit.end <= gap.end else 0


def _expect(sections: Sequence[Sequence[_Section]], length: int) -> float:
    """Say how far annotators would disagree who put the same units and gaps anywhere."""
    lengths = [each.end - each.start for own in sections for each in own if each.is_unit]
    gaps = sorted(each.end - each.start for own in sections for each in own if not each.is_unit)
    sums = [*accumulate(reversed(gaps), initial=0)][::-1]
    total = 0.0
    for own in lengths:
        wider = bisect_left(gaps, own)
        room = sums[wider] - (len(gaps) - wider) * (own - 1)
        total += (len(lengths) - 1) / 3 * (2 * own**3 - 3 * own**2 + own) + own**2 * room
    places = len(sections) * length
    pairs = places * (places - 1) - sum(own * (own - 1) for own in lengths)
    return 2 / length * total / pairs if pairs else 0.0
