"""The programs of `docs/examples` that run other people's models and engines, small ones made here."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tui.suggest.sources.external import run_program

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TEXT = "Rebels left Moru.\nThe army took Moru back."
LABELS = ["actor", "location"]

pytestmark = pytest.mark.consumers


def test_a_pipeline_of_spacy_suggests_what_it_finds_under_the_projects_labels(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="needs the group test-consumers")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns(
        [{"label": "GPE", "pattern": "Moru"}, {"label": "actor", "pattern": "army"}]
    )
    pipeline.to_disk(tmp_path / "pipeline")
    program = [sys.executable, str(EXAMPLES / "suggest_spacy.py"), str(tmp_path / "pipeline")]
    outcome = run_program(program, [("7", TEXT)], labels=LABELS)
    found = [(each.start, TEXT[each.start : each.end], each.label) for each in outcome.suggestions["7"]]
    assert found == [(12, "Moru", "location"), (22, "army", "actor"), (32, "Moru", "location")]
    assert outcome.refusals == []


def make_gliner(folder: Path) -> Path:
    """Make a model of GLiNER that knows a few words and has learnt nothing: what it finds is by chance."""
    needed = "needs the group test-consumers"
    gliner = pytest.importorskip("gliner", reason=needed)
    config = pytest.importorskip("gliner.config", reason=needed)
    tokenizers = pytest.importorskip("tokenizers", reason=needed)
    transformers = pytest.importorskip("transformers", reason=needed)
    pytest.importorskip("torch", reason=needed).manual_seed(0)
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(unk_token="[UNK]"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    special = ["[UNK]", "[PAD]", "[CLS]", "[SEP]", "<<ENT>>", "<<SEP>>"]
    learner = tokenizers.trainers.WordLevelTrainer(special_tokens=special)
    words.train_from_iterator([*TEXT.split(), *LABELS], learner)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    )
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    encoder = transformers.BertModel(transformers.BertConfig(vocab_size=len(tokenizer), **sizes))
    encoder.save_pretrained(folder / "encoder")
    tokenizer.save_pretrained(folder / "encoder")
    options = config.GLiNERConfig(
        model_name=str(folder / "encoder"),
        hidden_size=16,
        max_width=3,
        words_splitter_type="whitespace",
        vocab_size=len(tokenizer),
        class_token_index=tokenizer.convert_tokens_to_ids("<<ENT>>"),
    )
    gliner.GLiNER.from_config(options).save_pretrained(folder / "model")
    return folder / "model"


@pytest.mark.filterwarnings("default")
def test_gliner_suggests_spans_of_the_labels_it_is_given(tmp_path: Path) -> None:
    program = [sys.executable, str(EXAMPLES / "suggest_gliner.py"), str(make_gliner(tmp_path)), *LABELS]
    outcome = run_program(program, [("7", TEXT)], labels=LABELS)
    assert outcome.refusals == []
    found = outcome.suggestions["7"]
    assert {each.label for each in found} <= set(LABELS)
    # Of both lines, and none across them.
    quoted = {TEXT[each.start : each.end] for each in found}
    assert any(each.start < TEXT.index("\n") for each in found)
    assert any(each.start > TEXT.index("\n") for each in found)
    assert all(text and text == text.strip() and "\n" not in text for text in quoted)


def run(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "tui", "--project", str(folder), *words]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=folder)
    return done.stdout


def make_project(folder: Path) -> Path:
    """Make a project of articles with and without ids, one of which two annotators worked on."""
    folder.mkdir()
    (folder / "labels.yaml").write_text("labels: [actor, location]\n", encoding="utf-8")
    records: list[dict[str, object]] = [
        {"id": f"n{n}", "text": f"Ada Lovelace {n} left Moru City.\nÜnal Şahin\u2028stayed 🚀 New York.\n"}
        for n in range(2_400)
    ]
    records.append({"text": "No id has New Delhi."})
    records += [{**records[5], "spans": [], "annotator": name} for name in ("ana", "bea")]
    lines = [json.dumps(record) for record in records]
    (folder / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    run(folder, "import", "all.jsonl")
    return folder


def read_suggestions(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "annotations" / "annotations.db")) as database:
        return database.execute(
            'SELECT article, source, "start", "end", label, confidence, model FROM suggestions'
            ' ORDER BY article, "start"'
        ).fetchall()


# The first time it is asked about the middle of the corpus, it breaks off.
STUMBLING = """
import pathlib, runpy, sys
mark = pathlib.Path(sys.argv.pop(1))
asked = sys.stdin.read()
if '"n1500"' in asked and not mark.exists():
    mark.touch()
    sys.exit("out of memory")
import io
sys.stdin = io.StringIO(asked)
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""


def test_a_cluster_of_dask_suggests_for_a_corpus_what_the_program_alone_does(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs the group test-consumers")
    alone, large = make_project(tmp_path / "alone"), make_project(tmp_path / "large")
    program = EXAMPLES / "suggest_capitals.py"
    run(alone, "suggest", "--command", f"{sys.executable} {program} location")
    run(large, "export", "--all", "--unit", "article", "-o", "articles.jsonl")
    before = (large / "articles.jsonl").read_text(encoding="utf-8")
    stumbling = tmp_path / "stumbling.py"
    stumbling.write_text(STUMBLING, encoding="utf-8")
    command = f"{sys.executable} {stumbling} {tmp_path / 'mark'} {program} location"
    recipe = [sys.executable, str(EXAMPLES / "suggest_dask.py"), "articles.jsonl", "suggest_capitals.jsonl"]
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        words = [*recipe, command, cluster.scheduler_address]
        done = subprocess.run(words, check=True, capture_output=True, encoding="utf-8", cwd=large)
        assert "3 of 3 pieces" in done.stderr
        assert (tmp_path / "mark").exists()
        # What was answered is not asked for again: the program could not answer now.
        stumbling.write_text("raise SystemExit(3)", encoding="utf-8")
        subprocess.run(words, check=True, capture_output=True, encoding="utf-8", cwd=large)
    run(large, "import", "--as", "suggestions", "suggest_capitals.jsonl")
    assert len(read_suggestions(alone)) == 3 * 2_400 + 1
    assert read_suggestions(large) == read_suggestions(alone)
    run(large, "export", "--all", "--unit", "article", "-o", "articles.jsonl")
    assert (large / "articles.jsonl").read_text(encoding="utf-8") == before


def test_a_program_that_fails_is_named_with_its_piece_by_the_recipe_for_dask(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs the group test-consumers")
    (tmp_path / "articles.jsonl").write_text('{"id": "1", "text": "Moru."}\n', encoding="utf-8")
    recipe = [sys.executable, str(EXAMPLES / "suggest_dask.py"), "articles.jsonl", "out.jsonl"]
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        command = f"{sys.executable} -c 'raise SystemExit(\"no model\")'"
        words = [*recipe, command, cluster.scheduler_address]
        done = subprocess.run(words, capture_output=True, encoding="utf-8", cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "exit code 1: no model" in done.stderr
    assert not (tmp_path / "out.jsonl").exists()
