"""Every format that can be written: its writer, what it carries, and how its tool loads it.

Apart from the readers' dictionary, because only an export needs it.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Final

from tui.formats.writing import Feature, FormatName, OpenWriter


@dataclass(frozen=True, slots=True)
class WritableFormat:
    """One format that can be written."""

    name: FormatName
    """What `--format` calls it."""
    title: str
    """What people call it."""
    suffix: str
    """The ending of its files; empty where it is a folder."""
    module: str
    """Its module in this package, with `CARRIES` and what opens its writer; loaded when it is needed."""
    opener: str
    """What opens its writer, in its module."""
    offsets: str
    """What its offsets count, and where a span ends."""
    load: str
    """One line that loads it in its tool."""
    is_for_models: bool = False
    """Whether models are trained on it, so that a text may be cut for them."""
    warns_of_length: bool = False
    """Whether most models that are trained on it leave out the end of a long text without a word."""
    only_alone: bool = True
    """Whether its main file says all there is, so that it can go to standard output."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        return not self.suffix

    @property
    def open_writer(self) -> OpenWriter:
        """Opens its writer."""
        opener: OpenWriter = getattr(self._load(), self.opener)
        return opener

    @property
    def carries(self) -> AbstractSet[Feature]:
        """What it carries beside spans."""
        carried: AbstractSet[Feature] = self._load().CARRIES
        return carried

    def _load(self) -> ModuleType:
        return import_module(f"tui.formats.{self.module}")


_CODE_POINTS: Final = "code points, end exclusive"


WRITERS: Final[dict[FormatName, WritableFormat]] = {
    each.name: each
    for each in (
        WritableFormat(
            "jsonl",
            "spantag's JSONL",
            ".jsonl",
            "native",
            "open_native",
            _CODE_POINTS,
            "spantag import FILE.jsonl",
        ),
        WritableFormat(
            "prodigy",
            "Prodigy JSONL",
            ".jsonl",
            "prodigy",
            "open_prodigy",
            "code points, end exclusive; tokens, end **inclusive**",
            "prodigy db-in DATASET FILE.jsonl --rehash",
        ),
        WritableFormat(
            "spacy",
            "spaCy DocBin",
            ".spacy",
            "spacy",
            "SpacyWriter",
            "tokens and code points, end exclusive",
            "spacy train config.cfg --paths.train train.spacy --paths.dev dev.spacy",
            is_for_models=True,
        ),
        WritableFormat(
            "hf",
            "Hugging Face token classification",
            ".jsonl",
            "hf",
            "HfWriter",
            "one tag a token (IOB2); `offsets` are code points, end exclusive",
            'load_dataset("json", data_files="FILE.jsonl",'
            ' features=Features.from_dict(json.load(open("FILE.features.json"))))',
            only_alone=False,
            is_for_models=True,
            warns_of_length=True,
        ),
        WritableFormat(
            "gliner",
            "GLiNER JSON",
            ".json",
            "gliner",
            "GlinerWriter",
            "tokens, end **inclusive**",
            'model.train_model(train_dataset=json.load(open("FILE.json")), …)',
            is_for_models=True,
        ),
        WritableFormat(
            "conll",
            "CoNLL-2003",
            ".conll",
            "conll_writer",
            "ConllWriter",
            "one tag a token (IOB2)",
            "spacy convert FILE.conll . --converter conll",
            is_for_models=True,
            warns_of_length=True,
        ),
        WritableFormat(
            "doccano",
            "doccano JSONL",
            ".jsonl",
            "doccano",
            "DoccanoWriter",
            _CODE_POINTS,
            "Dataset > Import dataset > JSONL (JSONL(Relation) where there are relations)",
        ),
        WritableFormat(
            "label-studio",
            "Label Studio JSON",
            ".json",
            "label_studio_writer",
            "LabelStudioWriter",
            _CODE_POINTS,
            "Settings > Labeling Interface > Code: FILE.xml; then Import: FILE.json",
            only_alone=False,
        ),
        WritableFormat(
            "brat",
            "brat standoff",
            "",
            "brat_writer",
            "BratWriter",
            _CODE_POINTS,
            "move the folder into brat's data/ directory",
            only_alone=False,
        ),
        WritableFormat(
            "uima-cas",
            "UIMA CAS JSON",
            "",
            "uima_cas_writer",
            "UimaCasWriter",
            "UTF-16 units, end exclusive",
            "INCEpTION: Settings > Layers > Import: typesystem.xml; then Documents, format UIMA CAS JSON",
            only_alone=False,
        ),
        WritableFormat(
            "chat",
            "chat-style JSONL",
            ".jsonl",
            "chat",
            "open_chat",
            "code points of the user's text, end exclusive",
            'load_dataset("json", data_files="FILE.jsonl"), whose rows chat trainers take as they are',
            is_for_models=True,
        ),
        WritableFormat(
            "csv",
            "CSV of spans",
            ".csv",
            "span_csv",
            "CsvWriter",
            "code points of the article, end exclusive",
            'open it in a spreadsheet, or pandas.read_csv("FILE.csv")',
        ),
    )
}
"""Every format that can be written, by name."""
