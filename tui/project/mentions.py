"""Equal mentions all over the project: finding them, and walking them with accept, reject and skip.

A mention is equal where the same text stands as whole tokens. What carries the label already, was rejected or
stands in boilerplate is left out. Everything that is decided on one walk is one action, across articles, so
that one undo takes all of it back; on the walk itself each decision can be taken back by itself.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.article import Article, Paragraph
from tui.model.events import Accept, Act, Reject, Remove, Unreject
from tui.model.layer import Layer, paragraph_state
from tui.model.span import Origin, Span
from tui.store import Store
from tui.text.tokens import tokenize

MENTION: Final = "mention"
"""The source of spans that were accepted as equal mentions."""

MOST_MENTIONS: Final = 10_000
"""Mentions after which no more are looked for: nobody walks more at a time."""

_MOST_ARTICLES: Final = 500
"""Articles whose texts the database looks through at a time: some milliseconds."""

_CONTEXT: Final = 150
"""The most code points that are kept before a mention, and after it."""

_LONGEST_TOKEN: Final = 200
"""Code points around an edge of a mention that are split into tokens to see whether it stands between two."""

_SENTENCE_END: Final = re.compile(r"[.!?…]['\"”’»)\]]*\s+|[。！？؟।]")

Decision: TypeAlias = Literal["open", "accepted", "rejected", "skipped"]
"""What was decided on a mention."""


class Sought(Struct, frozen=True):
    """Whose equals are sought: a span, by its text and label."""

    text: str
    """Its text."""
    label: str
    """Its label."""
    article: int
    """The number of the article it stands in, where the search begins."""


class Mention(Struct, frozen=True):
    """A place where the same text stands."""

    article: int
    """The article's number."""
    title: str
    """The article's title."""
    start: int
    """Where it starts, in code points of the article."""
    end: int
    """Where it ends; exclusive."""
    context: str
    """The sentence it stands in."""
    offset: int
    """Where it starts, in code points of the context."""


class FoundMentions(Struct, frozen=True):
    """What a part of the search found."""

    mentions: Sequence[Mention]
    """Mentions, in reading order."""
    searched: int
    """Articles that were looked through so far."""
    articles: int
    """Articles there are."""


def find_mentions(store: Store, annotator: str, sought: Sought) -> Iterator[FoundMentions]:
    """Find the equal mentions that wait for a decision: those in the span's article, behind it, before it.

    Yields what some hundred articles hold, also where they hold nothing, and ends after `MOST_MENTIONS`.
    """
    count = store.articles.last_number()
    here = sought.article
    searched = found = 0
    for first, last in ((here, here), *_parts(here + 1, count), *_parts(1, here - 1)):
        for number in store.articles.find_text(sought.text, first=first, last=last):
            article = store.articles.load_article(number)
            layer = store.log.load_layer(number, annotator)
            mentions = list(islice(_find_in(article, layer, sought), MOST_MENTIONS - found))
            found += len(mentions)
            if mentions:
                yield FoundMentions(mentions, searched, count)
            if found == MOST_MENTIONS:
                return
        searched += last - first + 1
        yield FoundMentions((), searched, count)


def find_sentence(text: str, paragraph: Paragraph, start: int, end: int) -> tuple[int, int]:
    """Find the edges of the sentence around `[start, end)` in its paragraph, at most 150 code points away."""
    first = max(paragraph.start, start - _CONTEXT)
    for match in _SENTENCE_END.finditer(text, first, start):
        first = match.end()
    last = min(max(paragraph.end, end), end + _CONTEXT)
    match_after = _SENTENCE_END.search(text, end, last)
    if match_after is not None:
        last = match_after.end()
    return first, end + len(text[end:last].rstrip())


class _Made(Struct, frozen=True):
    """A decision that was made, as what was there before it."""

    index: int
    """The index of its mention."""
    before: Decision
    """What had been decided on that."""
    span: str | None
    """The id of the span that this had made."""


class Walk:
    """Decisions on mentions, each on disk as soon as it is made."""

    def __init__(self, store: Store, annotator: str, sought: Sought, *, new_id: Callable[[], str]) -> None:
        self._store = store
        self._annotator = annotator
        self._new_id = new_id
        self._action: str | None = None
        self._spans: dict[int, str] = {}
        self._made: list[_Made] = []
        self._open: tuple[Article, Layer] | None = None
        self.sought = sought
        """What is sought."""
        self.mentions: list[Mention] = []
        """The mentions found so far."""
        self.decisions: list[Decision] = []
        """What was decided on each."""
        self.saved_at = ""
        """When the last decision was saved, in UTC; empty before the first."""

    def add(self, mentions: Sequence[Mention]) -> None:
        """Add mentions that were found."""
        self.mentions += mentions
        self.decisions += ["open"] * len(mentions)

    def next_open(self, index: int) -> int | None:
        """Find the first mention from `index` on, then round, that nothing was decided on."""
        for start, end in ((index, len(self.decisions)), (0, index)):
            try:
                return self.decisions.index("open", start, end)
            except ValueError:
                continue
        return None

    def accept(self, index: int) -> None:
        """Tag a mention, if it is not tagged by now; raises `StoreError` and changes nothing."""
        if self.decisions[index] == "accepted":
            return
        mention = self.mentions[index]
        layer = self._open_layer(mention.article)[1]
        is_there = _is_tagged(layer, mention.start, mention.end, self.sought.label)
        span = None if is_there else self._new_id()
        self._reach(index, "accepted", span)
        self._decide(index, "accepted", span)

    def reject(self, index: int) -> None:
        """Turn a mention down for good, also an accepted one; raises `StoreError` and changes nothing."""
        if self.decisions[index] == "rejected":
            return
        self._reach(index, "rejected", None)
        self._decide(index, "rejected", None)

    def skip(self, index: int) -> None:
        """Leave a mention as it is."""
        if self.decisions[index] == "open":
            self._decide(index, "skipped", None)

    def undo(self) -> int | None:
        """Take back the last decision; give the index of its mention, None where there is none.

        Raises `StoreError` and changes nothing.
        """
        if not self._made:
            return None
        made = self._made[-1]
        self._reach(made.index, made.before, made.span)
        self._put(made.index, made.before, made.span)
        return self._made.pop().index

    def count_articles(self) -> int:
        """Count the articles in which anything was decided."""
        return len({self.mentions[made.index].article for made in self._made})

    def undo_all(self) -> bool:
        """Take everything back that was decided on this walk; say whether there was anything."""
        is_any = any(decision != "open" for decision in self.decisions)
        if self._action is not None:
            numbers = self._store.log.articles_of_action(self._action)
            article, layer = self._open_layer(numbers[0])
            self.saved_at = self._store.log.step(article, self._annotator, layer, "undo", self._action)[-1].at
            self._action = None
            self._open = None
        self._spans.clear()
        self._made.clear()
        self.decisions = ["open"] * len(self.mentions)
        return is_any

    def _decide(self, index: int, decision: Decision, span: str | None) -> None:
        """Remember a decision, the span it made, and what was there before."""
        self._made.append(_Made(index, self.decisions[index], self._spans.get(index)))
        self._put(index, decision, span)

    def _put(self, index: int, decision: Decision, span: str | None) -> None:
        self.decisions[index] = decision
        self._spans.pop(index, None)
        if span is not None:
            self._spans[index] = span

    def _reach(self, index: int, decision: Decision, span_id: str | None) -> None:
        """Make of a mention what a decision on it is, with the span of this id where there is one."""
        mention, own = self.mentions[index], self._spans.get(index)
        layer = self._open_layer(mention.article)[1]
        span = self._span(mention, span_id or self._new_id())
        is_rejected = span.place in layer.rejected
        acts: list[Act] = []
        if own is not None and own in layer.spans:
            acts.append(Remove((own,)))
        if is_rejected != (decision == "rejected"):
            acts.append(Unreject((span,)) if is_rejected else Reject((span,)))
        if span_id is not None:
            acts.append(Accept((span,)))
        if acts:
            self._act(mention.article, acts)

    def _span(self, mention: Mention, span_id: str) -> Span:
        return Span(span_id, mention.start, mention.end, self.sought.label, origin=Origin(MENTION))

    def _act(self, number: int, acts: Sequence[Act]) -> None:
        article, layer = self._open_layer(number)
        events = self._store.log.append(article, self._annotator, layer, acts, action=self._action)
        self._action = events[0].action
        self.saved_at = events[-1].at

    def _open_layer(self, number: int) -> tuple[Article, Layer]:
        if self._open is None or self._open[0].number != number:
            self._open = (
                self._store.articles.load_article(number),
                self._store.log.load_layer(number, self._annotator),
            )
        else:
            self._store.log.reload(number, self._annotator, self._open[1])
        return self._open


def _parts(first: int, last: int) -> Iterator[tuple[int, int]]:
    for start in range(first, last + 1, _MOST_ARTICLES):
        yield start, min(start + _MOST_ARTICLES - 1, last)


def _find_in(article: Article, layer: Layer, sought: Sought) -> Iterator[Mention]:
    """Find the mentions in one article."""
    text, starts = article.text, [paragraph.start for paragraph in article.paragraphs]
    tagged = [span for span in layer.spans.values() if span.label == sought.label]
    for match in re.finditer(re.escape(sought.text), text):
        start, end = match.span()
        if (start, end, sought.label, ()) in layer.rejected:
            continue
        if any(span.overlaps(start, end) for span in tagged):
            continue
        index = bisect_right(starts, start) - 1
        if index < 0 or article.paragraphs[index].end <= start:
            continue
        paragraph = article.paragraphs[index]
        if paragraph_state(article, layer, index) == "boilerplate":
            continue
        if not _is_whole(text, paragraph, start, end):
            continue
        first, last = find_sentence(text, paragraph, start, end)
        yield Mention(article.number, article.title, start, end, text[first:last], start - first)


def _is_whole(text: str, paragraph: Paragraph, start: int, end: int) -> bool:
    """Tell whether a stretch begins where a token does, and ends where one does."""
    first = max(paragraph.start, start - _LONGEST_TOKEN)
    last = min(max(paragraph.end, end), end + _LONGEST_TOKEN)
    tokens = tokenize(text, first, last)
    return any(token[0] == start for token in tokens) and any(token[1] == end for token in tokens)


def _is_tagged(layer: Layer, start: int, end: int, label: str) -> bool:
    return any(span.label == label and span.overlaps(start, end) for span in layer.spans.values())
