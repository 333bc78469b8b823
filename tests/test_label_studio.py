"""Label Studio: annotators, attributes of regions, and two ways to count."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.readers import edges, link_texts, only_record, only_refusal, quote_spans, read_text, sentences
from tui.errors import Refusal
from tui.records import Record
from tui.spans import Origin

TEXT = "😀 Rebels fled."


def region(start: int, end: int, *labels: str, name: str = "a", **more: object) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": TEXT[start:end], "labels": list(labels), **more}
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def task(*results: list[dict[str, Any]], **more: object) -> str:
    annotations = [{"id": index, "result": result, **more} for index, result in enumerate(results)]
    return json.dumps([{"id": 5, "data": {"text": TEXT, "url": "x"}, "annotations": annotations}])


def test_spans_with_their_attributes_and_relations_come_in(tmp_path: Path) -> None:
    choice = {
        "id": "a", "from_name": "side", "to_name": "text", "type": "choices",
        "value": {"start": 2, "end": 8, "text": "Rebels", "choices": ["north"]},
    }  # fmt: skip
    link = {"type": "relation", "from_id": "b", "to_id": "a", "direction": "left", "labels": ["did"]}
    record = only_record(
        read_text(
            tmp_path,
            task(
                [region(2, 8, "actor"), choice, region(9, 13, "act", name="b"), link],
                completed_by={"id": 3, "email": "bea@news.example"},
            ),
            "a.json",
        )
    )
    assert quote_spans(record) == [("Rebels", "actor"), ("fled", "act")]
    assert record.spans is not None
    assert record.spans[0].attributes == {"side": ["north"]}
    assert link_texts(record) == [("Rebels", "did", "fled")]
    assert (record.annotator, record.meta["id"], record.meta["url"]) == ("bea@news.example", 5, "x")


def test_offsets_in_utf16_units_are_known_by_what_they_quote(tmp_path: Path) -> None:
    spans = [region(2, 8, "actor"), region(9, 13, "act", name="b")]
    for span in spans:
        span["value"]["start"] += 1
        span["value"]["end"] += 1
    found = read_text(tmp_path, task(spans), "a.json")
    assert edges(only_record(found)) == [(2, 8, "actor"), (9, 13, "act")]
    assert sentences(found) == ["1 text counts UTF-16 units: turned into code points"]


def test_several_labels_of_a_region_are_several_spans(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, task([region(2, 8, "actor", "person")]), "a.json"))
    assert quote_spans(record) == [("Rebels", "actor"), ("Rebels", "person")]


def test_each_annotation_is_a_record_and_a_cancelled_one_is_skipped(tmp_path: Path) -> None:
    data = json.loads(task([region(2, 8, "actor")], [region(9, 13, "act")]))
    data[0]["annotations"][0]["completed_by"], data[0]["annotations"][1]["completed_by"] = 1, 2
    data[0]["annotations"][1]["was_cancelled"] = True
    first, second = read_text(tmp_path, json.dumps(data), "a.json")
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.annotator, quote_spans(first), first.state) == ("1", [("Rebels", "actor")], None)
    assert (second.annotator, second.spans, second.state) == ("2", (), "skipped")
    assert sentences([second]) == ["1 span of cancelled annotations are left out"]


def test_choices_of_the_whole_text_become_article_labels_of_unfinished_paragraphs(tmp_path: Path) -> None:
    choice = {"from_name": "kind", "to_name": "text", "type": "choices", "value": {"choices": ["attack"]}}
    record = only_record(read_text(tmp_path, task([choice]), "a.json"))
    assert (record.article_labels, record.spans, record.state) == ({"kind": ["attack"]}, (), "unfinished")


def test_json_min_comes_in_too(tmp_path: Path) -> None:
    row = {
        "id": 1,
        "text": TEXT,
        "label": [region(2, 8, "actor")["value"]],
        "annotator": 4,
        "annotation_id": 9,
    }
    record = only_record(read_text(tmp_path, json.dumps([row]), "a.json"))
    assert (record.text, edges(record), record.annotator) == (TEXT, [(2, 8, "actor")], "4")


def test_hypertext_is_placed_by_the_path_of_its_text_nodes(tmp_path: Path) -> None:
    html = "<div><p>Two &amp; <b>men</b> fled<br>far</p></div>"
    place = {
        "start": "/div[1]/p[1]/text()[2]",
        "end": "/div[1]/p[1]/text()[3]",
        "startOffset": 1,
        "endOffset": 3,
    }
    value = {**place, "text": "fled\\nfar", "hypertextlabels": ["act"]}
    data = [
        {
            "data": {"text": html},
            "annotations": [{"result": [{"id": "a", "type": "hypertextlabels", "value": value}]}],
        }
    ]
    record = only_record(read_text(tmp_path, json.dumps(data), "a.json"))
    assert record.text == "Two & men fled\nfar"
    assert quote_spans(record) == [("fled\nfar", "act")]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ([region(2, 80, "a")], "region a: 2–80 is not a stretch of the text"),
        ([{"id": "a", "type": "labels", "value": {"start": 2, "end": 8, "text": "Nobody", "labels": ["x"]}}],
         'its text is "Nobody", but 2–8 is "Rebels"'),
    ],
    ids=["range", "quotation"],
)  # fmt: skip
def test_what_cannot_be_right_is_refused(tmp_path: Path, result: list[dict[str, Any]], reason: str) -> None:
    refusal = only_refusal(read_text(tmp_path, task(result), "a.json"))
    assert (refusal.line, refusal.reason.startswith("annotation 0: ")) == (1, True)
    assert reason in refusal.reason


def predicted(*regions: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"id": 3, "result": list(regions), **more}


def test_predicted_spans_are_suggestions_of_the_model_with_its_score(tmp_path: Path) -> None:
    first = predicted(region(2, 8, "actor") | {"score": 0.75}, region(9, 13, "act", name="b"),
                      model_version="ner-3", score=0.5)  # fmt: skip
    second = predicted(region(2, 8, "person"), score=7)
    data = [{"data": {"text": TEXT}, "predictions": [first, second]}]
    found = read_text(tmp_path, json.dumps(data), "tasks.json")
    record = only_record(found)
    assert (record.spans, record.state) == (None, None)
    assert [(each.start, each.end, each.label, each.origin) for each in record.suggestions] == [
        (2, 8, "actor", Origin("ner-3", 0.75)),
        (9, 13, "act", Origin("ner-3", 0.5)),
        (2, 8, "person", Origin("tasks")),
    ]
    assert sentences(found) == ["1 score of predictions are not between 0 and 1 and are left out"]


def test_what_predictions_say_beside_spans_is_counted(tmp_path: Path) -> None:
    own = {"id": "a", "from_name": "side", "type": "choices",
           "value": {"start": 2, "end": 8, "choices": ["north"]}}  # fmt: skip
    whole = {"id": "z", "from_name": "kind", "type": "choices", "value": {"choices": ["raid"]}}
    data = [{"data": {"text": TEXT}, "predictions": [predicted(region(2, 8, "actor"), own, whole)]}]
    assert sentences(read_text(tmp_path, json.dumps(data), "a.json")) == [
        "1 attribute of predicted spans are left out",
        "1 result of predictions that are no spans are left out",
    ]


def test_suggestions_come_with_one_of_a_tasks_annotations_and_stay_where_all_are_refused(
    tmp_path: Path,
) -> None:
    data = json.loads(task([region(2, 80, "actor")], [region(2, 8, "actor")], [region(9, 13, "act")]))
    data[0]["predictions"] = [predicted(region(9, 13, "act")), predicted(region(2, 90, "act"))]
    found = read_text(tmp_path, json.dumps(data), "a.json")
    assert [each.reason[:14] for each in found if isinstance(each, Refusal)] == [
        "prediction 3: ",
        "annotation 0: ",
    ]
    assert [len(each.suggestions) for each in found if isinstance(each, Record)] == [1, 0]
    del data[0]["annotations"][1:]
    (record,) = [each for each in read_text(tmp_path, json.dumps(data), "a.json") if isinstance(each, Record)]
    assert (record.spans, len(record.suggestions)) == (None, 1)
