"""What screens have in common that show a list to walk."""

from typing import Final, Protocol

from textual.geometry import Size

from tui.ui.screens.base import ActionScreen

_ALL: Final = 10**9
"""More entries than any list has: so far it is to an end of it."""


class WalkedList(Protocol):
    """A list with a cursor."""

    @property
    def size(self) -> Size:
        """Its cells."""

    def move(self, by: int) -> None:
        """Move the cursor by so many entries, to the end at most."""


class ListScreen(ActionScreen):
    """A screen whose list is walked by the arrows and by pages."""

    @property
    def walked(self) -> WalkedList:
        """The list."""
        raise NotImplementedError

    def do_up(self) -> None:
        """Go one entry up."""
        self.walked.move(-1)

    def do_down(self) -> None:
        """Go one entry down."""
        self.walked.move(1)

    def do_page_up(self) -> None:
        """Go one page up."""
        self.walked.move(-self._page)

    def do_page_down(self) -> None:
        """Go one page down."""
        self.walked.move(self._page)

    def do_first(self) -> None:
        """Go to the first entry."""
        self.walked.move(-_ALL)

    def do_last(self) -> None:
        """Go to the last entry."""
        self.walked.move(_ALL)

    @property
    def _page(self) -> int:
        return max(self.walked.size.height - 1, 1)
