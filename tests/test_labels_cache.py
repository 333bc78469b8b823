"""What labels.yaml said last: it counts while the file says it, and is never a mistake's hiding place."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui.errors import LabelsError
from tui.model.labels.read import read_labels
from tui.project.labels_cache import recall_labels

LABELS = """
labels:
  - name: weapon
    patterns: [{regex: "\\\\d+ mm"}]
    attributes: [{name: side, values: [north, south]}]
  - {name: attack, roles: {by: [weapon]}}
relations: [{name: uses, from: [attack], to: [weapon]}]
article_labels: [{name: deaths, type: count, rule: acled}]
"""


def write(folder: Path, text: str = LABELS) -> Path:
    (folder / "labels.yaml").write_text(text, encoding="utf-8")
    return folder / "labels.yaml"


def test_what_is_recalled_is_what_would_be_read(tmp_path: Path) -> None:
    path = write(tmp_path)
    first, again = (recall_labels(path, tmp_path / "cache") for _ in range(2))
    assert first == again == read_labels(path)
    assert again.hash == first.hash
    assert [each.place for each in again.labels[0].patterns] == [f"{path}:4:24"]
    assert again.labels[0].attributes[0].keys == ("n", "s")


def test_a_change_is_read_at_once_even_in_the_same_moment(tmp_path: Path) -> None:
    path = write(tmp_path)
    recall_labels(path, tmp_path / "cache")
    for name in ("cannon", "rocket"):
        write(tmp_path, LABELS.replace("weapon", name))
        assert recall_labels(path, tmp_path / "cache").names[0] == name


def test_a_mistake_is_told_each_time(tmp_path: Path) -> None:
    recall_labels(write(tmp_path), tmp_path / "cache")
    path = write(tmp_path, "labels: [{nam: weapon}]")
    for _ in range(2):
        with pytest.raises(LabelsError):
            recall_labels(path, tmp_path / "cache")


def test_what_is_damaged_or_cannot_be_kept_is_read_anew(tmp_path: Path) -> None:
    path, cache = write(tmp_path), tmp_path / "cache"
    expected = recall_labels(path, cache)
    (kept,) = (cache / "labels").iterdir()
    for content in (b"", b"\x93", kept.read_bytes()[:-9], b"\x80"):
        kept.write_bytes(content)
        assert recall_labels(path, cache) == expected
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    assert recall_labels(path, blocked) == expected


def test_in_a_folder_whose_name_is_no_utf_8_it_is_read_each_time(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    path = write(folder)
    assert [recall_labels(path, tmp_path / "cache") for _ in range(2)] == [read_labels(path)] * 2


def test_two_projects_whose_names_fall_together_are_not_taken_for_each_other(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    recall_labels(write(tmp_path), cache)
    (kept,) = (cache / "labels").iterdir()
    (tmp_path / "other").mkdir()
    other = write(tmp_path / "other")
    recall_labels(other, cache)
    for each in (cache / "labels").iterdir():
        each.write_bytes(kept.read_bytes())
    assert str(other) in recall_labels(other, cache).labels[0].patterns[0].place


def test_recalling_loads_no_reader(tmp_path: Path) -> None:
    path, cache = write(tmp_path), tmp_path / "cache"
    code = (
        "import sys; from pathlib import Path; from tui.project.labels_cache import recall_labels;"
        f"recall_labels(Path({str(path)!r}), Path({str(cache)!r}));"
        "print(sorted({'yaml', 'regex', 'tui.model.labels.read'} & set(sys.modules)))"
    )
    # Two starts, each in a process of its own: nothing that another test left behind counts.
    first, again = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(2)
    )
    assert first.stdout.strip() == "['regex', 'tui.model.labels.read', 'yaml']"
    assert again.stdout.strip() == "[]"
