r"""CoNLL-2003 in IOB2, as spaCy's converter and others read it: one token a line with its tag.

    -DOCSTART- -X- O O

    Two -X- {"id":"a1"} B-actor
    men -X- -X- I-actor
    fled -X- -X- O

Columns are parted by one space: token, part of speech and chunk (which spantag does not know: `-X-`), tag. A
record is one sentence; every article begins with `-DOCSTART-`. The text between tokens is not kept. The third
column of a sentence's first token says which piece of which article the sentence is: there no tool looks. An
article that came from CoNLL goes back with its own tokens, sentences and columns; tags are IOB2 all the same.
"""

import json
from collections.abc import Sequence
from typing import Final

from tui.formats.conll.columns import Columns, ColumnsRow
from tui.formats.shared.fitting import Fitted, Fitter
from tui.formats.shared.writing import Feature, Target, WriteOptions, name_once, place_of
from tui.model.record import Record

CARRIES: Final[frozenset[Feature]] = frozenset()
"""What the format carries beside spans of whole tokens that do not overlap."""

_DOCUMENT: Final = "-DOCSTART- -X- O O\n\n"
"""Written exactly so: spaCy's converter parts documents at nothing else."""


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
        came = Columns.of(record)
        sentences = list(came.find_rows(record)) if came is not None else []
        given = tuple([row.token for rows in sentences for row in rows])
        fitted = self._fitter.fit_tokens(record, keep_space=False, given=given)
        for span in fitted.record.spans or ():
            name = self._names.setdefault(span.label, _clean_label(span.label))
            if name != span.label and span.label not in self._renamed:
                self._renamed.add(span.label)
                why = f"a label with white space: {span.label!r} is written as {name!r}"
                self._fitter.losses.add(record, "label", why)
        if not fitted.tokens:
            return
        if came is not None:
            self._write_back(came, sentences, fitted)
            return
        document = (record.article or record.id, record.annotator)
        if document != self._document:
            self._out.write(_DOCUMENT)
            self._document = document
        self._out.write(self._format(fitted))

    def close(self) -> None:
        """Close the file."""
        self._out.close()

    def _write_back(self, came: Columns, sentences: Sequence[Sequence[ColumnsRow]], fitted: Fitted) -> None:
        """Write an article as it came, sentence by sentence."""
        if came.mark or self._document is not None:
            mark = came.mark or _DOCUMENT.strip()
            self._out.write(mark + ("\n\n" if mark.startswith("-DOCSTART-") else "\n"))
        self._document = (fitted.record.id, fitted.record.annotator)
        tags = iter(self._tags_of(fitted))
        text = fitted.record.text
        for rows in sentences:
            for row in rows:
                cells = [text[row.token.start : row.token.end], *row.cells, next(tags)]
                self._out.write(came.separator.join(cells) + "\n")
            self._out.write("\n")

    def _tags_of(self, fitted: Fitted) -> list[str]:
        tags = ["O"] * len(fitted.tokens)
        for span, (first, last) in zip(fitted.record.spans or (), fitted.reaches, strict=True):
            name = self._names[span.label]
            tags[first] = f"B-{name}"
            for index in range(first + 1, last):
                tags[index] = f"I-{name}"
        return tags

    def _format(self, fitted: Fitted) -> str:
        text = fitted.record.text
        tags = self._tags_of(fitted)
        # A column holds no space.
        place = json.dumps(place_of(fitted.record), separators=(",", ":")).replace(" ", "\\u0020")
        thirds = [place if place != "{}" else "-X-", *["-X-"] * (len(tags) - 1)]
        rows = [
            f"{_clean_token(text[token.start : token.end])} -X- {third} {tag}\n"
            for token, third, tag in zip(fitted.tokens, thirds, tags, strict=True)
        ]
        return "".join([*rows, "\n"])


def _clean_label(name: str) -> str:
    return "_".join(name.split())


def _clean_token(token: str) -> str:
    """Write a token without white space: a space that carries a combining mark would part the columns."""
    return token if token.isprintable() and " " not in token else "".join(token.split()) or "_"
