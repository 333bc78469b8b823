"""Files that swell, and files in which nothing is: each is refused by its name, and the rest comes in."""

import gzip
import json
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.at_work import make_project
from tui.errors import Refusal
from tui.formats import list_readable
from tui.formats.shared.limits import Limits, format_size, parse_size
from tui.project.importing import ImportReport
from tui.project.project import Project

SMALL = Limits(text=1_000, record=10_000, archive=20_000)
HUGE = b"a" * 60_000


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "project").mkdir()
    with closing(make_project(tmp_path / "project")) as made:
        yield made


def take_in(project: Project, path: Path, limits: Limits | None) -> tuple[ImportReport, list[str]]:
    refusals: list[Refusal] = []
    report = project.import_files([path], limits=limits, tell=refusals.append)
    return report, [str(each).removeprefix(f"{path.parent}/") for each in refusals]


def zip_up(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)


def make_lines(*texts: str) -> bytes:
    return "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()


MANY = make_lines(*(f"Rebels {number} fled." for number in range(900)))

SWELLING: dict[str, tuple[bytes, str]] = {
    "a.txt": (HUGE, "the text has more than 1,000 characters"),
    "a.md": (HUGE, "the text has more than 1,000 characters"),
    "a.jsonl": (make_lines("a" * 1_100), ":1: the text has more than 1,000 characters"),
    "long.jsonl": (make_lines("a" * 20_000), ":1: this is more than 10 KB, too much to read at once"),
    "a.json": (
        b'[{"text":"' + HUGE * 2 + b'","label":[]}]',
        "this is more than 100 KB, too much to read at once",
    ),
    "a.csv": (b"id,text\n1," + HUGE[:9_000] + b"\n", ":2: the text has more than 1,000 characters"),
    "quoted.csv": (b'id,text\n1,"' + b"a\n" * 9_000, ":2: this is more than 10 KB, too much to read at once"),
    "a.conll": (b"a" * 9_000 + b" B-x\n", "the text has more than 1,000 characters"),
    "a.xml": (b"<collection>" + HUGE + b"</collection>", "this is more than 10 KB"),
    "a.txt.gz": (gzip.compress(b"\n" * 19_000), "the text has more than 1,000 characters"),
    "a.jsonl.gz": (gzip.compress(MANY), "it unfolds to more than 20 KB; unpack it yourself, or allow more"),
    "a.spacy": (zlib.compress(b"\x85\xa5attrs" + HUGE), "it unfolds to more than 20 KB"),
}


@pytest.mark.parametrize("name", SWELLING)
def test_what_is_too_large_is_refused_in_one_sentence(project: Project, tmp_path: Path, name: str) -> None:
    content, reason = SWELLING[name]
    (tmp_path / name).write_bytes(content)
    report, said = take_in(project, tmp_path / name, SMALL)
    assert (len(said), report.refused) == (1, 1), said
    assert said[0].startswith(name)
    assert reason in said[0]


def test_beside_a_line_that_is_too_long_the_others_come_in(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(make_lines("One.", "a" * 50_000, "Two."))
    report, said = take_in(project, tmp_path / "a.jsonl", SMALL)
    assert (report.articles, report.refused) == (2, 1)
    assert said[0].startswith("a.jsonl:2: this is more than 10 KB")


def test_beside_a_member_that_swells_the_others_come_in(project: Project, tmp_path: Path) -> None:
    zip_up(tmp_path / "a.zip", big_txt=HUGE, small_txt=b"Rebels fled.", in_txt_gz=gzip.compress(HUGE))
    report, said = take_in(project, tmp_path / "a.zip", SMALL)
    assert report.articles == 1
    assert [each.split(":")[0] for each in said] == ["a.zip/big.txt", "a.zip/in.txt.gz"]


@pytest.mark.parametrize("number", [5, 3_000])
def test_an_archive_of_many_that_swell_together_is_refused(
    project: Project, tmp_path: Path, number: int
) -> None:
    zip_up(tmp_path / "a.zip", **{f"{index}_txt": b"a" * 19_000 for index in range(number)})
    report, said = take_in(project, tmp_path / "a.zip", SMALL)
    assert (report.articles, said) == (
        0, ["a.zip: it unfolds to more than 20 KB; unpack it yourself, or allow more with --max-archive"],
    )  # fmt: skip


def test_what_is_compressed_in_an_archive_counts_for_the_archive(project: Project, tmp_path: Path) -> None:
    packed = gzip.compress(make_lines(*("Rebels fled." for _ in range(100))))
    zip_up(tmp_path / "a.zip", **{f"{index}_jsonl_gz": packed for index in range(40)})
    report, said = take_in(project, tmp_path / "a.zip", SMALL)
    assert 0 < report.refused == len(said) < 40
    assert all("unfolds to more than 20 KB" in each for each in said)


def test_an_archive_in_an_archive_is_named(project: Project, tmp_path: Path) -> None:
    zip_up(tmp_path / "in.zip", a_txt=b"Rebels fled.")
    zip_up(tmp_path / "a.zip", in_zip=(tmp_path / "in.zip").read_bytes(), b_txt=b"They came back.")
    report, said = take_in(project, tmp_path / "a.zip", None)
    assert (report.articles, said) == (
        1, ["a.zip/in.zip: this is an archive in another, or in a folder; import it by itself"],
    )  # fmt: skip


def test_a_locked_member_is_named_and_the_rest_comes_in(project: Project, tmp_path: Path) -> None:
    zip_up(tmp_path / "a.zip", a_txt=b"Rebels fled.", b_txt=b"They came back.")
    content = bytearray((tmp_path / "a.zip").read_bytes())
    # The first bit of the flags says that a file is encrypted.
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[content.index(b"PK\x03\x04") + 6] |= 1
    (tmp_path / "a.zip").write_bytes(content)
    report, said = take_in(project, tmp_path / "a.zip", None)
    assert report.articles == 1
    assert said == ["a.zip/a.txt: the file is locked or packed in an unknown way; unpack it first"]


def test_a_word_that_a_docbin_says_a_million_times_fills_no_memory(project: Project, tmp_path: Path) -> None:
    word, count = "a" * 900, 2_000
    (tmp_path / "a.spacy").write_bytes(zlib.compress(make_doc_bin(word, count)))
    report, said = take_in(project, tmp_path / "a.spacy", Limits(text=100_000))
    assert report.refused == 1
    assert "document 1: the text has more than 100,000 characters" in said[0]


def make_doc_bin(word: str, count: int) -> bytes:
    """Write by hand what spaCy would of one word, many times."""
    import struct

    from tui.formats.spacy.strings import number_of

    def pack(content: bytes) -> bytes:
        return b"\xc6" + len(content).to_bytes(4, "big") + content

    def text(written: str) -> bytes:
        return b"\xdb" + len(written.encode()).to_bytes(4, "big") + written.encode()

    table = struct.pack("<Q", number_of(word)) * count
    entries = {
        "attrs": b"\x91\x41", "strings": b"\x91" + text(word), "tokens": pack(table),
        "lengths": pack(struct.pack("<i", count)), "spaces": pack(b"\0" * count),
    }  # fmt: skip
    return bytes([0x80 + len(entries)]) + b"".join(text(key) + value for key, value in entries.items())


def test_memory_stays_small_however_much_unfolds(project: Project, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.txt.gz", "wb") as packed:
        for _ in range(200):
            packed.write(b"a" * 1_000_000)
    # What is loaded once is no memory of this file.
    list_readable()
    tracemalloc.start()
    try:
        _, said = take_in(project, tmp_path / "a.txt.gz", Limits(text=1_000_000))
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    assert said == [
        "a.txt.gz: the text has more than 1,000,000 characters; part it, or allow more with --max-text"
    ]


EMPTY: dict[str, bytes] = {
    "a.xml": b"<collection></collection>",
    "a.jsonl": b"\n\n",
    "a.csv": b"id,text\n",
    "b.jsonl": b"",
}


@pytest.mark.parametrize("name", EMPTY)
def test_where_nothing_is_found_that_is_said(project: Project, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(EMPTY[name])
    report, (sentence,) = take_in(project, tmp_path / name, None)
    assert report.refused == 1
    assert sentence.startswith(name)
    assert "nothing was found in this file" in sentence


@pytest.mark.parametrize(
    ("name", "content"), [("a.xml", b"<a><b/></a>"), ("a", b'<?xml version="1.0"?>\n<a/>')]
)
def test_xml_of_no_known_format_is_no_article(
    project: Project, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    report, said = take_in(project, tmp_path / name, None)
    reason = "this is markup (<a>) of no format that is read; say with --format what it is"
    assert (report.articles, said) == (0, [f"{name}: {reason} (--format text takes it as it is)"])


@given(st.integers(min_value=1, max_value=10**12))
def test_a_size_that_is_written_is_about_the_same_when_it_is_read(size: int) -> None:
    assert parse_size(format_size(size)) == pytest.approx(size, rel=0.06)


@pytest.mark.parametrize("written", ["", "MB", "-1", "nan", "inf", "1e99 GB", "ten"])
def test_what_is_no_size_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        parse_size(written)
