"""The words of the native record: one table for its reader, its JSON Schema and the documentation."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tui.model.article import PARAGRAPH_STATES
from tui.model.span import Json


class ValueKind(Struct, frozen=True):
    """What may stand behind a key."""

    words: str
    """What it is, for people."""
    schema: Mapping[str, Json]
    """The same as JSON Schema."""


class Field(Struct, frozen=True):
    """One key of an object."""

    name: str
    """The word in the file."""
    kind: ValueKind
    """What stands behind it."""
    description: str
    """One sentence: what it says."""
    is_required: bool = False
    """Whether the object is wrong without it."""


class JsonObject(Struct, frozen=True):
    """An object with known keys."""

    title: str
    """Its heading in the documentation."""
    keys: tuple[Field, ...]
    """Every key that it has a place for."""
    is_open: bool = False
    """Whether it may have any other key, too."""
    fewest: int = 0
    """How many keys it needs at least."""

    @property
    def names(self) -> frozenset[str]:
        """The names of its keys."""
        return frozenset([key.name for key in self.keys])

    @property
    def needed(self) -> frozenset[str]:
        """The names of those keys that it cannot lack."""
        return frozenset([key.name for key in self.keys if key.is_required])


def _list_of(words: str, each: Mapping[str, Json], **more: Json) -> ValueKind:
    return ValueKind(words, {"type": "array", "items": dict(each), **more})


def _by_number(words: str, each: Mapping[str, Json]) -> ValueKind:
    """Make an object whose keys are the numbers of paragraphs."""
    schema: dict[str, Json] = {"type": "object", "patternProperties": {"^[1-9][0-9]*$": dict(each)}}
    return ValueKind(words, schema | {"additionalProperties": False})


def _refer(name: str) -> dict[str, Json]:
    return {"$ref": f"#/$defs/{name}"}


_TEXT: Final = ValueKind("text", {"type": "string"})
_WORDS: Final = ValueKind("text, not empty", {"type": "string", "pattern": r"\S"})
_ID: Final = ValueKind("text, not empty", {"type": "string", "minLength": 1})
_START: Final = ValueKind("whole number from 0", {"type": "integer", "minimum": 0})
_END: Final = ValueKind("whole number from 1", {"type": "integer", "minimum": 1})
_NUMBER: Final = ValueKind("whole number from 0, or null", {"type": ["integer", "null"], "minimum": 0})
_AMOUNT: Final = ValueKind("number from 0", {"type": "number", "minimum": 0})
_ANSWERS: Final = ValueKind(
    "object; each is an answer", {"type": "object", "additionalProperties": _refer("answer")}
)
_STATE: Final = ValueKind(f"one of {', '.join(PARAGRAPH_STATES)}", {"enum": list[Json](PARAGRAPH_STATES)})

RECORD: Final = JsonObject(
    "A record",
    (
        Field(
            "id",
            _ID,
            "The article's id; of a piece that begins with its third paragraph `ARTICLE#3`.",
        ),
        Field("text", _TEXT, "The text; every offset counts its code points.", is_required=True),
        Field(
            "spans",
            _list_of("list of spans", _refer("span")),
            "What is tagged; without the key nobody has looked yet, with an empty list there is nothing.",
        ),
        Field("relations", _list_of("list of relations", _refer("relation")), "Links between its spans."),
        Field("entities", _list_of("list of entities", _refer("entity")), "Spans that mention one thing."),
        Field("article_labels", _ANSWERS, "The labels of the article, each by its name."),
        Field(
            "paragraph_labels",
            _by_number("object; numbers of paragraphs, from 1, to objects of answers", _ANSWERS.schema),
            "The labels of paragraphs, each by its name.",
        ),
        Field("meta", ValueKind("object", _refer("meta")), "Everything else."),
    ),
)
"""A line."""

SPAN: Final = JsonObject(
    "A span",
    (
        Field("id", _ID, "Unique in the record."),
        Field("start", _START, "Its first code point.", is_required=True),
        Field("end", _END, "One past its last code point; greater than `start`.", is_required=True),
        Field("label", _WORDS, "The name of its label.", is_required=True),
        Field("text", ValueKind("text, not empty", _ID.schema), "`text[start:end]` of the record."),
        Field(
            "attributes",
            _ANSWERS,
            "What more is said of it, and roles that nobody has; by name.",
        ),
        Field(
            "fragments",
            _list_of(
                "list of pairs `[start, end]`",
                {
                    "type": "array",
                    "prefixItems": [dict(_START.schema), dict(_END.schema)],
                    "minItems": 2,
                    "items": False,
                },
                minItems=2,
            ),
            "Its pieces, where it is discontinuous; the first begins at `start`, the last stops at `end`.",
        ),
        Field("note", _TEXT, "The annotator's remark."),
        Field(
            "origin", ValueKind("object", _refer("origin")), "Who proposed it; without the key a hand did."
        ),
        Field(
            "votes",
            ValueKind(
                "object; names of annotators to true or false",
                {"type": "object", "additionalProperties": {"type": "boolean"}},
            ),
            "Of a consensus: who made it, and who finished its paragraphs and did not.",
        ),
    ),
)
"""A span."""

_ORIGIN: Final = JsonObject(
    "An origin",
    (
        Field(
            "source",
            _TEXT,
            "`hand`, `import`, or the name of what suggested it, or of the rule that found it.",
        ),
        Field(
            "confidence",
            ValueKind("number", {"type": "number"}),
            "How sure that was, 0 to 1: the chance that it is right.",
        ),
        Field("model", _TEXT, "The version of its model."),
    ),
)
"""Who proposed a span."""

_RELATION: Final = JsonObject(
    "A relation",
    (
        Field("id", _ID, "Unique in the record."),
        Field(
            "label",
            _WORDS,
            "The name of the relation, or of the role that its tail has in its head.",
            is_required=True,
        ),
        Field(
            "head",
            _ID,
            "The id of the span it starts from; of a role, the event.",
            is_required=True,
        ),
        Field("tail", _ID, "The id of the span that it points to.", is_required=True),
        Field("attributes", _ANSWERS, "What more is said of it, by name."),
    ),
)
"""A link between two spans."""

_ENTITY: Final = JsonObject(
    "An entity",
    (
        Field("id", _ID, "Unique in the record."),
        Field("name", _TEXT, "What it is called; empty where it was given no name."),
        Field(
            "spans",
            _list_of("list of ids of spans", _ID.schema, minItems=1, uniqueItems=True),
            "Its mentions; a span is in one entity at most.",
            is_required=True,
        ),
    ),
)
"""Spans that mention one thing."""

_COUNT: Final = JsonObject(
    "A count",
    (
        Field("min", _NUMBER, "The least it can be."),
        Field("max", _NUMBER, "The most it can be."),
        Field("exact", _NUMBER, "How many it is, where one number is said."),
        Field("approximate", ValueKind("true or false", {"type": "boolean"}), "Whether it is about so many."),
    ),
    fewest=1,
)
"""How many."""

EFFORT: Final = JsonObject(
    "An effort",
    (
        Field("seconds", _AMOUNT, "The time that went into its paragraphs.", is_required=True),
        Field("actions", _START, "The actions that touched them.", is_required=True),
        Field(
            "keys",
            _AMOUNT,
            "The keys pressed for those actions of which that is known.",
        ),
        Field("keyed_actions", _START, "How many of the actions these are."),
        Field(
            "spans",
            ValueKind(
                "object; ids of spans to objects with `seconds`, `actions`, `keys` and `keyed_actions`",
                {
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "required": ["seconds", "actions"],
                        "properties": {
                            "seconds": dict(_AMOUNT.schema),
                            "actions": dict(_START.schema),
                            "keys": dict(_AMOUNT.schema),
                            "keyed_actions": dict(_START.schema),
                        },
                        "additionalProperties": False,
                    },
                },
            ),
            "The same of each of its spans, which is a part of that.",
            is_required=True,
        ),
    ),
)
"""What went into a record, told from the log."""

META: Final = JsonObject(
    "Metadata",
    (
        Field("title", _TEXT, "The article's title."),
        Field("annotator", _TEXT, "Whose work it is."),
        Field("article", ValueKind("text", {}), "Of a piece: the id of its article."),
        Field(
            "paragraph",
            ValueKind("whole number from 1", {}),
            "Of a piece: the number of its first paragraph in the article.",
        ),
        Field(
            "offset",
            ValueKind("whole number from 0", {}),
            "Of a piece: where its text begins in the article, in code points.",
        ),
        Field(
            "state",
            _STATE,
            "The state of all its paragraphs. Else they are finished if it has `spans`.",
        ),
        Field(
            "states",
            _list_of("list of states", _STATE.schema),
            "Each paragraph's state, where they differ.",
        ),
        Field(
            "notes",
            _by_number("object; numbers of paragraphs, from 1, to texts", _TEXT.schema),
            "Remarks on paragraphs.",
        ),
        Field(
            "flags",
            _list_of("list of numbers of paragraphs, from 1", _END.schema, uniqueItems=True),
            "The paragraphs that are marked for a second look.",
        ),
        Field(
            "effort",
            ValueKind("object", {"anyOf": [_refer("effort"), {}]}),
            "Of `export --with-effort`: how long it took; it is not read back.",
        ),
    ),
    is_open=True,
)
"""What is known of the article, and of the work at it."""

OBJECTS: Final[Mapping[str, JsonObject]] = {
    "span": SPAN,
    "origin": _ORIGIN,
    "relation": _RELATION,
    "entity": _ENTITY,
    "count": _COUNT,
    "effort": EFFORT,
    "meta": META,
}
"""Every object inside a record, by its name in the schema."""

_ANSWER: Final[Mapping[str, Json]] = {
    "description": "An answer: null where the text does not tell, and of a role where nobody has it.",
    "anyOf": [
        {"type": "null"},
        {"type": "string", "description": "A choice, a text, a date, or how many in the words of the text."},
        {"type": "boolean", "description": "A flag."},
        {"type": "number", "description": "A number or a count."},
        {"description": "A count.", **_refer("count")},
        {"type": "array", "description": "The values of an attribute that takes several."},
        {"type": "object", "description": "What another tool kept there."},
    ],
}


def record_schema() -> dict[str, Json]:
    """Write the JSON Schema (draft 2020-12) of a line of spantag's JSONL.

    Every line that is written fits it. What a schema cannot say (that a span is a stretch of the text, that
    a relation's ends are spans) only reading finds; and reading also takes what other programs write.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of spantag's JSONL",
        **_schema_of(RECORD),
        "$defs": {**{name: _schema_of(shape) for name, shape in OBJECTS.items()}, "answer": dict(_ANSWER)},
    }


def shapes_markdown() -> str:
    """Write the tables of the keys of every object, for the documentation."""
    return "\n\n".join([_table_of(shape) for shape in (RECORD, *OBJECTS.values())])


def _schema_of(shape: JsonObject) -> dict[str, Json]:
    schema: dict[str, Json] = {
        "type": "object",
        "required": [key.name for key in shape.keys if key.is_required],
        "properties": {key.name: {**key.kind.schema, "description": key.description} for key in shape.keys},
    }
    if shape.fewest:
        schema["minProperties"] = shape.fewest
    return schema if shape.is_open else {**schema, "additionalProperties": False}


def _table_of(shape: JsonObject) -> str:
    rows = [f"**{shape.title}**", "", "| key | value | what it says |", "| --- | --- | --- |"]
    for key in shape.keys:
        name = f"`{key.name}` (needed)" if key.is_required else f"`{key.name}`"
        rows.append(f"| {name} | {key.kind.words} | {key.description} |")
    return "\n".join([*rows, *(["| any other | any | Kept as it is. |"] if shape.is_open else [])])
