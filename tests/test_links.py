"""Which relations cannot be, and why."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.readers import read_text, sentences
from tests.test_identity import export
from tests.test_importing import run_import
from tui.errors import Refusal
from tui.model.labels.read import parse_labels
from tui.model.links import CIRCLE, TWICE, find_wrong
from tui.model.record import Record
from tui.model.span import Json, Relation
from tui.project.place import Place
from tui.project.project import Project

LABELS = parse_labels(
    """
labels:
  - actor
  - weapon
  - name: attack
    roles: {attacker: [actor], cause: [attack], effect: {labels: [attack], many: false}}
relations:
  - {name: uses, from: [actor], to: [weapon]}
  - {name: allied with, symmetric: true}
  - {name: leads, many: false}
""",
    file="labels.yaml",
)
ONE = "'leads' points to one span, and there is one already"
SPANS = {"a": "actor", "b": "actor", "w": "weapon", "x": "attack", "y": "attack", "z": "attack"}


@pytest.mark.parametrize(
    ("links", "wrong"),
    [
        (["uses a w", "uses b w"], {}),
        (["hits a a"], {}),
        (["cause x x"], {"r0": CIRCLE}),
        (["uses a w", "uses a w"], {"r1": TWICE}),
        (["fights a b", "fights b a"], {}),
        (["allied with a b", "allied with b a"], {"r1": TWICE}),
        (["uses w a"], {"r0": "'uses' starts from actor, not 'weapon'"}),
        (["attacker x w"], {"r0": "'attacker' points to actor, not 'weapon'"}),
        (["leads a b", "leads a w", "leads b w"], {"r1": ONE}),
        (["cause x y", "cause y z", "cause z x"], {"r2": CIRCLE}),
        (["cause x y", "effect y x"], {"r1": CIRCLE}),
        (["cause x y", "cause z y"], {}),
    ],
    ids=str,
)  # fmt: skip
def test_a_relation_that_cannot_be_is_found(links: list[str], wrong: dict[str, str]) -> None:
    relations = [
        Relation(f"r{at}", label, head, tail)
        for at, (label, head, tail) in enumerate(link.rsplit(" ", 2) for link in links)
    ]
    assert find_wrong(relations, SPANS, LABELS) == wrong


def test_a_symmetric_relation_that_comes_again_turned_round_is_the_same(tmp_path: Path) -> None:
    labels = "labels: [actor]\nrelations: [{name: allied with, symmetric: true}, leads]\n"
    (tmp_path / "labels.yaml").write_text(labels, encoding="utf-8")
    spans = [{"id": name, "start": at, "end": at + 3, "label": "actor"} for name, at in (("a", 0), ("b", 4))]
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        for number, (head, tail) in enumerate((("a", "b"), ("b", "a"))):
            relations = [
                {"id": f"{label[0]}{number}", "label": label, "head": head, "tail": tail}
                for label in ("allied with", "leads")
            ]
            run_import(project, {"text": "Two men fled", "spans": spans, "relations": relations})
        _, layer = project.open_article(1)
    assert sorted(layer.relations) == ["a0", "l0", "l1"]


def test_what_cannot_be_is_left_out_by_its_name_and_line(project: Project) -> None:
    spans = [{"id": name, "start": at, "end": at + 3, "label": "actor"} for name, at in (("a", 0), ("b", 4))]
    links = [("r1", "a", "b"), ("r2", "b", "b"), ("r3", "a", "b"), ("r4", "b", "gone"), ("r1", "b", "a")]
    relations = [{"id": name, "label": "leads", "head": head, "tail": tail} for name, head, tail in links]
    line = {"text": "Two men fled", "spans": spans, "relations": relations}
    _, said = run_import(project, {"text": "Two men"}, line)
    there = 'line 2: relations[3]: tail "gone" is no span of this record'
    twice = "line 2: relations[4]: another relation of this record has the id 'r1' too"
    assert said == [
        f"articles.jsonl:2: 2 relations are left out ({there}, {twice})",
        f"articles.jsonl:2: 1 relation is left out: {TWICE} (line 2, r3)",
    ]
    _, layer = project.open_article(2)
    assert [(each.head, each.tail) for each in layer.relations.values()] == [("a", "b"), ("b", "b")]


def test_relations_that_differ_in_an_attribute_are_two() -> None:
    said: list[Mapping[str, Json]] = [{}, {"sure": True}, {"sure": None}, {"sure": True}]
    relations = [Relation(f"r{at}", "uses", "a", "w", each) for at, each in enumerate(said)]
    assert find_wrong(relations, SPANS, LABELS) == {"r3": TWICE}
    ends = ("a", "b"), ("b", "a")
    turned = [Relation(f"r{at}", "allied with", head, tail, {"x": 1}) for at, (head, tail) in enumerate(ends)]
    assert find_wrong(turned, SPANS, LABELS) == {"r1": TWICE}


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Project]:
    """Give a project that asks of relations."""
    (tmp_path / "labels.yaml").write_text(
        "labels: [actor]\nrelations:\n"
        "  - {name: led, attributes: [{name: sure, type: flag}, {name: n, type: count}]}\n",
        encoding="utf-8",
    )
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        yield project


def test_attributes_of_relations_are_checked_kept_and_exported(asking: Project) -> None:
    project = asking
    spans = [{"id": name, "start": at, "end": at + 3, "label": "actor"} for name, at in (("a", 0), ("b", 4))]
    said = [
        {"sure": True, "n": 2, "day": 1.5},
        {"sure": "yes", "n": None},
        {"sure": True, "n": 2, "day": 1.5},
    ]
    relations = [
        {"id": f"r{at}", "label": "led", "head": "a", "tail": "b", "attributes": each}
        for at, each in enumerate(said)
    ]
    line = {"text": "Two men fled", "spans": spans, "relations": [*relations, relations[0] | {"id": "r8"}]}
    _, told = run_import(project, line)
    assert told == [
        (
            "articles.jsonl:1: 1 attribute is left out: 'sure' is true or false, not \"yes\""
            " (line 1, relation r1)"
        ),
        f"articles.jsonl:1: 2 relations are left out: {TWICE} (line 1, r2; line 1, r8)",
    ]
    exported: Any = export(project)[0]
    assert [each["attributes"] for each in exported["relations"]] == [said[0], {"n": None}]
    assert list(project.verify()) == []
    _, told = run_import(project, exported)
    assert told == []
    other = exported | {"relations": [exported["relations"][0] | {"attributes": {"n": 3}}]}
    _, told = run_import(project, other)
    (stays,) = told
    assert 'attributes of relation r0 {"sure":true,"n":2,"day":1.5}, here {"n":3}; kept as they' in stays


@pytest.mark.parametrize("name", ["r0", "other"])
def test_a_relation_of_which_a_file_says_less_is_the_one_that_is_there(asking: Project, name: str) -> None:
    spans = [{"id": name, "start": at, "end": at + 3, "label": "actor"} for name, at in (("a", 0), ("b", 4))]
    led = {"id": "r0", "label": "led", "head": "a", "tail": "b", "attributes": {"sure": True, "n": 2}}
    line = {"text": "Two men fled", "spans": spans, "relations": [led]}
    run_import(asking, line)
    for less in ({}, {"n": 2}):
        _, told = run_import(asking, line | {"relations": [led | {"id": name, "attributes": less}]})
        assert told == []
    assert [dict(each.attributes) for each in asking.open_article(1)[1].relations.values()] == [
        led["attributes"]
    ]
    # Where it says both, it means two.
    run_import(asking, line | {"relations": [led, led | {"id": "r1", "attributes": {}}]})
    assert len(asking.open_article(1)[1].relations) == 2


TEXT = "Two men fled."
BRAT = "T1\tactor 0 3\tTwo\nR1\tuses Arg1:T1 Arg2:T9\n*\tEquiv T1 T8\nE1\tactor:T1 Agent:T7\n"
REGION: dict[str, Json] = {
    "id": "r", "from_name": "label", "to_name": "text", "type": "labels",
    "value": {"start": 0, "end": 3, "text": "Two", "labels": ["actor"]},
}  # fmt: skip
BIOC = """<collection><document><id>1</id><passage><offset>0</offset><text>Two men fled.</text>
<annotation id="T1"><infon key="type">actor</infon><location offset="0" length="3"/><text>Two</text>
</annotation><relation id="R1"><infon key="type">uses</infon><node refid="T1" role="a"/>
<node refid="T9" role="b"/></relation>
</passage></document></collection>"""
DANGLING: dict[str, tuple[object, str]] = {
    "articles.jsonl": (
        {"text": TEXT, "spans": [[0, 3, "actor"]], "relations": [{"label": "x", "head": "s1", "tail": "s2"}]},
        'line 1: relations[0]: tail "s2" is no span',
    ),
    "doccano.jsonl": (
        {"id": 1, "text": TEXT, "entities": [{"id": 1, "label": "actor", "start_offset": 0, "end_offset": 3}],
         "relations": [{"id": 4, "from_id": 1, "to_id": 2, "type": "x"}]},
        "line 1: relations[0] names the entity 2",
    ),
    "prodigy.jsonl": (
        {"text": TEXT, "tokens": [{"text": "Two", "start": 0, "end": 3, "id": 0}], "_task_hash": 1,
         "spans": [{"start": 0, "end": 3, "label": "actor"}],
         "relations": [{"head": 0, "child": 5, "label": "x"}]},
        "line 1: relations[0].child: 5–5 is not",
    ),
    "label-studio.json": (
        [{"id": 1, "data": {"text": TEXT}, "annotations": [{"id": 5, "result": [
            REGION, {"type": "relation", "from_id": "r", "to_id": "gone", "labels": ["x"]}]}]}],
        "x from r to gone",
    ),
    "gliner.json": (
        [{"tokenized_text": ["Two", "men"], "ner": [[0, 0, "actor"]], "relations": [[0, 3, "x"]]}],
        "line 1: relations[0] names span 3",
    ),
    "hf.json": (
        {"tokens": ["Two", "men"], "spans": [{"start": 0, "end": 1, "type": "actor"}],
         "relations": [{"head": 0, "tail": 4, "type": "x"}]},
        "line 1: relations[0]",
    ),
    "bioc.xml": (BIOC, "uses"),
}  # fmt: skip


@pytest.mark.parametrize("name", DANGLING)
def test_a_relation_to_what_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    content, said = DANGLING[name]
    found = read_text(tmp_path, content if isinstance(content, str) else json.dumps(content), name)
    assert not any(isinstance(each, Refusal) for each in found), found
    assert not any(each.relations for each in found if isinstance(each, Record))
    assert any(said in each and "relation" in each for each in sentences(found)), sentences(found)


def test_every_line_of_brat_that_points_to_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    found = read_text(tmp_path, BRAT, "a.ann")
    entities, relations = sentences(found)
    assert entities.startswith("1 entity is left out (line 3: Equiv names T8, which")
    assert relations.startswith("2 relations are left out (line 2: R1 points to T9")
    assert "line 4: E1.Agent points to T7" in relations
