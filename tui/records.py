"""Records: what formats read and write, and how an annotated article is cut into them for training."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tui.articles import Article, ParagraphState
from tui.events import Layer
from tui.spans import NO_ATTRIBUTES, Json, Relation, Span

Unit: TypeAlias = Literal["paragraph", "article"]
"""What one exported record covers."""


@dataclass(frozen=True, slots=True)
class Record:
    """A text and what was said of it, as one format's file holds it."""

    text: str
    """The text; every offset counts its code points."""
    title: str = ""
    """Its title; empty where the file gives none."""
    id: str | None = None
    """Its id in the file."""
    meta: Mapping[str, Json] = field(default_factory=lambda: NO_ATTRIBUTES)
    """Free metadata."""
    annotator: str | None = None
    """Who annotated it, where the file says so."""
    spans: tuple[Span, ...] | None = None
    """Its spans; None where the record carries no annotation at all."""
    relations: tuple[Relation, ...] = ()
    """Its relations; both spans are in the record."""
    article_labels: Mapping[str, Json] = field(default_factory=lambda: NO_ATTRIBUTES)
    """Labels of the whole text."""
    state: ParagraphState | None = None
    """The state of all its paragraphs; None: see `states`, else as if finished where it carries spans."""
    states: tuple[ParagraphState, ...] = ()
    """The state of each of its paragraphs, where they differ."""
    notes: Mapping[int, str] = field(default_factory=dict)
    """Notes on its paragraphs, by index."""
    offset: int = 0
    """Where its text starts in its article, in code points (export only)."""
    paragraph: int | None = None
    """Index of its first paragraph in its article (export only); None where it is the whole article."""
    line: int | None = None
    """The line it stands on in its file, counted from 1 (import only)."""
    remarks: tuple[str, ...] = ()
    """Sentences about what was odd but kept (import only)."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What an export left out because it is not settled yet, or does not fit into one record."""

    paragraphs: int = 0
    """Finished paragraphs that share a span with an unfinished one."""
    relations: int = 0
    """Relations whose spans are not in one record."""

    def __add__(self, other: "Withheld") -> "Withheld":
        """Add up two counts."""
        return Withheld(self.paragraphs + other.paragraphs, self.relations + other.relations)


def cut_records(
    article: Article, annotator: str | None, layer: Layer, *, unit: Unit, everything: bool
) -> tuple[list[Record], Withheld]:
    """Cut an annotated article into records of finished paragraphs, or of all where `everything` is true.

    With the unit `paragraph` a record is one paragraph, or several where a span crosses their breaks; with
    `article` it is each unbroken run of paragraphs, so a wholly finished article is one record with exactly
    its text. A finished paragraph that shares a span with an unfinished one is withheld: without that span
    its text would teach a model that nothing is there.
    """
    count = len(article.paragraphs)
    states = tuple(
        layer.states.get(index, "boilerplate" if index in article.boilerplate else "unfinished")
        for index in range(count)
    )
    if everything and unit == "article":
        runs, withheld_paragraphs = [range(count)], 0
    else:
        wanted = {index for index in range(count) if everything or states[index] == "finished"}
        reaches = _paragraphs_of_spans(article, list(layer.spans.values()))
        kept = _without_half_spans(wanted, reaches)
        withheld_paragraphs = len(wanted) - len(kept)
        runs = _runs(kept, reaches, join_neighbours=unit == "article")
    records = [_record_of(article, annotator, layer, states, run) for run in runs]
    carried = sum(len(record.relations) for record in records)
    relations = len(layer.relations) - carried if runs else 0
    return records, Withheld(withheld_paragraphs, relations)


def sort_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Put spans into reading order: by start, the longer first, then by label and id."""
    return tuple(sorted(spans, key=lambda span: (span.start, -span.end, span.label, span.id)))


def _paragraphs_of_spans(article: Article, spans: Sequence[Span]) -> list[range]:
    starts = [paragraph.start for paragraph in article.paragraphs]
    return [
        range(max(bisect_right(starts, span.start) - 1, 0), max(bisect_right(starts, span.end - 1), 1))
        for span in spans
    ]


def _without_half_spans(wanted: set[int], reaches: Sequence[range]) -> set[int]:
    kept = set(wanted)
    crossing = [reach for reach in reaches if len(reach) > 1]
    while True:
        cut = {index for reach in crossing if not kept.issuperset(reach) for index in reach if index in kept}
        if not cut:
            return kept
        kept -= cut


def _runs(kept: set[int], reaches: Sequence[range], *, join_neighbours: bool) -> list[range]:
    joined = {index for reach in reaches for index in reach[:-1]}
    runs: list[range] = []
    for index in sorted(kept):
        if runs and runs[-1].stop == index and (join_neighbours or index - 1 in joined):
            runs[-1] = range(runs[-1].start, index + 1)
        else:
            runs.append(range(index, index + 1))
    return runs


def _record_of(
    article: Article,
    annotator: str | None,
    layer: Layer,
    states: tuple[ParagraphState, ...],
    run: range,
) -> Record:
    whole = len(run) == len(article.paragraphs)
    if whole:
        start, end = 0, len(article.text)
        spans = list(layer.spans.values())
    else:
        reaches = _paragraphs_of_spans(article, list(layer.spans.values()))
        spans = [
            span for span, reach in zip(layer.spans.values(), reaches, strict=True) if reach.start in run
        ]
        start = min([article.paragraphs[run.start].start, *(span.start for span in spans)])
        end = max([article.paragraphs[run.stop - 1].end, *(span.end for span in spans)])
    inside = {span.id for span in spans}
    run_states = states[run.start : run.stop]
    return Record(
        text=article.text[start:end],
        title=article.title,
        id=article.id or article.key,
        meta=article.meta,
        annotator=annotator,
        spans=sort_spans([_moved(span, -start) for span in spans]) if annotator is not None else None,
        relations=tuple(
            relation
            for _, relation in sorted(layer.relations.items())
            if relation.head in inside and relation.tail in inside
        ),
        article_labels=layer.article_labels,
        state=run_states[0] if len(set(run_states)) == 1 else None,
        states=run_states if len(set(run_states)) > 1 else (),
        notes={index - run.start: text for index, text in sorted(layer.notes.items()) if index in run},
        offset=start,
        paragraph=None if whole else run.start,
    )


def _moved(span: Span, by: int) -> Span:
    if not by:
        return span
    return Span(
        span.id,
        span.start + by,
        span.end + by,
        span.label,
        span.attributes,
        tuple((start + by, end + by) for start, end in span.fragments),
        span.note,
        span.origin,
    )
