"""Articles and their paragraphs: the text that is annotated, which never changes."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from operator import attrgetter
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from tui.model.span import Json

ParagraphState: TypeAlias = Literal["unfinished", "finished", "skipped", "boilerplate"]
"""What an annotator has said of a paragraph as a whole; a flag is a mark beside it."""

_KEY: Final = re.compile(r"[0-9a-f]{32}(?:~(?:[2-9]|[1-9][0-9]{1,8}))?")

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


_START_OF: Final = attrgetter("start")


class Article(Struct, frozen=True):
    """A text with a title and free metadata."""

    number: int
    """Its number in this database, in order of arrival, counted from 1."""
    key: str
    """`article_key(text)`; of articles with equal texts, the second and later ones' says which one it is."""
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

    def paragraph_at(self, offset: int) -> int:
        """Find the index of the paragraph of a code point; white space counts to the one before it."""
        return max(bisect_right(self.paragraphs, offset, key=_START_OF) - 1, 0)


KEY_LENGTH: Final = 32
"""The characters of a key that name the text; what follows tells equal texts apart."""


def article_key(text: str, copy: int = 1) -> str:
    """Name an article by its text: 32 hexadecimal digits of BLAKE2b over its UTF-8.

    The second article with this text has `~2` behind them, and so on.
    """
    from hashlib import blake2b

    return copy_key(blake2b(text.encode("utf-8"), digest_size=KEY_LENGTH // 2).hexdigest(), copy)


def copy_key(key: str, copy: int) -> str:
    """Give the key of the first, second … article with the text of the article that has this key."""
    first = key[:KEY_LENGTH]
    return first if copy == 1 else f"{first}~{copy}"


def copy_of(key: str) -> int:
    """Say which of the articles with its text an article is, by its key: 1 for the first."""
    return int(key[KEY_LENGTH + 1 :] or 1)


def is_key_of(text_key: str, name: str) -> bool:
    """Tell whether a name is the key of an article with a text, which has the key `text_key`."""
    return _KEY.fullmatch(name) is not None and name.startswith(text_key)
