"""brat standoff."""

from typing import Final

from tui.formats.brat.reader import describes, list_texts, read, recognises
from tui.formats.brat.writer import CARRIES, BratWriter
from tui.formats.format import CODE_POINTS, Format, Reading, Writing

FORMAT: Final = Format(
    "brat",
    reading=Reading(
        title="brat standoff",
        suffixes=(".ann",),
        offsets=(
            f"{CODE_POINTS}; UTF-16 units, bytes, CR LF as one where only that agrees with the quoted text"
        ),
        brings=(
            "spans, pieces of discontinuous ones, relations, events as relations by their roles, equivalences"
            " as entities, attributes, notes"
        ),
        lacks="relations of more than two",
        read=read,
        texts_of=list_texts,
        describes=describes,
        recognises=recognises,
    ),
    writing=Writing(
        title="brat standoff",
        suffix="",
        offsets=CODE_POINTS,
        load="move the folder into brat's data/ directory",
        open=BratWriter,
        carries=CARRIES,
        only_alone=False,
    ),
)
"""How it is read and written."""
