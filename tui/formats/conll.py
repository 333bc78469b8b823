r"""CoNLL-2003: one token a line with its tag, sentences parted by blank lines, IOB2 tags.

    -DOCSTART- -X- -X- O

    Two -X- -X- B-actor
    men -X- -X- I-actor
    fled -X- -X- O

Columns are parted by one space: token, part of speech and chunk (which spantag does not know: `-X-`), tag. A
record is one sentence; every article begins with `-DOCSTART-`. The text between tokens is not kept.

Read are IOB1, IOB2, BILOU and BIOES; columns parted by a tab or by white space, the tag in the last that
holds tags; and one sentence a line as `Two|CD|B-actor men|NNS|I-actor`. A document is an article, a sentence
a line of it; a file without documents is one article, or one every 20,000 characters. Of CoNLL-U's comments
`# text = …` gives the text, where the tokens fit it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tui.errors import Refusal
from tui.formats.fitting import Fitted, Fitter
from tui.formats.reading import SpanList, Tally, WrongError, count_noun, short, summarise
from tui.formats.source import Source
from tui.formats.tokens import SPACED, align_tokens, decode_tags, is_tag, join_tokens
from tui.formats.writing import Feature, Target, WriteOptions, name_once
from tui.records import Record

CARRIES: Final[frozenset[Feature]] = frozenset()
"""What the format carries beside spans of whole tokens that do not overlap."""


LONGEST_ARTICLE: Final = 20_000
"""After how many characters a file without documents goes on in another article."""

_DOCUMENT_MARK: Final = "-DOCSTART-"
_OTHER_COLUMNS: Final = "the other columns of {} are left out"
_COMMENT: Final = re.compile(r"#\s*(?:(\w[\w .:-]*?)\s*=\s*(.*)|(newdoc|newpar)\b.*)$")


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by a document line, or by lines whose last column is a tag, some of them not `O`."""
    lines = head.decode("utf-8", "ignore").splitlines()[:200]
    if any(line.startswith(_DOCUMENT_MARK) for line in lines[:5]):
        return True
    rows = [_split_row(line) for line in lines[: -1 if len(head) > 60_000 else None] if line.strip()]
    rows = [row for row in rows if not row[0].startswith("#")]
    if not rows:
        return False
    if all(is_tag(row[-1]) and len(row) > 1 for row in rows) and any(row[-1] != "O" for row in rows):
        return True
    if all("|" in word and is_tag(word.rsplit("|", 1)[1]) for row in rows[:5] for word in row):
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
    spaced: list[bool] = field(default_factory=list)
    text: str | None = None
    line: int = 0


@dataclass(slots=True)
class _Document:
    """The sentences of an article."""

    sentences: list[_Sentence] = field(default_factory=list)
    length: int = 0
    line: int = 0
    columns: int = 0

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
    number = 0
    for number, line in source.read_lines():
        if isinstance(line, Refusal):
            wrong = wrong or line
            continue
        line = line.removesuffix("\r")
        if line.startswith(_DOCUMENT_MARK):
            document.add(sentence)
            yield from _finish(document, wrong, tally)
            document, sentence, wrong, has_documents = _Document(), _Sentence(), None, True
        elif not line.strip():
            document.add(sentence)
            sentence = _Sentence()
            if not has_documents and document.length > LONGEST_ARTICLE:
                tally.add("a file without documents was parted after {}", "article", line=number)
                yield from _finish(document, wrong, tally)
                document, wrong = _Document(), None
        else:
            try:
                sentence = _read_row(line, number, document, sentence, tally)
            except WrongError as error:
                wrong = wrong or Refusal(source.name, str(error), number)
    document.add(sentence)
    yield from _finish(document, wrong, tally)


def _read_row(line: str, number: int, document: _Document, sentence: _Sentence, tally: Tally) -> _Sentence:
    comment = _COMMENT.match(line)
    if comment and not is_tag(line.split()[-1]):
        if comment[1] == "text":
            sentence.text = comment[2]
        else:
            tally.add("{} of CoNLL-U are left out", "comment", line=number)
        return sentence
    row = _split_row(line)
    words = line.split()
    sentence.line = sentence.line or number
    if "|" in words[0] and all("|" in word and is_tag(word.rsplit("|", 1)[1]) for word in words):
        for word in words:
            parts = word.split("|")
            _add_token(sentence, "|".join(parts[:-2]) or parts[0], parts[-1], spaced=True)
        tally.add(_OTHER_COLUMNS, "token", line=number, number=sum(word.count("|") > 1 for word in words))
        document.add(sentence)
        return _Sentence()
    if len(row) < 2:
        raise WrongError(f"a line needs a token and a tag, not only {short(line)}")
    column = next((index for index in range(len(row) - 1, 0, -1) if is_tag(row[index])), None)
    if column is None:
        raise WrongError(f"no column of {short(line)} is a tag such as O or B-actor")
    # In CoNLL-U Plus the first column counts the tokens.
    is_counted = row[0].isdecimal() and len(row) > 3 and row[0] == str(len(sentence.tokens) + 1)
    _add_token(sentence, row[1 if is_counted else 0], row[column], spaced="SpaceAfter=No" not in line)
    if len(row) > 2 and any(cell not in ("_", "-X-", "-", "O") for cell in row[1:column]):
        tally.add(_OTHER_COLUMNS, "token", line=number)
    return sentence


def _add_token(sentence: _Sentence, token: str, tag: str, *, spaced: bool) -> None:
    sentence.tokens.append(token)
    sentence.tags.append(tag)
    sentence.spaced.append(spaced)


def _split_row(line: str) -> list[str]:
    """Split a line at its tabs, or, where it has none, at white space."""
    line = line.rstrip("\r\n")
    return line.rstrip("\t").split("\t") if "\t" in line.strip() else line.split()


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
    for sentence, tokens in zip(document.sentences, places, strict=True):
        _add_spans(spans, sentence, tokens, tally)
    yield Record(whole, spans=spans.as_tuple(), line=document.line)


def _place_tokens(sentence: _Sentence) -> tuple[str, list[tuple[int, int]]]:
    if sentence.text is not None:
        places = align_tokens(sentence.text, sentence.tokens)
        if places is not None:
            return sentence.text, places
        sentence.text = None
    spaces = [" " if spaced else "" for spaced in sentence.spaced]
    return join_tokens(sentence.tokens, [*spaces[:-1], ""])


def _add_spans(spans: SpanList, sentence: _Sentence, places: Sequence[tuple[int, int]], tally: Tally) -> None:
    for found in decode_tags(sentence.tags):
        label = found.label
        if not label:
            label = "entity"
            tally.add("{} have a tag without a label: they are called entity", line=sentence.line)
        spans.add(places[found.first][0], places[found.last][1], label, where=f"line {sentence.line}")


_DOCUMENT: Final = "-DOCSTART- -X- -X- O\n\n"


class ConllWriter:
    """Writes CoNLL-2003 in IOB2."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._out = target.open_text()
        self._fitter = Fitter.of(CARRIES, options)
        self._names = name_once(options.label_names, _clean_label)
        self._renamed: set[str] = set()
        self._document: tuple[str | None, str | None] | None = None

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
            self._document = document
            self._out.write(_DOCUMENT)
        self._out.write(self._format(fitted))

    def close(self) -> None:
        """Close the file."""
        self._out.close()

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
