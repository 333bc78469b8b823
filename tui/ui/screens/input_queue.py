"""Keys and pastes in the order in which they came, each given when the one before was answered.

What comes in one packet (over a slow line, from a key that repeats itself) so does what it does when it comes
slowly: whatever one key opens or closes, the next one goes to what is on the screen then. Only where a key
opens or closes something, the same key behind it belongs to nobody: what it would do there was not seen yet.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeAlias

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

Given: TypeAlias = events.Key | events.Paste
"""What is typed or pasted."""


class InputQueue:
    """Gives keys and pastes to an app's screen one by one."""

    def __init__(
        self, app: App[None], give: Callable[[Given], Awaitable[None]], *, count_key: Callable[[], None]
    ) -> None:
        """`give` hands one of them to what has the focus; `count_key` hears of each key at its turn."""
        self._app = app
        self._count_key = count_key
        self._give = give
        self._waiting: deque[Given] = deque()
        self._is_answering = False
        self._repeated = ""
        self._unseen = 0

    @property
    def is_answered(self) -> bool:
        """Whether everything that came has its answer."""
        return not self._is_answering and not self._waiting

    async def take(self, event: Given) -> None:
        """Give a key or paste as soon as all before it are answered."""
        self._waiting.append(event)
        if not self._is_answering:
            await self._give_next()

    async def _give_next(self) -> None:
        self._is_answering = False
        if not self._waiting:
            return
        event = self._waiting.popleft()
        self._is_answering = True
        if isinstance(event, events.Key):
            self._count_key()
        if self._unseen:
            self._unseen -= 1
            if isinstance(event, events.Key) and event.key == self._repeated:
                self._app.call_later(self._give_next)
                return
        screen = self._app.screen
        target = self._app.focused or screen
        await self._give(event)
        # A message may come of the key, and one more of that one, each from the widget up to the app.
        path = list(target.ancestors_with_self)
        self._walk(iter(path + path), lambda: self._end(event, screen))

    def _walk(self, pumps: Iterator[MessagePump], then: Callable[[], None]) -> None:
        """Go on when each of these has done in turn what was waiting for it; what has ended has done so."""
        for pump in pumps:
            if pump.call_later(self._walk, pumps, then):
                return
        then()

    def _end(self, event: Given, before: MessagePump) -> None:
        """Go on with the next, on the screen that is up by now."""
        screen = self._app.screen
        if screen is before:
            self._app.call_later(self._give_next)
            return
        self._repeated = event.key if isinstance(event, events.Key) else ""
        self._unseen = len(self._waiting)
        # A screen has its widgets, and one of them the focus, before it does anything else.
        self._walk(iter([screen]), lambda: self._end(event, screen))
