"""What the lines around an article say of questions, relations, roles and joined spans."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rich.cells import cell_len

from tui.model.labels import RelationType, write_answer, write_answers
from tui.model.span import Entity, Span
from tui.model.span_history import SpanStep
from tui.session import Outcome, PossibleLink, Session
from tui.session.inquiry import Question
from tui.session.partners import PartnerBoard
from tui.text.display import display_text
from tui.text.messages import count_noun
from tui.ui.asked import describe_asked
from tui.ui.keys import Keymap
from tui.ui.keys.sentences import write_uses
from tui.ui.pieces import Pieces

DENIED_OF_TEXT: Final = "Only an attribute of a span can be what the text does not tell; leave this one open."
"""Said where a label of a paragraph or article is denied."""

NO_ROLES: Final = "No role is filled here: type the letters of a span."
"""Said where a key is about roles, and a span is looked for to link or join."""

_LONGEST: Final = ((24, 16), (16, 12), (12, 8), (8, 6), (0, 6), (0, 3))
"""Code points of an event, and of who has its roles, where there is much room for them, and little."""


def describe_steps(steps: Sequence[SpanStep]) -> list[tuple[str, str]]:
    """Say of what was done to a span when that was and who did it, by the clock here, and what."""
    times = [datetime.fromisoformat(step.at).astimezone() for step in steps]
    return [
        (f"{time:%Y-%m-%d %H:%M}  {step.annotator}", step.did)
        for time, step in zip(times, steps, strict=True)
    ]


def describe_details(session: Session, keymap: Keymap, *, width: int) -> tuple[Pieces, Sequence[str]] | None:
    """Say in `width` cells what is asked or looked for, and which keys matter; None where nothing is."""
    asked = describe_asked(session)
    if asked is not None:
        said: Pieces = [(f"{asked.place} ", "muted")] if asked.place else []
        return [*said, *[(piece.text, _INKS[piece.part]) for piece in asked.pieces]], ()
    anchor = session.partners.anchor
    if anchor is None:
        return None
    if session.partners.are_roles:
        return _describe_roles(session, anchor, width), ()
    named = f"{anchor.label} “{session.annotations.quote_span(anchor, limit=24)}” "
    if session.partners.is_joining:
        return _describe_join(session, keymap, named)
    (relation,) = session.partners.relations
    said = [
        (named, "strong"),
        (f"{relation.name} ", "good"),
        ("to which span? type its letters", ""),
    ]
    return said, ()


def say_no_end(relation: RelationType, span: Span | None) -> str:
    """Say why a relation cannot be made: nothing is in focus, or what is has another label."""
    ends = " or ".join(dict.fromkeys((*relation.heads, *relation.tails)))
    if span is None:
        return f"“{relation.name}” links spans: put one into focus first."
    return f"“{relation.name}” links {ends}; {span.label} is in focus."


def say_nobody_fits(session: Session) -> str:
    """Say what is to be tagged first where no span of the article can take a role; else nothing."""
    partners = session.partners
    if partners.list_suggested() or any(partners.can_pair(each) for each in session.layer.spans.values()):
        return ""
    labels = list(dict.fromkeys([name for role in partners.relations for name in role.tails]))
    if not labels:
        return "Nothing else is tagged in the article yet, so nothing can take a role."
    return f"Nothing in the article can take a role yet: tag {' or '.join(map(display_text, labels))} first."


def say_no_answer(session: Session, keymap: Keymap, key: str) -> str:
    """Say that a letter answers nothing that is asked, and chooses no span."""
    what = "answers nothing here" if session.inquiry.is_open else "begins the letters of no span here"
    return f"{key} {what}; {keymap.shown('details.back')} closes."


def say_linked(session: Session, keymap: Keymap, link: PossibleLink | None) -> str:
    """Say which relation was made, or that one was taken away."""
    undo = keymap.shown("annotate.undo")
    if link is None:
        return f"Taken away; {undo} brings it back."
    head, tail = (session.annotations.quote_span(each, limit=24) for each in (link.head, link.tail))
    return f"{link.relation.name}: “{head}” → “{tail}”."


def say_joined(session: Session, keymap: Keymap, entity: Entity | None) -> str:
    """Say which spans mention one thing now."""
    if entity is None:
        return f"Joined no more; {keymap.shown('annotate.undo')} brings it back."
    first = session.layer.spans[entity.spans[0]]
    name = entity.name or session.annotations.quote_span(first, limit=24)
    return f"“{name}” has {count_noun(len(entity.spans), 'mention')} now."


def say_answered(session: Session, question: Question) -> str:
    """Say what the answer to a question is now that was answered while another is asked."""
    answer = session.inquiry.list_answers(question).get(question.attribute.name, [])
    return f"{display_text(question.attribute.name)}: {display_text(write_answer(answer))}."


def say_listed(session: Session, keymap: Keymap) -> str:
    """Say which key lists the choices of a question that are too many to be read on the screen."""
    question = session.inquiry.question
    count = 0 if question is None else len(question.attribute.values)
    return f"{keymap.shown('details.list')} lists all {count} choices by their whole names."


def say_taken(reason: str) -> str:
    """Say why what is typed is no answer; nothing where it is one."""
    return f"{reason[:1].upper()}{reason[1:]}." if reason else ""


def say_piece(keymap: Keymap, outcome: Outcome, session: Session) -> str:
    """Say what became of a selection that was joined with the span before it."""
    span = session.focus.span
    if outcome == "no span" or span is None:
        return "A selection joins the span that was in focus before it: put that into focus first."
    if outcome == "equal":
        return "Nothing was changed: an equal span with that label is there already."
    undo = keymap.shown("annotate.undo")
    return f"{span.label} has {count_noun(len(span.pieces), 'piece')} now; {undo} takes that back."


def say_denied(session: Session, role: RelationType | None) -> str:
    """Say that nobody has a role, or that it is open again."""
    event = session.partners.anchor
    if role is None or event is None:
        return "Every role is filled." if session.partners.are_roles else NO_ROLES
    return (
        f"{role.name}: the text does not tell."
        if role.name in event.attributes
        else f"{role.name} is open again."
    )


def say_cleared(session: Session, keymap: Keymap, role: RelationType | None) -> str:
    """Say which role is open again."""
    chosen = session.partners.chosen
    if not session.partners.are_roles:
        return NO_ROLES
    if role is None and chosen is not None:
        return f"{chosen.name} is open: there is nothing to clear."
    if role is None:
        return f"{keymap.shown('details.next')} chooses the role that is to be cleared."
    return f"{role.name} is open again; {keymap.shown('annotate.undo')} brings back what it was."


def say_missing(keymap: Keymap, count: int) -> str:
    """Say how many answers are missing of what was finished; nothing where none is."""
    if not count:
        return ""
    is_one = count == 1
    return (
        f"{count_noun(count, 'required answer')} {'is' if is_one else 'are'} missing;"
        f" {keymap.shown('annotate.next_marked')} goes there."
    )


_INKS: Final = {
    "question": "strong",
    "key": "key",
    "choice": "",
    "given": "good",
    "typed": "strong",
}


def _describe_roles(session: Session, event: Span, width: int) -> Pieces:
    """Write an event and all its roles, as long as there is room for."""
    said = Pieces()
    for longest, longest_name in _LONGEST:
        quoted = session.annotations.quote_span(event, limit=longest) if longest else ""
        named = f"{event.label} “{quoted}” " if quoted else f"{event.label} "
        said = [(named, "strong"), *_list_roles(session, longest_name)]
        if sum(cell_len(display_text(text)) for text, _ in said) < width:
            break
    return said


def name_wanted(partners: PartnerBoard) -> str:
    """Say what the other span is looked for as, for the title of a list."""
    chosen = partners.chosen
    if chosen is not None:
        return f"The {chosen.name}"
    names = [each.name for each in partners.relations]
    return f"The other span, for {' or '.join(names)}" if names else "Another mention of the same"


def _list_roles(session: Session, longest: int) -> Pieces:
    """Write each role with the key that chooses it, and who has it: `_` nobody yet, `–` nobody."""
    partners, said = session.partners, Pieces()
    event = partners.anchor
    for role in partners.relations:
        key = (role.key or "").upper()
        is_chosen = role == partners.chosen
        filled = [session.layer.spans[each.tail] for each in partners.list_filled(role)]
        names = [session.annotations.quote_span(each, limit=longest) for each in filled]
        is_denied = event is not None and role.name in event.attributes
        who = ", ".join(names) or ("–" if is_denied else "_" if role.required else "·")
        said += [
            (f" {key} ", "key"),
            (
                f"{'▸' if is_chosen else ''}{display_text(role.name)} ",
                "strong" if is_chosen else "muted",
            ),
            (
                display_text(who),
                "good" if filled or is_denied else "warning" if role.required else "",
            ),
        ]
    return said


def _describe_join(session: Session, keymap: Keymap, named: str) -> tuple[Pieces, Sequence[str]]:
    equal = len(session.links.list_equal())
    said: Pieces = [(named, "strong"), ("is the same as which?", "")]
    if not equal:
        return [*said, (" type its letters", "")], ()
    # The keys have to fit beside the longest name on 80 columns.
    uses = (f"all {equal} with these words", f"all {equal} equal ones", f"all {equal}")
    return said, [write_uses(keymap, ("details.take", use)) for use in uses]


def describe_answers(session: Session, span: Span) -> list[tuple[str, str]]:
    """List what was said of a span beside its label, for the panel: its answers, relations and entity."""
    said = [(name, write_answer(value)) for name, value in span.attributes.items()]
    said += [(name, "_") for name in session.marks.list_missing(span)]
    for relation in session.links.list_relations(span.id):
        is_head = relation.head == span.id
        other = session.layer.spans[relation.tail if is_head else relation.head]
        quoted = session.annotations.quote_span(other, limit=24)
        answers = write_answers(relation.attributes)
        told = f" {answers}" if answers else ""
        said.append((f"{'→' if is_head else '←'} {relation.label}", f"“{quoted}”{told}"))
    entity = session.links.find_entity(span.id)
    if entity is not None:
        said.append(("=", f"{entity.name or 'one thing'}, {count_noun(len(entity.spans), 'mention')}"))
    return said
