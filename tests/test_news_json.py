"""JSON of articles: what programs that collect news write."""

import json
from pathlib import Path

import pytest

from tests.readers import only_record, only_refusal, read_text
from tui.formats import recognise
from tui.formats.shared.source import Source
from tui.model.record import Record

PAIR = [{"title": "Raid", "content": "Two men fled."}, {"title": "Fire", "content": "It burned."}]


def texts_of(folder: Path, content: str, name: str = "a.json") -> list[tuple[str, str]]:
    found = read_text(folder, content, name)
    return [(each.title, each.text) for each in found if isinstance(each, Record)]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (json.dumps(PAIR), "list.json"),
        ("\n".join(map(json.dumps, PAIR)), "lines.jsonl"),
        (json.dumps({"status": "ok", "totalResults": 2, "articles": PAIR}), "answer.json"),
        (
            json.dumps({"items": [{"text": each["content"], "title": each["title"]} for each in PAIR]}),
            "i.json",
        ),
    ],
)
def test_articles_come_from_lines_lists_and_lists_behind_a_key(
    tmp_path: Path, content: str, name: str
) -> None:
    assert texts_of(tmp_path, content, name) == [("Raid", "Two men fled."), ("Fire", "It burned.")]


def test_everything_beside_the_text_is_metadata(tmp_path: Path) -> None:
    article = {"id": 7, "headline": "Raid", "body": "Two men fled.", "source": {"name": "AFP"}, "date": None}
    record = only_record(read_text(tmp_path, json.dumps([article]), "a.json"))
    assert (record.id, record.title, record.text) == ("7", "Raid", "Two men fled.")
    assert record.meta == {"source": {"name": "AFP"}}
    assert record.spans is None


def test_an_article_without_a_text_is_named_and_the_others_come_in(tmp_path: Path) -> None:
    found = read_text(
        tmp_path, json.dumps({"articles": [*PAIR, {"title": "None", "content": None}]}), "a.json"
    )
    assert len(found) == 3
    assert only_refusal(found[2:]).reason.startswith(
        "articles[2] has no text; it must stand under one of text,"
    )


def test_an_empty_list_of_articles_hides_no_other(tmp_path: Path) -> None:
    assert len(texts_of(tmp_path, json.dumps({"articles": [], "items": PAIR}))) == 2


@pytest.mark.parametrize(
    "content",
    [
        '{"messages": [{"role": "user", "content": "Two men fled."}]}',
        '{"role": "user", "content": "Two men fled."}',
        '{"text": "Two men fled.", "content": "x"}',
        '{"content": "Two men fled."}',
        '{"sentence": "Two men", "spans": []}',
    ],
)
def test_what_says_more_of_a_text_or_nothing_is_not_taken_for_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.jsonl").write_text(content)
    known = recognise(Source(tmp_path / "a.jsonl"))
    assert known is None or known.name != "news-json"
