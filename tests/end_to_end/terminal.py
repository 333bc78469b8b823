"""The installed command in a real pseudo-terminal, and the screen it draws."""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pexpect
import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "shift+right": "\x1b[1;2C",
    "shift+left": "\x1b[1;2D",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "space": " ",
    "home": "\x1b[H",
    "end": "\x1b[F",
}
"""What a terminal sends for a key; every other key sends itself."""


class Terminal:
    """A command at work in a pseudo-terminal of `columns` by `rows` cells."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        own = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(environment or {})}
        self.process: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable,
            ["-m", "tui", *arguments],
            cwd=str(cwd),
            env=own,
            dimensions=(rows, columns),
            timeout=20,
        )
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.output = b""
        """Every byte that came out."""

    def __enter__(self) -> "Terminal":
        """Use it in a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the command, if it has not ended."""
        self.process.close(force=True)

    def text(self) -> str:
        """Read the screen as it is, line by line."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def look(self) -> str:
        """Read what comes in a moment, and then the screen as it is."""
        self._read(0.05)
        return self.text()

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.process.send(KEYS.get(key, key))
            self._read(0.03)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def wait_for(self, text: str, *, seconds: float = 20) -> str:
        """Wait until `text` is on the screen; give the whole screen."""
        return self._wait(lambda shown: text in shown, f"{text!r} to come", seconds)

    def wait_without(self, text: str, *, seconds: float = 20) -> str:
        """Wait until `text` is no longer on the screen; give the whole screen."""
        return self._wait(lambda shown: text not in shown, f"{text!r} to go", seconds)

    def wait_for_end(self, *, seconds: float = 20) -> int | None:
        """Wait until the command has ended; give its exit code, None where a signal ended it."""
        limit = time.monotonic() + seconds
        while self.process.isalive() and time.monotonic() < limit:
            self._read(0.05)
        self._read(0.05)
        self.process.close()
        return self.process.exitstatus

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send the command a signal."""
        self.process.kill(number)

    def vanish(self, *, seconds: float) -> bool:
        """Close the terminal's end; say whether the command was gone within so many seconds."""
        process = self.process.ptyproc  # type: ignore[attr-defined]  # the stubs lack it
        process.fileobj.close()
        process.closed = True
        limit = time.monotonic() + seconds
        while self.process.isalive():
            if time.monotonic() > limit:
                self.kill()
                self.process.wait()
                return False
            time.sleep(0.01)
        return True

    def _wait(self, is_there: Callable[[str], bool], what: str, seconds: float) -> str:
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            shown = self.look()
            if is_there(shown):
                return shown
            if not self.process.isalive():
                self._read(0.05)
                raise AssertionError(f"the command ended before {what}; the screen is:\n{self.text()}")
        raise AssertionError(f"waited {seconds} s for {what}; the screen is:\n{self.text()}")

    def _read(self, seconds: float) -> None:
        limit = time.monotonic() + seconds
        while True:
            try:
                content = self.process.read_nonblocking(65536, timeout=max(limit - time.monotonic(), 0.001))
            except (pexpect.TIMEOUT, pexpect.EOF):
                return
            self.output += content
            self._stream.feed(content)
            if time.monotonic() > limit:
                return
