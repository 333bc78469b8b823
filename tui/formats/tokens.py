"""Formats of tokens: a text made of them, and spans out of B, I, O and their kin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

SPACED: Final = "the text of {} was not in the file: made of its tokens, with single spaces between them"
"""Said of records whose text had to be made."""


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """A labelled run of tokens."""

    first: int
    """Its first token."""
    last: int
    """Its last token, included."""
    label: str
    """Its label."""


def join_tokens(tokens: Iterable[str], spaces: Iterable[str]) -> tuple[str, list[tuple[int, int]]]:
    """Make a text of tokens, each followed by its space; give also where each token stands."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    length = 0
    for token, space in zip(tokens, spaces, strict=True):
        places.append((length, length + len(token)))
        pieces += (token, space)
        length += len(token) + len(space)
    return "".join(pieces), places


def align_tokens(text: str, tokens: Iterable[str], start: int = 0) -> list[tuple[int, int]] | None:
    """Find tokens one after another in a text, with only white space between them; None where they differ."""
    places: list[tuple[int, int]] = []
    for token in tokens:
        while start < len(text) and text[start].isspace() and not text.startswith(token, start):
            start += 1
        if not text.startswith(token, start):
            return None
        places.append((start, start + len(token)))
        start += len(token)
    return places


def is_tag(word: str) -> bool:
    """Tell a tag such as `O`, `B-ORG` or `U-ORG` from any other word."""
    return word == "O" or (len(word) > 2 and word[0] in "BIESLUMW" and word[1] in "-_") or word in ("B", "I")


def decode_tags(tags: Sequence[str]) -> list[TokenSpan]:
    """Turn the tags of a sentence into spans: IOB1, IOB2, IOE, BILOU and BIOES alike.

    `B`, `S`, `U` and `W` begin a span; `I`, `M`, `E` and `L` go on with one of the same label and begin one
    where there is none; `S`, `U`, `W`, `E` and `L` end it.
    """
    spans: list[TokenSpan] = []
    first = 0
    label: str | None = None
    for index, tag in enumerate(tags):
        sign, name = (tag[:1], tag[2:]) if is_tag(tag) and tag != "O" else ("O", "")
        if label is not None and (sign in "OBSUW" or name != label):
            spans.append(TokenSpan(first, index - 1, label))
            label = None
        if sign == "O":
            continue
        if label is None:
            first, label = index, name
        if sign in "SUWEL":
            spans.append(TokenSpan(first, index, label))
            label = None
    if label is not None:
        spans.append(TokenSpan(first, len(tags) - 1, label))
    return spans
