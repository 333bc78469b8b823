"""Adding labels to labels.yaml as a text edit: comments, order, quoting and line ends stay as they are."""

import os
import re
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tui.errors import LabelsError, Refusal
from tui.model.labels.attributes import Attribute
from tui.model.labels.read import parse_labels
from tui.model.labels.schema import NAME
from tui.model.labels.source import Loader, compose, is_left_empty, read_source
from tui.model.labels.values import Label, LabelSet, Pattern, RelationType

_NEW_FILE = "# What can be tagged here. docs/labels.md says what else a label can have.\n"

_PLAIN = re.compile(r"[^\W\d]\w*(?:[ -]\w+)*")
"""What needs no quotes anywhere in YAML, unless it reads as another type (`no`, `null`)."""


def add_labels(path: Path, names: Sequence[str]) -> None:
    """Add labels behind those of labels.yaml; a name that is there already is left alone.

    The file is replaced as a whole or not at all, and only by one that reads without a mistake; else
    raises `LabelsError`.
    """
    file = str(path)
    wrong = [name for name in names if not re.fullmatch(NAME.pattern or "", name)]
    if wrong:
        raise LabelsError(Refusal(file, f"{name!r} cannot be added; write {NAME.wanted}") for name in wrong)
    merge_labels(path, LabelSet(labels=tuple(Label(name) for name in dict.fromkeys(names))))


def merge_labels(path: Path, wanted: LabelSet) -> LabelSet:
    """Add labels, relations and article labels behind those of labels.yaml, and patterns to labels there.

    Everything else that is there is left alone; where there is no file, one is made, whatever is added.
    Returns what was added; the file is replaced as a whole or not at all, and only by one that reads without
    a mistake; else raises `LabelsError`.
    """
    file = str(path)
    source = read_source(path) if path.exists() else _NEW_FILE
    text = source.removeprefix("\ufeff")
    before = _parse(text, file)
    new = [label for label in wanted.labels if before.label(label.name) is None]
    relations = [relation for relation in wanted.relations if before.relation(relation.name) is None]
    asked = [each for each in wanted.article_labels if before.article_label(each.name) is None]
    patterns = before.find_new_patterns(wanted)
    added = LabelSet(labels=tuple(new), relations=tuple(relations), article_labels=tuple(asked))
    if path.exists() and before.has_all(wanted):
        return added
    edited = _add_patterns(text, compose(text, file=file), patterns)
    written = {
        "labels": list(map(_write_label, new)),
        "relations": list(map(_write_relation, relations)),
        "article_labels": list(map(_write_attribute, asked)),
    }
    for key, entries in written.items():
        if entries:
            edited = _insert(edited, find_value(compose(edited, file=file), key), key, entries)
    if not path.exists() and not new:
        edited += "labels: []\n"
    after = parse_labels(edited, file=file)
    names = (*before.names, *(label.name for label in new))
    kept = tuple(
        replace(label, patterns=known.patterns, key=known.key)
        for label, known in zip(after.labels, before.labels, strict=False)
    )
    if after.names != names or kept != before.labels:
        reason = "labels cannot be added to a list written like this; write one label a line"
        raise LabelsError([Refusal(file, reason)])
    replace_file(path, source[: len(source) - len(text)] + edited)
    return added


def put_labels_back(path: Path, text: str | None) -> None:
    """Give labels.yaml the text that it had; None where there was no such file. Raises `LabelsError`."""
    if text is not None:
        replace_file(path, text)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise LabelsError([Refusal(str(path), f"cannot be removed: {error.strerror or error}")]) from error


def _parse(text: str, file: str) -> LabelSet:
    """Read a file whose list of labels may still be empty."""
    labels = find_value(compose(text, file=file), "labels")
    return LabelSet() if labels is None or is_left_empty(labels) else parse_labels(text, file=file)


def _add_patterns(text: str, root: Node | None, patterns: Mapping[str, Sequence[Pattern]]) -> str:
    """Write patterns into the labels that have these names, from the last to the first."""
    labels = find_value(root, "labels")
    nodes = labels.value if isinstance(labels, SequenceNode) else []
    for node in reversed(nodes):
        name = node if isinstance(node, ScalarNode) else find_value(node, "name")
        wanted = patterns.get(name.value, ()) if isinstance(name, ScalarNode) else ()
        if not wanted:
            continue
        listed = ", ".join(map(_write_pattern, wanted))
        start, end = node.start_mark.index, node.end_mark.index
        held = find_value(node, "patterns")
        if isinstance(node, ScalarNode):
            entry = f"{{name: {text[start:end]}, patterns: [{listed}]}}"
            text = text[:start] + entry + text[end:]
        elif isinstance(held, SequenceNode):
            place = held.start_mark.index
            if held.flow_style:
                text = f"{text[: place + 1]}{listed}{', ' if held.value else ''}{text[place + 1 :]}"
            else:
                indent = "\n" + " " * held.start_mark.column
                items = "".join(f"- {_write_pattern(each)}{indent}" for each in wanted)
                text = text[:place] + items + text[place:]
        elif isinstance(node, MappingNode):
            place = start + (1 if node.flow_style else 0)
            behind = ", " if node.flow_style else "\n" + " " * node.start_mark.column
            text = f"{text[:place]}patterns: [{listed}]{behind}{text[place:]}"
    return text


def _write_label(label: Label) -> str:
    """Write a label as one entry of a list: its name, or a mapping where there is more to say."""
    fields = [f"name: {quote_name(label.name)}"]
    if label.color:
        fields.append(f'color: "{label.color}"')
    if label.description:
        fields.append(f"description: {quote_name(label.description)}")
    if label.patterns:
        fields.append(f"patterns: [{', '.join(map(_write_pattern, label.patterns))}]")
    if label.attributes:
        fields.append(f"attributes: [{', '.join(map(_write_attribute, label.attributes))}]")
    if label.roles:
        fields.append(f"roles: [{', '.join(map(_write_role, label.roles))}]")
    return quote_name(label.name) if len(fields) == 1 else f"{{{', '.join(fields)}}}"


def _write_role(role: RelationType) -> str:
    fields = [f"name: {quote_name(role.name)}"]
    if role.tails:
        fields.append(f"labels: [{', '.join(map(quote_name, role.tails))}]")
    fields += [f"{key}: true" for key, is_so in (("required", role.required), ("many", role.many)) if is_so]
    return f"{{{', '.join(fields)}}}"


def _write_relation(relation: RelationType) -> str:
    fields = [f"name: {quote_name(relation.name)}"]
    for key, names in (("from", relation.heads), ("to", relation.tails)):
        if names:
            fields.append(f"{key}: [{', '.join(map(quote_name, names))}]")
    if relation.symmetric:
        fields.append("symmetric: true")
    if relation.attributes:
        fields.append(f"attributes: [{', '.join(map(_write_attribute, relation.attributes))}]")
    return f"{{{', '.join(fields)}}}"


def _write_pattern(pattern: Pattern) -> str:
    return f"{{regex: {quote_name(pattern.text)}}}" if pattern.is_regex else quote_name(pattern.text)


def _write_attribute(attribute: Attribute) -> str:
    fields = [f"name: {quote_name(attribute.name)}"]
    if attribute.values:
        fields.append(f"values: [{', '.join(map(quote_name, attribute.values))}]")
    elif attribute.type != "text":
        fields.append(f"type: {attribute.type}")
    if attribute.multiple:
        fields.append("multiple: true")
    if attribute.required:
        fields.append("required: true")
    return f"{{{', '.join(fields)}}}"


def find_value(node: Node | None, name: str) -> Node | None:
    """Find the value of a key, by the key's text."""
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _insert(text: str, node: Node | None, key: str, entries: Sequence[str]) -> str:
    """Write entries behind those of a list of a file."""
    line_end = "\r\n" if "\r\n" in text else "\n"
    if node is None:
        return _append_lines(text, len(text), [f"{key}:", *(f"  - {entry}" for entry in entries)], line_end)
    if not isinstance(node, SequenceNode):
        place = node.start_mark.index
        return f"{text[:place]} [{', '.join(entries)}]{text[place:]}"
    last = _last_token(text, node)
    if not node.flow_style:
        dash = f"{' ' * node.start_mark.column}- "
        return _append_lines(text, last.end_mark.index, [f"{dash}{entry}" for entry in entries], line_end)
    place = last.end_mark.index
    added = ", ".join(entries)
    if isinstance(last, yaml.FlowEntryToken):
        added = f" {added},"
    elif node.value:
        added = f", {added}"
    return text[:place] + added + text[place:]


def _append_lines(text: str, index: int, lines: Sequence[str], line_end: str) -> str:
    """Put lines behind the line in which the character before `index` stands."""
    end = text.find("\n", max(index - 1, 0)) + 1
    block = line_end.join(lines)
    if end:
        return f"{text[:end]}{block}{line_end}{text[end:]}"
    return f"{text}{line_end if text else ''}{block}{line_end if not text else ''}"


def _last_token(text: str, labels: SequenceNode) -> yaml.Token:
    """Find the last token of a list, without the bracket that closes it.

    A node will not do: an alias has the place of its anchor.
    """
    start = labels.start_mark.index
    end = labels.end_mark.index - (1 if labels.flow_style else 0)
    inside = [
        token
        for token in yaml.scan(text, Loader=Loader)
        if start <= token.start_mark.index < token.end_mark.index <= end
    ]
    return inside[-1]


def quote_name(name: str) -> str:
    """Write a name so that every reader of YAML takes it for that text."""
    if _PLAIN.fullmatch(name) and isinstance(yaml.safe_load(name), str):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def replace_file(path: Path, text: str) -> None:
    """Write a file atomically, keeping the permissions it had; a link stays a link."""
    target = path.resolve()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise LabelsError([Refusal(str(path), f"cannot be written: {error.strerror or error}")]) from error
