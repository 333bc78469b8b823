"""What the lines around an article say, without a terminal."""

from pathlib import Path

import pytest

from tests.at_work import STORY, at_work, enter, make_project, show, spans_of, work_on
from tests.steps import SUGGESTIVE
from tui.session import MODES, Mode, Session
from tui.ui import status_text
from tui.ui.arrows import Arrows
from tui.ui.detail_keys import DetailKeys
from tui.ui.keys import Keymap
from tui.ui.letters import Letters
from tui.ui.pieces import Pieces
from tui.ui.presenter import Presenter
from tui.ui.viewport import ViewSize


def text_of(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)


def work_of(session: Session, *, width: int = 80, is_reviewing: bool = False) -> str:
    said, _ = status_text.describe_work(session, Keymap(), width=width, is_reviewing=is_reviewing)
    return text_of(said)


def keys_of(session: Session) -> list[str]:
    _, keys = status_text.describe_work(session, Keymap(), width=80, is_reviewing=False)
    return list(keys)


def test_the_line_of_the_focus_says_what_keys_are_about(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert work_of(session) == "A label key, then the letters of a hint, tags a span."
        session.spans.open_hints("actor")
        assert work_of(session) == "actor: type the letters under its first word"
        session.moves.select(0, 6)
        assert work_of(session) == "“Rebels” a label key tags it"
        session.spans.tag("actor")
        assert work_of(session).strip() == "actor “Rebels”"
        session.paragraphs.note("who?")
        assert work_of(session) == "actor “Rebels”  note: who?"
        session.moves.pin()
        assert keys_of(session)[0].endswith("its start")


def test_a_suggestion_is_told_with_a_question_mark_and_why_it_is_made(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY, labels=SUGGESTIVE)
    session = work_on(project, suggests=True)
    session.set_mode("express")
    show(session)
    assert session.focus.suggestion is not None
    assert work_of(session).startswith(f"{session.focus.suggestion.label}? “")
    assert "a pattern of labels.yaml" in work_of(session)
    project.close()


@pytest.mark.parametrize("mode", MODES)
def test_the_header_says_where_one_is_how_spans_are_made_and_what_is_left(tmp_path: Path, mode: Mode) -> None:
    with at_work(tmp_path) as session:
        session.set_mode(mode)
        session.moves.go_to_chunk(1)
        session.paragraphs.toggle_state("skipped")
        header = status_text.describe_place(session, "ana", is_reviewing=False, saved=("saved", ""))
        assert text_of(header) == f"¶ 2/4  {mode}  3 to do, 1 skipped  ana  saved"


def test_what_is_not_saved_is_told_with_the_time_since_when() -> None:
    assert status_text.describe_saved(is_saved=True, saved_at="") == ("saved", "good")
    said, _ = status_text.describe_saved(is_saved=False, saved_at="2026-01-02T03:04:05+00:00")
    assert said.startswith("NOT SAVED since ")
    assert said.endswith(":04:05")


def test_enter_says_what_it_accepted_and_how_to_take_that_back(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY, labels=SUGGESTIVE)
    session = work_on(project, suggests=True)
    has_more = enter(session)
    said = status_text.say_finished(session, Keymap(), 0, "unfinished", has_more=has_more)
    assert said == f"{session.paragraphs.accepted} suggestions accepted. , takes that back."
    project.close()


def test_what_was_taken_back_is_named(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert status_text.say_stepped("take", session, session.history.undo()) == (
            "There is nothing to take back."
        )
        session.moves.select(0, 6)
        session.spans.tag("actor")
        assert status_text.say_stepped("take", session, session.history.undo()) == (
            "Taken back: actor “Rebels”."
        )
        assert status_text.say_stepped("bring", session, session.history.redo()) == (
            "Brought back: actor “Rebels”."
        )


@pytest.mark.parametrize(
    ("key", "said"),
    [("q", "No label has the key q"), ("ф", "switch the keyboard to Latin letters")],
    ids=["Latin", "another script"],
)
def test_a_letter_that_is_no_key_is_told(key: str, said: str) -> None:
    assert said in status_text.say_no_label(Keymap(), key)


def test_a_letter_tags_changes_and_is_typed_of_a_hint_without_a_terminal(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        labels = session.batch.project.labels
        letters = Letters(session, Keymap(), labels, DetailKeys(session, Keymap(), labels))
        session.moves.select(0, 6)
        assert (letters.takes("a"), letters.type("a")) == (True, "")
        assert letters.type("W") == ""
        assert spans_of(session) == [("Rebels", "weapon")]
        assert "No label has the key q" in letters.type("q")
        letters.type("l")
        for letter in next(code for code, place in session.hints.assign_codes().items() if place == (0, 5)):
            assert letters.type(letter) == ""
        assert spans_of(session) == [("Rebels", "weapon"), ("Moru", "location")]


def test_arrows_move_by_lines_and_keep_to_the_cell_where_they_began(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        presenter = Presenter(session)
        arrows = Arrows(session, presenter)
        session.moves.move_to(STORY.index("killing"))
        presenter.present(ViewSize(40, 30))
        walked = []
        for _ in range(2):
            arrows.move_line(-1, extend=False)
            presenter.present(ViewSize(40, 30))
            walked.append(session.cursor.word)
        for _ in range(2):
            arrows.move_line(1, extend=False)
            presenter.present(ViewSize(40, 30))
            walked.append(session.cursor.word)
        assert walked[0] == walked[2] != walked[1]
        assert session.article.text[slice(*walked[-1] or (0, 0))] == "killing"


def test_a_long_span_in_focus_leaves_room_for_the_most_useful_keys(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.spans.add(36, 90, "actor")
        said, keys = work_of(session), keys_of(session)
        assert "…" in said
        # The line has an empty cell at either edge.
        assert len(said) + 2 + len(keys[-1]) <= 78
        assert "label" in keys[-1]
        assert "remove" in keys[-1]


def test_the_next_article_says_what_was_accepted_at_last(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        said = status_text.greet(session, Keymap(), is_next=True, accepted=2)
        assert said.startswith("2 suggestions accepted. The next article.")


def test_enter_says_that_it_accepted_an_answer_for_a_span_that_was_there(tmp_path: Path) -> None:
    labels = "labels: [{name: casualty, attributes: [{name: count, type: count}]}]"
    project = make_project(tmp_path, "Three men died.\n\nTwo fled.", labels=labels)
    session = work_on(project, suggests=True)
    session.spans.add(0, 9, "casualty")
    has_more = enter(session)
    (span,) = session.layer.spans.values()
    assert list(span.attributes) == ["count"]
    said = status_text.say_finished(session, Keymap(), 0, "unfinished", has_more=has_more)
    assert said == "1 suggestion accepted. , takes that back."
    project.close()
