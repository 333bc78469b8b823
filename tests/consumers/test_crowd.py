"""Weights of annotators: what crowd-kit makes of votes, beside an EM of our own, and of a project."""

import json
import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import jsonschema
import pytest

from tests.test_agreeing import LABELS, run
from tui.formats.native.schema import record_schema
from tui.project.crowd import CrowdMethod, weigh_votes

pytestmark = pytest.mark.consumers
pytest.importorskip("crowdkit", reason="needs the group test-consumers")

METHODS: Sequence[CrowdMethod] = ("dawid-skene", "mace")
CAREFUL = {"ana": 0.95, "bea": 0.9, "cem": 0.85, "dan": 0.55}
"""How often each is right."""

Votes = list[tuple[int, Mapping[str, bool]]]


def make_votes(seed: int) -> tuple[Votes, set[int]]:
    """Make votes on things, and say which of these are right."""
    chance = random.Random(seed)
    right = {thing for thing in range(400) if chance.random() < 0.6}
    votes: Votes = [
        (thing, {name: (thing in right) == (chance.random() < rate) for name, rate in CAREFUL.items()})
        for thing in range(400)
    ]
    return votes, right


def learn(votes: Votes) -> list[float]:
    """Learn as Dawid and Skene how likely each thing is right: it is what most say, to begin with."""
    likely = [sum(own.values()) / len(own) for _, own in votes]
    for _ in range(100):
        share = sum(likely) / len(likely)
        rates = {
            name: tuple(
                sum(each for each, (_, own) in zip(weights, votes, strict=True) if own[name]) / sum(weights)
                for weights in (likely, [1 - each for each in likely])
            )
            for name in CAREFUL
        }
        for place, (_, own) in enumerate(votes):
            odds = [
                prior
                * math.prod(
                    rates[name][side] if vote else 1 - rates[name][side] for name, vote in own.items()
                )
                for side, prior in enumerate((share, 1 - share))
            ]
            likely[place] = odds[0] / sum(odds)
    return likely


@pytest.mark.parametrize("seed", range(3))
def test_dawid_and_skene_find_what_an_em_of_our_own_finds(seed: int) -> None:
    votes, _ = make_votes(seed)
    expected = learn(votes)
    verdict = weigh_votes(votes, "dawid-skene")
    assert verdict.likely == {place for place, share in enumerate(expected) if share > 0.5}
    for place, share in enumerate(expected):
        assert verdict.chances[place] == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("method", METHODS)
def test_who_is_careful_counts_for_more(method: CrowdMethod) -> None:
    votes, right = make_votes(7)
    verdict = weigh_votes(votes, method)
    most = {thing for thing, own in votes if sum(own.values()) > len(own) / 2}
    assert len(verdict.likely ^ right) < len(most ^ right)
    assert min(verdict.reliability, key=lambda name: verdict.reliability[name]) == "dan"
    for name, rate in CAREFUL.items():
        assert verdict.reliability[name] == pytest.approx(rate, abs=0.08)
    assert weigh_votes(votes, method) == verdict


@pytest.mark.parametrize("method", METHODS)
def test_where_all_say_the_same_it_is_taken(method: CrowdMethod) -> None:
    same = [(thing, {"ana": True, "bea": True}) for thing in range(5)]
    assert weigh_votes(same, method).likely == set(range(5))
    assert weigh_votes([], method).likely == set()


@pytest.mark.parametrize("method", METHODS)
def test_a_consensus_is_exported_by_weights(method: CrowdMethod, tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    chance = random.Random(3)
    lines = []
    rates = {"ana": 0.97, "bea": 0.93, "cem": 0.6, "dan": 0.55}
    right: set[str] = set()
    for number in range(30):
        words = [f"Word{number}x{place}" for place in range(8)]
        text = " ".join(words)
        tagged = {word for word in words if chance.random() < 0.5}
        right |= tagged
        for name, rate in rates.items():
            said = [word for word in words if (word in tagged) == (chance.random() < rate)]
            spans = [
                {"start": text.index(word), "end": text.index(word) + len(word), "label": "actor"}
                for word in said
            ]
            meta = {"annotator": name, "state": "finished"}
            lines.append(json.dumps({"id": f"a{number}", "text": text, "spans": spans, "meta": meta}))
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    wrong = {}
    for rule in ("majority", method):
        out = tmp_path / f"{rule}.jsonl"
        done = run(tmp_path, "export", "--consensus", rule, "-o", str(out))
        assert done.exit_code == 0, done.output
        records = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        found = {span["text"] for line in records for span in line["spans"]}
        wrong[rule] = len(found ^ right)
    assert wrong[method] < wrong["majority"]
    for each in records:
        jsonschema.validate(each, record_schema())
    origins = [span["origin"] for each in records for span in each["spans"]]
    assert {each["source"] for each in origins} == {method}
    assert all(0.5 < each["confidence"] <= 1 for each in origins)
    sure = [span for each in records for span in each["spans"] if span["origin"]["confidence"] > 0.9]
    assert sum(span["text"] in right for span in sure) / len(sure) > 0.85
    assert "votes that are likely right: ana 9" in done.stderr
