"""tagtog's anndoc: annotations as JSON (`NAME.ann.json`) beside a text as HTML (`NAME.plain.html`), in parts.

    {"annotatable":{"parts":["s1v1"]},"anncomplete":true,"sources":[],
     "metas":{"m_1":{"value":"raid","confidence":{"state":"","who":["user:ana"],"prob":1}}},
     "entities":[{"classId":"e_1","part":"s1v1","offsets":[{"start":0,"text":"Two men"}],
       "confidence":{"state":"","who":["user:ana"],"prob":1},"fields":{"f_2":{"value":"north"}},
       "normalizations":{}}],
     "relations":[{"classId":"r_3","directed":true,"entities":["s1v1|e_1|0,6","s1v1|e_4|8,11"]}]}

    {"e_1":"actor","f_2":"side","r_3":"did","e_4":"act","m_1":"kind"}         (annotations-legend.json)

An offset counts from the beginning of its part, an element of the HTML with that id; UTF-16 units and bytes
are known by the quoted text. The parts are put under one another. A download has the texts in `plain.html/`,
the annotations in `ann.json/master/` and those of each person in `ann.json/members/NAME/`, and the names of
classes in `annotations-legend.json`; a text may also stand beside its annotations, as HTML or plain. What a
program added (`pre-added`) is a suggestion; labels of the document are article labels, those of an entity its
attributes.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from tui.errors import Refusal
from tui.formats.format import CODE_POINTS, Format, Reading
from tui.formats.shared.json_values import outline, read_records, take_list, take_parts
from tui.formats.shared.offsets import OffsetMap, list_countings
from tui.formats.shared.reading import (
    RelationList,
    SpanList,
    Tally,
    WrongError,
    is_whole,
    keep_meta,
    short,
    summarise,
)
from tui.formats.shared.source import Source
from tui.model.record import Record
from tui.model.span import HAND, Fragment, Json, Origin

LEGEND: Final = "annotations-legend.json"
"""The file with the names of the classes."""

ENDING: Final = ".ann.json"
"""How a file of annotations ends."""

_HTML: Final = (".plain.html", ".html")
_TEXTS: Final = (*_HTML, ".txt", "")
_BLOCK: Final = re.compile(r"\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_LINE: Final = re.compile(r"\S[^\n]*")
_KEYS: Final = frozenset({"annotatable", "anncomplete", "metas", "entities", "relations"})


_LEGEND: Final = "annotations-legend.json"

_ABOUT_DOWNLOAD: Final = ("README.md", "guidelines.md")
"""What a download has beside its legend."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by the keys that only it has."""
    del path
    found = outline(head)
    return "anncomplete" in found or {"annotatable.parts", "entities"} <= found.keys()


def list_texts(path: Path) -> Iterator[Path]:
    """List where the text of a file of annotations may stand."""
    name = path.name.removesuffix(".gz").removesuffix(ENDING)
    yield from (path.with_name(f"{name}{ending}") for ending in _TEXTS if name + ending != path.name)
    parts = path.parts
    if "ann.json" in parts[:-1]:
        at = len(parts) - 1 - parts[::-1].index("ann.json", 1)
        inner = parts[at + 3 :] if parts[at + 1] == "members" else parts[at + 2 :]
        yield Path(*parts[:at], "plain.html", *inner[:-1], f"{name}.plain.html")


def list_beside(path: Path) -> Iterator[Path]:
    """List what is read with a file: where its text may stand, and what lies beside the legend."""
    if path.name.removesuffix(".gz").endswith(ENDING):
        yield from list_texts(path)
    if path.name == _LEGEND:
        yield from (path.with_name(name) for name in _ABOUT_DOWNLOAD)


def describes(path: Path) -> bool:
    """Tell the file that names the classes of the others."""
    return path.name.lower() == _LEGEND


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the annotations of a text."""
    tally = Tally()
    return summarise(read_records(source, lambda value, _: [_read_document(value, source, tally)]), tally)


class _Part(Struct):
    """One part of a text."""

    start: int
    """Where it begins in the article, in code points."""
    text: str
    offsets: OffsetMap | None = None
    """How its offsets count, where not in code points."""

    def turn(self, offset: Json) -> int:
        """Give an offset as one of the article; raises `WrongError`."""
        if type(offset) is not int:
            raise WrongError(f"start must be a whole number, not {short(offset)}")
        turned = offset if self.offsets is None else self.offsets.to_code_points(offset)
        return self.start + (offset if turned is None else turned)


class _Text(Struct):
    """The text of a document, and its parts by their ids."""

    whole: str
    parts: dict[str, _Part] = field(default_factory=dict)

    def part(self, name: Json) -> _Part:
        """Find a part; raises `WrongError`."""
        found = self.parts.get(str(name))
        if found is None:
            raise WrongError(f"there is no part {short(name)} in the text")
        return found


def _read_document(document: Json, source: Source, tally: Tally) -> Record | Refusal:
    if not isinstance(document, dict):
        raise WrongError(f"annotations must be an object, not {short(document)}")
    found = next(filter(None, map(source.find, list_texts(source.path))), None)
    if found is None:
        wanted = next(list_texts(source.path)).name
        return Refusal(
            source.name, f"its text is not there; put {wanted} beside it, or import the whole download"
        )
    content = found.read_article()
    if isinstance(content, Refusal):
        return content
    legend = _read_legend(source)
    entities = [_object(each, "entities") for each in take_list(document.get("entities"), "entities")]
    is_html = found.path.name.endswith(_HTML)
    text = _read_html(content) if is_html else _read_plain(content, _name_parts(document, entities))
    _count_parts(text, entities, tally)
    spans, suggested = (SpanList(text.whole, tally) for _ in range(2))
    relations = RelationList()
    ids: dict[tuple[str, str, int], str] = {}
    for index, entity in enumerate(entities):
        _add_entity(spans, suggested, entity, f"entities[{index}]", text, legend, ids, tally)
    links = take_parts(document.get("relations"), "relations", "relation", tally)
    for index, raw in enumerate(links):
        with tally.leaving_out("relation"):
            _add_relation(relations, _object(raw, "relations"), f"relations[{index}]", legend, ids, tally)
    meta: dict[str, Json] = {}
    for key, value in document.items():
        if key not in _KEYS and value not in (None, []):
            keep_meta(meta, key, value)
    if not legend and entities:
        said = f"{{}} {{are}} called by the id of {{their}} class, because no {LEGEND} is there"
        tally.add(said, number=len(entities))
    return Record(
        text.whole,
        meta=meta,
        annotator=_name_annotator(source.path),
        spans=spans.as_tuple(),
        suggestions=suggested.as_tuple(),
        relations=relations.as_tuple(),
        article_labels={
            legend.get(key, key): _value_of(each)
            for key, each in _take_object(document.get("metas"), "metas", "article label", tally).items()
            if not _is_foreseen(each)
        },
        state=None if document.get("anncomplete") is True else "unfinished",
    )


def _add_entity(
    spans: SpanList,
    suggested: SpanList,
    entity: Mapping[str, Json],
    where: str,
    text: _Text,
    legend: Mapping[str, str],
    ids: dict[tuple[str, str, int], str],
    tally: Tally,
) -> None:
    class_id = str(entity.get("classId"))
    part = text.part(entity.get("part"))
    places = _read_places(entity, where)
    if not places:
        tally.add("{} without a text {are} left out", "entity", name=legend.get(class_id, class_id))
        return
    starts = [part.turn(start) for start, _ in places]
    pieces: list[Fragment] = [
        (start, start + len(quoted)) for start, (_, quoted) in zip(starts, places, strict=True)
    ]
    confidence = _confidence_of(entity)
    if confidence.get("state") == "pre-removed":
        tally.add("{} {are} left out, because {they} {were} turned down", "suggestion")
        return
    is_foreseen = _is_foreseen(entity)
    model = _who_of(confidence).rpartition(":")[2]
    score = confidence.get("prob")
    share = float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None
    fields = {
        legend.get(key, key): _value_of(each)
        for kind in ("fields", "normalizations")
        for key, each in _take_object(entity.get(kind), f"{where}.{kind}", "attribute", tally).items()
    }
    added = (suggested if is_foreseen else spans).add(
        pieces[0][0],
        pieces[-1][1],
        legend.get(class_id, class_id),
        where=where,
        quoted=places[0][1] if len(places) == 1 else None,
        attributes=fields,
        fragments=tuple(pieces) if len(pieces) > 1 else (),
        origin=Origin(model or "pre-added", share) if is_foreseen else HAND,
    )
    if added is not None and not is_foreseen and type(places[0][0]) is int:
        ids.setdefault((str(entity.get("part")), class_id, places[0][0]), added)


def _read_places(entity: Mapping[str, Json], where: str) -> list[tuple[Json, str]]:
    """Read where each piece of an entity begins, and what it quotes."""
    places: list[tuple[Json, str]] = []
    for raw in take_list(entity.get("offsets"), f"{where}.offsets"):
        piece = _object(raw, "offsets")
        places.append((piece.get("start"), str(piece.get("text") or "")))
    return [place for place in places if place[1]]


def _add_relation(
    relations: RelationList,
    relation: Mapping[str, Json],
    where: str,
    legend: Mapping[str, str],
    ids: Mapping[tuple[str, str, int], str],
    tally: Tally,
) -> None:
    """Add a relation of two entities, each named as `part|class|start,end`."""
    class_id = str(relation.get("classId"))
    label = legend.get(class_id, class_id)
    ends = [_find_end(str(each), ids) for each in take_list(relation.get("entities"), f"{where}.entities")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        tally.add("{} not between two spans {are} left out", "relation", name=label)
        return
    relations.add(label, ends[0], ends[1], where=where)


def _find_end(name: str, ids: Mapping[tuple[str, str, int], str]) -> str | None:
    part, _, rest = name.partition("|")
    class_id, _, place = rest.partition("|")
    start = place.partition(",")[0]
    return ids.get((part, class_id, int(start))) if is_whole(start) else None


def _count_parts(text: _Text, entities: Sequence[Mapping[str, Json]], tally: Tally) -> None:
    """Find how the offsets of a text count: the plainest way that agrees with all that is quoted."""
    quoted = {name: list(_quotations(entities, name)) for name in text.parts}
    for counting in list_countings(text.whole):
        maps = {name: OffsetMap(part.text, counting) for name, part in text.parts.items() if quoted[name]}
        if all(_agree(text.parts[name].text, offsets, quoted[name]) for name, offsets in maps.items()):
            break
    else:
        return
    if counting.oddness:
        tally.add(f"{{}} {{count}} {counting.describe()}: turned into code points", "text")
        for name, offsets in maps.items():
            text.parts[name].offsets = offsets


def _quotations(entities: Sequence[Mapping[str, Json]], part: str) -> Iterator[tuple[Json, str]]:
    for entity in entities:
        if str(entity.get("part")) == part:
            yield from _read_places(entity, "entity")


def _agree(text: str, offsets: OffsetMap, quoted: Sequence[tuple[Json, str]]) -> bool:
    starts = [offsets.to_code_points(start) if type(start) is int else None for start, _ in quoted]
    return all(
        start is not None and text.startswith(each, start)
        for start, (_, each) in zip(starts, quoted, strict=True)
    )


def _read_legend(source: Source) -> dict[str, str]:
    """Read the names of the classes, from the nearest folder above that has them."""
    for folder in source.path.parents:
        legend = source.find(folder / LEGEND)
        content = legend.read_text() if legend is not None else None
        if isinstance(content, str):
            try:
                names = json.loads(content)
            except ValueError as error:
                raise WrongError(f"{LEGEND} is not JSON; download it again") from error
            return {str(key): str(name) for key, name in names.items()} if isinstance(names, dict) else {}
    return {}


def _name_annotator(path: Path) -> str | None:
    """Name the person in whose folder the annotations are; of those of all, nobody."""
    parts = path.parts
    at = len(parts) - 1 - parts[::-1].index("members") if "members" in parts else 0
    return parts[at + 1] if at and parts[at - 1] == "ann.json" and at + 2 < len(parts) else None


def _confidence_of(said: object) -> Mapping[str, Json]:
    confidence = said.get("confidence") if isinstance(said, dict) else None
    return confidence if isinstance(confidence, dict) else {}


def _who_of(confidence: Mapping[str, Json]) -> str:
    """Name who said it: `user:ana`, `ml:model`."""
    who = confidence.get("who")
    return str(who[0]) if isinstance(who, list) and who else ""


def _is_foreseen(said: object) -> bool:
    """Tell what a program said and nobody confirmed, or somebody turned down."""
    confidence = _confidence_of(said)
    is_of_person = _who_of(confidence).startswith("user:")
    return confidence.get("state") == "pre-removed" or (
        confidence.get("state") == "pre-added" and not is_of_person
    )


def _value_of(said: Json) -> Json:
    """Give the value of a label, or what an entity was normalised to."""
    if not isinstance(said, dict):
        return said
    if "value" in said:
        return said["value"]
    source = said.get("source")
    return source.get("id") if isinstance(source, dict) else None


def _object(value: Json, where: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise WrongError(f'"{where}" must be an object, not {short(value)}')
    return value


def _take_object(value: Json, where: str, noun: str, tally: Tally) -> dict[str, Json]:
    """Take an object that may be missing; anything else is left out, and said to be."""
    try:
        return _object(value or {}, where)
    except WrongError as error:
        tally.leave_out(error, noun)
        return {}


def _read_html(content: str) -> _Text:
    """Read the parts of a text: every innermost element with an id that has text."""
    parser = _Parts()
    parser.feed(content)
    parser.close()
    parts: dict[str, _Part] = {}
    length = 0
    for name, text in parser.parts:
        parts[name] = _Part(length, text)
        length += len(text) + 1
    return _Text("\n".join([text for _, text in parser.parts]), parts)


def _name_parts(document: Mapping[str, Json], entities: Sequence[Mapping[str, Json]]) -> list[str]:
    """Name the parts of a text in their order: those that can be annotated, else those that are."""
    listed = document.get("annotatable")
    parts = listed.get("parts") if isinstance(listed, dict) else None
    if isinstance(parts, list) and parts:
        return [str(part) for part in parts]
    return list(dict.fromkeys(str(each.get("part")) for each in entities))


def _read_plain(content: str, names: Sequence[str]) -> _Text:
    """Find the parts of a plain text: all of it, or its paragraphs, between blank lines or line by line."""
    if len(names) < 2:
        return _Text(content, {name: _Part(0, content) for name in names})
    for pattern in (_BLOCK, _LINE):
        found = list(pattern.finditer(content))
        if len(found) == len(names):
            parts = {name: _Part(each.start(), each[0]) for name, each in zip(names, found, strict=True)}
            return _Text(content, parts)
    raise WrongError(f"it has {len(names)} parts, which cannot be told in its plain text; put its HTML there")


class _Parts(HTMLParser):
    """Gathers the text of each element of the body that has an id, the outermost one counting."""

    _EMPTY: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "col", "wbr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, str]] = []
        self._is_in_body = False
        self._name = ""
        self._depth = 0
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a part, or go into an element of one."""
        if tag == "body":
            self._is_in_body = True
        elif self._name:
            self._depth += tag not in self._EMPTY
        elif self._is_in_body and (name := dict(attrs).get("id")):
            self._name, self._depth, self._pieces = name, 1, []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass an element without content."""

    def handle_endtag(self, tag: str) -> None:
        """Leave an element; the part ends with its own."""
        if self._name and tag not in self._EMPTY:
            self._depth -= 1
            if not self._depth:
                self.parts.append((self._name, "".join(self._pieces)))
                self._name = ""

    def handle_data(self, data: str) -> None:
        """Take in text."""
        if self._name:
            self._pieces.append(data)


FORMAT: Final = Format(
    "tagtog",
    reading=Reading(
        title="tagtog anndoc",
        suffixes=(".json",),
        offsets=(
            f"{CODE_POINTS}, in a part of the text; UTF-16 units, bytes where only that agrees with the"
            " quoted text"
        ),
        brings=(
            "spans, pieces of discontinuous ones, fields and normalizations as attributes, relations, article"
            " labels, members as annotators; what a program added as suggestions"
        ),
        lacks="suggestions that were turned down, entities without a text",
        read=read,
        texts_of=list_beside,
        describes=describes,
        recognises=recognises,
    ),
)
"""How it is read and written."""
