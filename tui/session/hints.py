"""The letters under the words at work: which stand there, which are drawn, and what was typed of one.

A hint stands where a word begins, or where something is suggested inside one; it names the token there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from tui.session.hint_codes import LETTERS, assign_codes
from tui.session.suggestions import Offers
from tui.session.tokens import Tokens

Token: TypeAlias = tuple[int, int]
"""The index of a chunk, and of a token in it."""

FAIR_CHANCE: Final = 0.01
"""How probable it must be that a span starts at a token for a hint of two letters to stand there unasked."""


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """Letters under words, waiting to be typed."""

    codes: Mapping[str, Token]
    """Code to its token."""
    label: str | None = None
    """The label that the chosen token's span gets; None: the predicted one, or the cursor goes there."""
    is_jump: bool = False
    """Whether the cursor only goes there."""
    typed: str = ""
    """The letters typed so far."""

    def waiting(self) -> dict[Token, str]:
        """Give, for each token that can still be meant, the letters that are left to type."""
        return {
            token: code[len(self.typed) :]
            for code, token in self.codes.items()
            if code.startswith(self.typed)
        }


class HintBoard:
    """The hints of the chunks at work."""

    def __init__(self, tokens: Tokens, offers: Offers, *, letters: str = "") -> None:
        self._tokens = tokens
        self._offers = offers
        self._letters = letters or LETTERS
        self.asked: Hints | None = None
        """The hints that a key asked for."""
        self.typed = ""
        """What was typed of a hint that stands there unasked."""
        self._codes: tuple[tuple[int, ...], dict[str, Token], dict[Token, float]] = ((), {}, {})
        self._standing: Hints | None = None
        self._listed: tuple[Hints, int, list[tuple[int, str]]] | None = None

    def open(self, desk: Sequence[int], label: str | None) -> None:
        """Show hints under all words at work; without a label they move the cursor only."""
        self.asked = Hints(self.assign_codes(desk), label, is_jump=label is None)
        self.typed = ""

    def close(self) -> bool:
        """Close the hints that were asked for, and forget what was typed; say whether there was any."""
        was_open = self.asked is not None or self.typed != ""
        self.asked = None
        self.typed = ""
        return was_open

    def standing(self, desk: Sequence[int]) -> Hints:
        """Give the hints that stand there unasked, all of them; `list_shown` says which are worth drawing."""
        codes = self.assign_codes(desk)
        if self._standing is None or self._standing.codes is not codes or self._standing.typed != self.typed:
            self._standing = Hints(codes, typed=self.typed)
        return self._standing

    def assign_codes(self, desk: Sequence[int]) -> dict[str, Token]:
        """Give every word at work a code; while the same chunks are at work, codes stay."""
        at_work = tuple(desk)
        if self._codes[0] != at_work or not self._codes[1]:
            tokens: list[Token] = []
            chances: list[float] = []
            for chunk in desk:
                ratings = self._offers.rate_hints(chunk)
                places = self._list_places(chunk)
                tokens += [(chunk, place) for place in places]
                chances += [ratings[place] for place in places]
            order = sorted(range(len(tokens)), key=lambda place: (-chances[place], place))
            ranks = [0] * len(tokens)
            for rank, place in enumerate(order):
                ranks[place] = rank
            codes = assign_codes(ranks, self._letters)
            self._codes = (
                at_work,
                dict(zip(codes, tokens, strict=True)),
                dict(zip(tokens, chances, strict=True)),
            )
        return self._codes[1]

    def list_shown(self, hints: Hints, desk: Sequence[int]) -> list[tuple[int, str]]:
        """List the hints that are drawn, as the token's first code point and the letters left to type.

        Of hints that stand there unasked those of one letter are, those with a fair chance, and those of
        suggestions, until one is begun.
        """
        revision = self._offers.revision
        if self._listed is None or self._listed[:2] != (hints, revision):
            are_all = hints is self.asked or bool(hints.typed)
            starts = {each.start for chunk in desk for each in self._offers.in_chunk(chunk)}
            shown = sorted(
                (start, left)
                for token, left in hints.waiting().items()
                if (start := self._tokens.of(token[0])[token[1]][0]) in starts
                or are_all
                or len(left) == 1
                or self._codes[2].get(token, 0.0) >= FAIR_CHANCE
            )
            self._listed = (hints, revision, shown)
        return self._listed[2]

    def type(self, hints: Hints, letter: str) -> Hints | None:
        """Type a letter of a hint and remember it; give what may be meant, None where none begins so."""
        typed = replace(hints, typed=hints.typed + letter)
        if not typed.waiting():
            return None
        if hints is self.asked:
            self.asked = typed
        else:
            self.typed = typed.typed
        return typed

    def untype(self) -> None:
        """Take back the last letter of a hint, or close the hints."""
        if self.asked is not None:
            self.asked = replace(self.asked, typed=self.asked.typed[:-1]) if self.asked.typed else None
        self.typed = self.typed[:-1]

    def _list_places(self, chunk: int) -> list[int]:
        """List the tokens of a chunk at which a hint stands."""
        starts = {start for start, _ in self._tokens.words_of(chunk)}
        starts.update(each.start for each in self._offers.in_chunk(chunk))
        return [place for place, (start, _) in enumerate(self._tokens.of(chunk)) if start in starts]
