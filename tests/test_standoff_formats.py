"""WebAnno TSV, UIMA CAS, BioC, PubTator and SLATE: other units, other ways to say where a span ends."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers import (
    edges,
    link_texts,
    only_record,
    only_refusal,
    quote_spans,
    read_all,
    read_text,
    sentences,
)
from tui.errors import Refusal
from tui.formats.shared.offsets import Utf16Map, utf16_length
from tui.formats.span_csv import COLUMNS
from tui.model.record import Record

TSV = """#FORMAT=WebAnno TSV 3.3
#T_SP=custom.Event|value|kind
#T_SP=dkpro.Lemma|value
#T_RL=custom.Role|name|BT_custom.Event


#Text=😀 Rebels\\tfled .
1-1\t0-2\t😀\t_\t_\t😀\t_\t_\t
1-2\t3-9\tRebels\tactor[1]|group\\|x[2]\t*[1]|many[2]\trebel\t_\t_\t
1-3\t10-14\tfled\tact\t_\tflee\tdid|saw\t1-2[1_0]|1-2[2_0]\t
1-4\t15-16\t.\t_\t_\t.\t_\t_\t

#Text=Then .
2-1\t17-21\tThen\tgroup\\|x[2]\tmany[2]\tthen\t_\t_\t
"""


@given(st.text(max_size=20))
def test_every_offset_in_utf16_units_is_a_code_point_or_inside_one(text: str) -> None:
    utf16 = Utf16Map(text)
    found = [utf16.to_code_points(offset) for offset in range(utf16_length(text) + 1)]
    assert [each for each in found if each is not None] == list(range(len(text) + 1))
    assert utf16.to_code_points(utf16_length(text) + 1) is None


def test_webanno_counts_utf16_units_and_gathers_what_has_one_number(tmp_path: Path) -> None:
    found = read_text(tmp_path, TSV, "a.tsv")
    record = only_record(found)
    events = [
        edge
        for edge, span in zip(edges(record), record.spans or (), strict=True)
        if "Event" in str(span.attributes)
    ]
    assert record.text == "😀 Rebels\tfled .\nThen ."
    assert events == [(2, 8, "actor"), (2, 20, "group|x"), (9, 13, "act")]
    assert [span.attributes["kind"] for span in record.spans or () if "kind" in span.attributes] == ["many"]
    assert [span.label for span in record.spans or () if "value" in span.attributes] == ["Lemma"] * 5
    assert link_texts(record) == [("Rebels", "did", "fled"), (record.text[2:20], "saw", "fled")]
    assert sentences(found) == [
        "the text between the sentences of 1 document was not in the file: line ends stand there"
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("1-1\t0-2", "1-1\t0-x", 8, "must begin with a token such as 1-1"),
        ("2-1\t17-21", "2-1\t7-11", 14, "this sentence begins at 7, before the end of the last, 16"),
        ("1-2[1_0]", "1-2[x]", 10, '"1-2[x]" must name the token a relation comes from'),
        ("3-9\tRebels", "1-9\tRebels", 15, "must be a whole number, not null"),
    ],
    ids=["offsets", "order", "source", "half"],
)
def test_webanno_that_cannot_be_right_is_refused(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    refusal = only_refusal(read_text(tmp_path, TSV.replace(old, new), "a.tsv"))
    assert reason in refusal.reason
    assert refusal.reason.endswith("the whole document is refused")
    assert line == 15 or refusal.line == line


@pytest.mark.parametrize("is_label_first", [True, False])
def test_the_columns_of_a_webanno_chain_stand_in_either_order(tmp_path: Path, is_label_first: bool) -> None:
    def row(*cells: str) -> str:
        return "\t".join(cells if is_label_first else cells[::-1])

    features = row("referenceType", "referenceRelation").replace("\t", "|")
    tsv = (
        f"#FORMAT=WebAnno TSV 3.3\n#T_CH=coref.Link|{features}\n\n\n#Text=Rebels fled with their arms\n"
        f"1-1\t0-6\tRebels\t{row('group[1]', 'same->1-1')}\t\n"
        f"1-2\t7-11\tfled\t{row('_', '_')}\t\n"
        f"1-3\t17-22\ttheir\t{row('*[1]|group[2]', '*->1-2|*->2-1')}\t\n"
        f"1-4\t23-27\tarms\t{row('group[2]', '*->2-1')}\t\n"
    )
    record = only_record(read_text(tmp_path, tsv, "a.tsv"))
    assert quote_spans(record) == [("Rebels", "group"), ("their", "Link"), ("their arms", "group")]
    assert link_texts(record) == []
    quoted = {span.id: record.text[span.start : span.end] for span in record.spans or ()}
    assert [[quoted[each] for each in entity.spans] for entity in record.entities] == [["Rebels", "their"]]
    layers = record.meta["layers"]
    assert isinstance(layers, dict)
    assert layers["chain_links"] == {record.entities[0].spans[0]: "same"}


def test_webanno_values_that_look_like_tags_are_not_taken_for_conll(tmp_path: Path) -> None:
    tsv = "#FORMAT=WebAnno TSV 3.2\n#T_SP=ner.Name|value\n\n\n#Text=Rebels\n1-1\t0-6\tRebels\tB-ACTOR\t\n"
    assert quote_spans(only_record(read_text(tmp_path, tsv, "a.tsv"))) == [("Rebels", "B-ACTOR")]


@pytest.mark.parametrize(
    "head",
    [
        "#id=1\n#text=Rebels fled\n1\tRebels\t_\tNNP\tB-PER\n",
        " # webanno.custom.Name | value\n#id=1\n#text=Rebels\n",
    ],
    ids=["1", "2"],
)
def test_older_webanno_is_refused_by_name(tmp_path: Path, head: str) -> None:
    refusal = only_refusal(read_text(tmp_path, head, "a.tsv"))
    assert refusal.reason.startswith("this is WebAnno TSV 1 or 2, which is not read")


def test_a_webanno_relation_at_a_place_without_characters_is_named(tmp_path: Path) -> None:
    tsv = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=c.Event|value\n#T_RL=c.Role|name|kind|BT_c.Event\n"
        "\n\n#Text=Rebels fled\n"
        "1-1\t0-6\tRebels\tactor\t_\t_\t_\t\n1-2\t7-11\tfled\t_\t_\t_\t_\t\n1-2.1\t7-7\t\tact\tdid\tsoon\t1-1\t\n"
    )
    assert sentences(read_text(tmp_path, tsv, "a.tsv")) == [
        "1 span without any character cannot be kept: left out (act at 7)",
        "1 relation without a span at each end is left out (did in line 9)",
    ]


def cas(*structures: dict[str, Any], **more: object) -> str:
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": "😀 Rebels fled"}
    return json.dumps({"%TYPES": {}, **more, "%FEATURE_STRUCTURES": [sofa, *structures]})


def structure(name: int, begin: int, end: int, **features: object) -> dict[str, Any]:
    return {"%ID": name, "%TYPE": "custom.Event", "@sofa": 1, "begin": begin, "end": end, **features}


def test_uima_cas_counts_utf16_units(tmp_path: Path) -> None:
    link = {**structure(4, 10, 14, role="did"), "%TYPE": "custom.Role", "@Governor": 3, "@Dependent": 2}
    token = {**structure(5, 0, 2), "%TYPE": "dkpro.Token"}
    found = read_text(
        tmp_path,
        cas(structure(2, 3, 9, value="actor", kind="x"), structure(3, 10, 14), link, token),
        "a.json",
    )
    record = only_record(found)
    assert edges(record) == [(2, 8, "actor"), (9, 13, "Event")]
    assert record.spans is not None
    assert record.spans[0].attributes == {"layer": "custom.Event", "kind": "x"}
    assert link_texts(record) == [("fled", "Role", "Rebels")]
    assert [each.attributes for each in record.relations] == [{"role": "did"}]
    assert sentences(found) == [
        "1 annotation of the type Token stays in the metadata: it only parts the text",
    ]


def test_uima_cas_links_come_in_from_lists_roles_and_plain_references(tmp_path: Path) -> None:
    slot = {"%ID": 7, "%TYPE": "custom.Slot", "role": "who", "@target": 2}
    slots = {"%ID": 8, "%TYPE": "custom.Slot[]", "%ELEMENTS": [7]}
    names = {"%ID": 9, "%TYPE": "uima.cas.StringArray", "%ELEMENTS": ["x", "y"]}
    event = {**structure(3, 10, 14), "@slots": 8, "@before": 2, "@names": 9, "@gone": 6}
    found = read_text(
        tmp_path, cas(slot, slots, names, structure(2, 3, 9), event, structure(6, 9, 9)), "a.json"
    )
    record = only_record(found)
    assert sorted(link_texts(record)) == [("fled", "before", "Rebels"), ("fled", "who", "Rebels")]
    assert record.spans is not None
    assert record.spans[1].attributes == {"layer": "custom.Event", "names": ["x", "y"]}
    assert sentences(found) == [
        "1 span without any character cannot be kept: left out (Event at 8)",
        "1 relation between what is no span is left out (gone)",
    ]


def test_uima_cas_says_when_it_counts_code_points(tmp_path: Path) -> None:
    content = cas(structure(2, 2, 8), **{"%HEADER": {"%OFFSET_ENCODING": "UTF-32"}})
    assert quote_spans(only_record(read_text(tmp_path, content, "a.json"))) == [("Rebels", "Event")]


def test_uima_cas_refuses_half_a_character(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, cas(structure(2, 1, 9)), "a.json"))
    assert "Event 2: 1–9 is outside the text of 14 UTF-16 units, or cuts a character in two" in refusal.reason


XMI = (
    '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:c="http:///custom.ecore">'
    '<cas:Sofa xmi:id="1" sofaString="😀 Rebels&#10;fled"/>'
    '<c:Event xmi:id="2" sofa="1" begin="3" end="9" value="actor"><names>x</names><names>y</names></c:Event>'
    "</xmi:XMI>"
)


def test_xmi_says_the_same(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, XMI, "a.xmi"))
    assert (record.text, edges(record)) == ("😀 Rebels\nfled", [(2, 8, "actor")])
    assert record.spans is not None
    assert record.spans[0].attributes == {"layer": "custom.Event", "names": ["x", "y"]}


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (XMI.replace("</xmi:XMI>", ""), "a.xmi", "this is not XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + XMI, "a.xmi", "XML that declares entities is not read"),
        ("<collection><document></collection>", "a.xml", "this is not XML"),
    ],
    ids=["cut off", "entities", "BioC"],
)
def test_xml_that_cannot_be_read_is_refused(tmp_path: Path, content: str, name: str, reason: str) -> None:
    assert reason in only_refusal(read_text(tmp_path, content, name)).reason


MANY_DIGITS = "9" * 5_000


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"a.txt": "Two men.", "a.ann": f"T1\tPerson 0 {MANY_DIGITS}\tTwo\n"}, "."),
        ({"a.pubtator": f"1|t|Two men.\n1\t0\t{MANY_DIGITS}\tTwo\tPerson\n"}, "a.pubtator"),
        ({"a.csv": f"{','.join(COLUMNS[:9])}\na1,1,ana,s1,Person,0,{MANY_DIGITS},Two,\n"}, "a.csv"),
    ],
    ids=["brat", "PubTator", "CSV"],
)
def test_a_place_of_more_digits_than_python_reads_is_refused(
    tmp_path: Path, files: Mapping[str, str], name: str
) -> None:
    for each, content in files.items():
        (tmp_path / each).write_text(content, encoding="utf-8")
    found = read_all(tmp_path / name)
    assert any(isinstance(each, Refusal) or sentences([each]) for each in found)


BIOC = """<collection><source>s</source><document><id>d1</id>
<passage><infon key="type">title</infon><offset>0</offset><text>😀 Rebels</text></passage>
<passage><offset>10</offset><text>fled far</text>
<annotation id="T1"><infon key="type">act</infon><infon key="sure">no</infon>
<location offset="10" length="4"/><text>fled</text></annotation>
<annotation id="T2"><infon key="type">actor</infon>
<location offset="2" length="6"/><text>Rebels</text></annotation>
<annotation id="T3"><infon key="type">gap</infon>
<location offset="10" length="1"/><location offset="15" length="3"/>
<text>f far</text></annotation>
<relation id="R1"><infon key="type">by</infon>
<node refid="T1" role="a"/><node refid="T2" role="b"/></relation>
</passage></document></collection>"""


def test_bioc_counts_from_the_beginning_of_the_document(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, BIOC, "a.xml"))
    assert record.text == "😀 Rebels\n\nfled far"
    assert edges(record) == [(10, 14, "act"), (2, 8, "actor"), (10, 18, "gap")]
    assert record.spans is not None
    assert (record.spans[0].attributes, record.spans[2].fragments) == ({"sure": "no"}, ((10, 11), (15, 18)))
    assert link_texts(record) == [("fled", "by", "Rebels")]
    assert record.meta == {"collection_source": "s", "id": "d1", "passage_type": "title"}


@pytest.mark.parametrize(
    ("infons", "label", "attributes"),
    [
        ('<infon key="neg">True</infon>', "annotation", {"neg": "True"}),
        ('<infon key="neg">True</infon><infon key="ner_class">actor</infon>', "actor", {"neg": "True"}),
        ('<infon key="entity_id">7</infon>', "annotation", {"entity_id": "7"}),
    ],
)
def test_bioc_calls_a_span_by_what_says_its_kind(
    tmp_path: Path, infons: str, label: str, attributes: dict[str, str]
) -> None:
    span = f"<annotation id='T1'>{infons}<location offset='0' length='3'/><text>men</text></annotation>"
    passage = f"<passage><offset>0</offset><text>men fled</text>{span}</passage>"
    content = f"<collection><document><id>1</id>{passage}</document></collection>"
    record = only_record(read_text(tmp_path, content, "a.xml"))
    assert edges(record) == [(0, 3, label)]
    assert [span.attributes for span in record.spans or ()] == [attributes]


BIOC_JSON: dict[str, Any] = {
    "source": "s",
    "infons": {},
    "documents": [
        {
            "id": "d1",
            "infons": {},
            "passages": [
                {"offset": 0, "text": "😀 Rebels", "infons": {"type": "title"}, "annotations": []},
                {
                    "offset": 10,
                    "text": "fled far",
                    "infons": {},
                    "sentences": [],
                    "annotations": [
                        {"id": "T1", "text": "fled", "infons": {"type": "act", "sure": "no"},
                         "locations": [{"offset": 10, "length": 4}]},
                        {"id": "T2", "text": "Rebels", "infons": {"type": "actor"},
                         "locations": [{"offset": 2, "length": 6}]},
                        {"id": "T3", "text": "f far", "infons": {"type": "gap"},
                         "locations": [{"offset": 10, "length": 1}, {"offset": 15, "length": 3}]},
                    ],
                    "relations": [
                        {"id": "R1", "infons": {"type": "by"},
                         "nodes": [{"refid": "T1", "role": "a"}, {"refid": "T2", "role": "b"}]},
                    ],
                },
            ],
        }
    ],
}  # fmt: skip


@pytest.mark.parametrize("shape", ["collection", "list", "PubTator 3", "documents, one a line"])
def test_bioc_json_is_read_as_its_xml(tmp_path: Path, shape: str) -> None:
    document = BIOC_JSON["documents"][0]
    shapes = {
        "collection": json.dumps(BIOC_JSON, indent=1),
        "list": json.dumps([BIOC_JSON]),
        "PubTator 3": json.dumps({"source": "s", "PubTator3": [document]}),
        "documents, one a line": f"{json.dumps(document)}\n",
    }
    of_xml = only_record(read_text(tmp_path, BIOC, "a.xml"))
    record = only_record(read_text(tmp_path, shapes[shape], "a.json"))
    assert (record.text, record.spans, record.relations) == (of_xml.text, of_xml.spans, of_xml.relations)
    kept = {key: value for key, value in of_xml.meta.items() if shape[0] != "d" or key != "collection_source"}
    assert record.meta == kept


@pytest.mark.parametrize(
    ("passage", "reason"),
    [
        ({"offset": "no", "text": "men"}, "offset must be a whole number"),
        ({"offset": 0, "text": "men", "annotations": {"id": 1}}, '"annotations" must be a list'),
        ({"offset": 0, "text": "men", "annotations": [3]}, "annotations[0] must be an object, not 3"),
        ({"offset": 0, "text": "men", "infons": [3]}, '"infons" must be an object'),
    ],
)
def test_bioc_json_that_cannot_be_right_is_refused(
    tmp_path: Path, passage: dict[str, Any], reason: str
) -> None:
    content = json.dumps({"documents": [{"id": "1", "passages": [passage]}]})
    assert reason in only_refusal(read_text(tmp_path, content, "a.json")).reason


@pytest.mark.parametrize("dots", [" ... ", " [...] ", "…"])
def test_bioc_may_write_dots_between_the_pieces_of_a_quotation(tmp_path: Path, dots: str) -> None:
    content = BIOC.replace("<text>f far</text>", f"<text>f{dots}far</text>")
    record = only_record(read_text(tmp_path, content, "a.xml"))
    assert edges(record)[2] == (10, 18, "gap")


def test_dots_that_stand_in_the_text_belong_to_a_bioc_quotation(tmp_path: Path) -> None:
    content = BIOC.replace("fled far", "f... far").replace("<text>f far</text>", "<text>f... far</text>")
    content = content.replace('length="1"/>', 'length="4"/>').replace(
        "<text>fled</text>", "<text>f...</text>"
    )
    record = only_record(read_text(tmp_path, content, "a.xml"))
    assert record.spans is not None
    assert record.spans[2].fragments == ((10, 14), (15, 18))


PUBTATOR = """7|t|😀 Rebels fled.
7|a|A rocket hit Kharsa.
7\t2\t8\tRebels\tactor\tQ1
7\t28\t34\tKharsa\tplace\tQ2|Q3\tKharsa|harbour
7\tCID\tQ1\tQ2

8|t|Nobody came.
8|a|
"""


def test_pubtator_brings_title_and_abstract_with_their_mentions(tmp_path: Path) -> None:
    found = read_text(tmp_path, PUBTATOR, "a.txt")
    first, second = (each for each in found if isinstance(each, Record))
    assert first.text == "😀 Rebels fled.\nA rocket hit Kharsa."
    assert quote_spans(first) == [("Rebels", "actor"), ("Kharsa", "place")]
    assert [dict(each.attributes) for each in first.spans or ()] == [
        {"identifier": "Q1"},
        {"identifier": "Q2|Q3", "individual_mentions": "Kharsa|harbour"},
    ]
    assert first.meta == {"id": "7", "relations": [["CID", "Q1", "Q2"]]}
    assert (second.text, second.spans) == ("Nobody came.\n", ())
    assert sentences(found) == [
        "kept in the metadata, because it is identifiers they link and no spans: 1 relation"
    ]


@pytest.mark.parametrize(("unit", "width"), [("utf-16-le", 2), ("utf-8", 1)], ids=["UTF-16 units", "bytes"])
def test_pubtator_in_another_unit_is_known_by_what_it_quotes(tmp_path: Path, unit: str, width: int) -> None:
    title, abstract = "😀 é men saw men", "men é 😀 men"
    text = f"{title}\n{abstract}"
    rows = [f"7|t|{title}", f"7|a|{abstract}"]
    for match in re.finditer("men", text):
        start = len(text[: match.start()].encode(unit)) // width
        rows.append(f"7\t{start}\t{start + 3}\tmen\tactor")
    record = only_record(read_text(tmp_path, "\r\n".join(rows), "a.txt"))
    assert edges(record) == [(*match.span(), "actor") for match in re.finditer("men", text)]


def test_pubtator_with_ids_before_the_types_has_spans_in_pieces(tmp_path: Path) -> None:
    rows = ["7|t|Men and women fled.", "7|a|", "7\tT1\tactor\t0\t3\tMen", "7\tT1\tactor\t14\t18\tfled"]
    record = only_record(read_text(tmp_path, "\n".join([*rows, "7\tT2\tactor\t8\t13\twomen"]), "a.txt"))
    assert record.spans is not None
    assert [(each.id, each.fragments) for each in record.spans] == [("T1", ((0, 3), (14, 18))), ("T2", ())]
    wrong = only_refusal(read_text(tmp_path, "\n".join([*rows[:3], rows[3].replace("14", "13")]), "b.txt"))
    assert 'a piece of it is "fled", but 13–18 is " fled"' in wrong.reason


def test_pubtator_refuses_the_text_whose_mention_stands_nowhere_and_names_other_lines(tmp_path: Path) -> None:
    content = PUBTATOR.replace("\tRebels\t", "\tSoldiers\t") + "9\t0\t1\tx\tactor\n"
    refused, kept = read_text(tmp_path, content, "a.txt")
    assert isinstance(refused, Refusal)
    assert refused.line == 3
    assert refused.reason.startswith('text 7: mention "Soldiers": its text is "Soldiers"')
    assert isinstance(kept, Record)
    assert sentences([kept]) == ["left out, being neither mention nor relation: 1 line (line 9)"]


@pytest.mark.parametrize(("unit", "width"), [("utf-16-le", 2), ("utf-8", 1)], ids=["UTF-16 units", "bytes"])
def test_bioc_in_another_unit_is_known_by_what_it_quotes(tmp_path: Path, unit: str, width: int) -> None:
    texts, offset, passages = ("😀 é men saw men", "men é 😀 men"), 0, []
    for text in texts:
        rows = "".join(
            f"<annotation id='{offset}-{match.start()}'><infon key='type'>actor</infon>"
            f"<location offset='{offset + len(text[: match.start()].encode(unit)) // width}' length='3'/>"
            "<text>men</text></annotation>"
            for match in re.finditer("men", text)
        )
        passages.append(f"<passage><offset>{offset}</offset><text>{text}</text>{rows}</passage>")
        offset += len(text.encode(unit)) // width + 1
    content = f"<collection><document><id>1</id>{''.join(passages)}</document></collection>"
    found = read_text(tmp_path, content, "a.xml")
    record = only_record(found)
    assert record.text == "\n".join(texts)
    assert edges(record) == [(*match.span(), "actor") for match in re.finditer("men", record.text)]
    counted = "UTF-16 units" if width == 2 else "bytes"
    assert sentences(found) == [f"1 document counts {counted}: turned into code points"]


def read_slate(folder: Path, *rows: str) -> list[Any]:
    (folder / "a.txt").write_text("Two  😀 men\r\n\r\n fled, far\n", encoding="utf-8", newline="")
    return list(read_text(folder, "".join(f"{row}\n" for row in rows), "a.txt.annotations"))


def test_slate_counts_lines_and_tokens_from_0_and_includes_the_last(tmp_path: Path) -> None:
    rows = (
        "((0, 0), (0, 2)) - label:actor",
        "(2, 0) - act move",
        "(0, 1, 0) - face",
        "(2) - row",
        "2 0 - by",
    )
    record = only_record(read_slate(tmp_path, *rows))
    assert quote_spans(record) == [
        ("Two  😀 men", "actor"),
        ("fled,", "act"),
        ("fled,", "move"),
        ("😀", "face"),
        ("fled, far", "row"),
    ]
    assert link_texts(record) == [("fled, far", "by", "Two  😀 men")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("(1, 0) - a", "line 1 (from 0) has no tokens"),
        ("(0, 3) - a", "line 0 has 3 tokens, counted from 0"),
        ("(0, 0, 3) - a", "token 0 has 3 characters, counted from 0"),
    ],
    ids=["line", "token", "character"],
)
def test_slate_that_cannot_be_right_is_refused(tmp_path: Path, row: str, reason: str) -> None:
    refusal = only_refusal(read_slate(tmp_path, "(0, 0) - a", row))
    assert refusal.line == 2
    assert reason in refusal.reason
