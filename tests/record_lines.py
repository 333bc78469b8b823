"""Lines of spantag's own JSONL, each checked against the JSON Schema before a test looks at it."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tui.formats.native.schema import record_schema

VALIDATOR = Draft202012Validator(record_schema())
"""Checks one line."""


def read_lines(content: bytes | Path) -> list[dict[str, Any]]:
    """Read the lines of an export; every one must fit the schema."""
    content = content if isinstance(content, bytes) else content.read_bytes()
    lines = [json.loads(line) for line in content.decode("utf-8").split("\n")[:-1]]
    for line in lines:
        VALIDATOR.validate(line)
    return lines
