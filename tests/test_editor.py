"""The editor on a real database: every method, then any sequence of them on any text."""

import sqlite3
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.at_work import STORY, at_work, make_project, open_editor, shown, spans_of, stored
from tests.steps import STEPS, SUGGESTED_STEPS, SUGGESTIVE, Step, check_places, what_is
from tui.errors import StoreBusyError, StoreError, StoreFullError
from tui.session import MODES, Editor, Mode
from tui.store import Store

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


def put_cursor(editor: Editor, word: str, *, nth: int = 0) -> None:
    """Put the cursor on the nth place where a word stands."""
    offset = -1
    for _ in range(nth + 1):
        offset = editor.article.text.index(word, offset + 1)
    editor.move_to(offset)


def tag(editor: Editor, phrase: str, label: str, *, nth: int = 0) -> None:
    """Select a phrase and tag it."""
    offset = -1
    for _ in range(nth + 1):
        offset = editor.article.text.index(phrase, offset + 1)
    editor.select(offset, offset + len(phrase))
    assert editor.tag(label)


def selected(editor: Editor) -> str:
    selection = editor.selection
    return "" if selection is None else editor.article.text[selection[0] : selection[1]]


def focused(editor: Editor) -> str:
    span = editor.focused
    return "" if span is None else editor.article.text[span.start : span.end]


def hints_of(editor: Editor) -> Mapping[str, tuple[int, int]]:
    """Give the hints that can still be typed, and the tokens they are for."""
    if editor.hints is None:
        return {}
    return {letters: token for token, letters in editor.hints.waiting().items()}


def code_of(editor: Editor, token: int) -> str:
    """Give the hint of a token."""
    codes = {at: letters for letters, at in hints_of(editor).items()}
    return codes[editor.current, token]


# Tagging


def test_a_label_tags_the_selection_and_puts_it_into_focus(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        editor.select(STORY.index("army convoy"), STORY.index("army convoy") + len("army convoy"))
        assert editor.tag("actor")
        assert spans_of(editor) == [("army convoy", "actor")]
        assert focused(editor) == "army convoy"
        assert editor.selection is None
        assert editor.saved_at


def test_a_label_without_a_selection_opens_hints_and_a_whole_hint_makes_the_span(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        assert not editor.tag("actor")
        assert all(editor.type_hint(letter) for letter in code_of(editor, 0))
        assert hints_of(editor) == {}
        assert [(span.start, span.label) for span in editor.layer.spans.values()] == [(0, "actor")]


def test_every_token_of_a_paragraph_has_a_hint_of_its_own(tmp_path: Path) -> None:
    with at_work(tmp_path, "word " * 300) as editor:
        editor.open_hints("actor")
        assert editor.hints is not None
        codes = editor.hints.codes
        assert sorted(codes.values()) == [(0, token) for token in range(len(editor.tokens.of(0)))]
        assert not any(a != b and b.startswith(a) for a in codes for b in codes)


def test_a_letter_that_begins_no_hint_changes_nothing(tmp_path: Path) -> None:
    with at_work(tmp_path, "one two") as editor:
        editor.open_hints("actor")
        before = editor.hints
        assert not editor.type_hint("1")
        assert editor.hints == before


def test_the_letters_of_a_hint_can_be_taken_back_one_by_one(tmp_path: Path) -> None:
    with at_work(tmp_path, "word " * 60) as editor:
        editor.open_hints("actor")
        code = next(code for code in hints_of(editor) if len(code) > 1)
        editor.type_hint(code[0])
        assert len(hints_of(editor)) < 60
        editor.untype_hint()
        assert len(hints_of(editor)) == 60
        editor.untype_hint()
        assert hints_of(editor) == {}


def test_a_jump_hint_moves_the_cursor_and_tags_nothing(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        editor.open_hints(None)
        for letter in code_of(editor, 1):
            editor.type_hint(letter)
        assert selected(editor) == "attack"
        assert editor.layer.spans == {}


def test_the_same_span_is_not_made_twice(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        tag(editor, "Moru", "location")
        tag(editor, "Moru", "location")
        assert len(editor.layer.spans) == 1
        assert focused(editor) == "Moru"


def test_spans_nest_overlap_and_cross_paragraphs(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        tag(editor, "army convoy near Moru", "actor")
        tag(editor, "army", "weapon")
        tag(editor, "convoy near Moru on Friday", "casualty")
        start, end = STORY.index("Friday"), STORY.index("Lake")
        editor.select(start, end)
        editor.tag("location")
        assert spans_of(editor) == [
            ("army convoy near Moru", "actor"),
            ("army", "weapon"),
            ("convoy near Moru on Friday", "casualty"),
            (STORY[start : end - 1], "location"),
        ]
        assert stored(editor.work.project, editor.article) == shown(editor)


def test_an_upper_case_label_changes_the_span_in_focus(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        assert editor.relabel("weapon") == "no span"
        tag(editor, "Moru", "actor")
        assert editor.relabel("location") == "done"
        assert spans_of(editor) == [("Moru", "location")]


def test_removing_takes_the_focus_away_and_undo_brings_the_same_span_back(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        assert editor.remove() is None
        tag(editor, "Moru", "location")
        before = editor.focused
        assert editor.remove() == before
        assert editor.focused is None
        assert editor.undo()
        assert editor.focused == before


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
    with at_work(tmp_path) as editor:
        tag(editor, "army convoy", "actor")
        assert editor.move_edge("end" if edge == "end" else "start", 1 if direction == 1 else -1)
        assert focused(editor) == expected


def test_a_span_never_becomes_empty_or_leaves_the_text(tmp_path: Path) -> None:
    with at_work(tmp_path, "Moru") as editor:
        tag(editor, "Moru", "location")
        editor.move_edge("end", -1)
        editor.move_edge("start", 1)
        editor.move_edge("start", -1)
        editor.move_edge("end", 1)
        assert focused(editor) == "Moru"
        for _ in range(9):
            editor.nudge_edge("end", -1)
        assert focused(editor) == "M"
        for _ in range(9):
            editor.nudge_edge("end", 1)
        assert focused(editor) == "Moru"


def test_an_edge_inside_a_token_moves_to_the_edge_of_that_token(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        tag(editor, "army convoy", "actor")
        editor.nudge_edge("end", -1)
        assert focused(editor) == "army convo"
        editor.move_edge("end", 1)
        assert focused(editor) == "army convoy"
        editor.nudge_edge("start", 1)
        assert focused(editor) == "rmy convoy"
        editor.move_edge("start", -1)
        assert focused(editor) == "army convoy"


def test_finer_steps_never_leave_white_space_at_an_edge(tmp_path: Path) -> None:
    with at_work(tmp_path, "We saw a man.") as editor:
        editor.add_span(3, 8, "actor")
        editor.nudge_edge("end", -1)
        assert focused(editor) == "saw"
        editor.add_span(7, 12, "actor")
        editor.nudge_edge("start", 1)
        assert focused(editor) == "man"


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
    with at_work(tmp_path, text) as editor:
        editor.add_span(0, len(text), "actor")
        editor.nudge_edge("end", -1)
        assert focused(editor) == f"a{character}"
        editor.nudge_edge("end", -1)
        assert focused(editor) == "a"
        editor.nudge_edge("end", 1)
        assert focused(editor) == f"a{character}"
        editor.nudge_edge("start", 1)
        assert focused(editor) == character


def test_digits_set_the_length_in_tokens(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        assert editor.set_length(2) == "no span"
        tag(editor, "Masked", "actor")
        assert editor.set_length(5) == "done"
        assert focused(editor) == "Masked rebels attacked an army"
        editor.set_length(1)
        assert focused(editor) == "Masked"


def test_a_length_beyond_the_end_of_the_article_stops_there(tmp_path: Path) -> None:
    with at_work(tmp_path, "one two three") as editor:
        tag(editor, "two", "actor")
        editor.set_length(9)
        assert focused(editor) == "two three"


def test_the_edges_of_a_selection_move_before_it_is_tagged(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        put_cursor(editor, "army convoy")
        editor.move_edge("end", 1)
        assert selected(editor) == "army convoy"
        editor.nudge_edge("end", -1)
        assert selected(editor) == "army convo"
        editor.tag("actor")
        assert spans_of(editor) == [("army convo", "actor")]


# Equal mentions


def test_every_other_equal_mention_is_tagged_as_one_action(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        assert editor.tag_equal() is None
        tag(editor, "Moru", "location", nth=1)
        assert editor.tag_equal() == 3
        assert spans_of(editor) == [("Moru", "location")] * 4
        editor.undo()
        assert spans_of(editor) == [("Moru", "location")]


def test_parts_of_words_and_boilerplate_are_no_equal_mentions(tmp_path: Path) -> None:
    text = "Moru fell.\nMorun and Moru.\nMoru newsletter."
    with at_work(tmp_path, text) as editor:
        editor.go_to_chunk(2)
        editor.toggle_state("boilerplate")
        tag(editor, "Moru", "location")
        assert editor.tag_equal() == 1
        assert [span.start for span in editor.spans_in(0, len(text))] == [0, text.index("Moru.")]


def test_a_mention_that_has_the_label_already_is_left_alone(tmp_path: Path) -> None:
    with at_work(tmp_path, "Moru city. Moru. Moru.") as editor:
        tag(editor, "Moru city", "location")
        tag(editor, "Moru", "location", nth=1)
        assert editor.tag_equal() == 1


# Moving and selecting


def test_the_first_arrow_puts_the_cursor_on_the_first_token(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        editor.go_to_chunk(1)
        editor.move_token(1)
        assert selected(editor) == "Masked"
        editor.move_token(1, extend=True)
        assert selected(editor) == "Masked rebels"
        editor.move_token(1)
        assert selected(editor) == "attacked"


def test_the_cursor_crosses_paragraphs_and_stops_at_the_ends(tmp_path: Path) -> None:
    with at_work(tmp_path, "one two\nthree") as editor:
        for _ in range(5):
            editor.move_token(1)
        assert selected(editor) == "three"
        assert editor.current == 1
        for _ in range(5):
            editor.move_token(-1)
        assert selected(editor) == "one"
        assert editor.current == 0


def test_a_pinned_selection_grows_with_plain_arrows(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        put_cursor(editor, "army")
        editor.pin()
        editor.move_token(1)
        editor.move_token(1)
        assert selected(editor) == "army convoy near"
        editor.pin()
        editor.move_token(-1)
        assert selected(editor) == "an army convoy near"
        editor.pin()
        editor.move_token(1)
        assert selected(editor) == "army"


def test_a_span_in_focus_is_held_by_its_end_then_its_start_then_not(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        put_cursor(editor, "army")
        editor.tag("actor")
        held = []
        for _ in range(3):
            editor.pin()
            held.append(editor.held)
        assert held == ["end", "start", None]
        editor.pin()
        editor.release()
        assert editor.held is None


def test_a_drag_selects_afresh_where_a_selection_was_pinned(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        put_cursor(editor, "Masked")
        editor.pin()
        start = STORY.index("three soldiers")
        editor.select(start, start + len("three soldiers"))
        assert selected(editor) == "three soldiers"


def test_stepping_back_closes_hints_then_the_selection_then_the_focus(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        tag(editor, "Moru", "location")
        editor.open_hints("actor")
        assert editor.release()
        assert hints_of(editor) == {}
        assert focused(editor) == "Moru"
        assert editor.release()
        assert focused(editor) == ""
        put_cursor(editor, "army")
        assert editor.release()
        assert editor.selection is None
        assert not editor.release()


def test_walking_goes_through_all_spans_and_round(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        assert not editor.walk_spans(1)
        for phrase in ("rebels", "Moru", "three soldiers"):
            tag(editor, phrase, "actor")
        editor.go_to_chunk(0)
        walked = [focused(editor) for _ in range(4) if editor.walk_spans(1)]
        assert walked == ["Moru", "rebels", "three soldiers", "Moru"]
        editor.walk_spans(-1)
        assert focused(editor) == "three soldiers"


def test_a_click_focuses_the_innermost_span_and_the_next_click_the_one_around_it(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        tag(editor, "an army convoy near Moru", "actor")
        tag(editor, "army", "weapon")
        editor.release()
        offset = STORY.index("army")
        assert editor.focus_at(offset)
        assert focused(editor) == "army"
        editor.focus_at(offset)
        assert focused(editor) == "an army convoy near Moru"
        assert not editor.focus_at(STORY.index("gunfire"))


def test_searching_goes_on_to_the_next_place_and_round(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        starts = []
        for _ in range(5):
            assert editor.find("moru") == 4
            assert editor.go_to_found()
            assert editor.selection is not None
            starts.append(editor.selection[0])
        found = [start for start in range(len(STORY)) if STORY.startswith("Moru", start)]
        assert starts == [*found, found[0]]
        assert not editor.find("nowhere")
        assert not editor.find("")
        assert not editor.go_to_found()


def test_searching_for_a_part_of_a_word_goes_on_too(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        places = []
        for _ in range(4):
            editor.find("oru")
            editor.go_to_found()
            places.append(editor.selection)
        assert len(set(places)) == 4


@pytest.mark.parametrize("typed", ["libéré", "libe\u0301re\u0301", "LIBÉRÉ"], ids=["NFC", "NFD", "capitals"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_searching_finds_a_word_however_its_marks_are_written(
    tmp_path: Path, typed: str, form: Literal["NFC", "NFD"]
) -> None:
    with at_work(tmp_path, unicodedata.normalize(form, "Le régime a libéré Émile.")) as editor:
        assert editor.find(typed)
        assert editor.go_to_found()
        assert unicodedata.normalize("NFC", selected(editor)) == "libéré"


# Paragraphs


def test_finishing_goes_to_the_next_unfinished_paragraph_until_none_is_left(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        editor.go_to_chunk(1)
        walked = []
        while editor.finish():
            walked.append(editor.current)
        assert walked == [2, 3, 0]
        assert editor.count_of_state("finished") == 4
        assert not editor.finish()


def test_a_state_is_taken_back_by_asking_for_it_again(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        for state in ("skipped", "boilerplate"):
            editor.toggle_state(state)
            assert editor.state_of(0) == state
            editor.toggle_state(state)
            assert editor.state_of(0) == "unfinished"


def test_a_flag_stands_beside_every_state(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        assert editor.toggle_flag()
        for state in ("skipped", "boilerplate", "finished"):
            for _ in range(2):
                editor.toggle_state(state)
                assert editor.is_flagged(0)
        editor.finish()
        assert (editor.state_of(0), editor.is_flagged(0)) == ("finished", True)
        editor.go_to_chunk(0)
        assert not editor.toggle_flag()
        assert (editor.state_of(0), editor.is_flagged(0)) == ("finished", False)
        editor.undo()
        assert editor.is_flagged(0)


@pytest.mark.parametrize("mode", MODES)
def test_enter_finishes_nothing_that_was_decided(tmp_path: Path, mode: Mode) -> None:
    with at_work(tmp_path) as editor:
        editor.go_to_chunk(1)
        editor.toggle_state("skipped")
        editor.go_to_chunk(2)
        editor.toggle_state("boilerplate")
        editor.go_to_chunk(0)
        editor.set_mode(mode)
        for _ in range(6):
            editor.set_desk(range(editor.current, len(editor.chunks)))
            editor.finish()
        editor.go_to_chunk(1)
        editor.finish()
        assert [editor.state_of(each) for each in range(4)] == [
            "finished",
            "skipped",
            "boilerplate",
            "finished",
        ]


def test_skipped_and_flagged_paragraphs_are_walked(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        assert not editor.go_to_marked()
        editor.go_to_chunk(1)
        editor.toggle_state("skipped")
        editor.go_to_chunk(3)
        editor.toggle_flag()
        walked = [editor.current for _ in range(3) if editor.go_to_marked()]
        assert walked == [1, 3, 1]


def test_a_note_stands_on_the_span_in_focus_else_on_the_paragraph(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        editor.note("doubtful")
        assert editor.layer.notes == {0: "doubtful"}
        tag(editor, "Moru", "location")
        assert editor.read_note() == ""
        editor.note("which one?")
        assert editor.read_note() == "which one?"
        editor.note("")
        assert editor.read_note() == ""
        editor.go_to_chunk(0)
        assert editor.read_note() == "doubtful"


def test_a_long_paragraph_is_finished_at_its_end_and_not_before(tmp_path: Path) -> None:
    with at_work(tmp_path, "Moru " * 2000 + "\nend") as editor:
        parts = [chunk.index for chunk in editor.chunks if chunk.paragraph == 0]
        assert len(parts) > 3
        for part in parts:
            assert editor.current == part
            assert editor.state_of(0) == "unfinished"
            assert editor.finish()
        assert editor.chunk.paragraph == 1
        assert editor.state_of(0) == "finished"


def test_a_part_of_a_long_paragraph_teaches_where_spans_start_in_the_next_part(tmp_path: Path) -> None:
    project = make_project(tmp_path, "they met zorin and saw no one. " * 200)
    try:
        editor = open_editor(project, suggests=True)
        text, last = editor.article.text, editor.tokens.edges_of(0)[1]
        start = text.find("zorin")
        while 0 <= start < last:
            editor.add_span(start, start + 5, "actor")
            start = text.find("zorin", start + 1)
        editor.finish()
        assert editor.state_of(0) == "unfinished"
        tokens = editor.tokens.of(editor.current)
        chances = project.open_assistant().rank_starts(text, tokens)
        likely = {text[slice(*token)] for token, chance in zip(tokens, chances, strict=True) if chance > 0.5}
        assert likely == {"zorin"}
    finally:
        project.close()


def test_what_was_never_drawn_is_not_finished(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        editor.go_to_chunk(1)
        start = editor.chunk.start
        editor.note_shown(start, 80)
        assert editor.finish()
        assert (editor.current, editor.offset) == (1, 80)
        assert editor.state_of(1) == "unfinished"
        editor.note_shown(90, editor.chunk.end)
        assert editor.finish()
        assert editor.state_of(1) == "unfinished"
        editor.note_shown(80, editor.chunk.end)
        assert editor.finish()
        assert editor.state_of(1) == "finished"
        assert editor.offset == editor.chunk.start


def test_a_part_of_a_long_paragraph_that_was_passed_over_comes_before_the_end(tmp_path: Path) -> None:
    project = make_project(tmp_path, "Title.\n\n" + "they met zorin and saw no one. " * 300 + "\n\nThe end.")
    try:
        editor = open_editor(project)
        editor.note_shown(0, editor.chunk.end)
        assert editor.finish()
        last = editor.tokens.first_chunk_of(2) - 1
        editor.go_to_chunk(last)
        for chunk in [last, *range(1, last)]:
            assert (editor.current, editor.state_of(1)) == (chunk, "unfinished")
            editor.note_shown(editor.chunk.start, editor.chunk.end)
            assert editor.finish()
        assert (editor.current, editor.state_of(1)) == (last, "unfinished")
        assert editor.finish()
        assert editor.state_of(1) == "finished"
    finally:
        project.close()


# Time and place


def test_undo_goes_to_what_it_changed(tmp_path: Path) -> None:
    with at_work(tmp_path) as editor:
        tag(editor, "Masked", "actor")
        editor.go_to_chunk(3)
        editor.undo()
        assert editor.current == 1
        assert not editor.undo()
        assert editor.redo()
        assert focused(editor) == "Masked"
        assert not editor.redo()


def test_undo_of_boilerplate_survives_a_restart(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    editor = open_editor(project)
    editor.toggle_state("boilerplate")
    project.close()
    project = make_project(tmp_path)
    editor = open_editor(project)
    assert editor.state_of(0) == "boilerplate"
    assert editor.undo()
    assert editor.state_of(0) == "unfinished"
    project.close()


def test_an_article_opens_where_the_annotator_stopped(tmp_path: Path) -> None:
    with at_work(tmp_path, offset=STORY.index("Lake")) as editor:
        assert editor.current == 2


def test_an_article_opens_at_the_first_unfinished_paragraph(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    open_editor(project).finish()
    assert open_editor(project).current == 1
    project.close()


def test_two_editors_of_one_article_see_each_other_at_the_next_change(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    other_project = make_project(tmp_path)
    one, other = open_editor(project), open_editor(other_project)
    tag(one, "Moru", "location")
    tag(other, "rebels", "actor")
    one.finish()
    assert spans_of(one) == [("Moru", "location"), ("rebels", "actor")]
    assert stored(project, one.article) == shown(one)
    other_project.close()
    project.close()


def test_a_span_that_another_session_removed_is_no_longer_in_focus(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    other_project = make_project(tmp_path)
    one = open_editor(project)
    tag(one, "Moru", "location")
    other = open_editor(other_project)
    other.walk_spans(1)
    other.remove()
    one.relabel("actor")
    assert one.focused is None
    assert stored(project, one.article) == shown(one)
    other_project.close()
    project.close()


# What the database refuses


def act_in_every_way(editor: Editor) -> list[tuple[str, Callable[[], object]]]:
    """Name everything that writes, for an editor with a span in focus."""
    return [
        ("add", lambda: editor.add_span(0, 6, "actor")),
        ("relabel", lambda: editor.relabel("weapon")),
        ("remove", editor.remove),
        ("length", lambda: editor.set_length(2)),
        ("edge", lambda: editor.move_edge("end", 1)),
        ("nudge", lambda: editor.nudge_edge("end", -1)),
        ("equal", editor.tag_equal),
        ("finish", editor.finish),
        ("flag", editor.toggle_flag),
        ("skip", lambda: editor.toggle_state("skipped")),
        ("note", lambda: editor.note("x")),
        ("undo", editor.undo),
    ]


def whole_state(editor: Editor) -> str:
    place = (editor.focus, editor.selection, editor.current, editor.saved_at)
    return repr((shown(editor), place, editor.layer.events))


def refuse_everything(editor: Editor, expected: type[StoreError]) -> None:
    """Try everything that writes; nothing of it may leave a trace."""
    before = whole_state(editor)
    for name, act in act_in_every_way(editor):
        with pytest.raises(expected):
            act()
        assert whole_state(editor) == before, name


def fill(editor: Editor) -> None:
    """Write until the database takes no more."""
    for number in range(200):
        editor.note(f"{number}" * 4000)


def test_a_locked_database_leaves_the_editor_unchanged(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    project.store.close()
    project.store = Store.open(project.place.database, timeout=0.01)
    editor = open_editor(project)
    tag(editor, "Moru", "location")
    other = sqlite3.connect(project.place.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refuse_everything(editor, StoreBusyError)
    other.execute("ROLLBACK")
    other.close()
    assert editor.relabel("weapon")
    assert stored(project, editor.article) == shown(editor)
    project.close()


def test_a_full_disk_leaves_the_editor_unchanged(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    editor = open_editor(project)
    tag(editor, "Moru", "location")
    connection = project.store._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreFullError):
        fill(editor)
    before = shown(editor)
    assert stored(project, editor.article) == before
    connection.execute("PRAGMA max_page_count = 1073741823")
    assert editor.relabel("weapon")
    assert stored(project, editor.article) == shown(editor)
    project.close()


# Any text, any keys


def test_a_line_of_five_megabytes_is_walked_and_tagged(tmp_path: Path) -> None:
    text = "Rebels attacked Moru again. " * 180_000
    with at_work(tmp_path, text) as editor:
        editor.go_to_chunk(len(editor.chunks) - 1)
        editor.move_token(-1)
        editor.move_token(-1, extend=True)
        editor.tag("actor")
        assert spans_of(editor) == [("Moru again", "actor")]
        assert editor.find("rebels")
        assert editor.go_to_found()
        assert editor.finish() is True
        editor.go_to_chunk(len(editor.chunks) - 1)
        assert editor.finish() is False


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_word_of_any_text_can_be_tagged_by_its_hint(tmp_path: Path, text: str) -> None:
    with at_work(tmp_path, text) as editor:
        for chunk in editor.chunks[:3]:
            starts = [start for start, _ in editor.tokens.of(chunk.index)]
            for start, _ in editor.tokens.words_of(chunk.index)[:30]:
                editor.go_to_chunk(chunk.index)
                editor.open_hints("actor")
                for letter in code_of(editor, starts.index(start)):
                    assert editor.type_hint(letter)
                assert editor.focused is not None
                assert editor.focused.start == start
        assert stored(editor.work.project, editor.article) == shown(editor)


READABLE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=80
).filter(str.strip)
"""Texts that an import takes as they are, and for nothing but UTF-8."""


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(TEXTS)), steps=STEPS)
def test_any_keys_on_any_text_keep_every_promise(name: str, steps: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder, at_work(Path(folder), TEXTS[name]) as editor:
        for do in steps:
            do(editor)
            check_places(editor)
        assert stored(editor.work.project, editor.article) == shown(editor)
        end = what_is(editor)
        redoable = len(editor.layer.undone)
        steps_back = 0
        while editor.undo():
            steps_back += 1
            check_places(editor)
        assert what_is(editor) == ({}, {}, {}, set())
        for _ in range(steps_back):
            assert editor.redo()
        assert what_is(editor) == end
        assert len(editor.layer.undone) == redoable
        assert stored(editor.work.project, editor.article) == shown(editor)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(text=READABLE, steps=STEPS)
def test_any_keys_on_random_text_leave_every_span_inside_it(text: str, steps: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder, at_work(Path(folder), text) as editor:
        for do in steps:
            do(editor)
            check_places(editor)
        assert stored(editor.work.project, editor.article) == shown(editor)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(TEXTS)), steps=SUGGESTED_STEPS)
def test_any_keys_among_suggestions_keep_every_promise(name: str, steps: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder:
        project = make_project(Path(folder), TEXTS[name], labels=SUGGESTIVE)
        try:
            editor = open_editor(project, suggests=True)
            for do in steps:
                do(editor)
                check_places(editor)
                for chunk in editor.desk:
                    for suggestion in editor.suggestions_in(chunk):
                        assert 0 <= suggestion.start < suggestion.end <= len(editor.article.text)
            assert stored(project, editor.article) == shown(editor)
            end = what_is(editor)
            count = 0
            while editor.undo():
                count += 1
            assert what_is(editor) == ({}, {}, {}, set())
            assert editor.layer.rejected == set()
            assert all(editor.redo() for _ in range(count))
            assert what_is(editor) == end
        finally:
            project.close()
