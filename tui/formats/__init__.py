"""The file formats: one file or folder each, and one line here that names it.

A reader turns a `Source` into records and refusals, in the order of the file, and streams where the format
allows it. No format knows another, and none knows the store. What a format is stands in its own `FORMAT`,
which is loaded when it is needed.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from tui.errors import InputError
from tui.formats.format import Format, Reading, Writing
from tui.formats.shared import unknown
from tui.formats.shared.json_values import outline
from tui.formats.shared.limits import Limits
from tui.formats.shared.source import Source, find_sources

_FILES: Final[Mapping[str, str]] = {
    "jsonl": "native",
    "text": "plain",
    "markdown": "markdown",
    "html": "html",
    "subtitles": "subtitles",
    "prodigy": "prodigy",
    "doccano": "doccano",
    "label-studio": "label_studio",
    "brat": "brat",
    "webanno": "webanno",
    "conll": "conll",
    "uima-cas": "uima_cas",
    "bioc": "bioc",
    "pubtator": "pubtator",
    "gate": "gate",
    "dygie": "dygie",
    "tagtog": "tagtog",
    "spacy": "spacy",
    "gliner": "gliner",
    "hf": "hf",
    "chat": "chat",
    "slate": "slate",
    "csv": "span_csv",
    "table": "tables",
}
"""The file or folder of each format, by what `--format` calls it; files are tried in this order."""


class _Formats(Mapping[str, Format]):
    """Every format by name, loaded when it is asked for."""

    def __getitem__(self, name: str) -> Format:
        return _load(_FILES[name])

    def __contains__(self, name: object) -> bool:
        return name in _FILES

    def __iter__(self) -> Iterator[str]:
        return iter(_FILES)

    def __len__(self) -> int:
        return len(_FILES)


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
    for is_likely in (True, False):
        for name, reading in list_readable().items():
            is_asked = (suffix in reading.suffixes) == is_likely
            if is_asked and reading.recognises is not None and reading.recognises(head, path):
                return FORMATS[name]
    for name, reading in list_readable().items():
        if reading.recognises is None and name != "text" and suffix in reading.suffixes:
            return FORMATS[name]
    keys = outline(head)
    if "text" in keys or "[].text" in keys:
        return FORMATS["jsonl"]
    is_text = _is_text(path)
    if (is_text or is_named) and unknown.explain(head, is_text=is_text) is None:
        return FORMATS["text"]
    return None


def _is_text(path: Path) -> bool:
    """Tell whether a file's name says that it is a text."""
    return path.suffix.lower() in ("", *list_readable()["text"].suffixes)


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
