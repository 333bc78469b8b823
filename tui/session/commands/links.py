"""Relations and roles made and taken away, and spans joined that mention one thing."""

from collections.abc import Collection, Sequence

from msgspec import structs

from tui.errors import SpantagError
from tui.model.events import Accept, Act, Change, JoinMentions, Relate, Unrelate
from tui.model.labels import LabelSet, RelationType
from tui.model.links import find_wrong
from tui.model.span import NO_ATTRIBUTES, Entity, Relation, Span
from tui.session.commands.spans import SpanCommands
from tui.session.partners import PossibleLink
from tui.session.state import State


class LinkCommands:
    """What links the span in focus to another one, found by a letter or in a list; each is one action."""

    def __init__(self, state: State, spans: SpanCommands, labels: LabelSet) -> None:
        self._state = state
        self._annotations = state.annotations
        self._partners = state.partners
        self._spans = spans
        self._labels = labels

    # Looking for a partner

    def open_relation(self, relation: RelationType) -> bool:
        """Look for the other span of a relation; say whether the span in focus can be one end of it."""
        span = self._grasp()
        if span is None:
            return False
        is_end = not relation.heads or span.label in relation.heads
        is_end = is_end or not relation.tails or span.label in relation.tails
        if is_end:
            self._partners.open(span, [relation])
        return is_end

    def open_roles(self) -> bool:
        """Fill the roles of the event in focus; say whether its label has any."""
        span = self._grasp()
        label = None if span is None else self._labels.label(span.label)
        if span is None or label is None or not label.roles:
            return False
        self._partners.open(span, label.roles, are_roles=True)
        return True

    def open_join(self) -> bool:
        """Look for another mention of what the span in focus mentions; say whether one is in focus."""
        span = self._grasp()
        if span is not None:
            self._partners.open(span, [])
        return span is not None

    def choose_role(self, key: str) -> bool:
        """Choose the role that the next partner gets by its key; say whether there is one."""
        roles = self._partners.relations if self._partners.are_roles else ()
        role = next((each for each in roles if each.key == key), None)
        if role is not None:
            self._partners.choose(role)
        return role is not None

    # What is done with one

    def pair(self, partner: Span, *, is_turned: bool = False) -> PossibleLink | None:
        """Link a partner that was chosen, or take the link away where it is there; give what was made.

        A suggestion becomes a span with it, and one undo takes both back.
        With `is_turned` the link starts from the partner, where its labels allow that. Where roles are filled
        the event stays at hand; else nothing is looked for any more. Raises `SpantagError` for a role that
        closes a circle of events.
        """
        suggested = {mark.id: each for mark, each in self._partners.list_suggested()}
        accepted = suggested.get(partner.id)
        if accepted is not None:
            partner = self._spans.make_span(accepted)
        links = self._partners.list_links(partner, is_turned=is_turned)
        if not links:
            return None
        made = self._toggle(links[0], new=() if accepted is None else (partner,))
        if self._partners.are_roles:
            self._partners.choose(None)
        else:
            self._partners.close()
        return made

    def join(self, partners: Sequence[Span]) -> Entity | None:
        """Join spans with the one in focus as mentions of one thing; one alone that is joined leaves it."""
        anchor = self._partners.anchor
        self._partners.close()
        if anchor is None or not partners:
            return None
        own, others = self.find_entity(anchor.id), [self.find_entity(each.id) for each in partners]
        if len(partners) == 1 and own is not None and others[0] == own:
            rest = tuple([each for each in own.spans if each != partners[0].id])
            self._annotations.act([JoinMentions(own.id, rest if len(rest) > 1 else (), own.name)])
            return self.find_entity(anchor.id)
        kept = own or next((each for each in others if each is not None), None)
        mentions = [*(own.spans if own else (anchor.id,))]
        for partner, other in zip(partners, others, strict=True):
            mentions += other.spans if other is not None else (partner.id,)
        entity = Entity(
            kept.id if kept else self._annotations.new_id(),
            kept.name if kept else "",
            tuple(dict.fromkeys(mentions)),
        )
        self._annotations.act([JoinMentions(entity.id, entity.spans, entity.name)])
        return entity

    def list_equal(self) -> list[Span]:
        """List the spans with the words and label of the one that is joined, which are not joined with it."""
        anchor = self._partners.anchor
        if anchor is None:
            return []
        text = self._annotations.article.text
        words = text[anchor.start : anchor.end].casefold()
        entity = self.find_entity(anchor.id)
        joined = entity.spans if entity else ()
        return [
            span
            for span in self._annotations.layer.spans.values()
            if span.label == anchor.label
            and span.id != anchor.id
            and span.id not in joined
            and self._annotations.are_together(anchor, span)
            and text[span.start : span.end].casefold() == words
        ]

    def name_entity(self, name: str) -> bool:
        """Give what the span in focus mentions a name; say whether it is joined with anything."""
        span = self._state.focus.span
        entity = None if span is None else self.find_entity(span.id)
        if entity is not None and name != entity.name:
            self._annotations.act([JoinMentions(entity.id, entity.spans, name)])
        return entity is not None

    def find_entity(self, span_id: str) -> Entity | None:
        """Find the entity that a span mentions."""
        entities = self._annotations.layer.entities.values()
        return next((each for each in entities if span_id in each.spans), None)

    def deny_role(self) -> RelationType | None:
        """Say that the text gives a role to nobody: the one chosen, else the first that is open; give it.

        Said again of one that was chosen, it is open again.
        """
        partners, event = self._partners, self._partners.anchor
        open_roles = [each for each in partners.relations if partners.is_role_open(each)]
        role = partners.chosen or next(iter(sorted(open_roles, key=lambda each: not each.required)), None)
        if event is None or role is None or not partners.are_roles:
            return None
        attributes = dict(event.attributes)
        acts: list[Act] = []
        if role.name in attributes:
            del attributes[role.name]
        else:
            attributes[role.name] = None
            filled = partners.list_filled(role)
            acts += [Unrelate(tuple([each.id for each in filled]))] if filled else []
        self._annotations.act([*acts, Change(event.id, attributes=attributes or NO_ATTRIBUTES)])
        partners.choose(None)
        return role

    def clear_role(self) -> RelationType | None:
        """Take back who has the chosen role, or that nobody has; give it where there was anything."""
        partners, event = self._partners, self._partners.anchor
        role = partners.chosen
        if event is None or role is None or partners.is_role_open(role):
            return None
        filled = partners.list_filled(role)
        acts: list[Act] = [Unrelate(tuple([each.id for each in filled]))] if filled else []
        if role.name in event.attributes:
            kept = {name: each for name, each in event.attributes.items() if name != role.name}
            acts.append(Change(event.id, attributes=kept or NO_ATTRIBUTES))
        self._annotations.act(acts)
        return role

    # Relations that are there

    def unlink(self, relation: Relation) -> str:
        """Take a relation away; nothing can be said against it."""
        self._annotations.act([Unrelate((relation.id,))])
        return ""

    def reverse(self, relation: Relation) -> str:
        """Let a relation point the other way; say in a sentence why it cannot, else nothing."""
        return self._replace(structs.replace(relation, head=relation.tail, tail=relation.head))

    def relabel(self, relation: Relation, name: str) -> str:
        """Make a relation another one; say in a sentence why it cannot be, else nothing."""
        return self._replace(structs.replace(relation, label=name))

    def list_relations(self, span_id: str = "") -> list[Relation]:
        """List the relations at a span, or all of the article, in the order of where they start."""
        layer = self._annotations.layer
        found = [each for each in layer.relations.values() if span_id in ("", each.head, each.tail)]
        spans = layer.spans
        return sorted(found, key=lambda each: (spans[each.head].start, spans[each.tail].start, each.id))

    def _replace(self, relation: Relation) -> str:
        reason = self._explain(relation)
        if not reason:
            self._annotations.act([Relate((relation,))])
        return reason

    def _explain(
        self, relation: Relation, *, instead_of: Collection[str] = (), new: Sequence[Span] = ()
    ) -> str:
        """Say why a relation cannot be beside the others, but for those of some ids; else nothing.

        The `new` spans count as if they were there.
        """
        layer = self._annotations.layer
        gone = {relation.id, *instead_of}
        others = [each for each in layer.relations.values() if each.id not in gone]
        label_of = {span.id: span.label for span in (*layer.spans.values(), *new)}
        return find_wrong([*others, relation], label_of, self._labels).get(relation.id, "")

    def _toggle(self, link: PossibleLink, *, new: Sequence[Span] = ()) -> PossibleLink | None:
        """Make a link, with `new` spans that were suggested, or take it away where it is there."""
        relation = Relation(self._annotations.new_id(), link.relation.name, link.head.id, link.tail.id)
        same = self._find_equal(relation)
        if same is not None:
            self.unlink(same)
            return None
        there = [
            each.id
            for each in self._annotations.layer.relations.values()
            if not link.relation.many and each.label == relation.label and each.head == relation.head
        ]
        reason = self._explain(relation, instead_of=there, new=new)
        if reason:
            raise SpantagError(f"{reason[:1].upper()}{reason[1:]}.")
        acts: list[Act] = [Accept(tuple(new))] if new else []
        acts += [Unrelate(tuple(there))] if there else []
        acts.append(Relate((relation,)))
        if link.relation.name in link.head.attributes and self._partners.are_roles:
            kept = {name: each for name, each in link.head.attributes.items() if name != link.relation.name}
            acts.append(Change(link.head.id, attributes=kept or NO_ATTRIBUTES))
        self._annotations.act(acts)
        return link

    def _find_equal(self, relation: Relation) -> Relation | None:
        """Find another relation that says the same."""
        declared = self._labels.relation(relation.label)
        ends = [(relation.head, relation.tail)]
        if declared is not None and declared.symmetric:
            ends.append((relation.tail, relation.head))
        return next(
            (
                each
                for each in self._annotations.layer.relations.values()
                if each.id != relation.id and each.label == relation.label and (each.head, each.tail) in ends
            ),
            None,
        )

    def _grasp(self) -> Span | None:
        """Give the span in focus; a suggestion in focus becomes one."""
        self._state.hints.close()
        self._state.inquiry.close()
        if self._state.cursor.selection is not None:
            return None
        self._spans.accept()
        return self._state.focus.span
