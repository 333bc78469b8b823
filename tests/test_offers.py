"""Suggestions from outside: kept beside the log, shown on the screen, spans only by an act."""

import json
import sys
from pathlib import Path

from click.testing import CliRunner

from tui.cli import main
from tui.editor import Editor
from tui.project import Place, Project

TEXT = "Rebels of the Green Hand shelled Port Mirel on Monday."


def make_project(folder: Path) -> Path:
    (folder / "labels.yaml").write_text("labels: [actor, location]\n", "utf-8")
    (folder / "a.jsonl").write_text(json.dumps({"id": "a", "text": TEXT}) + "\n", "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--project", str(folder), "--annotator", "ana", *arguments])
    return result.exit_code, result.stderr


def open_editor(folder: Path) -> tuple[Project, Editor]:
    project = Project.open(Place.of(folder, annotator="ana"))
    article, layer = project.open_article(1)
    return project, Editor(project, article, layer, assistant=project.open_assistant())


def write_offer(folder: Path, label: str = "location") -> Path:
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
    code, said = run(folder, "import", "--as", "suggestions", str(write_offer(folder)))
    assert (code, "1 span" in said) == (0, True)
    project, editor = open_editor(folder)
    assert editor.layer.spans == {}
    (offered,) = project.load_offers(1)
    assert (offered.source, TEXT[offered.start : offered.end], offered.confidence) == (
        "gazetteer",
        "Port Mirel",
        0.9,
    )
    project.close()


def test_an_accepted_suggestion_from_outside_names_its_origin_for_ever(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    run(folder, "import", str(folder / "a.jsonl"))
    run(folder, "import", "--as", "suggestions", str(write_offer(folder)))
    project, editor = open_editor(folder)
    assert [each.source for each in editor.suggestions_in(0)] == ["gazetteer"]
    editor.finish()
    (span,) = editor.layer.spans.values()
    assert span.origin.source == "gazetteer"
    assert editor.undo()
    assert (editor.layer.spans, editor.state_of(0)) == ({}, "unfinished")
    project.close()


def test_a_suggestion_with_an_unknown_label_is_refused_by_name(tmp_path: Path) -> None:
    folder = make_project(tmp_path)
    code, said = run(folder, "import", "--as", "suggestions", str(write_offer(folder, "planet")))
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
    project, _ = open_editor(folder)
    sources = [each.source for each in project.load_offers(1)]
    project.close()
    assert sources == ["tagger"]
