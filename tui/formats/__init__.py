"""The file formats: one module each, one dictionary that names them.

A reader turns a `Source` into records and refusals, in the order of the file, and streams where the format
allows it. A writer turns records into text. No format knows another, and none knows the store.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TextIO, TypeAlias

from tui.errors import InputError, Refusal
from tui.formats import markdown, native, plain
from tui.formats.source import Source
from tui.records import Record

Read: TypeAlias = Callable[[Source], Iterator[Record | Refusal]]
"""Read every record of a source; what cannot be right is a refusal in its place."""


class Write(Protocol):
    """Write one record."""

    def __call__(self, record: Record, out: TextIO) -> None:
        """Append the record to `out`."""


@dataclass(frozen=True, slots=True)
class Format:
    """One file format."""

    name: str
    """What `--format` calls it."""
    suffixes: tuple[str, ...]
    """The file name endings it is known by."""
    read: Read | None = None
    """Its reader."""
    write: Write | None = None
    """Its writer."""


FORMATS: Final[dict[str, Format]] = {
    known.name: known
    for known in (
        Format("jsonl", (".jsonl", ".ndjson"), native.read, native.write),
        Format("text", (".txt", ".text"), plain.read),
        Format("markdown", (".md", ".markdown"), markdown.read),
    )
}
"""Every format, by name."""


def recognise_format(path: Path) -> Format:
    """Tell a file's format from the ending of its name, else from its first character."""
    for known in FORMATS.values():
        if path.suffix.lower() in known.suffixes:
            return known
    return FORMATS["jsonl" if Source(path).first_characters(1) == "{" else "text"]


def open_source(path: Path) -> Source:
    """Check that `path` is a file that can be read; raises `InputError`."""
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; name the files in it, such as {path / '*.txt'}")
    if not path.exists():
        raise InputError(f"{path}: there is no such file")
    source = Source(path)
    source.first_characters(1)
    return source
