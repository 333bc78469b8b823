"""What the models see of a paragraph: its words and their shapes, and the strings the learner learns from."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from operator import itemgetter

from msgspec import Struct

from tui.suggest.journal import Journal, Kept
from tui.suggest.learning.word_kinds import kind_of

LONGEST_SHAPE = 6
"""Characters: longer shapes say no more."""

_PART = 4
"""Characters of a part of a word."""

_MOST_PARTS = 8
"""Parts of one word that are looked at."""

START_FEATURES = itemgetter(0, 1, 2, 3, 6, 7, 8, 13, 15, 17, 19, 22, 23, 24, 25, 26)
"""Takes out of a token's features those that say whether a span starts there.

They are the words, shape and affixes, what is known of this word and the next, whether this one stood in the
article before, and the kinds of this one and the one before.
"""

_LONGEST_MEMORY = 3_000
"""Code points before a paragraph in which its words are looked for."""

_WORD = re.compile(r"\w+")

MOST_WORDS = 400_000
"""Words kept; beyond that, those seen once are forgotten first."""


class Word(Struct, frozen=True):
    """One token's form, whatever stands around it."""

    text: str
    """As written."""
    lower: str
    """In lower case, every digit as `0`."""
    shape: str
    """`Xx` for "Iraq", `XX` for "USA", `x`, `00` for "31", `c` for a script without case, else the sign."""
    prefix: str
    """The first three characters of `lower`."""
    suffix: str
    """The last three characters of `lower`."""
    is_name: bool
    """Whether it begins with an upper-case letter."""
    affixes: tuple[str, ...] = ()
    """The features of its beginning and its end."""
    parts: tuple[str, ...] = ()
    """The features of what it is made of: four characters each, with `<` and `>` for its ends."""
    kind: str = ""
    """What it says of a name beside it (`title`, `place`); empty where nothing is known of it."""


class Passage(Struct, frozen=True):
    """A paragraph as the models see it."""

    text: str
    """The article's text."""
    tokens: Sequence[tuple[int, int]]
    """The paragraph's tokens, `[start, end)` in code points of `text`."""
    words: Sequence[Word]
    """The form of every token."""
    texts: Sequence[str]
    """The text of every token."""

    def phrase(self, first: int, last: int) -> str:
        """Write tokens `first` to `last`, the last included, with one space between them."""
        return " ".join(self.texts[first : last + 1])


def read_passage(text: str, tokens: Sequence[tuple[int, int]]) -> Passage:
    """Look at the tokens of a paragraph."""
    texts = [text[start:end] for start, end in tokens]
    return Passage(text, tokens, [read_word(token) for token in texts], texts)


@lru_cache(maxsize=1 << 16)
def read_word(text: str) -> Word:
    """Look at one token."""
    lower = "".join("0" if character.isdigit() else character for character in text.lower())
    prefix, suffix = lower[:3], lower[-3:]
    affixes = ("p3=" + prefix, "p2=" + prefix[:2], "s3=" + suffix, "s2=" + suffix[-2:], "s4=" + lower[-4:])
    return Word(
        text, lower, _shape(text), prefix, suffix, text[:1].isupper(), affixes, _part(lower), kind_of(lower)
    )


def _part(lower: str) -> tuple[str, ...]:
    """Write the features of a word's parts."""
    ended = f"<{lower}>"
    places = range(min(len(ended) - _PART + 1, _MOST_PARTS))
    return tuple("g=" + ended[place : place + _PART] for place in places)


def _shape(text: str) -> str:
    shape = ""
    for character in text:
        if character.isdigit():
            sign = "0"
        elif character.isupper():
            sign = "X"
        elif character.islower():
            sign = "x"
        elif character.isalpha():
            sign = "c"
        else:
            sign = character
        limit = 1 if sign in "xc" else 2 if sign == "X" else 4
        if not shape.endswith(sign * limit):
            shape += sign
    return shape[:LONGEST_SHAPE]


OUTSIDE = Word("", "^", "^", "^", "^", is_name=False)
"""Stands before the first and behind the last token."""


class WordMemory:
    """What finished paragraphs say of single words: which labels they were part of, how they are written."""

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal or Journal()
        self._kept_seen: Kept[str, int] = Kept(self._journal)
        self._kept_small: Kept[str, int] = Kept(self._journal)
        self._kept_labels: Kept[str, Counter[str]] = Kept(self._journal)
        self._seen: Counter[str] = Counter()
        self._small: Counter[str] = Counter()
        self._labels: dict[str, Counter[str]] = {}

    def observe(self, passage: Passage, tagged: Iterable[tuple[int, int, str]]) -> None:
        """Count a finished paragraph; spans are first token, last token (included) and label."""
        if len(self._seen) >= MOST_WORDS:
            self._forget()
        lowers = [word.lower for word in passage.words]
        self._kept_seen.note(self._seen, lowers)
        self._kept_small.note(self._small, lowers)
        for word in passage.words:
            self._seen[word.lower] += 1
            if not word.is_name:
                self._small[word.lower] += 1
        for first, last, label in tagged:
            for lower in lowers[first : last + 1]:
                self._kept_labels.note(self._labels, (lower,))
                self._labels[lower] = self._labels.get(lower, Counter()) + Counter((label,))

    def discount(self, passage: Passage, tagged: Iterable[tuple[int, int, str]]) -> None:
        """Take a finished paragraph out of the counts."""
        self._seen -= Counter(word.lower for word in passage.words)
        self._small -= Counter(word.lower for word in passage.words if not word.is_name)
        for first, last, label in tagged:
            for word in passage.words[first : last + 1]:
                rest = self._labels.get(word.lower, Counter()) - Counter((label,))
                if rest:
                    self._labels[word.lower] = rest
                else:
                    self._labels.pop(word.lower, None)

    def describe(self, word: Word) -> str:
        """Name what is known of a word: its usual label, how usual that is, whether it is written small."""
        seen = self._seen[word.lower]
        if not seen:
            return "new"
        small = "y" if 2 * self._small[word.lower] >= seen else "n"
        labels = self._labels.get(word.lower)
        if not labels:
            return small + ("0" if seen > 2 else "?")
        label, count = min(labels.items(), key=lambda pair: (-pair[1], pair[0]))
        return f"{small}{label}{min(3, 4 * count // max(seen, 1))}"

    def _forget(self) -> None:
        self._journal.clear()
        kept = {word: count for word, count in self._seen.items() if count > 1}
        if len(kept) > MOST_WORDS // 2:
            kept = dict(list(kept.items())[-(MOST_WORDS // 2) :])
        self._seen = Counter(kept)
        self._small = Counter({word: self._small[word] for word in kept})
        self._labels = {word: labels for word, labels in self._labels.items() if word in kept}


def read_features(passage: Passage, memory: WordMemory, repeats: Sequence[str]) -> list[list[str]]:
    """Write the features of every token; `repeats` says of each token what an exact repeat would make it."""
    words = passage.words
    names = {word.lower: word for word in words}
    described = {lower: memory.describe(word) for lower, word in names.items()}
    known = ["^", *[described[word.lower] for word in words], "^"]
    earlier = _list_earlier(passage)
    padded = [OUTSIDE, OUTSIDE, *words, OUTSIDE, OUTSIDE]
    rows: list[list[str]] = []
    last = len(words) - 1
    for index, word in enumerate(words):
        before2, before, _, after, after2 = padded[index : index + 5]
        row = [
            "b",
            "w=" + word.lower,
            "w-=" + before.lower,
            "w+=" + after.lower,
            "w--=" + before2.lower,
            "w++=" + after2.lower,
            "w-w=" + before.lower + " " + word.lower,
            "ww+=" + word.lower + " " + after.lower,
            "s=" + word.shape,
            "s-=" + before.shape,
            "s+=" + after.shape,
            "sss=" + before.shape + " " + word.shape + " " + after.shape,
            "ss2=" + before2.shape + " " + before.shape + " " + word.shape,
            "w-s=" + before.lower + " " + word.shape,
            "sw+=" + word.shape + " " + after.lower,
            *word.affixes,
            "s3-=" + before.suffix,
            "s3+=" + after.suffix,
            "k=" + known[index + 1],
            "k+=" + known[index + 2],
            ("h=again " if word.text in earlier else "h=") + word.shape,
            "kd=" + word.kind,
            "kd-=" + before.kind,
            "k-=" + known[index],
            "r=" + repeats[index],
        ]
        if index < last:
            row.append("r+=" + repeats[index + 1])
        rows.append(row)
    return rows


def _list_earlier(passage: Passage) -> Set[str]:
    """List the words that stand shortly before a paragraph: what is told anew is likelier to be tagged."""
    start = passage.tokens[0][0] if passage.tokens else 0
    return frozenset(_WORD.findall(passage.text, max(start - _LONGEST_MEMORY, 0), start))
