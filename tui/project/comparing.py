"""Taking what annotators said out of the store, to measure how far they agree."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from msgspec import Struct, structs

from tui.errors import NothingSharedError
from tui.model.annotation import Annotation
from tui.model.annotators import OF_OTHERS
from tui.model.article import Article
from tui.model.events import Finish
from tui.model.layer import Layer
from tui.project.agreement.comparison import Agreement, Comparison, Terms
from tui.project.exporting import read_layers
from tui.store import Store


class Wanted(Struct, frozen=True):
    """Who is to be compared, and as of when."""

    terms: Terms
    """Who, and how; without annotators everybody whose work is not made of others'."""
    times: tuple[str, ...] = ()
    """UTC times; none: now. Of one annotator they compare what was said then with now, or with later."""


class _Shown(Struct, frozen=True):
    """An article and what is compared of it."""

    article: Article
    annotations: Mapping[str, Annotation]
    only: Set[int] | None = None


def measure_agreement(
    store: Store, wanted: Wanted, *, progress: Callable[[int], None] | None = None
) -> Agreement:
    """Measure how far annotators agree, at one moment; `progress` hears of each article.

    Raises `NothingSharedError` where there are not two, or they finished no paragraph both.
    """
    counts = store.progress.count_states()
    known = [each.annotator for each in counts]
    terms = _choose(wanted.terms, known, [each.annotator for each in counts if each.paragraphs["finished"]])
    if len(terms.everybody) == 1 and wanted.times:
        return _compare_with_self(store, terms, wanted.times, progress)
    if len(terms.everybody) < 2:
        raise NothingSharedError(_explain_one(terms, known))
    if len(wanted.times) > 1:
        raise NothingSharedError(
            "two times compare what one annotator said: name one with --annotators, or give one --as-of"
        )
    time = wanted.times[0] if wanted.times else None
    comparison = Comparison(terms)
    with store.snapshot():
        for shown in _read(store, time, progress):
            comparison.add(shown.article, shown.annotations)
    found = comparison.finish()
    if not found.paragraphs:
        raise NothingSharedError(
            f"no paragraph was finished by two of {_list(terms.everybody)}; agreement is measured where both"
            " did"
        )
    return found


def _explain_one(terms: Terms, known: Sequence[str]) -> str:
    """Say why nobody can be compared with anybody, and what would be right."""
    if len(known) < 2:
        return (
            f"agreement needs two annotators, but here is only {_list(known)}; bring another's work with"
            " spantag export --unit article --all, and spantag import"
        )
    named = _list(terms.everybody)
    return f"agreement needs two annotators; name another beside {named}, or with --as-of another time"


def _choose(terms: Terms, known: Sequence[str], finishers: Sequence[str]) -> Terms:
    """Name the annotators that are meant; raises `NothingSharedError` for one who annotated nothing.

    Unless they are named, those are left out who finished nothing: nothing can be compared with them.
    """
    for name in terms.everybody:
        if name not in known:
            raise NothingSharedError(f"there is nothing by {name!r}; annotators so far: {_list(known)}")
    theirs, own = ([each for each in names if each not in OF_OTHERS] for names in (known, finishers))
    chosen = terms.annotators or (own if len(own) > 1 else theirs)
    return structs.replace(
        terms, annotators=tuple([each for each in dict.fromkeys(chosen) if each != terms.gold])
    )


def _compare_with_self(
    store: Store, terms: Terms, times: Sequence[str], progress: Callable[[int], None] | None
) -> Agreement:
    """Compare what one annotator said at two times of the paragraphs that were finished again between."""
    (annotator,) = terms.everybody
    first, last = times[0], times[1] if len(times) > 1 else None
    names = f"{annotator} {first}", f"{annotator} {last or 'now'}"
    comparison = Comparison(structs.replace(terms, annotators=names, gold=None))
    with store.snapshot():
        for shown in _read_twice(store, annotator, first, last, names, progress):
            comparison.add(shown.article, shown.annotations, only=shown.only)
    found = comparison.finish()
    if not found.paragraphs:
        raise NothingSharedError(
            f"{annotator} finished no paragraph again between {first} and {last or 'now'}: open finished"
            " paragraphs again and finish them, or tag them under another name"
        )
    return found


def _read(store: Store, as_of: str | None, progress: Callable[[int], None] | None) -> Iterator[_Shown]:
    for articles in store.articles.read_articles(as_of=as_of):
        layers = read_layers(store, articles, as_of)
        for article in articles:
            if progress is not None:
                progress(1)
            if article.number in layers:
                yield _Shown(article, layers[article.number])


def _read_twice(
    store: Store,
    annotator: str,
    first: str,
    last: str | None,
    names: tuple[str, str],
    progress: Callable[[int], None] | None,
) -> Iterator[_Shown]:
    for articles in store.articles.read_articles(as_of=last):
        for article in articles:
            if progress is not None:
                progress(1)
            if annotator in store.log.list_annotators(article.number):
                early = store.log.load_layer(article.number, annotator, as_of=first)
                late = store.log.load_layer(article.number, annotator, as_of=last)
                yield _Shown(article, dict(zip(names, (early, late), strict=True)), _find_again(late, first))


def _find_again(layer: Layer, after: str) -> Set[int]:
    """Find the paragraphs that were finished after a UTC time."""
    return {
        index
        for event in layer.events
        if event.at > after and event.action not in layer.taken_back and isinstance(event.act, Finish)
        for index in event.act.paragraphs
    }


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"
