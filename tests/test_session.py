"""The session on a real database: every method, then any sequence of them on any text."""

import sqlite3
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.at_work import STORY, at_work, enter, make_project, shown, spans_of, stored, work_on
from tests.steps import STEPS, SUGGESTED_STEPS, SUGGESTIVE, Step, check_places, what_is
from tui.errors import StoreBusyError, StoreError, StoreFullError
from tui.session import MODES, Mode, Session
from tui.store import Store
from tui.ui.viewport import ViewSize

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
"""One character as seen, five code points."""

TEXTS = {
    "prose": STORY,
    "emoji": f"A {FAMILY} fled \U0001f1fa\U0001f1e6 at dawn \u2764\ufe0f.\nThumbs \U0001f44d\U0001f3fd up.",
    "CJK": "反政府勢力が東京で兵士3人を殺害した。\n「攻撃」と軍は述べた。",
    "RTL": "قتل ثلاثة جنود في هجوم قرب مورو.\nחיילים נהרגו בהתקפה.",
    "Thai": "กบฏโจมตีขบวนรถทหารใกล้โมรู\nทหารเสียชีวิต 3 นาย",
    "NFD": "Le re\u0301gime a libe\u0301re\u0301 E\u0301mile.\nVie\u0323\u0302t Nam",
    "CRLF": "Rebels attacked.\r\n\r\nThree were killed.\r\nThe end.\r\n",
    "controls": "a\x00b \x1b[31mred\x07 \x9b2J\u202egnp.exe\u2066 x\u2069\rlone\u2028sep\x7f\x85end",
    "one token": "Moru",
    "one sign": ".",
    "long": "Moru " * 900,
    "unbroken": "x" * 5000,
}
"""Texts in which offsets go wrong first."""


def put_cursor(session: Session, word: str, *, nth: int = 0) -> None:
    """Put the cursor on the nth place where a word stands."""
    offset = -1
    for _ in range(nth + 1):
        offset = session.article.text.index(word, offset + 1)
    session.moves.move_to(offset)


def tag(session: Session, phrase: str, label: str, *, nth: int = 0) -> None:
    """Select a phrase and tag it."""
    offset = -1
    for _ in range(nth + 1):
        offset = session.article.text.index(phrase, offset + 1)
    session.moves.select(offset, offset + len(phrase))
    assert session.spans.tag(label)


def selected(session: Session) -> str:
    selection = session.cursor.selection
    return "" if selection is None else session.article.text[selection[0] : selection[1]]


def focused(session: Session) -> str:
    span = session.focus.span
    return "" if span is None else session.article.text[span.start : span.end]


def hints_of(session: Session) -> Mapping[str, tuple[int, int]]:
    """Give the hints that can still be typed, and the tokens they are for."""
    if session.hints.asked is None:
        return {}
    return {letters: token for token, letters in session.hints.asked.waiting().items()}


def code_of(session: Session, token: int) -> str:
    """Give the hint of a token."""
    codes = {at: letters for letters, at in hints_of(session).items()}
    return codes[session.reading.current, token]


# Tagging


def test_a_label_tags_the_selection_and_puts_it_into_focus(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.moves.select(STORY.index("army convoy"), STORY.index("army convoy") + len("army convoy"))
        assert session.spans.tag("actor")
        assert spans_of(session) == [("army convoy", "actor")]
        assert focused(session) == "army convoy"
        assert session.cursor.selection is None
        assert session.annotations.saved_at


def test_a_label_without_a_selection_opens_hints_and_a_whole_hint_makes_the_span(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert not session.spans.tag("actor")
        assert all(session.spans.type_hint(letter) for letter in code_of(session, 0))
        assert hints_of(session) == {}
        assert [(span.start, span.label) for span in session.layer.spans.values()] == [(0, "actor")]


def test_every_token_of_a_paragraph_has_a_hint_of_its_own(tmp_path: Path) -> None:
    with at_work(tmp_path, "word " * 300) as session:
        session.spans.open_hints("actor")
        assert session.hints.asked is not None
        codes = session.hints.asked.codes
        assert sorted(codes.values()) == [(0, token) for token in range(len(session.tokens.of(0)))]
        assert not any(a != b and b.startswith(a) for a in codes for b in codes)


def test_a_letter_that_begins_no_hint_changes_nothing(tmp_path: Path) -> None:
    with at_work(tmp_path, "one two") as session:
        session.spans.open_hints("actor")
        before = session.hints.asked
        assert not session.spans.type_hint("1")
        assert session.hints.asked == before


def test_the_letters_of_a_hint_can_be_taken_back_one_by_one(tmp_path: Path) -> None:
    with at_work(tmp_path, "word " * 60) as session:
        session.spans.open_hints("actor")
        code = next(code for code in hints_of(session) if len(code) > 1)
        session.spans.type_hint(code[0])
        assert len(hints_of(session)) < 60
        session.hints.untype()
        assert len(hints_of(session)) == 60
        session.hints.untype()
        assert hints_of(session) == {}


def test_a_jump_hint_moves_the_cursor_and_tags_nothing(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.spans.open_hints(None)
        for letter in code_of(session, 1):
            session.spans.type_hint(letter)
        assert selected(session) == "attack"
        assert session.layer.spans == {}


def test_the_same_span_is_not_made_twice(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        tag(session, "Moru", "location")
        tag(session, "Moru", "location")
        assert len(session.layer.spans) == 1
        assert focused(session) == "Moru"


def test_spans_nest_overlap_and_cross_paragraphs(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        tag(session, "army convoy near Moru", "actor")
        tag(session, "army", "weapon")
        tag(session, "convoy near Moru on Friday", "casualty")
        start, end = STORY.index("Friday"), STORY.index("Lake")
        session.moves.select(start, end)
        session.spans.tag("location")
        assert spans_of(session) == [
            ("army convoy near Moru", "actor"),
            ("army", "weapon"),
            ("convoy near Moru on Friday", "casualty"),
            (STORY[start : end - 1], "location"),
        ]
        assert stored(session.batch.project, session.article) == shown(session)


def test_an_upper_case_label_changes_the_span_in_focus(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert session.spans.relabel("weapon") == "no span"
        tag(session, "Moru", "actor")
        assert session.spans.relabel("location") == "done"
        assert spans_of(session) == [("Moru", "location")]


def test_removing_takes_the_focus_away_and_undo_brings_the_same_span_back(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert session.spans.remove() is None
        tag(session, "Moru", "location")
        before = session.focus.span
        assert session.spans.remove() == before
        assert session.focus.span is None
        assert session.history.undo()
        assert session.focus.span == before


# Edges


@pytest.mark.parametrize(
    ("edge", "direction", "expected"),
    [
        ("end", 1, "army convoy near"),
        ("end", -1, "army"),
        ("start", -1, "an army convoy"),
        ("start", 1, "convoy"),
    ],
    ids=["later end", "earlier end", "earlier start", "later start"],
)
def test_an_edge_of_the_span_in_focus_moves_by_tokens(
    tmp_path: Path, edge: str, direction: int, expected: str
) -> None:
    with at_work(tmp_path) as session:
        tag(session, "army convoy", "actor")
        assert session.edges.move("end" if edge == "end" else "start", 1 if direction == 1 else -1)
        assert focused(session) == expected


def test_a_span_never_becomes_empty_or_leaves_the_text(tmp_path: Path) -> None:
    with at_work(tmp_path, "Moru") as session:
        tag(session, "Moru", "location")
        session.edges.move("end", -1)
        session.edges.move("start", 1)
        session.edges.move("start", -1)
        session.edges.move("end", 1)
        assert focused(session) == "Moru"
        for _ in range(9):
            session.edges.nudge("end", -1)
        assert focused(session) == "M"
        for _ in range(9):
            session.edges.nudge("end", 1)
        assert focused(session) == "Moru"


def test_an_edge_inside_a_token_moves_to_the_edge_of_that_token(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        tag(session, "army convoy", "actor")
        session.edges.nudge("end", -1)
        assert focused(session) == "army convo"
        session.edges.move("end", 1)
        assert focused(session) == "army convoy"
        session.edges.nudge("start", 1)
        assert focused(session) == "rmy convoy"
        session.edges.move("start", -1)
        assert focused(session) == "army convoy"


def test_finer_steps_never_leave_white_space_at_an_edge(tmp_path: Path) -> None:
    with at_work(tmp_path, "We saw a man.") as session:
        session.spans.add(3, 8, "actor")
        session.edges.nudge("end", -1)
        assert focused(session) == "saw"
        session.spans.add(7, 12, "actor")
        session.edges.nudge("start", 1)
        assert focused(session) == "man"


@pytest.mark.parametrize(
    "character",
    [
        FAMILY,
        "e\u0301",
        "\u2764\ufe0f",
        "\U0001f44d\U0001f3fd",
        "\U0001f1fa\U0001f1e6",
        "กำ",
        "שָׁ",
        "\u1112\u1161\u11ab",
    ],
    ids=["family", "accent", "heart", "skin tone", "flag", "Thai", "Hebrew points", "Hangul"],
)
def test_nudging_never_stops_inside_a_character_as_seen(tmp_path: Path, character: str) -> None:
    text = f"a{character}b"
    with at_work(tmp_path, text) as session:
        session.spans.add(0, len(text), "actor")
        session.edges.nudge("end", -1)
        assert focused(session) == f"a{character}"
        session.edges.nudge("end", -1)
        assert focused(session) == "a"
        session.edges.nudge("end", 1)
        assert focused(session) == f"a{character}"
        session.edges.nudge("start", 1)
        assert focused(session) == character


def test_digits_set_the_length_in_tokens(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert session.edges.set_length(2) == "no span"
        tag(session, "Masked", "actor")
        assert session.edges.set_length(5) == "done"
        assert focused(session) == "Masked rebels attacked an army"
        session.edges.set_length(1)
        assert focused(session) == "Masked"


def test_a_length_beyond_the_end_of_the_article_stops_there(tmp_path: Path) -> None:
    with at_work(tmp_path, "one two three") as session:
        tag(session, "two", "actor")
        session.edges.set_length(9)
        assert focused(session) == "two three"


def test_the_edges_of_a_selection_move_before_it_is_tagged(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        put_cursor(session, "army convoy")
        session.edges.move("end", 1)
        assert selected(session) == "army convoy"
        session.edges.nudge("end", -1)
        assert selected(session) == "army convo"
        session.spans.tag("actor")
        assert spans_of(session) == [("army convo", "actor")]


# Equal mentions


def test_every_other_equal_mention_is_tagged_as_one_action(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert session.spans.tag_equal() is None
        tag(session, "Moru", "location", nth=1)
        assert session.spans.tag_equal() == 3
        assert spans_of(session) == [("Moru", "location")] * 4
        session.history.undo()
        assert spans_of(session) == [("Moru", "location")]


def test_parts_of_words_and_boilerplate_are_no_equal_mentions(tmp_path: Path) -> None:
    text = "Moru fell.\nMorun and Moru.\nMoru newsletter."
    with at_work(tmp_path, text) as session:
        session.moves.go_to_chunk(2)
        session.paragraphs.toggle_state("boilerplate")
        tag(session, "Moru", "location")
        assert session.spans.tag_equal() == 1
        assert [span.start for span in session.annotations.spans_in(0, len(text))] == [0, text.index("Moru.")]


def test_a_mention_that_has_the_label_already_is_left_alone(tmp_path: Path) -> None:
    with at_work(tmp_path, "Moru city. Moru. Moru.") as session:
        tag(session, "Moru city", "location")
        tag(session, "Moru", "location", nth=1)
        assert session.spans.tag_equal() == 1


# Moving and selecting


def test_the_first_arrow_puts_the_cursor_on_the_first_token(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.moves.go_to_chunk(1)
        session.moves.move_word(1)
        assert selected(session) == "Masked"
        session.moves.move_word(1, extend=True)
        assert selected(session) == "Masked rebels"
        session.moves.move_word(1)
        assert selected(session) == "attacked"


def test_the_cursor_crosses_paragraphs_and_stops_at_the_ends(tmp_path: Path) -> None:
    with at_work(tmp_path, "one two\nthree") as session:
        for _ in range(5):
            session.moves.move_word(1)
        assert selected(session) == "three"
        assert session.reading.current == 1
        for _ in range(5):
            session.moves.move_word(-1)
        assert selected(session) == "one"
        assert session.reading.current == 0


def test_a_pinned_selection_grows_with_plain_arrows(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        put_cursor(session, "army")
        session.moves.pin()
        session.moves.move_word(1)
        session.moves.move_word(1)
        assert selected(session) == "army convoy near"
        session.moves.pin()
        session.moves.move_word(-1)
        assert selected(session) == "an army convoy near"
        session.moves.pin()
        session.moves.move_word(1)
        assert selected(session) == "army"


def test_a_span_in_focus_is_held_by_its_end_then_its_start_then_not(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        put_cursor(session, "army")
        session.spans.tag("actor")
        held = []
        for _ in range(3):
            session.moves.pin()
            held.append(session.focus.held)
        assert held == ["end", "start", None]
        session.moves.pin()
        session.moves.step_back()
        assert session.focus.held is None


def test_a_drag_selects_afresh_where_a_selection_was_pinned(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        put_cursor(session, "Masked")
        session.moves.pin()
        start = STORY.index("three soldiers")
        session.moves.select(start, start + len("three soldiers"))
        assert selected(session) == "three soldiers"


def test_stepping_back_closes_hints_then_the_selection_then_the_focus(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        tag(session, "Moru", "location")
        session.spans.open_hints("actor")
        assert session.moves.step_back()
        assert hints_of(session) == {}
        assert focused(session) == "Moru"
        assert session.moves.step_back()
        assert focused(session) == ""
        put_cursor(session, "army")
        assert session.moves.step_back()
        assert session.cursor.selection is None
        assert not session.moves.step_back()


def test_walking_goes_through_all_spans_and_round(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert not session.moves.walk_spans(1)
        for phrase in ("rebels", "Moru", "three soldiers"):
            tag(session, phrase, "actor")
        session.moves.go_to_chunk(0)
        walked = [focused(session) for _ in range(4) if session.moves.walk_spans(1)]
        assert walked == ["Moru", "rebels", "three soldiers", "Moru"]
        session.moves.walk_spans(-1)
        assert focused(session) == "three soldiers"


def test_a_click_focuses_the_innermost_span_and_the_next_click_the_one_around_it(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        tag(session, "an army convoy near Moru", "actor")
        tag(session, "army", "weapon")
        session.moves.step_back()
        offset = STORY.index("army")
        assert session.moves.focus_at(offset)
        assert focused(session) == "army"
        session.moves.focus_at(offset)
        assert focused(session) == "an army convoy near Moru"
        assert not session.moves.focus_at(STORY.index("gunfire"))


def test_searching_goes_on_to_the_next_place_and_round(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        starts = []
        for _ in range(5):
            assert session.search.find("moru") == 4
            assert session.moves.go_to_found()
            assert session.cursor.selection is not None
            starts.append(session.cursor.selection[0])
        found = [start for start in range(len(STORY)) if STORY.startswith("Moru", start)]
        assert starts == [*found, found[0]]
        assert not session.search.find("nowhere")
        assert not session.search.find("")
        assert not session.moves.go_to_found()


def test_searching_for_a_part_of_a_word_goes_on_too(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        places = []
        for _ in range(4):
            session.search.find("oru")
            session.moves.go_to_found()
            places.append(session.cursor.selection)
        assert len(set(places)) == 4


@pytest.mark.parametrize("typed", ["libéré", "libe\u0301re\u0301", "LIBÉRÉ"], ids=["NFC", "NFD", "capitals"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_searching_finds_a_word_however_its_marks_are_written(
    tmp_path: Path, typed: str, form: Literal["NFC", "NFD"]
) -> None:
    with at_work(tmp_path, unicodedata.normalize(form, "Le régime a libéré Émile.")) as session:
        assert session.search.find(typed)
        assert session.moves.go_to_found()
        assert unicodedata.normalize("NFC", selected(session)) == "libéré"


# Paragraphs


def test_finishing_goes_to_the_next_unfinished_paragraph_until_none_is_left(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.moves.go_to_chunk(1)
        walked = []
        while enter(session):
            walked.append(session.reading.current)
        assert walked == [2, 3, 0]
        assert session.annotations.count_of_state("finished") == 4
        assert not enter(session)


def test_a_state_is_taken_back_by_asking_for_it_again(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        for state in ("skipped", "boilerplate"):
            session.paragraphs.toggle_state(state)
            assert session.annotations.state_of(0) == state
            session.paragraphs.toggle_state(state)
            assert session.annotations.state_of(0) == "unfinished"


def test_a_flag_stands_beside_every_state(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert session.paragraphs.toggle_flag()
        for state in ("skipped", "boilerplate", "finished"):
            for _ in range(2):
                session.paragraphs.toggle_state(state)
                assert session.annotations.is_flagged(0)
        enter(session)
        assert (session.annotations.state_of(0), session.annotations.is_flagged(0)) == ("finished", True)
        session.moves.go_to_chunk(0)
        assert not session.paragraphs.toggle_flag()
        assert (session.annotations.state_of(0), session.annotations.is_flagged(0)) == ("finished", False)
        session.history.undo()
        assert session.annotations.is_flagged(0)


@pytest.mark.parametrize("mode", MODES)
def test_enter_finishes_nothing_that_was_decided(tmp_path: Path, mode: Mode) -> None:
    with at_work(tmp_path) as session:
        session.moves.go_to_chunk(1)
        session.paragraphs.toggle_state("skipped")
        session.moves.go_to_chunk(2)
        session.paragraphs.toggle_state("boilerplate")
        session.moves.go_to_chunk(0)
        session.set_mode(mode)
        for _ in range(6):
            enter(session)
        session.moves.go_to_chunk(1)
        enter(session)
        assert [session.annotations.state_of(each) for each in range(4)] == [
            "finished",
            "skipped",
            "boilerplate",
            "finished",
        ]


def test_skipped_and_flagged_paragraphs_are_walked(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert not session.moves.go_to_marked()
        session.moves.go_to_chunk(1)
        session.paragraphs.toggle_state("skipped")
        session.moves.go_to_chunk(3)
        session.paragraphs.toggle_flag()
        walked = [session.reading.current for _ in range(3) if session.moves.go_to_marked()]
        assert walked == [1, 3, 1]


def test_a_note_stands_on_the_span_in_focus_else_on_the_paragraph(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        session.paragraphs.note("doubtful")
        assert session.layer.notes == {0: "doubtful"}
        tag(session, "Moru", "location")
        assert session.paragraphs.read_note() == ""
        session.paragraphs.note("which one?")
        assert session.paragraphs.read_note() == "which one?"
        session.paragraphs.note("")
        assert session.paragraphs.read_note() == ""
        session.moves.go_to_chunk(0)
        assert session.paragraphs.read_note() == "doubtful"


def test_a_long_paragraph_is_finished_at_its_end_and_not_before(tmp_path: Path) -> None:
    with at_work(tmp_path, "Moru " * 2000 + "\nend") as session:
        parts = [chunk.index for chunk in session.chunks if chunk.paragraph == 0]
        assert len(parts) > 3
        for part in parts:
            assert session.reading.current == part
            assert session.annotations.state_of(0) == "unfinished"
            assert enter(session)
        assert session.reading.chunk.paragraph == 1
        assert session.annotations.state_of(0) == "finished"


def test_a_part_of_a_long_paragraph_teaches_where_spans_start_in_the_next_part(tmp_path: Path) -> None:
    project = make_project(tmp_path, "they met zorin and saw no one. " * 200)
    try:
        session = work_on(project, suggests=True)
        text, last = session.article.text, session.tokens.edges_of(0)[1]
        start = text.find("zorin")
        while 0 <= start < last:
            session.spans.add(start, start + 5, "actor")
            start = text.find("zorin", start + 1)
        enter(session)
        assert session.annotations.state_of(0) == "unfinished"
        tokens = session.tokens.of(session.reading.current)
        chances = project.open_assistant().rank_starts(text, tokens)
        likely = {text[slice(*token)] for token, chance in zip(tokens, chances, strict=True) if chance > 0.5}
        assert likely == {"zorin"}
    finally:
        project.close()


def test_what_was_never_seen_is_not_finished(tmp_path: Path) -> None:
    low = ViewSize(20, 4)
    with at_work(tmp_path) as session:
        session.moves.go_to_chunk(1)
        chunk = session.reading.chunk
        assert enter(session, low)
        here = session.offset
        assert chunk.start < here < chunk.end
        assert (session.reading.current, session.annotations.state_of(1)) == (1, "unfinished")
        # What is passed over is not read, though what is behind it was seen.
        session.moves.move_to(chunk.end - 1)
        assert enter(session, low)
        assert (session.offset, session.annotations.state_of(1)) == (here, "unfinished")
        while session.annotations.state_of(1) == "unfinished":
            assert enter(session, low)
            assert session.offset > here
            here = session.offset
        assert session.reading.current == 2


def test_nothing_is_finished_before_anything_was_seen(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        assert session.paragraphs.finish()
        assert session.annotations.count_of_state("finished") == 0


def test_a_part_of_a_long_paragraph_that_was_passed_over_comes_before_the_end(tmp_path: Path) -> None:
    project = make_project(tmp_path, "Title.\n\n" + "they met zorin and saw no one. " * 300 + "\n\nThe end.")
    try:
        session = work_on(project)
        assert enter(session)
        last = session.tokens.first_chunk_of(2) - 1
        session.moves.go_to_chunk(last)
        for chunk in [last, *range(1, last)]:
            assert (session.reading.current, session.annotations.state_of(1)) == (chunk, "unfinished")
            assert enter(session)
        assert (session.reading.current, session.annotations.state_of(1)) == (last, "unfinished")
        assert enter(session)
        assert session.annotations.state_of(1) == "finished"
    finally:
        project.close()


# Time and place


def test_undo_goes_to_what_it_changed(tmp_path: Path) -> None:
    with at_work(tmp_path) as session:
        tag(session, "Masked", "actor")
        session.moves.go_to_chunk(3)
        session.history.undo()
        assert session.reading.current == 1
        assert not session.history.undo()
        assert session.history.redo()
        assert focused(session) == "Masked"
        assert not session.history.redo()


def test_undo_of_boilerplate_survives_a_restart(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    session = work_on(project)
    session.paragraphs.toggle_state("boilerplate")
    project.close()
    project = make_project(tmp_path)
    session = work_on(project)
    assert session.annotations.state_of(0) == "boilerplate"
    assert session.history.undo()
    assert session.annotations.state_of(0) == "unfinished"
    project.close()


def test_an_article_opens_where_the_annotator_stopped(tmp_path: Path) -> None:
    with at_work(tmp_path, offset=STORY.index("Lake")) as session:
        assert session.reading.current == 2


def test_an_article_opens_at_the_first_unfinished_paragraph(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    enter(work_on(project))
    assert work_on(project).reading.current == 1
    project.close()


def test_two_sessions_on_one_article_see_each_other_at_the_next_change(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    other_project = make_project(tmp_path)
    one, other = work_on(project), work_on(other_project)
    tag(one, "Moru", "location")
    tag(other, "rebels", "actor")
    enter(one)
    assert spans_of(one) == [("Moru", "location"), ("rebels", "actor")]
    assert stored(project, one.article) == shown(one)
    other_project.close()
    project.close()


def test_a_span_that_another_session_removed_is_no_longer_in_focus(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    other_project = make_project(tmp_path)
    one = work_on(project)
    tag(one, "Moru", "location")
    other = work_on(other_project)
    other.moves.walk_spans(1)
    other.spans.remove()
    one.spans.relabel("actor")
    assert one.focus.span is None
    assert stored(project, one.article) == shown(one)
    other_project.close()
    project.close()


# What the database refuses


def act_in_every_way(session: Session) -> list[tuple[str, Callable[[], object]]]:
    """Name everything that writes, for a session with a span in focus."""
    return [
        ("add", lambda: session.spans.add(0, 6, "actor")),
        ("relabel", lambda: session.spans.relabel("weapon")),
        ("remove", session.spans.remove),
        ("length", lambda: session.edges.set_length(2)),
        ("edge", lambda: session.edges.move("end", 1)),
        ("nudge", lambda: session.edges.nudge("end", -1)),
        ("equal", session.spans.tag_equal),
        ("finish", lambda: enter(session)),
        ("flag", session.paragraphs.toggle_flag),
        ("skip", lambda: session.paragraphs.toggle_state("skipped")),
        ("note", lambda: session.paragraphs.note("x")),
        ("undo", session.history.undo),
    ]


def whole_state(session: Session) -> str:
    place = (
        session.focus.span_id,
        session.cursor.selection,
        session.reading.current,
        session.annotations.saved_at,
    )
    return repr((shown(session), place, session.annotations.saved_at, session.layer.events))


def refuse_everything(session: Session, expected: type[StoreError]) -> None:
    """Try everything that writes; nothing of it may leave a trace."""
    before = whole_state(session)
    for name, act in act_in_every_way(session):
        with pytest.raises(expected):
            act()
        assert whole_state(session) == before, name


def fill(session: Session) -> None:
    """Write until the database takes no more."""
    for number in range(200):
        session.paragraphs.note(f"{number}" * 4000)


def test_a_locked_database_leaves_the_session_unchanged(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    project.store.close()
    project.store = Store.open(project.place.database, timeout=0.01)
    session = work_on(project)
    tag(session, "Moru", "location")
    other = sqlite3.connect(project.place.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refuse_everything(session, StoreBusyError)
    other.execute("ROLLBACK")
    other.close()
    assert session.spans.relabel("weapon")
    assert stored(project, session.article) == shown(session)
    project.close()


def test_a_full_disk_leaves_the_session_unchanged(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    session = work_on(project)
    tag(session, "Moru", "location")
    connection = project.store.connection.sqlite
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreFullError):
        fill(session)
    before = shown(session)
    assert stored(project, session.article) == before
    connection.execute("PRAGMA max_page_count = 1073741823")
    assert session.spans.relabel("weapon")
    assert stored(project, session.article) == shown(session)
    project.close()


# Any text, any keys


def test_a_line_of_five_megabytes_is_walked_and_tagged(tmp_path: Path) -> None:
    text = "Rebels attacked Moru again. " * 180_000
    with at_work(tmp_path, text) as session:
        session.moves.go_to_chunk(len(session.chunks) - 1)
        session.moves.move_word(-1)
        session.moves.move_word(-1, extend=True)
        session.spans.tag("actor")
        assert spans_of(session) == [("Moru again", "actor")]
        assert session.search.find("rebels")
        assert session.moves.go_to_found()
        assert enter(session)
        session.moves.go_to_chunk(len(session.chunks) - 1)
        assert enter(session)
        assert session.annotations.state_of(0) == "unfinished"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_word_of_any_text_can_be_tagged_by_its_hint(tmp_path: Path, text: str) -> None:
    with at_work(tmp_path, text) as session:
        for chunk in session.chunks[:3]:
            starts = [start for start, _ in session.tokens.of(chunk.index)]
            for start, _ in session.tokens.words_of(chunk.index)[:30]:
                session.moves.go_to_chunk(chunk.index)
                session.spans.open_hints("actor")
                for letter in code_of(session, starts.index(start)):
                    assert session.spans.type_hint(letter)
                assert session.focus.span is not None
                assert session.focus.span.start == start
        assert stored(session.batch.project, session.article) == shown(session)


READABLE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=80
).filter(str.strip)
"""Texts that an import takes as they are, and for nothing but UTF-8."""


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(TEXTS)), steps=STEPS)
def test_any_keys_on_any_text_keep_every_promise(name: str, steps: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder, at_work(Path(folder), TEXTS[name]) as session:
        for do in steps:
            do(session)
            check_places(session)
        assert stored(session.batch.project, session.article) == shown(session)
        end = what_is(session)
        redoable = len(session.layer.undone)
        steps_back = 0
        while session.history.undo():
            steps_back += 1
            check_places(session)
        assert what_is(session) == ({}, {}, {}, set())
        for _ in range(steps_back):
            assert session.history.redo()
        assert what_is(session) == end
        assert len(session.layer.undone) == redoable
        assert stored(session.batch.project, session.article) == shown(session)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(text=READABLE, steps=STEPS)
def test_any_keys_on_random_text_leave_every_span_inside_it(text: str, steps: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder, at_work(Path(folder), text) as session:
        for do in steps:
            do(session)
            check_places(session)
        assert stored(session.batch.project, session.article) == shown(session)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(TEXTS)), steps=SUGGESTED_STEPS)
def test_any_keys_among_suggestions_keep_every_promise(name: str, steps: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder:
        project = make_project(Path(folder), TEXTS[name], labels=SUGGESTIVE)
        try:
            session = work_on(project, suggests=True)
            for do in steps:
                do(session)
                check_places(session)
                for chunk in session.reading.at_work:
                    for suggestion in session.suggestions.in_chunk(chunk):
                        assert 0 <= suggestion.start < suggestion.end <= len(session.article.text)
            assert stored(project, session.article) == shown(session)
            end = what_is(session)
            count = 0
            while session.history.undo():
                count += 1
            assert what_is(session) == ({}, {}, {}, set())
            assert session.layer.rejected == set()
            assert all(session.history.redo() for _ in range(count))
            assert what_is(session) == end
        finally:
            project.close()
