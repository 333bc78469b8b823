"""Where a reader reads from: bytes of a file, decoded as UTF-8, with places for what is wrong."""

import codecs
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tui.errors import InputError, Refusal

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read."""

    path: Path
    """The file."""
    progress: Callable[[int], None] | None = None
    """Told how many bytes were read since it was told last."""

    @property
    def name(self) -> str:
        """The file as the person named it."""
        return str(self.path)

    def first_characters(self, count: int) -> str:
        """Read the first characters that are not blank, bytes that are no UTF-8 left out.

        What can be read only once, such as a pipe, is left for the reader: then there are none.
        """
        if not self.path.is_file():
            return ""
        with self._open() as stream:
            head = stream.read(4096)
        return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "ignore").lstrip()[:count]

    def read_text(self) -> str | Refusal:
        """Read all of it as one text, a byte order mark dropped and nothing else changed."""
        with self._open() as stream:
            content = stream.read()
        if self.progress is not None:
            self.progress(len(content))
        return self._decode(content.removeprefix(codecs.BOM_UTF8), line=None)

    def read_lines(self) -> Iterator[tuple[int, str | Refusal]]:
        r"""Read line by line, split at `\n` only; yield each line's number, from 1, and text without `\n`.

        A file in UTF-16 is refused once, not line by line.
        """
        with self._open() as stream:
            for number, line in enumerate(stream, start=1):
                if self.progress is not None:
                    self.progress(len(line))
                content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                yield number, self._decode(content.removesuffix(b"\n"), line=number)
                if number == 1 and _is_utf16(content):
                    return

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        try:
            with self.path.open("rb") as stream:
                yield stream
        except OSError as error:
            raise InputError(f"{self.path}: the file cannot be read: {error.strerror}") from error

    def _decode(self, content: bytes, *, line: int | None) -> str | Refusal:
        if line in (None, 1) and _is_utf16(content):
            reason = "this is UTF-16, not UTF-8; convert it with: iconv -f UTF-16 -t UTF-8"
            return Refusal(self.name, reason, line)
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
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


def _is_utf16(content: bytes) -> bool:
    """Tell UTF-16 by its byte order mark, else by zero bytes: every other one, where the script is Latin."""
    return content.startswith(_UTF16_MARKS) or (b"\0" in content and content.count(0) * 5 > len(content) * 2)
