"""How much the learner's word counts beside that of a model that learns at once: by what each foretold.

Every finished paragraph shows which share of the learner's word would have foretold its spans best, and that
share counts from then on (aggregating strategies: Vovk 1990). So a learner that has
seen too little, or another kind of text, does no harm.
"""

from collections.abc import Callable, Iterable, Mapping
from math import exp, log1p

from tui.model.span import Json

SHARES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)
"""The shares of the learner's word that are compared."""

CAUTION = 3.0
"""Log-loss that each share is charged at first for being greater than the one before it."""

MEMORY = 0.999
"""How much of the past is kept from one observation to the next: a learner gets better by and by."""


class Mix:
    """The share of the learner's word, with what is known of every share."""

    def __init__(self) -> None:
        self._losses = [CAUTION * place for place in range(len(SHARES))]
        self._share: float | None = None

    @property
    def share(self) -> float:
        """How much the learner's log-odds count, 0 to 1; the others' count the rest."""
        if self._share is None:
            least = min(self._losses)
            trusts = [exp(least - loss) for loss in self._losses]
            whole = sum(trusts)
            self._share = sum(share * trust / whole for share, trust in zip(SHARES, trusts, strict=True))
        return self._share

    def blend(self, odds: Iterable[tuple[float, float]]) -> list[float]:
        """Blend the log-odds of both, one pair after the other."""
        share = self.share
        return [(1.0 - share) * here + share * learnt for here, learnt in odds]

    def observe(self, here: float, learnt: float, *, happened: bool) -> None:
        """Take in the log-odds that both gave to something that happened, or did not."""
        sign = -1.0 if happened else 1.0
        self._share = None
        self._losses = [
            MEMORY * loss + _softplus(sign * ((1.0 - share) * here + share * learnt))
            for share, loss in zip(SHARES, self._losses, strict=True)
        ]

    def remember(self) -> Callable[[], None]:
        """Give what puts everything back as it is now."""
        losses = self._losses

        def put_back() -> None:
            self._losses, self._share = losses, None

        return put_back

    def dump(self) -> dict[str, Json]:
        """Write what is known as JSON."""
        return {str(share): loss for share, loss in zip(SHARES, self._losses, strict=True)}

    def load(self, losses: Mapping[str, Json]) -> None:
        """Take over what `dump` wrote."""
        found = [losses.get(str(share)) for share in SHARES]
        known = [float(loss) for loss in found if isinstance(loss, int | float)]
        if len(known) == len(SHARES):
            self._losses, self._share = known, None


def _softplus(odds: float) -> float:
    """Return the log-loss of log-odds for what did not happen."""
    return odds + log1p(exp(-odds)) if odds > 0.0 else log1p(exp(odds))
