"""The registry of actions, and a person's own keymap."""

import json
import string
from itertools import groupby
from pathlib import Path

import pytest

from tui.model.labels import Label, LabelSet
from tui.ui.keys import ACTIONS, BY_ID, SCOPES, Keymap, key_name, load_keymap
from tui.ui.keys.layouts import UNSHIFTED, is_unshifted
from tui.ui.keys.presets import PRESETS
from tui.ui.keys.reference import find_alone, keys_markdown


def load(tmp_path: Path, text: str) -> Keymap:
    path = tmp_path / "keys.yaml"
    path.write_text(text, encoding="utf-8")
    return load_keymap(path)


def refuse(tmp_path: Path, text: str) -> list[str]:
    """Load a keymap that has mistakes; give them without the file's folder."""
    return [str(refusal).removeprefix(f"{tmp_path}/") for refusal in load(tmp_path, text).mistakes]


# The registry


def test_every_action_has_an_id_of_its_own_and_a_key() -> None:
    ids = [action.id for action in ACTIONS]
    assert len(set(ids)) == len(ids)
    assert all(action.keys and action.scope in SCOPES for action in ACTIONS)


def test_the_default_keys_pass_as_a_keymap(tmp_path: Path) -> None:
    lines = [f"{action.id}: {json.dumps(action.keys)}" for action in ACTIONS]
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
    # Home and End, pressed there, do the same.
    assert without == ["annotate.article_start", "annotate.article_end"]


def test_actions_of_one_group_follow_each_other() -> None:
    groups = [group for group, _ in groupby(ACTIONS, key=lambda action: (action.scope, action.group))]
    assert len(set(groups)) == len(groups)


def test_every_description_is_a_sentence() -> None:
    assert all(action.description[0].isupper() and action.description.endswith(".") for action in ACTIONS)


def test_names_and_descriptions_are_plain_words() -> None:
    for action in ACTIONS:
        said = f"{action.name} {action.description} {action.group}".casefold()
        for word in ("token", "nudge", "code point", "learner", "equal mention"):
            assert word not in said, action.id


def test_no_two_actions_of_one_screen_have_one_name() -> None:
    for scope in SCOPES:
        names = [action.name for action in ACTIONS if action.scope == scope]
        assert sorted(set(names)) == sorted(names)


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
            "library.quit: f2\nlibrary.demo: f2",
            ["2:15: the key 'f2' is that of 'library.quit' already; take another one"],
        ),
        (
            "app.help: f2\nlibrary.demo: [f2, D]",
            ["2:16: the key 'f2' is that of 'app.help' already; take another one"],
        ),
        (
            "dialog.accept: x",
            ["1:16: the character 'x' is typed in dialogs; take a key that is none"],
        ),
        (
            "annotate.undo: '-'",
            [
                (
                    "1:16: 'annotate.skip' has no key any more, as its own is that of 'annotate.undo' now;"
                    " give it one (it can be found among the commands)"
                )
            ],
        ),
        (
            "keymap: azery",
            ["1:9: 'azery' is not a keymap of spantag's; take one of azerty, qwertz"],
        ),
        (
            "hint_letters: fjdkslaf",
            [
                (
                    "1:15: the letters of hints are at least 8 different lower-case ones;"
                    " write for example `hint_letters: fjdkslagh`"
                )
            ],
        ),
        ("labels: {weapon: X}", ["1:18: the key of the label 'weapon' is one lower-case letter"]),
        ("labels: {weapon: x, actor: x}", ["1:28: the key 'x' is given to two labels"]),
        ("labels: [x]", ["1:9: the keys of labels are a mapping; write for example `labels: {weapon: x}`"]),
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
    text = "annotate.undo: u\nlibrary.quti: q\nannotate.redo: enterr\n"
    assert [refusal.split(":")[1] for refusal in refuse(tmp_path, text)] == ["1", "2", "3"]


def test_what_is_not_yaml_is_named_with_its_place_and_the_default_keys_count(tmp_path: Path) -> None:
    keymap = load(tmp_path, "annotate.undo: [f4\nannotate.redo: f5")
    (mistake,) = keymap.mistakes
    assert mistake.line == 2
    assert keymap.keys("annotate.undo") == Keymap().keys("annotate.undo")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (mistake,) = load_keymap(tmp_path).mistakes
    assert "folder" in mistake.reason


def test_one_mistake_does_not_keep_the_rest_from_counting(tmp_path: Path) -> None:
    keymap = load(tmp_path, "annotate.undo: [entr, f4]\nannotate.nothing: f5\nlibrary.quit: Q\n")
    assert [mistake.line for mistake in keymap.mistakes] == [1, 2]
    assert keymap.keys("annotate.undo") == ("f4",)
    assert keymap.keys("library.quit") == ("Q",)


def test_where_every_own_key_is_a_mistake_the_default_ones_stay(tmp_path: Path) -> None:
    assert load(tmp_path, "annotate.undo: entr\n").keys("annotate.undo") == Keymap().keys("annotate.undo")


@pytest.mark.parametrize("own", ["f4", "?", "1", "'.'", "f10"])
def test_an_own_key_beats_any_action_that_has_it_by_default(tmp_path: Path, own: str) -> None:
    keymap = load(tmp_path, f"annotate.undo: {own!r}\n" if own != "'.'" else f"annotate.undo: {own}\n")
    assert keymap.mistakes == ()
    key = own.strip("'")
    assert keymap.action("annotate", key) == "annotate.undo"
    owners = [action.id for action in keymap.actions("annotate") if key in keymap.keys(action.id)]
    assert owners == ["annotate.undo"]


def test_a_length_whose_key_is_taken_leaves_the_others_what_they_are() -> None:
    keymap = Keymap({"annotate.undo": ["1"]})
    assert keymap.action("annotate", "1") == "annotate.undo"
    assert keymap.length("2") == 2
    assert keymap.length("0") == 10


def test_the_keys_of_the_length_can_be_changed(tmp_path: Path) -> None:
    keymap = load(tmp_path, "annotate.length: [f1, f2, f5]\n")
    assert [keymap.length(key) for key in keymap.keys("annotate.length")] == [1, 2, 3]
    assert keymap.action("annotate", "f2") == "annotate.length"
    assert keymap.action("annotate", "1") is None


def test_an_action_without_a_key_is_shown_by_its_name_among_the_commands() -> None:
    keymap = Keymap({"annotate.undo": ["-"]})
    assert keymap.keys("annotate.skip") == ()
    assert keymap.shown("annotate.skip") == ": Skip"
    assert keymap.action("annotate", "-") == "annotate.undo"


OLD_KEYMAP = """\
annotate.undo: ["f4", "ctrl+z"]
annotate.redo: f5
annotate.flag: f2
annotate.mode: f9
annotate.search: f7
annotate.end_shorter: [f10, "º"]
library.quit: Q
library.filter: f
mentions.accept_rest: a
app.commands: f12
"""
"""A keymap as it was written before the function keys were defaults."""


def test_a_keymap_from_before_new_defaults_loads_and_means_the_same(tmp_path: Path) -> None:
    keymap = load(tmp_path, OLD_KEYMAP)
    assert keymap.mistakes == ()
    wanted = {
        "f4": "annotate.undo",
        "ctrl+z": "annotate.undo",
        "f5": "annotate.redo",
        "f2": "annotate.flag",
        "f9": "annotate.mode",
        "f7": "annotate.search",
        "f10": "annotate.extend_left",
        "º": "annotate.extend_left",
        "shift+left": "annotate.extend_left",
        "f12": "app.commands",
    }
    assert {key: keymap.action("annotate", key) for key in wanted} == wanted
    assert keymap.action("library", "f") == "library.filter"
    assert keymap.action("mentions", "a") == "mentions.accept_rest"
    # And what has these keys by default today is still reached by what it had before.
    assert keymap.keys("annotate.note") == ("#",)
    assert keymap.keys("app.quit") == ("ctrl+q",)


# Every keyboard


KEYBOARDS = [
    pytest.param(layout, keymap, id=f"{layout}{'-' * bool(name)}{name}")
    for layout, name in [*((layout, "") for layout in UNSHIFTED), ("French", "azerty"), ("German", "qwertz")]
    for keymap in [Keymap(preset=PRESETS[name]) if name else Keymap()]
]


@pytest.mark.parametrize(("layout", "keymap"), KEYBOARDS)
def test_every_action_has_a_key_that_is_pressed_alone(layout: str, keymap: Keymap) -> None:
    actions = [action.id for action in ACTIONS if not action.is_shortcut]
    without = [each for each in actions if not find_alone(keymap, each, layout)]
    # Digits need shift on a French keyboard; its own keymap sets the length without.
    is_bare_french = layout == "French" and keymap.keys("annotate.skip") == ("-",)
    assert without == (["annotate.length"] if is_bare_french else [])


def test_a_shortcut_stands_for_actions_that_are_none() -> None:
    for action in ACTIONS:
        assert len(action.steps) != 1
        assert not [step for step in action.steps if BY_ID[step].is_shortcut]


@pytest.mark.parametrize(("layout", "keymap"), KEYBOARDS)
def test_every_length_has_a_key_that_is_pressed_alone(layout: str, keymap: Keymap) -> None:
    if layout == "French" and keymap.keys("annotate.skip") == ("-",):
        return
    alone = [key for key in keymap.keys("annotate.length") if is_unshifted(key, layout)]
    assert sorted({keymap.length(key) for key in alone}) == [*range(1, 11)]


@pytest.mark.parametrize(("layout", "keymap"), KEYBOARDS)
def test_every_shortcut_has_a_key_without_shift_on_every_keyboard(layout: str, keymap: Keymap) -> None:
    def is_easy(key: str) -> bool:
        return is_unshifted(key, layout) or (key.startswith(("ctrl+", "alt+")) and "shift+" not in key)

    shortcuts = [action.id for action in ACTIONS if action.is_shortcut]
    assert [each for each in shortcuts if not any(map(is_easy, keymap.keys(each)))] == []


def test_no_keyboard_types_a_character_twice_alone() -> None:
    assert all(len(set(typed)) == len(typed) for typed in UNSHIFTED.values())


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_takes_no_key_from_an_action_that_has_no_other(name: str) -> None:
    keymap = Keymap(preset=PRESETS[name])
    assert [action.id for action in ACTIONS if not keymap.keys(action.id)] == []


def test_a_preset_stands_below_own_keys_and_above_the_default_ones(tmp_path: Path) -> None:
    keymap = load(tmp_path, "keymap: azerty\nannotate.undo: é\n")
    assert keymap.mistakes == ()
    assert keymap.action("annotate", "é") == "annotate.undo"
    assert keymap.action("annotate", "(") == "annotate.length"
    assert keymap.length("(") == 5
    assert keymap.length("5") == 5
    assert keymap.hint_letters.startswith("fjdkslm")


# Labels and hints


def test_a_label_can_have_a_key_of_the_persons_own(tmp_path: Path) -> None:
    labels = LabelSet(labels=(Label("actor", "a"), Label("weapon", "w"), Label("casualty", "c")))
    keymap = load(tmp_path, "labels: {weapon: a, nowhere: x}\nhint_letters: asdfjklé\n")
    assert keymap.mistakes == ()
    assert [label.key for label in keymap.give_label_keys(labels).labels] == ["t", "a", "c"]
    assert Keymap().give_label_keys(labels) is labels
    assert keymap.hint_letters == "asdfjklé"
