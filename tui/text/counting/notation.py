"""Counts in a few characters, which say all of them: `=12`, `6–8`, `6+`, `≤8`, `~10`, `~6+`."""

import re
from typing import Final

from tui.text.counting.count import Count

_NOTATION: Final = re.compile(
    r"=(?P<exact>\d+)|(?P<about>~?)(?:(?P<low>\d+)–(?P<high>\d+)|(?P<least>\d+)\+|≤(?P<most>\d+))|~(?P<near>\d+)",
    re.ASCII,
)


def shorten_count(count: Count) -> str | None:
    """Write a count so that `expand_count` reads the same; None where there are no characters for it."""
    low, high, exact = count.min, count.max, count.exact
    about = "~" if count.approximate else ""
    if exact is not None:
        is_sharp = low == high == exact and not about
        short = f"={exact}" if is_sharp else f"~{exact}"
        return short if is_sharp or (about and low is high is None) else None
    if low is not None and high is not None:
        return f"{about}{low}–{high}"
    if low is not None:
        return f"{about}{low}+"
    return None if high is None else f"{about}≤{high}"


def expand_count(text: str) -> Count | None:
    """Read a count as `shorten_count` writes it; None for any other text."""
    found = _NOTATION.fullmatch(text)
    if found is None:
        return None
    exact, low, high, least, most, near = (
        None if each is None else int(each)
        for each in found.group("exact", "low", "high", "least", "most", "near")
    )
    if exact is not None:
        return Count.of(exact)
    if near is not None:
        return Count(None, None, near, approximate=True)
    return Count(least if low is None else low, most if high is None else high, None, bool(found["about"]))
