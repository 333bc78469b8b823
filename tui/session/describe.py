"""What an action was, and what an answer is, in a few words."""

from collections import Counter
from collections.abc import Iterable, Mapping

from tui.model.events import Accept, Add, Event
from tui.model.span import Json
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


def write_answer(value: Json) -> str:
    """Write the answer to a question as short as it can be read: `killed+injured`, `yes`, `10–20`, `12+`."""
    match value:
        case None:
            return "not told"
        case bool():
            return "yes" if value else "no"
        case list():
            return "+".join(map(write_answer, value)) or "none"
        case dict():
            return _write_count(value)
        case _:
            return str(value)


def _write_count(count: Mapping[str, Json]) -> str:
    """Write how many: the number, or the least and the most, behind a sign where it is about so many."""
    least, most, exact = (count.get(part) for part in ("min", "max", "exact"))
    about = "~" if count.get("approximate") else ""
    if exact is not None:
        return f"{about}{exact}"
    if least is not None and most is not None:
        return f"{about}{least}" if least == most else f"{about}{least}–{most}"
    if least is not None:
        return f"{about}{least}+"
    return f"{about}≤{most}" if most is not None else "unknown"
