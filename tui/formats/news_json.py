"""JSON of articles as programs that collect news write it: the text under one key, the rest as metadata.

    {"headline":"Shelling","body":"Two men fled.","url":"https://…"}                one a line, or a list
    {"status":"ok","articles":[{"title":"Shelling","content":"Two men fled."}]}     or a list behind a key

The text is called `maintext`, `full_text`, `content`, `body`, `article`, `document`, `sentence` or
`paragraph`, or in a list behind a key also `text`; `title` or `headline` gives the title, `id` the id.
Spans are not read.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.errors import Refusal
from tui.formats.format import LINES_OF_JSON, Format, Reading
from tui.formats.shared.json_values import outline, read_records
from tui.formats.shared.reading import WrongError, keep_meta, short
from tui.formats.shared.source import Source
from tui.model.record import Record, remark_on_nul
from tui.model.span import Json

_TEXT_KEYS: Final = (
    *("text", "maintext", "full_text", "content", "body", "article", "document", "sentence", "paragraph"),
)
_TITLE_KEYS: Final = ("title", "headline")
_LISTS: Final = ("articles", "results", "data", "items", "docs", "documents", "news", "entries", "posts")
"""Keys behind which a list of articles may stand."""

_OF_OTHERS: Final = frozenset({"role", "spans", "entities", "annotations", "labels", "tokens", "passages"})
"""Keys beside a text that say more of it than metadata does."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by a text beside a title or other values, in an object or in a list behind a key."""
    del path
    if head.lstrip()[:1] not in (b"{", b"["):
        return False
    keys = outline(head)
    for place in ("", "[].", *(f"{name}[]." for name in _LISTS)):
        own = {
            key.removeprefix(place): sign
            for key, sign in keys.items()
            if key.startswith(place) and key != place and not {".", "["} & set(key.removeprefix(place))
        }
        texts = _TEXT_KEYS if place not in ("", "[].") else _TEXT_KEYS[1:]
        if any(own.get(key) == '"' for key in texts) and not _OF_OTHERS & own.keys() and len(own) > 1:
            return "text" not in own or place not in ("", "[].")
    return False


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read every article."""
    return read_records(source, lambda value, line: _read_value(value, source, line))


def _read_value(value: Json, source: Source, line: int) -> Iterator[Record | Refusal]:
    listed = _find_list(value)
    if listed is None:
        yield _read_article(value, "this", line)
        return
    key, articles = listed
    for index, each in enumerate(articles):
        where = f"{key}[{index}]"
        try:
            yield _read_article(each, where, line)
        except WrongError as error:
            yield Refusal(source.name, str(error), line)


def _find_list(value: Json) -> tuple[str, list[Json]] | None:
    """Find the list of articles in an object that is none itself."""
    if not isinstance(value, dict) or any(isinstance(value.get(key), str) for key in _TEXT_KEYS):
        return None
    found = [(key, each) for key in _LISTS if isinstance(each := value.get(key), list)]
    return next((own for own in found if own[1]), found[0] if found else None)


def _read_article(value: Json, where: str, line: int) -> Record:
    if not isinstance(value, dict):
        raise WrongError(f"{where} must be an object, not {short(value)}")
    key = next((key for key in _TEXT_KEYS if isinstance(value.get(key), str)), None)
    text = value.get(key) if key is not None else None
    if key is None or not isinstance(text, str) or not text.strip():
        raise WrongError(f"{where} has no text; it must stand under one of {', '.join(_TEXT_KEYS)}")
    title_key = next((each for each in _TITLE_KEYS if isinstance(value.get(each), str)), None)
    title = value[title_key] if title_key is not None else ""
    name = value.get("id")
    is_named = isinstance(name, str | int) and not isinstance(name, bool) and bool(str(name))
    meta: dict[str, Json] = {}
    for each, kept in value.items():
        if each not in (key, title_key) and not (each == "id" and is_named) and kept not in (None, ""):
            keep_meta(meta, each, kept)
    return Record(
        text,
        title=str(title),
        id=str(name) if is_named else None,
        meta=meta,
        line=line,
        remarks=remark_on_nul(text),
    )


FORMAT: Final = Format(
    "news-json",
    reading=Reading(
        title="JSON of articles",
        suffixes=LINES_OF_JSON,
        offsets="none",
        brings="a text each, its title and id, everything else as metadata",
        lacks="spans",
        read=read,
        recognises=recognises,
    ),
)
"""How it is read and written."""
