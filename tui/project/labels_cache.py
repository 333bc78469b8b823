"""What labels.yaml said when it was read last, so that a start need not load what reads it.

To read it takes PyYAML and an engine for regular expressions: a tenth of a start. In the person's cache lies
a file for each labels.yaml, with the text that was read, and what came of it. It counts while the text is
the same and the modules that read it are; whatever else is there, or goes wrong, means to read anew.
"""

import os
import stat
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from tui.folders import write_whole
from tui.model import labels as labels_package
from tui.model.labels import LabelSet

_FOLDER: Final = "labels"


class _Kept(msgspec.Struct, frozen=True):
    """One labels.yaml."""

    path: str
    """Where it is; mistakes name it, and so do patterns."""
    content: bytes
    """What was in it."""
    readers: list[tuple[str, int, int]]
    """The modules that read it: name, when they were changed, in nanoseconds, and bytes."""
    labels: LabelSet
    """What it says."""


def recall_labels(path: Path, cache: Path) -> LabelSet:
    """Take what labels.yaml said last, from a folder, or read it; raises `LabelsError` with every mistake."""
    content = _read_file(path)
    kept_at = cache / _FOLDER / _name(path)
    known = _recall(kept_at) if content is not None else None
    readers = _list_readers()
    if known is not None and (known.path, known.content, known.readers) == (str(path), content, readers):
        return known.labels
    from tui.model.labels.read import read_labels

    labels = read_labels(path)
    if content is not None and _read_file(path) == content:
        # A path that is no UTF-8 cannot be written down.
        with suppress(OSError, UnicodeEncodeError):
            _write(kept_at, _Kept(str(path), content, readers, labels))
    return labels


def _name(path: Path) -> str:
    """Name the file for a labels.yaml: another one where mistakes name it otherwise."""
    return f"{zlib.crc32(os.fsencode(path.absolute()) + os.fsencode(path)):08x}"


def _read_file(path: Path) -> bytes | None:
    """Read a file; None for what is none or cannot be read."""
    with suppress(OSError):
        if stat.S_ISREG(path.stat().st_mode):
            return path.read_bytes()
    return None


def _recall(kept_at: Path) -> _Kept | None:
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.msgpack.decode(kept_at.read_bytes(), type=_Kept)
    return None


def _write(kept_at: Path, kept: _Kept) -> None:
    kept_at.parent.mkdir(parents=True, exist_ok=True)
    write_whole(kept_at, msgspec.msgpack.encode(kept))


def _list_readers() -> list[tuple[str, int, int]]:
    found = [(each, each.stat()) for each in sorted(Path(labels_package.__path__[0]).glob("*.py"))]
    return [(each.name, status.st_mtime_ns, status.st_size) for each, status in found]
