"""A command in a pseudo-terminal, and the time until it has answered a key."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS = 120
"""Cells in a line of the terminal."""

ROWS = 40
"""Lines of the terminal."""

QUIET = 0.03
"""Seconds without a byte after which an answer counts as whole; they are no part of its time."""

_SEQUENCE = re.compile(rb"\x1b(?:\[[0-9;?<=>$ ]*[A-Za-z@~]|[()][A-Z0-9]|[=>]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


class Terminal:
    """A command at work in a pseudo-terminal; time is counted from before the process is made."""

    def __init__(self, arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> None:
        own = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        # An installed program has its byte code.
        for name in ("NO_COLOR", "PYTHONDONTWRITEBYTECODE"):
            own.pop(name, None)
        own.update(environment)
        self._started = time.perf_counter()
        self._pid, self._file = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.chdir(cwd)
            os.execvpe(arguments[0], list(arguments), own)
        os.set_blocking(self._file, False)
        self._shown = b""
        self._came = self._started

    def wait_for(self, *markers: str, seconds: float = 120) -> float:
        """Wait until every marker has come out; give the seconds since the start when the last one did."""
        wanted = [marker.encode() for marker in markers]
        limit = time.perf_counter() + seconds
        while time.perf_counter() < limit:
            text = _SEQUENCE.sub(b"", self._shown)
            if all(marker in text for marker in wanted):
                return self._came - self._started
            self._read(0.2)
        raise TimeoutError(f"{markers} did not come; this did: {_SEQUENCE.sub(b'', self._shown)[-2000:]!r}")

    def settle(self, quiet: float = 0.3) -> float | None:
        """Read until `quiet` seconds pass without a byte; give when the last one came, since the start."""
        last = None
        while (at := self._read(quiet)) is not None:
            last = at
        return None if last is None else last - self._started

    def press(self, key: bytes, *, seconds: float = 10) -> float:
        """Press a key; give the seconds until the last byte of the answer came out."""
        while self._read(0) is not None:
            pass
        self._shown = b""
        pressed = time.perf_counter()
        os.write(self._file, key)
        last = self._read(seconds)
        if last is None:
            raise TimeoutError(f"nothing answered {key!r}")
        while (at := self._read(QUIET)) is not None:
            last = at
        return last - pressed

    def text(self) -> str:
        """Give what came out since the last key, without its escape sequences."""
        return _SEQUENCE.sub(b"", self._shown).decode("utf-8", "replace")

    def close(self) -> float:
        """End the command; give the seconds of processor time it took."""
        os.kill(self._pid, signal.SIGKILL)
        os.close(self._file)
        _, _, usage = os.wait4(self._pid, 0)
        return usage.ru_utime + usage.ru_stime

    def _read(self, seconds: float) -> float | None:
        """Wait for bytes and take all that are there; give the time at which they were there."""
        if not select.select([self._file], [], [], seconds)[0]:
            return None
        try:
            came = os.read(self._file, 1 << 16)
        except OSError as error:
            raise EOFError(f"the command ended; it said: {self._shown[-2000:]!r}") from error
        self._came = time.perf_counter()
        self._shown += came
        return self._came
