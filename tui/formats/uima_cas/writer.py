r"""Writes UIMA CAS JSON (`uima-json-cas` 0.4) for INCEpTION: a folder with a file for each text, and layers.

    {"%TYPES":{"custom.Span":{"%NAME":"custom.Span","%SUPER_TYPE":"uima.tcas.Annotation",
       "label":{"%NAME":"label","%RANGE":"uima.cas.String"}}},
     "%FEATURE_STRUCTURES":[
       {"%ID":1,"%TYPE":"uima.cas.Sofa","sofaNum":1,"sofaID":"_InitialView","sofaString":"Two men fled."},
       {"%ID":3,"%TYPE":"custom.Span","@sofa":1,"begin":0,"end":7,"label":"actor"}],
     "%VIEWS":{"_InitialView":{"%SOFA":1,"%MEMBERS":[3]}}}

Offsets are **UTF-16 units**, end exclusive. What came from INCEpTION returns to its own layers and features,
under its own numbers; anything else stands in `custom.Span` and `custom.Relation`, the layers of INCEpTION's
basic project. `typesystem.xml` has all layers, for a project that lacks them. Tokens and sentences are those
that there were; INCEpTION makes those that a file lacks.
"""

import json
import re
import sys
from collections import Counter, deque
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import count
from typing import Final

from tui.formats.shared.answers import as_text
from tui.formats.shared.fitting import Fitter
from tui.formats.shared.layers import (
    ENTITY_LINK,
    LAYERS_KEY,
    OWN_LAYER,
    SEGMENTS,
    USUAL_LABEL,
    Layers,
    LayerType,
    Link,
    features_of,
)
from tui.formats.shared.offsets import Utf16Map
from tui.formats.shared.reading import PLACES_FILE
from tui.formats.shared.writing import (
    Feature,
    FileNames,
    Target,
    WriteOptions,
    document_of,
    dump_line,
    name_once,
    place_of,
)
from tui.formats.uima_cas.types import (
    ARRAYS,
    BOOLEAN,
    DOUBLE,
    INTEGER,
    LONG,
    REAL,
    STRING,
    WHOLE_BITS,
    element_of,
    fits_bits,
)
from tui.model.labels import Attribute, LabelSet
from tui.model.record import Record
from tui.model.span import Json, Relation, Span

CARRIES: Final[frozenset[Feature]] = frozenset(
    {"text", "overlaps", "any edge", "attributes", "relations", "attributes of relations", "entities"}
)
"""What the format carries beside spans."""

_RELATION: Final = Link(layer="custom.Relation", feature="label")
_LABEL: Final = "label"
"""The layer of relations in INCEpTION's basic project, and the feature that both its layers are called by."""

_ANNOTATION: Final = "uima.tcas.Annotation"
_TOP: Final = "uima.cas.TOP"
_STRINGS: Final = f"{STRING}[]"
_DOCUMENT: Final = "uima.tcas.DocumentAnnotation"
_METADATA: Final = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
_IS_LAYER: Final = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+", re.ASCII)
_IS_NUMBER: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_UNFIT: Final = re.compile(r"\W", re.ASCII)
_GREATEST: Final = sys.float_info.max
_RESERVED: Final = ("begin", "end", "sofa")


class UimaCasWriter:
    """Writes a folder of JSON files, a text each, with the layers that they need."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._target = target
        self._fitter = Fitter.of(CARRIES, options)
        self._types = _Types(options.labels)
        self._files = FileNames()
        self._homes: dict[str, str] = {}
        self._places: list[str] = []

    def write(self, record: Record) -> None:
        """Write one record as one document."""
        fitted = self._fitter.fit(record)
        document = _Document(fitted, self._types, self._fitter, self._homes)
        name = self._files.take(record)
        self._places.append(f"{name}\t{json.dumps(place_of(record), ensure_ascii=True)}\n")
        with self._target.open_text(f"{name}.json") as out:
            out.write(dump_line(document.as_json()) + "\n")

    def close(self) -> None:
        """Write the layers, and which articles the texts are."""
        if self._types.layers:
            with self._target.open_text("typesystem.xml") as out:
                out.write(self._types.describe())
        with self._target.open_text(PLACES_FILE) as out:
            out.writelines(self._places)


class _Types:
    """The types of one export: what they extend, and what their features hold."""

    def __init__(self, labels: LabelSet) -> None:
        self._supers: dict[str, str] = {}
        self._features: dict[str, dict[str, str]] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._declared = {
            (label.name, each.name): each for label in labels.labels for each in label.attributes
        }
        self._declared_of_relations = {
            (relation.name, each.name): each for relation in labels.relations for each in relation.attributes
        }
        self._roles = {(label.name, role.name) for label in labels.labels for role in label.roles}

    @property
    def layers(self) -> list[str]:
        """The types that are layers, or belong to some."""
        return [name for name in self._supers if name != _METADATA]

    def add(self, name: str, super_type: str) -> None:
        """Add a type that a file has."""
        self._supers.setdefault(name, super_type)
        self._features.setdefault(name, {})

    def declare(self, types: Mapping[str, LayerType]) -> None:
        """Add what a file declared; what another one declared before counts."""
        for name, declared in types.items():
            self.add(name, declared.super_type)
            self._features[name] = declared.features | self._features[name]

    def add_feature(self, name: str, feature: str, held: str) -> None:
        """Add a feature of a type, or widen it to any span where it names spans of several layers."""
        home = self._home_of(name, feature)
        before = self._features[home].setdefault(feature, held)
        if held not in (before, STRING) and not before.startswith("uima.cas."):
            self._features[home][feature] = _ANNOTATION

    def _home_of(self, name: str, feature: str) -> str:
        """Find the type that has a feature: this one, or one above it."""
        for each in self._lineage(name):
            if feature in self._features[each]:
                return each
        return name

    def _lineage(self, name: str) -> list[str]:
        found: list[str] = []
        while name in self._supers and name not in found:
            found.append(name)
            name = self._supers[name]
        return found

    def name_feature(self, layer: str, attribute: str) -> str:
        """Name the feature of an attribute: letters, digits and `_`."""
        names = self._names.setdefault(layer, {})
        if attribute not in names:
            names.update(name_once([attribute], _clean_feature, taken=[*names.values(), *_RESERVED]))
        return names[attribute]

    def find_role(self, layer: str, label: str, role: str) -> Link | None:
        """Say how a role of labels.yaml stands: as a link feature of the event's layer; None for no role."""
        if (label, role) not in self._roles:
            return None
        feature = self.name_feature(layer, role)
        holder = f"{layer}{feature[:1].upper()}{feature[1:]}Link"
        return Link("role", layer=holder, feature=feature, is_named=feature != role)

    def find_declared(self, about: Span | Relation, attribute: str) -> Attribute | None:
        """Find what labels.yaml says of an attribute of a span or relation."""
        declared = self._declared if isinstance(about, Span) else self._declared_of_relations
        return declared.get((about.label, attribute))

    def fit_value(self, layer: str, feature: str, declared: Attribute | None, value: Json) -> Json:
        """Write a value as its feature holds it; None where it cannot."""
        usual = _range_of(value) if declared is None else _range_of_type(declared, value, layer)
        held = self._hold(layer, feature, usual)
        if held in ARRAYS:
            values = value if isinstance(value, list) else [value]
            fitted = [_fit(each, element_of(held)) for each in values]
            return list[Json](fitted) if None not in fitted else None
        is_count = declared is not None and declared.type == "count"
        if held == STRING and is_count and isinstance(value, dict):
            return as_text(value)
        return _fit(value, held)

    def _hold(self, layer: str, feature: str, usual: str) -> str:
        """Say what a feature holds, from now on what is usual where nothing is declared of it."""
        home = self._home_of(layer, feature)
        held = self._features[home].setdefault(feature, usual) if usual else ""
        texts = self._lineage(held)
        return STRING if texts and self._supers[texts[-1]] == STRING else held

    def hold(self, layer: str, feature: str, usual: str) -> str:
        """Say which structure has the values of a feature that holds several."""
        return ARRAYS.get(self._hold(layer, feature, usual), ARRAYS[_STRINGS])

    def as_json(self, used: Iterable[str]) -> dict[str, Json]:
        """Write the types that a file uses."""
        written: dict[str, Json] = {}
        waiting = deque(used)
        while waiting:
            name = waiting.popleft()
            if name in written or name not in self._supers:
                continue
            described: dict[str, Json] = {"%NAME": name, "%SUPER_TYPE": self._supers[name]}
            for feature, held in self._features[name].items():
                described[feature] = {"%NAME": feature, "%RANGE": held}
                waiting.append(element_of(held))
            written[name] = described
            waiting.append(self._supers[name])
        return written

    def describe(self) -> str:
        """Write all types as a type system description, as INCEpTION imports layers."""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">',
            "  <types>",
        ]
        for name in self.layers:
            lines += ["    <typeDescription>", f"      <name>{name}</name>", "      <description/>"]
            lines += [f"      <supertypeName>{self._supers[name]}</supertypeName>", "      <features>"]
            for feature, held in self._features[name].items():
                lines += _describe_feature(feature, held)
            lines += ["      </features>", "    </typeDescription>"]
        return "\n".join([*lines, "  </types>", "</typeSystemDescription>", ""])


class _Document:
    """The structures of one text."""

    def __init__(self, record: Record, types: _Types, fitter: Fitter, homes: dict[str, str]) -> None:
        self._record = record
        self._types = types
        self._fitter = fitter
        self._homes = homes
        self._layers = Layers.of(record.meta.get(LAYERS_KEY))
        types.declare(self._layers.types)
        self._utf16 = Utf16Map(record.text)
        self._numbers = _keep_numbers([*(record.spans or ()), *record.relations])
        taken = set(self._numbers.values())
        self._free = (each for each in count(1) if each not in taken)
        self._sofa = next(self._free)
        self._structures: list[dict[str, Json]] = []
        self._by_number: dict[Json, dict[str, Json]] = {}
        self._members: list[Json] = []
        self._of_span: dict[str, dict[str, Json]] = {}
        self._tokens: dict[tuple[int, int], dict[str, Json]] = {}
        self._labels = {span.id: span.label for span in record.spans or ()}
        self._edges = {span.id: (span.start, span.end) for span in record.spans or ()}
        self._add_document()
        self._add_spans(record.spans or ())
        self._add_segments(record)
        self._add_relations(record.relations)
        self._add_chains([*self._links_of(record.spans or ()), *self._add_entities()])

    def as_json(self) -> Json:
        """Write it all."""
        sofa: dict[str, Json] = {
            "%ID": self._sofa,
            "%TYPE": "uima.cas.Sofa",
            "sofaNum": 1,
            "sofaID": "_InitialView",
            "mimeType": "text",
            "sofaString": self._record.text,
        }
        used = [str(each["%TYPE"]) for each in self._structures]
        return {
            "%TYPES": self._types.as_json(used),
            "%FEATURE_STRUCTURES": [sofa, *self._structures],
            "%VIEWS": {"_InitialView": {"%SOFA": self._sofa, "%MEMBERS": self._members}},
        }

    def _add(self, name: str, *, number: int | None = None, is_indexed: bool = True) -> dict[str, Json]:
        """Add a structure, which stands in the index of its view unless only another one names it."""
        structure: dict[str, Json] = {"%ID": next(self._free) if number is None else number, "%TYPE": name}
        self._structures.append(structure)
        self._by_number[structure["%ID"]] = structure
        if is_indexed:
            structure["@sofa"] = self._sofa
            self._members.append(structure["%ID"])
        return structure

    def _place(self, structure: dict[str, Json], start: int, end: int) -> None:
        structure["begin"] = self._utf16.from_code_points(start)
        structure["end"] = self._utf16.from_code_points(end)

    def _add_document(self) -> None:
        """Add what is known of the document: as it came, or its title and id."""
        came = [self._record.meta.get(key) for key in ("DocumentMetaData", "DocumentAnnotation")]
        said = next((each for each in came if isinstance(each, dict)), None)
        is_plain = said is not None and not isinstance(came[0], dict)
        if said is None:
            name = document_of(self._record)
            about = {"documentTitle": name or self._record.title, "documentId": name or self._record.id}
            said = {key: value for key, value in about.items() if value}
        document = self._add(_DOCUMENT if is_plain else _METADATA)
        self._place(document, 0, len(self._record.text))
        if not is_plain:
            self._types.add(_METADATA, _DOCUMENT)
        for key, value in said.items():
            if key == "language" or (is_plain is False and _clean_feature(key) == key):
                self._set_about(document, key, value)

    def _set_about(self, document: dict[str, Json], key: str, value: Json) -> None:
        if key == "isLastSegment":
            value = value in (True, "true")
        held = _range_of(value)
        if held and held != _STRINGS:
            document[key] = value
            if key != "language":
                self._types.add_feature(_METADATA, key, held)

    def _add_spans(self, spans: Iterable[Span]) -> None:
        own = {span.id: layer for span in spans if (layer := _layer_of(span))}
        usual = _most_common(own.values())
        here: dict[str, str] = {}
        for span in spans:
            if span.id in own:
                here.setdefault(span.label, own[span.id])
                self._homes.setdefault(span.label, own[span.id])
        for span in spans:
            layer = (
                own.get(span.id) or here.get(span.label) or usual or self._homes.get(span.label) or OWN_LAYER
            )
            self._add_span(span, layer, is_own=span.id in own)

    def _add_span(self, span: Span, layer: str, *, is_own: bool) -> None:
        structure = self._add(layer, number=self._numbers.get((Span, span.id)))
        self._of_span[span.id] = structure
        self._place(structure, span.start, span.end)
        if layer == _ANNOTATION:
            return
        self._types.add(layer, _ANNOTATION)
        is_known = is_own or layer != OWN_LAYER
        called_by = self._layers.labels.get(layer, USUAL_LABEL if is_known else _LABEL)
        called_by = self._layers.other_labels.get(span.id, called_by)
        if not is_own or span.label != layer.rpartition(".")[2]:
            structure[called_by] = span.label
            self._types.add_feature(layer, called_by, STRING)
        for attribute, value in span.attributes.items():
            if not (is_own and attribute == "layer"):
                self._set_attribute(span, structure, attribute, value, taken=(called_by,))

    def _set_attribute(
        self,
        about: Span | Relation,
        structure: dict[str, Json],
        attribute: str,
        value: Json,
        *,
        taken: Container[str],
    ) -> None:
        """Write an attribute of a span or relation as a feature of its layer; others have `taken` names."""
        layer = str(structure["%TYPE"])
        feature = self._types.name_feature(layer, attribute)
        if feature in taken:
            feature = self._types.name_feature(layer, f"{attribute}_")
        if isinstance(about, Span) and (value is None or value == []):
            return
        declared = self._types.find_declared(about, attribute)
        fitted = None if value == [] else self._types.fit_value(layer, feature, declared, value)
        if fitted is None:
            why = f"INCEpTION has no room for the value of {attribute}; it was left out"
            self._lose_attribute(about, why)
            return
        if feature != attribute:
            self._lose_attribute(about, f"{attribute!r} is written as {feature!r}")
        self._set_value(structure, feature, fitted)

    def _lose_attribute(self, about: Span | Relation, why: str) -> None:
        if isinstance(about, Relation):
            self._fitter.lose_answer(self._record, about, why)
        else:
            self._fitter.lose(self._record, about, "attribute", f"{about.label}: {why}")

    def _set_value(self, structure: dict[str, Json], feature: str, value: Json) -> None:
        if isinstance(value, list):
            listed = self._add(self._types.hold(str(structure["%TYPE"]), feature, _STRINGS), is_indexed=False)
            listed["%ELEMENTS"] = value
            structure[f"@{feature}"] = listed["%ID"]
        else:
            structure[feature] = value

    def _add_segments(self, record: Record) -> None:
        """Add the tokens and sentences that there were, and let tokens name the spans at their places."""
        at: dict[tuple[object, ...], dict[str, Json]] = {
            (each["%TYPE"], each["begin"], each["end"]): each for each in self._of_span.values()
        }
        for name in self._layers.segments if record.article is None else ():
            self._types.add(name, _ANNOTATION)
            for start, end in self._layers.list_segments(name, len(record.text)):
                segment = self._add(name)
                self._place(segment, start, end)
                if name.endswith(SEGMENTS[0]):
                    self._tokens[start, end] = segment
                    for feature, layer in self._layers.attached.items():
                        named = at.get((layer, segment["begin"], segment["end"]))
                        if named is not None:
                            segment[f"@{feature}"] = named["%ID"]
                            self._types.add_feature(name, feature, layer)

    def _end_of(self, span: str, link: Link) -> dict[str, Json]:
        """Give what a relation ends at: a span, or the token that it stands for."""
        return self._tokens[self._edges[span]] if link.of_tokens else self._of_span[span]

    def _add_relations(self, relations: Iterable[Relation]) -> None:
        usual = next((each for each in self._layers.links.values() if each.kind == "relation"), None)
        if usual is not None and not usual.feature:
            usual = None
        # In the order of the numbers in their ids: so the roles of an event came.
        for relation in sorted(relations, key=lambda each: (len(each.id), each.id)):
            host = str(self._of_span[relation.head]["%TYPE"])
            role = self._types.find_role(host, self._labels[relation.head], relation.label)
            link = self._layers.links.get(relation.label) or role or usual or _RELATION
            link = self._layers.other_links.get(relation.id, link)
            if (
                link.of_tokens
                and not {self._edges[relation.head], self._edges[relation.tail]} <= self._tokens.keys()
            ):
                self._fitter.lose_relation(
                    self._record, relation, "it links tokens, and there is none at its spans"
                )
            elif link.kind == "relation":
                self._add_relation(relation, link)
            else:
                self._lose_answers(relation)
                (self._add_role if link.kind == "role" else self._refer)(relation, link)

    def _lose_answers(self, relation: Relation) -> None:
        """Count the attributes of a relation that is none of its own there."""
        if relation.attributes:
            named = ", ".join(relation.attributes)
            why = f"{named}: INCEpTION has no room for attributes of a role or reference; they were left out"
            self._fitter.lose_answer(self._record, relation, why)

    def _add_relation(self, relation: Relation, link: Link) -> None:
        structure = self._add(link.layer, number=self._numbers.get((Relation, relation.id)))
        self._types.add(link.layer, _ANNOTATION)
        head, tail = self._end_of(relation.head, link), self._end_of(relation.tail, link)
        # INCEpTION draws a relation at the place of its tail.
        structure |= {"begin": tail["begin"], "end": tail["end"]}
        for feature, span in zip(link.ends, (head, tail), strict=True):
            structure[f"@{feature}"] = span["%ID"]
            self._types.add_feature(link.layer, feature, str(span["%TYPE"]))
        if link.feature:
            structure[link.feature] = relation.label
            self._types.add_feature(link.layer, link.feature, STRING)
        known = features_of(self._record.meta.get(LAYERS_KEY), relation.id)
        for attribute, value in {**known, **relation.attributes}.items():
            taken = {name.removeprefix("@") for name in structure}
            self._set_attribute(relation, structure, attribute, value, taken=taken)

    def _add_role(self, relation: Relation, link: Link) -> None:
        host, target = self._of_span[relation.head], self._of_span[relation.tail]
        role = self._add(link.layer, is_indexed=False)
        self._types.add(link.layer, _TOP)
        self._types.add_feature(link.layer, "role", STRING)
        if link.is_named:
            role["role"] = relation.label
        role["@target"] = target["%ID"]
        self._types.add_feature(link.layer, "target", str(target["%TYPE"]))
        listed = self._list_of(host, link)
        elements = listed["%ELEMENTS"]
        if isinstance(elements, list):
            elements.append(role["%ID"])

    def _list_of(self, host: dict[str, Json], link: Link) -> dict[str, Json]:
        """Give the list of a span's roles."""
        key = f"@{link.feature}"
        found = self._by_number.get(host[key]) if key in host else None
        if found is None:
            found = self._add(f"{link.layer}[]", is_indexed=False)
            found["%ELEMENTS"] = []
            host[key] = found["%ID"]
            self._types.add_feature(str(host["%TYPE"]), link.feature, f"{link.layer}[]")
        return found

    def _refer(self, relation: Relation, link: Link) -> None:
        """Name the tail in a feature of the head, which names but one."""
        host, target = self._of_span[relation.head], self._of_span[relation.tail]
        key = f"@{link.feature}"
        if key in host or str(host["%TYPE"]) == _ANNOTATION:
            self._fitter.lose_relation(
                self._record, relation, f"{link.feature} names one span, and names another"
            )
            return
        if link.kind == "chain" and self._is_before(target, host):
            self._fitter.lose_relation(self._record, relation, "it would close a chain")
            return
        host[key] = target["%ID"]
        self._types.add_feature(str(host["%TYPE"]), link.feature, str(target["%TYPE"]))
        if link.kind == "chain" and link.is_named:
            host["referenceRelation"] = relation.label
            self._types.add_feature(str(host["%TYPE"]), "referenceRelation", STRING)

    def _is_before(self, first: dict[str, Json], second: dict[str, Json]) -> bool:
        """Tell whether a chain leads from one span to another."""
        place: dict[str, Json] | None = first
        while place is not None:
            if place is second:
                return True
            place = self._by_number.get(place.get("@next"))
        return False

    def _links_of(self, spans: Iterable[Span]) -> list[dict[str, Json]]:
        """List the spans that are links of chains in their own layer."""
        links = [self._of_span[span.id] for span in spans]
        return [each for each in links if each["%TYPE"] in self._layers.chains]

    def _add_entities(self) -> list[dict[str, Json]]:
        """Link the mentions of every entity: those of a chain's layer itself, else links beside them.

        Gives the links that were added.
        """
        added: list[dict[str, Json]] = []
        for entity in self._fitter.fit_clusters(self._record, "INCEpTION"):
            links = [self._of_span[each] for each in entity.spans]
            is_chain = all(each["%TYPE"] in self._layers.chains and "@next" not in each for each in links)
            if not is_chain or len({each["%TYPE"] for each in links}) > 1:
                links = [self._add_entity_link(each) for each in entity.spans]
                added += links
            for span, link, following in zip(entity.spans[:-1], links[:-1], links[1:], strict=True):
                layer = str(link["%TYPE"])
                link["@next"] = following["%ID"]
                self._types.add_feature(layer, "next", layer)
                if is_chain and span in self._layers.chain_links:
                    link["referenceRelation"] = self._layers.chain_links[span]
                    self._types.add_feature(layer, "referenceRelation", STRING)
        return added

    def _add_entity_link(self, span: str) -> dict[str, Json]:
        """Add the link of a chain beside a span."""
        link = self._add(ENTITY_LINK)
        self._types.add(ENTITY_LINK, _ANNOTATION)
        self._place(link, *self._edges[span])
        link["referenceType"] = self._labels[span]
        for feature in ("referenceType", "referenceRelation"):
            self._types.add_feature(ENTITY_LINK, feature, STRING)
        return link

    def _add_chains(self, links: Sequence[dict[str, Json]]) -> None:
        """Add a chain for every first link."""
        followed = {each.get("@next") for each in links}
        for each in links:
            if each["%ID"] not in followed:
                name = f"{str(each['%TYPE']).removesuffix('Link')}Chain"
                self._types.add(name, "uima.cas.AnnotationBase")
                self._types.add_feature(name, "first", str(each["%TYPE"]))
                self._add(name)["@first"] = each["%ID"]


def _range_of_type(attribute: Attribute, value: Json, layer: str) -> str:
    """Say what the feature of an attribute that labels.yaml declares holds."""
    if attribute.multiple:
        return _STRINGS
    match attribute.type:
        case "flag":
            return BOOLEAN
        case "number":
            return DOUBLE if layer == OWN_LAYER else _range_of(value)
        case "count":
            # A count may be a text, too; where it came from, all of them may be numbers.
            return _range_of(value) if layer != OWN_LAYER and isinstance(value, int) else STRING
        case _:
            return STRING


def _keep_numbers(named: Iterable[Span | Relation]) -> dict[tuple[type, str], int]:
    """Give those that are called by numbers of their own these numbers, each once."""
    kept: dict[int, tuple[type, str]] = {}
    for each in named:
        if _IS_NUMBER.fullmatch(each.id):
            kept.setdefault(int(each.id), (type(each), each.id))
    return {name: number for number, name in kept.items()}


def _layer_of(span: Span) -> str:
    """Give the layer that a span came from; empty where there is none that can hold it."""
    layer = span.attributes.get("layer")
    if not isinstance(layer, str) or not _IS_LAYER.fullmatch(layer):
        return ""
    if layer.startswith("uima."):
        is_bare = layer == _ANNOTATION and span.label == "Annotation" and len(span.attributes) == 1
        return layer if is_bare else ""
    return layer


def _most_common(layers: Iterable[str]) -> str | None:
    found = Counter(layers).most_common(1)
    return found[0][0] if found else None


def _range_of(value: Json) -> str:
    """Say what holds a value; empty where nothing does."""
    match value:
        case bool():
            return BOOLEAN
        case int():
            return INTEGER if fits_bits(value, INTEGER) else LONG
        case float():
            return DOUBLE
        case str():
            return STRING
        case list():
            return _STRINGS
        case _:
            return ""


def _fit(value: Json, held: str) -> Json:
    """Write one value as a range holds it; None where it cannot."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if held == STRING:
        return _as_text(value)
    if held == BOOLEAN:
        return value if isinstance(value, bool) else None
    if isinstance(value, int) and is_whole and held in WHOLE_BITS:
        return value if fits_bits(value, held) else None
    if isinstance(value, int | float) and held in REAL and not isinstance(value, bool):
        return float(value) if abs(value) <= _GREATEST else None
    return None


def _as_text(value: Json) -> str | None:
    """Write a value as a text; None for lists and objects."""
    if isinstance(value, str):
        return value
    return dump_line(value) if isinstance(value, bool | int | float) else None


def _clean_feature(name: str) -> str:
    """Write a name as features are called: letters, digits and `_`, a letter first."""
    clean = _UNFIT.sub("_", name)
    return clean if clean[:1].isalpha() else f"f_{clean}"


def _describe_feature(feature: str, held: str) -> list[str]:
    lines = [
        "        <featureDescription>",
        f"          <name>{feature}</name>",
        "          <description/>",
    ]
    if held in ARRAYS:
        lines.append(f"          <rangeTypeName>{ARRAYS[held]}</rangeTypeName>")
    elif held.endswith("[]"):
        lines.append("          <rangeTypeName>uima.cas.FSArray</rangeTypeName>")
        lines.append(f"          <elementType>{held.removesuffix('[]')}</elementType>")
    else:
        lines.append(f"          <rangeTypeName>{held}</rangeTypeName>")
    return [*lines, "        </featureDescription>"]
