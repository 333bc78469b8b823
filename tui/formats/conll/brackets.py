r"""Mentions between brackets, as treebanks with coreference (CoNLL-U, `Entity=`) have them.

`(e1-place-1` begins a mention before its word, `e1)` ends it behind its word, `(e1-place-1)` is one of one
word; several stand one after another. `# global.Entity = eid-etype-head` names what the hyphens part; without
it `(place-1` is read as the kind of a mention and the number of what is mentioned. A mention in pieces has
`[1/2]` behind its number. Words are counted as the tokens of the text are, from 0.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from tui.model.span import Json

_PART: Final = re.compile(r"\((?P<begun>[^()]+)(?P<whole>\))?|(?P<ended>[^()]+)\)")
_PIECE: Final = re.compile(r"(?P<name>.*)\[(?P<number>\d+)/(?P<count>\d+)\]")
_KIND: Final = "etype"


class BracketMention(Struct, frozen=True):
    """A mention, in one piece or more."""

    label: str
    """Its kind; empty where the file names none."""
    pieces: Sequence[tuple[int, int]]
    """The first and the last token of each piece, the last included; a piece of no token ends before it."""
    attributes: Mapping[str, Json]
    """What else is said of it, by the names that the file gives."""


class _Begun(Struct):
    """A mention, or a piece of one, that has begun and not ended."""

    name: str
    first: int
    fields: Sequence[str]
    piece: tuple[int, int] = (1, 1)


class BracketColumn(Struct):
    """The mentions of one sentence."""

    fields: Sequence[str] = ()
    """What the hyphens part, in order: `eid`, `etype`, `head`."""
    mentions: list[BracketMention] = field(default_factory=list)
    """Those that are whole, in the order in which they end."""
    _begun: list[_Begun] = field(default_factory=list)
    _pieces: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    ended_only: int = 0
    """How many ends had no beginning."""

    def take(self, said: str, token: int, *, is_absent: bool = False) -> None:
        """Take in what the brackets at one token say; one that is absent stands before this token."""
        last = token - 1 if is_absent else token
        for part in _PART.finditer(said):
            if part["begun"] is not None:
                self._begin(part["begun"], token)
            if part["whole"] is not None:
                self._end(self._begun.pop(), last)
            elif part["ended"] is not None:
                begun = self._find(part["ended"])
                if begun is None:
                    self.ended_only += 1
                else:
                    self._begun.remove(begun)
                    self._end(begun, last)

    def count_broken(self) -> int:
        """Count what has no end, no beginning, or not all of its pieces."""
        return len(self._begun) + self.ended_only + len(self._pieces)

    def _begin(self, said: str, first: int) -> None:
        names = self.fields
        fields = said.split("-", len(names) - 1) if names else said.rsplit("-", 1)
        name = fields[0] if names else said
        piece = _PIECE.fullmatch(name)
        numbers = (int(piece["number"]), int(piece["count"])) if piece is not None else (1, 1)
        self._begun.append(_Begun(name, first, fields, numbers))

    def _find(self, name: str) -> _Begun | None:
        return next((each for each in reversed(self._begun) if each.name == name), None)

    def _end(self, begun: _Begun, last: int) -> None:
        number, count = begun.piece
        name = begun.name.rpartition("[")[0] if count > 1 else begun.name
        pieces = [*self._pieces.pop(name, ()), (begun.first, last)] if count > 1 else [(begun.first, last)]
        if number < count:
            self._pieces[name] = pieces
            return
        names = self.fields or (_KIND, "entity_id")
        said = dict(zip(names, begun.fields, strict=False))
        label = said.pop(_KIND, "")
        if count > 1:
            said[names[0]] = name
        self.mentions.append(
            BracketMention(label, pieces, {key: value for key, value in said.items() if value})
        )
