"""What is written and read again is what it was: nested, overlapping, in any script, with any line break."""

import csv
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readers import edges, only_record, only_refusal, read_all, reading_of, writing_of
from tests.written import LABELS, write
from tui.formats import open_sources, recognise
from tui.formats.brat.writer import _clean_name
from tui.formats.shared.fitting import Fitter
from tui.formats.shared.writing import Loss, Losses
from tui.model.record import Record
from tui.model.span import Json, Span

WORDS = [
    "Rebels",
    "fled",
    "52-year-old",
    "U.S.",
    "😀",
    "👩‍🚀",
    "🇫🇷",
    "é",
    "e\u0301",
    "قتيل",
    "שלום",
    "日本",
    "東京都",
    "ไทย",
    "“",
    "”",
]
GAPS = [" ", " ", " ", "  ", "\n", "\r\n", "\r\n\r\n", "\t", "\u00a0", "\u2028", ""]

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), min_size=1, max_size=12).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Draw a text and spans anywhere in it."""
    text = draw(texts)
    spans = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        spans.append(Span(f"s{number}", start, end, draw(st.sampled_from(LABELS.names))))
    return Record(text, id="a1", annotator="ana", spans=tuple(spans), looked_for=LABELS.names)


@pytest.mark.parametrize(
    "name", ["jsonl", "prodigy", "spacy", "hf", "doccano", "label-studio", "brat", "uima-cas"]
)
@given(record=records())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_what_a_format_carries_comes_back(name: str, record: Record) -> None:
    fitter = Fitter(writing_of(name).carries, "drop", Losses())
    by_token = "any edge" not in writing_of(name).carries
    expected = fitter.fit_tokens(record, keep_space=False).record if by_token else fitter.fit(record)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), name, [record])
        (found,) = [each for each in read(Path(folder), name) if isinstance(each, Record)]
    assert found.text == record.text
    written = _clean_name if name == "brat" else str
    kept = [span for span in expected.spans or () if name != "brat" or not cut_at_breaks(record, span)]
    assert sorted(edges(found)) == sorted((span.start, span.end, written(span.label)) for span in kept)


@pytest.mark.parametrize("name", ["conll", "gliner"])
@given(record=records())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_of_a_format_without_the_text_the_words_come_back(name: str, record: Record) -> None:
    with tempfile.TemporaryDirectory() as folder:
        told: list[Loss] = []
        write(Path(folder), name, [record], told=told)
        found = [each for each in read(Path(folder), name) if isinstance(each, Record)]
    if not record.text.strip():
        return
    assert "".join("".join(each.text.split()) for each in found) == "".join(record.text.split())
    assert sorted(
        ("".join(each.text[start:end].split()), label) for each in found for start, end, label in edges(each)
    ) == sorted(
        ("".join(record.text[span.start : span.end].split()), written_label(name, span.label))
        for span in kept_spans(record, told)
    )


@given(record=records())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_the_answers_of_a_chat_quote_the_text_at_their_offsets(record: Record) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "chat", [record])
        (line,) = (Path(folder) / f"out{writing_of('chat').suffix}").read_bytes().decode().splitlines()
    _, user, assistant = json.loads(line)["messages"]
    answer = json.loads(assistant["content"])["spans"]
    assert user["content"] == record.text
    assert all(record.text[each["start"] : each["end"]] == each["text"] for each in answer)
    assert sorted((each["start"], each["end"], each["label"]) for each in answer) == sorted(edges(record))


@given(record=records())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_table_of_spans_quotes_the_text_at_their_offsets(record: Record) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "csv", [record])
        with (Path(folder) / f"out{writing_of('csv').suffix}").open(
            encoding="utf-8-sig", newline=""
        ) as table:
            rows = list(csv.DictReader(table))
    assert [record.text[int(row["start"]) : int(row["end"])] for row in rows] == [
        row["text"].removeprefix("'") for row in rows
    ]
    assert sorted((int(row["start"]), int(row["end"]), row["label"]) for row in rows) == sorted(edges(record))


@given(record=records())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_what_a_table_of_spans_says_is_read_again(record: Record) -> None:
    told: list[Loss] = []
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "csv", [record], told=told)
        found = read_all(Path(folder) / f"out{writing_of('csv').suffix}")
    kept = kept_spans(record, told)
    if kept:
        again = only_record(found)
        assert (again.article, list(again.spans or ())) == (record.id, kept)
    else:
        assert "nothing was found" in only_refusal(found).reason


def kept_spans(record: Record, told: list[Loss]) -> list[Span]:
    """List the spans of which no loss was told."""
    lost = {loss.span for loss in told}
    return [span for span in record.spans or () if span.id not in lost]


def written_label(name: str, label: str) -> str:
    return label.replace(" ", "_") if name == "conll" else label


def cut_at_breaks(record: Record, span: Span) -> bool:
    """Tell whether a span begins or ends with a line break, which no line of brat's can hold."""
    quoted = record.text[span.start : span.end]
    return quoted.strip("\n\r\u2028") != quoted


def read(folder: Path, name: str) -> list[object]:
    path = folder / f"out{writing_of(name).suffix}"
    if writing_of(name).is_folder:
        path = next(path.glob("*.json" if name == "uima-cas" else "*.ann"))
    (source,) = open_sources(path)
    return list(reading_of(name).records(source))


@pytest.mark.parametrize("name", ["jsonl", "doccano", "prodigy", "label-studio"])
def test_what_other_tools_left_in_the_metadata_says_nothing_of_the_spans(tmp_path: Path, name: str) -> None:
    left: dict[str, Json] = {"_view_id": "relations", "_input_hash": 3, "answer": "accept"}
    left |= {"annotations": [{"id": "1001"}], "label": "RAID", "id": 7}
    record = Record("Two men", id="a1", meta=left, spans=(Span("s1", 0, 3, LABELS.names[0]),))
    write(tmp_path, name, [record])
    (source,) = open_sources(tmp_path / f"out{writing_of(name).suffix}")
    known = recognise(source)
    assert known is not None
    (found,) = reading_of(known.name).records(source)
    assert isinstance(found, Record)
    assert (known.name, edges(found)) == (name, [(0, 3, LABELS.names[0])])
