"""The row of a question as it is drawn: where it begins, its pieces, and what a click on one stands for."""

from collections.abc import Mapping

from rich.cells import cell_len
from rich.style import Style

from tui.ui.asked import AskedPart, AskedRow
from tui.ui.layout import Line, cut_text


def place_asked(asked: AskedRow, line: Line | None, cells: int) -> int:
    """Find the cell at which a question begins under a line: under what it is about, or left of it to fit."""
    start = 0 if line is None else line.x_of(asked.offset)
    return max(min(start, cells - cell_len(asked.text)), 0)


def draw_asked(
    asked: AskedRow, x: int, cells: int, styles: Mapping[AskedPart, Style]
) -> list[tuple[str, Style]]:
    """Draw a question from cell `x` of `cells` on; what has no room is cut."""
    drawn: list[tuple[str, Style]] = []
    room = cells - x
    for piece in asked.pieces:
        text = cut_text(piece.text, room)
        drawn.append((text, styles[piece.part]))
        room -= cell_len(text)
        if room <= 0:
            break
    return drawn


def find_asked_key(asked: AskedRow, x: int) -> str:
    """Find the key that a click on cell `x` of a question stands for; empty beside its choices."""
    for piece in asked.pieces:
        if 0 <= x < cell_len(piece.text):
            return piece.key
        x -= cell_len(piece.text)
    return ""
