"""Where an export goes: files and folders that appear only when they are whole.

Everything is written into a folder beside the target and renamed at the end, so that a failing export, or one
that may lose nothing and would, leaves what was there before. What goes into a stream waits in a working
folder, so that nothing is written into a project that is only read.
"""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

from tui.errors import OutputError
from tui.folders import WorkingFolder

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_CHUNK: Final = 1 << 20
_MORE_THAN_ONE: Final = "this format is more than one file; name the first, or the folder, with -o"


class StagedFiles:
    """The files of one export while they are written: one with others beside it, or those of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """Where they wait."""
        self._names: dict[str, Path] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What was opened, in that order; the empty name is the file itself."""
        return tuple(self._names)

    def path_of(self, name: str) -> Path:
        """Give the place where a file waits."""
        return self._names[name]

    def open_text(self, name: str = "") -> TextIO:
        r"""Open a file for text, as UTF-8 with the line ends as given."""
        return self._place(name).open("w", encoding="utf-8", newline="")

    def open_binary(self, name: str = "") -> BinaryIO:
        """Open a file for bytes."""
        return self._place(name).open("wb")

    def _place(self, name: str) -> Path:
        place = self._names[name] = self.folder / (name or "content")
        if "/" in name:
            place.parent.mkdir(parents=True, exist_ok=True)
        return place


class Part:
    """One part of a folder: a file with those beside it, or a folder in it."""

    def __init__(self, files: StagedFiles, name: str, *, is_folder: bool) -> None:
        self._files = files
        self._name = name
        self._is_folder = is_folder

    def open_text(self, name: str = "") -> TextIO:
        """Open the file, or one beside it, for text."""
        return self._files.open_text(self._full(name))

    def open_binary(self, name: str = "") -> BinaryIO:
        """Open the file, or one beside it, for bytes."""
        return self._files.open_binary(self._full(name))

    def _full(self, name: str) -> str:
        return f"{self._name}/{name}" if self._is_folder else str(beside(Path(self._name), name))


class Stream:
    """The one file of an export that is a stream: it gets what is written at once, and stays open."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def open_text(self, name: str = "") -> TextIO:
        """Open it for text."""
        return io.TextIOWrapper(self.open_binary(name), encoding="utf-8", newline="")

    def open_binary(self, name: str = "") -> io.BufferedWriter:
        """Open it for bytes; raises `OutputError` for a file beside it."""
        if name:
            raise OutputError(_MORE_THAN_ONE)
        return io.BufferedWriter(_KeptOpen(self._out))


class _KeptOpen(io.RawIOBase):
    """Writes into a stream, and does not close it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, content: "ReadableBuffer", /) -> int:
        return self._out.write(content)


def beside(path: Path, name: str) -> Path:
    """Name a file beside another: `out.json` and `xml` make `out.xml`."""
    return path.with_name(f"{path.name.removesuffix(path.suffix)}.{name}") if name else path


@contextmanager
def stage(near: Path) -> Iterator[StagedFiles]:
    """Give a place for files beside a path; what is not published from there is gone after the block."""
    # Beside a device or a pipe is no place for files.
    if near.exists() and not (near.is_file() or near.is_dir()):
        with stage_for_stream() as files:
            yield files
        return
    parent = near.resolve().parent
    if not parent.exists():
        raise OutputError(f"{near}: there is no folder {near.parent}; make it first")
    with _explained(f"{near}: the file"):
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=f".{near.name[:80]}.", suffix=".part"))
        try:
            yield StagedFiles(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def stage_for_stream() -> Iterator[StagedFiles]:
    """Give a place in a working folder for files that go into a stream; it is gone after the block."""
    with _explained("the working folder"), WorkingFolder() as folder:
        yield StagedFiles(folder.path)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Put an error of the system into a sentence that begins with `what`."""
    try:
        yield
    except BrokenPipeError:
        # Whoever reads wants no more; that is no fault of a file.
        raise
    except OSError as error:
        raise OutputError(f"{what} cannot be written: {error.strerror}") from error


@contextmanager
def open_whole(path: Path) -> Iterator[TextIO]:
    """Open a file for text that appears under its name only when the block is done; raises `OutputError`."""
    check_file(path)
    with stage(path) as files:
        with files.open_text() as out:
            yield out
        publish_files(files, path)


def publish_files(files: StagedFiles, path: Path) -> list[Path]:
    """Put the staged file where it belongs, and those beside it; give all of them.

    A link stays a link, rights stay as they are, and into a device or a pipe the file is copied.
    """
    written: list[Path] = []
    for name in files.names:
        staged, target = files.path_of(name), beside(path, name)
        check_file(target)
        if target.exists() and not target.is_file():
            with staged.open("rb") as content, target.open("wb") as out:
                shutil.copyfileobj(content, out, _CHUNK)
        else:
            resolved = target.resolve()
            staged.chmod(mode_of(resolved))
            _sync(staged)
            staged.replace(resolved)
        written.append(target)
    return written


def publish_folder(files: StagedFiles, folder: Path) -> None:
    """Put a folder of staged files where it belongs; raises `OutputError` where something is there."""
    check_folder(folder)
    mode = 0o777 & ~_read_mask()
    files.folder.chmod(mode)
    for name in files.names:
        _sync(files.path_of(name))
    if folder.exists():
        folder.resolve().rmdir()
        files.folder.replace(folder.resolve())
    else:
        files.folder.replace(folder)


def check_file(path: Path) -> None:
    """Make sure that a file can be named so; raises `OutputError`."""
    try:
        is_folder = path.is_dir()
    except OSError as error:
        raise OutputError(f"{path}: the file cannot be written: {error.strerror}") from error
    if is_folder:
        raise OutputError(f"{path}: this is a folder; name a file")


def check_folder(folder: Path) -> None:
    """Make sure that a folder can be made here, or is empty; raises `OutputError`."""
    try:
        is_there, is_folder = folder.exists(), folder.is_dir()
    except OSError as error:
        raise OutputError(f"{folder}: the folder cannot be written: {error.strerror}") from error
    if is_there and not is_folder:
        raise OutputError(f"{folder}: this is a file; name a folder")
    if is_folder and any(folder.iterdir()):
        raise OutputError(f"{folder}: the folder is not empty; name a new one")


def mode_of(path: Path) -> int:
    """Give the rights a file has, or would be given."""
    return path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_read_mask()


def _read_mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def copy_staged(files: StagedFiles, out: BinaryIO) -> None:
    """Copy the staged file into a stream; raises `OutputError` where there are others beside it."""
    if files.names != ("",):
        raise OutputError(_MORE_THAN_ONE)
    with files.path_of("").open("rb") as content:
        shutil.copyfileobj(content, out, _CHUNK)


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
