"""Hugging Face token classification: lines of JSON, or tables of Parquet."""

from typing import Final

from tui.formats.format import LINES_OF_JSON, Format, Reading, Writing
from tui.formats.hf.rows import (
    CARRIES,
    PARQUET,
    HfWriter,
    check,
    describe_folder,
    describes,
    read,
    read_name,
    recognises,
    suffix_of,
)

FORMAT: Final = Format(
    "hf",
    reading=Reading(
        title="Hugging Face token classification",
        suffixes=LINES_OF_JSON,
        offsets="tokens",
        brings=(
            "spans by tags, as names or as numbers with their names, or by tokens; relations; the text from"
            " `text`, else of tokens"
        ),
        lacks="second columns of tags, unless `--column` names them; Arrow",
        read=read,
        describes=describes,
        recognises=recognises,
        has_columns=True,
    ),
    writing=Writing(
        title="Hugging Face token classification",
        suffix=".jsonl",
        offsets="one tag a token (IOB2); `offsets` are code points, end exclusive",
        load='load_dataset("json", data_files="FILE.jsonl",'
        ' features=Features.from_dict(json.load(open("FILE.features.json"))))',
        open=HfWriter,
        carries=CARRIES,
        options=(PARQUET,),
        read_name=read_name,
        check=check,
        suffix_of=suffix_of,
        describe=describe_folder,
        only_alone=False,
        is_for_models=True,
        warns_of_length=True,
    ),
)
"""How it is read and written."""
