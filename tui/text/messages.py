"""How texts, names and numbers stand in a message."""

from collections.abc import Collection, Sequence
from itertools import islice
from typing import Final

from tui.text.display import display_text

MOST_LISTED: Final = 10
"""The most names that one message lists."""

LONGEST_NAME: Final = 60
"""The most code points of a name that a message shows."""

TITLE_LENGTH: Final = 120
"""The most code points of a title that is taken from the text."""


def quote(text: str, start: int, end: int, *, limit: int = 60) -> str:
    """Quote `[start, end)` for a message: one line of at most `limit` code points, shortened with `…`."""
    if end - start <= limit:
        return display_text(text[start:end])
    from tui.text.tokens import tokenize

    # One code point more than fits, so that a token which the limit cuts is seen to reach beyond it.
    room = start + max(limit - 1, 0)
    cut = max((edge for _, edge in tokenize(text, start, room + 1) if edge <= room), default=room)
    return display_text(text[start:cut]) + "…"


def quote_pieces(text: str, pieces: Sequence[tuple[int, int]], *, limit: int = 60) -> str:
    """Quote the pieces of a span for a message, with `…` where words between them are left out."""
    if len(pieces) == 1:
        return quote(text, *pieces[0], limit=limit)
    each = max(limit // len(pieces) - 3, 4)
    return " … ".join([quote(text, start, end, limit=each) for start, end in pieces])


def list_some(names: Collection[str]) -> str:
    """List names for a message: the first ten in quotes, and how many more there are; none as `nothing`."""
    listed = ", ".join([repr(quote_name(name)) for name in islice(names, MOST_LISTED)])
    more = len(names) - MOST_LISTED
    return f"{listed} and {more:,} more" if more > 0 else listed or "nothing"


def quote_name(name: str) -> str:
    """Give a name for a message, as it is but for its end where that is far away."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def count_noun(number: int, noun: str) -> str:
    """Write a number with its noun: `1 span`, `2,000 spans`."""
    if number == 1:
        return f"1 {noun}"
    is_changed = noun.endswith("y") and noun[-2:-1] not in "aeiou"
    return f"{number:,} {noun[:-1]}ies" if is_changed else f"{number:,} {noun}s"


def title_of(text: str) -> str:
    """Take a title from a text: the beginning of its first paragraph."""
    stripped = text.lstrip()
    start = len(text) - len(stripped)
    return quote(text, start, start + len(stripped[:1000].splitlines()[0]), limit=TITLE_LENGTH)
