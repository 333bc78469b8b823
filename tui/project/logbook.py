"""The logbook: who did what when, in sentences."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from tui.model.annotators import GOLD
from tui.model.article import Article
from tui.model.describe import describe_action
from tui.model.events import Event, Redo, Undo
from tui.model.span import Json
from tui.model.span_history import SpanStep, list_decisions, list_steps
from tui.project.relabelling import BY_LABELS
from tui.store import Store
from tui.store.chronicle import LogQuery

_KEPT_ARTICLES: Final = 32
"""How many articles are kept whose actions are described in turn."""


class LogEntry(Struct, frozen=True):
    """What one action did to one article."""

    at: str
    """When, in UTC: `2026-11-22T10:42:07.123Z`."""
    annotator: str
    """Who; of the gold layer, its name."""
    by: str
    """Who did it in another's layer; empty where it is their own."""
    number: int
    """The article's number."""
    article: str
    """The article's id; its number where it has none."""
    title: str
    """The article's title."""
    action: str
    """The action's id."""
    did: str
    """What, in a few words."""
    kinds: tuple[str, ...]
    """What kinds of events it was."""
    spans: tuple[str, ...]
    """Ids of the spans that it touched."""
    paragraphs: tuple[int, ...]
    """Indices of the paragraphs that it touched, where it was about paragraphs."""
    is_undone: bool
    """Whether it was undone, and not redone."""
    keys: int | None = None
    """Keys that were pressed for it; None where nobody counted them."""

    def as_json(self) -> dict[str, Json]:
        """Give it for a program."""
        return {
            "at": self.at,
            "annotator": self.annotator,
            **({"by": self.by} if self.by else {}),
            "article": self.article,
            "number": self.number,
            "title": self.title,
            "action": self.action,
            "did": self.did,
            "kinds": list[Json](self.kinds),
            "spans": list[Json](self.spans),
            "paragraphs": list[Json](self.paragraphs),
            "undone": self.is_undone,
            **({} if self.keys is None else {"keys": self.keys}),
        }


def read_entries(store: Store, sought: LogQuery) -> Iterator[LogEntry]:
    """Read the entries that are sought, the newest last; raises `StoreError` for what cannot be read."""
    load = lru_cache(_KEPT_ARTICLES)(store.articles.load_article)
    taken_back = store.chronicle.find_taken_back(sought)
    for events in store.chronicle.read_actions(sought):
        first = events[0]
        article = load(first.article)
        yield _make_entry(
            article,
            events,
            did=_describe(store, article, events),
            is_undone=(first.article, first.action) in taken_back,
        )


def read_span_steps(store: Store, number: int, annotator: str, span_id: str) -> list[SpanStep]:
    """Read what became of an annotator's span, and what is decided of its place in the gold layer.

    The newest is first. Raises `StoreError` for what cannot be read.
    """
    article = store.articles.load_article(number)
    layer = store.log.load_layer(number, annotator)
    steps = list_steps(layer.events, span_id, article.text)
    span = layer.spans.get(span_id)
    if span is not None and annotator != GOLD:
        gold = store.log.load_layer(number, GOLD)
        steps += list_decisions(gold.events, span.place)
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _make_entry(article: Article, events: Sequence[Event], *, did: str, is_undone: bool) -> LogEntry:
    touched = [event.act.touched() for event in events]
    keys = [event.act.keys for event in events if isinstance(event.act.keys, int)]
    first = events[0]
    return LogEntry(
        at=first.at,
        annotator=first.annotator,
        by=first.by,
        number=article.number,
        article=article.id or str(article.number),
        title=article.title,
        action=first.action,
        did=did,
        kinds=tuple(dict.fromkeys([event.act.kind for event in events])),
        spans=tuple(sorted({span for each in touched for span in each.spans})),
        paragraphs=tuple(sorted({index for each in touched for index in each.paragraphs})),
        is_undone=is_undone,
        keys=sum(keys) if keys else None,
    )


def _describe(store: Store, article: Article, events: Sequence[Event]) -> str:
    match events[0].act:
        case Undo(action):
            return f"undid: {_describe_other(store, article, action)}"
        case Redo(action):
            return f"redid: {_describe_other(store, article, action)}"
        case act:
            did = describe_action(events, article.text) or "something that cannot be read"
            if not isinstance(act.digest, str):
                return did
            return f"{'labels changed' if act.digest == BY_LABELS else 'imported'}: {did}"


def _describe_other(store: Store, article: Article, action: str) -> str:
    others = [each for each in store.chronicle.read_action(article.number, action) if not each.is_step]
    return describe_action(others, article.text) or "nothing here"
