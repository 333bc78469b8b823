"""GLiNER JSON: a list of texts split into tokens, spans as token indices whose end is **inclusive**.

    [{"tokenized_text": ["Two", "men", "fled", "."], "ner": [[0, 1, "actor"]],
      "ner_labels": ["actor", "weapon"], "ner_negatives": ["weapon"]}]

`ner_labels` are the labels that were looked for in this text, and `ner_negatives` those of them that it does
not have; GLiNER takes the types of an example from `ner_labels` alone where it is there
(`processor.py`, `batch_generate_class_mappings`), and would otherwise draw negatives from other texts of the
batch: labels that nobody looked for here. `relations` are `[head, tail, label]`, indices of `ner`.

Read is JSONL too; the text is made of the tokens with single spaces between them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.errors import Refusal
from tui.formats.format import LINES_OF_JSON, Format, Option, Reading, Writing
from tui.formats.shared.fitting import Fitted, Fitter
from tui.formats.shared.json_values import outline, read_records, take_list, take_parts
from tui.formats.shared.reading import RelationList, SpanList, Tally, WrongError, keep_meta, short, summarise
from tui.formats.shared.source import Source
from tui.formats.shared.tokens import Join, make_text
from tui.formats.shared.writing import Feature, Target, WriteOptions, dump_line
from tui.model.record import Record
from tui.model.span import Json

MAX_WIDTH: Final = Option("--max-width", "GLiNER: a span's most tokens.", 12, metavar="NUMBER")
MAX_LENGTH: Final = Option("--max-length", "GLiNER: a text's most tokens.", 384, metavar="NUMBER")
NEGATIVES: Final = Option(
    "--negatives",
    "GLiNER: the labels looked for, those used in the same article or all of labels.yaml.",
    "used",
    choices=("used", "all"),
)

CARRIES: Final[frozenset[Feature]] = frozenset({"overlaps", "relations"})
"""What the format carries beside spans of whole tokens."""


_READ_KEYS: Final = frozenset({"tokenized_text", "ner", "relations"})


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by its key `tokenized_text`."""
    del path
    return not outline(head).keys().isdisjoint({"tokenized_text", "[].tokenized_text"})


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every example."""
    tally = Tally()
    join = source.options.join
    found = read_records(source, lambda value, line: [_read_example(value, line, tally, join)])
    return summarise(found, tally)


def _read_example(example: Json, line: int, tally: Tally, join: Join) -> Record:
    if not isinstance(example, dict):
        raise WrongError(f"an example must be an object, not {short(example)}")
    raw_tokens = example.get("tokenized_text")
    if not isinstance(raw_tokens, list) or not all(isinstance(token, str) for token in raw_tokens):
        raise WrongError(f'"tokenized_text" must be a list of strings, not {short(raw_tokens)}')
    tokens = [str(token) for token in raw_tokens]
    text, places, said = make_text(tokens, join)
    tally.add(said, "text", line=line)
    spans = SpanList(text, tally, line=line)
    ids: list[str | None] = []
    raw_spans = example.get("ner")
    for index, raw in enumerate(take_list(raw_spans, "ner")):
        where = f"ner[{index}]"
        if not isinstance(raw, list) or len(raw) < 3:
            raise WrongError(f"{where} must be [first, last, label], not {short(raw)}")
        first, last, label = raw[:3]
        if type(first) is not int or type(last) is not int or not 0 <= first <= last < len(tokens):
            raise WrongError(
                f"{where} is {short(raw)}; 0 <= first <= last < {len(tokens)} (tokens) must hold"
            )
        if len(raw) > 3:
            tally.add("what {} had beside first, last and label is left out", line=line)
        ids.append(spans.add(places[first][0], places[last][1], label, where=where))
    relations = RelationList()
    links = take_parts(example.get("relations"), "relations", "relation", tally, line=line)
    for index, raw in enumerate(links):
        with tally.leaving_out("relation", line=line):
            _add_relation(relations, raw, ids, f"relations[{index}]")
    meta: dict[str, Json] = {}
    for key, value in example.items():
        if key not in _READ_KEYS:
            keep_meta(meta, key, value)
    return Record(
        text,
        meta=meta,
        spans=None if raw_spans is None else spans.as_tuple(),
        relations=relations.as_tuple(),
        line=line,
    )


def _add_relation(relations: RelationList, raw: Json, ids: list[str | None], where: str) -> None:
    if not isinstance(raw, list) or len(raw) != 3:
        raise WrongError(f"{where} must be [head, tail, label], not {short(raw)}")
    head, tail = (_span_at(ids, end, where) for end in raw[:2])
    if head is None or tail is None:
        raise WrongError(f"{where} names a span that was left out")
    relations.add(raw[2], head, tail, where=where)


def _span_at(ids: list[str | None], index: Json, where: str) -> str | None:
    if type(index) is not int or not 0 <= index < len(ids):
        raise WrongError(f"{where} names span {short(index)}; ner has {len(ids)}")
    return ids[index]


class GlinerWriter:
    """Writes GLiNER's training data."""

    def __init__(self, target: Target, options: WriteOptions) -> None:
        self._out = target.open_text()
        self._options = options
        self._fitter = Fitter.of(CARRIES, options)
        self._between = "[\n"

    def write(self, record: Record) -> None:
        """Write one record as one example."""
        fitted = self._fitter.fit_tokens(record, keep_space=False)
        if len(fitted.tokens) > MAX_LENGTH.of(self._options):
            why = f"{len(fitted.tokens)} tokens are more than {MAX_LENGTH.of(self._options)}"
            self._lose_record(fitted.record, why)
            return
        kept = self._within_width(fitted)
        looked_for = self._looked_for(record)
        if not looked_for:
            self._fitter.losses.add(
                record,
                "text",
                "no label is known to have been looked for in this text; it was left out"
                " (--negatives all says that every label of labels.yaml was)",
            )
            return
        self._out.write(self._between + dump_line(_example(record, fitted, kept, looked_for)))
        self._between = ",\n"

    def close(self) -> None:
        """End the list and close the file."""
        self._out.write("[]\n" if self._between == "[\n" else "\n]\n")
        self._out.close()

    def _within_width(self, fitted: Fitted) -> Record:
        wide: set[str] = set()
        for span, (first, last) in zip(fitted.record.spans or (), fitted.reaches, strict=True):
            if last - first > MAX_WIDTH.of(self._options):
                wide.add(span.id)
                why = (
                    f"{span.label} of {last - first} tokens is wider than {MAX_WIDTH.of(self._options)};"
                    " it was left out"
                )
                self._fitter.lose_span(fitted.record, span, "limit", why)
        return self._fitter.drop(fitted.record, wide)

    def _looked_for(self, record: Record) -> list[str]:
        wanted = {span.label for span in record.spans or ()}
        wanted.update(
            self._options.labels.names if NEGATIVES.of(self._options) == "all" else record.looked_for
        )
        known = [name for name in self._options.label_names if name in wanted]
        return known + sorted(wanted.difference(known))

    def _lose_record(self, record: Record, why: str) -> None:
        for span in record.spans or ():
            self._fitter.lose_span(record, span, "limit", f"{why}; it was left out")
        # Spans that were lost before are counted already; the text is not.
        if not record.spans:
            self._fitter.losses.add(record, "limit", f"{why}; the text was left out")


def _example(record: Record, fitted: Fitted, kept: Record, looked_for: list[str]) -> Json:
    text = fitted.record.text
    reaches = {span.id: reach for span, reach in zip(fitted.record.spans or (), fitted.reaches, strict=True)}
    spans = kept.spans or ()
    present = {span.label for span in spans}
    # A label of which all spans here were lost is no negative, nor can it be learnt from this text.
    lost = {span.label for span in record.spans or ()} - present
    example: dict[str, Json] = {
        "id": kept.id,
        "tokenized_text": [text[token.start : token.end] for token in fitted.tokens],
        "ner": [[reaches[span.id][0], reaches[span.id][1] - 1, span.label] for span in spans],
        "ner_labels": [name for name in looked_for if name not in lost],
        "ner_negatives": [name for name in looked_for if name not in lost | present],
    }
    if kept.relations:
        places = {span.id: index for index, span in enumerate(spans)}
        example["relations"] = [
            [places[relation.head], places[relation.tail], relation.label] for relation in kept.relations
        ]
    return example


FORMAT: Final = Format(
    "gliner",
    reading=Reading(
        title="GLiNER JSON",
        suffixes=LINES_OF_JSON,
        offsets="tokens, end inclusive",
        brings="spans, relations; labels looked for as metadata; the text of tokens with single spaces",
        lacks="nothing",
        read=read,
        recognises=recognises,
    ),
    writing=Writing(
        title="GLiNER JSON",
        suffix=".json",
        offsets="tokens, end **inclusive**",
        load='model.train_model(train_dataset=json.load(open("FILE.json")), …)',
        open=GlinerWriter,
        carries=CARRIES,
        options=(MAX_WIDTH, MAX_LENGTH, NEGATIVES),
        is_for_models=True,
    ),
)
"""How it is read and written."""
