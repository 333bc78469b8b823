"""What helps an annotator's hands: where spans start, how far they reach, what they are, and suggestions.

`Assistant` is the one object the app talks to; everything else here is a part of it, one source or model per
file. Nothing here knows a terminal or the database.
"""

from tui.suggest.answers import ANSWERS, SuggestedAnswer
from tui.suggest.assistant import Assistant
from tui.suggest.suggestion import LEARNER, PATTERN, REPEAT, Suggester, Suggestion

__all__ = [
    "ANSWERS",
    "LEARNER",
    "PATTERN",
    "REPEAT",
    "Assistant",
    "SuggestedAnswer",
    "Suggester",
    "Suggestion",
]
