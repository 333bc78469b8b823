"""Lists of spans and relations: the cast of an article, and what links it."""

from collections.abc import Callable, Sequence
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.errors import SpantagError
from tui.model.labels import LabelSet, write_answers
from tui.model.span import Relation
from tui.session import CastMember, Session
from tui.text.display import display_text
from tui.text.folding import fold_text
from tui.text.messages import count_noun
from tui.ui.screens.dialogs import Dialog, PickDialog
from tui.ui.screens.pressed import key_of
from tui.ui.widgets.choice_list import ChoiceList

_LONGEST: Final = 32
"""Code points of a span that is quoted in a list."""


class CastDialog(PickDialog[CastMember | None]):
    """Finds someone or something of an article by a part of its name or label; ends with it."""

    NOTHING = "nothing in the article fits"

    def __init__(self, members: Sequence[CastMember], title: str) -> None:
        super().__init__(title, "part of a name or label")
        self._members = members

    def find(self, typed: str) -> list[tuple[Content, CastMember | None]]:
        """Find the members that fit."""
        wanted = fold_text(typed.strip())
        return [
            (Content(_describe_member(each)), each)
            for each in self._members
            if wanted in fold_text(each.name) or wanted in fold_text(each.label)
        ]


class RelationsDialog(Dialog[str | Relation | None]):
    """Shows relations, turns and removes them; ends with a span to go to, or a relation to be asked about."""

    def __init__(
        self, session: Session, labels: LabelSet, *, span_id: str, tell: Callable[[str], None]
    ) -> None:
        """Show the relations of a span, else of the article; `tell` says why something cannot be done."""
        super().__init__()
        self._session = session
        self._labels = labels
        self._span_id = span_id
        self._tell = tell

    def compose(self) -> ComposeResult:
        """Show the relations."""
        with Vertical(classes="dialog"):
            is_asked = any(each.attributes for each in self._labels.relations)
            asks = (("answer", "answer"),) if is_asked else ()
            uses = ("accept", "other end"), ("remove", "remove"), ("turn", "turn round"), *asks
            yield self._title_of("Relations", *uses, ("back", "back"))
            yield ChoiceList(markup=False)

    def on_mount(self) -> None:
        """Show what there is."""
        self._show(0)

    @on(OptionList.OptionSelected)
    def _on_selected(self, message: OptionList.OptionSelected) -> None:
        relation = self._session.layer.relations.get(str(message.option_id))
        if relation is not None:
            self.dismiss(relation.head if relation.tail == self._span_id else relation.tail)

    def on_key(self, event: events.Key) -> None:
        """Step back; remove, turn or rename the relation under the cursor."""
        place = self.query_one(ChoiceList).highlighted
        relation = self._find(place)
        key = key_of(event)
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif relation is not None and key == "right":
            event.stop()
            self._ask(relation)
        elif relation is not None and (change := self._find_change(key, relation)) is not None:
            event.stop()
            try:
                reason = change()
            except SpantagError as error:
                reason = str(error)
            if reason:
                self._tell(reason)
            self._show(place or 0)

    def _ask(self, relation: Relation) -> None:
        """End with a relation of which anything is asked."""
        head = self._session.layer.spans[relation.head]
        declared = self._labels.find_link(relation.label, head.label)
        if declared is not None and declared.attributes:
            self.dismiss(relation)
        else:
            self._tell(f"Nothing is asked about “{display_text(relation.label)}”.")

    def _find_change(self, key: str, relation: Relation) -> Callable[[], str] | None:
        """Find what a key does to a relation; None where it does nothing."""
        links = self._session.links
        if key == "delete":
            return lambda: links.unlink(relation)
        if key == "left":
            return lambda: links.reverse(relation)
        head = self._session.layer.spans[relation.head]
        names = {each.key: each.name for each in self._labels.list_links(head.label)[::-1] if each.key}
        place = self.keymap.find_place(key, names.__contains__)
        name = names.get(key.lower()) or (names.get(place.key.lower()) if place is not None else None)
        return (lambda: links.relabel(relation, name)) if name is not None else None

    def _find(self, place: int | None) -> Relation | None:
        relations = self._session.links.list_relations(self._span_id)
        return relations[place] if place is not None and place < len(relations) else None

    def _show(self, highlighted: int) -> None:
        relations = self._session.links.list_relations(self._span_id)
        choices = self.query_one(ChoiceList)
        choices.clear_options()
        choices.add_options(
            [Option(self._describe(each), id=each.id) for each in relations]
            or [Option("no relation is here yet", disabled=True)]
        )
        choices.highlighted = min(highlighted, len(relations) - 1) if relations else None

    def _describe(self, relation: Relation) -> str:
        spans, quoted = self._session.layer.spans, self._session.annotations.quoted
        ends = [spans[each] for each in (relation.head, relation.tail)]
        head, tail = (f"{each.label} “{quoted(each.start, each.end, limit=_LONGEST)}”" for each in ends)
        answers = write_answers(relation.attributes)
        told = f"  {display_text(answers)}" if answers else ""
        return f"{head}  —{display_text(relation.label)}→  {tail}{told}"


def _describe_member(member: CastMember) -> str:
    count = f"  {count_noun(len(member.mentions), 'mention')}" if len(member.mentions) > 1 else ""
    return f"{display_text(member.label)}  {display_text(member.name)}{count}"
