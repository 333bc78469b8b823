"""Identity: which article a record speaks of, if it is there already.

- A record with an id speaks of the article with that id. Where there is none, it is a new article, unless one
  with its text came without an id and no other record of the file speaks of that: this then gets the id.
- A record without an id speaks of the first article with its text; the second one of the same annotator in a
  file of the second such article, and so on. What is an id to another tool tells records of one file apart.
- A piece of an article (`meta.article`, `meta.offset`) speaks of that, and is placed in it.
- An article that came with a version before stands for every record of its text that came with that.

So the same file again speaks of the same articles, in the same order.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct, structs

from tui.model.article import copy_key, copy_of, is_key_of
from tui.model.record import Record
from tui.project.pieces import place_piece
from tui.store import Store
from tui.store.imports import Known

WHOLE: Final = "import the whole articles, which spantag export --unit article --all writes"
"""What helps where a piece cannot be placed."""


_PIECE: Final = re.compile(r"(.+?)(?:#([0-9]{1,9}))?(?::([0-9]{1,9}))?", re.DOTALL)
"""The id of a piece: its article, the paragraph where it begins, and which part it is where it was cut."""


class UnplacedError(ValueError):
    """A record speaks of no article that can be meant; its message is the reason."""


class AbsentArticleError(UnplacedError):
    """A record is a piece of an article that is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"it is a piece of the article {name!r}, which is not here; {WHOLE}")
        self.name = name
        """What the article is called."""


class Match(Struct, frozen=True):
    """The article that a record speaks of."""

    record: Record
    """The record, its offsets and paragraphs those of the article."""
    key: str
    """The article's key."""
    number: int | None = None
    """The article's number; None where it is new."""
    paragraphs: range | None = None
    """The paragraphs that the record is about; None for all."""
    completes: bool = True
    """May it give the article an id, title or metadata that this lacks?"""
    is_removed: bool = False
    """Was the article taken out of the project?"""
    is_merged: bool = False
    """Did a version before bring the records with this text together?"""


class Matcher:
    """Finds the articles that the records of one import speak of."""

    def __init__(self, store: Store, annotator: str) -> None:
        self._store = store
        self._annotator = annotator

    def begin_file(self) -> None:
        """Begin a file, none of whose records speaks of any article yet."""
        self._store.imports.forget_claims()

    def list_names(self, record: Record) -> Iterator[str]:
        """List the ids under which a record's article may be there."""
        own = _name_of(record)
        yield from filter(None, (record.id, own, own.rpartition("#")[0]))

    def claim_new(self, records: Sequence[tuple[Record, str]]) -> None:
        """Remember of what records, given with their articles' keys, speak."""
        self._store.imports.claim_copies(
            [claim for record, key in records for claim in self._claims(record, key)]
        )

    def needs_care(self, record: Record) -> bool:
        """Tell whether a record is a piece of an article, or names one of several with its text."""
        is_piece = record.article is not None or "original_offset" in record.meta
        return is_piece or (record.id is not None and "~" in record.id)

    def match(self, record: Record, key: str, *, was_there: Callable[[], bool]) -> Match:
        """Find the article of a record whose text has the key `key`, and remember that it speaks of that.

        `was_there` tells whether a version before took the same record in. Raises `UnplacedError`.
        """
        match = self._find(record, key, was_there)
        if match.paragraphs is None:
            self.claim_new([(match.record, match.key)])
        return match

    def _find(self, record: Record, key: str, was_there: Callable[[], bool]) -> Match:
        known = None if record.id is None else self._store.imports.find_known(article_id=record.id)
        if known is not None and known.key.startswith(key) and (record.article is None or was_there()):
            return _meet(record, known)
        if known is not None and record.article is None:
            raise UnplacedError(
                f"the id {record.id!r} belongs to another text already, article {known.number}; give this one"
                " another id"
            )
        first = self._store.imports.find_known(key=key)
        if first is not None and first.is_merged and (record.spans is None or was_there()):
            return _meet(record, first)
        if record.article is not None:
            return self._place(record, record.article)
        if record.id is not None:
            return self._find_other(record, key)
        return self._find_named(record, key) or self._find_in_order(record, key)

    def _find_other(self, record: Record, key: str) -> Match:
        """Find the article of a record whose id is new."""
        if record.id is not None and is_key_of(key, record.id):
            return self._meet_copy(record, record.id)
        known = self._store.imports.find_known(key=copy_key(key, self._store.imports.last_claim(key) + 1))
        if known is not None and known.id is None:
            return _meet(record, known)
        return Match(record, copy_key(key, self._store.imports.count_copies(key) + 1))

    def _find_in_order(self, record: Record, key: str) -> Match:
        """Find the article of a record without an id by its place among those of its text in the file."""
        entry = _entry_of(record)
        copy = self._store.imports.last_claim(key, entry) if entry else 0
        copy = copy or self._store.imports.last_claim(key, None if entry else self._claimant(record)) + 1
        return self._meet_copy(record, copy_key(key, copy))

    def _meet_copy(self, record: Record, key: str) -> Match:
        known = self._store.imports.find_known(key=key)
        return Match(record, key) if known is None else _meet(record, known)

    def _find_named(self, record: Record, key: str) -> Match | None:
        """Find the article, or the place in one, of a record of another tool's file that an export named."""
        name = _name_of(record)
        known = self._find_name(name) if name else None
        if known is not None:
            if known.key.startswith(key):
                return structs.replace(_meet(_signed(record), known), completes=False)
            return self._place_in(known, record, 0, is_of_tokens=True)
        named = _PIECE.fullmatch(name)
        if named is None:
            return None
        stem, number, part = named.groups()
        offset = record.meta.get("original_offset")
        known = self._find_name(stem)
        if record.meta.get("original_article") == stem and isinstance(offset, int):
            placed = self._place_in(known, record, offset, is_of_tokens=True) if known else None
            if placed is not None or not part or known is None:
                return placed or self._place(structs.replace(record, offset=offset), stem)
        if known is None:
            return None
        if part and self._holds(known, record):
            raise UnplacedError(f"it is a part that was cut out of the article {stem!r}; {WHOLE}")
        return self._place_by_paragraph(known, record, int(number) - 1) if number and not part else None

    def _holds(self, known: Known, record: Record) -> bool:
        """Tell whether an article has the text of a record somewhere, whatever the white space."""
        whole = "".join(self._store.articles.load_article(known.number).text.split())
        return "".join(record.text.split()) in whole

    def _place(self, record: Record, name: str) -> Match:
        """Place a piece in the article that is called so; raises `UnplacedError`."""
        known = self._find_name(name)
        if known is None:
            raise AbsentArticleError(name)
        match = self._place_in(known, record, record.offset)
        if match is None:
            raise UnplacedError(
                f"the article {name!r} has another text where this piece of it was, at {record.offset};"
                f" {WHOLE}"
            )
        return match

    def _place_by_paragraph(self, known: Known, record: Record, index: int) -> Match | None:
        """Place a record where a paragraph begins, or in the white space before where spans reach there."""
        article = self._store.articles.load_article(known.number)
        if not 0 <= index < len(article.paragraphs):
            return None
        start = article.paragraphs[index].start
        earliest = article.paragraphs[index - 1].end if index else 0
        found = article.text.find(record.text, earliest, start + len(record.text))
        return self._place_in(known, record, found if found >= 0 else start, is_of_tokens=True)

    def _place_in(
        self, known: Known, record: Record, offset: int, *, is_of_tokens: bool = False
    ) -> Match | None:
        article = self._store.articles.load_article(known.number)
        placed = place_piece(_signed(record), article, offset, is_of_tokens=is_of_tokens)
        if placed is None:
            return None
        return Match(
            placed.record,
            known.key,
            known.number,
            placed.paragraphs,
            completes=False,
            is_removed=known.is_removed,
        )

    def _find_name(self, name: str) -> Known | None:
        """Find the article with this id, or the one that is exported under it because it has none."""
        known = self._store.imports.find_known(article_id=name)
        return known or (self._store.imports.find_known(key=name) if is_key_of("", name) else None)

    def _claims(self, record: Record, key: str) -> Iterator[tuple[str, str, int]]:
        first, copy, entry = copy_key(key, 1), copy_of(key), _entry_of(record)
        yield first, self._claimant(record), copy
        if entry:
            yield first, entry, copy

    def _claimant(self, record: Record) -> str:
        return f"by {record.annotator or self._annotator if record.spans is not None else ''}"


def _meet(record: Record, known: Known) -> Match:
    return Match(record, known.key, known.number, is_removed=known.is_removed, is_merged=known.is_merged)


def _name_of(record: Record) -> str:
    """Give the id that a tool's file has for a record; empty where it has none."""
    name = record.meta.get("id")
    return name if record.id is None and isinstance(name, str) else ""


def _signed(record: Record) -> Record:
    """Give an exported record back its annotator, which another tool's file holds as metadata."""
    name = record.meta.get("original_annotator")
    return (
        structs.replace(record, annotator=name)
        if record.annotator is None and isinstance(name, str)
        else record
    )


def _entry_of(record: Record) -> str:
    """Say what tells a record from others of its file with the same text; empty where nothing does."""
    if record.id is not None:
        return ""
    told = [record.meta[key] for key in ("id", "id_2", "_input_hash", "text_key") if key in record.meta]
    return f"as {told}" if told else ""
