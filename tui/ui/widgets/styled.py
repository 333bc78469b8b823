"""A widget that draws itself, and keeps the styles of its component classes."""

from rich.style import Style
from textual.widget import Widget


class StyledWidget(Widget):
    """Keeps styles by the names of component classes: to look one up costs more than to draw a line."""

    def __init__(self) -> None:
        super().__init__()
        self._styles: dict[str, Style] = {}

    def notify_style_update(self) -> None:
        """Forget the styles of the old theme."""
        super().notify_style_update()
        self._styles.clear()

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self.get_component_rich_style(name) if name else self.rich_style
            self._styles[name] = style
        return style
