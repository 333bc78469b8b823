"""Annotators whose work is made of that of others."""

from typing import Final

CONSENSUS: Final = "consensus"
"""The annotator of what was voted on."""

GOLD: Final = "gold"
"""The annotator of what was decided between others, where no other is named."""

OF_OTHERS: Final = frozenset({CONSENSUS, GOLD})
"""Annotators whose work is made of others': none of them votes, or is compared, unless named."""
