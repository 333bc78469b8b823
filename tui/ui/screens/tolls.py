"""The tolls of an article side by side, those marked that contradict each other."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.session import Toll
from tui.text.display import display_text
from tui.ui.screens.dialogs import Dialog
from tui.ui.widgets.choice_list import ChoiceList

_CONTRADICTS: Final = "≠"
"""What stands before a toll that another one contradicts."""

_WIDEST: Final = (9, 18, 34)
"""Cells of how many, outcome and who; what is longer is cut."""


class TollsDialog(Dialog[str | None]):
    """Shows how many of whom are said to be what, by whom and where; ends with the id of a span to go to."""

    def __init__(self, tolls: Sequence[tuple[Toll, int]]) -> None:
        """Show tolls, each with the number of its paragraph, counted from 1."""
        super().__init__()
        self._tolls = tolls

    def compose(self) -> ComposeResult:
        """Show the tolls."""
        with Vertical(classes="dialog"):
            yield self._title_of(self._write_title(), ("accept", "go there"), ("back", "back"))
            yield ChoiceList(*self._list_options(), markup=False)

    @on(OptionList.OptionSelected)
    def _on_selected(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(message.option_id)

    def on_key(self, event: events.Key) -> None:
        """Step back."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)

    def _write_title(self) -> str:
        count = sum(toll.contradicts for toll, _ in self._tolls)
        return f"Tolls, {count} marked {_CONTRADICTS} contradict each other" if count else "Tolls"

    def _list_options(self) -> list[Option]:
        if not self._tolls:
            return [Option("no span here says how many", disabled=True)]
        rows = [(toll, _write_cells(toll)) for toll, _ in self._tolls]
        widths = [
            min(max(cell_len(cells[column]) for _, cells in rows), widest)
            for column, widest in enumerate(_WIDEST)
        ]
        return [
            Option(_write_row(toll, cells, widths, paragraph), id=toll.span.id)
            for (toll, cells), (_, paragraph) in zip(rows, self._tolls, strict=True)
        ]


def _write_cells(toll: Toll) -> tuple[str, str, str]:
    return display_text(toll.number), display_text(toll.outcome), display_text(toll.who)


def _write_row(toll: Toll, cells: Sequence[str], widths: Sequence[int], paragraph: int) -> str:
    padded = [set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True)]
    sign = _CONTRADICTS if toll.contradicts else " "
    by = f"  {display_text(toll.by)}" if toll.by else ""
    return f"{sign} {'  '.join(padded)}  ¶{paragraph}{by}"
