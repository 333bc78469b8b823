"""spantag's own JSONL: `lines` reads and writes it, `schema` has its words."""

from typing import Final

from tui.formats.format import CODE_POINTS, Format, Reading, Writing
from tui.formats.native.lines import CARRIES, format_line, open_native, read

__all__ = ["FORMAT", "format_line", "open_native", "read"]

FORMAT: Final = Format(
    "jsonl",
    reading=Reading(
        title="spantag JSONL",
        suffixes=(".jsonl", ".ndjson"),
        offsets=CODE_POINTS,
        brings="everything",
        lacks="nothing",
        read=read,
        is_own=True,
    ),
    writing=Writing(
        title="spantag's JSONL",
        suffix=".jsonl",
        offsets=CODE_POINTS,
        load="spantag import FILE.jsonl",
        open=open_native,
        carries=CARRIES,
    ),
)
"""How it is read and written."""
