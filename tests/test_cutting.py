"""Texts that are too long for a model: cut where sentences and paragraphs end, and never in a span."""

import json
from pathlib import Path

import hypothesis.strategies as st
import pytest
from click.testing import CliRunner, Result
from hypothesis import given

from tui.cli import main
from tui.formats.shared.cutting import cut_record
from tui.formats.shared.writing import Losses
from tui.model.record import Record
from tui.model.span import Relation, Span
from tui.text.tokens import tokenize

TEXT = "Gen. Aoun left the U.S. embassy. He met 3.5 million people.\nRebels said: no! Then they fled."


def cut(text: str, most: int, *spans: Span, **more: object) -> tuple[list[Record], Losses]:
    losses = Losses()
    record = Record(text, id="a1", annotator="ana", spans=spans, **more)  # type: ignore[arg-type]
    return list(cut_record(record, most, losses)), losses


def texts(found: tuple[list[Record], Losses]) -> list[str]:
    return [each.text for each in found[0]]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (100, [TEXT]),
        (
            12,
            [
                "Gen. Aoun left the U.S. embassy.",
                "He met 3.5 million people.",
                "Rebels said: no! Then they fled.",
            ],
        ),
        (
            22,
            [
                "Gen. Aoun left the U.S. embassy. He met 3.5 million people.",
                "Rebels said: no! Then they fled.",
            ],
        ),
    ],
    ids=["whole", "sentences", "paragraphs"],
)
def test_a_text_is_cut_as_late_as_can_be_at_the_end_of_a_sentence(most: int, expected: list[str]) -> None:
    assert texts(cut(TEXT, most)) == expected


def test_no_span_is_cut_and_what_hangs_together_stays() -> None:
    span = Span("s1", TEXT.index("embassy"), TEXT.index("He met") + 6, "actor")
    assert texts(cut(TEXT, 20, span)) == [
        "Gen. Aoun left the U.S. embassy. He met 3.5 million people.", "Rebels said: no! Then they fled.",
    ]  # fmt: skip


def test_pieces_say_where_in_their_article_they_are() -> None:
    start = TEXT.index("Rebels")
    pieces, losses = cut(
        TEXT, 22, Span("s1", 0, 9, "actor"), Span("s2", start, start + 6, "actor", note="who?"),
        relations=(Relation("r1", "by", "s1", "s2"),), notes={0: "one", 1: "two"}, flags=frozenset({1}),
        article="b", offset=100, paragraph=3,
    )  # fmt: skip
    assert [(each.id, each.article, each.offset, each.paragraph) for each in pieces] == [
        ("a1:1", "b", 100, 3), ("a1:2", "b", 100 + start, 4),
    ]  # fmt: skip
    assert [(span.start, span.end, span.note) for span in pieces[1].spans or ()] == [(0, 6, "who?")]
    assert [(each.notes, each.flags) for each in pieces] == [
        ({0: "one"}, frozenset()), ({0: "two"}, frozenset({0})),
    ]  # fmt: skip
    assert losses.counts == {"relation": 1}


def test_what_cannot_be_cut_is_a_loss_with_its_spans() -> None:
    long = "word " * 30 + "end."
    text = f"Rebels fled. {long} Then they came back."
    place = text.index("end")
    pieces, losses = cut(text, 10, Span("s1", place, place + 3, "actor"), Span("s2", 0, 6, "actor"))
    assert [each.text for each in pieces] == ["Rebels fled.", "Then they came back."]
    assert (losses.counts, losses.spans_gone) == ({"limit": 1}, 1)
    assert losses.examples["limit"].why == (
        "32 tokens without a place to cut are more than 10; it was left out"
    )


@given(
    st.lists(
        st.sampled_from(["Rebels", "fled.", "no!", "\n", "\n\n", " ", "U.S.", "日本。", "\u200b", "…"]),
        max_size=30,
    ),
    st.integers(min_value=1, max_value=12),
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 12)), max_size=4),
)
def test_pieces_are_stretches_of_the_text_with_all_its_spans(
    words: list[str], most: int, places: list[tuple[int, int]]
) -> None:
    text = " ".join(words)
    spans = [
        Span(f"s{number}", start, min(start + size, len(text)), "actor")
        for number, (start, size) in enumerate(places)
        if start < len(text)
    ]
    losses = Losses()
    lost: list[str] = []
    losses.tell = lambda loss: lost.append(loss.span)
    pieces = list(cut_record(Record(text, id="a", spans=tuple(spans)), most, losses))
    written = {
        span.id: (each.offset + span.start, each.offset + span.end)
        for each in pieces
        for span in each.spans or ()
    }
    assert sorted([*written, *filter(None, lost)]) == sorted(span.id for span in spans)
    assert all(written[span.id] == (span.start, span.end) for span in spans if span.id in written)
    for each in pieces:
        assert text[each.offset : each.offset + len(each.text)] == each.text
        assert all(0 <= span.start < span.end <= len(each.text) for span in each.spans or ())
        assert len(tokenize(each.text)) <= most
    if not lost:
        assert sum(len(tokenize(each.text)) for each in pieces) == len(tokenize(text))


LONG = "".join(f"Rebels number {number} fled to the camp of ten. " for number in range(150)).strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "labels.yaml").write_text("labels: [actor]\n", encoding="utf-8")
    spans = [{"start": 0, "end": 6, "label": "actor"}]
    gold = json.dumps({"id": "a1", "text": LONG, "spans": spans}) + "\n"
    (tmp_path / "gold.jsonl").write_text(gold, encoding="utf-8")
    assert run(tmp_path, "import", "-q", str(tmp_path / "gold.jsonl")).exit_code == 0
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(folder), "--annotator", "ana", *words])


@pytest.mark.parametrize("name", ["hf", "conll"])
def test_a_text_that_models_would_cut_unsaid_is_named(folder: Path, name: str) -> None:
    result = run(folder, "export", "--format", name, "-o", str(folder / "out"))
    assert (
        "1 text of more than 350 tokens (about 512 subwords), the longest 1,500: most models leave"
        in result.stderr
    )
    assert "1 record, 1 span" in result.stderr


@pytest.mark.parametrize("name", ["hf", "conll", "spacy", "gliner", "chat"])
def test_texts_are_cut_for_every_format_of_models(folder: Path, name: str) -> None:
    result = run(folder, "export", "--format", name, "--max-tokens", "300", "-o", str(folder / "out"))
    assert result.exit_code == 0, result.stderr
    assert "1 text of more than 300 tokens cut into 5, where sentences and paragraphs end" in result.stderr
    assert "5 records, 1 span" in result.stderr


def test_the_datacard_says_what_was_cut_and_the_command_does_it_again(folder: Path) -> None:
    words = ["--format", "hf", "--split", "80/20", "--max-tokens", "300", "-o", str(folder / "set")]
    assert run(folder, "export", *words).exit_code == 0
    card = (folder / "set" / "datacard.md").read_text(encoding="utf-8")
    assert "- 1 text of more than 300 tokens cut into 5, where sentences and paragraphs end." in card
    assert "--max-tokens 300" in card
    manifest = json.loads((folder / "set" / "manifest.json").read_text(encoding="utf-8"))
    assert "cut into 5" in manifest["lengths"]


@pytest.mark.parametrize("name", ["jsonl", "brat", "csv"])
def test_formats_that_are_no_models_keep_texts_whole(folder: Path, name: str) -> None:
    result = run(folder, "export", "--format", name, "--max-tokens", "300", "-o", str(folder / "out"))
    assert result.exit_code == 2
    assert f"{name} keeps texts whole; --max-tokens goes with --format conll, spacy" in result.stderr
