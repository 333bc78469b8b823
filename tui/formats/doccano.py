r"""doccano JSONL: one text a line, in each of the shapes that its versions export.

Offsets are code points of `text`, end exclusive::

    {"id":1,"text":"Two men fled.","label":[[0,7,"actor"]],"Comments":[]}
    {"id":1,"text":"Two men fled.","entities":[{"id":4,"start_offset":0,"end_offset":7,"label":"actor"}],
     "relations":[{"id":9,"from_id":4,"to_id":5,"type":"did"}]}
    {"id":1,"text":"Two men fled.","annotations":[{"label":12,"start_offset":0,"end_offset":7,"user":1}]}

`annotations` of several users become one record a user; in an archive, where doccano puts one file a user,
the file's name is the annotator. Classes (`label` with names, `cats`, `annotations` without offsets) become
the article label `label`, what was written about a text `text`. doccano exports texts that nobody looked at
like those that have nothing to tag: without spans and an approver a text stays unfinished.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import count
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from tui.errors import Refusal
from tui.formats.format import CODE_POINTS, LINES_OF_JSON, Format, Reading, Writing
from tui.formats.shared.fitting import Fitter
from tui.formats.shared.json_values import outline, read_records, take_parts
from tui.formats.shared.reading import RelationList, SpanList, Tally, WrongError, keep_meta, short, summarise
from tui.formats.shared.source import Source
from tui.formats.shared.writing import (
    Feature,
    Target,
    WriteOptions,
    describe_piece,
    dump_line,
    is_nameless,
    own_title,
)
from tui.model.record import Record
from tui.model.span import NO_ATTRIBUTES, Json, Relation

_TEXT_KEYS: Final = ("text", "data")
_SPAN_LISTS: Final = ("label", "labels", "entities", "annotations", "cats")
_IS_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")
_NOBODY: Final = ("all", "unknown")
"""Names of files that are no user's."""

_ENTITY_KEYS: Final = frozenset({"id", "start_offset", "end_offset", "label", "user"})

_RELATION_KEYS: Final = frozenset({"id", "from_id", "to_id", "type"})

CARRIES: Final[frozenset[Feature]] = frozenset({"text", "overlaps", "any edge", "relations", "metadata"})
"""What the writer carries beside spans; relations where the project has any."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell doccano's lines by label triples, by `start_offset`, or by the keys that only it writes."""
    del path
    found = {path.removeprefix("[]."): sign for path, sign in outline(head).items()}
    if not found.keys() & set(_TEXT_KEYS) or "tokens" in found or "tokenized_text" in found:
        return False
    has_triples = any(found.get(f"{key}[][]") in set("0123456789") for key in ("label", "labels", "entities"))
    has_offsets = any(f"{key}[].start_offset" in found for key in ("entities", "annotations"))
    is_marked = not found.keys().isdisjoint({"Comments", "annotation_approver", "annotations[].user"})
    has_classes = found.get("label") == "[" and found.get("label[]", '"') == '"' and "spans" not in found
    return has_triples or has_offsets or is_marked or has_classes


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every text; a file of one JSON list is read too."""
    tally = Tally()
    stem = source.inner_path.stem
    user = stem if source.neighbours and stem not in _NOBODY else None
    return summarise(read_records(source, lambda value, line: _read_text(value, user, line, tally)), tally)


def _read_text(entry: Json, file_user: str | None, line: int, tally: Tally) -> list[Record]:
    if not isinstance(entry, dict):
        raise WrongError(f"a line must be an object, not {short(entry)}")
    text_key = next((key for key in _TEXT_KEYS if isinstance(entry.get(key), str)), None)
    if text_key is None:
        raise WrongError(f'"text" must be a string, not {short(entry.get("text"))}')
    text = str(entry[text_key])
    meta = _read_meta(entry, {text_key, "relations", *_SPAN_LISTS})
    # Only these files have comments; another archive's file names say nothing.
    groups = _part_by_user(entry, file_user if "Comments" in entry else None)
    if not groups:
        return [Record(text, meta=meta, line=line)]
    records: list[Record] = []
    for user, said in groups.items():
        spans = SpanList(text, tally, line=line)
        ids = {
            name: span
            for each, where in said.entities
            for name, span in _add_entity(spans, each, where).items()
        }
        is_looked_at = bool(said.entities) or bool(entry.get("annotation_approver"))
        if not is_looked_at and not said.classes and not said.texts:
            tally.add(
                "{} without spans {stay} unfinished: the file does not say that {they} {were} looked at",
                "text",
            )
        article_labels = {"label": said.classes, "text": said.texts}
        records.append(
            Record(
                text,
                meta=meta,
                annotator=user,
                spans=spans.as_tuple(),
                relations=_read_relations(entry, ids, tally, line),
                article_labels={name: list(each) for name, each in article_labels.items() if each},
                state=None if is_looked_at else "unfinished",
                line=line,
            )
        )
    return records


def _read_meta(entry: Mapping[str, Json], said: AbstractSet[str]) -> dict[str, Json]:
    """Keep what a line has beside what is `said` of its text."""
    meta: dict[str, Json] = {}
    for key, value in entry.items():
        if key == "meta" and isinstance(value, dict):
            for name, inner in value.items():
                keep_meta(meta, name, inner)
        elif key not in said:
            keep_meta(meta, key, value)
    return meta


def _part_by_user(entry: Mapping[str, Json], nobody: str | None) -> "dict[str | None, _Said]":
    """Gather what each user says of a text; what names none is said by `nobody`."""
    groups: dict[str | None, _Said] = {}
    for key in _SPAN_LISTS:
        value = entry.get(key)
        if value is None:
            continue
        for index, each in enumerate(value if isinstance(value, list) else [value]):
            groups.setdefault(_user_of(each) or nobody, _Said()).take(each, f"{key}[{index}]")
        if not groups:
            groups[nobody] = _Said()
    return groups


class _Said(Struct):
    """What one user says of a text."""

    entities: list[tuple[Json, str]] = field(default_factory=list)
    classes: list[Json] = field(default_factory=list)
    texts: list[Json] = field(default_factory=list)

    def take(self, said: Json, place: str) -> None:
        """Tell a span from a class, and from a text about the text; `place` is where it stands."""
        is_placed = isinstance(said, list) or (
            isinstance(said, dict) and ("start_offset" in said or not {"label", "text"} & said.keys())
        )
        if is_placed:
            self.entities.append((said, place))
        elif isinstance(said, dict):
            where = self.classes if "label" in said else self.texts
            where.append(said.get("label", said.get("text")))
        else:
            self.classes.append(said)


def _user_of(entity: Json) -> str | None:
    user = entity.get("user") if isinstance(entity, dict) else None
    return None if user is None or isinstance(user, dict | list) else str(user)


def _add_entity(spans: SpanList, entity: Json, where: str) -> dict[str, str]:
    """Add one entity in any of its shapes; give its id in the file and the span's."""
    if isinstance(entity, list):
        if len(entity) != 3:
            raise WrongError(f"{where} must be [start, end, label], not {short(entity)}")
        spans.add(entity[0], entity[1], entity[2], where=where)
        return {}
    if not isinstance(entity, dict):
        raise WrongError(f"{where} must be [start, end, label] or an object, not {short(entity)}")
    span = spans.add(
        entity.get("start_offset"),
        entity.get("end_offset"),
        entity.get("label"),
        where=where,
        name=entity.get("id"),
        attributes={key: value for key, value in entity.items() if key not in _ENTITY_KEYS} or NO_ATTRIBUTES,
    )
    return {} if span is None else {str(entity.get("id")): span}


def _read_relations(
    entry: Mapping[str, Json], ids: Mapping[str, str], tally: Tally, line: int
) -> tuple[Relation, ...]:
    relations = RelationList()
    links = take_parts(entry.get("relations"), "relations", "relation", tally, line=line)
    for index, link in enumerate(links):
        with tally.leaving_out("relation", line=line):
            _add_relation(relations, link, ids, f"relations[{index}]")
    return relations.as_tuple()


def _add_relation(relations: RelationList, link: Json, ids: Mapping[str, str], where: str) -> None:
    if not isinstance(link, dict):
        raise WrongError(f"{where} must be an object, not {short(link)}")
    head, tail = (str(link.get(key)) for key in ("from_id", "to_id"))
    if head not in ids or tail not in ids:
        missing = head if head not in ids else tail
        raise WrongError(f"{where} names the entity {missing}, which this text does not have")
    more = {key: each for key, each in link.items() if key not in _RELATION_KEYS}
    name = link.get("id")
    relations.add(link.get("type"), ids[head], ids[tail], where=where, name=name, attributes=more)


class DoccanoWriter:
    """Writes doccano's JSONL: for a project with relations `entities` and `relations`, else `label`.

    What came from doccano keeps its numbers.
    """

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._out = target.open_text()
        self._with_relations = bool(options.labels.relations) or options.has_relations
        carried = CARRIES if self._with_relations else CARRIES - {"relations"}
        self._fitter = Fitter.of(carried, options)
        self._entities = 0
        self._relations = 0

    def write(self, record: Record) -> None:
        """Write one record as one example."""
        fitted = self._fitter.fit(record)
        row: dict[str, Json] = {"id": _number_of(fitted) or fitted.id, "text": fitted.text}
        row |= self._with_relation_keys(fitted) if self._with_relations else {"label": _triples(fitted)}
        # A key that only some rows have, doccano fills up with NaN, which its own database refuses.
        row["meta"] = _meta_of(fitted)
        self._out.write(dump_line(row) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._out.close()

    def _with_relation_keys(self, record: Record) -> dict[str, Json]:
        numbers = _keep_numbers([span.id for span in record.spans or ()], self._entities)
        self._entities = max([self._entities, *numbers.values()])
        ids = _keep_numbers([relation.id for relation in record.relations], self._relations)
        self._relations = max([self._relations, *ids.values()])
        relations: list[Json] = [
            {
                "id": ids[relation.id],
                "from_id": numbers[relation.head],
                "to_id": numbers[relation.tail],
                "type": relation.label,
            }
            for relation in record.relations
        ]
        entities: list[Json] = [
            {
                "id": numbers[span.id],
                "label": span.label,
                "start_offset": span.start,
                "end_offset": span.end,
            }
            for span in record.spans or ()
        ]
        return {"entities": entities, "relations": relations}


def _triples(record: Record) -> list[Json]:
    return [[span.start, span.end, span.label] for span in record.spans or ()]


def _number_of(record: Record) -> int | None:
    """Give the number that doccano had for a text."""
    number = record.meta.get("id")
    return number if type(number) is int and is_nameless(record) else None


def _keep_numbers(ids: Sequence[str], before: int) -> dict[str, int]:
    """Give each its own number where it has one, and the others numbers that follow all there were."""
    own = {name: int(name) for name in ids if _IS_NUMBER.fullmatch(name)}
    free = count(max([before, *own.values()]) + 1)
    return {name: own[name] if name in own else next(free) for name in ids}


def _meta_of(record: Record) -> dict[str, Json]:
    title = own_title(record)
    meta: dict[str, Json] = {"title": title} if title else {}
    if record.annotator is not None:
        meta["annotator"] = record.annotator
    meta |= describe_piece(record)
    kept = record.meta.items()
    if _number_of(record) is not None:
        kept = {name: value for name, value in kept if name != "id"}.items()
    return {**dict(kept), **meta}


FORMAT: Final = Format(
    "doccano",
    reading=Reading(
        title="doccano JSONL",
        suffixes=LINES_OF_JSON,
        offsets=CODE_POINTS,
        brings="spans, relations, classes as article labels, users as annotators, comments as metadata",
        lacks="nothing",
        read=read,
        recognises=recognises,
    ),
    writing=Writing(
        title="doccano JSONL",
        suffix=".jsonl",
        offsets=CODE_POINTS,
        load="Dataset > Import dataset > JSONL (JSONL(Relation) where there are relations)",
        open=DoccanoWriter,
        carries=CARRIES,
    ),
)
"""How it is read and written."""
