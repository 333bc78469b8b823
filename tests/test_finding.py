"""What the library is asked for, and which articles fit."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.adjudicated import say
from tests.at_work import LABELS, make_project
from tests.stored import add_text
from tui.model.article_query import ArticleQuery, Term, list_values, read_query, split_last, write_term
from tui.model.events import Flag, Note, Skip, Tag
from tui.model.span import Json
from tui.project.project import Project
from tui.store import ArticleOrder

TEXTS = {
    "Floods in the north\n\nThe river rose.": {"source": "Reuters", "date": "2024-05-02"},
    "Rebels attack a convoy\n\nMasked rebels fired MORTAR\nfire at the army.": {
        "source": "AFP Wien",
        "date": "2024-06-11",
    },
    "A quiet day\n\nNothing happened.": {"source": "Reuters", "published": "2023-12-30"},
    "Zebras\n\nThe army said nothing.": {},
}

KEYS = ("label", "by", "has", "text", "date", "kind", "published", "source")
"""The keys that there are then."""


# The line


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("", ArticleQuery()),
        ("Flood  NORTH", ArticleQuery(("flood", "north"))),
        ('"in the north"', ArticleQuery(("in the north",))),
        ("label:Weapon x", ArticleQuery(("x",), (Term("label", "weapon"),))),
        ('source:"AFP Wien"', ArticleQuery((), (Term("source", "afp wien", is_whole=True),))),
        ("label: by:", ArticleQuery()),
        ('text:"mortar fire" TEXT:Army', ArticleQuery(texts=("mortar fire", "army"))),
        ('"a:b" url:https://x', ArticleQuery(("a:b",), (Term("url", "https://x"),))),
        ('text:"half', ArticleQuery(texts=("half",))),
    ],
    ids=["nothing", "words", "phrase", "term", "whole", "begun", "text", "colons", "quote"],
)
def test_a_line_is_words_and_terms(line: str, query: ArticleQuery) -> None:
    assert read_query(line) == query


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("", ("", "", "")),
        ("flood ", ("flood ", "", "")),
        ("flood lab", ("flood ", "", "lab")),
        ("flood label:we", ("flood ", "label:", "we")),
        ('source:"AFP W', ("", "source:", '"AFP W')),
    ],
)
def test_what_is_typed_last_can_be_gone_on_with(line: str, pieces: tuple[str, str, str]) -> None:
    assert split_last(line) == pieces


def test_what_is_offered_is_read_as_it_was_meant() -> None:
    for value in ("reuters", "afp wien"):
        (term,) = read_query(write_term("source", value)).terms
        assert term.fits(value)


def test_metadata_are_found_by_what_is_no_object() -> None:
    meta: dict[str, Json] = {
        "Source": "Café",
        "tags": ["War", "war", None],
        "n": 3,
        "ok": True,
        "raw": {"a": 1},
        "a b": "x  y",
    }
    found = [("a_b", "x y"), ("n", "3"), ("ok", "true"), ("source", "cafe"), ("tags", "war")]
    assert sorted(list_values(meta)) == found


def test_the_date_of_an_article_has_several_names() -> None:
    assert ("date", "2024-05") in list_values({"published": "2024-05"})
    assert ("date", "2024-05") not in list_values({"published": "2024-05", "date": "2023"})
    assert ("date", "2024-05") in list_values({"published": "2024-05", "date": ""})


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_long_value_is_found_by_all_of_it(quote: str) -> None:
    address = f"https://example.org/{'a-long-way-' * 20}"
    (term,) = read_query(f"url:{quote}{address}{quote}").terms
    ((_, kept),) = list_values({"url": address})
    assert term.fits(kept)


# The articles


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Give a project of four articles, on which two annotators worked."""
    with closing(
        make_project(tmp_path, labels=f"{LABELS}article_labels: [{{name: kind, values: [battle]}}]\n")
    ) as made:
        for text, meta in TEXTS.items():
            add_text(made.store, text, title=text.split("\n", 1)[0], meta=meta)
        say(made, "ana", [("army", "actor")], number=2)
        say(made, "bea", [("river", "weapon")], number=1)
        article, layer = made.open_article(2)
        (span,) = layer.spans
        made.act(article, layer, [Note(span=span, text="who?"), Tag(name="kind", value="battle"), Flag((0,))])
        article, layer = made.open_article(3)
        made.act(article, layer, [Skip((0,)), Note(paragraph=0, text="later")])
        yield made


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("flood", [1]),
        ("a day", [3]),
        ("battle", [2]),
        ("label:act", [2]),
        ("label:weapon", []),
        ("by:bea", [1]),
        ("by:bea label:weapon", [1]),
        ("by:BEA label:actor", []),
        ("by:nobody", []),
        ("has:notes", [2, 3]),
        ("has:flags", [2]),
        ("has:skips", [3]),
        ("has:spans", [2]),
        ("has:money", []),
        ("source:reuters", [1, 3]),
        ("source:REU date:2024-05", [1]),
        ('source:"reu"', []),
        ('source:"afp wien"', [2]),
        ("date:2024", [1, 2]),
        ("date:2023-12", [3]),
        ("kind:battle", [2]),
        ("by:bea kind:battle", []),
    ],
)
def test_words_and_terms_find_the_articles_that_fit_all_of_them(
    project: Project, line: str, numbers: list[int]
) -> None:
    assert list(project.list_articles(text=line)) == numbers


def test_a_word_finds_labels_of_articles_without_case_and_accents(project: Project) -> None:
    article, layer = project.open_article(4)
    project.act(article, layer, [Tag(name="kind", value="Évènement")])
    assert list(project.list_articles(text="EVENEMENT")) == [4]


def test_what_several_finished_and_nobody_decided_is_to_be_reviewed(project: Project) -> None:
    for number, names in (
        (1, ("bea",)),
        (2, ("bea", "cat")),
        (3, ("bea", "cat", "gold")),
        (4, ("bea", "gold")),
    ):
        for name in names:
            say(project, name, [], number=number)
    assert project.store.finding.find("ana", ArticleQuery(), state="review") == [2]
    article = project.store.articles.load_article(3)
    layer = project.store.log.load_layer(3, "gold")
    project.store.log.step(article, "gold", layer, "undo", layer.done[-1])
    assert project.store.finding.find("ana", ArticleQuery(), state="review") == [2, 3]


def test_articles_with_notes_are_a_state(project: Project) -> None:
    assert list(project.list_articles(state="noted")) == [2, 3]


@pytest.mark.parametrize(
    ("order", "numbers"),
    [("arrival", [1, 2, 3, 4]), ("title", [3, 1, 2, 4]), ("date", [2, 1, 3, 4]), ("progress", [3, 1, 4, 2])],
)
def test_articles_stand_in_the_order_that_is_asked_for(
    project: Project, order: ArticleOrder, numbers: list[int]
) -> None:
    assert list(project.list_articles(order=order)) == numbers
    fitting = [number for number in numbers if number != 4]
    assert list(project.list_articles(text="date:2", order=order)) == fitting


def test_texts_are_looked_through_without_case_and_across_lines(project: Project) -> None:
    found = [number for _, some in project.search_texts([1, 2, 3, 4], ["mortar fire"]) for number in some]
    assert found == [2]
    assert [some for _, some in project.search_texts([4, 1], ["nothing", "army"])] == [[4]]
    assert [some for _, some in project.search_texts([1], ["mortar"])] == [[]]


def test_what_can_be_typed_is_offered(project: Project) -> None:
    assert project.complete_query("") == ("", [f"{key}:" for key in KEYS])
    assert project.complete_query("x la") == ("x ", ["label:"])
    assert project.complete_query("label:") == ("", ["label:actor", "label:weapon"])
    assert project.complete_query("by:b") == ("", ["by:bea"])
    assert project.complete_query("source:") == ("", ['source:"afp wien"', "source:reuters"])
    assert project.complete_query('source:"afp w') == ("", ['source:"afp wien"'])
    assert project.complete_query("kind:") == ("", ["kind:battle"])
    assert project.complete_query("has:n") == ("", ["has:notes"])
    assert project.complete_query("text:arm") == ("", [])


def test_a_key_that_there_is_none_of_is_named_with_those_there_are(project: Project) -> None:
    sentence = project.explain_text("flood colour:red")
    assert sentence.startswith(f"“colour” is no key: there are {', '.join(KEYS)}.")
    assert project.explain_text("flood source:x text:y") == ""


def test_metadata_that_changed_are_found_anew_and_verified(project: Project) -> None:
    store = project.store
    about = store.imports.read_about(1)
    store.imports.write_about(1, type(about)(about.id, about.title, {"source": "dpa"}))
    assert list(project.list_articles(text="source:reuters")) == [3]
    assert list(project.list_articles(text="source:dpa")) == [1]
    assert list(project.verify()) == []
    with store.transaction():
        store.connection.execute("DELETE FROM article_values WHERE article = 1")
    (fault,) = project.verify()
    assert fault.startswith("article 1 is found by something else than its metadata")
    project.rebuild()
    assert list(project.verify()) == []


@pytest.mark.parametrize(
    ("line", "order", "index"),
    [
        ("", "title", "articles_search"),
        ("", "date", "article_values USING PRIMARY KEY (key=?)"),
        ("label:actor", "arrival", "spans_label (label=? AND annotator=?)"),
        ("source:reuters", "arrival", "article_values USING PRIMARY KEY (key=? AND value>? AND value<?)"),
        ("has:notes", "arrival", "spans_noted (annotator=?)"),
        ("has:notes", "arrival", "paragraphs_noted (annotator=?)"),
        ("by:ana", "arrival", "progress_touched (annotator=?)"),
        ("kind:battle", "arrival", "article_labels_name (name=? AND value=? AND annotator=?)"),
    ],
)
def test_articles_are_found_by_an_index(project: Project, line: str, order: ArticleOrder, index: str) -> None:
    connection = project.store.connection
    asked: list[str] = []
    connection.sqlite.set_trace_callback(asked.append)
    project.list_articles(text=line, order=order)
    connection.sqlite.set_trace_callback(None)
    steps = [row[3] for query in asked for row in connection.rows(f"EXPLAIN QUERY PLAN {query}")]
    assert any(index in step for step in steps), steps
    scanned = [step for step in steps if step.startswith("SCAN") and "article_labels" not in step]
    assert not any("spans" in step or "events" in step or "texts" in step for step in scanned), steps
