"""Paragraphs, tokens and what may reach a terminal, over every script."""

import itertools
import re
import sys
import textwrap
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, split_graphemes

import tui.text.tokens as tokens_module
from tui.text.display import display_text
from tui.text.messages import quote
from tui.text.paragraphs import find_paragraphs
from tui.text.tokens import tokenize

PROSE = (
    "The mayor opened a new bridge over the river on Monday, after three years of work and two delays. It is "
    "four hundred metres long and carries trams, bicycles and people on foot. The old ferry will stop at the "
    "end of the month, a spokeswoman said, and most of its crew will find work on the harbour boats instead."
)

POEM = """\
The river keeps the evening in its bed,
And every lamp is doubled on the stream;
The ferryman has gone to rest his head,
And all the trams go over like a dream."""

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

ANY_CHARACTER = st.characters(codec=None)
PIECES = ["👩🏽\u200d🚀", "🇩🇪", "🇬", "1️⃣", "🏴\U000e0067\U000e007f", "\ud800"]
LETTERS = "é́น้ำກິນຳខ្មែរမြန်မာがﾊﾟ日本語한국어عَرَبِيّעִבְרִיתक्षि\u0600١"
CONTROLS = "a1_ .-\t\r\n\x00\x1b\x85\u2028\u2029\u200b\u200c\u200d\ufe0f\u20e3\u0301\xad\ufeff"
AWKWARD = st.sampled_from([*PIECES, *LETTERS, *CONTROLS, *BIDI])
TEXTS = st.lists(AWKWARD | ANY_CHARACTER, max_size=30).map("".join)


def cut(text: str, edges: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in edges]


# Paragraphs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\n\r\n\u2028 ", []),
        ("one", [(0, 3)]),
        ("  one \n two\t\n", [(2, 5), (8, 11)]),
        ("one\n\n\ntwo", [(0, 3), (6, 9)]),
        (
            "a\r\nb\rc\nd\x0be\x0cf\x85g\u2028h\u2029i",
            [(0, 1), (3, 4), *((n, n + 1) for n in range(5, 18, 2))],
        ),
        ("\xa0one\xa0", [(1, 4)]),
    ],
    ids=["empty", "blank", "one", "trimmed", "blank lines", "every line break", "no-break spaces"],
)
def test_a_paragraph_is_a_line_without_the_white_space_around_it(
    text: str, expected: list[tuple[int, int]]
) -> None:
    assert find_paragraphs(text) == expected


@pytest.mark.parametrize("width", [35, 50, 72, 100])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_hard_wrapped_text_comes_in_blocks_between_blank_lines(width: int, line_break: str) -> None:
    blocks = [line_break.join(textwrap.wrap(PROSE, width))] * 3
    text = (line_break * 2).join(blocks)
    assert cut(text, find_paragraphs(text)) == blocks


def test_hard_wrapped_text_may_hold_an_address_longer_than_its_lines() -> None:
    lines = textwrap.wrap(" ".join([PROSE] * 5), 60)
    text = "\n".join([*lines[:8], "https://bridge.example/" + "x" * 100, *lines[8:]])
    assert find_paragraphs(text) == [(0, len(text))]


@pytest.mark.parametrize(
    "lines",
    [
        POEM.split("\n"),
        ["milk and two loaves of bread", "eggs", "a pound of butter", "flour", "sugar", "salt and pepper"],
        [PROSE, "A tram on the bridge", PROSE, "The end"],
        ["The mayor opened a bridge on Monday.", "The ferry will stop after that day."] * 4,
        ["Mayor opens new bridge after delay", "Ferry stops as trams return to city"] * 4,
        ["市长星期一在河边为新桥揭幕，大桥全长四百米，可供电车和行人通行，耗资巨大。", "渡轮将停运。"] * 4,
    ],
    ids=["poem", "list", "article", "sentences of one length", "headlines of one length", "Chinese"],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["dense", "with blank lines"])
def test_lines_that_end_where_their_paragraph_ends_stay_apart(lines: list[str], gap: str) -> None:
    text = gap.join(lines)
    assert cut(text, find_paragraphs(text)) == lines


@given(TEXTS | st.lists(st.sampled_from(["word", " ", "\n", "\r\n", "\x85", PROSE, POEM])).map("".join))
def test_paragraphs_are_in_order_and_hold_everything_but_white_space(text: str) -> None:
    paragraphs = find_paragraphs(text)
    edges = list(itertools.chain((0,), *paragraphs, (len(text),)))
    assert edges == sorted(edges)
    for start, end in paragraphs:
        assert text[start:end] == text[start:end].strip() != ""
    for end, start in zip(edges[::2], edges[1::2], strict=True):
        assert not text[end:start].strip()


@pytest.mark.parametrize(
    "text", ["word " * 400_000, "a" + " " * 2_000_000, "\n" * 2_000_000, "a\n" * 200_000]
)
def test_very_long_texts_come_out_whole(text: str) -> None:
    paragraphs = find_paragraphs(text)
    assert len(paragraphs) == len([line for line in text.split("\n") if line.strip()])


# Tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ""),
        ("U.S. 52-year-old snake_case", "U . S . 52 - year - old snake_case"),
        ("“naïve” – Kyjiw’s снайпер", "“ naïve ” – Kyjiw ’ s снайпер"),
        ("cafe\u0301!", "cafe\u0301 !"),
        ("👩🏽\u200d🚀👍🏽🇩🇪🇫🇷🇬", "👩🏽\u200d🚀 👍🏽 🇩🇪 🇫🇷 🇬"),
        ("❤\ufe0f❤1\ufe0f\u20e3#\ufe0f\u20e3", "❤\ufe0f ❤ 1\ufe0f\u20e3 #\ufe0f\u20e3"),
        ("日本語の東京123", "日 本 語 の 東 京 123"),
        ("か\u3099パﾊﾟ", "か\u3099 パ ﾊﾟ"),
        ("น้ำดี๑๒", "น้ำ ดี ๑๒"),
        ("ນຳດີ", "ນຳ ດີ"),
        ("ខ្មែរ", "ខ្មែ រ"),
        ("မြန်မာ၁၂", "မြ န် မာ ၁၂"),
        ("می\u200cخواهم عَرَبِيّ", "می\u200cخواهم عَرَبِيّ"),
        ("עִבְרִית", "עִבְרִית"),
        ("क्षत्रिय", "क्षत्रिय"),
        ("한국어", "한국어"),
        ("Ver\xadein", "Ver\xadein"),
        ("\u0600١٢", "\u0600١٢"),
        ("a\x00\x1bb", "a \x00 \x1b b"),
    ],
)
def test_tokens_are_the_finest_that_keep_what_belongs_together(text: str, tokens: str) -> None:
    assert cut(text, tokenize(text)) == tokens.split(" ") if tokens else tokenize(text) == []


def test_a_space_is_the_base_of_a_mark_that_follows_it() -> None:
    assert tokenize("a \u0301b") == [(0, 1), (1, 3), (3, 4)]


def test_every_character_of_the_plain_pattern_stands_alone() -> None:
    plain = (c for c in map(chr, range(sys.maxunicode + 1)) if not tokens_module._INTRICATE.match(c))
    token = tokens_module._compile_token()
    for character in plain:
        assert not unicodedata.category(character).startswith("M")
        probe = f"a{character}{character}b-{character} {character}"
        plain_tokens = [match.span() for match in tokens_module._PLAIN_TOKEN.finditer(probe)]
        assert [match.span() for match in token.finditer(probe)] == plain_tokens, hex(ord(character))


def test_every_combining_mark_stays_with_the_letter_before_it() -> None:
    marks = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c).startswith("M")]
    assert [c for c in marks if tokenize(f"a{c}b") != [(0, 3)]] == []


@given(TEXTS)
def test_tokens_are_in_order_and_cover_all_but_white_space(text: str) -> None:
    edges = list(itertools.chain((0,), *tokenize(text), (len(text),)))
    assert edges == sorted(edges)
    assert all(start < end for start, end in tokenize(text))
    for end, start in zip(edges[::2], edges[1::2], strict=True):
        assert not text[end:start].strip()


@given(TEXTS)
def test_tokens_never_cut_a_drawn_grapheme(text: str) -> None:
    # Rich knows newer marks than Python, and gives no cell to the second half of a Hangul syllable.
    text = "".join(c for c in text if unicodedata.category(c) != "Cn" and not "\u1160" <= c <= "\u11ff")
    text = re.sub("[\ud7b0-\ud7ff]", "", text)
    # A mark behind a line break has no base, and a joiner in front of white space nothing to join.
    text = re.sub(r"\u200d*\s+", " ", text).strip()
    drawn = display_text(text)
    boundaries = {start for start, _, _ in split_graphemes(drawn)[0]} | {0, len(text)}
    assert {edge for token in tokenize(text) for edge in token} <= boundaries


@given(TEXTS, st.data())
def test_a_window_between_token_edges_has_the_tokens_of_the_whole_text(
    text: str, data: st.DataObject
) -> None:
    tokens = tokenize(text)
    if not tokens:
        return
    first = data.draw(st.integers(0, len(tokens) - 1))
    last = data.draw(st.integers(first, len(tokens) - 1))
    assert tokenize(text, tokens[first][0], tokens[last][1]) == tokens[first : last + 1]


@pytest.mark.parametrize("text", ["Plain words – “Łódź”, Київ, Αθήνα, 서울", "x" * 1_000_000])
def test_plain_text_needs_no_table_of_marks(text: str) -> None:
    tokens_module._compile_token.cache_clear()
    tokenize(text)
    assert tokens_module._compile_token.cache_info().currsize == 0


# Display


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        (
            "Łódź\xa0– “日本” 👩🏽\u200d🚀 ❤\ufe0f می\u200cخواهم",
            "Łódź\xa0– “日本” 👩🏽\u200d🚀 ❤\ufe0f می\u200cخواهم",
        ),
        ("\x1b[31m\x07\x00\x7f", "␛[31m␇␀␡"),
        ("a\tb\r\nc\x85d\u2028e\u2029f", "a b␍⏎c⏎d⏎e¶f"),
        ("\x9b31m\ud800", "�31m�"),
        ("\ufeff\u202eabc\u200f\ufff9\U000e0041Ver\xadein\u3164", "··abc···Ver¬ein·"),
    ],
    ids=["empty", "kept", "C0", "line breaks", "undecodable", "unseen"],
)
def test_what_a_terminal_must_not_get_is_shown_as_a_sign(text: str, shown: str) -> None:
    assert display_text(text) == shown


def test_every_character_is_shown_as_one_that_a_terminal_can_draw() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    shown = display_text(everything)
    assert len(shown) == len(everything)
    assert {unicodedata.category(character) for character in shown}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert set(shown).isdisjoint(BIDI)
    assert {after for before, after in zip(everything, shown, strict=True) if before != after} == {
        after for after in set(shown) if after in "�·¬⏎¶␡ " or "␀" <= after <= "␟"
    } - {"␉", "␊"}
    assert all(cell_len(sign) == 1 for sign in "�·¬⏎¶␡␀␟")


@given(TEXTS)
def test_the_text_on_the_screen_is_as_long_as_the_stored_one(text: str) -> None:
    shown = display_text(text)
    assert len(shown) == len(text)
    assert display_text(shown) == shown


# Quotes


@pytest.mark.parametrize(
    ("text", "limit", "quoted"),
    [
        ("short", 60, "short"),
        ("two\nlines", 60, "two⏎lines"),
        ("the mayor of the town", 12, "the mayor…"),
        ("the mayor of the town", 13, "the mayor of…"),
        ("x" * 100, 10, "x" * 9 + "…"),
        ("ab 👩🏽\u200d🚀 cd", 6, "ab…"),
    ],
)
def test_a_quote_is_one_line_of_whole_tokens(text: str, limit: int, quoted: str) -> None:
    assert quote(text, 0, len(text), limit=limit) == quoted


@given(TEXTS, st.integers(1, 20))
def test_a_quote_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(quote(text, 0, len(text), limit=limit)) <= limit
