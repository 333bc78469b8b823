"""Anything that the annotate screen may ask of an editor, and what has to hold after each step."""

from collections.abc import Callable
from typing import TypeAlias

from hypothesis import strategies as st

from tui.session import Editor

Step: TypeAlias = Callable[[Editor], object]
"""One thing that is asked of an editor."""

LABEL = st.sampled_from(["actor", "weapon", "casualty", "location"])
DIRECTION = st.sampled_from([-1, 1])
EDGE = st.sampled_from(["start", "end"])
STATE = st.sampled_from(["skipped", "boilerplate", "finished"])


def step(
    name: str, *arguments: st.SearchStrategy[object], **options: st.SearchStrategy[object]
) -> st.SearchStrategy[Step]:
    """Call a method of the editor with any of these arguments."""

    def bind(drawn: tuple[tuple[object, ...], dict[str, object]]) -> Step:
        def call(editor: Editor) -> object:
            return getattr(editor, name)(*drawn[0], **drawn[1])

        call.__qualname__ = f"{name}{drawn[0]}{drawn[1]}"
        return call

    return st.tuples(st.tuples(*arguments), st.fixed_dictionaries(options)).map(bind)


STEP = st.one_of(
    step("release"),
    step("go_to_chunk", st.integers(-1, 9)),
    step("move_token", DIRECTION, extend=st.booleans()),
    step("move_to", st.integers(0, 200), extend=st.booleans()),
    step("select", st.integers(0, 120), st.integers(0, 120)),
    step("pin"),
    step("walk_spans", DIRECTION),
    step("focus_at", st.integers(0, 200)),
    step("find", st.sampled_from(["a", "re", " ", "\u0301", "3", "nowhere"])),
    step("go_to_found", DIRECTION),
    step("end_search"),
    step("open_hints", st.none() | LABEL),
    step("type_hint", st.sampled_from("fjdks")),
    step("untype_hint"),
    step("tag", LABEL),
    step("tag", LABEL),
    step("relabel", LABEL),
    step("remove"),
    step("set_length", st.integers(1, 10)),
    step("move_edge", EDGE, DIRECTION),
    step("nudge_edge", EDGE, DIRECTION),
    step("tag_equal"),
    step("finish"),
    step("toggle_state", STATE),
    step("toggle_flag"),
    step("go_to_marked"),
    step("note", st.sampled_from(["", "a note"])),
    step("undo"),
    step("redo"),
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


def show_two_chunks(editor: Editor) -> None:
    """Put two chunks to work, as the screen does where both are drawn whole."""
    editor.set_desk(range(editor.current, min(editor.current + 2, len(editor.chunks))))


SUGGESTED_STEPS = st.lists(
    st.one_of(
        STEP,
        step("set_mode", st.sampled_from(["hints", "express", "screen"])),
        step("accept"),
        step("reject"),
        step("finish"),
        step("walk_spans", DIRECTION),
        step("forget_suggestions"),
        st.just(show_two_chunks),
    ),
    max_size=30,
)


def what_is(editor: Editor) -> tuple[object, ...]:
    """Give what undo takes back: values that nothing changes afterwards."""
    return (
        dict(editor.layer.spans),
        dict(editor.layer.states),
        dict(editor.layer.notes),
        set(editor.layer.flags),
    )


def check_places(editor: Editor) -> None:
    """Check that everything the editor points to is inside the text."""
    length = len(editor.article.text)
    for span in editor.layer.spans.values():
        assert 0 <= span.start < span.end <= length
    assert len({(span.start, span.end, span.label) for span in editor.layer.spans.values()}) == len(
        editor.layer.spans
    )
    if editor.selection is not None:
        assert 0 <= editor.selection[0] < editor.selection[1] <= length
    if editor.chunks:
        assert 0 <= editor.current < len(editor.chunks)
    assert 0 <= editor.offset <= length
