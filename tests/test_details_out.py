"""Attributes, roles and entities in every format that has them: they come back, or are named as lost."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from tests.readers import read_all, writing_of
from tests.written import write
from tui.formats.shared.writing import Loss
from tui.model.labels.read import parse_labels
from tui.model.record import Record, fit_values
from tui.model.span import Entity, Json, Relation, Span

LABELS = parse_labels(
    """
labels:
  - name: attack
    roles: {attacker: {labels: [actor], many: true}, place: [place]}
    attributes: [{name: kind, values: [raid, siege]}]
  - name: casualty
    attributes:
      - {name: toll, type: count}
      - {name: outcome, values: [killed, injured], multiple: true}
      - {name: sure, type: flag}
      - {name: rate, type: number}
      - {name: day, type: date}
      - {name: who, type: text}
  - actor
  - place
relations:
  - {name: near, symmetric: true}
  - {name: hit, from: [actor], to: [casualty], attributes: [{name: sure, type: flag}]}
article_labels: [{name: topic, values: [war, trade]}]
""",
    file="labels.yaml",
)
TEXT = "Rebels and militias raided Moru on Monday. At least six died. The rebels denied it."


def span(name: str, quoted: str, label: str, **attributes: Json) -> Span:
    start = TEXT.index(quoted)
    return Span(name, start, start + len(quoted), label, attributes)


COUNTS: list[Json] = [
    {"min": 6, "max": None, "exact": None, "approximate": False},
    {"min": 12, "max": 12, "exact": 12, "approximate": False},
    {"min": None, "max": None, "exact": 10, "approximate": True},
    {"min": 3, "max": None, "exact": 5, "approximate": True},
    12,
    "at least six",
]


def story(toll: Json = COUNTS[0]) -> Record:
    return Record(
        TEXT,
        id="a1",
        annotator="ana",
        spans=(
            span("s1", "Rebels", "actor"),
            span("s2", "militias", "actor"),
            span("s3", "raided", "attack", kind="raid"),
            span("s4", "Moru", "place"),
            span(
                "s5",
                "At least six",
                "casualty",
                toll=toll,
                outcome=["killed", "injured"],
                sure=False,
                rate=0.5,
                day="2026-11",
                who="locals",
            ),
            span("s6", "The rebels", "actor"),
        ),
        relations=(
            Relation("r1", "attacker", "s3", "s1"),
            Relation("r2", "attacker", "s3", "s2"),
            Relation("r3", "place", "s3", "s4"),
            Relation("r4", "near", "s1", "s4"),
            Relation("r5", "hit", "s1", "s5"),
        ),
        entities=(Entity("e1", "", ("s1", "s6")),),
        article_labels={"topic": "war"},
        looked_for=("actor", "attack", "casualty", "place"),
    )


def read_back(folder: Path, name: str) -> Record:
    path = folder / f"out{writing_of(name).suffix}"
    if writing_of(name).is_folder:
        path = next(path.glob("*.json" if name == "uima-cas" else "*.ann"))
    (found,) = [each for each in read_all(path) if isinstance(each, Record)]
    return found if name == "jsonl" else fit_values(found, LABELS)


def attributes_of(record: Record) -> list[tuple[int, Json]]:
    """Give what is said of each span by its place; a layer of INCEpTION is nothing that was said."""
    return [
        (each.start, {name: value for name, value in each.attributes.items() if name != "layer"})
        for each in record.spans or ()
    ]


def links_of(record: Record) -> list[tuple[str, int, int]]:
    at = {each.id: each.start for each in record.spans or ()}
    return sorted((each.label, at[each.head], at[each.tail]) for each in record.relations)


def clusters_of(record: Record) -> list[list[int]]:
    at = {each.id: each.start for each in record.spans or ()}
    return [sorted(at[each] for each in entity.spans) for entity in record.entities]


@pytest.mark.parametrize("toll", COUNTS, ids=str)
@pytest.mark.parametrize("name", ["jsonl", "prodigy", "label-studio", "brat", "uima-cas", "csv"])
def test_every_type_of_attribute_comes_back(tmp_path: Path, name: str, toll: Json) -> None:
    told: list[Loss] = []
    record = story(toll)
    write(tmp_path, name, [record], labels=LABELS, told=told)
    assert not [each for each in told if each.what == "attribute"]
    assert attributes_of(read_back(tmp_path, name)) == attributes_of(record)


@pytest.mark.parametrize(
    "name", ["jsonl", "prodigy", "label-studio", "brat", "uima-cas", "doccano", "gliner"]
)
def test_relations_and_roles_come_back(tmp_path: Path, name: str) -> None:
    told: list[Loss] = []
    write(tmp_path, name, [story()], labels=LABELS, told=told)
    assert not [each for each in told if each.what == "relation"]
    found = read_back(tmp_path, name)
    expected = story()
    if name == "gliner":
        # It has tokens in place of the text.
        assert [link[0] for link in links_of(found)] == [link[0] for link in links_of(expected)]
    else:
        assert links_of(found) == links_of(expected)


@pytest.mark.parametrize("name", ["jsonl", "brat", "uima-cas"])
def test_entities_come_back(tmp_path: Path, name: str) -> None:
    told: list[Loss] = []
    write(tmp_path, name, [story()], labels=LABELS, told=told)
    assert not [each for each in told if each.what == "entity"]
    assert clusters_of(read_back(tmp_path, name)) == clusters_of(story())


@pytest.mark.parametrize(
    "name",
    ["prodigy", "label-studio", "doccano", "gliner", "spacy", "conll", "hf", "csv"],
)
def test_an_entity_that_is_not_carried_is_named_with_its_span(tmp_path: Path, name: str) -> None:
    told: list[Loss] = []
    write(tmp_path, name, [story()], labels=LABELS, told=told)
    assert [(each.article, each.span) for each in told if each.what == "entity"] == [("a1", "s1")]


@pytest.mark.parametrize("name", ["jsonl", "prodigy", "csv"])
def test_what_a_text_does_not_tell_comes_back_where_null_can_be_said(tmp_path: Path, name: str) -> None:
    told: list[Loss] = []
    spans = (span("s3", "raided", "attack", kind=None, place=None),)
    record = structs.replace(story(), spans=spans, relations=(), entities=())
    write(tmp_path, name, [record], labels=LABELS, told=told)
    assert not [each for each in told if each.what == "attribute"]
    assert attributes_of(read_back(tmp_path, name)) == attributes_of(record)


@pytest.mark.parametrize("name", ["label-studio", "brat", "uima-cas"])
def test_what_a_text_does_not_tell_is_named_where_no_null_can_be_said(tmp_path: Path, name: str) -> None:
    told: list[Loss] = []
    spans = (span("s3", "raided", "attack", kind=None, place=None),)
    record = structs.replace(story(), spans=spans, relations=(), entities=())
    write(tmp_path, name, [record], labels=LABELS, told=told)
    why = "attack 'raided': kind, place: that the text does not tell it was left out"
    assert [(each.span, each.why) for each in told if each.what == "attribute"] == [("s3", why)]


@pytest.mark.parametrize("name", ["jsonl", "prodigy", "brat", "uima-cas"])
def test_attributes_of_relations_come_back(tmp_path: Path, name: str) -> None:
    record = structs.replace(story(), relations=two_of_one())
    told: list[Loss] = []
    write(tmp_path, name, [record], labels=LABELS, told=told)
    assert not [each for each in told if each.what in ("relation", "attribute")]
    assert [dict(each.attributes) for each in read_back(tmp_path, name).relations] == [{"sure": True}, {}]


@pytest.mark.parametrize("is_turned", [False, True], ids=["the one with an answer first", "last"])
def test_attributes_of_relations_are_named_where_they_are_lost_and_so_is_what_is_twice_then(
    tmp_path: Path, is_turned: bool
) -> None:
    told: list[Loss] = []
    relations = two_of_one()[::-1] if is_turned else two_of_one()
    record = structs.replace(story(), relations=relations)
    write(tmp_path, "label-studio", [record], labels=LABELS, told=told)
    said = [(each.what, each.why) for each in told if each.what in ("attribute", "relation")]
    assert said == [
        ("attribute", "hit from s1 to s5: sure: its attributes were left out"),
        ("relation", "hit from s1 to s5: another one says what is left of it; it was left out"),
    ]
    assert len(read_back(tmp_path, "label-studio").relations) == 1


def two_of_one() -> tuple[Relation, ...]:
    return Relation("r1", "hit", "s1", "s5", {"sure": True}), Relation("r2", "hit", "s1", "s5")


def test_a_chat_asks_for_the_attributes_of_relations_and_has_them(tmp_path: Path) -> None:
    files, _ = write(tmp_path, "chat", [structs.replace(story(), relations=two_of_one())], labels=LABELS)
    (content,) = [each for each in files.values() if each]
    system, _, answer = json.loads(content)["messages"]
    assert "- hit, from actor to casualty. Attributes: sure (true or false)." in system["content"]
    relations = json.loads(answer["content"])["relations"]
    assert [each.get("attributes") for each in relations] == [{"sure": True}, None]


@pytest.mark.parametrize(
    "name", ["jsonl", "prodigy", "label-studio", "brat", "uima-cas", "doccano", "gliner"]
)
@pytest.mark.parametrize("label", ["attacker", "hit"])
def test_every_attribute_of_a_relation_comes_back_or_is_named(tmp_path: Path, name: str, label: str) -> None:
    told: list[Loss] = []
    ends = ("s3", "s1") if label == "attacker" else ("s1", "s5")
    said: dict[str, Json] = {"color": "red", "label": "x", "sure": True, "head": "y"}
    record = structs.replace(story(), relations=(Relation("r1", label, *ends, said),))
    write(tmp_path, name, [record], labels=LABELS, told=told)
    (back,) = read_back(tmp_path, name).relations
    lost = " ".join(each.why for each in told if each.what == "attribute")
    assert [key for key in said if back.attributes.get(key) != said[key] and key not in lost] == []
