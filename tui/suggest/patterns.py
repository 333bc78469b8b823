"""Words and regular expressions of labels.yaml, found in a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tui.labels import LabelSet
from tui.suggest.features import Passage

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """A stretch that a pattern of labels.yaml names."""

    first: int
    """Its first token."""
    last: int
    """Its last token, included."""
    label: str
    """The label of the pattern."""
    is_regex: bool
    """Whether a regular expression found it."""


class PatternFinder:
    """Every pattern of a label set, ready to be found."""

    def __init__(self, labels: LabelSet) -> None:
        self._words: dict[str, list[str]] = {}
        self._regexes: list[tuple[str, str]] = []
        for label in labels.labels:
            for pattern in label.patterns:
                if pattern.is_regex:
                    self._regexes.append((pattern.text, label.name))
                elif pattern.text.strip():
                    self._words.setdefault(pattern.text.strip(), []).append(label.name)

    def __bool__(self) -> bool:
        """Tell whether there is any pattern."""
        return bool(self._words or self._regexes)

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
            if first in firsts and last in lasts
        }
        return sorted(matches, key=lambda match: (match.first, -match.last, match.label, match.is_regex))

    @cached_property
    def _automaton(self) -> "AhoCorasick":
        from ahocorasick_rs import AhoCorasick, MatchKind

        return AhoCorasick(list(self._words), matchkind=MatchKind.Standard)

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], str]]:
        return [(re.compile(expression), label) for expression, label in self._regexes]

    @cached_property
    def _any(self) -> re.Pattern[str] | None:
        """Compile all expressions as one, to skip paragraphs without a match; None if groups forbid it."""
        if any(pattern.groups or pattern.flags & ~re.UNICODE for pattern, _ in self._compiled):
            return None
        return re.compile("|".join(f"(?:{expression})" for expression, _ in self._regexes))

    def _find(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str, bool]]:
        if self._words:
            names = list(self._words.values())
            found = self._automaton.find_matches_as_indexes(text[start:end], overlapping=True)
            for index, first, last in found:
                for label in names[index]:
                    yield start + first, start + last, label, False
        if self._regexes and (self._any is None or self._any.search(text, start, end)):
            for pattern, label in self._compiled:
                for match in pattern.finditer(text, start, end):
                    yield *match.span(), label, True
