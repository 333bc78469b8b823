"""The learner's own process: reads examples, trains the fields, writes the model file, and is gone.

Run as `python -m tui.suggest.learning.train REQUEST`, where REQUEST is a file with the JSON of a
`Request`. It gives way to everything else on the machine and cannot take more memory or time than the
request allows.
"""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pycrfsuite

from tui.suggest.learning.model import write_model, write_tags
from tui.suggest.request import Example, Request, read_examples

MAX_LEVELS = 3
"""Levels of nesting that are learnt."""

FEWEST_NESTED = 8
"""Spans a level below the outermost needs before it is learnt."""

NESTED_SHARE = 0.03
"""Share of all spans that a level below the outermost needs before it is learnt."""


def train(examples: Sequence[Example], *, iterations: int, folder: Path) -> list[bytes]:
    """Train one field per level of nesting, in a folder; the same examples give the same models."""
    total = sum(len(level) for _, levels in examples for level in levels)
    blobs: list[bytes] = []
    for level in range(MAX_LEVELS):
        count = sum(len(levels[level]) for _, levels in examples if level < len(levels))
        if not count or (level and count < max(FEWEST_NESTED, NESTED_SHARE * total)):
            break
        trainer = pycrfsuite.Trainer(verbose=False)
        trainer.select("lbfgs")
        trainer.set_params(
            {"c1": 0.05, "c2": 0.1, "max_iterations": iterations, "feature.possible_transitions": True}
        )
        for rows, levels in examples:
            spans = levels[level] if level < len(levels) else []
            trainer.append(rows, write_tags(len(rows), spans))
        path = folder / "level"
        trainer.train(str(path))
        blobs.append(path.read_bytes())
    return blobs


def main(argument: str) -> None:
    """Do what the request in a file asks for."""
    request = Request(**json.loads(Path(argument).read_text("utf-8")))
    _give_way(request)
    examples = list(read_examples(request))
    blobs = train(examples, iterations=request.iterations, folder=Path(argument).parent)
    write_model(Path(request.model), blobs, request.header)


def _give_way(request: Request) -> None:
    if sys.platform != "win32":
        import resource

        os.nice(19)
        resource.setrlimit(resource.RLIMIT_AS, (request.memory, request.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (request.seconds, request.seconds))
    if sys.platform == "linux":
        # Where a session is given its share as a whole, its processes' own priority counts only inside it.
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text("19", "ascii")
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


if __name__ == "__main__":
    main(sys.argv[1])
