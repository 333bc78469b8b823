"""Spans, relations and entities: what an annotator says about stretches of an article.

They are structs and no data classes because there are millions of them: one is made in a tenth of the time,
and written as JSON, without what is default, in a fiftieth.
`msgspec.structs.replace` makes a changed one.
"""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from msgspec import Meta, Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
    """A JSON value."""
else:
    # msgspec reads no type that names itself.
    Json = Any

MOST_CODE_POINTS: Final = 2**31
"""Code points: SQLite stores no longer text, and no offset or index of one is greater."""

Offset: TypeAlias = Annotated[int, Meta(ge=0, le=MOST_CODE_POINTS)]
"""A place in a text, in code points."""

Id: TypeAlias = Annotated[str, Meta(min_length=1)]
"""An id of a span or relation."""

Fragment: TypeAlias = tuple[Offset, Offset]
"""`[start, end)` in code points of the article's text."""

SpanPlace: TypeAlias = tuple[int, int, str, tuple[Fragment, ...]]
"""A span's start, end, label and fragments: what it is, as everybody gives it an id of their own."""

NO_ATTRIBUTES: Mapping[str, Json] = MappingProxyType({})
"""The attributes of a span that has none."""


class Origin(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """Who proposed a span: the annotator's hand, or a source whose suggestion was accepted."""

    source: str = "hand"
    """`hand`, `import`, or the name of a suggester."""
    confidence: Annotated[float, Meta(ge=-1e9, le=1e9)] | None = None
    """The source's own confidence, 0 to 1, where it gave one."""
    model: str | None = None
    """The version of the source's model, where it has one."""


HAND = Origin()
"""The origin of a span made by hand."""


class Span(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A labelled stretch `[start, end)` of an article, in code points of its stored text.

    Spans may nest, overlap and cross paragraph breaks.
    """

    id: Id
    """Unique among the spans of one annotator in one article."""
    start: Offset
    """First code point."""
    end: Offset
    """One past the last code point; always greater than `start`."""
    label: str
    """A label's name."""
    attributes: Mapping[str, Json] = NO_ATTRIBUTES
    """Attribute name to value; None says that the text does not tell it, or has nobody in that role."""
    fragments: tuple[Fragment, ...] = ()
    """The pieces of a discontinuous span, `start` and `end` being their outer edges; else empty."""
    note: str = ""
    """The annotator's remark."""
    origin: Origin = HAND
    """Who proposed it."""

    @property
    def is_plain(self) -> bool:
        """Whether it is only a label on a stretch, made by hand: most are."""
        return (
            self.attributes is NO_ATTRIBUTES and self.origin is HAND and not self.note and not self.fragments
        )

    @property
    def place(self) -> SpanPlace:
        """Where it is, and its label."""
        return self.start, self.end, self.label, self.fragments

    def shifted(self, by: int) -> "Span":
        """Give the same span of a text that stands behind `by` code points of another."""
        # Not `replace`: it takes twice as long, and an export moves nearly every span.
        return Span(
            self.id,
            self.start + by,
            self.end + by,
            self.label,
            self.attributes,
            shift_fragments(self.fragments, by) if self.fragments else (),
            self.note,
            self.origin,
        )

    @property
    def pieces(self) -> tuple[Fragment, ...]:
        """What it covers: its fragments, else all from its start to its end."""
        return self.fragments or ((self.start, self.end),)

    def with_edges(self, start: int, end: int) -> "Span":
        """Give the span other edges; of its fragments those between them stay, the outer two moved."""
        kept = [
            (max(first, start), min(last, end))
            for first, last in self.fragments
            if first < end and start < last
        ]
        if kept:
            kept[0], kept[-1] = (start, kept[0][1]), (kept[-1][0] if len(kept) > 1 else start, end)
        return replace(self, start=start, end=end, fragments=tuple(kept) if len(kept) > 1 else ())

    def with_pieces(self, pieces: Iterable[Fragment]) -> "Span":
        """Give the span these pieces; those that touch or overlap become one."""
        joined: list[Fragment] = []
        for start, end in sorted(pieces):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        fragments = tuple(joined) if len(joined) > 1 else ()
        return replace(self, start=joined[0][0], end=joined[-1][1], fragments=fragments)

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether the span shares a code point with `[start, end)`."""
        return self.start < end and start < self.end


class Relation(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A labelled, directed link between two spans of one article."""

    id: Id
    """Unique among the relations of one annotator in one article."""
    label: str
    """A relation's name."""
    head: str
    """Id of the span it starts from."""
    tail: str
    """Id of the span it points to."""
    attributes: Mapping[str, Json] = NO_ATTRIBUTES
    """Attribute name to value; None says that the text does not tell it."""

    @property
    def answers(self) -> str:
        """Its attributes in one text, which is equal where they are; empty where it has none.

        Two relations with the same ends and label, but other attributes, are two relations.
        """
        if not self.attributes:
            return ""
        return json.dumps(dict(self.attributes), ensure_ascii=False, sort_keys=True)


class Entity(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Spans of one article that mention the same thing."""

    id: Id
    """Unique among the entities of one annotator in one article."""
    name: str
    """What it is called; empty where it was given no name."""
    spans: tuple[Id, ...]
    """Ids of its mentions, one at least, in the order in which they were joined."""


def read_attributes(answers: str) -> Mapping[str, Json]:
    """Read the attributes of a relation from one text, as it gives them."""
    found: Mapping[str, Json] = json.loads(answers) if answers else NO_ATTRIBUTES
    return found


def shift_fragments(fragments: Iterable[Fragment], by: int) -> tuple[Fragment, ...]:
    """Move fragments by some code points."""
    return tuple([(start + by, end + by) for start, end in fragments])
