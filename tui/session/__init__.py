"""An annotator at work on an article, without a terminal.

`Session` is what the screen talks to. Its parts each keep one thing: `Annotations` what was said,
`ReadingProgress` what is at work and was seen, `Cursor` and `Focus` what keys are about, `HintBoard` which
letters stand under which tokens. `Moves` go about in the text, and `commands` change what was said.
"""

from tui.session.cast import CastMember, list_cast
from tui.session.commands import Outcome
from tui.session.hints import Hints
from tui.session.marks import NO_MARK, SpanMark
from tui.session.partners import PossibleLink
from tui.session.reading import MODES, Mode, Seen
from tui.session.session import Session, open_session
from tui.session.tokens import Direction, Edge, TokenPlace, Tokens
from tui.session.tolls import Toll, list_tolls

__all__ = [
    "MODES",
    "NO_MARK",
    "CastMember",
    "Direction",
    "Edge",
    "Hints",
    "Mode",
    "Outcome",
    "PossibleLink",
    "Seen",
    "Session",
    "SpanMark",
    "TokenPlace",
    "Tokens",
    "Toll",
    "list_cast",
    "list_tolls",
    "open_session",
]
