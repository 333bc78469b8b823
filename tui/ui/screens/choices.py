"""The choices of a question in a list, where their names have no room on the screen."""

from textual.content import Content

from tui.model.span import Json
from tui.session.inquiry import Question
from tui.text.display import display_text
from tui.text.folding import fold_text
from tui.ui.screens.dialogs import PickDialog

_GIVEN = "✓"


class ChoicesDialog(PickDialog[str | None]):
    """Finds a choice by a part of its name; ends with it."""

    NOTHING = "no choice has that in its name"

    def __init__(self, question: Question, given: Json) -> None:
        """List the choices of `question`, of which some may be `given`."""
        super().__init__(question.attribute.name, "part of a name")
        self._question = question
        self._given = given if isinstance(given, list) else [given]

    def find(self, typed: str) -> list[tuple[Content, str | None]]:
        """Find the choices that fit, each with its key."""
        attribute, wanted = self._question.attribute, fold_text(typed.strip())
        return [
            (Content(f"{key or '·'}  {_GIVEN if name in self._given else ' '} {display_text(name)}"), name)
            for key, name in zip(attribute.keys, attribute.values, strict=True)
            if wanted in fold_text(name)
        ]
