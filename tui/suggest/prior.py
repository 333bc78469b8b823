"""Where spans probably start, and how far they reach, before anything is learnt.

It looks at the shape of words alone, and at the few English ones named here. Tokens are `[start, end)` in
code points of the text.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise


def _set_of(text: str) -> frozenset[str]:
    """Write a set of words as a text."""
    return frozenset(text.split())


_LONGEST = 12
"""Tokens: a longer run of capitals is a headline, not a name."""

_MARKS_THAT_END = frozenset(".!?…。！？؟۔।")

_CLOSING_MARKS = frozenset("\"'”’»)]」』")

_HYPHENS = frozenset("-‐‑")

_APOSTROPHES = frozenset("'’")

_CURRENCIES = frozenset("$€£¥₹₽₩₪")
"""Signs that begin an amount of money."""

ABBREVIATIONS = _set_of(
    "Mr Mrs Ms Dr St Gen Col Maj Capt Lt Cpl Sgt Spc Pfc Cmdr Adm Gov Sen Rep Prof Rev Hon Pres Brig Jr Sr"
    " Inc Corp Ltd Co Bros vs No Mt Ft Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
)
"""Short forms whose full stop belongs to them."""

_PARTICLES = _set_of("of de du des da do dos das del della di van von der den zu zur la le el al bin ibn")
"""What stands between two words of a name."""

_DETERMINERS = _set_of("a an the this that these those his her its their our my your some all several")
"""Words after which a noun comes."""

_PRONOUNS = _set_of("i he she it we they you him them us me who here there")
"""Words that stand for a name or a noun."""

_FUNCTION_WORDS = _PRONOUNS | _set_of(
    "and or but nor if so as at by for from in into of off on onto out over per than to up via with about"
    " after against among near inside outside across along behind toward towards before between during"
    " since through under until upon within without not no is are was were be been being am has have had"
    " do does did will would can could may might shall should must which whom whose what when where why"
    " how then also just only very more most such said says s t d m re ve ll"
)
"""Words that seldom begin a span, and end one that began before."""

_MONTHS = _set_of(
    "January February March April May June July August September October November December "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
)
"""The months, as dates have them."""

_NUMBERS = _set_of(
    "two three four five six seven eight nine ten eleven twelve dozens hundreds thousands millions"
)
"""Numbers as words; `one` is seldom one."""

_SCALES = _set_of("hundred thousand million billion trillion dozen percent")
"""Words that go on a number."""

_ABOUT = _set_of("about around nearly almost approximately some over roughly")
"""Words that make a number behind them a rough one."""

_ABOUT_PAIRS = {
    ("at", "least"),
    ("at", "most"),
    ("more", "than"),
    ("less", "than"),
    ("up", "to"),
    ("as", "many"),
}
"""Pairs of words that make a number behind them a rough one."""

_ADJECTIVE = re.compile(
    r".+(?:al|ic|ive|ous|ern|ary|ory|ful|less|able|ible|ish|ian|ese|ant|ent|ed|ing|est)\Z"
    r"|(?:new|old|young|other|own|last|next|first|second|third|same|many|few|local|big|small|large|high|low|good"
    r"|former|senior|top|key|major|main|early|late|recent|foreign|heavy|light|armed|air|suicide|police)\Z"
)
"""An English word that a noun is likely to follow; it errs often, and an error costs one key."""

_VERB = re.compile(
    r".+(?:ed|ly|ize|ise)\Z|(?:ing|told|made|took|came|went|began|became|got|gave|left|held|saw|found|remains?"
    r"|continues?|includes?|comes?|goes|makes?|takes?|shows?|wants?|needs?|today|yesterday)\Z"
)
"""An English word that is unlikely to be the noun behind another noun."""


def rank_starts(text: str, tokens: Sequence[tuple[int, int]]) -> list[int]:
    """Say for every token in which place it is among the probable first tokens of a span, 0 being first."""
    words = _Words(text, tokens)
    chances = [_rate_start(words, place) for place in range(len(tokens))]
    order = sorted(range(len(tokens)), key=lambda place: (-chances[place], place))
    ranks = [0] * len(tokens)
    for rank, place in enumerate(order):
        ranks[place] = rank
    return ranks


def predict_extent(text: str, tokens: Sequence[tuple[int, int]], first: int) -> int:
    """Say how many tokens a span that starts at the token `first` probably has; at least 1.

    It never goes beyond the tokens given, nor beyond the end of a sentence.
    """
    # Only the neighbourhood is looked at: a chunk has hundreds of tokens.
    words = _Words(text, tokens[first : first + 3 * _LONGEST])
    return min(_find_end(words, 0), _LONGEST)


class _Words:
    """The words of some tokens, and how they stand next to each other."""

    def __init__(self, text: str, tokens: Sequence[tuple[int, int]]) -> None:
        self._words = [text[start:end] for start, end in tokens]
        self._glued = [left[1] == right[0] for left, right in pairwise(tokens)]

    def __len__(self) -> int:
        return len(self._words)

    def __getitem__(self, place: int) -> str:
        """Give a word; empty beyond either end."""
        return self._words[place] if 0 <= place < len(self._words) else ""

    def is_glued(self, place: int) -> bool:
        """Tell whether nothing stands between a token and the next one."""
        return 0 <= place < len(self._glued) and self._glued[place]

    def is_capital(self, place: int) -> bool:
        """Tell whether a word begins with a capital."""
        return self[place][:1].isupper() or self[place][:1].istitle()

    def is_number(self, place: int) -> bool:
        """Tell whether a word begins with a digit."""
        return self[place][:1].isdigit()

    def script(self, place: int) -> re.Pattern[str] | None:
        """Give the script of a token that is one ideograph or Katakana letter; None for any other."""
        word = self[place]
        if word.isascii():
            return None
        return next((each for each in _compile_scripts() if each.match(word)), None)

    def begins_sentence(self, place: int) -> bool:
        """Tell whether a sentence begins here, as far as marks tell."""
        before = place - 1
        while before >= 0 and self[before] in _CLOSING_MARKS:
            before -= 1
        if before < 0:
            return True
        return self[before] in _MARKS_THAT_END and not self.is_abbreviation(before - 1)

    def is_abbreviation(self, place: int) -> bool:
        """Tell whether the full stop behind a word belongs to it."""
        word = self[place]
        is_short = len(word) == 1 and word.isalpha() and word.isupper()
        return self[place + 1] == "." and self.is_glued(place) and (is_short or word in ABBREVIATIONS)


@cache
def _compile_scripts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Compile what matches an ideograph, or Katakana: a run of them is often a name; late (2 ms)."""
    ideographs = re.compile("[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
    return ideographs, re.compile("[\u30a1-\u30ff\uff66-\uff9f]")


def _rate_start(words: _Words, place: int) -> int:
    """Rate how probable it is that a span starts at a token; only the order of the rates counts."""
    word = words[place]
    lower = word.lower()
    if not word[0].isalnum():
        return 1 if word in _CURRENCIES or word in "#@" else -2
    is_inside = words.is_glued(place - 1) and (
        words[place - 1] in _HYPHENS or words[place - 1] in _APOSTROPHES
    )
    if is_inside:
        return -1
    if lower in _DETERMINERS:
        return 2
    if lower in _FUNCTION_WORDS:
        return 1 if lower in _PRONOUNS else -1
    if words.is_capital(place):
        follows_name = words.is_capital(place - 1) and words[place - 1].lower() not in _DETERMINERS
        follows_short = words.is_abbreviation(place - 2)
        if follows_name or follows_short:
            return 1
        return 3 if words.begins_sentence(place) else 5
    if words.is_number(place) or lower in _NUMBERS:
        return 4
    if script := words.script(place):
        return 0 if words.is_glued(place - 1) and words.script(place - 1) is script else 5
    return 0


def _find_end(words: _Words, place: int) -> int:
    """Find one past the last token of a span that starts at a token."""
    word = words[place]
    lower = word.lower()
    if word in _CURRENCIES:
        return _end_number(words, place + 1) if words.is_number(place + 1) else place + 1
    about = _skip_about(words, place)
    if about is not None:
        return _find_end(words, about)
    if lower in _DETERMINERS:
        return _end_noun_phrase(words, place + 1, is_determined=True)
    if words.is_number(place) or lower in _NUMBERS:
        return _end_quantity(words, place)
    if words.is_capital(place):
        return place + 1 if lower in _PRONOUNS and word != "US" else _end_name(words, place)
    if script := words.script(place):
        end = place + 1
        while words.is_glued(end - 1) and words.script(end) is script:
            end += 1
        return end
    if word[:1].isalpha() and lower not in _FUNCTION_WORDS:
        return _end_noun_phrase(words, place)
    if word in "#@" and words.is_glued(place):
        return place + 2
    return place + 1


def _skip_about(words: _Words, place: int) -> int | None:
    """Skip what makes a number a rough one (`at least`, `nearly`); None where it is not there."""
    pair = (words[place].lower(), words[place + 1].lower())
    after = place + (2 if pair in _ABOUT_PAIRS else 1 if pair[0] in _ABOUT else 0)
    word = words[after].lower()
    is_number = words.is_number(after) or word in _NUMBERS or word in _CURRENCIES
    if after > place and (is_number or (word == "a" and words[after + 1] in _SCALES)):
        return after
    return None


def _end_word(words: _Words, place: int) -> int:
    """Find the end of a word with its hyphens, apostrophes inside, and the full stops of an abbreviation."""
    end = place + 1
    while end < len(words) and words.is_glued(end - 1):
        is_hyphen = words[end] in _HYPHENS and words.is_glued(end) and words[end + 1][:1].isalnum()
        is_part = words[end][:1].isalnum() and words[end - 1] in {".", *_HYPHENS}
        if not (is_hyphen or is_part or words.is_abbreviation(end - 1)):
            break
        end += 1
    return end


def _end_name(words: _Words, place: int) -> int:
    """Find the end of a run of capitalised words, of what joins them, and of the day in a date."""
    end = _end_word(words, place)
    if words[place] in _MONTHS and words.is_number(end):
        return _end_date(words, end)
    while end < len(words):
        if words.is_capital(end) or (words.is_number(end) and not words.begins_sentence(end)):
            if words.begins_sentence(end) or words[end].lower() in _PRONOUNS:
                break
            end = _end_word(words, end)
            continue
        joined = _skip_joint(words, end)
        if joined is None:
            break
        end = _end_word(words, joined)
    return end


def _skip_joint(words: _Words, place: int) -> int | None:
    """Skip what stands between two capitalised words of one name; None where that is nothing of the kind."""
    word = words[place]
    after = place + 1
    if word in _APOSTROPHES and words[after] == "s" and words.is_glued(place):
        after += 1
    elif word in _PARTICLES:
        if words[after] in {"the", "la", "los", "las", "der"}:
            after += 1
    elif word != "&" and not (word in _APOSTROPHES and words.is_glued(place - 1) and words.is_glued(place)):
        return None
    return after if words.is_capital(after) else None


def _end_date(words: _Words, place: int) -> int:
    """Find the end of a date of which the day or year comes first here: `17`, `17, 2016`."""
    end = place + 1
    if words[end] == "," and len(words[end + 1]) == 4 and words[end + 1].isdigit():
        end += 2
    return end


def _end_number(words: _Words, place: int) -> int:
    """Find the end of a number: `18,000`, `2.5 million`, `60%`."""
    end = place + 1
    while words.is_glued(end - 1) and words[end] in {",", ".", ":"} and words.is_glued(end):
        if not words.is_number(end + 1):
            break
        end += 2
    while words[end] == "%" or words[end] in _SCALES:
        end += 1
    return end


def _end_quantity(words: _Words, place: int) -> int:
    """Find the end of a number and what it counts: `9 November 2024`, `52-year-old woman`, `30 people`."""
    end = _end_number(words, place)
    if words[end] in _MONTHS:
        end += 1
        return end + 1 if len(words[end]) == 4 and words.is_number(end) else end
    if words[end] in _HYPHENS and words.is_glued(end - 1):
        return _end_noun_phrase(words, place)
    return end


def _end_noun_phrase(words: _Words, place: int, *, is_determined: bool = False) -> int:
    """Find the end of adjectives and a noun, or of a name and a noun, as behind `the`."""
    is_adjective = is_compound = False
    if words.is_capital(place):
        end = _end_name(words, place)
    else:
        end = min(_end_word(words, place), len(words))
        is_adjective = _ADJECTIVE.match(words[place].lower()) is not None
        is_compound = any(words[each] in _HYPHENS for each in range(place, end))
    word = words[end]
    is_noun = word.islower() and word not in _FUNCTION_WORDS | _DETERMINERS and not _VERB.match(word)
    if is_adjective and words.is_capital(end) and not words.begins_sentence(end):
        return _end_name(words, end)
    if is_noun and (is_determined or is_adjective or is_compound):
        return _end_noun_phrase(words, end, is_determined=is_determined)
    return max(end, 1)
