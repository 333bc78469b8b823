"""What the learner learnt: conditional random fields, one per level of nesting, and the file they stand in.

The file is a cache that can be thrown away: one line of JSON (what it was learnt for, how long each field's
model is, a digest of all that follows), then the models.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.errors import InputError
from tui.folders import write_whole
from tui.model.span import Json

if TYPE_CHECKING:
    import pycrfsuite

OUT = "O"
"""The tag of a token outside every span; `B-` and `I-` with a label are the first and the others of one."""

FILE_FORMAT = 3
"""Raised whenever the features, the gate or the file change, so that older files are not read."""

Tagged = tuple[int, int, str]
"""A span as the tokens of its paragraph: first, last (included), label."""


class ReadSpan(Struct, frozen=True):
    """A span that a field reads in a paragraph."""

    first: int
    """Its first token."""
    last: int
    """Its last token, included."""
    label: str
    """Its label."""
    confidence: float
    """The smallest of its tokens' marginal probabilities."""


class LevelReading(Struct, frozen=True):
    """What a field says of a paragraph."""

    spans: Sequence[ReadSpan]
    """The likeliest spans."""
    starts: Sequence[Mapping[str, float]]
    """For every token, the labels of which a span may start there, with marginal probabilities."""
    insides: Sequence[Mapping[str, float]]
    """For every token, the labels of which a span may go on there, with marginal probabilities."""


class Model:
    """Fields ready to read paragraphs; the first reads the outermost spans, the next those inside them."""

    def __init__(self, blobs: Sequence[bytes], header: Mapping[str, Json]) -> None:
        import pycrfsuite

        self.header = header
        """What the file says of the model."""
        self.blobs = blobs
        """The models as they stand in the file; the taggers read this memory."""
        self._taggers: list[tuple[pycrfsuite.Tagger, list[str]]] = []
        for blob in blobs:
            tagger = pycrfsuite.Tagger()
            tagger.open_inmemory(blob)
            self._taggers.append((tagger, sorted(tagger.labels())))

    @property
    def version(self) -> str:
        """Name the model by its content."""
        return str(self.header.get("digest", ""))[:12]

    def read(self, rows: Sequence[Sequence[str]]) -> list[LevelReading]:
        """Read a paragraph's features, once per level."""
        return [_read(tagger, tags, rows) for tagger, tags in self._taggers] if rows else []


def _read(tagger: "pycrfsuite.Tagger", tags: Sequence[str], rows: Sequence[Sequence[str]]) -> LevelReading:
    best = tagger.tag(rows)
    starts: list[dict[str, float]] = []
    insides: list[dict[str, float]] = []
    marginal = tagger.marginal
    has_out = OUT in tags
    for index in range(len(rows)):
        start: dict[str, float] = {}
        inside: dict[str, float] = {}
        if not has_out or marginal(OUT, index) < 0.995:
            for tag in tags:
                if tag != OUT:
                    (start if tag[0] == "B" else inside)[tag[2:]] = marginal(tag, index)
        starts.append(start)
        insides.append(inside)
    spans: list[ReadSpan] = []
    for first, last, label in read_tags(best):
        confidence = starts[first].get(label, 0.0)
        for index in range(first + 1, last + 1):
            confidence = min(confidence, insides[index].get(label, 0.0))
        if last + 1 < len(rows):
            confidence = min(confidence, 1.0 - insides[last + 1].get(label, 0.0))
        spans.append(ReadSpan(first, last, label, confidence))
    return LevelReading(spans, starts, insides)


def read_tags(tags: Sequence[str]) -> list[Tagged]:
    """Read the spans that tags stand for; an `I-` that continues nothing starts a span."""
    spans: list[Tagged] = []
    for index, tag in enumerate(tags):
        if tag == OUT:
            continue
        label = tag[2:]
        if tag[0] == "I" and spans and spans[-1][1] == index - 1 and spans[-1][2] == label:
            spans[-1] = (spans[-1][0], index, label)
        else:
            spans.append((index, index, label))
    return spans


def write_tags(count: int, spans: Sequence[Tagged]) -> list[str]:
    """Write spans that do not overlap as the tags of `count` tokens."""
    tags = [OUT] * count
    for first, last, label in spans:
        tags[first] = f"B-{label}"
        for index in range(first + 1, last + 1):
            tags[index] = f"I-{label}"
    return tags


def part_levels(spans: Sequence[Tagged]) -> list[list[Tagged]]:
    """Part spans into levels in which none overlap, the outermost first."""
    levels: list[list[Tagged]] = []
    for span in sorted(set(spans), key=lambda span: (span[0], -span[1], span[2])):
        for level in levels:
            if level[-1][1] < span[0]:
                level.append(span)
                break
        else:
            levels.append([span])
    return levels


def write_model(path: Path, blobs: Sequence[bytes], header: Mapping[str, Json]) -> None:
    """Write a model file, as a whole or not at all."""
    body = b"".join(blobs)
    full = {
        **header,
        "format": FILE_FORMAT,
        "sizes": [len(blob) for blob in blobs],
        "digest": hashlib.blake2b(body, digest_size=16).hexdigest(),
    }
    write_whole(path, json.dumps(full).encode("ascii") + b"\n" + body)


class ModelFile(Struct, frozen=True):
    """What a model file holds, before anything believes it."""

    path: Path
    """Where it was read."""
    header: Mapping[str, Json]
    """What it says of the model."""
    blobs: Sequence[bytes]
    """The models."""

    @property
    def digest(self) -> str:
        """Name the models by their content."""
        return str(self.header["digest"])


def read_model(path: Path, *, key: str) -> ModelFile:
    """Read a model file that was learnt for `key`; raises `InputError` where it is anything else."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = f"{path}: what was learnt cannot be read: {error.strerror}"
        raise InputError(reason) from error
    try:
        header, blobs = split_model(content)
    except ValueError as error:
        raise InputError(f"{path}: {error}; a new one is learnt") from error
    if header.get("key") != key:
        raise InputError(f"{path}: this model was learnt for other labels; a new one is learnt")
    return ModelFile(path, header, blobs)


def split_model(content: bytes) -> tuple[dict[str, Json], list[bytes]]:
    """Part a model file into what it says of itself and its models; raises `ValueError` for anything else."""
    line, _, body = content.partition(b"\n")
    try:
        header = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("this is no model") from error
    if not isinstance(header, dict) or header.get("format") != FILE_FORMAT:
        raise ValueError("this model is of another version")
    sizes = header.get("sizes")
    digest = hashlib.blake2b(body, digest_size=16).hexdigest()
    if (
        not isinstance(sizes, list)
        or not all(type(size) is int and size > 0 for size in sizes)
        or sum(sizes) != len(body)
        or digest != header.get("digest")
    ):
        raise ValueError("this model is damaged")
    blobs: list[bytes] = []
    for size in sizes:
        blobs.append(body[:size])
        body = body[size:]
    return header, blobs
