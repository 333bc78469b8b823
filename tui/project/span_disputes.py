"""Span disputes: places where annotators do not make the same spans, to be decided in the gold layer.

Spans that differ and touch each other are one place. What is not taken is turned down in the gold layer, so
that the log alone says what is decided.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from tui.model.article import Article
from tui.model.events import Act, Add, Reject, Remove, Unreject
from tui.model.layer import Layer, paragraph_state
from tui.model.span import HAND, NO_ATTRIBUTES, Json, Origin, Span, SpanPlace
from tui.project.detail_disputes import give_gold_id, rank_opinions


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


class GoldSpans(Struct):
    """The spans of the gold layer of an article, and those that annotators make."""

    article: Article
    """The article."""
    layers: Mapping[str, Layer]
    """What each annotator says of it."""
    gold: Layer
    """The gold layer."""
    name: str
    """Whose layer that is."""

    def find_finishers(self) -> dict[int, list[str]]:
        """Find who finished each paragraph that at least two finished, by index."""
        finishers = {index: self._list_finishers(index) for index in range(len(self.article.paragraphs))}
        return {index: names for index, names in finishers.items() if len(names) > 1}

    def list_agreed(self) -> list[Span]:
        """List what all say who finished a paragraph, and nothing was decided of."""
        taken = self._list_taken()
        return [
            each for each in self._list_shared() if each.place not in taken and not self._is_decided(each)
        ]

    def list_all(self) -> list[Dispute]:
        """List the places where those who finished a paragraph do not say the same, in reading order."""
        return [
            each for index, names in self.find_finishers().items() for each in self._compare(index, names)
        ]

    def list_open(self) -> list[Dispute]:
        """List the places that are not decided yet, in reading order."""
        return [each for each in self.list_all() if not self._is_settled(each)]

    def decide(self, place: Dispute, spans: Sequence[Span]) -> list[Act]:
        """Say in acts that these spans are right at a place, and all others that are said there are not."""
        keys = {span.place for span in spans}
        there = {span.place for span in self.gold.spans.values()}
        acts: list[Act] = []
        taken_back = [span for span in spans if span.place in self.gold.rejected]
        if taken_back:
            acts.append(Unreject(tuple(map(self.make, taken_back))))
        new = [self.make(span) for span in spans if span.place not in there]
        kept = self._keep_withdrawn(spans)
        if new or kept:
            acts.append(Add((*new, *kept)))
        others = {key: span for key, span in _list_said(place).items() if key not in keys}
        gone = [span.id for span in self.gold.spans.values() if span.place in others]
        if gone:
            acts.append(Remove(tuple(gone)))
        refused = [span for key, span in others.items() if key not in self.gold.rejected]
        if refused:
            acts.append(Reject(tuple(map(self.make, refused))))
        return acts

    def confirm(self, place: Dispute) -> list[Act]:
        """Say in acts that what is in the gold layer by now is right at a place."""
        said = _list_said(place).values()
        refused = [self.make(span) for span in said if not self._is_decided(span)]
        kept = self._keep_withdrawn(said)
        acts: list[Act] = [Add(tuple(kept))] if kept else []
        acts += [Reject(tuple(refused))] if refused else []
        return acts

    def find(self, spans: Sequence[Span]) -> list[Span]:
        """Find what stands for some spans in the gold layer, or is to stand there."""
        there = {span.place: span for span in self.gold.spans.values()}
        return [there.get(span.place) or self.make(span) for span in spans]

    def make(self, span: Span) -> Span:
        """Make the gold span of what annotators say at a place, with the answers that most give."""
        same = self._find_same(span)
        # What fewer than half answer alike stays open.
        answers: dict[str, Json] = {}
        for name in {name for each in same.values() for name in each.attributes}:
            value, count = _find_commonest([each.attributes.get(name) for each in same.values()])
            if 2 * count > len(same) and value is not None:
                answers[name] = value
        made = give_gold_id(self.article, self.gold, self.gold.spans, *_write_place(span))
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

    def _list_taken(self) -> set[SpanPlace]:
        """List what was put into the gold layer so far: what a hand moved or removed there stays so."""
        return {
            span.place
            for event in self.gold.events
            if isinstance(event.act, Add) and event.action not in self.gold.taken_back
            for span in event.act.spans
        }

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

    def _list_shared(self) -> Iterator[Span]:
        """List the spans that all say who finished their paragraph, where nothing differs around them."""
        for index, names in self.find_finishers().items():
            shared = set.intersection(
                *[{span.place for span in self._list_beginning(self.layers[name], index)} for name in names]
            )
            for span in self._list_beginning(self.layers[names[0]], index):
                if span.place in shared:
                    yield span

    def _compare(self, index: int, names: Sequence[str]) -> Iterator[Dispute]:
        """Find where those who finished a paragraph differ: their spans that touch each other together."""
        spans = {
            name: {span.place: span for span in self._list_beginning(self.layers[name], index)}
            for name in names
        }
        shared = set.intersection(*map(set, spans.values()))
        # What all withdrew is said by the gold layer alone.
        spans[self.name] = self._list_abandoned(index)
        differing = sorted({key for own in spans.values() for key in own} - shared)
        for group in _group(differing):
            start, end = min(key[0] for key in group), max(key[1] for key in group)
            opinions: dict[tuple[object, ...], list[str]] = {}
            for name, own in spans.items():
                said = tuple([key for key in group if key in own])
                if said or name != self.name:
                    opinions.setdefault(said, []).append(name)
            listed = [
                Opinion(tuple(who), tuple([spans[who[0]][key] for key in group if key in spans[who[0]]]))
                for who in opinions.values()
            ]
            ranked = rank_opinions(listed, seed=f"{self.article.key} {start} {end}")
            yield Dispute(self.article.number, index, start, end, ranked)

    def _list_abandoned(self, index: int) -> dict[SpanPlace, Span]:
        """List the gold spans of a paragraph that were taken of annotators and nobody says any more."""
        here = self._list_beginning(self.gold, index)
        return {each.place: each for each in here if not self._find_same(each) and self._find_withdrawn(each)}

    def _is_settled(self, place: Dispute) -> bool:
        return all(
            self._is_decided(span) and not self._is_disputed(span) and not self._find_withdrawn(span)
            for span in _list_said(place).values()
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
            for each in self.gold.spans.values()
            if each.place == span.place
            and any(name in self.layers and name not in same for name in each.origin.source.split("+"))
        ]

    def _is_disputed(self, span: Span) -> bool:
        """Tell whether a span was taken in one copy of the project, and turned down in another.

        What a hand tagged in the gold layer stands, whatever was turned down before.
        """
        same = [each for each in self.gold.spans.values() if each.place == span.place]
        return span.place in self.gold.rejected and any(each.origin != HAND for each in same)

    def _is_decided(self, span: Span) -> bool:
        """Tell whether a span is in the gold layer, or was turned down there."""
        is_there = any(each.place == span.place for each in self.gold.spans.values())
        return is_there or span.place in self.gold.rejected


def _list_said(place: Dispute) -> dict[SpanPlace, Span]:
    """List what anybody says of a place, by where it is."""
    return {span.place: span for opinion in place.opinions for span in opinion.spans}


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
