"""DyGIE++, SciERC and RAMS JSON: a document a line, its sentences as lists of tokens, spans by tokens.

    {"doc_key":"a1","sentences":[["Two","men","fled","."],["They","hid","."]],
     "ner":[[[0,1,"actor"]],[]],"relations":[[[0,1,2,2,"did"]],[]],
     "events":[[[[2,"flight"],[0,1,"agent"]]],[]],"clusters":[[[0,1],[4,4]]]}

Token indices count from the beginning of the document, and the last one is **inclusive**; files that count
from that of each sentence are known by what lies outside of it. The layout is that of dygiepp's
`doc/data.md`. The text is made of the tokens with single spaces, a sentence a line. Triggers of events become
spans, their arguments relations by their role; a cluster is an entity. What the file gives no label is
called `mention`. The spans that a model predicted are
suggestions with its probability. RAMS has its events apart, with scores behind each name::

    {"doc_key":"a1","sentences":[["Two","men","fled","."]],"ent_spans":[[0,1,[["evt1arg01agent",1.0]]]],
     "evt_triggers":[[2,2,[["flight",1.0]]]],"gold_evt_links":[[[2,2],[0,1],"evt1arg01agent"]]}
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import accumulate
from pathlib import Path
from typing import Final

from tui.errors import Refusal
from tui.formats.format import LINES_OF_JSON, Format, Reading
from tui.formats.shared.json_values import outline, read_records, take_list, take_parts
from tui.formats.shared.reading import (
    EntityList,
    RelationList,
    SpanList,
    Tally,
    WrongError,
    keep_meta,
    short,
    summarise,
)
from tui.formats.shared.source import Source
from tui.formats.shared.tokens import SPACED, join_tokens
from tui.model.record import Record
from tui.model.span import Fragment, Json, Origin, Span

_RAMS_KEYS: Final = ("evt_triggers", "ent_spans", "gold_evt_links")
_SAID_KEYS: Final = ("ner", "relations", "events", "clusters", "event_clusters", *_RAMS_KEYS)
_LEFT_OUT: Final = ("predicted_relations", "predicted_events", "predicted_clusters")
_KEYS: Final = frozenset({"sentences", "predicted_ner", *_SAID_KEYS, *_LEFT_OUT})
_MENTION: Final = "mention"
_MODEL: Final = "predicted"


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by its sentences of tokens beside spans a sentence, or beside the key of a document."""
    del path
    found = {key.removeprefix("[]").removeprefix("."): sign for key, sign in outline(head).items()}
    return found.get("sentences[][]") == '"' and not found.keys().isdisjoint(
        {"doc_key", *_KEYS - {"sentences"}}
    )


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every document."""
    tally = Tally()
    return summarise(read_records(source, lambda value, line: [_Document(value, line, tally).read()]), tally)


class _Document:
    """One document: its tokens, and what is said of them."""

    def __init__(self, value: Json, line: int, tally: Tally) -> None:
        if not isinstance(value, dict):
            raise WrongError(f"a document must be an object, not {short(value)}")
        self._value: Mapping[str, Json] = value
        self._line = line
        self._tally = tally
        sentences = [_take_tokens(each, index) for index, each in enumerate(_lists_in(value, "sentences"))]
        spaces = [" " if index < len(each) - 1 else "\n" for each in sentences for index in range(len(each))]
        self._text, self._places = join_tokens(
            [token for each in sentences for token in each], [*spaces[:-1], ""][: len(spaces)]
        )
        self._bounds = [0, *accumulate(map(len, sentences))]
        """The first token of each sentence, and the number of all."""
        self._is_by_sentence = self._counts_by_sentence()
        self._spans = SpanList(self._text, tally, line=line)
        self._relations = RelationList()
        self._entities = EntityList()

    def read(self) -> Record:
        """Read all that is said of it."""
        self._tally.add(SPACED, "text", line=self._line)
        for where, base, entry in self._entries("ner"):
            values = _take_values(entry, 3, where)
            self._add(self._place(values[:2], base, where), values[2], where)
        for where, base, entry in self._parts("relations", "relation"):
            with self._leaving_out("relation"):
                self._read_relation(_take_values(entry, 5, where), base, where)
        for where, base, entry in self._entries("events"):
            self._read_event(_take_values(entry, 1, where), base, where)
        for key in ("clusters", "event_clusters"):
            clusters = take_parts(self._value.get(key), key, "cluster", self._tally, line=self._line)
            for index, cluster in enumerate(clusters):
                where = f"{key}[{index}]"
                with self._leaving_out("cluster"):
                    self._read_cluster(take_list(cluster, where), where)
        self._read_rams()
        is_said = any(self._value.get(key) is not None for key in _SAID_KEYS)
        return Record(
            self._text,
            meta=self._read_meta(),
            spans=self._spans.as_tuple() if is_said else None,
            relations=self._relations.as_tuple(),
            entities=self._entities.as_tuple(),
            suggestions=self._read_predictions(),
            line=self._line,
        )

    def _read_relation(self, entry: Sequence[Json], base: int, where: str) -> None:
        head, tail = self._place(entry[:2], base, where), self._place(entry[2:4], base, where)
        self._relate(entry[4], self._find(head, where), self._find(tail, where), where)

    def _read_event(self, entry: Sequence[Json], base: int, where: str) -> None:
        """Read a trigger, `[token, type]` or `[first, last, type]`, and its arguments."""
        trigger, *arguments = take_list(entry[0], where), *entry[1:]
        if len(trigger) not in (2, 3):
            raise WrongError(f"{where}: a trigger must be [token, type], not {short(trigger)}")
        place = self._place([trigger[0], trigger[-2]], base, where)
        head = self._add(place, trigger[-1], where)
        for argument in arguments:
            with self._leaving_out("argument"):
                self._read_argument(argument, head, base, where)

    def _read_argument(self, argument: Json, head: str | None, base: int, where: str) -> None:
        if not isinstance(argument, list) or len(argument) < 3:
            raise WrongError(f"{where}: an argument must be [first, last, role], not {short(argument)}")
        tail = self._find(self._place(argument[:2], base, where), where)
        self._relate(argument[2], head, tail, where)

    def _read_rams(self) -> None:
        """Read triggers with their types, arguments, and the links between them with their roles."""
        for index, trigger in enumerate(_lists_in(self._value, "evt_triggers")):
            where = f"evt_triggers[{index}]"
            place = self._place(trigger[:2], 0, where)
            for named in take_list(trigger[2] if len(trigger) > 2 else None, where):
                self._add(place, next(iter(take_list(named, where)), None), where)
        for index, span in enumerate(_lists_in(self._value, "ent_spans")):
            where = f"ent_spans[{index}]"
            self._find(self._place(span[:2], 0, where), where)
        key = "gold_evt_links"
        links = take_parts(self._value.get(key), key, "relation", self._tally, line=self._line)
        for index, link in enumerate(links):
            with self._leaving_out("relation"):
                self._read_link(link, f"{key}[{index}]")

    def _read_link(self, link: Json, where: str) -> None:
        if not isinstance(link, list) or len(link) != 3:
            raise WrongError(f"{where} must be [trigger, argument, role], not {short(link)}")
        head, tail = (self._find(self._place(take_list(end, where), 0, where), where) for end in link[:2])
        self._relate(link[2], head, tail, where)

    def _read_cluster(self, cluster: Sequence[Json], where: str) -> None:
        places = [self._place(take_list(each, where), 0, where) for each in cluster]
        found = [self._find(place, where) for place in places]
        if len(found) > 1:
            self._entities.add([name for name in found if name is not None], where=where)

    def _read_predictions(self) -> tuple[Span, ...]:
        """Read the spans that a model predicted: label, logit and probability."""
        spans = SpanList(self._text, self._tally, line=self._line)
        for where, base, entry in self._parts("predicted_ner", "suggestion"):
            with self._leaving_out("suggestion"):
                values = _take_values(entry, 3, where)
                start, end = self._place(values[:2], base, where)
                score = values[4] if len(values) > 4 else None
                confidence = float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None
                spans.add(start, end, values[2], where=where, origin=Origin(_MODEL, confidence))
        return spans.as_tuple()

    def _read_meta(self) -> dict[str, Json]:
        meta: dict[str, Json] = {}
        for key, each in self._value.items():
            if key in _LEFT_OUT:
                number = sum(map(len, _lists_in(self._value, key)))
                self._tally.add("{} {are} left out", key.removesuffix("s"), line=self._line, number=number)
            elif key not in _KEYS:
                keep_meta(meta, key, each)
        return meta

    def _leaving_out(self, noun: str) -> AbstractContextManager[None]:
        return self._tally.leaving_out(noun, line=self._line)

    def _parts(self, key: str, noun: str) -> list[tuple[str, int, Json]]:
        """Give each entry of a key without which the spans can still be trusted."""
        try:
            return list(self._entries(key))
        except WrongError as error:
            self._tally.leave_out(error, noun, line=self._line)
            return []

    def _entries(self, key: str) -> Iterator[tuple[str, int, Json]]:
        """Give each entry of a key: what it is called, the token it counts from, and what it says."""
        groups = _lists_in(self._value, key)
        if len(groups) >= len(self._bounds):
            count = len(self._bounds) - 1
            raise WrongError(f'"{key}" has {len(groups)} lists, and the document {count} sentences')
        for sentence, group in enumerate(groups):
            for index, raw in enumerate(group):
                base = self._bounds[sentence] if self._is_by_sentence else 0
                yield f"{key}[{sentence}][{index}]", base, raw

    def _counts_by_sentence(self) -> bool:
        """Tell whether spans lie in their sentences only where they are counted from where those begin."""
        placed = [
            (self._bounds[sentence], self._bounds[sentence + 1], index)
            for key in ("ner", "predicted_ner")
            for sentence, group in enumerate(_lists_in(self._value, key)[: len(self._bounds) - 1])
            for entry in group
            for index in (entry[:2] if isinstance(entry, list) else ())
            if type(index) is int
        ]
        if all(first <= index < end for first, end, index in placed):
            return False
        return all(0 <= index < end - first for first, end, index in placed)

    def _place(self, tokens: Sequence[Json], base: int, where: str) -> Fragment:
        """Give the edges of two tokens, the last one included."""
        first, last = tokens if len(tokens) == 2 else (None, None)
        if type(first) is int and type(last) is int:
            first, last = first + base, last + base
            if 0 <= first <= last < len(self._places):
                return self._places[first][0], self._places[last][1]
        count = len(self._places)
        raise WrongError(f"{where} is {short(list(tokens))}; 0 <= first <= last < {count} (tokens) must hold")

    def _add(self, place: Fragment, label: Json, where: str) -> str | None:
        return self._spans.add(*place, label, where=where)

    def _find(self, place: Fragment, where: str) -> str | None:
        """Find the span at a place; where there is none, it is a mention."""
        return self._spans.find(*place) or self._add(place, _MENTION, where)

    def _relate(self, label: Json, head: str | None, tail: str | None, where: str) -> None:
        if head is not None and tail is not None:
            self._relations.add(label, head, tail, where=where)


def _take_values(entry: Json, least: int, where: str) -> list[Json]:
    """Take a list of so many values or more; raises `WrongError`."""
    values = take_list(entry, where)
    if len(values) < least:
        raise WrongError(f"{where} must have {least} values or more, not {short(entry)}")
    return values


def _lists_in(value: Mapping[str, Json], key: str) -> list[list[Json]]:
    """Take a list of lists that may be missing."""
    return [take_list(each, f"{key}[{index}]") for index, each in enumerate(take_list(value.get(key), key))]


def _take_tokens(sentence: Sequence[Json], index: int) -> list[str]:
    if not all(isinstance(token, str) and token for token in sentence):
        raise WrongError(f"sentences[{index}] must be a list of words, not {short(list(sentence))}")
    return [str(token) for token in sentence]


FORMAT: Final = Format(
    "dygie",
    reading=Reading(
        title="DyGIE++, SciERC, RAMS JSON",
        suffixes=LINES_OF_JSON,
        offsets="tokens, end inclusive",
        brings=(
            "spans, relations, events as relations, clusters as entities; predicted spans as suggestions; the"
            " text of tokens with single spaces, a sentence a line"
        ),
        lacks="predicted relations, events and clusters",
        read=read,
        recognises=recognises,
    ),
)
"""How it is read and written."""
