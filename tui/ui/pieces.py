"""A said line: pieces of text, each with the ink that it is written in."""

from typing import TypeAlias

Pieces: TypeAlias = list[tuple[str, str]]
"""Texts, each with the name of its ink; an empty one is none."""
