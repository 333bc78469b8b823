"""CoNLL, GLiNER and Hugging Face: tokens, tags, and texts that are made of them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.readers import (
    edges,
    link_texts,
    only_record,
    only_refusal,
    quote_spans,
    read_all,
    read_text,
    sentences,
)
from tests.written import write
from tui.formats.hf.rows import describe_folder
from tui.formats.shared.source import ReadOptions
from tui.formats.shared.tokens import (
    JOINED,
    SPACED,
    SPACED_AS_SAID,
    Join,
    TagForm,
    align_tokens,
    decode_tags,
    find_form,
    join_tokens,
    sign_tag,
)
from tui.formats.shared.writing import WriteOptions
from tui.model.record import Record
from tui.model.span import Json, Span

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
    assert "1 comment of the file is left out" in sentences(found)


NESTED = """#\thttp://news.example/1\t[2010-07-04]\t
1\tUni\tB-ORG\tO
2\tBerlin\tI-ORG\tB-LOC
3\tschweigt\tO\tO
"""


def test_every_column_of_tags_is_read_where_the_first_column_counts_tokens(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, NESTED, "a.tsv"))
    assert quote_spans(record) == [("Uni Berlin", "ORG"), ("Berlin", "LOC")]


def test_another_column_of_tags_is_counted_and_chunks_are_not(tmp_path: Path) -> None:
    rows = "Uni NN B-NP B-LOC B-ORG\nBerlin NN I-NP O I-ORG\n"
    found = read_text(tmp_path, rows, "a.conll")
    assert quote_spans(only_record(found)) == [("Uni Berlin", "ORG")]
    assert "1 span of another column of tags is left out" in sentences(found)


def test_spaces_that_are_no_ascii_belong_to_their_token(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, "10\u00a0000 B-COUNT\nmen O\n\ufeff\n", "a.conll"))
    assert quote_spans(record) == [("10\u00a0000", "COUNT")]


def test_a_hash_is_a_token_where_it_has_a_tag_and_a_comment_before_a_space(tmp_path: Path) -> None:
    found = read_text(tmp_path, "# by hand\n# O\n#Moru B-LOC\n", "a.conll")
    record = only_record(found)
    assert (record.text, quote_spans(record)) == ("# #Moru", [("#Moru", "LOC")])
    assert "1 comment of the file is left out" in sentences(found)
    refusal = only_refusal(read_text(tmp_path, "Moru B-LOC\n#Moru\n", "b.conll"))
    assert 'a line needs a token and a tag: "#Moru"' in refusal.reason


UNIVERSAL = """# newdoc id = first
# text = Vamos ao Moru.
1\tVamos\tir\tVERB\t_\t_\t0\troot\t_\t_
2-3\tao\t_\t_\t_\t_\t_\t_\t_\t_
2\ta\ta\tADP\t_\t_\t4\tcase\t_\t_
3\to\to\tDET\t_\t_\t4\tdet\t_\tNER=B-LOC
4\tMoru\tMoru\tPROPN\t_\t_\t1\tobl\t_\tSpaceAfter=No|NER=I-LOC
4.1\tvai\tir\tVERB\t_\t_\t_\t_\t_\t_
5\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\tNER=O

# newdoc
# text = Sim.
1\tSim\tsim\tINTJ\t_\t_\t0\troot\t_\tSpaceAfter=No
2\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\t_
"""


def test_conll_u_has_documents_words_of_one_token_and_names_in_its_last_column(tmp_path: Path) -> None:
    found = read_text(tmp_path, UNIVERSAL, "a.conllu")
    first, second = [each for each in found if isinstance(each, Record)]
    assert (first.text, quote_spans(first)) == ("Vamos ao Moru.", [("ao Moru", "LOC")])
    assert (first.meta, second.text, second.spans) == ({"document": "first"}, "Sim.", None)
    assert "1 word that is not in the text is left out" in sentences(found)


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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("label.json", '{"O": 0, "B-actor": 1, "I-actor": 2}'),
        ("config.json", '{"model": "x", "id2label": {"0": "O", "1": "B-actor", "2": "I-actor"}}'),
        (
            "dataset_info.json",
            '{"chunks": {"names": ["O", "B-NP"]}, "ner_tags": {"names": ["O", "B-actor", "I-actor"]}}',
        ),
        ("labels.json", '["O", "B-actor", "I-actor"]'),
    ],
    ids=["label", "config", "info", "labels"],
)
def test_names_of_tags_are_found_in_each_file_that_has_them(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = read_text(tmp_path, json.dumps(ROW), "train.jsonl")
    assert quote_spans(only_record(found)) == [("Two men", "actor")]


def test_names_of_tags_are_found_in_the_head_of_the_readme_of_its_own_data_set(tmp_path: Path) -> None:
    head = describe_folder(WriteOptions(used_labels=("actor", "weapon")), ("train", "dev"))
    (tmp_path / "README.md").write_text(f"{head}# Data\n", encoding="utf-8")
    found = read_text(tmp_path, json.dumps({**ROW, "ner_tags": [3, 4, 0, 0]}), "train.jsonl")
    assert quote_spans(only_record(found)) == [("Two men", "weapon")]


@pytest.mark.parametrize(("name", "head"), [("a.arrow", b"ARROW1\0\0"), ("b.arrow", b"\xff\xff\xff\xff")])
def test_tables_that_are_not_read_are_named(tmp_path: Path, name: str, head: bytes) -> None:
    (tmp_path / name).write_bytes(head * 9)
    refusal = only_refusal(read_all(tmp_path / name))
    assert refusal.reason.startswith("Arrow is not read")


def test_another_column_of_tags_stays_in_the_metadata_and_is_named(tmp_path: Path) -> None:
    row = {"tokens": ["Moru"], "ner_tags": ["B-place"], "fine_ner_tags": ["B-town"]}
    found = read_text(tmp_path, json.dumps(row), "a.jsonl")
    assert only_record(found).meta == {"fine_ner_tags": ["B-town"]}
    said = "the tags are those of the column ner_tags, not of fine_ner_tags; --column NAME takes others"
    assert said in sentences(found)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"spans": [{"start": 0, "end": 3, "type": "a"}]}, "spans[0] is"),
        ({"spans": [[0, 1, "a"]]}, '"spans" must be a list of objects'),
    ],
    ids=["range", "shape"],
)  # fmt: skip
def test_spans_of_tokens_that_cannot_be_right_are_refused(
    tmp_path: Path, more: dict[str, object], reason: str
) -> None:
    good = {"tokens": ["a", "b"], "spans": [{"start": 0, "end": 2, "type": "a"}]}
    content = "".join(f"{json.dumps(row)}\n" for row in (good, {"tokens": ["a", "b"], **more}))
    found = read_text(tmp_path, content, "a.jsonl")
    assert reason in only_refusal(found[1:]).reason


def test_numbers_of_tags_without_names_are_refused(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, json.dumps(ROW), "train.jsonl"))
    assert "ner_tags[0] is 1, and no names of the tags are known" in refusal.reason


def test_the_text_of_a_row_is_kept(tmp_path: Path) -> None:
    row = {**ROW, "ner_tags": ["B-actor", "I-actor", "O", "O"], "text": "Two  men fled."}
    found = read_text(tmp_path, json.dumps(row), "train.jsonl")
    assert edges(only_record(found)) == [(0, 8, "actor")]
    assert sentences(found) == []


def test_as_many_tags_as_tokens_are_needed(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, json.dumps({**ROW, "ner_tags": ["B-x"]}), "train.jsonl"))
    assert '"ner_tags" must be a list of 4 tags, one a token' in refusal.reason


CHARACTERS = "中\tB-ORG\n共\tI-ORG\n2\tO\n0\tO\n年\tO\n。\tO\n"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (CHARACTERS, "中共20年。"),
        ("中共\tB-ORG\nVB\tO\nPro\tO\n6\tO\n发布了新版\tO\n。\tO\n", "中共VB Pro 6发布了新版。"),
        ("ประเทศ\tB-LOC\nไทย\tI-LOC\n", "ประเทศไทย"),
        ("북한\tB-LOC\n정부\tO\n", "북한 정부"),
        ("The\tO\n中\tB-LOC\ngate\tO\n", "The 中 gate"),
    ],
    ids=["characters", "words", "Thai", "Korean", "mostly Latin"],
)
def test_tokens_of_scripts_without_spaces_are_joined(tmp_path: Path, rows: str, text: str) -> None:
    found = read_text(tmp_path, rows, "a.bio")
    record = only_record(found)
    assert record.text == text
    assert (JOINED.format("1 article") in sentences(found)) == (" 정" not in text and "The" not in text)


@pytest.mark.parametrize(("join", "text"), [("space", "中 共"), ("none", "中共"), ("auto", "中共")])
def test_a_person_decides_what_stands_between_tokens(tmp_path: Path, join: Join, text: str) -> None:
    contents = {
        "a.bio": "中\tB-ORG\n共\tI-ORG\n",
        "b.jsonl": json.dumps({"tokens": ["中", "共"], "ner_tags": ["B-ORG", "I-ORG"]}),
        "c.json": json.dumps({"tokenized_text": ["中", "共"], "ner": [[0, 1, "ORG"]]}),
    }
    for name, content in contents.items():
        record = only_record(read_text(tmp_path, content, name, ReadOptions(join=join)))
        assert (record.text, quote_spans(record)) == (text, [(text, "ORG")])


def test_spaces_that_a_file_gives_are_kept(tmp_path: Path) -> None:
    row = {"tokens": ["Moru", "(", "old", ")"], "ner_tags": ["B-LOC", "O", "O", "O"]}
    row["space_after"] = [True, False, False, True]  # type: ignore[list-item]
    found = read_text(tmp_path, json.dumps(row), "a.jsonl")
    assert only_record(found).text == "Moru (old)"
    assert sentences(found) == [SPACED_AS_SAID.format("1 text")]
    rows = "token\tspace_after\tne\nMoru\tTrue\tB-LOC\n(\tFalse\tO\nold\tfalse\tO\n)\t0\tO\n"
    assert only_record(read_text(tmp_path, rows, "a.tsv")).text == "Moru (old)"


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("a.jsonl", {"tokens": ["a"], "spans": [{"start": 0, "end": 1, "type": "x"}],
                     "relations": [{"head": 0, "tail": 1, "type": "r"}]}),
        ("a.json", {"tokenized_text": ["a"], "ner": [[0, 0, "x"]], "relations": [[0, 1, "r"]]}),
    ],
)  # fmt: skip
def test_a_relation_of_what_is_no_span_is_left_out(tmp_path: Path, name: str, row: dict[str, object]) -> None:
    found = read_text(tmp_path, json.dumps(row), name)
    assert (quote_spans(only_record(found)), only_record(found).relations) == ([("a", "x")], ())
    assert any(each.startswith("1 relation is left out (line 1: relations[0]") for each in sentences(found))


@pytest.mark.parametrize(
    ("tags", "form", "signed"),
    [
        ("B-PER I-PER O", "signed", "B-PER I-PER O"),
        ("b-per i-per o", "lower", "B-per I-per O"),
        ("b-per O", "lower", "B-per O"),
        ("PER-B PER_I O", "last", "B-PER I-PER O"),
        ("PER LOC O", "bare", "I-PER I-LOC O"),
        ("e-mail s-bahn O", "bare", "I-e-mail I-s-bahn O"),
        ("O O O", "signed", "O O O"),
    ],
)
def test_tags_are_read_as_the_whole_file_writes_them(tags: str, form: TagForm, signed: str) -> None:
    assert find_form(tags.split()) == form
    assert [sign_tag(tag, form) for tag in tags.split()] == signed.split()


@pytest.mark.parametrize(
    "content",
    [
        "Rebels b-per\nfled o\n. o\n\nIn o\nPort b-loc\nMoru i-loc\n",
        "Rebels\tPER-B\nfled\tO\n.\tO\n\nIn\tO\nPort\tLOC-B\nMoru\tLOC-I\n",
    ],
    ids=["lower case", "the sign last"],
)
def test_conll_with_tags_in_another_form_is_read(tmp_path: Path, content: str) -> None:
    record = only_record(read_text(tmp_path, content, "a.conll"))
    assert [(text, label.upper()) for text, label in quote_spans(record)] == [
        ("Rebels", "PER"),
        ("Port Moru", "LOC"),
    ]


@pytest.mark.parametrize(
    ("names", "label"),
    [(["O", "B-PER", "I-PER"], "PER"), (["o", "b-per", "i-per"], "per"), (["O", "PER", "LOC"], "PER")],
    ids=["signed", "lower case", "bare"],
)
def test_names_of_numbers_may_be_in_any_form(tmp_path: Path, names: list[str], label: str) -> None:
    described = {"ner_tags": {"feature": {"names": names, "_type": "ClassLabel"}}}
    (tmp_path / "features.json").write_text(json.dumps(described), encoding="utf-8")
    found = read_text(tmp_path, json.dumps({"tokens": ["Ana", "fled"], "ner_tags": [1, 0]}), "a.jsonl")
    assert quote_spans(only_record(found)) == [("Ana", label)]


COLUMNS = {"tokens": ["Port", "Moru"], "ner_tags": [1, 2], "ner_tags_coarse": [0, 1], "pos_tags": [3, 4]}
NAMES = {
    "ner_tags": {"feature": {"names": ["O", "B-town", "I-town"]}},
    "ner_tags_coarse": {"feature": {"names": ["O", "B-place"]}},
}


@pytest.mark.parametrize(
    ("columns", "found", "said"),
    [
        ((), [("Port Moru", "town")], "column ner_tags, not of ner_tags_coarse; --column NAME takes others"),
        (("ner_tags_coarse",), [("Moru", "place")], "column ner_tags_coarse, not of ner_tags; --column NAME"),
        (("ner_tags", "ner_tags_coarse"), [("Port Moru", "town"), ("Moru", "place")],
         "columns ner_tags, ner_tags_coarse"),
    ],
    ids=["none named", "another", "both"],
)  # fmt: skip
def test_the_columns_of_tags_that_a_person_names_are_read(
    tmp_path: Path, columns: tuple[str, ...], found: list[tuple[str, str]], said: str
) -> None:
    (tmp_path / "features.json").write_text(json.dumps(NAMES), encoding="utf-8")
    records = read_text(tmp_path, json.dumps(COLUMNS), "a.jsonl", ReadOptions(columns))
    assert quote_spans(only_record(records)) == found
    assert any(f"the tags are those of the {said}" in each for each in sentences(records))


def test_a_column_that_is_not_there_or_has_no_names_is_refused(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, json.dumps(COLUMNS), "a.jsonl", ReadOptions(("ne",))))
    there = "'ner_tags', 'ner_tags_coarse', 'pos_tags'"
    assert refusal.reason == f"there is no column of tags 'ne'; there are {there}"
    names = {"ner_tags": NAMES["ner_tags"]}
    (tmp_path / "features.json").write_text(json.dumps(names), encoding="utf-8")
    options = ReadOptions(("ner_tags_coarse",))
    refusal = only_refusal(read_text(tmp_path, json.dumps(COLUMNS), "a.jsonl", options))
    assert "ner_tags_coarse[0] is 0, and no names of the tags are known" in refusal.reason


@pytest.mark.parametrize(
    ("name", "content", "column"),
    [
        ("a.conll", "Rebels NNP O\nfled VBD O\n. . O\n", "3"),
        ("a.jsonl", json.dumps({"tokens": ["They", "fled"], "ner_tags": ["O", "O"]}), "ner_tags"),
    ],
)
def test_a_file_of_nothing_but_o_is_refused_unless_its_column_is_named(
    tmp_path: Path, name: str, content: str, column: str
) -> None:
    refusal = only_refusal(read_text(tmp_path, content, name))
    assert refusal.reason.endswith(f"so no span would come in; --column {column} says that this is right")
    assert only_record(read_text(tmp_path, content, name, ReadOptions((column,)))).spans == ()


def test_tags_without_a_label_are_called_entity(tmp_path: Path) -> None:
    found = read_text(tmp_path, "Rebels B-\nof I-\nMoru I-\nfled O\n", "a.conll")
    assert quote_spans(only_record(found)) == [("Rebels of Moru", "entity")]


def test_an_article_that_came_from_conll_goes_back_row_by_row(tmp_path: Path) -> None:
    said = "-DOCSTART- -X- -X- O\n\n52-year-old JJ B-NP O\nmen NNS I-NP B-actor\n\nfled VBD B-VP O\n\n"
    record = only_record(read_text(tmp_path, said, "a.conll"))
    assert (
        write(tmp_path, "conll", [structs.replace(record, annotator="ana")])[0]["out.conll"].decode() == said
    )
    cut = (Span("s9", 0, 2, "count"), *(record.spans or ()))
    files, losses = write(tmp_path, "conll", [structs.replace(record, annotator="ana", spans=cut)])
    assert "\n52 JJ B-NP B-count\n-year-old JJ B-NP O\nmen NNS" in files["out.conll"].decode()
    assert not losses.counts


def test_columns_of_another_text_are_not_written(tmp_path: Path) -> None:
    kept: Json = {"columns": ["A B C"]}
    for text in ("Two men", "Two  men fled"):
        record = Record(text, meta={"conll": kept}, spans=(Span("s1", 0, 3, "actor"),))
        assert "Two -X- -X- B-actor\n" in write(tmp_path, "conll", [record])[0]["out.conll"].decode()


def test_a_file_of_nothing_but_o_comes_in_with_others(tmp_path: Path) -> None:
    for options in (ReadOptions(is_of_many=True), ReadOptions(("2",))):
        found = read_text(tmp_path, "They O\nfled O\n", "a.conll", options)
        assert only_record(found).spans == ()


def test_an_empty_cell_in_the_column_of_tags_says_nothing(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, "Moru\tB-place\nfell\t\n", "a.conll"))
    assert (record.text, quote_spans(record)) == ("Moru fell", [("Moru", "place")])


def test_a_blank_behind_a_tag_is_no_part_of_its_label(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, "Port\tB-place \nMoru\tI-place\n", "a.conll"))
    assert quote_spans(record) == [("Port Moru", "place")]


def test_classes_of_a_text_are_no_tags_of_its_words(tmp_path: Path) -> None:
    row = {"tokens": ["Two", "men"], "labels": ["raid", "north"]}
    record = only_record(read_text(tmp_path, json.dumps(row), "a.jsonl"))
    assert (record.spans, record.meta) == (None, {"labels": ["raid", "north"]})
