"""The database: the log, the tables derived from it, and what can go wrong with a file."""

import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from contextlib import closing, suppress
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.stored import add_text, forge_event
from tui.errors import (
    ConfigurationError,
    SpantagError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreMovedError,
    StoreReadOnlyError,
)
from tui.model.article import PARAGRAPH_STATES, Article, article_key
from tui.model.article_query import ArticleQuery, read_query
from tui.model.events import (
    KINDS,
    MARKS,
    Act,
    Add,
    Change,
    Finish,
    Flag,
    JoinMentions,
    Note,
    Redo,
    Relate,
    Remove,
    Skip,
    Tag,
    Undo,
)
from tui.model.layer import Layer, fold
from tui.model.span import Json, Relation, Span
from tui.store import DERIVED_TABLES, SCHEMA_VERSION, Store
from tui.store import schema as migrations
from tui.store.imports import NewArticle
from tui.store.rows import checksum
from tui.text.paragraphs import find_paragraphs

TEXT = "Two men fled.\nA rocket hit Kharsa.\nNobody was hurt.\n"


def add_span(span_id: str = "s1", start: int = 0, end: int = 7, label: str = "actor") -> Act:
    return Add((Span(span_id, start, end, label),))


def read_tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = (*DERIVED_TABLES, "imports")
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()
            for table in DERIVED_TABLES
        } | {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables[-1:]}


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.create_function("checksum", -1, checksum)
        for statement in statements:
            connection.execute(statement)
        connection.commit()


# The log


def test_an_action_is_on_disk_when_append_returns(store: Store, article: Article) -> None:
    store.log.append(article, "ana", Layer(), [add_span()])
    with closing(Store.open(store.path)) as other:
        assert list(other.log.load_layer(article.number, "ana").spans) == ["s1"]


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET annotator = 'bea'", "DELETE FROM events"], ids=["change", "delete"]
)
def test_the_log_takes_no_change_of_what_is_in_it(store: Store, article: Article, statement: str) -> None:
    store.log.append(article, "ana", Layer(), [add_span()])
    with pytest.raises(sqlite3.IntegrityError, match="never"):
        tamper(store.path, statement)


def test_the_events_of_an_action_have_one_action_and_one_time(store: Store, article: Article) -> None:
    events = store.log.append(article, "ana", Layer(), [add_span(), Finish((0,))])
    assert {(event.action, event.at) for event in events} == {(events[0].id, events[0].at)}


def test_undo_and_redo_go_on_after_the_database_was_closed(store: Store, article: Article) -> None:
    layer = Layer()
    store.log.append(article, "ana", layer, [add_span("a"), Finish((0,))])
    store.log.append(article, "ana", layer, [add_span("b", 8, 12)])
    store.close()
    with closing(Store.open(store.path)) as reopened:
        layer = reopened.log.load_layer(article.number, "ana")
        second = layer.done[-1]
        reopened.log.append(article, "ana", layer, [Undo(second)])
        reopened.log.append(article, "ana", layer, [Undo(layer.done[-1])])
        assert (layer.spans, layer.states, layer.done) == ({}, {}, [])
    with closing(Store.open(store.path)) as again:
        layer = again.log.load_layer(article.number, "ana")
        again.log.append(article, "ana", layer, [Redo(layer.undone[-1])])
        assert (list(layer.spans), layer.states, layer.undone) == (["a"], {0: "finished"}, [second])
        assert list(again.verify.check()) == []


def test_events_stay_in_order_when_the_clock_is_set_back(
    store: Store, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = Layer()
    store.log.append(article, "ana", layer, [add_span("a")])
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    store.log.append(article, "ana", layer, [add_span("b", 8, 12)])
    store.log.append(article, "ana", layer, [Remove(("a",))])
    assert [event.id for event in layer.events] == sorted(event.id for event in layer.events)
    assert list(store.log.load_layer(article.number, "ana").spans) == ["b"]


def test_the_past_is_a_beginning_of_the_log_even_where_the_clock_was_set_back(
    store: Store, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = Layer()
    for span_id, at in (("a", "2026-01-01T12:00"), ("b", "2026-01-01T11:00"), ("c", "2026-01-01T13:00")):
        monkeypatch.setattr("tui.store.clock.utc_now", lambda at=at: f"{at}:00.000Z")
        store.log.append(article, "ana", layer, [add_span(span_id)])
    seen = {
        hour: list(store.log.load_layer(article.number, "ana", as_of=f"2026-01-01T{hour}:30:00.000Z").spans)
        for hour in (10, 11, 12, 13)
    }
    assert seen == {10: [], 11: ["a", "b"], 12: ["a", "b"], 13: ["a", "b", "c"]}


def test_a_layer_that_another_process_has_overtaken_is_brought_up_to_date(
    store: Store, article: Article
) -> None:
    here = store.log.load_layer(article.number, "ana")
    with closing(Store.open(store.path)) as other:
        other.log.append(
            article, "ana", other.log.load_layer(article.number, "ana"), [add_span("theirs", 8, 12)]
        )
    store.log.append(article, "ana", here, [add_span("mine")])
    assert set(here.spans) == {"theirs", "mine"}
    assert list(store.verify.check()) == []


def test_two_annotators_see_only_their_own_spans(store: Store, article: Article) -> None:
    store.log.append(article, "ana", Layer(), [add_span("s1", 0, 7)])
    store.log.append(article, "bea", Layer(), [add_span("s1", 8, 12)])
    assert store.log.load_layer(article.number, "ana").spans["s1"].start == 0
    assert store.log.load_layer(article.number, "bea").spans["s1"].start == 8
    assert store.log.list_annotators(article.number) == ["ana", "bea"]
    assert list(store.verify.check()) == []


# What is derived

places = st.integers(0, len(TEXT) - 2).flatmap(
    lambda start: st.tuples(st.just(start), st.integers(start + 1, len(TEXT)))
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["ana", "bea"]),
        st.one_of(
            st.tuples(st.just("add"), st.sampled_from("abc"), places, st.sampled_from(["actor", "weapon"])),
            st.tuples(st.just("remove"), st.sampled_from("abc")),
            st.tuples(st.just("change"), st.sampled_from("abc"), places),
            st.tuples(st.just("relate"), st.sampled_from("abc"), st.sampled_from("abc")),
            st.tuples(st.just("state"), st.sampled_from(PARAGRAPH_STATES), st.integers(0, 2)),
            st.tuples(st.just("note"), st.sampled_from(["", "sic"]), st.integers(0, 2)),
            st.tuples(st.just("tag"), st.sampled_from([None, "attack", ["a", 1]])),
            st.tuples(st.sampled_from(["undo", "redo"])),
        ),
    ),
    max_size=14,
)


def acts_of(step: tuple[object, ...], layer: Layer) -> list[Act]:
    match step:
        case ("add", str(span_id), (int(start), int(end)), str(label)):
            return [Add((Span(span_id, start, end, label, {"n": start}),))]
        case ("remove", str(span_id)):
            return [Remove((span_id,))]
        case ("change", str(span_id), (int(start), int(end))):
            return [Change(span_id, start=start, end=end)]
        case ("relate", str(head), str(tail)):
            return [Relate((Relation(head + tail, "targets", head, tail),))]
        case ("state", str(state), int(index)):
            return [mark((index,)) for name, mark in MARKS.items() if name == state]
        case ("note", str(text), int(index)):
            return [Note(paragraph=index, text=text)]
        case ("tag", None | str() | list() as value):
            return [Tag("event_type", value)]
        case ("undo",) if layer.done:
            return [Undo(layer.done[-1])]
        case ("redo",) if layer.undone:
            return [Redo(layer.undone[-1])]
    return []


@given(steps)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_derived_tables_are_the_fold_of_the_log_after_any_actions(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, tuple[object, ...]]]
) -> None:
    path = tmp_path_factory.mktemp("store") / "annotations.db"
    with closing(Store.open(path)) as store:
        article = add_text(store, TEXT)
        layers = {"ana": Layer(), "bea": Layer()}
        for annotator, step in actions:
            store.log.append(article, annotator, layers[annotator], acts_of(step, layers[annotator]))
        assert list(store.verify.check()) == []
        stored = store.log.read_layers(article.number, article.number).get(article.number, {})
        for annotator, layer in layers.items():
            assert store.log.load_layer(article.number, annotator) == layer == fold(layer.events)
            derived = stored.get(annotator, Layer())
            for part in ("spans", "relations", "states", "notes", "article_labels"):
                assert getattr(derived, part) == getattr(layer, part)
        before = read_tables(path)
        assert store.verify.rebuild() == sum(bool(layer.events) for layer in layers.values())
        assert read_tables(path) == before


FORGED_EVENT = """INSERT INTO events SELECT *, checksum(id, "action", at, annotator, article, kind, payload)
    FROM (SELECT 'f' || id AS id, 'f' AS "action", at, annotator, article, {} FROM events LIMIT 1)"""
FORGED_SPAN = "INSERT INTO spans SELECT article, 'eve', id, 0, 1, label, NULL, NULL, NULL, 'hand', NULL, NULL FROM spans"  # noqa: E501


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE spans SET \"end\" = 5 WHERE id = 's1'", "the table spans disagrees"),
        ("DELETE FROM spans WHERE id = 's1'", "the table spans disagrees"),
        (FORGED_SPAN, "no event"),
        ("UPDATE spans SET attributes = '{\"a\":1}'", "the table spans disagrees"),
        ("DELETE FROM relations", "the table relations disagrees"),
        ("UPDATE paragraph_states SET state = 'skipped'", "the table paragraph_states disagrees"),
        ("UPDATE article_labels SET value = '\"x\"'", "the table article_labels disagrees"),
        ("DELETE FROM entities", "the table entities disagrees"),
        ("UPDATE entities SET spans = '[\"s2\"]'", "the table entities disagrees"),
        ("UPDATE paragraph_labels SET value = 'null'", "the table paragraph_labels disagrees"),
        ("UPDATE paragraph_labels SET position = 2", "the table paragraph_labels disagrees"),
        ("UPDATE progress SET finished = 9", "the table progress disagrees"),
        ("DELETE FROM progress", "the table progress disagrees"),
        ("UPDATE texts SET text = replace(text, 'fled', 'left')", "its text is not the text"),
        ('UPDATE paragraphs SET "end" = 900 WHERE position = 2', "paragraph 3 lies outside"),
        ('UPDATE paragraphs SET "start" = 2 WHERE position = 1', "paragraph 2 lies outside"),
        (FORGED_EVENT.format("'conjure' AS kind, '{}' AS payload"), "unknown kind"),
        (FORGED_EVENT.format("kind, replace(payload, ':7', ':700') AS payload"), "past the text"),
        ("UPDATE events SET checksum = 1 WHERE kind = 'tag'", "not what was written: the checksum differs"),
        ("UPDATE articles SET title = 'Another'", "not what was written: the checksum differs"),
        ("UPDATE texts SET article = 77", "names rows"),
    ],
    ids=[
        *("span moved", "span deleted", "span forged", "attributes", "relations", "states", "article labels"),
        *("entity deleted", "entity changed", "paragraph label", "paragraph label moved"),
        *("progress", "progress deleted", "text", "paragraph outside", "paragraphs overlap", "event forged"),
        *("span outside", "event changed", "title changed", "text deleted"),
    ],
)
def test_verify_finds_tampering(store: Store, article: Article, statement: str, sentence: str) -> None:
    acts: list[Act] = [
        add_span("s1"), add_span("s2", 8, 12), Relate((Relation("r", "targets", "s1", "s2"),)),
        Finish((0,)), Tag("event_type", "attack"), JoinMentions("e", ("s1", "s2"), "men"),
        Tag("tone", "report", paragraph=1),
    ]  # fmt: skip
    store.log.append(article, "ana", Layer(), acts)
    assert list(store.verify.check()) == []
    tamper(store.path, statement)
    assert any(sentence in found for found in store.verify.check())


UNLOCK = "DROP TRIGGER events_are_never_changed"
SET_PAYLOAD = "UPDATE events SET payload = {} WHERE kind = '{}'"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("'[1]'", "it is no object"),
        ("'7'", "it is no object"),
        ("'{\"spans\": [{'", "Expecting property name"),
        ("''", "Expecting value"),
        ("replace(hex(zeroblob(100000)), '00', '[')", "nested too deeply"),
        ('\'{"spans": "\\ud800"}\'', "surrogates not allowed"),
        ("CAST(x'7bff7d' AS TEXT)", "not UTF-8"),
    ],
    ids=["list", "number", "broken", "empty", "deep", "surrogate", "bytes"],
)
def test_an_event_that_cannot_be_read_is_named_and_the_rest_is_verified(
    store: Store, article: Article, payload: str, reason: str
) -> None:
    other = add_text(store, "Another.")
    add, finish = store.log.append(article, "ana", Layer(), [add_span(), Finish((0,))])
    store.log.append(other, "ana", Layer(), [add_span("s1", 0, 3)])
    tamper(store.path, UNLOCK, SET_PAYLOAD.format(payload, "finish"), "UPDATE spans SET label = 'x'")
    found = list(store.verify.check())
    assert any(finish.id in sentence and reason in sentence for sentence in found)
    assert not any(add.id in sentence for sentence in found)
    assert any("article 2 " in sentence and "the table spans disagrees" in sentence for sentence in found)
    with pytest.raises(StoreError):
        store.log.load_layer(article.number, "ana")
    with pytest.raises(StoreError):
        store.verify.rebuild()


@pytest.mark.parametrize(
    ("kind", "payload", "fault"),
    [
        ("add", {"spans": 5}, "Expected `array`, got `int` - at `$.spans`"),
        ("add", {}, "missing required field `spans` - at `$`"),
        ("add", {"spans": [{"id": "s2", "start": "x", "end": 3, "label": "actor"}]}, "$.spans[0].start"),
        ("accept", {"spans": [{"id": "s2", "start": 3, "end": 3, "label": "actor"}]}, "holds nothing"),
        ("add", {"spans": [{"id": "s2", "start": True, "end": 3, "label": "actor"}]}, "$.spans[0].start"),
        ("add", {"spans": [{"id": "s2", "start": 0, "end": 10**30, "label": "actor"}]}, "$.spans[0].end"),
        ("add", {"spans": [{"start": 0, "end": 1, "label": "actor"}]}, "field `id` - at `$.spans[0]`"),
        (
            "add",
            {
                "spans": [
                    {"id": "s2", "start": 0, "end": 1, "label": "actor", "origin": {"confidence": 10**400}}
                ]
            },
            "$.spans[0].origin.confidence",
        ),
        (
            "add",
            {"spans": [{"id": "s2", "start": 0, "end": 9, "label": "actor", "fragments": [[0, 3], [5]]}]},
            "$.spans[0].fragments[1]",
        ),
        ("reject", {"spans": ["s1"]}, "$.spans[0]"),
        ("remove", {"spans": ["s2", 3]}, "Expected `str`, got `int` - at `$.spans[1]`"),
        ("change", {"span": 3, "end": 9}, "$.span"),
        ("change", {"span": "s1", "start": []}, "$.start"),
        ("relate", {"relations": [{"id": "r", "label": "targets"}]}, "field `head` - at `$.relations[0]`"),
        ("tag", {"name": 3, "value": 1}, "$.name"),
        ("tag", {"name": "event_type"}, "missing required field `value`"),
        ("note", {"text": "sic"}, "a note names a span or a paragraph"),
        ("note", {"paragraph": 0}, "missing required field `text`"),
        ("finish", {"paragraphs": [0, "x"]}, "$.paragraphs[1]"),
        ("skip", {"paragraphs": [10**30]}, "$.paragraphs[0]"),
        ("flag", {"paragraphs": [3]}, "names paragraph 4 of 3"),
        ("undo", {"action": ["x"]}, "$.action"),
    ],
)
def test_an_event_of_which_the_fold_leaves_something_out_is_named(
    store: Store, article: Article, kind: str, payload: Json, fault: str
) -> None:
    layer = Layer()
    store.log.append(article, "ana", layer, [add_span()])
    assert list(store.verify.check()) == []
    event_id = forge_event(store, article.number, "ana", kind, payload)
    (sentence,) = store.verify.check()
    assert event_id in sentence
    assert fault in sentence
    assert "s1" in store.log.load_layer(article.number, "ana").spans


def test_metadata_that_cannot_be_read_is_named_and_the_rest_is_verified(
    store: Store, article: Article
) -> None:
    other = add_text(store, "Another.")
    store.log.append(other, "ana", Layer(), [add_span("s1", 0, 3)])
    tamper(store.path, "UPDATE articles SET meta = '[' WHERE number = 1", "UPDATE spans SET label = 'x'")
    first, second = store.verify.check()
    assert first.startswith("article 1 cannot be read: the metadata of article 1 is no JSON object")
    assert "the table spans disagrees" in second
    with pytest.raises(StoreError, match="article 1 is not what was written"):
        store.articles.load_article(article.number)


def test_an_event_that_nothing_can_follow_is_named(store: Store, article: Article) -> None:
    layer = Layer()
    store.log.append(article, "ana", layer, [add_span()])
    tamper(store.path, UNLOCK, "UPDATE events SET id = 'x'")
    with pytest.raises(StoreError, match="nothing can follow the last event of the log, 'x'"):
        store.log.append(article, "bea", Layer(), [add_span()])


json_values: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["s1", "actor", "", "\x00", "é"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "start", "end", "label", "attributes", "fragments", "origin", "confidence"]
            ),
            inner,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(
    kind=st.sampled_from([*KINDS]),
    payload=json_values
    | st.dictionaries(
        st.sampled_from(["spans", "span", "relations", "paragraphs", "name", "text"]), json_values
    ),
)
def test_no_payload_ends_verify_or_opening_in_anything_but_sentences(kind: str, payload: Json) -> None:
    with TemporaryDirectory() as folder, closing(Store.open(Path(folder, "a.db"))) as store:
        article = add_text(store, TEXT)
        store.log.append(article, "ana", Layer(), [add_span()])
        with suppress(StoreError):
            forge_event(store, article.number, "ana", kind, payload)
        assert all(sentence for sentence in store.verify.check())
        with suppress(StoreError):
            store.verify.rebuild()
            assert not any("disagrees" in sentence for sentence in store.verify.check())


def test_rebuild_mends_the_derived_tables_and_forgets_no_import(store: Store, article: Article) -> None:
    store.log.append(article, "ana", Layer(), [add_span()])
    store.imports.claim_import("seen")
    before = read_tables(store.path)
    tamper(store.path, "DELETE FROM spans", "UPDATE progress SET spans = 70")
    store.verify.rebuild()
    assert read_tables(store.path) == before
    assert not store.imports.claim_import("seen")


PAGE = "Two men fled.\nNobody was hurt in the town.\nSubscribe to our newsletter"


def test_what_looks_like_boilerplate_is_kept_until_it_is_guessed_anew(store: Store) -> None:
    number = add_text(store, PAGE).number
    assert store.articles.load_article(number).boilerplate == {2}
    tamper(store.path, "UPDATE articles SET boilerplate_guess = '[1]', boilerplate_rule = 0")
    article = store.articles.load_article(number)
    assert article.boilerplate == {1}
    store.log.append(article, "ana", Layer(), [Finish((0,))])
    assert list(store.verify.check()) == []
    assert [(row.boilerplate, row.unfinished) for row in store.articles.read_rows([number], "ana")] == [
        (1, 1)
    ]
    store.verify.rebuild()
    assert store.articles.load_article(number).boilerplate == {2}
    assert list(store.verify.check()) == []


@pytest.mark.parametrize("guess", ["'[1]'", "NULL", "'[1'", "'[\"x\"]'"])
def test_a_guess_that_its_rule_did_not_make_is_named_and_mended(store: Store, guess: str) -> None:
    number = add_text(store, PAGE).number
    tamper(store.path, f"UPDATE articles SET boilerplate_guess = {guess}")
    assert any("boilerplate" in sentence for sentence in store.verify.check())
    store.verify.rebuild()
    assert list(store.verify.check()) == []
    assert store.articles.load_article(number).boilerplate == {2}


def test_the_views_show_a_span_with_its_text(store: Store, article: Article) -> None:
    store.log.append(article, "ana", Layer(), [add_span("s1", 23, 29)])
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("SELECT text FROM span_texts").fetchall() == [(TEXT[23:29],)]
        assert connection.execute("SELECT spans FROM article_progress").fetchall() == [(1,)]


# Articles


@pytest.mark.parametrize("text", ["a\0b", "a\r\nb\rc\n", "\u2028e\u0301\U0001f469\u200d\U0001f4bb", "مرحبا"])
def test_a_text_is_stored_exactly(store: Store, text: str) -> None:
    assert add_text(store, text).text == text


def test_articles_are_read_in_order_of_arrival_however_many_there_are(store: Store) -> None:
    texts = [f"Number {number}." * (20_000 if number == 250 else 1) for number in range(450)]
    store.imports.add_articles(
        [NewArticle(text, text, find_paragraphs(text), article_key(text)) for text in texts]
    )
    assert [article.text for articles in store.articles.read_articles() for article in articles] == texts


def test_articles_are_filtered_by_text_and_by_state(store: Store) -> None:
    first, second, third = (
        store.imports.add_articles(
            [NewArticle(text, text, find_paragraphs(text), article_key(text), f"id-{text[0]}")]
        )[0]
        for text in ("Ärger in Kharsa", "Zwei\nDrei", "Nichts")
    )
    store.log.append(store.articles.load_article(first), "ana", Layer(), [Finish((0,))])
    store.log.append(store.articles.load_article(second), "ana", Layer(), [Flag((0,)), add_span("s1", 0, 4)])
    assert list(store.articles.list_articles()) == [first, second, third]
    assert store.finding.find("ana", read_query("ärger")) == [first]
    assert store.finding.find("ana", read_query("ID-Z")) == [second]
    assert store.finding.find("ana", ArticleQuery(), state="finished") == [first]
    assert store.finding.find("ana", ArticleQuery(), state="flagged") == [second]
    assert store.finding.find("ana", ArticleQuery(), state="new") == [third]
    store.log.append(store.articles.load_article(third), "ana", Layer(), [Skip((0,))])
    assert store.finding.find("ana", ArticleQuery(), state="finished") == [first]
    assert store.finding.find("ana", ArticleQuery(), state="skipped") == [third]
    assert list(store.finding.find("bea", ArticleQuery(), state="new")) == [first, second, third]
    assert [row.number for row in store.articles.read_rows([third, first], "ana")] == [first, third]


@pytest.mark.parametrize(
    "typed", ["libéré", "libe\u0301re\u0301", "LIBÉRÉ", "libere"], ids=["NFC", "NFD", "capitals", "bare"]
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_articles_are_found_however_the_marks_of_their_letters_are_written(
    store: Store, typed: str, form: Literal["NFC", "NFD"]
) -> None:
    by_title = add_text(store, "One.", title=unicodedata.normalize(form, "Émile libéré"))
    by_id = add_text(store, "Two.", article_id=unicodedata.normalize(form, "Libéré-2"))
    bare = add_text(store, "Three.", title="Emile libere")
    add_text(store, "Four.", title="Emile libre")
    assert store.finding.find("ana", read_query(typed)) == [by_title.number, by_id.number, bare.number]


def test_rebuild_mends_the_text_that_articles_are_searched_by(store: Store, article: Article) -> None:
    tamper(store.path, "UPDATE articles SET search = 'else'")
    (fault,) = store.verify.check()
    assert fault.startswith(f"article {article.number} is searched by")
    store.verify.rebuild()
    assert list(store.verify.check()) == []
    assert store.finding.find("ana", read_query("a title")) == [article.number]


def test_the_place_of_the_cursor_is_remembered_for_each_annotator(store: Store, article: Article) -> None:
    assert (store.articles.last_touched("ana"), store.articles.load_position("ana", article.number)) == (
        None,
        None,
    )
    store.articles.save_position("ana", article.number, 17)
    assert (store.articles.last_touched("ana"), store.articles.load_position("ana", article.number)) == (
        article.number,
        17,
    )
    assert store.articles.last_touched("bea") is None


def test_an_article_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(StoreError, match="no article number 9"):
        store.articles.load_article(9)


# The file


def refuse_to_write(store: Store, article: Article, reason: str) -> None:
    layer = Layer()
    with pytest.raises(StoreMovedError, match=reason):
        store.log.append(article, "ana", layer, [add_span()])
    with pytest.raises(StoreMovedError, match=reason):
        store.log.append_together("ana", [(article, layer, [add_span()])])
    with pytest.raises(StoreMovedError, match=reason):
        store.articles.save_position("ana", article.number, 1)
    assert layer.spans == {}
    assert layer.events == []


def test_nothing_is_written_into_a_database_that_was_moved_away_until_it_is_back(
    store: Store, article: Article
) -> None:
    away = store.path.with_name("away.db")
    store.path.rename(away)
    refuse_to_write(store, article, "annotations.db: the database was moved or deleted")
    assert not store.path.exists()
    away.rename(store.path)
    store.log.append(article, "ana", Layer(), [add_span()])
    with closing(Store.open(store.path)) as again:
        assert set(again.log.load_layer(article.number, "ana").spans) == {"s1"}


def test_nothing_is_written_into_a_database_that_was_deleted(store: Store, article: Article) -> None:
    store.path.unlink()
    refuse_to_write(store, article, "annotations.db: the database was moved or deleted")


def test_nothing_is_written_where_another_file_took_the_databases_place(
    store: Store, article: Article
) -> None:
    store.path.rename(store.path.with_name("away.db"))
    store.path.write_bytes(b"")
    refuse_to_write(store, article, "annotations.db: another file is here now")
    assert store.path.read_bytes() == b""


def overwrite(path: Path, content: bytes) -> None:
    """Put another content into a file that stays the same one."""
    with path.open("r+b") as stream:
        stream.truncate(0)
        stream.write(content)


@pytest.mark.parametrize("kept", [0, 100, 4096, 8192])
def test_nothing_is_written_into_a_database_that_was_cut_short(
    store: Store, article: Article, kept: int
) -> None:
    store.connection.checkpoint()
    content = store.path.read_bytes()
    store.log.append(article, "bea", Layer(), [add_span()])
    with store.path.open("r+b") as stream:
        stream.truncate(kept)
    reason = "annotations.db: the database was cut short or overwritten by another program; nothing was"
    refuse_to_write(store, article, reason)
    with pytest.raises(StoreMovedError, match=reason):
        store.connection.read_version()
    assert store.path.stat().st_size == kept
    overwrite(store.path, content)
    store.log.append(article, "ana", Layer(), [add_span("s2")])
    assert list(store.verify.check()) == []


def test_nothing_is_written_into_a_database_that_another_program_wrote_over(
    store: Store, article: Article
) -> None:
    store.connection.checkpoint()
    overwrite(store.path, b"a letter " * 90_000)
    refuse_to_write(store, article, "annotations.db: the database was cut short or overwritten")


def test_a_database_that_another_program_packs_stays_open(store: Store, article: Article) -> None:
    layer = Layer()
    store.log.append(article, "ana", layer, [Note(paragraph=0, text="x" * 500_000)])
    store.connection.checkpoint()
    store.connection.read_version()
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("DROP TRIGGER events_are_never_deleted")
        other.execute("DELETE FROM events")
        other.execute("DELETE FROM paragraph_states")
        other.commit()
        other.execute("VACUUM")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert store.path.stat().st_size < 500_000
    store.log.append(article, "bea", Layer(), [add_span()])


def test_nothing_is_written_while_the_log_beside_the_database_is_gone(store: Store, article: Article) -> None:
    store.log.append(article, "bea", Layer(), [add_span()])
    log = store.path.with_name("annotations.db-wal")
    log.rename(store.path.with_name("away"))
    refuse_to_write(store, article, "annotations.db-wal: this part of the database was moved or deleted")
    store.path.with_name("away").rename(log)
    store.log.append(article, "ana", Layer(), [add_span("s2")])


def test_watching_the_file_costs_no_lock(store: Store, article: Article) -> None:
    Store.open(store.path).close()
    with store.transaction():
        Store.open(store.path).close()
        store.articles.save_position("ana", article.number, 1)
        code = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
        done = subprocess.run([sys.executable, "-c", code, store.path], capture_output=True, check=False)
    assert b"database is locked" in done.stderr


# Several processes


def write_events(path: Path, annotator: str, count: int) -> None:
    with closing(Store.open(path)) as store:
        article, layer = store.articles.load_article(1), Layer()
        for number in range(count):
            store.log.append(article, annotator, layer, [add_span(f"{annotator}{number}", number % 9, 12)])


def test_two_processes_write_at_once_and_nothing_is_lost(store: Store, article: Article) -> None:
    context = get_context("spawn")
    # Two of them even write the same layer.
    workers = [
        context.Process(target=write_events, args=(store.path, annotator, 150))
        for annotator in ("ana", "bea", "bea")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert [len(store.log.load_layer(article.number, name).events) for name in ("ana", "bea")] == [150, 300]
    assert list(store.verify.check()) == []


def open_store(path: Path) -> None:
    Store.open(path).close()


def test_processes_that_make_the_same_database_at_once_all_succeed(tmp_path: Path) -> None:
    context = get_context("spawn")
    workers = [context.Process(target=open_store, args=(tmp_path / "new" / "a.db",)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    with closing(Store.open(tmp_path / "new" / "a.db")) as store:
        assert list(store.verify.check()) == []


def test_a_database_locked_for_good_is_said_to_be_busy_and_the_layer_is_as_before(
    store: Store, article: Article
) -> None:
    layer = Layer()
    store.log.append(article, "ana", layer, [add_span()])
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(Store.open(store.path, timeout=0.2)) as waiting:
            before = waiting.log.load_layer(article.number, "ana")
            started = time.monotonic()
            with pytest.raises(StoreBusyError, match="another program"):
                waiting.log.append(article, "ana", before, [add_span("s2")])
            assert time.monotonic() - started < 5
            assert before == layer
        other.execute("ROLLBACK")
    assert store.log.load_layer(article.number, "ana") == layer


def test_an_annotator_gets_in_between_the_transactions_of_an_import(store: Store, article: Article) -> None:
    """SQLite alone looks for the lock every 100 ms only and would miss gaps of a few milliseconds."""
    program = (
        "import sqlite3, sys, time\n"
        "other = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "other.execute('BEGIN IMMEDIATE'); print(flush=True)\n"
        "while True:\n"
        "    time.sleep(0.1); other.execute('COMMIT'); time.sleep(0.01); other.execute('BEGIN IMMEDIATE')\n"
    )
    importer = subprocess.Popen([sys.executable, "-c", program, store.path], stdout=subprocess.PIPE)
    try:
        assert importer.stdout is not None
        importer.stdout.readline()
        layer = Layer()
        for number in range(5):
            store.log.append(article, "ana", layer, [add_span(f"s{number}")])
    finally:
        importer.kill()
        importer.communicate()
    assert len(store.log.load_layer(article.number, "ana").events) == 5


def test_what_was_acknowledged_survives_a_kill(store: Store, article: Article) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from tui.store import Store; from tui.model.events import Add\n"
        "from tui.model.layer import Layer; from tui.model.span import Span\n"
        "store = Store.open(Path(sys.argv[1])); article = store.articles.load_article(1); layer = Layer()\n"
        "for number in range(10**6):\n"
        "    span = Span(f's{number}', 0, 3, 'actor')\n"
        "    events = store.log.append(article, 'ana', layer, [Add((span,))])\n"
        "    print(events[0].id, flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program, store.path], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(200)]
    writer.kill()
    # What it said between the last line read and its end counts too; a line cut off was not said.
    acknowledged += [
        line.strip() for line in writer.communicate()[0].splitlines(keepends=True) if line.endswith("\n")
    ]
    with closing(Store.open(store.path)) as reopened:
        there = {event.id for event in reopened.log.load_layer(article.number, "ana").events}
        assert set(acknowledged) <= there
        assert list(reopened.verify.check()) == []


# Files that are not as they should be


def make_newer(path: Path) -> None:
    Store.open(path).close()
    tamper(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")


def make_foreign(path: Path) -> None:
    tamper(path, "CREATE TABLE recipes (name TEXT)")


def make_text(path: Path) -> None:
    path.write_text("Two men fled. " * 100, encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make_newer, "a newer spantag made this database"),
        (make_foreign, "is not one of spantag's"),
        (make_text, "no SQLite database"),
        (Path.mkdir, "this is a folder"),
    ],
    ids=["newer", "foreign", "text", "folder"],
)
def test_a_file_that_is_no_database_of_ours_is_refused_and_untouched(
    tmp_path: Path, make: Callable[[Path], object], sentence: str
) -> None:
    path = tmp_path / "some.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(ConfigurationError, match=sentence):
        Store.open(path)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_database_that_must_be_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no database here yet"):
        Store.open(tmp_path / "annotations" / "annotations.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreReadOnlyError, match="the folder cannot be made"):
        Store.open(tmp_path / "file" / "annotations.db")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder in which nobody can write")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(StoreReadOnlyError, match=r"/proc/.*annotations\.db: "):
        Store.open(Path(f"/proc/{os.getpid()}/annotations.db"))


def test_a_read_only_database_is_named_and_the_layer_is_as_before(store: Store, article: Article) -> None:
    layer = Layer()
    store.connection.sqlite.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnlyError, match="cannot be written; nothing was changed"):
        store.log.append(article, "ana", layer, [add_span()])
    assert layer == Layer()


def test_a_full_disk_leaves_layer_and_database_as_before(store: Store, article: Article) -> None:
    layer = Layer()
    store.log.append(article, "ana", layer, [add_span()])
    pages = store.connection.sqlite.execute("PRAGMA page_count").fetchone()[0]
    store.connection.sqlite.execute(f"PRAGMA max_page_count = {pages}")
    large: Act = Note(paragraph=0, text="x" * 2_000_000)
    with pytest.raises(StoreFullError, match="the disk is full; nothing was changed"):
        store.log.append(article, "ana", layer, [large])
    assert len(layer.events) == 1
    store.connection.sqlite.execute("PRAGMA max_page_count = 1000000")
    store.log.append(article, "ana", layer, [large])
    assert store.log.load_layer(article.number, "ana") == layer
    assert list(store.verify.check()) == []


def test_a_damaged_database_is_named(store: Store, article: Article) -> None:
    store.log.append(article, "ana", Layer(), [add_span()])
    store.close()
    content = bytearray(store.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    store.path.write_bytes(content)
    with pytest.raises(SpantagError, match="damaged"), closing(Store.open(store.path)) as damaged:
        damaged.articles.load_article(article.number)


def test_the_store_knows_the_version_of_the_migrations() -> None:
    with closing(Database(memory=True)) as empty:
        pending = migrations.migrations.pending(empty)
    assert migrations.VERSION == SCHEMA_VERSION == len(pending)


def test_verify_misses_no_lost_text(store: Store, article: Article) -> None:
    with closing(sqlite3.connect(store.path)) as raw, raw:
        raw.execute("DELETE FROM texts WHERE article = ?", (article.number,))
    assert any("its text is gone" in sentence for sentence in store.verify.check())


def test_where_nothing_can_be_written_it_can_still_be_read(tmp_path: Path) -> None:
    path = tmp_path / "annotations" / "annotations.db"
    with closing(Store.open(path)) as store:
        add_text(store, "Two men fled.")
    path.chmod(0o444)
    path.parent.chmod(0o555)
    if os.access(path.parent, os.W_OK):
        pytest.skip("this user may write everywhere")
    try:
        with closing(Store.open(path, create=False)) as store:
            assert store.articles.count_articles() == 1
            with pytest.raises(StoreReadOnlyError, match="cannot be written; nothing was changed"):
                add_text(store, "A rocket hit Kharsa.")
    finally:
        path.parent.chmod(0o755)


def test_where_there_is_no_room_beside_it_a_database_with_a_log_is_read(
    store: Store, article: Article
) -> None:
    store.log.append(article, "ana", Layer(), [add_span()])
    folder = store.path.parent / "copy"
    folder.mkdir()
    for name in ("annotations.db", "annotations.db-wal"):
        shutil.copy(store.path.with_name(name), folder / name)
    assert (folder / "annotations.db-wal").stat().st_size
    # No file may grow, as on a full disk: SQLite's shared memory has no room.
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))\n"
        "from pathlib import Path; from tui.store import Store\n"
        "store = Store.open(Path(sys.argv[1]), create=False)\n"
        "print(list(store.log.load_layer(1, 'ana').spans), list(store.verify.check()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder / "annotations.db"], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("['s1'] []\n", 0), done.stderr


@pytest.mark.parametrize("create", [True, False])
def test_an_empty_file_is_no_database_and_none_is_made_of_it(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "spantag.db"
    path.touch()
    with pytest.raises(ConfigurationError, match="this file is empty, which no database is; restore a copy"):
        Store.open(path, create=create)
    assert path.stat().st_size == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_database_that_could_not_be_made_leaves_no_empty_file(tmp_path: Path) -> None:
    # No page fits into so small a file.
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    path = tmp_path / "spantag.db"
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        with pytest.raises(StoreError, match="a limit on files"):
            Store.open(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert not path.exists()


# Who may use it


def test_nothing_above_the_project_reaches_through_it_to_the_store() -> None:
    tui = Path(__file__).parents[1] / "tui"
    above = [*tui.glob("cli/*.py"), *tui.glob("session/**/*.py"), *tui.glob("ui/**/*.py")]
    assert len(above) > 20
    assert [path.name for path in above if re.search(r"(?<!tui)\.store\.", path.read_text("utf-8"))] == []
