"""Adjudication: where annotators disagree, and the gold layer that comes of deciding between them.

Gold is a layer like any other, of an annotator by that name. What all say who finished a paragraph goes there
at once; of spans that differ and touch each other one opinion is taken. Whatever is not taken is turned down
there, so that the log alone says what is decided: what an annotator changes later, and what is undone, is
open again.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Final, TypeAlias

from msgspec import Struct, structs

from tui.model.annotators import GOLD
from tui.model.article import Article
from tui.model.events import Act, Add, Finish, Note, Reject, Relate, Remove, Reopen, Unreject
from tui.model.layer import Layer, paragraph_state
from tui.model.span import HAND, NO_ATTRIBUTES, Json, Origin, Relation, Span, SpanPlace
from tui.project.agreed_entities import join_agreed
from tui.project.detail_disputes import (
    DetailDispute,
    DetailOpinion,
    GoldDetails,
    SpanLink,
    ends_of,
    give_gold_id,
    link_of,
    rank_opinions,
)
from tui.project.reasons import join_reasons, name_topic, name_words, part_reasons, put_reason
from tui.store import Store


class Opinion(Struct, frozen=True):
    """What some annotators say of a place where not all say the same."""

    annotators: tuple[str, ...]
    """Who say so."""
    spans: tuple[Span, ...]
    """Their spans; none where they say that nothing is there."""

    @property
    def is_nothing(self) -> bool:
        """Whether they say that nothing is there."""
        return not self.spans


class Dispute(Struct, frozen=True):
    """A place where annotators do not say the same."""

    article: int
    """The article's number."""
    paragraph: int
    """The index of the paragraph in which it begins."""
    start: int
    """Its first code point."""
    end: int
    """One past its last code point."""
    opinions: tuple[Opinion, ...]
    """What is said of it, what most say first; the order is the same each time."""


AnyDispute: TypeAlias = Dispute | DetailDispute
"""What is to be decided: a place, or a detail of gold spans."""

AnyOpinion: TypeAlias = Opinion | DetailOpinion
"""What is said of it."""


class Adjudication:
    """The disagreements of some annotators, and the decisions of whoever makes the gold layer."""

    def __init__(
        self, store: Store, annotators: Sequence[str], gold: str = GOLD, *, person: str = ""
    ) -> None:
        """Decide between `annotators` in the layer of `gold`; `person` is who does."""
        self._store = store
        self.annotators: Final = tuple(annotators)
        """Between whom is decided."""
        self.gold: Final = gold
        """Whose layer is the gold one."""
        self._person = person

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
        return AdjudicatedArticle(self._store, article, layers, gold, self.gold, person=self._person)


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

    def accept_agreed(self) -> int:
        """Take over what all say who finished a paragraph; finished is what nothing is open of.

        Gives how many spans were taken over. Nothing is written where there is nothing to do.
        """
        agreed = self._list_new()
        made = [self._make_gold(span) for span in agreed]
        acts: list[Act] = [Add(tuple(made))] if made else []
        relations = self._list_agreed_relations([*self.layer.spans.values(), *made])
        acts += [Relate(tuple(relations))] if relations else []
        if acts:
            self._append(acts)
        details: list[Act] = [*self._details.list_agreed_labels()]
        details += join_agreed(self.article, self.layers, self.layer)
        if details:
            self._append(details)
        self._finish_settled()
        return len(agreed)

    @property
    def is_to_review(self) -> bool:
        """Whether anything is open, or was agreed on since."""
        return bool(self._list_new() or self.list_open())

    def _list_new(self) -> list[Span]:
        """List what all say who finished a paragraph, and nothing was decided of."""
        taken = self._list_taken()
        return [
            each for each in self._list_agreed() if each.place not in taken and not self._is_decided(each)
        ]

    @property
    def _details(self) -> GoldDetails:
        """The answers, links and labels, as they are by now."""
        finishers = {index: self._list_finishers(index) for index in self._list_compared()}
        return GoldDetails(self.article, self.layers, self.layer, finishers)

    def _finish_settled(self) -> None:
        """Finish the paragraphs of which nothing is open, and open those again of which something is."""
        open_paragraphs = {each.paragraph for each in self.list_open()}
        finished = {index for index in self._list_compared() if self.layer.states.get(index) == "finished"}
        done = [each for each in self._list_compared() if each not in open_paragraphs | finished]
        again = sorted(finished & open_paragraphs)
        acts: list[Act] = [Finish(tuple(done))] if done else []
        acts += [Reopen(tuple(again))] if again else []
        if acts:
            self._append(acts)

    def _list_taken(self) -> set[SpanPlace]:
        """List what was put into the gold layer so far: what a hand moved or removed there stays so."""
        return {
            span.place
            for event in self.layer.events
            if isinstance(event.act, Add) and event.action not in self.layer.taken_back
            for span in event.act.spans
        }

    def list_open(self) -> list[AnyDispute]:
        """List what is not decided yet: places in reading order, and behind them details of gold spans."""
        places = [each for each in self.list_all() if not self._is_settled(each)]
        return [*places, *self._details.list_open()]

    def list_all(self) -> list[Dispute]:
        """List the places where those who finished a paragraph do not say the same, in reading order."""
        found: list[Dispute] = []
        for index in self._list_compared():
            found += self._compare(index)
        return found

    def take(self, place: AnyDispute, opinion: AnyOpinion | None) -> str:
        """Decide that a opinion is right, or with None that nothing is there; give the id of the action.

        The reason, where one was written, becomes a note on its spans; where nothing is there it stays on
        the paragraph.
        """
        if isinstance(place, DetailDispute):
            detail = opinion if isinstance(opinion, DetailOpinion) else None
            self._undo_decisions(place)
            decided = self._details.decide(place, detail)
            return self._append([*decided, *self._move_reason(place, place.about)])
        wanted = opinion.spans if isinstance(opinion, Opinion) else ()
        keys = {span.place for span in wanted}
        there = {span.place: span for span in self.layer.spans.values()}
        acts: list[Act] = []
        taken_back = [span for span in wanted if span.place in self.layer.rejected]
        if taken_back:
            acts.append(Unreject(tuple(map(self._make_gold, taken_back))))
        new = [self._make_gold(span) for span in wanted if span.place not in there]
        kept = self._keep_withdrawn(wanted)
        if new or kept:
            acts.append(Add((*new, *kept)))
        said = {span.place: span for each in place.opinions for span in each.spans}
        others = {key: span for key, span in said.items() if key not in keys}
        gone = [span.id for span in self.layer.spans.values() if span.place in others]
        if gone:
            acts.append(Remove(tuple(gone)))
        refused = [span for key, span in others.items() if key not in self.layer.rejected]
        if refused:
            acts.append(Reject(tuple(map(self._make_gold, refused))))
        noted = [there[key] for key in keys if key in there] + new
        return self._append([*acts, *self._move_reason(place, noted)])

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
        said = {span.place: span for each in place.opinions for span in each.spans}
        refused = [self._make_gold(span) for span in said.values() if not self._is_decided(span)]
        kept = self._keep_withdrawn(said.values())
        acts = [Add(tuple(kept))] if kept else []
        acts += [Reject(tuple(refused))] if refused else []
        acts += self._move_reason(place, tagged)
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

    def _make_gold(self, span: Span) -> Span:
        same = self._find_same(span)
        # What fewer than half answer alike stays open.
        answers: dict[str, Json] = {}
        for name in {name for each in same.values() for name in each.attributes}:
            value, count = _find_commonest([each.attributes.get(name) for each in same.values()])
            if 2 * count > len(same) and value is not None:
                answers[name] = value
        made = give_gold_id(self.article, self.layer, self.layer.spans, *_write_place(span))
        return structs.replace(
            span, id=made, note="", origin=self._give_origin(span), attributes=answers or NO_ATTRIBUTES
        )

    def _give_origin(self, span: Span) -> Origin:
        """Say who says so."""
        same = self._find_same(span)
        return Origin("+".join(same)) if same else HAND

    def _find_same(self, span: Span) -> dict[str, Span]:
        """Find the span that each annotator has there, by annotator."""
        return {
            name: each
            for name, layer in self.layers.items()
            for each in layer.spans.values()
            if each.place == span.place
        }

    def _list_agreed_relations(self, gold: Sequence[Span]) -> list[Relation]:
        """List the relations between gold spans that more than half give who have both spans."""
        known = {link_of(relation, self.layer.spans) for relation in self.layer.relations.values()}
        ids = {span.place: span.id for span in gold}
        counts: Counter[SpanLink] = Counter()
        for layer in self.layers.values():
            counts.update({link_of(relation, layer.spans) for relation in layer.relations.values()})
        found: list[Relation] = []
        details = self._details
        for link, count in sorted(counts.items()):
            ends = ends_of(link)
            able = sum(
                ends <= {span.place for span in layer.spans.values()} for layer in self.layers.values()
            )
            if link not in known and ends <= ids.keys() and 2 * count > able:
                found.append(details.relate(link, ids))
        return found

    def _list_compared(self) -> list[int]:
        """List the paragraphs that at least two finished."""
        return [
            index for index in range(len(self.article.paragraphs)) if len(self._list_finishers(index)) > 1
        ]

    def _list_finishers(self, index: int) -> list[str]:
        return [
            name
            for name, layer in self.layers.items()
            if paragraph_state(self.article, layer, index) == "finished"
        ]

    def _list_beginning(self, layer: Layer, index: int) -> list[Span]:
        """List the spans of a layer that begin in a paragraph, or in the gap behind it."""
        paragraph = self.article.paragraphs[index]
        following = self.article.paragraphs[index + 1 : index + 2]
        end = following[0].start if following else len(self.article.text) + 1
        return [span for span in layer.spans.values() if paragraph.start <= span.start < end]

    def _list_agreed(self) -> Iterator[Span]:
        """List the spans that all say who finished their paragraph, where nothing differs around them."""
        for index in self._list_compared():
            names = self._list_finishers(index)
            shared = set.intersection(
                *[{span.place for span in self._list_beginning(self.layers[name], index)} for name in names]
            )
            for span in self._list_beginning(self.layers[names[0]], index):
                if span.place in shared:
                    yield span

    def _compare(self, index: int) -> Iterator[Dispute]:
        """Find where those who finished a paragraph differ: their spans that touch each other together."""
        names = self._list_finishers(index)
        spans = {
            name: {span.place: span for span in self._list_beginning(self.layers[name], index)}
            for name in names
        }
        shared = set.intersection(*map(set, spans.values()))
        # What all withdrew is said by the gold layer alone.
        spans[self._name] = self._list_abandoned(index)
        differing = sorted({key for own in spans.values() for key in own} - shared)
        for group in _group(differing):
            start, end = min(key[0] for key in group), max(key[1] for key in group)
            opinions: dict[tuple[object, ...], list[str]] = {}
            for name, own in spans.items():
                said = tuple([key for key in group if key in own])
                if said or name != self._name:
                    opinions.setdefault(said, []).append(name)
            listed = [
                Opinion(tuple(who), tuple([spans[who[0]][key] for key in group if key in spans[who[0]]]))
                for who in opinions.values()
            ]
            ranked = rank_opinions(listed, seed=f"{self.article.key} {start} {end}")
            yield Dispute(self.article.number, index, start, end, ranked)

    def _list_abandoned(self, index: int) -> dict[SpanPlace, Span]:
        """List the gold spans of a paragraph that were taken of annotators and nobody says any more."""
        here = self._list_beginning(self.layer, index)
        return {each.place: each for each in here if not self._find_same(each) and self._find_withdrawn(each)}

    def _is_settled(self, place: Dispute) -> bool:
        said = [span for opinion in place.opinions for span in opinion.spans]
        return all(
            self._is_decided(span) and not self._is_disputed(span) and not self._find_withdrawn(span)
            for span in said
        )

    def _keep_withdrawn(self, spans: Iterable[Span]) -> list[Span]:
        """Give what stays though somebody withdrew it: from then on it is of those who still say so."""
        return [
            structs.replace(each, origin=self._give_origin(span))
            for span in spans
            for each in self._find_withdrawn(span)
        ]

    def _find_withdrawn(self, span: Span) -> list[Span]:
        """Find gold spans at a place that were taken of somebody who no longer says so."""
        same = self._find_same(span)
        return [
            each
            for each in self.layer.spans.values()
            if each.place == span.place
            and any(name in self.layers and name not in same for name in each.origin.source.split("+"))
        ]

    def _is_disputed(self, span: Span) -> bool:
        """Tell whether a span was taken in one copy of the project, and turned down in another.

        What a hand tagged in the gold layer stands, whatever was turned down before.
        """
        same = [each for each in self.layer.spans.values() if each.place == span.place]
        return span.place in self.layer.rejected and any(each.origin != HAND for each in same)

    def _is_decided(self, span: Span) -> bool:
        """Tell whether a span is in the gold layer, or was turned down there."""
        is_there = any(each.place == span.place for each in self.layer.spans.values())
        return is_there or span.place in self.layer.rejected


def shuffle_opinions(place: AnyDispute) -> tuple[AnyOpinion, ...]:
    """Give the opinions in an order that says nothing of who said what, the same each time."""
    opinions: list[AnyOpinion] = list(place.opinions)
    Random(f"{place.article} {place.start} {place.end}").shuffle(opinions)
    return tuple(opinions)


def _write_place(span: Span) -> list[Json]:
    """Write where a span is for its id; one in one piece as ever, so that it keeps the id it has."""
    pieces: list[Json] = [[start, end] for start, end in span.fragments]
    return [span.start, span.end, span.label, *pieces]


def _find_commonest(values: Sequence[Json]) -> tuple[Json, int]:
    """Give the value that stands there most often, and how often."""
    counted = [(value, sum(value == other for other in values)) for value in values]
    return max(counted, key=lambda pair: pair[1])


def _group(keys: Sequence[SpanPlace]) -> Iterator[list[SpanPlace]]:
    """Group places, in order, that touch each other."""
    group: list[SpanPlace] = []
    reached = -1
    for key in keys:
        if group and key[0] >= reached:
            yield group
            group = []
        group.append(key)
        reached = max(reached, key[1]) if len(group) > 1 else key[1]
    if group:
        yield group
