"""What articles are looked for: one line of words and terms, as `flood label:weapon text:"mortar fire"`.

A word stands in the title, the id or a label of the article. A term is `key:value`; its value begins so, or
in quotes is just that. All of them must fit.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from tui.model.span import Json
from tui.text.folding import fold_wanted

LABEL_KEY: Final = "label"
"""The key of the label of a span."""

BY_KEY: Final = "by"
"""The key of who did something to an article; what other terms say of work is then about theirs."""

HAS_KEY: Final = "has"
"""The key of what there is in an article."""

DATE_KEY: Final = "date"
"""The key of an article's own date, as its metadata have it."""

TEXT_KEY: Final = "text"
"""The key of what stands in an article's text."""

KEYS: Final = (LABEL_KEY, BY_KEY, HAS_KEY, TEXT_KEY, DATE_KEY)
"""The keys that there are in every project; others are those of metadata, and names of labels of articles."""

_DATES: Final = ("published", "published_at", "publication_date", "pubdate", "created_at")
"""What metadata call the date of an article that has no `date`."""

_PIECE: Final = re.compile(r'([^\s":]+):("[^"]*"?|[^\s"]*)|("[^"]*"?|[^\s"]+)')

_LONGEST_VALUE: Final = 100
"""Code points of a value that it is found by; where more are typed, it begins so."""


class Term(Struct, frozen=True):
    """One `key:value`."""

    key: str
    """The key, folded."""
    value: str
    """What the value is, or how it begins; folded."""
    is_whole: bool = False
    """Whether it was written in quotes: the value is just that."""

    def fits(self, value: str) -> bool:
        """Tell whether a value, folded, is what is looked for."""
        return value == self.value if self.is_whole else value.startswith(self.value)


class ArticleQuery(Struct, frozen=True):
    """What articles are looked for."""

    words: tuple[str, ...] = ()
    """Parts of titles, ids and labels, folded."""
    terms: tuple[Term, ...] = ()
    """The terms, but for those of texts."""
    texts: tuple[str, ...] = ()
    """What stands in the text, without case."""

    @property
    def is_empty(self) -> bool:
        """Whether every article fits."""
        return not (self.words or self.terms or self.texts)


def read_query(line: str) -> ArticleQuery:
    """Read a line; a term without a value is still being typed, and says nothing."""
    words: list[str] = []
    terms: list[Term] = []
    texts: list[str] = []
    for key, value, word in _PIECE.findall(line):
        told = (value if key else word).strip('"')
        if not told.strip():
            continue
        if not key:
            words.append(fold_wanted(told))
        elif fold_wanted(key) == TEXT_KEY:
            texts.append(told.casefold())
        else:
            is_whole = value.startswith('"') and len(told) <= _LONGEST_VALUE
            terms.append(Term(fold_wanted(key), fold_wanted(told[:_LONGEST_VALUE]), is_whole))
    return ArticleQuery(tuple(words), tuple(terms), tuple(texts))


def split_last(line: str) -> tuple[str, str, str]:
    """Split a line where its last piece begins: what is before, its key and colon, its value or word."""
    pieces = list(_PIECE.finditer(line))
    last = pieces[-1] if pieces else None
    if last is None or last.end() < len(line):
        return line, "", ""
    key, value, word = last.groups()
    before = line[: last.start()]
    return (before, f"{key}:", value) if key else (before, "", word)


def write_term(key: str, value: str) -> str:
    """Write a term as it is typed."""
    return f'{key}:"{value}"' if re.search(r"\s", value) or not value else f"{key}:{value}"


def find_text(wanted: str) -> re.Pattern[str]:
    """Give the pattern that finds a text in others without case, wherever their lines are broken."""
    return re.compile(r"\s+".join(map(re.escape, wanted.split())))


def list_values(meta: Mapping[str, Json]) -> set[tuple[str, str]]:
    """List the keys and values, folded, by which an article with these metadata is found."""
    found = {
        (_fold_key(key), _fold_value(value))
        for key, own in meta.items()
        for value in (own if isinstance(own, list) else [own])
        if value is not None and not isinstance(value, Mapping | list)
    }
    named = {key for key, value in found if value}
    date = next((key for key in _DATES if key in named), None)
    if DATE_KEY not in named and date is not None:
        found |= {(DATE_KEY, value) for key, value in found if key == date}
    return {(key, value) for key, value in found if key and value}


def explain_unknown(query: ArticleQuery, known: Sequence[str]) -> str:
    """Say which key there is none of, and which there are; nothing where all are known."""
    unknown = next((term.key for term in query.terms if term.key not in known), "")
    if not unknown:
        return ""
    return f"“{unknown}” is no key: there are {', '.join(known)}. In quotes it is looked for as it stands."


def _fold_key(key: str) -> str:
    return re.sub(r'[\s":]+', "_", fold_wanted(key))


def _fold_value(value: Json) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return fold_wanted(" ".join(text[:_LONGEST_VALUE].replace('"', " ").split()))
