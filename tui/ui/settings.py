"""A person's own settings and keymap: in the platform's configuration folder, never in a project."""

import json
from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from tui.folders import write_whole

KEYMAP_FILE: Final = "keymap.yaml"
"""The person's keymap."""

_SETTINGS_FILE: Final = "settings.json"


class Settings(Struct):
    """What spantag remembers of an annotator."""

    theme: str = "spantag-dark"
    """The theme's name."""
    mode: str = "hints"
    """How spans are made: `hints`, `express` or `screen`."""
    sources_off: str = ""
    """The sources of suggestions that were switched off, a line each."""


def load_settings(folder: Path, annotator: str) -> Settings:
    """Read the settings of an annotator; what is missing or no longer understood is as if never set."""
    stored = _read_all(folder).get(annotator)
    if not isinstance(stored, dict):
        return Settings()
    known = structs.asdict(Settings())
    return Settings(**{key: stored[key] for key in known if isinstance(stored.get(key), type(known[key]))})


def save_settings(folder: Path, annotator: str, settings: Settings) -> None:
    """Write the settings of an annotator beside those of others, whole or not at all; raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    everyone = {**_read_all(folder), annotator: structs.asdict(settings)}
    write_whole(folder / _SETTINGS_FILE, (json.dumps(everyone, indent=2) + "\n").encode())


def _read_all(folder: Path) -> dict[str, object]:
    """Read what is stored of every annotator."""
    try:
        stored = json.loads((folder / _SETTINGS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}
