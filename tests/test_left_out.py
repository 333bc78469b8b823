"""A part that cannot be right is left out of its record, in every format; the text and its spans come in."""

import json
from pathlib import Path

import pytest

from tests.readers import only_record, quote_spans, read_text, sentences
from tui.model.span import Json

TEXT = "Two men fled."
REGION: dict[str, Json] = {
    "id": "r",
    "from_name": "label",
    "to_name": "text",
    "type": "labels",
    "value": {"start": 0, "end": 3, "text": "Two", "labels": ["actor"]},
}
ENTITY: dict[str, Json] = {"id": 1, "label": "actor", "start_offset": 0, "end_offset": 3}
SPAN: dict[str, Json] = {"start": 0, "end": 1, "type": "actor"}
TOKENS: list[Json] = ["Two", "men"]


def task(*results: Json, **more: Json) -> list[Json]:
    said: list[Json] = [{"id": 5, "result": [REGION, *results]}]
    return [{"id": 1, "data": {"text": TEXT}, "annotations": said, **more}]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("doccano", {"text": TEXT, "entities": [ENTITY], "relations": {"x": 1}},
         '1 relation is left out (line 1: "relations" must be a list'),
        ("doccano", {"text": TEXT, "entities": [ENTITY, {**ENTITY, "label": ["x"]}]},
         "1 span is left out (line 1: entities[1]: the label must be a text"),
        ("gliner", [{"tokenized_text": TOKENS, "ner": [[0, 0, "actor"]], "relations": 7}],
         '1 relation is left out (line 1: "relations" must be a list'),
        ("hf", {"tokens": TOKENS, "spans": [SPAN], "relations": [3]},
         "1 relation is left out (line 1: relations[0] must be an object"),
        ("label-studio", task({"type": "relation", "from_id": "r", "to_id": "r", "labels": [None]}),
         "1 relation is left out (line 1: result[1]: the label must be"),
        ("label-studio", task(7), '1 result is left out (line 1: "annotations[0].result[1]" must be an'),
        ("label-studio", task(predictions=["x"]),
         '1 prediction is left out (line 1: "predictions[0]" must be an object'),
        ("label-studio", task(drafts={}), '1 draft is left out (line 1: "drafts" must be a list'),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_right_is_left_out(
    tmp_path: Path, name: str, content: Json, sentence: str
) -> None:
    found = read_text(tmp_path, json.dumps(content), f"{name}.json")
    assert quote_spans(only_record(found)) == [("Two", "actor")]
    assert any(each.startswith(sentence) for each in sentences(found))


def test_relations_that_are_null_are_none(tmp_path: Path) -> None:
    found = read_text(tmp_path, json.dumps({"tokens": TOKENS, "spans": [SPAN], "relations": None}), "a.json")
    assert quote_spans(only_record(found)) == [("Two", "actor")]
