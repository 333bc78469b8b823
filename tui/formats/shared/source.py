"""Where a reader reads from: bytes of a file, decoded as UTF-8, with places for what is wrong.

A source may be a file, a gzip-compressed file, a file in a zip archive, or what comes through a pipe; readers
need not know which.
"""

import codecs
import gzip
import io
import lzma
import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, Final, cast

from msgspec import Struct, field

from tui.errors import InputError, Refusal
from tui.formats.shared.limits import Allowance, CountedStream, Limits, explain_swelling
from tui.formats.shared.tokens import Join

STDIN: Final = Path("-")
"""The path that stands for standard input."""

HEAD_LENGTH: Final = 65_536
"""How many bytes a format is recognised by; more where the first line is longer."""

_LONGEST_FIRST_LINE: Final = 8_000_000
_CHUNK: Final = 1 << 20
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP_MARK: Final = b"\x1f\x8b"
_ZIP_MARK: Final = b"PK\x03\x04"

_BACKUP: Final = "exportedproject.json"
_EXPLAIN_BACKUP: Final = (
    "this is the backup of a project of INCEpTION, whose annotations only INCEpTION reads; export the"
    " documents there, as WebAnno TSV 3, UIMA CAS JSON or UIMA CAS XMI, and import those"
)


class ReadOptions(Struct, frozen=True):
    """What a person said of how files are to be read."""

    columns: tuple[str, ...] = ()
    """The columns of tags to read, by name or number; none: those that are found."""
    join: Join = "auto"
    """What stands between the tokens of a text that is made of them."""
    is_of_many: bool = False
    """Whether the file is one of several of a folder or archive, which may say nothing alone."""


class Source(Struct, frozen=True):
    """One file to read."""

    path: Path
    """The file."""
    progress: Callable[[int], None] | None = None
    """Told how many bytes were read since it was told last."""
    opener: Callable[[], BinaryIO] | None = None
    """Opens what is no file of its own; None where `path` is a file."""
    neighbours: Mapping[Path, "Source"] = field(default_factory=dict)
    """The files of the archive that it is in, where it is no file of its own."""
    limits: Limits = field(default_factory=Limits)
    """How much of it is read."""
    allowance: Allowance | None = None
    """What the archive that it is in may still unfold to."""
    options: ReadOptions = field(default_factory=ReadOptions)
    """How it is to be read."""

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
        return self.find(self.path.with_name(name))

    def find(self, path: Path) -> "Source | None":
        """Find another file: in the same archive, where it is in one."""
        if self.opener is not None:
            return self.neighbours.get(path)
        return Source(path, limits=self.limits) if path.is_file() else None

    def read_head(self) -> bytes:
        """Read the first bytes: 64 KB, and the whole first line where that is longer."""
        if self.opener is None and not self.path.is_file():
            return b""
        with self.open_bytes() as stream:
            head = stream.read(HEAD_LENGTH)
            if len(head) == HEAD_LENGTH and b"\n" not in head:
                head += stream.readline(_LONGEST_FIRST_LINE)
        if head.startswith(_ZIP_MARK):
            raise InputError(
                f"{self.path}: this is an archive in another, or in a folder; import it by itself"
            )
        return head.removeprefix(codecs.BOM_UTF8)

    def has_mark(self) -> bool:
        """Tell whether it begins with the byte order mark of UTF-8, which is no part of its text."""
        with self.open_bytes() as stream:
            return stream.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8

    def first_characters(self, count: int) -> str:
        """Read the first characters that are not blank, bytes that are no UTF-8 left out."""
        return self.read_head()[:4096].decode("utf-8", "ignore").lstrip()[:count]

    def read_bytes(self) -> bytes:
        """Read all of it as one record; raises `InputError` where it is larger."""
        return self._read_whole(self.limits.record, self.limits.explain_record())

    def read_text(self, *, records: int = 1) -> str | Refusal:
        """Read all of it as one text, a byte order mark dropped and nothing else changed.

        Raises `InputError` where it is larger than so many records may be.
        """
        limit = records * self.limits.record
        content = self._read_whole(limit, self.limits.explain_record(records))
        return self._decode(content.removeprefix(codecs.BOM_UTF8), line=None)

    def read_article(self) -> str | Refusal:
        """Read all of it as the text of one article; raises `InputError` where that is too long."""
        # No code point has more than four bytes in UTF-8.
        limit = 4 * self.limits.text + len(codecs.BOM_UTF8)
        content = self._read_whole(limit, self.limits.explain_text())
        return self._decode(content.removeprefix(codecs.BOM_UTF8), line=None)

    def inflate(self, content: bytes) -> bytes:
        """Unfold what zlib made; raises `InputError` where that is too much, or `zlib.error`."""
        limit = self.limits.may_unfold(len(content))
        unfolding = zlib.decompressobj()
        unfolded = unfolding.decompress(content, limit + 1)
        if len(unfolded) > limit:
            raise InputError(explain_swelling(self.name, limit))
        if not unfolding.eof:
            raise zlib.error("it is cut off")
        if self.allowance is not None:
            self.allowance.take(len(unfolded), self.name)
        return unfolded

    def read_lines(self) -> Iterator[tuple[int, str | Refusal]]:
        r"""Read line by line, split at `\n` only; yield each line's number, from 1, and text without `\n`.

        A file in UTF-16 is refused once, not line by line.
        """
        for number, content in self.read_byte_lines():
            yield number, content if isinstance(content, Refusal) else self.decode_line(content, number)

    def read_byte_lines(self) -> Iterator[tuple[int, bytes | Refusal]]:
        """Read line by line as `read_lines` does, but decode nothing; of a file in UTF-16 only the first."""
        with self.open_bytes() as stream:
            lines = iter(partial(stream.readline, self.limits.record + 1), b"")
            for number, line in enumerate(lines, start=1):
                if self.progress is not None:
                    self.progress(len(line))
                content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                if len(line) > self.limits.record:
                    yield number, Refusal(self.name, self.limits.explain_record(), number)
                    self._skip_line(stream)
                    continue
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
                    allowance = self.allowance or Allowance(self.limits.may_unfold(_size_of(stream)))
                    with gzip.open(stream) as folded:
                        counted = CountedStream(folded, allowance, self.name)
                        yield io.BufferedReader(counted, _CHUNK)
                else:
                    yield stream
        except (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
            raise InputError(f"{self.path}: the compressed file is damaged: {error}") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{self.path}: the file cannot be read: {reason}") from error

    def _read_whole(self, limit: int, reason: str) -> bytes:
        """Read all of it, or raise `InputError` with a reason as soon as it is more than `limit` bytes."""
        content = bytearray()
        with self.open_bytes() as stream:
            while chunk := stream.read(_CHUNK):
                content += chunk
                if len(content) > limit:
                    raise InputError(f"{self.path}: {reason}")
        if self.progress is not None:
            self.progress(len(content))
        return bytes(content)

    def _skip_line(self, stream: BinaryIO) -> None:
        """Pass over the rest of a line."""
        while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
            if self.progress is not None:
                self.progress(len(rest))

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


def check_there(path: Path) -> None:
    """Raise `InputError` where nothing is at a path, or where that cannot be told."""
    try:
        is_there = path == STDIN or path.exists()
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read: {error.strerror}") from error
    if not is_there:
        raise InputError(f"{path}: there is no such file")


def find_sources(path: Path, limits: Limits | None = None) -> Iterator[Source]:
    """Find what is to be read at a path: a file, each file of a folder or zip archive, or standard input.

    Hidden files are left out. Raises `InputError` where nothing can be read there.
    """
    limits = limits or Limits()
    check_there(path)
    if path == STDIN:
        yield Source(path, opener=_keep(path, sys.stdin.buffer), limits=limits)
    elif path.is_dir():
        if (path / _BACKUP).is_file():
            raise InputError(f"{path}: {_EXPLAIN_BACKUP}")
        for each in sorted(path.rglob("*")):
            if each.is_file() and not any(part.startswith(".") for part in each.relative_to(path).parts):
                yield Source(each, limits=limits)
    elif not path.is_file():
        if path.is_block_device() or (path.is_char_device() and not path.samefile("/dev/stdin")):
            raise InputError(f"{path}: this is a device, which may never end; give a file or a pipe")
        with Source(path, limits=limits).open_bytes() as stream:
            spool = _keep(path, stream)
        yield Source(path, opener=spool, limits=limits)
    else:
        with Source(path, limits=limits).open_bytes() as stream:
            is_archive = stream.read(len(_ZIP_MARK)) == _ZIP_MARK
        if is_archive:
            yield from _find_members(path, limits)
        else:
            yield Source(path, limits=limits)


def _find_members(path: Path, limits: Limits) -> Iterator[Source]:
    """Find the files in a zip archive, in its order."""
    try:
        archive = zipfile.ZipFile(path)
        size = path.stat().st_size
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: the zip archive cannot be read: {error}") from error
    members = [member for member in archive.infolist() if not _is_hidden(member.filename)]
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise InputError(f"{path}: this is an office document; save it as text or CSV")
    if any(member.filename == _BACKUP for member in members):
        raise InputError(f"{path}: {_EXPLAIN_BACKUP}")
    limit = limits.may_unfold(size)
    # One that swells by itself is refused by its own name when it is opened.
    if sum(each.file_size for each in members if not _swells(each, limits)) > limit:
        raise InputError(explain_swelling(str(path), limit))
    places = {path / member.filename: member for member in members}
    yield from _Members(archive, places, limits, Allowance(limit)).values()


@dataclass(frozen=True, slots=True, eq=False)
class _Members(Mapping[Path, Source]):
    """The files in an archive, each made when it is asked for.

    No file holds another one, so that the archive is closed as soon as the last of them is gone.
    """

    archive: zipfile.ZipFile
    members: Mapping[Path, zipfile.ZipInfo]
    limits: Limits
    allowance: Allowance

    def __getitem__(self, place: Path) -> Source:
        opener = partial(_open_member, self.archive, self.members[place], self.limits)
        return Source(place, opener=opener, neighbours=self, limits=self.limits, allowance=self.allowance)

    def __iter__(self) -> Iterator[Path]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)


def _is_hidden(name: str) -> bool:
    """Tell folders, hidden files and what macOS adds from what a person put into an archive."""
    return name.endswith("/") or any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _swells(member: zipfile.ZipInfo, limits: Limits) -> bool:
    return member.file_size > limits.may_unfold(member.compress_size)


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> BinaryIO:
    """Open a file of an archive; raises `InputError` where it is locked, or would swell."""
    name, limit = f"{archive.filename}/{member.filename}", limits.may_unfold(member.compress_size)
    if _swells(member, limits):
        raise InputError(explain_swelling(name, limit))
    try:
        return cast("BinaryIO", archive.open(member))
    except RuntimeError as error:
        raise InputError(
            f"{name}: the file is locked or packed in an unknown way; unpack it first"
        ) from error


def _size_of(stream: BinaryIO) -> int:
    """Say how many bytes a stream has that can be rewound, and rewind it."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size


def _keep(path: Path, stream: BinaryIO) -> "_Spool":
    """Keep all that comes through a pipe; raises `InputError` where there is no room for it."""
    try:
        file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - it lives as long as its source
        spool = _Spool(file)
        copyfileobj(stream, file)
        file.flush()
    except OSError as error:
        raise InputError(
            f"{path}: what comes through it cannot be kept while it is read: {error.strerror}; import a file"
        ) from error
    return spool


class _Spool:
    """Keeps what can be read only once, so that it can be recognised and then read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

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
