"""Every change to an article: of its spans, their edges, what is asked of them, its paragraphs, and in time.

Each command is one action of the log, and is on disk before it shows. One that the database refuses raises
`SpantagError` and leaves everything as it was.
"""

from tui.session.commands.answers import AnswerCommands
from tui.session.commands.edges import EdgeCommands
from tui.session.commands.history import HistoryCommands
from tui.session.commands.links import LinkCommands
from tui.session.commands.paragraphs import ParagraphCommands
from tui.session.commands.spans import Outcome, SpanCommands

__all__ = [
    "AnswerCommands",
    "EdgeCommands",
    "HistoryCommands",
    "LinkCommands",
    "Outcome",
    "ParagraphCommands",
    "SpanCommands",
]
