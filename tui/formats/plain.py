"""Plain text: one file is one article, its first line its title."""

from collections.abc import Iterator
from typing import Final

from tui.errors import Refusal
from tui.formats.format import Format, Reading
from tui.formats.shared.source import Source
from tui.model.record import Record, remark_on_nul


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the file as one article."""
    text = source.read_article()
    yield text if isinstance(text, Refusal) else Record(text, remarks=remark_on_nul(text))


FORMAT: Final = Format(
    "text",
    reading=Reading(
        title="plain text",
        suffixes=(".txt", ".text"),
        offsets="none",
        brings="the text",
        lacks="nothing",
        read=read,
        is_one_text=True,
    ),
)
"""How it is read and written."""
