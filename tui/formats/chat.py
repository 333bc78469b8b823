r"""Chat-style JSONL for instruction tuning: guidelines, text, and the spans as JSON with verbatim quotes.

    {"messages":[{"role":"system","content":"…"},{"role":"user","content":"Two men fled."},
     {"role":"assistant","content":"{\"spans\": [{\"label\": \"actor\", \"text\": \"Two men\", …}]}"}]}

The system text comes from labels.yaml and says what `start` and `end` mean: code points of the user's text,
end exclusive. `id` in the answer is there only where relations name spans by it.
"""

import json
from typing import Final

from tui.formats.format import Format, Writing
from tui.formats.shared.fitting import Fitter
from tui.formats.shared.writing import Feature, LineWriter, Target, WriteOptions, dump_line
from tui.model.labels import Attribute, Label, LabelSet
from tui.model.record import Record
from tui.model.span import Json, Span

CARRIES: Final[frozenset[Feature]] = frozenset(
    {"text", "overlaps", "any edge", "attributes", "relations", "attributes of relations"}
)
"""What the format carries beside spans."""

_ANSWER: Final = (
    'Answer with JSON only: {"spans": [{"label": …, "text": …, "start": …, "end": …}]}. "text" is copied from'
    ' the message letter for letter; "start" and "end" count its characters (Unicode code points) from 0,'
    ' "end" being one past the last. List the spans in the order in which they begin; they may overlap.'
    ' Where there is nothing to tag, answer {"spans": []}.'
)


def open_chat(target: Target, options: WriteOptions) -> LineWriter:
    """Open a writer of chat-style JSONL."""
    system = describe_task(options.labels, options.used_labels)
    fitter = Fitter.of(CARRIES, options, keeps_null=True)
    return LineWriter(target, lambda record: _format(fitter.fit(record), system).encode("utf-8"))


def describe_task(labels: LabelSet, used_labels: tuple[str, ...] = ()) -> str:
    """Write the system text: what to tag, with which labels, and how to answer."""
    parts = ["Tag spans in the news text that the user sends."]
    if labels.guidelines:
        parts.append(labels.guidelines.strip())
    parts.append("Labels:")
    parts += [_describe_label(label) for label in labels.labels]
    parts += [f"- {name}" for name in used_labels]
    if labels.relations:
        parts.append('Relations (as "relations": [{"label": …, "head": span id, "tail": span id}]):')
        for relation in labels.relations:
            ends = f"from {' or '.join(relation.heads) or 'any'} to {' or '.join(relation.tails) or 'any'}"
            line = f"- {relation.name}, {ends}. {relation.description}".rstrip(" .")
            if relation.attributes:
                line += f". Attributes: {'; '.join(map(_describe_attribute, relation.attributes))}."
            parts.append(line)
    parts.append(_ANSWER)
    return "\n".join(parts)


def _describe_label(label: Label) -> str:
    line = f"- {label.name}: {label.description}" if label.description else f"- {label.name}"
    if label.examples:
        line += f" Examples: {', '.join(json.dumps(text, ensure_ascii=False) for text in label.examples)}."
    if label.attributes:
        line += f" Attributes: {'; '.join(map(_describe_attribute, label.attributes))}."
    if label.guidelines:
        line += " " + " ".join(label.guidelines.split())
    return line


def _describe_attribute(attribute: Attribute) -> str:
    if attribute.values:
        kind = f"{'any' if attribute.multiple else 'one'} of {', '.join(attribute.values)}"
    else:
        kind = {"flag": "true or false", "count": "how many, as written"}.get(attribute.type, "text")
    return f"{attribute.name} ({kind})"


def _format(record: Record, system: str) -> str:
    related = {end for relation in record.relations for end in (relation.head, relation.tail)}
    answer: dict[str, Json] = {
        "spans": [_span(span, record.text, with_id=span.id in related) for span in record.spans or ()]
    }
    if record.relations:
        answer["relations"] = [
            {"label": relation.label, "head": relation.head, "tail": relation.tail}
            | ({"attributes": dict(relation.attributes)} if relation.attributes else {})
            for relation in record.relations
        ]
    return dump_line(
        {
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": record.text},
                {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)},
            ]
        }
    )


def _span(span: Span, text: str, *, with_id: bool) -> Json:
    entry: dict[str, Json] = {"id": span.id} if with_id else {}
    entry |= {
        "label": span.label,
        "text": text[span.start : span.end],
        "start": span.start,
        "end": span.end,
    }
    if span.attributes:
        entry["attributes"] = dict(span.attributes)
    return entry


FORMAT: Final = Format(
    "chat",
    writing=Writing(
        title="chat-style JSONL",
        suffix=".jsonl",
        offsets="code points of the user's text, end exclusive",
        load='load_dataset("json", data_files="FILE.jsonl"), whose rows chat trainers take as they are',
        open=open_chat,
        carries=CARRIES,
        is_for_models=True,
    ),
)
"""How it is read and written."""
