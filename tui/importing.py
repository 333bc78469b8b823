"""Bringing records into the store: idempotent, whole or not at all, nothing dropped unsaid."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tui.articles import Article, ParagraphState, article_key
from tui.errors import ConfigurationError, Refusal
from tui.events import STATE_KINDS, Layer, relation_payload, span_payload
from tui.formats import FORMATS, Format, open_source, recognise_format
from tui.formats.source import Source
from tui.labels import LabelSet, add_labels, read_labels
from tui.records import Record
from tui.spans import Json, Relation, Span
from tui.store import Act, NewArticle, Store
from tui.text import find_paragraphs, quote

TITLE_LENGTH: Final = 120
"""The most code points of a title that is taken from the text."""


@dataclass(slots=True)
class ImportReport:
    """What an import did."""

    articles: int = 0
    """Articles that are new."""
    known: int = 0
    """Records that changed nothing: their text, and what they say of it, were there already."""
    updated: int = 0
    """Records that added annotation to an article that was there already."""
    spans: int = 0
    """Spans that came in."""
    refused: int = 0
    """Records and files that were refused."""
    new_labels: list[str] = field(default_factory=list)
    """Labels that were added to labels.yaml."""
    numbers: list[int] = field(default_factory=list)
    """The numbers of the first article of each file."""


class Importer:
    """One run of imports into one project."""

    def __init__(
        self,
        store: Store,
        labels: LabelSet,
        *,
        annotator: str,
        labels_path: Path,
        add_labels: bool = False,
        tell: Callable[[Refusal], None],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._store = store
        self._labels_path = labels_path
        self._add_labels = add_labels
        self._annotator = annotator
        self._tell = tell
        self._progress = progress
        self.labels = labels
        """The labels of the project, with those that were added."""
        self.report = ImportReport()
        """What was done so far."""

    def import_file(self, path: Path, *, format_name: str | None = None) -> None:
        """Import one file; raises `InputError` where it cannot be read at all."""
        source = replace(open_source(path), progress=self._progress)
        known_format = FORMATS[format_name] if format_name else recognise_format(path)
        first: int | None = None
        with self._store.batch() as breathe:
            for record in _read(known_format, source):
                number = self._take(record, source)
                first = first or number
                breathe()
        if first is not None:
            self.report.numbers.append(first)

    def _take(self, record: Record | Refusal, source: Source) -> int | None:
        if isinstance(record, Refusal):
            self._refuse(record)
            return None
        reason = self._objection(record)
        if reason is not None:
            self._refuse(Refusal(source.name, reason, record.line))
            return None
        for remark in record.remarks:
            self._tell(Refusal(source.name, remark, record.line))
        with self._store.transaction():
            return self._insert(record)

    def _refuse(self, refusal: Refusal) -> None:
        self.report.refused += 1
        self._tell(refusal)

    def _objection(self, record: Record) -> str | None:
        """Say why the record cannot come in, where it cannot."""
        if not record.text.strip():
            return "the text is empty; there is nothing to annotate"
        missing = [name for name in _labels_of(record) if self.labels.label(name) is None]
        if missing and self._add_labels:
            self._write_labels(missing)
            missing = []
        if missing:
            names = ", ".join(repr(name) for name in missing)
            return f"{names} not in {self._labels_path.name}; add it there, or import with --add-labels"
        owner = None if record.id is None else self._store.find_article_id(record.id)
        if owner is not None and owner != self._store.find_article(article_key(record.text)):
            return _duplicate_id(record, owner)
        return next(self._wrong_values(record), None)

    def _wrong_values(self, record: Record) -> Iterator[str]:
        by_id = {span.id: span for span in record.spans or ()}
        for span in by_id.values():
            for sentence in self.labels.check_attributes(span.label, span.attributes):
                yield f"span {span.id}: {sentence}"
        for relation in record.relations:
            if self.labels.relation(relation.label) is not None:
                head, tail = by_id[relation.head], by_id[relation.tail]
                yield from self.labels.check_relation(relation.label, head.label, tail.label)
        yield from self.labels.check_article_labels(record.article_labels)

    def _write_labels(self, names: Sequence[str]) -> None:
        add_labels(self._labels_path, names)
        self.labels = read_labels(self._labels_path)
        self.report.new_labels.extend(names)

    def _insert(self, record: Record) -> int | None:
        key = article_key(record.text)
        number = self._store.find_article(key)
        is_new = number is None
        article = self._store.add_article(_new_article(record), key=key) if number is None else None
        self.report.articles += is_new
        changed = False
        if record.spans is not None:
            article = article or self._store.load_article(number or 0)
            changed = self._annotate(article, record, is_new=is_new)
        if not is_new:
            self.report.updated += changed
            self.report.known += not changed
        return article.number if article is not None else number

    def _annotate(self, article: Article, record: Record, *, is_new: bool) -> bool:
        annotator = record.annotator or self._annotator
        digest = _digest(article, annotator, record)
        if self._store.is_imported(digest):
            return False
        layer = Layer() if is_new else self._store.load_layer(article.number, annotator)
        acts, spans = _acts_for(article, layer, record, digest)
        self._store.note_import(digest)
        if acts:
            self._store.append(article, annotator, layer, acts)
        self.report.spans += spans
        return bool(acts)


def title_of(text: str) -> str:
    """Take a title from a text: the beginning of its first paragraph."""
    stripped = text.lstrip()
    start = len(text) - len(stripped)
    return quote(text, start, start + len(stripped[:1000].splitlines()[0]), limit=TITLE_LENGTH)


def _read(known_format: Format, source: Source) -> Iterator[Record | Refusal]:
    if known_format.read is None:
        raise ConfigurationError(f"the format {known_format.name} can be written but not read")
    return known_format.read(source)


def _new_article(record: Record) -> NewArticle:
    return NewArticle(
        text=record.text,
        title=record.title or title_of(record.text),
        paragraphs=find_paragraphs(record.text),
        id=record.id,
        meta=record.meta,
    )


def _duplicate_id(record: Record, owner: int) -> str:
    return f"the id {record.id!r} belongs to another text already, article {owner}; give this one another id"


def _labels_of(record: Record) -> list[str]:
    return sorted({span.label for span in record.spans or ()})


def _digest(article: Article, annotator: str, record: Record) -> str:
    said = {
        "article": article.key,
        "annotator": annotator,
        "spans": [span_payload(span) for span in record.spans or ()],
        "relations": [relation_payload(relation) for relation in record.relations],
        "article_labels": dict(record.article_labels),
        "states": [record.state, *record.states],
        "notes": sorted(record.notes.items()),
    }
    content = json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8")
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _acts_for(article: Article, layer: Layer, record: Record, digest: str) -> tuple[list[Act], int]:
    """Say what the record has more than the layer, and how many spans of it are new."""
    spans, new_id = _new_spans(layer, record)
    acts: list[Act] = []
    if spans:
        acts.append(("add", {"spans": [span_payload(span) for span in spans]}))
    relations = _new_relations(layer, record, new_id)
    if relations:
        acts.append(("relate", {"relations": [relation_payload(relation) for relation in relations]}))
    for name, value in record.article_labels.items():
        if layer.article_labels.get(name) != value:
            acts.append(("tag", {"name": name, "value": value}))
    for state, indices in _new_states(article, layer, record).items():
        acts.append((STATE_KINDS[state], {"paragraphs": list[Json](indices)}))
    for index, text in record.notes.items():
        if layer.notes.get(index) != text and index < len(article.paragraphs):
            acts.append(("note", {"paragraph": index, "text": text}))
    return [(kind, {**payload, "import": digest}) for kind, payload in acts], len(spans)


def _new_spans(layer: Layer, record: Record) -> tuple[list[Span], dict[str, str]]:
    """Give the record's spans that the layer lacks, and each record id's id in the layer."""
    there = {(span.start, span.end, span.label, span.fragments): span.id for span in layer.spans.values()}
    spans: list[Span] = []
    new_id: dict[str, str] = {}
    taken = set(layer.spans)
    for span in record.spans or ():
        known = there.get((span.start, span.end, span.label, span.fragments))
        if known is None:
            known = span.id
            while known in taken:
                known += "+"
            taken.add(known)
            spans.append(span if known == span.id else replace(span, id=known))
        new_id[span.id] = known
    return spans, new_id


def _new_relations(layer: Layer, record: Record, new_id: dict[str, str]) -> list[Relation]:
    there = {(relation.label, relation.head, relation.tail) for relation in layer.relations.values()}
    relations: list[Relation] = []
    for relation in record.relations:
        moved = replace(relation, head=new_id[relation.head], tail=new_id[relation.tail])
        while moved.id in layer.relations:
            moved = replace(moved, id=f"{moved.id}+")
        if (moved.label, moved.head, moved.tail) not in there:
            relations.append(moved)
    return relations


def _new_states(article: Article, layer: Layer, record: Record) -> dict[ParagraphState, list[int]]:
    """Group the paragraphs of which the annotator has said nothing yet by the state the record gives them."""
    states: dict[ParagraphState, list[int]] = {}
    for index in range(len(article.paragraphs)):
        state = record.states[index] if index < len(record.states) else record.state or "finished"
        if index not in layer.states:
            states.setdefault(state, []).append(index)
    return states
