"""Exports as a command: all or nothing, and data sets that say what they are."""

import hashlib
import io
import json
import re
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from tests.readers import writing_of
from tui.cli import main
from tui.formats import list_writable
from tui.formats.shared.writing import WriteOptions
from tui.project.datasets import export_stream
from tui.project.exporting import ExportOptions
from tui.project.place import Place
from tui.project.project import Project

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LABELS = """
title: Raids
labels:
  - actor
  - {name: weapon, attributes: [{name: type, values: [gun]}]}
relations: [{name: uses}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project with an article that no format of tags can carry, and ten that all can."""
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    records = [
        {
            "id": "a1",
            "text": "Masked men fired AK-47s.",
            "spans": [
                {"start": 0, "end": 10, "label": "actor", "text": "Masked men"},
                {"start": 0, "end": 6, "label": "weapon", "attributes": {"type": "gun"}},
                {"start": 17, "end": 22, "label": "weapon"},
            ],
        }
    ]
    records += [
        {
            "id": f"b{number}",
            "text": f"Rebels {number} fled to camp {number} of ten, number {number} said.",
            "spans": [{"start": 0, "end": 6, "label": "actor"}],
        }
        for number in range(10)
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / "gold.jsonl").write_text(lines, encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "gold.jsonl")).exit_code == 0
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(folder), "--annotator", "ana", *words])


def export(folder: Path, *words: str) -> Result:
    return run(folder, "export", *words)


def run_process(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui", "--project", str(folder), "export", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_loss_stops_the_export_and_leaves_what_was_there(folder: Path) -> None:
    out, report = folder / "out.conll", folder / "losses.jsonl"
    out.write_text("before", encoding="utf-8")
    result = export(folder, "--format", "conll", "-o", str(out), "--report", str(report))
    assert result.exit_code == 1
    assert "nothing was written: the format cannot carry 2 things" in result.stderr
    assert out.read_text(encoding="utf-8") == "before"
    losses = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert sorted(loss["what"] for loss in losses) == ["edge", "overlap"]
    assert {loss["article"] for loss in losses} == {"a1"}
    assert not [each for each in folder.iterdir() if each.name.endswith(".part")]


def test_what_was_lost_is_summed_up(folder: Path) -> None:
    result = export(folder, "--format", "conll", "--on-loss", "drop", "-o", str(folder / "out"))
    assert result.exit_code == 0
    said = "1 overlap not carried (--on-loss drop), the first in a1 “Masked men fired AK-47s.” 0–6"
    assert f"{said}: weapon 'Masked'" in result.stderr
    assert result.stderr.endswith("11 records, 11 of 13 spans\n")


def test_nothing_lost_needs_no_policy(folder: Path) -> None:
    result = export(folder, "--format", "label-studio", "-o", str(folder / "out.json"))
    assert result.exit_code == 0, result.stderr
    assert len(json.loads((folder / "out.json").read_text(encoding="utf-8"))) == 11
    assert (folder / "out.xml").exists()


REMARKED = {
    "id": "n1",
    "text": "Rebels fled.\n\nThey came back.",
    "spans": [{"start": 0, "end": 6, "label": "actor", "note": "who?\n=sure"}],
    "meta": {"notes": {"1": "ask\nBea"}, "flags": [1]},
}


@pytest.mark.parametrize("name", list_writable())
def test_what_is_written_for_people_stops_no_export(tmp_path: Path, name: str) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    (tmp_path / "gold.jsonl").write_text(json.dumps(REMARKED) + "\n", encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "gold.jsonl")).exit_code == 0
    result = export(tmp_path, "--format", name, "--unit", "article", "-o", str(tmp_path / "out"))
    assert result.exit_code == 0, result.stderr
    for noun, feature in (("note", "notes"), ("flag", "flags")):
        is_lost = re.search(rf"\d {noun}s? not carried, the first in n1", result.stderr) is not None
        assert is_lost != (feature in writing_of(name).carries)
    assert result.stderr.endswith("1 record, 1 span\n")


@pytest.mark.parametrize("output", ["-", "out.jsonl"])
def test_a_relation_between_two_records_is_a_loss_like_others(tmp_path: Path, output: str) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    record = {
        "id": "a1",
        "text": "Rebels came.\n\nThey had AK-47s.",
        "spans": [
            {"id": "s1", "start": 0, "end": 6, "label": "actor"},
            {"id": "s2", "start": 23, "end": 28, "label": "weapon"},
        ],
        "relations": [{"id": "r1", "head": "s1", "tail": "s2", "label": "uses"}],
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "gold.jsonl")).exit_code == 0
    target = str(tmp_path / output) if output != "-" else "-"
    done = run_process(tmp_path, "-o", target)
    assert (done.returncode, done.stdout) == (1, "")
    assert "1 relation not carried (--on-loss error), the first in a1 “Rebels came.” 0–6" in done.stderr
    assert "another record is left out: 'uses'; --unit article keeps it" in done.stderr
    assert run_process(tmp_path, "--on-loss", "drop", "-o", target).returncode == 0
    whole = run_process(tmp_path, "--unit", "article")
    assert (whole.returncode, len(json.loads(whole.stdout)["relations"])) == (0, 1), whole.stderr


def test_all_parts_of_a_split_hold_their_spans_in_one_place(folder: Path) -> None:
    target = split(folder, "data", "--format", "spacy", "--on-loss", "snap")
    # The spans of one article overlap, and it is in one part: all parts name the group.
    for part in ("train", "dev", "test"):
        assert b"sc" in zlib.decompress((target / f"{part}.spacy").read_bytes())
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["spans_in"] == 'doc.spans["sc"]'
    assert 'spans in `doc.spans["sc"]`' in (target / "datacard.md").read_text(encoding="utf-8")


def test_one_file_goes_to_standard_output_and_two_do_not(folder: Path) -> None:
    whole = run_process(folder, "--format", "prodigy", "--on-loss", "drop")
    assert (whole.returncode, whole.stdout.count("\n")) == (0, 11), whole.stderr
    for name in ("hf", "label-studio", "brat"):
        result = run_process(folder, "--format", name, "--on-loss", "drop")
        assert (result.returncode, result.stdout) == (1, "")
        assert "more than one file" in result.stderr


def test_nothing_goes_to_standard_output_where_something_would_be_lost(folder: Path) -> None:
    result = run_process(folder, "--format", "conll")
    assert (result.returncode, result.stdout) == (1, "")


@pytest.mark.parametrize("name", ["prodigy", "brat"])
def test_only_spantags_own_format_has_the_unfinished(folder: Path, name: str) -> None:
    result = export(folder, "--format", name, "--all", "-o", str(folder / "out"))
    assert result.exit_code == 2
    assert "--all goes with --format jsonl" in result.stderr


def test_a_folder_must_be_new_or_empty(folder: Path) -> None:
    assert export(folder, "--format", "brat", "-o", str(folder / "brat")).exit_code == 0
    again = export(folder, "--format", "brat", "-o", str(folder / "brat"))
    assert (again.exit_code, "is not empty" in again.stderr) == (1, True)
    (folder / "new").mkdir()
    assert export(folder, "--format", "brat", "-o", str(folder / "new")).exit_code == 0


def split(folder: Path, name: str, *words: str) -> Path:
    target = folder / name
    words = (*words, "--split", "60/20/20", "--on-loss", "drop", "-o", str(target))
    result = export(folder, *words)
    assert result.exit_code == 0, result.stderr
    return target


def test_a_data_set_says_what_it_is(folder: Path) -> None:
    target = split(folder, "data", "--format", "spacy")
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    parts = manifest["parts"]
    assert sum(part["articles"] for part in parts.values()) == 11
    assert sum(part["spans"] for part in parts.values()) == 13
    assert manifest["labels"] == ["actor", "weapon"]
    assert manifest["losses"] == {"policy": "drop", "attribute": 1, "edge": 1}
    for name, said in manifest["files"].items():
        assert said["sha256"] == hashlib.sha256((target / name).read_bytes()).hexdigest()
    assert sorted(manifest["files"]) == ["dev.spacy", "test.spacy", "train.spacy"]
    card = (target / "datacard.md").read_text(encoding="utf-8")
    for words in (
        "# Raids",
        "13 spans in 11 finished texts of 11 articles",
        "as it is: 1 × attribute, 1 × edge",
        "import (13 spans)",
        "| `actor` |",
    ):
        assert words in card


def test_its_own_command_makes_it_again(folder: Path) -> None:
    first = split(folder, "data", "--format", "hf")
    manifest = json.loads((first / "manifest.json").read_text(encoding="utf-8"))
    command = manifest["command"].split()
    assert command[:2] == ["spantag", "export"]
    assert "--as-of" in command
    words = command[2 : command.index("-o")]
    (folder / "again").mkdir()
    assert export(folder, *words, "-o", str(folder / "again" / "data")).exit_code == 0
    for path in first.iterdir():
        assert (folder / "again" / "data" / path.name).read_bytes() == path.read_bytes(), path.name


def test_parts_share_no_article_and_make_up_the_whole(folder: Path) -> None:
    target = split(folder, "data", "--format", "jsonl")
    articles = [
        {json.loads(line)["id"].partition("#")[0] for line in path.read_text(encoding="utf-8").splitlines()}
        for path in sorted(target.glob("*.jsonl"))
    ]
    assert len(articles) == 3
    assert sum(map(len, articles)) == len(set().union(*articles)) == 11


@pytest.mark.parametrize("words", [("--split", "80"), ("--split", "80/20")], ids=["no split", "no folder"])
def test_a_split_needs_shares_and_a_folder(folder: Path, words: tuple[str, ...]) -> None:
    result = export(folder, *words)
    assert result.exit_code == 2
    assert "80/10/10" in result.stderr or "-o FOLDER" in result.stderr


class _Watching(io.BytesIO):
    """A stream that looks what lies in a folder when it is written to."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.seen: set[str] = set()

    def write(self, content: "ReadableBuffer", /) -> int:
        self.seen.update(each.name for each in self.folder.rglob("*"))
        return super().write(content)


@pytest.mark.parametrize("name", ["conll", "csv", "spacy", "gliner"])
def test_what_goes_to_standard_output_leaves_nothing_in_the_project(folder: Path, name: str) -> None:
    place = Place.of(folder, annotator="ana")
    with closing(Project.open(place, create=False)) as project:
        out = _Watching(folder)
        export_stream(project.plan_export(ExportOptions(), name, WriteOptions(on_loss="drop")), out)
    assert out.getvalue()
    assert not [name for name in out.seen if name.endswith(".part")]


@pytest.mark.parametrize("name", ["jsonl", "csv", "conll", "prodigy"])
def test_a_reader_that_wants_no_more_is_no_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    text = "Rebels fled. " * 400
    spans = [{"start": place, "end": place + 6, "label": "actor"} for place in range(0, len(text), 13)]
    lines = [json.dumps({"id": str(n), "text": f"{text}{n}", "spans": spans}) + "\n" for n in range(20)]
    (tmp_path / "gold.jsonl").write_text("".join(lines), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "gold.jsonl")).exit_code == 0
    command = [sys.executable, "-m", "tui", "--project", str(tmp_path), "export", "--format", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(60)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--as-of", "2020-01-01"],
            "nothing was finished at 2020-01-01T00:00:00.000Z: the first annotation is from",
        ),
        (["--annotator", "bea"], "there is nothing by 'bea'; annotators so far: ana"),
    ],
    ids=["time", "annotator"],
)
def test_where_nothing_is_exported_it_says_what_would_be_right(
    folder: Path, words: list[str], sentence: str
) -> None:
    result = export(folder, *words, "-o", str(folder / "out.jsonl"))
    assert sentence in result.stderr
    assert "--all" not in result.stderr


def test_all_is_advised_only_where_it_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    (tmp_path / "a.txt").write_text("Rebels fled.", encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "a.txt")).exit_code == 0
    assert "--all writes everything" in export(tmp_path, "-o", str(tmp_path / "out")).stderr
    assert "--all" not in export(tmp_path, "--format", "conll", "-o", str(tmp_path / "out")).stderr


def test_a_quiet_export_says_only_what_was_lost(folder: Path) -> None:
    words = ["--format", "conll", "--on-loss", "drop", "-o", str(folder / "out")]
    said = export(folder, "-q", *words).stderr.splitlines()
    assert len(said) == 2
    assert all("not carried" in line for line in said)
    assert export(folder, "--quiet", "-o", str(folder / "out.jsonl")).stderr == ""
