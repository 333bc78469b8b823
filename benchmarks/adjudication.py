"""How many keys a disagreement costs: somebody who knows what is right decides in the real app, by keys.

    python benchmarks/adjudication.py [--articles 20] [--seed 1]

Three made-up annotators tag made-up articles, each with slips of their own: a label, an edge, a span that is
missed or too much. Where one of them has what is right, its key is pressed, else that of nothing; how often
nobody has it is printed, too. Every key counts.
"""

import argparse
import asyncio
import random
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Final

from corpus import ANNOTATOR, write_text

from tui.model.events import Act, Add, Finish
from tui.model.span import Span
from tui.project.adjudication import Dispute
from tui.project.place import Place
from tui.project.project import Project
from tui.text.tokens import tokenize
from tui.ui.app import SpantagApp
from tui.ui.keys import Keymap
from tui.ui.screens.adjudicate import AdjudicateScreen
from tui.ui.settings import Settings

_LABELS: Final = ("actor", "weapon", "casualty", "location")
_SLIPS: Final = 0.25
"""The share of spans in which an annotator slips."""

Triple = tuple[int, int, str]


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
            keys, decided, lacking = asyncio.run(_decide(project, right))
    print(f"{options.articles} articles, {decided} disagreements: {keys / decided:.2f} keys each (goal 1.2)")
    print(f"in {lacking} of them nobody had what is right")


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


async def _decide(project: Project, right: dict[int, set[Triple]]) -> tuple[int, int, int]:
    """Decide everything by keys; give the keys, the disagreements, and in how many nobody was right."""
    app = SpantagApp(
        project.place,
        project,
        keymap=Keymap(),
        settings=Settings(),
        settings_folder=project.place.folder / "config",
        begin=lambda opened, keymap, _: AdjudicateScreen(opened, opened.adjudicate(), keymap),
    )
    keys = decided = lacking = 0
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        screen = app.screen
        if not isinstance(screen, AdjudicateScreen):
            raise SystemExit("the adjudication did not begin")
        while (dispute := screen.dispute) is not None:
            key = _find_key(dispute, right[dispute.article])
            lacking += key is None
            await pilot.press(key or "backspace")
            keys += 1
            decided += 1
        await pilot.press("escape")
    return keys, decided, lacking


def _find_key(dispute: Dispute, right: set[Triple]) -> str | None:
    """Find the key of the opinion that is right; None where no opinion is."""
    wanted = {each for each in right if each[0] < dispute.end and dispute.start < each[1]}
    for key, opinion in zip("abcdefgh", dispute.opinions, strict=False):
        if {(span.start, span.end, span.label) for span in opinion.spans} == wanted:
            return key
    return None


if __name__ == "__main__":
    main()
