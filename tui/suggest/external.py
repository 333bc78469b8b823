"""Suggestions from any program that reads articles on standard input and writes spans on standard output.

Each line in is one article, each line out the spans of one article, both JSON::

    {"id": "3", "text": "Rebels attacked Aleppo."}
    {"id": "3", "spans": [{"start": 16, "end": 22, "label": "location", "confidence": 0.9}]}

A line without an `id` is about the article of the same place in the order. A line may name its `model`. The
program is started once and need not answer every article. What it gets wrong is refused line by line; what it
got right stays.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO

from tui.errors import Refusal
from tui.spans import Json
from tui.suggest.suggestion import Suggestion

LONGEST_LINE = 64 << 20
"""Bytes: a line longer than this is refused."""

MOST_REFUSALS = 100
"""Refusals kept; those beyond are counted in the last one."""

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program said."""

    suggestions: dict[str, list[Suggestion]] = field(default_factory=dict)
    """Suggestions by the id of their article."""
    refusals: list[Refusal] = field(default_factory=list)
    """What it got wrong, each with the line of its output."""


def run_program(
    command: Sequence[str],
    articles: Iterable[tuple[str, str]],
    *,
    labels: Sequence[str],
    seconds: float = 600.0,
    source: str | None = None,
) -> Outcome:
    """Let a program suggest spans for articles, given as pairs of id and text, within a time limit.

    `source` names it in its suggestions, else the program's own name does. Never raises for what the program
    does; spans with a label that is not among `labels` are refused.
    """
    name = source or os.path.basename(command[0]) if command else "program"  # noqa: PTH119 - a name, not a path
    reader = _Reader(name, frozenset(labels))
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as complaint:
        for key, text in articles:
            reader.expect(key, len(text))
            asked.write(json.dumps({"id": key, "text": text}).encode("ascii") + b"\n")
        asked.seek(0)
        try:
            process = subprocess.Popen(
                list(command),
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=complaint,
                start_new_session=True,
            )
        except (OSError, IndexError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            reader.refuse(f"the program could not be started: {reason}")
            return reader.outcome()
        in_time = _listen(process, reader, seconds)
        code = process.returncode
        if not in_time:
            reader.refuse(f"the program was ended after {seconds:g} seconds; what it had said by then counts")
        elif code:
            complaint.seek(0)
            words = complaint.read().decode("utf-8", "replace").strip().splitlines()
            said = f": {words[-1][:200]}" if words else ""
            how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
            reader.refuse(f"the program {how}{said}")
    return reader.outcome()


class _Reader:
    """Reads a program's output line by line."""

    def __init__(self, name: str, labels: frozenset[str]) -> None:
        self._name = name
        self._labels = labels
        self._order: list[str] = []
        self._lengths: dict[str, int] = {}
        self._suggestions: dict[str, list[Suggestion]] = {}
        self._refusals: list[Refusal] = []
        self._refused = 0
        self._line = 0
        self._rest = b""

    def expect(self, key: str, length: int) -> None:
        """Note an article that the program is asked about, by its id and length."""
        self._order.append(key)
        self._lengths[key] = length

    def outcome(self) -> Outcome:
        """Return what was read."""
        refusals = list(self._refusals)
        if self._refused > len(refusals):
            refusals.append(Refusal(self._name, f"{self._refused - len(refusals)} more lines were refused"))
        return Outcome(self._suggestions, refusals)

    def refuse(self, reason: str, line: int | None = None) -> None:
        """Note something wrong."""
        self._refused += 1
        if len(self._refusals) < MOST_REFUSALS or line is None:
            self._refusals.append(Refusal(self._name, reason, line))

    def feed(self, chunk: bytes) -> bool:
        """Take in output; tell whether more is wanted."""
        *lines, self._rest = (self._rest + chunk).split(b"\n") if b"\n" in chunk else [self._rest + chunk]
        for line in lines:
            self._read_line(line)
        if len(self._rest) > LONGEST_LINE:
            self.refuse(f"a line is longer than {LONGEST_LINE >> 20} MB", self._line + 1)
            return False
        return True

    def finish(self) -> None:
        """Take in what stands behind the last line end."""
        if self._rest.strip():
            self._read_line(self._rest)

    def _read_line(self, line: bytes) -> None:
        self._line += 1
        if not line.strip():
            return
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            self.refuse("this is not a line of JSON", self._line)
            return
        if not isinstance(record, dict) or not isinstance(record.get("spans"), list):
            self.refuse(
                'this has no "spans"; write {"id": …, "spans": [{"start", "end", "label"}]}', self._line
            )
            return
        key = self._key(record)
        if key is None:
            self.refuse("this is about no article that was sent", self._line)
            return
        model = record.get("model")
        found = self._suggestions.setdefault(key, [])
        for span in record["spans"]:
            suggestion = self._read_span(span, self._lengths[key], model if isinstance(model, str) else None)
            if isinstance(suggestion, str):
                self.refuse(suggestion, self._line)
            elif suggestion not in found:
                found.append(suggestion)

    def _key(self, record: dict[str, Json]) -> str | None:
        if "id" in record:
            key = record["id"]
            return key if isinstance(key, str) and key in self._lengths else None
        return self._order[self._line - 1] if self._line <= len(self._order) else None

    def _read_span(self, span: Json, length: int, model: str | None) -> Suggestion | str:
        """Read a span, or say what is wrong with it."""
        if not isinstance(span, dict):
            return "a span is a mapping with start, end and label"
        start, end, label = span.get("start"), span.get("end"), span.get("label")
        confidence = span.get("confidence")
        if not (isinstance(start, int) and isinstance(end, int) and isinstance(label, str)) or start is True:
            return "a span has whole numbers as start and end, and a label"
        if not 0 <= start < end <= length:
            return f"the span {start}-{end} is not inside the text of {length} characters"
        if label not in self._labels:
            return f"{label!r} is not a label of labels.yaml"
        number = float(confidence) if isinstance(confidence, int | float) else None
        if confidence is not None and (number is None or not 0.0 <= number <= 1.0):
            return f"the confidence {json.dumps(confidence)[:40]} is not a number from 0 to 1"
        return Suggestion(start, end, label, self._name, number, model)


def _listen(process: subprocess.Popen[bytes], reader: _Reader, seconds: float) -> bool:
    """Read a program's output until it ends; tell whether it ended in time. It is gone afterwards."""
    expired = threading.Event()

    def end() -> None:
        expired.set()
        _kill(process)

    timer = threading.Timer(seconds, end)
    timer.start()
    stream: IO[bytes] | None = process.stdout
    try:
        while stream and (chunk := stream.read1(_CHUNK)):  # type: ignore[attr-defined]
            if not reader.feed(chunk):
                break
        else:
            reader.finish()
            process.wait()
    finally:
        timer.cancel()
        timer.join()
        _kill(process)
        if stream:
            stream.close()
    return not expired.is_set()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
