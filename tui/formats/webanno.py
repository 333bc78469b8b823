r"""WebAnno TSV 3.x, as WebAnno and INCEpTION export it: a token a line, a column a feature.

Offsets are **UTF-16 units** of the whole text, end exclusive. What stands on several tokens, or stacked
on one, has a number in brackets; `1-2.1` is a part of token `1-2`::

    #FORMAT=WebAnno TSV 3.3
    #T_SP=webanno.custom.Event|value
    #T_RL=webanno.custom.Role|kind|BT_webanno.custom.Event

    #Text=Two men fled.
    1-1	0-3	Two	actor[1]	_	_
    1-2	4-7	men	actor[1]	_	_
    1-3	8-12	fled	flight	did	1-1[1_0]

The layout is that of `inception-io-webanno-tsv`, `webannotsv.adoc`. A span is labelled by its feature
`value`, else by its first one, else by its layer; layer and other features are its attributes. Layers of
grammar, whose features are no labels, are labelled by their layer. What layers and features these were, and
the file's name, are the metadata `layers` and `document`. Text between sentences is not in the
file: line ends take its place.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from tui.errors import Refusal
from tui.formats.format import Format, Reading
from tui.formats.shared.layers import Layers, Link
from tui.formats.shared.offsets import Utf16Map, utf16_length
from tui.formats.shared.reading import (
    EntityList,
    RelationList,
    SpanList,
    Tally,
    WrongError,
    short,
    summarise,
)
from tui.formats.shared.source import Source
from tui.model.labels import Attribute
from tui.model.record import Record
from tui.model.span import NO_ATTRIBUTES, Entity, Json

_MARK: Final = b"#FORMAT=WebAnno TSV 3"
_OLDER: Final = re.compile(rb"#id=\S+\r?\n#text=| # (?:de\.tudarmstadt|webanno)\.")
_UNIT: Final = re.compile(r"(\d+)-(\d+)(?:\.(\d+))?$")
_PLACE: Final = re.compile(r"(\d+)-(\d+)$")
_NUMBERED: Final = re.compile(r"(.*)\[(\d+)\]$", re.DOTALL)
_SOURCE: Final = re.compile(r"(\d+-\d+(?:\.\d+)?)(?:\[(\d+)(?:_(\d+))?\])?$")
_CHAIN: Final = re.compile(r"(.*)->(\d+)-(\d+)$", re.DOTALL)
_STACKED: Final = re.compile(r"(?<!\\)\|")
_ESCAPED: Final = re.compile(r"\\(->|.)", re.DOTALL)
_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
_TOKEN: Final = ".Token"
_SENTENCE: Final = ".Sentence"
_SEGMENTATION: Final = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type"
_GRAMMAR: Final = frozenset(
    {
        "POS",
        "Lemma",
        "Stem",
        "MorphologicalFeatures",
        "SurfaceForm",
        "SpellingAnomaly",
        "SofaChangeAnnotation",
    }
)


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by its first line, or the first two of its older versions."""
    del path
    return head.startswith(_MARK) or _OLDER.match(head) is not None


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the document; the older versions are refused."""
    tally = Tally()
    if _OLDER.match(source.read_head()):
        reason = "this is WebAnno TSV 1 or 2, which is not read; export it as WebAnno TSV 3 or UIMA CAS"
        return iter([Refusal(source.name, reason, 1)])
    return summarise(_read_document(source, tally), tally)


class _Column(Struct, frozen=True):
    """One column of a layer."""

    layer: "_Layer"
    feature: str
    kind: str
    """`value`, `base` (of a relation), `role` and `slots` (of links), `chain`."""
    link: str = ""
    """The type of the links of a `role`."""


class _Layer(Struct, eq=False):
    """A layer of annotations."""

    kind: str
    name: str
    base: str = ""

    @property
    def short_name(self) -> str:
        """Its name without the package."""
        return self.name.rpartition(".")[2]


class _Annotation(Struct):
    """One annotation, gathered from its lines."""

    layer: _Layer
    start: int
    end: int
    line: int
    values: dict[str, str] = field(default_factory=dict)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """Feature or role, target unit and number."""
    link_types: dict[str, str] = field(default_factory=dict)
    """Feature to the type of its links."""
    link_features: dict[str, str] = field(default_factory=dict)
    """Feature or role to the feature."""
    sources: list[tuple[str, str, str]] = field(default_factory=list)
    """Unit, number of the source and number of the target."""
    chain: tuple[str, str, int] | None = None
    unit: str = ""


class _Sentence(Struct):
    lines: list[str] = field(default_factory=list)
    start: int | None = None


def _read_document(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    text = source.read_text()
    if isinstance(text, Refusal):
        yield text
        return
    document = _Document(tally, source.inner_path.stem)
    for line, row in enumerate(text.split("\n"), start=1):
        document.line = line
        try:
            document.take(row.removesuffix("\r"))
        except WrongError as error:
            yield Refusal(source.name, f"{error}; the whole document is refused", line)
            return
    try:
        yield document.finish()
    except WrongError as error:
        yield Refusal(source.name, f"{error}; the whole document is refused", document.line)


class _Document:
    """What the lines of a file say."""

    def __init__(self, tally: Tally, name: str) -> None:
        self.line = 0
        self._name = name
        self._tally = tally
        self._columns: list[_Column] = []
        self._annotations: dict[tuple[int, str], _Annotation] = {}
        self._sentence: _Sentence | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._meta: dict[str, Json] = {}
        self._layers: list[_Layer] = []
        self._kept = Layers()
        self._sentences: list[list[tuple[int, int]]] = []
        """The places of the tokens of each sentence, in UTF-16 units."""
        self._has_gaps = False
        self._asked: dict[str, list[Attribute]] = {}
        """What is asked of spans, by their labels."""
        self._asked_roles: dict[str, list[str]] = {}
        self._asked_of_relations: dict[str, list[Attribute]] = {}

    def take(self, row: str) -> None:
        """Take in one line."""
        if row.startswith("#Text="):
            if self._sentence is None or self._sentence.start is not None:
                self._end_sentence()
                self._sentence = _Sentence()
            self._sentence.lines.append(_unescape(row[len("#Text=") :]))
        elif row.startswith("#T_") and not self._pieces and self._sentence is None:
            self._take_layer(row)
        elif row.startswith("#") and "\t" not in row:
            key, equals, value = row[1:].partition("=")
            if key == "FORMAT":
                return
            self._meta[f"#{key}"] = value if equals else ""
        elif row.strip():
            self._take_unit(row)

    def finish(self) -> Record:
        """Make the record."""
        self._end_sentence()
        text = "".join(self._pieces)
        if self._has_gaps:
            self._tally.add(
                "the text between the sentences of {} was not in the file: line ends stand there",
                "document",
            )
        utf16 = Utf16Map(text)
        spans, relations, layers = SpanList(text, self._tally), RelationList(), self._kept
        ids: dict[int, str | None] = {}
        by_number: dict[tuple[str, str], _Annotation] = {}
        by_unit: dict[tuple[str, str], _Annotation] = {}
        for (_, key), annotation in self._annotations.items():
            by_number.setdefault((annotation.layer.name, key), annotation)
            by_unit.setdefault((annotation.layer.name, annotation.unit), annotation)
            if annotation.layer.kind == "RL":
                continue
            self.line = annotation.line
            label, attributes, called_by = _describe(annotation)
            added = ids[id(annotation)] = spans.add(
                utf16.to_code_points(annotation.start),
                utf16.to_code_points(annotation.end),
                label,
                where=f"{annotation.layer.short_name} {key}",
                attributes=attributes,
            )
            if added is not None and called_by:
                layers.note_label(annotation.layer.name, called_by, added)
            self._note_asked(self._asked, label, annotation.layer, called_by)
            roles = self._asked_roles.setdefault(label, [])
            roles += [name for name, _, _ in annotation.links if name not in roles]

        def find(layer: str, unit: str, number: str) -> str | None:
            found = by_number.get((layer, f"[{number}]")) if number not in ("", "0") else None
            found = found or by_unit.get((layer, unit))
            if found is None:
                found = next(
                    (each for (_, place), each in by_unit.items() if place == unit and id(each) in ids), None
                )
            return ids.get(id(found)) if found is not None else None

        for annotation in self._annotations.values():
            self.line = annotation.line
            layer = annotation.layer
            for unit, number, own in annotation.sources:
                label, attributes, called_by = _describe(annotation)
                of_tokens = not layer.base or layer.base.endswith(_TOKEN)
                link = Link(layer=layer.name, feature=called_by, of_tokens=of_tokens)
                head, tail = find(layer.base, unit, number), find(layer.base, annotation.unit, own)
                known = {key: value for key, value in attributes.items() if key != "layer"}
                self._relate(relations, label, head, tail, link, known)
                self._note_asked(self._asked_of_relations, label, layer, called_by)
            for name, unit, number in annotation.links:
                feature = annotation.link_features[name]
                held = annotation.link_types[feature]
                link = Link("role", layer=held, feature=feature, is_named=name != feature)
                target = self._find_any(find, unit, number)
                self._relate(relations, name, ids.get(id(annotation)), target, link)
        entities = self._join_chains(ids)
        self._keep_segments(utf16)
        meta = {**self._meta, **layers.as_meta(), "document": self._name}
        return Record(
            text,
            meta=meta,
            spans=spans.as_tuple(),
            relations=relations.as_tuple(),
            entities=entities,
            asked=self._asked,
            asked_roles={label: roles for label, roles in self._asked_roles.items() if roles},
            asked_of_relations=self._asked_of_relations,
        )

    def _note_asked(
        self, asked: dict[str, list[Attribute]], label: str, layer: _Layer, called_by: str
    ) -> None:
        """Note the features of a layer beside the one that an annotation is called by; all are texts here."""
        known = asked.setdefault(label, [])
        for column in self._columns:
            is_feature = column.layer is layer and column.kind == "value" and column.feature
            attribute = Attribute(column.feature)
            if is_feature and column.feature != called_by and attribute not in known:
                known.append(attribute)

    def _keep_segments(self, utf16: Utf16Map) -> None:
        """Keep where tokens and sentences stand."""
        tokens = [place for places in self._sentences for place in places]
        wholes = [(places[0][0], places[-1][1]) for places in self._sentences]
        for name, listed in ((_TOKEN, tokens), (_SENTENCE, wholes)):
            turned = [(utf16.to_code_points(start), utf16.to_code_points(end)) for start, end in listed]
            places = [(start, end) for start, end in turned if start is not None and end is not None]
            self._kept.note_segments(f"{_SEGMENTATION}{name}", places)

    def _find_any(self, find: Callable[[str, str, str], str | None], unit: str, number: str) -> str | None:
        """Find a link's target, whose layer the column does not always name."""
        for layer in self._layers:
            if layer.kind == "SP" and number not in ("", "0"):
                found = next(
                    (
                        each
                        for (_, key), each in self._annotations.items()
                        if each.layer is layer and key == f"[{number}]"
                    ),
                    None,
                )
                if found is not None:
                    return find(layer.name, unit, number)
        return find("", unit, "")

    def _relate(
        self,
        relations: RelationList,
        label: str,
        head: str | None,
        tail: str | None,
        link: Link,
        known: Mapping[str, Json] = NO_ATTRIBUTES,
    ) -> None:
        if head is None or tail is None:
            sentence = "{} without a span at each end {are} left out"
            self._tally.add(sentence, "relation", line=self.line, name=f"{label} in line {self.line}")
        else:
            added = relations.add(label, head, tail, where="relation", attributes=known)
            self._kept.note_link(label, link, added)

    def _join_chains(self, ids: dict[int, str | None]) -> tuple[Entity, ...]:
        """Make an entity of every chain of several spans."""
        joined = EntityList()
        chains: dict[tuple[str, str], list[_Annotation]] = {}
        for annotation in self._annotations.values():
            if annotation.chain is not None:
                self._kept.note_chain(annotation.layer.name)
                chains.setdefault((annotation.layer.name, annotation.chain[1]), []).append(annotation)
        for links in chains.values():
            links.sort(key=lambda each: each.chain[2] if each.chain else 0)
            mentions = [(name, link) for link in links if (name := ids.get(id(link))) is not None]
            for name, link in mentions[:-1]:
                called = link.chain[0] if link.chain else ""
                if called not in ("", "*", "_"):
                    self._kept.chain_links[name] = called
            if len(mentions) > 1:
                with self._tally.leaving_out("entity", line=links[0].line):
                    joined.add([name for name, _ in mentions], where=f"the chain of {links[0].unit}")
        return joined.as_tuple()

    def _take_layer(self, row: str) -> None:
        kind, _, described = row[3:].partition("=")
        name, *features = described.split("|")
        layer = _Layer(kind, name)
        self._layers.append(layer)
        features = [feature for feature in features if feature]
        if kind == "CH":
            # They stand in either order; `referenceType` is what a link of the chain is called.
            chain, label = _Column(layer, "", "chain"), _Column(layer, "referenceType", "value")
            is_label_first = features[:1] == ["referenceType"]
            self._columns += [label, chain] if is_label_first else [chain, label]
            return
        before = len(self._columns)
        for position, feature in enumerate(features):
            if feature.startswith("BT_"):
                layer.base = feature[3:]
                self._columns.append(_Column(layer, "", "base"))
            elif feature.startswith("ROLE_"):
                name, _, link = feature.rpartition(":")[2].partition("_")
                self._columns.append(_Column(layer, name, "role", link))
            elif position and features[position - 1].startswith("ROLE_"):
                self._columns.append(_Column(layer, feature, "slots"))
            else:
                self._columns.append(_Column(layer, feature, "value"))
        if len(self._columns) == before or (kind == "SP" and not features):
            self._columns.append(_Column(layer, "", "value"))

    def _take_unit(self, row: str) -> None:
        cells = row.split("\t")
        unit, place = _UNIT.match(cells[0]), _PLACE.match(cells[1] if len(cells) > 1 else "")
        if unit is None or place is None or len(cells) < 3:
            raise WrongError(f"{short(row)} must begin with a token such as 1-1, its offsets and its form")
        start, end = int(place[1]), int(place[2])
        if end < start:
            raise WrongError(f"{short(cells[1])} must not end before it starts")
        if self._sentence is None:
            raise WrongError("a line #Text= must come before the tokens of a sentence")
        if self._sentence.start is None:
            self._start_sentence(self._sentence, start, _unescape(cells[2]))
            self._sentences.append([])
        if unit[3] is None:
            self._sentences[-1].append((start, end))
        if self._columns and self._columns[-1].layer.kind and len(cells) < 3 + len(self._columns):
            cells += ["_"] * (3 + len(self._columns) - len(cells))
        by_layer: dict[int, list[tuple[_Column, list[str]]]] = {}
        for column, cell in zip(self._columns, cells[3:], strict=False):
            if cell not in ("_", ""):
                by_layer.setdefault(id(column.layer), []).append((column, _STACKED.split(cell)))
        for columns in by_layer.values():
            self._take_annotations(columns, cells[0], start, end)

    def _take_annotations(
        self, columns: list[tuple[_Column, list[str]]], unit: str, start: int, end: int
    ) -> None:
        """Take in what a layer says of one token: each number, or each place without one, is one."""
        layer = columns[0][0].layer
        keyed: list[list[tuple[_Column, str, tuple[int, str]]]] = []
        for column, stacked in columns:
            group: list[tuple[_Column, str, tuple[int, str]]] = []
            for position, cell in enumerate(stacked):
                numbered = _NUMBERED.match(cell) if column.kind != "base" else None
                if column.kind in ("base", "slots", "role", "chain"):
                    numbered = numbered if column.kind == "role" else None
                if numbered is not None:
                    group.append((column, numbered[1], (id(layer), f"[{numbered[2]}]")))
                else:
                    group.append((column, cell, (id(layer), f"{unit}/{position}")))
            keyed.append(group)
        # The columns of a stack stand in one order; those without numbers take the numbers of the others.
        names = next(
            ([key for _, _, key in group] for group in keyed if any("[" in key[1] for _, _, key in group)),
            None,
        )
        if layer.kind == "CH":
            # Their number is that of the chain; a link of it is known by its place there.
            names = [
                (id(layer), f"[{found[2]}-{found[3]}]")
                for group in keyed
                for column, cell, _ in group
                if column.kind == "chain" and (found := _CHAIN.match(cell)) is not None
            ]
        for group in keyed:
            for position, (column, cell, own_key) in enumerate(group):
                key = own_key
                is_free = layer.kind == "CH" or "[" not in key[1]
                if names is not None and is_free and position < len(names):
                    key = names[position]
                annotation = self._annotations.get(key)
                if annotation is None:
                    annotation = _Annotation(layer, start, end, self.line, unit=unit)
                    self._annotations[key] = annotation
                annotation.start = min(annotation.start, start)
                annotation.end = max(annotation.end, end)
                self._take_value(annotation, column, cell)

    def _take_value(self, annotation: _Annotation, column: _Column, cell: str) -> None:
        match column.kind:
            case "base":
                found = _SOURCE.match(cell)
                if found is None:
                    raise WrongError(
                        f"{short(cell)} must name the token a relation comes from, such as 1-1[2_1]"
                    )
                place = (found[1], found[2] or "", found[3] or "")
                if place not in annotation.sources:
                    annotation.sources.append(place)
            case "role":
                annotation.link_types[column.feature] = column.link
                annotation.values[f"role {column.feature}"] = cell
            case "slots":
                self._take_links(annotation, cell)
            case "chain":
                found = _CHAIN.match(cell)
                if found is None:
                    raise WrongError(f"{short(cell)} must name a link of a chain, such as *->1-1")
                annotation.chain = (_unescape(found[1]), found[2], int(found[3]))
            case _:
                annotation.values.setdefault(column.feature, "" if cell in ("*", "_") else _unescape(cell))

    def _take_links(self, annotation: _Annotation, cell: str) -> None:
        roles_key = next((key for key in annotation.values if key.startswith("role ")), "role link")
        roles = annotation.values.get(roles_key, "").split(";")
        name = roles_key.removeprefix("role ")
        for position, target in enumerate(cell.split(";")):
            found = _SOURCE.match(target)
            if found is None:
                continue
            role = _unescape(roles[position]) if position < len(roles) else "*"
            link = (name if role in ("*", "_", "") else role, found[1], found[2] or "")
            annotation.link_features.setdefault(link[0], name)
            if link not in annotation.links:
                annotation.links.append(link)

    def _start_sentence(self, sentence: _Sentence, start: int, form: str) -> None:
        """Place a sentence by its first token, whose offset the file gives."""
        said = "\n".join(sentence.lines)
        before = max(said.find(form), 0)
        sentence.start = start - utf16_length(said[:before])
        gap = sentence.start - self._length
        if gap < 0:
            raise WrongError(
                f"this sentence begins at {sentence.start}, before the end of the last, {self._length}"
            )
        if gap:
            self._has_gaps = self._has_gaps or bool(self._pieces)
            self._pieces.append("\n" * gap)
        self._pieces.append(said)
        self._length = sentence.start + utf16_length(said)

    def _end_sentence(self) -> None:
        if self._sentence is not None and self._sentence.start is None:
            said = "\n".join(self._sentence.lines)
            self._pieces.append(said)
            self._length += utf16_length(said)
        self._sentence = None


def _describe(annotation: _Annotation) -> tuple[str, dict[str, Json], str]:
    """Find what an annotation is called, what else is known of it, and by which feature it is called."""
    values = {key: value for key, value in annotation.values.items() if not key.startswith("role ")}
    layer = annotation.layer
    first = "value" if values.get("value") else next((key for key in values if values[key]), "")
    is_label = first and layer.short_name not in _GRAMMAR
    first_column = next(iter(values), "")
    if is_label and first != "value" and first != first_column and not values.get(first_column, "x"):
        is_label = ""
    label = values[first] if is_label else layer.short_name
    attributes: dict[str, Json] = {"layer": layer.name}
    attributes.update(
        {key: value for key, value in values.items() if value and not (is_label and key == first)}
    )
    return label, attributes, first if is_label else ""


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text) if "\\" in text else text


FORMAT: Final = Format(
    "webanno",
    reading=Reading(
        title="WebAnno TSV 3",
        suffixes=(".tsv",),
        offsets="UTF-16 units, end exclusive",
        brings="spans of every layer with their features, relations, links, chains as entities",
        lacks="text between sentences, spans without characters",
        read=read,
        recognises=recognises,
        asks=True,
    ),
)
"""How it is read and written."""
