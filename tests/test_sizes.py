"""Every screen and dialog lives on in a terminal of any size."""

from pathlib import Path

import pytest

from tests.every_screen import SCREENS, AnyScreen, at_screen
from tests.piloted import Size, screen_of

EXTREMES: tuple[Size, ...] = (
    *((1, 1), (2, 1), (1, 2), (3, 3), (4, 4), (1, 50), (500, 1), (7, 5), (14, 3), (500, 200), (1, 200)),
    (80, 24),
)
"""Columns and rows, one after the other."""


@pytest.mark.parametrize("screen", SCREENS, ids=[screen.__name__ for screen in SCREENS])
async def test_a_screen_lives_on_at_every_size(tmp_path: Path, screen: AnyScreen) -> None:
    async with at_screen(screen, tmp_path) as pilot:
        there = pilot.app.screen
        before = screen_of(pilot).split()
        for columns, rows in EXTREMES:
            await pilot.resize_terminal(columns, rows)
            await pilot.pause()
            assert len(screen_of(pilot).splitlines()) <= rows
        assert pilot.app.screen is there
        assert screen_of(pilot).split() == before
