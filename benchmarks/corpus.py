"""Articles for the benchmarks, of words of their own, and projects that hold many of them."""

import json
import random
import re
from pathlib import Path

from tui.project.place import Place
from tui.project.project import Project, write_starter

ANNOTATOR = "ana"
"""Who is at work in every benchmark."""

_WORDS = tuple(
    re.findall(
        r"\w+",
        """
        the a of in to and near after before said that on by with from at was were have would
        river bridge convoy gunmen soldiers villagers market clinic school border checkpoint governor
        rebels rifles mortar grenade drone shells attack raid clash ceasefire patrol witnesses wounded
        killed displaced fighters officials morning evening night road valley town harbour province
        """,
    )
)
"""Words of sentences."""

_NAMES = ("Velmora", "Karsin", "Doran", "Ulmet", "Teshgar", "Mirava", "Orlen", "Saban", "Keldi", "Praxos")
"""Invented places and people."""


def write_text(length: int, *, paragraph_length: int = 420, seed: int = 7) -> str:
    """Write an article of about `length` characters in paragraphs of about `paragraph_length`."""
    chance = random.Random(seed)
    paragraphs: list[str] = []
    written = 0
    while written < length:
        sentences: list[str] = []
        here = 0
        while here < min(paragraph_length, length - written):
            sentences.append(_write_sentence(chance))
            here += len(sentences[-1]) + 1
        paragraphs.append(" ".join(sentences))
        written += here + 1
    return "\n\n".join(paragraphs) + "\n"


def write_dense(length: int, spans: int, *, seed: int = 11) -> str:
    """Write one line of native JSONL: an unfinished article of about `length` characters with many spans."""
    text = write_text(length, seed=seed)
    step = len(text) // spans
    labels = ("actor", "weapon", "casualty", "location")
    tagged: list[dict[str, object]] = []
    for number in range(spans):
        start = text.index(" ", number * step) + 1
        end = start + 4
        label = labels[number % len(labels)]
        span = {"id": f"s{number}", "start": start, "end": end, "label": label, "text": text[start:end]}
        tagged.append(span)
    meta = {"title": "Dense", "annotator": ANNOTATOR, "state": "unfinished"}
    return json.dumps({"text": text, "spans": tagged, "meta": meta}) + "\n"


def make_project(folder: Path, *, articles: int) -> Place:
    """Make a project with so many short articles, imported as a person would; one that is there stays."""
    place = Place.of(folder, annotator=ANNOTATOR)
    if place.database.exists():
        return place
    folder.mkdir(parents=True)
    write_starter(place)
    project = Project.open(place)
    if articles:
        source = folder / "articles.jsonl"
        with source.open("w", encoding="utf-8") as out:
            for number in range(articles):
                text = write_text(500, paragraph_length=160, seed=number)
                title = f"{text.split(maxsplit=1)[0]} report {number}"
                out.write(json.dumps({"id": f"n{number}", "text": text, "meta": {"title": title}}) + "\n")
        report = project.import_files([source], tell=lambda refusal: print(refusal))
        if report.articles != articles:
            raise SystemExit(f"{report.articles} of {articles} articles came in")
        source.unlink()
    project.close()
    return place


def _write_sentence(chance: random.Random) -> str:
    words = chance.choices(_WORDS, k=chance.randint(7, 18))
    for _ in range(chance.randint(1, 3)):
        words[chance.randrange(len(words))] = chance.choice(_NAMES)
    if chance.random() < 0.4:
        words[chance.randrange(len(words))] = str(chance.randint(2, 400))
    sentence = " ".join(words)
    return f"{sentence[0].upper()}{sentence[1:]}."
