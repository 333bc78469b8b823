"""The row in which a question is asked: what it is, and the keys that answer it."""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.labels import Attribute, write_answer
from tui.model.labels.attributes import FLAG_KEYS
from tui.model.span import Json
from tui.session import Session
from tui.session.inquiry import Question
from tui.text.display import display_text

AskedPart: TypeAlias = Literal["question", "key", "choice", "given", "typed"]
"""What a piece of the row is, and so how it is drawn."""

_GIVEN: Final = "✓"
"""What stands before the answer that was given."""

_SUGGESTED: Final = "?"
"""What stands before the answer that is suggested, and is taken by Enter."""

_LONGEST_END: Final = 16
"""Code points of the other end of a relation."""

_CURSOR: Final = "▏"
"""Where the next character is typed."""


class AskedPiece(Struct, frozen=True):
    """A piece of the row."""

    text: str
    """What stands there; no character of it can drive the terminal."""
    part: AskedPart
    """What it is."""
    key: str = ""
    """The key that a click on it stands for; empty for none."""


class AskedRow(Struct, frozen=True):
    """The row of a question."""

    offset: int
    """The code point under which it stands."""
    place: str
    """Which of the questions it is: `1/3`."""
    pieces: tuple[AskedPiece, ...]
    """From left to right."""

    @property
    def text(self) -> str:
        """All that stands in it."""
        return "".join([piece.text for piece in self.pieces])


def describe_asked(session: Session) -> AskedRow | None:
    """Say what is asked now, and which keys answer it; None where nothing is."""
    inquiry = session.inquiry
    question = inquiry.question
    if question is None:
        span = inquiry.span
        nothing = "" if span is None else f"{display_text(span.label)}: nothing is asked of it"
        return AskedRow(inquiry.offset, "", (AskedPiece(nothing, "choice"),)) if inquiry.is_open else None
    answers = inquiry.list_answers(question)
    name = question.attribute.name
    pieces = [AskedPiece(f"{_say_whose(session, question)}{display_text(name)}", "question")]
    suggested = session.answers.find_suggested()
    if session.answers.is_choice():
        given = suggested.value if suggested is not None else answers.get(name, ())
        sign = _SUGGESTED if suggested is not None else _GIVEN
        pieces += _list_choices(question.attribute, given, sign, is_answered=name in answers)
    elif inquiry.typed:
        pieces.append(AskedPiece(f"  {display_text(inquiry.typed)}{_CURSOR}", "typed"))
    else:
        given = (
            f"  {_GIVEN}{display_text(write_answer(answers[name]))}" if name in answers else f"  {_CURSOR}"
        )
        if suggested is not None:
            given = f"  {_SUGGESTED}{display_text(write_answer(suggested.value))}"
        pieces.append(AskedPiece(given, "given" if name in answers else "typed"))
    if suggested is not None and not inquiry.typed:
        pieces.append(AskedPiece(f"   {display_text(suggested.why)}", "choice"))
    elif (
        question.attribute.type == "count"
        and name not in answers
        and session.suggested_answers.has_no_rules()
    ):
        pieces.append(AskedPiece("   counts are read in English only", "choice"))
    place = f"{inquiry.place + 1}/{len(inquiry.questions)}"
    return AskedRow(inquiry.offset, place, tuple(pieces))


def _say_whose(session: Session, question: Question) -> str:
    """Say what a question is about, where that is not the span itself."""
    relation = session.inquiry.find_relation(question)
    if relation is None:
        return "" if question.subject == "span" else f"{question.subject}: "
    span = session.inquiry.span
    is_head = span is not None and relation.head == span.id
    other = session.layer.spans[relation.tail if is_head else relation.head]
    quoted = session.annotations.quote_span(other, limit=_LONGEST_END)
    return f"{'→' if is_head else '←'} {display_text(relation.label)} “{quoted}”: "


def _list_choices(
    attribute: Attribute, given: Json | tuple[()], sign: str, *, is_answered: bool
) -> list[AskedPiece]:
    pairs: Sequence[tuple[str | None, str | bool]]
    pairs = list(zip(attribute.keys, attribute.values, strict=True)) or list(FLAG_KEYS.items())
    pieces: list[AskedPiece] = []
    for key, value in pairs:
        is_given = value == given or (isinstance(given, list) and value in given)
        text = f"{sign if is_given else ''}{display_text(write_answer(value))}"
        pieces += [
            AskedPiece(f"  {key or '·'} ", "key", key or ""),
            AskedPiece(text, "given" if is_given else "choice", key or ""),
        ]
    if is_answered and given is None:
        pieces.append(AskedPiece(f"  {_GIVEN}{write_answer(None)}", "given"))
    return pieces
