"""The report: how far a project is, as one page of HTML that needs nothing but itself.

Its pictures are SVG in the page; there is no program in it, and nothing is fetched. All that comes from the
project is escaped, and a policy in its head forbids the rest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import Final

from tui.project.agreement.comparison import Agreement, DisagreementExample
from tui.project.agreement.disagreements import describe_side
from tui.project.effort import Work
from tui.project.overview import SHOWN_MEASURES, AnnotatorWork, Overview
from tui.text.display import display_text
from tui.text.messages import count_noun

_MOST_LABELS: Final = 60
_MOST_DAYS: Final = 366
_MOST_CONFUSED: Final = 20
"""How many labels, days and labels of the table of confusions are shown."""

_STATES: Final = ("finished", "skipped", "boilerplate")

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may do with the page: only its own style."""

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #222; --paper: #fff; --soft: #777; --line: #ccc; --a: #2b6cb0;
  --b: #c77d0a; --c: #9a9a9a; --rest: #e4e4e4; }
@media (prefers-color-scheme: dark) { :root { --ink: #ddd; --paper: #191b1e; --soft: #999; --line: #444;
  --a: #6aa6e0; --b: #e0a84a; --c: #777; --rest: #333; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 66rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; } th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line);
  text-align: right; white-space: nowrap; } th:first-child, td:first-child { text-align: left; }
.soft { color: var(--soft); } .same { font-weight: bold; }
svg { vertical-align: middle; max-width: 100%; height: auto; }
.a { fill: var(--a); } .b { fill: var(--b); } .c { fill: var(--c); } .rest { fill: var(--rest); }
.trend { fill: none; stroke: var(--a); stroke-width: 2; } .axis { stroke: var(--line); }
svg text { fill: var(--soft); font-size: 12px; }
blockquote { margin: .3rem 0 1rem; padding-left: 1rem; border-left: 3px solid var(--line); }
mark { background: none; color: inherit; text-decoration: underline; font-weight: bold; }
"""


def write_report(found: Overview, *, title: str, at: str) -> str:
    """Write a report of a project with this title, as it was at a time."""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{_text(title)}</h1>",
        f'<p class="soft">{_text(_count_all(found))}; {_text(at)}</p>',
        *_write_annotators(found),
        *_write_labels(found),
        *_write_days(found),
        *_write_agreement(found.agreement),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _count_all(found: Overview) -> str:
    status = found.status
    spans = sum(found.count_spans().values())
    counted = ((status.articles, "article"), (status.paragraphs, "paragraph"), (spans, "span"))
    return ", ".join([count_noun(number, noun) for number, noun in counted])


def _write_annotators(found: Overview) -> Iterator[str]:
    yield "<h2>Annotators</h2>"
    headings = ("", "finished", "skipped", "left", "flagged", "notes", "hours", "¶ an hour", "keys a ¶")
    rows: list[Sequence[str]] = []
    for each in found.status.annotators:
        work = found.work.get(each.annotator, AnnotatorWork()).total
        hours = work.effort.seconds / 3600
        counts = {str(state): number for state, number in each.paragraphs.items()}
        rows.append(
            [
                _text(each.annotator),
                _draw_shares([counts[state] for state in _STATES], found.status.paragraphs),
                f"{counts['finished']:,}",
                f"{counts['skipped']:,}",
                f"{found.count_left(each):,}",
                f"{each.flagged:,}",
                f"{found.notes.get(each.annotator, 0):,}",
                f"{hours:,.1f}",
                f"{work.paragraphs / hours:,.0f}" if hours else "–",
                _write_keys(work.keys_per_paragraph),
            ]
        )
    yield _table(["annotator", *headings], rows)
    yield '<p class="soft">Bars are of all paragraphs: finished, skipped, boilerplate, and the rest.</p>'


def _write_labels(found: Overview) -> Iterator[str]:
    counts, works = found.count_spans(), found.sum_labels()
    if not counts:
        return
    yield "<h2>Labels</h2>"
    most = max(counts.values())
    rows: list[Sequence[str]] = []
    for label, number in islice(counts.items(), _MOST_LABELS):
        work = works.get(label, Work())
        mean = f"{work.effort.seconds / work.spans:.1f}" if work.spans else "–"
        keys = _write_keys(work.keys_per_span)
        rows.append([_text(label), _draw_shares([number], most), f"{number:,}", mean, keys])
    yield _table(["label", "", "spans", "seconds a span", "keys a span"], rows)


def _write_keys(keys: float | None) -> str:
    return "–" if keys is None else f"{keys:,.1f}"


def _write_days(found: Overview) -> Iterator[str]:
    days = list(found.sum_days().items())[-_MOST_DAYS:]
    if not days:
        return
    yield "<h2>Days</h2>"
    numbers = [work.paragraphs for _, work in days]
    most = max(*numbers, 1)
    step = 640 / max(len(days) - 1, 1)
    points = " ".join(
        f"{40 + step * at:.1f},{130 - 110 * each / most:.1f}" for at, each in enumerate(numbers)
    )
    yield (
        '<svg viewBox="0 0 700 160" width="700" role="img">'
        "<title>Paragraphs finished on each day with any work</title>"
        f'<line class="axis" x1="40" y1="130" x2="680" y2="130"/><text x="0" y="24">{most:,}</text>'
        f'<text x="40" y="150">{_text(days[0][0])}</text>'
        f'<text x="680" y="150" text-anchor="end">{_text(days[-1][0])}</text>'
        f'<polyline class="trend" points="{points}"/>'
        + "".join(f'<circle class="a" r="3" cx="{x}" cy="{y}"/>' for x, y in map(_pair, points.split()))
        + "</svg>"
    )
    rows = [
        [_text(day), f"{work.paragraphs:,}", f"{work.spans:,}", f"{work.effort.seconds / 3600:,.1f}"]
        for day, work in days[-31:]
    ]
    yield _table(["day (UTC)", "paragraphs", "spans", "hours"], rows)


def _write_agreement(found: Agreement | None) -> Iterator[str]:
    yield "<h2>Agreement</h2>"
    if found is None:
        yield "<p>No paragraph was finished by two annotators.</p>"
        return
    rows: list[Sequence[str]] = []
    for between, paragraphs in found.shared.items():
        figures = [found.find(measure, between) for measure in SHOWN_MEASURES]
        shown = [
            f"{each.value:.2f}" if each is not None and each.value is not None else "–" for each in figures
        ]
        if paragraphs:
            rows.append([_text(" – ".join(between)), f"{paragraphs:,}", *shown])
    yield _table(["who", "paragraphs", *SHOWN_MEASURES.values()], rows)
    yield from _write_confusion(found)
    if found.examples:
        yield "<h2>Disagreements</h2>"
    for example in found.examples:
        yield from _write_example(example)


def _write_confusion(found: Agreement) -> Iterator[str]:
    """Write how often a span has one label here and another one there, of all pairs together."""
    counts: Counter[tuple[str, str]] = Counter()
    for own in found.confusion.values():
        for (left, right), number in own.items():
            first, second = sorted((left, right), reverse=not (left and right))
            counts[first, second] += number
    sums = Counter[str]()
    for pair, number in counts.items():
        for label in {*pair}:
            sums[label] += number
    labels = [label for label, _ in sums.most_common(_MOST_CONFUSED) if label]
    if not labels:
        return
    yield "<h2>Which label for which</h2>"
    yield '<p class="soft">How often one annotator says this where another says that, of all pairs.</p>'
    rows = []
    for label in sorted(labels):
        pairs = [(min(label, other), max(label, other)) for other in sorted(labels)]
        cells = [_cell(counts[pair], is_same=pair[0] == pair[1]) for pair in pairs]
        rows.append([_text(label), *cells, _cell(counts[label, ""], is_same=False)])
    yield _table(["", *map(_text, sorted(labels)), "nothing"], rows)


def _cell(number: int, *, is_same: bool) -> str:
    shown = f"{number:,}" if number else "·"
    return f'<span class="same">{shown}</span>' if is_same else shown


def _write_example(example: DisagreementExample) -> Iterator[str]:
    article, each = example.article, example.disagreement
    what = f"{each.kind} {each.name}".strip()
    place = f"{article.title}, paragraph {example.paragraph + 1}"
    yield f'<p><b>{_text(what)}</b> <span class="soft">{_text(place)}</span><br>'
    for name, side in zip(each.between, (each.left, each.right), strict=True):
        yield f"{_text(name)}: {_text(describe_side(side, article.text))}<br>"
    before, inside, behind = example.context
    yield f"</p><blockquote>{_text(before)}<mark>{_text(inside)}</mark>{_text(behind)}</blockquote>"


def _draw_shares(parts: Sequence[int], whole: int) -> str:
    """Draw parts of a whole as one bar."""
    drawn, x = "", 0.0
    for number, name in zip(parts, ("a", "b", "c"), strict=False):
        width = 200 * number / max(whole, 1)
        drawn += f'<rect class="{name}" x="{x:.1f}" y="0" width="{width:.1f}" height="12"/>'
        x += width
    shown = ", ".join(f"{number:,}" for number in parts)
    return (
        f'<svg width="200" height="12" role="img"><title>{shown} of {whole:,}</title>'
        f'<rect class="rest" width="200" height="12"/>{drawn}</svg>'
    )


def _table(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out cells that are HTML."""
    head = "".join(f"<th>{each}</th>" for each in headings)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def _pair(point: str) -> tuple[str, str]:
    x, _, y = point.partition(",")
    return x, y


def _text(text: str) -> str:
    """Write text of a project, in which nothing is HTML and nothing is a control character."""
    return escape(display_text(text))
