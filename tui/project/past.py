"""How far a project was at a time: what `overview` counts now, told from the log as it stood then.

Left out is what no log tells: which labels `labels.yaml` had. Boilerplate is what looks so now.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.model.annotators import OF_OTHERS
from tui.model.article import PARAGRAPH_STATES, Article, ParagraphState
from tui.model.layer import Layer, count_states
from tui.project.assigning import tally_assigned
from tui.project.effort import measure_layer, time_actions
from tui.project.exporting import read_layers
from tui.project.overview import AnnotatorWork, Overview, Status
from tui.store import AnnotatorCounts, Store

if TYPE_CHECKING:
    from tui.project.agreement.comparison import Comparison


def read_past_overview(
    store: Store,
    as_of: str,
    *,
    symmetric: frozenset[str] = frozenset(),
    progress: Callable[[int], None] | None = None,
) -> Overview:
    """Say how far a project was at a UTC time; `progress` hears of each article.

    Raises `StoreError` where the log is not what was written.
    """
    from tui.project.agreement.comparison import Comparison, Terms

    with store.snapshot():
        names = [each for each in store.chronicle.list_annotators(as_of) if each not in OF_OTHERS]
        comparison = Comparison(Terms(tuple(names), symmetric=symmetric, rounds=0))
        tally = _Tally(time_actions(store.chronicle.read_starts()), comparison)
        for articles in store.articles.read_articles(as_of=as_of):
            layers = read_layers(store, articles, as_of)
            for article in articles:
                if progress is not None:
                    progress(1)
                tally.add(article, layers[article.number])
        assignment = store.history.read_assignment(as_of=as_of)
    agreement = comparison.finish() if len(names) > 1 else None
    return Overview(
        tally.make_status(),
        tally.notes,
        dict(sorted(tally.work.items())),
        tally_assigned(assignment, tally.keys, tally.left),
        agreement if agreement is not None and agreement.paragraphs else None,
        as_of,
    )


class _Tally:
    """Adds up the articles of a project, and what was said of them."""

    def __init__(self, seconds: Mapping[str, float], comparison: "Comparison") -> None:
        self.keys: list[tuple[int, str, int]] = []
        """The number and key of each article, and how many paragraphs it has."""
        self.notes: Counter[str] = Counter()
        """Each annotator's notes."""
        self.work: defaultdict[str, AnnotatorWork] = defaultdict(AnnotatorWork)
        """What each annotator did."""
        self.left: defaultdict[str, dict[int, int]] = defaultdict(dict)
        """How many paragraphs each annotator has left of each article that he has begun, by number."""
        self._seconds = seconds
        self._comparison = comparison
        self._states: defaultdict[str, Counter[ParagraphState]] = defaultdict(Counter)
        self._finished: Counter[str] = Counter()
        self._flagged: Counter[str] = Counter()
        self._spans: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._relations: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._entities: Counter[str] = Counter()

    def add(self, article: Article, layers: Mapping[str, Layer]) -> None:
        """Add an article with what each annotator says of it."""
        self.keys.append((article.number, article.key, len(article.paragraphs)))
        self._comparison.add(article, layers)
        for annotator, layer in layers.items():
            self._add_states(article, annotator, layer)
            self.work[annotator].add(measure_layer(layer.events, self._seconds))
            self.notes[annotator] += sum(bool(span.note) for span in layer.spans.values())
            self.notes[annotator] += len(layer.notes)
            self._spans[annotator].update([span.label for span in layer.spans.values()])
            self._relations[annotator].update([each.label for each in layer.relations.values()])
            self._entities[annotator] += len(layer.entities)

    def _add_states(self, article: Article, annotator: str, layer: Layer) -> None:
        states = count_states(article, layer)
        self.left[annotator][article.number] = states["unfinished"]
        self._states[annotator].update(states)
        self._finished[annotator] += not states["unfinished"] and not states["skipped"]
        self._flagged[annotator] += len(layer.flags)

    def make_status(self) -> Status:
        """Say where the project stood."""
        return Status(
            articles=len(self.keys),
            paragraphs=sum(paragraphs for _, _, paragraphs in self.keys),
            annotators=[self._count(annotator) for annotator in sorted(self._states)],
            spans=_as_dicts(self._spans),
            relations=_as_dicts(self._relations),
            entities={name: count for name, count in sorted(self._entities.items()) if count},
            unknown_labels=None,
        )

    def _count(self, annotator: str) -> AnnotatorCounts:
        states = self._states[annotator]
        return AnnotatorCounts(
            annotator,
            self._finished[annotator],
            self._flagged[annotator],
            {state: states[state] for state in PARAGRAPH_STATES},
        )


def _as_dicts(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {annotator: dict(sorted(own.items())) for annotator, own in sorted(counts.items()) if own}
