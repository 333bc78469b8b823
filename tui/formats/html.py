"""HTML: the article of a web page, found by trafilatura; an extra of spantag.

The text is what trafilatura takes for the article, one paragraph a line; title, author, date, site and
address of the page become metadata. `pip install 'spantag[html]'` brings trafilatura.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.errors import InputError, Refusal
from tui.formats.format import Format, Reading
from tui.formats.shared.source import Source
from tui.model.record import Record
from tui.model.span import Json

_START: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?>(?:<!--.*?-->\s*)*)<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_META: Final = {
    "author": "author",
    "date": "date",
    "sitename": "source",
    "url": "url",
    "description": "description",
    "language": "language",
    "license": "license",
    "categories": "categories",
    "tags": "tags",
}
"""What trafilatura calls it, and what spantag does."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by how it begins, or by its ending."""
    return _START.match(head) is not None or path.suffix.lower() in (".html", ".htm", ".xhtml")


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the page; raises `InputError` where trafilatura is not installed."""
    try:
        from trafilatura import bare_extraction
    except ImportError as error:
        raise InputError(
            f"{source.name}: web pages need trafilatura ({error}): pip install 'spantag[html]'"
        ) from error
    found = bare_extraction(source.read_bytes(), with_metadata=True, include_comments=False)
    known = found if isinstance(found, dict) or found is None else found.as_dict()
    text = known.get("text") if known is not None else None
    if known is None or not isinstance(text, str) or not text.strip():
        yield Refusal(source.name, "no article was found in this page; save its text and import that")
        return
    meta: dict[str, Json] = {}
    for key, name in _META.items():
        value = known.get(key)
        if isinstance(value, str) and value:
            meta[name] = value
        elif isinstance(value, list) and value:
            meta[name] = [str(each) for each in value]
    title = known.get("title")
    yield Record(text, title=title if isinstance(title, str) else "", meta=meta)


FORMAT: Final = Format(
    "html",
    reading=Reading(
        title="web page",
        suffixes=(".html", ".htm", ".xhtml"),
        offsets="none",
        brings="the article's text; title, author, date, site and address",
        lacks="what trafilatura takes for no part of the article",
        read=read,
        is_one_text=True,
        recognises=recognises,
    ),
)
"""How it is read and written."""
