"""Whether a text is in a language that has rules for counts: told by its letters and its smallest words.

A guess, and a careful one: a text is English where no other language shows more of its words. Which other
language it is does not matter, because only English has rules so far.
"""

import re
from typing import Final, Literal, TypeAlias

from tui.text.counting.vocabulary import list_words

Language: TypeAlias = Literal["en"]
"""A language with rules, by its code of ISO 639-1."""

_LOOKED_AT: Final = 4_000
"""Code points of a text that are looked at."""

_WORD: Final = re.compile(r"[^\W\d_]+")

_ENGLISH: Final = list_words(
    """
    the of and to in a an is was were are by for on at with from that said as has have had it its he
    she they their his her this which who not but after near into been be will more than
    """
)
"""Small words of English."""

_OTHERS: Final = (
    list_words(
        """
    le la les des du et dans une un est pour que qui par sur au aux el los las del y en una por con se
    al lo su der die das und den von zu mit dem ist ein eine auf für nicht sich im il di che per della
    dei gli nel sono è e non o os da do dos em um uma não com ao na no mais foi de het een van op te
    dat zijn niet met voor door og i å til det som på av er et ikke ett och är att av inte ve bir bu
    ile için w z na się nie że jest ya wa katika na kwa ni yang dan di ini untuk dengan na za och od
    do je se si že pro că și în pe cu
    """
    )
    - _ENGLISH
)
"""Small words of languages written in Latin letters that have no rules here."""


def tell_language(text: str) -> Language | None:
    """Say in which language with rules a text is; None where it is in none."""
    words = _WORD.findall(text[:_LOOKED_AT].casefold())
    letters = sum(map(len, words))
    latin = sum(len(word) for word in words if word[0] < "\u0250")
    if letters and latin * 2 < letters:
        return None
    english = sum(word in _ENGLISH for word in words)
    others = sum(word in _OTHERS for word in words)
    return "en" if english >= others else None
