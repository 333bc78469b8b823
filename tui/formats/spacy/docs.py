"""spaCy's DocBin (`.spacy`): msgpack compressed by zlib, written without spaCy.

The layout is that of `spacy/tokens/_serialize.py`, version 0.1: `attrs` names the columns of `tokens`, a
table of 64-bit numbers in the machine's byte order, one row a token; `spaces` says after which a space
follows. Spans stand in `doc.ents` (columns ENT_IOB and ENT_TYPE) where none of the export overlap, else in
`doc.spans["sc"]`, for all its parts and texts alike; `doc.ents` is then left unset, not empty. White space
that is more than a space after a token is a token, so that `doc.text` is the text.

Read are all DocBins, and spaCy's JSON: tuples `["Two men fled.", {"entities": [[0, 7, "actor"]]}]` (code
points, end exclusive), objects `{"text":…,"entities":[{"start":0,"end":7,"label":"actor"}]}` or with
`ents`, as `Doc.to_json` writes them, a list of any of these under `annotations`, and the training files of
version 2, `[{"id":0,"paragraphs":[{"raw":…,"sentences":[…]}]}]`, whose tokens carry BILOU tags.
"""

import re
import struct
import tempfile
import zlib
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from tui.errors import Refusal
from tui.formats.format import Option
from tui.formats.shared.fitting import Fitted, Fitter, has_overlaps
from tui.formats.shared.json_values import outline, read_values
from tui.formats.shared.reading import SpanList, Tally, WrongError, keep_meta, keep_place, short, summarise
from tui.formats.shared.source import Source
from tui.formats.shared.tokens import (
    Join,
    align_tokens,
    decode_tags,
    find_form,
    join_tokens,
    make_text,
    sign_tag,
)
from tui.formats.shared.writing import Feature, Target, WriteOptions, place_of
from tui.formats.spacy.msgpack import Packed, unpack
from tui.formats.spacy.strings import name_of, number_of
from tui.model.record import Record
from tui.model.span import NO_ATTRIBUTES, Json

_USUAL_GROUP: Final = "sc"
"""The key in `doc.spans` that spaCy's own components use, and where overlapping spans are written."""

SPANS_KEY: Final = Option(
    "--spans-key", "spaCy: write doc.spans[KEY] even where no spans overlap.", "", metavar="KEY"
)
"""The key in `doc.spans`; none: `doc.ents`, or `sc` where spans overlap."""

CARRIES: Final[frozenset[Feature]] = frozenset({"text", "overlaps"})
"""What the format carries beside spans of whole tokens."""


_ENT_KB_ID, _ENT_ID, _SPACY = 452, 454, 81
_GRAMMAR: Final = (73, 74, 75, 76)
"""LEMMA, POS, TAG and DEP."""
_ENTITY_KEYS: Final = ("entities", "ents")
_NAME_KEYS: Final = ("label", "type", "tag", "class", "entity_group", "entity")
"""What an object may call the label of a span."""

_MISSING: Final = 0
_SPAN: Final = struct.Struct(">QQQllll")
_OLD_SPAN: Final = struct.Struct(">QQllll")
"""Before version 3.3 spans had no ids."""
_ZLIB_MARKS: Final = (b"x\x9c", b"x\x01", b"x\xda", b"x^")


def recognises(head: bytes, path: Path) -> bool:
    """Tell a DocBin by how it is compressed, its JSON by tuples with `entities` or by paragraphs."""
    if path.suffix.lower() == ".spacy" and head[:2] in _ZLIB_MARKS:
        return True
    if head[:2] in _ZLIB_MARKS:
        start = zlib.decompressobj()
        try:
            return b"attrs" in start.decompress(head, 400)
        except zlib.error:
            return False
    found = outline(head)
    if "[].paragraphs[].sentences" in found or "paragraphs[].sentences" in found:
        return True
    is_tuple = found.get("[][]") == '"' or found.get("[]") == '"' or found.get("annotations[][]") == '"'
    is_annotated = re.compile(r"(?:annotations)?(?:\[\]){1,2}\.(entities|spans|cats|links)")
    if is_tuple and any(is_annotated.fullmatch(key) for key in found):
        return True
    found = {key.removeprefix("[]").removeprefix("."): sign for key, sign in found.items()}
    has_triples = found.get("entities[][]", " ") in "0123456789" and "label" not in found
    has_objects = any(f"{key}[].start" in found for key in _ENTITY_KEYS) and found.get("tokens[]") != '"'
    return "text" in found and (has_triples or has_objects)


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every document."""
    tally = Tally()
    is_json = source.first_characters(1) in ("[", "{")
    return summarise(_read_json(source, tally) if is_json else _read_doc_bin(source, tally), tally)


def _read_doc_bin(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    try:
        yield from _read_docs(unpack(source.inflate(source.read_bytes())), source, tally)
    except zlib.error as error:
        yield Refusal(source.name, f"this is no DocBin, or a damaged one: {error}")
    except WrongError as error:
        yield Refusal(source.name, str(error))


def _read_docs(packed: Packed, source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    if not isinstance(packed, dict):
        raise WrongError("this is no DocBin: it holds no mapping")
    attrs, strings = packed.get("attrs"), packed.get("strings")
    if not isinstance(attrs, list) or not isinstance(strings, list) or _ORTH not in attrs:
        raise WrongError(
            "this DocBin names no columns, or no words, so its texts are lost; write it with ORTH"
        )
    words = {number_of(string): string for string in strings if isinstance(string, str)}
    lengths, spaces = array("i", _blob(packed, "lengths")), _blob(packed, "spaces")
    table = array("Q", _blob(packed, "tokens"))
    width = len(attrs)
    if sum(lengths) * width != len(table) or (spaces and len(spaces) != sum(lengths)):
        raise WrongError(
            f"this DocBin counts {sum(lengths)} tokens,"
            f" but has {len(table) // width} rows and {len(spaces)} spaces"
        )
    row = 0
    for index, length in enumerate(lengths):
        columns = {
            attr: table[row * width + at : (row + length) * width : width] for at, attr in enumerate(attrs)
        }
        spaced = spaces[row : row + length] or bytes(columns.get(_SPACY, [1] * length))
        row += length
        try:
            # One long word, a million times: the text is refused before it is made.
            if sum(len(words.get(number, "")) for number in columns[_ORTH]) > source.limits.text:
                raise WrongError(source.limits.explain_text())
            yield _read_doc(columns, spaced, words, packed, index, tally, source.options.join)
        except WrongError as error:
            yield Refusal(source.name, f"document {index + 1}: {error}")


def _read_doc(
    columns: "Mapping[Packed, array[int]]",
    spaced: bytes,
    words: Mapping[int, str],
    packed: "dict[Packed, Packed]",
    index: int,
    tally: Tally,
    join: Join,
) -> Record:
    tokens = [_word(number, words) for number in columns[_ORTH]]
    flags = _at(packed.get("flags"), index)
    is_unknown = isinstance(flags, dict) and flags.get("has_unknown_spaces") is True
    if is_unknown:
        text, places, said = make_text(tokens, join)
        tally.add(said, "text")
    else:
        text, places = join_tokens(tokens, [" " if each else "" for each in spaced])
    spans = SpanList(text, tally)
    tags = columns.get(_ENT_IOB)
    for first, end, label in _entities(columns, words):
        more = {
            name: columns[attr][first]
            for attr, name in ((_ENT_KB_ID, "kb_id"), (_ENT_ID, "ent_id"))
            if attr in columns
        }
        attributes = _words(more, words, tally)
        spans.add(places[first][0], places[end - 1][1], label, where="doc.ents", attributes=attributes)
    groups = _read_groups(_at(packed.get("span_groups"), index), tally)
    for group, first, end, kind, kb_id, span_id in groups:
        where = f'doc.spans["{group}"]'
        if not 0 <= first < end <= len(places):
            raise WrongError(f"{where}: tokens {first}–{end} are not within {len(places)}")
        named = {"kb_id": kb_id, "span_id": span_id}
        attributes = {**_name_group(group), **_words(named, words, tally)}
        name = _word(kind, words) or group
        spans.add(places[first][0], places[end - 1][1], name, where=where, attributes=attributes)
    meta: dict[str, Json] = {}
    cats = _at(packed.get("cats"), index)
    if isinstance(cats, dict) and cats:
        meta["cats"] = {str(name): _as_json(value) for name, value in cats.items()}
    user = _at(packed.get("user_data"), index)
    if isinstance(user, bytes) and len(user) > 1:
        kept: Packed = None
        with tally.leaving_out("value"):
            kept = unpack(user)
        keep_place(meta, kept.get(_PLACE) if isinstance(kept, dict) else None)
        if not isinstance(kept, dict) or kept.keys() != {_PLACE}:
            tally.add("the user data of {} are left out", "document")
    if any(any(columns.get(attr, ())) for attr in _GRAMMAR):
        tally.add("parts of speech, lemmas and the like of {} are left out", "document")
    is_annotated = bool(groups) or (tags is not None and any(tag != _MISSING for tag in tags))
    return Record(text, meta=meta, spans=spans.as_tuple() if is_annotated else None)


def _entities(
    columns: "Mapping[Packed, array[int]]", words: Mapping[int, str]
) -> Iterator[tuple[int, int, str]]:
    """Find `doc.ents`: first token, one past the last, label."""
    kinds, labels = columns.get(_ENT_IOB), columns.get(_ENT_TYPE)
    if kinds is None or labels is None:
        return
    first = -1
    for index in range(len(kinds) + 1):
        kind = kinds[index] if index < len(kinds) else _OUTSIDE
        goes_on = kind == _INSIDE and first >= 0 and labels[index] == labels[first]
        if first >= 0 and not goes_on:
            yield first, index, _word(labels[first], words)
            first = -1
        if first < 0 and kind in (_BEGIN, _INSIDE) and labels[index]:
            first = index


def _read_groups(packed: Packed, tally: Tally) -> list[tuple[str, int, int, int, int, int]]:
    """Read `doc.spans`: key, first token, one past the last, label, knowledge base id and own id."""
    groups = unpack(packed) if isinstance(packed, bytes) and packed else packed
    keyed: list[tuple[Packed, Packed]] = []
    if isinstance(groups, dict):
        keyed = [(key, keys) if isinstance(key, bytes) else (keys, key) for key, keys in groups.items()]
    elif isinstance(groups, list):
        keyed = [(content, None) for content in groups]
    found: list[tuple[str, int, int, int, int, int]] = []
    for content, keys in keyed:
        group = unpack(content) if isinstance(content, bytes) else content
        if not isinstance(group, dict):
            continue
        rows = group.get("spans")
        names = keys if isinstance(keys, list) else [group.get("name") if keys is None else keys]
        if group.get("attrs"):
            tally.add("the attributes of {} are left out", "span group", name=", ".join(map(str, names)))
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, bytes) and len(row) == _SPAN.size:
                span_id, kb_id, label, first, end, _, _ = _SPAN.unpack(row)
            elif isinstance(row, bytes) and len(row) == _OLD_SPAN.size:
                span_id, (kb_id, label, first, end, _, _) = 0, _OLD_SPAN.unpack(row)
            else:
                raise WrongError("doc.spans: a span is not written as spaCy writes it")
            found += [(str(name), first, end, label, kb_id, span_id) for name in names]
    return found


def _word(number: int, words: Mapping[int, str]) -> str:
    if number == 0:
        return ""
    word = words.get(number) or name_of(number)
    if word is None:
        raise WrongError(f"no word of the file has the number {number}; it was written without its strings")
    return word


def _words(numbers: Mapping[str, int], words: Mapping[int, str], tally: Tally) -> dict[str, Json]:
    """Give the words of some attributes, without those that the file does not hold."""
    found: dict[str, Json] = {}
    for key, number in numbers.items():
        with tally.leaving_out("attribute"):
            found |= {key: _word(number, words)} if number else {}
    return found


def _blob(packed: "dict[Packed, Packed]", key: str) -> bytes:
    content = packed.get(key)
    if not isinstance(content, bytes):
        raise WrongError(f"this DocBin has no {key}")
    return content


def _at(values: Packed, index: int) -> Packed:
    return values[index] if isinstance(values, list) and index < len(values) else None


def _as_json(value: Packed) -> Json:
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def _read_json(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    for line, value in read_values(source):
        if isinstance(value, Refusal):
            yield value
            continue
        listed = value.get("annotations") if isinstance(value, dict) and "text" not in value else None
        for each in listed if isinstance(listed, list) else [value]:
            # A text that was passed over is null.
            if each is None and listed is not None:
                continue
            try:
                if isinstance(each, dict) and "paragraphs" in each:
                    yield _read_paragraphs(each, line, tally, source.options.join)
                else:
                    yield _read_tuple(each, line, tally)
            except WrongError as error:
                yield Refusal(source.name, str(error), line)


def _read_tuple(value: Json, line: int, tally: Tally) -> Record:
    """Read `[text, {"entities": …}]`, or the same as one object."""
    if isinstance(value, dict):
        text, said = value.get("text"), {key: inner for key, inner in value.items() if key != "text"}
    elif isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict):
        text, said = value[0], value[1]
    else:
        raise WrongError(
            f'an example must be [text, {{"entities": [[start, end, label]]}}], not {short(value)}'
        )
    if not isinstance(text, str):
        raise WrongError(f"the text must be a string, not {short(text)}")
    spans = SpanList(text, tally, line=line)
    for key in _ENTITY_KEYS:
        _add_triples(spans, said.get(key), key, NO_ATTRIBUTES)
    groups = said.get("spans")
    if isinstance(groups, dict):
        for key, rows in groups.items():
            _add_triples(spans, rows, f"spans.{key}", _name_group(key))
    elif groups is not None:
        _add_triples(spans, groups, "spans", NO_ATTRIBUTES)
    meta: dict[str, Json] = {}
    for key, inner in said.items():
        if key == "meta" and isinstance(inner, dict):
            for name, each in inner.items():
                keep_meta(meta, name, each)
        elif key == "tokens" and "ents" in said:
            tally.add("the tokens of {} are not kept, only text and offsets", "text", line=line)
        elif key not in ("spans", *_ENTITY_KEYS):
            keep_meta(meta, key, inner)
    is_annotated = groups is not None or any(key in said for key in _ENTITY_KEYS)
    return Record(text, meta=meta, spans=spans.as_tuple() if is_annotated else None, line=line)


def _name_group(group: str) -> dict[str, str]:
    """Give the attribute that keeps which group spans were in; the usual one says nothing of them."""
    return {} if group == _USUAL_GROUP else {"group": group}


def _add_triples(spans: SpanList, rows: Json, where: str, attributes: Mapping[str, Json]) -> None:
    if rows is None:
        return
    if not isinstance(rows, list):
        raise WrongError(f"{where} must be a list, not {short(rows)}")
    for index, row in enumerate(rows):
        place = f"{where}[{index}]"
        quoted: Json = None
        if isinstance(row, dict):
            named = next((key for key in _NAME_KEYS if row.get(key)), "label")
            start, end, label, quoted = row.get("start"), row.get("end"), row.get(named), row.get("text")
            extra: Mapping[str, Json] = {
                key: value
                for key, value in row.items()
                if key not in ("start", "end", "text", named) and value not in ("", None)
            }
        elif isinstance(row, list) and len(row) in (3, 4):
            start, end, label = row[:3]
            extra = {"kb_id": row[3]} if len(row) == 4 else {}
        else:
            raise WrongError(f"{place} must be [start, end, label], not {short(row)}")
        spans.add(start, end, label, where=place, quoted=quoted, attributes={**attributes, **extra})


def _read_paragraphs(document: Mapping[str, Json], line: int, tally: Tally, join: Join) -> Record:
    """Read a document of version 2: the text of its paragraphs, each a line."""
    pieces: list[str] = []
    found: list[tuple[int, int, str]] = []
    start = 0
    cats: list[Json] = []
    paragraphs = document.get("paragraphs")
    for paragraph in paragraphs if isinstance(paragraphs, list) else []:
        if not isinstance(paragraph, dict):
            raise WrongError(f"a paragraph must be an object, not {short(paragraph)}")
        tokens, tags = _tokens_of(paragraph)
        raw = paragraph.get("raw")
        aligned = align_tokens(raw, tokens) if isinstance(raw, str) else None
        if isinstance(raw, str) and aligned is not None:
            text, places = raw, aligned
        else:
            text, places, said = make_text(tokens, join)
            tally.add(said, "paragraph", line=line)
        form = find_form(tags)
        for run in decode_tags([sign_tag(tag, form) for tag in tags]):
            label = run.label or "entity"
            found.append((places[run.first][0] + start, places[run.last][1] + start, label))
        cats += [paragraph["cats"]] if paragraph.get("cats") else []
        pieces.append(text)
        start += len(text) + 1
    whole = "\n".join(pieces)
    spans = SpanList(whole, tally, line=line)
    for first, last, label in found:
        spans.add(first, last, label, where="ner")
    meta: dict[str, Json] = {}
    for key, value in document.items():
        if key != "paragraphs":
            keep_meta(meta, key, value)
    if cats:
        keep_meta(meta, "cats", cats)
    return Record(whole, meta=meta, spans=spans.as_tuple(), line=line)


def _tokens_of(paragraph: Mapping[str, Json]) -> tuple[list[str], list[str]]:
    """Give the tokens of a paragraph's sentences, and their tags."""
    tokens: list[str] = []
    tags: list[str] = []
    sentences = paragraph.get("sentences")
    for sentence in sentences if isinstance(sentences, list) else []:
        rows = sentence.get("tokens") if isinstance(sentence, dict) else None
        for row in rows if isinstance(rows, list) else []:
            if not isinstance(row, dict) or not isinstance(row.get("orth"), str):
                raise WrongError(f'a token must be an object with "orth", not {short(row)}')
            tag = row.get("ner", "O")
            tokens.append(str(row["orth"]))
            tags.append(tag if isinstance(tag, str) else "O")
    return tokens, tags


_ORTH, _ENT_IOB, _ENT_TYPE = 65, 77, 78
_INSIDE, _OUTSIDE, _BEGIN = 1, 2, 3
_CHUNK: Final = 1 << 20


class SpacyWriter:
    """Writes a DocBin; what grows with the number of texts waits in files, but for their different words."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._out = target.open_binary()
        self._fitter = Fitter.of(CARRIES, options)
        self._noticed = options.noticed
        key = SPANS_KEY.of(options)
        self._is_keyed = bool(key)
        self._key = key or _USUAL_GROUP
        self._count = 0
        self._strings: set[str] = {""}
        self._words = _Spool()
        self._entities = _Spool()
        self._spaces = _Spool()
        self._lengths = _Spool()
        self._groups = _Spool()
        self._users = _Spool()
        self._spools = (
            self._words,
            self._entities,
            self._spaces,
            self._lengths,
            self._groups,
            self._users,
        )

    def write(self, record: Record) -> None:
        """Write one record as one document."""
        fitted = self._fitter.fit_tokens(record, keep_space=True)
        text = record.text
        words = [text[token.start : token.end] for token in fitted.tokens]
        spans = fitted.record.spans or ()
        self._noticed.overlaps = self._noticed.overlaps or has_overlaps(spans)
        self._count += 1
        self._strings.update(words)
        self._strings.update(span.label for span in spans)
        self._words.add(array("Q", map(number_of, words)).tobytes())
        self._spaces.add(bytes([token.spaced for token in fitted.tokens]))
        self._lengths.add(array("i", [len(words)]).tobytes())
        self._entities.add(_entity_columns(fitted))
        self._groups.add(_pack_bytes(_pack_groups(self._key, fitted)))
        self._users.add(_pack_bytes(_pack_map(1) + _pack_text(_PLACE) + _pack_place(place_of(record))))

    def close(self) -> None:
        """Write the file."""
        with self._out as out:
            packed = _Packed(out)
            as_groups = self._is_keyed or self._noticed.overlaps
            self._noticed.where = f'doc.spans["{self._key}"]' if as_groups else "doc.ents"
            attrs = [_ORTH] if as_groups else [_ORTH, _ENT_IOB, _ENT_TYPE]
            size = self._words.size * len(attrs)
            packed.add(_pack_map(10) + _pack_text("version") + _pack_text("0.1"))
            packed.add(_pack_text("attrs") + _pack_list(len(attrs)) + b"".join(map(_pack_number, attrs)))
            packed.add(_pack_text("tokens") + _pack_bytes_head(size))
            if as_groups:
                packed.add_spool(self._words)
            else:
                packed.add_columns(self._words, self._entities)
            packed.add(_pack_text("spaces") + _pack_bytes_head(self._spaces.size))
            packed.add_spool(self._spaces)
            packed.add(_pack_text("lengths") + _pack_bytes_head(self._lengths.size))
            packed.add_spool(self._lengths)
            packed.add(_pack_text("strings") + _pack_list(len(self._strings)))
            for string in sorted(self._strings):
                packed.add(_pack_text(string))
            packed.add(_pack_text("cats") + _pack_list(self._count) + _pack_map(0) * self._count)
            flags = _pack_map(1) + _pack_text("has_unknown_spaces") + b"\xc2"
            packed.add(_pack_text("flags") + _pack_list(self._count) + flags * self._count)
            packed.add(_pack_text("span_groups") + _pack_list(self._count))
            if as_groups:
                packed.add_spool(self._groups)
            else:
                packed.add(_pack_bytes(_NO_GROUPS) * self._count)
            packed.add(_pack_text("user_data") + _pack_list(self._count))
            packed.add_spool(self._users)
            packed.close()
        for spool in self._spools:
            spool.close()


_PLACE: Final = "spantag"
"""The key in `doc.user_data` under which stands which article a text is a piece of, and where."""

_NO_GROUPS: Final = b"\x90"
"""What an empty `doc.spans` is written as: an empty list."""


def _entity_columns(fitted: Fitted) -> bytes:
    """Give ENT_IOB and ENT_TYPE of each token; where spans overlap they are never read."""
    columns = array("Q", [_OUTSIDE, 0]) * len(fitted.tokens)
    for span, (first, last) in zip(fitted.record.spans or (), fitted.reaches, strict=True):
        label = number_of(span.label)
        for index in range(first, last):
            columns[2 * index] = _BEGIN if index == first else _INSIDE
            columns[2 * index + 1] = label
    return columns.tobytes()


def _pack_groups(key: str, fitted: Fitted) -> bytes:
    """Pack `doc.spans` as `SpanGroups.to_bytes` does: the bytes of a group, and the keys it has."""
    spans = b"".join(
        _pack_bytes(struct.pack(">QQQllll", 0, 0, number_of(span.label), first, last, span.start, span.end))
        for span, (first, last) in zip(fitted.record.spans or (), fitted.reaches, strict=True)
    )
    group = (
        _pack_map(3)
        + (_pack_text("name") + _pack_text(key))
        + (_pack_text("attrs") + _pack_map(0))
        + (_pack_text("spans") + _pack_list(len(fitted.reaches)) + spans)
    )
    return _pack_map(1) + _pack_bytes(group) + _pack_list(1) + _pack_text(key)


class _Spool:
    """Bytes that wait on disk once they are many."""

    def __init__(self) -> None:
        self.size = 0
        self.stream = tempfile.SpooledTemporaryFile(_CHUNK)  # noqa: SIM115 - closed with its writer

    def add(self, content: bytes) -> None:
        self.stream.write(content)
        self.size += len(content)

    def close(self) -> None:
        self.stream.close()


class _Packed:
    """Compresses msgpack on its way into a file."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._compressor = zlib.compressobj()

    def add(self, content: bytes) -> None:
        self._out.write(self._compressor.compress(content))

    def add_spool(self, spool: _Spool) -> None:
        spool.stream.seek(0)
        while content := spool.stream.read(_CHUNK):
            self.add(content)

    def add_columns(self, words: _Spool, entities: _Spool) -> None:
        """Put each word's number before its two entity columns."""
        words.stream.seek(0)
        entities.stream.seek(0)
        while content := words.stream.read(_CHUNK):
            rows = array("Q", bytes(3 * len(content)))
            rows[0::3] = array("Q", content)
            columns = array("Q", entities.stream.read(2 * len(content)))
            rows[1::3] = columns[0::2]
            rows[2::3] = columns[1::2]
            self.add(rows.tobytes())

    def close(self) -> None:
        self._out.write(self._compressor.flush())


def _pack_number(number: int) -> bytes:
    return bytes([number]) if number < 0x80 else b"\xce" + number.to_bytes(4, "big")


def _pack_text(text: str) -> bytes:
    content = text.encode("utf-8", "surrogatepass")
    size = len(content)
    if size < 0x20:
        return bytes([0xA0 | size]) + content
    if size < 0x100:
        return b"\xd9" + size.to_bytes(1, "big") + content
    if size < 0x10000:
        return b"\xda" + size.to_bytes(2, "big") + content
    return b"\xdb" + size.to_bytes(4, "big") + content


def _pack_place(place: Mapping[str, Json]) -> bytes:
    """Pack texts and numbers by name."""
    values = [
        _pack_text(key) + (_pack_number(value) if isinstance(value, int) else _pack_text(str(value)))
        for key, value in place.items()
    ]
    return _pack_map(len(values)) + b"".join(values)


def _pack_bytes_head(size: int) -> bytes:
    if size < 0x100:
        return b"\xc4" + size.to_bytes(1, "big")
    if size < 0x10000:
        return b"\xc5" + size.to_bytes(2, "big")
    return b"\xc6" + size.to_bytes(4, "big")


def _pack_bytes(content: bytes) -> bytes:
    return _pack_bytes_head(len(content)) + content


def _pack_list(count: int) -> bytes:
    if count < 0x10:
        return bytes([0x90 | count])
    return b"\xdc" + count.to_bytes(2, "big") if count < 0x10000 else b"\xdd" + count.to_bytes(4, "big")


def _pack_map(count: int) -> bytes:
    return bytes([0x80 | count])
