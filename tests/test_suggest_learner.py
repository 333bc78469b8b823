"""The learner in its own process, and everything that can happen to it."""

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import InputError
from tui.suggest.learning.features import WordMemory, read_features, read_passage
from tui.suggest.learning.model import Tagged, part_levels, read_model, read_tags, write_tags
from tui.suggest.learning.trial import WrongModelError, check_blob
from tui.suggest.request import Request, read_examples, write_example
from tui.suggest.sources.learner import FIRST, Learner
from tui.text.tokens import tokenize

ROOT = Path(__file__).parents[1]

SENTENCES: list[tuple[str, list[Tagged]]] = [
    ("rebels shelled Aleppo today", [(2, 2, "location")]),
    ("rebels attacked Homs again", [(2, 2, "location")]),
    ("a mortar hit Idlib", [(1, 1, "weapon"), (3, 3, "location")]),
    ("a rocket hit Daraa", [(1, 1, "weapon"), (3, 3, "location")]),
]


def rows(text: str) -> list[list[str]]:
    tokens = tokenize(text)
    return read_features(read_passage(text, tokens), WordMemory(), ["0"] * len(tokens))


def teach(learner: Learner) -> None:
    for text, spans in SENTENCES * 3:
        learner.observe(rows(text), part_levels(spans))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "key.model"


@pytest.fixture
def learner(path: Path) -> Iterator[Learner]:
    learner = Learner(path, "key")
    teach(learner)
    yield learner
    learner.close()


def failing(path: Path, code: str, *, seconds: float = 60.0) -> Learner:
    learner = Learner(path, "key", seconds=seconds, command=[sys.executable, "-c", code])
    teach(learner)
    return learner


def test_it_learns_from_finished_paragraphs(learner: Learner) -> None:
    assert learner.is_due
    assert learner.train_now({})
    assert learner.model is not None
    (reading,) = learner.model.read(rows("a rocket hit Aleppo"))
    assert [(span.first, span.last, span.label) for span in reading.spans] == [
        (1, 1, "weapon"),
        (3, 3, "location"),
    ]
    assert reading.spans[0].confidence == pytest.approx(reading.starts[1]["weapon"])
    assert learner.take_notices() == []


def test_the_same_paragraphs_give_the_same_model(learner: Learner, path: Path) -> None:
    learner.train_now({})
    first = path.read_bytes()
    learner.train_now({})
    assert path.read_bytes() == first


def test_nested_spans_are_learnt_level_by_level(path: Path) -> None:
    learner = Learner(path, "key")
    for place in ("Aleppo", "Homs", "Idlib") * 4:
        learner.observe(rows(f"the {place} police said"), part_levels([(1, 2, "actor"), (1, 1, "location")]))
    learner.train_now({})
    assert learner.model is not None
    outer, inner = learner.model.read(rows("the Aleppo police said"))
    learner.close()
    assert [(span.first, span.last) for span in (*outer.spans, *inner.spans)] == [(1, 2), (1, 1)]


def test_it_is_due_again_when_paragraphs_have_grown(learner: Learner) -> None:
    learner.train_now({})
    due = [learner.is_due]
    teach(learner)
    due.append(learner.is_due)
    assert due == [False, True]


def test_a_model_is_found_again_in_the_next_session(learner: Learner, path: Path) -> None:
    learner.train_now({"repeat\tactor": [3.0, 4.0]})
    again = Learner(path, "key")
    header = again.load()
    assert again.is_training
    assert again.wait()
    again.close()
    assert again.model is not None
    assert again.model.header == header
    assert again.model.header["known"] == {"repeat\tactor": [3.0, 4.0]}


def test_the_model_of_other_labels_is_passed_over_with_one_sentence(learner: Learner, path: Path) -> None:
    learner.train_now({})
    other = Learner(path, "other key")
    other.load()
    other.close()
    assert other.model is None
    assert len(other.take_notices()) == 1
    assert other.take_notices() == []


@given(st.data())
def test_a_file_that_is_no_model_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("cache") / "model"
    path.write_bytes(data.draw(st.binary(max_size=200)))
    with pytest.raises(InputError):
        read_model(path, key="key")


def forge(content: bytes, chance: random.Random) -> bytes:
    """Change numbers in a model, and say that it is right."""
    line, _, body = content.partition(b"\n")
    forged = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(0, len(forged) - 4, 1 if chance.random() < 0.5 else 4)
        forged[place : place + 4] = chance.choice((chance.randbytes(4), b"\xff\xff\xff\x7f", bytes(4)))
    digest = hashlib.blake2b(forged, digest_size=16).hexdigest()
    return json.dumps({**json.loads(line), "digest": digest}).encode() + b"\n" + forged


USE_ALL = """
import sys; from pathlib import Path; from tests.test_suggest_learner import read_model, rows
from tui.suggest.learning.model import Model
for path in sys.argv[1:]:
    found = read_model(Path(path), key="key")
    Model(found.blobs, found.header).read(rows("a rocket hit Aleppo and nothing more of that kind"))
"""


def test_a_forged_model_that_passes_the_trial_can_be_used(learner: Learner, path: Path) -> None:
    learner.train_now({})
    content = path.read_bytes()
    passed: list[str] = []
    refused = 0
    for seed in range(200):
        forged = path.with_name(f"{seed}.model")
        forged.write_bytes(forge(content, random.Random(seed)))
        try:
            for blob in read_model(forged, key="key").blobs:
                check_blob(blob)
        except WrongModelError:
            refused += 1
        else:
            passed.append(str(forged))
    assert (refused > 50, len(passed) > 10) == (True, True)
    # The library is not asked in the process of the tests.
    subprocess.run([sys.executable, "-c", USE_ALL, *passed], check=True, cwd=ROOT)


def test_a_model_that_fails_its_trial_is_one_sentence_and_not_used(learner: Learner, path: Path) -> None:
    learner.train_now({})
    content = path.read_bytes()
    line, _, body = content.partition(b"\n")
    damaged = body[:48] + bytes(len(body) - 48)
    digest = hashlib.blake2b(damaged, digest_size=16).hexdigest()
    path.write_bytes(json.dumps({**json.loads(line), "digest": digest}).encode() + b"\n" + damaged)
    other = Learner(path, "key")
    other.load()
    for text, spans in SENTENCES:
        other.observe(rows(text), part_levels(spans), is_known=True)
    due = [other.is_due]
    assert not other.wait()
    due.append(other.is_due)
    assert due == [False, True]
    other.close()
    assert other.model is None
    assert other.take_notices() == [f"{path}: this model cannot be used; a new one is learnt"]


def test_a_truncated_model_is_refused_wherever_it_is_cut(learner: Learner, path: Path) -> None:
    learner.train_now({})
    content = path.read_bytes()
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        with pytest.raises(InputError):
            read_model(path, key="key")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os.abort()", "SIGABRT"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("raise ValueError('odd')", "ValueError: odd"),
        ("raise MemoryError", "out of memory"),
        ("pass", "cannot be read"),
    ],
    ids=["crash", "kill", "exception", "memory", "no model"],
)
def test_whatever_happens_to_the_process_is_one_sentence(path: Path, code: str, words: str) -> None:
    learner = failing(path, code)
    assert not learner.train_now({})
    (sentence,) = learner.take_notices()
    learner.close()
    assert words in sentence
    assert not learner.is_training


def test_a_process_that_hangs_is_ended_after_its_time(path: Path) -> None:
    learner = failing(path, "import time; time.sleep(60)", seconds=0.2)
    assert not learner.train_now({})
    assert "longer than" in learner.take_notices()[0]
    learner.close()


def test_a_program_that_cannot_be_started_is_one_sentence(path: Path) -> None:
    learner = Learner(path, "key", command=[str(path / "nothing")])
    teach(learner)
    assert not learner.train_now({})
    assert "could not be started" in learner.take_notices()[0]
    learner.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its address space")
def test_a_training_that_needs_too_much_memory_is_one_sentence(path: Path) -> None:
    learner = Learner(path, "key", memory=1 << 24)
    for _ in range(200):
        teach(learner)
    assert not learner.train_now({})
    assert len(learner.take_notices()) == 1
    learner.close()


def test_a_failure_leaves_the_model_in_use_and_waits_before_the_next_try(path: Path) -> None:
    learner = failing(path, "raise SystemExit(3)")
    learner.train_now({})
    due = [learner.is_due]
    teach(learner)
    due.append(learner.is_due)
    learner.close()
    assert due == [False, True]


def test_starting_and_polling_do_not_wait(path: Path) -> None:
    learner = failing(path, "import time; time.sleep(60)")
    learner.start({})
    assert learner.is_training
    assert not learner.poll()
    learner.close()


@st.composite
def flat_spans(draw: st.DrawFn) -> list[Tagged]:
    edges = draw(st.lists(st.integers(0, 20), unique=True).map(sorted))
    return [
        (first, last, draw(st.sampled_from("ab")))
        for first, last in zip(edges[::2], edges[1::2], strict=False)
    ]


@given(flat_spans())
def test_tags_keep_every_span(spans: list[Tagged]) -> None:
    assert read_tags(write_tags(21, spans)) == spans


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.sampled_from("ab"))))
def test_levels_hold_every_span_once_and_none_overlap(drawn: list[tuple[int, int, str]]) -> None:
    spans = [(first, first + more, label) for first, more, label in drawn]
    levels = part_levels(spans)
    assert sorted(span for level in levels for span in level) == sorted(set(spans))
    for level in levels:
        assert all(before[1] < after[0] for before, after in pairwise(level))


@pytest.mark.skipif(sys.platform != "linux", reason="how a process gives way differs between systems")
def test_the_training_gives_way_to_everything_else() -> None:
    script = (
        "import os; from tui.suggest.learning import train; from tui.suggest.request import Request;"
        " train._give_way(Request('', 0, 0, '', {}));"
        " print(os.nice(0), os.sched_getscheduler(0) == os.SCHED_IDLE)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(min(os.nice(0) + 19, 19)), "True"]


def test_without_room_for_its_examples_it_says_so_once_and_learns_no_more(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(path / "none"))
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    learner = Learner(path, "key")
    teach(learner)
    assert not learner.is_due
    assert not learner.train_now({})
    (notice,) = learner.take_notices()
    assert "tagging goes on without it: what you finish cannot be written for it: No such file" in notice
    learner.close()


def test_an_example_that_was_written_in_part_is_not_learnt_from(path: Path) -> None:
    learner = Learner(path, "key")
    teach(learner)
    assert learner._scratch is not None
    learner._scratch.examples.close()
    learner._scratch.examples = Path("/dev/full").open("ab", buffering=0)  # noqa: SIM115 - closed with the learner
    teach(learner)
    (notice,) = learner.take_notices()
    assert "No space left" in notice
    assert not learner.is_due
    learner.close()


def test_what_is_taken_back_is_no_longer_counted(path: Path) -> None:
    learner = Learner(path, "key")
    for text, spans in SENTENCES[:FIRST]:
        learner.observe(rows(text), part_levels(spans))
    was_due = learner.is_due
    learner.take_back()
    assert (was_due, learner.is_due) == (True, False)
    learner.close()


def test_a_training_passes_over_what_was_taken_back(tmp_path: Path) -> None:
    examples = tmp_path / "examples"
    lines = [write_example(rows(text), part_levels(spans)) for text, spans in SENTENCES]
    examples.write_bytes(b"".join(lines))
    request = Request(str(examples), 0, len(SENTENCES), "", {}, left_out=[1, 3])
    left = [rows(SENTENCES[at][0]) for at in (0, 2)]
    assert [found for found, _ in read_examples(request)] == left


def test_a_learner_trains_on_what_is_left(path: Path) -> None:
    learner = Learner(path, "key")
    teach(learner)
    learner.observe(rows("a mortar hit Idlib"), [])
    learner.take_back()
    other = Learner(path.with_name("other.model"), "key")
    teach(other)
    assert learner.train_now({})
    assert other.train_now({})
    assert learner.model is not None
    assert other.model is not None
    assert learner.model.version == other.model.version
    learner.close()
    other.close()
