"""The page that says how far a project is: bars and tables, for a terminal and for a screen of the app."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from rich import box
from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tui.project.agreement.comparison import Agreement
from tui.project.effort import Work
from tui.project.overview import SHOWN_MEASURES, UNTOLD, AnnotatorWork, Overview
from tui.store import AnnotatorCounts
from tui.text.display import display_text
from tui.text.messages import count_noun, quote_name

_BAR: Final = 18
"""Cells of a bar."""

_MOST_DAYS: Final = 14
_MOST_LABELS: Final = 30
_MOST_PAIRS: Final = 15
"""How many days, labels and pairs of annotators are shown."""

_LEGEND: Final = "█ finished  ▓ skipped  ░ boilerplate  · to do"

_BLANK: Final = "–"
"""Stands where there is nothing to say."""


def draw_overview(found: Overview) -> RenderableType:
    """Draw how far a project is, in 80 cells and more."""
    parts = [_draw_head(found)]
    for part in (_draw_annotators, _draw_labels, _draw_days):
        parts += [Text(), part(found)]
    parts += [Text(), *_draw_agreement(found.agreement)]
    if found.as_of is not None:
        parts += [Text(), Text(UNTOLD, style="dim")]
    elif unknown := found.status.unknown_labels:
        parts += [Text(), Text(f"not in labels.yaml: {', '.join(map(display_text, unknown))}")]
    return Group(*parts)


def describe_time(seconds: float) -> str:
    """Write a time in hours and minutes; less than an hour in minutes and seconds: `2 h 05`, `3 m 20`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours:,} h {minutes_left:02}" if hours else f"{minutes} m {rest:02}"


def describe_speed(work: Work) -> str:
    """Write how many paragraphs are finished in an hour."""
    hours = work.effort.seconds / 3600
    return f"{work.paragraphs / hours:,.0f}" if hours and work.paragraphs else _BLANK


def describe_mean(work: Work) -> tuple[str, str, str]:
    """Write how many seconds, actions and keys went into a span."""
    if not work.spans:
        return _BLANK, _BLANK, _BLANK
    seconds, actions = work.effort.seconds / work.spans, work.effort.actions / work.spans
    return f"{seconds:.1f}", f"{actions:.1f}", describe_keys(work.keys_per_span)


def describe_keys(keys: float | None) -> str:
    """Write how many keys went into one of something."""
    return _BLANK if keys is None else f"{keys:,.1f}"


def _draw_head(found: Overview) -> RenderableType:
    status = found.status
    work = sum((each.total for each in found.work.values()), Work())
    counted = [
        count_noun(status.articles, "article"),
        count_noun(status.paragraphs, "paragraph"),
        count_noun(sum(found.count_spans().values()), "span"),
        count_noun(len(status.annotators), "annotator"),
        describe_time(work.effort.seconds),
    ]
    time = "" if found.as_of is None else f"at {found.as_of[:16].replace('T', ' ')} UTC: "
    return Text(time + ", ".join(counted), style="bold")


def _draw_annotators(found: Overview) -> RenderableType:
    table = _make_table("annotator", "paragraphs")
    for heading in ("done", "left", "flags", "notes", "time", "¶/h", "keys/¶"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in found.status.annotators:
        work = found.work.get(each.annotator, AnnotatorWork()).total
        table.add_row(
            _name(each.annotator),
            _draw_states(found, each),
            f"{each.paragraphs['finished']:,}",
            f"{found.count_left(each):,}",
            f"{each.flagged:,}",
            f"{found.notes.get(each.annotator, 0):,}",
            describe_time(work.effort.seconds),
            describe_speed(work),
            describe_keys(work.keys_per_paragraph),
        )
    return Group(Text(_LEGEND, style="dim"), table)


def _draw_states(found: Overview, counts: AnnotatorCounts) -> Text:
    """Draw a bar of the paragraphs of the project, by what an annotator made of them."""
    whole = max(found.status.paragraphs, 1)
    drawn, total = "", 0
    for state, sign in (("finished", "█"), ("skipped", "▓"), ("boilerplate", "░")):
        total += next(number for name, number in counts.paragraphs.items() if name == state)
        drawn += sign * (min(round(_BAR * total / whole), _BAR) - len(drawn))
    return Text(drawn.ljust(_BAR, "·"))


def _draw_labels(found: Overview) -> RenderableType:
    efforts, counts = found.sum_labels(), found.count_spans()
    table = _make_table("label")
    for heading in ("spans", "s/span", "actions/span", "keys/span"):
        table.add_column(heading, justify="right", no_wrap=True)
    most = max(counts.values(), default=1)
    for label, number in islice(counts.items(), _MOST_LABELS):
        mean = describe_mean(efforts.get(label, Work()))
        table.add_row(_name(label), _draw_bar(number, most), f"{number:,}", *mean)
    return Group(table, *_say_more(len(counts) - _MOST_LABELS, "label"))


def _draw_days(found: Overview) -> RenderableType:
    days = found.sum_days()
    table = _make_table("day (UTC)")
    for heading in ("paragraphs", "spans", "time", "¶/h"):
        table.add_column(heading, justify="right", no_wrap=True)
    shown = list(days.items())[-_MOST_DAYS:]
    most = max([work.paragraphs for _, work in shown], default=0)
    for day, work in shown:
        numbers = (f"{work.paragraphs:,}", f"{work.spans:,}")
        bar = _draw_bar(work.paragraphs, most)
        table.add_row(day, bar, *numbers, describe_time(work.effort.seconds), describe_speed(work))
    return table if shown else Text("Nothing was done by hand yet.", style="dim")


def _draw_agreement(found: Agreement | None) -> Iterator[RenderableType]:
    if found is None:
        yield Text("No paragraph was finished by two annotators, so that nothing says how far they agree.")
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False)
    table.add_column("agreement")
    for heading in ("paragraphs", *SHOWN_MEASURES.values()):
        table.add_column(heading, justify="right")
    pairs = [(between, number) for between, number in found.shared.items() if number]
    for between, number in pairs[:_MOST_PAIRS]:
        figures = [found.find(measure, between) for measure in SHOWN_MEASURES]
        shown = [_BLANK if each is None or each.value is None else f"{each.value:.2f}" for each in figures]
        table.add_row(Text(" – ".join([str(_name(each)) for each in between])), f"{number:,}", *shown)
    yield table
    yield from _say_more(len(pairs) - _MOST_PAIRS, "pair")
    kinds = found.count_kinds()
    told = ", ".join([f"{kind} {number:,}" for kind, number in kinds.items()])
    yield Text(f"they disagree on: {told}" if kinds else "they disagree nowhere")


def _make_table(first: str, second: str = "") -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False)
    table.add_column(first, max_width=20, no_wrap=True, overflow="ellipsis")
    table.add_column(second, min_width=_BAR, no_wrap=True)
    return table


def _draw_bar(number: int, most: int) -> RenderableType:
    return Bar(max(most, 1), 0, number, width=_BAR)


def _say_more(number: int, noun: str) -> Sequence[RenderableType]:
    return [Text(f"and {count_noun(number, noun)} more; --json has all", style="dim")] if number > 0 else []


def _name(name: str) -> Text:
    return Text(display_text(quote_name(name)))
