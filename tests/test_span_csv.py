"""spantag's own CSV of spans: read for the articles that are there, and for no others."""

import json
from pathlib import Path

import pytest

from tests.written import write
from tui.errors import Refusal
from tui.model.record import Record
from tui.model.span import Span
from tui.project.project import Project

STORY = "😀 Two men fled.\n-5 degrees, 'they said'.\nLater, more.\n"
SPANS = (
    Span("s1", 2, 9, "actor", {"side": ["north"]}),
    Span("s2", 16, 18, "casualty", note="sure?"),
    Span("s3", 28, 39, "actor", fragments=((28, 33), (34, 39))),
)


def write_table(folder: Path, text: str = STORY) -> Path:
    """Write the table of an article's spans."""
    write(folder, "csv", [Record(text, id="a1", annotator="bea", spans=SPANS)])
    return folder / "out.csv"


def take_in(project: Project, path: Path) -> tuple[int, list[str]]:
    said: list[Refusal] = []
    report = project.import_files([path], tell=said.append)
    return report.spans, [str(each).removeprefix(f"{path}:").strip() for each in said]


@pytest.fixture
def with_article(project: Project) -> Project:
    path = project.place.folder / "a.jsonl"
    path.write_text(json.dumps({"id": "a1", "text": STORY}) + "\n", encoding="utf-8")
    assert take_in(project, path) == (0, [])
    return project


def test_the_spans_of_a_table_come_back_to_their_article(with_article: Project, tmp_path: Path) -> None:
    table = write_table(tmp_path)
    assert take_in(with_article, table) == (3, [])
    assert (with_article.store.articles.count_articles(), with_article.store.log.list_annotators(1)) == (
        1,
        ["bea"],
    )
    assert tuple(with_article.store.log.load_layer(1, "bea").spans.values()) == SPANS
    assert take_in(with_article, table) == (0, [])


def test_a_table_of_an_article_that_is_not_there_is_refused(project: Project, tmp_path: Path) -> None:
    spans, said = take_in(project, write_table(tmp_path))
    assert (spans, project.store.articles.count_articles()) == (0, 0)
    assert "it is a piece of the article 'a1', which is not here" in said[0]


@pytest.mark.parametrize(
    "text", [STORY.replace("Later", "After"), STORY.replace("Two", "Six"), STORY + "More."]
)
def test_a_table_is_refused_where_the_article_has_another_text_around_its_spans(
    with_article: Project, tmp_path: Path, text: str
) -> None:
    spans, said = take_in(with_article, write_table(tmp_path, text))
    assert spans == 0
    assert "the article 'a1' has another text" in said[0]
    assert with_article.store.log.list_annotators(1) == []


def test_a_row_that_cannot_be_right_is_refused_and_the_others_come_in(
    with_article: Project, tmp_path: Path
) -> None:
    table = write_table(tmp_path)
    rows = table.read_bytes().decode("utf-8").replace(",16,18,", ",16,19,")
    table.write_text(rows, encoding="utf-8", newline="")
    spans, said = take_in(with_article, table)
    assert (spans, said) == (2, ["5: 16–19 is not where a text of 2 characters stands"])


def test_a_label_that_was_changed_in_the_table_contradicts_what_is_there(
    with_article: Project, tmp_path: Path
) -> None:
    table = write_table(tmp_path)
    take_in(with_article, table)
    rows = table.read_text(encoding="utf-8-sig").replace("s2,casualty", "s2,weapon")
    table.write_text(rows, encoding="utf-8", newline="")
    _, said = take_in(with_article, table)
    assert "kept as they were" in said[0]
    assert [each.label for each in with_article.store.log.load_layer(1, "bea").spans.values()][
        1
    ] == "casualty"
