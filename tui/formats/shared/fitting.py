"""Fit a record into what a format can carry; what does not fit becomes a loss, each with its reason."""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

from msgspec import Struct, structs

from tui.formats.shared.writing import Feature, Losses, OnLoss, What, WriteOptions
from tui.model.record import Record, sort_spans
from tui.model.span import NO_ATTRIBUTES, Entity, Json, Relation, Span
from tui.text.messages import quote
from tui.text.tokens import tokenize

_ODD_SPACE: Final = re.compile(r"[^\S ]|  |^ ")
"""White space that is more than one space after a token."""


class Token(Struct, frozen=True, gc=False):
    """A token of a text, as token-based formats know it."""

    start: int
    """First code point."""
    end: int
    """One past the last code point."""
    is_space: bool = False
    """Whether it is white space that no single space after a token can stand for."""
    spaced: bool = False
    """Whether a single space follows that belongs to no token."""


class Fitted(Struct, frozen=True):
    """A record whose spans begin and end where tokens do."""

    record: Record
    """The record, without what the format cannot carry."""
    tokens: tuple[Token, ...]
    """Its tokens."""
    reaches: tuple[tuple[int, int], ...]
    """For each span its tokens, `[first, last + 1)`."""


class Fitter(Struct, frozen=True):
    """Fits records into one format."""

    carries: AbstractSet[Feature]
    """What the format carries."""
    on_loss: OnLoss
    """What to do with the rest."""
    losses: Losses
    """Hears of the rest."""
    keeps_null: bool = False
    """Whether an attribute or label may be null: most tools cannot say that the text does not tell it."""

    @classmethod
    def of(
        cls, carries: AbstractSet[Feature], options: WriteOptions, *, keeps_null: bool = False
    ) -> "Fitter":
        """Make one as a writer was told."""
        return cls(carries, options.on_loss, options.losses, keeps_null)

    def fit(self, record: Record) -> Record:
        """Fit a record into a format whose spans may begin and end at any character."""
        check_spans(record)
        spans = self._fit_fragments(record, record.spans or ())
        if "overlaps" not in self.carries:
            spans = self._without_overlaps(record, spans)
        return self._fit_rest(record, spans)

    def fit_tokens(
        self, record: Record, *, keep_space: bool, given: tuple[Token, ...] | None = None
    ) -> Fitted:
        """Fit a record into a format whose spans are runs of tokens.

        With `keep_space` white space that is more than one space after a token is a token too, so that the
        tokens and their spaces make the text again. The tokens may be `given`.
        """
        check_spans(record)
        tokens = given or (spaced_tokens(record.text) if keep_space else plain_tokens(record.text))
        first = {token.start: index for index, token in enumerate(tokens) if not token.is_space}
        last = {token.end: index + 1 for index, token in enumerate(tokens) if not token.is_space}
        spans = self._fit_fragments(record, record.spans or ())
        if not all(span.start in first and span.end in last for span in spans):
            spans = self._fit_edges(record, spans, tokens)
        if "overlaps" not in self.carries:
            spans = self._without_overlaps(record, spans)
        fitted = self._fit_rest(record, spans)
        reaches = tuple((first[span.start], last[span.end]) for span in fitted.spans or ())
        return Fitted(fitted, tokens, reaches)

    def drop(self, record: Record, dropped: AbstractSet[str]) -> Record:
        """Leave out spans, by id, that were lost for a reason of the format's own, and their relations."""
        if not dropped:
            return record
        spans = tuple(span for span in record.spans or () if span.id not in dropped)
        return self._fit_links(structs.replace(record, spans=spans))

    def _fit_fragments(self, record: Record, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        if "fragments" in self.carries or not any(span.fragments for span in spans):
            return spans
        kept: list[Span] = []
        for span in spans:
            if not span.fragments:
                kept.append(span)
                continue
            snapped = self.on_loss == "snap"
            became = "it became one piece" if snapped else "it was left out"
            why = f"it has {len(span.fragments)} pieces; {became}"
            self._lose_part(record, span, "discontinuous span", why, is_gone=not snapped)
            if snapped:
                kept.append(structs.replace(span, fragments=()))
        return tuple(kept)

    def _fit_edges(
        self, record: Record, spans: tuple[Span, ...], tokens: tuple[Token, ...]
    ) -> tuple[Span, ...]:
        starts = {token.start for token in tokens if not token.is_space}
        ends = {token.end for token in tokens if not token.is_space}
        kept: list[Span] = []
        for span in spans:
            if span.start in starts and span.end in ends:
                kept.append(span)
                continue
            covered = [
                token
                for token in tokens
                if not token.is_space and token.start < span.end and span.start < token.end
            ]
            if self.on_loss == "snap" and covered:
                moved = structs.replace(span, start=covered[0].start, end=covered[-1].end)
                shown = quote(record.text, moved.start, moved.end)
                why = f"it does not begin and end where tokens do; it was moved to '{shown}'"
                self._lose_part(record, span, "edge", why)
                kept.append(moved)
            else:
                why = "it does not begin and end where tokens do; it was left out"
                self._lose_part(record, span, "edge", why, is_gone=True)
        return sort_spans(kept)

    def _without_overlaps(self, record: Record, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """Keep the longest of those that overlap, the first of the equally long, as spaCy's filter does."""
        if not has_overlaps(spans):
            return sort_spans(spans)
        kept: list[Span] = []
        for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
            place = bisect_left(kept, span.start, key=lambda other: other.start)
            over = next(
                (each for each in kept[max(place - 1, 0) : place + 1] if each.overlaps(span.start, span.end)),
                None,
            )
            if over is None:
                insort(kept, span, key=lambda other: other.start)
            else:
                shown = quote(record.text, over.start, over.end)
                why = f"it overlaps {over.label} '{shown}'; it was left out"
                self._lose_part(record, span, "overlap", why, is_gone=True)
        return tuple(kept)

    def _fit_rest(self, record: Record, spans: tuple[Span, ...]) -> Record:
        if "attributes" not in self.carries:
            spans = tuple([self._without_attributes(record, span) for span in spans])
        if not self.keeps_null:
            spans = tuple([self._without_nulls(record, span) if span.attributes else span for span in spans])
        if "notes" not in self.carries:
            spans = tuple([self._without_note(record, span) for span in spans])
            self.lose_notes(record)
        if "flags" not in self.carries:
            first = record.paragraph or 0
            for index in sorted(record.flags):
                self.losses.add(record, "flag", f"the flag on paragraph {first + index + 1} was left out")
        if "paragraph labels" not in self.carries:
            self._lose_paragraph_labels(record)
        return self._fit_links(
            structs.replace(
                record,
                spans=spans,
                notes=record.notes if "notes" in self.carries else {},
                flags=record.flags if "flags" in self.carries else frozenset(),
                article_labels=self._fit_article_labels(record),
                paragraph_labels=record.paragraph_labels if "paragraph labels" in self.carries else {},
            )
        )

    def _fit_article_labels(self, record: Record) -> Mapping[str, Json]:
        labels = record.article_labels
        if not labels:
            return labels
        if "article labels" not in self.carries:
            self.losses.add(record, "article label", f"{', '.join(labels)}: article labels were left out")
            return NO_ATTRIBUTES
        told = {name: value for name, value in labels.items() if value is not None}
        if self.keeps_null or len(told) == len(labels):
            return labels
        named = ", ".join([name for name in labels if name not in told])
        why = f"{named}: that the text does not tell it was left out"
        self.losses.add(record, "article label", why)
        return told

    def _lose_paragraph_labels(self, record: Record) -> None:
        first = record.paragraph or 0
        for index, own in sorted(record.paragraph_labels.items()):
            why = f"{', '.join(own)} of paragraph {first + index + 1}: paragraph labels were left out"
            self.losses.add(record, "paragraph label", why)

    def _fit_links(self, record: Record) -> Record:
        return self._fit_entities(self._fit_relations(record))

    def _fit_entities(self, record: Record) -> Record:
        if not record.entities:
            return record
        there = {span.id for span in record.spans or ()}
        kept: list[Entity] = []
        for entity in record.entities:
            spans = tuple([each for each in entity.spans if each in there])
            if "entities" not in self.carries:
                why = f"{entity.name or entity.id}: entities are not carried; it was left out"
                self.losses.add(record, "entity", why, span=entity.spans[0])
            elif spans:
                kept.append(structs.replace(entity, spans=spans))
        return structs.replace(record, entities=tuple(kept))

    def fit_clusters(self, record: Record, tool: str) -> list[Entity]:
        """Give the entities of a record for a format that has clusters of mentions without names.

        An only mention without a name says nothing, unless others are in another piece of the article.
        """
        for entity in record.entities:
            is_alone = len(entity.spans) < 2
            if entity.name:
                became = "it was left out" if is_alone else "its mentions stay joined"
                why = f"{entity.name}: {tool} has no name for an entity; {became}"
            elif is_alone and record.article is not None:
                why = f"{entity.id}: only one of its mentions is in this text; it was left out"
            else:
                continue
            self.losses.add(record, "entity", why, span=entity.spans[0])
        return [entity for entity in record.entities if len(entity.spans) > 1]

    def _fit_relations(self, record: Record) -> Record:
        if not record.relations:
            return record
        spans = {span.id for span in record.spans or ()}
        kept: list[Relation] = []
        said: dict[tuple[str, str, str, str], bool] = {}
        for relation in record.relations:
            if "relations" not in self.carries:
                self.lose_relation(record, relation, "relations are not carried")
            elif not {relation.head, relation.tail} <= spans:
                self.lose_relation(record, relation, "a span of it was left out")
            else:
                fitted = self._fit_answers(record, relation)
                link, is_less = (
                    (fitted.label, fitted.head, fitted.tail, fitted.answers),
                    fitted is not relation,
                )
                if link in said and (is_less or said[link]):
                    self.lose_relation(record, relation, "another one says what is left of it")
                    continue
                said[link] = is_less
                kept.append(fitted)
        return structs.replace(record, relations=tuple(kept))

    def lose_relation(self, record: Record, relation: Relation, why: str) -> None:
        """Count a relation that is left out."""
        told = f"{relation.label} from {relation.head} to {relation.tail}: {why}; it was left out"
        self.losses.add(record, "relation", told, span=relation.head)

    def lose_answer(self, record: Record, relation: Relation, why: str) -> None:
        """Count what is lost of the attributes of a relation."""
        told = f"{relation.label} from {relation.head} to {relation.tail}: {why}"
        self.losses.add(record, "attribute", told, span=relation.head)

    def _fit_answers(self, record: Record, relation: Relation) -> Relation:
        """Leave out what more is said of a relation where the format has no room for it."""
        attributes = relation.attributes
        if not attributes:
            return relation
        if "attributes of relations" not in self.carries:
            self.lose_answer(record, relation, f"{', '.join(attributes)}: its attributes were left out")
            return structs.replace(relation, attributes=NO_ATTRIBUTES)
        told = {name: value for name, value in attributes.items() if value is not None}
        if self.keeps_null or len(told) == len(attributes):
            return relation
        named = ", ".join([name for name in attributes if name not in told])
        self.lose_answer(record, relation, f"{named}: that the text does not tell it was left out")
        return structs.replace(relation, attributes=told or NO_ATTRIBUTES)

    def _without_attributes(self, record: Record, span: Span) -> Span:
        if not span.attributes:
            return span
        named = ", ".join(span.attributes)
        self._lose_part(record, span, "attribute", f"{named}: its attributes were left out")
        return structs.replace(span, attributes=NO_ATTRIBUTES)

    def _without_nulls(self, record: Record, span: Span) -> Span:
        """Leave out what the text does not tell: no other tool's attribute says so."""
        told = {name: value for name, value in span.attributes.items() if value is not None}
        if len(told) == len(span.attributes):
            return span
        named = ", ".join([name for name in span.attributes if name not in told])
        self._lose_part(record, span, "attribute", f"{named}: that the text does not tell it was left out")
        return structs.replace(span, attributes=told or NO_ATTRIBUTES)

    def _without_note(self, record: Record, span: Span) -> Span:
        if not span.note:
            return span
        self._lose_part(record, span, "note", "its note was left out")
        return structs.replace(span, note="")

    def lose_notes(self, record: Record) -> None:
        """Count the notes on paragraphs, which are left out."""
        first = record.paragraph or 0
        for index, note in record.notes.items():
            shown = quote(note, 0, len(note))
            self.losses.add(
                record, "note", f"the note '{shown}' on paragraph {first + index + 1} was left out"
            )

    def lose_span(self, record: Record, span: Span, what: What, why: str) -> None:
        """Count a span that is left out as a whole; `drop` leaves it out."""
        self.lose(record, span, what, why, is_gone=True)

    def lose(self, record: Record, span: Span, what: What, why: str, *, is_gone: bool = False) -> None:
        """Count what is lost of a span, or with `is_gone` all of it."""
        self.losses.add(record, what, why, span=span.id, start=span.start, end=span.end, is_gone=is_gone)

    def _lose_part(self, record: Record, span: Span, what: What, why: str, *, is_gone: bool = False) -> None:
        shown = quote(record.text, span.start, span.end)
        self.lose(record, span, what, f"{span.label} '{shown}': {why}", is_gone=is_gone)


def check_spans(record: Record) -> None:
    """Make sure that every span is a stretch of its text: offsets that lie must never reach a file."""
    length = len(record.text)
    for span in record.spans or ():
        if not 0 <= span.start < span.end <= length:
            raise ValueError(
                f"span {span.id} [{span.start}, {span.end}) is not inside its text of {length} code points"
            )


def has_overlaps(spans: Iterable[Span]) -> bool:
    """Tell whether two spans share a code point."""
    return any(second.start < first.end for first, second in pairwise(sort_spans(spans)))


def plain_tokens(text: str) -> tuple[Token, ...]:
    """Split a text into tokens without the white space between them."""
    return tuple([Token(start, end, False, False) for start, end in tokenize(text)])


def spaced_tokens(text: str) -> tuple[Token, ...]:
    """Split a text into tokens that, with a space after each that is spaced, make the text again."""
    edges = tokenize(text)
    if _ODD_SPACE.search(text) is None:
        starts = [*(start for start, _ in edges[1:]), len(text)]
        return tuple(
            [
                Token(start, end, False, end < next_start)
                for (start, end), next_start in zip(edges, starts, strict=False)
            ]
        )
    tokens: list[Token] = []
    place = 0
    for (start, end), (following, _) in zip(edges, [*edges[1:], (len(text), 0)], strict=False):
        if start > place:
            tokens.append(Token(place, start, True))
        spaced = end < following and text[end] == " "
        tokens.append(Token(start, end, False, spaced))
        place = end + spaced
    if place < len(text):
        tokens.append(Token(place, len(text), True))
    return tuple(tokens)
