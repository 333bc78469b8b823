"""Who did what when: `spantag log`."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.test_agreeing import LABELS, run
from tui.model.events import Act, Add, Change, Finish, Flag, Note
from tui.model.span import Span
from tui.project.place import Place
from tui.project.project import Project
from tui.store import chronicle

TEXT = "Rebels fled from Moru.\nThree soldiers were killed.\n"
REBELS = Span("s1", 0, 6, "actor")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project of two articles that nobody has said anything of."""
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    lines = [json.dumps({"id": name, "text": f"{TEXT}{name}\n"}) for name in ("a", "b")]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    return tmp_path


def act(folder: Path, annotator: str, number: int, *acts: Act, undo: bool = False) -> None:
    """Do one action, and perhaps undo it."""
    place = Place.of(folder, labels=None, database=None, annotator=annotator)
    with closing(Project.open(place)) as project:
        article, layer = project.open_article(number)
        events = project.act(article, layer, acts)
        if undo:
            project.step(article, layer, "undo", events[0].action)


def read(folder: Path, *words: str) -> list[dict[str, Any]]:
    done = run(folder, "log", "--json", *words)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def said(folder: Path, *words: str) -> list[str]:
    return [entry["did"] for entry in read(folder, *words)]


def test_the_newest_stands_last_with_its_time_and_who_did_it(folder: Path) -> None:
    act(folder, "ana", 1, Add(spans=(REBELS,)))
    act(folder, "bea", 2, Finish(paragraphs=(0, 1)))
    first, second = run(folder, "log").stdout.splitlines()
    assert first[19:].startswith("  ana  a “Rebels fled from Moru.”  actor “Rebels”")
    assert second.endswith("2 finished paragraphs")


def test_what_was_undone_is_marked_and_so_is_said_what_was_undone(folder: Path) -> None:
    act(folder, "ana", 1, Add(spans=(REBELS,)), undo=True)
    made, undone = read(folder)
    assert (made["undone"], undone["undone"]) == (True, False)
    assert undone["did"] == "undid: actor “Rebels”"
    assert run(folder, "log").stdout.splitlines()[0].endswith("  (undone)")


def test_the_history_of_a_span_has_its_changes_and_their_undoing_only(folder: Path) -> None:
    other = Span("s2", 17, 21, "location")
    act(folder, "ana", 1, Add(spans=(REBELS,)))
    act(folder, "ana", 1, Add(spans=(other,)), undo=True)
    act(folder, "ana", 1, Change(span="s1", label="casualty", start=0, end=11), undo=True)
    act(folder, "ana", 1, Note(span="s1", text="whose?"))
    assert said(folder, "--span", "s1") == [
        "actor “Rebels”",
        "changed span: casualty, “Rebels fled”",
        "undid: changed span: casualty, “Rebels fled”",
        "note “whose?”",
    ]


def test_an_article_and_an_annotator_can_be_asked_for(folder: Path) -> None:
    act(folder, "ana", 1, Finish(paragraphs=(0,)))
    act(folder, "bea", 1, Finish(paragraphs=(0, 1)))
    act(folder, "bea", 2, Finish(paragraphs=(1,)))
    assert [entry["annotator"] for entry in read(folder, "a")] == ["ana", "bea"]
    assert [entry["article"] for entry in read(folder, "--annotator", "bea")] == ["a", "b"]
    assert run(folder, "log", "zz").exit_code == 1


def test_an_action_in_two_articles_is_said_of_each(folder: Path) -> None:
    place = Place.of(folder, labels=None, database=None, annotator="ana")
    with closing(Project.open(place)) as project:
        works = [(*project.open_article(number), [Finish(paragraphs=(0,))]) for number in (1, 2)]
        project.act_together(works)
    entries = read(folder)
    assert [entry["article"] for entry in entries] == ["a", "b"]
    assert len({entry["action"] for entry in entries}) == 1


def test_times_bound_what_is_said(folder: Path) -> None:
    act(folder, "ana", 1, Finish(paragraphs=(0,)))
    assert said(folder, "--since", "2000-01-01", "--until", "9000-01-01") == ["1 finished paragraph"]
    assert said(folder, "--until", "2000-01-01") == []
    refused = run(folder, "log", "--since", "yesterday")
    assert refused.exit_code == 2
    assert "write 2026-11-22" in refused.output


def test_what_was_imported_is_said_to_be(folder: Path) -> None:
    line = {"id": "c", "text": TEXT, "spans": [{"start": 0, "end": 6, "label": "actor"}]}
    (folder / "more.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert run(folder, "import", str(folder / "more.jsonl")).exit_code == 0
    assert all(each.startswith("imported: ") for each in said(folder, "c"))


def test_a_log_that_was_tampered_with_is_refused_in_a_sentence(folder: Path) -> None:
    act(folder, "ana", 1, Add(spans=(REBELS,)))
    with closing(sqlite3.connect(folder / "annotations" / "annotations.db")) as connection:
        connection.execute("UPDATE events SET checksum = 1")
        connection.commit()
    for words in (["log"], ["status", "--json"]):
        refused = run(folder, *words)
        assert refused.exit_code == 1
        assert "is not what was written" in refused.output


def test_more_than_is_read_at_once_is_said_in_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronicle, "_AT_ONCE", 2)
    for index in (0, 1, 0, 1, 0):
        act(folder, "ana", 1, Flag(paragraphs=(index,)), Note(paragraph=index, text="?"))
    entries = read(folder)
    assert [entry["paragraphs"] for entry in entries] == [[0], [1], [0], [1], [0]]
    assert {tuple(entry["kinds"]) for entry in entries} == {("flag", "note")}
