"""The spans that the one in focus can be linked to or joined with, and the letters that choose one."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tui.model.labels import LabelSet, RelationType
from tui.model.span import Relation, Span
from tui.session.annotations import Annotations
from tui.session.hint_codes import LETTERS, assign_codes
from tui.session.reading import ReadingProgress
from tui.session.suggestions import ArticleSuggestions
from tui.suggest.suggestion import Suggestion, mark_suggestion


class PossibleLink(Struct, frozen=True):
    """A relation that could be made."""

    relation: RelationType
    """Which one."""
    head: Span
    """Where it starts."""
    tail: Span
    """Where it points to."""


class PartnerBoard:
    """One span, what it is about to be linked by, and the letters of the spans on the screen that fit."""

    def __init__(
        self,
        annotations: Annotations,
        reading: ReadingProgress,
        suggestions: ArticleSuggestions,
        labels: LabelSet,
        *,
        letters: str = "",
    ) -> None:
        """Make codes of `letters`, the easiest to reach first."""
        self._annotations = annotations
        self._reading = reading
        self._suggestions = suggestions
        self._labels = labels
        self._letters = letters or LETTERS
        self._anchor_id = ""
        self._relations: tuple[RelationType, ...] = ()
        self._are_roles = False
        self._chosen: RelationType | None = None
        self._typed = ""
        self._codes: tuple[tuple[str, ...], dict[str, str]] = ((), {})

    @property
    def is_open(self) -> bool:
        """Whether a partner is looked for."""
        return self.anchor is not None

    @property
    def anchor(self) -> Span | None:
        """The span whose partner is looked for."""
        return self._annotations.layer.spans.get(self._anchor_id)

    @property
    def relations(self) -> tuple[RelationType, ...]:
        """What it can be linked by: one relation, or the roles of an event; nothing to join mentions."""
        return self._relations

    @property
    def are_roles(self) -> bool:
        """Whether the span is an event whose roles are filled."""
        return self._are_roles

    @property
    def is_joining(self) -> bool:
        """Whether mentions of one thing are joined."""
        return self.is_open and not self._relations

    @property
    def chosen(self) -> RelationType | None:
        """The role that the next partner gets, where one was chosen."""
        return self._chosen

    @property
    def typed(self) -> str:
        """The letters typed so far."""
        return self._typed

    def open(self, anchor: Span, relations: Sequence[RelationType], *, are_roles: bool = False) -> None:
        """Look for a partner of a span."""
        self._anchor_id, self._relations, self._are_roles = anchor.id, tuple(relations), are_roles
        self._chosen, self._typed = None, ""
        self._codes = ((), {})

    def close(self) -> bool:
        """Look for none any more; say whether one was looked for."""
        was_open = self.is_open
        self._anchor_id, self._relations, self._chosen, self._typed = "", (), None, ""
        return was_open

    def choose(self, relation: RelationType | None) -> None:
        """Choose which role the next partner gets; None leaves it to the partner's label."""
        self._chosen, self._typed = relation, ""

    def list_links(self, partner: Span, *, is_turned: bool = False) -> list[PossibleLink]:
        """List the relations that can be made with a span, those that were chosen or are open first.

        They start from the span at hand where their labels allow that, and with `is_turned` from the other.
        """
        anchor = self.anchor
        if anchor is None or partner.id == anchor.id:
            return []
        relations = self._wanted
        ends = (partner, anchor) if is_turned else (anchor, partner)
        links = [link for each in relations if (link := _direct(each, *ends)) is not None]
        return sorted(links, key=lambda link: self._are_roles and not self.is_role_open(link.relation))

    def list_filled(self, relation: RelationType) -> list[Relation]:
        """List the relations of a name that start from the span."""
        return [
            each
            for each in self._annotations.layer.relations.values()
            if each.label == relation.name and each.head == self._anchor_id
        ]

    def is_role_open(self, role: RelationType) -> bool:
        """Tell whether nobody has a role yet, and nothing says that nobody has."""
        return not self.list_filled(role) and (self.anchor is None or role.name not in self.anchor.attributes)

    def assign_codes(self) -> Mapping[str, str]:
        """Give the spans on the screen that can be partners a code each; while they stay, codes stay."""
        partners = self._list_partners()
        ids = tuple([span.id for span in partners])
        if self._codes[0] != ids:
            anchor = self.anchor
            order = sorted(partners, key=lambda span: _distance(span, anchor)) if anchor else []
            # What fits comes before the other events.
            order.sort(key=self.is_other_event)
            ranks = {span.id: rank for rank, span in enumerate(order)}
            codes = assign_codes([ranks[each] for each in ids], self._letters)
            self._codes = (ids, dict(zip(codes, ids, strict=True)))
        return self._codes[1]

    def list_shown(self) -> dict[str, str]:
        """Give the letters that are left to type, by the ids of the spans that they choose."""
        typed, codes = self._typed, self.assign_codes() if self.is_open else {}
        spans = {span.id: span for span in self._list_partners()} if codes else {}
        return {
            span_id: code[len(typed) :]
            for code, span_id in codes.items()
            if code.startswith(typed)
            and (self.can_pair(spans[span_id]) or self.is_other_event(spans[span_id]))
        }

    def find(self, span_id: str) -> Span | None:
        """Find the span, or what stands for a suggestion, that a code can choose, by its id."""
        return next((span for span in self._list_partners() if span.id == span_id), None)

    def list_suggested(self) -> list[tuple[Span, Suggestion]]:
        """List what is suggested on the screen and can be linked to the span at hand, and what stands for it.

        Mentions are joined of spans alone.
        """
        if self.is_joining or not self.is_open:
            return []
        chunks = [each for each in self._reading.drawn if each in self._reading.at_work]
        found = [
            (mark_suggestion(each), each) for chunk in chunks for each in self._suggestions.in_chunk(chunk)
        ]
        return [(mark, each) for mark, each in found if self._fits(mark, self._relations)]

    def type(self, letter: str) -> str | None:
        """Type a letter; give the id of the span that it chooses, empty before the last one.

        None where no code goes on with it.
        """
        shown = self.list_shown()
        left = {span_id: code for span_id, code in shown.items() if code.startswith(letter)}
        if not left:
            return None
        chosen = next((span_id for span_id, code in left.items() if code == letter), "")
        self._typed = "" if chosen else self._typed + letter
        return chosen

    def untype(self) -> bool:
        """Take back the last letter; say whether there was any."""
        had_any = bool(self._typed)
        self._typed = self._typed[:-1]
        return had_any

    def can_pair(self, partner: Span) -> bool:
        """Tell whether a span can be linked to, or joined with, the one whose partner is looked for.

        Where a role was chosen, it has to fit that one.
        """
        return self._fits(partner, self._wanted)

    def is_other_event(self, span: Span) -> bool:
        """Tell whether a span is another event, which can be taken to hand instead of this one."""
        label = self._labels.label(span.label)
        is_event = label is not None and bool(label.roles) and span.id != self._anchor_id
        return self._are_roles and is_event and not self._fits(span, self._relations)

    @property
    def _wanted(self) -> tuple[RelationType, ...]:
        """What the next partner can be linked by."""
        return self._relations if self._chosen is None else (self._chosen,)

    def _fits(self, partner: Span, relations: Sequence[RelationType]) -> bool:
        """Tell whether a span can be joined with the one at hand, or linked by one of these relations."""
        anchor = self.anchor
        if anchor is None or partner.id == anchor.id or not self._annotations.are_together(anchor, partner):
            return False
        if self.is_joining:
            return partner.label == anchor.label
        return any(_direct(each, anchor, partner) for each in relations)

    def _list_partners(self) -> list[Span]:
        partners: dict[str, Span] = {}
        for chunk in self._reading.drawn:
            for span in self._annotations.spans_in_chunk(chunk):
                if self._fits(span, self._relations) or self.is_other_event(span):
                    partners[span.id] = span
        partners.update({mark.id: mark for mark, _ in self.list_suggested()})
        return list(partners.values())


def _direct(relation: RelationType, first: Span, second: Span) -> PossibleLink | None:
    """Give a relation its direction between two spans: from the first, where both are possible."""
    if relation.allows(first.label, second.label):
        return PossibleLink(relation, first, second)
    return PossibleLink(relation, second, first) if relation.allows(second.label, first.label) else None


def _distance(span: Span, anchor: Span) -> int:
    return max(span.start - anchor.end, anchor.start - span.end, 0)
