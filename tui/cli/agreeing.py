"""The command that says how far annotators agree: `agreement`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Final

import click

from tui.cli.group import main
from tui.cli.output import say, show_progress, write_json
from tui.cli.parameters import parse_time, pass_place, quiet_option, split_names
from tui.project.agreement.comparison import Agreement, DisagreementExample, Figure, Terms
from tui.project.agreement.counts import Measure
from tui.project.agreement.disagreements import DISAGREEMENT_KINDS, describe_side
from tui.project.comparing import Wanted
from tui.project.overview import SHOWN_MEASURES
from tui.project.place import Place
from tui.project.project import Project
from tui.text.messages import count_noun, quote, quote_name

_MOST_CONFUSED: Final = 10
"""How many pairs of labels are listed."""

_LONGEST_CONTEXT: Final = 50
_LONGEST_WORDS: Final = 120
"""Code points before and behind the words of an example that are shown, and of the words."""

_HEADINGS: Final[Mapping[Measure, str]] = {**SHOWN_MEASURES, "gamma": "γ"}
"""What stands over the figures of two."""

_BLANK: Final = "–"
"""Stands where there is no figure."""


@main.command()
@click.option("--annotators", metavar="A,B", help="Who is compared; all but gold and consensus unless told.")
@click.option("--gold", metavar="NAME", help="Compare each with this one, too, who is always right.")
@click.option(
    "--label", "labels", metavar="LABEL", multiple=True, help="Look at this label only; can be repeated."
)
@click.option(
    "--as-of",
    "times",
    metavar="TIME",
    multiple=True,
    help="As it was at this time: 2026-11-22, or 2026-11-22T10:42 in UTC. With one annotator: what was"
    " finished again since, or up to a second --as-of, compared with what it was then.",
)
@click.option(
    "--examples",
    metavar="NUMBER",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="How many disagreements of each kind are shown.",
)
@click.option(
    "--seed", type=click.INT, default=0, show_default=True, help="Where the draws for the intervals begin."
)
@click.option("--gamma", is_flag=True, help="Measure γ, too: it takes its time, and needs spantag[gamma].")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, with everything.")
@quiet_option
@pass_place
def agreement(
    place: Place,
    annotators: str | None,
    gold: str | None,
    labels: tuple[str, ...],
    times: tuple[str, ...],
    examples: int,
    seed: int,
    gamma: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Say how far annotators agree, on the paragraphs that they both finished.

    docs/agreement.md says what each figure is. Behind it stands where it lies with a probability of 95 %.
    """
    if len(times) > 2:
        raise click.BadParameter("two times at most are compared", param_hint="--as-of")
    if gamma:
        from tui.project.agreement.gamma import check_gamma

        check_gamma()
    names = split_names(annotators)
    terms = Terms(names, gold, frozenset(labels), examples=examples, seed=seed, gamma=gamma)
    wanted = Wanted(terms, tuple(sorted(parse_time(time) for time in times)))
    with (
        closing(Project.open(place, create=False)) as project,
        show_progress("Comparing", project.count_articles(), quiet=quiet) as advance,
    ):
        found = project.measure_agreement(wanted, progress=advance)
    if as_json:
        from tui.project.agreement.as_json import agreement_as_json

        write_json(agreement_as_json(found))
        return
    for line in _describe(found):
        say(line)


def _describe(found: Agreement) -> Iterable[str]:
    """Write what was measured for a person."""
    terms = found.terms
    who = f"{count_noun(len(terms.annotators), 'annotator')}"
    gold = f", and {terms.gold} as gold" if terms.gold is not None else ""
    articles = count_noun(found.articles, "article")
    yield f"{who}{gold}; {count_noun(found.paragraphs, 'paragraph')} of {articles} that two finished"
    yield ""
    yield from _table_of_pairs(found)
    yield from _describe_all(found)
    yield from _table_of_labels(found)
    yield from _describe_others(found)
    yield from _describe_disagreements(found)


def _table_of_pairs(found: Agreement) -> Iterable[str]:
    measures: list[Measure] = ["f1_exact", "f1_partial", "kappa_tokens", "alpha_units"]
    measures += ["gamma"] if found.terms.gamma else []
    rows = [["", "paragraphs", *[_HEADINGS[each] for each in measures]]]
    for between, paragraphs in found.shared.items():
        figures = [_show(found.find(measure, between)) for measure in measures]
        rows.append([" – ".join(map(quote_name, between)), f"{paragraphs:,}", *figures])
    yield from _lay_out(rows)


def _describe_all(found: Agreement) -> Iterable[str]:
    """Say what was measured of all at once, and of each against gold."""
    lines: list[str] = []
    if len(found.terms.annotators) > 1:
        tokens, units = found.find("alpha_tokens", ()), found.find("alpha_units", ())
        if tokens is not None:
            lines.append(f"α of tokens, all together: {_show(tokens)}, {tokens.counts['units']:,} tokens")
        if units is not None:
            lines.append(f"α of units, all together: {_show(units)}, {units.counts['units']:,} units")
    together = found.find("gamma", ())
    if together is not None:
        lines.append(f"γ, all together: {_show(together)}, {together.counts['units']:,} units")
    for name in found.terms.annotators if found.terms.gold is not None else ():
        between = (found.terms.gold or "", name)
        exact, complete = found.find("precision_exact", between), found.find("recall_exact", between)
        if exact is not None and complete is not None:
            counts = f"{exact.counts['same']:,} of {count_noun(exact.counts['right'], 'span')} right"
            missed = f"{exact.counts['left']:,} in gold"
            lines.append(f"{name}: precision {_show(exact)}, recall {_show(complete)}; {counts}, {missed}")
    if lines:
        yield ""
        yield from lines


def _table_of_labels(found: Agreement) -> Iterable[str]:
    where = _pooled(found)
    labels = sorted({each.key.of for each in found.figures if each.key.measure == "f1_exact"} - {""})
    rows = [["label", "spans", "F1 exact", "F1 partial", "α units"]]
    for label in labels:
        exact = found.find("f1_exact", where, label)
        if exact is not None:
            figures = [_show(found.find(name, where, label)) for name in ("f1_partial", "alpha_units")]
            spans = exact.counts["left"] + exact.counts["right"]
            rows.append([quote_name(label), f"{spans:,}", _show(exact), *figures])
    if len(rows) > 1:
        yield ""
        yield from _lay_out(rows)


def _describe_others(found: Agreement) -> Iterable[str]:
    """Say what was measured of attributes and relations."""
    where = _pooled(found)
    answers: Measure = "kappa_attribute" if where else "alpha_attribute"
    rows = [["attribute", "spans", "answered", "κ" if where else "α"]]
    rows += [
        [
            quote_name(each.key.of),
            f"{each.counts.get('units', each.counts.get('things', 0)):,}",
            f"{each.counts['answered']:,}",
            _show(each),
        ]
        for each in found.figures
        if each.key.measure == answers and each.key.between == where
    ]
    links = [["relation", "number", "F1"]]
    links += [
        [
            quote_name(each.key.of),
            f"{each.counts.get('left', 0) + each.counts.get('right', 0):,}",
            _show(each),
        ]
        for each in found.figures
        if each.key.measure == "f1_relations" and each.key.between == where and each.key.of
    ]
    for table in (rows, links):
        if len(table) > 1:
            yield ""
            yield from _lay_out(table)


def _describe_disagreements(found: Agreement) -> Iterable[str]:
    kinds = found.count_kinds()
    yield ""
    if not kinds:
        yield "They disagree nowhere."
        return
    yield "They disagree on: " + ", ".join([f"{kind} {number:,}" for kind, number in kinds.items()])
    confused = Counter(
        {
            pair: number
            for pair, number in sum(found.confusion.values(), Counter()).items()
            if pair[0] != pair[1]
        }
    )
    merged: Counter[tuple[str, str]] = Counter()
    for (left, right), number in confused.items():
        merged[(left, right) if right == "" or (left and left < right) else (right, left)] += number
    for (left, right), number in sorted(merged.items(), key=lambda each: (-each[1], each[0]))[
        :_MOST_CONFUSED
    ]:
        yield f"  {number:>6,}  {quote_name(left)} / {quote_name(right) or 'nothing'}"
    for example in sorted(found.examples, key=lambda each: DISAGREEMENT_KINDS.index(each.disagreement.kind)):
        yield from _describe_example(example)


def _describe_example(example: DisagreementExample) -> Iterable[str]:
    article, each = example.article, example.disagreement
    name = f" {each.name}" if each.name else ""
    place = f"{article.id or article.key} ¶{example.paragraph + 1} {each.start}–{each.end}"
    yield f"\n{each.kind}{name}, {place}  {quote_name(article.title)}"
    before, words, after = example.context
    yield f"  {_cut_before(before)}[{quote(words, 0, len(words), limit=_LONGEST_WORDS)}]{_cut_behind(after)}"
    for annotator, side in zip(each.between, (each.left, each.right), strict=True):
        yield f"  {annotator}: {describe_side(side, article.text)}"


def _cut_before(text: str) -> str:
    return text if len(text) <= _LONGEST_CONTEXT else f"… {text[-_LONGEST_CONTEXT:].partition(' ')[2]}"


def _cut_behind(text: str) -> str:
    return text if len(text) <= _LONGEST_CONTEXT else f"{text[:_LONGEST_CONTEXT].rpartition(' ')[0]} …"


def _pooled(found: Agreement) -> tuple[str, ...]:
    """Say of whom the tables of labels are: of all, where there are several; else of the one and gold."""
    (first, *others) = found.shared
    return first if not others else ()


def _show(figure: Figure | None) -> str:
    """Write a figure with its interval."""
    if figure is None or figure.value is None:
        return _BLANK
    if figure.interval is None:
        return f"{figure.value:.2f}"
    low, high = figure.interval
    return f"{figure.value:.2f} ({low:.2f}–{high:.2f})"


def _lay_out(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Put rows into columns, the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, second, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join([first, second.rstrip().rjust(widths[1]), *rest]).rstrip()
