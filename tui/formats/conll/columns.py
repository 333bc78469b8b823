"""The other columns of a CoNLL file, kept in the metadata of each document so that it can go back.

    {"columns":["CD NNS VBD","B-NP I-NP B-VP"],"separator":" ","mark":"-DOCSTART- -X- -X- O"}

A column is a text like the document's: a line a sentence, a word a token. They are kept where the document is
made of its tokens with single spaces between them, and its tags are the last column.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from tui.formats.shared.fitting import Token
from tui.formats.shared.writing import is_nameless
from tui.model.record import Record
from tui.model.span import Json

COLUMNS_KEY: Final = "conll"
"""The metadata it stands under."""


class Columns(msgspec.Struct, omit_defaults=True):
    """What the rows of a document have beside tokens and tags."""

    columns: list[str] = []
    """The columns between the tokens and the tags."""
    separator: str = " "
    """What parts the columns."""
    mark: str = ""
    """The line that the document begins with; empty where there is none."""

    @classmethod
    def of(cls, record: Record) -> "Columns | None":
        """Take them from what a reader kept; None where there are none, or they are those of another text."""
        if COLUMNS_KEY not in record.meta or not is_nameless(record):
            return None
        try:
            found = msgspec.convert(record.meta[COLUMNS_KEY], cls)
        except msgspec.ValidationError:
            return None
        words = [line.split(" ") for line in record.text.split("\n")]
        if not all(map(all, words)):
            return None
        shape = [len(each) for each in words]
        fits = all([len(line.split(" ")) for line in each.split("\n")] == shape for each in found.columns)
        return found if fits else None

    def as_meta(self) -> dict[str, Json]:
        """Give the metadata."""
        return {COLUMNS_KEY: msgspec.to_builtins(self)}

    def find_rows(self, record: Record) -> Iterator[list["ColumnsRow"]]:
        """Give the rows of each sentence; a token that a span cuts is one row for each part."""
        edges = {edge for span in record.spans or () for edge in (span.start, span.end)}
        kept = [each.split("\n") for each in self.columns]
        start = 0
        for number, line in enumerate(record.text.split("\n")):
            cells = [each[number].split(" ") for each in kept]
            rows: list[ColumnsRow] = []
            for at, word in enumerate(line.split(" ")):
                end = start + len(word)
                cuts = [start, *sorted(edge for edge in edges if start < edge < end), end]
                said = [each[at] for each in cells]
                rows += [ColumnsRow(Token(*part), said) for part in pairwise(cuts)]
                start = end + 1
            yield rows


class ColumnsRow(msgspec.Struct, frozen=True):
    """A row: its token, and what stands between that and the tag."""

    token: Token
    """Where the token stands."""
    cells: Sequence[str]
    """The other cells."""
