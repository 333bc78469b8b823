"""Back to where it came from: after one change in spantag, a tool finds everything else as it was.

Each tool's file is made here and read by a reading of its own, that knows nothing of spantag's.
"""

import json
import re
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readers import writing_of
from tui.errors import Refusal
from tui.formats.shared.writing import Loss, Losses, WriteOptions
from tui.model import events
from tui.model.events import Add, Remove
from tui.model.record import Unit
from tui.model.span import Span
from tui.project.datasets import export_files
from tui.project.exporting import ExportOptions
from tui.project.place import Place
from tui.project.project import Project

LABELS = ("actor", "weapon", "place")
WORDS = ("Rebels", "fled", "to", "日本", "😀", "e\u0301t\u00e9", "קרב", "rockets", "hit", "town")


@dataclass(frozen=True)
class Text:
    """A text with what is said of it: spans and relations by their numbers in the lists."""

    words: tuple[str, ...]
    gaps: tuple[str, ...]
    spans: tuple[tuple[int, int, str], ...]
    """First word, one past the last, label."""
    relations: tuple[tuple[int, int, str], ...]
    sure: tuple[str, ...]
    """What is said of each span; empty where it is nothing."""

    @property
    def text(self) -> str:
        """Give the text."""
        return "".join(word + gap for word, gap in zip(self.words, self.gaps, strict=True)).strip()

    def places(self) -> list[tuple[int, int, str]]:
        """Give the spans in code points."""
        starts = [sum(map(len, self.words[:at] + self.gaps[:at])) for at in range(len(self.words))]
        ends = [start + len(word) for start, word in zip(starts, self.words, strict=True)]
        return [(starts[first], ends[last - 1], label) for first, last, label in self.spans]


@dataclass(frozen=True)
class Change:
    """One change: what is done, with which span, and the label where one is given."""

    kind: str
    number: int
    label: str


@st.composite
def texts(draw: st.DrawFn, gaps: tuple[str, ...] = (" ", "  "), *, is_flat: bool = False) -> Text:
    words = draw(st.lists(st.sampled_from(WORDS), min_size=3, max_size=7))
    found: dict[tuple[int, int], str] = {}
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(words) - 1))
        last = draw(st.integers(first + 1, min(first + 3, len(words))))
        if not is_flat or all(last <= start or end <= first for start, end in found):
            found.setdefault((first, last), draw(st.sampled_from(LABELS)))
    count = len(found)
    ends = st.integers(0, count - 1)
    links = draw(st.lists(st.tuples(ends, ends), max_size=2, unique=True)) if count > 1 else []
    return Text(
        tuple(words),
        tuple(draw(st.sampled_from(gaps)) for _ in words),
        tuple((first, last, label) for (first, last), label in found.items()),
        tuple((head, tail, "uses") for head, tail in links if head != tail),
        tuple(draw(st.sampled_from(("", "very", "little"))) for _ in found),
    )


several = st.lists(texts(), min_size=1, max_size=2, unique_by=lambda each: each.text)
changes = st.builds(
    Change,
    st.sampled_from(["remove", "relabel", "add"]),
    st.integers(0, 3),
    st.sampled_from([*LABELS, "new"]),
)


@dataclass
class Found:
    """What a tool finds of one text: spans by id, and everything else, each with the spans it is about."""

    text: str
    spans: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    facts: list[tuple[tuple[str, ...], object]] = field(default_factory=list)

    def seen(self) -> tuple[object, ...]:
        """Give it all so that it can be compared."""
        return self.text, self.spans, sorted(self.facts, key=repr)


def change_first(project: Project, change: Change, found: Found, span_of: Callable[[str], str]) -> Found:
    """Do one thing to the first text, through the log; give what is expected of it then."""
    article, layer = project.open_article(1)
    (annotator,) = project.store.log.list_annotators(1)
    layer = project.store.log.load_layer(1, annotator)
    names = list(found.spans)
    name = names[change.number % len(names)]
    start, end, _ = found.spans[name]
    whole = (0, len(found.text))
    expected = Found(found.text, dict(found.spans), list(found.facts))
    if change.kind == "remove":
        project.store.log.append(article, annotator, layer, [Remove((span_of(name),))])
        del expected.spans[name]
        expected.facts = [(about, fact) for about, fact in found.facts if name not in about]
    elif change.kind == "relabel" or whole in [each[:2] for each in found.spans.values()]:
        act = events.Change(span_of(name), label=change.label)
        project.store.log.append(article, annotator, layer, [act])
        expected.spans[name] = (start, end, change.label)
    else:
        added = Span("new-1", *whole, change.label)
        project.store.log.append(article, annotator, layer, [Add((added,))])
        expected.spans["+"] = (*whole, change.label)
    return expected


def agree(after: Found, expected: Found) -> None:
    """Compare what a tool finds with what is expected; a new span may have any id that is new."""
    if "+" in expected.spans:
        (name,) = set(after.spans) - set(expected.spans)
        expected = replace(expected, spans={**expected.spans, name: expected.spans["+"]})
        del expected.spans["+"]
    assert after.seen() == expected.seen()


def go_back(
    name: str,
    put: Callable[[Path], Path],
    get: Callable[[Path], list[Found]],
    change: Change,
    *,
    span_of: Callable[[str], str] = str,
    unit: Unit = "article",
    labels: str = "labels: [new]\n",
    comes_back: Callable[[Found], bool] = lambda _: True,
) -> None:
    """Import what is put into a folder, change one span of the first text, export, and compare.

    Of what was not looked at, nothing comes back.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "in").mkdir()
        path = put(folder / "in")
        before = get(path)
        (folder / "labels.yaml").write_text(labels, encoding="utf-8")
        with closing(Project.open(Place.of(folder, annotator="ana"))) as project:
            said: list[Refusal] = []
            report = project.import_files([path], add_labels=True, tell=said.append)
            assert report.articles == len(before), said
            expected = [change_first(project, change, before[0], span_of), *before[1:]]
            expected = [each for each in expected if comes_back(each)]
            out = folder / f"out{writing_of(name).suffix}"
            told: list[Loss] = []
            job = project.plan_export(ExportOptions(unit), name, WriteOptions(losses=Losses(told.append)))
            export_files(job, out)
        assert not told
        after = get(out)
    assert len(after) == len(expected)
    for each, wanted in zip(after, expected, strict=True):
        agree(each, wanted)


slow = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def put_brat(folder: Path, drawn: list[Text]) -> Path:
    """Write a folder of brat's: numbers with gaps, an event, an equivalence, notes and normalizations."""
    for number, each in enumerate(drawn):
        lines = []
        for at, (start, end, label) in enumerate(each.places()):
            lines.append(f"T{at * 2 + 3}\t{label} {start} {end}\t{each.text[start:end]}")
            if each.sure[at]:
                lines.append(f"A{at + 5}\tSure T{at * 2 + 3} {each.sure[at]}")
                lines.append(f"#{at + 2}\tAnnotatorNotes T{at * 2 + 3}\tis it?")
                lines.append(f"N{at + 1}\tReference T{at * 2 + 3} Wiki:{at}\tsomething")
        for at, (head, tail, label) in enumerate(each.relations):
            ends = f"T{head * 2 + 3}", f"T{tail * 2 + 3}"
            if at:
                lines.append(f"R{at + 4}\t{label} Arg1:{ends[0]} Arg2:{ends[1]}")
                lines.append(f"A{at + 40}\tSure R{at + 4} very")
            else:
                lines.append(f"E{at + 4}\t{each.spans[head][2]}:{ends[0]} Agent:{ends[1]}")
                lines.append(f"A{at + 50}\tNegation E{at + 4}")
        if len(each.spans) > 2:
            lines.append(f"*\tAlias T3 T{2 * len(each.spans) + 1}")
        (folder / f"doc {number}.txt").write_text(each.text, encoding="utf-8")
        (folder / f"doc {number}.ann").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


def get_brat(folder: Path) -> list[Found]:
    return [read_ann(path) for path in ([folder] if folder.is_file() else sorted(folder.glob("*.ann")))]


def read_ann(path: Path) -> Found:
    """Read a file of brat's line by line; what is said of an event or relation is about its spans, too."""
    found = Found(path.with_suffix(".txt").read_text(encoding="utf-8"))
    found.facts.append(((), path.stem))
    rows = [line.rstrip("\t ").split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    about: dict[str, tuple[str, ...]] = {}
    for row in rows:
        name, words = row[0], row[1].split(" ")
        if name[0] == "T":
            found.spans[name] = int(words[1]), int(words[2]), words[0]
            assert found.text[int(words[1]) : int(words[2])] == row[2]
            about[name] = (name,)
        elif name[0] == "R":
            about[name] = tuple(word.partition(":")[2] for word in words[1:])
            found.facts.append((about[name], row))
        elif name[0] == "E":
            about[name] = (words[0].partition(":")[2],)
            assert words[0].partition(":")[0] == found.spans[about[name][0]][2]
            found.facts.append((about[name], name))
            for word in words[1:]:
                found.facts.append(((*about[name], word.partition(":")[2]), (name, word)))
        elif name[0] == "*":
            found.facts.append((tuple(words[1:]), row))
    for row in rows:
        if row[0][0] in "A#N":
            found.facts.append((about[row[1].split(" ")[1]], row))
    return found


@given(drawn=several, change=changes)
@slow
def test_brat_finds_everything_else_as_it_was(drawn: list[Text], change: Change) -> None:
    go_back("brat", lambda folder: put_brat(folder, drawn), get_brat, change)


METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type"


def put_cas(folder: Path, drawn: list[Text]) -> Path:
    """Write a folder of INCEpTION's: spans in two layers, relations, roles, and what is known of the text."""
    for number, each in enumerate(drawn):
        text = each.text
        structures: list[dict[str, object]] = [
            {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": text},
            {"%ID": 90, "%TYPE": f"{METADATA}.DocumentMetaData", "@sofa": 1, "begin": 0, "end": units(text),
             "documentTitle": f"doc {number}.txt", "language": "de"},
        ]  # fmt: skip
        hosts: dict[int, list[int]] = {}
        for at, (head, tail, label) in enumerate(each.relations):
            ends = {"@Governor": head * 3 + 10, "@Dependent": tail * 3 + 10}
            if at:
                begin, end = (units(text[:edge]) for edge in each.places()[tail][:2])
                structures.append(
                    {
                        "%ID": at + 60,
                        "%TYPE": "custom.Link",
                        "@sofa": 1,
                        "begin": begin,
                        "end": end,
                        "is": label,
                    }
                    | ends
                )
            else:
                hosts[head] = [at + 70]
                structures.append(
                    {"%ID": at + 70, "%TYPE": "custom.Role", "role": label, "@target": tail * 3 + 10}
                )
                structures.append({"%ID": at + 80, "%TYPE": "custom.Role[]", "%ELEMENTS": hosts[head]})
        for at, (start, end, label) in enumerate(each.places()):
            layer, feature = (
                ("custom.Thing", "label") if label == "place" else ("webanno.custom.Event", "value")
            )
            span: dict[str, object] = {"%ID": at * 3 + 10, "%TYPE": layer, "@sofa": 1, feature: label}
            span |= {"begin": units(text[:start]), "end": units(text[:end])}
            span |= {"sure": each.sure[at], "count": at} if each.sure[at] else {}
            structures.append(span | ({"@roles": 80} if at in hosts else {}))
        for at, word in enumerate(re.finditer(r"\S+", text)):
            place = {"begin": units(text[: word.start()]), "end": units(text[: word.end()])}
            structures.append({"%ID": 100 + at, "%TYPE": "x.Token", "@sofa": 1, **place})
        members = [each["%ID"] for each in structures if "begin" in each]
        cas: dict[str, object] = {"%TYPES": {}, "%FEATURE_STRUCTURES": structures}
        cas["%VIEWS"] = {"_InitialView": {"%SOFA": 1, "%MEMBERS": members}}
        (folder / f"doc {number}.json").write_text(json.dumps(cas), encoding="utf-8")
    return folder


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def get_cas(folder: Path) -> list[Found]:
    return [read_cas(path) for path in ([folder] if folder.is_file() else sorted(folder.glob("*.json")))]


def read_cas(path: Path) -> Found:
    """Read a CAS by its specification; a structure without a number of its own is what it says."""
    cas = json.loads(path.read_text(encoding="utf-8"))
    by_id = {each["%ID"]: each for each in cas["%FEATURE_STRUCTURES"]}
    text = next(each["sofaString"] for each in by_id.values() if "sofaString" in each)
    found = Found(text, facts=[((), path.stem)])
    members = cas["%VIEWS"]["_InitialView"]["%MEMBERS"]
    assert sorted(members) == sorted(name for name, each in by_id.items() if "begin" in each)
    for name, each in by_id.items():
        rest = {key: value for key, value in each.items() if key not in ("%ID", "@sofa", "@roles")}
        if each["%TYPE"].endswith("DocumentMetaData"):
            found.facts.append(((), tuple(sorted(rest.items()))))
        elif each["%TYPE"] == "x.Token":
            found.facts.append(((), tuple(rest.items())))
        elif each["%TYPE"] == "custom.Link":
            found.facts.append(
                ((str(rest["@Governor"]), str(rest["@Dependent"])), (name, sorted(rest.items())))
            )
        elif "begin" in each:
            key = "label" if each["%TYPE"] == "custom.Thing" else "value"
            edges = [
                len(text.encode("utf-16-le")[: 2 * rest.pop(edge)].decode("utf-16-le"))
                for edge in ("begin", "end")
            ]
            found.spans[str(name)] = (edges[0], edges[1], rest.pop(key))
            about = (str(name),)
            found.facts += [(about, (key, value)) for key, value in rest.items() if key != "%TYPE"]
            for role in by_id[each["@roles"]]["%ELEMENTS"] if "@roles" in each else ():
                target = str(by_id[role]["@target"])
                found.facts.append(((*about, target), (by_id[role]["%TYPE"], by_id[role]["role"])))
    return found


@given(drawn=several, change=changes)
@slow
def test_inception_finds_everything_else_as_it_was(drawn: list[Text], change: Change) -> None:
    go_back("uima-cas", lambda folder: put_cas(folder, drawn), get_cas, change)


def put_tasks(folder: Path, drawn: list[Text]) -> Path:
    """Write a file of Label Studio's tasks, as a project with questions of its own exports them."""
    tasks = [task_of(number, each) for number, each in enumerate(drawn)]
    path = folder / "project-3.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return path


def task_of(number: int, each: Text) -> dict[str, object]:
    results: list[dict[str, object]] = []
    for at, (start, end, label) in enumerate(each.places()):
        place = {"start": start, "end": end, "text": each.text[start:end]}
        head = {"id": f"r{at}x", "to_name": "body", "origin": "manual"}
        meta = {"meta": {"text": ["is it?"]}} if each.sure[at] else {}
        value = {**place, "labels": [label]}
        results.append({**head, **meta, "from_name": "ner", "type": "labels", "value": value})
        if each.sure[at]:
            value = {**place, "choices": [each.sure[at]]}
            results.append({**head, "from_name": "sure", "type": "choices", "value": value})
            value = {**place, "rating": at}
            results.append({**head, "from_name": "stars", "type": "rating", "value": value})
            value = {**place, "taxonomy": [["a", "b"], ["c"]]}
            results.append({**head, "from_name": "kind", "type": "taxonomy", "value": value})
            value = {**place, "text": ["one", "two"]}
            results.append({**head, "from_name": "remark", "type": "textarea", "value": value})
            value = {**place, "number": 0.5}
            results.append({**head, "from_name": "share", "type": "number", "value": value})
    for at, (head_at, tail_at, label) in enumerate(each.relations):
        direction = ("right", "left", "bi")[(at + len(each.words)) % 3]
        ends = [f"r{head_at}x", f"r{tail_at}x"][:: -1 if direction == "left" else 1]
        said = {"from_id": ends[0], "to_id": ends[1], "direction": direction}
        results.append({"type": "relation", **said, "labels": [label, *["calls"] * at]})
    mood: dict[str, object] = {"id": "m1", "from_name": "mood", "to_name": "body", "type": "choices"}
    results.append({**mood, "value": {"choices": ["bad"]}, "origin": "manual"})
    annotation = {"id": 1000 + number, "completed_by": 4, "was_cancelled": False, "ground_truth": True}
    return {
        "id": 70 + number, "inner_id": number + 1, "project": 3, "predictions": [],
        "data": {"body": each.text, "source": "wire", "title": f"Raid {number}", "id": f"w{number}"},
        "annotations": [{**annotation, "lead_time": 3.5, "result": results}],
    }  # fmt: skip


def get_tasks(path: Path) -> list[Found]:
    return [read_task(task) for task in json.loads(path.read_text(encoding="utf-8"))]


def read_task(task: dict[str, Any]) -> Found:
    found = Found(task["data"].pop("body"))
    (annotation,) = task.pop("annotations")
    for result in annotation.pop("result"):
        about, value = (str(result.get("id")),), result.get("value", {})
        if result["type"] == "labels":
            assert found.text[value["start"] : value["end"]] == value["text"]
            found.spans[about[0]] = (value["start"], value["end"], *value["labels"])
            found.facts.append((about, (result["from_name"], result["to_name"], result.get("meta"))))
        elif result["type"] == "relation":
            found.facts.append(((result["from_id"], result["to_id"]), json.dumps(result, sort_keys=True)))
        else:
            found.facts.append((about, json.dumps(result, sort_keys=True)))
    found.facts.append(((), (json.dumps(task, sort_keys=True), json.dumps(annotation, sort_keys=True))))
    return found


def without_the_new_ones_own(found: list[Found]) -> list[Found]:
    """Leave out of each reading the question that a new span answers."""
    for each in found:
        each.facts = [(about, fact) for about, fact in each.facts if about != ("new-1",)]
    return found


@given(drawn=several, change=changes)
@slow
def test_label_studio_finds_everything_else_as_it_was(drawn: list[Text], change: Change) -> None:
    def get(path: Path) -> list[Found]:
        return without_the_new_ones_own(get_tasks(path))

    go_back("label-studio", lambda folder: put_tasks(folder, drawn), get, change)


def put_tasks_of_prodigy(folder: Path, drawn: list[Text]) -> Path:
    """Write what `prodigy db-out` writes, with metadata, fields of its own, and relations."""
    rows = []
    for number, each in enumerate(drawn):
        starts = [sum(map(len, each.words[:at] + each.gaps[:at])) for at in range(len(each.words))]
        tokens = [
            {"text": word, "start": start, "end": start + len(word), "id": at, "ws": True}
            for at, (word, start) in enumerate(zip(each.words, starts, strict=True))
        ]
        spans: list[dict[str, object]] = []
        for (first, last, label), (start, end, _), sure in zip(
            each.spans, each.places(), each.sure, strict=True
        ):
            place = {"start": start, "end": end, "token_start": first, "token_end": last - 1, "label": label}
            spans.append(place | ({"sure": sure} if sure else {}))
        relations = [
            {"head": each.spans[head][1] - 1, "child": each.spans[tail][1] - 1, "label": label,
             "head_span": spans[head], "child_span": spans[tail]}
            for head, tail, label in each.relations
        ]  # fmt: skip
        rows.append(
            {"text": each.text, "meta": {"source": "wire", "title": f"Raid {number}", "id": number},
             "_input_hash": 100 + number, "_task_hash": -200 - number, "tokens": tokens, "doc_id": "x",
             "_session_id": None, "_view_id": "spans_manual", "spans": spans, "relations": relations,
             "answer": "accept", "_timestamp": 1700000000 + number}
        )  # fmt: skip
    path = folder / "annotations.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def get_tasks_of_prodigy(path: Path) -> list[Found]:
    return [read_row_of_prodigy(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def read_row_of_prodigy(row: dict[str, Any]) -> Found:
    """Read a task; a span, which has no id, is known by its place, and tokens are made anew."""
    found, tokens = Found(row.pop("text")), row.pop("tokens")
    for span in row.pop("spans", ()):
        name = f"{span['start']}-{span['end']}"
        assert tokens[span["token_start"]]["start"] == span["start"]
        assert tokens[span["token_end"]]["end"] == span["end"]
        found.spans[name if name not in found.spans else f"{name}+"] = (
            span["start"],
            span["end"],
            span["label"],
        )
        if "sure" in span:
            found.facts.append(((name,), span["sure"]))
    for link in row.pop("relations", ()):
        ends = tuple(f"{link[key]['start']}-{link[key]['end']}" for key in ("head_span", "child_span"))
        assert tokens[link["head"]]["end"] == link["head_span"]["end"]
        found.facts.append((ends, link["label"]))
    assert row.pop("_annotator_id", "ana") == "ana"
    found.facts.append(((), json.dumps(row, sort_keys=True)))
    return found


@given(drawn=several, change=changes)
@slow
def test_prodigy_finds_everything_else_as_it_was(drawn: list[Text], change: Change) -> None:
    number = {f"{start}-{end}": f"s{at}" for at, (start, end, _) in enumerate(drawn[0].places(), start=1)}
    go_back(
        "prodigy",
        lambda folder: put_tasks_of_prodigy(folder, drawn),
        get_tasks_of_prodigy,
        change,
        span_of=number.__getitem__,
    )


def put_rows(folder: Path, drawn: list[Text], *, with_relations: bool) -> Path:
    """Write doccano's lines, in the shape of projects with relations or that of others."""
    rows: list[dict[str, object]] = []
    for number, each in enumerate(drawn):
        row: dict[str, object] = {
            "id": 5000 + number,
            "text": each.text,
            "source": "wire",
            "Comments": ["why?"],
        }
        places = each.places()
        if with_relations:
            row["entities"] = [
                {"id": 70 + 3 * at, "start_offset": start, "end_offset": end, "label": label}
                for at, (start, end, label) in enumerate(places)
            ]
            row["relations"] = [
                {"id": 9 + at, "from_id": 70 + 3 * head, "to_id": 70 + 3 * tail, "type": label}
                for at, (head, tail, label) in enumerate(each.relations)
            ]
        else:
            row["label"] = [list(place) for place in places]
        rows.append(row)
    path = folder / "all.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def get_rows(path: Path) -> list[Found]:
    return [read_row(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def read_row(row: dict[str, Any]) -> Found:
    """Read a line; metadata may stand under `meta`, and a span without an id is known by its place."""
    found = Found(row.pop("text"))
    for start, end, label in row.pop("label", ()):
        name = f"{start}-{end}"
        found.spans[name] = start, end, label
    for each in row.pop("entities", ()):
        found.spans[str(each["id"])] = each["start_offset"], each["end_offset"], each["label"]
    for each in row.pop("relations", ()):
        found.facts.append(((str(each["from_id"]), str(each["to_id"])), (each["id"], each["type"])))
    meta = row.pop("meta", {})
    assert meta.pop("annotator", "ana") == "ana"
    found.facts.append(((), json.dumps({**meta, **row}, sort_keys=True)))
    return found


@pytest.mark.parametrize("with_relations", [True, False])
@given(drawn=several, change=changes)
@slow
def test_doccano_finds_everything_else_as_it_was(
    drawn: list[Text], change: Change, *, with_relations: bool
) -> None:
    number = {f"{start}-{end}": f"s{at}" for at, (start, end, _) in enumerate(drawn[0].places(), start=1)}
    go_back(
        "doccano",
        lambda folder: put_rows(folder, drawn, with_relations=with_relations),
        get_rows,
        change,
        span_of=str if with_relations else number.__getitem__,
        labels="labels: [new]\n" + "relations: [{name: uses}]\n" * with_relations,
    )


def put_conll(folder: Path, drawn: list[Text]) -> Path:
    """Write CoNLL-2003 with parts of speech and chunks, two sentences a document."""
    lines = []
    for each in drawn:
        tags = ["O"] * len(each.words)
        for first, last, label in each.spans:
            tags[first:last] = [f"B-{label}", *[f"I-{label}"] * (last - first - 1)]
        lines += ["-DOCSTART- -X- -X- O", ""]
        lines += [
            f"{word} NN{at} B-NP {tag}" for at, (word, tag) in enumerate(zip(each.words, tags, strict=True))
        ]
        lines += ["", "The DT I-NP O", "52-year-old JJ I-NP O", "U.S. NNP B-NP O", ""]
    path = folder / "eng.train"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def get_conll(path: Path) -> list[Found]:
    """Read a file row by row; a span, which has no id, is known by its place."""
    found: list[Found] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        cells = line.split(" ")
        if cells[0] == "-DOCSTART-":
            found.append(Found("", facts=[((), line)]))
        elif not line and found:
            found[-1].text += "\n" * bool(found[-1].text)
        else:
            each, tag = found[-1], cells[3]
            start = len(each.text) + (each.text[-1:] not in ("", "\n"))
            each.text += f"{' ' * (start - len(each.text))}{cells[0]}"
            each.facts.append(((), (start, *cells[:3])))
            if tag[0] == "B":
                each.spans[str(start)] = start, len(each.text), tag[2:]
            elif tag[0] == "I":
                last = list(each.spans)[-1]
                each.spans[last] = each.spans[last][0], len(each.text), tag[2:]
    for each in found:
        each.text = each.text.strip()
    return found


flat = st.lists(texts((" ",), is_flat=True), min_size=1, max_size=2, unique_by=lambda each: each.text)


@given(drawn=flat, change=changes.filter(lambda change: change.kind != "add"))
@slow
def test_conll_finds_everything_else_as_it_was(drawn: list[Text], change: Change) -> None:
    starts = [f"{start}" for start, _, _ in sorted(drawn[0].places())]
    number = {start: f"s{at}" for at, start in enumerate(starts, start=1)}
    go_back(
        "conll",
        lambda folder: put_conll(folder, drawn),
        get_conll,
        change,
        span_of=number.__getitem__,
    )


CHANGES = [Change("remove", 1, ""), Change("relabel", 0, "new")]


@pytest.fixture
def peers(shared: Path) -> Path:
    return shared / "data" / "peers"


@pytest.mark.parametrize("change", CHANGES, ids=["remove", "relabel"])
@pytest.mark.parametrize("folder", ["news", "bio"])
def test_real_files_of_brat_go_back(peers: Path, folder: str, change: Change) -> None:
    count = 0
    for path in sorted((peers / "brat" / folder).glob("*.ann")):
        if read_ann(path).spans:
            go_back("brat", lambda _, path=path: path, get_brat, change)  # type: ignore[misc]
            count += 1
    assert count == {"news": 9, "bio": 6}[folder]


@pytest.mark.parametrize("change", CHANGES, ids=["remove", "relabel"])
def test_a_real_file_of_label_studio_goes_back(peers: Path, change: Change) -> None:
    def get(path: Path) -> list[Found]:
        read = json.loads(path.read_text(encoding="utf-8"))
        return [read_real_task(task) for task in (read if isinstance(read, list) else [read])]

    path = peers / "label_studio" / "named_entity" / "annotations" / "1.json"
    go_back("label-studio", lambda _: path, get, change)


def read_real_task(task: dict[str, Any]) -> Found:
    """Read a task, without what an export of Label Studio always has and this file has not."""
    (annotation,) = task["annotations"]
    found = Found(task["data"]["text"], facts=[((), (task["id"], task["task_path"], annotation["id"]))])
    for result in annotation["result"]:
        value = result["value"]
        found.spans[result["id"]] = value["start"], value["end"], *value["labels"]
        found.facts.append(((result["id"],), (result["from_name"], result["to_name"], result["type"])))
    return found


@pytest.mark.parametrize("change", CHANGES, ids=["remove", "relabel"])
@pytest.mark.parametrize(
    "name", ["annotations.jsonl", "annotated_news_headlines-ORG-PERSON-LOCATION-ner.jsonl"]
)
def test_real_files_of_prodigy_go_back(peers: Path, name: str, change: Change) -> None:
    def get(path: Path) -> list[Found]:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [read_row_of_prodigy({**row, "relations": row.get("relations", [])}) for row in rows]

    path = peers / "prodigy" / name
    first = get(path)[0]
    number = {place: f"s{at}" for at, place in enumerate(first.spans, start=1)}
    go_back("prodigy", lambda _: path, get, change, span_of=number.__getitem__)


@pytest.mark.parametrize("change", CHANGES, ids=["remove", "relabel"])
def test_a_real_file_of_doccano_goes_back(peers: Path, change: Change) -> None:
    path = peers / "doccano" / "admin.jsonl"
    number = {place: f"s{at}" for at, place in enumerate(get_rows(path)[0].spans, start=1)}
    go_back(
        "doccano",
        lambda _: path,
        get_rows,
        change,
        span_of=number.__getitem__,
        comes_back=lambda found: bool(found.spans),
    )


@pytest.mark.parametrize("change", CHANGES, ids=["remove", "relabel"])
def test_a_real_file_of_conll_goes_back(peers: Path, change: Change) -> None:
    path = peers / "spacy" / "ner-token-per-line-conll2003.iob"
    number = {place: f"s{at}" for at, place in enumerate(get_conll(path)[0].spans, start=1)}
    go_back("conll", lambda _: path, get_conll, change, span_of=number.__getitem__)


@pytest.mark.parametrize("change", CHANGES, ids=["remove", "relabel"])
@pytest.mark.parametrize(
    "name",
    ["StackedComplexSlotFeatureWithoutValues", "MultiTokenChain", "SingleNonTokenRelationWithoutFeature"],
)
def test_real_files_of_inception_go_back(peers: Path, name: str, change: Change) -> None:
    path = peers / "inception_webanno_tsv" / f"test{name}" / "reference.xmi"

    def get(folder: Path) -> list[Found]:
        return [read_xmi(path) if folder == path else read_links(next(folder.glob("*.json")))]

    go_back("uima-cas", lambda _: path, get, replace(change, label="new"))


LEFT_OUT = ("Token", "Sentence", "TagsetDescription", "Sofa", "NULL", "View", "DocumentMetaData")


def read_xmi(path: Path) -> Found:
    """Read the spans of XMI with their layers, and which of them is linked to which."""
    structures = []
    for each in ElementTree.parse(path).getroot():
        named = {key.rpartition("}")[2]: value for key, value in each.attrib.items()}
        structures.append({"type": each.tag.rpartition("}")[2], **named})
    return gather_links(structures)


def read_links(path: Path) -> Found:
    """Read the same of CAS JSON."""
    structures = []
    for each in json.loads(path.read_text(encoding="utf-8"))["%FEATURE_STRUCTURES"]:
        said = {
            key.lstrip("@%").lower() if key[0] == "%" else key.lstrip("@"): value
            for key, value in each.items()
        }
        said = {
            key: " ".join(map(str, each)) if isinstance(each, list) else str(each)
            for key, each in said.items()
        }
        structures.append(said | {"type": said["type"].rpartition(".")[2]})
    lists = {each["id"]: each["elements"] for each in structures if "elements" in each}
    for each in structures:
        each.update({key: lists[value] for key, value in each.items() if key == "links" and value in lists})
    return gather_links(structures)


def gather_links(structures: list[dict[str, str]]) -> Found:
    found = Found(next(each["sofaString"] for each in structures if "sofaString" in each))
    targets = {each["id"]: each["target"] for each in structures if "target" in each}
    for each in structures:
        if each["type"].endswith(LEFT_OUT) or "begin" not in each:
            continue
        if "Governor" in each:
            ends = each["Governor"], each["Dependent"]
            found.facts.append((ends, (each["id"], each["type"], each["begin"], each["end"])))
            continue
        label = each.get("value", each["type"])
        found.spans[each["id"]] = int(each["begin"]), int(each["end"]), label
        found.facts.append(((each["id"],), each["type"]))
        if "next" in each:
            found.facts.append(((each["id"], each["next"]), "next"))
        for slot in each.get("links", "").split():
            found.facts.append(((each["id"], targets[slot]), "links"))
    return found
