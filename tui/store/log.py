"""The log: what annotators did, appended in one transaction with all that is derived from it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, groupby
from operator import itemgetter
from typing import Final, Literal

from msgspec import structs

from tui.errors import StoreError
from tui.model.annotation import Touched
from tui.model.article import Article
from tui.model.events import Act, Event, Redo, Undo
from tui.model.json_text import parse_json
from tui.model.layer import Layer, fold
from tui.model.span import Entity
from tui.store import clock
from tui.store.articles import Articles
from tui.store.connection import Connection
from tui.store.rows import (
    DAMAGED,
    DERIVED_TABLES,
    LAYER_TABLES,
    Row,
    derive,
    event_row,
    layer_rows,
    read_event,
    read_relations,
    read_spans,
    subtract_rows,
    sum_rows,
)

_EVENTS: Final = 'SELECT id, "action", at, annotator, article, kind, payload, checksum FROM events'

_PLACE: Final = itemgetter(0, 1)


class Log:
    """The append-only log of a project, and the layers it folds to."""

    def __init__(self, connection: Connection, articles: Articles) -> None:
        self._db = connection
        self._articles = articles
        self._keys: int | None = None
        """Keys that were pressed since the last action; None where nobody counts them."""

    def begin_counting_keys(self) -> None:
        """Write how many keys were pressed with all that is appended from here on."""
        self._keys = 0

    def count_key(self) -> None:
        """Count a key that was pressed."""
        if self._keys is not None:
            self._keys += 1

    def load_layer(self, article: int, annotator: str, *, as_of: str | None = None) -> Layer:
        """Fold the annotator's events on an article, up to the last one of the UTC time `as_of` or before.

        What stands before that one in the log counts even where the clock was ahead: it happened before.
        Raises `StoreError` for an event that cannot be read.
        """
        events = self.read_events(article, annotator)
        if as_of is not None:
            self._check_events(article, annotator, events)
            last = max([index for index, event in enumerate(events) if event.at <= as_of], default=-1)
            del events[last + 1 :]
        return fold(events)

    def read_past(self, article: int, as_of: str) -> dict[str, Layer]:
        """Fold what anybody had said of an article at the UTC time `as_of`, by annotator.

        Raises `StoreError` where the log is not what was written.
        """
        annotators = self.list_annotators(article)
        if not self._articles.is_removed(article) and annotators != self._list_written(article):
            raise StoreError(f"who said anything of article {article} is not what was written: {DAMAGED}")
        layers = {each: self.load_layer(article, each, as_of=as_of) for each in annotators}
        return {annotator: layer for annotator, layer in layers.items() if layer.events}

    def _list_written(self, article: int) -> list[str]:
        """List who said anything of an article by what is counted of it, as no index of the log does."""
        return [
            each
            for each in self._list_all_annotators()
            if self._db.rows("SELECT 1 FROM progress WHERE annotator = ? AND article = ?", each, article)
        ]

    def _check_events(self, article: int, annotator: str, events: Sequence[Event]) -> None:
        """Raise `StoreError` where all events of a layer do not lead to what was written of it last."""
        if self._articles.is_removed(article):
            return
        written = self._db.number(
            "SELECT checksum FROM progress WHERE annotator = ? AND article = ?", annotator, article
        )
        rows = layer_rows((article, annotator), fold(events))
        if not events or sum_rows(chain(*rows.values())) != written:
            raise StoreError(
                f"what {annotator!r} said of article {article} is not what was written: {DAMAGED}"
            )

    def read_events(self, article: int, annotator: str) -> list[Event]:
        """Read a layer's events by id; raises `StoreError` for one that is not what was written."""
        rows = self._db.rows(f"{_EVENTS} WHERE article = ? AND annotator = ? ORDER BY id", article, annotator)
        return [read_event(row) for row in rows]

    def read_event(self, event_id: str) -> Event:
        """Read one event; raises `StoreError` where it is not what was written."""
        (row,) = self._db.rows(f"{_EVENTS} WHERE id = ?", event_id)
        return read_event(row)

    def list_annotators(self, article: int) -> list[str]:
        """List who has said anything of an article."""
        rows = self._db.rows(
            "SELECT DISTINCT annotator FROM events WHERE article = ? ORDER BY annotator", article
        )
        return [row[0] for row in rows]

    def read_layers(self, first: int, last: int) -> Mapping[int, Mapping[str, Layer]]:
        """Read everything said of the articles from `first` to `last` out of the derived tables.

        Gives the layers by article and annotator; they have no events, so nothing can be appended to them.
        Raises `StoreError` where they are not what was written.
        """
        place = "WHERE article BETWEEN ? AND ? ORDER BY article, annotator"
        layers: defaultdict[int, defaultdict[str, Layer]] = defaultdict(lambda: defaultdict(Layer))
        # Not from progress, whose key begins with the annotator: it would be read whole every time.
        for article, annotator in self._db.rows(
            f"SELECT DISTINCT article, annotator FROM events {place}", first, last
        ):
            layers[article][annotator] = Layer()
        rows, *others = [
            self._db.rows(f"SELECT * FROM {table} {place}", first, last) for table in LAYER_TABLES
        ]
        self._check_layers(first, last, layers, [rows, *others])
        for article, annotator, span in read_spans(rows):
            layers[article][annotator].spans[span.id] = span
        for article, annotator, relation in read_relations(others[0]):
            layers[article][annotator].relations[relation.id] = relation
        for article, annotator, position, state, note, is_flagged in others[1]:
            layer = layers[article][annotator]
            if state is not None:
                layer.states[position] = state
            if note is not None:
                layer.notes[position] = note
            if is_flagged:
                layer.flags.add(position)
        for article, annotator, name, value in others[2]:
            layers[article][annotator].article_labels[name] = parse_json(value)
        for article, annotator, name, called, mentions in others[3]:
            layers[article][annotator].entities[name] = Entity(name, called, tuple(parse_json(mentions)))
        for article, annotator, position, name, value in others[4]:
            labels = layers[article][annotator].paragraph_labels.setdefault(position, {})
            labels[name] = parse_json(value)
        return layers

    def _check_layers(
        self,
        first: int,
        last: int,
        there: Mapping[int, Mapping[str, Layer]],
        tables: Sequence[Sequence[Row]],
    ) -> None:
        """Raise `StoreError` where the rows of layers, by table, are not those that were written.

        The layers that are `there` stand in the log.
        """
        written = {
            (article, annotator): number
            for annotator in self._list_all_annotators()
            for article, number in self._db.rows(
                "SELECT article, checksum FROM progress WHERE annotator = ? AND article BETWEEN ? AND ?",
                *(annotator, first, last),
            )
        }
        found: defaultdict[tuple[int, str], int] = defaultdict(int)
        for place, some in groupby(chain(*tables), _PLACE):
            found[place] = sum_rows(some, start=found[place])
        logged = {(article, annotator) for article, layers in there.items() for annotator in layers}
        removed = self._articles.find_removed()
        for place in logged | written.keys() | found.keys():
            is_right = place in logged and place in written and written[place] == found.get(place, 0)
            if not is_right and (place[0] not in removed or place in written or place in found):
                raise StoreError(
                    f"what {place[1]!r} said of article {place[0]} is not what was written: {DAMAGED}"
                )

    def _list_all_annotators(self) -> Iterator[str]:
        """List who has said anything; one look into the index for each, where DISTINCT would read it all."""
        found = self._db.texts("SELECT min(annotator) FROM progress")
        while found and found[0] is not None:
            yield found[0]
            found = self._db.texts("SELECT min(annotator) FROM progress WHERE annotator > ?", found[0])

    def append(
        self,
        article: Article,
        annotator: str,
        layer: Layer,
        acts: Iterable[Act],
        *,
        action: str | None = None,
        by: str = "",
    ) -> list[Event]:
        """Append one action to the log, fold it into `layer`, and write the derived rows, in one transaction.

        `by` is who did it, where that may be another than the layer's annotator.

        The events belong to `action` where one is given that was not taken back meanwhile; else to a new one.
        `layer` is brought up to date first when another process has written to it. When the database refuses,
        `layer` is as before and `StoreError` is raised.
        """
        events: list[Event] = []
        count = len(layer.events)
        acts = list(acts)
        if by not in ("", annotator):
            acts = [structs.replace(act, by=by) for act in acts]
        try:
            with self._keeping_keys(), self._db.transaction():
                acts = self._take_keys(acts)
                if self._is_stale(article.number, annotator, layer):
                    self._refresh(article.number, annotator, layer)
                count = len(layer.events)
                touched = Touched()
                last = self._db.text("SELECT max(id) FROM events")
                if action in layer.taken_back:
                    action = None
                events = _make_events(last, clock.utc_now(), article.number, annotator, acts, action)
                for event in events:
                    touched |= layer.apply(event)
                if events:
                    self._db.insert({"events": [event_row(event) for event in events]})
                    self._write_derived(article, annotator, layer, touched)
        except BaseException:
            layer.rewind(count)
            raise
        return events

    def append_together(
        self, annotator: str, works: Iterable[tuple[Article, Layer, Sequence[Act]]], *, by: str = ""
    ) -> list[Event]:
        """Append one action that is about several articles, in one transaction, as `append` does."""
        events: list[Event] = []
        done: list[tuple[Layer, str]] = []
        try:
            with self._keeping_keys(), self._db.transaction():
                for article, layer, acts in works:
                    action = events[0].action if events else None
                    own = self.append(article, annotator, layer, acts, action=action, by=by)
                    done += [(layer, own[0].id)] if own else []
                    events += own
        except BaseException:
            for layer, first in done:
                layer.rewind(sum(event.id < first for event in layer.events))
            raise
        return events

    def reload(self, article: int, annotator: str, layer: Layer) -> bool:
        """Bring a layer up to date where another connection or layer wrote to it; say whether one had."""
        is_stale = self._is_stale(article, annotator, layer)
        if is_stale:
            self._refresh(article, annotator, layer)
        return is_stale

    def articles_of_action(self, action: str) -> list[int]:
        """List the numbers of the articles that an action touched."""
        return self._db.numbers(
            "SELECT article FROM events WHERE id = ?"
            ' UNION SELECT article FROM events WHERE "action" = ? AND "action" <> id ORDER BY article',
            action,
            action,
        )

    def step(
        self,
        article: Article,
        annotator: str,
        layer: Layer,
        kind: Literal["undo", "redo"],
        action: str,
        *,
        by: str = "",
    ) -> list[Event]:
        """Undo or redo an action in all articles it touched, in one transaction; the event here is first.

        When the database refuses, nothing was changed, `layer` is as before, and `StoreError` is raised.
        """
        act = Undo(action) if kind == "undo" else Redo(action)
        events: list[Event] = []
        try:
            with self._keeping_keys(), self._db.transaction():
                events = self.append(article, annotator, layer, [act], by=by)
                for number in self.articles_of_action(action):
                    if number != article.number:
                        other, other_layer = (
                            self._articles.load_article(number),
                            self.load_layer(number, annotator),
                        )
                        events += self.append(
                            other, annotator, other_layer, [act], action=events[0].id, by=by
                        )
        except BaseException:
            if events:
                layer.rewind(sum(event.id < events[0].id for event in layer.events))
            raise
        return events

    def derive_again(self, layers: Iterable[tuple[int, str]]) -> None:
        """Make the derived rows of layers, given as article and annotator, anew from the log."""
        for number, annotator in layers:
            self.derive_layer(number, annotator)

    def derive_layer(self, number: int, annotator: str) -> Layer:
        """Make the derived rows of a layer anew from the log, and give it."""
        for table in DERIVED_TABLES:
            self._db.execute(f"DELETE FROM {table} WHERE article = ? AND annotator = ?", (number, annotator))
        layer = self.load_layer(number, annotator)
        article = self._articles.load_article(number, checks=False)
        self._db.insert(derive(article, annotator, layer))
        return layer

    def read_time_span(self, *, as_of: str | None = None) -> tuple[str | None, str | None]:
        """Read when the first and the last event happened, up to the UTC time `as_of`."""
        ((first, last),) = self._db.rows(
            "SELECT min(at), max(at) FROM events WHERE ? IS NULL OR at <= ?", as_of, as_of
        )
        return first, last

    @contextmanager
    def _keeping_keys(self) -> Iterator[None]:
        """Go on counting keys where that was before, when what is done fails."""
        keys = self._keys
        try:
            yield
        except BaseException:
            self._keys = keys
            raise

    def _take_keys(self, acts: list[Act]) -> list[Act]:
        """Give the keys that were pressed to the first of some acts; no keys were pressed for an import."""
        if self._keys is None or not acts or isinstance(acts[0].digest, str):
            return acts
        keys, self._keys = self._keys, 0
        return [structs.replace(acts[0], keys=keys), *acts[1:]]

    def _refresh(self, article: int, annotator: str, layer: Layer) -> None:
        layer.become(self.load_layer(article, annotator))

    def _is_stale(self, article: int, annotator: str, layer: Layer) -> bool:
        """Tell whether a layer lacks events of the log, which may be older than its last."""
        place, known = (article, annotator), (layer.last_event, len(layer.events))
        where = "WHERE article = ? AND annotator = ?"
        written = self._db.rows(f"SELECT last_event, events FROM progress {where}", *place)
        # Of an article that was taken out nothing is derived.
        written = written or self._db.rows(
            f"SELECT coalesce(max(id), ''), count(*) FROM events {where}", *place
        )
        return written != [known]

    def _write_derived(self, article: Article, annotator: str, layer: Layer, touched: Touched) -> None:
        """Write the rows of what was touched in place of those that were there."""
        if self._articles.is_removed(article.number):
            return
        place = (article.number, annotator)
        where = "WHERE article = ? AND annotator = ?"
        gone: list[Row] = []
        # Relations and mentions go and come back with their spans: a layer's are written together.
        if touched.spans or touched.relations:
            gone += self._db.rows(f"DELETE FROM relations {where} RETURNING *", *place)
            touched |= Touched(relations=frozenset(layer.relations))
        if touched.spans or touched.entities:
            gone += self._db.rows(f"DELETE FROM entities {where} RETURNING *", *place)
            touched |= Touched(entities=frozenset(layer.entities))
        for table, column, keys in (
            ("spans", "id", touched.spans),
            ("paragraph_states", "position", touched.paragraphs),
            ("paragraph_labels", "position", touched.paragraphs),
            ("article_labels", "name", touched.article_labels),
        ):
            for key in keys:
                gone += self._db.rows(
                    f"DELETE FROM {table} {where} AND {column} = ? RETURNING *", *place, key
                )
        before = self._db.number(f"DELETE FROM progress {where} RETURNING checksum", *place) or 0
        self._db.insert(derive(article, annotator, layer, touched, untouched=subtract_rows(before, gone)))


def _make_events(
    last: str,
    at: str,
    article: int,
    annotator: str,
    acts: Iterable[Act],
    action: str | None = None,
) -> list[Event]:
    """Make the events of an action, else of a new one, newer than the event `last` of the database."""
    acts = list(acts)
    ids = clock.make_ids(last, len(acts))
    return [
        Event(event_id, action or ids[0], at, annotator, article, act)
        for event_id, act in zip(ids, acts, strict=True)
    ]
