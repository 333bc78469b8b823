"""A said line: pieces of text, each with the component class that it is drawn in."""

from typing import TypeAlias

Pieces: TypeAlias = list[tuple[str, str]]
"""Texts, each with a component class."""
