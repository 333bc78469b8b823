"""Every change to an article: of its spans, their edges, its paragraphs, and back and forth in time.

Each command is one action of the log, and is on disk before it shows. One that the database refuses raises
`SpantagError` and leaves everything as it was.
"""

from tui.session.commands.edges import EdgeCommands
from tui.session.commands.history import HistoryCommands
from tui.session.commands.paragraphs import ParagraphCommands
from tui.session.commands.spans import Outcome, SpanCommands

__all__ = ["EdgeCommands", "HistoryCommands", "Outcome", "ParagraphCommands", "SpanCommands"]
