"""What travels between the copies of a project: articles, events, and what was done to the project.

Articles have other numbers in every copy, so they go by their names: `id:` and the id, or `key:` and the key
of one that has no id. What two copies say of an article is put together by `merge_about`, which gives the
same in whatever order and however often it is asked.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

from msgspec import Struct, field, structs

from tui.model.article import KEY_LENGTH, copy_of
from tui.model.json_text import to_json
from tui.model.span import Json
from tui.text.messages import title_of

_ID: Final = "id:"
_KEY: Final = "key:"


class SharedText(Struct, frozen=True):
    """A text with the edges of its paragraphs."""

    text: str
    """The text."""
    paragraphs: tuple[tuple[int, int], ...]
    """`[start, end)` of each paragraph."""


class SharedArticle(Struct, frozen=True):
    """What a copy knows of an article, but for its text."""

    names: tuple[str, ...]
    """All that it is called in any copy, sorted; at least one."""
    key: str
    """The key of its text, without what tells equal texts apart."""
    title: str
    """Its title."""
    meta: Mapping[str, Json]
    """Its metadata."""
    added_at: str
    """When it came into the first copy, in UTC."""

    @property
    def name(self) -> str:
        """What it is called in short."""
        return self.names[0]

    @property
    def id(self) -> str | None:
        """Its id: of several the first one."""
        ids = [name.removeprefix(_ID) for name in self.names if name.startswith(_ID)]
        return min(ids, default=None)

    @property
    def own_key(self) -> str | None:
        """The key that it goes by where it has no id: of several that of the first copy of its text."""
        keys = [name.removeprefix(_KEY) for name in self.names if name.startswith(_KEY)]
        return min(keys, key=copy_of, default=None)

    @property
    def is_for_all(self) -> bool:
        """Whether a record without an id spoke of it: it then stands for every id that its text has."""
        return _KEY + self.key in self.names

    @property
    def digest(self) -> str:
        """Name all that is said here: 32 hexadecimal digits."""
        said = to_json([self.names, self.key, self.title, _in_order(self.meta), self.added_at])
        return blake2b(said.encode("utf-8"), digest_size=16).hexdigest()


class SharedEvent(Struct, frozen=True):
    """One thing an annotator did to one article."""

    id: str
    """Its id, the same in every copy."""
    action: str
    """Id of the first event of the same action."""
    at: str
    """When, in UTC."""
    annotator: str
    """Who."""
    article: str
    """A name of the article."""
    kind: str
    """What kind of thing."""
    payload: str
    """What, as JSON."""


class SharedStep(Struct, frozen=True):
    """One thing that was done to the project as a whole: articles were taken out, put back or assigned."""

    id: str
    """Its id, the same in every copy."""
    at: str
    """When, in UTC."""
    annotator: str
    """Who."""
    kind: str
    """What kind of thing."""
    articles: tuple[str, ...]
    """A name of each article."""
    more: Mapping[str, Json] = field(default_factory=dict)
    """What else was said, in words that every copy understands."""


def name_article(article_id: str | None, key: str) -> str:
    """Give the name of an article that has this id and key."""
    return f"{_KEY}{key}" if article_id is None else f"{_ID}{article_id}"


def split_name(name: str) -> tuple[str | None, str | None]:
    """Give the id that a name is, or else the key."""
    if name.startswith(_ID):
        return name.removeprefix(_ID), None
    return None, name.removeprefix(_KEY)


def quote_article(name: str) -> str:
    """Give what a person calls an article of this name."""
    return next(filter(None, split_name(name)), name)


def merge_about(one: SharedArticle, other: SharedArticle, text: str) -> SharedArticle:
    """Put together what two copies know of an article with a text.

    Of two values one is kept: of titles the one that was not made of the text, else the first one in the
    order of their characters; so of two values in the metadata.
    """
    return structs.replace(
        one,
        names=tuple(sorted({*one.names, *other.names})),
        title=min(one.title, other.title, key=lambda title: (title == title_of(text), title)),
        meta=_merge_meta(one.meta, other.meta),
        added_at=min(one.added_at, other.added_at),
    )


def belong_together(one: SharedArticle, other: SharedArticle) -> bool:
    """Tell whether two articles with one text are one: they share a name, or stand for each other's.

    One that came without an id is the one of every id of its text, in whatever order they came.
    """
    if not set(one.names).isdisjoint(other.names):
        return True
    return (one.is_for_all and other.id is not None) or (other.is_for_all and one.id is not None)


def group_articles(articles: Iterable[SharedArticle]) -> list[list[int]]:
    """Group articles with one text by which of them are one; gives their places among the given ones."""
    listed = list(articles)
    groups: list[list[int]] = []
    for place, each in enumerate(listed):
        own = [group for group in groups if any(belong_together(listed[other], each) for other in group)]
        groups = [group for group in groups if group not in own]
        groups.append(sorted([*(other for group in own for other in group), place]))
    return sorted(groups)


def text_key(key: str) -> str:
    """Give the key of the text of an article that has this key."""
    return key[:KEY_LENGTH]


def _merge_meta(one: Mapping[str, Json], other: Mapping[str, Json]) -> Mapping[str, Json]:
    merged = dict(one)
    for key, value in other.items():
        if key not in merged or _in_order(value) < _in_order(merged[key]):
            merged[key] = value
    return one if _in_order(merged) == _in_order(one) else merged


def _in_order(value: object) -> str:
    """Write a value as JSON, its keys in order."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=dict)
