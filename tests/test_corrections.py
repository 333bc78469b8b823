"""Correcting: a suggestion made right is one action, and no correction makes a span twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.at_work import STORY, at_work, make_project, open_editor, shown, spans_of, stored
from tui.session import Editor

GUESSES = """\
labels:
  - {name: actor, key: a, patterns: [army]}
  - {name: weapon, key: w}
  - {name: location, key: l, patterns: [Moru]}
"""
"""A labels.yaml that suggests four places and two armies."""


@contextmanager
def suggesting(folder: Path) -> Iterator[Editor]:
    """Give an editor whose first suggestion is in focus."""
    project = make_project(folder, STORY, labels=GUESSES)
    try:
        editor = open_editor(project, suggests=True)
        editor.go_to_chunk(1)
        assert editor.walk_spans(1)
        assert editor.suggested is not None
        yield editor
    finally:
        project.close()


@pytest.mark.parametrize(
    ("correct", "made"),
    [
        (lambda editor: editor.relabel("weapon"), ("army", "weapon")),
        (lambda editor: editor.set_length(2), ("army convoy", "actor")),
        (lambda editor: editor.move_edge("start", -1), ("an army", "actor")),
        (lambda editor: editor.nudge_edge("end", -1), ("arm", "actor")),
        (lambda editor: editor.accept(), ("army", "actor")),
    ],
    ids=["relabel", "length", "edge", "nudge", "accept"],
)
def test_a_suggestion_is_made_right_as_one_action(
    tmp_path: Path, correct: Callable[[Editor], object], made: tuple[str, str]
) -> None:
    with suggesting(tmp_path) as editor:
        suggested = editor.suggested
        correct(editor)
        assert spans_of(editor) == [made]
        assert editor.focused is not None
        assert editor.focused.origin.source == "pattern"
        assert stored(editor.work.project, editor.article) == shown(editor)
        assert editor.undo()
        assert spans_of(editor) == []
        assert suggested in editor.suggestions_in(1)
        assert not editor.undo()
        assert editor.redo()
        assert spans_of(editor) == [made]


def test_all_equal_mentions_of_a_suggestion_are_one_action_with_it(tmp_path: Path) -> None:
    with suggesting(tmp_path) as editor:
        assert editor.tag_equal() == 2
        assert spans_of(editor) == [("army", "actor")] * 3
        assert editor.undo()
        assert spans_of(editor) == []


def type_hint_at(editor: Editor, start: int) -> None:
    (hint,) = [letters for offset, letters in editor.list_hints() if offset == start]
    for letter in hint:
        assert editor.type_hint(letter)


def test_the_hint_of_a_suggestion_brings_it_into_focus_and_a_key_makes_it_right(tmp_path: Path) -> None:
    with suggesting(tmp_path) as editor:
        editor.set_mode("express")
        editor.release()
        first = editor.article.text.index("army")
        type_hint_at(editor, first)
        assert editor.suggested is not None
        assert editor.suggested.start == first
        assert editor.set_length(2) == "done"
        assert spans_of(editor) == [("army convoy", "actor")]
        editor.undo()
        assert spans_of(editor) == []
        assert first in [each.start for each in editor.suggestions_in(1)]


def test_the_same_hint_never_does_the_opposite(tmp_path: Path) -> None:
    with suggesting(tmp_path) as editor:
        editor.set_mode("express")
        editor.release()
        first = editor.article.text.index("army")
        for _ in range(3):
            type_hint_at(editor, first)
            assert editor.suggested is not None
        assert editor.layer.events == []
        editor.accept()
        for _ in range(3):
            type_hint_at(editor, first)
            assert editor.focused is not None
        assert spans_of(editor) == [("army", "actor")]


def test_a_hint_goes_round_what_starts_at_its_word(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        editor.set_mode("express")
        for end, label in ((6, "actor"), (22, "weapon")):
            editor.add_span(0, end, label)
        walked = []
        for _ in range(3):
            type_hint_at(editor, 0)
            assert editor.focused is not None
            walked.append(editor.focused.label)
        assert walked in (["actor", "weapon", "actor"], ["weapon", "actor", "weapon"])
        assert len(editor.layer.spans) == 2


@pytest.mark.parametrize("key", ["asked", "standing"])
def test_what_a_hint_will_do_is_known_before(tmp_path: Path, key: str) -> None:
    with suggesting(tmp_path) as editor:
        editor.set_mode("express")
        editor.release()
        first = editor.article.text.index("army")
        assert editor.label_of_hint(first) == "actor"
        if key == "asked":
            editor.open_hints("weapon")
            assert {editor.label_of_hint(offset) for offset, _ in editor.list_hints()} == {"weapon"}
            editor.open_hints(None)
            assert {editor.label_of_hint(offset) for offset, _ in editor.list_hints()} == {None}
            return
        for offset, letters in editor.list_hints():
            label = editor.label_of_hint(offset)
            for letter in letters:
                editor.type_hint(letter)
            focused = editor.focused or editor.suggested
            assert focused is not None
            assert (focused.start, focused.label) == (offset, label)
            editor.undo()
            editor.release()


def test_relabelling_to_an_equal_span_changes_nothing(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        editor.select(0, 6)
        editor.tag("actor")
        editor.select(0, 6)
        editor.tag("weapon")
        assert editor.relabel("actor") == "equal"
        assert spans_of(editor) == [("Rebels", "actor"), ("Rebels", "weapon")]
        assert editor.relabel("location") == "done"


def test_an_edge_steps_over_an_equal_span(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        editor.select(0, 13)
        editor.tag("actor")
        editor.select(0, 6)
        editor.tag("actor")
        assert editor.move_edge("end", 1) == "done"
        assert spans_of(editor) == [("Rebels attack a", "actor"), ("Rebels attack", "actor")]
        assert editor.move_edge("end", -1) == "done"
        assert spans_of(editor) == [("Rebels attack", "actor"), ("Rebels", "actor")]
        assert editor.set_length(2) == "equal"
