r"""Writes brat standoff: a folder with a `.txt` and an `.ann` file for each text, and its configuration.

    T1	actor 0 7	Two men
    T2	weapon 8 11;15 20	gun shots
    R1	uses Arg1:T1 Arg2:T2
    A1	role T1 attacker
    #1	AnnotatorNotes T1	check this

`spantag.conf`, which brat passes over, has a line for each text: its name, and as JSON which article it is a
piece of, where in that, and whose work it is.

Offsets are code points of the `.txt` file, end exclusive. A span that crosses a line break is written in
pieces, one a line, as brat itself does.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from tui.formats.fitting import Fitter
from tui.formats.reading import PLACES_FILE
from tui.formats.writing import Feature, FileNames, Target, What, WriteOptions, name_once, place_of
from tui.records import Record
from tui.spans import Json, Span

CARRIES: Final[frozenset[Feature]] = frozenset(
    {"text", "overlaps", "any edge", "fragments", "attributes", "relations"}
)
"""What the format carries beside spans, and notes on them."""

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
        self._files = FileNames()
        self._renamed: set[tuple[What, str]] = set()
        self._places: list[str] = []

    def write(self, record: Record) -> None:
        """Write one record as one document."""
        self._fitter.lose_notes(record)
        fitted = self._fitter.fit(record)
        pieces = {span.id: _pieces(span, fitted.text) for span in fitted.spans or ()}
        kept = self._without_line_breaks(fitted, pieces)
        self._tell_names(kept)
        numbers = {span.id: f"T{number}" for number, span in enumerate(kept.spans or (), start=1)}
        lines = [
            self._span_line(span, numbers[span.id], pieces[span.id], kept.text) for span in kept.spans or ()
        ]
        for number, relation in enumerate(kept.relations, start=1):
            name = _name(relation.label, self._relations)
            lines.append(f"R{number}\t{name} Arg1:{numbers[relation.head]} Arg2:{numbers[relation.tail]}\n")
        lines += self._attribute_lines(kept, numbers)
        noted = [span for span in kept.spans or () if span.note]
        for number, span in enumerate(noted, start=1):
            note = " ".join(_LINE_BREAKS.split(span.note))
            if note != span.note:
                self._fitter.lose(
                    kept, span, "note", f"{span.label}: the line breaks of its note became spaces"
                )
            lines.append(f"#{number}\tAnnotatorNotes {numbers[span.id]}\t{note}\n")
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

    def _tell_names(self, record: Record) -> None:
        """Name the labels, relations and attributes that had to be written in another way, each once."""
        for span in record.spans or ():
            self._tell_name(record, "label", span.label, self._names)
            for attribute, value in span.attributes.items():
                if _words_of(value) is not None:
                    self._tell_name(record, "attribute", attribute, self._attributes)
        for relation in record.relations:
            self._tell_name(record, "relation", relation.label, self._relations)

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

    def _attribute_lines(self, record: Record, numbers: Mapping[str, str]) -> list[str]:
        lines: list[str] = []
        for span in record.spans or ():
            for attribute, value in span.attributes.items():
                words = _words_of(value)
                if words is None:
                    why = f"{span.label}: brat has no room for the value of {attribute}; it was left out"
                    self._fitter.lose(record, span, "attribute", why)
                    continue
                name = _name(attribute, self._attributes)
                self._attribute_labels.setdefault(name, set()).add(self._names[span.label])
                self._attribute_values.setdefault(name, set()).update(word for word in words if word)
                for word in words:
                    line = f"A{len(lines) + 1}\t{name} {numbers[span.id]} {word}".rstrip(" ")
                    lines.append(f"{line}\n")
        return lines

    def _configuration(self) -> str:
        lines = ["[entities]", *self._names.values(), "", "[relations]"]
        known = {relation.name: relation for relation in self._labels.relations}
        for name, written in self._relations.items():
            relation = known.get(name)
            heads = relation.heads if relation else ()
            tails = relation.tails if relation else ()
            lines.append(f"{written}\tArg1:{self._choice(heads)}, Arg2:{self._choice(tails)}")
        lines += ["", "[events]", "", "[attributes]"]
        for name in sorted(self._attribute_labels):
            labels = "|".join(sorted(self._attribute_labels[name]))
            values = "|".join(sorted(self._attribute_values[name]))
            lines.append(f"{name}\tArg:{labels}" + (f", Value:{values}" if values else ""))
        return "\n".join([*lines, ""])

    def _choice(self, labels: Sequence[str]) -> str:
        return "|".join(self._names[label] for label in labels if label in self._names) or "<ENTITY>"

    def _looks(self) -> str:
        lines = ["[labels]"]
        for names in (self._names, self._relations, self._attributes):
            lines += [f"{written} | {name}" for name, written in names.items() if written != name]
        lines += ["", "[drawing]"]
        lines += [
            f"{self._names[label.name]}\tbgColor:{label.color}"
            for label in self._labels.labels
            if label.color
        ]
        return "\n".join([*lines, ""])


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


def _words_of(value: Json) -> list[str] | None:
    """Give what an attribute's lines say; an empty word is the flag that is set. None: brat has no room."""
    if isinstance(value, list):
        parts = [_words_of(part) for part in value]
        words = [word for part in parts if part for word in part]
        return words if words and len(words) == len(value) else None
    if value is True:
        return [""]
    if value is None or value is False or isinstance(value, dict):
        return None
    word = str(value)
    return None if not word.strip() or word != word.strip() or _LINE_BREAKS.search(word) else [word]
