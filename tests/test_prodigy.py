"""Prodigy: answers, tokens whose end is inclusive, and relations between tokens."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from tests.readers import edges, link_texts, only_record, only_refusal, quote_spans, read_text, sentences
from tests.written import RICH, write
from tui.model.record import Record
from tui.model.span import Origin

TEXT = "Drei 😀 Männer flohen."
TOKENS = [
    {"text": "Drei", "start": 0, "end": 4, "id": 0, "ws": True},
    {"text": "😀", "start": 5, "end": 6, "id": 1, "ws": True},
    {"text": "Männer", "start": 7, "end": 13, "id": 2, "ws": True},
    {"text": "flohen", "start": 14, "end": 20, "id": 3, "ws": False},
    {"text": ".", "start": 20, "end": 21, "id": 4, "ws": False},
]


def task(**more: object) -> str:
    return json.dumps({"text": TEXT, "_input_hash": 1, "_view_id": "ner_manual", "answer": "accept", **more})


def test_spans_come_in_by_characters_and_metadata_under_its_own_keys(tmp_path: Path) -> None:
    spans = [{"start": 5, "end": 13, "token_start": 1, "token_end": 2, "label": "actor", "source": "model"}]
    line = task(tokens=TOKENS, spans=spans, meta={"source": "Paper", "state": "Texas"}, _annotator_id="bea")
    found = read_text(tmp_path, line, "a.jsonl")
    record = only_record(found)
    assert edges(record) == [(5, 13, "actor")]
    assert record.spans is not None
    assert record.spans[0].attributes == {"source": "model"}
    assert (record.meta["source"], record.meta["original_state"], record.meta["_input_hash"]) == (
        "Paper",
        "Texas",
        1,
    )
    assert (record.annotator, record.state) == ("bea", None)
    assert sentences(found) == ["the tokens of 1 text are not kept, only text and offsets"]


def test_the_last_token_of_a_span_is_included(tmp_path: Path) -> None:
    line = task(tokens=TOKENS, spans=[{"token_start": 1, "token_end": 2, "label": "actor"}])
    assert quote_spans(only_record(read_text(tmp_path, line, "a.jsonl"))) == [("😀 Männer", "actor")]


def test_an_accepted_text_without_spans_is_a_true_negative(tmp_path: Path) -> None:
    assert only_record(read_text(tmp_path, task(), "a.jsonl")).spans == ()


def test_rejected_and_ignored_spans_stay_metadata(tmp_path: Path) -> None:
    spans = [{"start": 0, "end": 4, "label": "actor"}]
    lines = [task(spans=spans, answer="reject"), task(spans=spans, answer="ignore")]
    found = read_text(tmp_path, "\n".join(lines), "a.jsonl")
    rejected, ignored = [each for each in found if isinstance(each, Record)]
    assert (rejected.spans, rejected.meta["spans"], rejected.meta["answer"]) == (None, spans, "reject")
    assert (ignored.spans, ignored.state, ignored.meta["spans"]) == ((), "skipped", spans)
    assert sentences(found) == [
        "1 span of rejected texts stays in the metadata only",
        "1 span of ignored texts stays in the metadata only",
    ]


def test_a_yes_to_one_span_says_nothing_of_the_rest(tmp_path: Path) -> None:
    line = task(spans=[{"start": 0, "end": 4, "label": "actor"}], _is_binary=True)
    record = only_record(read_text(tmp_path, line, "a.jsonl"))
    assert (record.state, len(record.spans or ())) == ("unfinished", 1)


def test_what_a_model_put_into_a_task_that_nobody_answered_is_a_suggestion(tmp_path: Path) -> None:
    spans = [
        {"start": 0, "end": 4, "label": "count", "source": "core_news", "score": 0.5, "rank": 1},
        {"start": 7, "end": 13, "label": "actor", "pattern": 3, "text": "Männer"},
        {"start": 14, "end": 20, "label": "act"},
    ]
    line = json.dumps({"text": TEXT, "_input_hash": 1, "tokens": TOKENS, "spans": spans})
    found = read_text(tmp_path, line, "stream.jsonl")
    record = only_record(found)
    assert (record.spans, record.state) == (None, None)
    assert [(each.start, each.end, each.label, each.origin) for each in record.suggestions] == [
        (0, 4, "count", Origin("core_news", 0.5)),
        (7, 13, "actor", Origin("patterns")),
        (14, 20, "act", Origin("stream")),
    ]
    assert "2 details of suggested spans are left out" in sentences(found)


@pytest.mark.parametrize(
    "more",
    [{"_is_binary": True}, {"_view_id": "ner"}, {"_view_id": "choice", "accept": ["Q1"], "options": []}],
    ids=["binary", "ner", "choice"],
)
def test_where_spans_were_not_what_was_asked_for_the_text_stays_unfinished(
    tmp_path: Path, more: dict[str, object]
) -> None:
    line = task(spans=[{"start": 0, "end": 4, "label": "actor"}], **more)
    record = only_record(read_text(tmp_path, line, "a.jsonl"))
    assert (record.state, quote_spans(record), dict(record.article_labels)) == (
        "unfinished",
        [("Drei", "actor")],
        {},
    )


def test_old_answers_to_questions_about_one_span_are_known_by_their_spans(tmp_path: Path) -> None:
    span = {"start": 0, "end": 4, "label": "actor", "input_hash": 1}
    row = {"text": TEXT, "answer": "accept", "_task_hash": 2, "spans": [span, {**span, "answer": "reject"}]}
    found = read_text(tmp_path, json.dumps(row), "a.jsonl")
    record = only_record(found)
    assert (record.state, quote_spans(record)) == ("unfinished", [("Drei", "actor")])
    assert record.meta["rejected"] == [{**span, "answer": "reject"}]
    assert "1 span that was rejected stays in the metadata only (actor at 0)" in sentences(found)


@pytest.mark.parametrize(
    ("more", "labels"),
    [
        ({"label": "RAID", "spans": []}, {"RAID": True}),
        ({"label": "RAID", "answer": "reject"}, {"RAID": False}),
        ({"options": [{"id": "A"}, {"id": "B"}], "accept": ["A", "B"]}, {"label": ["A", "B"]}),
    ],
    ids=["yes", "no", "choice"],
)  # fmt: skip
def test_the_class_of_a_text_is_an_article_label_and_no_true_negative(
    tmp_path: Path, more: dict[str, object], labels: dict[str, object]
) -> None:
    line = task(**{"_view_id": "classification", **more})
    record = only_record(read_text(tmp_path, line, "a.jsonl"))
    assert (record.article_labels, record.spans, record.state) == (labels, (), "unfinished")


def test_tokens_without_places_are_found_in_the_text(tmp_path: Path) -> None:
    tokens = [{"text": token["text"], "id": token["id"]} for token in TOKENS]
    line = task(tokens=tokens, spans=[{"token_start": 1, "token_end": 2, "label": "actor"}])
    assert quote_spans(only_record(read_text(tmp_path, line, "a.jsonl"))) == [("😀 Männer", "actor")]


def test_notes_and_article_labels_of_its_own_export_come_back(tmp_path: Path) -> None:
    files, _ = write(tmp_path, "prodigy", [structs.replace(RICH, spans=(), relations=())])
    record = only_record(read_text(tmp_path, files["out.jsonl"].decode("utf-8"), "a.jsonl"))
    assert (record.notes, record.article_labels, record.state) == (RICH.notes, RICH.article_labels, None)
    assert record.meta.keys().isdisjoint({"notes", "article_labels", "original_notes"})


def test_notes_of_another_meaning_stay_metadata(tmp_path: Path) -> None:
    for notes in ({"2": "x"}, {"a": "x"}, "x", {"1": 3}):
        record = only_record(read_text(tmp_path, task(notes=notes), "a.jsonl"))
        assert (record.notes, record.meta["original_notes"]) == ({}, notes)


def test_relations_go_between_the_spans_of_their_tokens(tmp_path: Path) -> None:
    spans = [{"start": 0, "end": 4, "label": "count"}, {"start": 7, "end": 13, "label": "actor"}]
    relations = [
        {"head": 2, "child": 0, "label": "how many"},
        {"head": 3, "child": 4, "label": "loose"},
        {
            "head": 2, "child": 0, "label": "again",
            "head_span": {"start": 7, "end": 13}, "child_span": {"start": 0, "end": 4},
        },
    ]  # fmt: skip
    found = read_text(tmp_path, task(tokens=TOKENS, spans=spans, relations=relations), "a.jsonl")
    record = only_record(found)
    assert link_texts(record) == [("Männer", "how many", "Drei"), ("Männer", "again", "Drei")]
    assert record.meta["relations"] == [relations[1]]
    assert "1 relation between words without a span stays in the metadata" in sentences(found)


def test_a_quoted_text_that_stands_once_moves_its_span_and_twice_refuses_it(tmp_path: Path) -> None:
    found = read_text(
        tmp_path, task(spans=[{"start": 8, "end": 14, "text": "Männer", "label": "a"}]), "a.jsonl"
    )
    assert quote_spans(only_record(found)) == [("Männer", "a")]
    assert sentences(found) == ["1 span did not stand at its offsets: moved to the one place of its text"]
    spans = [{"start": 1, "end": 3, "text": "he", "label": "a"}]
    twice = json.dumps({"text": "he he", "answer": "accept", "spans": spans})
    refusal = only_refusal(read_text(tmp_path, twice, "b.jsonl"))
    assert "it stands 2 times near there" in refusal.reason


@pytest.mark.parametrize(("quoted", "place"), [("men. They", (4, 13)), ("e.T", None)], ids=["words", "parts"])
def test_a_quotation_with_other_white_space_moves_its_span_where_its_words_stand_once(
    tmp_path: Path, quoted: str, place: tuple[int, int] | None
) -> None:
    spans = [{"start": 0, "end": 3, "text": quoted, "label": "a"}]
    line = json.dumps({"text": "Two men.\nThey fled.", "answer": "accept", "spans": spans})
    (found,) = read_text(tmp_path, line, "a.jsonl")
    if place is None:
        assert "it stands nowhere near there" in only_refusal([found]).reason
    else:
        assert edges(only_record([found])) == [(*place, "a")]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"relations": [{"head": "x", "child": 1}]},
            "1 relation is left out (line 1: relations[0].head must be",
        ),
        (
            {"spans": [{"start": 0, "end": 4}]},
            "1 span is left out (line 1: spans[0]: the label must be a text",
        ),
    ],
    ids=["relation", "label"],
)
def test_a_part_that_cannot_be_right_is_left_out(tmp_path: Path, more: dict[str, object], said: str) -> None:
    found = read_text(tmp_path, task(tokens=TOKENS, **more), "a.jsonl")
    assert only_record(found).relations == ()
    assert any(each.startswith(said) for each in sentences(found))


STALE = {"text": "the old men fled the old gate", "answer": "accept", "_view_id": "ner_manual"}
STALE_TOKENS = [
    {"text": "the", "start": 0, "end": 3, "id": 0},
    {"text": "old", "start": 4, "end": 7, "id": 1},
    {"text": "men", "start": 8, "end": 11, "id": 2},
]


@pytest.mark.parametrize(
    ("span", "expected", "said"),
    [
        (
            {"start": 4, "end": 11, "token_start": 1, "token_end": 2, "text": "gate"},
            (4, 11),
            "the tokens confirm",
        ),
        (
            {"start": 4, "end": 11, "token_start": 1, "token_end": 2, "text": "men"},
            (4, 11),
            "the tokens confirm",
        ),
        (
            {"start": 4, "end": 11, "token_start": 1, "token_end": 2, "text": "gone"},
            (4, 11),
            "the tokens confirm",
        ),
        (
            {"start": 4, "end": 10, "token_start": 2, "token_end": 2, "text": "men"},
            (8, 11),
            "these two count",
        ),
        (
            {"start": 4, "end": 11, "token_start": 2, "token_end": 2, "text": "old men"},
            (4, 11),
            "characters count",
        ),
        ({"start": 12, "end": 16, "text": "fle"}, (12, 16), "a part of a word"),
        ({"start": 4, "end": 7, "text": "gate"}, (25, 29), "moved to the one place"),
    ],
    ids=["elsewhere", "inside", "nowhere", "tokens", "characters", "words", "quotation alone"],
)
def test_two_witnesses_of_a_place_beat_the_third(
    tmp_path: Path, span: dict[str, object], expected: tuple[int, int], said: str
) -> None:
    line = json.dumps({**STALE, "tokens": STALE_TOKENS, "spans": [{**span, "label": "a"}]})
    found = read_text(tmp_path, line, "a.jsonl")
    assert edges(only_record(found)) == [(*expected, "a")]
    assert any(said in each for each in sentences(found))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"answer": "accept", "text": 7}', '"text" must be a string, not 7'),
        (task(spans=[{"start": 3, "end": 99, "label": "a"}]), "spans[0]: 3–99 is not a stretch of the text"),
        (task(spans=7), '"spans" must be a list, not 7'),
        ('{"text": "a", "answer": "accept", "spans": [', "this line: this is not JSON"),
        ('{"text": "\\ud83d", "answer": "accept"}', "half of a surrogate pair (\\ud83d)"),
        ('{"text": "a", "answer": "accept", "n": NaN}', "NaN is not a JSON number"),
    ],
    ids=["text", "offsets", "spans", "json", "surrogate", "constant"],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    found = read_text(tmp_path, f"{task()}\n{line}\n{task()}\n", "a.jsonl")
    assert len(found) == 3
    refusal = only_refusal([each for each in found if not isinstance(each, Record)])
    assert refusal.line == 2
    assert reason in refusal.reason


def test_an_answer_that_prodigy_does_not_give_is_left_out_and_the_text_stays_unfinished(
    tmp_path: Path,
) -> None:
    spans = [{"start": 0, "end": 3, "label": "actor"}]
    found = read_text(tmp_path, task(answer="maybe", spans=spans, relations={}), "a.jsonl")
    record = only_record(found)
    assert (edges(record), record.state) == ([(0, 3, "actor")], "unfinished")
    why = '"answer" must be accept, reject or ignore, not "maybe"; the text stays unfinished'
    assert sentences(found) == [
        f"1 answer is left out (line 1: {why})",
        '1 relation is left out (line 1: "relations" must be a list, not {})',
    ]
