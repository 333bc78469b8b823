"""Adjudication: where annotators disagree, and the gold layer that comes of deciding between them.

Gold is a layer like any other, of an annotator by that name. What all say who finished a paragraph goes there
at once; of what differs (`span_disputes`, `detail_disputes`) one opinion is taken. The log alone says what is
decided: what an annotator changes later, and what is undone, is open again.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from random import Random
from typing import Final, TypeAlias

from tui.model.annotators import GOLD
from tui.model.article import Article
from tui.model.events import Act, Add, Finish, Note, Relate, Reopen
from tui.model.layer import Layer
from tui.model.span import Span
from tui.project.agreed_entities import join_agreed
from tui.project.detail_disputes import (
    DetailDispute,
    DetailOpinion,
    GoldDetails,
)
from tui.project.reasons import join_reasons, name_topic, name_words, part_reasons, put_reason
from tui.project.span_disputes import Dispute, GoldSpans, Opinion
from tui.store import Store

AnyDispute: TypeAlias = Dispute | DetailDispute
"""What is to be decided: a place, or a detail of gold spans."""

AnyOpinion: TypeAlias = Opinion | DetailOpinion
"""What is said of it."""


class Adjudication:
    """The disagreements of some annotators, and the decisions of whoever makes the gold layer."""

    def __init__(
        self,
        store: Store,
        annotators: Sequence[str],
        gold: str = GOLD,
        *,
        person: str = "",
        symmetric: Set[str] = frozenset(),
    ) -> None:
        """Decide between `annotators` in the layer of `gold`; `person` is who does.

        `symmetric` relations mean the same from either end.
        """
        self._store = store
        self.annotators: Final = tuple(annotators)
        """Between whom is decided."""
        self.gold: Final = gold
        """Whose layer is the gold one."""
        self._person = person
        self._symmetric = symmetric

    def list_articles(self) -> list[int]:
        """List the articles of which at least two of them said anything, in order of arrival."""
        log = self._store.log
        return [
            number
            for number in self._store.articles.list_articles()
            if sum(each in self.annotators for each in log.list_annotators(number)) > 1
        ]

    def open_article(self, number: int) -> "AdjudicatedArticle":
        """Open an article with all that is said of it."""
        article = self._store.articles.load_article(number)
        layers = {each: self._store.log.load_layer(number, each) for each in self.annotators}
        layers = {name: layer for name, layer in layers.items() if layer.events}
        gold = self._store.log.load_layer(number, self.gold)
        return AdjudicatedArticle(
            self._store, article, layers, gold, self.gold, person=self._person, symmetric=self._symmetric
        )


class AdjudicatedArticle:
    """One article: what is agreed, what is open, and the decisions on it."""

    def __init__(
        self,
        store: Store,
        article: Article,
        layers: Mapping[str, Layer],
        gold: Layer,
        name: str,
        *,
        person: str = "",
        symmetric: Set[str] = frozenset(),
    ) -> None:
        self._store = store
        self.article: Final = article
        """The article."""
        self.layers: Final = layers
        """What each annotator says of it."""
        self.layer: Final = gold
        """The gold layer."""
        self._name = name
        self._person = person
        self._symmetric = symmetric
        self._spans = GoldSpans(article, layers, gold, name)

    def accept_agreed(self) -> int:
        """Take over what all say who finished a paragraph; finished is what nothing is open of.

        Gives how many spans were taken over. Nothing is written where there is nothing to do.
        """
        made = [self._spans.make(span) for span in self._spans.list_agreed()]
        acts: list[Act] = [Add(tuple(made))] if made else []
        relations = self._details.list_agreed_relations([*self.layer.spans.values(), *made])
        acts += [Relate(tuple(relations))] if relations else []
        if acts:
            self._append(acts)
        details: list[Act] = [*self._details.list_agreed_labels()]
        details += join_agreed(self.article, self.layers, self.layer)
        if details:
            self._append(details)
        self._finish_settled()
        return len(made)

    @property
    def is_to_review(self) -> bool:
        """Whether anything is open, or was agreed on since."""
        return bool(self._spans.list_agreed() or self.list_open())

    def list_open(self) -> list[AnyDispute]:
        """List what is not decided yet: places in reading order, and behind them details of gold spans."""
        return [*self._spans.list_open(), *self._details.list_open()]

    def list_all(self) -> list[Dispute]:
        """List the places where those who finished a paragraph do not say the same, in reading order."""
        return self._spans.list_all()

    def take(self, place: AnyDispute, opinion: AnyOpinion | None) -> str:
        """Decide that an opinion is right, or with None that nothing is there; give the id of the action.

        The reason, where one was written, becomes a note on its spans; where nothing is there it stays on
        the paragraph.
        """
        if isinstance(place, DetailDispute):
            detail = opinion if isinstance(opinion, DetailOpinion) else None
            self._undo_decisions(place)
            decided = self._details.decide(place, detail)
            return self._append([*decided, *self._move_reason(place, place.about)])
        wanted = opinion.spans if isinstance(opinion, Opinion) else ()
        reason = self._move_reason(place, self._spans.find(wanted))
        return self._append([*self._spans.decide(place, wanted), *reason])

    def settle(self, place: AnyDispute, *, since: Collection[str]) -> list[str]:
        """Decide that what was tagged afresh is right, where anything was at the place.

        `since` are the actions of the gold layer before. Gives the ids of those after, the newest last.
        """
        self._store.log.reload(self.article.number, self._name, self.layer)
        made = [each for each in self.layer.done if each not in since]
        if not made:
            return []
        if isinstance(place, DetailDispute):
            self._undo_decisions(place)
            acts = self._details.confirm(place)
            return [*made, self._append([*acts, *self._move_reason(place, place.about)])]
        touched = frozenset().union(*[self.layer.touched_by(each).spans for each in made])
        spans = self.layer.spans.values()
        tagged = [each for each in spans if each.id in touched and each.overlaps(place.start, place.end)]
        if not tagged:
            return made
        acts = [*self._spans.confirm(place), *self._move_reason(place, tagged)]
        return [*made, self._append(acts)] if acts else made

    def read_reason(self, place: AnyDispute) -> str:
        """Read why, as it was written of a place that is not decided; empty where it was not."""
        head = self._name_words(place)
        return part_reasons(self.layer.notes.get(place.paragraph, ""), head)[0]

    def note(self, place: AnyDispute, reason: str) -> None:
        """Write a reason on the paragraph, behind the words of the place; an empty one takes it away.

        What it is about so stands in the log, wherever it is read.
        """
        head = self._name_words(place)
        before, rest = part_reasons(self.layer.notes.get(place.paragraph, ""), head)
        if reason != before:
            written = [*rest, f"{head}{reason}"] if reason else rest
            self._append([Note(paragraph=place.paragraph, text=join_reasons(written))])

    def undo(self, action: str) -> None:
        """Take a decision back, unless it is already."""
        if action not in self.layer.taken_back:
            self._store.log.step(self.article, self._name, self.layer, "undo", action, by=self._person)

    @property
    def _details(self) -> GoldDetails:
        """The answers, links and labels, as they are by now."""
        finishers = self._spans.find_finishers()
        return GoldDetails(self.article, self.layers, self.layer, finishers, self._symmetric)

    def _finish_settled(self) -> None:
        """Finish the paragraphs of which nothing is open, and open those again of which something is."""
        open_paragraphs = {each.paragraph for each in self.list_open()}
        compared = self._spans.find_finishers()
        finished = {index for index in compared if self.layer.states.get(index) == "finished"}
        done = [each for each in compared if each not in open_paragraphs | finished]
        again = sorted(finished & open_paragraphs)
        acts: list[Act] = [Finish(tuple(done))] if done else []
        acts += [Reopen(tuple(again))] if again else []
        if acts:
            self._append(acts)

    def _undo_decisions(self, place: DetailDispute) -> None:
        """Take back what was decided of a detail before, so that the next decision alone counts."""
        for action in self._details.list_decisions(place):
            self.undo(action)

    def _move_reason(self, place: AnyDispute, spans: Sequence[Span]) -> list[Act]:
        """Take the reason of a place from the paragraph to what is decided, where that is any span."""
        head = self._name_words(place)
        reason, rest = part_reasons(self.layer.notes.get(place.paragraph, ""), head)
        if not reason or not spans:
            return []
        on_paragraph = Note(paragraph=place.paragraph, text=join_reasons(rest))
        return [
            *(Note(span=span.id, text=self._write_reason(place, span, reason)) for span in spans),
            on_paragraph,
        ]

    def _write_reason(self, place: AnyDispute, span: Span, reason: str) -> str:
        """Write the note of a span; one on a detail stands beside those on others."""
        if not isinstance(place, DetailDispute):
            return reason
        noted = self.layer.spans.get(span.id, span).note
        return put_reason(noted, name_topic(place.question), reason)

    def _name_words(self, place: AnyDispute) -> str:
        question = place.question if isinstance(place, DetailDispute) else ""
        return name_words(self.article, place.paragraph, place.start, place.end, question=question)

    def _append(self, acts: Sequence[Act]) -> str:
        events = self._store.log.append(self.article, self._name, self.layer, acts, by=self._person)
        return events[0].action if events else ""


def shuffle_opinions(place: AnyDispute) -> tuple[AnyOpinion, ...]:
    """Give the opinions in an order that says nothing of who said what, the same each time."""
    opinions: list[AnyOpinion] = list(place.opinions)
    Random(f"{place.article} {place.start} {place.end}").shuffle(opinions)
    return tuple(opinions)
