"""The feature structures of a CAS, as JSON or XMI has them, before anything is made of them."""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from tui.formats.shared.reading import WrongError, is_whole, short
from tui.formats.uima_cas.types import ARRAYS, STRING, TypeSystem, read_text
from tui.model.span import Json

LINK_ENDS: Final = (("Governor", "Dependent"), ("source", "target"), ("Source", "Target"))
"""The features that name the two ends of a relation."""

_OWN_KEYS: Final = frozenset({"%ID", "%TYPE", "%FLAGS", "@sofa", "begin", "end"})


class Structure(Struct):
    """One feature structure."""

    id: str
    """Its number in the file."""
    type: str
    """Its type, with the package."""
    sofa: str = ""
    """The id of the text it belongs to; empty where it says none."""
    begin: object = None
    """Where it begins, as the file counts; None where it has no place."""
    end: object = None
    """Where it ends."""
    features: dict[str, Json] = field(default_factory=dict)
    """Its values."""
    links: dict[str, str] = field(default_factory=dict)
    """Feature to the id of another structure."""
    text: str | None = None
    """The text that it holds, where it is one's sofa."""
    names_by_text: bool = False
    """Whether a text among its features may name other structures: in XMI, which has nothing but texts."""

    @property
    def short_type(self) -> str:
        """Its type without the package."""
        return re.split(r"[.:]", self.type)[-1]

    @property
    def has_place(self) -> bool:
        """Whether it stands at a stretch of the text."""
        return self.begin is not None and self.end is not None

    def reference(self, key: str) -> str:
        """Give the id of what a feature names; empty where it names nothing."""
        value = self.links.get(key, self.features.get(key))
        return str(value) if isinstance(value, int | str) else ""


class Cas(Struct, frozen=True):
    """All that stands in a file."""

    structures: list[Structure]
    """In the order of the file."""
    types: TypeSystem
    """What is declared of their types."""
    in_utf16: bool = True
    """Whether places count UTF-16 units; else code points."""
    members: frozenset[str] = frozenset()
    """The ids that the views say are theirs."""


def read_json(value: Json) -> Cas:
    """Read what a JSON file holds; raises `WrongError`."""
    if not isinstance(value, dict):
        raise WrongError(f"a CAS must be an object, not {short(value)}")
    header = value.get("%HEADER")
    unit = header.get("%OFFSET_ENCODING") if isinstance(header, dict) else None
    in_utf16 = str(unit or "UTF-16").upper().replace("_", "-") == "UTF-16"
    structures = list(_structures_of(value.get("%FEATURE_STRUCTURES")))
    types = TypeSystem.of_json(value.get("%TYPES"))
    views = value.get("%VIEWS")
    members: set[str] = set()
    for view in views.values() if isinstance(views, dict) else ():
        listed = view.get("%MEMBERS") if isinstance(view, dict) else None
        members.update(map(str, listed if isinstance(listed, list) else ()))
    return Cas(structures, types, in_utf16, frozenset(members))


def read_xmi(root: ElementTree.Element, types: TypeSystem) -> Cas:
    """Read what an XMI file holds, its texts as the values that the types declare; raises `WrongError`."""
    structures: list[Structure] = []
    members: set[str] = set()
    for element in root:
        uri, _, name = element.tag.rpartition("}")
        package = uri.removeprefix("{http:///").removesuffix(".ecore").replace("/", ".")
        if name == "View" and package == "uima.cas":
            members.update((element.get("members") or "").split())
            continue
        structures.append(_read_element(element, f"{package}.{name}", types))
    _refuse_twins(each.id for each in structures if each.id)
    return Cas(structures, types, members=frozenset(members))


def _structures_of(value: Json) -> Iterator[Structure]:
    if isinstance(value, dict):
        value = [{"%ID": key, **inner} for key, inner in value.items() if isinstance(inner, dict)]
    if not isinstance(value, list):
        raise WrongError(f'"%FEATURE_STRUCTURES" must be a list, not {short(value)}')
    _refuse_twins(str(raw["%ID"]) for raw in value if isinstance(raw, dict) and "%ID" in raw)
    lists = _lists_in(value)
    for index, raw in enumerate(value):
        if isinstance(raw, dict) and str(raw.get("%ID")) in lists:
            continue
        if not isinstance(raw, dict) or not isinstance(raw.get("%TYPE"), str):
            raise WrongError(f"feature structure {index} must be an object with %TYPE, not {short(raw)}")
        text = raw.get("sofaString")
        named = {key[1:]: str(each) for key, each in raw.items() if key[:1] == "@" and key != "@sofa"}
        yield Structure(
            str(raw.get("%ID", index)),
            str(raw["%TYPE"]),
            str(raw.get("@sofa", "")),
            raw.get("begin"),
            raw.get("end"),
            _features_of(raw, lists),
            {key: each for key, each in named.items() if each not in lists},
            text if isinstance(text, str) else None,
        )


def _refuse_twins(ids: Iterable[str]) -> None:
    twins = [name for name, number in Counter(ids).items() if number > 1]
    if twins:
        raise WrongError(
            f"{short(twins[0])} is the id of two feature structures; each must have one of its own"
        )


def _lists_in(structures: list[Json]) -> dict[str, list[Json]]:
    """Find the structures that only hold the values of others, by id."""
    found: dict[str, list[Json]] = {}
    for raw in structures:
        elements = raw.get("%ELEMENTS") if isinstance(raw, dict) else None
        if isinstance(raw, dict) and isinstance(elements, list):
            found[str(raw.get("%ID"))] = elements
    return found


def _features_of(raw: Mapping[str, Json], lists: Mapping[str, list[Json]]) -> dict[str, Json]:
    """Give what a structure says itself, a list in the place of the structure that holds it."""
    features: dict[str, Json] = {}
    for key, value in raw.items():
        if key.startswith("@") and key != "@sofa" and str(value) in lists:
            features[key[1:]] = lists[str(value)]
        elif key not in _OWN_KEYS and not key.startswith(("^", "@")):
            features[key.removeprefix("#")] = value
    return features


def _read_element(element: ElementTree.Element, name: str, types: TypeSystem) -> Structure:
    ids = [value for key, value in element.attrib.items() if key.endswith("}id")]
    features: dict[str, Json] = {}
    links: dict[str, str] = {}
    for key, text in element.attrib.items():
        if "}" in key or key in ("sofa", "begin", "end"):
            continue
        held = types.range_of(name, key)
        if types.names_one(name, key) or (not held and any(key in pair for pair in LINK_ENDS)):
            links[key] = text
        features[key] = _read_values(text, held)
    for child in element:
        held = types.range_of(name, child.tag).removesuffix("[]")
        values = features.setdefault(child.tag, [])
        if isinstance(values, list):
            values.append(read_text(child.text or "", held))
    return Structure(
        ids[0] if ids else "",
        name,
        element.get("sofa", ""),
        _whole(element.get("begin")),
        _whole(element.get("end")),
        features,
        links,
        element.get("sofaString"),
        names_by_text=True,
    )


def _read_values(text: str, held: str) -> Json:
    """Read an attribute of an element: one value, or all of a list of numbers."""
    if held in ARRAYS and held != f"{STRING}[]":
        return [read_text(each, held.removesuffix("[]")) for each in text.split()]
    return read_text(text, held)


def _whole(text: str | None) -> object:
    return int(text) if text is not None and is_whole(text) else text
