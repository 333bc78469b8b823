"""The annotate screen under keys and mouse."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from tests.at_work import STORY, make_project, spans_of, work_on
from tests.piloted import (
    SIZES,
    Size,
    annotating,
    make_app,
    place_of,
    press,
    said,
    screen_of,
    session_of,
    wait_for,
)
from tui.errors import StoreError, StoreFullError
from tui.session import Session
from tui.session.batch import open_batch
from tui.ui.widgets.article_view import ArticleView
from tui.ui.widgets.lines import MessageLine


def code_of(session: Session, word: str) -> str:
    """Give the hint under the first token of a chunk at work that reads so."""
    assert session.hints.asked is not None
    start = session.article.text.index(word, session.reading.chunk.start)
    token = [start for start, _ in session.tokens.of(session.reading.current)].index(start)
    waiting = list(session.hints.asked.waiting().values())
    return waiting[token] if len(waiting) > token else ""


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_label_key_and_a_hint_make_the_span(tmp_path: Path, size: Size) -> None:
    async with annotating(tmp_path, size=size) as (pilot, session):
        await press(pilot, "l")
        assert "location" in screen_of(pilot)
        await press(pilot, " ".join(code_of(session, "Moru")))
        assert spans_of(session) == [("Moru", "location")]
        assert "╰l─╯" in screen_of(pilot)
        assert "saved" in screen_of(pilot)


@pytest.mark.parametrize("size", [*SIZES, (20, 6), (200, 60)], ids=str)
async def test_arrows_select_and_a_label_key_tags(tmp_path: Path, size: Size) -> None:
    async with annotating(tmp_path, size=size) as (pilot, session):
        await press(pilot, "pagedown right right shift+right w")
        assert spans_of(session) == [("rebels attacked", "weapon")]
        # What is in focus is on the screen, and nothing scrolls sideways.
        assert "╰" in screen_of(pilot)
        assert all(len(line) <= size[0] for line in screen_of(pilot).splitlines())


async def test_the_span_just_made_is_corrected_by_keys(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown right right a")
        for keys, expected in (
            ("shift+right", "rebels attacked"),
            ("shift+left", "rebels"),
            (">", "rebels attacked"),
            ("<", "rebels"),
            ("3", "rebels attacked an"),
            ("0", "rebels attacked an army convoy near Moru on Friday, killing"),
            ("1", "rebels"),
            ("(", "Masked rebels"),
            (")", "rebels"),
            ("[", "rebel"),
            ("]", "rebels"),
            ("}", "ebels"),
            ("{", "rebels"),
        ):
            await press(pilot, keys)
            assert spans_of(session) == [(expected, "actor")], keys


async def test_an_upper_case_key_relabels_and_backspace_removes(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "right a W")
        assert spans_of(session) == [("Rebels", "weapon")]
        await press(pilot, "backspace")
        assert spans_of(session) == []
        assert "Removed weapon" in screen_of(pilot)
        await press(pilot, ",")
        assert spans_of(session) == [("Rebels", "weapon")]


async def test_all_equal_mentions_are_tagged_and_taken_back_at_once(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        session.moves.select(STORY.index("Moru"), STORY.index("Moru") + 4)
        await press(pilot, "l *")
        assert len(session.layer.spans) == 4
        assert "Tagged the same words in 3 more places" in screen_of(pilot)
        await press(pilot, ",")
        assert len(session.layer.spans) == 1
        await press(pilot, ".")
        assert len(session.layer.spans) == 4
        await press(pilot, ", , ,")
        assert "nothing to take back" in screen_of(pilot)


async def test_the_next_article_opens_with_what_was_accepted_at_last(tmp_path: Path) -> None:
    labels = "labels: [{name: location, patterns: [Moru]}]\n"
    project = make_project(tmp_path, "Moru burns.", "Tiva burns.", labels=labels)
    async with make_app(project, article=1).run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        await wait_for(pilot, "1 suggestion accepted. The next article.")
    project.close()


async def test_where_equal_mentions_stand_nowhere_else_that_is_said(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        session.moves.select(0, len("Rebels"))
        await press(pilot, "a *")
        assert "No other place is left" in screen_of(pilot)
        assert "0 more" not in screen_of(pilot)


async def test_the_label_beside_the_text_goes_when_nothing_is_in_focus(tmp_path: Path) -> None:
    async with annotating(tmp_path, size=(160, 40)) as (pilot, session):
        session.moves.select(0, len("Rebels"))
        await press(pilot, "a")
        assert "Who acts." in screen_of(pilot)
        await press(pilot, "escape")
        assert "Who acts." not in screen_of(pilot)


async def test_tab_walks_the_spans_both_ways(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "tab")
        assert "no spans" in screen_of(pilot)
        await press(pilot, "pagedown end a escape down w escape")
        walked = []
        for key in ("tab", "tab", "shift+tab"):
            await press(pilot, key)
            assert session.focus.span is not None
            walked.append(session.focus.span.label)
        assert walked[0] == walked[2] != walked[1]


async def test_enter_finishes_and_goes_on_and_says_when_all_is_done(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "enter enter")
        assert "¶ 3/4" in screen_of(pilot)
        assert "✓" in screen_of(pilot)
        await press(pilot, "enter enter")
        assert session.annotations.count_of_state("finished") == 4
        assert "Every paragraph is decided" in screen_of(pilot)


async def test_skip_flag_and_reopen_say_what_the_paragraph_is(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "!")
        assert session.annotations.is_flagged(0)
        assert "flagged" in screen_of(pilot)
        await press(pilot, "-")
        assert (session.annotations.state_of(0), session.annotations.is_flagged(0)) == ("skipped", True)
        assert session.reading.current == 1
        assert "1 skipped" in screen_of(pilot)
        await press(pilot, "f6 +")
        assert (session.annotations.state_of(0), session.annotations.is_flagged(0)) == ("unfinished", True)
        await press(pilot, "!")
        assert "no longer flagged" in screen_of(pilot)
        assert not session.annotations.is_flagged(0)


async def test_a_review_shows_every_paragraph_with_its_labels(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "right right right right l pagedown pagedown right right a escape")
        await press(pilot, "pageup pagedown pagedown = pageup")
        assert "looks like boilerplate" in screen_of(pilot)
        await press(pilot, "f8")
        assert "looks like boilerplate" not in screen_of(pilot)
        assert "╰l──" in screen_of(pilot)
        await press(pilot, "escape")
        assert "looks like boilerplate" in screen_of(pilot)
        assert len(session.layer.spans) == 2


async def test_enter_on_a_skipped_paragraph_says_that_it_stays_so(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "- pageup enter")
        assert session.annotations.state_of(0) == "skipped"
        assert "stays skipped" in screen_of(pilot)


async def test_boilerplate_collapses_and_undo_opens_it(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown =")
        assert "boilerplate" in screen_of(pilot)
        assert "Masked rebels" not in screen_of(pilot)
        await press(pilot, ",")
        assert session.annotations.state_of(1) == "unfinished"
        assert "Masked rebels" in screen_of(pilot)


async def test_a_note_is_written_shown_and_kept(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "# w h y space n o t enter")
        assert session.layer.notes == {0: "why not"}
        assert "why not" in screen_of(pilot)
        assert "▎*Rebels" in screen_of(pilot)
        await press(pilot, "right a # ? enter")
        assert session.focus.span is not None
        assert session.focus.span.note == "?"
        assert "╰a*" in screen_of(pilot)
        await press(pilot, "# escape")
        assert session.focus.span.note == "?"


async def test_what_was_typed_of_a_note_comes_back_until_it_is_taken(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "# w h y escape")
        assert session.layer.notes == {}
        assert said(pilot) == "The note was not taken; # brings back what you typed."
        await press(pilot, "pagedown # escape")
        assert said(pilot) == ""
        await press(pilot, "pageup # escape # space n o t enter")
        assert session.layer.notes == {0: "why not"}
        await press(pilot, "# backspace enter #")
        assert screen_of(pilot).count("why no") == 1


async def test_a_note_that_is_typed_while_the_app_is_left_is_taken(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "# w h y ctrl+q")
        assert not pilot.app.is_running or pilot.app._exit
        assert session.layer.notes == {0: "why"}


def said_below(pilot: Pilot[None]) -> str:
    """Give what the screen under a dialog says."""
    return pilot.app.screen_stack[-2].query_one(MessageLine).text


async def test_a_search_lights_up_counts_and_goes_on_until_escape(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "/ m O r u")
        assert len(session.search.places) == 4
        assert said_below(pilot) == "4 places"
        await press(pilot, "enter")
        assert said(pilot) == "“mOru” 1 of 4: a label key tags it (Enter: next, N: previous, Esc: end)"
        await press(pilot, "enter enter")
        assert "3 of 4" in said(pilot)
        await press(pilot, "N")
        assert "2 of 4" in said(pilot)
        await press(pilot, "l enter")
        assert "3 of 4" in said(pilot)
        assert spans_of(session) == [("Moru", "location")]
        assert session.annotations.count_of_state("finished") == 0
        await press(pilot, "escape enter")
        assert not session.search.end()
        assert session.annotations.count_of_state("finished") == 1


async def test_what_is_not_there_is_said_and_nothing_goes_on(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "/ x y z")
        assert said_below(pilot) == "nowhere"
        await press(pilot, "enter")
        assert "“xyz” is not in this article." in said(pilot)
        await press(pilot, "/ escape")
        assert not session.search.places


async def test_a_label_is_found_by_its_name(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "right ; c a s")
        assert "casualty" in screen_of(pilot)
        await press(pilot, "enter")
        assert spans_of(session) == [("Rebels", "casualty")]
        await press(pilot, "; ; w e a enter")
        assert spans_of(session) == [("Rebels", "weapon")]


async def test_a_letter_without_a_label_says_so_and_changes_nothing(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "right z")
        assert "No label has the key z" in screen_of(pilot)
        assert spans_of(session) == []


async def test_escape_steps_back_to_the_library(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "right a")
        await press(pilot, "escape")
        assert session.focus.span is None
        await press(pilot, "escape")
        assert "1 article" in screen_of(pilot)


async def test_the_article_opens_again_where_the_annotator_stopped(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    app = make_app(project, article=1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "pagedown pagedown right a escape escape")
        await press(pilot, "enter")
        assert session_of(app).reading.current == 2
        assert "╰a╯" in screen_of(pilot)
    project.close()


# Mouse


async def test_a_click_puts_the_cursor_there_and_a_click_on_a_span_its_focus(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown")
        await pilot.click(offset=place_of(pilot, "convoy near Moru on"))
        assert session.cursor.selection is not None
        assert STORY[slice(*session.cursor.selection)] == "convoy"
        await press(pilot, "a escape")
        await pilot.click(offset=place_of(pilot, "convoy near Moru on"))
        assert session.focus.span is not None


async def test_a_click_on_a_label_in_the_label_row_focuses_its_span(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown right a escape")
        x, y = place_of(pilot, "╰a─")
        await pilot.click(offset=(x + 1, y))
        assert session.focus.span is not None


async def test_a_double_click_selects_the_word_even_inside_a_span(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown right shift+right a escape")
        await pilot.click(offset=place_of(pilot, "rebels attacked"), times=2)
        assert session.cursor.selection is not None
        assert STORY[slice(*session.cursor.selection)] == "rebels"
        await press(pilot, "w")
        assert ("rebels", "weapon") in spans_of(session)


async def test_a_drag_selects_whole_words_over_a_line_end(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown")
        x, y = place_of(pilot, "killing three")
        end_x, end_y = place_of(pilot, "the army said")
        assert end_y > y
        await pilot.mouse_down(offset=(x + 9, y))
        await pilot.hover(offset=(end_x + 5, end_y))
        await pilot.mouse_up(offset=(end_x + 5, end_y))
        await pilot.pause()
        assert session.cursor.selection is not None
        assert STORY[slice(*session.cursor.selection)] == "three soldiers, the army"
        await press(pilot, "c")
        assert spans_of(session) == [("three soldiers, the army", "casualty")]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_a_click_on_a_label_of_the_bar_tags_the_selection_or_relabels(
    tmp_path: Path, size: Size
) -> None:
    async with annotating(tmp_path, size=size) as (pilot, session):
        await press(pilot, "right")
        x, y = place_of(pilot, "w weapon")
        await pilot.click(offset=(x + 3, y))
        assert spans_of(session) == [("Rebels", "weapon")]
        x, y = place_of(pilot, "l location")
        await pilot.click(offset=(x + 3, y))
        assert spans_of(session) == [("Rebels", "location")]


def turn_wheel(pilot: Pilot[None], turns: int) -> None:
    """Turn the wheel over the article, downward or, below 0, upward."""
    view = pilot.app.screen.query_one(ArticleView)
    kind = MouseScrollDown if turns > 0 else MouseScrollUp
    for _ in range(abs(turns)):
        view.post_message(kind(view, 10, 5, 0, 0, 0, False, False, False))


@pytest.fixture
def long_story() -> str:
    """Give a text of many screens."""
    return "\n".join(f"Paragraph {number} says something." for number in range(60))


async def test_the_wheel_looks_further_down_until_the_next_key(tmp_path: Path, long_story: str) -> None:
    async with annotating(tmp_path, long_story) as (pilot, session):
        turn_wheel(pilot, 5)
        await pilot.pause()
        before = screen_of(pilot)
        assert "Paragraph 9 " in before
        assert "Paragraph 1 " not in before
        assert session.reading.current == 0
        # The screen does something at every pause.
        await pilot.pause(2.2)
        assert screen_of(pilot) == before
        await press(pilot, "right")
        assert "Paragraph 1 " in screen_of(pilot)


async def test_the_wheel_turns_no_further_than_the_article_goes(tmp_path: Path, long_story: str) -> None:
    async with annotating(tmp_path, long_story) as (pilot, _):
        turn_wheel(pilot, 90)
        await pilot.pause()
        assert "Paragraph 59 " in screen_of(pilot)
        assert "Paragraph 52 " in screen_of(pilot)
        turn_wheel(pilot, -1)
        await pilot.pause()
        assert "Paragraph 59 " not in screen_of(pilot)
        turn_wheel(pilot, -90)
        turn_wheel(pilot, 1)
        await pilot.pause()
        assert "¶ 1/60" in screen_of(pilot)
        assert "Paragraph 1 " in screen_of(pilot)
        turn_wheel(pilot, 1)
        await pilot.pause()
        assert "Paragraph 1 " not in screen_of(pilot)


# What is refused


def fill(session: Session) -> None:
    """Write until the database takes no more."""
    for number in range(200):
        session.paragraphs.note(f"{number}" * 4000)


async def test_what_a_full_disk_refuses_is_a_message_and_is_not_painted(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        connection = session.batch.project.store.connection.sqlite
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFullError):
            fill(session)
        before, saved = len(session.layer.events), session.annotations.saved_at
        await press(pilot, "right")
        for _ in range(40):
            # The last page has room for some small changes.
            await press(pilot, "!")
            if session.annotations.saved_at == saved:
                break
            before, saved = len(session.layer.events), session.annotations.saved_at
        assert len(session.layer.events) == before
        assert "disk is full" in said(pilot)
        assert "NOT SAVED since" in screen_of(pilot)
        assert list(session.batch.project.verify()) == []
        connection.execute("PRAGMA max_page_count = 1073741823")
        await press(pilot, "a")
        assert spans_of(session) == [("Rebels", "actor")]


async def test_nothing_is_said_to_be_saved_while_the_database_is_moved_away(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        database = session.batch.project.place.database
        database.rename(tmp_path / "away.db")
        await press(pilot, "right a")
        assert spans_of(session) == []
        assert "╰" not in screen_of(pilot)
        assert "NOT SAVED" in screen_of(pilot)
        assert f"{database}: the database was moved or deleted" in said(pilot)
        (tmp_path / "away.db").rename(database)
        await press(pilot, "a")
        assert spans_of(session) == [("Rebels", "actor")]


async def test_nothing_is_said_to_be_saved_in_a_database_that_was_cut_short(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        database = session.batch.project.place.database
        session.batch.project.store.connection.checkpoint()
        session.batch.project.store.connection.check_place()
        content = database.read_bytes()
        os.truncate(database, 4096)
        await press(pilot, "right")
        assert "NOT SAVED" in screen_of(pilot)
        assert f"{database}: the database was cut short or overwritten" in said(pilot)
        await press(pilot, "a")
        assert spans_of(session) == []
        with database.open("r+b") as stream:
            stream.write(content)
        await press(pilot, "a")
        assert spans_of(session) == [("Rebels", "actor")]


async def test_a_locked_database_is_a_message_and_the_next_key_works(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        session.batch.project.store.connection._timeout = 0.01
        other = sqlite3.connect(session.batch.project.place.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await press(pilot, "right a")
        assert spans_of(session) == []
        assert "╰" not in screen_of(pilot)
        assert "NOT SAVED" in screen_of(pilot)
        assert "another program" in said(pilot)
        other.execute("ROLLBACK")
        other.close()
        await press(pilot, "a")
        assert spans_of(session) == [("Rebels", "actor")]


async def test_a_resize_keeps_what_is_selected_and_in_focus(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown right a")
        for width, height in ((20, 6), (200, 60), (8, 3), (1, 1), (80, 24)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert session.focus.span is not None
        assert "╰a─" in screen_of(pilot)


@pytest.mark.parametrize(
    "text",
    ["x" * 5000, "语" * 3000, "\U0001f468\u200d\U0001f469 " * 400, "a\u0301" * 2000, "\x00\x1b\u202e" * 50],
    ids=["unbroken", "CJK", "emoji", "accents", "controls"],
)
async def test_hard_texts_are_walked_and_tagged(tmp_path: Path, text: str) -> None:
    async with annotating(tmp_path, text, size=(40, 12)) as (pilot, session):
        await press(pilot, "down down up end home shift+down a pagedown pagedown pageup l escape")
        assert len(session.layer.spans) == 1
        await press(pilot, "shift+tab ( ) [ ] { } 3 * , enter")
        project = session.batch.project
        assert list(project.verify()) == []
        assert spans_of(work_on(project)) == spans_of(session)


async def test_a_click_on_a_key_of_the_key_line_does_what_the_key_does(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await pilot.click(offset=place_of(pilot, "Finish"))
        await pilot.pause()
        assert session.annotations.state_of(0) == "finished"
        await pilot.click(offset=place_of(pilot, "Undo"))
        await pilot.pause()
        assert session.annotations.state_of(0) == "unfinished"
        await pilot.click(offset=place_of(pilot, "Commands"))
        await wait_for(pilot, "part of a command's name")


async def test_enter_shows_all_of_a_long_paragraph_before_it_is_finished(tmp_path: Path) -> None:
    sentences = " ".join(f"Rebels attacked village {number} near Moru." for number in range(40))
    async with annotating(tmp_path, f"{sentences}\n\nThe army said so.\n", size=(80, 24)) as (pilot, session):
        seen = screen_of(pilot)
        while session.annotations.state_of(0) == "unfinished":
            await press(pilot, "enter")
            if session.annotations.state_of(0) == "unfinished":
                assert "The paragraph goes on." in screen_of(pilot)
                seen += screen_of(pilot)
        assert session.reading.chunk.paragraph == 1
        words = " ".join(seen.split())
        assert all(f"village {number} " in words for number in range(40))


async def test_commands_are_found_by_what_they_do(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, _):
        await press(pilot, ": s a m e space w o r d s")
        await wait_for(pilot, "Same here  (*)")
        assert "Same everywhere" in screen_of(pilot)


async def test_what_another_window_did_is_there_before_the_next_key_counts(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        with closing(session.batch.project.open_again()) as project:
            other = Session(open_batch(project, 1, with_others=False))
            other.moves.select(0, 6)
            other.spans.tag("actor")
            await press(pilot, "right a")
            assert spans_of(session) == [("Rebels", "actor")]
            assert len(session.layer.events) == 1
            assert screen_of(pilot).count("╰") == 1


async def test_what_another_window_did_shows_by_itself(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        with closing(session.batch.project.open_again()) as project:
            other = Session(open_batch(project, 1, with_others=False))
            other.moves.select(0, 6)
            other.spans.tag("actor")
        await wait_for(pilot, "╰a─")
        assert spans_of(session) == [("Rebels", "actor")]


async def test_undo_says_what_it_took_back(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, _):
        await press(pilot, "right a enter ,")
        assert "Taken back: 1 finished paragraph." in screen_of(pilot)
        await press(pilot, ",")
        assert "Taken back: actor “Rebels”." in screen_of(pilot)
        await press(pilot, ".")
        assert "Brought back: actor “Rebels”." in screen_of(pilot)
        await press(pilot, "backspace ,")
        assert "Taken back: 1 removed span." in screen_of(pilot)


MANY = "labels:\n" + "".join(f"  - name: label{number:02}\n" for number in range(60))
"""More labels than there is room for."""


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_labels_without_room_are_counted(tmp_path: Path, size: Size) -> None:
    async with annotating(tmp_path, size=size, labels=MANY) as (pilot, _):
        screen = screen_of(pilot)
        shown = [number for number in range(60) if f"label{number:02}" in screen]
        assert shown == list(range(len(shown)))
        assert 0 < len(shown) < 60
        assert f"+{60 - len(shown)} more" in screen


async def test_a_note_on_a_span_that_is_gone_is_not_put_elsewhere(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "# m i n e enter right a #")
        with closing(session.batch.project.open_again()) as project:
            other = Session(open_batch(project, 1, with_others=False))
            other.moves.set_focus(next(iter(other.layer.spans)))
            other.spans.remove()
        session.catch_up()
        assert not session.layer.spans
        await press(pilot, "o n e enter")
        assert session.layer.notes == {0: "mine"}
        assert "removed in another window, with its note: “one”" in screen_of(pilot)


async def test_what_could_not_be_read_of_another_window_is_read_later(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        with closing(session.batch.project.open_again()) as project:
            other = Session(open_batch(project, 1, with_others=False))
            other.moves.select(0, 6)
            other.spans.tag("actor")
        connection = session.batch.project.store.connection.sqlite
        connection.execute("ALTER TABLE events RENAME TO hidden")
        with pytest.raises(StoreError):
            session.catch_up()
        connection.execute("ALTER TABLE hidden RENAME TO events")
        await press(pilot, "pagedown")
        assert spans_of(session) == [("Rebels", "actor")]


async def test_what_another_window_did_shows_although_an_own_change_was_refused(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (_, session):
        with closing(session.batch.project.open_again()) as project:
            other = Session(open_batch(project, 1, with_others=False))
            other.moves.select(0, 6)
            other.spans.tag("actor")
        connection = session.batch.project.store.connection.sqlite
        connection.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON spans BEGIN SELECT raise(ABORT, 'no'); END"
        )
        session.moves.select(7, 13)
        with pytest.raises(StoreError):
            session.spans.tag("weapon")
        connection.execute("DROP TRIGGER refuse")
        assert session.catch_up()
        assert [span.label for span in session.annotations.spans_in(0, 20)] == ["actor"]


async def test_an_article_that_cannot_be_opened_is_tried_again(tmp_path: Path) -> None:
    project = make_project(tmp_path, "One line only.\n", STORY)
    database = project.store.connection.sqlite
    before = database.execute("SELECT meta FROM articles WHERE number = 2").fetchone()
    database.execute("UPDATE articles SET meta = '[broken' WHERE number = 2")
    app = make_app(project, article=1)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        assert "article 2 is not what was written" in said(pilot)
        database.execute("UPDATE articles SET meta = ? WHERE number = 2", before)
        await press(pilot, "enter")
        await wait_for(pilot, "The next article")
    project.close()


async def test_what_cannot_be_recalled_is_a_message(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    project.store.connection.sqlite.execute("DROP TABLE progress")
    app = make_app(project, article=1)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, "not learnt from")
    project.close()
