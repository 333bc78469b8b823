"""Writes Label Studio JSON: a list of tasks, each with one annotation, and the configuration that fits them.

    [{"id":1,"data":{"text":"Two men fled."},"annotations":[{"id":1,"result":[
       {"id":"s1","from_name":"label","to_name":"text","type":"labels",
        "value":{"start":0,"end":7,"text":"Two men","labels":["actor"]}},
       {"id":"s1","from_name":"role","to_name":"text","type":"choices",
        "value":{"start":0,"end":7,"text":"Two men","choices":["attacker"]}},
       {"type":"relation","from_id":"s1","to_id":"s2","direction":"right","labels":["uses"]}]}]}]

Offsets are code points of `data.text`, end exclusive (HumanSignal/label-studio#1008). Tasks carry no
`completed_by`: Label Studio refuses numbers of people it does not know; the name is in `data.annotator`. A
task that came from Label Studio goes back as it was, to its own questions, under its own ids; what several
people say of it stands in one task again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

from msgspec import Struct, field

from tui.formats.label_studio.home import HOME_KEY, Control, Home, name_annotator
from tui.formats.shared.answers import as_text
from tui.formats.shared.fitting import Fitter
from tui.formats.shared.reading import NATIVE_META_KEYS
from tui.formats.shared.writing import Feature, Target, WriteOptions, describe_piece, dump_line
from tui.model.labels import Attribute
from tui.model.record import Record
from tui.model.span import Json, Span

CARRIES: Final[frozenset[Feature]] = frozenset(
    {"text", "overlaps", "any edge", "attributes", "relations", "notes", "article labels", "metadata"}
)
"""What the format carries beside spans."""

_OWN_META: Final = frozenset({HOME_KEY, "annotations", "document"})
_LABELS_CONTROL: Final = "label"
_TEXT_OBJECT: Final = "text"
_UNNAMED: Final = "relation"
"""What a relation without a label is called here."""


class LabelStudioWriter:
    """Writes Label Studio's tasks, and the labelling configuration that fits them as `.xml` beside."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._target = target
        self._options = options
        self._out = target.open_text()
        self._fitter = Fitter.of(CARRIES, options)
        self._count = 0
        self._has_written = False
        self._held: tuple[Record, dict[str, Json]] | None = None
        self._attributes: dict[str, _Control] = {}
        self._article_labels: dict[str, _Control] = {}
        self._labels: dict[str, dict[str, None]] = {}
        self._texts: dict[str, str] = {}
        self._shown = "text"
        """The field of the tasks that is shown where no object is known to show one."""
        self._came: dict[str, str] = {}
        """The object that each control that came is about."""
        self._came_controls: dict[str, _Control] = {}
        self._relations = dict.fromkeys(relation.name for relation in options.labels.relations)
        for label in options.labels.labels:
            for attribute in label.attributes:
                control = self._attributes.setdefault(attribute.name, _Control.of(attribute))
                control.join(attribute)
                control.labels[label.name] = None
        for article_label in options.labels.article_labels:
            self._article_labels[article_label.name] = _Control.of(article_label)

    def write(self, record: Record) -> None:
        """Write one record as one task with one annotation, or add that to the task that it came from."""
        fitted = self._fitter.fit(record)
        self._count += 1
        home = Home.of(fitted.meta) if fitted.article is None else None
        annotation = self._annotation_of(fitted, home)
        if home is not None and self._held is not None and _is_one_task(self._held[0], fitted):
            said = self._held[1]["annotations"]
            if isinstance(said, list):
                ids = [each.get("id") for each in said if isinstance(each, dict)]
                said.append(annotation | ({"id": self._count} if annotation["id"] in ids else {}))
            return
        self._flush()
        task: dict[str, Json] = {"id": self._count, "data": _task_data(fitted)} if home is None else {}
        if home is not None:
            task = _task_of(fitted, home, self._count)
            if home.controls:
                self._texts.setdefault(self._object_of(home), home.text)
            self._shown = home.text
        self._held = fitted, {**task, "annotations": [annotation], "predictions": []}

    def close(self) -> None:
        """End the list and write the configuration."""
        self._flush()
        self._out.write("\n]\n" if self._count else "[]\n")
        self._out.close()
        with self._target.open_text("xml") as out:
            out.write(self._configuration())

    def _flush(self) -> None:
        """Write the task that may have been waiting for more annotations."""
        if self._held is not None:
            is_first = not self._has_written
            self._out.write(("[\n" if is_first else ",\n") + dump_line(self._held[1]))
            self._has_written = True
            self._held = None

    def _annotation_of(self, record: Record, home: Home | None) -> dict[str, Json]:
        results: list[Json] = []
        region_of = _join_labels(record.spans or ()) if home is not None else {}
        labels: dict[str, list[str]] = {}
        # The label of the region's own span comes first: a relation is that of the first one.
        for span in sorted(record.spans or (), key=lambda span: _part_of(span, region_of)):
            labels.setdefault(region_of.get(span.id, span.id), []).append(span.label)
        for span in record.spans or ():
            if span.id not in region_of:
                results += self._results_of(span, labels[span.id], record.text, home)
        results += self._links_of(record, region_of, home)
        for name, value in record.article_labels.items():
            results.append(self._answer_of_article(name, value, home))
        said: dict[str, Json] = {"was_cancelled": False, "ground_truth": False}
        annotation: dict[str, Json] = {"id": self._count, "result": results, **said}
        return annotation | (_said_by(record) if home is not None else {})

    def _links_of(self, record: Record, region_of: Mapping[str, str], home: Home | None) -> Iterator[Json]:
        """Give the relations: those that came with several labels, or in another direction, as they were."""
        left: dict[tuple[str, str], list[str]] = {}
        for each in record.relations:
            ends = region_of.get(each.head, each.head), region_of.get(each.tail, each.tail)
            left.setdefault(ends, []).append(each.label)
        for link in home.links if home is not None else ():
            there = left.get(link.ends, [])
            # A relation that Label Studio gave no label came in under this name.
            kept = [label for label in link.labels or [_UNNAMED] if label in there]
            for label in kept:
                there.remove(label)
            if kept:
                labels = kept if link.labels else []
                yield self._link(link.from_id, link.to_id, link.direction, labels)
        for (head, tail), names in left.items():
            for label in names:
                is_nameless = home is not None and label == _UNNAMED and label not in self._relations
                declared = self._options.labels.relation(label)
                direction = "bi" if declared is not None and declared.symmetric else "right"
                yield self._link(head, tail, direction, [] if is_nameless else [label])

    def _link(self, head: str, tail: str, direction: str, labels: Sequence[str]) -> Json:
        self._relations.update(dict.fromkeys(labels))
        result: dict[str, Json] = {"type": "relation", "from_id": head, "to_id": tail, "direction": direction}
        return result | ({"labels": list[Json](labels)} if labels else {})

    def _answer_of_article(self, name: str, value: Json, home: Home | None) -> Json:
        came = home.controls.get(name) if home is not None else None
        if came is not None:
            said = _answer(came, value)
            self._control_that_came(name, came).note(said)
            head: dict[str, Json] = {"id": came.id or f"article-{name}", "from_name": name}
            return {**head, "to_name": came.to_name, **said, "origin": "manual"}
        control = self._article_labels.setdefault(name, _Control())
        answer: dict[str, Json] = {
            "id": f"article-{name}",
            "from_name": self._control_of_article(name),
            "to_name": self._object_of(home),
        }
        return answer | control.answer(value) | {"origin": "manual"}

    def _results_of(self, span: Span, labels: Sequence[str], text: str, home: Home | None) -> list[Json]:
        place: dict[str, Json] = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
        asked = home.find_control(span.label) if home is not None else None
        name, to_name = (
            (asked[0], asked[1].to_name) if asked is not None else (_LABELS_CONTROL, self._object_of(home))
        )
        is_taken = home is not None and span.origin.source not in ("hand", "import")
        region: dict[str, Json] = {
            "id": span.id,
            "from_name": name,
            "to_name": to_name,
            "type": "labels",
            "value": {**place, "labels": list[Json](labels)},
            "origin": "prediction" if is_taken else "manual",
        }
        if span.note:
            region["meta"] = {"text": [span.note]}
        self._labels.setdefault(name, {}).update(dict.fromkeys(labels))
        self._came.setdefault(name, to_name)
        results: list[Json] = [region]
        for attribute, value in span.attributes.items():
            came = home.controls.get(attribute) if home is not None else None
            if came is not None:
                answer = _answer(came, value)
                self._control_that_came(attribute, came).note(answer, span.label)
                from_name, to_name = attribute, came.to_name
            elif home is not None and attribute not in self._attributes:
                _set_property(region, attribute, value)
                continue
            else:
                control = self._attributes.setdefault(attribute, _Control())
                control.labels[span.label] = None
                answer = control.answer(value)
                from_name, to_name = _clean_control(attribute), self._object_of(home)
            inner = answer["value"]
            results.append(
                {
                    "id": span.id,
                    "from_name": from_name,
                    "to_name": to_name,
                    "type": answer["type"],
                    "value": {**place, **(inner if isinstance(inner, dict) else {})},
                    "origin": "manual",
                }
            )
        return results

    def _object_of(self, home: Home | None) -> str:
        """Name the object that shows a task's text; one without answers has that of the tasks before it."""
        came = () if home is None else home.controls.values()
        known = () if home is None else self._texts
        return next((each.to_name for each in came), next(iter(known), _TEXT_OBJECT))

    def _control_that_came(self, name: str, came: Control) -> "_Control":
        """Find the control of an answer that came from Label Studio; it keeps its name."""
        self._came[name] = came.to_name
        known = self._attributes.get(name) or self._article_labels.get(name)
        return self._came_controls.setdefault(name, known or _Control.of_type(came.type))

    def _control_of_article(self, name: str) -> str:
        """Name the control of an article label: no attribute's control has the same name."""
        clean = _clean_control(name)
        while clean in self._attributes:
            clean += "_"
        return clean

    def _configuration(self) -> str:
        """Write the labelling configuration."""
        known = {label.name: label for label in self._options.labels.labels}
        lines = ["<View>", "  <!-- Offsets are Unicode code points of the text, end exclusive. -->"]
        asked = self._labels or {_LABELS_CONTROL: {}}
        first = _LABELS_CONTROL if _LABELS_CONTROL in asked else next(iter(asked))
        asked[first] = dict.fromkeys(self._options.label_names) | asked[first]
        texts = self._texts or {_TEXT_OBJECT: self._shown}
        text = next(iter(texts))
        for control_name, labels in asked.items():
            to_name = self._came.get(control_name, text)
            lines.append(f"  <Labels name={quoteattr(control_name)} toName={quoteattr(to_name)}>")
            for name in labels:
                label = known.get(name)
                line = f"    <Label value={quoteattr(name)}"
                if label is not None and label.key:
                    line += f" hotkey={quoteattr(label.key)}"
                if label is not None and label.color:
                    line += f" background={quoteattr(label.color)}"
                lines.append(f"{line}/>")
            lines.append("  </Labels>")
        for name, value in texts.items():
            lines.append(f'  <Text name={quoteattr(name)} value="${value}"/>')
        controls = {
            **{_clean_control(name): control for name, control in self._attributes.items()},
            **{self._control_of_article(name): control for name, control in self._article_labels.items()},
        }
        came = self._came_controls
        taken = {id(control) for control in came.values()}
        controls = {name: each for name, each in controls.items() if id(each) not in taken} | came
        for name, control in controls.items():
            when = (
                f' perRegion="true" whenTagName={quoteattr(first)}'
                f" whenLabelValue={quoteattr(','.join(control.labels))}"
            )
            about = when if control.labels else ""
            lines += control.describe(name, about, self._came.get(name, text))
        if self._relations:
            lines.append("  <Relations>")
            lines += [f"    <Relation value={quoteattr(name)}/>" for name in self._relations]
            lines.append("  </Relations>")
        return "\n".join([*lines, "</View>", ""])


class _Control(Struct):
    """One question of the labelling interface: a choice, or where `choices` is None a text or a number."""

    choices: dict[str, None] | None = None
    multiple: bool = False
    is_number: bool = False
    is_rating: bool = False
    labels: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, attribute: Attribute) -> "_Control":
        return cls(_choices_of(attribute), attribute.multiple, attribute.type == "number")

    @classmethod
    def of_type(cls, kind: str) -> "_Control":
        """Make the control that gives results of a type."""
        choices: dict[str, None] | None = {} if kind == "choices" else None
        return cls(choices, is_number=kind == "number", is_rating=kind == "rating")

    def note(self, answer: Mapping[str, Json], label: str = "") -> None:
        """Ask for what was answered of a region with a label, else of the text, and offer its choices."""
        self.labels |= dict.fromkeys([label] if label else [])
        value = answer["value"]
        listed = value.get("choices") if isinstance(value, dict) else None
        if self.choices is not None and isinstance(listed, list):
            self.choices |= dict.fromkeys(str(each) for each in listed)
            self.multiple = self.multiple or len(listed) > 1

    def join(self, attribute: Attribute) -> None:
        """Ask for an attribute of the same name that another label has."""
        choices = _choices_of(attribute)
        self.choices = None if self.choices is None or choices is None else self.choices | choices
        self.multiple = self.multiple or attribute.multiple
        self.is_number = self.is_number and attribute.type == "number"

    def answer(self, value: Json) -> dict[str, Json]:
        """Write a value as the control's answer."""
        if self.is_number:
            return {"type": "number", "value": {"number": value}}
        answers = [_answer_text(each) for each in (value if isinstance(value, list) else [value])]
        if self.choices is None:
            return {"type": "textarea", "value": {"text": list[Json](answers)}}
        self.choices |= dict.fromkeys(answers)
        return {"type": "choices", "value": {"choices": list[Json](answers)}}

    def describe(self, name: str, when: str, to_name: str) -> list[str]:
        """Write the control's tag."""
        head = f"name={quoteattr(name)} toName={quoteattr(to_name)}{when}"
        if self.is_number or self.is_rating:
            return [f"  <{'Number' if self.is_number else 'Rating'} {head}/>"]
        if self.choices is None:
            return [f"  <TextArea {head} placeholder={quoteattr(name)}/>"]
        kind = "multiple" if self.multiple else "single"
        choices = [f"    <Choice value={quoteattr(choice)}/>" for choice in self.choices]
        return [f'  <Choices {head} choice="{kind}">', *choices, "  </Choices>"]


def _choices_of(attribute: Attribute) -> dict[str, None] | None:
    if attribute.type == "flag":
        return dict.fromkeys(("true", "false"))
    return dict.fromkeys(attribute.values) if attribute.type == "choice" else None


def _answer_text(value: Json) -> str:
    if isinstance(value, dict):
        return as_text(value) or ""
    return value if isinstance(value, str) else dump_line(value)


def _join_labels(spans: Iterable[Span]) -> dict[str, str]:
    """Say to which region a span belongs that is one more label of it, which the reader called `REGION-2`."""
    by_id = {span.id: span for span in spans}
    joined: dict[str, str] = {}
    for span in by_id.values():
        first = by_id.get(span.id.rpartition("-")[0])
        if first is not None and span.id.rpartition("-")[2].isdecimal() and _is_one_region(first, span):
            joined[span.id] = first.id
    return {name: joined.get(region, region) for name, region in joined.items()}


def _part_of(span: Span, region_of: Mapping[str, str]) -> int:
    """Say which label of its region a span is, as the reader called it; 0 for the first."""
    return int(span.id.rpartition("-")[2]) if span.id in region_of else 0


def _is_one_region(first: Span, span: Span) -> bool:
    said = [(each.start, each.end, _plainly(each), each.note, each.origin) for each in (first, span)]
    return said[0] == said[1]


def _plainly(span: Span) -> dict[str, list[str]]:
    """Give what is said of a span, whatever types labels.yaml gives to its label's attributes."""
    return {
        name: [line for each in (value if isinstance(value, list) else [value]) for line in _lines_of(each)]
        for name, value in span.attributes.items()
    }


def _lines_of(value: Json) -> list[str]:
    return _answer_text(value).split("\n")


def _is_one_task(before: Record, after: Record) -> bool:
    return (before.id, before.text, before.meta) == (after.id, after.text, after.meta)


def _task_of(record: Record, home: Home, number: int) -> dict[str, Json]:
    """Give a task what it had where it came from, beside its annotations."""
    task: dict[str, Json] = {"id": number if home.id is None else home.id, "data": {}}
    fields: dict[str, Json] = {home.text: record.text}
    for name, value in record.meta.items():
        bare = name.removeprefix("original_")
        key = bare if bare in NATIVE_META_KEYS else name
        if name in home.fields:
            fields[key] = value
        elif name not in _OWN_META and not (name.startswith("id") and value == home.id):
            task[key] = value
    task["data"] = fields
    return task


def _said_by(record: Record) -> dict[str, Json]:
    """Give what is known of the annotation that a record's annotator made where it came from."""
    listed = record.meta.get("annotations")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and name_annotator(each.get("completed_by")) in (None, record.annotator):
            return {key: value for key, value in each.items() if key != "result"}
    return {}


def _answer(control: Control, value: Json) -> dict[str, Json]:
    """Write a value as the answer to a question that was there."""
    key = "text" if control.type == "textarea" else control.type
    if control.has_many and isinstance(value, str):
        value = list[Json](value.split("\n"))
    if control.type in ("choices", "textarea"):
        value = [_answer_text(each) for each in (value if isinstance(value, list) else [value])]
    return {"type": control.type, "value": value if isinstance(value, dict) else {key: value}}


def _set_property(region: dict[str, Json], name: str, value: Json) -> None:
    """Write an attribute that no question asks for as the region's own; its metadata beside its note."""
    known = region.get(name)
    if isinstance(known, dict) and isinstance(value, dict):
        value = {**value, **known}
    elif name in region:
        return
    region[name] = value


def _clean_control(name: str) -> str:
    """Name a control: not as the labels or the text are named."""
    return f"{name}_" if name.rstrip("_") in (_LABELS_CONTROL, _TEXT_OBJECT) else name


def _task_data(record: Record) -> dict[str, Json]:
    data: dict[str, Json] = {"text": record.text}
    if record.id is not None:
        data["id"] = record.id
    if record.title:
        data["title"] = record.title
    if record.annotator is not None:
        data["annotator"] = record.annotator
    data |= describe_piece(record)
    if record.notes:
        data["notes"] = {str(index + 1): note for index, note in record.notes.items()}
    if record.meta:
        data["meta"] = dict(record.meta)
    return data
