"""Carrying: taking over from one database to another what that lacks, a transaction at a time.

Everything is found by names and ids that are the same in every copy, so a carry that was stopped anywhere is
gone on with by the next one, and what is there already is not taken twice.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from tui.model.parcel import SharedArticle, merge_about
from tui.store import Exchange, Listed, Store
from tui.sync.report import Carried, SyncReport

_COMPARED_ARTICLES: Final = 500
_COMPARED_EVENTS: Final = 20_000
"""How many are compared at once."""

_TAKEN_ARTICLES: Final = 100
_TAKEN_EVENTS: Final = 2_000
"""How many come in with one transaction."""

_Each = TypeVar("_Each")


def carry(source: Store, target: Store, carried: Carried, report: SyncReport) -> None:
    """Take over what one database lacks of another, all of one moment; `report` hears what cannot be."""
    with source.snapshot():
        refused = _carry_articles(source.exchange, target.exchange, carried, report)
        _carry_events(source.exchange, target.exchange, carried, refused)
        _carry_steps(source.exchange, target.exchange, carried, refused)


def _carry_articles(source: Exchange, target: Exchange, carried: Carried, report: SyncReport) -> set[str]:
    """Take over articles; give the names of those that were refused."""
    refused: set[str] = set()
    after = 0
    while chunk := source.list_articles(after=after, most=_COMPARED_ARTICLES):
        after = chunk[-1].number
        there = target.find_articles({name for each in chunk for name in each.about.names})
        lacking = [each for each in chunk if lacks(there, each.about, source, each.number)]
        for some in batch(lacking, _TAKEN_ARTICLES):
            said = target.take_articles([(each.about, source.load_text(each.number)) for each in some])
            report.refuse(said)
            refused.update([name for name, _ in said])
            count_articles([each.about for each in some], there, refused, carried)
    return refused


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


def _carry_events(source: Exchange, target: Exchange, carried: Carried, refused: set[str]) -> None:
    after = ""
    while True:
        ids, last = source.join_ids(after=after, most=_COMPARED_EVENTS)
        if not ids:
            return
        known = target.join_ids_up_to(last, after=after)
        after = last
        if ids == known:
            continue
        missing = sorted(set(ids.split(",")) - set(known.split(",")))
        for some in batch(missing, _TAKEN_EVENTS):
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
