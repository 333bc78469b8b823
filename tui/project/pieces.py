"""Pieces: a record that is a part of an article, put back in its place there."""

from collections.abc import Sequence

from msgspec import Struct, structs

from tui.model.article import Article
from tui.model.record import UNKNOWN_CHARACTER, Record
from tui.model.span import Span


class Placed(Struct, frozen=True):
    """A piece in its article."""

    record: Record
    """The record, its text and offsets those of the article; its paragraphs are still counted as its own."""
    paragraphs: range
    """The indices of the article's paragraphs that it is about."""


def place_piece(
    record: Record, article: Article, offset: int, *, is_of_tokens: bool = False
) -> Placed | None:
    """Put a record where the article has its text, from the code point `offset` on; None where it has not.

    Where its text may have been made of tokens, white space counts for nothing. One of which only some of the
    text is known is placed at the beginning, and is about all paragraphs.
    """
    if record.is_partial:
        return _place_partial(record, article)
    length = len(record.text)
    if article.text.startswith(record.text, offset):
        places: Sequence[int] = range(offset, offset + length)
    else:
        places = _align(record.text, article.text, offset) if is_of_tokens else ()
    if not places:
        return None
    inside = [
        each.index for each in article.paragraphs if places[0] <= each.start and each.end <= places[-1] + 1
    ]
    if not inside:
        return None
    return Placed(
        structs.replace(
            record,
            text=article.text,
            spans=None if record.spans is None else tuple([_move(span, places) for span in record.spans]),
            suggestions=tuple([_move(span, places) for span in record.suggestions]),
        ),
        range(inside[0], inside[-1] + 1),
    )


def _place_partial(record: Record, article: Article) -> Placed | None:
    if len(record.text) > len(article.text):
        return None
    if any(
        known not in (UNKNOWN_CHARACTER, each) for known, each in zip(record.text, article.text, strict=False)
    ):
        return None
    paragraphs = range(len(article.paragraphs))
    return Placed(structs.replace(record, text=article.text, is_partial=False), paragraphs)


def _align(text: str, whole: str, start: int) -> Sequence[int]:
    """Say where in `whole`, from `start` on, each character of `text` stands; nothing where they differ.

    White space in either is passed over; that of `text` counts to the character before it.
    """
    places: list[int] = []
    at = start
    for character in text:
        if character.isspace():
            places.append(places[-1] if places else at)
            continue
        while at < len(whole) and whole[at].isspace():
            at += 1
        if not whole.startswith(character, at):
            return ()
        places.append(at)
        at += 1
    return places if text.strip() else ()


def _move(span: Span, places: Sequence[int]) -> Span:
    """Give a span of a piece as one of the article."""
    fragments = tuple([(places[start], places[end - 1] + 1) for start, end in span.fragments])
    start, end = places[span.start], places[span.end - 1] + 1
    return structs.replace(span, start=start, end=end, fragments=fragments)
