"""Pasted text is text on every screen and dialog: shown as signs, bounded, and no key."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.every_screen import SCREENS, AnyScreen, at_screen
from tests.piloted import layer_of, screen_of, send
from tui.text.display import display_text
from tui.ui.screens.setup import SetupScreen
from tui.ui.widgets.line_input import LONGEST_LINE

HOSTILE = "red \x1b[31m \x1b\x1b[A a\x07\x9b\u202e\x00 w"
"""Escapes that would be keys or colours, and other characters that drive a terminal."""


@pytest.mark.parametrize("screen", SCREENS, ids=[screen.__name__ for screen in SCREENS])
@pytest.mark.parametrize("times", [1, 2_000], ids=["short", "50 KB"])
async def test_pasted_text_is_typed_where_there_is_a_line_and_does_nothing_else(
    tmp_path: Path, screen: AnyScreen, times: int
) -> None:
    async with at_screen(screen, tmp_path) as pilot:
        there = pilot.app.screen
        await send(pilot, f"\x1b[200~{HOSTILE * times}\r\x1b[201~")
        assert pilot.app.screen is there
        shown = screen_of(pilot).replace("\n", "")
        assert shown == display_text(shown)
        lines = [line for line in there.query(Input) if line.has_focus]
        assert [line.value.rstrip() for line in lines] == [
            display_text(HOSTILE * times)[:LONGEST_LINE].rstrip() for _ in lines
        ]
        if screen is not SetupScreen:
            assert not layer_of(pilot).states
