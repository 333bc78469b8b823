"""The page that says how far a project is: plots and tables, for a terminal and for a screen of the app."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct
from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tui.model.article import ParagraphState
from tui.project.agreement.comparison import Agreement
from tui.project.effort import Work
from tui.project.overview import SHOWN_MEASURES, UNTOLD, AnnotatorWork, Overview
from tui.text.display import display_text
from tui.text.messages import count_noun, quote_name
from tui.ui.plots import draw_bars, draw_trend

_LEAST_NAME: Final = 9
_LONGEST_NAME: Final = 20
_NUMBERS: Final = 55
"""Cells of a line of a table that a name takes, and that are left for the numbers behind a bar."""

_LONGEST_BAR: Final = 80
_TREND: Final = 9
"""The most cells of a bar, and the lines of the trend."""

_MOST_DAYS: Final = 14
_MOST_LABELS: Final = 30
_MOST_PAIRS: Final = 15
"""How many days, labels and pairs of annotators are shown."""

_LEGEND: Final = "█ finished  ▓ skipped  ░ boilerplate, of all paragraphs"

_STATES: Final[Sequence[ParagraphState]] = ("finished", "skipped", "boilerplate")
"""What a bar of paragraphs is made of."""

_BLANK: Final = "–"
"""Stands where there is nothing to say."""


class OverviewPage(Struct, frozen=True):
    """Says how far a project is, as wide as there is room, in 80 cells and more."""

    found: Overview
    """How far it is."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw it."""
        found, width = self.found, options.max_width
        yield _draw_head(found)
        for part in (_draw_annotators, _draw_labels, _draw_days):
            yield Text()
            yield part(found, width)
        yield Text()
        yield from _draw_agreement(found.agreement)
        if found.as_of is not None:
            yield Text()
            yield Text(UNTOLD, style="dim")
        elif unknown := found.status.unknown_labels:
            yield Text()
            yield Text(f"not in labels.yaml: {', '.join(map(display_text, unknown))}")


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


def _draw_annotators(found: Overview, width: int) -> RenderableType:
    table = _make_table("annotator", "paragraphs")
    for heading in ("done", "left", "flags", "notes", "time", "¶/h", "keys/¶"):
        table.add_column(heading, justify="right", no_wrap=True)
    annotators = found.status.annotators
    states = {each.annotator: [each.paragraphs[state] for state in _STATES] for each in annotators}
    bars = _draw_bars(states, found.status.paragraphs, width)
    for each, name_and_bar in zip(annotators, bars, strict=True):
        work = found.work.get(each.annotator, AnnotatorWork()).total
        table.add_row(
            *name_and_bar,
            f"{each.paragraphs['finished']:,}",
            f"{found.count_left(each):,}",
            f"{each.flagged:,}",
            f"{found.notes.get(each.annotator, 0):,}",
            describe_time(work.effort.seconds),
            describe_speed(work),
            describe_keys(work.keys_per_paragraph),
        )
    return Group(Text(_LEGEND, style="dim"), table)


def _draw_labels(found: Overview, width: int) -> RenderableType:
    efforts, counts = found.sum_labels(), found.count_spans()
    table = _make_table("label")
    for heading in ("spans", "s/span", "actions/span", "keys/span"):
        table.add_column(heading, justify="right", no_wrap=True)
    shown = dict(islice(counts.items(), _MOST_LABELS))
    bars = _draw_bars({label: [number] for label, number in shown.items()}, max([*shown.values(), 1]), width)
    for (label, number), name_and_bar in zip(shown.items(), bars, strict=True):
        table.add_row(*name_and_bar, f"{number:,}", *describe_mean(efforts.get(label, Work())))
    return Group(table, *_say_more(len(counts) - _MOST_LABELS, "label"))


def _draw_days(found: Overview, width: int) -> RenderableType:
    shown = list(found.sum_days().items())[-_MOST_DAYS:]
    if not shown:
        return Text("Nothing was done by hand yet.", style="dim")
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False)
    for heading in ("day (UTC)", "paragraphs", "spans", "time", "¶/h"):
        table.add_column(heading, justify="right" if table.columns else "left", no_wrap=True)
    for day, work in shown:
        numbers = (f"{work.paragraphs:,}", f"{work.spans:,}")
        table.add_row(day, *numbers, describe_time(work.effort.seconds), describe_speed(work))
    trend = [(day, work.paragraphs) for day, work in _shorten_days(shown)]
    plot = draw_trend(trend, width=width, height=_TREND)
    return Group(Text("paragraphs by day", style="dim"), *map(Text, plot), Text(), table)


def _shorten_days(days: Sequence[tuple[str, Work]]) -> Iterator[tuple[str, Work]]:
    """Write the month only where another one begins: `11-29`, `30`, `12-01`, `02`."""
    month = ""
    for day, work in days:
        yield day[8:] if day[:7] == month else day[5:], work
        month = day[:7]


def _draw_bars(bars: Mapping[str, Sequence[int]], whole: int, width: int) -> list[tuple[Text, Text]]:
    """Draw a bar for each line of a table, behind its name."""
    names = [_name(each) for each in bars]
    longest = max([_LEAST_NAME, *[min(name.cell_len, _LONGEST_NAME) for name in names]])
    cells = max(min(width - longest - _NUMBERS, _LONGEST_BAR), 1)
    lines = draw_bars([*bars.values()], whole, width=cells)
    return [(name, Text(line, no_wrap=True)) for name, line in zip(names, lines, strict=True)]


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
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=True, show_edge=False)
    table.add_column(first, max_width=_LONGEST_NAME, no_wrap=True, overflow="ellipsis")
    table.add_column(second, no_wrap=True)
    return table


def _say_more(number: int, noun: str) -> Sequence[RenderableType]:
    return [Text(f"and {count_noun(number, noun)} more; --json has all", style="dim")] if number > 0 else []


def _name(name: str) -> Text:
    return Text(display_text(quote_name(name)))
