"""Identity: which article a record speaks of, whatever texts are equal, and where a piece of one belongs."""

import json
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readers import writing_of
from tests.record_lines import read_lines
from tui.errors import Refusal
from tui.formats import FORMATS, list_writable
from tui.formats.shared.writing import WriteOptions
from tui.model.article import article_key, copy_key, copy_of, is_key_of
from tui.model.record import Unit
from tui.project.datasets import export_files
from tui.project.exporting import ExportOptions
from tui.project.importing import ImportReport
from tui.project.place import Place
from tui.project.project import Project

TEXT = "Washington said no."
STORY = "Two men fled.\n\nA rocket hit Kharsa.\n\nNobody was hurt.\n"


def bring(project: Project, *records: object, name: str = "in.jsonl") -> tuple[ImportReport, list[str]]:
    """Import records as one file, and give what was done and said."""
    path = project.place.folder / name
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    said: list[Refusal] = []
    report = project.import_files([path], tell=said.append)
    return report, [str(refusal).removeprefix(f"{project.place.folder}/") for refusal in said]


def tagged(label: str, start: int = 0, end: int = 10) -> list[dict[str, object]]:
    return [{"start": start, "end": end, "label": label}]


def export(project: Project, *, unit: Unit = "article", everything: bool = True) -> list[dict[str, object]]:
    path = project.place.folder / "out.jsonl"
    project.export_file(path, ExportOptions(unit, everything=everything))
    return list(read_lines(path))


def labels_of(project: Project) -> list[tuple[object, list[str]]]:
    """List each article's id and the labels of its spans."""
    numbers = project.list_articles()
    opened = [project.open_article(number) for number in numbers]
    return [(each.id, [span.label for span in layer.spans.values()]) for each, layer in opened]


def is_sound(project: Project) -> bool:
    return list(project.verify()) == []


def test_a_key_names_a_text_and_which_of_equal_ones() -> None:
    key = article_key(TEXT)
    assert article_key(TEXT, 12) == copy_key(copy_key(key, 3), 12) == f"{key}~12"
    assert (copy_of(key), copy_of(f"{key}~12"), copy_key(f"{key}~12", 1)) == (1, 12, key)
    assert is_key_of(key, key)
    assert is_key_of(key, f"{key}~2")
    assert not any(is_key_of(key, name) for name in (f"{key}~1", f"{key}~02", "a1", f"{key}#1", key[1:]))


def test_two_ids_are_two_articles_though_their_texts_are_equal(project: Project) -> None:
    records = [
        {"id": "r1", "text": TEXT, "spans": tagged("actor")},
        {"id": "r2", "text": TEXT, "spans": tagged("location")},
    ]
    report, said = bring(project, *records)
    assert (report.articles, report.spans, said) == (2, 2, [])
    assert labels_of(project) == [("r1", ["actor"]), ("r2", ["location"])]
    before = export(project)
    report, said = bring(project, *records)
    assert (report.articles, report.known, report.updated, said) == (0, 2, 0, [])
    report, said = bring(project, *reversed(records))
    assert (export(project), said, is_sound(project)) == (before, [], True)


def test_an_id_in_a_file_of_its_own_is_an_article_of_its_own(project: Project) -> None:
    bring(project, {"id": "r1", "text": TEXT, "spans": tagged("actor")})
    report, said = bring(project, {"id": "r2", "text": TEXT, "spans": tagged("location")})
    assert (report.articles, said) == (1, [])
    assert labels_of(project) == [("r1", ["actor"]), ("r2", ["location"])]


def test_three_equal_messages_without_ids_stay_three(project: Project) -> None:
    records = [
        {"text": "Stay inside!"},
        {"text": "Other."},
        {"text": "Stay inside!"},
        {"text": "Stay inside!"},
    ]
    report, said = bring(project, *records)
    assert (report.articles, report.known, said) == (4, 0, [])
    exported = export(project)
    assert len({str(record["id"]) for record in exported}) == 4
    report, said = bring(project, *records)
    assert (report.articles, report.known, said) == (0, 4, [])
    report, said = bring(project, *exported)
    assert (report.articles, report.known, report.updated, said) == (0, 4, 0, [])
    assert (export(project), is_sound(project)) == (exported, True)


def test_equal_messages_come_in_elsewhere_under_the_names_they_were_exported_by(
    project: Project, make_project: Callable[[], Project]
) -> None:
    bring(project, *[{"text": "Stay inside!", "spans": tagged(label, 0, 4)} for label in ("actor", "weapon")])
    exported = export(project)
    with closing(make_project()) as other:
        # The second alone, then both.
        assert bring(other, exported[1])[0].articles == 1
        assert bring(other, exported[1])[0].known == 1
        assert bring(other, *exported)[0].articles == 1
        assert sorted(map(json.dumps, export(other))) == sorted(map(json.dumps, exported))
        assert is_sound(other)


def test_two_annotators_files_of_equal_texts_meet_article_by_article(project: Project) -> None:
    for annotator in ("ana", "bea"):
        bring(
            project,
            *[
                {"text": TEXT, "spans": tagged(label), "meta": {"annotator": annotator}}
                for label in ("actor", "location")
            ],
        )
    assert project.store.articles.count_articles() == 2
    assert [project.store.log.list_annotators(number) for number in (1, 2)] == [["ana", "bea"]] * 2
    # In one file, too.
    report, _ = bring(project, *export(project))
    assert (report.articles, report.updated) == (0, 0)


def test_a_record_with_an_id_gives_it_to_an_article_that_came_without(project: Project) -> None:
    bring(project, {"text": TEXT}, {"text": TEXT})
    report, said = bring(project, *[{"text": TEXT, "id": name} for name in ("r1", "r2", "r3")])
    assert (report.articles, report.updated, said) == (1, 2, [])
    assert [name for name, _ in labels_of(project)] == ["r1", "r2", "r3"]


def test_a_record_without_an_id_is_not_the_one_with_an_id_beside_it(project: Project) -> None:
    for records in ([{"text": "A", "id": "a"}, {"text": "A"}], [{"text": "B"}, {"text": "B", "id": "b"}]):
        assert bring(project, *records)[0].articles == 2
        again, said = bring(project, *records)
        assert (again.articles, again.updated, again.known, said) == (0, 0, 2, [])


def test_what_contradicts_is_named_and_the_first_stays(project: Project) -> None:
    bring(project, {"id": "r1", "text": TEXT, "spans": tagged("actor")})
    others = [*tagged("location"), *tagged("actor", 0, 15), *tagged("weapon", 16, 18)]
    report, (sentence,) = bring(project, {"id": "r1", "text": TEXT, "spans": others})
    assert sentence == (
        'in.jsonl:1: article 1 has this text, but other values: span "actor 0–10 Washington", here'
        ' "location 0–10 Washington"; span "actor 0–10 Washington", here "actor 0–15 Washington said"; kept'
        " as they were"
    )
    assert (report.disagreements, report.spans) == (2, 1)
    assert labels_of(project) == [("r1", ["actor", "weapon"])]


def test_spans_that_lie_in_each_other_do_not_contradict_where_one_record_has_both(project: Project) -> None:
    nested = [*tagged("actor"), *tagged("location")]
    bring(project, {"id": "r1", "text": TEXT, "spans": tagged("actor")})
    report, said = bring(project, {"id": "r1", "text": TEXT, "spans": nested})
    assert (report.spans, said, labels_of(project)) == (1, [], [("r1", ["actor", "location"])])


def test_what_another_tool_counts_tells_its_records_apart(project: Project) -> None:
    rows = [
        {"text": TEXT, "label": [[0, 10, "actor"]], "id": 1},
        {"text": TEXT, "label": [[0, 10, "location"]], "id": 2},
    ]
    report, said = bring(project, *rows)
    assert (report.articles, said) == (2, [])
    assert bring(project, *rows)[0].known == 2
    # Prodigy asks about one input many times.
    asked = [
        {"text": "A van burned.", "spans": [{"start": start, "end": end, "label": "weapon"}],
         "answer": "accept", "_view_id": "ner", "_input_hash": 7, "_task_hash": start}
        for start, end in ((2, 5), (6, 12))
    ]  # fmt: skip
    report, _ = bring(project, *asked)
    assert (report.articles, report.spans) == (1, 2)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"text": st.sampled_from(["Yes sir.", "No sir."])},
            optional={
                "id": st.sampled_from(["a", "b", "c"]).map(lambda name: name),
                "spans": st.sampled_from([tagged("actor", 0, 2), tagged("weapon", 0, 2), []]),
                "meta": st.sampled_from([{"annotator": "bea"}, {}]),
            },
        ),
        min_size=1,
        max_size=8,
    ),
    st.lists(st.integers(0, 8), max_size=2),
)
@settings(max_examples=150)
def test_whatever_a_file_holds_it_changes_nothing_the_second_time(
    make_project: Callable[[], Project], records: list[dict[str, object]], cuts: list[int]
) -> None:
    with closing(make_project()) as project:
        # What was there before, of the same texts.
        for cut in cuts:
            bring(project, *records[cut:])
        bring(project, *records)
        before = export(project)
        report, _ = bring(project, *records)
        assert (report.articles, report.updated, report.spans) == (0, 0, 0)
        exported = export(project)
        assert exported == before
        report, said = bring(project, *exported)
        assert (report.articles, report.updated, said) == (0, 0, [])
        assert (export(project), is_sound(project)) == (before, True)


@pytest.fixture(scope="module")
def make_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    """Give a function that makes an empty project."""

    def make() -> Project:
        folder = tmp_path_factory.mktemp("project")
        (folder / "labels.yaml").write_text("labels: [actor, weapon, casualty, location]\n", encoding="utf-8")
        return Project.open(Place.of(folder, annotator="ana"))

    return make


# Pieces of articles


def piece(start: int, end: int, **more: object) -> dict[str, object]:
    record = {"text": STORY[start:end], "meta": {"article": "a1", "offset": start}}
    return {**record, "id": "a1#2", **more}


def test_a_piece_is_placed_in_its_article(project: Project) -> None:
    bring(project, {"id": "a1", "text": STORY})
    said_of = piece(15, 35, spans=tagged("weapon", 2, 8))
    report, said = bring(project, said_of)
    assert (report.articles, report.updated, said) == (0, 1, [])
    article, layer = project.open_article(1)
    assert [article.text[span.start : span.end] for span in layer.spans.values()] == ["rocket"]
    assert (layer.states, article.meta, is_sound(project)) == ({1: "finished"}, {}, True)
    assert bring(project, said_of)[0].known == 1


def test_a_pieces_states_and_notes_are_of_the_articles_paragraphs(project: Project) -> None:
    bring(project, {"id": "a1", "text": STORY})
    meta = {"article": "a1", "offset": 15, "states": ["skipped", "finished"]}
    meta |= {"notes": {"2": "sure"}, "flags": [1]}
    bring(project, piece(15, 53, spans=[], meta=meta))
    _, layer = project.open_article(1)
    assert (layer.states, layer.notes) == ({1: "skipped", 2: "finished"}, {2: "sure"})
    assert layer.flags == {1}
    _, (sentence,) = bring(project, piece(15, 53, spans=[], meta=meta | {"states": ["skipped"]}))
    assert "meta.states has 1 state; the text has 2 paragraphs" in sentence


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (piece(15, 35, meta={"article": "b9", "offset": 15}),
         "it is a piece of the article 'b9', which is not here; import the whole articles, which spantag"),
        (piece(15, 35, meta={"article": "a1", "offset": 14}),
         "the article 'a1' has another text where this piece of it was, at 14; import the whole articles,"),
        (piece(15, 35, text="Another text"), "the article 'a1' has another text"),
        (piece(15, 35, meta={"article": "a1", "offset": 999}), "the article 'a1' has another text"),
    ],
    ids=["no article", "another place", "another text", "beyond the end"],
)  # fmt: skip
def test_a_piece_that_has_no_place_is_refused_and_said_why(
    project: Project, record: dict[str, object], sentence: str
) -> None:
    bring(project, {"id": "a1", "text": STORY})
    report, (said,) = bring(project, record)
    assert said.startswith(f"in.jsonl:1: {sentence}")
    assert said.endswith("which spantag export --unit article --all writes")
    assert (report.refused, project.store.articles.count_articles()) == (1, 1)


def test_many_pieces_without_their_articles_are_refused_in_one_sentence(project: Project) -> None:
    pieces = [piece(0, 13, meta={"article": f"b{number}", "offset": 0}) for number in range(5)]
    report, (said,) = bring(project, {"text": "Good."}, *pieces)
    assert said == (
        "in.jsonl:2: 5 records refused, from here on: they are pieces of 5 articles not here ('b0', 'b1',"
        " 'b2', …); import the whole articles, which spantag export --unit article --all writes"
    )
    assert (report.refused, report.articles) == (5, 1)


def test_metadata_that_only_looks_like_a_place_stays_metadata(project: Project) -> None:
    for number, meta in enumerate([{"article": "x"}, {"offset": 3}, {"article": 5, "offset": 3}]):
        bring(project, {"text": f"Number {number}.", "meta": meta})
        assert project.open_article(number + 1)[0].meta == meta


PLACED: tuple[str, ...] = tuple([name for name in list_writable() if FORMATS[name].reading is not None])
"""The formats that are read back."""

words = st.sampled_from(["Two", "men", "fled.", "U.S.", "日本", "52-year-old", "e\u0301", "no"])


@st.composite
def finished_articles(draw: st.DrawFn) -> dict[str, object]:
    """Draw an article of words, with spans of whole words and a state for each paragraph."""
    lines = draw(st.lists(st.lists(words, min_size=1, max_size=4), min_size=1, max_size=4))
    text = draw(st.sampled_from(["\n", "\n\n", "\r\n"])).join(" ".join(line) for line in lines)
    places, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        places.append((at, at + len(word)))
        at += len(word)
    chosen = draw(st.lists(st.sampled_from(places), max_size=3, unique=True))
    labels = st.sampled_from(["actor", "weapon"])
    spans = [{"start": start, "end": end, "label": draw(labels)} for start, end in chosen]
    states = st.sampled_from(["finished", "finished", "unfinished", "skipped"])
    count = len([line for line in lines if line])
    record: dict[str, object] = {"text": text, "spans": spans}
    record["meta"] = {"states": draw(st.lists(states, min_size=count, max_size=count)), "odd": "x"}
    if draw(st.booleans()):
        record["id"] = draw(st.sampled_from(["a1", "b#2", "7"]))
    return record


@pytest.mark.parametrize("unit", ["paragraph", "article"])
@pytest.mark.parametrize("name", PLACED)
@given(
    records=st.lists(
        finished_articles(), min_size=1, max_size=3, unique_by=lambda each: str(each.get("id", each["text"]))
    )
)
@settings(max_examples=25)
def test_what_is_exported_changes_nothing_where_its_articles_are(
    make_project: Callable[[], Project], name: str, unit: Unit, records: list[dict[str, object]]
) -> None:
    with closing(make_project()) as project, closing(make_project()) as sibling:
        bring(project, *records)
        before = export(project)
        bring(sibling, *before)
        assert export(sibling) == before
        path = project.place.folder / f"pieces{writing_of(name).suffix}"
        told = WriteOptions(on_loss="drop")
        export_files(project.plan_export(ExportOptions(unit), name, told), path)
        for each in (project, sibling):
            said: list[Refusal] = []
            report = each.import_files([path], format_name=None if path.is_dir() else name, tell=said.append)
            # Where nothing is finished there is nothing in the file, which is said; so are brat's labels.
            ours = ("nothing was found", "list of labels", "there is nothing to annotate")
            refused = report.refused - sum(any(word in str(refusal) for word in ours) for refusal in said)
            assert (report.articles, report.updated, report.disagreements, refused) == (0, 0, 0, 0)
            assert (export(each), is_sound(each)) == (before, True)


@pytest.mark.parametrize("name", ["spacy", "hf", "gliner", "conll"])
def test_what_was_cut_for_a_model_makes_no_articles(make_project: Callable[[], Project], name: str) -> None:
    text = "Two men fled. Three came back.\nNobody was hurt. All is well."
    with closing(make_project()) as project:
        bring(project, {"text": text, "spans": tagged("actor", 0, 7)})
        before = export(project)
        path = project.place.folder / f"cut{writing_of(name).suffix}"
        export_files(project.plan_export(ExportOptions(), name, WriteOptions(max_tokens=4)), path)
        said: list[Refusal] = []
        report = project.import_files([path], format_name=name, tell=said.append)
        assert (report.articles, report.updated, report.refused) == (0, 0, 4)
        assert any("cut out of the article" in refusal.reason for refusal in said)
        assert export(project) == before


def test_a_tools_own_numbers_are_no_pieces_of_articles(project: Project) -> None:
    bring(project, {"id": "a1", "text": STORY})
    report, said = bring(project, {"text": "Elsewhere.", "label": [[0, 4, "actor"]], "id": "a1#2"})
    assert (report.articles, report.refused, said) == (1, 0, [])


# Where a text came from


def bring_files(project: Project, *names: str, given: str | None = None) -> list[str]:
    """Write the same text into files, import them or the folder `given`, and give what was said."""
    for name in names:
        path = project.place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STORY, encoding="utf-8")
    said: list[Refusal] = []
    project.import_files([project.place.folder / (given or name) for name in names], tell=said.append)
    return [refusal.reason for refusal in said]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_text_keeps_the_name_of_its_file(project: Project, name: str) -> None:
    assert bring_files(project, name) == []
    assert project.open_article(1)[0].meta == {"source": name}
    (record,) = export(project)
    assert record["meta"] == {"source": name, "title": "Two men fled.", "state": "unfinished"}
    assert bring_files(project, name) == []


def test_the_name_of_a_file_in_a_folder_begins_with_that(project: Project) -> None:
    bring_files(project, "news/2024/a.txt", given="news")
    assert project.open_article(1)[0].meta == {"source": "news/2024/a.txt"}


def test_of_a_text_that_is_there_already_it_is_said_from_where(project: Project) -> None:
    assert bring_files(project, "a.txt", "b.txt") == [
        "this text is there already: it came from a.txt, as article 1"
    ]
    assert project.open_article(1)[0].meta == {"source": "a.txt"}


def test_a_source_that_the_text_names_itself_is_kept(project: Project) -> None:
    path = project.place.folder / "a.md"
    path.write_text("---\nsource: the wire\n---\nText.", encoding="utf-8")
    project.import_files([path], tell=lambda _: None)
    assert project.open_article(1)[0].meta == {"source": "the wire"}


def test_the_library_tells_articles_with_one_title_apart(project: Project) -> None:
    first = {"text": "First.", "meta": {"title": "News", "source": "a.txt"}}
    second = {"text": "Second.", "id": "n2", "meta": {"title": "News", "source": {"odd": 1}}}
    bring(project, first, second, {"text": "Other.", "meta": {"source": "c.txt"}})
    bring(project, {"text": "Same.", "id": "r1"}, {"text": "Same.", "id": "r2"}, {"text": "Same."})
    rows = project.read_rows(project.list_articles())
    assert [row.told_apart for row in rows] == [
        "a.txt", "n2", "", "r1, same text as r2", "r2, same text as r1", "same text as r1",
    ]  # fmt: skip
