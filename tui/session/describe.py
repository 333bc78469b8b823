"""What an action was, in a few words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from tui.model.events import Event, EventKind
from tui.text.messages import count_noun, quote

_NOUNS: Final[Mapping[EventKind, str]] = {
    "add": "span",
    "accept": "accepted suggestion",
    "reject": "rejected suggestion",
    "unreject": "rejection taken back",
    "remove": "removed span",
    "change": "changed span",
    "relate": "relation",
    "unrelate": "removed relation",
    "tag": "article label",
    "note": "note",
    "finish": "finished paragraph",
    "reopen": "reopened paragraph",
    "skip": "skipped paragraph",
    "boilerplate": "boilerplate paragraph",
    "flag": "flagged paragraph",
    "unflag": "flag taken away",
    "decide": "decided span",
}
"""What one thing is called that an event did; what is undone or redone is not one of them."""


def describe_action(events: Iterable[Event], text: str) -> str:
    """Say what the events of an action did to an article of this text.

    `weapon “drones”`, or with more than one span `3 accepted suggestions, 1 finished paragraph`.
    """
    counts: Counter[str] = Counter()
    made = ""
    for event in events:
        noun = _NOUNS.get(event.kind)
        if noun is None:
            continue
        spans, paragraphs = event.payload.get("spans"), event.payload.get("paragraphs")
        some = spans if isinstance(spans, list) else paragraphs
        counts[noun] += len(some) if isinstance(some, list) else 1
        match event.kind, spans:
            case "add" | "accept", [{"start": int(start), "end": int(end), "label": str(label)}]:
                made = f"{label} “{quote(text, start, end, limit=24)}”"
    if made and counts.total() == 1:
        return made
    return ", ".join(count_noun(count, noun) for noun, count in counts.items())
