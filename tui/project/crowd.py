"""Weights of annotators: how far each vote is to be believed, as crowd-kit learns it from all votes together.

A vote is an annotator's yes or no to a span that anybody made. Dawid and Skene (1979), Maximum likelihood
estimation of observer error-rates using the EM algorithm, *Journal of the Royal Statistical Society* C 28,
20–28; MACE: Hovy, Berg-Kirkpatrick, Vaswani and Hovy (2013), Learning whom to trust with MACE, *NAACL-HLT*,
1120–1130. crowd-kit is an extra, `pip install 'spantag[crowd]'`, and only loaded here.
"""

import warnings
from collections.abc import Hashable, Mapping, Sequence
from importlib import import_module
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from tui.errors import ConfigurationError

CrowdMethod: TypeAlias = Literal["dawid-skene", "mace"]
"""How weights are learnt."""

_NEEDS: Final = "weights of annotators need crowd-kit; install it with: pip install 'spantag[crowd]'"

_Thing = TypeVar("_Thing", bound=Hashable)


class CrowdVerdict(Struct, Generic[_Thing], frozen=True):
    """What was learnt of votes."""

    chances: Mapping[_Thing, float]
    """How likely each thing is right, 0 to 1."""
    reliability: Mapping[str, float]
    """How large a share of each annotator's votes is right, as far as it is known."""

    @property
    def likely(self) -> frozenset[_Thing]:
        """What is more likely right than not."""
        return frozenset([thing for thing, chance in self.chances.items() if is_likely(chance)])


def is_likely(chance: float) -> bool:
    """Tell whether something is more likely right than not."""
    return chance > 0.5


def check_crowd() -> None:
    """Raise `ConfigurationError` where crowd-kit is missing."""
    try:
        import_module("crowdkit")
    except ImportError as error:
        raise ConfigurationError(_NEEDS) from error


def weigh_votes(
    votes: Sequence[tuple[_Thing, Mapping[str, bool]]], method: CrowdMethod
) -> CrowdVerdict[_Thing]:
    """Learn from the votes on some things which of them are right, and how reliable who voted is."""
    if not votes:
        return CrowdVerdict({}, {})
    import pandas

    rows = [(place, name, vote) for place, (_, own) in enumerate(votes) for name, vote in own.items()]
    table = pandas.DataFrame(rows, columns=["task", "worker", "label"])
    aggregation = import_module("crowdkit.aggregation")
    aggregator = aggregation.DawidSkene() if method == "dawid-skene" else aggregation.MACE(random_state=0)
    with warnings.catch_warnings():
        # crowd-kit 1.4 asks pandas for what pandas 4 will not do.
        warnings.simplefilter("ignore")
        shares = aggregator.fit_predict_proba(table)
    right = [float(each) for each in shares[True].reindex(range(len(votes)))] if True in shares else []
    # Where nobody voted for anything, nothing is right.
    right = right or [0.0] * len(votes)
    believed: dict[str, list[float]] = {}
    for place, name, vote in rows:
        believed.setdefault(name, []).append(right[place] if vote else 1 - right[place])
    return CrowdVerdict(
        {thing: share for (thing, _), share in zip(votes, right, strict=True)},
        {name: sum(own) / len(own) for name, own in sorted(believed.items())},
    )
