"""labels.yaml: what is read, which mistakes are named where, and how labels are added to a file."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import LabelsError
from tui.model.labels import Attribute, AttributeType, Label, LabelSet, Pattern, RelationType, assign_keys
from tui.model.labels.edit import add_labels
from tui.model.labels.read import parse_labels, read_labels
from tui.model.labels.schema import (
    FILE,
    LABEL,
    NAME,
    SHAPES,
    Json,
    Key,
    ListOf,
    Shape,
    Text,
    TrueOrFalse,
    labels_schema,
)
from tui.model.labels.source import Loader

ROOT = Path(__file__).parents[1]
DOCUMENTATION = (ROOT / "docs" / "labels.md").read_text("utf-8")

FULL = """\
title: Conflict news
guidelines: |
  Tag the smallest phrase.
labels:
  - name: casualty
    key: x
    color: "#E69F00"
    description: People reported killed.
    examples: ["a 52-year-old woman", 7]
    patterns: [casualties, {regex: '\\d+ people'}]
    attributes:
      - {name: outcome, values: [killed, NO], multiple: true, description: What happened.}
      - {name: count, type: count}
      - claimed by
    guidelines: Only people.
  - actor
relations:
  - {name: targets, from: [actor], to: [casualty], description: Whom.}
article_labels:
  - {name: event_type, values: [attack, none]}
"""


def mistakes(source: str) -> list[str]:
    """Read a file that has mistakes, and give them as they are printed."""
    with pytest.raises(LabelsError) as caught:
        parse_labels(source, file="labels.yaml")
    return [str(refusal) for refusal in caught.value.refusals]


def parse(source: str) -> LabelSet:
    """Read a file without mistakes."""
    return parse_labels(source, file="labels.yaml")


# What is read


def test_every_key_of_the_file_is_read() -> None:
    assert parse(FULL) == LabelSet(
        title="Conflict news",
        guidelines="Tag the smallest phrase.",
        labels=(
            Label(
                name="casualty",
                key="x",
                color="#E69F00",
                description="People reported killed.",
                examples=("a 52-year-old woman", "7"),
                patterns=(Pattern("casualties"), Pattern(r"\d+ people", is_regex=True)),
                attributes=(
                    Attribute("outcome", "choice", ("killed", "NO"), True, "What happened."),
                    Attribute("count", "count"),
                    Attribute("claimed by"),
                ),
                guidelines="Only people.",
            ),
            Label("actor", key="a"),
        ),
        relations=(RelationType("targets", ("actor",), ("casualty",), "Whom."),),
        article_labels=(Attribute("event_type", "choice", ("attack", "none")),),
    )


def test_scalars_stay_the_text_that_stands_there() -> None:
    labels = parse("labels: [NO, 007, 1.0, true, null, ~, 2024-01-01, 'quoted', \"\\u00e9\"]")
    assert labels.names == ("NO", "007", "1.0", "true", "null", "~", "2024-01-01", "quoted", "é")


def test_a_list_of_no_labels_is_a_file_to_begin_with() -> None:
    assert parse("labels: []").labels == ()


def test_aliases_stand_for_what_they_point_to() -> None:
    source = """\
labels:
  - name: killer
    attributes: &person
      - {name: gender, values: [f, m]}
  - {name: victim, attributes: *person}
"""
    first, second = parse(source).labels
    assert first.attributes == second.attributes == (Attribute("gender", "choice", ("f", "m")),)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_bom_and_windows_line_ends_change_nothing(line_end: str) -> None:
    assert parse("\ufeff" + FULL.replace("\n", line_end)) == parse(FULL)


def test_libyaml_and_plain_python_read_the_same() -> None:
    script = (
        "import sys, yaml; yaml.__with_libyaml__ = False\n"
        "from tui.model.labels.read import parse_labels\n"
        "print(parse_labels(sys.stdin.read(), file='f').hash)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=FULL, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == parse(FULL).hash


def test_a_label_is_found_by_its_name() -> None:
    labels = parse(FULL)
    assert labels.label("actor") == Label("actor", key="a")
    assert labels.label("weapon") is None
    assert labels.relation("targets") == labels.relations[0]
    assert labels.article_label("event_type") == labels.article_labels[0]
    assert labels.labels[0].attribute("count") == Attribute("count", "count")


def test_values_have_keys_and_signs_of_their_own() -> None:
    (label,) = parse(
        "labels:\n- name: casualty\n  attributes:\n"
        "  - name: outcome\n    required: true\n    default: killed\n    values:\n"
        "    - {name: killed, key: d, signs: [died, shot dead]}\n    - kidnapped\n    - displaced\n"
        "  - {name: dead, type: count, rule: acled}\n"
    ).labels
    outcome, dead = label.attributes
    assert (outcome.values, outcome.keys) == (("killed", "kidnapped", "displaced"), ("d", "k", "i"))
    assert outcome.signs == (("died", "shot dead"), (), ())
    assert (outcome.required, outcome.default) == (True, "killed")
    assert [outcome.value_of(key) for key in "dki"] == list(outcome.values)
    assert (outcome.value_of("x"), Attribute("sure", "flag").value_of("n")) == (None, False)
    assert dead.rule == "acled"


@pytest.mark.parametrize(
    "roles", ["{attacker: [actor], place: {required: true}}", "[{name: attacker, labels: [actor]}, place]"]
)
def test_roles_are_relations_from_their_event(roles: str) -> None:
    labels = parse(f"labels: [actor, {{name: attack, roles: {roles}}}]\nrelations: [{{name: place}}, ally]\n")
    attacker, place = labels.labels[1].roles
    assert (attacker.heads, attacker.tails, attacker.many, attacker.key) == (
        ("attack",),
        ("actor",),
        False,
        "a",
    )
    assert (place.tails, place.required) == ((), "required" in roles)
    assert labels.list_links("attack") == (attacker, place, labels.relations[1])
    assert labels.list_links("actor") == labels.relations
    assert labels.check_relation("attacker", "attack", "actor") == []
    assert labels.check_relation("attacker", "attack", "attack") == [
        "'attacker' points to actor, not 'attack'"
    ]
    assert labels.check_attributes("attack", {"attacker": None}) == {}
    assert "it is filled by a relation" in labels.check_attributes("attack", {"attacker": "x"})["attacker"]


def test_more_values_than_letters_have_digits_and_upper_case_letters_for_keys() -> None:
    attribute = Attribute("kind", "choice", tuple(f"v{number}" for number in range(70)))
    keys = [key for key in attribute.keys if key is not None]
    assert (len(keys), len(set(keys))) == (62, 62)
    assert attribute.value_of("1") == "v26"
    assert attribute.value_of("A") == "v36"
    assert attribute.keys[62:] == (None,) * 8


def test_labels_are_given_no_key_that_a_relation_has_of_its_own() -> None:
    read = parse("labels: [rad, {name: a, key: d}]\nrelations:\n- {name: xx, key: r}\n")
    assert read.labels[0].key == "a"
    assert read.relations[0].key == "r"


def test_values_behind_the_alphabet_have_keys_in_labels_yaml_too() -> None:
    values = ", ".join(f"v{number}" for number in range(30))
    read = parse(f"labels:\n- name: a\n  attributes: [{{name: kind, values: [{values}]}}]\n")
    assert read.labels[0].attributes[0].keys[26:] == ("1", "2", "3", "4")


def test_a_relation_takes_no_label_for_its_key_and_can_be_read_from_either_end() -> None:
    labels = parse(
        "labels: [actor, {name: bomb, key: b}]\n"
        "relations:\n- {name: ally, symmetric: true, from: [actor], to: [bomb]}\n- {name: by, many: false}\n"
    )
    ally, by = labels.relations
    assert (ally.key, by.key, ally.many, by.many) == ("l", "y", True, False)
    assert labels.check_relation("ally", "bomb", "actor") == []
    assert ally in labels.list_links("bomb")


@pytest.mark.parametrize(
    ("type_", "right", "wrong"),
    [
        ("number", [0, 1.5, -3], ["1", True, float("inf")]),
        ("date", ["2026", "2026-11", "2026-11-27"], ["27.11.2026", "2026-13", "2026-02-30", 2026]),
        ("count", [0, "a dozen", {"min": 3, "approximate": True}], [-1, "", {}, {"min": "3"}, {"most": 3}]),
        ("flag", [True, False], ["true", 1]),
    ],
)
def test_an_attribute_takes_values_of_its_type_and_none(
    type_: AttributeType, right: list[object], wrong: list[object]
) -> None:
    attribute = Attribute("x", type_)
    assert [attribute.check(value) for value in [*right, None]] == [None] * (len(right) + 1)
    assert all(attribute.check(value) for value in wrong)


def test_comments_and_layout_do_not_change_the_hash_but_words_do() -> None:
    labels = parse("labels: [actor, weapon]")
    assert labels.hash == parse("# ours\nlabels:\n- actor   # who\n- name: 'weapon'\n").hash
    assert labels.hash != parse("labels: [weapon, actor]").hash
    assert labels.hash != parse("title: x\nlabels: [actor, weapon]").hash
    assert re.fullmatch("[0-9a-f]{32}", labels.hash)


def test_the_hash_of_a_file_stays_the_same_from_version_to_version() -> None:
    assert parse("labels: [actor]").hash == "03f5711ec3849ba6d9b8d13f2cf528d0"


# Which mistakes are named where

MISTAKES = {
    "misspelt key": (
        "title: t\nlabels:\n  - name: actor\n    colour: red\n",
        "4:5: 'colour' is not a key of a label; did you mean 'color'?",
    ),
    "unknown key": (
        "labels: [a]\nrelations:\n- {name: r, zzz: 1}\n",
        (
            "3:13: 'zzz' is not a key of a relation; it has name, from, to, key, symmetric, many, attributes,"
            " description"
        ),
    ),
    "merge key": (
        "labels:\n- &a {name: a}\n- {name: b, <<: *a}\n",
        f"3:13: '<<' is not a key of a label; it has {', '.join(key.name for key in LABEL.keys)}",
    ),
    "key that is a list": (
        "labels: [a]\n[x]: y\n",
        f"2:1: a list is not a key of labels.yaml; it has {', '.join(key.name for key in FILE.keys)}",
    ),
    "key given twice": (
        "labels:\n- name: a\n  key: x\n  key: y\n",
        "4:3: 'key' of a label is given twice; the first is on line 3",
    ),
    "no labels": ("title: t\n", "1:1: labels.yaml needs 'labels'"),
    "labels left empty": (
        "labels:\n",
        "1:8: 'labels' of labels.yaml is left empty; write a list ([one, two], or a dash before each)",
    ),
    "labels as one word": (
        "labels: actor\n",
        "1:9: 'labels' of labels.yaml is 'actor'; write a list ([one, two], or a dash before each)",
    ),
    "file that is a list": ("- actor\n", "1:1: labels.yaml is a mapping (`title: …`), not a list"),
    "label that is a list": (
        "labels: [a, [b]]\n",
        "1:13: a label is a name or a mapping (`name: …`), not a list",
    ),
    "label without a name": ("labels:\n- key: a\n", "2:3: a label needs 'name'"),
    "label left empty": (
        "labels:\n- \n- a\n",
        f"2:2: 'name' of a label is left empty; write {NAME.wanted}",
    ),
    "name of nothing": (
        "labels: ['']\n",
        f"1:10: 'name' of a label is ''; write {NAME.wanted}",
    ),
    "name with blanks around it": (
        "labels: ['a ']\n",
        f"1:10: 'name' of a label is 'a '; write {NAME.wanted}",
    ),
    "name with an escape": (
        'labels: ["a\\e[31m"]\n',
        f"1:10: 'name' of a label is 'a\\x1b[31m'; write {NAME.wanted}",
    ),
    "name that turns the direction": (
        'labels: ["a\\u202eb"]\n',
        f"1:10: 'name' of a label is 'a\\u202eb'; write {NAME.wanted}",
    ),
    "name with a line end": (
        'labels: ["a\\n"]\n',
        f"1:10: 'name' of a label is 'a\\n'; write {NAME.wanted}",
    ),
    "name given twice": (
        "labels:\n- actor\n- name: actor\n",
        "3:9: the name 'actor' is given twice; the first is on line 2",
    ),
    "key in upper case": (
        "labels: [{name: a, key: A}]\n",
        "1:25: 'key' of a label is 'A'; write one lower-case letter",
    ),
    "key in upper case of another script": (
        "labels: [{name: a, key: Ж}]\n",
        "1:25: 'key' of a label is 'Ж'; write one lower-case letter",
    ),
    "key of two letters": (
        "labels: [{name: a, key: ab}]\n",
        "1:25: 'key' of a label is 'ab'; write one lower-case letter",
    ),
    "key that is a digit": (
        "labels: [{name: a, key: 1}]\n",
        "1:25: 'key' of a label is '1'; write one lower-case letter",
    ),
    "key that is a digit of another script": (
        "labels: [{name: a, key: ٣}]\n",
        "1:25: 'key' of a label is '٣'; write one lower-case letter",
    ),
    "key of two labels": (
        "labels:\n- {name: a, key: x}\n- {name: b, key: x}\n",
        "3:18: the key 'x' is given to two labels; the first is on line 2",
    ),
    "colour by name": (
        "labels: [{name: a, color: red}]\n",
        "1:27: 'color' of a label is 'red'; write a colour like \"#E69F00\", in quotes",
    ),
    "colour that is a comment": (
        "labels:\n- name: a\n  color: #E69F00\n",
        "3:9: 'color' of a label is left empty; write a colour like \"#E69F00\", in quotes",
    ),
    "description that is a list": (
        "labels: [{name: a, description: [x]}]\n",
        "1:33: 'description' of a label is a list; write text",
    ),
    "regex that does not compile": (
        "labels: [{name: a, patterns: [{regex: '('}]}]\n",
        "1:39: '(' is not a regular expression: missing ), unterminated subpattern at position 0",
    ),
    "regex that Python warns of": (
        "labels: [{name: a, patterns: [{regex: '[[a]'}]}]\n",
        "1:39: '[[a]' is not a regular expression: Possible nested set at position 1",
    ),
    "regex that matches nothing at all": (
        "labels: [{name: a, patterns: [{regex: 'x*'}]}]\n",
        "1:39: 'x*' matches the empty string; it has to match at least one character",
    ),
    "regex that matches a place": (
        "labels: [{name: a, patterns: [{regex: '\\b'}]}]\n",
        "1:39: '\\b' matches the empty string; it has to match at least one character",
    ),
    "pattern of blanks": (
        "labels: [{name: a, patterns: [' ']}]\n",
        "1:31: 'text' of a pattern is ' '; write words",
    ),
    "attribute given twice": (
        "labels: [{name: a, attributes: [x, {name: x}]}]\n",
        "1:43: the name 'x' is given twice; the first is on line 1",
    ),
    "unknown type": (
        "labels: [{name: a, attributes: [{name: x, type: colour}]}]\n",
        "1:49: 'type' of an attribute is 'colour'; write one of choice, text, number, date, count, flag",
    ),
    "choice of nothing": (
        "labels: [{name: a, attributes: [{name: x, type: choice}]}]\n",
        "1:49: an attribute of type 'choice' needs 'values'",
    ),
    "count with values": (
        "labels: [{name: a, attributes: [{name: x, type: count, values: [1]}]}]\n",
        "1:49: an attribute of type 'count' has no 'values'; leave out one of the two",
    ),
    "several counts": (
        "labels: [{name: a, attributes: [{name: x, type: count, multiple: true}]}]\n",
        "1:66: an attribute of type 'count' has one value, not several",
    ),
    "empty list of values": (
        "labels: [{name: a, attributes: [{name: x, values: []}]}]\n",
        "1:51: 'values' of an attribute is an empty list; leave 'values' out",
    ),
    "value given twice": (
        "labels: [{name: a, attributes: [{name: x, values: [y, z, y]}]}]\n",
        "1:58: the value 'y' is given twice; the first is on line 1",
    ),
    "flag that is neither true nor false": (
        "labels: [{name: a, attributes: [{name: x, multiple: yes}]}]\n",
        "1:53: 'multiple' of an attribute is 'yes'; write true or false",
    ),
    "relation from a label that is not there": (
        "labels: [actor]\nrelations: [{name: r, from: [acter]}]\n",
        "2:30: 'acter' is not a label; did you mean 'actor'?",
    ),
    "key of a relation that is a label's": (
        "labels: [{name: actor, key: a}]\nrelations: [{name: r, key: a}]\n",
        "2:28: the key 'a' is that of the label 'actor'; give the relation another one",
    ),
    "role of a label that is not there": (
        "labels: [actor, {name: raid, roles: {by: [acter]}}]\n",
        "1:43: 'acter' is not a label; did you mean 'actor'?",
    ),
    "role with the name of an attribute": (
        "labels: [{name: raid, attributes: [by], roles: {by: []}}]\n",
        "1:49: the role 'by' has the name of an attribute; give one of the two another",
    ),
    "default that is no value": (
        "labels: [{name: a, attributes: [{name: x, values: [yes, no], default: non}]}]\n",
        "1:71: 'non' is not a value of 'x'; did you mean 'no'?",
    ),
    "rule of what is no count": (
        "labels: [{name: a, attributes: [{name: x, type: flag, rule: acled}]}]\n",
        "1:61: an attribute of type 'flag' has no 'rule'; only a count has one",
    ),
    "relation to one word": (
        "labels: [actor]\nrelations: [{name: r, to: actor}]\n",
        "2:27: 'to' of a relation is 'actor'; write a list ([one, two], or a dash before each)",
    ),
    "article label given twice": (
        "labels: [a]\narticle_labels:\n- x\n- x\n",
        "4:3: the name 'x' is given twice; the first is on line 3",
    ),
    "column behind an emoji": (
        "labels: [😀, {name: b, kei: b}]\n",
        "1:23: 'kei' is not a key of a label; did you mean 'key'?",
    ),
    "tab": ("labels:\n\t- a\n", "2:1: here is a tab; YAML is indented with spaces"),
    "colon in a text": (
        "labels: [a]\ntitle: a: b\n",
        (
            "2:9: this is not YAML: mapping values are not allowed in this context; "
            "a text with ': ' in it needs quotes"
        ),
    ),
    "backslash in double quotes": (
        'labels: [{name: a, patterns: [{regex: "\\d"}]}]\n',
        (
            "1:40: this is not YAML: found unknown escape character; "
            "between single quotes a backslash is only a backslash"
        ),
    ),
    "list left open": (
        "title: t\nlabels: [a,\n  b\n",
        "4:1: this is not YAML: did not find expected ',' or ']' (while parsing a flow sequence from line 2)",
    ),
    "alias of nothing": ("labels: *a\n", "1:9: this is not YAML: found undefined alias"),
    "two documents": (
        "labels: [a]\n---\nlabels: [b]\n",
        (
            "2:1: this is not YAML: found another document; "
            "a line `---` starts one; everything belongs into the first"
        ),
    ),
    "control character": ("labels: [a]\ntitle: b\x1b\n", "2:9: YAML allows no character U+001B here"),
    "half of a pair": ("labels: [\ud800]\n", "1:10: YAML allows no character U+D800 here"),
    "list in itself": ("labels: &a [*a]\n", "1:9: a label is a name or a mapping (`name: …`), not a list"),
}


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="plain PyYAML words some of them differently")
@pytest.mark.parametrize(("source", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_its_line_and_column(source: str, expected: str) -> None:
    assert mistakes(source) == [f"labels.yaml:{expected}"]


@pytest.mark.parametrize("source", ["", "\n", "# only this\n", "\ufeff"])
def test_an_empty_file_is_answered_with_an_example(source: str) -> None:
    assert mistakes(source) == ["labels.yaml: the file is empty; write for example `labels: [actor, weapon]`"]


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file() -> None:
    source = "relations: [{name: r, from: [x]}]\nlabels:\n- {name: a, colour: b, key: ab}\n- a\nfoo: 1\n"
    places = [mistake.split(": ")[0].removeprefix("labels.yaml:") for mistake in mistakes(source)]
    assert places == ["1:30", "3:13", "3:29", "4:3", "5:1"]


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match=r"labels\.yaml: there is no such file; `spantag init` writes one"):
        read_labels(tmp_path / "labels.yaml")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match="this is a folder; give the file itself"):
        read_labels(tmp_path)


def test_a_file_that_is_not_utf_8_is_refused_where_it_stops_being_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "labels.yaml"
    path.write_bytes("labels:\n- é\n- ".encode() + b"\xe9\n")
    with pytest.raises(LabelsError, match=r"labels\.yaml:3:3: the byte 0xe9 is not UTF-8; save the file"):
        read_labels(path)


# What nobody should write, and some do

HOSTILE: dict[str, Callable[[], str]] = {
    "open brackets": lambda: "[" * 1_000_000,
    "open braces": lambda: "{" * 1_000_000,
    "dashes": lambda: "- " * 500_000,
    "question marks": lambda: "? " * 500_000,
    "one long word": lambda: "a" * 999_999,
    "too long": lambda: "labels: [a] #" + "a" * 1_000_000,
    "an open quote": lambda: "labels: '" + "a" * 999_000,
    "empty names": lambda: "labels: [" + "''," * 300_000 + "]",
    "unknown keys": lambda: "labels:\n" + "- {a: b}\n" * 100_000,
    "billion laughs": lambda: (
        "title: &a [x, x, x, x, x, x, x, x, x]\nguidelines:\n"
        + "".join(
            f"- &{new} [{','.join([f'*{old}'] * 9)}]\n"
            for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + "labels: *i\n"
    ),
    "many times many": lambda: (
        "labels:\n- name: first\n  patterns: &p ["
        + "w," * 9000
        + "]\n"
        + "".join(f"- {{name: a{number}, patterns: *p}}\n" for number in range(9000))
    ),
    "mapping in itself": lambda: (
        "&a\nlabels: [*a, {name: *a, attributes: [*a]}]\nrelations: [*a]\ntitle: *a\n"
    ),
    "brackets in a regex": lambda: "labels: [{name: a, patterns: [{regex: '" + "(" * 100_000 + "'}]}]",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_answered_at_once(source: Callable[[], str]) -> None:
    found = mistakes(source())
    assert 1 <= len(found) <= 1000
    assert all(len(mistake) < 300 for mistake in found)


@given(st.text(alphabet=st.sampled_from("labels: []{}-&*a\n\t'\"#|>?!%@`,\\x\ud800\x00é😀"), max_size=80))
def test_any_text_is_read_or_refused(source: str) -> None:
    for text in (source, f"labels:{source}", f"labels: [{source}]"):
        try:
            parse(text)
        except LabelsError as error:
            assert error.refusals  # noqa: PT017 - both ends are right


# Keys

NAMES = st.lists(
    st.text(st.sampled_from("abcAZ éßİЖж中0 ñ"), min_size=1, max_size=6), max_size=40, unique=True
)


@given(NAMES, st.data())
def test_every_label_gets_a_key_of_its_own_while_there_are_letters(
    names: list[str], drawn: st.DataObject
) -> None:
    letters = st.none() | st.sampled_from("abcxyzж")
    own: list[str | None] = []
    for _ in names:
        key = drawn.draw(letters)
        own.append(None if key in own else key)
    keys = assign_keys(zip(names, own, strict=True))
    given_keys = [key for key in keys if key]
    assert len(given_keys) == len(set(given_keys))
    assert all(len(key) == 1 and key.isalpha() and key == key.lower() for key in given_keys)
    assert all(key == wanted for key, wanted in zip(keys, own, strict=True) if wanted)
    if None in keys:
        assert set("abcdefghijklmnopqrstuvwxyz") <= set(given_keys)


@given(NAMES)
def test_keys_do_not_change_when_a_label_is_added_at_the_end(names: list[str]) -> None:
    without = assign_keys((name, None) for name in names)
    assert assign_keys((name, None) for name in [*names, "zzz"])[: len(names)] == without


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("[actor, weapon, casualty]", "awc"),
        ("[actor, attack, at, a]", "atbc"),
        ("[actor, {name: other, key: a}]", "ca"),
        ("[Actor, Attack]", "at"),
        ("[дата, действие]", "де"),
        ("[中国, 日本]", "ab"),
        ("['1. April', '2']", "ab"),
        ("[{name: a, key: é}, {name: b, key: 中}]", "é中"),
        ('[{name: a, key: "e\\u0301"}]', "é"),
    ],
)
def test_keys_are_the_first_free_letter_of_the_name_with_an_upper_case(labels: str, expected: str) -> None:
    assert [label.key for label in parse(f"labels: {labels}").labels] == list(expected)


def test_more_labels_than_letters_leave_the_last_without_a_key() -> None:
    labels = parse(f"labels: [{', '.join(f'a{number}' for number in range(30))}]").labels
    assert [label.key is None for label in labels] == [False] * 26 + [True] * 4


# What the labels allow

CHECKED = parse("""\
labels:
  - name: casualty
    attributes:
      - {name: outcome, values: [killed, injured]}
      - {name: roles, values: [driver, guard], multiple: true}
      - {name: count, type: count}
      - {name: child, type: flag}
      - note
  - actor
relations:
  - {name: targets, from: [actor], to: [casualty]}
  - near
article_labels:
  - {name: event_type, values: [attack, none]}
""")

VALUES: dict[str, tuple[str, object, str | None]] = {
    "choice": ("outcome", "killed", None),
    "no such choice": ("outcome", "dead", """'outcome' is one of killed, injured, not "dead\""""),
    "choice of two": ("outcome", ["killed"], """'outcome' is one of killed, injured, not ["killed"]"""),
    "several": ("roles", ["driver", "guard"], None),
    "none of several": ("roles", [], None),
    "one wrong of several": ("roles", ["driver", 1], "'roles' is one of driver, guard, not 1"),
    "one instead of several": ("roles", "driver", """'roles' takes a list of values, not "driver\""""),
    "count in words": ("count", "at least a dozen", None),
    "count in figures": ("count", 7, None),
    "count below zero": ("count", -1, "'count' is a whole number or how many as written, not -1"),
    "count of blanks": ("count", " ", """'count' is a whole number or how many as written, not " \""""),
    "count that is a flag": ("count", True, "'count' is a whole number or how many as written, not true"),
    "flag": ("child", False, None),
    "flag in words": ("child", "no", """'child' is true or false, not "no\""""),
    "text": ("note", "anything", None),
    "text that is a number": ("note", 7, "'note' is text, not 7"),
    "long": ("note", ["x" * 100], f"""'note' is text, not ["{"x" * 37}…"""),
    "not declared": ("weather", {"any": ["thing"]}, None),
}


@pytest.mark.parametrize(("name", "value", "expected"), VALUES.values(), ids=VALUES.keys())
def test_an_attribute_is_checked_against_what_is_declared(
    name: str, value: object, expected: str | None
) -> None:
    assert CHECKED.check_attributes("casualty", {name: value}) == ({name: expected} if expected else {})


def test_attributes_of_a_label_that_is_not_declared_are_allowed() -> None:
    assert CHECKED.check_attributes("weather", {"outcome": "dead"}) == {}


def test_article_labels_are_checked_like_attributes() -> None:
    assert CHECKED.check_article_labels({"event_type": "attack", "weather": "rain"}) == {}
    assert CHECKED.check_article_labels({"event_type": "war"}) == {
        "event_type": """'event_type' is one of attack, none, not "war\""""
    }


def test_a_relation_links_only_the_labels_that_it_names() -> None:
    assert CHECKED.check_relation("targets", "actor", "casualty") == []
    assert CHECKED.check_relation("near", "casualty", "casualty") == []
    assert CHECKED.check_relation("not declared", "actor", "actor") == []
    assert CHECKED.check_relation("targets", "casualty", "actor") == [
        "'targets' starts from actor, not 'casualty'",
        "'targets' points to casualty, not 'actor'",
    ]


# Adding labels to a file

ADDED = {
    "flow list": ("labels: [a, b] # ours\n", "labels: [a, b, new, other one] # ours\n"),
    "flow list over several lines": (
        "labels: [\n  a, # first\n  b  # second\n]\ntitle: t\n",
        "labels: [\n  a, # first\n  b, new, other one  # second\n]\ntitle: t\n",
    ),
    "flow list with a comma at its end": ("labels: [a, b, ]\n", "labels: [a, b, new, other one, ]\n"),
    "empty list": ("labels: [] # none yet\n", "labels: [new, other one] # none yet\n"),
    "empty list over two lines": ("labels: [ # none\n]\n", "labels: [new, other one # none\n]\n"),
    "left empty": ("labels: # none yet\ntitle: t\n", "labels: [new, other one] # none yet\ntitle: t\n"),
    "no such key": ("title: t # ours\n", "title: t # ours\nlabels:\n  - new\n  - other one\n"),
    "empty file": ("", "labels:\n  - new\n  - other one\n"),
    "only a comment": ("# ours", "# ours\nlabels:\n  - new\n  - other one"),
    "block list": (
        "labels:\n    - a\n    - name: b\n      key: x # B\n    # c\ntitle: t\n",
        "labels:\n    - a\n    - name: b\n      key: x # B\n    - new\n    - other one\n    # c\ntitle: t\n",
    ),
    "block list without indentation": (
        "labels:\n- a\n- b\ntitle: t\n",
        "labels:\n- a\n- b\n- new\n- other one\ntitle: t\n",
    ),
    "no line end at the end": ("labels:\n  - a", "labels:\n  - a\n  - new\n  - other one"),
    "comment at the end": ("labels:\n  - a # x", "labels:\n  - a # x\n  - new\n  - other one"),
    "windows line ends": (
        "\ufefflabels:\r\n  - a\r\ntitle: t\r\n",
        "\ufefflabels:\r\n  - a\r\n  - new\r\n  - other one\r\ntitle: t\r\n",
    ),
    "emoji before": ("title: 😀é\nlabels: [😀]\n", "title: 😀é\nlabels: [😀, new, other one]\n"),
    "block text at the end": (
        "labels:\n  - name: a\n    guidelines: |\n      x\n\n      y\ntitle: t\n",
        "labels:\n  - name: a\n    guidelines: |\n      x\n\n      y\n  - new\n  - other one\ntitle: t\n",
    ),
    "block text at the very end": (
        "labels:\n  - name: a\n    guidelines: |\n      x",
        "labels:\n  - name: a\n    guidelines: |\n      x\n  - new\n  - other one",
    ),
    "alias at the end": (
        "labels:\n- {name: a, examples: &x [p]}\n- name: b\n  examples: *x # as a\n",
        "labels:\n- {name: a, examples: &x [p]}\n- name: b\n  examples: *x # as a\n- new\n- other one\n",
    ),
    "JSON": ('{"labels": ["a"]}\n', '{"labels": ["a", new, other one]}\n'),
}


@pytest.mark.parametrize(("before", "after"), ADDED.values(), ids=ADDED.keys())
def test_labels_are_added_behind_the_others(before: str, after: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.yaml"
    path.write_bytes(before.encode())
    add_labels(path, ["new", "other one", "new"])
    assert path.read_bytes().decode() == after
    add_labels(path, ["other one", "new"])
    assert path.read_bytes().decode() == after


@pytest.mark.parametrize(
    "name", ["NO", "null", "007", "- a", "a: b", "#1", 'say "x"', "a\\b", "[x]", "*a", "a, b"]
)
def test_a_name_that_yaml_would_misread_is_quoted(name: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.yaml"
    for source in ("labels: [a]\n", "labels:\n- a\n"):
        path.write_text(source)
        add_labels(path, [name])
        assert read_labels(path).names == ("a", name)
        assert yaml.safe_load(path.read_text())["labels"] == ["a", name]


def is_subsequence(few: list[str], many: list[str]) -> bool:
    """Tell whether all lines are still there, in order."""
    rest = iter(many)
    return all(line in rest for line in few)


LABEL_NAMES = st.text(min_size=1, max_size=12).filter(
    lambda name: bool(re.fullmatch(NAME.pattern or "", name)) and not re.search("[\ufffe\uffff]", name)
)


@given(
    st.lists(LABEL_NAMES, min_size=1, max_size=5),
    st.integers(0, 4),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n", "# end", "\n\n# end\n", "\ntitle: t", "\ntitle: t\n"]),
)
def test_every_old_line_is_still_there_after_adding(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], indent: int, line_end: str, tail: str
) -> None:
    dash = " " * indent + "- "
    lines = [
        "# ours",
        "labels:  # all",
        f"{dash}actor # who",
        "",
        f"{dash}name: 'weapon'",
        f"{' ' * indent}  key: x",
    ]
    source = line_end.join(lines) + (tail.replace("\n", line_end) if tail != "# end" else " # end")
    path = tmp_path_factory.mktemp("added") / "labels.yaml"
    path.write_bytes(source.encode())
    add_labels(path, names)
    after = path.read_bytes().decode()
    assert is_subsequence(source.split(line_end), after.split(line_end))
    assert read_labels(path).names == tuple(dict.fromkeys(["actor", "weapon", *names]))
    assert after.count("\r") == (after.count("\n") if line_end == "\r\n" else 0)


def test_adding_keeps_permissions_and_links_and_leaves_nothing_behind(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text("labels: [a]\n")
    real.chmod(0o640)
    link = tmp_path / "labels.yaml"
    link.symlink_to(real)
    add_labels(link, ["b"])
    assert link.is_symlink()
    assert real.read_text() == "labels: [a, b]\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["labels.yaml", "real.yaml"]


@pytest.mark.parametrize(
    ("source", "names", "reason"),
    [
        ("labels: [a, a]\n", ["b"], "the name 'a' is given twice"),
        ("labels: actor\n", ["b"], "'labels' of labels.yaml is 'actor'"),
        ("{title: t}\n", ["b"], "this is not YAML"),
        ("labels: [a]\n", [" b"], "' b' cannot be added; write a name without"),
        ("labels: [a]\n", ["b\x1b"], r"'b\\x1b' cannot be added"),
    ],
)
def test_nothing_is_written_where_the_result_would_not_read(
    source: str, names: list[str], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text(source)
    with pytest.raises(LabelsError, match=reason):
        add_labels(path, names)
    assert path.read_text() == source
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root can write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text("labels: [a]\n")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(LabelsError, match="cannot be written: Permission denied"):
            add_labels(path, ["b"])
    finally:
        tmp_path.chmod(0o755)


# The starter, the schema and the documentation


def test_the_starter_is_the_labels_yaml_of_this_repository() -> None:
    assert (ROOT / "labels.yaml").read_bytes() == (ROOT / "tui" / "starter" / "labels.yaml").read_bytes()


def test_the_starter_has_a_key_and_a_colour_of_its_own_for_every_label() -> None:
    labels = read_labels(ROOT / "labels.yaml").labels
    assert [label.key for label in labels] == [label.name[0] for label in labels]
    assert len({label.color for label in labels} - {None}) == len(labels)
    assert all(label.description and label.examples for label in labels)


STARTER_PATTERNS = [
    ("casualty", "at least 12 people"),
    ("casualty", "1,200 refugees"),
    ("weapon", "AK-47s"),
    ("weapon", "ballistic missiles"),
    ("date", "Tuesday morning"),
    ("date", "3 March 2024"),
    ("date", "March 3, 2024"),
]


@pytest.mark.parametrize(("name", "phrase"), STARTER_PATTERNS)
def test_the_patterns_of_the_starter_find_whole_phrases(name: str, phrase: str) -> None:
    label = read_labels(ROOT / "labels.yaml").label(name)
    assert label is not None
    found = [re.search(each.text, f"By then, {phrase} came.") for each in label.patterns if each.is_regex]
    assert phrase in [match[0] for match in found if match]


def schema_accepts(value: Json, schema: Json, root: dict[str, Json]) -> bool:
    """Validate with the few keywords of JSON Schema that `labels_schema` uses, and with no others."""
    assert isinstance(schema, dict)
    known = {"$schema", "$defs", "$ref", "anyOf", "enum", "type", "pattern", "items", "minItems"}
    assert set(schema) <= known | {"title", "description", "properties", "required", "additionalProperties"}
    types = {"object": dict, "array": list, "string": str, "boolean": bool, "number": float}
    match schema:
        case {"$ref": str(reference)}:
            definitions = root["$defs"]
            assert isinstance(definitions, dict)
            return schema_accepts(value, definitions[reference.removeprefix("#/$defs/")], root)
        case {"anyOf": list(schemas)}:
            return any(schema_accepts(value, each, root) for each in schemas)
        case {"enum": list(values)}:
            return value in values
        case {"type": "object", "properties": dict(properties), "required": list(required)}:
            return (
                isinstance(value, dict)
                and set(required) <= set(value) <= set(properties)
                and all(schema_accepts(each, properties[name], root) for name, each in value.items())
            )
        case {"type": "array", "items": items, "minItems": int(least)}:
            return (
                isinstance(value, list)
                and len(value) >= least
                and all(schema_accepts(each, items, root) for each in value)
            )
        case {"type": kinds, "pattern": str(pattern)}:
            # To ECMAScript, `$` is the very end; Python's also stands before a last line end.
            search = re.compile(re.sub(r"\$$", r"\\Z", pattern)).search
            fits = not isinstance(value, str) or search(value) is not None
            return fits and schema_accepts(value, {"type": kinds}, root)
        case {"type": str(kind)}:
            return isinstance(value, types[kind])
        case {"type": list(kinds)}:
            return any(isinstance(value, types[str(kind)]) for kind in kinds)
    raise AssertionError(schema)


def documents(shape: Shape) -> st.SearchStrategy[Json]:
    """Make mappings of a shape: right ones mostly, with wrong texts among them."""
    words = st.sampled_from(["a", "b", "é", "A", " a", "", "#E69F00", "choice", "count", "a\n", "a b"])

    def values(wanted: Text | TrueOrFalse | ListOf | Shape) -> st.SearchStrategy[Json]:
        match wanted:
            case Text():
                return words
            case TrueOrFalse():
                return st.booleans()
            case ListOf(each):
                return st.lists(values(each), max_size=2).map(list)
            case Shape(short=Key(value=value)):
                return values(value) | documents(wanted)
            case Shape():
                return documents(wanted)

    required = {key.name: values(key.value) for key in shape.keys if key.is_required}
    optional = {key.name: values(key.value) for key in shape.keys if not key.is_required}
    return st.fixed_dictionaries(required, optional=optional).map(dict)


RELATIONS_BETWEEN_VALUES = (
    " is given t",
    "needs 'values'",
    "has no 'values'",
    "not several",
    "is not a label",
    "is not a value of",
    "is that of the label",
    "only a count has one",
    "has the name of an attribute",
)
"""What only reading finds: mistakes between values that are right by themselves."""


@given(documents(FILE))
def test_the_schema_and_the_reader_refuse_the_same(document: Json) -> None:
    schema = labels_schema()
    source = yaml.safe_dump(document, allow_unicode=True)
    try:
        parse(source)
        found: list[str] = []
    except LabelsError as error:
        found = [
            refusal.reason
            for refusal in error.refusals
            if not any(words in refusal.reason for words in RELATIONS_BETWEEN_VALUES)
        ]
    assert schema_accepts(document, schema, schema) == (not found), (found, source)


def test_the_schema_accepts_the_starter() -> None:
    schema = labels_schema()
    assert schema_accepts(yaml.safe_load((ROOT / "labels.yaml").read_text("utf-8")), schema, schema)


def key_table(shape: Shape) -> str:
    """Write the keys of a mapping as the documentation shows them."""
    rows = ["| key | value | what it is |", "|---|---|---|"]
    for key in shape.keys:
        match key.value:
            case TrueOrFalse():
                value = "true or false"
            case ListOf(Shape(word=word)):
                value = f"list; each is {word}"
            case ListOf():
                value = "list of texts"
            case Text(wanted=wanted):
                value = wanted
        name = f"`{key.name}` (needed)" if key.is_required else f"`{key.name}`"
        rows.append(f"| {name} | {value} | {key.description} |")
    return "\n".join(rows)


@pytest.mark.parametrize("shape", [FILE, *SHAPES.values()], ids=lambda shape: shape.word)
def test_the_documentation_lists_every_key(shape: Shape) -> None:
    assert key_table(shape) in DOCUMENTATION, f"put this into docs/labels.md:\n{key_table(shape)}"


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", DOCUMENTATION, re.DOTALL))
def test_every_example_of_the_documentation_reads(example: str) -> None:
    assert parse(example).labels


def test_every_mistake_that_the_documentation_shows_is_worded_like_that() -> None:
    shown = re.findall(r"^labels\.yaml:\d.*$", DOCUMENTATION, re.MULTILINE)
    wrong = re.search(r"```text\n(.*?)```", DOCUMENTATION, re.DOTALL)
    assert wrong is not None
    assert shown == mistakes(wrong[1])


def test_the_loader_composes_and_constructs_nothing() -> None:
    node = Loader("a: !!python/object/apply:os.getcwd []").get_single_node()
    assert node is not None
    with pytest.raises(LabelsError):
        parse("labels: !!python/object/apply:os.getcwd [[]]")
