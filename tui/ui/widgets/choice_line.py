"""A line of choices, one of which is chosen; a click chooses another."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message

from tui.ui.widgets.lines import LineWidget


class ChoiceLine(LineWidget):
    """Choices beside each other; the chosen one stands in brackets, and is always in sight."""

    class Chosen(Message):
        """A choice was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index
            """Which it is, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[str] = ()
        self._chosen = 0
        self._places: list[tuple[range, int]] = []

    def show_choices(self, choices: Sequence[str], chosen: int) -> None:
        """Draw these choices."""
        self._choices, self._chosen = choices, chosen
        self._draw_choices()

    def on_resize(self) -> None:
        """Draw as many as there is room for now."""
        self._draw_choices()

    def on_click(self, event: events.Click) -> None:
        """Say which choice was clicked."""
        event.stop()
        offset = event.get_content_offset(self)
        for cells, index in self._places:
            if offset is not None and offset.x in cells:
                self.post_message(self.Chosen(index))

    def _draw_choices(self) -> None:
        drawn = [
            f"[{each}]" if index == self._chosen else f" {each} " for index, each in enumerate(self._choices)
        ]
        first = 0
        while first < self._chosen and _measure(drawn[first : self._chosen + 1]) > self.size.width:
            first += 1
        self._places = []
        x = 0
        for index in range(first, len(drawn)):
            self._places.append((range(x, x + cell_len(drawn[index])), index))
            x += cell_len(drawn[index])
        names = ("strong" if index == self._chosen else "muted" for index in range(len(drawn)))
        self.show([*zip(drawn, names, strict=True)][first:])


def _measure(texts: Sequence[str]) -> int:
    return sum(map(cell_len, texts))
