"""Where the files of a project are, and who is at work."""

import getpass
from pathlib import Path
from typing import Final

from msgspec import Struct

from tui.errors import ConfigurationError

LABELS_FILE: Final = "labels.yaml"
"""Where a project's labels are."""

DATABASE_FILE: Final = Path("annotations", "annotations.db")
"""Where a project's database is."""

_LONGEST_NAME: Final = 200
"""The most characters of an annotator's name, or a source's."""


class Place(Struct, frozen=True):
    """Where a project's files are, and who is at work."""

    folder: Path
    """The project's folder."""
    labels: Path
    """Its labels.yaml."""
    database: Path
    """Its database."""
    annotator: str
    """The annotator's name."""
    is_annotator_told: bool = True
    """Whether somebody said who that is; else it is the login name."""

    @classmethod
    def of(
        cls,
        folder: Path,
        *,
        labels: Path | None = None,
        database: Path | None = None,
        annotator: str | None = None,
    ) -> "Place":
        """Fill in what is not given; raises `ConfigurationError` for a name or path that is none."""
        name = annotator if annotator is not None else _login_name()
        if (reason := explain_name(name)) is not None:
            raise ConfigurationError(f"the annotator's name {reason}; give another with --annotator")
        place = cls(
            folder,
            labels or folder / LABELS_FILE,
            database or folder / DATABASE_FILE,
            name,
            annotator is not None,
        )
        for path in (place.folder, place.labels, place.database):
            try:
                path.exists()
            except OSError as error:
                raise ConfigurationError(f"{path}: it cannot be read: {error.strerror}") from error
        return place


def explain_name(name: str) -> str | None:
    """Say why a name of an annotator or a source is none; None where it is one."""
    if not name.strip():
        return "is blank"
    strange = next((each for each in name if not each.isprintable()), None)
    if strange is not None:
        return f"has a character that cannot be shown, U+{ord(strange):04X}"
    if len(name) > _LONGEST_NAME:
        return f"has {len(name):,} characters, more than {_LONGEST_NAME}"
    return None


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "annotator"
