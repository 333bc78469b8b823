"""Records: what formats read and write, and how an annotated article is cut into them for training."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field, structs

from tui.model.article import Article, ParagraphState
from tui.model.labels import Attribute, LabelSet
from tui.model.layer import Layer
from tui.model.span import NO_ATTRIBUTES, Entity, Json, Relation, Span
from tui.text.counting.notation import expand_count

Unit: TypeAlias = Literal["paragraph", "article"]
"""What one exported record covers."""


NUL_REMARK: Final = "the text has a NUL character here; it is kept, but few programs expect one"
"""Said where a text has one."""


class Remark(Struct, frozen=True):
    """One thing about a record that is odd but was kept."""

    sentence: str
    """What is odd."""
    line: int | None = None
    """The line of the file, counted from 1."""
    column: int | None = None
    """The column in code points, counted from 1."""


UNKNOWN_CHARACTER: Final = "\0"
"""A character that a file of spans does not hold."""


class Record(Struct, frozen=True):
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
    cut_relations: tuple[Relation, ...] = ()
    """Relations from its spans to those of another record (export only)."""
    entities: tuple[Entity, ...] = ()
    """Which of its spans mention the same thing; all of them are in the record."""
    article_labels: Mapping[str, Json] = field(default_factory=lambda: NO_ATTRIBUTES)
    """Labels of the whole text."""
    paragraph_labels: Mapping[int, Mapping[str, Json]] = field(default_factory=dict)
    """Labels of its paragraphs by index, each by name."""
    state: ParagraphState | None = None
    """The state of all its paragraphs; None: see `states`, else as if finished where it carries spans."""
    states: tuple[ParagraphState, ...] = ()
    """The state of each of its paragraphs, where they differ."""
    notes: Mapping[int, str] = field(default_factory=dict)
    """Notes on its paragraphs, by index."""
    flags: frozenset[int] = frozenset()
    """Its paragraphs that are marked for a second look, by index."""
    suggestions: tuple[Span, ...] = ()
    """What programs suggest in it, each with its source as origin; no spans yet (import only)."""
    offset: int = 0
    """Where its text starts in its article, in code points."""
    paragraph: int | None = None
    """Index of its first paragraph in its article (export only); None where it is the whole article."""
    article: str | None = None
    """Id of its article, where it is a piece of it."""
    is_partial: bool = False
    """Whether its file holds only some of the text, and `UNKNOWN_CHARACTER` stands for all else."""
    looked_for: tuple[str, ...] = ()
    """The labels its annotator used anywhere in its article (export only)."""
    votes: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    """Who voted for each of its spans, and who did not, by the span's id; empty where nobody voted."""
    effort: Mapping[str, Json] = field(default_factory=lambda: NO_ATTRIBUTES)
    """How long its paragraphs and spans took, and how many actions (export only); empty where not asked."""
    line: int | None = None
    """The line it stands on in its file, counted from 1 (import only)."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The lines of its spans and relations by their ids, where each has its own (import only)."""
    remarks: tuple[Remark, ...] = ()
    """What is odd about it but was kept (import only)."""
    asked: Mapping[str, Sequence[Attribute]] = field(default_factory=dict)
    """What its tool asks of spans, by their labels, as far as its file tells (import only)."""
    asked_roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The roles that its tool has somebody in, by the labels of the events (import only)."""
    asked_of_relations: Mapping[str, Sequence[Attribute]] = field(default_factory=dict)
    """Its tool's relations by name, with what is asked of each (import only)."""


class Withheld(Struct, frozen=True):
    """What an export left out because it is not settled yet."""

    paragraphs: int = 0
    """Finished paragraphs that share a span with an unfinished one."""
    relations: int = 0
    """Relations to spans that are not settled yet."""
    skipped: int = 0
    """Paragraphs that the annotator skipped."""

    def __add__(self, other: "Withheld") -> "Withheld":
        """Add up two counts."""
        return Withheld(
            self.paragraphs + other.paragraphs,
            self.relations + other.relations,
            self.skipped + other.skipped,
        )


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
        [
            layer.states.get(index, "boilerplate" if index in article.boilerplate else "unfinished")
            for index in range(count)
        ]
    )
    wanted = {index for index in range(count) if everything or states[index] == "finished"}
    looked_for = tuple(sorted({span.label for span in layer.spans.values()}))
    if unit == "article" and len(wanted) == count:
        relations = _in_order(layer.relations)
        spans = layer.spans.values()
        whole = range(count)
        share = _Share(list(spans), relations, entities=list(layer.entities.values()))
        return [_record_of(article, annotator, layer, states, whole, share, looked_for)], Withheld()
    reaches = find_reaches(article, layer.spans.values())
    crossing = [reach for reach in reaches.values() if len(reach) > 1]
    kept = without_half_spans(wanted, crossing)
    runs = _runs(kept, crossing, join_neighbours=unit == "article")
    shares, unsettled = _share_out(layer, reaches, runs)
    records = [
        _record_of(article, annotator, layer, states, run, share, looked_for)
        for run, share in zip(runs, shares, strict=True)
    ]
    skipped = 0 if everything else states.count("skipped")
    return records, Withheld(len(wanted) - len(kept), unsettled, skipped)


def cut_cues(meta: Mapping[str, Json], run: range, paragraphs: int) -> Mapping[str, Json]:
    """Give the metadata of some of a text's paragraphs: of subtitles' cues, one a paragraph, only theirs."""
    cues = meta.get("cues")
    if len(run) == paragraphs or not isinstance(cues, list) or len(cues) != paragraphs:
        return meta
    return {**meta, "cues": cues[run.start : run.stop]}


def remark_on_nul(text: str) -> tuple[Remark, ...]:
    """Remark on the first NUL character of a text that is a file of its own."""
    place = text.find("\0")
    if place < 0:
        return ()
    return (Remark(NUL_REMARK, text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)),)


def fit_values(record: Record, labels: LabelSet) -> Record:
    """Give attributes and article labels that another tool wrote in its own way as labels.yaml declares them.

    A list of one is its value where there can be but one, and the other way round; digits are a count or
    number, `6+` is a count, `true` and `false` are a flag, the lines of a text one text. What is not declared
    stays as it is.
    """
    spans = record.spans
    if spans is not None and any(span.attributes for span in spans):
        spans = tuple([_fit_span(span, labels) if span.attributes else span for span in spans])
    relations = record.relations
    if any(each.attributes for each in relations):
        relations = tuple([_fit_relation(each, labels) if each.attributes else each for each in relations])
    article_labels = _fit_all(labels.article_labels, record.article_labels)
    paragraph_labels = {
        index: _fit_all(labels.paragraph_labels, own) for index, own in record.paragraph_labels.items()
    }
    is_same = article_labels is record.article_labels and not paragraph_labels
    if is_same and spans is record.spans and relations is record.relations:
        return record
    return structs.replace(
        record,
        spans=spans,
        relations=relations,
        article_labels=article_labels,
        paragraph_labels=paragraph_labels,
    )


def keep_votes(record: Record) -> Record:
    """Keep who voted for a span among what is said of it: a consensus that comes in is a work like any."""
    spans = [
        structs.replace(span, attributes={**span.attributes, "votes": dict(record.votes[span.id])})
        if span.id in record.votes
        else span
        for span in record.spans or ()
    ]
    return structs.replace(record, spans=tuple(spans), votes={})


def sort_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Put spans into reading order: by start, the longer first, then by label and id."""
    return tuple(sorted(spans, key=lambda span: (span.start, -span.end, span.label, span.id)))


def find_reaches(article: Article, spans: Iterable[Span]) -> dict[str, range]:
    """Say by id which paragraphs each span touches; white space counts to the paragraph before it."""
    at = article.paragraph_at
    return {span.id: range(at(span.start), at(span.end - 1) + 1) for span in spans}


def without_half_spans(wanted: Set[int], crossing: Sequence[range]) -> set[int]:
    """Leave out the paragraphs that share a span with one that is not wanted, or left out so."""
    kept = set(wanted)
    while True:
        cut = {index for reach in crossing if not kept.issuperset(reach) for index in reach if index in kept}
        if not cut:
            return kept
        kept -= cut


def _fit_span(span: Span, labels: LabelSet) -> Span:
    label = labels.label(span.label)
    attributes = _fit_all(label.attributes if label else (), span.attributes)
    return span if attributes is span.attributes else structs.replace(span, attributes=attributes)


def _fit_relation(relation: Relation, labels: LabelSet) -> Relation:
    declared = labels.relation(relation.label)
    attributes = _fit_all(declared.attributes if declared else (), relation.attributes)
    return relation if attributes is relation.attributes else structs.replace(relation, attributes=attributes)


def _fit_all(declared: Sequence[Attribute], values: Mapping[str, Json]) -> Mapping[str, Json]:
    """Fit every declared attribute that has a value; give the same mapping where there is none."""
    fitted = {each.name: _fit(each, values[each.name]) for each in declared if each.name in values}
    return {**values, **fitted} if fitted else values


def _fit(attribute: Attribute, value: Json) -> Json:
    if attribute.multiple:
        return [_fit_one(attribute, each) for each in (value if isinstance(value, list) else [value])]
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, list) and attribute.type == "text" and all(isinstance(each, str) for each in value):
        return "\n".join(map(str, value))
    return _fit_one(attribute, value)


def _fit_one(attribute: Attribute, value: Json) -> Json:
    if isinstance(value, str):
        if attribute.type in ("count", "number"):
            return _fit_number(attribute, value)
        if attribute.type == "flag" and value.lower() in ("true", "false"):
            return value.lower() == "true"
        return value
    is_written = attribute.type in ("choice", "text") and isinstance(value, int | float)
    return json.dumps(value) if is_written else value


def _fit_number(attribute: Attribute, text: str) -> Json:
    """Read what is no text: a number, or a count as `answers.as_text` writes it; else it stays a text."""
    if attribute.type == "count" and (count := expand_count(text)) is not None:
        return dict[str, Json](count.write())
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, str) or attribute.check(value) else value


def _runs(kept: set[int], crossing: Sequence[range], *, join_neighbours: bool) -> list[range]:
    joined = {index for reach in crossing for index in reach[:-1]}
    runs: list[range] = []
    for index in sorted(kept):
        if runs and runs[-1].stop == index and (join_neighbours or index - 1 in joined):
            runs[-1] = range(runs[-1].start, index + 1)
        else:
            runs.append(range(index, index + 1))
    return runs


class _Share(Struct):
    """What one run of paragraphs gets of an article."""

    spans: list[Span] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    cut_relations: list[Relation] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)


def _share_out(layer: Layer, reaches: Mapping[str, range], runs: Sequence[range]) -> tuple[list[_Share], int]:
    """Give each run its spans and relations; count the relations that reach into what is in no run."""
    shares = [_Share() for _ in runs]
    run_of = {index: number for number, run in enumerate(runs) for index in run}
    home = {span_id: run_of.get(reach.start) for span_id, reach in reaches.items()}
    for span in layer.spans.values():
        number = home[span.id]
        if number is not None:
            shares[number].spans.append(span)
    for entity in layer.entities.values():
        for number in sorted({each for span_id in entity.spans if (each := home[span_id]) is not None}):
            here = tuple([span_id for span_id in entity.spans if home[span_id] == number])
            shares[number].entities.append(structs.replace(entity, spans=here))
    unsettled = 0
    for relation in _in_order(layer.relations):
        head, tail = home.get(relation.head), home.get(relation.tail)
        if head is None or tail is None:
            unsettled += head is not tail
        elif head == tail:
            shares[head].relations.append(relation)
        else:
            shares[head].cut_relations.append(relation)
    return shares, unsettled


def _in_order(relations: Mapping[str, Relation]) -> list[Relation]:
    return [relation for _, relation in sorted(relations.items())]


def _record_of(
    article: Article,
    annotator: str | None,
    layer: Layer,
    states: tuple[ParagraphState, ...],
    run: range,
    share: _Share,
    looked_for: tuple[str, ...],
) -> Record:
    article_id = article.id or article.key
    is_whole = len(run) == len(article.paragraphs)
    start, end = (0, len(article.text)) if is_whole else _edges_of(article, run, share.spans)
    run_states = states[run.start : run.stop]
    is_uniform = len(set(run_states)) == 1
    return Record(
        text=article.text[start:end],
        title=article.title,
        id=article_id if is_whole else f"{article_id}#{run.start + 1}",
        meta=cut_cues(article.meta, run, len(article.paragraphs)),
        annotator=annotator,
        spans=sort_spans(_moved(share.spans, -start)) if annotator is not None else None,
        relations=tuple(share.relations),
        cut_relations=tuple(share.cut_relations),
        entities=tuple(sorted(share.entities, key=lambda entity: entity.id)),
        article_labels=layer.article_labels,
        paragraph_labels={
            index - run.start: layer.paragraph_labels[index]
            for index in run
            if index in layer.paragraph_labels
        },
        state=run_states[0] if is_uniform else None,
        states=() if is_uniform else run_states,
        notes={index - run.start: layer.notes[index] for index in run if index in layer.notes},
        flags=frozenset(index - run.start for index in layer.flags if index in run),
        offset=start,
        paragraph=None if is_whole else run.start,
        article=None if is_whole else article_id,
        looked_for=looked_for,
    )


def _edges_of(article: Article, run: range, spans: Iterable[Span]) -> tuple[int, int]:
    """Give the edges of a run of paragraphs, wide enough for spans that reach into the white space around."""
    return (
        min([article.paragraphs[run.start].start, *(span.start for span in spans)]),
        max([article.paragraphs[run.stop - 1].end, *(span.end for span in spans)]),
    )


def _moved(spans: Collection[Span], by: int) -> Collection[Span]:
    if not by:
        return spans
    return [span.shifted(by) for span in spans]
