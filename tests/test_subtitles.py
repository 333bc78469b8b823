"""SRT and WebVTT: cues as paragraphs, their times as metadata."""

from contextlib import closing
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.at_work import make_project
from tests.readers import only_record, only_refusal, read_text, sentences
from tui.formats import recognise
from tui.formats.shared.source import Source
from tui.model.record import Record
from tui.text.paragraphs import find_paragraphs

SRT = """\
1
00:00:01,000 --> 00:00:04,000
<i>Two men</i>
fled &amp; hid.

2
00:00:04,500 --> 00:00:06,000
{\\an8}Nobody was hurt.

They said.
3
00:00:07,000 --> 00:00:08,000

4
00:00:09,000 --> 00:00:10,000 X1:40 X2:600
12
"""

VTT = """\
WEBVTT - Raid
Kind: captions

STYLE
::cue { color: red }

NOTE This was
written by hand

intro
00:01.000 --> 00:04.000 align:left line:0
<v.loud Ana B.>Two <c.x>men</c> &amp; a <00:02.000>boy

00:04.500 --> 01:00:06.000
Nobody &lt;was&gt; hurt.
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CR LF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "mark"])
def test_the_cues_of_srt_are_paragraphs(tmp_path: Path, line_end: str, mark: str) -> None:
    found = read_text(tmp_path, mark + SRT.replace("\n", line_end), "a.txt")
    record = only_record(found)
    assert record.text == "Two men fled &amp; hid.\n\nNobody was hurt. They said.\n\n12"
    assert record.meta == {
        "cues": [
            {"start": "00:00:01,000", "end": "00:00:04,000"},
            {"start": "00:00:04,500", "end": "00:00:06,000"},
            {"start": "00:00:09,000", "end": "00:00:10,000", "settings": "X1:40 X2:600"},
        ]
    }
    assert record.spans is None
    assert sentences(found) == ["3 tags of cues are left out", "1 cue without words is left out"]


def test_the_cues_of_webvtt_say_who_speaks(tmp_path: Path) -> None:
    found = read_text(tmp_path, VTT, "a.anything")
    record = only_record(found)
    assert record.text == "Two men & a boy\n\nNobody <was> hurt."
    assert record.meta["cues"] == [
        {
            "start": "00:01.000", "end": "00:04.000", "id": "intro", "settings": "align:left line:0",
            "speaker": "Ana B.",
        },
        {"start": "00:04.500", "end": "01:00:06.000"},
    ]  # fmt: skip
    assert sentences(found) == ["6 lines outside of cues are left out", "4 tags of cues are left out"]


def test_a_time_that_is_none_refuses_the_file_with_its_line(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, SRT.replace("00:00:04,500", "00:0:x"), "a.srt"))
    assert refusal.line == 7
    assert "is no time; write 00:00:01,000 --> 00:00:04,000" in refusal.reason


def test_subtitles_without_a_word_are_refused(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "a.vtt"))
    assert "nothing was found" in refusal.reason


@pytest.mark.parametrize(
    "content",
    ["WEBVTTX\n\nhello", "1\nTwo men fled.\n", "12 --> 13\n", "On 00:00:01,000 --> 00:00:04,000\n"],
)
def test_what_only_looks_like_subtitles_is_a_text(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    known = recognise(Source(tmp_path / "a.txt"))
    assert known is not None
    assert known.name == "text"


@given(
    st.lists(
        st.text("ab <>/{}\\\u2028-.12:", min_size=1, max_size=20).filter(lambda said: "-->" not in said),
        min_size=1,
        max_size=20,
    )
)
def test_every_cue_that_says_something_is_one_paragraph_with_its_times(
    tmp_path_factory: pytest.TempPathFactory, said: list[str]
) -> None:
    lines = [
        f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},500\n{text}\n" for n, text in enumerate(said, start=1)
    ]
    for each in read_text(tmp_path_factory.mktemp("a"), "\n".join(lines), "a.srt"):
        if isinstance(each, Record):
            cues = each.meta["cues"]
            assert isinstance(cues, list)
            assert len(find_paragraphs(each.text)) == len(cues) > 0
        else:
            assert "nothing was found" in each.reason


def test_what_file_subtitles_came_from_is_kept(tmp_path: Path) -> None:
    (tmp_path / "raid.srt").write_text(SRT, encoding="utf-8")
    with closing(make_project(tmp_path)) as project:
        project.import_files([tmp_path / "raid.srt"], tell=print)
        assert str(project.store.articles.load_article(1).meta["source"]).endswith("raid.srt")
