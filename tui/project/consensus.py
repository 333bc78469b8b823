"""What several annotators say together: one annotation out of their votes.

Those vote on a span who finished every paragraph that it touches, two at least; it has the votes of those who
made a span with the same edges, pieces and label. What is said of it beside its label, relations, entities
and labels of paragraphs and articles are voted on likewise, each by those who could have said it. Notes and
flags are a person's own, and are left out.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from itertools import combinations
from typing import Final, Literal, TypeAlias, TypeVar

from msgspec import Struct, field, structs

from tui.model.article import Article
from tui.model.layer import Layer
from tui.model.record import find_reaches
from tui.model.span import NO_ATTRIBUTES, Entity, Json, Origin, Relation, Span
from tui.project.crowd import is_likely

Rule: TypeAlias = Literal["majority", "union", "intersection", "dawid-skene", "mace"]
"""What is taken: what more than half of the voters said, what any of them did, what all did, or spans that
are likely right by the weights that a model gives the voters (`tui.project.crowd`)."""

Votes: TypeAlias = Mapping[str, Mapping[str, bool]]
"""Who voted for a span, and who could have and did not, by the span's id."""

_ID_BYTES: Final = 6

_CHANCE_DIGITS: Final = 4
"""Digits behind the point of how likely a span is right."""

_Link = TypeVar("_Link", bound=Hashable)


class Consensus(Struct, frozen=True):
    """What annotators say of an article together."""

    layer: Layer
    """What was taken; it has no events."""
    votes: Votes
    """Who voted how on each of its spans."""
    alone: int
    """Paragraphs that only one finished: nothing was voted on there."""


class _Candidate(Struct):
    """A span that was voted on."""

    span: Span
    """As the first annotator made it, with the id that it gets."""
    voters: Sequence[str]
    """Who could have made it."""
    makers: dict[str, Span] = field(default_factory=dict)
    """Who did, and how."""

    def votes(self) -> dict[str, bool]:
        """Say who voted how."""
        return {name: name in self.makers for name in self.voters}


def find_consensus(
    article: Article,
    layers: Mapping[str, Layer],
    rule: Rule,
    *,
    symmetric: Set[str] = frozenset(),
    chances: Mapping[str, float] | None = None,
) -> Consensus:
    """Vote on what annotators say of an article; `symmetric` relations mean the same from either end.

    `chances` say of each span how likely it is right, by the ids of `find_votes`: those that are likely are
    taken, with that as their confidence. None: those that win by the rule are.
    """
    finishers = _find_finishers(layers)
    settled = {index for index, names in finishers.items() if len(names) > 1}
    candidates = _find_candidates(article, layers, finishers)
    won = Layer()
    votes: dict[str, Mapping[str, bool]] = {}
    taken: dict[str, _Candidate] = {}
    for span_id, each in candidates.items():
        if len(each.voters) < 2:
            # Nobody can vote on it; an export leaves out the paragraphs that it touches.
            settled.difference_update(find_reaches(article, [each.span])[span_id])
            continue
        chance = None if chances is None else chances.get(span_id, 0.0)
        if _wins(len(each.makers), len(each.voters), rule) if chance is None else is_likely(chance):
            taken[span_id] = each
            votes[span_id] = each.votes()
            span = _agree_on_span(each, rule)
            origin = span.origin if chance is None else Origin(rule, round(chance, _CHANCE_DIGITS))
            won.spans[span_id] = structs.replace(span, origin=origin)
    won.states.update(dict.fromkeys(sorted(settled), "finished"))
    _vote_on_relations(won, layers, taken, rule, symmetric)
    _vote_on_entities(won, layers, taken, rule)
    _vote_on_labels(won, layers, finishers, rule)
    return Consensus(won, votes, sum(len(names) == 1 for names in finishers.values()))


def find_votes(article: Article, layers: Mapping[str, Layer]) -> Votes:
    """Say who voted how on every span that anybody made, where two or more could vote."""
    candidates = _find_candidates(article, layers, _find_finishers(layers))
    return {span_id: each.votes() for span_id, each in candidates.items() if len(each.voters) > 1}


def hash_of(value: Json) -> str:
    """Give a short id to a value: the same one everywhere."""
    written = json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(written, digest_size=_ID_BYTES).hexdigest()


def _find_finishers(layers: Mapping[str, Layer]) -> dict[int, list[str]]:
    """List who finished each paragraph, by index and in order."""
    finishers: defaultdict[int, list[str]] = defaultdict(list)
    for name in sorted(layers):
        for index, state in layers[name].states.items():
            if state == "finished":
                finishers[index].append(name)
    return finishers


def _find_candidates(
    article: Article, layers: Mapping[str, Layer], finishers: Mapping[int, Sequence[str]]
) -> dict[str, _Candidate]:
    """Gather the spans of those who finished at least one of their paragraphs, by the ids that they get."""
    found: dict[str, _Candidate] = {}
    for name in sorted(layers):
        spans = layers[name].spans
        for span_id, reach in find_reaches(article, spans.values()).items():
            judges = [set(finishers.get(index, ())) for index in reach]
            if name not in set().union(*judges):
                continue
            voters = sorted(set.intersection(*judges))
            span = spans[span_id]
            own = found.setdefault(_id_of(span), _Candidate(_rename(span), voters))
            if name in voters:
                own.makers.setdefault(name, span)
    return {span_id: each for span_id, each in found.items() if each.makers or len(each.voters) < 2}


def _id_of(span: Span) -> str:
    """Give the id of a span by what it covers and its label: the same span has the same one everywhere."""
    return hash_of([span.start, span.end, [list(each) for each in span.fragments], span.label])


def _rename(span: Span) -> Span:
    """Give a span without what is said of it, with its new id."""
    return Span(_id_of(span), span.start, span.end, span.label, fragments=span.fragments)


def _wins(votes: int, voters: int, rule: Rule) -> bool:
    if rule == "union":
        return votes > 0
    return votes == voters if rule == "intersection" else 2 * votes > voters


def _agree_on_span(candidate: _Candidate, rule: Rule) -> Span:
    """Give a span what its makers say of it."""
    attributes = _agree_on_answers([each.attributes for each in candidate.makers.values()], rule)
    span = candidate.span
    if not attributes:
        return span
    return Span(span.id, span.start, span.end, span.label, attributes, span.fragments)


def _agree_on_answers(said: Sequence[Mapping[str, Json]], rule: Rule) -> dict[str, Json]:
    """Vote on answers by name; of several, the one with most votes counts, the first among equals."""
    answers: dict[str, Json] = {}
    for name in dict.fromkeys(name for own in said for name in own):
        values = {hash_of(own[name]): own[name] for own in reversed(said) if name in own}
        votes = Counter(hash_of(own[name]) for own in said if name in own)
        ((best, number),) = votes.most_common(1)
        if _wins(number, len(said), rule):
            answers[name] = values[best]
    return answers


def _vote_on_relations(
    won: Layer, layers: Mapping[str, Layer], taken: Mapping[str, _Candidate], rule: Rule, symmetric: Set[str]
) -> None:
    """Take the relations that win among those who made both ends."""

    def place(span_id: str) -> tuple[int, str]:
        return taken[span_id].span.start, span_id

    said: defaultdict[tuple[str, str, str], list[list[Mapping[str, Json]]]] = defaultdict(list)

    def read(layer: Layer, new_ids: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
        own: defaultdict[tuple[str, str, str], list[Mapping[str, Json]]] = defaultdict(list)
        for each in layer.relations.values():
            head, tail = new_ids.get(each.head), new_ids.get(each.tail)
            if head is not None and tail is not None:
                ends = sorted((head, tail), key=place) if each.label in symmetric else [head, tail]
                own[each.label, ends[0], ends[1]].append(each.attributes)
        for link, attributes in own.items():
            said[link].append(attributes)
        return own

    for link in _vote_on_links(layers, taken, rule, read, ends=lambda each: each[1:]):
        for attributes in _agree_on_attributes(said[link], rule):
            name = hash_of([*link, *([dict(attributes)] if attributes else [])])
            won.relations[name] = Relation(name, *link, attributes or NO_ATTRIBUTES)


def _agree_on_attributes(
    said: Sequence[Sequence[Mapping[str, Json]]], rule: Rule
) -> list[Mapping[str, Json]]:
    """Vote on the attributes of a relation, of which each who made it may have several with other ones.

    Where nobody has, each attribute is voted on by its name; else all attributes of one are, together.
    """
    if all(len(own) == 1 for own in said):
        return [_agree_on_answers([each for (each,) in said], rule)]
    votes = Counter(hash_of(dict(each)) for own in said for each in own)
    versions = {hash_of(dict(each)): dict(each) for own in said for each in own}
    won = [versions[name] for name, number in votes.items() if _wins(number, len(said), rule)]
    return [*won] or [_agree_on_answers([own[0] for own in said], rule)]


def _vote_on_entities(
    won: Layer, layers: Mapping[str, Layer], taken: Mapping[str, _Candidate], rule: Rule
) -> None:
    """Join the mentions of which enough of those who made both say that they are of one thing."""

    def read(layer: Layer, new_ids: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        for each in layer.entities.values():
            mentions = sorted({new_ids[span_id] for span_id in each.spans if span_id in new_ids})
            yield from combinations(mentions, 2)

    groups = {span_id: {span_id} for span_id in taken}
    for one, other in _vote_on_links(layers, taken, rule, read, ends=lambda each: each):
        joined = groups[one] | groups[other]
        groups.update(dict.fromkeys(joined, joined))
    for group in {id(each): each for each in groups.values() if len(each) > 1}.values():
        mentions = tuple([span_id for span_id in won.spans if span_id in group])
        name = hash_of([*sorted(group)])
        won.entities[name] = Entity(name, _name_of(group, layers, taken), mentions)


def _name_of(group: Set[str], layers: Mapping[str, Layer], taken: Mapping[str, _Candidate]) -> str:
    """Call an entity what most call the entities of its mentions, the first among equals."""
    names: Counter[str] = Counter()
    for name in sorted(layers):
        own = {each.makers[name].id for span_id in group if name in (each := taken[span_id]).makers}
        names.update(
            each.name for each in layers[name].entities.values() if each.name and own & set(each.spans)
        )
    return names.most_common(1)[0][0] if names else ""


def _vote_on_links(
    layers: Mapping[str, Layer],
    taken: Mapping[str, _Candidate],
    rule: Rule,
    read: Callable[[Layer, Mapping[str, str]], Iterable[_Link]],
    *,
    ends: Callable[[_Link], Sequence[str]],
) -> list[_Link]:
    """Vote on what links two spans: those vote who made both."""
    votes: Counter[_Link] = Counter()
    for name in sorted(layers):
        new_ids = {each.makers[name].id: new for new, each in taken.items() if name in each.makers}
        votes.update(dict.fromkeys(read(layers[name], new_ids), 1))
    return [
        link
        for link, number in votes.items()
        if _wins(number, len(set.intersection(*[set(taken[end].makers) for end in ends(link)])), rule)
    ]


def _vote_on_labels(
    won: Layer, layers: Mapping[str, Layer], finishers: Mapping[int, Sequence[str]], rule: Rule
) -> None:
    """Vote on the labels of paragraphs and of the article among those who finished any of it."""
    for index in won.states:
        said = [layers[name].paragraph_labels.get(index, {}) for name in finishers[index]]
        if answers := _agree_on_answers(said, rule):
            won.paragraph_labels[index] = answers
    judges = sorted({name for index in won.states for name in finishers[index]})
    won.article_labels.update(_agree_on_answers([layers[name].article_labels for name in judges], rule))
