"""What is drawn of an article: a frame, and what stands in each of its chunks.

All of it is values, made after the session was told what can be seen.
"""

from bisect import bisect_left
from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from tui.model.article import ParagraphState
from tui.model.span import Span
from tui.session import NO_MARK, Session, SpanMark
from tui.suggest.suggestion import mark_suggestion
from tui.ui.asked import AskedRow, describe_asked
from tui.ui.viewport import Frame, list_marks

ShownHint: TypeAlias = tuple[int, str, str | None]
"""The first code point of a token, the letters left to type, and the label that it is about."""


class ChunkScene(Struct, frozen=True):
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
    details: tuple[tuple[str, SpanMark], ...] = ()
    """What stands behind the labels of its spans, by their ids, where anything does."""
    partners: tuple[tuple[str, str], ...] = ()
    """The letters left to type for its spans that the one at hand can be linked to, by their ids."""


class Scene(Struct, frozen=True):
    """A frame, and what stands in it."""

    frame: Frame
    """The rows."""
    chunks: Mapping[int, ChunkScene]
    """What stands in each chunk that has a line among them."""
    asked: tuple[int, AskedRow] | None = None
    """The row of the screen in which a question is asked, over what stands there, and the question."""


def compose_scene(session: Session, frame: Frame) -> Scene:
    """Gather what stands in a frame of a session that was told what can be seen."""
    stretches: dict[int, tuple[int, int]] = {}
    for row in frame.rows:
        if row.line is not None:
            start, _ = stretches.get(row.chunk, (row.line.start, 0))
            stretches[row.chunk] = start, row.line.end
    asked = describe_asked(session)
    is_free = asked is None and not session.partners.is_open
    hints = session.hints.list_shown() if is_free and not frame.is_reviewing else []
    partners = session.partners.list_shown()
    focus = _find_focus(session)
    composed = {
        chunk: _compose(session, frame, chunk, seen, hints, focus, partners)
        for chunk, seen in stretches.items()
    }
    place = None if asked is None else _find_row_under(frame, asked.offset)
    return Scene(frame, composed, None if asked is None or place is None else (place, asked))


def find_overlapping(
    places: tuple[tuple[int, int], ...], start: int, end: int
) -> tuple[tuple[int, int], ...]:
    """Give those of some places in order, none over another, that share a code point with `[start, end)`."""
    first = bisect_left(places, start, key=lambda place: place[1] - 1)
    return places[first : bisect_left(places, (end,))]


def _find_row_under(frame: Frame, offset: int) -> int | None:
    """Find the row under the line that holds a code point; None where it is not on the screen."""
    rows = enumerate(frame.rows)
    return next(
        (
            y
            for y, row in rows
            if row.kind == "labels" and row.line is not None and row.line.start <= offset < row.line.end
        ),
        None,
    )


def _compose(
    session: Session,
    frame: Frame,
    index: int,
    seen: tuple[int, int],
    hints: list[tuple[int, str]],
    focus: str | None,
    partners: Mapping[str, str],
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
        tuple([(span.id, mark) for span in marks if (mark := session.marks.of(span)) != NO_MARK]),
        tuple([(span.id, partners[span.id]) for span in marks if span.id in partners]),
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
