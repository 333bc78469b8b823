"""Carrying: taking over from one database to another what that lacks, a transaction at a time.

Everything is found by names and ids that are the same in every copy, so a carry that was stopped anywhere is
gone on with by the next one, and what is there already is not taken twice.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final, TypeVar

from tui.model.assignment import Assignment, fold_assignment
from tui.model.parcel import SharedArticle, merge_about
from tui.store import Store
from tui.store.exchange import Exchange, Listed
from tui.sync.report import Carried, SyncReport

_COMPARED_ARTICLES: Final = 500
_COMPARED_EVENTS: Final = 20_000
"""How many are compared at once."""

_LISTED_KEYS: Final = 10_000
"""For how many articles is found out at once whose work they are."""

_TAKEN_ARTICLES: Final = 100
_TAKEN_EVENTS: Final = 2_000
"""How many come in with one transaction."""

_Each = TypeVar("_Each")


def carry(
    source: Store, target: Store, carried: Carried, report: SyncReport, *, is_part: bool = False
) -> None:
    """Take over what one database lacks of another, all of one moment; `report` hears what cannot be.

    Where the source is only a part of the project, what else is in the target is not read.
    """
    with source.snapshot():
        refused = _carry_articles(source.exchange, target.exchange, carried, report)
        _carry_events(source.exchange, target.exchange, carried, refused, is_part=is_part)
        _carry_steps(source.exchange, target.exchange, carried, refused)


def carry_assigned(
    source: Store, target: Store, annotator: str, carried: Carried, report: SyncReport
) -> None:
    """Take over an annotator's articles, what is said of them, and what was done to the project.

    They are those that both databases together assign. Every key in the source is looked at, texts and events
    only of these articles.
    """
    with source.snapshot():
        refused = _carry_own(source.exchange, target.exchange, annotator, carried, report)
        _refuse_other_texts(source.exchange, target.exchange, carried, report, refused)
        _carry_steps(source.exchange, target.exchange, carried, refused)


def _carry_own(
    source: Exchange, target: Exchange, annotator: str, carried: Carried, report: SyncReport
) -> set[str]:
    """Take over an annotator's articles with what is said of them; give the names of those refused."""
    refused: set[str] = set()
    assignment = _read_assignment(source, target)
    after = 0
    while keys := source.list_keys(after=after, most=_LISTED_KEYS):
        after = keys[-1][0]
        own = [number for number, key in keys if annotator in assignment.choose(key)]
        for numbers in batch(own, _COMPARED_ARTICLES):
            _carry_listed(source.list_numbered(numbers), source, target, carried, report, refused)
            for ids in batch(source.list_event_ids_of(numbers), _COMPARED_EVENTS):
                _carry_missing(set(ids) - target.list_known(ids), source, target, carried, refused)
    return refused


def _read_assignment(source: Exchange, target: Exchange) -> Assignment:
    """Read whose work articles are by what is known in either database."""
    steps = {step.id: step for each in (source, target) for step in each.list_steps()}
    return fold_assignment([steps[step_id].more for step_id in sorted(steps)])


def _refuse_other_texts(
    source: Exchange, target: Exchange, carried: Carried, report: SyncReport, refused: set[str]
) -> None:
    """Compare the articles about which something is decided and which are in both: some may be others."""
    names = {name for step in source.list_steps() for name in step.articles}
    listed = source.find_articles(target.find_articles(names).keys())
    chunk = list({each.number: each for each in listed.values()}.values())
    _carry_listed(chunk, source, target, carried, report, refused)


def _carry_articles(source: Exchange, target: Exchange, carried: Carried, report: SyncReport) -> set[str]:
    """Take over articles; give the names of those that were refused."""
    refused: set[str] = set()
    after = 0
    while chunk := source.list_articles(after=after, most=_COMPARED_ARTICLES):
        after = chunk[-1].number
        _carry_listed(chunk, source, target, carried, report, refused)
    return refused


def _carry_listed(
    chunk: Sequence[Listed],
    source: Exchange,
    target: Exchange,
    carried: Carried,
    report: SyncReport,
    refused: set[str],
) -> None:
    """Take over those of some articles that lack; `refused` hears the names of those that cannot be."""
    names = {name for each in chunk for name in each.about.names}
    there = target.find_articles(names)
    lacking = [each for each in chunk if lacks(there, each.about, source, each.number)]
    for some in batch(lacking, _TAKEN_ARTICLES):
        said = target.take_articles([(each.about, source.load_text(each.number)) for each in some])
        report.refuse(said)
        refused.update([name for name, _ in said])
        count_articles([each.about for each in some], there, refused, carried)
    target.meet_awaited(names - refused)


def lacks(there: dict[str, Listed], about: SharedArticle, source: Exchange, number: int) -> bool:
    """Tell whether a database, in which some articles are `there` by name, lacks what is known of one."""
    found = {there[name].number: there[name].about for name in about.names if name in there}
    if len(found) != 1 or not all(name in there for name in about.names):
        return True
    (known,) = found.values()
    if known.digest == about.digest:
        return False
    text = source.load_text(number).text
    return known.key != about.key or merge_about(known, about, text).digest != known.digest


def count_articles(
    taken: Sequence[SharedArticle], there: dict[str, Listed], refused: set[str], carried: Carried
) -> None:
    """Count articles that were taken over."""
    for about in taken:
        if about.name not in refused:
            is_known = any(name in there for name in about.names)
            carried.updated += is_known
            carried.articles += not is_known


def _carry_events(
    source: Exchange, target: Exchange, carried: Carried, refused: set[str], *, is_part: bool
) -> None:
    after = ""
    while True:
        ids, last = source.join_ids(after=after, most=_COMPARED_EVENTS)
        if not ids:
            return
        listed = ids.split(",")
        if is_part:
            known = target.list_known(listed)
        else:
            joined = target.join_ids_up_to(last, after=after)
            known = set(listed) if joined == ids else set(joined.split(","))
        after = last
        _carry_missing(set(listed) - known, source, target, carried, refused)


def _carry_missing(
    ids: Collection[str], source: Exchange, target: Exchange, carried: Carried, refused: set[str]
) -> None:
    """Take over events that lack, but for those of articles that were refused."""
    for some in batch(sorted(ids), _TAKEN_EVENTS):
        events = [event for event in source.read_events(some) if event.article not in refused]
        carried.add_events(target.take_events(events))


def _carry_steps(source: Exchange, target: Exchange, carried: Carried, refused: set[str]) -> None:
    carried.steps += target.take_steps(
        [step for step in source.list_steps() if refused.isdisjoint(step.articles)]
    )


def batch(entries: Sequence[_Each], most: int) -> Iterator[Sequence[_Each]]:
    """Give entries in pieces of at most so many."""
    for start in range(0, len(entries), most):
        yield entries[start : start + most]
