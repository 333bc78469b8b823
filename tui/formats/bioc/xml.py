"""BioC XML and JSON: a collection of documents, each of passages with their text and annotations.

Offsets are code points of the document, end exclusive (offset and length); files in which they count from
the beginning of the sentence or passage, or in UTF-16 units or bytes, are known by the quoted text::

    <collection><document><id>1</id><passage><offset>0</offset><text>Two men fled.</text>
      <annotation id="T1"><infon key="type">actor</infon><location offset="0" length="7"/><text>Two men</text>
      </annotation>
      <relation id="R1"><infon key="type">did</infon><node refid="T1" role="source"/>…</relation>
    </passage></document></collection>

The gaps between passages and sentences, which the file does not hold, are filled with line ends, so that
offsets stay as they are. `bioc_json.py` has the same in JSON.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from tui.errors import Refusal
from tui.formats.bioc.json import COLLECTIONS, as_tree
from tui.formats.shared.json_values import outline, read_records
from tui.formats.shared.offsets import Counting, OffsetMap, list_countings
from tui.formats.shared.reading import (
    RelationList,
    SpanList,
    Tally,
    WrongError,
    find_all,
    is_quoted,
    is_whole,
    keep_meta,
    short,
    summarise,
)
from tui.formats.shared.source import Source
from tui.formats.shared.xml_tree import read_tree
from tui.model.record import Record
from tui.model.span import Fragment, Json

_DOTS: Final = re.compile(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\.{3}|…)\s*")
_ROOT: Final = re.compile(rb"<collection\b|<!DOCTYPE collection")
_LABEL_KEYS: Final = ("label", "value", "type")
_KIND_WORDS: Final = ("label", "value", "type", "class", "category", "entity", "kind", "tag")
"""What stands in the name of an infon that says what something is."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by the root of its XML, or by its passages in JSON."""
    del path
    if head.lstrip()[:1] in (b"{", b"["):
        keys = {key.removeprefix("[]").removeprefix(".") for key in outline(head)}
        return not keys.isdisjoint({"passages", *(f"{key}[].passages" for key in COLLECTIONS)})
    return head.lstrip()[:1] == b"<" and _ROOT.search(head[:2000]) is not None


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every document."""
    tally = Tally()
    if source.first_characters(1) != "<":
        found = read_records(
            source, lambda value, line: _read_documents(as_tree(value), source, tally, line=line)
        )
        return summarise(found, tally)
    return summarise(_read_collection(source, tally), tally)


def _read_collection(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    root = read_tree(source)
    if isinstance(root, Refusal):
        yield root
        return
    yield from _read_documents(root, source, tally)


def _read_documents(
    root: ElementTree.Element, source: Source, tally: Tally, *, line: int | None = None
) -> Iterator[Record | Refusal]:
    common = {
        f"collection_{child.tag}": child.text or ""
        for child in root
        if child.tag in ("source", "date", "key")
    }
    for index, document in enumerate(root.iter("document"), start=1):
        try:
            yield structs.replace(_read_document(document, dict(common), tally), line=line)
        except WrongError as error:
            yield Refusal(source.name, f"document {index}: {error}", line)


def _read_document(document: ElementTree.Element, meta: dict[str, Json], tally: Tally) -> Record:
    name = document.findtext("id")
    if name:
        meta["id"] = name
    for infon in document.findall("infon"):
        keep_meta(meta, str(infon.get("key")), infon.text or "")
    pieces: list[str] = []
    parts = [_Part.of(element) for element in _parts_of(document)]
    counting = _find_counting(parts)
    if counting.oddness:
        tally.add(f"{{}} {{count}} {counting.describe()}: turned into code points", "document")
    length = end = 0
    for part in parts:
        if part.text:
            gap = part.offset - end
            if gap < 0:
                # Offsets that go back count from something else than the document.
                gap = 1 if pieces else 0
                tally.add("{} {overlap} the one before by its offset: put behind it", "passage")
            pieces += ["\n" * gap, part.text]
            length += gap + len(part.text)
            part.offsets = part.counted(counting).offsets
            end = part.offset + part.offsets.length if part.offsets else length
        part.start = length - len(part.text)
        for infon in part.element.findall("infon"):
            keep_meta(meta, f"{part.element.tag}_{infon.get('key')}", infon.text or "")
    whole = "".join(pieces)
    spans, relations = SpanList(whole, tally), RelationList()
    ids: dict[str, str] = {}
    for part in [*parts, _Part(document, 0, whole).counted(counting)]:
        for annotation in part.element.findall("annotation"):
            _add_annotation(spans, annotation, part, whole, ids, tally)
    for relation in document.iter("relation"):
        _add_relation(relations, relation, ids, tally)
    return Record(whole, meta=meta, spans=spans.as_tuple(), relations=relations.as_tuple())


class _Part(Struct):
    """A passage or sentence."""

    element: ElementTree.Element
    offset: int
    """What the file says of where it begins."""
    text: str
    start: int = 0
    """Where it begins in the article, in code points."""
    offsets: OffsetMap | None = None
    """How its offsets count, where not in code points."""

    @classmethod
    def of(cls, element: ElementTree.Element) -> "_Part":
        """Read where it is and what it says."""
        return cls(element, _number(element.findtext("offset"), "offset"), element.findtext("text") or "")

    def counted(self, counting: Counting) -> "_Part":
        """Give the same part with its offsets counted in this way."""
        return structs.replace(self, offsets=OffsetMap(self.text, counting)) if counting.oddness else self

    def turn(self, places: Sequence[Fragment], quoted: str) -> list[Fragment] | None:
        """Turn places that count from the document or from this part into code points of its text.

        None where neither is what is quoted.
        """
        for base in (self.offset, 0):
            turned = [
                (start, end)
                for first, last in places
                if (start := self._turn(first - base)) is not None
                and (end := self._turn(last - base)) is not None
            ]
            if len(turned) != len(places):
                continue
            said = _drop_dots(self.text, turned, quoted)
            if not said or is_quoted(self.text, turned[0][0], turned[-1][1], tuple(turned), said):
                return turned
        return None

    def _turn(self, offset: int) -> int | None:
        return offset if self.offsets is None else self.offsets.to_code_points(offset)


def _drop_dots(text: str, fragments: Sequence[Fragment], quoted: str) -> str:
    """Give a quotation without the dots that some files write between its pieces, where the text has none."""
    edges = fragments[0][0], fragments[-1][1]
    if len(fragments) < 2 or is_quoted(text, *edges, tuple(fragments), quoted):
        return quoted
    return _DOTS.sub(" ", quoted)


def _find_counting(parts: Sequence[_Part]) -> Counting:
    """Find how the offsets of a document count: the plainest way that agrees with all that is quoted."""
    for counting in list_countings("".join([part.text for part in parts])):
        if all(_agrees(part.counted(counting)) for part in parts):
            return counting
    return Counting()


def _agrees(part: _Part) -> bool:
    """Tell whether every annotation of a part stands where it is quoted."""
    for annotation in part.element.findall("annotation"):
        places = _read_places(annotation)
        quoted = annotation.findtext("text") or ""
        if places and quoted and part.turn(places, quoted) is None:
            return False
    return True


def _read_places(annotation: ElementTree.Element) -> list[Fragment]:
    """Read where an annotation stands, as the file counts."""
    where = f"annotation {annotation.get('id', '')}"
    places = [
        (_number(each.get("offset"), where), _number(each.get("length"), where))
        for each in annotation.findall("location")
    ]
    return sorted((offset, offset + size) for offset, size in places)


def _parts_of(document: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Give the passages, each followed by its sentences."""
    for passage in document.findall("passage"):
        yield passage
        yield from passage.findall("sentence")


def _add_annotation(
    spans: SpanList,
    annotation: ElementTree.Element,
    part: _Part,
    whole: str,
    ids: dict[str, str],
    tally: Tally,
) -> None:
    name = annotation.get("id", "")
    where = f"annotation {name}"
    infons: dict[str, Json] = {str(each.get("key")): each.text or "" for each in annotation.findall("infon")}
    fragments = _read_places(annotation)
    if not fragments:
        tally.add("{} without a place in the text {are} left out", "annotation")
        return
    label_key = next((key for key in (*_LABEL_KEYS, *infons) if infons.get(key) and _names_kind(key)), None)
    label = str(infons.pop(label_key)) if label_key is not None else "annotation"
    quoted = annotation.findtext("text") or ""
    start = part.start
    if part.offsets is not None:
        turned = part.turn(fragments, quoted)
        if turned is None:
            counted = part.offsets.counting.describe()
            raise WrongError(
                f"{where}: its offset {fragments[0][0]} begins no character, counted in {counted}"
            )
        fragments = [(first + start, last + start) for first, last in turned]
    if start and whole[fragments[0][0] : fragments[-1][1]] != quoted:
        moved = [(first + start, last + start) for first, last in fragments]
        if fragments[0][0] < start or whole[moved[0][0] : moved[-1][1]] == quoted:
            fragments = moved
    if quoted and quoted not in whole and len(fragments) == 1:
        tally.add("{} {have} a text that does not stand in the article: the offsets count")
        infons["quoted"] = quoted
        quoted = ""
    elif (
        quoted
        and len(fragments) == 1
        and whole[slice(*fragments[0])] != quoted
        and len(list(find_all(whole, quoted))) > 1
    ):
        raise WrongError(f"{where}: its text {short(quoted)} does not stand at its offsets {fragments[0][0]}")
    added = spans.add(
        fragments[0][0],
        max(last for _, last in fragments),
        label,
        where=where,
        quoted=_drop_dots(whole, fragments, quoted),
        name=name,
        attributes=infons,
        fragments=tuple(fragments) if len(fragments) > 1 else (),
    )
    if added is not None:
        ids[name] = added


def _names_kind(key: str) -> bool:
    """Tell an infon that says what something is from one that says more of it (`neg`, `MESH`)."""
    return any(word in key.lower() for word in _KIND_WORDS) and not key.lower().endswith("id")


def _add_relation(
    relations: RelationList, relation: ElementTree.Element, ids: dict[str, str], tally: Tally
) -> None:
    infons = {str(each.get("key")): each.text or "" for each in relation.findall("infon")}
    named = (infons[key] for key in (*_LABEL_KEYS, *infons) if infons.get(key) and _names_kind(key))
    label = next(named, "relation")
    ends = [ids.get(node.get("refid", "")) for node in relation.findall("node")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        tally.add("{} not between two spans {are} left out", "relation", name=label)
        return
    more: dict[str, Json] = {key: value for key, value in infons.items() if value != label}
    name = relation.get("id")
    relations.add(label, ends[0], ends[1], where="relation", name=name, attributes=more)
    roles = [role for node in relation.findall("node") if (role := node.get("role"))]
    if roles:
        said = "the names of the ends of {} are left out: head and tail stay"
        tally.add(said, "relation", name=f"{label}: {', '.join(roles)}")


def _number(text: str | None, where: str) -> int:
    if text is None or not is_whole(text.strip()):
        raise WrongError(f"{where} must be a whole number, not {short(text)}")
    return int(text)
