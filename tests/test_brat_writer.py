"""brat: what came from there goes back under its own ids, with its events and equivalences."""

from contextlib import closing
from pathlib import Path

from msgspec import structs

from tests.readers import only_record, read_all
from tests.written import write
from tui.errors import Refusal
from tui.formats.shared.writing import Loss, Losses, WriteOptions
from tui.model.labels.read import parse_labels
from tui.model.record import Record, fit_values
from tui.model.span import Entity, Json, Relation, Span
from tui.project.datasets import export_files
from tui.project.exporting import ExportOptions
from tui.project.place import Place
from tui.project.project import Project

TEXT = "Rebels attacked the old mill. They burnt it."
SAID = """\
T7	Actor 0 6	Rebels
T2	Attack 7 15	attacked
T3	Place 16 28	the old mill
T4	Actor 30 34	They
T9	Burn 35 40	burnt
T10	Place 41 43	it
E5	Attack:T2 Agent:T7 Place:T3
E6	Burn:T9 Agent2:T4 Cause:E5
R2	Near Arg1:T7 Arg2:T3
*	Alias T7 T4 T10
A1	Negated E6
A4	Sure T7 very
A2	Sure R2 little
N1	Reference T3 Wiki:7	The old mill
#3	AnnotatorNotes E5	which?
#1	Doubt T4	who?
#2	AnnotatorNotes R2	far
"""


def read_brat(folder: Path, *, name: str = "raid 1", text: str = TEXT, said: str = SAID) -> Record:
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / f"{name}.ann").write_text(said, encoding="utf-8")
    return only_record(read_all(folder / f"{name}.ann"))


def write_brat(folder: Path, record: Record, told: list[Loss] | None = None) -> list[str]:
    """Write a record; give the lines of its `.ann`, sorted."""
    write(folder, "brat", [structs.replace(record, annotator="ana")], told=told)
    return sorted((folder / "out" / "raid 1.ann").read_text(encoding="utf-8").splitlines())


def test_what_came_from_brat_goes_back_line_by_line(tmp_path: Path) -> None:
    told: list[Loss] = []
    assert write_brat(tmp_path, read_brat(tmp_path), told) == sorted(SAID.splitlines())
    assert told == []
    conf = (tmp_path / "out" / "annotation.conf").read_text(encoding="utf-8")
    assert "Attack\tAgent*:<ANY>, Place*:<ANY>\n" in conf
    assert "Alias\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive\n" in conf
    entities = conf.partition("[relations]")[0].splitlines()
    assert {"Actor", "Place"} < set(entities)
    assert not {"Attack", "Burn"} & set(entities)


def test_what_is_new_takes_numbers_that_were_never_taken(tmp_path: Path) -> None:
    record = read_brat(tmp_path)
    spans = (*(span for span in record.spans or () if span.id != "T10"), Span("x", 20, 23, "Age"))
    kept = tuple([each for each in record.relations if "T10" not in (each.head, each.tail)])
    relations = (*(each for each in kept if each.id != "R2"), Relation("y", "Of", "x", "T3"))
    lines = write_brat(tmp_path, structs.replace(record, spans=spans, relations=relations))
    gone = ("T10", "R2", "*", "A2", "#2")
    expected = [line for line in SAID.splitlines() if not line.startswith(gone)]
    expected += ["T10\tAge 20 23\told", "R3\tOf Arg1:T10 Arg2:T3", "*\tAlias T7 T4"]
    assert lines == sorted(expected)


def test_an_event_follows_its_trigger_and_its_arguments(tmp_path: Path) -> None:
    record = read_brat(tmp_path)
    spans = tuple([span for span in record.spans or () if span.id != "T9"])
    spans = tuple([replace_label(span, "Raid") if span.id == "T2" else span for span in spans])
    kept = [each for each in record.relations if "T9" not in (each.head, each.tail)]
    relations = tuple([each for each in kept if each.id != "E5.Place"])
    lines = write_brat(tmp_path, structs.replace(record, spans=spans, relations=relations))
    assert "E5\tRaid:T2 Agent:T7" in lines
    assert not any(line.startswith(("E6", "A1", "T9")) for line in lines)


def replace_label(span: Span, label: str) -> Span:
    return Span(span.id, span.start, span.end, label, span.attributes, note=span.note)


def test_events_in_the_metadata_that_are_not_brats_are_passed_over(tmp_path: Path) -> None:
    odd: list[Json] = ["many", {"E1": {"trigger": 5}}, [1]]
    for events in odd:
        record = Record(TEXT, id="raid 1", meta={"events": events}, spans=(Span("T1", 0, 6, "Actor"),))
        files, losses = write(tmp_path, "brat", [record])
        assert files["raid_1.ann"] == b"T1\tActor 0 6\tRebels\n"
        assert losses.total == 0
        for each in (tmp_path / "out").iterdir():
            each.unlink()
        (tmp_path / "out").rmdir()


EVENTS = parse_labels(
    """
labels:
  - name: attack
    roles:
      attacker: {labels: [actor], many: true}
      cause: [attack]
      hit place: {labels: [place], required: true}
    attributes: [{name: kind, values: [raid, siege]}]
  - name: casualty
    attributes:
      - {name: toll, type: count}
      - {name: outcome, values: [killed, injured], multiple: true}
      - {name: sure, type: flag}
      - {name: rate, type: number}
  - actor
  - place
""",
    file="labels.yaml",
)
TOLL: Json = {"min": 6, "max": None, "exact": None, "approximate": False}
SAYING = Record(
    "Rebels and militias raided Moru after the siege. At least six died.",
    id="a",
    spans=(
        Span("s1", 0, 6, "actor"),
        Span("s2", 11, 19, "actor"),
        Span("s3", 20, 26, "attack", {"kind": "raid"}, note="whose?"),
        Span("s4", 27, 31, "place"),
        Span("s5", 42, 47, "attack"),
        Span(
            "s6",
            49,
            61,
            "casualty",
            {"toll": TOLL, "outcome": ["killed", "injured"], "sure": False, "rate": 0.5},
        ),
    ),
    relations=(
        Relation("r1", "attacker", "s3", "s1"),
        Relation("r2", "attacker", "s3", "s2"),
        Relation("r3", "hit place", "s3", "s4"),
        Relation("r4", "cause", "s3", "s5"),
        Relation("r5", "near", "s4", "s5"),
    ),
    entities=(Entity("e7", "", ("s1", "s2")),),
)  # fmt: skip


def test_a_label_with_roles_is_an_event_and_comes_back(tmp_path: Path) -> None:
    told: list[Loss] = []
    files, _ = write(tmp_path, "brat", [SAYING], labels=EVENTS, told=told)
    lines = files["a.ann"].decode().splitlines()
    assert "E1\tattack:T3 attacker:T1 attacker2:T2 hit_place:T4 cause:E2" in lines
    assert "E2\tattack:T5" in lines
    assert {"A1\tkind E1 raid", "#1\tAnnotatorNotes E1\twhose?", "*\tEquiv T1 T2"} < set(lines)
    assert {"A2\ttoll T6 6+", "A5\tsure T6 false", "A6\trate T6 0.5"} < set(lines)
    conf = files["annotation.conf"].decode()
    assert "attack\tattacker*:actor, cause?:attack, hit_place:place\n" in conf
    assert [(each.what, each.span) for each in told] == [("relation", "")]
    found = fit_values(only_record(read_all(tmp_path / "out" / "a.ann")), EVENTS)
    assert [(each.label, each.attributes, each.note) for each in found.spans or ()] == [
        (each.label, each.attributes, each.note) for each in SAYING.spans or ()
    ]
    assert [entity.spans for entity in found.entities] == [("T1", "T2")]
    assert sorted((each.label, each.head, each.tail) for each in found.relations) == sorted(
        (each.label.replace(" ", "_"), f"T{each.head[1:]}", f"T{each.tail[1:]}") for each in SAYING.relations
    )


def test_a_role_that_is_filled_here_is_an_argument_of_the_event_that_came(tmp_path: Path) -> None:
    roles = "{Agent: {labels: [Actor], many: true}, Place: [Place]}"
    labels = parse_labels(f"labels: [{{name: Attack, roles: {roles}}}, Actor, Place]", file="labels.yaml")
    record = read_brat(tmp_path)
    relations = (*record.relations, Relation("new", "Agent", "T2", "T4"))
    write(tmp_path, "brat", [structs.replace(record, annotator="ana", relations=relations)], labels=labels)
    lines = (tmp_path / "out" / "raid 1.ann").read_text(encoding="utf-8").splitlines()
    assert "E5\tAttack:T2 Agent:T7 Place:T3 Agent2:T4" in lines
    again = only_record(read_all(tmp_path / "out" / "raid 1.ann"))
    assert ("Agent", "T2", "T4") in {(each.label, each.head, each.tail) for each in again.relations}


def test_what_brat_has_no_room_for_is_named(tmp_path: Path) -> None:
    odd: Json = {"min": 3, "exact": 5, "approximate": True}
    spans = (
        Span("s1", 0, 6, "actor", {"cause": None}),
        Span("s2", 11, 19, "actor", {"toll": odd}),
        Span("s3", 20, 26, "actor"),
    )
    entities = (Entity("e1", "rebels", ("s1", "s2")), Entity("e2", "", ("s3",)))
    record = structs.replace(SAYING, spans=spans, relations=(), entities=entities)
    told: list[Loss] = []
    files, _ = write(tmp_path, "brat", [record], labels=EVENTS, told=told)
    assert [(each.what, each.span, each.why) for each in told] == [
        ("attribute", "s1", "actor 'Rebels': cause: that the text does not tell it was left out"),
        ("entity", "s1", "rebels: brat has no name for an entity; its mentions stay joined"),
    ]
    assert b'A1\ttoll T2 {"min":3,"exact":5,"approximate":true}\n' in files["a.ann"]


def test_a_project_of_brats_goes_back_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    conf = """\
[entities]
Actor
Weapon
[relations]
Owns Owner:Actor, Owned:Weapon
Ally Arg1:Actor, Arg2:Actor, <REL-TYPE>:symmetric
Equiv Arg1:Actor, Arg2:Actor, <REL-TYPE>:symmetric-transitive
[events]
Attack Attacker*:Actor, Instrument:Weapon, Cause?:<EVENT>
[attributes]
Negation Arg:<EVENT>
Confidence Arg:<EVENT>, Value:Likely|Certain
Mention Arg:Actor, Value:Name|Other
"""
    said = """\
T1\tActor 0 4\tJohn
T2\tActor 9 12\tAnn
T3\tAttack 13 18\tfired
T4\tWeapon 22 27\tAK-47
T5\tWeapon 34 40\tmortar
T6\tActor 42 45\tShe
T7\tAttack 46 49\thit
E1\tAttack:T3 Attacker:T1 Attacker2:T2 Instrument:T4
E2\tAttack:T3 Attacker:T1 Instrument:T5
E3\tAttack:T7 Attacker:T6 Cause:E1
R1\tOwns Owner:T1 Owned:T4
R2\tAlly Arg1:T1 Arg2:T2
*\tEquiv T2 T6
A1\tNegation E3
A2\tConfidence E1 Likely
A3\tConfidence E2 Certain
A4\tMention T1 Name
#1\tAnnotatorNotes E3\tsecond one
"""
    (tmp_path / "in" / "annotation.conf").write_text(conf, encoding="utf-8")
    (tmp_path / "in" / "raid.txt").write_text(
        "John and Ann fired an AK-47 and a mortar. She hit again.\n", encoding="utf-8"
    )
    (tmp_path / "in" / "raid.ann").write_text(said, encoding="utf-8")
    (tmp_path / "labels.yaml").write_text("labels: []\n", encoding="utf-8")
    told: list[Loss] = []
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        said_of_it: list[Refusal] = []
        project.import_files([tmp_path / "in"], add_labels=True, tell=said_of_it.append)
        assert said_of_it == []
        job = project.plan_export(ExportOptions("article"), "brat", WriteOptions(losses=Losses(told.append)))
        export_files(job, tmp_path / "out")
    assert told == []
    written = (tmp_path / "out" / "raid.ann").read_text(encoding="utf-8")
    assert sorted(written.splitlines()) == sorted(said.splitlines())
    conf = (tmp_path / "out" / "annotation.conf").read_text(encoding="utf-8")
    assert "Attack\tAttacker*:Actor, Instrument+:Weapon, Cause*:Attack\n" in conf
    assert "Ally\tArg1:Actor, Arg2:Actor, <REL-TYPE>:symmetric\n" in conf


def test_what_is_said_of_a_relation_is_its_attribute_and_goes_back(tmp_path: Path) -> None:
    lines = (
        "T1\tactor 0 3\tTwo\nT2\tactor 4 7\tmen\nR4\tled Arg1:T1 Arg2:T2\n"
        "A2\tKind R4 sure\nA3\tNegated R4\n#1\tReason A2\twhy\n"
    )
    record = read_brat(tmp_path, name="a", text="Two men fled.", said=lines)
    assert [dict(each.attributes) for each in record.relations] == [{"Kind": "sure", "Negated": True}]
    told: list[Loss] = []
    files, _ = write(tmp_path, "brat", [record], told=told)
    assert told == []
    assert files["a.ann"].decode() == lines
    assert b"Kind\tArg:<RELATION>, Value:sure\n" in files["annotation.conf"]


def test_what_is_said_of_an_event_later_is_not_said_of_its_trigger(tmp_path: Path) -> None:
    lines = (
        "T1\tAttack 0 3\tTwo\nT2\tAttack 4 7\tmen\nE1\tAttack:T1\nE2\tAttack:T2\n"
        "M3\tSure T2\n#1\tAnnotatorNotes T2\twho\n"
    )
    record = read_brat(tmp_path, name="a", text="Two men fled.", said=lines)
    spans = [
        structs.replace(span, attributes={**span.attributes, "Sure": True}, note=span.note or "so")
        for span in record.spans or ()
    ]
    files, _ = write(tmp_path, "brat", [structs.replace(record, spans=tuple(spans))])
    added = "A4\tSure E1\n#2\tAnnotatorNotes E1\tso\n"
    assert sorted(files["a.ann"].decode().splitlines()) == sorted((lines + added).splitlines())
