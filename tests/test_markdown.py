"""Markdown: the text as it stands, and what stands before it."""

from pathlib import Path

import pytest

from tui.errors import Refusal
from tui.formats.markdown import read
from tui.formats.shared.source import Source
from tui.model.record import Record


def read_text(folder: Path, text: str) -> Record | Refusal:
    path = folder / "article.md"
    path.write_bytes(text.encode("utf-8"))
    (found,) = read(Source(path))
    return found


FRONT = "---\ntitle: Shelling\nsource: https://news.example/1\ndate: 2026-01-05\nby: [Ana, Bea]\n---\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_front_matter_is_read_and_stays_in_the_text(tmp_path: Path, line_end: str) -> None:
    text = (FRONT + "# Another title\n\nTwo people.\n").replace("\n", line_end)
    assert read_text(tmp_path, text) == Record(
        text,
        title="Shelling",
        meta={"source": "https://news.example/1", "date": "2026-01-05", "by": ["Ana", "Bea"]},
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Intro\n\n## A *bold* title ##\n\nText", "A *bold* title"),
        ("---\nsource: x\n---\n# Title\nText", "Title"),
        ("No heading here", ""),
        ("#NoHeading either", ""),
        ("---\nnot closed\n# Title", "Title"),
    ],
)
def test_the_title_is_the_first_heading(tmp_path: Path, text: str, title: str) -> None:
    found = read_text(tmp_path, text)
    assert isinstance(found, Record)
    assert (found.title, found.text) == (title, text)


def test_front_matter_that_is_no_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    found = read_text(tmp_path, "---\ntitle: x\nby: [Ana\n---\nText")
    assert isinstance(found, Refusal)
    assert found.line is not None
    assert 2 <= found.line <= 5
    assert "front matter is not valid YAML; mend it or take it out" in found.reason


@pytest.mark.parametrize(
    "front",
    ["a: &x [*x]", "a: &x [1]\nb: *x", "? [a]\n: b", "a: b\n- c", "{" * 9],
    ids=lambda front: front[:9],
)
def test_front_matter_that_could_do_harm_is_refused(tmp_path: Path, front: str) -> None:
    assert isinstance(read_text(tmp_path, f"---\n{front}\n---\nText"), Refusal)


@pytest.mark.parametrize("front", ["!!python/object:os.system x", "- list", "1"])
def test_front_matter_that_says_nothing_is_just_text(tmp_path: Path, front: str) -> None:
    found = read_text(tmp_path, f"---\n{front}\n---\nText")
    assert isinstance(found, Record)
    assert found.meta == {}


def test_front_matter_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    found = read_text(tmp_path, "---\na: " + "[" * 3000 + "]" * 3000 + "\n---\nText")
    assert isinstance(found, Refusal)
    assert "nested too deeply" in found.reason


def test_a_nul_is_kept_with_a_remark(tmp_path: Path) -> None:
    found = read_text(tmp_path, "# Title\n\na\0b")
    assert isinstance(found, Record)
    assert [(remark.line, remark.column) for remark in found.remarks] == [(3, 2)]
