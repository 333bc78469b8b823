"""Real files of the field's tools: every span in them arrives, or is named.

Each is compared with a reading of its own that knows nothing of the readers.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.readers import edges, quote_spans, read_all, sentences
from tui.errors import Refusal
from tui.formats import open_sources, recognise
from tui.model.record import Record


@pytest.fixture
def peers(shared: Path) -> Path:
    return shared / "data" / "peers"


def records(path: Path) -> list[Record]:
    return [each for each in read_all(path) if isinstance(each, Record)]


def lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def test_every_file_is_recognised_as_what_it_is(peers: Path) -> None:
    expected = {
        "brat": "brat", "gliner": "gliner", "inception_bioc": "bioc", "inception_uima_cas": "uima-cas",
        "slate": "slate", "label_studio": "label-studio", "prodigy": "prodigy",
    }  # fmt: skip
    for source in open_sources(peers):
        known = recognise(source, is_named=False)
        folder = source.path.relative_to(peers).parts[0]
        if source.path.name.startswith(("patterns", "START", "README", "label_config")) or known is None:
            continue
        if folder in expected and source.path.suffix != ".conf":
            assert known.name == expected[folder], source.name


@pytest.mark.parametrize(
    ("name", "count", "links"),
    [
        ("annotated_news_headlines-ORG-PERSON-LOCATION-ner.jsonl", 74, 0),
        ("annotations.jsonl", 60, 38),
        ("demo.jsonl", 1, 0),
        ("intra_oscar.jsonl", 19, 26),
    ],
)
def test_prodigy(peers: Path, name: str, count: int, links: int) -> None:
    path = peers / "prodigy" / name
    expected = [
        (row["text"], [(span["start"], span["end"], span["label"]) for span in row.get("spans", ())])
        for row in lines(path)
    ]
    found = records(path)
    assert [(record.text, edges(record)) for record in found] == expected
    assert sum(len(record.spans or ()) for record in found) == count
    assert sum(len(record.relations) for record in found) == links


@pytest.mark.parametrize("name", ["admin.jsonl", "example_overlapping.jsonl", "labeling_text_label.jsonl"])
def test_doccano(peers: Path, name: str) -> None:
    path = peers / "doccano" / name
    expected = [
        (row["text"], [tuple(triple) for triple in row.get("label") or row.get("labels") or ()])
        for row in lines(path)
    ]
    assert [(record.text, edges(record)) for record in records(path)] == expected


def test_doccano_of_two_users(peers: Path) -> None:
    path = peers / "doccano" / "labeling.jsonl"
    expected = Counter(
        (row["text"], str(each["user"]), each["start_offset"], each["end_offset"], str(each["label"]))
        for row in lines(path)
        for each in row["annotations"]
    )
    found = Counter(
        (record.text, record.annotator, *edge) for record in records(path) for edge in edges(record)
    )
    assert found == expected


def test_doccano_names_the_line_without_a_text(peers: Path) -> None:
    refusals = [each for each in read_all(peers / "doccano" / "example.jsonl") if isinstance(each, Refusal)]
    assert [(each.line, each.reason) for each in refusals] == [(3, '"text" must be a string, not null')]


def read_iob(path: Path, separator: str | None) -> list[tuple[str, str]]:
    """Read the spans of IOB2 as their words and label."""
    found: list[tuple[list[str], str]] = []
    before = "O"
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split(separator)
        if len(cells) < 2 or cells[0] == "-DOCSTART-":
            before = "O"
            continue
        tag = cells[-1]
        if tag.startswith("B-") or (tag.startswith("I-") and before == "O"):
            found.append(([cells[0]], tag[2:]))
        elif tag.startswith("I-"):
            found[-1][0].append(cells[0])
        before = tag
    return [(" ".join(words), label) for words, label in found]


@pytest.mark.parametrize(
    "name",
    [
        "doccano/example.conll",
        "doccano/labeling.conll2003.user1",
        "doccano/labeling.conll2003.user2",
        "doccano/labeling.trailing.conll",
        "doccano/labeling_text_label.conll2003.user0",
        "spacy/ner-token-per-line.iob",
        "spacy/ner-token-per-line-with-pos.iob",
        "spacy/ner-token-per-line-conll2003.iob",
    ],
)
def test_conll(peers: Path, name: str) -> None:
    found = [quoted for record in records(peers / name) for quoted in quote_spans(record)]
    assert found == read_iob(peers / name, None)
    assert found


def test_conll_with_a_line_that_has_no_tag_is_refused_with_its_line(peers: Path) -> None:
    (refusal,) = read_all(peers / "doccano" / "labeling.invalid.conll")
    assert isinstance(refusal, Refusal)
    assert refusal.line == 1
    assert "SOCCERO SOCCERO SOCCERO" in refusal.reason


@pytest.mark.parametrize(
    "name",
    [
        "ner-sent-per-line",
        "ner-token-per-line",
        "ner-token-per-line-with-pos",
        "ner-token-per-line-conll2003",
    ],
)
def test_spacy_files_of_version_2_say_the_same_as_their_iob(peers: Path, name: str) -> None:
    found = [quoted for record in records(peers / "spacy" / f"{name}.json") for quoted in quote_spans(record)]
    twin = [quoted for record in records(peers / "spacy" / f"{name}.iob") for quoted in quote_spans(record)]
    assert found == twin
    assert len(found) == 7


def test_spacy_tuples_and_doc_bin(peers: Path) -> None:
    expected = [
        (text, [tuple(triple) for triple in said["entities"]])
        for text, said in json.loads((peers / "spacy" / "train.json").read_text(encoding="utf-8"))
    ]
    assert [(record.text, edges(record)) for record in records(peers / "spacy" / "train.json")] == expected
    (binary,), (twin,) = records(peers / "spacy" / "demo.spacy"), records(peers / "prodigy" / "demo.jsonl")
    assert (binary.text, edges(binary)) == (twin.text, edges(twin))


@pytest.mark.parametrize(
    "name", ["labeling.spacy.user1", "labeling.spacy.user2", "labeling_text_label.spacy.user0"]
)
def test_doccano_for_spacy_says_the_same_as_its_conll(peers: Path, name: str) -> None:
    found = [quoted for record in records(peers / "doccano" / name) for quoted in quote_spans(record)]
    assert found == read_iob(peers / "doccano" / name.replace("spacy", "conll2003"), None)


def test_gliner(peers: Path) -> None:
    path = peers / "gliner" / "sample_data.json"
    expected = [
        [(" ".join(row["tokenized_text"][first : last + 1]), label) for first, last, label in row["ner"]]
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]
    found = records(path)
    assert [quote_spans(record) for record in found] == expected
    assert sum(map(len, expected)) == 236


@pytest.mark.parametrize("folder", ["news", "bio"])
def test_brat(peers: Path, folder: str) -> None:
    counts: Counter[str] = Counter()
    for path in sorted((peers / "brat" / folder).glob("*.ann")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        rows = [row.split("\t") for row in path.read_text(encoding="utf-8").splitlines() if row.strip()]
        expected = {
            row[0]: (text[int(row[1].split()[1]) : int(row[1].split()[2])], row[1].split()[0])
            for row in rows
            if row[0].startswith("T")
        }
        (record,) = records(path)
        spans = {span.id: (record.text[span.start : span.end], span.label) for span in record.spans or ()}
        assert (record.text, spans) == (text, expected)
        arguments = sum(len(row[1].split()) - 1 for row in rows if row[0].startswith("E"))
        pairs = sum(len(row[1].split()) - 2 for row in rows if row[0] == "*")
        binary = sum(row[0].startswith("R") for row in rows)
        assert len(record.relations) == arguments + binary
        assert sum(len(entity.spans) - 1 for entity in record.entities) == pairs
        values = sum(
            len(span.attributes.keys() - {"events", "normalizations"}) for span in record.spans or ()
        )
        assert values == sum(row[0].startswith("A") for row in rows)
        counts["spans"] += len(spans)
    assert counts["spans"] == {"news": 119, "bio": 92}[folder]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("named_entity", [("February 22", "Date")]),
        ("html_document", [("Michael", "Person"), ("Michael", "Person"), ("Company Name", "Organization")]),
        ("dialogue_analysis", []),
    ],
)
def test_label_studio(peers: Path, name: str, expected: list[tuple[str, str]]) -> None:
    (record,) = records(peers / "label_studio" / name / "annotations" / "1.json")
    assert quote_spans(record) == expected


def test_label_studio_dialogue(peers: Path) -> None:
    path = peers / "label_studio" / "phrases" / "annotations" / "1.json"
    turns = [turn["text"] for turn in json.loads(path.read_text(encoding="utf-8"))["data"]["dialogue"]]
    (record,) = records(path)
    assert quote_spans(record) == [("\n".join(turns[2:5]), "Important Stuff")]


def test_label_studio_names_what_it_cannot_bring(peers: Path) -> None:
    said = sentences(read_all(peers / "label_studio" / "tests" / "csv_test.json"))
    assert any(each.startswith("3 results of pictures, sound or chats are left out (") for each in said)
    (refusal,) = read_all(peers / "label_studio" / "tests" / "data.json")
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "this task has no text, only 'image'; pictures and sound are not read"


@pytest.mark.parametrize(
    "name",
    ["CrossSentenceSpanWithFeatureValue", "MultiTokenChain", "SingleNonTokenRelationWithoutFeature",
     "StackedComplexSlotFeatureWithoutValues", "StackedSubMultiTokenSpanWithFeatureValue", "SubTokenPrefix",
     "SentenceWithEmoji", "SentenceWithLineBreak", "SentenceWithTab"],
)  # fmt: skip
def test_webanno_says_the_same_as_the_xmi_beside_it(peers: Path, name: str) -> None:
    folder = peers / "inception_webanno_tsv" / f"test{name}"
    root = ElementTree.parse(folder / "reference.xmi").getroot()
    text = next(each.attrib["sofaString"] for each in root if "sofaString" in each.attrib)
    expected = Counter(
        (int(each.attrib["begin"]), int(each.attrib["end"]))
        for each in root
        if "begin" in each.attrib
        and not re.search(r"(Token|Sentence|DocumentMetaData|DocumentAnnotation|Relation)$", each.tag)
        and each.attrib["begin"] != each.attrib["end"]
    )
    (record,) = records(folder / "reference.tsv")
    # The emoji of one of them is the only character of two units, and it stands at the end of its span.
    found = Counter(
        (len(record.text[:start].encode("utf-16-le")) // 2, len(record.text[:end].encode("utf-16-le")) // 2)
        for start, end, _ in edges(record)
    )
    assert found == expected
    assert record.text.rstrip() == text.rstrip()
    (twin,) = records(folder / "reference.xmi")
    assert len(twin.relations) == len(record.relations)


def test_webanno_of_gum(peers: Path) -> None:
    path = peers / "inception_webanno_tsv" / "GUM_news_asylum.tsv"
    forms: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    links = 0
    for row in path.read_text(encoding="utf-8").splitlines():
        cells = row.split("\t")
        if len(cells) < 4:
            continue
        links += 0 if cells[8] == "_" else len(cells[8].split("|"))
        for position, cell in enumerate(cells[3].split("|")):
            numbered = re.fullmatch(r"(.*)\[(\d+)\]", cell)
            if cell != "_":
                name = numbered[2] if numbered else f"{cells[0]}/{position}"
                forms.setdefault(name, []).append(cells[2])
                labels[name] = numbered[1] if numbered else cell
    (record,) = records(path)
    found = Counter((" ".join(quoted.split()), label) for quoted, label in quote_spans(record))
    assert found == Counter((" ".join(words), labels[name]) for name, words in forms.items())
    assert (len(record.spans or ()), len(record.relations)) == (102, links)


@pytest.mark.parametrize("name", ["Text", "LeftToRightText", "TraditionalChineseText", "EmojiUnicodeText"])
def test_uima_cas(peers: Path, name: str) -> None:
    path = peers / "inception_uima_cas" / f"casWith{name}AndAnnotations" / "data.json"
    structures = json.loads(path.read_text(encoding="utf-8"))["%FEATURE_STRUCTURES"]
    wide = structures[0]["sofaString"].encode("utf-16-le")
    expected = [
        wide[2 * each["begin"] : 2 * each["end"]].decode("utf-16-le")
        for each in structures
        if each["%TYPE"] == "uima.tcas.Annotation"
    ]
    (record,) = records(path)
    assert [quoted for quoted, _ in quote_spans(record)] == expected


def test_slate(peers: Path) -> None:
    rows = [
        line.split() for line in (peers / "slate" / "input_data0.txt").read_text(encoding="utf-8").split("\n")
    ]
    for path in sorted((peers / "slate").glob("*.category.annotations*")):
        expected: list[tuple[str, str]] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            place, label = line.rsplit(" - ", 1)
            numbers = [int(digits) for digits in re.findall(r"\d+", place)]
            expected.append((" ".join(rows[numbers[0]][numbers[1] : numbers[-1] + 1]), label))
        (record,) = records(path)
        assert quote_spans(record) == expected


def test_bioc(peers: Path) -> None:
    for name in ("example-with-sentences", "example-with-sentences-ref", "example-with-text-in-passage"):
        (record,) = records(peers / "inception_bioc" / f"{name}.xml")
        assert [quoted for quoted, _ in quote_spans(record)] == ["Sentence", "1"]
        assert len(record.relations) == 1


def test_pages(shared: Path) -> None:
    for path in sorted((shared / "data" / "pages").glob("*.html")):
        (record,) = records(path)
        assert len(record.text) > 200
        assert record.title
        assert "<" not in record.text[:200]
