"""One article at work: the state of the annotate screen and every change to it, without a terminal.

`Editor` is what the screen talks to. It is made of `Tokens`, where things stand in the text; `Offers`, what
is suggested in it; and `HintBoard`, which letters stand under which tokens.
"""

from tui.editor.editor import MODES, Editor, Mode, Outcome
from tui.editor.hint_board import Hints, Token
from tui.editor.offers import Offers
from tui.editor.tokens import Direction, Edge, Tokens

__all__ = ["MODES", "Direction", "Edge", "Editor", "Hints", "Mode", "Offers", "Outcome", "Token", "Tokens"]
