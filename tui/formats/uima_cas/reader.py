"""UIMA CAS as JSON (`uima-json-cas` 0.4, INCEpTION and dkpro-cassis) and as XMI: one document a file.

Offsets are **UTF-16 units** of the document's text, end exclusive, unless a header says otherwise::

    {"%TYPES":{…},"%VIEWS":{…},"%FEATURE_STRUCTURES":[
      {"%ID":1,"%TYPE":"uima.cas.Sofa","sofaString":"Two men fled."},
      {"%ID":2,"%TYPE":"custom.Event","@sofa":1,"begin":0,"end":7,"value":"actor"},
      {"%ID":3,"%TYPE":"custom.Role","@sofa":1,"begin":8,"end":12,"@Governor":2,"@Dependent":4}]}

    <xmi:XMI …><cas:Sofa xmi:id="1" sofaString="Two men fled."/>
      <custom:Event xmi:id="2" sofa="1" begin="0" end="7" value="actor"/></xmi:XMI>

Every annotation of the text becomes a span, labelled by its feature `value`, `label` or `category`, else
by its type, which is its attribute `layer`. Sentences and tokens stay in the metadata, as the document itself
does; other parts of the text are counted and left out. Types that link two annotations (`Governor` and
`Dependent`, or `source` and `target`) become relations. What layers and features these were, and the file's
name, are the metadata `layers` and `document`, so that they can be written back.
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
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
    short,
    summarise,
)
from tui.formats.shared.source import Source
from tui.formats.shared.xml_tree import read_tree
from tui.model.record import Record
from tui.model.span import NO_ATTRIBUTES, Entity, Json, Span

_LABEL_FEATURES: Final = ("value", "label", "category", "PosValue")
_RELATION_FEATURES: Final = ("value", "label", "DependencyType", "relation")
_ENDS: Final = (("Governor", "Dependent"), ("source", "target"), ("Source", "Target"))
_SEGMENTS: Final = frozenset(
    {
        *("Token", "Sentence", "Paragraph", "Heading", "Div", "TagsetDescription"),
        *("XmlElement", "XmlTextNode", "XmlNode", "XmlDocument"),
    }
)
_ATTACHED: Final = ("pos", "lemma", "stem", "morph")
"""The features of tokens that name spans at their places."""

_DOCUMENTS: Final = ("DocumentAnnotation", "DocumentMetaData", "Metadata")
_OWN_KEYS: Final = frozenset({"%ID", "%TYPE", "%FLAGS", "@sofa", "begin", "end"})
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
        return summarise(_read_xmi(source, tally), tally)
    return summarise(read_records(source, lambda value, _: _read_json(value, source, tally)), tally)


@dataclass(slots=True)
class _Structure:
    """One feature structure."""

    id: str
    type: str
    sofa: str = ""
    begin: object = None
    end: object = None
    features: dict[str, Json] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """Feature to the id of another structure."""
    text: str | None = None
    names_by_text: bool = False
    """Whether a text among its features may name other structures: in XMI, which has nothing but texts."""

    @property
    def short_type(self) -> str:
        """Its type without the package."""
        return re.split(r"[.:]", self.type)[-1]


def _read_json(value: Json, source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    if not isinstance(value, dict):
        raise WrongError(f"a CAS must be an object, not {short(value)}")
    header = value.get("%HEADER")
    unit = header.get("%OFFSET_ENCODING") if isinstance(header, dict) else None
    structures = _structures_of(value.get("%FEATURE_STRUCTURES"))
    in_utf16 = str(unit or "UTF-16").upper().replace("_", "-") == "UTF-16"
    return _read_structures(structures, source, tally, in_utf16=in_utf16)


def _structures_of(value: Json) -> list[_Structure]:
    if isinstance(value, dict):
        value = [{"%ID": key, **inner} for key, inner in value.items() if isinstance(inner, dict)]
    if not isinstance(value, list):
        raise WrongError(f'"%FEATURE_STRUCTURES" must be a list, not {short(value)}')
    structures: list[_Structure] = []
    lists = _lists_in(value)
    for index, raw in enumerate(value):
        if isinstance(raw, dict) and str(raw.get("%ID")) in lists:
            continue
        if not isinstance(raw, dict) or not isinstance(raw.get("%TYPE"), str):
            raise WrongError(f"feature structure {index} must be an object with %TYPE, not {short(raw)}")
        text = raw.get("sofaString")
        structures.append(
            _Structure(
                str(raw.get("%ID", index)),
                str(raw["%TYPE"]),
                str(raw.get("@sofa", "")),
                raw.get("begin"),
                raw.get("end"),
                _features_of(raw, lists),
                {
                    key[1:]: str(each)
                    for key, each in raw.items()
                    if key.startswith("@") and key != "@sofa" and str(each) not in lists
                },
                text if isinstance(text, str) else None,
            )
        )
    return structures


def _lists_in(structures: list[Json]) -> dict[str, list[Json]]:
    """Find the structures that only hold the values of others, by id."""
    found: dict[str, list[Json]] = {}
    for raw in structures:
        elements = raw.get("%ELEMENTS") if isinstance(raw, dict) else None
        if isinstance(raw, dict) and isinstance(elements, list):
            found[str(raw.get("%ID"))] = elements
    return found


def _features_of(raw: Mapping[str, Json], lists: Mapping[str, list[Json]]) -> dict[str, Json]:
    """Give what a structure says itself, a list in the place of the structure that holds it."""
    features: dict[str, Json] = {}
    for key, value in raw.items():
        if key.startswith("@") and key != "@sofa" and str(value) in lists:
            features[key[1:]] = lists[str(value)]
        elif key not in _OWN_KEYS and key[0] not in "^@":
            features[key.removeprefix("#")] = value
    return features


def _read_xmi(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    root = read_tree(source)
    if isinstance(root, Refusal):
        yield root
        return
    structures: list[_Structure] = []
    for element in root:
        uri, _, name = element.tag.rpartition("}")
        package = uri.removeprefix("{http:///").removesuffix(".ecore").replace("/", ".")
        ids = [value for key, value in element.attrib.items() if key.endswith("}id")]
        features: dict[str, Json] = {
            key: value
            for key, value in element.attrib.items()
            if "}" not in key and key not in ("sofa", "begin", "end")
        }
        for child in element:
            values = features.setdefault(child.tag, [])
            if isinstance(values, list):
                values.append(child.text or "")
        begin, end = element.get("begin"), element.get("end")
        structures.append(
            _Structure(
                ids[0] if ids else "",
                f"{package}.{name}",
                element.get("sofa", ""),
                int(begin) if begin is not None and begin.isdecimal() else begin,
                int(end) if end is not None and end.isdecimal() else end,
                features,
                {key: str(value) for key, value in features.items() if any(key in pair for pair in _ENDS)},
                element.get("sofaString"),
                names_by_text=True,
            )
        )
    yield from _read_structures(structures, source, tally, in_utf16=True)


def _read_structures(
    structures: list[_Structure], source: Source, tally: Tally, *, in_utf16: bool
) -> Iterator[Record | Refusal]:
    sofas = [each for each in structures if each.text is not None]
    if not sofas:
        yield Refusal(source.name, "this CAS has no text (no sofaString)")
    for sofa in sofas:
        try:
            record = _read_view(sofa, structures, tally, in_utf16=in_utf16, is_only=len(sofas) == 1)
        except WrongError as error:
            yield Refusal(source.name, str(error))
        else:
            yield _name_document(record, source)


def _name_document(record: Record, source: Source) -> Record:
    """Add to the metadata what the file is called, and where its text stands in which article."""
    stem = source.inner_path.stem
    meta: dict[str, Json] = {**record.meta, "document": stem}
    place = read_place(source, stem)
    keep_place(meta, place)
    spans = record.spans if place is None else tuple(map(_without_own_layer, record.spans or ()))
    return replace(record, meta=meta, spans=spans)


def _without_own_layer(span: Span) -> Span:
    """Leave out the layer that spantag's own export gives to spans that have none."""
    if span.attributes.get("layer") != OWN_LAYER:
        return span
    kept = {name: value for name, value in span.attributes.items() if name != "layer"}
    return structs.replace(span, attributes=kept or NO_ATTRIBUTES)


def _read_view(
    sofa: _Structure, structures: list[_Structure], tally: Tally, *, in_utf16: bool, is_only: bool
) -> Record:
    text = sofa.text or ""
    utf16 = Utf16Map(text)
    spans, relations = SpanList(text, tally), RelationList()
    meta: dict[str, Json] = {}
    ids: dict[str, str] = {}
    linking: list[tuple[str, Link, str, str, str]] = []
    known_of: dict[str, dict[str, Json]] = {}
    segments: dict[str, list[tuple[int, int]]] = {}
    features: dict[str, Mapping[str, Json]] = {}
    layers = Layers()
    by_id = {each.id: each for each in structures}
    used = _find_slots(structures, by_id)
    following: dict[str, str] = {}
    chained = _find_chained(structures, by_id)
    for each in structures:
        if each is sofa or (each.sofa != sofa.id and not (is_only and not each.sofa)):
            continue
        if each.short_type in _DOCUMENTS:
            keep = {key: value for key, value in each.features.items() if key != "sofaString"}
            meta[each.short_type] = keep
            continue
        if each.short_type in _SEGMENTS:
            place = _place_of(each, utf16, in_utf16=in_utf16)
            is_kept = each.short_type in SEGMENTS and place is not None
            if place is not None and is_kept:
                segments.setdefault(each.type, []).append(place)
                layers.attached |= {
                    key: by_id[named].type for key in _ATTACHED if (named := _reference(each, key)) in by_id
                }
            became = "{stay} in the metadata" if is_kept else "{are} left out"
            said = f"{{}} of the type {each.short_type} {became}: {{they}} only {{part}} the text"
            tally.add(said, "annotation")
            continue
        if each.begin is None or each.end is None:
            if each.short_type not in ("View", "NULL", "Sofa") and each.id not in used:
                said = f"{{}} of the type {each.short_type} {{are}} left out: {{they}} {{have}} no place"
                tally.add(said, "structure")
            continue
        ends = next((pair for pair in _ENDS if pair[0] in each.links and pair[1] in each.links), None)
        if ends is not None:
            label, feature, known = _name_relation(each, tally)
            link = Link(layer=each.type, feature=feature, ends=ends)
            linking.append((label, link, each.links[ends[0]], each.links[ends[1]], each.id))
            known_of[each.id] = known
            continue
        start, end = each.begin, each.end
        if in_utf16 and type(start) is int and type(end) is int:
            turned = utf16.to_code_points(start), utf16.to_code_points(end)
            if None in turned:
                raise WrongError(
                    f"{each.short_type} {each.id}: {start}–{end} is outside the text of"
                    f" {utf16.length} UTF-16 units, or cuts a character in two"
                )
            start, end = turned
        if (next_link := _reference(each, "next")) in by_id:
            following[each.id] = next_link
        if each.type == ENTITY_LINK and (found := _find_mention(each, start, end, spans)):
            ids[each.id] = found
            continue
        links = list(_find_links(each, by_id))
        label, attributes, called_by = _describe(each, {link.feature for _, link, _ in links})
        added = spans.add(
            start, end, label, where=f"{each.short_type} {each.id}", name=each.id, attributes=attributes
        )
        if added is not None:
            ids[each.id] = added
            if called_by:
                layers.note_label(each.type, called_by, added)
            if each.id in chained:
                layers.note_chain(each.type)
                if isinstance(called := each.features.get("referenceRelation"), str) and called:
                    layers.chain_links[added] = called
        linking += [(label, link, each.id, target, "") for label, link, target in links]
    for label, link, head, tail, name in linking:
        # A dependency links tokens; the span over a token's place stands for it.
        ends_found = [_span_of(end, ids, by_id) for end in (head, tail)]
        if ends_found[0] is None or ends_found[1] is None:
            named = f"{label} {name}".rstrip()
            tally.add("{} between what is no span {are} left out", "relation", name=named)
        else:
            of_tokens = head not in ids or tail not in ids
            added = relations.add(label, ends_found[0], ends_found[1], where=label, name=name)
            layers.note_link(label, structs.replace(link, of_tokens=of_tokens), added)
            features[added] = known_of.get(name, {})
    entities = _join_chains(following, ids, tally)
    for name, places in segments.items():
        layers.note_segments(name, places)
    meta |= layers.as_meta(features)
    return Record(text, meta=meta, spans=spans.as_tuple(), relations=relations.as_tuple(), entities=entities)


def _find_mention(link: _Structure, start: object, end: object, spans: SpanList) -> str | None:
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


def _place_of(each: _Structure, utf16: Utf16Map, *, in_utf16: bool) -> tuple[int, int] | None:
    """Give where a structure stands in code points; None where that is nowhere."""
    start, end = each.begin, each.end
    if type(start) is not int or type(end) is not int:
        return None
    if not in_utf16:
        return start, end
    first, last = utf16.to_code_points(start), utf16.to_code_points(end)
    return None if first is None or last is None else (first, last)


def _name_relation(link: _Structure, tally: Tally) -> tuple[str, str, dict[str, Json]]:
    """Find what a relation is called, by which feature, and what else is known of it."""
    ends = {end for pair in _ENDS for end in pair}
    features: dict[str, Json] = {
        key: value for key, value in link.features.items() if value not in (None, "") and key not in ends
    }
    found = next((key for key in _RELATION_FEATURES if isinstance(features.get(key), str)), None)
    label = str(features.pop(found)) if found is not None else link.short_type
    if features:
        more = ", ".join(f"{key} {value}" for key, value in features.items())
        tally.add("the other features of {} {stay} in the metadata", "relation", name=f"{label}: {more}")
    return label, found or "", features


def _span_of(target: str, ids: Mapping[str, str], by_id: Mapping[str, _Structure]) -> str | None:
    token = by_id.get(target)
    if target in ids or token is None:
        return ids.get(target)
    same = (
        each
        for each in by_id.values()
        if each.id in ids and (each.begin, each.end) == (token.begin, token.end)
    )
    return next((ids[each.id] for each in same), None)


def _find_slots(structures: list[_Structure], by_id: Mapping[str, _Structure]) -> set[str]:
    """Find the structures that only carry a link: to a role's target, or to the first link of a chain."""
    used = {each.id for each in structures if "target" in each.features and each.begin is None}
    used |= {each.id for each in structures if "target" in each.links and each.begin is None}
    return used | {
        each.id for each in structures if each.begin is None and _reference(each, "first") in by_id
    }


def _find_chained(structures: list[_Structure], by_id: Mapping[str, _Structure]) -> set[str]:
    """Find the links of chains: the first ones that chains name, and those that follow."""
    found: set[str] = set()
    for each in structures:
        place = _reference(each, "first") if each.begin is None else ""
        while place in by_id and place not in found:
            found.add(place)
            place = _reference(by_id[place], "next")
    return found


def _find_links(each: _Structure, by_id: Mapping[str, _Structure]) -> Iterator[tuple[str, Link, str]]:
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
            if slot is not None and slot.begin is None and (target := _reference(slot, "target")):
                role = slot.features.get("role")
                is_named = isinstance(role, str) and bool(role)
                link = Link("role", layer=slot.type, feature=key, is_named=is_named)
                yield str(role) if is_named else key, link, target


def _reference(structure: _Structure, key: str) -> str:
    value = structure.links.get(key, structure.features.get(key))
    return str(value) if isinstance(value, int | str) else ""


def _describe(structure: _Structure, linking: AbstractSet[str]) -> tuple[str, dict[str, Json], str]:
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
