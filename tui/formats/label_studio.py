r"""Label Studio JSON and JSON_MIN: a list of tasks, each with its annotations.

Offsets are code points of the text, end exclusive; versions that counted UTF-16 units are known by the
quoted `text` of their regions. Regions of one id belong together: a choice or text area with the id of a
span is its attribute::

    [{"id":1,"data":{"text":"Two men fled."},"predictions":[],"annotations":[{"id":7,"completed_by":10,
      "was_cancelled":false,"result":[
       {"id":"a","from_name":"label","to_name":"text","type":"labels",
        "value":{"start":0,"end":7,"text":"Two men","labels":["actor"]}},
       {"type":"relation","from_id":"a","to_id":"b","direction":"right","labels":["did"]}]}]}]

    [{"id":1,"text":"Two men fled.","label":[{"start":0,"end":7,"text":"Two men","labels":["actor"]}]}]

Each annotation of a task becomes a record of its annotator; one that was cancelled is skipped. The spans of
predictions become suggestions of their `model_version`, with the `score` of the region, else of the
prediction. Hypertext comes in as the text of its HTML, a dialogue as one line a turn.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from tui.errors import Refusal
from tui.formats.json_values import outline, read_values
from tui.formats.offsets import Utf16Map
from tui.formats.reading import (
    RelationList,
    SpanList,
    Tally,
    WrongError,
    is_quoted,
    keep_meta,
    short,
    summarise,
)
from tui.formats.source import Source
from tui.records import Record
from tui.spans import HAND, NO_ATTRIBUTES, Json, Origin, Span

_SPAN_TYPES: Final = ("labels", "hypertextlabels", "paragraphlabels", "timeserieslabels")
_PLACE_KEYS: Final = frozenset(
    {"start", "end", "text", "startOffset", "endOffset", "globalOffsets", "paragraph", *_SPAN_TYPES}
)
_REGION_KEYS: Final = frozenset({"id", "from_name", "to_name", "type", "value", "source", "origin"})
_TASK_KEYS: Final = frozenset({"data", "annotations", "completions", "predictions", "drafts"})
_MIN_KEYS: Final = ("annotation_id", "annotator", "lead_time", "created_at", "updated_at")


def recognises(head: bytes, path: Path) -> bool:
    """Tell tasks by `data` beside annotations or predictions, JSON_MIN by spans that stand alone."""
    del path
    found = {key.removeprefix("[]").removeprefix("."): sign for key, sign in outline(head).items()}
    if found.get("data") == "{" and not found.keys().isdisjoint(
        {"annotations", "completions", "predictions", "annotations[].result", "task_path"}
    ):
        return True
    if "annotations[].result" in found or (found.get("data") == "{" and len(found) < 20):
        return True
    return any(re.fullmatch(r"[^.\[\]]+\[\]\.(hypertext|paragraph)?labels", key) for key in found) and (
        not found.keys().isdisjoint(_MIN_KEYS) or "id" in found
    )


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every annotation of every task."""
    tally = Tally()
    return summarise(_read_tasks(source, tally), tally)


def _read_tasks(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    for line, value in read_values(source):
        if isinstance(value, Refusal):
            yield value
            continue
        if not isinstance(value, dict):
            yield Refusal(source.name, f"a task must be an object, not {short(value)}", line)
        elif isinstance(value.get("data"), dict):
            yield from _read_task(value, source, line, tally)
        else:
            try:
                yield _read_min(value, line, tally)
            except WrongError as error:
                yield Refusal(source.name, str(error), line)


def _read_task(
    task: Mapping[str, Json], source: Source, line: int, tally: Tally
) -> Iterator[Record | Refusal]:
    try:
        fields = _object(task["data"], "data")
        annotations = _objects(task.get("annotations", task.get("completions")), "annotations")
        predictions = _objects(task.get("predictions"), "predictions")
        results = [_objects(each.get("result"), "result") for each in (*annotations, *predictions)]
        page = _find_text(fields, [region for result in results for region in result])
    except WrongError as error:
        yield Refusal(source.name, str(error), line)
        return
    meta = _read_meta(task, fields, page.key)
    drafts = task.get("drafts")
    tally.add("{} are left out", "draft", line=line, number=len(drafts) if isinstance(drafts, list) else 0)
    if page.is_made:
        tally.add("{} is that of hypertext or a dialogue, without its marks", "text", line=line)
    suggestions: list[Span] = []
    for prediction in predictions:
        try:
            suggestions += _read_prediction(prediction, source.path.stem, page, line, tally)
        except WrongError as error:
            yield Refusal(source.name, f"prediction {short(prediction.get('id'))}: {error}", line)
    if not annotations:
        yield Record(page.text, meta=meta, suggestions=tuple(suggestions), line=line)
    seen: set[str | None] = set()
    for annotation in annotations:
        annotator = _name_annotator(annotation.get("completed_by"))
        if annotator in seen:
            tally.add("{} of one person of the same text were joined", "annotation", line=line)
        seen.add(annotator)
        try:
            record = _read_annotation(annotation, annotator, page, meta, line, tally)
        except WrongError as error:
            yield Refusal(source.name, f"annotation {short(annotation.get('id'))}: {error}", line)
            continue
        yield replace(record, suggestions=tuple(suggestions))
        suggestions.clear()
    if annotations and suggestions:
        # Every annotation was refused.
        yield Record(page.text, meta=meta, suggestions=tuple(suggestions), line=line)


def _read_prediction(
    prediction: Mapping[str, Json], file_stem: str, page: "_Page", line: int, tally: Tally
) -> Sequence[Span]:
    """Read what a model suggests; one without a `model_version` is called after the file."""
    regions = _objects(prediction.get("result"), "result")
    version = prediction.get("model_version")
    origin = Origin(
        str(version) if isinstance(version, str | int) and str(version).strip() else file_stem,
        _confidence(prediction, tally, line),
    )
    spans = SpanList(page.text, tally, line=line)
    by_region = _add_spans(spans, regions, page, tally, line, predicted_by=origin)
    others = sum(not _is_span(region) and str(region.get("id")) not in by_region for region in regions)
    tally.add("{} of predictions that are no spans are left out", "result", line=line, number=others)
    return spans.as_tuple()


def _confidence(said: Mapping[str, Json], tally: Tally, line: int) -> float | None:
    """Give the score of a prediction or of one of its regions, where it is one that can be compared."""
    score = said.get("score")
    if isinstance(score, bool) or not isinstance(score, int | float):
        return None
    if 0 <= score <= 1:
        return float(score)
    tally.add("{} of predictions are not between 0 and 1 and are left out", "score", line=line)
    return None


def _read_annotation(
    annotation: Mapping[str, Json],
    annotator: str | None,
    page: "_Page",
    meta: Mapping[str, Json],
    line: int,
    tally: Tally,
) -> Record:
    own = {key: value for key, value in annotation.items() if key not in ("result", "completed_by")}
    meta = {**meta, "annotation": own}
    regions = _objects(annotation.get("result"), "result")
    if annotation.get("was_cancelled") is True:
        tally.add("{} of cancelled annotations are left out", line=line, number=sum(map(_is_span, regions)))
        return Record(page.text, meta=meta, annotator=annotator, spans=(), state="skipped", line=line)
    spans, relations = SpanList(page.text, tally, line=line), RelationList()
    by_region = _add_spans(spans, regions, page, tally, line)
    article_labels: dict[str, Json] = {}
    for index, region in enumerate(regions):
        if region.get("type") == "relation":
            _add_relation(relations, region, by_region, f"result[{index}]", tally, line)
        elif not _is_span(region) and str(region.get("id")) not in by_region:
            _add_article_label(article_labels, region, tally, line)
    looked_at = bool(spans) or not regions
    return Record(
        page.text,
        meta=meta,
        annotator=annotator,
        spans=spans.as_tuple(),
        relations=relations.as_tuple(),
        article_labels=article_labels,
        state=None if looked_at else "unfinished",
        line=line,
    )


def _is_span(region: Mapping[str, Json]) -> bool:
    value = region.get("value")
    return isinstance(value, dict) and (
        region.get("type") in _SPAN_TYPES or ("start" in value and "end" in value and "labels" in value)
    )


def _add_spans(
    spans: SpanList,
    regions: Sequence[Mapping[str, Json]],
    page: "_Page",
    tally: Tally,
    line: int,
    *,
    predicted_by: Origin | None = None,
) -> dict[str, list[str]]:
    """Add the spans of a result; give the spans of each region."""
    more: dict[str, dict[str, Json]] = {}
    for region in regions:
        value = region.get("value")
        if not _is_span(region) and region.get("type") != "relation" and isinstance(value, dict):
            if "start" in value or "startOffset" in value or "globalOffsets" in value:
                name, said = str(region.get("from_name")), _said_in(value)
                more.setdefault(str(region.get("id")), {})[name] = said
            else:
                more.setdefault(str(region.get("id")), {}).setdefault(
                    str(region.get("from_name")), _said_in(value)
                )
    by_region: dict[str, list[str]] = {}
    placed = page.place([region for region in regions if _is_span(region)])
    if placed.in_utf16:
        tally.add("{} counts UTF-16 units: turned into code points", "text", line=line)
    for (region, start, end), index in zip(placed.spans, range(len(regions)), strict=False):
        value = _object(region.get("value"), "value")
        region_id = str(region.get("id", index))
        where = f"region {region_id}"
        labels = next((value[key] for key in _SPAN_TYPES if isinstance(value.get(key), list)), None)
        if not isinstance(labels, list) or not labels:
            tally.add("{} without a label are left out", line=line)
            continue
        attributes = {key: inner for key, inner in value.items() if key not in _PLACE_KEYS}
        attributes |= {key: inner for key, inner in region.items() if key not in _REGION_KEYS}
        attributes |= more.get(region_id, {})
        origin = HAND
        if predicted_by is not None:
            confidence = _confidence(region, tally, line)
            origin = predicted_by if confidence is None else replace(predicted_by, confidence=confidence)
            attributes.pop("score", None)
            tally.add("{} of predicted spans are left out", "attribute", line=line, number=len(attributes))
            attributes = {}
        for label in labels:
            added = spans.add(
                start,
                end,
                label,
                where=where,
                quoted=value.get("text"),
                name=region_id if "id" in region else None,
                attributes=attributes or NO_ATTRIBUTES,
                origin=origin,
            )
            if added is not None:
                by_region.setdefault(region_id, []).append(added)
    return by_region


def _add_relation(
    relations: RelationList,
    region: Mapping[str, Json],
    by_region: Mapping[str, list[str]],
    where: str,
    tally: Tally,
    line: int,
) -> None:
    head, tail = str(region.get("from_id")), str(region.get("to_id"))
    direction = region.get("direction", "right")
    if direction == "left":
        head, tail = tail, head
    elif direction == "bi":
        tally.add("{} in both directions came in as from one to the other", "relation", line=line)
    if head not in by_region or tail not in by_region:
        tally.add("{} between regions that are no spans are left out", "relation", line=line)
        return
    labels = region.get("labels")
    for label in labels if isinstance(labels, list) and labels else ["relation"]:
        relations.add(label, by_region[head][0], by_region[tail][0], where=where)


def _add_article_label(
    article_labels: dict[str, Json], region: Mapping[str, Json], tally: Tally, line: int
) -> None:
    name, value = region.get("from_name"), region.get("value")
    if not isinstance(name, str) or not isinstance(value, dict):
        tally.add("{} are left out", "result without a value", line=line)
    elif "x" in value or region.get("type") == "chatmessage":
        tally.add("{} of pictures, sound or chats are left out", "result", line=line)
    else:
        article_labels[name] = _said_in(value)


def _said_in(value: Mapping[str, Json]) -> Json:
    """Give what a choice, text area, rating or number says."""
    said = {key: inner for key, inner in value.items() if key not in _PLACE_KEYS or key == "text"}
    if "text" in said and ("startOffset" in value or "start" in value) and len(said) > 1:
        del said["text"]
    return next(iter(said.values())) if len(said) == 1 else said


def _name_annotator(person: Json) -> str | None:
    if isinstance(person, dict):
        person = next((person[key] for key in ("email", "username", "id") if person.get(key)), None)
    return str(person) if isinstance(person, int | str) and str(person).strip() else None


def _read_meta(task: Mapping[str, Json], fields: Mapping[str, Json], text_key: str) -> dict[str, Json]:
    meta: dict[str, Json] = {}
    for key, value in fields.items():
        if key != text_key:
            keep_meta(meta, key, value)
    for key, value in task.items():
        if key not in _TASK_KEYS:
            keep_meta(meta, key, value)
    return meta


def _read_min(task: Mapping[str, Json], line: int, tally: Tally) -> Record:
    """Read a task of JSON_MIN: results stand under the names of their controls."""
    lists = {
        key: [each for each in value if isinstance(each, dict)]
        for key, value in task.items()
        if isinstance(value, list)
        and value
        and all(isinstance(each, dict) and "start" in each for each in value)
    }
    regions: list[Mapping[str, Json]] = [
        {"value": each, "type": next((kind for kind in _SPAN_TYPES if kind in each), "labels")}
        for values in lists.values()
        for each in values
    ]
    fields = {key: value for key, value in task.items() if key not in lists and key not in _MIN_KEYS}
    page = _find_text(fields, regions)
    spans = SpanList(page.text, tally, line=line)
    _add_spans(spans, regions, page, tally, line)
    meta = _read_meta({}, {key: value for key, value in task.items() if key not in lists}, page.key)
    meta.pop("original_annotator", None)
    is_annotated = bool(lists) or "annotation_id" in task
    annotator = _name_annotator(task.get("annotator"))
    return Record(
        page.text,
        meta=meta,
        annotator=annotator,
        spans=spans.as_tuple() if is_annotated else None,
        line=line,
    )


@dataclass(slots=True)
class _Placed:
    """Regions with their edges in code points."""

    spans: list[tuple[Mapping[str, Json], object, object]]
    in_utf16: bool = False


@dataclass(slots=True)
class _Page:
    """The text of a task, and how its regions are placed in it."""

    key: str
    text: str
    is_made: bool = False
    nodes: Mapping[str, int] = field(default_factory=dict)
    """Where each text node of hypertext begins, by its path."""
    turns: Sequence[int] = ()
    """Where each turn of a dialogue begins."""

    def place(self, regions: Sequence[Mapping[str, Json]]) -> _Placed:
        """Give each region its edges; all in UTF-16 units where only that agrees with what they quote."""
        spans = [(region, *self._edges(_object(region.get("value"), "value"))) for region in regions]
        placed = _Placed(list(spans))
        if self.text.isascii() or self.turns:
            return placed
        utf16 = Utf16Map(self.text)
        turned: list[tuple[Mapping[str, Json], object, object]] = []
        agree = 0
        for region, start, end in spans:
            quoted = _object(region.get("value"), "value").get("text")
            if not isinstance(start, int) or not isinstance(end, int) or not isinstance(quoted, str):
                return placed
            edges = utf16.to_code_points(start), utf16.to_code_points(end)
            if edges[0] is None or edges[1] is None:
                return placed
            agree += is_quoted(self.text, start, end, (), quoted)
            if not is_quoted(self.text, edges[0], edges[1], (), quoted):
                return placed
            turned.append((region, *edges))
        return placed if agree == len(spans) else _Placed(turned, in_utf16=True)

    def _edges(self, value: Mapping[str, Json]) -> tuple[object, object]:
        offsets = value.get("globalOffsets")
        if isinstance(offsets, dict) and not self.turns:
            return offsets.get("start"), offsets.get("end")
        first, last = value.get("start"), value.get("end")
        start, end = value.get("startOffset"), value.get("endOffset")
        if start is None and end is None:
            return first, last
        if not isinstance(start, int) or not isinstance(end, int):
            raise WrongError(f"startOffset and endOffset must be whole numbers, not {short([start, end])}")
        if self.turns:
            turns = [int(str(each)) if str(each).isdecimal() else -1 for each in (first, last)]
            if not all(0 <= turn < len(self.turns) for turn in turns):
                raise WrongError(
                    f"a span goes from turn {short(first)} to {short(last)} of {len(self.turns)}"
                )
            return self.turns[turns[0]] + start, self.turns[turns[1]] + end
        begins = [self.nodes.get(str(each)) for each in (first, last)]
        if begins[0] is None or begins[1] is None:
            missing = first if begins[0] is None else last
            raise WrongError(f"there is no text at {short(missing)} in the HTML")
        return begins[0] + start, begins[1] + end


def _find_text(fields: Mapping[str, Json], regions: Sequence[Mapping[str, Json]]) -> _Page:
    """Find which part of a task is its text: the one its regions name, else `text`, else the only one."""
    spans = [region for region in regions if _is_span(region)]
    named = [str(region.get("source")).removeprefix("$") for region in spans]
    texts = [key for key, value in fields.items() if isinstance(value, str) and not _is_link(value)]
    wanted = (*named, "text", "content", "article", "body", *texts)
    key = next((key for key in wanted if key in texts or (key in fields and key in named)), None)
    value = fields.get(key) if key is not None else None
    if key is None or not isinstance(value, str):
        for name, turns in fields.items():
            if key in (None, name) and isinstance(turns, list) and turns:
                lines = [each.get("text") for each in turns if isinstance(each, dict)]
                if len(lines) == len(turns) and all(isinstance(line, str) for line in lines):
                    return _read_dialogue([str(line) for line in lines])
        keys = ", ".join(repr(name) for name in fields) or "nothing"
        raise WrongError(f"this task has no text, only {keys}; pictures and sound are not read")
    kinds = {region.get("type") for region in regions}
    quotes_html = any("<" in str(_object(each.get("value"), "value").get("text", "")) for each in spans)
    if "hypertextlabels" in kinds and not quotes_html:
        parser = _TextOfHtml()
        parser.feed(value)
        parser.close()
        return _Page(key, "".join(parser.pieces), is_made=True, nodes=parser.nodes)
    return _Page(key, value)


def _is_link(value: str) -> bool:
    return re.fullmatch(r"(?:https?|s3|gs|azure-blob)://\S+|/data/\S+", value) is not None


def _read_dialogue(lines: Sequence[str]) -> _Page:
    starts: list[int] = []
    length = 0
    for line in lines:
        starts.append(length)
        length += len(line) + 1
    return _Page("", "\n".join(lines), is_made=True, turns=starts)


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


def _object(value: Json, where: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise WrongError(f'"{where}" must be an object, not {short(value)}')
    return value


def _objects(value: Json, where: str) -> list[dict[str, Json]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise WrongError(f'"{where}" must be a list, not {short(value)}')
    return [_object(each, f"{where}[{index}]") for index, each in enumerate(value)]
