"""The labels of this copy, and whether they fit those of another."""

from pathlib import Path

from msgspec import Struct

from tui.errors import ConfigurationError
from tui.model.labels.shape import LabelShape, find_misfits


class OwnLabels(Struct, frozen=True):
    """What labels.yaml of this copy asks for."""

    file: Path
    """Where it is."""
    shape: LabelShape
    """What it asks for."""
    is_set: bool = False
    """Whether it shall count for all from here on, where it does not fit."""

    def check(self, other: LabelShape, name: str, *, advice: str = "") -> None:
        """Raise `ConfigurationError` where another set, of this name, does not fit this one.

        `advice` is what else helps than to make them alike.
        """
        misfits = find_misfits(self.shape, other)
        if misfits:
            more = f", and {len(misfits) - 1} more" if len(misfits) > 1 else ""
            raise ConfigurationError(
                f"{self.file} does not fit {name}: {misfits[0]}{more}; nothing was exchanged, as answers of"
                " one side would be wrong on the other: take over the labels.yaml from there, or give what"
                f" differs another name, and sync again{advice}"
            )
