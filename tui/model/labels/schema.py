"""The words of labels.yaml: one table that the reader, the JSON Schema and the documentation share."""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from tui.model.labels.attributes import ATTRIBUTE_TYPES, COUNT_RULES

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A JSON value."""


class Text(Struct, frozen=True):
    """A word or more; numbers, `yes` and `NO` are text too."""

    wanted: str = "text"
    """What is right, for sentences: "… is not …; write <wanted>"."""
    pattern: str | None = None
    """What it must match in full; means the same to Python and to ECMAScript."""
    values: tuple[str, ...] = ()
    """The only words that are allowed; empty for any."""


class TrueOrFalse(Struct, frozen=True):
    """`true` or `false`."""


class ListOf(Struct, frozen=True):
    """A list."""

    each: "Text | Shape"
    """What stands in it."""
    at_least: int = 0
    """How many it needs."""
    by_name: str = ""
    """Where it can be a mapping, from the name of each to the rest, what a list behind a name is."""


class Key(Struct, frozen=True):
    """One key of a mapping."""

    name: str
    """The word in the file."""
    value: Text | TrueOrFalse | ListOf
    """What stands behind it."""
    description: str
    """One sentence for the person who writes the file."""
    is_required: bool = False
    """Whether the mapping is a mistake without it."""


class Shape(Struct, frozen=True):
    """A mapping with known keys."""

    word: str
    """Its noun, for sentences: "'colour' is not a key of <word>"."""
    keys: tuple[Key, ...]
    """Every key it can have."""
    short: Key | None = None
    """The key whose value can stand for the whole mapping: `actor` for `{name: actor}`."""

    def key(self, name: str) -> Key | None:
        """Find a key."""
        return next((key for key in self.keys if key.name == name), None)


_FORBIDDEN = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""Control characters, line ends, and marks that turn the direction of writing."""

TEXT = Text()
NAME = Text("a name without control characters or blanks around it", rf"^(?!\s)[^{_FORBIDDEN}]+(?<!\s)$")
LETTER = Text("one lower-case letter", r"^[^\s\dA-Z!-@\[-`{-~][\u0300-\u036f]?$")
COLOR = Text('a colour like "#E69F00", in quotes', r"^#[0-9A-Fa-f]{6}$")
WORDS = Text("words", r"^[\s\S]*\S[\s\S]*$")


def _name(description: str) -> Key:
    return Key("name", NAME, description, is_required=True)


_DESCRIPTION = Key("description", TEXT, "What it is for, in one sentence.")

_PATTERN_REGEX = Key("regex", WORDS, "A regular expression of Python's `re`.", is_required=True)
_PATTERN_TEXT = Key("text", WORDS, "The words themselves.", is_required=True)

PATTERN_SHAPE = Shape("a pattern", (_PATTERN_REGEX,), short=_PATTERN_TEXT)
"""A pattern: the words themselves, or a regular expression."""

_VALUE_NAME = _name("What is stored and exported.")

VALUE = Shape(
    "a value",
    (
        _VALUE_NAME,
        Key(
            "key",
            LETTER,
            "The letter that picks it. Else the first free letter of the name, a digit or a capital.",
        ),
        Key("signs", ListOf(WORDS, at_least=1), "Words in the span or around it that suggest the value."),
    ),
    short=_VALUE_NAME,
)
"""One of the answers that can be chosen."""

_ATTRIBUTE_NAME = _name("What is stored and exported; unique among its neighbours.")
_ATTRIBUTE_KEYS = (
    _ATTRIBUTE_NAME,
    Key(
        "type",
        Text(f"one of {', '.join(ATTRIBUTE_TYPES)}", values=ATTRIBUTE_TYPES),
        "`choice`: one of `values`; `text`: anything; `number`; `date`: a day, month or year; `count`: how "
        "many; `flag`: true or false. Where it is left out: `choice` with `values`, else `text`.",
    ),
    Key("values", ListOf(VALUE, at_least=1), "What can be chosen."),
    Key("multiple", TrueOrFalse(), "Whether several values can be given; `choice` and `text` only."),
    Key("required", TrueOrFalse(), "Whether what has no answer is marked and counted."),
    Key("default", NAME, "The value that is suggested where nothing else is; `choice` only."),
    Key(
        "rule",
        Text(f"one of {', '.join(COUNT_RULES)}", values=COUNT_RULES),
        "How words of number are read: `literal`, only what they say; `acled`, with ACLED's numbers for "
        "vague ones. `count` only; where it is left out: `literal`.",
    ),
    Key("description", TEXT, "What is asked, for the annotator."),
)

ATTRIBUTE = Shape("an attribute", _ATTRIBUTE_KEYS, short=_ATTRIBUTE_NAME)
"""What more is asked about a span or a relation."""

ARTICLE_LABEL = Shape("an article label", _ATTRIBUTE_KEYS, short=_ATTRIBUTE_NAME)
"""What is asked about an article."""

PARAGRAPH_LABEL = Shape("a paragraph label", _ATTRIBUTE_KEYS, short=_ATTRIBUTE_NAME)
"""What is asked about a paragraph."""

_ROLE_NAME = _name("What is stored and exported; unique among the roles of its label.")

ROLE = Shape(
    "a role",
    (
        _ROLE_NAME,
        Key("labels", ListOf(NAME), "The labels of the spans that can take it. Else any."),
        Key("key", LETTER, "The letter that picks it. Else the first free letter of the name."),
        Key("required", TrueOrFalse(), "Whether an event without it is marked and counted."),
        Key("many", TrueOrFalse(), "Whether several spans can take it."),
        _DESCRIPTION,
    ),
    short=_ROLE_NAME,
)
"""What a span can be in an event."""

_LABEL_NAME = _name("What is stored and exported; unique.")

LABEL = Shape(
    "a label",
    (
        _LABEL_NAME,
        Key("key", LETTER, "The letter that tags with it. Else the first free letter of the name."),
        Key("color", COLOR, "`#RRGGBB`, in quotes. Else a colour-blind-safe colour of the palette."),
        _DESCRIPTION,
        Key("examples", ListOf(TEXT), "Phrases that are such spans."),
        Key("patterns", ListOf(PATTERN_SHAPE), "What is suggested from the first minute."),
        Key("attributes", ListOf(ATTRIBUTE), "What more is asked about each span."),
        Key(
            "roles",
            ListOf(ROLE, by_name="labels"),
            "Who and what can take part, where its spans are events. Also `{attacker: [actor]}`.",
        ),
        Key("guidelines", TEXT, "When to use it, and where a span starts and ends, at any length."),
    ),
    short=_LABEL_NAME,
)
"""A kind of span."""

_RELATION_NAME = _name("What is stored and exported; unique.")

RELATION = Shape(
    "a relation",
    (
        _RELATION_NAME,
        Key("from", ListOf(NAME), "The labels it can start from. Else any."),
        Key("to", ListOf(NAME), "The labels it can point to. Else any."),
        Key(
            "key",
            LETTER,
            "The letter that makes it, in upper case; no label's. Else the first free letter of the name.",
        ),
        Key("symmetric", TrueOrFalse(), "Whether it means the same from either end."),
        Key("many", TrueOrFalse(), "Whether one span can have several of it. Else it can."),
        Key("attributes", ListOf(ATTRIBUTE), "What more is asked about each of it."),
        _DESCRIPTION,
    ),
    short=_RELATION_NAME,
)
"""A kind of link between two spans."""

FILE = Shape(
    "labels.yaml",
    (
        Key("title", TEXT, "The project's title."),
        Key("guidelines", TEXT, "What holds for every label, at any length."),
        Key("labels", ListOf(LABEL), "The labels, in the order in which they are listed.", is_required=True),
        Key("relations", ListOf(RELATION), "Links from one span to another."),
        Key("article_labels", ListOf(ARTICLE_LABEL), "What is asked about each article as a whole."),
        Key("paragraph_labels", ListOf(PARAGRAPH_LABEL), "What is asked about each paragraph."),
    ),
)
"""The whole file."""

SHAPES: dict[str, Shape] = {
    "label": LABEL,
    "pattern": PATTERN_SHAPE,
    "attribute": ATTRIBUTE,
    "value": VALUE,
    "role": ROLE,
    "relation": RELATION,
    "article_label": ARTICLE_LABEL,
    "paragraph_label": PARAGRAPH_LABEL,
}
"""Every mapping inside the file, by its name in the schema."""


def labels_schema() -> dict[str, Json]:
    """Write the JSON Schema (draft 2020-12) of labels.yaml, for editors.

    It refuses nothing that is read. What a schema cannot say (names that are given twice, a relation
    between labels that do not exist) only reading finds.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "labels.yaml of spantag",
        **_shape_schema(FILE),
        "$defs": {name: _shape_or_short_schema(shape) for name, shape in SHAPES.items()},
    }


def _shape_schema(shape: Shape) -> dict[str, Json]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key.name for key in shape.keys if key.is_required],
        "properties": {key.name: dict(_key_schema(key)) for key in shape.keys},
    }


def _shape_or_short_schema(shape: Shape) -> dict[str, Json]:
    if shape.short is None:
        return _shape_schema(shape)
    return {"anyOf": [_value_schema(shape.short.value), _shape_schema(shape)]}


def _key_schema(key: Key) -> Iterator[tuple[str, Json]]:
    yield from _value_schema(key.value).items()
    yield "description", key.description


def _value_schema(value: Text | TrueOrFalse | ListOf | Shape) -> dict[str, Json]:
    match value:
        case TrueOrFalse():
            return {"type": "boolean"}
        case ListOf(each, at_least, by_name):
            listed: dict[str, Json] = {"type": "array", "items": _value_schema(each), "minItems": at_least}
            return {"anyOf": [listed, _by_name_schema(each, by_name)]} if by_name else listed
        case Text(values=values) if values:
            return {"enum": list(values)}
        case Text(pattern=pattern):
            schema: dict[str, Json] = {"type": ["string", "number", "boolean"]}
            return schema | {"pattern": pattern} if pattern else schema
        case Shape():
            name = next(name for name, shape in SHAPES.items() if shape is value)
            return {"$ref": f"#/$defs/{name}"}


def _by_name_schema(each: Text | Shape, by_name: str) -> dict[str, Json]:
    """Write the schema of a mapping from names to the rest: a mapping without the name, or one list of it."""
    if not isinstance(each, Shape):
        raise TypeError(each)
    rest = Shape(each.word, tuple([key for key in each.keys if key is not each.short]))
    listed = each.key(by_name)
    wanted: list[Json] = [_shape_schema(rest)]
    if listed is not None:
        wanted.append(_value_schema(listed.value))
    return {"type": "object", "additionalProperties": {"anyOf": wanted}}
