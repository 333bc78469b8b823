"""An article that would drive the terminal if one byte of it got there, and a look at what did."""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path

C0 = "".join(map(chr, range(0x20)))
C1 = "".join(map(chr, range(0x80, 0xA0)))
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TAGS = "".join(map(chr, range(0xE0001, 0xE0080)))

SEQUENCES = (
    "\x1b]52;c;aGFja2Vk\x07",  # writes to the clipboard
    "\x1b]8;;http://evil.example/\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]0;owned\x07",  # sets the window's title
    "\x1b[31;5;7m",
    "\x1b[2J\x1b[3;3f",
    "\x1b[6n\x1b[21t",  # asks for an answer, which comes back as keys
    "\x1bP1$qm\x1b\\",
    "\x1b[?5h\x1bc",
    "\x9b31m\x9d52;c;aGFja2Vk\x9c",
)
"""What terminals obey."""

HOSTILE = f"Rebels{''.join(SEQUENCES)}said{C0.replace(chr(10), '')}x\x7f{C1}y{BIDI}z{TAGS}end"
"""All of it in one line, with words to tag at both ends."""

PARAGRAPHS = (
    f"First {HOSTILE} paragraph.",
    *(f"Word{index} {sequence} after{index}." for index, sequence in enumerate(SEQUENCES)),
    f"lone\rreturn {BIDI} and\u2028separator\u2029end\x85",
    f"mixed e\u0301{C1}\u0301\x1b\u0301 \U0001f468\u200d\x1b\u200d\U0001f469 {TAGS}",
    "Leave a Reply \x1b[2J",
    "Last words \x07 here.",
)

_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])"
)
_POINTER = "\x1b]22;default\x07"
"""Textual's way to set the shape of the mouse pointer."""
_FORBIDDEN = re.compile(
    f"[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x80-\x9f{BIDI}\u2028\u2029\U000e0000-\U000e007f]"
)


def write_jsonl(path: Path) -> Path:
    """Write the article as JSONL, with hostile ids, titles, notes, names and answers beside its text."""
    text = "\n".join(PARAGRAPHS)
    hostile = {
        "id": f"id{HOSTILE}",
        "text": text,
        "spans": [{"id": f"s{HOSTILE}", "start": 0, "end": 9, "label": "actor", "note": f"note {HOSTILE}"}],
        "meta": {
            "title": f"Title {HOSTILE}",
            f"key{HOSTILE}": HOSTILE,
            "state": "unfinished",
            "notes": {"2": f"noted {HOSTILE}"},
        },
    }
    refused = [
        {"text": "x", "spans": [{"start": 0, "end": 1, "label": f"label{HOSTILE}"}]},
        {"text": HOSTILE, "spans": [{"start": 0, "end": 5, "label": "actor", "text": f"other{HOSTILE}"}]},
        {"text": "y", "spans": [{"start": f"{HOSTILE}", "end": 1, "label": "actor"}]},
        {"text": "another text", "id": f"id{HOSTILE}"},
        {"text": "z", "spans": [{"start": 0, "end": 1, "label": "actor", "attributes": {HOSTILE: HOSTILE}}]},
        {"text": "w", "spans": [{"start": 0, "end": 1, "label": "actor", "origin": {"confidence": HOSTILE}}]},
        {"text": "v", "spans": [], "relations": [{"label": "hits", "head": HOSTILE, "tail": "1"}]},
        {"text": "u", "spans": [], "article_labels": {HOSTILE: HOSTILE}},
        {"text": "t", "spans": [], "meta": {"state": HOSTILE}},
        {"text": "a name", "spans": [], "meta": {"annotator": f"bob{HOSTILE}"}},
    ]
    lines = [json.dumps(record, ensure_ascii=False) for record in (hostile, *refused)]
    path.write_text("\n".join([*lines, f"{{broken {HOSTILE}"]) + "\n", encoding="utf-8", newline="")
    return path


def shapes_of(output: str) -> set[str]:
    """Give the kinds of escape sequences in what a terminal got, without the numbers in them."""
    return {re.sub("[0-9;:]+", "n", sequence) for sequence in _ESCAPE.findall(output)}


def leaks_in(output: bytes) -> Iterator[str]:
    """Name every byte sequence that only the article can have sent.

    A character of which only the beginning has come is looked at when the rest has.
    """
    text = getincrementaldecoder("utf-8")().decode(output).replace(_POINTER, "")
    for sequence in SEQUENCES:
        for part in _ESCAPE.findall(sequence):
            if part in text:
                yield f"the sequence {part!r}"
    for match in _FORBIDDEN.finditer(text):
        yield f"U+{ord(match[0]):04X} in {text[max(match.start() - 30, 0) : match.end() + 10]!r}"
