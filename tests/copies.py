"""Copies of a project for tests of syncing: people who work in them, and what can be compared."""

import json
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.record_lines import read_lines
from tui.model.assignment import AssignmentRule
from tui.model.event_ids import next_event_ids
from tui.model.events import Act, Add, Change, Finish, Flag, Note, Relate, Remove, Tag
from tui.model.parcel import SharedArticle
from tui.model.span import Relation, Span
from tui.project.exporting import ExportOptions
from tui.project.place import Place
from tui.project.project import Project
from tui.store import Store, clock
from tui.sync.files import sync_with_file
from tui.sync.report import SyncReport
from tui.sync.ways import Ways

TEXTS: Final = (
    "Two men fled.\n\nA rocket hit Kharsa.\n",
    "Washington said no.",
    "Nobody was hurt.\nA drone fell on the market.\n",
)
"""Few texts, so that copies meet the same ones."""

EVERYTHING: Final = Ways()
"""Both ways."""

DAY: Final = 86_400_000
"""Milliseconds."""


def open_copy(folder: Path, annotator: str) -> Project:
    """Open a copy of the project in a folder of its own."""
    folder.mkdir(exist_ok=True)
    (folder / "labels.yaml").write_text("labels: [actor, weapon, casualty, location]\n", encoding="utf-8")
    return Project.open(Place.of(folder, annotator=annotator))


def sync(here: Project, there: Path, ways: Ways = EVERYTHING) -> SyncReport:
    """Sync a project with the database at a path."""
    report = SyncReport()
    sync_with_file(here.store, there, ways, report)
    return report


def choose_ways(project: Project, chance: Random) -> Ways:
    """Choose any way in which a person may sync."""
    only = project.annotator
    return chance.choice((Ways(), Ways(push=False), Ways(pull=False), Ways(only=only), Ways(only=only)))


def shift_clock(monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> None:
    """Let the clock go wrong by so much."""
    now, ids = _utc_now, _next_ids
    moved = now()
    monkeypatch.setattr(clock, "utc_now", lambda: f"2026-11-{10 + milliseconds // DAY:02}{moved[10:]}")
    monkeypatch.setattr(
        clock,
        "next_event_ids",
        lambda last, count, *, clock, tail: ids(last, count, clock=clock + milliseconds, tail=tail),
    )


_utc_now = clock.utc_now
_next_ids = next_event_ids


def work(project: Project, chance: Random) -> None:
    """Do anything that a person may do."""
    chance.choice((_import, _import, _tag, _tag, _tag, _step, _take_out, _take_back, _assign))(
        project, chance
    )


def _import(project: Project, chance: Random) -> None:
    text = chance.choice(TEXTS)
    record: dict[str, object] = {"text": text}
    if chance.random() < 0.6:
        # An id is always that of the same text.
        record["id"] = f"{chance.choice('ab')}{TEXTS.index(text)}"
    if chance.random() < 0.5:
        record["spans"] = [{"start": 0, "end": chance.choice((3, 6)), "label": "actor"}]
    if chance.random() < 0.3:
        record["meta"] = {"title": chance.choice("TU"), "place": chance.choice("PQ")}
    path = project.place.folder / "in.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    project.import_files([path], tell=lambda _: None)


def _tag(project: Project, chance: Random) -> None:
    number = _choose(project, chance)
    if number is None:
        return
    article, layer = project.open_article(number)
    start = chance.randrange(len(article.text) - 3)
    label = chance.choice(("actor", "weapon"))
    new = Span(project.new_id(), start, start + 3, label)
    spans = list(layer.spans)
    acts: list[Act] = [
        Add((new,)),
        Finish((0,)),
        Flag((0,)),
        Tag("topic", chance.choice("xy")),
        Note(paragraph=0, text="n"),
    ]
    act = chance.choice(acts)
    if spans and chance.random() < 0.5:
        chosen = chance.choice(spans)
        act = chance.choice(
            (
                Remove((chosen,)),
                Change(span=chosen, label=label),
                Relate((Relation(project.new_id(), "with", chosen, chance.choice(spans)),)),
            )
        )
    project.act(article, layer, [act])


def _step(project: Project, chance: Random) -> None:
    number = _choose(project, chance)
    if number is None:
        return
    article, layer = project.open_article(number)
    if layer.undone and chance.random() < 0.5:
        project.step(article, layer, "redo", layer.undone[-1])
    elif layer.done:
        project.step(article, layer, "undo", layer.done[-1])


def _take_out(project: Project, chance: Random) -> None:
    number = _choose(project, chance)
    if number is not None and chance.random() < 0.5:
        project.remove_articles([number])
    else:
        project.restore_removed()


def _take_back(project: Project, chance: Random) -> None:
    imports = [each.number for each in project.list_imports() if not each.is_undone]
    if imports and chance.random() < 0.4:
        project.undo_import(chance.choice(imports))


def _assign(project: Project, chance: Random) -> None:
    number = _choose(project, chance)
    if number is not None and chance.random() < 0.5:
        project.assign_articles([number], [chance.choice(("ana", "bea"))])
    elif chance.random() < 0.2:
        project.clear_assignment()
    else:
        rule = AssignmentRule({"ana": 1.0, "bea": chance.choice((1.0, 2.5))}, 1, chance.randrange(9))
        project.assign_by_rule(rule, calibration=chance.randrange(2))


def _choose(project: Project, chance: Random) -> int | None:
    numbers = list(project.list_articles())
    return chance.choice(numbers) if numbers else None


def state_of(project: Project) -> dict[str, object]:
    """Give all that copies have in common once they are together."""
    store = project.store
    path = project.place.folder / "out.jsonl"
    project.export_file(path, ExportOptions("article", everything=True))
    lines = sorted(json.dumps(line, sort_keys=True) for line in read_lines(path))
    listed = store.exchange.list_articles(after=0, most=10_000)
    removed = store.articles.find_removed()
    return {
        "export": lines,
        "articles": sorted((_write(each.about) for each in listed), key=str),
        "removed": sorted(each.about.name for each in listed if each.number in removed),
        "events": store.exchange.read_events(store.exchange.list_event_ids(after="", most=100_000)),
        "steps": store.exchange.list_steps(),
        "layers": layers_of(store),
    }


def layers_of(store: Store) -> dict[tuple[str, str], str]:
    """Give what everybody says of every article, as it is derived from the log."""
    layers: dict[tuple[str, str], str] = {}
    for each in store.exchange.list_articles(after=0, most=10_000):
        for annotator in store.log.list_annotators(each.number):
            layer = store.log.load_layer(each.number, annotator)
            said = (
                layer.spans,
                layer.relations,
                layer.states,
                layer.flags,
                layer.notes,
                layer.article_labels,
            )
            layers[each.about.name, annotator] = repr([sorted(part, key=str) for part in said]) + repr(
                said[0]
            )
    return layers


def _write(about: SharedArticle) -> str:
    return (
        f"{about.digest} {about.names} {about.title} {json.dumps(about.meta, sort_keys=True, default=dict)}"
    )


def reopen(project: Project) -> Project:
    """Open a project as a new process would."""
    with closing(project):
        return project.open_again()


def bring(project: Project, *records: object) -> None:
    """Import records, none of which is refused."""
    path = project.place.folder / "in.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in records), encoding="utf-8")
    report = project.import_files([path], tell=lambda _: None)
    assert report.refused == 0


def tag(project: Project, number: int, start: int, end: int, label: str = "actor") -> str:
    """Make a span, as its annotator would; give its id."""
    article, layer = project.open_article(number)
    span = Span(project.new_id(), start, end, label)
    project.act(article, layer, [Add((span,))])
    return span.id
