"""The learner: trains in a process of its own and swaps the model in when it is ready.

Training rule: the first time after `FIRST` finished paragraphs, then whenever their number has grown by
`GROWTH`. Whatever happens to the process (it crashes, hangs, runs out of memory, is killed) costs one
sentence in `take_notices` and the training; the model in use stays. A model, also one that was left in the
cache, is tried in another process before it is used. Nothing waits here but `train_now` and `wait`.
"""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from tui.errors import InputError
from tui.folders import WorkingFolder
from tui.model.span import Json
from tui.suggest.learning.model import Model, ModelFile, Tagged, read_model
from tui.suggest.request import Request, write_example, write_request

FIRST = 3
"""Finished paragraphs before the first training."""

GROWTH = 1.1
"""The learner is trained again when there are so many times as many finished paragraphs as last time."""

MOST_TOKENS = 60_000
"""Tokens of the newest finished paragraphs that are learnt from."""

_TRIAL_SECONDS = 60.0
"""How long the trial of a model may take."""

_EXAMPLES = "examples"
_COMPLAINT = "complaint"
"""What the files are called that are written for a training, and what it says of itself."""

_ROOT = Path(__file__).parents[3]
"""Where the package is imported from."""


class _Example(Struct):
    """One example in the file."""

    size: int
    """Its bytes."""
    tokens: int
    """Its tokens."""
    is_left: bool = True
    """Whether it was not taken back."""


class _Scratch:
    """The folder where what is learnt from waits; raises `OSError` where none can be made."""

    def __init__(self) -> None:
        self._folder = WorkingFolder()
        self.folder = self._folder.path
        self.examples = (self.folder / _EXAMPLES).open("ab", buffering=0)

    def close(self) -> None:
        """Remove it."""
        self.examples.close()
        self._folder.close()


class Learner:
    """Trains on finished paragraphs, beside the app."""

    def __init__(
        self,
        path: Path | None,
        key: str,
        *,
        seconds: float = 300.0,
        memory: int = 1 << 31,
        command: Sequence[str] = (sys.executable, "-P", "-m", "tui.suggest.learning.train"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model: Model | None = None
        """The model in use; None before the first."""
        self._key = key
        self._seconds = seconds
        self._memory = memory
        self._command = tuple(command)
        self._clock = clock
        self._notices: list[str] = []
        self._path = path
        self._scratch: _Scratch | None = None
        self._is_off = False
        self._window: deque[_Example] = deque()
        self._tokens = 0
        self._most_tokens = MOST_TOKENS
        self._bytes = 0
        self._finished = 0
        self._due = FIRST
        self._process: subprocess.Popen[bytes] | None = None
        self._trial: tuple[subprocess.Popen[bytes], ModelFile] | None = None
        self._deadline = 0.0

    def load(self) -> Mapping[str, Json] | None:
        """Begin to take over the model that was left in the cache; give what it says of itself, or None."""
        if self._path is None or not self._path.exists():
            return None
        return self._try(self._path)

    def observe(
        self,
        rows: Sequence[Sequence[str]],
        levels: Sequence[Sequence[Tagged]],
        *,
        is_known: bool = False,
    ) -> None:
        """Take in a finished paragraph; with `is_known` the model in use has learnt from it already."""
        line = write_example(rows, levels)
        if self._is_off or not self._write(line):
            return
        self._window.append(_Example(len(line), len(rows)))
        self._bytes += len(line)
        self._tokens += len(rows)
        while self._tokens > self._most_tokens and len(self._window) > 1:
            oldest = self._window.popleft()
            self._tokens -= oldest.tokens if oldest.is_left else 0
        self._finished += 1
        if is_known and (self.model is not None or self._trial is not None):
            self._put_off()

    def take_back(self) -> None:
        """Take the newest paragraph back, of those that are left: no training to come learns from it."""
        # It stays in the file, which a training under way may be reading.
        for example in reversed(self._window):
            if example.is_left:
                example.is_left = False
                self._tokens -= example.tokens
                self._finished -= 1
                return

    @property
    def is_due(self) -> bool:
        """Tell whether the training rule asks for a training now, and none is under way."""
        return self._finished >= self._due and not self.is_training and not self._is_off

    @property
    def is_training(self) -> bool:
        """Tell whether a training is under way, or the trial of its model."""
        return self._process is not None or self._trial is not None

    def start(self, known: dict[str, Json]) -> None:
        """Start a training on what was observed; `known` is left with the model."""
        scratch = self._scratch
        left_out = [place for place, example in enumerate(self._window) if not example.is_left]
        if self.is_training or self._is_off or scratch is None or len(left_out) == len(self._window):
            return
        self._put_off()
        path = self._path or scratch.folder / "model"
        request = Request(
            examples=str(scratch.folder / _EXAMPLES),
            offset=self._bytes - sum(example.size for example in self._window),
            count=len(self._window),
            left_out=left_out,
            model=str(path),
            header={"key": self._key, "known": known, "paragraphs": self._finished},
            memory=self._memory,
            seconds=max(1, int(self._seconds)),
        )
        asked = scratch.folder / "request"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            asked.write_text(write_request(request), "utf-8")
            with (scratch.folder / _COMPLAINT).open("wb") as complaint:
                self._process = subprocess.Popen(
                    [*self._command, str(asked)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=complaint,
                    env={**os.environ, "PYTHONPATH": str(_ROOT)},
                    start_new_session=True,
                )
        except OSError as error:
            self._fail(f"it could not be started: {error.strerror or error}")
            return
        self._deadline = self._clock() + self._seconds

    def poll(self) -> bool:
        """Look after a training or a trial without waiting; tell whether a new model is in use."""
        if self._trial is not None:
            return self._end_trial(*self._trial)
        process = self._process
        if process is None:
            return False
        code = process.poll()
        if code is None:
            if self._clock() >= self._deadline:
                process.kill()
                process.wait()
                self._process = None
                self._most_tokens = max(self._tokens // 2, 1000)
                self._fail(f"it took longer than {self._seconds:.0f} seconds; it learns from less next time")
            return False
        self._process = None
        if code:
            self._most_tokens = max(self._tokens // 2, 1000)
            self._fail(self._explain(code))
            return False
        if self._scratch is not None:
            self._try(self._path or self._scratch.folder / "model")
        return False

    def train_now(self, known: dict[str, Json]) -> bool:
        """Train and wait; tell whether a new model is in use. The same paragraphs give the same model."""
        self.start(known)
        if self._process is None:
            return False
        return self.wait()

    def wait(self) -> bool:
        """Wait for a training and a trial under way; tell whether a new model is in use."""
        is_new = False
        while self._process is not None or self._trial is not None:
            process = self._trial[0] if self._trial is not None else self._process
            if process is not None:
                try:
                    process.wait(max(0.0, self._deadline - self._clock()))
                except subprocess.TimeoutExpired:
                    self._deadline = self._clock()
            is_new = self.poll() or is_new
        return is_new

    def take_notices(self) -> list[str]:
        """Return the sentences to show since the last call."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """End a training under way and remove what was written for it; the model stays in the cache."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._trial is not None:
            self._trial[0].kill()
            self._trial[0].wait()
            self._trial = None
        if self._scratch is not None:
            self._scratch.close()

    def _put_off(self) -> None:
        """Let nothing be due before there is enough that is new."""
        self._due = max(int(self._finished * GROWTH), self._finished + 2)

    def _write(self, line: bytes) -> bool:
        """Keep an example for the next training; where there is no room, nothing is learnt any more."""
        try:
            if self._scratch is None:
                self._scratch = _Scratch()
            written = self._scratch.examples.write(line)
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            if written == len(line):
                return True
            reason = "there is no room left"
        self._is_off = True
        self._fail(f"what you finish cannot be written for it: {reason}")
        return False

    def _try(self, path: Path) -> Mapping[str, Json] | None:
        """Begin to try a model in a process of its own; give what it says of itself."""
        try:
            found = read_model(path, key=self._key)
        except InputError as error:
            self._notices.append(str(error))
            return None
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tui.suggest.learning.trial", str(path), found.digest],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": str(_ROOT)},
                start_new_session=True,
            )
        except OSError as error:
            self._fail(f"it could not be started: {error.strerror or error}")
            return None
        self._deadline = self._clock() + _TRIAL_SECONDS
        self._trial = process, found
        return found.header

    def _end_trial(self, process: subprocess.Popen[bytes], found: ModelFile) -> bool:
        """Use a model that was tried and is right; a crash there costs this model and no more."""
        code = process.poll()
        if code is None and self._clock() < self._deadline:
            return False
        if code is None:
            process.kill()
            process.wait()
        self._trial = None
        if code != 0:
            self._notices.append(f"{found.path}: this model cannot be used; a new one is learnt")
            if self.model is None:
                self._due = FIRST
            return False
        self.model = Model(found.blobs, found.header)
        return True

    def _fail(self, reason: str) -> None:
        self._due = max(self._due, 2 * self._finished)
        self._notices.append(f"Learning from paragraphs stopped, and tagging goes on without it: {reason}.")

    def _explain(self, code: int) -> str:
        """Say why the process ended."""
        if code < 0:
            names = {number.value: number.name for number in signal.Signals}
            return f"it was ended by {names.get(-code, f'signal {-code}')}"
        complaint = self._read_complaint()
        last = complaint.splitlines()[-1] if complaint else f"exit code {code}"
        if "MemoryError" in last or "bad_alloc" in complaint:
            return "it ran out of memory"
        return f"it failed with {last[:120]}"

    def _read_complaint(self) -> str:
        if self._scratch is None:
            return ""
        return (self._scratch.folder / _COMPLAINT).read_text("utf-8", "replace").strip()
