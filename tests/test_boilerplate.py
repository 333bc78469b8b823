"""What is marked as web boilerplate, and above all what is not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.boilerplate import find_boilerplate
from tui.text.paragraphs import find_paragraphs

SHARED = Path(__file__).parents[2] / "shared"

BODY = """\
Mayor opens bridge after three years
The mayor opened a new bridge over the river on Monday, after three years of work and two long delays.
A tram on the new bridge
The bridge is four hundred metres long and carries trams, bicycles and people on foot, the city said.
“We are glad that it is done at last,” the mayor told a crowd of several hundred people on the bank.
"""


def mark(text: str) -> list[str]:
    """Return the paragraphs of a text that are marked."""
    paragraphs = find_paragraphs(text)
    return [text[slice(*paragraphs[index])] for index in sorted(find_boilerplate(text, paragraphs))]


@pytest.mark.parametrize(
    "tail",
    [
        "Leave a Reply\nYour email address will not be published here.\nRequired fields have a star.\nName *",
        "Leave a comment\nI drove over it this morning with my family, and it was a joy to see the river.",
        "Related articles\nFerry stops for good\nTrams return after forty years",
        "© Copyright The Bridge Post\nTerms of use",
        "The Bridge Post, 2024. All rights reserved.",
        "Sign up for our newsletter!\nFollow us on Twitter",
        "Schreibe einen Kommentar\nDeine E-Mail-Adresse wird nicht veröffentlicht.",
        "Laisser un commentaire\nVotre adresse e-mail ne sera pas publiée.",
        "Deja una respuesta\nTu dirección de correo electrónico no será publicada.",
        "Добавить комментарий\nВаш адрес email не будет опубликован.",
        "اترك تعليقاً\nلن يتم نشر عنوان بريدك الإلكتروني.",
    ],
    ids=["form", "comments", "teasers", "copyright", "rights", "notices", "de", "fr", "es", "ru", "ar"],
)
def test_the_tail_behind_an_article_is_marked_and_nothing_else(tail: str) -> None:
    assert mark(BODY + tail) == tail.split("\n")


@pytest.mark.parametrize(
    "notice", ["Advertisement", "Read more: Ferry stops", "SHARE THIS:", "Anzeige", "Реклама"]
)
def test_a_notice_inside_the_article_marks_only_itself(notice: str) -> None:
    assert mark(BODY + notice + "\n" + BODY) == [notice]


def test_a_notice_behind_the_body_leaves_the_list_after_it_alone() -> None:
    assert mark(BODY + "Advertisement\nAna Kowal, 24\nIvo Brandt, 31") == ["Advertisement"]


def test_prose_behind_a_heading_of_teasers_may_be_the_article_and_stays() -> None:
    last = "The old ferry will be sold to a museum, which hopes to show it to visitors from next spring."
    teasers = "Related articles\nFerry stops for good\nTrams return\nBanks\nRiver\n"
    assert mark(BODY + teasers + last) == teasers.splitlines()


def test_a_comment_link_above_the_body_marks_only_itself() -> None:
    assert mark("Bridge opens\nLeave a comment\n" + BODY) == ["Leave a comment"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Advertisement",
        "Follow us on the way to the river, says the mayor.",
        BODY,
        "Городские власти открыли новый мост через реку после трёх лет строительства.\nМост открыт",
        "市长星期一在河边为新桥揭幕。\n大桥全长四百米。\n照片",
        "رئيس البلدية افتتح الجسر الجديد يوم الاثنين بعد ثلاث سنوات من العمل.\nصورة",
        "Smoke over the old town\nTwo people were hurt.",
        BODY + "Killed:\nAna Kowal, 24\nIvo Brandt, 31",
        BODY
        + "Copyright law will have to change soon, the mayor told reporters after the opening of the bridge.",
        BODY + "Cookies and tea were served to the guests.",
    ],
    ids=["empty", "one", "tweet", "article", "ru", "zh", "ar", "short", "list", "law", "cookies"],
)
def test_what_no_phrase_gives_away_is_not_marked(text: str) -> None:
    assert mark(text) == []


@given(
    st.text(), st.lists(st.sampled_from([BODY, "Leave a Reply", "Advertisement", "Related articles", "x"]))
)
def test_marked_paragraphs_exist_and_are_never_all(noise: str, pieces: list[str]) -> None:
    text = "\n".join([*pieces, noise])
    paragraphs = find_paragraphs(text)
    marked = find_boilerplate(text, paragraphs)
    assert marked <= set(range(len(paragraphs)))
    assert not paragraphs or len(marked) < len(paragraphs)


def test_hardly_a_paragraph_with_a_gold_span_is_marked() -> None:
    sample = SHARED / "data" / "sample.jsonl"
    if not sample.exists():
        pytest.skip("the shared gold data is not on this machine")
    with_gold = marked_gold = 0
    with sample.open(encoding="utf-8", newline="\n") as records:
        for record in map(json.loads, records):
            paragraphs = find_paragraphs(record["text"])
            marked = find_boilerplate(record["text"], paragraphs)
            for index, (start, end) in enumerate(paragraphs):
                if any(span["start"] < end and start < span["end"] for span in record["spans"]):
                    with_gold += 1
                    marked_gold += index in marked
    assert with_gold > 500
    assert marked_gold <= 0.001 * with_gold


def test_the_comment_form_behind_the_shared_article_is_marked_exactly() -> None:
    articles = sorted((SHARED / "articles").glob("*.txt"))
    if not articles:
        pytest.skip("the shared article is not on this machine")
    text = articles[0].read_bytes().decode("utf-8")
    paragraphs = find_paragraphs(text)
    assert find_boilerplate(text, paragraphs) == {len(paragraphs) - 2, len(paragraphs) - 1}
