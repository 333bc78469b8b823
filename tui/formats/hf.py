"""Hugging Face token classification: JSONL with tokens and a whole number for the tag of each.

    {"id":"a1#1","tokens":["Two","men","fled","."],"ner_tags":[1,2,0,0],
     "text":"Two men fled.","offsets":[[0,3],[4,7],[8,12],[12,13]]}

Tags are IOB2; their names stand in `features.json` beside, which `datasets.Features.from_dict` reads, and,
in a folder, in the head of its `README.md`, which `datasets.load_dataset` reads by itself. `text` and
`offsets` (code points of it, end exclusive) are there so that nothing of the text is lost; a trainer
ignores them.

Read are tags as names, and as numbers where their names are known: from `features.json`,
`dataset_info.json`, `dataset_infos.json`, `labels.json`, `label.json`, `config.json` or the head of the
`README.md` beside the file, or from `label_list` or `id2label` in the row. Without `text` it is made of the
tokens with single spaces between them. Spans may also stand as `spans` or `entities` beside the tokens,
`{"start":0,"end":2,"type":"actor"}` in tokens, end exclusive, `relations` with the places of `head` and
`tail` in that list. A file may be Parquet (`parquet.py`); Arrow is refused by name.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import yaml

from tui.errors import Refusal
from tui.formats import parquet
from tui.formats.fitting import Fitted, Fitter
from tui.formats.json_values import outline, parse, read_records, take_parts
from tui.formats.reading import RelationList, SpanList, Tally, WrongError, keep_meta, short, summarise
from tui.formats.source import Source
from tui.formats.tokens import Join, align_tokens, decode_tags, make_text
from tui.formats.writing import Feature, Target, WriteOptions, dump_line, escape_json
from tui.records import Record
from tui.spans import Json

CARRIES: Final[frozenset[Feature]] = frozenset({"text"})
"""What the format carries beside spans of whole tokens that do not overlap."""


_SPACE_KEYS: Final = frozenset({"space_after", "spaces", "trailing_whitespace", "ws"})
"""What says of each word whether a space follows it."""

_TOKEN_KEYS: Final = ("tokens", "words")
_TAG_KEYS: Final = ("ner_tags", "tags", "labels", "ner", "fine_ner_tags")
_SPAN_KEYS: Final = ("spans", "entities")
_NAME_FILES: Final = (
    *("features.json", "dataset_info.json", "dataset_infos.json", "labels.json", "label.json"),
    *("config.json", "README.md"),
)
_FRONT_MATTER: Final = re.compile(r"\A---\s*\n(.*?)\n---", re.DOTALL)
_ARROW_MARKS: Final = (b"ARROW1", b"\xff\xff\xff\xff")
"""What Arrow files and Arrow streams begin with."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by a list of words beside a list of tags or spans; and tables by their first bytes."""
    if head.startswith(parquet.MARK) or (head.startswith(_ARROW_MARKS) and path.suffix.lower() == ".arrow"):
        return True
    found = {key.removeprefix("[]").removeprefix("."): sign for key, sign in outline(head).items()}
    has_tokens = any(found.get(f"{key}[]") == '"' for key in _TOKEN_KEYS)
    has_tags = any(found.get(key) == "[" and found.get(f"{key}[]") not in ("[", "{") for key in _TAG_KEYS)
    return has_tokens and (has_tags or any(f"{key}[].start" in found for key in _SPAN_KEYS))


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every row."""
    tally = Tally()
    head = source.read_head()
    if head.startswith(_ARROW_MARKS):
        reason = "Arrow is not read; write it as Parquet, with Dataset.to_parquet(FILE)"
        return iter([Refusal(source.name, reason)])
    if head.startswith(parquet.MARK):
        return summarise(_read_table(source, tally), tally)
    names = _find_names(source)
    join = source.options.join
    found = read_records(source, lambda value, line: [_read_row(value, names, line, tally, join)])
    return summarise(found, tally)


def _read_table(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    """Read the rows of a Parquet file, whose tags it names itself, else the files beside it."""
    names = _pick_names(parquet.read_features(source)) or _find_names(source)
    for found in parquet.read_rows(source):
        if isinstance(found, Refusal):
            yield found
            continue
        number, row = found
        try:
            yield _read_row(row, names, number, tally, source.options.join)
        except WrongError as error:
            yield Refusal(source.name, str(error), number)


def _find_names(source: Source) -> list[str]:
    """Find the names of the tags in the files beside."""
    for name in (f"{source.inner_path.stem}.features.json", *_NAME_FILES):
        beside = source.sibling(name)
        text = beside.read_text() if beside is not None else ""
        if not isinstance(text, str) or not text:
            continue
        try:
            described = _parse_head(text) if name == "README.md" else parse(text)
        except (ValueError, yaml.YAMLError):
            continue
        if found := _pick_names(described):
            return found
    return []


def _pick_names(described: Json) -> list[str]:
    """Pick the names of the tags from a description of features."""
    # Parts of speech and chunks have names, too.
    for part in (*_find_columns(described), described):
        found = next(_find_lists(part), [])
        if found:
            return found
    return []


def _parse_head(text: str) -> Json:
    """Read the front matter of a `README.md`, every scalar as text."""
    head = _FRONT_MATTER.match(text)
    described: Json = yaml.load(head[1], Loader=yaml.BaseLoader) if head else None
    return described


def _find_columns(value: Json) -> Iterator[Json]:
    """Find what a description of features says of the columns of tags."""
    if isinstance(value, list):
        for each in value:
            yield from _find_columns(each)
    elif isinstance(value, dict):
        for key in _TAG_KEYS:
            if key in value:
                yield value[key]
        if value.get("name") in _TAG_KEYS:
            yield value
        for inner in value.values():
            yield from _find_columns(inner)


def _find_lists(value: Json) -> Iterator[list[str]]:
    """Find the lists of names that have an `O`: in order, by number, or with their numbers."""
    if isinstance(value, list):
        names = [str(name) for name in value if isinstance(name, str)]
        if "O" in names and len(names) == len(value):
            yield names
        for inner in value:
            yield from _find_lists(inner)
    elif isinstance(value, dict):
        pairs = [
            (str(number), str(name)) if type(number) is int else (name, str(number))
            for name, number in value.items()
            if isinstance(number, int | str)
        ]
        by_number = dict(pairs)
        places = [str(number) for number in range(len(value))]
        if "O" in by_number.values() and set(by_number) == set(places):
            yield [by_number[place] for place in places]
        for inner in value.values():
            yield from _find_lists(inner)


def _read_row(row: Json, names: Sequence[str], line: int, tally: Tally, join: Join) -> Record:
    if not isinstance(row, dict):
        raise WrongError(f"a row must be an object, not {short(row)}")
    token_key = next((key for key in _TOKEN_KEYS if isinstance(row.get(key), list)), _TOKEN_KEYS[0])
    tag_key = next((key for key in _TAG_KEYS if isinstance(row.get(key), list)), _TAG_KEYS[0])
    tokens, tags = row.get(token_key), row.get(tag_key)
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise WrongError(f'"{token_key}" must be a list of strings, not {short(tokens)}')
    words = [str(token) for token in tokens]
    if tags is None:
        tags = []
    if not isinstance(tags, list) or (tags and len(tags) != len(words)):
        raise WrongError(f'"{tag_key}" must be a list of {len(words)} tags, one a token, not {short(tags)}')
    tag_names = _name_tags(tags, _names_of(row, names), tag_key)
    text, places, said = _place_words(row, words, join)
    if said:
        tally.add(said, "text", line=line)
    spans, relations = SpanList(text, tally, line=line), RelationList()
    for found in decode_tags(tag_names):
        spans.add(places[found.first][0], places[found.last][1], found.label or "entity", where=tag_key)
    used = {token_key, tag_key, "label_list", "id2label"} | (_SPACE_KEYS if said else {"text", "offsets"})
    span_key = next((key for key in _SPAN_KEYS if isinstance(row.get(key), list)), None)
    if span_key is not None:
        ids = _add_spans(spans, _objects(row[span_key], span_key), places, span_key)
        links = take_parts(row.get("relations"), "relations", "relation", tally, line=line)
        for index, link in enumerate(links):
            with tally.leaving_out("relation", line=line):
                _add_relation(relations, link, ids, f"relations[{index}]")
        used |= {span_key, "relations"}
    meta: dict[str, Json] = {}
    for key, value in row.items():
        if key not in used:
            keep_meta(meta, key, value)
            if key in _TAG_KEYS and isinstance(value, list):
                tally.add("another column of tags of {} stays in the metadata", "text", line=line, name=key)
    is_annotated = tag_key in row or span_key is not None
    return Record(
        text,
        meta=meta,
        spans=spans.as_tuple() if is_annotated else None,
        relations=relations.as_tuple(),
        line=line,
    )


def _add_spans(
    spans: SpanList, rows: Sequence[Mapping[str, Json]], places: Sequence[tuple[int, int]], key: str
) -> list[str | None]:
    """Add spans that are given in tokens; give their ids by place."""
    ids: list[str | None] = []
    for index, row in enumerate(rows):
        where = f"{key}[{index}]"
        first, end, label = row.get("start"), row.get("end"), row.get("type", row.get("label"))
        if type(first) is not int or type(end) is not int or not 0 <= first < end <= len(places):
            raise WrongError(f"{where} is {short(row)}; 0 <= start < end <= {len(places)} (tokens) must hold")
        more = {name: value for name, value in row.items() if name not in ("start", "end", "type", "label")}
        ids.append(spans.add(places[first][0], places[end - 1][1], label, where=where, attributes=more))
    return ids


def _add_relation(relations: RelationList, row: Json, ids: Sequence[str | None], where: str) -> None:
    if not isinstance(row, dict):
        raise WrongError(f"{where} must be an object, not {short(row)}")
    ends = [_at(ids, row.get(key)) for key in ("head", "tail")]
    if ends[0] is None or ends[1] is None:
        raise WrongError(f"{where} is {short(row)}, but there are {len(ids)} spans, counted from 0")
    relations.add(row.get("type", row.get("label")), ends[0], ends[1], where=where)


def _at(ids: Sequence[str | None], place: Json) -> str | None:
    return ids[place] if type(place) is int and 0 <= place < len(ids) else None


def _objects(value: Json, where: str) -> list[dict[str, Json]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise WrongError(f'"{where}" must be a list of objects, not {short(value)}')
    return [each for each in value if isinstance(each, dict)]


def _names_of(row: Mapping[str, Json], names: Sequence[str]) -> Sequence[str]:
    listed, by_number = row.get("label_list"), row.get("id2label")
    if isinstance(listed, list):
        return [str(name) for name in listed]
    if isinstance(by_number, dict):
        return [str(by_number.get(str(number), "O")) for number in range(len(by_number))]
    return names


def _name_tags(tags: Sequence[Json], names: Sequence[str], key: str) -> list[str]:
    named: list[str] = []
    for index, tag in enumerate(tags):
        if isinstance(tag, str):
            named.append(tag)
        elif type(tag) is int and tag == -100:
            named.append("O")
        elif type(tag) is int and 0 <= tag < len(names):
            named.append(names[tag])
        else:
            known = f"names of {len(names)} tags are" if names else "no names of the tags are"
            raise WrongError(
                f"{key}[{index}] is {short(tag)}, and {known} known; put a features.json beside the file"
            )
    return named


def _place_words(
    row: Mapping[str, Json], words: list[str], join: Join
) -> tuple[str, list[tuple[int, int]], str]:
    """Place the words in the row's own text, or else in one that is made of them, and say so."""
    text, offsets = row.get("text"), row.get("offsets")
    if isinstance(text, str):
        if isinstance(offsets, list) and len(offsets) == len(words):
            places = [(each[0], each[1]) for each in offsets if isinstance(each, list) and len(each) == 2]
            given = [(start, end) for start, end in places if type(start) is int and type(end) is int]
            if [text[start:end] for start, end in given] == words:
                return text, given, ""
        aligned = align_tokens(text, words)
        if aligned is not None:
            return text, aligned, ""
    following = next((row[key] for key in sorted(_SPACE_KEYS) if isinstance(row.get(key), list)), None)
    spaced = [bool(each) for each in following] if isinstance(following, list) else []
    return make_text(words, join, given=spaced if len(spaced) == len(words) else ())


def list_tags(labels: Sequence[str]) -> list[str]:
    """List the tags, `O` first, then `B-` and `I-` of every label; the place of each is its number."""
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


def describe_features(labels: Sequence[str]) -> dict[str, Json]:
    """Describe the columns as `datasets.Features.from_dict` reads them."""
    text: dict[str, Json] = {"dtype": "string", "_type": "Value"}
    number: dict[str, Json] = {"dtype": "int64", "_type": "Value"}
    tags: dict[str, Json] = {"names": list[Json](list_tags(labels)), "_type": "ClassLabel"}
    return {
        "id": text,
        "tokens": {"feature": text, "_type": "List"},
        "ner_tags": {"feature": tags, "_type": "List"},
        "text": text,
        "offsets": {"feature": {"feature": number, "_type": "List"}, "_type": "List"},
    }


def describe_folder(labels: Sequence[str], parts: Sequence[str], *, is_parquet: bool) -> str:
    """Write the head of a folder's `README.md`, from which `datasets.load_dataset` knows columns and parts.

    A part is one file of lines, or all tables that begin with its name. `datasets` calls the part between
    training and test `validation`.
    """
    ending = f"*{parquet.SUFFIX}" if is_parquet else ".jsonl"
    files = "".join(
        f"  - split: {'validation' if part == 'dev' else part}\n    path: {part}{ending}\n" for part in parts
    )
    names = "".join(
        f"            '{number}': {json.dumps(tag, ensure_ascii=False)}\n"
        for number, tag in enumerate(list_tags(labels))
    )
    return (
        "---\nconfigs:\n- config_name: default\n  data_files:\n" + files + "dataset_info:\n  features:\n"
        "  - name: id\n    dtype: string\n"
        "  - name: tokens\n    list: string\n"
        "  - name: ner_tags\n    list:\n      class_label:\n        names:\n"
        + names.replace("            '", "          '")
        + "  - name: text\n    dtype: string\n"
        "  - name: offsets\n    list:\n      list: int64\n---\n\n"
    )


class _LineRows:
    """Writes rows as lines of JSON."""

    def __init__(self, target: Target) -> None:
        self._out = target.open_text()

    def add(self, row: Mapping[str, Json]) -> None:
        self._out.write(dump_line(dict(row)) + "\n")

    def close(self) -> None:
        self._out.close()


class HfWriter:
    """Writes token classification data and the list of its tags."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._fitter = Fitter.of(CARRIES, options)
        self._numbers = {tag: number for number, tag in enumerate(list_tags(options.label_names))}
        features = describe_features(options.label_names)
        self._rows: _LineRows | parquet.ParquetRows
        if options.parquet:
            self._rows = parquet.ParquetRows(target, features, most_rows=options.most_rows)
            return
        self._rows = _LineRows(target)
        with target.open_text("features.json") as out:
            out.write(escape_json(json.dumps(features, ensure_ascii=False, indent=1)) + "\n")

    def write(self, record: Record) -> None:
        """Write one record as one row."""
        unknown = {span.id for span in record.spans or () if f"B-{span.label}" not in self._numbers}
        for span in record.spans or ():
            if span.id in unknown:
                why = f"the label {span.label!r} is not in labels.yaml, so it has no number; it was left out"
                self._fitter.lose_span(record, span, "label", why)
        fitted = self._fitter.fit_tokens(self._fitter.drop(record, unknown), keep_space=False)
        self._rows.add(self._row(fitted))

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    def _row(self, fitted: Fitted) -> dict[str, Json]:
        text = fitted.record.text
        tags = [0] * len(fitted.tokens)
        for span, (first, last) in zip(fitted.record.spans or (), fitted.reaches, strict=True):
            tags[first:last] = [self._numbers[f"I-{span.label}"]] * (last - first)
            tags[first] = self._numbers[f"B-{span.label}"]
        return {
            "id": fitted.record.id,
            "tokens": [text[token.start : token.end] for token in fitted.tokens],
            "ner_tags": list[Json](tags),
            "text": text,
            "offsets": [[token.start, token.end] for token in fitted.tokens],
        }
