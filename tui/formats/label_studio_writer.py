"""Writes Label Studio JSON: a list of tasks, each with one annotation, and the configuration that fits them.

    [{"id":1,"data":{"text":"Two men fled."},"annotations":[{"id":1,"result":[
       {"id":"s1","from_name":"label","to_name":"text","type":"labels",
        "value":{"start":0,"end":7,"text":"Two men","labels":["actor"]}},
       {"id":"s1","from_name":"role","to_name":"text","type":"choices",
        "value":{"start":0,"end":7,"text":"Two men","choices":["attacker"]}},
       {"type":"relation","from_id":"s1","to_id":"s2","direction":"right","labels":["uses"]}]}]}]

Offsets are code points of `data.text`, end exclusive (HumanSignal/label-studio#1008). Tasks carry no
`completed_by`: Label Studio refuses numbers of people it does not know; the name is in `data.annotator`.
"""

from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import quoteattr

from tui.formats.fitting import Fitter
from tui.formats.writing import Feature, Target, WriteOptions, dump_line
from tui.labels import Attribute
from tui.records import Record
from tui.spans import Json, Span

CARRIES: Final[frozenset[Feature]] = frozenset(
    {"text", "overlaps", "any edge", "attributes", "relations", "notes", "article labels", "metadata"}
)
"""What the format carries beside spans."""

_LABELS_CONTROL: Final = "label"
_TEXT_OBJECT: Final = "text"


class LabelStudioWriter:
    """Writes Label Studio's tasks, and the labelling configuration that fits them as `.xml` beside."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._target = target
        self._options = options
        self._out = target.open_text()
        self._fitter = Fitter.of(CARRIES, options)
        self._count = 0
        self._attributes: dict[str, _Control] = {}
        self._article_labels: dict[str, _Control] = {}
        self._labels = dict.fromkeys(options.label_names)
        self._relations = dict.fromkeys(relation.name for relation in options.labels.relations)
        for label in options.labels.labels:
            for attribute in label.attributes:
                control = self._attributes.setdefault(attribute.name, _Control.of(attribute))
                control.join(attribute)
                control.labels[label.name] = None
        for article_label in options.labels.article_labels:
            self._article_labels[article_label.name] = _Control.of(article_label)

    def write(self, record: Record) -> None:
        """Write one record as one task with one annotation."""
        fitted = self._fitter.fit(record)
        self._count += 1
        results: list[Json] = []
        for span in fitted.spans or ():
            results += self._results_of(span, fitted.text)
        for relation in fitted.relations:
            self._relations[relation.label] = None
            results.append(
                {
                    "type": "relation",
                    "from_id": relation.head,
                    "to_id": relation.tail,
                    "direction": "right",
                    "labels": [relation.label],
                }
            )
        for name, value in fitted.article_labels.items():
            control = self._article_labels.setdefault(name, _Control())
            answer: dict[str, Json] = {
                "id": f"article-{name}",
                "from_name": self._control_of_article(name),
                "to_name": _TEXT_OBJECT,
            }
            results.append(answer | control.answer(value) | {"origin": "manual"})
        annotation: dict[str, Json] = {
            "id": self._count,
            "result": results,
            "was_cancelled": False,
            "ground_truth": False,
        }
        task: dict[str, Json] = {
            "id": self._count,
            "data": _task_data(fitted),
            "annotations": [annotation],
            "predictions": [],
        }
        self._out.write(("[\n" if self._count == 1 else ",\n") + dump_line(task))

    def close(self) -> None:
        """End the list and write the configuration."""
        self._out.write("\n]\n" if self._count else "[]\n")
        self._out.close()
        with self._target.open_text("xml") as out:
            out.write(self._configuration())

    def _results_of(self, span: Span, text: str) -> list[Json]:
        place: dict[str, Json] = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
        region: dict[str, Json] = {
            "id": span.id,
            "from_name": _LABELS_CONTROL,
            "to_name": _TEXT_OBJECT,
            "type": "labels",
            "value": {**place, "labels": [span.label]},
            "origin": "manual",
        }
        if span.note:
            region["meta"] = {"text": [span.note]}
        self._labels[span.label] = None
        results: list[Json] = [region]
        for name, value in span.attributes.items():
            control = self._attributes.setdefault(name, _Control())
            control.labels[span.label] = None
            answer = control.answer(value)
            inner = answer["value"]
            results.append(
                {
                    "id": span.id,
                    "from_name": _clean_control(name),
                    "to_name": _TEXT_OBJECT,
                    "type": answer["type"],
                    "value": {**place, **(inner if isinstance(inner, dict) else {})},
                    "origin": "manual",
                }
            )
        return results

    def _control_of_article(self, name: str) -> str:
        """Name the control of an article label: no attribute's control has the same name."""
        clean = _clean_control(name)
        while clean in self._attributes:
            clean += "_"
        return clean

    def _configuration(self) -> str:
        """Write the labelling configuration."""
        known = {label.name: label for label in self._options.labels.labels}
        lines = [
            "<View>",
            "  <!-- Offsets are Unicode code points of the text, end exclusive. -->",
            f"  <Labels name={quoteattr(_LABELS_CONTROL)} toName={quoteattr(_TEXT_OBJECT)}>",
        ]
        for name in self._labels:
            label = known.get(name)
            line = f"    <Label value={quoteattr(name)}"
            if label is not None and label.key:
                line += f" hotkey={quoteattr(label.key)}"
            if label is not None and label.color:
                line += f" background={quoteattr(label.color)}"
            lines.append(f"{line}/>")
        lines += ["  </Labels>", f'  <Text name={quoteattr(_TEXT_OBJECT)} value="$text"/>']
        for name, control in self._attributes.items():
            when = (
                f' perRegion="true" whenTagName={quoteattr(_LABELS_CONTROL)}'
                f" whenLabelValue={quoteattr(','.join(control.labels))}"
            )
            lines += control.describe(_clean_control(name), name, when)
        for name, control in self._article_labels.items():
            lines += control.describe(self._control_of_article(name), name, "")
        if self._relations:
            lines.append("  <Relations>")
            lines += [f"    <Relation value={quoteattr(name)}/>" for name in self._relations]
            lines.append("  </Relations>")
        return "\n".join([*lines, "</View>", ""])


@dataclass(slots=True)
class _Control:
    """One question of the labelling interface: a choice, or a line of text where `choices` is None."""

    choices: dict[str, None] | None = None
    multiple: bool = False
    labels: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, attribute: Attribute) -> "_Control":
        return cls(_choices_of(attribute), attribute.multiple)

    def join(self, attribute: Attribute) -> None:
        """Ask for an attribute of the same name that another label has."""
        choices = _choices_of(attribute)
        self.choices = None if self.choices is None or choices is None else self.choices | choices
        self.multiple = self.multiple or attribute.multiple

    def answer(self, value: Json) -> dict[str, Json]:
        """Write a value as the control's answer."""
        answers = [_answer_text(each) for each in (value if isinstance(value, list) else [value])]
        if self.choices is None:
            return {"type": "textarea", "value": {"text": list[Json](answers)}}
        self.choices |= dict.fromkeys(answers)
        return {"type": "choices", "value": {"choices": list[Json](answers)}}

    def describe(self, name: str, title: str, when: str) -> list[str]:
        """Write the control's tag."""
        head = f"name={quoteattr(name)} toName={quoteattr(_TEXT_OBJECT)}{when}"
        if self.choices is None:
            return [f"  <TextArea {head} placeholder={quoteattr(title)}/>"]
        kind = "multiple" if self.multiple else "single"
        choices = [f"    <Choice value={quoteattr(choice)}/>" for choice in self.choices]
        return [f'  <Choices {head} choice="{kind}">', *choices, "  </Choices>"]


def _choices_of(attribute: Attribute) -> dict[str, None] | None:
    if attribute.type == "flag":
        return dict.fromkeys(("true", "false"))
    return dict.fromkeys(attribute.values) if attribute.type == "choice" else None


def _answer_text(value: Json) -> str:
    return value if isinstance(value, str) else dump_line(value)


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
    if record.article is not None:
        data["article"] = record.article
    if record.paragraph is not None:
        data["paragraph"] = record.paragraph + 1
        data["offset"] = record.offset
    if record.notes:
        data["notes"] = {str(index + 1): note for index, note in record.notes.items()}
    if record.meta:
        data["meta"] = dict(record.meta)
    return data
