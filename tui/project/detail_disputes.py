"""Details of the gold layer: answers to what is asked of spans and texts, and what links spans.

On what is asked of a span those have a say who made the very same; on what links two spans, those who made
both; on labels of paragraphs and of the article, those who finished any of it. What they said is settled
where more than half of them say what the gold layer has, or where all of it was decided on: a decision puts
what is not taken into the gold layer, too, and takes it away again in the same action. So the log alone says
what is decided, and what is undone, or is said later, is open again.

Who decides again undoes the decision before. Two that both count were so made in two copies of a project, and
where they differ the detail is open again, as a span is that one took and another turned down. What a hand
did in the gold layer after a decision stands.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from random import Random
from typing import Final, Literal, Protocol, TypeAlias, TypeVar

from msgspec import UNSET, Struct, UnsetType, field, structs

from tui.model.article import KEY_LENGTH, Article
from tui.model.events import Act, Change, Relate, Tag, Unrelate
from tui.model.labels import write_answer, write_answers
from tui.model.layer import Layer
from tui.model.span import Json, Relation, Span, SpanPlace, read_attributes
from tui.project.consensus import hash_of
from tui.text.messages import quote_name, quote_pieces

SpanLink: TypeAlias = tuple[str, SpanPlace, SpanPlace, str]
"""A relation's name, its ends, and its attributes in one text."""

TextKind: TypeAlias = Literal["paragraph", "article"]
"""What can have a label beside spans."""

_Given: TypeAlias = tuple[str, list[Json]]
"""An action of the gold layer, and what it gave, one after the other."""

_LinkDecision: TypeAlias = tuple[str, Mapping[SpanLink, bool]]
"""An action of the gold layer, and of which relations it decided, each with whether it was taken."""

_Said = TypeVar("_Said")


class _IsRanked(Protocol):
    """What some annotators say of anything."""

    @property
    def annotators(self) -> tuple[str, ...]:
        """Who say so."""

    @property
    def is_nothing(self) -> bool:
        """Whether they say that there is nothing."""


_Ranked = TypeVar("_Ranked", bound=_IsRanked)

_LONGEST_WORDS: Final = 40
"""Code points of a span that are quoted."""


class DetailOpinion(Struct, frozen=True):
    """What some annotators say of a detail."""

    annotators: tuple[str, ...]
    """Who say so."""
    told: str
    """What, in words."""
    answer: Json = None
    """Of what is asked: the answer; None for none."""
    links: tuple[SpanLink, ...] = ()
    """Of what links two spans: the relations."""

    @property
    def is_nothing(self) -> bool:
        """Whether they say that there is nothing."""
        return self.answer is None and not self.links


class DetailDispute(Struct, frozen=True):
    """A detail that not more than half give alike."""

    article: int
    """The article's number."""
    paragraph: int
    """The index of the paragraph in which it begins."""
    start: int
    """The first code point of the spans that it is about."""
    end: int
    """One past their last code point."""
    about: tuple[Span, ...]
    """The gold span, or the two that are linked or not; none where it is about a text."""
    name: str
    """What is asked; empty where it is about a link."""
    opinions: tuple[DetailOpinion, ...]
    """What is said of it, what most say first; the order is the same each time."""
    text: TextKind | None = None
    """What has the label, where it is about one."""

    @property
    def question(self) -> str:
        """What is to be decided, in a word or two."""
        return f"{self.name}?" if self.name else "linked?"


def ends_of(link: SpanLink) -> frozenset[SpanPlace]:
    """Give the spans that a relation links."""
    return frozenset(link[1:3])


def give_gold_id(article: Article, gold: Layer, used: Collection[str], *what: Json) -> str:
    """Give an id that the same decision has in every copy; another where something else has it by now."""
    made = hash_of([article.key[:KEY_LENGTH], *what])
    return hash_of([made, len(gold.events)]) if made in used else made


def rank_opinions(opinions: Iterable[_Ranked], *, seed: str) -> tuple[_Ranked, ...]:
    """Put what most say first, and of what as many say nothing last.

    Of those that as many say no annotator comes first everywhere, as Enter takes the first; with one seed the
    order is the same each time.
    """
    ranked = sorted(opinions, key=lambda each: each.annotators)
    Random(seed).shuffle(ranked)
    return tuple(sorted(ranked, key=lambda each: (-len(each.annotators), each.is_nothing)))


class GoldDetails(Struct):
    """The details of the gold spans of an article."""

    article: Article
    """The article."""
    layers: Mapping[str, Layer]
    """What each annotator says of it."""
    gold: Layer
    """The gold layer."""
    finishers: Mapping[int, Sequence[str]]
    """Who finished each paragraph that two or more finished, by index."""
    symmetric: Set[str] = frozenset()
    """The relations that mean the same from either end."""
    _made: dict[str, dict[SpanPlace, Span]] = field(default_factory=dict)
    """Each annotator's spans, by place."""

    def __post_init__(self) -> None:
        self._made = {
            name: {span.place: span for span in layer.spans.values()} for name, layer in self.layers.items()
        }

    def list_open(self) -> list[DetailDispute]:
        """List the details that are not decided yet, in reading order."""
        found = [*self._list_answers(), *self._list_links(), *self._list_labels()]
        return sorted(found, key=lambda each: (each.start, each.end, each.name))

    def decide(self, place: DetailDispute, opinion: DetailOpinion | None) -> list[Act]:
        """Say in acts that an opinion is right, or with None that nothing is."""
        if place.name:
            answer = None if opinion is None else opinion.answer
            return self._answer(place, answer) if place.about else self._label(place, answer)
        return self._link(place, () if opinion is None else opinion.links)

    def confirm(self, place: DetailDispute) -> list[Act]:
        """Say in acts that what is in the gold layer by now is right."""
        if place.text is not None:
            return self._label(place, self._labels_of(self._index_of(place)).get(place.name))
        if place.name:
            span = self.gold.spans.get(place.about[0].id, place.about[0])
            return self._answer(place, span.attributes.get(place.name))
        here = tuple(
            each for each in self._gold_links() if ends_of(each) == {span.place for span in place.about}
        )
        return self._link(place, here)

    def list_decisions(self, place: DetailDispute) -> list[str]:
        """List the actions that decided a detail and count, in their order."""
        if place.text is not None:
            history = self._read_labels_given(self._index_of(place), place.name)
        elif place.name:
            history = self._read_answers(place.about[0], place.name)
        else:
            ends = frozenset([span.place for span in place.about])
            return [action for action, _ in self._list_link_decisions().get(ends, ())]
        return [action for action, values in history if _is_decision(values)]

    def list_agreed_relations(self, gold: Iterable[Span]) -> list[Relation]:
        """List the relations between some gold spans that more than half give who have both spans.

        What a hand changed or took away there stays so.
        """
        known = self._list_known_links()
        ids = {span.place: span.id for span in gold}
        counts: Counter[SpanLink] = Counter()
        for layer in self.layers.values():
            counts.update({self._link_of(relation, layer.spans) for relation in layer.relations.values()})
        found: list[Relation] = []
        for link, count in sorted(counts.items()):
            ends = ends_of(link)
            able = sum(ends <= made.keys() for made in self._made.values())
            if link not in known and ends <= ids.keys() and 2 * count > able:
                found.append(self.relate(link, ids))
        return found

    def list_agreed_labels(self) -> Iterator[Tag]:
        """Say in acts which labels more than half give, where none was given or taken away there before."""
        for index, labels in self._read_labels():
            there = self._labels_of(index)
            for name in sorted({name for own in labels.values() for name in own} - {*there}):
                if self._read_labels_given(index, name):
                    continue
                said = [own.get(name) for own in labels.values()]
                for value in said:
                    if value is not None and 2 * said.count(value) > len(said):
                        yield Tag(name, value, _paragraph_of(index))
                        break

    def relate(self, link: SpanLink, ids: Mapping[SpanPlace, str]) -> Relation:
        """Make a relation between gold spans, whose ids are given by where they are."""
        label, head, tail, answers = link[0], ids[link[1]], ids[link[2]], link[3]
        more = [answers] if answers else []
        made = give_gold_id(self.article, self.gold, self.gold.relations, label, head, tail, *more)
        return Relation(made, label, head, tail, read_attributes(answers))

    def _list_answers(self) -> Iterator[DetailDispute]:
        for span in self.gold.spans.values():
            same = self._find_same(span)
            for name in sorted({name for each in same.values() for name in each.attributes}):
                said = {who: each.attributes.get(name) for who, each in same.items()}
                history = self._read_answers(span, name)
                if not _is_answered(said, span.attributes.get(name), history):
                    yield self._make((span,), name, _gather_answers(said))

    def _read_answers(self, span: Span, name: str) -> list[_Given]:
        """Read what was ever answered in the gold layer."""
        changes = [
            (each.action, each.act.attributes.get(name))
            for each in self.gold.events
            if isinstance(each.act, Change)
            and each.act.span == span.id
            and isinstance(each.act.attributes, Mapping)
            and each.action not in self.gold.taken_back
        ]
        return _by_action(changes)

    def _answer(self, place: DetailDispute, answer: Json) -> list[Act]:
        (about,) = place.about
        span = self.gold.spans.get(about.id, about)
        rest = {name: value for name, value in span.attributes.items() if name != place.name}
        return [
            Change(span.id, attributes=rest if each is None else {**rest, place.name: each})
            for each in _list_decided(place, answer)
        ]

    def _list_labels(self) -> Iterator[DetailDispute]:
        for index, labels in self._read_labels():
            there = self._labels_of(index)
            for name in sorted({name for own in labels.values() for name in own}):
                said = {who: own.get(name) for who, own in labels.items()}
                if not _is_answered(said, there.get(name), self._read_labels_given(index, name)):
                    first, opinions = self.article.paragraphs[index or 0], _gather_answers(said)
                    kind: TextKind = "article" if index is None else "paragraph"
                    yield DetailDispute(
                        self.article.number, first.index, first.start, first.end, (), name, opinions, kind
                    )

    def _label(self, place: DetailDispute, answer: Json) -> list[Act]:
        paragraph = _paragraph_of(self._index_of(place))
        return [Tag(place.name, each, paragraph) for each in _list_decided(place, answer)]

    def _read_labels(self) -> Iterator[tuple[int | None, dict[str, Mapping[str, Json]]]]:
        """Give the labels of each paragraph by index, and of the article, by those who have a say in them."""
        for index, names in self.finishers.items():
            yield index, {name: self.layers[name].paragraph_labels.get(index, {}) for name in names}
        if self.finishers:
            everybody = sorted({name for names in self.finishers.values() for name in names})
            yield None, {name: self.layers[name].article_labels for name in everybody}

    def _labels_of(self, index: int | None) -> Mapping[str, Json]:
        return self.gold.article_labels if index is None else self.gold.paragraph_labels.get(index, {})

    def _index_of(self, place: DetailDispute) -> int | None:
        return None if place.text == "article" else place.paragraph

    def _read_labels_given(self, index: int | None, name: str) -> list[_Given]:
        """Read what was ever given as a label in the gold layer."""
        wanted, undone = _paragraph_of(index), self.gold.taken_back
        return _by_action(
            (each.action, each.act.value)
            for each in self.gold.events
            if isinstance(each.act, Tag)
            and (each.act.paragraph, each.act.name) == (wanted, name)
            and each.action not in undone
        )

    def _list_links(self) -> Iterator[DetailDispute]:
        gold = {span.place: span for span in self.gold.spans.values()}
        there, decisions = set(self._gold_links()), self._list_link_decisions()
        said = {
            name: {self._link_of(relation, layer.spans) for relation in layer.relations.values()}
            for name, layer in self.layers.items()
        }
        pairs: dict[frozenset[SpanPlace], set[SpanLink]] = {}
        for link in {link for own in said.values() for link in own}:
            if ends_of(link) <= gold.keys():
                pairs.setdefault(ends_of(link), set()).add(link)
        for ends, links in pairs.items():
            able = [name for name, made in self._made.items() if ends <= made.keys()]
            own = {name: tuple(sorted(said[name] & links)) for name in able}
            here = tuple(sorted(each for each in there if ends_of(each) == ends))
            is_given = 2 * sum(each == here for each in own.values()) > len(own)
            if is_given or _is_linked(links, [decided for _, decided in decisions.get(ends, ())]):
                continue
            opinions = _gather(own, lambda each: DetailOpinion((), self._tell_links(each), links=each))
            yield self._make(tuple(gold[end] for end in sorted(ends)), "", opinions)

    def _link(self, place: DetailDispute, links: Iterable[SpanLink]) -> list[Act]:
        taken = set(links)
        ids = {span.place: span.id for span in place.about}
        there = {self._link_of(each, self.gold.spans): each for each in self.gold.relations.values()}
        every = sorted({link for each in place.opinions for link in each.links} | taken)
        put = [there.get(link) or self.relate(link, ids) for link in every]
        gone = [each.id for link, each in zip(every, put, strict=True) if link not in taken]
        # That relations are taken away with it, none maybe, tells a decision from what all agree on.
        return [Relate(tuple(put)), Unrelate(tuple(gone))]

    def _link_of(self, relation: Relation, spans: Mapping[str, Span]) -> SpanLink:
        """Give a relation by what its ends are, as annotators have ids of their own."""
        head, tail = spans[relation.head].place, spans[relation.tail].place
        if relation.label in self.symmetric:
            head, tail = sorted((head, tail))
        return relation.label, head, tail, relation.answers

    def _gold_links(self) -> Iterator[SpanLink]:
        return (self._link_of(each, self.gold.spans) for each in self.gold.relations.values())

    def _list_known_links(self) -> set[SpanLink]:
        """List the relations that are in the gold layer, or were, until they were changed or taken away."""
        spans = self.gold.spans
        acts = [each.act for each in self.gold.events if each.action not in self.gold.taken_back]
        gone = {name for act in acts if isinstance(act, Unrelate) for name in act.relations}
        made = [each for act in acts if isinstance(act, Relate) for each in act.relations]
        told = [each for each in made if each.id in gone or each.id in self.gold.relations]
        return {self._link_of(each, spans) for each in told if each.head in spans and each.tail in spans}

    def _list_link_decisions(self) -> dict[frozenset[SpanPlace], list[_LinkDecision]]:
        """List what was decided of what links two spans, by the spans."""
        spans = self.gold.spans
        counting = [each for each in self.gold.events if each.action not in self.gold.taken_back]
        gone = {each.action: each.act.relations for each in counting if isinstance(each.act, Unrelate)}
        found: dict[frozenset[SpanPlace], list[_LinkDecision]] = {}
        for event in counting:
            if isinstance(event.act, Relate) and event.action in gone:
                there = [each for each in event.act.relations if each.head in spans and each.tail in spans]
                said = {self._link_of(each, spans): each.id not in gone[event.action] for each in there}
                for ends in {ends_of(link) for link in said}:
                    own = {link: is_taken for link, is_taken in said.items() if ends_of(link) == ends}
                    found.setdefault(ends, []).append((event.action, own))
        return found

    def _find_same(self, span: Span) -> dict[str, Span]:
        place = span.place
        return {name: made[place] for name, made in self._made.items() if place in made}

    def _make(self, about: tuple[Span, ...], name: str, opinions: tuple[DetailOpinion, ...]) -> DetailDispute:
        start, end = min(span.start for span in about), max(span.end for span in about)
        paragraph = self.article.paragraph_at(start)
        return DetailDispute(self.article.number, paragraph, start, end, about, name, opinions)

    def _tell_links(self, links: Sequence[SpanLink]) -> str:
        return ", ".join(map(self._tell_link, links)) or "no relation"

    def _tell_link(self, link: SpanLink) -> str:
        text = self.article.text
        ends = [
            quote_pieces(text, pieces or ((start, end),), limit=_LONGEST_WORDS)
            for start, end, _, pieces in link[1:3]
        ]
        said = f"{quote_name(link[0])}: “{ends[0]}” → “{ends[1]}”"
        told = write_answers(read_attributes(link[3]))
        return f"{said} ({told})" if told else said


def _by_action(given: Iterable[tuple[str, Json]]) -> list[_Given]:
    """Put together what each action gave, in its order."""
    found: dict[str, list[Json]] = {}
    for action, value in given:
        found.setdefault(action, []).append(value)
    return [*found.items()]


def _is_decision(values: Sequence[Json]) -> bool:
    """Tell whether an action decided: a hand gives one value, a decision all that it does not take, too."""
    return any(each != values[0] for each in values)


def _is_answered(said: Mapping[str, Json], there: Json, history: Iterable[_Given]) -> bool:
    """Tell whether more than half say what is there, or all that is said was decided, and alike."""
    if 2 * sum(each == there for each in said.values()) > len(said):
        return True
    known: list[Json] = []
    decided: list[Json] = []
    before: Json = None
    for _, values in history:
        known += values
        if _is_decision(values):
            decided.append(values[-1])
        elif len(values) == 1 and values[-1] != before:
            # A hand stands; what gives the same value twice decided something else of the span.
            decided.clear()
        before = values[-1]
    return (
        bool(known)
        and all(each is None or each in known for each in said.values())
        and all(each == there for each in decided)
    )


def _is_linked(links: Iterable[SpanLink], decisions: Sequence[Mapping[SpanLink, bool]]) -> bool:
    """Tell whether all relations that are said were decided of, and alike."""
    taken = {frozenset([link for link, is_taken in each.items() if is_taken]) for each in decisions}
    return len(taken) < 2 and all(any(link in each for each in decisions) for link in links)


def _list_decided(place: DetailDispute, answer: Json) -> list[Json]:
    """List the answers that a decision puts there: what is not taken, and at last what is."""
    return [*(each.answer for each in place.opinions if each.answer != answer), answer]


def _paragraph_of(index: int | None) -> int | UnsetType:
    """Give a paragraph as events do: none for the article."""
    return UNSET if index is None else index


def _gather_answers(said: Mapping[str, Json]) -> tuple[DetailOpinion, ...]:
    return _gather(said, lambda each: DetailOpinion((), _tell_answer(each), each))


def _tell_answer(answer: Json) -> str:
    return "no answer" if answer is None else write_answer(answer)


def _gather(said: Mapping[str, _Said], make: Callable[[_Said], DetailOpinion]) -> tuple[DetailOpinion, ...]:
    """Put those together who say the same; what most say comes first, and of as many nothing comes last."""
    found: list[tuple[_Said, list[str]]] = []
    for name, value in said.items():
        alike = next((names for other, names in found if other == value), None)
        if alike is None:
            found.append((value, [name]))
        else:
            alike.append(name)
    found.sort(key=lambda each: each[1])
    opinions = [structs.replace(make(value), annotators=tuple(names)) for value, names in found]
    return rank_opinions(opinions, seed=repr(found))
