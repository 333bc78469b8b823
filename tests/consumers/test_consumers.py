"""The real packages load what is written, and find in it what was annotated.

Prodigy is sold, GLiNER and Label Studio's server need more than a gigabyte of other packages: their files are
held to the keys that their own code reads, in `tests/test_writers.py`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.written import EMPTY, LABELS, PLAIN, RICH, TEXT, write
from tui.formats.hf import describe_folder
from tui.labels import LabelSet
from tui.records import Record
from tui.spans import Span

pytestmark = [
    pytest.mark.consumers,
    # These packages warn of each other's age.
    pytest.mark.filterwarnings("ignore"),
]

NAMES = ("Rebels", "Herders", "Masked men", "Soldiers")
PLACES = ("Moru", "Kavar", "Port Selim", "Dara")


def stories(first: int, count: int) -> Iterator[Record]:
    """Make short texts with an actor and a weapon each, one in four with nothing to tag."""
    for number in range(first, first + count):
        actor, place = NAMES[number % 4], PLACES[number // 4 % 4]
        if number % 4 == 0:
            text = f"It rained at {place} on day {number}."
            yield Record(text, id=f"n{number}", annotator="ana", spans=())
            continue
        text = f"{actor} fired rockets at {place} 😀 on day {number}."
        yield Record(
            text,
            id=f"n{number}",
            annotator="ana",
            spans=(
                Span("s1", 0, len(actor), "actor"),
                Span("s2", text.index("rockets"), text.index("rockets") + 7, "weapon"),
            ),
        )


def test_spacy_reads_spans_where_they_were_put(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="needs spantag[test-consumers]")
    tokens = pytest.importorskip("spacy.tokens")
    vocab = spacy.blank("xx").vocab
    write(tmp_path, "spacy", [PLAIN, EMPTY])
    first, second = tokens.DocBin().from_disk(tmp_path / "out.spacy").get_docs(vocab)
    assert (first.text, second.text) == (TEXT, EMPTY.text)
    assert [(span.start_char, span.end_char, span.label_) for span in first.ents] == [
        (span.start, span.end, span.label) for span in PLAIN.spans or ()
    ]
    assert second.ents == ()
    assert second.has_annotation("ENT_IOB")


def test_spacy_reads_overlapping_spans(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="needs spantag[test-consumers]")
    tokens = pytest.importorskip("spacy.tokens")
    write(tmp_path, "spacy", [RICH, EMPTY], on_loss="snap")
    first, second = tokens.DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("xx").vocab)
    assert [span.text for span in first.spans["sc"]] == [
        *("Three masked men", "masked", "AK-47\r\nshot", "AK-47", "at least"),
        "dozen people (“قتيل”) near 日本",
    ]
    assert list(second.spans["sc"]) == []


def test_spacy_gives_the_same_bytes_again(tmp_path: Path) -> None:
    pytest.importorskip("spacy", reason="needs spantag[test-consumers]")
    tokens = pytest.importorskip("spacy.tokens")
    written, _ = write(tmp_path, "spacy", [RICH, PLAIN, EMPTY], on_loss="snap")
    again = tokens.DocBin().from_bytes(written["out.spacy"])
    spacy = pytest.importorskip("spacy")
    vocab = spacy.blank("xx").vocab
    other = tokens.DocBin(attrs=["ORTH"], docs=again.get_docs(vocab))
    for theirs, ours in zip(other.get_docs(vocab), again.get_docs(vocab), strict=True):
        assert theirs.text == ours.text
        assert theirs.spans.to_bytes() == ours.spans.to_bytes()


def test_a_spacy_model_trains_and_no_span_is_misaligned(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="needs spantag[test-consumers]")
    training = pytest.importorskip("spacy.training")
    for name, start, count in (("train", 0, 160), ("dev", 1000, 20)):
        (tmp_path / name).mkdir()
        write(tmp_path / name, "spacy", list(stories(start, count)))
    run(tmp_path, "init", "config", "config.cfg", "--lang", "en", "--pipeline", "ner")
    paths = ("--paths.train", "train/out.spacy", "--paths.dev", "dev/out.spacy")
    said = run(tmp_path, "debug", "data", "config.cfg", *paths, "--verbose", "--no-format")
    assert "misaligned" not in said
    assert "invalid whitespace entity spans" not in said
    steps = ("--training.max_steps", "40", "--training.eval_frequency", "20")
    run(tmp_path, "train", "config.cfg", "--output", "model", *paths, *steps)
    model = spacy.load(tmp_path / "model" / "model-last")
    examples = training.Corpus(tmp_path / "dev" / "out.spacy")(model)
    assert model.evaluate(list(examples))["ents_f"] > 0.7


def run(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "spacy", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_spacy_converts_the_conll_file_to_a_document_an_article(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="needs spantag[test-consumers]")
    tokens = pytest.importorskip("spacy.tokens")
    write(tmp_path, "conll", [PLAIN, EMPTY, replace(PLAIN, id="b1", article="b1")])
    run(tmp_path, "convert", "out.conll", ".", "--converter", "conll")
    first, second = tokens.DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("xx").vocab)
    labels = ["actor", "weapon", "casualty", "safe_house"]
    assert [[span.label_ for span in each.ents] for each in (first, second)] == [labels, labels]
    assert (len(list(first.sents)), len(list(second.sents))) == (2, 1)
    assert {token.tag_ for token in first} == {"-X-"}


def test_seqeval_finds_every_span_of_the_conll_file(tmp_path: Path) -> None:
    labeling = pytest.importorskip(
        "seqeval.metrics.sequence_labeling", reason="needs spantag[test-consumers]"
    )
    scheme = pytest.importorskip("seqeval.scheme")
    files, _ = write(tmp_path, "conll", [PLAIN, EMPTY])
    sentences = [
        [row.split(" ") for row in block.split("\n")]
        for block in files["out.conll"].decode("utf-8").strip().split("\n\n")
    ]
    tags = [[row[-1] for row in rows] for rows in sentences if rows[0][0] != "-DOCSTART-"]
    words = [row[0] for rows in sentences for row in rows if row[0] != "-DOCSTART-"]
    assert "".join(words) == "".join((PLAIN.text + EMPTY.text).split())
    found = [label for label, _, _ in labeling.get_entities(tags)]
    assert found == ["actor", "weapon", "casualty", "safe_house"]
    strict = scheme.Entities(tags, scheme.IOB2)
    assert [entity.tag for sentence in strict.entities for entity in sentence] == found


def test_datasets_loads_the_rows_and_the_names_of_tags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = pytest.importorskip("datasets", reason="needs spantag[test-consumers]")
    write(tmp_path, "hf", [PLAIN, EMPTY])
    features = json.loads((tmp_path / "out.features.json").read_text(encoding="utf-8"))
    loaded = datasets.load_dataset(
        "json",
        data_files=str(tmp_path / "out.jsonl"),
        features=datasets.Features.from_dict(features),
        cache_dir=str(tmp_path / "cache"),
        split="train",
    )
    check_rows(loaded)


def test_datasets_loads_the_folder_of_a_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = pytest.importorskip("datasets", reason="needs spantag[test-consumers]")
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder, "hf", [PLAIN, EMPTY])
    for part in ("train", "dev", "test"):
        (folder / f"{part}.jsonl").write_bytes((folder / "out.jsonl").read_bytes())
    head = describe_folder(LABELS.names, ("train", "dev", "test"), is_parquet=False)
    (folder / "README.md").write_text(head, encoding="utf-8")
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    assert sorted(loaded) == ["test", "train", "validation"]
    check_rows(loaded["validation"])


def check_rows(loaded: "datasets.Dataset") -> None:  # type: ignore[name-defined] # noqa: F821
    names = loaded.features["ner_tags"].feature.names
    assert names[:3] == ["O", "B-actor", "I-actor"]
    first, second = loaded
    assert [names[tag] for tag in first["ner_tags"]][:4] == ["B-actor", "I-actor", "I-actor", "O"]
    assert [first["text"][start:end] for start, end in first["offsets"]] == first["tokens"]
    assert set(second["ner_tags"]) == {0}


@pytest.mark.parametrize("kind", ["JSON_MIN", "CONLL2003"])
def test_label_studios_own_converter_reads_the_tasks(tmp_path: Path, kind: str) -> None:
    module = pytest.importorskip("label_studio_sdk.converter", reason="needs spantag[test-consumers]")
    files, _ = write(tmp_path, "label-studio", [PLAIN, replace(EMPTY, text="Nobody.")])
    converter = module.Converter(config=files["out.xml"].decode("utf-8"), project_dir=None)
    converter.convert(str(tmp_path / "out.json"), str(tmp_path / "result"), kind, is_dir=False)
    if kind == "JSON_MIN":
        first, second = json.loads((tmp_path / "result" / "result.json").read_text(encoding="utf-8"))
        assert [(each["start"], each["end"], each["labels"]) for each in first["label"]] == [
            (span.start, span.end, [span.label]) for span in PLAIN.spans or ()
        ]
        assert "label" not in second
    else:
        tags = (tmp_path / "result" / "result.conll").read_text(encoding="utf-8")
        assert tags.count(" B-actor\n") == 1


@pytest.mark.parametrize("labels", [LABELS, replace(LABELS, relations=())], ids=["relations", "spans"])
def test_doccano_has_nothing_to_fill_up(tmp_path: Path, labels: LabelSet) -> None:
    """Of all rows one table is made, and what is not known is kept as JSON, in which NaN is none."""
    needed = "needs spantag[test-consumers], and doccano without what it needs itself"
    parsers = pytest.importorskip("backend.data_import.pipeline.parsers", reason=needed)
    readers = pytest.importorskip("backend.data_import.pipeline.readers", reason=needed)
    write(tmp_path, "doccano", [RICH, PLAIN, EMPTY], on_loss="drop", labels=labels)
    path = str(tmp_path / "out.jsonl")
    (table,) = readers.Reader([readers.FileName(path, "out", "out")], parsers.JSONLParser()).batch(100)
    rows = table.drop(columns=[readers.UUID_COLUMN]).to_dict(orient="records")
    assert [row["text"] for row in rows] == [RICH.text, PLAIN.text, EMPTY.text]
    for row in rows:
        json.dumps(row, allow_nan=False)


def test_datasets_reads_a_table_with_the_names_of_its_tags(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="needs spantag[test-consumers]")
    write(tmp_path, "hf", [PLAIN, EMPTY], parquet=True)
    path = (tmp_path / "out.jsonl").rename(tmp_path / "out.parquet")
    rows = datasets.load_dataset("parquet", data_files=str(path), cache_dir=str(tmp_path / "cache"))["train"]
    names = rows.features["ner_tags"].feature.names
    assert [names[tag] for tag in rows[0]["ner_tags"] if tag][:1] == ["B-actor"]
    assert [row["text"] for row in rows] == [PLAIN.text, EMPTY.text]
