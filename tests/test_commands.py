"""The dialog that finds commands: a search that goes on behind it ends in silence."""

import asyncio
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.every_screen import at_screen
from tui.ui.screens.base import CommandDialog


@pytest.mark.parametrize("steps", [0, 20, 40])
async def test_a_search_ends_in_silence_where_the_dialog_is_gone(tmp_path: Path, steps: int) -> None:
    async with at_screen(CommandDialog, tmp_path) as pilot:
        dialog = pilot.app.screen
        # A long text is looked for long enough to be overtaken.
        dialog.query_one(Input).value = "e" * 3_000
        for _ in range(steps):
            await asyncio.sleep(0)
        await dialog.query("CommandPalette > *").remove()
        await pilot.app.workers.wait_for_complete()
