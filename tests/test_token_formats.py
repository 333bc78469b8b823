"""CoNLL, GLiNER and Hugging Face: tokens, tags, and texts that are made of them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers import edges, link_texts, only_record, only_refusal, quote_spans, read_text, sentences
from tui.formats.tokens import SPACED, align_tokens, decode_tags, join_tokens
from tui.records import Record

MADE = SPACED.format("1 text")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("I-A I-A O I-A B-A I-B", [(0, 1, "A"), (3, 3, "A"), (4, 4, "A"), (5, 5, "B")]),
        ("B-A I-A O B-A B-A B-B", [(0, 1, "A"), (3, 3, "A"), (4, 4, "A"), (5, 5, "B")]),
        ("B-A L-A O U-A U-A U-B", [(0, 1, "A"), (3, 3, "A"), (4, 4, "A"), (5, 5, "B")]),
        ("B-A E-A O S-A S-A S-B", [(0, 1, "A"), (3, 3, "A"), (4, 4, "A"), (5, 5, "B")]),
        ("B-A I-B L-B O L-A I-A", [(0, 0, "A"), (1, 2, "B"), (4, 4, "A"), (5, 5, "A")]),
        ("", []),
        ("O O", []),
    ],
    ids=["IOB1", "IOB2", "BILOU", "BIOES", "broken", "nothing", "outside"],
)
def test_tags_of_every_scheme_make_the_same_spans(tags: str, expected: list[tuple[int, int, str]]) -> None:
    assert [(run.first, run.last, run.label) for run in decode_tags(tags.split())] == expected


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["O", "A", "B"])), max_size=20))
def test_what_is_tagged_is_read_back(runs: list[tuple[int, str]]) -> None:
    tags: list[str] = []
    expected: list[tuple[int, int, str]] = []
    for length, label in runs:
        start = len(tags)
        tags += ["O"] * length if label == "O" else [f"B-{label}", *[f"I-{label}"] * (length - 1)]
        if label != "O":
            expected.append((start, len(tags) - 1, label))
    assert [(run.first, run.last, run.label) for run in decode_tags(tags)] == expected


@given(st.lists(st.text("aé😀\u0301", min_size=1, max_size=4), min_size=1, max_size=8))
def test_tokens_stand_where_they_were_put(tokens: list[str]) -> None:
    text, places = join_tokens(tokens, [" "] * len(tokens))
    assert [text[start:end] for start, end in places] == tokens
    assert align_tokens(text, tokens) == places


CONLL = "-DOCSTART- -X- O O\n\n😀 NN I-NP O\nU.N. NNP I-NP I-ORG\n\nfled VB O O\n"


def test_conll_documents_become_articles_and_sentences_their_lines(tmp_path: Path) -> None:
    found = read_text(tmp_path, CONLL + CONLL.replace("fled", "left"), "eng.testa")
    first, second = [each for each in found if isinstance(each, Record)]
    assert (first.text, edges(first), second.text) == ("😀 U.N.\nfled", [(2, 6, "ORG")], "😀 U.N.\nleft")
    assert (first.line, second.line) == (3, 9)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_conll_by_tabs_keeps_spaces_in_tokens(tmp_path: Path, end: str) -> None:
    record = only_record(read_text(tmp_path, f"New York\tB-LOC{end}is\tO{end}", "a.conll"))
    assert quote_spans(record) == [("New York", "LOC")]


def test_the_text_of_a_comment_is_used_where_its_tokens_fit(tmp_path: Path) -> None:
    tokens = ["Rebels", ",", "he", "said", "."]
    rows = [
        f"{number}\t{token}\tX\t{'O' if number > 1 else 'B-ACT'}\n" for number, token in enumerate(tokens, 1)
    ]
    found = read_text(tmp_path, f"# sent_id = 1\n# text = Rebels, he said.\n{''.join(rows)}", "a.conllup")
    record = only_record(found)
    assert (record.text, quote_spans(record)) == ("Rebels, he said.", [("Rebels", "ACT")])
    assert "1 comment of CoNLL-U are left out" in sentences(found)


def test_a_file_without_documents_is_cut_between_sentences(tmp_path: Path) -> None:
    sentence = "Rebels B-ACT\n" + "fled O\n" * 500 + "\n"
    found = [each for each in read_text(tmp_path, sentence * 20, "a.conll") if isinstance(each, Record)]
    assert len(found) == 3
    assert sum(len(record.spans or ()) for record in found) == 20


def test_gliner_ends_with_its_last_token(tmp_path: Path) -> None:
    example = {
        "tokenized_text": ["Two", "😀", "men", "fled"],
        "ner": [[0, 2, "actor"], [3, 3, "act"]],
        "relations": [[1, 0, "by"]],
        "ner_negatives": ["weapon"],
    }
    for content in (json.dumps([example]), json.dumps(example)):
        found = read_text(tmp_path, content, "a.json")
        record = only_record(found)
        assert quote_spans(record) == [("Two 😀 men", "actor"), ("fled", "act")]
        assert link_texts(record) == [("fled", "by", "Two 😀 men")]
        assert (record.meta, sentences(found)) == ({"ner_negatives": ["weapon"]}, [MADE])


@pytest.mark.parametrize(
    ("ner", "reason"),
    [
        ([[0, 4, "a"]], 'ner[0] is [0, 4, "a"]; 0 <= first <= last < 2'),
        ([[1]], "ner[0] must be [first, last, label]"),
    ],
    ids=["range", "shape"],
)  # fmt: skip
def test_gliner_spans_that_cannot_be_right_are_refused(tmp_path: Path, ner: object, reason: str) -> None:
    content = json.dumps(
        [{"tokenized_text": ["a", "b"], "ner": []}, {"tokenized_text": ["a", "b"], "ner": ner}]
    )
    found = read_text(tmp_path, content, "a.json")
    assert reason in only_refusal(found[1:]).reason


ROW = {"id": "0", "tokens": ["Two", "men", "fled", "."], "ner_tags": [1, 2, 0, 0]}


def test_numbers_of_tags_have_names_beside_the_file(tmp_path: Path) -> None:
    features = {"ner_tags": {"feature": {"names": ["O", "B-actor", "I-actor"], "_type": "ClassLabel"}}}
    (tmp_path / "features.json").write_text(json.dumps(features), encoding="utf-8")
    found = read_text(tmp_path, json.dumps(ROW), "train.jsonl")
    assert quote_spans(only_record(found)) == [("Two men", "actor")]
    assert sentences(found) == [MADE]


def test_numbers_of_tags_without_names_are_refused(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, json.dumps(ROW), "train.jsonl"))
    assert "ner_tags[0] is 1, and no names of the tags are known" in refusal.reason


def test_the_text_of_a_row_is_kept(tmp_path: Path) -> None:
    row = {**ROW, "ner_tags": ["B-actor", "I-actor", "O", "O"], "text": "Two  men fled."}
    found = read_text(tmp_path, json.dumps(row), "train.jsonl")
    assert edges(only_record(found)) == [(0, 8, "actor")]
    assert sentences(found) == []


def test_as_many_tags_as_tokens_are_needed(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, json.dumps({**ROW, "ner_tags": ["O"]}), "train.jsonl"))
    assert '"ner_tags" must be a list of 4 tags, one a token' in refusal.reason
