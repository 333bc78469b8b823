"""What keys do while a question is asked, or a partner of a span is looked for."""

from typing import Final

from tui.model.labels import LabelSet
from tui.model.span import Span
from tui.session import Session
from tui.ui import details_text
from tui.ui.keys import Keymap

_STAYS: Final = frozenset(
    {
        "annotate.next_paragraph",
        "annotate.previous_paragraph",
        "annotate.article_start",
        "annotate.article_end",
        "annotate.review",
        "annotate.undo",
        "annotate.redo",
    }
)
"""What goes on while an event is at hand: its roles are filled from other paragraphs, too."""


_LOOKS_ASIDE: Final = frozenset({"app.help", "app.commands"})
"""What is shown over it, and leaves it as it is."""

_BEFORE_ANSWERS: Final = frozenset(
    {"details.deny", "details.more", "details.list", "details.join", "details.relations"}
)
"""What a key stands for where nothing is typed yet, and no more then."""


_LONGEST_ANSWER: Final = 4_000
"""Code points of an answer that is pasted."""


class DetailKeys:
    """Keys while details are asked."""

    def __init__(self, session: Session, keymap: Keymap, labels: LabelSet) -> None:
        self._session = session
        self._keymap = keymap
        self._labels = labels

    @property
    def is_open(self) -> bool:
        """Whether anything is asked, or a partner is looked for."""
        return self._session.inquiry.is_open or self._session.partners.is_open

    def open(self) -> bool:
        """Ask for the details of what is in focus, the roles of an event first; say whether there are any."""
        return self._session.links.open_roles() or self._session.answers.open()

    def open_relation(self, key: str) -> str | None:
        """Look for the partner of the relation that a letter makes; None where it makes none."""
        relation = next((each for each in self._labels.relations if each.key == key), None)
        if relation is None:
            return None
        if self._session.links.open_relation(relation):
            return ""
        return details_text.say_no_end(relation, self._session.focus.span)

    def close(self) -> None:
        """Ask nothing more."""
        self._session.inquiry.close()
        self._session.partners.close()

    def let_go(self) -> None:
        """Ask nothing more, and have in focus what was asked about."""
        span = self._session.partners.anchor or self._session.inquiry.span
        self.close()
        if span is not None:
            self._session.moves.set_focus(span.id)

    def stays(self, action: str | None) -> bool:
        """Tell whether what is at hand stays so when an action is done."""
        return action in _LOOKS_ASIDE or (action in _STAYS and self._session.partners.are_roles)

    def is_command(self, action: str | None) -> bool:
        """Tell whether a key is a command although it could begin an answer that is typed."""
        inquiry = self._session.inquiry
        question = inquiry.question
        is_number = question is not None and question.attribute.type == "number"
        is_begun = not inquiry.is_open or bool(inquiry.typed)
        is_choice = self._session.answers.is_choice()
        return action in _BEFORE_ANSWERS and not is_begun and not is_number and not is_choice

    def find_answer(self, key: str, character: str) -> str:
        """Give the character that is taken of a key, where need be that of its place; empty for none."""
        if character and self.takes(character):
            return character
        place = self._keymap.find_place(key, self.takes)
        return place.key if place is not None and self.takes(place.key) else ""

    def takes(self, key: str) -> bool:
        """Tell whether a character is an answer, a letter of a partner, or the key of a role."""
        session = self._session
        if session.inquiry.is_open:
            if session.inquiry.question is None:
                return False
            return not session.answers.is_choice() or session.answers.find_picked(key) is not None
        return self._is_partner(key) or self._is_role(key)

    def type(self, key: str) -> str:
        """Type a character that is taken."""
        session = self._session
        if session.inquiry.is_open:
            asked = session.inquiry.question
            picked = session.answers.pick(key)
            if picked is None:
                session.inquiry.type(key)
            return "" if picked in (None, asked) else details_text.say_answered(session, picked)
        if self._is_role(key):
            session.links.choose_role(key.lower())
            return ""
        chosen = session.partners.type(key.lower())
        partner = session.partners.find(chosen) if chosen else None
        return "" if partner is None else self.pair(partner, is_turned=key != key.lower())

    def pair(self, partner: Span, *, is_turned: bool = False) -> str:
        """Link or join a span with the one at hand; with `is_turned` the other way round."""
        session = self._session
        if session.partners.is_other_event(partner):
            session.moves.set_focus(partner.id)
            session.links.open_roles()
            return ""
        if session.partners.is_joining:
            entity = session.links.join([partner])
            return details_text.say_joined(session, self._keymap, entity)
        link = session.links.pair(partner, is_turned=is_turned)
        return details_text.say_linked(session, self._keymap, link)

    def find_partner(self, offset: int) -> Span | None:
        """Find the innermost span at a code point that can be linked to, or joined with, the one at hand."""
        partners = self._session.partners
        if not partners.is_open:
            return None
        there = self._session.annotations.spans_in(offset, offset + 1)
        there += [mark for mark, _ in partners.list_suggested() if mark.start <= offset < mark.end]
        fitting = [span for span in there if partners.can_pair(span) or partners.is_other_event(span)]
        return min(fitting, key=lambda span: span.end - span.start, default=None)

    def page(self, direction: int) -> bool:
        """Go on to the next paragraph, or back to one, with a span off the screen that can take a role.

        Says whether roles are filled and there is one.
        """
        session, partners = self._session, self._session.partners
        drawn = session.reading.drawn
        if not partners.are_roles or not drawn:
            return False
        linked = {each.tail for role in partners.relations for each in partners.list_filled(role)}
        chunk_at = session.tokens.chunk_at
        chunks = sorted(
            {
                chunk_at(span.start)
                for span in session.layer.spans.values()
                if span.id not in linked and partners.can_pair(span)
            }
        )
        there = [each for each in chunks if (each > max(drawn) if direction > 0 else each < min(drawn))]
        if there:
            session.moves.go_to_chunk(there[0] if direction > 0 else there[-1])
        return bool(there)

    def step(self, direction: int) -> str:
        """Ask the next question or the one before, or choose the next role; say where there are none."""
        session = self._session
        if session.inquiry.is_open:
            if session.inquiry.typed.strip():
                return details_text.say_taken(session.answers.take())
            session.inquiry.go(1 if direction > 0 else -1)
            return ""
        roles = session.partners.relations if session.partners.are_roles else ()
        if roles:
            chosen = session.partners.chosen
            place = (roles.index(chosen) if chosen in roles else -1 if direction > 0 else 0) + direction
            session.partners.choose(roles[place % len(roles)])
        return "" if roles else details_text.NO_ROLES

    def take(self) -> str:
        """Take what is typed or suggested and go on, or join all that say the same; else close.

        Says what came of it. It finishes nothing: the paragraph on the screen may not be that of an event.
        """
        session = self._session
        if session.inquiry.question is not None:
            return details_text.say_taken(session.answers.take())
        equal = session.links.list_equal() if session.partners.is_joining else []
        if equal:
            entity = session.links.join(equal)
            return details_text.say_joined(session, self._keymap, entity)
        self.let_go()
        return ""

    def paste(self, text: str) -> bool:
        """Type what is pasted, as one line, where an answer is typed; say whether one is."""
        session = self._session
        is_typed = session.inquiry.question is not None and not session.answers.is_choice()
        if is_typed:
            session.inquiry.type(" ".join(text.split())[:_LONGEST_ANSWER])
        return is_typed

    def deny(self) -> str:
        """Say that the text does not tell what is asked, or gives the role to nobody."""
        session = self._session
        if session.inquiry.is_open:
            return "" if session.answers.deny() else details_text.DENIED_OF_TEXT
        role = session.links.deny_role()
        return details_text.say_denied(session, role)

    def clear(self) -> str:
        """Take back what is typed, else the answer, or who has the chosen role."""
        session = self._session
        if session.inquiry.is_open:
            session.answers.clear()
            return ""
        if session.partners.untype():
            return ""
        return details_text.say_cleared(session, self._keymap, session.links.clear_role())

    def more(self) -> bool:
        """Go on from the roles to what else is asked; say whether there is anything."""
        had_roles = self._session.partners.are_roles
        self.let_go()
        return had_roles and self._session.answers.open()

    def _is_partner(self, key: str) -> bool:
        if self._session.partners.are_roles and key != key.lower():
            return False
        return any(left.startswith(key.lower()) for left in self._session.partners.list_shown().values())

    def _is_role(self, key: str) -> bool:
        partners = self._session.partners
        return (
            partners.are_roles
            and key != key.lower()
            and key.lower() in {each.key for each in partners.relations}
        )
