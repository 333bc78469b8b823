"""What other tools ask of spans and relations is asked on the screen, too."""

import gzip
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tui.formats.shared.limits import Limits
from tui.model.labels import Attribute, Label, RelationType
from tui.model.record import Record
from tui.project.declaring import Declarations
from tui.project.place import Place
from tui.project.project import Project

TEXT = "Two men fled."


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Give a project without labels."""
    with closing(Project.open(Place.of(tmp_path, annotator="ana"), is_without_labels=True)) as project:
        yield project


def bring(project: Project, name: str, content: object) -> list[str]:
    path = project.place.folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    said: list[str] = []
    project.import_files([path], add_labels=True, tell=lambda refusal: said.append(refusal.reason))
    return said


def result(
    region: str, name: str, kind: str, start: int = 0, end: int = 3, **said: object
) -> dict[str, object]:
    value = {"start": start, "end": end, "text": TEXT[start:end], **said}
    return {"id": region, "from_name": name, "to_name": "text", "type": kind, "value": value}


def test_what_label_studio_asks_of_regions_is_declared_with_the_choices_of_all_tasks(
    project: Project,
) -> None:
    first = [
        result("a", "label", "labels", labels=["actor"]),
        result("a", "side", "choices", choices=["rebel"]),
        result("a", "why", "textarea", text=["so"]),
        result("a", "sure", "rating", rating=3),
        result("b", "label", "labels", 4, 7, labels=["place"]),
        {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right", "labels": ["in"]},
        {"type": "relation", "from_id": "b", "to_id": "a", "direction": "right"},
    ]
    second = [
        result("a", "label", "labels", labels=["actor"]),
        result("a", "side", "choices", choices=["army"]),
        result("a", "kinds", "choices", choices=["x", "y"]),
        result("a", "size", "number", number=2),
    ]
    tasks = [
        {"id": at, "data": {"text": f"{TEXT}{at}"}, "annotations": [{"id": at, "result": said}]}
        for at, said in enumerate((first, second))
    ]
    assert bring(project, "tasks.json", tasks) == []
    (actor, place) = sorted(project.labels.labels, key=lambda each: each.name)
    assert actor.attributes == (
        Attribute("side", "choice", ("rebel", "army")),
        Attribute("why"),
        Attribute("sure", "number"),
        Attribute("kinds", "choice", ("x", "y"), multiple=True),
        Attribute("size", "number"),
    )
    assert (place.name, place.attributes) == ("place", ())
    assert [each.name for each in project.labels.relations] == ["in"]
    _, layer = project.open_article(1)
    assert layer.spans["a"].attributes == {"side": "rebel", "why": "so", "sure": 3}


def test_what_a_cas_declares_of_layers_is_asked_whether_it_was_answered_or_not(project: Project) -> None:
    features = {
        "sure": "uima.cas.Boolean",
        "rank": "uima.cas.Integer",
        "why": "uima.cas.String",
        "names": "uima.cas.String[]",
        "value": "uima.cas.String",
    }
    ends = dict.fromkeys(("Governor", "Dependent"), "c.Span")
    types = {
        name: {"%NAME": name, "%SUPER_TYPE": "uima.tcas.Annotation"}
        | {key: {"%NAME": key, "%RANGE": held} for key, held in own.items()}
        for name, own in (
            ("c.Span", features),
            ("c.Link", {"value": features["value"], "rank": features["rank"], **ends}),
        )
    }
    structures: list[dict[str, object]] = [
        {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": TEXT},
        {"%ID": 2, "%TYPE": "c.Span", "@sofa": 1, "begin": 0, "end": 3, "value": "actor", "sure": True},
        {"%ID": 3, "%TYPE": "c.Span", "@sofa": 1, "begin": 4, "end": 7, "value": "actor"},
        {
            "%ID": 4,
            "%TYPE": "c.Link",
            "@sofa": 1,
            "begin": 4,
            "end": 7,
            "value": "in",
            "@Governor": 2,
            "@Dependent": 3,
        },
    ]
    assert bring(project, "a.json", {"%TYPES": types, "%FEATURE_STRUCTURES": structures}) == []
    (actor,) = project.labels.labels
    assert actor.attributes == (
        Attribute("sure", "flag"),
        Attribute("rank", "number"),
        Attribute("why"),
        Attribute("names", multiple=True),
    )
    (link,) = project.labels.relations
    assert (link.name, link.attributes) == ("in", (Attribute("rank", "number"),))


def test_questions_of_one_name_become_one_and_what_labels_yaml_cannot_name_is_left_out() -> None:
    many = tuple([str(value) for value in range(70)])
    declared = Declarations()
    declared.take(
        Record("a", asked={"x": [Attribute("q", "number"), Attribute("m", "choice", many)], "y": []})
    )
    declared.take(
        Record("b", asked={"x": [Attribute("q", "flag"), Attribute(" odd ")], "a\nb": [Attribute("q")]})
    )
    declared.take(Record("c", asked_of_relations={"led": [], "\n": []}))
    found = declared.as_labels()
    assert found.labels == (Label("x", attributes=(Attribute("q"), Attribute("m"))),)
    assert found.relations == (RelationType("led"),)


def test_the_roles_of_events_of_a_cas_are_declared_unless_an_attribute_is_called_so(project: Project) -> None:
    types = {
        "c.Event": {
            "%NAME": "c.Event",
            "%SUPER_TYPE": "uima.tcas.Annotation",
            "kind": held("kind", "uima.cas.String"),
        },
        "c.Span": {"%NAME": "c.Span", "%SUPER_TYPE": "uima.tcas.Annotation"},
    }
    structures: list[dict[str, object]] = [
        {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": TEXT},
        {"%ID": 2, "%TYPE": "c.Span", "@sofa": 1, "begin": 0, "end": 7},
        {"%ID": 3, "%TYPE": "c.Event", "@sofa": 1, "begin": 8, "end": 12, "@roles": 6},
        {"%ID": 4, "%TYPE": "c.Link", "role": "agent", "@target": 2},
        {"%ID": 5, "%TYPE": "c.Link", "role": "kind", "@target": 2},
        {"%ID": 6, "%TYPE": "c.Link[]", "%ELEMENTS": [4, 5]},
    ]
    assert bring(project, "a.json", {"%TYPES": types, "%FEATURE_STRUCTURES": structures}) == []
    (event,) = [each for each in project.labels.labels if each.name == "Event"]
    assert [each.name for each in event.roles] == ["agent"]
    assert [each.name for each in event.attributes] == ["kind"]
    _, layer = project.open_article(1)
    assert sorted(each.label for each in layer.relations.values()) == ["agent", "kind"]


def test_what_the_layers_of_webanno_tsv_ask_is_declared_and_their_links_are_roles(project: Project) -> None:
    path = project.place.folder / "a.tsv"
    path.write_text(
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=c.Actor|kind|size\n"
        "#T_SP=c.Event|ROLE_c.Event:roles_c.Link|uima.tcas.Annotation|sort\n#T_RL=c.Blame|by|sure|BT_c.Actor\n\n\n"
        "#Text=Two men fled\n1-1\t0-3\tTwo\tgang\t_\t_\t_\t_\t_\t_\t_\t\n"
        "1-2\t4-7\tmen\tgang\t2\t_\t_\t_\tpolice\t_\t1-1\t\n1-3\t8-12\tfled\t_\t_\tagent\t1-2\tflight\t_\t_\t_\t\n",
        encoding="utf-8",
    )
    project.import_files([path], add_labels=True, tell=lambda _: None)
    gang, flight = project.labels.labels
    assert (gang.attributes, flight.attributes) == ((Attribute("size"),), ())
    assert [each.name for each in flight.roles] == ["agent"]
    assert [(each.name, each.attributes) for each in project.labels.relations] == [
        ("police", (Attribute("sure"),))
    ]


def held(name: str, kind: str) -> dict[str, str]:
    return {"%NAME": name, "%RANGE": kind}


def test_an_archive_may_unfold_to_no_less_where_labels_are_added(project: Project) -> None:
    path, said = project.place.folder / "a.zip", list[str]()
    tasks = [{"id": 1, "data": {"text": TEXT * 300_000}, "annotations": [{"id": 1, "result": []}]}]
    content = json.dumps(tasks, indent=1).encode()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tasks.json.gz", gzip.compress(content))
    # The beginning of each file is read some times to tell what it is.
    limits = Limits(archive=3 * len(content))
    report = project.import_files(
        [path], add_labels=True, limits=limits, tell=lambda refusal: said.append(refusal.reason)
    )
    assert (report.articles, said) == (1, [])
