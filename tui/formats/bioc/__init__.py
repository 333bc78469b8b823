"""BioC: XML and JSON."""

from typing import Final

from tui.formats.bioc.xml import read, recognises
from tui.formats.format import LINES_OF_JSON, Format, Reading

FORMAT: Final = Format(
    "bioc",
    reading=Reading(
        title="BioC XML, JSON",
        suffixes=(".xml", *LINES_OF_JSON),
        offsets=(
            "code points, offset and length; UTF-16 units, bytes where only they agree with the quoted text"
        ),
        brings="spans, pieces of discontinuous ones, infons, relations of two",
        lacks="relations of more than two, names of the ends of relations",
        read=read,
        recognises=recognises,
    ),
)
"""How it is read and written."""
