"""Whose work which articles are: the rule, the command, and what annotators see of it."""

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.copies import open_copy, sync
from tests.piloted import make_app, press, said, screen_of
from tests.test_agreeing import LABELS, run
from tui.model.article import article_key
from tui.model.assignment import Assignment, AssignmentRule, fold_assignment
from tui.model.events import Finish
from tui.model.span import Json
from tui.project.place import Place
from tui.project.project import Project

KEYS = [article_key(str(number)) for number in range(3_000)]
names = st.sets(st.text(min_size=1, max_size=8), min_size=2, max_size=6)


@given(names=names, seed=st.integers(), data=st.data())
def test_every_article_has_as_many_annotators_as_asked_for(
    names: set[str], seed: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(1, len(names)))
    rule = AssignmentRule(dict.fromkeys(names, 1.0), overlap, seed)
    for key in KEYS[:20]:
        assert len(set(rule.choose(key))) == overlap


@given(names=names, seed=st.integers())
def test_when_somebody_leaves_only_what_was_his_moves(names: set[str], seed: int) -> None:
    leaving, *staying = sorted(names)
    before = AssignmentRule(dict.fromkeys(names, 1.0), 1, seed)
    after = AssignmentRule(dict.fromkeys(staying, 1.0), 1, seed)
    for key in KEYS[:50]:
        assert before.choose(key) in ((leaving,), after.choose(key))


def test_shares_are_kept() -> None:
    rule = AssignmentRule({"ana": 2.0, "bea": 1.0, "cem": 1.0})
    counts = Counter(name for key in KEYS for name in rule.choose(key))
    assert {name: round(number / len(KEYS), 1) for name, number in counts.items()} == pytest.approx(
        {"ana": 0.5, "bea": 0.25, "cem": 0.25}, abs=0.06
    )


def test_articles_with_one_text_go_together() -> None:
    rule = AssignmentRule({"ana": 1.0, "bea": 1.0})
    assert all(rule.choose(key) == rule.choose(f"{key}~2") for key in KEYS[:50])


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"articles": []},
        {"rule": {"shares": {"ana": 0}, "overlap": 1, "seed": 0}},
        {"rule": {"shares": {"ana": 1}, "overlap": 2, "seed": 0}, "keys": ["k"], "to": ["ana"]},
        {"keys": "k", "to": ["ana"]},
    ],
    ids=["nothing", "lost on the way", "no share", "too few", "no list"],
)
def test_what_cannot_be_read_counts_for_nothing(payload: dict[str, Json]) -> None:
    assert fold_assignment([payload]) == Assignment()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project of thirty articles."""
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    lines = [json.dumps({"id": f"a{n}", "text": f"Story {n}.\nMore.\n"}) for n in range(30)]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    return tmp_path


def assign(folder: Path, *words: str) -> dict[str, Any]:
    done = run(folder, "assign", "--json", *words)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def own_of(folder: Path, annotator: str) -> list[int]:
    with closing(Project.open(Place.of(folder, annotator=annotator))) as project:
        return project.list_own_articles() or []


def test_nobody_loses_articles_when_more_come(folder: Path) -> None:
    assign(folder, "--to", "ana,bea")
    before = {name: set(own_of(folder, name)) for name in ("ana", "bea")}
    lines = [json.dumps({"id": f"b{n}", "text": f"New {n}.\n"}) for n in range(30)]
    (folder / "more.jsonl").write_text("\n".join(lines), encoding="utf-8")
    run(folder, "import", str(folder / "more.jsonl"))
    after = {name: set(own_of(folder, name)) for name in ("ana", "bea")}
    assert all(before[name] < after[name] for name in before)
    assert after["ana"] | after["bea"] == set(range(1, 61))
    assert not after["ana"] & after["bea"]


def test_a_calibration_set_is_everybodys(folder: Path) -> None:
    found = assign(folder, "--to", "ana,bea,cem", "--calibration", "5")
    own = [set(own_of(folder, name)) for name in ("ana", "bea", "cem")]
    assert len(set.intersection(*own)) == 5
    assert sum(each["articles"] for each in found["annotators"].values()) == 30 + 2 * 5


def test_a_calibration_set_stays_when_others_come_and_is_dropped_or_drawn_anew_only_when_told(
    folder: Path,
) -> None:
    def shared_by(*names: str) -> set[int]:
        return set.intersection(*[set(own_of(folder, name)) for name in names])

    assign(folder, "--to", "ana,bea,cem", "--calibration", "5")
    first = shared_by("ana", "bea", "cem")
    done = run(folder, "assign", "--to", "ana,bea,dan,eva")
    assert done.stdout.endswith("everybody: 5 articles of these, to compare on\n")
    assert (done.stderr, shared_by("ana", "bea", "dan", "eva")) == ("", first)
    assert assign(folder)["calibration"] == 5
    assert first < set(own_of(folder, "dan"))
    done = run(folder, "assign", "--to", "ana,bea", "--calibration", "3")
    assert done.stderr == "2 articles of before no longer everybody's\n"
    assert len(shared_by("ana", "bea")) == 3
    assert assign(folder, "--to", "ana,bea", "--calibration", "0")["calibration"] == 0


def test_a_rule_that_replaces_what_was_given_by_name_says_so(folder: Path) -> None:
    assign(folder, "--to", "ana", "--calibration", "2")
    assign(folder, "a3", "a4", "--to", "bea")
    assert run(folder, "assign", "--to", "ana,cem").stderr == "2 articles no longer given by name\n"


def test_named_articles_are_given_whatever_the_rule_says(folder: Path) -> None:
    assign(folder, "--to", "ana")
    assign(folder, "a3", "a4", "--to", "bea")
    assert own_of(folder, "bea") == [4, 5]
    assert len(own_of(folder, "ana")) == 28
    assert assign(folder, "--clear")["annotators"] == {}


def test_a_rehearsal_assigns_nothing(folder: Path) -> None:
    assert assign(folder, "--to", "ana", "--dry-run")["annotators"]["ana"]["articles"] == 30
    assert assign(folder)["annotators"] == {}


def test_status_counts_what_is_left_of_ones_own(folder: Path) -> None:
    assign(folder, "a0", "a1", "--to", "ana")
    with closing(Project.open(Place.of(folder, annotator="ana"))) as project:
        article, layer = project.open_article(1)
        project.act(article, layer, [Finish(paragraphs=(0,))])
    found = json.loads(run(folder, "status", "--json").stdout)
    assert found["annotators"]["ana"]["paragraphs_left"] == 3
    assert run(folder, "assign").stdout == "ana: 2 articles, 3 of 4 paragraphs left\n"


def test_the_next_article_to_work_on_is_ones_own(folder: Path) -> None:
    assign(folder, "a5", "a9", "--to", "ana")
    with closing(Project.open(Place.of(folder, annotator="ana"))) as project:
        assert project.find_unfinished(1) == 6
        assert project.find_unfinished(6) == 10
        assert project.find_unfinished(10) == 6
    with closing(Project.open(Place.of(folder, annotator="bea"))) as project:
        assert project.find_unfinished(1) == 2


def test_an_assignment_travels_with_a_sync(tmp_path: Path) -> None:
    with (
        closing(open_copy(tmp_path / "one", "lead")) as one,
        closing(open_copy(tmp_path / "two", "ana")) as two,
    ):
        one.assign_by_rule(AssignmentRule({"ana": 1.0, "bea": 2.0}, 1, 7))
        sync(two, one.store.path)
        assert two.read_assignment() == one.read_assignment()
        assert two.read_assignment()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--overlap", "2"], "to whom?"),
        (["--overlap", "3", "--to", "ana,bea"], "--overlap 3 needs as many annotators; --to names 2"),
        (["--to", "ana=much"], "'ana=much' is no annotator with a share"),
        (["--to", "ana=0"], "'ana=0' is no annotator with a share"),
        (["--clear", "--to", "ana"], "--clear takes every assignment away"),
    ],
)
def test_what_is_no_assignment_is_refused(folder: Path, words: list[str], said: str) -> None:
    refused = run(folder, "assign", *words)
    assert refused.exit_code == 2
    assert said in refused.output


async def test_the_library_shows_ones_own_articles_by_one_key(folder: Path) -> None:
    assign(folder, "a5", "a9", "--to", "ana")
    with closing(Project.open(Place.of(folder, annotator="ana"))) as project:
        async with make_app(project).run_test() as pilot:
            assert "30 articles " in screen_of(pilot)
            await press(pilot, "m")
            assert "2 articles of yours" in screen_of(pilot)
            await press(pilot, "s s s")
            assert "There is no article of yours finished." in screen_of(pilot)
            await press(pilot, "escape")
            assert "30 articles " in screen_of(pilot)


async def test_who_has_nothing_is_told_and_sees_all(folder: Path) -> None:
    with closing(Project.open(Place.of(folder, annotator="ana"))) as project:
        async with make_app(project).run_test() as pilot:
            await press(pilot, "m")
            assert "30 articles " in screen_of(pilot)
            assert "Nothing is assigned to you" in said(pilot)
