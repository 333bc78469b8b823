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
`tail` in that list. `--column` names other columns of tags than `ner_tags` and its kin. A file may be Parquet
(`parquet.py`); Arrow is refused by name.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

import yaml
from msgspec import Struct, structs

from tui.errors import Refusal
from tui.formats.format import Option
from tui.formats.hf import parquet
from tui.formats.shared.fitting import Fitted, Fitter
from tui.formats.shared.json_values import Value, outline, parse, read_values, take_parts
from tui.formats.shared.reading import (
    RelationList,
    SpanList,
    Tally,
    WrongError,
    as_literal,
    keep_meta,
    short,
    summarise,
)
from tui.formats.shared.source import Source
from tui.formats.shared.tokens import (
    Join,
    TagForm,
    align_tokens,
    decode_tags,
    explain_outside,
    find_form,
    make_text,
    sign_tag,
)
from tui.formats.shared.writing import Feature, Target, WriteOptions, dump_line, escape_json
from tui.model.record import Record
from tui.model.span import Json
from tui.text.messages import list_some, quote_name

PARQUET: Final = Option(
    "--parquet", "Hugging Face: write Parquet, as into a FILE that ends in .parquet.", False
)
"""A table of Parquet instead of lines of JSON."""

CARRIES: Final[frozenset[Feature]] = frozenset({"text"})
"""What the format carries beside spans of whole tokens that do not overlap."""


_SPACE_KEYS: Final = frozenset({"space_after", "spaces", "trailing_whitespace", "ws"})
"""What says of each word whether a space follows it."""

_TOKEN_KEYS: Final = ("tokens", "words")
_TAG_KEYS: Final = ("ner_tags", "tags", "labels", "ner", "fine_ner_tags")
_TAG_KEY: Final = re.compile(
    r"(?!.*(?:pos|chunk|lemma|dep|morph))(?:.*ner|.*tags?$|.*labels$).*", re.IGNORECASE
)
"""What other columns of tags may be called; those of grammar are none."""

_MOST_SAMPLED: Final = 1000
"""How many rows say what the columns are."""
_OUTSIDE: Final = frozenset({"O", "o"})
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
    has_tags = any(
        sign == "[" and found.get(f"{key}[]") not in ("[", "{") and _holds_tags(key)
        for key, sign in found.items()
    )
    return has_tokens and (has_tags or any(f"{key}[].start" in found for key in _SPAN_KEYS))


def _holds_tags(key: str) -> bool:
    return key in _TAG_KEYS or (_TAG_KEY.fullmatch(key) is not None and key.isidentifier())


def describes(path: Path) -> bool:
    """Tell the files that name the tags of others."""
    name = path.name.lower()
    return name in ("features.json", "dataset_info.json", "dataset_infos.json") or name.endswith(
        ".features.json"
    )


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every row."""
    tally = Tally()
    if source.read_head().startswith(_ARROW_MARKS):
        reason = "Arrow is not read; write it as Parquet, with Dataset.to_parquet(FILE)"
        return iter([Refusal(source.name, reason)])
    try:
        columns = _choose_columns(source)
    except WrongError as error:
        return iter([Refusal(source.name, str(error))])
    columns.tell(tally, is_asked=bool(source.options.columns))
    return summarise(_read_rows(source, columns, tally), tally)


class _Column(Struct, frozen=True):
    """A column of tags."""

    key: str
    """What it is called."""
    names: Sequence[str] = ()
    """The names of its tags, where these are numbers and a file says them."""
    form: TagForm = "signed"
    """How its tags are written."""


class _Columns(Struct, frozen=True):
    """The columns of tags of a file."""

    read: tuple[_Column, ...]
    """Those that are read."""
    others: tuple[str, ...] = ()
    """Those that are not."""

    def tell(self, tally: Tally, *, is_asked: bool) -> None:
        """Say which columns the tags are taken from, where there was a choice, and how they are read."""
        taken = ", ".join(column.key for column in self.read)
        is_bare = any(column.form == "bare" for column in self.read)
        if not taken or not (is_asked or self.others or is_bare):
            return
        said = f"the tags are those of the column{'s' if len(self.read) > 1 else ''} {taken}"
        if self.others:
            said += f", not of {', '.join(self.others)}; --column NAME takes others"
        if is_bare:
            said += "; equal labels side by side are one span"
        tally.add(as_literal(said))


def _read_rows(source: Source, columns: _Columns, tally: Tally) -> Iterator[Record | Refusal]:
    for number, row in _list_rows(source):
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            yield _read_row(row, columns.read, number, tally, source.options.join)
        except WrongError as error:
            yield Refusal(source.name, str(error), number)


def _list_rows(source: Source) -> Iterator[tuple[int, Value]]:
    """Give each row with its number."""
    if not source.read_head().startswith(parquet.MARK):
        yield from read_values(source)
        return
    for found in parquet.read_rows(source):
        yield (0, found) if isinstance(found, Refusal) else found


def _choose_columns(source: Source) -> _Columns:
    """Choose the columns of tags: those that were asked for, else the likeliest; raises `WrongError`."""
    sampled = list(islice(_list_rows(structs.replace(source, progress=None, allowance=None)), _MOST_SAMPLED))
    rows = [row for _, row in sampled if isinstance(row, dict)]
    listed = [key for key in dict.fromkeys(key for row in rows for key in row) if _is_listed(key, rows)]
    likely = sorted(
        [key for key in listed if _holds_tags(key) and _are_tags(_words_in(key, rows))],
        key=lambda key: _TAG_KEYS.index(key) if key in _TAG_KEYS else len(listed),
    )
    asked = source.options.columns
    missing = next((key for key in asked if key not in listed), None)
    if missing is not None:
        there = list_some(listed)
        raise WrongError(f"there is no column of tags {quote_name(missing)!r}; there are {there}")
    descriptions = list(_find_descriptions(source))
    keys = tuple(asked or likely[:1])
    columns = tuple(_describe_column(key, rows, listed, descriptions) for key in keys)
    is_whole = len(sampled) < _MOST_SAMPLED and not source.options.is_of_many
    if keys and not asked and is_whole and all(_says_nothing(row, columns) for row in rows):
        raise WrongError(explain_outside(keys))
    return _Columns(columns, tuple(key for key in likely if key not in keys))


def _says_nothing(row: Mapping[str, Json], columns: Sequence[_Column]) -> bool:
    """Tell whether all tags of a row are `O`, nothing else says where spans are, and it is not our own."""
    if "offsets" in row or any(isinstance(row.get(key), list) for key in _SPAN_KEYS):
        return False
    for column in columns:
        tags, names = row.get(column.key), _names_of(row, column.names)
        named = (names[tag] if type(tag) is int and 0 <= tag < len(names) else tag for tag in _listed(tags))
        if any(each not in _OUTSIDE for each in named):
            return False
    return True


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _is_listed(key: str, rows: Sequence[Mapping[str, Json]]) -> bool:
    """Tell whether a column holds lists of names or numbers, one for each word."""
    lists = [row[key] for row in rows if row.get(key) is not None]
    return key not in (*_TOKEN_KEYS, *_SPACE_KEYS) and any(lists) and all(map(_is_plain_list, lists))


def _is_plain_list(value: Json) -> bool:
    return isinstance(value, list) and all(type(each) in (int, str) for each in value)


def _describe_column(
    key: str, rows: Sequence[Mapping[str, Json]], listed: Sequence[str], descriptions: Sequence[Json]
) -> _Column:
    """Find the names of a column's tags, and how they are written."""
    names = next(filter(None, (_pick_names(each, key, listed) for each in descriptions)), [])
    return _Column(key, names, find_form(_words_in(key, rows) or names))


def _words_in(key: str, rows: Sequence[Mapping[str, Json]]) -> set[str]:
    """Give the words that stand in the lists of a column."""
    lists = (row.get(key) for row in rows)
    return {tag for each in lists if isinstance(each, list) for tag in each if isinstance(tag, str)}


def _are_tags(words: set[str]) -> bool:
    """Tell tags from other words, such as the classes of a text: labels alone are tags beside an `O` only."""
    return not words or not words.isdisjoint(_OUTSIDE) or find_form(words) != "bare"


def _find_descriptions(source: Source) -> Iterator[Json]:
    """Find what is said of the columns: by the file itself, and by those beside it."""
    if source.read_head().startswith(parquet.MARK):
        yield parquet.read_features(source)
    for name in (f"{source.inner_path.stem}.features.json", *_NAME_FILES):
        beside = source.sibling(name)
        text = beside.read_text() if beside is not None else ""
        if not isinstance(text, str) or not text:
            continue
        with suppress(ValueError, yaml.YAMLError):
            yield _parse_head(text) if name == "README.md" else parse(text)


def _pick_names(described: Json, key: str, listed: Sequence[str]) -> list[str]:
    """Pick the names of a column's tags from a description of features."""
    own = next((found for part in _find_parts(described, key) for found in _find_lists(part)), [])
    # Parts of speech and chunks have names, too, and so have other columns of tags.
    is_of_others = key not in _TAG_KEYS and any(any(_find_parts(described, each)) for each in listed)
    return own or ([] if is_of_others else next(_find_lists(described), []))


def _parse_head(text: str) -> Json:
    """Read the front matter of a `README.md`, every scalar as text."""
    head = _FRONT_MATTER.match(text)
    described: Json = yaml.load(head[1], Loader=yaml.BaseLoader) if head else None
    return described


def _find_parts(value: Json, key: str) -> Iterator[Json]:
    """Find what a description of features says of a column."""
    if isinstance(value, list):
        for each in value:
            yield from _find_parts(each, key)
    elif isinstance(value, dict):
        if key in value:
            yield value[key]
        if value.get("name") == key:
            yield value
        for inner in value.values():
            yield from _find_parts(inner, key)


def _find_lists(value: Json) -> Iterator[list[str]]:
    """Find the lists of names that have an `O` or `o`: in order, by number, or with their numbers."""
    if isinstance(value, list):
        names = [str(name) for name in value if isinstance(name, str)]
        if not _OUTSIDE.isdisjoint(names) and len(names) == len(value):
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
        if not _OUTSIDE.isdisjoint(by_number.values()) and set(by_number) == set(places):
            yield [by_number[place] for place in places]
        for inner in value.values():
            yield from _find_lists(inner)


def _read_row(row: Json, columns: Sequence[_Column], line: int, tally: Tally, join: Join) -> Record:
    if not isinstance(row, dict):
        raise WrongError(f"a row must be an object, not {short(row)}")
    token_key = next((key for key in _TOKEN_KEYS if isinstance(row.get(key), list)), _TOKEN_KEYS[0])
    tokens = row.get(token_key)
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise WrongError(f'"{token_key}" must be a list of strings, not {short(tokens)}')
    words = [str(token) for token in tokens]
    tagged = [(column.key, _take_tags(row, column, len(words))) for column in columns]
    text, places, said = _place_words(row, words, join)
    if said:
        tally.add(said, "text", line=line)
    spans, relations = SpanList(text, tally, line=line), RelationList()
    for key, tags in tagged:
        for found in decode_tags(tags):
            start, end, label = places[found.first][0], places[found.last][1], found.label or "entity"
            if (start, end, label) not in [(each.start, each.end, each.label) for each in spans.as_tuple()]:
                spans.add(start, end, label, where=key)
    keys = [column.key for column in columns]
    used = {token_key, *keys, "label_list", "id2label"} | (_SPACE_KEYS if said else {"text", "offsets"})
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
    is_annotated = any(key in row for key in keys) or span_key is not None
    return Record(
        text,
        meta=meta,
        spans=spans.as_tuple() if is_annotated else None,
        relations=relations.as_tuple(),
        line=line,
    )


def _take_tags(row: Mapping[str, Json], column: _Column, count: int) -> list[str]:
    """Take the tags of a row, one for each of its words; raises `WrongError`."""
    tags = row.get(column.key)
    if tags is None:
        tags = []
    if not isinstance(tags, list) or (tags and len(tags) != count):
        raise WrongError(f'"{column.key}" must be a list of {count} tags, one a token, not {short(tags)}')
    return [sign_tag(tag, column.form) for tag in _name_tags(tags, _names_of(row, column.names), column.key)]


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


def read_name(path: Path) -> dict[str, Json]:
    """Say that a file whose name ends so is a table."""
    return {PARQUET.name: True} if parquet.names_parquet(path) else {}


def check(options: WriteOptions) -> None:
    """Raise `ConfigurationError` where tables cannot be written, because pyarrow is not there."""
    if PARQUET.of(options):
        parquet.check_is_installed()


def suffix_of(options: WriteOptions) -> str:
    """Give the ending of the files."""
    return parquet.SUFFIX if PARQUET.of(options) else ".jsonl"


def describe_folder(options: WriteOptions, parts: Sequence[str]) -> str:
    """Write the head of a folder's `README.md`, from which `datasets.load_dataset` knows columns and parts.

    A part is one file of lines, or all tables that begin with its name. `datasets` calls the part between
    training and test `validation`.
    """
    ending = f"*{parquet.SUFFIX}" if PARQUET.of(options) else ".jsonl"
    files = "".join(
        f"  - split: {'validation' if part == 'dev' else part}\n    path: {part}{ending}\n" for part in parts
    )
    names = "".join(
        f"            '{number}': {json.dumps(tag, ensure_ascii=False)}\n"
        for number, tag in enumerate(list_tags(options.label_names))
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
        if PARQUET.of(options):
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
