"""The texts of a Label Studio task, and where its regions stand in them.

A task's `data` may hold several texts, links to pictures and sound, and metadata; an export does not say
which of them an object of the labelling interface shows. Offsets are code points of the text, end exclusive,
or UTF-16 units, as some versions counted, with CR LF as one where a browser joined them; in hypertext they
count from a text node that an XPath names, in a dialogue from the beginning of a turn::

    {"start":0,"end":7,"text":"Two men","labels":["actor"]}
    {"start":"/div[1]/p[1]/text()[1]","startOffset":0,"end":"/div[1]/p[1]/text()[1]","endOffset":7,
     "globalOffsets":{"start":0,"end":7},"text":"Two men","hypertextlabels":["actor"]}
    {"start":"2","startOffset":0,"end":"2","endOffset":7,"text":"Two men","paragraphlabels":["actor"]}
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Final, TypeAlias

from msgspec import Struct, field

from tui.formats.shared.offsets import OffsetMap, find_counting
from tui.formats.shared.reading import WrongError, is_quoted, short
from tui.model.span import Json
from tui.text.messages import list_some

Region: TypeAlias = Mapping[str, Json]
"""One result of an annotation or prediction."""

PLACE_KEYS: Final = frozenset(
    {"start", "end", "text", "startOffset", "endOffset", "globalOffsets", "paragraph"}
)
"""What a region's value says of its place, and what stands there."""

_USUAL_KEYS: Final = ("text", "content", "article", "body")
_TURN_KEYS: Final = ("text", "utterance", "message", "content", "phrase", "body")
_MEDIA: Final = "jpe?g|png|gif|bmp|webp|svg|tiff?|mp3|wav|ogg|flac|m4a|mp4|webm|mov|avi|pdf"
_LINK: Final = re.compile(rf"(?:https?|s3|gs|azure-blob)://\S+|/data/\S+|\S+\.(?:{_MEDIA})", re.IGNORECASE)


def is_in_text(region: Region) -> bool:
    """Tell whether a region stands in a text, and not in sound, a picture or a time series."""
    value = region.get("value")
    if not isinstance(value, dict) or "original_length" in region or "channel" in value or "x" in value:
        return False
    if region.get("type") == "timeserieslabels" or isinstance(value.get("start"), float):
        return False
    return ("start" in value and "end" in value) or "startOffset" in value or "globalOffsets" in value


class PlacedRegions(Struct):
    """Regions with their edges in code points."""

    spans: list[tuple[Region, object, object]]
    """Each region with its start and end."""
    counted: str = ""
    """How they were counted, where that was not in code points."""


class Page(Struct):
    """One text of a task, and how its regions are placed in it."""

    key: str
    """Which part of `data` it is."""
    text: str
    """The text."""
    is_made: bool = False
    """Whether it was made of hypertext or of a dialogue."""
    nodes: Mapping[str, int] = field(default_factory=dict)
    """Where each text node of hypertext begins, by its path."""
    turns: Sequence[int] = ()
    """Where each turn of a dialogue begins."""

    def place(self, regions: Sequence[Region]) -> PlacedRegions:
        """Give each region its edges, counted in the way that agrees with what they quote."""
        placed = self._place(regions, None)
        if self._agree(placed):
            return placed
        found = find_counting(self.text, lambda offsets: self._agree(self._place(regions, offsets)))
        return self._place(regions, found) if found else placed

    def _place(self, regions: Sequence[Region], offsets: OffsetMap | None) -> PlacedRegions:
        counted = offsets.counting.describe() if offsets else ""
        return PlacedRegions(
            [(region, *self._edges(_value_of(region), offsets)) for region in regions], counted
        )

    def fits(self, regions: Sequence[Region]) -> bool:
        """Tell whether all the regions that quote anything quote this text."""
        try:
            return self._agree(self.place(regions))
        except WrongError:
            return False

    def _agree(self, placed: PlacedRegions) -> bool:
        for region, start, end in placed.spans:
            quoted = _value_of(region).get("text")
            if not isinstance(start, int) or not isinstance(end, int):
                return False
            if isinstance(quoted, str) and quoted and not is_quoted(self.text, start, end, (), quoted):
                return False
        return True

    def _edges(self, value: Mapping[str, Json], offsets: OffsetMap | None) -> tuple[object, object]:
        whole = value.get("globalOffsets")
        if isinstance(whole, dict) and not self.turns:
            return self._at(0, whole.get("start"), offsets), self._at(0, whole.get("end"), offsets)
        first, last = value.get("start"), value.get("end")
        start, end = value.get("startOffset"), value.get("endOffset")
        if start is None and end is None:
            return self._at(0, first, offsets), self._at(0, last, offsets)
        if not isinstance(start, int) or not isinstance(end, int):
            raise WrongError(f"startOffset and endOffset must be whole numbers, not {short([start, end])}")
        if self.turns:
            turns = [int(str(each)) if str(each).isdecimal() else -1 for each in (first, last)]
            if not all(0 <= turn < len(self.turns) for turn in turns):
                raise WrongError(
                    f"a span goes from turn {short(first)} to {short(last)} of {len(self.turns)}"
                )
            return self._at(self.turns[turns[0]], start, offsets), self._at(
                self.turns[turns[1]], end, offsets
            )
        begins = [self.nodes.get(str(each)) for each in (first, last)]
        if begins[0] is None or begins[1] is None:
            missing = first if begins[0] is None else last
            raise WrongError(f"there is no text at {short(missing)} in the HTML")
        return self._at(begins[0], start, offsets), self._at(begins[1], end, offsets)

    def _at(self, base: int, offset: object, offsets: OffsetMap | None) -> object:
        """Count on from a code point; what is no number stays what it is, to be refused by name."""
        if type(offset) is not int:
            return offset
        if offsets is None:
            return base + offset
        return offsets.to_code_points(offsets.from_code_points(base) + offset)


class Pages(Struct, frozen=True):
    """The texts of a task that have regions, or the only one."""

    all: tuple[Page, ...]
    """In the order of the regions."""
    _by_object: Mapping[str, Page]

    def of(self, region: Region) -> Page | None:
        """Find the text a region stands in; None where that is no text of the task."""
        return self._by_object.get(_object_of(region)) if is_in_text(region) else None


def find_pages(fields: Mapping[str, Json], regions: Sequence[Region]) -> Pages:
    """Find the texts of a task; raises `WrongError` where it has none."""
    texts = {key: value for key, value in fields.items() if isinstance(value, str) and not _is_link(value)}
    dialogues = dict(_find_dialogues(fields))
    groups: dict[str, list[Region]] = {}
    for region in regions:
        source = _source_of(region)
        if not is_in_text(region):
            continue
        # A task may name its text otherwise than its regions do; what quotes nothing may be sound.
        is_elsewhere = source in fields or (source and not _value_of(region).get("text"))
        if source in texts or source in dialogues or not is_elsewhere:
            groups.setdefault(_object_of(region), []).append(region)
    if not texts and not dialogues:
        raise WrongError(f"this task has no text, only {list_some(fields)}; pictures and sound are not read")
    usual = next((key for key in _USUAL_KEYS if key in texts), None)
    longest = max(texts, key=lambda key: len(texts[key]), default=None)
    ordered = dict.fromkeys(key for key in (usual, *dialogues, longest, *texts) if key is not None)
    if dialogues and usual is None and any("paragraphlabels" in str(each.get("type")) for each in regions):
        ordered = dict.fromkeys((*dialogues, *ordered))

    def make(key: str, group: Sequence[Region]) -> Page:
        return _read_dialogue(key, dialogues[key]) if key in dialogues else _read_text(key, texts[key], group)

    pages: dict[str, Page] = {}
    by_object: dict[str, Page] = {}
    for name, group in groups.items():
        named = [key for key in (_source_of(group[0]), name) if key in ordered]
        candidates = [make(key, group) for key in dict.fromkeys((*named, *ordered))]
        chosen = next((page for page in candidates if page.fits(group)), candidates[0])
        by_object[name] = pages.setdefault(chosen.key, chosen)
    if not pages:
        key = next(iter(ordered))
        pages[key] = make(key, ())
    return Pages(tuple(pages.values()), by_object)


def _source_of(region: Region) -> str:
    return str(region.get("source", "")).removeprefix("$")


def _object_of(region: Region) -> str:
    """Name the object of the interface that a region stands in."""
    return str(region.get("to_name", "")) or _source_of(region)


def _value_of(region: Region) -> Mapping[str, Json]:
    value = region.get("value")
    if not isinstance(value, dict):
        raise WrongError(f'"value" must be an object, not {short(value)}')
    return value


def _is_link(value: str) -> bool:
    return _LINK.fullmatch(value) is not None


def _find_dialogues(fields: Mapping[str, Json]) -> Iterator[tuple[str, list[str]]]:
    """Find the lists of turns, each with the text of its turns."""
    for name, turns in fields.items():
        if not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
            continue
        for key in _TURN_KEYS:
            lines = [turn.get(key) for turn in turns if isinstance(turn, dict)]
            if all(isinstance(line, str) for line in lines):
                yield name, [str(line) for line in lines]
                break


def _read_text(key: str, value: str, regions: Sequence[Region]) -> Page:
    is_hypertext = any(region.get("type") == "hypertextlabels" for region in regions)
    quotes_marks = any("<" in str(_value_of(region).get("text", "")) for region in regions)
    if not is_hypertext or quotes_marks:
        return Page(key, value)
    parser = _TextOfHtml()
    parser.feed(value)
    parser.close()
    return Page(key, "".join(parser.pieces), is_made=True, nodes=parser.nodes)


def _read_dialogue(key: str, lines: Sequence[str]) -> Page:
    starts: list[int] = []
    length = 0
    for line in lines:
        starts.append(length)
        length += len(line) + 1
    return Page(key, "\n".join(lines), is_made=True, turns=starts)


class _TextOfHtml(HTMLParser):
    """Gathers the text of HTML, and where each of its text nodes begins, by XPath."""

    _EMPTY: Final = frozenset(
        "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.nodes: dict[str, int] = {}
        self._length = 0
        self._stack: list[tuple[str, str, dict[str, int]]] = [("", "", {})]
        self._in_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        del attrs
        self._in_text = False
        _, path, counts = self._stack[-1]
        counts[tag] = counts.get(tag, 0) + 1
        if tag == "br":
            self._add("\n")
        if tag not in self._EMPTY:
            self._stack.append((tag, f"{path}/{tag}[{counts[tag]}]", {}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass an element without content."""
        self.handle_starttag(tag, attrs)
        if tag not in self._EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and those in it that were left open."""
        self._in_text = False
        for depth in range(len(self._stack) - 1, 0, -1):
            if self._stack[depth][0] == tag:
                del self._stack[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Take in text."""
        _, path, counts = self._stack[-1]
        if not self._in_text:
            counts["text()"] = counts.get("text()", 0) + 1
            self.nodes[f"{path}/text()[{counts['text()']}]"] = self._length
            self._in_text = True
        self._add(data)

    def _add(self, data: str) -> None:
        self.pieces.append(data)
        self._length += len(data)
