"""Anything that the annotate screen may ask of a session, and what has to hold after each step."""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TypeAlias

from hypothesis import strategies as st

from tests.at_work import enter, show
from tui.session import Session
from tui.ui.viewport import ViewSize

Step: TypeAlias = Callable[[Session], object]
"""One thing that is asked of a session."""

LABEL = st.sampled_from(["actor", "weapon", "casualty", "location"])
DIRECTION = st.sampled_from([-1, 1])
EDGE = st.sampled_from(["start", "end"])
STATE = st.sampled_from(["skipped", "boilerplate", "finished"])


def step(
    name: str, *arguments: st.SearchStrategy[object], **options: st.SearchStrategy[object]
) -> st.SearchStrategy[Step]:
    """Call a method of the session with any of these arguments."""

    def bind(drawn: tuple[tuple[object, ...], dict[str, object]]) -> Step:
        def call(session: Session) -> object:
            return attrgetter(name)(session)(*drawn[0], **drawn[1])

        call.__qualname__ = f"{name}{drawn[0]}{drawn[1]}"
        return call

    return st.tuples(st.tuples(*arguments), st.fixed_dictionaries(options)).map(bind)


ROOMS = st.sampled_from([ViewSize(75, 400), ViewSize(75, 20), ViewSize(20, 5)])

SHOW: st.SearchStrategy[Step] = ROOMS.map(lambda room: partial(show, room=room))
"""What the screen does after every key."""

ENTER: st.SearchStrategy[Step] = ROOMS.map(lambda room: partial(enter, room=room))

STEP = st.one_of(
    step("moves.step_back"),
    step("moves.go_to_chunk", st.integers(-1, 9)),
    step("moves.move_word", DIRECTION, extend=st.booleans()),
    step("moves.move_to", st.integers(0, 200), extend=st.booleans()),
    step("moves.select", st.integers(0, 120), st.integers(0, 120)),
    step("moves.pin"),
    step("moves.walk_spans", DIRECTION),
    step("moves.focus_at", st.integers(0, 200)),
    step("search.find", st.sampled_from(["a", "re", " ", "\u0301", "3", "nowhere"])),
    step("moves.go_to_found", DIRECTION),
    step("search.end"),
    step("spans.open_hints", st.none() | LABEL),
    step("spans.type_hint", st.sampled_from("fjdks")),
    step("hints.untype"),
    step("spans.tag", LABEL),
    step("spans.tag", LABEL),
    step("spans.relabel", LABEL),
    step("spans.remove"),
    step("edges.set_length", st.integers(1, 10)),
    step("edges.move", EDGE, DIRECTION),
    step("edges.nudge", EDGE, DIRECTION),
    step("spans.tag_equal"),
    ENTER,
    step("paragraphs.toggle_state", STATE),
    step("paragraphs.toggle_flag"),
    step("moves.go_to_marked"),
    step("paragraphs.note", st.sampled_from(["", "a note"])),
    step("history.undo"),
    step("history.redo"),
)

STEPS = st.lists(STEP, max_size=40)
"""What the screen calls, in any order."""


SUGGESTIVE = """\
labels:
  - {name: actor, patterns: [rebels, army, 軍, {regex: "[\u0300-\u036f]+"}]}
  - {name: weapon, patterns: [gunfire, {regex: "\\\\w+"}]}
  - {name: casualty, patterns: [{regex: ".{1,9}"}]}
  - {name: location, patterns: [Moru, "\U0001f468"]}
"""
"""A labels.yaml that suggests nearly everything, to whole tokens or across them."""


SUGGESTED_STEPS = st.lists(
    st.one_of(
        STEP,
        step("set_mode", st.sampled_from(["hints", "express", "screen"])),
        step("spans.accept"),
        step("spans.reject"),
        ENTER,
        step("moves.walk_spans", DIRECTION),
        step("forget_suggestions"),
        SHOW,
    ),
    max_size=30,
)


def what_is(session: Session) -> tuple[object, ...]:
    """Give what undo takes back: values that nothing changes afterwards."""
    return (
        dict(session.layer.spans),
        dict(session.layer.states),
        dict(session.layer.notes),
        set(session.layer.flags),
    )


def check_places(session: Session) -> None:
    """Check that everything the session points to is inside the text."""
    length = len(session.article.text)
    for span in session.layer.spans.values():
        assert 0 <= span.start < span.end <= length
    assert len({(span.start, span.end, span.label) for span in session.layer.spans.values()}) == len(
        session.layer.spans
    )
    if session.cursor.selection is not None:
        assert 0 <= session.cursor.selection[0] < session.cursor.selection[1] <= length
    if session.chunks:
        assert 0 <= session.reading.current < len(session.chunks)
    assert 0 <= session.offset <= length
