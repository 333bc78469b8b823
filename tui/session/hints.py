"""The letters under the words at work: which stand there, which are drawn, and what was typed of one.

A hint stands where a word begins, or where something is suggested inside one; it names the token there.
"""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, structs

from tui.session.annotations import Annotations
from tui.session.focus import list_stops
from tui.session.hint_codes import LETTERS, assign_codes
from tui.session.reading import ReadingProgress
from tui.session.suggestions import ArticleSuggestions
from tui.session.tokens import TokenPlace

FAIR_CHANCE: Final = 0.001
"""How probable it must be that a span starts at a token for a hint of two letters to stand there unasked."""


class Hints(Struct, frozen=True, eq=False):
    """Letters under words, waiting to be typed."""

    codes: Mapping[str, TokenPlace]
    """Code to its token."""
    label: str | None = None
    """The label that the chosen token's span gets; None: the predicted one, or the cursor goes there."""
    is_jump: bool = False
    """Whether the cursor only goes there."""
    typed: str = ""
    """The letters typed so far."""

    def waiting(self) -> dict[TokenPlace, str]:
        """Give, for each token that can still be meant, the letters that are left to type."""
        return {
            token: code[len(self.typed) :]
            for code, token in self.codes.items()
            if code.startswith(self.typed)
        }


class HintBoard:
    """The hints of the chunks at work."""

    def __init__(
        self,
        annotations: Annotations,
        suggestions: ArticleSuggestions,
        reading: ReadingProgress,
        *,
        letters: str = "",
    ) -> None:
        """Make hints of `letters`, the easiest to reach first."""
        self._annotations = annotations
        self._tokens = annotations.tokens
        self._suggestions = suggestions
        self._reading = reading
        self._letters = letters or LETTERS
        self._asked: Hints | None = None
        self._typed = ""
        self._codes: tuple[tuple[int, ...], dict[str, TokenPlace], dict[TokenPlace, float]] = ((), {}, {})
        self._standing: Hints | None = None
        self._listed: tuple[Hints, tuple[int, int], list[tuple[int, str]]] | None = None
        self._labels: tuple[tuple[int, int], dict[int, str]] = ((-1, -1), {})

    # What is

    @property
    def asked(self) -> Hints | None:
        """The hints that a key asked for."""
        return self._asked

    @property
    def standing(self) -> Hints | None:
        """The hints that stand there unasked, also those that are too improbable to be drawn."""
        if self._reading.mode == "hints" or not self._reading.at_work:
            return None
        codes, typed = self.assign_codes(), self._typed
        if self._standing is None or self._standing.codes is not codes or self._standing.typed != typed:
            self._standing = Hints(codes, typed=typed)
        return self._standing

    @property
    def waiting(self) -> Hints | None:
        """The hints that a letter is about: those that were asked for, else those that stand there."""
        return self._asked or self.standing

    @property
    def is_typing(self) -> bool:
        """Whether hints were asked for, or one that stands there unasked was begun."""
        return self._asked is not None or self._typed != ""

    def has(self, letter: str) -> bool:
        """Tell whether a letter goes on with any hint that is there."""
        hints = self.waiting
        return hints is not None and any(left.startswith(letter) for left in hints.waiting().values())

    def assign_codes(self) -> Mapping[str, TokenPlace]:
        """Give every word at work a code; while the same chunks are at work, codes stay."""
        at_work = self._reading.at_work
        if self._codes[0] != at_work or not self._codes[1]:
            tokens: list[TokenPlace] = []
            chances: list[float] = []
            for chunk in at_work:
                ratings = self._suggestions.rate_hints(chunk)
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

    def list_shown(self) -> list[tuple[int, str]]:
        """List the hints that are drawn, as the token's first code point and the letters left to type.

        Of hints that stand there unasked those of one letter are, those with a fair chance, and those of
        suggestions, until one is begun.
        """
        hints, revision = self.waiting, self._suggestions.revision
        if hints is None:
            return []
        if self._listed is None or self._listed[:2] != (hints, revision):
            are_all = hints is self._asked or bool(hints.typed)
            at_work = self._reading.at_work
            starts = {each.start for chunk in at_work for each in self._suggestions.in_chunk(chunk)}
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

    def label_of(self, offset: int) -> str | None:
        """Say which label the hint at a code point is about: that of what stands there, else the likely one.

        None where the hint only moves the cursor.
        """
        if self._asked is not None:
            return self._asked.label
        if self._labels[0] != self._suggestions.revision:
            self._labels = (self._suggestions.revision, {})
        known = self._labels[1]
        if offset not in known:
            known[offset] = self._find_label(offset)
        return known[offset]

    # What is typed

    def open(self, label: str | None) -> None:
        """Show hints under all words at work; without a label they move the cursor only."""
        self._asked = Hints(self.assign_codes(), label, is_jump=label is None)
        self._typed = ""

    def close(self) -> bool:
        """Close the hints that were asked for, and forget what was typed; say whether there was any."""
        was_open = self.is_typing
        self._asked = None
        self._typed = ""
        return was_open

    def type(self, letter: str) -> Hints | None:
        """Type a letter of a hint and remember it; give what may be meant, None where none begins so."""
        hints = self.waiting
        if hints is None:
            return None
        typed = structs.replace(hints, typed=hints.typed + letter)
        if not typed.waiting():
            return None
        if hints is self._asked:
            self._asked = typed
        else:
            self._typed = typed.typed
        return typed

    def untype(self) -> None:
        """Take back the last letter of a hint, or close the hints."""
        if self._asked is not None:
            self._asked = (
                structs.replace(self._asked, typed=self._asked.typed[:-1]) if self._asked.typed else None
            )
        self._typed = self._typed[:-1]

    def _find_label(self, offset: int) -> str:
        """Find the label that a hint at a code point stands for."""
        stops = list_stops(self._annotations, self._suggestions, offset)
        if stops:
            return stops[0].label
        chunk = self._tokens.chunk_at(offset)
        token = bisect_left(self._tokens.of(chunk), (offset, 0))
        return self._suggestions.predict_span((chunk, token), None)[2]

    def _list_places(self, chunk: int) -> list[int]:
        """List the tokens of a chunk at which a hint stands."""
        starts = {start for start, _ in self._tokens.words_of(chunk)}
        starts.update(each.start for each in self._suggestions.in_chunk(chunk))
        return [place for place, (start, _) in enumerate(self._tokens.of(chunk)) if start in starts]
