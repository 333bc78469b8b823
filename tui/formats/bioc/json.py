"""BioC JSON as the tree of BioC XML, of which it is the same in other brackets.

    {"source":"news","documents":[{"id":"1","infons":{},"passages":[{"offset":0,"text":"Two men fled.",
      "infons":{},"annotations":[{"id":"T1","text":"Two men","infons":{"type":"actor"},
       "locations":[{"offset":0,"length":7}]}],
      "relations":[{"id":"R1","infons":{"type":"did"},"nodes":[{"refid":"T1","role":"source"}]}]}]}]}

Read are collections, lists of them, documents by themselves (one a line), and PubTator 3's list of documents.
Values of infons that are no text are written as JSON.
"""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from typing import Final

from tui.formats.shared.reading import WrongError, short
from tui.model.span import Json

COLLECTIONS: Final = ("documents", "PubTator3")
"""What a list of documents may be called."""

_LISTS: Final = {
    "documents": "document",
    "PubTator3": "document",
    "passages": "passage",
    "sentences": "sentence",
    "annotations": "annotation",
    "relations": "relation",
    "locations": "location",
    "nodes": "node",
}
"""The lists of the format, and what their elements are called in XML."""

_ATTRIBUTES: Final = {
    "annotation": ("id",),
    "relation": ("id",),
    "location": ("offset", "length"),
    "node": ("refid", "role"),
}
"""What is an attribute in XML; all else is an element of its own."""

_TEXTS: Final = ("id", "offset", "text", "source", "date", "key")


def as_tree(value: Json) -> ElementTree.Element:
    """Give a collection, or one document, as the collection of BioC XML; raises `WrongError`."""
    if not isinstance(value, dict):
        raise WrongError(f"a collection must be an object, not {short(value)}")
    is_collection = any(key in value for key in COLLECTIONS)
    return _as_element("collection", value if is_collection else {"documents": [value]})


def _as_element(tag: str, value: Mapping[str, Json]) -> ElementTree.Element:
    own = _ATTRIBUTES.get(tag, ())
    element = ElementTree.Element(tag, {key: _write(value[key]) for key in own if value.get(key) is not None})
    for key, infon in _take_infons(value):
        child = ElementTree.SubElement(element, "infon", {"key": key})
        child.text = _write(infon)
    for key in _TEXTS:
        if key not in own and value.get(key) is not None:
            ElementTree.SubElement(element, key).text = _write(value[key])
    for key, child_tag in _LISTS.items():
        listed = value.get(key)
        if listed is not None and not isinstance(listed, list):
            raise WrongError(f'"{key}" must be a list, not {short(listed)}')
        for index, each in enumerate(listed or ()):
            if not isinstance(each, dict):
                raise WrongError(f"{key}[{index}] must be an object, not {short(each)}")
            element.append(_as_element(child_tag, each))
    return element


def _take_infons(value: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    infons = value.get("infons")
    if infons is not None and not isinstance(infons, dict):
        raise WrongError(f'"infons" must be an object, not {short(infons)}')
    yield from ((key, each) for key, each in (infons or {}).items() if each is not None)


def _write(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
