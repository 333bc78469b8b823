"""The file formats: one file or folder each, and one line here that names it.

A reader turns a `Source` into records and refusals, in the order of the file, and streams where the format
allows it. No format knows another, and none knows the store. What a format is stands in its own `FORMAT`,
which is loaded when it is needed.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from msgspec import Struct

from tui.errors import InputError
from tui.formats.format import Format, Reading, Writing
from tui.formats.shared import unknown
from tui.formats.shared.json_values import outline
from tui.formats.shared.limits import Limits
from tui.formats.shared.source import Source, find_sources

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
"""What a table in UTF-16 begins with, in which no word can be found."""

_TAGS: Final = (
    rb"(?m)-DOCSTART-|(?i:misc)|^[ \t]*\d"
    rb"|(?:^|[\s|=])(?:[BIESLUMWbieslumw][-_]\S|(?:[Oo]|[BI]-?)(?=[\s|]|\Z))|\S[-_][BIESLUMW](?=[\s|]|\Z)"
)
"""A tag of CoNLL in any way of writing it, the number of a token, or the name of a column of pairs."""


class _Place(Struct, frozen=True):
    """Where a format stands, and what a file of it has at first sight, so that no other loads it."""

    module: str
    """The file or folder of the format."""
    words: tuple[bytes, ...] = ()
    """Of these its first bytes have one …"""
    names: tuple[str, ...] = ()
    """… or its name one of these, in any case …"""
    pattern: bytes = b""
    """… or its first bytes have this."""

    def may_hold(self, head: bytes, name: str) -> bool:
        """Tell whether a file with these first bytes and this name, in lower case, may be of this format."""
        # Loops, because every file of a folder is asked this for every format.
        for word in self.words:
            if word in head:
                return True
        for ending in self.names:
            if ending in name:
                return True
        return bool(self.pattern) and re.search(self.pattern, head) is not None


_PLACES: Final[Mapping[str, _Place]] = {
    "jsonl": _Place("native", names=(".jsonl", ".ndjson")),
    "text": _Place("plain"),
    "markdown": _Place("markdown", names=(".md", ".markdown")),
    "html": _Place("html", (b"<",), (".htm", ".xhtml")),
    "subtitles": _Place("subtitles", (b"WEBVTT", b"-->")),
    "prodigy": _Place("prodigy", (b'"text"',)),
    "doccano": _Place(
        "doccano",
        (b'"label', b'"entities"', b'"annotations"', b'"annotation_approver"', b'"Comments"'),
    ),
    "label-studio": _Place(
        "label_studio", (b'"data"', b'"result"', b'"task.data"', b"annotation_id", b'labels"', *_UTF_16)
    ),
    "brat": _Place("brat", (b"\t",), (".ann",)),
    "webanno": _Place("webanno", (b"#FORMAT=WebAnno", b"#id=", b" # de.tudarmstadt", b" # webanno")),
    "conll": _Place("conll", names=(".conll", ".iob", ".bio"), pattern=_TAGS),
    "uima-cas": _Place("uima_cas", (b'"%FEATURE_STRUCTURES"', b'"%TYPES"', b"XMI")),
    "bioc": _Place("bioc", (b'"passages"', b"collection")),
    "pubtator": _Place("pubtator", (b"|t|", b"|a|")),
    "gate": _Place("gate", (b'"annotation_sets"',), (".bdocjs",)),
    "dygie": _Place("dygie", (b'"sentences"',)),
    "tagtog": _Place("tagtog", (b'"anncomplete"', b'"annotatable"')),
    "spacy": _Place(
        "spacy",
        (
            *(b'"sentences"', b'"entities"', b'"ents"', b'"spans"', b'"cats"', b'"links"'),
            *(b"x\x9c", b"x\x01", b"x\xda", b"x^"),
        ),
    ),
    "gliner": _Place("gliner", (b'"tokenized_text"',)),
    "hf": _Place("hf", (b'"tokens"', b'"words"', b"PAR1", b"ARROW1", b"\xff\xff\xff\xff")),
    "chat": _Place("chat"),
    "slate": _Place("slate", (b"(",), (".annotations",)),
    "csv": _Place("span_csv", (b"annotator", *_UTF_16)),
    "news-json": _Place(
        "news_json",
        (b'"content"', b'"body"', b'text"', b'"article"', b'"document"', b'"sentence"', b'"paragraph"'),
    ),
    "table": _Place("tables", (b",", b"\t", b";", b"|", *_UTF_16), (".csv", ".tsv")),
}
"""Where each format stands, by what `--format` calls it; files are tried in this order."""


class _Formats(Mapping[str, Format]):
    """Every format by name, loaded when it is asked for."""

    def __getitem__(self, name: str) -> Format:
        return _load(_PLACES[name].module)

    def __contains__(self, name: object) -> bool:
        return name in _PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


FORMATS: Final[Mapping[str, Format]] = _Formats()
"""Every format, by name."""


@cache
def _load(file: str) -> Format:
    """Load a format; asking Python for its module again takes longer than to recognise a small file."""
    known: Format = import_module(f"tui.formats.{file}").FORMAT
    return known


@cache
def list_readable() -> Mapping[str, Reading]:
    """Give how each format is read that can be, in the order in which files are tried."""
    return {name: known.reading for name, known in FORMATS.items() if known.reading is not None}


def list_writable() -> Mapping[str, Writing]:
    """Give how each format is written that can be."""
    return {name: known.writing for name, known in FORMATS.items() if known.writing is not None}


def recognise(source: Source, *, head: bytes | None = None, is_named: bool = True) -> Format | None:
    """Tell a file's format by its content, else by the ending of its name.

    `head` is what `source.read_head()` gives, where that was read already. What has no format is plain text
    where a person named the file or its name says so, unless it is markup, JSON, a table or a list of
    offsets; else None.
    """
    head = source.read_head() if head is None else head
    path = source.inner_path
    suffix = path.suffix.lower()
    likely = list_likely(head, path)
    for is_asked_first in (True, False):
        for known, reading in likely:
            is_asked = (suffix in reading.suffixes) == is_asked_first
            if is_asked and reading.recognises is not None and reading.recognises(head, path):
                return known
    for known, reading in likely:
        if reading.recognises is None and suffix in reading.suffixes:
            return known
    keys = outline(head)
    if "text" in keys or "[].text" in keys:
        return FORMATS["jsonl"]
    is_text = _is_text(path)
    if (is_text or is_named) and unknown.explain(head, is_text=is_text) is None:
        return FORMATS["text"]
    return None


def list_likely(head: bytes, path: Path) -> list[tuple[Format, Reading]]:
    """List the formats that a file may be of at first sight, in their order; only these are loaded."""
    name = path.name.lower()
    places = _PLACES.values()
    formats = [_load(each.module) for each in places if each.may_hold(head, name)]
    return [(known, known.reading) for known in formats if known.reading is not None]


def _is_text(path: Path) -> bool:
    """Tell whether a file's name says that it is a text."""
    reading = FORMATS["text"].reading
    return reading is not None and path.suffix.lower() in ("", *reading.suffixes)


def explain_unknown(source: Source, head: bytes) -> str:
    """Say of a file that `recognise` gives no format for what it is, and what would be right."""
    what = unknown.explain(head, is_text=_is_text(source.inner_path)) or "its format is not known"
    return f"{what}; say with --format what it is (--format text takes it as it is)"


def open_sources(path: Path, limits: Limits | None = None) -> list[Source]:
    """Find the files to read at a path, without those that are read with another; raises `InputError`.

    A text that stands beside its annotations is read with them, and so are files that describe a folder.
    """
    sources = list(find_sources(path, limits))
    if len(sources) == 1:
        sources[0].read_head()
        return sources
    # Few formats have such files, and a folder may have very many.
    readings = list_readable().values()
    list_texts = [reading.texts_of for reading in readings if reading.texts_of is not None]
    describes = [reading.describes for reading in readings if reading.describes is not None]
    with_others = {text for source in sources for each in list_texts for text in each(source.path)}
    kept = [
        source
        for source in sources
        if source.path not in with_others and not any(each(source.path) for each in describes)
    ]
    # The labels come before the texts that use them.
    kept.sort(key=lambda source: source.path.name != "annotation.conf")
    if not kept:
        raise InputError(f"{path}: there is no file in it")
    return kept


def open_source(path: Path) -> Source:
    """Open the one file at a path; raises `InputError`."""
    sources = open_sources(path)
    if len(sources) > 1:
        raise InputError(f"{path}: there are {len(sources)} files in it; name one of them")
    return sources[0]
