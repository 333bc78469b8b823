"""UIMA CAS, as INCEpTION exports and imports it: JSON and XMI."""

from typing import Final

from tui.formats.format import Format, Reading, Writing
from tui.formats.uima_cas.reader import describes, read, recognises
from tui.formats.uima_cas.writer import CARRIES, UimaCasWriter

FORMAT: Final = Format(
    "uima-cas",
    reading=Reading(
        title="UIMA CAS JSON, XMI",
        suffixes=(".json", ".xmi"),
        offsets="UTF-16 units, end exclusive",
        brings="spans of every type with their features, relations, links, chains as entities",
        lacks="structures without a place",
        read=read,
        describes=describes,
        recognises=recognises,
        asks=True,
    ),
    writing=Writing(
        title="UIMA CAS JSON",
        suffix="",
        offsets="UTF-16 units, end exclusive",
        load="INCEpTION: Settings > Layers > Import: typesystem.xml; then Documents, format UIMA CAS JSON",
        open=UimaCasWriter,
        carries=CARRIES,
        only_alone=False,
    ),
)
"""How it is read and written."""
