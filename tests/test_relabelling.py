"""Labels renamed, brought together and deleted: labels.yaml, and the spans of every annotator."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.at_work import STORY, make_project, spans_of, work_on
from tests.test_cli import run_process
from tui.errors import InputError, LabelsError
from tui.model.events import Add, Relate
from tui.model.labels.read import read_labels
from tui.model.labels.rename import rename_in_file, take_out_of_file
from tui.model.span import Relation, Span
from tui.project.place import Place
from tui.project.project import Project
from tui.store.chronicle import LogQuery

LABELS = """\
# Ours.
title: Raids

labels:
  # Who acts.
  - name: actor   # people
    key: a
  - weapon
  # Those who were hurt.
  - {name: casualty, key: c}
  - name: raid
    roles:
      attacker: [actor]
      victim: {labels: [casualty, "actor"]}

# How they are linked.
relations:
  - {name: uses, from: [actor], to: [weapon]}
  - name: hits
    from: [weapon, actor]
    to:
      - casualty
      - actor
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Give a project of two annotators who tagged the same article."""
    project = make_project(tmp_path, STORY, labels=LABELS)
    for annotator in ("ana", "bea"):
        session = work_on(Project.open(Place.of(tmp_path, annotator=annotator)))
        for start, end, label in ((0, 6, "actor"), (16, 22, "weapon"), (0, 6, "casualty")):
            session.spans.add(start, end, label)
        session.batch.project.close()
    yield project
    project.close()


def labels_of(project: Project, annotator: str) -> list[tuple[str, str]]:
    own = Project.open(Place.of(project.place.folder, annotator=annotator))
    try:
        return spans_of(work_on(own))
    finally:
        own.close()


def test_a_label_is_renamed_with_all_that_names_it_and_comments_stay(project: Project) -> None:
    path = project.place.labels
    done = project.change_labels().rename("actor", "armed group")
    assert (done.spans, done.articles, done.annotators) == (2, 1, 2)
    assert path.read_text("utf-8") == LABELS.replace("name: actor ", "name: armed group ").replace(
        "[actor]", "[armed group]"
    ).replace('"actor"', "armed group").replace("weapon, actor]", "weapon, armed group]").replace(
        "      - actor\n", "      - armed group\n"
    )
    for annotator in ("ana", "bea"):
        assert ("Rebels", "armed group") in labels_of(project, annotator)
    assert list(project.verify()) == []
    told = {entry.did for entry in project.read_log(LogQuery()) if "armed group" in entry.did}
    assert told == {"labels changed: changed span: armed group"}
    again = Project.open(project.place)
    again.change_labels().rename("armed group", "actor")
    assert labels_of(project, "bea")[0] == ("Rebels", "actor")
    again.close()


def test_a_renaming_that_was_taken_back_can_be_made_again(project: Project) -> None:
    for old, new in (("actor", "group"), ("group", "actor"), ("actor", "group")):
        again = Project.open(project.place)
        assert again.change_labels().rename(old, new).spans == 2
        assert ("Rebels", new) in labels_of(again, "bea")
        assert list(again.verify()) == []
        again.close()


def test_a_label_that_nothing_has_is_not_renamed(project: Project) -> None:
    with pytest.raises(InputError, match="'aktor' is no label"):
        project.change_labels().rename("aktor", "actor")


def test_a_rehearsal_changes_nothing(project: Project) -> None:
    before = labels_of(project, "ana")
    assert project.change_labels().rename("actor", "group", dry_run=True).spans == 2
    assert project.change_labels().merge(["actor"], "casualty", dry_run=True).removed == 2
    assert project.change_labels().delete("casualty", dry_run=True).removed == 2
    assert (labels_of(project, "ana"), project.place.labels.read_text("utf-8")) == (before, LABELS)


def test_what_was_cut_short_is_done_by_the_same_command(project: Project) -> None:
    rename_in_file(project.place.labels, "actor", "group")
    again = Project.open(project.place)
    assert again.change_labels().rename("actor", "group").spans == 2
    assert again.count_unknown_labels() == {}
    again.close()


def test_labels_are_brought_together_and_equal_spans_become_one(project: Project) -> None:
    done = project.change_labels().merge(["casualty"], "actor")
    assert (done.spans, done.removed) == (0, 2)
    assert labels_of(project, "ana") == [("Rebels", "actor"), ("convoy", "weapon")]
    labels = read_labels(project.place.labels)
    assert labels.names == ("actor", "weapon", "raid")
    hits = labels.relation("hits")
    assert hits is not None
    assert hits.tails == ("actor",)
    assert labels.labels[2].roles[1].tails == ("actor",)
    assert "# Who acts." in project.place.labels.read_text("utf-8")
    assert "# How they are linked." in project.place.labels.read_text("utf-8")


def test_an_equal_span_with_more_to_say_is_not_removed(project: Project) -> None:
    article, layer = project.open_article(1)
    span = next(span for span in layer.spans.values() if span.label == "casualty")
    other = Span("w", 7, 13, "weapon")
    project.act(article, layer, [Add((other,)), Relate((Relation("r", "hits", "w", span.id),))])
    project.change_labels().merge(["casualty"], "actor")
    project.reload(article, layer)
    assert layer.spans[span.id].label == "actor"
    assert list(layer.relations) == ["r"]


def test_a_label_with_spans_is_deleted_only_with_them(project: Project) -> None:
    with pytest.raises(Exception, match="--with-spans removes them"):
        project.change_labels().delete("casualty")
    with pytest.raises(LabelsError, match="only 'weapon' is allowed here"):
        project.change_labels().delete("weapon", with_spans=True)
    assert project.change_labels().delete("casualty", with_spans=True).removed == 2
    assert labels_of(project, "bea") == [("Rebels", "actor"), ("convoy", "weapon")]
    assert read_labels(project.place.labels).names == ("actor", "weapon", "raid")


def test_undo_in_the_app_passes_over_a_renaming(project: Project) -> None:
    project.change_labels().rename("actor", "group")
    session = work_on(Project.open(project.place))
    session.history.undo()
    assert [label for _, label in spans_of(session)] == ["group", "weapon"]
    session.batch.project.close()


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("labels: [actor, weapon]\n", "labels: [weapon]\n"),
        ("labels: [weapon, actor]\n", "labels: [weapon]\n"),
        ("labels:\n- weapon\n- actor\n", "labels:\n- weapon\n"),
        ("labels:\n- weapon\n- actor", "labels:\n- weapon\n"),
        (
            "labels:\n- name: actor\n  guidelines: |\n    Who acts.\n\n    And more.\n\n# Next.\n- weapon\n",
            "labels:\n\n# Next.\n- weapon\n",
        ),
        ("\ufefflabels:\r\n- actor\r\n- weapon\r\n", "\ufefflabels:\r\n- weapon\r\n"),
    ],
)
def test_an_entry_is_taken_out_of_any_kind_of_list(tmp_path: Path, written: str, left: str) -> None:
    path = tmp_path / "labels.yaml"
    path.write_bytes(written.encode("utf-8"))
    take_out_of_file(path, "actor")
    assert path.read_bytes().decode("utf-8") == left


def test_the_command_says_what_it_did(project: Project) -> None:
    folder = project.place.folder
    done = run_process(folder, "labels", "rename", "actor", "group", "--dry-run", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (
        0,
        {"spans": 2, "removed": 0, "articles": 1, "annotators": 2, "dry_run": True},
    )
    assert "nothing was changed" in done.stderr
    done = run_process(folder, "labels", "merge", "weapon", "nothing", "actor")
    assert (done.returncode, "'nothing' is no label" in done.stderr) == (1, True)
    done = run_process(folder, "labels", "delete", "casualty", "--with-spans")
    assert (done.returncode, "2 spans removed in 1 article of 2 annotators" in done.stderr) == (0, True)


def test_spans_of_a_label_that_is_gone_are_counted(project: Project) -> None:
    take_out_of_file(project.place.labels, "casualty", into="actor")
    done = run_process(project.place.folder, "verify", "--json")
    assert json.loads(done.stdout)["spans_not_in_labels_yaml"] == {"casualty": 2}
    assert "labels.yaml lacks: casualty (2)" in done.stderr
