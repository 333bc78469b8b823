"""The commands, as a person or a script runs them."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.record_lines import read_lines
from tui.cli import main
from tui.formats.native.schema import record_schema

STORY = "Two men fled.\nA rocket hit Kharsa.\n"
GOLD = {
    "id": "a1",
    "text": STORY,
    "spans": [{"id": "s1", "start": 0, "end": 7, "label": "actor", "text": "Two men"}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with labels and an article with one span."""
    (tmp_path / "labels.yaml").write_text("labels: [actor, weapon]\n", encoding="utf-8")
    (tmp_path / "gold.jsonl").write_text(json.dumps(GOLD) + "\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(folder), "--annotator", "ana", *arguments])


def run_process(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui", *arguments]
    environment = {**os.environ, "SPANTAG_PROJECT": str(folder), "SPANTAG_ANNOTATOR": "ana", **more}
    return subprocess.run(
        command, capture_output=True, env=environment, encoding="utf-8", check=False, timeout=60
    )


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a shell line in which `spantag` is the command."""
    script = f'set -o pipefail; spantag() {{ "{sys.executable}" -m tui --project "{folder}" "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script], capture_output=True, encoding="utf-8", check=False, timeout=60
    )


def test_import_export_status_and_verify_work_as_a_command(folder: Path) -> None:
    imported = run_process(folder, "import", str(folder / "gold.jsonl"))
    assert (imported.returncode, imported.stdout) == (0, "")
    assert imported.stderr == "1 new article, 1 span\n"
    exported = run_process(folder, "export", "--unit", "article")
    assert exported.returncode == 0
    assert json.loads(exported.stdout) == GOLD | {
        "meta": {"title": "Two men fled.", "annotator": "ana", "state": "finished"}
    }
    assert exported.stderr == "1 record, 1 span\n"
    status = run_process(folder, "status")
    assert "ana: 1 article finished; paragraphs: 2 finished" in status.stdout
    verified = run_process(folder, "verify")
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "everything agrees\n")


def test_json_on_stdout_holds_no_character_that_a_terminal_would_obey(folder: Path) -> None:
    hostile = "a\x7f\x9b31m\x85\x9d"
    record = {"text": hostile, "spans": [], "meta": {"annotator": hostile}}
    (folder / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    run(folder, "import", str(folder / "a.jsonl"))
    exported = run_process(folder, "export", "--unit", "article").stdout
    status = run_process(folder, "status", "--json").stdout
    assert (exported + status).replace("\n", "").isprintable()
    assert json.loads(exported)["text"] == hostile
    assert list(json.loads(status)["annotators"]) == [hostile]


def test_stdout_is_utf8_with_line_feeds_whatever_the_locale(folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"text": "日本\\r\\né", "spans": []}\n', encoding="utf-8")
    run(folder, "import", str(folder / "a.jsonl"))
    exported = run_process(folder, "export", LC_ALL="C", PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert (exported.returncode, exported.stdout.count("\n")) == (0, 2)
    assert '"text":"日本"' in exported.stdout


def test_a_dash_and_nothing_mean_stdout(folder: Path) -> None:
    run(folder, "import", str(folder / "gold.jsonl"))
    dash, nothing = (run_process(folder, "export", *output).stdout for output in (("-o", "-"), ()))
    assert dash == nothing != ""


def test_an_export_into_a_file_appears_whole(folder: Path) -> None:
    run(folder, "import", str(folder / "gold.jsonl"))
    result = run(folder, "export", "-o", str(folder / "out.jsonl"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(read_lines(folder / "out.jsonl")) == 2
    assert not list(folder.glob(".out*"))


def test_a_reader_that_wants_no_more_is_no_error(folder: Path) -> None:
    lines = "".join(json.dumps(GOLD | {"id": f"a{n}", "text": f"Two men {n}"}) + "\n" for n in range(3000))
    (folder / "many.jsonl").write_text(lines, encoding="utf-8")
    run(folder, "import", str(folder / "many.jsonl"))
    done = shell(folder, "spantag export | head -1")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command",
    [
        "export",
        "status",
        "status --json",
        "log",
        "log --json",
        "assign",
        "labels schema",
        "labels check",
        "verify",
        "--help",
        "export --help",
    ],
)
def test_a_full_disk_under_stdout_is_one_sentence(folder: Path, command: str) -> None:
    run(folder, "import", str(folder / "gold.jsonl"))
    with closing(sqlite3.connect(folder / "annotations" / "annotations.db")) as connection:
        if command == "verify":
            connection.execute("DELETE FROM spans")
        connection.commit()
    done = shell(folder, f"spantag {command} > /dev/full")
    assert (done.returncode, done.stderr) == (
        1,
        "standard output cannot be written: No space left on device\n",
    )


def test_a_closed_stdout_is_one_sentence(folder: Path) -> None:
    run(folder, "import", str(folder / "gold.jsonl"))
    done = shell(folder, "spantag export >&-")
    assert (done.returncode, done.stderr) == (1, "standard output is closed; name a file with -o\n")


def test_a_pipe_can_be_imported(folder: Path) -> None:
    done = shell(folder, f'spantag import --format jsonl <(cat "{folder}/gold.jsonl")')
    assert (done.returncode, done.stderr) == (0, "1 new article, 1 span\n")


def test_refusals_are_printed_with_their_place_and_counted(folder: Path) -> None:
    bad = folder / "bad.jsonl"
    bad.write_text('{"text": "Good."}\n{"text": \n', encoding="utf-8")
    result = run(folder, "import", str(bad), str(folder / "none.txt"))
    assert result.exit_code == 1
    broken, missing, summary = result.stderr.splitlines()
    assert broken.startswith(f"{bad}:2:10: this line is not JSON (expecting value); write one object such as")
    assert missing == f"{folder}/none.txt: there is no such file"
    assert summary == "1 new article, 0 spans, 2 refused"


@pytest.mark.parametrize("option", ["--dry-run", "--as=annotations"])
def test_a_project_can_begin_with_the_labels_of_its_first_file(tmp_path: Path, option: str) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(GOLD) + "\n", encoding="utf-8")
    done = run(tmp_path, "import", "--add-labels", option, str(gold))
    assert (done.exit_code, done.stderr.splitlines()[0]) == (0, "1 new article, 1 span")
    written = tmp_path / "labels.yaml"
    if option == "--dry-run":
        assert not written.exists()
    else:
        assert written.read_text(encoding="utf-8").splitlines()[1:] == ["labels:", "  - actor"]
        assert run(tmp_path, "labels", "check").exit_code == 0


@pytest.mark.parametrize(
    "said", [{"spans": [], "article_labels": {"kind": "raid"}}, {}], ids=["article", "none"]
)
def test_a_project_can_begin_with_a_file_that_has_no_labels_of_spans(
    tmp_path: Path, said: dict[str, object]
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"text": STORY, **said}) + "\n", encoding="utf-8")
    assert run(tmp_path, "import", "--add-labels", str(gold)).exit_code == 0
    for command in (["status"], ["verify"], ["labels", "check"], ["export", "--all", "--unit", "article"]):
        assert (command, run_process(tmp_path, *command).returncode) == (command, 0)
    assert run(tmp_path, "import", "--add-labels", "--dry-run", str(gold)).exit_code == 0
    more = tmp_path / "more.jsonl"
    more.write_text(json.dumps(GOLD | {"text": STORY + "Later."}) + "\n", encoding="utf-8")
    assert run(tmp_path, "import", "--add-labels", str(more)).exit_code == 0
    assert (tmp_path / "labels.yaml").read_text(encoding="utf-8").splitlines()[1:] == ["labels: [actor]"]


def test_where_nothing_came_in_no_labels_are_made(tmp_path: Path) -> None:
    assert run(tmp_path, "import", "--add-labels", str(tmp_path / "none.jsonl")).exit_code == 1
    assert not (tmp_path / "labels.yaml").exists()


def test_unknown_labels_are_refused_by_name_unless_they_are_to_be_added(folder: Path) -> None:
    (folder / "labels.yaml").write_text("# ours\nlabels: [weapon]  # all\n", encoding="utf-8")
    refused = run(folder, "import", str(folder / "gold.jsonl"))
    assert (refused.exit_code, "'actor' not in labels.yaml" in refused.stderr) == (1, True)
    added = run(folder, "import", "--add-labels", str(folder / "gold.jsonl"))
    assert (added.exit_code, f"added to {folder}/labels.yaml: actor" in added.stderr) == (0, True)
    assert (folder / "labels.yaml").read_text(encoding="utf-8") == "# ours\nlabels: [weapon, actor]  # all\n"


def test_only_finished_paragraphs_are_exported_and_nothing_says_what_to_do(folder: Path) -> None:
    (folder / "a.txt").write_text(STORY, encoding="utf-8")
    run(folder, "import", str(folder / "a.txt"))
    result = run_process(folder, "export")
    assert (result.returncode, result.stdout) == (0, "")
    assert "nothing is finished yet" in result.stderr
    assert json.loads(run_process(folder, "export", "--all", "--unit", "article").stdout)["text"] == STORY


def test_what_is_withheld_is_counted_and_named(folder: Path) -> None:
    text = "One.\nTwo.\nThree."
    spans = [
        {"id": "a", "start": 0, "end": 3, "label": "actor"},
        {"id": "b", "start": 5, "end": 8, "label": "actor"},
        {"id": "c", "start": 6, "end": 12, "label": "actor"},
    ]
    line = {
        "text": text, "spans": spans, "relations": [{"label": "x", "head": "a", "tail": "b"}],
        "meta": {"states": ["finished", "finished", "unfinished"]},
    }  # fmt: skip
    (folder / "a.jsonl").write_text(json.dumps(line), encoding="utf-8")
    run(folder, "import", str(folder / "a.jsonl"))
    narrated = run_process(folder, "export").stderr
    assert "1 record, 1 span" in narrated
    assert "left out 1 finished paragraph: a span reaches from there into an unfinished one" in narrated
    assert "left out 1 relation" in narrated


@pytest.mark.parametrize(
    ("time", "records"), [("2000-01-01", 0), ("2999-01-01T10:42", 2), ("2000-01-01T00:00:00+02:00", 0)]
)
def test_the_past_can_be_exported(folder: Path, time: str, records: int) -> None:
    run(folder, "import", str(folder / "gold.jsonl"))
    assert run_process(folder, "export", "--as-of", time).stdout.count("\n") == records


def test_status_counts_relations_and_entities(folder: Path) -> None:
    spans = [{"id": name, "start": at, "end": at + 3, "label": "actor"} for name, at in (("a", 0), ("b", 4))]
    relations = [{"label": "leads", "head": "a", "tail": "b"}, {"label": "leads", "head": "b", "tail": "a"}]
    line = {"text": "Two men", "spans": spans, "relations": relations}
    line |= {"entities": [{"id": "e", "spans": ["a", "b"]}]}
    (folder / "linked.jsonl").write_text(json.dumps(line), encoding="utf-8")
    run(folder, "import", str(folder / "linked.jsonl"))
    counted = json.loads(run(folder, "status", "--json").stdout)["annotators"]["ana"]
    assert (counted["spans"], counted["relations"], counted["entities"]) == ({"actor": 2}, {"leads": 2}, 1)
    shown = run(folder, "status").stdout.split()
    assert shown[-5:] == ["relations:", "leads", "2", "1", "entity"]


def test_status_is_one_json_object_for_scripts(folder: Path) -> None:
    run(folder, "import", str(folder / "gold.jsonl"))
    assert json.loads(run(folder, "status", "--json").stdout) == {
        "articles": 1,
        "paragraphs": 2,
        "annotators": {
            "ana": {
                "articles_finished": 1,
                "paragraphs": {"unfinished": 0, "finished": 2, "skipped": 0, "boilerplate": 0},
                "flagged": 0,
                "spans": {"actor": 1},
                "relations": {},
                "entities": 0,
                "notes": 0,
                "paragraphs_left": 0,
                "work": {"seconds": 0.0, "actions": 0, "paragraphs": 0, "spans": 0},
                "effort_by_label": {},
                "days": {},
            }
        },
        "labels_not_in_labels_yaml": [],
        "assigned": {},
        "longest_pause": 120.0,
        "agreement": [],
    }


def test_verify_finds_tampering_and_rebuild_mends_it(folder: Path) -> None:
    run(folder, "import", str(folder / "gold.jsonl"))
    with closing(sqlite3.connect(folder / "annotations" / "annotations.db")) as connection:
        connection.execute("DELETE FROM spans")
        connection.commit()
    found = run(folder, "verify")
    assert (found.exit_code, found.stderr) == (1, "1 disagreement\n")
    assert "annotator ana: the table spans disagrees with the log; spantag verify --rebuild" in found.stdout
    assert run(folder, "verify", "--rebuild").exit_code == 0
    assert run(folder, "verify").exit_code == 0


def test_init_writes_what_is_missing_and_touches_nothing_else(tmp_path: Path) -> None:
    first, again = run(tmp_path, "init"), run(tmp_path, "init")
    assert f"wrote {tmp_path}/labels.yaml" in first.stderr
    assert "is there already; nothing was changed" in again.stderr
    assert "next: say in " in first.stderr
    assert "then: spantag FILES" in first.stderr
    assert (tmp_path / "annotations" / ".gitignore").read_text(encoding="utf-8").startswith("*.db\n")
    assert run(tmp_path, "labels", "check").exit_code == 0


@pytest.mark.parametrize("command", ["export", "status", "verify"])
def test_commands_that_read_make_no_database(folder: Path, command: str) -> None:
    result = run(folder, command)
    assert (result.exit_code, "there is no database here yet" in result.stderr) == (2, True)
    assert not (folder / "annotations").exists()


def test_a_folder_without_labels_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path, "import", "a.txt")
    assert (result.exit_code, "write a starter file with: spantag init" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--project", "none", "status"], "none: there is no such folder"),
        (["--annotator", " ", "status"], "the annotator's name is blank; give another"),
        (["--annotator", "an\x1ba", "status"], "has a character that cannot be shown, U+001B; give another"),
        (
            ["--annotator", "an\udcffa", "status"],
            "has a character that cannot be shown, U+DCFF; give another",
        ),
        (["suggest", "--command", "true", "--source", "\x1b"], "the source's name has a character"),
        (["suggest", "--command", "true", "--seconds", "inf"], "inf is no time to wait; write more than 0"),
        (["suggest", "--command", "true", "--seconds", "nan"], "nan is no time to wait"),
        (["suggest", "--command", "true", "--seconds", "-1"], "-1.0 is no time to wait"),
        (["suggest", "--command", "true", "--seconds", "1e300"], "1e+300 is no time to wait"),
        (["export", "--format", "gliner", "--max-width", "-5"], "-5 is not in the range x>=1"),
        (["import", "--undo", "9" * 5000], "name one import by its number"),
        (["--labels", "/dev/null", "status"], "/dev/null: this is a pipe or a device; give a file"),
        (["--db", "/dev/null", "status"], "/dev/null: this is a pipe or a device; name a database file"),
        (["export", "--as-of", "yesterday"], "'yesterday' is not a time; write 2026-11-22"),
        (["export", "--unit", "chapter"], "'chapter' is not one of 'paragraph', 'article'"),
        (["--labels", "x" * 5_000, "status"], "x: it cannot be read: File name too long"),
        (["import"], "Missing argument 'FILES...'"),
        (["--labels", "none.yaml", "status"], "none.yaml: there are no labels yet"),
    ],
    ids=[
        "project",
        "annotator",
        "annotator-escape",
        "annotator-bytes",
        "source",
        "seconds-infinite",
        "seconds-nan",
        "seconds-negative",
        "seconds-huge",
        "max-width",
        "undo",
        "labels-device",
        "database-device",
        "as-of",
        "unit",
        "long-path",
        "files",
        "labels",
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments])
    assert (result.exit_code, sentence in result.stderr) == (2, True), result.stderr


def test_a_label_file_with_mistakes_names_all_of_them(folder: Path) -> None:
    (folder / "labels.yaml").write_text(
        "labels:\n  - {name: a, key: x}\n  - {name: b, key: x}\n  - {nam: c}\n", encoding="utf-8"
    )
    result = run(folder, "labels", "check")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith(f"{folder}/labels.yaml:") for line in lines)


def test_a_database_that_is_not_ours_is_named(folder: Path) -> None:
    (folder / "notes.db").write_text("no database " * 99, encoding="utf-8")
    result = run(folder, "--db", str(folder / "notes.db"), "status")
    assert (result.exit_code, "this file is no SQLite database; name another with --db" in result.stderr) == (
        2,
        True,
    )


def test_the_environment_names_project_labels_database_and_annotator(folder: Path, tmp_path: Path) -> None:
    labels, database = tmp_path / "other.yaml", tmp_path / "other" / "other.db"
    labels.write_text("labels: [actor]\n", encoding="utf-8")
    environment = {"SPANTAG_LABELS": str(labels), "SPANTAG_DB": str(database), "SPANTAG_ANNOTATOR": "bea"}
    run_process(folder, "import", str(folder / "gold.jsonl"), **environment)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT DISTINCT annotator FROM events").fetchall() == [("bea",)]


@pytest.mark.parametrize("arguments", [(), ("open",), ("labels.yaml",)], ids=["nothing", "open", "a file"])
def test_without_a_terminal_the_app_says_what_a_script_would_use(
    folder: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    done = run_process(folder, *arguments)
    assert done.returncode == 2
    assert (
        done.stderr == "the app needs a terminal; in a script use: spantag import, export, status, verify\n"
    )


def test_the_schema_of_the_labels_is_json(folder: Path) -> None:
    assert json.loads(run(folder, "labels", "schema").stdout)["type"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [("exprot", "did you mean spantag export?"), ("story.txt", "spantag --help lists the commands")],
)
def test_a_word_that_is_neither_command_nor_file_is_refused(folder: Path, word: str, hint: str) -> None:
    done = run(folder, word, "-o", "out.jsonl")
    assert (done.exit_code, done.stderr) == (2, f"{word}: there is no such file or command; {hint}\n")
    assert not (folder / "annotations").exists()


def test_an_import_says_what_it_did_to_a_program(folder: Path) -> None:
    (folder / "odd.jsonl").write_text('{"text": "Two \\u009bmen."}\n[]\n', encoding="utf-8")
    result = run(folder, "import", "--json", "-q", str(folder / "gold.jsonl"), str(folder / "odd.jsonl"))
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    (message,) = said.pop("messages")
    assert (message["file"], message["line"]) == (str(folder / "odd.jsonl"), 2)
    assert said == {
        "articles": 2, "updated": 0, "known": 0, "brought_back": 0, "spans": 1, "suggestions": 0,
        "other_values": 0, "refused": 1, "new_labels": [], "dry_run": False,
    }  # fmt: skip
    assert result.stderr == f"{folder}/odd.jsonl:2: {message['reason']}\n"


def test_a_quiet_import_says_nothing_where_all_is_right(folder: Path) -> None:
    result = run(folder, "import", "--quiet", str(folder / "gold.jsonl"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_verify_says_to_a_program_what_disagrees(folder: Path) -> None:
    assert run(folder, "import", "-q", str(folder / "gold.jsonl")).exit_code == 0
    result = run(folder, "verify", "--json", "-q")
    assert json.loads(result.stdout) == {
        "agrees": True,
        "disagreements": [],
        "rebuilt_layers": None,
        "spans_not_in_labels_yaml": {},
    }
    with closing(sqlite3.connect(folder / "annotations" / "annotations.db")) as database, database:
        database.execute("DELETE FROM spans")
    result = run(folder, "verify", "--json", "-q")
    said = json.loads(result.stdout)
    assert (result.exit_code, result.stderr, said["agrees"]) == (1, "", False)
    assert said["disagreements"]
    result = run(folder, "verify", "--rebuild", "--json")
    assert (json.loads(result.stdout)["rebuilt_layers"], result.exit_code) == (1, 0)
    assert result.stderr.endswith("everything agrees\n")


def test_a_quiet_suggest_says_only_what_was_refused(folder: Path) -> None:
    assert run(folder, "import", "-q", str(folder / "gold.jsonl")).exit_code == 0
    script = folder / "odd.py"
    script.write_text('print(\'{"spans": [{"start": 0, "end": 3, "label": "x"}]}\')\n', encoding="utf-8")
    result = run(folder, "suggest", "-q", "--command", f"{sys.executable} {script}")
    assert (result.exit_code, result.stderr) == (1, "odd:1: 'x' is not a label of labels.yaml\n")


def test_a_name_that_no_file_or_article_can_have_is_one_sentence(folder: Path) -> None:
    run(folder, "import", str(folder / "gold.jsonl"))
    for arguments, sentence in (
        (["export", "-o", "x" * 5_000], "x: the file cannot be written: File name too long"),
        (["export", "--split", "80/20", "-o", "x" * 5_000], "x: the folder cannot be written: File name too"),
        (["remove", "\udcff"], "no article has this id or number, or came from a file of this name"),
    ):
        result = run(folder, *arguments)
        assert (result.exit_code, sentence in result.stderr) == (1, True), result.stderr


def test_a_program_may_be_given_as_a_long_text(folder: Path) -> None:
    run(folder, "import", str(folder / "gold.jsonl"))
    done = run(folder, "suggest", "--command", f"{sys.executable} -c 'pass{' ' * 5_000}'")
    assert (done.exit_code, done.stderr) == (0, "0 suggestions for 0 articles\n")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_files_whose_names_are_no_text_come_in(folder: Path) -> None:
    (folder / "caf\udce9.txt").write_text("Two men fled.", encoding="utf-8")
    (folder / "texts").mkdir()
    (folder / "texts" / "t\udce9t\udce9.txt").write_text("Three men fled.", encoding="utf-8")
    (folder / "gold\udce9.jsonl").write_text(json.dumps(GOLD) + "\n", encoding="utf-8")
    named = str(folder / "caf\udce9.txt"), str(folder / "texts"), str(folder / "none\udce9.txt")
    done = run_process(folder, "import", "--json", *named)
    assert (done.returncode, json.loads(done.stdout)["articles"]) == (1, 2), done.stderr
    done = run_process(folder, "import", "--as", "suggestions", str(folder / "gold\udce9.jsonl"))
    assert (done.returncode, "1 suggestion" in done.stderr) == (0, True), done.stderr
    assert "caf\ufffd.txt" in run_process(folder, "imports").stdout
    exported = run_process(folder, "export", "--all")
    assert "texts/t\ufffdt\ufffd.txt" in exported.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_where_there_is_no_room_init_leaves_nothing_and_names_the_file(tmp_path: Path) -> None:
    no_room = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)); "
    code = f"{no_room}from tui.cli import main; main(['--project', {str(tmp_path)!r}, 'init'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (
        2,
        f"{tmp_path / 'labels.yaml'}: the file cannot be written: File too large\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_the_schema_of_a_line_is_printed_without_a_project(tmp_path: Path) -> None:
    done = run_process(tmp_path, "export", "--schema")
    assert json.loads(done.stdout) == record_schema()
    assert list(tmp_path.iterdir()) == []
