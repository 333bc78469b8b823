"""Answers as text, for formats whose attributes hold no more than that; `fit_values` reads them again."""

from tui.formats.shared.writing import dump_line
from tui.model.span import Json
from tui.text.counting.count import Count
from tui.text.counting.notation import shorten_count


def as_text(value: Json) -> str | None:
    """Write an answer as a text: a count as `6+` or `~10`, other objects as JSON; None for no answer."""
    if value is None or isinstance(value, str):
        return value
    count = Count.read(value) if isinstance(value, dict) else None
    short = shorten_count(count) if count is not None else None
    return dump_line(value) if short is None else short
