"""UIMA CAS for INCEpTION: what came from there goes back to its own layers, features and numbers."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.readers import only_record, only_refusal, read_all
from tests.written import write
from tui.formats.shared.writing import Loss
from tui.model.labels import LabelSet
from tui.model.labels.read import parse_labels
from tui.model.record import Record
from tui.model.span import Entity, Json, Relation, Span

TEXT = "😀 Two men fired rockets."
SOFA = {
    "%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text",
    "sofaString": TEXT,
}  # fmt: skip
ABOUT = {
    "%ID": 2, "%TYPE": "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData", "@sofa": 1,
    "begin": 0, "end": 25, "language": "en", "documentTitle": "raid.txt", "isLastSegment": False,
}  # fmt: skip
MEN = {
    "%ID": 30, "%TYPE": "webanno.custom.Actor", "@sofa": 1, "begin": 3, "end": 10, "kind": 7,
    "value": "rebel", "@names": 31,
}  # fmt: skip
NAMES = {"%ID": 31, "%TYPE": "uima.cas.StringArray", "%ELEMENTS": ["a", "b"]}
ROCKETS = {"%ID": 40, "%TYPE": "custom.Thing", "@sofa": 1, "begin": 17, "end": 24, "label": "weapon"}
FIRED = {"%ID": 50, "%TYPE": "custom.Bare", "@sofa": 1, "begin": 11, "end": 16}
USES = {
    "%ID": 60, "%TYPE": "custom.Link", "@sofa": 1, "begin": 17, "end": 24, "value": "uses", "@Governor": 30,
    "@Dependent": 40,
}  # fmt: skip
ROLE = {"%ID": 70, "%TYPE": "custom.BareRolesLink", "role": "agent", "@target": 30}
ROLES = {"%ID": 71, "%TYPE": "custom.BareRolesLink[]", "%ELEMENTS": [70]}


def read_cas(folder: Path, *structures: Mapping[str, object], name: str = "raid.json") -> Record:
    path = folder / name
    path.write_text(json.dumps({"%TYPES": {}, "%FEATURE_STRUCTURES": structures}), encoding="utf-8")
    return only_record(read_all(path))


def write_cas(
    folder: Path, *records: Record, told: list[Loss] | None = None, labels: LabelSet | None = None
) -> list[Any]:
    """Write records; give the files of JSON by their names' order, and what was lost."""
    files, _ = write(folder, "uima-cas", list(records), told=told, labels=labels or LabelSet())
    return [json.loads(files[name]) for name in sorted(files) if name.endswith(".json")]


def structures_of(cas: Any) -> list[dict[str, Any]]:
    """Give the structures that are indexed or have a place, by type, without the document and its text."""
    left_out = (SOFA["%TYPE"], ABOUT["%TYPE"])
    return [each for each in cas["%FEATURE_STRUCTURES"] if each["%TYPE"] not in left_out]


def test_what_came_from_inception_goes_back_as_it_was(tmp_path: Path) -> None:
    record = read_cas(tmp_path, SOFA, ABOUT, MEN, NAMES, ROCKETS, FIRED | {"@roles": 71}, USES, ROLE, ROLES)
    told: list[Loss] = []
    (cas,) = write_cas(tmp_path, record, told=told)
    assert told == []
    by_number = {each["%ID"]: each for each in cas["%FEATURE_STRUCTURES"]}
    for each in (MEN, ROCKETS, USES, FIRED):
        written = {
            key: value for key, value in by_number[each["%ID"]].items() if key not in ("@sofa", "@roles")
        }
        assert written.pop("@names", 0) == 0 or each is MEN
        assert written == {key: value for key, value in each.items() if key not in ("@sofa", "@names")}
    assert by_number[by_number[30]["@names"]]["%ELEMENTS"] == ["a", "b"]
    (role,) = by_number[by_number[50]["@roles"]]["%ELEMENTS"]
    assert by_number[role] | {"%ID": 70} == ROLE
    about = next(each for each in by_number.values() if each["%TYPE"] == ABOUT["%TYPE"])
    assert about | {"%ID": 2, "@sofa": 1} == ABOUT
    assert (tmp_path / "out" / "raid.json").exists()


def test_relations_of_the_same_spans_that_differ_in_a_feature_go_back_as_they_were(tmp_path: Path) -> None:
    features: list[dict[str, object]]
    features = [{"sure": True, "rate": 0.5, "rank": 3}, {"sure": False, "why": ""}, {}]
    links = [{**USES, "%ID": 60 + at, **own} for at, own in enumerate(features)]
    record = read_cas(tmp_path, SOFA, ABOUT, MEN, NAMES, ROCKETS, *links)
    assert [dict(each.attributes) for each in record.relations] == features
    told: list[Loss] = []
    (cas,) = write_cas(tmp_path, record, told=told)
    assert told == []
    written = [each for each in structures_of(cas) if each["%TYPE"] == USES["%TYPE"]]
    assert [{**each, "@sofa": 1} for each in written] == [{**each, "@sofa": 1} for each in links]


def test_the_roles_of_an_event_stay_in_their_order(tmp_path: Path) -> None:
    roles = [{**ROLE, "%ID": 70 + at, "@target": 30 if at % 2 else 40} for at in range(12)]
    names = [{**each, "role": f"role {at}"} for at, each in enumerate(roles)]
    listed = {**ROLES, "%ID": 90, "%ELEMENTS": [each["%ID"] for each in names]}
    record = read_cas(tmp_path, SOFA, ABOUT, MEN, NAMES, ROCKETS, FIRED | {"@roles": 90}, *names, listed)
    stored = sorted(record.relations, key=lambda each: each.id)
    (cas,) = write_cas(tmp_path, structs.replace(record, relations=tuple(stored)))
    written = [each["role"] for each in cas["%FEATURE_STRUCTURES"] if each["%TYPE"] == ROLE["%TYPE"]]
    assert written == [f"role {at}" for at in range(12)]


def test_what_was_known_of_relations_before_they_had_attributes_goes_back(tmp_path: Path) -> None:
    record = read_cas(tmp_path, SOFA, ABOUT, MEN, NAMES, ROCKETS, USES)
    layers = record.meta["layers"]
    assert isinstance(layers, dict)
    known: Json = {record.relations[0].id: {"sure": True}}
    meta: dict[str, Json] = {**record.meta, "layers": {**layers, "features": known}}
    (cas,) = write_cas(tmp_path, structs.replace(record, meta=meta))
    (written,) = [each for each in structures_of(cas) if each["%TYPE"] == USES["%TYPE"]]
    assert written["sure"] is True


def test_a_new_span_goes_to_the_layer_of_its_label_or_of_most_spans(tmp_path: Path) -> None:
    record = read_cas(tmp_path, SOFA, MEN, NAMES, ROCKETS, ROCKETS | {"%ID": 41, "begin": 3, "end": 6})
    new = (Span("s1", 2, 5, "rebel"), Span("s2", 6, 9, "place"))
    (cas,) = write_cas(tmp_path, structs.replace(record, spans=(*(record.spans or ()), *new)))
    (rebel,) = [each for each in structures_of(cas) if (each.get("begin"), each.get("end")) == (3, 6)][1:]
    assert (rebel["%TYPE"], rebel["value"]) == ("webanno.custom.Actor", "rebel")
    (place,) = [each for each in structures_of(cas) if each.get("begin") == 7]
    assert (place["%TYPE"], place["label"]) == ("custom.Thing", "place")


def test_a_text_from_elsewhere_stands_in_the_layers_of_the_basic_project(tmp_path: Path) -> None:
    spans = (Span("s1", 2, 9, "Span"), Span("s2", 16, 23, "weapon"))
    relations = (Relation("r1", "uses", "s1", "s2"),)
    (cas,) = write_cas(tmp_path, Record(TEXT, id="a1", annotator="ana", spans=spans, relations=relations))
    first, second, link = structures_of(cas)
    assert (first["%TYPE"], first["label"], first["begin"], first["end"]) == ("custom.Span", "Span", 3, 10)
    assert (link["%TYPE"], link["label"]) == ("custom.Relation", "uses")
    assert (link["@Governor"], link["@Dependent"]) == (first["%ID"], second["%ID"])
    assert (link["begin"], link["end"]) == (second["begin"], second["end"])
    types = cas["%TYPES"]
    assert types["custom.Relation"]["Governor"]["%RANGE"] == "custom.Span"


def test_a_chain_goes_back_with_its_head(tmp_path: Path) -> None:
    first = {"%ID": 5, "%TYPE": "custom.RefLink", "@sofa": 1, "begin": 3, "end": 6, "@next": 6}
    second = {"%ID": 6, "%TYPE": "custom.RefLink", "@sofa": 1, "begin": 7, "end": 10, "referenceType": "x"}
    alone = {"%ID": 7, "%TYPE": "custom.RefLink", "@sofa": 1, "begin": 11, "end": 16}
    heads = [{"%ID": 8 + at, "%TYPE": "custom.RefChain", "@first": each} for at, each in enumerate((5, 7))]
    record = read_cas(tmp_path, SOFA, first, second, alone, *heads)
    (cas,) = write_cas(tmp_path, record)
    found = structures_of(cas)
    assert [each["@first"] for each in found if each["%TYPE"] == "custom.RefChain"] == [5, 7]
    assert next(each for each in found if each["%ID"] == 5)["@next"] == 6
    assert next(each for each in found if each["%ID"] == 6)["referenceType"] == "x"


def test_a_chain_is_an_entity_and_its_links_keep_their_names(tmp_path: Path) -> None:
    links: list[dict[str, Json]] = [
        {"%ID": 5 + at, "%TYPE": "custom.RefLink", "@sofa": 1, "begin": 3 + 4 * at, "end": 6 + 4 * at}
        for at in range(3)
    ]
    links[0] |= {"@next": 6, "referenceRelation": "same"}
    links[1] |= {"@next": 7, "referenceRelation": "part"}
    record = read_cas(tmp_path, SOFA, *links, {"%ID": 9, "%TYPE": "custom.RefChain", "@first": 5})
    assert ([entity.spans for entity in record.entities], record.relations) == ([("5", "6", "7")], ())
    (cas,) = write_cas(tmp_path, record)
    found = {each["%ID"]: each for each in structures_of(cas)}
    assert [(found[at].get("@next"), found[at].get("referenceRelation")) for at in (5, 6, 7)] == [
        (6, "same"),
        (7, "part"),
        (None, None),
    ]


def test_an_entity_of_other_layers_is_a_chain_beside_its_spans_and_comes_back(tmp_path: Path) -> None:
    spans = (Span("a", 0, 3, "x"), Span("b", 0, 3, "y"), Span("c", 4, 7, "x"), Span("d", 8, 9, "x"))
    entities = (Entity("e", "", ("b", "c")), Entity("f", "the men", ("a", "d")))
    told: list[Loss] = []
    record = Record("Two men ran.", id="a", spans=spans, entities=entities)
    (cas,) = write_cas(tmp_path, record, told=told)
    assert [each.why for each in told] == [
        "the men: INCEpTION has no name for an entity; its mentions stay joined"
    ]
    chains = [each for each in structures_of(cas) if each["%TYPE"] == "custom.EntityChain"]
    assert len(chains) == 2
    again = read_cas(tmp_path, *cas["%FEATURE_STRUCTURES"])
    place = {each.id: (each.start, each.label) for each in again.spans or ()}
    assert sorted(place.values()) == [(0, "x"), (0, "y"), (4, "x"), (8, "x")]
    assert [[place[each] for each in entity.spans] for entity in again.entities] == [
        [(0, "y"), (4, "x")],
        [(0, "x"), (8, "x")],
    ]


def test_a_link_that_would_close_a_chain_of_an_older_project_is_lost(tmp_path: Path) -> None:
    first = {"%ID": 5, "%TYPE": "custom.RefLink", "@sofa": 1, "begin": 3, "end": 6, "@next": 6}
    second = {"%ID": 6, "%TYPE": "custom.RefLink", "@sofa": 1, "begin": 7, "end": 10}
    record = read_cas(tmp_path, SOFA, first, second, {"%ID": 8, "%TYPE": "custom.RefChain", "@first": 5})
    layers: Json = {"chains": ["custom.RefLink"], "links": {"RefLink": {"kind": "chain", "feature": "next"}}}
    links = (Relation("r8", "RefLink", "5", "6"), Relation("r9", "RefLink", "6", "5"))
    told: list[Loss] = []
    before = structs.replace(record, meta={"layers": layers}, relations=links, entities=())
    write_cas(tmp_path, before, told=told)
    assert [(each.what, each.why) for each in told] == [
        ("relation", "RefLink from 6 to 5: it would close a chain; it was left out")
    ]


def test_tokens_and_sentences_go_back_with_what_they_name(tmp_path: Path) -> None:
    tokens = [{"%ID": at, "%TYPE": "x.Token", "@sofa": 1, "begin": at, "end": at + 3} for at in (3, 7)]
    tags = [each | {"%ID": 10 + int(str(each["%ID"])), "%TYPE": "x.POS", "PosValue": "N"} for each in tokens]
    named = [each | {"@pos": tag["%ID"]} for each, tag in zip(tokens, tags, strict=True)]
    sentence = {"%ID": 30, "%TYPE": "x.Sentence", "@sofa": 1, "begin": 3, "end": 10}
    link = {"%ID": 20, "%TYPE": "x.Dependency", "@sofa": 1, "begin": 7, "end": 10, "DependencyType": "nsubj"}
    link |= {"@Governor": 3, "@Dependent": 7}
    record = read_cas(tmp_path, SOFA, *named, sentence, *tags, link)
    told: list[Loss] = []
    (cas,) = write_cas(tmp_path, record, told=told)
    by_number = {each["%ID"]: each for each in structures_of(cas)}
    found = [each for each in by_number.values() if each["%TYPE"] == "x.Token"]
    assert [(each["begin"], each["end"], each["@pos"]) for each in found] == [(3, 6, 13), (7, 10, 17)]
    dependency = by_number[20]
    assert [dependency["@Governor"], dependency["@Dependent"]] == [each["%ID"] for each in found]
    assert next(each for each in by_number.values() if each["%TYPE"] == "x.Sentence")["end"] == 10
    assert told == []


def test_a_relation_of_tokens_without_tokens_is_lost_and_named(tmp_path: Path) -> None:
    spans = (Span("a", 2, 5, "x"), Span("b", 6, 9, "y"))
    link: Json = {"layer": "x.Dependency", "of_tokens": True}
    record = Record(
        TEXT, id="a1", spans=spans, relations=(Relation("r1", "nsubj", "a", "b"),),
        meta={"layers": {"links": {"nsubj": link}}},
    )  # fmt: skip
    told: list[Loss] = []
    write_cas(tmp_path, record, told=told)
    assert [each.why for each in told] == [
        "nsubj from a to b: it links tokens, and there is none at its spans; it was left out"
    ]


def test_what_webanno_tsv_says_goes_back_to_its_layers(tmp_path: Path) -> None:
    rows = [
        "#FORMAT=WebAnno TSV 3.3", "#T_SP=webanno.custom.Event|kind|sure",
        "#T_RL=custom.Role|is|BT_webanno.custom.Event", "", "#Text=Two men fled.",
        "1-1\t0-3\tTwo\tactor[1]\tyes[1]\t_\t_", "1-2\t4-7\tmen\tactor[1]\tyes[1]\t_\t_",
        "1-3\t8-12\tfled\tflight\t*\tdid\t1-1[1_0]", "1-4\t12-13\t.\t_\t_\t_\t_",
    ]  # fmt: skip
    path = tmp_path / "raid.tsv"
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    (cas,) = write_cas(tmp_path, only_record(read_all(path)))
    men, fled, *segments, role = structures_of(cas)
    assert [(each["begin"], each["end"]) for each in segments] == [(0, 3), (4, 7), (8, 12), (12, 13), (0, 13)]
    assert (men["%TYPE"], men["kind"], men["sure"]) == ("webanno.custom.Event", "actor", "yes")
    assert (men["begin"], men["end"], fled["kind"]) == (0, 7, "flight")
    assert (role["%TYPE"], role["is"], role["@Governor"]) == ("custom.Role", "did", men["%ID"])
    about = next(each for each in cas["%FEATURE_STRUCTURES"] if each["%TYPE"] == ABOUT["%TYPE"])
    assert (about["documentTitle"], about["documentId"]) == ("raid", "raid")


def test_features_hold_what_labels_yaml_declares_in_every_file(tmp_path: Path) -> None:
    labels = parse_labels(
        "labels:\n- name: casualty\n  attributes:\n  - {name: count, type: count}\n"
        "  - {name: outcome, values: [killed, injured], multiple: true}\n",
        file="labels.yaml",
    )
    values: list[dict[str, Json]] = [{"count": 2}, {"outcome": "killed"}, {"count": "many", "odd-é": 1}]
    records = [
        Record("Two died.", id=f"a{number}", spans=(Span("s", 0, 3, "casualty", said),))
        for number, said in enumerate(values)
    ]
    told: list[Loss] = []
    first, second, third = write_cas(tmp_path, *records, told=told, labels=labels)
    assert structures_of(first)[0]["count"] == "2"
    assert structures_of(second)[1]["%ELEMENTS"] == ["killed"]
    assert [structures_of(third)[0][key] for key in ("count", "odd__")] == ["many", 1]
    assert [each.why for each in told] == ["casualty: 'odd-é' is written as 'odd__'"]
    layers = ElementTree.parse(tmp_path / "out" / "typesystem.xml")
    held = [each.text for each in layers.iter("{http://uima.apache.org/resourceSpecifier}rangeTypeName")]
    assert held == ["uima.cas.String", "uima.cas.String", "uima.cas.StringArray", "uima.cas.Integer"]


def test_two_annotators_of_one_document_get_a_file_each(tmp_path: Path) -> None:
    record = structs.replace(read_cas(tmp_path, SOFA, ROCKETS, name="my raid.json"), annotator="ana")
    write_cas(tmp_path, record, structs.replace(record, annotator="bea"))
    assert sorted(each.name for each in (tmp_path / "out").glob("*.json")) == [
        "my raid.bea.json",
        "my raid.json",
    ]


TYPES = {
    "custom.Sure": {"%NAME": "custom.Sure", "%SUPER_TYPE": "uima.cas.String"},
    "custom.Base": {
        "%NAME": "custom.Base", "%SUPER_TYPE": "uima.tcas.Annotation",
        "order": {"%NAME": "order", "%RANGE": "uima.cas.Long"},
    },
    "custom.Claim": {
        "%NAME": "custom.Claim", "%SUPER_TYPE": "custom.Base",
        "value": {"%NAME": "value", "%RANGE": "uima.cas.String"},
        "weight": {"%NAME": "weight", "%RANGE": "uima.cas.Float"},
        "sure": {"%NAME": "sure", "%RANGE": "custom.Sure"},
        "never": {"%NAME": "never", "%RANGE": "uima.cas.Boolean"},
        "years": {"%NAME": "years", "%RANGE": "uima.cas.Integer[]"},
    },
    "custom.Tie": {
        "%NAME": "custom.Tie", "%SUPER_TYPE": "uima.tcas.Annotation",
        "kind": {"%NAME": "kind", "%RANGE": "uima.cas.String"},
        "Governor": {"%NAME": "Governor", "%RANGE": "custom.Claim"},
        "Dependent": {"%NAME": "Dependent", "%RANGE": "custom.Claim"},
        "times": {"%NAME": "times", "%RANGE": "uima.cas.Short"},
        "share": {"%NAME": "share", "%RANGE": "uima.cas.Float"},
    },
}  # fmt: skip
CLAIM = {
    "%ID": 30, "%TYPE": "custom.Claim", "@sofa": 1, "begin": 3, "end": 10, "value": "men", "weight": 2.0,
    "order": 3, "sure": "yes", "@years": 31,
}  # fmt: skip
YEARS = {"%ID": 31, "%TYPE": "uima.cas.IntegerArray", "%ELEMENTS": [2023, 2024]}
OTHER = {"%ID": 40, "%TYPE": "custom.Claim", "@sofa": 1, "begin": 17, "end": 24, "value": "arms"}
TIE = {
    "%ID": 60, "%TYPE": "custom.Tie", "@sofa": 1, "begin": 17, "end": 24, "times": 3, "share": 0.5,
    "@Governor": 30, "@Dependent": 40,
}  # fmt: skip


def write_typed(folder: Path) -> Path:
    path = folder / "typed.json"
    members = [30, 40, 60]
    cas = {"%TYPES": TYPES, "%FEATURE_STRUCTURES": [SOFA, CLAIM, YEARS, OTHER, TIE]}
    path.write_text(json.dumps(cas | {"%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": members}}}))
    return path


def test_what_a_file_declares_of_its_types_goes_back_with_every_value_as_it_was(tmp_path: Path) -> None:
    record = only_record(read_all(write_typed(tmp_path)))
    told: list[Loss] = []
    (cas,) = write_cas(tmp_path, record, told=told)
    assert told == []
    assert {name: each for name, each in cas["%TYPES"].items() if name in TYPES} == TYPES
    by_number = {each["%ID"]: each for each in cas["%FEATURE_STRUCTURES"]}
    assert by_number[60] | {"@sofa": 1} == TIE
    assert type(by_number[60]["times"]) is int
    (years,) = [by_number[by_number[30].pop("@years")]]
    assert (years["%TYPE"], years["%ELEMENTS"]) == ("uima.cas.IntegerArray", [2023, 2024])
    assert by_number[30] | {"@sofa": 1} == {key: each for key, each in CLAIM.items() if key != "@years"}


def test_a_new_value_is_written_as_its_feature_is_declared_or_named_as_lost(tmp_path: Path) -> None:
    record = only_record(read_all(write_typed(tmp_path)))
    assert record.spans is not None
    changed = replace_values(record, {"weight": 7, "order": 4, "sure": 5, "never": "maybe"})
    told: list[Loss] = []
    (cas,) = write_cas(tmp_path, changed, told=told)
    claim = next(each for each in cas["%FEATURE_STRUCTURES"] if each["%ID"] == 30)
    assert (claim["weight"], claim["order"], claim["sure"]) == (7.0, 4, "5")
    assert "never" not in claim
    assert [each.why for each in told] == [
        "men: INCEpTION has no room for the value of never; it was left out"
    ]


def replace_values(record: Record, values: dict[str, Json]) -> Record:
    first, *rest = record.spans or ()
    attributes = {"layer": "custom.Claim", **values}
    return structs.replace(
        record, spans=(Span(first.id, first.start, first.end, first.label, attributes), *rest)
    )


XMI = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"
    xmlns:custom="http:///custom.ecore" xmi:version="2.0">
  <cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="Two men fired rockets."/>
  <custom:Claim xmi:id="30" sofa="1" begin="0" end="7" value="men" weight="2.0" order="3" years="2023 2024"/>
  <custom:Claim xmi:id="40" sofa="1" begin="14" end="21" value="arms" about="30"/>
  <custom:Tie xmi:id="60" sofa="1" begin="14" end="21" times="3" share="0.5" Governor="30" Dependent="40"/>
  <cas:View sofa="1" members="30 40 60"/>
</xmi:XMI>
"""
DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
  <typeDescription><name>custom.Claim</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>
  <features>
    <featureDescription><name>value</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
    <featureDescription><name>weight</name><rangeTypeName>uima.cas.Float</rangeTypeName></featureDescription>
    <featureDescription><name>order</name><rangeTypeName>uima.cas.Long</rangeTypeName></featureDescription>
    <featureDescription><name>years</name><rangeTypeName>uima.cas.IntegerArray</rangeTypeName>
    </featureDescription>
    <featureDescription><name>about</name><rangeTypeName>custom.Claim</rangeTypeName></featureDescription>
  </features></typeDescription>
  <typeDescription><name>custom.Tie</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>
  <features>
    <featureDescription><name>times</name><rangeTypeName>uima.cas.Short</rangeTypeName></featureDescription>
    <featureDescription><name>share</name><rangeTypeName>uima.cas.Float</rangeTypeName></featureDescription>
    <featureDescription><name>Governor</name><rangeTypeName>custom.Claim</rangeTypeName></featureDescription>
    <featureDescription><name>Dependent</name><rangeTypeName>custom.Claim</rangeTypeName></featureDescription>
  </features></typeDescription>
</types></typeSystemDescription>
"""


def test_texts_of_xmi_become_the_values_that_the_description_beside_it_declares(tmp_path: Path) -> None:
    (tmp_path / "raid.xmi").write_text(XMI)
    (tmp_path / "TypeSystem.xml").write_text(DESCRIPTION)
    record = only_record(read_all(tmp_path / "raid.xmi"))
    assert record.spans is not None
    assert record.spans[0].attributes == {
        "layer": "custom.Claim",
        "weight": 2.0,
        "order": 3,
        "years": [2023, 2024],
    }
    assert [(each.label, each.head, each.tail) for each in record.relations] == [
        ("about", "40", "30"),
        ("Tie", "30", "40"),
    ]
    (cas,) = write_cas(tmp_path, record)
    tie = next(each for each in cas["%FEATURE_STRUCTURES"] if each["%TYPE"] == "custom.Tie")
    assert (tie["times"], tie["share"]) == (3, 0.5)
    assert cas["%TYPES"]["custom.Claim"]["weight"] == {"%NAME": "weight", "%RANGE": "uima.cas.Float"}


@pytest.mark.parametrize("said", ["NaN", "-Infinity", "1e999"])
def test_a_text_that_is_no_number_of_json_stays_one(tmp_path: Path, said: str) -> None:
    (tmp_path / "TypeSystem.xml").write_text(DESCRIPTION)
    (tmp_path / "raid.xmi").write_text(XMI.replace('weight="2.0"', f'weight="{said}"'))
    record = only_record(read_all(tmp_path / "raid.xmi"))
    assert record.spans is not None
    assert record.spans[0].attributes["weight"] == said


def test_a_place_of_very_many_digits_is_refused(tmp_path: Path) -> None:
    (tmp_path / "raid.xmi").write_text(XMI.replace('end="21" value', f'end="{"9" * 5_000}" value'))
    assert "end must be a whole number" in only_refusal(read_all(tmp_path / "raid.xmi")).reason


def test_a_feature_without_a_name_is_one_like_others(tmp_path: Path) -> None:
    record = read_cas(tmp_path, SOFA, ROCKETS | {"": 3})
    assert [each.label for each in record.spans or ()] == ["weapon"]


def test_a_number_that_no_double_holds_is_left_out_and_named(tmp_path: Path) -> None:
    types = {"custom.Thing": {"%SUPER_TYPE": "uima.tcas.Annotation", "n": {"%RANGE": "uima.cas.Double"}}}
    cas = {"%TYPES": types, "%FEATURE_STRUCTURES": [SOFA, ROCKETS | {"n": 10**400}]}
    (tmp_path / "a.json").write_text(json.dumps(cas))
    told: list[Loss] = []
    write_cas(tmp_path, only_record(read_all(tmp_path / "a.json")), told=told)
    assert [(each.what, each.span) for each in told] == [("attribute", "40")]


def test_a_layer_with_texts_called_source_and_target_links_nothing(tmp_path: Path) -> None:
    types = {"custom.Quote": {"%NAME": "custom.Quote", "%SUPER_TYPE": "uima.tcas.Annotation"} | {
        name: {"%NAME": name, "%RANGE": "uima.cas.String"} for name in ("source", "target")
    }}  # fmt: skip
    quote = {
        "%ID": 5,
        "%TYPE": "custom.Quote",
        "@sofa": 1,
        "begin": 3,
        "end": 10,
        "source": "a",
        "target": "b",
    }
    (tmp_path / "a.json").write_text(json.dumps({"%TYPES": types, "%FEATURE_STRUCTURES": [SOFA, quote]}))
    record = only_record(read_all(tmp_path / "a.json"))
    assert [each.attributes for each in record.spans or ()] == [
        {"layer": "custom.Quote", "source": "a", "target": "b"}
    ]


def remarks_on(folder: Path, *structures: Mapping[str, object], members: Sequence[int] = ()) -> list[str]:
    views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": members}}
    cas = {"%TYPES": {}, "%FEATURE_STRUCTURES": structures, "%VIEWS": views}
    (folder / "odd.json").write_text(json.dumps(cas))
    return [each.sentence for each in only_record(read_all(folder / "odd.json")).remarks]


def test_what_cannot_come_in_is_said(tmp_path: Path) -> None:
    lost = ROCKETS | {"%ID": 41, "@sofa": 9}
    said = remarks_on(tmp_path, SOFA, ROCKETS, lost)
    assert said == ["1 annotation of the type Thing is left out: its text is not in the file (41)"]
    said = remarks_on(
        tmp_path,
        SOFA,
        MEN,
        NAMES,
        ROCKETS,
        USES,
        {key: USES[key] for key in USES if key != "@Governor"} | {"%ID": 61},
    )
    assert said == ["1 relation of the type Link is left out: it has no Governor (61)"]
    said = remarks_on(tmp_path, SOFA, ROCKETS, members=[40, 77])
    assert said == ["the views name 1 annotation that is not in the file (77)"]
    said = remarks_on(tmp_path, SOFA, ROCKETS | {"@about": 99})
    assert said == ["1 reference to what is not in the file is left out (about of Thing 40: 99)"]


def test_two_structures_with_one_id_are_refused(tmp_path: Path) -> None:
    cas = {"%TYPES": {}, "%FEATURE_STRUCTURES": [SOFA, ROCKETS, ROCKETS]}
    (tmp_path / "twin.json").write_text(json.dumps(cas))
    (refusal,) = read_all(tmp_path / "twin.json")
    assert '"40" is the id of two feature structures' in str(refusal)
