"""How many keys a relation or a role costs: an annotator who knows them links spans in the real app, by keys.

    python benchmarks/links.py GOLD.jsonl [--as relations|roles] [--articles N]

The spans of the first N articles with relations are tagged one after the other, which costs nothing here; a
span that was tagged is linked to those before it. With `--as roles` the relations of a label are the roles
of its events, which are filled at the end of each article, from its beginning on. As in the labels.yaml that
`spantag init` writes, one role of a label is required (that which most events have), so that F6 goes to the
next event that lacks it; where the gold has nobody in it, it is marked as not told. Every key counts that is
not for tagging, also those that bring a span into focus and go to other paragraphs; at the end the relations
are read from the database and have to be exactly the gold ones.
"""

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from corpus import ANNOTATOR
from textual.pilot import Pilot

from tui.model.events import Add
from tui.model.span import Relation, Span
from tui.project.place import Place
from tui.project.project import Project
from tui.session import Session, list_cast
from tui.text.folding import fold_text
from tui.ui.app import SpantagApp
from tui.ui.keys import Keymap
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.settings import Settings

SIZE: Final = (120, 40)
"""The terminal's columns and rows."""

_MOST_PAGES: Final = 3
"""Paragraphs that are paged through before the list is taken."""


def main() -> None:
    """Print keys per link."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("--as", dest="kind", choices=("relations", "roles"), default="relations")
    parser.add_argument("--articles", type=int, default=50)
    options = parser.parse_args()
    records = [json.loads(line) for line in options.gold.read_text("utf-8").splitlines()]
    for record in records:
        # A span that is linked to itself says nothing.
        links = [link for link in record.get("relations", ()) if link["head"] != link["tail"]]
        record["relations"] = list(
            {(each["label"], each["head"], each["tail"]): each for each in links}.values()
        )
    records = [record for record in records if record["relations"]][: options.articles]
    keys: Counter[str] = Counter()
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        project = _make_project(Path(folder), records, kind=options.kind)
        with closing(project):
            for number, record in enumerate(records, start=1):
                keys += asyncio.run(_link(project, number, record, as_roles=options.kind == "roles"))
                count += len(record["relations"])
    shifted = sum(some for key, some in keys.items() if len(key) == 1 and key.isupper())
    total = keys.total()
    print(f"{len(records)} articles, {count} {options.kind}: {total / count:.2f} keys each")
    print(f"with shift as a key of its own: {(total + shifted) / count:.2f}")
    going = sum(some for key, some in keys.items() if key in ("pagedown", "pageup", "tab"))
    print(f"of them to reach a span: {going / count:.2f} by going about")
    print(", ".join(f"{key} {some / count:.2f}" for key, some in keys.most_common(12)))


def _make_project(folder: Path, records: list[dict[str, Any]], *, kind: str) -> Project:
    """Make a project of the texts of the records, and labels that allow their relations."""
    heads: dict[str, set[str]] = {}
    uses: Counter[tuple[str, str]] = Counter()
    ends: dict[tuple[str, str], set[str]] = {}
    labels: dict[str, None] = {}
    for record in records:
        label_of = {span["id"]: span["label"] for span in record["spans"]}
        labels.update(dict.fromkeys(label_of.values()))
        for link in record["relations"]:
            head, tail = label_of[link["head"]], label_of[link["tail"]]
            heads.setdefault(link["label"], set()).add(head)
            uses[head, link["label"]] += 1
            ends.setdefault((head, link["label"]), set()).add(tail)
    entries = []
    for label in labels:
        roles = {name: sorted(tails) for (head, name), tails in ends.items() if head == label}
        needed = max(roles, key=lambda name: uses[label, name], default="")
        many = {
            name: {"labels": tails, "many": True, "required": name == needed} for name, tails in roles.items()
        }
        entries.append({"name": label, **({"roles": many} if kind == "roles" and roles else {})})
    relations = [
        {
            "name": name,
            "from": sorted(some),
            "to": sorted(set().union(*[tails for (_, each), tails in ends.items() if each == name])),
        }
        for name, some in heads.items()
    ]
    written = {"labels": entries, "relations": [] if kind == "roles" else relations}
    (folder / "labels.yaml").write_text(json.dumps(written), encoding="utf-8")
    source = folder / "spans.jsonl"
    bare = [
        {
            "id": f"a{number}",
            "text": record["text"],
            "meta": {"title": f"{number}"},
        }
        for number, record in enumerate(records, start=1)
    ]
    source.write_text("".join(f"{json.dumps(each)}\n" for each in bare), encoding="utf-8")
    project = Project.open(Place.of(folder, annotator=ANNOTATOR))
    report = project.import_files([source], tell=lambda refusal: print(refusal))
    if report.articles != len(records):
        raise SystemExit(f"{report.articles} of {len(records)} articles came in")
    return project


class _Hands:
    """Presses keys, and counts them."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.keys: Counter[str] = Counter()
        self._pilot = pilot

    @property
    def screen(self) -> AnnotateScreen:
        """The screen of the article."""
        return next(
            each for each in reversed(self._pilot.app.screen_stack) if isinstance(each, AnnotateScreen)
        )

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.keys[key] += 1
            await self._pilot.press(key)
        await self._pilot.pause()


async def _link(project: Project, number: int, record: dict[str, Any], *, as_roles: bool) -> Counter[str]:
    """Make the relations of an article; give the keys."""
    app = SpantagApp(
        project.place,
        project,
        keymap=Keymap(),
        settings=Settings(mode="express"),
        settings_folder=project.place.folder / "config",
        first_article=number,
    )
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        hands = _Hands(pilot)
        session = hands.screen.session
        wanted = [Relation("", each["label"], each["head"], each["tail"]) for each in record["relations"]]
        await _tag_and_link(hands, record["spans"], wanted, as_roles=as_roles)
        made = sorted((each.label, each.head, each.tail) for each in session.layer.relations.values())
        if made != sorted((each.label, each.head, each.tail) for each in wanted):
            raise SystemExit(f"article {number}: {made} was made, {wanted} was meant")
        return hands.keys


async def _tag_and_link(
    hands: _Hands, entries: list[dict[str, Any]], wanted: list[Relation], *, as_roles: bool
) -> None:
    """Tag the spans, each linked to those before it; roles are filled when all are there."""
    session = hands.screen.session
    left = list(wanted)
    for entry in sorted(entries, key=lambda each: (each["start"], each["end"])):
        span = Span(entry["id"], entry["start"], entry["end"], entry["label"])
        session.annotations.act([Add((span,))])
        session.moves.set_focus(span.id)
        hands.screen.redraw()
        there = session.layer.spans.keys()
        for link in [] if as_roles else [each for each in left if {each.head, each.tail} <= there]:
            await _make(hands, link, span)
            left.remove(link)
    if as_roles:
        session.moves.go_to_chunk(0)
        hands.screen.redraw()
        spans = session.layer.spans
        ordered = sorted(left, key=lambda each: (spans[each.head].start, each.head, spans[each.tail].start))
        for link, following in zip_longest(ordered, ordered[1:]):
            await _make(hands, link, spans[link.head])
            is_last = following is None or following.head != link.head
            if is_last and session.marks.list_missing(spans[link.head]):
                await hands.press("minus")
                if session.marks.list_missing(session.layer.spans[link.head]):
                    raise SystemExit(f"{link.head} still lacks a role")


async def _make(hands: _Hands, relation: Relation, first: Span) -> None:
    session = hands.screen.session
    spans, labels = session.layer.spans, session.batch.project.labels
    head, tail = spans[relation.head], spans[relation.tail]
    if first.id == relation.tail:
        head, tail = tail, head
    label = labels.label(session.layer.spans[relation.head].label)
    role = label.role(relation.label) if label else None
    anchor = session.partners.anchor
    if role is None or anchor is None or anchor.id != head.id:
        await _reach(hands, head)
        if role is not None:
            await hands.press("semicolon")
    if role is None:
        declared = labels.relation(relation.label)
        key = declared.key if declared else None
        if key is None:
            raise SystemExit(f"{relation.label} has no key")
        await hands.press(key.upper())
    partners = session.partners
    pages = 0
    while role is not None and tail.id not in partners.list_shown() and pages < _MOST_PAGES:
        pages += 1
        is_below = session.tokens.chunk_at(tail.start) > max(session.reading.drawn)
        await hands.press("pagedown" if is_below else "pageup")
    links = partners.list_links(tail)
    if role is not None and links[0].relation.name != role.name and role.key:
        await hands.press(role.key.upper())
    letters = partners.list_shown().get(tail.id)
    if letters is not None:
        is_turned = links[0].head.id != relation.head
        await hands.press(*letters[:-1], letters[-1].upper() if is_turned else letters[-1])
    else:
        await _pick(hands, tail)


async def _reach(hands: _Hands, span: Span) -> None:
    """Bring a span into focus: as the next that lacks a role, else by its hint where it is at work."""
    session = hands.screen.session
    if session.partners.is_open:
        await hands.press("escape")
    if session.focus.span_id == span.id:
        return
    if _find_next_incomplete(session) == span:
        await hands.press("f6")
        return
    chunk = session.tokens.chunk_at(span.start)
    while chunk not in session.reading.at_work:
        await hands.press("pagedown" if chunk > session.reading.current else "pageup")
    for _ in range(12):
        if session.focus.span_id == span.id:
            return
        letters = dict(session.hints.list_shown()).get(span.start)
        focus = session.focus.span
        is_near = focus is not None and focus.start == span.start
        await hands.press(*(letters if letters is not None and not is_near else ["tab"]))
    while session.focus.span_id != span.id:
        await hands.press("tab")


def _find_next_incomplete(session: Session) -> Span | None:
    """Find the span that F6 goes to."""
    incomplete = session.marks.list_incomplete()
    offset = session.offset
    return next((each for each in incomplete if each.start > offset), next(iter(incomplete), None))


async def _pick(hands: _Hands, tail: Span) -> None:
    """Find the other span in the list, by as much of its name as it takes; the nearest mention counts."""
    session = hands.screen.session
    anchor = session.partners.anchor
    fitting = [span for span in session.layer.spans.values() if session.partners.can_pair(span)]
    members = list_cast(session.annotations, fitting)
    member = next(each for each in members if tail in each.mentions)
    if anchor is None or member.nearest(anchor.start) != tail:
        raise SystemExit(f"{tail} is not the nearest mention")
    await hands.press("slash")
    name = fold_text(member.name)
    for length in range(len(name) + 1):
        typed = name[:length].strip()
        found = [each for each in members if typed in fold_text(each.name) or typed in fold_text(each.label)]
        if found and found[0] == member:
            await hands.press(*["space" if each == " " else each for each in name[:length]], "enter")
            return
    raise SystemExit(f"{member.name} cannot be found")


if __name__ == "__main__":
    main()
