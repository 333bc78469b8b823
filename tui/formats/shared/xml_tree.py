"""XML as a tree, and why there is none."""

import re
import xml.etree.ElementTree as ElementTree
from typing import Final

from tui.errors import Refusal
from tui.formats.shared.source import Source

_MOST_TAGS: Final = 5_000_000
_ENTITY: Final = re.compile(r"<!ENTITY", re.IGNORECASE)


def read_tree(source: Source) -> ElementTree.Element | Refusal:
    """Read the root of a file; entities are not read, because a few of them can fill the memory."""
    text = source.read_text()
    if isinstance(text, Refusal):
        return text
    if text.count("<") > _MOST_TAGS:
        return Refusal(source.name, f"XML with more than {_MOST_TAGS:,} tags is not read; part it")
    if _ENTITY.search(text):
        return Refusal(source.name, "XML that declares entities is not read; take the declarations out")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        line, column = error.position
        return Refusal(source.name, f"this is not XML ({str(error).split(':', 1)[0]})", line, column + 1)
