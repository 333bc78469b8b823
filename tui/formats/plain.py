"""Plain text: one file is one article, its first line its title."""

from collections.abc import Iterator

from tui.errors import Refusal
from tui.formats.source import Source
from tui.model.record import Record, remark_on_nul


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the file as one article."""
    text = source.read_article()
    yield text if isinstance(text, Refusal) else Record(text, remarks=remark_on_nul(text))
