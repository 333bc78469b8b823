"""The numbers by which spaCy knows strings: MurmurHash64A, and a fixed number for each of its own symbols.

From spaCy's `strings.pyx` (`hash_string`, seed 1) and `symbols.pyx` (the numbers, which never change).
"""

from functools import lru_cache
from typing import Final

_MULTIPLIER: Final = 0xC6A4A7935BD1E995
_MASK: Final = 0xFFFFFFFFFFFFFFFF
_SHIFT: Final = 47
_SEED: Final = 1

_FLAGS: Final = """
IS_ALPHA IS_ASCII IS_DIGIT IS_LOWER IS_PUNCT IS_SPACE IS_TITLE IS_UPPER LIKE_URL LIKE_NUM LIKE_EMAIL
IS_STOP IS_OOV_DEPRECATED IS_BRACKET IS_QUOTE IS_LEFT_PUNCT IS_RIGHT_PUNCT IS_CURRENCY
"""

_ATTRIBUTES: Final = """
ID ORTH LOWER NORM SHAPE PREFIX SUFFIX LENGTH CLUSTER LEMMA POS TAG DEP ENT_IOB ENT_TYPE HEAD
SENT_START SPACY PROB LANG ADJ ADP ADV AUX CONJ CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ
SYM VERB X EOL SPACE
"""

_LABELS: Final = """
PERSON NORP FACILITY ORG GPE LOC PRODUCT EVENT WORK_OF_ART LANGUAGE LAW DATE TIME PERCENT MONEY
QUANTITY ORDINAL CARDINAL acomp advcl advmod agent amod appos attr aux auxpass cc ccomp complm conj
cop csubj csubjpass dep det dobj expl hmod hyph infmod intj iobj mark meta neg nmod nn npadvmod
nsubj nsubjpass num number oprd obj obl parataxis partmod pcomp pobj poss possessive preconj prep
prt punct quantmod relcl rcmod root xcomp acl ENT_KB_ID MORPH ENT_ID IDX _
"""

_SYMBOLS: Final = [
    "",
    *_FLAGS.split(),
    *(f"FLAG{number}" for number in range(19, 64)),
    *_ATTRIBUTES.split(),
    *(f"DEPRECATED{number:03}" for number in range(1, 277)),
    *_LABELS.split(),
]
"""spaCy's own symbols; the place of each is its number."""

_NUMBERS: Final = {symbol: number for number, symbol in enumerate(_SYMBOLS)}


@lru_cache(maxsize=100_000)
def number_of(string: str) -> int:
    """Give the number by which spaCy's string store knows a string."""
    number = _NUMBERS.get(string)
    return murmur_hash(string.encode("utf-8")) if number is None else number


def name_of(number: int) -> str | None:
    """Give spaCy's own symbol with this number."""
    return _SYMBOLS[number] if number < len(_SYMBOLS) else None


def murmur_hash(content: bytes) -> int:
    """Hash bytes as MurmurHash64A does (Austin Appleby, 2008), with spaCy's seed."""
    length = len(content)
    value = (_SEED ^ (length * _MULTIPLIER)) & _MASK
    whole = length - length % 8
    for place in range(0, whole, 8):
        part = int.from_bytes(content[place : place + 8], "little") * _MULTIPLIER & _MASK
        part = (part ^ (part >> _SHIFT)) * _MULTIPLIER & _MASK
        value = (value ^ part) * _MULTIPLIER & _MASK
    if length > whole:
        value = (value ^ int.from_bytes(content[whole:], "little")) * _MULTIPLIER & _MASK
    value = (value ^ (value >> _SHIFT)) * _MULTIPLIER & _MASK
    return value ^ (value >> _SHIFT)
