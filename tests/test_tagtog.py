"""tagtog: texts in other folders than their annotations, offsets in parts, and who said what."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.readers import only_record, only_refusal, quote_spans, read_all, sentences
from tui.errors import Refusal
from tui.project.project import Project

DOWNLOAD = Path(__file__).parent / "data" / "formats" / "read" / "tagtog"
PAGE = '<html><body><article><pre id="s1v1">Two men fled.</pre></article></body></html>'


def annotations(*entities: dict[str, Any], **more: object) -> str:
    said = {"annotatable": {"parts": ["s1v1"]}, "anncomplete": True, "entities": entities}
    return json.dumps({**said, **more})


def entity(
    start: int, text: str, *, part: str = "s1v1", state: str = "", who: str = "user:ana"
) -> dict[str, Any]:
    offsets = [{"start": start, "text": text}]
    confidence = {"state": state, "who": [who], "prob": 0.5}
    return {"classId": "e_1", "part": part, "offsets": offsets, "confidence": confidence, "fields": {}}


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_download_comes_in_with_its_texts_and_names_and_nothing_else(
    project: Project, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "download"
    shutil.copytree(DOWNLOAD, folder, ignore=shutil.ignore_patterns("expected.jsonl", "b.*", "gone.*"))
    path = folder if kind == "folder" else Path(shutil.make_archive(str(folder), "zip", tmp_path, "download"))
    said: list[Refusal] = []
    report = project.import_files([path], add_labels=True, tell=said.append)
    assert (report.articles, report.refused, report.new_labels) == (1, 0, ["act"])
    assert sorted(project.store.log.list_annotators(1)) == ["ana", "bea"]


@pytest.mark.parametrize("name", ["a.plain.html", "a.html", "a.txt"])
def test_a_text_may_stand_beside_its_annotations(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Two men fled." if name == "a.txt" else PAGE, encoding="utf-8")
    (tmp_path / "a.ann.json").write_text(annotations(entity(8, "fled")), encoding="utf-8")
    record = only_record(read_all(tmp_path / "a.ann.json"))
    assert (record.text, quote_spans(record)) == ("Two men fled.", [("fled", "e_1")])


@pytest.mark.parametrize("gap", ["\n\n", "\n", "\n \n\n"])
def test_the_parts_of_a_plain_text_are_its_paragraphs(tmp_path: Path, gap: str) -> None:
    (tmp_path / "a.txt").write_text(f"Two men fled.{gap}They hid.\n", encoding="utf-8", newline="")
    entities = [entity(8, "fled", part="s1p1"), entity(0, "They", part="s1p2")]
    parts = {"parts": ["s1p1", "s1p2"]}
    path = tmp_path / "a.ann.json"
    path.write_text(annotations(*entities, annotatable=parts), encoding="utf-8")
    assert quote_spans(only_record(read_all(path))) == [("fled", "e_1"), ("They", "e_1")]
    path.write_text(annotations(annotatable={"parts": ["s1p1", "s1p2", "s1p3"]}), encoding="utf-8")
    assert "it has 3 parts, which cannot be told" in only_refusal(read_all(path)).reason


def test_what_a_program_added_is_a_suggestion_and_what_a_person_did_a_span(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    entities = [
        entity(0, "Two men", state="pre-added"),
        entity(8, "fled", state="pre-added", who="ml:model"),
        entity(4, "men", state="pre-removed", who="ml:model"),
    ]
    (tmp_path / "a.ann.json").write_text(annotations(*entities), encoding="utf-8")
    record = only_record(read_all(tmp_path / "a.ann.json"))
    assert quote_spans(record) == [("Two men", "e_1")]
    (suggested,) = record.suggestions
    assert (suggested.start, suggested.origin.source, suggested.origin.confidence) == (8, "model", 0.5)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (annotations(entity(0, "stayed")), 'its text is "stayed"'),
        (annotations(entity(0, "Two men", part="s9")), 'there is no part "s9" in the text'),
    ],
)
def test_what_cannot_be_right_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "a.ann.json").write_text(content, encoding="utf-8")
    assert reason in only_refusal(read_all(tmp_path / "a.ann.json")).reason


def test_annotations_without_their_text_say_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.ann.json").write_text(annotations(), encoding="utf-8")
    assert "put a.plain.html beside it" in only_refusal(read_all(tmp_path / "a.ann.json")).reason


def test_what_is_wrong_beside_the_entities_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    said = annotations({**entity(0, "Two men"), "fields": [1]}, relations=[7], metas=[1])
    (tmp_path / "a.ann.json").write_text(said, encoding="utf-8")
    found = read_all(tmp_path / "a.ann.json")
    assert quote_spans(only_record(found)) == [("Two men", "e_1")]
    assert [each for each in sentences(found) if "left out" in each] == [
        '1 attribute is left out ("entities[0].fields" must be an object, not [1])',
        '1 relation is left out ("relations" must be an object, not 7)',
        '1 article label is left out ("metas" must be an object, not [1])',
    ]
