"""Documents as JSON of other tools, GATE and DyGIE++: in which unit they count, and what cannot be right."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.readers import edges, link_texts, only_record, only_refusal, quote_spans, read_text, sentences

TEXT = "😀 Rebels fled."


def bdoc(*annotations: tuple[str, int, int], **more: object) -> str:
    listed = [
        {"id": index, "type": label, "start": start, "end": end, "features": {}}
        for index, (label, start, end) in enumerate(annotations)
    ]
    sets = {"": {"annotations": listed, "next_annid": len(listed)}}
    return json.dumps({"text": TEXT, "annotation_sets": sets, **more})


@pytest.mark.parametrize(("unit", "start"), [({"offset_type": "p"}, 2), ({}, 2), ({"offset_type": "j"}, 3)])
def test_bdoc_says_in_which_unit_it_counts(tmp_path: Path, unit: dict[str, str], start: int) -> None:
    content = bdoc(("actor", start, start + 6), ("Token", 0, 1), **unit)
    found = read_text(tmp_path, content, "a.bdocjs")
    assert edges(only_record(found)) == [(2, 8, "actor")]
    assert sentences(found) == ["1 annotation is left out, because it only parts the text"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bdoc(("actor", 1, 9), offset_type="j"), "annotations[0]: 1 is outside the text of 15 UTF-16 units"),
        (bdoc(("actor", 2, 99)), "annotations[0]: 2–99 is not a stretch of the text"),
        (bdoc(offset_type="x"), '"offset_type" must be p (code points) or j (UTF-16 units)'),
        (json.dumps({"annotation_sets": {}}), 'a document must be an object with a "text"'),
        (json.dumps({"text": "a", "annotation_sets": [1]}), '"annotation_sets" must be an object'),
        (json.dumps({"text": "a", "annotation_sets": {"k": 1}}), 'the annotation set "k" must be an object'),
    ],
)
def test_bdoc_that_cannot_be_right_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    assert reason in only_refusal(read_text(tmp_path, content, "a.bdocjs")).reason


def test_bdoc_without_annotation_sets_is_a_text_that_nobody_annotated(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, json.dumps({"text": TEXT, "name": "n"}), "a.bdocjs"))
    assert (record.text, record.spans, record.meta) == (TEXT, None, {"name": "n"})


def document(**said: object) -> str:
    tokens = [["Two", "men", "fled", "."], ["They", "hid", "."]]
    return json.dumps({"doc_key": "a1", "sentences": tokens, **said})


def test_dygie_counts_tokens_of_the_document_and_its_ends_are_inclusive(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "ner": [[[0, 1, "actor"]], [[4, 4, "actor"]]],
        "relations": [[[0, 1, 4, 4, "same"]], []],
        "events": [
            [[[2, "flight"], [0, 1, "agent"]]],
            [[[5, 5, "hiding"], [4, 4, "agent"], [2, 2, "after"]]],
        ],
        "clusters": [[[0, 1], [4, 4]]],
    }
    record = only_record(read_text(tmp_path, document(**said), "a.json"))
    assert record.text == "Two men fled .\nThey hid ."
    assert quote_spans(record) == [
        ("Two men", "actor"), ("They", "actor"), ("fled", "flight"), ("hid", "hiding"),
    ]  # fmt: skip
    assert link_texts(record) == [
        ("Two men", "same", "They"),
        ("fled", "agent", "Two men"),
        ("hid", "agent", "They"),
        ("hid", "after", "fled"),
    ]
    quoted = {span.id: record.text[span.start : span.end] for span in record.spans or ()}
    assert [[quoted[each] for each in entity.spans] for entity in record.entities] == [["Two men", "They"]]


def test_dygie_that_counts_in_each_sentence_is_known_by_it(tmp_path: Path) -> None:
    said = {
        "ner": [[[0, 1, "actor"]], [[0, 0, "actor"], [1, 1, "act"]]],
        "relations": [[], [[0, 0, 1, 1, "did"]]],
    }
    record = only_record(read_text(tmp_path, document(**said), "a.json"))
    assert quote_spans(record) == [("Two men", "actor"), ("They", "actor"), ("hid", "act")]
    assert link_texts(record) == [("They", "did", "hid")]


def test_what_has_no_label_in_dygie_is_a_mention_and_predictions_are_suggestions(tmp_path: Path) -> None:
    said = {"clusters": [[[0, 1], [4, 4]]], "predicted_ner": [[[0, 1, "actor", 7.5, 0.5]], []]}
    record = only_record(read_text(tmp_path, document(**said), "a.json"))
    assert quote_spans(record) == [("Two men", "mention"), ("They", "mention")]
    (suggested,) = record.suggestions
    assert (suggested.start, suggested.end, suggested.label) == (0, 7, "actor")
    assert (suggested.origin.source, suggested.origin.confidence) == ("predicted", 0.5)


def test_the_events_of_rams_are_triggers_and_relations_by_their_roles(tmp_path: Path) -> None:
    said = {
        "ent_spans": [[0, 1, [["evt1arg01agent", 1.0]]], [4, 4, [["evt1arg02other", 1.0]]]],
        "evt_triggers": [[2, 2, [["flight", 1.0]]]],
        "gold_evt_links": [[[2, 2], [0, 1], "evt1arg01agent"]],
    }
    record = only_record(read_text(tmp_path, document(**said), "a.jsonlines"))
    assert quote_spans(record) == [("fled", "flight"), ("Two men", "mention"), ("They", "mention")]
    assert link_texts(record) == [("fled", "evt1arg01agent", "Two men")]
    assert record.meta == {"doc_key": "a1"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"ner": [[[0, 7, "actor"]], []]}, "ner[0][0] is [0, 7]; 0 <= first <= last < 7 (tokens) must hold"),
        ({"ner": [[[1, 0, "actor"]], []]}, "ner[0][0] is [1, 0]"),
        ({"ner": [[[0, 1]], []]}, "ner[0][0] must have 3 values or more"),
        ({"ner": [[], [], []]}, '"ner" has 3 lists, and the document 2 sentences'),
        ({"events": [[[[2]]], []]}, "a trigger must be [token, type], not [2]"),
        ({"evt_triggers": [[9, 9, [["x", 1]]]]}, "evt_triggers[0] is [9, 9]"),
    ],
)
def test_dygie_that_cannot_be_right_is_refused(tmp_path: Path, said: dict[str, Any], reason: str) -> None:
    assert reason in only_refusal(read_text(tmp_path, document(**said), "a.json")).reason


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"relations": [[[0, 1, 9, 9, "did"]], []]}, "1 relation is left out (line 1: relations[0][0] is"),
        ({"relations": [[[0, 1]], []]}, "1 relation is left out (line 1: relations[0][0] must have 5 values"),
        ({"relations": [[], [], []]}, '1 relation is left out (line 1: "relations" has 3 lists'),
        ({"relations": 3}, '1 relation is left out (line 1: "relations" must be a list'),
        ({"events": [[[[2, "x"], [0, 1]]], []]}, "1 argument is left out (line 1: events[0][0]: an argument"),
        ({"clusters": [[[0]]]}, "1 cluster is left out (line 1: clusters[0] is [0]"),
        ({"clusters": [7]}, '1 cluster is left out (line 1: "clusters[0]" must be a list'),
        ({"gold_evt_links": [[[2, 2], [0, 1]]]}, "1 relation is left out (line 1: gold_evt_links[0] must be"),
        ({"predicted_ner": [[[0, 9, "x"]], []]}, "1 suggestion is left out (line 1: predicted_ner[0][0] is"),
    ],
)  # fmt: skip
def test_what_dygie_says_beside_the_spans_is_left_out_where_it_cannot_be_right(
    tmp_path: Path, said: dict[str, Any], sentence: str
) -> None:
    found = read_text(tmp_path, document(ner=[[[0, 1, "actor"]], []], **said), "a.json")
    assert ("Two men", "actor") in quote_spans(only_record(found))
    assert any(each.startswith(sentence) for each in sentences(found))
