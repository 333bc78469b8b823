"""One article at work: the state of the annotate screen and every change to it, without a terminal.

`Editor` is what the screen talks to. It is made of `Tokens`, where things stand in the text; `Offers`, what
is suggested in it; and `HintBoard`, which letters stand under which tokens.
"""

from tui.session.hints import Hints, Token
from tui.session.session import MODES, Editor, Mode, Outcome
from tui.session.suggestions import Offers
from tui.session.tokens import Direction, Edge, Tokens

__all__ = ["MODES", "Direction", "Edge", "Editor", "Hints", "Mode", "Offers", "Outcome", "Token", "Tokens"]
