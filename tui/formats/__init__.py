"""The file formats: one module each, one dictionary that names those that can be read.

A reader turns a `Source` into records and refusals, in the order of the file, and streams where the format
allows it. No format knows another, and none knows the store. A format's module is loaded when it is needed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final, TypeAlias

from tui.errors import InputError, Refusal
from tui.formats import unknown
from tui.formats.json_values import outline
from tui.formats.limits import Limits
from tui.formats.source import Source, find_sources
from tui.model.record import Record

Read: TypeAlias = Callable[[Source], Iterator[Record | Refusal]]
"""Read every record of a source; what cannot be right is a refusal in its place."""


@dataclass(frozen=True, slots=True)
class Format:
    """One file format that can be read."""

    name: str
    """What `--format` calls it."""
    title: str
    """What people call it."""
    module: str
    """Its module in this package, with `read` and, unless it is known by its name only, `recognises`."""
    suffixes: tuple[str, ...]
    """The file name endings it is looked for first in."""
    offsets: str
    """What its offsets count, and where a span ends."""
    brings: str
    """What comes in."""
    lacks: str
    """What does not come in; each is counted and named when it happens."""
    known_by_content: bool = True
    """Whether it is told by its content; else by the ending only."""
    has_columns: bool = False
    """Whether it has columns of tags, of which a person may name some."""

    def read(self, source: Source) -> Iterator[Record | Refusal]:
        """Read every record of a source; what is too long is refused, and so is a source without any."""
        read: Read = _load(self.module).read
        is_empty = True
        for each in read(source):
            is_empty = False
            reason = source.limits.explain(each) if isinstance(each, Record) else None
            yield each if reason is None else Refusal(source.name, reason, each.line)
        if is_empty:
            yield Refusal(
                source.name, f"nothing was found in this file, read as {self.title}; {_OTHER_FORMAT}"
            )

    def recognises(self, head: bytes, path: Path) -> bool:
        """Tell whether a file, by its first bytes and name, is one of this format."""
        if not self.known_by_content:
            return path.suffix.lower() in self.suffixes
        recognises: Callable[[bytes, Path], bool] = _load(self.module).recognises
        return recognises(head, path)


@cache
def _load(module: str) -> ModuleType:
    """Load a format's module; asking Python for it again takes longer than to recognise a small file."""
    return import_module(f"tui.formats.{module}")


_OTHER_FORMAT: Final = "where it is something else, say so with --format"
_POINTS: Final = "code points, end exclusive"
_JSON: Final = (".jsonl", ".ndjson", ".json")

FORMATS: Final[dict[str, Format]] = {
    known.name: known
    for known in (
        Format(
            "jsonl",
            "spantag JSONL",
            "native",
            (".jsonl", ".ndjson"),
            _POINTS,
            "everything",
            "nothing",
            known_by_content=False,
        ),
        Format("text", "plain text", "plain", (".txt", ".text"), "none", "the text", "nothing", False),
        Format(
            "markdown",
            "Markdown",
            "markdown",
            (".md", ".markdown"),
            "none",
            "the text, marks and all; front matter as metadata",
            "nothing",
            known_by_content=False,
        ),
        Format(
            "html",
            "web page",
            "html",
            (".html", ".htm", ".xhtml"),
            "none",
            "the article's text; title, author, date, site and address",
            "what trafilatura takes for no part of the article",
        ),
        Format(
            "subtitles",
            "subtitles, SRT and WebVTT",
            "subtitles",
            (".srt", ".vtt"),
            "none",
            "the text, a cue a paragraph; times, names, settings and speakers of cues as metadata",
            "tags of cues, notes and styles",
        ),
        Format(
            "prodigy",
            "Prodigy JSONL",
            "prodigy",
            _JSON,
            f"{_POINTS}; `token_end` inclusive",
            "spans, relations between spans, answers (`ignore`: skipped), classes as article labels,"
            " annotators, metadata; spans of a model or pattern in texts without an answer as suggestions",
            "tokens; spans of rejected and ignored texts, and rejected spans, stay metadata",
        ),
        Format(
            "doccano",
            "doccano JSONL",
            "doccano",
            _JSON,
            _POINTS,
            "spans, relations, classes as article labels, users as annotators, comments as metadata",
            "what a relation carries beside its type",
        ),
        Format(
            "label-studio",
            "Label Studio JSON, JSON_MIN, CSV, TSV",
            "label_studio",
            (*_JSON, ".csv", ".tsv"),
            f"{_POINTS}; UTF-16 units, bytes, CR LF as one where only that agrees with the quoted text",
            "spans, attributes and notes of regions, relations, choices as article labels, annotators,"
            " skipped tasks; predicted spans as suggestions",
            "what predictions say beside spans, drafts, regions of pictures and sound",
        ),
        Format(
            "brat",
            "brat standoff",
            "brat",
            (".ann",),
            f"{_POINTS}; UTF-16 units, bytes, CR LF as one where only that agrees with the quoted text",
            "spans, pieces of discontinuous ones, relations, events as relations, attributes, notes",
            "names of a relation's roles other than Arg1 and Arg2",
        ),
        Format(
            "webanno",
            "WebAnno TSV 3",
            "webanno",
            (".tsv",),
            "UTF-16 units, end exclusive",
            "spans of every layer with their features, relations, links, chains",
            "text between sentences, spans without characters",
        ),
        Format(
            "conll",
            "CoNLL-2003 and kin",
            "conll",
            (".conll", ".iob", ".bio", ".iob2", ".bioes", ".txt", ".tsv", ".conllu", ".conllup"),
            "tokens",
            "spans by IOB1, IOB2, BILOU, BIOES, labels alone or `Entity=` in brackets; the text of"
            " `# text =`, else of tokens",
            "other columns, comments",
            has_columns=True,
        ),
        Format(
            "uima-cas",
            "UIMA CAS JSON, XMI",
            "uima_cas",
            (".json", ".xmi"),
            "UTF-16 units, end exclusive",
            "spans of every type with their features, relations, links, chains",
            "structures without a place",
        ),
        Format(
            "bioc",
            "BioC XML, JSON",
            "bioc",
            (".xml", *_JSON),
            "code points, offset and length; UTF-16 units, bytes where only they agree with the quoted text",
            "spans, pieces of discontinuous ones, infons, relations of two",
            "relations of more than two, roles and infons of relations",
        ),
        Format(
            "pubtator",
            "PubTator",
            "pubtator",
            (".pubtator", ".txt"),
            f"{_POINTS}; UTF-16 units, bytes where only that agrees with the quoted text",
            "title and abstract as one text, spans with their identifiers; relations as metadata",
            "relations, which link identifiers and no spans",
        ),
        Format(
            "gate",
            "GATE bdoc JSON",
            "gate",
            (".bdocjs", ".bdocjson", *_JSON),
            f"{_POINTS}; UTF-16 units where its `offset_type` says so",
            "spans of every set with their features; features of the document as metadata",
            "tokens, sentences, markup of the file it was made of",
        ),
        Format(
            "dygie",
            "DyGIE++, SciERC, RAMS JSON",
            "dygie",
            _JSON,
            "tokens, end inclusive",
            "spans, relations, events and clusters as relations; predicted spans as suggestions; the text of"
            " tokens with single spaces, a sentence a line",
            "predicted relations, events and clusters",
        ),
        Format(
            "tagtog",
            "tagtog anndoc",
            "tagtog",
            (".json",),
            f"{_POINTS}, in a part of the text; UTF-16 units, bytes where only that agrees with the quoted"
            " text",
            "spans, pieces of discontinuous ones, fields and normalizations as attributes, relations, article"
            " labels, members as annotators; what a program added as suggestions",
            "suggestions that were turned down, entities without a text",
        ),
        Format(
            "spacy",
            "spaCy DocBin, JSON",
            "spacy",
            (".spacy", ".json", ".jsonl"),
            "tokens, end exclusive; code points in JSON",
            "`doc.ents`, `doc.spans`, ids, categories as metadata",
            "parts of speech, lemmas, dependencies, user data, attributes of span groups",
        ),
        Format(
            "gliner",
            "GLiNER JSON",
            "gliner",
            _JSON,
            "tokens, end inclusive",
            "spans, relations; labels looked for as metadata; the text of tokens with single spaces",
            "nothing",
        ),
        Format(
            "hf",
            "Hugging Face token classification",
            "hf",
            _JSON,
            "tokens",
            "spans by tags, as names or as numbers with their names, or by tokens; relations; the text from"
            " `text`, else of tokens",
            "second columns of tags, unless `--column` names them; Arrow",
            has_columns=True,
        ),
        Format(
            "slate",
            "SLATE",
            "slate",
            (".annotations",),
            "lines and tokens from 0, end inclusive",
            "labelled tokens, lines and characters, links as relations",
            "nothing",
        ),
        Format(
            "csv",
            "spantag's CSV of spans",
            "span_csv",
            (".csv",),
            "code points of the article, end exclusive",
            "spans of articles that are there, with pieces, attributes, notes, annotators",
            "spans where the article has another text",
        ),
        Format(
            "table",
            "CSV, TSV",
            "tables",
            (".csv", ".tsv"),
            "none",
            "a text a row, other columns as metadata; UTF-16 too",
            "spans",
        ),
    )
}
"""Every format that can be read, by name."""


_LEGEND: Final = "annotations-legend.json"
_DESCRIPTIONS: Final = ("features.json", "dataset_info.json", "dataset_infos.json", _LEGEND)
"""The files that describe others: tags of Hugging Face, classes of tagtog."""

_ABOUT_DOWNLOAD: Final = ("README.md", "guidelines.md")
"""What a download of tagtog has beside its legend."""


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
        for known in FORMATS.values():
            is_asked = known.known_by_content and (suffix in known.suffixes) == is_likely
            if is_asked and known.recognises(head, path):
                return known
    for known in FORMATS.values():
        if not known.known_by_content and known.name != "text" and known.recognises(head, path):
            return known
    keys = outline(head)
    if "text" in keys or "[].text" in keys:
        return FORMATS["jsonl"]
    is_text = suffix in ("", *FORMATS["text"].suffixes)
    if (is_text or is_named) and unknown.explain(head, is_text=is_text) is None:
        return FORMATS["text"]
    return None


def explain_unknown(source: Source, head: bytes) -> str:
    """Say of a file that `recognise` gives no format for what it is, and what would be right."""
    is_text = source.inner_path.suffix.lower() in ("", *FORMATS["text"].suffixes)
    what = unknown.explain(head, is_text=is_text) or "its format is not known"
    return f"{what}; say with --format what it is (--format text takes it as it is)"


def open_sources(path: Path, limits: Limits | None = None) -> list[Source]:
    """Find the files to read at a path, without those that are read with another; raises `InputError`.

    A text of a brat, SLATE or tagtog annotation is read with that, and so are files that describe a folder.
    """
    sources = list(find_sources(path, limits))
    if len(sources) == 1:
        sources[0].read_head()
        return sources
    annotated = set(_find_annotated(source.path for source in sources))
    annotated |= {
        each.path.with_name(name) for each in sources if each.path.name == _LEGEND for name in _ABOUT_DOWNLOAD
    }
    kept = [each for each in sources if each.path not in annotated and not _describes_folder(each.path)]
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


def _find_annotated(paths: Iterable[Path]) -> Iterator[Path]:
    """Find the texts that are read with an annotation.

    With `a.ann`, with `a.txt.any.annotations` of SLATE, or with `a.ann.json` of tagtog.
    """
    for path in paths:
        if path.name.removesuffix(".gz").endswith(".ann.json"):
            yield from _load("tagtog").list_texts(path)
        if path.suffix == ".ann":
            yield from (path.with_suffix(suffix) for suffix in (".txt", ".TXT"))
        if ".annotations" in path.name:
            parts = path.name.split(".")
            yield from (path.with_name(".".join(parts[:count])) for count in range(1, len(parts)))


def _describes_folder(path: Path) -> bool:
    """Tell the files that say something of others from those with texts and labels."""
    name = path.name.lower()
    return (
        name in _DESCRIPTIONS
        or name.endswith((".features.json", "typesystem.xml"))
        or (path.suffix == ".conf" and name != "annotation.conf")
    )
