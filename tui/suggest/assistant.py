"""The one object the app talks to: it watches finished paragraphs, and says what the next ones may hold.

There is one assistant per annotator and label set. Its state is a fold over finished paragraphs in the order
in which they were finished; the same paragraphs give the same answers. To rebuild it when the app starts,
recall the annotator's newest finished paragraphs (two milliseconds each).
"""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from math import log
from operator import itemgetter
from pathlib import Path

from tui.model.labels import LabelSet
from tui.model.span import Json, Span
from tui.suggest.gate import WRONG_COSTS, Gate
from tui.suggest.learning.extents import LONGEST, ExtentModel
from tui.suggest.learning.features import Passage, WordMemory, read_features, read_passage
from tui.suggest.learning.labelling import LabelModel, normalise
from tui.suggest.learning.model import Reading, Tagged, part_levels
from tui.suggest.learning.starts import StartModel
from tui.suggest.learning.weights import sigmoid
from tui.suggest.mixing import Mix
from tui.suggest.sources.learner import Learner
from tui.suggest.sources.patterns import PatternFinder
from tui.suggest.sources.repeats import Repeat, RepeatModel
from tui.suggest.suggestion import LEARNER, PATTERN, REPEAT, Suggestion
from tui.text.tokens import tokenize

MOST_TOKENS = 800
"""Tokens of one paragraph that are looked at: what is behind them gets no suggestions."""

MOST_LIVE = 200
"""Spans of unfinished paragraphs whose repeats are looked for."""

MOST_FRESH = 40
"""Spans of unfinished paragraphs that are learnt from at a time."""

NESTING_SHARE = 0.05
"""Suggestions may nest where at least this share of the spans do."""

_LABEL_MIX = 0.2
_EXTENT_MIX = 0.15
"""How much the learner's word counts against that of the models of labels and of extents."""

_LEAST_CHANCE = 1e-4
"""No model is believed to be surer than this, either way."""

_SUREST = log((1.0 - _LEAST_CHANCE) / _LEAST_CHANCE)
"""The log-odds of the same."""

_PATTERN_CONFIDENCE = 0.8
"""What is believed of a pattern before anything is observed: somebody wrote it on purpose."""

_LIVE_CONFIDENCE = 0.75
"""What is believed of a repeat of what was just tagged."""

_LIKELY_START = 0.35
"""P(start) from which a span is put together where no source proposes one."""

_WEAK = 0.25
"""What is proposed with less than this probability does not stop a span from being put together there."""

_LEAST = 0.12
"""The least probability with which anything is shown."""

_LEAST_OWN = 0.6
"""The probability from which what is learnt here is shown; below it, only where a span starts for sure."""

_FALSE_START_COST = 1.4
"""What a suggestion where no span starts costs, in units of what a right one saves."""

_GUESS = "guess"
"""The gate's name of spans put together from start, extent and label."""

_LIVE = "live"
"""The gate's name of repeats of what was just tagged."""

_OWN = {REPEAT, LEARNER, _GUESS, _LIVE}
"""Sources that share a purse; what somebody wrote or brought in on purpose answers for itself."""

_CREDIT = {REPEAT: 2.0, LEARNER: 1.0, _GUESS: 0.0, _LIVE: 2.0, PATTERN: 6.0}
"""Keys that a source may lose before it has saved any; one from outside has that of patterns."""

_ACCOUNTS = {REPEAT: {REPEAT, _LIVE}, LEARNER: {LEARNER, _GUESS}}
"""Whose evidence the sources go by that have more than one kind."""

Edges = tuple[int, int, str]
"""A span as start, end and label."""


@dataclass(frozen=True, slots=True)
class _Analysis:
    """All that is known of one paragraph before it is annotated."""

    passage: Passage
    rows: list[list[str]]
    repeats: list[Repeat]
    readings: list[Reading]
    odds: list[tuple[float, float]]
    """Log-odds that a span starts at each token: of the model that learns at once, and of the learner."""
    starts: list[float]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A span that a source proposes, before the gate."""

    source: str
    evidence: str
    confidence: float
    probability: float
    why: str
    model: str | None = None


@dataclass(slots=True)
class _Fresh:
    """What extents and labels look like with what stands tagged in paragraphs that are not finished."""

    extents: ExtentModel
    labels: LabelModel
    learnt: set[tuple[int, Tagged]]
    """The spans that are learnt already, each with the start of its paragraph."""


@dataclass(slots=True)
class _Shown:
    """What was suggested in a paragraph by sources that share the purse."""

    now: set[Edges] = field(default_factory=set)
    """What is suggested now."""
    ever: set[Edges] = field(default_factory=set)
    """What was suggested since the paragraph came up."""
    turned_down: set[Edges] = field(default_factory=set)
    """What of it was turned down."""

    def settle(self, gold: Set[Edges]) -> float:
        """Say how many keys it saved in a paragraph finished with these spans.

        One that was withdrawn and tagged by hand then counts as right: it was wrong to withdraw it.
        """
        right = len(self.ever & gold)
        wrong = sum(not any(_share(each, other) for other in gold) for each in self.now | self.turned_down)
        return right - WRONG_COSTS * wrong


_Proposal = tuple[str, str, float, str]
"""Source, evidence, confidence and reason."""


class Assistant:
    """Ranks starts, predicts extents and labels, and suggests spans."""

    def __init__(
        self,
        labels: LabelSet,
        annotator: str,
        *,
        cache: Path | None = None,
        gate: Gate | None = None,
        learner: Learner | None = None,
    ) -> None:
        key = hashlib.blake2b(f"{labels.hash}\0{annotator}".encode(), digest_size=16).hexdigest()
        self.learner = learner or Learner(cache / f"{key}.model" if cache else None, key)
        """The learner."""
        self.gate = gate or Gate()
        """Which source may show which label."""
        self.sources_off: set[str] = set()
        """Sources that the annotator switched off."""
        self._names = frozenset(labels.names)
        self._patterns = PatternFinder(labels)
        self._starts = StartModel()
        self._mix = Mix()
        self._extents = ExtentModel()
        self._labels = LabelModel(labels.names)
        self._repeats = RepeatModel()
        self._memory = WordMemory()
        self._spans = 0
        self._nested = 0
        self._text: str | None = None
        self._analyses: dict[tuple[int, int], _Analysis] = {}
        self._words: dict[tuple[int, int], list[str]] = {}
        self._shown: dict[tuple[int, int], _Shown] = {}
        self._fresh: _Fresh | None = None
        self._is_resumed = False
        self._load()

    # What the app tells.

    def observe_paragraph(
        self,
        text: str,
        start: int,
        end: int,
        spans: Iterable[Span],
        offered: Sequence[Suggestion] = (),
    ) -> None:
        """Learn from a paragraph that was finished with these spans; spans outside it are passed over.

        `offered` is what came from outside for it. What was turned down in it is what stands there untagged.
        """
        analysis = self._analyse(text, start, end)
        gold = self._read_edges(spans)
        saved = self._shown.pop((start, end), _Shown()).settle(gold)
        tagged = place_spans(analysis.passage.tokens, gold)
        self._judge(analysis, tagged, offered, saved=saved)
        self._learn(analysis, tagged)

    def recall_paragraph(self, text: str, start: int, end: int, spans: Iterable[Span]) -> None:
        """Learn from a paragraph that was finished in an earlier sitting, whatever is at work meanwhile.

        Where that sitting left its model, no source is judged by it again: the model has learnt from it.
        """
        with self._repeats.aside():
            analysis = self._look_at(text, start, end)
            tagged = place_spans(analysis.passage.tokens, self._read_edges(spans))
            if not self._is_resumed:
                self._judge(analysis, tagged)
            self._learn(analysis, tagged, is_known=self._is_resumed)

    def train_if_due(self) -> None:
        """Start a training where the training rule asks for one; never waits."""
        if self.learner.is_due:
            self.learner.start(self._dump())

    def train_now(self) -> bool:
        """Train and wait for it; tell whether a new model is in use."""
        done = self.learner.train_now(self._dump())
        self._analyses.clear()
        return done

    def poll(self) -> bool:
        """Look after a training under way, without waiting; tell whether a new model is in use."""
        done = self.learner.poll()
        if done:
            self._analyses.clear()
        return done

    def take_notices(self) -> list[str]:
        """Return what went wrong with the learner or a pattern since the last call, a sentence each."""
        return [*self._patterns.take_notices(), *self.learner.take_notices()]

    def close(self) -> None:
        """End a training under way."""
        self.learner.close()

    # What the app asks.

    def suggest(
        self,
        text: str,
        start: int,
        end: int,
        existing: Sequence[Span] = (),
        rejected: Collection[Edges] = (),
        offered: Sequence[Suggestion] = (),
    ) -> list[Suggestion]:
        """Suggest spans in the paragraph `[start, end)`, by place; none overlap unless nesting is usual.

        `existing` are the spans in this and the article's other unfinished paragraphs, whose repeats are
        suggested; `rejected` what was turned down in this article; `offered` what came from outside.
        """
        analysis = self._analyse(text, start, end)
        passage = analysis.passage
        candidates = self._propose(analysis)
        self._add_offered(candidates, passage, offered)
        self._add_live(candidates, passage, text, existing)
        mine = place_spans(passage.tokens, ((span.start, span.end, span.label) for span in existing))
        left = self._count_credit(candidates, mine, place_spans(passage.tokens, rejected))
        shown = self._shown.setdefault((start, end), _Shown())
        shown.turned_down = shown.ever.intersection(rejected)
        purse = self.gate.purse - WRONG_COSTS * self._count_turned_down(existing)
        refused = {(text[first:last], label) for first, last, label in rejected}
        for span in list(candidates):
            if (text[passage.tokens[span[0]][0] : passage.tokens[span[1]][1]], span[2]) in refused:
                del candidates[span]
        chosen: list[tuple[Tagged, _Candidate]] = []
        for span, candidate in self._choose(candidates, analysis.starts, mine):
            account = _account_of(candidate.evidence)
            cost = WRONG_COSTS * (1.0 - candidate.probability)
            left[account] -= cost
            if left[account] < 0.0:
                continue
            if account in _OWN:
                if purse < cost:
                    continue
                purse -= cost
            chosen.append((span, candidate))
        shown.now = {
            (passage.tokens[first][0], passage.tokens[last][1], label)
            for (first, last, label), candidate in chosen
            if _account_of(candidate.evidence) in _OWN
        }
        shown.ever |= shown.now
        return [
            Suggestion(
                passage.tokens[first][0],
                passage.tokens[last][1],
                label,
                candidate.source,
                round(candidate.probability, 3),
                candidate.model,
                candidate.why,
            )
            for (first, last, label), candidate in sorted(chosen, key=lambda pair: pair[0])
        ]

    def _choose(
        self,
        candidates: Mapping[Tagged, _Candidate],
        starts: Sequence[float],
        mine: Sequence[Tagged] = (),
    ) -> Iterator[tuple[Tagged, _Candidate]]:
        """Choose what is worth showing, the most probable first, of what clashes with nothing before it."""
        chosen = list(mine)
        nests = self._nested >= NESTING_SHARE * max(self._spans, 20)
        ranked = sorted(
            candidates.items(), key=lambda pair: (-pair[1].probability, pair[0][0] - pair[0][1], pair[0])
        )
        for span, candidate in ranked:
            if candidate.source in self.sources_off or not self._passes(span, candidate, starts):
                continue
            if not any(_clashes(span, other, nests) for other in chosen):
                chosen.append(span)
                yield span, candidate

    def _count_credit(
        self, candidates: Mapping[Tagged, _Candidate], mine: Sequence[Tagged], refused: Sequence[Tagged]
    ) -> dict[str, float]:
        """Say how many keys every source may lose here, with what was decided here so far."""
        left: dict[str, float] = {}
        for span, candidate in candidates.items():
            account = _account_of(candidate.evidence)
            if account not in left:
                left[account] = self.gate.balance(account) + _CREDIT.get(account, _CREDIT[PATTERN])
            if span in refused and not any(_overlap(span, other) for other in mine):
                left[account] -= WRONG_COSTS
        return left

    def _count_turned_down(self, existing: Sequence[Span]) -> int:
        """Count what was turned down where no span is, in paragraphs that are not finished."""
        return sum(
            not any(span.overlaps(start, end) for span in existing)
            for shown in self._shown.values()
            for start, end, _ in shown.turned_down
        )

    def _passes(self, span: Tagged, candidate: _Candidate, starts: Sequence[float]) -> bool:
        """Tell whether a candidate is shown.

        One with the wrong end or label costs no more than none, because what stands there is corrected with
        the same keys; only one where no span starts costs keys. So what starts a span for sure is shown
        although its end is not sure.
        """
        is_own = _account_of(candidate.evidence) in _OWN
        if self.gate.passes(candidate.evidence, span[2], candidate.probability) and (
            not is_own or candidate.probability >= _LEAST_OWN
        ):
            return True
        return self._is_bet(span, candidate, starts) and self.gate.pays(candidate.evidence)

    def rank_starts(self, text: str, tokens: Sequence[tuple[int, int]]) -> list[float]:
        """Return how probable it is that a span starts at each token of a paragraph."""
        if not tokens:
            return []
        scores = self._analyse(text, tokens[0][0], tokens[-1][1]).starts
        return [*scores, *[0.0] * (len(tokens) - len(scores))][: len(tokens)]

    def count_right(self, source: str, label: str) -> tuple[int, int]:
        """Return how often a source's confident candidates of a label were right, and how many there were."""
        accounts = _ACCOUNTS.get(source, {source, f"from {source}"})
        counts = [
            self.gate.record(evidence, label)
            for evidence in self.gate.list_sources(label)
            if _account_of(evidence) in accounts
        ]
        return sum(right for right, _ in counts), sum(asked for _, asked in counts)

    def predict_extent(
        self,
        text: str,
        tokens: Sequence[tuple[int, int]],
        first: int,
        label: str | None = None,
        taken: Collection[int] = (),
        existing: Sequence[Span] = (),
    ) -> int:
        """Predict how many tokens a span reaches that starts at token `first`.

        `taken` are the lengths of the spans that start there already, which are not predicted again;
        `existing` the spans of unfinished paragraphs, from which is learnt at once.
        """
        analysis = self._analyse(text, tokens[0][0], tokens[-1][1])
        fresh = self._learn_fresh(existing)
        mine = _place_in(analysis, existing)
        if first >= len(analysis.passage.tokens):
            return 1
        if label is None:
            label = next(iter(self._rank_labels(analysis, first, first, fresh, mine)), "")
            last = self._reach(analysis, first, label, taken, fresh)
            label = next(iter(self._rank_labels(analysis, first, last, fresh, mine)), "")
        return self._reach(analysis, first, label, taken, fresh) - first + 1

    def predict_label(
        self,
        text: str,
        tokens: Sequence[tuple[int, int]],
        first: int,
        count: int | None = None,
        existing: Sequence[Span] = (),
    ) -> list[tuple[str, float]]:
        """Rank the labels for a span of `count` tokens (else as many as are predicted) at token `first`.

        `existing` are the spans of unfinished paragraphs, from which is learnt at once.
        """
        analysis = self._analyse(text, tokens[0][0], tokens[-1][1])
        if first >= len(analysis.passage.tokens):
            return []
        length = count or self.predict_extent(text, tokens, first, existing=existing)
        last = min(first + length, len(analysis.passage.tokens)) - 1
        mine = _place_in(analysis, existing)
        return list(self._rank_labels(analysis, first, last, self._learn_fresh(existing), mine).items())

    def _load(self) -> None:
        """Take over the model that an earlier sitting left, with what was known of all sources."""
        header = self.learner.load()
        known = header.get("known") if header else None
        match known:
            case {"gate": dict(counts), "mix": dict(losses)}:
                self.gate.load(counts)
                self._mix.load(losses)
                self._is_resumed = True

    def _dump(self) -> dict[str, Json]:
        """Write what is known of all sources, to be left with the model."""
        return {"gate": self.gate.dump(), "mix": self._mix.dump()}

    def _read_edges(self, spans: Iterable[Span]) -> set[Edges]:
        """Give the edges of spans; those of labels that labels.yaml has no more teach nothing."""
        return {(span.start, span.end, span.label) for span in spans if span.label in self._names}

    def _judge(
        self,
        analysis: _Analysis,
        tagged: Sequence[Tagged],
        offered: Sequence[Suggestion] = (),
        *,
        saved: float = 0.0,
    ) -> None:
        """Count what every source was right and wrong about; `saved` are the keys that it really saved."""
        self.gate.pay(saved=saved, would_save=self._count(analysis, tagged, offered), spans=len(tagged))
        firsts = {first for first, _, _ in tagged}
        for token, odds in enumerate(analysis.odds):
            self._mix.observe(*odds, happened=token in firsts)

    def _learn(self, analysis: _Analysis, tagged: Sequence[Tagged], *, is_known: bool = False) -> None:
        """Learn from a finished paragraph, which the learner's model knows already where `is_known`."""
        passage = analysis.passage
        self._starts.observe(passage, analysis.rows, {first for first, _, _ in tagged})
        for first, last, label in tagged:
            self._extents.observe(passage, first, last, label)
            self._labels.observe(passage, first, last, label, tagged)
        self._fresh = None
        self._repeats.observe(passage, tagged)
        self._memory.observe(passage, tagged)
        levels = part_levels(tagged)
        self._spans += len(tagged)
        self._nested += len(tagged) - len(levels[0]) if levels else 0
        if analysis.rows:
            self.learner.observe(analysis.rows, levels, is_known=is_known)
        self._analyses.clear()

    def _analyse(self, text: str, start: int, end: int) -> _Analysis:
        if text is not self._text:
            if text != self._text:
                self._analyses.clear()
                self._words.clear()
                self._shown.clear()
                self._fresh = None
                self._repeats.open_article()
            self._text = text
        known = self._analyses.get((start, end))
        if known is None:
            known = self._analyses[start, end] = self._look_at(text, start, end)
        return known

    def _look_at(self, text: str, start: int, end: int) -> _Analysis:
        # A token is at least one character: no more of a huge paragraph is split than can be looked at.
        tokens = tokenize(text, start, min(end, start + 16 * MOST_TOKENS))[:MOST_TOKENS]
        passage = read_passage(text, tokens)
        repeats = self._repeats.find(passage)
        rows = read_features(passage, self._memory, _mark(passage, repeats))
        model = self.learner.model
        readings = model.read(rows) if model else []
        scores = self._starts.score(passage, rows)
        if not readings:
            return _Analysis(passage, rows, repeats, readings, [], [sigmoid(each) for each in scores])
        odds = [
            (min(max(score, -_SUREST), _SUREST), learnt)
            for score, learnt in zip(scores, _start_odds(readings), strict=True)
        ]
        starts = [sigmoid(each) for each in self._mix.blend(odds)]
        return _Analysis(passage, rows, repeats, readings, odds, starts)

    def _learn_fresh(self, existing: Sequence[Span]) -> _Fresh:
        """Learn for the time being from what stands tagged in the paragraphs at work."""
        at_work = {start: analysis for (start, _), analysis in self._analyses.items()}
        spans = {
            (start, span)
            for start, analysis in at_work.items()
            for span in _place_in(analysis, existing)
            if span[2] in self._names
        }
        if self._fresh is None or not self._fresh.learnt <= spans:
            self._fresh = _Fresh(self._extents.fork(), self._labels.fork(), set())
        for start, (first, last, label) in sorted(spans - self._fresh.learnt)[-MOST_FRESH:]:
            analysis = at_work[start]
            tagged = _place_in(analysis, existing)
            self._fresh.extents.observe(analysis.passage, first, last, label)
            self._fresh.labels.observe(analysis.passage, first, last, label, tagged)
        self._fresh.learnt |= spans
        return self._fresh

    def _propose(self, analysis: _Analysis) -> dict[Tagged, _Candidate]:
        """Collect what every source proposes, with the probability that the gate gives it."""
        found: dict[Tagged, _Proposal] = {}
        for repeat in analysis.repeats:
            span = (repeat.first, repeat.last, repeat.label)
            evidence = "repeat here" if repeat.is_here else "repeat"
            confidence = repeat.precision
            if analysis.readings:
                learnt = max(_at(reading.starts, repeat.first, repeat.label) for reading in analysis.readings)
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
        found.update(self._guess(analysis, found))
        for match in self._patterns.find(analysis.passage):
            span = (match.first, match.last, match.label)
            if span not in found or found[span][2] < _PATTERN_CONFIDENCE:
                found[span] = (PATTERN, PATTERN, _PATTERN_CONFIDENCE, "")
        return {span: self._weigh(span[2], *what) for span, what in found.items()}

    def _is_bet(self, span: Tagged, candidate: _Candidate, starts: Sequence[float]) -> bool:
        """Tell whether a candidate is worth showing because a span starts there, if not just this one."""
        probability = candidate.probability
        return probability >= max(_LEAST, _FALSE_START_COST * (1.0 - starts[span[0]]))

    def _guess(self, analysis: _Analysis, found: Mapping[Tagged, _Proposal]) -> dict[Tagged, _Proposal]:
        """Put together a span wherever one is likely to start and no source has much to propose."""
        covered: set[int] = set()
        for (first, last, label), (_, evidence, confidence, _) in found.items():
            if self.gate.probability(evidence, label, confidence) > _WEAK:
                covered.update(range(first, last + 1))
        guesses: dict[Tagged, _Proposal] = {}
        models = _Fresh(self._extents, self._labels, set())
        for first, start in enumerate(analysis.starts):
            if start < _LIKELY_START or first in covered:
                continue
            label = next(iter(self._rank_labels(analysis, first, first, models)), "")
            last = self._reach(analysis, first, label, (), models)
            label, share = next(iter(self._rank_labels(analysis, first, last, models).items()), ("", 0.0))
            if label and (first, last, label) not in found:
                guesses[first, last, label] = (LEARNER, _GUESS, start * share, "")
                covered.update(range(first, last + 1))
        return guesses

    def _weigh(self, label: str, source: str, evidence: str, confidence: float, why: str) -> _Candidate:
        probability = self.gate.probability(evidence, label, confidence)
        if not why:
            right, asked = self.gate.record(evidence, label)
            record = f", right {right} of {asked} times" if asked else ""
            why = {
                LEARNER: f"learnt, {round(100 * confidence)} % sure{record}",
                PATTERN: f"a pattern of labels.yaml{record}",
            }.get(source, f"from {source}{record}")
        model = self.learner.model
        version = model.version if model and source == LEARNER else None
        return _Candidate(source, evidence, confidence, probability, why, version)

    def _add_offered(
        self, candidates: dict[Tagged, _Candidate], passage: Passage, offered: Sequence[Suggestion]
    ) -> None:
        """Add what came from outside, as far as its edges are edges of tokens."""
        starts = {start: index for index, (start, _) in enumerate(passage.tokens)}
        ends = {end: index for index, (_, end) in enumerate(passage.tokens)}
        for offer in offered:
            first, last = starts.get(offer.start), ends.get(offer.end)
            if first is None or last is None or last < first or offer.label not in self._names:
                continue
            confidence = 0.7 if offer.confidence is None else min(max(offer.confidence, 0.0), 1.0)
            evidence = f"from {offer.source}"
            why = f"{evidence}: {offer.why}" if offer.why else ""
            candidate = self._weigh(offer.label, offer.source, evidence, confidence, why)
            known = candidates.get((first, last, offer.label))
            if known is None or known.probability < candidate.probability:
                candidates[first, last, offer.label] = replace(candidate, model=offer.model)

    def _add_live(
        self,
        candidates: dict[Tagged, _Candidate],
        passage: Passage,
        text: str,
        existing: Sequence[Span],
    ) -> None:
        """Add repeats of what stands tagged in paragraphs that are not finished."""
        live: dict[str, str] = {}
        longest: dict[str, int] = {}
        for each in existing[-MOST_LIVE:]:
            if each.label not in self._names:
                continue
            words = self._words.get((each.start, each.end))
            if words is None:
                words = [text[start:end] for start, end in tokenize(text, each.start, each.end)]
                self._words[each.start, each.end] = words
            if words and len(words) <= LONGEST:
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
                candidate = self._weigh(label, REPEAT, _LIVE, _LIVE_CONFIDENCE, why)
                known = candidates.get((first, last, label))
                if known is None or known.probability < candidate.probability:
                    candidates[first, last, label] = candidate

    def _count(self, analysis: _Analysis, tagged: Sequence[Tagged], offered: Sequence[Suggestion]) -> float:
        """Tell the gate which candidates of a finished paragraph were right, shown or not.

        Returns how many keys those of the sources that share the purse would have saved.
        """
        gold = set(tagged)
        starts = {first for first, _, _ in tagged}
        candidates = self._propose(analysis)
        self._add_offered(candidates, analysis.passage, offered)
        settled: list[tuple[str, float]] = []
        for span, candidate in self._choose(candidates, analysis.starts):
            settled.append((_account_of(candidate.evidence), _worth(span, gold)))
        for span, candidate in candidates.items():
            if self._is_bet(span, candidate, analysis.starts) and (span in gold or span[0] not in starts):
                self.gate.count_bet(candidate.evidence, right=span in gold)
            self.gate.count(candidate.evidence, span[2], candidate.confidence, right=span in gold)
        passage = analysis.passage
        new: dict[str, Tagged] = {}
        for span in tagged:
            phrase = passage.phrase(span[0], span[1])
            if self._repeats.corpus.get(phrase) is None:
                new.setdefault(phrase, span)
        for phrase, (first, last, label) in new.items():
            for again in range(first + 1, len(passage.texts) - (last - first)):
                if passage.phrase(again, again + last - first) == phrase:
                    span = (again, again + last - first, label)
                    self.gate.count(_LIVE, label, _LIVE_CONFIDENCE, right=span in gold)
                    settled.append((_LIVE, _worth(span, gold)))
        for account, saved in settled:
            if saved:
                self.gate.settle(account, saved=saved)
        return sum(saved for account, saved in settled if account in _OWN)

    def _rank_labels(
        self,
        analysis: _Analysis,
        first: int,
        last: int,
        models: _Fresh,
        tagged: Sequence[Tagged] = (),
    ) -> Mapping[str, float]:
        ranks = models.labels.rank(analysis.passage, first, last, tagged)
        if not analysis.readings:
            return ranks
        learnt = normalise(
            {
                label: 0.002 + max(_at(reading.starts, first, label) for reading in analysis.readings)
                for label in ranks
            }
        )
        return normalise(
            {label: ranks[label] ** (1 - _LABEL_MIX) * learnt[label] ** _LABEL_MIX for label in ranks}
        )

    def _reach(
        self, analysis: _Analysis, first: int, label: str, taken: Collection[int], models: _Fresh
    ) -> int:
        """Return the likeliest last token of a span that starts at `first`."""
        phrases = {
            repeat.last: 0.9 * repeat.precision for repeat in analysis.repeats if repeat.first == first
        }
        longest = max(phrases, default=first)
        best, best_score, reached = first, -1.0, 1.0
        for last in range(first, min(len(analysis.passage.tokens), first + LONGEST)):
            further = _go_on(analysis, first, last, label, models.extents)
            score = max(reached * (1.0 - further), phrases.get(last, 0.0))
            if score > best_score and last - first + 1 not in taken:
                best, best_score = last, score
            reached *= further
            if reached < 0.01 and last >= longest and best_score >= 0.0:
                break
        return best


def place_spans(tokens: Sequence[tuple[int, int]], spans: Iterable[Edges]) -> list[Tagged]:
    """Say which tokens spans reach: first, last (included), label; what touches no token is left out."""
    placed: set[Tagged] = set()
    for start, end, label in spans:
        first = bisect_right(tokens, start, key=itemgetter(1))
        last = bisect_right(tokens, end - 1, key=itemgetter(0)) - 1
        if first <= last:
            placed.add((first, last, label))
    return sorted(placed)


def _place_in(analysis: _Analysis, spans: Sequence[Span]) -> list[Tagged]:
    """Say which tokens of a paragraph spans reach; those that are not in it are left out."""
    tokens = analysis.passage.tokens
    if not tokens:
        return []
    start, end = tokens[0][0], tokens[-1][1]
    return place_spans(
        tokens, ((span.start, span.end, span.label) for span in spans if start <= span.start < end)
    )


def _go_on(analysis: _Analysis, first: int, last: int, label: str, extents: ExtentModel) -> float:
    """Return P(the span that starts at `first` and reaches `last` reaches the next token too)."""
    further = extents.go_on(analysis.passage, first, last, label)
    if not analysis.readings or last + 1 >= len(analysis.passage.tokens):
        return further
    here = max(
        _at(reading.starts if last == first else reading.insides, last, label)
        for reading in analysis.readings
    )
    if here <= 0.02:
        return further
    there = max(_at(reading.insides, last + 1, label) for reading in analysis.readings)
    return sigmoid((1 - _EXTENT_MIX) * _logit(further) + _EXTENT_MIX * _logit(min(1.0, there / here)))


def _mark(passage: Passage, repeats: Sequence[Repeat]) -> list[str]:
    """Say of every token what an exact repeat would make it, for the learner."""
    marks = ["0"] * len(passage.tokens)
    free = 0
    for repeat in repeats:
        if repeat.first < free:
            continue
        mark = f"{min(3, int(repeat.precision * 4))}{'h' if repeat.is_here else ''}{repeat.label}"
        for index in range(repeat.first, repeat.last + 1):
            marks[index] = ("B" if index == repeat.first else "I") + mark
        free = repeat.last + 1
    return marks


def _account_of(evidence: str) -> str:
    """Name the account of what speaks for a candidate: `repeat` for "repeat here+"."""
    return evidence if evidence.startswith("from ") else evidence.split(" ")[0].rstrip("+-")


def _worth(span: Tagged, gold: Collection[Tagged]) -> float:
    """Say how many keys a suggestion saves: none where another span stands, of which it can be made."""
    if span in gold:
        return 1.0
    return 0.0 if any(_overlap(span, other) for other in gold) else -WRONG_COSTS


def _overlap(span: Tagged, other: Tagged) -> bool:
    return span[0] <= other[1] and other[0] <= span[1]


def _share(span: Edges, other: Edges) -> bool:
    """Tell whether two stretches of a text share a code point."""
    return span[0] < other[1] and other[0] < span[1]


def _clashes(span: Tagged, other: Tagged, nests: bool) -> bool:
    """Tell whether two spans cannot both be suggested."""
    if span[1] < other[0] or other[1] < span[0]:
        return False
    if not nests or span[:2] == other[:2]:
        return True
    inside = other[0] <= span[0] and span[1] <= other[1]
    around = span[0] <= other[0] and other[1] <= span[1]
    return not (inside or around)


def _start_odds(readings: Sequence[Reading]) -> list[float]:
    """Return the learner's log-odds that a span starts, for every token."""
    odds: list[float] = []
    for levels in zip(*(reading.starts for reading in readings), strict=True):
        never = 1.0
        for chances in levels:
            if chances:
                never *= 1.0 - min(1.0, sum(chances.values()))
        odds.append(_logit(1.0 - never) if never < 1.0 else -_SUREST)
    return odds


def _at(marginals: Sequence[Mapping[str, float]], index: int, label: str) -> float:
    return marginals[index].get(label, 0.0)


def _logit(probability: float) -> float:
    bounded = min(max(probability, _LEAST_CHANCE), 1.0 - _LEAST_CHANCE)
    return log(bounded / (1.0 - bounded))
