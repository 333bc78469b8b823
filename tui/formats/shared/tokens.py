"""Formats of tokens: a text made of them, and spans out of B, I, O and their kin."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.text.tokens import count_unspaced

Join: TypeAlias = Literal["auto", "space", "none"]
"""What stands between the tokens of a text that is made of them: `auto` goes by the file and the script."""

TagForm: TypeAlias = Literal["signed", "lower", "last", "bare"]
"""How the tags of a file are written: `B-LOC`, `b-loc`, `LOC-B` or `LOC`."""

_LOWER: Final = re.compile(r"[bieslumw]|([bieslumw])[-_](.+)", re.DOTALL)
_LAST: Final = re.compile(r"(.+)[-_]([BIESLUMW])", re.DOTALL)
_SAYS_NOTHING: Final = frozenset({"", "_", "-", "*", "-X-"})

_UNLABELLED: Final = frozenset({"B", "I", "B-", "I-"})

SPACED: Final = "the text of {} was not in the file: made of its tokens, with single spaces between them"
"""Said of records whose text had to be made."""

SPACED_AS_SAID: Final = (
    "the text of {} was not in the file: made of its tokens, with the spaces that the file gives"
)
"""Said of records whose text had to be made, where the file says which tokens a space follows."""

JOINED: Final = (
    "the text of {} was not in the file: made of its tokens, without spaces; --join space puts them in"
)
"""Said of records whose text had to be made, in a script that is written without spaces."""


class TokenSpan(Struct, frozen=True):
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


def choose_spaces(
    sentences: Sequence[Sequence[str]],
    join: Join = "auto",
    *,
    given: Sequence[Sequence[bool]] = (),
) -> tuple[list[list[str]], str]:
    """Choose what follows each token of the sentences of one text; give also the sentence that says so.

    `given` says of each token whether a space follows it, as far as the file does; where all are followed by
    one it says nothing.
    """
    if join == "auto" and not all(map(all, given)):
        spaces = [[" " if each else "" for each in sentence] for sentence in given]
        said = SPACED_AS_SAID
    elif join == "space" or (join == "auto" and not _is_unspaced(sentences)):
        spaces, said = [[" "] * len(tokens) for tokens in sentences], SPACED
    else:
        is_split = all(len(token) == 1 for tokens in sentences for token in tokens)
        is_apart = join == "auto" and not is_split
        spaces = [
            [
                " " if is_apart and _are_words(*pair) else ""
                for pair in zip(tokens, [*tokens[1:], ""], strict=True)
            ]
            for tokens in sentences
        ]
        said = JOINED
    return [[*each[:-1], ""][: len(each)] for each in spaces], said


def make_text(
    tokens: Sequence[str], join: Join = "auto", *, given: Sequence[bool] = ()
) -> tuple[str, list[tuple[int, int]], str]:
    """Make a text of tokens; give also where each stands, and the sentence that says what parts them."""
    (spaces,), said = choose_spaces([tokens], join, given=[given] if given else ())
    return *join_tokens(tokens, spaces), said


def _is_unspaced(sentences: Sequence[Sequence[str]]) -> bool:
    """Tell whether most letters of a text are of scripts that are written without spaces."""
    text = "".join(token for tokens in sentences for token in tokens)
    return not text.isascii() and 2 * count_unspaced(text) > sum(map(str.isalnum, text))


def _are_words(first: str, second: str) -> bool:
    """Tell whether two tokens meet in letters or digits of scripts that part words with spaces."""
    edges = first[-1:] + second[:1]
    return len(edges) == 2 and edges.isalnum() and not count_unspaced(edges)


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
    return word == "O" or (len(word) > 2 and word[0] in "BIESLUMW" and word[1] in "-_") or word in _UNLABELLED


def explain_outside(columns: Sequence[str]) -> str:
    """Say that a file of tags would bring no span."""
    named = ", ".join(columns)
    which = columns[0].removeprefix("column ")
    return f"every tag of {named} is O, so no span would come in; --column {which} says that this is right"


def find_form(tags: Iterable[str]) -> TagForm:
    """Tell how the tags of a file, or of a column of it, are written, by all of them together."""
    said = set(tags) - _SAYS_NOTHING
    labelled = said - {"O", "o"}
    if not labelled or 2 * sum(map(is_tag, labelled)) >= len(labelled):
        return "lower" if said == {"o"} else "signed"
    signs = [match for tag in labelled if (match := _LOWER.fullmatch(tag))]
    # A label such as e-mail has no sign, but also no other that begins or goes on with it.
    is_signed = len(signs) == len(labelled) and any(match[2] for match in signs)
    if is_signed and ("o" in said or {match[1] for match in signs} <= {"b", "i", None}):
        return "lower"
    if all(map(_LAST.fullmatch, labelled)) and any(tag.endswith(("B", "S", "U")) for tag in labelled):
        return "last"
    return "bare"


def sign_tag(tag: str, form: TagForm) -> str:
    """Write a tag as `decode_tags` reads it: `B-LOC`; one that says nothing is empty."""
    if tag in _SAYS_NOTHING:
        return ""
    if form == "signed" or tag in ("O", "o"):
        return "O" if tag == "o" else tag
    if form == "lower":
        return tag[:1].upper() + tag[1:]
    last = _LAST.fullmatch(tag) if form == "last" else None
    return f"{last[2]}-{last[1]}" if last is not None else f"I-{tag}"


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
