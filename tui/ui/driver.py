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
import time
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

from tui.ui.input_stream import InputStream, Keys, Paste

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

_TOGETHER: Final = 0.15
"""Seconds that keys wait for an escape that came with them, so that one write is one burst."""


class LongPaste(Message):
    """More was pasted than is kept."""

    def __init__(self, kept: int, dropped: int) -> None:
        super().__init__()
        self.kept = kept
        """Characters that are kept."""
        self.dropped = dropped
        """Characters that are not."""


class EventStream:
    """What a terminal sends, as events."""

    def __init__(self, *, debug: bool = False) -> None:
        self._parser = XTermParser(debug)
        self._stream = InputStream()

    @property
    def patience(self) -> float:
        """Seconds to wait for more before `flush`."""
        return _PAUSE if self._stream.is_flooded else _SPLIT if self._stream.is_held else _TICK

    @property
    def is_waiting(self) -> bool:
        """Whether an escape came last that is a key, unless more comes."""
        # The parser says it to nobody (Textual 8.2.8).
        return self._stream.is_held or self._parser._timeout_time is not None  # noqa: SLF001

    def feed(self, text: str) -> Iterator[Message]:
        """Give the events of what one read brought."""
        yield from self._parse(self._stream.feed(text))

    def flush(self) -> Iterator[Message]:
        """Give the events of what waited for more."""
        yield from self._parse(self._stream.flush())

    def _parse(self, parts: Iterator[Keys | Paste]) -> Iterator[Message]:
        for part in parts:
            if isinstance(part, Keys):
                yield from self._parser.feed(part.text)
                continue
            yield events.Paste(part.text)
            if part.dropped:
                yield LongPaste(len(part.text), part.dropped)
        yield from self._parser.tick()


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
        stream = EventStream(debug=self._debug)
        burst: list[Message] = []
        since = 0.0
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(stream.patience):
                    content = self._read()
                    if not content:
                        self.end()
                        return
                    if not burst:
                        since = time.monotonic()
                    burst += stream.feed(decode(content))
                else:
                    burst += stream.flush()
                if burst and not (stream.is_waiting and time.monotonic() < since + _TOGETHER):
                    self._take(burst)
                    burst = []

    def _read(self) -> bytes:
        """Read what is there; nothing where the terminal is gone."""
        try:
            return os.read(self.fileno, _READ)
        except OSError:
            return b""

    def _take(self, burst: list[Message]) -> None:
        """Let the app take all of a burst before it answers any of it."""

        def process() -> None:
            for event in burst:
                self.process_message(event)

        # Where the loop is closed the app has ended.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(process)

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
