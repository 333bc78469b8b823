"""What is suggested as the answer to a question about a span: its attributes, those of its label.

Where answers come from: a count from the words of the span; a choice from the signs of its values, in the
span or near it; anything from what was answered for the same words before, or for the last of them; a choice
from what was answered for spans that are alike; else the default. Each source has its own account for each
attribute, in which every answer of a finished paragraph is judged, shown or not: one that was wrong more
often than right is not shown until it would have been right again. The state is a sum over finished
paragraphs, so each of them can be taken back exactly.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct, field

from tui.model.labels import Attribute, LabelSet
from tui.model.span import Json, Span
from tui.suggest.alike import AlikeAnswers, AskedOf, list_signs
from tui.suggest.lessons import ParagraphPlace
from tui.text.counting.language import Language, tell_language
from tui.text.counting.phrase import find_lead, read_answer, read_count
from tui.text.folding import fold_text
from tui.text.messages import quote
from tui.text.sentences import find_sentence
from tui.text.tokens import tokenize

AnswerSource: TypeAlias = Literal[
    "count", "sign", "given", "near", "last word", "fitting", "alike", "default"
]
"""Where an answer comes from: the words of the span as a count, a sign in it, what was answered for the same
words, a sign near it, what was answered for the same last word, for spans that are alike and have the answers
that this one has already, or that are alike, or the default.
"""

ANSWER_SOURCES: Final[tuple[AnswerSource, ...]] = get_args(AnswerSource)
"""Every source."""

_AT_FIRST: Final[Mapping[AnswerSource, float]] = {
    "count": 0.95,
    "sign": 0.9,
    "given": 0.8,
    "near": 0.75,
    "last word": 0.6,
    "fitting": 0.6,
    "alike": 0.6,
    "default": 0.55,
}
"""How often a source is taken to be right before anything was judged."""

_ALIKE_TYPES: Final = ("choice", "flag")
"""What is asked where spans that are alike may have the same answer."""

_LIKELY: Final = 0.7
"""How probable what was answered for spans that are alike has to be."""

_NOT_TOLD: Final = "null"
"""How no answer is remembered: the text does not tell it."""

_SURELY_NONE: Final = 0.8
"""How probable it has to be that the text does not tell an answer, for it not to be asked by itself."""

_PRIOR: Final = 2.0
"""Answers that what is taken for right at first counts as much as."""

_LEAST: Final = 0.5
"""How often a source has to be right to be shown."""

_LONGEST: Final = 120
"""Code points of a span: what was answered for longer ones is not remembered."""

_FAR: Final = 20
"""Code points that a comma or an "and" between a span and a sign counts as much as."""

_BREAK: Final = re.compile(r"[,;:—–]|\b(?:and|but|while|whereas)\b", re.IGNORECASE)
_JOINT: Final = re.compile(r"\W*(?:and|or|and/or|,|/|&)\W*", re.IGNORECASE)


class SuggestedAnswer(Struct, frozen=True):
    """An answer that an annotator may accept; it is none before that."""

    attribute: str
    """The name of the attribute."""
    value: Json
    """The answer; the attribute allows it."""
    source: AnswerSource
    """Where it comes from."""
    why: str
    """Why it is suggested, in a short sentence."""


_Words: TypeAlias = tuple[str, str, AnswerSource, str]
"""A label, an attribute, `given` or `last word`, and the words that were answered for."""

_Account: TypeAlias = tuple[AnswerSource, str, str]
"""A source, a label and an attribute."""


class _Lesson(Struct):
    """What one finished paragraph added."""

    right: Counter[_Account] = field(default_factory=Counter)
    asked: Counter[_Account] = field(default_factory=Counter)
    given: Counter[tuple[_Words, str]] = field(default_factory=Counter)
    alike: list[tuple[AskedOf, str, tuple[str, ...]]] = field(default_factory=list)


class AnswerBook:
    """What was answered, how often each source was right, and so what is suggested."""

    def __init__(self, labels: LabelSet) -> None:
        self._labels = labels
        self._right: Counter[_Account] = Counter()
        self._asked: Counter[_Account] = Counter()
        self._given: dict[_Words, Counter[str]] = {}
        self._alike = AlikeAnswers()
        self._heard: list[tuple[Span, _Lesson]] = []
        self._lessons: dict[ParagraphPlace, list[_Lesson]] = {}
        self._version = 0
        self._told: tuple[str, Language | None] = ("", None)

    @property
    def version(self) -> int:
        """How often anything was learnt or unlearnt."""
        return self._version

    # What is suggested

    def suggest(self, text: str, span: Span, before: Sequence[Span] = ()) -> tuple[SuggestedAnswer, ...]:
        """Suggest an answer to each question about a span that has none.

        What was answered for spans `before` it in a paragraph that is not finished counts as if it was. Those
        behind it do not count: what was looked at stays as it is.
        """
        self._hear(text, before)
        label = self._labels.label(span.label)
        found: list[SuggestedAnswer] = []
        for attribute in label.attributes if label else ():
            if span.attributes.get(attribute.name, ()) not in ((), []):
                continue
            rated = [
                (self._rate((each.source, span.label, attribute.name)), each)
                for each in self._propose(text, span, attribute, span.attributes)
            ]
            best = max(rated, key=lambda pair: pair[0], default=None)
            if best is not None and best[0] >= _LEAST:
                found.append(best[1])
        return tuple(found)

    def list_unlikely(self, text: str, span: Span, before: Sequence[Span] = ()) -> frozenset[str]:
        """Name the attributes of a span that have most likely no answer, by those of spans alike.

        One that is required, or was never left open, is none of them. What was answered for spans `before` it
        counts as in `suggest`.
        """
        self._hear(text, before)
        label = self._labels.label(span.label)
        asked = [each for each in (label.attributes if label else ()) if not each.required]
        return frozenset(
            each.name
            for each in asked
            if self._alike.rate((span.label, each.name), _list_signs(text, span, each, span.attributes)).get(
                _NOT_TOLD, 0.0
            )
            >= _SURELY_NONE
        )

    def tell_language(self, text: str) -> Language | None:
        """Say in which language with rules for counts a text is."""
        if self._told[0] is not text:
            self._told = text, tell_language(text)
        return self._told[1]

    def count_right(self, label_name: str) -> tuple[int, int]:
        """Return how often the sources were right for a label, and how often they said anything."""
        right, asked = (
            sum(count for (_, label, _), count in counts.items() if label == label_name)
            for counts in (self._right, self._asked)
        )
        return right, asked

    # What is learnt

    def learn(
        self, text: str, start: int, end: int, spans: Iterable[Span], place: ParagraphPlace | None
    ) -> None:
        """Learn from the answers of the spans that begin in the finished paragraph `[start, end)`.

        What was left open of a span that has answers, and is not required, the text did not tell.
        """
        self._hear(text, ())
        lesson = _Lesson()
        for span in spans:
            label = self._labels.label(span.label)
            if label is None or not span.attributes or not start <= span.start < end:
                continue
            for attribute in label.attributes:
                given = span.attributes.get(attribute.name, [] if attribute.required else None)
                if given != []:
                    self._judge(lesson, text, span, attribute, given)
                    _remember(lesson, text, span, attribute, given)
        if not lesson.asked and not lesson.given:
            return
        self._add(lesson)
        self._version += 1
        if place is not None:
            self._lessons.setdefault(place, []).append(lesson)

    def unlearn(self, places: Collection[ParagraphPlace]) -> None:
        """Unlearn all that was learnt at some places: they are not finished any more."""
        for place in places:
            for lesson in self._lessons.pop(place, ()):
                self._take_away(lesson)
                self._version += 1

    def _hear(self, text: str, spans: Sequence[Span]) -> None:
        """Count what was answered for some spans, until others are heard; no source is judged by it."""
        heard = [span for span, _ in self._heard]
        if heard != list(spans[: len(heard)]):
            for _, lesson in self._heard:
                self._take_away(lesson)
            self._heard.clear()
        for span in spans[len(self._heard) :]:
            lesson = _Lesson()
            label = self._labels.label(span.label)
            for attribute in label.attributes if label else ():
                given = span.attributes.get(attribute.name, [])
                if given != []:
                    _remember(lesson, text, span, attribute, given)
            self._add(lesson)
            self._heard.append((span, lesson))

    def _judge(self, lesson: _Lesson, text: str, span: Span, attribute: Attribute, given: Json) -> None:
        """Judge what each source says where nothing else is known of a span, and where all else is."""
        proposed = list(self._propose(text, span, attribute, {}))
        proposed += (
            self._find_alike(text, span, attribute, span.attributes) if len(span.attributes) > 1 else ()
        )
        for each in proposed:
            account = each.source, span.label, attribute.name
            lesson.asked[account] += 1
            lesson.right[account] += _are_equal(attribute, each.value, given)

    def _add(self, lesson: _Lesson) -> None:
        self._right.update(lesson.right)
        self._asked.update(lesson.asked)
        for (words, value), times in lesson.given.items():
            self._given.setdefault(words, Counter())[value] += times
        for each in lesson.alike:
            self._alike.add(*each, 1)

    def _take_away(self, lesson: _Lesson) -> None:
        self._right -= lesson.right
        self._asked -= lesson.asked
        for (words, value), times in lesson.given.items():
            left = self._given[words] - Counter({value: times})
            if left:
                self._given[words] = left
            else:
                del self._given[words]
        for each in lesson.alike:
            self._alike.add(*each, -1)

    # Where it comes from

    def _rate(self, account: _Account) -> float:
        """Say how often a source is right, held back while that is not known."""
        right, asked = self._right[account], self._asked[account]
        return (right + _PRIOR * _AT_FIRST[account[0]]) / (asked + _PRIOR)

    def _propose(
        self, text: str, span: Span, attribute: Attribute, answers: Mapping[str, Json]
    ) -> Iterator[SuggestedAnswer]:
        """Give what each source says where the span has these `answers`."""
        if attribute.type == "count":
            yield from self._read(text, span.start, span.end, attribute)
        if any(attribute.signs):
            yield from _find_signs(text, span.start, span.end, attribute)
        yield from self._recall(text, span, attribute, answers)
        if attribute.default:
            default: Json = [attribute.default] if attribute.multiple else attribute.default
            yield SuggestedAnswer(attribute.name, default, "default", "the default of labels.yaml")

    def _recall(
        self, text: str, span: Span, attribute: Attribute, answers: Mapping[str, Json]
    ) -> Iterator[SuggestedAnswer]:
        """Give what was answered for the same words, and for spans that are alike."""
        for words in _list_words(text, span, attribute):
            values = self._given.get(words)
            value = json.loads(max(values, key=lambda each: (values[each], each))) if values else None
            if value is not None:
                quoted = quote(words[3], 0, len(words[3]), limit=24)
                yield SuggestedAnswer(attribute.name, value, words[2], f"answered so for “{quoted}” before")
        yield from self._find_alike(text, span, attribute, answers)

    def _find_alike(
        self, text: str, span: Span, attribute: Attribute, answers: Mapping[str, Json]
    ) -> Iterator[SuggestedAnswer]:
        """Give what was answered for spans that are alike, and have these `answers` where there are any."""
        if attribute.type not in _ALIKE_TYPES:
            return
        likeliest = self._alike.propose(
            (span.label, attribute.name), _list_signs(text, span, attribute, answers)
        )
        if likeliest is not None and likeliest[0] != _NOT_TOLD and likeliest[1] >= _LIKELY:
            source: AnswerSource = "fitting" if answers.keys() - {attribute.name} else "alike"
            value = json.loads(likeliest[0])
            yield SuggestedAnswer(attribute.name, value, source, "answered so for spans like it")

    def _read(self, text: str, start: int, end: int, attribute: Attribute) -> Iterator[SuggestedAnswer]:
        """Read the words of a span as a count; where they say none, with the number right before them."""
        language = self.tell_language(text)
        first = start
        count = read_count(text[start:end], attribute.rule, language=language)
        if count is None and language is not None and (first := find_lead(text, start)) < start:
            count = read_count(text[first:end], attribute.rule, language=language)
        if count is not None:
            yield SuggestedAnswer(
                attribute.name, {**count.write()}, "count", f"read from “{quote(text, first, end, limit=24)}”"
            )


def _find_signs(text: str, start: int, end: int, attribute: Attribute) -> Iterator[SuggestedAnswer]:
    """Find signs of values in a span, else near it."""
    find = _compile_signs(attribute.signs)
    inside = find(text, start, end)
    if inside:
        yield _sign(text, attribute, inside, "sign", "stands in it")
        return
    around = find(text, *find_sentence(text, start, end))
    apart = [each for each in around if each[1] <= start or end <= each[0]]
    if apart:
        nearest = min(apart, key=lambda each: _measure(text, start, end, each))
        yield _sign(text, attribute, _join_signs(text, apart, nearest), "near", "stands near it")


_Sign: TypeAlias = tuple[int, int, int]
"""Where a sign stands, `[start, end)`, and the index of the value it is of."""


@lru_cache(maxsize=64)
def _compile_signs(signs: tuple[tuple[str, ...], ...]) -> Callable[[str, int, int], list[_Sign]]:
    """Give what finds the signs of each value in a stretch of a text, by place; whole words, in any case."""
    value_of = {fold_text(sign): place for place, some in enumerate(signs) for sign in some}
    longest_first = sorted((sign for some in signs for sign in some), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)

    def find(text: str, start: int, end: int) -> list[_Sign]:
        places = [match.span() for match in pattern.finditer(text, start, end)]
        return [
            (*each, value_of[folded])
            for each in places
            if (folded := fold_text(text[slice(*each)])) in value_of
        ]

    return find


def _measure(text: str, start: int, end: int, sign: _Sign) -> int:
    """Say how far a sign is from a span, in code points; of two equally far the one behind is nearer."""
    between = text[sign[1] : start] if sign[1] <= start else text[end : sign[0]]
    return 2 * (len(between) + _FAR * len(_BREAK.findall(between))) + (sign[1] <= start)


def _join_signs(text: str, signs: Sequence[_Sign], nearest: _Sign) -> list[_Sign]:
    """Give the nearest sign, and those that an "and" joins with it: "killed and wounded"."""
    place = signs.index(nearest)
    first = last = place
    while first > 0 and _JOINT.fullmatch(text, signs[first - 1][1], signs[first][0]):
        first -= 1
    while last < len(signs) - 1 and _JOINT.fullmatch(text, signs[last][1], signs[last + 1][0]):
        last += 1
    return [nearest, *signs[first:place], *signs[place + 1 : last + 1]]


def _sign(
    text: str, attribute: Attribute, signs: Sequence[_Sign], source: AnswerSource, where: str
) -> SuggestedAnswer:
    """Make an answer of the values of signs: of all of them, or of the first."""
    places = sorted({place for _, _, place in signs})
    value: Json = attribute.values[signs[0][2]]
    if attribute.multiple:
        value = [attribute.values[place] for place in places]
    start, end, _ = signs[0]
    return SuggestedAnswer(attribute.name, value, source, f"“{quote(text, start, end, limit=24)}” {where}")


def _remember(lesson: _Lesson, text: str, span: Span, attribute: Attribute, given: Json) -> None:
    """Add an answer to a lesson, for the words of the span and for its signs."""
    if attribute.check(given) is not None:
        return
    value = json.dumps(given, sort_keys=True)
    for words in _list_words(text, span, attribute):
        lesson.given[words, value] += 1
    if attribute.type in _ALIKE_TYPES:
        signs = _list_signs(text, span, attribute, span.attributes)
        lesson.alike.append(((span.label, attribute.name), value, signs))


def _list_words(text: str, span: Span, attribute: Attribute) -> list[_Words]:
    """List the words that an answer is remembered for: all of them, and but for a count the last one."""
    if span.end - span.start > _LONGEST:
        return []
    whole = " ".join(fold_text(text[span.start : span.end]).split())
    named: list[_Words] = [(span.label, attribute.name, "given", whole)]
    tokens = tokenize(text, span.start, span.end)
    if tokens and attribute.type != "count":
        named.append((span.label, attribute.name, "last word", fold_text(text[slice(*tokens[-1])])))
    return named


def _list_signs(text: str, span: Span, attribute: Attribute, answers: Mapping[str, Json]) -> tuple[str, ...]:
    """List what tells the answer of a span: signs in its words and beside them, and its other answers."""
    others = [(name, value) for name, value in answers.items() if name != attribute.name]
    told = [f"answer {name} {json.dumps(value, sort_keys=True)}" for name, value in others]
    return *list_signs(text, span.start, span.end), *told


def _are_equal(attribute: Attribute, one: Json, other: Json) -> bool:
    """Tell whether two answers say the same: a list in any order, a count in any form."""
    if attribute.type == "count" and other is not None:
        return read_answer(one, attribute.rule) == read_answer(other, attribute.rule)
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(json.dumps, one)) == sorted(map(json.dumps, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)
