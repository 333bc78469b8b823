"""Keys and pastes in the order in which they came, each given when the one before was answered.

What comes in one packet (over a slow line, from a key that repeats itself) so does what it does when it comes
slowly: whatever one key opens or closes, the next one goes to what is on the screen then. Only where a key
opens or closes something, the same key behind it belongs to nobody: what it would do there was not seen yet.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
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
                _call_later(self._app, self._give_next)
                return
        screen = self._app.screen
        target = self._app.focused or screen
        await self._give(event)
        # A message may come of the key, and one more of that one, each from the widget up to the app.
        path = list(target.ancestors_with_self)
        _Walk(path + path, lambda: self._end(event, screen)).step()

    def _end(self, event: Given, before: MessagePump) -> None:
        """Go on with the next, on the screen that is up by now."""
        screen = self._app.screen
        if screen is before:
            _call_later(self._app, self._give_next)
            return
        self._repeated = event.key if isinstance(event, events.Key) else ""
        self._unseen = len(self._waiting)
        # A screen has its widgets, and one of them the focus, before it does anything else.
        _Walk([screen], lambda: self._end(event, screen)).step()


class _Walk:
    """Goes on when each of some message pumps has done in turn what was waiting for it."""

    def __init__(self, pumps: Iterable[MessagePump], then: Callable[[], None]) -> None:
        self._pumps = iter(pumps)
        self._then = then

    def step(self) -> None:
        """Wait for the next of them; one that has ended has done what was waiting."""
        for pump in self._pumps:
            if _call_later(pump, self.step):
                return
        self._then()


def _call_later(pump: MessagePump, callback: Callable[[], Awaitable[None]] | Callable[[], None]) -> bool:
    """Let a message pump call a method when it has done what waits for it; say whether it will.

    Its own `call_later` wraps the method, and Textual reads the signature of what is wrapped at every call:
    a quarter of a millisecond a key.
    """
    return pump.post_message(events.Callback(callback=callback))
