"""The cast of an article: who and what is in it, each with the spans that mention it."""

from collections.abc import Iterable

from msgspec import Struct

from tui.model.record import sort_spans
from tui.model.span import Span
from tui.session.annotations import Annotations
from tui.text.folding import fold_text


class CastMember(Struct, frozen=True):
    """Someone or something in an article."""

    label: str
    """The label of its mentions."""
    name: str
    """What it is called: its entity's name, else the words of its first mention, on one line."""
    mentions: tuple[Span, ...]
    """The spans that mention it, in reading order."""

    def nearest(self, offset: int) -> Span:
        """Give the mention that is nearest to a code point."""
        return min(self.mentions, key=lambda span: max(span.start - offset, offset - span.end, 0))


def list_cast(annotations: Annotations, spans: Iterable[Span]) -> list[CastMember]:
    """List who and what some spans mention: those that were joined are one, and those of equal words."""
    entity_of = {each: entity for entity in annotations.layer.entities.values() for each in entity.spans}
    text = annotations.article.text
    groups: dict[tuple[str, str], list[Span]] = {}
    for span in sort_spans(spans):
        entity = entity_of.get(span.id)
        words = " ".join(fold_text(text[span.start : span.end]).split())
        key = (span.label, f"\0{entity.id}" if entity is not None else words)
        groups.setdefault(key, []).append(span)
    members: list[CastMember] = []
    for (label, _), mentions in groups.items():
        entity = entity_of.get(mentions[0].id)
        first = annotations.quote_span(mentions[0], limit=60)
        name = entity.name if entity is not None and entity.name else first
        members.append(CastMember(label, name, tuple(mentions)))
    return members
