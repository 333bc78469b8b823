"""How many keys a gold span costs: an annotator who knows the gold spans works in the real app, by keys.

    python benchmarks/keystrokes.py GOLD.jsonl [--mode cursor|hints|express|screen] [--articles N]
                                    [--with-empty] [--sources-off] [--explain] [--json]

The first N articles that have spans (or, with --with-empty, the first N) are annotated one after the other,
from an empty project whose labels are those of the file; what the app suggests it has learnt from what was
annotated in this run. At the end the spans are read from an export and have to be exactly the gold spans.
`README.md` has the rules.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, get_args

from corpus import ANNOTATOR
from oracle import CursorOracle, Gold, Oracle, Plan, Way
from textual import events
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from tui.errors import Refusal, SpantagError
from tui.formats import native, open_source
from tui.project.exporting import ExportOptions
from tui.project.place import LABELS_FILE, Place
from tui.project.project import Project
from tui.session import MODES, Mode
from tui.suggest.assistant import Assistant
from tui.suggest.suggestion import LEARNER, PATTERN, REPEAT
from tui.ui.app import SpantagApp
from tui.ui.keys import Keymap
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.settings import Settings
from tui.ui.widgets.article_view import ArticleView

SIZE: Final = (120, 40)
"""The terminal's columns and rows."""

KEY_SECONDS: Final = 0.2
DECISION_SECONDS: Final = 1.35
"""The Keystroke-Level Model's K and M (Card, Moran and Newell 1980), for a fast typist."""

RANGES: Final = ((1, 10), (11, 50), (51, 100), (101, 200))
"""The articles that keys per span are given of."""

_CONTROL_CHARACTERS: Final = {"enter": "\r", "escape": "\x1b", "tab": "\t", "backspace": "\x7f", "space": " "}

_EDGE_KEYS: Final = frozenset("0123456789()<>[]{}\\")

_SHIFTED: Final = frozenset('~!@#$%^&*()_+{}|:"<>?')
"""Signs that take shift on an American keyboard; upper-case letters do, too."""

ENTER: Final = "Enter"
FIRST_LETTER: Final = "first hint letter"
FURTHER_LETTERS: Final = "further letters, Esc before an asked hint"
LABEL: Final = "label"
EDGES: Final = "edges"
OTHER: Final = "going about, reaching and rejecting wrong suggestions"
KINDS: Final = (ENTER, FIRST_LETTER, FURTHER_LETTERS, LABEL, EDGES, OTHER)
"""What keys are for."""

_MOST_STEPS: Final = 40
"""Decisions for every gold span of an article after which something must be wrong."""


@dataclass(slots=True)
class Tally:
    """What one run counted."""

    keys: Counter[int] = field(default_factory=Counter)
    """Keys by article, counted from 1; those of articles that are worked on together by the first of them."""
    spans: Counter[int] = field(default_factory=Counter)
    """Gold spans by article, in the same way."""
    articles: int = 0
    """Articles."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Keys by what they are for."""
    decisions: int = 0
    """Things put right, and screens of text that were found right."""
    shown: int = 0
    """Suggestions that were shown."""
    shown_right: int = 0
    """Those of them that are gold spans."""
    hints: int = 0
    """Hints that were typed for a new span."""
    one_letter: int = 0
    """Those of one letter."""
    extents: int = 0
    """Predicted extents that were right, of the spans that were made by a hint."""
    labels: int = 0
    """Predicted labels that were right, of the same spans."""
    shifts: int = 0
    """Keys that take shift."""
    waited: float = 0.0
    """Seconds in which the annotator would have read, and the run waited for the learner."""

    def report(self, way: Way) -> dict[str, object]:
        """Write the figures; a share of nothing is null."""
        keys, spans = self.keys.total(), self.spans.total()
        seconds = KEY_SECONDS * keys + DECISION_SECONDS * self.decisions
        return {
            "mode": way,
            "articles": self.articles,
            "spans": spans,
            "keys": keys,
            "keys_per_span": _share(keys, spans),
            "keys_and_shifts_per_span": _share(keys + self.shifts, spans),
            "keys_per_span_by_article": {
                f"{first}-{last}": self._rate(first, last) for first, last in RANGES
            },
            "keys_per_article": _share(keys, self.articles),
            "keys_by_kind": {kind: self.kinds[kind] for kind in KINDS},
            "decisions": self.decisions,
            "klm_seconds_per_span": _share(seconds, spans),
            "suggestions": self.shown,
            "suggestion_precision": _share(self.shown_right, self.shown),
            "suggestion_recall": _share(self.shown_right, spans),
            "one_letter_hints": _share(self.one_letter, self.hints),
            "extent_right": _share(self.extents, self.hints),
            "label_right": _share(self.labels, self.hints),
            "waited_for_training": round(self.waited, 1),
        }

    def _rate(self, first: int, last: int) -> float | None:
        numbers = range(first, last + 1)
        return _share(sum(self.keys[each] for each in numbers), sum(self.spans[each] for each in numbers))


class PacedAssistant(Assistant):
    """An assistant that is trained while the annotator reads, whatever time that takes here.

    A training that is due when something else comes up begins then, and is finished when the next comes up.
    """

    waited: float = 0.0
    """Seconds in which nothing else was done."""

    def train_if_due(self) -> None:
        """Leave it to what comes up next."""

    def poll(self) -> bool:
        """Finish what was begun when the last paragraphs came up, and begin what is due."""
        begun = time.monotonic()
        while self.learner.is_training and not super().poll():
            time.sleep(0.002)
        self.waited += time.monotonic() - begun
        super().train_if_due()
        return True


class PacedProject(Project):
    """A project with such an assistant."""

    _paced: PacedAssistant | None = None

    @property
    def waited(self) -> float:
        """Seconds in which the run waited for the learner."""
        return 0.0 if self._paced is None else self._paced.waited

    def open_assistant(self, *, cache: Path | None = None) -> Assistant:
        """Give the assistant of the run."""
        if self._paced is None:
            self._paced = PacedAssistant(self.labels, self.annotator, cache=cache)
        return self._paced

    def close(self) -> None:
        """Close the database, and end what was begun."""
        if self._paced is not None:
            self._paced.close()
        super().close()


class Hands:
    """Presses keys in the running app, and counts them."""

    def __init__(self, app: SpantagApp, pilot: Pilot[None], tally: Tally) -> None:
        self._app = app
        self._pilot = pilot
        self._tally = tally
        self.article = 1
        """The article that keys are counted for."""

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other; each is answered before the next."""
        for key in keys:
            self._tally.keys[self.article] += 1
            self._tally.shifts += key.isupper() or key in _SHIFTED or key.startswith("shift+")
            app = self._app
            screen = app.screen
            character = key if len(key) == 1 else _CONTROL_CHARACTERS.get(key)
            app.post_message(events.Key(key, character))
            await _answered(app)
            while app.is_running and not app.input.is_answered:
                await asyncio.sleep(0)
            await _answered(app.focused or app.screen)
            if app.screen is not screen or not isinstance(screen, AnnotateScreen):
                await self.settle()

    async def settle(self) -> None:
        """Wait until a screen that was opened or closed is drawn."""
        await self._pilot.pause()

    async def wait_for_article(self, old: AnnotateScreen | None) -> AnnotateScreen:
        """Wait until another article is on the screen."""
        while True:
            await self.settle()
            screen = self._pilot.app.screen
            if isinstance(screen, AnnotateScreen) and screen is not old and screen.is_mounted:
                view = screen.query_one(ArticleView)
                if view.size.height:
                    return screen


class Annotator:
    """One annotator at work on every article of a project."""

    def __init__(
        self, project: Project, gold: Mapping[int, Sequence[Gold]], hands: Hands, tally: Tally, way: Way
    ) -> None:
        self._project = project
        self._gold = gold
        self._hands = hands
        self._tally = tally
        self._way = way

    async def run(self) -> None:
        """Annotate every article, in their order."""
        await self._hands.settle()
        await self._hands.press("enter")
        screen: AnnotateScreen | None = await self._hands.wait_for_article(None)
        mode: Mode = "hints" if self._way == "cursor" else self._way
        await self._hands.press(*["~"] * MODES.index(mode))
        self._tally.kinds[OTHER] += 1 + MODES.index(mode)
        while screen is not None:
            self._hands.article = screen.session.article.number
            left = await self._annotate(screen)
            screen = await self._hands.wait_for_article(screen) if left else None

    async def _annotate(self, screen: AnnotateScreen) -> bool:
        """Annotate one article, or several short ones together; say whether another one opens."""
        session = screen.session
        parts = session.batch.parts()
        labels = self._project.labels
        gold = [
            (first + start, first + end, label)
            for article, first in parts
            for start, end, label in self._gold[article.number]
        ]
        oracle = Oracle(session, labels, gold, way=self._way, with_digits=self._way != "cursor")
        line_edges = screen.presenter.line_edges
        cursor = CursorOracle(oracle, labels, line_edges) if self._way == "cursor" else None
        seen: set[Gold] = set()
        self._tally.spans[session.article.number] = len(oracle.gold)
        self._tally.articles += len(parts)
        while True:
            chunks = session.reading.at_work
            if cursor is not None:
                await self._work_by_cursor(oracle, cursor, chunks)
            else:
                await self._work(oracle, seen)
            left = self._left_out(oracle, session.reading.at_work)
            if left is not None:
                await self._go_to(oracle, left)
                continue
            self._tally.decisions += 1
            self._tally.kinds[ENTER] += 1
            await self._hands.press("enter")
            if "unfinished" not in map(session.annotations.state_of, range(len(session.article.paragraphs))):
                break
        self._tally.shown += len(seen)
        self._tally.shown_right += len(seen & set(oracle.gold))
        return self._project.find_unfinished(parts[-1][0].number) is not None

    async def _work(self, oracle: Oracle, seen: set[Gold]) -> None:
        """Put right what is shown in the chunks at work."""
        session = oracle.session
        for _ in range(_MOST_STEPS * (len(oracle.gold) + 2)):
            seen.update((each.start, each.end, each.label) for _, each in oracle.shown())
            plan = oracle.decide()
            if plan is None:
                return
            self._tally.decisions += 1
            if plan.hint is not None and plan.target is not None:
                place, letters = plan.hint
                _, end, label = session.suggestions.predict_span(place, None)
                self._tally.hints += 1
                self._tally.one_letter += letters == 1
                self._tally.extents += end == plan.target[1]
                self._tally.labels += label == plan.target[2]
            self._tally.kinds.update(sort_keys(plan))
            await self._hands.press(*plan.keys)
        raise RuntimeError(
            f"no end with article {session.article.number}: {oracle.missing(session.reading.at_work)}"
        )

    async def _work_by_cursor(self, oracle: Oracle, cursor: CursorOracle, chunks: Sequence[int]) -> None:
        last: int | None = None
        for _ in range(10_000):
            keys = cursor.decide(chunks)
            if keys is None:
                break
            left = len(oracle.missing(chunks))
            self._tally.decisions += left != last
            last = left
            await self._hands.press(*keys)
        while oracle.session.reading.current not in chunks:
            await self._hands.press("pageup" if oracle.session.reading.current > chunks[-1] else "pagedown")

    def _left_out(self, oracle: Oracle, at_work: Sequence[int]) -> int | None:
        """Find a chunk that is to be worked on before the last Enter: it would not come up by itself."""
        session = oracle.session
        paragraphs = {session.chunks[chunk].paragraph for chunk in at_work}
        to_come = {
            each.index
            for each in session.chunks
            if session.annotations.state_of(each.paragraph) == "unfinished"
            and (each.paragraph not in paragraphs or each.index > at_work[-1])
        }
        if to_come:
            return None
        missing = oracle.missing(set(range(len(session.chunks))) - set(at_work))
        return oracle.chunk_of(missing[0]) if missing else None

    async def _go_to(self, oracle: Oracle, chunk: int) -> None:
        """Go to a chunk that does not come up by itself; what is right here is accepted before."""
        session = oracle.session
        here = {session.chunks[chunk].paragraph}
        while True:
            same = [each for each in session.reading.at_work if session.chunks[each].paragraph in here]
            plan = oracle.accept_one(same)
            if plan is None:
                break
            self._tally.decisions += 1
            self._tally.kinds[OTHER] += len(plan.keys)
            await self._hands.press(*plan.keys)
        while chunk not in session.reading.at_work:
            self._tally.kinds[OTHER] += 1
            await self._hands.press("pagedown" if chunk > session.reading.current else "pageup")


async def _answered(target: MessagePump) -> None:
    """Wait until a message pump has dealt with everything that was posted to it, or was closed."""
    done = asyncio.Event()
    if target.call_later(done.set):
        while not done.is_set() and target.is_running:
            await asyncio.sleep(0)


def read_gold(path: Path, count: int, *, with_empty: bool = False) -> dict[str, set[Gold]]:
    """Read the first texts that have spans, or the first ones; records of the same text are one article.

    A span of white space alone is no span that anybody would tag: it is named and left out.
    """
    gold: dict[str, set[Gold]] = {}
    for record in native.read(open_source(path)):
        if isinstance(record, Refusal):
            print(record, file=sys.stderr)
        elif (record.spans or with_empty) and (record.text in gold or len(gold) < count):
            spans = gold.setdefault(record.text, set())
            for span in record.spans or ():
                if record.text[span.start : span.end].strip():
                    spans.add((span.start, span.end, span.label))
                else:
                    where = f"{path}: article {len(gold)}: {span.start}-{span.end} {span.label}"
                    print(f"{where} is white space alone; it is left out", file=sys.stderr)
    return gold


def make_project(folder: Path, gold: Mapping[str, set[Gold]]) -> PacedProject:
    """Make a project of the bare texts, with the labels of the gold spans in order of appearance."""
    names = dict.fromkeys(label for spans in gold.values() for _, _, label in sorted(spans))
    lines = ["labels:", *(f"  - name: {json.dumps(name, ensure_ascii=False)}" for name in names)]
    (folder / LABELS_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    texts = folder / "texts.jsonl"
    with texts.open("w", encoding="utf-8", newline="") as out:
        out.writelines(json.dumps({"text": text}) + "\n" for text in gold)
    place = Place.of(folder, annotator=ANNOTATOR)
    project = Project.open(place)
    refusals: list[Refusal] = []
    project.import_files([texts], tell=refusals.append)
    project.close()
    if refusals:
        print(*refusals, sep="\n", file=sys.stderr)
    opened = PacedProject.open(place)
    assert isinstance(opened, PacedProject)
    return opened


def read_difference(project: Project, gold: Mapping[str, set[Gold]]) -> Iterator[str]:
    """Read the spans from an export, and name those that are missing and those that are too many."""
    path = project.place.folder / "found.jsonl"
    project.export_file(path, ExportOptions(unit="article", everything=True))
    found: dict[str, list[Gold]] = {}
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        record = json.loads(line)
        edges = [(span["start"], span["end"], span["label"]) for span in record["spans"] or ()]
        found.setdefault(record["text"], []).extend(edges)
    for number, (text, spans) in enumerate(gold.items(), start=1):
        there = Counter(found.get(text, []))
        for what, difference in (
            ("missing", Counter(spans) - there),
            ("not in the gold", there - Counter(spans)),
        ):
            for start, end, label in sorted(difference.elements()):
                yield f"article {number}: {what}: {start}-{end} {label} {text[start:end]!r}"


async def annotate(folder: Path, gold: Mapping[str, set[Gold]], way: Way, *, is_helped: bool) -> Tally:
    """Annotate in an empty project; raises `SpantagError` where the spans are not the gold spans."""
    project = make_project(folder, gold)
    tally = Tally()
    off = "" if is_helped and way != "cursor" else f"{PATTERN}\n{REPEAT}\n{LEARNER}"
    try:
        by_number = {
            number: sorted(gold[project.open_article(number)[0].text]) for number in project.list_articles()
        }
        app = SpantagApp(
            project.place,
            project,
            keymap=Keymap(),
            settings=Settings(sources_off=off),
            settings_folder=folder / "settings",
        )
        async with app.run_test(size=SIZE) as pilot:
            await Annotator(project, by_number, Hands(app, pilot, tally), tally, way).run()
        difference = list(read_difference(project, gold))
    finally:
        tally.waited = project.waited
        project.close()
    if difference:
        raise SpantagError("\n".join(difference))
    return tally


def run(
    path: Path, way: Way, *, articles: int = 200, is_helped: bool = True, with_empty: bool = False
) -> dict[str, object]:
    """Annotate the first articles of a file; give the figures."""
    gold = read_gold(path, articles, with_empty=with_empty)
    with tempfile.TemporaryDirectory(prefix="spantag-keys-") as folder:
        return asyncio.run(annotate(Path(folder), gold, way, is_helped=is_helped)).report(way)


def sort_keys(plan: Plan) -> list[str]:
    """Say what each key of a plan is for."""
    kinds: list[str] = []
    letters = sum(len(key) == 1 and key.islower() for key in plan.keys) if plan.hint else 0
    is_picking = False
    for key in plan.keys:
        if is_picking or key == ";":
            kinds.append(LABEL)
            letters -= len(key) == 1 and key.islower()
            is_picking = key != "enter"
        elif plan.target is None:
            kinds.append(OTHER)
        elif key in _EDGE_KEYS:
            kinds.append(EDGES)
        elif len(key) == 1 and key.isupper():
            kinds.append(LABEL)
        elif plan.hint is None:
            kinds.append(OTHER)
        elif key == "escape" or letters < plan.hint[1]:
            kinds.append(FURTHER_LETTERS)
            letters -= key != "escape"
        else:
            kinds.append(LABEL if letters > plan.hint[1] else FIRST_LETTER)
            letters -= 1
    return kinds


def explain(figures: Mapping[str, object]) -> Iterator[str]:
    """Write what the keys of a gold span are for, a line for each kind."""
    spans, kinds = figures["spans"], figures["keys_by_kind"]
    if isinstance(spans, int) and spans and isinstance(kinds, dict):
        for kind, keys in kinds.items():
            yield f"{keys / spans:5.2f}  {kind}"


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def main() -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, help="native JSONL with spans")
    parser.add_argument("--mode", choices=get_args(Way), default="express", help="how the annotator works")
    parser.add_argument("--articles", type=int, default=200, help="how many articles with spans")
    parser.add_argument("--sources-off", action="store_true", help="switch all suggestions off")
    parser.add_argument("--with-empty", action="store_true", help="annotate articles without spans, too")
    parser.add_argument("--explain", action="store_true", help="say what the keys of a span are for")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    try:
        figures = run(
            options.gold,
            options.mode,
            articles=options.articles,
            is_helped=not options.sources_off,
            with_empty=options.with_empty,
        )
    except SpantagError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(figures))
    elif options.explain:
        print(*explain(figures), f"{figures['keys_per_span']:5.2f}  all", sep="\n")
    else:
        for name, value in figures.items():
            print(f"{name.replace('_', ' '):26} {json.dumps(value)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
