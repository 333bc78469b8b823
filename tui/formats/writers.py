"""Every format that can be written: its writer, what it carries, and how its tool loads it.

Apart from the readers' dictionary, because only an export needs it.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from tui.formats import (
    brat_writer,
    chat,
    conll,
    doccano,
    gliner,
    hf,
    label_studio_writer,
    native,
    prodigy,
    spacy,
    span_csv,
)
from tui.formats.writing import FEATURES, Feature, FormatName, LineWriter, OpenWriter, Target, WriteOptions


@dataclass(frozen=True, slots=True)
class WritableFormat:
    """One format that can be written."""

    name: FormatName
    """What `--format` calls it."""
    title: str
    """What people call it."""
    suffix: str
    """The ending of its files; empty where it is a folder."""
    open_writer: OpenWriter
    """Opens its writer."""
    carries: AbstractSet[Feature]
    """What it carries beside spans."""
    offsets: str
    """What its offsets count, and where a span ends."""
    load: str
    """One line that loads it in its tool."""
    only_alone: bool = True
    """Whether its main file says all there is, so that it can go to standard output."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        return not self.suffix


_CODE_POINTS: Final = "code points, end exclusive"


def _open_native(target: Target, options: WriteOptions) -> LineWriter:
    del options
    return LineWriter(target, native.format_line)


WRITERS: Final[dict[FormatName, WritableFormat]] = {
    each.name: each
    for each in (
        WritableFormat(
            "jsonl",
            "spantag's JSONL",
            ".jsonl",
            _open_native,
            frozenset(FEATURES),
            _CODE_POINTS,
            "spantag import FILE.jsonl",
        ),
        WritableFormat(
            "prodigy",
            "Prodigy JSONL",
            ".jsonl",
            prodigy.open_prodigy,
            prodigy.CARRIES,
            "code points, end exclusive; tokens, end **inclusive**",
            "prodigy db-in DATASET FILE.jsonl --rehash",
        ),
        WritableFormat(
            "spacy",
            "spaCy DocBin",
            ".spacy",
            spacy.SpacyWriter,
            spacy.CARRIES,
            "tokens and code points, end exclusive",
            "spacy train config.cfg --paths.train train.spacy --paths.dev dev.spacy",
        ),
        WritableFormat(
            "hf",
            "Hugging Face token classification",
            ".jsonl",
            hf.HfWriter,
            hf.CARRIES,
            "one tag a token (IOB2); `offsets` are code points, end exclusive",
            'load_dataset("json", data_files="FILE.jsonl",'
            ' features=Features.from_dict(json.load(open("FILE.features.json"))))',
            only_alone=False,
        ),
        WritableFormat(
            "gliner",
            "GLiNER JSON",
            ".json",
            gliner.GlinerWriter,
            gliner.CARRIES,
            "tokens, end **inclusive**",
            'model.train_model(train_dataset=json.load(open("FILE.json")), …)',
        ),
        WritableFormat(
            "conll",
            "CoNLL-2003",
            ".conll",
            conll.ConllWriter,
            conll.CARRIES,
            "one tag a token (IOB2)",
            "spacy convert FILE.conll . --converter conll",
        ),
        WritableFormat(
            "doccano",
            "doccano JSONL",
            ".jsonl",
            doccano.DoccanoWriter,
            doccano.CARRIES,
            _CODE_POINTS,
            "Dataset > Import dataset > JSONL (JSONL(Relation) where labels.yaml has relations)",
        ),
        WritableFormat(
            "label-studio",
            "Label Studio JSON",
            ".json",
            label_studio_writer.LabelStudioWriter,
            label_studio_writer.CARRIES,
            _CODE_POINTS,
            "Settings > Labeling Interface > Code: FILE.xml; then Import: FILE.json",
            only_alone=False,
        ),
        WritableFormat(
            "brat",
            "brat standoff",
            "",
            brat_writer.BratWriter,
            brat_writer.CARRIES,
            _CODE_POINTS,
            "move the folder into brat's data/ directory",
            only_alone=False,
        ),
        WritableFormat(
            "chat",
            "chat-style JSONL",
            ".jsonl",
            chat.open_chat,
            chat.CARRIES,
            "code points of the user's text, end exclusive",
            'load_dataset("json", data_files="FILE.jsonl"), whose rows chat trainers take as they are',
        ),
        WritableFormat(
            "csv",
            "CSV of spans",
            ".csv",
            span_csv.CsvWriter,
            span_csv.CARRIES,
            "code points of the article, end exclusive",
            'open it in a spreadsheet, or pandas.read_csv("FILE.csv")',
        ),
    )
}
"""Every format that can be written, by name."""
