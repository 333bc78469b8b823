"""How many keys a disagreement costs: somebody who knows what is right decides in the real app, by keys.

    python benchmarks/adjudication.py [--articles 20] [--seed 1]

Three made-up annotators tag made-up articles, each with slips of their own: a label, an edge, a span that is
missed or too much. Where one of them has what is right, its key is pressed; where nobody has it, the place is
tagged afresh. Every key counts; how often nobody had it, and the keys that this took, are printed, too, and
what of the gold layer is not right in the end: where anybody said what is right, it must be there.
"""

import argparse
import asyncio
import random
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus import ANNOTATOR, write_text

from tui.model.events import Act, Add, Finish
from tui.model.span import Span
from tui.project.place import Place
from tui.project.project import Project
from tui.project.span_disputes import Dispute
from tui.text.tokens import tokenize
from tui.ui.app import SpantagApp
from tui.ui.keys import Keymap
from tui.ui.screens.adjudicate import AdjudicateScreen
from tui.ui.settings import Settings

_LABELS: Final = ("actor", "weapon", "casualty", "location")
_SLIPS: Final = 0.25
"""The share of spans in which an annotator slips."""

Triple = tuple[int, int, str]


@dataclass(slots=True)
class Count:
    """What deciding took."""

    keys: int = 0
    """All keys."""
    decided: int = 0
    """The disagreements."""
    afresh: int = 0
    """Those in which nobody had what is right."""
    afresh_keys: int = 0
    """The keys for these."""


def main() -> None:
    """Print keys per disagreement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        place = Place.of(Path(folder), annotator=ANNOTATOR)
        place.labels.write_text(f"labels: [{', '.join(_LABELS)}]\n", encoding="utf-8")
        with closing(Project.open(place)) as project:
            right = _make(project, chance, options.articles)
            count = asyncio.run(_decide(project, right))
            wrong = _count_wrong(project, right)
    each = f"{count.keys / count.decided:.2f} keys each (goal 1.2)"
    print(f"{options.articles} articles, {count.decided} disagreements: {each}")
    print(f"in {count.afresh} of them nobody had what is right: tagged afresh with {count.afresh_keys} keys")
    print(f"{wrong} spans of the gold layer are not right, but for those that all three said")


def _make(project: Project, chance: random.Random, articles: int) -> dict[int, set[Triple]]:
    """Make articles and three layers of each; give what is right in each."""
    right: dict[int, set[Triple]] = {}
    for number in range(1, articles + 1):
        path = project.place.folder / f"{number}.txt"
        path.write_text(write_text(1_500, seed=number), encoding="utf-8")
        project.import_files([path], tell=print)
        article = project.store.articles.load_article(number)
        tokens = tokenize(article.text)
        places = sorted(chance.sample(range(0, len(tokens) - 4, 4), 12))
        gold = [
            (tokens[at][0], tokens[at + chance.randint(0, 2)][1], chance.choice(_LABELS)) for at in places
        ]
        right[number] = set(gold)
        for annotator in ("ana", "bea", "cat"):
            layer = project.store.log.load_layer(number, annotator)
            said = {each for place in gold if (each := _slip(place, tokens, chance)) is not None}
            spans = tuple(Span(f"{annotator}{at}", *each) for at, each in enumerate(sorted(said)))
            acts: list[Act] = [Add(spans), Finish(tuple(range(len(article.paragraphs))))]
            project.store.log.append(article, annotator, layer, acts)
    return right


def _slip(place: Triple, tokens: list[tuple[int, int]], chance: random.Random) -> Triple | None:
    """Give what an annotator makes of a span; None where it is missed."""
    start, end, label = place
    if chance.random() > _SLIPS:
        return place
    match chance.choice(("label", "edge", "missed")):
        case "label":
            return start, end, chance.choice([each for each in _LABELS if each != label])
        case "edge":
            return start, next((last for _, last in tokens if last > end), end), label
        case _:
            return None


async def _decide(project: Project, right: dict[int, set[Triple]]) -> Count:
    """Decide everything by keys, and count them."""
    app = SpantagApp(
        project.place,
        project,
        keymap=Keymap(),
        settings=Settings(),
        settings_folder=project.place.folder / "config",
        begin=lambda opened, keymap, _: AdjudicateScreen(opened, opened.adjudicate(), keymap),
    )
    count = Count()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        screen = app.screen
        if not isinstance(screen, AdjudicateScreen):
            raise SystemExit("the adjudication did not begin")
        while (dispute := screen.dispute) is not None:
            if not isinstance(dispute, Dispute):
                raise SystemExit("nothing is asked of these spans")
            key = _find_key(dispute, right[dispute.article])
            pressed = [key] if key else _list_keys_afresh(project, dispute, right[dispute.article])
            for each in pressed:
                await pilot.press(each)
                await pilot.pause()
            count.keys += len(pressed)
            count.decided += 1
            if key is None:
                count.afresh += 1
                count.afresh_keys += len(pressed)
        await pilot.press("escape")
    return count


def _list_keys_afresh(project: Project, dispute: Dispute, right: set[Triple]) -> list[str]:
    """List the keys that tag what is right at a place: each span by its label and how many words it has."""
    text = project.store.articles.load_article(dispute.article).text
    keys = ["+"]
    for start, end, name in sorted(_list_right(dispute, right)):
        label = project.labels.label(name)
        if start != dispute.start or label is None or label.key is None:
            raise SystemExit("what is right begins elsewhere: this oracle cannot tag it")
        keys.append(label.key)
        if end != dispute.end:
            keys.append(str(len(tokenize(text[start:end]))))
    return [*keys, "enter"]


def _list_right(dispute: Dispute, right: set[Triple]) -> set[Triple]:
    return {each for each in right if each[0] < dispute.end and dispute.start < each[1]}


def _count_wrong(project: Project, right: dict[int, set[Triple]]) -> int:
    """Count what is too much in the gold layer, but for what all said, and what is missing that was said."""
    wrong = 0
    for number, spans in right.items():
        gold = {_triple(span) for span in project.store.log.load_layer(number, "gold").spans.values()}
        said = [
            {_triple(span) for span in project.store.log.load_layer(number, each).spans.values()}
            for each in ("ana", "bea", "cat")
        ]
        # What all say goes there without being asked.
        ana, bea, cat = said
        wrong += len(gold - spans - (ana & bea & cat)) + len(((ana | bea | cat) & spans) - gold)
    return wrong


def _triple(span: Span) -> Triple:
    return span.start, span.end, span.label


def _find_key(dispute: Dispute, right: set[Triple]) -> str | None:
    """Find the key of the opinion that is right; None where no opinion is."""
    wanted = _list_right(dispute, right)
    for key, opinion in zip("abcdefgh", dispute.opinions, strict=False):
        if {_triple(span) for span in opinion.spans} == wanted:
            return key
    return None


if __name__ == "__main__":
    main()
