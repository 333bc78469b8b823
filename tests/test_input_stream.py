"""Keys are keys, pasted text is text, however the terminal cuts what it sends."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.input_stream import FLOOD, LONGEST_PASTE, InputStream, Keys, Paste

BEGIN, END = "\x1b[200~", "\x1b[201~"


def take(*reads: str) -> list[Keys | Paste]:
    """Feed reads to a stream, and let a moment pass after the last one."""
    stream = InputStream()
    return [part for read in reads for part in stream.feed(read)] + list(stream.flush())


def text_of(parts: Sequence[Keys | Paste], kind: type[Keys | Paste]) -> str:
    return "".join(part.text for part in parts if isinstance(part, kind))


@pytest.mark.parametrize(
    "text", ["f", "\x1b", "\x1b[A\x1b[A", "\x1b[<35;10;20M" * 40, "\x1b[97u" * 50, "fjdk\r", "\x1bOP" * 60]
)
def test_what_hands_and_mice_send_is_keys(text: str) -> None:
    assert take(text) == [Keys(text)]


def test_many_characters_at_once_are_a_paste_until_nothing_more_comes() -> None:
    flood = "He said that three people\r" * 4
    assert take(flood, "and more\r") == [Paste(flood + "and more\r")]
    stream = InputStream()
    assert list(stream.feed(flood)) == []
    assert stream.is_flooded
    assert list(stream.flush()) == [Paste(flood)]
    assert list(stream.feed("f")) == [Keys("f")]


def test_an_escape_inside_a_paste_is_text() -> None:
    inside = "red \x1b[31m text \x1b[200~ \x1b\x1b[A\r"
    assert take(f"f{BEGIN}{inside}{END}j") == [Keys("f"), Paste(inside), Keys("j")]


def test_what_is_too_long_is_cut_and_counted() -> None:
    assert take(BEGIN + "x" * (LONGEST_PASTE + 7) + END) == [Paste("x" * LONGEST_PASTE, 7)]
    assert take(*["y" * 60_000] * 20) == [Paste("y" * LONGEST_PASTE, 200_000)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["keys", "paste"]), st.text(st.sampled_from("fj\x1b[201~\r€"), max_size=9)),
        max_size=5,
    ),
    st.lists(st.integers(1, 7), min_size=1),
)
def test_pastes_are_the_same_however_they_are_cut(sent: list[tuple[str, str]], lengths: list[int]) -> None:
    sent = [(kind, text.replace(END, "").replace(BEGIN, "")) for kind, text in sent]
    # Keys that end like the beginning of a mark would be one together with it.
    sent = [(kind, text.replace("\x1b", "") if kind == "keys" else text) for kind, text in sent]
    sent = [(kind, text) for kind, text in sent if END not in text + END[:-1]]
    whole = "".join(f"{BEGIN}{text}{END}" if kind == "paste" else text for kind, text in sent)
    reads: list[str] = []
    while whole:
        length = min(lengths[len(reads) % len(lengths)], FLOOD - 1)
        reads.append(whole[:length])
        whole = whole[length:]
    parts = take(*reads)
    assert [part.text for part in parts if isinstance(part, Paste)] == [
        text for kind, text in sent if kind == "paste"
    ]
    assert text_of(parts, Keys) == "".join(text for kind, text in sent if kind == "keys")
