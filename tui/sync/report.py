"""What a sync did."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct, field

from tui.model.parcel import SharedEvent, quote_article
from tui.model.span import Json
from tui.text.messages import count_noun


class Carried(Struct):
    """What went one way."""

    articles: int = 0
    """Articles that were new there."""
    updated: int = 0
    """Articles of which more is known there now: ids, a title, metadata."""
    events: Counter[str] = field(default_factory=Counter)
    """What was done to articles, by annotator."""
    steps: int = 0
    """How often articles were taken out, put back or assigned."""

    @property
    def has_any(self) -> bool:
        """Tell whether anything went this way."""
        return bool(self.articles or self.updated or self.events or self.steps)

    def add_events(self, events: Iterable[SharedEvent]) -> None:
        """Count events."""
        self.events.update([event.annotator for event in events])

    def as_json(self) -> dict[str, Json]:
        """Give the counts for a program."""
        return {
            "articles": self.articles,
            "updated_articles": self.updated,
            "events": dict[str, Json](self.events),
            "decisions": self.steps,
        }

    def describe(self) -> str:
        """Say it in a line."""
        parts = [count_noun(self.articles, "new article")] if self.articles else []
        if self.updated:
            parts.append(f"more of {count_noun(self.updated, 'article')}")
        if self.events:
            by = ", ".join(f"{name} {count:,}" for name, count in sorted(self.events.items()))
            parts.append(f"{count_noun(self.events.total(), 'event')} ({by})")
        if self.steps:
            parts.append(f"{count_noun(self.steps, 'decision')} about articles")
        return ", ".join(parts) or "nothing new"


class SyncReport(Struct):
    """What a sync did."""

    pulled: Carried = field(default_factory=Carried)
    """What came here."""
    pushed: Carried = field(default_factory=Carried)
    """What went there."""
    refused: dict[str, str] = field(default_factory=dict)
    """What was not exchanged, and why: articles by their names."""
    held_back: str = ""
    """Why nothing, or not everything, was written to the other side; empty where it was."""

    @property
    def has_done(self) -> bool:
        """Tell whether anything was exchanged."""
        return self.pulled.has_any or self.pushed.has_any

    @property
    def shared_names(self) -> list[str]:
        """Annotators of whom both sides had new work."""
        return sorted(self.pulled.events.keys() & self.pushed.events.keys())

    def hold_back(self, reason: str) -> None:
        """Take note of why something is not written to the other side."""
        self.held_back = f"{self.held_back}; {reason}" if self.held_back else reason

    def refuse(self, refused: Iterable[tuple[str, str]]) -> None:
        """Take note of articles that are not exchanged."""
        for name, reason in refused:
            self.refused.setdefault(name, reason)

    def as_json(self) -> dict[str, Json]:
        """Give it for a program."""
        return {
            "pulled": self.pulled.as_json(),
            "pushed": self.pushed.as_json(),
            "refused": [
                {"article": quote_article(name), "reason": reason} for name, reason in self.refused.items()
            ],
            "held_back": self.held_back,
            "annotators_on_both_sides": list[Json](self.shared_names),
        }
