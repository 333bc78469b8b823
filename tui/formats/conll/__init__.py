"""CoNLL-2003 and its kin: a token a line, tags in columns."""

from typing import Final

from tui.formats.conll.reader import read, recognises
from tui.formats.conll.writer import CARRIES, ConllWriter
from tui.formats.format import Format, Reading, Writing

FORMAT: Final = Format(
    "conll",
    reading=Reading(
        title="CoNLL-2003 and kin",
        suffixes=(".conll", ".iob", ".bio", ".iob2", ".bioes", ".txt", ".tsv", ".conllu", ".conllup"),
        offsets="tokens",
        brings=(
            "spans by IOB1, IOB2, BILOU, BIOES, labels alone or `Entity=` in brackets; the text of"
            " `# text =`, else of tokens"
        ),
        lacks="other columns, comments",
        read=read,
        recognises=recognises,
        has_columns=True,
    ),
    writing=Writing(
        title="CoNLL-2003",
        suffix=".conll",
        offsets="one tag a token (IOB2)",
        load="spacy convert FILE.conll . --converter conll",
        open=ConllWriter,
        carries=CARRIES,
        is_for_models=True,
        warns_of_length=True,
    ),
)
"""How it is read and written."""
