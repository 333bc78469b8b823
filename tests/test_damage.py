"""A database that a disk or another program damaged: its export is the same, or fails with a sentence."""

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from tests.record_lines import read_lines
from tui.errors import Refusal, SpantagError
from tui.model.events import Flag, Note, Remove, Skip, Tag
from tui.project.exporting import ExportOptions
from tui.project.place import Place
from tui.project.project import Project

PAGE = 4_096

WORDS = ("two", "men", "fled", "from", "Kharsa", "at", "dawn", "when", "a", "rocket", "hit", "the", "harbour")

Damage = Callable[[bytearray, random.Random], None]


def flip_bit(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def change_byte(content: bytearray, chance: random.Random) -> None:
    """Make a letter or a digit another one, which no structure of the file tells."""
    place = chance.choice([place for place, byte in enumerate(content) if chr(byte).isalnum()])
    content[place] = chance.choice(b"abcdefghij" if chr(content[place]).isalpha() else b"0123456789")


def empty_page(content: bytearray, chance: random.Random) -> None:
    place = PAGE * chance.randrange(len(content) // PAGE)
    content[place : place + PAGE] = bytes(PAGE)


def copy_page(content: bytearray, chance: random.Random) -> None:
    source, target = (PAGE * number for number in chance.sample(range(len(content) // PAGE), 2))
    content[target : target + PAGE] = content[source : source + PAGE]


def scribble(content: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(content) - 16)
    content[place : place + 16] = chance.randbytes(16)


def cut_off(content: bytearray, chance: random.Random) -> None:
    del content[PAGE * chance.randrange(len(content) // PAGE) :]


DAMAGES: tuple[Damage, ...] = (flip_bit, change_byte, empty_page, copy_page, scribble, cut_off)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project in which two annotators have said something of each kind, at rest."""
    folder = tmp_path_factory.mktemp("sound")
    labels = "labels: [actor, weapon, location]\nrelations: [targets]\narticle_labels: [topic]\n"
    labels += "paragraph_labels: [tone]\n"
    (folder / "labels.yaml").write_text(labels, encoding="utf-8")
    chance = random.Random(5)
    lines: list[str] = []
    for number in range(40):
        text = "\n\n".join(" ".join(chance.choices(WORDS, k=30)) for _ in range(6))
        spans = [
            {
                "id": f"s{at}",
                "start": 10 * at,
                "end": 10 * at + 5,
                "label": chance.choice(["actor", "weapon"]),
            }
            for at in range(12)
        ]
        spans[0] |= {"attributes": {"count": number}, "note": "sic"}
        for annotator in ("ana", "bea") if number % 3 else ("ana",):
            meta = {"title": f"Article {number}", "annotator": annotator, "page": number}
            line = {"id": f"a{number}", "text": text, "spans": spans, "meta": meta}
            line["relations"] = [{"id": "r1", "label": "targets", "head": "s0", "tail": "s1"}]
            line["entities"] = [{"id": "e1", "name": "men", "spans": ["s2", "s5", "s7"]}]
            line["paragraph_labels"] = {"2": {"tone": "report"}, "4": {"other": ["dry", 1]}}
            lines.append(json.dumps(line))
    (folder / "articles.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    said: list[Refusal] = []
    with closing(Project.open(Place.of(folder, annotator="ana"))) as project:
        report = project.import_files([folder / "articles.jsonl"], tell=said.append)
        assert (report.articles, said) == (40, [])
        for number in range(1, 20):
            article, layer = project.open_article(number)
            project.act(article, layer, [Note(paragraph=1, text="again?"), Flag((2,))])
            project.act(article, layer, [Tag("topic", f"t{number}")])
            project.act(article, layer, [Remove(("s3",)), Skip((3,))])
        project.remove_articles([7, 21])
    return folder


def export(folder: Path, options: ExportOptions) -> bytes:
    with closing(Project.open(Place.of(folder, annotator="ana"), create=False)) as project:
        project.export_file(folder / "out.jsonl", options)
    read_lines(folder / "out.jsonl")
    return (folder / "out.jsonl").read_bytes()


ALL = ExportOptions("article", everything=True)


@pytest.mark.parametrize("damage", DAMAGES, ids=[damage.__name__ for damage in DAMAGES])
def test_an_export_of_a_damaged_database_is_the_same_or_fails_with_a_sentence(
    sound: Path, tmp_path: Path, damage: Damage
) -> None:
    expected = export(sound, ALL)
    assert export(sound, structs.replace(ALL, as_of="2999-01-01")) == expected
    content = (sound / "annotations" / "annotations.db").read_bytes()
    assert len(content) > 50 * PAGE
    shutil.copytree(sound, tmp_path / "damaged")
    folder = tmp_path / "damaged"
    sentences: list[str] = []
    for seed in range(60):
        damaged = bytearray(content)
        damage(damaged, random.Random(seed))
        for left in (folder / "annotations").glob("annotations.db-*"):
            left.unlink()
        (folder / "annotations" / "annotations.db").write_bytes(damaged)
        for options in (ALL, structs.replace(ALL, as_of="2999-01-01")):
            try:
                exported = export(folder, options)
            except SpantagError as error:
                sentences.append(str(error))
            else:
                assert exported == expected, f"seed {seed}, as of {options.as_of}"
    assert sentences
    assert not any("\n" in sentence for sentence in sentences)


def test_an_annotator_whose_events_are_gone_is_missed_at_every_time(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path / "damaged")
    with closing(sqlite3.connect(tmp_path / "damaged" / "annotations" / "annotations.db")) as raw, raw:
        triggers = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("DELETE FROM events WHERE article = 2 AND annotator = 'bea'")
    for options in (ALL, structs.replace(ALL, as_of="2999-01-01")):
        with pytest.raises(SpantagError, match="article 2 is not what was written"):
            export(tmp_path / "damaged", options)
