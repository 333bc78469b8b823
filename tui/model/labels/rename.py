"""Labels renamed, brought together and taken out in labels.yaml, as edits of its text.

Comments, order, quotes and line ends stay as they are; the file is replaced as a whole or not at all.
"""

from collections.abc import Iterator
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tui.errors import LabelsError, Refusal
from tui.model.labels.edit import find_value, quote_name, replace_file
from tui.model.labels.read import parse_labels
from tui.model.labels.source import compose, read_source

_BOM = "\ufeff"


def rename_in_file(path: Path, old: str, new: str, *, dry_run: bool = False) -> None:
    """Give a label of labels.yaml, and whatever names it there, another name that is free.

    Raises `LabelsError` where the file would have a mistake then.
    """
    source, text = _read(path)
    edited = text
    for node in sorted(_list_names(compose(text, file=str(path)), old), key=_place, reverse=True):
        start, end = node.start_mark.index, node.end_mark.index
        edited = f"{edited[:start]}{quote_name(new)}{edited[end:]}"
    _write(path, source, edited, dry_run=dry_run)


def take_out_of_file(path: Path, old: str, *, into: str | None = None, dry_run: bool = False) -> None:
    """Take a label out of labels.yaml; what names it there names `into` instead, or names it no more.

    Raises `LabelsError` where the file would have a mistake then, or a relation or role would allow any
    label because it named this one alone.
    """
    source, text = _read(path)
    root = compose(text, file=str(path))
    cuts: list[tuple[int, int, str]] = []
    for names in _list_references(root):
        here = [each for each in names.value if isinstance(each, ScalarNode) and each.value == old]
        others = {each.value for each in names.value if isinstance(each, ScalarNode)} - {old}
        if here and into is not None and into not in others:
            cuts.append((here[0].start_mark.index, here[0].end_mark.index, quote_name(into)))
        elif here and not others:
            reason = f"only {old!r} is allowed here; take this out of the file first, or name another label"
            mark = here[0].start_mark
            raise LabelsError([Refusal(str(path), reason, mark.line + 1, mark.column + 1)])
        else:
            cuts += [(*_find_entry(text, names, each), "") for each in here]
    labels = find_value(root, "labels")
    entries = labels.value if isinstance(labels, SequenceNode) else []
    for entry in entries:
        name = entry if isinstance(entry, ScalarNode) else find_value(entry, "name")
        if isinstance(labels, SequenceNode) and isinstance(name, ScalarNode) and name.value == old:
            cuts.append((*_find_entry(text, labels, entry), ""))
    edited = text
    for start, end, instead in sorted(cuts, reverse=True):
        edited = f"{edited[:start]}{instead}{edited[end:]}"
    _write(path, source, edited, dry_run=dry_run)


def _read(path: Path) -> tuple[str, str]:
    """Read the file, with and without its BOM; indices of nodes count without."""
    source = read_source(path)
    return source, source.removeprefix(_BOM)


def _write(path: Path, source: str, edited: str, *, dry_run: bool) -> None:
    parse_labels(edited, file=str(path))
    if not dry_run:
        replace_file(path, f"{_BOM if source.startswith(_BOM) else ''}{edited}")


def _place(node: Node) -> int:
    place: int = node.start_mark.index
    return place


def _list_names(root: Node | None, name: str) -> Iterator[ScalarNode]:
    """List where the file names a label: in its own entry, in relations and in roles."""
    labels = find_value(root, "labels")
    for entry in labels.value if isinstance(labels, SequenceNode) else []:
        own = entry if isinstance(entry, ScalarNode) else find_value(entry, "name")
        if isinstance(own, ScalarNode) and own.value == name:
            yield own
    for names in _list_references(root):
        yield from [each for each in names.value if isinstance(each, ScalarNode) and each.value == name]


def _list_references(root: Node | None) -> Iterator[SequenceNode]:
    """List the lists of names of labels, in relations and in roles."""
    relations, labels = find_value(root, "relations"), find_value(root, "labels")
    for relation in relations.value if isinstance(relations, SequenceNode) else []:
        for end in ("from", "to"):
            names = find_value(relation, end)
            if isinstance(names, SequenceNode):
                yield names
    for label in labels.value if isinstance(labels, SequenceNode) else []:
        for role in _list_roles(find_value(label, "roles")):
            names = role if isinstance(role, SequenceNode) else find_value(role, "labels")
            if isinstance(names, SequenceNode):
                yield names


def _list_roles(roles: Node | None) -> list[Node]:
    if isinstance(roles, MappingNode):
        return [value for _, value in roles.value]
    return list(roles.value) if isinstance(roles, SequenceNode) else []


def _find_entry(text: str, entries: SequenceNode, entry: Node) -> tuple[int, int]:
    """Find the stretch of the text that goes with an entry of a list: of one a line, whole lines."""
    start, end = entry.start_mark.index, entry.end_mark.index
    place = entries.value.index(entry)
    if entries.flow_style:
        if place + 1 < len(entries.value):
            return start, entries.value[place + 1].start_mark.index
        return (entries.value[place - 1].end_mark.index if place else start), end
    first = text.rfind("\n", 0, start) + 1
    lines = text[first:end].splitlines(keepends=True)
    # Comments behind it belong to what comes next.
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    last = first + sum(map(len, lines))
    if not text[first:last].endswith("\n"):
        line_end = text.find("\n", last)
        last = len(text) if line_end < 0 else line_end + 1
    return first, last
