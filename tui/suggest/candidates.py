"""What the sources propose for a paragraph, how probable each of it is, and what is worth showing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, structs

from tui.model.labels import LabelSet
from tui.model.span import Span
from tui.suggest.analysis import Analysis, Analyst, chance_at
from tui.suggest.budget import LIVE, PUT_TOGETHER, is_sharing, name_budget
from tui.suggest.gate import Gate
from tui.suggest.learning.extents import LONGEST_SPAN
from tui.suggest.learning.features import Passage
from tui.suggest.learning.model import Tagged
from tui.suggest.sources.learner import Learner
from tui.suggest.sources.patterns import PatternFinder
from tui.suggest.suggestion import LEARNER, PATTERN, REPEAT, Suggestion

LIVE_CONFIDENCE: Final = 0.75
"""What is believed of a repeat of what was just tagged."""

_MOST_LIVE: Final = 200
"""Spans of unfinished paragraphs whose repeats are looked for."""

_PATTERN_CONFIDENCE: Final = 0.8
"""What is believed of a pattern before anything is observed: somebody wrote it on purpose."""

_LIKELY_START: Final = 0.35
"""P(start) from which a span is put together where no source proposes one."""

_WEAK: Final = 0.25
"""What is proposed with less than this probability does not stop a span from being put together there."""

_LEAST: Final = 0.12
"""The least probability with which anything is shown."""

_LEAST_OWN: Final = 0.6
"""The probability from which what is learnt here is shown; below it, only where a span starts for sure."""

_FALSE_START_COST: Final = 1.4
"""What a suggestion where no span starts costs, in units of what a right one saves."""


class Candidate(Struct, frozen=True):
    """A span that a source proposes, before the gate."""

    source: str
    """The source."""
    evidence: str
    """What speaks for it, as the gate names it."""
    confidence: float
    """The source's own confidence."""
    probability: float
    """How probable it is that it is right."""
    why: str
    """The reason, for the annotator."""
    model: str | None = None
    """The version of the model that proposes it."""

    @property
    def budget(self) -> str:
        """The name of the budget that it is shown at the expense of."""
        return name_budget(self.evidence)


_Found = tuple[str, str, float, str]
"""Source, evidence, confidence and reason."""


class Candidates:
    """Collects candidates from every source, and chooses among them."""

    def __init__(self, labels: LabelSet, analyst: Analyst, gate: Gate, learner: Learner) -> None:
        self._names = frozenset(labels.names)
        self._analyst = analyst
        self._gate = gate
        self._learner = learner
        self._patterns = PatternFinder(labels)

    def take_notices(self) -> list[str]:
        """Return what went wrong with a pattern since the last call, a sentence each."""
        return self._patterns.take_notices()

    def propose(self, analysis: Analysis) -> dict[Tagged, Candidate]:
        """Collect what every source proposes, with the probability that the gate gives it."""
        found: dict[Tagged, _Found] = {}
        for repeat in analysis.repeats:
            span = (repeat.first, repeat.last, repeat.label)
            evidence = "repeat here" if repeat.is_here else "repeat"
            confidence = repeat.precision
            if analysis.readings:
                learnt = max(
                    chance_at(reading.starts, repeat.first, repeat.label) for reading in analysis.readings
                )
                evidence += "+" if learnt > 0.1 else "-"
                confidence = (2 * confidence + learnt) / 3
            why = f"tagged {repeat.label} {repeat.tagged} of {repeat.seen} times"
            found[span] = (REPEAT, evidence, confidence, why)
        for level, reading in enumerate(analysis.readings):
            for read in reading.spans:
                span = (read.first, read.last, read.label)
                evidence = f"learner {level}"
                if span in found:
                    evidence += "+"
                elif any(
                    repeat.first <= read.last and read.first <= repeat.last and repeat.precision > 0.6
                    for repeat in analysis.repeats
                ):
                    evidence += "-"
                found[span] = (LEARNER, evidence, read.confidence, "")
        found.update(self._put_together(analysis, found))
        for match in self._patterns.find(analysis.passage):
            span = (match.first, match.last, match.label)
            if span not in found or found[span][2] < _PATTERN_CONFIDENCE:
                found[span] = (PATTERN, PATTERN, _PATTERN_CONFIDENCE, "")
        return {span: self._weigh(span[2], *what) for span, what in found.items()}

    def add_from_outside(
        self, candidates: dict[Tagged, Candidate], passage: Passage, from_outside: Sequence[Suggestion]
    ) -> None:
        """Add what came from outside, as far as its edges are edges of tokens."""
        starts = {start: index for index, (start, _) in enumerate(passage.tokens)}
        ends = {end: index for index, (_, end) in enumerate(passage.tokens)}
        for each in from_outside:
            first, last = starts.get(each.start), ends.get(each.end)
            if first is None or last is None or last < first or each.label not in self._names:
                continue
            confidence = 0.7 if each.confidence is None else min(max(each.confidence, 0.0), 1.0)
            evidence = f"from {each.source}"
            why = f"{evidence}: {each.why}" if each.why else ""
            candidate = self._weigh(each.label, each.source, evidence, confidence, why)
            known = candidates.get((first, last, each.label))
            if known is None or known.probability < candidate.probability:
                candidates[first, last, each.label] = structs.replace(candidate, model=each.model)

    def add_live(
        self,
        candidates: dict[Tagged, Candidate],
        passage: Passage,
        text: str,
        existing: Sequence[Span],
    ) -> None:
        """Add repeats of what stands tagged in paragraphs that are not finished."""
        live: dict[str, str] = {}
        longest: dict[str, int] = {}
        for each in existing[-_MOST_LIVE:]:
            if each.label not in self._names:
                continue
            words = self._analyst.words_of(text, each)
            if words and len(words) <= LONGEST_SPAN:
                live[" ".join(words)] = each.label
                longest[words[0]] = max(longest.get(words[0], 0), len(words))
        labels_at: dict[tuple[int, int], list[str]] = {}
        for span in candidates:
            labels_at.setdefault(span[:2], []).append(span[2])
        for first, word in enumerate(passage.texts if live else ()):
            for last in range(first, min(first + longest.get(word, 0), len(passage.texts))):
                label = live.get(passage.phrase(first, last))
                if label is None:
                    continue
                for other in labels_at.get((first, last), ()):
                    if other != label:
                        del candidates[first, last, other]
                why = f"tagged {label} in this article just now"
                candidate = self._weigh(label, REPEAT, LIVE, LIVE_CONFIDENCE, why)
                known = candidates.get((first, last, label))
                if known is None or known.probability < candidate.probability:
                    candidates[first, last, label] = candidate

    def choose(
        self,
        candidates: Mapping[Tagged, Candidate],
        starts: Sequence[float],
        mine: Sequence[Tagged] = (),
        *,
        sources_off: Collection[str] = (),
    ) -> Iterator[tuple[Tagged, Candidate]]:
        """Choose what is worth showing, the most probable first, of what clashes with nothing before it."""
        chosen = list(mine)
        nests = self._analyst.is_nesting
        ranked = sorted(
            candidates.items(), key=lambda pair: (-pair[1].probability, pair[0][0] - pair[0][1], pair[0])
        )
        for span, candidate in ranked:
            if candidate.source in sources_off or not self._passes(span, candidate, starts):
                continue
            if not any(_clashes(span, other, nests) for other in chosen):
                chosen.append(span)
                yield span, candidate

    def is_bet(self, span: Tagged, candidate: Candidate, starts: Sequence[float]) -> bool:
        """Tell whether a candidate is worth showing because a span starts there, if not just this one."""
        probability = candidate.probability
        return probability >= max(_LEAST, _FALSE_START_COST * (1.0 - starts[span[0]]))

    def _passes(self, span: Tagged, candidate: Candidate, starts: Sequence[float]) -> bool:
        """Tell whether a candidate is shown.

        One with the wrong end or label costs no more than none, because what stands there is corrected with
        the same keys; only one where no span starts costs keys. So what starts a span for sure is shown
        although its end is not sure.
        """
        is_own = is_sharing(candidate.budget)
        if self._gate.passes(candidate.evidence, span[2], candidate.probability) and (
            not is_own or candidate.probability >= _LEAST_OWN
        ):
            return True
        return self.is_bet(span, candidate, starts) and self._gate.pays(candidate.evidence)

    def _put_together(self, analysis: Analysis, found: Mapping[Tagged, _Found]) -> dict[Tagged, _Found]:
        """Put together a span wherever one is likely to start and no source has much to propose."""
        covered: set[int] = set()
        for (first, last, label), (_, evidence, confidence, _) in found.items():
            if self._gate.probability(evidence, label, confidence) > _WEAK:
                covered.update(range(first, last + 1))
        made: dict[Tagged, _Found] = {}
        models = self._analyst.models
        for first, start in enumerate(analysis.starts):
            if start < _LIKELY_START or first in covered:
                continue
            label = next(iter(self._analyst.rank_labels(analysis, first, first, models)), "")
            last = self._analyst.reach(analysis, first, label, (), models)
            label, share = next(
                iter(self._analyst.rank_labels(analysis, first, last, models).items()), ("", 0.0)
            )
            if label and (first, last, label) not in found:
                made[first, last, label] = (LEARNER, PUT_TOGETHER, start * share, "")
                covered.update(range(first, last + 1))
        return made

    def _weigh(self, label: str, source: str, evidence: str, confidence: float, why: str) -> Candidate:
        probability = self._gate.probability(evidence, label, confidence)
        if not why:
            right, asked = self._gate.record(evidence, label)
            record = f", right {right} of {asked} times" if asked else ""
            why = {
                LEARNER: f"learnt, {round(100 * confidence)} % sure{record}",
                PATTERN: f"a pattern of labels.yaml{record}",
            }.get(source, f"from {source}{record}")
        model = self._learner.model
        version = model.version if model and source == LEARNER else None
        return Candidate(source, evidence, confidence, probability, why, version)


def overlap(span: Tagged, other: Tagged) -> bool:
    """Tell whether two spans share a token."""
    return span[0] <= other[1] and other[0] <= span[1]


def _clashes(span: Tagged, other: Tagged, nests: bool) -> bool:
    """Tell whether two spans cannot both be suggested."""
    if span[1] < other[0] or other[1] < span[0]:
        return False
    if not nests or span[:2] == other[:2]:
        return True
    inside = other[0] <= span[0] and span[1] <= other[1]
    around = span[0] <= other[0] and other[1] <= span[1]
    return not (inside or around)
