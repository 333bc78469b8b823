"""The registry of actions, and a person's own keymap."""

import json
import string
from itertools import groupby
from pathlib import Path

import pytest

from tui.errors import KeymapError
from tui.keys import ACTIONS, SCOPES, Keymap, key_name, keys_markdown, load_keymap


def load(tmp_path: Path, text: str) -> Keymap:
    path = tmp_path / "keys.yaml"
    path.write_text(text, encoding="utf-8")
    return load_keymap(path)


def refuse(tmp_path: Path, text: str) -> list[str]:
    """Load a keymap that has mistakes; give them without the file's folder."""
    with pytest.raises(KeymapError) as caught:
        load(tmp_path, text)
    return [str(refusal).removeprefix(f"{tmp_path}/") for refusal in caught.value.refusals]


# The registry


def test_every_action_has_an_id_of_its_own_and_a_key() -> None:
    ids = [action.id for action in ACTIONS]
    assert len(set(ids)) == len(ids)
    assert all(action.keys and action.scope in SCOPES for action in ACTIONS)


def test_the_default_keys_pass_as_a_keymap(tmp_path: Path) -> None:
    lines = [f"{action.id}: {json.dumps(action.keys)}" for action in ACTIONS if not action.is_fixed]
    keymap = load(tmp_path, "\n".join(lines))
    assert all(keymap.keys(action.id) == action.keys for action in ACTIONS)


def test_no_key_stands_for_two_actions_of_one_screen() -> None:
    for scope in ("annotate", "library", "mentions"):
        keys = [key for action in Keymap().actions(scope) for key in action.keys]
        assert len(set(keys)) == len(keys)


def test_no_letter_is_a_key_where_letters_are_labels() -> None:
    keys = {key for action in Keymap().actions("annotate") for key in action.keys}
    assert not keys & set(string.ascii_letters)


def test_everything_on_the_annotate_screen_has_a_key_without_ctrl_or_alt() -> None:
    without = [
        action.id
        for action in ACTIONS
        if action.scope == "annotate" and all("ctrl+" in key or "alt+" in key for key in action.keys)
    ]
    # The first and last paragraph are also reached by paging.
    assert without == ["annotate.article_start", "annotate.article_end"]


def test_actions_of_one_group_follow_each_other() -> None:
    groups = [group for group, _ in groupby(ACTIONS, key=lambda action: (action.scope, action.group))]
    assert len(set(groups)) == len(groups)


def test_every_description_is_a_sentence() -> None:
    assert all(action.description[0].isupper() and action.description.endswith(".") for action in ACTIONS)


def test_the_documentation_of_the_keys_is_up_to_date() -> None:
    page = Path(__file__).parents[1] / "docs" / "keys.md"
    assert page.read_text(encoding="utf-8") == keys_markdown()


# Keys


@pytest.mark.parametrize(
    ("scope", "key", "action"),
    [
        ("annotate", "enter", "annotate.finish"),
        ("library", "enter", "library.open"),
        ("annotate", "ctrl+z", "annotate.undo"),
        ("annotate", "7", "annotate.length"),
        ("annotate", "?", "app.help"),
        ("library", "?", "app.help"),
        ("annotate", "q", None),
        ("library", "q", "library.quit"),
        ("setup", "ctrl+q", "app.quit"),
    ],
)
def test_a_key_stands_for_an_action_of_its_screen_or_of_the_app(
    scope: str, key: str, action: str | None
) -> None:
    assert Keymap().action(scope, key) == action


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("enter", "Enter"),
        ("shift+right", "⇧→"),
        ("shift+tab", "⇧Tab"),
        ("backspace", "⌫"),
        ("asterisk", "*"),
        ("question_mark", "?"),
        ("slash", "/"),
        ("+", "+"),
        ("*", "*"),
        ("s", "s"),
        ("ctrl+z", "Ctrl+Z"),
        ("ctrl+left", "Ctrl+←"),
        ("alt+ctrl+f5", "Alt+Ctrl+F5"),
        ("pagedown", "PgDn"),
        ("unheard_of", "unheard_of"),
    ],
)
def test_a_key_is_shown_as_people_know_it(key: str, shown: str) -> None:
    assert key_name(key) == shown


def test_the_key_line_shows_the_keys_of_the_keymap() -> None:
    line = Keymap({"library.quit": ("x",)}).key_line("library")
    assert line[0] == ("library.open", "Enter", "Open")
    assert ("library.quit", "x", "Quit") in line
    assert ("app.help", "?", "Help") in line


# A person's own


def test_without_a_file_the_keys_are_the_default_ones(tmp_path: Path) -> None:
    keymap = load_keymap(tmp_path / "keys.yaml")
    assert keymap.keys("annotate.undo") == (",", "ctrl+z")
    assert keymap.name("annotate.undo") == "Undo"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}"], ids=["empty", "comment", "empty mapping"])
def test_an_empty_file_changes_nothing(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text).action("annotate", ",") == "annotate.undo"


def test_own_keys_stand_instead_of_the_default_ones(tmp_path: Path) -> None:
    keymap = load(tmp_path, 'annotate.undo: ["&", f4]\nlibrary.quit: Q\nannotate.pin: shift+ctrl+p\n')
    assert keymap.keys("annotate.undo") == ("&", "f4")
    assert keymap.action("annotate", "f4") == "annotate.undo"
    assert keymap.action("annotate", ",") is None
    assert keymap.action("library", "Q") == "library.quit"
    assert keymap.keys("annotate.pin") == ("ctrl+shift+p",)


def test_two_actions_can_swap_their_keys(tmp_path: Path) -> None:
    keymap = load(tmp_path, 'annotate.undo: "."\nannotate.redo: ","\n')
    assert keymap.action("annotate", ".") == "annotate.undo"
    assert keymap.action("annotate", ",") == "annotate.redo"


def test_the_same_key_can_serve_two_screens(tmp_path: Path) -> None:
    keymap = load(tmp_path, "annotate.skip: f9\nlibrary.export: f9\n")
    assert keymap.action("annotate", "f9") == "annotate.skip"
    assert keymap.action("library", "f9") == "library.export"


@pytest.mark.parametrize(
    ("text", "refusals"),
    [
        ("anotate.undo: f4", ["1:1: 'anotate.undo' is not an action; did you mean 'annotate.undo'?"]),
        ("annotate.length: f4", ["1:1: the keys of 'annotate.length' cannot be changed; take the line out"]),
        (
            "annotate.undo: f4\nannotate.undo: f5",
            ["2:1: 'annotate.undo' is given twice; keep one of the two"],
        ),
        ("annotate.undo: []", ["1:16: 'annotate.undo' has no key; give it one, or take the line out"]),
        (
            "annotate.undo:",
            ["1:15: the key of 'annotate.undo' is a text such as `f4`, or a list of such texts"],
        ),
        ("annotate.undo: entr", ["1:16: 'entr' is not a key; did you mean 'enter'?"]),
        ("annotate.undo: shift+lefft", ["1:16: 'shift+lefft' is not a key; did you mean 'shift+left'?"]),
        (
            "annotate.undo: cmd+z",
            ["1:16: 'cmd+z' is not a key; what can be held with one is shift, ctrl and alt"],
        ),
        ("annotate.undo: question_mark", ["1:16: write '?' for 'question_mark'"]),
        ("annotate.undo: ctrl+Z", ["1:16: write 'ctrl+z' for 'ctrl+Z'"]),
        ("library.quit: shift+x", ["1:15: write 'X' for 'shift+x'"]),
        (
            "annotate.undo: ctrl+i",
            ["1:16: most terminals send 'tab' for 'ctrl+i'; take another one"],
        ),
        (
            "annotate.undo: u",
            ["1:16: the key 'u' is a letter, and letters belong to labels on the annotate screen"],
        ),
        (
            "app.help: H",
            ["1:11: the key 'H' is a letter, and letters belong to labels on the annotate screen"],
        ),
        (
            "annotate.undo: ['.', f4]",
            [
                (
                    "1:17: the key '.' is that of 'annotate.redo'; take another one, "
                    "or give 'annotate.redo' another key as well"
                )
            ],
        ),
        ("annotate.undo: 7", ["1:16: the key '7' is that of 'annotate.length'; take another one"]),
        (
            "library.quit: '?'",
            [
                (
                    "1:15: the key '?' is that of 'app.help'; take another one, "
                    "or give 'app.help' another key as well"
                )
            ],
        ),
        (
            "library.quit: f2\nlibrary.demo: f2",
            [
                (
                    "2:15: the key 'f2' is that of 'library.quit'; take another one, "
                    "or give 'library.quit' another key as well"
                )
            ],
        ),
        ("annotate.undo: [f4, f4]", ["1:21: the key 'f4' is given twice to 'annotate.undo'"]),
        (
            "- annotate.undo",
            ["1:1: a keymap is a mapping of actions to keys; write for example `annotate.undo: f4`"],
        ),
        (
            "annotate.undo: {a: b}\n",
            ["1:16: the key of 'annotate.undo' is a text such as `f4`, or a list of such texts"],
        ),
    ],
)
def test_a_mistake_is_refused_with_its_place(tmp_path: Path, text: str, refusals: list[str]) -> None:
    assert refuse(tmp_path, text) == [f"keys.yaml:{refusal}" for refusal in refusals]


def test_all_mistakes_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "annotate.undo: '?'\nlibrary.quti: q\nannotate.redo: enterr\n"
    assert [refusal.split(":")[1] for refusal in refuse(tmp_path, text)] == ["1", "2", "3"]


def test_what_is_not_yaml_is_refused_with_its_place(tmp_path: Path) -> None:
    (refusal,) = refuse(tmp_path, "annotate.undo: [f4\nannotate.redo: f5")
    assert refusal.startswith("keys.yaml:2:")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeymapError, match="folder"):
        load_keymap(tmp_path)
