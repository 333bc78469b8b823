"""The command that says how far annotators agree."""

import json
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli import main
from tui.model.events import Act, Add, Finish, Remove, Reopen
from tui.model.span import Span
from tui.project.place import Place
from tui.project.project import Project

TEXT = "Rebels fled from Moru.\nThree soldiers were killed.\nNobody else was hurt.\n"
LABELS = "labels: [actor, location, casualty]\n"

Spans = Mapping[str, str]
"""Words of `TEXT` and their labels."""


def record(number: int, annotator: str, spans: Spans, **more: object) -> str:
    said = [
        {
            "id": f"s{place}",
            "start": TEXT.index(words),
            "end": TEXT.index(words) + len(words),
            "label": label,
        }
        for place, (words, label) in enumerate(spans.items())
    ]
    meta = {"annotator": annotator, "state": "finished", **more}
    return json.dumps({"id": f"a{number}", "text": f"{TEXT}Story {number}.\n", "spans": said, "meta": meta})


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(folder), *words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project of three articles by two annotators, who differ on the first."""
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    lines = [
        record(0, "ana", {"Rebels": "actor", "Moru": "location", "Three soldiers": "casualty"}),
        record(0, "bea", {"Rebels": "location", "soldiers": "casualty"}),
        *[record(n, name, {"Rebels": "actor"}) for n in (1, 2) for name in ("ana", "bea")],
        record(3, "ana", {"Rebels": "actor"}, state="unfinished"),
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    return tmp_path


def test_a_table_says_how_far_two_agree_and_where_they_do_not(folder: Path) -> None:
    done = run(folder, "agreement", "-q", "--examples", "1")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "2 annotators; 12 paragraphs of 3 articles that two finished"
    assert lines[2].split() == ["paragraphs", "F1", "exact", "F1", "partial", "κ", "tokens", "α", "units"]
    assert lines[3].startswith("ana – bea          12  0.44 (")
    assert "They disagree on: boundary 1, label 1, missed 1" in lines
    assert "       1  actor / location" in lines
    assert "       1  location / nothing" in lines
    assert done.stdout.endswith(
        "\nboundary, a0 ¶2 23–37  Rebels fled from Moru.\n  [Three soldiers] were killed.\n"
        "  ana: casualty “Three soldiers”\n  bea: casualty “soldiers”\n"
        "\nlabel, a0 ¶1 0–6  Rebels fled from Moru.\n  [Rebels] fled from Moru.\n"
        "  ana: actor “Rebels”\n  bea: location “Rebels”\n"
        "\nmissed, a0 ¶1 17–21  Rebels fled from Moru.\n  Rebels fled from [Moru].\n"
        "  ana: location “Moru”\n  bea: nothing\n"
    )


def test_who_finished_nothing_is_compared_only_where_he_is_named(folder: Path) -> None:
    before = run(folder, "agreement", "-q").stdout
    assert "α of units, all together" in before
    (folder / "cem.jsonl").write_text(record(0, "cem", {"Rebels": "actor"}, state="unfinished"))
    assert run(folder, "import", str(folder / "cem.jsonl")).exit_code == 0
    assert run(folder, "agreement", "-q").stdout == before
    assert run(folder, "agreement", "-q", "--annotators", "ana,bea,cem").stdout.startswith("3 annotators; ")


def test_answers_that_differ_are_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text(
        "labels: [{name: actor, attributes: [{name: how, values: [killed, hurt], multiple: true},"
        " {name: side, values: [left, right]}]}]\n"
    )
    answers = {"ana": {"how": ["killed", "hurt"], "side": None}, "bea": {"how": ["killed"]}}
    lines = [json.loads(record(0, name, {"Rebels": "actor"})) for name in answers]
    for line in lines:
        line["spans"][0]["attributes"] = answers[line["meta"]["annotator"]]
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    said = run(tmp_path, "agreement", "-q").stdout
    assert "  ana: actor “Rebels”: killed+hurt\n  bea: actor “Rebels”: killed\n" in said
    assert "  ana: actor “Rebels”: not told\n  bea: actor “Rebels”: no answer\n" in said


def test_beside_each_attribute_stands_on_how_many_spans_it_rests_and_how_many_were_answered(
    tmp_path: Path,
) -> None:
    (tmp_path / "labels.yaml").write_text(
        "labels: [{name: actor, attributes: [{name: side, values: [left, right]}]}]\n"
    )
    lines = [json.loads(record(number, name, {"Rebels": "actor"})) for number in range(4) for name in "ab"]
    for line, side in zip(lines, ("left", "left", "right", "right", "left", None, None, None), strict=True):
        line["spans"][0]["attributes"] = {"side": side} if side else {}
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    said = [line.split()[:4] for line in run(tmp_path, "agreement", "-q").stdout.splitlines()]
    # Of four spans three were answered; (3/4 - 5/16) / (1 - 5/16).
    assert ["attribute", "spans", "answered", "κ"] in said
    assert ["actor.side", "4", "3", "0.64"] in said


def test_json_has_every_figure_with_what_it_rests_on(folder: Path) -> None:
    found = json.loads(run(folder, "agreement", "--json", "-q").stdout)
    assert (found["articles"], found["paragraphs"]) == (3, 12)
    (exact,) = [
        each
        for each in found["figures"]
        if (each["measure"], each["between"], each["of"]) == ("f1_exact", ["ana", "bea"], None)
    ]
    assert exact["value"] == pytest.approx(4 / 9)
    assert 0 <= exact["low"] <= exact["value"] <= exact["high"] <= 1
    assert (exact["articles"], exact["counts"]) == (3, {"left": 5, "right": 4, "same": 2})
    tokens = next(each for each in found["figures"] if each["measure"] == "kappa_tokens")
    assert tokens["counts"] == {"things": 54, "same": 51}
    assert {each["measure"] for each in found["figures"]} <= set(found["measures"])
    (pair,) = found["pairs"]
    assert pair["disagreements"] == {"boundary": 1, "label": 1, "missed": 1, "attribute": 0, "relation": 0}
    assert {"left": "location", "right": None, "spans": 1} in pair["labels"]
    assert [each["kind"] for each in found["examples"]] == ["label", "missed", "boundary"]
    first = found["examples"][0]
    assert (first["article"], first["paragraph"], first["start"], first["end"]) == ("a0", 1, 0, 6)
    assert (first["before"], first["text"], first["after"]) == ("", "Rebels", " fled from Moru.")
    assert first["right"]["spans"][0]["text"] == "Rebels"


def test_the_same_seed_says_the_same(folder: Path) -> None:
    said = [run(folder, "agreement", "--json", "-q", "--seed", seed).stdout for seed in ("1", "1", "2")]
    assert said[0] == said[1] != said[2]


def test_gold_is_named_first_and_measured_by_precision_and_recall(folder: Path) -> None:
    done = run(folder, "agreement", "-q", "--gold", "bea")
    assert "1 annotator, and bea as gold; 12 paragraphs of 3 articles that two finished\n" in done.stdout
    assert "ana: precision 0.40 (" in done.stdout
    assert "; 2 of 5 spans right, 4 in gold\n" in done.stdout


def test_the_gold_layer_is_compared_only_where_it_is_named(folder: Path) -> None:
    (folder / "gold.jsonl").write_text(record(0, "gold", {"Rebels": "actor"}), encoding="utf-8")
    before = run(folder, "agreement", "-q").stdout
    assert run(folder, "import", str(folder / "gold.jsonl")).exit_code == 0
    assert run(folder, "agreement", "-q").stdout == before
    assert "2 annotators, and gold as gold;" in run(folder, "agreement", "-q", "--gold", "gold").stdout


def test_a_label_can_be_looked_at_alone(folder: Path) -> None:
    done = json.loads(run(folder, "agreement", "--json", "-q", "--label", "casualty").stdout)
    assert {each["of"] for each in done["figures"]} == {None, "casualty"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--annotators", "ana"], "agreement needs two annotators; name another beside ana"),
        (["--annotators", "ana,zoe"], "there is nothing by 'zoe'; annotators so far: ana, bea"),
        (["--gold", "zoe"], "there is nothing by 'zoe'; annotators so far: ana, bea"),
        (["--as-of", "2020-01-01"], "no paragraph was finished by two of ana, bea"),
        (["--as-of", "2020-01-01", "--as-of", "2021-01-01"], "two times compare what one annotator said"),
        (["--annotators", "ana", "--as-of", "2999-01-01"], "ana finished no paragraph again between 2999"),
    ],
)
def test_where_there_is_nothing_to_compare_one_sentence_says_so(
    folder: Path, words: list[str], sentence: str
) -> None:
    done = run(folder, "agreement", "-q", *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_one_annotator_is_told_that_two_are_needed(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    (tmp_path / "all.jsonl").write_text(record(0, "ana", {"Rebels": "actor"}), encoding="utf-8")
    run(tmp_path, "import", str(tmp_path / "all.jsonl"))
    done = run(tmp_path, "agreement", "-q")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("agreement needs two annotators, but here is only ana; bring another's")


def test_what_was_finished_again_is_compared_with_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    (tmp_path / "story.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr("tui.store.clock.utc_now", lambda: "2026-01-01T00:00:00.000Z")
    with closing(Project.open(Place.of(tmp_path, annotator="ana"))) as project:
        project.import_files([tmp_path / "story.txt"], tell=print)
        article, layer = project.open_article(1)

        def act_on(day: int, *acts: Act) -> None:
            monkeypatch.setattr("tui.store.clock.utc_now", lambda: f"2026-01-0{day}T10:00:00.000Z")
            project.act(article, layer, acts)

        act_on(1, Add((Span("s1", 0, 6, "actor"), Span("s2", 23, 37, "casualty"))), Finish((0, 1, 2)))
        act_on(3, Reopen((0, 1)), Remove(("s1", "s2")))
        act_on(3, Add((Span("s3", 0, 6, "actor"), Span("s4", 29, 37, "casualty"))), Finish((0, 1)))
        act_on(5, Reopen((0,)), Remove(("s3",)), Finish((0,)))
    monkeypatch.undo()
    found = {
        times: json.loads(
            run(
                tmp_path, "agreement", "--json", "-q", "--annotators", "ana",
                *[word for time in times for word in ("--as-of", time)],
            ).stdout
        )
        for times in [("2026-01-02",), ("2026-01-04", "2026-01-02"), ("2026-01-04",)]
    }  # fmt: skip
    assert [each["paragraphs"] for each in found.values()] == [2, 2, 1]
    values = [
        next(each["value"] for each in own["figures"] if each["measure"] == "f1_exact" and each["between"])
        for own in found.values()
    ]
    assert values == [0, 0.5, 0]
    assert found["2026-01-02",]["annotators"] == ["ana 2026-01-02T00:00:00.000Z", "ana now"]


def test_without_its_library_gamma_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)
    done = run(folder, "agreement", "--gamma", "-q")
    assert done.exit_code == 2
    assert done.stderr.endswith("install it with: pip install 'spantag[gamma]'\n")
