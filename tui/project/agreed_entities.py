"""Entities of the gold layer: its spans of which most say that they mention one thing are joined."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from itertools import combinations

from tui.model.article import KEY_LENGTH, Article
from tui.model.events import JoinMentions
from tui.model.layer import Layer
from tui.model.span import Span, SpanPlace
from tui.project.consensus import hash_of


def join_agreed(article: Article, layers: Mapping[str, Layer], gold: Layer) -> Iterator[JoinMentions]:
    """Say in acts which gold spans more than half of those who made both join; none that ever were."""
    there = {span.place: span for span in gold.spans.values()}
    before = {span_id: frozenset(each.spans) for each in gold.entities.values() for span_id in each.spans}
    groups = dict(before)
    for one, other in sorted(_list_joined(layers, gold, there)):
        joined = groups.get(one, frozenset({one})) | groups.get(other, frozenset({other}))
        groups.update(dict.fromkeys(joined, joined))
    for group in sorted(set(groups.values()), key=sorted):
        if any(before.get(span_id) != group for span_id in group):
            mentions = sorted(group, key=lambda each: (gold.spans[each].start, each))
            name = _name_entity(layers, {gold.spans[each].place for each in group})
            yield JoinMentions(hash_of([article.key[:KEY_LENGTH], *mentions]), tuple(mentions), name)


def _list_joined(
    layers: Mapping[str, Layer], gold: Layer, there: Mapping[SpanPlace, Span]
) -> set[tuple[str, str]]:
    """List the pairs of gold spans that are to be joined, by their ids."""
    made = [{span.place for span in layer.spans.values()} for layer in layers.values()]
    known = {
        pair
        for each in gold.events
        if isinstance(each.act, JoinMentions) and each.action not in gold.taken_back
        for pair in combinations(sorted(each.act.spans), 2)
    }
    found: set[tuple[str, str]] = set()
    for (one, other), number in _count_votes(layers, there).items():
        able = sum(one in own and other in own for own in made)
        first, second = sorted((there[one].id, there[other].id))
        if 2 * number > able and (first, second) not in known:
            found.add((first, second))
    return found


def _count_votes(
    layers: Mapping[str, Layer], there: Mapping[SpanPlace, Span]
) -> Counter[tuple[SpanPlace, SpanPlace]]:
    """Count who joins the places of two gold spans."""
    votes: Counter[tuple[SpanPlace, SpanPlace]] = Counter()
    for layer in layers.values():
        for entity in layer.entities.values():
            places = {layer.spans[each].place for each in entity.spans}
            votes.update(combinations(sorted(places & there.keys()), 2))
    return votes


def _name_entity(layers: Mapping[str, Layer], places: Set[SpanPlace]) -> str:
    """Call an entity what most call those of its mentions, the first among equals."""
    names: Counter[str] = Counter()
    for name in sorted(layers):
        spans = layers[name].spans
        names.update(
            each.name
            for each in layers[name].entities.values()
            if each.name and places & {spans[span_id].place for span_id in each.spans}
        )
    return names.most_common(1)[0][0] if names else ""
