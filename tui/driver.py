"""The terminal: what it sends becomes keys and pastes, and when it is gone the app ends.

Textual's own driver goes on reading and writing where the other end has closed: its input thread spins, and
its writer thread dies, whose queue then holds the app for ever. Here end of input ends the app, what cannot
be written is dropped, and a watchdog outside the event loop ends the process where nothing else does. All
that was done is on disk by then.
"""

import os
import selectors
import signal
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType
from typing import IO, Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.input_stream import InputStream, Keys, Paste

GRACE: Final = 2.0
"""Seconds that the app has to end in good order when its terminal is gone or it was told to end."""

_READ: Final = 1 << 16
"""Bytes that are read at once."""

_TICK: Final = 0.1
"""Seconds after which an escape that came alone is a key."""

_PAUSE: Final = 0.03
"""Seconds without anything more after which a flood of characters has ended."""

_SPLIT: Final = 0.005
"""Seconds after which what belongs to an escape has come, too."""


class LongPaste(Message):
    """More was pasted than is kept."""

    def __init__(self, kept: int, dropped: int) -> None:
        super().__init__()
        self.kept = kept
        """Characters that are kept."""
        self.dropped = dropped
        """Characters that are not."""


class TerminalDriver(LinuxDriver):
    """A terminal of Linux or macOS that may vanish."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if self._file is not None:
            # Textual writes to it and asks for its number, and nothing else.
            self._file = _Output(self._file, self.end)  # type: ignore[assignment]
        self._watchdog: threading.Timer | None = None
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def end(self) -> None:
        """Let the app end in good order, and end the process where that takes longer than it may."""
        if self._watchdog is not None:
            return
        self._watchdog = threading.Timer(GRACE, os._exit, (1,))
        self._watchdog.daemon = True
        self._watchdog.start()
        # Where the loop is closed the app has ended already.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._app.exit)

    def close(self) -> None:
        """Clean up."""
        super().close()
        if self._watchdog is not None:
            self._watchdog.cancel()

    def run_input_thread(self) -> None:
        """Turn what is read into events until the app ends or the terminal is gone."""
        parser = XTermParser(self._debug)
        stream = InputStream()
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                patience = _PAUSE if stream.is_flooded else _SPLIT if stream.is_held else _TICK
                if selector.select(patience):
                    content = self._read()
                    if not content:
                        self.end()
                        return
                    parts = stream.feed(decode(content))
                else:
                    parts = stream.flush()
                for event in self._parse(parts, parser):
                    self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        """Read what is there; nothing where the terminal is gone."""
        try:
            return os.read(self.fileno, _READ)
        except OSError:
            return b""

    def _parse(self, parts: Iterator[Keys | Paste], parser: XTermParser) -> Iterator[Message]:
        for part in parts:
            if isinstance(part, Keys):
                yield from parser.feed(part.text)
                continue
            yield events.Paste(part.text)
            if part.dropped:
                yield LongPaste(len(part.text), part.dropped)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.end()


class _Output:
    """The terminal as a file to write to; what is written after it is gone is dropped."""

    def __init__(self, file: IO[str], on_lost: Callable[[], None]) -> None:
        self._file = file
        self._on_lost = on_lost
        self._is_lost = False

    def write(self, text: str) -> None:
        """Write, as long as there is a terminal."""
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        """Flush, as long as there is a terminal."""
        self._try(self._file.flush)

    def fileno(self) -> int:
        """Give the number of the file."""
        return self._file.fileno()

    def _try(self, act: Callable[[], object]) -> None:
        if self._is_lost:
            return
        try:
            act()
        except (OSError, ValueError):
            self._is_lost = True
            self._on_lost()
