"""Parquet: token classification data as a table, written, parted and read back."""

import json
import sys
from pathlib import Path

import pytest

from tests.readers import reading_of
from tests.test_datasets import export, folder, run, split  # noqa: F401 - a fixture and its commands
from tests.written import EMPTY, PLAIN, write
from tui.errors import Refusal
from tui.formats import open_source, recognise
from tui.model.record import Record


def read(path: Path) -> list[Record | Refusal]:
    source = open_source(path)
    known = recognise(source)
    assert known is not None
    assert known.name == "hf"
    return list(reading_of("hf").records(source))


def spans_of(record: Record | Refusal) -> list[tuple[int, int, str]]:
    assert isinstance(record, Record), record
    return [(span.start, span.end, span.label) for span in record.spans or ()]


def test_a_table_holds_what_lines_hold(tmp_path: Path) -> None:
    (tmp_path / "lines").mkdir()
    write(tmp_path / "lines", "hf", [PLAIN, EMPTY])
    write(tmp_path, "hf", [PLAIN, EMPTY], own={"parquet": True})
    table = (tmp_path / "out.jsonl").rename(tmp_path / "out.parquet")
    found, lines = read(table), read(tmp_path / "lines" / "out.jsonl")
    assert [(spans_of(each), each.text) for each in found if isinstance(each, Record)] == [
        (spans_of(each), each.text) for each in lines if isinstance(each, Record)
    ]
    assert spans_of(found[0]) == [(span.start, span.end, span.label) for span in PLAIN.spans or ()]
    assert len(found) == 2


def test_a_long_table_is_parted(tmp_path: Path) -> None:
    files, _ = write(tmp_path, "hf", [PLAIN, EMPTY] * 5, own={"parquet": True}, most_rows=4)
    assert len(files) == 3
    found = [len(read(path)) for path in sorted(tmp_path.iterdir()) if path.read_bytes()]
    assert sorted(found) == [2, 4, 4]


def test_a_file_name_says_that_it_is_a_table(folder: Path) -> None:  # noqa: F811 - the fixture
    done = export(folder, "--format", "hf", "--on-loss", "drop", "-o", str(folder / "out.parquet"))
    assert done.exit_code == 0, done.stderr
    assert sorted(path.name for path in folder.glob("out*")) == ["out.parquet"]
    assert len(read(folder / "out.parquet")) == 11
    again = run(folder, "import", "--dry-run", str(folder / "out.parquet"))
    assert again.exit_code == 0, again.stderr


def test_a_data_set_of_tables_names_its_files(folder: Path) -> None:  # noqa: F811 - the fixture
    target = split(folder, "data", "--format", "hf", "--parquet")
    assert sorted(path.name for path in target.glob("*.parquet")) == [
        "dev.parquet",
        "test.parquet",
        "train.parquet",
    ]
    assert "path: train*.parquet" in (target / "README.md").read_text(encoding="utf-8")
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    assert "--parquet" in manifest["command"]


def test_only_one_format_is_a_table(folder: Path) -> None:  # noqa: F811 - the fixture
    done = export(folder, "--format", "conll", "--parquet", "-o", str(folder / "out.conll"))
    assert done.exit_code != 0
    assert "--parquet goes with --format hf" in done.stderr


def test_a_damaged_table_is_refused_in_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, "hf", [PLAIN], own={"parquet": True})
    content = (tmp_path / "out.jsonl").read_bytes()
    path = tmp_path / "cut.parquet"
    path.write_bytes(content[:-20])
    (refusal,) = read(path)
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("this Parquet file is damaged: ")


def test_without_its_library_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "hf", [PLAIN], own={"parquet": True})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = (tmp_path / "out.jsonl").rename(tmp_path / "out.parquet")
    (refusal,) = read(path)
    assert isinstance(refusal, Refusal)
    assert "pip install 'spantag[parquet]'" in refusal.reason
