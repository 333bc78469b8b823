"""How many keys an answer costs: an annotator who knows the answers gives them by the keys of the app.

    python benchmarks/answers.py [GOLD.jsonl] [--articles N] [--json]

Without a file, on reports of its own (`REPORTS`) with the starter's casualty. With one (native JSONL), its
spans and their attributes are the gold. What is asked of each label is made of the values that stand there:
true and false a flag, few texts a choice, else text.

Spans are there already: only answers are counted. A paragraph whose suggested answers are right costs none,
because Enter, which finishes it anyway, takes them. Else the keys are those of the row of questions, as
`DetailKeys` takes them: `;`, what answers, from another question where its letter can, Tab, `-` for what has
no answer, Escape where the row is still open. At the end the answers have to be
exactly the gold ones. The same is done with suggested answers off; `ratio` is the one by the other.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from corpus import ANNOTATOR

from tui.errors import Refusal, SpantagError
from tui.formats import native, open_source
from tui.model.labels import Attribute
from tui.model.span import Json, Span
from tui.project.place import LABELS_FILE, Place
from tui.project.project import Project, write_starter
from tui.session import Session
from tui.session.batch import OneArticle
from tui.suggest.suggestion import ANSWERS
from tui.text.counting.count import Count
from tui.text.counting.phrase import read_answer
from tui.ui.detail_keys import DetailKeys
from tui.ui.keys import Keymap
from tui.ui.presenter import Presenter
from tui.ui.viewport import ViewSize

Gold: TypeAlias = tuple[int, int, str, Mapping[str, Json]]
"""A span with its answers: start, end, label, attributes."""

ROOM: Final = ViewSize(100, 10_000)
"""Room for any paragraph."""

MOST_CHOICES: Final = 26
"""Texts that an attribute may have to be a choice: so many have a letter."""

MOST_KEYS: Final = 400
"""Keys for one span after which something must be wrong."""

REPORTS: Final = """\
Gunmen killed [four farmers|killed|4] near Tolva on Monday, the mayor said. [Two others|injured|2]
were taken to hospital with gunshot wounds.

A roadside bomb hit a minibus on the road to Esmar, leaving [at least eleven passengers|killed|11+]
dead and [about 20|injured|~20] wounded, according to police.

[A 34-year-old teacher|killed|1] was shot dead outside her school. Her attackers abducted [three
pupils|kidnapped|3], who have not been seen since.

The ministry said [between 15 and 20 rebels|killed|15-20] had been killed in the raid. The rebels
spoke of [one dead|killed|1] and [no wounded|injured|0].

[Dozens of homes|displaced|12+] burned and [more than 300 families|displaced|301+] fled to the
neighbouring valley.

Shelling overnight wounded [a mother and her two sons|injured|3] in the Orsk quarter.
[Six|injured|6] more people were hurt by flying glass.

Rescuers pulled [the bodies of seven miners|killed|7] from the shaft; [nine of their
colleagues|missing|9] remain missing.

Police detained [some 150 protesters|detained|~150] and beat several of them. [Five|injured|5] were
injured, a lawyer said.

[Both pilots|killed|2] died when their helicopter was shot down. [A crew of four|missing|4] from a
second one is unaccounted for.

Fighters stormed the village at dawn, killing [12 men, five women and a child|killed|18] and taking
[eight girls|kidnapped|8] hostage.

[Up to 60 soldiers|killed|<=60] may have lost their lives, said a commander who was not on the
scene. The army admits [fewer than ten deaths|killed|<=9].

[Nearly 4,000 residents|displaced|~4000] have been displaced since the dam broke, the UN said.

A drone struck a market. [Half a dozen traders|killed|6] died on the spot and [scores|injured|20+]
were injured.

[An elderly couple|killed|2] were found dead in their burnt house on Sunday. Neighbours said [their
grandson|kidnapped|-] had been kidnapped.

Clashes between herders and farmers left [as many as 30 people|killed|<=30] dead, an elder said; the
governor put the number at [17|killed|17].

[Hundreds of villagers|displaced|100+] left on foot. [Two of them|killed|2] were killed by a mine.

[No one|injured|0] was hurt when rockets fell on empty fields, but [a shepherd|missing|1] is
missing.

The bombing killed [two policemen and a passer-by|killed|3] and wounded [13 people|injured|13],
including three children.

Soldiers arrested [several journalists|detained|3+] at the bridge. [One|injured|1] had been hit by a
rubber bullet.

[At least 2 million people|displaced|2000000+] are homeless after the war, and [tens of
thousands|killed|10000+] are dead.
"""
"""Reports in the manner of conflict news, invented: `[words|outcome|how many]`, `-` for what is not told."""

_MARKED: Final = re.compile(r"\[([^|\]]+)\|([^|\]]+)\|([^|\]]+)\]")


@dataclass(slots=True)
class Tally:
    """What one run counted."""

    answers: int = 0
    """Gold answers."""
    keys: int = 0
    """Keys."""
    spans: int = 0
    """Spans."""
    untouched: int = 0
    """Spans whose answers were all suggested right."""
    wrong: list[str] = field(default_factory=list)
    """What is not as the gold has it at the end."""


class Hands:
    """Gives the answers of one article by keys, and counts those."""

    def __init__(self, session: Session, project: Project, tally: Tally) -> None:
        self._session = session
        self._labels = project.labels
        self._details = DetailKeys(session, Keymap(), project.labels)
        self._tally = tally

    def answer(self, span: Span, gold: Mapping[str, Json]) -> None:
        """Make the answers of a span those of the gold, as it will be when its paragraph is finished."""
        label = self._labels.label(span.label)
        asked = label.attributes if label else ()
        wanted = {each.name: gold.get(each.name) for each in asked}
        self._tally.spans += 1
        self._tally.answers += len(gold)
        if not self._list_wrong(span.id, asked, wanted):
            self._tally.untouched += 1
            return
        self._session.moves.set_focus(span.id)
        self._press(self._session.answers.open)
        for _ in range(MOST_KEYS):
            wrong = self._list_wrong(span.id, asked, wanted)
            question = self._session.inquiry.question
            if not wrong:
                break
            if question is None:
                self._press(self._session.answers.open)
            elif question.attribute.name in wrong:
                self._give(question.attribute, wanted[question.attribute.name])
            elif not self._answer_elsewhere(wrong, wanted):
                self._press(partial(self._details.step, self._find_way(wrong)))
        if self._session.inquiry.is_open:
            self._press(self._details.close)

    def _find_way(self, wrong: Sequence[str]) -> int:
        """Say whether Tab or Shift+Tab leads to the nearest question with a wrong answer."""
        inquiry = self._session.inquiry
        count = len(inquiry.questions)
        steps = [
            (place - inquiry.place) % count
            for place, each in enumerate(inquiry.questions)
            if each.attribute.name in wrong
        ]
        return 1 if min(steps) <= count - max(steps) else -1

    def _answer_elsewhere(self, wrong: Collection[str], wanted: Mapping[str, Json]) -> bool:
        """Answer another question by a key from where one is asked; say whether any can be."""
        for other in self._session.inquiry.list_from_here():
            attribute, value = other.attribute, wanted[other.attribute.name]
            if attribute.name not in wrong or value is None or isinstance(value, list):
                continue
            key = _find_key(attribute, str(value)) if attribute.type in ("choice", "flag") else ""
            if key and self._session.answers.find_picked(key) == other:
                self._press(partial(self._details.type, key))
                return True
        return False

    def _press(self, do: Callable[[], object]) -> None:
        self._tally.keys += 1
        do()

    def _give(self, attribute: Attribute, value: Json) -> None:
        """Answer the question that is asked."""
        if value is None:
            self._press(self._details.deny)
        elif self._session.answers.is_choice():
            chosen = value if isinstance(value, list) else [value]
            standing = self._standing(attribute)
            for each in sorted({*map(str, chosen)} ^ {*map(str, standing)}):
                self._press_value(attribute, each)
        else:
            for character in _type(value):
                self._press(partial(self._details.type, character))
            self._press(self._details.take)

    def _standing(self, attribute: Attribute) -> Sequence[Json]:
        """Give the values that are picked already, where several can be."""
        span = self._session.inquiry.span
        given = span.attributes.get(attribute.name) if span is not None and attribute.multiple else None
        return given if isinstance(given, list) else []

    def _press_value(self, attribute: Attribute, value: str) -> None:
        self._press(partial(self._details.type, _find_key(attribute, value)))

    def _list_wrong(self, span_id: str, asked: Sequence[Attribute], wanted: Mapping[str, Json]) -> list[str]:
        """Name the questions whose answer would not be the gold one if the paragraph was finished now."""
        span = self._session.layer.spans[span_id]
        answers = self._session.suggested_answers.fill(span)
        return [
            each.name for each in asked if not _are_equal(each, answers.get(each.name), wanted[each.name])
        ]


def run(folder: Path, gold: Mapping[str, Sequence[Gold]], *, is_helped: bool) -> Tally:
    """Answer everything in the project of a folder, one paragraph after the other."""
    tally = Tally()
    project = Project.open(Place.of(folder, annotator=ANNOTATOR))
    try:
        assistant = project.open_assistant()
        assistant.switch_off(() if is_helped else (ANSWERS,))
        for number in project.list_articles():
            article, layer = project.open_article(number)
            session = Session(OneArticle(project, article, layer), assistant=assistant)
            _work(session, project, sorted(gold[article.text], key=lambda each: each[:2]), tally)
            tally.wrong += _compare(session, gold[article.text])
    finally:
        project.close()
    return tally


def _work(session: Session, project: Project, gold: Sequence[Gold], tally: Tally) -> None:
    hands = Hands(session, project, tally)
    presenter = Presenter(session)
    presenter.present(ROOM)
    while True:
        chunk = session.reading.chunk
        # Spans are there already: whatever else is suggested is turned down, and not counted.
        for start, end, label, answers in gold:
            if chunk.start <= start < chunk.end:
                session.spans.add(start, end, label)
                span = session.annotations.find_equal(start, end, label)
                if span is not None:
                    hands.answer(span, answers)
        presenter.present(ROOM)
        if not session.paragraphs.finish():
            return
        presenter.present(ROOM)


def _compare(session: Session, gold: Sequence[Gold]) -> Iterator[str]:
    """Name the answers that are not those of the gold."""
    labels = session.batch.project.labels
    for start, end, label_name, wanted in gold:
        span = session.annotations.find_equal(start, end, label_name)
        label = labels.label(label_name)
        answers = {} if span is None else span.attributes
        for each in label.attributes if label else ():
            if not _are_equal(each, answers.get(each.name), wanted.get(each.name)):
                words = session.annotations.quoted(start, end)
                yield f"{words!r}: {each.name} is {answers.get(each.name)}, not {wanted.get(each.name)}"


def _are_equal(attribute: Attribute, one: Json, other: Json) -> bool:
    if attribute.type == "count" and other is not None:
        given, wanted = (read_answer(each, attribute.rule) for each in (one, other))
        # Whether it was "dozens" or "at least a dozen" does not count, but the numbers do.
        return given is not None and wanted is not None and given.bounds() == wanted.bounds()
    return one == other


def _find_key(attribute: Attribute, value: str) -> str:
    """Find the key that picks a value; empty where none does."""
    if attribute.type == "flag":
        return "y" if value == "True" else "n"
    return attribute.keys[attribute.values.index(value)] or ""


def _type(value: Json) -> str:
    """Give what is typed for an answer: text as it is, a count as short as it can be."""
    count = Count.read(value)
    if count is None or not isinstance(value, dict):
        return str(value)
    if count.exact is not None:
        return f"{'~' * count.approximate}{count.exact}"
    if count.min is not None:
        return f"{count.min}+" if count.max is None else f"{count.min}-{count.max}"
    return f"≤{count.max}"


def read_reports() -> dict[str, list[Gold]]:
    """Read the reports that stand here; a blank line parts them."""
    gold: dict[str, list[Gold]] = {}
    for report in REPORTS.strip().replace("\n\n", "\0").replace("\n", " ").split("\0"):
        text, spans, behind = "", list[Gold](), 0
        for match in _MARKED.finditer(report):
            text += report[behind : match.start()]
            answers: dict[str, Json] = {"outcome": [match[2]]}
            if match[3] != "-":
                answers["count"] = _read_number(match[3])
            spans.append((len(text), len(text) + len(match[1]), "casualty", answers))
            text += match[1]
            behind = match.end()
        gold[text + report[behind:]] = spans
    return gold


def _read_number(written: str) -> Json:
    """Read `4`, `11+`, `15-20`, `<=9`, `~20`."""
    numbers = [int(each) for each in re.findall(r"\d+", written)]
    match written:
        case _ if "-" in written:
            count = Count(numbers[0], numbers[1])
        case _ if written.endswith("+"):
            count = Count(numbers[0])
        case _ if written.startswith("<="):
            count = Count(max=numbers[0])
        case _ if written.startswith("~"):
            count = Count(exact=numbers[0], approximate=True)
        case _:
            count = Count.of(numbers[0])
    return {**count.write()}


def read_gold(path: Path, count: int) -> dict[str, list[Gold]]:
    """Read the first texts that have spans with attributes."""
    gold: dict[str, list[Gold]] = {}
    for record in native.read(open_source(path)):
        if isinstance(record, Refusal):
            print(record, file=sys.stderr)
        elif len(gold) < count and any(span.attributes for span in record.spans or ()):
            spans = {(span.start, span.end, span.label): span.attributes for span in record.spans or ()}
            gold[record.text] = [(*edges, answers) for edges, answers in spans.items()]
    return gold


def write_labels(gold: Mapping[str, Sequence[Gold]]) -> str:
    """Write a labels.yaml that asks for what the gold answers."""
    values: dict[str, dict[str, list[Json]]] = {}
    for spans in gold.values():
        for _, _, label, answers in spans:
            asked = values.setdefault(label, {})
            for name, value in answers.items():
                asked.setdefault(name, []).append(value)
    labels = [
        {"name": label, "attributes": [{"name": name, **_declare(given)} for name, given in asked.items()]}
        for label, asked in values.items()
    ]
    return json.dumps({"labels": labels}, ensure_ascii=False)


def _declare(given: Sequence[Json]) -> dict[str, Json]:
    if all(isinstance(each, bool) for each in given):
        return {"type": "flag"}
    texts = sorted({each for each in given if isinstance(each, str)})
    if len(texts) <= MOST_CHOICES and all(isinstance(each, str) for each in given):
        return {"type": "choice", "values": [*texts]}
    return {"type": "text"}


def make_project(folder: Path, gold: Mapping[str, Sequence[Gold]], labels: str) -> None:
    """Make a project of the bare texts; with empty `labels` those of the starter."""
    if labels:
        (folder / LABELS_FILE).write_text(labels, encoding="utf-8")
    place = Place.of(folder, annotator=ANNOTATOR)
    write_starter(place)
    texts = folder / "texts.jsonl"
    texts.write_text("".join(json.dumps({"text": text}) + "\n" for text in gold), encoding="utf-8")
    project = Project.open(place)
    refusals: list[Refusal] = []
    project.import_files([texts], tell=refusals.append)
    project.close()
    if refusals:
        raise SpantagError("\n".join(map(str, refusals)))


def measure(gold: Mapping[str, Sequence[Gold]], labels: str) -> dict[str, object]:
    """Answer everything with and without suggestions; give the figures."""
    tallies: list[Tally] = []
    for is_helped in (True, False):
        with tempfile.TemporaryDirectory(prefix="spantag-answers-") as folder:
            make_project(Path(folder), gold, labels)
            tallies.append(run(Path(folder), gold, is_helped=is_helped))
    helped, alone = tallies
    if helped.wrong or alone.wrong:
        raise SpantagError("\n".join([*helped.wrong, *alone.wrong]))
    return {
        "spans": helped.spans,
        "answers": helped.answers,
        "keys": helped.keys,
        "keys_per_answer": round(helped.keys / max(helped.answers, 1), 3),
        "untouched_spans": helped.untouched,
        "keys_per_answer_without": round(alone.keys / max(alone.answers, 1), 3),
        "ratio": round(helped.keys / max(alone.keys, 1), 3),
    }


def main() -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="?", help="native JSONL with attributes of spans")
    parser.add_argument("--articles", type=int, default=200, help="how many articles with attributes")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    gold = read_reports() if options.gold is None else read_gold(options.gold, options.articles)
    try:
        figures = measure(gold, "" if options.gold is None else write_labels(gold))
    except SpantagError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
