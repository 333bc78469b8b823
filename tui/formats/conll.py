r"""CoNLL-2003: one token a line with its tag, sentences parted by blank lines, IOB2 tags.

    -DOCSTART- -X- -X- O

    Two -X- -X- B-actor
    men -X- -X- I-actor
    fled -X- -X- O

Columns are parted by one space: token, part of speech and chunk (which spantag does not know: `-X-`), tag. A
record is one sentence; every article begins with `-DOCSTART-`. The text between tokens is not kept.

Read are IOB1, IOB2, BILOU and BIOES; columns parted by tabs or by spaces, the tag in the last that holds
tags; and one sentence a line as `Two|CD|B-actor men|NNS|I-actor`. Where the first column counts the tokens,
every column of tags is read (GermEval's nested names); else those before the last are counted and left out. A
document is an article, a sentence a line of it; a file without documents is one article, or one every 20,000
characters. Of CoNLL-U, `# newdoc` begins a document, `# text = …` gives the text, where the tokens fit it,
words of one token (`1-2`) are one, and tags stand in the last column as `NER=B-actor`.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tui.errors import Refusal
from tui.formats.fitting import Fitted, Fitter
from tui.formats.reading import SpanList, Tally, WrongError, keep_place, short, summarise
from tui.formats.source import Source
from tui.formats.tokens import SPACED, align_tokens, decode_tags, is_tag, join_tokens
from tui.formats.writing import Feature, Target, WriteOptions, name_once, place_of
from tui.records import Record
from tui.spans import Json
from tui.text import count_noun

CARRIES: Final[frozenset[Feature]] = frozenset()
"""What the format carries beside spans of whole tokens that do not overlap."""


LONGEST_ARTICLE: Final = 20_000
"""After how many characters a file without documents goes on in another article."""

_DOCUMENT_MARK: Final = "-DOCSTART-"
_OTHER_COLUMNS: Final = "the other columns of {} are left out"
_EMPTY_CELLS: Final = frozenset({"_", "-X-", "-", "O"})
_CHUNKS: Final = frozenset("NP VP PP ADVP ADJP SBAR PRT CONJP INTJ LST UCP".split())  # noqa: SIM905
"""The labels of chunks, which are no names."""

_COMMENT: Final = re.compile(r"#\s*(?:(\w[\w .:-]*+)\s*+=\s*(.*)|(newdoc|newpar)\b.*|(?<=\s)[\w\W]*)$")
_BLANK: Final = " \t\r\ufeff"
_UNIVERSAL: Final = 10
"""How many columns CoNLL-U has."""

_WORD: Final = re.compile(r"\d+(?:([-.])(\d+))?")
_NAMED_TAG: Final = re.compile(r"(?:^|\|)(?:ner?|name|entity)=([BIESLUMW][-_][^|]+|O)(?=\||$)", re.IGNORECASE)


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by a document line, or by lines whose last column is a tag, some of them not `O`."""
    lines = head.decode("utf-8", "ignore").splitlines()[:200]
    if any(line.startswith(_DOCUMENT_MARK) for line in lines[:5]):
        return True
    whole = lines[: -1 if len(head) > 60_000 else None]
    rows = [_split_row(line) for line in whole if line.strip(_BLANK) and _read_comment(line) is None]
    if not rows:
        return False
    if all(is_tag(row[-1]) and len(row) > 1 for row in rows) and any(row[-1] != "O" for row in rows):
        return True
    if all("|" in word and is_tag(word.rsplit("|", 1)[1]) for row in rows[:5] for word in row):
        return True
    if all(len(row) == _UNIVERSAL and _WORD.fullmatch(row[0]) for row in rows):
        return True
    return path.suffix.lower() in (".conll", ".iob", ".bio", ".iob2", ".conll03")


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every document."""
    tally = Tally()
    return summarise(_read_documents(source, tally), tally)


@dataclass(slots=True)
class _Sentence:
    """The rows of a sentence, with their line numbers."""

    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    others: list[Sequence[str]] = field(default_factory=list)
    """The cells of each token that are neither it nor its tag, without those behind the tag."""
    spaced: list[bool] = field(default_factory=list)
    text: str | None = None
    line: int = 0
    until: int = 0
    """The last word of the token that was added last, where it has several."""
    is_counted: bool = True
    is_tagged: bool = False

    def add(self, token: str, tag: str | None, *, others: Sequence[str] = (), spaced: bool = True) -> None:
        """Take a token in."""
        self.tokens.append(token)
        self.tags.append(tag or "O")
        self.others.append(others)
        self.spaced.append(spaced)
        self.is_tagged = self.is_tagged or tag is not None


@dataclass(slots=True)
class _Document:
    """The sentences of an article."""

    sentences: list[_Sentence] = field(default_factory=list)
    length: int = 0
    line: int = 0
    name: str = ""
    places: Sequence[object] = ()
    """Of which article each sentence is a piece, where the document line says so."""

    def add(self, sentence: _Sentence) -> None:
        """Take a sentence in, where it has any token."""
        if sentence.tokens:
            self.line = self.line or sentence.line
            self.sentences.append(sentence)
            self.length += sum(map(len, sentence.tokens)) + len(sentence.tokens)


def _read_documents(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    document, sentence = _Document(), _Sentence()
    has_documents = False
    wrong: Refusal | None = None
    for number, line in source.read_lines():
        if isinstance(line, Refusal):
            wrong = wrong or line
            continue
        line = line.removesuffix("\r")
        comment = _read_comment(line)
        if line.startswith(_DOCUMENT_MARK) or (comment is not None and comment[0].startswith("newdoc")):
            document.add(sentence)
            yield from _finish_placed(document, wrong, tally)
            document, sentence, wrong, has_documents = _Document(), _Sentence(), None, True
            document.name = comment[1] if comment is not None else ""
            document.places = _read_places(line)
        elif not line.strip(_BLANK):
            document.add(sentence)
            sentence = _Sentence()
            if not has_documents and document.length > LONGEST_ARTICLE:
                tally.add("a file without documents was parted after {}", "article", line=number)
                yield from _finish(document, wrong, tally)
                document, wrong = _Document(), None
        elif comment is not None:
            if comment[0] == "text":
                sentence.text = comment[1]
            else:
                tally.add("{} of the file are left out", "comment", line=number)
        else:
            try:
                sentence = _read_row(line, number, document, sentence, tally)
            except WrongError as error:
                wrong = wrong or Refusal(source.name, str(error), number)
    document.add(sentence)
    yield from _finish_placed(document, wrong, tally)


def _read_places(line: str) -> Sequence[object]:
    """Read from a document line of spantag which pieces of which article its sentences are."""
    words = line.split()
    try:
        places = json.loads(words[1]) if len(words) > 1 else []
    except (ValueError, RecursionError):
        return ()
    return places if isinstance(places, list) else ()


def _finish_placed(document: _Document, wrong: Refusal | None, tally: Tally) -> Iterator[Record | Refusal]:
    """Make the record of a document, or those of its sentences where it says which pieces they are."""
    if wrong is not None or not document.sentences or len(document.places) != len(document.sentences):
        yield from _finish(document, wrong, tally)
        return
    for sentence, place in zip(document.sentences, document.places, strict=True):
        piece = _Document()
        piece.add(sentence)
        for record in _finish(piece, None, tally):
            meta: dict[str, Json] = {}
            keep_place(meta, place)
            yield replace(record, meta={**meta, **record.meta}) if isinstance(record, Record) else record


def _read_comment(line: str) -> tuple[str, str] | None:
    """Read a comment as its key and value; None where the line is a token, be it `#` itself."""
    comment = _COMMENT.match(line) if line.startswith("#") else None
    if comment is None or any(map(is_tag, _split_row(line)[1:])):
        return None
    return ((comment[1] or comment[3] or "").rstrip(), comment[2] or "")


def _read_row(line: str, number: int, document: _Document, sentence: _Sentence, tally: Tally) -> _Sentence:
    row = _split_row(line)
    words = line.split()
    sentence.line = sentence.line or number
    if "|" in words[0] and all("|" in word and is_tag(word.rsplit("|", 1)[1]) for word in words):
        for word in words:
            parts = word.split("|")
            sentence.add("|".join(parts[:-2]) or parts[0], parts[-1])
        tally.add(_OTHER_COLUMNS, "token", line=number, number=sum(word.count("|") > 1 for word in words))
        document.add(sentence)
        return _Sentence()
    if len(row) < 2:
        raise WrongError(f"a line needs a token and a tag, not only {short(line)}")
    numbered = _WORD.fullmatch(row[0]) if len(row) == _UNIVERSAL else None
    if numbered is not None:
        _read_word(row, numbered, sentence, tally, number)
        return sentence
    column = next((index for index in range(len(row) - 1, 0, -1) if is_tag(row[index])), None)
    if column is None:
        raise WrongError(f"no column of {short(line)} is a tag such as O or B-actor")
    # In CoNLL-U Plus and GermEval's files the first column counts the tokens.
    is_counted = row[0].isdecimal() and len(row) > 3 and row[0] == str(len(sentence.tokens) + 1)
    sentence.is_counted = sentence.is_counted and is_counted
    others = row[2 if is_counted else 1 : column]
    sentence.add(row[1 if is_counted else 0], row[column], others=others, spaced="SpaceAfter=No" not in line)
    if not _EMPTY_CELLS.issuperset(row[column + 1 :]):
        tally.add(_OTHER_COLUMNS, "token", line=number)
    return sentence


def _read_word(
    row: Sequence[str], word: re.Match[str], sentence: _Sentence, tally: Tally, number: int
) -> None:
    """Read a row of CoNLL-U: a word, a token of several words, or a word that is not in the text."""
    spaced = "SpaceAfter=No" not in row[-1]
    if word[1] == ".":
        tally.add("{} that are not in the text are left out", "word", line=number)
        return
    if word[1] == "-":
        sentence.add(row[1], None, spaced=spaced)
        sentence.until = int(word[2])
        return
    named = _NAMED_TAG.search(row[-1])
    tag = named[1] if named else next((cell for cell in reversed(row[2:]) if is_tag(cell)), None)
    if int(row[0]) > sentence.until:
        sentence.add(row[1], tag, spaced=spaced)
    elif tag is not None:
        sentence.is_tagged = True
        if sentence.tags[-1] == "O":
            sentence.tags[-1] = tag
    if any(cell not in _EMPTY_CELLS and cell != tag for cell in row[2:-1]):
        tally.add(_OTHER_COLUMNS, "token", line=number)


def _split_row(line: str) -> list[str]:
    """Split a line at its tabs, or, where it has none, at spaces, not at those inside a token."""
    line = line.rstrip("\r\n")
    if "\t" in line.strip():
        return line.rstrip("\t").split("\t")
    return [cell for cell in line.split(" ") if cell] or [line]


def _finish(document: _Document, wrong: Refusal | None, tally: Tally) -> Iterator[Record | Refusal]:
    """Make the record of a document, or the refusal of what is wrong in it."""
    if wrong is not None:
        more = count_noun(len(document.sentences), "sentence")
        yield Refusal(
            wrong.file,
            f"{wrong.reason}; the article of {more} around it is refused",
            wrong.line,
            wrong.column,
        )
        return
    if not document.sentences:
        return
    pieces: list[str] = []
    places: list[list[tuple[int, int]]] = []
    start = 0
    for sentence in document.sentences:
        text, tokens = _place_tokens(sentence)
        pieces.append(text)
        places.append([(first + start, last + start) for first, last in tokens])
        start += len(text) + 1
    if any(sentence.text is None for sentence in document.sentences):
        tally.add(SPACED, "article", line=document.line)
    whole = "\n".join(pieces)
    spans = SpanList(whole, tally, line=document.line)
    columns = _find_tag_columns(document)
    for sentence, tokens in zip(document.sentences, places, strict=True):
        for column in columns:
            tags = [others[column] for others in sentence.others]
            if sentence.is_counted:
                _add_spans(spans, tags, sentence.line, tokens, tally)
            else:
                number = len(decode_tags(tags))
                tally.add("{} of another column of tags are left out", line=sentence.line, number=number)
        _add_spans(spans, sentence.tags, sentence.line, tokens, tally)
        for others in sentence.others:
            rest = [cell for index, cell in enumerate(others) if index not in columns]
            if not _EMPTY_CELLS.issuperset(rest):
                tally.add(_OTHER_COLUMNS, "token", line=sentence.line)
    is_tagged = any(sentence.is_tagged for sentence in document.sentences)
    meta: dict[str, Json] = {"document": document.name} if document.name else {}
    yield Record(whole, meta=meta, spans=spans.as_tuple() if is_tagged else None, line=document.line)


def _find_tag_columns(document: _Document) -> list[int]:
    """Find the columns beside the last that hold nothing but tags, and not those of chunks."""
    rows = [others for sentence in document.sentences for others in sentence.others]
    found: list[int] = []
    for column in range(min(map(len, rows), default=0)):
        cells = {others[column] for others in rows}
        labels = {cell[2:] for cell in cells if cell != "O"}
        if labels and all(map(is_tag, cells)) and not labels <= _CHUNKS:
            found.append(column)
    return found


def _place_tokens(sentence: _Sentence) -> tuple[str, list[tuple[int, int]]]:
    if sentence.text is not None:
        places = align_tokens(sentence.text, sentence.tokens)
        if places is not None:
            return sentence.text, places
        sentence.text = None
    spaces = [" " if spaced else "" for spaced in sentence.spaced]
    return join_tokens(sentence.tokens, [*spaces[:-1], ""])


def _add_spans(
    spans: SpanList, tags: Sequence[str], line: int, places: Sequence[tuple[int, int]], tally: Tally
) -> None:
    for found in decode_tags(tags):
        label = found.label
        if not label:
            label = "entity"
            tally.add("{} have a tag without a label: they are called entity", line=line)
        spans.add(places[found.first][0], places[found.last][1], label, where=f"line {line}")


_DOCUMENT: Final = "-DOCSTART- {places} -X- O\n\n"


class ConllWriter:
    """Writes CoNLL-2003 in IOB2."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._out = target.open_text()
        self._fitter = Fitter.of(CARRIES, options)
        self._names = name_once(options.label_names, _clean_label)
        self._renamed: set[str] = set()
        self._document: tuple[str | None, str | None] | None = None
        self._places: list[Json] = []
        self._sentences: list[str] = []

    def write(self, record: Record) -> None:
        """Write one record as one sentence, with a document line where another article begins."""
        fitted = self._fitter.fit_tokens(record, keep_space=False)
        for span in fitted.record.spans or ():
            name = self._names.setdefault(span.label, _clean_label(span.label))
            if name != span.label and span.label not in self._renamed:
                self._renamed.add(span.label)
                why = f"a label with white space: {span.label!r} is written as {name!r}"
                self._fitter.losses.add(record, "label", why)
        document = (record.article or record.id, record.annotator)
        if document != self._document:
            self._write_document()
            self._document = document
        sentence = self._format(fitted)
        if sentence.strip():
            self._places.append(place_of(record))
            self._sentences.append(sentence)

    def close(self) -> None:
        """Close the file."""
        self._write_document()
        self._out.close()

    def _write_document(self) -> None:
        """Write the sentences of an article that wait, under a line that says where they stand in it."""
        if self._sentences:
            # A column holds no space.
            places = json.dumps(self._places, separators=(",", ":")).replace(" ", "\\u0020")
            self._out.write(_DOCUMENT.format(places=places))
            self._out.writelines(self._sentences)
        self._places, self._sentences = [], []

    def _format(self, fitted: Fitted) -> str:
        text = fitted.record.text
        tags = ["O"] * len(fitted.tokens)
        for span, (first, last) in zip(fitted.record.spans or (), fitted.reaches, strict=True):
            name = self._names[span.label]
            tags[first] = f"B-{name}"
            for index in range(first + 1, last):
                tags[index] = f"I-{name}"
        rows = [
            f"{_clean_token(text[token.start : token.end])} -X- -X- {tag}\n"
            for token, tag in zip(fitted.tokens, tags, strict=True)
        ]
        return "".join([*rows, "\n"])


def _clean_label(name: str) -> str:
    return "_".join(name.split())


def _clean_token(token: str) -> str:
    """Write a token without white space: a space that carries a combining mark would part the columns."""
    return token if token.isprintable() and " " not in token else "".join(token.split()) or "_"
