"""Everything that was learnt of an annotator's spans, and what it says of a paragraph that has none yet.

The state is a fold over finished paragraphs in the order in which they were finished.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import log
from operator import itemgetter
from typing import Final

from msgspec import Struct

from tui.model.span import Span
from tui.suggest.budget import Edges
from tui.suggest.journal import Journal
from tui.suggest.learning.extents import LONGEST_SPAN, ExtentModel
from tui.suggest.learning.features import Passage, WordMemory, read_features, read_passage
from tui.suggest.learning.labelling import LabelModel, normalise
from tui.suggest.learning.model import LevelReading, Tagged, part_levels
from tui.suggest.learning.starts import StartModel
from tui.suggest.learning.weights import sigmoid
from tui.suggest.mixing import Mix
from tui.suggest.prior import ABBREVIATIONS
from tui.suggest.sources.learner import Learner
from tui.suggest.sources.repeats import Repeat, RepeatModel
from tui.text.tokens import tokenize

_MOST_TOKENS: Final = 800
"""Tokens of one paragraph that are looked at: what is behind them gets no suggestions."""

_MOST_FRESH: Final = 40
"""Spans of unfinished paragraphs that are learnt from at a time."""

_NESTING_SHARE: Final = 0.05
"""Suggestions may nest where at least this share of the spans do."""

_LABEL_MIX: Final = 0.2
_EXTENT_MIX: Final = 0.15
"""How much the learner's word counts against that of the models of labels and of extents."""

_LOOSE_MARKS: Final = frozenset(".,;:!?…。、，；：！？")
"""Marks that stand behind a word without belonging to it."""

_LONGEST_INITIAL: Final = 2
"""Letters of a part of a word such as `U.S.`"""

_LEAST_CHANCE: Final = 1e-4
"""No model is believed to be surer than this, either way."""

_SUREST: Final = log((1.0 - _LEAST_CHANCE) / _LEAST_CHANCE)
"""The log-odds of the same."""


class Analysis(Struct, frozen=True):
    """All that is known of one paragraph before it is annotated."""

    passage: Passage
    """Its tokens."""
    rows: list[list[str]]
    """The features of each, for the learner."""
    repeats: list[Repeat]
    """What was tagged before and stands there again."""
    readings: list[LevelReading]
    """What the learner's model says, for every level of nesting; none before there is one."""
    odds: list[tuple[float, float]]
    """Log-odds that a span starts at each token: of the model that learns at once, and of the learner."""
    starts: list[float]
    """How probable that is by both."""


class SpanModels(Struct):
    """What extents and labels look like, for the time being or for good."""

    extents: ExtentModel
    """How far a span reaches."""
    labels: LabelModel
    """Which label it has."""
    learnt: set[tuple[int, Tagged]]
    """The spans that are learnt for the time being, each with the start of its paragraph."""


class Analyst:
    """Learns from finished paragraphs at once, and analyses the next ones."""

    def __init__(self, labels: Sequence[str], learner: Learner, journal: Journal | None = None) -> None:
        self._journal = journal = journal or Journal()
        self._learner = learner
        self._names = frozenset(labels)
        self.mix: Final = Mix()
        """How much the learner's word counts."""
        self._starts = StartModel(journal)
        self._models = SpanModels(ExtentModel(journal=journal), LabelModel(labels, journal=journal), set())
        self._repeats = RepeatModel(journal)
        self._memory = WordMemory(journal)
        self._spans = 0
        self._nested = 0
        self._text: str | None = None
        self._analyses: dict[tuple[int, int], Analysis] = {}
        self._words: dict[tuple[int, int], list[str]] = {}
        self._fresh: SpanModels | None = None
        self._fresh_of: tuple[Sequence[Span], int] = ((), -1)

    # Learning

    def learn(self, analysis: Analysis, tagged: Sequence[Tagged], *, is_known: bool = False) -> None:
        """Learn from a finished paragraph, which the learner's model knows already where `is_known`."""
        passage = analysis.passage
        self._remember()
        self._starts.observe(passage, analysis.rows, {first for first, _, _ in tagged})
        for first, last, label in tagged:
            self._models.extents.observe(passage, first, last, label)
            self._models.labels.observe(passage, first, last, label, tagged)
        self._fresh = None
        self._repeats.observe(passage, tagged)
        self._memory.observe(passage, tagged)
        levels = part_levels(tagged)
        self._spans += len(tagged)
        self._nested += len(tagged) - len(levels[0]) if levels else 0
        if analysis.rows:
            self._journal.add(self._learner.take_back)
            self._learner.observe(analysis.rows, levels, is_known=is_known)
        self._analyses.clear()

    def discount(self, text: str, start: int, end: int, spans: Iterable[Edges]) -> None:
        """Take a paragraph that was finished too long ago to be taken back out of all that is counted."""
        tokens = _tokens_of(text, start, end)
        passage = read_passage(text, tokens)
        tagged = place_spans(tokens, spans)
        self._repeats.discount(passage, tagged, is_here=self.is_open(text))
        self._memory.discount(passage, tagged)
        self.forget()

    def learn_mix(self, analysis: Analysis, tagged: Sequence[Tagged]) -> None:
        """Learn which of two models foretold better where spans start."""
        self._journal.add(self.mix.remember())
        firsts = {first for first, _, _ in tagged}
        for token, odds in enumerate(analysis.odds):
            self.mix.observe(*odds, happened=token in firsts)

    def learn_fresh(self, existing: Sequence[Span]) -> SpanModels:
        """Learn for the time being from what stands tagged in the paragraphs at work.

        The same list of spans again is learnt from once: every hint gives it.
        """
        learnt_of = (existing, len(self._analyses))
        if self._fresh is not None and self._fresh_of[0] is existing and self._fresh_of[1] == learnt_of[1]:
            return self._fresh
        self._fresh_of = learnt_of
        at_work = {start: analysis for (start, _), analysis in self._analyses.items()}
        spans = {
            (start, span)
            for start, analysis in at_work.items()
            for span in place_in(analysis, existing)
            if span[2] in self._names
        }
        if self._fresh is None or not self._fresh.learnt <= spans:
            self._fresh = SpanModels(self._models.extents.fork(), self._models.labels.fork(), set())
        for start, (first, last, label) in sorted(spans - self._fresh.learnt)[-_MOST_FRESH:]:
            analysis = at_work[start]
            tagged = place_in(analysis, existing)
            self._fresh.extents.observe(analysis.passage, first, last, label)
            self._fresh.labels.observe(analysis.passage, first, last, label, tagged)
        self._fresh.learnt |= spans
        return self._fresh

    # What is known

    @property
    def models(self) -> SpanModels:
        """What was learnt of finished paragraphs."""
        return self._models

    @property
    def is_nesting(self) -> bool:
        """Whether spans inside spans are usual."""
        return self._nested >= _NESTING_SHARE * max(self._spans, 20)

    def is_new(self, phrase: str) -> bool:
        """Tell whether a phrase was never tagged in a finished paragraph."""
        return self._repeats.corpus.get(phrase) is None

    def words_of(self, text: str, span: Span) -> list[str]:
        """Give the tokens of a span that stands in the article at work."""
        words = self._words.get((span.start, span.end))
        if words is None:
            words = [text[start:end] for start, end in tokenize(text, span.start, span.end)]
            self._words[span.start, span.end] = words
        return words

    # Analysing

    def is_open(self, text: str) -> bool:
        """Tell whether an article is the one at work."""
        return text is self._text or text == self._text

    def open(self, text: str) -> bool:
        """Open an article, where it is another one than before; say whether it is."""
        if text is self._text:
            return False
        is_other = text != self._text
        if is_other:
            self._analyses.clear()
            self._words.clear()
            self._fresh = None
            self._repeats.open_article()
        self._text = text
        return is_other

    def analyse(self, text: str, start: int, end: int) -> Analysis:
        """Analyse a paragraph of the article at work."""
        known = self._analyses.get((start, end))
        if known is None:
            known = self._analyses[start, end] = self.look_at(text, start, end)
        return known

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the article at work alone, for a paragraph of another one."""
        with self._repeats.aside():
            yield

    def forget(self) -> None:
        """Analyse everything anew: something else was learnt."""
        self._analyses.clear()
        self._fresh = None

    def look_at(self, text: str, start: int, end: int) -> Analysis:
        """Analyse a paragraph of any article."""
        tokens = _tokens_of(text, start, end)
        passage = read_passage(text, tokens)
        repeats = self._repeats.find(passage)
        rows = read_features(passage, self._memory, _mark(passage, repeats))
        model = self._learner.model
        readings = model.read(rows) if model else []
        scores = self._starts.score(passage, rows)
        if not readings:
            return Analysis(passage, rows, repeats, readings, [], [sigmoid(each) for each in scores])
        odds = [
            (min(max(score, -_SUREST), _SUREST), learnt)
            for score, learnt in zip(scores, _start_odds(readings), strict=True)
        ]
        starts = [sigmoid(each) for each in self.mix.blend(odds)]
        return Analysis(passage, rows, repeats, readings, odds, starts)

    def rank_labels(
        self,
        analysis: Analysis,
        first: int,
        last: int,
        models: SpanModels,
        tagged: Sequence[Tagged] = (),
    ) -> Mapping[str, float]:
        """Rank the labels of a span from token `first` to `last`, beside those that are `tagged`."""
        ranks = models.labels.rank(analysis.passage, first, last, tagged)
        if not analysis.readings:
            return ranks
        learnt = normalise(
            {
                label: 0.002 + max(chance_at(reading.starts, first, label) for reading in analysis.readings)
                for label in ranks
            }
        )
        return normalise(
            {label: ranks[label] ** (1 - _LABEL_MIX) * learnt[label] ** _LABEL_MIX for label in ranks}
        )

    def reach(
        self, analysis: Analysis, first: int, label: str, taken: Collection[int], models: SpanModels
    ) -> int:
        """Return the likeliest last token of a span that starts at `first`."""
        phrases = {
            repeat.last: 0.9 * repeat.precision for repeat in analysis.repeats if repeat.first == first
        }
        longest = max(phrases, default=first)
        best, best_score, reached = first, -1.0, 1.0
        for last in range(first, min(len(analysis.passage.tokens), first + LONGEST_SPAN)):
            further = _go_on(analysis, first, last, label, models.extents)
            ends = 0.0 if last > first and _is_loose(analysis.passage, last) else reached * (1.0 - further)
            score = max(ends, phrases.get(last, 0.0))
            if score > best_score and last - first + 1 not in taken:
                best, best_score = last, score
            reached *= further
            if reached < 0.01 and last >= longest and best_score >= 0.0:
                break
        return best

    def _remember(self) -> None:
        """Keep what no part keeps by itself, before a lesson changes it."""
        spans, nested = self._spans, self._nested

        def put_back() -> None:
            self._spans, self._nested = spans, nested

        self._journal.add(put_back)
        self._journal.add(self._models.extents.remember())
        self._journal.add(self._models.labels.remember())


def _tokens_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split as much of a paragraph as is looked at."""
    # A token is at least one character: no more of a huge paragraph is split than can be looked at.
    return tokenize(text, start, min(end, start + 16 * _MOST_TOKENS))[:_MOST_TOKENS]


def _is_loose(passage: Passage, last: int) -> bool:
    """Tell whether a token is a mark behind a word that belongs to none: no span is likely to end with it."""
    mark = passage.texts[last]
    if mark not in _LOOSE_MARKS or passage.tokens[last - 1][1] != passage.tokens[last][0]:
        return False
    # The full stop of `U.S.` and of `Inc.` belongs to the word.
    before = passage.texts[last - 1]
    return mark != "." or (len(before) > _LONGEST_INITIAL and before not in ABBREVIATIONS)


def place_spans(tokens: Sequence[tuple[int, int]], spans: Iterable[Edges]) -> list[Tagged]:
    """Say which tokens spans reach: first, last (included), label; what touches no token is left out."""
    placed: set[Tagged] = set()
    for start, end, label in spans:
        first = bisect_right(tokens, start, key=itemgetter(1))
        last = bisect_right(tokens, end - 1, key=itemgetter(0)) - 1
        if first <= last:
            placed.add((first, last, label))
    return sorted(placed)


def place_in(analysis: Analysis, spans: Sequence[Span]) -> list[Tagged]:
    """Say which tokens of a paragraph spans reach; those that are not in it are left out."""
    tokens = analysis.passage.tokens
    if not tokens:
        return []
    start, end = tokens[0][0], tokens[-1][1]
    return place_spans(
        tokens, ((span.start, span.end, span.label) for span in spans if start <= span.start < end)
    )


def _go_on(analysis: Analysis, first: int, last: int, label: str, extents: ExtentModel) -> float:
    """Return P(the span that starts at `first` and reaches `last` reaches the next token too)."""
    further = extents.go_on(analysis.passage, first, last, label)
    if not analysis.readings or last + 1 >= len(analysis.passage.tokens):
        return further
    here = max(
        chance_at(reading.starts if last == first else reading.insides, last, label)
        for reading in analysis.readings
    )
    if here <= 0.02:
        return further
    there = max(chance_at(reading.insides, last + 1, label) for reading in analysis.readings)
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


def _start_odds(readings: Sequence[LevelReading]) -> list[float]:
    """Return the learner's log-odds that a span starts, for every token."""
    odds: list[float] = []
    for levels in zip(*(reading.starts for reading in readings), strict=True):
        never = 1.0
        for chances in levels:
            if chances:
                never *= 1.0 - min(1.0, sum(chances.values()))
        odds.append(_logit(1.0 - never) if never < 1.0 else -_SUREST)
    return odds


def chance_at(marginals: Sequence[Mapping[str, float]], index: int, label: str) -> float:
    """Give what a reading says of a label at a token."""
    return marginals[index].get(label, 0.0)


def _logit(probability: float) -> float:
    bounded = min(max(probability, _LEAST_CHANCE), 1.0 - _LEAST_CHANCE)
    return log(bounded / (1.0 - bounded))
