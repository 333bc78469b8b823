"""Files of no known format: what is surely no article is named, and none becomes one without a word."""

from pathlib import Path

import pytest

from tui.errors import Refusal
from tui.formats import open_source, recognise
from tui.project.project import Project

TEI = '<?xml version="1.0"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0"><p>Two men fled.</p></TEI>\n'
CORPUS = '<corpus lang="en">\n<s id="1">Two <ne type="actor">men</ne> fled.</s>\n</corpus>\n'
TABLE = "1\t0\t7\tactor\n1\t8\t12\tact\n"
STARTER = "# The labels.\ntitle: News\nlabels:\n  # Each one.\n  - name: actor\n    key: a\n"
OFFSETS = "0 7 actor\n8 12 act\n"


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.xml", TEI, "this is markup (<TEI>) of no format that is read"),
        ("a.tei", TEI, "this is markup (<TEI>) of no format that is read"),
        ("a.txt", CORPUS, "this is markup (<corpus>) of no format that is read"),
        (
            "a.json",
            '{"layers": {"actor": [[0, 7]]}, "id": 1}',
            "this is JSON of no format that is read (layers, id)",
        ),
        ("a.dat", '[{"from": 0, "to": 7}]', "this is JSON of no format that is read (from, to)"),
        ("a", '[[0, 7, "actor"]]', "this is JSON of no format that is read"),
        ("a.json", "[]", "this is JSON of no format that is read"),
        ("a.json", "[null]\n", "this is JSON of no format that is read"),
        ("a.labels", TABLE, "this is a table of no format that is read"),
        ("a.txt", TABLE, "this is a table of no format that is read"),
        ("labels.yaml", STARTER, "this is a labels.yaml, which says what the labels are"),
        ("l.yml", "labels: [actor, weapon]\n", "this is a labels.yaml, which says what the labels are"),
        ("a.pdf", "%PDF-1.4\nTwo men fled.", "this is a PDF; import the text in it"),
        ("a.rtf", "{\\rtf1 Two men fled.}", "this is an RTF document; import the text in it"),
        ("a.spans", OFFSETS, "this is a list of offsets, in no format that is read"),
    ],
)
def test_what_is_surely_no_article_is_refused_by_name_and_text_if_told(
    project: Project, tmp_path: Path, name: str, content: str, what: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    said: list[Refusal] = []
    report = project.import_files([path], tell=said.append)
    reason = f"{what}; say with --format what it is (--format text takes it as it is)"
    assert (report.articles, [str(each) for each in said]) == (0, [f"{path}: {reason}"])
    report = project.import_files([path], format_name="text", tell=said.append)
    assert (report.articles, len(said)) == (1, 1)
    assert project.store.articles.load_article(1).text == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "[Reuters] Two men fled.\nNobody was hurt."),
        ("a.txt", "[1] Two men fled.\n[2] Nobody was hurt."),
        ("a.story", "Two men fled.\n\nNobody was hurt."),
        ("a.txt", "\tTwo men fled.\n\tNobody was hurt."),
        ("a.txt", "Score: 3 1 in Oslo\nScore: 2 0 in Bergen"),
        ("a.txt", "<3 is a heart, and nothing else.\nTwo men fled."),
        ("a.story", "Two men\tfled."),
        ("a.txt", "[] is an empty list."),
    ],
)
def test_what_may_be_a_text_is_one(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    known = recognise(open_source(path))
    assert known is not None
    assert known.name == "text"
