"""SLATE annotations: `NAME.annotations`, or any name that begins so, beside the text `NAME`.

An annotation is a line: where, a hyphen, labels. Where is a line, a line and token, or a line, token and
character, each counted from 0, **the end inclusive**; tokens are what white space parts::

    (2, 1) - label:a
    ((3, 5), (3, 8)) - label:a label:b
    13 7 -

Two places before the hyphen are a link; it becomes a relation `link` between spans `item` where nothing
else is said. Labels keep their words, but for the `label:` in front of them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.errors import Refusal
from tui.formats.format import Format, Reading
from tui.formats.shared.reading import RelationList, SpanList, Tally, WrongError, short, summarise
from tui.formats.shared.source import Source
from tui.model.record import Record

_NUMBERS: Final = r"\d+(?:,\s*\d+){0,2},?"
_ITEM: Final = rf"(?:\(\s*\({_NUMBERS}\),\s*\({_NUMBERS}\)\s*\)|\(?{_NUMBERS}\)?|\(\s*\))"
_LINE: Final = re.compile(rf"\s*({_ITEM})(?:\s+({_ITEM}))?\s+-(?:\s+(.*))?$")
_DIGITS: Final = re.compile(r"\d+")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_TOKEN: Final = re.compile(r"\S+")


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by lines that begin with a place in brackets, or by its ending and links of lines."""
    lines = [line for line in head.decode("utf-8", "ignore").splitlines()[:50] if line.strip()]
    if not lines or not all(_LINE.match(line) for line in (lines[:-1] or lines)):
        return False
    return ".annotations" in path.name or all(line.lstrip().startswith("(") for line in lines)


def list_texts(path: Path) -> list[Path]:
    """List where the text of a file of annotations, `a.txt.any.annotations`, may stand."""
    parts = path.name.split(".") if ".annotations" in path.name else []
    return [path.with_name(".".join(parts[:count])) for count in range(1, len(parts))]


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the annotations of one text, which stands beside them."""
    tally = Tally()
    return summarise(_read_pair(source, tally), tally)


def _read_pair(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    text_source = _find_text(source)
    if text_source is None:
        yield Refusal(
            source.name, "its text is not beside it, under the first part of its name; put it there"
        )
        return
    text, said = text_source.read_article(), source.read_text()
    for each in (text, said):
        if isinstance(each, Refusal):
            yield each
    if isinstance(text, str) and isinstance(said, str):
        yield _read_lines(text, said, source, text_source, tally)


def _find_text(source: Source) -> Source | None:
    """Find the file whose name is the longest beginning of this one's."""
    parts = source.inner_path.name.split(".")
    names = (".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
    return next((found for name in names if (found := source.sibling(name)) is not None), None)


def _read_lines(text: str, said: str, source: Source, text_source: Source, tally: Tally) -> Record | Refusal:
    tokens = _find_tokens(text)
    spans, relations = SpanList(text, tally), RelationList()
    for number, line in enumerate(said.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            _read_line(line, tokens, spans, relations)
        except WrongError as error:
            return Refusal(source.name, f"{error}; all annotations of the text are refused", number)
    meta = {"document": text_source.inner_path.name, "annotations": source.inner_path.name}
    return Record(text, meta=dict(meta), spans=spans.as_tuple(), relations=relations.as_tuple())


def _find_tokens(text: str) -> list[list[tuple[int, int]]]:
    """Find the tokens of each line."""
    tokens: list[list[tuple[int, int]]] = []
    start = 0
    for end in [*_LINE_END.finditer(text), None]:
        stop = end.start() if end is not None else len(text)
        tokens.append([found.span() for found in _TOKEN.finditer(text, start, stop)])
        start = end.end() if end is not None else stop
    return tokens


def _read_line(
    line: str, tokens: list[list[tuple[int, int]]], spans: SpanList, relations: RelationList
) -> None:
    found = _LINE.match(line)
    if found is None:
        raise WrongError(f"{short(line)} must be a place, a hyphen and labels, such as (2, 1) - actor")
    labels = [label.removeprefix("label:") for label in (found[3] or "").split()]
    places = [_place(item, tokens) for item in found.groups()[:2] if item is not None]
    if len(places) == 1:
        for label in labels or ["item"]:
            spans.add(*places[0], label, where=short(found[1]))
        return
    ends = [spans.find(*place) or spans.add(*place, "item", where=short(line)) for place in places]
    if ends[0] is not None and ends[1] is not None:
        for label in labels or ["link"]:
            relations.add(label, ends[0], ends[1], where=short(line))


def _place(item: str, tokens: list[list[tuple[int, int]]]) -> tuple[int, int]:
    """Find the code points of a line, token, character, or of all from one to another."""
    inner = item.strip().strip("()")
    pieces = [_DIGITS.findall(part) for part in re.split(r"\)\s*,\s*\(", inner)]
    if pieces == [[]]:
        filled = [line for line in tokens if line]
        if not filled:
            raise WrongError("the text is empty")
        return filled[0][0][0], filled[-1][-1][1]
    first, last = (_edges([int(digit) for digit in part], tokens, item) for part in (pieces[0], pieces[-1]))
    return first[0], last[1]


def _edges(numbers: list[int], tokens: list[list[tuple[int, int]]], item: str) -> tuple[int, int]:
    line, *rest = numbers
    if line >= len(tokens) or not tokens[line]:
        raise WrongError(f"{item}: line {line} (from 0) has no tokens; the text has {len(tokens)} lines")
    if not rest:
        return tokens[line][0][0], tokens[line][-1][1]
    if rest[0] >= len(tokens[line]):
        raise WrongError(f"{item}: line {line} has {len(tokens[line])} tokens, counted from 0")
    start, end = tokens[line][rest[0]]
    if len(rest) == 1:
        return start, end
    if start + rest[1] >= end:
        raise WrongError(f"{item}: token {rest[0]} has {end - start} characters, counted from 0")
    return start + rest[1], start + rest[1] + 1


FORMAT: Final = Format(
    "slate",
    reading=Reading(
        title="SLATE",
        suffixes=(".annotations",),
        offsets="lines and tokens from 0, end inclusive",
        brings="labelled tokens, lines and characters, links as relations",
        lacks="nothing",
        read=read,
        texts_of=list_texts,
        recognises=recognises,
    ),
)
"""How it is read and written."""
