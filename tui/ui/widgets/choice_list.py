"""A list to choose from, which pages before it has a height too."""

from textual.widgets import OptionList


class ChoiceList(OptionList):
    """A list of options; where it has no height, a page is one option (Textual looks for a line there)."""

    def action_page_up(self) -> None:
        """Go one page up."""
        if self.scrollable_content_region.height:
            super().action_page_up()  # type: ignore[no-untyped-call]  # Textual has no types here
        else:
            self.action_cursor_up()

    def action_page_down(self) -> None:
        """Go one page down."""
        if self.scrollable_content_region.height:
            super().action_page_down()  # type: ignore[no-untyped-call]  # Textual has no types here
        else:
            self.action_cursor_down()
