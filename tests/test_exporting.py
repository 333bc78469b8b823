"""Exporting: only what is settled, of one moment."""

from contextlib import closing

import pytest

from tests.record_lines import read_lines
from tests.stored import add_text
from tui.model.events import Accept, Act, Add, Change, Finish, JoinMentions, Note, Relate, Remove, Tag
from tui.model.layer import Layer
from tui.model.span import Origin, Relation, Span
from tui.project.exporting import ExportOptions, ExportReport, read_records
from tui.project.project import Project
from tui.store import Store

STORY = "Two men fled.\nA rocket hit Kharsa.\nNobody was hurt.\n"


def span(span_id: str, start: int, end: int, label: str = "actor") -> Act:
    return Add((Span(span_id, start, end, label),))


def export(
    project: Project, options: ExportOptions | None = None
) -> tuple[list[dict[str, object]], ExportReport]:
    path = project.place.folder / "out.jsonl"
    report = project.export_file(path, options or ExportOptions())
    return list(read_lines(path)), report


def at_work(project: Project, *acts: Act, text: str = STORY, annotator: str = "ana") -> int:
    key = next(
        (n for n in project.list_articles() if project.store.articles.load_article(n).text == text), None
    )
    article = add_text(project.store, text) if key is None else project.store.articles.load_article(key)
    layer = project.store.log.load_layer(article.number, annotator)
    for act in acts:
        project.store.log.append(article, annotator, layer, [act])
    return article.number


def test_nothing_unfinished_is_exported(project: Project) -> None:
    at_work(project, span("s1", 0, 7), span("s2", 16, 22), Finish((1,)))
    records, report = export(project)
    assert [record["text"] for record in records] == ["A rocket hit Kharsa."]
    assert (report.records, report.spans) == (1, 1)


def test_a_span_is_named_by_its_text(project: Project) -> None:
    at_work(project, span("s2", 16, 22, "weapon"), Finish((1,)))
    (record,), _ = export(project)
    assert record["spans"] == [{"id": "s2", "start": 2, "end": 8, "label": "weapon", "text": "rocket"}]


def test_everything_has_untouched_articles_too_and_the_states(
    project: Project,
) -> None:
    at_work(project, Finish((1,)))
    at_work(project, text="Untouched.")
    records, _ = export(project, ExportOptions("article", everything=True))
    assert [record.get("spans") for record in records] == [[], None]
    assert [record["meta"] for record in records] == [
        {"title": "A title", "annotator": "ana", "states": ["unfinished", "finished", "unfinished"]},
        {"title": "A title", "state": "unfinished"},
    ]


def test_boilerplate_is_named_where_everything_is_exported(project: Project) -> None:
    body = "The men fled to the hills after the rocket had hit the market of the town, a witness said.\n" * 3
    at_work(project, text=f"{body}Leave a Reply\nBe kind to each other.\n")
    (record,), _ = export(project, ExportOptions("article", everything=True))
    meta = record["meta"]
    assert isinstance(meta, dict)
    assert meta["states"] == [*["unfinished"] * 3, *["boilerplate"] * 2]


def test_one_annotator_can_be_chosen(project: Project) -> None:
    for annotator in ("ana", "bea"):
        at_work(project, span("s1", 0, 7), Finish((0,)), annotator=annotator)
    assert len(export(project)[0]) == 2
    (record,), _ = export(project, ExportOptions(annotator="bea"))
    assert record["meta"] == {
        "title": "A title", "annotator": "bea",
        "article": project.store.articles.load_article(1).key, "paragraph": 1,
        "offset": 0, "state": "finished",
    }  # fmt: skip
    records, _ = export(project, ExportOptions("article", "cat", everything=True))
    assert [record.get("spans") for record in records] == [None]


def test_the_past_is_exported_as_it_was(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.store.clock.utc_now", lambda: "2026-01-01T10:00:00.000Z")
    at_work(project, span("s1", 0, 7), Finish((0,)))
    monkeypatch.setattr("tui.store.clock.utc_now", lambda: "2026-01-02T10:00:00.000Z")
    at_work(project, Remove(("s1",)))
    at_work(project, text="Came later.")

    def spans_at(time: str) -> list[object]:
        options = ExportOptions("article", everything=True, as_of=time)
        return [record.get("spans") for record in export(project, options)[0]]

    assert spans_at("2025-12-31T00:00:00.000Z") == []
    (first,) = spans_at("2026-01-01T10:00:00.000Z")
    assert first == [{"id": "s1", "start": 0, "end": 7, "label": "actor", "text": "Two men"}]
    assert spans_at("2026-01-03T00:00:00.000Z") == [[], None]
    assert export(
        project, ExportOptions("article", everything=True, as_of="2026-01-03T00:00:00.000Z")
    ) == export(project, ExportOptions("article", everything=True))


def test_the_same_project_is_exported_as_the_same_bytes(project: Project) -> None:
    for number in range(5):
        at_work(
            project,
            span("s1", 0, 3),
            Finish((0,)),
            text=f"Nummer {number}: é\u2028日本\r\nx",
        )
    for name in ("a", "b"):
        project.export_file(project.place.folder / name, ExportOptions())
    first, second = ((project.place.folder / name).read_bytes() for name in ("a", "b"))
    assert first == second
    assert (first.count(b"\n"), first.count(b"\r"), first.endswith(b"\n")) == (5, 0, True)


def test_an_export_is_of_one_moment_whatever_is_written_meanwhile(project: Project) -> None:
    finish: Act = Finish((0,))
    for number in range(250):
        at_work(project, span("s1", 0, 3), finish, text=f"One {number}.")
    report = ExportReport()
    records = read_records(project.store, ExportOptions(), report)
    first = next(records)
    with closing(Store.open(project.place.database)) as other:
        article = other.articles.load_article(240)
        layer = other.log.load_layer(240, "ana")
        other.log.append(article, "ana", layer, [Remove(("s1",))])
        other.log.append(article, "bea", Layer(), [finish])
        add_text(other, "One more.")
    assert [len(record.spans or ()) for record in [first, *records]] == [1] * 250
    assert len(list(read_records(project.store, ExportOptions(), report))) == 251


def test_entities_and_labels_of_paragraphs_are_exported_as_they_were(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[list[Act]] = [
        [
            span("s1", 0, 3), span("s2", 4, 7),
            JoinMentions("e", ("s1", "s2"), "men"), Tag("tone", "dry", paragraph=0),
        ],
        [JoinMentions("e", ("s2",), "man"), Tag("tone", "wry", paragraph=0)],
        [JoinMentions("e", ()), Tag("tone", None, paragraph=0)],
    ]  # fmt: skip
    for day, acts in enumerate(days, start=1):
        monkeypatch.setattr("tui.store.clock.utc_now", lambda day=day: f"2026-01-0{day}T10:00:00.000Z")
        at_work(project, *acts)
    found = []
    for day in (1, 2, 3):
        options = ExportOptions("article", everything=True, as_of=f"2026-01-0{day}T12:00:00.000Z")
        ((record,), _) = export(project, options)
        found.append((record.get("entities"), record.get("paragraph_labels")))
    assert found == [
        ([{"id": "e", "name": "men", "spans": ["s1", "s2"]}], {"1": {"tone": "dry"}}),
        ([{"id": "e", "name": "man", "spans": ["s2"]}], {"1": {"tone": "wry"}}),
        (None, None),
    ]


def test_what_is_read_from_the_derived_tables_is_what_the_log_says(project: Project) -> None:
    acts: list[Act] = [
        span("a", 0, 3), span("b", 4, 7, "weapon"), Note(span="a", text="sic"),
        Relate((Relation("r", "targets", "a", "b"),)),
        Note(paragraph=0, text="odd"), Tag("event_type", "attack"),
        Change("b", attributes={"n": [1, {"x": None}]}, fragments=((4, 5), (6, 7))),
        Accept((Span("c", 16, 22, "weapon", origin=Origin("crf", 0.25, "m")),)),
        JoinMentions("e", ("a", "b"), "men"), Tag("tone", "report", paragraph=1),
        Finish((0, 1, 2)),
    ]  # fmt: skip
    at_work(project, *acts)
    now = export(project, ExportOptions("article"))
    assert now == export(project, ExportOptions("article", as_of="9999"))
    assert now[1].spans == 3
    assert now[0][0]["entities"] == [{"id": "e", "name": "men", "spans": ["a", "b"]}]
    assert now[0][0]["paragraph_labels"] == {"2": {"tone": "report"}}


def test_what_is_read_for_some_articles_does_not_grow_with_their_number(project: Project) -> None:
    at_work(project, span("s1", 0, 3), Finish((0,)))
    asked: list[str] = []
    connection = project.store.connection.sqlite
    connection.set_trace_callback(asked.append)
    export(project)
    connection.set_trace_callback(None)
    plans = [
        detail
        for query in asked
        if query.startswith("SELECT") and "BETWEEN" in query
        for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {query}")
    ]
    assert len(plans) >= 6
    assert [detail for detail in plans if detail.startswith("SCAN")] == []
