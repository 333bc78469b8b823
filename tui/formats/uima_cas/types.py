"""The types of a CAS: what a file, or the description beside it, declares of layers and their features."""

import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from tui.formats.shared.layers import LayerType
from tui.model.span import Json

STRING: Final = "uima.cas.String"
BOOLEAN: Final = "uima.cas.Boolean"
INTEGER: Final = "uima.cas.Integer"
LONG: Final = "uima.cas.Long"
DOUBLE: Final = "uima.cas.Double"
WHOLE_BITS: Final = {"uima.cas.Byte": 8, "uima.cas.Short": 16, INTEGER: 32, LONG: 64}
"""The ranges that hold whole numbers, and of how many bits."""

REAL: Final = ("uima.cas.Float", DOUBLE)
"""The ranges that hold other numbers."""

VALUES: Final = (STRING, BOOLEAN, *WHOLE_BITS, *REAL)
"""The ranges that hold a value, and name no other structure."""

ARRAYS: Final = {f"{held}[]": f"{held}Array" for held in VALUES}
"""The ranges that hold several values, each with the type of the structure that holds these."""

_ARRAY_NAMES: Final = {name: held for held, name in ARRAYS.items()} | {
    "uima.cas.StringList": f"{STRING}[]",
    "uima.cas.IntegerList": f"{INTEGER}[]",
    "uima.cas.FloatList": "uima.cas.Float[]",
}
_SPACE: Final = "{http://uima.apache.org/resourceSpecifier}"


class TypeSystem(Struct, frozen=True):
    """The types that are declared, by name."""

    types: Mapping[str, LayerType] = field(default_factory=dict)
    """Each with its own features; those of the types above it are theirs."""

    @classmethod
    def of_json(cls, declared: Json) -> "TypeSystem":
        """Read `%TYPES`; what is no declaration is passed over."""
        types = declared if isinstance(declared, dict) else {}
        return cls({name: _read_type(each) for name, each in types.items() if isinstance(each, dict)})

    @classmethod
    def of_xml(cls, root: ElementTree.Element) -> "TypeSystem":
        """Read a type system description."""
        return cls(dict(_describe_types(root)))

    def lineage(self, name: str) -> list[str]:
        """List a type and those above it that are declared, from below."""
        found: list[str] = []
        while name in self.types and name not in found:
            found.append(name)
            name = self.types[name].super_type
        return found

    def range_of(self, name: str, feature: str) -> str:
        """Say what a feature of a type holds; empty where that is not declared."""
        for each in self.lineage(name):
            held = self.types[each].features.get(feature)
            if held is not None:
                return STRING if self.is_text(held) else held
        return ""

    def is_text(self, held: str) -> bool:
        """Tell whether a range is a text, or one of some texts."""
        return held == STRING or any(self.types[each].super_type == STRING for each in self.lineage(held))

    def names_one(self, name: str, feature: str) -> bool:
        """Tell whether a feature of a type is declared to name one other structure."""
        held = self.range_of(name, feature)
        return bool(held) and held not in VALUES and not held.endswith("[]")

    def part_of(self, names: Iterable[str]) -> dict[str, LayerType]:
        """Give the types of these names, with all that they extend and that their features hold."""
        found: dict[str, LayerType] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in self.types and name not in found:
                found[name] = self.types[name]
                waiting += [found[name].super_type, *map(element_of, found[name].features.values())]
        return dict(sorted(found.items()))


def element_of(held: str) -> str:
    """Say what one value of a range is."""
    return held.removesuffix("[]")


def fits_bits(value: int, held: str) -> bool:
    """Tell whether a whole number fits into a range of whole numbers."""
    most = 1 << (WHOLE_BITS[held] - 1)
    return -most <= value < most


def read_text(text: str, held: str) -> Json:
    """Turn what XML has as text into a value of a range; what cannot be one stays a text."""
    try:
        if held in WHOLE_BITS:
            return int(text)
        if held in REAL:
            return _read_finite(text)
    except ValueError:
        return text
    if held == BOOLEAN and text in ("true", "false"):
        return text == "true"
    return text


def _read_finite(text: str) -> float:
    """Read a number; raises `ValueError` also for one that JSON has no word for."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _read_type(declared: Mapping[str, Json]) -> LayerType:
    features = {
        feature: str(each["%RANGE"])
        for feature, each in declared.items()
        if isinstance(each, dict) and isinstance(each.get("%RANGE"), str)
    }
    above = declared.get("%SUPER_TYPE")
    return LayerType(above if isinstance(above, str) else "", _with_arrays(features))


def _with_arrays(features: Mapping[str, str]) -> dict[str, str]:
    return {feature: _ARRAY_NAMES.get(held, held) for feature, held in features.items()}


def _describe_types(root: ElementTree.Element) -> Iterator[tuple[str, LayerType]]:
    for described in root.iter(f"{_SPACE}typeDescription"):
        features: dict[str, str] = {}
        for feature in described.iter(f"{_SPACE}featureDescription"):
            held, element = _say(feature, "rangeTypeName"), _say(feature, "elementType")
            of_structures = held in ("uima.cas.FSArray", "uima.cas.FSList")
            features[_say(feature, "name")] = f"{element or 'uima.cas.TOP'}[]" if of_structures else held
        yield _say(described, "name"), LayerType(_say(described, "supertypeName"), _with_arrays(features))


def _say(element: ElementTree.Element, name: str) -> str:
    return (element.findtext(f"{_SPACE}{name}") or "").strip()
