"""spaCy: DocBin and JSON."""

from typing import Final

from tui.formats.format import Format, Reading, Writing
from tui.formats.spacy.docs import CARRIES, SPANS_KEY, SpacyWriter, read, recognises

FORMAT: Final = Format(
    "spacy",
    reading=Reading(
        title="spaCy DocBin, JSON",
        suffixes=(".spacy", ".json", ".jsonl"),
        offsets="tokens, end exclusive; code points in JSON",
        brings="`doc.ents`, `doc.spans`, ids, categories as metadata",
        lacks="parts of speech, lemmas, dependencies, user data, attributes of span groups",
        read=read,
        recognises=recognises,
    ),
    writing=Writing(
        title="spaCy DocBin",
        suffix=".spacy",
        offsets="tokens and code points, end exclusive",
        load="spacy train config.cfg --paths.train train.spacy --paths.dev dev.spacy",
        open=SpacyWriter,
        carries=CARRIES,
        options=(SPANS_KEY,),
        is_for_models=True,
    ),
)
"""How it is read and written."""
