"""What one label means: its description, guideline, examples, and what was tagged with it before."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tui.labels import Label
from tui.text import display_lines, display_text


class LabelPanel(Static):
    """The label at work, in the room that is left beside the text."""

    DEFAULT_CSS = """
    LabelPanel { height: 1fr; width: 1fr; padding: 1 1 0 1; background: $surface; overflow: hidden; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Label | None, tuple[tuple[str, int], ...]] = (None, ())

    def show(self, label: Label, tagged: Sequence[tuple[str, int]]) -> None:
        """Show a label, and texts that have it with how often each does."""
        shown = label, tuple(tagged)
        if shown == self._shown:
            return
        self._shown = shown
        examples = "; ".join(label.examples)
        before = ", ".join(f"“{text}”" + (f" {count}" if count > 1 else "") for text, count in tagged)
        parts = [
            (f"{display_text(label.name)}\n", "bold $primary"),
            (f"{display_text(label.description)}\n\n" if label.description else "", ""),
            (f"{display_lines(label.guidelines.strip())}\n\n" if label.guidelines else "", ""),
            (f"e.g. {display_text(examples)}\n\n" if examples else "", "$text-muted"),
            (f"here: {before}" if before else "", ""),
        ]
        self.update(Content.assemble(*[part for part in parts if part[0]]), layout=False)
