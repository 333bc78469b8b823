"""What an action was, in a few words."""

from collections import Counter
from collections.abc import Iterable

from tui.model.events import Accept, Add, Event
from tui.text.messages import count_noun, quote


def describe_action(events: Iterable[Event], text: str) -> str:
    """Say what the events of an action did to an article of this text.

    `weapon “drones”`, or with more than one span `3 accepted suggestions, 1 finished paragraph`.
    """
    counts: Counter[str] = Counter()
    made = ""
    for event in events:
        if not event.act.noun:
            continue
        counts[event.act.noun] += event.act.count
        match event.act:
            case Add((span,)) | Accept((span,)):
                made = f"{span.label} “{quote(text, span.start, span.end, limit=24)}”"
    if made and counts.total() == 1:
        return made
    return ", ".join(count_noun(count, noun) for noun, count in counts.items())
