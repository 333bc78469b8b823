"""Programs outside that suggest spans, well-behaved and not."""

import json
import sys
import time
from pathlib import Path

import pytest

from tui.suggest.sources.external import Answer, run_program

ARTICLES = [("1", "Rebels attacked Aleppo."), ("2", "Nothing here.")]
EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "suggest_capitals.py"


def run(code: str, *, seconds: float = 30.0) -> Answer:
    return run_program(
        [sys.executable, "-c", code], ARTICLES, labels=["location"], seconds=seconds, source="test"
    )


def answer(*spans: object, **more: object) -> str:
    return f"print({json.dumps(json.dumps({'id': '1', 'spans': spans, **more}))})"


def test_its_spans_become_suggestions() -> None:
    outcome = run(answer({"start": 16, "end": 22, "label": "location", "confidence": 0.9}, model="m1"))
    (suggestion,) = outcome.suggestions["1"]
    assert (suggestion.start, suggestion.end, suggestion.label) == (16, 22, "location")
    assert (suggestion.source, suggestion.confidence, suggestion.model) == ("test", 0.9, "m1")
    assert outcome.refusals == []


def test_without_an_id_a_line_is_about_the_article_of_its_place() -> None:
    outcome = run("print('{\"spans\": []}'); print('{\"spans\": []}')")
    assert list(outcome.suggestions) == ["1", "2"]


def test_the_example_works() -> None:
    articles = [("7", "It was said by Aung San Suu Kyi in Naypyidaw – «И Владимир Путин».")]
    outcome = run_program([sys.executable, str(EXAMPLE), "actor"], articles, labels=["actor"])
    found = [articles[0][1][each.start : each.end] for each in outcome.suggestions["7"]]
    assert found == ["Aung San Suu Kyi"]
    assert outcome.refusals == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise SystemExit(3)", "exit code 3"),
        ("import sys; sys.exit('no model')", "no model"),
        ("import os; os.abort()", "signal 6"),
        ("print('garbage')", "not a line of JSON"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe\\n')", "not a line of JSON"),
        ('print(\'{"id": "1", "spa\', end=\'\')', "not a line of JSON"),
        ("print('[]')", 'no "spans"'),
        ("print('[' * 100000)", "not a line of JSON"),
        ('print(\'{"id": "9", "spans": []}\')', "no article"),
        ('print(\'{"id": [], "spans": []}\')', "no article"),
        (answer({"start": 16, "end": 99, "label": "location"}), "not inside the text"),
        (answer({"start": -1, "end": 2, "label": "location"}), "not inside the text"),
        (answer({"start": 3, "end": 3, "label": "location"}), "not inside the text"),
        (answer({"start": 0, "end": 6, "label": "actor"}), "not a label"),
        (answer({"start": 0.5, "end": 6, "label": "location"}), "whole numbers"),
        (answer({"start": 0, "end": 6, "label": "location", "confidence": 7}), "from 0 to 1"),
        (answer({"start": 0, "end": 6, "label": "location", "confidence": "high"}), "from 0 to 1"),
        (answer("Aleppo"), "a mapping"),
    ],
)
def test_what_it_gets_wrong_is_one_sentence(code: str, words: str) -> None:
    outcome = run(code)
    (refusal,) = outcome.refusals
    assert words in str(refusal)
    assert not any(outcome.suggestions.values())


def test_what_it_got_right_before_it_failed_stays() -> None:
    outcome = run(answer({"start": 16, "end": 22, "label": "location"}) + "; raise SystemExit(1)")
    assert len(outcome.suggestions["1"]) == 1
    assert len(outcome.refusals) == 1


def test_a_program_that_never_ends_is_ended_with_all_it_started() -> None:
    begin = time.monotonic()
    outcome = run("import subprocess; subprocess.run(['sleep', '60'])", seconds=0.5)
    assert time.monotonic() - begin < 10
    assert "after 0.5 seconds" in str(outcome.refusals[0])


def test_a_program_that_writes_for_ever_is_ended() -> None:
    outcome = run("while True: print('x')", seconds=0.5)
    assert len(outcome.refusals) <= 102
    assert any("after 0.5 seconds" in refusal.reason for refusal in outcome.refusals)


def test_a_program_that_does_not_read_is_no_fault() -> None:
    assert run("pass") == Answer()


def test_a_program_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    outcome = run_program([str(tmp_path / "nothing")], ARTICLES, labels=["location"])
    assert "could not be started" in str(outcome.refusals[0])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"confidence": 10**400}, "is not a number from 0 to 1"),
        ({"confidence": True}, "is not a number from 0 to 1"),
        ({"start": False, "end": True}, "whole numbers as start and end"),
    ],
)
def test_what_is_no_number_is_refused(more: dict[str, object], words: str) -> None:
    outcome = run(answer({"start": 16, "end": 22, "label": "location"} | more))
    assert outcome.suggestions == {"1": []}
    assert words in outcome.refusals[0].reason


def test_a_model_whose_name_is_no_text_is_refused() -> None:
    outcome = run(answer({"start": 16, "end": 22, "label": "location"}, model="\ud800"))
    assert outcome.suggestions == {}
    assert "surrogate" in outcome.refusals[0].reason


def test_what_it_started_in_a_session_of_its_own_is_not_waited_for() -> None:
    began = time.monotonic()
    code = "import subprocess, sys; subprocess.Popen(['sleep', '30'], start_new_session=True)"
    outcome = run(f"{answer({'start': 16, 'end': 22, 'label': 'location'})}; {code}", seconds=2.0)
    assert time.monotonic() - began < 20
    assert len(outcome.suggestions["1"]) == 1
    assert "was ended after 2 seconds" in outcome.refusals[0].reason


def test_the_same_span_counts_once_however_often_it_is_said() -> None:
    span = {"start": 16, "end": 22, "label": "location"}
    assert len(run(answer(*[span] * 500)).suggestions["1"]) == 1


def test_a_line_without_an_end_is_cut_off_at_a_stated_size() -> None:
    right = answer({"start": 16, "end": 22, "label": "location"})
    code = f"{right}; import sys; [sys.stdout.write('x' * 1_000_000) for _ in range(1_000)]"
    outcome = run(code)
    assert len(outcome.suggestions["1"]) == 1
    (refusal,) = outcome.refusals
    assert (refusal.line, refusal.reason) == (
        2,
        "this line is longer than 64 MB, so the program was ended; what it had said before counts",
    )


def test_of_what_it_complains_only_the_end_is_kept() -> None:
    code = "import sys; [sys.stderr.write('x' * 999_999 + chr(10)) for _ in range(100)]; sys.exit('no model')"
    (refusal,) = run(code).refusals
    assert refusal.reason == "the program ended with exit code 1: no model"
    (refusal,) = run("import sys; sys.exit('y' * 10_000_000)").refusals
    assert refusal.reason == f"the program ended with exit code 1: {'y' * 200}"
