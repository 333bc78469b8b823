"""An audit of one label: its spans in all articles, to be kept, relabelled, widened or removed one by one.

Each decision but to keep is an action of the annotator, taken back by itself.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct, structs

from tui.errors import SpantagError
from tui.model.article import Article
from tui.model.events import Act, Change, Remove
from tui.model.layer import Layer
from tui.model.span import Span
from tui.project.mentions import find_sentence
from tui.project.project import Project
from tui.session.tokens import Direction, Edge, Tokens
from tui.suggest.assistant import Assistant
from tui.text.tokens import tokenize

Verdict: TypeAlias = Literal["open", "kept", "changed", "removed"]
"""What was decided on a span."""

MOST_AUDITED: Final = 10_000
"""Spans after which no more are looked at: nobody audits more at a time."""


class AuditedSpan(Struct):
    """A span that is looked at."""

    article: int
    """The article's number."""
    title: str
    """The article's title."""
    span: Span
    """The span as it is now; as it was, where it was removed."""
    agreement: float
    """How probable the assistant finds its label, 0 to 1; 1 where it has learnt nothing."""
    verdict: Verdict = "open"
    """What was decided on it."""
    context: str = ""
    """The sentence it stands in."""
    offset: int = 0
    """Where the sentence starts, in code points of the article."""

    def find_context(self, article: Article) -> None:
        """Find the sentence."""
        paragraphs = article.paragraphs
        place = bisect_right(paragraphs, self.span.start, key=lambda each: each.start) - 1
        start, end = find_sentence(article.text, paragraphs[max(place, 0)], self.span.start, self.span.end)
        self.context, self.offset = article.text[start:end], start


class Audit:
    """The spans of a label, the most doubtful first, and what was decided on them."""

    def __init__(self, project: Project, label: str) -> None:
        self._project = project
        self.label: Final = label
        """The label."""
        self.spans: list[AuditedSpan] = []
        """What was found."""
        self._done: list[tuple[int, str, Verdict]] = []

    def collect(self, assistant: Assistant | None) -> Iterator[int]:
        """Find the spans, article by article, and put the most doubtful first; yields how many there are."""
        for number in self._project.list_articles_with(self.label):
            article, layer = self._project.open_article(number)
            for span in layer.spans.values():
                if span.label == self.label and len(self.spans) < MOST_AUDITED:
                    agreement = 1.0 if assistant is None else _rate(assistant, article.text, span)
                    self.spans.append(AuditedSpan(number, article.title, span, agreement))
                    self.spans[-1].find_context(article)
            yield len(self.spans)
        self.spans.sort(key=lambda each: (each.agreement, each.article, each.span.start))

    def keep(self, place: int) -> None:
        """Leave a span as it is; raises `SpantagError` where it is there no more, as the others do."""
        self._open(place)
        self._done.append((place, "", self.spans[place].verdict))
        self.spans[place].verdict = "kept"

    def relabel(self, place: int, label: str) -> None:
        """Give a span another label; raises `SpantagError` where an equal span has it already."""
        span = self.spans[place].span
        if label != span.label:
            self._change(place, Change(span.id, label=label), structs.replace(span, label=label))

    def move_edge(self, place: int, edge: Edge, direction: Direction) -> None:
        """Move an edge of a span by a word."""
        article, _ = self._open(place)
        span = self.spans[place].span
        start, end = Tokens(article).step_edge(span.start, span.end, edge, direction)
        moved = span.with_edges(start, end)
        if moved != span:
            change = Change(span.id, start=moved.start, end=moved.end, fragments=moved.fragments)
            self._change(place, change, moved)

    def remove(self, place: int) -> None:
        """Remove a span."""
        span = self.spans[place].span
        if self.spans[place].verdict != "removed":
            self._change(place, Remove((span.id,)), span, verdict="removed")

    def undo(self) -> int | None:
        """Take back the last decision; give the place of its span, None where nothing was decided."""
        if not self._done:
            return None
        place, action, before = self._done.pop()
        audited = self.spans[place]
        if action:
            article, layer = self._project.open_article(audited.article)
            self._project.step(article, layer, "undo", action)
            audited.span = layer.spans.get(audited.span.id, audited.span)
            audited.find_context(article)
        audited.verdict = before
        return place

    def next_open(self, place: int) -> int | None:
        """Find the next span that nothing was decided on, round the list."""
        count = len(self.spans)
        places = [(place + step) % count for step in range(1, count + 1)] if count else []
        return next((each for each in places if self.spans[each].verdict == "open"), None)

    def _open(self, place: int) -> tuple[Article, Layer]:
        """Open the article of a span that is there."""
        audited = self.spans[place]
        article, layer = self._project.open_article(audited.article)
        if audited.span.id not in layer.spans:
            raise SpantagError("This span was removed, here or in another window.")
        return article, layer

    def _change(self, place: int, act: Act, after: Span, *, verdict: Verdict = "changed") -> None:
        audited = self.spans[place]
        article, layer = self._open(place)
        if verdict == "changed" and any(_are_equal(each, after) for each in layer.spans.values()):
            raise SpantagError("An equal span with that label is there already.")
        events = self._project.act(article, layer, [act])
        self._done.append((place, events[0].action, audited.verdict))
        audited.span, audited.verdict = after, verdict
        audited.find_context(article)


def _are_equal(one: Span, other: Span) -> bool:
    """Tell whether two spans have the same edges and label."""
    return one.id != other.id and (one.start, one.end, one.label) == (other.start, other.end, other.label)


def _rate(assistant: Assistant, text: str, span: Span) -> float:
    """Say how probable the assistant finds the label of a span."""
    first = max(text.rfind("\n", 0, span.start) + 1, span.start - 2_000)
    last = text.find("\n", span.end)
    tokens = tokenize(text, first, min(len(text) if last < 0 else last, span.end + 2_000))
    begun = next((place for place, token in enumerate(tokens) if token[1] > span.start), None)
    if begun is None:
        return 1.0
    count = sum(token[0] < span.end for token in tokens[begun:])
    return dict(assistant.predict_label(text, tokens, begun, count)).get(span.label, 0.0)
