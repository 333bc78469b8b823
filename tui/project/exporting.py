"""Taking records out of the store: streaming, of one moment, only what is settled."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field, structs

from tui.model.annotators import CONSENSUS, OF_OTHERS
from tui.model.article import Article
from tui.model.layer import Layer
from tui.model.record import Record, Unit, Withheld, cut_records
from tui.model.span import Json
from tui.project.consensus import Rule, find_consensus, find_votes
from tui.project.effort import Effort, LayerEffort, measure_layer, time_actions
from tui.store import Store
from tui.text.messages import count_noun


class ExportOptions(Struct, frozen=True):
    """What to export."""

    unit: Unit = "paragraph"
    """What one record covers."""
    annotator: str | None = None
    """Only this annotator's work; None: everybody's, one record each."""
    everything: bool = False
    """Unfinished paragraphs and untouched articles too."""
    as_of: str | None = None
    """What the log said at this UTC time; None: now."""
    consensus: Rule | None = None
    """What is taken of several annotators, who vote on each article together; None: each one's own work."""
    voters: tuple[str, ...] = ()
    """Who votes; none: everybody whose work is not made of others'."""
    symmetric: frozenset[str] = frozenset()
    """The relations that mean the same from either end, where there is a vote."""
    with_effort: bool = False
    """Say how long each record took its annotator."""


class ExportReport(Struct):
    """What an export did."""

    records: int = 0
    """Records written."""
    spans: int = 0
    """Spans in them."""
    withheld: Withheld = field(default_factory=Withheld)
    """What was left out."""
    reliability: Mapping[str, float] = field(default_factory=dict)
    """How large a share of each voter's votes is right, where that was learnt."""
    alone: int = 0
    """Paragraphs that were left out because only one annotator finished them, and there was a vote."""
    lost: int = 0
    """Relations that were left out, because the other span is in another record."""
    cut: int = 0
    """Texts that were cut, because a model would not read all of them."""
    pieces: int = 0
    """What they were cut into."""
    long: int = 0
    """Texts of more tokens than most models read that were not cut."""
    longest: int = 0
    """The tokens of the longest of these."""

    def describe_lengths(self, most: int | None) -> str:
        """Say what became of texts of more than `most` tokens, or of many; empty where there are none."""
        if self.cut and most is not None:
            cut = count_noun(self.cut, "text")
            where = "where sentences and paragraphs end"
            return f"{cut} of more than {most:,} tokens cut into {self.pieces:,}, {where}"
        if self.long:
            return (
                f"{count_noun(self.long, 'text')} of more than 350 tokens (about 512 subwords), the longest"
                f" {self.longest:,}:"
                " most models leave out what is behind them without a word; --max-tokens 350 cuts such texts"
                " where sentences and paragraphs end"
            )
        return ""


def read_records(
    store: Store,
    options: ExportOptions,
    report: ExportReport,
    *,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Record]:
    """Read the records to export, in order of the articles' arrival; `progress` hears of each article.

    They are all from one moment, whatever is written meanwhile.
    """
    with store.snapshot():
        seconds = time_actions(store.chronicle.read_starts()) if options.with_effort else {}
        chances = _weigh(store, options, report)
        for articles in store.articles.read_articles(as_of=options.as_of):
            layers = read_layers(store, articles, options.as_of)
            for article in articles:
                if progress is not None:
                    progress(1)
                own = None if chances is None else chances.get(article.number, {})
                records = _cut_article(article, layers.get(article.number, {}), options, report, own)
                if options.with_effort:
                    records = _add_efforts(store, article, records, seconds, as_of=options.as_of)
                yield from records


def read_layers(
    store: Store, articles: Sequence[Article], as_of: str | None
) -> Mapping[int, Mapping[str, Layer]]:
    """Read what was said, up to the UTC time `as_of`, of articles that follow each other.

    Gives the layers by article and annotator.
    """
    if not articles:
        return {}
    if as_of is None:
        return store.log.read_layers(articles[0].number, articles[-1].number)
    return {article.number: store.log.read_past(article.number, as_of) for article in articles}


def _cut_article(
    article: Article,
    layers: Mapping[str, Layer],
    options: ExportOptions,
    report: ExportReport,
    chances: Mapping[str, float] | None,
) -> Iterator[Record]:
    """Cut what each annotator says of an article, or all together, into records, and count them."""
    if options.consensus is not None:
        yield from _cut_consensus(article, layers, options.consensus, options, report, chances)
        return
    chosen: list[tuple[str | None, Layer]] = [
        (annotator, layer) for annotator, layer in layers.items() if options.annotator in (None, annotator)
    ]
    if not chosen and options.everything:
        chosen.append((None, Layer()))
    for annotator, layer in chosen:
        records, withheld = cut_records(
            article, annotator, layer, unit=options.unit, everything=options.everything
        )
        report.withheld += withheld
        for record in records:
            report.records += 1
            report.spans += len(record.spans or ())
            yield record


def _add_efforts(
    store: Store,
    article: Article,
    records: Iterable[Record],
    seconds: Mapping[str, float],
    *,
    as_of: str | None,
) -> Iterator[Record]:
    """Say of each record of an article how long it took, by the seconds of each action."""
    starts = [paragraph.start for paragraph in article.paragraphs]
    measured: dict[str, LayerEffort] = {}
    for record in records:
        name = record.annotator
        if name is None:
            yield record
            continue
        if name not in measured:
            layer = store.log.load_layer(article.number, name, as_of=as_of)
            measured[name] = measure_layer(layer.events, seconds, starts)
        yield structs.replace(record, effort=_effort_of(article, record, measured[name]))


def _effort_of(article: Article, record: Record, found: LayerEffort) -> Mapping[str, Json]:
    start, end = record.offset, record.offset + len(record.text)
    inside = [each.index for each in article.paragraphs if each.start < end and start < each.end]
    total = sum([found.paragraphs[index] for index in inside if index in found.paragraphs], Effort())
    spans = {span.id: found.spans[span.id].as_json() for span in record.spans or () if span.id in found.spans}
    return {**total.as_json(), "spans": dict[str, Json](spans)}


def _cut_consensus(
    article: Article,
    layers: Mapping[str, Layer],
    rule: Rule,
    options: ExportOptions,
    report: ExportReport,
    chances: Mapping[str, float] | None,
) -> Iterator[Record]:
    """Cut what annotators say of an article together into records, and count them."""
    voting = _choose_voting(layers, options)
    found = find_consensus(article, voting, rule, symmetric=options.symmetric, chances=chances)
    records, withheld = cut_records(article, CONSENSUS, found.layer, unit=options.unit, everything=False)
    report.alone += found.alone
    report.withheld += withheld
    for record in records:
        spans = record.spans or ()
        report.records += 1
        report.spans += len(spans)
        yield structs.replace(record, votes={span.id: found.votes[span.id] for span in spans})


def _choose_voting(layers: Mapping[str, Layer], options: ExportOptions) -> dict[str, Layer]:
    voters = options.voters or layers.keys() - OF_OTHERS
    return {name: layer for name, layer in layers.items() if name in voters}


def _weigh(
    store: Store, options: ExportOptions, report: ExportReport
) -> Mapping[int, Mapping[str, float]] | None:
    """Learn how likely each span is right, by article and id; None where votes are only counted."""
    rule = options.consensus
    if rule != "dawid-skene" and rule != "mace":
        return None
    from tui.project.crowd import weigh_votes

    votes = [
        ((article.number, span_id), own)
        for articles in store.articles.read_articles(as_of=options.as_of)
        for layers in [read_layers(store, articles, options.as_of)]
        for article in articles
        for span_id, own in find_votes(
            article, _choose_voting(layers.get(article.number, {}), options)
        ).items()
    ]
    verdict = weigh_votes(votes, rule)
    report.reliability = verdict.reliability
    chances: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for (number, span_id), chance in verdict.chances.items():
        chances[number][span_id] = chance
    return chances
