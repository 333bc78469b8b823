"""Giving the articles of a project to annotators, and counting what each has."""

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from tui.model.article import KEY_LENGTH
from tui.model.assignment import Assignment, AssignmentRule, draw
from tui.model.span import Json
from tui.store import Store

_CALIBRATION = "calibration"
"""The name that chance knows a calibration set by."""


class AssignedCounts(Struct, frozen=True):
    """What is one annotator's work."""

    annotator: str
    """Who."""
    articles: int
    """How many articles."""
    paragraphs: int
    """How many paragraphs they have."""
    left: int
    """How many of these are not decided yet."""

    def as_json(self) -> dict[str, Json]:
        """Give it for a program."""
        return {"articles": self.articles, "paragraphs": self.paragraphs, "paragraphs_left": self.left}


def plan_rule(store: Store, rule: AssignmentRule, calibration: int | None) -> dict[str, Json]:
    """Write a rule for the log, with so many articles for everybody, which are drawn now and stay those.

    With None those that are everybody's already stay so.
    """
    if calibration is None:
        drawn = sorted(store.history.read_assignment().calibration)
    else:
        texts = dict.fromkeys([key[:KEY_LENGTH] for _, key, _ in store.articles.read_keys()])
        drawn = sorted(texts, key=lambda key: draw(rule.seed, _CALIBRATION, key))[:calibration]
    shared: dict[str, Json] = {"keys": [*drawn], "to": [*sorted(rule.shares)]} if drawn else {}
    return {"clear": True, "rule": rule.as_json(), **shared}


def plan_named(store: Store, numbers: Collection[int], names: Collection[str]) -> dict[str, Json]:
    """Write for the log that some articles are those of some annotators."""
    keys = [key[:KEY_LENGTH] for number, key, _ in store.articles.read_keys() if number in numbers]
    return {"keys": [*dict.fromkeys(keys)], "to": [*sorted(names)]}


def list_assigned(store: Store, assignment: Assignment, annotator: str) -> list[int]:
    """List the numbers of the articles that an annotator has, in order of arrival."""
    return [number for number, key, _ in store.articles.read_keys() if annotator in assignment.choose(key)]


def count_assigned(store: Store, assignment: Assignment) -> dict[str, AssignedCounts]:
    """Count what each annotator has, by name."""
    left = {name: store.progress.read_left(name) for name in assignment.names()}
    return tally_assigned(assignment, store.articles.read_keys(), left)


def tally_assigned(
    assignment: Assignment, keys: Iterable[tuple[int, str, int]], left: Mapping[str, Mapping[int, int]]
) -> dict[str, AssignedCounts]:
    """Count what each annotator has, by name, of articles with their numbers, keys and paragraphs.

    `left` says how many paragraphs an annotator has not decided of each article that he has begun.
    """
    counts = {name: [0, 0, 0] for name in sorted(assignment.names())}
    for number, key, paragraphs in keys:
        for name in assignment.choose(key):
            own = counts[name]
            own[0] += 1
            own[1] += paragraphs
            own[2] += left.get(name, {}).get(number, paragraphs)
    return {name: AssignedCounts(name, *own) for name, own in counts.items()}
