"""Files and folders that appear only when they are whole, and streams that stay open."""

import io
import stat
from pathlib import Path

import pytest

from tui.errors import OutputError
from tui.project.outputs import Stream, open_whole


def fail_to_write(path: Path, error: Exception) -> None:
    with open_whole(path) as out:
        out.write("half")
        raise error


@pytest.mark.parametrize("error", [RuntimeError(), OSError(28, "full")], ids=["bug", "full disk"])
def test_a_failing_export_leaves_what_was_there_and_nothing_else(tmp_path: Path, error: Exception) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("before", encoding="utf-8")
    with pytest.raises((RuntimeError, OutputError)):
        fail_to_write(path, error)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"out.jsonl": b"before"}


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"out\.jsonl: the file cannot be written: No space left"):
        fail_to_write(tmp_path / "out.jsonl", OSError(28, "No space left on device"))


@pytest.mark.parametrize(
    "name", ["", "none/out.jsonl", "file/out.jsonl"], ids=["folder", "missing", "in a file"]
)
def test_a_file_that_cannot_be_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match=str(tmp_path)), open_whole(tmp_path / name):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"there is no folder .*none; make it first"),
        open_whole(tmp_path / "none" / "out.jsonl"),
    ):
        pass


def test_a_link_stays_a_link_and_rights_stay_as_they_are(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"before")
    target.chmod(0o640)
    link.symlink_to(target)
    with open_whole(link) as out:
        out.write("after")
    assert link.is_symlink()
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"after", 0o640)


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="needs a device")
def test_a_device_is_written_into_and_not_replaced() -> None:
    with open_whole(Path("/dev/null")) as out:
        out.write("gone")
    assert Path("/dev/null").is_char_device()


def test_a_stream_gets_what_is_written_and_stays_open() -> None:
    out = io.BytesIO()
    for writing in (Stream(out).open_binary(), Stream(out).open_binary()):
        writing.write(b"line\n")
        writing.close()
    assert out.getvalue() == b"line\nline\n"


def test_a_stream_has_no_files_beside_it() -> None:
    with pytest.raises(OutputError, match="more than one file"):
        Stream(io.BytesIO()).open_text("features.json")
