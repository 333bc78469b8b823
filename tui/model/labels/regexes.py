r"""Regular expressions of labels.yaml: written as for Python's `re`, matched by an engine that stops in time.

Python's own engine may take for ever over one sentence and cannot be interrupted; `regex` counts the
processor's time. It finds what `re` finds, but for `\w`, which takes in combining marks (हिन्दी is one
word), and `\s`, which leaves out the separators U+001C to U+001F.
"""

import re
import warnings
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import regex

MOST_SECONDS: Final = 0.1
"""Seconds of the processor that one expression may take for one paragraph."""

_PROBES = ("", "The 2 men, 30.")

_BRACE = re.compile(r"(\\N\{[^}]*\}|\\.)|\{(?!\d*,?\d*\})", re.DOTALL)
"""An escape, or a brace that repeats nothing: `regex` reads an approximate match there, `re` a brace."""


def compile_regex(expression: str) -> "regex.Pattern[str]":
    """Compile an expression with which `explain_regex` finds nothing wrong."""
    import regex

    return regex.compile(_BRACE.sub(_write_brace, expression), regex.VERSION0)


def find_matches(
    pattern: "regex.Pattern[str]", text: str, start: int, end: int, *, seconds: float = MOST_SECONDS
) -> list[tuple[int, int]] | None:
    """Find every match in `[start, end)`, in code points; None where that takes longer."""
    try:
        return [match.span() for match in pattern.finditer(text, start, end, timeout=seconds)]
    except TimeoutError:
        return None


def explain_regex(expression: str) -> str | None:
    """Say what is wrong with an expression, to stand behind its quotation; None where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            re.compile(expression)
        except (re.error, OverflowError, RecursionError, FutureWarning, DeprecationWarning) as error:
            return f"is not a regular expression: {error}"
    import regex

    try:
        pattern = compile_regex(expression)
    except (regex.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression: {error}"
    for probe in _PROBES:
        if any(start == end for start, end in find_matches(pattern, probe, 0, len(probe)) or ()):
            return "matches the empty string; it has to match at least one character"
    return None


def _write_brace(match: re.Match[str]) -> str:
    """Keep an escape, and escape a brace."""
    return match[1] or r"\{"
