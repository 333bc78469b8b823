"""Letters of other scripts, and the keys in whose places they stand."""

from pathlib import Path

import pytest

from tests.at_work import LABELS, STORY, make_project, spans_of
from tests.piloted import annotating, make_app, press, screen_of, session_of
from tui.ui.keys import Keymap
from tui.ui.keys.scripts import KEYBOARDS, Keyboard
from tui.ui.screens.dialogs import PromptDialog
from tui.ui.screens.library import LibraryScreen


@pytest.mark.parametrize(
    ("name", "letters", "keys"),
    [
        ("russian", "фывапролдйцукенгшщзячсмить", "asdfghjklqwertyuiopzxcvbnm"),
        ("ukrainian", "фівапролд", "asdfghjkl"),
        ("serbian", "асдфгхјклљњертзуиоп", "asdfghjklqwertzuiop"),
        ("macedonian", "асдфгхјклљњертѕ", "asdfghjklqwerty"),
        ("bulgarian", "ьяаожгтнвуеишщксдз", "asdfghjklwertyuiop"),
        ("bulgarian-phonetic", "асдфгхйклчшертъуиопзжцвбнм", "asdfghjklqwertyuiopzxcvbnm"),
        ("bulgarian-phonetic-traditional", "явертъьж", "qwertyxv"),
        ("greek", "ασδφγηξκλςερτυθιοπζχψωβνμ", "asdfghjklwertyuiopzxcvbnm"),
        ("arabic", "شسيبلاتنمضصثقفغعهخح", "asdfghjklqwertyuiop"),
        ("persian", "شسیبلاتنمپ", "asdfghjklm"),
        ("hebrew", "שדגכעיחלךקראטוןםפ", "asdfghjklertyuiop"),
        ("georgian", "ასდფგჰჯკლ", "asdfghjkl"),
    ],
)
def test_a_letter_stands_for_the_key_in_its_place(name: str, letters: str, keys: str) -> None:
    keyboard = Keyboard(name)
    found = [keyboard.find_place(letter) for letter in letters]
    assert "".join(place.key for place in found if place is not None) == keys


def test_upper_case_stands_for_upper_case_and_for_what_shift_types() -> None:
    keyboard = Keyboard("russian")
    places = [keyboard.find_place(letter) for letter in "ФЖбЮ"]
    assert [place.key for place in places if place is not None] == ["A", ":", ",", ">"]


@pytest.mark.parametrize("name", KEYBOARDS)
def test_no_two_letters_of_a_keyboard_are_one_key(name: str) -> None:
    keyboard = Keyboard(name)
    letters = [letter for code in range(0x370, 0x2E00) if (letter := chr(code)).isalpha()]
    lower = [letter for letter in letters if letter == letter.lower()]
    keys = [
        place.key for letter in lower if (place := keyboard.find_place(letter)) and place.keyboard == name
    ]
    assert len(keys) > 20
    assert len(set(keys)) == len(keys)


def test_a_letter_that_one_keyboard_alone_has_tells_which_one_it_is() -> None:
    keyboard = Keyboard()
    before = keyboard.find_place("ф")
    assert before is not None
    assert (before.key, before.keyboard) == ("a", "russian")
    assert before.others
    keyboard.find_place("ђ")
    after = keyboard.find_place("ф")
    assert after is not None
    assert (after.key, after.keyboard, after.others) == ("f", "serbian", ())


def test_a_letter_of_another_keyboard_than_before_makes_it_forgotten() -> None:
    keyboard = Keyboard()
    for letter in "ђфыф":
        place = keyboard.find_place(letter)
    assert place is not None
    assert place.keyboard == "russian"


def test_where_only_one_of_the_keys_does_anything_it_is_that_one() -> None:
    place = Keyboard().find_place("ф", lambda key: key == "f")
    assert place is not None
    assert (place.key, place.keyboard) == ("f", "bulgarian-phonetic")


def test_the_key_that_did_something_tells_which_keyboard_it_is() -> None:
    keyboard = Keyboard()
    keyboard.find_place("ф", lambda key: key == "a")
    place = keyboard.find_place("а")
    assert place is not None
    assert (place.key, place.keyboard, place.others) == ("f", "russian", ())


def test_what_a_letter_was_taken_for_holds_for_the_next_one() -> None:
    keyboard = Keyboard()
    before = keyboard.find_place("ь", lambda key: key in ("a", "|", "\\"))
    assert before is not None
    assert (before.key, before.keyboard) == ("a", "bulgarian")
    assert before.others
    after = keyboard.find_place("в")
    assert after is not None
    assert (after.key, after.keyboard) == ("l", "bulgarian")


@pytest.mark.parametrize("letter", ["a", "é", "漢", "ß", "1"])
def test_a_letter_of_no_such_keyboard_stands_for_no_key(letter: str) -> None:
    assert Keyboard().find_place(letter) is None


def test_a_name_of_a_keyboard_beats_what_was_typed() -> None:
    keyboard = Keyboard("serbian")
    keyboard.find_place("ы")
    place = keyboard.find_place("ф")
    assert place is not None
    assert place.key == "f"


# On the screen


async def test_label_keys_and_hints_are_typed_on_a_russian_keyboard(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, session):
        await press(pilot, "pagedown")
        await press(pilot, "ф")
        assert session.hints.asked is not None
        assert session.hints.asked.label == "actor"
        code = next(iter(session.hints.asked.codes))
        russian = dict(zip("fjdkslaghrueiwovmcnbtyqpxz", "аовлыдфпркгушцщмьстиенйзчя", strict=True))
        for letter in code:
            await press(pilot, russian[letter])
        assert [label for _, label in spans_of(session)] == ["actor"]
        await press(pilot, "Д")
        assert [label for _, label in spans_of(session)] == ["location"]
        await press(pilot, "б")
        await press(pilot, "б")
        assert spans_of(session) == []


async def test_a_label_whose_key_is_such_a_letter_keeps_it(tmp_path: Path) -> None:
    labels = LABELS + "  - {name: fleet, key: ф}\n"
    async with annotating(tmp_path, labels=labels) as (pilot, session):
        await press(pilot, "ф")
        assert session.hints.asked is not None
        assert session.hints.asked.label == "fleet"


async def test_a_letter_that_no_known_keyboard_has_is_explained(tmp_path: Path) -> None:
    async with annotating(tmp_path) as (pilot, _):
        await press(pilot, "漢")
        assert "漢 is no label's key, and stands for none; switch the keyboard to Latin" in screen_of(pilot)


async def test_where_it_is_not_known_which_key_it_is_what_was_taken_is_said(tmp_path: Path) -> None:
    async with annotating(tmp_path, labels=LABELS + "  - {name: fleet, key: f}\n") as (pilot, session):
        await press(pilot, "ф")
        assert session.hints.asked is not None
        assert session.hints.asked.label == "actor"
        assert "ф counts as a (Russian keyboard); `keyboard:` in keymap.yaml sets another." in screen_of(
            pilot
        )
        await press(pilot, "escape ф")
        assert "counts as" not in screen_of(pilot)


async def test_a_letter_with_a_mark_is_the_key_of_an_action_unless_a_label_has_it(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    async with annotating(tmp_path / "one") as (pilot, session):
        await press(pilot, "å")
        assert session.annotations.state_of(0) == "boilerplate"
    async with annotating(tmp_path / "two", labels=f"{LABELS}  - {{name: river, key: å}}\n") as (
        pilot,
        session,
    ):
        await press(pilot, "å")
        assert session.annotations.state_of(0) == "unfinished"
        assert session.hints.asked is not None


async def test_the_library_takes_letters_of_another_script(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    try:
        async with make_app(project).run_test() as pilot:
            await pilot.pause()
            assert isinstance(pilot.app.screen, LibraryScreen)
            await press(pilot, "ш")
            assert isinstance(pilot.app.screen, PromptDialog)
    finally:
        project.close()


# A keymap of one's own


async def test_hints_and_labels_have_the_letters_of_the_keymap(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    keymap = Keymap(hint_letters="йцукенгш", label_keys={"actor": "é"})
    app = make_app(project, article=1, keymap=keymap)
    try:
        async with app.run_test() as pilot:
            await pilot.pause()
            await press(pilot, "pagedown é")
            hints = session_of(app).hints.asked
            assert hints is not None
            assert hints.label == "actor"
            assert set("".join(hints.codes)) <= set("йцукенгш")
            assert "é actor" in screen_of(pilot)
    finally:
        project.close()


async def test_the_length_is_set_with_the_keys_of_a_preset(tmp_path: Path) -> None:
    project = make_project(tmp_path, STORY)
    keymap = Keymap({"annotate.length": [*"&é\"'(-è_çà"]})
    app = make_app(project, article=1, keymap=keymap)
    try:
        async with app.run_test() as pilot:
            await pilot.pause()
            session = session_of(app)
            session.spans.add(0, 6, "actor")
            await press(pilot, '"')
            assert spans_of(session) == [("Rebels attack a", "actor")]
    finally:
        project.close()
