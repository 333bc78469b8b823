"""Cutting texts that are too long for a model, where sentences and paragraphs end and no span is cut."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, structs

from tui.formats.shared.writing import Losses
from tui.model.record import Record, cut_cues
from tui.model.span import Span
from tui.text.paragraphs import find_paragraphs
from tui.text.tokens import tokenize

USUAL_WINDOW: Final = 350
"""Tokens, about 512 subwords, that most models read of a text: they leave out the rest without a word."""

_SENTENCE_END: Final = re.compile(r"(?:(\w*)[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？؟।]+[」』”’)]*)")
_ABBREVIATION: Final = re.compile(
    "[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|Lt|Sgt|Cpl|Capt|Cmdr|Maj|Adm|Brig|Gov|Sen|Rep|Rev|Hon|Pres|No|vs|etc"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mt|Ft|Co|Inc|Ltd|Jr|Sr"
)


class _Piece(Struct, frozen=True):
    """A stretch of a text, in code points, and how many tokens it has."""

    start: int
    end: int
    tokens: int


def count_tokens(text: str) -> int:
    """Count the tokens of a text that may be longer than the usual window; 0 where it cannot be."""
    return len(tokenize(text)) if len(text) > USUAL_WINDOW else 0


def cut_record(record: Record, most: int, losses: Losses) -> Iterator[Record]:
    """Cut a record into ones of at most `most` tokens, each from the end of a sentence or paragraph to one.

    What has no such place in time, and relations from one piece to another, are lost.
    """
    tokens = tokenize(record.text)
    if len(tokens) <= most:
        yield record
        return
    pieces = list(_cut(record, tokens, most))
    ends = [piece.end for piece in pieces[:-1]]
    home = {span.id: bisect_right(ends, span.start) for span in record.spans or ()}
    for relation in record.relations:
        if home[relation.head] != home[relation.tail]:
            why = f"{relation.label} from {relation.head} to {relation.tail}: the text was cut between them"
            losses.add(record, "relation", f"{why}; it was left out", span=relation.head)
    for number, piece in enumerate(pieces):
        part = _take(record, piece, number, {span for span, place in home.items() if place == number})
        if piece.tokens <= most:
            yield part
        else:
            _lose(part, f"{piece.tokens:,} tokens without a place to cut are more than {most:,}", losses)


def _cut(record: Record, tokens: Sequence[tuple[int, int]], most: int) -> Iterator[_Piece]:
    """Cut as late as can be."""
    ends = [end for _, end in tokens]
    cuts = [bisect_right(ends, place) for place in _find_places(record)] + [len(tokens)]
    first = 0
    while first < len(tokens):
        fitting = bisect_right(cuts, first + most) - 1
        last = cuts[fitting] if fitting >= 0 and cuts[fitting] > first else cuts[bisect_right(cuts, first)]
        yield _Piece(tokens[first][0], tokens[last - 1][1], last - first)
        first = last


def _find_places(record: Record) -> list[int]:
    """Find where the text may be cut: at the ends of its paragraphs and sentences, inside no span."""
    text = record.text
    places = {end for _, end in find_paragraphs(text)}
    places.update(
        match.end()
        for match in _SENTENCE_END.finditer(text)
        if not (match[1] and text[match.end(1)] == "." and _ABBREVIATION.fullmatch(match[1]))
    )
    inside = _merge(record.spans or ())
    starts = [start for start, _ in inside]
    return [
        place
        for place in sorted(places)
        if not (index := bisect_right(starts, place - 1)) or inside[index - 1][1] <= place
    ]


def _merge(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Give the stretches that spans cover, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _take(record: Record, piece: _Piece, number: int, names: set[str]) -> Record:
    """Take a piece out of a record, with what stands in it."""
    spans = [span for span in record.spans or () if span.id in names]
    start = min([piece.start, *(span.start for span in spans)])
    end = max([piece.end, *(span.end for span in spans)])
    begins = [start for start, _ in find_paragraphs(record.text)]
    first, last = max(bisect_right(begins, start) - 1, 0), bisect_right(begins, end - 1)
    own = {index for index in range(first, last) if begins[index] >= start}
    return structs.replace(
        record,
        text=record.text[start:end],
        id=f"{record.id}:{number + 1}",
        article=record.article or record.id,
        meta=cut_cues(record.meta, range(first, last), len(begins)),
        offset=record.offset + start,
        paragraph=(record.paragraph or 0) + first,
        spans=None if record.spans is None else tuple(_move(span, -start) for span in spans),
        relations=tuple(link for link in record.relations if link.head in names and link.tail in names),
        states=record.states[first:last],
        notes={index - first: note for index, note in record.notes.items() if index in own},
        flags=frozenset(index - first for index in record.flags if index in own),
    )


def _move(span: Span, by: int) -> Span:
    fragments = tuple((start + by, end + by) for start, end in span.fragments)
    return structs.replace(span, start=span.start + by, end=span.end + by, fragments=fragments)


def _lose(record: Record, why: str, losses: Losses) -> None:
    """Count a piece that is left out: each of its spans, or the text where it has none."""
    for span in record.spans or ():
        reason = f"{why}; it was left out"
        losses.add(record, "limit", reason, span=span.id, start=span.start, end=span.end, is_gone=True)
    if not record.spans:
        losses.add(record, "limit", f"{why}; the text was left out")
