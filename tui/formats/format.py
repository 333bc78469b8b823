"""What a format says of itself: how it is read, how it is written, and with which options."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final, Generic, TypeAlias, TypeVar

from msgspec import Struct

from tui.errors import Refusal
from tui.formats.shared.source import Source
from tui.formats.shared.writing import FEATURES, Feature, OpenWriter, WriteOptions
from tui.model.record import Record
from tui.model.span import Json

CODE_POINTS: Final = "code points, end exclusive"
"""What most offsets count, and where a span ends."""

LINES_OF_JSON: Final = (".jsonl", ".ndjson", ".json")
"""The endings of files of JSON, one value or many."""

_OTHER_FORMAT: Final = "where it is something else, say so with --format"

Read: TypeAlias = Callable[[Source], Iterator[Record | Refusal]]
"""Read every record of a source; what cannot be right is a refusal in its place."""

_Value = TypeVar("_Value", str, int, bool)


class Option(Struct, Generic[_Value], frozen=True):
    """Something that only one format is told when it is written."""

    flag: str
    """What the command line calls it: `--max-width`."""
    help: str
    """What it says, in a sentence."""
    default: _Value
    """Its value where nothing is said; empty, or false, is none."""
    choices: tuple[str, ...] = ()
    """The values that there are, where they are few."""
    metavar: str = ""
    """What stands for its value in the help."""

    @property
    def name(self) -> str:
        """What it is called among the options of a writer."""
        return self.flag.strip("-").replace("-", "_")

    def of(self, options: WriteOptions) -> _Value:
        """Give its value among those that a writer is told."""
        value = options.own.get(self.name, self.default)
        return value if isinstance(value, type(self.default)) else self.default

    def words(self, options: WriteOptions) -> list[str]:
        """Give the words of a command line that say the same."""
        value = self.of(options)
        if isinstance(value, bool):
            return [self.flag] if value else []
        return [self.flag, str(value)] if value else []


class Reading(Struct, frozen=True, kw_only=True):
    """How a format is read."""

    title: str
    """What people call it."""
    suffixes: tuple[str, ...]
    """The file name endings it is looked for first in."""
    offsets: str
    """What its offsets count, and where a span ends."""
    brings: str
    """What comes in."""
    lacks: str
    """What does not come in; each is counted and named when it happens."""
    read: Read
    """Reads it."""
    recognises: Callable[[bytes, Path], bool] | None = None
    """Tells a file, by its first bytes and name; None where it is told by the ending of its name alone."""
    has_columns: bool = False
    """Whether it has columns of tags, of which a person may name some."""
    is_one_text: bool = False
    """Whether a file is one text, and its name the only one that this has."""
    is_own: bool = False
    """Whether spantag writes it: other tools write values in their own ways."""
    asks: bool = False
    """Whether its records tell what their tool asks of spans and relations."""
    texts_of: Callable[[Path], Iterable[Path]] | None = None
    """Names the files that are read with a file, because they hold its text or what belongs to it."""
    describes: Callable[[Path], bool] | None = None
    """Tells files that say something of others, and are read with these."""

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """Read every record of a source; what is too long is refused, and so is a source without any."""
        is_empty = True
        for each in self.read(source):
            is_empty = False
            reason = source.limits.explain(each) if isinstance(each, Record) else None
            yield each if reason is None else Refusal(source.name, reason, each.line)
        if is_empty:
            reason = f"nothing was found in this file, read as {self.title}; {_OTHER_FORMAT}"
            yield Refusal(source.name, reason)


def _take_no_name(path: Path) -> Mapping[str, Json]:
    del path
    return {}


def _check_nothing(options: WriteOptions) -> None:
    del options


class Writing(Struct, frozen=True, kw_only=True):
    """How a format is written."""

    title: str
    """What people call it."""
    suffix: str
    """The ending of its files; empty where it is a folder."""
    offsets: str
    """What its offsets count, and where a span ends."""
    load: str
    """One line that loads it in its tool."""
    open: OpenWriter
    """Opens its writer."""
    carries: AbstractSet[Feature]
    """What it carries beside spans."""
    options: tuple[Option[str] | Option[int] | Option[bool], ...] = ()
    """What only this format is told."""
    is_for_models: bool = False
    """Whether models are trained on it, so that a text may be cut for them."""
    warns_of_length: bool = False
    """Whether most models that are trained on it leave out the end of a long text without a word."""
    only_alone: bool = True
    """Whether its main file says all there is, so that it can go to standard output."""
    read_name: Callable[[Path], Mapping[str, Json]] = _take_no_name
    """Says which of its options a file's name stands for."""
    check: Callable[[WriteOptions], None] = _check_nothing
    """Raises `ConfigurationError` where it cannot be written so."""
    suffix_of: Callable[[WriteOptions], str] | None = None
    """Gives the ending of its files where that depends on its options."""
    describe: Callable[[WriteOptions, Sequence[str]], str] | None = None
    """Writes what stands above the datacard in the README.md of a data set of these parts."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        return not self.suffix

    @property
    def carries_all(self) -> bool:
        """Whether it carries everything, even that a paragraph is unfinished."""
        return self.carries >= set(FEATURES)


class Format(Struct, frozen=True):
    """One file format."""

    name: str
    """What `--format` calls it."""
    reading: Reading | None = None
    """How it is read, if it is."""
    writing: Writing | None = None
    """How it is written, if it is."""
