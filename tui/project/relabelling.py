"""Labels renamed, brought together and taken out, with the spans of every annotator that have them.

What is done is events of each annotator, which the app's undo passes over; the same command the other way
round takes a renaming back. labels.yaml is edited behind the database: where that is cut short, spans have a
label that labels.yaml lacks, and the same command again does the rest.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from tui.errors import InputError
from tui.model.events import Act, Change, Remove
from tui.model.labels import LabelSet
from tui.model.labels.rename import rename_in_file, take_out_of_file
from tui.model.layer import Layer
from tui.model.span import Json, Span
from tui.store import Store
from tui.text.messages import count_noun, list_some

BY_LABELS: Final = "labels"
"""What stands in these events for the record that others came with."""


class Relabelled(Struct):
    """What became of the spans of labels."""

    spans: int = 0
    """How many got another label."""
    removed: int = 0
    """How many were removed: their label is gone, or an equal span is there already."""
    articles: int = 0
    """In how many articles."""
    annotators: int = 0
    """Of how many annotators."""

    def describe(self) -> str:
        """Say it in one sentence."""
        parts = [count_noun(self.spans, "span")] if self.spans or not self.removed else []
        if self.removed:
            parts.append(f"{count_noun(self.removed, 'span')} removed")
        where = f" in {count_noun(self.articles, 'article')} of {count_noun(self.annotators, 'annotator')}"
        return ", ".join(parts) + (where if self.articles else "")

    def as_json(self) -> dict[str, Json]:
        """Give it as one JSON object."""
        return {
            "spans": self.spans,
            "removed": self.removed,
            "articles": self.articles,
            "annotators": self.annotators,
        }


class LabelChange:
    """A change of the set of labels, in labels.yaml and on the spans of every annotator."""

    def __init__(self, store: Store, labels: LabelSet, path: Path) -> None:
        """Change the `labels` that stand in the file `path`."""
        self._store = store
        self._labels = labels
        self._path = path

    def rename(self, old: str, new: str, *, dry_run: bool = False) -> Relabelled:
        """Give a label another name; with `dry_run` only count its spans.

        Raises `InputError` where there is no such label, or the other one is there already.
        """
        if self._labels.label(old) is None and self._labels.label(new) is not None:
            # It was cut short behind labels.yaml.
            self.check(old, or_spans=True)
            return self._relabel([old], new, dry_run=dry_run)
        self.check(old)
        if self._labels.label(new) is not None:
            raise InputError(f"{new!r} is a label already; spantag labels merge brings the two together")
        rename_in_file(self._path, old, new, dry_run=True)
        done = self._relabel([old], new, dry_run=dry_run)
        rename_in_file(self._path, old, new, dry_run=dry_run)
        return done

    def merge(self, old: Sequence[str], into: str, *, dry_run: bool = False) -> Relabelled:
        """Give all spans of some labels another one, and take those labels out of labels.yaml.

        Raises `InputError` where one of them is neither a label nor that of any span.
        """
        self.check(into)
        if into in old:
            raise InputError(f"{into!r} cannot become itself; name those that go, then the one that stays")
        for label in old:
            self.check(label, or_spans=True)
        known = [label for label in old if self._labels.label(label) is not None]
        for label in known:
            take_out_of_file(self._path, label, into=into, dry_run=True)
        done = self._relabel(old, into, dry_run=dry_run)
        for label in () if dry_run else known:
            take_out_of_file(self._path, label, into=into)
        return done

    def delete(self, label: str, *, with_spans: bool = False, dry_run: bool = False) -> Relabelled:
        """Take a label out of labels.yaml, and its spans out of the project.

        Raises `InputError` where it has spans and nothing says that they may go.
        """
        self.check(label, or_spans=True)
        there = self._relabel([label], None, dry_run=True)
        if there.removed and not with_spans and not dry_run:
            spans, articles = count_noun(there.removed, "span"), count_noun(there.articles, "article")
            has, them = ("has", "it") if there.removed == 1 else ("have", "them")
            raise InputError(
                f"{spans} in {articles} {has} the label {label!r}; --with-spans removes {them},"
                f" spantag labels merge gives {them} another label"
            )
        is_known = self._labels.label(label) is not None
        if is_known:
            take_out_of_file(self._path, label, dry_run=True)
        done = self._relabel([label], None, dry_run=dry_run)
        if is_known:
            take_out_of_file(self._path, label, dry_run=dry_run)
        return done

    def check(self, name: str, *, or_spans: bool = False) -> None:
        """Raise `InputError` for what is no label, nor, with `or_spans`, that of any span."""
        unknown = self._store.progress.count_unknown(self._labels.names) if or_spans else {}
        if self._labels.label(name) is None and name not in unknown:
            raise InputError(f"{name!r} is no label; {self._path} has {list_some(self._labels.names)}")

    def _relabel(self, old: Sequence[str], new: str | None, *, dry_run: bool) -> Relabelled:
        done: list[Relabelled] = []
        with suppress(_RehearsedError), self._store.transaction():
            done.append(_relabel_spans(self._store, old, new))
            if dry_run:
                raise _RehearsedError
        return done[0]


class _RehearsedError(Exception):
    """What was done is to be undone: it was counted."""


def _relabel_spans(store: Store, old: Collection[str], new: str | None) -> Relabelled:
    """Give all spans of some labels another one, or remove them where that is None."""
    done = Relabelled()
    articles: set[int] = set()
    annotators: set[str] = set()
    for number, annotator in store.progress.list_layers_with(old):
        article, layer = store.articles.load_article(number), store.log.load_layer(number, annotator)
        acts, removed = _list_acts(layer, old, new)
        if acts:
            store.log.append(article, annotator, layer, acts)
            articles.add(number)
            annotators.add(annotator)
            done.removed += removed
            done.spans += sum(isinstance(act, Change) for act in acts)
    done.articles, done.annotators = len(articles), len(annotators)
    return done


def _list_acts(layer: Layer, old: Collection[str], new: str | None) -> tuple[list[Act], int]:
    """List what changes the spans of a layer, and count those that are removed."""
    there = {_place(span) for span in layer.spans.values() if span.label == new}
    acts: list[Act] = []
    gone: list[str] = []
    for span in layer.spans.values():
        if span.label not in old:
            continue
        if new is None or (_place(span) in there and not _is_linked(layer, span)):
            gone.append(span.id)
        else:
            there.add(_place(span))
            acts.append(Change(span.id, label=new, digest=BY_LABELS))
    if gone:
        acts.append(Remove(tuple(gone), digest=BY_LABELS))
    return acts, len(gone)


def _place(span: Span) -> tuple[object, ...]:
    return span.start, span.end, span.fragments


def _is_linked(layer: Layer, span: Span) -> bool:
    """Tell whether anything would be lost with a span beside its label."""
    is_end = any(span.id in (each.head, each.tail) for each in layer.relations.values())
    return (
        is_end
        or bool(span.attributes or span.note)
        or any(span.id in entity.spans for entity in layer.entities.values())
    )
