"""All measures of what some annotators said: article by article, then as figures with their intervals."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from itertools import combinations
from typing import Final, TypeAlias

from msgspec import Struct, field

from tui.model.annotation import Annotation
from tui.model.article import Article
from tui.model.span import Span
from tui.project.agreement import attributes, relations, tokens
from tui.project.agreement.bootstrap import find_intervals
from tui.project.agreement.cohen_kappa import cohen_kappa
from tui.project.agreement.counts import (
    Category,
    Counts,
    FigureKey,
    FigureTally,
    Formula,
    Measure,
    add_counts,
)
from tui.project.agreement.disagreements import (
    DISAGREEMENT_KINDS,
    Disagreement,
    DisagreementKind,
    find_disagreements,
)
from tui.project.agreement.krippendorff_alpha import krippendorff_alpha
from tui.project.agreement.matching import Matched, align, labelled_extent_of, match_equal
from tui.project.agreement.span_f1 import count_spans, exact_f1, partial_f1, precision, recall
from tui.project.agreement.tokens import TokenLabels
from tui.project.agreement.unitizing_alpha import Continuum, unitizing_alpha
from tui.project.agreement.versions import OwnVersion, find_shared, settle

Between: TypeAlias = tuple[str, str]
"""Two annotators, a gold one first."""

FORMULAS: Final[Mapping[Measure, Formula]] = {
    "f1_exact": exact_f1,
    "f1_partial": partial_f1,
    "precision_exact": precision,
    "recall_exact": recall,
    "kappa_tokens": cohen_kappa,
    "alpha_tokens": krippendorff_alpha,
    "kappa_attribute": cohen_kappa,
    "alpha_attribute": krippendorff_alpha,
    "f1_relations": exact_f1,
}
"""What makes a figure of counts; α of units is made of the continuum."""

_POOLED: Final = frozenset({"f1_exact", "f1_partial", "f1_relations"})
"""Measures of two whose counts are added up over all pairs, too."""

_OF_ATTRIBUTES: Final = frozenset({"kappa_attribute", "alpha_attribute"})
"""Measures of answers."""


_WITHOUT_NOTHING: Final[Mapping[str, frozenset[str]]] = {
    "left": frozenset({"kappa_tokens", "kappa_attribute"}),
    "right": frozenset({"kappa_tokens", "kappa_attribute"}),
    "values": frozenset({"alpha_tokens", "alpha_attribute"}),
}
"""Counts that are of a category in these measures: what has no name there is that of nothing."""

_MOST_AROUND: Final = 150
"""Code points of a paragraph that are given before the words of an example, and behind them."""


class Terms(Struct, frozen=True):
    """Who is compared, and how."""

    annotators: tuple[str, ...]
    """Who is compared with each other."""
    gold: str | None = None
    """Whom each of them is compared with, too; not one of them."""
    labels: frozenset[str] = frozenset()
    """The only labels that are looked at; none for all."""
    symmetric: frozenset[str] = frozenset()
    """The relations that mean the same from either end."""
    optional: attributes.Optional = field(default_factory=dict)
    """The attributes that may be left open, by label: no answer is an answer there."""
    examples: int = 3
    """How many disagreements of each kind are shown."""
    rounds: int = 1000
    """How often articles are drawn again for the intervals."""
    seed: int = 0
    """Where the draws begin."""
    gamma: bool = False
    """Whether γ is measured, too: it takes its time, and needs an extra."""

    @property
    def pairs(self) -> list[Between]:
        """List who is compared with whom, in order."""
        golden = [] if self.gold is None else [(self.gold, each) for each in self.annotators]
        return golden + list(combinations(self.annotators, 2))

    @property
    def everybody(self) -> tuple[str, ...]:
        """List all who are compared."""
        return self.annotators if self.gold is None else (self.gold, *self.annotators)


class Figure(Struct, frozen=True):
    """One figure, and what it rests on."""

    key: FigureKey
    """Which it is."""
    value: float | None
    """The figure; None where there is nothing to measure, or chance alone would agree."""
    interval: tuple[float, float] | None
    """Where it lies with a probability of 95 %; None where that cannot be said."""
    articles: int
    """How many articles it rests on."""
    counts: Mapping[str, int]
    """What it rests on beside them: spans, tokens, units and so on."""


class DisagreementExample(Struct, frozen=True):
    """A disagreement with its article."""

    article: Article
    """The article."""
    disagreement: Disagreement
    """What is said differently in it."""

    @property
    def paragraph(self) -> int:
        """The index of the paragraph in which it begins."""
        return self.article.paragraph_at(self.disagreement.start)

    @property
    def context(self) -> tuple[str, str, str]:
        """The words in their paragraph: what stands before them, they themselves, and what stands behind."""
        text, start, end = self.article.text, self.disagreement.start, self.disagreement.end
        paragraph = self.article.paragraphs[self.paragraph]
        first = max(paragraph.start, start - _MOST_AROUND)
        last = max(min(paragraph.end, end + _MOST_AROUND), end)
        return text[first:start].lstrip(), text[start:end], text[end:last].rstrip()


class Agreement(Struct, frozen=True):
    """How far annotators agree."""

    terms: Terms
    """Who was compared, and how."""
    articles: int
    """Articles in which two or more finished a paragraph."""
    paragraphs: int
    """Paragraphs that two or more finished."""
    shared: Mapping[Between, int]
    """How many paragraphs two finished both."""
    figures: tuple[Figure, ...]
    """Every figure, in a stable order."""
    confusion: Mapping[Between, Counter[tuple[str, str]]]
    """Of two: how often a span has one label here and one there; the empty one where nobody made one."""
    disagreements: Mapping[Between, Counter[DisagreementKind]]
    """Of two: how many disagreements of each kind."""
    examples: tuple[DisagreementExample, ...]
    """The first of each kind, in the order of the articles and their texts."""

    def find(self, measure: Measure, between: tuple[str, ...], of: str = "") -> Figure | None:
        """Find a figure."""
        return next((each for each in self.figures if each.key == FigureKey(measure, between, of)), None)

    def count_kinds(self) -> dict[DisagreementKind, int]:
        """Count the disagreements of all pairs by kind; a kind without any is left out."""
        counts = sum(self.disagreements.values(), Counter())
        return {kind: counts[kind] for kind in DISAGREEMENT_KINDS if counts[kind]}


class Compared(Struct, frozen=True):
    """What two annotators said of the paragraphs of an article that both have settled."""

    paragraphs: Set[int]
    """The paragraphs, by index."""
    left: Sequence[Span]
    """The one's spans, in reading order."""
    right: Sequence[Span]
    """The other's."""
    same: Matched
    """The spans that both made."""
    aligned: Matched
    """The spans that belong together, the same or not."""
    links: tuple[relations.Links, relations.Links]
    """The relations of each between spans that both made."""


def compare(left: OwnVersion, right: OwnVersion, *, symmetric: Set[str]) -> Compared:
    """Compare two versions of an article."""
    shared = find_shared([left, right])
    own, other = left.spans_in(shared), right.spans_in(shared)
    same = match_equal(own, other, labelled_extent_of)
    return Compared(
        shared,
        own,
        other,
        same,
        align(same),
        (
            relations.find_links(left.relations, own, same.pairs, symmetric=symmetric),
            relations.find_links(right.relations, other, same.pairs, symmetric=symmetric),
        ),
    )


class Comparison(Struct):
    """The measures of annotators, as far as their articles were added."""

    terms: Terms
    """Who is compared, and how."""
    _tallies: list[FigureTally] = field(default_factory=list)
    _paragraphs: int = 0
    _shared: Counter[Between] = field(default_factory=Counter)
    _continua: dict[tuple[str, ...], Continuum] = field(default_factory=dict)
    _unitized: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _confusion: dict[Between, Counter[tuple[str, str]]] = field(default_factory=dict)
    _disagreements: dict[Between, Counter[DisagreementKind]] = field(default_factory=dict)
    _shown: Counter[DisagreementKind] = field(default_factory=Counter)
    _examples: list[DisagreementExample] = field(default_factory=list)

    def add(
        self, article: Article, annotations: Mapping[str, Annotation], *, only: Set[int] | None = None
    ) -> None:
        """Add what annotators said of an article, in `only` some of its paragraphs, by index."""
        versions = {
            name: settle(article, annotations[name], labels=self.terms.labels, only=only)
            for name in self.terms.everybody
            if name in annotations
        }
        settlers = Counter(index for each in versions.values() for index in each.paragraphs)
        shared = [index for index, number in settlers.items() if number > 1]
        if not shared:
            return
        self._paragraphs += len(shared)
        found = TokenLabels.of(article, shared)
        said = {name: found.label(version.spans) for name, version in versions.items()}
        tally: FigureTally = {}
        for between in self.terms.pairs:
            if versions.keys() >= {*between}:
                self._add_pair(tally, between, article, versions, found, said)
        self._add_all(tally, article, versions, found, said)
        self._tallies.append(tally)

    def finish(self) -> Agreement:
        """Make the figures of all that was added."""
        totals: FigureTally = {}
        articles: Counter[FigureKey] = Counter()
        for tally in self._tallies:
            articles.update(tally.keys())
            for key, counts in tally.items():
                add_counts(totals, key, counts)
        terms = self.terms
        intervals = find_intervals(self._tallies, FORMULAS, rounds=terms.rounds, seed=terms.seed)
        figures = [
            Figure(
                key,
                FORMULAS[key.measure](counts),
                intervals.get(key),
                articles[key],
                _sum_up(key, counts),
            )
            for key, counts in totals.items()
            # Of what nobody answers nothing is said.
            if key.measure not in _OF_ATTRIBUTES or counts["answered",]
        ]
        figures += self._measure_units()
        return Agreement(
            terms,
            len(self._tallies),
            self._paragraphs,
            {between: self._shared[between] for between in terms.pairs},
            tuple(sorted(figures, key=lambda figure: figure.key)),
            self._confusion,
            self._disagreements,
            tuple(self._examples),
        )

    def _add_pair(
        self,
        tally: FigureTally,
        between: Between,
        article: Article,
        versions: Mapping[str, OwnVersion],
        found: TokenLabels,
        said: Mapping[str, Mapping[int, Category]],
    ) -> None:
        left, right = between
        compared = compare(versions[left], versions[right], symmetric=self.terms.symmetric)
        if not compared.paragraphs:
            return
        own: FigureTally = {}
        self._shared[between] += len(compared.paragraphs)
        is_gold = left == self.terms.gold
        count_spans(own, between, compared.left, compared.right, compared.same, is_gold=is_gold)
        counts = tokens.count_pair(found, said[left], said[right], compared.paragraphs)
        add_counts(own, FigureKey("kappa_tokens", between), counts)
        for name, answers in attributes.count_pair(compared.same.pairs, optional=self.terms.optional).items():
            add_counts(own, FigureKey("kappa_attribute", between, name), answers)
        for label, links in relations.count_links(*compared.links).items():
            add_counts(own, FigureKey("f1_relations", between, label), links)
        for key, each in own.items():
            add_counts(tally, key, each)
            if key.measure in _POOLED and not is_gold:
                add_counts(tally, key._replace(between=()), each)
        self._extend(between, article, compared.paragraphs, [compared.left, compared.right])
        self._note_disagreements(between, article, compared)

    def _add_all(
        self,
        tally: FigureTally,
        article: Article,
        versions: Mapping[str, OwnVersion],
        found: TokenLabels,
        said: Mapping[str, Mapping[int, Category]],
    ) -> None:
        """Add what is measured of all at once; gold is not one of them."""
        there = [name for name in self.terms.annotators if name in versions]
        own = [(versions[name], said[name]) for name in there]
        if counts := tokens.count_all(found, own):
            add_counts(tally, FigureKey("alpha_tokens", ()), counts)
        spans = [versions[name].spans_in(versions[name].paragraphs) for name in there]
        for name, answers in attributes.count_all(spans, optional=self.terms.optional).items():
            add_counts(tally, FigureKey("alpha_attribute", (), name), answers)
        if len(there) == len(self.terms.annotators) > 1:
            shared = find_shared([versions[name] for name in there])
            self._extend((), article, shared, [versions[name].spans_in(shared) for name in there])

    def _extend(
        self,
        between: tuple[str, ...],
        article: Article,
        paragraphs: Set[int],
        spans: Sequence[Sequence[Span]],
    ) -> None:
        """Put what some annotators all finished behind what they finished before."""
        if paragraphs:
            continuum = self._continua.setdefault(between, Continuum(len(spans)))
            continuum.extend(article, sorted(paragraphs), spans)
            self._unitized[between] += 1

    def _note_disagreements(self, between: Between, article: Article, compared: Compared) -> None:
        table = self._confusion.setdefault(between, Counter())
        aligned = compared.aligned
        table.update((left.label, right.label) for left, right in aligned.pairs)
        table.update((span.label, "") for span in aligned.left)
        table.update(("", span.label) for span in aligned.right)
        kinds = self._disagreements.setdefault(between, Counter())
        for each in find_disagreements(between, article.number, aligned, compared.links):
            kinds[each.kind] += 1
            if self._shown[each.kind] < self.terms.examples:
                self._shown[each.kind] += 1
                self._examples.append(DisagreementExample(article, each))

    def _measure_units(self) -> list[Figure]:
        """Measure α of units, without an interval: an article is no part of a continuum by itself."""
        figures: list[Figure] = []
        for between, continuum in self._continua.items():
            found = continuum.disagreements()
            if self.terms.gamma:
                figures.append(self._measure_gamma(between, continuum))
            for label, some in [("", list(found.values())), *[(name, [own]) for name, own in found.items()]]:
                counts = {"code_points": continuum.length, "units": sum(each.units for each in some)}
                key = FigureKey("alpha_units", between, label)
                figures.append(Figure(key, unitizing_alpha(some), None, self._unitized[between], counts))
        return figures

    def _measure_gamma(self, between: tuple[str, ...], continuum: Continuum) -> Figure:
        from tui.project.agreement.gamma import measure_gamma

        units = continuum.list_units()
        counts = {"code_points": continuum.length, "units": sum(map(len, units))}
        value = measure_gamma(units, seed=self.terms.seed)
        return Figure(FigureKey("gamma", between), value, None, self._unitized[between], counts)


def _sum_up(key: FigureKey, counts: Counts) -> dict[str, int]:
    """Give what a figure rests on, without the counts of single categories."""
    return {
        name: number
        for (name, *rest), number in sorted(counts.items())
        if not rest and key.measure not in _WITHOUT_NOTHING.get(name, ())
    }
