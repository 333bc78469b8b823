"""brat: pieces, events, attributes, notes, and what is refused."""

import re
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.readers import (
    edges,
    link_texts,
    only_record,
    only_refusal,
    quote_spans,
    read_all,
    read_text,
    reading_of,
    sentences,
)
from tui.errors import Refusal
from tui.formats.shared.offsets import OffsetMap, list_countings
from tui.model.record import Record

TEXT = "😀 Rebels killed\r\ntwo and hurt three men.\n"
ROWS = (
    "T1\tActor 2 8\tRebels",
    "T2\tKill 9 15\tkilled",
    "T3\tVictim 17 20;36 39\ttwo men",
    "T4\tVictim 30 39\tthree men",
    "E1\tKill:T2 Agent:T1 Victim:T3",
    "E2\tKill:T2 Agent:T1",
    "R1\tNear Arg2:T4 Arg1:T1",
    "*\tSame T3 T4",
    "A1\tConfidence E2 Low",
    "A2\tKnown T1",
    "M1\tNegation T4",
    "N1\tReference T1 Wikipedia:42\tRebels",
    "#1\tAnnotatorNotes T1\twho?",
    "#2\tAnnotatorNotes R1\thow near?",
)


def read_pair(folder: Path, *rows: str, text: str = TEXT) -> list[Record | Refusal]:
    (folder / "a.txt").write_text(text, encoding="utf-8", newline="")
    return list(read_text(folder, "".join(f"{row}\n" for row in rows), "a.ann"))


def read_rows(folder: Path, *rows: str) -> Record:
    (record,) = read_pair(folder, *rows)
    assert isinstance(record, Record), record
    return record


def test_everything_brat_says_of_spans_comes_in(tmp_path: Path) -> None:
    record = read_rows(tmp_path, *ROWS)
    spans = {span.id: span for span in record.spans or ()}
    assert record.text == TEXT
    assert quote_spans(record)[:2] == [("Rebels", "Actor"), ("killed", "Kill")]
    assert (spans["T3"].start, spans["T3"].end, spans["T3"].fragments) == (17, 39, ((17, 20), (36, 39)))
    assert spans["T1"].attributes == {
        "Known": True,
        "normalizations": [{"id": "N1", "type": "Reference", "reference": "Wikipedia:42", "text": "Rebels"}],
    }
    assert spans["T2"].attributes == {"E2.Confidence": "Low", "events": ["E1", "E2"]}
    assert (spans["T4"].attributes, spans["T1"].note) == ({"Negation": True}, "who?")
    assert record.meta["notes_on"] == [["R1", "how near?"]]


def test_an_event_of_another_type_than_its_trigger_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8", newline="")
    found = read_text(tmp_path, "T5\tKill 9 15\tkilled\nE1\tHurt:T5\n", "a.ann")
    assert quote_spans(only_record(found)) == [("killed", "Kill")]
    (sentence,) = sentences(found)
    assert "1 event has another type than the trigger" in sentence
    assert "E1 Hurt" in sentence


def test_relations_and_the_arguments_of_events_become_relations(tmp_path: Path) -> None:
    record = read_rows(tmp_path, *ROWS)
    links = link_texts(record)
    pieces = TEXT[17:39]
    assert sorted(links) == sorted(
        [
            ("Rebels", "Near", "three men"),
            ("killed", "Agent", "Rebels"),
            ("killed", "Victim", pieces),
        ]
    )
    quoted = {span.id: record.text[span.start : span.end] for span in record.spans or ()}
    assert [[quoted[each] for each in entity.spans] for entity in record.entities] == [[pieces, "three men"]]
    assert record.meta["joined"] == {"e1": "Same"}


def test_equivalences_that_share_a_span_are_one_entity_and_those_of_another_type_relations(
    tmp_path: Path,
) -> None:
    spans = [f"T{at}\tActor {at} {at + 1}\t{TEXT[at]}" for at in range(5)]
    joined = ["*\tEquiv T0 T1", "*\tEquiv T1 T2", "*\tAlias T3 T4", "*\tAlias T2 T3"]
    record = read_rows(tmp_path, *spans, *joined)
    assert [entity.spans for entity in record.entities] == [("T0", "T1", "T2"), ("T3", "T4")]
    assert [(each.label, each.head, each.tail) for each in record.relations] == [("Alias", "T2", "T3")]
    assert (record.meta["joined"], record.meta["equivalents"]) == ({"e2": "Alias"}, ["Alias"])


def test_an_empty_annotation_says_nothing_yet(tmp_path: Path) -> None:
    assert read_rows(tmp_path).spans is None


def test_a_span_over_a_line_end_is_quoted_with_a_space(tmp_path: Path) -> None:
    record = read_rows(tmp_path, "T1\tKill 9 20\tkilled  two")
    assert edges(record) == [(9, 20, "Kill")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("T1\tActor 2 800\tRebels", "T1: 2–800 is not a stretch of the text"),
        ("T1\tActor 2\tRebels", 'T1: "Actor 2" must be a label, a start and an end'),
        (
            "T1\tActor 2 8\tSoldiers",
            'its text is "Soldiers", but 2–8 is "Rebels"; it stands nowhere near there',
        ),
    ],
    ids=["range", "offsets", "quotation"],
)
def test_a_span_that_cannot_be_right_refuses_the_text_with_its_line(
    tmp_path: Path, row: str, reason: str
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8", newline="")
    refusal = only_refusal(read_text(tmp_path, f"T5\tKill 9 15\tkilled\n{row}\n", "a.ann"))
    assert refusal.line == 2
    assert reason in refusal.reason


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("R1\tNear Arg1:T8 Arg2:T9", "relation: R1 points to T8, which the file does not have"),
        ("R1\tNear Arg1:T5", "relation: R1 must link two spans, not 1"),
        ("*\tSame T5 T8", "entity: Same names T8, which the file does not have"),
        ("E1\tKill:T5 Agent:T8", "relation: E1.Agent points to T8, which the file does not have"),
        ("E1\tKill:T8 Agent:T5", "relation: E1 has the trigger T8, which the file does not have"),
        ("E1\tKill Agent:T5", 'event: "Kill" must be written ROLE:ID'),
        ("A1\tKnown T9", "attribute: T9 is not in the file"),
        ("A1\tKnown", 'attribute: "Known" does not say what it is about'),
        ("N1\tReference T9 a:1\tx", "normalization: T9 is not in the file"),
        ("#1\tAnnotatorNotes T9\tx", "note: T9 is not in the file"),
        ("#1\tNote T5 who?", 'note: #1: "Note T5 who?" must be a kind and an id; a tab, then the text'),
        ("X1\tActor 2 8", 'line: "X1" is no id of brat, such as T1, E1, R1, A1, N1, # or *'),
    ],
)  # fmt: skip
def test_what_is_said_of_spans_and_cannot_be_right_is_left_out_with_its_line(
    tmp_path: Path, row: str, said: str
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8", newline="")
    found = read_text(tmp_path, f"T5\tKill 9 15\tkilled\n{row}\n", "a.ann")
    record = only_record(found)
    assert (quote_spans(record), record.relations) == ([("killed", "Kill")], ())
    (sentence,) = sentences(found)
    noun, reason = said.split(": ", 1)
    assert sentence == f"1 {noun} is left out (line 2: {reason})"


def test_an_annotation_without_its_text_is_refused(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, "T1\tA 0 1\tx\n", "lonely.ann"))
    assert refusal.reason == "its text lonely.txt is not beside it; put it there"


def test_a_span_without_characters_is_counted_with_what_hangs_on_it(tmp_path: Path) -> None:
    found = read_pair(tmp_path, "T1\tActor 2 2\t", "T2\tActor 2 8\tRebels", "R1\tNear Arg1:T1 Arg2:T2")
    (record,) = found
    assert isinstance(record, Record)
    assert quote_spans(record) == [("Rebels", "Actor")]
    assert sentences([record]) == [
        "1 span without any character cannot be kept: left out (Actor at 2)",
        "1 relation at spans without any character is left out",
    ]


def test_the_pair_is_found_in_a_folder_and_in_an_archive(tmp_path: Path) -> None:
    from zipfile import ZipFile

    from tui.formats import open_sources, recognise

    folder = tmp_path / "corpus"
    folder.mkdir()
    read_pair(folder, *ROWS)
    with ZipFile(tmp_path / "corpus.zip", "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"corpus/{path.name}")
    expected = only_record(read_all(folder / "a.ann"))
    for path in (folder, tmp_path / "corpus.zip"):
        (source,) = open_sources(path)
        known = recognise(source)
        assert known is not None
        assert list(reading_of(known.name).records(source)) == [expected]


COUNTED = "é A.\r\nHe met 😀 Bob.\r\nBob left é Bob.\r\n"


def count_spans(name: str, has_mark: bool) -> list[str]:
    """Write every Bob and the é as a tool writes them that counts in its own way."""
    rows = []
    for number, match in enumerate(re.finditer("Bob|é", COUNTED), start=1):
        before = [("\ufeff" if has_mark else "") + COUNTED[:edge] for edge in match.span()]
        if "CR LF" in name:
            before = [each.replace("\r\n", "\n") for each in before]
        width = {"U": 2, "b": 1}.get(name[0], 4)
        code = {"U": "utf-16-le", "b": "utf-8"}.get(name[0], "utf-32-le")
        start, end = (len(each.encode(code)) // width for each in before)
        rows.append(f"T{number}\tActor {start} {end}\t{match[0]}")
    return rows


@pytest.mark.parametrize("has_mark", [False, True], ids=["plain", "mark"])
@pytest.mark.parametrize(
    "name",
    ["code points", "UTF-16 units", "bytes"]
    + [f"{unit}, CR LF as one" for unit in ("code points", "UTF-16 units", "bytes")],
)
@pytest.mark.parametrize("counts_mark", [False, True], ids=["", "counted"])
def test_however_a_tool_counts_its_spans_are_where_they_are_quoted(
    tmp_path: Path, name: str, has_mark: bool, counts_mark: bool
) -> None:
    counts_mark = counts_mark and has_mark
    rows = count_spans(name, counts_mark)
    record = read_pair(tmp_path, *rows, text="\ufeff" * has_mark + COUNTED)
    assert isinstance(record[0], Record)
    assert edges(record[0]) == [(*match.span(), "Actor") for match in re.finditer("Bob|é", COUNTED)]
    said = f"{name}, the byte order mark too" if counts_mark else name
    expected = [] if said == "code points" else [f"1 text counts {said}: turned into code points"]
    assert sentences(record) == expected


def test_where_no_counting_agrees_with_all_that_is_quoted_the_text_is_refused(tmp_path: Path) -> None:
    rows = ("T1\tActor 7 10\tBob", "T2\tActor 900 903\tEve")
    (refusal,) = read_pair(tmp_path, *rows, text="A.\r\nHe met Bob.\r\n")
    assert isinstance(refusal, Refusal)
    assert "900–903 is not a stretch of the text" in refusal.reason


@given(st.text("aé😀\r\n", max_size=12), st.booleans())
def test_every_offset_of_every_counting_comes_back(text: str, has_mark: bool) -> None:
    for counting in list_countings(text, has_mark=has_mark):
        offsets = OffsetMap(text, counting)
        for index in range(len(text) + 1):
            is_inside = counting.joins_line_ends and text[max(index - 1, 0) : index + 1] == "\r\n"
            assert offsets.to_code_points(offsets.from_code_points(index)) == index + is_inside


def test_a_quotation_may_write_its_accents_in_another_way(tmp_path: Path) -> None:
    (record,) = read_pair(tmp_path, "T1\tPlace 4 9\tcaf\u00e9", text="The cafe\u0301 burned.")
    assert isinstance(record, Record)
    assert (quote_spans(record), record.remarks) == ([("cafe\u0301", "Place")], ())


def test_annotations_with_spaces_for_tabs_are_refused_and_no_article(tmp_path: Path) -> None:
    refusal = only_refusal(read_pair(tmp_path, "T1 Actor 2 8 Rebels"))
    assert refusal.reason.startswith('T1: "Actor 2 8 Rebels" must be a label, a start and an end')
