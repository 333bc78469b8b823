"""Labels of other tools, added to labels.yaml."""

from contextlib import closing
from pathlib import Path

import pytest

from tui.errors import Refusal
from tui.model.labels import Attribute, LabelSet, Pattern, RelationType
from tui.model.labels.read import read_labels
from tui.project.place import Place
from tui.project.project import Project

PATTERNS = """{"label":"actor","pattern":"two men"}
{"label":"actor","pattern":[{"lower":"a.b"},{"orth":"C"}]}
{"label":"deed","pattern":[{"POS":"VERB"}]}
{"label":"deed","pattern":"yes"}
"""
CONF = """[entities]
Person\t# not a comment of brat, but a word
!Thing
\tGPE
[relations]
Located Arg1:Person, Arg2:<PLACE>
<PLACE>=GPE
Ally Arg1:Person, Arg2:Person, <REL-TYPE>:symmetric
Equiv Arg1:Person, Arg2:Person, <REL-TYPE>:symmetric-transitive
[events]
Die Victim-Arg+:Person, Place-Arg?:<ENTITY>, Cause:<ANY>
[attributes]
Negation Arg:<EVENT>
Mention Arg:Person, Value:Name|Nominal
Sure Arg:<RELATION>
How Arg:Ally, Value:open|secret
"""
CONFIG = """<View><Labels name="label" toName="text"><Label value="actor" background="#e69f00"/>
<Label value="act" alias="deed" background="red"/></Labels><Text name="text" value="$text"/>
<Choices name="side" toName="text" perRegion="true" choice="multiple"><Choice value="n"/>
<Choice value="s"/></Choices>
<Choices name="sure" toName="text" perRegion="true"><Choice value="yes"/><Choice value="no"/></Choices>
<TextArea name="why" toName="text" perRegion="true"/><Rating name="stars" toName="text" perRegion="true"/>
<TextArea name="summary" toName="text"/>
<Relations><Relation value="did"/></Relations></View>"""


def import_into(folder: Path, labels: str, name: str, content: str) -> tuple[LabelSet, list[str], str]:
    """Import a list of labels; give the labels there are then, what was said, and the file."""
    (folder / "labels.yaml").write_text(labels, encoding="utf-8")
    path = folder / name
    path.write_text(content, encoding="utf-8")
    said: list[Refusal] = []
    with closing(Project.open(Place.of(folder, annotator="ana"))) as project:
        project.import_files([path], add_labels=True, tell=said.append)
        known = project.labels
    assert known == read_labels(folder / "labels.yaml")
    return known, [refusal.reason for refusal in said], (folder / "labels.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "labels",
    [
        "labels:\n  - actor  # who acts\n  - weapon\n",
        "labels: [actor, weapon]\n",
        "labels:\n  - name: actor\n    key: z\n  - weapon\n",
        "labels:\n  - {name: actor, key: z}\n  - weapon\n",
        "labels:\n  - name: actor\n    patterns:\n      - old\n  - weapon\n",
        "labels:\n  - name: actor\n    patterns: [old]\n  - weapon\n",
    ],
    ids=["name", "flow", "mapping", "flow mapping", "patterns", "flow patterns"],
)
def test_patterns_are_added_to_labels_however_these_are_written(tmp_path: Path, labels: str) -> None:
    known, said, written = import_into(tmp_path, labels, "patterns.jsonl", PATTERNS)
    assert known.names == ("actor", "weapon", "deed")
    wanted = {Pattern("two men"), Pattern(r"(?i:a\.b)\s*C", is_regex=True)}
    assert set(known.labels[0].patterns) - {Pattern("old")} == wanted
    assert known.labels[2].patterns == (Pattern("yes"),)
    assert said == ['labels.yaml has words and regular expressions, but no [{"POS": "VERB"}]']
    assert ("# who acts" in labels) == ("# who acts" in written)
    assert import_into(tmp_path, written, "patterns.jsonl", PATTERNS)[2] == written


def test_annotation_conf_brings_labels_attributes_and_relations(tmp_path: Path) -> None:
    known, said, _ = import_into(tmp_path, "labels: [Person]\n", "annotation.conf", CONF)
    assert (known.names, said) == (("Person", "GPE", "Die"), [])
    assert known.labels[2].attributes == (Attribute("Negation", "flag"),)
    sure = Attribute("Sure", "flag")
    assert known.relations == (
        RelationType("Located", ("Person",), ("GPE",), attributes=(sure,)),
        RelationType(
            "Ally",
            ("Person",),
            ("Person",),
            symmetric=True,
            attributes=(sure, Attribute("How", "choice", ("open", "secret"))),
        ),
    )
    assert known.labels[2].roles == (
        RelationType("Victim-Arg", ("Die",), ("Person",), required=True),
        RelationType("Place-Arg", ("Die",), ("Person", "GPE")),
        RelationType("Cause", ("Die",), required=True),
    )


def test_a_labelling_config_brings_labels_with_their_colours(tmp_path: Path) -> None:
    known, said, _ = import_into(tmp_path, "labels: [weapon]\n", "config.xml", CONFIG)
    assert (known.names, known.labels[1].color, known.labels[2].color, said) == (
        ("weapon", "actor", "deed"),
        "#e69f00",
        None,
        [],
    )
    assert known.labels[1].attributes == (
        Attribute("side", "choice", ("n", "s"), multiple=True),
        Attribute("sure", "choice", ("yes", "no")),
        Attribute("why"),
        Attribute("stars", "number"),
    )
    assert known.relations == (RelationType("did"),)


@pytest.mark.parametrize(
    ("content", "color", "description", "relations"),
    [
        (
            '[{"text":"actor","suffix_key":"a","background_color":"#FF0000"},{"text":"did","task_type":"Relation"}]',
            "#FF0000",
            "",
            (RelationType("did"),),
        ),
        (
            '{"name":"Who","tags":[{"tag_name":"actor","tag_description":"Who\\n acts."}]}',
            None,
            "Who acts.",
            (),
        ),
    ],
    ids=["doccano", "INCEpTION"],
)
def test_lists_in_json_bring_labels_with_what_is_said_of_them(
    tmp_path: Path, content: str, color: str | None, description: str, relations: tuple[RelationType, ...]
) -> None:
    known, said, _ = import_into(tmp_path, "labels: [weapon]\n", "labels.json", content)
    assert (known.names, said, known.relations) == (("weapon", "actor"), [], relations)
    assert (known.labels[1].color, known.labels[1].description) == (color, description)


def test_a_list_of_labels_changes_nothing_unless_it_is_asked_for(project: Project) -> None:
    path = project.place.folder / "patterns.jsonl"
    path.write_text(PATTERNS, encoding="utf-8")
    said: list[Refusal] = []
    project.import_files([path], tell=said.append)
    assert [each.reason for each in said] == [
        "this is a list of labels; add them to labels.yaml with --add-labels"
    ]
    assert project.labels.names == ("actor", "weapon", "casualty", "location")


def test_a_list_that_names_nothing_new_is_passed_over(project: Project) -> None:
    path = project.place.folder / "patterns.jsonl"
    path.write_text('{"label":"actor","pattern":"two men"}\n', encoding="utf-8")
    said: list[Refusal] = []
    project.import_files([path], add_labels=True, tell=said.append)
    project.import_files([path], tell=said.append)
    assert said == []


def test_a_labelling_config_says_of_which_labels_and_of_what_it_asks(tmp_path: Path) -> None:
    config = """<View><Labels name="l" toName="t"><Label value="actor"/><Label value="deed"/>
<Label value="place"/></Labels><Text name="t" value="$t"/>
<View visibleWhen="region-selected" whenLabelValue="actor,deed">
<Choices name="side" toName="t" perRegion="true" required="true"><Choice value="n"/><Choice value="s"/>
</Choices><Number name="n" toName="t" perRegion="true" whenTagName="l" whenLabelValue="deed"/></View>
<Choices name="topic" toName="t" choice="multiple"><Choice value="war"/></Choices>
<TextArea name="why" toName="t"/></View>"""
    known, said, written = import_into(tmp_path, "labels: [weapon]\n", "config.xml", config)
    side = Attribute("side", "choice", ("n", "s"), required=True)
    assert [label.attributes for label in known.labels] == [(), (side,), (side, Attribute("n", "number")), ()]
    assert known.article_labels == (Attribute("topic", "choice", ("war",), multiple=True), Attribute("why"))
    assert (said, import_into(tmp_path, written, "config.xml", config)[2]) == ([], written)


def test_how_often_a_role_stands_says_whether_it_is_required_and_overlaps_are_no_relations(
    tmp_path: Path,
) -> None:
    conf = (
        "[entities]\nA\n[relations]\n<OVERLAP> Arg1:A, Arg2:A, <OVL-TYPE>:<ANY>\n"
        "[events]\nE B{2}:A, C{0-1}:A, D{1-3}:A\n"
    )
    known, _, _ = import_into(tmp_path, "labels: [A]\n", "annotation.conf", conf)
    assert [(role.name, role.required) for role in known.labels[1].roles] == [
        ("B", True),
        ("C", False),
        ("D", True),
    ]
    assert known.relations == ()


def test_a_list_that_is_named_behind_the_texts_is_read_before_them(tmp_path: Path) -> None:
    (tmp_path / "annotation.conf").write_text(CONF, encoding="utf-8")
    (tmp_path / "a.txt").write_text("Two fled", encoding="utf-8")
    (tmp_path / "a.ann").write_text("T1\tDie 4 8\tfled\n", encoding="utf-8")
    with closing(Project.open(Place.of(tmp_path, annotator="ana"), is_without_labels=True)) as project:
        files = [tmp_path / "a.ann", tmp_path / "annotation.conf"]
        project.import_files(files, add_labels=True, tell=lambda _: None)
        assert project.labels.names == ("Person", "GPE", "Die")
        assert len(project.labels.labels[2].roles) == 3


@pytest.mark.parametrize("labels", [None, "labels: [weapon]  # mine\n"], ids=["none before", "some before"])
def test_a_list_beside_texts_of_which_none_came_in_adds_nothing(tmp_path: Path, labels: str | None) -> None:
    folder = tmp_path / "brat"
    folder.mkdir()
    (folder / "annotation.conf").write_text(CONF, encoding="utf-8")
    (folder / "a.txt").write_text("Two fled", encoding="utf-8")
    (folder / "a.ann").write_text("T1\tPerson 0 3\tAnn\n", encoding="utf-8")
    if labels is not None:
        (tmp_path / "labels.yaml").write_text(labels, encoding="utf-8")
    with closing(Project.open(Place.of(tmp_path, annotator="ana"), is_without_labels=True)) as project:
        report = project.import_files([folder], add_labels=True, tell=lambda _: None)
        assert (report.articles, report.refused, report.new_labels) == (0, 1, [])
        assert project.labels.names == (() if labels is None else ("weapon",))
        there = tmp_path / "labels.yaml"
        assert (there.read_text(encoding="utf-8") if there.exists() else None) == labels
        (folder / "a.ann").write_text("T1\tPerson 0 3\tTwo\n", encoding="utf-8")
        report = project.import_files([folder], add_labels=True, tell=lambda _: None)
        assert (report.articles, report.refused) == (1, 0)
        assert "Person" in project.labels.names


def test_macros_of_annotation_conf_that_stand_for_each_other_many_times_are_followed_once(
    tmp_path: Path,
) -> None:
    macros = "".join(f"<M{each}>=<M{each + 1}>|<M{each + 1}>\n" for each in range(40))
    conf = f"[entities]\nPerson\n[relations]\n{macros}<M40>=Person\nnear Arg1:<M0>, Arg2:Person\n"
    known, _, _ = import_into(tmp_path, "labels: [Person]\n", "annotation.conf", conf)
    assert known.relations[0].heads == ("Person",)


def test_macros_of_annotation_conf_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    conf = "[entities]\nPerson\nPlace\n[relations]\n<A>=<B>|Person\n<B>=<A>|Place\nnear Arg1:<A>, Arg2:<B>\n"
    known, _, _ = import_into(tmp_path, "labels: [Person]\n", "annotation.conf", conf)
    (near,) = known.relations
    assert (near.heads, near.tails) == (("Place", "Person"), ("Person", "Place"))
