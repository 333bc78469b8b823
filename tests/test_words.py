"""Words are what people count: no punctuation around them, and none of them cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.tokens import tokenize
from tui.text.words import find_words, is_wordy


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in find_words(text, tokenize(text))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("52-year-old woman", "52-year-old|woman"),
        ("Ukraine’s eastern Donetsk region", "Ukraine’s|eastern|Donetsk|region"),
        ("the U.S. said, e.g. at 5 a.m.", "the|U.S.|said|e.g.|at|5|a.m."),
        ("“(Kyiv)”—Moscow/Lviv… no.", "Kyiv|Moscow|Lviv|no"),
        ("$5.2 million, 5% of 3,000 by 10:42", "$5.2|million|5%|of|3,000|by|10:42"),
        ("2014–2015 and 6-8", "2014–2015|and|6-8"),
        ("@ana #drone AT&T", "@ana|#drone|AT&T"),
        ("it's 'quoted' text", "it's|quoted|text"),
        ("end. Next", "end|Next"),
        ("中共 said", "中|共|said"),
        ("l’armée des États-Unis", "l’armée|des|États-Unis"),
        ("👍🏽 ok 🇺🇦", "👍🏽|ok|🇺🇦"),
        ("***", "*|*|*"),
        ("Smith & Sons @ home - or not", "Smith|&|Sons|@|home|or|not"),
        ("-30°C", "-30°C"),
    ],
    ids=str,
)
def test_words_are_what_people_count(text: str, words: str) -> None:
    assert split(text) == words.split("|")


@given(st.text(max_size=60))
def test_words_are_whole_tokens_in_order_and_leave_out_no_letter(text: str) -> None:
    tokens = tokenize(text)
    words = find_words(text, tokens)
    starts, ends = {start for start, _ in tokens}, {end for _, end in tokens}
    here = 0
    for start, end in words:
        assert here <= start < end
        assert start in starts
        assert end in ends
        here = end
    inside = {offset for start, end in words for offset in range(start, end)}
    assert inside.issuperset(start for start, _ in tokens if is_wordy(text[start]))
    assert bool(words) == bool(tokens)
