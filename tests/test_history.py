"""Taking back: articles leave the project and come back, imports are undone, and the log only grows."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.test_identity import bring, export, is_sound, tagged
from tui.cli import main
from tui.errors import InputError, StoreError
from tui.model.events import Add, Flag
from tui.model.span import Span
from tui.project.exporting import ExportOptions
from tui.project.mentions import Sought
from tui.project.place import Place
from tui.project.project import Project
from tui.store import clock

NOBODY = "no article has this id or number, or came from a file of this name"
FIRST = {"id": "a1", "text": "Two men fled.\nA rocket hit Kharsa.", "spans": tagged("actor", 0, 7)}
SECOND = {"id": "b2", "text": "Two men came.", "spans": tagged("actor", 0, 7)}


def state_of(project: Project) -> tuple[object, ...]:
    """Give all that anybody sees of a project."""
    numbers = list(project.list_articles())
    rows = project.read_rows(numbers)
    return export(project), project.read_status(), numbers, rows, project.store.progress.used_labels()


def events_of(project: Project) -> int:
    with closing(sqlite3.connect(project.place.database)) as database:
        ((count,),) = database.execute(
            "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM project_events)"
        )
    return int(count)


def test_a_removed_article_is_nowhere(project: Project) -> None:
    bring(project, FIRST, SECOND)
    taken = project.remove_articles([1])
    assert (taken.articles, taken.spans, taken.annotators) == (1, 1, 1)
    assert [record["id"] for record in export(project)] == ["b2"]
    status = project.read_status()
    assert (status.articles, status.paragraphs, status.spans) == (1, 1, {"ana": {"actor": 1}})
    for text in ("", "two"):
        assert list(project.list_articles(text=text)) == [2]
    assert project.store.articles.find_unfinished("bea", after=0) == 2
    assert project.store.articles.list_recent("ana", count=9) == [2]
    sought = Sought("Two men", "actor", 2)
    assert {mention.article for found in project.find_mentions(sought) for mention in found.mentions} <= {2}
    with pytest.raises(StoreError, match="article 1 was taken out of the project"):
        project.open_article(1)
    assert is_sound(project)


def test_what_is_done_to_a_removed_article_elsewhere_is_kept_and_not_shown(project: Project) -> None:
    bring(project, FIRST)
    article, layer = project.open_article(1)
    project.remove_articles([1])
    project.act(article, layer, [Flag((0,))])
    assert (project.read_status().annotators, is_sound(project)) == ([], True)
    assert project.restore_removed() == [1]
    assert project.open_article(1)[1].flags == {0}
    assert is_sound(project)


def test_a_time_before_the_removal_still_knows_the_article(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: "2026-01-01T00:00:00.000Z")
    bring(project, FIRST, SECOND)
    monkeypatch.setattr(clock, "utc_now", lambda: "2026-01-01T01:00:00.000Z")
    project.remove_articles([1])
    path = project.place.folder / "then.jsonl"
    for as_of, ids in (("2026-01-01T00:30:00.000Z", ["a1", "b2"]), ("2026-01-01T01:30:00.000Z", ["b2"])):
        project.export_file(path, ExportOptions("article", as_of=as_of))
        assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == ids


def test_a_removal_is_taken_back_and_all_is_as_it_was(project: Project) -> None:
    bring(project, FIRST, SECOND)
    before = state_of(project)
    project.remove_articles([1])
    project.remove_articles([2])
    assert project.store.articles.count_articles() == 0
    assert (project.restore_removed(), project.restore_removed(), project.restore_removed()) == ([2], [1], [])
    assert (state_of(project), is_sound(project)) == (before, True)


def test_importing_a_removed_article_again_brings_it_back(project: Project) -> None:
    bring(project, FIRST, SECOND)
    before = state_of(project)
    project.remove_articles([1])
    report, _ = bring(project, FIRST, SECOND)
    assert report.describe() == "0 new articles, 0 spans, 1 brought back, 1 already there"
    assert (state_of(project), is_sound(project)) == (before, True)


def test_rebuilding_makes_the_same_of_removed_articles(project: Project) -> None:
    bring(project, FIRST, SECOND)
    project.remove_articles([1])
    before = state_of(project)
    with closing(sqlite3.connect(project.place.database)) as database:
        database.execute("UPDATE articles SET removed = 0")
        database.commit()
    assert any("whether article 1 is taken out" in sentence for sentence in project.verify())
    project.store.verify.rebuild()
    assert (state_of(project), is_sound(project)) == (before, True)


def test_an_import_is_taken_back_whole(project: Project) -> None:
    bring(project, {"id": "a1", "text": FIRST["text"]}, name="first.jsonl")
    grown = events_of(project)
    more = {**FIRST, "meta": {"title": "A headline", "url": "x"}}
    bring(project, more, SECOND, name="second.jsonl")
    chosen, taken = project.undo_import(dry_run=True)
    assert (chosen.files, taken.articles, taken.spans, taken.restored) == (("second.jsonl",), 1, 2, 1)
    assert project.store.articles.count_articles() == 2
    project.undo_import()
    status, numbers = project.read_status(), list(project.list_articles())
    assert (status.articles, status.spans, numbers) == (1, {}, [1])
    article, layer = project.open_article(1)
    assert (article.title, article.meta, layer.spans) == ("Two men fled.", {}, {})
    assert [record["spans"] for record in export(project)] == [[]]
    assert events_of(project) > grown
    assert is_sound(project)
    project.store.verify.rebuild()
    assert is_sound(project)


def test_what_was_taken_back_comes_in_again_as_it_is_then(project: Project) -> None:
    bring(project, FIRST, SECOND)
    project.undo_import()
    report, said = bring(project, {**FIRST, "spans": tagged("casualty", 0, 7)}, SECOND)
    assert (report.restored, report.spans, said) == (2, 2, [])
    assert [span.label for span in project.open_article(1)[1].spans.values()] == ["casualty"]
    assert is_sound(project)
    # And is taken back again with what brought it back.
    assert project.undo_import()[1].articles == 2
    assert (project.store.articles.count_articles(), is_sound(project)) == (0, True)
    project.store.verify.rebuild()
    assert bring(project, FIRST)[0].spans == 1


def test_imports_are_taken_back_by_their_numbers_once(project: Project) -> None:
    bring(project, FIRST, name="one.jsonl")
    bring(project, FIRST, name="again.jsonl")
    bring(project, SECOND, name="two.jsonl")
    rows = project.store.history.list_imports()
    assert [(row.number, row.files, row.articles) for row in rows] == [
        (1, ("one.jsonl",), 1),
        (2, ("two.jsonl",), 1),
    ]
    assert project.undo_import(1)[0].number == 1
    assert [row.is_undone for row in project.store.history.list_imports()] == [True, False]
    with pytest.raises(InputError, match="1: no import has this number, or it was taken back"):
        project.undo_import(1)
    project.undo_import()
    with pytest.raises(InputError, match="there is no import to take back"):
        project.undo_import()


def test_work_that_was_done_since_is_counted_and_comes_back(project: Project) -> None:
    bring(project, FIRST, SECOND)
    article, layer = project.open_article(1)
    project.act(article, layer, [Add((Span("h", 16, 22, "weapon"),))])
    _, taken = project.undo_import()
    assert (taken.articles, taken.spans, taken.worked_on) == (2, 3, 1)
    bring(project, FIRST)
    assert sorted(span.label for span in project.open_article(1)[1].spans.values()) == ["actor", "weapon"]


def test_suggestions_of_an_import_go_with_it(project: Project) -> None:
    bring(project, {"text": "A van."})
    path = project.place.folder / "model.jsonl"
    path.write_text(json.dumps({"text": "A van.", "spans": tagged("weapon", 2, 5)}), encoding="utf-8")
    project.import_files([path], as_suggestions=True, tell=lambda _: None)
    assert len(project.load_suggestions(1)) == 1
    project.undo_import()
    assert project.load_suggestions(1) == []


def test_a_dry_run_changes_nothing(project: Project) -> None:
    bring(project, FIRST)
    before, grown = state_of(project), events_of(project)
    assert project.remove_articles([1], dry_run=True).articles == 1
    assert project.undo_import(dry_run=True)[1].spans == 1
    assert (state_of(project), events_of(project)) == (before, grown)


def test_the_log_of_the_project_is_never_changed(project: Project) -> None:
    bring(project, FIRST)
    with closing(sqlite3.connect(project.place.database)) as database:
        for statement in ("UPDATE project_events SET at = ''", "DELETE FROM project_events"):
            with pytest.raises(sqlite3.IntegrityError, match="events are never"):
                database.execute(statement)


# On the command line


@pytest.fixture
def run(project: Project) -> Callable[..., tuple[int, str, str]]:
    """Give a function that runs a command in the project."""

    def run_command(*words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(
            main, ["--project", str(project.place.folder), "--annotator", "ana", *words]
        )
        return result.exit_code, result.stdout, result.stderr

    return run_command


def test_articles_are_removed_by_id_number_and_file(
    project: Project, run: Callable[..., tuple[int, str, str]]
) -> None:
    (project.place.folder / "a.txt").write_text("A plain text.", encoding="utf-8")
    project.import_files([project.place.folder / "a.txt"], tell=lambda _: None)
    bring(project, FIRST, SECOND)
    assert run("remove", "--dry-run", "a1") == (
        0, "", "would be taken out: 1 article, 1 span\nnothing was changed (--dry-run)\n",
    )  # fmt: skip
    assert run("remove", "a1", "3", "a.txt", "zz") == (
        1, "",
        f"zz: {NOBODY}\ntaken out: 3 articles, 2 spans\n",
    )  # fmt: skip
    assert project.store.articles.count_articles() == 0
    assert run("remove", "a1")[0] == 1
    assert run("remove", "--undo") == (0, "", "3 articles put back\n")
    assert run("verify")[0] == 0
    assert run("remove")[0] == run("remove", "a1", "--undo")[0] == 2


def test_a_file_of_several_articles_is_asked_about(
    project: Project, run: Callable[..., tuple[int, str, str]]
) -> None:
    bring(project, *[{"text": f"Number {number}.", "meta": {"source": "wire"}} for number in range(3)])
    assert run("remove", "wire", "--json")[1].startswith('{"articles": 0')
    assert "wire: 3 articles came from there; name one by its number: 1, 2, 3" in run("remove", "wire")[2]
    assert project.store.articles.count_articles() == 3


def test_imports_are_listed_and_taken_back(
    project: Project, run: Callable[..., tuple[int, str, str]]
) -> None:
    assert run("imports")[2] == "nothing has been imported yet\n"
    bring(project, FIRST, SECOND, name="one.jsonl")
    (line,) = run("imports")[1].splitlines()
    assert line.endswith("  ana: one.jsonl (2 new articles)")
    assert run("import", "--undo", "--dry-run")[2] == (
        "import 1 of one.jsonl: would be taken back 2 articles, 2 spans\nnothing was changed (--dry-run)\n"
    )
    assert run("import", "--undo", "1") == (
        0, "", "import 1 of one.jsonl: taken back 2 articles, 2 spans\n",
    )  # fmt: skip
    assert run("imports")[1].strip().endswith("(2 new articles, taken back)")
    code, _, said = run("import", "--undo")
    assert (code, said) == (1, "there is no import to take back; spantag imports lists them all\n")
    assert run("import", "--undo", "x")[0] == run("import")[0] == 2
    assert json.loads(run("imports", "--json")[1])["imports"][0]["taken_back"] is True


def test_an_unwritable_name_of_a_file_reaches_no_terminal(
    project: Project, run: Callable[..., tuple[int, str, str]]
) -> None:
    bring(project, FIRST, name="a\x1b[31m.jsonl")
    assert "\x1b" not in run("imports")[1] + run("import", "--undo")[2]


def test_a_number_that_no_article_has_names_none(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text("labels: [actor]\n", encoding="utf-8")
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        assert project.find_articles(["1", "0", "99999999999999999999"])[0] == []
