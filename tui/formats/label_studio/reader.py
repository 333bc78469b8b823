r"""Label Studio JSON, JSON_MIN, CSV and TSV: tasks, each with its annotations.

Offsets are code points of the text, end exclusive; versions that counted UTF-16 units are known by the
quoted `text` of their regions. Regions of one id belong together: a choice or text area with the id of a
span is its attribute::

    [{"id":1,"data":{"text":"Two men fled."},"predictions":[],"annotations":[{"id":7,"completed_by":10,
      "was_cancelled":false,"result":[
       {"id":"a","from_name":"label","to_name":"text","type":"labels",
        "value":{"start":0,"end":7,"text":"Two men","labels":["actor"]}},
       {"type":"relation","from_id":"a","to_id":"b","direction":"right","labels":["did"]}]}]}]

    [{"id":1,"text":"Two men fled.","label":[{"start":0,"end":7,"text":"Two men","labels":["actor"]}]}]

    "annotation_id","annotator","created_at","id","label","lead_time","text","updated_at"
    7,"ana","2026-11-22",1,"[{""start"":0,""end"":7,""labels"":[""actor""]}]",3.5,"Two men fled.",…

A row of CSV or TSV is a task of JSON_MIN, an annotation a row, lists as JSON; its columns stand in the order
of their names, so that a plain answer looks like a field of the task, and is metadata as that is.
Each annotation of a task becomes a record of its annotator; one that was cancelled is skipped. The spans of
predictions become suggestions of their `model_version`, with the `score` of the region, else of the
prediction. Hypertext comes in as the text of its HTML, a dialogue as one line a turn; each text that has
regions is a record of its own. A region without a label is called by the path of its taxonomy, else by the
control that asked for it; the text of its `meta` is its note.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from msgspec import structs

from tui.errors import Refusal
from tui.formats.label_studio.home import Home, name_annotator
from tui.formats.label_studio.pages import PLACE_KEYS, Page, Pages, Region, find_pages
from tui.formats.shared.delimited import read_header, read_named
from tui.formats.shared.json_values import outline, parse, read_records, take_list, take_parts
from tui.formats.shared.reading import RelationList, SpanList, Tally, WrongError, keep_meta, short, summarise
from tui.formats.shared.source import Source
from tui.model.labels import Attribute, AttributeType
from tui.model.record import Record
from tui.model.span import HAND, Json, Origin, Span

_LABEL_KEYS: Final = ("labels", "hypertextlabels", "paragraphlabels")
_REGION_KEYS: Final = frozenset({"id", "from_name", "to_name", "type", "value", "source", "origin", "meta"})
_TASK_KEYS: Final = frozenset({"data", "annotations", "completions", "predictions", "drafts"})
_MIN_KEYS: Final = ("annotation_id", "annotator", "lead_time", "created_at", "updated_at")
_TABLE_KEYS: Final = frozenset({"annotation_id", "annotator", "lead_time"})
"""The columns that every CSV and TSV has."""

_DIRECTIONS: Final = (None, "right", "left", "bi")
"""What a relation may say of its direction; nothing is the same as `right`."""

_NUMBER_KEYS: Final = frozenset({"id", "annotation_id", "lead_time"})
_TEXT_KEYS: Final = frozenset({"start", "startOffset"})
"""What every region of a text has one of, in JSON_MIN."""

_KINDS: Final[Mapping[str, AttributeType]] = {
    "choices": "choice",
    "textarea": "text",
    "datetime": "text",
    "number": "number",
    "rating": "number",
}
"""The types of results that answer a question of a span, and what the answer is."""

_SPATIAL_KEYS: Final = frozenset(
    {"x", "points", "rle", "vertices", "sequence", "ranges", "start", "startOffset", "globalOffsets"}
)
"""What only regions of pictures, sound and the like have, where they stand in no text."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell tasks by `data` beside annotations or predictions, JSON_MIN by spans that stand alone."""
    del path
    if head.lstrip()[:1] not in (b"{", b"["):
        return _TABLE_KEYS.issubset(read_header(head))
    found = {key.removeprefix("[]").removeprefix("."): sign for key, sign in outline(head).items()}
    if found.get("data") == "{" and not found.keys().isdisjoint(
        {"annotations", "completions", "predictions", "annotations[].result", "task_path"}
    ):
        return True
    if "annotations[].result" in found or (found.get("data") == "{" and len(found) < 20):
        return True
    if {"result", "task.data"} <= found.keys() or {"annotation_id", "lead_time"} <= found.keys():
        return True
    return any(re.fullmatch(r"[^.\[\]]+\[\]\.(hypertext|paragraph)?labels", key) for key in found) and (
        not found.keys().isdisjoint(_MIN_KEYS) or "id" in found
    )


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every annotation of every task."""
    tally = Tally()
    if source.first_characters(1) not in ("{", "["):
        return summarise(_read_table(source, tally), tally)
    return summarise(read_records(source, lambda value, line: _read_task(value, source, line, tally)), tally)


def _read_task(value: Json, source: Source, line: int, tally: Tally) -> Iterable[Record | Refusal]:
    if not isinstance(value, dict):
        raise WrongError(f"a task must be an object, not {short(value)}")
    task = _unfold(value)
    if isinstance(task.get("data"), dict):
        return _Task(task, source, line, tally).read()
    return _read_min(task, line, tally)


def _unfold(value: Mapping[str, Json]) -> Mapping[str, Json]:
    """Give the task of an annotation that holds its task, as cloud storage gets them."""
    task = value.get("task")
    if "result" not in value or not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        return value
    return {**task, "annotations": [{key: each for key, each in value.items() if key != "task"}]}


class _Task:
    """One task with its annotations and predictions."""

    def __init__(self, task: Mapping[str, Json], source: Source, line: int, tally: Tally) -> None:
        self._source = source
        self._line = line
        self._tally = tally
        fields = _object(task["data"], "data")
        said_by = "completions" if "annotations" not in task else "annotations"
        self._annotations = self._take_objects(task, said_by, "annotation")
        self._predictions = self._take_objects(task, "predictions", "prediction")
        drafts = self._take_objects(task, "drafts", "draft")
        drafted = sum(len(_results(each)) for each in drafts)
        self._tell("{} of drafts {are} left out", "result", number=drafted)
        said = [region for each in (*self._annotations, *self._predictions) for region in _results(each)]
        self._pages = find_pages(fields, said)
        self._meta = _read_meta(task, fields, self._pages)
        if self._annotations:
            self._meta["annotations"] = [_describe(each) for each in self._annotations]
            self._note_home(task, fields)

    def _note_home(self, task: Mapping[str, Json], fields: Mapping[str, Json]) -> None:
        """Note what the task was like, where its text is what the tool itself shows."""
        page = self._pages.all[0]
        if len(self._pages.all) > 1 or page.is_made or page.key not in fields:
            return
        number = task.get("id")
        home = Home(number if isinstance(number, int | str) else None, page.key)
        names = [key if key in self._meta else f"original_{key}" for key in fields if key != page.key]
        home.fields = [name for name in names if name in self._meta]
        home.note(region for each in self._annotations for region in _results(each))
        self._meta |= home.as_meta()

    def read(self) -> Iterator[Record | Refusal]:
        """Read every text with what each annotation says of it, and with what is predicted."""
        seen: set[str | None] = set()
        for annotation in self._annotations:
            annotator = name_annotator(annotation.get("completed_by"))
            if annotator in seen:
                self._tell("{} of one person of the same text {were} joined", "annotation")
            seen.add(annotator)
        for page in self._pages.all:
            yield from self._read_page(page)

    def _read_page(self, page: Page) -> Iterator[Record | Refusal]:
        if page.is_made:
            self._tell("{} {are} that of hypertext or a dialogue, without its marks", "text")
        suggestions: list[Span] = []
        for prediction in self._predictions:
            try:
                suggestions += self._read_prediction(prediction, page)
            except WrongError as error:
                reason = f"prediction {short(prediction.get('id'))}: {error}"
                yield Refusal(self._source.name, reason, self._line)
        is_bare = True
        for annotation in self._annotations:
            try:
                record = self._read_annotation(annotation, page)
            except WrongError as error:
                reason = f"annotation {short(annotation.get('id'))}: {error}"
                yield Refusal(self._source.name, reason, self._line)
            else:
                yield structs.replace(record, suggestions=() if not is_bare else tuple(suggestions))
                is_bare = False
        # Where every annotation was refused, what is predicted still comes in.
        if is_bare and (suggestions or not self._annotations):
            meta = self._meta_of(page)
            yield Record(page.text, meta=meta, suggestions=tuple(suggestions), line=self._line)

    def _read_annotation(self, annotation: Mapping[str, Json], page: Page) -> Record:
        regions = _results(annotation)
        annotator = name_annotator(annotation.get("completed_by"))
        meta = self._meta_of(page)
        if _is_cancelled(annotation):
            number = sum(self._pages.of(region) is page for region in regions)
            self._tell("{} of cancelled annotations {stay} in the metadata only", number=number)
            return Record(
                page.text, meta=meta, annotator=annotator, spans=(), state="skipped", line=self._line
            )
        spans, relations = SpanList(page.text, self._tally, line=self._line), RelationList()
        model = _model_of(annotation, self._predictions)
        by_region = self._add_spans(spans, regions, page, lambda region: _origin_of(region, model))
        article_labels: dict[str, Json] = {}
        first = self._pages.all[0]
        homes = {str(region.get("id")): self._pages.of(region) or first for region in regions}
        for index, region in enumerate(regions):
            if region.get("type") == "relation":
                ends = [str(region.get(key)) for key in ("from_id", "to_id")]
                if all(end in by_region for end in ends):
                    with self._tally.leaving_out("relation", line=self._line):
                        self._add_relation(relations, region, by_region, f"result[{index}]")
                elif page is homes.get(ends[0], first):
                    name = f"{_relation_labels(region)[0]} from {ends[0]} to {ends[1]}"
                    self._tell("{} between regions without a span {are} left out", "relation", name=name)
            elif page is first and not self._pages.of(region) and str(region.get("id")) not in by_region:
                self._add_article_label(article_labels, region)
        looked_at = bool(spans) or not regions
        found = spans.as_tuple()
        links = [
            each
            for region in regions
            # One without a label is none that can be asked for.
            if region.get("type") == "relation" and region.get("labels")
            for each in _relation_labels(region)
        ]
        return Record(
            page.text,
            meta=meta,
            annotator=annotator,
            spans=found,
            relations=relations.as_tuple(),
            article_labels=article_labels,
            state=None if looked_at else "unfinished",
            asked=_find_asked(found, regions, by_region),
            asked_of_relations={str(each): () for each in links},
            line=self._line,
        )

    def _read_prediction(self, prediction: Mapping[str, Json], page: Page) -> Sequence[Span]:
        """Read what a model suggests; one without a `model_version` is called after the file."""
        version = prediction.get("model_version")
        is_named = isinstance(version, str | int) and bool(str(version).strip())
        source = str(version) if is_named else self._source.path.stem
        score = self._confidence(prediction)

        def give_origin(region: Region) -> Origin:
            own = self._confidence(region)
            return Origin(source, score if own is None else own)

        spans = SpanList(page.text, self._tally, line=self._line)
        regions = _results(prediction)
        by_region = self._add_spans(spans, regions, page, give_origin)
        for region in regions if page is self._pages.all[0] else ():
            if self._pages.of(region) is None and str(region.get("id")) not in by_region:
                name = str(region.get("from_name") or region.get("type"))
                self._tell("{} of predictions without a span {are} left out", "result", name=name)
        found = spans.as_tuple()
        said = sum(len(span.attributes.keys() - {"score"}) + bool(span.note) for span in found)
        self._tell("{} of predicted spans {are} left out", "attribute", number=said)
        return found

    def _confidence(self, said: Mapping[str, Json]) -> float | None:
        """Give the score of a prediction or of one of its regions, where it is one that can be compared."""
        score = said.get("score")
        if isinstance(score, bool) or not isinstance(score, int | float):
            return None
        if 0 <= score <= 1:
            return float(score)
        self._tell("{} of predictions, not between 0 and 1, {are} left out", "score")
        return None

    def _add_spans(
        self, spans: SpanList, regions: Sequence[Region], page: Page, give_origin: Callable[[Region], Origin]
    ) -> dict[str, list[str]]:
        """Add the spans of a text; give the spans of each region."""
        placed = [region for region in regions if self._pages.of(region) is page]
        return _add_spans(spans, placed, page, give_origin, self._tally, self._line)

    def _add_relation(
        self, relations: RelationList, region: Region, by_region: Mapping[str, list[str]], where: str
    ) -> None:
        head, tail = str(region.get("from_id")), str(region.get("to_id"))
        direction = region.get("direction")
        if direction == "left":
            head, tail = tail, head
        elif direction == "bi":
            self._tell("{} in both directions {are} from one to the other here", "relation")
        for label in _relation_labels(region):
            relations.add(label, by_region[head][0], by_region[tail][0], where=where)

    def _add_article_label(self, article_labels: dict[str, Json], region: Region) -> None:
        name, value, kind = region.get("from_name"), region.get("value"), str(region.get("type"))
        shown = f"{kind} {region.get('id', '')}".rstrip()
        if not isinstance(name, str) or not isinstance(value, dict):
            self._tell("{} without a value {are} left out", "result", name=shown)
        elif not _SPATIAL_KEYS.isdisjoint(value) or kind == "chatmessage":
            self._tell("{} of pictures, sound or chats {are} left out", "result", name=shown)
        else:
            _keep_answer(article_labels, name, _said_in(value))

    def _take_objects(self, task: Mapping[str, Json], key: str, noun: str) -> list[dict[str, Json]]:
        """Take what a task has of a kind; some exports give only the ids of it, which are counted."""
        listed = take_parts(task.get(key), key, noun, self._tally, line=self._line)
        ids = [each for each in listed if type(each) is int]
        sentence = "of {} the file has no more than the id: left out"
        self._tell(sentence, noun, number=len(ids))
        objects = [(index, each) for index, each in enumerate(listed) if type(each) is not int]
        found = list(self._keep_objects(objects, key, noun))
        for index, said in enumerate(found):
            where = f"{key}[{index}].result"
            results = take_parts(said.get("result"), where, "result", self._tally, line=self._line)
            said["result"] = list[Json](
                self._keep_sound(self._keep_objects(enumerate(results), where, "result"), where)
            )
        return found

    def _keep_sound(self, results: Iterable[dict[str, Json]], where: str) -> Iterator[dict[str, Json]]:
        """Give the results that say what their type can say, and leave the rest out."""
        for result in results:
            kind = str(result.get("type"))
            ends = [str(result.get(end) or "nothing") for end in ("from_id", "to_id")]
            named = " to ".join(ends) if kind == "relation" else str(result.get("id") or "")
            with self._tally.leaving_out("relation" if kind == "relation" else "result", line=self._line):
                _check_result(kind, result, f"{where}: {kind} {named}".rstrip())
                yield result

    def _keep_objects(
        self, values: Iterable[tuple[int, Json]], where: str, noun: str
    ) -> Iterator[dict[str, Json]]:
        """Give what is an object, and leave the rest out."""
        for index, value in values:
            with self._tally.leaving_out(noun, line=self._line):
                yield {**_object(value, f"{where}[{index}]")}

    def _meta_of(self, page: Page) -> dict[str, Json]:
        return dict(self._meta) if len(self._pages.all) == 1 else {**self._meta, "text_key": page.key}

    def _tell(self, sentence: str, noun: str = "span", *, number: int = 1, name: str = "") -> None:
        self._tally.add(sentence, noun, line=self._line, number=number, name=name)


def _is_cancelled(annotation: Mapping[str, Json]) -> bool:
    return annotation.get("was_cancelled") is True or annotation.get("skipped") is True


def _describe(annotation: Mapping[str, Json]) -> dict[str, Json]:
    """Give what is known of an annotation, for the metadata; of a cancelled one all."""
    is_kept = _is_cancelled(annotation)
    return {key: value for key, value in annotation.items() if key != "result" or (is_kept and value)}


def _check_result(kind: str, result: Region, where: str) -> None:
    """Refuse a result that does not say what one of its type says; raises `WrongError`."""
    if kind == "relation":
        _check_link(result, where)
    value = result.get("value")
    said = value.get(kind) if isinstance(value, dict) else None
    if said is None:
        return
    if kind in ("number", "rating") and (isinstance(said, bool) or not isinstance(said, int | float)):
        raise WrongError(f'{where}: "{kind}" must be a number, not {short(said)}')
    if kind in (*_LABEL_KEYS, "choices", "taxonomy") and not isinstance(said, list):
        raise WrongError(f'{where}: "{kind}" must be a list, not {short(said)}')
    if kind == "choices" and isinstance(said, list) and not all(isinstance(each, str) for each in said):
        raise WrongError(f'{where}: "choices" must be a list of texts, not {short(said)}')


def _check_link(result: Region, where: str) -> None:
    for end in ("from_id", "to_id"):
        if not isinstance(result.get(end), str | int):
            raise WrongError(f'{where}: "{end}" must be the id of a region, not {short(result.get(end))}')
    if result.get("direction") not in _DIRECTIONS:
        said = short(result.get("direction"))
        raise WrongError(f'{where}: "direction" must be "right", "left" or "bi", not {said}')


def _relation_labels(region: Region) -> list[Json]:
    labels = region.get("labels")
    return labels if isinstance(labels, list) and labels else ["relation"]


def _add_spans(
    spans: SpanList,
    regions: Sequence[Region],
    page: Page,
    give_origin: Callable[[Region], Origin],
    tally: Tally,
    line: int,
) -> dict[str, list[str]]:
    """Add the regions of a text as spans; give the spans of each, by its id."""
    labelled = [region for region in regions if _labels_of(region)]
    known = {str(region.get("id")) for region in labelled}
    answers: dict[str, dict[str, Json]] = {}
    for region in regions:
        if not _labels_of(region):
            name, said = str(region.get("from_name")), _said_in(_object(region.get("value"), "value"))
            _keep_answer(answers.setdefault(str(region.get("id")), {}), name, said)
    # A region that no control gave a label is called by what was said of it.
    unlabelled = {str(region.get("id")): region for region in regions if str(region.get("id")) not in known}
    placed = page.place([*labelled, *unlabelled.values()])
    if placed.counted:
        tally.add(f"{{}} {{count}} {placed.counted}: turned into code points", "text", line=line)
    by_region: dict[str, list[str]] = {}
    places: dict[str, tuple[object, object]] = {}
    for index, (region, start, end) in enumerate(placed.spans):
        value = _object(region.get("value"), "value")
        region_id = str(region.get("id", index))
        labels, attributes = _labels_of(region), answers.get(region_id, {})
        if labels:
            attributes = {**_attributes_of(region, value), **attributes}
        else:
            labels, attributes = _name_unlabelled(region, attributes)
        if places.setdefault(region_id, (start, end)) != (start, end):
            said = "{} {have} the id of another at another place: the first has the answers and relations"
            tally.add(said, "region", line=line, name=region_id)
            attributes = _attributes_of(region, value)
        note, rest = _read_note(region.get("meta"))
        for label in labels:
            added = spans.add(
                start,
                end,
                label,
                where=f"region {region_id}",
                quoted=value.get("text"),
                name=region_id if "id" in region else None,
                attributes=attributes if rest is None else {**attributes, "meta": rest},
                note=note,
                origin=give_origin(region),
            )
            if added is not None:
                by_region.setdefault(region_id, []).append(added)
    return by_region


def _labels_of(region: Region) -> list[Json]:
    """Give the labels of a region; empty where it only answers a question."""
    value = region.get("value")
    found = (value.get(key) for key in _LABEL_KEYS) if isinstance(value, dict) else ()
    return next((each for each in found if isinstance(each, list) and each), [])


def _attributes_of(region: Region, value: Mapping[str, Json]) -> dict[str, Json]:
    attributes = {
        key: inner for key, inner in value.items() if key not in PLACE_KEYS and key not in _LABEL_KEYS
    }
    return attributes | {key: inner for key, inner in region.items() if key not in _REGION_KEYS}


def _find_asked(
    spans: Iterable[Span], regions: Iterable[Region], by_region: Mapping[str, Sequence[str]]
) -> dict[str, list[Attribute]]:
    """Find which questions were answered of the spans of each label, and with which choices."""
    label_of = {span.id: span.label for span in spans}
    asked: dict[str, list[Attribute]] = {}
    for region in regions:
        kind, name = _KINDS.get(str(region.get("type"))), region.get("from_name")
        if kind is None or not isinstance(name, str):
            continue
        said = _said_in(_object(region.get("value"), "value"))
        given = tuple(map(str, said)) if kind == "choice" and isinstance(said, list) else ()
        attribute = Attribute(name, kind, given, multiple=kind == "choice" and len(given) > 1)
        for span in by_region.get(str(region.get("id")), ()):
            asked.setdefault(label_of[span], []).append(attribute)
    return asked


def _name_unlabelled(region: Region, answers: Mapping[str, Json]) -> tuple[list[Json], dict[str, Json]]:
    """Name a region that has no label: by the paths of its taxonomy, else by the question that was asked."""
    value = region.get("value")
    paths = value.get("taxonomy") if isinstance(value, dict) else None
    if isinstance(paths, list) and paths and all(isinstance(path, list) for path in paths):
        named: list[Json] = ["/".join(map(str, path)) for path in paths if isinstance(path, list)]
        return named, {key: each for key, each in answers.items() if each != paths}
    return [str(region.get("from_name") or region.get("type") or "region")], dict(answers)


def _read_note(meta: Json) -> tuple[str, Json]:
    """Give the note of a region, and what else its metadata says."""
    if not isinstance(meta, dict):
        return "", meta
    text = meta.get("text")
    lines = text if isinstance(text, list) else [text] if text else []
    rest: Json = {key: value for key, value in meta.items() if key != "text"}
    return "\n".join(str(line) for line in lines), rest or None


def _origin_of(region: Region, model: str) -> Origin:
    """Give who proposed a span: the annotator's hand, or the model whose prediction was taken."""
    return Origin(model) if str(region.get("origin", "")).startswith("prediction") else HAND


def _model_of(annotation: Mapping[str, Json], predictions: Sequence[Mapping[str, Json]]) -> str:
    """Name the model whose prediction an annotation began with."""
    parent = annotation.get("parent_prediction")
    copied = annotation.get("prediction")
    begun = next((each for each in predictions if parent is not None and each.get("id") == parent), copied)
    version = begun.get("model_version") if isinstance(begun, dict) else None
    return str(version) if isinstance(version, str | int) and str(version).strip() else "prediction"


def _keep_answer(answers: dict[str, Json], name: str, said: Json) -> None:
    """Keep an answer; where a question was answered more than once, all of them."""
    if name not in answers:
        answers[name] = said
    else:
        before = answers[name]
        both = [each if isinstance(each, list) else [each] for each in (before, said)]
        answers[name] = [*both[0], *both[1]]


def _said_in(value: Mapping[str, Json]) -> Json:
    """Give what a choice, text area, rating or number says."""
    said = {key: inner for key, inner in value.items() if key not in PLACE_KEYS or key == "text"}
    if "text" in said and ("startOffset" in value or "start" in value) and len(said) > 1:
        del said["text"]
    return next(iter(said.values())) if len(said) == 1 else said


def _read_meta(task: Mapping[str, Json], fields: Mapping[str, Json], pages: Pages) -> dict[str, Json]:
    meta: dict[str, Json] = {}
    # A dialogue's turns say more than their text.
    texts = {page.key for page in pages.all if not page.turns}
    for key, value in fields.items():
        if key not in texts:
            keep_meta(meta, key, value)
    for key, value in task.items():
        if key not in _TASK_KEYS:
            keep_meta(meta, key, value)
    return meta


def _read_min(task: Mapping[str, Json], line: int, tally: Tally) -> Iterator[Record]:
    """Read a task of JSON_MIN: results stand under the names of their controls."""
    controls = {name: _objects(each, name) for name, each in task.items() if _has_only(each, _TEXT_KEYS)}
    answers = {name: each for name, each in _answers_in(task).items() if name not in controls}
    own = {*controls, *answers}
    spatial = {name for name, each in answers.items() if _has_only(each, _SPATIAL_KEYS)}
    for name in spatial:
        tally.add("{} of pictures, sound or chats {are} left out", "result", line=line, name=name)
        del answers[name]
    ids: dict[str, str] = {}
    regions: list[Region] = []
    for name, values in controls.items():
        for value in values:
            place = short([value.get(key) for key in ("start", "startOffset", "end", "endOffset")])
            # What was said of one place belongs together; the file has no ids.
            region_id = ids.setdefault(place, f"s{len(ids) + 1}")
            kind = next((key for key in value if key not in PLACE_KEYS), "labels")
            regions.append({"id": region_id, "from_name": name, "type": kind, "value": value})
    fields = {key: value for key, value in task.items() if key not in own}
    pages = find_pages({key: value for key, value in fields.items() if key not in _MIN_KEYS}, regions)
    meta = _read_meta({}, fields, pages)
    meta.pop("original_annotator", None)
    for page in pages.all:
        placed = [region for region in regions if pages.of(region) is page]
        spans = SpanList(page.text, tally, line=line)
        _add_spans(spans, placed, page, lambda _: HAND, tally, line)
        said = {name: _said_in(each) if isinstance(each, dict) else each for name, each in answers.items()}
        yield Record(
            page.text,
            meta=meta,
            annotator=name_annotator(task.get("annotator")),
            spans=spans.as_tuple() if own or "annotation_id" in task else None,
            article_labels=said if page is pages.all[0] else {},
            state="unfinished" if answers and not spans else None,
            line=line,
        )


def _read_table(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    """Read a table whose rows are tasks of JSON_MIN."""
    for row in read_named(source):
        if isinstance(row, Refusal):
            yield row
            continue
        line, cells = row
        task = {name: _read_cell(name, cell) for name, cell in cells.items() if cell}
        try:
            yield from _read_min(task, line, tally)
        except WrongError as error:
            yield Refusal(source.name, str(error), line)


def _read_cell(name: str, cell: str) -> Json:
    """Give what a cell holds: lists, objects and numbers of the export itself are JSON."""
    if name not in _NUMBER_KEYS and not cell.startswith(("[", "{")):
        return cell
    try:
        return parse(cell)
    except ValueError:
        return cell


def _has_only(value: Json, keys: AbstractSet[str]) -> bool:
    """Tell whether a value is a list of objects that all have one of these keys."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(each, dict) and not keys.isdisjoint(each) for each in value)


def _answers_in(task: Mapping[str, Json]) -> dict[str, Json]:
    """Give what stands between the task's id and its annotator, where the export puts all answers."""
    names = list(task)
    if "id" not in names or "annotator" not in names[names.index("id") :]:
        return {}
    first, last = names.index("id"), names.index("annotator")
    has_text_before = any(isinstance(task[name], str) for name in names[:first])
    return {name: task[name] for name in names[first + 1 : last]} if has_text_before else {}


def _object(value: Json, where: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise WrongError(f'"{where}" must be an object, not {short(value)}')
    return value


def _objects(value: Json, where: str) -> list[dict[str, Json]]:
    return [_object(each, f"{where}[{index}]") for index, each in enumerate(take_list(value, where))]


def _results(said: Mapping[str, Json]) -> list[dict[str, Json]]:
    return _objects(said.get("result"), "result")
