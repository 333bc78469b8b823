"""Records that have everything, and a place to write them: for tests of writers."""

from pathlib import Path

from tests.readers import writing_of
from tests.record_lines import read_lines
from tui.formats.shared.writing import Loss, Losses, OnLoss, WriteOptions
from tui.model.labels import LabelSet
from tui.model.labels.read import parse_labels
from tui.model.record import Record
from tui.model.span import Origin, Relation, Span
from tui.project.outputs import publish_files, publish_folder, stage

LABELS: LabelSet = parse_labels(
    """
title: Raids
guidelines: Tag the smallest phrase.
labels:
  - name: actor
    key: a
    color: "#0072B2"
    description: Who acts.
    examples: [three masked men]
    attributes:
      - {name: role, values: [attacker, victim]}
      - {name: armed, type: flag}
  - name: weapon
  - name: casualty
    attributes:
      - {name: count, type: count}
      - {name: outcome, values: [killed, injured], multiple: true}
  - name: safe house
relations:
  - {name: uses, from: [actor], to: [weapon]}
article_labels:
  - {name: event_type, values: [raid, none]}
""",
    file="labels.yaml",
)
"""Labels of every kind, one with a space in its name."""

TEXT = "Three masked men 😀 with a AK-47\r\nshot  at least a dozen people (“قتيل”) near 日本 square."
"""A text with an emoji, a line break of two characters, two spaces, and two more scripts."""


def span(span_id: str, quoted: str, label: str, **more: object) -> Span:
    """Make a span of the first place of `quoted` in the text."""
    start = TEXT.index(quoted)
    return Span(span_id, start, start + len(quoted), label, **more)  # type: ignore[arg-type]


PLAIN = Record(
    text=TEXT,
    title="A raid",
    id="a1#1",
    meta={"source": "wire"},
    annotator="ana",
    spans=(
        span("s1", "Three masked men", "actor"),
        span("s2", "AK-47", "weapon"),
        span("s3", "at least a dozen people", "casualty"),
        span("s4", "日", "safe house"),
    ),
    offset=10,
    paragraph=0,
    article="a1",
    looked_for=("actor", "casualty", "safe house", "weapon"),
)
"""What every format carries, once the label is written in one word."""

EMPTY = Record(
    text="Nobody was hurt.",
    id="a1#2",
    annotator="ana",
    spans=(),
    offset=120,
    paragraph=1,
    article="a1",
    looked_for=("actor", "casualty", "safe house", "weapon"),
)
"""A text in which there is nothing to tag."""

RICH = Record(
    text=TEXT,
    title="=A raid",
    id="a2",
    annotator="bea",
    spans=(
        span("s1", "Three masked men", "actor", attributes={"role": "attacker", "armed": True}),
        span("s2", "masked", "weapon", note="check\nthis"),
        span("s3", "AK-4", "weapon", origin=Origin("repeats", 0.75, "m1")),
        span("s4", "AK-47\r\nshot", "casualty", attributes={"count": 12, "outcome": ["killed", "injured"]}),
        span("s5", " at least", "casualty"),
        span(
            "s6",
            "dozen people (“قتيل”) near 日本",
            "safe house",
            fragments=(
                (TEXT.index("dozen"), TEXT.index("dozen") + 5),
                (TEXT.index("日本"), TEXT.index("日本") + 2),
            ),
        ),
    ),
    relations=(Relation("r1", "uses", "s1", "s2"), Relation("r2", "uses", "s1", "s3")),
    article_labels={"event_type": "raid"},
    notes={0: "odd"},
    flags=frozenset({0}),
    looked_for=("actor", "casualty", "safe house", "weapon"),
)
"""All that can be said of a text."""


def write(
    folder: Path,
    name: str,
    records: list[Record],
    *,
    on_loss: OnLoss = "drop",
    told: list[Loss] | None = None,
    labels: LabelSet = LABELS,
    **more: object,
) -> tuple[dict[str, bytes], Losses]:
    """Write records in a format; give the files by name (`out` with its endings) and what was lost.

    `told` collects every single loss.
    """
    losses = Losses(None if told is None else told.append)
    options = WriteOptions(labels=labels, on_loss=on_loss, losses=losses, **more)  # type: ignore[arg-type]
    known = writing_of(name)
    path = folder / f"out{known.suffix}"
    with stage(path) as files:
        writer = known.open(files, options)
        try:
            for record in records:
                writer.write(record)
        finally:
            writer.close()
        if known.is_folder:
            publish_folder(files, path)
            written = sorted(path.iterdir())
        else:
            written = publish_files(files, path)
    if name == "jsonl":
        read_lines(path)
    return {each.name: each.read_bytes() for each in written}, losses
