"""A place where nobody is right: the gold layer there, with the usual keys, and back to the disagreements."""

from tui.project.adjudication import AnyDispute
from tui.project.project import Project
from tui.suggest.suggestion import ANSWERS, LEARNER, PATTERN, REPEAT
from tui.ui.keys import Keymap
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.settings import Settings


class AfreshScreen(AnnotateScreen):
    """The article in the gold layer, the words of a disagreement selected; Enter goes back from there.

    Nothing is suggested: it is decided what is right. What is tagged is in the log at once, as everywhere.
    """

    def __init__(self, project: Project, place: AnyDispute, keymap: Keymap) -> None:
        """`project` is that of the gold layer's annotator."""
        super().__init__(project, place.article, keymap, Settings())
        outside = self.session.suggestions.list_sources_outside()
        project.open_assistant().switch_off({PATTERN, REPEAT, LEARNER, ANSWERS, *outside})
        self.session.forget_suggestions()
        self.session.moves.select(place.start, place.end)

    def do_finish(self) -> None:
        """Go back; the paragraph is finished where nothing of it is left to decide."""
        self.dismiss(None)

    def do_back(self) -> None:
        """Step back: from hints, selection or focus, and at last to the disagreements."""
        if not self.session.moves.step_back():
            self.dismiss(None)

    def greet(self) -> str:
        """Say how to go on."""
        finish = self.keymap.shown("annotate.finish")
        return f"A label key tags these words; {finish} goes back to the disagreements."
