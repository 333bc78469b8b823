"""A screen that is left once, whatever else is asked of it while it goes."""

from textual.await_complete import AwaitComplete
from textual.screen import Screen, ScreenResultType


class LeftOnce(Screen[ScreenResultType]):
    """A screen that is not left again: that would be the leaving of what lies under it."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """End with a result, unless it has ended or something lies over it."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
