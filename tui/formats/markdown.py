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
from tui.formats.format import Format, Reading
from tui.formats.shared.source import Source
from tui.model.record import Record, remark_on_nul
from tui.model.span import Json

_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\r?\n(.*?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read the file as one article."""
    text = source.read_article()
    if isinstance(text, Refusal):
        yield text
        return
    meta: dict[str, Json] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        try:
            loaded = _load(front[1])
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 2 if mark else 1
            yield Refusal(source.name, "the front matter is not valid YAML; mend it or take it out", line)
            return
        except RecursionError:
            yield Refusal(source.name, "the front matter is nested too deeply; take it out", 1)
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


def _load(front_matter: str) -> object:
    """Read YAML, with every scalar as text: a date stays as it was written."""
    for token in yaml.scan(front_matter, Loader=yaml.BaseLoader):
        # A few aliases of aliases can mean more than fits into memory, or a list that contains itself.
        if isinstance(token, yaml.AliasToken):
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=token.start_mark)
    loaded: object = yaml.load(front_matter, Loader=yaml.BaseLoader)
    return loaded


FORMAT: Final = Format(
    "markdown",
    reading=Reading(
        title="Markdown",
        suffixes=(".md", ".markdown"),
        offsets="none",
        brings="the text, marks and all; front matter as metadata",
        lacks="nothing",
        read=read,
        is_one_text=True,
    ),
)
"""How it is read and written."""
