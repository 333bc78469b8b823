"""What all writers share: the seam they fill, what they were told, and what they could not carry.

A writer gets a `Target` to write into and is given one record after another; `close` finishes what can only
be known at the end. It writes the same bytes for the same records: no times, no random numbers, no hashes of
Python's own. What its format cannot carry it hands to `Losses`, one value for each thing lost.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import BinaryIO, Final, Literal, Protocol, TextIO, TypeAlias, get_args

import msgspec
from msgspec import Struct, field, structs

from tui.model.article import article_key, is_key_of
from tui.model.labels import LabelSet
from tui.model.record import Record
from tui.model.span import Json
from tui.text.messages import title_of

OnLoss: TypeAlias = Literal["error", "drop", "snap"]
"""What to do with what a format cannot carry.

`error`: write nothing at all, where a model would learn from it. `drop`: leave it out. `snap`: move a span to
the nearest edges the format has (around whole tokens; a discontinuous span to its outer edges), and leave out
what moving does not help.
"""

Feature: TypeAlias = Literal[
    "text",
    "overlaps",
    "any edge",
    "fragments",
    "attributes",
    "relations",
    "attributes of relations",
    "entities",
    "notes",
    "flags",
    "article labels",
    "paragraph labels",
    "metadata",
]
"""Something a format may be able to carry.

`text`: every character of the text; `any edge`: a span that begins or ends inside a token or in white space;
`notes`: on spans and paragraphs; `flags`: on paragraphs; `metadata`: title, source and the like. What is
neither text nor metadata is named as a loss where a format cannot carry it.
"""

FEATURES: Final[tuple[Feature, ...]] = get_args(Feature)
"""Every feature."""

What: TypeAlias = Literal[
    "overlap",
    "edge",
    "discontinuous span",
    "attribute",
    "relation",
    "entity",
    "note",
    "flag",
    "article label",
    "paragraph label",
    "label",
    "limit",
    "text",
]
"""The kind of a loss."""

FOR_PEOPLE: Final[frozenset[What]] = frozenset({"note", "flag"})
"""What an annotator writes for people: no model learns from it, so its loss is told and stops nothing."""


class Loss(Struct, frozen=True):
    """One thing that a format could not carry."""

    article: str
    """Id of the article."""
    title: str
    """Its title; empty where it has none."""
    annotator: str
    """Whose annotation it is."""
    span: str
    """Id of the span; empty where no single span is meant."""
    start: int
    """First code point, in the article's text."""
    end: int
    """One past the last code point, in the article's text."""
    what: What
    """Its kind."""
    why: str
    """One sentence: what could not be carried, and what became of it."""

    def as_json(self) -> dict[str, Json]:
        """Give it as one line of a report."""
        return structs.asdict(self)


class Losses(Struct):
    """Everything an export could not carry: counted by kind, and told one by one."""

    tell: Callable[[Loss], None] | None = None
    """Hears of every loss."""
    counts: Counter[What] = field(default_factory=Counter)
    """How many of each kind."""
    examples: dict[What, Loss] = field(default_factory=dict)
    """The first of each kind."""
    spans_gone: int = 0
    """How many spans were left out as a whole."""

    def add(
        self,
        record: Record,
        what: What,
        why: str,
        *,
        span: str = "",
        start: int = 0,
        end: int | None = None,
        is_gone: bool = False,
    ) -> None:
        """Count a loss; `start` and `end` are code points of the record's text.

        With `is_gone` it is a span as a whole.
        """
        stop = len(record.text) if end is None else end
        loss = Loss(
            record.article or record.id or "",
            record.title,
            record.annotator or "",
            span,
            record.offset + start,
            record.offset + stop,
            what,
            why,
        )
        self.counts[what] += 1
        self.spans_gone += is_gone
        self.examples.setdefault(what, loss)
        if self.tell is not None:
            self.tell(loss)

    @property
    def total(self) -> int:
        """How many there are of what a model learns from."""
        return sum(count for what, count in self.counts.items() if what not in FOR_PEOPLE)


class Noticed(Struct):
    """What the writers of all parts of one export noticed, and decide together when they close."""

    overlaps: bool = False
    """Whether any spans overlap."""
    where: str = ""
    """Where the spans stand, in the tool's words; empty where the format has but one place for them."""


class Target(Protocol):
    """Where a writer writes: one file with others beside it, or the files of a folder."""

    def open_text(self, name: str = "") -> TextIO:
        r"""Open a file for text, as UTF-8 with `\n`: the file itself, or by its ending one beside it."""

    def open_binary(self, name: str = "") -> BinaryIO:
        """Open a file for bytes, named like those for text."""


class WriteOptions(Struct, frozen=True):
    """What a writer is told."""

    labels: LabelSet = field(default_factory=LabelSet)
    """The project's labels."""
    used_labels: tuple[str, ...] = ()
    """Labels of spans that labels.yaml does not have."""
    has_relations: bool = False
    """Whether there are any relations, whatever labels.yaml says."""
    on_loss: OnLoss = "error"
    """What to do with what the format cannot carry."""
    losses: Losses = field(default_factory=Losses)
    """Hears of it."""
    noticed: Noticed = field(default_factory=Noticed)
    """What this export's writers noticed; every part is written before the first is closed."""
    max_tokens: int | None = None
    """The most tokens of a text; a longer one is cut where sentences and paragraphs end."""
    most_rows: int | None = None
    """The most rows of one file of a table; more go into others beside it. None: all in one."""
    own: Mapping[str, Json] = field(default_factory=dict)
    """What only this format is told, by the names of its options (`format.Option`)."""

    @property
    def label_names(self) -> tuple[str, ...]:
        """Every label there can be: those of labels.yaml in its order, then the others."""
        return (*self.labels.names, *self.used_labels)


class Writer(Protocol):
    """Writes records of one format."""

    def write(self, record: Record) -> None:
        """Write one record; losses are told first."""

    def close(self) -> None:
        """Write what is known only at the end, and close the files; raises nothing of its own."""


OpenWriter: TypeAlias = Callable[[Target, WriteOptions], Writer]
"""Opens a writer."""


class LineWriter:
    """Writes one line a record into one file: what many formats need."""

    def __init__(self, target: Target, format_record: Callable[[Record], bytes | None]) -> None:
        self._out = target.open_binary()
        self._format_record = format_record

    def write(self, record: Record) -> None:
        """Write a record's line, or none where the format has no room for the record."""
        line = self._format_record(record)
        if line is not None:
            self._out.write(line + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._out.close()


_dump: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_encode: Final = msgspec.json.Encoder().encode

_UNSAFE: Final = re.compile(r"[^\w.-]")
_NO_FILE_NAME: Final = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|]")
_LONGEST_NAME: Final = 80
"""The most characters of each part of a file's name."""

_UNLIKE: Final = re.compile(rb"\d[.e]|null")
"""What may be a number with a fraction, or none that is finite: msgspec writes these in another way."""

_DELETE: Final = "\x7f"
_ESCAPED: Final = {
    character: f"\\u{ord(character):04x}" for character in (*map(chr, range(0x80, 0xA0)), "\u2028", "\u2029")
}
"""JSON may have these as they are; but terminals obey C1 controls, and readers split lines at the others."""

_ENCODED_C1: Final = re.compile(rb"\xc2[\x80-\x9f]")
_ENCODED_SEPARATORS: Final = {
    separator.encode(): _ESCAPED[separator].encode() for separator in ("\u2028", "\u2029")
}


def describe_piece(record: Record) -> dict[str, Json]:
    """Say of which article a record is a piece: the paragraph, from 1, and its first code point."""
    piece: dict[str, Json] = {}
    if record.article is not None:
        piece["article"] = record.article
    if record.paragraph is not None:
        piece |= {"paragraph": record.paragraph + 1, "offset": record.offset}
    return piece


def place_of(record: Record) -> dict[str, Json]:
    """Say what a record is called, of which article it is a piece, where in that, and whose work it is."""
    place: dict[str, Json] = {}
    if record.id is not None:
        place["id"] = record.id
    if record.article is not None:
        place |= {"article": record.article, "offset": record.offset}
    if record.annotator is not None:
        place["annotator"] = record.annotator
    return place


def escape_json(text: str) -> str:
    """Escape in JSON what a terminal would obey, or a reader take for the end of a line."""
    text = text.replace(_DELETE, "\\u007f")
    if not text.isascii():
        for character, escaped in _ESCAPED.items():
            # To look first takes a tenth of the time.
            if character in text:
                text = text.replace(character, escaped)
    return text


def dump_line(value: Json) -> str:
    """Write a value as JSON in one line, whatever a reader thinks a line is."""
    return escape_json(_dump(value))


def encode_line(line: msgspec.Struct) -> bytes:
    """Write a struct as JSON in one line as `dump_line` would its keys and values, in a fifth of the time.

    Numbers with a fraction must be in a `dump_raw`: msgspec writes some of them in another way.
    """
    content = _encode(line).replace(b"\x7f", b"\\u007f")
    if b"\xc2" in content:
        content = _ENCODED_C1.sub(lambda match: b"\\u00%02x" % match[0][1], content)
    if b"\xe2" in content:
        for separator, escaped in _ENCODED_SEPARATORS.items():
            content = content.replace(separator, escaped)
    return content


def dump_raw(value: Json) -> msgspec.Raw:
    """Write JSON for a place in a struct; raises `ValueError` for a number that is not finite."""
    content = _encode(value)
    return msgspec.Raw(_dump(value).encode() if _UNLIKE.search(content) else content)


class FileNames:
    """Names a file for each text: by its id, or as the file was called that it came from."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, record: Record) -> str:
        """Give a record a name that no other has, without an ending."""
        document = _NO_FILE_NAME.sub("_", document_of(record))[:_LONGEST_NAME].strip(". ")
        annotator = _UNSAFE.sub("_", record.annotator or "")[:_LONGEST_NAME]
        # A document keeps its name, unless another annotator's work has that already.
        if document and document.casefold() not in self._taken:
            annotator = ""
        document = document or _UNSAFE.sub("_", record.id or "")[:_LONGEST_NAME]
        wanted = name = ".".join(filter(None, (document, annotator))).lstrip(".") or "text"
        number = 2
        while name.casefold() in self._taken:
            name = f"{wanted}-{number}"
            number += 1
        self._taken.add(name.casefold())
        return name


def document_of(record: Record) -> str:
    """Give the name of the file that a text without an id came from; empty where it is not known."""
    document = record.meta.get("document")
    return document if isinstance(document, str) and is_nameless(record) else ""


def is_nameless(record: Record) -> bool:
    """Tell whether a record is a whole article that has no id of its own."""
    has_key = record.id is None or is_key_of(article_key(record.text), record.id)
    return has_key and record.article is None


def own_title(record: Record) -> str:
    """Give the title of a record; empty where an article without an id is only called as its text begins."""
    is_taken = is_nameless(record) and bool(record.text.strip()) and record.title == title_of(record.text)
    return "" if is_taken else record.title


def name_once(
    names: Sequence[str], clean: Callable[[str], str], *, taken: Iterable[str] = ()
) -> dict[str, str]:
    """Give each name a clean one, all of them different: those that are clean and free keep theirs."""
    used = set(taken)
    given = {name: name for name in names if clean(name) == name and name not in used}
    used.update(given)
    for name in names:
        if name not in given:
            wanted = new = clean(name)
            number = 2
            while new in used:
                new = f"{wanted}_{number}"
                number += 1
            given[name] = new
            used.add(new)
    return given
