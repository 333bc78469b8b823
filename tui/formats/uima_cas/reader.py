"""UIMA CAS as JSON (`uima-json-cas` 0.4, INCEpTION and dkpro-cassis) and as XMI: one document a file.

Offsets are **UTF-16 units** of the document's text, end exclusive, unless a header says otherwise::

    {"%TYPES":{…},"%VIEWS":{…},"%FEATURE_STRUCTURES":[
      {"%ID":1,"%TYPE":"uima.cas.Sofa","sofaString":"Two men fled."},
      {"%ID":2,"%TYPE":"custom.Event","@sofa":1,"begin":0,"end":7,"value":"actor"},
      {"%ID":3,"%TYPE":"custom.Role","@sofa":1,"begin":8,"end":12,"@Governor":2,"@Dependent":4}]}

    <xmi:XMI …><cas:Sofa xmi:id="1" sofaString="Two men fled."/>
      <custom:Event xmi:id="2" sofa="1" begin="0" end="7" value="actor"/></xmi:XMI>

Every annotation of the text becomes a span, labelled by its feature `value`, `label` or `category`, else by
its type, which is its attribute `layer`. Sentences and tokens stay in the metadata, as the document itself
does; other parts of the text are counted and left out. Types that link two annotations (`Governor` and
`Dependent`, or `source` and `target`) become relations with their other features as attributes. What layers
and features these were, and the file's name, are the metadata `layers` and `document`, so that they can be
written back.
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from msgspec import structs

from tui.errors import Refusal
from tui.formats.shared.json_values import outline, read_records
from tui.formats.shared.layers import ENTITY_LINK, OWN_LAYER, SEGMENTS, Layers, Link
from tui.formats.shared.offsets import Utf16Map
from tui.formats.shared.reading import (
    EntityList,
    RelationList,
    SpanList,
    Tally,
    WrongError,
    keep_place,
    read_place,
    summarise,
)
from tui.formats.shared.source import Source
from tui.formats.shared.xml_tree import read_tree
from tui.formats.uima_cas.structures import LINK_ENDS, Cas, Structure, read_json, read_xmi
from tui.formats.uima_cas.types import BOOLEAN, REAL, STRING, WHOLE_BITS, TypeSystem, element_of
from tui.model.labels import Attribute, AttributeType
from tui.model.record import Record
from tui.model.span import NO_ATTRIBUTES, Entity, Json, Span

_LABEL_FEATURES: Final = ("value", "label", "category", "PosValue")
_RELATION_FEATURES: Final = ("value", "label", "DependencyType", "relation")
_SEGMENTS: Final = frozenset(
    {
        *("Token", "Sentence", "Paragraph", "Heading", "Div", "TagsetDescription"),
        *("XmlElement", "XmlTextNode", "XmlNode", "XmlDocument"),
    }
)
_ATTACHED: Final = ("pos", "lemma", "stem", "morph")
"""The features of tokens that name spans at their places."""

_DOCUMENTS: Final = ("DocumentAnnotation", "DocumentMetaData", "Metadata")
_NO_ANNOTATIONS: Final = ("View", "NULL", "Sofa")
_TYPE_FILES: Final = ("TypeSystem.xml", "typesystem.xml")
_KINDS: Final[Mapping[str, AttributeType]] = {
    STRING: "text",
    BOOLEAN: "flag",
    **dict.fromkeys((*WHOLE_BITS, *REAL), "number"),
}
"""What the answer is to a question whose feature holds such values."""

_PLACES_XML: Final = re.compile(rb"<(?:\w+:)?XMI\b")


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by its feature structures, or by the root of its XML."""
    del path
    if head.lstrip()[:1] == b"<":
        return _PLACES_XML.search(head[:2000]) is not None
    return b'"%FEATURE_STRUCTURES"' in head or "%TYPES" in outline(head)


def describes(path: Path) -> bool:
    """Tell the file that declares the types of others."""
    return path.name.lower().endswith("typesystem.xml")


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the document; each view that has a text is a record."""
    tally = Tally()
    if source.first_characters(1) == "<":
        return summarise(_read_xml(source, tally), tally)
    return summarise(read_records(source, lambda value, _: _read_cas(read_json(value), source, tally)), tally)


def _read_xml(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    root = read_tree(source)
    if isinstance(root, Refusal):
        yield root
        return
    try:
        cas = read_xmi(root, _find_types(source))
    except WrongError as error:
        yield Refusal(source.name, str(error))
    else:
        yield from _read_cas(cas, source, tally)


def _find_types(source: Source) -> TypeSystem:
    """Read the description of types beside an XMI file; there may be none."""
    for name in (f"{source.inner_path.stem}-typesystem.xml", *_TYPE_FILES):
        described = source.sibling(name)
        root = read_tree(described) if described is not None else None
        if root is not None and not isinstance(root, Refusal):
            return TypeSystem.of_xml(root)
    return TypeSystem()


def _read_cas(cas: Cas, source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    sofas = [each for each in cas.structures if each.text is not None]
    if not sofas:
        yield Refusal(source.name, "this CAS has no text (no sofaString)")
    _tally_strays(cas, sofas, tally)
    for sofa in sofas:
        try:
            record = _View(sofa, cas, tally, is_only=len(sofas) == 1).read()
        except WrongError as error:
            yield Refusal(source.name, str(error))
        else:
            yield _name_document(record, source)


def _tally_strays(cas: Cas, sofas: list[Structure], tally: Tally) -> None:
    """Count what belongs to no text of the file, and what its views name although it is not there."""
    texts = {each.id for each in sofas}
    for each in cas.structures:
        is_lost = bool(each.sofa) if len(texts) == 1 else each.has_place
        if is_lost and each.sofa not in texts and each.short_type not in _NO_ANNOTATIONS:
            said = f"{{}} of the type {each.short_type} {{are}} left out: {{their}} text is not in the file"
            tally.add(said, "annotation", name=each.id)
    for name in sorted(cas.members - {each.id for each in cas.structures}):
        tally.add("the views name {} that {are} not in the file", "annotation", name=name)


def _name_document(record: Record, source: Source) -> Record:
    """Add to the metadata what the file is called, and where its text stands in which article."""
    stem = source.inner_path.stem
    meta: dict[str, Json] = {**record.meta, "document": stem}
    place = read_place(source, stem)
    keep_place(meta, place)
    spans = record.spans if place is None else tuple(map(_without_own_layer, record.spans or ()))
    return structs.replace(record, meta=meta, spans=spans)


def _without_own_layer(span: Span) -> Span:
    """Leave out the layer that spantag's own export gives to spans that have none."""
    if span.attributes.get("layer") != OWN_LAYER:
        return span
    kept = {name: value for name, value in span.attributes.items() if name != "layer"}
    return structs.replace(span, attributes=kept or NO_ATTRIBUTES)


class _View:
    """What becomes of one text and its annotations."""

    def __init__(self, sofa: Structure, cas: Cas, tally: Tally, *, is_only: bool) -> None:
        self._sofa = sofa
        self._cas = cas
        self._tally = tally
        self._is_only = is_only
        self._text = sofa.text or ""
        self._utf16 = Utf16Map(self._text)
        self._spans, self._relations = SpanList(self._text, tally), RelationList()
        self._meta: dict[str, Json] = {}
        self._layers = Layers()
        self._by_id = {each.id: each for each in cas.structures}
        self._slots = _find_slots(cas.structures, self._by_id)
        self._chained = _find_chained(cas.structures, self._by_id)
        self._linking = _find_linking(cas)
        self._span_ids: dict[str, str] = {}
        """The id of a structure to that of its span."""
        self._found_links: list[tuple[str, Link, str, str, str]] = []
        """Label, how it stands, the two structures that it links, and its own id."""
        self._known_of: dict[str, dict[str, Json]] = {}
        """What else is known of a relation."""
        self._following: dict[str, str] = {}
        """The link of a chain to the next one."""
        self._segments: dict[str, list[tuple[int, int]]] = {}
        self._asked: dict[str, list[Attribute]] = {}
        """What is asked of spans, by their labels."""
        self._asked_roles: dict[str, list[str]] = {}
        self._asked_of_relations: dict[str, list[Attribute]] = {}
        self._listed: dict[tuple[str, str], list[Attribute]] = {}
        """What is asked of a type that is called by a feature."""

    def read(self) -> Record:
        """Make a record of it; raises `WrongError`."""
        mine = [each for each in self._cas.structures if self._is_mine(each)]
        for each in mine:
            self._take(each)
        self._relate()
        entities = _join_chains(self._following, self._span_ids, self._tally)
        for name, places in self._segments.items():
            self._layers.note_segments(name, places)
        self._layers.types = self._cas.types.part_of([each.type for each in mine if each.has_place])
        meta = self._meta | self._layers.as_meta()
        relations = self._relations.as_tuple()
        return Record(
            self._text,
            meta=meta,
            spans=self._spans.as_tuple(),
            relations=relations,
            entities=entities,
            asked=self._asked,
            asked_roles=self._asked_roles,
            asked_of_relations=self._asked_of_relations,
        )

    def _is_mine(self, each: Structure) -> bool:
        belongs = each.sofa == self._sofa.id or (self._is_only and not each.sofa)
        return belongs and each is not self._sofa

    def _take(self, each: Structure) -> None:
        if each.short_type in _DOCUMENTS:
            keep = {key: value for key, value in each.features.items() if key != "sofaString"}
            self._meta[each.short_type] = keep
        elif each.short_type in _SEGMENTS:
            self._take_segment(each)
        elif not each.has_place:
            if each.short_type not in _NO_ANNOTATIONS and each.id not in self._slots:
                said = f"{{}} of the type {each.short_type} {{are}} left out: {{they}} {{have}} no place"
                self._tally.add(said, "structure")
        elif each.type in self._linking:
            self._take_relation(each, self._linking[each.type])
        else:
            self._take_span(each)

    def _take_segment(self, each: Structure) -> None:
        place = self._place_of(each)
        is_kept = each.short_type in SEGMENTS and place is not None
        if place is not None and is_kept:
            self._segments.setdefault(each.type, []).append(place)
            named = {key: self._by_id.get(each.reference(key)) for key in _ATTACHED}
            self._layers.attached |= {key: other.type for key, other in named.items() if other is not None}
        became = "{stay} in the metadata" if is_kept else "{are} left out"
        said = f"{{}} of the type {each.short_type} {became}: {{they}} only {{part}} the text"
        self._tally.add(said, "annotation")

    def _take_relation(self, each: Structure, ends: tuple[str, str]) -> None:
        missing = [end for end in ends if each.links.get(end) not in self._by_id]
        if missing:
            said = f"{{}} of the type {each.short_type} {{are}} left out: {{they}} {{have}} no {missing[0]}"
            self._tally.add(said, "relation", name=each.id)
            return
        label, feature, known = _name_relation(each)
        link = Link(layer=each.type, feature=feature, ends=ends)
        self._found_links.append((label, link, each.links[ends[0]], each.links[ends[1]], each.id))
        self._known_of[each.id] = known
        self._note_asked(self._asked_of_relations, label, each.type, feature)

    def _take_span(self, each: Structure) -> None:
        start, end = self._edges_of(each)
        if (following := each.reference("next")) in self._by_id:
            self._following[each.id] = following
        if each.type == ENTITY_LINK and (mention := _find_mention(each, start, end, self._spans)):
            self._span_ids[each.id] = mention
            return
        links = list(_find_links(each, self._by_id))
        for feature, target in each.links.items():
            if target not in self._by_id:
                said = "{} to what is not in the file {are} left out"
                self._tally.add(said, "reference", name=f"{feature} of {each.short_type} {each.id}: {target}")
        label, attributes, called_by = _describe(
            each, {link.feature for _, link, _ in links} | set(each.links)
        )
        where = f"{each.short_type} {each.id}"
        added = self._spans.add(start, end, label, where=where, name=each.id, attributes=attributes)
        if added is not None:
            self._note_span(each, added, called_by)
            self._note_asked(self._asked, label, each.type, called_by)
            roles = [role for role, link, _ in links if link.kind == "role"]
            if roles:
                known = self._asked_roles.setdefault(label, [])
                known += [role for role in dict.fromkeys(roles) if role not in known]
        self._found_links += [(label, link, each.id, target, "") for label, link, target in links]

    def _note_span(self, each: Structure, added: str, called_by: str) -> None:
        """Keep what goes back with a span to where it came from."""
        self._span_ids[each.id] = added
        if called_by:
            self._layers.note_label(each.type, called_by, added)
        if each.id in self._chained:
            self._layers.note_chain(each.type)
            if isinstance(called := each.features.get("referenceRelation"), str) and called:
                self._layers.chain_links[added] = called

    def _note_asked(
        self, asked: dict[str, list[Attribute]], label: str, type_name: str, called_by: str
    ) -> None:
        """Note what a type declares beside the feature that it is called by."""
        place = type_name, called_by
        if place not in self._listed:
            self._listed[place] = list(_list_asked(self._cas.types, type_name, called_by))
        known = asked.setdefault(label, [])
        known += [each for each in self._listed[place] if each not in known]

    def _edges_of(self, each: Structure) -> tuple[object, object]:
        """Give where an annotation stands in code points; raises `WrongError` where that is nowhere."""
        start, end = each.begin, each.end
        if not self._cas.in_utf16 or type(start) is not int or type(end) is not int:
            return start, end
        place = self._place_of(each)
        if place is None:
            raise WrongError(
                f"{each.short_type} {each.id}: {start}–{end} is outside the text of"
                f" {self._utf16.length} UTF-16 units, or cuts a character in two"
            )
        return place

    def _place_of(self, each: Structure) -> tuple[int, int] | None:
        """Give where a structure stands in code points; None where that is nowhere."""
        start, end = each.begin, each.end
        if type(start) is not int or type(end) is not int:
            return None
        if not self._cas.in_utf16:
            return start, end
        first, last = self._utf16.to_code_points(start), self._utf16.to_code_points(end)
        return None if first is None or last is None else (first, last)

    def _relate(self) -> None:
        """Make the relations of all links."""
        for label, link, head, tail, name in self._found_links:
            # A dependency links tokens; the span over a token's place stands for it.
            first, second = (_span_of(end, self._span_ids, self._by_id) for end in (head, tail))
            if first is None or second is None:
                named = f"{label} {name}".rstrip()
                self._tally.add("{} between what is no span {are} left out", "relation", name=named)
                continue
            of_tokens = head not in self._span_ids or tail not in self._span_ids
            added = self._relations.add(
                label,
                first,
                second,
                where=label,
                name=name,
                attributes=self._known_of.get(name, NO_ATTRIBUTES),
            )
            self._layers.note_link(label, structs.replace(link, of_tokens=of_tokens), added)


def _find_mention(link: Structure, start: object, end: object, spans: SpanList) -> str | None:
    """Find the span that a link of an entity's chain stands beside."""
    if type(start) is not int or type(end) is not int:
        return None
    return spans.find(start, end, label=link.features.get("referenceType"))


def _join_chains(following: Mapping[str, str], ids: Mapping[str, str], tally: Tally) -> tuple[Entity, ...]:
    """Make an entity of every chain of several spans, in its order."""
    joined = EntityList()
    followed = set(following.values())
    for first in (link for link in following if link not in followed):
        chain = [first]
        while (place := following.get(chain[-1], "")) and place not in chain:
            chain.append(place)
        mentions = [ids[link] for link in chain if link in ids]
        if len(mentions) > 1:
            with tally.leaving_out("entity"):
                joined.add(mentions, where=f"the chain of {first}")
    return joined.as_tuple()


def _name_relation(link: Structure) -> tuple[str, str, dict[str, Json]]:
    """Find what a relation is called, by which feature, and what else is known of it."""
    ends = {end for pair in LINK_ENDS for end in pair}
    features: dict[str, Json] = {
        key: value for key, value in link.features.items() if value is not None and key not in ends
    }
    found = next(
        (key for key in _RELATION_FEATURES if isinstance(features.get(key), str) and features[key]), None
    )
    label = str(features.pop(found)) if found is not None else link.short_type
    return label, found or "", features


def _span_of(target: str, ids: Mapping[str, str], by_id: Mapping[str, Structure]) -> str | None:
    token = by_id.get(target)
    if target in ids or token is None:
        return ids.get(target)
    same = (
        each
        for each in by_id.values()
        if each.id in ids and (each.begin, each.end) == (token.begin, token.end)
    )
    return next((ids[each.id] for each in same), None)


def _find_linking(cas: Cas) -> dict[str, tuple[str, str]]:
    """Find the types that link two annotations, each with the features that name them."""
    found: dict[str, tuple[str, str]] = {}
    for each in cas.structures:
        for ends in LINK_ENDS:
            is_link = all(end in each.links or cas.types.names_one(each.type, end) for end in ends)
            if each.has_place and is_link:
                found.setdefault(each.type, ends)
    return found


def _find_slots(structures: list[Structure], by_id: Mapping[str, Structure]) -> set[str]:
    """Find the structures that only carry a link: to a role's target, or to the first link of a chain."""
    used = {each.id for each in structures if "target" in each.features and each.begin is None}
    used |= {each.id for each in structures if "target" in each.links and each.begin is None}
    return used | {each.id for each in structures if each.begin is None and each.reference("first") in by_id}


def _find_chained(structures: list[Structure], by_id: Mapping[str, Structure]) -> set[str]:
    """Find the links of chains: the first ones that chains name, and those that follow."""
    found: set[str] = set()
    for each in structures:
        place = each.reference("first") if each.begin is None else ""
        while place in by_id and place not in found:
            found.add(place)
            place = by_id[place].reference("next")
    return found


def _find_links(each: Structure, by_id: Mapping[str, Structure]) -> Iterator[tuple[str, Link, str]]:
    """Find the targets of an annotation's roles, and others it names; chains are entities.

    Gives the label, how the link stands, and the id of the target.
    """
    for key, target in each.links.items():
        if key != "next" and target in by_id:
            yield key, Link("reference", feature=key), target
    for key, value in each.features.items():
        named = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
        ids = [str(name) for name in named if each.names_by_text or type(name) is int]
        for slot in (by_id.get(name) for name in ids):
            if slot is not None and slot.begin is None and (target := slot.reference("target")):
                role = slot.features.get("role")
                is_named = isinstance(role, str) and bool(role)
                link = Link("role", layer=slot.type, feature=key, is_named=is_named)
                yield str(role) if is_named else key, link, target


def _list_asked(types: TypeSystem, type_name: str, called_by: str) -> Iterator[Attribute]:
    """List what a type asks: its features that hold values and no other structures."""
    for each in types.lineage(type_name):
        for feature in types.types[each].features:
            held = types.range_of(type_name, feature)
            kind = _KINDS.get(element_of(held))
            is_several = held.endswith("[]")
            if kind is not None and feature != called_by and not (is_several and kind != "text"):
                yield Attribute(feature, kind, multiple=is_several)


def _describe(structure: Structure, linking: AbstractSet[str]) -> tuple[str, dict[str, Json], str]:
    """Find what an annotation is called, what else is known of it, and by which feature it is called.

    Features that link it are not among these.
    """
    features = {
        key: value
        for key, value in structure.features.items()
        if value is not None and key not in linking and key not in ("sofaString", "next")
    }
    found = next(
        (key for key in _LABEL_FEATURES if isinstance(features.get(key), str) and features[key]), None
    )
    label = str(features.pop(found)) if found is not None else structure.short_type
    if structure.short_type in ("Lemma", "Stem", "SurfaceForm") and found is not None:
        label, features, found = structure.short_type, {found: label, **features}, None
    return label, {"layer": structure.type, **features}, found or ""
