"""The page that a lead sends around."""

import json
import os
import re
import shutil
import subprocess
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.test_agreeing import LABELS, record, run
from tui.model.events import Flag
from tui.project.place import Place
from tui.project.project import Project

VOID = {"meta", "br"}
"""Elements of HTML that have no end."""


BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
"""A real browser, where there is one: apt-get install chromium."""

MEASURE = """<script>
const bar = document.querySelector("svg rect.a").getBoundingClientRect();
const page = document.documentElement;
document.title = [bar.width > 0 && bar.height > 0, page.scrollWidth <= page.clientWidth,
  document.querySelectorAll("table").length, getComputedStyle(document.body).maxWidth].join(" ");
</script>"""
"""Says in the title whether a bar is seen, whether the page is no wider than its window, and more."""


class Page(HTMLParser):
    """Reads a page, and finds what is wrong with it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.names: list[str] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element, and of what it fetches or runs."""
        self.names.append(tag)
        self.faults += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "xlink:href")]
        self.faults += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element that is empty."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """See that what ends is what began last."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words += data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project that two annotators disagree in, one of them with a name that is HTML."""
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    lines = [record(0, "ana", {"Rebels": "actor", "Moru": "location", "Three soldiers": "casualty"})]
    lines.append(record(0, "<b onload=x>&", {"Rebels": "location", "soldiers": "casualty"}))
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        article, layer = project.open_article(1)
        project.act(article, layer, [Flag(paragraphs=(0,))])
    return tmp_path


def report(folder: Path) -> Page:
    done = run(folder, "report", "-o", str(folder / "report.html"))
    assert done.exit_code == 0, done.output
    return Page((folder / "report.html").read_text("utf-8"))


def test_the_page_is_whole_and_fetches_nothing(folder: Path) -> None:
    page = report(folder)
    assert (page.open, page.faults) == ([], [])
    assert "script" not in page.names
    assert "link" not in page.names
    assert page.names.count("svg") >= 4


def test_it_says_how_far_all_is_and_where_they_disagree(folder: Path) -> None:
    words = report(folder).words
    for each in (
        "1 article, 4 paragraphs, 5 spans",
        "<b onload=x>& – ana",
        "F1 exact",
        "Which label for which",
    ):
        assert each in words
    assert "boundary" in words
    assert "ana: casualty “Three soldiers”" in words


def test_what_is_html_in_a_project_is_text_in_the_page(folder: Path) -> None:
    report(folder)
    page = (folder / "report.html").read_text("utf-8")
    assert "<b onload" not in page
    assert "&lt;b onload=x&gt;&amp;" in page


def test_a_project_with_nothing_done_has_a_page_too(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "One."}), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "a.jsonl")).exit_code == 0
    page = report(tmp_path)
    assert (page.open, page.faults) == ([], [])
    assert "No paragraph was finished by two annotators." in page.words


@pytest.mark.skipif(BROWSER is None, reason="there is no chromium here")
@pytest.mark.parametrize("width", [400, 1200])
def test_a_browser_draws_the_bars_and_nothing_is_wider_than_its_window(folder: Path, width: int) -> None:
    report(folder)
    page = (folder / "report.html").read_text("utf-8")
    # Its own policy lets no script measure it.
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    looked_at = folder / "looked_at.html"
    looked_at.write_text(open_page.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
    assert BROWSER is not None
    words = [BROWSER, "--headless", "--disable-gpu", f"--user-data-dir={folder / 'browser'}"]
    words += ["--no-sandbox"] if os.geteuid() == 0 else []
    drawn = subprocess.run(
        [*words, f"--window-size={width},900", "--dump-dom", looked_at.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    (title,) = re.findall("<title>(true|false)(.*?)</title>", drawn.stdout)
    assert title == ("true", " true 5 1056px")
