"""What a file is that no format knows and that is no article: markup, JSON, a table, offsets, labels."""

import re
from typing import Final

from tui.formats.shared.json_values import outline

_MARKUP: Final = re.compile(r"\s*<(?:\?xml|!DOCTYPE|!--|([A-Za-z][\w:.-]*)(?:\s[^<>]*)?/?>)", re.IGNORECASE)
_TAG: Final = re.compile(r"<([A-Za-z][\w:.-]*)")
_END_OF_TAG: Final = re.compile(r"</[A-Za-z]|/>|<\?xml", re.IGNORECASE)
_LIST: Final = re.compile(r"\s*\[\s*(?:[\[{\"]|-?\d[\d.]*\s*,|(?:null|true|false)\s*[,\]]|\]\s*\Z)")
_OFFSETS: Final = re.compile(r"(?:^|[\s,;:(])\d+[\s,;:]+\d+(?=$|[\s,;:)])")
_LABELS: Final = re.compile(r"^labels:[ \t]*(?:\[|(?:#.*)?\n(?:\s*#.*\n)*[ \t]*- )", re.MULTILINE)
"""Where labels.yaml, or what is written like it, begins to list its labels."""
_LAID_OUT: Final = {b"%PDF-": "a PDF", b"{\\rtf": "an RTF document", b"%!PS": "PostScript"}
"""What documents begin with that hold more of their looks than of their text."""
_FEWEST_ROWS: Final = 2


def explain(head: bytes, *, is_text: bool) -> str | None:
    """Say what a file is by its first bytes; None where it may be a text.

    With `is_text` its name says that it is one, and numbers in every line do not make it another thing.
    """
    text = head.decode("utf-8", "ignore")
    for mark, what in _LAID_OUT.items():
        if head.startswith(mark):
            return f"this is {what}; import the text in it"
    if _MARKUP.match(text) and _END_OF_TAG.search(text):
        root = _TAG.search(text)
        named = f" (<{root[1]}>)" if root else ""
        return f"this is markup{named} of no format that is read"
    if text.lstrip()[:1] == "{" or _LIST.match(text):
        keys = [key.removeprefix("[].") for key in outline(head) if "." not in key.removeprefix("[].")]
        named = ", ".join(key for key in keys[:6] if key.strip("[]"))
        return f"this is JSON of no format that is read{f' ({named})' if named else ''}"
    if _LABELS.search(text):
        return "this is a labels.yaml, which says what the labels are"
    rows = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(rows) < _FEWEST_ROWS:
        return None
    if all("\t" in row for row in rows):
        return "this is a table of no format that is read"
    if not is_text and all(_OFFSETS.search(row) for row in rows):
        return "this is a list of offsets, in no format that is read"
    return None
