"""The programs of `docs/examples` that run other people's models, with small models made here."""

import sys
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
