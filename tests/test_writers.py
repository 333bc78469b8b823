"""Writing: the keys each tool reads, offsets that hold, and every loss named."""

import csv
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.readers import writing_of
from tests.written import EMPTY, LABELS, PLAIN, RICH, TEXT, span, write
from tui.formats import list_writable
from tui.formats.shared.fitting import check_spans, plain_tokens, spaced_tokens
from tui.formats.shared.writing import FEATURES, OnLoss, dump_raw, name_once
from tui.formats.spacy.strings import murmur_hash, number_of
from tui.model.record import Record
from tui.model.span import Json, Relation, Span

GOLDEN = Path(__file__).parent / "data" / "formats" / "written"
NAMES = list_writable()


def rows(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["out.jsonl"].decode("utf-8").split("\n")[:-1]]


def str_values(value: object) -> list[str]:
    """Give every text of a JSON value."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in str_values(each)]
    if isinstance(value, list):
        return [text for each in value for text in str_values(each)]
    return [value] if isinstance(value, str) else []


def unpacked(content: bytes) -> bytes:
    """Undo compression, of which every version of zlib makes other bytes."""
    return zlib.decompress(content) if content.startswith(b"x\x9c") else content


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_what_was_written_before(tmp_path: Path, name: str) -> None:
    """The golden files: after a change that is meant, delete one and run the test to write it anew."""
    files, _ = write(tmp_path, name, [PLAIN, EMPTY, RICH], on_loss="snap")
    for file, content in files.items():
        golden = GOLDEN / name / file
        if not golden.exists():
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(content)
            pytest.fail(f"{golden} was missing and is written now; read it")
        assert unpacked(content) == unpacked(golden.read_bytes()), file
    assert sorted(files) == sorted(each.name for each in (GOLDEN / name).iterdir())


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"brat", "conll", "csv", "spacy"}))
def test_no_json_holds_a_character_that_a_terminal_would_obey(tmp_path: Path, name: str) -> None:
    obeyed = "".join(map(chr, range(0x7F, 0xA0)))
    text = f"Rebels {obeyed}31m fled \u2028 «à» \xa0"
    rebels = Span("s", 0, 6, f"actor{obeyed}", {obeyed: obeyed}, note=obeyed)
    record = Record(text, title=text, id=text, meta={obeyed: text}, annotator="ana", spans=(rebels,))
    files, _ = write(tmp_path, name, [record])
    for file, content in files.items():
        if Path(file).suffix in (".json", ".jsonl"):
            assert not set(obeyed) & set(content.decode("utf-8")), file
    # These have tokens in place of the text.
    if name not in ("gliner", "hf"):
        parsed = [json.loads(files[file]) for file in files if file.endswith(".json")] or rows(files)
        assert text in str_values(parsed)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_write_makes_a_file_that_can_be_read(tmp_path: Path, name: str) -> None:
    files, losses = write(tmp_path, name, [])
    assert not losses.total
    if name in ("gliner", "label-studio"):
        assert json.loads(files["out.json"]) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("conll", "brat")])
def test_plain_spans_of_whole_tokens_are_lost_nowhere(tmp_path: Path, name: str) -> None:
    assert not write(tmp_path, name, [PLAIN, EMPTY])[1].counts


@pytest.mark.parametrize("name", NAMES)
def test_offsets_that_are_not_in_the_text_reach_no_file(tmp_path: Path, name: str) -> None:
    wrong = structs.replace(PLAIN, spans=(Span("s1", 5, len(TEXT) + 1, "actor"),))
    with pytest.raises(ValueError, match="not inside its text"):
        write(tmp_path, name, [wrong])


LOST: dict[str, dict[str, int]] = {
    "jsonl": {},
    "prodigy": {"edge": 2, "discontinuous span": 1, "relation": 1, "flag": 1},
    "spacy": {
        "edge": 2,
        "discontinuous span": 1,
        "relation": 2,
        "attribute": 2,
        "note": 2,
        "article label": 1,
        "flag": 1,
    },
    "hf": {
        "edge": 2,
        "discontinuous span": 1,
        "relation": 2,
        "overlap": 1,
        "attribute": 2,
        "note": 1,
        "article label": 1,
        "flag": 1,
    },
    "gliner": {
        "edge": 2,
        "discontinuous span": 1,
        "relation": 1,
        "attribute": 2,
        "note": 2,
        "article label": 1,
        "flag": 1,
    },
    "conll": {
        "edge": 2,
        "discontinuous span": 1,
        "relation": 2,
        "overlap": 1,
        "attribute": 2,
        "note": 1,
        "article label": 1,
        "flag": 1,
    },
    "doccano": {"discontinuous span": 1, "attribute": 2, "note": 2, "article label": 1, "flag": 1},
    "label-studio": {"discontinuous span": 1, "flag": 1},
    "brat": {"note": 2, "article label": 1, "label": 1, "flag": 1},
    "uima-cas": {"discontinuous span": 1, "note": 2, "article label": 1, "flag": 1},
    "chat": {"discontinuous span": 1, "note": 2, "article label": 1, "flag": 1},
    "csv": {"relation": 2, "note": 1, "article label": 1, "flag": 1},
}
"""What each format loses of the richest record, where what does not fit is left out."""


@pytest.mark.parametrize("name", NAMES)
def test_every_loss_is_named(tmp_path: Path, name: str) -> None:
    assert dict(write(tmp_path, name, [RICH])[1].counts) == LOST[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_format_that_carries_all_loses_nothing_and_no_other(name: str) -> None:
    assert (writing_of(name).carries >= set(FEATURES)) == (not LOST[name])


def test_a_loss_says_where_in_the_article_and_why(tmp_path: Path) -> None:
    record = structs.replace(PLAIN, spans=(span("s1", "mask", "actor"),))
    losses = write(tmp_path, "hf", [record], on_loss="snap")[1]
    assert losses.examples["edge"].as_json() == {
        "article": "a1", "title": "A raid", "annotator": "ana", "span": "s1",
        "start": 16, "end": 20, "what": "edge",
        "why": "actor 'mask': it does not begin and end where tokens do; it was moved to 'masked'",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("on_loss", "kept"), [("drop", []), ("snap", [("masked", 6, 12)])], ids=["drop", "snap"]
)
def test_a_span_inside_a_token_is_left_out_or_moved(
    tmp_path: Path, on_loss: OnLoss, kept: list[tuple[str, int, int]]
) -> None:
    record = structs.replace(PLAIN, spans=(span("s1", "mask", "actor"),))
    (row,) = rows(write(tmp_path, "prodigy", [record], on_loss=on_loss)[0])
    assert [(each["text"], each["start"], each["end"]) for each in row["spans"]] == kept


def test_of_spans_that_overlap_the_longest_stays_where_one_tag_is_all_there_is(tmp_path: Path) -> None:
    record = structs.replace(
        PLAIN, spans=(span("s1", "masked", "weapon"), span("s2", "Three masked men", "actor"))
    )
    (row,) = rows(write(tmp_path, "hf", [record])[0])
    assert row["ner_tags"][:4] == [1, 2, 2, 0]


@pytest.mark.parametrize("record", [PLAIN, EMPTY, RICH], ids=["plain", "empty", "rich"])
def test_prodigys_tokens_and_spaces_make_the_text(tmp_path: Path, record: Record) -> None:
    (row,) = rows(write(tmp_path, "prodigy", [record])[0])
    tokens = row["tokens"]
    assert "".join(token["text"] + " " * token["ws"] for token in tokens) == record.text
    assert [token["id"] for token in tokens] == list(range(len(tokens)))
    for each in row["spans"]:
        assert record.text[each["start"] : each["end"]] == each["text"]
        assert tokens[each["token_start"]]["start"] == each["start"]
        assert tokens[each["token_end"]]["end"] == each["end"]
    for relation in row.get("relations", ()):
        assert relation["head"] == relation["head_span"]["token_end"]


def test_prodigys_hashes_tell_texts_and_tasks_apart(tmp_path: Path) -> None:
    other = structs.replace(PLAIN, spans=(), id="a3")
    first, second, third = rows(write(tmp_path, "prodigy", [PLAIN, other, EMPTY])[0])
    assert first["_input_hash"] == second["_input_hash"] != third["_input_hash"]
    assert len({row["_task_hash"] for row in (first, second, third)}) == 3
    assert all(-(2**31) <= row["_task_hash"] < 2**31 for row in (first, second, third))


@pytest.mark.parametrize(
    ("record", "view"),
    [
        (PLAIN, "ner_manual"),
        (RICH, "spans_manual"),
        (structs.replace(RICH, spans=(RICH.spans or ())[:1]), "ner_manual"),
    ],
    ids=["plain", "overlaps", "one"],
)
def test_prodigys_view_shows_all_there_is(tmp_path: Path, record: Record, view: str) -> None:
    (row,) = rows(write(tmp_path, "prodigy", [record])[0])
    assert (row["_view_id"], row["answer"]) == (view, "accept")


def test_gliners_ends_are_inclusive_and_negatives_were_looked_for(tmp_path: Path) -> None:
    record = structs.replace(
        PLAIN, spans=(span("s1", "masked men", "actor"),), looked_for=("actor", "weapon")
    )
    (example,) = json.loads(write(tmp_path, "gliner", [record])[0]["out.json"])
    (first, last, label) = example["ner"][0]
    assert example["tokenized_text"][first : last + 1] == ["masked", "men"]
    assert (label, example["ner_labels"], example["ner_negatives"]) == (
        "actor",
        ["actor", "weapon"],
        ["weapon"],
    )
    (example,) = json.loads(write(tmp_path, "gliner", [record], own={"negatives": "all"})[0]["out.json"])
    assert example["ner_negatives"] == ["weapon", "casualty", "safe house"]


def test_a_label_whose_only_span_was_lost_is_no_negative(tmp_path: Path) -> None:
    record = structs.replace(PLAIN, spans=(span("s1", "mask", "actor"),), looked_for=("actor", "weapon"))
    (example,) = json.loads(write(tmp_path, "gliner", [record])[0]["out.json"])
    assert (example["ner_labels"], example["ner_negatives"]) == (["weapon"], ["weapon"])


def test_gliners_limits_are_losses(tmp_path: Path) -> None:
    assert write(tmp_path, "gliner", [PLAIN], own={"max_width": 2})[1].counts == {"limit": 3}
    assert write(tmp_path, "gliner", [PLAIN, EMPTY], own={"max_length": 5})[1].counts == {"limit": 4}
    assert write(tmp_path, "gliner", [structs.replace(EMPTY, looked_for=())])[1].counts == {"text": 1}


def test_conll_has_one_tag_a_token_and_a_line_for_each_article(tmp_path: Path) -> None:
    other = structs.replace(EMPTY, id="a3", article=None)
    files, losses = write(tmp_path, "conll", [PLAIN, EMPTY, other])
    lines = files["out.conll"].decode("utf-8").split("\n")
    assert lines.count("-DOCSTART- -X- O O") == 2
    places = [json.loads(line.split()[2]) for line in lines if "{" in line]
    assert [place["id"] for place in places] == ["a1#1", "a1#2", "a3"]
    assert all(line.count(" ") == 3 for line in lines if line)
    assert losses.examples["label"].why.endswith("'safe house' is written as 'safe_house'")
    assert "日 -X- -X- B-safe_house" in lines


def test_names_that_become_equal_stay_apart() -> None:
    clean: Callable[[str], str] = lambda name: name.replace(" ", "_")  # noqa: E731
    assert name_once(["a b", "a_b", "a  b"], clean) == {"a_b": "a_b", "a b": "a_b_2", "a  b": "a__b"}


def test_label_studios_controls_are_those_of_its_configuration(tmp_path: Path) -> None:
    files, _ = write(tmp_path, "label-studio", [PLAIN, RICH])
    controls = {
        each.get("name"): {choice.get("value") for choice in each}
        for each in ElementTree.fromstring(files["out.xml"])
    }
    for task in json.loads(files["out.json"]):
        for result in task["annotations"][0]["result"]:
            if result["type"] == "relation":
                continue
            value = result["value"]
            chosen = value.get("labels", value.get("choices", []))
            assert result["to_name"] in controls
            assert controls[result["from_name"]] >= set(chosen)
            if result["type"] == "labels":
                assert task["data"]["text"][value["start"] : value["end"]] == value["text"]


def test_brats_quotations_are_those_of_its_texts(tmp_path: Path) -> None:
    files, _ = write(tmp_path, "brat", [PLAIN, RICH])
    assert sorted(files) == [
        *("a1_1.ana.ann", "a1_1.ana.txt", "a2.bea.ann", "a2.bea.txt"),
        *("annotation.conf", "spantag.conf", "visual.conf"),
    ]
    for name in ("a1_1.ana", "a2.bea"):
        text = files[f"{name}.txt"].decode("utf-8")
        assert text == TEXT
        for line in files[f"{name}.ann"].decode("utf-8").split("\n"):
            if line.startswith("T"):
                _, place, quoted = line.split("\t")
                pieces = [piece.split() for piece in place.partition(" ")[2].split(";")]
                assert " ".join(text[int(start) : int(end)] for start, end in pieces) == quoted


def test_the_chats_answer_quotes_the_message(tmp_path: Path) -> None:
    (row,) = rows(write(tmp_path, "chat", [RICH])[0])
    system, user, answer = row["messages"]
    assert [each["role"] for each in row["messages"]] == ["system", "user", "assistant"]
    for label in LABELS.labels:
        assert f"- {label.name}" in system["content"]
    spans = json.loads(answer["content"])["spans"]
    assert len(spans) == 5
    for each in spans:
        assert user["content"][each["start"] : each["end"]] == each["text"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "'"])
def test_a_cell_is_no_formula(tmp_path: Path, sign: str) -> None:
    text = f"{sign}1+1|cmd"
    record = Record(text, id=text, annotator="ana", spans=(Span("s1", 0, len(text), "actor", note=text),))
    content = write(tmp_path, "csv", [record])[0]["out.csv"].decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    for column in ("article", "record", "text", "note"):
        assert row[column] == f"'{text}"


def test_spacys_numbers_are_spacys() -> None:
    # From spacy.strings.hash_string and spacy.symbols.
    assert number_of("coffee") == 3197928453018144401
    assert (number_of(""), number_of("PERSON"), number_of("ORTH"), number_of("_")) == (0, 380, 65, 456)
    assert murmur_hash(b"12345678") != murmur_hash(b"1234567")


@given(st.text())
def test_spaced_tokens_make_the_text_again(text: str) -> None:
    tokens = spaced_tokens(text)
    assert "".join(text[token.start : token.end] + " " * token.spaced for token in tokens) == text
    stood = [(token.start, token.end) for token in tokens if not token.is_space]
    assert stood == [(token.start, token.end) for token in plain_tokens(text)]


def test_spans_inside_their_text_are_let_through() -> None:
    for record in (PLAIN, EMPTY, RICH):
        check_spans(record)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_in_a_struct_is_as_python_writes_it(value: Json) -> None:
    assert bytes(dump_raw(value)).decode() == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_has_not_is_never_written(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_raw({"count": number})


def test_no_attribute_takes_the_place_of_what_prodigy_says_of_a_span(tmp_path: Path) -> None:
    named = Span("s", 0, 6, "actor", {"start": 4, "label": "weapon", "role": "attacker"})
    files, losses = write(tmp_path, "prodigy", [Record("Rebels fled.", spans=(named,))], on_loss="drop")
    (written,) = rows(files)[0]["spans"]
    said = {key: written[key] for key in ("start", "end", "label", "role")}
    assert said == {"start": 0, "end": 6, "label": "actor", "role": "attacker"}
    assert losses.counts == {"attribute": 2}


def test_a_span_that_brat_cannot_hold_counts_as_gone(tmp_path: Path) -> None:
    record = Record("Rebels\nfled.", id="a", spans=(Span("s", 0, 7, "actor"),))
    files, losses = write(tmp_path, "brat", [record], on_loss="drop")
    assert files["a.ann"] == b""
    assert losses.spans_gone == 1


def test_brat_names_what_it_calls_otherwise(tmp_path: Path) -> None:
    spans = (Span("s", 0, 6, "actor", {"my role": "attacker"}), Span("t", 7, 11, "weapon"))
    record = Record("Rebels fled.", id="a", spans=spans, relations=(Relation("r", "aimed at", "s", "t"),))
    _, losses = write(tmp_path, "brat", [record, structs.replace(record, id="b")], on_loss="drop")
    assert losses.counts == {"attribute": 1, "relation": 1}


def test_gliner_loses_a_span_once(tmp_path: Path) -> None:
    spans = (Span("s", 0, 3, "actor"), Span("t", 7, 11, "weapon"))
    record = Record("Rebels fled " + "on " * 400, id="a", spans=spans)
    _, losses = write(tmp_path, "gliner", [record], on_loss="drop")
    assert losses.spans_gone == 2
