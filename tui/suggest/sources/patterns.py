"""Words and regular expressions of labels.yaml, found in a text."""

import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tui.model.labels import LabelSet, Pattern
from tui.model.labels.regexes import MOST_SECONDS, compile_regex, find_matches
from tui.suggest.learning.features import Passage
from tui.text.messages import quote

if TYPE_CHECKING:
    import regex
    from ahocorasick_rs import AhoCorasick

MOST_TOGETHER: Final = 0.3
"""Seconds of the processor that all expressions together may take for one paragraph."""

_PROBE: Final = (
    "Rebels attacked the town on Tuesday, 3 May 2016, and at least 52 people were killed, officials said. "
) * 100


_TOO_SLOW: Final = f"it takes more than {MOST_SECONDS} seconds for one paragraph"
_SLOWEST: Final = f"all take more than {MOST_TOGETHER} seconds for one paragraph, and this one the most of it"


class PatternMatch(Struct, frozen=True):
    """A stretch that a pattern of labels.yaml names."""

    first: int
    """Its first token."""
    last: int
    """Its last token, included."""
    label: str
    """The label of the pattern."""
    is_regex: bool
    """Whether a regular expression found it."""


class _Regex(Struct, frozen=True):
    """A regular expression, with what it is suggested for."""

    pattern: Pattern
    label: str
    compiled: "regex.Pattern[str]"


class PatternFinder:
    """Every pattern of a label set, ready to be found.

    A regular expression that takes too long is switched off, and named in `take_notices`.
    """

    def __init__(self, labels: LabelSet, *, clock: Callable[[], float] = time.process_time) -> None:
        self._clock = clock
        self._words: dict[str, list[str]] = {}
        self._written: list[tuple[Pattern, str]] = []
        self._notices: list[str] = []
        for label in labels.labels:
            for pattern in label.patterns:
                if pattern.is_regex:
                    self._written.append((pattern, label.name))
                elif pattern.text.strip():
                    self._words.setdefault(pattern.text.strip(), []).append(label.name)

    def __bool__(self) -> bool:
        """Tell whether there is any pattern."""
        return bool(self._words or self._written)

    def find(self, passage: Passage) -> list[PatternMatch]:
        """Find every pattern in a paragraph: whole tokens, case as written; by place, the longest first."""
        if not self or not passage.tokens:
            return []
        firsts = {start: index for index, (start, _) in enumerate(passage.tokens)}
        lasts = {end: index for index, (_, end) in enumerate(passage.tokens)}
        start, end = passage.tokens[0][0], passage.tokens[-1][1]
        matches = {
            PatternMatch(firsts[first], lasts[last], label, is_regex)
            for first, last, label, is_regex in self._find(passage.text, start, end)
            if first < last and first in firsts and last in lasts
        }
        return sorted(matches, key=lambda match: (match.first, -match.last, match.label, match.is_regex))

    def take_notices(self) -> list[str]:
        """Return the sentences to show since the last call: what was switched off, and where it stands."""
        notices, self._notices = self._notices, []
        return notices

    @cached_property
    def _automaton(self) -> "AhoCorasick":
        from ahocorasick_rs import AhoCorasick, MatchKind

        return AhoCorasick(list(self._words), matchkind=MatchKind.Standard)

    @cached_property
    def _regexes(self) -> list[_Regex]:
        """The regular expressions that are not switched off."""
        return [_Regex(pattern, label, compile_regex(pattern.text)) for pattern, label in self._written]

    def _find(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str, bool]]:
        if self._words:
            names = list(self._words.values())
            found = self._automaton.find_matches_as_indexes(text[start:end], overlapping=True)
            for index, first, last in found:
                for label in names[index]:
                    yield start + first, start + last, label, False
        yield from self._find_regexes(text, start, end)

    def _find_regexes(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str, bool]]:
        """Find every expression, as far as there is time for all of them."""
        left, slowest = MOST_TOGETHER, (0.0, -1)
        is_any_off = False
        for index, each in enumerate(list(self._regexes)):
            before = self._clock()
            found = find_matches(each.compiled, text, start, end)
            seconds = self._clock() - before
            left, slowest = left - seconds, max(slowest, (seconds, index))
            if found is None:
                self._switch_off(each, _TOO_SLOW)
                is_any_off = True
            yield from ((first, last, each.label, True) for first, last in found or ())
            if left < 0.0:
                if not is_any_off:
                    self._switch_off(self._regexes[slowest[1]], _SLOWEST)
                return

    def _switch_off(self, each: _Regex, reason: str) -> None:
        """Look for an expression no more, and say so."""
        self._regexes.remove(each)
        self._notices.append(_explain(each.pattern, reason))


def find_slow(labels: LabelSet) -> list[str]:
    """Try every regular expression on a long paragraph; say of each that takes too long where it stands."""
    return [
        _explain(pattern, _TOO_SLOW)
        for label in labels.labels
        for pattern in label.patterns
        if pattern.is_regex and find_matches(compile_regex(pattern.text), _PROBE, 0, len(_PROBE)) is None
    ]


def _explain(pattern: Pattern, reason: str) -> str:
    """Say that a pattern is switched off, where it stands and what would be right."""
    shown = quote(pattern.text, 0, len(pattern.text))
    return (
        f"{pattern.place}: the pattern {shown} is switched off: {reason}; repeat less inside what is repeated"
    )
