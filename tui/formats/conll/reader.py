r"""CoNLL-2003 and its kin: one token a line with its tags, sentences parted by blank lines.

    -DOCSTART- -X- -X- O

    Two CD B-NP B-actor
    men NNS I-NP I-actor
    fled VBD B-VP O

What the columns are is found once from the head of the file (`conll_layout`): parted by tabs or by spaces,
named by a first row or not, tags as IOB1, IOB2, BILOU, BIOES or labels alone. A row of another layout is
refused, and with it its document. Where the tokens are counted, the columns have names, or columns of tags
stand right behind the tokens (nested names), all of them are read, else the last; `--column` names others.

A document is an article, a sentence a line of it; a file without documents is one article, or one every
20,000 characters. Documents begin with `-DOCSTART-`, `###MEDLINE:1`, `# newdoc`, or another
`# document_id = …`. A line that begins with `#` and has no tag where the file has its tags is a comment. Of
CoNLL-U, `# text = …` gives the text, where the tokens fit it, words of one token (`1-2`) are one, and the
last column may hold tags as `NER=B-LOC` and mentions between brackets (`brackets`). One sentence a line, as
`Two|CD|B-actor men|NNS|I-actor`, is read too. What spantag writes has in the third column of a sentence's
first token which piece of which article it is. The columns between the tokens and the last column stay in the
metadata (`conll`), where that is the only one that is read.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

from msgspec import Struct, field, structs

from tui.errors import Refusal
from tui.formats.conll.brackets import BracketColumn
from tui.formats.conll.columns import Columns
from tui.formats.conll.layout import (
    BLANK,
    DOCUMENT_MARK,
    EMPTY_CELLS,
    HEAD_LINES,
    WORD_NUMBER,
    Layout,
    TagColumn,
    find_layout,
)
from tui.formats.shared.reading import SpanList, Tally, WrongError, as_literal, keep_place, short, summarise
from tui.formats.shared.source import Source
from tui.formats.shared.tokens import (
    align_tokens,
    choose_spaces,
    decode_tags,
    explain_outside,
    is_tag,
    join_tokens,
)
from tui.model.record import Record
from tui.model.span import Json
from tui.text.messages import count_noun

LONGEST_ARTICLE: Final = 20_000
"""After how many characters a file without documents goes on in another article."""

_OTHER_COLUMNS: Final = "the other columns of {} {are} left out"
_KEPT_COLUMNS: Final = "the other columns of {} {stay} in the metadata"
_COMMENT: Final = re.compile(r"#\s*(?:(\w[\w .:-]*+)\s*+=\s*(.*)|(newdoc|newpar)\b.*|(?<=\s)[\w\W]*)$")
_MARKED_DOCUMENT: Final = re.compile(r"#{3,}\s*(\w.*)")
_DOCUMENT_KEY: Final = re.compile(r"(?:.*[:.])?(?:newdoc(?:[ _]id)?|doc(?:ument)?_?id)", re.IGNORECASE)
_PAIRED: Final = re.compile(r"#\s*\w[\w .:-]*+=")
_UNSPACED: Final = ("SpaceAfter=No", "NoSpaceAfter")
_FALSE: Final = frozenset({"0", "false", "no", "n"})
_FEWEST_OUTSIDE: Final = 20
"""How many rows all of `O` show that they are rows of tags."""

_FIRST_LINES: Final = 200
"""How many lines a file is known by, unless they are all outside of names."""

_SUFFIXES: Final = (".conll", ".iob", ".bio", ".iob2", ".bioes", ".conll03")


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by a document line, or by columns of which one holds nothing but tags, or by its ending."""
    lines = head.decode("utf-8", "ignore").splitlines()
    whole = lines[: -1 if len(head) > 60_000 and len(lines) > 1 else None]
    lines = whole[:_FIRST_LINES]
    if any(line.startswith("#begin document") for line in lines[:20]):
        return False
    if any(line.startswith("-DOCSTART-") for line in lines[:5]):
        return True
    layout = find_layout(lines)
    if layout.tags and not any(layout.known):
        # Names may come late.
        lines, layout = whole, find_layout(whole)
    if layout.is_inline or (layout.is_universal and layout.width == 10):
        return True
    rows = [layout.split(line) for line in lines if line.strip(BLANK) and line != layout.header]
    rows = [cells for cells in rows if not cells[0].startswith("#")] or rows
    if rows and layout.tags and _has_only_tags(layout, rows, lines):
        return True
    return path.suffix.lower() in _SUFFIXES


def _has_only_tags(layout: Layout, rows: Sequence[Sequence[str]], lines: Sequence[str]) -> bool:
    """Tell whether hardly a row breaks a layout, and its tags are surely tags."""
    if sum(layout.explain(cells) is None for cells in rows) < 0.98 * len(rows):
        return False
    is_labelled = any(layout.known) and all(column.scheme != "bare" for column in layout.tags)
    # A table may have a column of such words, but hardly blank lines.
    return is_labelled or (len(rows) >= _FEWEST_OUTSIDE and not all(line.strip(BLANK) for line in lines))


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every document."""
    tally = Tally()
    lines = islice(structs.replace(source, progress=None, allowance=None).read_lines(), HEAD_LINES)
    head = [line for _, line in lines if isinstance(line, str)]
    try:
        layout = find_layout(head, source.options.columns)
    except ValueError as error:
        yield Refusal(source.name, str(error))
        return
    if layout.width and not (layout.tags or layout.is_universal):
        yield Refusal(
            source.name,
            f"no column of tags such as O or B-actor was found; there are {layout.list_columns()};"
            " --column NAME says which one it is",
        )
        return
    if not (source.options.columns or source.options.is_of_many) and _says_nothing(head, layout):
        yield Refusal(source.name, explain_outside([f"column {column.name}" for column in layout.tags]))
        return
    _tell_columns(layout, tally)
    yield from summarise(_Reading(source, layout, tally).read(), tally)


def _says_nothing(head: Sequence[str], layout: Layout) -> bool:
    """Tell whether all tags of a whole file are `O`, and spantag did not write it."""
    if not layout.tags or layout.is_universal or layout.known - {""} or len(head) >= HEAD_LINES:
        return False
    rows = [cells for cells in map(layout.split, head) if len(cells) >= layout.least]
    is_ours = any(len(cells) == 4 and cells[2].startswith("{") for cells in rows)
    return not is_ours and all(column.read(cells) in ("", "O") for column in layout.tags for cells in rows)


def _tell_columns(layout: Layout, tally: Tally) -> None:
    """Say which columns the tags are taken from, where there was a choice."""
    if layout.is_universal and not layout.tags:
        tally.add("there is no column of tags: {} came in without spans", "file")
    is_plain = len(layout.tags) < 2 and not layout.others and not layout.header
    if not layout.tags or (
        is_plain and all(column.scheme == "signed" and not column.key for column in layout.tags)
    ):
        return
    taken = ", ".join(column.name for column in layout.tags)
    noun = "column" if len(layout.tags) == 1 else "columns"
    said = f"the tags are those of the {noun} {taken}"
    if layout.others:
        said += f", not of {', '.join(column.name for column in layout.others)}"
    if any(column.scheme == "bare" for column in layout.tags):
        said += "; equal labels side by side are one span"
    tally.add(as_literal(f"{said}; --column NAME takes others"))


class _Sentence(Struct):
    """The rows of a sentence."""

    tokens: list[str] = field(default_factory=list)
    tags: list[list[str]] = field(default_factory=list)
    """The tags of each token, one for each column that is read."""
    other_tags: list[list[str]] = field(default_factory=list)
    """The tags of each token in the columns that are not."""
    spaced: list[bool] = field(default_factory=list)
    """Whether a space follows each token, as far as the file says."""
    mentions: list[BracketColumn] = field(default_factory=list)
    """The mentions between brackets, for each column of them."""
    text: str | None = None
    line: int = 0
    until: int = 0
    """The last word of the token that was added last, where it has several."""
    place: object = None
    """Of which article it is a piece, where spantag wrote that."""
    cells: list[Sequence[str]] = field(default_factory=list)
    """What stands between the token and the tag of each row, where that may be kept."""
    unread: list[int] = field(default_factory=list)
    """The lines on which that says anything."""


class _Document(Struct):
    """The sentences of an article."""

    sentences: list[_Sentence] = field(default_factory=list)
    length: int = 0
    line: int = 0
    name: str = ""
    mark: str = ""
    wrong: Refusal | None = None

    def add(self, sentence: _Sentence) -> None:
        """Take a sentence in, where it has any token."""
        if sentence.tokens:
            self.line = self.line or sentence.line
            self.sentences.append(sentence)
            self.length += sum(map(len, sentence.tokens)) + len(sentence.tokens)


class _Reading:
    """One file that is read by its layout."""

    def __init__(self, source: Source, layout: Layout, tally: Tally) -> None:
        self._source = source
        self._layout = layout
        self._tally = tally
        self._signed = [column for column in layout.tags if column.scheme != "bracketed"]
        self._bracketed = [column for column in layout.tags if column.scheme == "bracketed"]
        tagged = (column for column in (*layout.tags, *layout.others) if not column.key)
        read = {layout.token, *(column.index % layout.width for column in tagged)} if layout.width else set()
        self._unread = [
            index
            for index in range(int(layout.is_counted), layout.width)
            if index not in {*read, layout.misc}
        ]
        self._keeps = (
            not (layout.is_inline or layout.is_counted or layout.is_universal or layout.header)
            and layout.token == 0
            and [column.index % layout.width for column in layout.tags] == [layout.width - 1]
            and not self._bracketed
        )
        self._fields: Sequence[str] = ()
        self._document = _Document()
        self._sentence = self._begin_sentence()
        self._has_documents = False

    def read(self) -> Iterator[Record | Refusal]:
        """Read every document."""
        for number, line in self._source.read_lines():
            if isinstance(line, Refusal):
                self._document.wrong = self._document.wrong or line
                continue
            line = line.removesuffix("\r")
            name = self._name_document(line)
            if name is not None:
                yield from self._finish()
                self._document, self._has_documents = _Document(name=name, mark=line), True
            elif not line.strip(BLANK):
                self._end_sentence()
                if not self._has_documents and self._document.length > LONGEST_ARTICLE:
                    self._tally.add("a file without documents was parted after {}", "article", line=number)
                    yield from self._finish()
                    self._document = _Document()
            elif line != self._layout.header and not self._take_comment(line, number):
                try:
                    self._take_row(line, number)
                except WrongError as error:
                    refusal = Refusal(self._source.name, str(error), number)
                    self._document.wrong = self._document.wrong or refusal
        yield from self._finish()

    def _name_document(self, line: str) -> str | None:
        """Give the name of the document that begins with a line, be it empty; None where none does."""
        marked = DOCUMENT_MARK.fullmatch(line)
        if marked is not None:
            words = [word for word in (marked["name"] or "").split() if word not in EMPTY_CELLS | {"O"}]
            return " ".join(words).removeprefix("(").removesuffix(")")
        if not line.startswith("#") or self._is_row(line):
            return None
        marked = _MARKED_DOCUMENT.fullmatch(line)
        if marked is not None:
            return marked[1]
        comment = _COMMENT.match(line)
        key = ((comment[1] or comment[3] or "") if comment is not None else "").strip()
        if comment is None or not _DOCUMENT_KEY.fullmatch(key):
            return None
        name = (comment[2] or "").strip()
        # Some files repeat the name of the document before each sentence.
        return name if key.startswith("newdoc") or name != self._document.name else None

    def _is_row(self, line: str) -> bool:
        """Tell whether a line that begins with `#` is a row, with that for its token."""
        if _PAIRED.match(line) and not ("\t" in line and self._layout.has_tabs):
            return False
        return self._layout.has_row(line)

    def _take_comment(self, line: str, number: int) -> bool:
        """Take in a comment; tell whether the line is one."""
        if not line.startswith("#") or self._layout.is_inline or self._is_row(line):
            return False
        comment = _COMMENT.match(line)
        if comment is None and self._sentence.tokens:
            return False
        key = (comment[1] or "").rstrip() if comment is not None else ""
        value = (comment[2] or "") if comment is not None else ""
        if key == "text":
            self._sentence.text = value
        elif key.lower() == "global.entity":
            self._fields = value.strip().split("-")
            self._sentence.mentions = self._begin_sentence().mentions
        else:
            self._tally.add("{} of the file {are} left out", "comment", line=number)
        return True

    def _begin_sentence(self) -> _Sentence:
        return _Sentence(mentions=[BracketColumn(self._fields) for _ in self._bracketed])

    def _end_sentence(self) -> None:
        self._document.add(self._sentence)
        self._sentence = self._begin_sentence()

    def _take_row(self, line: str, number: int) -> None:
        self._sentence.line = self._sentence.line or number
        if self._layout.is_inline:
            self._take_inline(line, number)
            return
        cells = self._layout.split(line)
        reason = self._layout.explain(cells)
        if reason is not None:
            raise WrongError(f"{reason}: {short(line)}")
        word = WORD_NUMBER.fullmatch(cells[0]) if self._layout.is_counted else None
        if word is not None and word[1] == ".":
            self._tally.add("{} that {are} not in the text {are} left out", "word", line=number)
            self._take_mentions(cells, len(self._sentence.tokens), is_absent=True)
            return
        self._take_token(cells, word, number)

    def _take_token(self, cells: Sequence[str], word: re.Match[str] | None, number: int) -> None:
        """Take in a token, a token of several words, or one of these words."""
        sentence = self._sentence
        tags = [_tag_of(column, cells) for column in self._signed]
        others = [_tag_of(column, cells) for column in self._layout.others if column.scheme != "bracketed"]
        if word is not None and word[1] is None and int(word[0]) <= sentence.until:
            known = sentence.tags[-1]
            sentence.tags[-1] = [
                new if old in ("", "O") else old for old, new in zip(known, tags, strict=True)
            ]
        else:
            sentence.until = int(word[2]) if word is not None and word[1] == "-" else 0
            sentence.tokens.append(cells[self._layout.token])
            sentence.tags.append(tags)
            sentence.other_tags.append(others)
            sentence.spaced.append(self._is_spaced(cells))
            sentence.cells.append(cells[1:-1] if self._keeps and len(cells) == self._layout.width else ())
        if self._bracketed:
            self._take_mentions(cells, len(sentence.tokens) - 1)
        if len(sentence.tokens) == 1 and self._layout.width == len(cells) == 4 and cells[2].startswith("{"):
            sentence.place = _read_place(cells[2])
            cells = [*cells[:2], "_", cells[3]]
        unread = self._unread
        if unread and any(cells[index] not in EMPTY_CELLS for index in unread if index < len(cells)):
            if self._keeps:
                sentence.unread.append(number)
            else:
                self._tally.add(_OTHER_COLUMNS, "token", line=number)

    def _take_mentions(self, cells: Sequence[str], token: int, *, is_absent: bool = False) -> None:
        for column, mentions in zip(self._bracketed, self._sentence.mentions, strict=True):
            said = column.read(cells)
            if said:
                mentions.take(said, token, is_absent=is_absent)

    def _is_spaced(self, cells: Sequence[str]) -> bool:
        """Tell whether a space follows a token."""
        if self._layout.spaces is not None:
            return cells[self._layout.spaces].lower() not in _FALSE
        return self._layout.misc is None or not any(sign in cells[self._layout.misc] for sign in _UNSPACED)

    def _take_inline(self, line: str, number: int) -> None:
        """Take in a line that is a sentence."""
        for each in line.split():
            parts = each.split("|")
            if len(parts) < 2 or not is_tag(parts[-1]):
                raise WrongError(f"{short(each)} must be a token and a tag, as Moru|B-place")
            self._sentence.tokens.append("|".join(parts[:-2]) or parts[0])
            self._sentence.tags.append([parts[-1]])
            self._sentence.spaced.append(True)
            if len(parts) > 2:
                self._tally.add(_OTHER_COLUMNS, "token", line=number)
        self._end_sentence()

    def _finish(self) -> Iterator[Record | Refusal]:
        """Make the record of a document, or those of the pieces that spantag wrote, or a refusal."""
        self._end_sentence()
        document = self._document
        if document.wrong is not None:
            more = count_noun(len(document.sentences), "sentence")
            reason = f"{document.wrong.reason}; the article of {more} around it is refused"
            yield structs.replace(document.wrong, reason=reason)
            return
        if not document.sentences:
            return
        if not all(isinstance(sentence.place, dict) for sentence in document.sentences):
            yield self._make_record(document.sentences, document)
            return
        for sentence in document.sentences:
            record = self._make_record([sentence], document)
            meta: dict[str, Json] = {}
            keep_place(meta, sentence.place)
            yield structs.replace(record, meta={**meta, **record.meta}, line=sentence.line)

    def _make_record(self, sentences: Sequence[_Sentence], document: _Document) -> Record:
        """Make the record of some sentences."""
        text, placed = self._place_tokens(sentences, document.line)
        spans = SpanList(text, self._tally, line=document.line)
        for sentence, places in zip(sentences, placed, strict=True):
            self._add_spans(spans, sentence, places)
        meta: dict[str, Json] = {"document": document.name} if document.name else {}
        kept = self._keep_columns(sentences, document, text)
        meta |= kept
        for line in (line for sentence in sentences for line in sentence.unread):
            self._tally.add(_KEPT_COLUMNS if kept else _OTHER_COLUMNS, "token", line=line)
        is_tagged = bool(self._layout.tags or self._layout.is_inline) and (
            not self._layout.is_universal or any(map(_is_tagged, sentences))
        )
        return Record(text, meta=meta, spans=spans.as_tuple() if is_tagged else None, line=document.line)

    def _keep_columns(
        self, sentences: Sequence[_Sentence], document: _Document, text: str
    ) -> dict[str, Json]:
        """Keep the other columns, where the text is made of its tokens with single spaces."""
        is_plain = text == "\n".join(" ".join(sentence.tokens) for sentence in sentences)
        if not self._keeps or not is_plain or any(sentence.place for sentence in sentences):
            return {}
        width = self._layout.width - 2
        words = [word for sentence in sentences for word in sentence.tokens]
        rows = [cells for sentence in sentences for cells in sentence.cells]
        if any(len(cells) != width for cells in rows) or not all(map(_is_word, chain(words, *rows))):
            return {}
        columns = [
            "\n".join(" ".join(cells[index] for cells in sentence.cells) for sentence in sentences)
            for index in range(width)
        ]
        return Columns(columns, "\t" if self._layout.has_tabs else " ", document.mark).as_meta()

    def _place_tokens(
        self, sentences: Sequence[_Sentence], line: int
    ) -> tuple[str, list[list[tuple[int, int]]]]:
        """Give the text of some sentences, a line each, and where in it their tokens stand."""
        aligned = [
            align_tokens(sentence.text, sentence.tokens) if sentence.text is not None else None
            for sentence in sentences
        ]
        made = [sentence for sentence, places in zip(sentences, aligned, strict=True) if places is None]
        if made:
            spaces, said = choose_spaces(
                [sentence.tokens for sentence in made],
                self._source.options.join,
                given=[sentence.spaced for sentence in made],
            )
            self._tally.add(said, "article", line=line)
        pieces: list[str] = []
        placed: list[list[tuple[int, int]]] = []
        start = 0
        following = iter(spaces if made else ())
        for sentence, places in zip(sentences, aligned, strict=True):
            if places is None:
                text, places = join_tokens(sentence.tokens, next(following))
            else:
                text = sentence.text or ""
            pieces.append(text)
            placed.append([(first + start, last + start) for first, last in places])
            start += len(text) + 1
        return "\n".join(pieces), placed

    def _add_spans(self, spans: SpanList, sentence: _Sentence, places: Sequence[tuple[int, int]]) -> None:
        """Add the spans of every column of tags."""
        where = f"line {sentence.line}"
        known: set[tuple[int, int, str]] = set()
        for tags in zip(*sentence.tags, strict=True):
            for found in decode_tags(tags):
                if not found.label:
                    sentence_said = "{} {have} a tag without a label: {they} {are} called entity"
                    self._tally.add(sentence_said, line=sentence.line)
                span = (places[found.first][0], places[found.last][1], found.label or "entity")
                if span in known:
                    self._tally.add("{} alike in two columns came in once", line=sentence.line)
                else:
                    known.add(span)
                    spans.add(*span, where=where)
        for tags in zip(*sentence.other_tags, strict=True):
            number = len(decode_tags(tags))
            said = "{} of another column of tags {are} left out"
            self._tally.add(said, line=sentence.line, number=number)
        for mentions in sentence.mentions:
            self._add_mentions(spans, mentions, sentence, places)

    def _add_mentions(
        self, spans: SpanList, mentions: BracketColumn, sentence: _Sentence, places: Sequence[tuple[int, int]]
    ) -> None:
        """Add the mentions between brackets."""
        for mention in mentions.mentions:
            if not mention.label:
                said = "{} {have} no kind: {they} {are} called entity"
                self._tally.add(said, "mention", line=sentence.line)
            pieces = [(places[first][0], places[last][1]) for first, last in mention.pieces if first <= last]
            if not pieces:
                self._tally.add(
                    "{} without any word of the text {are} left out", "mention", line=sentence.line
                )
                continue
            spans.add(
                pieces[0][0],
                max(end for _, end in pieces),
                mention.label or "entity",
                where=f"line {sentence.line}",
                attributes=mention.attributes,
                fragments=tuple(pieces) if len(pieces) > 1 else (),
            )
        said = "{} without a beginning or an end {are} left out"
        self._tally.add(said, "mention", line=sentence.line, number=mentions.count_broken())


def _is_word(cell: str) -> bool:
    return bool(cell) and " " not in cell and "\n" not in cell


def _is_tagged(sentence: _Sentence) -> bool:
    """Tell whether a sentence says anything of what is tagged in it, be it that nothing is."""
    return any(map(any, sentence.tags)) or any(mentions.mentions for mentions in sentence.mentions)


def _tag_of(column: TagColumn, cells: Sequence[str]) -> str:
    """Give the tag of a token as `decode_tags` reads it; empty where the column says nothing of it."""
    said = column.read(cells) if -1 <= column.index < len(cells) else ""
    return f"I-{said}" if column.scheme == "bare" and said not in ("", "O") else said


def _read_place(cell: str) -> object:
    """Read of which article a sentence is a piece, as spantag writes it; None where it is something else."""
    try:
        place: object = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return place
