"""Assignment: which articles are whose work.

A rule gives every article to some of the annotators by chance that anybody can draw again: each annotator has
a score for each article, and those with the highest scores have it (rendezvous hashing, Thaler and
Ravishankar 1998; weighted after Schindelhauer and Schomaker 2005). What somebody has stays his when articles
are added, and when annotators come or go only what is theirs moves. Articles can be named beside it: those
of a calibration set are everybody's, others those of whom they are given to. Articles with one text go
together. A server does the same in SQL (`tui/sync/server/assigned.sql`), so chance is SHA-256, which it has.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct, field, structs

from tui.model.article import KEY_LENGTH
from tui.model.span import Json

_BYTES: Final = 8


class AssignmentRule(Struct, frozen=True):
    """Who has which share of the articles."""

    shares: Mapping[str, float]
    """How much each annotator has, as a weight greater than 0."""
    overlap: int = 1
    """How many annotators have each article."""
    seed: int = 0
    """What chance begins with."""

    def choose(self, key: str) -> tuple[str, ...]:
        """Choose who has the article with this key."""
        scores = {name: self._score(name, share, key) for name, share in self.shares.items()}
        return tuple(sorted(sorted(scores, key=lambda name: (-scores[name], name))[: self.overlap]))

    def _score(self, name: str, share: float, key: str) -> float:
        return -share / math.log(draw(self.seed, name, key))

    def as_json(self) -> dict[str, Json]:
        """Give it as it stands in the log."""
        return {"shares": dict[str, Json](self.shares), "overlap": self.overlap, "seed": self.seed}


class Assignment(Struct, frozen=True):
    """Which articles are whose."""

    rule: AssignmentRule | None = None
    """Who has those that are not named."""
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Who has those that are named, by key."""
    calibration: frozenset[str] = frozenset()
    """The keys of those that were given to everybody with the rule; they are named, too."""

    def __bool__(self) -> bool:
        """Tell whether anything is assigned."""
        return self.rule is not None or bool(self.named)

    def choose(self, key: str) -> tuple[str, ...]:
        """Say who has the article with this key; nobody: it is not assigned."""
        named = self.named.get(key[:KEY_LENGTH])
        if named is not None:
            return named
        return () if self.rule is None else self.rule.choose(key)

    def names(self) -> frozenset[str]:
        """Name all who have any."""
        own = frozenset() if self.rule is None else frozenset(self.rule.shares)
        return own.union(*self.named.values())


def draw(seed: int, name: str, key: str) -> float:
    """Draw a number between 0 and 1 for an article and a name, always the same one."""
    words = f"{seed}\0{name}\0{key[:KEY_LENGTH]}".encode("utf-8", "surrogatepass")
    drawn = int.from_bytes(hashlib.sha256(words).digest()[:_BYTES])
    # Neither 0 nor 1, whatever is drawn: a double has 53 bits.
    return ((drawn >> 12) + 0.5) / 2.0**52


def fold_assignment(payloads: Iterable[Mapping[str, Json]]) -> Assignment:
    """Make of what was decided, in order, what is assigned; what cannot be read counts for nothing."""
    found = Assignment()
    for payload in payloads:
        if payload.get("clear") is True:
            found = Assignment()
        rule = read_rule(payload.get("rule"))
        named = {} if rule is None and payload.get("rule") is not None else _read_named(payload)
        shared = frozenset(named) if rule is not None else found.calibration - named.keys()
        found = structs.replace(
            found, rule=rule or found.rule, named={**found.named, **named}, calibration=shared
        )
    return found


def read_rule(value: Json) -> AssignmentRule | None:
    """Read a rule as it stands in the log; None where it is none."""
    if not isinstance(value, dict):
        return None
    shares, overlap, seed = value.get("shares"), value.get("overlap"), value.get("seed")
    if not isinstance(shares, dict) or not isinstance(overlap, int) or not isinstance(seed, int):
        return None
    read = {name: float(share) for name, share in shares.items() if isinstance(share, int | float)}
    is_right = len(read) == len(shares) and all(share > 0 for share in read.values())
    return AssignmentRule(read, overlap, seed) if is_right and 0 < overlap <= len(read) else None


def _read_named(payload: Mapping[str, Json]) -> dict[str, tuple[str, ...]]:
    keys, names = payload.get("keys"), payload.get("to")
    if not isinstance(keys, list) or not isinstance(names, list):
        return {}
    to = tuple(sorted(name for name in names if isinstance(name, str)))
    return {key[:KEY_LENGTH]: to for key in keys if isinstance(key, str)}
