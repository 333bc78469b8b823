"""A line to type in, which draws nothing that a terminal would obey."""

from collections.abc import Callable
from typing import Final

from textual import events
from textual.widgets import Input

from tui.text.display import display_text

LONGEST_LINE: Final = 4_000
"""Characters: what is longer is no line that anybody types."""


class LineInput(Input):
    """A line of text; control and bidi characters, stored or pasted, are shown as signs and stay so."""

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name
        select_on_focus: bool = True,
        passes: Callable[[events.Key], bool] = lambda _: False,
    ) -> None:
        """Make it; `passes` tells which keys are for what lies around it while nothing is typed."""
        super().__init__(
            display_text(value),
            placeholder=placeholder,
            id=id,
            max_length=LONGEST_LINE,
            select_on_focus=select_on_focus,
        )
        self._first = value
        self._passes = passes

    def on_paste(self, event: events.Paste) -> None:
        """Take a pasted text as one line, as far as it is not too long for one; say so where it is."""
        event.stop()
        event.prevent_default()
        room = max(LONGEST_LINE - len(self.value), 0)
        text = " ".join(event.text[: room + 1].splitlines())
        if len(event.text) > room:
            text = text[:room]
            self.notify(f"A line is at most {LONGEST_LINE:,} characters long; the rest was left out.")
        self.insert_text_at_cursor(text)

    def on_key(self, event: events.Key) -> None:
        """Let a key pass that is for what lies around.

        A space that came without its character, as VS Code sends it (Textual issue 6408), is typed.
        """
        if not self.value and self._passes(event):
            event.prevent_default()
            return
        if event.key == "space" and event.character is None:
            event.stop()
            self.insert_text_at_cursor(" ")

    @property
    def answer(self) -> str:
        """What was typed; the text as it was given where nothing was."""
        return self._first if self.value == display_text(self._first) else self.value

    def replace(self, text: str, start: int, end: int) -> None:
        """Put signs in place of what a terminal would obey."""
        super().replace(display_text(text), start, end)
