r"""brat standoff: a text `NAME.txt` and its annotation `NAME.ann`, one fact a line, fields parted by tabs.

Offsets are code points of the text, end exclusive, CR and LF one each; where only another way of counting
agrees with all the quoted texts (UTF-16 units, bytes, CR LF as one, the byte order mark too), it is that one.
A discontinuous span has its pieces parted by `;`::

    T1	Attack 9 15;20 25	attack began
    E1	Attack:T1 Agent:T2
    R1	Located Arg1:T2 Arg2:T3
    A1	Confidence E1 Possible
    M1	Negation E1
    N1	Reference T2 Wikipedia:534366	Barack Obama
    *	Equiv T2 T4
    #1	AnnotatorNotes T1	is this one?

An event's arguments become relations from its trigger, named by the role, without the number of a role that
several take (`Agent2` beside `Agent`); attributes of an event become those of its trigger, normalisations the
attribute `normalizations`, notes on a span or event the span's note, and spans that are equivalent mentions
of one entity. Notes on relations go to the metadata, and so do the events themselves, the types of
equivalences (`joined`), the names of relations' ends (`roles`), and the numbers of attributes and notes
(`numbers`), so that they can be written again. An empty `.ann` says nothing yet: its text comes in
unfinished. `annotation.conf` beside them names the labels. A span that cannot be right refuses the text,
because its offsets cannot be trusted; anything else is left out where it cannot be right, with its line.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from msgspec import Struct, field, structs

from tui.errors import Refusal
from tui.formats.brat.events import EQUIVALENCE, BratEvent, write_events
from tui.formats.shared.offsets import OffsetMap, find_counting
from tui.formats.shared.reading import (
    EntityList,
    RelationList,
    SpanList,
    Tally,
    WrongError,
    is_quoted,
    is_whole,
    keep_place,
    read_place,
    short,
    summarise,
)
from tui.formats.shared.source import Source
from tui.model.record import Record
from tui.model.span import Entity, Fragment, Json, Relation, Span

_LINE: Final = re.compile(r"(?:[TERAMN#]\d|\*)[^\t]*\t")
_SPACED: Final = re.compile(r"T\d+ \S+ \d+ \d+")
"""A line with a space where its tab should be, as some programs copy it."""
_QUOTATION: Final = re.compile(
    r"T\d+\t\S+ (?P<places>[0-9]{1,18} [0-9]{1,18}(?:;[0-9]{1,18} [0-9]{1,18})*)\t(?P<quoted>.*\S.*)"
)
_EDGES: Final = re.compile(r"([0-9]+) ([0-9]+)")
_NOUNS: Final = {
    "E": "event",
    "R": "relation",
    "*": "entity",
    "A": "attribute",
    "M": "attribute",
    "N": "normalization",
    "#": "note",
}
"""What the ids begin with, beside those of spans."""

_TEXT_SUFFIXES: Final = (".txt", ".TXT", "")


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by its ending, or by lines that begin like `T1` and a tab."""
    lines = [line for line in head.decode("utf-8", "ignore").splitlines()[:50] if line.strip()]
    if path.suffix.lower() == ".ann":
        return not lines or any(_LINE.match(line) or _SPACED.match(line) for line in lines)
    return bool(lines) and all(_LINE.match(line) for line in lines[:-1] or lines)


def list_texts(path: Path) -> list[Path]:
    """List where the text of a file of annotations may stand."""
    return [path.with_suffix(suffix) for suffix in (".txt", ".TXT")] if path.suffix == ".ann" else []


def describes(path: Path) -> bool:
    """Tell the files that say how a collection looks; `annotation.conf`, which has its labels, is none."""
    return path.suffix == ".conf" and path.name.lower() != "annotation.conf"


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the annotation of one text, which stands beside it."""
    tally = Tally()
    return summarise(_read_pair(source, tally), tally)


def _read_pair(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    stem = source.inner_path.stem
    found = (source.sibling(f"{stem}{suffix}") for suffix in _TEXT_SUFFIXES)
    text_source = next((each for each in found if each is not None), None)
    if text_source is None:
        yield Refusal(source.name, f"its text {stem}.txt is not beside it; put it there")
        return
    text, said = text_source.read_article(), source.read_text()
    for each in (text, said):
        if isinstance(each, Refusal):
            yield each
    if isinstance(text, str) and isinstance(said, str):
        rows = said.split("\n")
        counted = _find_counting(text, rows, text_source)
        if counted is not None:
            tally.add(f"{{}} {{count}} {counted.counting.describe()}: turned into code points", "text")
        document = _Document(text, tally, SpanList(text, tally), counted)
        try:
            for line, row in enumerate(rows, start=1):
                document.line = line
                document.take(row.removesuffix("\r"))
            yield document.finish(stem, read_place(source, stem))
        except WrongError as error:
            yield Refusal(source.name, f"{error}; the whole text is refused", document.line)


class _Document(Struct):
    """What the lines of one `.ann` file say."""

    text: str
    tally: Tally
    spans: SpanList
    counted: OffsetMap | None = None
    line: int = 0
    is_annotated: bool = False
    lost: set[str] = field(default_factory=set)
    lines: dict[str, int] = field(default_factory=dict)
    """The lines of spans, relations and events, by their ids."""
    events: dict[str, BratEvent] = field(default_factory=dict)
    links: list[tuple[str, str, str, str, int]] = field(default_factory=list)
    attributes: list[tuple[str, str, Json, int]] = field(default_factory=list)
    notes: list[tuple[str, str, int]] = field(default_factory=list)
    names: list[tuple[str, Json, int]] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    """What attributes and notes are about, by their ids."""
    groups: list[tuple[str, list[str], int]] = field(default_factory=list)
    """Types of equivalences with what they join."""
    roles: dict[str, Json] = field(default_factory=dict)
    """The names of the two roles of relations that have others than Arg1 and Arg2."""
    equivalents: list[str] = field(default_factory=list)
    """The types of those that join spans that another type joins with others: they become relations."""

    def take(self, row: str) -> None:
        """Take in one line; what it points to may come later."""
        if not row.strip():
            return
        self.is_annotated = True
        fields = row.split("\t", 2)
        if len(fields) < 2:
            fields = row.split(None, 1)
        name, place = fields[0], fields[1] if len(fields) > 1 else ""
        rest = fields[2] if len(fields) > 2 else ""
        if name.startswith("T"):
            self._take_span(name, place, rest)
            return
        with self._leaving_out(_NOUNS.get(name[:1], "line")):
            if not place.split():
                raise WrongError(f"{short(row)} says nothing after its id")
            self._take_fact(name, place.split(), rest)

    def _leaving_out(self, noun: str) -> AbstractContextManager[None]:
        """Leave out what cannot be right, with its line; the spans stay."""
        return self.tally.leaving_out(noun, line=self.line)

    def _take_fact(self, name: str, words: list[str], rest: str) -> None:
        """Take in what is said of spans."""
        match name[:1]:
            case "E":
                pairs = [self._split(word) for word in words]
                self.events[name] = BratEvent(pairs[0][0], pairs[0][1], pairs[1:])
                self.lines[name] = self.line
            case "R":
                self._take_relation(name, words)
            case "*":
                self.groups.append((words[0], words[1:], self.line))
            case "A" | "M":
                value: Json = " ".join(words[2:]) if len(words) > 2 else True
                self.attributes.append((self._target(words), words[0], value, self.line))
                self.numbers[name] = " ".join(words)
            case "N":
                reference = words[2] if len(words) > 2 else ""
                named: Json = {"id": name, "type": words[0], "reference": reference, "text": rest}
                self.names.append((self._target(words), named, self.line))
            case "#":
                if len(words) > 2:
                    raise WrongError(
                        f"{name}: {short(' '.join(words))} must be a kind and an id; a tab, then the text"
                    )
                kind = "" if words[0] == "AnnotatorNotes" else f"{words[0]}: "
                self.numbers[name] = " ".join(words)
                self.notes.append((words[1] if len(words) > 1 else "", kind + rest, self.line))
            case _:
                raise WrongError(f"{short(name)} is no id of brat, such as T1, E1, R1, A1, N1, # or *")

    def finish(self, stem: str, place: object) -> Record:
        """Make the record of it all; `place` says where in which article it stands, where a file does."""
        meta: dict[str, Json] = {"document": stem}
        keep_place(meta, place)
        entities = self._join_all(meta)
        relations = self._relate()
        added: dict[str, dict[str, Json]] = {}
        noted: dict[str, list[str]] = {}
        of_trigger: dict[str, list[str]] = {}
        for name, event in self.events.items():
            of_trigger.setdefault(event.trigger, []).append(name)
        linked = self._add_attributes(added, of_trigger)
        self._add_names(added, meta)
        self._add_notes(noted, meta)
        is_event_of_two = {trigger for trigger, names in of_trigger.items() if len(names) > 1}
        for trigger in is_event_of_two & {span.id for span in self.spans.as_tuple()}:
            added.setdefault(trigger, {})["events"] = list[Json](of_trigger[trigger])
        if self.numbers:
            meta["numbers"] = dict[str, Json](self.numbers)
        if self.events:
            meta["events"] = write_events(self.events)
        if self.roles:
            meta["roles"] = self.roles
        if self.equivalents:
            meta["equivalents"] = list[Json](self.equivalents)
        spans = tuple([_with(span, added.get(span.id), noted.get(span.id)) for span in self.spans.as_tuple()])
        return Record(
            self.text,
            meta=meta,
            spans=spans if self.is_annotated else None,
            relations=tuple([_with_answers(each, linked.get(each.id)) for each in relations.as_tuple()]),
            entities=entities,
            lines=self.lines,
        )

    def _add_attributes(
        self, added: dict[str, dict[str, Json]], of_trigger: Mapping[str, Sequence[str]]
    ) -> dict[str, dict[str, Json]]:
        """Give spans their attributes, and those of relations by the ids of these."""
        linked: dict[str, dict[str, Json]] = {}
        for target, key, value, line in self.attributes:
            self.line = line
            span = self._span_of(target)
            if span is None:
                with self._leaving_out("attribute"):
                    _hold(self._answers_of(linked, target), key, value)
                continue
            # Two events of one trigger may differ in what is said of them.
            shared = target in self.events and len(of_trigger[self.events[target].trigger]) > 1
            full = f"{target}.{key}" if shared else key
            if target in self.events and not shared and key not in self.events[target].attributes:
                self.events[target].attributes.append(key)
            _hold(added.setdefault(span, {}), full, value)
        return linked

    def _answers_of(self, linked: dict[str, dict[str, Json]], target: str) -> dict[str, Json]:
        """Give what is known of a relation, to add to it; raises `WrongError` where there is none."""
        if target not in self.lost and not any(link[0] == target for link in self.links):
            raise WrongError(f"{target} is not in the file")
        return linked.setdefault(target, {})

    def _add_names(self, added: dict[str, dict[str, Json]], meta: dict[str, Json]) -> None:
        """Give spans what they are called elsewhere."""
        for target, named, line in self.names:
            self.line = line
            span = self._span_of(target)
            if span is None:
                with self._leaving_out("normalization"):
                    self._keep(meta, "normalizations", target, named)
            else:
                listed = added.setdefault(span, {}).setdefault("normalizations", [])
                if isinstance(listed, list):
                    listed.append(named)

    def _add_notes(self, noted: dict[str, list[str]], meta: dict[str, Json]) -> None:
        """Give spans their notes."""
        for target, text, line in self.notes:
            self.line = line
            span = self._span_of(target) if target else None
            if span is None:
                with self._leaving_out("note"):
                    self._keep(meta, "notes_on", target, text)
            else:
                noted.setdefault(span, []).append(text)
                if target in self.events:
                    self.events[target].is_noted = True

    def _take_span(self, name: str, place: str, quoted: str) -> None:
        label, _, offsets = place.partition(" ")
        fragments: list[Fragment] = []
        for piece in offsets.split(";"):
            edges = piece.split()
            if len(edges) != 2 or not all(map(is_whole, edges)):
                raise WrongError(f"{name}: {short(place)} must be a label, a start and an end")
            fragments.append(self._turn(int(edges[0]), int(edges[1])))
        start, end = min(fragments)[0], max(last for _, last in fragments)
        kept = tuple(sorted(fragments)) if len(fragments) > 1 else ()
        if any(first >= last for first, last in kept):
            raise WrongError(f"{name}: a piece of {short(offsets)} holds no character")
        added = self.spans.add(start, end, label, where=name, quoted=quoted, name=name, fragments=kept)
        if added is None:
            self.lost.add(name)
        else:
            self.lines[added] = self.line

    def _turn(self, start: int, end: int) -> Fragment:
        """Turn edges into code points; those that cannot be turned stay what they are, to be refused."""
        turned = self.counted and _turn(self.counted, start, end)
        return turned or (start, end)

    def _take_relation(self, name: str, words: list[str]) -> None:
        pairs = [self._split(word) for word in words[1:]]
        if len(pairs) != 2:
            raise WrongError(f"{name} must link two spans, not {len(pairs)}")
        if {role for role, _ in pairs} == {"Arg1", "Arg2"}:
            pairs.sort()
        else:
            self.roles[name] = [role for role, _ in pairs]
        self.links.append((name, words[0], pairs[0][1], pairs[1][1], self.line))

    def _relate(self) -> RelationList:
        """Make relations of links and of the arguments of events."""
        relations = RelationList()
        if self.events:
            self._check_types()
        arguments = [
            (f"{name}.{role}", event.bare_role(role), event.trigger, target, self.lines[name])
            for name, event in self.events.items()
            for role, target in event.arguments
        ]
        for name, label, head, tail, line in self.links:
            self.line = line
            with self._leaving_out("relation"):
                self._link(relations, name, label, head, tail)
        shared: set[tuple[str, str, str | None]] = set()
        for name, label, head, tail, line in arguments:
            self.line = line
            # Events of one trigger may have the same argument: it is one relation of that.
            if (label, head, self._span_of(tail)) in shared:
                continue
            with self._leaving_out("relation"):
                self._link(relations, name, label, head, tail)
                shared.add((label, head, self._span_of(tail)))
        return relations

    def _check_types(self) -> None:
        """Say which events have another type than their triggers; brat writes the same for both."""
        label_of = {span.id: span.label for span in self.spans.as_tuple()}
        for name, event in self.events.items():
            if label_of.get(event.trigger, event.type) != event.type:
                said = "{} {have} another type than the trigger: that of the trigger counts"
                self.tally.add(said, "event", line=self.lines[name], name=f"{name} {event.type}")

    def _join_all(self, meta: dict[str, Json]) -> tuple[Entity, ...]:
        """Make entities of equivalences; those of one type that share a span are one."""
        joined, types = EntityList(), dict[str, Json]()
        for kind, members, line in self.groups:
            self.line = line
            with self._leaving_out("entity"):
                self._join(joined, types, kind, members)
        if types:
            meta["joined"] = types
        return joined.as_tuple()

    def _join(self, joined: EntityList, types: dict[str, Json], kind: str, members: Sequence[str]) -> None:
        spans = [self._span_of(member) for member in members]
        missing = next((member for member, span in zip(members, spans, strict=True) if span is None), None)
        if missing is not None:
            raise WrongError(f"{kind} names {missing}, which the file does not have")
        mentions = [span for span in spans if span is not None]
        homes = joined.find(mentions)
        if not homes:
            name = joined.add(mentions, where=kind)
            if kind != EQUIVALENCE:
                types[name] = kind
        elif len(homes) == 1 and types.get(homes[0], EQUIVALENCE) == kind:
            joined.extend(homes[0], mentions)
        else:
            if kind not in self.equivalents:
                self.equivalents.append(kind)
            self.links += [("", kind, head, tail, self.line) for head, tail in pairwise(members)]

    def _link(self, relations: RelationList, name: str, label: str, head: str, tail: str) -> None:
        ends = self._span_of(head), self._span_of(tail)
        if ends[0] is None or ends[1] is None:
            missing = head if ends[0] is None else tail
            if missing in self.lost:
                self.tally.add("{} at spans without any character {are} left out", "relation", line=self.line)
                return
            if ends[0] is None and "." in name:
                raise WrongError(
                    f"{name.partition('.')[0]} has the trigger {head}, which the file does not have"
                )
            raise WrongError(f"{name or label} points to {missing}, which the file does not have")
        added = relations.add(label, ends[0], ends[1], where=name or label, name=name)
        self.lines.setdefault(added, self.line)

    def _span_of(self, target: str) -> str | None:
        """Find the span that is meant: itself, or the trigger of the event."""
        seen = self.events[target].trigger if target in self.events else target
        return seen if seen in self.spans else None

    def _keep(self, meta: dict[str, Json], key: str, target: str, value: Json) -> None:
        is_there = target in self.numbers or any(link[0] == target for link in self.links)
        if target and target not in self.lost and not is_there:
            raise WrongError(f"{target} is not in the file")
        said = "{} on relations, attributes and texts {are} in the metadata"
        self.tally.add(said, "remark", line=self.line)
        kept = meta.setdefault(key, [])
        if isinstance(kept, list):
            kept.append([target, value])

    def _split(self, word: str) -> tuple[str, str]:
        role, colon, target = word.partition(":")
        if not colon or not target:
            raise WrongError(f"{short(word)} must be written ROLE:ID")
        return role, target

    def _target(self, words: list[str]) -> str:
        if len(words) < 2:
            raise WrongError(f"{short(' '.join(words))} does not say what it is about")
        return words[1]


def _find_counting(text: str, rows: Iterable[str], source: Source) -> OffsetMap | None:
    """Find how the offsets count, where not in code points but in another way all quoted texts agree."""
    quotations = [
        ([(int(start), int(end)) for start, end in _EDGES.findall(match["places"])], match["quoted"])
        for row in rows
        if (match := _QUOTATION.fullmatch(row.removesuffix("\r")))
    ]

    def agrees(turn: Callable[[int, int], Fragment | None]) -> bool:
        for places, quoted in quotations:
            pieces = [piece for place in places if (piece := turn(*place))]
            if len(pieces) < len(places) or not _quotes(text, pieces, quoted):
                return False
        return True

    if agrees(lambda start, end: (start, end)):
        return None
    return find_counting(text, lambda offsets: agrees(partial(_turn, offsets)), has_mark=source.has_mark())


def _quotes(text: str, pieces: Sequence[Fragment], quoted: str) -> bool:
    return is_quoted(text, pieces[0][0], pieces[-1][1], tuple(pieces), quoted)


def _turn(offsets: OffsetMap, start: int, end: int) -> Fragment | None:
    """Turn edges into code points, where both are edges of characters."""
    first, last = offsets.to_code_points(start), offsets.to_code_points(end)
    return None if first is None or last is None else (first, last)


def _with(span: Span, attributes: dict[str, Json] | None, notes: list[str] | None) -> Span:
    if attributes:
        span = structs.replace(span, attributes=attributes)
    return structs.replace(span, note="\n".join(notes)) if notes else span


def _with_answers(relation: Relation, attributes: dict[str, Json] | None) -> Relation:
    return structs.replace(relation, attributes=attributes) if attributes else relation


def _hold(held: dict[str, Json], key: str, value: Json) -> None:
    """Add a value; where there is one by then, keep both."""
    held[key] = value if key not in held else _join(held[key], value)


def _join(old: Json, new: Json) -> Json:
    """Keep both of two values."""
    return [*old, new] if isinstance(old, list) else [old, new]
