"""How long it takes to say how far annotators agree, beside only reading what they said.

Generated articles of about 3 KB; each annotator makes the same spans but for every fourth, which has another
edge, another label, or is not there. The floor only reads the articles and layers from the database.

    python benchmarks/agreement.py [--annotators N] [--articles N] [--spans N]
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from corpus import write_text

from tui.project.agreement.comparison import Terms
from tui.project.comparing import Wanted
from tui.project.exporting import read_layers
from tui.project.place import Place
from tui.project.project import Project, write_starter
from tui.text.tokens import tokenize

_LABELS = ("actor", "weapon", "casualty", "location")


def main() -> None:
    """Measure, and print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--annotators", type=int, default=3)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--spans", type=int, default=50)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Place.of(Path(folder), annotator="a1")
        write_starter(place)
        with closing(Project.open(place)) as project:
            source = Path(folder) / "all.jsonl"
            source.write_text("".join(_make_lines(told.articles, told.annotators, told.spans)), "utf-8")
            project.import_files([source], add_labels=True, tell=print)
            before = time.process_time()
            for articles in project.store.articles.read_articles():
                read_layers(project.store, articles, None)
            floor = time.process_time() - before
            found = project.measure_agreement(Wanted(Terms(())))
            whole = time.process_time() - before - floor
    measured = f"{whole:.1f} s of processor time for {found.paragraphs:,} paragraphs"
    print(f"{measured}; reading alone (floor): {floor:.1f} s")


def _make_lines(articles: int, annotators: int, spans: int) -> Iterator[str]:
    for number in range(articles):
        text = write_text(3000, seed=number)
        tokens = tokenize(text)
        step = len(tokens) // spans
        for annotator in range(annotators):
            chance = random.Random(number * 1000 + annotator)
            said = []
            for place in range(spans):
                first, last, label = place * step, place * step + 1, _LABELS[place % 4]
                kind = chance.randrange(12)
                last += kind == 0
                label = _LABELS[(place + 1) % 4] if kind == 1 else label
                if kind != 2:
                    edges = {"start": tokens[first][0], "end": tokens[last][1]}
                    said.append({"id": f"s{place}", "label": label, **edges})
            meta = {"annotator": f"a{annotator + 1}", "state": "finished"}
            yield json.dumps({"id": f"n{number}", "text": text, "spans": said, "meta": meta}) + "\n"


if __name__ == "__main__":
    main()
