"""Correcting: a suggestion made right is one action, and no correction makes a span twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.at_work import STORY, at_work, make_project, shown, spans_of, stored, work_on
from tui.session import Session

GUESSES = """\
labels:
  - {name: actor, key: a, patterns: [army]}
  - {name: weapon, key: w}
  - {name: location, key: l, patterns: [Moru]}
"""
"""A labels.yaml that suggests four places and two armies."""


@contextmanager
def suggesting(folder: Path) -> Iterator[Session]:
    """Give a session whose first suggestion is in focus."""
    project = make_project(folder, STORY, labels=GUESSES)
    try:
        session = work_on(project, suggests=True)
        session.moves.go_to_chunk(1)
        assert session.moves.walk_spans(1)
        assert session.focus.suggestion is not None
        yield session
    finally:
        project.close()


@pytest.mark.parametrize(
    ("correct", "made"),
    [
        (lambda session: session.spans.relabel("weapon"), ("army", "weapon")),
        (lambda session: session.edges.set_length(2), ("army convoy", "actor")),
        (lambda session: session.edges.move("start", -1), ("an army", "actor")),
        (lambda session: session.edges.nudge("end", -1), ("arm", "actor")),
        (lambda session: session.spans.accept(), ("army", "actor")),
    ],
    ids=["relabel", "length", "edge", "nudge", "accept"],
)
def test_a_suggestion_is_made_right_as_one_action(
    tmp_path: Path, correct: Callable[[Session], object], made: tuple[str, str]
) -> None:
    with suggesting(tmp_path) as session:
        suggested = session.focus.suggestion
        correct(session)
        assert spans_of(session) == [made]
        assert session.focus.span is not None
        assert session.focus.span.origin.source == "pattern"
        assert stored(session.batch.project, session.article) == shown(session)
        assert session.history.undo()
        assert spans_of(session) == []
        assert suggested in session.suggestions.in_chunk(1)
        assert not session.history.undo()
        assert session.history.redo()
        assert spans_of(session) == [made]


def test_all_equal_mentions_of_a_suggestion_are_one_action_with_it(tmp_path: Path) -> None:
    with suggesting(tmp_path) as session:
        assert session.spans.tag_equal() == 2
        assert spans_of(session) == [("army", "actor")] * 3
        assert session.history.undo()
        assert spans_of(session) == []


def type_hint_at(session: Session, start: int) -> None:
    (hint,) = [letters for offset, letters in session.hints.list_shown() if offset == start]
    for letter in hint:
        assert session.spans.type_hint(letter)


def test_the_hint_of_a_suggestion_brings_it_into_focus_and_a_key_makes_it_right(tmp_path: Path) -> None:
    with suggesting(tmp_path) as session:
        session.set_mode("express")
        session.moves.step_back()
        first = session.article.text.index("army")
        type_hint_at(session, first)
        assert session.focus.suggestion is not None
        assert session.focus.suggestion.start == first
        assert session.edges.set_length(2) == "done"
        assert spans_of(session) == [("army convoy", "actor")]
        session.history.undo()
        assert spans_of(session) == []
        assert first in [each.start for each in session.suggestions.in_chunk(1)]


def test_the_same_hint_never_does_the_opposite(tmp_path: Path) -> None:
    with suggesting(tmp_path) as session:
        session.set_mode("express")
        session.moves.step_back()
        first = session.article.text.index("army")
        for _ in range(3):
            type_hint_at(session, first)
            assert session.focus.suggestion is not None
        assert session.layer.events == []
        session.spans.accept()
        for _ in range(3):
            type_hint_at(session, first)
            assert session.focus.span is not None
        assert spans_of(session) == [("army", "actor")]


def test_a_hint_goes_round_what_starts_at_its_word(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.set_mode("express")
        for end, label in ((6, "actor"), (22, "weapon")):
            session.spans.add(0, end, label)
        walked = []
        for _ in range(3):
            type_hint_at(session, 0)
            assert session.focus.span is not None
            walked.append(session.focus.span.label)
        assert walked in (["actor", "weapon", "actor"], ["weapon", "actor", "weapon"])
        assert len(session.layer.spans) == 2


@pytest.mark.parametrize("key", ["asked", "standing"])
def test_what_a_hint_will_do_is_known_before(tmp_path: Path, key: str) -> None:
    with suggesting(tmp_path) as session:
        session.set_mode("express")
        session.moves.step_back()
        first = session.article.text.index("army")
        assert session.hints.label_of(first) == "actor"
        if key == "asked":
            session.spans.open_hints("weapon")
            assert {session.hints.label_of(offset) for offset, _ in session.hints.list_shown()} == {"weapon"}
            session.spans.open_hints(None)
            assert {session.hints.label_of(offset) for offset, _ in session.hints.list_shown()} == {None}
            return
        for offset, letters in session.hints.list_shown():
            label = session.hints.label_of(offset)
            for letter in letters:
                session.spans.type_hint(letter)
            focused = session.focus.span or session.focus.suggestion
            assert focused is not None
            assert (focused.start, focused.label) == (offset, label)
            session.history.undo()
            session.moves.step_back()


def test_relabelling_to_an_equal_span_changes_nothing(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.moves.select(0, 6)
        session.spans.tag("actor")
        session.moves.select(0, 6)
        session.spans.tag("weapon")
        assert session.spans.relabel("actor") == "equal"
        assert spans_of(session) == [("Rebels", "actor"), ("Rebels", "weapon")]
        assert session.spans.relabel("location") == "done"


def test_an_edge_steps_over_an_equal_span(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.moves.select(0, 13)
        session.spans.tag("actor")
        session.moves.select(0, 6)
        session.spans.tag("actor")
        assert session.edges.move("end", 1) == "done"
        assert spans_of(session) == [("Rebels attack a", "actor"), ("Rebels attack", "actor")]
        assert session.edges.move("end", -1) == "done"
        assert spans_of(session) == [("Rebels attack", "actor"), ("Rebels", "actor")]
        assert session.edges.set_length(2) == "equal"


def test_a_selection_that_lies_exactly_on_a_span_is_that_span(tmp_path: Path) -> None:
    """An upper-case letter relabels it and the removing key removes it; a lower-case letter adds one."""
    with at_work(tmp_path) as session:
        session.spans.add(0, 6, "actor")
        session.moves.step_back()
        session.moves.select(0, 6)
        assert session.spans.relabel("weapon") == "done"
        assert spans_of(session) == [("Rebels", "weapon")]
        session.moves.step_back()
        session.moves.select(0, 6)
        session.spans.tag("actor")
        assert len(spans_of(session)) == 2
        session.moves.step_back()
        session.moves.select(0, 6)
        # Which of the two is meant cannot be known.
        assert session.spans.remove() is None
        session.history.undo()
        session.moves.step_back()
        session.moves.select(0, 6)
        assert session.spans.remove() is not None
        assert spans_of(session) == []
