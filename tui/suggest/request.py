"""What the learner asks of its process, and the examples it hands over, both as files of JSON."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, structs

from tui.model.span import Json
from tui.suggest.learning.model import Tagged

Example: TypeAlias = tuple[list[list[str]], list[list[Tagged]]]
"""A finished paragraph: the features of every token, and its spans level by level."""


class Request(Struct, frozen=True):
    """What the process is asked for."""

    examples: str
    """The file of examples, one of `write_example` a line."""
    offset: int
    """Bytes to skip."""
    count: int
    """Examples to read."""
    model: str
    """Where the model goes."""
    header: dict[str, Json]
    """What the model's header says besides what it says of itself."""
    left_out: Sequence[int] = ()
    """Which of these examples, from 0, are not learnt from: they were taken back."""
    iterations: int = 50
    """L-BFGS iterations at most."""
    memory: int = 1 << 31
    """Bytes of address space at most."""
    seconds: int = 300
    """Processor seconds at most."""


def write_example(rows: Sequence[Sequence[str]], levels: Sequence[Sequence[Tagged]]) -> bytes:
    """Write an example as one line."""
    return json.dumps([["\t".join(row) for row in rows], levels], separators=(",", ":")).encode() + b"\n"


def write_request(request: Request) -> str:
    """Write a request as JSON."""
    return json.dumps(structs.asdict(request))


def read_examples(request: Request) -> Iterator[Example]:
    """Read the examples that a request names."""
    with Path(request.examples).open("rb") as lines:
        lines.seek(request.offset)
        for place, line in enumerate(islice(lines, request.count)):
            if place in request.left_out:
                continue
            rows, levels = json.loads(line)
            yield (
                [row.split("\t") for row in rows],
                [[(first, last, label) for first, last, label in level] for level in levels],
            )
