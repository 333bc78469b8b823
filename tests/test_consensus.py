"""What several annotators say together."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.agreeing import NAMES, article_of, make_corpus
from tests.record_lines import VALIDATOR
from tests.test_agreeing import run
from tui.model.article import Article
from tui.model.layer import Layer
from tui.model.span import Entity, Json, Relation, Span
from tui.project.consensus import Consensus, Rule, find_consensus

TEXT = "Rebels fled from Moru.\nThree soldiers were killed.\nNobody else was hurt.\n"
ARTICLE = article_of(TEXT)
RULES: Sequence[Rule] = ("majority", "union", "intersection")


def layer_of(
    *spans: tuple[str, str] | Span, but: Sequence[int] = (), answers: Mapping[str, Json] | None = None
) -> Layer:
    """Give what one annotator says of `TEXT`, all of it finished `but` some paragraphs."""
    layer = Layer()
    for number, each in enumerate(spans):
        if isinstance(each, tuple):
            words, label = each
            start = TEXT.index(words)
            each = Span(f"s{number}", start, start + len(words), label, answers or {})
        layer.spans[each.id] = each
    for paragraph in ARTICLE.paragraphs:
        if paragraph.index not in but:
            layer.states[paragraph.index] = "finished"
    return layer


def said(found: Consensus) -> dict[str, dict[str, bool]]:
    """Give what was taken, by words and label, and who voted for it."""
    return {
        f"{TEXT[span.start : span.end]}/{span.label}": dict(found.votes[span.id])
        for span in found.layer.spans.values()
    }


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ("majority", ["Rebels/actor", "Moru/location"]),
        ("union", ["Rebels/actor", "Moru/location", "soldiers/casualty", "Rebels/group"]),
        ("intersection", ["Rebels/actor"]),
    ],
)
def test_a_span_is_taken_by_the_votes_of_those_who_made_the_very_same(rule: Rule, taken: list[str]) -> None:
    layers = {
        "ana": layer_of(("Rebels", "actor"), ("Moru", "location"), ("soldiers", "casualty")),
        "bea": layer_of(("Rebels", "actor"), ("Moru", "location")),
        "cem": layer_of(("Rebels", "actor"), ("Rebels", "group")),
    }
    found = said(find_consensus(ARTICLE, layers, rule))
    assert list(found) == taken
    if rule != "intersection":
        assert found["Moru/location"] == {"ana": True, "bea": True, "cem": False}


def test_half_of_the_votes_are_no_majority() -> None:
    layers = {"ana": layer_of(("Rebels", "actor")), "bea": layer_of()}
    assert said(find_consensus(ARTICLE, layers, "majority")) == {}


def test_only_who_finished_a_paragraph_votes_there() -> None:
    layers = {
        "ana": layer_of(("Rebels", "actor"), ("Nobody", "casualty")),
        "bea": layer_of(("Rebels", "actor"), ("Moru", "location"), but=[0]),
        "cem": layer_of(("Rebels", "actor"), but=[2]),
    }
    found = find_consensus(ARTICLE, layers, "majority")
    assert said(found) == {"Rebels/actor": {"ana": True, "cem": True}}
    assert sorted(found.layer.states) == [0, 1, 2]


def test_where_only_one_finished_nothing_is_voted_on() -> None:
    layers = {"ana": layer_of(("Rebels", "actor")), "bea": layer_of(but=[0, 1])}
    found = find_consensus(ARTICLE, layers, "union")
    assert (said(found), sorted(found.layer.states), found.alone) == ({}, [2], 2)


def test_a_span_on_which_nobody_else_can_vote_takes_its_paragraphs_out() -> None:
    across = Span("x", TEXT.index("Moru"), TEXT.index(" soldiers"), "actor")
    layers = {
        "ana": layer_of(but=[1]),
        "bea": layer_of(across, ("Nobody", "casualty")),
        "cem": layer_of(("Nobody", "casualty"), but=[0]),
    }
    found = find_consensus(ARTICLE, layers, "majority")
    assert sorted(found.layer.states) == [2]
    assert list(said(found)) == ["Nobody/casualty"]


@pytest.mark.parametrize(
    ("rule", "outcome"), [("majority", {"n": 1}), ("union", {"n": 1}), ("intersection", None)]
)
def test_answers_are_voted_on_by_those_who_made_the_span(rule: Rule, outcome: Json) -> None:
    layers = {
        name: layer_of(("Rebels", "actor"), answers={"outcome": {"n": value}} if value else {})
        for name, value in (("ana", 1), ("bea", 1), ("cem", 2))
    }
    (span,) = find_consensus(ARTICLE, layers, rule).layer.spans.values()
    assert span.attributes.get("outcome") == outcome


def test_relations_are_voted_on_by_those_who_made_both_ends() -> None:
    spans = ("Rebels", "actor"), ("soldiers", "casualty")
    layers = {name: layer_of(*spans) for name in ("ana", "bea")} | {"cem": layer_of(spans[0])}
    layers["ana"].relations["r"] = Relation("r", "knows", "s0", "s1")
    layers["bea"].relations["r"] = Relation("r", "knows", "s1", "s0")
    assert not find_consensus(ARTICLE, layers, "majority").layer.relations
    found = find_consensus(ARTICLE, layers, "majority", symmetric={"knows"}).layer
    (relation,) = found.relations.values()
    ends = [TEXT[found.spans[each].start : found.spans[each].end] for each in (relation.head, relation.tail)]
    assert ends == ["Rebels", "soldiers"]


def test_attributes_of_relations_are_voted_on_by_name_unless_somebody_has_several_relations() -> None:
    layers = {name: layer_of(("Rebels", "actor"), ("soldiers", "casualty")) for name in NAMES}
    for name, sure in zip(NAMES, (True, True, False), strict=True):
        layers[name].relations["r"] = Relation("r", "knows", "s0", "s1", {"sure": sure, "by": name})
    (relation,) = find_consensus(ARTICLE, layers, "majority").layer.relations.values()
    assert relation.attributes == {"sure": True}
    for name in NAMES[:2]:
        layers[name].relations["r"] = Relation("r", "knows", "s0", "s1", {"sure": True})
        layers[name].relations["q"] = Relation("q", "knows", "s0", "s1", {"sure": False})
    won = find_consensus(ARTICLE, layers, "majority").layer.relations.values()
    assert [dict(each.attributes) for each in won] == [{"sure": True}, {"sure": False}]


def test_mentions_are_joined_that_most_say_are_one_thing() -> None:
    spans = [("Rebels", "actor"), ("Moru", "location"), ("Nobody", "actor")]
    layers = {name: layer_of(*spans) for name in NAMES}
    layers["ana"].entities["e"] = Entity("e", "them", ("s0", "s1"))
    layers["bea"].entities["e"] = Entity("e", "them", ("s0", "s1", "s2"))
    layers["cem"].entities["e"] = Entity("e", "others", ("s1", "s2"))
    found = find_consensus(ARTICLE, layers, "majority").layer
    (entity,) = found.entities.values()
    assert entity.name == "them"
    assert [TEXT[found.spans[each].start : found.spans[each].end] for each in entity.spans] == [
        "Rebels", "Moru", "Nobody",
    ]  # fmt: skip
    assert not find_consensus(ARTICLE, layers, "intersection").layer.entities


def test_labels_of_paragraphs_and_articles_are_voted_on() -> None:
    layers = {name: layer_of() for name in NAMES}
    for name, tone in (("ana", "calm"), ("bea", "calm"), ("cem", "loud")):
        layers[name].paragraph_labels[1] = {"tone": tone}
        layers[name].article_labels["kind"] = tone
    found = find_consensus(ARTICLE, layers, "majority").layer
    assert (found.paragraph_labels, found.article_labels) == ({1: {"tone": "calm"}}, {"kind": "calm"})
    assert not find_consensus(ARTICLE, layers, "intersection").layer.article_labels


@pytest.mark.parametrize("seed", range(6))
def test_the_rules_are_nested_and_all_but_a_majority_are_sets(seed: int) -> None:
    for article, annotations in make_corpus(seed, nested=True):
        layers = {
            name: Layer(spans=dict(each.spans), states=dict(each.states))
            for name, each in annotations.items()
        }
        sets = [_extents(layer.spans.values()) for layer in layers.values()]
        found = {rule: _extents(find_consensus(article, layers, rule).layer.spans.values()) for rule in RULES}
        assert found["union"] == set.union(*sets)
        assert found["intersection"] == set.intersection(*sets)
        assert found["majority"] == {each for each in found["union"] if sum(each in own for own in sets) > 1}


def _extents(spans: Iterable[Span]) -> set[tuple[int, int, str]]:
    return {(span.start, span.end, span.label) for span in spans}


def line_of(name: str, spans: Sequence[tuple[str, str]], article: Article = ARTICLE) -> str:
    entries = [
        {"id": f"s{n}", "start": TEXT.index(words), "end": TEXT.index(words) + len(words), "label": label}
        for n, (words, label) in enumerate(spans)
    ]
    meta = {"annotator": name, "state": "finished"}
    return json.dumps({"id": article.id, "text": TEXT, "spans": entries, "meta": meta})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project with an article by three annotators."""
    (tmp_path / "labels.yaml").write_text("labels: [actor, location, casualty]\n", encoding="utf-8")
    lines = [
        line_of("ana", [("Rebels", "actor"), ("Moru", "location")]),
        line_of("bea", [("Rebels", "actor"), ("Three soldiers", "casualty")]),
        line_of("cem", [("Rebels", "actor"), ("Moru", "location"), ("soldiers", "casualty")]),
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    return tmp_path


def export(folder: Path, *words: str) -> tuple[str, str]:
    """Export into a file; give its text, and what was said."""
    done = run(folder, "export", "-o", str(folder / "out"), *words)
    assert done.exit_code == 0, done.stderr
    return (folder / "out").read_text("utf-8"), done.stderr


def test_an_export_of_a_consensus_has_who_voted_and_fits_the_schema(folder: Path) -> None:
    text, said = export(folder, "--consensus", "majority", "--unit", "article")
    record = json.loads(text)
    VALIDATOR.validate(record)
    assert record["meta"]["annotator"] == "consensus"
    assert [(each["text"], each["votes"]) for each in record["spans"]] == [
        ("Rebels", {"ana": True, "bea": True, "cem": True}),
        ("Moru", {"ana": True, "bea": False, "cem": True}),
    ]
    assert said == "1 record, 2 spans\n"


def test_some_annotators_can_vote_alone_and_other_formats_have_no_votes(folder: Path) -> None:
    words = ["--consensus", "union", "--annotators", "ana,bea", "--unit", "article"]
    record = json.loads(export(folder, *words)[0])
    assert [each["text"] for each in record["spans"]] == ["Rebels", "Moru", "Three soldiers"]
    assert "B-casualty" in export(folder, *words, "--format", "conll")[0]


def test_what_was_decided_between_others_has_no_vote(folder: Path) -> None:
    words = ["--consensus", "union", "--unit", "article"]
    before, _ = export(folder, *words)
    (folder / "gold.jsonl").write_text(line_of("gold", [("Nobody", "actor")]), encoding="utf-8")
    assert run(folder, "import", str(folder / "gold.jsonl")).exit_code == 0
    assert export(folder, *words)[0] == before
    assert "Nobody" in export(folder, *words, "--annotators", "ana,gold")[0]


def test_a_split_says_who_voted_and_how_it_is_made_again(folder: Path) -> None:
    done = run(
        folder, "export", "--consensus", "majority", "--annotators", "ana,cem",
        "--split", "80/20", "-o", str(folder / "set"),
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "--consensus majority --annotators ana,cem" in (folder / "set" / "manifest.json").read_text(
        "utf-8"
    )
    card = (folder / "set" / "datacard.md").read_text("utf-8")
    assert "- Who voted for the spans: ana (2 spans), cem (2 spans)\n" in card


def test_an_imported_consensus_keeps_its_votes_as_what_is_said_of_a_span(
    folder: Path, tmp_path: Path
) -> None:
    exported, _ = export(folder, "--consensus", "majority", "--unit", "article")
    other = tmp_path / "other"
    other.mkdir()
    (other / "labels.yaml").write_text("labels: [actor, location, casualty]\n", encoding="utf-8")
    (other / "gold.jsonl").write_text(exported, encoding="utf-8")
    assert run(other, "import", str(other / "gold.jsonl")).stderr == "1 new article, 2 spans\n"
    record = json.loads(export(other, "--unit", "article")[0])
    assert record["spans"][1]["attributes"] == {"votes": {"ana": True, "bea": False, "cem": True}}


def test_where_nobody_can_vote_the_export_says_so(folder: Path) -> None:
    text, said = export(folder, "--consensus", "union", "--annotators", "ana")
    assert text == ""
    assert "left out 3 paragraphs that only one annotator finished\n" in said
    assert "no paragraph was finished by two of ana\n" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--annotators", "ana"], "--annotators says who votes: give --consensus"),
        (["--consensus", "union", "--all"], "--consensus is of what was finished: leave out --all"),
        (["--consensus", "union", "--annotator", "ana"], "--consensus is of several: name them with"),
        (
            ["--consensus", "union", "--annotators", "ana,zoe"],
            "there is nothing by 'zoe'; annotators so far",
        ),
    ],
)
def test_what_is_no_vote_is_one_sentence(folder: Path, words: list[str], sentence: str) -> None:
    done = run(folder, "export", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr


@pytest.mark.parametrize("rule", ["dawid-skene", "mace"])
def test_without_its_library_a_rule_by_weights_says_what_to_install(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "labels.yaml").write_text("labels: [actor]\n", encoding="utf-8")
    (tmp_path / "one.txt").write_text("One.\n", encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "one.txt")).exit_code == 0
    monkeypatch.setitem(sys.modules, "crowdkit", None)
    done = run(tmp_path, "export", "--consensus", rule, "-o", str(tmp_path / "out.jsonl"))
    assert done.exit_code == 2
    assert done.stderr.endswith("need crowd-kit; install it with: pip install 'spantag[crowd]'\n")
    assert not (tmp_path / "out.jsonl").exists()
