"""Suggestions from any program that reads articles on standard input and writes spans on standard output.

Each line in is one article, each line out the spans of one article, both JSON::

    {"id": "3", "text": "Rebels attacked Aleppo."}
    {"id": "3", "spans": [{"start": 16, "end": 22, "label": "location", "confidence": 0.9}]}

A line without an `id` is about the article of the same place in the order. A line may name its `model`. The
program is started once and need not answer every article. What it gets wrong is refused line by line; what it
got right stays.
"""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from queue import Empty, Full, Queue

from msgspec import Struct, field

from tui.errors import Refusal
from tui.model.span import Json
from tui.suggest.suggestion import Suggestion
from tui.text.encoding import is_text

LONGEST_ANSWER = 64 << 20
"""Bytes: a program that writes a longer line is ended there."""

LONGEST_WAIT = 7 * 86_400.0
"""Seconds that a program may be given: a week."""

_COMPLAINT_KEPT = 1 << 16
"""Bytes of what a program complains of that are kept, the last ones."""

MOST_REFUSALS = 100
"""Refusals kept; those beyond are counted in the last one."""

_CHUNK = 1 << 16

_LAST_WORDS = 1.0
"""Seconds to wait for the end of what a program complained of, once it has ended."""

_MOST_WAITING = 16
"""Chunks of output that wait to be read at most."""


class Answer(Struct, frozen=True):
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
) -> Answer:
    """Let a program suggest spans for articles, given as pairs of id and text, within a time limit.

    `source` names it in its suggestions, else the program's own name does. Never raises for what the program
    does; spans with a label that is not among `labels` are refused.
    """
    name = source or os.path.basename(command[0]) if command else "program"  # noqa: PTH119 - a name, not a path
    reader = _Reader(name, frozenset(labels))
    with tempfile.TemporaryFile() as asked:
        for key, text in articles:
            reader.expect(key, len(text))
            asked.write(json.dumps({"id": key, "text": text}).encode("ascii") + b"\n")
        asked.seek(0)
        try:
            process = subprocess.Popen(
                list(command),
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, IndexError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            reader.refuse(f"the program could not be started: {reason}")
            return reader.outcome()
        complaint = _Complaint(process)
        in_time = _listen(process, reader, seconds)
        code = process.returncode
        if not in_time:
            reader.refuse(f"the program was ended after {seconds:g} seconds; what it had said by then counts")
        elif code and not reader.is_cut:
            words = complaint.last_words()
            said = f": {words[:200]}" if words else ""
            how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
            reader.refuse(f"the program {how}{said}")
    return reader.outcome()


class _Complaint:
    """What a program writes on standard error, of which only the end is kept."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._kept = b""
        self._thread = threading.Thread(target=self._read, args=(process.stderr,), daemon=True)
        self._thread.start()

    def last_words(self) -> str:
        """Give its last line; what the program started may still hold the stream open."""
        self._thread.join(_LAST_WORDS)
        lines = self._kept.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _read(self, stream: io.BufferedReader) -> None:
        with stream:
            while chunk := stream.read1(_CHUNK):
                self._kept = (self._kept + chunk)[-_COMPLAINT_KEPT:]


class _Reader:
    """Reads a program's output line by line."""

    def __init__(self, name: str, labels: frozenset[str]) -> None:
        self._name = name
        self._labels = labels
        self._order: list[str] = []
        self._lengths: dict[str, int] = {}
        self._suggestions: dict[str, dict[Suggestion, None]] = {}
        self._refusals: list[Refusal] = []
        self._refused = 0
        self._line = 0
        self._rest = bytearray()
        self.is_cut = False
        """Was it ended because of a line that is too long?"""

    def expect(self, key: str, length: int) -> None:
        """Note an article that the program is asked about, by its id and length."""
        self._order.append(key)
        self._lengths[key] = length

    def outcome(self) -> Answer:
        """Return what was read."""
        refusals = list(self._refusals)
        if self._refused > len(refusals):
            refusals.append(Refusal(self._name, f"{self._refused - len(refusals)} more lines were refused"))
        return Answer({key: list(found) for key, found in self._suggestions.items()}, refusals)

    def refuse(self, reason: str, line: int | None = None) -> None:
        """Note something wrong."""
        self._refused += 1
        if len(self._refusals) < MOST_REFUSALS or line is None:
            self._refusals.append(Refusal(self._name, reason, line))

    def feed(self, chunk: bytes) -> bool:
        """Take in output; tell whether more is wanted."""
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            self._rest += end
            line, self._rest = bytes(self._rest), bytearray()
            self._read_line(line)
        self._rest += rest
        if len(self._rest) > LONGEST_ANSWER:
            self.refuse(
                f"this line is longer than {LONGEST_ANSWER >> 20} MB, so the program was ended; what it had"
                " said before counts",
                self._line + 1,
            )
            self.is_cut = True
        return not self.is_cut

    def finish(self) -> None:
        """Take in what stands behind the last line end."""
        if self._rest.strip():
            self._read_line(bytes(self._rest))

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
        if isinstance(model, str) and not is_text(model):
            self.refuse("the model's name has half of a surrogate pair", self._line)
            return
        found = self._suggestions.setdefault(key, {})
        for span in record["spans"]:
            suggestion = self._read_span(span, self._lengths[key], model if isinstance(model, str) else None)
            if isinstance(suggestion, str):
                self.refuse(suggestion, self._line)
            else:
                found[suggestion] = None

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
        # In Python True is a whole number; in JSON it is none.
        if type(start) is not int or type(end) is not int or not isinstance(label, str):
            return "a span has whole numbers as start and end, and a label"
        if not 0 <= start < end <= length:
            return f"the span {start}-{end} is not inside the text of {length} characters"
        if label not in self._labels:
            return f"{label!r} is not a label of labels.yaml"
        if confidence is None:
            return Suggestion(start, end, label, self._name, None, model)
        if isinstance(confidence, int | float) and type(confidence) is not bool and 0 <= confidence <= 1:
            return Suggestion(start, end, label, self._name, float(confidence), model)
        return f"the confidence {_shorten(confidence)} is not a number from 0 to 1"


def _shorten(value: Json) -> str:
    try:
        return json.dumps(value)[:40]
    except ValueError:
        # Python writes no whole number of more than some thousand digits.
        return "of many digits"


def _listen(process: subprocess.Popen[bytes], reader: _Reader, seconds: float) -> bool:
    """Read a program's output until it ends; tell whether it ended in time. It is gone afterwards."""
    deadline = time.monotonic() + seconds
    chunks: Queue[bytes] = Queue(_MOST_WAITING)
    is_over = threading.Event()
    # What the program started may hold its output open for longer than anybody waits.
    threading.Thread(target=_pass_on, args=(process.stdout, chunks, is_over), daemon=True).start()
    try:
        while chunk := chunks.get(timeout=max(deadline - time.monotonic(), 0.0)):
            if not reader.feed(chunk):
                return True
            if time.monotonic() > deadline:
                return False
        reader.finish()
        process.wait(max(deadline - time.monotonic(), 0.0))
    except (Empty, subprocess.TimeoutExpired):
        return False
    else:
        return True
    finally:
        is_over.set()
        _kill(process)


def _pass_on(stream: io.BufferedReader, chunks: "Queue[bytes]", is_over: threading.Event) -> None:
    """Pass on what a program writes, and nothing at its end, until nobody wants more."""
    chunk = b"?"
    with stream:
        while chunk and not is_over.is_set():
            chunk = stream.read1(_CHUNK)
            while not is_over.is_set():
                with contextlib.suppress(Full):
                    chunks.put(chunk, timeout=0.1)
                    break


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
