"""A text is found however it is written, and nothing is found where it is not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.finding import FoldedText, fold


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("Moru, moru and MORU", "moru", ["Moru", "moru", "MORU"]),
        ("libéré Libe\u0301re\u0301", "LIBÉRÉ", ["libéré", "Libe\u0301re\u0301"]),
        ("Straße STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("eé e\u0301", "e", ["e"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("ﬁre fire", "fi", ["ﬁ", "fi"]),
        ("ﬁre", "i", []),
        ("İzmir", "i\u0307zmir", ["İzmir"]),
        ("nothing", "", []),
    ],
)
def test_a_text_is_found_however_it_is_written(text: str, wanted: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in FoldedText(text).find(wanted)] == found


@given(st.text(max_size=30), st.text(min_size=1, max_size=5))
def test_what_is_found_is_what_was_wanted(text: str, wanted: str) -> None:
    here = 0
    for start, end in FoldedText(text).find(wanted):
        assert here <= start < end
        assert fold(text[start:end]) == fold(wanted)
        here = end


@given(
    st.text("abcABC éÉß", max_size=9),
    st.text("abcABC éÉß", min_size=1, max_size=9),
    st.text("xyz", max_size=9),
)
def test_a_word_between_others_is_found_in_every_form(before: str, word: str, after: str) -> None:
    for form in ("NFC", "NFD"):
        text = f"{before}|{unicodedata.normalize(form, word).swapcase()}|{after}"
        assert FoldedText(text).find(f"|{word}|")
