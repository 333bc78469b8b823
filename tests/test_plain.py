"""Plain text: what is kept of a file, and what is wrong with it."""

from pathlib import Path

import pytest

from tui.errors import InputError, Refusal
from tui.formats import open_source, recognise
from tui.formats.plain import read
from tui.formats.shared.source import Source
from tui.model.record import NUL_REMARK, Record, Remark


def read_bytes(folder: Path, content: bytes) -> Record | Refusal:
    path = folder / "article.txt"
    path.write_bytes(content)
    (found,) = read(Source(path))
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Two men\r\nfled.\r\n",
        "a\rb",
        "\u2028\x85",
        "e\u0301 \U0001f469\u200d\U0001f4bb",
        " \tשלום\x0b",
        "",
    ],
)
def test_every_character_is_kept(tmp_path: Path, text: str) -> None:
    assert read_bytes(tmp_path, text.encode("utf-8")) == Record(text)


def test_a_byte_order_mark_is_dropped_and_a_second_one_is_text(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, b"\xef\xbb\xbfTwo") == Record("Two")
    assert read_bytes(tmp_path, b"\xef\xbb\xbf\xef\xbb\xbfTwo") == Record("\ufeffTwo")


def test_a_nul_is_kept_with_a_remark_on_its_place(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, "Zwölf\nzwölf\0men".encode())
    assert found == Record("Zwölf\nzwölf\0men", remarks=(Remark(NUL_REMARK, 2, 6),))


def test_a_byte_that_is_no_utf8_is_refused_with_its_place(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, "Zwölf\nzwölf ".encode() + b"m\xe4nner")
    assert isinstance(found, Refusal)
    assert (found.line, found.column) == (2, 8)
    assert found.reason.startswith("byte 0xe4 is not UTF-8; convert the file to UTF-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(tmp_path: Path, encoding: str) -> None:
    found = read_bytes(tmp_path, "Two men fled.\n".encode(encoding))
    assert isinstance(found, Refusal)
    assert "UTF-16" in found.reason


def test_an_article_of_two_million_characters_is_read(tmp_path: Path) -> None:
    text = "Zwei Männer flohen. " * 100_000
    assert read_bytes(tmp_path, text.encode("utf-8")) == Record(text)


def test_what_is_read_is_told(tmp_path: Path) -> None:
    told: list[int] = []
    path = tmp_path / "article.txt"
    path.write_bytes(b"Two men")
    list(read(Source(path, told.append)))
    assert sum(told) == 7


def test_an_empty_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file in it"):
        open_source(tmp_path)
    with pytest.raises(InputError, match="there is no such file"):
        open_source(tmp_path / "none.txt")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that opens but cannot be read")
def test_a_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(InputError, match="/proc/self/mem: the file cannot be read: Input/output error"):
        open_source(Path("/proc/self/mem")).read_text()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", '{"text": "a"}', "jsonl"),
        ("a.JSONL", "Two men", "jsonl"),
        ("a.ndjson", "", "jsonl"),
        ("a.md", "", "markdown"),
        ("a", ' \n{"text": "a"}', "jsonl"),
        ("a.json", '\ufeff{"text": "a"}', "jsonl"),
        ("a", "Two men", "text"),
        ("a", "", "text"),
    ],
)
def test_a_format_is_told_from_name_or_first_character(
    tmp_path: Path, name: str, content: str, expected: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    found = recognise(Source(path))
    assert found is not None
    assert found.name == expected


def test_what_is_no_text_is_called_so(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, b"\x7fELF\x02\x01\0\0\0\0\x03\0\xd0\0\0\0\0\0\0\0\x10" * 99)
    assert isinstance(found, Refusal)
    assert found.reason.startswith("this is no text file")
