"""What happened: the events of the append-only log, each kind a struct of its own.

One event is one thing an annotator did to one article; one *action* is what one key press did, and may be
several events, also in several articles. What an event did is an *act*: its struct is its payload in the log,
whose kind stands beside it. A new kind is a struct here that `Act` names: it says what it touches, what it
makes of what is there, and where it is when its article stands behind others. `tui.model.layer` folds them.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Annotated, ClassVar, Final, Protocol, Self, TypeAlias, TypeVar, get_args

from msgspec import UNSET, Meta, MsgspecError, Struct, UnsetType, field, structs
from msgspec.json import Decoder

from tui.errors import SpantagError
from tui.model.annotation import NOTHING_TOUCHED, Annotation, Touched
from tui.model.article import ParagraphState
from tui.model.json_text import parse_object, to_json
from tui.model.salvage import Salvage
from tui.model.span import (
    MOST_CODE_POINTS,
    NO_ATTRIBUTES,
    Entity,
    Fragment,
    Id,
    Json,
    Offset,
    Relation,
    Span,
    shift_fragments,
)

Index: TypeAlias = Annotated[int, Meta(ge=0, lt=MOST_CODE_POINTS)]
"""A paragraph's place in its article, counted from 0."""

KeyCount: TypeAlias = Annotated[int, Meta(ge=0)]
"""How many keys were pressed."""

_Entry = TypeVar("_Entry")
_Home = TypeVar("_Home", bound=Hashable)


class Homes(Protocol):
    """Says in which of several articles, which stand one after the other, things are: their numbers there."""

    def of_span(self, span: Span) -> int:
        """Find the article of a span, and remember it; raises `SpantagError` where it is in no single one."""

    def of_id(self, thing_id: str) -> int:
        """Find the article of the span, relation or entity with this id."""

    def of_article(self) -> int:
        """Find the article that is at work: what is said of an article as a whole is said of that one."""

    def of_paragraph(self, index: int) -> int:
        """Find the article of a paragraph."""

    def check_inside(self, home: int, start: int, end: int) -> None:
        """Raise `SpantagError` where `[start, end)` is not in this article."""


class _Act(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one event did."""

    kind: ClassVar[str]
    """What the log calls it."""
    noun: ClassVar[str] = ""
    """What one thing is called that it did; empty where it did nothing to an article by itself."""
    digest: str | UnsetType = field(default=UNSET, name="import")
    """The digest of the record it came with, where it did."""
    by: str | UnsetType = UNSET
    """Who did it, where it stands in another's layer: in that of the gold ones, say."""
    keys: KeyCount | UnsetType = UNSET
    """Keys that were pressed since what was done before; the first of events that are made together has those
    of all. Missing where nobody counted them: then it is not known."""

    @property
    def count(self) -> int:
        """How many things it did."""
        return 1

    def touched(self) -> Touched:
        """Say what it names."""
        return NOTHING_TOUCHED

    def apply(self, annotation: Annotation) -> None:
        """Make of what is said of the article what is said after it; what cannot be is left out."""

    def shifted(self, offset: int, paragraphs: int) -> Self:  # noqa: ARG002 - most need one of them
        """Say it of a text that stands behind `offset` code points, in so many paragraphs, of others."""
        return self

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:  # noqa: ARG002 - most need it
        """Divide it by the articles it is about."""
        raise LookupError(f"{self.kind} names nothing that stands in a text")


class _SpanAct(_Act, frozen=True):
    """An act of whole spans."""

    spans: tuple[Span, ...]
    """The spans."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for a span that is none."""
        for number, span in enumerate(self.spans):
            if span.start >= span.end or span.fragments:
                try:
                    _check_edges(span)
                except ValueError as error:
                    raise ValueError(f"{error} - at `$.spans[{number}]`") from error

    @property
    def count(self) -> int:
        """How many spans they are."""
        return len(self.spans)

    def shifted(self, offset: int, paragraphs: int) -> Self:  # noqa: ARG002 - the same for all of them
        """Move the spans."""
        return structs.replace(self, spans=tuple([span.shifted(offset) for span in self.spans]))

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:
        """Give each article its spans."""
        for home, spans in _group(self.spans, homes.of_span):
            yield home, structs.replace(self, spans=spans)


class _NewSpans(_SpanAct, frozen=True):
    def touched(self) -> Touched:
        """Name the spans."""
        return Touched(spans=frozenset([span.id for span in self.spans]))

    def apply(self, annotation: Annotation) -> None:
        """Put the spans there."""
        for span in self.spans:
            annotation.spans[span.id] = span


class Add(_NewSpans, frozen=True):
    """Spans were made."""

    kind: ClassVar[str] = "add"
    noun: ClassVar[str] = "span"


class Accept(_NewSpans, frozen=True):
    """Suggestions became spans."""

    kind: ClassVar[str] = "accept"
    noun: ClassVar[str] = "accepted suggestion"


class _Verdict(_SpanAct, frozen=True):
    def touched(self) -> Touched:
        """Name the suggestions."""
        return Touched(rejected=frozenset([span.place for span in self.spans]))


class Reject(_Verdict, frozen=True):
    """Suggestions were turned down."""

    kind: ClassVar[str] = "reject"
    noun: ClassVar[str] = "rejected suggestion"

    def apply(self, annotation: Annotation) -> None:
        """Remember them."""
        annotation.rejected.update(self.touched().rejected)


class Unreject(_Verdict, frozen=True):
    """Suggestions that were turned down may be made again."""

    kind: ClassVar[str] = "unreject"
    noun: ClassVar[str] = "rejection taken back"

    def apply(self, annotation: Annotation) -> None:
        """Forget them."""
        annotation.rejected.difference_update(self.touched().rejected)


class Remove(_Act, frozen=True):
    """Spans were taken away."""

    kind: ClassVar[str] = "remove"
    noun: ClassVar[str] = "removed span"
    spans: tuple[Id, ...]
    """Their ids."""

    @property
    def count(self) -> int:
        """How many spans they are."""
        return len(self.spans)

    def touched(self) -> Touched:
        """Name the spans."""
        return Touched(spans=frozenset(self.spans))

    def apply(self, annotation: Annotation) -> None:
        """Take them away, and with them their relations and mentions."""
        for span_id in self.spans:
            annotation.spans.pop(span_id, None)
        annotation.drop_loose_ends()

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:
        """Give each article its spans."""
        for home, spans in _group(self.spans, homes.of_id):
            yield home, structs.replace(self, spans=spans)


class Change(_Act, frozen=True):
    """A span was changed."""

    kind: ClassVar[str] = "change"
    noun: ClassVar[str] = "changed span"
    span: Id
    """Its id."""
    start: Offset | UnsetType = UNSET
    """Where it begins, where that is new; so for the others."""
    end: Offset | UnsetType = UNSET
    """Where it ends."""
    label: str | UnsetType = UNSET
    """Its label."""
    attributes: Mapping[str, Json] | UnsetType = UNSET
    """All its attributes."""
    fragments: tuple[Fragment, ...] | UnsetType = UNSET
    """Its pieces; none where it is in one."""

    def touched(self) -> Touched:
        """Name the span."""
        return Touched(spans=frozenset([self.span]))

    def apply(self, annotation: Annotation) -> None:
        """Change it, where it is there and what becomes of it is a span."""
        span = annotation.spans.get(self.span)
        if span is None:
            return
        new = {name: value for name in _CHANGED if (value := getattr(self, name)) is not UNSET}
        changed = structs.replace(span, **new)
        if not changed.attributes:
            changed = structs.replace(changed, attributes=NO_ATTRIBUTES)
        if changed.start < changed.end:
            annotation.spans[self.span] = changed

    def shifted(self, offset: int, paragraphs: int) -> Self:  # noqa: ARG002 - the same for all of them
        """Move the edges that are new."""
        return structs.replace(
            self,
            start=UNSET if self.start is UNSET else self.start + offset,
            end=UNSET if self.end is UNSET else self.end + offset,
            fragments=UNSET if self.fragments is UNSET else shift_fragments(self.fragments, offset),
        )

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:
        """Give it to the article of the span."""
        home = homes.of_id(self.span)
        edges = [edge for edge in (self.start, self.end) if edge is not UNSET]
        if edges:
            homes.check_inside(home, edges[0], edges[-1])
        yield home, self


_CHANGED: Final = [each.name for each in structs.fields(Change) if each.name in Span.__struct_fields__]
"""What of a span a change may change."""


class Relate(_Act, frozen=True):
    """Relations were made."""

    kind: ClassVar[str] = "relate"
    noun: ClassVar[str] = "relation"
    relations: tuple[Relation, ...]
    """The relations."""

    def touched(self) -> Touched:
        """Name the relations."""
        return Touched(relations=frozenset([relation.id for relation in self.relations]))

    def apply(self, annotation: Annotation) -> None:
        """Put those there of which both spans are."""
        for relation in self.relations:
            if relation.head in annotation.spans and relation.tail in annotation.spans:
                annotation.relations[relation.id] = relation

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:
        """Give each article the relations of its spans; the two of one must be in the same."""
        if any(homes.of_id(each.head) != homes.of_id(each.tail) for each in self.relations):
            raise SpantagError("A relation cannot link spans in two articles.")
        for home, relations in _group(self.relations, lambda relation: homes.of_id(relation.head)):
            yield home, structs.replace(self, relations=relations)


class Unrelate(_Act, frozen=True):
    """Relations were taken away."""

    kind: ClassVar[str] = "unrelate"
    noun: ClassVar[str] = "removed relation"
    relations: tuple[Id, ...]
    """Their ids."""

    @property
    def count(self) -> int:
        """How many relations they are."""
        return len(self.relations)

    def touched(self) -> Touched:
        """Name the relations."""
        return Touched(relations=frozenset(self.relations))

    def apply(self, annotation: Annotation) -> None:
        """Take them away."""
        for relation_id in self.relations:
            annotation.relations.pop(relation_id, None)

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:
        """Give each article its relations."""
        for home, relations in _group(self.relations, homes.of_id):
            yield home, structs.replace(self, relations=relations)


class JoinMentions(_Act, frozen=True):
    """Spans were said to mention one thing, in place of those that were before; none of them ends it."""

    kind: ClassVar[str] = "join"
    noun: ClassVar[str] = "entity"
    entity: Id
    """The entity's id."""
    spans: tuple[Id, ...]
    """Ids of all its mentions from here on; each leaves the entity that it was in."""
    name: str = ""
    """What it is called."""

    def touched(self) -> Touched:
        """Name the entity; the spans say that others may lose a mention."""
        return Touched(entities=frozenset([self.entity]))

    def apply(self, annotation: Annotation) -> None:
        """Put it there, or end it."""
        annotation.put_entity(Entity(self.entity, self.name, self.spans))

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:
        """Give it to the article of the spans, which must be one."""
        groups = list(_group(self.spans, homes.of_id))
        if len(groups) > 1:
            raise SpantagError("An entity cannot have mentions in two articles.")
        yield groups[0][0] if groups else homes.of_id(self.entity), self


class Tag(_Act, frozen=True):
    """The article or a paragraph got a label, or lost it."""

    kind: ClassVar[str] = "tag"
    noun: ClassVar[str] = "label of a text"
    name: str
    """The label's name."""
    value: Json
    """Its value; None takes it away."""
    paragraph: Index | UnsetType = UNSET
    """The paragraph's index, where it is on one."""

    def touched(self) -> Touched:
        """Name the label, or the paragraph."""
        if self.paragraph is UNSET:
            return Touched(article_labels=frozenset([self.name]))
        return Touched(paragraphs=frozenset([self.paragraph]))

    def apply(self, annotation: Annotation) -> None:
        """Put it there, or take it away."""
        if self.paragraph is UNSET:
            self._apply_to(annotation.article_labels)
            return
        # The labels of a paragraph before are kept for undo: they are never changed in place.
        labels = dict(annotation.paragraph_labels.get(self.paragraph, {}))
        self._apply_to(labels)
        annotation.paragraph_labels[self.paragraph] = labels
        if not labels:
            del annotation.paragraph_labels[self.paragraph]

    def _apply_to(self, labels: dict[str, Json]) -> None:
        if self.value is None:
            labels.pop(self.name, None)
        else:
            labels[self.name] = self.value

    def shifted(self, offset: int, paragraphs: int) -> Self:  # noqa: ARG002 - the same for all of them
        """Move the paragraph."""
        if self.paragraph is UNSET:
            return self
        return structs.replace(self, paragraph=self.paragraph + paragraphs)

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:
        """Give it to the article of the paragraph, else to the one at work."""
        yield homes.of_article() if self.paragraph is UNSET else homes.of_paragraph(self.paragraph), self


class Note(_Act, frozen=True):
    """A note was written on a span or a paragraph, or taken away."""

    kind: ClassVar[str] = "note"
    noun: ClassVar[str] = "note"
    span: Id | UnsetType = UNSET
    """The span's id, where it is on one."""
    paragraph: Index | UnsetType = UNSET
    """The paragraph's index, where it is on one."""
    text: str | UnsetType = UNSET
    """The note; an empty one takes it away."""

    def __post_init__(self) -> None:
        """Raise `ValueError` where it is no note, or one on nothing."""
        if self.text is UNSET:
            raise ValueError("Object missing required field `text`")
        if self.span is UNSET and self.paragraph is UNSET:
            raise ValueError("a note names a span or a paragraph")

    def touched(self) -> Touched:
        """Name the span or paragraph."""
        return Touched(
            spans=frozenset() if self.span is UNSET else frozenset([self.span]),
            paragraphs=frozenset() if self.paragraph is UNSET else frozenset([self.paragraph]),
        )

    def apply(self, annotation: Annotation) -> None:
        """Write it, or take it away."""
        text = "" if self.text is UNSET else self.text
        if self.span is not UNSET and self.span in annotation.spans:
            annotation.spans[self.span] = structs.replace(annotation.spans[self.span], note=text)
        if self.paragraph is UNSET:
            return
        if text:
            annotation.notes[self.paragraph] = text
        else:
            annotation.notes.pop(self.paragraph, None)

    def shifted(self, offset: int, paragraphs: int) -> Self:  # noqa: ARG002 - the same for all of them
        """Move the paragraph."""
        if self.paragraph is UNSET:
            return self
        return structs.replace(self, paragraph=self.paragraph + paragraphs)

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:
        """Give it to the article of the span or paragraph."""
        if self.paragraph is not UNSET:
            yield homes.of_paragraph(self.paragraph), self
        elif self.span is not UNSET:
            yield homes.of_id(self.span), self


class _ParagraphAct(_Act, frozen=True):
    """An act of paragraphs."""

    paragraphs: tuple[Index, ...]
    """Their indices."""

    @property
    def count(self) -> int:
        """How many paragraphs they are."""
        return len(self.paragraphs)

    def touched(self) -> Touched:
        """Name the paragraphs."""
        return Touched(paragraphs=frozenset(self.paragraphs))

    def shifted(self, offset: int, paragraphs: int) -> Self:  # noqa: ARG002 - the same for all of them
        """Move the paragraphs."""
        return structs.replace(self, paragraphs=tuple([index + paragraphs for index in self.paragraphs]))

    def divide(self, homes: Homes) -> Iterator[tuple[int, Self]]:
        """Give each article its paragraphs."""
        for home, paragraphs in _group(self.paragraphs, homes.of_paragraph):
            yield home, structs.replace(self, paragraphs=paragraphs)


class _StateAct(_ParagraphAct, frozen=True):
    state: ClassVar[ParagraphState]
    """The state it puts them into."""

    def apply(self, annotation: Annotation) -> None:
        """Put them into the state."""
        annotation.states.update(dict.fromkeys(self.paragraphs, self.state))


class Finish(_StateAct, frozen=True):
    """Paragraphs were finished."""

    kind: ClassVar[str] = "finish"
    noun: ClassVar[str] = "finished paragraph"
    state: ClassVar[ParagraphState] = "finished"


class Reopen(_StateAct, frozen=True):
    """Paragraphs were opened again, and lost their marks."""

    kind: ClassVar[str] = "reopen"
    noun: ClassVar[str] = "reopened paragraph"
    state: ClassVar[ParagraphState] = "unfinished"

    def apply(self, annotation: Annotation) -> None:
        """Put them into the state, and take the marks away."""
        super().apply(annotation)
        annotation.flags.difference_update(self.paragraphs)


class Skip(_StateAct, frozen=True):
    """Paragraphs were skipped."""

    kind: ClassVar[str] = "skip"
    noun: ClassVar[str] = "skipped paragraph"
    state: ClassVar[ParagraphState] = "skipped"


class Boilerplate(_StateAct, frozen=True):
    """Paragraphs were called boilerplate."""

    kind: ClassVar[str] = "boilerplate"
    noun: ClassVar[str] = "boilerplate paragraph"
    state: ClassVar[ParagraphState] = "boilerplate"


class Flag(_ParagraphAct, frozen=True):
    """Paragraphs were marked for a second look."""

    kind: ClassVar[str] = "flag"
    noun: ClassVar[str] = "flagged paragraph"

    def apply(self, annotation: Annotation) -> None:
        """Mark them."""
        annotation.flags.update(self.paragraphs)


class Unflag(_ParagraphAct, frozen=True):
    """Paragraphs lost their marks."""

    kind: ClassVar[str] = "unflag"
    noun: ClassVar[str] = "flag taken away"

    def apply(self, annotation: Annotation) -> None:
        """Take the marks away."""
        annotation.flags.difference_update(self.paragraphs)


class Undo(_Act, frozen=True):
    """An action counts from here on as if it had never happened."""

    kind: ClassVar[str] = "undo"
    action: str
    """Its id."""


class Redo(_Act, frozen=True):
    """An action that was undone counts again."""

    kind: ClassVar[str] = "redo"
    action: str
    """Its id."""


class Unread(_Act, frozen=True):
    """Of this event's payload nothing can be made, or it is of a kind that nobody knows."""

    kind: ClassVar[str] = "unread"


Mark: TypeAlias = Finish | Reopen | Skip | Boilerplate
"""What puts paragraphs into a state."""

Act: TypeAlias = (
    Add
    | Accept
    | Reject
    | Unreject
    | Remove
    | Change
    | Relate
    | Unrelate
    | JoinMentions
    | Tag
    | Note
    | Mark
    | Flag
    | Unflag
    | Undo
    | Redo
    | Unread
)
"""What one event did, of any kind."""

KINDS: Final[Mapping[str, type[Act]]] = {each.kind: each for each in get_args(Act) if each is not Unread}
"""Every kind, by what the log calls it."""

MARKS: Final[Mapping[ParagraphState, type[Mark]]] = {each.state: each for each in get_args(Mark)}
"""What puts a paragraph into a state."""

_DECODE: Final = {kind: Decoder(each).decode for kind, each in KINDS.items()}


class Event(Struct, frozen=True):
    """One thing an annotator did to one article."""

    id: str
    """A UUIDv7 greater than that of every event before it in the same database."""
    action: str
    """Id of the first event of the same action."""
    at: str
    """When, in UTC: `2026-11-22T10:42:07.123Z`."""
    annotator: str
    """Who."""
    article: int
    """The article's number in this database."""
    act: Act
    """What."""
    faults: tuple[str, ...] = ()
    """What in its payload is not what it should be, each with its path, and was left out."""

    @property
    def by(self) -> str:
        """Who did it in another's layer; empty where it is the annotator's own."""
        return self.act.by if isinstance(self.act.by, str) else ""

    @property
    def is_step(self) -> bool:
        """Whether it undid or redid another action."""
        return isinstance(self.act, Undo | Redo)


def read_act(kind: str, payload: str) -> tuple[Act, tuple[str, ...]]:
    """Read what an event did from its row, and what was left out because it is not what it should be.

    Raises `ValueError` where the payload is no JSON object.
    """
    decode = _DECODE.get(kind)
    if decode is not None:
        try:
            return _tidy(decode(payload)), ()
        except (MsgspecError, RecursionError):
            # What follows takes longer, and says what is wrong.
            pass
    parsed = parse_object(payload)
    if decode is None:
        return Unread(), (f"it is of the unknown kind {kind!r}",)
    salvage = Salvage(_check_edges)
    act = salvage.read(parsed, KINDS[kind])
    return Unread() if act is None else act, tuple(salvage.faults)


def write_act(act: Act) -> str:
    """Write what an event did as its payload in the log."""
    return to_json(act)


def _tidy(act: Act) -> Act:
    """Give spans that were written with attributes, but none, those of a span that has none."""
    if isinstance(act, _SpanAct):
        spans = act.spans
        if any(span.attributes is not NO_ATTRIBUTES and not span.attributes for span in spans):
            return structs.replace(act, spans=tuple([_tidy_span(span) for span in spans]))
    return act


def _tidy_span(span: Span) -> Span:
    return span if span.attributes else structs.replace(span, attributes=NO_ATTRIBUTES)


def _check_edges(value: Struct) -> None:
    """Raise `ValueError` for a span that begins where it ends, or later; so for its fragments."""
    if not isinstance(value, Span):
        return
    if value.start >= value.end:
        raise ValueError(f"a span from {value.start} to {value.end} holds nothing")
    if any(start > end for start, end in value.fragments):
        raise ValueError("a fragment ends before it starts")


def _group(
    entries: Iterable[_Entry], home_of: Callable[[_Entry], _Home]
) -> Iterable[tuple[_Home, tuple[_Entry, ...]]]:
    groups: defaultdict[_Home, list[_Entry]] = defaultdict(list)
    for entry in entries:
        groups[home_of(entry)].append(entry)
    return [(home, tuple(some)) for home, some in groups.items()]
