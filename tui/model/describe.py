"""What an action was, in a few words."""

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import UNSET

from tui.model.events import Accept, Act, Add, Change, Event, Note, Reject, Relate
from tui.model.labels import write_answers
from tui.model.span import Span
from tui.text.messages import count_noun, quote, quote_pieces

_LONGEST_QUOTE = 24
"""The most code points of a text that are quoted."""

_MOST_LISTED = 3
"""How many spans that were turned down together are named."""


def describe_action(events: Iterable[Event], text: str) -> str:
    """Say what the events of an action did to an article of this text.

    `weapon “drones”`, or where it did more of a kind `3 accepted suggestions, 1 finished paragraph`.
    """
    counts: Counter[str] = Counter()
    single: dict[str, str] = {}
    changed: set[str] = set()
    for event in events:
        act = event.act
        # What was changed twice is one span, as it was changed last.
        is_again = isinstance(act, Change) and act.span in changed
        changed |= {act.span} if isinstance(act, Change) else set()
        if act.noun and not is_again:
            counts[act.noun] += act.count
        if act.noun:
            single[act.noun] = _describe_one(act, text) if counts[act.noun] == act.count else ""
    return ", ".join(single[noun] or count_noun(count, noun) for noun, count in counts.items() if count)


def _describe_one(act: Act, text: str) -> str:
    """Say what was done to a single thing; nothing where its name says enough."""
    match act:
        case Add((span,)) | Accept((span,)):
            return _quote_span(span, text)
        case Reject(spans) if len(spans) <= _MOST_LISTED:
            return f"turned down: {'; '.join([_quote_span(span, text) for span in spans])}"
        case Change():
            return f"{act.noun}: {', '.join(_list_changes(act, text))}"
        case Relate((relation,)) if relation.attributes:
            return f"{act.noun} {relation.label}: {write_answers(relation.attributes)}"
        case Note() if isinstance(act.text, str) and act.text:
            return f"{act.noun} “{quote(act.text, 0, len(act.text), limit=_LONGEST_QUOTE)}”"
    return ""


def _quote_span(span: Span, text: str) -> str:
    return f"{span.label} “{quote_pieces(text, span.pieces, limit=_LONGEST_QUOTE)}”"


def _list_changes(change: Change, text: str) -> Iterator[str]:
    if change.label is not UNSET:
        yield change.label
    if change.start is not UNSET and change.end is not UNSET:
        yield f"“{quote(text, change.start, change.end, limit=_LONGEST_QUOTE)}”"
    elif change.start is not UNSET or change.end is not UNSET or change.fragments is not UNSET:
        yield "edges"
    if change.attributes is not UNSET:
        told = write_answers(change.attributes)
        yield told or "no answers"
