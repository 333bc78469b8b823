"""What all that is drawn is written in, and a widget that keeps these styles as Rich wants them.

They are no component classes of the style sheets: Textual works out the rules of each for every widget
before the first frame, drawn or not; here each is read when it is first drawn with.
"""

from collections.abc import Mapping
from typing import Any, Final

from rich.style import Style
from textual.widget import Widget

INKS: Final[Mapping[str, str]] = {
    "strong": "bold",
    "chosen": "bold underline",
    "active": "bold reverse",
    "muted": "$foreground 70%",
    "dim": "$foreground 62%",
    "faint": "$foreground 42%",
    "rule": "$foreground 30%",
    "mark": "$primary",
    "key": "bold $primary",
    "good": "$success",
    "warning": "bold $warning",
    "error": "bold $error",
    "hint": "bold $accent",
    "row": "on $primary 30%",
    "asked": "on $surface",
    "found": "underline $background on $accent",
}
"""Textual's definitions of styles by their names, laid over what a widget has by the style sheets."""


class StyledWidget(Widget):
    """Keeps what it is drawn in: to work it out costs more than to draw a line."""

    def __init__(self, *children: Widget, **named: Any) -> None:  # Textual's own arguments
        super().__init__(*children, **named)
        self._inks: dict[tuple[str, ...], Style] = {}

    def notify_style_update(self) -> None:
        """Forget the styles of the old theme."""
        super().notify_style_update()
        self._inks.clear()

    def _ink(self, *names: str) -> Style:
        """Give the widget's own style with inks laid over it, one after the other; an empty name is none."""
        style = self._inks.get(names)
        if style is None:
            visual = self.visual_style
            for name in names:
                if name:
                    visual += self.app.stylesheet.parse_style(INKS[name])
            style = self._inks[names] = visual.rich_style
        return style
