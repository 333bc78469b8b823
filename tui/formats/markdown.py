"""Markdown: one file is one article; the text stays as it is, marks and all.

The title is that of the front matter, else the first heading; other front matter becomes metadata::

    ---
    title: Shelling in the port city
    source: https://news.example/1
    ---
    # Shelling in the port city

    Two people were …
"""

import re
from collections.abc import Iterator
from typing import Final

import yaml

from tui.errors import Refusal
from tui.formats.source import Source
from tui.records import Record, remark_on_nul
from tui.spans import Json

_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\r?\n(.*?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the file as one article."""
    text = source.read_text()
    if isinstance(text, Refusal):
        yield text
        return
    meta: dict[str, Json] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        try:
            # BaseLoader leaves every scalar a text: a date stays as it was written.
            loaded = yaml.load(front[1], Loader=yaml.BaseLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 2 if mark else 1
            yield Refusal(source.name, "the front matter is not valid YAML; mend it or take it out", line)
            return
        if isinstance(loaded, dict):
            meta = {str(key): value for key, value in loaded.items()}
    title = meta.pop("title", None)
    heading = _HEADING.search(text, front.end() if front else 0)
    yield Record(
        text,
        title=str(title or (heading[1] if heading else "")),
        meta=meta,
        remarks=remark_on_nul(text),
    )
