"""What readers share: how a record is refused, what is counted, and how spans are checked."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Final
from unicodedata import normalize

from msgspec import Struct, field, structs
from msgspec.structs import replace as replace_fields

from tui.errors import Refusal
from tui.formats.shared.source import Source
from tui.model.record import Record, Remark
from tui.model.span import HAND, NO_ATTRIBUTES, Entity, Fragment, Json, Origin, Relation, Span
from tui.text.messages import count_noun

NEAR: Final = 50
"""How far, in code points, a quoted text may stand from its offsets where the article has it twice."""

_OF_ONE: Final = {
    "are": "is",
    "have": "has",
    "were": "was",
    "stay": "stays",
    "count": "counts",
    "overlap": "overlaps",
    "part": "parts",
    "they": "it",
    "their": "its",
    "them": "it",
}
"""What stands in a sentence of one where it is counted, for what stands there of many."""

_OF_MANY: Final = {word: word for word in _OF_ONE}

MOST_NAMES: Final = 20
"""How many of those that do not come in are named for each reason."""

NATIVE_META_KEYS: Final = frozenset(
    {"title", "annotator", "state", "states", "notes", "article", "paragraph", "offset"}
)
"""Metadata keys that the native format uses for itself; another tool's are kept as `original_…`."""

_MOST_DIGITS: Final = 18
"""Digits of a whole number that is read."""

PLACES_FILE: Final = "spantag.conf"
"""Where an export of a file a text says of which articles they are pieces; other tools pass it over."""


class WrongError(ValueError):
    """A value that cannot be right; its message is the reason of the refusal."""


class Tally(Struct):
    """Counts what is odd in a file but was kept, so that it is said once and not for every span."""

    _counts: dict[tuple[str, str], int] = field(default_factory=dict)
    _first: dict[tuple[str, str], int | None] = field(default_factory=dict)
    _names: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(
        self, sentence: str, noun: str = "span", *, line: int | None = None, number: int = 1, name: str = ""
    ) -> None:
        """Count one more; `sentence` has `{}` where the number and the noun go.

        A verb or pronoun that goes with them is written `{are}`, `{have}`, `{they}`: one span has, two have.

        `name` says which one it is: the first few are listed, for what does not come in.
        """
        key = (sentence, noun)
        if number:
            self._counts[key] = self._counts.get(key, 0) + number
            self._first.setdefault(key, line)
            names = self._names.setdefault(key, [])
            if name and len(names) <= MOST_NAMES:
                names.append(name)

    def leave_out(self, why: "WrongError | str", noun: str, *, line: int | None = None) -> None:
        """Leave a part of a record out, and say why, so that the rest comes in."""
        self.add("{} {are} left out", noun, line=line, name=f"line {line}: {why}" if line else str(why))

    @contextmanager
    def leaving_out(self, noun: str, *, line: int | None = None) -> Iterator[None]:
        """Leave out the part of a record that is read inside, where it cannot be right."""
        try:
            yield
        except WrongError as error:
            self.leave_out(error, noun, line=line)

    def remarks(self) -> tuple[Remark, ...]:
        """Say all that was counted, each with the line where it was found first."""
        return tuple([Remark(self._say(key), self._first[key]) for key in self._counts])

    def _say(self, key: tuple[str, str]) -> str:
        sentence, noun = key
        number = self._counts[key]
        said = sentence.format(count_noun(number, noun), **(_OF_ONE if number == 1 else _OF_MANY))
        names = self._names[key]
        comma = "; " if any(", " in name for name in names) else ", "
        listed = [*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])]
        return f"{said} ({comma.join(listed)})" if names else said


def summarise(found: Iterable[Record | Refusal], tally: Tally) -> Iterator[Record | Refusal]:
    """Pass on what is read; the last record also says what was counted in the whole file."""
    held: list[Record | Refusal] = []
    for each in found:
        if isinstance(each, Record):
            yield from held
            held.clear()
        elif not held:
            yield each
            continue
        held.append(each)
    for each in held:
        if isinstance(each, Record):
            yield structs.replace(each, remarks=each.remarks + tally.remarks())
        else:
            yield each


class SpanList:
    """The spans of one record, each checked when it is added."""

    def __init__(self, text: str, tally: Tally, *, line: int | None = None) -> None:
        self._text = text
        self._tally = tally
        self._line = line
        self._spans: list[Span] = []
        self._ids: set[str] = set()
        self._free = count(1)

    def __len__(self) -> int:
        """Count the spans."""
        return len(self._spans)

    def __contains__(self, span_id: object) -> bool:
        """Tell whether a span has this id."""
        return span_id in self._ids

    def add(
        self,
        start: object,
        end: object,
        label: object,
        *,
        where: str,
        quoted: object = None,
        name: object = None,
        attributes: Mapping[str, Json] = NO_ATTRIBUTES,
        fragments: tuple[Fragment, ...] = (),
        note: str = "",
        origin: Origin = HAND,
    ) -> str | None:
        """Add a span and return its id, or None where it is left out; raises `WrongError`.

        A span without a character or a label is left out, and said to be; one whose edges cannot be right is
        an error, because the others cannot be trusted then.
        """
        if type(start) is not int or type(end) is not int or not 0 <= start <= end <= len(self._text):
            raise WrongError(f"{where}: {explain_range(start, end, len(self._text))}")
        try:
            label = check_label(label, where)
        except WrongError as error:
            self._tally.leave_out(error, "span", line=self._line)
            return None
        if isinstance(quoted, str) and quoted and not is_quoted(self._text, start, end, fragments, quoted):
            if self._is_stale(start, end, quoted):
                said = "{} {have} another text, a part of a word, than the whole words at {their} offsets:"
                self._tally.add(f"{said} the offsets count", line=self._line)
            else:
                start, end = self._anchor(start, end, quoted, where)
                fragments = ()
        if start == end:
            sentence = "{} without any character cannot be kept: left out"
            self._tally.add(sentence, line=self._line, name=f"{label} at {start}")
            return None
        if self._text[start].isspace() or self._text[end - 1].isspace():
            self._tally.add("white space stands at the edge of {}: kept as it is", line=self._line)
        span_id = self._take_id(name)
        attributes = attributes or NO_ATTRIBUTES
        self._spans.append(Span(span_id, start, end, label, attributes, fragments, note, origin))
        return span_id

    def is_quoted(self, start: object, end: object, quoted: object) -> bool:
        """Tell whether nothing is quoted, or what stands between these edges."""
        if not isinstance(quoted, str) or not quoted:
            return True
        is_inside = type(start) is int and type(end) is int and 0 <= start <= end <= len(self._text)
        return is_inside and is_quoted(self._text, start, end, (), quoted)  # type: ignore[arg-type]

    def find(self, start: int, end: int, *, label: object = None) -> str | None:
        """Find the id of a span with these edges, and a label where one is given."""
        same = (span for span in self._spans if (span.start, span.end) == (start, end))
        return next((span.id for span in same if label in (None, span.label)), None)

    def find_at(self, position: int) -> list[str]:
        """Find the ids of the spans that cover a code point, the longest first."""
        inside = [span for span in self._spans if span.start <= position < span.end]
        return [span.id for span in sorted(inside, key=lambda span: span.start - span.end)]

    def as_tuple(self) -> tuple[Span, ...]:
        """Give the spans in the order in which they were added."""
        return tuple(self._spans)

    def _take_id(self, name: object) -> str:
        span_id = str(name) if isinstance(name, str | int) and str(name) else ""
        if not span_id or span_id in self._ids:
            base = f"{span_id}-" if span_id else "s"
            span_id = next(each for number in self._free if (each := f"{base}{number}") not in self._ids)
        self._ids.add(span_id)
        return span_id

    def _is_stale(self, start: int, end: int, quoted: str) -> bool:
        """Tell whether words speak for the offsets: there none is cut, but one is in every other place."""
        places = find_all(self._text, quoted)
        is_cut = all(_cuts_word(self._text, place, place + len(quoted)) for place in places)
        return start < end and quoted in self._text and is_cut and not _cuts_word(self._text, start, end)

    def _anchor(self, start: int, end: int, quoted: str, where: str) -> Fragment:
        """Find the one place where a text stands that is not where its offsets say."""
        places = [(place, place + len(quoted)) for place in find_all(self._text, quoted)]
        places = places or list(_find_spaced(self._text, quoted))
        if len(places) > 1:
            places = [place for place in places if abs(place[0] - start) <= NEAR]
        if len(places) != 1:
            found = "nowhere" if not places else f"{len(places)} times"
            raise WrongError(
                f"{where}: its text is {short(quoted)}, but {start}–{end} is "
                f"{short(self._text[start:end])}; it stands {found} near there, give the right offsets"
            )
        said = "{} did not stand at {their} offsets: moved to the one place of {their} text"
        self._tally.add(said, line=self._line)
        return places[0]


class RelationList(Struct):
    """The relations of one record."""

    relations: list[Relation] = field(default_factory=list)
    """The relations, in the order in which they were added."""
    _ids: set[str] = field(default_factory=set)

    def add(
        self,
        label: object,
        head: str,
        tail: str,
        *,
        where: str,
        name: object = None,
        attributes: Mapping[str, Json] = NO_ATTRIBUTES,
    ) -> str:
        """Add a relation between two span ids."""
        relation_id = str(name) if isinstance(name, str | int) and str(name) else ""
        number = len(self.relations)
        while not relation_id or relation_id in self._ids:
            number += 1
            relation_id = f"r{number}"
        self._ids.add(relation_id)
        known = attributes or NO_ATTRIBUTES
        self.relations.append(Relation(relation_id, check_label(label, where), head, tail, known))
        return relation_id

    def as_tuple(self) -> tuple[Relation, ...]:
        """Give the relations."""
        return tuple(self.relations)


class EntityList(Struct):
    """The entities of one record; a span is in one of them at most."""

    entities: dict[str, Entity] = field(default_factory=dict)
    """The entities by their ids, in the order in which they were added."""
    _home: dict[str, str] = field(default_factory=dict)

    def add(self, spans: Sequence[str], *, where: str, name: str = "") -> str:
        """Add spans that mention one thing, and give the entity's id; raises `WrongError`."""
        mentions = tuple(dict.fromkeys(spans))
        if len(mentions) < 2:
            raise WrongError(f"{where} must join two spans at least")
        if any(span in self._home for span in mentions):
            raise WrongError(f"{where} joins a span that is joined with others already")
        entity = Entity(f"e{len(self.entities) + 1}", name, mentions)
        self.entities[entity.id] = entity
        self._home.update(dict.fromkeys(mentions, entity.id))
        return entity.id

    def find(self, spans: Iterable[str]) -> list[str]:
        """Find the entities that any of these spans is in."""
        return list(dict.fromkeys([self._home[span] for span in spans if span in self._home]))

    def extend(self, entity_id: str, spans: Iterable[str]) -> None:
        """Add mentions, which are in no other entity, to one that is there."""
        entity = self.entities[entity_id]
        mentions = tuple(dict.fromkeys([*entity.spans, *spans]))
        self.entities[entity_id] = replace_fields(entity, spans=mentions)
        self._home.update(dict.fromkeys(mentions, entity_id))

    def as_tuple(self) -> tuple[Entity, ...]:
        """Give the entities."""
        return tuple(self.entities.values())


def check_label(label: object, where: str) -> str:
    """Give a label as text: a number is written out; raises `WrongError` where it is none."""
    if isinstance(label, int) and not isinstance(label, bool):
        return str(label)
    if not isinstance(label, str) or not label.strip():
        raise WrongError(f"{where}: the label must be a text that is not empty, not {short(label)}")
    return label


def is_whole(text: str) -> bool:
    """Tell whether a text is a whole number, and one of as many digits as Python reads at once."""
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def explain_range(start: object, end: object, length: int) -> str:
    """Say why two edges are no stretch of a text."""
    for name, edge in (("start", start), ("end", end)):
        if type(edge) is not int:
            return f"{name} must be a whole number, not {short(edge)}"
    return f"{start}–{end} is not a stretch of the text; 0 <= start < end <= {length} must hold"


def is_quoted(text: str, start: int, end: int, fragments: tuple[Fragment, ...], quoted: str) -> bool:
    """Tell whether a quotation is that stretch of the text: white space, fragments, accents in any way."""
    if text[start:end] == quoted:
        return True
    pieces = [text[first:last] for first, last in fragments] or [text[start:end]]
    return _fold(" ".join(pieces)) == _fold(quoted.replace("\\n", "\n"))


def _fold(text: str) -> str:
    """Leave out white space, and write a letter and its marks in one way."""
    return normalize("NFC", "".join(text.split()))


def find_all(text: str, part: str) -> Iterator[int]:
    """Find every place of a part, overlapping ones too."""
    place = text.find(part)
    while part and place >= 0:
        yield place
        place = text.find(part, place + 1)


def _find_spaced(text: str, part: str) -> Iterator[Fragment]:
    """Find every place of a part whose white space is written in another way, or left out, in whole words."""
    dense = [index for index, each in enumerate(text) if not each.isspace()]
    sought = "".join(part.replace("\\n", "\n").split())
    for place in find_all("".join([text[index] for index in dense]), sought):
        start, end = dense[place], dense[place + len(sought) - 1] + 1
        if not _cuts_word(text, start, end):
            yield start, end


def _cuts_word(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch begins or ends inside a word."""
    return any(text[edge - 1 : edge].isalnum() and text[edge : edge + 1].isalnum() for edge in (start, end))


def as_literal(text: str) -> str:
    """Write a text so that a tally takes it as it is."""
    return text.replace("{", "{{").replace("}", "}}")


def keep_meta(meta: dict[str, Json], key: str, value: Json) -> None:
    """Keep a value as metadata under its own key, or beside it where that key has another meaning."""
    name = f"original_{key}" if key in NATIVE_META_KEYS else key
    if name in meta and meta[name] != value:
        name = f"{name}_{next(number for number in count(2) if f'{name}_{number}' not in meta)}"
    meta[name] = value


def keep_place(meta: dict[str, Json], place: object) -> None:
    """Keep as metadata what `writing.place_of` said of a record; of anything else, nothing."""
    if not isinstance(place, dict):
        return
    for key, kind in (("id", str), ("article", str), ("offset", int), ("annotator", str)):
        if isinstance(place.get(key), kind):
            keep_meta(meta, key, place[key])


def read_place(source: Source, stem: str) -> object:
    """Read which article a text is a piece of, where spantag wrote that beside it."""
    places = source.sibling(PLACES_FILE)
    if places is None:
        return None
    for _, line in places.read_lines():
        if isinstance(line, str) and line.startswith(f"{stem}\t"):
            with suppress(ValueError, RecursionError):
                place: object = json.loads(line.partition("\t")[2])
                return place
    return None


def short(value: object) -> str:
    """Write a value as JSON, cut to a length that fits into a sentence."""
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
