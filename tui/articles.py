"""Articles and their paragraphs: the text that is annotated, which never changes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from tui.spans import Json

ParagraphState: TypeAlias = Literal["unfinished", "finished", "skipped", "boilerplate"]
"""What an annotator has said of a paragraph as a whole; a flag is a mark beside it."""

PARAGRAPH_STATES: tuple[ParagraphState, ...] = get_args(ParagraphState)
"""Every paragraph state."""


class Paragraph(Struct, frozen=True, gc=False):
    """A stretch of an article, without the line breaks around it."""

    index: int
    """Its place in the article, counted from 0."""
    start: int
    """First code point."""
    end: int
    """One past the last code point."""


@dataclass(frozen=True, slots=True)
class Article:
    """A text with a title and free metadata."""

    number: int
    """Its number in this database, in order of arrival, counted from 1."""
    key: str
    """`article_key(text)`: the same text is the same article everywhere."""
    id: str | None
    """The id it came with."""
    title: str
    """What the library shows."""
    text: str
    """The stored text, exactly as it was read."""
    meta: Mapping[str, Json]
    """Free metadata that came with it."""
    paragraphs: tuple[Paragraph, ...]
    """Its paragraphs, in order; they never overlap."""
    boilerplate: frozenset[int] = frozenset()
    """Indices of the paragraphs that look like web boilerplate, of which nobody has said otherwise yet."""


def article_key(text: str) -> str:
    """Name a text by its content: 32 hexadecimal digits of BLAKE2b over its UTF-8."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).hexdigest()
