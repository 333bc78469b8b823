"""labels.yaml -> `LabelSet`, with every mistake and its line and column.

PyYAML's composer gives the places; its constructor, which turns `NO` into False and keeps the last of two
equal keys in silence, is not used: a scalar is the text that stands there.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tui.errors import LabelsError, Refusal
from tui.model.labels.attributes import (
    ATTRIBUTE_TYPES,
    COUNT_RULES,
    Attribute,
    AttributeType,
    assign_keys,
    assign_value_keys,
)
from tui.model.labels.regexes import explain_regex
from tui.model.labels.schema import (
    ARTICLE_LABEL,
    ATTRIBUTE,
    FILE,
    LABEL,
    LETTER,
    PARAGRAPH_LABEL,
    PATTERN_SHAPE,
    RELATION,
    ROLE,
    VALUE,
    ListOf,
    Shape,
    Text,
    TrueOrFalse,
)
from tui.model.labels.source import MAX_MISTAKES, compose, is_left_empty, read_source
from tui.model.labels.values import Label, LabelSet, Pattern, RelationType

MAX_VALUES = 100_000
"""Values with aliases followed; stops a "billion laughs" file."""

_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def read_labels(path: Path) -> LabelSet:
    """Read labels.yaml; raises `LabelsError` with every mistake."""
    return parse_labels(read_source(path), file=str(path))


def parse_labels(source: str, *, file: str) -> LabelSet:
    """Read the text of labels.yaml, which `file` names in mistakes; raises `LabelsError` with all of them."""
    root = compose(source, file=file)
    reader = _Reader(file)
    try:
        labels = reader.read(root)
    except _TooMuchError:
        labels = LabelSet()
    if reader.mistakes:
        raise LabelsError(
            sorted(reader.mistakes, key=lambda mistake: (mistake.line or 0, mistake.column or 0))
        )
    return labels


class _TooMuchError(Exception):
    """Reading went on for too long; the mistakes say so."""


class _Reader:
    """Collects values and mistakes of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Refusal] = []
        self._values = 0

    def refuse(self, node: Node, reason: str) -> None:
        """Note a mistake at the start of `node`."""
        self.mistakes.append(Refusal(self.file, reason, node.start_mark.line + 1, node.start_mark.column + 1))
        if len(self.mistakes) >= MAX_MISTAKES:
            raise _TooMuchError

    def count(self, node: Node) -> None:
        """Count a value, so that aliases cannot make reading endless."""
        self._values += 1
        if self._values > MAX_VALUES:
            self.refuse(node, f"with aliases followed, there are more than {MAX_VALUES:,} values here")
            raise _TooMuchError

    def read(self, root: Node | None) -> LabelSet:
        """Read the whole file."""
        if root is None:
            example = "labels: [actor, weapon]"
            self.mistakes.append(Refusal(self.file, f"the file is empty; write for example `{example}`"))
            return LabelSet()
        fields = _Fields(self, root, FILE)
        relations = [_Fields(self, node, RELATION) for node in fields.nodes("relations")]
        relation_keys = self._read_own_keys(relations)
        labels = self._read_labels(fields.nodes("labels"), taken=list(filter(None, relation_keys)))
        names = [label.name for label in labels]
        return LabelSet(
            title=fields.text("title"),
            guidelines=fields.text("guidelines"),
            labels=labels,
            relations=tuple(self._read_relations(relations, relation_keys, names, labels)),
            article_labels=self._read_attributes(fields.nodes("article_labels"), ARTICLE_LABEL),
            paragraph_labels=self._read_attributes(fields.nodes("paragraph_labels"), PARAGRAPH_LABEL),
        )

    def _read_labels(self, nodes: Sequence[Node], *, taken: Sequence[str]) -> tuple[Label, ...]:
        """Read the labels; none is given one of the keys that relations have of their own."""
        entries = [_Fields(self, node, LABEL) for node in nodes]
        names = self._read_names(entries)
        keys = assign_keys(zip(names, self._read_own_keys(entries), strict=True), taken=taken)
        return tuple(
            self._read_label(entry, name, key, names)
            for entry, name, key in zip(entries, names, keys, strict=True)
        )

    def _read_label(self, entry: "_Fields", name: str, key: str | None, names: Sequence[str]) -> Label:
        attributes = self._read_attributes(entry.nodes("attributes"), ATTRIBUTE)
        asked = [attribute.name for attribute in attributes]
        return Label(
            name=name,
            key=key,
            color=entry.text("color") or None,
            description=entry.text("description"),
            examples=entry.texts("examples"),
            patterns=tuple(self._read_patterns(entry.nodes("patterns"))),
            attributes=attributes,
            guidelines=entry.text("guidelines"),
            roles=self._read_roles(entry.nodes("roles"), name, names, asked),
        )

    def _read_names(self, entries: Sequence["_Fields"]) -> list[str]:
        """Read the name of every entry of a list; each can be there once."""
        names = [entry.text("name") for entry in entries]
        places = [entry.place("name") for entry in entries]
        self.refuse_repeats(zip(names, places, strict=True), "the name {} is given twice")
        return names

    def _read_own_keys(self, entries: Sequence["_Fields"]) -> list[str | None]:
        """Read the keys that the entries of a list have of their own; each can be there once."""
        own_keys = []
        for entry in entries:
            key = unicodedata.normalize("NFC", entry.text("key"))
            if key and not (key.isalpha() and key == key.lower()):
                shown = f"'key' of {entry.shape.word} is {_quote(key)}"
                self.refuse(entry.place("key"), f"{shown}; write {LETTER.wanted}")
                key = ""
            own_keys.append(key or None)
        places = [entry.place("key") for entry in entries]
        noun = entries[0].shape.word.removeprefix("a ").removeprefix("an ") if entries else ""
        self.refuse_repeats(zip(own_keys, places, strict=True), f"the key {{}} is given to two {noun}s")
        return own_keys

    def _read_patterns(self, nodes: Sequence[Node]) -> Iterator[Pattern]:
        for node in nodes:
            fields = _Fields(self, node, PATTERN_SHAPE)
            regex, text = fields.text("regex"), fields.text("text")
            reason = regex and explain_regex(regex)
            if reason:
                self.refuse(fields.place("regex"), f"{_quote(regex)} {reason}")
            elif regex or text:
                mark = fields.place("regex").start_mark
                place = f"{self.file}:{mark.line + 1}:{mark.column + 1}"
                yield Pattern(regex or text, is_regex=bool(regex), place=place)

    def _read_attributes(self, nodes: Sequence[Node], shape: Shape) -> tuple[Attribute, ...]:
        entries = [_Fields(self, node, shape) for node in nodes]
        names = self._read_names(entries)
        return tuple(self._read_attribute(entry, name) for entry, name in zip(entries, names, strict=True))

    def _read_attribute(self, fields: "_Fields", name: str) -> Attribute:
        word = fields.shape.word
        entries = [_Fields(self, node, VALUE) for node in fields.nodes("values")]
        values = [entry.text("name") for entry in entries]
        places = [entry.place("name") for entry in entries]
        self.refuse_repeats(zip(values, places, strict=True), "the value {} is given twice")
        own_keys = self._read_own_keys(entries)
        signs = tuple([entry.texts("signs") for entry in entries])
        default: AttributeType = "choice" if fields.has("values") else "text"
        written = fields.text("type")
        kind = next((each for each in ATTRIBUTE_TYPES if each == written), default)
        if kind == "choice" and not fields.has("values"):
            self.refuse(fields.place("type"), f"{word} of type 'choice' needs 'values'")
        if kind != "choice" and fields.has("values"):
            self.refuse(
                fields.place("type"), f"{word} of type {kind!r} has no 'values'; leave out one of the two"
            )
        multiple = fields.flag("multiple")
        if multiple and kind not in {"choice", "text"}:
            self.refuse(fields.place("multiple"), f"{word} of type {kind!r} has one value, not several")
        if fields.has("rule") and kind != "count":
            self.refuse(fields.place("rule"), f"{word} of type {kind!r} has no 'rule'; only a count has one")
        by_default = fields.text("default")
        if by_default and by_default not in values:
            wanted = _suggest(by_default, values) or "; write one of 'values'"
            self.refuse(fields.place("default"), f"{_quote(by_default)} is not a value of {name!r}{wanted}")
        return Attribute(
            name,
            kind,
            tuple(values),
            multiple,
            fields.text("description"),
            fields.flag("required"),
            by_default,
            next((each for each in COUNT_RULES if each == fields.text("rule")), "literal"),
            signs if any(signs) else (),
            tuple(assign_value_keys(values, own_keys)),
        )

    def _read_roles(
        self, nodes: Sequence[Node], label: str, labels: Sequence[str], asked: Sequence[str]
    ) -> tuple[RelationType, ...]:
        entries = [_Fields(self, node, ROLE) for node in nodes]
        names = self._read_names(entries)
        keys = assign_keys(zip(names, self._read_own_keys(entries), strict=True))
        for entry, name in zip(entries, names, strict=True):
            self._check_labels(entry, "labels", labels)
            if name in asked:
                reason = f"the role {_quote(name)} has the name of an attribute; give one of the two another"
                self.refuse(entry.place("name"), reason)
        return tuple(
            RelationType(
                name,
                (label,),
                entry.texts("labels"),
                entry.text("description"),
                many=entry.flag("many"),
                required=entry.flag("required"),
                key=key,
            )
            for entry, name, key in zip(entries, names, keys, strict=True)
        )

    def _read_relations(
        self,
        entries: Sequence["_Fields"],
        own_keys: Sequence[str | None],
        names: Sequence[str],
        labels: Sequence[Label],
    ) -> Iterator[RelationType]:
        own_names = self._read_names(entries)
        label_keys = {label.key: label.name for label in labels if label.key}
        for entry, key in zip(entries, own_keys, strict=True):
            if key in label_keys:
                taken = f"the key {_quote(key)} is that of the label {label_keys[key]!r}"
                self.refuse(entry.place("key"), f"{taken}; give the relation another one")
        keys = assign_keys(zip(own_names, own_keys, strict=True), taken=label_keys)
        for entry, name, key in zip(entries, own_names, keys, strict=True):
            for end in ("from", "to"):
                self._check_labels(entry, end, names)
            yield RelationType(
                name,
                entry.texts("from"),
                entry.texts("to"),
                entry.text("description"),
                symmetric=entry.flag("symmetric"),
                many=entry.flag("many", default=True),
                attributes=self._read_attributes(entry.nodes("attributes"), ATTRIBUTE),
                key=key,
            )

    def _check_labels(self, entry: "_Fields", key: str, labels: Sequence[str]) -> None:
        """Refuse what stands under a key and is no label."""
        # Without any label all of these would be wrong, for one reason that is named already.
        for label, node in zip(entry.texts(key), entry.nodes(key), strict=False) if labels else ():
            if label not in labels:
                self.refuse(node, f"{_quote(label)} is not a label{_suggest(label, labels)}")

    def refuse_repeats(self, pairs: Iterable[tuple[str | None, Node]], sentence: str) -> None:
        """Refuse every text that another node has already; `sentence` has `{}` in its place."""
        first: dict[str, Node] = {}
        for text, node in pairs:
            if text and text in first:
                line = first[text].start_mark.line + 1
                self.refuse(node, f"{sentence.format(_quote(text))}; the first is on line {line}")
            elif text:
                first[text] = node


class _Fields:
    """The values of one mapping, each checked against its key once and read by name after that."""

    def __init__(self, reader: _Reader, node: Node, shape: Shape) -> None:
        self.shape = shape
        self._reader = reader
        self._node = node
        self._nodes: dict[str, Node] = {}
        self._texts: dict[str, str] = {}
        self._flags: dict[str, bool] = {}
        self._lists: dict[str, list[Node]] = {}
        self._text_lists: dict[str, tuple[str, ...]] = {}
        reader.count(node)
        if isinstance(node, MappingNode):
            self._read_mapping(node)
        elif shape.short and isinstance(node, ScalarNode):
            self._nodes[shape.short.name] = node
            if isinstance(shape.short.value, Text):
                self._read_text(shape.short.name, node, shape.short.value)
        else:
            words = "a name or a mapping" if shape.short else "a mapping"
            example = f"{shape.keys[0].name}: …"
            reader.refuse(node, f"{shape.word} is {words} (`{example}`), not {_describe(node)}")

    def place(self, name: str) -> Node:
        """Say where the value stands; the whole mapping where it is left out."""
        return self._nodes.get(name, self._node)

    def has(self, name: str) -> bool:
        """Tell whether the key is given."""
        return name in self._nodes

    def text(self, name: str) -> str:
        """Read a text; empty where it is left out or wrong."""
        return self._texts.get(name, "")

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a flag; `default` where it is left out or wrong."""
        return self._flags.get(name, default)

    def nodes(self, name: str) -> list[Node]:
        """Read a list; empty where it is left out or wrong."""
        return self._lists.get(name, [])

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts; empty where it is left out or wrong."""
        return self._text_lists.get(name, ())

    def _read_mapping(self, node: MappingNode) -> None:
        known = [key.name for key in self.shape.keys]
        for key_node, value_node in node.value:
            self._reader.count(key_node)
            name = key_node.value if isinstance(key_node, ScalarNode) else None
            key = self.shape.key(name) if name is not None else None
            if key is None:
                words = _describe(key_node) if name is None else _quote(name)
                hint = _suggest(name or "", known) or f"; it has {', '.join(known)}"
                self._reader.refuse(key_node, f"{words} is not a key of {self.shape.word}{hint}")
            elif key.name in self._nodes:
                line = self._nodes[key.name].start_mark.line + 1
                self._reader.refuse(
                    key_node, f"{key.name!r} of {self.shape.word} is given twice; the first is on line {line}"
                )
            else:
                self._nodes[key.name] = value_node
                self._read_value(key.name, value_node, key.value)
        for key in self.shape.keys:
            if key.is_required and key.name not in self._nodes:
                self._reader.refuse(node, f"{self.shape.word} needs {key.name!r}")

    def _read_value(self, name: str, node: Node, wanted: Text | TrueOrFalse | ListOf) -> None:
        match wanted:
            case Text():
                self._read_text(name, node, wanted)
            case TrueOrFalse():
                self._read_flag(name, node)
            case ListOf():
                self._read_list(name, node, wanted)

    def _read_text(self, name: str, node: Node, wanted: Text) -> None:
        text = self._check_text(name, node, wanted)
        if text is not None:
            self._texts[name] = text

    def _read_flag(self, name: str, node: Node) -> None:
        flag = _FLAGS.get(node.value) if isinstance(node, ScalarNode) else None
        if flag is None:
            self._refuse(name, node, "true or false")
        else:
            self._flags[name] = flag

    def _read_list(self, name: str, node: Node, wanted: ListOf) -> None:
        if wanted.by_name and isinstance(node, MappingNode) and isinstance(wanted.each, Shape):
            node = _list_by_name(node, wanted.each.keys[0].name, wanted.by_name)
        if not isinstance(node, SequenceNode):
            self._refuse(name, node, "a list ([one, two], or a dash before each)")
            return
        if len(node.value) < wanted.at_least:
            self._reader.refuse(node, f"{name!r} of {self.shape.word} is an empty list; leave {name!r} out")
        if isinstance(wanted.each, Shape):
            self._lists[name] = node.value
            return
        texts = []
        for each in node.value:
            self._reader.count(each)
            text = self._check_text(name, each, wanted.each)
            if text is not None:
                self._lists.setdefault(name, []).append(each)
                texts.append(text)
        self._text_lists[name] = tuple(texts)

    def _check_text(self, name: str, node: Node, wanted: Text) -> str | None:
        """Give the text of a scalar, or None after refusing it."""
        if not isinstance(node, ScalarNode) or is_left_empty(node):
            self._refuse(name, node, wanted.wanted)
            return None
        text: str = node.value if wanted.pattern else node.value.strip()
        if wanted.pattern and not re.fullmatch(wanted.pattern, text):
            self._refuse(name, node, wanted.wanted)
            return None
        if wanted.values and text not in wanted.values:
            self._reader.refuse(node, f"{self._sentence(name, node)}; write {wanted.wanted}")
            return None
        return text

    def _refuse(self, name: str, node: Node, wanted: str) -> None:
        self._reader.refuse(node, f"{self._sentence(name, node)}; write {wanted}")

    def _sentence(self, name: str, node: Node) -> str:
        return f"{name!r} of {self.shape.word} is {_describe(node)}"


def _list_by_name(node: MappingNode, name: str, rest: str) -> SequenceNode:
    """Make a list of a mapping: `{attacker: [actor]}` is `[{name: attacker, labels: [actor]}]`."""
    entries: list[Node] = []
    for key, value in node.value:
        pairs = [(_word_at(name, key), key)]
        pairs += value.value if isinstance(value, MappingNode) else [(_word_at(rest, value), value)]
        entries.append(MappingNode("tag:yaml.org,2002:map", pairs, key.start_mark, value.end_mark))
    return SequenceNode("tag:yaml.org,2002:seq", entries, node.start_mark, node.end_mark)


def _word_at(word: str, node: Node) -> ScalarNode:
    return ScalarNode("tag:yaml.org,2002:str", word, node.start_mark, node.start_mark)


def _describe(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    return "left empty" if is_left_empty(node) else _quote(str(node.value))


def _quote(text: str) -> str:
    """Quote a text for a sentence, short and without control characters."""
    cut = text if len(text) <= 60 else f"{text[:59]}…"
    shown = "".join(each if each.isprintable() else repr(each)[1:-1] for each in cut)
    return f"'{shown}'"


def _suggest(word: str, known: Sequence[str]) -> str:
    """Name the nearest known word, if one is near."""
    near = get_close_matches(word[:60], known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
