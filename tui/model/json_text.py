"""JSON as it stands in payloads, metadata and derived rows."""

import json
from collections.abc import Mapping
from typing import Any, Final

from msgspec.json import Decoder, Encoder

from tui.model.span import Json


def parse_object(text: str) -> dict[str, Json]:
    """Read a JSON object, as payloads and metadata are stored; raises `ValueError` where it is none."""
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        # The other parser, which takes three times as long, says what is wrong.
        value = _parse_with_care(text)
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return value


def _parse_with_care(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if "\\ud" in text.lower():
        # Half a surrogate pair can be written in JSON, but nowhere else.
        to_json(value).encode("utf-8")
    return value


def parse_json(text: str) -> Any:
    """Read JSON that this program wrote, of which its reader knows what it is."""
    return _decode(text)


def to_json(value: object) -> str:
    """Write a value as compact JSON, as it stands in payloads and derived rows."""
    return _encode(value).decode()


def _encode_mapping(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} is no JSON value")


_decode: Final = Decoder().decode
_encode: Final = Encoder(enc_hook=_encode_mapping).encode
