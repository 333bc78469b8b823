"""Chunks, lines and label rows, over every script."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size, split_graphemes

from tui.model.span import Span
from tui.text.chunks import LONGEST_CHUNK, LONGEST_PARAGRAPH, cut_chunks
from tui.text.display import display_text
from tui.ui import layout
from tui.ui.layout import Line, draw_box, draw_hint_row, stack_spans, wrap

FAMILY = "👨‍👩‍👧"
FLAGS = "🇩🇪🇫🇷"
THAI = "ผู้ว่าราชการกรุงเทพมหานครเปิดสะพานใหม่"
JAPANESE = "市長は月曜日、川に架かる新しい橋「虹」を開通させた。"
NFD = "Cafe\u0301 Zu\u0308rich"

PIECES = st.sampled_from(
    [
        *(FAMILY, FLAGS, "🇩🇪", "👍🏽", "1️⃣", "❤️", THAI, "น้ำ", JAPANESE, NFD, "한국어 신문", "ﾊﾟ"),
        *("The mayor", "opened,", " ", "  ", "    ", "\t", "\r\n", "http://example.org/a/very/long/address"),
        *("“Müller”", "–", "\xa0", "\u3000", "\u0301", "\u200d", "\ufe0f", "\u2028", "a"),
    ]
)
TEXTS = st.lists(PIECES | st.characters(codec="utf-8"), max_size=40).map("".join).map(display_text)
WIDTHS = st.integers(min_value=2, max_value=60)


def drawn(text: str, width: int) -> list[str]:
    return [text[line.start : line.drawn_end] for line in wrap(text, 0, len(text), width)]


# Chunks


def test_a_paragraph_of_usual_length_is_one_chunk() -> None:
    text = "one\n" + "x" * LONGEST_PARAGRAPH
    assert [(c.index, c.paragraph, c.start, c.end) for c in cut_chunks(text, [(0, 3), (4, len(text))])] == [
        (0, 0, 0, 3),
        (1, 1, 4, len(text)),
    ]


def test_a_long_paragraph_is_cut_after_white_space() -> None:
    text = "The mayor opened a bridge. " * 200
    chunks = cut_chunks(text, [(0, len(text))])
    assert len(chunks) == 4
    assert all(text[chunk.end - 1] == " " for chunk in chunks)
    assert {chunk.paragraph for chunk in chunks} == {0}


@pytest.mark.parametrize(
    "unit", ["x", "橋", "🇩🇪", FAMILY, "👍🏽", "e\u0301", "น้ำ", "❤️"], ids=lambda unit: ascii(unit)
)
@pytest.mark.parametrize("before", ["", "y", "yy", "yyy"], ids=len)
def test_a_long_paragraph_without_spaces_is_cut_between_graphemes(unit: str, before: str) -> None:
    text = before + unit * (5000 // len(unit))
    chunks = cut_chunks(text, [(0, len(text))])
    assert len(chunks) > 1
    assert all((chunk.start - len(before)) % len(unit) == 0 for chunk in chunks[1:])


def test_white_space_that_carries_a_mark_is_not_parted_from_it() -> None:
    text = "x" * (LONGEST_CHUNK - 1) + " \u0301" + "x" * 1000
    assert all(text[chunk.start] != "\u0301" for chunk in cut_chunks(text, [(0, len(text))]))


@given(
    st.lists(st.sampled_from(["word ", FAMILY, "🇩🇪", "橋", "e\u0301", "x" * 500]), max_size=900).map("".join)
)
def test_chunks_follow_each_other_without_a_gap(text: str) -> None:
    chunks = cut_chunks(text, [(0, len(text))])
    assert chunks[0].start == 0
    assert chunks[-1].end == len(text)
    assert all(left.end == right.start for left, right in pairwise(chunks))
    if len(text) > LONGEST_PARAGRAPH:
        assert all(0 < chunk.end - chunk.start <= LONGEST_CHUNK for chunk in chunks)


# Lines


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 10, [""]),
        ("one two", 10, ["one two"]),
        ("one two three", 7, ["one two", "three"]),
        ("one two    three", 7, ["one two", "three"]),
        ("one two three", 8, ["one two ", "three"]),
        ("an extraordinary day", 8, ["an extra", "ordinary", "day"]),
        ("one a-word", 7, ["one ", "a-word"]),
        ("one⏎two three", 5, ["one⏎", "two ", "three"]),
        ("ab cd ", 2, ["ab", "cd"]),
        ("市長は橋を", 4, ["市長", "は橋", "を"]),
        ("市長は、橋", 6, ["市長", "は、橋"]),
        ("彼は「橋」を", 6, ["彼は", "「橋」", "を"]),
        ("The 市長 said", 8, ["The 市長", "said"]),
        ("한국어 신문", 8, ["한국어 ", "신문"]),
        (f"{FAMILY}{FAMILY}", 3, [FAMILY, FAMILY]),
        (FLAGS, 3, ["🇩🇪", "🇫🇷"]),
        ("น้ำน้ำ", 3, ["น้ำ", "น้ำ"]),
        (NFD, 6, ["Cafe\u0301 ", "Zu\u0308rich"]),
        ("市\u3000長", 3, ["市", "長"]),
    ],
    ids=[
        *("empty", "fits", "break", "many spaces", "space fits", "long word", "hyphen", "line break sign"),
        *("ends with space", "Han", "not before a comma", "not after a bracket", "mixed", "Hangul", "ZWJ"),
        *("flags", "SARA AM", "NFD", "wide space"),
    ],
)
def test_a_line_ends_where_a_reader_expects_it(text: str, width: int, expected: list[str]) -> None:
    assert drawn(text, width) == expected


@given(TEXTS, WIDTHS, st.integers(0, 5))
def test_every_code_point_is_on_exactly_one_line_and_no_line_is_too_wide(
    text: str, width: int, start: int
) -> None:
    start = min(start, len(text))
    lines = wrap(text, start, len(text), width)
    assert lines[0].start == start
    assert lines[-1].end == len(text)
    assert all(left.end == right.start for left, right in pairwise(lines))
    assert all(line.start < line.end for line in lines) or text[start:] == ""
    for line in lines:
        assert line.start <= line.drawn_end <= line.end
        assert line.cells <= width
        assert text[line.drawn_end : line.end].replace("⏎", " ").strip() == ""


@given(st.lists(PIECES.filter(lambda piece: piece[0] not in "\u200d\ufe0f\u0301")).map("".join), WIDTHS)
def test_a_line_says_how_many_cells_the_terminal_needs(source: str, width: int) -> None:
    text = display_text(source)
    for line in wrap(text, 0, len(text), width):
        assert line.cells == cell_len(text[line.start : line.drawn_end])


@given(TEXTS, WIDTHS)
def test_offsets_and_cells_agree(text: str, width: int) -> None:
    for line in wrap(text, 0, len(text), width):
        xs = [line.x_of(offset) for offset in range(line.start, line.end + 1)]
        assert xs == sorted(xs)
        assert xs[-1] == line.cells
        for x in range(line.cells):
            offset = line.offset_at(x)
            assert line.x_of(offset) <= x
            assert line.start <= offset < line.drawn_end
        for offset in range(line.start, line.drawn_end):
            x = line.x_of(offset)
            if x < line.cells:
                assert line.x_of(line.offset_at(x)) == x
                assert line.offset_at(x) <= offset or cell_len(text[offset]) == 0


@given(TEXTS, WIDTHS)
def test_no_line_begins_inside_a_grapheme(text: str, width: int) -> None:
    starts = {start for start, _, _ in split_graphemes(text)[0]} | {len(text)}
    assert all(line.start in starts for line in wrap(text, 0, len(text), width))


def test_both_ways_of_wrapping_agree_where_every_character_is_one_cell() -> None:
    text = (
        "The mayor — “a friend of bridges” — said: «très bien»,  and went on to the extraordinary ferry. " * 4
    )
    for width in range(2, 90):
        plain = list(layout._wrap_plain(text, 0, width))
        intricate = list(layout._wrap_graphemes(text, 0, width))
        assert [(p.start, p.end, p.drawn_end, p.cells) for p in plain] == [
            (g.start, g.end, g.drawn_end, g.cells) for g in intricate
        ]


def test_characters_taken_for_one_cell_are_one_cell() -> None:
    plain = [chr(code) for code in range(0x20, 0x10000) if not layout._INTRICATE.match(chr(code))]
    assert len(plain) > 1500
    assert all(get_character_cell_size(character) == 1 for character in plain)


@pytest.mark.parametrize(
    ("text", "x", "offset"),
    [
        ("abc", -1, 0),
        ("abc", 1, 1),
        ("abc", 99, 2),
        ("", 5, 0),
        ("橋a", 1, 0),
        ("橋a", 2, 1),
        (f"{FAMILY}a", 1, 0),
        (f"{FAMILY}a", 2, len(FAMILY)),
        (f"{FAMILY}a", 9, len(FAMILY)),
        (FLAGS, 1, 0),
        (FLAGS, 2, 2),
        ("e\u0301a", 1, 2),
    ],
)
def test_a_cell_belongs_to_the_grapheme_drawn_there(text: str, x: int, offset: int) -> None:
    (line,) = wrap(text, 0, len(text), 20)
    assert line.offset_at(x) == offset


def test_a_code_point_inside_a_grapheme_is_at_its_first_cell() -> None:
    text = f"a{FAMILY}b"
    (line,) = wrap(text, 0, len(text), 20)
    assert [line.x_of(offset) for offset in range(len(text) + 1)] == [0, *[1] * len(FAMILY), 3, 4]


# Label rows


def make_spans(text: str, *named: tuple[str, str]) -> list[Span]:
    """Make spans of (text, label), with the label as id."""
    return [Span(label, text.index(part), text.index(part) + len(part), label) for part, label in named]


def draw(text: str, spans: list[Span], *, width: int = 40) -> list[str]:
    """Draw the rows of boxes under every line; spans whose id begins with `?` are suggestions."""
    drawn = []
    for line in wrap(text, 0, len(text), width):
        rows: dict[int, str] = {}
        for box in stack_spans(spans, line, width):
            row = rows.get(box.row, "")
            name = f"{box.span.label}*" if box.span.note else box.span.label
            shown = draw_box(box, name, box.span.label[0], is_suggestion=box.span.id.startswith("?"))
            rows[box.row] = row + " " * (box.x - cell_len(row)) + shown
        drawn.append("\n".join(rows.get(place, "") for place in range(max(rows, default=-1) + 1)))
    return drawn


def test_a_box_under_a_line_names_every_span_under_its_cells() -> None:
    text = "Gen. Joseph Votel visited Ar Raqqah on 19 May"
    spans = make_spans(text, ("Gen. Joseph Votel", "person"), ("Ar Raqqah", "place"), ("19", "number"))
    assert draw(text, spans, width=60) == ["╰person─────────╯         ╰place──╯    n╯"]


@pytest.mark.parametrize(
    ("cells", "more", "drawn"),
    [
        (27, "displaced? ~12+? →1", "╰count displaced? ~12+? →1╯"),
        (23, "displaced? ~12+? →1", "╰c displaced? ~12+? →1╯"),
        (22, "displaced? ~12+? →1", "c displaced? ~12+? →1╯"),
        (20, "displaced? ~12+? →1", "╰c dis…? ~12+? →1──╯"),
        (16, "displaced? ~12+? →1", "╰c dis…? ~12+?…╯"),
        (12, "displaced? ~12+? →1", "╰c dis…?───╯"),
        (8, "injured 12", "╰c inj…╯"),
        (13, "rebel no armed", "╰c rebel no…╯"),
        (7, "injured 12", "c inj…╯"),
        (6, "injured 12", "╰c───╯"),
        (7, "→1→2→3", "╰count╯"),
    ],
)
def test_what_stands_behind_a_label_is_cut_before_it_is_left_out(cells: int, more: str, drawn: str) -> None:
    text = "x" * cells
    (box,) = stack_spans([Span("s", 0, cells, "count")], wrap(text, 0, cells, 60)[0], 60)
    assert draw_box(box, "count", "c", more=more) == drawn


def test_a_span_that_goes_on_is_open_at_that_end_and_named_on_each_line() -> None:
    text = "Gen. Joseph Votel and the others"
    assert draw(text, make_spans(text, ("Joseph Votel and", "who")), width=12) == [
        "     ╰who───",
        "─who────╯",
        "",
    ]


def test_shorter_spans_stand_nearer_to_the_text_in_a_row_of_their_own() -> None:
    text = "commander of U.S. Central Command in the region"
    spans = make_spans(text, ("commander of U.S. Central Command", "role"), ("U.S. Central", "org"))
    drawn = ["             ╰org───────╯\n╰role───────────────────────────╯"]
    assert draw(text, spans, width=60) == draw(text, spans[::-1], width=60) == drawn


def test_rows_are_added_only_where_spans_overlap() -> None:
    text = "the north of Moru and the south"
    spans = make_spans(text, ("the north of Moru", "place"), ("Moru", "town"), ("the south", "place"))
    assert draw(text, spans) == ["             ╰t─╯     ╰place──╯\n╰place──────────╯"]


def test_spans_that_abut_stay_apart() -> None:
    text = "RussianArmy"
    assert draw(text, make_spans(text, ("Russian", "loc"), ("Army", "org"))) == ["╰loc──╯╰o─╯"]
    # What is one cell wide has no ends to tell it from its neighbour.
    assert draw("ab", make_spans("ab", ("a", "loc"), ("b", "org"))) == ["l\n o"]


def test_two_spans_with_the_same_cells_have_a_row_each() -> None:
    text = "in the Ministry of Defence"
    spans = make_spans(text, ("Ministry of Defence", "actor"), ("Ministry of Defence", "org"))
    assert draw(text, spans) == ["       ╰actor────────────╯\n       ╰org──────────────╯"]


@pytest.mark.parametrize(
    ("cells", "plain", "noted", "suggested"),
    [
        (1, "a", "a", "?"),
        (2, "a╯", "a╯", "a?"),
        (3, "╰a╯", "a*╯", "a?╯"),
        (4, "╰a─╯", "╰a*╯", "╰a?╯"),
        (7, "╰actor╯", "╰a*───╯", "╰a?┄┄┄╯"),
        (8, "╰actor─╯", "╰actor*╯", "╰actor?╯"),
        (9, "╰actor──╯", "╰actor*─╯", "╰actor?┄╯"),
    ],
)
def test_what_has_no_room_for_its_name_is_its_key(cells: int, plain: str, noted: str, suggested: str) -> None:
    text = "x" * cells
    assert draw(text, [Span("s", 0, cells, "actor")]) == [plain]
    assert draw(text, [Span("s", 0, cells, "actor", note="sic")]) == [noted]
    assert draw(text, [Span("?", 0, cells, "actor")]) == [suggested]


def test_names_are_measured_in_cells() -> None:
    text = "in Tokyo they met"
    assert draw(text, make_spans(text, ("Tokyo", "場所")), width=30) == ["   ╰場─╯"]
    assert draw("in Tokyo", make_spans("in Tokyo", ("Tokyo", "場")), width=30) == ["   ╰場─╯"]
    assert draw("Ai", make_spans("Ai", ("Ai", "組織名")), width=5) == ["組"]


def test_a_span_of_white_space_that_is_not_drawn_has_no_box() -> None:
    line = wrap("ab    cd", 0, 8, 2)[0]
    assert (line.drawn_end, line.end) == (2, 6)
    assert stack_spans([Span("s", 3, 5, "x")], line, 2) == []


EDGES = st.tuples(
    st.integers(0, 60), st.integers(1, 30), st.sampled_from(["a", "person", "場所と組織", "👍🏽!"])
)


@given(TEXTS.filter(bool), WIDTHS, st.lists(EDGES, max_size=8), st.booleans())
def test_boxes_are_as_wide_as_their_spans_and_never_share_a_cell(
    text: str, width: int, edges: list[tuple[int, int, str]], is_suggestion: bool
) -> None:
    spans = [
        Span(str(place), min(start, len(text) - 1), min(min(start, len(text) - 1) + length, len(text)), label)
        for place, (start, length, label) in enumerate(edges)
    ]
    for line in wrap(text, 0, len(text), width):
        boxes = stack_spans(spans, line, width)
        assert boxes == stack_spans(spans[::-1], line, width)
        here: dict[int, int] = {}
        for box in boxes:
            assert box.x >= here.get(box.row, 0)
            here[box.row] = box.end
            drawn = draw_box(box, box.span.label, "k", is_suggestion=is_suggestion)
            assert cell_len(drawn) == box.end - box.x
            assert drawn.endswith("╯") == (box.finishes and box.end - box.x > 1 + is_suggestion)
        assert max(here.values(), default=0) <= width
        shown = {box.span.id for box in boxes}
        assert shown == {span.id for span in spans if stack_spans([span], line, width)}


def test_hints_stand_under_their_words() -> None:
    (line,) = wrap("The U.S. Army", 0, 13, 20)
    hints = [(9, "s", ""), (0, "f", ""), (4, "xf", ""), (5, "xj", "")]
    assert draw_hint_row(hints, line, 20) == [(0, "f", 0), (4, "x", 4), (5, "xj", 5), (9, "s", 9)]


def test_what_stands_behind_a_hint_is_left_out_where_it_would_touch_the_next() -> None:
    (line,) = wrap("an oil tanker", 0, 13, 20)
    hints = [(0, "f", ":a"), (3, "j", ":w"), (7, "ak", ":w")]
    assert draw_hint_row(hints, line, 20) == [(0, "f", 0), (3, "j:w", 3), (7, "ak:w", 7)]


def test_hints_of_other_lines_and_beyond_the_width_are_left_out() -> None:
    lines = wrap("one two three", 0, 13, 5)
    hints = [(0, "f", ""), (4, "jj", ""), (12, "xyz", "")]
    assert [draw_hint_row(hints, line, 5) for line in lines] == [
        [(0, "f", 0)],
        [(0, "jj", 4)],
        [(4, "x", 12)],
    ]


def test_a_line_is_small() -> None:
    assert not hasattr(Line(0, 1, 1, 1), "__dict__")
