"""doccano: every shape in which its versions export spans."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.readers import (
    edges,
    link_texts,
    only_record,
    only_refusal,
    quote_spans,
    read_text,
    reading_of,
    sentences,
)
from tui.formats import open_sources
from tui.model.record import Record


@pytest.mark.parametrize(
    "line",
    [
        '{"id":1,"text":"😀 men fled","label":[[2,5,"actor"]],"Comments":["odd"]}',
        '{"id":1,"text":"😀 men fled","labels":[[2,5,"actor"]],"Comments":["odd"]}',
        (
            '{"id":1,"text":"😀 men fled","Comments":["odd"],'
            '"entities":[{"id":4,"start_offset":2,"end_offset":5,"label":"actor"}],"relations":[]}'
        ),
        '{"id":1,"data":"😀 men fled","label":[[2,5,"actor"]],"Comments":["odd"]}',
        '[{"id":1,"text":"😀 men fled","label":[[2,5,"actor"]],"Comments":["odd"]}]',
    ],
    ids=["label", "labels", "entities", "data", "list"],
)
def test_each_shape_gives_the_same_span(tmp_path: Path, line: str) -> None:
    record = only_record(read_text(tmp_path, line, "a.jsonl"))
    assert (record.text, edges(record)) == ("😀 men fled", [(2, 5, "actor")])
    assert record.meta == {"id": 1, "Comments": ["odd"]}


def test_each_user_becomes_an_annotator(tmp_path: Path) -> None:
    line = (
        '{"text":"men fled","annotations":[{"label":12,"start_offset":0,"end_offset":3,"user":1},'
        '{"label":13,"start_offset":4,"end_offset":8,"user":2}]}'
    )
    records = [each for each in read_text(tmp_path, line, "a.jsonl") if isinstance(each, Record)]
    assert [(record.annotator, quote_spans(record)) for record in records] == [
        ("1", [("men", "12")]),
        ("2", [("fled", "13")]),
    ]


def test_relations_link_entities_by_their_ids(tmp_path: Path) -> None:
    line = (
        '{"text":"men fled","entities":[{"id":7,"start_offset":0,"end_offset":3,"label":"actor"},'
        '{"id":9,"start_offset":4,"end_offset":8,"label":"act"}],'
        '"relations":[{"id":1,"from_id":9,"to_id":7,"type":"by"}]}'
    )
    assert link_texts(only_record(read_text(tmp_path, line, "a.jsonl"))) == [("fled", "by", "men")]


def test_classes_become_an_article_label_of_unfinished_paragraphs(tmp_path: Path) -> None:
    record = only_record(
        read_text(tmp_path, '{"text":"men fled","label":["attack"],"Comments":[]}', "a.jsonl")
    )
    assert (record.article_labels, record.spans, record.state) == ({"label": ["attack"]}, (), "unfinished")


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        ('{"text":"men fled","annotations":[{"label":15,"user":1}]}', {"label": [15]}),
        ('{"text":"men fled","annotations":[{"text":"flohen","user":1}]}', {"text": ["flohen"]}),
        ('{"text":"men fled","entities":[],"cats":["raid"],"Comments":[]}', {"label": ["raid"]}),
    ],
    ids=["numbers", "texts", "cats"],
)
def test_what_is_said_of_the_whole_text_is_an_article_label(
    tmp_path: Path, line: str, labels: dict[str, list[object]]
) -> None:
    record = only_record(read_text(tmp_path, line, "a.jsonl"))
    assert (record.article_labels, record.spans, record.state) == (labels, (), "unfinished")


def test_a_text_without_spans_is_no_true_negative_until_somebody_approved_it(tmp_path: Path) -> None:
    lines = (
        '{"text":"men","label":[],"Comments":[]}\n{"text":"fled","label":[],"annotation_approver":"bea"}\n'
    )
    found = read_text(tmp_path, lines, "a.jsonl")
    assert [(each.spans, each.state) for each in found if isinstance(each, Record)] == [
        ((), "unfinished"),
        ((), None),
    ]
    assert len(sentences(found)) == 1


def test_in_doccanos_archive_the_files_are_named_after_their_users(tmp_path: Path) -> None:
    line = '{"text":"men","label":[[0,3,"actor"]]%s}'
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, more in (("bea", ',"Comments":[]'), ("all", ',"Comments":[]'), ("news", "")):
            archive.writestr(f"{name}.jsonl", line % more)
    annotators = {}
    for source in open_sources(tmp_path / "a.zip"):
        (record,) = reading_of("doccano").records(source)
        assert isinstance(record, Record)
        annotators[source.path.stem] = record.annotator
    assert annotators == {"bea": "bea", "all": None, "news": None}


def test_white_space_and_empty_spans_are_counted(tmp_path: Path) -> None:
    line = '{"text":"men fled ","label":[[3,8,"a"],[0,4,"b"],[2,2,"c"]],"Comments":[]}'
    found = read_text(tmp_path, line, "a.jsonl")
    assert quote_spans(only_record(found)) == [(" fled", "a"), ("men ", "b")]
    assert sentences(found) == [
        "white space stands at the edge of 2 spans: kept as it is",
        "1 span without any character cannot be kept: left out (c at 2)",
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"label":[[0,1,"a"]],"Comments":[]}', '"text" must be a string, not null'),
        ('{"text":"men","label":[[0,4,"a"]]}', "label[0]: 0–4 is not a stretch of the text"),
        ('{"text":"men","label":[[0,1]]}', "label[0] must be [start, end, label], not [0, 1]"),
        (
            '{"text":"men","entities":[{"id":1,"start_offset":0,"end_offset":9,"label":"a"}]}',
            "entities[0]: 0–9 is not a stretch of the text",
        ),
    ],
    ids=["text", "offsets", "pair", "entity"],
)
def test_what_cannot_be_right_is_refused_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    found = read_text(tmp_path, '{"text":"men","label":[[0,3,"a"]],"Comments":[]}\n' + line, "a.jsonl")
    refusal = only_refusal(found[1:])
    assert refusal.line == 2
    assert reason in refusal.reason


def test_a_relation_of_what_is_not_there_is_left_out(tmp_path: Path) -> None:
    line = (
        '{"text":"men","entities":[{"id":1,"start_offset":0,"end_offset":3,"label":"a"}],'
        '"relations":[{"id":1,"from_id":1,"to_id":4,"type":"t"}]}'
    )
    found = read_text(tmp_path, line, "a.jsonl")
    assert (quote_spans(only_record(found)), only_record(found).relations) == ([("men", "a")], ())
    said = "relations[0] names the entity 4, which this text does not have"
    assert sentences(found) == [f"1 relation is left out (line 1: {said})"]
