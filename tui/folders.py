"""The person's own folders, of settings, of what can be made anew and of what is under way; and whole files.

A working folder lies in the cache, readable by nobody else; where nothing can be written there, in a folder
of the person's own in the temporary one. Each belongs to one process, which holds a lock in it as long as it
lives. Whoever makes the next one removes those whose process is gone, however it ended.
"""

import errno
import getpass
import os
import shutil
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_FOLDER: Final = "working"
_LOCK: Final = ".lock"


def config_folder() -> Path:
    """Say where a person's settings are."""
    from platformdirs import user_config_path

    return user_config_path("spantag", appauthor=False)


def cache_folder() -> Path:
    """Say where what can be made anew is kept for a person."""
    from platformdirs import user_cache_path

    return user_cache_path("spantag", appauthor=False)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there when it is whole, in a folder that is there; raises `OSError`."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise


class WorkingFolder:
    """A folder of this process that is gone when it is closed, or swept when another one is made."""

    def __init__(self) -> None:
        """Make it, with mode 700; raises `OSError` where none can be made."""
        try:
            cache_folder().mkdir(parents=True, exist_ok=True)
            self.path = _make_in(cache_folder() / _FOLDER)
            """The folder."""
        except OSError:
            self.path = _make_in(Path(tempfile.gettempdir(), f"spantag-{getpass.getuser()}"))
        self._lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        _try_lock(self._lock)

    def __enter__(self) -> Self:
        """Use it in a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove it."""
        self.close()

    def close(self) -> None:
        """Remove it with all that is in it."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
            shutil.rmtree(self.path, ignore_errors=True)


def _make_in(parent: Path) -> Path:
    """Make a folder in another that is the person's own, and remove there what was left."""
    with suppress(FileExistsError):
        parent.mkdir(mode=0o700)
    status = parent.lstat()
    if not stat.S_ISDIR(status.st_mode) or (sys.platform != "win32" and status.st_uid != os.getuid()):
        raise PermissionError(errno.EACCES, "this is another person's", str(parent))
    parent.chmod(0o700)
    _sweep(parent)
    return Path(tempfile.mkdtemp(dir=parent, prefix=f"{os.getpid()}-"))


def _sweep(parent: Path) -> None:
    """Remove the folders whose process is gone."""
    for folder in parent.iterdir():
        # One without a lock is being made just now, or was left in that moment; it is empty.
        with suppress(OSError):
            lock = os.open(folder / _LOCK, os.O_RDWR)
            try:
                is_left = _try_lock(lock)
            finally:
                os.close(lock)
            if is_left:
                shutil.rmtree(folder, ignore_errors=True)


def _try_lock(descriptor: int) -> bool:
    """Lock a file, if no other process has; tell whether."""
    if sys.platform == "win32":
        import msvcrt

        lock, arguments = msvcrt.locking, (descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        lock, arguments = fcntl.flock, (descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        lock(*arguments)
    except OSError:
        return False
    return True
