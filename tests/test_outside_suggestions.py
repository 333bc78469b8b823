"""Suggestions from outside: kept beside the log, shown on the screen, spans only by an act."""

import json
import sys
from pathlib import Path

from click.testing import CliRunner

from tests.at_work import enter
from tui.cli import main
from tui.model.span import Span
from tui.project.place import Place
from tui.project.project import Project
from tui.session import Session
from tui.session.batch import OneArticle

TEXT = "Rebels of the Green Hand shelled Port Mirel on Monday."


def make_project(folder: Path) -> Path:
    (folder / "labels.yaml").write_text("labels: [actor, location]\n", "utf-8")
    (folder / "a.jsonl").write_text(json.dumps({"id": "a", "text": TEXT}) + "\n", "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--project", str(folder), "--annotator", "ana", *arguments])
    return result.exit_code, result.stderr


def work_on(folder: Path) -> tuple[Project, Session]:
    project = Project.open(Place.of(folder, annotator="ana"))
    article, layer = project.open_article(1)
    return project, Session(OneArticle(project, article, layer), assistant=project.open_assistant())


def write_suggestion(folder: Path, label: str = "location") -> Path:
    start = TEXT.index("Port Mirel")
    spans = [
        {"start": start, "end": start + 10, "label": label, "origin": {"source": "x", "confidence": 0.9}}
    ]
    path = folder / "gazetteer.jsonl"
    path.write_text(json.dumps({"id": "a", "text": TEXT, "spans": spans}) + "\n", "utf-8")
    return path


def test_spans_imported_as_suggestions_are_suggested_and_nothing_more(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    run(folder, "import", str(folder / "a.jsonl"))
    code, said = run(folder, "import", "--as", "suggestions", str(write_suggestion(folder)))
    assert (code, said) == (0, "0 new articles, 0 spans, 1 suggestion, 1 already there\n")
    project, session = work_on(folder)
    assert session.layer.spans == {}
    (suggested,) = project.load_suggestions(1)
    assert (suggested.source, TEXT[suggested.start : suggested.end], suggested.confidence) == (
        "gazetteer",
        "Port Mirel",
        0.9,
    )
    project.close()


def test_an_accepted_suggestion_from_outside_names_its_origin_for_ever(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    run(folder, "import", str(folder / "a.jsonl"))
    run(folder, "import", "--as", "suggestions", str(write_suggestion(folder)))
    project, session = work_on(folder)
    assert [each.source for each in session.suggestions.in_chunk(0)] == ["gazetteer"]
    enter(session)
    (span,) = session.layer.spans.values()
    assert span.origin.source == "gazetteer"
    assert session.history.undo()
    assert (session.layer.spans, session.annotations.state_of(0)) == ({}, "unfinished")
    project.close()


def test_a_suggestion_with_an_unknown_label_is_refused_by_name(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    code, said = run(folder, "import", "--as", "suggestions", str(write_suggestion(folder, "planet")))
    assert (code, "'planet'" in said) == (1, True)


def test_a_program_suggests_and_what_it_gets_wrong_is_named(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    run(folder, "import", str(folder / "a.jsonl"))
    program = folder / "tagger.py"
    program.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    article = json.loads(line)\n"
        "    good = {'start': 0, 'end': 6, 'label': 'actor', 'confidence': 0.9}\n"
        "    bad = {'start': 0, 'end': 600, 'label': 'actor'}\n"
        "    print(json.dumps({'id': article['id'], 'spans': [good, bad]}))\n",
        "utf-8",
    )
    code, said = run(folder, "suggest", "--command", f"{sys.executable} {program}")
    assert code == 1
    assert "600" in said
    assert "1 suggestion for 1 article" in said
    project, _ = work_on(folder)
    sources = [each.source for each in project.load_suggestions(1)]
    project.close()
    assert sources == ["tagger"]


def write_tasks(folder: Path, *tasks: tuple[list[tuple[str, str]], list[tuple[str, str]]]) -> Path:
    """Write Label Studio tasks of one text: for each what was annotated and what was predicted."""
    path = folder / "tasks.json"

    def result(said: list[tuple[str, str]]) -> list[dict[str, object]]:
        return [
            {
                "id": quoted,
                "type": "labels",
                "value": {
                    "start": TEXT.index(quoted),
                    "end": TEXT.index(quoted) + len(quoted),
                    "text": quoted,
                    "labels": [label],
                },
            }
            for quoted, label in said
        ]

    rows = [
        {
            "data": {"text": TEXT},
            "annotations": [{"completed_by": 1, "result": result(said)}] if said else [],
            "predictions": [{"model_version": "ner-3", "score": 0.5, "result": result(predicted)}],
        }
        for said, predicted in tasks
    ]
    path.write_text(json.dumps(rows), "utf-8")
    return path


def read_suggestions(folder: Path) -> list[tuple[str, str, str, float | None]]:
    project, _ = work_on(folder)
    found = [
        (each.source, TEXT[each.start : each.end], each.label, each.confidence)
        for each in project.load_suggestions(1)
    ]
    project.close()
    return found


PORT, MONDAY, REBELS = ("Port Mirel", "location"), ("Monday", "location"), ("Rebels", "actor")


def test_what_a_file_predicts_is_suggested_in_an_unfinished_article_and_only_once(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    tasks = str(write_tasks(folder, ([], [PORT])))
    assert run(folder, "import", "--dry-run", tasks) == (
        0,
        "1 new article, 0 spans, 1 suggestion\nnothing was changed (--dry-run)\n",
    )
    assert run(folder, "import", tasks) == (0, "1 new article, 0 spans, 1 suggestion\n")
    assert run(folder, "import", tasks) == (0, "0 new articles, 0 spans, 1 already there\n")
    assert read_suggestions(folder) == [("ner-3", "Port Mirel", "location", 0.5)]
    project, session = work_on(folder)
    assert (session.layer.spans, session.annotations.state_of(0)) == ({}, "unfinished")
    assert [each.source for each in session.suggestions.in_chunk(0)] == ["ner-3"]
    project.close()


def test_suggestions_of_several_records_of_one_import_add_up_and_a_later_import_replaces_them(
    tmp_path: Path,
) -> None:
    folder = make_project(tmp_path)
    code, said = run(folder, "import", str(write_tasks(folder, ([REBELS], [PORT]), ([], [MONDAY]))))
    assert (code, said.splitlines()[-1]) == (0, "1 new article, 1 span, 2 suggestions, 1 already there")
    assert [quoted for _, quoted, _, _ in read_suggestions(folder)] == ["Port Mirel", "Monday"]
    run(folder, "import", str(write_tasks(folder, ([], [REBELS]))))
    assert [quoted for _, quoted, _, _ in read_suggestions(folder)] == ["Rebels"]


UNKNOWN_TIME = "'time' not in labels.yaml; add it there, or import with --add-labels"


def test_an_unknown_label_of_a_prediction_is_refused_alone_or_added(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    tasks = str(write_tasks(folder, ([REBELS], [PORT, ("Monday", "time")])))
    code, said = run(folder, "import", tasks)
    assert (code, said.splitlines()) == (1, [
        f"{tasks}:1: 1 suggestion refused: {UNKNOWN_TIME}",
        "1 new article, 1 span, 1 suggestion, 1 refused",
    ])  # fmt: skip
    code, said = run(folder, "import", "--add-labels", tasks)
    assert (code, said.splitlines()[0]) == (0, "0 new articles, 0 spans, 1 suggestion, 1 already there")
    assert [quoted for _, quoted, _, _ in read_suggestions(folder)] == ["Port Mirel", "Monday"]


def test_a_refused_record_suggests_nothing(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    run(folder, "import", str(folder / "a.jsonl"))
    code, said = run(folder, "import", str(write_tasks(folder, ([("Rebels", "planet")], [PORT]))))
    assert (code, "'planet' not in labels.yaml" in said) == (1, True)
    assert read_suggestions(folder) == []


LEFT_OUT = "1 attribute, 1 article label, 1 note"


def test_what_a_suggestion_has_no_room_for_is_counted(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    spans = [{"id": "s", "start": 0, "end": 6, "label": "actor", "attributes": {"role": "x"}, "note": "n"}]
    line = {"text": TEXT, "spans": spans, "article_labels": {"kind": "raid"}}
    path = folder / "model.jsonl"
    path.write_text(json.dumps(line) + "\n", "utf-8")
    code, said = run(folder, "import", "--as", "suggestions", str(path))
    assert (code, said.splitlines()) == (0, [
        f"{path}: a suggestion is a stretch and a label: {LEFT_OUT} are left out",
        "1 new article, 0 spans, 1 suggestion",
    ])  # fmt: skip


def test_undo_of_a_rejection_leaves_nothing_of_it(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    run(folder, "import", str(folder / "a.jsonl"))
    project, session = work_on(folder)
    text = "They met the Green Hand."
    for number in range(4):
        span = Span(f"{number}", 13, 23, "actor")
        project.open_assistant().observe_paragraph(text, 0, len(text), [span])
    before = session.suggestions.in_chunk(0)
    assert [each.label for each in before] == ["actor"]
    for _ in range(3):
        assert session.moves.walk_spans(1)
        assert session.spans.reject()
        assert session.suggestions.in_chunk(0) == []
        assert session.history.undo()
        assert session.suggestions.in_chunk(0) == before
    project.close()
