"""The row of a question as it is drawn: where it begins, its pieces, and what a click on one stands for."""

from collections.abc import Mapping
from typing import Final

from msgspec import structs
from rich.cells import cell_len
from rich.style import Style

from tui.ui.asked import AskedPart, AskedPiece, AskedRow
from tui.ui.layout import Line, cut_text

_LINES: Final = 3
"""Lines of names that fit into the four of a message, wherever these are broken."""


def fit_asked(asked: AskedRow, cells: int) -> AskedRow:
    """Cut the names of choices so that the keys of all have room in so many cells, as far as that goes.

    What is no choice and stands behind them, such as why one is suggested, has the room that is left.
    """
    names = [cell_len(piece.text) for piece in asked.pieces if _is_name(piece)]
    room = cells - sum(
        [cell_len(piece.text) for piece in asked.pieces if piece.key or piece.part == "question"]
    )
    room += sum(names)
    if sum(names) <= room:
        return asked
    widths = range(1, max(names, default=1) + 1)
    fitting = [width for width in widths if sum(min(width, each) for each in names) <= room]
    longest = max(fitting, default=1)
    pieces = [structs.replace(p, text=cut_text(p.text, longest)) if _is_name(p) else p for p in asked.pieces]
    return structs.replace(asked, pieces=tuple(pieces))


def write_cut_choices(asked: AskedRow, cells: int) -> str:
    """Write the choices of a question whose names are cut in a row of so many cells, for some lines of them.

    Empty where they have room in the row, and where they have none in these lines either.
    """
    if fit_asked(asked, cells) is asked or are_choices_cut(asked, cells):
        return ""
    return "".join([piece.text for piece in asked.pieces if piece.key or piece.part == "question"])


def are_choices_cut(asked: AskedRow, cells: int) -> bool:
    """Tell whether names are cut in the row and in the lines below it, too.

    Breaking these between names takes a part of their room.
    """
    return fit_asked(asked, cells * _LINES) is not asked


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


def _is_name(piece: AskedPiece) -> bool:
    """Tell whether a piece is the name of a choice."""
    return piece.part in ("choice", "given") and bool(piece.key)
