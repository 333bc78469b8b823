"""Working folders: private, in the cache, and swept when their process is gone."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tui.folders import WorkingFolder, cache_folder

LEAVE_ONE = (
    "import os, signal; from tui.folders import WorkingFolder\n"
    "folder = WorkingFolder(); (folder.path / 'text').write_text('Two men fled.')\n"
    "print(folder.path, flush=True)\n"
)


def test_it_is_in_the_cache_and_nobody_else_may_read_it() -> None:
    with WorkingFolder() as folder:
        assert folder.path.parent == cache_folder() / "working"
        for each in (folder.path, folder.path.parent):
            assert stat.S_IMODE(each.stat().st_mode) == 0o700
        (folder.path / "text").write_text("Two men fled.", encoding="utf-8")
    assert not folder.path.exists()


def test_what_a_killed_process_left_is_gone_at_the_next_start() -> None:
    code = f"{LEAVE_ONE}os.kill(os.getpid(), signal.SIGKILL)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    left = Path(done.stdout.strip())
    assert (done.returncode, left.is_dir()) == (-signal.SIGKILL, True)
    with WorkingFolder() as folder:
        assert not left.exists()
        assert folder.path.exists()


def test_that_of_a_process_at_work_stays() -> None:
    code = f"{LEAVE_ONE}input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        other = Path(process.stdout.readline().strip())
        with WorkingFolder() as first, WorkingFolder() as second:
            assert (other / "text").exists()
            assert first.path.exists()
            assert second.path.exists()
        process.communicate("\n")


def test_where_the_cache_cannot_be_written_it_is_in_a_private_folder_of_the_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with WorkingFolder() as folder:
        own = folder.path.parent
        assert own.parent == tmp_path
        assert stat.S_IMODE(own.stat().st_mode) == 0o700
    own.rmdir()
    (tmp_path / "elsewhere").mkdir()
    own.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="another person's"):
        WorkingFolder()
    assert os.listdir(tmp_path / "elsewhere") == []  # noqa: PTH208 - names are enough
