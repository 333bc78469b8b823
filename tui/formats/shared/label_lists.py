r"""Other tools' labels: Prodigy's patterns, Label Studio's config and others, and brat's `annotation.conf`.

    {"label":"actor","pattern":"two men"}
    {"label":"actor","pattern":[{"lower":"two"},{"lower":"men"}]}

    <View><Labels name="label" toName="text"><Label value="actor" background="#E69F00"/></Labels></View>

    [{"text":"actor","suffix_key":"a","background_color":"#E69F00"}]          (doccano)
    {"name":"Event","tags":[{"tag_name":"attack","tag_description":"…"}]}     (a tagset of INCEpTION)

They become labels, patterns, attributes, roles and relations of labels.yaml; what that has no word for is
refused.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from tui.errors import Refusal
from tui.formats.shared.annotation_conf import read_conf
from tui.formats.shared.json_values import outline
from tui.formats.shared.reading import short
from tui.formats.shared.source import Source
from tui.model.labels import Attribute, AttributeType, Label, LabelSet, Pattern, RelationType

_SPAN_CONTROLS: Final = ("Labels", "HyperTextLabels", "ParagraphLabels")
_QUESTIONS: Final[Mapping[str, AttributeType]] = {
    "TextArea": "text",
    "DateTime": "text",
    "Number": "number",
    "Rating": "number",
}
"""The controls that ask for a text or a number."""

_TEXT_KEYS: Final = {"lower": True, "LOWER": True, "orth": False, "ORTH": False, "text": False, "TEXT": False}
"""What a token pattern may say about a word, and whether it means it in any case."""

_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


def recognises(head: bytes, path: Path) -> bool:
    """Tell a list of labels from annotated texts."""
    if path.name == "annotation.conf":
        return True
    start = head.lstrip()
    if start.startswith((b"{", b"[")):
        keys = outline(head)
        is_patterns = "label" in keys and "pattern" in keys and "text" not in keys
        is_doccano = "[].text" in keys and ("[].background_color" in keys or "[].suffix_key" in keys)
        return is_patterns or is_doccano or "tags[].tag_name" in keys
    return re.match(rb"(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<View\b", start, re.DOTALL) is not None


def read_label_list(source: Source) -> tuple[LabelSet, list[Refusal]]:
    """Read the labels of a file, and what of it cannot be one."""
    text = source.read_text()
    if isinstance(text, Refusal):
        return LabelSet(), [text]
    if source.inner_path.name == "annotation.conf":
        return read_conf(text), []
    if text.lstrip().startswith(("{", "[")):
        listed = _read_listed(text)
        return _read_patterns(text, source.name) if listed is None else listed
    return _read_config(text, source.name)


def _read_listed(text: str) -> tuple[LabelSet, list[Refusal]] | None:
    """Read doccano's labels or a tagset of INCEpTION; None where the text is neither."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    entries = value.get("tags") if isinstance(value, dict) else value
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return None
    labels: dict[str, Label] = {}
    relations: list[str] = []
    for entry in entries:
        name = entry.get("tag_name", entry.get("text"))
        color, description = entry.get("background_color"), entry.get("tag_description")
        if not isinstance(name, str) or not name.strip():
            continue
        if entry.get("task_type") == "Relation":
            relations.append(name)
            continue
        labels[name] = Label(
            name,
            color=color if isinstance(color, str) and _COLOR.fullmatch(color) else None,
            description=" ".join(description.split()) if isinstance(description, str) else "",
        )
    return LabelSet(labels=tuple(labels.values()), relations=tuple(map(RelationType, _unique(relations)))), []


def _read_patterns(text: str, file: str) -> tuple[LabelSet, list[Refusal]]:
    patterns: dict[str, list[Pattern]] = {}
    refusals: list[Refusal] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError:
            refusals.append(Refusal(file, "this line is not JSON", number))
            continue
        label = entry.get("label") if isinstance(entry, dict) else None
        if not isinstance(label, str) or not label.strip():
            refusals.append(Refusal(file, f'"label" must be a text, not {short(label)}', number))
            continue
        found = _read_pattern(entry.get("pattern"))
        listed = patterns.setdefault(label, [])
        if found is None:
            reason = f"labels.yaml has words and regular expressions, but no {short(entry.get('pattern'))}"
            refusals.append(Refusal(file, reason, number))
        elif found not in listed:
            listed.append(found)
    return LabelSet(
        labels=tuple(Label(name, patterns=tuple(each)) for name, each in patterns.items())
    ), refusals


def _read_pattern(value: object) -> Pattern | None:
    """Read words, or tokens that only say how they are written."""
    if isinstance(value, str) and value.strip():
        return Pattern(value)
    if not isinstance(value, list) or not value:
        return None
    parts: list[str] = []
    for token in value:
        pairs = list(token.items()) if isinstance(token, dict) else []
        if len(pairs) != 1 or pairs[0][0] not in _TEXT_KEYS or not isinstance(pairs[0][1], str):
            return None
        word = re.escape(pairs[0][1])
        parts.append(f"(?i:{word})" if _TEXT_KEYS[pairs[0][0]] else word)
    return Pattern(r"\s*".join(parts), is_regex=True)


def _read_config(text: str, file: str) -> tuple[LabelSet, list[Refusal]]:
    if "<!ENTITY" in text:
        return LabelSet(), [Refusal(file, "XML that declares entities is not read")]
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        line, column = error.position
        return LabelSet(), [Refusal(file, "this is not XML", line, column + 1)]
    asked = list(_read_asked(root))
    labels: dict[str, Label] = {}
    for control in root.iter():
        for each in control.findall("Label") if control.tag in _SPAN_CONTROLS else ():
            name = each.get("alias") or each.get("value") or ""
            color = each.get("background", "")
            if name:
                shown = color if _COLOR.fullmatch(color) else None
                questions = tuple([each.attribute for each in asked if each.is_of(name)])
                labels.setdefault(name, Label(name, color=shown, attributes=questions))
    if not labels:
        return LabelSet(), [Refusal(file, "this config has no labels for text")]
    names = _unique([each.get("value", "") for each in root.iter("Relation") if each.get("value")])
    return LabelSet(
        labels=tuple(labels.values()),
        relations=tuple(map(RelationType, names)),
        article_labels=tuple([each.attribute for each in asked if each.is_of_article]),
    ), []


class _Asked(Struct, frozen=True):
    """What a control of Label Studio asks."""

    attribute: Attribute
    """The question."""
    is_of_article: bool
    """Whether it is about the text as a whole, and not about a region."""
    labels: frozenset[str] = frozenset()
    """The labels of the regions that it is about; empty for all."""

    def is_of(self, label: str) -> bool:
        """Tell whether the question is about regions of a label."""
        return not self.is_of_article and (not self.labels or label in self.labels)


def _read_asked(element: ElementTree.Element, labels: frozenset[str] = frozenset()) -> Iterator[_Asked]:
    """Read what the controls in an element ask, which may be there only for regions of some labels."""
    if element.get("whenLabelValue"):
        labels = frozenset(element.get("whenLabelValue", "").split(","))
    attribute = _read_attribute(element)
    if attribute is not None:
        yield _Asked(attribute, element.get("perRegion") != "true", labels)
    for each in element:
        yield from _read_asked(each, labels)


def _read_attribute(control: ElementTree.Element) -> Attribute | None:
    """Read the question of a control: of choices, for a text or for a number; None where it has none."""
    name, is_required = control.get("name"), control.get("required") == "true"
    kind = _QUESTIONS.get(control.tag)
    if not name:
        return None
    if kind is not None:
        return Attribute(name, kind, required=is_required)
    values = [each.get("alias") or each.get("value") or "" for each in control.findall("Choice")]
    if control.tag != "Choices" or not values or not all(values):
        return None
    is_multiple = control.get("choice") == "multiple"
    return Attribute(name, "choice", _unique(values), multiple=is_multiple, required=is_required)


def _unique(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
