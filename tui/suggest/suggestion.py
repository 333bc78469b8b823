"""A suggestion, and what makes suggestions."""

from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct

from tui.model.span import Origin, Span

PATTERN = "pattern"
"""The source that finds the patterns of labels.yaml."""

REPEAT = "repeat"
"""The source that finds what was tagged before."""

LEARNER = "learner"
"""The source that learns from finished paragraphs."""


ANSWERS = "answers"
"""All that suggests answers to what is asked of spans."""

_SUGGESTED: Final = "\0?"
"""What the id of a span begins with that stands for a suggestion; no id of a real one does."""


class Suggestion(Struct, frozen=True):
    """A span that an annotator may accept; it is none before that."""

    start: int
    """First code point of the article's text."""
    end: int
    """One past the last code point."""
    label: str
    """A label's name."""
    source: str
    """`pattern`, `repeat`, `learner`, or the name of a program or file outside."""
    confidence: float | None = None
    """How probable it is that it is right, 0 to 1."""
    model: str | None = None
    """The version of the source's model, where it has one."""
    why: str = ""
    """Why it is shown, in a few words."""

    @property
    def origin(self) -> Origin:
        """The origin of the span it becomes when it is accepted."""
        return Origin(self.source, self.confidence, self.model)


def mark_suggestion(suggestion: Suggestion) -> Span:
    """Give a span that stands for a suggestion on the screen, and nowhere else."""
    start, end, label = suggestion.start, suggestion.end, suggestion.label
    return Span(f"{_SUGGESTED}{start}-{end}-{label}", start, end, label)


def is_suggestion(mark: Span) -> bool:
    """Tell whether a span stands for a suggestion."""
    return mark.id.startswith(_SUGGESTED)


class Suggester(Protocol):
    """Whatever makes suggestions for a paragraph."""

    def suggest(self, text: str, start: int, end: int) -> Sequence[Suggestion]:
        """Suggest spans in `[start, end)` of an article's text."""
