r"""Prodigy JSONL: one task a line, as `prodigy db-out` writes it, and patterns files.

Offsets are code points of `text`, end exclusive; `token_start` and `token_end` are token indices, and
**`token_end` is inclusive**. `head` and `child` of a relation are token indices::

    {"text":"Two men fled.","_input_hash":1,"_task_hash":2,"_view_id":"ner_manual","answer":"accept",
     "tokens":[{"text":"Two","start":0,"end":3,"id":0,"ws":true},…],
     "spans":[{"start":0,"end":7,"token_start":0,"token_end":1,"label":"actor"}],
     "relations":[{"head":1,"child":2,"label":"did","head_span":{…},"child_span":{…}}]}

`accept` comes in finished; `ignore` skipped; of a `reject` only the text comes in, its spans as metadata. An
accepted answer to a question about one span (`_is_binary`, the view `ner`, or, in old files, spans that name
the input they were made of) says nothing of the rest of the text, which stays unfinished. So does the class
of a text: a yes or no to one (`label` without spans) becomes an article label of its name, what was chosen
among `options` the article label `label`. A task without an answer was never looked at: spans that say which
model or pattern made them (`source`, `score`, `pattern`) are suggestions. `notes` and `article_labels` are
spantag's own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from hashlib import blake2b
from pathlib import Path
from typing import Final

from msgspec import Raw, Struct, structs

from tui.errors import Refusal
from tui.formats.format import CODE_POINTS, LINES_OF_JSON, Format, Reading, Writing
from tui.formats.shared.fitting import Fitted, Fitter, has_overlaps
from tui.formats.shared.json_values import outline, read_records, take_list, take_parts
from tui.formats.shared.reading import (
    NATIVE_META_KEYS,
    RelationList,
    SpanList,
    Tally,
    WrongError,
    explain_range,
    keep_meta,
    short,
    summarise,
)
from tui.formats.shared.source import Source
from tui.formats.shared.tokens import align_tokens
from tui.formats.shared.writing import (
    Feature,
    LineWriter,
    Target,
    WriteOptions,
    describe_piece,
    dump_line,
    dump_raw,
    encode_line,
    is_nameless,
    own_title,
)
from tui.model.article import ParagraphState
from tui.model.record import Record
from tui.model.span import NO_ATTRIBUTES, Json, Origin, Relation, Span
from tui.text.paragraphs import find_paragraphs

_TELLING_KEYS: Final = frozenset(
    {"_input_hash", "_task_hash", "_view_id", "_session_id", "_annotator_id", "_is_binary", "answer"}
)
_RECORD_KEYS: Final = frozenset({"text", "spans", "relations", "meta", "tokens"})
_CLASS_VIEWS: Final = ("classification", "choice")
_SPAN_KEYS: Final = frozenset({"start", "end", "label", "text", "token_start", "token_end", "id", "note"})
_RELATION_KEYS: Final = frozenset({"id", "head", "child", "head_span", "child_span", "label", "color"})
"""What no attribute of a relation can be called."""

_OWN_KEYS: Final = _SPAN_KEYS | {"type"}
"""What no attribute of a span can be called."""

_SPAN_VIEWS: Final = ("ner", "ner_manual", "spans", "spans_manual", "relations", "dep", "blocks")
_PEOPLE: Final = ("_annotator_id", "_session_id")
_ANSWERS: Final = ("accept", "reject", "ignore")
_SUGGESTED_KEYS: Final = ("source", "score", "pattern")
"""What a span says of the model or pattern that made it."""


_TASK_KEYS: Final = "task_keys"
"""The metadata that names those of a task's own keys that `meta` could have, too."""


CARRIES: Final[frozenset[Feature]] = frozenset(
    {
        *("text", "overlaps", "attributes", "relations", "attributes of relations", "notes"),
        *("article labels", "metadata"),
    }
)
"""What the writer carries beside spans of whole tokens."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell Prodigy's tasks by the keys that only it writes, or by tokens with their places."""
    del path
    keys = {key.removeprefix("[]").removeprefix(".") for key in outline(head)}
    # spaCy's own JSON of a document has tokens with places, too.
    return (
        "text" in keys
        and "ents" not in keys
        and (not _TELLING_KEYS.isdisjoint(keys) or "tokens[].start" in keys or "spans[].token_start" in keys)
    )


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every task; a file of one JSON list is read too."""
    tally = Tally()
    stem = source.path.stem
    return summarise(read_records(source, lambda value, line: [_read_task(value, stem, line, tally)]), tally)


def _read_task(task: Json, file_stem: str, line: int, tally: Tally) -> Record:
    if not isinstance(task, dict):
        raise WrongError(f"a task must be an object, not {short(task)}")
    text = task.get("text")
    if not isinstance(text, str):
        raise WrongError(f'"text" must be a string, not {short(text)}; tasks of pictures and sound have none')
    task = {**task, **_mend_answer(task.get("answer"), tally, line)}
    answer = task.get("answer")
    tokens = _read_tokens(task.get("tokens"), text)
    if tokens:
        tally.add("the tokens of {} are not kept, only text and offsets", "text", line=line)
    spans = SpanList(text, tally, line=line)
    raw_spans = take_list(task.get("spans"), "spans")
    rejected = _read_spans(raw_spans, spans, tokens, tally, line, is_accepted=answer == "accept")
    relations = RelationList()
    left_over = _read_relations(task, spans, relations, tokens, tally, line)
    notes, article_labels = _read_notes(task.get("notes"), text), _read_classes(task)
    said = [key for key, is_said in (("notes", notes), ("article_labels", article_labels)) if is_said]
    meta = _read_meta(task, {*_RECORD_KEYS, *said})
    if rejected:
        keep_meta(meta, "rejected", rejected)
    if left_over:
        tally.add(
            "{} between words without a span {stay} in the metadata",
            "relation",
            line=line,
            number=len(left_over),
        )
        keep_meta(meta, "relations", left_over)
    title = meta.pop("original_title", None)
    if title is not None and not isinstance(title, str):
        meta["original_title"], title = title, None
    if answer in ("reject", "ignore"):
        _keep_turned_down(task, meta, tally, line)
        is_silent = answer == "reject" and not article_labels
        return Record(
            text,
            title=title or "",
            meta=meta,
            annotator=_annotator_of(task),
            spans=None if is_silent else (),
            article_labels=article_labels if answer == "reject" else NO_ATTRIBUTES,
            state=None if is_silent else "unfinished" if answer == "reject" else "skipped",
            line=line,
        )
    if answer is None and any(_is_suggested(raw) for raw in raw_spans):
        suggestions = tuple([_as_suggestion(span, file_stem) for span in spans.as_tuple()])
        lost = len(relations.relations) + sum(map(_count_beyond_suggestion, spans.as_tuple()))
        tally.add("{} of suggested spans {are} left out", "detail", line=line, number=lost)
        return Record(text, title=title or "", meta=meta, suggestions=suggestions, line=line)
    return Record(
        text,
        title=title or "",
        meta=meta,
        annotator=_annotator_of(task),
        spans=spans.as_tuple() if _is_annotated(task) else None,
        relations=relations.as_tuple(),
        article_labels=article_labels,
        state=_state_of(task, tally, line),
        notes=notes,
        line=line,
    )


def _read_spans(
    raw_spans: Sequence[Json],
    spans: SpanList,
    tokens: list[tuple[int, int]],
    tally: Tally,
    line: int,
    *,
    is_accepted: bool,
) -> list[Json]:
    """Read the spans of a task; give back those of an accepted one that were turned down in it."""
    rejected: list[Json] = []
    for index, raw in enumerate(raw_spans):
        if is_accepted and isinstance(raw, dict) and raw.get("answer") in ("reject", "ignore"):
            name = f"{raw.get('label')} at {raw.get('start')}"
            tally.add("{} that {were} rejected {stay} in the metadata only", line=line, name=name)
            rejected.append(raw)
        else:
            _add_span(spans, raw, tokens, f"spans[{index}]", tally, line)
    return rejected


def _keep_turned_down(task: Mapping[str, Json], meta: dict[str, Json], tally: Tally, line: int) -> None:
    """Keep in the metadata what was in a task that was rejected or ignored."""
    for key in ("spans", "relations"):
        if task.get(key):
            keep_meta(meta, key, task[key])
    if number := len(take_list(task.get("spans"), "spans")):
        became = "rejected" if task.get("answer") == "reject" else "ignored"
        tally.add(f"{{}} of {became} texts {{stay}} in the metadata only", line=line, number=number)


def _mend_answer(answer: Json, tally: Tally, line: int) -> dict[str, Json]:
    """Leave out an answer that Prodigy does not give."""
    if answer is None or answer in _ANSWERS:
        return {}
    why = f'"answer" must be accept, reject or ignore, not {short(answer)}; the text stays unfinished'
    tally.leave_out(why, "answer", line=line)
    return {"answer": None}


def _is_suggested(raw: Json) -> bool:
    """Tell whether a span says which model or pattern made it."""
    return isinstance(raw, dict) and not raw.keys().isdisjoint(_SUGGESTED_KEYS)


def _count_beyond_suggestion(span: Span) -> int:
    """Count what a span says that a suggestion has no room for."""
    has_score = _as_confidence(span.attributes.get("score")) is not None
    kept = {"source"} | ({"score"} if has_score else set())
    return len(span.attributes.keys() - kept) + bool(span.note)


def _as_suggestion(span: Span, file_stem: str) -> Span:
    """Make a suggestion of a span: by its model, else by the patterns, else by the file."""
    said = span.attributes
    source = said.get("source")
    name = source if isinstance(source, str) and source.strip() else None
    name = name or ("patterns" if "pattern" in said else file_stem)
    origin = Origin(name, _as_confidence(said.get("score")))
    return structs.replace(span, attributes=NO_ATTRIBUTES, note="", origin=origin)


def _as_confidence(score: Json) -> float | None:
    if isinstance(score, bool) or not isinstance(score, int | float):
        return None
    return float(score) if 0 <= score <= 1 else None


def _is_annotated(task: Mapping[str, Json]) -> bool:
    """Tell whether a task says where spans are, be it that there are none, or what the text is."""
    if task.get("spans") is not None or _read_classes(task):
        return True
    return task.get("answer") == "accept" and (
        task.get("_view_id") in _SPAN_VIEWS or ("_view_id" not in task and "tokens" in task)
    )


def _is_about_one_span(task: Mapping[str, Json]) -> bool:
    """Tell whether the question was if one span is right, and not where spans are."""
    asked = task.get("_is_binary")
    spans = take_list(task.get("spans"), "spans")
    if isinstance(asked, bool) or not spans:
        return asked is True
    is_old = "_view_id" not in task and all(isinstance(raw, dict) and "input_hash" in raw for raw in spans)
    return is_old or task.get("_view_id") == "ner"


def _read_classes(task: Mapping[str, Json]) -> Mapping[str, Json]:
    """Give a task's article labels: spantag's own, the classes that were chosen, or a yes or no to one."""
    own = task.get("article_labels")
    if isinstance(own, dict):
        return own
    chosen, label, answer = task.get("accept"), task.get("label"), task.get("answer")
    if task.get("spans") or answer not in ("accept", "reject"):
        return NO_ATTRIBUTES
    if "options" in task:
        return {"label": chosen} if answer == "accept" and chosen else NO_ATTRIBUTES
    return {label: answer == "accept"} if isinstance(label, str) and label else NO_ATTRIBUTES


def _read_notes(value: Json, text: str) -> Mapping[int, str]:
    """Give spantag's own notes by paragraph; none where another tool means something else by the key."""
    if not isinstance(value, dict):
        return {}
    notes = {int(key) - 1: note for key, note in value.items() if key.isdecimal() and isinstance(note, str)}
    is_ours = len(notes) == len(value) and notes.keys() <= set(range(len(find_paragraphs(text))))
    return notes if is_ours else {}


def _state_of(task: Mapping[str, Json], tally: Tally, line: int) -> ParagraphState | None:
    """Give the state that is not plainly finished."""
    if "answer" not in task:
        if task.get("spans") and not _TELLING_KEYS.isdisjoint(task):
            tally.add("{} without an answer came in as finished", "text", line=line)
        return None
    if task["answer"] is None:
        return "unfinished"
    if _is_about_one_span(task):
        tally.add(
            "{} with a yes to one span only {stay} unfinished: the rest was not looked at", "text", line=line
        )
        return "unfinished"
    if task.get("_view_id") in _CLASS_VIEWS or ("article_labels" not in task and _read_classes(task)):
        return "unfinished"
    return None


def _annotator_of(task: Mapping[str, Json]) -> str | None:
    for key in _PEOPLE:
        name = task.get(key)
        if isinstance(name, str) and name.strip():
            return name
    return None


def _read_meta(task: Mapping[str, Json], said: AbstractSet[str]) -> dict[str, Json]:
    meta: dict[str, Json] = {}
    inner = task.get("meta")
    if isinstance(inner, dict):
        for key, value in inner.items():
            keep_meta(meta, key, value)
    elif inner is not None:
        keep_meta(meta, "meta", inner)
    own: list[Json] = []
    for key, value in task.items():
        if key not in said:
            keep_meta(meta, key, value)
            if not _is_tasks_own(key):
                own.append(key)
    if own and "_input_hash" in task:
        keep_meta(meta, _TASK_KEYS, own)
    return meta


def _is_tasks_own(key: str) -> bool:
    """Tell whether a key is that of a task whatever it holds, and none of its `meta`."""
    return key.startswith("_") or key == "answer"


def _read_tokens(value: Json, text: str) -> list[tuple[int, int]]:
    """Read where each token stands, or find it; give none where they are not those of the text."""
    tokens = [token for token in value if isinstance(token, dict)] if isinstance(value, list) else []
    places = [
        (start, end)
        for token in tokens
        if type(start := token.get("start")) is int and type(end := token.get("end")) is int
    ]
    if len(places) < len(tokens):
        return align_tokens(text, [str(token.get("text", "")) for token in tokens]) or []
    return places


def _add_span(
    spans: SpanList, raw: Json, tokens: list[tuple[int, int]], where: str, tally: Tally, line: int
) -> None:
    if not isinstance(raw, dict):
        raise WrongError(f"{where} must be an object, not {short(raw)}")
    by_tokens = _edges_by_tokens(raw, tokens)
    start, end, note, quoted = raw.get("start"), raw.get("end"), raw.get("note"), raw.get("text")
    if by_tokens is not None:
        is_said = spans.is_quoted(start, end, quoted)
        if start is None and end is None:
            start, end = by_tokens
        elif by_tokens == (start, end):
            if not is_said:
                said = "{} {have} another text than stands at {their} offsets, which the tokens confirm:"
                tally.add(f"{said} the offsets count", line=line)
                quoted = None
        elif not is_said and spans.is_quoted(*by_tokens, quoted):
            tally.add(
                "{} {have} other edges by characters than by tokens and text: these two count", line=line
            )
            start, end = by_tokens
        else:
            tally.add("{} {have} other edges by tokens than by characters: the characters count", line=line)
    spans.add(
        start,
        end,
        raw.get("label"),
        where=where,
        quoted=quoted,
        name=raw.get("id"),
        attributes=_attributes_of(raw) or NO_ATTRIBUTES,
        note=note if isinstance(note, str) else "",
    )


def _attributes_of(raw: Mapping[str, Json]) -> dict[str, Json]:
    """Give what a span says more; that it is a span, as tasks of relations say, is nothing more."""
    if raw.keys() <= _SPAN_KEYS:
        return {}
    return {
        key: value
        for key, value in raw.items()
        if key not in _SPAN_KEYS and not (key == "type" and value == "span")
    }


def _edges_by_tokens(raw: Mapping[str, Json], tokens: list[tuple[int, int]]) -> tuple[int, int] | None:
    first, last = raw.get("token_start"), raw.get("token_end")
    if type(first) is not int or type(last) is not int or not 0 <= first <= last < len(tokens):
        return None
    return tokens[first][0], tokens[last][1]


def _read_relations(
    task: Mapping[str, Json],
    spans: SpanList,
    relations: RelationList,
    tokens: list[tuple[int, int]],
    tally: Tally,
    line: int,
) -> list[Json]:
    """Read the relations between spans; give back those between words that are no spans."""
    left_over: list[Json] = []
    links = take_parts(task.get("relations"), "relations", "relation", tally, line=line)
    for index, raw in enumerate(links):
        with tally.leaving_out("relation", line=line):
            if not _read_relation(raw, spans, relations, tokens, f"relations[{index}]"):
                left_over.append(raw)
    return left_over


def _read_relation(
    raw: Json, spans: SpanList, relations: RelationList, tokens: list[tuple[int, int]], where: str
) -> bool:
    """Read a relation; tell whether it is one between two spans."""
    if not isinstance(raw, dict):
        raise WrongError(f"{where} must be an object, not {short(raw)}")
    head = _find_end(raw.get("head_span"), raw.get("head"), spans, tokens, f"{where}.head")
    child = _find_end(raw.get("child_span"), raw.get("child"), spans, tokens, f"{where}.child")
    # Two words of one span are no two spans.
    if head is None or child is None or head == child:
        return False
    more = {key: each for key, each in raw.items() if key not in _RELATION_KEYS}
    relations.add(raw.get("label"), head, child, where=where, name=raw.get("id"), attributes=more)
    return True


def _find_end(
    span: Json, token: Json, spans: SpanList, tokens: list[tuple[int, int]], where: str
) -> str | None:
    """Find the span a relation ends at: the one with its edges, else the longest over its token."""
    if isinstance(span, dict):
        start, end = span.get("start"), span.get("end")
        if type(start) is int and type(end) is int:
            found = spans.find(start, end)
            if found is not None:
                return found
    if type(token) is not int:
        raise WrongError(f"{where} must be a token's index, not {short(token)}")
    if not tokens:
        return None
    if not 0 <= token < len(tokens):
        raise WrongError(f"{where}: {explain_range(token, token, len(tokens))}")
    return next(iter(spans.find_at(tokens[token][0])), None)


def open_prodigy(target: Target, options: WriteOptions) -> LineWriter:
    """Open a writer of Prodigy's JSONL."""
    fitter = Fitter.of(CARRIES, options, keeps_null=True)
    return LineWriter(
        target, lambda record: _format(fitter.fit_tokens(_without_own(record, fitter), keep_space=True))
    )


class _Token(Struct, gc=False):
    """A token as it is written."""

    text: str
    start: int
    end: int
    id: int
    ws: bool


class _TaskSpan(Struct, gc=False):
    """A span as it is written where it says nothing more."""

    start: int
    end: int
    token_start: int
    token_end: int
    label: str
    text: str
    id: str


class _Asked(Struct, omit_defaults=True, gc=False):
    """What a task asks: the part that its hash is made of."""

    spans: list[_TaskSpan | Raw]
    relations: Raw | None = None


class _Head(Struct, rename={"input_hash": "_input_hash", "task_hash": "_task_hash"}, gc=False):
    """The beginning of a task."""

    text: str
    meta: Raw
    input_hash: int
    task_hash: int
    tokens: list[_Token]


def _without_own(record: Record, fitter: Fitter) -> Record:
    """Leave out attributes that are called like what Prodigy itself says of a span or relation."""
    spans, relations = record.spans or (), record.relations
    if all(_OWN_KEYS.isdisjoint(span.attributes) for span in spans) and not any(
        each.attributes for each in relations
    ):
        return record
    return structs.replace(
        record,
        spans=tuple([_free_span(span, record, fitter) for span in spans]),
        relations=tuple([_free_relation(each, record, fitter) for each in relations]),
    )


def _free_span(span: Span, record: Record, fitter: Fitter) -> Span:
    for name in sorted(_OWN_KEYS.intersection(span.attributes)):
        why = f"{span.label}: {name!r} says something else in a span of Prodigy's; it was left out"
        fitter.lose(record, span, "attribute", why)
    kept = {name: value for name, value in span.attributes.items() if name not in _OWN_KEYS}
    return structs.replace(span, attributes=kept)


def _free_relation(relation: Relation, record: Record, fitter: Fitter) -> Relation:
    for name in sorted(_RELATION_KEYS.intersection(relation.attributes)):
        why = f"{name!r} says something else in a relation of Prodigy's; it was left out"
        fitter.lose_answer(record, relation, why)
    kept = {name: value for name, value in relation.attributes.items() if name not in _RELATION_KEYS}
    return structs.replace(relation, attributes=kept)


def _format(fitted: Fitted) -> bytes:
    record = fitted.record
    text = record.text
    spans = [
        _TaskSpan(span.start, span.end, first, last - 1, span.label, text[span.start : span.end], span.id)
        for span, (first, last) in zip(record.spans or (), fitted.reaches, strict=True)
    ]
    encoded = text.encode("utf-8")
    came = _find_own(record)
    asked = encode_line(
        _Asked(
            [
                entry if span.is_plain else dump_raw(_span_as_json(span, entry))
                for span, entry in zip(record.spans or (), spans, strict=True)
            ],
            _relations_as_json(record.relations, spans) if record.relations else None,
        )
    )
    head = encode_line(
        _Head(
            text,
            dump_raw(_meta_as_json(record, came)),
            _kept_hash(came, "_input_hash", _hash(encoded)),
            _kept_hash(came, "_task_hash", _hash(encoded + asked)),
            [
                _Token(text[token.start : token.end], token.start, token.end, index, token.spaced)
                for index, token in enumerate(fitted.tokens)
            ],
        )
    )
    rest: dict[str, Json] = {"answer": "accept", "_view_id": _view_of(record)}
    if record.annotator is not None:
        rest["_annotator_id"] = rest["_session_id"] = record.annotator
    if came:
        _restore(rest, came, record.annotator)
    if record.article_labels:
        rest["article_labels"] = dict(record.article_labels)
    if record.notes:
        rest["notes"] = {str(index + 1): note for index, note in record.notes.items()}
    return b",".join((head[:-1], asked[1:-1], dump_line(rest)[1:].encode("utf-8")))


def _find_own(record: Record) -> Mapping[str, Json]:
    """Give what a task had beside its text, spans and `meta` where it came from Prodigy; else nothing."""
    if type(record.meta.get("_input_hash")) is not int or not is_nameless(record):
        return NO_ATTRIBUTES
    named = record.meta.get(_TASK_KEYS)
    own = named if isinstance(named, list) else []
    return {key: value for key, value in record.meta.items() if _is_tasks_own(key) or key in own}


def _kept_hash(came: Mapping[str, Json], key: str, made: int) -> int:
    kept = came.get(key)
    return kept if type(kept) is int else made


def _restore(rest: dict[str, Json], came: Mapping[str, Json], annotator: str | None) -> None:
    """Give a task back what it had: the view, unless it shows too little now, and whose work it was."""
    kept = {key: value for key, value in came.items() if key not in ("_input_hash", "_task_hash")}
    people = {key: kept.pop(key) for key in _PEOPLE if key in kept}
    is_somebodys = any(isinstance(name, str) and name.strip() for name in people.values())
    if annotator is None or annotator in people.values():
        rest |= dict.fromkeys(_PEOPLE) | people
    elif not is_somebodys:
        # Nobody's session stays nobody's; who it was is said beside it.
        rest |= {"_session_id": people.get("_session_id")}
    for key in _PEOPLE:
        if rest.get(key) is None and key not in people:
            rest.pop(key, None)
    if kept.get("_view_id") in ("ner", "ner_manual") and rest["_view_id"] != "ner_manual":
        del kept["_view_id"]
    rest |= kept


def _view_of(record: Record) -> str:
    """Name the interface that shows all there is: only `spans_manual` shows overlaps."""
    if has_overlaps(record.spans or ()):
        return "spans_manual"
    return "relations" if record.relations else "ner_manual"


def _span_as_json(span: Span, entry: _TaskSpan) -> Json:
    """Write a span that says more."""
    note: dict[str, Json] = {"note": span.note} if span.note else {}
    return {**structs.asdict(entry), **span.attributes, **note}


def _relations_as_json(relations: Iterable[Relation], spans: Iterable[_TaskSpan]) -> Raw:
    """Write relations: `head` and `child` are the last tokens of their spans."""
    by_id = {span.id: span for span in spans}
    return dump_raw(
        [
            {
                "id": relation.id,
                "head": by_id[relation.head].token_end,
                "child": by_id[relation.tail].token_end,
                "head_span": _edges_as_json(by_id[relation.head]),
                "child_span": _edges_as_json(by_id[relation.tail]),
                "label": relation.label,
                **relation.attributes,
            }
            for relation in relations
        ]
    )


def _edges_as_json(span: _TaskSpan) -> Json:
    return {key: getattr(span, key) for key in ("start", "end", "token_start", "token_end", "label")}


def _meta_as_json(record: Record, came: Mapping[str, Json]) -> dict[str, Json]:
    if came:
        meta = {_bare(key): each for key, each in record.meta.items() if key not in {*came, _TASK_KEYS}}
        return meta | ({"title": title} if (title := own_title(record)) else {})
    meta = dict(record.meta)
    if record.title:
        meta["title"] = record.title
    if record.id is not None:
        meta["id"] = record.id
    meta |= describe_piece(record)
    return meta


def _bare(key: str) -> str:
    """Give a key of `meta` as it was before it was kept beside what spantag calls so."""
    bare = key.removeprefix("original_")
    return bare if bare in NATIVE_META_KEYS else key


def _hash(content: bytes) -> int:
    """Hash a text to a signed 32-bit number, as Prodigy's hashes are; the same on every machine."""
    return int.from_bytes(blake2b(content, digest_size=4).digest(), "big", signed=True)


FORMAT: Final = Format(
    "prodigy",
    reading=Reading(
        title="Prodigy JSONL",
        suffixes=LINES_OF_JSON,
        offsets=f"{CODE_POINTS}; `token_end` inclusive",
        brings=(
            "spans, relations between spans, answers (`ignore`: skipped), classes as article labels,"
            " annotators, metadata; spans of a model or pattern in texts without an answer as suggestions"
        ),
        lacks="tokens; spans of rejected and ignored texts, and rejected spans, stay metadata",
        read=read,
        recognises=recognises,
    ),
    writing=Writing(
        title="Prodigy JSONL",
        suffix=".jsonl",
        offsets="code points, end exclusive; tokens, end **inclusive**",
        load="prodigy db-in DATASET FILE.jsonl --rehash",
        open=open_prodigy,
        carries=CARRIES,
    ),
)
"""How it is read and written."""
