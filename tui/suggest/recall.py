"""What an earlier session left with its model: what was known of all sources then."""

from collections.abc import Mapping

from tui.model.span import Json
from tui.suggest.budget import Budget
from tui.suggest.gate import Gate
from tui.suggest.mixing import Mix


class Recall:
    """Takes over what was known of the sources, and writes it to be left with the next model."""

    def __init__(self, gate: Gate, budget: Budget, mix: Mix) -> None:
        self._gate = gate
        self._budget = budget
        self._mix = mix
        self._is_resumed = False

    @property
    def is_resumed(self) -> bool:
        """Whether an earlier session left its model: it has learnt from what was finished then."""
        return self._is_resumed

    def load(self, header: Mapping[str, Json] | None) -> None:
        """Take over what a model says of the sources; None where there is no model."""
        known = header.get("known") if header else None
        match known:
            case {"gate": dict(counts), "mix": dict(losses)}:
                self._gate.load(counts)
                self._budget.load(counts)
                self._mix.load(losses)
                self._is_resumed = True

    def dump(self) -> dict[str, Json]:
        """Write what is known of all sources, to be left with the model."""
        return {"gate": {**self._gate.dump(), **self._budget.dump()}, "mix": self._mix.dump()}
