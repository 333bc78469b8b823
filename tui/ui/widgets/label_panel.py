"""What one label means: its description, guideline, examples, and what was tagged with it before."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from tui.model.labels import Label
from tui.text.display import display_lines, display_text


class LabelPanel(Widget):
    """The label at work, in the room that is left beside the text."""

    DEFAULT_CSS = """
    LabelPanel { height: 1fr; width: 1fr; padding: 1 1 0 1; background: $surface; overflow: hidden; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._content = Content("")
        self._shown: tuple[Label | None, tuple[tuple[str, int], ...]] = (None, ())

    def show(self, label: Label | None, tagged: Sequence[tuple[str, int]]) -> None:
        """Show a label, and texts that have it with how often each does; nothing where there is none."""
        shown = label, tuple(tagged)
        if shown == self._shown:
            return
        self._shown = shown
        self._content = Content("") if label is None else _describe(label, tagged)
        self.refresh()

    def render(self) -> Content:
        """Draw as much as there is room for; a sign at the end says that there is more."""
        width, height = self.content_size
        lines = self._content.wrap(max(width, 1))
        if len(lines) > height:
            lines[max(height - 1, 0) :] = [Content.styled("…", "$text-muted")]
        return Content("\n").join(lines)


def _describe(label: Label, tagged: Sequence[tuple[str, int]]) -> Content:
    examples = "; ".join(label.examples)
    before = ", ".join(f"“{text}”" + (f" {count}" if count > 1 else "") for text, count in tagged)
    parts = [
        (f"{display_text(label.name)}\n", "bold $primary"),
        (f"{display_text(label.description)}\n\n" if label.description else "", ""),
        (f"{display_lines(label.guidelines.strip())}\n\n" if label.guidelines else "", ""),
        (f"e.g. {display_text(examples)}\n\n" if examples else "", "$text-muted"),
        (f"here: {before}" if before else "", ""),
    ]
    return Content.assemble(*[part for part in parts if part[0]])
