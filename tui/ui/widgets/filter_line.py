"""The line in which the library's filter is typed, with what can be typed on its lower edge."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from tui.model.article_query import TEXT_KEY
from tui.text.display import display_text
from tui.ui.widgets.line_input import LineInput

_NOTHING: Final = "nothing there begins so"


class FilterLine(LineInput):
    """A line of words and terms; what it can go on with stands on its edge, so that nothing moves."""

    def __init__(self, *, key: str, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`key` is the one that takes what is offered."""
        super().__init__(placeholder="words of a title, an id or a label; or a key:value", id=id)
        self._key = key
        self._before = ""
        self._completions: Sequence[str] = ()

    def show_completions(self, before: str, pieces: Sequence[str]) -> None:
        """Show the pieces that it can go on with, behind what stands before."""
        self._before, self._completions = before, pieces
        keys = [piece if piece.endswith(":") else piece.partition(":")[2] for piece in pieces]
        typed = self.value[len(before) :]
        shown = f"{self._key}  {'  '.join(map(display_text, keys))}" if pieces else ""
        is_value = ":" in typed and not typed.casefold().startswith(f"{TEXT_KEY}:")
        self.border_subtitle = Content(shown or _NOTHING * is_value)

    def complete(self) -> None:
        """Go on with the first completion; behind a term that is whole already, with a blank."""
        if not self._completions:
            return
        typed = self.value[len(self._before) :]
        whole = self._completions[0]
        self.value = f"{self._before}{whole}" if whole != typed else f"{self.value} "
        self.cursor_position = len(self.value)
