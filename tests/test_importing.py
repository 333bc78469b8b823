"""Importing: whole or not at all, once and not twice, nothing dropped unsaid."""

import gzip
import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from types import FrameType
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record_lines import read_lines
from tests.stored import add_text
from tui.errors import Refusal, StoreError
from tui.formats.shared.source import ReadOptions
from tui.model.article import PARAGRAPH_STATES
from tui.model.events import Remove
from tui.model.record import NUL_REMARK
from tui.project.exporting import ExportOptions
from tui.project.importing import ImportReport
from tui.project.place import Place
from tui.project.project import Project
from tui.text.paragraphs import find_paragraphs

STORY = "Two men fled.\nA rocket hit Kharsa."
LABELS = ("actor", "weapon", "casualty", "location")


def run_import(
    project: Project, *lines: object, name: str = "articles.jsonl", add_labels: bool = False
) -> tuple[ImportReport, list[str]]:
    """Import lines, as they are where they are texts and as JSON where not; give what was said, too."""
    path = project.place.folder / name
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{line}\n" for line in written), encoding="utf-8", newline="")
    said: list[Refusal] = []
    report = project.import_files([path], add_labels=add_labels, tell=said.append)
    return report, [str(refusal).removeprefix(f"{project.place.folder}/") for refusal in said]


def export(
    project: Project, name: str = "out.jsonl", *, unit: str = "article", everything: bool = True
) -> bytes:
    path = project.place.folder / name
    options = ExportOptions("article" if unit == "article" else "paragraph", everything=everything)
    project.export_file(path, options)
    if path.suffix == ".jsonl":
        read_lines(path)
    return path.read_bytes()


def span(start: int = 0, end: int = 7, label: str = "actor", **more: object) -> dict[str, object]:
    return {"start": start, "end": end, "label": label, **more}


def is_sound(project: Project) -> bool:
    return list(project.verify()) == []


def test_an_article_without_spans_comes_in_untouched(project: Project) -> None:
    report, said = run_import(project, {"text": STORY, "id": "a1", "meta": {"title": "T", "source": "web"}})
    article, layer = project.open_article(1)
    assert (article.text, article.id, article.title, article.meta) == (STORY, "a1", "T", {"source": "web"})
    assert (report.articles, report.numbers, said, layer.events) == (1, [1], [], [])


def test_an_article_with_spans_comes_in_finished(project: Project) -> None:
    report, _ = run_import(project, {"text": STORY, "spans": [span(id="s1")]})
    _, layer = project.open_article(1)
    assert (list(layer.spans), layer.states) == (["s1"], {0: "finished", 1: "finished"})
    assert (report.spans, is_sound(project)) == (1, True)


def test_a_record_without_spans_but_with_a_list_of_them_is_a_true_negative(project: Project) -> None:
    run_import(project, {"text": STORY, "spans": []})
    assert project.open_article(1)[1].states == {0: "finished", 1: "finished"}
    assert is_sound(project)


def test_the_annotator_of_the_record_is_kept(project: Project) -> None:
    run_import(project, {"text": STORY, "spans": [span()], "meta": {"annotator": "bea"}})
    assert project.store.log.list_annotators(1) == ["bea"]


def test_an_import_cannot_be_undone(project: Project) -> None:
    run_import(project, {"text": STORY, "spans": [span()]})
    assert project.open_article(1)[1].done == []


def test_the_title_is_the_first_paragraph_where_there_is_none(project: Project) -> None:
    run_import(project, {"text": f"\n  {'word ' * 100}\nNext"})
    title = project.open_article(1)[0].title
    assert title.startswith("word word")
    assert len(title) <= 120
    assert title.endswith("…")


def test_importing_the_same_file_again_changes_nothing(project: Project) -> None:
    lines = [{"text": STORY, "id": "a1", "spans": [span(), span(16, 22, "weapon")]}, {"text": "Nothing."}]
    run_import(project, *lines)
    before = export(project)
    report, said = run_import(project, *lines)
    assert (report.articles, report.updated, report.known, report.spans, said) == (0, 0, 2, 0, [])
    assert report.numbers == [1]
    assert export(project) == before


def test_a_span_that_the_annotator_removed_does_not_come_back(project: Project) -> None:
    line = {"text": STORY, "spans": [span(id="s1")]}
    run_import(project, line)
    article, layer = project.open_article(1)
    project.act(article, layer, [Remove(("s1",))])
    report, _ = run_import(project, line)
    assert (report.known, project.open_article(1)[1].spans) == (1, {})
    project.store.verify.rebuild()
    run_import(project, line)
    assert project.open_article(1)[1].spans == {}


def test_a_span_that_was_exported_and_removed_does_not_come_back(project: Project) -> None:
    run_import(project, {"text": STORY, "spans": [span(id="s1")]})
    exported = export(project).decode("utf-8").splitlines()
    run_import(project, *exported)
    article, layer = project.open_article(1)
    project.act(article, layer, [Remove(("s1",))])
    project.store.verify.rebuild()
    run_import(project, *exported)
    assert project.open_article(1)[1].spans == {}


def test_more_annotation_of_a_known_article_is_added_to_what_is_there(project: Project) -> None:
    run_import(project, {"text": STORY, "spans": [span(id="s1")], "meta": {"state": "skipped", "flags": [2]}})
    report, _ = run_import(
        project,
        {
            "text": STORY,
            "spans": [span(id="x"), span(16, 22, "weapon", id="s1")],
            "relations": [{"label": "targets", "head": "s1", "tail": "x"}],
        },
    )
    _, layer = project.open_article(1)
    assert {name: (each.start, each.label) for name, each in layer.spans.items()} == {
        "s1": (0, "actor"),
        "s1+": (16, "weapon"),
    }
    assert [(link.head, link.tail) for link in layer.relations.values()] == [("s1+", "s1")]
    assert (layer.states, layer.flags) == ({0: "skipped", 1: "skipped"}, {1})
    assert (report.updated, report.spans, is_sound(project)) == (1, 1, True)


def test_two_annotators_meet_in_one_article(project: Project) -> None:
    lines = [{"text": STORY, "spans": [span()], "meta": {"annotator": name}} for name in ("ana", "bea")]
    report, _ = run_import(project, *lines)
    assert (report.articles, report.updated) == (1, 1)
    assert project.store.log.list_annotators(1) == ["ana", "bea"]


def test_what_a_known_article_lacks_is_filled_in(project: Project) -> None:
    run_import(project, {"text": STORY})
    record = {
        "text": STORY,
        "id": "a1",
        "meta": {"title": "A headline", "source": {"name": "web", "page": 2}},
    }
    report, said = run_import(project, record)
    article, layer = project.open_article(1)
    assert (article.id, article.title) == ("a1", "A headline")
    assert article.meta == {"source": {"name": "web", "page": 2}}
    assert (report.articles, report.updated, report.known, said) == (0, 1, 0, [])
    assert (layer.events, is_sound(project)) == ([], True)
    assert project.list_articles(text="headline") == project.list_articles(text="a1") == [1]
    again, said = run_import(project, {**record, "meta": {"source": {"page": 2, "name": "web"}}})
    assert (again.updated, again.known, said) == (0, 1, [])


def test_what_disagrees_with_a_known_article_is_named_and_left_out(project: Project) -> None:
    run_import(project, {"text": STORY, "id": "a1", "meta": {"title": "T", "source": "web", "kept": True}})
    report, said = run_import(
        project,
        {
            "text": STORY,
            "spans": [span()],
            "meta": {"title": "U", "source": "press", "kept": 1, "day": 3},
        },
    )
    (sentence,) = said
    assert sentence == (
        'articles.jsonl:1: article 1 has this text, but other values: title "T", here "U"; meta.source'
        ' "web", here "press"; meta.kept true, here 1; kept as they were'
    )
    article, layer = project.open_article(1)
    assert (article.id, article.title) == ("a1", "T")
    assert article.meta == {"source": "web", "kept": True, "day": 3}
    assert (report.disagreements, report.updated, report.refused, len(layer.spans)) == (3, 1, 0, 1)
    assert report.describe() == "0 new articles, 1 span, 1 updated, 3 other values left out"


def test_what_disagrees_with_what_the_annotator_said_is_named_and_left_out(project: Project) -> None:
    run_import(
        project,
        {
            "text": STORY,
            "spans": [
                span(id="s1", attributes={"role": "attacker"}),
                span(16, 22, "weapon", id="s2", note="sure"),
                span(4, 7, id="s3", note="mine"),
            ],
            "article_labels": {"event_type": "raid"},
            "meta": {"notes": {"1": "first"}},
        },
    )
    other = {
        "text": STORY,
        "spans": [
            span(id="x1", attributes={"role": "victim", "armed": True}),
            span(16, 22, "weapon", id="x2", note="sure"),
            span(4, 7, id="x3"),
            span(8, 12, id="x4", note="new"),
        ],
        "article_labels": {"event_type": "none"},
        "meta": {"notes": {"1": "other", "2": "more"}},
    }
    report, (sentence,) = run_import(project, other)
    assert sentence == (
        'articles.jsonl:1: article 1 has this text, but other values: span s1: attributes.role "attacker",'
        ' here "victim"; span s1: attributes.armed null, here true; article label event_type "raid", here'
        ' "none"; note of paragraph 1 "first", here "other"; kept as they were'
    )
    _, layer = project.open_article(1)
    assert (dict(layer.spans["s1"].attributes), layer.spans["s3"].note) == ({"role": "attacker"}, "mine")
    assert (layer.article_labels, layer.notes) == ({"event_type": "raid"}, {0: "first", 1: "more"})
    assert (report.disagreements, report.updated, report.spans) == (4, 1, 1)
    assert run_import(project, other)[1] == []


def test_of_many_values_that_disagree_the_first_are_named_and_the_others_counted(project: Project) -> None:
    def record(note: str) -> dict[str, object]:
        return {"text": STORY, "spans": [span(place, place + 1, note=note) for place in range(13)]}

    run_import(project, record("one"))
    report, (sentence,) = run_import(project, record("two"))
    assert sentence.endswith('note "one", here "two"; and 3 more; kept as they were')
    assert (sentence.count("span "), report.disagreements) == (10, 13)


def test_an_id_that_was_filled_in_is_taken_in_the_same_file(project: Project) -> None:
    run_import(project, {"text": STORY})
    report, said = run_import(project, {"text": STORY, "id": "a1"}, {"text": "Another.", "id": "a1"})
    assert (report.updated, report.refused, len(said)) == (1, 1, 1)
    assert "the id 'a1' belongs to another text already, article 1" in said[0]


def test_the_key_that_stands_for_a_missing_id_never_becomes_one(project: Project) -> None:
    run_import(project, {"text": STORY, "spans": [span()]})
    exported = export(project).decode("utf-8").splitlines()
    report, said = run_import(project, *exported)
    assert (project.open_article(1)[0].id, report.known, said) == (None, 1, [])
    run_import(project, {"text": STORY, "id": "a1"})
    assert run_import(project, *exported)[1] == []


def test_a_dry_run_fills_nothing_in(project: Project) -> None:
    run_import(project, {"text": STORY})
    path = project.place.folder / "again.jsonl"
    path.write_text(json.dumps({"text": STORY, "id": "a1"}), encoding="utf-8")
    report = project.import_files([path], dry_run=True, tell=lambda _: None)
    assert (report.updated, project.open_article(1)[0].id) == (1, None)


def test_labels_that_are_not_there_are_named_once_for_a_whole_file(project: Project) -> None:
    wrong = [span(0, 1, "aktor"), span(2, 5, "x")]
    report, said = run_import(
        project, {"text": "Good"}, {"text": "A man", "spans": wrong[:1]},
        *({"text": text, "spans": wrong} for text in ("B man", "C man")),
    )  # fmt: skip
    assert (report.articles, report.refused) == (1, 3)
    (sentence,) = said
    assert sentence == (
        "articles.jsonl:2: 3 records refused, from here on: 'aktor' (3), 'x' (2) not in labels.yaml;"
        " add them there, or import with --add-labels"
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"text": " \n"}, "the text is empty"),
        ({"text": STORY, "spans": [span(label="aktor")]},
         "'aktor' not in labels.yaml; add it there, or import with --add-labels"),
        ({"text": "Other", "id": "taken"},
         "the id 'taken' belongs to another text already, article 1; give this one another id"),
        ({"text": STORY, "spans": [span(0, 99)]}, "0–99 is not a stretch of the text"),
    ],
    ids=["empty", "label", "id", "offsets"],
)  # fmt: skip
def test_a_record_that_cannot_come_in_is_refused_whole_and_its_neighbours_come_in(
    project: Project, line: object, sentence: str
) -> None:
    add_text(project.store, "The owner.", article_id="taken")
    report, said = run_import(project, {"text": "Before."}, line, {"text": "After."})
    assert (report.articles, report.refused) == (2, 1)
    (refusal,) = said
    assert refusal.startswith("articles.jsonl:2: ")
    assert sentence in refusal
    assert project.store.articles.count_articles() == 3
    assert is_sound(project)


def test_what_is_said_of_paragraphs_that_are_not_there_is_left_out(project: Project) -> None:
    meta = {"states": ["finished"], "notes": {"0": "x", "2": "odd", "3": "y"}, "flags": [1, 4]}
    report, said = run_import(project, {"text": STORY, "spans": [span()], "meta": meta})
    assert (report.articles, report.spans, report.refused) == (1, 1, 0)
    there = "the text has 2 paragraphs"
    assert [sentence.partition(" (line 1: ")[::2] for sentence in said] == [
        (
            "articles.jsonl:1: 1 state list is left out",
            f"meta.states has 1 state; {there}, give each one)",
        ),
        ("articles.jsonl:1: 1 flag is left out", f"meta.flags names paragraph 4; {there})"),
        (
            "articles.jsonl:1: 2 notes are left out",
            f"meta.notes names paragraph 0; {there}, line 1: meta.notes names paragraph 3; {there})",
        ),
    ]
    _, layer = project.open_article(1)
    assert (layer.states, layer.notes, layer.flags) == ({0: "unfinished", 1: "unfinished"}, {1: "odd"}, {0})
    assert is_sound(project)


def test_attributes_relations_and_article_labels_must_fit_labels_yaml(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text(
        "labels:\n  - {name: actor, attributes: [{name: side, values: [a, b]}]}\n  - weapon\n"
        "relations: [{name: targets, from: [weapon], to: [actor]}]\n"
        "article_labels: [{name: kind, values: [attack, none]}]\n",
        encoding="utf-8",
    )
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        _, said = run_import(
            project,
            {"text": "One", "spans": [span(0, 1, id="x", attributes={"side": "c"})]},
            {"text": "Two", "spans": [span(0, 1, id="x"), span(1, 2, id="y")],
             "relations": [{"label": "targets", "head": "x", "tail": "y"}]},
            {"text": "Three", "spans": [], "article_labels": {"kind": "war"}},
            {"text": "4", "spans": [span(0, 1, attributes={"x": 1})], "article_labels": {"kind": "attack"}},
        )  # fmt: skip
        assert said == [
            f"articles.jsonl:{line}: 1 {left} is left out: {reason}"
            for line, left, reason in (
                (1, "attribute", "'side' is one of a, b, not \"c\" (line 1, span x)"),
                (2, "relation", "'targets' starts from weapon, not 'actor' (line 2, r1)"),
                (3, "article label", "'kind' is one of attack, none, not \"war\" (line 3)"),
            )
        ]
        assert project.store.articles.count_articles() == 4
        assert export(project).count(b'"label":"actor"') == 4


def test_a_relation_that_the_labels_do_not_allow_is_left_out_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "brat"
    folder.mkdir()
    (folder / "annotation.conf").write_text("[entities]\nA\nB\n[relations]\nby Arg1:B, Arg2:A\n")
    (folder / "a.txt").write_text("Two fled")
    (folder / "a.ann").write_text(
        "T1\tA 0 3\tTwo\nT2\tB 4 8\tfled\nR1\tby Arg1:T1 Arg2:T2\nR2\tby Arg1:T2 Arg2:T1\n"
    )
    place = Place.of(tmp_path, annotator="ana")
    with closing(Project.open(place, is_without_labels=True)) as project:
        said: list[Refusal] = []
        report = project.import_files([folder], add_labels=True, tell=said.append)
        assert (report.spans, report.refused) == (2, 0)
        assert [str(each).removeprefix(f"{folder}/") for each in said] == [
            "a.ann:3: 1 relation is left out: 'by' starts from B, not 'A' (line 3, R1)"
        ]
        assert export(project).count(b'"label":"by"') == 1


def test_a_sentence_of_many_records_is_said_once_and_names_three(project: Project) -> None:
    texts = [{"id": f"a{number}", "text": f"Text {number}", "meta": {"title": "T"}} for number in range(9)]
    run_import(project, *texts)
    report, said = run_import(project, *({**each, "meta": {"title": "U"}} for each in texts))
    assert (report.disagreements, len(said)) == (9, 4)
    assert said[3] == (
        "articles.jsonl: 6 more records have other values than the articles 4, 5, 6, …; kept as they were"
    )


def test_files_with_texts_that_are_there_are_said_in_one_sentence_that_names_three(project: Project) -> None:
    folder = project.place.folder / "wire"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(STORY, encoding="utf-8")
    said: list[Refusal] = []
    report = project.import_files([folder], tell=said.append)
    assert (report.articles, report.known) == (1, 5)
    named = ", ".join(f"{number}.txt from wire/0.txt, as article 1" for number in (1, 2, 3))
    assert [each.reason for each in said] == [f"5 texts are there already, from other files: {named}, …"]


def test_a_column_is_named_for_files_that_have_columns(project: Project) -> None:
    path = project.place.folder / "a.txt"
    path.write_text(STORY, encoding="utf-8")
    said: list[Refusal] = []
    project.import_files([path], options=ReadOptions(("NE",)), tell=said.append)
    reason = "this is plain text; --column is for CoNLL and Hugging Face files"
    assert [each.reason for each in said] == [reason]


def test_unknown_labels_are_added_when_asked_and_comments_stay(project: Project) -> None:
    before = "# Ours\nlabels:\n  - actor  # who acts\n"
    project.place.labels.write_text(before, encoding="utf-8")
    with closing(Project.open(project.place)) as again:
        spans = [span(label="地名"), span(label="b c")]
        report, said = run_import(again, {"text": STORY, "spans": spans}, add_labels=True)
        assert (report.new_labels, said) == (["b c", "地名"], [])
        assert again.labels.names == ("actor", "b c", "地名")
    assert project.place.labels.read_text(encoding="utf-8").startswith(before)


def test_a_label_that_no_file_can_hold_is_refused_with_its_record(project: Project) -> None:
    report, said = run_import(
        project, {"text": STORY, "spans": [span(label="a\nb")]}, {"text": "After."}, add_labels=True
    )
    assert (report.articles, report.refused) == (1, 1)
    assert said[0].startswith("articles.jsonl:1: ")
    assert "'a\\nb' cannot be added" in said[0]


def test_a_nul_is_kept_and_remarked_on_but_not_refused(project: Project) -> None:
    report, said = run_import(project, '{"text": "a\\u0000b"}')
    assert (report.articles, report.refused, project.open_article(1)[0].text) == (1, 0, "a\0b")
    assert said == [f"articles.jsonl:1:12: {NUL_REMARK}"]


def test_files_that_cannot_be_read_are_named_and_the_others_come_in(project: Project) -> None:
    good = project.place.folder / "good.txt"
    good.write_text(STORY, encoding="utf-8")
    empty = project.place.folder / "empty.txt"
    empty.write_bytes(b"")
    said: list[Refusal] = []
    missing = project.place.folder / "missing.txt"
    folder = project.place.folder / "folder"
    folder.mkdir()
    report = project.import_files([folder, missing, empty, good], tell=said.append)
    assert (report.articles, report.refused, report.numbers) == (1, 3, [1])
    assert [refusal.reason.split(";")[0] for refusal in said] == [
        "there is no file in it",
        "there is no such file",
        "the text is empty",
    ]


def test_an_import_takes_memory_for_a_chunk_and_not_for_the_file(project: Project) -> None:
    """The reader is at most one chunk ahead of the database."""
    seen: list[int] = []

    def note_how_many_are_in(_: int) -> None:
        with closing(Project.open(project.place)) as other:
            seen.append(other.store.articles.count_articles())

    path = project.place.folder / "many.jsonl"
    path.write_text("".join(f'{{"text": "Number {number}."}}\n' for number in range(350)), encoding="utf-8")
    project.import_files([path], tell=lambda _: None, progress=note_how_many_are_in)
    assert seen[0] == 0
    assert all(read - there <= 101 for read, there in enumerate(seen, start=1))


def test_the_database_is_not_held_while_a_slow_file_is_read(project: Project) -> None:
    path = project.place.folder / "slow.jsonl"
    path.write_text("".join(f'{{"text": "Number {number}."}}\n' for number in range(250)), encoding="utf-8")

    def write_beside(_: int) -> None:
        with closing(Project.open(project.place)) as other:
            other.store.connection._timeout = 0.0
            other.store.imports.claim_import("beside")

    assert project.import_files([path], tell=lambda _: None, progress=write_beside).articles == 250


# There and back

pieces = st.sampled_from(
    ["Two men fled.", "é\u0301 \U0001f469\u200d\U0001f4bb \U0001f1fa\U0001f1e6", "日本の東京", "مرحبا بك"]
) | st.sampled_from(["a\0b", " ", "\u200e\t", "Leave a Reply"])
line_ends = st.sampled_from(["\n", "\r\n", "\n\n", "\u2028", "\r", "\x85"])
texts = st.builds(
    lambda parts, end: end.join(parts), st.lists(pieces, min_size=1, max_size=6), line_ends
).filter(lambda text: not text.isspace())
values: st.SearchStrategy[object] = st.sampled_from([1, 2.5, True, None, "x", "日本", [1, ["a"]], {"b": {}}])


@st.composite
def gold_records(draw: st.DrawFn) -> dict[str, object]:
    text = draw(texts)
    places = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text)))
    )
    spans: list[dict[str, object]] = []
    for number, (start, end) in enumerate(draw(st.lists(places, max_size=5))):
        made = span(start, end, draw(st.sampled_from(LABELS)), id=f"s{number}", text=text[start:end])
        if draw(st.booleans()):
            made |= {
                "attributes": {"count": draw(values)},
                "note": "sic",
                "origin": {"source": "crf", "confidence": 0.5},
            }
        if end - start > 2 and draw(st.booleans()):
            made["fragments"] = [[start, start + 1], [end - 1, end]]
        spans.append(made)
    count = len(find_paragraphs(text))
    meta: dict[str, object] = {"annotator": draw(st.sampled_from(["ana", "bea"])), "odd": draw(values)}
    meta["states"] = draw(st.lists(st.sampled_from(PARAGRAPH_STATES), min_size=count, max_size=count))
    if draw(st.booleans()):
        meta["notes"] = {str(draw(st.integers(1, count))): "a note"}
    record: dict[str, object] = {"text": text, "spans": spans, "meta": meta}
    if draw(st.booleans()) and spans:
        ends = st.integers(0, len(spans) - 1).map(lambda number: f"s{number}")
        record["relations"] = [{"id": "r", "label": "targets", "head": draw(ends), "tail": draw(ends)}]
    if draw(st.booleans()):
        record["article_labels"] = {"event_type": "attack"}
    if draw(st.booleans()):
        record["paragraph_labels"] = {str(draw(st.integers(1, count))): {"tone": draw(values)}}
    if draw(st.booleans()) and spans:
        cut = draw(st.integers(1, len(spans)))
        record["entities"] = [
            {"id": "e1", "name": "it", "spans": [f"s{number}" for number in range(cut)]},
            *([{"id": "e2", "name": "", "spans": [f"s{cut}"]}] if cut < len(spans) else []),
        ]
    return record


@pytest.fixture(scope="module")
def make_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    """Give a function that makes an empty project."""

    def make() -> Project:
        folder = tmp_path_factory.mktemp("project")
        (folder / "labels.yaml").write_text(f"labels: [{', '.join(LABELS)}]\n", encoding="utf-8")
        return Project.open(Place.of(folder, annotator="cat"))

    return make


@given(st.lists(gold_records(), min_size=1, max_size=3))
@settings(max_examples=60)
def test_what_is_exported_comes_in_elsewhere_and_is_exported_the_same(
    make_project: Callable[[], Project], lines: list[dict[str, object]]
) -> None:
    with (
        closing(make_project()) as first,
        closing(make_project()) as second,
    ):
        _, said = run_import(first, *lines)
        # Two records of one text may disagree about it.
        assert all("NUL" in sentence or "other values" in sentence for sentence in said)
        exported = export(first)
        _, said = run_import(second, *exported.decode("utf-8").split("\n")[:-1])
        assert all("NUL" in sentence for sentence in said)
        assert export(second) == exported
        assert is_sound(first)
        assert is_sound(second)
        # And its pieces find their places in both.
        for unit in ("paragraph", "article"):
            pieces = export(first, unit=unit, everything=False)
            for project in (first, second) if pieces else ():
                report, said = run_import(project, *pieces.decode("utf-8").split("\n")[:-1])
                assert all("NUL" in sentence for sentence in said)
                assert (report.articles, report.updated, report.refused) == (0, 0, 0)
                assert export(project) == exported
                assert is_sound(project)


def test_the_sample_of_real_data_comes_in_whole_and_goes_out_the_same(shared: Path, project: Project) -> None:
    sample = shared / "data" / "sample.jsonl"
    if not sample.exists():
        pytest.skip(f"the sample is not at {sample}")
    gold = [json.loads(line) for line in sample.read_bytes().splitlines()]
    said: list[Refusal] = []
    report = project.import_files([sample], add_labels=True, tell=said.append)
    assert (report.articles, report.spans, said) == (341, 3316, [])
    exported = [json.loads(line) for line in export(project).decode("utf-8").split("\n")[:-1]]

    def edges(record: dict[str, object]) -> list[tuple[object, ...]]:
        spans = record["spans"]
        assert isinstance(spans, list)
        return sorted((each["start"], each["end"], each["label"], each["text"]) for each in spans)

    assert [(each["id"], each["text"], edges(each)) for each in exported] == [
        (each["id"], each["text"], edges(each)) for each in gold
    ]
    assert [each.get("relations", []) for each in exported] == [
        sorted(
            (
                {"id": f"r{position}", **link}
                for position, link in enumerate(each.get("relations", []), start=1)
            ),
            key=lambda link: str(link["id"]),
        )
        for each in gold
    ]
    assert is_sound(project)


def test_a_paragraph_in_another_state_is_named_and_stays(project: Project) -> None:
    run_import(project, {"text": STORY, "spans": [], "meta": {"states": ["finished", "skipped"]}})
    again = {"text": STORY, "spans": [], "meta": {"states": ["boilerplate", "skipped"]}}
    _, (sentence,) = run_import(project, again)
    assert sentence.endswith('state of paragraph 1 "finished", here "boilerplate"; kept as they were')
    assert project.open_article(1)[1].states == {0: "finished", 1: "skipped"}
    # A record that says nothing of states is finished work where there is none yet.
    assert run_import(project, {"text": STORY, "spans": [span()]})[1] == []
    assert project.open_article(1)[1].states == {0: "finished", 1: "skipped"}


def test_what_was_read_before_the_damage_is_taken(project: Project, tmp_path: Path) -> None:
    noise = Random(1)
    lines = "".join(json.dumps({"text": f"{n} {noise.randbytes(400).hex()}"}) + "\n" for n in range(250))
    whole = gzip.compress(lines.encode())
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(whole[: len(whole) * 3 // 4])
    refusals: list[Refusal] = []
    report = project.import_files([path], tell=refusals.append)
    assert 150 < report.articles < 200
    assert report.articles == project.store.articles.count_articles()
    assert "the compressed file is damaged" in str(refusals[-1])


def test_of_thousands_of_labels_that_are_not_there_ten_are_named(project: Project) -> None:
    text = "word " * 2_000
    spans = [span(5 * number, 5 * number + 4, f"l{number:04}") for number in range(2_000)]
    _, (said,) = run_import(project, {"text": text, "spans": spans})
    listed = ", ".join(f"'l{number:04}'" for number in range(10))
    assert said.startswith(f"articles.jsonl:1: {listed} and 1,990 more not in labels.yaml; add them there")


def count_calls(project: Project, path: Path) -> int:
    """Import a path; give how many functions were called for it."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        del frame, argument
        nonlocal calls
        calls += event in ("call", "c_call")

    said: list[Refusal] = []
    sys.setprofile(count)
    try:
        project.import_files([path], tell=said.append)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_an_import_of_many_small_files_takes_as_much_for_each(
    project: Project, tmp_path: Path, kind: str
) -> None:
    calls: list[int] = []
    for count in (2, 100, 200):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.txt").write_text(f"Text {number} of {count}.", encoding="utf-8")
        path = folder
        if kind == "archive":
            path = tmp_path / f"{count}.zip"
            with ZipFile(path, "w") as archive:
                for each in sorted(folder.iterdir()):
                    archive.write(each, each.name)
        calls.append(count_calls(project, path))
    _, fewer, more = calls
    assert more < 2.2 * fewer
    assert project.store.articles.count_articles() == 302


def fill_disk(project: Project, *, pages: int) -> None:
    """Leave room for so many pages of the database."""
    (count,) = project.store.connection.sqlite.execute("PRAGMA page_count").fetchone()
    project.store.connection.sqlite.execute(f"PRAGMA max_page_count = {count + pages}")


def test_an_import_that_a_full_disk_stops_says_what_is_in_and_how_it_goes_on(project: Project) -> None:
    folder = project.place.folder / "texts"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number:02}.txt").write_text(f"{number} {'word ' * 20_000}", encoding="utf-8")
    last = project.place.folder / "last.txt"
    last.write_text("Two men fled.", encoding="utf-8")
    fill_disk(project, pages=200)
    said: list[Refusal] = []
    report = project.import_files([folder, last], tell=said.append)
    there = project.store.articles.count_articles()
    assert 0 < there < 20
    assert (report.articles, report.refused) == (there, 1)
    (refusal,) = said
    assert refusal.file == str(folder / f"{there:02}.txt")
    assert refusal.reason == (
        f"the import stopped in this file: {project.place.database}: the disk is full;"
        f" {there} new articles, 0 spans: that is in, the rest of this file, and of {folder}, is not, nor"
        f" {last}; mend that and import the same again: what is in stays as it is"
    )
    assert is_sound(project)
    fill_disk(project, pages=100_000)
    again = project.import_files([folder, last], tell=said.append)
    assert (again.articles, again.known, again.refused) == (21 - there, there, 0)


def test_an_import_that_is_interrupted_says_what_is_in_and_how_it_goes_on(project: Project) -> None:
    large = project.place.folder / "large.jsonl"
    lines = [json.dumps({"text": f"{number} {'word ' * 200}"}) for number in range(5_000)]
    large.write_text("\n".join(lines), encoding="utf-8")
    read: list[int] = []

    def interrupt(count: int) -> None:
        read.append(count)
        if sum(read) > large.stat().st_size // 2:
            raise KeyboardInterrupt

    said: list[Refusal] = []
    report = project.import_files([large], tell=said.append, progress=interrupt)
    there = project.store.articles.count_articles()
    assert 0 < there < 5_000
    assert (report.articles, report.refused) == (there, 1)
    (refusal,) = said
    assert refusal.reason == (
        f"the import stopped in this file: it was interrupted; {there:,} new articles, 0 spans: that is in,"
        " the rest of this file is not; import the same again: what is in stays as it is"
    )
    assert is_sound(project)
    again = project.import_files([large], tell=said.append)
    assert (again.articles, again.known) == (5_000 - there, there)


def test_an_import_that_is_interrupted_at_once_changes_nothing(project: Project) -> None:
    large = project.place.folder / "large.jsonl"
    large.write_text(json.dumps({"text": "Two men fled."}), encoding="utf-8")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(StoreError, match="it was interrupted; nothing was changed"):
        project.import_files([large], tell=print, progress=interrupt)
    assert project.store.articles.count_articles() == 0


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_import_that_brings_nothing_on_a_full_disk_says_so(project: Project, dry_run: bool) -> None:
    large = project.place.folder / "large.jsonl"
    lines = [json.dumps({"text": f"{number} {'word ' * 300_000}"}) for number in range(2)]
    large.write_text("\n".join(lines if dry_run else lines[:1]), encoding="utf-8")
    fill_disk(project, pages=400 if dry_run else 10)
    said: list[Refusal] = []
    with pytest.raises(StoreError, match="the disk is full; nothing was changed, make room and try again"):
        project.import_files([large], dry_run=dry_run, tell=said.append)
    assert (project.store.articles.count_articles(), said) == (0, [])
