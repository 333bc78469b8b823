"""The JSON Schema of a line: it fits what is written, and refuses what cannot be right."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.readers import only_record, read_text, sentences
from tests.record_lines import VALIDATOR
from tests.test_native import records
from tui.errors import Refusal
from tui.formats.native import lines as native
from tui.formats.native.schema import OBJECTS, RECORD, SPAN, record_schema
from tui.model.record import Record
from tui.model.span import Entity, Relation

DOCUMENTATION = (Path(__file__).parents[1] / "docs" / "formats.md").read_text("utf-8")
EXAMPLE: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", DOCUMENTATION, re.DOTALL)[0])


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(record_schema())


def test_the_schema_knows_the_keys_that_are_written() -> None:
    assert set(native._Line.__struct_fields__) == RECORD.names
    assert set(native._SpanEntry.__struct_fields__) == SPAN.names


@st.composite
def linked(draw: st.DrawFn) -> Record:
    """Make records with relations, entities and labels of paragraphs, too."""
    record = draw(records())
    names = [span.id for span in record.spans or ()]
    if not names:
        return record
    ends = st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=2)
    relations = [Relation(f"r{at}", "uses", *pair) for at, pair in enumerate(draw(ends))]
    labels = draw(st.dictionaries(st.integers(0, 3), st.just({"tone": None}), max_size=2))
    entities = (Entity("e1", draw(st.text(max_size=3)), tuple(names)),)
    return Record(
        **{name: getattr(record, name) for name in ("text", "title", "id", "meta", "annotator", "spans")},
        relations=tuple(relations),
        entities=draw(st.sampled_from([(), entities])),
        paragraph_labels=labels,
    )


@given(record=records() | linked())
@settings(max_examples=200)
def test_every_line_that_is_written_fits_the_schema(record: Record) -> None:
    VALIDATOR.validate(json.loads(native.format_line(record)))


def test_the_example_of_the_documentation_fits_the_schema_and_comes_back(tmp_path: Path) -> None:
    VALIDATOR.validate(EXAMPLE)
    found = read_text(tmp_path, json.dumps(EXAMPLE), "articles.jsonl")
    record = only_record(found)
    assert sentences(found) == []
    assert json.loads(native.format_line(record)) == EXAMPLE


@pytest.mark.parametrize("shape", ["span", "relation", "entity", "origin", "count"])
def test_the_example_shows_every_key(shape: str) -> None:
    keys = OBJECTS[shape].names
    shown = {key for each in objects_in(EXAMPLE) for key in each if keys >= set(each)}
    assert shown == keys


def objects_in(value: object) -> list[dict[str, object]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [each for part in inner for each in objects_in(part)]
    return [value, *found] if isinstance(value, dict) else found


WRONG = {
    "text": [{"text": 5}, {"text": None}, {"text": ...}],
    "id": [{"id": ""}, {"id": []}],
    "spans": [{"spans": {}}, {"spans": [7]}, {"spans": "s1"}],
    "relations": [{"relations": 1}, {"relations": [[]]}, {"relations": [{"label": "x", "head": "s1"}]}],
    "entities": [{"entities": [{"id": "e", "spans": []}]}, {"entities": [{"id": "e"}]}],
    "labels": [{"article_labels": []}, {"paragraph_labels": {"0": {}}}, {"paragraph_labels": {"1": 3}}],
    "meta": [{"meta": 1}, {"meta": {"title": 3}}, {"meta": {"state": "done"}}, {"meta": {"flags": [0]}}],
    "notes": [{"meta": {"notes": {"one": "x"}}}, {"meta": {"notes": {"1": 4}}}, {"meta": {"states": "x"}}],
}


@pytest.mark.parametrize(
    "change",
    [change for changes in WRONG.values() for change in changes],
    ids=lambda change: str(change)[:40],
)
def test_what_the_reader_does_not_take_whole_does_not_fit_the_schema(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    line = {key: value for key, value in (EXAMPLE | change).items() if value is not ...}
    assert not VALIDATOR.is_valid(line)
    found = read_text(tmp_path, json.dumps(line), "articles.jsonl")
    assert any(isinstance(each, Refusal) for each in found) or sentences(found)


SPAN_VALUES = st.sampled_from([None, -1, 0, 3, True, 1.5, "", " ", "actor", [], [[0, 1]], {}, {"n": 1}])
UNSAYABLE = (
    "is not a stretch of the text",
    "but the article has",
    "must lie inside",
    "its fragments must begin",
    "has the id",
    "is no span of this record",
)
"""What no schema can say: what holds between a span and its text, or between two parts."""


@given(number=st.integers(0, 5), key=st.sampled_from(sorted(SPAN.names)), value=SPAN_VALUES)
@settings(max_examples=300)
def test_a_changed_span_that_is_refused_does_not_fit_the_schema(
    tmp_path_factory: pytest.TempPathFactory, number: int, key: str, value: object
) -> None:
    line = json.loads(json.dumps(EXAMPLE))
    line["spans"][number][key] = value
    found = read_text(tmp_path_factory.mktemp("line"), json.dumps(line), "articles.jsonl")
    said = [each.reason for each in found if isinstance(each, Refusal)] + sentences(found)
    if any(not any(words in each for words in UNSAYABLE) for each in said):
        assert not VALIDATOR.is_valid(line), said
