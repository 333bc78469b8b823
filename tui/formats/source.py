"""Where a reader reads from: bytes of a file, decoded as UTF-8, with places for what is wrong.

A source may be a file, a gzip-compressed file, a file in a zip archive, or what comes through a pipe; readers
need not know which.
"""

import codecs
import gzip
import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, Final, cast

from tui.errors import InputError, Refusal

STDIN: Final = Path("-")
"""The path that stands for standard input."""

HEAD_LENGTH: Final = 65_536
"""How many bytes a format is recognised by; more where the first line is longer."""

_LONGEST_FIRST_LINE: Final = 8_000_000
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP_MARK: Final = b"\x1f\x8b"
_ZIP_MARK: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read."""

    path: Path
    """The file."""
    progress: Callable[[int], None] | None = None
    """Told how many bytes were read since it was told last."""
    opener: Callable[[], BinaryIO] | None = None
    """Opens what is no file of its own; None where `path` is a file."""
    neighbours: Mapping[str, "Source"] = field(default_factory=dict)
    """The files beside it, by name, where it is no file of its own."""

    @property
    def name(self) -> str:
        """The file as the person named it."""
        return str(self.path)

    @property
    def inner_path(self) -> Path:
        """Its path without the ending that says how it is compressed."""
        return self.path.with_suffix("") if self.path.suffix.lower() == ".gz" else self.path

    def sibling(self, name: str) -> "Source | None":
        """Find the file of this name beside it."""
        if self.opener is not None:
            return self.neighbours.get(name)
        path = self.path.with_name(name)
        return Source(path) if path.is_file() else None

    def read_head(self) -> bytes:
        """Read the first bytes: 64 KB, and the whole first line where that is longer."""
        if self.opener is None and not self.path.is_file():
            return b""
        with self.open_bytes() as stream:
            head = stream.read(HEAD_LENGTH)
            if len(head) == HEAD_LENGTH and b"\n" not in head:
                head += stream.readline(_LONGEST_FIRST_LINE)
        return head.removeprefix(codecs.BOM_UTF8)

    def has_mark(self) -> bool:
        """Tell whether it begins with the byte order mark of UTF-8, which is no part of its text."""
        with self.open_bytes() as stream:
            return stream.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8

    def first_characters(self, count: int) -> str:
        """Read the first characters that are not blank, bytes that are no UTF-8 left out."""
        return self.read_head()[:4096].decode("utf-8", "ignore").lstrip()[:count]

    def read_bytes(self) -> bytes:
        """Read all of it."""
        with self.open_bytes() as stream:
            content = stream.read()
        if self.progress is not None:
            self.progress(len(content))
        return content

    def read_text(self) -> str | Refusal:
        """Read all of it as one text, a byte order mark dropped and nothing else changed."""
        return self._decode(self.read_bytes().removeprefix(codecs.BOM_UTF8), line=None)

    def read_lines(self) -> Iterator[tuple[int, str | Refusal]]:
        r"""Read line by line, split at `\n` only; yield each line's number, from 1, and text without `\n`.

        A file in UTF-16 is refused once, not line by line.
        """
        for number, content in self.read_byte_lines():
            yield number, self.decode_line(content, number)

    def read_byte_lines(self) -> Iterator[tuple[int, bytes]]:
        """Read line by line as `read_lines` does, but decode nothing; of a file in UTF-16 only the first."""
        with self.open_bytes() as stream:
            for number, line in enumerate(stream, start=1):
                if self.progress is not None:
                    self.progress(len(line))
                content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                yield number, content.removesuffix(b"\n")
                if number == 1 and _is_utf16(content):
                    return

    def decode_line(self, content: bytes, number: int) -> str | Refusal:
        """Decode a line, or refuse the first byte that is not UTF-8."""
        return self._decode(content, line=number)

    @contextmanager
    def open_bytes(self) -> Iterator[BinaryIO]:
        """Open it, decompressed; raises `InputError` where it cannot be read."""
        try:
            with self.opener() if self.opener is not None else self.path.open("rb") as stream:
                if self._is_compressed(stream):
                    with gzip.open(stream) as decompressed:
                        yield cast("BinaryIO", decompressed)
                else:
                    yield stream
        except (EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise InputError(f"{self.path}: the compressed file is damaged: {error}") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{self.path}: the file cannot be read: {reason}") from error

    def _is_compressed(self, stream: BinaryIO) -> bool:
        """Tell gzip by its first bytes, where the stream can be rewound."""
        if not stream.seekable():
            return False
        mark = stream.read(len(_GZIP_MARK))
        stream.seek(0)
        return mark == _GZIP_MARK

    def _decode(self, content: bytes, *, line: int | None) -> str | Refusal:
        if line in (None, 1) and _is_utf16(content):
            reason = "this is UTF-16, not UTF-8; convert it with: iconv -f UTF-16 -t UTF-8"
            return Refusal(self.name, reason, line)
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            if line in (None, 1) and b"\0" in content:
                return Refusal(self.name, "this is no text file; import the text it was made of", line)
            return self._refuse_byte(content, error.start, line)

    def _refuse_byte(self, content: bytes, start: int, line: int | None) -> Refusal:
        before = content[:start].decode("utf-8")
        if line is None:
            line = before.count("\n") + 1
            before = before[before.rfind("\n") + 1 :]
        reason = (
            f"byte 0x{content[start]:02x} is not UTF-8; convert the file to UTF-8, for example with iconv"
        )
        return Refusal(self.name, reason, line, len(before) + 1)


def find_sources(path: Path) -> Iterator[Source]:
    """Find what is to be read at a path: a file, each file of a folder or zip archive, or standard input.

    Hidden files are left out. Raises `InputError` where nothing can be read there.
    """
    try:
        path.exists()
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read: {error.strerror}") from error
    if path == STDIN:
        yield Source(path, opener=_Spool(sys.stdin.buffer))
    elif path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and not any(part.startswith(".") for part in each.relative_to(path).parts):
                yield Source(each)
    elif not path.exists():
        raise InputError(f"{path}: there is no such file")
    elif not path.is_file():
        with Source(path).open_bytes() as stream:
            spool = _Spool(stream)
        yield Source(path, opener=spool)
    else:
        with Source(path).open_bytes() as stream:
            is_archive = stream.read(len(_ZIP_MARK)) == _ZIP_MARK
        if is_archive:
            yield from _find_members(path)
        else:
            yield Source(path)


def _find_members(path: Path) -> Iterator[Source]:
    """Find the files in a zip archive, in its order."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: the zip archive cannot be read: {error}") from error
    members = [name for name in archive.namelist() if not _is_hidden(name)]
    if "[Content_Types].xml" in members:
        raise InputError(f"{path}: this is an office document; save it as text or CSV")
    folders: dict[Path, dict[str, Source]] = {}
    for name in members:
        place = path / name
        beside = folders.setdefault(place.parent, {})
        beside[place.name] = Source(place, opener=partial(_open_member, archive, name), neighbours=beside)
    for name in members:
        yield folders[(path / name).parent][(path / name).name]


def _is_hidden(name: str) -> bool:
    """Tell folders, hidden files and what macOS adds from what a person put into an archive."""
    return name.endswith("/") or any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _open_member(archive: zipfile.ZipFile, name: str) -> BinaryIO:
    return cast("BinaryIO", archive.open(name))


class _Spool:
    """Keeps what can be read only once, so that it can be recognised and then read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as its source
        copyfileobj(stream, self._file)
        self._file.flush()

    def __call__(self) -> BinaryIO:
        """Open it from the beginning."""
        self._file.seek(0)
        return os.fdopen(os.dup(self._file.fileno()), "rb")

    def __del__(self) -> None:
        """Close it with the source that has it."""
        self._file.close()


def _is_utf16(content: bytes) -> bool:
    """Tell UTF-16 by its byte order mark, else by zero bytes: every other one, where the script is Latin."""
    if content.startswith(_UTF16_MARKS):
        return True
    fewer, more = sorted((content[::2].count(0), content[1::2].count(0)))
    # In what is no text at all, zeros stand anywhere.
    return more * 5 > len(content) * 2 and fewer * 20 < more
