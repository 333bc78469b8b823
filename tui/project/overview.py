"""How far a project is: what there is, what went into it, what came of it each day, and how far all agree."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from tui.errors import NothingSharedError
from tui.model.labels import LabelSet
from tui.model.span import Json
from tui.project.assigning import AssignedCounts, count_assigned
from tui.project.effort import LONGEST_PAUSE, LayerEffort, Work, measure_layer, time_actions
from tui.store import AnnotatorCounts, Store

if TYPE_CHECKING:
    from tui.project.agreement.comparison import Agreement
    from tui.project.agreement.counts import Measure

SHOWN_MEASURES: "Final[Mapping[Measure, str]]" = {
    "f1_exact": "F1 exact",
    "f1_partial": "F1 partial",
    "kappa_tokens": "κ tokens",
    "alpha_units": "α units",
}
"""The measures of two annotators that an overview has, each with its heading."""

UNTOLD: Final = "Which labels labels.yaml lacked then is left out: no log tells it."
"""What an overview of the past says of what it cannot tell."""


class Status(Struct, frozen=True):
    """Where a project stands."""

    articles: int
    """Articles in it."""
    paragraphs: int
    """Paragraphs of all articles."""
    annotators: list[AnnotatorCounts]
    """What each annotator has decided."""
    spans: dict[str, dict[str, int]]
    """Each annotator's spans by label."""
    relations: dict[str, dict[str, int]]
    """Each annotator's relations by label, roles among them."""
    entities: dict[str, int]
    """How many entities each annotator has made, where there are any."""
    unknown_labels: list[str] | None
    """Labels of spans that labels.yaml does not have; None of the past: no log tells it."""


class AnnotatorWork(Struct):
    """What went into the work of one annotator, and what came of it."""

    labels: defaultdict[str, Work] = field(default_factory=lambda: defaultdict(Work))
    """What went into the spans of each label, and how many they are."""
    days: defaultdict[str, Work] = field(default_factory=lambda: defaultdict(Work))
    """What was done on each day in UTC, such as `2026-11-22`."""

    @property
    def total(self) -> Work:
        """All days together."""
        return sum(self.days.values(), Work())

    def add(self, effort: LayerEffort) -> None:
        """Add what went into a layer."""
        for label, own in effort.labels.items():
            self.labels[label] += own
        for day, work in effort.days.items():
            self.days[day] += work


class Overview(Struct, frozen=True):
    """How far a project is."""

    status: Status
    """What there is."""
    notes: Mapping[str, int]
    """How many notes each annotator wrote that are there still."""
    work: Mapping[str, AnnotatorWork]
    """What each annotator did, imports left out."""
    assigned: Mapping[str, AssignedCounts]
    """What is whose work, where anything is assigned."""
    agreement: "Agreement | None"
    """How far annotators agree, without intervals; None where no two finished the same."""
    as_of: str | None = None
    """The UTC time that it is about; None: now."""

    def count_left(self, counts: AnnotatorCounts) -> int:
        """Count the paragraphs that an annotator has not decided: of his own, else of the project."""
        if counts.annotator in self.assigned:
            return self.assigned[counts.annotator].left
        decided = sum(number for state, number in counts.paragraphs.items() if state != "unfinished")
        return max(self.status.paragraphs - decided, 0)

    def count_spans(self) -> dict[str, int]:
        """Count the spans of all annotators by label, the most frequent first."""
        found: defaultdict[str, int] = defaultdict(int)
        for own in self.status.spans.values():
            for label, number in own.items():
                found[label] += number
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))

    def sum_labels(self) -> dict[str, Work]:
        """Add up what went into the spans of each label."""
        found: defaultdict[str, Work] = defaultdict(Work)
        for each in self.work.values():
            for label, work in each.labels.items():
                found[label] += work
        return dict(found)

    def sum_days(self) -> dict[str, Work]:
        """Add up what all did on each day, the first first."""
        found: defaultdict[str, Work] = defaultdict(Work)
        for each in self.work.values():
            for day, work in each.days.items():
                found[day] += work
        return dict(sorted(found.items()))


def read_status(store: Store, labels: LabelSet) -> Status:
    """Count what there is."""
    progress = store.progress
    return Status(
        articles=store.articles.count_articles(),
        paragraphs=store.articles.count_paragraphs(),
        annotators=progress.count_states(),
        spans=_by_annotator(progress.count_spans()),
        relations=_by_annotator(progress.count_relations()),
        entities=progress.count_entities(),
        unknown_labels=[name for name in progress.used_labels() if labels.label(name) is None],
    )


def read_overview(
    store: Store,
    labels: LabelSet,
    *,
    symmetric: frozenset[str] = frozenset(),
    progress: Callable[[int], None] | None = None,
) -> Overview:
    """Say how far a project is, at one moment; `progress` hears of each article.

    Raises `StoreError` where the log is not what was written.
    """
    with store.snapshot():
        status = read_status(store, labels)
        notes = store.progress.count_notes()
        work = _read_work(store)
        assigned = count_assigned(store, store.history.read_assignment())
    return Overview(status, notes, work, assigned, _measure(store, symmetric, progress))


def _read_work(store: Store) -> dict[str, AnnotatorWork]:
    seconds = time_actions(store.chronicle.read_starts())
    work: defaultdict[str, AnnotatorWork] = defaultdict(AnnotatorWork)
    for events in store.chronicle.read_by_layer():
        work[events[0].annotator].add(measure_layer(events, seconds))
    return dict(sorted(work.items()))


def _measure(
    store: Store, symmetric: frozenset[str], progress: Callable[[int], None] | None
) -> "Agreement | None":
    from tui.project.agreement.comparison import Terms
    from tui.project.comparing import Wanted, measure_agreement

    try:
        return measure_agreement(store, Wanted(Terms((), symmetric=symmetric, rounds=0)), progress=progress)
    except NothingSharedError:
        return None


def overview_as_json(found: Overview) -> dict[str, Json]:
    """Give all of it for a program."""
    status = found.status
    unknown = status.unknown_labels
    return {
        **({} if found.as_of is None else {"as_of": found.as_of}),
        "articles": status.articles,
        "paragraphs": status.paragraphs,
        "annotators": {each.annotator: _annotator_as_json(found, each) for each in status.annotators},
        **({} if unknown is None else {"labels_not_in_labels_yaml": [*unknown]}),
        "assigned": {name: each.as_json() for name, each in found.assigned.items()},
        "longest_pause": LONGEST_PAUSE,
        "agreement": _agreement_as_json(found.agreement),
    }


def _annotator_as_json(found: Overview, counts: AnnotatorCounts) -> dict[str, Json]:
    name, status = counts.annotator, found.status
    work = found.work.get(name, AnnotatorWork())
    return {
        "articles_finished": counts.articles,
        "paragraphs": {str(state): number for state, number in counts.paragraphs.items()},
        "paragraphs_left": found.count_left(counts),
        "flagged": counts.flagged,
        "notes": found.notes.get(name, 0),
        "spans": dict[str, Json](status.spans.get(name, {})),
        "relations": dict[str, Json](status.relations.get(name, {})),
        "entities": status.entities.get(name, 0),
        "work": _work_as_json(work.total),
        "effort_by_label": {
            label: {**each.effort.as_json(), "spans": each.spans, **_mean_as_json(each)}
            for label, each in sorted(work.labels.items())
        },
        "days": {day: _work_as_json(each) for day, each in sorted(work.days.items())},
    }


def _work_as_json(work: Work) -> dict[str, Json]:
    counts = {"paragraphs": work.paragraphs, "spans": work.spans}
    return {**work.effort.as_json(), **counts, **_mean_as_json(work)}


def _mean_as_json(work: Work) -> dict[str, Json]:
    """Give the keys that went into one of what came of it, where they are known."""
    means = {"keys_per_paragraph": work.keys_per_paragraph, "keys_per_span": work.keys_per_span}
    return {name: round(mean, 2) for name, mean in means.items() if mean is not None}


def _agreement_as_json(found: "Agreement | None") -> list[Json]:
    if found is None:
        return []
    return [
        {
            "between": [*between],
            "paragraphs": paragraphs,
            **{str(name): _value_of(found, name, between) for name in SHOWN_MEASURES},
            "disagreements": {str(kind): number for kind, number in found.disagreements[between].items()},
        }
        for between, paragraphs in found.shared.items()
        if paragraphs
    ]


def _value_of(found: "Agreement", measure: "Measure", between: tuple[str, str]) -> float | None:
    figure = found.find(measure, between)
    return None if figure is None else figure.value


def _by_annotator(counts: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """Give counts of labels by annotator."""
    found: dict[str, dict[str, int]] = {}
    for annotator, label, count in counts:
        found.setdefault(annotator, {})[label] = count
    return found
