"""The one object the app talks to: it watches finished paragraphs, and says what the next ones may hold.

There is one assistant per annotator and label set. Its state is a fold over finished paragraphs in the order
in which they were finished; the same paragraphs give the same answers. To rebuild it when the app starts,
recall the annotator's newest finished paragraphs (two milliseconds each).
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import structs

from tui.model.labels import LabelSet
from tui.model.span import Span
from tui.suggest.analysis import Analysis, Analyst, place_in, place_spans
from tui.suggest.answers import AnswerBook, SuggestedAnswer
from tui.suggest.budget import (
    LIVE,
    WRONG_COSTS,
    Budget,
    Edges,
    ShownHere,
    Spending,
    is_sharing,
    list_budgets,
    name_budget,
)
from tui.suggest.candidates import LIVE_CONFIDENCE, Candidate, Candidates, overlap
from tui.suggest.gate import Gate
from tui.suggest.journal import Journal
from tui.suggest.learning.model import Tagged
from tui.suggest.lessons import Lesson, Lessons, ParagraphPlace
from tui.suggest.recall import Recall
from tui.suggest.sources.learner import Learner
from tui.suggest.suggestion import ANSWERS, Suggestion


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
        self.learner: Final = learner or Learner(cache / f"{key}.model" if cache else None, key)
        """The learner."""
        self.gate: Final = gate or Gate()
        """Which source may show which label."""
        self.budget: Final = Budget()
        """What the sources may lose."""
        self._journal: Final = Journal()
        self._sources_off: set[str] = set()
        self._names = frozenset(labels.names)
        self.analyst: Final = Analyst(labels.names, self.learner, self._journal)
        """What was learnt of finished paragraphs."""
        self.answers: Final = AnswerBook(labels)
        """What was answered, and is suggested as the answer to what is asked of spans."""
        self._lessons = Lessons()
        self._candidates = Candidates(labels, self.analyst, self.gate, self.learner)
        self._shown = ShownHere()
        self._recall = Recall(self.gate, self.budget, self.analyst.mix)
        self._recall.load(self.learner.load())

    # What the app tells.

    @property
    def sources_off(self) -> frozenset[str]:
        """Sources that the annotator switched off."""
        return frozenset(self._sources_off)

    def switch_off(self, sources: Iterable[str]) -> None:
        """Hear these sources no more, and all others again."""
        self._sources_off = set(sources)

    def switch(self, source: str) -> None:
        """Switch a source off, or on again."""
        self._sources_off ^= {source}

    def observe_paragraph(
        self,
        text: str,
        start: int,
        end: int,
        spans: Iterable[Span],
        from_outside: Sequence[Suggestion] = (),
        *,
        place: ParagraphPlace | None = None,
        part: int | None = None,
    ) -> None:
        """Learn from a paragraph that was finished with these spans; spans outside it are passed over.

        What was turned down of what came `from_outside` is what stands there untagged. What is learnt at a
        `place` can be unlearnt; where it is a part of a long paragraph, it begins at its code point `part`.
        """
        if self.analyst.open(text):
            self._shown.clear()
        known = list(spans)
        edges = frozenset(self._read_edges(known))
        self._learn(Lesson(place, text, start, end, edges, part, tuple(from_outside)))
        self.answers.learn(text, start, end, known, place)

    def recall_paragraph(
        self, text: str, start: int, end: int, spans: Iterable[Span], *, place: ParagraphPlace | None = None
    ) -> None:
        """Learn from a paragraph that was finished in an earlier session, whatever is at work meanwhile.

        Where that session left its model, no source is judged by it again: the model has learnt from it.
        """
        known = list(spans)
        edges = {(first - start, last - start, label) for first, last, label in self._read_edges(known)}
        self._learn(Lesson(place, text[start:end], 0, end - start, frozenset(edges), is_new=False))
        self.answers.learn(text, start, end, known, place)

    def has_learnt(self, place: ParagraphPlace, part: int | None = None) -> bool:
        """Tell whether anything was learnt at a place; with `part`, whether that part was."""
        return self._lessons.has(place, part)

    def list_learnt(self) -> list[ParagraphPlace]:
        """List the places at which anything was learnt."""
        return self._lessons.places()

    def unlearn(self, places: Collection[ParagraphPlace]) -> None:
        """Unlearn all that was learnt at some places: they are not finished any more.

        Of the newest it is then as if they had never been learnt. Of older ones what is counted of words and
        phrases is taken back; what they did to weights and to what sources may cost fades by and by.
        """
        self.answers.unlearn(places)
        gone = self._lessons.take_out(places)
        if not gone:
            return
        old = [lesson for lesson in gone if not self._journal.reaches(lesson.number)]
        newest = [lesson.number for lesson in gone if self._journal.reaches(lesson.number)]
        again = self._lessons.take_out_from(min(newest)) if newest else []
        if newest:
            self._journal.take_back(min(newest))
        for lesson in old:
            self._journal.clear()
            self.analyst.discount(lesson.text, lesson.start, lesson.end, lesson.edges)
        self.analyst.forget()
        for lesson in again:
            self._learn(lesson)

    def train_if_due(self) -> None:
        """Start a training where the training rule asks for one; never waits."""
        if self.learner.is_due:
            self.learner.start(self._recall.dump())

    def train_now(self) -> bool:
        """Train and wait for it; tell whether a new model is in use."""
        done = self.learner.train_now(self._recall.dump())
        self.analyst.forget()
        return done

    def poll(self) -> bool:
        """Look after a training under way, without waiting; tell whether a new model is in use."""
        done = self.learner.poll()
        if done:
            self.analyst.forget()
        return done

    def take_notices(self) -> list[str]:
        """Return what went wrong with the learner or a pattern since the last call, a sentence each."""
        return [*self._candidates.take_notices(), *self.learner.take_notices()]

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
        from_outside: Sequence[Suggestion] = (),
    ) -> list[Suggestion]:
        """Suggest spans in the paragraph `[start, end)`, by place; none overlap unless nesting is usual.

        `existing` are the spans in this and the article's other unfinished paragraphs, whose repeats are
        suggested; `rejected` is what was turned down in this article, `from_outside` what came from there.
        """
        analysis = self._analyse(text, start, end)
        passage = analysis.passage
        candidates = self._candidates.propose(analysis)
        self._candidates.add_from_outside(candidates, passage, from_outside)
        self._candidates.add_live(candidates, passage, text, existing)
        mine = place_spans(passage.tokens, ((span.start, span.end, span.label) for span in existing))
        self._shown.turn_down((start, end), rejected)
        spending = Spending(self.budget, turned_down=self._shown.count_turned_down(existing))
        for span in place_spans(passage.tokens, rejected):
            if span in candidates and not any(overlap(span, other) for other in mine):
                spending.lose(candidates[span].budget)
        refused = {(text[first:last], label) for first, last, label in rejected}
        for first, last, label in list(candidates):
            if (text[passage.tokens[first][0] : passage.tokens[last][1]], label) in refused:
                del candidates[first, last, label]
        chosen = [
            (span, candidate)
            for span, candidate in self._candidates.choose(
                candidates, analysis.starts, mine, sources_off=self._sources_off
            )
            if spending.affords(candidate.budget, candidate.probability)
        ]
        found = [_suggest(passage.tokens, *each) for each in sorted(chosen, key=lambda pair: pair[0])]
        sharing = [span for span, candidate in chosen if is_sharing(candidate.budget)]
        tokens = passage.tokens
        self._shown.note((start, end), {(tokens[a][0], tokens[b][1], label) for a, b, label in sharing})
        return found

    def suggest_answers(
        self, text: str, span: Span, before: Sequence[Span] = ()
    ) -> tuple[SuggestedAnswer, ...]:
        """Suggest an answer to each question about a span that has none.

        `before` it in its paragraph stand spans that have answers, while that is not finished.
        """
        if ANSWERS in self._sources_off:
            return ()
        return self.answers.suggest(text, span, before)

    def list_unlikely_answers(self, text: str, span: Span, before: Sequence[Span] = ()) -> frozenset[str]:
        """Name the attributes of a span that have most likely no answer; `before` as in `suggest_answers`."""
        if ANSWERS in self._sources_off:
            return frozenset()
        return self.answers.list_unlikely(text, span, before)

    @property
    def answers_revision(self) -> tuple[int, bool]:
        """What changes with everything that suggested answers hang on."""
        return self.answers.version, ANSWERS in self._sources_off

    def rank_starts(self, text: str, tokens: Sequence[tuple[int, int]]) -> list[float]:
        """Return how probable it is that a span starts at each token of a paragraph."""
        if not tokens:
            return []
        scores = self._analyse(text, tokens[0][0], tokens[-1][1]).starts
        return [*scores, *[0.0] * (len(tokens) - len(scores))][: len(tokens)]

    def count_right(self, source: str, label: str) -> tuple[int, int]:
        """Return how often a source's confident candidates of a label were right, and how many there were."""
        if source == ANSWERS:
            return self.answers.count_right(label)
        budgets = list_budgets(source)
        counts = [
            self.gate.record(evidence, label)
            for evidence in self.gate.list_sources(label)
            if name_budget(evidence) in budgets
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
        fresh = self.analyst.learn_fresh(existing)
        mine = place_in(analysis, existing)
        if first >= len(analysis.passage.tokens):
            return 1
        if label is None:
            label = next(iter(self.analyst.rank_labels(analysis, first, first, fresh, mine)), "")
            last = self.analyst.reach(analysis, first, label, taken, fresh)
            label = next(iter(self.analyst.rank_labels(analysis, first, last, fresh, mine)), "")
        return self.analyst.reach(analysis, first, label, taken, fresh) - first + 1

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
        mine = place_in(analysis, existing)
        return list(
            self.analyst.rank_labels(analysis, first, last, self.analyst.learn_fresh(existing), mine).items()
        )

    def _learn(self, lesson: Lesson) -> None:
        """Learn a lesson so that it can be taken back, whatever article is at work."""
        with self._journal.begin() as number:
            if lesson.is_new and self.analyst.is_open(lesson.text):
                analysis = self.analyst.analyse(lesson.text, lesson.start, lesson.end)
                self._journal.add(self._shown.remember((lesson.start, lesson.end)))
                lesson = structs.replace(
                    lesson, saved=self._shown.settle((lesson.start, lesson.end), lesson.edges)
                )
                self._take_in(lesson, analysis)
            else:
                with self.analyst.aside():
                    self._take_in(lesson, self.analyst.look_at(lesson.text, lesson.start, lesson.end))
        self._lessons.put(structs.replace(lesson, number=number))

    def _take_in(self, lesson: Lesson, analysis: Analysis) -> None:
        """Judge the sources by a lesson, where no earlier session did, and learn it."""
        is_known = not lesson.is_new and self._recall.is_resumed
        tagged = place_spans(analysis.passage.tokens, lesson.edges)
        if not is_known:
            self._judge(analysis, tagged, lesson.from_outside, saved=lesson.saved)
        self.analyst.learn(analysis, tagged, is_known=is_known)

    def _analyse(self, text: str, start: int, end: int) -> Analysis:
        if self.analyst.open(text):
            self._shown.clear()
        return self.analyst.analyse(text, start, end)

    def _read_edges(self, spans: Iterable[Span]) -> set[Edges]:
        """Give the edges of spans; those of labels that labels.yaml has no more teach nothing."""
        return {(span.start, span.end, span.label) for span in spans if span.label in self._names}

    def _judge(
        self,
        analysis: Analysis,
        tagged: Sequence[Tagged],
        from_outside: Sequence[Suggestion] = (),
        *,
        saved: float = 0.0,
    ) -> None:
        """Count what every source was right and wrong about; `saved` are the keys that it really saved."""
        self._journal.add(self.gate.remember())
        self._journal.add(self.budget.remember())
        candidates = self._candidates.propose(analysis)
        self._candidates.add_from_outside(candidates, analysis.passage, from_outside)
        would_save = self._settle(analysis, tagged, candidates)
        self.budget.pay(saved=saved, would_save=would_save, spans=len(tagged))
        self.analyst.learn_mix(analysis, tagged)

    def _settle(
        self, analysis: Analysis, tagged: Sequence[Tagged], candidates: Mapping[Tagged, Candidate]
    ) -> float:
        """Tell gate and budget which candidates of a finished paragraph were right, shown or not.

        Returns how many keys those that share a budget would have saved.
        """
        gold = set(tagged)
        chosen = self._candidates.choose(candidates, analysis.starts, sources_off=self._sources_off)
        settled = [(candidate.budget, _worth(span, gold)) for span, candidate in chosen]
        starts = {first for first, _, _ in tagged}
        for span, candidate in candidates.items():
            is_decided = span in gold or span[0] not in starts
            if is_decided and self._candidates.is_bet(span, candidate, analysis.starts):
                self.gate.count_bet(candidate.evidence, right=span in gold)
            self.gate.count(candidate.evidence, span[2], candidate.confidence, right=span in gold)
        for span in self._list_live(analysis, tagged):
            self.gate.count(LIVE, span[2], LIVE_CONFIDENCE, right=span in gold)
            settled.append((LIVE, _worth(span, gold)))
        for budget, saved in settled:
            if saved:
                self.budget.settle(budget, saved=saved)
        return sum(saved for budget, saved in settled if is_sharing(budget))

    def _list_live(self, analysis: Analysis, tagged: Sequence[Tagged]) -> list[Tagged]:
        """List what repeats of newly tagged phrases would have been suggested in their own paragraph."""
        passage = analysis.passage
        new: dict[str, Tagged] = {}
        for span in tagged:
            phrase = passage.phrase(span[0], span[1])
            if self.analyst.is_new(phrase):
                new.setdefault(phrase, span)
        return [
            (again, again + last - first, label)
            for phrase, (first, last, label) in new.items()
            for again in range(first + 1, len(passage.texts) - (last - first))
            if passage.phrase(again, again + last - first) == phrase
        ]


def _suggest(tokens: Sequence[tuple[int, int]], span: Tagged, candidate: Candidate) -> Suggestion:
    first, last, label = span
    return Suggestion(
        tokens[first][0],
        tokens[last][1],
        label,
        candidate.source,
        round(candidate.probability, 3),
        candidate.model,
        candidate.why,
    )


def _worth(span: Tagged, gold: Collection[Tagged]) -> float:
    """Say how many keys a suggestion saves: none where another span stands, of which it can be made."""
    if span in gold:
        return 1.0
    return 0.0 if any(overlap(span, other) for other in gold) else -WRONG_COSTS
