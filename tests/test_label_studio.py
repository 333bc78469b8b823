"""Label Studio: annotators, attributes of regions, and two ways to count."""

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.readers import edges, link_texts, only_record, only_refusal, quote_spans, read_text, sentences
from tests.written import write
from tui.errors import Refusal
from tui.formats.shared.writing import WriteOptions
from tui.model.record import Record
from tui.model.span import Origin
from tui.project.datasets import export_files
from tui.project.exporting import ExportOptions
from tui.project.place import Place
from tui.project.project import Project

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


def test_line_ends_that_a_browser_joined_are_known_by_what_is_quoted(tmp_path: Path) -> None:
    text = "He.\r\nHe saw He.\r\nHe."
    places = [match.start() for match in re.finditer("He", text)]
    results = []
    for place in places:
        start = len(text[:place].replace("\r\n", "\n"))
        value = {"start": start, "end": start + 2, "text": "He", "labels": ["actor"]}
        results.append(
            {"id": str(place), "from_name": "label", "to_name": "text", "type": "labels", "value": value}
        )
    content = json.dumps([{"id": 1, "data": {"text": text}, "annotations": [{"result": results}]}])
    found = read_text(tmp_path, content, "a.json")
    assert edges(only_record(found)) == [(place, place + 2, "actor") for place in places]
    assert sentences(found) == ["1 text counts code points, CR LF as one: turned into code points"]


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
    assert sentences([second]) == ["1 span of cancelled annotations stays in the metadata only"]
    assert first.meta["annotations"] == [
        {"id": 0, "completed_by": 1},
        {"id": 1, "completed_by": 2, "was_cancelled": True, "result": [region(9, 13, "act")]},
    ]


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


def test_a_note_on_a_region_is_the_spans_note_and_other_metadata_its_attribute(tmp_path: Path) -> None:
    noted = region(2, 8, "actor") | {"meta": {"text": ["sure?", "no"], "page": 3}}
    (span,) = only_record(read_text(tmp_path, task([noted]), "a.json")).spans or ()
    assert (span.note, span.attributes) == ("sure?\nno", {"meta": {"page": 3}})


def test_what_an_annotator_took_over_from_a_prediction_names_the_model(tmp_path: Path) -> None:
    regions = [
        region(2, 8, "actor") | {"origin": "prediction"},
        region(9, 13, "act", name="b") | {"origin": "prediction-changed"},
        region(13, 14, "end", name="c") | {"origin": "manual"},
    ]
    data = json.loads(task(regions, parent_prediction=3))
    data[0]["predictions"] = [predicted(model_version="ner-3")]
    record = only_record(read_text(tmp_path, json.dumps(data), "a.json"))
    assert [span.origin.source for span in record.spans or ()] == ["ner-3", "ner-3", "hand"]


def test_a_region_without_a_label_is_called_by_its_taxonomy_or_by_its_question(tmp_path: Path) -> None:
    place = {"start": 2, "end": 8, "text": "Rebels"}
    regions = [
        {"id": "a", "from_name": "kind", "to_name": "text", "type": "taxonomy",
         "value": place | {"taxonomy": [["actor", "group"], ["armed"]]}},
        {"id": "b", "from_name": "why", "to_name": "text", "type": "textarea",
         "value": {"start": 9, "end": 13, "text": ["a", "b"]}},
    ]  # fmt: skip
    record = only_record(read_text(tmp_path, task(regions), "a.json"))
    assert quote_spans(record) == [("Rebels", "actor/group"), ("Rebels", "armed"), ("fled", "why")]
    assert [dict(span.attributes) for span in record.spans or ()] == [{}, {}, {"why": ["a", "b"]}]


def test_a_question_that_was_answered_twice_keeps_both_answers(tmp_path: Path) -> None:
    answers = [
        {"id": name, "from_name": "who", "to_name": "text", "type": "textarea", "value": {"text": [name]}}
        for name in "xy"
    ]
    assert only_record(read_text(tmp_path, task(answers), "a.json")).article_labels == {"who": ["x", "y"]}


def test_sound_beside_a_text_is_named_and_the_text_comes_in(tmp_path: Path) -> None:
    sound = {"id": "s", "from_name": "beat", "to_name": "audio", "type": "labels"}
    regions = [
        region(2, 8, "actor"),
        sound | {"value": {"start": 1.5, "end": 2.5, "labels": ["Beat"]}},
        sound | {"id": "t", "original_length": 9.0, "value": {"start": 1, "end": 2, "labels": ["Beat"]}},
        sound | {"id": "u", "source": "$sound", "value": {"start": 1, "end": 2, "labels": ["Beat"]}},
        sound | {"id": "v", "type": "polygonlabels", "value": {"points": [[1, 2]], "polygonlabels": ["x"]}},
    ]
    data = json.loads(task(regions))
    data[0]["data"]["sound"] = "/upload/a.mp3"
    found = read_text(tmp_path, json.dumps(data), "a.json")
    assert (quote_spans(only_record(found)), only_record(found).article_labels) == ([("Rebels", "actor")], {})
    named = "labels s, labels t, labels u, polygonlabels v"
    assert sentences(found) == [f"4 results of pictures, sound or chats are left out ({named})"]


def test_each_text_of_a_task_is_a_record_of_its_own(tmp_path: Path) -> None:
    second = "They fled again."
    regions = [
        region(2, 8, "actor"),
        {"id": "b", "from_name": "label2", "to_name": "second", "type": "labels",
         "value": {"start": 5, "end": 9, "text": "fled", "labels": ["act"]}},
        {"type": "relation", "from_id": "a", "to_id": "b", "labels": ["did"]},
        {"from_name": "kind", "to_name": "text", "type": "choices", "value": {"choices": ["raid"]}},
    ]  # fmt: skip
    data = json.loads(task(regions))
    data[0]["data"]["other"] = second
    found = read_text(tmp_path, json.dumps(data), "a.json")
    records = [each for each in found if isinstance(each, Record)]
    assert [(each.text, quote_spans(each), each.meta["text_key"]) for each in records] == [
        (TEXT, [("Rebels", "actor")], "text"),
        (second, [("fled", "act")], "other"),
    ]
    assert [dict(each.article_labels) for each in records] == [{"kind": ["raid"]}, {}]
    assert sentences(found) == ["1 relation between regions without a span is left out (did from a to b)"]


def test_a_dialogue_counts_from_the_beginning_of_each_turn_in_either_unit(tmp_path: Path) -> None:
    turns = [{"author": "A", "text": "😀 Who?"}, {"author": "B", "text": "😀 Two men."}]
    place = {"start": "1", "end": "1", "startOffset": 3, "endOffset": 10, "text": "Two men"}
    value = place | {"paragraphlabels": ["actor"]}
    result = [{"id": "a", "type": "paragraphlabels", "to_name": "talk", "value": value}]
    rows = [{"data": {"id": "x1", "talk": turns}, "annotations": [{"result": result}]}]
    found = read_text(tmp_path, json.dumps(rows), "a.json")
    record = only_record(found)
    assert (record.text, quote_spans(record)) == ("😀 Who?\n😀 Two men.", [("Two men", "actor")])
    assert record.meta["talk"] == turns
    assert "1 text counts UTF-16 units: turned into code points" in sentences(found)


def test_an_annotation_that_holds_its_task_is_read_as_cloud_storage_gets_it(tmp_path: Path) -> None:
    stored = {"id": 9, "result": [region(2, 8, "actor")], "completed_by": {"username": "bea"},
              "task": {"id": 5, "data": {"text": TEXT}}}  # fmt: skip
    record = only_record(read_text(tmp_path, json.dumps(stored), "9.json"))
    assert (record.annotator, quote_spans(record)) == ("bea", [("Rebels", "actor")])


def test_json_min_gives_answers_by_their_place_and_those_of_one_place_together(tmp_path: Path) -> None:
    place = {"start": 2, "end": 8, "text": "Rebels"}
    row = {
        "text": TEXT, "source": "Paper", "id": 1,
        "label": [place | {"labels": ["actor"]}], "side": [place | {"choices": ["north"]}],
        "kind": "raid", "score": [{"rating": 4}], "box": [{"x": 1, "y": 2, "rectanglelabels": ["a"]}],
        "annotator": 4, "annotation_id": 9, "created_at": "now", "updated_at": "now", "lead_time": 1.5,
    }  # fmt: skip
    found = read_text(tmp_path, json.dumps([row]), "a.json")
    record = only_record(found)
    assert [(span.label, dict(span.attributes)) for span in record.spans or ()] == [
        ("actor", {"side": ["north"]})
    ]
    assert record.article_labels == {"kind": "raid", "score": [{"rating": 4}]}
    assert (record.meta["source"], record.state) == ("Paper", None)
    assert sentences(found) == ["1 result of pictures, sound or chats is left out (box)"]


def test_drafts_are_counted_by_what_they_hold(tmp_path: Path) -> None:
    data = json.loads(task([region(2, 8, "actor")]))
    data[0]["drafts"] = [{"result": [region(2, 8, "actor"), region(9, 13, "act")]}]
    assert sentences(read_text(tmp_path, json.dumps(data), "a.json")) == ["2 results of drafts are left out"]


def test_what_stands_there_by_its_id_only_is_counted_and_the_rest_comes_in(tmp_path: Path) -> None:
    data = json.loads(task([region(2, 8, "actor")]))
    data[0] |= {"predictions": [11], "drafts": [3, 4], "comment_authors": [1]}
    found = read_text(tmp_path, json.dumps(data), "a.json")
    assert quote_spans(only_record(found)) == [("Rebels", "actor")]
    assert sentences(found) == [
        "of 1 prediction the file has no more than the id: left out",
        "of 2 drafts the file has no more than the id: left out",
    ]


def test_a_task_whose_annotations_are_ids_only_comes_in_as_an_unannotated_text(tmp_path: Path) -> None:
    data = [{"id": 5, "data": {"text": TEXT}, "annotations": [7], "predictions": [11]}]
    record = only_record(read_text(tmp_path, json.dumps(data), "a.json"))
    assert (record.text, record.spans) == (TEXT, None)


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
    assert sentences(found) == ["1 score of predictions, not between 0 and 1, is left out"]


def test_what_predictions_say_beside_spans_is_counted(tmp_path: Path) -> None:
    own = {"id": "a", "from_name": "side", "type": "choices",
           "value": {"start": 2, "end": 8, "choices": ["north"]}}  # fmt: skip
    whole = {"id": "z", "from_name": "kind", "type": "choices", "value": {"choices": ["raid"]}}
    data = [{"data": {"text": TEXT}, "predictions": [predicted(region(2, 8, "actor"), own, whole)]}]
    assert sentences(read_text(tmp_path, json.dumps(data), "a.json")) == [
        "1 result of predictions without a span is left out (kind)",
        "1 attribute of predicted spans is left out",
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


def come_back(folder: Path, *tasks: dict[str, Any]) -> tuple[Any, str]:
    """Read tasks and write them again; give the tasks, and the labelling interface."""
    found = read_text(folder, json.dumps(list(tasks)), "tasks.json")
    written, _ = write(folder, "label-studio", [each for each in found if isinstance(each, Record)])
    return json.loads(written["out.json"]), written["out.xml"].decode("utf-8")


def test_annotations_of_several_people_go_back_into_one_task(tmp_path: Path) -> None:
    men, fled = region(0, 7, "actor", name="m"), region(8, 12, "act", name="f") | {"score": 0.5}
    annotations = [
        {"id": 11, "completed_by": 3, "result": [men]},
        {"id": 12, "completed_by": {"id": 4, "email": "bea@news.example"}, "result": [men, fled]},
    ]
    first = {"id": 5, "data": {"text": TEXT, "url": "x"}, "annotations": annotations}
    second = {"id": 6, "data": {"text": TEXT, "url": "y"}, "annotations": annotations[:1]}
    (back, other), _ = come_back(tmp_path, first, second)
    assert (back["id"], back["data"], other["id"], other["data"]["url"]) == (5, first["data"], 6, "y")
    said = [(each["id"], each["completed_by"]) for each in back["annotations"]]
    assert said == [(each["id"], each["completed_by"]) for each in annotations]
    assert [each["id"] for each in back["annotations"][1]["result"]] == ["m", "f"]
    assert back["annotations"][1]["result"][1]["score"] == 0.5
    assert len(other["annotations"]) == 1


def test_results_go_back_to_the_questions_of_their_own_interface(tmp_path: Path) -> None:
    men = {**region(0, 7, "actor", name="m"), "from_name": "ner", "to_name": "body"}
    sure = {"id": "m", "from_name": "sure", "to_name": "body", "type": "rating"}
    results = [men, {**sure, "value": {"start": 0, "end": 7, "text": TEXT[:7], "rating": 4}}]
    task = {"id": 5, "data": {"story": TEXT}, "annotations": [{"id": 1, "result": results}]}
    (back,), interface = come_back(tmp_path, task)
    found = back["annotations"][0]["result"]
    assert [(each["from_name"], each["to_name"], each["type"]) for each in found] == [
        ("ner", "body", "labels"),
        ("sure", "body", "rating"),
    ]
    assert found[1]["value"] == results[1]["value"]
    assert '<Labels name="ner" toName="body">' in interface
    assert '<Text name="body" value="$story"/>' in interface


def test_the_interface_asks_every_question_that_was_answered_of_a_text_that_it_shows(tmp_path: Path) -> None:
    place = {"start": 0, "end": 7, "text": TEXT[:7]}
    answers = {"age": ("number", 52), "sure": ("rating", 4), "kind": ("choices", ["a", "b"])}
    results = [{**region(0, 7, "actor", name="m"), "from_name": "ner", "to_name": "body"}]
    for name, (kind, value) in answers.items():
        head = {"id": "m", "from_name": name, "to_name": "body", "type": kind}
        results.append({**head, "value": {**place, kind: value}})
    topic = {"id": "t", "from_name": "topic", "to_name": "body", "type": "choices"}
    results.append({**topic, "value": {"choices": ["war"]}})
    bare = {"id": 4, "data": {"story": TEXT}, "annotations": [{"id": 1, "result": []}]}
    task = {"id": 5, "data": {"story": TEXT}, "annotations": [{"id": 1, "result": results}]}
    _, interface = come_back(tmp_path, bare, task)
    root = ElementTree.fromstring(interface)
    texts = {each.get("name"): each.get("value") for each in root.iter("Text")}
    assert texts == {"body": "$story"}
    assert {each.get("toName") for each in root.iter() if each.get("toName")} == {"body"}
    asked = {each.get("name"): each for each in root.iter() if each.get("toName")}
    assert {name: asked[name].tag for name in ("ner", *answers, "topic")} == {
        "ner": "Labels",
        "age": "Number",
        "sure": "Rating",
        "kind": "Choices",
        "topic": "Choices",
    }
    assert [each.get("value") for each in asked["kind"]] == ["a", "b"]
    assert (asked["kind"].get("perRegion"), asked["kind"].get("choice")) == ("true", "multiple")
    assert (asked["topic"].get("perRegion"), asked["topic"].get("choice")) == (None, "single")


def test_a_task_of_hypertext_does_not_pretend_to_go_back(tmp_path: Path) -> None:
    value = {"start": "/p[1]/text()[1]", "startOffset": 0, "end": "/p[1]/text()[1]", "endOffset": 3}
    men = {"id": "m", "from_name": "ner", "to_name": "html", "type": "hypertextlabels"}
    men["value"] = {**value, "text": "Two", "hypertextlabels": ["actor"]}  # type: ignore[assignment]
    task = {"id": 5, "data": {"html": "<p>Two men</p>"}, "annotations": [{"id": 1, "result": [men]}]}
    (back,), _ = come_back(tmp_path, task)
    (result,) = back["annotations"][0]["result"]
    assert (result["type"], result["value"]["start"], back["data"]["text"].strip()) == (
        "labels",
        0,
        "Two men",
    )


def test_a_region_of_several_labels_goes_back_as_one(tmp_path: Path) -> None:
    men = region(0, 7, "actor", "rebel", name="m-1")
    fled = region(8, 12, "act", name="f")
    link = {"type": "relation", "from_id": "f", "to_id": "m-1", "direction": "right", "labels": ["by"]}
    results = [men, fled, link]
    task = {"id": 5, "data": {"text": TEXT}, "annotations": [{"id": 1, "result": results}]}
    (back,), _ = come_back(tmp_path, task)
    found = back["annotations"][0]["result"]
    assert [(each.get("id"), each.get("value", {}).get("labels")) for each in found] == [
        ("m-1", ["actor", "rebel"]),
        ("f", ["act"]),
        (None, None),
    ]
    assert (found[2]["from_id"], found[2]["to_id"]) == ("f", "m-1")


def test_a_region_with_two_labels_stays_one_though_their_attributes_have_other_types(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text(
        "labels:\n  - civilian\n  - {name: casualty, attributes: [{name: remark, type: text}]}\n", "utf-8"
    )
    area = region(2, 8, name="a") | {"from_name": "remark", "type": "textarea"}
    area["value"] = {"start": 2, "end": 8, "text": ["one", "two"]}
    said = [region(2, 8, "casualty", "civilian"), area]
    (tmp_path / "in.json").write_text(task(said, completed_by=4), encoding="utf-8")
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        refused: list[Refusal] = []
        project.import_files([tmp_path / "in.json"], tell=refused.append)
        assert refused == []
        job = project.plan_export(ExportOptions("article"), "label-studio", WriteOptions())
        export_files(job, tmp_path / "out.json")
    (back,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    results = back["annotations"][0]["result"]
    assert [each["value"] for each in results] == [each["value"] for each in said]


def answer(kind: str, said: object, name: str = "side") -> dict[str, Any]:
    value = {"start": 2, "end": 8, "text": "Rebels", kind: said}
    return {"id": "a", "from_name": name, "to_name": "text", "type": kind, "value": value}


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (answer("choices", {}), 'choices a: "choices" must be a list, not {}'),
        (answer("choices", [None]), 'choices a: "choices" must be a list of texts, not [null]'),
        (answer("number", "NaN"), 'number a: "number" must be a number, not "NaN"'),
        (answer("rating", True), 'rating a: "rating" must be a number, not true'),
        (
            {"type": "relation", "from_id": "a", "to_id": "b", "direction": "up"},
            'relation a to b: "direction" must be "right", "left" or "bi", not "up"',
        ),
        (
            {"type": "relation", "from_id": "a"},
            'relation a to nothing: "to_id" must be the id of a region, not null',
        ),
    ],
)
def test_a_result_that_says_what_its_type_cannot_say_is_left_out_by_name(
    tmp_path: Path, result: dict[str, Any], why: str
) -> None:
    said = [region(2, 8, "actor"), region(9, 13, "act", name="b"), result]
    found = read_text(tmp_path, task(said), "a.json")
    record = only_record(found)
    noun = "relation" if result["type"] == "relation" else "result"
    assert sentences(found) == [f"1 {noun} is left out (line 1: annotations[0].result: {why})"]
    assert (len(record.spans or ()), record.relations) == (2, ())


def test_a_relation_whose_direction_is_null_goes_right(tmp_path: Path) -> None:
    link = {"type": "relation", "from_id": "a", "to_id": "b", "direction": None, "labels": ["did"]}
    said = [region(2, 8, "actor"), region(9, 13, "act", name="b"), link]
    record = only_record(read_text(tmp_path, task(said), "a.json"))
    assert link_texts(record) == [("Rebels", "did", "fled")]


def test_two_regions_of_one_id_at_two_places_are_told(tmp_path: Path) -> None:
    said = [region(2, 8, "actor"), region(9, 13, "act"), answer("choices", ["north"])]
    found = read_text(tmp_path, task(said), "a.json")
    record = only_record(found)
    assert [each.attributes for each in record.spans or ()] == [{"side": ["north"]}, {}]
    told = "1 region has the id of another at another place: the first has the answers and relations (a)"
    assert sentences(found) == [told]


def test_a_region_of_several_labels_keeps_their_order_however_its_spans_are_sorted(tmp_path: Path) -> None:
    task = {
        "id": 5,
        "data": {"text": TEXT},
        "annotations": [{"id": 1, "result": [region(0, 7, "rebel", "actor", "boy", name="m")]}],
    }
    (tmp_path / "labels.yaml").write_text("labels: [boy, actor, rebel]\n", encoding="utf-8")
    (tmp_path / "in.json").write_text(json.dumps([task]), encoding="utf-8")
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        refused: list[Refusal] = []
        project.import_files([tmp_path / "in.json"], tell=refused.append)
        assert refused == []
        job = project.plan_export(ExportOptions("article"), "label-studio", WriteOptions())
        export_files(job, tmp_path / "out.json")
    (back,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert back["annotations"][0]["result"][0]["value"]["labels"] == ["rebel", "actor", "boy"]
