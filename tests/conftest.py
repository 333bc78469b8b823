"""Fixtures that several test modules share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.store import Store

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep a person's own terminal settings and configuration out of the tests."""
    for name in list(os.environ):
        if name.startswith(("SPANTAG_", "TEXTUAL_")) or name in ("NO_COLOR", "COLORTERM", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty database."""
    opened = Store.open(tmp_path / "annotations.db")
    yield opened
    opened.close()


@pytest.fixture
def shared() -> Path:
    """Give the folder of real articles and data, or skip where it is not there."""
    if not SHARED.is_dir():
        pytest.skip(f"the real articles and data are not at {SHARED}")
    return SHARED
