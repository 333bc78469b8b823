"""Which articles train a model and which test it: by a stable hash, near-duplicates on one side.

An article's side depends on its text and on the articles that came before it, never on those that come later
nor on what is finished: so it never changes. The side is drawn from the hash of the article's key (BLAKE2b,
as a fraction of its range); a near-duplicate takes the side of the first article it resembles. One that
resembles articles of two sides would leak from one to the other and is left out. Articles with equal texts
are on one side, whatever their ids.

Two articles are near-duplicates where at least half of the shorter one's shingles (five words in a row,
folded) are in the other: copies of a wire story, with a new head or cut short. Candidates come from MinHash
with locality-sensitive hashing (Broder 1997; 16 bands of 4 rows find a Jaccard similarity of 0.7 in 98.8 of
100 cases, 0.8 in 99.98), by `rensa`. A short copy in a long article is found by equal paragraphs, and however
its lines are wrapped by a sample of its shingles (those whose checksum ends with five zero bits; Broder's
modulo sketch). Every candidate is then compared by its shingles themselves.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias
from zlib import crc32

from msgspec import Struct, field
from rensa import RMinHash, RMinHashLSH

from tui.model.article import KEY_LENGTH

SHINGLE: Final = 5
"""Words in a shingle."""

THRESHOLD: Final = 0.5
"""Near-duplicates share at least this part of the shorter one's shingles."""

_PERMUTATIONS: Final = 64
_BANDS: Final = 16
_SEED: Final = 1
_PARAGRAPH_WORDS: Final = 12
_CANDIDATES: Final = 20
_SAMPLED: Final = 0x1F
_FEWEST_SHARED: Final = 3

Shingles: TypeAlias = frozenset[str]
"""The shingles of a text."""


class Parts(Struct, frozen=True):
    """The parts of a split, by name and share."""

    names: tuple[str, ...]
    """Their names."""
    shares: tuple[int, ...]
    """How much each gets, in any unit."""

    @classmethod
    def parse(cls, text: str) -> "Parts":
        """Read `80/10/10` (train, dev, test) or `80/20` (train, test), in per cent; raises `ValueError`."""
        shares = tuple(int(share) for share in text.split("/"))
        if len(shares) not in (2, 3) or min(shares) <= 0 or sum(shares) != 100:
            raise ValueError(text)
        return cls(("train", "dev", "test") if len(shares) == 3 else ("train", "test"), shares)

    def draw(self, key: str) -> str:
        """Draw the part of an article from its key: the same for equal texts."""
        digest = hashlib.blake2b(
            key[:KEY_LENGTH].encode("utf-8"), digest_size=8, person=b"spantag.split"
        ).digest()
        place = int.from_bytes(digest, "big") * sum(self.shares) >> 64
        for name, share in zip(self.names, self.shares, strict=True):
            place -= share
            if place < 0:
                return name
        return self.names[-1]


class Split(Struct):
    """Which article is on which side."""

    sides: dict[str, str | None] = field(default_factory=dict)
    """The part of each article, by key; None where it is left out."""
    copies: dict[str, str] = field(default_factory=dict)
    """Near-duplicates, by key, with the key of the first article each resembles."""
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Articles that resemble articles of several parts, by key, with the keys of those."""


def split_articles(
    articles: Iterable[tuple[str, str]], parts: Parts, read_text: Callable[[str], str]
) -> Split:
    """Put articles, given as key and text in the order of their arrival, on their sides.

    `read_text` gives the text of an earlier article again, so that no text must be kept.
    """
    split = Split()
    index = _Index()
    seen: dict[str, str] = {}
    for key, text in articles:
        same = seen.setdefault(key[:KEY_LENGTH], key)
        if same != key:
            _put_beside(split, key, same)
            continue
        shingles = shingle(text)
        marks = _Marks.of(text, shingles)
        similar: list[str] = []
        firsts: set[str] = set()
        for other in index.candidates(marks) if shingles else ():
            # Copies of one article are on one side: to resemble one of them says all.
            first = split.copies.get(other, other)
            if first not in firsts and is_copy(shingles, shingle(read_text(other))):
                firsts.add(first)
                similar.append(other)
        sides = {split.sides[other] for other in similar} - {None}
        if len(sides) > 1:
            split.sides[key] = None
            split.left_out[key] = tuple(similar)
            continue
        split.sides[key] = sides.pop() if sides else parts.draw(key)
        if similar:
            split.copies[key] = split.copies.get(similar[0], similar[0])
        if shingles:
            index.add(key, marks)
    return split


def _put_beside(split: Split, key: str, same: str) -> None:
    """Put an article where an earlier one with the same text is."""
    split.sides[key] = split.sides[same]
    if same in split.left_out:
        split.left_out[key] = split.left_out[same]
    else:
        split.copies[key] = split.copies.get(same, same)


def shingle(text: str) -> Shingles:
    """Give the shingles of a text, or its words where it has too few for one."""
    words = re.findall(r"\w+", text.casefold())
    if len(words) < SHINGLE:
        return frozenset(words)
    return frozenset([" ".join(words[place : place + SHINGLE]) for place in range(len(words) - SHINGLE + 1)])


def is_copy(first: Shingles, second: Shingles) -> bool:
    """Tell whether two texts are near-duplicates."""
    shorter = min(len(first), len(second))
    return shorter > 0 and len(first & second) >= THRESHOLD * shorter


class _Marks(Struct, frozen=True):
    """What an article is found by."""

    signature: RMinHash
    paragraphs: Sequence[int]
    """Hashes of the paragraphs that are long enough to tell something."""
    sample: Sequence[int]
    """Checksums of some shingles, negative so that none is a paragraph's."""

    @classmethod
    def of(cls, text: str, shingles: Shingles) -> "_Marks":
        """Read them off a text."""
        return cls(_sign(shingles), _paragraphs_of(text), _sample(shingles))


class _Index:
    """The articles so far, by their marks."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._lsh = RMinHashLSH(threshold=0.7, num_perm=_PERMUTATIONS, num_bands=_BANDS)
        # Nearly every paragraph is in one article only, and needs no list.
        self._first: dict[int, int] = {}
        self._others: dict[int, list[int]] = {}

    def candidates(self, marks: _Marks) -> list[str]:
        """Give the keys of earlier articles that may be near-duplicates, the first first."""
        found = set(self._lsh.query(marks.signature))
        for paragraph in marks.paragraphs:
            found.update(self._find(paragraph))
        # A few words in a row are shared by articles that have nothing to do with each other.
        shared = Counter(number for mark in marks.sample for number in self._find(mark))
        fewest = min(_FEWEST_SHARED, (len(marks.sample) + 1) // 2)
        found.update(number for number, count in shared.items() if count >= fewest)
        return [self._keys[number] for number in sorted(found)]

    def add(self, key: str, marks: _Marks) -> None:
        """Remember an article."""
        number = len(self._keys)
        self._keys.append(key)
        self._lsh.insert(number, marks.signature)
        for mark in (*marks.paragraphs, *marks.sample):
            if self._first.setdefault(mark, number) == number:
                continue
            # What stands in many articles is boilerplate, and tells nothing.
            others = self._others.setdefault(mark, [])
            if len(others) < _CANDIDATES - 1:
                others.append(number)

    def _find(self, mark: int) -> Iterator[int]:
        if mark in self._first:
            yield self._first[mark]
            yield from self._others.get(mark, ())


def _sign(shingles: Shingles) -> RMinHash:
    signature = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    signature.update(sorted(shingles))
    return signature


def _paragraphs_of(text: str) -> Sequence[int]:
    """Name the paragraphs that are long enough to tell something."""
    paragraphs = (" ".join(re.findall(r"\w+", line.casefold())) for line in text.splitlines())
    return sorted({_hash(each) for each in paragraphs if each.count(" ") >= _PARAGRAPH_WORDS - 1})


def _sample(shingles: Shingles) -> Sequence[int]:
    """Name about one in thirty-two of the shingles, the same ones in every text."""
    checksums = (crc32(each.encode("utf-8", "surrogatepass")) for each in shingles)
    return sorted({-1 - checksum for checksum in checksums if not checksum & _SAMPLED})


def _hash(text: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )
