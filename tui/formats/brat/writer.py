r"""Writes brat standoff: a folder with a `.txt` and an `.ann` file for each text, and its configuration.

    T1	actor 0 7	Two men
    T2	weapon 8 11;15 20	gun shots
    E1	attack:T3 Agent:T1
    R1	uses Arg1:T1 Arg2:T2
    *	Equiv T1 T4
    A1	role T1 attacker
    #1	AnnotatorNotes T1	check this

`spantag.conf`, which brat passes over, has a line for each text: its name, and as JSON which article it is a
piece of, where in that, and whose work it is.

What came from brat keeps its ids, events and equivalences. Offsets are code points of the `.txt` file, end
exclusive. A span that crosses a line break is written in pieces, one a line, as brat itself does.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from tui.formats.brat.events import EQUIVALENCE, Events
from tui.formats.shared.answers import as_text
from tui.formats.shared.fitting import Fitter
from tui.formats.shared.reading import PLACES_FILE
from tui.formats.shared.writing import Feature, FileNames, Target, What, WriteOptions, name_once, place_of
from tui.model.labels import RelationType
from tui.model.record import Record
from tui.model.span import Json, Relation, Span

CARRIES: Final[frozenset[Feature]] = frozenset(
    {
        *("text", "overlaps", "any edge", "fragments", "attributes", "relations"),
        *("attributes of relations", "entities"),
    }
)
"""What the format carries beside spans, and notes on them."""

_UNLISTED: Final = re.compile(r"[\s,|]")
"""What no value in a list of `annotation.conf` can have."""

# brat reads lines as `codecs` does, which breaks them where `str.splitlines` would.
_LINE_BREAKS: Final = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


class BratWriter:
    """Writes a folder of `.txt` and `.ann` files, with the configuration that fits them."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._target = target
        self._labels = options.labels
        self._fitter = Fitter.of(CARRIES | {"notes"}, options)
        self._names = name_once(options.label_names, _clean_name)
        self._relations = name_once([relation.name for relation in options.labels.relations], _clean_name)
        self._attributes: dict[str, str] = {}
        self._attribute_labels: dict[str, set[str]] = {}
        self._attribute_values: dict[str, set[str]] = {}
        self._equivalents: dict[str, None] = {}
        self._roles: dict[str, dict[str, None]] = {}
        self._role_names: dict[str, str] = {}
        self._files = FileNames()
        self._renamed: set[tuple[What, str]] = set()
        self._places: list[str] = []

    def write(self, record: Record) -> None:
        """Write one record as one document."""
        self._fitter.lose_notes(record)
        fitted = self._fitter.fit(record)
        pieces = {span.id: _pieces(span, fitted.text) for span in fitted.spans or ()}
        kept = self._without_line_breaks(fitted, pieces)
        numbers, events = _keep_ids(kept.spans or (), "T"), Events.of(kept, self._labels)
        self._tell_names(kept, events)
        lines = [
            self._span_line(span, numbers[span.id], pieces[span.id], kept.text) for span in kept.spans or ()
        ]
        lines += self._event_lines(kept, events, numbers)
        links = [relation for relation in kept.relations if relation.id not in events.arguments]
        names = _number_relations(kept, links)
        related = self._relation_lines(kept, links, numbers, names)
        lines += related.values()
        lines += self._entity_lines(kept, numbers)
        said = self._attribute_lines(kept, events, numbers, names)
        lines += said
        there = {*related, *(line.partition("\t")[0] for line in said)}
        lines += self._note_lines(kept, events, numbers, there)
        name = self._files.take(record)
        self._places.append(f"{name}\t{json.dumps(place_of(record), ensure_ascii=True)}\n")
        with self._target.open_text(f"{name}.txt") as out:
            out.write(kept.text)
        with self._target.open_text(f"{name}.ann") as out:
            out.writelines(lines)

    def close(self) -> None:
        """Write the configuration."""
        with self._target.open_text("annotation.conf") as out:
            out.write(self._configuration())
        with self._target.open_text("visual.conf") as out:
            out.write(self._looks())
        with self._target.open_text(PLACES_FILE) as out:
            out.writelines(self._places)

    def _without_line_breaks(self, record: Record, pieces: Mapping[str, Sequence[tuple[int, int]]]) -> Record:
        """Leave out, or move, the spans that begin or end with a line break."""
        dropped: set[str] = set()
        for span in record.spans or ():
            places = pieces[span.id]
            if places and places[0][0] == span.start and places[-1][1] == span.end:
                continue
            why = f"{span.label} begins or ends with line breaks"
            if places and self._fitter.on_loss == "snap":
                self._fitter.lose(record, span, "edge", f"{why}; they were cut off")
            else:
                self._fitter.lose_span(record, span, "edge", f"{why}; it was left out")
                dropped.add(span.id)
        return self._fitter.drop(record, dropped)

    def _tell_names(self, record: Record, events: Events) -> None:
        """Name the labels, relations and attributes that had to be written in another way, each once."""
        for span in record.spans or ():
            self._tell_name(record, "label", span.label, self._names)
            for attribute, value in span.attributes.items():
                if _words_of(value) is not None and not events.is_list(span.id, attribute, value):
                    called = events.find_target(span.id, attribute)[1]
                    self._tell_name(record, "attribute", called, self._attributes)
        for relation in record.relations:
            names = self._role_names if relation.id in events.arguments else self._relations
            self._tell_name(record, "relation", relation.label, names)

    def _tell_name(self, record: Record, what: What, name: str, names: dict[str, str]) -> None:
        written = _name(name, names)
        if written != name and (what, name) not in self._renamed:
            self._renamed.add((what, name))
            why = f"{name!r} is written as {written!r}; visual.conf has its own name"
            self._fitter.losses.add(record, what, why)

    def _span_line(self, span: Span, number: str, pieces: Sequence[tuple[int, int]], text: str) -> str:
        places = ";".join(f"{start} {end}" for start, end in pieces)
        quoted = " ".join(text[start:end] for start, end in pieces)
        return f"{number}\t{_name(span.label, self._names)} {places}\t{quoted}\n"

    def _entity_lines(self, record: Record, numbers: Mapping[str, str]) -> Iterator[str]:
        """Give a line for each entity; brat has no names for them."""
        said = record.meta.get("joined")
        types = said if isinstance(said, dict) else {}
        for entity in self._fitter.fit_clusters(record, "brat"):
            name = _name(str(types.get(entity.id, EQUIVALENCE)), self._relations)
            self._equivalents[name] = None
            yield f"*\t{name} {' '.join(numbers[each] for each in entity.spans)}\n"

    def _event_lines(self, record: Record, events: Events, numbers: Mapping[str, str]) -> Iterator[str]:
        label_of = {span.id: span.label for span in record.spans or ()}
        for name, event in events.by_name.items():
            label = _name(label_of[event.trigger], self._names)
            roles = self._roles.setdefault(label, {})
            words = [f"{label}:{numbers[event.trigger]}"]
            for role, target in event.arguments:
                clean = _clean_name(role)
                roles[_clean_name(event.bare_role(role)).rstrip("0123456789")] = None
                words.append(f"{clean}:{numbers.get(target, target)}")
            yield f"{name}\t{' '.join(words)}\n"

    def _relation_lines(
        self,
        record: Record,
        links: Sequence[Relation],
        numbers: Mapping[str, str],
        names: Mapping[str, str],
    ) -> dict[str, str]:
        """Give a line for each relation, by its id in the file, and for each group of equivalent spans."""
        equal = [each for each in links if each.id not in names]
        lines: dict[str, str] = {}
        for relation in (each for each in links if each.id in names):
            name = _name(relation.label, self._relations)
            first, second = _roles_of(record.meta.get("roles"), relation.id)
            ends = f"{first}:{numbers[relation.head]} {second}:{numbers[relation.tail]}"
            lines[names[relation.id]] = f"{names[relation.id]}\t{name} {ends}\n"
        for label, group in _group(equal):
            name = _name(label, self._relations)
            self._equivalents[name] = None
            lines[f"*{len(lines)}"] = f"*\t{name} {' '.join(numbers[each] for each in group)}\n"
        return lines

    def _note_lines(
        self, record: Record, events: Events, numbers: Mapping[str, str], there: Collection[str]
    ) -> list[str]:
        """Give the notes on spans, on events by their triggers, and on relations and attributes."""
        notes: list[tuple[str, str]] = []
        for span in record.spans or ():
            note = " ".join(_LINE_BREAKS.split(span.note))
            if note != span.note:
                why = f"{span.label}: the line breaks of its note became spaces"
                self._fitter.lose(record, span, "note", why)
            if note:
                notes.append((events.find_noted(span.id) or numbers[span.id], note))
        for target, said in _facts_in(record.meta, "notes_on"):
            if target in there and isinstance(said, str):
                notes.append((target, said))
        kinds = _Numbers(record.meta, "#")
        return [kinds.write(*kinds.find_kind(target, note)) for target, note in notes]

    def _attribute_lines(
        self, record: Record, events: Events, numbers: Mapping[str, str], names: Mapping[str, str]
    ) -> list[str]:
        related = set(names.values())
        lines: list[str] = []
        named: list[str] = []
        for span in record.spans or ():
            for attribute, value in span.attributes.items():
                if events.is_list(span.id, attribute, value):
                    continue
                if attribute == "normalizations" and (found := _normalize(value, numbers[span.id])):
                    named += found
                    continue
                words = _words_of(value)
                if words is None:
                    why = f"{span.label}: brat has no room for the value of {attribute}; it was left out"
                    self._fitter.lose(record, span, "attribute", why)
                    continue
                target, called = events.find_target(span.id, attribute)
                name = _name(called, self._attributes)
                self._note_attribute(name, self._names[span.label], words)
                lines += _say(name, numbers.get(target, target), words)
        for relation in record.relations:
            lines += self._answer_lines(record, relation, names.get(relation.id, ""))
        for target, said in _facts_in(record.meta, "attributes"):
            for attribute, value in said.items() if isinstance(said, dict) and target in related else ():
                name = _name(attribute, self._attributes)
                self._note_attribute(name, "<RELATION>", _words_of(value) or [])
                lines += _say(name, target, _words_of(value) or [])
        for target, said in _facts_in(record.meta, "normalizations"):
            named += _normalize([said], target) if target in related else []
        numbered = _Numbers(record.meta, "AM")
        return [*(numbered.write(line) for line in lines), *named]

    def _answer_lines(self, record: Record, relation: Relation, number: str) -> Iterator[str]:
        """Give the attributes of a relation, which has a number unless it is an argument of an event."""
        for attribute, value in relation.attributes.items():
            words = _words_of(value)
            if words is None or not number:
                why = f"brat has no room for its {attribute}; it was left out"
                self._fitter.lose_answer(record, relation, why)
                continue
            name = _name(attribute, self._attributes)
            self._note_attribute(name, "<RELATION>", words)
            yield from _say(name, number, words)

    def _note_attribute(self, name: str, label: str, words: Sequence[str]) -> None:
        self._attribute_labels.setdefault(name, set()).add(label)
        self._attribute_values.setdefault(name, set()).update(word for word in words if word)

    def _configuration(self) -> str:
        events = {*self._roles, *(self._names[label.name] for label in self._labels.labels if label.roles)}
        entities = [name for name in self._names.values() if name not in events]
        lines = ["[entities]", *entities, "", "[relations]"]
        known = {relation.name: relation for relation in self._labels.relations}
        for name, written in self._relations.items():
            relation = known.get(name)
            heads = relation.heads if relation else ()
            tails = relation.tails if relation else ()
            kind = ", <REL-TYPE>:symmetric" if relation and relation.symmetric else ""
            kind = f"{kind or ', <REL-TYPE>:symmetric'}-transitive" if written in self._equivalents else kind
            lines.append(f"{written}\tArg1:{self._choice(heads)}, Arg2:{self._choice(tails)}{kind}")
        lines += ["", "[events]"]
        lines += self._event_types()
        lines += ["", "[attributes]"]
        for name in sorted(self._attribute_labels):
            labels = "|".join(sorted(self._attribute_labels[name]))
            said = self._attribute_values[name]
            values = "|".join(sorted(value for value in said if not _UNLISTED.search(value)))
            lines.append(f"{name}\tArg:{labels}" + (f", Value:{values}" if values else ""))
        return "\n".join([*lines, ""])

    def _event_types(self) -> Iterator[str]:
        """Give a line for each kind of event: with the roles of labels.yaml, and others that were taken."""
        declared = {self._names[label.name]: label for label in self._labels.labels if label.roles}
        for name in dict.fromkeys((*declared, *self._roles)):
            known = declared[name].roles if name in declared else ()
            roles = {_clean_name(role.name): _describe_role(role, self._choice(role.tails)) for role in known}
            roles |= {role: f"{role}*:<ANY>" for role in self._roles.get(name, ()) if role not in roles}
            yield "\t".join(filter(None, [name, ", ".join(roles.values())]))

    def _choice(self, labels: Sequence[str]) -> str:
        return "|".join(self._names[label] for label in labels if label in self._names) or "<ENTITY>"

    def _looks(self) -> str:
        lines = ["[labels]"]
        for names in (self._names, self._relations, self._role_names, self._attributes):
            lines += [f"{written} | {name}" for name, written in names.items() if written != name]
        lines += ["", "[drawing]"]
        lines += [
            f"{self._names[label.name]}\tbgColor:{label.color}"
            for label in self._labels.labels
            if label.color
        ]
        return "\n".join([*lines, ""])


def _describe_role(role: RelationType, labels: str) -> str:
    """Say which labels a role takes, and how many."""
    counts = {(True, True): "+", (True, False): "*", (False, True): "", (False, False): "?"}
    return f"{_clean_name(role.name)}{counts[role.many, role.required]}:{labels}"


class _Numbers:
    """The numbers of the attributes or notes of one file: their own, or those that follow."""

    def __init__(self, meta: Mapping[str, Json], kinds: str) -> None:
        """Take those that begin with a letter of `kinds`; new ones begin with its first."""
        kept = meta.get("numbers")
        self._kind = kinds[0]
        self._left = {
            number: said
            for number, said in (kept.items() if isinstance(kept, dict) else ())
            if isinstance(said, str) and re.fullmatch(rf"[{kinds}][0-9]{{1,9}}", number)
        }
        self._free = count(max((int(number[1:]) for number in self._left), default=0) + 1)

    def find_kind(self, target: str, note: str) -> tuple[str, str]:
        """Give what a note is, as `AnnotatorNotes T1`, and its text, where the reader named another kind."""
        for said in self._left.values():
            kind, _, about = said.partition(" ")
            if about == target and note.startswith(f"{kind}: "):
                return said, note.removeprefix(f"{kind}: ")
        return f"AnnotatorNotes {target}", note

    def write(self, said: str, text: str | None = None) -> str:
        """Write the line of an attribute, or of a note with its text."""
        number = next((number for number, before in self._left.items() if before == said), None)
        if number is None:
            number = f"{self._kind}{next(self._free)}"
        else:
            del self._left[number]
        return f"{number}\t{said}\n" if text is None else f"{number}\t{said}\t{text}\n"


def _name(name: str, names: dict[str, str]) -> str:
    """Give the written form of a name; a new one differs from all others."""
    if name not in names:
        names.update(name_once([name], _clean_name, taken=names.values()))
    return names[name]


def _clean_name(name: str) -> str:
    """Write a name as brat's types are: letters, digits, `_` and `-`."""
    return re.sub(r"[^\w-]", "_", name)


def _pieces(span: Span, text: str) -> list[tuple[int, int]]:
    """Give the pieces of a span, cut at line breaks, which no line of an `.ann` file can hold."""
    pieces: list[tuple[int, int]] = []
    for start, end in span.fragments or ((span.start, span.end),):
        place = start
        for match in _LINE_BREAKS.finditer(text, start, end):
            if match.start() > place:
                pieces.append((place, match.start()))
            place = match.end()
        if end > place:
            pieces.append((place, end))
    return pieces


def _number_relations(record: Record, links: Iterable[Relation]) -> dict[str, str]:
    """Give the relations that have lines of their own, and not one with others, their numbers in the file."""
    said = record.meta.get("equivalents")
    equal = said if isinstance(said, list) else []
    directed = [each for each in links if each.label not in equal]
    return _keep_ids(directed, "R", also=_targets_in(record.meta))


def _keep_ids(named: Iterable[Span | Relation], kind: str, *, also: Iterable[str] = ()) -> dict[str, str]:
    """Give each its own id where that is one of brat's, such as T1, and the others those that follow."""
    is_ours = re.compile(rf"{kind}[0-9]{{1,9}}")
    ids = {each.id: each.id if is_ours.fullmatch(each.id) else "" for each in named}
    known = [int(each[1:]) for each in (*ids.values(), *also) if is_ours.fullmatch(each)]
    free = count(max(known, default=0) + 1)
    return {name: own or f"{kind}{next(free)}" for name, own in ids.items()}


def _roles_of(said: Json, relation: str) -> tuple[str, str]:
    """Give the names of a relation's ends: those that it came with, else brat's usual ones."""
    match said.get(relation) if isinstance(said, dict) else None:
        case [str(first), str(second)]:
            return first, second
        case _:
            return "Arg1", "Arg2"


def _facts_in(meta: Mapping[str, Json], key: str) -> Iterator[tuple[str, Json]]:
    """Give what brat's file said of what are no spans: what of, and what."""
    kept = meta.get(key)
    for each in kept if isinstance(kept, list) else ():
        if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str):
            yield each[0], each[1]


def _targets_in(meta: Mapping[str, Json]) -> list[str]:
    """List what the facts of a file are about, whose ids nothing new may have."""
    return [
        target for key in ("notes_on", "attributes", "normalizations") for target, _ in _facts_in(meta, key)
    ]


def _group(relations: Sequence[Relation]) -> Iterator[tuple[str, list[str]]]:
    """Join relations that hold in both directions: the pairs of spans that follow each other to a group."""
    left = list(relations)
    while left:
        tails = {(each.label, each.tail) for each in left}
        first = next((each for each in left if (each.label, each.head) not in tails), left[0])
        left.remove(first)
        group = [first.head, first.tail]
        while following := next(
            (each for each in left if (each.label, each.head) == (first.label, group[-1])), None
        ):
            left.remove(following)
            group.append(following.tail)
        yield first.label, group


def _normalize(value: Json, target: str) -> list[str]:
    """Give the lines of what a span was linked to, as brat's reader keeps it; none where it is not that."""
    lines: list[str] = []
    for each in value if isinstance(value, list) else ():
        said = (
            [each.get(key) for key in ("id", "type", "reference", "text")] if isinstance(each, dict) else []
        )
        if (
            len(said) != 4
            or not all(isinstance(word, str) for word in said)
            or _LINE_BREAKS.search("".join(map(str, said)))
        ):
            return []
        lines.append(f"{said[0]}\t{said[1]} {target} {said[2]}\t{said[3]}\n")
    return lines


def _say(name: str, target: str, words: Sequence[str]) -> list[str]:
    """Say what an attribute is, a line for each value, without its number."""
    return [f"{name} {target} {word}".rstrip(" ") for word in words]


def _words_of(value: Json) -> list[str] | None:
    """Give what an attribute's lines say; an empty word is the flag that is set. None: brat has no room."""
    if isinstance(value, list):
        parts = [_words_of(part) for part in value]
        words = [word for part in parts if part for word in part]
        return words if words and len(words) == len(value) else None
    if value is True:
        return [""]
    word = as_text(value)
    if word is None:
        return None
    return None if not word.strip() or word != word.strip() or _LINE_BREAKS.search(word) else [word]
