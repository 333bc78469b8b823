"""Fixtures that several test modules share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.stored import add_text
from tui.model.article import Article
from tui.project.place import Place
from tui.project.project import Project
from tui.store import Store

# How long an example takes says nothing on a machine with other work.
settings.register_profile("spantag", deadline=None)
settings.load_profile("spantag")

SHARED = Path(__file__).parents[2] / "shared"


def pytest_xdist_auto_num_workers() -> int:
    """Run three tests at once for each core: most of their time they wait for a clock or a disk."""
    return 3 * (os.cpu_count() or 1)


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
def article(store: Store) -> Article:
    """Give an article of three paragraphs in the empty database."""
    return add_text(store, "Two men fled.\nA rocket hit Kharsa.\nNobody was hurt.\n")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Give an empty project with a few labels."""
    (tmp_path / "labels.yaml").write_text("labels: [actor, weapon, casualty, location]\n", encoding="utf-8")
    opened = Project.open(Place.of(tmp_path, annotator="ana"))
    yield opened
    opened.close()


@pytest.fixture
def shared() -> Path:
    """Give the folder of real articles and data, or skip where it is not there."""
    if not SHARED.is_dir():
        pytest.skip(f"the real articles and data are not at {SHARED}")
    return SHARED
