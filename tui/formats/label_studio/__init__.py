"""Label Studio: tasks with regions, as JSON and in tables."""

from typing import Final

from tui.formats.format import CODE_POINTS, LINES_OF_JSON, Format, Reading, Writing
from tui.formats.label_studio.reader import read, recognises
from tui.formats.label_studio.writer import CARRIES, LabelStudioWriter

FORMAT: Final = Format(
    "label-studio",
    reading=Reading(
        title="Label Studio JSON, JSON_MIN, CSV, TSV",
        suffixes=(*LINES_OF_JSON, ".csv", ".tsv"),
        offsets=(
            f"{CODE_POINTS}; UTF-16 units, bytes, CR LF as one where only that agrees with the quoted text"
        ),
        brings=(
            "spans, attributes and notes of regions, relations, choices as article labels, annotators,"
            " skipped tasks; predicted spans as suggestions"
        ),
        lacks="what predictions say beside spans, drafts, regions of pictures and sound",
        read=read,
        recognises=recognises,
        asks=True,
    ),
    writing=Writing(
        title="Label Studio JSON",
        suffix=".json",
        offsets=CODE_POINTS,
        load="Settings > Labeling Interface > Code: FILE.xml; then Import: FILE.json",
        open=LabelStudioWriter,
        carries=CARRIES,
        only_alone=False,
    ),
)
"""How it is read and written."""
