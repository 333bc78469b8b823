"""What is drawn of an article: a frame, and what stands in each of its chunks.

All of it is values, made after the session was told what can be seen.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tui.model.article import ParagraphState
from tui.model.span import Span
from tui.session import Session
from tui.ui.viewport import Frame, list_marks, mark_suggestion

ShownHint: TypeAlias = tuple[int, str, str | None]
"""The first code point of a token, the letters left to type, and the label that it is about."""


@dataclass(frozen=True, slots=True)
class ChunkScene:
    """All that the rows of a chunk are drawn from; where it is the same, so are all of them."""

    is_at_work: bool
    """Whether keys are about it."""
    is_bright: bool
    """Whether the text stands out."""
    state: ParagraphState
    """The state of its paragraph."""
    is_flagged: bool
    """Whether its paragraph is marked for a second look."""
    has_note: bool
    """Whether its paragraph has a note."""
    marks: tuple[Span, ...]
    """Spans, and at work suggestions as if they were spans."""
    focus: str | None
    """The id of the one in focus."""
    selection: tuple[int, int] | None
    """What is selected, where any of it is here."""
    found: tuple[tuple[int, int], ...]
    """What a search found, while it goes on."""
    hints: tuple[ShownHint, ...]
    """The hints that can be seen, in order."""
    are_asked: bool
    """Whether a key asked for them."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A frame, and what stands in it."""

    frame: Frame
    """The rows."""
    chunks: Mapping[int, ChunkScene]
    """What stands in each chunk that has a line among them."""


def compose_scene(session: Session, frame: Frame) -> Scene:
    """Gather what stands in a frame of a session that was told what can be seen."""
    stretches: dict[int, tuple[int, int]] = {}
    for row in frame.rows:
        if row.line is not None:
            start, _ = stretches.get(row.chunk, (row.line.start, 0))
            stretches[row.chunk] = start, row.line.end
    hints = [] if frame.is_reviewing else session.hints.list_shown()
    focus = _find_focus(session)
    composed = {
        chunk: _compose(session, frame, chunk, seen, hints, focus) for chunk, seen in stretches.items()
    }
    return Scene(frame, composed)


def find_overlapping(
    places: tuple[tuple[int, int], ...], start: int, end: int
) -> tuple[tuple[int, int], ...]:
    """Give those of some places in order, none over another, that share a code point with `[start, end)`."""
    first = bisect_left(places, start, key=lambda place: place[1] - 1)
    return places[first : bisect_left(places, (end,))]


def _compose(
    session: Session,
    frame: Frame,
    index: int,
    seen: tuple[int, int],
    hints: list[tuple[int, str]],
    focus: str | None,
) -> ChunkScene:
    annotations, chunk = session.annotations, session.chunks[index]
    is_at_work = index in frame.seen.at_work
    paragraph, start, end = chunk.paragraph, chunk.start, chunk.end
    marks = list_marks(session, index) if is_at_work else annotations.spans_in_chunk(index)
    selection = session.cursor.selection
    here = hints[bisect_left(hints, (seen[0],)) : bisect_left(hints, (seen[1],))] if is_at_work else []
    return ChunkScene(
        is_at_work,
        is_at_work or frame.is_reviewing,
        annotations.state_of(paragraph),
        annotations.is_flagged(paragraph),
        paragraph in session.layer.notes,
        marks,
        focus if any(span.id == focus for span in marks) else None,
        selection if selection is not None and selection[0] < end and start < selection[1] else None,
        find_overlapping(session.search.places, start, end),
        tuple([(offset, letters, _label_of(session, offset, letters)) for offset, letters in here]),
        session.hints.asked is not None,
    )


def _find_focus(session: Session) -> str | None:
    """Give the id of the span in focus, or of the suggestion as if it were one."""
    suggestion = session.focus.suggestion
    return session.focus.span_id if suggestion is None else mark_suggestion(suggestion).id


def _label_of(session: Session, offset: int, letters: str) -> str | None:
    """Give the label that a hint is drawn for.

    Unasked, more letters than one stand where a span is not so likely: they are muted, for the eye's peace.
    """
    is_muted = session.hints.asked is None and len(letters) > 1
    return None if is_muted else session.hints.label_of(offset)
